
/* GET /me: who is logged in.  Every page asks this first: one read. */


#include "account.h"


static phone_rc_t phone_session_me_run(phone_call_t *call);


static const phone_param_t  phone_session_me_params[] = {
    { NULL, 0, 0, 0, 0, NULL }
};


const phone_endpoint_t  phone_session_me = {
    "session.me", "GET", "/me", PHONE_SESSION,
    phone_session_me_run, phone_session_me_params,
    "The profile of the number that is logged in."
};


static phone_rc_t
phone_session_me_run(phone_call_t *call)
{
    phone_record_t  *account;

    account = phone_ask_some(call, &phone_account, phone_caller(call),
                             PHONE_F(ACCOUNT_NAME) | PHONE_F(ACCOUNT_PLAN)
                             | PHONE_F(ACCOUNT_BALANCE)
                             | PHONE_F(ACCOUNT_CURRENCY)
                             | PHONE_F(ACCOUNT_UNREAD)
                             | PHONE_F(ACCOUNT_PIN));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_say(call, "phone", phone_caller(call));
    phone_say(call, "name", phone_get(account, ACCOUNT_NAME));
    phone_say(call, "plan", phone_get(account, ACCOUNT_PLAN));
    phone_say_int(call, "balance", phone_get_int(account, ACCOUNT_BALANCE));
    phone_say(call, "currency", phone_get(account, ACCOUNT_CURRENCY));
    phone_say_int(call, "unread", phone_get_int(account, ACCOUNT_UNREAD));
    phone_say_bool(call, "pin_set", phone_get(account, ACCOUNT_PIN).len != 0);

    return phone_done(call);
}
