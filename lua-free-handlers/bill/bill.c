
/* What the bill handlers share. */


#include "bill.h"
#include "../live/live.h"
#include "../lib/month.h"
#include "../months.h"


static int phone_bill_late(phone_call_t *call, phone_record_t *bill);
static phone_rc_t phone_bill_refuse_moved(phone_call_t *call,
    phone_record_t *bill);
static void phone_bill_say_as(phone_call_t *call, phone_record_t *bill,
    phone_str_t id, phone_str_t status, phone_str_t payer);
static phone_str_t phone_bill_told_moved(phone_call_t *call,
    phone_record_t *bill, const phone_chain_t *chain);
static void phone_bill_show_hands(phone_json_t *json, phone_record_t *bill,
    const phone_chain_t *chain);
static void phone_bill_show_as(phone_json_t *json, phone_record_t *bill,
    phone_str_t status, int64_t refunded);
static phone_rc_t phone_bill_told_again(phone_call_t *call,
    phone_record_t *bill, const phone_again_t *again);
static void phone_bill_told(phone_call_t *call, phone_record_t *bill,
    const phone_again_t *again);
static int64_t phone_bill_told_since(phone_record_t *bill);


const phone_member_t  phone_bill_shown[] = {
    PHONE_BILL_SHOWN,
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_object_t  phone_bill_object = {
    "Bill", phone_bill_shown
};


/* The first thing that a merchant is told of a bill is its end: it does not
   expire any more. */

const phone_outbox_t  phone_bill_outbox = {
    "bill", &phone_bill, BILL_NOTICES, BILL_MERCHANT, BILL_NOTIFY_URL,
    &phone_bill_expire, phone_bill_origin, phone_bill_find,
    phone_bill_told_since, phone_bill_told_again, 0
};


int
phone_bill_open(phone_record_t *bill)
{
    phone_str_t  status;

    status = phone_get(bill, BILL_STATUS);

    return phone_is(status, "PUSHED") || phone_is(status, "CREATED")
           || phone_is(status, "OFFERED");
}


int
phone_bill_offered(phone_record_t *bill)
{
    return phone_is(phone_get(bill, BILL_STATUS), "OFFERED");
}


int
phone_bill_paying(phone_record_t *bill)
{
    return phone_is(phone_get(bill, BILL_STATUS), "PAYING");
}


int
phone_bill_unpaid(phone_record_t *bill)
{
    phone_str_t  status;

    status = phone_get(bill, BILL_STATUS);

    return phone_is(status, "EXPIRED") || phone_is(status, "REJECTED")
           || phone_is(status, "CLOSED");
}


int
phone_bill_past(phone_call_t *call, phone_record_t *bill)
{
    return phone_bill_open(bill) && phone_bill_late(call, bill);
}


/* A payment that began in time may take PHONE_COMMIT_WITHIN, on a host whose
   clock is behind. */

static int
phone_bill_late(phone_call_t *call, phone_record_t *bill)
{
    return phone_now(call) >= phone_get_int(bill, BILL_EXPIRES)
                              + PHONE_COMMIT_WITHIN
                              + 2 * phone_settings(call)->clock_bound;
}


phone_str_t
phone_bill_status(phone_call_t *call, phone_record_t *bill)
{
    phone_str_t  status;

    status = phone_get(bill, BILL_STATUS);

    if (phone_bill_paying(bill)) {
        return PHONE_BILL_PUSHED;
    }

    if (phone_bill_past(call, bill)) {
        return PHONE_STR("EXPIRED");
    }

    return phone_is(status, "PAID")
           ? phone_bill_refunded(phone_get_int(bill, BILL_REFUNDED),
                                 phone_get_int(bill, BILL_AMOUNT))
           : status;
}


phone_str_t
phone_bill_refunded(int64_t refunded, int64_t amount_minor)
{
    if (refunded == 0) {
        return PHONE_BILL_PAID_;
    }

    return refunded < amount_minor ? PHONE_STR("PARTLY_REFUNDED")
                                   : PHONE_STR("REFUNDED");
}


/* If it has come back to its payer he is told under which id. */

static phone_rc_t
phone_bill_refuse_moved(phone_call_t *call, phone_record_t *bill)
{
    phone_rc_t       rc;
    phone_record_t  *back, *last;

    if (phone_bill_given_back(bill)) {
        return phone_refuse(call, phone_is(phone_get(bill, BILL_STATUS),
                                           "RECALLED")
                                  ? PHONE_BILL_RECALLED
                                  : PHONE_BILL_HANDED_ON);
    }

    back = phone_bill_ask(call, phone_id(bill));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    rc = phone_bill_follow(call, &back, &last);
    if (rc != PHONE_DONE) {
        return rc;
    }

    if (!phone_equal(phone_id(back), phone_id(bill))) {
        phone_say(call, "bill_id", phone_id(back));
    }

    return phone_refuse(call, PHONE_BILL_HANDED_ON);
}


/* Whether the other number has handed it on as well is its own affair. */

phone_str_t
phone_bill_handed_status(phone_call_t *call, phone_record_t *bill,
    phone_record_t *last)
{
    phone_chain_t  chain;

    phone_bill_chain(last, &chain);

    if (phone_bill_paying(last)) {
        return PHONE_BILL_PUSHED;
    }

    return phone_bill_open(last) && !phone_bill_past(call, last)
           && !(phone_bill_offered(last)
                && phone_equal(chain.before, phone_id(bill)))
           ? PHONE_BILL_PUSHED : phone_bill_status(call, last);
}


phone_rc_t
phone_bill_refuse(phone_call_t *call, phone_record_t *bill)
{
    unsigned     i;
    phone_str_t  status;

    static const struct {
        const char          *status;
        phone_refusal_t      refusal;
    } ended[] = {
        { "PAID", PHONE_BILL_PAID },
        { "PAYING", PHONE_PAYMENT_PENDING },
        { "EXPIRED", PHONE_BILL_EXPIRED },
        { "REJECTED", PHONE_BILL_REJECTED },
        { "CLOSED", PHONE_BILL_CLOSED }
    };

    if (phone_bill_moved(bill)) {
        return phone_bill_refuse_moved(call, bill);
    }

    status = phone_get(bill, BILL_STATUS);

    for (i = 0; i < sizeof(ended) / sizeof(ended[0]); i++) {
        if (phone_is(status, ended[i].status)) {
            return phone_refuse(call, ended[i].refusal);
        }
    }

    return phone_bad_record(bill);
}


phone_rc_t
phone_bill_asked(phone_call_t *call, phone_record_t **bill)
{
    int          known;
    phone_rc_t   rc;
    phone_str_t  id;

    /* both names of it are compared when both were sent */

    id = phone_arg(call, "bill_id");
    known = 0;

    if (id.len == 0) {
        if (!phone_has(call, "out_trade_no")) {
            return phone_refuse_field(call, PHONE_PARAM_MISSING,
                                      "out_trade_no");
        }

        id = phone_ask_kept(call, &phone_order,
                            phone_order_id(call, phone_caller(call),
                                           phone_arg(call, "out_trade_no")));

        if (phone_waiting(call)) {
            return PHONE_AGAIN;
        }

        if (id.len == 0) {
            return phone_refuse(call, PHONE_BILL_NOT_FOUND);
        }

        known = 1;
    }

    *bill = phone_bill_ask(call, id);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    /* in a bucket of its own, and still on its way there */

    if (!phone_found(*bill)) {

        if (known || phone_may_come(call, id)) {
            return phone_not_yet(call);
        }

        rc = phone_ask_to_come(call, phone_caller(call), id);
        if (rc != PHONE_DONE) {
            return rc;
        }
    }

    /* of a bill that was handed on he knows the first record only */

    if (!phone_found(*bill)
        || !phone_equal(phone_get(*bill, BILL_MERCHANT), phone_caller(call))
        || phone_get(*bill, BILL_HANDED).len)
    {
        return phone_refuse(call, PHONE_BILL_NOT_FOUND);
    }

    if (phone_has(call, "out_trade_no")
        && !phone_equal(phone_get(*bill, BILL_ORDER),
                        phone_arg(call, "out_trade_no")))
    {
        return phone_refuse_field(call, PHONE_BILL_NOT_FOUND, "out_trade_no");
    }

    return phone_bill_last(call, bill);
}


phone_rc_t
phone_bill_own(phone_call_t *call, phone_record_t **bill)
{
    *bill = phone_bill_ask(call, phone_arg(call, "bill_id"));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(*bill) && phone_may_come(call, phone_id(*bill))) {
        return phone_not_yet(call);
    }

    if (!phone_found(*bill)
        || !phone_equal(phone_get(*bill, BILL_PAYER), phone_caller(call)))
    {
        return phone_refuse(call, PHONE_BILL_NOT_FOUND);
    }

    return PHONE_DONE;
}


