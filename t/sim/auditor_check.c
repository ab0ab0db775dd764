
/*
 * The operator's check of the books: it finds nothing but what faults of the
 * deployment have truly done.
 */


#include <stdio.h>

#include "auditing.h"
#include "answer.h"
#include "jobs.h"
#include "lib/month.h"


/* All clocks were set back across the end of a month, or a commit was on its
   way to the store for long, and a month was closed: entries of it may follow,
   and the check tells of them. */

static int
sim_month_again(const sim_world_t *world)
{
    int64_t   start;
    unsigned  i;

    if (world->months_closed == 0) {
        return 0;
    }

    if (world->stuck_for > PHONE_CLOCK_SLACK) {
        return 1;
    }

    for (i = 0; i < world->jumped; i++) {
        start = phone_month_start(phone_month_of(world->jump[i].wall));

        if (world->jump[i].by < 0
            && world->jump[i].wall + world->jump[i].by
               < start + world->swarm.skew)
        {
            return 1;
        }
    }

    return 0;
}


/* Closings of months that have given up, as the books say, because the disk has
   failed them ten times. */

static int64_t
sim_closes_failed(sim_auditor_t *auditor, phone_str_t body)
{
    int          n;
    char         key[96];
    int64_t      failed;
    phone_str_t  rest, fault, where, kind;

    failed = 0;
    rest = sim_member(body, "faults");

    while (auditor->world->files_failed >= PHONE_JOB_TRIES
           && sim_element(&rest, &fault))
    {
        if (!phone_is(sim_member(fault, "what"), "close_failed")) {
            continue;
        }

        where = sim_member(fault, "where");
        (void) phone_split(&where, ':', &kind);
        n = snprintf(key, sizeof(key), "phone:{%.*s}:period:%.*s",
                     PHONE_ARGS(where), PHONE_ARGS(where));
        snprintf(key, sizeof(key), "phone:{%.*s}:job:%.*s", PHONE_ARGS(where),
                 PHONE_ARGS(sim_stored(auditor,
                                       (phone_str_t) { (size_t) n, key },
                                       "job")));
        failed += phone_is(sim_stored(auditor, phone_cstr(key), "error"),
                           "STORE_UNAVAILABLE");
    }

    return failed;
}


/* Takings that differ from the statements of a merchant of whom rows may have
   come too late for these; -1: another one. */

static int64_t
sim_stated_late(sim_auditor_t *auditor, phone_str_t body)
{
    int64_t      late;
    phone_str_t  rest, mismatch, account, kind, merchant;

    late = 0;
    rest = sim_member(body, "mismatches");

    while (sim_element(&rest, &mismatch)) {
        account = sim_member(mismatch, "account");

        if (!phone_split(&account, ':', &kind) || !phone_is(kind, "stated")
            || !phone_split(&account, ':', &merchant)
            || !sim_rows_late(auditor, merchant))
        {
            return -1;
        }

        late++;
    }

    return late;
}


/* The product's own check finds nothing, whatever goes on meanwhile. */

void
sim_audit_check(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    int                       wrong;
    int64_t                   faults, unclear, late, mismatches;
    unsigned                  i;
    phone_str_t               rest, sum;
    sim_world_t              *world;
    static const char *const  found[] = {
        "negative_found", "entries_unreadable", "entries_untracked", NULL
    };

    world = auditor->world;

    if (reply->refused || sim_month_again(world)) {
        return;
    }

    sim_count(world, CHECKS);

    /* a record that is corrupt, or was when the check read it, is a fault that
       it is to find */

    unclear = sim_bank_unclear(auditor, exchange, reply->body)
              + sim_closes_failed(auditor, reply->body);

    wrong = sim_parse_int(sim_member(reply->body, "faults_found"), &faults) != 0
            || ((world->corrupt_key.len == 0
                 || (world->mended_at && exchange->sent_at > world->mended_at))
                && faults != unclear);

    late = sim_stated_late(auditor, reply->body);
    wrong |= sim_parse_int(sim_member(reply->body, "mismatches_found"),
                           &mismatches) != 0
             || mismatches != late;

    for (i = 0; found[i] != NULL; i++) {
        wrong |= !phone_is(sim_member(reply->body, found[i]), "0");
    }

    rest = sim_member(reply->body, "sums");

    while (sim_element(&rest, &sum)) {
        wrong |= !phone_is(sim_member(sum, "sum"), "0");
        wrong |= exchange->at_rest
                 && !phone_is(sim_member(sum, "in_transit"), "0");
    }

    wrong |= exchange->at_rest
             && !phone_is(sim_member(reply->body, "ok"),
                          unclear || late ? "false" : "true");

    if (wrong) {
        sim_violation(world, "the books are said to be wrong: %.*s",
                      PHONE_ARGS(reply->body));
    }
}
