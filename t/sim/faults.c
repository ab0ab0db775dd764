
/* What strikes: workers die, the store restarts or refuses, clocks are set,
   everything is off for days. */


#define _GNU_SOURCE          /* memmem() */

#include "calls.h"


#define SIM_JUMP_MOST        INT64_C(600000)     /* ms */


void
sim_kill(sim_worker_t *worker)
{
    sim_world_t  *world;

    world = worker->world;

    sim_trace(world, "w%u is killed", worker->number);
    sim_count(world, KILLS);

    worker->alive = 0;
    sim_drop_tasks(worker);

    sim_at(world, sim_between(&world->random, 10 * SIM_MS, 2 * SIM_SECOND),
           sim_worker_start, worker);
}


void
sim_restart_store(sim_world_t *world)
{
    sim_trace(world, "the store restarts");
    sim_count(world, RESTARTS);

    world->store_life++;
    world->store_down = world->now
                        + sim_between(&world->random, 0, SIM_SECOND);
}


void
sim_jump(sim_world_t *world)
{
    int64_t  by;

    by = sim_below(&world->random, 2)
         ? sim_between(&world->random, -SIM_JUMP_MOST, SIM_JUMP_MOST)
         : sim_between(&world->random, -5000, 5000);

    sim_trace(world, "the clock jumps by %lld ms", (long long) by);
    sim_count(world, JUMPS);

    world->jump[world->jumped++] = (sim_jump_t) { world->now, sim_wall(world),
                                                  by };
    world->wall += by;
    world->jumped_by += by < 0 ? -by : by;
}


int64_t
sim_wall_most(const sim_world_t *world)
{
    int64_t   most;
    unsigned  i;

    most = sim_wall(world);

    for (i = 0; i < world->jumped; i++) {
        most = world->jump[i].wall > most ? world->jump[i].wall : most;
    }

    return most;
}


int
sim_set_back(const sim_world_t *world, int64_t since, int64_t wall)
{
    unsigned  i;

    for (i = 0; i < world->jumped; i++) {

        if (world->jump[i].by < 0 && world->jump[i].at >= since
            && world->jump[i].wall >= wall)
        {
            return 1;
        }
    }

    return 0;
}


/* Counts are kept for a minute after their window. */

int
sim_window_forgot(const sim_world_t *world, int64_t start, int64_t end)
{
    int64_t            skew;
    unsigned           i;
    const sim_jump_t  *jump;

    skew = world->swarm.skew;

    for (i = 0; i < world->jumped; i++) {
        jump = &world->jump[i];

        if (jump->by < 0 && jump->wall + skew >= start
            && (jump->wall + skew >= end
                || sim_wall(world) + skew >= end + 60000 + jump->by))
        {
            return 1;
        }
    }

    return 0;
}


/* What was in the air is lost; the people wait, so that only the wall's clock
   goes on. */

void
sim_outage(sim_world_t *world)
{
    int64_t   takes;
    unsigned  i;

    takes = sim_between(&world->random, 1, 60) * 60000;

    if (sim_below(&world->random, 2)) {
        takes *= sim_between(&world->random, 1, 240);
    }

    sim_trace(world, "everything is off for %lld minutes",
              (long long) takes / 60000);
    sim_count(world, OUTAGES);

    for (i = 0; i < world->swarm.workers; i++) {

        if (world->worker[i].alive) {
            sim_kill(&world->worker[i]);
        }
    }

    world->store_life++;
    world->outages++;
    world->outage_at = world->now;
    world->wall += takes;
}


int
sim_jumped_since(const sim_world_t *world, int64_t at)
{
    return (world->jumped && world->jump[world->jumped - 1].at >= at)
           || (world->outages && world->outage_at >= at);
}


/* Out of memory or a replica (no writes), or loading its data (nothing). */

static void
sim_store_sulks(sim_world_t *world)
{
    int64_t  until;

    until = world->now + sim_between(&world->random, SIM_MS, 5 * SIM_SECOND);
    world->store_full = until;

    if (sim_below(&world->random, 2)) {
        world->store_loads = until;
    }

    sim_trace(world, "the store refuses %s",
              world->store_loads == until ? "everything" : "writes");
}


