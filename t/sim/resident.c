
/*
 * Somebody with a password and some browsers, all of whose cookies are kept:
 * logs in with the password that is set, with one of before and by SMS, changes
 * it with and without the old one, has it set by the operator, ends sessions
 * here and there, and comes back with what should be worth nothing by then.
 * The auditor knows what is to work.
 */


#include "folk.h"


#define SIM_RESIDENT         PHONE_STR("+8613900000003")
#define SIM_BROWSERS         4
#define SIM_RESIDENT_PIN     PHONE_STR("271828")


typedef struct {
    sim_resident_t          *owner;
    phone_str_t              address;
    phone_str_t              cookie;
    phone_str_t              device;
    phone_str_t              slot;       /* of the session, once it is known */
    unsigned                 by_sms:1;   /* it was opened by a code */
} sim_browser_t;


struct sim_resident_s {
    sim_world_t             *world;
    unsigned                 left;       /* actions */
    unsigned                 chosen;     /* passwords made up so far */
    phone_str_t              password;   /* was set last, or is to be */
    phone_str_t              before;     /* was it before that */
    phone_str_t              code;
    phone_str_t              code_cookie;
    sim_browser_t            browser[SIM_BROWSERS];
};


static void sim_resident_step(sim_world_t *world, void *data);
static void sim_resident_sets_pin(sim_browser_t *browser);


void
sim_resident_start(sim_people_t *people)
{
    unsigned         i;
    sim_world_t     *world;
    sim_resident_t  *resident;

    world = people->world;

    resident = sim_zalloc(world->memory, sizeof(sim_resident_t));
    resident->world = world;
    people->resident = resident;

    for (i = 0; i < SIM_BROWSERS; i++) {
        resident->browser[i].owner = resident;
        resident->browser[i].address = sim_text(world, "203.0.%u.9", i);
    }

    if (sim_below(&world->random, 2)) {
        resident->left = (unsigned) sim_between(&world->random, 20, 200);
        sim_at(world, 0, sim_resident_step, resident);
    }
}


int
sim_resident_over(const sim_resident_t *resident)
{
    return resident->left == 0;
}


void
sim_resident_text(sim_resident_t *resident, phone_str_t to, phone_str_t code)
{
    if (phone_equal(to, SIM_RESIDENT)) {
        resident->code = sim_copy(resident->world->memory, code);
    }
}


static sim_exchange_t *
sim_resident_asks(sim_browser_t *browser, const char *endpoint,
    sim_answered_pt answered)
{
    sim_exchange_t  *exchange;

    exchange = sim_ask_for(browser->owner->world, endpoint, answered, browser);
    exchange->cookie = browser->cookie;
    exchange->device_cookie = browser->device;
    exchange->address = browser->address;
    exchange->number = SIM_RESIDENT;

    return exchange;
}


/* Whatever came of it: the cookies that came with it are kept. */

static void
sim_resident_answered(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    phone_str_t     rest, session;
    sim_browser_t  *browser;

    sim_answer_came(world);

    browser = exchange->client;

    if (reply == NULL) {
        return;
    }

    if (reply->refused) {

        /* one that is over is tried now and then all the same */

        if (reply->refusal == PHONE_LOGIN_REQUIRED
            && sim_below(&world->random, 2)
            && phone_equal(browser->cookie, exchange->cookie))
        {
            browser->cookie = PHONE_EMPTY;
        }

        return;
    }

    if (reply->cookie[PHONE_COOKIE_DEVICE].len
        && sim_below(&world->random, 3))
    {
        browser->device = sim_copy(world->memory,
                                   reply->cookie[PHONE_COOKIE_DEVICE]);
    }

    if (reply->cookie[PHONE_COOKIE_SESSION].len) {
        browser->cookie = sim_copy(world->memory,
                                   reply->cookie[PHONE_COOKIE_SESSION]);
        browser->slot = PHONE_EMPTY;
        browser->by_sms = sim_sent(exchange, "password").len == 6;
    }

    if (sim_is_call(exchange, "session.code")) {
        browser->owner->code_cookie =
            sim_copy(world->memory, reply->cookie[PHONE_COOKIE_LOGIN]);
    }

    if (sim_is_call(exchange, "bill.pin_forgotten")) {
        sim_resident_sets_pin(browser);
        return;
    }

    rest = sim_member(reply->body, "sessions");

    while (rest.data != NULL && sim_element(&rest, &session)) {

        if (phone_is(sim_member(session, "current"), "true")) {
            browser->slot = sim_copy(world->memory,
                                     sim_member(session, "slot"));
        }
    }
}


/* Logins */

static void
sim_resident_logs_in(sim_browser_t *browser, int by_sms)
{
    sim_world_t     *world;
    phone_str_t      password;
    sim_exchange_t  *exchange;
    sim_resident_t  *resident;

    resident = browser->owner;
    world = resident->world;

    if (resident->code.len && (by_sms || sim_below(&world->random, 2))) {
        password = resident->code;
        resident->code = PHONE_EMPTY;

    } else if (by_sms || resident->password.len == 0
               || sim_below(&world->random, 6) == 0)
    {
        exchange = sim_resident_asks(browser, "session.code",
                                     sim_resident_answered);
        sim_add(exchange, "phone", SIM_RESIDENT);
        sim_send(world, exchange);
        return;

    } else {
        password = sim_below(&world->random, 4) || resident->before.len == 0
                   ? resident->password : resident->before;
    }

    exchange = sim_resident_asks(browser, "session.login",
                                 sim_resident_answered);
    exchange->code_cookie = resident->code_cookie;
    sim_add(exchange, "phone", SIM_RESIDENT);
    sim_add(exchange, "password", password);
    sim_send(world, exchange);
}


