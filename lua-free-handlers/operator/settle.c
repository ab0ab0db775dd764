
/*
 * POST /operator/merchants/{merchant_id}/settle: takings are paid out.
 *
 * The money goes to the outside account of the merchant's bucket, so one
 * commit of that bucket has all of it in both commit domains.  Payments that
 * come meanwhile add to the takings and do not disturb it: the commit is
 * guarded by "the takings are at least that much".
 */


#include "../host.h"
#include "../bill/bill.h"
#include "../lib/money.h"
#include "operator.h"
#include "settle.h"


static phone_rc_t phone_operator_settle_run(phone_call_t *call);
static phone_rc_t phone_settle_again(phone_call_t *call,
    phone_record_t *settlement, phone_str_t currency);
static int phone_settle_plan(phone_call_t *call, const phone_hash_t *balances,
    phone_str_t currency, phone_payout_t *settled, unsigned *n);
static void phone_settle_do(phone_call_t *call, phone_record_t *settlement,
    const phone_payout_t *settled, unsigned n);
static phone_rc_t phone_settle_reply(phone_call_t *call,
    phone_record_t *settlement);
static phone_str_t phone_takings_bucket(phone_call_t *call,
    phone_str_t merchant_id);


static const phone_param_t  phone_operator_settle_params[] = {
    { "merchant_id", PHONE_P_NAME, PHONE_REQUIRED|PHONE_IN_PATH, 1, 32,
      "whose takings" },
    { "settle_no", PHONE_P_NAME, PHONE_REQUIRED, 1, 64,
      "made by the caller: the same again settles once" },
    { "amount", PHONE_P_AMOUNT, 0, 0, 0,
      "minor units; all that is there, up to 10^15, when left out" },
    { "currency", PHONE_P_CURRENCY, 0, 0, 0,
      "when left out: the platform's with an amount, else all of them" },
    { "reference", PHONE_P_TEXT, 0, 1, 140,
      "of the bank transfer; the merchant is shown it" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_settled_members[] = {
    { "currency", PHONE_M_TEXT, 0, NULL, NULL, "ISO 4217" },
    { "amount", PHONE_M_AMOUNT, 0, NULL,
      NULL, "minor units that were paid out" },
    { "left", PHONE_M_AMOUNT, 0, NULL, NULL,
      "minor units that were left when it was decided" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


static const phone_object_t  phone_settled_object = {
    "Settled", phone_settled_members
};


static const phone_member_t  phone_operator_settle_reply[] = {
    { "merchant_id", PHONE_M_TEXT, 0, NULL, NULL, "the merchant" },
    { "settle_no", PHONE_M_TEXT, 0, NULL, NULL, "the operator's own number" },
    { "payout_id", PHONE_M_ID, 0, NULL, NULL, "the platform's own" },
    { "reference", PHONE_M_TEXT, 0, NULL, "one was given",
      "of the bank transfer" },
    { "settled_at", PHONE_M_TIME, 0, NULL, NULL, "when it was paid out" },
    { "settled", PHONE_M_LIST, 0, &phone_settled_object,
      NULL, "one a currency" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_operator_settle = {
    "operator.settle", "POST", "/operator/merchants/{merchant_id}/settle",
    PHONE_OPERATOR, phone_operator_settle_run, phone_operator_settle_params,
    phone_operator_settle_reply,
    "Pays out the takings of a merchant, also of a closed one."
};


static phone_str_t
phone_takings_bucket(phone_call_t *call, phone_str_t merchant_id)
{
    return phone_bucket_text(phone_memory(call),
                             phone_home(call->env, &phone_merchant,
                                        merchant_id));
}


const phone_hash_t *
phone_ask_takings(phone_call_t *call, phone_str_t merchant_id)
{
    return phone_ask_hash(call, &phone_balances,
                          phone_takings_bucket(call, merchant_id));
}


phone_rc_t
phone_bad_takings(phone_call_t *call, phone_str_t merchant_id)
{
    return phone_bad_value(call, &phone_balances,
                           phone_takings_bucket(call, merchant_id));
}


/* "takings:<merchant id>:<currency>" */

int
phone_takings_of(phone_str_t merchant_id, const phone_field_t *balance,
    phone_str_t *currency)
{
    phone_str_t  kind, merchant;

    *currency = balance->name;

    return phone_split(currency, ':', &kind) && phone_is(kind, "takings")
           && phone_split(currency, ':', &merchant)
           && phone_equal(merchant, merchant_id) && currency->len;
}


static phone_rc_t
phone_operator_settle_run(phone_call_t *call)
{
    unsigned             n;
    phone_str_t          merchant_id, amount, currency;
    phone_record_t      *merchant, *settlement;
    phone_payout_t       settled[PHONE_MERCHANT_CURRENCIES];
    const phone_hash_t  *balances;

    if (phone_settle_given(call, "amount") != PHONE_DONE
        || phone_settle_given(call, "currency") != PHONE_DONE
        || phone_settle_given(call, "reference") != PHONE_DONE)
    {
        return PHONE_REFUSED;
    }

    merchant_id = phone_arg(call, "merchant_id");
    amount = phone_arg(call, "amount");
    currency = phone_arg(call, "currency");

    if (amount.len && currency.len == 0) {
        currency = phone_settings(call)->currency;
    }

    merchant = phone_ask_some(call, &phone_merchant, merchant_id,
                              PHONE_F(MERCHANT_STATUS));
    settlement = phone_ask_settlement(call, merchant_id,
                                      phone_arg(call, "settle_no"));
    balances = phone_ask_takings(call, merchant_id);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(merchant)) {
        return phone_refuse(call, PHONE_MERCHANT_NOT_FOUND);
    }

    if (phone_found(settlement)) {
        return phone_settle_again(call, settlement, currency);
    }

    if (phone_settle_plan(call, balances, currency, settled, &n) != 0) {
        return phone_bad_takings(call, merchant_id);
    }

    if (n == 0) {
        return amount.len
               ? phone_refuse_field(call, PHONE_TAKINGS_NOT_ENOUGH, "amount")
               : phone_refuse(call, PHONE_TAKINGS_NOT_ENOUGH);
    }

    phone_set(settlement, SETTLEMENT_CURRENCY, currency);
    phone_settle_do(call, settlement, settled, n);

    return phone_settle_reply(call, settlement);
}


phone_rc_t
phone_settle_given(phone_call_t *call, const char *name)
{
    if (!phone_arg_cleared(call, name)) {
        return PHONE_DONE;
    }

    phone_say(call, "reason",
              PHONE_STR("it is empty: give a value, or leave the field out"));

    return phone_refuse_field(call, PHONE_PARAM_INVALID, name);
}


/* Also what runs again after its own commit comes here. */

static phone_rc_t
phone_settle_again(phone_call_t *call, phone_record_t *settlement,
    phone_str_t currency)
{
    if (!phone_equal(phone_get(settlement, SETTLEMENT_AMOUNT),
                     phone_arg(call, "amount")))
    {
        return phone_refuse_field(call, PHONE_EXISTS, "amount");
    }

    if (!phone_equal(phone_get(settlement, SETTLEMENT_CURRENCY), currency)) {
        return phone_refuse_field(call, PHONE_EXISTS, "currency");
    }

    if (!phone_equal(phone_get(settlement, SETTLEMENT_REFERENCE),
                     phone_arg(call, "reference")))
    {
        return phone_refuse_field(call, PHONE_EXISTS, "reference");
    }

    return phone_settle_reply(call, settlement);
}


/*
 * How much of which currency; none when there is less than was asked for.
 * -1: takings that are no number.
 */

static int
phone_settle_plan(phone_call_t *call, const phone_hash_t *balances,
    phone_str_t currency, phone_payout_t *settled, unsigned *n)
{
    int64_t       amount, there;
    unsigned      i;
    phone_str_t   taken;

    *n = 0;

    for (i = 0; i < balances->n && *n < PHONE_MERCHANT_CURRENCIES; i++) {

        if (!phone_takings_of(phone_arg(call, "merchant_id"),
                              &balances->field[i], &taken)
            || (currency.len && !phone_equal(taken, currency)))
        {
            continue;
        }

        if (phone_parse_int(balances->field[i].value, &there) != 0) {
            return -1;
        }

        amount = phone_arg_int(call, "amount");

        if (amount == 0) {
            amount = there < PHONE_AMOUNT_MAX ? there : PHONE_AMOUNT_MAX;
        }

        if (amount && amount <= there) {
            settled[(*n)++] = (phone_payout_t) { taken, amount,
                                                  there - amount };
        }
    }

    return 0;
}


/* Kept as it is answered: "<currency> <amount> <left>,..." */

static void
phone_settle_do(phone_call_t *call, phone_record_t *settlement,
    const phone_payout_t *settled, unsigned n)
{
    unsigned     i;
    phone_buf_t  buf;
    phone_str_t  merchant_id;

    merchant_id = phone_arg(call, "merchant_id");
    phone_buf_init(&buf, phone_memory(call), 64);

    for (i = 0; i < n; i++) {
        phone_move(call,
                   phone_ledger_takings(call, merchant_id, settled[i].currency),
                   phone_ledger_outside(call, merchant_id, settled[i].currency),
                   settled[i].amount, settled[i].currency, "settle",
                   phone_arg(call, "settle_no"));

        phone_statement_append(call, merchant_id,
                               &(phone_statement_row_t) {
                                   .kind = PHONE_ROW_PAYOUT,
                                   .bill_id = PHONE_EMPTY,
                                   .order = PHONE_EMPTY,
                                   .no = phone_arg(call, "settle_no"),
                                   .currency = settled[i].currency,
                                   .amount = -settled[i].amount });

        phone_buf_put(&buf, settled[i].currency);
        phone_buf_byte(&buf, ' ');
        phone_buf_int(&buf, settled[i].amount);
        phone_buf_byte(&buf, ' ');
        phone_buf_int(&buf, settled[i].left);
        phone_buf_byte(&buf, ',');
    }

    phone_set(settlement, SETTLEMENT_AMOUNT, phone_arg(call, "amount"));
    phone_set(settlement, SETTLEMENT_SETTLED, phone_buf_str(&buf));
    phone_set_int(settlement, SETTLEMENT_CREATED, phone_now(call));
    phone_set(settlement, SETTLEMENT_PAYOUT,
              phone_new_id(call, merchant_id, "payout"));
    phone_set(settlement, SETTLEMENT_REFERENCE, phone_arg(call, "reference"));

    phone_index_add(call, &phone_payouts_of, merchant_id,
                    phone_arg(call, "settle_no"), phone_now(call));
}


static phone_rc_t
phone_settle_reply(phone_call_t *call, phone_record_t *settlement)
{
    int             more;
    phone_str_t     rest;
    phone_json_t   *json;
    phone_payout_t  payout;

    json = phone_reply(call);
    phone_json_text(json, "merchant_id", phone_arg(call, "merchant_id"));
    phone_json_text(json, "settle_no", phone_arg(call, "settle_no"));
    phone_json_text(json, "payout_id",
                    phone_get(settlement, SETTLEMENT_PAYOUT));

    if (phone_has(call, "reference")) {
        phone_json_text(json, "reference", phone_arg(call, "reference"));
    }

    phone_json_time(json, "settled_at",
                    phone_get_int(settlement, SETTLEMENT_CREATED));
    phone_json_array(json, "settled");

    rest = phone_get(settlement, SETTLEMENT_SETTLED);

    while ((more = phone_payout_next(&rest, &payout)) == 1) {
        phone_json_object(json, NULL);
        phone_json_text(json, "currency", payout.currency);
        phone_json_int(json, "amount", payout.amount);
        phone_json_int(json, "left", payout.left);
        phone_json_end(json);
    }

    phone_json_end(json);

    return more ? phone_bad_record(settlement) : phone_done(call);
}
