
/*
 * PAY-12: a merchant gives back what a bill has paid, all of it or a part.
 *
 * All that is decided is in the merchant's bucket: the number of the refund,
 * what he has taken, and which parts of the bill were refunded before.  The
 * latter is a record of its own, guarded by its version, so refunds of one bill
 * come one after the other and each knows the sum.  The bill and the card are
 * in the payer's bucket.  A bill that is PAID stays so, so it is enough to have
 * read it; the card gets the money and the bill the sum whatever they hold.
 */


#include "bill.h"
#include "bank.h"
#include "../live/live.h"


#define PHONE_REFUND_AGE    (365 * PHONE_DAY)    /* ms from the payment */


static phone_rc_t phone_refund_create_run(phone_call_t *call);
static void phone_refund_ask_bill(phone_call_t *call);
static phone_rc_t phone_refund_bill(phone_call_t *call,
    phone_record_t **bill);
static phone_rc_t phone_refund_again(phone_call_t *call,
    phone_str_t refund_id);
static phone_rc_t phone_refund_parts(phone_record_t *refunds, int64_t *sum,
    unsigned *n);
static phone_rc_t phone_refund_limits(phone_call_t *call,
    phone_record_t *bill, int64_t sum, unsigned n);
static phone_rc_t phone_refund_funds(phone_call_t *call,
    phone_record_t *bill, phone_record_t *refunds);
static phone_record_t *phone_refund_now(phone_call_t *call,
    phone_record_t *bill, phone_record_t *refunds, phone_record_t *account,
    int64_t sum);
static phone_record_t *phone_refund_put(phone_call_t *call,
    phone_record_t *bill, int64_t sum);
static phone_str_t phone_refund_bill_id(phone_record_t *refund);
static phone_rc_t phone_refund_told_again(phone_call_t *call,
    phone_record_t *refund, const phone_again_t *again);
static void phone_refund_notice(phone_call_t *call, phone_record_t *refund,
    phone_record_t *bill, const phone_again_t *again);
static phone_str_t phone_refund_bill_status(phone_record_t *refund);
static int64_t phone_refund_told_since(phone_record_t *refund);


static const phone_param_t  phone_refund_create_params[] = {
    PHONE_BILL_ASKED_BY,
    { "out_refund_no", PHONE_P_NAME, PHONE_REQUIRED, 1, 64,
      "the merchant's number of the refund; one refund each, for ever" },
    { "amount", PHONE_P_AMOUNT, PHONE_REQUIRED, 0, 0,
      "minor units of the bill's currency" },
    { "reason", PHONE_P_TEXT, 0, 1, 128, "why; kept with the refund" },
    { NULL, 0, 0, 0, 0, NULL }
};


