
/*
 * Idempotency-Key: what a call does under its key is done once and has its
 * reply kept in the same commit; and what is kept is no way to guess a secret.
 */


#include <stdio.h>

#include "auditing.h"


#define SIM_REPEATS_DAY      INT64_C(86400000)                   /* ms */

/* Secrets that may be tried a day with a key that was used. */
#define SIM_REPEATS_MOST     10


/* A reply that is kept. */
typedef struct {
    sim_node_t               node;       /* "<number> <key>" */
    unsigned                 serial;     /* of the call */
    int64_t                  sent_at;    /* of the run */
    int64_t                  wall;       /* ms */
} sim_reply_t;


typedef struct {
    sim_node_t               node;       /* "<number> <day>" */
    int64_t                  tried;
} sim_tried_t;


static phone_str_t
sim_reply_name(char text[160], const sim_exchange_t *exchange)
{
    int  n;

    n = snprintf(text, 160, "%.*s %.*s", PHONE_ARGS(exchange->number),
                 PHONE_ARGS(exchange->key));

    return (phone_str_t) { (size_t) n, text };
}


int
sim_has_secrets(const phone_endpoint_t *endpoint)
{
    const phone_param_t  *param;

    for (param = endpoint->params; param->name != NULL; param++) {
        if (param->flags & PHONE_SECRET) {
            return 1;
        }
    }

    return 0;
}


/* An answer is counted: of this caller, who has a key, and not too many; those
   of wrong guesses at the same time may be some more.  Calls without secrets
   use up none of those with secrets. */

void
sim_audit_answers(sim_auditor_t *auditor, const phone_guard_t *sum,
    const sim_key_t *parts)
{
    int                    secret;
    int64_t                stored;
    phone_str_t            rest, number;
    const sim_exchange_t  *exchange;

    exchange = auditor->exchange;
    rest = parts->id;
    (void) phone_split(&rest, ':', &number);
    secret = phone_is(sum->field, "stored");
    stored = sim_stored_int(auditor, sum->key, secret ? "stored" : "open");

    if (exchange == NULL || exchange->key.data == NULL
        || !phone_equal(number, exchange->number)
        || sim_has_secrets(exchange->endpoint) != secret
        || stored < 1
        || (stored > auditor->world->settings.idempotency_keys
            && !auditor->task->call.reply.refused))
    {
        sim_violation(auditor->world, "\"%.*s\" counts %lld answers",
                      PHONE_ARGS(sum->key), (long long) stored);
    }
}


/* That a session is in use is noted by any call. */

static int
sim_notes_use(const phone_op_t *op, const sim_key_t *parts)
{
    unsigned  i;

    if (op->kind != PHONE_OP_HSET || !phone_is(parts->kind, "account")) {
        return 0;
    }

    for (i = 0; i + 1 < op->nwords; i += 2) {

        if (!phone_is(op->word[i], "v")
            && !(op->word[i].len == 2 && op->word[i].data[0] == 's'))
        {
            return 0;
        }
    }

    return 1;
}


/* A commit that only notes where the reply of a key will be kept. */

static int
sim_notes_key(const phone_op_t *op)
{
    unsigned  i;

    for (i = 0; op->kind == PHONE_OP_HSET && i < op->nwords; i += 2) {

        if (phone_is(op->word[i], "reply")
            && op->word[i + 1].len > 6
            && memcmp(op->word[i + 1].data, "there ", 6) == 0)
        {
            return 1;
        }
    }

    return 0;
}


/* Its reply shows a secret that was made: it is kept nowhere. */

static int
sim_shows_secret(const sim_exchange_t *exchange)
{
    return sim_is_call(exchange, "operator.keys")
           && phone_equal(sim_sent(exchange, "sign_type"), SIM_BY_SECRET);
}


