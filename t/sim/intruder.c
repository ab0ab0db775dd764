
/*
 * People who try what is not theirs: ids of somebody else in every place where
 * an id goes, sessions that are over, fields that are missing or make no sense.
 * All of it is refused; most times it is known how.
 */


#include <stdio.h>

#include "folk.h"


static void sim_tried(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply);


/* A call that must fail, and how. */

static sim_exchange_t *
sim_wrongly(sim_exchange_t *exchange, phone_refusal_t refusal)
{
    exchange->must_fail = 1;
    exchange->exactly = 1;
    exchange->expected = refusal;

    return exchange;
}


static sim_exchange_t *
sim_tries(sim_payer_t *payer, phone_str_t cookie, const char *endpoint)
{
    return sim_payer_asks(payer, cookie, endpoint, sim_tried);
}


static void
sim_tried(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_answer_came(world);

    if (exchange->endpoint->who == PHONE_SESSION && exchange->client != NULL) {
        sim_forget_cookie(exchange->client, exchange, reply);
    }
}


/* Payers */

static sim_payer_t *
sim_another(sim_payer_t *payer)
{
    sim_payer_t  *other;
    sim_world_t  *world;

    world = payer->world;
    other = &world->people->payer[sim_below(&world->random,
                                            world->swarm.payers)];

    return other == payer ? NULL : other;
}


static phone_str_t
sim_own_pin(sim_payer_t *payer)
{
    return payer->pin[0]
           ? sim_copy(payer->world->memory, phone_cstr(payer->pin))
           : PHONE_STR("280417");
}


/* The bill of somebody else: seen, handed on, accepted, and paid with one's own
   card. */

static void
sim_try_bill(sim_payer_t *payer, phone_str_t cookie, phone_str_t bill)
{
    unsigned                  i;
    sim_exchange_t           *exchange;
    static const char *const  ends[] = {
        "bill.delegate", "bill.accept", "bill.decline", "bill.recall",
        "bill.reject"
    };

    exchange = sim_wrongly(sim_tries(payer, cookie, "bill.get"),
                           PHONE_BILL_NOT_FOUND);
    sim_add(exchange, "bill_id", bill);
    sim_send(payer->world, exchange);

    for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        exchange = sim_wrongly(sim_tries(payer, cookie, ends[i]),
                               PHONE_BILL_NOT_FOUND);
        sim_add(exchange, "bill_id", bill);

        if (i == 0) {
            sim_add(exchange, "phone", PHONE_STR("+8613800009999"));
        }

        sim_send(payer->world, exchange);
    }

    exchange = sim_wrongly(sim_tries(payer, cookie, "bill.pay"),
                           PHONE_BILL_NOT_FOUND);
    sim_add(exchange, "bill_id", bill);
    sim_add(exchange, "card_id", payer->ncards ? payer->card[0] : bill);
    sim_add(exchange, "pin",
            phone_copy(&exchange->arena, sim_own_pin(payer)));
    sim_send(payer->world, exchange);
}


/* One's own bill, with the card of somebody else. */

static void
sim_try_card(sim_payer_t *payer, phone_str_t cookie, phone_str_t card)
{
    sim_exchange_t  *exchange;

    if (payer->nbills == 0 || payer->pin[0] == '\0') {
        return;
    }

    exchange = sim_tries(payer, cookie, "bill.pay");
    exchange->must_fail = 1;
    sim_add(exchange, "bill_id", payer->bill[payer->nbills - 1]);
    sim_add(exchange, "card_id", card);
    sim_add(exchange, "pin",
            phone_copy(&exchange->arena, sim_own_pin(payer)));
    sim_send(payer->world, exchange);
}


/* What the payer was shown is not what is asked for. */