/* Passwords: what is asked for may come to nothing, or be done unheard. */

static phone_str_t
sim_resident_chooses(sim_resident_t *resident)
{
    resident->before = resident->password;
    resident->password = sim_text(resident->world, "Red-maple-leaf-%u",
                                  ++resident->chosen);

    return resident->password;
}


static void
sim_resident_changes(sim_browser_t *browser, phone_str_t old)
{
    sim_exchange_t  *exchange;

    exchange = sim_resident_asks(browser, "session.password",
                                 sim_resident_answered);
    sim_add(exchange, "password", sim_resident_chooses(browser->owner));

    if (old.len) {
        sim_add(exchange, "old_password", old);
    }

    sim_send(browser->owner->world, exchange);
}


static void
sim_resident_is_helped(sim_browser_t *browser)
{
    sim_exchange_t  *exchange;

    exchange = sim_ask_for(browser->owner->world, "operator.accounts",
                           sim_resident_answered, browser);
    sim_add(exchange, "phone", SIM_RESIDENT);
    sim_add(exchange, "password", sim_resident_chooses(browser->owner));
    sim_send(browser->owner->world, exchange);
}


/* The PIN, always the same: it is set, and said to be forgotten. */

static void
sim_resident_sets_pin(sim_browser_t *browser)
{
    sim_exchange_t  *exchange;

    exchange = sim_resident_asks(browser, "bill.pin", sim_resident_answered);
    sim_add(exchange, "pin", SIM_RESIDENT_PIN);
    sim_add(exchange, "old_pin", SIM_RESIDENT_PIN);
    sim_send(browser->owner->world, exchange);
}


static void
sim_resident_forgets_pin(sim_browser_t *browser)
{
    sim_world_t     *world;
    sim_exchange_t  *exchange;
    sim_resident_t  *resident;

    resident = browser->owner;
    world = resident->world;

    exchange = sim_resident_asks(browser, "bill.pin_forgotten",
                                 sim_resident_answered);
    sim_add(exchange, "pin", SIM_RESIDENT_PIN);
    sim_add(exchange, "password",
            sim_below(&world->random, 4) && resident->password.len
            ? resident->password : PHONE_STR("never-was-mine"));
    sim_send(world, exchange);
}


/* Sessions: this one, another one, all others. */

static void
sim_resident_ends(sim_browser_t *browser)
{
    phone_str_t           slot;
    sim_world_t          *world;
    sim_exchange_t       *exchange;
    const sim_browser_t  *other;

    world = browser->owner->world;
    other = &browser->owner->browser[sim_below(&world->random, SIM_BROWSERS)];
    slot = sim_below(&world->random, 3) ? other->slot : PHONE_STR("others");

    if (slot.len == 0) {
        exchange = sim_resident_asks(browser, "session.logout",
                                     sim_resident_answered);

    } else {
        exchange = sim_resident_asks(browser, "session.revoke",
                                     sim_resident_answered);
        sim_add(exchange, "slot", slot);
    }

    sim_send(world, exchange);
}


static void
sim_resident_acts(sim_browser_t *browser)
{
    sim_world_t     *world;
    const char      *endpoint;
    sim_resident_t  *resident;

    resident = browser->owner;
    world = resident->world;

    switch (sim_below(&world->random, 16)) {

    case 0:
        sim_resident_is_helped(browser);
        break;

    case 1:
        sim_resident_changes(browser, resident->password);
        break;

    case 2:
        sim_resident_changes(browser, sim_below(&world->random, 2)
                                      ? resident->before : PHONE_EMPTY);
        break;

    case 3:
    case 4:
        sim_resident_ends(browser);
        break;

    case 5:
    case 6:
    case 7:
        sim_resident_logs_in(browser, 0);    /* once more */
        break;

    case 8:
    case 12:
        sim_resident_sets_pin(browser);
        break;

    case 9:
    case 10:
    case 11:

        if (browser->by_sms || sim_below(&world->random, 4) == 0) {
            sim_resident_forgets_pin(browser);

        } else {
            sim_resident_logs_in(browser, 1);
        }

        break;

    default:
        endpoint = browser->slot.len ? "session.me" : "session.list";
        sim_send(world, sim_resident_asks(browser, endpoint,
                                          sim_resident_answered));
    }
}


/* After a while: a login by SMS is not fresh any more, most times. */

static void
sim_resident_is_back(sim_world_t *world, void *data)
{
    unsigned         i;
    sim_browser_t   *browser;
    sim_resident_t  *resident;

    resident = data;

    for (i = 0; i < SIM_BROWSERS && !world->calm; i++) {
        browser = &resident->browser[i];

        if (browser->cookie.len) {
            sim_resident_changes(browser, PHONE_EMPTY);
        }
    }

    sim_at(world, SIM_SECOND, sim_resident_step, resident);
}


static void
sim_resident_step(sim_world_t *world, void *data)
{
    sim_browser_t   *browser;
    sim_resident_t  *resident;

    resident = data;

    if (world->calm) {
        resident->left = 0;
    }

    if (resident->left == 0) {
        return;
    }

    resident->left--;

    if (sim_below(&world->random, 40) == 0) {
        sim_at(world, sim_between(&world->random, 1, 900) * SIM_SECOND,
               sim_resident_is_back, resident);
        return;
    }

    browser = &resident->browser[sim_below(&world->random, SIM_BROWSERS)];

    if (browser->cookie.len) {
        sim_resident_acts(browser);

    } else if (resident->password.len || sim_below(&world->random, 2)) {
        sim_resident_logs_in(browser, 0);

    } else {
        sim_resident_is_helped(browser);
    }

    sim_at(world, sim_between(&world->random, 1,
                              SIM_SECOND + world->swarm.pause),
           sim_resident_step, resident);
}
