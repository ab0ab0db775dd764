
/*
 * A bill that is paid by a bank which is asked over HTTP, and refunds of it.
 *
 * The bank is asked under one id, the payment's, again and again until it has
 * said something certain:
 *
 *   AUTHORISING  it reserves the money.  APPROVED: the bill is PAID, in one
 *                commit with the money of the ledger.
 *   CAPTURING    the bank takes what it has reserved; then CAPTURED.
 *   VOIDING      it was declined, or nothing was certain for too long: the bank
 *                gives up what it may have reserved, and will reserve nothing
 *                under this id.  Then VOIDED, and the bill is PUSHED again.
 *   REFUNDING    a refund, with an id of its own; then REFUNDED.
 *
 * A bill is paid before it is captured, so what the bank has taken is always
 * in the ledger; and it is not free for another payment before the bank has
 * said that this one is dead.  After an answer that is not certain the bank is
 * asked for the outcome first.  After an answer that cannot be so it is
 * VOIDING, or STOPPED where money has moved: operators are shown it, and resume
 * it when they have spoken with the bank.
 */


#include "bank.h"
#include "bill.h"
#include "../live/live.h"
#include "../lib/id.h"


/* ms: before the bank is told to forget it. */
#define PHONE_PAYMENT_PATIENCE  (5 * PHONE_MINUTE)

/* Between two questions: doubled each time. */
#define PHONE_PAYMENT_WAIT      PHONE_SECOND
#define PHONE_PAYMENT_WAIT_MAX  (5 * PHONE_MINUTE)

/* ms: one that was voided is kept as long as a bank keeps a reservation. */
#define PHONE_PAYMENT_KEPT      (7 * PHONE_DAY)

/* Unclear answers before operators are shown it. */
#define PHONE_PAYMENT_TRIES     8

/* One slow bank holds up its own lanes alone. */
#define PHONE_PAYMENT_LANES     4


static phone_record_t *phone_payment_new(phone_call_t *call, phone_str_t id,
    phone_str_t state, phone_str_t bank, phone_str_t card_id,
    phone_str_t bill_id);
static phone_rc_t phone_payment_step_run(phone_call_t *call);
static phone_rc_t phone_payment_refund_turn(phone_call_t *call,
    phone_record_t *payment);
static phone_rc_t phone_payment_done(phone_call_t *call,
    phone_record_t *payment);
static phone_rc_t phone_payment_bill(phone_call_t *call,
    phone_record_t *payment, phone_record_t **bill,
    phone_record_t **account);
static void phone_payment_publish(phone_call_t *call, phone_record_t *bill,
    phone_record_t *account, const char *name);
static phone_rc_t phone_payment_approved(phone_call_t *call,
    phone_record_t *payment);
static phone_rc_t phone_payment_voided(phone_call_t *call,
    phone_record_t *payment);
static void phone_payment_refunded(phone_call_t *call,
    phone_record_t *payment);
static phone_rc_t phone_payment_refused(phone_call_t *call,
    phone_record_t *payment, phone_str_t word);
static phone_rc_t phone_payment_odd(phone_call_t *call,
    phone_record_t *payment, phone_str_t word);
static phone_rc_t phone_payment_unclear(phone_call_t *call,
    phone_record_t *payment, phone_str_t word);
static void phone_payment_stop(phone_call_t *call, phone_record_t *payment,
    phone_str_t word);
static void phone_payment_state(phone_call_t *call, phone_record_t *payment,
    phone_str_t state);
static void phone_payment_end(phone_call_t *call, phone_record_t *payment,
    phone_str_t state);
static void phone_payment_list(phone_call_t *call, phone_record_t *payment);
static void phone_payment_start(phone_call_t *call, phone_str_t id,
    phone_str_t bank);


const phone_event_t  phone_payment_step = {
    "payment.step", phone_payment_step_run,
    "Asks the bank of a card for a payment or a refund, until it has given a "
    "clear answer."
};


phone_str_t
phone_payment_own_id(phone_call_t *call)
{
    return phone_new_id(call, phone_caller(call), "payment");
}


