
/*
 * A payer with a phone: logs in, sets a PIN, looks at the bills, and pays
 * them, sometimes with two hands at once, with a card that is too poor, with
 * a PIN that is wrong, and again when nothing was heard.
 */


#include <stdio.h>

#include "folk.h"


/* A payment as it was asked for, to be asked for again. */
typedef struct {
    sim_payer_t             *payer;
    phone_str_t              bill;
    phone_str_t              card;
    phone_str_t              pay_id;
    char                     pin[8];
    unsigned                 wrong_pin:1;
    unsigned                 right_pin:1;    /* as long as it is not changed */
    unsigned                 pin_changes;    /* when it was right */
    unsigned                 tries;
} sim_payment_t;


static void sim_payer_step(sim_world_t *world, void *data);
static void sim_payer_act(sim_payer_t *payer, phone_str_t *cookie);
static sim_exchange_t *sim_payer_asks(sim_payer_t *payer, phone_str_t cookie,
    const char *endpoint, sim_answered_pt answered);
static void sim_log_in(sim_payer_t *payer, phone_str_t *cookie);
static void sim_set_pin(sim_payer_t *payer, phone_str_t cookie);
static void sim_log_out(sim_payer_t *payer, phone_str_t *cookie);
static void sim_look(sim_payer_t *payer, phone_str_t cookie);
static void sim_pay(sim_payer_t *payer, phone_str_t cookie);
static void sim_guess(sim_payer_t *payer, phone_str_t cookie);
static void sim_pay_send(sim_payment_t *payment, phone_str_t cookie);


void
sim_payer_start(sim_payer_t *payer)
{
    sim_at(payer->world, 0, sim_payer_step, payer);
}


static void
sim_payer_step(sim_world_t *world, void *data)
{
    phone_str_t  *cookie;
    sim_payer_t  *payer;

    payer = data;
    cookie = &payer->cookie[sim_below(&world->random, SIM_SESSIONS_MAX)];

    /* waits for the SMS, not for ever */

    if (cookie->len || payer->code.len || world->now >= payer->code_wanted) {

        if (!sim_may_act(world)) {
            return;
        }

        sim_payer_act(payer, cookie);

    } else if (world->calm || world->stopped) {
        return;
    }

    sim_at(world, sim_between(&world->random, 1, world->swarm.pause / 4),
           sim_payer_step, payer);
}


static void
sim_payer_act(sim_payer_t *payer, phone_str_t *cookie)
{
    unsigned       x;
    sim_random_t  *random;

    random = &payer->world->random;
    x = (unsigned) sim_below(random, 100);

    if (cookie->len == 0) {
        sim_log_in(payer, cookie);

    } else if (x < 4) {
        sim_log_out(payer, cookie);

    } else if (x < 7 || (payer->pin[0] == '\0' && x < 60)) {
        sim_set_pin(payer, *cookie);

    } else if (x < 35 || payer->nbills == 0 || payer->ncards == 0) {
        sim_look(payer, *cookie);

    } else if (sim_chance(random, payer->world->swarm.guess)) {
        sim_guess(payer, *cookie);

    } else {
        sim_pay(payer, *cookie);
    }
}


static sim_exchange_t *
sim_payer_asks(sim_payer_t *payer, phone_str_t cookie, const char *endpoint,
    sim_answered_pt answered)
{
    sim_exchange_t  *exchange;

    exchange = sim_ask_for(payer->world, endpoint, answered, payer);
    exchange->cookie = cookie;
    exchange->number = payer->number;

    return exchange;
}


/* Sessions */

static void
sim_code_answered(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    (void) exchange;
    (void) reply;

    sim_answer_came(world);
}


static void
sim_login_answered(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    phone_str_t  *cookie;

    sim_answer_came(world);

    if (reply == NULL || reply->refused) {
        return;
    }

    cookie = exchange->about;
    *cookie = sim_copy(world->memory, reply->cookie);
}


