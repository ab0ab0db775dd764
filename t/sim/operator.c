
/*
 * The operator at work: closes merchants and opens them again, takes PINs away,
 * has notices sent again, and makes slips of the finger.
 */


#include <stdio.h>

#include "folk.h"
#include "answer.h"


/* ms: for so long a reply is kept on any clock */
#define SIM_REPEAT_FRESH  (INT64_C(20) * 3600 * 1000)


/* A call under a key, to be sent again: as it is, or with another field. */
typedef struct {
    sim_people_t            *people;
    const char              *endpoint;
    phone_str_t              key;
    phone_fields_t           fields;
    sim_payer_t             *payer;      /* whose PIN it takes, or NULL */
    int64_t                  done_at;    /* of the run; 0: it is not known */
    int64_t                  sent_wall;  /* ms: the first time; the reply is
                                            kept since then at the earliest */
    unsigned                 left;       /* repeats of what is known done */
} sim_repeat_t;


static void sim_send_repeat(sim_world_t *world, void *data);
static void sim_replay_notices(sim_people_t *people);


/* Known done, not lost since and not a day ago: with another field it is
   refused. */

static int
sim_surely_kept(const sim_world_t *world, const sim_repeat_t *repeat)
{
    return repeat->done_at
           && sim_wall_most(world) < repeat->sent_wall + SIM_REPEAT_FRESH
           && !(world->failovers && world->failover_at >= repeat->done_at);
}


static void
sim_repeat(sim_world_t *world, sim_repeat_t *repeat,
    const phone_reply_t *reply)
{
    if (!sim_unclear(reply)) {

        if (reply->refused || repeat->left == 0) {
            return;
        }

        repeat->left--;

        if (!sim_surely_kept(world, repeat)) {

            repeat->done_at = world->now;
        }
    }

    sim_at(world, sim_between(&world->random, SIM_MS, 20 * SIM_SECOND),
           sim_send_repeat, repeat);
}


static void
sim_operated(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    phone_str_t     rest, notice;
    sim_people_t   *people;

    sim_answer_came(world);

    people = exchange->client;

    if (exchange->about != NULL) {
        sim_repeat(world, exchange->about, reply);
    }

    if (reply == NULL || reply->refused) {
        return;
    }

    if (sim_is_call(exchange, "operator.settle")
        && phone_equal(sim_sent(exchange, "settle_no"),
                       people->settlement.no))
    {
        people->settlement.done = 1;
    }

    if (!sim_is_call(exchange, "operator.notices")) {
        return;
    }

    rest = sim_member(reply->body, "notices");

    if (sim_element(&rest, &notice)) {
        people->exhausted = sim_copy(world->memory,
                                     sim_member(notice, "notify_id"));

        if (sim_below(&world->random, 2)) {
            sim_replay_notices(people);
        }
    }
}


static sim_exchange_t *
sim_operates(sim_people_t *people, const char *endpoint)
{
    return sim_ask_for(people->world, endpoint, sim_operated, people);
}


/* The call gets a key, most times; payer: whose PIN it takes, or NULL. */

static void
sim_operate_with_key(sim_people_t *people, sim_exchange_t *exchange,
    sim_payer_t *payer)
{
    unsigned              i;
    sim_world_t          *world;
    sim_repeat_t         *repeat;
    const phone_field_t  *field;

    world = people->world;

    if (sim_below(&world->random, 4)) {
        repeat = sim_zalloc(world->memory, sizeof(sim_repeat_t));
        repeat->people = people;
        repeat->endpoint = exchange->endpoint->name;
        repeat->key = sim_text(world, "op-%u", people->keys++);
        repeat->payer = payer;
        repeat->sent_wall = sim_wall(world);
        repeat->left = (unsigned) sim_below(&world->random, 4);

        for (i = 0; i < exchange->fields.n; i++) {
            field = &exchange->fields.field[i];
            phone_fields_add(&repeat->fields, field->name,
                             sim_copy(world->memory, field->value));
        }

        exchange->key = repeat->key;
        exchange->about = repeat;
    }

    sim_send(world, exchange);
}