phone_rc_t
phone_bill_end(phone_call_t *call, phone_record_t *bill, const char *status,
    phone_str_t reason, const char *live)
{
    phone_record_t  *account;

    account = phone_ask_some(call, &phone_account,
                             phone_get(bill, BILL_PAYER),
                             PHONE_F(ACCOUNT_LISTENS));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_set(bill, BILL_STATUS, phone_cstr(status));
    phone_set(bill, BILL_REASON, reason);
    phone_set_int(bill, BILL_ENDED_AT, phone_now(call));

    phone_archive_note(call, phone_id(bill), phone_month_of(phone_now(call)));
    phone_ledger_watch(call, phone_get(bill, BILL_PAYER));

    phone_bill_notice(call, bill);
    phone_bill_tell_givers(call, bill);

    /* a client that opens meanwhile is not missed */

    phone_rely(account);

    if (phone_client_open(call, account)) {
        phone_publish(call, phone_get(bill, BILL_PAYER), live,
                      phone_bill_text(call, bill, 0));
    }

    return PHONE_DONE;
}


phone_str_t
phone_ask_kept(phone_call_t *call, const phone_type_t *type, phone_str_t id)
{
    phone_str_t  value;

    value = phone_ask_claimed(call, type, id);

    return value.len || phone_waiting(call)
           ? value : phone_archived_claim(call, type, id);
}


