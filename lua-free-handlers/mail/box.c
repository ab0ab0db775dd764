
/* A mailbox: its mails, and the indexes that have them. */


#include "box.h"
#include "mail_picture.h"


static const phone_member_t  phone_mail_members[] = {
    PHONE_MAIL_MEMBERS,
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_object_t  phone_mail_object = {
    "Mail", phone_mail_members
};


phone_rc_t
phone_box_own(phone_call_t *call, uint32_t mask, phone_record_t **mail)
{
    *mail = phone_ask_some(call, &phone_mail, phone_arg(call, "mail_id"),
                           PHONE_F(MAIL_OWNER) | mask);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    return phone_equal(phone_get(*mail, MAIL_OWNER), phone_caller(call))
           ? PHONE_DONE
           : phone_refuse_field(call, PHONE_MAIL_NOT_FOUND, "mail_id");
}


int
phone_box_in(phone_record_t *mail)
{
    return phone_is(phone_get(mail, MAIL_KIND), "IN");
}


int
phone_box_unread(phone_record_t *mail)
{
    return phone_box_in(mail) && phone_get(mail, MAIL_READ_AT).len == 0;
}


/* All recipients are shown if they were asked for. */

void
phone_box_show(phone_json_t *json, phone_record_t *mail)
{
    phone_str_t  rest, number;

    phone_json_text(json, "mail_id", phone_id(mail));
    phone_json_text(json, "kind", phone_get(mail, MAIL_KIND));
    phone_json_text(json, "from", phone_get(mail, MAIL_FROM));

    rest = phone_get(mail, MAIL_ALL);
    rest = rest.len ? rest : phone_get(mail, MAIL_TO);

    phone_json_array(json, "to");

    while (phone_split(&rest, ' ', &number)) {
        phone_json_text(json, NULL, number);
    }

    phone_json_end(json);
    phone_json_int(json, "recipients", phone_get_int(mail, MAIL_COUNT));
    phone_json_text(json, "text", phone_get(mail, MAIL_TEXT));
    phone_json_time(json, "created_at", phone_get_int(mail, MAIL_CREATED));
    phone_json_bool(json, "read", !phone_box_unread(mail));

    if (phone_get(mail, MAIL_REPLY_TO).len) {
        phone_json_text(json, "reply_to", phone_get(mail, MAIL_REPLY_TO));
    }

    phone_json_bool(json, "forwarded",
                    phone_get(mail, MAIL_FORWARDED).len != 0);
    phone_picture_show(json, mail);
}


void
phone_box_show_name(phone_json_t *json, phone_str_t name)
{
    if (name.len) {
        phone_json_text(json, "name", name);
    }
}


phone_str_t
phone_box_with(phone_call_t *call, phone_str_t number, phone_str_t peer)
{
    return phone_join(phone_memory(call), 3,
                      (phone_str_t[3]) { number, PHONE_STR(":"), peer });
}


phone_str_t
phone_box_peers(phone_record_t *mail)
{
    if (phone_box_in(mail)) {
        return phone_get(mail, MAIL_FROM);
    }

    return phone_get_int(mail, MAIL_COUNT) <= PHONE_MAIL_SHOWN
           ? phone_get(mail, MAIL_TO) : PHONE_EMPTY;
}


void
phone_box_add(phone_call_t *call, phone_record_t *mail)
{
    int64_t      at;
    phone_str_t  id, owner, peers, peer;

    id = phone_id(mail);
    at = phone_get_int(mail, MAIL_CREATED);
    owner = phone_get(mail, MAIL_OWNER);
    peers = phone_box_peers(mail);

    phone_index_add(call, &phone_mails_of, owner, id, at);

    if (phone_box_in(mail)) {
        phone_index_add(call, &phone_unread_of, owner, id, at);
    }

    while (phone_split(&peers, ' ', &peer)) {
        phone_index_add(call, &phone_mails_with,
                        phone_box_with(call, owner, peer), id, at);
        phone_index_add(call, &phone_peers_of, owner, peer, at);
    }
}


static void
phone_box_drop(phone_call_t *call, phone_record_t *mail)
{
    phone_str_t  id, owner, peers, peer;

    id = phone_id(mail);
    owner = phone_get(mail, MAIL_OWNER);
    peers = phone_box_peers(mail);

    phone_picture_let_go(call, mail);
    phone_index_remove(call, &phone_mails_of, owner, id);

    if (phone_box_unread(mail)) {
        phone_index_remove(call, &phone_unread_of, owner, id);
    }

    while (phone_split(&peers, ' ', &peer)) {
        phone_index_remove(call, &phone_mails_with,
                           phone_box_with(call, owner, peer), id);
    }
}


unsigned
phone_box_peers_count(phone_record_t *mail)
{
    unsigned     n;
    phone_str_t  rest, peer;

    rest = phone_found(mail) ? phone_box_peers(mail) : PHONE_EMPTY;

    for (n = 0; phone_split(&rest, ' ', &peer); n++) {
        /* void */
    }

    return n;
}


static int
phone_box_is_one_of(phone_str_t id, unsigned n, phone_record_t *const *mail)
{
    while (n--) {
        if (phone_equal(phone_id(mail[n]), id)) {
            return 1;
        }
    }

    return 0;
}


/* All mails of a conversation: "go" of them are of these n, "stays" is another
   one, if there is one.  What phone_box_end() guards is read as well, after it
   has not held. */

static const phone_list_t *
phone_box_ends(phone_call_t *call, phone_str_t with, unsigned n,
    phone_record_t *const *mail, unsigned *go, phone_record_t **stays)
{
    unsigned             i;
    const phone_list_t  *list;

    list = phone_ask_index(call, &phone_mails_with, with, 0, n + 1);

    for (i = 0, *go = 0; i < list->n; i++) {

        if (phone_box_is_one_of(list->entry[i].member, n, mail)) {
            (*go)++;
            continue;
        }

        *stays = phone_ask_some(call, &phone_mail, list->entry[i].member,
                                PHONE_BOX_FIELDS);

        if (phone_waiting(call) || phone_found(*stays)) {
            return list;
        }
    }

    *stays = NULL;
    (void) phone_assume_size(call, &phone_mails_with, with, 0);

    if (list->n) {
        (void) phone_assume_size(call, &phone_mails_with, with,
                                 list->entry[0].score + 1);
    }

    return list;
}


void
phone_box_ask_leave(phone_call_t *call, unsigned n,
    phone_record_t *const *mail)
{
    unsigned         i, go;
    phone_str_t      owner, rest, peer;
    phone_record_t  *stays;

    for (i = 0; i < n; i++) {
        owner = phone_get(mail[i], MAIL_OWNER);
        rest = phone_found(mail[i]) ? phone_box_peers(mail[i]) : PHONE_EMPTY;

        while (phone_split(&rest, ' ', &peer)) {
            (void) phone_box_ends(call, phone_box_with(call, owner, peer), n,
                                  mail, &go, &stays);
        }
    }
}


/* The last mail of a conversation may go at the same time as the one before:
   each relies on the other.  The number of its mails and their times are
   guarded: a mail that has come meanwhile may have replaced another one. */

static void
phone_box_end(phone_call_t *call, phone_str_t owner, phone_str_t peer,
    unsigned n, phone_record_t *const *mail)
{
    unsigned             go;
    phone_str_t          with;
    phone_record_t      *stays;
    const phone_list_t  *list;

    with = phone_box_with(call, owner, peer);
    list = phone_box_ends(call, with, n, mail, &go, &stays);

    if (stays != NULL) {
        phone_rely_elsewhere(stays);
        return;
    }

    if (phone_index_room_at_home(call, &phone_mails_with, with, 0, go + 1) > 0
        && (list->n == 0
            || phone_index_room_at_home(call, &phone_mails_with, with,
                                        list->entry[0].score + 1, 1)
               > 0))
    {
        phone_index_remove(call, &phone_peers_of, owner, peer);
    }
}


void
phone_box_leave(phone_call_t *call, unsigned n, phone_record_t *const *mail)
{
    unsigned     i;
    phone_str_t  rest, peer;

    for (i = 0; i < n; i++) {

        if (!phone_found(mail[i])) {
            continue;
        }

        phone_box_drop(call, mail[i]);
        rest = phone_box_peers(mail[i]);

        while (phone_split(&rest, ' ', &peer)) {
            phone_box_end(call, phone_get(mail[i], MAIL_OWNER), peer, n, mail);
        }
    }
}
