
/* PAY-12: a merchant asks what became of a bill. */


#include "bill.h"


static phone_rc_t phone_bill_query_run(phone_call_t *call);


static const phone_param_t  phone_bill_query_params[] = {
    PHONE_BILL_ASKED_BY,
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_bill_query_reply[] = {
    PHONE_BILL_MERCHANT_MEMBERS,
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
    phone_rc_t       rc;
    phone_record_t  *bill;

    rc = phone_bill_asked(call, &bill);
    if (rc != PHONE_DONE) {
        return rc;
    }

    phone_bill_say_merchant(call, bill);

    return phone_done(call);
}