static void
sim_log_in(sim_payer_t *payer, phone_str_t *cookie)
{
    sim_world_t     *world;
    sim_exchange_t  *exchange;

    world = payer->world;

    if (payer->code.len == 0) {
        exchange = sim_payer_asks(payer, PHONE_EMPTY, "session.code",
                                  sim_code_answered);
        sim_add(exchange, "phone", payer->number);
        sim_send(world, exchange);

        payer->code_wanted = world->now
                             + sim_between(&world->random, 1, 20 * SIM_SECOND);
        return;
    }

    exchange = sim_payer_asks(payer, PHONE_EMPTY, "session.login",
                              sim_login_answered);
    exchange->about = cookie;
    sim_add(exchange, "phone", payer->number);

    if (sim_below(&world->random, 6) == 0) {
        sim_add(exchange, "password", PHONE_STR("not the code"));
        exchange->must_fail = 1;

    } else {
        sim_add(exchange, "password", payer->code);

        /* it is good once; whoever has not heard asks for another */

        if (sim_below(&world->random, 2)) {
            payer->code = PHONE_EMPTY;
        }
    }

    sim_send(world, exchange);
}


static void
sim_me_answered(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    (void) exchange;
    (void) reply;

    sim_answer_came(world);
}


/* Who has logged out tries the old cookie: it must not work any more. */

static void
sim_logout_answered(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_exchange_t  *me;

    sim_answer_came(world);

    if (reply == NULL || world->stopped) {
        return;
    }

    me = sim_payer_asks(exchange->client,
                        sim_copy(world->memory, exchange->cookie),
                        "session.me", sim_me_answered);
    me->must_fail = !reply->refused;
    sim_send(world, me);
}


static void
sim_log_out(sim_payer_t *payer, phone_str_t *cookie)
{
    sim_exchange_t  *exchange;

    exchange = sim_payer_asks(payer, *cookie, "session.logout",
                              sim_logout_answered);

    if (sim_below(&payer->world->random, 3)) {
        *cookie = PHONE_EMPTY;
    }

    sim_send(payer->world, exchange);
}


/* A call was told that nobody is logged in: the cookie is thrown away. */

static void
sim_forget_cookie(sim_payer_t *payer, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    unsigned  i;

    if (reply == NULL || !reply->refused
        || reply->refusal != PHONE_LOGIN_REQUIRED)
    {
        return;
    }

    for (i = 0; i < SIM_SESSIONS_MAX; i++) {

        if (phone_equal(payer->cookie[i], exchange->cookie)) {
            payer->cookie[i] = PHONE_EMPTY;
        }
    }
}


/* The PIN */

static void
sim_pin_answered(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_payer_t  *payer;

    sim_answer_came(world);

    payer = exchange->client;
    payer->pin_changing = 0;
    sim_forget_cookie(payer, exchange, reply);

    if (sim_unclear(reply)) {

        /* one of the two; the next payments will tell */

        payer->pin_known = 0;

        if (payer->pin[0] == '\0' || sim_below(&world->random, 2)) {
            memcpy(payer->pin, payer->next_pin, sizeof(payer->pin));
        }

        return;
    }

    if (!reply->refused) {
        memcpy(payer->pin, payer->next_pin, sizeof(payer->pin));
        payer->pin_known = 1;
    }
}


static void
sim_set_pin(sim_payer_t *payer, phone_str_t cookie)
{
    unsigned         i;
    sim_world_t     *world;
    sim_exchange_t  *exchange;

    world = payer->world;

    if (payer->pin_changing) {
        return;
    }

    payer->pin_changing = 1;
    payer->pin_changes++;

    exchange = sim_payer_asks(payer, cookie, "bill.pin", sim_pin_answered);

    if (payer->pin[0] != '\0') {
        sim_add(exchange, "old_pin",
                phone_copy(&exchange->arena, phone_cstr(payer->pin)));
    }

    /* none starts with 0: those are the guesses */

    for (i = 0; i < 6; i++) {
        payer->next_pin[i] = (char) sim_between(&world->random,
                                                i ? '0' : '1', '9');
    }

    sim_add(exchange, "pin",
            phone_copy(&exchange->arena, phone_cstr(payer->next_pin)));
    sim_send(world, exchange);
}


