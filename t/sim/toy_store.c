
/* Who plays with what the store is made of: numbers with a floor, jobs. */


#include <stdio.h>

#include "folk.h"
#include "answer.h"
#include "toys.h"


#define SIM_TAKES   10                       /* numbers of takes */
#define SIM_DRAWS   3                        /* keys of somebody's draws */
#define SIM_TAKERS  5                        /* at a time */
#define SIM_JOBS    3
#define SIM_WRONG   2                    /* others, with wrong steps */


/* The auditor looks at what is stored. */

static void
sim_toy_done(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    (void) exchange;
    (void) reply;

    sim_answer_came(world);
}


/* What was taken is there; what was refused is not. */

static void
sim_toy_taken(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    char         text[160];
    size_t       len;
    phone_str_t  key, stock, no;

    sim_answer_came(world);

    if (sim_unclear(reply) || world->failovers) {
        return;
    }

    stock = sim_sent(exchange, "stock");
    no = sim_sent(exchange, "take_no");
    len = (size_t) snprintf(text, sizeof(text),
                            "phone:{%03u}:toy_taken:%.*s:%.*s",
                            phone_bucket_of(stock, world->buckets),
                            PHONE_ARGS(stock), PHONE_ARGS(no));
    key = (phone_str_t) { len, text };

    if (!reply->refused
        && !phone_equal(sim_member(reply->body, "taken"),
                        sim_store_string(world->store, sim_wall(world), key)))
    {
        sim_violation(world, "call %u: %.*s is not what was taken",
                      exchange->serial, PHONE_ARGS(reply->body));
    }
}


/* Somebody who is logged in sends calls with one key, some at the same time,
   and uses that key later as well: one of them takes from the stock. */

static void
sim_toy_drew(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_answer_came(world);
    sim_forget_cookie(exchange->client, exchange, reply);

    if (sim_unclear(reply) || reply->refused) {
        return;
    }

    sim_count(world, DRAWN);

    if (!phone_equal(sim_member(reply->body, "taken"),
                     sim_sent(exchange, "n")))
    {
        sim_violation(world, "call %u: %.*s is not what was drawn",
                      exchange->serial, PHONE_ARGS(reply->body));
    }
}


static void
sim_toy_draw(sim_people_t *people)
{
    unsigned         n, key;
    phone_str_t      cookie;
    sim_world_t     *world;
    sim_payer_t     *payer;
    sim_exchange_t  *exchange;

    world = people->world;
    payer = sim_toy_payer(people, &cookie);

    if (payer == NULL) {
        return;
    }

    key = (unsigned) sim_below(&world->random, SIM_DRAWS);

    for (n = (unsigned) sim_between(&world->random, 2, 6); n; n--) {
        exchange = sim_payer_asks(payer, cookie, "toy.draw", sim_toy_drew);
        exchange->key = sim_text(world, "draw-%u", key);
        sim_add(exchange, "stock", PHONE_STR("stock"));
        sim_add_int(exchange, "n", 1 + key % 3);
        sim_send(world, exchange);
    }
}


void
sim_toy_take(sim_people_t *people)
{
    char             text[16];
    size_t           len;
    unsigned         n;
    sim_world_t     *world;
    sim_exchange_t  *exchange;

    world = people->world;

    if (sim_below(&world->random, 2)) {
        exchange = sim_ask_for(world, "toy.fill", sim_toy_done, people);
        sim_add(exchange, "stock", PHONE_STR("stock"));
        sim_add_int(exchange, "left", SIM_TOY_STOCK);
        sim_send(world, exchange);
    }

    for (n = (unsigned) sim_between(&world->random, 1, SIM_TAKERS); n; n--) {
        len = (size_t) snprintf(text, sizeof(text), "%u",
                                (unsigned) sim_below(&world->random,
                                                     SIM_TAKES));

        exchange = sim_ask_for(world, "toy.take", sim_toy_taken, people);
        sim_add(exchange, "stock", PHONE_STR("stock"));
        sim_add(exchange, "take_no",
                sim_copy(world->memory, (phone_str_t) { len, text }));
        sim_add_int(exchange, "n", sim_between(&world->random, 1, 9));
        sim_send(world, exchange);

        sim_toy_draw(people);
    }

    exchange = sim_ask_for(world, "toy.takes", sim_toy_done, people);
    sim_add(exchange, "stock", PHONE_STR("stock"));
    sim_send(world, exchange);
}


/* One of some jobs: it is started, looked at, and now and then stopped. */

void
sim_toy_count(sim_people_t *people)
{
    char             id[16], name[16];
    size_t           len;
    unsigned         n;
    phone_str_t      job;
    sim_world_t     *world;
    sim_exchange_t  *exchange;

    static const char *const  wrong[SIM_WRONG] = { "rich", "astray" };

    world = people->world;
    n = (unsigned) sim_below(&world->random, SIM_JOBS + SIM_WRONG);
    len = (size_t) snprintf(id, sizeof(id), "%03u-job%u",
                            n * 5 % world->buckets, n);
    job = sim_copy(world->memory, (phone_str_t) { len, id });

    /* the last ones have steps that can never be committed */

    len = n < SIM_JOBS
          ? (size_t) snprintf(name, sizeof(name), "ear%u", n)
          : (size_t) snprintf(name, sizeof(name), "%s", wrong[n - SIM_JOBS]);

    exchange = sim_ask_for(world, "toy.count", sim_toy_done, people);
    sim_add(exchange, "job_id", job);
    sim_add_int(exchange, "to", sim_between(&world->random, 0, 60));
    sim_add_int(exchange, "by", sim_between(&world->random, 1, 20));
    sim_add_int(exchange, "refuses",
                sim_below(&world->random, 8) ? sim_between(&world->random, 0,
                                                           90) : 256);
    sim_add(exchange, "name",
            sim_copy(world->memory, (phone_str_t) { len, name }));
    sim_send(world, exchange);

    exchange = sim_ask_for(world, sim_below(&world->random, 4) ? "toy.job"
                                                               : "toy.cancel",
                           sim_toy_done, people);
    sim_add(exchange, "job_id", job);
    sim_send(world, exchange);
}
