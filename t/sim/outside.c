
/* The processor and the outside world, as asks of a call see them. */


#include "archived.h"
#include "calls.h"
#include "auditor.h"
#include "bank.h"
#include "blobs.h"
#include "people.h"
#include "bill/bill.h"
#include "sms/sms.h"


/* Who is called. */
typedef struct {
    const phone_fetch_t     *fetch;
    unsigned                 fails;      /* of a million */
    void                   (*leaves)(sim_task_t *task, phone_ask_fetch_t *ask);
    void                   (*arrives)(sim_world_t *world,
                                      phone_ask_fetch_t *ask, int acks);
    void                   (*over)(sim_world_t *world,
                                   phone_ask_fetch_t *ask);

    /* does what it is asked, and gives the answer; NULL: "success" */
    const char            *(*answers)(sim_world_t *world, phone_str_t body);

    /* in place of "success" */
    const char            *(*says)(sim_world_t *world);
} sim_peer_t;


typedef struct {
    sim_task_t              *task;
    phone_ask_fetch_t       *ask;
    const sim_peer_t        *peer;
    int                      status;
    const char              *text;
    int64_t                  takes;
    unsigned                 arrives:1;
    unsigned                 acks:1;     /* the merchant has said "success" */
} sim_fetch_t;


typedef struct {
    sim_task_t              *task;
    phone_ask_work_t        *ask;
} sim_work_t;


/* Work */

phone_str_t
sim_signature(phone_arena_t *arena, phone_str_t key, phone_str_t sign_type,
    phone_str_t text)
{
    uint64_t  a, b;

    a = sim_hash(text);
    b = sim_hash(key) ^ sim_mix(sim_hash(sign_type));

    return phone_format(arena, "%016llx%016llx",
                        (unsigned long long) sim_mix(a ^ b),
                        (unsigned long long) sim_mix(a + b));
}


/* What is stored of a password: "$simulated$<salt>$<password>". */

static phone_str_t
sim_password(phone_arena_t *arena, phone_str_t password, phone_str_t salt)
{
    return phone_format(arena, "$simulated$%.*s$%.*s", PHONE_ARGS(salt),
                        PHONE_ARGS(password));
}


static int
sim_password_fits(phone_arena_t *arena, phone_str_t stored,
    phone_str_t password)
{
    unsigned     i;
    phone_str_t  rest, salt;

    rest = stored;

    for (i = 0; i < 3 && phone_split(&rest, '$', &salt); i++) {
        /* void */
    }

    return i == 3
           && phone_equal(stored, sim_password(arena, password, salt));
}


static void
sim_crowded(sim_task_t *task)
{
    if (task->exchange != NULL) {
        task->exchange->crowded = 1;
    }
}


/* Queues of threads fill up, and stay full for a while.  A signature is
   verified on the spot; one for which a place is kept is not refused. */

static int
sim_queue_full(sim_task_t *task, const phone_ask_work_t *ask)
{
    int           signs;
    int64_t      *until;
    sim_world_t  *world;

    world = task->worker->world;

    signs = ask->work->lane == PHONE_WORK_SIGN;

    if (ask->work->lane == PHONE_WORK_QUICK
        || (signs && !ask->place && task->placed))
    {
        return 0;
    }

    until = &world->queue_full[signs];

    if (sim_fault(world, world->swarm.busy)) {
        *until = world->now + sim_between(&world->random, 0, 10 * SIM_SECOND);
    }

    if (world->calm || world->now >= *until) {
        return 0;
    }

    sim_count(world, FULL);

    return 1;
}


/* In memory of its own, as that of a thread is. */

static void
sim_work_of_thread(sim_task_t *task, phone_ask_work_t *ask)
{
    phone_arena_t  own;

    phone_arena_init(&own);
    phone_work_run(ask,
                   &(phone_tools_t) {
                       .crypto = task->call.env->crypto,
                       .disk = &sim_disk,
                       .disk_data = task->worker->world },
                   &own, &ask->result);

    ask->result.text = phone_copy(&task->call.arena, ask->result.text);
    ask->result.sha256 = phone_copy(&task->call.arena, ask->result.sha256);
    phone_arena_free(&own);
}


