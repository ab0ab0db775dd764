
/*
 * Refunds: as a merchant has asked for them, of a bill of his own that is
 * paid, never more than was paid, once, from his takings to the card that has
 * paid, and told.
 */


#include <stdio.h>

#include "auditing.h"
#include "lib/id.h"
#include "answer.h"


#define SIM_REFUNDS_MAX  50              /* of a bill */


/* What a merchant has asked for when he took the number of a refund. */
struct sim_refunded_s {
    sim_node_t               node;       /* its id */
    phone_str_t              bill_id;
    phone_str_t              merchant;
    phone_str_t              no;
    phone_str_t              amount_text;
    phone_str_t              reason;
    int64_t                  amount;
    int64_t                  sum;        /* of the bill, with this one */
    int64_t                  at;         /* of the run */
    unsigned                 made;       /* records, */
    unsigned                 taken;      /* entries from the takings, */
    unsigned                 given;      /* and to the card */
};


/* After a failover it is another one than before. */

static sim_bill_t *
sim_bill_of(sim_auditor_t *auditor, const sim_refunded_t *refund)
{
    return sim_bill(auditor, refund->bill_id);
}


static phone_str_t
sim_refund_name(char text[160], const sim_exchange_t *exchange)
{
    int  n;

    n = snprintf(text, 160, "%.*s:%.*s",
                 PHONE_ARGS(sim_sent(exchange, "merchant_id")),
                 PHONE_ARGS(sim_sent(exchange, "out_refund_no")));

    return (phone_str_t) { (size_t) n, text };
}


/* By the number that a call names; NULL: it was not taken. */

static sim_refunded_t *
sim_refund_named(sim_auditor_t *auditor, const sim_exchange_t *exchange)
{
    char         text[160];
    sim_fact_t  *fact;

    fact = sim_map_find(&auditor->refund_nos,
                        sim_refund_name(text, exchange));

    return fact == NULL ? NULL : sim_map_find(&auditor->refunds, fact->value);
}


static const char *
sim_refund_wrong(const sim_bill_t *bill, phone_str_t merchant, int64_t amount)
{
    if (bill == NULL) {
        return "no bill";
    }

    if (!phone_equal(bill->merchant, merchant)) {
        return "another merchant's bill";
    }

    if (bill->status != SIM_BILL_PAID) {
        return "a bill that is not paid";
    }

    if (amount < 1 || amount > bill->amount - bill->claimed) {
        return "more than was paid";
    }

    return bill->nrefunds < SIM_REFUNDS_MAX ? NULL : "in too many parts";
}


/* A number is taken, for ever. */

void
sim_audit_refund_no(sim_auditor_t *auditor, const phone_guard_t *guard,
    const sim_key_t *parts)
{
    char                   text[160];
    int64_t                amount;
    const char            *wrong;
    sim_bill_t            *bill;
    sim_refunded_t        *refund;
    const sim_exchange_t  *exchange;

    exchange = auditor->exchange;

    if (!sim_is_call(exchange, "refund.create")
        || !phone_equal(parts->id, sim_refund_name(text, exchange))
        || !phone_is(guard->want, "0")
        || sim_map_find(&auditor->refund_nos, parts->id) != NULL)
    {
        sim_violation(auditor->world, "refund %.*s is taken by nobody, twice "
                      "or for %.*s ms", PHONE_ARGS(parts->id),
                      PHONE_ARGS(guard->want));
        return;
    }

    if (sim_parse_int(sim_sent(exchange, "amount"), &amount) != 0) {
        amount = 0;
    }

    bill = sim_bill_named(auditor, exchange);
    wrong = sim_refund_wrong(bill, sim_sent(exchange, "merchant_id"), amount);

    if (wrong != NULL) {
        sim_violation(auditor->world, "invariant 3: refund %.*s of %lld is of "
                      "%s", PHONE_ARGS(parts->id), (long long) amount, wrong);
        return;
    }

    bill->claimed += amount;
    bill->nrefunds++;

    (void) sim_fact(auditor, &auditor->refund_nos, parts->id, guard->field);

    refund = sim_map_add(&auditor->refunds, guard->field,
                         sizeof(sim_refunded_t));
    refund->bill_id = bill->node.key;
    refund->merchant = bill->merchant;
    refund->no = sim_copy(auditor->memory,
                          sim_sent(exchange, "out_refund_no"));
    refund->amount_text = sim_copy(auditor->memory,
                                   sim_sent(exchange, "amount"));
    refund->reason = sim_copy(auditor->memory, sim_sent(exchange, "reason"));
    refund->amount = amount;
    refund->sum = bill->claimed;
    refund->at = auditor->world->now;

    sim_count(auditor->world, REFUNDED);
}


