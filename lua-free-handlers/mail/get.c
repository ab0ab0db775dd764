
/* MAIL-4: one mail is shown, is read, is deleted. */


#include "box.h"
#include "../live/live.h"


static phone_rc_t phone_mail_get_run(phone_call_t *call);
static phone_rc_t phone_mail_read_run(phone_call_t *call);
static phone_rc_t phone_mail_remove_run(phone_call_t *call);


static const phone_param_t  phone_mail_which_params[] = {
    { "mail_id", PHONE_P_ID, PHONE_REQUIRED|PHONE_IN_PATH, 0, 0, "which" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_mail_get_reply[] = {
    PHONE_MAIL_MEMBERS,
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_mail_get = {
    "mail.get", "GET", "/mail/{mail_id}", PHONE_SESSION,
    phone_mail_get_run, phone_mail_which_params, phone_mail_get_reply,
    "One mail of the number that is logged in, with all recipients if the "
    "number has sent it. It is not read by that."
};

const phone_endpoint_t  phone_mail_read = {
    "mail.read", "POST", "/mail/{mail_id}/read", PHONE_SESSION,
    phone_mail_read_run, phone_mail_which_params, phone_reply_of_code,
    "Marks a mail as read. Its sender is not told."
};

const phone_endpoint_t  phone_mail_remove = {
    "mail.remove", "DELETE", "/mail/{mail_id}", PHONE_SESSION,
    phone_mail_remove_run, phone_mail_which_params, phone_reply_of_code,
    "Deletes this number's copy of a mail; nobody else's is changed."
};


static phone_rc_t
phone_mail_get_run(phone_call_t *call)
{
    phone_rc_t       rc;
    phone_record_t  *mail;

    rc = phone_box_own(call, PHONE_BOX_FIELDS | PHONE_F(MAIL_ALL), &mail);
    if (rc != PHONE_DONE) {
        return rc;
    }

    phone_box_show(phone_reply(call), mail);

    return phone_done(call);
}


static phone_rc_t
phone_mail_read_run(phone_call_t *call)
{
    phone_rc_t       rc;
    phone_record_t  *mail, *account;

    account = phone_ask_some(call, &phone_account, phone_caller(call),
                             PHONE_F(ACCOUNT_LISTENS));

    rc = phone_box_own(call, PHONE_F(MAIL_READ_AT), &mail);
    if (rc != PHONE_DONE) {
        return rc;
    }

    if (!phone_box_unread(mail)) {
        return phone_done(call);
    }

    phone_set_int(mail, MAIL_READ_AT, phone_now(call));
    phone_index_remove(call, &phone_unread_of, phone_caller(call),
                       phone_id(mail));

    /* the account is guarded: a client that opens meanwhile is not missed */

    phone_rely(account);

    if (phone_client_open(call, account)) {
        phone_publish(call, phone_caller(call), "mail.read",
                      phone_format(phone_memory(call),
                                   "{\"mail_id\":\"%.*s\"}",
                                   PHONE_ARGS(phone_id(mail))));
    }

    return phone_done(call);
}


static phone_rc_t
phone_mail_remove_run(phone_call_t *call)
{
    phone_rc_t       rc;
    phone_record_t  *mail;

    rc = phone_box_own(call, PHONE_BOX_FIELDS, &mail);
    if (rc != PHONE_DONE) {
        return rc;
    }

    phone_box_ask_leave(call, 1, &mail);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_remove(mail);
    phone_box_leave(call, 1, &mail);

    return phone_waiting(call) ? PHONE_AGAIN : phone_done(call);
}
