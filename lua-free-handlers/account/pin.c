
/* POST /pay/pin: sets the payment PIN; and the check at each payment. */


#include "account.h"
#include "../lib/password.h"


#define PHONE_PIN_SALT  16               /* bytes of phone_random() */


static phone_rc_t phone_bill_pin_run(phone_call_t *call);
static int64_t phone_pin_quiet_until(phone_record_t *account,
    phone_str_t form);
static int phone_pin_fits(phone_call_t *call, phone_record_t *account,
    phone_str_t form, phone_str_t pin);
static void phone_pin_forgive(phone_record_t *account);


static const phone_param_t  phone_bill_pin_params[] = {
    { "pin", PHONE_P_DIGITS, PHONE_REQUIRED|PHONE_SECRET, PHONE_PIN_LEN,
      PHONE_PIN_LEN, "the new payment PIN" },
    { "old_pin", PHONE_P_DIGITS, PHONE_SECRET, PHONE_PIN_LEN, PHONE_PIN_LEN,
      "needed when one is set" },
    { NULL, 0, 0, 0, 0, NULL }
};


const phone_endpoint_t  phone_bill_pin = {
    "bill.pin", "POST", "/pay/pin", PHONE_SESSION,
    phone_bill_pin_run, phone_bill_pin_params, phone_reply_of_code,
    "Sets the payment PIN. A wrong old_pin counts like one at paying."
};


static phone_rc_t
phone_bill_pin_run(phone_call_t *call)
{
    phone_str_t      pin, form, kept;
    phone_record_t  *account;

    pin = phone_arg(call, "pin");

    account = phone_ask_some(call, &phone_account, phone_caller(call),
                             PHONE_PIN_FIELDS);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    form = phone_pin_form(call, phone_id(account), pin, 0);

    if (phone_credential_read(call, account, ACCOUNT_PIN, &kept) != 0) {
        return phone_sealed_refuse(call, account, ACCOUNT_PIN);
    }

    /* run after its own commit: the salt is the call's */

    if (phone_equal(kept, form)) {
        return phone_done(call);
    }

    if (!phone_pin_acceptable(pin)) {
        return phone_refuse_field(call, PHONE_PIN_WEAK, "pin");
    }

    if (kept.len) {

        if (!phone_has(call, "old_pin")) {
            return phone_refuse_field(call, PHONE_PARAM_MISSING, "old_pin");
        }

        if (phone_pin_check(call, account, phone_arg(call, "old_pin"))
            != PHONE_DONE)
        {
            return PHONE_REFUSED;
        }
    }

    phone_credential_set(call, account, ACCOUNT_PIN, form);

    return phone_done(call);
}


phone_str_t
phone_pin_hash(phone_call_t *call, phone_str_t number, phone_str_t salt,
    phone_str_t pin)
{
    return phone_plain_hash(call, 6,
                            (phone_str_t[6]) { PHONE_STR("pin:"), number,
                                               PHONE_STR(":"), salt,
                                               PHONE_STR(":"), pin });
}


phone_str_t
phone_pin_form(phone_call_t *call, phone_str_t number, phone_str_t pin,
    int64_t quiet_until)
{
    phone_str_t     salt, space;
    phone_arena_t  *arena;

    arena = phone_memory(call);
    space = quiet_until ? PHONE_STR(" ") : PHONE_EMPTY;
    salt = phone_base64url(arena,
                           (phone_str_t) { PHONE_PIN_SALT, (const char *)
                               phone_random(call, "pin salt",
                                            PHONE_PIN_SALT) });

    return phone_join(arena, 5,
                      (phone_str_t[5]) {
                          salt, PHONE_STR(" "),
                          phone_pin_hash(call, number, salt, pin), space,
                          quiet_until ? phone_int(arena, quiet_until)
                                      : PHONE_EMPTY });
}


