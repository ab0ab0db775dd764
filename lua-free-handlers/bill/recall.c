
/* PAY-7: who has handed a bill on takes it back, while the other number has not
   accepted it. */


#include "bill.h"
#include "../live/live.h"


static phone_rc_t phone_bill_recall_run(phone_call_t *call);
static phone_rc_t phone_recall_offered(phone_call_t *call,
    phone_record_t *offered);
static phone_rc_t phone_recall_too_late(phone_call_t *call,
    phone_record_t *offered);


static const phone_param_t  phone_bill_recall_params[] = {
    { "bill_id", PHONE_P_ID, PHONE_REQUIRED|PHONE_IN_PATH, 0, 0, "which" },
    { NULL, 0, 0, 0, 0, NULL }
};


const phone_endpoint_t  phone_bill_recall = {
    "bill.recall", "POST", "/pay/bills/{bill_id}/recall", PHONE_SESSION,
    phone_bill_recall_run, phone_bill_recall_params, phone_bill_shown,
    "Takes a bill back that was handed on and is not accepted yet; the reply "
    "has its new id. Once it is back, whoever has given it back, the answer is "
    "the bill as it is now."
};


static phone_rc_t
phone_bill_recall_run(phone_call_t *call)
{
    phone_rc_t       rc;
    phone_str_t      to;
    phone_record_t  *bill, *offered, *last;

    rc = phone_bill_own(call, &bill);
    if (rc != PHONE_DONE) {
        return rc;
    }

    if (phone_bill_open(bill)) {
        return phone_refuse(call, PHONE_BILL_NOT_HANDED_ON);
    }

    if (!phone_is(phone_get(bill, BILL_STATUS), "HANDED_ON")) {
        return phone_bill_refuse(call, bill);
    }

    /* this offer, and no later one: the call may be a late repeat */

    offered = phone_bill_ask(call, phone_bill_next(bill, &to));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(offered)) {
        return phone_not_yet(call);
    }

    if (phone_bill_offered(offered)) {
        return phone_recall_offered(call, offered);
    }

    if (!phone_bill_given_back(offered)) {
        return phone_recall_too_late(call, offered);
    }

    rc = phone_bill_follow(call, &bill, &last);
    if (rc != PHONE_DONE) {
        return rc;
    }

    phone_bill_show(call, phone_reply(call), bill);

    return phone_done(call);
}


/* Decided where the other number accepts it. */

static phone_rc_t
phone_recall_offered(phone_call_t *call, phone_record_t *offered)
{
    phone_str_t      to;
    phone_record_t  *account, *back;

    if (phone_now(call) >= phone_get_int(offered, BILL_EXPIRES)) {
        return phone_refuse(call, PHONE_BILL_EXPIRED);
    }

    to = phone_get(offered, BILL_PAYER);
    account = phone_ask_some(call, &phone_account, to,
                             PHONE_F(ACCOUNT_LISTENS));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    back = phone_bill_take_back(call, offered);

    phone_rely(account);

    if (phone_client_open(call, account)) {
        phone_publish(call, to, "bill.recalled",
                      phone_bill_text(call, offered, 0));
    }

    phone_bill_show(call, phone_reply(call), back);

    return phone_done(call);
}


/* Whether the other number has handed it on as well is its own affair. */

static phone_rc_t
phone_recall_too_late(phone_call_t *call, phone_record_t *offered)
{
    phone_rc_t  rc;

    rc = phone_bill_last(call, &offered);
    if (rc != PHONE_DONE) {
        return rc;
    }

    return phone_bill_open(offered) || phone_bill_paying(offered)
           ? phone_refuse(call, PHONE_BILL_ACCEPTED)
           : phone_bill_refuse(call, offered);
}