void
sim_stand_still(sim_worker_t *worker, int64_t us)
{
    int64_t  now, until;

    now = worker->world->now;
    until = now + us;
    worker->frozen = worker->frozen > until ? worker->frozen : until;

    if (worker->of_before > now) {
        worker->of_before = worker->frozen;
    }
}


/* A worker stands still, beyond its leases, and goes on. */

static void
sim_freeze(sim_world_t *world)
{
    sim_worker_t  *worker;

    worker = sim_any_worker(world);

    if (worker != NULL) {
        sim_stand_still(worker, sim_between(&world->random, 0,
                                            2 * world->settings.lease)
                                * SIM_MS);
        sim_trace(world, "w%u stands still", worker->number);
        sim_count(world, FREEZES);
    }
}


/* Fields that are parsed before anything is done with them: whoever meets one
   that makes no sense fails, and does nothing. */

static const struct {
    const char              *kind;
    const char              *field;
} sim_parsed[] = {
    { ":bill:", "facts" }, { ":account:", "pin_fails" },
    { ":posting:", "ops" }, { NULL, NULL }
};


typedef struct {
    sim_world_t             *world;
    unsigned                 left;       /* of those that could be taken */
} sim_victim_t;


static void
sim_pick_victim(void *data, phone_str_t key)
{
    unsigned       i;
    phone_str_t    value;
    sim_world_t   *world;
    sim_victim_t  *victim;

    victim = data;
    world = victim->world;

    for (i = 0; sim_parsed[i].kind != NULL && victim->left; i++) {

        if (memmem(key.data, key.len, sim_parsed[i].kind,
                   strlen(sim_parsed[i].kind)) == NULL)
        {
            continue;
        }

        value = sim_store_field(world->store, sim_wall(world), key,
                                phone_cstr(sim_parsed[i].field));

        if (value.data != NULL && --victim->left == 0) {
            world->corrupt_key = sim_copy(world->memory, key);
            world->corrupt_field = phone_cstr(sim_parsed[i].field);
            world->corrupt_was = sim_copy(world->memory, value);
        }
    }
}


static void
sim_corrupt(sim_world_t *world)
{
    sim_victim_t  victim;

    victim.world = world;
    victim.left = (unsigned) sim_between(&world->random, 1, 40);

    sim_store_each(world->store, sim_wall(world), sim_pick_victim, &victim);

    if (world->corrupt_key.len == 0) {
        return;
    }

    sim_trace(world, "\"%.*s\" is corrupt", PHONE_ARGS(world->corrupt_key));
    sim_count(world, CORRUPT);

    (void) sim_store_overwrite(world->store, sim_wall(world),
                               world->corrupt_key, world->corrupt_field,
                               PHONE_STR("?"));
}


/* The operator puts it right, where it still is wrong. */

void
sim_mend(sim_world_t *world)
{
    phone_str_t  value;

    if (world->corrupt_key.len == 0) {
        return;
    }

    world->mended_at = world->now;
    value = sim_store_field(world->store, sim_wall(world),
                            world->corrupt_key, world->corrupt_field);

    if (phone_is(value, "?")) {
        (void) sim_store_overwrite(world->store, sim_wall(world),
                                   world->corrupt_key, world->corrupt_field,
                                   world->corrupt_was);
    }
}


void
sim_strike(sim_world_t *world)
{
    if (sim_fault(world, world->swarm.restart)) {
        sim_restart_store(world);
    }

    if (world->jumped < SIM_JUMPS_MAX && sim_fault(world, world->swarm.jump)) {
        sim_jump(world);
    }

    if (world->outages < SIM_OUTAGES_MAX
        && sim_fault(world, world->swarm.outage))
    {
        sim_outage(world);
    }

    if (world->corrupt_key.len == 0 && world->failovers == 0
        && sim_fault(world, world->swarm.corrupt))
    {
        sim_corrupt(world);
    }

    if (sim_fault(world, world->swarm.freeze)) {
        sim_freeze(world);
    }

    if (sim_fault(world, world->swarm.refuse)) {
        sim_store_sulks(world);
    }

    if (world->replica == NULL && world->failovers == 0
        && world->corrupt_key.len == 0
        && sim_fault(world, world->swarm.failover))
    {
        sim_replicate(world);
    }
}