/* Bills and cards */

static void
sim_look_answered(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    phone_str_t       rest, object;
    sim_payer_t      *payer;
    sim_seen_bill_t  *bill;

    sim_answer_came(world);

    payer = exchange->client;
    sim_forget_cookie(payer, exchange, reply);

    if (reply == NULL || reply->refused) {
        return;
    }

    rest = sim_member(reply->body, "cards");

    if (rest.data != NULL) {

        for (payer->ncards = 0; payer->ncards < SIM_CARDS_MAX
                                && sim_element(&rest, &object);
             payer->ncards++)
        {
            payer->card[payer->ncards] = sim_copy(world->memory,
                                                  sim_member(object,
                                                             "card_id"));
        }

        return;
    }

    rest = sim_member(reply->body, "bills");

    for (payer->nbills = 0; payer->nbills < SIM_BILLS_MAX
                            && sim_element(&rest, &object);
         payer->nbills++)
    {
        bill = &payer->bill[payer->nbills];
        bill->id = sim_copy(world->memory, sim_member(object, "bill_id"));
        bill->merchant = sim_copy(world->memory,
                                  sim_member(object, "merchant_id"));
        (void) phone_parse_int(sim_member(object, "amount"), &bill->amount);
    }
}


static void
sim_look(sim_payer_t *payer, phone_str_t cookie)
{
    unsigned         x;
    sim_world_t     *world;
    sim_exchange_t  *exchange;

    world = payer->world;
    x = (unsigned) sim_below(&world->random, 10);

    if (x < 2 && payer->nbills) {
        exchange = sim_payer_asks(payer, cookie, "bill.get",
                                  sim_me_answered);
        sim_add(exchange, "bill_id",
                payer->bill[sim_below(&world->random, payer->nbills)].id);

    } else if (x < 5 || (payer->ncards == 0 && x < 8)) {
        exchange = sim_payer_asks(payer, cookie, "bill.cards",
                                  sim_look_answered);

    } else {
        exchange = sim_payer_asks(payer, cookie, "bill.list",
                                  sim_look_answered);

        if (sim_below(&world->random, 4)) {
            sim_add(exchange, "state", PHONE_STR("PUSHED"));
        }
    }

    sim_send(world, exchange);
}


/* Payments */

static sim_payment_t *
sim_payment(sim_payer_t *payer)
{
    sim_world_t    *world;
    sim_payment_t  *payment;

    world = payer->world;

    payment = sim_zalloc(world->memory, sizeof(sim_payment_t));
    payment->payer = payer;
    payment->bill = payer->bill[sim_below(&world->random, payer->nbills)].id;
    payment->card = payer->card[sim_below(&world->random, payer->ncards)];
    payment->pay_id = sim_text(world, "p%u", payer->pays++);
    memcpy(payment->pin, payer->pin, sizeof(payment->pin));
    payment->right_pin = payer->pin_known && !payer->pin_changing;
    payment->pin_changes = payer->pin_changes;

    return payment;
}


static void
sim_pay_again(sim_world_t *world, void *data)
{
    unsigned        i;
    sim_payment_t  *payment;

    payment = data;

    if (world->stopped) {
        return;
    }

    for (i = 0; i < SIM_SESSIONS_MAX; i++) {

        if (payment->payer->cookie[i].len) {
            sim_pay_send(payment, payment->payer->cookie[i]);
            return;
        }
    }
}


