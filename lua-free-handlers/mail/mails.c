
/* MAIL-4: the mails of a number, the newest first. */


#define _GNU_SOURCE

#include <string.h>

#include "blocked.h"
#include "box.h"
#include "../contacts/contacts.h"


#define PHONE_MAILS_SHOWN  20
#define PHONE_MAILS_MOST   50
#define PHONE_MAILS_SOUGHT 50            /* characters */

/* Mails that a search goes through, and reads at a time. */
#define PHONE_MAILS_LOOKS  500
#define PHONE_MAILS_ROUND  100

/* Bytes of a text that are searched at a time. */
#define PHONE_MAILS_PIECE  4096


static phone_rc_t phone_mail_list_run(phone_call_t *call);


static const phone_param_t  phone_mail_list_params[] = {
    PHONE_PAGE_BEFORE,
    { "after", PHONE_P_NAME, 0, 1, 64,
      "the same upwards, the oldest first: next_after, or a time in ms" },
    { "limit", PHONE_P_INT, 0, 1, PHONE_MAILS_MOST, "at most so many" },
    { "peer", PHONE_P_PHONE, 0, 0, 0,
      "those of the conversation with this number" },
    { "unread", PHONE_P_BOOL, 0, 0, 0, "those not read yet" },
    { "q", PHONE_P_TEXT, 0, 1, PHONE_MAILS_SOUGHT,
      "those whose text has this in it, A to Z like a to z; a page goes "
      "through 500 mails at most, and may be empty though there are more" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_mail_list_reply[] = {
    { "mail", PHONE_M_LIST, 0, &phone_mail_object, NULL,
      "newest first, or with after the oldest" },
    { "unread", PHONE_M_INT, 0, NULL, NULL, "mails not read yet, of all" },
    { "blocked", PHONE_M_BOOL, 0, NULL, "peer was given",
      "mails of that number do not come" },
    PHONE_BOX_NAME("peer was given, and the phonebook has it"),
    PHONE_NEXT_BEFORE,
    PHONE_NEXT_AFTER,
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_mail_list = {
    "mail.list", "GET", "/mail", PHONE_SESSION,
    phone_mail_list_run, phone_mail_list_params, phone_mail_list_reply,
    "The mails of the number that is logged in, what it has got and what it "
    "has sent."
};


/* What is in all of these is listed. */

static unsigned
phone_mail_indexes(phone_call_t *call, phone_index_t index[2])
{
    unsigned  n;

    n = 0;

    if (phone_arg_int(call, "unread")) {
        index[n++] = (phone_index_t) { &phone_unread_of, phone_caller(call) };
    }

    if (phone_has(call, "peer")) {
        index[n++] = (phone_index_t) {
            &phone_mails_with,
            phone_box_with(call, phone_caller(call), phone_arg(call, "peer"))
        };
    }

    if (n == 0) {
        index[n++] = (phone_index_t) { &phone_mails_of, phone_caller(call) };
    }

    return n;
}


static phone_list_t
phone_mail_page(phone_call_t *call, phone_edge_t *edge, unsigned limit)
{
    unsigned       n;
    phone_index_t  index[2];

    n = phone_mail_indexes(call, index);

    return n == 1
           ? phone_ask_page(call, index[0].type, index[0].id, edge, limit)
           : phone_ask_page_of_all(call, n, index, edge, limit);
}


static void
phone_mail_fold(char *out, const char *text, size_t len)
{
    size_t  i;

    for (i = 0; i < len; i++) {
        out[i] = phone_lower(text[i]);
    }
}


/* What is sought is folded.  Pieces of the text overlap by its length. */

static int
phone_mail_has(phone_record_t *mail, phone_str_t sought)
{
    char         piece[PHONE_MAILS_PIECE];
    size_t       n;
    phone_str_t  text;

    text = phone_get(mail, MAIL_TEXT);

    if (sought.len == 0) {
        return 1;
    }

    while (text.len >= sought.len) {
        n = text.len < sizeof(piece) ? text.len : sizeof(piece);
        phone_mail_fold(piece, text.data, n);

        if (memmem(piece, n, sought.data, sought.len) != NULL) {
            return 1;
        }

        n -= sought.len - 1;
        text.data += n;
        text.len -= n;
    }

    return 0;
}


/* One page of entries, or as many as it takes to find so many mails. */

static unsigned
phone_mail_find(phone_call_t *call, phone_edge_t *edge, unsigned limit,
    phone_record_t **mail)
{
    char             folded[4 * PHONE_MAILS_SOUGHT];
    unsigned         i, n, pages;
    phone_str_t      sought;
    phone_list_t     list;
    phone_record_t  *read[PHONE_MAILS_ROUND];

    n = 0;
    sought = phone_arg(call, "q");
    phone_mail_fold(folded, sought.data, sought.len);
    sought.data = folded;

    for (pages = 0; pages < PHONE_MAILS_LOOKS / PHONE_MAILS_ROUND; pages++) {
        list = phone_mail_page(call, edge, sought.len ? PHONE_MAILS_ROUND
                                                      : limit);

        for (i = 0; i < list.n; i++) {
            read[i] = phone_ask_some(call, &phone_mail, list.entry[i].member,
                                     PHONE_BOX_FIELDS);
        }

        if (phone_waiting(call)) {
            return 0;
        }

        for (i = 0; i < list.n; i++) {

            /* one that is gone was deleted meanwhile */

            if (!phone_found(read[i]) || !phone_mail_has(read[i], sought)) {
                continue;
            }

            mail[n++] = read[i];

            if (n == limit) {
                edge->member = list.entry[i].member;
                edge->score = list.entry[i].score;
                return n;
            }
        }

        if (sought.len == 0 || (edge->score == 0 && edge->member.len == 0)) {
            break;
        }
    }

    return n;
}


/* Of the conversation; empty: none. */

static phone_str_t
phone_mail_name(phone_call_t *call)
{
    phone_str_t      peer, name;
    phone_record_t  *book;

    book = phone_ask_book_size(call);
    peer = phone_arg(call, "peer");
    phone_contact_names(call, book, 1, &peer, &name);

    return name;
}


static phone_rc_t
phone_mail_list_run(phone_call_t *call)
{
    int64_t          unread;
    unsigned         i, n, limit;
    phone_str_t      name;
    phone_json_t    *json;
    phone_edge_t     edge;
    phone_record_t  *block, *mail[PHONE_MAILS_MOST];

    if (phone_page_asked(call, PHONE_MAILS_SHOWN, &edge, &limit)
        != PHONE_DONE)
    {
        return PHONE_REFUSED;
    }

    unread = phone_ask_size(call, &phone_unread_of, phone_caller(call), 0);
    block = phone_has(call, "peer")
            ? phone_blocked_ask(call, phone_caller(call),
                                phone_arg(call, "peer"))
            : NULL;
    name = phone_has(call, "peer") ? phone_mail_name(call) : PHONE_EMPTY;
    n = phone_mail_find(call, &edge, limit, mail);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    json = phone_reply(call);
    phone_json_array(json, "mail");

    for (i = 0; i < n; i++) {
        phone_json_object(json, NULL);
        phone_box_show(json, mail[i]);
        phone_json_end(json);
    }

    phone_json_end(json);
    phone_say_int(call, "unread", unread);

    if (block) {
        phone_say_bool(call, "blocked", phone_found(block));
        phone_box_show_name(json, name);
    }

    return phone_page_done(call, &edge);
}
