
/* POST /login/code: a code or a temporary password goes out by SMS. */


#include "account.h"
#include "code.h"
#include "tries.h"
#include "../sms/sms.h"
#include "../lib/number.h"


/* ms; what has not been handed over by then is not worth an SMS */
#define PHONE_CODE_SENT  (10 * PHONE_MINUTE)

#define PHONE_NOT_SENT   'x'                 /* a kind: nobody has this code */

#define PHONE_LETTERS    "abcdefghjkmnpqrstuvwxyz23456789"


static phone_rc_t phone_session_code_run(phone_call_t *call);
static void phone_code_give(phone_call_t *call, phone_str_t code, char kind);
static phone_code_t phone_code_read(phone_call_t *call, phone_str_t number,
    phone_str_t note);
static phone_str_t phone_code_hash(phone_call_t *call, phone_str_t id,
    phone_str_t code);
static int phone_code_is(phone_call_t *call, const phone_code_t *code,
    phone_str_t text);
static phone_str_t phone_code_text(phone_call_t *call, phone_str_t code);
static phone_str_t phone_temporary_text(phone_call_t *call, phone_str_t code);
static phone_str_t phone_random_digits(phone_call_t *call);
static int phone_code_letters(phone_str_t text);


static const phone_param_t  phone_session_code_params[] = {
    { "phone", PHONE_P_PHONE, PHONE_REQUIRED, 0, 0, "who wants to log in" },
    { NULL, 0, 0, 0, 0, NULL }
};


const phone_endpoint_t  phone_session_code = {
    "session.code", "POST", "/login/code", PHONE_ANYONE,
    phone_session_code_run, phone_session_code_params, phone_reply_of_code,
    "Sends a login code by SMS, to a number without an account a temporary "
    "password, which only the browser that asked can use: it gets a cookie. "
    "The answer is the same for both, and when nothing is sent because the "
    "number has had its share. Numbers of countries that get no texts, and "
    "those of fixed lines, are refused."
};


static phone_rc_t
phone_session_code_run(phone_call_t *call)
{
    int              over;
    char             kind;
    int64_t          wait;
    phone_str_t      number, device, code;
    phone_record_t  *account, *sms;

    number = phone_arg(call, "phone");

    if (!phone_sms_reaches(call, number)) {
        return phone_refuse_field(call, PHONE_SMS_COUNTRY, "phone");
    }

    if (!phone_number_mobile(number)) {
        return phone_refuse_field(call, PHONE_SMS_NUMBER, "phone");
    }

    if (phone_device_stranger(call, number)) {
        return PHONE_REFUSED;
    }

    account = phone_ask_some(call, &phone_account, number,
                             PHONE_F(ACCOUNT_DEVICES)
                             | PHONE_SESSION_FIELDS);
    sms = phone_sms_ask(call, number, PHONE_CODE_LABEL);
    wait = phone_from_over(call, "code");

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    device = phone_device_known(call, account);

    if (wait && device.len == 0) {
        return phone_tries_refuse(call, wait);
    }

    over = phone_codes_over(call, account, device);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    kind = phone_code_kind(account);
    code = kind == PHONE_BY_CODE
           ? phone_random_digits(call)
           : phone_random_letters(call, PHONE_CODE_LABEL, PHONE_CODE_LETTERS);

    if (!over && !phone_found(sms)) {
        phone_rely(sms);
        phone_code_send(call, number, code, kind,
                        device.len
                        ? number
                        : phone_sms_stranger(call, phone_from_network(call)));
    }

    phone_code_give(call, code, over ? PHONE_NOT_SENT : kind);

    return phone_done_with(call, 202);
}


char
phone_code_kind(phone_record_t *account)
{
    return phone_found(account) ? PHONE_BY_CODE : PHONE_BY_TEMPORARY;
}


int64_t
phone_code_lifetime(phone_call_t *call, char kind)
{
    const phone_settings_t  *settings;

    settings = phone_settings(call);

    return kind == PHONE_BY_TEMPORARY ? settings->temporary_lifetime
                                      : settings->code_lifetime;
}


int64_t
phone_code_age(phone_call_t *call)
{
    int64_t                  age;
    const phone_settings_t  *settings;

    settings = phone_settings(call);
    age = settings->code_lifetime;

    return age > settings->temporary_lifetime ? age
                                              : settings->temporary_lifetime;
}


void
phone_code_send(phone_call_t *call, phone_str_t number, phone_str_t code,
    char kind, phone_str_t sender)
{
    int64_t          lifetime;
    phone_str_t      text;
    phone_record_t  *sms;

    text = kind == PHONE_BY_CODE ? phone_code_text(call, code)
                                 : phone_temporary_text(call, code);

    sms = phone_sms_put(call, number, text, PHONE_CODE_LABEL, sender);

    lifetime = phone_code_lifetime(call, kind);
    phone_sms_until(call, sms, lifetime < PHONE_CODE_SENT ? lifetime
                                                          : PHONE_CODE_SENT);
}


/* Nothing in the cookie's length or age, and nothing that a try meets later,
   says who is registered. */

static void
phone_code_give(phone_call_t *call, phone_str_t code, char kind)
{
    phone_str_t  note;

    note = phone_code_note(call, phone_arg(call, "phone"), code, kind);

    phone_set_cookie(call, PHONE_COOKIE_LOGIN,
                     phone_seal_cookie(call, PHONE_COOKIE_LOGIN, note),
                     phone_code_age(call));
}


