
/*
 * Calls of merchants and terminals.  Keys: what is signed with one that had
 * ended is not accepted, nor is one unknown that was there, whatever a worker
 * remembers.  Nonces and timestamps: a call is good once, and for so long.
 */


#include <stdio.h>
#include <stdlib.h>

#include "auditing.h"
#include "answer.h"
#include "operator/merchant_keys.h"
#include "settings.h"


typedef struct {
    sim_node_t               node;       /* "<signer> <key id>" */
    int64_t                  put_at;     /* of the run */
    int64_t                  until;      /* ms; 0: it has no end */
    int64_t                  ended_at;   /* of the run: when that was set */
    int64_t                  used;       /* ms: as its record says */
} sim_key_life_t;


/* Of the clock of a worker that notes the use of a key, and of the one that
   answers the call: it commits meanwhile. */
#define SIM_USED_SLACK  (2 * PHONE_MINUTE)


/* A nonce that a call has taken. */
typedef struct {
    sim_node_t               node;       /* "<signer> <nonce>" */
    unsigned                 serial;     /* of the call */
    unsigned                 before;     /* of the one that took it earlier */
    int64_t                  wall;       /* ms: then */
} sim_nonce_t;


static phone_str_t
sim_key_name(char text[128], phone_str_t signer, phone_str_t key_id)
{
    int  n;

    n = snprintf(text, 128, "%.*s %.*s", PHONE_ARGS(signer),
                 PHONE_ARGS(key_id));

    return (phone_str_t) { (size_t) n, text };
}


/* "<merchant>" or "<merchant>:<terminal>", and what it has sent as name. */

static phone_str_t
sim_signer_and(char text[128], const sim_exchange_t *exchange,
    const char *name)
{
    int          n;
    phone_str_t  terminal;

    terminal = exchange->endpoint->who == PHONE_TERMINAL
               ? sim_sent(exchange, "terminal_id") : PHONE_EMPTY;

    n = snprintf(text, 128, "%.*s%s%.*s %.*s",
                 PHONE_ARGS(sim_sent(exchange, "merchant_id")),
                 terminal.len ? ":" : "", PHONE_ARGS(terminal),
                 PHONE_ARGS(sim_sent(exchange, name)));

    return (phone_str_t) { (size_t) n, text };
}


/* A commit takes a nonce: nobody has, or a clock has shown a time by which it
   may be forgotten. */

void
sim_audit_nonce_taken(sim_auditor_t *auditor)
{
    char                     text[128];
    int64_t                  kept;
    sim_nonce_t             *first;
    sim_world_t             *world;
    phone_str_t              name;
    const phone_settings_t  *settings;

    world = auditor->world;
    settings = &world->settings;
    name = sim_signer_and(text, auditor->exchange, "nonce");
    first = sim_map_find(&auditor->calls, name);
    kept = 2 * (settings->clock_skew + settings->clock_bound)
           + PHONE_CLOCK_SLACK;

    if (first != NULL && sim_wall_most(world) < first->wall + kept) {
        sim_violation(world, "invariant 11: call %u takes the nonce of call %u",
                      auditor->exchange->serial, first->serial);
    }

    first = sim_map_make(&auditor->calls, name, sizeof(sim_nonce_t));
    first->before = first->serial;
    first->serial = auditor->exchange->serial;
    first->wall = sim_wall(world);
}


/* Whoever has recorded the call cannot send it again: it has an answer that
   tells its caller what became of it.  A merchant that is closed gets it
   without a signature. */

static int
sim_is_final(const phone_reply_t *reply)
{
    return !reply->refused || reply->refusal == PHONE_MERCHANT_CLOSED
           || (phone_refusal_text[reply->refusal].status < 500
               && sim_member(reply->body, "sign").data != NULL);
}


/* A call has its answer: its nonce is its own, its time not long ago.  Its
   answer may come after another call has taken the nonce again. */

