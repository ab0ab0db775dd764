
/* MAIL-4: with whom a number has exchanged mails, the latest first. */


#include "box.h"
#include "../contacts/contacts.h"


#define PHONE_PEERS_SHOWN  20
#define PHONE_PEERS_MOST   50


/* Mails of a conversation that a call deletes, and how many other conversations
   they may be in. */
#define PHONE_PEERS_STEP   50
#define PHONE_PEERS_ENDED  70


static phone_rc_t phone_mail_conversations_run(phone_call_t *call);
static phone_rc_t phone_mail_leave_run(phone_call_t *call);


static const phone_param_t  phone_mail_conversations_params[] = {
    PHONE_PAGE_BEFORE,
    { "limit", PHONE_P_INT, 0, 1, PHONE_PEERS_MOST, "at most so many" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_conversation_members[] = {
    { "peer", PHONE_M_PHONE, 0, NULL, NULL, "with whom" },
    PHONE_BOX_NAME("the phonebook has the number"),
    PHONE_MAIL_MEMBERS,
    { NULL, 0, 0, NULL, NULL, NULL }
};


static const phone_object_t  phone_conversation_object = {
    "Conversation", phone_conversation_members
};


static const phone_member_t  phone_mail_conversations_reply[] = {
    { "conversations", PHONE_M_LIST, 0, &phone_conversation_object, NULL,
      "each with its last mail" },
    PHONE_NEXT_BEFORE,
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_mail_conversations = {
    "mail.conversations", "GET", "/mail/conversations", PHONE_SESSION,
    phone_mail_conversations_run, phone_mail_conversations_params,
    phone_mail_conversations_reply,
    "With whom the number that is logged in has exchanged mails, the latest "
    "first. GET /mail with peer has the mails."
};


static const phone_param_t  phone_mail_leave_params[] = {
    { "phone", PHONE_P_PHONE, PHONE_REQUIRED|PHONE_IN_PATH, 0, 0,
      "with whom" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_mail_leave_reply[] = {
    { "deleted", PHONE_M_INT, 0, NULL, NULL, "how many mails were deleted" },
    { "more", PHONE_M_BOOL, 0, NULL, NULL, "there are more: call again" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_mail_leave = {
    "mail.leave", "DELETE", "/mail/conversations/{phone}", PHONE_SESSION,
    phone_mail_leave_run, phone_mail_leave_params, phone_mail_leave_reply,
    "Deletes this number's copies of the mails of a conversation, the newest "
    "first and at most 50 with a call; nobody else's are changed."
};


/* A conversation whose mails were all deleted is not shown. */

static phone_rc_t
phone_mail_conversations_run(phone_call_t *call)
{
    unsigned             i, limit;
    phone_str_t          peer[PHONE_PEERS_MOST], name[PHONE_PEERS_MOST];
    phone_json_t        *json;
    phone_list_t         list;
    phone_edge_t         edge;
    phone_record_t      *book, *last[PHONE_PEERS_MOST];
    const phone_list_t  *mails;

    if (phone_page_asked(call, PHONE_PEERS_SHOWN, &edge, &limit)
        != PHONE_DONE)
    {
        return PHONE_REFUSED;
    }

    book = phone_ask_book_size(call);
    list = phone_ask_page(call, &phone_peers_of, phone_caller(call), &edge,
                          limit);

    for (i = 0; i < list.n; i++) {
        peer[i] = list.entry[i].member;
        mails = phone_ask_index(call, &phone_mails_with,
                                phone_box_with(call, phone_caller(call),
                                               peer[i]),
                                0, 1);
        last[i] = mails->n ? phone_ask_some(call, &phone_mail,
                                            mails->entry[0].member,
                                            PHONE_BOX_FIELDS)
                           : NULL;
    }

    phone_contact_names(call, book, list.n, peer, name);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    json = phone_reply(call);
    phone_json_array(json, "conversations");

    for (i = 0; i < list.n; i++) {

        if (last[i] != NULL && phone_found(last[i])) {
            phone_json_object(json, NULL);
            phone_json_text(json, "peer", peer[i]);
            phone_box_show_name(json, name[i]);
            phone_box_show(json, last[i]);
            phone_json_end(json);
        }
    }

    phone_json_end(json);

    return phone_page_done(call, &edge);
}


/* A mail to several numbers leaves all their conversations. */

static phone_rc_t
phone_mail_leave_run(phone_call_t *call)
{
    unsigned             i, n, peers;
    phone_str_t          with;
    phone_record_t      *mail[PHONE_PEERS_STEP];
    const phone_list_t  *list;

    with = phone_box_with(call, phone_caller(call), phone_arg(call, "phone"));
    list = phone_ask_index(call, &phone_mails_with, with, 0,
                           PHONE_PEERS_STEP + 1);

    for (n = 0; n < list->n && n < PHONE_PEERS_STEP; n++) {
        mail[n] = phone_ask_some(call, &phone_mail, list->entry[n].member,
                                 PHONE_BOX_FIELDS);
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    peers = 0;

    for (i = 0; i < n; i++) {
        peers += phone_box_peers_count(mail[i]);

        if (peers > PHONE_PEERS_ENDED) {
            break;
        }
    }

    n = i;
    phone_box_ask_leave(call, n, mail);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    for (i = 0; i < n; i++) {
        phone_remove(mail[i]);
    }

    phone_box_leave(call, n, mail);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_say_int(call, "deleted", n);
    phone_say_bool(call, "more", n < list->n);

    return phone_done(call);
}
