
/* POST /login/code: a code or a temporary password goes out by SMS. */


#include "account.h"
#include "code.h"
#include "secret.h"
#include "session.h"
#include "tries.h"
#include "../sms/sms.h"


#define PHONE_MINUTE  (INT64_C(60) * 1000)
#define PHONE_HOUR    (60 * PHONE_MINUTE)

#define PHONE_CODE_LABEL  "login code"   /* of phone_random() */


static phone_rc_t phone_session_code_run(phone_call_t *call);
static void phone_code_send(phone_call_t *call, phone_str_t code,
    int registered);
static phone_str_t phone_code_text(phone_call_t *call, phone_str_t code);
static phone_str_t phone_temporary_text(phone_call_t *call, phone_str_t code);
static phone_str_t phone_random_digits(phone_call_t *call);
static int phone_code_live(phone_call_t *call, phone_record_t *login);


static const phone_param_t  phone_session_code_params[] = {
    { "phone", PHONE_P_PHONE, PHONE_REQUIRED, 0, 0, "who wants to log in" },
    { NULL, 0, 0, 0, 0, NULL }
};


const phone_endpoint_t  phone_session_code = {
    "session.code", "POST", "/login/code", PHONE_ANYONE,
    phone_session_code_run, phone_session_code_params,
    "Sends a login code by SMS, to a number without an account a temporary "
    "password. The answer is the same for both, and when nothing is sent "
    "because the number has had its share."
};


static phone_rc_t
phone_session_code_run(phone_call_t *call)
{
    int              over;
    phone_str_t      number, code;
    phone_record_t  *account, *login;

    number = phone_arg(call, "phone");

    account = phone_ask_some(call, &phone_account, number,
                             PHONE_F(ACCOUNT_V));
    login = phone_ask(call, &phone_login, number);
    over = phone_tries_over(call, "code");

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (over) {
        return phone_tries_refuse(call);
    }

    phone_tries_count(call, "code");

    code = phone_code_issue(call, login, phone_found(account));

    if (code.len) {
        phone_code_send(call, code, phone_found(account));
    }

    return phone_done_with(call, 202);
}


static void
phone_code_send(phone_call_t *call, phone_str_t code, int registered)
{
    int64_t                   lifetime;
    phone_str_t               text;
    phone_record_t           *sms;
    const phone_settings_t   *settings;

    settings = phone_settings(call);

    if (registered) {
        text = phone_code_text(call, code);
        lifetime = settings->code_lifetime;

    } else {
        text = phone_temporary_text(call, code);
        lifetime = settings->temporary_lifetime;
    }

    sms = phone_sms_put(call, phone_arg(call, "phone"), text, "code");

    /* a code that has run out is not worth an SMS */
    phone_lives_for(sms, lifetime);
}


/* Nothing that a sender chose stands in these texts (MAIL-5). */

static phone_str_t
phone_code_text(phone_call_t *call, phone_str_t code)
{
    int                      minutes;
    const phone_settings_t  *settings;

    settings = phone_settings(call);
    minutes = (int) (settings->code_lifetime / PHONE_MINUTE);

    return phone_format(phone_memory(call),
                        "【%.*s】验证码 %.*s，%d 分钟内有效，请勿告诉他人。"
                        " Login code: %.*s, valid for %d minutes. "
                        "Tell it to nobody.",
                        PHONE_ARGS(settings->site),
                        PHONE_ARGS(code), minutes,
                        PHONE_ARGS(code), minutes);
}


static phone_str_t
phone_temporary_text(phone_call_t *call, phone_str_t code)
{
    int                      hours;
    const phone_settings_t  *settings;

    settings = phone_settings(call);
    hours = (int) (settings->temporary_lifetime / PHONE_HOUR);

    return phone_format(phone_memory(call),
                        "【%.*s】临时密码 %.*s，%d 小时内有效，"
                        "登录后请设置新密码。"
                        " Temporary password: %.*s, valid for %d hours. "
                        "Log in and choose your own.",
                        PHONE_ARGS(settings->site),
                        PHONE_ARGS(code), hours,
                        PHONE_ARGS(code), hours);
}