static void
sim_refund_field(sim_auditor_t *auditor, const phone_op_t *op,
    const char *field, phone_str_t agreed)
{
    phone_str_t  word;

    word = sim_hset_word(op, field, NULL);

    if (!phone_equal(word, agreed)) {
        sim_violation(auditor->world, "%s of \"%.*s\" is %.*s, not %.*s",
                      field, PHONE_ARGS(op->key), PHONE_ARGS(word),
                      PHONE_ARGS(agreed));
    }
}


/* A record of a refund is written; what it says of it, once. */

void
sim_audit_refund_record(sim_auditor_t *auditor, const phone_op_t *op,
    phone_str_t id)
{
    int              set;
    int64_t          sum;
    sim_bill_t      *bill;
    sim_refunded_t  *refund;

    sim_audit_acked(auditor, op, "refund", id);

    (void) sim_hset_word(op, "amount", &set);

    if (!set) {
        return;
    }

    refund = sim_map_find(&auditor->refunds, id);

    if (refund == NULL || refund->made++) {
        sim_violation(auditor->world, "refund %.*s is made by nobody",
                      PHONE_ARGS(id));
        return;
    }

    bill = sim_bill_of(auditor, refund);

    sim_refund_field(auditor, op, "merchant", refund->merchant);
    sim_refund_field(auditor, op, "no", refund->no);
    sim_refund_field(auditor, op, "bill", bill->node.key);
    sim_refund_field(auditor, op, "order", bill->order);
    sim_refund_field(auditor, op, "card", bill->card);
    sim_refund_field(auditor, op, "amount", refund->amount_text);
    sim_refund_field(auditor, op, "currency", bill->currency);
    sim_refund_field(auditor, op, "reason", refund->reason);

    if (sim_parse_int(sim_hset_word(op, "refunded", NULL), &sum) != 0
        || sum != refund->sum)
    {
        sim_violation(auditor->world, "refund %.*s makes it %lld, not %lld",
                      PHONE_ARGS(id), (long long) sum,
                      (long long) refund->sum);
    }
}


/* Money */

static void
sim_refund_touch(sim_auditor_t *auditor, sim_bill_t *bill)
{
    if (auditor->nrefunded < SIM_TOUCHED_MAX) {
        auditor->refunded[auditor->nrefunded++] = bill;
    }
}


/* Out of the takings, and to the card that has paid. */

void
sim_audit_refund_money(sim_auditor_t *auditor,
    const phone_ledger_entry_t *entry)
{
    int              from, to;
    char             takings[96], clearing[32];
    sim_bill_t      *bill;
    sim_world_t     *world;
    sim_refunded_t  *refund;

    world = auditor->world;
    refund = sim_map_find(&auditor->refunds, entry->reference);
    bill = refund != NULL ? sim_bill_of(auditor, refund) : NULL;

    if (refund == NULL || entry->amount != refund->amount
        || !phone_equal(entry->currency, bill->currency))
    {
        sim_violation(world, "refund %.*s moves %lld: nobody asked for that",
                      PHONE_ARGS(entry->reference),
                      (long long) entry->amount);
        return;
    }

    snprintf(takings, sizeof(takings), "takings:%.*s:%.*s",
             PHONE_ARGS(refund->merchant), PHONE_ARGS(entry->currency));
    snprintf(clearing, sizeof(clearing), "clearing:%.*s",
             PHONE_ARGS(entry->currency));

    from = phone_is(entry->from, takings);
    to = phone_equal(entry->to, bill->paid_from);

    if ((!from && !phone_is(entry->from, clearing))
        || (!to && !phone_is(entry->to, clearing)))
    {
        sim_violation(world, "refund %.*s goes from %.*s to %.*s",
                      PHONE_ARGS(entry->reference), PHONE_ARGS(entry->from),
                      PHONE_ARGS(entry->to));
    }

    refund->taken += from;
    refund->given += to;

    if (refund->taken > 1 || refund->given > 1) {
        sim_violation(world, "invariant 3: refund %.*s is paid twice",
                      PHONE_ARGS(entry->reference));
    }

    if (from) {
        sim_audit_given_back(auditor, phone_cstr(takings), entry->amount);
    }

    if (to) {
        bill->given += entry->amount;
        sim_refund_touch(auditor, bill);
    }
}


