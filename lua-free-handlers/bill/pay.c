
/* PAY-3, PAY-4, PAY-6: the payer pays a bill with a card and the PIN. */


#include "bill.h"
#include "bank.h"
#include "../account/account.h"
#include "../live/live.h"


static phone_rc_t phone_bill_pay_run(phone_call_t *call);
static phone_rc_t phone_pay_due(phone_call_t *call, phone_record_t *bill);
static phone_rc_t phone_pay_as_shown(phone_call_t *call,
    phone_record_t *bill);
static phone_record_t *phone_pay_ask_card(phone_call_t *call,
    phone_str_t card_id);
static phone_rc_t phone_pay_card(phone_call_t *call, phone_record_t *bill,
    phone_record_t *card);
static void phone_pay_now(phone_call_t *call, phone_record_t *account,
    phone_record_t *bill, phone_record_t *card);
static phone_rc_t phone_pay_by_bank(phone_call_t *call,
    phone_record_t *account, phone_record_t *bill, phone_record_t *card);
static phone_rc_t phone_pay_under_way(phone_call_t *call,
    phone_record_t *account, phone_record_t *bill);
static phone_rc_t phone_pay_repeated(phone_call_t *call,
    phone_record_t *account, phone_record_t *bill, phone_str_t pay_id,
    phone_str_t card_id);
static int phone_pay_own(phone_call_t *call, phone_record_t *bill);
static phone_rc_t phone_pay_asked(phone_call_t *call, phone_record_t *bill,
    phone_str_t card_id, const char *payment);
static phone_rc_t phone_pay_again(phone_call_t *call, phone_record_t *account,
    phone_record_t *bill);
static phone_rc_t phone_bill_paid(phone_call_t *call, phone_record_t *bill);


