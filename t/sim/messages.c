
/* A merchant writes to the buyers and payers of his orders: about what has come
   of them, about what has not, and too often. */


#include <stdio.h>

#include "folk.h"


#define SIM_MESSAGES_MOST  6             /* of an order */


static void
sim_message_answered(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    (void) exchange;
    (void) reply;

    sim_answer_came(world);
}


/* Some numbers of messages come twice, with the same or with other words. */

static void
sim_send_message(sim_merchant_t *merchant, const sim_order_t *order)
{
    unsigned         n;
    char             text[64];
    sim_random_t    *random;
    sim_exchange_t  *exchange;

    random = &merchant->world->random;
    n = (unsigned) sim_below(random, SIM_MESSAGES_MOST);

    exchange = sim_ask_for(merchant->world, "message.create",
                           sim_message_answered, merchant);

    sim_add(exchange, "out_trade_no", phone_cstr(order->no));
    snprintf(text, sizeof(text), "%s-%u", order->no, n);
    sim_add(exchange, "message_no",
            phone_copy(&exchange->arena, phone_cstr(text)));
    sim_add(exchange, "to", n % 2 ? PHONE_STR("PAYER") : PHONE_STR("BUYER"));
    sim_add(exchange, "result", sim_below(random, 2) ? PHONE_STR("SUCCESS")
                                                     : PHONE_STR("FAILURE"));
    snprintf(text, sizeof(text), "Your order %s, part %u%s", order->no, n,
             sim_below(random, 8) ? "" : ", again");
    sim_add(exchange, "text", phone_copy(&exchange->arena, phone_cstr(text)));

    sim_sign_in_order(merchant, exchange);
    sim_send(merchant->world, exchange);
}


void
sim_send_messages(sim_merchant_t *merchant, const sim_order_t *order)
{
    unsigned  n;

    for (n = (unsigned) sim_between(&merchant->world->random, 1, 5); n; n--) {
        sim_send_message(merchant, order);
    }
}
