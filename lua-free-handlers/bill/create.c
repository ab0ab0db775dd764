
/* PAY-1: a merchant posts a bill; it is made, and an event pushes it. */


#include "bill.h"


static phone_rc_t phone_bill_create_run(phone_call_t *call);
static phone_str_t phone_bill_taken(phone_call_t *call,
    phone_record_t *merchant, phone_str_t order, int refused);
static phone_rc_t phone_bill_again(phone_call_t *call, phone_str_t bill_id);
static int64_t phone_bill_size(phone_call_t *call);
static void phone_bill_fill(phone_call_t *call, phone_record_t *bill);


static const phone_param_t  phone_bill_create_params[] = {
    { "out_trade_no", PHONE_P_NAME, PHONE_REQUIRED, 1, 64,
      "the merchant's order number; one bill each, for ever" },
    { "amount", PHONE_P_AMOUNT, PHONE_REQUIRED, 0, 0,
      "minor units of the currency" },
    { "currency", PHONE_P_CURRENCY, 0, 3, 3, "ISO 4217; the store's own" },
    { "payer_phone", PHONE_P_PHONE, PHONE_REQUIRED, 0, 0,
      "who is to pay: the buyer or another person" },
    { "subject", PHONE_P_TEXT, PHONE_REQUIRED, 1, 128, "what is paid for" },
    { "body", PHONE_P_TEXT, 0, 1, 512, "more about the goods" },
    { "buyer_phone", PHONE_P_PHONE, 0, 0, 0, "when not the payer" },
    { "payer_name", PHONE_P_TEXT, 0, 1, 64, "shown with the bill" },
    { "payer_address", PHONE_P_TEXT, 0, 1, 128, "shown with the bill" },
    { "notify_url", PHONE_P_URL, 0, 0, 0,
      "where notices of this bill go; the merchant's own when left out" },
    { "expires_in", PHONE_P_INT, 0, 1, 30 * 24 * 3600,
      "seconds in which it can be paid" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_bill_create_reply[] = {
    PHONE_BILL_MERCHANT_MEMBERS,
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_bill_create = {
    "bill.create", "POST", "/pay/bill", PHONE_MERCHANT,
    phone_bill_create_run, phone_bill_create_params, phone_bill_create_reply,
    "Makes a bill for a phone number, which is told at once. The same order "
    "number again gives the same bill; with another value, ORDER_MISMATCH. "
    "RATE_LIMITED: enough bills today, of the merchant or for the number; "
    "LIMIT_MERCHANT_BILL and LIMIT_MERCHANT_DAY: what the operator allows; "
    "TOO_MANY: bills in 32 other currencies."
};


/* Which parameter is kept in which field: also what "the same again" means. */

static const struct {
    const char              *param;
    unsigned                 field;
} phone_bill_given[] = {
    { "amount", BILL_AMOUNT },
    { "currency", BILL_CURRENCY },
    { "payer_phone", BILL_PAYER },
    { "subject", BILL_SUBJECT },
    { "body", BILL_BODY },
    { "buyer_phone", BILL_BUYER },
    { "payer_name", BILL_PAYER_NAME },
    { "payer_address", BILL_PAYER_ADDRESS },
    { "notify_url", BILL_NOTIFY_URL },
    { "expires_in", BILL_EXPIRES_IN },
    { NULL, 0 }
};


static phone_rc_t
phone_bill_create_run(phone_call_t *call)
{
    int              full, refused;
    phone_rc_t       rc;
    phone_str_t      order, taken, payer;
    phone_record_t  *merchant, *bill;

    phone_merchant_limits_t  limits;

    payer = phone_arg(call, "payer_phone");
    order = phone_order_id(call, phone_caller(call),
                           phone_arg(call, "out_trade_no"));

    merchant = phone_ask(call, &phone_merchant, phone_caller(call));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_merchant_limits(call, merchant, &limits);

    /* one that is refused commits nothing that would find the order taken */

    full = phone_bill_day_full(call, merchant);
    refused = full || phone_merchant_limited(&limits);
    taken = phone_bill_taken(call, merchant, order, refused);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (taken.len) {
        return phone_bill_again(call, taken);
    }

    rc = phone_merchant_limits_check(call, &limits);

    if (rc == PHONE_DONE) {
        rc = full ? phone_bill_day_refuse(call, "merchant_id")
                  : phone_bill_day(call, merchant, phone_bill_size(call));
    }

    if (rc != PHONE_DONE) {
        return rc;
    }

    if (phone_get(merchant, MERCHANT_ARCHIVED).len) {
        phone_rely_unarchived(call, &phone_order, order);
    }

    phone_merchant_limits_take(call, merchant, &limits);

    /* who is closed meanwhile gets no bill any more */

    phone_rely(merchant);

    bill = phone_put(call, &phone_bill, phone_new_id(call, payer, "bill"));

    phone_bill_fill(call, bill);
    phone_set(bill, BILL_STATUS, PHONE_BILL_CREATED);
    phone_set(bill, BILL_MERCHANT_NAME, phone_get(merchant, MERCHANT_NAME));
    phone_claim(call, &phone_order, order, phone_id(bill), 0);

    phone_index_add(call, &phone_bills_of, payer, phone_id(bill),
                    phone_now(call));

    phone_bill_note_made(call, bill);

    phone_emit(call, &phone_bill_push, phone_id(bill), PHONE_EMPTY,
               phone_now(call));

    phone_bill_say_merchant(call, bill);

    return phone_done(call);
}


/* The bill of that order, in the store or in the archive. */

static phone_str_t
phone_bill_taken(phone_call_t *call, phone_record_t *merchant,
    phone_str_t order, int refused)
{
    phone_str_t  taken;

    taken = refused ? phone_ask_claimed(call, &phone_order, order)
                    : phone_assume_free(call, &phone_order, order);

    if (phone_waiting(call) || taken.len
        || phone_get(merchant, MERCHANT_ARCHIVED).len == 0)
    {
        return taken;
    }

    return refused ? phone_archived_claim(call, &phone_order, order)
                   : phone_assume_unarchived(call, &phone_order, order);
}


/* Bytes of what the merchant has sent and the store keeps. */

static int64_t
phone_bill_size(phone_call_t *call)
{
    size_t    size;
    unsigned  i;

    size = phone_arg(call, "out_trade_no").len;

    for (i = 0; phone_bill_given[i].param; i++) {
        size += phone_arg(call, phone_bill_given[i].param).len;
    }

    return (int64_t) size;
}


static void
phone_bill_fill(phone_call_t *call, phone_record_t *bill)
{
    unsigned                  i;
    int64_t                   lifetime;
    const phone_settings_t   *settings;

    settings = phone_settings(call);

    for (i = 0; phone_bill_given[i].param; i++) {
        phone_set(bill, phone_bill_given[i].field,
                  phone_arg(call, phone_bill_given[i].param));
    }

    if (!phone_has(call, "currency")) {
        phone_set(bill, BILL_CURRENCY, settings->currency);
    }

    lifetime = phone_arg_int(call, "expires_in") * 1000;

    if (lifetime == 0) {
        lifetime = settings->bill_lifetime;
    }

    if (lifetime > settings->bill_lifetime_max) {
        lifetime = settings->bill_lifetime_max;
    }

    phone_set(bill, BILL_MERCHANT, phone_caller(call));
    phone_set(bill, BILL_ORDER, phone_arg(call, "out_trade_no"));
    phone_set_int(bill, BILL_CREATED, phone_now(call));
    phone_set_int(bill, BILL_EXPIRES, phone_now(call) + lifetime);
}


/* The order number was used before: returns the same bill, or the field that
   differs. */

static phone_rc_t
phone_bill_again(phone_call_t *call, phone_str_t bill_id)
{
    unsigned         i;
    phone_rc_t       rc;
    phone_str_t      given, kept;
    phone_record_t  *bill;

    bill = phone_bill_ask(call, bill_id);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    /* in another bucket and still on its way there */

    if (!phone_found(bill)) {
        return phone_not_yet(call);
    }

    for (i = 0; phone_bill_given[i].param; i++) {
        given = phone_arg(call, phone_bill_given[i].param);
        kept = phone_get(bill, phone_bill_given[i].field);

        if (phone_bill_given[i].field == BILL_CURRENCY && given.len == 0) {
            given = phone_settings(call)->currency;
        }

        if (!phone_equal(given, kept)) {
            return phone_refuse_field(call, PHONE_ORDER_MISMATCH,
                                      phone_bill_given[i].param);
        }
    }

    rc = phone_bill_last(call, &bill);
    if (rc != PHONE_DONE) {
        return rc;
    }

    phone_bill_say_merchant(call, bill);

    return phone_done(call);
}
