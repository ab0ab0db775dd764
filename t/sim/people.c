
/* Who there is, and what the operator sets up for them. */


#define _GNU_SOURCE          /* memmem() */

#include <stdarg.h>
#include <stdio.h>

#include "bank.h"
#include "blobs.h"
#include "folk.h"


static void sim_cast(sim_people_t *people);
static void sim_plan_chores(sim_people_t *people);
static void sim_chore_step(sim_world_t *world, void *data);
static void sim_chore_answered(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply);
static void sim_check_step(sim_world_t *world, void *data);


sim_people_t *
sim_people_create(sim_world_t *world)
{
    unsigned       i;
    sim_people_t  *people;

    people = sim_zalloc(world->memory, sizeof(sim_people_t));
    people->world = world;
    people->shops_actions = world->swarm.actions / 2;
    people->payers_actions = world->swarm.actions;
    people->checks_left = (unsigned) sim_below(&world->random,
                                               SIM_CHECKS_MAX);
    people->memories = SIM_MEMORIES;
    world->people = people;

    sim_cast(people);
    sim_plan_chores(people);

    for (i = 0; i < people->nchores; i++) {
        sim_at(world, sim_between(&world->random, 0, 100 * SIM_MS),
               sim_chore_step, &people->chore[i]);
    }

    sim_at(world, SIM_SECOND, sim_check_step, people);

    for (i = 0; i < world->swarm.merchants; i++) {
        sim_merchant_start(&people->merchant[i]);
    }

    for (i = 0; i < world->swarm.payers; i++) {
        sim_payer_start(&people->payer[i]);
    }

    sim_resume_start(people);
    sim_siege_start(people);
    sim_secrets_start(people);
    sim_resident_start(people);
    sim_blobs_start(world);
    sim_toys_start(people);
    sim_gateway_start(people);

    return people;
}


static void
sim_cast(sim_people_t *people)
{
    unsigned         i;
    sim_world_t     *world;
    sim_payer_t     *payer;
    sim_merchant_t  *merchant;

    world = people->world;

    for (i = 0; i < world->swarm.merchants; i++) {
        merchant = &people->merchant[i];
        merchant->world = world;
        merchant->number = i;
        merchant->id = sim_text(world, "shop%u-%03u", i,
                                (unsigned) sim_below(&world->random, 1000));
        merchant->url = sim_text(world, "https://shop%u.example/notify", i);
        merchant->order_url = sim_text(world, "https://shop%u.example/order",
                                       i);
        merchant->keys = 1;
        merchant->ahead = sim_below(&world->random, 3)
                          ? 0 : (world->settings.clock_skew
                                 - world->swarm.skew) / 1000 - 2;
        merchant->ahead = merchant->ahead > 0 ? merchant->ahead : 0;
        merchant->sign_type = sim_below(&world->random, 4)
                              ? PHONE_STR("RSA2") : PHONE_STR("MD5withRSA");
        merchant->sign_type = sim_key_type(merchant, sim_shop_key(merchant, 1));
        merchant->order = sim_zalloc(world->memory, SIM_ORDERS_MAX
                                                    * sizeof(sim_order_t));
    }

    for (i = 0; i < world->swarm.payers; i++) {
        payer = &people->payer[i];
        payer->world = world;
        payer->number = sim_text(world, "+86138%04u%04u",
                                 (unsigned) sim_below(&world->random, 10000),
                                 i);
        payer->address = sim_text(world, "198.51.%u.7", i);
    }
}


/* The operator: each chore is repeated as it is until it is known done.  A
   merchant whose first key is gone is another one than was asked for. */

static sim_chore_t *
sim_chore(sim_people_t *people, const char *endpoint)
{
    sim_chore_t  *chore;

    chore = &people->chore[people->nchores++];
    chore->endpoint = endpoint;
    chore->with_key = sim_below(&people->world->random, 2) == 0;

    return chore;
}


static void
sim_chore_say(sim_chore_t *chore, const char *name, phone_str_t value)
{
    chore->name[chore->n] = phone_cstr(name);
    chore->value[chore->n++] = value;
}


/* A number of 16 digits that ends with its check digit (ISO/IEC 7812-1). */

phone_str_t
sim_card_no(sim_world_t *world)
{
    char      text[17];
    unsigned  i, digit, sum;

    sum = 0;
    memcpy(text, "622202", 6);

    for (i = 0; i < 15; i++) {

        if (i >= 6) {
            text[i] = (char) ('0' + sim_below(&world->random, 10));
        }

        digit = (unsigned) (text[i] - '0');
        digit *= i % 2 ? 1 : 2;
        sum += digit / 10 + digit % 10;
    }

    text[15] = (char) ('0' + (10 - sum % 10) % 10);
    text[16] = '\0';

    return sim_text(world, "%s", text);
}