const phone_member_t  phone_refund_members[] = {
    { "refund_id", PHONE_M_ID, 0, NULL, NULL, "of the refund" },
    { "out_refund_no", PHONE_M_TEXT, 0, NULL,
      NULL, "the merchant's number of it" },
    { "bill_id", PHONE_M_ID, 0, NULL, NULL, "the bill" },
    { "out_trade_no", PHONE_M_TEXT, 0, NULL,
      NULL, "the merchant's order number" },
    { "status", PHONE_M_TEXT, 0, NULL, NULL, "SUCCESS: the money has moved" },
    { "amount", PHONE_M_AMOUNT, 0, NULL, NULL, "minor units given back" },
    { "currency", PHONE_M_TEXT, 0, NULL, NULL, "ISO 4217" },
    { "reason", PHONE_M_TEXT, 0, NULL, "one was given", "why" },
    { "refunded", PHONE_M_AMOUNT, 0, NULL,
      NULL, "minor units of the bill, with this refund" },
    { "bill_status", PHONE_M_TEXT, 0, NULL,
      NULL, "of the bill, with this refund" },
    { "created_at", PHONE_M_TIME, 0, NULL, NULL, "when it was made" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_refund_create = {
    "refund.create", "POST", "/pay/refund", PHONE_MERCHANT,
    phone_refund_create_run, phone_refund_create_params, phone_refund_members,
    "Gives back what a bill has paid, or a part of it, from the takings to the "
    "card that has paid. The same number again gives the same refund; with "
    "another value, ORDER_MISMATCH."
};


/* Refunds have an order of their own, apart from the notices of the bill. */

const phone_outbox_t  phone_refund_outbox = {
    "refund", &phone_refund, REFUND_NOTICES, REFUND_MERCHANT,
    REFUND_NOTIFY_URL, NULL, NULL, NULL, phone_refund_told_since,
    phone_refund_told_again, 0
};


static phone_rc_t
phone_refund_create_run(phone_call_t *call)
{
    int64_t          sum;
    unsigned         n;
    phone_rc_t       rc;
    phone_str_t      number, taken;
    phone_record_t  *merchant, *bill, *refunds, *account;

    /* read, not assumed: who has refunded the last part is not refused */

    number = phone_order_id(call, phone_caller(call),
                            phone_arg(call, "out_refund_no"));
    taken = phone_ask_claimed(call, &phone_refund_no, number);
    merchant = phone_ask_remembered(call, &phone_merchant,
                                    phone_caller(call));
    phone_refund_ask_bill(call);

    if (taken.len == 0 && phone_get(merchant, MERCHANT_ARCHIVED).len) {
        taken = phone_archived_claim(call, &phone_refund_no, number);
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (taken.len) {
        return phone_refund_again(call, taken);
    }

    rc = phone_refund_bill(call, &bill);
    if (rc != PHONE_DONE) {
        return rc;
    }

    refunds = phone_ask_refunds(call, phone_id(bill));
    account = phone_ask_some(call, &phone_account,
                             phone_get(bill, BILL_PAYER),
                             PHONE_F(ACCOUNT_LISTENS));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (phone_refund_parts(refunds, &sum, &n) != PHONE_DONE
        || phone_refund_limits(call, bill, sum, n) != PHONE_DONE)
    {
        return PHONE_REFUSED;
    }

    rc = phone_refund_funds(call, bill, refunds);
    if (rc != PHONE_DONE) {
        return rc;
    }

    /* the bill does not leave for the archive meanwhile */

    if (phone_get(merchant, MERCHANT_ARCHIVED).len) {
        phone_rely_unarchived(call, &phone_order,
                              phone_order_id(call, phone_caller(call),
                                             phone_get(bill, BILL_ORDER)));
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    return phone_refund_say(call, phone_refund_now(call, bill, refunds,
                                                   account, sum));
}


static phone_record_t *
phone_refund_now(phone_call_t *call, phone_record_t *bill,
    phone_record_t *refunds, phone_record_t *account, int64_t sum)
{
    int64_t          amount;
    phone_str_t      currency;
    phone_record_t  *refund;

    amount = phone_arg_int(call, "amount");
    currency = phone_get(bill, BILL_CURRENCY);
    refund = phone_refund_put(call, bill, sum + amount);

    phone_set(refunds, REFUNDS_PARTS,
              phone_format(phone_memory(call), "%.*s%.*s %lld,",
                           PHONE_ARGS(phone_get(refunds, REFUNDS_PARTS)),
                           PHONE_ARGS(phone_id(refund)), (long long) amount));

    phone_move(call, phone_ledger_takings(call, phone_caller(call), currency),
               phone_ledger_card(call, phone_get(bill, BILL_CARD)), amount,
               currency, "refund", phone_id(refund));

    phone_statement_append(call, phone_caller(call),
                           &(phone_statement_row_t) {
                               .kind = PHONE_ROW_REFUND,
                               .bill_id = phone_refund_bill_id(refund),
                               .order = phone_get(bill, BILL_ORDER),
                               .no = phone_get(refund, REFUND_NO),
                               .currency = currency,
                               .amount = -amount });

    phone_increase(call, &phone_bill, phone_id(bill), BILL_REFUNDED, amount);

    phone_payment_refund(call, bill, refund);
    phone_refund_notice(call, refund, bill, NULL);

    /* the account is in another bucket and not guarded: a client that opens
       meanwhile is not told, and reads the bill after that */

    if (phone_client_open(call, account)) {
        phone_publish(call, phone_get(bill, BILL_PAYER), "bill.refunded",
                      phone_bill_text(call, bill, sum + amount));
    }

    return refund;
}


/* In the same round as the refund's number, to save one. */

static void
phone_refund_ask_bill(phone_call_t *call)
{
    phone_str_t  id;

    id = phone_arg(call, "bill_id");

    if (id.len) {
        (void) phone_ask(call, &phone_bill, id);
        (void) phone_ask_refunds(call, id);

    } else if (phone_has(call, "out_trade_no")) {
        (void) phone_ask_claimed(call, &phone_order,
                                 phone_order_id(call, phone_caller(call),
                                           phone_arg(call, "out_trade_no")));
    }
}


/* One that is paid. */

static phone_rc_t
phone_refund_bill(phone_call_t *call, phone_record_t **bill)
{
    phone_rc_t  rc;

    rc = phone_bill_asked(call, bill);
    if (rc != PHONE_DONE) {
        return rc;
    }

    if (!phone_is(phone_get(*bill, BILL_STATUS), "PAID")) {
        phone_say(call, "status", phone_bill_told_status(call, *bill));
        return phone_refuse(call, PHONE_BILL_NOT_PAID);
    }

    return phone_is_archived(*bill) ? phone_refuse(call, PHONE_REFUND_TOO_LATE)
                                    : PHONE_DONE;
}


int64_t
phone_refund_age(phone_call_t *call)
{
    int64_t  after;

    after = phone_settings(call)->archive_after;

    return after && after < PHONE_REFUND_AGE ? after : PHONE_REFUND_AGE;
}


/* As its merchant knows it. */

static phone_str_t
phone_refund_bill_id(phone_record_t *refund)
{
    phone_str_t  known;

    known = phone_get(refund, REFUND_KNOWN);

    return known.len ? known : phone_get(refund, REFUND_BILL);
}


/* Which parameter is kept in which field: also what "the same again" means. */

static const struct {
    const char              *param;
    unsigned                 field;
    unsigned                 optional:1;     /* a name of the bill */
} phone_refund_given[] = {
    { "out_trade_no", REFUND_ORDER, 1 },
    { "bill_id", REFUND_BILL, 1 },
    { "amount", REFUND_AMOUNT, 0 },
    { "reason", REFUND_REASON, 0 },
    { NULL, 0, 0 }
};


/* The number was used before: the same refund, or the field that differs.
   Also what runs again after its own commit comes here. */

static phone_rc_t
phone_refund_again(phone_call_t *call, phone_str_t refund_id)
{
    unsigned         i;
    phone_str_t      given, kept;
    phone_record_t  *refund;

    refund = phone_refund_ask(call, refund_id);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(refund)) {
        return phone_bad_record(refund);
    }

    if (!phone_has(call, "bill_id") && !phone_has(call, "out_trade_no")) {
        return phone_refuse_field(call, PHONE_PARAM_MISSING, "out_trade_no");
    }

    for (i = 0; phone_refund_given[i].param; i++) {
        given = phone_arg(call, phone_refund_given[i].param);

        if (phone_refund_given[i].optional && given.len == 0) {
            continue;
        }

        kept = phone_refund_given[i].field == REFUND_BILL
               ? phone_refund_bill_id(refund)
               : phone_get(refund, phone_refund_given[i].field);

        if (!phone_equal(given, kept)) {
            return phone_refuse_field(call, PHONE_ORDER_MISMATCH,
                                      phone_refund_given[i].param);
        }
    }

    return phone_refund_say(call, refund);
}


phone_record_t *
phone_refund_ask(phone_call_t *call, phone_str_t refund_id)
{
    phone_record_t  *refund;

    refund = phone_ask(call, &phone_refund, refund_id);
    phone_ask_archived(refund);

    return refund;
}


phone_record_t *
phone_ask_refunds(phone_call_t *call, phone_str_t bill_id)
{
    return phone_ask(call, &phone_refunds,
                     phone_order_id(call, phone_caller(call), bill_id));
}


int
phone_refund_part(phone_str_t *rest, phone_str_t *refund_id, int64_t *amount)
{
    phone_str_t  part;

    if (!phone_split(rest, ',', &part)) {
        return 0;
    }

    return phone_split(&part, ' ', refund_id)
           && phone_parse_int(part, amount) == 0 ? 1 : -1;
}


/* How much was refunded so far, in how many parts. */

static phone_rc_t
phone_refund_parts(phone_record_t *refunds, int64_t *sum, unsigned *n)
{
    int          rc;
    int64_t      amount;
    phone_str_t  rest, id;

    rest = phone_get(refunds, REFUNDS_PARTS);
    *sum = 0;

    for (*n = 0; (rc = phone_refund_part(&rest, &id, &amount)) == 1; ++*n) {
        *sum += amount;
    }

    return rc == 0 ? PHONE_DONE : phone_bad_record(refunds);
}


static phone_rc_t
phone_refund_limits(phone_call_t *call, phone_record_t *bill, int64_t sum,
    unsigned n)
{
    int64_t  left;

    if (phone_now(call) - phone_get_int(bill, BILL_PAID_AT)
        > phone_refund_age(call))
    {
        return phone_refuse(call, PHONE_REFUND_TOO_LATE);
    }

    left = phone_get_int(bill, BILL_AMOUNT) - sum;

    if (phone_arg_int(call, "amount") > left) {
        phone_say_int(call, "left", left);
        return phone_refuse_field(call, PHONE_REFUND_EXCEEDS, "amount");
    }

    return n < PHONE_REFUND_PARTS ? PHONE_DONE
                                  : phone_refuse(call, PHONE_REFUND_TOO_MANY);
}


/* What the bill has paid may not have come to the takings yet.  What lacks may
   have gone to another refund of the bill, made since those were read: it is
   not blamed on the takings then. */

static phone_rc_t
phone_refund_funds(phone_call_t *call, phone_record_t *bill,
    phone_record_t *refunds)
{
    int                     enough;
    phone_ledger_account_t  takings;

    takings = phone_ledger_takings(call, phone_caller(call),
                                   phone_get(bill, BILL_CURRENCY));
    enough = phone_holds(call, &takings, phone_arg_int(call, "amount"));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (enough) {
        return PHONE_DONE;
    }

    if (phone_may_lag(call, phone_get_int(bill, BILL_PAID_AT))) {
        return phone_not_yet(call);
    }

    phone_rely(refunds);

    return phone_refuse_field(call, PHONE_TAKINGS_NOT_ENOUGH, "amount");
}


static phone_record_t *
phone_refund_put(phone_call_t *call, phone_record_t *bill, int64_t sum)
{
    phone_chain_t    chain;
    phone_record_t  *refund;

    refund = phone_put(call, &phone_refund,
                       phone_new_id(call, phone_caller(call), "refund"));

    phone_set(refund, REFUND_MERCHANT, phone_caller(call));
    phone_set(refund, REFUND_NO, phone_arg(call, "out_refund_no"));
    phone_set(refund, REFUND_BILL, phone_id(bill));
    phone_set(refund, REFUND_ORDER, phone_get(bill, BILL_ORDER));
    phone_set(refund, REFUND_CARD, phone_get(bill, BILL_CARD));
    phone_set(refund, REFUND_AMOUNT, phone_arg(call, "amount"));
    phone_set(refund, REFUND_CURRENCY, phone_get(bill, BILL_CURRENCY));
    phone_set(refund, REFUND_REASON, phone_arg(call, "reason"));
    phone_set(refund, REFUND_TOTAL, phone_get(bill, BILL_AMOUNT));
    phone_set_int(refund, REFUND_REFUNDED, sum);
    phone_set(refund, REFUND_NOTIFY_URL, phone_get(bill, BILL_NOTIFY_URL));
    phone_set_int(refund, REFUND_CREATED, phone_now(call));

    phone_bill_chain(bill, &chain);

    if (chain.n) {
        phone_set(refund, REFUND_KNOWN, chain.origin);
    }

    phone_claim(call, &phone_refund_no,
                phone_order_id(call, phone_caller(call),
                               phone_arg(call, "out_refund_no")),
                phone_id(refund), 0);

    return refund;
}


static phone_rc_t
phone_refund_told_again(phone_call_t *call, phone_record_t *refund,
    const phone_again_t *again)
{
    phone_record_t  *bill;

    bill = phone_bill_ask(call, phone_get(refund, REFUND_BILL));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(bill)) {
        return phone_bad_record(refund);
    }

    phone_refund_notice(call, refund, bill, again);

    return PHONE_DONE;
}


static void
phone_refund_notice(phone_call_t *call, phone_record_t *refund,
    phone_record_t *bill, const phone_again_t *again)
{
    unsigned        n;
    phone_arena_t  *arena;
    phone_chain_t   chain;

    arena = phone_memory(call);
    phone_bill_chain(bill, &chain);

    const phone_field_t  told[] = {
        { PHONE_STR("refund_id"), phone_id(refund) },
        { PHONE_STR("out_refund_no"), phone_get(refund, REFUND_NO) },
        { PHONE_STR("refund_amount"), phone_get(refund, REFUND_AMOUNT) },
        { PHONE_STR("refunded"), phone_get(refund, REFUND_REFUNDED) },
        { PHONE_STR("refunded_at"),
          phone_time_text(arena, phone_refund_told_since(refund) / 1000) },
        { PHONE_STR("reason"), phone_get(refund, REFUND_REASON) },
        { PHONE_STR("bill_id"), chain.origin },
        { PHONE_STR("out_trade_no"), phone_get(bill, BILL_ORDER) },
        { PHONE_STR("amount"), phone_get(bill, BILL_AMOUNT) },
        { PHONE_STR("currency"), phone_get(bill, BILL_CURRENCY) },
        { PHONE_STR("status"), phone_refund_bill_status(refund) },
        { PHONE_STR("payer_phone"), chain.named },
        { PHONE_STR("paid_by"), chain.n ? phone_bill_paid_by(bill)
                                        : PHONE_EMPTY },
        { PHONE_STR("paid_at"),
          phone_time_text(arena, phone_get_int(bill, BILL_PAID_AT) / 1000) }
    };

    n = sizeof(told) / sizeof(told[0]);

    if (again) {
        phone_notice_put_again(call, &phone_refund_outbox, refund, again,
                               "refund", told, n);

    } else {
        phone_notice_put(call, &phone_refund_outbox, refund, "refund", told,
                         n);
    }
}


static int64_t
phone_refund_told_since(phone_record_t *refund)
{
    return phone_get_int(refund, REFUND_CREATED);
}


static phone_str_t
phone_refund_bill_status(phone_record_t *refund)
{
    return phone_bill_refunded(phone_get_int(refund, REFUND_REFUNDED),
                               phone_get_int(refund, REFUND_TOTAL));
}


phone_rc_t
phone_refund_say(phone_call_t *call, phone_record_t *refund)
{
    phone_say(call, "refund_id", phone_id(refund));
    phone_say(call, "out_refund_no", phone_get(refund, REFUND_NO));
    phone_say(call, "bill_id", phone_refund_bill_id(refund));
    phone_say(call, "out_trade_no", phone_get(refund, REFUND_ORDER));
    phone_say(call, "status", PHONE_STR("SUCCESS"));
    phone_say_int(call, "amount", phone_get_int(refund, REFUND_AMOUNT));
    phone_say(call, "currency", phone_get(refund, REFUND_CURRENCY));

    if (phone_get(refund, REFUND_REASON).len) {
        phone_say(call, "reason", phone_get(refund, REFUND_REASON));
    }

    phone_say_int(call, "refunded", phone_get_int(refund, REFUND_REFUNDED));
    phone_say(call, "bill_status", phone_refund_bill_status(refund));
    phone_say_time(call, "created_at", phone_get_int(refund, REFUND_CREATED));

    return phone_done(call);
}