static void
sim_try_shown(sim_payer_t *payer, phone_str_t cookie)
{
    sim_exchange_t  *exchange;

    if (payer->nbills == 0 || payer->ncards == 0) {
        return;
    }

    exchange = sim_tries(payer, cookie, "bill.pay");
    exchange->must_fail = 1;
    sim_add(exchange, "bill_id", payer->bill[0]);
    sim_add(exchange, "card_id", payer->card[0]);
    sim_add(exchange, "pin",
            phone_copy(&exchange->arena, sim_own_pin(payer)));

    if (sim_below(&payer->world->random, 2)) {
        sim_add(exchange, "amount", PHONE_STR("99999999"));

    } else {
        sim_add(exchange, "payee", PHONE_STR("shop7-007"));
    }

    sim_send(payer->world, exchange);
}


/* Sessions: one that was made up, none, and ends of one's own. */

static void
sim_try_session(sim_payer_t *payer, phone_str_t cookie)
{
    char            *text;
    phone_str_t      forged;
    sim_world_t     *world;
    sim_payer_t     *other;
    sim_exchange_t  *exchange;

    world = payer->world;
    other = sim_another(payer);

    forged = sim_copy(world->memory, cookie);
    text = (char *) (uintptr_t) forged.data;
    text[forged.len / 2] = text[forged.len / 2] == 'A' ? 'B' : 'A';

    exchange = sim_wrongly(sim_tries(payer, forged, "bill.cards"),
                           PHONE_LOGIN_REQUIRED);
    sim_send(world, exchange);

    exchange = sim_wrongly(sim_tries(payer, PHONE_EMPTY, "session.list"),
                           PHONE_LOGIN_REQUIRED);
    sim_send(world, exchange);

    /* what was one's own once, or still is somebody else's in name only */

    if (payer->old_cookie.len) {
        exchange = sim_wrongly(sim_tries(payer, payer->old_cookie,
                                         "bill.list"),
                               PHONE_LOGIN_REQUIRED);
        sim_send(world, exchange);
    }

    if (other != NULL && other->old_cookie.len) {
        exchange = sim_wrongly(sim_tries(payer, other->old_cookie,
                                         "session.me"),
                               PHONE_LOGIN_REQUIRED);
        exchange->number = other->number;
        sim_send(world, exchange);
    }
}


/* One's own code, for the number of somebody else. */

void
sim_try_code(sim_payer_t *payer)
{
    sim_payer_t     *other;
    sim_exchange_t  *exchange;

    other = sim_another(payer);

    if (other == NULL) {
        return;
    }

    exchange = sim_tries(payer, PHONE_EMPTY, "session.login");
    exchange->must_fail = 1;
    exchange->number = other->number;
    sim_add(exchange, "phone", other->number);
    sim_add(exchange, "password", payer->code);
    sim_send(payer->world, exchange);
}


static void
sim_manage_sessions(sim_payer_t *payer, phone_str_t cookie)
{
    sim_world_t     *world;
    sim_exchange_t  *exchange;

    world = payer->world;

    switch (sim_below(&world->random, 6)) {

    case 0:
        exchange = sim_wrongly(sim_tries(payer, cookie, "session.revoke"),
                               PHONE_NOT_FOUND);
        sim_add(exchange, "slot", PHONE_STR("99"));
        break;

    case 1:
        exchange = sim_tries(payer, cookie, "session.revoke");
        sim_add(exchange, "slot", PHONE_STR("others"));
        break;

    case 2:
        exchange = sim_tries(payer, cookie, "session.revoke");
        sim_add(exchange, "slot",
                phone_int(&exchange->arena, sim_between(&world->random, 0,
                                                        7)));
        break;

    case 3:
        exchange = sim_tries(payer, cookie, "session.list");
        break;

    default:
        exchange = sim_tries(payer, cookie, "session.me");
    }

    sim_send(world, exchange);
}


/* Passwords are right, forgotten, weak, or of before. */