/* The sum in the bill grows: with the money, in the same commit. */

void
sim_audit_refunded_sum(sim_auditor_t *auditor, const phone_guard_t *sum,
    const sim_key_t *parts)
{
    int64_t       delta;
    sim_bill_t   *bill;
    sim_world_t  *world;

    world = auditor->world;
    bill = sim_bill(auditor, parts->id);

    if (!phone_is(sum->field, "refunded")
        || sim_parse_int(sum->delta, &delta) != 0 || delta < 1)
    {
        sim_violation(world, "%.*s of bill %.*s grows by %.*s",
                      PHONE_ARGS(sum->field), PHONE_ARGS(parts->id),
                      PHONE_ARGS(sum->delta));
        return;
    }

    if (bill->added == 0) {
        bill->partly_at = world->now;
    }

    bill->added += delta;

    if (bill->added == bill->amount) {
        bill->fully_at = world->now;
    }

    sim_refund_touch(auditor, bill);
}


void
sim_audit_refunds(sim_auditor_t *auditor)
{
    unsigned     i;
    int64_t      stored;
    char         text[128];
    sim_bill_t  *bill;

    for (i = 0; i < auditor->nrefunded; i++) {
        bill = auditor->refunded[i];
        stored = sim_stored_int(auditor, sim_bill_key(text, bill->node.key),
                                "refunded");

        if (bill->added != bill->given || stored != bill->added
            || bill->added > bill->claimed
            || (auditor->world->domain == PHONE_WHOLE_STORE
                && bill->added != bill->claimed))
        {
            sim_violation(auditor->world, "invariant 3: bill %.*s is refunded "
                          "by %lld: %lld were asked for, its card got %lld, "
                          "it says %lld", PHONE_ARGS(bill->node.key),
                          (long long) bill->added, (long long) bill->claimed,
                          (long long) bill->given, (long long) stored);
        }
    }
}


int
sim_refund_of(sim_auditor_t *auditor, phone_str_t merchant, phone_str_t no,
    phone_str_t bill_id, int64_t amount)
{
    char             text[160];
    sim_fact_t      *fact;
    sim_refunded_t  *refund;

    snprintf(text, sizeof(text), "%.*s:%.*s", PHONE_ARGS(merchant),
             PHONE_ARGS(no));
    fact = sim_map_find(&auditor->refund_nos, phone_cstr(text));
    refund = fact != NULL ? sim_map_find(&auditor->refunds, fact->value)
                          : NULL;

    return refund != NULL && refund->amount == amount
           && phone_equal(sim_bill_of(auditor, refund)->first, bill_id);
}


/* Answers */

static const char *
sim_refund_status(int64_t refunded, int64_t amount)
{
    return refunded == 0 ? "PAID"
           : refunded < amount ? "PARTLY_REFUNDED" : "REFUNDED";
}


/* What a paid bill was shown as it was at some moment since the call was
   sent. */

int
sim_shown_refunded(const sim_bill_t *bill, int64_t since, phone_str_t status)
{
    if (phone_is(status, "PAID")) {
        return bill->partly_at == 0 || bill->partly_at >= since;
    }

    if (phone_is(status, "REFUNDED")) {
        return bill->fully_at != 0;
    }

    return phone_is(status, "PARTLY_REFUNDED") && bill->partly_at != 0
           && (bill->fully_at == 0 || bill->fully_at >= since);
}


