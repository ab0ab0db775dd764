
/*
 * Bills that are handed on.  The books say who has to act: the payer of the
 * last record of a chain.  A record comes into being only because the payer of
 * the one before it has handed it on, or declined; and what was agreed with the
 * merchant stays as it was.
 */


#define _GNU_SOURCE

#include <stdio.h>

#include "auditing.h"
#include "answer.h"


#define SIM_HANDS_MOST  4


static sim_bill_t *
sim_bill_of(sim_auditor_t *auditor, phone_str_t id)
{
    return id.len ? sim_map_find(&auditor->bills, id) : NULL;
}


sim_bill_t *
sim_bill_last(sim_auditor_t *auditor, sim_bill_t *bill)
{
    sim_bill_t  *after;

    while (bill != NULL
           && (after = sim_bill_of(auditor, bill->after)) != NULL)
    {
        bill = after;
    }

    return bill;
}


sim_bill_t *
sim_bill_first(sim_auditor_t *auditor, const sim_bill_t *bill)
{
    return sim_bill_of(auditor, bill->first);
}


phone_str_t
sim_bill_teller(const sim_bill_t *bill)
{
    return bill->status == SIM_BILL_PAID && bill->from.len
           && phone_is(bill->agreed, "1")
           ? bill->payer : PHONE_EMPTY;
}


/* Who has had it. */

static int
sim_was_at(sim_auditor_t *auditor, const sim_bill_t *bill, phone_str_t number)
{
    for ( /* void */ ; bill != NULL;
         bill = sim_bill_of(auditor, bill->before))
    {
        if (phone_equal(bill->payer, number)) {
            return 1;
        }
    }

    return 0;
}


static const char *
sim_handed_wrongly(sim_auditor_t *auditor, const sim_bill_t *bill,
    sim_status_t was, phone_str_t to)
{
    const sim_exchange_t  *exchange;

    exchange = auditor->exchange;

    if (!sim_is_call(exchange, "bill.delegate")) {
        return "by nobody";
    }

    if (!phone_equal(exchange->number, bill->payer)) {
        return "by another";
    }

    if (!phone_equal(sim_sent(exchange, "bill_id"), bill->node.key)) {
        return "instead of another";
    }

    if (!phone_equal(sim_sent(exchange, "phone"), to)) {
        return "to another than was asked for";
    }

    if (was == SIM_BILL_OFFERED) {
        return "before it was accepted";
    }

    if (sim_was_at(auditor, bill, to)) {
        return "to a number that has had it";
    }

    if (bill->hands >= SIM_HANDS_MOST) {
        return "too often";
    }

    if (auditor->task->call.now >= bill->expires) {
        return "too late";
    }

    return auditor->handed ? NULL : "without being counted";
}


static const char *
sim_declined_wrongly(sim_auditor_t *auditor, const sim_bill_t *bill,
    phone_str_t to)
{
    const sim_exchange_t  *exchange;

    exchange = auditor->exchange;

    if (!sim_is_call(exchange, "bill.decline")
        && !sim_is_call(exchange, "bill.reject"))
    {
        return "by nobody";
    }

    if (!phone_equal(exchange->number, bill->payer)) {
        return "by another";
    }

    if (!phone_equal(sim_sent(exchange, "bill_id"), bill->node.key)) {
        return "instead of another";
    }

    if (auditor->task->call.now >= bill->expires) {
        return "too late";
    }

    return phone_equal(bill->from, to) ? NULL
                                       : "and goes to who has not handed it on";
}


/* Who has handed it on takes it back, before the other number has accepted
   it. */

static const char *
sim_recalled_wrongly(sim_auditor_t *auditor, const sim_bill_t *bill,
    phone_str_t to)
{
    const sim_exchange_t  *exchange;

    exchange = auditor->exchange;

    if (!sim_is_call(exchange, "bill.recall")) {
        return "by nobody";
    }

    if (!phone_equal(exchange->number, bill->from)) {
        return "by another";
    }

    if (!phone_equal(sim_sent(exchange, "bill_id"), bill->before)) {
        return "instead of another";
    }

    if (auditor->task->call.now >= bill->expires) {
        return "too late";
    }

    return phone_equal(bill->from, to) ? NULL
                                       : "and goes to who has not handed it on";
}


