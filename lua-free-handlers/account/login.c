
/* POST /login: a number and a password, chosen or sent by SMS (MAIL-1). */


#include "account.h"
#include "code.h"
#include "invite.h"
#include "tries.h"


typedef struct {
    phone_str_t              number;
    phone_str_t              password;
    phone_str_t              device;     /* empty: not known */
    phone_record_t          *account;
    phone_code_t             code;
    phone_record_t          *tried;      /* the code; NULL: there is none */
    phone_record_t          *invite;
} phone_login_t;


static phone_rc_t phone_session_login_run(phone_call_t *call);
static phone_rc_t phone_login_prove(phone_call_t *call, phone_login_t *login,
    char *how);
static int phone_login_before(phone_call_t *call, phone_record_t *account,
    phone_str_t id);
static phone_rc_t phone_login_opens(phone_call_t *call,
    phone_record_t *account, phone_str_t id, char how);
static phone_rc_t phone_logged_in(phone_call_t *call, phone_record_t *account,
    unsigned slot);


static const phone_param_t  phone_session_login_params[] = {
    { "phone", PHONE_P_PHONE, PHONE_REQUIRED, 0, 0, "the user name" },
    { "password", PHONE_P_TEXT, PHONE_REQUIRED|PHONE_SECRET, 1, 128,
      "the chosen one, or what came by SMS" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_session_login_reply[] = {
    { "phone", PHONE_M_PHONE, 0, NULL, NULL, "the number" },
    { "must_change", PHONE_M_BOOL, 0, NULL,
      NULL, "it was a temporary password: POST /password next" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_session_login = {
    "session.login", "POST", "/login", PHONE_ANYONE,
    phone_session_login_run, phone_session_login_params,
    phone_session_login_reply,
    "Opens a session and sets its cookie. must_change: it was a temporary "
    "password and none has been chosen yet."
};


/*
 * Nothing secret is looked at before the call has been counted, and before it
 * has a place in the password queue where it needs one: no load makes a right
 * guess look different from a wrong one that does not count.
 *
 * For a number that nobody has and for one with an account a wrong password
 * costs the same time and gets the same answer.
 *
 * A code that was asked for by a text cannot be guessed: it is looked at before
 * any limit refuses, since anybody can use these up for the number.  All that
 * is not the code is treated as if there were none.
 */

static phone_rc_t
phone_session_login_run(phone_call_t *call)
{
    int              slot;
    char             how;
    int64_t          wait;
    phone_rc_t       rc;
    phone_str_t      id;
    phone_login_t    login;
    phone_record_t  *texted;

    login.number = phone_arg(call, "phone");
    login.password = phone_arg(call, "password");

    if (phone_device_stranger(call, login.number)) {
        return PHONE_REFUSED;
    }

    login.code = phone_code_held(call, login.number);

    login.account = phone_ask_some(call, &phone_account, login.number,
                                   PHONE_F(ACCOUNT_PASSWORD)
                                   | PHONE_F(ACCOUNT_DEVICES)
                                   | PHONE_SESSION_FIELDS);
    login.tried = login.code.kind
                  ? phone_ask(call, &phone_code, login.code.id) : NULL;
    texted = phone_ask(call, &phone_texted, login.number);
    login.invite = phone_invite_ask(call, login.number);
    wait = phone_from_over(call, "login");

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    id = phone_base64url(phone_memory(call),
                         (phone_str_t) { PHONE_SESSION_ID, (const char *)
                             phone_random(call, "session",
                                          PHONE_SESSION_ID) });

    slot = phone_login_before(call, login.account, id);
    if (slot >= 0) {
        return phone_logged_in(call, login.account, (unsigned) slot);
    }

    how = phone_code_texted(call, texted, login.password);
    if (how) {
        return phone_login_opens(call, login.account, id, how);
    }

    login.device = phone_device_known(call, login.account);

    if (wait && login.device.len) {
        wait = phone_device_over(call, login.number, login.device);

        if (phone_waiting(call)) {
            return PHONE_AGAIN;
        }
    }

    if (wait) {
        return phone_tries_refuse(call, wait);
    }

    rc = phone_login_prove(call, &login, &how);

    return rc == PHONE_DONE
           ? phone_login_opens(call, login.account, id, how) : rc;
}


/*
 * Six digits are a code, if one was asked for, and nothing else.  Ten letters
 * may be a temporary password, of this browser or of an invitation, or a chosen
 * one: they are tried as all of them.
 */

static phone_rc_t
phone_login_prove(phone_call_t *call, phone_login_t *login, char *how)
{
    int                    letters, away;
    int64_t                wait;
    phone_str_t            kept, stored;
    const phone_result_t  *check;

    if (login->tried && phone_code_form(login->password)) {
        *how = phone_code_try(call, &login->code, login->tried,
                              login->account, login->invite,
                              login->password);

        return *how ? PHONE_DONE : phone_refuse(call, PHONE_LOGIN_FAILED);
    }

    letters = login->tried && login->password.len == PHONE_CODE_LETTERS;
    away = phone_credential_read(call, login->account, ACCOUNT_PASSWORD, &kept)
           != 0;

    /* not counted: it cannot be compared here */

    if (away && !letters) {
        return phone_sealed_refuse(call, login->account, ACCOUNT_PASSWORD);
    }

    wait = phone_password_over(call, login->number, login->device);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (wait && !letters) {
        return phone_tries_refuse(call, wait);
    }

    stored = wait ? PHONE_EMPTY : kept;

    check = phone_ask_work_of(call, &phone_work_password_check,
                              (phone_str_t[PHONE_WORK_ARGS]) {
                                   stored, login->password, PHONE_EMPTY,
                                   PHONE_EMPTY },
                               login->device.len
                               ? login->number : phone_from_network(call),
                               login->device.len != 0);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    *how = letters ? phone_code_try(call, &login->code, login->tried,
                                    login->account, login->invite,
                                    login->password)
                   : 0;

    if (*how == 0 && check->ok && stored.len) {
        *how = PHONE_BY_PASSWORD;
    }

    if (*how == 0 && wait == 0
        && phone_invite_try(call, login->invite, login->account,
                            login->password))
    {
        *how = PHONE_BY_TEMPORARY;
    }

    if (*how == 0 && away) {

        if (wait == 0) {
            phone_password_right(call, login->number, login->device);
        }

        return phone_sealed_refuse(call, login->account, ACCOUNT_PASSWORD);
    }

    if (*how == 0) {
        return wait ? phone_tries_refuse(call, wait)
                    : phone_refuse(call, PHONE_LOGIN_FAILED);
    }

    if (wait == 0) {
        phone_password_right(call, login->number, login->device);
    }

    return PHONE_DONE;
}


/* Run after its own commit: the slot that this very call has filled, or -1. */

static int
phone_login_before(phone_call_t *call, phone_record_t *account, phone_str_t id)
{
    unsigned         slot;
    phone_session_t  session;

    for (slot = 0; slot < PHONE_SESSIONS; slot++) {
        if (phone_session_check(account, slot, id, phone_settings(call),
                                phone_now(call), &session)
            == 0)
        {
            return (int) slot;
        }
    }

    return -1;
}


static phone_rc_t
phone_login_opens(phone_call_t *call, phone_record_t *account, phone_str_t id,
    char how)
{
    unsigned         slot;
    phone_session_t  session;

    /* the balance is not set: a credit may have come before the account */

    if (!phone_found(account)) {
        phone_set(account, ACCOUNT_PLAN, PHONE_STR("prepaid"));
        phone_set(account, ACCOUNT_CURRENCY, phone_settings(call)->currency);
        phone_set_int(account, ACCOUNT_CREATED, phone_now(call));
    }

    session.id = id;
    session.created = phone_now(call);
    session.seen = session.created;
    session.how = how;
    session.address = phone_address(call);

    slot = phone_session_choose(account, phone_settings(call),
                                phone_now(call));

    /* with all slots in use this login ends a session */

    phone_session_close_slot(call, account, slot);
    phone_set(account, ACCOUNT_S0 + slot,
              phone_session_format(phone_memory(call), &session));

    return phone_logged_in(call, account, slot);
}


static phone_rc_t
phone_logged_in(phone_call_t *call, phone_record_t *account, unsigned slot)
{
    phone_str_t      cookie;
    phone_session_t  session;

    if (phone_session_parse(phone_get(account, ACCOUNT_S0 + slot), &session)
        != 0)
    {
        return phone_bad_record(account);
    }

    cookie = phone_format(phone_memory(call), "%.*s %u %.*s",
                          PHONE_ARGS(phone_id(account)), slot,
                          PHONE_ARGS(session.id));

    phone_set_cookie(call, PHONE_COOKIE_SESSION,
                     phone_seal_cookie(call, PHONE_COOKIE_SESSION, cookie),
                     phone_settings(call)->session_lifetime);

    phone_device_give(call, account);

    if (phone_cookie(call, PHONE_COOKIE_LOGIN).len) {
        phone_set_cookie(call, PHONE_COOKIE_LOGIN, PHONE_EMPTY, 0);
    }

    phone_say(call, "phone", phone_id(account));
    phone_say_bool(call, "must_change",
                   phone_session_must_change(account, &session));

    return phone_done(call);
}
