
/* POST /logout: ends this session. */


#include "account.h"


static phone_rc_t phone_session_logout_run(phone_call_t *call);


static const phone_param_t  phone_session_logout_params[] = {
    { NULL, 0, 0, 0, 0, NULL }
};


const phone_endpoint_t  phone_session_logout = {
    "session.logout", "POST", "/logout", PHONE_SESSION,
    phone_session_logout_run, phone_session_logout_params, phone_reply_of_code,
    "Ends this session."
};


static phone_rc_t
phone_session_logout_run(phone_call_t *call)
{
    phone_record_t  *account;

    account = phone_ask_some(call, &phone_account, phone_caller(call),
                             PHONE_F(ACCOUNT_V));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_session_close(call, account);

    return phone_done(call);
}
