
/* What merchants make a day: never more than the limits allow, and nobody is
   refused who has room. */


#include <stdio.h>

#include "auditing.h"
#include "answer.h"


#define SIM_DAY       (INT64_C(24) * 3600 * 1000)                /* ms */
#define SIM_DAY_KEPT  (INT64_C(60) * 1000)   /* counters outlive their day */
#define SIM_PART      1024               /* bytes that count as a bill */
#define SIM_BILL_MAX  2                  /* parts of one */
#define SIM_SHARED    100                /* bills to a number, of anybody */
#define SIM_SAMPLED   8192               /* from there on not each is counted */


/* By "<merchant>:<day>:", a bill for each part that it begins, and by
   "<merchant>:<day>:<number>"; by "<merchant>::" and "<merchant>::<number>" as
   well: has it ever been full, and the most that it has made in a day?  And by
   "<merchant>:currency:<code>": it has billed in it. */
typedef struct {
    sim_node_t               node;
    int64_t                  bills;
    int64_t                  amount;     /* in the platform's currency */
    int64_t                  counted;    /* in any */
    int64_t                  currencies;
    unsigned                 full:1;
    unsigned                 blurred:1;  /* it may be forgotten too soon */
} sim_made_t;


static sim_made_t *
sim_made(sim_auditor_t *auditor, phone_str_t merchant, const char *day,
    phone_str_t number)
{
    int   n;
    char  name[160];

    n = snprintf(name, sizeof(name), "%.*s:%s:%.*s", PHONE_ARGS(merchant),
                 day, PHONE_ARGS(number));

    return sim_map_make(&auditor->made, (phone_str_t) { (size_t) n, name },
                        sizeof(sim_made_t));
}


/*
 * The counters of a day are gone once a clock has shown the next one; set back
 * since, it shows a day without them.  A call that began before the clock was
 * set says for how long they are kept by what was left of the day then.
 */

static int
sim_day_gone(const sim_world_t *world, const sim_made_t *made, int64_t day)
{
    return made->blurred
           || sim_wall_most(world) >= (day + 1) * SIM_DAY + SIM_DAY_KEPT
                                      - world->swarm.skew;
}


static int64_t
sim_made_size(const sim_exchange_t *exchange)
{
    int64_t                   size;
    unsigned                  i;
    static const char *const  kept[] = {
        "out_trade_no", "amount", "currency", "payer_phone", "subject", "body",
        "buyer_phone", "payer_name", "payer_address", "notify_url",
        "expires_in", NULL
    };

    size = 0;

    for (i = 0; kept[i] != NULL; i++) {
        size += (int64_t) sim_sent(exchange, kept[i]).len;
    }

    return size;
}


/* What other merchants may take of a limit for a number: nothing where its
   list is in another bucket, which a commit does not touch. */

static int64_t
sim_shared(const sim_world_t *world)
{
    int64_t  half;

    half = world->settings.bills_day_payer / 2;

    return world->domain == PHONE_ONE_BUCKET ? 0
           : half < SIM_SHARED ? half : SIM_SHARED;
}


/* The limits of a merchant: one bill, and the bills of a day. */

static void
sim_audit_merchant(sim_auditor_t *auditor, sim_made_t *all, phone_str_t id,
    int64_t date)
{
    int64_t                  amount;
    sim_made_t              *most;
    phone_str_t              currency;
    const phone_settings_t  *settings;

    settings = &auditor->world->settings;
    most = sim_made(auditor, id, "", PHONE_EMPTY);
    currency = sim_sent(auditor->exchange, "currency");
    amount = 0;
    (void) sim_parse_int(sim_sent(auditor->exchange, "amount"), &amount);

    all->counted++;
    all->amount += currency.len == 0
                   || phone_equal(currency, settings->currency) ? amount : 0;

    most->counted = all->counted > most->counted ? all->counted
                                                 : most->counted;
    most->amount = all->amount > most->amount ? all->amount : most->amount;

    if ((settings->merchant_bill && amount > settings->merchant_bill)
        || (!sim_day_gone(auditor->world, all, date)
            && ((settings->merchant_day && all->amount > settings->merchant_day)
                || (settings->merchant_day_bills
                    && all->counted > settings->merchant_day_bills))))
    {
        sim_violation(auditor->world, "%.*s bills %lld, and %lld with %lld "
                      "bills in a day", PHONE_ARGS(id), (long long) amount,
                      (long long) all->amount, (long long) all->counted);
    }
}


