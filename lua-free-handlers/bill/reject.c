
/* PAY-5: the payer refuses a bill, and the merchant is told; of one that was
   only offered to him, who has handed it on. */


#include "bill.h"


static phone_rc_t phone_bill_reject_run(phone_call_t *call);


static const phone_param_t  phone_bill_reject_params[] = {
    { "bill_id", PHONE_P_ID, PHONE_REQUIRED|PHONE_IN_PATH, 0, 0, "which" },
    { "reason", PHONE_P_TEXT, 0, 1, 128, "why; the merchant is told" },
    { NULL, 0, 0, 0, 0, NULL }
};


const phone_endpoint_t  phone_bill_reject = {
    "bill.reject", "POST", "/pay/bills/{bill_id}/reject", PHONE_SESSION,
    phone_bill_reject_run, phone_bill_reject_params, phone_bill_shown,
    "Refuses to pay a bill. It cannot be paid any more, and its merchant is "
    "told. One that was handed on and not accepted is declined instead."
};


static phone_rc_t
phone_bill_reject_run(phone_call_t *call)
{
    phone_rc_t       rc;
    phone_record_t  *bill;

    rc = phone_bill_own(call, &bill);
    if (rc != PHONE_DONE) {
        return rc;
    }

    if (phone_bill_open(bill)) {
        if (phone_now(call) >= phone_get_int(bill, BILL_EXPIRES)) {
            return phone_refuse(call, PHONE_BILL_EXPIRED);
        }

        if (phone_bill_offered(bill)) {
            phone_bill_give_back(call, bill);

        } else if (phone_bill_end(call, bill, "REJECTED",
                                  phone_arg(call, "reason"), "bill.rejected")
                   == PHONE_AGAIN)
        {
            return PHONE_AGAIN;
        }

    } else if (!phone_is(phone_get(bill, BILL_STATUS), "REJECTED")
               && !phone_is(phone_get(bill, BILL_STATUS), "DECLINED"))
    {
        return phone_bill_refuse(call, bill);
    }

    phone_bill_show(call, phone_reply(call), bill);

    return phone_done(call);
}