static void
sim_audit_nonce(sim_auditor_t *auditor, const sim_exchange_t *exchange)
{
    char          text[128];
    int64_t       seconds, ago;
    sim_nonce_t  *first;
    sim_world_t  *world;

    world = auditor->world;
    first = sim_map_find(&auditor->calls,
                         sim_signer_and(text, exchange, "nonce"));

    if (first == NULL || (first->serial != exchange->serial
                          && first->before != exchange->serial))
    {
        sim_violation(world, "invariant 11: call %u is answered with the "
                      "nonce of call %d", exchange->serial,
                      first ? (int) first->serial : -1);
    }

    ago = sim_parse_int(sim_sent(exchange, "timestamp"), &seconds) == 0
          ? exchange->ran_wall - seconds * 1000 : INT64_MAX;

    if (ago > world->settings.clock_skew || ago < -world->settings.clock_skew)
    {
        sim_violation(world, "call %u is answered, its time is %lld ms ago",
                      exchange->serial, (long long) ago);
    }
}


/* Only a call that is signed with a key is a use of it.  Other commits leave
   what is there: it may be older than what a failover has lost. */

static void
sim_audit_key_used(sim_auditor_t *auditor, sim_key_life_t *life, int64_t used)
{
    char                   text[128];
    const sim_exchange_t  *exchange;

    exchange = auditor->exchange;

    if (used != life->used
        && !(auditor->world->failovers && used < life->used)
        && !(exchange != NULL && phone_signs(exchange->endpoint->who)
             && phone_equal(sim_signer_and(text, exchange, "key_id"),
                            life->node.key)))
    {
        sim_violation(auditor->world, "use of the key %.*s is noted",
                      PHONE_ARGS(life->node.key));
    }

    life->used = used;
}


/* Whoever has proved himself by a key has used it, whatever the answer. */

static void
sim_audit_use_noted(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const sim_key_life_t *life)
{
    if (exchange->jumped == auditor->world->jumped
        && (life == NULL || llabs(exchange->ran_wall - life->used)
                            >= PHONE_HOUR + SIM_USED_SLACK))
    {
        sim_violation(auditor->world, "call %u: use of its key is not noted",
                      exchange->serial);
    }
}


void
sim_audit_keys(sim_auditor_t *auditor, const phone_op_t *op,
    phone_str_t signer)
{
    int                     set;
    char                    name[128];
    unsigned                i;
    phone_str_t             text;
    sim_key_life_t         *life;
    phone_merchant_keys_t   keys;

    text = sim_hset_word(op, "keys", &set);

    if (!set) {
        return;
    }

    if (phone_merchant_keys_parse(text, &keys) != 0) {
        sim_violation(auditor->world, "keys of %.*s are \"%.*s\"",
                      PHONE_ARGS(signer), PHONE_ARGS(text));
        return;
    }

    for (i = 0; i < keys.n; i++) {
        sim_audit_merchant_secret(auditor, signer, keys.key[i].key_id,
                                  keys.key[i].text);

        text = sim_key_name(name, signer, keys.key[i].key_id);
        life = sim_map_find(&auditor->keys, text);

        if (life == NULL) {
            life = sim_map_add(&auditor->keys, text, sizeof(sim_key_life_t));
            life->put_at = auditor->world->now;

            life->until = keys.key[i].until;
            sim_audit_key_used(auditor, life, keys.key[i].used);
            continue;
        }

        sim_audit_key_used(auditor, life, keys.key[i].used);

        if (keys.key[i].until == life->until) {
            continue;

        } else if (keys.key[i].until == 0) {
            life->put_at = auditor->world->now;

        } else {
            life->ended_at = auditor->world->now;
        }

        life->until = keys.key[i].until;
    }
}


/*
 * A key is judged by the clock of the worker that takes the call.  That is the
 * store's, but for the skew, and for what it may be wrong by while the call is
 * under way: one whose clock is set meanwhile commits nothing when it was set
 * by more than that.
 */

static int
sim_key_had_ended(const sim_world_t *world, const sim_exchange_t *exchange,
    const sim_key_life_t *life)
{
    return life->until && life->ended_at < exchange->sent_at
           && (life->until <= exchange->ran_wall
               || (exchange->jumped == world->jumped
                   && life->until + world->swarm.skew + PHONE_COMMIT_WITHIN
                      < exchange->sent_wall));
}


/* His own keys, the one among them that has signed. */

