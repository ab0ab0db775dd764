
/* Payments and refunds whose bank has given no clear answer for long, or one
   that cannot be so (docs/bank.md): the operator sees them, and resumes those
   that are STOPPED. */


#include "operator.h"
#include "../bill/bill.h"


static phone_rc_t phone_operator_payments_run(phone_call_t *call);
static void phone_payment_show(phone_json_t *json, phone_record_t *payment,
    int64_t since);
static phone_rc_t phone_payment_resume_run(phone_call_t *call);


static const phone_param_t  phone_operator_payments_params[] = {
    PHONE_PAGE_BEFORE,
    { "limit", PHONE_P_INT, 0, 1, PHONE_PAGE_MOST, "at most so many" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_payment_members[] = {
    { "payment_id", PHONE_M_ID, 0, NULL, NULL, "of the payment or refund" },
    { "state", PHONE_M_TEXT, 0, NULL, NULL,
      "STOPPED: nobody asks its bank; else what that is asked for" },
    { "stopped_in", PHONE_M_TEXT, 0, NULL, "it is STOPPED",
      "its state before" },
    { "reason", PHONE_M_TEXT, 0, NULL, "the bank has given one",
      "the answer after which it was stopped or is voided" },
    { "bank", PHONE_M_TEXT, 0, NULL, NULL, "the bank" },
    { "amount", PHONE_M_AMOUNT, 0, NULL, NULL, "minor units" },
    { "currency", PHONE_M_TEXT, 0, NULL, NULL, "ISO 4217" },
    { "card_id", PHONE_M_ID, 0, NULL, NULL, "the card" },
    { "bill_id", PHONE_M_ID, 0, NULL, NULL, "the bill" },
    { "refund_id", PHONE_M_ID, 0, NULL, "it is a refund", "the refund" },
    { "created_at", PHONE_M_TIME, 0, NULL, NULL, "when it was made" },
    { "unclear_at", PHONE_M_TIME, 0, NULL, NULL, "when it came to this list" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


static const phone_object_t  phone_payment_object = {
    "Payment", phone_payment_members
};


static const phone_member_t  phone_operator_payments_reply[] = {
    { "payments", PHONE_M_LIST, 0, &phone_payment_object,
      NULL, "the latest first" },
    PHONE_NEXT_BEFORE,
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_operator_payments = {
    "operator.payments", "GET", "/operator/payments", PHONE_OPERATOR,
    phone_operator_payments_run, phone_operator_payments_params,
    phone_operator_payments_reply,
    "The payments and refunds of banks over HTTP that are stopped, or whose "
    "bank has given no clear answer for long, the latest first."
};


static const phone_param_t  phone_payment_resume_params[] = {
    { "payment_id", PHONE_P_ID, PHONE_REQUIRED|PHONE_IN_PATH, 0, 0,
      "of GET /operator/payments" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_payment_resume_reply[] = {
    { "payment_id", PHONE_M_ID, 0, NULL, NULL, "of the payment or refund" },
    { "state", PHONE_M_TEXT, 0, NULL, NULL, "its state now" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_operator_payment_resume = {
    "operator.payment_resume", "POST",
    "/operator/payments/{payment_id}/resume", PHONE_OPERATOR,
    phone_payment_resume_run, phone_payment_resume_params,
    phone_payment_resume_reply,
    "Goes on with a payment or refund that is STOPPED: its bank is asked for "
    "the outcome, under the same id. One that is not is left as it is."
};


static phone_rc_t
phone_operator_payments_run(phone_call_t *call)
{
    unsigned         i, limit;
    phone_json_t    *json;
    phone_list_t     list;
    phone_edge_t     edge;
    phone_record_t  *payment[PHONE_PAGE_MOST];

    if (phone_page_asked(call, PHONE_PAGE_SHOWN, &edge, &limit) != PHONE_DONE)
    {
        return PHONE_REFUSED;
    }

    list = phone_ask_page_of_buckets(call, &phone_unclear, &edge, limit);

    for (i = 0; i < list.n; i++) {
        payment[i] = phone_ask(call, &phone_payment, list.entry[i].member);
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    json = phone_reply(call);
    phone_json_array(json, "payments");

    for (i = 0; i < list.n; i++) {

        /* it may have ended, and be gone, since the list was read */

        if (phone_found(payment[i])) {
            phone_payment_show(json, payment[i], list.entry[i].score);
        }
    }

    phone_json_end(json);

    return phone_page_done(call, &edge);
}


static void
phone_payment_show(phone_json_t *json, phone_record_t *payment, int64_t since)
{
    unsigned     i;
    phone_str_t  value;

    static const struct {
        const char          *member;
        unsigned             field;
    } text[] = {
        { "state", PAYMENT_STATE },
        { "stopped_in", PAYMENT_STOPPED_IN },
        { "reason", PAYMENT_REASON },
        { "bank", PAYMENT_BANK },
        { "currency", PAYMENT_CURRENCY },
        { "card_id", PAYMENT_CARD },
        { "bill_id", PAYMENT_BILL },
        { "refund_id", PAYMENT_REFUND }
    };

    phone_json_object(json, NULL);
    phone_json_text(json, "payment_id", phone_id(payment));

    for (i = 0; i < sizeof(text) / sizeof(text[0]); i++) {
        value = phone_get(payment, text[i].field);

        if (value.len) {
            phone_json_text(json, text[i].member, value);
        }
    }

    phone_json_int(json, "amount", phone_get_int(payment, PAYMENT_AMOUNT));
    phone_json_time(json, "created_at",
                    phone_get_int(payment, PAYMENT_CREATED));
    phone_json_time(json, "unclear_at", since);
    phone_json_end(json);
}


static phone_rc_t
phone_payment_resume_run(phone_call_t *call)
{
    phone_record_t  *payment;

    payment = phone_ask(call, &phone_payment, phone_arg(call, "payment_id"));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(payment)) {
        return phone_refuse_field(call, PHONE_NOT_FOUND, "payment_id");
    }

    if (phone_equal(phone_get(payment, PAYMENT_STATE), PHONE_PAYMENT_STOPPED))
    {
        phone_payment_resume(call, payment);
    }

    phone_say(call, "payment_id", phone_id(payment));
    phone_say(call, "state", phone_get(payment, PAYMENT_STATE));

    return phone_done(call);
}
