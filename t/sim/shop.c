
/*
 * A merchant's shop: posts bills, asks again when it does not know what became
 * of them, and now and then sends what is not in order.
 */


#include <stdio.h>

#include "folk.h"
#include "lib/signature.h"


/* What is wrong with a call on purpose. */
typedef enum {
    SIM_IN_ORDER,
    SIM_BAD_SIGNATURE,
    SIM_BAD_DIGEST,
    SIM_STALE,
    SIM_UNKNOWN_KEY
} sim_flaw_t;


static void sim_merchant_step(sim_world_t *world, void *data);
static void sim_merchant_act(sim_merchant_t *merchant);
static void sim_order_new(sim_merchant_t *merchant);
static void sim_order_post(sim_merchant_t *merchant, sim_order_t *order,
    int64_t amount, sim_flaw_t flaw);
static void sim_order_answered(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply);
static void sim_order_query(sim_merchant_t *merchant, sim_order_t *order);
static void sim_order_close(sim_merchant_t *merchant, sim_order_t *order);
static sim_exchange_t *sim_order_asks(sim_merchant_t *merchant,
    sim_order_t *order, const char *endpoint);
static void sim_query_answered(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply);
static void sim_overhear(sim_merchant_t *merchant,
    const sim_exchange_t *exchange);
static void sim_replay_late(sim_world_t *world, void *data);
static void sim_replay(sim_merchant_t *merchant);
static void sim_misdirect(sim_world_t *world, const phone_fields_t *fields);
static void sim_sign_with(sim_merchant_t *merchant, sim_exchange_t *exchange,
    sim_shop_key_t key, sim_flaw_t flaw);
static void sim_sign(sim_merchant_t *merchant, sim_exchange_t *exchange,
    sim_flaw_t flaw);


void
sim_merchant_start(sim_merchant_t *merchant)
{
    sim_at(merchant->world, 0, sim_merchant_step, merchant);
}


static void
sim_merchant_step(sim_world_t *world, void *data)
{
    sim_merchant_t  *merchant;

    merchant = data;

    if (!merchant->ready) {

        if (!world->stopped && !world->calm) {
            sim_at(world, 20 * SIM_MS, sim_merchant_step, merchant);
        }

        return;
    }

    if (!sim_may_act(world, &world->people->shops_actions)) {
        return;
    }

    if (sim_chance(&world->random, world->swarm.trespass)) {
        sim_poach(merchant);

    } else {
        sim_merchant_act(merchant);
    }

    if (sim_fault(world, world->swarm.rotate)) {
        sim_rotate(merchant);
    }

    sim_at(world, sim_between(&world->random, 1, world->swarm.pause),
           sim_merchant_step, merchant);
}


static void
sim_merchant_act(sim_merchant_t *merchant)
{
    unsigned       x;
    sim_order_t   *order;
    sim_random_t  *random;

    random = &merchant->world->random;
    x = (unsigned) sim_below(random, 100);

    if (merchant->norders == 0 || (x < 50 && merchant->norders
                                             < SIM_ORDERS_MAX))
    {
        sim_order_new(merchant);
        return;
    }

    order = &merchant->order[sim_below(random, merchant->norders)];

    if (x < 62) {
        sim_order_post(merchant, order, order->amount, SIM_IN_ORDER);

    } else if (x < 67) {
        sim_order_post(merchant, order, order->amount + 1, SIM_IN_ORDER);

    } else if (x < 72) {
        sim_order_post(merchant, order, order->amount,
                       (sim_flaw_t) sim_between(random, SIM_BAD_SIGNATURE,
                                                SIM_UNKNOWN_KEY));

    } else if (x < 76) {
        sim_replay(merchant);

    } else if (x < 79) {
        sim_order_close(merchant, order);

    } else if (x < 91) {
        sim_refund(merchant, order);

    } else if (x < 92) {
        sim_ask_balance(merchant);

    } else if (x < 93) {
        sim_ask_payouts(merchant);

    } else if (x < 94) {
        sim_ask_statement(merchant);

    } else if (x < 97) {
        sim_manage_notices(merchant, order);
        sim_send_messages(merchant, order);

    } else {
        sim_order_query(merchant, order);
    }
}


/* Some call twice, at once. */

