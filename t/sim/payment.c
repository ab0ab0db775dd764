
/*
 * Payments: sometimes with two hands at once, with a card that is too poor,
 * with a PIN that is wrong, and again when nothing was heard.
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
    unsigned                 with_key:1;     /* its pay_id is one as well */
    unsigned                 wrong_pin:1;
    unsigned                 by_key:1;   /* the PIN of a call with that key */
    unsigned                 other_card:1;   /* than the one that has paid */
    unsigned                 other_sum:1;    /* is shown */
    unsigned                 right_pin:1;    /* as long as it is not changed */
    unsigned                 pin_changes;    /* when it was right */
    unsigned                 tries;
    int64_t                  paid_at;        /* of the run: with that one */
} sim_payment_t;


static void sim_pay_send(sim_payment_t *payment, phone_str_t cookie);


static sim_payment_t *
sim_payment(sim_payer_t *payer)
{
    sim_world_t    *world;
    sim_payment_t  *payment;

    world = payer->world;

    payment = sim_zalloc(world->memory, sizeof(sim_payment_t));
    payment->payer = payer;
    payment->bill = payer->bill[sim_below(&world->random, payer->nbills)];
    payment->card = sim_below(&world->random, 10)
                    ? payer->card[sim_below(&world->random, payer->ncards)]
                    : PHONE_EMPTY;
    payment->pay_id = sim_text(world, "p%u", payer->pays++);
    memcpy(payment->pin, payer->pin, sizeof(payment->pin));
    payment->with_key = sim_below(&world->random, 3) == 0;
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


/* A bill that is over is looked at no more; now and then it is all the same. */

static void
sim_cross_off(sim_payer_t *payer, phone_str_t bill)
{
    unsigned  i;

    for (i = 0; i < payer->nbills; i++) {

        if (phone_equal(payer->bill[i], bill)
            && sim_below(&payer->world->random, 8))
        {
            payer->bill[i] = payer->bill[--payer->nbills];
            return;
        }
    }
}


/* The pay_id that has paid comes again, with what has not: never PAID. */

static void
sim_pay_otherwise(const sim_payment_t *paid, phone_str_t cookie)
{
    sim_payer_t    *payer;
    sim_payment_t  *payment;

    payer = paid->payer;

    if (paid->card.len == 0 || payer->ncards == 0) {
        return;
    }

    payment = sim_zalloc(payer->world->memory, sizeof(sim_payment_t));
    *payment = *paid;
    payment->right_pin = 0;
    payment->by_key = 0;
    payment->card = payer->card[sim_below(&payer->world->random,
                                          payer->ncards)];
    payment->other_card = !phone_equal(payment->card, paid->card);
    payment->paid_at = payer->world->now;

    if (sim_below(&payer->world->random, 3) == 0) {
        payment->other_sum = 1;

    } else if (!payment->other_card) {
        snprintf(payment->pin, sizeof(payment->pin), "010007");
        payment->wrong_pin = 1;
    }

    sim_pay_send(payment, cookie);
}


/* The key that has paid comes again, with one PIN after the other: what is kept
   does not tell which is right, but for a few a day. */

static void
sim_guess_by_key(const sim_payment_t *paid, phone_str_t cookie)
{
    unsigned        n;
    sim_payer_t    *payer;
    sim_payment_t  *payment;

    payer = paid->payer;

    for (n = (unsigned) sim_between(&payer->world->random, 1, 16); n; n--) {
        payment = sim_zalloc(payer->world->memory, sizeof(sim_payment_t));
        *payment = *paid;
        payment->right_pin = 0;
        payment->by_key = 1;

        if (n > 1) {
            memcpy(payment->pin, sim_text(payer->world, "%06u",
                                          n * 10007).data, 6);
            payment->wrong_pin = strcmp(payment->pin, paid->pin) != 0;
        }

        sim_pay_send(payment, cookie);
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

    if (!reply->refused || reply->refusal == PHONE_BILL_PAID
        || reply->refusal == PHONE_BILL_EXPIRED
        || reply->refusal == PHONE_BILL_REJECTED
        || reply->refusal == PHONE_BILL_CLOSED
        || reply->refusal == PHONE_BILL_HANDED_ON)
    {
        sim_cross_off(payer, payment->bill);

        if (!reply->refused && payment->pay_id.len
            && sim_member(reply->body, "payment").len == 0
            && sim_below(&world->random, 8) == 0)
        {
            sim_pay_otherwise(payment, exchange->cookie);
        }

        if (!reply->refused && payment->with_key && !payment->by_key
            && sim_below(&world->random, 8) == 0)
        {
            sim_guess_by_key(payment, exchange->cookie);
        }

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

    if (!payer->pin_known && !payer->pin_changing) {
        memcpy(payer->pin, payer->next_pin, sizeof(payer->pin));
    }
}


static void
sim_pay_send(sim_payment_t *payment, phone_str_t cookie)
{
    sim_payer_t     *payer;
    sim_world_t     *world;
    sim_exchange_t  *exchange;

    payer = payment->payer;
    world = payer->world;

    exchange = sim_payer_asks(payer, cookie, "bill.pay", sim_pay_answered);
    exchange->about = payment;

    /* a failover since may have lost the payment that was with another card */

    exchange->must_fail = payment->wrong_pin || payment->other_sum
                          || (payment->other_card
                              && !(world->failovers
                                   && world->failover_at >= payment->paid_at));

    sim_add(exchange, "bill_id", payment->bill);

    if (payment->card.len) {
        sim_add(exchange, "card_id", payment->card);
    }

    sim_add(exchange, "pin", phone_cstr(payment->pin));

    if (payment->other_sum) {
        sim_add(exchange, "amount", PHONE_STR("99999999"));
    }

    if (payment->pay_id.len) {
        sim_add(exchange, "pay_id", payment->pay_id);

        if (payment->with_key) {
            exchange->key = payment->pay_id;
            exchange->by_key = payment->by_key;
        }
    }

    sim_seal(payer, exchange);
    sim_see_pass(payer, exchange);
    sim_send(payer->world, exchange);
}


/* One payment, or several that run into each other. */

void
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

    switch (sim_below(&world->random, 12)) {

    case 0:      /* the finger slips: the same again at once */
        sim_pay_send(payment, cookie);
        break;

    case 1:      /* several bills, one card */
    case 4:
    case 5:
    case 7:
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

    case 6:      /* and goes away */
    case 8:
        sim_log_out(payer, &cookie);
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


/* With a card that is about to be removed, or was. */

void
sim_pay_with(sim_payer_t *payer, phone_str_t cookie, phone_str_t card)
{
    sim_payment_t  *payment;

    if (payer->pin[0] == '\0' || payer->nbills == 0 || payer->ncards == 0) {
        return;
    }

    payment = sim_payment(payer);
    payment->card = card;
    sim_pay_send(payment, cookie);
}


/* Somebody has the phone, not the PIN, and all the time of the world. */

void
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
