
/*
 * Takings: what bills have paid to a merchant and what was paid out of it.
 * Both are counted here by what merchants and the operator have sent, apart
 * from the ledger's balances: takings are always the one less the other.
 */


#include <stdio.h>

#include "auditing.h"
#include "answer.h"
#include "lib/id.h"


#define SIM_PAYOUTS_MAX  500

/* Is text what was sent, if anything was? */

static int
sim_as_sent(const sim_exchange_t *exchange, const char *name, phone_str_t text)
{
    phone_str_t  sent;

    sent = sim_sent(exchange, name);

    return sent.len == 0 || phone_equal(sent, text);
}


static phone_str_t
sim_takings_name(char text[96], phone_str_t merchant, phone_str_t currency)
{
    int  n;

    n = snprintf(text, 96, "takings:%.*s:%.*s", PHONE_ARGS(merchant),
                 PHONE_ARGS(currency));

    return (phone_str_t) { (size_t) n, text };
}


/* "settled <merchant>:<settle_no> <currency>" */

static phone_str_t
sim_settled_name(char text[160], const sim_exchange_t *exchange,
    phone_str_t currency)
{
    int  n;

    n = snprintf(text, 160, "settled %.*s:%.*s %.*s",
                 PHONE_ARGS(sim_sent(exchange, "merchant_id")),
                 PHONE_ARGS(sim_sent(exchange, "settle_no")),
                 PHONE_ARGS(currency));

    return (phone_str_t) { (size_t) n, text };
}


void
sim_audit_taken(sim_auditor_t *auditor, const sim_bill_t *bill)
{
    char          text[96];
    sim_taken_t  *taken;

    taken = sim_map_make(&auditor->taken,
                         sim_takings_name(text, bill->merchant,
                                          bill->currency),
                         sizeof(sim_taken_t));
    taken->paid += bill->amount;
    taken->changed_at = auditor->world->now;
}


/* An entry that pays out: as the operator has ordered it, and once. */

void
sim_audit_settled(sim_auditor_t *auditor, const phone_ledger_entry_t *entry)
{
    int                    n;
    char                   text[160], name[96], outside[32], amount[24];
    phone_str_t            takings;
    sim_taken_t           *taken;
    sim_world_t           *world;
    const sim_exchange_t  *exchange;

    world = auditor->world;
    exchange = auditor->exchange;

    takings = sim_takings_name(name, sim_sent(exchange, "merchant_id"),
                               entry->currency);
    snprintf(outside, sizeof(outside), "outside:%.*s",
             PHONE_ARGS(entry->currency));
    n = snprintf(amount, sizeof(amount), "%lld", (long long) entry->amount);

    if (!sim_is_call(exchange, "operator.settle")
        || !phone_equal(entry->from, takings)
        || !phone_is(entry->to, outside)
        || !phone_equal(entry->reference, sim_sent(exchange, "settle_no"))
        || !sim_as_sent(exchange, "currency", entry->currency)
        || !sim_as_sent(exchange, "amount",
                        (phone_str_t) { (size_t) n, amount }))
    {
        sim_violation(world, "%lld from %.*s to %.*s is settled by nobody",
                      (long long) entry->amount, PHONE_ARGS(entry->from),
                      PHONE_ARGS(entry->to));
        return;
    }

    if (sim_map_find(&auditor->movements,
                     sim_settled_name(text, exchange, entry->currency))
        != NULL)
    {
        sim_violation(world, "%s is paid out twice", text);
        return;
    }

    (void) sim_fact(auditor, &auditor->movements,
                    sim_settled_name(text, exchange, entry->currency),
                    (phone_str_t) { (size_t) n, amount });

    taken = sim_map_make(&auditor->taken, takings, sizeof(sim_taken_t));
    taken->settled += entry->amount;
    taken->changed_at = world->now;

    if (taken->settled > taken->paid) {
        sim_violation(world, "invariant 2: %.*s: %lld were paid, %lld are "
                      "paid out", PHONE_ARGS(takings), (long long) taken->paid,
                      (long long) taken->settled);
    }

    sim_count(world, SETTLED);
}


void
sim_audit_settlement(sim_auditor_t *auditor, const phone_op_t *op,
    phone_str_t id)
{
    int                    n;
    char                   text[160];
    const sim_exchange_t  *exchange;

    exchange = auditor->exchange;

    n = snprintf(text, sizeof(text), "%.*s:%.*s",
                 PHONE_ARGS(sim_sent(exchange, "merchant_id")),
                 PHONE_ARGS(sim_sent(exchange, "settle_no")));

    if (!sim_is_call(exchange, "operator.settle")
        || !phone_equal(id, (phone_str_t) { (size_t) n, text }))
    {
        sim_violation(auditor->world, "settlement %.*s is made by nobody",
                      PHONE_ARGS(id));
        return;
    }

    if (!phone_equal(sim_hset_word(op, "reference", NULL),
                     sim_sent(exchange, "reference"))
        || phone_id_bucket(sim_hset_word(op, "payout", NULL),
                           auditor->world->buckets)
           != (int) phone_bucket_of(sim_sent(exchange, "merchant_id"),
                                    auditor->world->buckets))
    {
        sim_violation(auditor->world, "settlement %.*s has another reference, "
                      "or no id", PHONE_ARGS(id));
    }

    snprintf(text, sizeof(text), "reference %.*s", PHONE_ARGS(id));
    (void) sim_fact(auditor, &auditor->movements, phone_cstr(text),
                    sim_sent(exchange, "reference"));

    snprintf(text, sizeof(text), "payout %.*s",
             PHONE_ARGS(sim_hset_word(op, "payout", NULL)));

    if (sim_fact(auditor, &auditor->movements, phone_cstr(text), id) != 0) {
        sim_violation(auditor->world, "%s is of two settlements", text);
    }
}


