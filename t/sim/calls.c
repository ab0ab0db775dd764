
/* The runner: a call from its start to its answer. */


#include "calls.h"
#include "auditor.h"


static sim_task_t *sim_task(sim_worker_t *worker);
static void sim_task_draw(sim_task_t *task);
static void sim_task_run(sim_task_t *task);
static void sim_task_ask(sim_task_t *task);
static void sim_task_commit(sim_task_t *task);
static void sim_task_said(sim_world_t *world, void *data, sim_said_t said);
static void sim_task_apart(sim_task_t *task);
static void sim_task_unsure(sim_task_t *task);
static void sim_task_again(sim_task_t *task);
static void sim_task_fail(sim_task_t *task, phone_refusal_t refusal);
static void sim_task_finish(sim_task_t *task);
static void sim_task_emitted(sim_task_t *task);
static void sim_task_answer(sim_task_t *task);
static void sim_task_end(sim_task_t *task);


static sim_task_t *
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
    task->conflicts = 0;
    task->unknown = 0;
    task->waits = 0;
    task->failed = 0;
    task->finishing = 0;
    task->dead = 0;
    task->unsure = 0;
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


void
sim_run_call(sim_worker_t *worker, sim_exchange_t *exchange)
{
    sim_task_t  *task;

    task = sim_task(worker);
    task->exchange = exchange;

    phone_call_init(&task->call, &worker->env, exchange->endpoint, NULL);
    sim_task_draw(task);

    task->call.address = exchange->address;
    task->call.cookie[PHONE_COOKIE_SESSION] = exchange->cookie;
    task->call.cookie[PHONE_COOKIE_LOGIN] = exchange->code_cookie;
    task->call.cookie[PHONE_COOKIE_DEVICE] = exchange->device_cookie;
    task->call.fields = &exchange->fields;

    sim_trace(worker->world, "w%u call %u: %s %.*s", worker->number,
              exchange->serial, exchange->endpoint->name,
              PHONE_ARGS(exchange->number));

    sim_task_run(task);
}


void
sim_run_event(sim_worker_t *worker, unsigned bucket, phone_str_t member,
    int64_t score)
{
    phone_str_t           id, lane;
    sim_task_t           *task;
    const phone_event_t  *event;

    if (phone_event_parse(member, &event, &id, &lane) != 0) {
        sim_violation(worker->world, "no event runs \"%.*s\"",
                      PHONE_ARGS(member));
        return;
    }

    task = sim_task(worker);
    worker->events++;

    phone_call_init(&task->call, &worker->env, NULL, event);
    sim_task_draw(task);

    task->call.due_member = phone_copy(&task->call.arena, member);
    phone_event_parse(task->call.due_member, &event, &task->call.due_id,
                      &task->call.lane);
    task->call.due_bucket = bucket;
    task->call.due_score = score;

    sim_trace(worker->world, "w%u event %llu: %.*s", worker->number,
              (unsigned long long) task->serial, PHONE_ARGS(member));

    sim_task_run(task);
}


/* The time and the random bytes of a call are drawn once. */

static void
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


static void
sim_task_end(sim_task_t *task)
{
    task->dead = 1;

    *task->link = task->next;

    if (task->next != NULL) {
        task->next->link = task->link;
    }

    if (task->call.event != NULL) {
        task->worker->events--;
    }

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

        sim_task_end(task);
    }
}


static int
sim_task_struck(sim_task_t *task)
{
    if (!sim_fault(task->worker->world, task->worker->world->swarm.kill)) {
        return 0;
    }

    sim_kill(task->worker);

    return 1;
}


static void
sim_task_run(sim_task_t *task)
{
    phone_rc_t    rc;
    sim_world_t  *world;

    world = task->worker->world;

    if (sim_task_struck(task)) {
        return;
    }

    for ( ;; ) {
        rc = phone_run(&task->call);
        world->lab->runs++;

        if (rc != PHONE_CONTINUE) {
            break;
        }

        phone_start_over(&task->call);
    }

    if (rc == PHONE_AGAIN) {
        sim_task_ask(task);
        return;
    }

    if (task->call.not_yet && task->waits < SIM_WAITS_MAX) {
        task->waits++;
        sim_task_again(task);
        return;
    }

    sim_task_commit(task);
}


