
/*
 * The wire between workers and the store.  What is sent arrives after a while,
 * in any order; now and then it is lost, its answer is lost, or it arrives
 * when nobody waits for it any more, as happens when a store hangs and the
 * worker has closed the connection after its time-out.
 */


#include "calls.h"
#include "auditor.h"


/* ms */
#define SIM_STUCK_MOST       INT64_C(1500000)


typedef enum {
    SIM_FINE,
    SIM_REQUEST_LOST,
    SIM_REPLY_LOST,
    SIM_LATE,
    SIM_STUCK
} sim_fate_t;


typedef struct sim_message_s  sim_message_t;

struct sim_message_s {
    sim_message_t           *next;           /* of those that are idle */
    sim_worker_t            *worker;
    unsigned                 store_life;
    unsigned                 refs;
    sim_task_t              *task;
    phone_outcome_t          outcome;
    const phone_guard_t     *guard;          /* that failed */
    int64_t                  back;           /* time the reply takes */
    int64_t                  sent;
    int64_t                  until;          /* ms: not applied later; or 0 */
    unsigned                 lost:1;         /* the reply will not be heard */
    unsigned                 failed:1;
    unsigned                 refused:1;      /* so the run ended */
    unsigned                 proof:1;        /* of the caller, and no more */

    phone_arena_t            arena;          /* of the commit */
    phone_commit_t           commit;
    sim_said_pt              said;
    void                    *data;

    unsigned                 nasks;
    phone_ask_t             *ask[SIM_ROUND_MAX];
};


static sim_message_t *
sim_message(sim_worker_t *worker, sim_task_t *task)
{
    sim_world_t    *world;
    sim_message_t  *message;

    world = worker->world;
    message = world->idle_messages;

    if (message != NULL) {
        world->idle_messages = message->next;

    } else {
        message = sim_alloc(world->memory, sizeof(sim_message_t));
    }

    memset(message, 0, offsetof(sim_message_t, ask));
    phone_arena_init(&message->arena);

    message->worker = worker;
    message->store_life = world->store_life;
    message->refs = 1;
    message->task = task;
    world->busy++;

    if (task != NULL) {
        sim_task_hold(task);
    }

    return message;
}


static void
sim_message_drop(sim_message_t *message)
{
    sim_world_t  *world;

    if (--message->refs) {
        return;
    }

    world = message->worker->world;

    world->busy--;
    phone_arena_free(&message->arena);

    if (message->task != NULL) {
        sim_task_let_go(message->task);
    }

    message->next = world->idle_messages;
    world->idle_messages = message;
}


/* What a posting brings is what may come twice, long after: it is stuck more
   often. */

static int
sim_is_apply(const sim_message_t *message)
{
    return message->said != NULL && message->task != NULL
           && message->task->call.event == &phone_posting_apply;
}


static sim_fate_t
sim_draw_fate(const sim_message_t *message)
{
    uint64_t            x;
    sim_world_t        *world;
    const sim_swarm_t  *swarm;

    world = message->worker->world;

    if (world->calm) {
        return SIM_FINE;
    }

    swarm = &world->swarm;
    x = sim_below(&world->random, 1000000);

    if (x < swarm->lose_request) {
        return SIM_REQUEST_LOST;
    }

    x -= swarm->lose_request;

    if (x < swarm->lose_reply) {
        return SIM_REPLY_LOST;
    }

    x -= swarm->lose_reply;

    if (x < swarm->late) {
        return SIM_LATE;
    }

    x -= swarm->late;

    return x < swarm->stuck * (sim_is_apply(message) ? 20 : 1)
           ? SIM_STUCK : SIM_FINE;
}


/*
 * What was handed over comes after the lease that it was made under, or after
 * the time for which nonces or claims of postings are kept: the worker stood
 * still just then, or the network has kept it.
 */

static int64_t
sim_stuck_for(sim_worker_t *worker)
{
    int64_t                  most;
    sim_world_t             *world;
    const phone_settings_t  *settings;

    world = worker->world;
    settings = &world->settings;

    const int64_t  may_be[] = {
        2 * settings->lease,
        3 * (settings->clock_skew + settings->clock_bound)
        + 2 * PHONE_CLOCK_SLACK,
        SIM_STUCK_MOST
    };

    most = sim_between(&world->random, 0,
                       may_be[sim_below(&world->random, 3)]);
    world->stuck_for = most > world->stuck_for ? most : world->stuck_for;
    most *= SIM_MS;

    if (sim_below(&world->random, 2)) {
        sim_stand_still(worker, most);
    }

    sim_trace(world, "a message of w%u is stuck", worker->number);
    sim_count(world, STUCK);

    return most;
}


static int64_t
sim_draw_hop(sim_world_t *world)
{
    return sim_between(&world->random, 20, world->swarm.hop);
}


static int
sim_connected(const sim_message_t *message)
{
    return message->store_life == message->worker->world->store_life;
}