phone_rc_t
phone_pin_check(phone_call_t *call, phone_record_t *account, phone_str_t pin)
{
    int64_t      fails, limit, lock, until;
    phone_str_t  form;

    phone_rely(account);

    if (phone_credential_read(call, account, ACCOUNT_PIN, &form) != 0) {
        return phone_sealed_refuse(call, account, ACCOUNT_PIN);
    }

    if (form.len == 0) {
        return phone_refuse(call, PHONE_PIN_NOT_SET);
    }

    until = phone_pin_quiet_until(account, form);

    if (until > phone_now(call)) {
        phone_say_time(call, "until", until);
        phone_retry_after(call, (until - phone_now(call) + 999) / 1000);
        return phone_refuse(call, PHONE_PIN_QUIET);
    }

    until = phone_get_int(account, ACCOUNT_PIN_UNTIL);

    if (until > phone_now(call)) {
        phone_say_time(call, "until", until);
        phone_retry_after(call, (until - phone_now(call) + 999) / 1000);
        return phone_refuse(call, PHONE_PIN_LOCKED);
    }

    if (phone_pin_fits(call, account, form, pin)) {
        phone_pin_forgive(account);
        return PHONE_DONE;
    }

    fails = phone_get_int(account, ACCOUNT_PIN_FAILS) + 1;
    limit = phone_settings(call)->pin_fails;
    lock = phone_pin_lock(phone_settings(call), fails);

    phone_set_int(account, ACCOUNT_PIN_FAILS, fails);
    phone_say_int(call, "remaining", fails < limit ? limit - fails : 0);

    if (lock) {
        phone_set_int(account, ACCOUNT_PIN_UNTIL, phone_now(call) + lock);
        phone_say_time(call, "until", phone_now(call) + lock);
    }

    return phone_refuse(call, PHONE_PIN_WRONG);
}


int
phone_pin_right(phone_call_t *call, phone_record_t *account, phone_str_t pin)
{
    phone_str_t  form;

    return phone_credential_read(call, account, ACCOUNT_PIN, &form) == 0
           && phone_pin_quiet_until(account, form) <= phone_now(call)
           && phone_get_int(account, ACCOUNT_PIN_UNTIL) <= phone_now(call)
           && phone_pin_fits(call, account, form, pin);
}


static int
phone_pin_fits(phone_call_t *call, phone_record_t *account, phone_str_t form,
    phone_str_t pin)
{
    phone_str_t  salt, hash;

    return phone_split(&form, ' ', &salt)
           && phone_split(&form, ' ', &hash)
           && phone_equal_secret(hash,
                                 phone_pin_hash(call, phone_id(account), salt,
                                                pin));
}


/* 0: it was not set in place of a forgotten one. */

static int64_t
phone_pin_quiet_until(phone_record_t *account, phone_str_t form)
{
    int64_t      until;
    phone_str_t  part;

    if (!phone_split(&form, ' ', &part)
        || !phone_split(&form, ' ', &part) || form.len == 0)
    {
        return 0;
    }

    if (phone_parse_int(form, &until) != 0) {
        (void) phone_bad_record(account);
        return 0;
    }

    return until;
}


static void
phone_pin_forgive(phone_record_t *account)
{
    if (phone_get(account, ACCOUNT_PIN_FAILS).len) {
        phone_set(account, ACCOUNT_PIN_FAILS, PHONE_EMPTY);
        phone_set(account, ACCOUNT_PIN_UNTIL, PHONE_EMPTY);
    }
}


int64_t
phone_pin_lock(const phone_settings_t *settings, int64_t fails)
{
    int64_t               n;
    static const int64_t  lock[] = {
        5 * PHONE_MINUTE, 10 * PHONE_MINUTE, 30 * PHONE_MINUTE,
        60 * PHONE_MINUTE
    };

    n = fails - settings->pin_fails;

    if (n < 0) {
        return 0;
    }

    return n < 4 ? lock[n] : (n - 3) * PHONE_DAY;
}
