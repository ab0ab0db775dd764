
/*
 * What the bank owes the platform, in each bucket: never more than the ledger
 * has room for; and what it has paid, as the operator has said, once in each
 * bucket, and not more than it owes.
 */


#include <stdio.h>

#include "auditing.h"
#include "jobs.h"
#include "answer.h"
#include "bank.h"
#include "lib/ledger.h"
#include "lib/id.h"


/* docs/architecture.md: a thousandth of what outside may owe */
#define SIM_BANK_MAY_OWE  (PHONE_SUM_MAX / 1000)


static int64_t
sim_bank_room(const sim_auditor_t *auditor)
{
    return SIM_BANK_MAY_OWE / auditor->world->buckets;
}


static sim_account_t *
sim_bank_account(sim_auditor_t *auditor, unsigned bucket,
    phone_str_t currency)
{
    int   n;
    char  text[64];

    n = snprintf(text, sizeof(text), "bank:%.*s:%.*s",
                 PHONE_ARGS(SIM_BANK_NAME), PHONE_ARGS(currency));

    return sim_account(auditor, bucket, (phone_str_t) { (size_t) n, text });
}


void
sim_audit_bank_room(sim_auditor_t *auditor, unsigned bucket,
    phone_str_t currency)
{
    if (sim_bank_account(auditor, bucket, currency)->model
        < -sim_bank_room(auditor))
    {
        sim_violation(auditor->world, "the bank owes more in bucket %u than "
                      "the ledger has room for", bucket);
    }
}


/* It was so, or had been, when the call was answered. */

void
sim_audit_no_room(sim_auditor_t *auditor, const sim_exchange_t *exchange)
{
    int                bucket;
    int64_t            lowest;
    const sim_bill_t  *bill;

    bill = sim_map_find(&auditor->bills, sim_sent(exchange, "bill_id"));
    bucket = phone_id_bucket(sim_card_paying(auditor, exchange),
                             auditor->world->buckets);

    if (bill == NULL || bucket < 0) {
        return;
    }

    lowest = sim_bank_account(auditor, (unsigned) bucket,
                              bill->currency)->lowest;

    if (bill->amount - lowest <= sim_bank_room(auditor)) {
        sim_violation(auditor->world, "call %u is told that there is no room, "
                      "the bank owes %lld", exchange->serial,
                      (long long) -lowest);
    }
}


/* "citybank:b1" is made by the call that says so. */

void
sim_audit_bank_settlement(sim_auditor_t *auditor, const phone_op_t *op,
    phone_str_t id, int first)
{
    phone_str_t            bank, currency;
    sim_bank_settled_t    *settled;
    const sim_exchange_t  *exchange;

    if (!first || memchr(id.data, ':', id.len) == NULL) {
        return;
    }

    (void) phone_split(&id, ':', &bank);
    exchange = auditor->exchange;
    currency = sim_sent(exchange, "currency");
    currency = currency.len ? currency : auditor->world->settings.currency;

    if (!sim_is_call(exchange, "operator.bank_settle")
        || !phone_equal(bank, SIM_BANK_NAME)
        || !phone_equal(id, sim_sent(exchange, "settle_no"))
        || !phone_equal(sim_hset_word(op, "amount", NULL),
                        sim_sent(exchange, "amount"))
        || !phone_equal(sim_hset_word(op, "currency", NULL), currency))
    {
        sim_violation(auditor->world, "settlement %.*s is made by nobody",
                      PHONE_ARGS(id));
        return;
    }

    settled = sim_map_make(&auditor->bank_settled, id,
                           sizeof(sim_bank_settled_t));
    settled->currency = sim_copy(auditor->memory, currency);

    if (sim_parse_int(sim_sent(exchange, "amount"), &settled->amount) != 0) {
        settled->amount = 0;
    }
}


/* An entry, between outside and the bank: what the bank owes; or, of all that
   it owes, what it is owed. */

