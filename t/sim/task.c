
/* What a worker has in hand: calls and events, from their start to the end. */


#include "calls.h"


sim_task_t *
sim_task(sim_worker_t *worker)
{
    sim_task_t   *task;
    sim_world_t  *world;

    world = worker->world;
    task = world->idle_tasks;

    if (task != NULL) {
        world->idle_tasks = task->next;

    } else {
        task = sim_alloc(world->memory, sizeof(sim_task_t));
    }

    world->busy++;
    task->worker = worker;
    task->exchange = NULL;
    task->serial = world->tasks++;
    task->refs = 1;
    task->waiting = 0;
    task->pause = 0;
    task->halves = 1;
    task->awaited = 0;
    task->awaits = 0;
    task->waiter = NULL;
    task->placed = 0;
    task->dead = 0;
    task->done = 0;
    task->final = 0;

    task->next = worker->tasks;
    task->link = &worker->tasks;
    worker->tasks = task;

    if (task->next != NULL) {
        task->next->link = &task->next;
    }

    return task;
}


/* The time and the random bytes of a call are drawn once. */

void
sim_task_draw(sim_task_t *task)
{
    sim_world_t  *world;

    world = task->worker->world;

    task->call.now = sim_worker_clock(task->worker);

    if (world->options.defects & SIM_SAME_RANDOM) {
        memset(task->call.random, 0x5a, sizeof(task->call.random));
        return;
    }

    sim_random_bytes(&world->random, task->call.random,
                     sizeof(task->call.random));
}


void
sim_task_hold(sim_task_t *task)
{
    task->refs++;
}


void
sim_task_let_go(sim_task_t *task)
{
    sim_world_t  *world;

    if (--task->refs) {
        return;
    }

    world = task->worker->world;
    world->busy--;

    phone_call_free(&task->call);

    if (task->exchange != NULL) {
        sim_exchange_drop(world, task->exchange);
    }

    task->next = world->idle_tasks;
    world->idle_tasks = task;
}


/* What it was to bring to other buckets is not waited for any more. */

static void
sim_task_posted(sim_task_t *task, int posted)
{
    sim_task_t  *waiter;

    waiter = task->waiter;
    task->waiter = NULL;

    if (waiter == NULL) {
        return;
    }

    if (posted && !waiter->dead && waiter->awaits == task->awaited
        && --waiter->waiting == 0)
    {
        waiter->pause++;
        sim_task_go(waiter);
    }

    sim_task_let_go(waiter);
}


void
sim_task_end(sim_task_t *task, int posted)
{
    task->dead = 1;
    task->worker->world->lab->runs += task->runner.runs;

    *task->link = task->next;

    if (task->next != NULL) {
        task->next->link = task->link;
    }

    if (task->call.event != NULL) {
        task->worker->events--;
    }

    sim_task_posted(task, posted);
    sim_task_let_go(task);
}


void
sim_drop_tasks(sim_worker_t *worker)
{
    sim_task_t  *task;

    while (worker->tasks != NULL) {
        task = worker->tasks;

        if (task->exchange != NULL) {
            sim_exchange_break(worker->world, task->exchange);
        }

        sim_task_end(task, 0);
    }
}


const char *
sim_task_name(const sim_task_t *task)
{
    return task->call.endpoint ? task->call.endpoint->name
                               : task->call.event->name;
}