static void
sim_pay_answered(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_payer_t    *payer;
    sim_payment_t  *payment;

    sim_answer_came(world);

    payment = exchange->about;
    payer = payment->payer;
    sim_forget_cookie(payer, exchange, reply);

    if (sim_unclear(reply)) {

        if (++payment->tries < SIM_RETRIES && sim_below(&world->random, 6)) {
            sim_at(world, sim_between(&world->random, SIM_MS, SIM_SECOND),
                   sim_pay_again, payment);
        }

        return;
    }

    if (!reply->refused) {
        return;
    }

    /* another card, as PAY-4 says, under a new id */

    if (reply->refusal == PHONE_BALANCE_NOT_ENOUGH && payer->ncards > 1
        && ++payment->tries < SIM_RETRIES)
    {
        payment->card = payer->card[sim_below(&world->random, payer->ncards)];
        payment->pay_id = sim_text(world, "p%u", payer->pays++);
        sim_at(world, sim_between(&world->random, 1, world->swarm.pause),
               sim_pay_again, payment);
    }

    if (reply->refusal != PHONE_PIN_WRONG || payment->wrong_pin) {
        return;
    }

    if (payment->right_pin && payment->pin_changes == payer->pin_changes) {
        sim_violation(world, "call %u: the right PIN is wrong",
                      exchange->serial);
    }

    if (!payer->pin_changing) {
        memcpy(payer->pin, payer->next_pin, sizeof(payer->pin));
    }
}


static void
sim_pay_send(sim_payment_t *payment, phone_str_t cookie)
{
    sim_payer_t     *payer;
    sim_exchange_t  *exchange;

    payer = payment->payer;

    exchange = sim_payer_asks(payer, cookie, "bill.pay", sim_pay_answered);
    exchange->about = payment;
    exchange->must_fail = payment->wrong_pin;

    sim_add(exchange, "bill_id", payment->bill);
    sim_add(exchange, "card_id", payment->card);
    sim_add(exchange, "pin", phone_cstr(payment->pin));

    if (payment->pay_id.len) {
        sim_add(exchange, "pay_id", payment->pay_id);
    }

    sim_send(payer->world, exchange);
}


/* One payment, or several that run into each other. */

static void
sim_pay(sim_payer_t *payer, phone_str_t cookie)
{
    unsigned        i, n;
    sim_world_t    *world;
    sim_payment_t  *payment, *other;

    world = payer->world;

    if (payer->pin[0] == '\0') {
        return;
    }

    payment = sim_payment(payer);
    sim_pay_send(payment, cookie);

    switch (sim_below(&world->random, 8)) {

    case 0:      /* the finger slips: the same again at once */
        sim_pay_send(payment, cookie);
        break;

    case 1:      /* several bills, one card */
        n = (unsigned) sim_between(&world->random, 1, 3);

        for (i = 0; i < n; i++) {
            other = sim_payment(payer);
            other->card = payment->card;
            sim_pay_send(other, cookie);
        }

        break;

    case 2:      /* one bill, several cards */
        other = sim_payment(payer);
        other->bill = payment->bill;
        sim_pay_send(other, cookie);
        break;

    case 3:      /* no id at all */
        other = sim_payment(payer);
        other->pay_id = PHONE_EMPTY;
        sim_pay_send(other, cookie);
        break;

    default:
        break;
    }
}


/* Somebody has the phone, not the PIN, and all the time of the world. */

static void
sim_guess(sim_payer_t *payer, phone_str_t cookie)
{
    unsigned        n;
    sim_payment_t  *payment;

    if (payer->pin[0] == '\0') {
        return;
    }

    for (n = (unsigned) sim_between(&payer->world->random, 1, 6); n; n--) {
        payment = sim_payment(payer);
        snprintf(payment->pin, sizeof(payment->pin), "%06u", n * 10007);
        payment->wrong_pin = 1;
        payment->right_pin = 0;
        sim_pay_send(payment, cookie);
    }
}
