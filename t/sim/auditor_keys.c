
/*
 * Merchants' keys: what is signed with one that had ended is not accepted, nor
 * is one unknown that was there, whatever a worker remembers.
 */


#include <stdio.h>

#include "auditing.h"
#include "answer.h"
#include "operator/merchant_keys.h"


typedef struct {
    sim_node_t               node;       /* "<merchant> <key id>" */
    int64_t                  put_at;     /* of the run */
    int64_t                  until;      /* ms; 0: it has no end */
    int64_t                  ended_at;   /* of the run: when that was set */
} sim_key_life_t;


/* us; no call takes that long otherwise */
#define SIM_STOOD_STILL  (10 * SIM_SECOND)


static phone_str_t
sim_key_name(char text[96], phone_str_t merchant, phone_str_t key_id)
{
    int  n;

    n = snprintf(text, 96, "%.*s %.*s", PHONE_ARGS(merchant),
                 PHONE_ARGS(key_id));

    return (phone_str_t) { (size_t) n, text };
}


void
sim_audit_keys(sim_auditor_t *auditor, const phone_op_t *op,
    phone_str_t merchant)
{
    int                     set;
    char                    name[96];
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
                      PHONE_ARGS(merchant), PHONE_ARGS(text));
        return;
    }

    for (i = 0; i < keys.n; i++) {
        text = sim_key_name(name, merchant, keys.key[i].key_id);
        life = sim_map_find(&auditor->keys, text);

        if (life == NULL) {
            life = sim_map_add(&auditor->keys, text, sizeof(sim_key_life_t));
            life->put_at = auditor->world->now;

        } else if (keys.key[i].until == life->until) {
            continue;

        } else if (keys.key[i].until == 0) {
            life->put_at = auditor->world->now;

        } else {
            life->ended_at = auditor->world->now;
        }

        life->until = keys.key[i].until;
    }
}


/* The time of the worker that takes a call is the store's, but for the skew;
   after a jump nobody knows, nor where the worker stood still and its clock was
   set meanwhile. */

void
sim_audit_signed(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    char                name[96];
    int64_t             sent;
    sim_world_t        *world;
    sim_key_life_t     *life;
    const phone_str_t  *merchant, *key_id;

    world = auditor->world;
    merchant = phone_field(&exchange->fields, "merchant_id");
    key_id = phone_field(&exchange->fields, "key_id");
    sent = exchange->sent_wall;

    life = sim_map_find(&auditor->keys, sim_key_name(name, *merchant,
                                                     *key_id));

    if (!reply->refused
        && (life == NULL
            || (life->until && life->ended_at < exchange->sent_at
                && life->until + world->swarm.skew < sent
                && exchange->jumped == world->jumped
                && world->now - exchange->sent_at < SIM_STOOD_STILL)))
    {
        sim_violation(world, "call %u is accepted, its key %.*s had ended",
                      exchange->serial, PHONE_ARGS(*key_id));
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
