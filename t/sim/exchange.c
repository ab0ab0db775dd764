
/* Clients' side of a call: what they send, and what they hear. */


#include "calls.h"
#include "auditor.h"


static void sim_arrive(sim_world_t *world, void *data);
static void sim_close(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply);


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


unsigned
sim_endpoint_index(const phone_endpoint_t *endpoint)
{
    unsigned  i;

    for (i = 0; i < SIM_ENDPOINTS_MAX - 1 && phone_endpoints[i] != endpoint;
         i++)
    {
        /* void */
    }

    return i;
}


unsigned
sim_event_index(const phone_event_t *event)
{
    unsigned  i;

    for (i = 0; i < SIM_ENDPOINTS_MAX - 1 && phone_events[i] != event; i++) {
        /* void */
    }

    return i;
}


sim_exchange_t *
sim_exchange(sim_world_t *world, const char *endpoint,
    sim_answered_pt answered, void *client)
{
    sim_exchange_t  *exchange;

    exchange = sim_alloc(world->memory, sizeof(sim_exchange_t));

    memset(exchange, 0, offsetof(sim_exchange_t, fields));
    phone_arena_init(&exchange->arena);
    exchange->endpoint = sim_endpoint(endpoint);
    exchange->fields.n = 0;
    exchange->cookie = PHONE_EMPTY;
    exchange->code_cookie = PHONE_EMPTY;
    exchange->device_cookie = PHONE_EMPTY;
    exchange->address = PHONE_STR("192.0.2.1");
    exchange->answered = answered;
    exchange->client = client;
    exchange->number = PHONE_EMPTY;
    exchange->serial = world->exchanges++;
    exchange->refs = 1;

    return exchange;
}


void
sim_add(sim_exchange_t *exchange, const char *name, phone_str_t value)
{
    phone_fields_add(&exchange->fields, phone_cstr(name), value);
}


phone_str_t
sim_sent(const sim_exchange_t *exchange, const char *name)
{
    const phone_str_t  *value;

    value = exchange != NULL ? phone_field(&exchange->fields, name) : NULL;

    return value != NULL ? *value : PHONE_EMPTY;
}


int
sim_is_call(const sim_exchange_t *exchange, const char *endpoint)
{
    return exchange != NULL
           && strcmp(exchange->endpoint->name, endpoint) == 0;
}


void
sim_add_int(sim_exchange_t *exchange, const char *name, int64_t value)
{
    sim_add(exchange, name, phone_int(&exchange->arena, value));
}


void
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

    /* as docs/operations.md says, a secret by which a reply was kept stays for
       a day: whoever calls has another key by then */

    if (exchange->key.len && world->secrets_gone
        && sim_has_secrets(exchange->endpoint))
    {
        exchange->key = phone_format(&exchange->arena, "%.*s.%u",
                                     PHONE_ARGS(exchange->key),
                                     world->secrets_gone);
    }

    exchange->sent_at = world->now;
    exchange->sent_wall = sim_wall(world);
    exchange->jumped = world->jumped;
    sim_audit_sent(world->auditor, exchange);
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
    sim_worker_t    *worker;
    sim_exchange_t  *exchange;

    exchange = data;
    worker = sim_any_worker(world);

    if (worker == NULL
        || (world->outages && exchange->sent_at <= world->outage_at))
    {
        sim_no_answer(world, exchange);
        return;
    }

    sim_run_call(worker, exchange);
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

    /* what was told before a failover that lost writes may not be so */

    if (world->failovers && exchange->sent_at <= world->failover_at) {
        reply = NULL;
    }

    exchange->answered(world, exchange, reply);
}


static void
sim_deliver(sim_world_t *world, void *data)
{
    sim_task_t  *task;

    task = data;

    sim_close(world, task->exchange, &task->call.reply);
    sim_task_let_go(task);
}


void
sim_exchange_answer(sim_task_t *task)
{
    int64_t       hop;
    phone_str_t   odd;
    sim_world_t  *world;

    world = task->worker->world;

    /* reading it takes as long as a few runs of a handler */

    if (world->replies++ % 8 == 0) {
        odd = phone_undeclared(&task->call);

        if (odd.len) {
            sim_violation(world, "reply of %.*s", PHONE_ARGS(odd));
        }
    }

    if (sim_fault(world, world->swarm.abort)) {
        sim_exchange_break(world, task->exchange);
        return;
    }

    hop = sim_between(&world->random, 100, 2 * SIM_MS);

    sim_task_hold(task);
    sim_at(world, hop, sim_deliver, task);
}


void
sim_exchange_break(sim_world_t *world, sim_exchange_t *exchange)
{
    if (exchange->closed) {
        return;
    }

    exchange->refs++;
    sim_at(world, sim_between(&world->random, 10, SIM_MS), sim_no_answer,
           exchange);
}
