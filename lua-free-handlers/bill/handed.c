
/* PAY-7: who has handed a bill on is told live what becomes of it. */


#include "bill.h"
#include "../live/live.h"


static phone_rc_t phone_bill_handed_run(phone_call_t *call);
static phone_str_t phone_handed_text(phone_call_t *call, phone_record_t *bill,
    phone_record_t *last);


/* In the bucket of the number that is told. */

const phone_event_t  phone_bill_handed = {
    "bill.handed", phone_bill_handed_run,
    "Tells the open clients of a number that a bill which it has handed on was "
    "accepted, or has ended; of the end, the numbers behind it as well."
};


void
phone_bill_tell_givers(phone_call_t *call, phone_record_t *bill)
{
    phone_chain_t  chain;

    phone_bill_chain(bill, &chain);

    if (chain.from.len) {
        phone_emit(call, &phone_bill_handed, chain.origin, PHONE_EMPTY,
                   phone_now(call));
    }
}


static phone_rc_t
phone_bill_handed_run(phone_call_t *call)
{
    phone_rc_t       rc;
    phone_str_t      next, to;
    phone_record_t  *bill, *last, *account;

    bill = phone_bill_ask(call, phone_event_id(call));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(bill)) {
        return phone_done(call);
    }

    rc = phone_bill_follow(call, &bill, &last);
    if (rc != PHONE_DONE) {
        return rc;
    }

    if (!phone_is(phone_get(bill, BILL_STATUS), "HANDED_ON")) {
        return phone_done(call);
    }

    account = phone_ask_some(call, &phone_account, phone_get(bill, BILL_PAYER),
                             PHONE_F(ACCOUNT_LISTENS));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    next = phone_bill_next(bill, &to);

    if (!phone_bill_open(last) && !phone_bill_paying(last)
        && !phone_equal(next, phone_id(last)))
    {
        phone_emit(call, &phone_bill_handed, next, PHONE_EMPTY,
                   phone_now(call));
    }

    phone_rely(account);

    if (phone_client_open(call, account)) {
        phone_publish(call, phone_get(bill, BILL_PAYER), "bill.handed",
                      phone_handed_text(call, bill, last));
    }

    return phone_done(call);
}


static phone_str_t
phone_handed_text(phone_call_t *call, phone_record_t *bill,
    phone_record_t *last)
{
    phone_buf_t   buf;
    phone_json_t  json;

    phone_buf_init(&buf, phone_memory(call), 384);
    phone_json_init(&json, &buf);
    phone_json_object(&json, NULL);
    phone_bill_show(call, &json, bill);
    phone_json_text(&json, "handed_status",
                    phone_bill_handed_status(call, bill, last));
    phone_json_end(&json);

    return phone_buf_str(&buf);
}