static void
sim_audit_refund_told(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    int              n;
    char             text[160], told[256];
    int64_t          sum;
    phone_str_t      body;
    sim_bill_t      *bill;
    sim_refunded_t  *refund;

    body = reply->body;
    refund = sim_refund_named(auditor, exchange);
    bill = refund != NULL ? sim_bill_of(auditor, refund) : NULL;

    if (refund == NULL
        || !phone_equal(refund->node.key, sim_member(body, "refund_id"))
        || !phone_equal(refund->no, sim_member(body, "out_refund_no"))
        || !phone_equal(bill->first, sim_member(body, "bill_id"))
        || !phone_equal(bill->order, sim_member(body, "out_trade_no"))
        || !phone_equal(bill->currency, sim_member(body, "currency"))
        || !phone_equal(refund->amount_text, sim_member(body, "amount"))
        || !phone_is(sim_member(body, "status"), "SUCCESS")
        || sim_parse_int(sim_member(body, "refunded"), &sum) != 0
        || sum != refund->sum
        || !phone_is(sim_member(body, "bill_status"),
                     sim_refund_status(sum, bill->amount))
        || (sim_is_call(exchange, "refund.create")
            && (!phone_equal(refund->amount_text,
                             sim_sent(exchange, "amount"))
                || !phone_equal(refund->reason,
                                sim_sent(exchange, "reason")))))
    {
        sim_violation(auditor->world, "call %u is told of a refund: %.*s",
                      exchange->serial, PHONE_ARGS(body));
        return;
    }

    n = snprintf(text, sizeof(text), "refund %.*s",
                 PHONE_ARGS(refund->node.key));
    snprintf(told, sizeof(told), "%.*s %.*s",
             PHONE_ARGS(sim_member(body, "created_at")),
             PHONE_ARGS(sim_member(body, "reason")));

    if (sim_map_find(&auditor->answers, (phone_str_t) { (size_t) n, text })
        != NULL)
    {
        sim_count(auditor->world, AGAIN_REFUNDED);
    }

    if (sim_fact(auditor, &auditor->answers, (phone_str_t) { (size_t) n, text },
                 phone_cstr(told))
        != 0)
    {
        sim_violation(auditor->world, "invariant 5: call %u: another answer "
                      "about refund %.*s", exchange->serial,
                      PHONE_ARGS(refund->node.key));
    }
}


/* Another value was sent under the number. */

static int
sim_refund_mismatch(sim_auditor_t *auditor, const sim_refunded_t *refund,
    const sim_exchange_t *exchange, phone_str_t field)
{
    char         name[32];
    phone_str_t  agreed;

    if (refund == NULL) {
        return 0;
    }

    agreed = phone_is(field, "amount") ? refund->amount_text
             : phone_is(field, "reason") ? refund->reason
             : phone_is(field, "bill_id") ? sim_bill_of(auditor, refund)->first
             : phone_is(field, "out_trade_no")
               ? sim_bill_of(auditor, refund)->order : PHONE_EMPTY;

    snprintf(name, sizeof(name), "%.*s", PHONE_ARGS(field));

    return !phone_equal(agreed, sim_sent(exchange, name));
}


/* Why a refund is refused was so at some moment since it was asked for. */

static int
sim_refund_refused_so(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    int64_t          amount, left;
    sim_bill_t      *bill;
    sim_world_t     *world;
    sim_refunded_t  *refund;

    world = auditor->world;
    bill = sim_bill_named(auditor, exchange);
    refund = sim_refund_named(auditor, exchange);

    if (sim_parse_int(sim_sent(exchange, "amount"), &amount) != 0) {
        amount = 1;
    }

    switch (reply->refusal) {

    case PHONE_REFUND_EXCEEDS:
        return bill != NULL
               && sim_parse_int(sim_member(reply->body, "left"), &left) == 0
               && left >= bill->amount - bill->claimed && left < amount;

    case PHONE_BILL_NOT_PAID:

        if (bill != NULL) {
            sim_audit_seen(auditor, exchange, bill,
                           sim_member(reply->body, "status"));
        }

        return bill != NULL && (bill->status != SIM_BILL_PAID
                                || bill->ended_at >= exchange->sent_at);

    case PHONE_TAKINGS_NOT_ENOUGH:
        return bill != NULL
               && !sim_takings_cover(auditor, exchange, bill->merchant,
                                     bill->currency, amount);

    case PHONE_ORDER_MISMATCH:
        return sim_refund_mismatch(auditor, refund, exchange,
                                   sim_member(reply->body, "field"));

    case PHONE_REFUND_NOT_FOUND:
        return refund == NULL || refund->at >= exchange->sent_at;

    case PHONE_BILL_NOT_FOUND:
        return !sim_acknowledged_bill(auditor, exchange);

    case PHONE_REFUND_TOO_LATE:
        return bill != NULL
               && (refund == NULL || refund->at >= exchange->sent_at)
               && sim_wall(world) + world->swarm.skew + world->jumped_by
                  >= phone_id_time(bill->first)
                     + world->settings.archive_after;

    case PHONE_REFUND_TOO_MANY:
        return 0;

    default:
        return 1;
    }
}


