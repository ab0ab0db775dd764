
/* The operator and the bank: he looks at payments that are unclear and resumes
   what is stopped, and books what the bank has paid: now and then, and at the
   end until nothing is left that can be resumed. */


#include "bank.h"
#include "folk.h"
#include "answer.h"


#define SIM_RESUME_PAUSE  (60 * SIM_SECOND)

/* At the end: what a refund waits for may be stopped, and the refund then. */
#define SIM_RESUMES       12

/* Times that he asks while the job of a settlement runs. */
#define SIM_SETTLE_ASKED  20


static void sim_settle_bank_again(sim_world_t *world, void *data);
static void sim_ask_for_settlement(sim_people_t *people);


static void
sim_resume_answered(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    (void) exchange;
    (void) reply;

    sim_answer_came(world);
}


static void
sim_resume(sim_people_t *people, phone_str_t payment_id)
{
    sim_exchange_t  *exchange;

    exchange = sim_ask_for(people->world, "operator.payment_resume",
                           sim_resume_answered, people);
    sim_add(exchange, "payment_id",
            phone_copy(&exchange->arena, payment_id));
    sim_send(people->world, exchange);
}


/* Once or twice at once, and one that is not stopped as well. */

static void
sim_payments_answered(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    phone_str_t    rest, payment, id;
    sim_people_t  *people;

    sim_answer_came(world);

    people = exchange->client;

    if (sim_unclear(reply) || reply->refused) {
        return;
    }

    rest = sim_member(reply->body, "payments");

    while (sim_element(&rest, &payment)) {
        id = sim_member(payment, "payment_id");

        if (world->calm) {
            if (phone_is(sim_member(payment, "state"), "STOPPED")) {
                sim_resume(people, id);
            }

            continue;
        }

        if (sim_below(&world->random, 2)) {
            sim_resume(people, id);
        }

        if (sim_below(&world->random, 4) == 0) {
            sim_resume(people, id);
        }
    }
}


/* One that may be under way is resumed as well: that changes nothing. */

void
sim_look_at_payments(sim_people_t *people)
{
    if (people->world->bank->last.len) {
        sim_resume(people, people->world->bank->last);
    }

    sim_send(people->world, sim_ask_for(people->world, "operator.payments",
                                        sim_payments_answered, people));
}


/* While the job runs it is asked again, also in the moment in which it ends. */

static void
sim_bank_settled(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_people_t  *people;

    sim_answer_came(world);

    people = exchange->client;

    if (sim_unclear(reply) || reply->refused
        || !phone_equal(sim_sent(exchange, "settle_no"), people->of_bank.no))
    {
        return;
    }

    people->of_bank.done = 1;

    if (phone_is(sim_member(reply->body, "state"), "RUNNING")
        && people->of_bank.asked++ < SIM_SETTLE_ASKED)
    {
        sim_at(world, sim_between(&world->random, SIM_MS, SIM_SECOND),
               sim_settle_bank_again, people);
    }
}


static void
sim_plan_bank_settlement(sim_people_t *people)
{
    sim_random_t           *random;
    sim_bank_settlement_t  *settlement;

    random = &people->world->random;
    settlement = &people->of_bank;

    settlement->no = sim_text(people->world, "b%u", ++settlement->n);
    settlement->amount = PHONE_EMPTY;
    settlement->currency = PHONE_EMPTY;
    settlement->done = 0;
    settlement->asked = 0;

    if (!people->world->calm && sim_below(random, 2)) {
        settlement->amount = sim_text(people->world, "%lld",
                                      (long long) sim_between(random, 1,
                                          people->world->swarm.huge
                                          ? 2 * SIM_HUGE : 5000));
    }

    if (sim_below(random, 4) == 0) {
        settlement->currency = sim_below(random, 2) ? PHONE_STR("CNY")
                                                    : PHONE_STR("USD");
    }
}


/* Now, once more, or with another amount. */

void
sim_settle_bank(sim_people_t *people)
{
    sim_world_t  *world;

    world = people->world;

    if (people->of_bank.no.len == 0 || world->calm
        || sim_below(&world->random, 2))
    {
        sim_plan_bank_settlement(people);
    }

    sim_ask_for_settlement(people);
}


static void
sim_settle_bank_again(sim_world_t *world, void *data)
{
    if (!world->stopped) {
        sim_ask_for_settlement(data);
    }
}


static void
sim_ask_for_settlement(sim_people_t *people)
{
    sim_world_t            *world;
    sim_exchange_t         *exchange;
    sim_bank_settlement_t  *settlement;

    world = people->world;
    settlement = &people->of_bank;

    exchange = sim_ask_for(world, "operator.bank_settle", sim_bank_settled,
                           people);
    sim_add(exchange, "bank", SIM_BANK_NAME);
    sim_add(exchange, "settle_no", settlement->no);

    if (settlement->currency.len) {
        sim_add(exchange, "currency", settlement->currency);
    }

    if (settlement->done && sim_below(&world->random, 3) == 0) {
        exchange->must_fail = 1;
        exchange->exactly = 1;
        exchange->expected = PHONE_EXISTS;
        sim_add(exchange, "amount", PHONE_STR("7777"));

    } else if (settlement->amount.len) {
        sim_add(exchange, "amount", settlement->amount);
    }

    sim_send(world, exchange);
}


static void
sim_resume_step(sim_world_t *world, void *data)
{
    sim_people_t  *people;

    people = data;

    if (world->stopped || people->resumes == SIM_RESUMES) {
        return;
    }

    if (world->calm) {
        people->resumes++;
        sim_settle_bank(people);
        sim_look_at_payments(people);
    }

    sim_at(world, SIM_RESUME_PAUSE, sim_resume_step, people);
}


void
sim_resume_start(sim_people_t *people)
{
    sim_at(people->world, SIM_RESUME_PAUSE, sim_resume_step, people);
}


int
sim_resume_over(const sim_people_t *people)
{
    return people->resumes == SIM_RESUMES;
}