static void
sim_task_ask(sim_task_t *task)
{
    unsigned      n;
    phone_ask_t  *ask, *read[SIM_ROUND_MAX];

    n = 0;
    task->failed = 0;
    task->waiting = 1;           /* until all are sent */

    while ((ask = phone_next_ask(&task->call)) != NULL) {

        switch (ask->kind) {

        case PHONE_ASK_WORK:
            sim_send_work(task, (phone_ask_work_t *) ask);
            task->waiting++;
            break;

        case PHONE_ASK_FETCH:
            sim_send_fetch(task, (phone_ask_fetch_t *) ask);
            task->waiting++;
            break;

        default:

            if (!sim_recall(task, ask)) {
                read[n++] = ask;
            }
        }

        if (n == SIM_ROUND_MAX) {
            sim_send_asks(task, read, n);
            task->waiting++;
            n = 0;
        }
    }

    if (n) {
        sim_send_asks(task, read, n);
        task->waiting++;
    }

    if (--task->waiting == 0) {
        sim_violation(task->worker->world, "%s waits for nothing",
                      sim_task_name(task));
    }
}


void
sim_task_reply(sim_task_t *task, int failed)
{
    task->failed |= failed ? 1 : 0;

    if (--task->waiting) {
        return;
    }

    if (task->failed) {

        if (++task->unknown == SIM_UNKNOWN_MAX) {
            sim_task_fail(task, PHONE_STORE_UNAVAILABLE);

        } else {
            sim_task_again(task);
        }

        return;
    }

    if (task->finishing) {
        sim_task_finish(task);
        return;
    }

    sim_task_run(task);
}


static void
sim_task_commit(sim_task_t *task)
{
    sim_world_t           *world;
    const phone_commit_t  *commit;

    world = task->worker->world;
    commit = phone_commit(&task->call);

    if (task->call.broken || task->call.arena.failed
        || (task->call.reply.refused
            && task->call.reply.refusal == PHONE_INTERNAL))
    {
        sim_violation(world, "%s is broken", sim_task_name(task));
        return;
    }

    if (commit == NULL) {
        task->call.emitted = NULL;
        sim_task_finish(task);
        return;
    }

    if (sim_task_struck(task)) {
        return;
    }

    sim_task_hold(task);
    sim_send_commit(task->worker, task, commit, sim_task_said, task);
}


static void
sim_task_said(sim_world_t *world, void *data, sim_said_t said)
{
    sim_task_t  *task;

    task = data;

    if (!task->dead && !sim_task_struck(task)) {

        if ((said == SIM_SAID_NOTHING
             && world->options.defects & SIM_TRUST_UNKNOWN)
            || (said == SIM_SAID_CONFLICT
                && world->options.defects & SIM_TRUST_CONFLICT))
        {
            said = SIM_SAID_APPLIED;
        }

        switch (said) {

        case SIM_SAID_APPLIED:

            if (task->call.apart) {
                sim_task_apart(task);
                break;
            }

            sim_task_finish(task);
            break;

        case SIM_SAID_NOT_DUE:
            sim_task_fail(task, PHONE_BUSY);
            break;

        case SIM_SAID_CONFLICT:

            if (++task->conflicts == SIM_CONFLICTS_MAX) {
                sim_task_fail(task, PHONE_BUSY);

            } else {
                sim_task_again(task);
            }

            break;

        case SIM_SAID_NOTHING:
            sim_task_unsure(task);
            break;

        case SIM_NOT_SENT:
            sim_task_fail(task, PHONE_STORE_UNAVAILABLE);
            break;
        }
    }

    sim_task_let_go(task);
}