void
sim_audit_repeat(sim_auditor_t *auditor, const phone_commit_t *commit,
    int refused)
{
    int                    does, keeps, notes, secret;
    char                   text[160];
    sim_key_t              parts;
    phone_str_t            name;
    sim_reply_t           *kept;
    sim_world_t           *world;
    const phone_op_t      *op;
    const sim_exchange_t  *exchange;

    world = auditor->world;
    exchange = auditor->exchange;

    if (exchange == NULL || exchange->key.data == NULL) {
        return;
    }

    does = 0;
    keeps = 0;
    notes = 0;
    secret = sim_shows_secret(exchange);

    for (op = commit->ops; op != NULL; op = op->next) {
        (void) sim_key_parse(op->key, &parts);

        if (phone_is(parts.kind, "idempotency")) {
            keeps = 1;
            notes |= sim_notes_key(op);

        } else if (!sim_notes_use(op, &parts)) {
            does = 1;
        }
    }

    if (does && keeps && secret) {
        sim_violation(world, "%s (call %u) keeps a secret",
                      exchange->endpoint->name, exchange->serial);
    }

    if (does && !keeps && !refused && !secret) {
        sim_violation(world, "%s (call %u) has a key, and keeps no reply",
                      exchange->endpoint->name, exchange->serial);
    }

    if (does && notes) {
        sim_violation(world, "%s (call %u) does more than to note its key",
                      exchange->endpoint->name, exchange->serial);
    }

    if (!keeps || notes) {
        return;
    }

    name = sim_reply_name(text, exchange);
    kept = sim_map_find(&auditor->replies, name);

    if (kept != NULL && sim_wall_most(world) < kept->wall + SIM_REPEATS_DAY) {
        sim_violation(world, "invariant 6: call %u does what call %u has done "
                      "under its key", exchange->serial, kept->serial);
    }

    kept = sim_map_make(&auditor->replies, name, sizeof(sim_reply_t));
    kept->serial = exchange->serial;
    kept->sent_at = exchange->sent_at;
    kept->wall = sim_wall(world);
}


/* What this call says was done by one that was sent then: itself, or one
   before. */

int64_t
sim_done_since(sim_auditor_t *auditor, const sim_exchange_t *exchange)
{
    char          text[160];
    sim_reply_t  *kept;

    kept = exchange->key.data == NULL ? NULL
           : sim_map_find(&auditor->replies, sim_reply_name(text, exchange));

    return kept != NULL && kept->sent_at < exchange->sent_at
           ? kept->sent_at : exchange->sent_at;
}


/* A key that was used comes with another secret.  After a failover it may not
   have been: who has done himself what he says was told nothing by it. */

void
sim_audit_key_tried(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    int           n;
    char          text[160];
    int64_t       day;
    sim_tried_t  *tried;
    sim_reply_t  *kept;
    sim_world_t  *world;

    world = auditor->world;
    kept = exchange->by_key ? sim_map_find(&auditor->replies,
                                           sim_reply_name(text, exchange))
                            : NULL;
    day = exchange->ran_wall / SIM_REPEATS_DAY;

    if (!exchange->by_key
        || (kept != NULL && kept->serial == exchange->serial)
        || (reply->refused && reply->refusal != PHONE_IDEMPOTENCY_MISMATCH)
        || sim_window_forgot(world, day * SIM_REPEATS_DAY,
                             (day + 1) * SIM_REPEATS_DAY))
    {
        return;
    }

    n = snprintf(text, sizeof(text), "%.*s %lld",
                 PHONE_ARGS(exchange->number), (long long) day);
    tried = sim_map_make(&auditor->key_days,
                         (phone_str_t) { (size_t) n, text },
                         sizeof(sim_tried_t));

    sim_count(world, KEY_GUESSES);

    if (++tried->tried > SIM_REPEATS_MOST) {
        sim_violation(world, "call %u: %lld secrets of %.*s are tried with "
                      "keys in a day", exchange->serial,
                      (long long) tried->tried, PHONE_ARGS(exchange->number));
    }
}
