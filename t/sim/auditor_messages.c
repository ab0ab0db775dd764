
/*
 * Messages of merchants about results of bills: each goes to the number that it
 * is for, once, says what was sent, and is about a bill that has come to that
 * result; no more than three of a bill.
 */


#define _GNU_SOURCE

#include <stdio.h>

#include "auditing.h"
#include "answer.h"
#include "calls.h"
#include "bill/message.h"


#define SIM_MESSAGES_BILL  3


typedef struct {
    sim_node_t               node;       /* "<merchant>:<number>" */
    phone_str_t              to;         /* the number that is to get it */
    phone_str_t              text;
    phone_str_t              merchant;
    phone_str_t              id;         /* once it is there */
    unsigned                 handled:1;  /* its event has run */
} sim_message_t;


typedef struct {
    sim_node_t               node;       /* its id */
    phone_str_t              message;    /* the key of it */
} sim_message_id_t;


static void sim_audit_no_payer(sim_auditor_t *auditor,
    const sim_exchange_t *exchange, const phone_reply_t *reply,
    sim_bill_t *bill);


static sim_message_t *
sim_message_of(sim_auditor_t *auditor, phone_str_t id)
{
    sim_message_id_t  *found;

    found = id.len ? sim_map_find(&auditor->message_ids, id) : NULL;

    return found != NULL ? sim_map_find(&auditor->messages, found->message)
                         : NULL;
}


static const char *
sim_message_wrongly(sim_auditor_t *auditor, const sim_bill_t *bill,
    const sim_bill_t *last)
{
    int                    paid, unpaid;
    const sim_exchange_t  *exchange;

    exchange = auditor->exchange;

    if (!sim_is_call(exchange, "message.create")) {
        return "by nobody";
    }

    if (bill == NULL || last == NULL
        || !phone_equal(bill->merchant, sim_sent(exchange, "merchant_id")))
    {
        return "about a bill of somebody else";
    }

    paid = last->status == SIM_BILL_PAID;
    unpaid = last->status == SIM_BILL_REJECTED
             || last->status == SIM_BILL_CLOSED
             || last->status == SIM_BILL_EXPIRED;

    /* an end, or a message, that a failover has lost */

    if (auditor->world->failovers) {
        return NULL;
    }

    if (phone_is(sim_sent(exchange, "result"), "SUCCESS") ? !paid : !unpaid) {
        return "about another result";
    }

    return bill->messages >= SIM_MESSAGES_BILL ? "too often" : NULL;
}


/* The last one who had accepted it. */

static phone_str_t
sim_message_payer(const sim_bill_t *last)
{
    return last->from.len && last->agreed.len == 0 ? last->from : last->payer;
}


/* A merchant's number of a message is taken. */

void
sim_audit_message_taken(sim_auditor_t *auditor, const sim_key_t *parts)
{
    const char            *wrong;
    sim_bill_t            *bill, *last;
    sim_message_t         *message;
    const sim_exchange_t  *exchange;

    exchange = auditor->exchange;
    bill = exchange != NULL ? sim_bill_named(auditor, exchange) : NULL;
    bill = bill != NULL ? sim_bill_first(auditor, bill) : NULL;
    last = sim_bill_last(auditor, bill);
    wrong = sim_message_wrongly(auditor, bill, last);
    message = sim_map_find(&auditor->messages, parts->id);

    if (wrong == NULL && message != NULL && auditor->world->failovers == 0) {
        wrong = "twice";
    }

    if (wrong != NULL) {
        sim_violation(auditor->world, "message %.*s is taken %s",
                      PHONE_ARGS(parts->id), wrong);
        return;
    }

    message = sim_map_make(&auditor->messages, parts->id,
                           sizeof(sim_message_t));
    message->text = sim_copy(auditor->memory, sim_sent(exchange, "text"));
    message->merchant = bill->merchant;
    message->id = PHONE_EMPTY;
    message->to = phone_is(sim_sent(exchange, "to"), "PAYER")
                  ? sim_message_payer(last)
                  : bill->deal->buyer.len ? bill->deal->buyer
                  : bill->deal->payer;
    bill->messages++;
    sim_count(auditor->world, MESSAGES);
}


/* It is there, for the number that it is for. */

void
sim_audit_message(sim_auditor_t *auditor, const phone_op_t *op,
    phone_str_t id, int first)
{
    int                n;
    char               text[128];
    sim_bill_t        *bill;
    phone_str_t        about;
    sim_message_t     *message;
    sim_message_id_t  *named;

    if (!first) {
        return;
    }

    n = snprintf(text, sizeof(text), "%.*s:%.*s",
                 PHONE_ARGS(sim_hset_word(op, "merchant", NULL)),
                 PHONE_ARGS(sim_hset_word(op, "no", NULL)));
    message = sim_map_find(&auditor->messages,
                           (phone_str_t) { (size_t) n, text });
    about = sim_hset_word(op, "bill", NULL);
    bill = about.len ? sim_map_find(&auditor->bills, about) : NULL;

    if (message == NULL
        || !phone_equal(sim_hset_word(op, "to", NULL), message->to)
        || !phone_equal(sim_hset_word(op, "text", NULL), message->text)
        || (about.len && (bill == NULL
                          || !phone_equal(bill->payer, message->to)))
        || (message->id.len && !phone_equal(message->id, id)
            && auditor->world->failovers == 0))
    {
        sim_violation(auditor->world, "message %s goes to %.*s: \"%.*s\"",
                      text, PHONE_ARGS(sim_hset_word(op, "to", NULL)),
                      PHONE_ARGS(sim_hset_word(op, "text", NULL)));
        return;
    }

    message->id = sim_copy(auditor->memory, id);
    message->handled = 0;
    named = sim_map_make(&auditor->message_ids, id, sizeof(sim_message_id_t));
    named->message = message->node.key;
}