static void
sim_send_repeat(sim_world_t *world, void *data)
{
    phone_str_t     *status;
    sim_repeat_t    *repeat;
    sim_exchange_t  *exchange;

    repeat = data;

    if (world->stopped || world->calm) {
        return;
    }

    if (repeat->payer != NULL) {
        repeat->payer->pin_known = 0;
        repeat->payer->pin_changes++;
    }

    exchange = sim_operates(repeat->people, repeat->endpoint);
    exchange->fields = repeat->fields;
    exchange->key = repeat->key;
    exchange->about = repeat;

    status = (phone_str_t *) (uintptr_t)
             phone_field(&exchange->fields, "status");

    if (status != NULL && sim_surely_kept(world, repeat)
        && sim_below(&world->random, 3) == 0)
    {
        *status = phone_is(*status, "ACTIVE") ? PHONE_STR("CLOSED")
                                              : PHONE_STR("ACTIVE");
        exchange->must_fail = 1;
        exchange->exactly = 1;
        exchange->expected = PHONE_IDEMPOTENCY_MISMATCH;
    }

    sim_send(world, exchange);
}


/* A merchant is closed; sooner or later he is opened again. */

static void
sim_close_merchant(sim_people_t *people)
{
    sim_world_t     *world;
    sim_exchange_t  *exchange;
    sim_merchant_t  *merchant;

    world = people->world;
    merchant = &people->merchant[sim_below(&world->random,
                                           world->swarm.merchants)];

    exchange = sim_operates(people, "operator.merchant_change");
    sim_add(exchange, "merchant_id", merchant->id);
    sim_add(exchange, "status", sim_below(&world->random, 3)
                                ? PHONE_STR("ACTIVE") : PHONE_STR("CLOSED"));
    sim_operate_with_key(people, exchange, NULL);
}


static void
sim_reset_pin(sim_people_t *people)
{
    sim_payer_t     *payer;
    sim_world_t     *world;
    sim_exchange_t  *exchange;

    world = people->world;
    payer = &people->payer[sim_below(&world->random, world->swarm.payers)];

    payer->pin_known = 0;
    payer->pin_changes++;

    exchange = sim_operates(people, "operator.pin_reset");
    sim_add(exchange, "phone", payer->number);
    sim_operate_with_key(people, exchange, payer);
}


static void
sim_replay_notices(sim_people_t *people)
{
    sim_world_t     *world;
    sim_exchange_t  *exchange;

    world = people->world;

    if (people->exhausted.len && sim_below(&world->random, 2)) {
        exchange = sim_operates(people, "operator.notice_replay");
        sim_add(exchange, "notify_id", people->exhausted);

    } else {
        exchange = sim_operates(people, "operator.notices_replay");
        sim_add(exchange, "merchant_id",
                people->merchant[sim_below(&world->random,
                                           world->swarm.merchants)].id);
    }

    sim_operate_with_key(people, exchange, NULL);
}


/* Merchants want the same ones. */

static void
sim_give_keyword(sim_people_t *people)
{
    unsigned         what;
    phone_str_t      word;
    sim_world_t     *world;
    sim_exchange_t  *exchange;

    static const char *const  name[] = {
        "operator.keywords", "operator.keywords", "operator.keywords",
        "operator.keyword_remove", "operator.keyword_list"
    };
    static const char *const  keyword[] = {
        "PIZZA", "pizza", "比萨", "Taxi7", "Stop"
    };

    world = people->world;
    what = (unsigned) sim_below(&world->random, 5);
    word = phone_cstr(keyword[sim_below(&world->random, 5)]);

    exchange = sim_operates(people, name[what]);
    sim_add(exchange, "merchant_id",
            people->merchant[sim_below(&world->random,
                                       world->swarm.merchants)].id);

    if (what < 4) {
        sim_add(exchange, "keyword", word);
    }

    if (phone_is(word, "Stop") && what < 4) {
        exchange->must_fail = 1;
    }

    if (what == 4) {
        sim_send(world, exchange);
        return;
    }

    sim_operate_with_key(people, exchange, NULL);
}


static void
sim_look_up(sim_people_t *people)
{
    sim_payer_t     *payer;
    sim_world_t     *world;
    sim_exchange_t  *exchange;

    world = people->world;

    payer = &people->payer[sim_below(&world->random, world->swarm.payers)];

    switch (sim_below(&world->random, 6)) {

    case 0:
        exchange = sim_operates(people, "operator.merchant_list");
        break;

    case 1:
        exchange = sim_operates(people, "operator.merchant_get");
        sim_add(exchange, "merchant_id", people->merchant[0].id);
        break;

    case 2:
        exchange = sim_operates(people, "operator.payouts");
        sim_add(exchange, "merchant_id",
                people->merchant[sim_below(&world->random,
                                           world->swarm.merchants)].id);
        sim_add(exchange, "limit", PHONE_STR("50"));
        break;

    case 3:
        exchange = sim_operates(people, "operator.account_get");
        sim_add(exchange, "phone", payer->number);
        break;

    case 4:
        exchange = sim_operates(people, "operator.bill");
        sim_add(exchange, "bill_id",
                payer->nbills ? payer->bill[sim_below(&world->random,
                                                      payer->nbills)]
                              : PHONE_STR("000-01HQVMWSPWVKE9HH1DCQWTS9VF"));
        break;

    default:
        exchange = sim_operates(people, "operator.terminal_list");
        sim_add(exchange, "merchant_id", people->merchant[0].id);
    }

    sim_send(world, exchange);
}


