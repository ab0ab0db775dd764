
/* GET /sessions: where a number is logged in. */


#include "account.h"


static phone_rc_t phone_session_list_run(phone_call_t *call);
static const char *phone_session_how(char how);


static const phone_param_t  phone_session_list_params[] = {
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_session_members[] = {
    { "slot", PHONE_M_INT, 0, NULL,
      NULL, "names it in DELETE /sessions/{slot}" },
    { "created_at", PHONE_M_TIME, 0, NULL, NULL, "when it was opened" },
    { "seen_at", PHONE_M_TIME, 0, NULL,
      NULL, "when it was used, up to five minutes behind" },
    { "how", PHONE_M_TEXT, 0, NULL,
      NULL, "password, code or temporary password" },
    { "address", PHONE_M_TEXT, 0, NULL, NULL, "from where it was opened" },
    { "current", PHONE_M_BOOL, 0, NULL, NULL, "it is the one that asks" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


static const phone_object_t  phone_session_object = {
    "Session", phone_session_members
};


static const phone_member_t  phone_session_list_reply[] = {
    { "sessions", PHONE_M_LIST, 0, &phone_session_object,
      NULL, "the open sessions" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_session_list = {
    "session.list", "GET", "/sessions", PHONE_SESSION,
    phone_session_list_run, phone_session_list_params,
    phone_session_list_reply,
    "The open sessions of the number that is logged in."
};


static phone_rc_t
phone_session_list_run(phone_call_t *call)
{
    unsigned          slot;
    phone_json_t     *json;
    phone_record_t   *account;
    phone_session_t   session;

    account = phone_ask_some(call, &phone_account, phone_caller(call),
                             PHONE_SESSION_FIELDS);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    json = phone_reply(call);
    phone_json_array(json, "sessions");

    for (slot = 0; slot < PHONE_SESSIONS; slot++) {

        if (phone_session_parse(phone_get(account, ACCOUNT_S0 + slot),
                                &session)
            != 0
            || !phone_session_alive(phone_settings(call), &session,
                                    phone_now(call)))
        {
            continue;
        }

        phone_json_object(json, NULL);
        phone_json_int(json, "slot", slot);
        phone_json_time(json, "created_at", session.created);
        phone_json_time(json, "seen_at", session.seen);
        phone_json_text(json, "how",
                        phone_cstr(phone_session_how(session.how)));
        phone_json_text(json, "address", session.address);
        phone_json_bool(json, "current", slot == phone_session_slot(call));
        phone_json_end(json);
    }

    phone_json_end(json);

    return phone_done(call);
}


static const char *
phone_session_how(char how)
{
    switch (how) {

    case PHONE_BY_CODE:
        return "code";

    case PHONE_BY_TEMPORARY:
        return "temporary";

    default:
        return "password";
    }
}
