
/* PAY-3: a bill can be paid until it expires. */


#include "bill.h"


static phone_rc_t phone_bill_expire_run(phone_call_t *call);


const phone_event_t  phone_bill_expire = {
    "bill.expire", phone_bill_expire_run,
    "Closes a bill that nobody paid in time and tells the merchant."
};


static phone_rc_t
phone_bill_expire_run(phone_call_t *call)
{
    phone_record_t  *bill;

    bill = phone_bill_ask(call, phone_event_id(call));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(bill) || !phone_bill_open(bill)) {
        return phone_done(call);
    }

    if (phone_now(call) < phone_get_int(bill, BILL_EXPIRES)) {
        phone_repeat(call, phone_get_int(bill, BILL_EXPIRES));
        return phone_done(call);
    }

    if (phone_bill_end(call, bill, "EXPIRED", PHONE_EMPTY, "bill.closed")
        == PHONE_AGAIN)
    {
        return PHONE_AGAIN;
    }

    return phone_done(call);
}