phone_str_t
phone_order_id(phone_call_t *call, phone_str_t merchant_id,
    phone_str_t out_trade_no)
{
    return phone_join(phone_memory(call), 3,
                      (phone_str_t[3]) { merchant_id, PHONE_STR(":"),
                                         out_trade_no });
}


static void
phone_bill_say_as(phone_call_t *call, phone_record_t *bill, phone_str_t id,
    phone_str_t status, phone_str_t payer)
{
    phone_say(call, "bill_id", id);
    phone_say(call, "out_trade_no", phone_get(bill, BILL_ORDER));
    phone_say(call, "status", status);
    phone_say_int(call, "amount", phone_get_int(bill, BILL_AMOUNT));
    phone_say(call, "currency", phone_get(bill, BILL_CURRENCY));
    phone_say(call, "payer_phone", payer);
    phone_say_time(call, "created_at", phone_get_int(bill, BILL_CREATED));
    phone_say_time(call, "expires_at", phone_get_int(bill, BILL_EXPIRES));
    phone_say_time(call, "paid_at", phone_get_int(bill, BILL_PAID_AT));

    if (phone_get_int(bill, BILL_REFUNDED)) {
        phone_say_int(call, "refunded", phone_get_int(bill, BILL_REFUNDED));
    }

    phone_say_time(call, "ended_at", phone_get_int(bill, BILL_ENDED_AT));

    if (phone_get(bill, BILL_REASON).len) {
        phone_say(call, "reason", phone_get(bill, BILL_REASON));
    }
}


void
phone_bill_say(phone_call_t *call, phone_record_t *bill)
{
    phone_bill_say_as(call, bill, phone_id(bill),
                      phone_bill_status(call, bill),
                      phone_get(bill, BILL_PAYER));
}


phone_str_t
phone_bill_told_status(phone_call_t *call, phone_record_t *bill)
{
    phone_chain_t  chain;

    phone_bill_chain(bill, &chain);

    if (phone_bill_moved(bill)) {
        return phone_bill_told_moved(call, bill, &chain);
    }

    return chain.told.len
           && (phone_bill_paying(bill)
               || (phone_bill_open(bill) && !phone_bill_past(call, bill)))
           ? chain.told : phone_bill_status(call, bill);
}


/* Nobody can have paid it: the next record has not come yet. */

static phone_str_t
phone_bill_told_moved(phone_call_t *call, phone_record_t *bill,
    const phone_chain_t *chain)
{
    if (phone_bill_late(call, bill)) {
        return PHONE_STR("EXPIRED");
    }

    if (chain->told.len) {
        return chain->told;
    }

    return phone_get(bill, BILL_PUSHED_AT).len ? PHONE_BILL_PUSHED
                                               : PHONE_STR("CREATED");
}


void
phone_bill_say_merchant(phone_call_t *call, phone_record_t *bill)
{
    phone_str_t    status, paid_by;
    phone_chain_t  chain;

    phone_bill_chain(bill, &chain);
    status = phone_bill_told_status(call, bill);

    phone_bill_say_as(call, bill, chain.origin, status, chain.named);

    paid_by = chain.n ? phone_bill_paid_by(bill) : PHONE_EMPTY;

    if (paid_by.len) {
        phone_say(call, "paid_by", paid_by);
    }
}


int
phone_bill_wanted(phone_str_t asked, phone_str_t status)
{
    if (phone_is(asked, PHONE_BILLS_OPEN)) {
        return phone_is(status, "CREATED") || phone_is(status, "PUSHED")
               || phone_is(status, "OFFERED");
    }

    return asked.len == 0 || phone_equal(asked, status);
}