static const char *
sim_accepted_wrongly(sim_auditor_t *auditor, const sim_bill_t *bill)
{
    const sim_exchange_t  *exchange;

    exchange = auditor->exchange;

    if (!sim_is_call(exchange, "bill.accept")) {
        return "by nobody";
    }

    if (!phone_equal(exchange->number, bill->payer)) {
        return "by another";
    }

    if (!phone_equal(sim_sent(exchange, "bill_id"), bill->node.key)) {
        return "instead of another";
    }

    return auditor->task->call.now >= bill->expires ? "too late" : NULL;
}


/* The record that is to come after this one. */

static void
sim_audit_moves(sim_auditor_t *auditor, const phone_op_t *op,
    sim_bill_t *bill, sim_status_t was)
{
    phone_str_t   to, id;
    const char   *wrong;
    sim_bill_t   *after, *giver;

    id = PHONE_EMPTY;
    to = sim_hset_word(op, "next", NULL);
    (void) phone_split(&to, ' ', &id);

    wrong = bill->status == SIM_BILL_DECLINED
            ? sim_declined_wrongly(auditor, bill, to)
            : bill->status == SIM_BILL_RECALLED
            ? sim_recalled_wrongly(auditor, bill, to)
            : sim_handed_wrongly(auditor, bill, was, to);

    after = sim_bill(auditor, id);

    if (after->before.len || after->status != SIM_BILL_NONE) {
        wrong = "to a record that is there";
    }

    if (wrong != NULL) {
        sim_violation(auditor->world, "bill %.*s is %.*s %s",
                      PHONE_ARGS(bill->node.key),
                      PHONE_ARGS(bill->status_text), wrong);
        return;
    }

    bill->after = after->node.key;
    after->before = bill->node.key;
    after->first = bill->first;
    after->deal = bill->deal;
    after->payer = sim_copy(auditor->memory, to);
    after->hands = bill->hands;
    after->from = bill->payer;

    if (bill->status == SIM_BILL_HANDED_ON) {
        bill->left_as = was;
        after->hands++;
        sim_count(auditor->world, HANDED);
        return;
    }

    if (bill->status == SIM_BILL_RECALLED) {
        sim_count(auditor->world, TAKEN_BACK);
        after->fetched = 1;

    } else {
        sim_count(auditor->world, DECLINED);
    }

    giver = sim_bill_of(auditor, bill->before);
    after->from = giver->from;
    after->agreed = giver->agreed;
    after->returned = 1;
}


/* A bill takes one of the steps of a hand-on. */

void
sim_audit_hand(sim_auditor_t *auditor, const phone_op_t *op,
    sim_bill_t *bill, sim_status_t was)
{
    const char  *wrong;

    if (bill->status == SIM_BILL_HANDED_ON
        || bill->status == SIM_BILL_DECLINED
        || bill->status == SIM_BILL_RECALLED)
    {
        bill->ended_at = auditor->world->now;
        sim_audit_moves(auditor, op, bill, was);
        return;
    }

    if (was != SIM_BILL_OFFERED || bill->status != SIM_BILL_PUSHED) {
        return;
    }

    wrong = sim_accepted_wrongly(auditor, bill);

    if (wrong != NULL) {
        sim_violation(auditor->world, "bill %.*s is accepted %s",
                      PHONE_ARGS(bill->node.key), wrong);
        return;
    }

    sim_count(auditor->world, ACCEPTED);
    bill->accepted_at = auditor->world->now;
    bill->agreed = phone_is(sim_sent(auditor->exchange, "tell_merchant"), "1")
                   ? PHONE_STR("1") : PHONE_STR("0");
}


/* A record that comes after another one: as that one said, with all that was
   agreed, and the same end. */

