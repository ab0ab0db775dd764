
/* PAY-7: the payer of a bill hands it on to another number. */


#include "bill.h"


static phone_rc_t phone_bill_delegate_run(phone_call_t *call);
static phone_rc_t phone_delegate_allowed(phone_call_t *call,
    phone_record_t *bill);
static phone_rc_t phone_delegate_day(phone_call_t *call);
static int phone_delegated_so(phone_call_t *call, phone_record_t *bill);


static const phone_param_t  phone_bill_delegate_params[] = {
    { "bill_id", PHONE_P_ID, PHONE_REQUIRED|PHONE_IN_PATH, 0, 0, "which" },
    { "phone", PHONE_P_PHONE, PHONE_REQUIRED, 0, 0,
      "who is asked to pay it; need not be registered" },
    { NULL, 0, 0, 0, 0, NULL }
};


const phone_endpoint_t  phone_bill_delegate = {
    "bill.delegate", "POST", "/pay/bills/{bill_id}/delegate", PHONE_SESSION,
    phone_bill_delegate_run, phone_bill_delegate_params, phone_bill_shown,
    "Hands a bill on to another number, which accepts it and pays, or "
    "declines, so that it comes back. RATE_LIMITED: this number has handed on "
    "as many bills today as it may."
};


/* Nothing here depends on whether the other number is registered. */

static phone_rc_t
phone_bill_delegate_run(phone_call_t *call)
{
    phone_rc_t       rc;
    phone_record_t  *bill;

    rc = phone_bill_own(call, &bill);
    if (rc != PHONE_DONE) {
        return rc;
    }

    if (phone_bill_open(bill)) {
        rc = phone_delegate_allowed(call, bill);
        if (rc != PHONE_DONE) {
            return rc;
        }

        phone_bill_hand_on(call, bill, phone_arg(call, "phone"));

    } else if (!phone_delegated_so(call, bill)) {
        return phone_bill_refuse(call, bill);
    }

    phone_bill_show(call, phone_reply(call), bill);

    return phone_done(call);
}


static phone_rc_t
phone_delegate_allowed(phone_call_t *call, phone_record_t *bill)
{
    phone_rc_t     rc;
    phone_chain_t  chain;

    if (phone_now(call) >= phone_get_int(bill, BILL_EXPIRES)) {
        return phone_refuse(call, PHONE_BILL_EXPIRED);
    }

    if (phone_bill_offered(bill)) {
        return phone_refuse(call, PHONE_BILL_NOT_ACCEPTED);
    }

    phone_bill_chain(bill, &chain);

    if (chain.n >= PHONE_HANDS_MOST) {
        return phone_refuse(call, PHONE_HAND_ON_LIMIT);
    }

    /* who asks whether a number has had the bill may lose it to that number:
       so not where it cannot be handed on, and each answer counts */

    rc = phone_delegate_day(call);
    if (rc != PHONE_DONE) {
        return rc;
    }

    return phone_bill_was_at(bill, phone_arg(call, "phone"))
           ? phone_refuse_field(call, PHONE_HAND_ON_LOOP, "phone")
           : PHONE_DONE;
}


/* Others hear of no more bills from one number a day than this.  What refused
   calls have counted is not known before their commit. */

static phone_rc_t
phone_delegate_day(phone_call_t *call)
{
    int64_t      most, handed;
    phone_str_t  id;

    most = phone_settings(call)->bills_handed;
    id = phone_join(phone_memory(call), 3,
                    (phone_str_t[3]) { phone_caller(call), PHONE_STR(":"),
                        phone_int(phone_memory(call),
                                  phone_now(call) / PHONE_DAY) });

    handed = phone_added(call, &phone_made, id, MADE_BILLS);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (handed >= most) {
        phone_retry_after(call, (phone_window_left(call, PHONE_DAY) + 999)
                                / 1000);

        return phone_refuse(call, PHONE_RATE_LIMITED);
    }

    phone_add(call, &phone_made, id, MADE_BILLS, 1, most,
              phone_window_lives(call, PHONE_DAY));

    return PHONE_DONE;
}


/* It was handed on to this number: the same call again. */

static int
phone_delegated_so(phone_call_t *call, phone_record_t *bill)
{
    phone_str_t  to;

    (void) phone_bill_next(bill, &to);

    return phone_is(phone_get(bill, BILL_STATUS), "HANDED_ON")
           && phone_equal(to, phone_arg(call, "phone"));
}
