
/* MAIL-4: a mail is answered, or is sent on to others. */


#include "letter.h"


static phone_rc_t phone_mail_reply_run(phone_call_t *call);
static phone_rc_t phone_mail_forward_run(phone_call_t *call);


static const phone_param_t  phone_mail_reply_params[] = {
    { "mail_id", PHONE_P_ID, PHONE_REQUIRED|PHONE_IN_PATH, 0, 0,
      "one that was received" },
    PHONE_LETTER_TEXT,
    PHONE_LETTER_PICTURE,
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_param_t  phone_mail_forward_params[] = {
    { "mail_id", PHONE_P_ID, PHONE_REQUIRED|PHONE_IN_PATH, 0, 0, "which" },
    PHONE_LETTER_TO,
    { NULL, 0, 0, 0, 0, NULL }
};


const phone_endpoint_t  phone_mail_reply = {
    "mail.reply", "POST", "/mail/{mail_id}/reply", PHONE_SESSION,
    phone_mail_reply_run, phone_mail_reply_params, phone_letter_reply,
    "Answers the sender of a mail, within the limits of mail.send."
};

const phone_endpoint_t  phone_mail_forward = {
    "mail.forward", "POST", "/mail/{mail_id}/forward", PHONE_SESSION,
    phone_mail_forward_run, phone_mail_forward_params, phone_letter_reply,
    "Sends the text and the picture of a mail to other numbers, within the "
    "limits of mail.send. They are not told who has written it."
};


static phone_rc_t
phone_mail_reply_run(phone_call_t *call)
{
    phone_rc_t       rc;
    phone_letter_t   letter;
    phone_record_t  *mail;

    rc = phone_box_own(call, 0, &mail);
    if (rc != PHONE_DONE) {
        return rc;
    }

    if (!phone_box_in(mail)) {
        phone_say(call, "reason",
                  PHONE_STR("this number has sent it: answer one that was "
                            "received, or send a new one"));

        return phone_refuse_field(call, PHONE_PARAM_INVALID, "mail_id");
    }

    if (phone_letter_says(call, &letter) != PHONE_DONE) {
        return PHONE_REFUSED;
    }

    letter.to = phone_get(mail, MAIL_FROM);
    letter.n = 1;
    letter.answers = phone_id(mail);
    letter.reply_to = phone_get(mail, MAIL_SENT);

    return phone_letter_send(call, &letter);
}


static phone_rc_t
phone_mail_forward_run(phone_call_t *call)
{
    phone_rc_t       rc;
    phone_letter_t   letter;
    phone_record_t  *mail;

    rc = phone_box_own(call, 0, &mail);
    if (rc != PHONE_DONE) {
        return rc;
    }

    letter = (phone_letter_t) {
        .text = phone_get(mail, MAIL_TEXT), .forwarded = 1,
        .picture = phone_get(mail, MAIL_PICTURE), .picture_of = mail
    };
    phone_letter_address(call, &letter);

    return phone_letter_send(call, &letter);
}