static void
sim_plan_settlement(sim_people_t *people)
{
    sim_world_t       *world;
    sim_settlement_t  *settlement;

    world = people->world;
    settlement = &people->settlement;

    settlement->merchant = people->merchant[sim_below(&world->random,
                                            world->swarm.merchants)].id;
    settlement->no = sim_text(world, "s%u", ++settlement->n);
    settlement->amount = PHONE_EMPTY;
    settlement->currency = PHONE_EMPTY;
    settlement->reference = sim_below(&world->random, 2)
                            ? sim_text(world, "transfer %u", settlement->n)
                            : PHONE_EMPTY;
    settlement->done = 0;

    if (sim_below(&world->random, 2)) {
        settlement->amount = sim_text(world, "%lld",
                                      (long long) sim_between(&world->random,
                                                              1, 5000));
    }

    if (sim_below(&world->random, 3) == 0) {
        settlement->currency = sim_below(&world->random, 4)
                               ? PHONE_STR("CNY") : sim_foreign(world);
    }
}


/* Takings are paid out: now, once more, or with another amount. */

static void
sim_settle(sim_people_t *people)
{
    sim_world_t       *world;
    sim_exchange_t    *exchange;
    sim_settlement_t  *settlement;

    world = people->world;
    settlement = &people->settlement;

    if (settlement->no.len == 0 || sim_below(&world->random, 3)) {
        sim_plan_settlement(people);
    }

    exchange = sim_operates(people, "operator.settle");
    sim_add(exchange, "merchant_id", settlement->merchant);
    sim_add(exchange, "settle_no", settlement->no);

    if (settlement->currency.len) {
        sim_add(exchange, "currency", settlement->currency);
    }

    if (settlement->done && sim_below(&world->random, 3) == 0) {
        exchange->must_fail = 1;
        exchange->exactly = 1;
        exchange->expected = PHONE_EXISTS;
        sim_add(exchange, sim_below(&world->random, 2) ? "amount"
                                                       : "reference",
                PHONE_STR("7777"));

    } else if (settlement->amount.len) {
        sim_add(exchange, "amount", settlement->amount);
    }

    if (settlement->reference.len && !exchange->must_fail) {
        sim_add(exchange, "reference", settlement->reference);
    }

    sim_send(world, exchange);
}


/* Which month is the next one, and whether it is over, is drawn. */

static void
sim_close_month(sim_people_t *people)
{
    sim_world_t     *world;
    sim_exchange_t  *exchange;

    world = people->world;

    if (sim_below(&world->random, 3) == 0) {
        exchange = sim_operates(people, "operator.ledger");

    } else {
        exchange = sim_operates(people, "operator.ledger_close");
        sim_add(exchange, "bucket",
                sim_text(world, "%u", (unsigned) sim_below(&world->random,
                                                           world->buckets)));
        sim_add(exchange, "month",
                sim_text(world, "2024-0%u",
                         (unsigned) (2 + sim_below(&world->random, 2))));
    }

    sim_send(world, exchange);
}


void
sim_ask_for_notices(sim_people_t *people)
{
    sim_send(people->world, sim_operates(people, "operator.notices"));
}


void
sim_operate(sim_people_t *people)
{
    switch (sim_below(&people->world->random, 18)) {

    case 0:
    case 1:
        sim_close_merchant(people);
        break;

    case 2:
        sim_reset_pin(people);
        break;

    case 3:
        sim_ask_for_notices(people);
        break;

    case 4:
        sim_replay_notices(people);
        break;

    case 5:
        sim_look_up(people);
        break;

    case 6:
    case 7:
    case 8:
        sim_settle(people);
        break;

    case 9:
        sim_look_at_payments(people);
        break;

    case 10:
        sim_settle_bank(people);
        break;

    case 11:
        sim_close_month(people);
        break;

    case 12:
    case 13:
    case 14:
    case 15:
        sim_give_keyword(people);
        break;

    default:
        sim_slip(people);
    }
}
