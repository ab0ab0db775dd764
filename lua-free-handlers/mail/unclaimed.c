
/* MAIL-3: a mail to a number that does not get an account is not kept for
   ever. */


#include "box.h"
#include "../lib/id.h"


static phone_rc_t phone_mail_unclaimed_run(phone_call_t *call);


const phone_event_t  phone_mail_unclaimed = {
    "mail.unclaimed", phone_mail_unclaimed_run,
    "Deletes a mail whose recipient has no account after "
    "phone_mail_unclaimed."
};


/* The account is guarded: who logs in meanwhile keeps the mail. */

static phone_rc_t
phone_mail_unclaimed_run(phone_call_t *call)
{
    int64_t          until;
    phone_record_t  *mail, *account;

    mail = phone_ask_some(call, &phone_mail, phone_event_id(call),
                          PHONE_BOX_FIELDS);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(mail)) {
        return phone_done(call);
    }

    /* by the clock of this host, which may be behind */

    until = phone_id_time(phone_id(mail))
            + phone_settings(call)->mail_unclaimed;

    if (phone_now(call) < until) {
        phone_repeat(call, until);
        return phone_done(call);
    }

    account = phone_ask_some(call, &phone_account, phone_get(mail, MAIL_OWNER),
                             PHONE_F(ACCOUNT_V));
    phone_box_ask_leave(call, 1, &mail);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (phone_found(account)) {
        return phone_done(call);
    }

    phone_rely(account);
    phone_remove(mail);
    phone_box_leave(call, 1, &mail);

    return phone_waiting(call) ? PHONE_AGAIN : phone_done(call);
}