void
phone_payment_put(phone_call_t *call, phone_record_t *bill,
    phone_record_t *card)
{
    phone_record_t  *payment;

    payment = phone_payment_new(call, phone_payment_own_id(call),
                                PHONE_PAYMENT_AUTHORISING,
                                phone_get(card, CARD_VIA), phone_id(card),
                                phone_id(bill));

    phone_set(payment, PAYMENT_AMOUNT, phone_get(bill, BILL_AMOUNT));
    phone_set(payment, PAYMENT_CURRENCY, phone_get(bill, BILL_CURRENCY));
    phone_set(payment, PAYMENT_PAY_ID, phone_arg(call, "pay_id"));

    phone_set(bill, BILL_STATUS, PHONE_BILL_PAYING);
    phone_set(bill, BILL_NEXT, phone_id(payment));
}


int
phone_bank_has_room(phone_call_t *call, phone_str_t bank, phone_str_t card_id,
    int64_t amount_minor, phone_str_t currency)
{
    int64_t                 held;
    phone_ledger_account_t  account;

    account = phone_ledger_bank(call, bank, card_id, currency);
    held = phone_ask_held(call, &account);

    return !phone_waiting(call) && held >= account.least + amount_minor;
}


int
phone_bill_by_bank(phone_record_t *bill, phone_str_t *bank,
    phone_str_t *payment_id)
{
    phone_str_t  kind;

    *payment_id = phone_get(bill, BILL_PAID_BY);

    return phone_split(payment_id, ':', &kind) && phone_is(kind, "bank")
           && phone_split(payment_id, ':', bank);
}


/* It is decided in the merchant's bucket; the money waits on the card until the
   bank has it. */

void
phone_payment_refund(phone_call_t *call, phone_record_t *bill,
    phone_record_t *refund)
{
    phone_str_t      bank, of;
    phone_record_t  *payment;

    if (!phone_bill_by_bank(bill, &bank, &of)) {
        return;
    }

    payment = phone_payment_new(call,
                                phone_new_id(call, phone_get(bill, BILL_PAYER),
                                             "bank refund"),
                                PHONE_PAYMENT_REFUNDING, bank,
                                phone_get(bill, BILL_CARD), phone_id(bill));

    phone_set(refund, REFUND_PAYMENT, phone_id(payment));

    phone_set(payment, PAYMENT_REFUND, phone_id(refund));
    phone_set(payment, PAYMENT_OF, of);
    phone_set(payment, PAYMENT_AMOUNT, phone_get(refund, REFUND_AMOUNT));
    phone_set(payment, PAYMENT_CURRENCY, phone_get(refund, REFUND_CURRENCY));
}


/* What its bank is asked for at once; without the amount and what it is of. */

static phone_record_t *
phone_payment_new(phone_call_t *call, phone_str_t id, phone_str_t state,
    phone_str_t bank, phone_str_t card_id, phone_str_t bill_id)
{
    phone_record_t  *payment;

    payment = phone_put(call, &phone_payment, id);

    phone_set(payment, PAYMENT_STATE, state);
    phone_set(payment, PAYMENT_BANK, bank);
    phone_set(payment, PAYMENT_CARD, card_id);
    phone_set(payment, PAYMENT_BILL, bill_id);
    phone_set_int(payment, PAYMENT_CREATED, phone_now(call));

    phone_payment_start(call, id, bank);

    return payment;
}


static void
phone_payment_start(phone_call_t *call, phone_str_t id, phone_str_t bank)
{
    phone_emit(call, &phone_payment_step, id,
               phone_format(phone_memory(call), "bank:%.*s:%u",
                            PHONE_ARGS(bank),
                            phone_bucket_of(id, PHONE_PAYMENT_LANES)),
               phone_now(call));
}


static phone_rc_t
phone_payment_step_run(phone_call_t *call)
{
    phone_str_t         word;
    phone_record_t     *payment;
    phone_bank_said_t   said;

    payment = phone_ask(call, &phone_payment, phone_event_id(call));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(payment) || phone_payment_ended(payment)) {
        return phone_done(call);
    }

    if (phone_equal(phone_get(payment, PAYMENT_STATE),
                    PHONE_PAYMENT_REFUNDING)
        && phone_payment_refund_turn(call, payment) != PHONE_DONE)
    {
        return phone_waiting(call) ? PHONE_AGAIN : phone_done(call);
    }

    if (phone_bank_ask(call, payment, &said, &word) == PHONE_AGAIN) {
        return PHONE_AGAIN;
    }

    switch (said) {

    case PHONE_BANK_YES:
        return phone_payment_done(call, payment);

    case PHONE_BANK_NO:
        return phone_payment_refused(call, payment, word);

    case PHONE_BANK_ODD:
        return phone_payment_odd(call, payment, word);

    case PHONE_BANK_NOT_YET:
        phone_set(payment, PAYMENT_QUERY, PHONE_EMPTY);
        phone_repeat(call, phone_now(call));

        return phone_done(call);

    default: /* PHONE_BANK_UNCLEAR */
        return phone_payment_unclear(call, payment, word);
    }
}