/* Signatures and passwords of the simulated world cost nothing to make; other
   work is done as it is. */

static void
sim_do_work(sim_task_t *task, phone_ask_work_t *ask)
{
    phone_arena_t      *arena;
    const phone_str_t  *arg;

    arena = &task->call.arena;
    arg = ask->arg;
    ask->result.ok = 1;

    if (ask->place) {
        task->placed = 1;

    } else if (ask->work == &phone_work_verify) {
        ask->result.ok = phone_equal(sim_signature(arena, arg[0], arg[1],
                                                   arg[2]),
                                     arg[3])
                         || task->worker->world->options.defects
                            & SIM_ANY_SIGNATURE;

    } else if (ask->work == &phone_work_sign) {
        task->placed = 0;
        ask->result.text = sim_signature(arena, SIM_PLATFORM_KEY, arg[0],
                                         arg[1]);

    } else if (ask->work == &phone_work_mac) {
        ask->result.text = sim_signature(arena, arg[0], SIM_BY_SECRET, arg[1]);

    } else if (ask->work == &phone_work_password_hash) {
        ask->result.text = sim_password(arena, arg[0],
                                        phone_base64url(arena, arg[1]));

    } else if (ask->work == &phone_work_password_check) {
        ask->result.ok = sim_password_fits(arena, arg[0], arg[1]);

        if (task->exchange != NULL) {
            task->exchange->worked = 1;
            sim_audit_known(task->worker->world->auditor, task, ask->known);
        }

    } else if (ask->work == &sim_take_file) {
        ask->result.text = sim_blob_taken(arena, arg[0]);

    } else if (ask->work == &sim_keep_file) {
        ask->result.ok = sim_blob_keep(task->worker->world, arg[1],
                                       arg[0]);

    } else {
        sim_work_of_thread(task, ask);
        task->worker->world->files_failed += ask->work->lane == PHONE_WORK_MEDIA
                                             && !ask->result.ok;

        if (ask->work == &phone_archive_find && task->exchange != NULL
            && ask->result.ok)
        {
            sim_count(task->worker->world, ARCHIVE_READS);
        }
    }
}


/* A thread reads the arguments when it gets to the work, long after the handler
   has run.  What waits in turns may lose its place before that. */

static void
sim_work_ready(sim_world_t *world, void *data)
{
    sim_task_t  *task;
    sim_work_t  *work;

    work = data;
    task = work->task;

    if (task->dead) {
        /* nobody waits for it */

    } else if (!work->ask->place && work->ask->work->lane >= PHONE_WORK_HASH
               && sim_fault(world, world->swarm.busy))
    {
        sim_count(world, OUSTED);
        sim_crowded(task);
        sim_task_reply(task, PHONE_OUTCOME_BUSY);

    } else {
        sim_do_work(task, work->ask);
        phone_ready(&work->ask->ask);
        sim_task_reply(task, PHONE_OUTCOME_APPLIED);
    }

    sim_task_let_go(task);
}


void
sim_send_work(sim_task_t *task, phone_ask_work_t *ask)
{
    int64_t       cost;
    sim_work_t   *work;
    sim_world_t  *world;

    static const int64_t  costs[PHONE_WORK_LANES] = {
        [PHONE_WORK_QUICK] = 25, [PHONE_WORK_SIGN] = 800,
        [PHONE_WORK_HASH] = 40 * SIM_MS, [PHONE_WORK_MEDIA] = 400 * SIM_MS
    };

    world = task->worker->world;

    if (sim_queue_full(task, ask)) {
        sim_crowded(task);
        phone_runner_trouble(&task->runner, PHONE_OUTCOME_BUSY);
        return;
    }

    cost = ask->place ? 0 : costs[ask->work->lane];

    work = phone_alloc(&task->call.arena, sizeof(sim_work_t));
    work->task = task;
    work->ask = ask;

    task->waiting++;
    sim_task_hold(task);
    sim_at(world, cost + sim_between(&world->random, 0, cost), sim_work_ready,
           work);
}


