
/*
 * POST /pay/pin/forgotten: another payment PIN without the old one.
 *
 * Who calls has logged in by a code that was sent to the number, a moment ago,
 * and knows the password.  A code alone can set a password: so one that is
 * younger than the quiet time does not count, and the new PIN is accepted only
 * after the quiet time, in which the owner of a stolen SIM card can act.
 */


#include "account.h"
#include "prove.h"
#include "../lib/password.h"
#include "../sms/sms.h"


#define PHONE_FORGOTTEN_LABEL  "pin forgotten"


static phone_rc_t phone_pin_forgotten_run(phone_call_t *call);
static phone_rc_t phone_pin_may_be_replaced(phone_call_t *call,
    phone_record_t *account);
static void phone_pin_tell(phone_call_t *call);


static const phone_param_t  phone_pin_forgotten_params[] = {
    { "pin", PHONE_P_DIGITS, PHONE_REQUIRED|PHONE_SECRET, PHONE_PIN_LEN,
      PHONE_PIN_LEN, "the new payment PIN" },
    { "password", PHONE_P_TEXT, PHONE_REQUIRED|PHONE_SECRET, 1,
      PHONE_PASSWORD_MAX, "of the account" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_pin_forgotten_reply[] = {
    { "until", PHONE_M_TIME, 0, NULL, NULL,
      "the PIN is accepted from then on" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_bill_pin_forgotten = {
    "bill.pin_forgotten", "POST", "/pay/pin/forgotten", PHONE_SESSION,
    phone_pin_forgotten_run, phone_pin_forgotten_params,
    phone_pin_forgotten_reply,
    "Sets the payment PIN without the old one, in the 10 minutes after a "
    "login by SMS. It is accepted after a quiet time."
};


static phone_rc_t
phone_pin_forgotten_run(phone_call_t *call)
{
    int64_t          until;
    phone_rc_t       rc;
    phone_record_t  *account, *told;

    account = phone_ask_some(call, &phone_account, phone_caller(call),
                             PHONE_PIN_FIELDS | PHONE_F(ACCOUNT_PASSWORD)
                             | PHONE_F(ACCOUNT_PASSWORD_AT)
                             | PHONE_SESSION_FIELDS);
    told = phone_sms_ask(call, phone_caller(call), PHONE_FORGOTTEN_LABEL);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    until = phone_now(call) + phone_settings(call)->pin_quiet;

    /* run after its own commit: the text is there, whatever PIN was set
       since */

    if (!phone_found(told)) {

        rc = phone_pin_may_be_replaced(call, account);
        if (rc != PHONE_DONE) {
            return rc;
        }

        phone_credential_set(call, account, ACCOUNT_PIN,
                             phone_pin_form(call, phone_id(account),
                                            phone_arg(call, "pin"), until));
        phone_set(account, ACCOUNT_PIN_FAILS, PHONE_EMPTY);
        phone_set(account, ACCOUNT_PIN_UNTIL, PHONE_EMPTY);

        phone_rely(told);
        phone_pin_tell(call);
    }

    phone_say_time(call, "until", until);

    return phone_done(call);
}


static phone_rc_t
phone_pin_may_be_replaced(phone_call_t *call, phone_record_t *account)
{
    int64_t          old_enough;
    phone_session_t  session;

    if (!phone_pin_acceptable(phone_arg(call, "pin"))) {
        return phone_refuse_field(call, PHONE_PIN_WEAK, "pin");
    }

    if (phone_get(account, ACCOUNT_PIN).len == 0) {
        return phone_refuse(call, PHONE_PIN_NOT_SET);
    }

    if (phone_session_mine(call, account, &session) != 0
        || session.how != PHONE_BY_CODE
        || phone_now(call) - session.created >= PHONE_FRESH)
    {
        return phone_refuse(call, PHONE_CODE_NEEDED);
    }

    old_enough = phone_get_int(account, ACCOUNT_PASSWORD_AT)
                 + phone_settings(call)->pin_quiet;

    if (phone_get(account, ACCOUNT_PASSWORD).len == 0
        || phone_now(call) < old_enough)
    {
        if (phone_get(account, ACCOUNT_PASSWORD).len) {
            phone_say_time(call, "until", old_enough);
        }

        return phone_refuse_field(call, PHONE_PASSWORD_NEW, "password");
    }

    return phone_password_prove(call, account, "password");
}


static void
phone_pin_tell(phone_call_t *call)
{
    int                      hours;
    const phone_settings_t  *settings;

    settings = phone_settings(call);
    hours = (int) ((settings->pin_quiet + PHONE_HOUR - 1) / PHONE_HOUR);

    (void) phone_sms_put(call, phone_caller(call),
        phone_format(phone_memory(call),
                     "【%.*s】您的支付密码已重置，%d 小时后生效。若非本人操作，"
                     "请立即联系我们。"
                     " Your payment PIN was reset; it can be used in %d hours. "
                     "If this was not you, contact us at once.",
                     PHONE_ARGS(settings->site), hours, hours),
        PHONE_FORGOTTEN_LABEL, phone_caller(call));
}
