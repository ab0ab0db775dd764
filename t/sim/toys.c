
/*
 * Somebody who plays with the toys (t/toys): primitives that no shipped
 * endpoint uses yet meet the same faults.
 */


#include "folk.h"
#include "answer.h"
#include "merchant_keys.h"
#include "toys.h"


#define SIM_TOYS_MAX  16                     /* calls of a run */
#define SIM_TILL_KEY  phone_cstr(sim_merchant_keys[3])


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
sim_toy_added(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_answer_came(world);

    if (!sim_unclear(reply)
        && (reply->refused
            || !phone_is(sim_member(reply->body, "to"), "+8613800000001")))
    {
        sim_violation(world, "call %u: a list of one number is %.*s",
                      exchange->serial, PHONE_ARGS(reply->body));
    }
}


/* Texts and redirects are whole, whatever happens to other calls; what a
   merchant gets is signed. */

static void
sim_toy_came(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_answer_came(world);

    if (sim_unclear(reply) || reply->refused) {
        return;
    }

    if (reply->kind == PHONE_M_DOCUMENT
        ? reply->body.len == 0
          || (exchange->endpoint->who == PHONE_MERCHANT
              && reply->signature.len == 0)
        : !phone_is(reply->location, "/elsewhere"))
    {
        sim_violation(world, "call %u: half a reply", exchange->serial);
    }
}


static void
sim_toy_paper(sim_people_t *people)
{
    sim_exchange_t  *exchange;

    exchange = sim_ask_for(people->world,
                           sim_below(&people->world->random, 2)
                           ? "toy.paper" : "toy.paper_post",
                           sim_toy_came, people);
    sim_add(exchange, "text", PHONE_STR("a,b"));
    sim_send(people->world, exchange);
}


static void
sim_toy_statement(sim_people_t *people)
{
    sim_exchange_t  *exchange;

    exchange = sim_ask_for(people->world, "toy.statement", sim_toy_came,
                           people);
    sim_add(exchange, "date", PHONE_STR("2026-11-22"));
    sim_sign_in_order(&people->merchant[0], exchange);
    sim_send(people->world, exchange);
}


static void
sim_toy_leave(sim_people_t *people)
{
    sim_exchange_t  *exchange;

    exchange = sim_ask_for(people->world, "toy.leave", sim_toy_came, people);
    sim_add(exchange, "to", PHONE_STR("/elsewhere"));
    sim_send(people->world, exchange);
}


static void
sim_toy_turn(sim_people_t *people)
{
    sim_exchange_t  *exchange;

    exchange = sim_ask_for(people->world, "toy.turn", sim_toy_turned, people);
    sim_add(exchange, "text", PHONE_STR("teapot"));
    sim_send(people->world, exchange);
}


static void
sim_toy_list(sim_people_t *people)
{
    phone_str_t      bad;
    sim_exchange_t  *exchange;

    exchange = sim_ask_for(people->world, "toy.rows", sim_toy_added, people);
    (void) phone_form_parse(&exchange->arena, PHONE_STR("to[]=13800000001"),
                            &exchange->fields, &bad);
    sim_send(people->world, exchange);
}


/* A terminal posts what nobody else's may: not one with another key, nor one
   of another merchant. */

static void
sim_toy_posted(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_answer_came(world);

    if (!sim_unclear(reply) && !reply->refused
        && !phone_is(sim_member(reply->body, "terminal"), "till"))
    {
        sim_violation(world, "call %u: a terminal posts %.*s",
                      exchange->serial, PHONE_ARGS(reply->body));
    }
}


static void
sim_toy_post(sim_people_t *people, sim_merchant_t *merchant, phone_str_t key)
{
    sim_exchange_t  *exchange;

    exchange = sim_ask_for(people->world, "toy.till", sim_toy_posted, people);
    exchange->must_fail = !phone_equal(key, SIM_TILL_KEY)
                          || merchant != &people->merchant[0];
    sim_add(exchange, "row", PHONE_STR("r1"));
    sim_add(exchange, "terminal_id", PHONE_STR("till"));
    sim_sign_at_till(merchant, exchange, key);
    sim_send(people->world, exchange);
}


static void
sim_toy_till_opened(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_people_t  *people;

    people = exchange->client;
    sim_answer_came(world);

    if (sim_unclear(reply) || reply->refused) {
        return;
    }

    sim_toy_post(people, &people->merchant[0], SIM_TILL_KEY);
    sim_toy_post(people, &people->merchant[0],
                 phone_cstr(sim_merchant_keys[0]));

    if (world->swarm.merchants > 1) {
        sim_toy_post(people, &people->merchant[1], SIM_TILL_KEY);
    }
}


static void
sim_toy_till(sim_people_t *people)
{
    sim_exchange_t  *exchange;

    exchange = sim_ask_for(people->world, "operator.terminals",
                           sim_toy_till_opened, people);
    sim_add(exchange, "merchant_id", people->merchant[0].id);
    sim_add(exchange, "terminal_id", PHONE_STR("till"));
    sim_add(exchange, "public_key", SIM_TILL_KEY);
    sim_send(people->world, exchange);
}


static void
sim_toy_reported(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_answer_came(world);

    if (!sim_unclear(reply) && !reply->refused
        && !phone_is(sim_member(reply->body, "message"), "m1"))
    {
        sim_violation(world, "call %u: a report is answered %.*s",
                      exchange->serial, PHONE_ARGS(reply->body));
    }
}


static void
sim_toy_report(sim_people_t *people)
{
    sim_exchange_t  *exchange;

    exchange = sim_ask_for(people->world, "toy.report", sim_toy_reported,
                           people);
    sim_add(exchange, "message", PHONE_STR("m1"));
    sim_send(people->world, exchange);
}


static void
sim_toy_step(sim_world_t *world, void *data)
{
    static void  (*const toy[])(sim_people_t *people) = {
        sim_toy_turn, sim_toy_paper, sim_toy_statement, sim_toy_leave,
        sim_toy_list, sim_toy_take, sim_toy_count, sim_toy_till,
        sim_toy_report
    };

    if (!world->stopped) {
        toy[sim_below(&world->random, sizeof(toy) / sizeof(toy[0]))](data);
    }
}
