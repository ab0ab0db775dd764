
/* MAIL-3: a letter comes into the mailbox of a number, registered or not. */


#include <stdio.h>

#include "letter.h"
#include "blocked.h"
#include "mail.h"
#include "../live/live.h"


/* Mails of a full mailbox that are looked at for those that were read. */
#define PHONE_ROOM_LOOKS  100

/* Unread mails of one sender, one after the other: a tenth of the mailbox,
   within these bounds. */
#define PHONE_ROW_LEAST  20
#define PHONE_ROW_MOST   100

/* Effects of a mail that comes. */
#define PHONE_ARRIVAL_EFFECTS  10


static void phone_room_take(phone_call_t *call, phone_room_t *room,
    unsigned found);
static int64_t phone_room_most(phone_call_t *call, const phone_room_t *room);
static int phone_row_ask(phone_call_t *call, phone_str_t number,
    phone_str_t sender);
static void phone_arrival_tell(phone_call_t *call, phone_record_t *mail,
    phone_record_t *account);
static void phone_arrival_sms(phone_call_t *call, phone_letter_t *letter,
    phone_record_t *mail, phone_record_t *account);


/* Of the caller's own mailbox the size is read only after a commit has failed:
   it is guarded. */

void
phone_room_ask(phone_call_t *call, phone_room_t *room)
{
    int64_t                most;
    unsigned               i, n;
    const phone_list_t    *list;
    const phone_scores_t  *unread;

    room->n = 0;
    most = phone_settings(call)->mail_box;
    room->size = room->own
                 ? phone_assume_size(call, &phone_mails_of, room->number, 0)
                 : phone_ask_size(call, &phone_mails_of, room->number, 0);

    if (room->size + room->come <= most) {
        return;
    }

    list = phone_ask_index_from(call, &phone_mails_of, room->number, 0,
                                PHONE_ROOM_LOOKS);

    if (list->n == 0) {
        return;
    }

    unread = phone_ask_scores(call, &phone_unread_of, room->number, list);
    n = 0;

    for (i = 0; i < unread->n && n < PHONE_ROOM_MOST
                && room->size + room->come - n > most; i++)
    {
        if (unread->score[i] == -1) {
            room->mail[n++] = phone_ask_some(call, &phone_mail,
                                             list->entry[i].member,
                                             PHONE_BOX_FIELDS);
        }
    }

    if (phone_waiting(call)) {
        return;
    }

    phone_room_take(call, room, n);
}


/* Of those that were found.  What is not there any more is only a name in the
   list.  Only the first one may be of many conversations, which a commit to
   many recipients has no room for. */

static void
phone_room_take(phone_call_t *call, phone_room_t *room, unsigned found)
{
    unsigned  i;

    for (i = 0; i < found; i++) {
        if (room->n == 0 || room->own
            || phone_box_peers_count(room->mail[i]) <= 1)
        {
            room->mail[room->n++] = room->mail[i];
        }
    }

    phone_box_ask_leave(call, room->n, room->mail);
}


/* How many mails may be there then: a mailbox that has too many does not get
   more. */

static int64_t
phone_room_most(phone_call_t *call, const phone_room_t *room)
{
    int64_t  most;

    most = phone_settings(call)->mail_box;

    return room->size > most ? room->size : most;
}


int
phone_room_found(phone_call_t *call, const phone_room_t *room)
{
    return room->size + room->come - room->n <= phone_room_most(call, room);
}


unsigned
phone_room_make(phone_call_t *call, const phone_room_t *room)
{
    unsigned  i, effects;

    effects = 0;

    if (room->own) {
        (void) phone_index_room_at_home(call, &phone_mails_of, room->number, 0,
                                        (unsigned) (phone_room_most(call, room)
                                                    - room->come + room->n
                                                    + 1));
    }

    phone_box_leave(call, room->n, room->mail);

    for (i = 0; i < room->n; i++) {
        effects += 4 + 2 * phone_box_peers_count(room->mail[i]);

        if (!phone_found(room->mail[i])) {
            phone_index_remove(call, &phone_mails_of, room->number,
                               phone_id(room->mail[i]));

        } else if (room->own) {
            phone_remove(room->mail[i]);

        } else {
            phone_erase(call, &phone_mail, phone_id(room->mail[i]));
        }
    }

    return effects;
}


/* Who writes and is not read stops being kept: he cannot fill the mailbox. */

static int
phone_row_ask(phone_call_t *call, phone_str_t number, phone_str_t sender)
{
    int64_t                most;
    unsigned               i;
    phone_str_t            with;
    const phone_list_t    *list;
    const phone_scores_t  *unread;

    most = phone_settings(call)->mail_box / 10;
    most = most < PHONE_ROW_LEAST ? PHONE_ROW_LEAST
         : most > PHONE_ROW_MOST ? PHONE_ROW_MOST : most;
    with = phone_box_with(call, number, sender);

    if (phone_ask_size(call, &phone_mails_with, with, 0) < most) {
        return 0;
    }

    list = phone_ask_index(call, &phone_mails_with, with, 0, (unsigned) most);

    if (list->n < most) {
        return 0;
    }

    unread = phone_ask_scores(call, &phone_unread_of, number, list);

    for (i = 0; i < unread->n; i++) {
        if (unread->score[i] == -1) {
            return 0;
        }
    }

    return unread->n != 0;
}


/* The sender's own account may be written by his session as well. */

void
phone_arrival_ask(phone_call_t *call, const phone_letter_t *letter,
    phone_str_t number, phone_arrival_t *arrival)
{
    int  own;

    own = phone_equal(number, letter->from);

    *arrival = (phone_arrival_t) {
        .number = number, .room = { .number = number, .come = 1 }
    };

    arrival->account = own
                       ? phone_ask_some(call, &phone_account, number,
                                        PHONE_F(ACCOUNT_LISTENS))
                       : phone_ask_elsewhere(call, &phone_account, number);

    arrival->block = phone_blocked_ask(call, number, letter->from);

    if (own && !letter->by_job) {
        return;
    }

    phone_room_ask(call, &arrival->room);
    arrival->ignored = phone_row_ask(call, number, letter->from) ? 1 : 0;
}


unsigned
phone_arrival_put(phone_call_t *call, phone_letter_t *letter,
    const phone_arrival_t *arrival)
{
    char             label[32];
    unsigned         effects;
    phone_str_t      number;
    phone_record_t  *mail;

    if (phone_found(arrival->block)) {
        return 0;
    }

    if (arrival->ignored || !phone_room_found(call, &arrival->room)) {
        phone_tally(call, PHONE_TALLY_MAIL_NOT_KEPT);
        return 0;
    }

    effects = PHONE_ARRIVAL_EFFECTS + phone_room_make(call, &arrival->room);

    number = arrival->number;
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

    return effects;
}


/* Where an SMS may follow, the number's own bucket decides that
   (mail/tell.c).  A mail to nobody ends (mail/unclaimed.c).  Nobody is told of
   what he sends to himself. */

static void
phone_arrival_sms(phone_call_t *call, phone_letter_t *letter,
    phone_record_t *mail, phone_record_t *account)
{
    if (phone_equal(phone_get(mail, MAIL_OWNER), letter->from)) {
        return;
    }

    if (!phone_found(account)) {
        phone_emit(call, &phone_mail_unclaimed, phone_id(mail), PHONE_EMPTY,
                   phone_now(call) + phone_settings(call)->mail_unclaimed);

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
