
#include "calls.h"
#include "auditor.h"


static sim_task_t *sim_task(sim_worker_t *worker);
static void sim_task_draw(sim_task_t *task);
static void sim_arrive(sim_world_t *world, void *data);
static void sim_close(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply);
static void sim_exchange_drop(sim_world_t *world, sim_exchange_t *exchange);
static void sim_task_run(sim_task_t *task);
static void sim_task_ask(sim_task_t *task);
static void sim_task_commit(sim_task_t *task);
static void sim_task_said(sim_world_t *world, void *data, sim_said_t said);
static void sim_task_apart(sim_task_t *task);
static void sim_task_again(sim_task_t *task, phone_refusal_t at_last);
static void sim_task_fail(sim_task_t *task, phone_refusal_t refusal);
static void sim_task_finish(sim_task_t *task);
static void sim_task_answer(sim_task_t *task);
static void sim_task_end(sim_task_t *task);


/* Exchanges */

const phone_endpoint_t *
sim_endpoint(const char *name)
{
    unsigned  i;

    for (i = 0; phone_endpoints[i] != NULL; i++) {

        if (strcmp(phone_endpoints[i]->name, name) == 0) {
            return phone_endpoints[i];
        }
    }

    return NULL;
}


sim_exchange_t *
sim_exchange(sim_world_t *world, const char *endpoint,
    sim_answered_pt answered, void *client)
{
    sim_exchange_t  *exchange;

    exchange = sim_alloc(world->memory, sizeof(sim_exchange_t));

    phone_arena_init(&exchange->arena);
    exchange->endpoint = sim_endpoint(endpoint);
    exchange->fields.n = 0;
    exchange->cookie = PHONE_EMPTY;
    exchange->address = PHONE_STR("192.0.2.1");
    exchange->answered = answered;
    exchange->client = client;
    exchange->about = NULL;
    exchange->number = PHONE_EMPTY;
    exchange->serial = world->exchanges++;
    exchange->must_fail = 0;
    exchange->closed = 0;
    exchange->refs = 1;

    return exchange;
}


void
sim_add(sim_exchange_t *exchange, const char *name, phone_str_t value)
{
    phone_fields_add(&exchange->fields, phone_cstr(name), value);
}


void
sim_add_int(sim_exchange_t *exchange, const char *name, int64_t value)
{
    sim_add(exchange, name, phone_int(&exchange->arena, value));
}


static void
sim_exchange_drop(sim_world_t *world, sim_exchange_t *exchange)
{
    if (--exchange->refs == 0) {
        phone_arena_free(&exchange->arena);
        sim_free(world->memory, exchange, sizeof(sim_exchange_t));
    }
}


static void
sim_no_answer(sim_world_t *world, void *data)
{
    sim_exchange_t  *exchange;

    exchange = data;

    sim_close(world, exchange, NULL);
    sim_exchange_drop(world, exchange);
}


void
sim_send(sim_world_t *world, sim_exchange_t *exchange)
{
    int64_t  hop;

    exchange->sent_at = world->now;
    hop = sim_between(&world->random, 100, 2 * SIM_MS);

    if (sim_fault(world, world->swarm.abort)) {
        sim_at(world, hop, sim_no_answer, exchange);
        return;
    }

    sim_at(world, hop, sim_arrive, exchange);
}


static void
sim_arrive(sim_world_t *world, void *data)
{
    sim_task_t      *task;
    sim_worker_t    *worker;
    sim_exchange_t  *exchange;

    exchange = data;
    worker = sim_any_worker(world);

    if (worker == NULL) {
        sim_no_answer(world, exchange);
        return;
    }

    task = sim_task(worker);
    task->exchange = exchange;

    phone_call_init(&task->call, &worker->env, exchange->endpoint, NULL);
    sim_task_draw(task);

    task->call.address = exchange->address;
    task->call.cookie = exchange->cookie;
    task->call.fields = &exchange->fields;

    sim_trace(world, "w%u call %u: %s", worker->number, exchange->serial,
              exchange->endpoint->name);

    sim_task_run(task);
}


/* The client learns what came of it: once, and maybe nothing at all. */

static void
sim_close(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    if (exchange->closed) {
        return;
    }

    exchange->closed = 1;
    exchange->answered(world, exchange, reply);
}


/* Tasks */

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
    task->tries = 0;
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
    sim_task_t   *task;
    sim_world_t  *world;

    world = worker->world;

    while (worker->tasks != NULL) {
        task = worker->tasks;

        if (task->exchange != NULL && !task->exchange->closed) {
            task->exchange->refs++;
            sim_at(world, sim_between(&world->random, 10, SIM_MS),
                   sim_no_answer, task->exchange);
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
            read[n++] = ask;
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

        if (task->exchange != NULL && sim_below(&task->worker->world->random,
                                                2))
        {
            sim_task_again(task, PHONE_STORE_UNAVAILABLE);

        } else {
            sim_task_fail(task, PHONE_STORE_UNAVAILABLE);
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
            sim_task_again(task, PHONE_BUSY);
            break;

        case SIM_SAID_NOTHING:

            /* the lease of an event, and a sweep, will tell */

            if (task->call.event != NULL) {
                sim_task_fail(task, PHONE_STORE_UNAVAILABLE);
                break;
            }

            task->unsure = 1;
            sim_task_again(task, PHONE_STORE_UNAVAILABLE);
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
    sim_task_let_go(task);
}


static void
sim_task_again(sim_task_t *task, phone_refusal_t at_last)
{
    if (++task->tries == SIM_TRIES) {
        sim_task_fail(task, at_last);
        return;
    }

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
    sim_worker_t     *worker;
    phone_emitted_t  *emitted;

    sim_task_be_honest(task);
    task->finishing = 1;

    if (phone_finish(&task->call) == PHONE_AGAIN) {
        sim_task_ask(task);
        return;
    }

    worker = task->worker;
    sim_task_hold(task);

    if (task->exchange != NULL) {
        sim_task_answer(task);
    }

    sim_task_end(task);

    for (emitted = task->call.emitted; emitted != NULL;
         emitted = emitted->next)
    {
        if (worker->alive && worker->events < SIM_EVENTS_MAX) {
            sim_run_event(worker, emitted->bucket, emitted->member,
                          emitted->score);
        }
    }

    sim_task_let_go(task);
}


static void
sim_deliver(sim_world_t *world, void *data)
{
    sim_task_t  *task;

    task = data;

    sim_close(world, task->exchange, &task->call.reply);
    sim_task_let_go(task);
}


static void
sim_task_answer(sim_task_t *task)
{
    int64_t               hop;
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

    hop = sim_between(&world->random, 100, 2 * SIM_MS);

    if (sim_fault(world, world->swarm.abort)) {
        task->exchange->refs++;
        sim_at(world, hop, sim_no_answer, task->exchange);
        return;
    }

    sim_task_hold(task);
    sim_at(world, hop, sim_deliver, task);
}


const char *
sim_task_name(const sim_task_t *task)
{
    return task->call.endpoint ? task->call.endpoint->name
                               : task->call.event->name;
}
