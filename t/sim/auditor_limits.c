
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
    char                     key[128];   /* of the record that has the sum, */
    const char              *field;      /* in that field */
} sim_limited_t;


enum { SIM_OF_CARD, SIM_OF_PAYER, SIM_OF_TRIES, SIM_LIMITED };


static void sim_day_is(sim_auditor_t *auditor, const sim_limited_t *limited);


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
    sim_limited_t limited[SIM_LIMITED])
{
    phone_str_t              id;
    const phone_settings_t  *settings;

    settings = &auditor->world->settings;
    id = card->node.key;

    limited[SIM_OF_CARD].day = &card->day;
    limited[SIM_OF_CARD].amount = bill->amount;
    limited[SIM_OF_CARD].most = settings->card_day;
    limited[SIM_OF_CARD].most_times = settings->card_day_times;
    snprintf(limited[SIM_OF_CARD].key, sizeof(limited[SIM_OF_CARD].key),
             "phone:{%.3s}:card:%.*s", id.data, PHONE_ARGS(id));

    limited[SIM_OF_PAYER].day = &sim_number(auditor, card->owner)->day;
    limited[SIM_OF_PAYER].amount = phone_equal(bill->currency,
                                               settings->currency)
                                   ? bill->amount : 0;
    limited[SIM_OF_PAYER].most = settings->payer_day;
    limited[SIM_OF_PAYER].most_times = settings->payer_day_times;
    snprintf(limited[SIM_OF_PAYER].key, sizeof(limited[SIM_OF_PAYER].key),
             "phone:{%.3s}:account:%.*s", id.data, PHONE_ARGS(card->owner));

    limited[SIM_OF_TRIES].day = &card->tries;
    limited[SIM_OF_TRIES].amount = 0;
    limited[SIM_OF_TRIES].most = 0;
    limited[SIM_OF_TRIES].most_times = card->by_bank ? settings->card_declined
                                                     : 0;
    memcpy(limited[SIM_OF_TRIES].key, limited[SIM_OF_CARD].key,
           sizeof(limited[SIM_OF_TRIES].key));

    limited[SIM_OF_CARD].field = "paid_day";
    limited[SIM_OF_PAYER].field = "paid_day";
    limited[SIM_OF_TRIES].field = "tries_day";
}


void
sim_audit_day_paid(sim_auditor_t *auditor, const sim_bill_t *bill,
    sim_card_t *card)
{
    int64_t        day;
    unsigned       i;
    sim_world_t   *world;
    sim_limited_t  limited[SIM_LIMITED];

    world = auditor->world;
    day = (auditor->task->call.now - world->settings.pay_day_start) / SIM_DAY;
    sim_limits(auditor, bill, card, limited);

    for (i = 0; i < SIM_LIMITED; i++) {

        if (limited[i].most == 0 && limited[i].most_times == 0) {
            continue;
        }

        if (day > limited[i].day->day) {
            limited[i].day->day = day;
            limited[i].day->amount = 0;
            limited[i].day->times = 0;
            limited[i].day->less_at = world->now;

        } else if (limited[i].day->day > day + 1) {
            limited[i].day->day = day;
        }

        if (sim_over(&limited[i])) {
            sim_violation(world, "bill %.*s is paid beyond the limit of the "
                          "day", PHONE_ARGS(bill->node.key));
        }

        limited[i].day->amount += limited[i].amount;
        limited[i].day->times++;

        sim_day_is(auditor, &limited[i]);
    }
}


static void
sim_day_is(sim_auditor_t *auditor, const sim_limited_t *limited)
{
    char  sum[96];

    snprintf(sum, sizeof(sum), "%lld %lld %lld",
             (long long) limited->day->day, (long long) limited->day->amount,
             (long long) limited->day->times);

    if (!phone_is(sim_stored(auditor, phone_cstr(limited->key),
                             limited->field), sum))
    {
        sim_violation(auditor->world, "\"%s\" has not paid %s", limited->key,
                      sum);
    }
}


/* Something was begun on that day, and does not count any more. */

static void
sim_day_less(sim_auditor_t *auditor, const sim_limited_t *limited,
    int64_t amount, int64_t begun)
{
    int64_t       day, today;
    sim_day_t    *sum;
    sim_world_t  *world;

    world = auditor->world;
    sum = limited->day;
    day = (begun - world->settings.pay_day_start) / SIM_DAY;
    today = (auditor->task->call.now - world->settings.pay_day_start)
            / SIM_DAY;

    if ((limited->most || limited->most_times) && sum->times
        && sum->amount >= amount && sum->day >= today
        && (sum->day > today + 1 ? today : sum->day) == day)
    {
        sum->day = day;
        sum->amount -= amount;
        sum->times--;
        sum->less_at = world->now;
        sim_day_is(auditor, limited);
    }
}


/* A bank has said that it will not pay it: of the day nothing but the try is
   left. */

void
sim_audit_day_voided(sim_auditor_t *auditor, const sim_bill_t *bill,
    sim_card_t *card, int64_t begun)
{
    sim_limited_t  limited[SIM_LIMITED];

    sim_limits(auditor, bill, card, limited);
    sim_day_less(auditor, &limited[SIM_OF_CARD],
                 limited[SIM_OF_CARD].amount, begun);
    sim_day_less(auditor, &limited[SIM_OF_PAYER],
                 limited[SIM_OF_PAYER].amount, begun);
}


/* A bank has approved a payment that was begun on that day: it is no try any
   more. */

void
sim_audit_approved(sim_auditor_t *auditor, const sim_bill_t *bill,
    sim_card_t *card, int64_t begun)
{
    sim_limited_t  limited[SIM_LIMITED];

    sim_limits(auditor, bill, card, limited);
    sim_day_less(auditor, &limited[SIM_OF_TRIES], 0, begun);
}


/* What was paid since only brings the limit nearer, but for what was taken
   back, and for a day that has begun since. */

static int
sim_was_over(const sim_exchange_t *exchange, const sim_limited_t *limited)
{
    return sim_over(limited)
           || ((limited->most || limited->most_times)
               && limited->day->less_at >= exchange->sent_at);
}


void
sim_audit_limit_told(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_bill_t     *bill;
    sim_card_t     *card;
    sim_limited_t   limited[SIM_LIMITED];

    bill = sim_map_find(&auditor->bills, sim_sent(exchange, "bill_id"));
    card = sim_map_find(&auditor->cards, sim_sent(exchange, "card_id"));

    if (bill == NULL || card == NULL) {
        return;
    }

    sim_limits(auditor, bill, card, limited);

    if (reply->refusal == PHONE_LIMIT_PAYER_DAY
        ? !sim_was_over(exchange, &limited[SIM_OF_PAYER])
        : !sim_was_over(exchange, &limited[SIM_OF_CARD])
          && !sim_was_over(exchange, &limited[SIM_OF_TRIES]))
    {
        sim_violation(auditor->world, "call %u is told that a limit is reached",
                      exchange->serial);
    }
}