static void
sim_plan_card(sim_people_t *people, sim_payer_t *payer)
{
    int64_t       balance;
    phone_str_t   card_no;
    sim_chore_t  *chore;
    sim_world_t  *world;

    world = people->world;
    balance = world->swarm.rich || sim_below(&world->random, 4) == 0
              ? 1000000 : sim_between(&world->random, 1, 15000);

    chore = sim_chore(people, "operator.bank_cards");
    sim_chore_say(chore, "phone", payer->number);
    card_no = sim_card_no(world);
    sim_chore_say(chore, "card_no", card_no);

    if (sim_below(&world->random, 3) == 0) {
        sim_chore_say(chore, "bank", SIM_BANK_NAME);
        balance = 0;
    }

    sim_chore_say(chore, "balance", sim_text(world, "%lld",
                                             (long long) balance));
    sim_chore_say(chore, "currency", sim_below(&world->random, 8)
                                     ? PHONE_STR("CNY") : sim_foreign(world));

    if (sim_below(&world->random, 2)) {
        payer->issued[payer->nissued++] = (sim_issued_t) {
            card_no, PHONE_STR("271828") };
        sim_chore_say(chore, "proof", PHONE_STR("271828"));
    }
}


/* The bank has given another proof since. */

static int
sim_proof_is_old(const sim_chore_t *chore, const phone_reply_t *reply)
{
    return reply->refusal == PHONE_EXISTS
           && phone_is(chore->name[chore->n - 1], "proof")
           && phone_is(sim_member(reply->body, "field"), "proof");
}


static void
sim_plan_chores(sim_people_t *people)
{
    unsigned         i, n;
    sim_chore_t     *chore;
    sim_world_t     *world;
    sim_payer_t     *payer;
    sim_merchant_t  *merchant;

    world = people->world;

    for (i = 0; i < world->swarm.merchants; i++) {
        merchant = &people->merchant[i];
        chore = sim_chore(people, "operator.merchants");
        chore->merchant = merchant;
        sim_chore_say(chore, "merchant_id", merchant->id);
        sim_chore_say(chore, "name", sim_text(world, "Shop %u", i));
        sim_chore_say(chore, "public_key", sim_shop_key(merchant, 1).text);
        sim_chore_say(chore, "key_id", PHONE_STR("k1"));
        sim_chore_say(chore, "sign_type", merchant->sign_type);
        sim_chore_say(chore, "notify_url", merchant->url);
    }

    for (i = 0; i < world->swarm.payers; i++) {
        payer = &people->payer[i];

        if (sim_below(&world->random, 2)) {
            chore = sim_chore(people, "operator.accounts");
            sim_chore_say(chore, "phone", payer->number);
            sim_chore_say(chore, "name", PHONE_STR("Li Lei"));
        }

        for (n = (unsigned) sim_below(&world->random, SIM_CARDS_MAX + 1); n;
             n--)
        {
            sim_plan_card(people, payer);
        }

        for (n = (unsigned) sim_below(&world->random, 3); n; n--) {
            chore = sim_chore(people, "operator.credit");
            sim_chore_say(chore, "phone", payer->number);
            sim_chore_say(chore, "amount", sim_text(world, "%u", 100 * n));
            sim_chore_say(chore, "credit_no", sim_text(world, "c%u-%u", i, n));
        }
    }
}


static void
sim_chore_step(sim_world_t *world, void *data)
{
    unsigned         i;
    sim_chore_t     *chore;
    sim_exchange_t  *exchange;

    chore = data;

    if (world->stopped) {
        return;
    }

    exchange = sim_ask_for(world, chore->endpoint, sim_chore_answered, chore);

    if (chore->with_key) {
        exchange->key = sim_text(world, "chore-%u",
                                 (unsigned) (chore - world->people->chore));
    }

    for (i = 0; i < chore->n; i++) {
        phone_fields_add(&exchange->fields, chore->name[i], chore->value[i]);
    }

    sim_send(world, exchange);
}


static void
sim_chore_answered(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    int           again;
    sim_chore_t  *chore;

    sim_answer_came(world);

    chore = exchange->client;
    again = sim_unclear(reply);

    if (!again && reply->refused && !sim_proof_is_old(chore, reply)
        && !((chore->done || world->failovers) && chore->merchant != NULL
             && chore->merchant->keys > 1
             && reply->refusal == PHONE_EXISTS))
    {
        sim_violation(world, "%s is refused: %.*s", chore->endpoint,
                      PHONE_ARGS(reply->body));
        return;
    }

    if (!again && !chore->done) {
        chore->done = 1;

        if (chore->merchant != NULL) {
            chore->merchant->ready = 1;
        }
    }

    /* what is done may be asked for again: it is done once */

    if (again || sim_below(&world->random, 4) == 0) {
        sim_at(world, sim_between(&world->random, SIM_MS, SIM_SECOND),
               sim_chore_step, chore);
    }
}


void
sim_chores_again(sim_people_t *people)
{
    unsigned  i;

    people->settlement.done = 0;
    people->of_bank.done = 0;

    for (i = 0; i < people->nchores; i++) {

        if (people->chore[i].done) {
            people->chore[i].done = 0;
            sim_at(people->world,
                   sim_between(&people->world->random, SIM_MS, SIM_SECOND),
                   sim_chore_step, &people->chore[i]);
        }
    }
}


