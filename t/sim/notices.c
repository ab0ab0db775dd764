
/* A merchant looks at his bills, his notices and his keys, and has some notices
   sent again. */


#include <stdio.h>

#include "folk.h"
#include "auditing.h"
#include "answer.h"


static void
sim_notices_answered(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    (void) exchange;
    (void) reply;

    sim_answer_came(world);
}


static void
sim_list_notices(sim_merchant_t *merchant, const sim_order_t *order)
{
    sim_random_t    *random;
    sim_exchange_t  *exchange;

    static const char *const  states[] = {
        "PENDING", "DELIVERED", "EXHAUSTED"
    };

    random = &merchant->world->random;
    exchange = sim_ask_for(merchant->world, "notice.list",
                           sim_notices_answered, merchant);

    if (order->acked && sim_below(random, 2)) {
        sim_add(exchange, "bill_id", order->bill_id);
    }

    if (sim_below(random, 3) == 0) {
        sim_add(exchange, "state",
                phone_cstr(states[sim_below(random, 3)]));
    }

    sim_add_int(exchange, "limit", sim_between(random, 1, 50));
    sim_sign_in_order(merchant, exchange);
    sim_send(merchant->world, exchange);
}


static void
sim_list_keys(sim_merchant_t *merchant)
{
    sim_exchange_t  *exchange;

    exchange = sim_ask_for(merchant->world, "key.list", sim_notices_answered,
                           merchant);

    sim_sign_in_order(merchant, exchange);
    sim_send(merchant->world, exchange);
}


static void sim_list_bills(sim_merchant_t *merchant, phone_str_t state,
    const sim_exchange_t *page, phone_str_t before);


/* He turns the pages, most of the time. */

static void
sim_bills_answered(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    phone_str_t  next;

    sim_answer_came(world);

    if (reply == NULL || reply->refused || world->stopped
        || sim_below(&world->random, 4) == 0)
    {
        return;
    }

    next = sim_member(reply->body, "next_before");

    if (next.len) {
        exchange->shown += sim_elements(sim_member(reply->body, "bills"));
        sim_list_bills(exchange->client, sim_sent(exchange, "state"), exchange,
                       next);
    }
}


/* The first page, or the one behind page. */

static void
sim_list_bills(sim_merchant_t *merchant, phone_str_t state,
    const sim_exchange_t *page, phone_str_t before)
{
    phone_str_t      since;
    sim_world_t     *world;
    sim_exchange_t  *exchange;

    world = merchant->world;
    exchange = sim_ask_for(world, "bill.made", sim_bills_answered, merchant);

    if (state.len) {
        sim_add(exchange, "state", phone_copy(&exchange->arena, state));
    }

    if (page != NULL) {
        sim_add(exchange, "before", phone_copy(&exchange->arena, before));
        exchange->bills = page->bills;
        exchange->shown = page->shown;
        since = sim_sent(page, "since");

        if (since.len) {
            sim_add(exchange, "since", phone_copy(&exchange->arena, since));
        }

    } else if (sim_below(&world->random, 6) == 0) {
        sim_add_int(exchange, "since",
                    (sim_wall(world) - (int64_t) sim_below(&world->random,
                                                           3 * 3600000))
                    / 1000);
    }

    if (sim_below(&world->random, 3)) {
        sim_add_int(exchange, "limit", sim_between(&world->random, 1, 100));
    }

    sim_sign_in_order(merchant, exchange);
    sim_send(world, exchange);
}


static void
sim_list_own_bills(sim_merchant_t *merchant)
{
    static const char *const  states[] = {
        "", "", "OPEN", "PAID", "CLOSED", "PUSHED"
    };

    sim_list_bills(merchant,
                   phone_cstr(states[sim_below(&merchant->world->random, 6)]),
                   NULL, PHONE_EMPTY);
}


static void sim_check_endpoint(sim_merchant_t *merchant, phone_str_t check);


typedef struct {
    sim_merchant_t          *merchant;
    phone_str_t              check;
} sim_checking_t;


static void
sim_check_again(sim_world_t *world, void *data)
{
    sim_checking_t  *checking;

    checking = data;

    if (!world->stopped) {
        sim_check_endpoint(checking->merchant, checking->check);
    }
}


/* He looks until it is over. */

static void
sim_check_answered(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_checking_t  *checking;

    sim_answer_came(world);

    if (reply == NULL || reply->refused || world->stopped
        || !phone_is(sim_member(reply->body, "state"), "RUNNING"))
    {
        return;
    }

    checking = sim_zalloc(world->memory, sizeof(sim_checking_t));
    checking->merchant = exchange->client;
    checking->check = sim_copy(world->memory, sim_member(reply->body,
                                                         "check_id"));

    sim_at(world, sim_between(&world->random, SIM_SECOND, 20 * SIM_SECOND),
           sim_check_again, checking);
}


static void
sim_check_endpoint(sim_merchant_t *merchant, phone_str_t check)
{
    sim_exchange_t  *exchange;

    exchange = sim_ask_for(merchant->world, "notice.check",
                           sim_check_answered, merchant);

    if (check.len) {
        sim_add(exchange, "check_id", check);
    }

    sim_sign_in_order(merchant, exchange);
    sim_send(merchant->world, exchange);
}


/* All that were acknowledged, or one of them. */

static void
sim_replay_some(sim_merchant_t *merchant, const sim_order_t *order)
{
    char             id[64];
    sim_random_t    *random;
    sim_exchange_t  *exchange;

    random = &merchant->world->random;
    exchange = sim_ask_for(merchant->world, "notice.replay",
                           sim_notices_answered, merchant);

    if (!order->acked || sim_below(random, 8) == 0) {
        sim_add(exchange, "since", PHONE_STR("0"));
        sim_add_int(exchange, "all", (int64_t) sim_below(random, 2));
        merchant->world->all_asked = 1;

    } else {
        snprintf(id, sizeof(id), "%.*s.bill.1", PHONE_ARGS(order->bill_id));
        sim_add(exchange, "notify_id",
                phone_copy(&exchange->arena, phone_cstr(id)));
        sim_notice(merchant->world->auditor, phone_cstr(id))->asked = 1;
    }

    sim_sign_in_order(merchant, exchange);
    sim_send(merchant->world, exchange);
}


void
sim_manage_notices(sim_merchant_t *merchant, const sim_order_t *order)
{
    if (sim_below(&merchant->world->random, 8) == 0) {
        sim_list_keys(merchant);

    } else if (sim_below(&merchant->world->random, 5) == 0) {
        sim_list_own_bills(merchant);

    } else if (sim_below(&merchant->world->random, 6) == 0) {
        sim_check_endpoint(merchant, PHONE_EMPTY);

    } else if (sim_below(&merchant->world->random, 2)) {
        sim_list_notices(merchant, order);

    } else {
        sim_replay_some(merchant, order);
    }
}
