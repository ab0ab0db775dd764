
/*
 * The closing of months: what goes is in the file, entry by entry, the balances
 * are those of the month before with these entries, each file names the one
 * before, and nothing goes before its month is over.
 */


#include <stdio.h>

#include "auditing.h"
#include "blobs.h"
#include "lib/gzip.h"
#include "lib/month.h"


#define SIM_BALANCES_MOST  1024
#define SIM_COMMITS_LATE   60000             /* ms: of calls */


typedef struct {
    phone_str_t              account;
    phone_str_t              currency;
    int64_t                  sum;
} sim_balance_t;

typedef struct {
    unsigned                 n;
    sim_balance_t            balance[SIM_BALANCES_MOST];
} sim_balances_t;


/* Until when an entry of a period that ends then may come, by the clock of a
   host: one whose clock is late may have begun an event just before, and
   commits while its lease lasts; a call ends within a minute. */

int64_t
sim_may_come_until(const sim_world_t *world, int64_t end)
{
    const phone_settings_t  *settings;

    settings = &world->settings;

    return end + 2 * settings->clock_bound
           + (settings->lease > SIM_COMMITS_LATE ? settings->lease
                                                 : SIM_COMMITS_LATE);
}


/* Of a blob that is compressed; data == NULL: it is not there, or damaged. */

phone_str_t
sim_unzipped(sim_world_t *world, phone_arena_t *arena, phone_str_t sha256)
{
    int64_t          n;
    phone_buf_t      text;
    phone_str_t      bytes;
    phone_gunzip_t  *gunzip;

    bytes = sim_blob_bytes(world, sha256);
    gunzip = phone_gunzip_begin(arena);

    if (bytes.data == NULL || gunzip == NULL) {
        return (phone_str_t) { 0, NULL };
    }

    phone_buf_init(&text, arena, 65536);

    while (bytes.len) {
        if (phone_buf_reserve(&text, 65536) == NULL) {
            return (phone_str_t) { 0, NULL };
        }

        n = phone_gunzip(gunzip, &bytes, text.data + text.len, 65536);

        if (n < 0) {
            return (phone_str_t) { 0, NULL };
        }

        text.len += (size_t) n;
    }

    return (phone_str_t) { text.len, text.data };
}


/* The value of a line "<name> <value>" of the header, which is taken off. */

static phone_str_t
sim_header(phone_str_t *text, const char *name)
{
    phone_str_t  line, word;

    if (!phone_split(text, '\n', &line) || !phone_split(&line, ' ', &word)
        || !phone_is(word, name))
    {
        return PHONE_EMPTY;
    }

    return line;
}


static void
sim_balance_add(sim_auditor_t *auditor, sim_balances_t *balances,
    phone_str_t account, phone_str_t currency, int64_t sum)
{
    unsigned  i;

    for (i = 0; i < balances->n; i++) {
        if (phone_equal(balances->balance[i].account, account)
            && phone_equal(balances->balance[i].currency, currency))
        {
            balances->balance[i].sum += sum;
            return;
        }
    }

    if (i == SIM_BALANCES_MOST) {
        sim_violation(auditor->world, "a month has too many accounts");
        return;
    }

    balances->balance[balances->n++] = (sim_balance_t) { account, currency,
                                                         sum };
}


/* A balances file; without one there are none. */

static void
sim_balances_of(sim_auditor_t *auditor, phone_arena_t *arena,
    sim_balances_t *balances, phone_str_t sha256)
{
    int64_t      n, sum;
    phone_str_t  text, line, account, currency;

    balances->n = 0;

    if (sha256.len == 0) {
        return;
    }

    text = sim_unzipped(auditor->world, arena, sha256);
    n = -1;

    while (phone_split(&text, '\n', &line) && line.len) {
        account = PHONE_EMPTY;
        (void) phone_split(&line, ' ', &account);

        if (phone_is(account, "accounts")) {
            (void) sim_parse_int(line, &n);
        }
    }

    while (n-- > 0 && phone_split(&text, '\n', &line)
           && phone_split(&line, ' ', &account)
           && phone_split(&line, ' ', &currency)
           && sim_parse_int(line, &sum) == 0)
    {
        sim_balance_add(auditor, balances, account, currency, sum);
    }

    if (n != -1 || !phone_is(text, "end\n")) {
        sim_violation(auditor->world, "the balances %.*s are damaged",
                      PHONE_ARGS(sha256));
    }
}


static void
sim_balances_same(sim_auditor_t *auditor, const sim_balances_t *a,
    const sim_balances_t *b)
{
    unsigned  i, j;

    for (i = 0; i < a->n; i++) {

        for (j = 0; j < b->n; j++) {
            if (phone_equal(a->balance[i].account, b->balance[j].account)
                && phone_equal(a->balance[i].currency,
                               b->balance[j].currency))
            {
                break;
            }
        }

        if (j == b->n || a->balance[i].sum != b->balance[j].sum) {
            sim_violation(auditor->world, "invariant 9: a month is closed "
                          "with %lld of %.*s", (long long) a->balance[i].sum,
                          PHONE_ARGS(a->balance[i].account));
        }
    }

    if (a->n != b->n) {
        sim_violation(auditor->world, "a month is closed with %u accounts, "
                      "there are %u", b->n, a->n);
    }
}


/* The entries of the log, in order, and what they make of the balances. */

