
/* A payer with a phone: logs in, sets a PIN, looks at the bills, pays. */


#include "folk.h"


static void sim_payer_step(sim_world_t *world, void *data);
static void sim_payer_act(sim_payer_t *payer, phone_str_t *cookie);
static void sim_log_in(sim_payer_t *payer, phone_str_t *cookie);
static void sim_set_pin(sim_payer_t *payer, phone_str_t cookie);
static void sim_listen(sim_payer_t *payer, phone_str_t cookie);
static void sim_look(sim_payer_t *payer, phone_str_t cookie);
static void sim_reject(sim_payer_t *payer, phone_str_t cookie);


void
sim_payer_start(sim_payer_t *payer)
{
    sim_at(payer->world, 0, sim_payer_step, payer);
}


static void
sim_payer_step(sim_world_t *world, void *data)
{
    int64_t       pause;
    phone_str_t  *cookie;
    sim_payer_t  *payer;

    payer = data;
    pause = world->swarm.pause / 4;
    cookie = &payer->cookie[sim_below(&world->random, SIM_SESSIONS_MAX)];

    /* waits for the SMS, not for ever */

    if (cookie->len || payer->code.len || world->now >= payer->code_wanted) {

        if (!sim_may_act(world, &world->people->payers_actions)) {
            return;
        }

        sim_payer_act(payer, cookie);

    } else if (world->calm || world->stopped) {
        return;

    } else {
        pause += 500 * SIM_MS;
    }

    sim_at(world, sim_between(&world->random, 1, pause), sim_payer_step,
           payer);
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

    } else if (sim_chance(random, payer->world->swarm.trespass)) {
        sim_trespass(payer, *cookie);

    } else if (sim_below(random, 8) == 0) {
        sim_mail(payer, *cookie);

    } else if (x < 4) {
        sim_log_out(payer, cookie);

    } else if (x < 6) {
        sim_listen(payer, *cookie);

    } else if (sim_below(random, 10) == 0) {
        sim_contacts(payer, *cookie);

    } else if (x < 60 && sim_below(random, 12) == 0) {
        sim_ask_key(payer, *cookie);

    } else if (x < 9 || (payer->pin[0] == '\0' && x < 60)) {
        sim_set_pin(payer, *cookie);

    } else if (x < 13 || (payer->ncards == 0 && x < 40)) {
        sim_manage_cards(payer, *cookie);

    } else if (x < 28 || payer->nbills == 0 || payer->ncards == 0) {
        sim_look(payer, *cookie);

    } else if (x < 32) {
        sim_reject(payer, *cookie);

    } else if (x < 50) {
        sim_hand(payer, *cookie);

    } else if (sim_chance(random, payer->world->swarm.guess)) {
        sim_guess(payer, *cookie);

    } else {
        sim_pay(payer, *cookie);
    }
}


void
sim_remember_bill(sim_payer_t *payer)
{
    phone_str_t  cookie;

    cookie = payer->cookie[sim_below(&payer->world->random,
                                     SIM_SESSIONS_MAX)];

    if (cookie.len == 0 || payer->nbills == 0 || payer->ncards == 0) {
        return;
    }

    switch (sim_below(&payer->world->random, 4)) {

    case 0:
        sim_reject(payer, cookie);
        break;

    case 1:
        sim_pay(payer, cookie);
        break;

    default:
        sim_look(payer, cookie);
    }
}


sim_exchange_t *
sim_payer_asks(sim_payer_t *payer, phone_str_t cookie, const char *endpoint,
    sim_answered_pt answered)
{
    sim_exchange_t  *exchange;

    exchange = sim_ask_for(payer->world, endpoint, answered, payer);
    exchange->cookie = cookie;
    exchange->code_cookie = payer->code_cookie;
    exchange->device_cookie = payer->device_cookie;
    exchange->address = payer->address;
    exchange->number = payer->number;

    return exchange;
}


/* Sessions */