void
sim_audit_refund(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    if (!reply->refused) {
        sim_audit_refund_told(auditor, exchange, reply);

    } else if (!sim_refund_refused_so(auditor, exchange, reply)) {
        sim_violation(auditor->world, "call %u is told %.*s",
                      exchange->serial, PHONE_ARGS(reply->body));
    }
}


/* Notices */

static phone_str_t
sim_refund_form(const phone_fields_t *fields, const char *name)
{
    const phone_str_t  *value;

    value = phone_field(fields, name);

    return value != NULL ? *value : PHONE_EMPTY;
}


phone_str_t
sim_refund_merchant(sim_auditor_t *auditor, phone_str_t id)
{
    sim_refunded_t  *refund;

    refund = sim_map_find(&auditor->refunds, id);

    return refund != NULL ? refund->merchant : PHONE_EMPTY;
}


/* The bill that a notice of a refund is about; NULL when it does not tell what
   is so. */

sim_bill_t *
sim_audit_refund_notice(sim_auditor_t *auditor, const phone_fields_t *fields)
{
    int64_t          sum;
    sim_bill_t      *bill;
    sim_refunded_t  *refund;

    refund = sim_map_find(&auditor->refunds,
                          sim_refund_form(fields, "refund_id"));

    if (refund == NULL) {
        return NULL;
    }

    bill = sim_bill_of(auditor, refund);

    return phone_equal(bill->first, sim_refund_form(fields, "bill_id"))
           && phone_equal(refund->no, sim_refund_form(fields,
                                                      "out_refund_no"))
           && phone_equal(refund->amount_text,
                          sim_refund_form(fields, "refund_amount"))
           && phone_equal(refund->reason, sim_refund_form(fields, "reason"))
           && sim_parse_int(sim_refund_form(fields, "refunded"), &sum) == 0
           && sum == refund->sum
           && phone_is(sim_refund_form(fields, "status"),
                       sim_refund_status(sum, bill->amount))
           ? bill : NULL;
}


/* At the end each refund is whole. */

static void
sim_audit_refund_end(sim_auditor_t *auditor, const sim_refunded_t *refund)
{
    char           text[128];
    sim_bill_t    *bill;
    sim_notice_t  *notice;

    bill = sim_bill_of(auditor, refund);

    if (refund->made != 1 || refund->taken != 1 || refund->given != 1) {
        sim_violation(auditor->world, "refund %.*s: %u records, taken %u "
                      "times, given %u times", PHONE_ARGS(refund->node.key),
                      refund->made, refund->taken, refund->given);
    }

    snprintf(text, sizeof(text), "%.*s.refund.1",
             PHONE_ARGS(refund->node.key));
    notice = sim_map_find(&auditor->notices, phone_cstr(text));

    if (notice == NULL || !notice->over || notice->sent == 0) {
        sim_violation(auditor->world, "invariant 8: no notice tells of refund "
                      "%.*s", PHONE_ARGS(refund->node.key));
    }

    if (bill->added != bill->claimed) {
        sim_violation(auditor->world, "bill %.*s says %lld, %lld were "
                      "refunded", PHONE_ARGS(bill->node.key),
                      (long long) bill->added, (long long) bill->claimed);
    }
}


void
sim_audit_refunds_end(sim_auditor_t *auditor)
{
    size_t  i;

    for (i = 0; i < auditor->refunds.slots; i++) {

        if (auditor->refunds.slot[i] != NULL) {
            sim_audit_refund_end(auditor,
                             (sim_refunded_t *) auditor->refunds.slot[i]);
        }
    }
}