void
sim_remember_order(sim_merchant_t *merchant)
{
    unsigned       x, n;
    sim_order_t   *order;
    sim_random_t  *random;

    random = &merchant->world->random;

    if (merchant->norders == 0) {
        return;
    }

    order = &merchant->order[sim_below(random, merchant->norders)];
    x = (unsigned) sim_below(random, 100);

    for (n = 1 + (unsigned) sim_below(random, 2); n; n--) {

        if (x < 35) {
            sim_order_post(merchant, order, order->amount, SIM_IN_ORDER);

        } else if (x < 45) {
            sim_order_post(merchant, order, order->amount + 1, SIM_IN_ORDER);

        } else if (x < 50) {
            sim_order_close(merchant, order);

        } else if (x < 80) {
            sim_refund(merchant, order);

        } else {
            sim_order_query(merchant, order);
        }
    }
}


/* Orders */

static void
sim_order_new(sim_merchant_t *merchant)
{
    sim_order_t   *order;
    sim_world_t   *world;
    sim_random_t  *random;

    world = merchant->world;
    random = &world->random;

    order = &merchant->order[merchant->norders];

    snprintf(order->no, sizeof(order->no), "N%u-%u", merchant->number,
             merchant->norders++);

    order->amount = sim_between(random, 1, 1 << sim_between(random, 3, 13));

    if (world->swarm.huge && sim_below(random, 3) == 0) {
        order->amount += SIM_HUGE;
    }

    order->currency = sim_below(random, 16) ? PHONE_EMPTY
                                            : sim_foreign(world);
    order->payer = sim_below(random, 12)
                   ? world->people->payer[sim_below(random,
                                                    world->swarm.payers)]
                         .number
                   : PHONE_STR("+8613999999999");
    order->buyer = sim_below(random, 8)
                   ? world->people->payer[sim_below(random,
                                                    world->swarm.payers)]
                         .number
                   : PHONE_STR("+8613999999997");

    sim_order_post(merchant, order, order->amount, SIM_IN_ORDER);

    /* an impatient buyer clicks twice */

    if (sim_below(random, 8) == 0) {
        sim_order_post(merchant, order, order->amount, SIM_IN_ORDER);
    }
}


static void
sim_order_post(sim_merchant_t *merchant, sim_order_t *order, int64_t amount,
    sim_flaw_t flaw)
{
    sim_exchange_t  *exchange;

    exchange = sim_ask_for(merchant->world, "bill.create", sim_order_answered,
                           merchant);
    exchange->about = order;
    exchange->must_fail = flaw != SIM_IN_ORDER
                          || (order->acked && amount != order->amount);
    exchange->expected = flaw != SIM_IN_ORDER ? PHONE_SIGN_ERROR
                                              : PHONE_ORDER_MISMATCH;

    sim_add(exchange, "out_trade_no", phone_cstr(order->no));
    sim_add_int(exchange, "amount", amount);
    sim_add(exchange, "payer_phone", order->payer);
    sim_add(exchange, "subject", PHONE_STR("Green tea, 500 g"));

    if (order->no[strlen(order->no) - 1] % 4 == 0) {
        sim_add(exchange, "notify_url", merchant->order_url);
    }

    if (order->no[strlen(order->no) - 1] % 3 == 0) {
        sim_add(exchange, "buyer_phone", order->buyer);
    }

    if (order->currency.len) {
        sim_add(exchange, "currency", order->currency);
    }

    sim_sign(merchant, exchange, flaw);
    sim_send(merchant->world, exchange);
}


static void
sim_order_again(sim_world_t *world, void *data)
{
    sim_order_t     *order;
    sim_merchant_t  *merchant;

    order = data;

    if (world->stopped) {
        return;
    }

    merchant = &world->people->merchant[order->no[1] - '0'];

    sim_order_post(merchant, order, order->amount, SIM_IN_ORDER);
}


static void
sim_order_answered(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    phone_str_t         amount;
    sim_order_t        *order;
    const phone_str_t  *sent;

    sim_answer_came(world);

    order = exchange->about;
    sent = phone_field(&exchange->fields, "amount");

    if (sim_unclear(reply)) {

        if (sim_below(&world->random, 5)) {
            sim_at(world, sim_between(&world->random, SIM_MS, SIM_SECOND),
                   sim_order_again, order);
        }

        return;
    }

    if (reply->refused) {
        amount = phone_int(&exchange->arena, order->amount);

        if (reply->refusal == PHONE_ORDER_MISMATCH && order->acked
            && phone_equal(*sent, amount))
        {
            sim_violation(world, "invariant 6: order %s is refused as another",
                      order->no);
        }

        return;
    }

    if (!order->acked) {
        order->acked = 1;
        order->bill_id = sim_copy(world->memory,
                                  sim_member(reply->body, "bill_id"));

        /* which of two posts with two amounts came first is now known */

        (void) phone_parse_int(*sent, &order->amount);
    }
}


