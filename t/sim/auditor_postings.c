
/*
 * What waits: the claim of a posting is kept for ten minutes after the posting
 * has gone, and whenever events are parked their lane.next is due.
 */


#include <stdio.h>

#include "auditing.h"


/* ms */
#define SIM_MARK_KEPT        600000


/* A posting that was removed. */
typedef struct {
    sim_node_t               node;       /* its id */
    int64_t                  wall;       /* ms: by the clock of who did */
} sim_gone_t;


void
sim_audit_posting_gone(sim_auditor_t *auditor, phone_str_t id)
{
    sim_gone_t  *gone;

    sim_count(auditor->world, POSTINGS);

    if (auditor->task != NULL) {
        gone = sim_map_make(&auditor->postings, id, sizeof(sim_gone_t));
        gone->wall = auditor->task->call.now;
    }
}


/* No claim goes before its posting has, or soon after: the posting would be
   applied again. */

void
sim_audit_mark_gone(sim_auditor_t *auditor, phone_str_t id)
{
    int           n;
    char          key[160];
    sim_gone_t   *gone;
    sim_world_t  *world;

    world = auditor->world;
    id.data += 4;
    id.len -= 4;

    n = snprintf(key, sizeof(key), "phone:{%.3s}:posting:%.*s", id.data,
                 PHONE_ARGS(id));

    if (sim_store_hash(world->store, sim_wall(world),
                       (phone_str_t) { (size_t) n, key })
        != NULL)
    {
        sim_violation(world, "the claim of posting %.*s goes before it has",
                      PHONE_ARGS(id));
    }

    gone = sim_map_find(&auditor->postings, id);

    if (gone != NULL && !sim_read_before(world, auditor->task)
        && sim_wall_most(world) + world->swarm.skew
           < gone->wall + SIM_MARK_KEPT)
    {
        sim_violation(world, "the claim of posting %.*s goes %lld ms after it",
                      PHONE_ARGS(id),
                      (long long) (sim_wall(world) - gone->wall));
    }
}


/* Lanes */

static phone_str_t
sim_parked_key(char text[160], const phone_op_t *op, phone_str_t id)
{
    int  n;

    n = snprintf(text, 160, "phone:{%03u}:parked:%.*s", op->bucket,
                 PHONE_ARGS(id));

    return (phone_str_t) { (size_t) n, text };
}


static int
sim_guards_empty(const phone_commit_t *commit, phone_str_t key)
{
    const phone_guard_t  *guard;

    for (guard = commit->guards; guard != NULL; guard = guard->next) {

        if (guard->kind == PHONE_GUARD_EMPTY && phone_equal(guard->key, key)) {
            return 1;
        }
    }

    return 0;
}


/* lane.next goes when nothing is parked, and nothing can be parked meanwhile;
   where something is parked it is due. */

void
sim_audit_lane(sim_auditor_t *auditor, const phone_commit_t *commit)
{
    int                n;
    char               text[160];
    sim_key_t          parts;
    phone_str_t        member, name, key;
    sim_world_t       *world;
    const phone_op_t  *op;
    const sim_zset_t  *due;

    world = auditor->world;

    for (op = commit->ops; op != NULL; op = op->next) {
        (void) sim_key_parse(op->key, &parts);

        if (op->kind == PHONE_OP_ZADD && phone_is(parts.kind, "parked")) {
            n = snprintf(text, sizeof(text), "lane.next %.*s",
                         PHONE_ARGS(parts.id));
            due = sim_store_zset(world->store, sim_wall(world),
                                 world->due_key[op->bucket]);

            if (due == NULL
                || sim_zset_find(due, (phone_str_t) { (size_t) n, text })
                   == NULL)
            {
                sim_violation(world, "nobody looks after \"%.*s\"",
                              PHONE_ARGS(op->key));
            }
        }

        if (op->kind != PHONE_OP_ZREM || !phone_is(parts.kind, "due")) {
            continue;
        }

        member = op->word[0];

        if (!phone_split(&member, ' ', &name) || !phone_is(name, "lane.next"))
        {
            continue;
        }

        key = sim_parked_key(text, op, member);

        if (!sim_guards_empty(commit, key)
            || sim_store_zset(world->store, sim_wall(world), key) != NULL)
        {
            sim_violation(world, "lane.next goes, \"%.*s\" may hold events",
                          PHONE_ARGS(key));
        }
    }
}


/* Nothing waits behind a lane that nobody looks at. */

void
sim_audit_parked(void *data, phone_str_t key)
{
    sim_key_t       parts;
    sim_auditor_t  *auditor;

    auditor = data;

    if (sim_key_parse(key, &parts) == 0 && phone_is(parts.kind, "parked")) {
        sim_violation(auditor->world, "events stay in \"%.*s\" for ever",
                      PHONE_ARGS(key));
    }
}
