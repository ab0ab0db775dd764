
/*
 * Lanes of a worker: so many events of one lane at a time, the others are
 * parked, as in modules/run/ngx_phone_due.c.
 */


#include "calls.h"


unsigned
sim_lane_room(const sim_worker_t *worker, phone_str_t lane)
{
    unsigned           held, most;
    const sim_task_t  *task;

    most = worker->world->swarm.lane;
    held = 0;

    for (task = worker->tasks; task != NULL; task = task->next) {

        if (task->call.event == &phone_lane_next) {
            held += phone_equal(phone_lane_of(task->call.due_id), lane)
                    ? task->call.room : 0;

        } else if (task->call.event != NULL) {
            held += phone_equal(task->call.lane, lane);
        }
    }

    return most > held ? most - held : 0;
}


static void
sim_was_parked(sim_world_t *world, void *data, phone_outcome_t outcome,
    const phone_guard_t *guard)
{
    phone_arena_t  *arena;

    (void) guard;

    arena = data;

    if (outcome == PHONE_OUTCOME_APPLIED) {
        sim_count(world, PARKED);
    }

    phone_arena_free(arena);
    sim_free(world->memory, arena, sizeof(phone_arena_t));
}


int
sim_park(sim_worker_t *worker, unsigned bucket, phone_str_t member,
    int64_t score)
{
    phone_str_t            id, lane;
    sim_world_t           *world;
    phone_arena_t         *arena;
    const phone_event_t   *event;
    const phone_commit_t  *commit;

    world = worker->world;

    if (phone_event_parse(member, &event, &id, &lane) != 0 || lane.len == 0
        || sim_lane_room(worker, lane))
    {
        return 0;
    }

    arena = sim_zalloc(world->memory, sizeof(phone_arena_t));
    phone_arena_init(arena);

    commit = phone_park(arena, bucket, phone_copy(arena, member),
                        phone_copy(arena, lane), score,
                        sim_worker_clock(worker));

    sim_send_commit(worker, NULL, commit, sim_was_parked, arena);

    return 1;
}
