
/* Whose mails a number does not want. */


#include "blocked.h"
#include "box.h"
#include "../contacts/contacts.h"


#define PHONE_BLOCKED_SHOWN  20
#define PHONE_BLOCKED_PAGE   50
#define PHONE_BLOCKED_MOST   500         /* of a number */


static phone_rc_t phone_mail_blocked_run(phone_call_t *call);
static phone_rc_t phone_mail_block_run(phone_call_t *call);
static phone_rc_t phone_mail_unblock_run(phone_call_t *call);


static const phone_param_t  phone_mail_blocked_params[] = {
    PHONE_PAGE_BEFORE,
    { "limit", PHONE_P_INT, 0, 1, PHONE_BLOCKED_PAGE, "at most so many" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_param_t  phone_mail_block_params[] = {
    { "phone", PHONE_P_PHONE, PHONE_REQUIRED, 0, 0, "whose mails" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_param_t  phone_mail_unblock_params[] = {
    { "phone", PHONE_P_PHONE, PHONE_REQUIRED|PHONE_IN_PATH, 0, 0,
      "whose mails" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_blocked_members[] = {
    { "phone", PHONE_M_PHONE, 0, NULL, NULL, "whose mails do not come" },
    PHONE_BOX_NAME("the phonebook has the number"),
    { "since", PHONE_M_TIME, 0, NULL, NULL, "since when" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


static const phone_object_t  phone_blocked_object = {
    "Blocked", phone_blocked_members
};


static const phone_member_t  phone_mail_blocked_reply[] = {
    { "blocked", PHONE_M_LIST, 0, &phone_blocked_object, NULL,
      "the latest first" },
    PHONE_NEXT_BEFORE,
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_mail_blocked = {
    "mail.blocked", "GET", "/mail/blocked", PHONE_SESSION,
    phone_mail_blocked_run, phone_mail_blocked_params,
    phone_mail_blocked_reply,
    "The numbers whose mails the number that is logged in does not want."
};

const phone_endpoint_t  phone_mail_block = {
    "mail.block", "POST", "/mail/blocked", PHONE_SESSION,
    phone_mail_block_run, phone_mail_block_params, phone_reply_of_code,
    "Mails of that number do not come any more; it is not told. Those that "
    "have come stay."
};

const phone_endpoint_t  phone_mail_unblock = {
    "mail.unblock", "DELETE", "/mail/blocked/{phone}", PHONE_SESSION,
    phone_mail_unblock_run, phone_mail_unblock_params, phone_reply_of_code,
    "Mails of that number come again."
};


phone_record_t *
phone_blocked_ask(phone_call_t *call, phone_str_t number, phone_str_t sender)
{
    return phone_ask_some(call, &phone_block,
                          phone_box_with(call, number, sender),
                          PHONE_F(BLOCK_SINCE));
}


static phone_rc_t
phone_mail_blocked_run(phone_call_t *call)
{
    unsigned         i, limit;
    phone_str_t      number[PHONE_BLOCKED_PAGE], name[PHONE_BLOCKED_PAGE];
    phone_json_t    *json;
    phone_list_t     list;
    phone_edge_t     edge;
    phone_record_t  *book;

    if (phone_page_asked(call, PHONE_BLOCKED_SHOWN, &edge, &limit)
        != PHONE_DONE)
    {
        return PHONE_REFUSED;
    }

    book = phone_ask_book_size(call);
    list = phone_ask_page(call, &phone_blocked_of, phone_caller(call), &edge,
                          limit);

    for (i = 0; i < list.n; i++) {
        number[i] = list.entry[i].member;
    }

    phone_contact_names(call, book, list.n, number, name);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (list.n < limit) {                /* these are all */
        edge = (phone_edge_t) { PHONE_EMPTY, 0, 0 };
    }

    json = phone_reply(call);
    phone_json_array(json, "blocked");

    for (i = 0; i < list.n; i++) {
        phone_json_object(json, NULL);
        phone_json_text(json, "phone", number[i]);
        phone_box_show_name(json, name[i]);
        phone_json_time(json, "since", list.entry[i].score);
        phone_json_end(json);
    }

    phone_json_end(json);

    return phone_page_done(call, &edge);
}


static phone_rc_t
phone_mail_block_run(phone_call_t *call)
{
    int              room;
    int64_t          size;
    phone_str_t      caller, sender;
    phone_record_t  *block;

    caller = phone_caller(call);
    sender = phone_arg(call, "phone");

    if (phone_equal(sender, caller)) {
        phone_say(call, "reason",
                  PHONE_STR("this is the number that is logged in: block "
                            "another one"));

        return phone_refuse_field(call, PHONE_PARAM_INVALID, "phone");
    }

    block = phone_blocked_ask(call, caller, sender);
    size = phone_ask_size(call, &phone_blocked_of, caller, 0);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (phone_found(block)) {
        return phone_done(call);
    }

    /* with commits of one bucket the limit is not exact */

    room = phone_index_room(call, &phone_blocked_of, caller, 0,
                            PHONE_BLOCKED_MOST);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (room == 0 || size >= PHONE_BLOCKED_MOST) {
        return phone_refuse_field(call, PHONE_TOO_MANY, "phone");
    }

    phone_set_int(block, BLOCK_SINCE, phone_now(call));
    phone_index_add(call, &phone_blocked_of, caller, sender, phone_now(call));

    return phone_done(call);
}


static phone_rc_t
phone_mail_unblock_run(phone_call_t *call)
{
    phone_str_t      caller, sender;
    phone_record_t  *block;

    caller = phone_caller(call);
    sender = phone_arg(call, "phone");
    block = phone_blocked_ask(call, caller, sender);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (phone_found(block)) {
        phone_remove(block);
        phone_index_remove(call, &phone_blocked_of, caller, sender);
    }

    return phone_done(call);
}