static const phone_param_t  phone_bill_pay_params[] = {
    { "bill_id", PHONE_P_ID, PHONE_REQUIRED|PHONE_IN_PATH, 0, 0, "which" },
    { "card_id", PHONE_P_ID, 0, 0, 0,
      "a card of GET /pay/cards; the default card when left out" },
    { "pin", PHONE_P_DIGITS, PHONE_REQUIRED|PHONE_SECRET, 6, 6,
      "the payment PIN" },
    { "pay_id", PHONE_P_NAME, 0, 1, 64,
      "made by the client before it sends: the same again pays once" },
    { "amount", PHONE_P_AMOUNT, 0, 0, 0,
      "what the payer was shown; must be the bill's" },
    { "payee", PHONE_P_NAME, 0, 1, 32,
      "the merchant_id the payer was shown; must be the bill's" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_bill_pay_reply[] = {
    PHONE_BILL_MEMBERS,
    { "card_id", PHONE_M_ID, 0, NULL, NULL, "the card that pays" },
    { "payment", PHONE_M_TEXT, 0, NULL, "a bank is asked for the money",
      "PENDING: bill.paid or bill.pay_failed follows; FAILED: it has" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_bill_pay = {
    "bill.pay", "POST", "/pay/bills/{bill_id}/pay", PHONE_SESSION,
    phone_bill_pay_run, phone_bill_pay_params, phone_bill_pay_reply,
    "Pays a bill. When the card cannot cover it nothing has changed and "
    "another card can be tried. The bank of a card may have to be asked: the "
    "bill is not paid yet then."
};


static phone_rc_t
phone_bill_pay_run(phone_call_t *call)
{
    phone_str_t      caller;
    phone_record_t  *account, *bill, *card, *merchant;

    caller = phone_caller(call);

    account = phone_ask_some(call, &phone_account, caller,
                             PHONE_PIN_FIELDS | PHONE_F(ACCOUNT_LISTENS)
                             | phone_payer_day(call)
                             | (phone_has(call, "card_id")
                                ? 0 : PHONE_F(ACCOUNT_CARD)));
    bill = phone_ask_some(call, &phone_bill, phone_arg(call, "bill_id"),
                          PHONE_BILL_TOLD | PHONE_F(BILL_CARD)
                          | PHONE_F(BILL_PAY_ID) | PHONE_F(BILL_PAID_BY));
    card = phone_pay_ask_card(call, phone_arg(call, "card_id"));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_ask_archived(bill);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(bill) && phone_may_come(call, phone_id(bill))) {
        return phone_not_yet(call);
    }

    if (!phone_found(bill)
        || !phone_equal(phone_get(bill, BILL_PAYER), caller))
    {
        return phone_refuse(call, PHONE_BILL_NOT_FOUND);
    }

    if (phone_bill_paying(bill)) {
        return phone_pay_under_way(call, account, bill);
    }

    if (!phone_bill_open(bill)) {
        return phone_pay_again(call, account, bill);
    }

    if (phone_pay_due(call, bill) != PHONE_DONE) {
        return PHONE_REFUSED;
    }

    merchant = phone_ask_elsewhere(call, &phone_merchant,
                                   phone_get(bill, BILL_MERCHANT));

    if (card == NULL) {
        card = phone_pay_ask_card(call, phone_get(account, ACCOUNT_CARD));
    }

    /* is the merchant told who pays? */

    if (phone_get(bill, BILL_HANDED).len) {
        bill = phone_ask_some(call, &phone_bill, phone_id(bill),
                              PHONE_F(BILL_AGREED));
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_is(phone_get(merchant, MERCHANT_STATUS), "ACTIVE")) {
        return phone_refuse(call, PHONE_MERCHANT_CLOSED);
    }

    if (phone_bill_limit(call, merchant, phone_get_int(bill, BILL_AMOUNT))
        != PHONE_DONE)
    {
        return PHONE_REFUSED;
    }

    phone_rely(merchant);

    if (phone_pin_check(call, account, phone_arg(call, "pin")) != PHONE_DONE
        || phone_pay_card(call, bill, card) != PHONE_DONE)
    {
        return PHONE_REFUSED;
    }

    if (phone_get(card, CARD_VIA).len) {
        return phone_pay_by_bank(call, account, bill, card);
    }

    if (phone_pay_limits(call, bill, account, card) != PHONE_DONE) {
        return PHONE_REFUSED;
    }

    phone_pay_now(call, account, bill, card);

    return phone_bill_paid(call, bill);
}


/* Run after its own commit, when the bank has already refused, a call finds its
   payment. */

static phone_rc_t
phone_pay_by_bank(phone_call_t *call, phone_record_t *account,
    phone_record_t *bill, phone_record_t *card)
{
    int              room;
    phone_record_t  *payment;

    payment = phone_ask_some(call, &phone_payment, phone_payment_own_id(call),
                             PHONE_F(PAYMENT_STATE));
    card = phone_ask_some(call, &phone_card, phone_id(card),
                          PHONE_CARD_TRIES | PHONE_F(CARD_NUMBER));
    room = phone_bank_has_room(call, phone_get(card, CARD_VIA),
                               phone_id(card),
                               phone_get_int(bill, BILL_AMOUNT),
                               phone_get(bill, BILL_CURRENCY));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (phone_found(payment)) {
        return phone_pay_asked(call, bill, phone_id(card), "FAILED");
    }

    if (!phone_can_unseal(call, phone_get(card, CARD_NUMBER))) {
        return phone_refuse_field(call, PHONE_BANK_UNAVAILABLE, "card_id");
    }

    if (!room) {
        return phone_refuse_field(call, PHONE_ACCOUNT_FULL, "card_id");
    }

    if (phone_pay_limits(call, bill, account, card) != PHONE_DONE) {
        return PHONE_REFUSED;
    }

    phone_payment_put(call, bill, card);

    return phone_pay_asked(call, bill, phone_id(card), "PENDING");
}


/* A bank is asked: by this call, or by another one. */

static phone_rc_t
phone_pay_under_way(phone_call_t *call, phone_record_t *account,
    phone_record_t *bill)
{
    phone_rc_t       rc;
    phone_record_t  *payment;

    (void) phone_ask_some(call, &phone_bill, phone_id(bill),
                          PHONE_F(BILL_NEXT));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    payment = phone_ask_some(call, &phone_payment,
                             phone_get(bill, BILL_NEXT),
                             PHONE_F(PAYMENT_CARD) | PHONE_F(PAYMENT_PAY_ID));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_equal(phone_id(payment), phone_payment_own_id(call))) {
        rc = phone_pay_repeated(call, account, bill,
                                phone_get(payment, PAYMENT_PAY_ID),
                                phone_get(payment, PAYMENT_CARD));
        if (rc != PHONE_DONE) {
            return rc;
        }
    }

    return phone_pay_asked(call, bill, phone_get(payment, PAYMENT_CARD),
                           "PENDING");
}


static phone_rc_t
phone_pay_asked(phone_call_t *call, phone_record_t *bill,
    phone_str_t card_id, const char *payment)
{
    phone_bill_say(call, bill);
    phone_say(call, "card_id", card_id);
    phone_say(call, "payment", phone_cstr(payment));

    return phone_done(call);
}


static void
phone_pay_now(phone_call_t *call, phone_record_t *account,
    phone_record_t *bill, phone_record_t *card)
{
    phone_move(call, phone_ledger_card(call, phone_id(card)),
               phone_ledger_takings(call, phone_get(bill, BILL_MERCHANT),
                                    phone_get(bill, BILL_CURRENCY)),
               phone_get_int(bill, BILL_AMOUNT),
               phone_get(bill, BILL_CURRENCY), "bill", phone_id(bill));

    phone_bill_set_paid(call, bill, phone_id(card), phone_arg(call, "pay_id"),
                        phone_call_id(call));

    /* the account is guarded: a client that opens meanwhile is not missed */

    if (phone_client_open(call, account)) {
        phone_publish(call, phone_caller(call), "bill.paid",
                      phone_bill_text(call, bill, 0));
    }
}


static phone_rc_t
phone_pay_due(phone_call_t *call, phone_record_t *bill)
{
    if (phone_now(call) >= phone_get_int(bill, BILL_EXPIRES)) {
        return phone_refuse(call, PHONE_BILL_EXPIRED);
    }

    if (phone_bill_offered(bill)) {
        return phone_refuse(call, PHONE_BILL_NOT_ACCEPTED);
    }

    return phone_pay_as_shown(call, bill);
}


/* The payer pays what he was shown, to whom he was shown. */

static phone_rc_t
phone_pay_as_shown(phone_call_t *call, phone_record_t *bill)
{
    if (phone_has(call, "amount")
        && phone_arg_int(call, "amount") != phone_get_int(bill, BILL_AMOUNT))
    {
        return phone_refuse_field(call, PHONE_AMOUNT_MISMATCH, "amount");
    }

    if (phone_has(call, "payee")
        && !phone_equal(phone_arg(call, "payee"),
                        phone_get(bill, BILL_MERCHANT)))
    {
        return phone_refuse_field(call, PHONE_AMOUNT_MISMATCH, "payee");
    }

    return PHONE_DONE;
}


/* NULL: no card is named. */

static phone_record_t *
phone_pay_ask_card(phone_call_t *call, phone_str_t card_id)
{
    return card_id.len
           ? phone_ask_some(call, &phone_card, card_id,
                            PHONE_CARD_BOUND_FIELDS | PHONE_F(CARD_CURRENCY)
                            | PHONE_F(CARD_BALANCE) | PHONE_F(CARD_VIA)
                            | phone_card_day(call))
           : NULL;
}


static phone_rc_t
phone_pay_card(phone_call_t *call, phone_record_t *bill, phone_record_t *card)
{
    if (card == NULL) {
        return phone_refuse_field(call, PHONE_PARAM_MISSING, "card_id");
    }

    if (!phone_card_bound(call, card)) {
        return phone_refuse_field(call, PHONE_CARD_NOT_FOUND, "card_id");
    }

    if (!phone_equal(phone_get(card, CARD_CURRENCY),
                     phone_get(bill, BILL_CURRENCY)))
    {
        return phone_refuse_field(call, PHONE_CURRENCY_MISMATCH, "card_id");
    }

    if (phone_get(card, CARD_VIA).len) {
        return phone_bank(call, phone_get(card, CARD_VIA)) ? PHONE_DONE
               : phone_refuse_field(call, PHONE_BANK_UNAVAILABLE, "card_id");
    }

    if (phone_get_int(card, CARD_BALANCE) < phone_get_int(bill, BILL_AMOUNT)) {
        return phone_refuse_field(call, PHONE_BALANCE_NOT_ENOUGH, "card_id");
    }

    return PHONE_DONE;
}


/*
 * Run after its own commit, a call finds its id.  Another call with the pay_id
 * that has paid is answered as that one was if it says the same and knows the
 * PIN: a wrong one is counted here as well.
 */

static phone_rc_t
phone_pay_again(phone_call_t *call, phone_record_t *account,
    phone_record_t *bill)
{
    phone_rc_t  rc;

    if (!phone_pay_own(call, bill)) {
        rc = phone_pay_repeated(call, account, bill,
                                phone_get(bill, BILL_PAY_ID),
                                phone_get(bill, BILL_CARD));
        if (rc != PHONE_DONE) {
            return rc;
        }
    }

    return phone_bill_paid(call, bill);
}


static int
phone_pay_own(phone_call_t *call, phone_record_t *bill)
{
    phone_str_t  bank, payment_id;

    return phone_equal(phone_get(bill, BILL_PAID_BY), phone_call_id(call))
           || (phone_bill_by_bank(bill, &bank, &payment_id)
               && phone_equal(payment_id, phone_payment_own_id(call)));
}


static phone_rc_t
phone_pay_repeated(phone_call_t *call, phone_record_t *account,
    phone_record_t *bill, phone_str_t pay_id, phone_str_t card_id)
{
    if (!phone_has(call, "pay_id")
        || !phone_equal(pay_id, phone_arg(call, "pay_id")))
    {
        return phone_bill_refuse(call, bill);
    }

    if (phone_pay_as_shown(call, bill) != PHONE_DONE
        || phone_pin_check(call, account, phone_arg(call, "pin")) != PHONE_DONE)
    {
        return PHONE_REFUSED;
    }

    if (phone_has(call, "card_id")
        && !phone_equal(card_id, phone_arg(call, "card_id")))
    {
        return phone_refuse_field(call, PHONE_EXISTS, "card_id");
    }

    return PHONE_DONE;
}


static phone_rc_t
phone_bill_paid(phone_call_t *call, phone_record_t *bill)
{
    phone_bill_say(call, bill);
    phone_say(call, "card_id", phone_get(bill, BILL_CARD));

    return phone_done(call);
}
