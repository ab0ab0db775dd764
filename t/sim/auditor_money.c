
/*
 * Money: each account's balance in the store is what its ledger entries make
 * it, entries of a commit are its balance changes, and the sum over all
 * accounts is zero in each currency after every commit: over those of a bucket
 * where a commit touches one bucket.
 */


#include <stdio.h>

#include "auditing.h"
#include "lib/ledger.h"
#include "lib/id.h"
#include "lib/month.h"


static int sim_currency(sim_auditor_t *auditor, phone_str_t name);
static void sim_account_place(sim_auditor_t *auditor, sim_account_t *account,
    phone_str_t name);
static void sim_touch(sim_auditor_t *auditor, sim_account_t *account);
static unsigned sim_home_of(sim_auditor_t *auditor, unsigned bucket,
    phone_str_t name);
static int64_t *sim_sum(sim_auditor_t *auditor, const sim_account_t *account);
static void sim_audit_leg(sim_auditor_t *auditor, unsigned bucket,
    phone_str_t name, int64_t amount, phone_str_t currency);
static void sim_audit_sums(sim_auditor_t *auditor);
static void sim_audit_under_way(sim_auditor_t *auditor);
static void sim_audit_bill_money(sim_auditor_t *auditor,
    const phone_ledger_entry_t *entry);


static int
sim_currency(sim_auditor_t *auditor, phone_str_t name)
{
    int  i;

    for (i = 0; i < SIM_CURRENCIES && auditor->currency[i].len; i++) {

        if (phone_equal(auditor->currency[i], name)) {
            return i;
        }
    }

    if (i == SIM_CURRENCIES) {
        sim_violation(auditor->world, "more currencies than were used");
        return 0;
    }

    auditor->currency[i] = sim_copy(auditor->memory, name);

    return i;
}


sim_account_t *
sim_account(sim_auditor_t *auditor, unsigned bucket, phone_str_t name)
{
    int             n;
    char            text[160];
    phone_str_t     key;
    sim_account_t  *account;

    n = snprintf(text, sizeof(text), "%03u %.*s", bucket, PHONE_ARGS(name));
    key = (phone_str_t) { (size_t) n, text };

    account = sim_map_find(&auditor->accounts, key);

    if (account == NULL) {
        account = sim_map_add(&auditor->accounts, key, sizeof(sim_account_t));
        account->bucket = bucket;
        account->currency = -1;
        name.data = account->node.key.data + 4;
        sim_account_place(auditor, account, name);
    }

    return account;
}


static int
sim_starts(phone_str_t text, const char *with)
{
    size_t  len;

    len = strlen(with);

    return text.len > len && memcmp(text.data, with, len) == 0;
}


/* Where the store keeps an account of this name. */

static void
sim_account_place(sim_auditor_t *auditor, sim_account_t *account,
    phone_str_t name)
{
    int          n;
    char         text[160];
    const char  *kind;

    account->field = phone_cstr("balance");

    if (sim_starts(name, "card:")) {
        kind = "card";
        name.data += 5;
        name.len -= 5;

    } else if (sim_starts(name, "prepaid:")) {
        kind = "account";
        name.data += 8;
        name.len -= 8;

    } else {
        account->may_owe = !sim_starts(name, "takings:");
        account->clearing = sim_starts(name, "clearing:") ? 1 : 0;

        if (account->may_owe && !account->clearing
            && !sim_starts(name, "outside:") && !sim_starts(name, "bank:"))
        {
            sim_violation(auditor->world, "\"%.*s\" is no account",
                          PHONE_ARGS(name));
        }

        account->field = name;
        kind = "balances";
        name = PHONE_EMPTY;
    }

    n = snprintf(text, sizeof(text), "phone:{%03u}:%s%s%.*s", account->bucket,
                 kind, name.len ? ":" : "", PHONE_ARGS(name));
    account->key = sim_copy(auditor->memory,
                            (phone_str_t) { (size_t) n, text });
}


