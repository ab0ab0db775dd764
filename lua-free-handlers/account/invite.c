
/* A temporary password for a number without an account: see invite.h. */


#include "code.h"
#include "invite.h"
#include "../sms/sms.h"


#define PHONE_INVITE_LABEL  "invitation"     /* of phone_random() */


static phone_str_t phone_invite_text(phone_call_t *call, phone_str_t password);


phone_record_t *
phone_invite_ask(phone_call_t *call, phone_str_t number)
{
    return phone_ask(call, &phone_invite, number);
}


void
phone_invite_send(phone_call_t *call, phone_record_t *invite,
    phone_str_t sender)
{
    int64_t          every;
    phone_str_t      number, password;
    phone_record_t  *sms;

    if (phone_now(call) < phone_get_int(invite, INVITE_UNTIL)) {
        return;
    }

    number = phone_id(invite);
    every = phone_settings(call)->mail_invite;
    password = phone_random_letters(call, PHONE_INVITE_LABEL,
                                    PHONE_CODE_LETTERS);

    phone_set(invite, INVITE_HASH,
              phone_keyed_hash(call, 4,
                               (phone_str_t[4]) { PHONE_STR("invitation:"),
                                                  number, PHONE_STR(":"),
                                                  password }));
    phone_set_int(invite, INVITE_UNTIL, phone_now(call) + every);
    phone_set(invite, INVITE_USED, PHONE_EMPTY);
    phone_lives_for(invite, every + PHONE_CLOCK_SLACK);

    sms = phone_sms_put(call, number, phone_invite_text(call, password),
                        PHONE_INVITE_LABEL, sender);
    phone_sms_until(call, sms, every < PHONE_DAY ? every : PHONE_DAY);
}


/* Nothing in it is of a sender, not even a number. */

static phone_str_t
phone_invite_text(phone_call_t *call, phone_str_t password)
{
    int                      hours;
    const phone_settings_t  *settings;

    settings = phone_settings(call);
    hours = (int) (settings->mail_invite / PHONE_HOUR);

    return phone_format(phone_memory(call),
                        "【%.*s】您有新消息。临时密码 %.*s，%d 小时内有效，只能"
                        "使用一次，请用本机号码登录后设置新密码。 You have new "
                        "mail. Temporary password: %.*s, for one login within "
                        "%d hours. Log in with this number and choose your "
                        "own.",
                        PHONE_ARGS(settings->site),
                        PHONE_ARGS(password), hours,
                        PHONE_ARGS(password), hours);
}


int
phone_invite_try(phone_call_t *call, phone_record_t *invite,
    phone_record_t *account, phone_str_t text)
{
    if (!phone_found(invite) || phone_found(account)
        || phone_get(invite, INVITE_USED).len
        || phone_now(call) >= phone_get_int(invite, INVITE_UNTIL)
        || !phone_keyed_hash_is(call, phone_get(invite, INVITE_HASH), 4,
                                (phone_str_t[4]) { PHONE_STR("invitation:"),
                                                   phone_id(invite),
                                                   PHONE_STR(":"), text }))
    {
        return 0;
    }

    phone_set(invite, INVITE_USED, PHONE_STR("1"));

    return 1;
}
