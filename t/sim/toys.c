
/*
 * Somebody who plays with the toys (t/toys): primitives that no shipped
 * endpoint uses yet meet the same faults.
 */


#include "folk.h"
#include "answer.h"


#define SIM_TOYS_MAX  4                      /* calls of a run */


static void sim_toy_step(sim_world_t *world, void *data);


void
sim_toys_start(sim_people_t *people)
{
    unsigned      n;
    sim_world_t  *world;

    world = people->world;

    for (n = (unsigned) sim_below(&world->random, SIM_TOYS_MAX + 1); n; n--) {
        sim_at(world, sim_between(&world->random, 0, 10 * SIM_SECOND),
               sim_toy_step, people);
    }
}


static void
sim_toy_turned(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_answer_came(world);

    if (sim_unclear(reply)) {
        return;
    }

    if (reply->refused
        || !phone_is(sim_member(reply->body, "turned"), "topaet"))
    {
        sim_violation(world, "call %u: teapot turned round is %.*s",
                      exchange->serial, PHONE_ARGS(reply->body));
    }
}


static void
sim_toy_step(sim_world_t *world, void *data)
{
    sim_exchange_t  *exchange;

    if (world->stopped) {
        return;
    }

    exchange = sim_ask_for(world, "toy.turn", sim_toy_turned, data);
    sim_add(exchange, "text", PHONE_STR("teapot"));

    sim_send(world, exchange);
}
