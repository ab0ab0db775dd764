
/*
 * The secret of the hosts is rotated in two rounds, as docs/operations.md says,
 * while everything goes on: first each host learns to read by the new one,
 * then, when calls of before are over, each seals by it, then a job seals what
 * is kept again, and the old one goes.  The auditor opens what is written, and
 * in the end by what each host has.
 */


#include "folk.h"
#include "answer.h"
#include "auditor.h"


/* Calls that began with the old secret are over by then. */
#define SIM_SECRETS_QUIET    (90 * SIM_SECOND)
#define SIM_SECRETS_TRIES    60


struct sim_secrets_s {
    sim_people_t            *people;
    unsigned                 old;        /* which secret; the new one follows */
    unsigned                 round;
    unsigned                 worker;     /* the next one */
    unsigned                 tries;
    unsigned                 over:1;
};


static void sim_secrets_step(sim_world_t *world, void *data);
static void sim_secrets_race(sim_secrets_t *secrets);
static void sim_secrets_reseal(sim_world_t *world, void *data);
static void sim_secrets_look(sim_world_t *world, void *data);


/* A worker is killed, and comes back with these files. */

static void
sim_secrets_give(sim_worker_t *worker, unsigned newest, int before)
{
    phone_env_t  *env;
    sim_lab_t    *lab;

    lab = worker->world->lab;
    env = &worker->env;

    if (worker->alive) {
        sim_kill(worker);
    }

    env->record_key = lab->secret[newest].key;
    env->hash_key = lab->secret[newest].hash_key;
    memcpy(env->secret_print[0], lab->secret[newest].print, PHONE_PRINT_LEN);

    env->has_before = before >= 0;
    env->record_key_before = NULL;
    env->hash_key_before = NULL;

    if (before >= 0) {
        env->record_key_before = lab->secret[before].key;
        env->hash_key_before = lab->secret[before].hash_key;
        memcpy(env->secret_print[1], lab->secret[before].print,
               PHONE_PRINT_LEN);
    }

    sim_trace(worker->world, "w%u has secret %u, and %d", worker->number,
              newest, before);
}


void
sim_secrets_start(sim_people_t *people)
{
    sim_secrets_t  *secrets;

    secrets = sim_zalloc(people->world->memory, sizeof(sim_secrets_t));
    secrets->people = people;
    people->secrets = secrets;

    if (sim_below(&people->world->random, 3)) {
        secrets->over = 1;
        return;
    }

    sim_at(people->world, sim_between(&people->world->random, 0,
                                      20 * SIM_SECOND),
           sim_secrets_step, secrets);
}


int
sim_secrets_over(const sim_people_t *people)
{
    return people->secrets->over;
}


static void
sim_secrets_step(sim_world_t *world, void *data)
{
    sim_secrets_t  *secrets;

    static const struct { unsigned newest; int before; }  round[] = {
        { 0, 1 }, { 1, 0 }, { 1, -1 }
    };

    secrets = data;

    if (world->stopped) {
        return;
    }

    if (secrets->worker == 0 && round[secrets->round].before < 0) {
        world->secrets_gone++;
        world->secret_gone_at = sim_wall(world);
    }

    if (secrets->worker < world->swarm.workers) {
        sim_secrets_give(&world->worker[secrets->worker++],
                         secrets->old + round[secrets->round].newest,
                         round[secrets->round].before < 0 ? -1
                         : (int) secrets->old + round[secrets->round].before);
        sim_at(world, sim_between(&world->random, 0, 2 * SIM_SECOND),
               sim_secrets_step, secrets);

        if (round[secrets->round].before >= 0) {
            sim_secrets_race(secrets);
        }

        return;
    }

    secrets->worker = 0;

    switch (secrets->round++) {

    case 0:
        sim_at(world, SIM_SECRETS_QUIET + world->stuck_for * SIM_MS,
               sim_secrets_step, secrets);
        return;

    case 1:
        sim_at(world, SIM_SECRETS_QUIET + world->stuck_for * SIM_MS,
               sim_secrets_reseal, secrets);
        return;

    default:
        sim_count(world, SECRETS_OUT);

        if (world->corrupt_key.len == 0 || world->mended_at) {
            sim_audit_secrets(world->auditor);
        }

        secrets->round = 0;
        secrets->old++;
        secrets->over = secrets->old + 1 == SIM_SECRETS;

        if (!secrets->over) {
            sim_at(world, sim_between(&world->random, 0, 20 * SIM_SECOND),
                   sim_secrets_step, secrets);
        }
    }
}


/* While some hosts have changed and others have not, one card number is opened
   for two numbers at once: it is the card of one of them. */

static void
sim_secrets_raced(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_answer_came(world);

    if (!sim_unclear(reply) && reply->refused
        && reply->refusal != PHONE_EXISTS)
    {
        sim_violation(world, "call %u opens no card: %.*s", exchange->serial,
                      PHONE_ARGS(reply->body));
    }
}