void
sim_audit_key_list(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    char             name[128];
    unsigned         own;
    phone_str_t      rest, key, key_id;
    sim_key_life_t  *life;

    if (reply->refused) {
        return;
    }

    own = 0;
    rest = sim_member(reply->body, "keys");

    while (sim_element(&rest, &key)) {
        key_id = sim_member(key, "key_id");
        own += phone_equal(key_id, sim_sent(exchange, "key_id"));
        life = sim_map_find(&auditor->keys,
                            sim_key_name(name, sim_sent(exchange,
                                                        "merchant_id"),
                                         key_id));

        if (life == NULL
            || (life->used == 0 && sim_member(key, "last_used_at").len))
        {
            own = 2;
        }
    }

    if (own != 1) {
        sim_violation(auditor->world, "call %u is shown other keys: %.*s",
                      exchange->serial, PHONE_ARGS(reply->body));
    }
}


static int
sim_same_field(const phone_fields_t *fields, const char *name,
    phone_str_t value)
{
    const phone_str_t  *said;

    said = phone_field(fields, name);

    return said != NULL && phone_equal(*said, value);
}


/*
 * A signed reply answers the call that was sent, for whoever has proved
 * himself; who has not gets no signature.
 */

static void
sim_audit_reply(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    phone_str_t      bad;
    sim_world_t     *world;
    phone_arena_t    arena;
    phone_fields_t   fields;

    world = auditor->world;

    if (sim_member(reply->body, "sign").data == NULL) {

        if (!reply->refused) {
            sim_violation(world, "call %u: a success is not signed",
                          exchange->serial);
        }

        return;
    }

    if (phone_refusal_text[reply->refusal].status == 401 && reply->refused) {
        sim_violation(world, "call %u: a stranger gets a signature",
                      exchange->serial);
    }

    if (!phone_is(sim_sent(exchange, "service"), exchange->endpoint->name)) {
        sim_violation(world, "call %u, for another service, is answered: %.*s",
                      exchange->serial, PHONE_ARGS(reply->body));
    }

    fields.n = 0;
    phone_arena_init(&arena);

    if (phone_json_parse(&arena, reply->body, &fields, &bad)
        != PHONE_FIELDS_OK
        || !sim_platform_signed(auditor, &arena, &fields)
        || !sim_same_field(&fields, "request_nonce",
                           sim_sent(exchange, "nonce"))
        || !sim_same_field(&fields, "sign_type",
                           sim_sent(exchange, "sign_type"))
        || !sim_same_field(&fields, "merchant_id",
                           sim_sent(exchange, "merchant_id")))
    {
        sim_violation(world, "call %u is not what this answers: %.*s",
                      exchange->serial, PHONE_ARGS(reply->body));
    }

    phone_arena_free(&arena);
}


void
sim_audit_signed(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    char                name[128];
    sim_world_t        *world;
    sim_key_life_t     *life;
    const phone_str_t  *merchant, *key_id;

    world = auditor->world;
    merchant = phone_field(&exchange->fields, "merchant_id");
    key_id = phone_field(&exchange->fields, "key_id");

    life = sim_map_find(&auditor->keys,
                        sim_signer_and(name, exchange, "key_id"));

    sim_audit_reply(auditor, exchange, reply);

    if (sim_is_final(reply)) {
        sim_audit_nonce(auditor, exchange);
        sim_audit_use_noted(auditor, exchange, life);
    }

    if (!reply->refused
        && (life == NULL || sim_key_had_ended(world, exchange, life)))
    {
        sim_violation(world, "invariant 11: call %u is accepted, its key %.*s "
                      "had ended", exchange->serial, PHONE_ARGS(*key_id));
    }

    if ((!reply->refused
         && sim_closed_before(auditor, *merchant, exchange->sent_at))
        || (reply->refused && reply->refusal == PHONE_MERCHANT_CLOSED
            && sim_open_before(auditor, *merchant, exchange->sent_at)))
    {
        sim_violation(world, "call %u of %.*s is answered %.*s",
                      exchange->serial, PHONE_ARGS(*merchant),
                      PHONE_ARGS(sim_member(reply->body, "code")));
    }

    if (reply->refused && reply->refusal == PHONE_KEY_UNKNOWN && life != NULL
        && life->until == 0 && life->put_at < exchange->sent_at)
    {
        sim_violation(world, "call %u is refused, its key %.*s was there",
                      exchange->serial, PHONE_ARGS(*key_id));
    }
}