static void
sim_manage_password(sim_payer_t *payer, phone_str_t cookie)
{
    sim_world_t     *world;
    sim_exchange_t  *exchange;

    world = payer->world;
    exchange = sim_tries(payer, cookie, "session.password");

    if (sim_below(&world->random, 3) == 0) {
        sim_wrongly(exchange, PHONE_PASSWORD_WEAK);
        sim_add(exchange, "password", PHONE_STR("1234"));

    } else {
        sim_add(exchange, "password",
                sim_below(&world->random, 2) ? PHONE_STR("Green-tea-500-g")
                                             : PHONE_STR("Black-tea-500-g"));

        if (sim_below(&world->random, 2)) {
            sim_add(exchange, "old_password", PHONE_STR("Green-tea-500-g"));
        }
    }

    sim_send(world, exchange);
}


/* Fields that are missing, senseless, or of another kind. */

static void
sim_try_fields(sim_payer_t *payer, phone_str_t cookie)
{
    sim_world_t     *world;
    sim_exchange_t  *exchange;

    world = payer->world;

    switch (sim_below(&world->random, 8)) {

    case 7:
        exchange = sim_wrongly(sim_tries(payer, PHONE_EMPTY, "session.code"),
                               PHONE_SMS_NUMBER);
        sim_add(exchange, "phone", PHONE_STR("+862161234567"));
        break;

    case 6:
        exchange = sim_wrongly(sim_tries(payer, PHONE_EMPTY, "session.code"),
                               PHONE_SMS_COUNTRY);
        sim_add(exchange, "phone", PHONE_STR("+12125550123"));
        break;

    case 0:
        exchange = sim_wrongly(sim_tries(payer, cookie, "bill.list"),
                               PHONE_PARAM_INVALID);
        sim_add(exchange, "state", PHONE_STR("pushd"));
        break;

    case 1:
        exchange = sim_wrongly(sim_tries(payer, cookie, "bill.list"),
                               PHONE_PARAM_INVALID);
        sim_add(exchange, "before", PHONE_STR("yesterday"));
        break;

    case 2:
        exchange = sim_wrongly(sim_tries(payer, cookie, "bill.pin"),
                               PHONE_PIN_WEAK);
        sim_add(exchange, "pin", PHONE_STR("123456"));
        break;

    case 3:
        exchange = sim_wrongly(sim_tries(payer, cookie, "bill.pin"),
                               PHONE_PARAM_MISSING);
        break;

    case 4:
        exchange = sim_wrongly(sim_tries(payer, cookie, "bill.get"),
                               PHONE_NOT_FOUND);
        sim_add(exchange, "bill_id", PHONE_STR("shop0-000:N0-1"));
        break;

    default:
        exchange = sim_tries(payer, cookie, "bill.get");
        exchange->must_fail = 1;
        sim_add(exchange, "bill_id", payer->ncards
                                     ? payer->card[0] : PHONE_STR("x"));
    }

    sim_send(world, exchange);
}


void
sim_trespass(sim_payer_t *payer, phone_str_t cookie)
{
    sim_payer_t  *other;
    sim_world_t  *world;

    world = payer->world;
    other = sim_another(payer);

    switch (sim_below(&world->random, 12)) {

    case 9:
    case 10:
    case 11:
        sim_try_envelope(payer, cookie);
        break;

    case 0:
    case 1:

        if (other != NULL && other->nbills) {
            sim_try_bill(payer, cookie,
                         other->bill[sim_below(&world->random,
                                               other->nbills)]);
        }

        break;

    case 2:
    case 3:

        if (other != NULL && other->ncards) {
            sim_try_card(payer, cookie,
                         other->card[sim_below(&world->random,
                                               other->ncards)]);
        }

        break;

    case 4:
        sim_try_shown(payer, cookie);
        break;

    case 5:
        sim_try_session(payer, cookie);
        break;

    case 6:
        sim_manage_sessions(payer, cookie);
        break;

    case 7:
        sim_manage_password(payer, cookie);
        break;

    default:
        sim_try_fields(payer, cookie);
    }
}


