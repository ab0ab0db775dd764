
/* Bank cards in the hands of payers: bound with the proof or without it, by
   their holder or by another, removed, made the default. */


#include "folk.h"


static void
sim_card_answered(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_payer_t  *payer;

    sim_answer_came(world);

    payer = exchange->client;
    sim_forget_cookie(payer, exchange, reply);

    /* there is another one to pay with, or one less */

    if (reply != NULL && !reply->refused) {
        payer->ncards = 0;
    }
}


static void
sim_add_pin(sim_exchange_t *exchange, const sim_payer_t *payer)
{
    sim_add(exchange, "pin",
            phone_copy(&exchange->arena,
                       phone_cstr(payer->pin[0] ? payer->pin : "280417")));
}


static void
sim_bind(sim_payer_t *payer, const sim_payer_t *holder, phone_str_t cookie)
{
    int                  right;
    unsigned             n;
    sim_world_t         *world;
    sim_exchange_t      *exchange;
    const sim_issued_t  *issued;

    world = payer->world;

    if (holder->nissued == 0) {
        return;
    }

    issued = &holder->issued[sim_below(&world->random, holder->nissued)];
    right = sim_below(&world->random, 4) != 0;

    for (n = (unsigned) sim_between(&world->random, 1, 3); n; n--) {
        exchange = sim_payer_asks(payer, cookie, "bill.card_bind",
                                  sim_card_answered);
        exchange->must_fail = !right || holder != payer;
        sim_add(exchange, "card_no", issued->card_no);
        sim_add(exchange, "proof", right ? issued->proof
                                         : PHONE_STR("000000"));
        sim_add_pin(exchange, payer);
        sim_send(world, exchange);
    }
}


/* Whoever has removed a card tries whether it still pays, by its id or as the
   default. */

static void
sim_unbind_answered(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    phone_str_t   card;
    sim_payer_t  *payer;

    sim_answer_came(world);

    payer = exchange->client;
    sim_forget_cookie(payer, exchange, reply);

    if (reply == NULL || reply->refused || world->stopped) {
        return;
    }

    card = sim_below(&world->random, 2)
           ? sim_copy(world->memory, sim_sent(exchange, "card_id"))
           : PHONE_EMPTY;
    sim_pay_with(payer, exchange->cookie, card);
    payer->ncards = 0;
}


static void
sim_unbind(sim_payer_t *payer, const sim_payer_t *holder, phone_str_t cookie)
{
    unsigned         n;
    phone_str_t      card;
    sim_world_t     *world;
    sim_exchange_t  *exchange;

    world = payer->world;

    if (holder->ncards == 0) {
        return;
    }

    card = holder->card[sim_below(&world->random, holder->ncards)];

    exchange = sim_payer_asks(payer, cookie, "bill.card_remove",
                              sim_unbind_answered);
    exchange->must_fail = holder != payer;
    sim_add(exchange, "card_id", card);
    sim_add_pin(exchange, payer);
    sim_send(world, exchange);

    for (n = (unsigned) sim_below(&world->random, 4); n && holder == payer;
         n--)
    {
        sim_pay_with(payer, cookie, card);
    }
}


static void
sim_choose(sim_payer_t *payer, const sim_payer_t *holder, phone_str_t cookie)
{
    sim_world_t     *world;
    sim_exchange_t  *exchange;

    world = payer->world;

    if (holder->ncards == 0) {
        return;
    }

    exchange = sim_payer_asks(payer, cookie, "bill.card_default",
                              sim_card_answered);
    exchange->must_fail = holder != payer;
    sim_add(exchange, "card_id",
            holder->card[sim_below(&world->random, holder->ncards)]);
    sim_send(world, exchange);
}


static void
sim_proof_answered(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    (void) exchange;
    (void) reply;

    sim_answer_came(world);
}


/* The bank gives him another proof; whether it is the one that counts now he
   does not know. */

static void
sim_prove_anew(sim_payer_t *payer)
{
    sim_world_t     *world;
    sim_issued_t    *issued;
    sim_exchange_t  *exchange;

    world = payer->world;
    exchange = sim_ask_for(world, "operator.card_proof", sim_proof_answered,
                           NULL);

    if (payer->nissued == 0 || sim_below(&world->random, 8) == 0) {
        exchange->must_fail = 1;
        sim_add(exchange, "card_no", PHONE_STR("4111111111111111"));
        sim_add(exchange, "proof", PHONE_STR("280417"));

    } else {
        issued = &payer->issued[sim_below(&world->random, payer->nissued)];
        issued->proof = sim_text(world, "%u", (unsigned)
                                 sim_between(&world->random, 100000, 999999));
        sim_add(exchange, "card_no", issued->card_no);
        sim_add(exchange, "proof", issued->proof);
    }

    sim_send(world, exchange);
}


void
sim_manage_cards(sim_payer_t *payer, phone_str_t cookie)
{
    sim_world_t        *world;
    const sim_payer_t  *holder;

    world = payer->world;
    holder = sim_below(&world->random, 5)
             ? payer
             : &world->people->payer[sim_below(&world->random,
                                               world->swarm.payers)];

    switch (sim_below(&world->random, 12)) {

    case 0:
    case 1:
    case 2:
        sim_unbind(payer, holder, cookie);
        break;

    case 3:
    case 4:
        sim_choose(payer, holder, cookie);
        break;

    case 5:
        sim_prove_anew(payer);
        break;

    default:
        sim_bind(payer, holder, cookie);
    }
}