/* A payout of a list is what was paid out, under its id and with what the
   operator has said about it. */

static sim_fact_t *
sim_payout_shown(sim_auditor_t *auditor, phone_str_t merchant,
    phone_str_t object)
{
    char         text[200], id[128];
    sim_fact_t  *paid, *reference, *payout;

    snprintf(id, sizeof(id), "%.*s:%.*s", PHONE_ARGS(merchant),
             PHONE_ARGS(sim_member(object, "settle_no")));
    snprintf(text, sizeof(text), "settled %s %.*s", id,
             PHONE_ARGS(sim_member(object, "currency")));
    paid = sim_map_find(&auditor->movements, phone_cstr(text));
    snprintf(text, sizeof(text), "reference %s", id);
    reference = sim_map_find(&auditor->movements, phone_cstr(text));
    snprintf(text, sizeof(text), "payout %.*s",
             PHONE_ARGS(sim_member(object, "payout_id")));
    payout = sim_map_find(&auditor->movements, phone_cstr(text));

    return paid != NULL && reference != NULL && payout != NULL
           && phone_equal(paid->value, sim_member(object, "amount"))
           && phone_equal(reference->value, sim_member(object, "reference"))
           && phone_is(payout->value, id) ? paid : NULL;
}


/* Those that were there when a list was asked for. */

static unsigned
sim_payouts_before(const sim_auditor_t *auditor, phone_str_t merchant,
    int64_t before)
{
    int                n;
    char               text[64];
    size_t             i;
    unsigned           found;
    const sim_fact_t  *fact;

    n = snprintf(text, sizeof(text), "settled %.*s:", PHONE_ARGS(merchant));
    found = 0;

    for (i = 0; i < auditor->movements.slots; i++) {
        fact = (const sim_fact_t *) auditor->movements.slot[i];

        found += fact != NULL && fact->at < before
                 && fact->node.key.len > (size_t) n
                 && memcmp(fact->node.key.data, text, (size_t) n) == 0;
    }

    return found;
}


/* All of them, each once; nobody has so many that they are on two pages. */

void
sim_audit_payouts(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    unsigned     i, n;
    sim_fact_t  *shown[SIM_PAYOUTS_MAX];
    phone_str_t  rest, object, merchant;

    if (reply->refused) {
        return;
    }

    merchant = sim_sent(exchange, "merchant_id");
    rest = sim_member(reply->body, "payouts");

    for (n = 0; n < SIM_PAYOUTS_MAX && sim_element(&rest, &object); n++) {
        shown[n] = sim_payout_shown(auditor, merchant, object);

        for (i = 0; i < n && shown[i] != shown[n]; i++) { /* void */ }

        if (shown[n] == NULL || i < n) {
            sim_violation(auditor->world, "call %u is told of a payout: %.*s",
                          exchange->serial, PHONE_ARGS(object));
            return;
        }
    }

    if (n < sim_payouts_before(auditor, merchant, exchange->sent_at)) {
        sim_violation(auditor->world, "call %u is told of %u payouts of %.*s "
                      "only", exchange->serial, n, PHONE_ARGS(merchant));
    }

    if (n) {
        sim_count(auditor->world, PAYOUTS_SHOWN);
    }
}


int
sim_takings_cover(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    phone_str_t merchant, phone_str_t currency, int64_t amount)
{
    char          text[96];
    sim_taken_t  *taken;

    taken = sim_map_find(&auditor->taken,
                         sim_takings_name(text, merchant, currency));

    return taken != NULL && taken->changed_at < exchange->sent_at
           && taken->paid - taken->settled >= amount;
}


/* What a merchant is told of them: as they are, unless they have changed since
   it asked. */

void
sim_audit_balance(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    char          text[96];
    int64_t       told, held;
    phone_str_t   currency;
    sim_taken_t  *taken;

    if (reply->refused) {
        return;
    }

    currency = sim_sent(exchange, "currency");

    if (currency.len == 0) {
        currency = auditor->world->settings.currency;
    }

    taken = sim_map_find(&auditor->taken,
                         sim_takings_name(text,
                                          sim_sent(exchange, "merchant_id"),
                                          currency));
    held = taken != NULL ? taken->paid - taken->settled : 0;

    if (!phone_equal(currency, sim_member(reply->body, "currency"))
        || sim_parse_int(sim_member(reply->body, "takings"), &told) != 0
        || told < 0 || told > (taken != NULL ? taken->paid : 0)
        || ((taken == NULL || taken->changed_at < exchange->sent_at)
            && told != held))
    {
        sim_violation(auditor->world, "call %u is told of takings of %lld: "
                      "%.*s", exchange->serial, (long long) held,
                      PHONE_ARGS(reply->body));
    }
}


