
/* POST /password: chooses a password; the other sessions end. */


#include "account.h"
#include "prove.h"
#include "../lib/password.h"


static phone_rc_t phone_session_password_run(phone_call_t *call);
static phone_rc_t phone_password_allowed(phone_call_t *call,
    phone_record_t *account);
static int phone_password_set_by_us(phone_call_t *call, phone_str_t stored,
    phone_str_t salt);


static const phone_param_t  phone_session_password_params[] = {
    { "password", PHONE_P_TEXT, PHONE_REQUIRED|PHONE_SECRET, 1,
      PHONE_PASSWORD_MAX, "the new one, of 8 characters or more" },
    { "old_password", PHONE_P_TEXT, PHONE_SECRET, 1, PHONE_PASSWORD_MAX,
      "needed when one is set, but for 10 minutes after a login by SMS" },
    { NULL, 0, 0, 0, 0, NULL }
};


const phone_endpoint_t  phone_session_password = {
    "session.password", "POST", "/password", PHONE_SESSION,
    phone_session_password_run, phone_session_password_params,
    phone_reply_of_code,
    "Sets the password of the number that is logged in and ends its other "
    "sessions."
};


static phone_rc_t
phone_session_password_run(phone_call_t *call)
{
    phone_rc_t              rc;
    phone_str_t             password, salt, kept;
    phone_record_t         *account;
    const phone_result_t   *hash;

    password = phone_arg(call, "password");
    salt = (phone_str_t) { PHONE_PASSWORD_SALT, (const char *)
                           phone_random(call, "password salt",
                                        PHONE_PASSWORD_SALT) };

    account = phone_ask_some(call, &phone_account, phone_caller(call),
                             PHONE_F(ACCOUNT_PASSWORD)
                             | PHONE_F(ACCOUNT_DEVICES)
                             | PHONE_SESSION_FIELDS);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    /* one that this host cannot read may be replaced where it is not asked
       for */

    (void) phone_credential_read(call, account, ACCOUNT_PASSWORD, &kept);

    if (phone_password_set_by_us(call, kept, salt)) {
        phone_device_give(call, account);
        return phone_done(call);
    }

    if (phone_password_acceptable(password) != PHONE_PASSWORD_OK
        || phone_password_is_number(password, phone_caller(call)))
    {
        return phone_refuse_field(call, PHONE_PASSWORD_WEAK, "password");
    }

    rc = phone_password_allowed(call, account);
    if (rc != PHONE_DONE) {
        return rc;
    }

    hash = phone_ask_work_of(call, &phone_work_password_hash,
                             (phone_str_t[PHONE_WORK_ARGS]) {
                                  password, salt, PHONE_EMPTY, PHONE_EMPTY },
                              phone_caller(call), 1);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!hash->ok) {
        return phone_refuse(call, PHONE_BUSY);
    }

    phone_credential_set(call, account, ACCOUNT_PASSWORD, hash->text);
    phone_set_int(account, ACCOUNT_PASSWORD_AT, phone_now(call));
    phone_session_close_others(call, account,
                               (int) phone_session_slot(call));
    phone_device_forget_all(account);
    phone_device_give(call, account);

    return phone_done(call);
}


/* Run after its own commit: the salt is the call's. */

static int
phone_password_set_by_us(phone_call_t *call, phone_str_t stored,
    phone_str_t salt)
{
    phone_str_t  part;

    salt = phone_base64url(phone_memory(call), salt);

    while (phone_split(&stored, '$', &part)) {
        if (phone_equal(part, salt)) {
            return 1;
        }
    }

    return 0;
}


/* No password yet, a login by SMS a moment ago, or the old one. */

static phone_rc_t
phone_password_allowed(phone_call_t *call, phone_record_t *account)
{
    phone_session_t  session;

    if (phone_get(account, ACCOUNT_PASSWORD).len == 0) {
        return PHONE_DONE;
    }

    if (phone_session_mine(call, account, &session) == 0
        && session.how != PHONE_BY_PASSWORD
        && phone_now(call) - session.created < PHONE_FRESH)
    {
        return PHONE_DONE;
    }

    if (!phone_has(call, "old_password")) {
        return phone_refuse_field(call, PHONE_PARAM_MISSING, "old_password");
    }

    return phone_password_prove(call, account, "old_password");
}