/* Fetches */

static void
sim_notice_leaves(sim_task_t *task, phone_ask_fetch_t *ask)
{
    if (sim_is_probe(ask->body)) {
        sim_audit_probe_sent(task->worker->world->auditor, task, ask->url,
                             ask->body);
        return;
    }

    sim_audit_notice_sent(task->worker->world->auditor, task, ask->url,
                          ask->body);
}


static void
sim_notice_comes(sim_world_t *world, phone_ask_fetch_t *ask, int acks)
{
    if (sim_is_probe(ask->body)) {

        if (acks) {
            sim_audit_probe_acked(world->auditor, ask->body);
        }

        return;
    }

    if (sim_notice_arrives(world, ask->url, ask->body) != 0) {
        sim_violation(world, "a notice goes to \"%.*s\"",
                      PHONE_ARGS(ask->url));
    }

    if (acks) {
        sim_audit_notice_acked(world->auditor, ask->body);
    }
}


static void
sim_notice_over(sim_world_t *world, phone_ask_fetch_t *ask)
{
    if (!sim_is_probe(ask->body)) {
        sim_audit_notice_over(world->auditor, ask->body);
    }
}


static void
sim_sms_comes(sim_world_t *world, phone_ask_fetch_t *ask, int acks)
{
    (void) acks;

    sim_sms_arrives(world, ask->value[0], ask->body);
    sim_invitation_arrives(world, ask->value[0], ask->body);
    sim_gateway_got(world, ask->value[3]);
}


static void
sim_sms_leaves(sim_task_t *task, phone_ask_fetch_t *ask)
{
    sim_audit_sms_leaves(task->worker->world->auditor, task);
    sim_audit_texted_leaves(task->worker->world->auditor, task, ask->value[0],
                            ask->body);
    sim_audit_pumping(task->worker->world->auditor, task, ask->value[0]);
}


static void
sim_bank_leaves(sim_task_t *task, phone_ask_fetch_t *ask)
{
    sim_audit_bank_asked(task->worker->world->auditor, task, ask->body);
}


/* The SMS gateway fails as well, but not for a whole run. */

static const sim_peer_t  sim_peers[] = {
    { &phone_notice_fetch, 1000000, sim_notice_leaves, sim_notice_comes,
      sim_notice_over, NULL, NULL },
    { &phone_sms_fetch, 200000, sim_sms_leaves, sim_sms_comes, NULL, NULL,
      sim_gateway_says },
    { &phone_bank_fetch, 400000, sim_bank_leaves, NULL, NULL, sim_bank_asked,
      NULL }
};


static const sim_peer_t *
sim_peer(sim_world_t *world, const phone_fetch_t *fetch)
{
    unsigned  i;

    for (i = 0; i < sizeof(sim_peers) / sizeof(sim_peers[0]); i++) {
        if (sim_peers[i].fetch == fetch) {
            return &sim_peers[i];
        }
    }

    sim_violation(world, "nobody is there for the fetch \"%s\"", fetch->name);

    return &sim_peers[0];
}


static void
sim_fetch_over(sim_world_t *world, void *data)
{
    sim_task_t   *task;
    sim_fetch_t  *fetch;

    fetch = data;
    task = fetch->task;

    if (fetch->peer->over) {
        fetch->peer->over(world, fetch->ask);
    }

    if (!task->dead) {
        fetch->ask->answer.status = fetch->status;
        fetch->ask->answer.text = phone_cstr(fetch->text);
        fetch->ask->answer.took = fetch->takes / SIM_MS;
        phone_ready(&fetch->ask->ask);
        sim_task_reply(task, PHONE_OUTCOME_APPLIED);
    }

    sim_task_let_go(task);
    sim_free(world->memory, fetch, sizeof(sim_fetch_t));
}


static void
sim_fetch_arrives(sim_world_t *world, void *data)
{
    const char   *answer;
    sim_fetch_t  *fetch;

    fetch = data;

    if (fetch->peer->answers) {
        answer = fetch->peer->answers(world, fetch->ask->body);
        fetch->text = fetch->status == 200 && fetch->acks ? answer
                                                          : fetch->text;

    } else {
        fetch->peer->arrives(world, fetch->ask, fetch->acks);
    }

    sim_task_let_go(fetch->task);
}