static void
sim_order_query(sim_merchant_t *merchant, sim_order_t *order)
{
    sim_exchange_t  *exchange;

    exchange = sim_order_asks(merchant, order, "bill.query");

    sim_sign(merchant, exchange, SIM_IN_ORDER);
    sim_send(merchant->world, exchange);
}


/* Whether it is paid by then nobody knows. */

static void
sim_order_close(sim_merchant_t *merchant, sim_order_t *order)
{
    sim_exchange_t  *exchange;

    exchange = sim_order_asks(merchant, order, "bill.close");

    if (sim_below(&merchant->world->random, 2)) {
        sim_add(exchange, "reason", PHONE_STR("sold out"));
    }

    sim_sign(merchant, exchange, SIM_IN_ORDER);
    sim_send(merchant->world, exchange);
}


static sim_exchange_t *
sim_order_asks(sim_merchant_t *merchant, sim_order_t *order,
    const char *endpoint)
{
    sim_exchange_t  *exchange;

    exchange = sim_ask_for(merchant->world, endpoint, sim_query_answered,
                           merchant);
    exchange->about = order;

    if (order->acked && sim_below(&merchant->world->random, 2)) {
        sim_add(exchange, "bill_id", order->bill_id);

    } else {
        sim_add(exchange, "out_trade_no", phone_cstr(order->no));
    }

    return exchange;
}


static void
sim_query_answered(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_order_t  *order;

    sim_answer_came(world);

    if (sim_unclear(reply) || reply->refused) {
        return;
    }

    order = exchange->about;

    if (order->acked
        && !phone_equal(sim_member(reply->body, "bill_id"), order->bill_id))
    {
        sim_violation(world, "invariant 6: order %s has another bill now",
                      order->no);
    }

    if (sim_is_call(exchange, "bill.close") && !world->calm
        && !world->stopped && sim_below(&world->random, 2))
    {
        sim_send_messages(exchange->client, order);
    }
}


/* Signatures */

void
sim_sign_in_order(sim_merchant_t *merchant, sim_exchange_t *exchange)
{
    sim_sign(merchant, exchange, SIM_IN_ORDER);
}


void
sim_sign_as(sim_merchant_t *merchant, sim_exchange_t *exchange,
    phone_str_t id)
{
    phone_str_t  own;

    own = merchant->id;
    merchant->id = id;
    sim_sign(merchant, exchange, SIM_IN_ORDER);
    merchant->id = own;
}


static void
sim_sign(sim_merchant_t *merchant, sim_exchange_t *exchange, sim_flaw_t flaw)
{
    sim_sign_with(merchant, exchange, sim_key_at_hand(merchant), flaw);
}


void
sim_sign_at_till(sim_merchant_t *merchant, sim_exchange_t *exchange,
    sim_shop_key_t key)
{
    sim_sign_with(merchant, exchange, key, SIM_IN_ORDER);
}


