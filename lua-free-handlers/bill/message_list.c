
/* PAY-6: the messages of merchants that a number has got. */


#include "message.h"


#define PHONE_MESSAGES_SHOWN  20
#define PHONE_MESSAGES_MOST   50


static phone_rc_t phone_message_list_run(phone_call_t *call);


static const phone_param_t  phone_message_list_params[] = {
    PHONE_PAGE_BEFORE,
    { "limit", PHONE_P_INT, 0, 1, PHONE_MESSAGES_MOST, "at most so many" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_message_members[] = {
    { "message_id", PHONE_M_ID, 0, NULL, NULL, "of the message" },
    { "merchant_id", PHONE_M_TEXT, 0, NULL, NULL, "who has sent it" },
    { "merchant", PHONE_M_TEXT, 0, NULL, NULL, "the merchant's name" },
    { "out_trade_no", PHONE_M_TEXT, 0, NULL, NULL,
      "the merchant's order number" },
    { "bill_id", PHONE_M_ID, 0, NULL, "the bill is one of this number",
      "the bill that it is about" },
    { "result", PHONE_M_TEXT, 0, NULL, NULL,
      "SUCCESS: the bill is paid; or FAILURE" },
    { "text", PHONE_M_TEXT, 0, NULL, NULL, "what it says" },
    { "created_at", PHONE_M_TIME, 0, NULL, NULL, "when it was sent" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_object_t  phone_message_object = {
    "Message", phone_message_members
};


static const phone_member_t  phone_message_list_reply[] = {
    { "messages", PHONE_M_LIST, 0, &phone_message_object, NULL,
      "newest first" },
    PHONE_NEXT_BEFORE,
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_message_list = {
    "message.list", "GET", "/pay/messages", PHONE_SESSION,
    phone_message_list_run, phone_message_list_params,
    phone_message_list_reply,
    "What merchants have told the number that is logged in about results of "
    "bills, newest first, for 90 days."
};


static phone_rc_t
phone_message_list_run(phone_call_t *call)
{
    unsigned         i, limit;
    phone_json_t    *json;
    phone_list_t     list;
    phone_edge_t     edge;
    phone_record_t  *message[PHONE_MESSAGES_MOST];

    if (phone_page_asked(call, PHONE_MESSAGES_SHOWN, &edge, &limit)
        != PHONE_DONE)
    {
        return PHONE_REFUSED;
    }

    list = phone_ask_page(call, &phone_messages_of, phone_caller(call), &edge,
                          limit);

    for (i = 0; i < list.n; i++) {
        message[i] = phone_ask(call, &phone_message, list.entry[i].member);
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    json = phone_reply(call);
    phone_messages_show(json, &list, message);

    return phone_page_done(call, &edge);
}


const phone_list_t *
phone_ask_messages(phone_call_t *call, phone_str_t bill_id,
    phone_record_t *message[PHONE_MESSAGES_BILL])
{
    unsigned             i;
    const phone_list_t  *list;

    list = phone_ask_index(call, &phone_messages_about, bill_id, 0,
                           PHONE_MESSAGES_BILL);

    for (i = 0; i < list->n; i++) {
        message[i] = phone_ask(call, &phone_message, list->entry[i].member);
    }

    return list;
}


/* One that is gone has lived its time. */

void
phone_messages_show(phone_json_t *json, const phone_list_t *list,
    phone_record_t *message[])
{
    unsigned  i;

    phone_json_array(json, "messages");

    for (i = 0; i < list->n; i++) {
        if (phone_found(message[i])) {
            phone_json_object(json, NULL);
            phone_message_show(json, message[i]);
            phone_json_end(json);
        }
    }

    phone_json_end(json);
}


void
phone_message_show(phone_json_t *json, phone_record_t *message)
{
    phone_json_text(json, "message_id", phone_id(message));
    phone_json_text(json, "merchant_id", phone_get(message, MESSAGE_MERCHANT));
    phone_json_text(json, "merchant",
                    phone_get(message, MESSAGE_MERCHANT_NAME));
    phone_json_text(json, "out_trade_no", phone_get(message, MESSAGE_ORDER));

    if (phone_get(message, MESSAGE_BILL).len) {
        phone_json_text(json, "bill_id", phone_get(message, MESSAGE_BILL));
    }

    phone_json_text(json, "result", phone_get(message, MESSAGE_RESULT));
    phone_json_text(json, "text", phone_get(message, MESSAGE_TEXT));
    phone_json_time(json, "created_at",
                    phone_get_int(message, MESSAGE_CREATED));
}
