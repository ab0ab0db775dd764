
/* GET /me: who is logged in.  Every page asks this first: one round trip. */


#include "account.h"


static phone_rc_t phone_session_me_run(phone_call_t *call);


static const phone_param_t  phone_session_me_params[] = {
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_session_me_reply[] = {
    { "phone", PHONE_M_PHONE, 0, NULL, NULL, "the number" },
    { "name", PHONE_M_TEXT, 0, NULL,
      "the operator has given one", "of the account" },
    { "plan", PHONE_M_TEXT, 0, NULL, NULL, "PREPAID or POSTPAID" },
    { "balance", PHONE_M_AMOUNT, 0, NULL, NULL, "minor units" },
    { "currency", PHONE_M_TEXT, 0, NULL, NULL, "ISO 4217" },
    { "unread", PHONE_M_INT, 0, NULL, NULL, "mails not read yet" },
    { "pin_set", PHONE_M_BOOL, 0, NULL, NULL, "there is a payment PIN" },
    { "must_change", PHONE_M_BOOL, 0, NULL, NULL,
      "this session began with a temporary password, and none is chosen yet" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_session_me = {
    "session.me", "GET", "/me", PHONE_SESSION,
    phone_session_me_run, phone_session_me_params, phone_session_me_reply,
    "The profile of the number that is logged in."
};


static phone_rc_t
phone_session_me_run(phone_call_t *call)
{
    int64_t          unread;
    unsigned         slot;
    phone_record_t  *account;
    phone_session_t  session;

    slot = ACCOUNT_S0 + phone_session_slot(call);
    account = phone_ask_some(call, &phone_account, phone_caller(call),
                             PHONE_F(ACCOUNT_NAME) | PHONE_F(ACCOUNT_PLAN)
                             | PHONE_F(ACCOUNT_BALANCE)
                             | PHONE_F(ACCOUNT_CURRENCY)
                             | PHONE_F(ACCOUNT_PASSWORD)
                             | PHONE_F(ACCOUNT_PIN) | PHONE_F(slot));
    unread = phone_ask_size(call, &phone_unread_of, phone_caller(call), 0);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (phone_session_parse(phone_get(account, slot), &session) != 0) {
        return phone_bad_record(account);
    }

    phone_say(call, "phone", phone_caller(call));
    phone_say(call, "name", phone_get(account, ACCOUNT_NAME));
    phone_say(call, "plan", phone_get(account, ACCOUNT_PLAN));
    phone_say_int(call, "balance", phone_get_int(account, ACCOUNT_BALANCE));
    phone_say(call, "currency", phone_get(account, ACCOUNT_CURRENCY));
    phone_say_int(call, "unread", unread);
    phone_say_bool(call, "pin_set", phone_get(account, ACCOUNT_PIN).len != 0);
    phone_say_bool(call, "must_change",
                   phone_session_must_change(account, &session));

    return phone_done(call);
}
