
/* A mailbox: its mails, and the indexes that have them. */


#ifndef _PHONE_BOX_H_INCLUDED_
#define _PHONE_BOX_H_INCLUDED_


#include "mail.h"


/* A recipient is shown the others if there are no more than so many; a mail to
   more is no part of the sender's conversations. */
#define PHONE_MAIL_SHOWN  20

/* What phone_box_show() and phone_box_leave() need. */
#define PHONE_BOX_FIELDS                                                      \
    (PHONE_F(MAIL_READ_AT) | PHONE_F(MAIL_OWNER) | PHONE_F(MAIL_KEPT))

/* One of the caller's, by the field "mail_id": PHONE_DONE, or PHONE_AGAIN, or
   refused. */
phone_rc_t phone_box_own(phone_call_t *call, uint32_t mask,
    phone_record_t **mail);

int phone_box_in(phone_record_t *mail);          /* it was received, */
int phone_box_unread(phone_record_t *mail);      /* and not read */

/* The members of a mail. */
#define PHONE_MAIL_MEMBERS                                                    \
    { "mail_id", PHONE_M_ID, 0, NULL, NULL, "of this copy" },                 \
    { "kind", PHONE_M_TEXT, 0, NULL, NULL, "IN: received; OUT: sent" },       \
    { "from", PHONE_M_PHONE, 0, NULL, NULL, "the sender" },                   \
    { "to", PHONE_M_PHONES, 0, NULL, NULL,                                    \
      "the recipients; of more than 20 the first ones, to a recipient himself "\
      "only" },                                                               \
    { "recipients", PHONE_M_INT, 0, NULL, NULL, "how many there are" },       \
    { "text", PHONE_M_TEXT, 0, NULL, NULL, "what it says" },                  \
    { "created_at", PHONE_M_TIME, 0, NULL, NULL,                              \
      "when it came into this mailbox" },                                     \
    { "read", PHONE_M_BOOL, 0, NULL, NULL, "it was read; true of OUT" },      \
    { "reply_to", PHONE_M_ID, 0, NULL, "it is a reply",                       \
      "the mail of this mailbox that it answers; it may have been deleted" }, \
    { "forwarded", PHONE_M_BOOL, 0, NULL, NULL,                               \
      "the text is that of another mail" },                                   \
    { "picture_type", PHONE_M_TEXT, 0, NULL, "it has a picture",              \
      "image/jpeg, image/png or image/webp" },                                \
    { "picture_size", PHONE_M_INT, 0, NULL, "it has a picture", "bytes" },    \
    { "picture_width", PHONE_M_INT, 0, NULL, "it has a picture",              \
      "pixels, as it is shown" },                                             \
    { "picture_height", PHONE_M_INT, 0, NULL, "it has a picture",             \
      "the same" }

void phone_box_show(phone_json_t *json, phone_record_t *mail);

/* The name of a number, if the phonebook of who reads has one. */
#define PHONE_BOX_NAME(when)                                                  \
    { "name", PHONE_M_TEXT, 0, NULL, when,                                    \
      "that it has in the phonebook of who is logged in" }

void phone_box_show_name(phone_json_t *json, phone_str_t name);

extern const phone_object_t    phone_mail_object;

/* A mail comes into the mailbox of its owner; it has all its fields. */
void phone_box_add(phone_call_t *call, phone_record_t *mail);

/*
 * Mails of one mailbox leave the lists, with the conversations that have no
 * other mails; the records are left to the caller, who removes his own before
 * that.  Ask first, and when they have left look at phone_waiting(): that no
 * mail comes meanwhile is guarded.  With commits of one bucket it cannot be
 * guarded in another one: a conversation stays in the list without a mail,
 * which is not shown.
 */
void phone_box_ask_leave(phone_call_t *call, unsigned n,
    phone_record_t *const *mail);
void phone_box_leave(phone_call_t *call, unsigned n,
    phone_record_t *const *mail);

unsigned phone_box_peers_count(phone_record_t *mail);

/* With whom a mail is a part of conversations, with spaces: its sender, or its
   recipients if they are few. */
phone_str_t phone_box_peers(phone_record_t *mail);

/* The id of the conversation of two numbers, as the first one has it. */
phone_str_t phone_box_with(phone_call_t *call, phone_str_t number,
    phone_str_t peer);


#endif /* _PHONE_BOX_H_INCLUDED_ */