static void
sim_touch(sim_auditor_t *auditor, sim_account_t *account)
{
    if (account->touched) {
        return;
    }

    if (auditor->ntouched == SIM_TOUCHED_MAX) {
        sim_violation(auditor->world, "a commit moves too much at once");
        return;
    }

    account->touched = 1;
    auditor->touched[auditor->ntouched++] = account;
}


/* A balance changes: sim_audit_balances() will ask the ledger why. */

void
sim_audit_sum(sim_auditor_t *auditor, const phone_guard_t *sum,
    const sim_key_t *parts)
{
    int          n;
    char         text[160];
    phone_str_t  name;

    if (phone_is(parts->kind, "mailed")) {
        sim_audit_mailed(auditor, sum, parts);
        return;
    }

    if (phone_is(parts->kind, "messaged")) {
        sim_audit_messaged(auditor, sum, parts);
        return;
    }

    if (phone_is(parts->kind, "made")) {
        sim_audit_counted(auditor, sum, parts);
        return;
    }

    if (phone_is(parts->kind, "answers")) {
        if (phone_is(sum->field, "sealed")) {
            sim_audit_sealed(auditor, sum, parts);

        } else {
            sim_audit_answers(auditor, sum, parts);
        }

        return;
    }

    if (phone_is(parts->kind, "bill")) {
        sim_audit_refunded_sum(auditor, sum, parts);
        return;
    }

    if (phone_is(parts->kind, "replays")) {
        sim_audit_replays(auditor, sum, parts);
        return;
    }

    if (phone_is(parts->kind, "toy_stock")) {
        return;
    }

    if (phone_is(parts->kind, "balances")) {
        name = sum->field;

    } else if (phone_is(sum->field, "balance")) {
        n = snprintf(text, sizeof(text), "%s:%.*s",
                     phone_is(parts->kind, "card") ? "card" : "prepaid",
                     PHONE_ARGS(parts->id));
        name = (phone_str_t) { (size_t) n, text };

    } else {
        sim_violation(auditor->world, "%.*s of \"%.*s\" is counted",
                      PHONE_ARGS(sum->field), PHONE_ARGS(sum->key));
        return;
    }

    sim_touch(auditor, sim_account(auditor, parts->bucket, name));
}


/* An entry lies with the account that pays; takings may lie elsewhere. */

static unsigned
sim_home_of(sim_auditor_t *auditor, unsigned bucket, phone_str_t name)
{
    phone_str_t  merchant;

    if (!sim_starts(name, "takings:")) {
        return bucket;
    }

    name.data += 8;
    name.len -= 8;
    (void) phone_split(&name, ':', &merchant);

    return phone_bucket_of(merchant, auditor->world->buckets);
}


static void
sim_audit_leg(sim_auditor_t *auditor, unsigned bucket, phone_str_t name,
    int64_t amount, phone_str_t currency)
{
    int             index;
    sim_account_t  *account;

    account = sim_account(auditor, sim_home_of(auditor, bucket, name), name);
    index = sim_currency(auditor, currency);

    if (account->currency != -1 && account->currency != index) {
        sim_violation(auditor->world, "%.*s gets another currency",
                      PHONE_ARGS(name));
    }

    account->currency = index;
    account->model += amount;
    account->lowest = account->model < account->lowest ? account->model
                                                       : account->lowest;
    sim_touch(auditor, account);
}


/* The month of an entry is that of the clock of who commits it, not of who has
   made it: a month that is over gets none. */

static void
sim_audit_month(sim_auditor_t *auditor, const phone_op_t *op,
    const sim_key_t *parts)
{
    int      n;
    char     text[80];
    int64_t  month;

    if (auditor->task == NULL) {
        return;
    }

    month = phone_month_of(auditor->task->call.now);
    n = snprintf(text, sizeof(text), "%03u-%04lld-%02lld", parts->bucket,
                 (long long) (1970 + month / 12),
                 (long long) (month % 12 + 1));

    if (!phone_equal(parts->id, (phone_str_t) { (size_t) n, text })) {
        sim_violation(auditor->world, "an entry of %s is added to \"%.*s\"",
                      text, PHONE_ARGS(op->key));
    }
}


