
/* The operator and the payments of the bank that are unclear: he looks at them
   and resumes what is stopped, now and then, and at the end until nothing is
   left that can be. */


#include "folk.h"
#include "answer.h"


#define SIM_RESUME_PAUSE  (60 * SIM_SECOND)

/* At the end: what a refund waits for may be stopped, and the refund then. */
#define SIM_RESUMES       12


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


void
sim_look_at_payments(sim_people_t *people)
{
    sim_send(people->world, sim_ask_for(people->world, "operator.payments",
                                        sim_payments_answered, people));
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
