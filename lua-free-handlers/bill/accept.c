
/* PAY-7: a number accepts a bill that was handed on to it, and can pay it. */


#include "bill.h"


static phone_rc_t phone_bill_accept_run(phone_call_t *call);


static const phone_param_t  phone_bill_accept_params[] = {
    { "bill_id", PHONE_P_ID, PHONE_REQUIRED|PHONE_IN_PATH, 0, 0, "which" },
    { "tell_merchant", PHONE_P_BOOL, 0, 0, 0,
      "when this number pays, the merchant is told so" },
    { NULL, 0, 0, 0, 0, NULL }
};


const phone_endpoint_t  phone_bill_accept = {
    "bill.accept", "POST", "/pay/bills/{bill_id}/accept", PHONE_SESSION,
    phone_bill_accept_run, phone_bill_accept_params, phone_bill_shown,
    "Accepts a bill that was handed on: it can be paid, rejected, or handed on "
    "again. Once more gives the same answer."
};


static phone_rc_t
phone_bill_accept_run(phone_call_t *call)
{
    phone_rc_t       rc;
    phone_str_t      agreed;
    phone_chain_t    chain;
    phone_record_t  *bill;

    rc = phone_bill_own(call, &bill);
    if (rc != PHONE_DONE) {
        return rc;
    }

    agreed = phone_arg_int(call, "tell_merchant") ? PHONE_STR("1")
                                                  : PHONE_STR("0");

    if (phone_bill_offered(bill)) {
        if (phone_now(call) >= phone_get_int(bill, BILL_EXPIRES)) {
            return phone_refuse(call, PHONE_BILL_EXPIRED);
        }

        phone_set(bill, BILL_STATUS, PHONE_BILL_PUSHED);
        phone_set(bill, BILL_AGREED, agreed);

        phone_bill_chain(bill, &chain);
        phone_emit(call, &phone_bill_handed, chain.before, PHONE_EMPTY,
                   phone_now(call));

    } else if (!phone_bill_open(bill)) {
        return phone_bill_refuse(call, bill);

    } else if (phone_get(bill, BILL_AGREED).len == 0) {
        return phone_refuse(call, PHONE_BILL_NOT_OFFERED);

    } else if (!phone_equal(phone_get(bill, BILL_AGREED), agreed)) {
        return phone_refuse_field(call, PHONE_EXISTS, "tell_merchant");
    }

    phone_bill_show(call, phone_reply(call), bill);

    return phone_done(call);
}