void
sim_audit_entry(sim_auditor_t *auditor, const phone_op_t *op,
    const sim_key_t *parts)
{
    int                    n;
    char                   text[200];
    sim_world_t           *world;
    phone_ledger_entry_t   entry;

    world = auditor->world;

    if (phone_ledger_parse(op->word[0], &entry) != 0 || entry.amount <= 0)
    {
        sim_violation(world, "a ledger entry is malformed");
        return;
    }

    n = snprintf(text, sizeof(text), "%03u %.*s %.*s", parts->bucket,
                 PHONE_ARGS(entry.movement), PHONE_ARGS(entry.from));

    if (sim_map_find(&auditor->movements,
                     (phone_str_t) { (size_t) n, text })
        != NULL)
    {
        sim_violation(world, "movement %.*s is booked twice in bucket %u",
                      PHONE_ARGS(entry.movement), parts->bucket);
        return;
    }

    (void) sim_fact(auditor, &auditor->movements,
                    (phone_str_t) { (size_t) n, text }, PHONE_EMPTY);

    sim_audit_month(auditor, op, parts);
    sim_trace(world, "ledger: %.*s", PHONE_ARGS(op->word[0]));

    sim_audit_leg(auditor, parts->bucket, entry.from, -entry.amount,
                  entry.currency);
    sim_audit_leg(auditor, parts->bucket, entry.to, entry.amount,
                  entry.currency);

    if (phone_is(entry.reason, "bill")) {
        sim_audit_bill_money(auditor, &entry);
        return;
    }

    if (phone_is(entry.reason, "refund")) {
        sim_audit_refund_money(auditor, &entry);
        return;
    }

    if (phone_is(entry.reason, "settle")) {
        sim_audit_settled(auditor, &entry);
        return;
    }

    if (phone_is(entry.reason, "bank")
        || phone_is(entry.reason, "bank_refund"))
    {
        sim_audit_bank_money(auditor, &entry);
        sim_audit_bank_room(auditor, parts->bucket, entry.currency);
        return;
    }

    if (phone_is(entry.reason, "bank_settle")) {
        sim_audit_bank_settles(auditor, parts->bucket, &entry);
        return;
    }

    sim_audit_money_in(auditor, &entry);

    /* a credit or a card is booked once, whoever asks again; seen from where
       the money comes in */

    if (sim_starts(entry.from, "outside:")) {
        n = snprintf(text, sizeof(text), "once %.*s %.*s",
                     PHONE_ARGS(entry.reason), PHONE_ARGS(entry.reference));

        if (sim_fact(auditor, &auditor->movements,
                     (phone_str_t) { (size_t) n, text }, entry.movement)
            != 0)
        {
            sim_violation(world, "invariant 3: %.*s %.*s is booked twice",
                          PHONE_ARGS(entry.reason),
                          PHONE_ARGS(entry.reference));
        }
    }
}


static int
sim_is_clearing(phone_str_t name, phone_str_t currency)
{
    return sim_starts(name, "clearing:") && name.len == 9 + currency.len
           && memcmp(name.data + 9, currency.data, currency.len) == 0;
}


/* From the payer's card to the merchant's takings. */