/* The bank refunds what it has taken: a refund waits for the capture, and looks
   less and less often.  Anything but PHONE_DONE: not yet. */

static phone_rc_t
phone_payment_refund_turn(phone_call_t *call, phone_record_t *payment)
{
    int64_t          wait;
    phone_str_t      state;
    phone_record_t  *of;

    of = phone_ask_some(call, &phone_payment, phone_get(payment, PAYMENT_OF),
                        PHONE_F(PAYMENT_STATE));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    state = phone_get(of, PAYMENT_STATE);

    if (phone_equal(state, PHONE_PAYMENT_CAPTURING)) {
        wait = (phone_now(call) - phone_get_int(payment, PAYMENT_CREATED)) / 8;
        wait = wait < PHONE_PAYMENT_WAIT ? PHONE_PAYMENT_WAIT
               : wait < PHONE_PAYMENT_WAIT_MAX ? wait : PHONE_PAYMENT_WAIT_MAX;

        phone_repeat(call, phone_now(call) + wait);
        return PHONE_REFUSED;
    }

    if (phone_equal(state, PHONE_PAYMENT_STOPPED)) {
        phone_repeat(call, phone_now(call) + PHONE_PAYMENT_WAIT_MAX);
        return PHONE_REFUSED;
    }

    return PHONE_DONE;
}


static phone_rc_t
phone_payment_done(phone_call_t *call, phone_record_t *payment)
{
    phone_str_t  state;

    state = phone_get(payment, PAYMENT_STATE);

    if (phone_equal(state, PHONE_PAYMENT_AUTHORISING)) {
        return phone_payment_approved(call, payment);
    }

    if (phone_equal(state, PHONE_PAYMENT_VOIDING)) {
        return phone_payment_voided(call, payment);
    }

    if (phone_equal(state, PHONE_PAYMENT_REFUNDING)) {
        phone_payment_refunded(call, payment);
        return phone_done(call);
    }

    phone_payment_end(call, payment, PHONE_STR("CAPTURED"));

    return phone_done(call);
}


/*
 * The bill, and its payer's account.  PHONE_AGAIN, or PHONE_DONE; or
 * PHONE_REFUSED: the bill does not wait for this payment.  What was read of the
 * payment is out of date then, so that the commit fails; or the store is wrong.
 */

static phone_rc_t
phone_payment_bill(phone_call_t *call, phone_record_t *payment,
    phone_record_t **bill, phone_record_t **account)
{
    *bill = phone_bill_ask(call, phone_get(payment, PAYMENT_BILL));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    (void) phone_ask_some(call, &phone_bill, phone_id(*bill),
                          PHONE_F(BILL_NEXT));
    *account = phone_ask_some(call, &phone_account,
                              phone_get(*bill, BILL_PAYER),
                              PHONE_F(ACCOUNT_LISTENS)
                              | phone_payer_day(call));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_bill_paying(*bill)
        || !phone_equal(phone_get(*bill, BILL_NEXT), phone_id(payment)))
    {
        phone_payment_stop(call, payment, PHONE_STR("its bill"));
        return PHONE_REFUSED;
    }

    return PHONE_DONE;
}


/* A client that opens meanwhile is not missed. */

static void
phone_payment_publish(phone_call_t *call, phone_record_t *bill,
    phone_record_t *account, const char *name)
{
    phone_rely(account);

    if (phone_client_open(call, account)) {
        phone_publish(call, phone_get(bill, BILL_PAYER), name,
                      phone_bill_text(call, bill, 0));
    }
}


/* What the ledger has no room for is given up, or stops until the bank has
   settled: there was room when the bank was asked. */