static void
sim_code_answered(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_payer_t  *payer;

    sim_answer_came(world);

    payer = exchange->client;

    if (reply != NULL && reply->cookie[PHONE_COOKIE_LOGIN].len) {
        payer->code_cookie = sim_copy(world->memory,
                                      reply->cookie[PHONE_COOKIE_LOGIN]);
    }
}


static void
sim_login_answered(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_payer_t  *payer;
    phone_str_t  *cookie;

    sim_answer_came(world);

    if (reply == NULL || reply->refused) {
        return;
    }

    payer = exchange->client;
    cookie = exchange->about;
    *cookie = sim_copy(world->memory, reply->cookie[PHONE_COOKIE_SESSION]);
    payer->device_cookie = sim_copy(world->memory,
                                    reply->cookie[PHONE_COOKIE_DEVICE]);
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

    if (sim_below(&world->random, 8) == 0) {
        sim_try_code(payer);
    }

    exchange = sim_payer_asks(payer, PHONE_EMPTY, "session.login",
                              sim_login_answered);
    exchange->about = cookie;
    sim_add(exchange, "phone", payer->number);

    if (sim_below(&world->random, 8) == 0) {
        exchange->code_cookie = PHONE_EMPTY;     /* another browser */
    }

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

    if (!reply->refused) {
        ((sim_payer_t *) exchange->client)->old_cookie = me->cookie;
    }
}


void
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


void
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
    sim_seal(payer, exchange);
    sim_send(world, exchange);
}


/* A page that hears live events: it comes, or it is still there. */

static void
sim_live_answered(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_answer_came(world);
    sim_forget_cookie(exchange->client, exchange, reply);
}


static void
sim_listen(sim_payer_t *payer, phone_str_t cookie)
{
    sim_send(payer->world, sim_payer_asks(payer, cookie, "live.open",
                                          sim_live_answered));
}


/* Bills and cards */

static void
sim_look_answered(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    phone_str_t   rest, object;
    sim_payer_t  *payer;

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
        payer->bill[payer->nbills] = sim_copy(world->memory,
                                              sim_member(object, "bill_id"));
        sim_pass_on(payer, exchange->cookie, object);
    }
}


void
sim_look_at_bills(sim_payer_t *payer)
{
    sim_world_t  *world;
    phone_str_t   cookie;

    world = payer->world;
    cookie = payer->cookie[sim_below(&world->random, SIM_SESSIONS_MAX)];

    if (cookie.len) {
        sim_send(world, sim_payer_asks(payer, cookie, "bill.list",
                                       sim_look_answered));
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
                payer->bill[sim_below(&world->random, payer->nbills)]);

    } else if (x < 3) {
        exchange = sim_payer_asks(payer, cookie, "message.list",
                                  sim_me_answered);

    } else if (x < 5 || (payer->ncards == 0 && x < 8)) {
        exchange = sim_payer_asks(payer, cookie, "bill.cards",
                                  sim_look_answered);

    } else {
        exchange = sim_payer_asks(payer, cookie, "bill.list",
                                  sim_look_answered);

        if (sim_below(&world->random, 4)) {
            sim_add(exchange, "state", sim_below(&world->random, 3)
                                       ? PHONE_STR("PUSHED")
                                       : PHONE_STR("OFFERED"));
        }
    }

    sim_send(world, exchange);
}


/* One's own bill, perhaps while it is paid from another browser. */

static void
sim_reject(sim_payer_t *payer, phone_str_t cookie)
{
    sim_world_t     *world;
    sim_exchange_t  *exchange;

    world = payer->world;

    exchange = sim_payer_asks(payer, cookie, "bill.reject", sim_me_answered);
    sim_add(exchange, "bill_id",
            payer->bill[sim_below(&world->random, payer->nbills)]);

    if (sim_below(&world->random, 2)) {
        sim_add(exchange, "reason", PHONE_STR("not ordered"));
    }

    sim_send(world, exchange);
}
