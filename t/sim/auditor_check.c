
/*
 * The operator's check of the books: it finds nothing but what faults of the
 * deployment have truly done.
 */


#define _GNU_SOURCE

#include <stdio.h>
#include <string.h>

#include "auditing.h"
#include "answer.h"
#include "jobs.h"
#include "lib/month.h"


/* All clocks were set back across the end of a month, and a month was closed:
   entries of it may follow, and the check tells of them. */

static int
sim_month_again(const sim_world_t *world)
{
    int64_t   start;
    unsigned  i;

    if (world->months_closed == 0) {
        return 0;
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


/* A closing of a month, or an archiving, that has given up: because the disk
   has failed it ten times, or a record of its bucket was corrupt. */

static int
sim_job_gave_up(sim_auditor_t *auditor, phone_str_t what, phone_str_t where)
{
    int                 n;
    char                key[96], bucket[16];
    phone_str_t         kind, error;
    const sim_world_t  *world;

    if (!phone_is(what, "close_failed") && !phone_is(what, "archive_failed")) {
        return 0;
    }

    world = auditor->world;
    (void) phone_split(&where, ':', &kind);
    snprintf(bucket, sizeof(bucket), "{%.*s}", PHONE_ARGS(where));

    n = snprintf(key, sizeof(key), "phone:%s:%.*s:%.*s", bucket,
                 PHONE_ARGS(kind), PHONE_ARGS(where));
    snprintf(key, sizeof(key), "phone:%s:job:%.*s", bucket,
             PHONE_ARGS(sim_stored(auditor, (phone_str_t) { (size_t) n, key },
                                   "job")));
    error = sim_stored(auditor, phone_cstr(key), "error");

    return (phone_is(error, "STORE_UNAVAILABLE")
            && world->files_failed >= PHONE_JOB_TRIES)
           || (phone_is(error, "INTERNAL")
               && memmem(world->corrupt_key.data, world->corrupt_key.len,
                         bucket, strlen(bucket)));
}


static int64_t
sim_jobs_gave_up(sim_auditor_t *auditor, phone_str_t body)
{
    int64_t      n;
    phone_str_t  rest, fault;

    n = 0;
    rest = sim_member(body, "faults");

    while (sim_element(&rest, &fault)) {
        n += sim_job_gave_up(auditor, sim_member(fault, "what"),
                             sim_member(fault, "where"));
    }

    return n;
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
              + sim_jobs_gave_up(auditor, reply->body);

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
