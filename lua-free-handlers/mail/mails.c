
/* MAIL-4: the mails of a number, the newest first. */


#include "box.h"


#define PHONE_MAILS_SHOWN  20
#define PHONE_MAILS_MOST   50


static phone_rc_t phone_mail_list_run(phone_call_t *call);


static const phone_param_t  phone_mail_list_params[] = {
    { "before", PHONE_P_NAME, 0, 1, 64,
      "go on from here: next_before of the page before; or a time in ms" },
    { "after", PHONE_P_NAME, 0, 1, 64,
      "the same upwards, the oldest first: next_after, or a time in ms" },
    { "limit", PHONE_P_INT, 0, 1, PHONE_MAILS_MOST, "at most so many" },
    { "peer", PHONE_P_PHONE, 0, 0, 0,
      "those of the conversation with this number" },
    { "unread", PHONE_P_BOOL, 0, 0, 0, "those not read yet" },
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


static phone_rc_t
phone_mail_list_run(phone_call_t *call)
{
    int64_t          unread;
    unsigned         i, limit;
    phone_json_t    *json;
    phone_list_t     list;
    phone_edge_t     edge;
    phone_record_t  *mail[PHONE_MAILS_MOST];

    if (phone_page_asked(call, PHONE_MAILS_SHOWN, &edge, &limit)
        != PHONE_DONE)
    {
        return PHONE_REFUSED;
    }

    unread = phone_ask_size(call, &phone_unread_of, phone_caller(call), 0);
    list = phone_mail_page(call, &edge, limit);

    for (i = 0; i < list.n; i++) {
        mail[i] = phone_ask_some(call, &phone_mail, list.entry[i].member,
                                 PHONE_BOX_FIELDS);
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    json = phone_reply(call);
    phone_json_array(json, "mail");

    for (i = 0; i < list.n; i++) {

        /* one that is gone was deleted meanwhile */

        if (phone_found(mail[i])) {
            phone_json_object(json, NULL);
            phone_box_show(json, mail[i]);
            phone_json_end(json);
        }
    }

    phone_json_end(json);
    phone_say_int(call, "unread", unread);

    return phone_page_done(call, &edge);
}
