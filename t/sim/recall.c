
/*
 * Records that a worker remembers from call to call, as the shell's do.  It
 * keeps them until it dies, so copies are as old as can be.
 */


#include "calls.h"


typedef struct {
    sim_node_t               node;       /* the key */
    unsigned                 life;       /* of the worker that read it */
    phone_str_t              value[32];
} sim_kept_t;


static void
sim_recalled(sim_world_t *world, void *data)
{
    sim_task_t  *task;

    (void) world;

    task = data;

    if (!task->dead) {
        sim_task_reply(task, PHONE_OUTCOME_APPLIED);
    }

    sim_task_let_go(task);
}


int
sim_recall(sim_task_t *task, phone_ask_t *ask)
{
    unsigned         i;
    sim_kept_t      *kept;
    sim_world_t     *world;
    phone_record_t  *record;

    record = (phone_record_t *) ask;

    if (ask->kind != PHONE_ASK_RECORD || !record->may_be_old) {
        return 0;
    }

    world = task->worker->world;
    kept = sim_map_find(&task->worker->kept, ask->key);

    if (kept == NULL || kept->life != task->worker->life) {
        return 0;
    }

    for (i = 0; i < record->type->nfields; i++) {
        record->value[i] = kept->value[i].data == NULL ? kept->value[i]
                           : phone_copy(&task->call.arena, kept->value[i]);
    }

    record->remembered = !(world->options.defects & SIM_TRUST_MEMORY);
    phone_ready(ask);

    sim_count(world, RECALLED);

    task->waiting++;
    sim_task_hold(task);
    sim_at(world, 0, sim_recalled, task);

    return 1;
}


void
sim_keep(sim_task_t *task, const phone_ask_t *ask)
{
    unsigned               i;
    sim_kept_t            *kept;
    sim_memory_t          *memory;
    const phone_record_t  *record;

    record = (const phone_record_t *) ask;

    if (ask->kind != PHONE_ASK_RECORD || !record->keep
        || record->value[0].data == NULL)
    {
        return;
    }

    memory = task->worker->world->memory;
    kept = sim_map_make(&task->worker->kept, ask->key, sizeof(sim_kept_t));
    kept->life = task->worker->life;

    for (i = 0; i < record->type->nfields; i++) {

        if (kept->value[i].data != NULL) {
            sim_drop(memory, kept->value[i]);
        }

        kept->value[i] = record->value[i].data == NULL ? record->value[i]
                         : sim_copy(memory, record->value[i]);
    }
}
