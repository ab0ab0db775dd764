
/* MAIL-3: a letter comes into the mailbox of a number, registered or not. */


#include <stdio.h>

#include "letter.h"
#include "blocked.h"
#include "mail.h"
#include "../live/live.h"


/* Mails of a full mailbox that are looked at for one that was read. */
#define PHONE_ROOM_LOOKS  100


static void phone_arrival_tell(phone_call_t *call, phone_record_t *mail,
    phone_record_t *account);
static void phone_arrival_sms(phone_call_t *call, phone_letter_t *letter,
    phone_record_t *mail, phone_record_t *account);


void
phone_room_ask(phone_call_t *call, phone_str_t number, unsigned before,
    phone_room_t *room)
{
    unsigned               i;
    const phone_list_t    *list;
    const phone_scores_t  *unread;

    *room = (phone_room_t) { .number = number };
    room->size = phone_ask_size(call, &phone_mails_of, number, 0) + before;

    if (room->size < phone_settings(call)->mail_box) {
        return;
    }

    list = phone_ask_index_from(call, &phone_mails_of, number, 0,
                                PHONE_ROOM_LOOKS);

    if (list->n == 0) {
        return;
    }

    unread = phone_ask_scores(call, &phone_unread_of, number, list);

    for (i = 0; i < unread->n; i++) {
        if (unread->score[i] == -1 && before-- == 0) {
            room->oldest = phone_ask_some(call, &phone_mail,
                                          list->entry[i].member,
                                          PHONE_BOX_FIELDS);
            return;
        }
    }
}


int
phone_room_found(phone_call_t *call, const phone_room_t *room)
{
    return room->size < phone_settings(call)->mail_box || room->oldest != NULL;
}


void
phone_room_make(phone_call_t *call, const phone_room_t *room)
{
    if (room->oldest == NULL) {
        return;
    }

    if (phone_found(room->oldest)) {
        phone_box_drop(call, room->oldest);
        phone_erase(call, &phone_mail, phone_id(room->oldest));

    } else {
        phone_index_remove(call, &phone_mails_of, room->number,
                           phone_id(room->oldest));
    }
}


/* The sender's own account may be written by his session as well, and his copy
   comes before one that he sends to himself. */

void
phone_arrival_ask(phone_call_t *call, const phone_letter_t *letter,
    phone_str_t number, phone_arrival_t *arrival)
{
    int  own;

    own = phone_equal(number, letter->from);

    arrival->account = own
                       ? phone_ask_some(call, &phone_account, number,
                                        PHONE_F(ACCOUNT_LISTENS)
                                        | PHONE_F(ACCOUNT_TRIGGERS))
                       : phone_ask_elsewhere(call, &phone_account, number);

    arrival->block = phone_blocked_ask(call, number, letter->from);
    phone_room_ask(call, number, own && !letter->by_job, &arrival->room);
}


void
phone_arrival_put(phone_call_t *call, phone_letter_t *letter,
    const phone_arrival_t *arrival)
{
    char             label[32];
    phone_str_t      number;
    phone_record_t  *mail;

    if (phone_found(arrival->block)
        || !phone_room_found(call, &arrival->room))
    {
        return;
    }

    phone_room_make(call, &arrival->room);

    number = arrival->room.number;
    snprintf(label, sizeof(label), "mail to %.*s", PHONE_ARGS(number));

    mail = phone_put(call, &phone_mail, phone_new_id(call, number, label));

    phone_set(mail, MAIL_OWNER, number);
    phone_set(mail, MAIL_KIND, PHONE_STR("IN"));
    phone_letter_copy(call, letter, mail);
    phone_set(mail, MAIL_TO, letter->all.len ? number : letter->to);
    phone_set(mail, MAIL_REPLY_TO, letter->reply_to);
    phone_set(mail, MAIL_SENT, letter->sent);

    phone_box_add(call, mail);
    phone_arrival_tell(call, mail, arrival->account);
    phone_arrival_sms(call, letter, mail, arrival->account);
}


/* Where an SMS may follow, the number's own bucket decides that
   (mail/tell.c). */

static void
phone_arrival_sms(phone_call_t *call, phone_letter_t *letter,
    phone_record_t *mail, phone_record_t *account)
{
    if (!phone_found(account)) {

        if (letter->invited >= letter->invites) {
            return;
        }

        letter->invited++;

    } else if (phone_get(account, ACCOUNT_TRIGGERS).len == 0) {
        return;
    }

    phone_emit(call, &phone_mail_arrived, phone_id(mail), PHONE_EMPTY,
               phone_now(call));
}


/* The account is guarded: a client that opens meanwhile is not missed.  With
   commits of one bucket it cannot be: that client sees the mail in the list. */

static void
phone_arrival_tell(phone_call_t *call, phone_record_t *mail,
    phone_record_t *account)
{
    phone_buf_t   buf;
    phone_json_t  json;

    phone_rely(account);

    if (!phone_client_open(call, account)) {
        return;
    }

    phone_buf_init(&buf, phone_memory(call), 128);
    phone_json_init(&json, &buf);
    phone_json_object(&json, NULL);
    phone_json_text(&json, "mail_id", phone_id(mail));
    phone_json_text(&json, "from", phone_get(mail, MAIL_FROM));
    phone_json_time(&json, "created_at", phone_get_int(mail, MAIL_CREATED));
    phone_json_end(&json);

    phone_publish(call, phone_get(mail, MAIL_OWNER), "mail.new",
                  phone_buf_str(&buf));
}
