
/*
 * Payers hand bills on: to each other, to somebody who has had it, to a number
 * that nobody has, twice at once, and take some back; and accept or decline
 * what was handed on to them, or what was not.
 */


#include "folk.h"


static void sim_hand_answered(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply);


static sim_exchange_t *
sim_hand_asks(sim_payer_t *payer, phone_str_t cookie, const char *endpoint,
    phone_str_t bill)
{
    sim_exchange_t  *exchange;

    exchange = sim_payer_asks(payer, cookie, endpoint, sim_hand_answered);
    sim_add(exchange, "bill_id", bill);

    return exchange;
}


static void
sim_hand_on(sim_payer_t *payer, phone_str_t cookie, phone_str_t bill,
    phone_str_t to)
{
    sim_exchange_t  *exchange;

    exchange = sim_hand_asks(payer, cookie, "bill.delegate", bill);
    sim_add(exchange, "phone", to);
    sim_send(payer->world, exchange);
}


static phone_str_t
sim_somebody(sim_world_t *world)
{
    return sim_below(&world->random, 12)
           ? world->people->payer[sim_below(&world->random,
                                            world->swarm.payers)].number
           : PHONE_STR("+8613999999998");
}


/* One after the other, so that some have not had it. */

static phone_str_t
sim_next_friend(sim_payer_t *payer)
{
    return payer->world->people->payer[++payer->friends
                                       % payer->world->swarm.payers].number;
}


/* People talk: who gets a bill, or gets it back, is told.  Who has had it is
   not asked again. */

static void
sim_hand_answered(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    unsigned      i;
    phone_str_t   other;
    sim_payer_t  *payer;

    sim_answer_came(world);
    sim_forget_cookie(exchange->client, exchange, reply);

    if (reply == NULL || world->calm || world->stopped) {
        return;
    }

    payer = exchange->client;

    if (reply->refused && reply->refusal == PHONE_HAND_ON_LOOP
        && sim_below(&world->random, 6))
    {
        sim_hand_on(payer, sim_copy(world->memory, exchange->cookie),
                    sim_copy(world->memory, sim_sent(exchange, "bill_id")),
                    sim_next_friend(payer));
    }

    if (reply->refused || sim_is_call(exchange, "bill.accept")
        || sim_is_call(exchange, "bill.recall"))
    {
        return;
    }

    if (sim_is_call(exchange, "bill.delegate")
        && sim_below(&world->random, 4) == 0)
    {
        sim_send(world, sim_hand_asks(payer,
                                      sim_copy(world->memory,
                                               exchange->cookie),
                                      "bill.recall",
                                      sim_copy(world->memory,
                                               sim_sent(exchange,
                                                        "bill_id"))));
    }

    other = sim_member(reply->body, sim_is_call(exchange, "bill.delegate")
                                    ? "handed_to" : "handed_by");

    for (i = 0; i < world->swarm.payers; i++) {

        if (phone_equal(world->people->payer[i].number, other)) {
            sim_look_at_bills(&world->people->payer[i]);
        }
    }
}


static void
sim_accept(sim_payer_t *payer, phone_str_t cookie, phone_str_t bill)
{
    unsigned         x;
    sim_world_t     *world;
    sim_exchange_t  *exchange;

    world = payer->world;
    x = (unsigned) sim_below(&world->random, 3);

    exchange = sim_hand_asks(payer, cookie, "bill.accept", bill);

    if (x) {
        sim_add(exchange, "tell_merchant", x == 1 ? PHONE_STR("1")
                                                  : PHONE_STR("0"));
    }

    sim_send(world, exchange);
}


/* One call, or two that run into each other. */

void
sim_hand(sim_payer_t *payer, phone_str_t cookie)
{
    unsigned      n;
    phone_str_t   bill;
    sim_world_t  *world;

    world = payer->world;
    bill = payer->bill[sim_below(&world->random, payer->nbills)];

    for (n = sim_below(&world->random, 4) ? 1 : 2; n; n--) {

        switch (sim_below(&world->random, 7)) {

        case 0:
            sim_send(world, sim_hand_asks(payer, cookie, "bill.decline",
                                          bill));
            break;

        case 6:
            sim_send(world, sim_hand_asks(payer, cookie, "bill.recall",
                                          bill));
            break;

        case 1:
        case 2:
            sim_accept(payer, cookie, bill);
            break;

        default:
            sim_hand_on(payer, cookie, bill, sim_somebody(world));
        }
    }
}


void
sim_pass_on(sim_payer_t *payer, phone_str_t cookie, phone_str_t shown)
{
    phone_str_t   bill, status;
    sim_world_t  *world;

    world = payer->world;
    status = sim_member(shown, "status");

    if (world->calm || world->stopped || sim_below(&world->random, 4) == 0) {
        return;
    }

    bill = sim_copy(world->memory, sim_member(shown, "bill_id"));
    cookie = sim_copy(world->memory, cookie);

    if (phone_is(status, "OFFERED")) {

        if (sim_below(&world->random, 4)) {
            sim_accept(payer, cookie, bill);

        } else {
            sim_send(world, sim_hand_asks(payer, cookie, "bill.decline",
                                          bill));
        }

    } else if ((phone_is(status, "CREATED") || phone_is(status, "PUSHED"))
               && (sim_member(shown, "handed_by").len
                   || sim_member(shown, "declined_by").len))
    {
        sim_hand_on(payer, cookie, bill, sim_next_friend(payer));
    }
}
