
/*
 * What the toys prove of the primitives under them: a number with a floor is
 * never below it and nothing is taken twice; a job has done each item once.
 * After a commit the store is looked at; nothing is asked of the handlers.
 */


#include <stdio.h>

#include "auditing.h"
#include "toys.h"


/* ms: the record of a job that is over is kept for so long on any clock; then
   its name is free. */
#define SIM_JOB_KEPT         (INT64_C(7) * 86400000 - 7200000)

#define SIM_JOB_ITEMS_MAX    128


static phone_str_t
sim_toy_key(char text[160], const sim_key_t *parts, const char *kind,
    phone_str_t id)
{
    return (phone_str_t) { (size_t) snprintf(text, 160, "phone:{%03u}:%s:%.*s",
                                             parts->bucket, kind,
                                             PHONE_ARGS(id)), text };
}


/* The claim says how many were taken; SIM_TOY_STOCK were there at first. */

static void
sim_audit_take(sim_auditor_t *auditor, const sim_key_t *parts,
    phone_str_t value)
{
    char                text[160];
    int64_t             n, left;
    phone_str_t         stock, rest;
    sim_fact_t         *all, *once;
    const sim_world_t  *world;

    world = auditor->world;
    rest = parts->id;

    if (world->failovers || !phone_split(&rest, ':', &stock)
        || sim_parse_int(value, &n) != 0)
    {
        return;
    }

    once = sim_map_make(&auditor->toys, parts->id, sizeof(sim_fact_t));
    all = sim_map_make(&auditor->toys, stock, sizeof(sim_fact_t));
    left = sim_stored_int(auditor, sim_toy_key(text, parts, "toy_stock",
                                               stock), "left");

    if (once->at) {
        sim_violation(auditor->world, "\"%.*s\" is taken twice",
                      PHONE_ARGS(parts->id));
    }

    once->at = world->now + 1;
    all->wall += n;

    if (left < 0 || left != SIM_TOY_STOCK - all->wall) {
        sim_violation(auditor->world, "%lld are left in %.*s, of %d with %lld "
                      "taken", (long long) left, PHONE_ARGS(stock),
                      SIM_TOY_STOCK, (long long) all->wall);
    }
}


/* Its log has the items that it has done, in turn; what is over stays so. */

static void
sim_audit_job(sim_auditor_t *auditor, const sim_key_t *parts)
{
    char               text[160], item[24], job[160];
    int64_t            done;
    unsigned           i;
    phone_str_t        key, state;
    sim_fact_t        *fact;
    sim_world_t       *world;
    const sim_list_t  *log;

    world = auditor->world;
    key = sim_toy_key(job, parts, "job", parts->id);
    state = sim_stored(auditor, key, "state");
    done = sim_stored_int(auditor, key, "done");
    log = sim_store_list(world->store, sim_wall(world),
                         sim_toy_key(text, parts, "toy_counted", parts->id));

    /* the record of a job that is over goes in a week, its log never */

    if (world->outages && log && done < (int64_t) log->n) {
        return;
    }

    if (done != (log ? (int64_t) log->n : 0)) {
        sim_violation(world, "job %.*s says %lld, and has done %u",
                      PHONE_ARGS(parts->id), (long long) done,
                      log ? log->n : 0);
        return;
    }

    for (i = 0; i < done; i++) {
        (void) snprintf(item, sizeof(item), "%u", i);

        if (!phone_is(log->entry[i], item)) {
            sim_violation(world, "item %u of job %.*s is \"%.*s\"", i,
                          PHONE_ARGS(parts->id), PHONE_ARGS(log->entry[i]));
        }
    }

    fact = sim_map_make(&auditor->toys, parts->id, sizeof(sim_fact_t));

    if (fact->wall && !world->failovers
        && sim_wall_most(world) < fact->wall + SIM_JOB_KEPT)
    {
        sim_violation(world, "job %.*s was over, and is %.*s",
                      PHONE_ARGS(parts->id), PHONE_ARGS(state));
    }

    fact->wall = state.len == 0 || phone_is(state, "RUNNING") ? 0
                 : fact->wall ? fact->wall : sim_wall(world);
}


void
sim_audit_toys(sim_auditor_t *auditor, const phone_commit_t *commit)
{
    sim_key_t             parts;
    const phone_op_t     *op;
    const phone_guard_t  *guard;

    for (guard = commit->guards; guard != NULL; guard = guard->next) {

        if (guard->kind == PHONE_GUARD_CLAIM
            && sim_key_parse(guard->key, &parts) == 0
            && phone_is(parts.kind, "toy_taken"))
        {
            sim_audit_take(auditor, &parts, guard->field);
        }
    }

    for (op = commit->ops; op != NULL; op = op->next) {

        if (op->kind == PHONE_OP_HSET && sim_key_parse(op->key, &parts) == 0
            && phone_is(parts.kind, "job")
            && phone_is(sim_stored(auditor, op->key, "kind"), "toy.count"))
        {
            sim_audit_job(auditor, &parts);
        }
    }
}


/* All is at rest: a job is over, and each item has come to the other bucket
   once. */

static void
sim_audit_came(sim_auditor_t *auditor, const sim_key_t *parts,
    phone_str_t name, int64_t done)
{
    char               text[160];
    int64_t            item;
    unsigned           i, seen[SIM_JOB_ITEMS_MAX];
    sim_key_t          other;
    sim_world_t       *world;
    const sim_list_t  *log;

    world = auditor->world;
    other.bucket = phone_bucket_of(name, world->buckets);
    log = sim_store_list(world->store, sim_wall(world),
                         sim_toy_key(text, &other, "toy_heard", name));
    memset(seen, 0, sizeof(seen));

    for (i = 0; log != NULL && i < log->n; i++) {

        if (sim_parse_int(log->entry[i], &item) == 0 && item >= 0
            && item < SIM_JOB_ITEMS_MAX)
        {
            seen[item]++;
        }
    }

    for (i = 0; i < SIM_JOB_ITEMS_MAX; i++) {

        if (seen[i] != (i < done)) {
            sim_violation(world, "item %u of job %.*s came %u times to %.*s",
                          i, PHONE_ARGS(parts->id), seen[i],
                          PHONE_ARGS(name));
            return;
        }
    }
}


void
sim_audit_job_end(void *data, phone_str_t key)
{
    int64_t         done;
    sim_key_t       parts;
    phone_str_t     state, name, word;
    sim_world_t    *world;
    sim_auditor_t  *auditor;

    auditor = data;
    world = auditor->world;

    if (sim_key_parse(key, &parts) != 0 || !phone_is(parts.kind, "job")) {
        return;
    }

    state = sim_stored(auditor, key, "state");
    done = sim_stored_int(auditor, key, "done");

    if (phone_is(state, "RUNNING")
        || (phone_is(state, "DONE")
            && sim_stored(auditor, key, "total").len
            && done != sim_stored_int(auditor, key, "total")))
    {
        sim_violation(world, "job %.*s is %.*s at %lld in the end",
                      PHONE_ARGS(parts.id), PHONE_ARGS(state),
                      (long long) done);
    }

    if (!phone_is(sim_stored(auditor, key, "kind"), "toy.count")) {
        return;
    }

    name = sim_stored(auditor, key, "input");
    (void) phone_split(&name, ' ', &word);
    (void) phone_split(&name, ' ', &word);

    if (!world->failovers) {
        sim_audit_came(auditor, &parts, name, done);
    }
}