static phone_rc_t
phone_payment_approved(phone_call_t *call, phone_record_t *payment)
{
    int              room;
    int64_t          amount;
    phone_rc_t       rc;
    phone_str_t      card, currency, bank;
    phone_record_t  *bill, *account, *tried;

    card = phone_get(payment, PAYMENT_CARD);
    bank = phone_get(payment, PAYMENT_BANK);
    amount = phone_get_int(payment, PAYMENT_AMOUNT);
    currency = phone_get(payment, PAYMENT_CURRENCY);

    room = phone_bank_has_room(call, bank, card, amount, currency);
    tried = phone_ask_some(call, &phone_card, card, PHONE_CARD_TRIES);

    rc = phone_payment_bill(call, payment, &bill, &account);
    if (rc != PHONE_DONE) {
        return rc == PHONE_AGAIN ? rc : phone_done(call);
    }

    if (!room) {
        return phone_payment_odd(call, payment,
                                 PHONE_STR("the ledger has no room for what "
                                           "the bank owes"));
    }

    phone_set(bill, BILL_NEXT, PHONE_EMPTY);
    phone_pay_approved(call, tried, phone_get_int(payment, PAYMENT_CREATED));

    phone_move_through(call,
                       phone_ledger_bank(call, bank, card, currency),
                       phone_ledger_card(call, card),
                       phone_ledger_takings(call,
                                            phone_get(bill, BILL_MERCHANT),
                                            currency),
                       amount, currency,
                       (phone_purpose_t) { "bank", phone_id(payment) },
                       (phone_purpose_t) { "bill", phone_id(bill) });

    phone_bill_set_paid(call, bill, card, phone_get(payment, PAYMENT_PAY_ID),
                        phone_format(phone_memory(call), "bank:%.*s:%.*s",
                                     PHONE_ARGS(bank),
                                     PHONE_ARGS(phone_id(payment))));
    phone_payment_publish(call, bill, account, "bill.paid");

    phone_payment_state(call, payment, PHONE_PAYMENT_CAPTURING);

    return phone_done(call);
}


/* The bill is as it was before, and expires. */

static phone_rc_t
phone_payment_voided(phone_call_t *call, phone_record_t *payment)
{
    phone_rc_t       rc;
    phone_record_t  *bill, *account, *card;

    card = phone_ask_some(call, &phone_card, phone_get(payment, PAYMENT_CARD),
                          phone_card_day(call));

    rc = phone_payment_bill(call, payment, &bill, &account);
    if (rc != PHONE_DONE) {
        return rc == PHONE_AGAIN ? rc : phone_done(call);
    }

    phone_set(bill, BILL_STATUS, PHONE_BILL_PUSHED);
    phone_set(bill, BILL_NEXT, PHONE_EMPTY);
    phone_pay_voided(call, bill, account, card,
                     phone_get_int(payment, PAYMENT_CREATED));

    phone_emit(call, &phone_bill_expire, phone_id(bill), PHONE_EMPTY,
               phone_get_int(bill, BILL_EXPIRES));

    phone_payment_publish(call, bill, account, "bill.pay_failed");
    phone_payment_end(call, payment, PHONE_STR("VOIDED"));
    phone_lives_for(payment, PHONE_PAYMENT_KEPT);

    return phone_done(call);
}


static void
phone_payment_refunded(phone_call_t *call, phone_record_t *payment)
{
    phone_str_t  card, currency;

    card = phone_get(payment, PAYMENT_CARD);
    currency = phone_get(payment, PAYMENT_CURRENCY);

    phone_move(call, phone_ledger_card(call, card),
               phone_ledger_bank(call, phone_get(payment, PAYMENT_BANK), card,
                                 currency),
               phone_get_int(payment, PAYMENT_AMOUNT), currency, "bank_refund",
               phone_id(payment));

    phone_payment_end(call, payment, PHONE_STR("REFUNDED"));
}


/*
 * What cannot be voided was captured, and so it is paid.  A refund that the
 * bank refuses stays on the card, and operators see it.
 */

static phone_rc_t
phone_payment_refused(phone_call_t *call, phone_record_t *payment,
    phone_str_t word)
{
    phone_str_t  state;

    state = phone_get(payment, PAYMENT_STATE);

    if (phone_equal(state, PHONE_PAYMENT_VOIDING)) {
        return phone_payment_approved(call, payment);
    }

    if (phone_equal(state, PHONE_PAYMENT_REFUNDING)) {
        return phone_payment_odd(call, payment, word);
    }

    phone_set(payment, PAYMENT_REASON, word);
    phone_payment_state(call, payment, PHONE_PAYMENT_VOIDING);

    return phone_done(call);
}