/* The currencies of its bills; a failover may have lost some. */

static phone_str_t
sim_billed_in(sim_auditor_t *auditor, const sim_exchange_t *exchange)
{
    phone_str_t  currency;

    currency = sim_sent(exchange, "currency");

    return currency.len ? currency : auditor->world->settings.currency;
}


static void
sim_audit_currency(sim_auditor_t *auditor, phone_str_t merchant)
{
    sim_made_t  *all, *one;

    all = sim_made(auditor, merchant, "", PHONE_EMPTY);
    one = sim_made(auditor, merchant, "currency",
                   sim_billed_in(auditor, auditor->exchange));

    all->currencies += one->counted++ == 0;

    if (all->currencies > auditor->world->settings.merchant_currencies
        && auditor->world->failovers == 0)
    {
        sim_violation(auditor->world, "%.*s bills in %lld currencies",
                      PHONE_ARGS(merchant), (long long) all->currencies);
    }
}


static void
sim_audit_currency_told(sim_auditor_t *auditor,
    const sim_exchange_t *exchange)
{
    phone_str_t  id;

    id = sim_sent(exchange, "merchant_id");

    if (auditor->world->failovers == 0
        && (sim_made(auditor, id, "", PHONE_EMPTY)->currencies
            < auditor->world->settings.merchant_currencies
            || sim_made(auditor, id, "currency",
                        sim_billed_in(auditor, exchange))->counted))
    {
        sim_violation(auditor->world, "%.*s may bill in %.*s", PHONE_ARGS(id),
                      PHONE_ARGS(sim_billed_in(auditor, exchange)));
    }
}


/* Nobody is told of a limit who has room. */

void
sim_audit_merchant_told(sim_auditor_t *auditor,
    const sim_exchange_t *exchange, const phone_reply_t *reply)
{
    int                      over;
    int64_t                  amount;
    phone_str_t              id;
    sim_made_t              *most;
    const phone_settings_t  *settings;

    settings = &auditor->world->settings;

    if (reply->refused && reply->refusal == PHONE_TOO_MANY
        && sim_is_call(exchange, "bill.create"))
    {
        sim_audit_currency_told(auditor, exchange);
    }

    if (!reply->refused
        || (reply->refusal != PHONE_LIMIT_MERCHANT_BILL
            && reply->refusal != PHONE_LIMIT_MERCHANT_DAY))
    {
        return;
    }

    amount = 0;
    (void) sim_parse_int(sim_sent(exchange, "amount"), &amount);
    id = sim_sent(exchange, "merchant_id");
    most = sim_made(auditor, id, "", PHONE_EMPTY);

    over = reply->refusal == PHONE_LIMIT_MERCHANT_BILL
           ? settings->merchant_bill && amount > settings->merchant_bill
           : (settings->merchant_day
              && most->amount + amount > settings->merchant_day)
             || (settings->merchant_day_bills
                 && most->counted + 1 > settings->merchant_day_bills);

    if (!over || !sim_is_call(exchange, "bill.create")) {
        sim_violation(auditor->world, "%.*s is told of a limit with %lld",
                      PHONE_ARGS(id), (long long) amount);
    }
}


/* An order is taken. */

void
sim_audit_made(sim_auditor_t *auditor)
{
    char                     day[24];
    int64_t                  date;
    sim_made_t              *all, *one;
    phone_str_t              merchant, payer;
    const phone_settings_t  *settings;

    settings = &auditor->world->settings;
    merchant = sim_sent(auditor->exchange, "merchant_id");
    payer = sim_sent(auditor->exchange, "payer_phone");

    date = auditor->task->call.now / SIM_DAY;
    snprintf(day, sizeof(day), "%lld", (long long) date);

    all = sim_made(auditor, merchant, day, PHONE_EMPTY);
    one = sim_made(auditor, merchant, day, payer);

    all->bills += (sim_made_size(auditor->exchange) + SIM_PART - 1)
                  / SIM_PART;
    one->bills++;

    if (sim_jumped_since(auditor->world,
                         auditor->task->runner.started * SIM_MS))
    {
        all->blurred = 1;
    }

    sim_audit_merchant(auditor, all, merchant, date);
    sim_audit_currency(auditor, merchant);

    if (!sim_day_gone(auditor->world, all, date)
        && (all->bills > settings->bills_day
            || one->bills > settings->bills_day_payer))
    {
        sim_violation(auditor->world, "%.*s makes %lld bills in a day, "
                      "%lld to %.*s", PHONE_ARGS(merchant),
                      (long long) all->bills, (long long) one->bills,
                      PHONE_ARGS(payer));
    }

    if (all->bills > settings->bills_day - SIM_BILL_MAX) {
        sim_made(auditor, merchant, "", PHONE_EMPTY)->full = 1;
    }

    if (one->bills >= settings->bills_day_payer - sim_shared(auditor->world)) {
        sim_made(auditor, merchant, "", payer)->full = 1;
    }
}