static void
sim_audit_bill_money(sim_auditor_t *auditor,
    const phone_ledger_entry_t *entry)
{
    int           n;
    char          takings[96];
    sim_bill_t   *bill, *first;
    sim_world_t  *world;

    world = auditor->world;
    bill = sim_bill(auditor, entry->reference);
    first = sim_bill_first(auditor, bill);

    if (entry->amount != bill->amount
        || !phone_equal(entry->currency, bill->currency))
    {
        sim_violation(world, "invariant 3: bill %.*s of %lld moves %lld",
                      PHONE_ARGS(entry->reference), (long long) bill->amount,
                      (long long) entry->amount);
    }

    if (sim_starts(entry->from, "card:")) {
        bill->paid_from = sim_copy(auditor->memory, entry->from);

        if (++bill->debits > 1
            || (first != NULL && ++first->chain_debits > 1))
        {
            sim_violation(world, "invariant 3: bill %.*s is debited twice",
                          PHONE_ARGS(entry->reference));
        }

    } else if (!sim_is_clearing(entry->from, bill->currency)) {
        sim_violation(world, "bill %.*s is paid from %.*s",
                      PHONE_ARGS(entry->reference), PHONE_ARGS(entry->from));
    }

    n = snprintf(takings, sizeof(takings), "takings:%.*s:%.*s",
                 PHONE_ARGS(bill->merchant), PHONE_ARGS(bill->currency));

    if (phone_equal(entry->to, (phone_str_t) { (size_t) n, takings })) {
        sim_audit_taken(auditor, bill);

        if (++bill->credits > 1) {
            sim_violation(world, "bill %.*s is credited twice",
                          PHONE_ARGS(entry->reference));
        }

    } else if (!sim_is_clearing(entry->to, bill->currency)) {
        sim_violation(world, "bill %.*s of %.*s is paid to %.*s",
                      PHONE_ARGS(entry->reference),
                      PHONE_ARGS(bill->merchant), PHONE_ARGS(entry->to));
    }
}


/* What must be zero: of a bucket, or of the store where one commit may touch
   all of it. */

static int64_t *
sim_sum(sim_auditor_t *auditor, const sim_account_t *account)
{
    unsigned  bucket;

    bucket = auditor->world->domain == PHONE_ONE_BUCKET ? account->bucket : 0;

    return &auditor->sum[bucket][account->currency];
}


void
sim_audit_row_sum(sim_auditor_t *auditor, unsigned bucket,
    phone_str_t takings, int64_t amount)
{
    sim_account_t  *account;

    account = sim_account(auditor, bucket, takings);
    account->rowed += amount;
    sim_touch(auditor, account);
}


void
sim_audit_balances(sim_auditor_t *auditor)
{
    unsigned        i;
    sim_world_t    *world;
    sim_account_t  *account;

    world = auditor->world;
    sim_audit_sums(auditor);

    for (i = 0; i < auditor->ntouched; i++) {
        account = auditor->touched[i];
        account->touched = 0;

        if (account->seen != account->model) {
            sim_violation(world, "invariant 9: %.*s holds %lld, the ledger "
                          "says %lld", PHONE_ARGS(account->node.key),
                          (long long) account->seen,
                          (long long) account->model);
        }

        if (!account->may_owe && sim_starts(account->field, "takings:")
            && account->rowed != account->model)
        {
            sim_violation(world, "invariant 10: %.*s holds %lld, statements "
                          "say %lld", PHONE_ARGS(account->node.key),
                          (long long) account->model,
                          (long long) account->rowed);
        }

        if (account->seen < 0 && !account->may_owe) {
            sim_violation(world, "invariant 2: %.*s holds %lld",
                          PHONE_ARGS(account->node.key),
                          (long long) account->seen);
        }
    }
}


/* Invariant 1: what is stored in a bucket sums up to zero. */

static void
sim_audit_sums(sim_auditor_t *auditor)
{
    int64_t         actual;
    unsigned        i;
    sim_world_t    *world;
    phone_str_t     text;
    sim_account_t  *account;

    world = auditor->world;

    for (i = 0; i < auditor->ntouched; i++) {
        account = auditor->touched[i];
        text = sim_store_field(world->store, sim_wall(world), account->key,
                               account->field);
        actual = account->clearing ? account->model : 0;

        if (text.data != NULL && sim_parse_int(text, &actual) != 0) {
            sim_violation(world, "%.*s holds \"%.*s\"",
                          PHONE_ARGS(account->node.key), PHONE_ARGS(text));
        }

        if (account->currency != -1) {
            *sim_sum(auditor, account) += actual - account->seen;
        }

        if (account->clearing && account->currency != -1) {
            auditor->under_way[account->currency] += actual - account->seen;
        }

        account->seen = actual;
    }

    sim_audit_under_way(auditor);

    for (i = 0; i < auditor->ntouched; i++) {
        account = auditor->touched[i];

        if (account->currency != -1 && *sim_sum(auditor, account) != 0) {
            sim_violation(world, "invariant 1: accounts of bucket %u do not "
                          "sum to zero", account->bucket);
        }
    }
}


