
/* MAIL-5 and MAIL-6: a mail has come; may an SMS say so? */


#include "mail.h"
#include "trigger.h"
#include "../account/account.h"
#include "../sms/sms.h"


static phone_rc_t phone_mail_arrived_run(phone_call_t *call);
static phone_rc_t phone_mail_fires(phone_call_t *call, phone_record_t *mail,
    phone_record_t *trigger);
static phone_str_t phone_mail_sms(phone_call_t *call, int64_t unread);


const phone_event_t  phone_mail_arrived = {
    "mail.arrived", phone_mail_arrived_run,
    "Tells a number by SMS that a mail has come: a number without an account "
    "with a temporary password, others if their triggers hold."
};


static phone_rc_t
phone_mail_arrived_run(phone_call_t *call)
{
    int              stopped;
    phone_str_t      number;
    phone_record_t  *mail, *account, *trigger, *invite;

    mail = phone_ask(call, &phone_mail, phone_event_id(call));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(mail)) {
        return phone_done(call);
    }

    number = phone_get(mail, MAIL_OWNER);
    account = phone_ask_some(call, &phone_account, number,
                             PHONE_F(ACCOUNT_V));
    trigger = phone_ask(call, &phone_trigger, number);
    invite = phone_invite_ask(call, number);
    stopped = phone_sms_stopped(call, number);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (stopped) {
        return phone_done(call);
    }

    if (!phone_found(account)) {
        phone_rely(account);
        phone_invite_send(call, invite, phone_get(mail, MAIL_FROM));
        return phone_done(call);
    }

    return phone_mail_fires(call, mail, trigger);
}


/* What was read meanwhile needs no SMS. */

static phone_rc_t
phone_mail_fires(phone_call_t *call, phone_record_t *mail,
    phone_record_t *trigger)
{
    phone_str_t       number;
    phone_new_mail_t  new;

    number = phone_get(mail, MAIL_OWNER);
    new.from = phone_get(mail, MAIL_FROM);
    new.at = phone_get_int(mail, MAIL_CREATED);
    new.unread = phone_ask_size(call, &phone_unread_of, number,
                                phone_get_int(trigger, TRIGGER_TOLD) + 1);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (phone_get(mail, MAIL_READ_AT).len
        || !phone_trigger_fires(call, trigger, &new))
    {
        return phone_done(call);
    }

    phone_set_int(trigger, TRIGGER_TOLD, phone_now(call));
    phone_sms_put(call, number, phone_mail_sms(call, new.unread), "mail",
                  new.from);

    return phone_done(call);
}


static phone_str_t
phone_mail_sms(phone_call_t *call, int64_t unread)
{
    return phone_format(phone_memory(call),
                        "【%.*s】您有 %lld 条新消息，请登录查看。 You have "
                        "%lld new mail%s. Log in to read.",
                        PHONE_ARGS(phone_settings(call)->site),
                        (long long) unread, (long long) unread,
                        unread == 1 ? "" : "s");
}