/* Merchants */

static sim_exchange_t *
sim_poaches(sim_merchant_t *merchant, const char *endpoint)
{
    return sim_ask_for(merchant->world, endpoint, sim_tried, NULL);
}


/* Bills and orders of another merchant, and calls in his name. */

static void
sim_poach_from(sim_merchant_t *merchant, sim_merchant_t *other)
{
    char             notice[64];
    sim_order_t     *order;
    sim_world_t     *world;
    sim_exchange_t  *exchange;

    world = merchant->world;
    order = &other->order[sim_below(&world->random, other->norders)];

    if (other->paid != NULL && other->paid->acked
        && sim_below(&world->random, 2))
    {
        exchange = sim_wrongly(sim_poaches(merchant, "notice.replay"),
                               PHONE_NOT_FOUND);
        snprintf(notice, sizeof(notice), "%.*s.bill.1",
                 PHONE_ARGS(other->paid->bill_id));
        sim_add(exchange, "notify_id",
                phone_copy(&exchange->arena, phone_cstr(notice)));
        sim_sign_in_order(merchant, exchange);

    } else if (order->acked && sim_below(&world->random, 4) == 0) {
        exchange = sim_wrongly(sim_poaches(merchant, "refund.create"),
                               PHONE_BILL_NOT_FOUND);
        sim_add(exchange, "bill_id", order->bill_id);
        sim_add(exchange, "out_refund_no", PHONE_STR("mine"));
        sim_add(exchange, "amount", PHONE_STR("1"));
        sim_sign_in_order(merchant, exchange);

    } else if (order->refund != NULL && sim_below(&world->random, 4) == 0) {
        exchange = sim_wrongly(sim_poaches(merchant, "refund.query"),
                               PHONE_REFUND_NOT_FOUND);
        sim_add(exchange, "out_refund_no", phone_cstr(order->refund->no));
        sim_sign_in_order(merchant, exchange);

    } else if (order->acked && sim_below(&world->random, 4) == 0) {
        exchange = sim_wrongly(sim_poaches(merchant, "notice.list"),
                               PHONE_BILL_NOT_FOUND);
        sim_add(exchange, "bill_id", order->bill_id);
        sim_sign_in_order(merchant, exchange);

    } else if (order->acked && sim_below(&world->random, 2)) {
        exchange = sim_wrongly(sim_poaches(merchant,
                                           sim_below(&world->random, 2)
                                           ? "bill.query" : "bill.close"),
                               PHONE_BILL_NOT_FOUND);
        sim_add(exchange, "bill_id", order->bill_id);
        sim_sign_in_order(merchant, exchange);

    } else if (sim_below(&world->random, 2)) {
        exchange = sim_wrongly(sim_poaches(merchant, "bill.query"),
                               PHONE_BILL_NOT_FOUND);
        sim_add(exchange, "out_trade_no", phone_cstr(order->no));
        sim_sign_in_order(merchant, exchange);

    } else {
        exchange = sim_poaches(merchant, "bill.query");
        exchange->must_fail = 1;
        sim_add(exchange, "out_trade_no", phone_cstr(order->no));
        sim_sign_as(merchant, exchange, other->id);
    }

    sim_send(world, exchange);
}


