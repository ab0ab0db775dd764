
/* PAY-6: a message of a merchant is shown by open clients of the number, or
   goes out as an SMS. */


#include "bill.h"
#include "message.h"
#include "texts.h"
#include "../lib/link.h"
#include "../live/live.h"
#include "../sms/sms.h"


/* Of all merchants to a number, and of one: '=' is in no id of a merchant.  A
   merchant who could see by his bills how many were sent would learn to whom
   his messages go. */
#define PHONE_TEXTS_MESSAGES  PHONE_STR("=")

/* Messages that have lived their time, and go from the list with a new one. */
#define PHONE_MESSAGES_SWEPT  4


static phone_rc_t phone_message_push_run(phone_call_t *call);
static void phone_messages_sweep(phone_call_t *call, phone_str_t number,
    const phone_list_t *oldest);
static phone_str_t phone_message_sms(phone_call_t *call,
    phone_record_t *message);
static phone_str_t phone_message_live(phone_call_t *call,
    phone_record_t *message);


const phone_event_t  phone_message_push = {
    "message.push", phone_message_push_run,
    "Tells a number of a merchant's message, live or by SMS."
};


static phone_rc_t
phone_message_push_run(phone_call_t *call)
{
    int                  left;
    phone_str_t          to;
    phone_record_t      *message, *account;
    const phone_list_t  *oldest;

    message = phone_ask(call, &phone_message, phone_event_id(call));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(message) || phone_get(message, MESSAGE_PUSHED_AT).len) {
        return phone_done(call);
    }

    to = phone_get(message, MESSAGE_TO);
    account = phone_ask_some(call, &phone_account, to,
                             PHONE_F(ACCOUNT_LISTENS));
    oldest = phone_ask_index_from(call, &phone_messages_of, to, 0,
                                  PHONE_MESSAGES_SWEPT);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (phone_client_open(call, account)) {
        phone_rely(account);
        phone_publish(call, to, "message.new",
                      phone_message_live(call, message));

    } else {
        left = phone_texts_take(call, to, PHONE_TEXTS_MESSAGES,
                                phone_join(phone_memory(call), 2,
                                           (phone_str_t[2]) {
                                               PHONE_TEXTS_MESSAGES,
                                               phone_get(message,
                                                         MESSAGE_MERCHANT)
                                           }));

        if (phone_waiting(call)) {
            return PHONE_AGAIN;
        }

        /* beyond the limits it waits in the list of the number */

        if (!left) {
            phone_messages_sweep(call, to, oldest);
            return phone_done(call);
        }

        phone_sms_put(call, to, phone_message_sms(call, message), "message",
                      phone_get(message, MESSAGE_MERCHANT));
    }

    phone_messages_sweep(call, to, oldest);
    phone_set_int(message, MESSAGE_PUSHED_AT, phone_now(call));

    return phone_done(call);
}


/* The list lives as long as its latest message: without that it would grow for
   ever. */

static void
phone_messages_sweep(phone_call_t *call, phone_str_t number,
    const phone_list_t *oldest)
{
    unsigned  i;

    for (i = 0; i < oldest->n; i++) {
        if (oldest->entry[i].score + PHONE_MESSAGE_KEPT + PHONE_DAY
            < phone_now(call))
        {
            phone_index_remove(call, &phone_messages_of, number,
                               oldest->entry[i].member);
        }
    }
}


/* A phone could take an order number for a link: then it is left out. */

static phone_str_t
phone_message_sms(phone_call_t *call, phone_record_t *message)
{
    phone_str_t     order;
    phone_arena_t  *memory;

    memory = phone_memory(call);
    order = phone_get(message, MESSAGE_ORDER);

    if (phone_has_link(memory, order)) {
        order = PHONE_EMPTY;
    }

    return phone_format(memory,
                        "【%.*s】%.*s 就订单%s%.*s%s发来消息 (message about "
                        "your order)：%.*s",
                        PHONE_ARGS(phone_settings(call)->site),
                        PHONE_ARGS(phone_get(message, MESSAGE_MERCHANT_NAME)),
                        order.len ? " " : "", PHONE_ARGS(order),
                        order.len ? " " : "",
                        PHONE_ARGS(phone_get(message, MESSAGE_TEXT)));
}


static phone_str_t
phone_message_live(phone_call_t *call, phone_record_t *message)
{
    phone_buf_t   buf;
    phone_json_t  json;

    phone_buf_init(&buf, phone_memory(call), 384);
    phone_json_init(&json, &buf);
    phone_json_object(&json, NULL);
    phone_message_show(&json, message);
    phone_json_end(&json);

    return phone_buf_str(&buf);
}
