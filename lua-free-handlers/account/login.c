
/* POST /login: a number and a password, chosen or sent by SMS (MAIL-1). */


#include "account.h"
#include "code.h"
#include "secret.h"
#include "session.h"
#include "tries.h"


static phone_rc_t phone_session_login_run(phone_call_t *call);
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


const phone_endpoint_t  phone_session_login = {
    "session.login", "POST", "/login", PHONE_ANYONE,
    phone_session_login_run, phone_session_login_params,
    "Opens a session and sets its cookie. must_change: it was a temporary "
    "password and none has been chosen yet."
};


/*
 * For a number that nobody has and for one with an account a wrong password
 * costs the same time and gets the same answer.
 */

static phone_rc_t
phone_session_login_run(phone_call_t *call)
{
    int                     over, slot;
    char                    how;
    phone_str_t             id, password;
    phone_record_t         *account, *login;
    const phone_result_t   *check;

    password = phone_arg(call, "password");

    account = phone_ask_some(call, &phone_account, phone_arg(call, "phone"),
                             PHONE_F(ACCOUNT_PASSWORD)
                             | PHONE_SESSION_FIELDS);
    login = phone_ask(call, &phone_login, phone_arg(call, "phone"));
    over = phone_tries_over(call, "login");

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    id = phone_base64url(phone_memory(call),
                         (phone_str_t) { PHONE_SESSION_ID, (const char *)
                             phone_random(call, "session id",
                                          PHONE_SESSION_ID) });

    slot = phone_login_before(call, account, id);
    if (slot >= 0) {
        return phone_logged_in(call, account, (unsigned) slot);
    }

    if (over) {
        return phone_tries_refuse(call);
    }

    if (phone_login_may_try(call, login) != PHONE_DONE) {
        return PHONE_REFUSED;
    }

    /* a place in the password queue comes first: where there is none the
       call is refused before any secret has been looked at */

    check = phone_ask_work(call, PHONE_PASSWORD_CHECK,
                           (phone_str_t[PHONE_WORK_ARGS]) {
                               phone_get(account, ACCOUNT_PASSWORD),
                               password, PHONE_EMPTY, PHONE_EMPTY });

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_tries_count(call, "login");

    how = phone_code_match(call, login, password);

    if (how == 0) {
        if (!check->ok || phone_get(account, ACCOUNT_PASSWORD).len == 0) {
            phone_login_missed(call, login);
            return phone_refuse(call, PHONE_LOGIN_FAILED);
        }

        how = PHONE_BY_PASSWORD;

    } else {
        phone_code_use_up(login);
    }

    phone_login_hit(login);

    return phone_login_opens(call, account, id, how);
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
        return phone_refuse(call, PHONE_INTERNAL);
    }

    cookie = phone_format(phone_memory(call), "%.*s %u %.*s",
                          PHONE_ARGS(phone_id(account)), slot,
                          PHONE_ARGS(session.id));

    phone_set_cookie(call, phone_seal_cookie(call, cookie),
                     phone_settings(call)->session_lifetime);

    phone_say(call, "phone", phone_id(account));
    phone_say_bool(call, "must_change",
                   session.how == PHONE_BY_TEMPORARY
                   && phone_get(account, ACCOUNT_PASSWORD).len == 0);

    return phone_done(call);
}