phone_str_t
phone_code_note(phone_call_t *call, phone_str_t number, phone_str_t code,
    char kind)
{
    int64_t      now;
    phone_str_t  id;

    now = phone_now(call);
    id = phone_new_id(call, number, PHONE_CODE_LABEL);

    return phone_format(phone_memory(call), "%.*s %.*s %lld %lld %c %.*s",
                        PHONE_ARGS(number), PHONE_ARGS(id),
                        (long long) (now + phone_code_age(call)),
                        (long long) (now + phone_code_lifetime(call, kind)),
                        kind, PHONE_ARGS(phone_code_hash(call, id, code)));
}


static phone_str_t
phone_code_hash(phone_call_t *call, phone_str_t id, phone_str_t code)
{
    return phone_keyed_hash(call, 4,
                            (phone_str_t[4]) { PHONE_STR("code:"), id,
                                               PHONE_STR(":"), code });
}


static int
phone_code_is(phone_call_t *call, const phone_code_t *code, phone_str_t text)
{
    return phone_keyed_hash_is(call, code->hash, 4,
                               (phone_str_t[4]) { PHONE_STR("code:"), code->id,
                                                  PHONE_STR(":"), text });
}


/* These texts contain nothing that a sender chose (MAIL-5). */

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
                        "Do not share it.",
                        PHONE_ARGS(settings->site),
                        PHONE_ARGS(code), minutes,
                        PHONE_ARGS(code), minutes);
}


static phone_str_t
phone_temporary_text(phone_call_t *call, phone_str_t code)
{
    int                      minutes;
    const phone_settings_t  *settings;

    settings = phone_settings(call);
    minutes = (int) (settings->temporary_lifetime / PHONE_MINUTE);

    return phone_format(phone_memory(call),
                        "【%.*s】临时密码 %.*s，%d 分钟内有效，请勿告诉他人，"
                        "登录后请设置新密码。"
                        " Temporary password: %.*s, valid for %d minutes. "
                        "Log in and choose your own.",
                        PHONE_ARGS(settings->site),
                        PHONE_ARGS(code), minutes,
                        PHONE_ARGS(code), minutes);
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
    static const char      letters[] = PHONE_LETTERS;

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


phone_code_t
phone_code_held(phone_call_t *call, phone_str_t number)
{
    phone_str_t  note;

    if (phone_unseal_cookie(call, PHONE_COOKIE_LOGIN, &note) != 0) {
        note = PHONE_EMPTY;
    }

    return phone_code_read(call, number, note);
}


static phone_code_t
phone_code_read(phone_call_t *call, phone_str_t number, phone_str_t note)
{
    phone_str_t   word, until, good_until, kind;
    phone_code_t  code;

    memset(&code, 0, sizeof(code));

    if (phone_split(&note, ' ', &word)
        && phone_equal(word, number)
        && phone_split(&note, ' ', &code.id)
        && phone_split(&note, ' ', &until)
        && phone_split(&note, ' ', &good_until)
        && phone_split(&note, ' ', &kind)
        && kind.len == 1
        && phone_parse_int(until, &code.until) == 0
        && phone_parse_int(good_until, &code.good_until) == 0
        && code.until > phone_now(call))
    {
        code.kind = kind.data[0];
        code.hash = note;
    }

    return code;
}


/* No chosen password is as short as a code. */

int
phone_code_form(phone_str_t text)
{
    size_t  i;

    for (i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return 0;
        }
    }

    return text.len == PHONE_CODE_DIGITS;
}


char
phone_code_try(phone_call_t *call, const phone_code_t *code,
    phone_record_t *tried, phone_record_t *account, phone_record_t *invite,
    phone_str_t text)
{
    int                      right;
    int64_t                  tries;
    const phone_settings_t  *settings;

    settings = phone_settings(call);
    tries = phone_get_int(tried, CODE_TRIES);

    if (code->kind == PHONE_NOT_SENT || phone_get(tried, CODE_USED).len
        || tries >= settings->code_tries)
    {
        return 0;
    }

    right = phone_code_is(call, code, text)
            && phone_now(call) < code->good_until;

    phone_rely(account);
    phone_rely(invite);
    phone_set_int(tried, CODE_TRIES, tries + 1);

    /* until the cookie has expired by the slowest clock that is allowed */

    phone_lives_for(tried, code->until - phone_now(call)
                           + 2 * settings->clock_bound + PHONE_CLOCK_SLACK);

    if (!right) {
        return 0;
    }

    phone_set(tried, CODE_USED, PHONE_STR("1"));

    return code->kind;
}


static int
phone_code_letters(phone_str_t text)
{
    size_t  i;

    for (i = 0; i < text.len; i++) {
        if (memchr(PHONE_LETTERS, text.data[i], sizeof(PHONE_LETTERS) - 1)
            == NULL)
        {
            return 0;
        }
    }

    return text.len == PHONE_CODE_LETTERS;
}


/* Hashed whether there is a code or not. */

char
phone_code_texted(phone_call_t *call, phone_record_t *texted, phone_str_t text)
{
    phone_code_t  code;

    if (!phone_code_letters(text)) {
        return 0;
    }

    code = phone_code_read(call, phone_id(texted),
                           phone_get(texted, TEXTED_CODE));

    if (!phone_code_is(call, &code, text)
        || phone_now(call) >= code.good_until)
    {
        return 0;
    }

    phone_remove(texted);

    return code.kind;
}
