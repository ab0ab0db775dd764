
/* PAY-12: a merchant asks what became of a bill. */


#include "bill.h"


static phone_rc_t phone_bill_query_run(phone_call_t *call);


static const phone_param_t  phone_bill_query_params[] = {
    { "out_trade_no", PHONE_P_NAME, 0, 1, 64, "the order number, or" },
    { "bill_id", PHONE_P_ID, 0, 0, 0, "the id of the bill" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_bill_query_reply[] = {
    PHONE_BILL_MEMBERS,
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_bill_query = {
    "bill.query", "POST", "/pay/query", PHONE_MERCHANT,
    phone_bill_query_run, phone_bill_query_params, phone_bill_query_reply,
    "The bill of an order number or with an id."
};


static phone_rc_t
phone_bill_query_run(phone_call_t *call)
{
    int              known;
    phone_str_t      id;
    phone_record_t  *bill;

    id = phone_arg(call, "bill_id");
    known = 0;

    if (id.len == 0) {
        if (!phone_has(call, "out_trade_no")) {
            return phone_refuse_field(call, PHONE_PARAM_MISSING,
                                      "out_trade_no");
        }

        id = phone_ask_claimed(call, &phone_order,
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

    bill = phone_ask(call, &phone_bill, id);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    /* in a bucket of its own, and still on its way there */

    if (!phone_found(bill) && (known || phone_may_come(call, id))) {
        return phone_not_yet(call);
    }

    if (!phone_found(bill)
        || !phone_equal(phone_get(bill, BILL_MERCHANT), phone_caller(call)))
    {
        return phone_refuse(call, PHONE_BILL_NOT_FOUND);
    }

    phone_bill_say(call, bill);

    return phone_done(call);
}
