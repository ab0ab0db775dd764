
/* PAY-6: a merchant sends a text about the result of a bill to its buyer or
   payer. */


#include "bill.h"
#include "message.h"
#include "../lib/link.h"


#define PHONE_MESSAGE_LONGEST  200       /* characters */


/* Who gets it. */
typedef struct {
    phone_str_t              number;
    phone_str_t              bill_id;    /* as he knows the bill, if he does */
    phone_str_t              named;      /* by the merchant */
} phone_addressee_t;


static phone_rc_t phone_message_create_run(phone_call_t *call);
static phone_rc_t phone_message_allowed(phone_call_t *call,
    phone_record_t *bill);
static phone_rc_t phone_message_readable(phone_call_t *call);
static phone_rc_t phone_message_addressee(phone_call_t *call,
    phone_record_t *bill, phone_addressee_t *to);
static phone_rc_t phone_message_count(phone_call_t *call,
    phone_str_t bill_id, phone_str_t named);
static void phone_message_put(phone_call_t *call, phone_record_t *bill,
    const phone_addressee_t *to);
static phone_str_t phone_message_about(phone_call_t *call,
    phone_str_t bill_id);
static phone_rc_t phone_message_reply(phone_call_t *call,
    phone_str_t bill_id, int64_t created);
static phone_str_t phone_messaged_id(phone_call_t *call, phone_str_t what,
    phone_str_t number);