static void
sim_poach_fields(sim_merchant_t *merchant)
{
    sim_world_t     *world;
    sim_exchange_t  *exchange;

    world = merchant->world;

    switch (sim_below(&world->random, 5)) {

    case 4:      /* a value that could be read as another field */
        exchange = sim_poaches(merchant, "bill.query");
        exchange->must_fail = 1;
        sim_add(exchange, "out_trade_no", PHONE_STR("one"));
        sim_sign_in_order(merchant, exchange);
        sim_add(exchange, "note", PHONE_STR("tea&amount=1"));
        break;

    case 0:
        exchange = sim_poaches(merchant, "bill.query");
        exchange->must_fail = 1;
        sim_sign_in_order(merchant, exchange);
        break;

    case 1:
        exchange = sim_wrongly(sim_poaches(merchant, "bill.create"),
                               PHONE_PARAM_MISSING);
        sim_add(exchange, "out_trade_no", PHONE_STR("never"));
        sim_add(exchange, "amount", PHONE_STR("100"));
        sim_sign_in_order(merchant, exchange);
        break;

    case 2:
        exchange = sim_wrongly(sim_poaches(merchant, "bill.create"),
                               PHONE_PARAM_INVALID);
        sim_add(exchange, "out_trade_no", PHONE_STR("never"));
        sim_add(exchange, "amount", sim_below(&world->random, 2)
                                    ? PHONE_STR("0") : PHONE_STR("1e3"));
        sim_add(exchange, "payer_phone",
                world->people->payer[0].number);
        sim_add(exchange, "subject", PHONE_STR("Air"));
        sim_sign_in_order(merchant, exchange);
        break;

    default:
        exchange = sim_poaches(merchant, "bill.query");
        exchange->must_fail = 1;
        sim_add(exchange, "out_trade_no", PHONE_STR("one"));
        sim_sign_in_order(merchant, exchange);
        sim_add(exchange, "out_trade_no", PHONE_STR("two"));
    }

    sim_send(world, exchange);
}


void
sim_poach(sim_merchant_t *merchant)
{
    sim_world_t     *world;
    sim_merchant_t  *other;

    world = merchant->world;
    other = &world->people->merchant[sim_below(&world->random,
                                               world->swarm.merchants)];

    if (other != merchant && other->norders && sim_below(&world->random, 3)) {
        sim_poach_from(merchant, other);
        return;
    }

    sim_poach_fields(merchant);
}


/* The operator's slips of the finger */

static void
sim_slip_again(sim_people_t *people, const sim_chore_t *chore)
{
    unsigned         i, other, owner;
    sim_world_t     *world;
    sim_exchange_t  *exchange;

    world = people->world;
    exchange = sim_wrongly(sim_ask_for(world, chore->endpoint, sim_tried,
                                       NULL), PHONE_EXISTS);

    /* a card of one number is bound to another */

    owner = strcmp(chore->endpoint, "operator.bank_cards") == 0
            && sim_below(&world->random, 2);
    other = owner;

    for (i = 0; i < chore->n; i++) {

        if (owner && phone_is(chore->name[i], "phone")) {
            phone_fields_add(&exchange->fields, chore->name[i],
                             PHONE_STR("+8613800009999"));

        } else if (!owner && (phone_is(chore->name[i], "balance")
                              || phone_is(chore->name[i], "amount")))
        {
            phone_fields_add(&exchange->fields, chore->name[i],
                             PHONE_STR("77"));
            other = 1;

        } else if (phone_is(chore->name[i], "name")
                   && chore->merchant != NULL)
        {
            phone_fields_add(&exchange->fields, chore->name[i],
                             PHONE_STR("Another Shop"));
            other = 1;

        } else {
            phone_fields_add(&exchange->fields, chore->name[i],
                             chore->value[i]);
        }
    }

    if (!other || strcmp(chore->endpoint, "operator.accounts") == 0) {
        exchange->must_fail = 0;
        exchange->exactly = 0;
    }

    sim_send(world, exchange);
}


/* A merchant that collects keys, until there are too many. */

static void
sim_slip_keys(sim_people_t *people)
{
    unsigned         i;
    sim_world_t     *world;
    sim_exchange_t  *exchange;

    world = people->world;
    exchange = sim_ask_for(world, "operator.merchants", sim_tried, NULL);
    sim_add(exchange, "merchant_id", PHONE_STR("collector"));
    sim_add(exchange, "name", PHONE_STR("Collector"));
    sim_add(exchange, "public_key",
            sim_shop_key(&people->merchant[0], 1).text);
    sim_send(world, exchange);

    for (i = 2; i < 11; i++) {
        exchange = sim_ask_for(world, "operator.keys", sim_tried, NULL);
        sim_add(exchange, "merchant_id", PHONE_STR("collector"));
        sim_add(exchange, "key_id", phone_format(&exchange->arena, "k%u", i));
        sim_add(exchange, "public_key",
                sim_shop_key(&people->merchant[0], i).text);
        sim_send(world, exchange);
    }
}