phone_str_t
phone_code_issue(phone_call_t *call, phone_record_t *login, int registered)
{
    int64_t                  now, sends;
    phone_str_t              code, hash;
    const phone_settings_t  *settings;

    settings = phone_settings(call);
    now = phone_now(call);

    code = registered ? phone_random_digits(call)
                      : phone_random_letters(call, PHONE_CODE_LABEL,
                                             PHONE_CODE_LETTERS);
    hash = phone_code_hash(call, phone_id(login), code);

    if (phone_equal(phone_get(login, LOGIN_CODE), hash)) {
        return PHONE_EMPTY;
    }

    sends = phone_get_int(login, LOGIN_SENDS);

    if (phone_get_int(login, LOGIN_SENDS_UNTIL) <= now) {
        sends = 0;
        phone_set_int(login, LOGIN_SENDS_UNTIL, now + settings->code_window);
    }

    if (sends >= settings->code_sends) {
        return PHONE_EMPTY;
    }

    phone_set_int(login, LOGIN_SENDS, sends + 1);
    phone_set(login, LOGIN_CODE, hash);
    phone_set(login, LOGIN_CODE_KIND,
              registered ? PHONE_STR("code") : PHONE_STR("temporary"));
    phone_set_int(login, LOGIN_CODE_UNTIL,
                  now + (registered ? settings->code_lifetime
                                    : settings->temporary_lifetime));
    phone_set(login, LOGIN_CODE_TRIES, PHONE_EMPTY);
    phone_lives_for(login, phone_login_kept(call));

    return code;
}


/* 64 random bits modulo 10^6: no digit is likelier by more than 10^-13. */

static phone_str_t
phone_random_digits(phone_call_t *call)
{
    unsigned              i;
    uint64_t              value;
    const unsigned char  *random;

    random = phone_random(call, PHONE_CODE_LABEL, 8);
    value = 0;

    for (i = 0; i < 8; i++) {
        value = value << 8 | random[i];
    }

    return phone_format(phone_memory(call), "%0*u", PHONE_CODE_DIGITS,
                        (unsigned) (value % 1000000));
}


/* Without i, l, o, 0 and 1; 16 random bits for each of 31. */

phone_str_t
phone_random_letters(phone_call_t *call, const char *label, unsigned n)
{
    char                  *text;
    unsigned               i;
    const unsigned char   *random;
    static const char      letters[] = "abcdefghjkmnpqrstuvwxyz23456789";

    random = phone_random(call, label, 2 * n);

    text = phone_alloc_raw(phone_memory(call), n);
    if (text == NULL) {
        return PHONE_EMPTY;
    }

    for (i = 0; i < n; i++) {
        text[i] = letters[(random[2 * i] << 8 | random[2 * i + 1])
                          % (sizeof(letters) - 1)];
    }

    return (phone_str_t) { n, text };
}


static int
phone_code_live(phone_call_t *call, phone_record_t *login)
{
    return phone_get(login, LOGIN_CODE).len
           && phone_get_int(login, LOGIN_CODE_UNTIL) > phone_now(call)
           && phone_get_int(login, LOGIN_CODE_TRIES)
              < phone_settings(call)->code_tries;
}


char
phone_code_match(phone_call_t *call, phone_record_t *login,
    phone_str_t password)
{
    if (!phone_code_live(call, login)
        || !phone_equal_secret(phone_get(login, LOGIN_CODE),
                               phone_code_hash(call, phone_id(login),
                                               password)))
    {
        return 0;
    }

    return phone_is(phone_get(login, LOGIN_CODE_KIND), "temporary")
           ? PHONE_BY_TEMPORARY : PHONE_BY_CODE;
}


void
phone_code_missed(phone_call_t *call, phone_record_t *login)
{
    if (phone_code_live(call, login)) {
        phone_set_int(login, LOGIN_CODE_TRIES,
                      phone_get_int(login, LOGIN_CODE_TRIES) + 1);
    }
}


void
phone_code_use_up(phone_record_t *login)
{
    phone_set(login, LOGIN_CODE, PHONE_EMPTY);
    phone_set(login, LOGIN_CODE_KIND, PHONE_EMPTY);
    phone_set(login, LOGIN_CODE_UNTIL, PHONE_EMPTY);
    phone_set(login, LOGIN_CODE_TRIES, PHONE_EMPTY);
}