void
sim_audit_handed_on(sim_auditor_t *auditor, const phone_op_t *op,
    sim_bill_t *bill)
{
    phone_str_t        status;
    const sim_deal_t  *deal;

    deal = bill->deal;
    status = sim_hset_word(op, "status", NULL);

    if (bill->before.len == 0) {
        sim_violation(auditor->world, "bill %.*s comes from nowhere",
                      PHONE_ARGS(bill->node.key));
        return;
    }

    if (!phone_equal(sim_hset_word(op, "payer", NULL), bill->payer)
        || !phone_equal(sim_hset_word(op, "agreed", NULL), bill->agreed)
        || !phone_is(status, bill->fetched ? "PUSHED"
                             : bill->returned ? "CREATED" : "OFFERED")
        || !phone_equal(sim_hset_word(op, "merchant", NULL), deal->merchant)
        || !phone_equal(sim_hset_word(op, "order", NULL), deal->order)
        || !phone_equal(sim_hset_word(op, "amount", NULL), deal->amount)
        || !phone_equal(sim_hset_word(op, "currency", NULL), deal->currency)
        || !phone_equal(sim_hset_word(op, "subject", NULL), deal->subject)
        || !phone_equal(sim_hset_word(op, "notify_url", NULL), deal->url)
        || bill->expires != deal->expires)
    {
        sim_violation(auditor->world, "bill %.*s is another one than the one "
                      "before it", PHONE_ARGS(bill->node.key));
    }

    /* one that comes back takes the place of the one that was handed on */

    if (!bill->returned) {
        sim_number(auditor, bill->payer)->bills++;
    }
}


/* How many bills a number hands on a day; "<number>:<day>". */

void
sim_audit_hands_counted(sim_auditor_t *auditor, phone_str_t number)
{
    if (!sim_is_call(auditor->exchange, "bill.delegate")
        || !phone_equal(auditor->exchange->number, number))
    {
        sim_violation(auditor->world, "a bill counts as handed on by %.*s",
                      PHONE_ARGS(number));
    }

    auditor->handed = 1;
}


/* What its payer is shown of it. */

void
sim_audit_shown(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    phone_str_t object, const sim_bill_t *bill)
{
    phone_str_t        to, status;
    const sim_bill_t  *after, *last;

    after = sim_bill_of(auditor, bill->after);
    to = sim_member(object, "handed_to");
    status = sim_member(object, "handed_status");

    if (!phone_equal(sim_member(object, "handed_by"), bill->from)
        || (to.len && (after == NULL || !phone_equal(to, after->payer)))
        || (to.len == 0
            && phone_is(sim_member(object, "status"), "HANDED_ON")))
    {
        sim_violation(auditor->world, "call %u shows who has a bill: %.*s",
                      exchange->serial, PHONE_ARGS(object));
    }

    last = sim_bill_last(auditor, sim_map_find(&auditor->bills,
                                               bill->node.key));

    if (status.len && !phone_is(status, "PUSHED")
        && !phone_is(status, "OFFERED")
        && !sim_shown_past(auditor->world, exchange, last, status)
        && (last->status == SIM_BILL_PAID
            ? !sim_shown_refunded(last, exchange->sent_at, status)
            : !phone_equal(status, last->status_text)))
    {
        sim_violation(auditor->world, "call %u shows what became of a bill: "
                      "%.*s", exchange->serial, PHONE_ARGS(object));
    }
}


/* What its merchant is told of who pays: who he has named, and who has paid if
   that one agrees. */

void
sim_audit_payer_told(sim_auditor_t *auditor, const sim_bill_t *bill,
    phone_str_t payer, phone_str_t paid_by, phone_str_t status)
{
    phone_str_t  teller;

    teller = phone_is(status, "PAID") || phone_is(status, "REFUNDED")
             || phone_is(status, "PARTLY_REFUNDED")
             ? sim_bill_teller(bill) : PHONE_EMPTY;

    if (!phone_equal(payer, bill->deal->payer)
        || !phone_equal(paid_by, teller)
        || phone_is(status, "OFFERED") || phone_is(status, "HANDED_ON")
        || phone_is(status, "DECLINED") || phone_is(status, "RECALLED"))
    {
        sim_violation(auditor->world, "%.*s is told that %.*s of %.*s is "
                      "%.*s, paid by \"%.*s\"", PHONE_ARGS(bill->merchant),
                      PHONE_ARGS(bill->order), PHONE_ARGS(payer),
                      PHONE_ARGS(status), PHONE_ARGS(paid_by));
    }
}


/*
 * While it is open its merchant sees it as it would be if it had stayed: as it
 * left the payer that he has named; earlier, if he asked before that.
 */