void
sim_slip(sim_people_t *people)
{
    sim_world_t        *world;
    sim_exchange_t     *exchange;
    const sim_chore_t  *chore;

    world = people->world;

    switch (sim_below(&world->random, 14)) {

    case 13:
        exchange = sim_wrongly(sim_ask_for(world, "operator.bank_settle",
                                           sim_tried, NULL), PHONE_NOT_FOUND);
        sim_add(exchange, "bank", PHONE_STR("nobank"));
        sim_add(exchange, "settle_no", PHONE_STR("slip"));
        break;

    case 12:
        exchange = sim_wrongly(sim_ask_for(world, "operator.payment_resume",
                                           sim_tried, NULL), PHONE_NOT_FOUND);
        sim_add(exchange, "payment_id",
                PHONE_STR("000-01J8ZQ4T9E6M2W7K3A5B8C0D1F"));
        break;

    case 7:
        exchange = sim_wrongly(sim_ask_for(world, "operator.settle", sim_tried,
                                           NULL), PHONE_MERCHANT_NOT_FOUND);
        sim_add(exchange, "merchant_id", PHONE_STR("nobody"));
        sim_add(exchange, "settle_no", PHONE_STR("slip"));
        break;

    case 6:
        exchange = sim_ask_for(world, "operator.settle", sim_tried, NULL);
        exchange->must_fail = !world->swarm.huge;
        sim_add(exchange, "merchant_id", people->merchant[0].id);
        sim_add(exchange, "settle_no", PHONE_STR("slip"));
        sim_add(exchange, "amount", PHONE_STR("1000000000000000"));
        break;

    case 5:
    case 8:
        sim_slip_keys(people);
        return;

    case 0:
        exchange = sim_wrongly(sim_ask_for(world, "operator.keys", sim_tried,
                                           NULL), PHONE_MERCHANT_NOT_FOUND);
        sim_add(exchange, "merchant_id", PHONE_STR("nobody"));
        sim_add(exchange, "key_id", PHONE_STR("k1"));
        sim_add(exchange, "public_key",
                sim_shop_key(&people->merchant[0], 1).text);
        break;

    case 1:
        exchange = sim_wrongly(sim_ask_for(world, "operator.bank_cards",
                                           sim_tried, NULL),
                               PHONE_PARAM_INVALID);
        sim_add(exchange, "phone", people->payer[0].number);
        sim_add(exchange, "card_no", PHONE_STR("6222020000000001"));
        sim_add(exchange, "balance", PHONE_STR("100"));
        break;

    case 2:
        exchange = sim_ask_for(world, sim_below(&world->random, 2)
                                      ? "operator.notices" : "bill.keys",
                               sim_tried, NULL);
        break;

    case 9:
        exchange = sim_ask_for(world, "bill.doctor", sim_tried, NULL);
        sim_add(exchange, "merchant_id", people->merchant[0].id);
        sim_add(exchange, "digest", PHONE_STR("x"));
        break;

    case 3:
        exchange = sim_wrongly(sim_ask_for(world, "operator.accounts",
                                           sim_tried, NULL),
                               PHONE_PARAM_INVALID);
        sim_add(exchange, "phone", people->payer[0].number);
        sim_add(exchange, "plan", PHONE_STR("free"));
        break;

    default:
        chore = &people->chore[sim_below(&world->random, people->nchores)];

        if (chore->done) {
            sim_slip_again(people, chore);
        }

        return;
    }

    sim_send(world, exchange);
}
