
/* What strikes: workers die, the store restarts or refuses, clocks are set,
   everything is off for days. */


#include "calls.h"


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
         ? sim_between(&world->random, -600000, 600000)
         : sim_between(&world->random, -5000, 5000);

    sim_trace(world, "the clock jumps by %lld ms", (long long) by);
    sim_count(world, JUMPS);

    world->wall_most = sim_wall_most(world);
    world->wall += by;
    world->jumped_at = world->now;
    world->jumped++;
}


int64_t
sim_wall_most(const sim_world_t *world)
{
    return world->wall_most > sim_wall(world) ? world->wall_most
                                              : sim_wall(world);
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
        takes *= sim_between(&world->random, 1, 72);
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
    int64_t  from;

    from = at - world->settings.lease * SIM_MS;

    return (world->jumped && world->jumped_at >= from)
           || (world->outages && world->outage_at >= from);
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


/* A worker stands still, beyond its leases, and goes on. */

static void
sim_freeze(sim_world_t *world)
{
    sim_worker_t  *worker;

    worker = sim_any_worker(world);

    if (worker != NULL) {
        worker->frozen = world->now
                         + sim_between(&world->random, 0,
                                       2 * world->settings.lease) * SIM_MS;
        sim_trace(world, "w%u stands still", worker->number);
        sim_count(world, FREEZES);
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

    if (sim_fault(world, world->swarm.freeze)) {
        sim_freeze(world);
    }

    if (sim_fault(world, world->swarm.refuse)) {
        sim_store_sulks(world);
    }

    if (world->replica == NULL && world->failovers == 0
        && sim_fault(world, world->swarm.failover))
    {
        sim_replicate(world);
    }
}