void
sim_audit_seen(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const sim_bill_t *bill, phone_str_t status)
{
    const sim_bill_t  *first;

    first = sim_bill_first(auditor, bill);

    if (first == NULL || first->status != SIM_BILL_HANDED_ON
        || (!phone_is(status, "CREATED") && !phone_is(status, "PUSHED"))
        || phone_is(status, first->left_as == SIM_BILL_CREATED ? "CREATED"
                                                               : "PUSHED")
        || (phone_is(status, "CREATED")
            && first->ended_at >= exchange->sent_at))
    {
        return;
    }

    sim_violation(auditor->world, "call %u: its merchant sees that bill %.*s "
                  "was handed on: %.*s", exchange->serial,
                  PHONE_ARGS(first->node.key), PHONE_ARGS(status));
}


/*
 * Where it is in the list of its payer.  By the places of a day merchants are
 * told how many bills a number may still get: one that was handed on has none
 * of these, and one that has come back that of the first.
 */

void
sim_audit_bill_listed(sim_auditor_t *auditor, sim_bill_t *bill,
    phone_str_t score)
{
    int64_t            now;
    const sim_bill_t  *first;

    if (sim_parse_int(score, &bill->listed) != 0 || auditor->exchange == NULL
        || bill->before.len == 0)
    {
        return;
    }

    now = auditor->task->call.now;
    first = sim_bill_first(auditor, bill);

    if (bill->listed >= now - now % (INT64_C(24) * 3600 * 1000)
        && !(first != NULL && phone_equal(first->payer, bill->payer)
             && first->listed == bill->listed))
    {
        sim_violation(auditor->world, "bill %.*s, which was handed on, takes "
                      "a place of those that are made for %.*s",
                      PHONE_ARGS(bill->node.key), PHONE_ARGS(bill->payer));
    }
}


/* Accepting, declining, handing on: what is said is so, and what was in the way
   was. */

void
sim_audit_hand_told(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    const char  *status;

    if (reply->refused) {
        if (!sim_ended_otherwise(auditor, exchange, reply)) {
            sim_violation(auditor->world, "call %u is told %.*s",
                          exchange->serial, PHONE_ARGS(reply->body));
        }

        return;
    }

    status = sim_is_call(exchange, "bill.delegate") ? "HANDED_ON"
             : sim_is_call(exchange, "bill.decline") ? "DECLINED" : NULL;

    if (status != NULL
        && !phone_is(sim_member(reply->body, "status"), status))
    {
        sim_violation(auditor->world, "call %u is told %.*s",
                      exchange->serial, PHONE_ARGS(reply->body));
    }

    sim_audit_object(auditor, exchange, reply->body);
}


/* It was taken back, or is in the hands of who has accepted it. */

void
sim_audit_recall_told(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    int                wrong;
    const sim_bill_t  *after;
    sim_bill_t        *bill, *last;

    bill = sim_bill_named(auditor, exchange);
    after = bill != NULL ? sim_bill_of(auditor, bill->after) : NULL;
    last = sim_bill_last(auditor, bill);

    if (!reply->refused) {
        wrong = after == NULL || (after->status != SIM_BILL_DECLINED
                                  && after->status != SIM_BILL_RECALLED);

    } else if (reply->refusal == PHONE_BILL_ACCEPTED) {
        wrong = after == NULL || after->accepted_at == 0;

    } else if (reply->refusal == PHONE_BILL_PAID) {
        wrong = last == NULL || last->status != SIM_BILL_PAID;

    } else {
        wrong = 0;
    }

    if (wrong) {
        sim_violation(auditor->world, "call %u is told %.*s",
                      exchange->serial, PHONE_ARGS(reply->body));
    }

    if (!reply->refused) {
        sim_audit_object(auditor, exchange, reply->body);
    }
}


/* Whoever accepts lets the other know. */

