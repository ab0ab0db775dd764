
/*
 * A merchant's refunds: all of a bill or a part, too much, twice, with other
 * fields, of bills that nobody has paid; and what he asks about them.
 */


#define _GNU_SOURCE

#include <stdio.h>

#include "folk.h"


static void sim_refund_new(sim_merchant_t *merchant, sim_order_t *order);
static void sim_refund_send(sim_refund_t *refund, int64_t amount);
static void sim_refund_again(sim_world_t *world, void *data);
static void sim_refund_ask(sim_refund_t *refund);
static void sim_refund_asked(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply);


void
sim_refund(sim_merchant_t *merchant, sim_order_t *order)
{
    sim_refund_t  *refund;
    sim_random_t  *random;

    random = &merchant->world->random;

    if (merchant->paid != NULL && sim_below(random, 4)) {
        order = merchant->paid;
    }

    refund = order->refund;

    switch (refund == NULL ? 0 : sim_below(random, 8)) {

    case 0:
    case 1:
    case 2:
        sim_refund_new(merchant, order);
        break;

    case 3:
        sim_refund_send(refund, refund->amount);
        break;

    case 4:

        /* with another amount: once it is known to be made, refused */

        sim_refund_send(refund, refund->amount + 1);
        break;

    case 5:

        /* two parts at a time */

        sim_refund_new(merchant, order);
        sim_refund_new(merchant, order);
        break;

    default:
        sim_refund_ask(refund);
    }
}


/* "...&out_trade_no=N0-17&...&status=PAID&..." */

void
sim_refund_heard(sim_merchant_t *merchant, phone_str_t body)
{
    unsigned              n;
    const char           *p;
    static const char     name[] = "out_trade_no=N0-";

    p = memmem(body.data, body.len, name, sizeof(name) - 4);

    if (p == NULL || memmem(body.data, body.len, "=PAID", 5) == NULL) {
        return;
    }

    for (p += sizeof(name) - 1, n = 0; *p >= '0' && *p <= '9'; p++) {
        n = n * 10 + (unsigned) (*p - '0');
    }

    if (n < merchant->norders) {
        merchant->paid = &merchant->order[n];
    }
}


static void
sim_refund_new(sim_merchant_t *merchant, sim_order_t *order)
{
    sim_world_t   *world;
    sim_refund_t  *refund;
    sim_random_t  *random;

    world = merchant->world;
    random = &world->random;

    refund = sim_zalloc(world->memory, sizeof(sim_refund_t));
    refund->merchant = merchant;
    refund->order = order;
    refund->by_id = order->acked && sim_below(random, 2);
    refund->with_reason = sim_below(random, 2) != 0;

    snprintf(refund->no, sizeof(refund->no), "R%u-%u", merchant->number,
             merchant->nrefunds++);

    switch (sim_below(random, 4)) {

    case 0:
        refund->amount = order->amount;
        break;

    case 1:
        refund->amount = sim_between(random, 1, 2 * order->amount);
        break;

    default:
        refund->amount = sim_between(random, 1, (order->amount + 3) / 4);
    }

    order->refund = refund;
    sim_refund_send(refund, refund->amount);

    /* an impatient clerk clicks twice */

    if (sim_below(random, 4) == 0) {
        sim_refund_send(refund, refund->amount);
    }
}


static void
sim_refund_send(sim_refund_t *refund, int64_t amount)
{
    sim_merchant_t  *merchant;
    sim_exchange_t  *exchange;

    merchant = refund->merchant;
    exchange = sim_ask_for(merchant->world, "refund.create",
                           sim_refund_answered, merchant);
    exchange->about = refund;

    if (refund->acked && amount != refund->amount) {
        exchange->must_fail = 1;
        exchange->exactly = 1;
        exchange->expected = PHONE_ORDER_MISMATCH;
    }

    if (refund->by_id) {
        sim_add(exchange, "bill_id", refund->order->bill_id);

    } else {
        sim_add(exchange, "out_trade_no", phone_cstr(refund->order->no));
    }

    sim_add(exchange, "out_refund_no", phone_cstr(refund->no));
    sim_add_int(exchange, "amount", amount);

    if (refund->with_reason) {
        sim_add(exchange, "reason", PHONE_STR("too bitter"));
    }

    sim_sign_in_order(merchant, exchange);
    sim_send(merchant->world, exchange);
}


static void
sim_refund_again(sim_world_t *world, void *data)
{
    sim_refund_t  *refund;

    refund = data;

    if (!world->stopped) {
        sim_refund_send(refund, refund->amount);
    }
}


void
sim_refund_answered(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_refund_t  *refund;

    sim_answer_came(world);

    refund = exchange->about;

    if (sim_unclear(reply)) {

        if (sim_below(&world->random, 5)) {
            sim_at(world, sim_between(&world->random, SIM_MS, SIM_SECOND),
                   sim_refund_again, refund);
        }

        return;
    }

    if (reply->refused) {
        return;
    }

    /* which of two calls with two amounts came first is now known */

    (void) phone_parse_int(sim_sent(exchange, "amount"), &refund->amount);
    refund->acked = 1;
}


void
sim_ask_balance(sim_merchant_t *merchant)
{
    sim_world_t     *world;
    sim_exchange_t  *exchange;

    world = merchant->world;
    exchange = sim_ask_for(world, "balance.query", sim_refund_asked,
                           merchant);

    if (sim_below(&world->random, 3) == 0) {
        sim_add(exchange, "currency", PHONE_STR("USD"));
    }

    sim_sign_in_order(merchant, exchange);
    sim_send(world, exchange);
}


void
sim_ask_payouts(sim_merchant_t *merchant)
{
    sim_exchange_t  *exchange;

    exchange = sim_ask_for(merchant->world, "payout.list", sim_refund_asked,
                           merchant);
    sim_add(exchange, "limit", PHONE_STR("50"));
    sim_sign_in_order(merchant, exchange);
    sim_send(merchant->world, exchange);
}


static void
sim_refund_ask(sim_refund_t *refund)
{
    sim_merchant_t  *merchant;
    sim_exchange_t  *exchange;

    merchant = refund->merchant;
    exchange = sim_ask_for(merchant->world, "refund.query", sim_refund_asked,
                           merchant);

    sim_add(exchange, "out_refund_no", phone_cstr(refund->no));
    sim_sign_in_order(merchant, exchange);
    sim_send(merchant->world, exchange);
}


static void
sim_refund_asked(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    (void) exchange;
    (void) reply;

    sim_answer_came(world);
}
