
/* DELETE /sessions/{slot}: ends one session, or all but this one. */


#include "account.h"


static phone_rc_t phone_session_revoke_run(phone_call_t *call);


static const phone_param_t  phone_session_revoke_params[] = {
    { "slot", PHONE_P_NAME, PHONE_REQUIRED|PHONE_IN_PATH, 1, 6,
      "of GET /sessions; \"others\": all but this one" },
    { NULL, 0, 0, 0, 0, NULL }
};


const phone_endpoint_t  phone_session_revoke = {
    "session.revoke", "DELETE", "/sessions/{slot}", PHONE_SESSION,
    phone_session_revoke_run, phone_session_revoke_params, phone_reply_of_code,
    "Ends a session. One that is gone already is no error."
};


static phone_rc_t
phone_session_revoke_run(phone_call_t *call)
{
    int64_t          slot;
    phone_str_t      which;
    phone_record_t  *account;

    account = phone_ask_some(call, &phone_account, phone_caller(call),
                             PHONE_SESSION_FIELDS);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    which = phone_arg(call, "slot");

    if (phone_is(which, "others")) {
        phone_session_close_others(call, account,
                                   (int) phone_session_slot(call));
        return phone_done(call);
    }

    if (phone_parse_int(which, &slot) != 0 || slot >= PHONE_SESSIONS) {
        return phone_refuse_field(call, PHONE_NOT_FOUND, "slot");
    }

    if (slot == phone_session_slot(call)) {
        phone_session_close(call, account);

    } else {
        phone_session_close_slot(call, account, (unsigned) slot);
    }

    return phone_done(call);
}