/* Its event runs: a text, or a live event, is to that number. */

static sim_message_t *
sim_message_pushed(sim_auditor_t *auditor)
{
    return auditor->task != NULL
           && auditor->task->call.event == &phone_message_push
           ? sim_message_of(auditor, auditor->task->call.due_id) : NULL;
}


void
sim_audit_message_live(sim_auditor_t *auditor, phone_str_t number)
{
    const sim_message_t  *message;

    message = sim_message_pushed(auditor);

    if (message != NULL && !phone_equal(message->to, number)) {
        sim_violation(auditor->world, "%.*s hears message %.*s",
                      PHONE_ARGS(number), PHONE_ARGS(message->node.key));
    }
}


/* How many were sent so is limited, apart from those about bills. */

int
sim_message_text(sim_auditor_t *auditor, phone_str_t to, char all[96],
    char own[96])
{
    const sim_message_t  *message;

    message = sim_message_pushed(auditor);

    if (message == NULL) {
        return 0;
    }

    if (!phone_equal(message->to, to)) {
        sim_violation(auditor->world, "message %.*s is sent to %.*s",
                      PHONE_ARGS(message->node.key), PHONE_ARGS(to));
    }

    snprintf(all, 96, "%.*s:=", PHONE_ARGS(to));
    snprintf(own, 96, "%.*s:=%.*s", PHONE_ARGS(to),
             PHONE_ARGS(message->merchant));

    return 1;
}


void
sim_audit_message_handled(sim_auditor_t *auditor)
{
    sim_message_t  *message;

    message = sim_message_pushed(auditor);

    if (message != NULL) {
        message->handled = 1;
    }
}


/* What is counted is a message that is taken. */

void
sim_audit_messaged(sim_auditor_t *auditor, const phone_guard_t *sum,
    const sim_key_t *parts)
{
    phone_str_t  id, merchant;

    id = parts->id;
    merchant = PHONE_EMPTY;
    (void) phone_split(&id, ':', &merchant);

    if (!sim_is_call(auditor->exchange, "message.create")
        || !phone_is(sum->field, "sent")
        || !phone_equal(merchant, sim_sent(auditor->exchange, "merchant_id")))
    {
        sim_violation(auditor->world, "a message is counted: \"%.*s\"",
                      PHONE_ARGS(sum->key));
    }
}


void
sim_audit_message_told(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    char                  text[128];
    sim_bill_t           *bill;
    const sim_message_t  *message;

    snprintf(text, sizeof(text), "%.*s:%.*s",
             PHONE_ARGS(sim_sent(exchange, "merchant_id")),
             PHONE_ARGS(sim_sent(exchange, "message_no")));
    message = sim_map_find(&auditor->messages, phone_cstr(text));
    bill = sim_bill_named(auditor, exchange);
    bill = bill != NULL ? sim_bill_first(auditor, bill) : NULL;

    if (reply->refused) {
        if (reply->refusal == PHONE_MESSAGE_LIMIT
            && (bill == NULL || bill->messages < SIM_MESSAGES_BILL))
        {
            sim_violation(auditor->world, "call %u is told of a limit",
                          exchange->serial);
        }

        return;
    }

    if (message == NULL
        || !phone_equal(message->text, sim_sent(exchange, "text")))
    {
        sim_violation(auditor->world, "call %u is told of a message that "
                      "nobody has taken: %.*s", exchange->serial,
                      PHONE_ARGS(reply->body));
    }

    sim_audit_no_payer(auditor, exchange, reply, bill);
}


/* A merchant is told of no number but those that he has named. */

static void
sim_audit_no_payer(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply, sim_bill_t *bill)
{
    sim_bill_t  *last;

    last = sim_bill_last(auditor, bill);

    if (last != NULL && last->before.len
        && memmem(reply->body.data, reply->body.len, last->node.key.data,
                  last->node.key.len) != NULL)
    {
        sim_violation(auditor->world, "call %u is told where its bill is: %.*s",
                      exchange->serial, PHONE_ARGS(reply->body));
    }
}


/* Each is shown to the number that it is for. */

void
sim_audit_messages_shown(sim_auditor_t *auditor,
    const sim_exchange_t *exchange, const phone_reply_t *reply)
{
    phone_str_t           rest, object;
    const sim_message_t  *message;

    if (reply->refused) {
        return;
    }

    rest = sim_member(reply->body, "messages");

    while (sim_element(&rest, &object)) {
        message = sim_message_of(auditor, sim_member(object, "message_id"));

        if (message == NULL || !phone_equal(message->to, exchange->number)
            || !phone_equal(message->text, sim_member(object, "text")))
        {
            sim_violation(auditor->world, "call %u is shown a message of "
                          "somebody else: %.*s", exchange->serial,
                          PHONE_ARGS(object));
        }
    }
}


/* The end: each has arrived, and its number was told unless there were too
   many. */

void
sim_audit_message_end(sim_auditor_t *auditor)
{
    size_t                i;
    const sim_message_t  *message;

    for (i = 0; i < auditor->messages.slots; i++) {
        message = (sim_message_t *) auditor->messages.slot[i];

        if (message != NULL && auditor->world->failovers == 0
            && (message->id.len == 0 || !message->handled)) {
            sim_violation(auditor->world, "message %.*s does not arrive",
                          PHONE_ARGS(message->node.key));
        }
    }
}