static void
sim_audit_ledger_file(sim_auditor_t *auditor, phone_str_t text,
    phone_str_t log, sim_balances_t *balances)
{
    unsigned               i;
    phone_str_t            line;
    sim_world_t           *world;
    const sim_list_t      *list;
    phone_ledger_entry_t   entry;

    world = auditor->world;
    list = sim_store_list(world->store, sim_wall(world), log);

    for (i = 0; list != NULL && i < list->n; i++) {

        if (!phone_split(&text, '\n', &line)
            || !phone_equal(line, list->entry[i]))
        {
            sim_violation(world, "invariant 9: entry %u of \"%.*s\" goes, and "
                          "is not in its file", i, PHONE_ARGS(log));
            return;
        }

        if (phone_ledger_parse(list->entry[i], &entry) == 0) {
            sim_balance_add(auditor, balances, entry.from, entry.currency,
                            -entry.amount);
            sim_balance_add(auditor, balances, entry.to, entry.currency,
                            entry.amount);
        }
    }

    if (!phone_is(text, "end\n")) {
        sim_violation(world, "invariant 9: the file of \"%.*s\" has more than "
                      "that", PHONE_ARGS(log));
    }
}


/* Before a commit that closes a month. */

void
sim_audit_close(sim_auditor_t *auditor, const phone_op_t *op,
    const sim_key_t *parts)
{
    int                    n;
    char                   key[64];
    int64_t                month, over;
    phone_str_t            from, file, before, text;
    sim_world_t           *world;
    phone_arena_t          arena;
    sim_balances_t        *then, *now;

    world = auditor->world;
    file = sim_hset_word(op, "file", NULL);

    if (file.len == 0) {
        return;
    }

    phone_arena_init(&arena);
    then = phone_alloc(&arena, sizeof(sim_balances_t));
    now = phone_alloc(&arena, sizeof(sim_balances_t));

    from = sim_stored(auditor, op->key, "from");
    before = sim_stored(auditor, op->key, "file");

    if (phone_month_parse(from, &month) != 0
        || !phone_equal(sim_hset_word(op, "from", NULL),
                        phone_month_text(&arena, month + 1)))
    {
        sim_violation(world, "months of \"%.*s\" are not closed in order",
                      PHONE_ARGS(op->key));
        month = 0;
    }

    over = sim_may_come_until(world, phone_month_start(month + 1));

    /* a commit may come late, when the clock has been set back */

    if (sim_wall_most(world) + world->swarm.skew < over)
    {
        sim_violation(world, "%.*s is closed before it is over",
                      PHONE_ARGS(from));
    }

    n = snprintf(key, sizeof(key), "phone:{%03u}:ledger:%03u-%.*s",
                 parts->bucket, parts->bucket, PHONE_ARGS(from));

    text = sim_unzipped(world, &arena, file);

    if (!phone_is(sim_header(&text, "ngx_phone"), "ledger 1")
        || !phone_is(sim_header(&text, "store"), "simulated")
        || !phone_equal(sim_header(&text, "bucket"), parts->id)
        || !phone_equal(sim_header(&text, "month"), from)
        || !phone_equal(sim_header(&text, "before"),
                        before.len ? before : PHONE_STR("-"))
        || !phone_equal(sim_header(&text, "balances"),
                        sim_hset_word(op, "balances", NULL))
        || sim_header(&text, "entries").len == 0
        || text.len == 0 || *text.data != '\n')
    {
        sim_violation(world, "invariant 9: the file of \"%s\" has another "
                      "header", key);
        phone_arena_free(&arena);
        return;
    }

    text.data++;
    text.len--;

    sim_balances_of(auditor, &arena, then, sim_stored(auditor, op->key,
                                                      "balances"));
    sim_audit_ledger_file(auditor, text, (phone_str_t) { (size_t) n, key },
                          then);
    sim_balances_of(auditor, &arena, now, sim_hset_word(op, "balances", NULL));
    sim_balances_same(auditor, then, now);
    sim_count(world, CLOSED_MONTHS);
    world->months_closed++;

    phone_arena_free(&arena);
}


/* Entries go only with what the period says of them. */

void
sim_audit_entries_gone(sim_auditor_t *auditor, const phone_commit_t *commit,
    phone_str_t key)
{
    sim_key_t          parts;
    const phone_op_t  *op;

    for (op = commit->ops; op != NULL; op = op->next) {
        if (op->kind == PHONE_OP_HSET && sim_key_parse(op->key, &parts) == 0
            && phone_is(parts.kind, "period")
            && sim_hset_word(op, "file", NULL).len)
        {
            return;
        }
    }

    sim_violation(auditor->world, "\"%.*s\" goes", PHONE_ARGS(key));
}


/* What the months of a bucket that are closed came to; the names stay as long
   as arena. */

void
sim_audit_opening(sim_auditor_t *auditor, unsigned bucket,
    void (*take)(sim_auditor_t *auditor, unsigned bucket,
                 phone_str_t account, int64_t sum))
{
    char            key[32];
    unsigned        i;
    phone_str_t     file;
    phone_arena_t   arena;
    sim_balances_t *balances;

    phone_arena_init(&arena);
    balances = phone_alloc(&arena, sizeof(sim_balances_t));

    snprintf(key, sizeof(key), "phone:{%03u}:period:%03u", bucket % 1000,
             bucket % 1000);
    sim_balances_of(auditor, &arena, balances,
                    sim_stored(auditor, phone_cstr(key), "balances"));

    for (i = 0; i < balances->n; i++) {
        take(auditor, bucket, balances->balance[i].account,
             balances->balance[i].sum);
    }

    file = sim_stored(auditor, phone_cstr(key), "file");

    if (file.len) {
        sim_blob_named(auditor->world, phone_cstr(key), "kept", file);
    }

    phone_arena_free(&arena);
}
