
/* A call from its start to its answer, driven by the core's runner. */


#include "calls.h"
#include "auditor.h"


typedef struct {
    sim_task_t              *task;
    unsigned                 pause;      /* of the task that it ends */
} sim_pause_t;


static void sim_task_begin(sim_world_t *world, void *data);
static int sim_task_ask(sim_task_t *task);
static void sim_task_commit(sim_task_t *task);
static void sim_task_said(sim_world_t *world, void *data,
    phone_outcome_t outcome, const phone_guard_t *guard);
static int sim_task_events(sim_task_t *task);
static void sim_task_pause(sim_task_t *task);
static void sim_task_over(sim_task_t *task);
static void sim_task_answer(sim_task_t *task);


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
    task->call.idempotency_key = exchange->key;
    task->call.fields = exchange->wire != NULL ? exchange->wire
                                               : &exchange->fields;
    task->call.upload = exchange->upload;

    phone_runner_init(&task->runner, &task->call,
                      worker->world->swarm.call_timeout / SIM_MS,
                      worker->world->now / SIM_MS);

    sim_trace(worker->world, "w%u call %u: %s %.*s", worker->number,
              exchange->serial, exchange->endpoint->name,
              PHONE_ARGS(exchange->number));

    sim_task_go(task);
}


sim_task_t *
sim_run_event(sim_worker_t *worker, unsigned bucket, phone_str_t member,
    int64_t score)
{
    phone_str_t           id, lane;
    sim_task_t           *task;
    const phone_event_t  *event;

    if (phone_event_parse(member, &event, &id, &lane) != 0) {
        sim_violation(worker->world, "no event runs \"%.*s\"",
                      PHONE_ARGS(member));
        return NULL;
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

    if (event == &phone_lane_next) {
        task->call.room = sim_lane_room(worker,
                                        phone_lane_of(task->call.due_id));
    }

    phone_runner_init(&task->runner, &task->call,
                      worker->world->settings.lease,
                      worker->world->now / SIM_MS);

    sim_trace(worker->world, "w%u event %llu: %.*s", worker->number,
              (unsigned long long) task->serial, PHONE_ARGS(member));

    sim_task_hold(task);
    sim_at(worker->world, 0, sim_task_begin, task);

    return task;
}


static void
sim_task_begin(sim_world_t *world, void *data)
{
    sim_task_t  *task;

    (void) world;

    task = data;

    if (!task->dead) {
        sim_task_go(task);
    }

    sim_task_let_go(task);
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


/* The core's runner says what is next. */

void
sim_task_go(sim_task_t *task)
{
    sim_world_t  *world;

    world = task->worker->world;

    if (sim_task_struck(task)) {
        return;
    }

    if (world->now < task->worker->frozen && !world->calm) {
        sim_task_hold(task);
        sim_at(world, task->worker->frozen - world->now, sim_task_begin,
               task);
        return;
    }

    if (world->options.defects & SIM_TRUST_REFUSAL) {
        task->runner.doubt = 0;
    }

    for ( ;; ) {

        switch (phone_runner_next(&task->runner, world->now / SIM_MS,
                                  sim_worker_clock(task->worker),
                                  (uint32_t) sim_random_next(&world->random)))
        {

        case PHONE_NEXT_ASKS:
            if (sim_task_ask(task)) {
                return;
            }

            break;

        case PHONE_NEXT_COMMIT:
            if (phone_runner_may_commit(&task->runner,
                                        sim_worker_clock(task->worker)))
            {
                sim_task_commit(task);
                return;
            }

            break;

        case PHONE_NEXT_EVENTS:
            if (sim_task_events(task)) {
                return;
            }

            break;

        case PHONE_NEXT_WAIT:
            sim_task_pause(task);
            return;

        case PHONE_NEXT_OVER:
            sim_task_over(task);
            return;
        }
    }
}


static void
sim_pause_over(sim_world_t *world, void *data)
{
    sim_task_t   *task;
    sim_pause_t  *pause;

    pause = data;
    task = pause->task;

    if (!task->dead && task->pause == pause->pause) {
        task->pause++;
        task->waiting = 0;
        task->awaits++;
        sim_task_go(task);
    }

    sim_task_let_go(task);
    sim_free(world->memory, pause, sizeof(sim_pause_t));
}


static void
sim_task_pause(sim_task_t *task)
{
    sim_world_t  *world;
    sim_pause_t  *pause;

    world = task->worker->world;

    pause = sim_alloc(world->memory, sizeof(sim_pause_t));
    pause->task = task;
    pause->pause = task->pause;

    sim_task_hold(task);
    sim_at(world, task->runner.wait * SIM_MS, sim_pause_over, pause);
}


/* 0: all is answered. */

static int
sim_task_ask(sim_task_t *task)
{
    unsigned      n;
    phone_ask_t  *ask, *read[SIM_ROUND_MAX];

    n = 0;
    task->waiting = 0;

    while ((ask = phone_next_ask(&task->call)) != NULL) {

        switch (ask->kind) {

        case PHONE_ASK_WORK:
            sim_send_work(task, (phone_ask_work_t *) ask);
            break;

        case PHONE_ASK_FETCH:

            if (phone_runner_may_send(&task->runner,
                                      sim_worker_clock(task->worker),
                                      task->worker->world->swarm.fetch_timeout
                                      / SIM_MS))
            {
                sim_send_fetch(task, (phone_ask_fetch_t *) ask);
                task->waiting++;
            }

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

    if (task->waiting == 0 && !task->runner.trouble) {
        sim_violation(task->worker->world, "%s waits for nothing",
                      sim_task_name(task));
        return 1;
    }

    return task->waiting != 0;
}


void
sim_task_reply(sim_task_t *task, phone_outcome_t outcome)
{
    if (outcome != PHONE_OUTCOME_APPLIED) {
        phone_runner_trouble(&task->runner, outcome);
    }

    if (--task->waiting == 0) {
        sim_task_go(task);
    }
}


static void
sim_task_commit(sim_task_t *task)
{
    if (sim_task_struck(task)) {
        return;
    }

    sim_task_hold(task);
    sim_send_commit(task->worker, task, task->runner.commit, sim_task_said,
                    task);
}


static void
sim_task_said(sim_world_t *world, void *data, phone_outcome_t outcome,
    const phone_guard_t *guard)
{
    sim_task_t  *task;

    task = data;

    if (task->dead) {
        sim_task_let_go(task);
        return;
    }

    if ((outcome == PHONE_OUTCOME_UNKNOWN
         && world->options.defects & SIM_TRUST_UNKNOWN)
        || (outcome == PHONE_OUTCOME_CONFLICT
            && world->options.defects & SIM_TRUST_CONFLICT))
    {
        outcome = PHONE_OUTCOME_APPLIED;
    }

    if (outcome == PHONE_OUTCOME_UNKNOWN && task->call.event != NULL
        && world->options.defects & SIM_EVENT_AGAIN)
    {
        phone_runner_trouble(&task->runner, outcome);

    } else {

        if (outcome == PHONE_OUTCOME_CONFLICT) {
            sim_audit_undone(task, guard);
        }

        phone_runner_committed(&task->runner, outcome, guard);
    }

    sim_task_go(task);
    sim_task_let_go(task);
}


/* Events that the commit has put for now; 1: some are waited for. */

static int
sim_task_events(sim_task_t *task)
{
    sim_task_t          *event;
    sim_worker_t        *worker;
    phone_emitted_t     *emitted;
    phone_emitted_do_t   what;

    worker = task->worker;
    task->waiting = 0;
    task->awaits++;
    task->call.room = 0;

    for (emitted = task->call.emitted; emitted != NULL;
         emitted = emitted->next)
    {
        what = phone_runner_emitted(&task->runner, emitted);

        if (what == PHONE_EMITTED_NOT
            || (worker->events >= SIM_EVENTS_MAX
                && emitted->event != &phone_posting_apply))
        {
            continue;
        }

        if (task->call.event == &phone_lane_next) {
            sim_count(worker->world, UNPARKED);
        }

        if (sim_park(worker, emitted->bucket, emitted->member,
                     emitted->score))
        {
            continue;
        }

        event = sim_run_event(worker, emitted->bucket, emitted->member,
                              emitted->score);

        if (event != NULL && what == PHONE_EMITTED_AWAIT) {
            event->waiter = task;
            event->awaited = task->awaits;
            task->waiting++;
            sim_task_hold(task);
        }
    }

    if (task->waiting == 0) {
        return 0;
    }

    sim_task_pause(task);

    return 1;
}


/* Has it read the record that is corrupt, or was? */

static int
sim_met_corrupt(const sim_task_t *task)
{
    const phone_ask_t  *ask;
    const sim_world_t  *world;

    world = task->worker->world;

    for (ask = task->call.asks; ask != NULL; ask = ask->next) {

        if (world->corrupt_key.len
            && phone_equal(ask->key, world->corrupt_key))
        {
            return 1;
        }
    }

    return 0;
}


static void
sim_task_over(sim_task_t *task)
{
    sim_task_t        *again;
    sim_world_t       *world;
    phone_event_do_t   what;

    world = task->worker->world;

    if (task->call.broken && sim_met_corrupt(task)) {
        sim_count(world, BROKEN);

        if (task->exchange != NULL) {
            task->exchange->broken = 1;
        }

    } else if (task->call.broken || task->call.arena.failed
               || task->runner.endless)
    {
        sim_violation(world, "%s is broken", sim_task_name(task));
        return;
    }

    if (task->exchange != NULL) {
        sim_task_answer(task);
        sim_task_end(task, 1);
        return;
    }

    what = phone_runner_event(&task->runner, task->halves);

    if (what == PHONE_EVENT_LEFT || what == PHONE_EVENT_LOST) {
        sim_trace(world, "event %llu fails",
                  (unsigned long long) task->serial);

    } else if (what == PHONE_EVENT_BACK) {
        sim_trace(world, "event %llu is put back",
                  (unsigned long long) task->serial);
        sim_put_back(task->worker, &task->call,
                     phone_runner_back(&task->runner));
    }

    sim_task_hold(task);
    sim_task_end(task, 1);

    if (what == PHONE_EVENT_AGAIN && task->worker->alive) {
        again = sim_run_event(task->worker, task->call.due_bucket,
                              task->call.due_member, task->call.due_score);

        if (again != NULL) {
            again->halves = task->halves + 1;
        }
    }

    sim_task_let_go(task);
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
        sim_violation(world, "invariant 4: call %u was done and is refused: "
                      "%.*s", task->exchange->serial, PHONE_ARGS(reply->body));
    }

    /* what is known to be done is never answered "busy": for that there is a
       place in a queue before anything is done */

    if (reply->refused && reply->refusal == PHONE_BUSY && task->done
        && task->runner.committed)
    {
        sim_violation(world, "call %u was done and is told BUSY",
                      task->exchange->serial);
    }

    task->exchange->ran_wall = task->call.now;
    sim_audit_answer(world->auditor, task->exchange, reply);

    sim_exchange_answer(task);
}
