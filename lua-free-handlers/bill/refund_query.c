
/* PAY-12: a merchant asks what became of a refund. */


#include "bill.h"


static phone_rc_t phone_refund_query_run(phone_call_t *call);


static const phone_param_t  phone_refund_query_params[] = {
    { "out_refund_no", PHONE_P_NAME, PHONE_REQUIRED, 1, 64,
      "the merchant's number of the refund" },
    { NULL, 0, 0, 0, 0, NULL }
};


const phone_endpoint_t  phone_refund_query = {
    "refund.query", "POST", "/pay/refund/query", PHONE_MERCHANT,
    phone_refund_query_run, phone_refund_query_params, phone_refund_members,
    "The refund of that number, as it was answered."
};


static phone_rc_t
phone_refund_query_run(phone_call_t *call)
{
    phone_str_t      id;
    phone_record_t  *refund;

    id = phone_ask_kept(call, &phone_refund_no,
                        phone_order_id(call, phone_caller(call),
                                       phone_arg(call, "out_refund_no")));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (id.len == 0) {
        return phone_refuse(call, PHONE_REFUND_NOT_FOUND);
    }

    refund = phone_refund_ask(call, id);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    return phone_found(refund) ? phone_refund_say(call, refund)
                               : phone_bad_record(refund);
}