void
sim_audit_accepts(sim_auditor_t *auditor, const phone_commit_t *commit)
{
    char               event[96];
    unsigned           i, k, puts;
    const sim_bill_t  *bill;
    const phone_op_t  *op;

    for (i = 0; i < auditor->nbills; i++) {
        bill = auditor->bill[i];
        puts = 0;

        if (!sim_is_call(auditor->exchange, "bill.accept")
            || bill->status != SIM_BILL_PUSHED)
        {
            continue;
        }

        snprintf(event, sizeof(event), "bill.handed %.*s",
                 PHONE_ARGS(bill->before));

        for (op = commit->ops; op != NULL; op = op->next) {

            for (k = 0; k < op->nwords; k++) {
                puts += memmem(op->word[k].data, op->word[k].len, event,
                               strlen(event)) != NULL;
            }
        }

        if (puts != 1) {
            sim_violation(auditor->world, "bill %.*s is accepted, %.*s does "
                          "not hear of it", PHONE_ARGS(bill->node.key),
                          PHONE_ARGS(bill->from));
        }
    }
}


/* Who has handed it on to its payer, and hears what becomes of it. */

static sim_bill_t *
sim_bill_giver(sim_auditor_t *auditor, const sim_bill_t *bill)
{
    sim_bill_t  *giver;

    for (giver = sim_bill_of(auditor, bill->before); giver != NULL;
         giver = sim_bill_of(auditor, giver->before))
    {
        if (phone_equal(giver->payer, bill->from)) {
            break;
        }
    }

    return giver;
}


void
sim_audit_givers_told(sim_auditor_t *auditor, const sim_bill_t *bill)
{
    int64_t      since;
    sim_bill_t  *giver;

    since = bill->after.len ? 0 : bill->ended_at;
    giver = sim_bill_giver(auditor, bill);

    for ( /* void */ ; since && giver != NULL;
         giver = sim_bill_giver(auditor, giver))
    {
        if (giver->heard_at < since) {
            sim_violation(auditor->world, "%.*s does not hear that bill %.*s "
                          "is %.*s", PHONE_ARGS(giver->payer),
                          PHONE_ARGS(bill->node.key),
                          PHONE_ARGS(bill->status_text));
        }
    }
}


/* The event that tells him. */

void
sim_audit_giver_hears(sim_auditor_t *auditor, const sim_task_t *task)
{
    sim_bill_t  *bill;

    if (task == NULL || task->call.event == NULL
        || strcmp(task->call.event->name, "bill.handed") != 0)
    {
        return;
    }

    bill = sim_bill_of(auditor, task->call.due_id);

    /* of those of this number, the one with which it went on */

    for ( /* void */ ; bill != NULL; bill = sim_bill_of(auditor, bill->after))
    {
        if (phone_equal(bill->payer,
                        sim_bill_of(auditor, task->call.due_id)->payer))
        {
            bill->heard_at = auditor->world->now;
        }
    }
}


/* A record that its bill has left: the next one is there. */

void
sim_audit_left_end(sim_auditor_t *auditor, const sim_bill_t *bill)
{
    const sim_bill_t  *after;

    after = sim_bill_of(auditor, bill->after);

    if (after == NULL || after->status == SIM_BILL_NONE) {
        sim_violation(auditor->world, "bill %.*s is %.*s, and nobody has it",
                      PHONE_ARGS(bill->node.key),
                      PHONE_ARGS(bill->status_text));
    }
}


/* One that has come back is in the list in the place of the first. */

int
sim_has_come_back(sim_auditor_t *auditor, const sim_bill_t *bill)
{
    const sim_bill_t  *after;

    for (after = sim_bill_of(auditor, bill->after); after != NULL;
         after = sim_bill_of(auditor, after->after))
    {
        if (after->status != SIM_BILL_NONE
            && phone_equal(after->payer, bill->payer))
        {
            return 1;
        }
    }

    return 0;
}


void
sim_audit_bill_get(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    const sim_bill_t  *shown, *asked;

    if (reply->refused) {
        return;
    }

    sim_audit_object(auditor, exchange, reply->body);
    sim_audit_messages_shown(auditor, exchange, reply);

    /* or what has come back in its place */

    shown = sim_map_find(&auditor->bills, sim_member(reply->body, "bill_id"));
    asked = sim_map_find(&auditor->bills, sim_sent(exchange, "bill_id"));

    if (shown == NULL || asked == NULL
        || (shown != asked && (!phone_equal(shown->first, asked->first)
                               || !shown->returned)))
    {
        sim_violation(auditor->world, "call %u shows another bill: %.*s",
                      exchange->serial, PHONE_ARGS(reply->body));
    }
}