/* The event has done the first half: the same again, as a new call. */

static void
sim_task_apart(sim_task_t *task)
{
    sim_worker_t  *worker;

    worker = task->worker;

    sim_task_hold(task);
    sim_task_end(task);
    sim_run_event(worker, task->call.due_bucket, task->call.due_member,
                  task->call.due_score);
    sim_task_emitted(task);
    sim_task_let_go(task);
}


/* Of an event, its lease and a sweep will tell. */

static void
sim_task_unsure(sim_task_t *task)
{
    task->unsure = 1;

    if ((task->call.event != NULL
         && !(task->worker->world->options.defects & SIM_EVENT_AGAIN))
        || ++task->unknown == SIM_UNKNOWN_MAX)
    {
        sim_task_fail(task, PHONE_STORE_UNAVAILABLE);
        return;
    }

    sim_task_again(task);
}


static void
sim_task_again(sim_task_t *task)
{
    phone_forget(&task->call);
    sim_task_run(task);
}


/* An event that fails keeps its place in the queue: the lease runs out. */

static void
sim_task_fail(sim_task_t *task, phone_refusal_t refusal)
{
    if (task->exchange == NULL) {
        sim_trace(task->worker->world, "event %llu fails",
                  (unsigned long long) task->serial);
        sim_task_end(task);
        return;
    }

    task->call.emitted = NULL;
    task->call.merchant = NULL;
    phone_fail(&task->call, refusal);
    sim_task_finish(task);
}


/*
 * After an unknown outcome a refusal says little: what was asked for may have
 * been done before the session ended that the call came with.  Then the client
 * is told to ask again.
 */

static void
sim_task_be_honest(sim_task_t *task)
{
    phone_reply_t  *reply;

    reply = &task->call.reply;

    if (task->unsure && task->exchange != NULL && !task->finishing
        && reply->refused && !phone_refusal_text[reply->refusal].retryable
        && !(task->worker->world->options.defects & SIM_TRUST_REFUSAL))
    {
        phone_fail(&task->call, PHONE_STORE_UNAVAILABLE);
    }
}


static void
sim_task_finish(sim_task_t *task)
{
    sim_task_be_honest(task);
    task->finishing = 1;

    if (phone_finish(&task->call) == PHONE_AGAIN) {
        sim_task_ask(task);
        return;
    }

    sim_task_hold(task);

    if (task->exchange != NULL) {
        sim_task_answer(task);
    }

    sim_task_end(task);
    sim_task_emitted(task);
    sim_task_let_go(task);
}


/* Events that the commit has put for now. */

static void
sim_task_emitted(sim_task_t *task)
{
    sim_worker_t     *worker;
    phone_emitted_t  *emitted;

    worker = task->worker;

    for (emitted = task->call.emitted; emitted != NULL;
         emitted = emitted->next)
    {
        if (worker->alive && worker->events < SIM_EVENTS_MAX) {
            sim_run_event(worker, emitted->bucket, emitted->member,
                          emitted->score);
        }
    }
}


static void
sim_task_answer(sim_task_t *task)
{
    sim_world_t          *world;
    const phone_reply_t  *reply;

    world = task->worker->world;
    reply = &task->call.reply;

    /* only a retryable refusal leaves open whether the call was done */

    task->final = !reply->refused
                  || !phone_refusal_text[reply->refusal].retryable;

    sim_trace(world, "w%u call %u answers %d %.*s", task->worker->number,
              task->exchange->serial, reply->status, PHONE_ARGS(reply->body));

    if (task->final && reply->refused && task->done) {
        sim_violation(world, "call %u was done and is refused: %.*s",
                      task->exchange->serial, PHONE_ARGS(reply->body));
    }

    sim_audit_answer(world->auditor, task->exchange, reply);

    sim_exchange_answer(task);
}


const char *
sim_task_name(const sim_task_t *task)
{
    return task->call.endpoint ? task->call.endpoint->name
                               : task->call.event->name;
}