/*
 * Puts the arrival and, where it is not a consequence of the arrival, what the
 * sender is told.
 */

static void
sim_post(sim_message_t *message, sim_step_pt arrive, sim_step_pt tell)
{
    int64_t       late;
    sim_world_t  *world;
    sim_fate_t    fate;

    world = message->worker->world;

    if (world->now < world->store_down || message->worker->env.clock_off) {
        message->outcome = PHONE_OUTCOME_UNAVAILABLE;
        message->failed = 1;
        sim_at(world, SIM_MS, tell, message);
        return;
    }

    message->outcome = PHONE_OUTCOME_UNKNOWN;
    message->back = sim_draw_hop(world);

    fate = sim_draw_fate(message);

    if (fate == SIM_FINE) {
        sim_at(world, sim_draw_hop(world), arrive, message);
        return;
    }

    message->lost = 1;
    message->failed = 1;
    sim_at(world, world->swarm.store_timeout, tell, message);

    late = world->swarm.store_timeout
           + sim_between(&world->random, 0, 20 * world->swarm.hop);

    switch (fate) {

    case SIM_REQUEST_LOST:
        sim_count(world, LOST_REQUESTS);
        return;

    case SIM_LATE:
        sim_count(world, LATE);
        break;

    case SIM_STUCK:
        late += sim_stuck_for(message->worker);
        break;

    default:
        sim_count(world, LOST_REPLIES);
        late = sim_draw_hop(world);
    }

    message->refs++;
    sim_at(world, late, arrive, message);
}


/* Asks */

static void
sim_tell_asks(sim_world_t *world, void *data)
{
    unsigned         i;
    sim_task_t      *task;
    sim_message_t   *message;
    phone_outcome_t  outcome;

    (void) world;

    message = data;
    task = message->task;
    outcome = message->outcome;

    if (outcome == PHONE_OUTCOME_UNKNOWN) {
        outcome = message->failed || !sim_connected(message)
                  ? PHONE_OUTCOME_UNKNOWN : PHONE_OUTCOME_APPLIED;
    }

    if (!task->dead) {

        for (i = 0; i < message->nasks && outcome == PHONE_OUTCOME_APPLIED;
             i++)
        {
            phone_ready(message->ask[i]);
            sim_keep(task, message->ask[i]);
        }

        sim_task_reply(task, outcome);
    }

    sim_message_drop(message);
}


static void
sim_arrive_asks(sim_world_t *world, void *data)
{
    unsigned        i;
    sim_message_t  *message;

    message = data;

    /* nobody waits for a late or lost one: it need not be read at all */

    if (message->lost || message->task->dead) {
        if (message->lost) {
            sim_message_drop(message);
            return;
        }

    } else if (world->now < world->store_loads) {
        message->outcome = PHONE_OUTCOME_REFUSED;

    } else if (sim_connected(message)) {

        for (i = 0; i < message->nasks; i++) {

            if (sim_store_read(world->store, sim_wall(world), message->ask[i],
                               &message->task->call.arena)
                != 0)
            {
                sim_violation(world, "\"%.*s\" holds another kind of value",
                              PHONE_ARGS(message->ask[i]->key));
            }
        }
    }

    sim_at(world, message->back, sim_tell_asks, message);
}


/* A pipeline is no transaction: commits of others come in between. */

void
sim_send_asks(sim_task_t *task, phone_ask_t **ask, unsigned n)
{
    unsigned        i, part;
    sim_world_t    *world;
    sim_message_t  *message;

    world = task->worker->world;

    for (i = 0; i < n; i += part) {
        part = n - i;

        if (part > 1 && sim_fault(world, world->swarm.tear)) {
            part = (unsigned) sim_between(&world->random, 1, part - 1);
        }

        if (i) {
            task->waiting++;
        }

        message = sim_message(task->worker, task);
        message->nasks = part;
        memcpy(message->ask, ask + i, part * sizeof(phone_ask_t *));
        sim_post(message, sim_arrive_asks, sim_tell_asks);
    }
}


/* Commits */

static void
sim_tell_commit(sim_world_t *world, void *data)
{
    sim_message_t  *message;

    message = data;

    if (message->outcome != PHONE_OUTCOME_UNAVAILABLE
        && !sim_connected(message))
    {
        message->outcome = PHONE_OUTCOME_UNKNOWN;
    }

    message->said(world, message->data, message->outcome, message->guard);
    sim_message_drop(message);
}


static void
sim_said(sim_message_t *message, sim_outcome_t outcome, unsigned guard)
{
    if (outcome == SIM_APPLIED) {
        message->outcome = PHONE_OUTCOME_APPLIED;
        return;
    }

    message->outcome = PHONE_OUTCOME_CONFLICT;

    for (message->guard = message->commit.guards; guard; guard--) {
        message->guard = message->guard->next;
    }
}


/* The store says no before it does anything. */