static void
phone_bill_show_text(phone_json_t *json, const char *name,
    phone_record_t *bill, unsigned field)
{
    phone_str_t  text;

    text = phone_get(bill, field);

    if (text.len) {
        phone_json_text(json, name, text);
    }
}


static void
phone_bill_show_time(phone_json_t *json, const char *name,
    phone_record_t *bill, unsigned field)
{
    int64_t  ms;

    ms = phone_get_int(bill, field);

    if (ms) {
        phone_json_time(json, name, ms);
    }
}


/* Name and address are of the one named: nobody else is shown them. */

void
phone_bill_show(phone_call_t *call, phone_json_t *json,
    phone_record_t *bill)
{
    phone_bill_show_as(json, bill, phone_bill_status(call, bill),
                       phone_get_int(bill, BILL_REFUNDED));
}


/* The members of phone_bill_say_merchant(). */

void
phone_bill_show_merchant(phone_call_t *call, phone_json_t *json,
    phone_record_t *bill)
{
    phone_str_t    paid_by;
    phone_chain_t  chain;

    phone_bill_chain(bill, &chain);

    phone_json_text(json, "bill_id", chain.origin);
    phone_bill_show_text(json, "out_trade_no", bill, BILL_ORDER);
    phone_json_text(json, "status", phone_bill_told_status(call, bill));
    phone_json_int(json, "amount", phone_get_int(bill, BILL_AMOUNT));
    phone_bill_show_text(json, "currency", bill, BILL_CURRENCY);
    phone_json_text(json, "payer_phone", chain.named);
    phone_bill_show_time(json, "created_at", bill, BILL_CREATED);
    phone_bill_show_time(json, "expires_at", bill, BILL_EXPIRES);
    phone_bill_show_time(json, "paid_at", bill, BILL_PAID_AT);

    if (phone_get_int(bill, BILL_REFUNDED)) {
        phone_json_int(json, "refunded", phone_get_int(bill, BILL_REFUNDED));
    }

    phone_bill_show_time(json, "ended_at", bill, BILL_ENDED_AT);
    phone_bill_show_text(json, "reason", bill, BILL_REASON);

    paid_by = chain.n ? phone_bill_paid_by(bill) : PHONE_EMPTY;

    if (paid_by.len) {
        phone_json_text(json, "paid_by", paid_by);
    }
}


static void
phone_bill_show_as(phone_json_t *json, phone_record_t *bill,
    phone_str_t status, int64_t refunded)
{
    phone_chain_t  chain;

    phone_bill_chain(bill, &chain);

    phone_json_text(json, "bill_id", phone_id(bill));
    phone_json_text(json, "status", status);
    phone_bill_show_text(json, "merchant_id", bill, BILL_MERCHANT);
    phone_bill_show_text(json, "merchant", bill, BILL_MERCHANT_NAME);
    phone_bill_show_text(json, "out_trade_no", bill, BILL_ORDER);
    phone_json_int(json, "amount", phone_get_int(bill, BILL_AMOUNT));
    phone_bill_show_text(json, "currency", bill, BILL_CURRENCY);
    phone_bill_show_text(json, "subject", bill, BILL_SUBJECT);
    phone_bill_show_text(json, "body", bill, BILL_BODY);
    phone_bill_show_text(json, "buyer_phone", bill, BILL_BUYER);

    if (chain.from.len == 0) {
        phone_bill_show_text(json, "payer_name", bill, BILL_PAYER_NAME);
        phone_bill_show_text(json, "payer_address", bill, BILL_PAYER_ADDRESS);
    }

    phone_bill_show_text(json, "card_id", bill, BILL_CARD);

    if (phone_bill_paying(bill)) {
        phone_json_text(json, "payment", PHONE_STR("PENDING"));
    }

    phone_bill_show_time(json, "created_at", bill, BILL_CREATED);
    phone_bill_show_time(json, "expires_at", bill, BILL_EXPIRES);
    phone_bill_show_time(json, "paid_at", bill, BILL_PAID_AT);

    if (refunded) {
        phone_json_int(json, "refunded", refunded);
    }

    phone_bill_show_time(json, "ended_at", bill, BILL_ENDED_AT);
    phone_bill_show_text(json, "reason", bill, BILL_REASON);

    if (chain.n || phone_bill_moved(bill)) {
        phone_bill_show_hands(json, bill, &chain);
    }
}


