
/* MAIL-4: the mails of a number, the newest first. */


#include "box.h"


#define PHONE_MAILS_SHOWN  20
#define PHONE_MAILS_MOST   50
#define PHONE_MAILS_SOUGHT 50            /* characters */

/* Mails that a search goes through, and reads at a time. */
#define PHONE_MAILS_LOOKS  500
#define PHONE_MAILS_ROUND  100


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


static char
phone_mail_folded(char c)
{
    return c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c;
}


static int
phone_mail_has(phone_record_t *mail, phone_str_t sought)
{
    size_t       i, k;
    phone_str_t  text;

    text = phone_get(mail, MAIL_TEXT);

    for (i = 0; i + sought.len <= text.len; i++) {

        for (k = 0; k < sought.len
                    && phone_mail_folded(text.data[i + k])
                       == phone_mail_folded(sought.data[k]); k++)
        {
            /* void */
        }

        if (k == sought.len) {
            return 1;
        }
    }

    return 0;
}


/* One page of entries, or as many as it takes to find so many mails. */

static unsigned
phone_mail_find(phone_call_t *call, phone_edge_t *edge, unsigned limit,
    phone_record_t **mail)
{
    unsigned         i, n, pages;
    phone_str_t      sought;
    phone_list_t     list;
    phone_record_t  *read[PHONE_MAILS_ROUND];

    n = 0;
    sought = phone_arg(call, "q");

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


static phone_rc_t
phone_mail_list_run(phone_call_t *call)
{
    int64_t          unread;
    unsigned         i, n, limit;
    phone_json_t    *json;
    phone_edge_t     edge;
    phone_record_t  *mail[PHONE_MAILS_MOST];

    if (phone_page_asked(call, PHONE_MAILS_SHOWN, &edge, &limit)
        != PHONE_DONE)
    {
        return PHONE_REFUSED;
    }

    unread = phone_ask_size(call, &phone_unread_of, phone_caller(call), 0);
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

    return phone_page_done(call, &edge);
}
