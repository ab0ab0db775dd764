
/*
 * Due events: each worker sweeps the queues now and then, takes leases, and
 * runs what it got.
 */


#include "calls.h"
#include "people.h"


#define SIM_SWEEP_MOST       8           /* leases taken in one sweep */
#define SIM_SWEEP_REST       (600 * SIM_SECOND)


typedef struct {
    sim_worker_t            *worker;
    unsigned                 life;       /* of the worker when it asked */
    unsigned                 bucket;
    int64_t                  score;
    int                      run;        /* once it is ours */
    phone_str_t              member;
    phone_arena_t            arena;
} sim_claim_t;


static void sim_sweep(sim_world_t *world, void *data);
static unsigned sim_sweep_bucket(sim_worker_t *worker, unsigned bucket,
    unsigned most);
static void sim_reschedule(sim_worker_t *worker, unsigned bucket,
    phone_str_t member, int64_t was, int64_t will, int run);


void
sim_pump_start(sim_worker_t *worker)
{
    sim_world_t  *world;

    world = worker->world;

    sim_at(world, sim_between(&world->random, 0, world->swarm.sweep),
           sim_sweep, worker);
}


static const sim_zset_t *
sim_due_queue(sim_world_t *world, unsigned bucket)
{
    return sim_store_zset(world->store, sim_wall(world),
                          world->due_key[bucket]);
}


/*
 * The days of a merchant are closed for ever: nobody waits for the next one.
 * What looks at the months comes for ever, too: once all is calm it does so
 * until the time that was drawn.
 */

static int
sim_is_endless(const sim_world_t *world, const sim_member_t *due)
{
    return (due->member.len > 16
            && memcmp(due->member.data, "statement.close ", 16) == 0)
           || (world->calm && due->score >= world->closes_until
               && due->member.len > 13
               && memcmp(due->member.data, "ledger.month ", 13) == 0);
}


const sim_member_t *
sim_next_due(sim_world_t *world)
{
    unsigned             i, j;
    const sim_zset_t    *queue;
    const sim_member_t  *next;

    next = NULL;

    for (i = 0; i < world->buckets; i++) {
        queue = sim_due_queue(world, i);

        for (j = 0; queue != NULL && j < queue->n; j++) {
            if (!sim_is_endless(world, &queue->member[j])
                && (next == NULL || queue->member[j].score < next->score))
            {
                next = &queue->member[j];
                break;
            }
        }
    }

    return next;
}


/*
 * A worker that runs sweeps for ever.  Where nothing is due for long the
 * sweeps in between are left out: they would find nothing, or what a call has
 * put since, which can wait for a while.
 */

static void
sim_sweep(sim_world_t *world, void *data)
{
    int64_t              wait, left;
    unsigned             i, n, first;
    sim_worker_t        *worker;
    const sim_member_t  *due;

    worker = data;
    wait = world->swarm.sweep;

    if (world->stopped) {
        return;
    }

    if (worker->alive && world->now >= world->store_down
        && world->now >= worker->frozen
        && !(world->options.defects & SIM_NO_SWEEP))
    {
        n = SIM_SWEEP_MOST;
        first = (unsigned) sim_below(&world->random, world->buckets);

        for (i = 0; i < world->buckets && n; i++) {
            n -= sim_sweep_bucket(worker, (first + i) % world->buckets, n);
        }
    }

    if (world->calm) {
        due = sim_next_due(world);

        if (due == NULL && sim_at_rest(world)
            && sim_people_closed(world->people))
        {
            world->stopped = 1;
            return;
        }

        if (sim_below(&world->random, 2)) {
            (void) sim_people_remember(world->people);
        }

        if (due != NULL) {
            left = (due->score - sim_worker_clock(worker)) * SIM_MS;
            left = left < SIM_SWEEP_REST ? left : SIM_SWEEP_REST;
            wait = left > wait ? left : wait;
        }
    }

    sim_at(world, wait, sim_sweep, worker);
}


static unsigned
sim_sweep_bucket(sim_worker_t *worker, unsigned bucket, unsigned most)
{
    int64_t              now;
    unsigned             i, n;
    sim_world_t         *world;
    const sim_zset_t    *queue;
    const sim_member_t  *due;

    world = worker->world;
    queue = sim_due_queue(world, bucket);

    if (queue == NULL) {
        return 0;
    }

    now = sim_worker_clock(worker);

    if (world->options.defects & SIM_IGNORE_LEASE) {
        now += world->settings.lease;
    }

    n = sim_zset_below(queue, now + 1);
    n = n < most ? n : most;

    for (i = 0; i < n; i++) {
        due = &queue->member[i];

        if (!sim_park(worker, bucket, due->member, due->score)) {
            sim_reschedule(worker, bucket, due->member, due->score,
                           sim_worker_clock(worker)
                           + world->settings.lease, 1);
        }
    }

    return n;
}


static void
sim_claimed(sim_world_t *world, void *data, phone_outcome_t outcome,
    const phone_guard_t *guard)
{
    sim_claim_t   *claim;
    sim_worker_t  *worker;

    claim = data;
    worker = claim->worker;

    (void) guard;

    if (outcome == PHONE_OUTCOME_APPLIED && claim->run && worker->alive
        && worker->life == claim->life)
    {
        sim_count(world, SWEPT);
        (void) sim_run_event(worker, claim->bucket, claim->member,
                             claim->score);
    }

    phone_arena_free(&claim->arena);
    sim_free(world->memory, claim, sizeof(sim_claim_t));
}


void
sim_put_back(sim_worker_t *worker, const phone_call_t *call, int64_t ms)
{
    sim_reschedule(worker, call->due_bucket, call->due_member,
                   call->due_score, sim_worker_clock(worker) + ms, 0);
}


/* The lease is the score: whoever raises it first from what he saw has it. */

static void
sim_reschedule(sim_worker_t *worker, unsigned bucket, phone_str_t member,
    int64_t was, int64_t will, int run)
{
    phone_op_t       op;
    sim_world_t     *world;
    phone_str_t      word[2];
    sim_claim_t     *claim;
    phone_guard_t    guard;
    phone_commit_t   commit;

    world = worker->world;

    claim = sim_zalloc(world->memory, sizeof(sim_claim_t));
    phone_arena_init(&claim->arena);

    claim->worker = worker;
    claim->life = worker->life;
    claim->bucket = bucket;
    claim->run = run;
    claim->member = phone_copy(&claim->arena, member);
    claim->score = will;

    word[0] = phone_int(&claim->arena, claim->score);
    word[1] = claim->member;

    memset(&guard, 0, sizeof(guard));
    guard.kind = PHONE_GUARD_DUE;
    guard.bucket = bucket;
    guard.key = world->due_key[bucket];
    guard.field = claim->member;
    guard.want = phone_int(&claim->arena, was);

    memset(&op, 0, sizeof(op));
    op.kind = PHONE_OP_ZADD;
    op.bucket = bucket;
    op.key = world->due_key[bucket];
    op.nwords = 2;
    op.word = word;

    memset(&commit, 0, sizeof(commit));
    commit.bucket = bucket;
    commit.nguards = 1;
    commit.nops = 1;
    commit.guards = &guard;
    commit.ops = &op;

    sim_send_commit(worker, NULL, &commit, sim_claimed, claim);
}