/* Bills that a number hands on; "<number>:<day>:" counts as its bills do. */

static int
sim_audit_hands(sim_auditor_t *auditor, phone_str_t number, const char *day)
{
    int64_t      date;
    sim_made_t  *made;

    made = sim_made(auditor, number, day, PHONE_EMPTY);

    if (number.len == 0 || number.data[0] != '+') {
        return 0;
    }

    sim_audit_hands_counted(auditor, number);
    made->bills++;

    if (made->bills >= auditor->world->settings.bills_handed) {
        sim_made(auditor, number, "", PHONE_EMPTY)->full = 1;
    }

    if (sim_parse_int(phone_cstr(day), &date) != 0
        || (made->bills > auditor->world->settings.bills_handed
            && !sim_day_gone(auditor->world, made, date)))
    {
        sim_violation(auditor->world, "%.*s hands on %lld bills in a day",
                      PHONE_ARGS(number), (long long) made->bills);
    }

    return 1;
}


/* The store has counted, all bills or those to a number but for what its list
   counts: as many as the books say. */

void
sim_audit_counted(sim_auditor_t *auditor, const phone_guard_t *sum,
    const sim_key_t *parts)
{
    char         day[24];
    int64_t      stored, model, least, date;
    phone_str_t  number, merchant, word;
    sim_made_t  *made;

    number = parts->id;
    (void) phone_split(&number, ':', &merchant);
    (void) phone_split(&number, ':', &word);
    snprintf(day, sizeof(day), "%.*s", PHONE_ARGS(word));

    if (sim_audit_hands(auditor, merchant, day)) {
        return;
    }

    made = sim_made(auditor, merchant, day, PHONE_EMPTY);
    model = sim_made(auditor, merchant, day, number)->bills;
    least = number.len ? model - sim_shared(auditor->world) : model;
    stored = sim_stored_int(auditor, sum->key, "bills");

    if (number.len == 0
        && auditor->world->settings.bills_day >= SIM_SAMPLED)
    {
        return;
    }

    if (sim_parse_int(word, &date) != 0
        || stored > model
        || (stored < least && !sim_day_gone(auditor->world, made, date)))
    {
        sim_violation(auditor->world, "\"%.*s\" is %lld, not %lld",
                      PHONE_ARGS(sum->key), (long long) stored,
                      (long long) model);
    }
}


/* Who is told that he has made too many? */

void
sim_audit_too_many(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    int           hands;
    phone_str_t   merchant, payer;
    sim_world_t  *world;

    world = auditor->world;
    hands = sim_is_call(exchange, "bill.delegate");

    if (!reply->refused || reply->refusal != PHONE_RATE_LIMITED
        || exchange->key.data != NULL
        || (!hands && !sim_is_call(exchange, "bill.create")))
    {
        return;
    }

    merchant = hands ? exchange->number : sim_sent(exchange, "merchant_id");
    payer = phone_is(sim_member(reply->body, "field"), "payer_phone")
            ? sim_sent(exchange, "payer_phone") : PHONE_EMPTY;

    if (!sim_made(auditor, merchant, "", payer)->full) {
        sim_violation(world, "%.*s may make more bills to \"%.*s\"",
                      PHONE_ARGS(merchant), PHONE_ARGS(payer));
    }

    if (reply->retry_after < 1 || reply->retry_after > SIM_DAY / 1000) {
        sim_violation(world, "%s is to wait for %lld s",
                      exchange->endpoint->name,
                      (long long) reply->retry_after);
    }
}