/* It is on its way for longer than anybody waits for the answer. */

typedef struct {
    const sim_peer_t        *peer;
    phone_str_t              body;
} sim_late_t;


static void
sim_fetch_late(sim_world_t *world, void *data)
{
    sim_late_t  *late;

    late = data;

    (void) late->peer->answers(world, late->body);
}


static void
sim_fetch_delayed(sim_world_t *world, const sim_fetch_t *fetch)
{
    sim_late_t  *late;

    if (!fetch->peer->answers || fetch->arrives
        || sim_below(&world->random, 2))
    {
        return;
    }

    late = sim_zalloc(world->memory, sizeof(sim_late_t));
    late->peer = fetch->peer;
    late->body = sim_copy(world->memory, fetch->ask->body);

    sim_at(world, world->swarm.fetch_timeout
                  + sim_between(&world->random, 1, 20 * SIM_SECOND),
           sim_fetch_late, late);
}


/* How the other side takes it; the rest of the chances is a time-out. */

static void
sim_draw_fetch(sim_world_t *world, sim_fetch_t *fetch)
{
    uint64_t            x;
    const sim_swarm_t  *swarm;

    swarm = &world->swarm;
    x = sim_below(&world->random, 1000000);

    if (x < 1000000 - fetch->peer->fails) {
        x = 0;
    }

    fetch->arrives = 1;
    fetch->acks = 1;
    fetch->status = 200;
    fetch->text = fetch->peer->says ? fetch->peer->says(world)
                  : sim_below(&world->random, 4) ? "success" : "success\n";

    if ((world->calm && (!swarm->stubborn || fetch->peer->answers))
        || x < swarm->ack)
    {
        return;
    }

    x -= swarm->ack;

    if (x < swarm->ack_lost) {
        fetch->status = 0;
        fetch->text = "timeout";
        return;
    }

    x -= swarm->ack_lost;
    fetch->acks = 0;

    if (x < swarm->junk) {
        fetch->text = sim_below(&world->random, 2)
                      ? "<html>success</html>" : "SUCCESS";
        return;
    }

    x -= swarm->junk;

    if (x < swarm->error) {
        fetch->status = 500;
        fetch->text = "success";
        return;
    }

    fetch->arrives = 0;
    fetch->status = 0;
    fetch->text = sim_below(&world->random, 2) ? "timeout" : "refused";
}


void
sim_send_fetch(sim_task_t *task, phone_ask_fetch_t *ask)
{
    int64_t       takes;
    sim_world_t  *world;
    sim_fetch_t  *fetch;

    world = task->worker->world;

    fetch = sim_zalloc(world->memory, sizeof(sim_fetch_t));
    fetch->task = task;
    fetch->ask = ask;
    fetch->peer = sim_peer(world, ask->fetch);

    sim_draw_fetch(world, fetch);

    sim_trace(world, "w%u event %llu sends a %s to %.*s: %d %s",
              task->worker->number, (unsigned long long) task->serial,
              ask->fetch->name,
              PHONE_ARGS(ask->fetch->by_url ? ask->url : ask->value[0]),
              fetch->status, fetch->text);

    if (fetch->peer->leaves) {
        fetch->peer->leaves(task, ask);
    }

    takes = sim_below(&world->random, 8)
            ? sim_between(&world->random, SIM_MS, 50 * SIM_MS)
            : sim_between(&world->random, SIM_MS, world->swarm.fetch_timeout);

    if (fetch->status == 0 && strcmp(fetch->text, "timeout") == 0) {
        takes = world->swarm.fetch_timeout;
    }

    sim_fetch_delayed(world, fetch);
    fetch->takes = takes;

    sim_task_hold(task);
    sim_at(world, takes, sim_fetch_over, fetch);

    if (fetch->arrives) {
        sim_task_hold(task);
        sim_at(world, sim_between(&world->random, 1, takes - 1),
               sim_fetch_arrives, fetch);
    }
}
