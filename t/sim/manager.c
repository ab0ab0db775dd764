
/*
 * The operator at work: looks at merchants, closes one for a while, takes away
 * a PIN, has notices sent again.
 */


#include "folk.h"
#include "answer.h"


#define SIM_SHUT_MAX  (5 * SIM_SECOND)


static void sim_reopen(sim_world_t *world, void *data);
static void sim_shop_status(sim_world_t *world, sim_merchant_t *merchant,
    const char *status, sim_answered_pt answered);


static void
sim_managed(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    (void) exchange;
    (void) reply;

    sim_answer_came(world);
}


static sim_exchange_t *
sim_manages(sim_world_t *world, const char *endpoint)
{
    return sim_ask_for(world, endpoint, sim_managed, NULL);
}


/* A shop that is closed is opened again, whatever it takes. */

static void
sim_reopened(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_merchant_t  *merchant;

    sim_answer_came(world);

    merchant = exchange->client;

    if (reply == NULL || reply->refused) {
        sim_at(world, sim_between(&world->random, SIM_MS, SIM_SECOND),
               sim_reopen, merchant);
        return;
    }

    merchant->shut = 0;
}


static void
sim_reopen(sim_world_t *world, void *data)
{
    if (!world->stopped) {
        sim_shop_status(world, data, "ACTIVE", sim_reopened);
    }
}


static void
sim_closed(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    (void) reply;

    sim_answer_came(world);
    sim_at(world, sim_between(&world->random, SIM_MS, SIM_SHUT_MAX),
           sim_reopen, exchange->client);
}


static void
sim_shop_status(sim_world_t *world, sim_merchant_t *merchant,
    const char *status, sim_answered_pt answered)
{
    sim_exchange_t  *exchange;

    exchange = sim_ask_for(world, "operator.merchant_change", answered,
                           merchant);
    sim_add(exchange, "merchant_id", merchant->id);
    sim_add(exchange, "status", phone_cstr(status));
    sim_send(world, exchange);
}


/* Those that nobody has acknowledged. */

static void
sim_notices_seen(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    phone_str_t      id, rest, object;
    sim_exchange_t  *again;

    (void) exchange;

    sim_answer_came(world);

    if (reply == NULL || reply->refused || world->calm || world->stopped) {
        return;
    }

    rest = sim_member(reply->body, "notices");

    while (sim_element(&rest, &object)) {
        id = sim_member(object, "notify_id");
        again = sim_manages(world, "operator.notice_replay");
        sim_add(again, "notify_id", phone_copy(&again->arena, id));
        sim_send(world, again);
    }
}


void
sim_manage(sim_people_t *people)
{
    sim_world_t     *world;
    sim_exchange_t  *exchange;
    sim_merchant_t  *merchant;

    world = people->world;
    merchant = &people->merchant[sim_below(&world->random,
                                           world->swarm.merchants)];

    switch (sim_below(&world->random, 8)) {

    case 0:
        exchange = sim_manages(world, "operator.merchant_list");
        break;

    case 1:
        exchange = sim_manages(world, "operator.merchant_get");
        sim_add(exchange, "merchant_id", merchant->id);
        break;

    case 2:
        if (!merchant->shut) {
            merchant->shut = 1;
            sim_shop_status(world, merchant, "CLOSED", sim_closed);
        }

        return;

    case 3:
        exchange = sim_manages(world, "operator.pin_reset");
        sim_add(exchange, "phone",
                people->payer[sim_below(&world->random,
                                        world->swarm.payers)].number);
        break;

    case 4:
    case 5:
    case 6:
        exchange = sim_ask_for(world, "operator.notices", sim_notices_seen,
                               NULL);
        break;

    default:
        exchange = sim_manages(world, "operator.notices_replay");
        sim_add(exchange, "merchant_id", merchant->id);
        break;
    }

    sim_send(world, exchange);
}