static void
sim_secrets_race(sim_secrets_t *secrets)
{
    unsigned         i;
    phone_str_t      card_no;
    sim_world_t     *world;
    sim_exchange_t  *exchange;

    world = secrets->people->world;
    card_no = sim_card_no(world);

    for (i = 0; i < 2; i++) {
        exchange = sim_ask_for(world, "operator.bank_cards",
                               sim_secrets_raced, secrets);
        sim_add(exchange, "phone", i ? PHONE_STR("+8613900000011")
                                     : PHONE_STR("+8613900000012"));
        sim_add(exchange, "card_no", card_no);
        sim_add(exchange, "balance", PHONE_STR("0"));
        sim_add(exchange, "currency", PHONE_STR("CNY"));
        sim_add(exchange, "proof", PHONE_STR("271828"));
        sim_send(world, exchange);
    }
}


/* Now and then the job is stopped half way, or started twice. */

static void
sim_secrets_answered(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_secrets_t  *secrets;

    sim_answer_came(world);

    secrets = exchange->client;

    if (secrets->tries++ == SIM_SECRETS_TRIES
        || (!sim_unclear(reply) && reply->refusal == PHONE_RATE_LIMITED
            && reply->refused))
    {
        secrets->over = 1;
        return;
    }

    sim_at(world, sim_between(&world->random, SIM_MS, 3 * SIM_SECOND),
           sim_unclear(reply) || sim_below(&world->random, 8) == 0
           ? sim_secrets_reseal : sim_secrets_look, secrets);
}


static void
sim_secrets_reseal(sim_world_t *world, void *data)
{
    sim_secrets_t   *secrets;
    sim_exchange_t  *exchange;

    secrets = data;

    if (world->stopped) {
        return;
    }

    exchange = sim_ask_for(world, "operator.reseal", sim_secrets_answered,
                           secrets);

    if (!world->calm && sim_below(&world->random, 8) == 0) {
        sim_add(exchange, "cancel", PHONE_STR("1"));
    }

    sim_send(world, exchange);
}


/* Effects, and texts, that are still sealed by the old one. */

typedef struct {
    sim_world_t             *world;
    const char              *id;
    unsigned                 n;
} sim_sealed_t;


static void
sim_secrets_seen(void *data, phone_str_t key)
{
    size_t         i, len;
    phone_str_t    text;
    sim_sealed_t  *sealed;

    sealed = data;
    text = sim_store_field(sealed->world->store, sim_wall(sealed->world), key,
                           PHONE_STR("ops"));

    if (text.data == NULL) {
        text = sim_store_field(sealed->world->store, sim_wall(sealed->world),
                               key, PHONE_STR("text"));
    }

    len = strlen(sealed->id);

    for (i = 0; i + len <= text.len; i++) {

        if (memcmp(text.data + i, sealed->id, len) == 0) {
            sealed->n++;
            return;
        }
    }
}


static int
sim_secrets_under_way(sim_world_t *world, unsigned old)
{
    char          id[PHONE_SECRET_ID + 1];
    sim_sealed_t  sealed;

    sim_secret_id(world->lab, old, id);
    sealed = (sim_sealed_t) { world, id, 0 };
    sim_store_each(world->store, sim_wall(world), sim_secrets_seen, &sealed);

    return sealed.n != 0;
}


/* How many texts a key of that status has sealed. */

static int64_t
sim_secrets_count(phone_str_t body, const char *status)
{
    int64_t      n, all;
    phone_str_t  rest, key;

    all = 0;
    rest = sim_member(body, "keys");

    while (sim_element(&rest, &key)) {

        if (phone_is(sim_member(key, "status"), status)
            && phone_parse_int(sim_member(key, "records"), &n) == 0)
        {
            all += n;
        }
    }

    return all;
}


/* A failover may bring back what the old one has sealed: it is kept then. */

static void
sim_secrets_looked(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    phone_str_t     job;
    sim_secrets_t  *secrets;

    sim_answer_came(world);

    secrets = exchange->client;
    job = sim_unclear(reply) || reply->refused
          ? PHONE_EMPTY : sim_member(reply->body, "job");

    if (secrets->tries++ == SIM_SECRETS_TRIES
        || (world->swarm.failover && phone_is(job, "DONE")))
    {
        secrets->over = 1;

    } else if (phone_is(job, "DONE")
               && sim_secrets_count(reply->body, "BEFORE") == 0
               && !sim_secrets_under_way(world, secrets->old))
    {
        if (sim_secrets_count(reply->body, "MISSING")) {
            sim_violation(world, "a secret is missing: %.*s",
                          PHONE_ARGS(reply->body));
            return;
        }

        sim_count(world, RESEALED);
        sim_secrets_step(world, secrets);

    } else {
        sim_at(world, sim_between(&world->random, SIM_MS, 5 * SIM_SECOND),
               phone_is(job, "RUNNING") ? sim_secrets_look
                                        : sim_secrets_reseal, secrets);
    }
}


static void
sim_secrets_look(sim_world_t *world, void *data)
{
    if (!world->stopped) {
        sim_send(world, sim_ask_for(world, "operator.secrets",
                                    sim_secrets_looked, data));
    }
}
