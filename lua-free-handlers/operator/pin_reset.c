
/* POST /operator/accounts/{phone}/pin-reset: for owners who have forgotten the
   payment PIN, or are locked out by tries of others. */


#include "operator.h"
#include "../account/account.h"


static phone_rc_t phone_pin_reset_run(phone_call_t *call);


static const phone_param_t  phone_pin_reset_params[] = {
    { "phone", PHONE_P_PHONE, PHONE_REQUIRED|PHONE_IN_PATH, 0, 0,
      "whose PIN" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_operator_pin_reset_reply[] = {
    { "phone", PHONE_M_PHONE, 0, NULL, NULL, "the number" },
    { "pin_set", PHONE_M_BOOL, 0, NULL, NULL, "false" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_operator_pin_reset = {
    "operator.pin_reset", "POST", "/operator/accounts/{phone}/pin-reset",
    PHONE_OPERATOR, phone_pin_reset_run, phone_pin_reset_params,
    phone_operator_pin_reset_reply,
    "Takes away the payment PIN of a number with its lock, and ends all its "
    "sessions."
};


/* Without a PIN any session could set one: all sessions are ended, so that
   only who logs in again can. */

static phone_rc_t
phone_pin_reset_run(phone_call_t *call)
{
    unsigned         i;
    phone_record_t  *account;

    static const unsigned  field[] = { ACCOUNT_PIN_FAILS, ACCOUNT_PIN_UNTIL };

    account = phone_ask_some(call, &phone_account, phone_arg(call, "phone"),
                             PHONE_PIN_FIELDS | PHONE_SESSION_FIELDS);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(account)) {
        return phone_refuse_field(call, PHONE_NOT_FOUND, "phone");
    }

    if (phone_get(account, ACCOUNT_PIN).len) {
        phone_credential_set(call, account, ACCOUNT_PIN, PHONE_EMPTY);
    }

    for (i = 0; i < sizeof(field) / sizeof(field[0]); i++) {
        if (phone_get(account, field[i]).len) {
            phone_set(account, field[i], PHONE_EMPTY);
        }
    }

    phone_session_close_others(call, account, -1);

    phone_say(call, "phone", phone_id(account));
    phone_say_bool(call, "pin_set", 0);

    return phone_done(call);
}