static const phone_param_t  phone_message_create_params[] = {
    PHONE_BILL_ASKED_BY,
    { "message_no", PHONE_P_NAME, PHONE_REQUIRED, 1, 64,
      "the merchant's number of the message: the same again gives the same "
      "answer" },
    { "to", PHONE_P_WORD, PHONE_REQUIRED, PHONE_MESSAGE_TO, 0,
      "BUYER: buyer_phone of the bill, or else payer_phone; PAYER: who had the "
      "bill when it ended" },
    { "result", PHONE_P_WORD, PHONE_REQUIRED, PHONE_MESSAGE_RESULTS, 0,
      "SUCCESS: the bill is paid; FAILURE: it was rejected or closed, or has "
      "expired" },
    { "text", PHONE_P_TEXT, PHONE_REQUIRED, 1, PHONE_MESSAGE_LONGEST,
      "what is said; without links, and without the brackets of senders" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_message_create_reply[] = {
    { "message_no", PHONE_M_TEXT, 0, NULL, NULL, "as it was sent" },
    { "bill_id", PHONE_M_ID, 0, NULL, NULL, "the bill" },
    { "to", PHONE_M_TEXT, 0, NULL, NULL, "BUYER or PAYER" },
    { "result", PHONE_M_TEXT, 0, NULL, NULL, "SUCCESS or FAILURE" },
    { "created_at", PHONE_M_TIME, 0, NULL, NULL, "when it was taken" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_message_create = {
    "message.create", "POST", "/pay/message", PHONE_MERCHANT,
    phone_message_create_run, phone_message_create_params,
    phone_message_create_reply,
    "Sends a text about the result of a bill: live to open clients of the "
    "number, by SMS when none is open. The reply does not tell which. "
    "RATE_LIMITED: enough messages today, of the merchant or for the number."
};


static phone_rc_t
phone_message_create_run(phone_call_t *call)
{
    int64_t            created;
    phone_rc_t         rc;
    phone_str_t        no, taken, when, about, bill_id;
    phone_record_t    *bill;
    phone_addressee_t  to;

    rc = phone_bill_asked(call, &bill);
    if (rc != PHONE_DONE) {
        return rc;
    }

    no = phone_order_id(call, phone_caller(call),
                        phone_arg(call, "message_no"));
    taken = phone_ask_claimed(call, &phone_message_no, no);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    bill_id = phone_bill_origin(bill);
    about = phone_message_about(call, bill_id);

    if (taken.len) {
        if (!phone_split(&taken, ' ', &when)
            || phone_parse_int(when, &created) != 0)
        {
            return phone_bad_value(call, &phone_message_no, no);
        }

        return phone_equal(taken, about)
               ? phone_message_reply(call, bill_id, created)
               : phone_refuse_field(call, PHONE_EXISTS, "message_no");
    }

    rc = phone_message_allowed(call, bill);
    if (rc != PHONE_DONE) {
        return rc;
    }

    rc = phone_message_addressee(call, bill, &to);
    if (rc != PHONE_DONE) {
        return rc;
    }

    rc = phone_message_count(call, bill_id, to.named);
    if (rc != PHONE_DONE) {
        return rc;
    }

    phone_claim(call, &phone_message_no, no,
                phone_format(phone_memory(call), "%lld %.*s",
                             (long long) phone_now(call), PHONE_ARGS(about)),
                PHONE_MESSAGE_KEPT);
    phone_message_put(call, bill, &to);

    return phone_message_reply(call, bill_id, phone_now(call));
}


/* How a bill has ended stays so: it need not be guarded. */

static phone_rc_t
phone_message_allowed(phone_call_t *call, phone_record_t *bill)
{
    int64_t  paid_at, ended_at;

    if (phone_message_readable(call) != PHONE_DONE) {
        return PHONE_REFUSED;
    }

    paid_at = phone_get_int(bill, BILL_PAID_AT);
    ended_at = phone_bill_unpaid(bill) ? phone_get_int(bill, BILL_ENDED_AT) : 0;

    if ((phone_is(phone_arg(call, "result"), "SUCCESS") ? paid_at : ended_at)
        == 0)
    {
        return phone_refuse_field(call, PHONE_RESULT_MISMATCH, "result");
    }

    if (phone_now(call) - (paid_at ? paid_at : ended_at)
        >= PHONE_MESSAGE_UNTIL)
    {
        return phone_refuse(call, PHONE_MESSAGE_TOO_LATE);
    }

    return PHONE_DONE;
}


/* The text comes under the name of the platform: it must not lead anybody
   elsewhere, nor begin another sender's text. */

static phone_rc_t
phone_message_readable(phone_call_t *call)
{
    phone_str_t  text;

    text = phone_arg(call, "text");

    if (phone_has_link(text)) {
        phone_say(call, "reason",
                  PHONE_STR("there is a link in it: leave it out, and put a "
                            "space behind a full stop"));

        return phone_refuse_field(call, PHONE_PARAM_INVALID, "text");
    }

    if (phone_has_sender(text)) {
        phone_say(call, "reason",
                  PHONE_STR("these brackets are for the names of senders"));

        return phone_refuse_field(call, PHONE_PARAM_INVALID, "text");
    }

    return PHONE_DONE;
}


static phone_rc_t
phone_message_addressee(phone_call_t *call, phone_record_t *bill,
    phone_addressee_t *to)
{
    phone_rc_t       rc;
    phone_str_t      payer;
    phone_chain_t    chain;
    phone_record_t  *first, *last;

    phone_bill_chain(bill, &chain);
    payer = phone_get(bill, BILL_PAYER);
    *to = (phone_addressee_t) { payer, phone_id(bill), chain.named };

    if (phone_is(phone_arg(call, "to"), "PAYER")) {
        return PHONE_DONE;
    }

    if (phone_get(bill, BILL_BUYER).len) {
        to->named = phone_get(bill, BILL_BUYER);
    }

    to->number = to->named;

    if (phone_equal(to->number, payer)) {
        return PHONE_DONE;
    }

    to->bill_id = PHONE_EMPTY;

    if (!phone_equal(to->number, chain.named)) {
        return PHONE_DONE;
    }

    first = phone_bill_ask(call, chain.origin);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    rc = phone_bill_follow(call, &first, &last);
    to->bill_id = phone_id(first);

    return rc;
}


/* By the number that the merchant has named: he could tell by another one's
   limit whose it is. */

static phone_rc_t
phone_message_count(phone_call_t *call, phone_str_t bill_id,
    phone_str_t named)
{
    int64_t                  of_bill, of_number, of_day;
    phone_str_t              day, bill, number, all;
    const phone_settings_t  *settings;

    settings = phone_settings(call);
    day = phone_int(phone_memory(call), phone_now(call) / PHONE_DAY);

    bill = phone_messaged_id(call, bill_id, PHONE_EMPTY);
    number = phone_messaged_id(call, day, named);
    all = phone_messaged_id(call, day, PHONE_EMPTY);

    of_bill = phone_added(call, &phone_messaged, bill, MESSAGED_SENT);
    of_number = phone_added(call, &phone_messaged, number, MESSAGED_SENT);
    of_day = phone_added(call, &phone_messaged, all, MESSAGED_SENT);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (of_bill >= PHONE_MESSAGES_BILL) {
        return phone_refuse(call, PHONE_MESSAGE_LIMIT);
    }

    if (of_number >= settings->bills_day_payer) {
        return phone_bill_day_refuse(call, "to");
    }

    if (of_day >= settings->bills_day) {
        return phone_bill_day_refuse(call, "merchant_id");
    }

    phone_add(call, &phone_messaged, bill, MESSAGED_SENT, 1,
              PHONE_MESSAGES_BILL, PHONE_MESSAGE_KEPT);
    phone_add(call, &phone_messaged, number, MESSAGED_SENT, 1,
              settings->bills_day_payer, phone_window_lives(call, PHONE_DAY));
    phone_add(call, &phone_messaged, all, MESSAGED_SENT, 1,
              settings->bills_day, phone_window_lives(call, PHONE_DAY));

    return PHONE_DONE;
}


static void
phone_message_put(phone_call_t *call, phone_record_t *bill,
    const phone_addressee_t *to)
{
    phone_str_t      id;
    phone_record_t  *message;

    id = phone_new_id(call, to->number, "message");
    message = phone_put(call, &phone_message, id);

    phone_set(message, MESSAGE_TO, to->number);
    phone_set(message, MESSAGE_NO, phone_arg(call, "message_no"));
    phone_set(message, MESSAGE_BILL, to->bill_id);
    phone_set(message, MESSAGE_MERCHANT, phone_caller(call));
    phone_set(message, MESSAGE_MERCHANT_NAME,
              phone_get(bill, BILL_MERCHANT_NAME));
    phone_set(message, MESSAGE_ORDER, phone_get(bill, BILL_ORDER));
    phone_set(message, MESSAGE_RESULT, phone_arg(call, "result"));
    phone_set(message, MESSAGE_TEXT, phone_arg(call, "text"));
    phone_set_int(message, MESSAGE_CREATED, phone_now(call));
    phone_lives_for(message, PHONE_MESSAGE_KEPT);

    phone_index_add(call, &phone_messages_of, to->number, id,
                    phone_now(call));
    phone_index_lives_for(call, &phone_messages_of, to->number,
                          PHONE_MESSAGE_KEPT);

    if (to->bill_id.len) {
        phone_index_add(call, &phone_messages_about, to->bill_id, id,
                        phone_now(call));
        phone_index_lives_for(call, &phone_messages_about, to->bill_id,
                              PHONE_MESSAGE_KEPT);
    }

    phone_emit(call, &phone_message_push, id, PHONE_EMPTY, phone_now(call));
}


/* What must be the same for it to be the same message. */

static phone_str_t
phone_message_about(phone_call_t *call, phone_str_t bill_id)
{
    return phone_plain_hash(call, 5,
                            (phone_str_t[5]) { PHONE_STR("message"), bill_id,
                                phone_arg(call, "to"),
                                phone_arg(call, "result"),
                                phone_arg(call, "text") });
}


static phone_rc_t
phone_message_reply(phone_call_t *call, phone_str_t bill_id, int64_t created)
{
    phone_say(call, "message_no", phone_arg(call, "message_no"));
    phone_say(call, "bill_id", bill_id);
    phone_say(call, "to", phone_arg(call, "to"));
    phone_say(call, "result", phone_arg(call, "result"));
    phone_say_time(call, "created_at", created);

    return phone_done(call);
}


/* "<merchant>:<bill id>", "<merchant>:<day>", "<merchant>:<day>:<number>" */

static phone_str_t
phone_messaged_id(phone_call_t *call, phone_str_t what, phone_str_t number)
{
    return phone_join(phone_memory(call), number.len ? 5 : 3,
                      (phone_str_t[5]) { phone_caller(call), PHONE_STR(":"),
                                         what, PHONE_STR(":"), number });
}
