
/* A merchant asks for the statement of a day: yesterday's, mostly, and until he
   has it. */


#include <stdio.h>
#include <time.h>

#include "folk.h"
#include "blobs.h"


#define SIM_STATEMENT_TRIES  16


typedef struct {
    sim_merchant_t          *merchant;
    int64_t                  end;        /* ms: of the day */
    char                     date[16];
    unsigned                 tries;
} sim_wanted_t;


static void sim_statement_again(sim_world_t *world, void *data);


static void
sim_statement_answered(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    int64_t        wait;
    sim_wanted_t  *wanted;

    sim_answer_came(world);

    wanted = exchange->about;

    if (world->stopped || wanted->tries++ == SIM_STATEMENT_TRIES) {
        return;
    }

    if (!sim_unclear(reply) && !reply->refused
        && sim_below(&world->random, 2))
    {
        sim_reconcile(wanted->merchant, phone_cstr(wanted->date),
                      sim_blob_bytes(world, reply->sha256));
    }

    if (sim_unclear(reply)
        || (reply->refused && reply->refusal == PHONE_STATEMENT_NOT_READY)
        || sim_below(&world->random, 2))
    {
        wait = wanted->end - sim_wall(world);

        sim_at(world, (wait > 0 ? wait * SIM_MS : 0)
                      + sim_between(&world->random, SIM_MS,
                                    SIM_SECOND << wanted->tries / 2),
               sim_statement_again, wanted);
    }
}


static void
sim_statement_again(sim_world_t *world, void *data)
{
    sim_wanted_t    *wanted;
    sim_exchange_t  *exchange;

    wanted = data;

    if (world->stopped) {
        return;
    }

    exchange = sim_ask_for(world, "statement.create", sim_statement_answered,
                           wanted->merchant);
    exchange->about = wanted;
    sim_add(exchange, "date", phone_cstr(wanted->date));
    sim_sign_in_order(wanted->merchant, exchange);
    sim_send(world, exchange);
}


void
sim_ask_statement(sim_merchant_t *merchant)
{
    time_t         seconds;
    struct tm      tm;
    sim_world_t   *world;
    sim_wanted_t  *wanted;

    world = merchant->world;
    wanted = sim_zalloc(world->memory, sizeof(sim_wanted_t));
    wanted->merchant = merchant;

    seconds = (time_t) ((sim_wall(world) + world->settings.statement_zone)
                        / 1000)
              - 86400 * (time_t) sim_below(&world->random, 2);
    seconds -= seconds % 86400;
    wanted->end = ((int64_t) seconds + 86400) * 1000
                  - world->settings.statement_zone;
    gmtime_r(&seconds, &tm);
    strftime(wanted->date, sizeof(wanted->date), "%Y-%m-%d", &tm);

    if (sim_below(&world->random, 16) == 0) {
        wanted->date[9] = 'x';
    }

    sim_statement_again(world, wanted);
}
