
/*
 * Keys of a merchant: the operator puts one after the other and ends those
 * before, while calls are under way that are signed with any of them.
 */


#include <stdio.h>

#include "folk.h"
#include "merchant_keys.h"


#define SIM_SECRET_LEN       43          /* that the platform makes */

#define SIM_TEXTS            (sizeof(sim_merchant_keys)                       \
                              / sizeof(sim_merchant_keys[0]))


static sim_shop_key_t sim_own_key(const sim_merchant_t *merchant, unsigned n);
static void sim_rotation_send(sim_world_t *world, void *data);
static void sim_rotation_answered(sim_world_t *world,
    sim_exchange_t *exchange, const phone_reply_t *reply);


sim_shop_key_t
sim_shop_key(const sim_merchant_t *merchant, unsigned n)
{
    sim_shop_key_t  key;

    snprintf(key.id, sizeof(key.id), "k%u", n);
    key.text = phone_cstr(sim_merchant_keys[(merchant->number + n - 1)
                                            % SIM_TEXTS]);

    return key;
}


/* What calls with this key are signed by.  The record's type is that of the
   first key, and what RSA keys are for, if it is one of RSA. */

phone_str_t
sim_key_type(const sim_merchant_t *merchant, sim_shop_key_t key)
{
    if (key.text.len == SIM_SECRET_LEN) {
        return SIM_BY_SECRET;
    }

    if (key.text.len < 100) {
        return PHONE_STR("Ed25519");
    }

    return phone_is(merchant->sign_type, "Ed25519") ? PHONE_STR("RSA2")
                                                    : merchant->sign_type;
}


/* The newest, most times; one that may have ended, or not be there yet. */

sim_shop_key_t
sim_key_at_hand(const sim_merchant_t *merchant)
{
    unsigned       n, last;
    sim_random_t  *random;

    random = &merchant->world->random;
    n = merchant->keys;

    if (sim_below(random, 6) == 0) {
        last = merchant->rotating ? n + 1 : n;
        n = (unsigned) sim_between(random, 1, last);
    }

    return sim_own_key(merchant, n);
}


/* Of a secret whose answer was lost the one before is taken: the first is
   none. */

static sim_shop_key_t
sim_own_key(const sim_merchant_t *merchant, unsigned n)
{
    sim_shop_key_t  key;

    while ((merchant->secrets & 1u << n) && merchant->secret[n].len == 0) {
        n--;
    }

    key = sim_shop_key(merchant, n);

    if (merchant->secrets & 1u << n) {
        key.text = merchant->secret[n];
    }

    return key;
}


void
sim_rotate(sim_merchant_t *merchant)
{
    if (merchant->rotating || merchant->keys == SIM_KEYS_MAX) {
        return;
    }

    merchant->rotating = 1;
    merchant->retire_in = sim_below(&merchant->world->random, 4)
                          ? 0 : sim_below(&merchant->world->random, 20);
    merchant->retire = sim_below(&merchant->world->random, 4) != 0;
    merchant->by_secret = sim_below(&merchant->world->random, 3) == 0;

    /* nobody may know it: the others stay */

    merchant->secrets &= ~(1u << (merchant->keys + 1));

    if (merchant->by_secret) {
        merchant->retire = 0;
        merchant->secrets |= 1u << (merchant->keys + 1);
    }

    merchant->rotation = sim_below(&merchant->world->random, 2)
                         ? sim_text(merchant->world, "op-%u",
                                    merchant->world->people->keys++)
                         : (phone_str_t) { 0, NULL };

    sim_rotation_send(merchant->world, merchant);
}


static void
sim_rotation_send(sim_world_t *world, void *data)
{
    sim_shop_key_t   key;
    sim_exchange_t  *exchange;
    sim_merchant_t  *merchant;

    merchant = data;

    if (world->stopped) {
        return;
    }

    key = sim_shop_key(merchant, merchant->keys + 1);

    exchange = sim_ask_for(world, "operator.keys", sim_rotation_answered,
                           merchant);

    sim_add(exchange, "merchant_id", merchant->id);
    sim_add(exchange, "key_id", phone_copy(&exchange->arena,
                                           phone_cstr(key.id)));

    if (merchant->by_secret) {
        sim_add(exchange, "sign_type", SIM_BY_SECRET);

    } else {
        sim_add(exchange, "public_key", key.text);
    }

    if (merchant->retire) {
        sim_add_int(exchange, "retire_others_in", merchant->retire_in);
    }

    exchange->key = merchant->rotation;
    sim_send(world, exchange);
}


static void
sim_rotation_answered(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_merchant_t  *merchant;

    sim_answer_came(world);

    merchant = exchange->client;

    if (sim_unclear(reply)) {
        sim_at(world, sim_between(&world->random, SIM_MS, SIM_SECOND),
               sim_rotation_send, merchant);
        return;
    }

    if (reply->refused && reply->refusal == PHONE_MERCHANT_NOT_FOUND
        && world->failovers)
    {
        merchant->rotating = 0;
        return;
    }

    /* the answer that has shown it was lost */

    if (reply->refused
        && !(merchant->by_secret && reply->refusal == PHONE_EXISTS))
    {
        sim_violation(world, "a key is refused: %.*s",
                      PHONE_ARGS(reply->body));
        return;
    }

    sim_count(world, ROTATED);
    merchant->rotating = 0;
    merchant->keys++;

    if (merchant->by_secret && !reply->refused) {
        merchant->secret[merchant->keys] =
            sim_copy(world->memory, sim_member(reply->body, "secret"));
    }
}