/* Every now and then the operator has the books checked. */

static void
sim_check_answered(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_people_t  *people;

    sim_answer_came(world);

    people = exchange->client;
    people->closed = exchange->at_rest && !sim_unclear(reply);
}


static void
sim_check(sim_people_t *people, int at_rest)
{
    sim_exchange_t  *exchange;

    exchange = sim_ask_for(people->world, "operator.check",
                           sim_check_answered, people);
    exchange->at_rest = at_rest ? 1 : 0;

    sim_send(people->world, exchange);
}


static void
sim_check_step(sim_world_t *world, void *data)
{
    sim_people_t  *people;

    people = data;

    if (world->calm || world->stopped || people->checks_left == 0) {
        return;
    }

    people->checks_left--;

    if (sim_below(&world->random, 2)) {
        sim_operate(people);

    } else {
        sim_check(people, 0);
    }

    sim_at(world, sim_between(&world->random, 1, 10 * SIM_SECOND),
           sim_check_step, people);
}


int
sim_people_remember(sim_people_t *people)
{
    sim_world_t   *world;
    sim_random_t  *random;

    world = people->world;
    random = &world->random;

    if (!world->archived || people->memories == 0) {
        sim_restore_file(world, NULL);
        return 0;
    }

    people->memories--;

    if (sim_below(random, 8) == 0) {
        sim_damage_file(world);
    }

    if (sim_below(random, 5)) {
        sim_remember_order(&people->merchant[sim_below(random,
                                                 world->swarm.merchants)]);

    } else {
        sim_remember_bill(&people->payer[sim_below(random,
                                                   world->swarm.payers)]);
    }

    return 1;
}


/* Most notices are given up on at the very end: the operator looks once more,
   and may send them again. */

int
sim_people_closed(sim_people_t *people)
{
    if (!sim_resume_over(people) || !sim_secrets_over(people)
        || sim_people_remember(people))
    {
        return 0;
    }

    if (!people->looked) {
        people->looked = 1;
        sim_ask_for_notices(people);

    } else if (!people->closed) {
        sim_check(people, 1);
    }

    return people->closed;
}


/* What they share */

sim_exchange_t *
sim_ask_for(sim_world_t *world, const char *endpoint,
    sim_answered_pt answered, void *client)
{
    world->people->waiting++;

    return sim_exchange(world, endpoint, answered, client);
}


void
sim_answer_came(sim_world_t *world)
{
    world->people->waiting--;
}


int
sim_unclear(const phone_reply_t *reply)
{
    return reply == NULL
           || (reply->refused
               && (reply->refusal == PHONE_STORE_UNAVAILABLE
                   || reply->refusal == PHONE_BUSY));
}


int
sim_may_act(sim_world_t *world, unsigned *actions)
{
    if (world->stopped || *actions == 0) {
        return 0;
    }

    (*actions)--;

    return 1;
}


unsigned
sim_people_waiting(const sim_people_t *people)
{
    return people->waiting;
}


int
sim_people_done(const sim_people_t *people)
{
    return people->shops_actions == 0 && people->payers_actions == 0
           && sim_siege_over(people->siege)
           && sim_resident_over(people->resident);
}


phone_str_t
sim_text(sim_world_t *world, const char *fmt, ...)
{
    int      n;
    char     text[256];
    va_list  args;

    va_start(args, fmt);
    n = vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);

    return sim_copy(world->memory, (phone_str_t) { (size_t) n, text });
}


phone_str_t
sim_foreign(sim_world_t *world)
{
    static const char *const  code[] = { "USD", "USD", "KWD", "CLF" };

    return phone_cstr(code[sim_below(&world->random, 4)]);
}


/* What comes to them */

int
sim_notice_arrives(sim_world_t *world, phone_str_t url, phone_str_t body)
{
    unsigned  i;

    for (i = 0; i < world->swarm.merchants; i++) {

        if (phone_equal(world->people->merchant[i].url, url)
            || phone_equal(world->people->merchant[i].order_url, url))
        {
            sim_refund_heard(&world->people->merchant[i], body);
            return 0;
        }
    }

    return -1;
}


/* A code stands behind "code: " or "password: ", up to the comma. */

void
sim_sms_arrives(sim_world_t *world, phone_str_t to, phone_str_t text)
{
    size_t        k;
    unsigned      i;
    const char   *p;
    phone_str_t   code;
    sim_payer_t  *payer;

    p = memmem(text.data, text.len, "code: ", 6);

    if (p == NULL) {
        p = memmem(text.data, text.len, "password: ", 10);
    }

    if (p == NULL) {
        return;
    }

    p = (const char *) memchr(p, ' ', 16) + 1;

    for (k = 0; p[k] != ','; k++) {
        /* void */
    }

    code = (phone_str_t) { k, p };

    for (i = 0; i < world->swarm.payers; i++) {
        payer = &world->people->payer[i];

        if (phone_equal(payer->number, to)) {
            payer->code = sim_copy(world->memory, code);
            return;
        }
    }

    sim_siege_text(world->people->siege, to, code);
    sim_resident_text(world->people->resident, to, code);
}