static phone_rc_t
phone_payment_odd(phone_call_t *call, phone_record_t *payment,
    phone_str_t word)
{
    phone_str_t  state;

    state = phone_get(payment, PAYMENT_STATE);

    if (phone_equal(state, PHONE_PAYMENT_AUTHORISING)) {
        phone_set(payment, PAYMENT_REASON, word);
        phone_payment_state(call, payment, PHONE_PAYMENT_VOIDING);
        phone_payment_list(call, payment);

    } else {
        phone_payment_stop(call, payment, word);
    }

    return phone_done(call);
}


static void
phone_payment_stop(phone_call_t *call, phone_record_t *payment,
    phone_str_t word)
{
    phone_set(payment, PAYMENT_REASON, word);
    phone_set(payment, PAYMENT_STOPPED_IN, phone_get(payment, PAYMENT_STATE));

    phone_payment_end(call, payment, PHONE_PAYMENT_STOPPED);
    phone_payment_list(call, payment);
}


/* Operators see it until it ends. */

void
phone_payment_resume(phone_call_t *call, phone_record_t *payment)
{
    phone_set(payment, PAYMENT_STATE, phone_get(payment, PAYMENT_STOPPED_IN));
    phone_set(payment, PAYMENT_STOPPED_IN, PHONE_EMPTY);
    phone_set(payment, PAYMENT_ENDED, PHONE_EMPTY);
    phone_set(payment, PAYMENT_QUERY, PHONE_STR("1"));

    phone_payment_start(call, phone_id(payment),
                        phone_get(payment, PAYMENT_BANK));
}


static phone_rc_t
phone_payment_unclear(phone_call_t *call, phone_record_t *payment,
    phone_str_t word)
{
    int64_t  tries, wait;

    if (phone_equal(phone_get(payment, PAYMENT_STATE),
                    PHONE_PAYMENT_AUTHORISING)
        && phone_now(call) - phone_get_int(payment, PAYMENT_CREATED)
           > PHONE_PAYMENT_PATIENCE)
    {
        phone_set(payment, PAYMENT_REASON, word);
        phone_payment_state(call, payment, PHONE_PAYMENT_VOIDING);

        return phone_done(call);
    }

    tries = phone_get_int(payment, PAYMENT_TRIES) + 1;
    wait = tries < PHONE_PAYMENT_TRIES + 1
           ? PHONE_PAYMENT_WAIT << (tries - 1) : PHONE_PAYMENT_WAIT_MAX;

    wait = phone_jitter(call, "payment wait", wait);

    phone_set(payment, PAYMENT_QUERY, PHONE_STR("1"));
    phone_set_int(payment, PAYMENT_TRIES, tries);

    if (tries == PHONE_PAYMENT_TRIES) {
        phone_payment_list(call, payment);
    }

    phone_repeat(call, phone_now(call) + wait);

    return phone_done(call);
}


/* Its bank is asked for that now. */

static void
phone_payment_state(phone_call_t *call, phone_record_t *payment,
    phone_str_t state)
{
    phone_set(payment, PAYMENT_STATE, state);
    phone_set(payment, PAYMENT_QUERY, PHONE_EMPTY);
    phone_set(payment, PAYMENT_TRIES, PHONE_EMPTY);

    phone_repeat(call, phone_now(call));
}


/* One that was stopped stays where operators see it. */

static void
phone_payment_end(phone_call_t *call, phone_record_t *payment,
    phone_str_t state)
{
    phone_set(payment, PAYMENT_STATE, state);
    phone_set(payment, PAYMENT_QUERY, PHONE_EMPTY);
    phone_set(payment, PAYMENT_TRIES, PHONE_EMPTY);
    phone_set_int(payment, PAYMENT_ENDED, phone_now(call));

    if (!phone_equal(state, PHONE_PAYMENT_STOPPED)
        && phone_get(payment, PAYMENT_LISTED).len)
    {
        phone_set(payment, PAYMENT_LISTED, PHONE_EMPTY);
        phone_index_remove(call, &phone_unclear, phone_id(payment),
                           phone_id(payment));
    }
}


/* GET /operator/check says that it is not clear. */

static void
phone_payment_list(phone_call_t *call, phone_record_t *payment)
{
    phone_set(payment, PAYMENT_LISTED, PHONE_STR("1"));
    phone_index_add(call, &phone_unclear, phone_id(payment),
                    phone_id(payment), phone_now(call));
    phone_give_up(call, PHONE_GAVE_UP_PAYMENT);
}