static void
phone_bill_show_hands(phone_json_t *json, phone_record_t *bill,
    const phone_chain_t *chain)
{
    phone_str_t  agreed, to;

    agreed = phone_get(bill, BILL_AGREED);

    if (chain->from.len) {
        phone_json_text(json, "handed_by", chain->from);
    }

    if (agreed.len) {
        phone_json_bool(json, "tell_merchant", phone_is(agreed, "1"));
    }

    if (phone_is(phone_get(bill, BILL_STATUS), "HANDED_ON")) {
        (void) phone_bill_next(bill, &to);
        phone_json_text(json, "handed_to", to);
    }

    if (chain->declined.len) {
        phone_json_text(json, "declined_by", chain->declined);
    }
}


phone_str_t
phone_bill_text(phone_call_t *call, phone_record_t *bill, int64_t refunded)
{
    phone_buf_t   buf;
    phone_json_t  json;

    phone_buf_init(&buf, phone_memory(call), 384);
    phone_json_init(&json, &buf);
    phone_json_object(&json, NULL);
    phone_bill_show_as(&json, bill,
                       refunded ? phone_bill_refunded(refunded,
                                      phone_get_int(bill, BILL_AMOUNT))
                                : phone_get(bill, BILL_STATUS),
                       refunded);
    phone_json_end(&json);

    return phone_buf_str(&buf);
}


void
phone_bill_set_paid(phone_call_t *call, phone_record_t *bill,
    phone_str_t card_id, phone_str_t pay_id, phone_str_t paid_by)
{
    phone_set(bill, BILL_STATUS, PHONE_BILL_PAID_);
    phone_set_int(bill, BILL_PAID_AT, phone_now(call));
    phone_set(bill, BILL_CARD, card_id);
    phone_set(bill, BILL_PAY_ID, pay_id);
    phone_set(bill, BILL_PAID_BY, paid_by);

    phone_statement_append(call, phone_get(bill, BILL_MERCHANT),
                           &(phone_statement_row_t) {
                               .kind = PHONE_ROW_PAYMENT,
                               .bill_id = phone_bill_origin(bill),
                               .order = phone_get(bill, BILL_ORDER),
                               .no = PHONE_EMPTY,
                               .currency = phone_get(bill, BILL_CURRENCY),
                               .amount = phone_get_int(bill, BILL_AMOUNT) });

    phone_bill_notice(call, bill);
    phone_bill_tell_givers(call, bill);
}


void
phone_bill_notice(phone_call_t *call, phone_record_t *bill)
{
    phone_bill_told(call, bill, NULL);
}


static phone_rc_t
phone_bill_told_again(phone_call_t *call, phone_record_t *bill,
    const phone_again_t *again)
{
    phone_bill_told(call, bill, again);

    return PHONE_DONE;
}


/* What a notice says stays so: its bill has come to its end. */

static void
phone_bill_told(phone_call_t *call, phone_record_t *bill,
    const phone_again_t *again)
{
    int64_t         paid_at;
    unsigned        n;
    phone_arena_t  *arena;
    phone_chain_t   chain;

    arena = phone_memory(call);
    paid_at = phone_get_int(bill, BILL_PAID_AT);
    phone_bill_chain(bill, &chain);

    const phone_field_t  told[] = {
        { PHONE_STR("bill_id"), chain.origin },
        { PHONE_STR("out_trade_no"), phone_get(bill, BILL_ORDER) },
        { PHONE_STR("amount"), phone_get(bill, BILL_AMOUNT) },
        { PHONE_STR("currency"), phone_get(bill, BILL_CURRENCY) },
        { PHONE_STR("status"), phone_get(bill, BILL_STATUS) },
        { PHONE_STR("payer_phone"), chain.named },
        { PHONE_STR("paid_by"), chain.n ? phone_bill_paid_by(bill)
                                        : PHONE_EMPTY },
        { PHONE_STR("paid_at"), paid_at ? phone_time_text(arena,
                                                          paid_at / 1000)
                                        : PHONE_EMPTY },
        { PHONE_STR("reason"), phone_get(bill, BILL_REASON) }
    };

    n = sizeof(told) / sizeof(told[0]);

    if (again) {
        phone_notice_put_again(call, &phone_bill_outbox, bill, again, "bill",
                               told, n);

    } else {
        phone_notice_put(call, &phone_bill_outbox, bill, "bill", told, n);
    }
}


static int64_t
phone_bill_told_since(phone_record_t *bill)
{
    int64_t  paid_at;

    paid_at = phone_get_int(bill, BILL_PAID_AT);

    return paid_at ? paid_at : phone_get_int(bill, BILL_ENDED_AT);
}