static void
sim_sign_with(sim_merchant_t *merchant, sim_exchange_t *exchange,
    sim_shop_key_t key, sim_flaw_t flaw)
{
    int64_t         seconds;
    sim_world_t    *world;
    phone_str_t     text, sign, sign_type;
    unsigned char   nonce[12];

    world = merchant->world;
    seconds = sim_wall(world) / 1000;
    sign_type = sim_key_type(merchant, key);

    if (merchant->ahead) {
        seconds += merchant->ahead;
    }

    if (flaw == SIM_STALE) {
        seconds -= world->settings.clock_skew / 1000 + 3600;
    }

    sim_random_bytes(&world->random, nonce, sizeof(nonce));

    sim_add(exchange, "merchant_id", merchant->id);
    sim_add(exchange, "key_id", flaw == SIM_UNKNOWN_KEY
                                ? PHONE_STR("k9")
                                : phone_copy(&exchange->arena,
                                             phone_cstr(key.id)));
    sim_add(exchange, "service", phone_cstr(exchange->endpoint->name));
    sim_add_int(exchange, "timestamp", seconds);
    sim_add(exchange, "nonce",
            phone_hex(&exchange->arena,
                      (phone_str_t) { sizeof(nonce), (const char *) nonce }));
    sim_add(exchange, "sign_type", sign_type);

    if (phone_sign_fields(world->lab->env.crypto, &exchange->arena,
                          &exchange->fields, &text)
        != 0)
    {
        sim_violation(world, "a merchant cannot sign");
        return;
    }

    sign = sim_signature(&exchange->arena, key.text, sign_type,
                         flaw == SIM_BAD_SIGNATURE ? PHONE_STR("x") : text);

    sim_add(exchange, "sign", sign);

    if (flaw == SIM_BAD_DIGEST) {

        /* altered on the way: the amount, signed before */

        exchange->fields.field[1].value = PHONE_STR("1000000");
    }

    if (flaw == SIM_IN_ORDER && exchange->about != NULL
        && (sim_is_call(exchange, "bill.create")
            || sim_is_call(exchange, "bill.close")
            || sim_is_call(exchange, "refund.create"))
        && sim_below(&world->random, 4) == 0)
    {
        exchange->overheard = 1;
        sim_overhear(merchant, exchange);
    }
}


/* A call that somebody has recorded: he sends it to another address at once,
   and to its own later. */

static void
sim_overhear(sim_merchant_t *merchant, const sim_exchange_t *exchange)
{
    unsigned              i;
    sim_memory_t         *memory;
    const phone_field_t  *field;

    memory = merchant->world->memory;
    merchant->overheard.n = 0;
    merchant->overheard_call = exchange->endpoint->name;
    merchant->overheard_about = exchange->about;

    for (i = 0; i < exchange->fields.n; i++) {
        field = &exchange->fields.field[i];
        phone_fields_add(&merchant->overheard, sim_copy(memory, field->name),
                         sim_copy(memory, field->value));
    }

    sim_misdirect(merchant->world, &merchant->overheard);

    sim_at(merchant->world,
           sim_between(&merchant->world->random, 0,
                       merchant->world->settings.clock_skew
                       + merchant->ahead * 1000) * SIM_MS,
           sim_replay_late, merchant);
}


/* As late as the time in it lets it in. */

static void
sim_replay_late(sim_world_t *world, void *data)
{
    sim_merchant_t  *merchant;

    merchant = data;

    if (!world->calm && !world->stopped) {
        sim_replay(merchant);
    }
}


static sim_answered_pt
sim_overheard_answered(const char *call)
{
    if (strcmp(call, "bill.close") == 0) {
        return sim_query_answered;
    }

    return strcmp(call, "refund.create") == 0 ? sim_refund_answered
                                              : sim_order_answered;
}


static void
sim_replay(sim_merchant_t *merchant)
{
    sim_world_t     *world;
    sim_exchange_t  *exchange;

    world = merchant->world;

    if (merchant->overheard.n == 0) {
        return;
    }

    if (sim_below(&world->random, 4) == 0) {
        sim_misdirect(world, &merchant->overheard);
        return;
    }

    exchange = sim_ask_for(world, merchant->overheard_call,
                           sim_overheard_answered(merchant->overheard_call),
                           merchant);
    exchange->about = merchant->overheard_about;
    exchange->fields = merchant->overheard;

    sim_send(world, exchange);
}


static void
sim_misdirected(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    (void) exchange;
    (void) reply;

    sim_answer_came(world);
}


/* To the address of another call: the auditor sees that it gets nothing. */

static void
sim_misdirect(sim_world_t *world, const phone_fields_t *fields)
{
    unsigned                 i, n;
    sim_exchange_t          *exchange;
    const phone_endpoint_t  *other[SIM_ENDPOINTS_MAX];

    for (i = n = 0; phone_endpoints[i] != NULL; i++) {
        if (phone_endpoints[i]->who == PHONE_MERCHANT
            && !phone_is(*phone_field(fields, "service"),
                         phone_endpoints[i]->name))
        {
            other[n++] = phone_endpoints[i];
        }
    }

    exchange = sim_ask_for(world, other[sim_below(&world->random, n)]->name,
                           sim_misdirected, NULL);
    exchange->must_fail = 1;
    exchange->fields = *fields;

    sim_send(world, exchange);
}
