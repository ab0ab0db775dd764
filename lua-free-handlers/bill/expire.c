
/* PAY-3: a bill can be paid until it expires. */


#include "bill.h"
#include "../live/live.h"


static phone_rc_t phone_bill_expire_run(phone_call_t *call);


const phone_event_t  phone_bill_expire = {
    "bill.expire", phone_bill_expire_run,
    "Closes a bill that nobody paid in time and tells the merchant."
};


static phone_rc_t
phone_bill_expire_run(phone_call_t *call)
{
    phone_record_t  *bill, *account;

    bill = phone_ask(call, &phone_bill, phone_event_id(call));

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

    account = phone_ask_some(call, &phone_account,
                             phone_get(bill, BILL_PAYER),
                             PHONE_F(ACCOUNT_LISTENS));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_set(bill, BILL_STATUS, PHONE_BILL_EXPIRED_);
    phone_set_int(bill, BILL_EXPIRED_AT, phone_now(call));

    phone_bill_notice(call, bill);

    /* a client that opens meanwhile is not missed */

    phone_rely(account);

    if (phone_client_open(call, account)) {
        phone_publish(call, phone_get(bill, BILL_PAYER), "bill.closed",
                      phone_bill_text(call, bill));
    }

    return phone_done(call);
}
