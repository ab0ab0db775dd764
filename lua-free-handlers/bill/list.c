
/* PAY-3: the bills of a number, newest first, and one of them. */


#include "bill.h"
#include "message.h"


#define PHONE_BILLS_SHOWN  20
#define PHONE_BILLS_MOST   50


static phone_rc_t phone_bill_list_run(phone_call_t *call);
static phone_rc_t phone_bill_get_run(phone_call_t *call);


static const phone_param_t  phone_bill_list_params[] = {
    { "state", PHONE_P_WORD, 0, PHONE_BILL_STATUSES, 0,
      "only bills with this status; OPEN: CREATED, PUSHED or OFFERED" },
    PHONE_PAGE_BEFORE,
    { "limit", PHONE_P_INT, 0, 1, PHONE_BILLS_MOST, "at most so many" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_param_t  phone_bill_get_params[] = {
    { "bill_id", PHONE_P_ID, PHONE_REQUIRED|PHONE_IN_PATH, 0, 0, "which" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_bill_get_reply[] = {
    PHONE_BILL_SHOWN,
    { "handed_status", PHONE_M_TEXT, 0, NULL,
      "it was handed on and has not come back", "of the bill where it is now" },
    { "card_number", PHONE_M_TEXT, 0, NULL, "it is paid",
      "of the card that has paid, masked; it may be removed since" },
    { "messages", PHONE_M_LIST, 0, &phone_message_object, "it has ended",
      "what its merchant has told this number about the result" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


static const phone_member_t  phone_bill_list_reply[] = {
    { "bills", PHONE_M_LIST, 0, &phone_bill_object, NULL, "newest first" },
    PHONE_NEXT_BEFORE,
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_bill_list = {
    "bill.list", "GET", "/pay/bills", PHONE_SESSION,
    phone_bill_list_run, phone_bill_list_params, phone_bill_list_reply,
    "The bills of the number that is logged in, newest first."
};


const phone_endpoint_t  phone_bill_get = {
    "bill.get", "GET", "/pay/bills/{bill_id}", PHONE_SESSION,
    phone_bill_get_run, phone_bill_get_params, phone_bill_get_reply,
    "One bill of the number that is logged in. One that was handed on and has "
    "come back is shown as it is now, with its new id."
};


static phone_rc_t
phone_bill_list_run(phone_call_t *call)
{
    unsigned         i, limit;
    phone_str_t      state, status;
    phone_json_t    *json;
    phone_list_t     list;
    phone_edge_t     edge;
    phone_record_t  *bill[PHONE_BILLS_MOST];

    state = phone_arg(call, "state");

    if (phone_page_asked(call, PHONE_BILLS_SHOWN, &edge, &limit)
        != PHONE_DONE)
    {
        return PHONE_REFUSED;
    }

    list = phone_ask_page(call, &phone_bills_of, phone_caller(call), &edge,
                          limit);

    for (i = 0; i < list.n; i++) {
        bill[i] = phone_bill_ask(call, list.entry[i].member);
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    json = phone_reply(call);
    phone_json_array(json, "bills");

    for (i = 0; i < list.n; i++) {
        status = phone_bill_status(call, bill[i]);

        if (status.len == 0 || !phone_bill_wanted(state, status)) {
            continue;
        }

        phone_json_object(json, NULL);
        phone_bill_show(call, json, bill[i]);
        phone_json_end(json);
    }

    phone_json_end(json);

    return phone_page_done(call, &edge);
}


static phone_rc_t
phone_bill_get_run(phone_call_t *call)
{
    phone_rc_t       rc;
    phone_record_t  *bill, *last, *card, *message[PHONE_MESSAGES_BILL];
    const phone_list_t  *messages;

    rc = phone_bill_own(call, &bill);
    if (rc != PHONE_DONE) {
        return rc;
    }

    last = bill;

    if (!phone_bill_given_back(bill)) {
        rc = phone_bill_follow(call, &bill, &last);
        if (rc != PHONE_DONE) {
            return rc;
        }
    }

    card = NULL;
    messages = NULL;

    if (phone_get_int(last, BILL_PAID_AT) || phone_bill_unpaid(last)) {
        messages = phone_ask_messages(call, phone_id(bill), message);
    }

    if (phone_get(bill, BILL_CARD).len) {
        card = phone_ask_some(call, &phone_card, phone_get(bill, BILL_CARD),
                              PHONE_F(CARD_MASKED));
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_bill_show(call, phone_reply(call), bill);

    if (card != NULL) {
        phone_json_text(phone_reply(call), "card_number",
                        phone_get(card, CARD_MASKED));
    }

    if (messages != NULL) {
        phone_messages_show(phone_reply(call), messages, message);
    }

    if (last != bill) {
        phone_json_text(phone_reply(call), "handed_status",
                        phone_bill_handed_status(call, bill, last));
    }

    return phone_done(call);
}
