
/* What a card, and a payer, pays in a day: never more than the limits allow,
   and nobody is told that it would be more when it would not. */


#include <stdio.h>

#include "auditing.h"


#define SIM_DAY              INT64_C(86400000)


typedef struct {
    sim_day_t               *day;
    int64_t                  amount;
    int64_t                  most;
    int64_t                  most_times;
    char                     key[128];   /* of the record that has the sum */
} sim_limited_t;


static int
sim_over(const sim_limited_t *limited)
{
    return (limited->most
            && limited->day->amount + limited->amount > limited->most)
           || (limited->most_times
               && limited->day->times + 1 > limited->most_times);
}


static void
sim_limits(sim_auditor_t *auditor, const sim_bill_t *bill, sim_card_t *card,
    sim_limited_t limited[2])
{
    phone_str_t              id;
    const phone_settings_t  *settings;

    settings = &auditor->world->settings;
    id = card->node.key;

    limited[0].day = &card->day;
    limited[0].amount = bill->amount;
    limited[0].most = settings->card_day;
    limited[0].most_times = settings->card_day_times;
    snprintf(limited[0].key, sizeof(limited[0].key), "phone:{%.3s}:card:%.*s",
             id.data, PHONE_ARGS(id));

    limited[1].day = &sim_number(auditor, card->owner)->day;
    limited[1].amount = phone_equal(bill->currency, settings->currency)
                        ? bill->amount : 0;
    limited[1].most = settings->payer_day;
    limited[1].most_times = settings->payer_day_times;
    snprintf(limited[1].key, sizeof(limited[1].key),
             "phone:{%.3s}:account:%.*s", id.data, PHONE_ARGS(card->owner));
}


void
sim_audit_day_paid(sim_auditor_t *auditor, const sim_bill_t *bill,
    sim_card_t *card)
{
    char           sum[96];
    int64_t        day;
    unsigned       i;
    sim_world_t   *world;
    sim_limited_t  limited[2];

    world = auditor->world;
    day = (auditor->task->call.now - world->settings.pay_day_start) / SIM_DAY;
    sim_limits(auditor, bill, card, limited);

    for (i = 0; i < 2; i++) {

        if (limited[i].most == 0 && limited[i].most_times == 0) {
            continue;
        }

        if (day > limited[i].day->day) {
            *limited[i].day = (sim_day_t) { day, 0, 0 };
        }

        if (sim_over(&limited[i])) {
            sim_violation(world, "bill %.*s is paid beyond the limit of the "
                          "day", PHONE_ARGS(bill->node.key));
        }

        limited[i].day->amount += limited[i].amount;
        limited[i].day->times++;

        snprintf(sum, sizeof(sum), "%lld %lld %lld",
                 (long long) limited[i].day->day,
                 (long long) limited[i].day->amount,
                 (long long) limited[i].day->times);

        if (!phone_is(sim_stored(auditor, phone_cstr(limited[i].key),
                                 "paid_day"), sum))
        {
            sim_violation(world, "\"%s\" has not paid %s", limited[i].key,
                          sum);
        }
    }
}


/* What was paid since only brings the limit nearer; a new day has begun before
   it is told. */

void
sim_audit_limit_told(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_bill_t     *bill;
    sim_card_t     *card;
    sim_limited_t   limited[2];

    bill = sim_map_find(&auditor->bills, sim_sent(exchange, "bill_id"));
    card = sim_map_find(&auditor->cards, sim_sent(exchange, "card_id"));

    if (bill == NULL || card == NULL) {
        return;
    }

    sim_limits(auditor, bill, card, limited);

    if (!sim_over(&limited[reply->refusal == PHONE_LIMIT_PAYER_DAY])) {
        sim_violation(auditor->world, "call %u is told that a limit is reached",
                      exchange->serial);
    }
}
