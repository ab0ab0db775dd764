
/* PAY-7: a number declines a bill that was handed on to it, which goes back. */


#include "bill.h"


static phone_rc_t phone_bill_decline_run(phone_call_t *call);


static const phone_param_t  phone_bill_decline_params[] = {
    { "bill_id", PHONE_P_ID, PHONE_REQUIRED|PHONE_IN_PATH, 0, 0, "which" },
    { NULL, 0, 0, 0, 0, NULL }
};


const phone_endpoint_t  phone_bill_decline = {
    "bill.decline", "POST", "/pay/bills/{bill_id}/decline", PHONE_SESSION,
    phone_bill_decline_run, phone_bill_decline_params, phone_bill_shown,
    "Declines a bill that was handed on and not accepted: it goes back to who "
    "has handed it on. Once more gives the same answer."
};


static phone_rc_t
phone_bill_decline_run(phone_call_t *call)
{
    phone_rc_t       rc;
    phone_record_t  *bill;

    rc = phone_bill_own(call, &bill);
    if (rc != PHONE_DONE) {
        return rc;
    }

    if (phone_bill_offered(bill)) {
        if (phone_now(call) >= phone_get_int(bill, BILL_EXPIRES)) {
            return phone_refuse(call, PHONE_BILL_EXPIRED);
        }

        phone_bill_give_back(call, bill);

    } else if (phone_bill_open(bill)) {
        return phone_refuse(call, PHONE_BILL_NOT_OFFERED);

    } else if (!phone_is(phone_get(bill, BILL_STATUS), "DECLINED")) {
        return phone_bill_refuse(call, bill);
    }

    phone_bill_show(call, phone_reply(call), bill);

    return phone_done(call);
}