/* Where one commit may touch all buckets, nothing is left between two. */

static void
sim_audit_under_way(sim_auditor_t *auditor)
{
    unsigned  i;

    for (i = 0; i < SIM_CURRENCIES; i++) {

        if (auditor->world->domain == PHONE_WHOLE_STORE
            && auditor->under_way[i] != 0)
        {
            sim_violation(auditor->world, "invariant 1: a commit leaves %lld "
                          "between buckets", (long long) auditor->under_way[i]);
        }
    }
}


/* Of a month since January 1970. */

static void
sim_ledger_key(char *key, size_t size, unsigned bucket, int64_t month)
{
    snprintf(key, size, "phone:{%03u}:ledger:%03u-%04lld-%02lld", bucket,
             bucket, (long long) (1970 + month / 12),
             (long long) (month % 12 + 1));
}


static void
sim_replay_opening(sim_auditor_t *auditor, unsigned bucket,
    phone_str_t account, int64_t sum)
{
    sim_account(auditor, sim_home_of(auditor, bucket, account),
                account)->model -= sum;
}


/* All again, from the ledger as the store keeps it. */

static void
sim_replay(sim_auditor_t *auditor, unsigned bucket, int64_t month)
{
    char                   key[80];
    unsigned               i;
    sim_world_t           *world;
    const sim_list_t      *ledger;
    phone_ledger_entry_t   entry;

    world = auditor->world;

    sim_ledger_key(key, sizeof(key), bucket, month);
    ledger = sim_store_list(world->store, sim_wall(world), phone_cstr(key));

    for (i = 0; ledger != NULL && i < ledger->n; i++) {
        if (phone_ledger_parse(ledger->entry[i], &entry) != 0) {
            sim_violation(world, "an entry of the ledger cannot be read");
            return;
        }

        sim_account(auditor, sim_home_of(auditor, bucket, entry.from),
                    entry.from)->model += entry.amount;
        sim_account(auditor, sim_home_of(auditor, bucket, entry.to),
                    entry.to)->model -= entry.amount;
    }
}


void
sim_audit_money_end(sim_auditor_t *auditor)
{
    size_t          i;
    int64_t         month, last;
    unsigned        bucket;
    sim_world_t    *world;
    sim_account_t  *account;

    world = auditor->world;
    last = phone_month_of(sim_wall_most(world)) + 1;

    for (bucket = 0; bucket < world->buckets; bucket++) {
        sim_audit_opening(auditor, bucket, sim_replay_opening);

        for (month = phone_month_of(SIM_EPOCH) - 1; month <= last; month++) {
            sim_replay(auditor, bucket, month);
        }
    }

    for (i = 0; i < auditor->accounts.slots; i++) {
        account = (sim_account_t *) auditor->accounts.slot[i];

        if (account == NULL) {
            continue;
        }

        if (account->model != 0) {
            sim_violation(world, "invariant 9: the ledger of %.*s misses %lld",
                          PHONE_ARGS(account->node.key),
                          (long long) account->model);
        }
    }

    /* what left one bucket has come to another */

    for (i = 0; i < SIM_CURRENCIES; i++) {

        if (auditor->under_way[i] != 0) {
            sim_violation(world, "invariant 1: %lld is still under way "
                          "between buckets", (long long) auditor->under_way[i]);
        }
    }
}