static void
sim_refuse_commit(sim_world_t *world, sim_message_t *message,
    phone_outcome_t outcome)
{
    sim_count(world, REFUSED);

    if (message->lost) {
        sim_message_drop(message);
        return;
    }

    message->outcome = outcome;
    sim_at(world, message->back, sim_tell_commit, message);
}


/* A day or a month may have been closed meanwhile. */

static void
sim_applied_late(sim_world_t *world, const sim_message_t *message)
{
    int64_t  most;

    most = PHONE_CLOCK_SLACK + world->settings.clock_bound + world->swarm.skew
           + world->jumped_by;

    if (message->task != NULL && message->task->call.event == NULL
        && world->now - message->sent > most * SIM_MS)
    {
        sim_violation(world, "a commit of %s is applied %lld s after it was "
                      "sent", sim_task_name(message->task),
                      (long long) (world->now - message->sent) / SIM_SECOND);
    }
}


static void
sim_arrive_commit(sim_world_t *world, void *data)
{
    unsigned        guard;
    sim_message_t  *message;
    sim_outcome_t   outcome;

    message = data;

    if (!sim_connected(message)) {

        if (message->lost) {
            sim_message_drop(message);

        } else {
            sim_at(world, message->back, sim_tell_commit, message);
        }

        return;
    }

    if (world->now < world->store_full) {
        sim_refuse_commit(world, message, PHONE_OUTCOME_REFUSED);
        return;
    }

    if (message->until && sim_wall(world) > message->until) {
        sim_count(world, TOO_LATE);
        sim_refuse_commit(world, message, PHONE_OUTCOME_UNAVAILABLE);
        return;
    }

    world->lab->commits++;

    sim_audit_before(world->auditor, message->task, &message->commit);

    outcome = sim_store_apply(world->store, sim_wall(world), &message->commit,
                              &guard);

    sim_trace(world, "store: commit of %s w%u task %llu %s",
              message->task ? sim_task_name(message->task) : "the pump",
              message->worker->number,
              message->task ? (unsigned long long) message->task->serial : 0,
              outcome == SIM_APPLIED ? "applied"
              : outcome == SIM_CONFLICT ? "conflicts" : "fails");

    if (outcome == SIM_ERROR) {
        sim_violation(world, "the script fails");
    }

    if (outcome == SIM_CONFLICT) {
        sim_count(world, CONFLICTS);
    }

    if (outcome == SIM_APPLIED) {
        sim_applied_late(world, message);
        sim_audit_commit(world->auditor, message->task, &message->commit,
                         message->refused);

        if (message->task != NULL && !message->refused && !message->proof) {
            message->task->done = 1;
        }
    }

    if (message->lost) {
        sim_message_drop(message);
        return;
    }

    if (outcome != SIM_ERROR) {
        sim_said(message, outcome, guard);
    }

    sim_at(world, message->back, sim_tell_commit, message);

    sim_strike(world);
    sim_fall_behind(world);
}


static void
sim_copy_commit(phone_arena_t *arena, phone_commit_t *to,
    const phone_commit_t *from)
{
    unsigned              i;
    phone_op_t           *op, **last_op;
    phone_guard_t        *guard, **last_guard;
    const phone_op_t     *o;
    const phone_guard_t  *g;

    *to = *from;
    last_guard = &to->guards;
    last_op = &to->ops;

    for (g = from->guards; g != NULL; g = g->next) {
        guard = phone_alloc(arena, sizeof(phone_guard_t));
        *guard = *g;
        guard->key = phone_copy(arena, g->key);
        guard->field = phone_copy(arena, g->field);
        guard->want = phone_copy(arena, g->want);
        *last_guard = guard;
        last_guard = &guard->next;
    }

    for (o = from->ops; o != NULL; o = o->next) {
        op = phone_alloc(arena, sizeof(phone_op_t));
        *op = *o;
        op->key = phone_copy(arena, o->key);
        op->word = phone_alloc(arena, o->nwords * sizeof(phone_str_t));

        for (i = 0; i < o->nwords; i++) {
            op->word[i] = phone_copy(arena, o->word[i]);
        }

        *last_op = op;
        last_op = &op->next;
    }

    *last_guard = NULL;
    *last_op = NULL;
}


void
sim_send_commit(sim_worker_t *worker, sim_task_t *task,
    const phone_commit_t *commit, sim_said_pt said, void *data)
{
    sim_message_t  *message;

    if (task != NULL) {
        sim_audit_handed(task);
    }

    message = sim_message(worker, task);

    sim_copy_commit(&message->arena, &message->commit, commit);
    message->said = said;
    message->data = data;
    message->refused = task != NULL && task->call.reply.refused;
    message->proof = task != NULL && phone_decides_next(&task->call);
    message->sent = worker->world->now;
    message->until = task != NULL ? phone_runner_until(&task->runner) : 0;

    sim_post(message, sim_arrive_commit, sim_tell_commit);
}
