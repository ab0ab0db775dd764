
/* PAY-12: a merchant withdraws a bill that nobody has paid. */


#include "bill.h"


static phone_rc_t phone_bill_close_run(phone_call_t *call);


static const phone_param_t  phone_bill_close_params[] = {
    PHONE_BILL_ASKED_BY,
    { "reason", PHONE_P_TEXT, 0, 1, 128, "why; the payer is shown it" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_bill_close_reply[] = {
    PHONE_BILL_MERCHANT_MEMBERS,
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_bill_close = {
    "bill.close", "POST", "/pay/close", PHONE_MERCHANT,
    phone_bill_close_run, phone_bill_close_params, phone_bill_close_reply,
    "Withdraws a bill that is not paid. Once more gives the same answer."
};


static phone_rc_t
phone_bill_close_run(phone_call_t *call)
{
    phone_rc_t       rc;
    phone_record_t  *bill;

    rc = phone_bill_asked(call, &bill);
    if (rc != PHONE_DONE) {
        return rc;
    }

    if (phone_bill_past(call, bill)) {
        return phone_refuse(call, PHONE_BILL_EXPIRED);
    }

    if (phone_bill_open(bill)) {
        if (phone_bill_end(call, bill, "CLOSED", phone_arg(call, "reason"),
                           "bill.closed")
            == PHONE_AGAIN)
        {
            return PHONE_AGAIN;
        }

    } else if (!phone_is(phone_get(bill, BILL_STATUS), "CLOSED")) {
        return phone_bill_refuse(call, bill);
    }

    phone_bill_say_merchant(call, bill);

    return phone_done(call);
}