void
sim_audit_bank_settles(sim_auditor_t *auditor, unsigned bucket,
    const phone_ledger_entry_t *entry)
{
    int                   n, pays;
    char                  name[64], once[160];
    int64_t               model;
    phone_str_t           outside;
    sim_account_t        *account;
    sim_bank_settled_t   *settled;

    account = sim_bank_account(auditor, bucket, entry->currency);
    settled = sim_map_find(&auditor->bank_settled, entry->reference);

    n = snprintf(name, sizeof(name), "outside:%.*s",
                 PHONE_ARGS(entry->currency));
    outside = (phone_str_t) { (size_t) n, name };

    pays = phone_equal(entry->from, outside);

    n = snprintf(once, sizeof(once), "bank_settle %u %.*s", bucket,
                 PHONE_ARGS(entry->reference));

    if (settled == NULL
        || !phone_equal(settled->currency, entry->currency)
        || !phone_equal(pays ? entry->to : entry->from, account->field)
        || (!pays && !phone_equal(entry->to, outside))
        || (!pays && settled->amount)
        || sim_fact(auditor, &auditor->movements,
                    (phone_str_t) { (size_t) n, once }, entry->movement) != 0)
    {
        sim_violation(auditor->world, "the bank settles %.*s in bucket %u, "
                      "from %.*s to %.*s", PHONE_ARGS(entry->reference), bucket,
                      PHONE_ARGS(entry->from), PHONE_ARGS(entry->to));
        return;
    }

    settled->settled += pays ? entry->amount : -entry->amount;
    model = account->model;

    if ((settled->amount && settled->settled > settled->amount)
        || (auditor->world->domain == PHONE_WHOLE_STORE
            && (pays ? model > 0 : model < 0)))
    {
        sim_violation(auditor->world, "the bank pays more than it owes, or "
                      "than it has paid: %.*s", PHONE_ARGS(entry->reference));
    }
}


void
sim_audit_bank_settle(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    int64_t                    sum;
    const sim_bank_settled_t  *settled;

    if (reply->refused) {
        return;
    }

    settled = sim_map_find(&auditor->bank_settled,
                           sim_sent(exchange, "settle_no"));

    if (settled == NULL
        || !phone_equal(sim_member(reply->body, "currency"),
                        settled->currency)
        || phone_parse_signed(sim_member(reply->body, "settled"), &sum) != 0
        || (settled->amount && (sum < 0 || sum > settled->amount))
        || phone_is(sim_member(reply->body, "state"), "FAILED"))
    {
        sim_violation(auditor->world, "call %u settles with the bank: %.*s",
                      exchange->serial, PHONE_ARGS(reply->body));
    }
}


/* Its job has not come to the first bucket: it waits for what is on its way. */

static int
sim_bank_settle_waits(sim_auditor_t *auditor, const char *settlement)
{
    char         key[96];
    phone_str_t  job;

    job = sim_stored(auditor, phone_cstr(settlement), "job");
    snprintf(key, sizeof(key), "phone:{%.3s}:job:%.*s", job.data,
             PHONE_ARGS(job));

    return job.len
           && phone_is(sim_stored(auditor, phone_cstr(key), "state"),
                       PHONE_JOB_RUNNING);
}


/* The end: what is said to be settled is in the ledger. */

void
sim_audit_bank_settled_end(sim_auditor_t *auditor)
{
    char                       text[128];
    size_t                     i;
    int64_t                    sum;
    phone_str_t                stored;
    const sim_bank_settled_t  *settled;

    for (i = 0; i < auditor->bank_settled.slots; i++) {
        settled = (const sim_bank_settled_t *) auditor->bank_settled.slot[i];

        if (settled == NULL) {
            continue;
        }

        snprintf(text, sizeof(text), "phone:{%03u}:bank_settlement:%.*s:%.*s",
                 phone_bucket_of(SIM_BANK_NAME, auditor->world->buckets),
                 PHONE_ARGS(SIM_BANK_NAME), PHONE_ARGS(settled->node.key));
        stored = sim_stored(auditor, phone_cstr(text), "settled");

        if (stored.len == 0 && sim_bank_settle_waits(auditor, text)) {
            continue;
        }

        if (phone_parse_signed(stored, &sum) != 0
            || sum != settled->settled)
        {
            sim_violation(auditor->world, "settlement %.*s says %.*s, %lld "
                          "were booked", PHONE_ARGS(settled->node.key),
                          PHONE_ARGS(stored), (long long) settled->settled);
        }
    }
}