/* A refund is paid out of them. */

void
sim_audit_given_back(sim_auditor_t *auditor, phone_str_t takings,
    int64_t amount)
{
    sim_taken_t  *taken;

    taken = sim_map_make(&auditor->taken, takings, sizeof(sim_taken_t));
    taken->settled += amount;
    taken->changed_at = auditor->world->now;

    if (taken->settled > taken->paid) {
        sim_violation(auditor->world, "invariant 2: %.*s: %lld were paid, "
                      "%lld are paid out", PHONE_ARGS(takings),
                      (long long) taken->paid, (long long) taken->settled);
    }
}


/* Takings that did not change since the call was sent cover the amount, or
   they do not. */

static void
sim_audit_not_enough(sim_auditor_t *auditor, const sim_exchange_t *exchange)
{
    int64_t       amount;
    phone_str_t   currency;

    currency = sim_sent(exchange, "currency");

    if (currency.len == 0) {
        currency = auditor->world->settings.currency;
    }

    if (sim_parse_int(sim_sent(exchange, "amount"), &amount) != 0) {
        amount = 1;
    }

    if (sim_takings_cover(auditor, exchange,
                          sim_sent(exchange, "merchant_id"), currency, amount))
    {
        sim_violation(auditor->world, "call %u: takings are said to hold less "
                      "than %lld", exchange->serial, (long long) amount);
    }
}


/* The answer names what the ledger has, and is always the same. */

void
sim_audit_settle(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    char          text[160], name[96];
    int64_t       left;
    unsigned      n;
    phone_str_t   rest, object, currency;
    sim_fact_t   *fact;
    sim_taken_t  *taken;

    if (reply->refused) {

        if (reply->refusal == PHONE_TAKINGS_NOT_ENOUGH) {
            sim_audit_not_enough(auditor, exchange);
        }

        return;
    }

    rest = sim_member(reply->body, "settled");

    for (n = 0; sim_element(&rest, &object); n++) {
        currency = sim_member(object, "currency");
        fact = sim_map_find(&auditor->movements,
                            sim_settled_name(text, exchange, currency));
        taken = sim_map_find(&auditor->taken,
                             sim_takings_name(name,
                                              sim_sent(exchange,
                                                       "merchant_id"),
                                              currency));

        if (fact == NULL || taken == NULL
            || !phone_equal(fact->value, sim_member(object, "amount"))
            || sim_parse_int(sim_member(object, "left"), &left) != 0
            || left < 0 || left > taken->paid
            || !sim_as_sent(exchange, "amount", fact->value)
            || !sim_as_sent(exchange, "currency", currency))
        {
            sim_violation(auditor->world, "call %u is told of a settlement: "
                          "%.*s", exchange->serial, PHONE_ARGS(object));
        }
    }

    if (n == 0) {
        sim_violation(auditor->world, "call %u settles nothing",
                      exchange->serial);
    }

    if (sim_fact(auditor, &auditor->answers,
                 sim_settled_name(text, exchange, PHONE_EMPTY), reply->body)
        != 0)
    {
        sim_violation(auditor->world, "invariant 5: call %u: another answer "
                      "to the same settlement", exchange->serial);
    }
}


/* At the end: takings and what was settled are what was paid. */

void
sim_audit_taken_end(sim_auditor_t *auditor)
{
    size_t        i;
    int64_t       stored;
    phone_str_t   rest, kind, merchant, text;
    sim_taken_t  *taken;
    char          key[64];

    for (i = 0; i < auditor->taken.slots; i++) {
        taken = (sim_taken_t *) auditor->taken.slot[i];

        if (taken == NULL) {
            continue;
        }

        rest = taken->node.key;
        (void) phone_split(&rest, ':', &kind);
        (void) phone_split(&rest, ':', &merchant);

        snprintf(key, sizeof(key), "phone:{%03u}:balances",
                 phone_bucket_of(merchant, auditor->world->buckets));
        text = sim_store_field(auditor->world->store,
                               sim_wall(auditor->world), phone_cstr(key),
                               taken->node.key);

        /* a sum that was taken back from nothing leaves no field */

        stored = 0;

        if ((text.len && sim_parse_int(text, &stored) != 0)
            || stored + taken->settled != taken->paid)
        {
            sim_violation(auditor->world, "%.*s holds %.*s: %lld were paid, "
                          "%lld paid out", PHONE_ARGS(taken->node.key),
                          PHONE_ARGS(text), (long long) taken->paid,
                          (long long) taken->settled);
        }
    }
}
