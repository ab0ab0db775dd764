
/*
 * Guessers, and somebody whose number they guess at.  They come from up to a
 * thousand networks, with passwords for the number of the owner and with codes
 * for another number; they know which code is right, and keep it for the end.
 * The owner has a device that is known, and is to get in meanwhile.  A thief
 * knows the owner's password and holds the cookie of a code for the number and
 * of a device that the number knew: when the guesses of a day are spent, that
 * is of no use.
 */


#include <stdio.h>

#include "folk.h"


#define SIM_OWNER            PHONE_STR("+8613900000001")
#define SIM_PREY             PHONE_STR("+8613900000002")
#define SIM_OWNER_ADDRESS    PHONE_STR("203.0.113.7")
#define SIM_OWNER_PASSWORD   PHONE_STR("quiet-lake")    /* as a temporary one */

#define SIM_OWNER_TRIES      3           /* in which the owner is in */
#define SIM_CODE_PATIENCE    40          /* steps to wait for an SMS */


struct sim_siege_s {
    sim_world_t             *world;
    unsigned                 left;       /* actions */
    unsigned                 early;      /* more left: the owner is away */
    unsigned                 guesses;

    int64_t                  fortified_at;   /* of the run */

    /* one code at a time */
    phone_str_t              code_cookie;
    phone_str_t              code;       /* as the SMS said */
    unsigned                 wrong;      /* guesses before the right one */
    unsigned                 patience;
    unsigned                 asking:1;

    /* the thief */
    phone_str_t              thief_cookie;   /* of a code for the owner */
    phone_str_t              stolen;     /* a device of the owner */
    int64_t                  stolen_until;   /* ms: it is known */
    unsigned                 robbed:1;   /* there is one */

    /* the owner */
    phone_str_t              device;
    int64_t                  device_until;   /* ms: it is known */
    phone_str_t              owner_cookie;   /* of a code that was asked for */
    phone_str_t              owner_code;
    int64_t                  asked_at;   /* of the run: for that */
    int64_t                  asked_wall;     /* ms */
    int64_t                  visit_at;   /* of the run: since then here */
    int64_t                  owner_next;     /* of the run: not before */
    unsigned                 tries;      /* of this visit */
    unsigned                 failed;
    unsigned                 unclear;    /* in all: they may count */
    unsigned                 visits:1;   /* is at it */
    unsigned                 awaits:1;   /* an SMS */
};


static void sim_fortify(sim_world_t *world, void *data);
static void sim_siege_step(sim_world_t *world, void *data);
static void sim_owner_visits(sim_siege_t *siege);
static void sim_owner_password(sim_siege_t *siege);


void
sim_siege_start(sim_people_t *people)
{
    sim_siege_t  *siege;
    sim_world_t  *world;

    world = people->world;

    siege = sim_zalloc(world->memory, sizeof(sim_siege_t));
    siege->world = world;
    people->siege = siege;

    if (world->swarm.networks) {
        siege->left = (unsigned) sim_between(&world->random, 50, 400);
        siege->early = (unsigned) sim_below(&world->random, siege->left);
        siege->robbed = sim_below(&world->random, 2) ? 1 : 0;
        sim_at(world, 0, sim_fortify, siege);
    }
}


int
sim_siege_over(const sim_siege_t *siege)
{
    return siege->left == 0;
}


/* Not known how it would have ended: writes of since then may be lost, or a
   window of limits came back. */

static int
sim_siege_blurred(const sim_world_t *world, int64_t since)
{
    return world->stopped || (world->failovers && world->failover_at >= since)
           || (world->jumped && world->jump[world->jumped - 1].at >= since);
}


/* The clock was set back, and shows windows of limits once more. */

static int
sim_siege_relived(const sim_world_t *world)
{
    return sim_set_back(world, 0, sim_wall(world) - world->swarm.skew
                                  - world->settings.login_window);
}


static phone_str_t
sim_somewhere(sim_world_t *world)
{
    unsigned  n;

    n = (unsigned) sim_below(&world->random, world->swarm.networks);

    return sim_text(world, "10.%u.%u.%u", n / 256, n % 256,
                    (unsigned) sim_below(&world->random, 4));
}


static sim_exchange_t *
sim_knocks(sim_siege_t *siege, phone_str_t number, phone_str_t password,
    phone_str_t address, sim_answered_pt answered)
{
    sim_exchange_t  *exchange;

    exchange = sim_ask_for(siege->world, "session.login", answered, siege);
    exchange->address = address;
    exchange->number = number;
    sim_add(exchange, "phone", number);
    sim_add(exchange, "password", password);

    return exchange;
}


static void
sim_device_kept(sim_siege_t *siege, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    siege->device = sim_copy(siege->world->memory,
                             reply->cookie[PHONE_COOKIE_DEVICE]);
    siege->device_until = exchange->ran_wall
                          + siege->world->settings.device_lifetime;
}


/* Before: an account with a password, and a device that it knows */

static void
sim_device_answered(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_siege_t  *siege;

    sim_answer_came(world);

    siege = exchange->client;

    if (reply == NULL || reply->refused) {
        sim_at(world, world->settings.login_window * SIM_MS, sim_fortify,
               siege);
        return;
    }

    sim_device_kept(siege, exchange, reply);
    siege->fortified_at = exchange->sent_at;
    siege->stolen = siege->device;
    siege->stolen_until = siege->device_until;
    sim_at(world, 1, sim_siege_step, siege);
}


static void
sim_account_answered(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_siege_t  *siege;

    sim_answer_came(world);

    siege = exchange->client;

    if (reply == NULL || reply->refused) {
        sim_at(world, SIM_SECOND, sim_fortify, siege);
        return;
    }

    sim_send(world, sim_knocks(siege, SIM_OWNER, SIM_OWNER_PASSWORD,
                               SIM_OWNER_ADDRESS, sim_device_answered));
}


static void
sim_fortify(sim_world_t *world, void *data)
{
    sim_siege_t     *siege;
    sim_exchange_t  *exchange;

    siege = data;

    if (world->calm || siege->left < 20) {
        siege->left = 0;
        return;
    }

    siege->left -= 20;

    exchange = sim_ask_for(world, "operator.accounts", sim_account_answered,
                           siege);
    sim_add(exchange, "phone", SIM_OWNER);
    sim_add(exchange, "password", SIM_OWNER_PASSWORD);
    sim_send(world, exchange);
}


/* Guesses */

static void
sim_guess_answered(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    (void) exchange;
    (void) reply;

    sim_answer_came(world);
}


/* A code was asked for: its cookie is kept where the call says. */

static void
sim_code_answered(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    phone_str_t  *cookie;
    sim_siege_t  *siege;

    sim_answer_came(world);

    siege = exchange->client;
    cookie = exchange->about;

    if (cookie == &siege->code_cookie) {
        siege->asking = 0;
    }

    if (reply != NULL && !reply->refused) {
        *cookie = sim_copy(world->memory, reply->cookie[PHONE_COOKIE_LOGIN]);
    }
}


static void
sim_ask_code(sim_siege_t *siege, phone_str_t number, phone_str_t address,
    phone_str_t device, phone_str_t *cookie)
{
    sim_exchange_t  *exchange;

    exchange = sim_ask_for(siege->world, "session.code", sim_code_answered,
                           siege);
    exchange->about = cookie;
    exchange->address = address;
    exchange->device_cookie = device;
    sim_add(exchange, "phone", number);
    sim_send(siege->world, exchange);
}


/* As many as may be, and more, then the right one. */

static void
sim_guess_code(sim_siege_t *siege)
{
    sim_world_t     *world;
    phone_str_t      guess;
    sim_exchange_t  *exchange;

    world = siege->world;

    if (siege->asking) {
        return;
    }

    if (siege->code_cookie.len == 0) {
        siege->asking = 1;
        siege->code = PHONE_EMPTY;
        siege->patience = SIM_CODE_PATIENCE;
        siege->wrong = (unsigned) sim_below(&world->random, (uint64_t)
                                    (2 * world->settings.code_tries + 1));

        sim_ask_code(siege, SIM_PREY, sim_somewhere(world), PHONE_EMPTY,
                     &siege->code_cookie);
        return;
    }

    if (siege->code.len == 0) {

        if (--siege->patience == 0) {
            siege->code_cookie = PHONE_EMPTY;
        }

        return;
    }

    guess = siege->code;

    if (siege->wrong) {
        guess = guess.len == 6 ? sim_text(world, "%06u", ++siege->guesses)
                               : sim_text(world, "zzzzzz%04u",
                                          ++siege->guesses);
    }

    exchange = sim_knocks(siege, SIM_PREY, guess, sim_somewhere(world),
                          sim_guess_answered);
    exchange->code_cookie = siege->code_cookie;

    if (siege->wrong) {
        siege->wrong--;

    } else {
        siege->code_cookie = PHONE_EMPTY;
    }

    sim_send(world, exchange);
}


static void
sim_guess_password(sim_siege_t *siege)
{
    sim_world_t     *world;
    sim_exchange_t  *exchange;

    world = siege->world;

    exchange = sim_knocks(siege, SIM_OWNER,
                          sim_text(world, "guess %u", ++siege->guesses),
                          sim_somewhere(world), sim_guess_answered);
    exchange->must_fail = 1;

    if (siege->robbed && sim_below(&world->random, 2)
        && sim_wall(world) > siege->stolen_until + world->swarm.skew)
    {
        exchange->device_cookie = siege->stolen;
    }

    sim_send(world, exchange);
}


static void
sim_thief_comes(sim_siege_t *siege)
{
    sim_world_t     *world;
    sim_exchange_t  *exchange;

    world = siege->world;

    if (siege->thief_cookie.len == 0) {
        sim_ask_code(siege, SIM_OWNER, sim_somewhere(world), PHONE_EMPTY,
                     &siege->thief_cookie);
        return;
    }

    exchange = sim_knocks(siege, SIM_OWNER, SIM_OWNER_PASSWORD,
                          sim_somewhere(world), sim_guess_answered);
    exchange->code_cookie = siege->thief_cookie;

    if (sim_below(&world->random, 4) == 0) {
        siege->thief_cookie = PHONE_EMPTY;
    }

    sim_send(world, exchange);
}


/* The owner, with another browser, by a text: auditor_texted.c looks whether
   that lets him in. */

static void
sim_owner_texts(sim_siege_t *siege)
{
    sim_world_t     *world;
    sim_exchange_t  *exchange;

    world = siege->world;

    exchange = sim_ask_for(world, "sms.in", sim_guess_answered, siege);
    sim_add(exchange, "from", SIM_OWNER);
    sim_add(exchange, "text", PHONE_STR("LOGIN"));
    sim_add(exchange, "id", sim_text(world, "owner-%u", ++siege->guesses));
    sim_send(world, exchange);
}


static void
sim_siege_step(sim_world_t *world, void *data)
{
    sim_siege_t  *siege;

    siege = data;

    if (world->calm) {
        siege->left = 0;
    }

    if (siege->left == 0) {
        return;
    }

    if (world->failovers && world->failover_at >= siege->fortified_at) {
        sim_fortify(world, siege);           /* it may be lost */
        return;
    }

    siege->left--;

    if (sim_below(&world->random, 32) == 0) {
        sim_owner_texts(siege);
    }

    if (siege->robbed && sim_below(&world->random, 8) == 0) {
        sim_thief_comes(siege);

    } else if (sim_below(&world->random, 3)) {
        sim_guess_password(siege);

    } else {
        sim_guess_code(siege);
    }

    if (siege->left == 0
        || (siege->left < siege->early
            && sim_below(&world->random, 10) == 0))
    {
        sim_owner_visits(siege);
    }

    sim_at(world, sim_between(&world->random, 1,
                              1 + world->swarm.pause / 16),
           sim_siege_step, siege);
}


/* The owner */

static int64_t
sim_least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}


/* Tries of an owner whose own ones that met a fault may count. */

static unsigned
sim_owner_room(const sim_world_t *world)
{
    return (unsigned) sim_least(SIM_OWNER_TRIES,
                                sim_least(world->settings.login_fails,
                                          world->settings.address_tries));
}


static void
sim_owner_rests(sim_siege_t *siege)
{
    sim_world_t  *world;

    world = siege->world;

    siege->visits = 0;
    siege->owner_next = world->now + (world->settings.login_window
                                      + 2 * world->swarm.skew + 1000)
                                     * SIM_MS;
}


static void
sim_owner_in(sim_siege_t *siege, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_count(siege->world, OWNER_IN);

    sim_device_kept(siege, exchange, reply);
    sim_owner_rests(siege);
}


/* The owner has an answer.  NULL: he is in, or it tells nothing, and the visit
   is over. */

static sim_siege_t *
sim_owner_heard(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_siege_t  *siege;

    sim_answer_came(world);

    siege = exchange->client;

    if (sim_siege_blurred(world, siege->visit_at)) {
        sim_owner_rests(siege);
        return NULL;
    }

    if (reply != NULL && !reply->refused) {
        sim_owner_in(siege, exchange, reply);
        return NULL;
    }

    return siege;
}


static void
sim_owner_answered(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_siege_t  *siege;

    siege = sim_owner_heard(world, exchange, reply);

    if (siege == NULL) {
        return;
    }

    if (exchange->ran_wall >= siege->device_until) {
        sim_owner_rests(siege);              /* as a stranger, by now */
        return;
    }

    if (sim_unclear(reply)) {
        siege->unclear++;

    } else if (++siege->failed == sim_owner_room(world)) {
        sim_violation(world, "the owner is shut out (call %u): %.*s",
                      exchange->serial, PHONE_ARGS(reply->body));
        return;
    }

    if (siege->tries == sim_owner_room(world)) {
        sim_owner_rests(siege);
        return;
    }

    sim_owner_password(siege);
}


static void
sim_owner_password(sim_siege_t *siege)
{
    phone_str_t      address;
    sim_world_t     *world;
    sim_exchange_t  *exchange;

    world = siege->world;
    siege->tries++;

    address = sim_below(&world->random, 4) ? SIM_OWNER_ADDRESS
                                           : sim_somewhere(world);

    exchange = sim_knocks(siege, SIM_OWNER, SIM_OWNER_PASSWORD, address,
                          sim_owner_answered);
    exchange->device_cookie = siege->device;
    sim_send(world, exchange);
}


static void
sim_fresh_answered(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_siege_t  *siege;

    siege = sim_owner_heard(world, exchange, reply);

    if (siege == NULL) {
        return;
    }

    /* unclear: it may be used up */

    if (!sim_unclear(reply)) {
        sim_violation(world, "a fresh code is not good (call %u): %.*s",
                      exchange->serial, PHONE_ARGS(reply->body));
    }

    sim_owner_rests(siege);
}


static void
sim_owner_visits(sim_siege_t *siege)
{
    sim_world_t  *world;

    world = siege->world;

    if (siege->visits || world->now < siege->owner_next
        || sim_siege_relived(world))
    {
        return;
    }

    siege->visits = 1;
    siege->visit_at = world->now;
    siege->tries = 0;
    siege->failed = 0;

    /* who sees the thief's texts takes them for an answer */

    if (!siege->awaits && !siege->robbed
        && sim_below(&world->random, 3) == 0)
    {
        siege->awaits = 1;
        siege->asked_at = world->now;
        siege->asked_wall = sim_wall(world);
        siege->owner_cookie = PHONE_EMPTY;

        sim_ask_code(siege, SIM_OWNER, SIM_OWNER_ADDRESS, siege->device,
                     &siege->owner_cookie);
        sim_owner_rests(siege);

    } else if (siege->unclear + SIM_OWNER_TRIES
               <= world->settings.login_day)
    {
        sim_owner_password(siege);

    } else {
        sim_owner_rests(siege);
    }
}


static void
sim_owner_code(sim_siege_t *siege, phone_str_t code)
{
    sim_world_t     *world;
    sim_exchange_t  *exchange;

    world = siege->world;

    /* a text can come twice */

    if (!siege->awaits || phone_equal(code, siege->owner_code)) {
        return;
    }

    siege->awaits = 0;
    siege->owner_code = code;

    if (siege->owner_cookie.len == 0 || siege->visits
        || sim_siege_blurred(world, siege->asked_at)
        || sim_siege_relived(world)
        || sim_wall(world) + world->swarm.skew + 1000
           >= siege->asked_wall + world->settings.code_lifetime)
    {
        return;
    }

    siege->visits = 1;
    siege->visit_at = world->now;

    exchange = sim_knocks(siege, SIM_OWNER, code, SIM_OWNER_ADDRESS,
                          sim_fresh_answered);
    exchange->code_cookie = siege->owner_cookie;
    exchange->device_cookie = siege->device;
    sim_send(world, exchange);
}


void
sim_siege_text(sim_siege_t *siege, phone_str_t to, phone_str_t code)
{
    if (phone_equal(to, SIM_PREY)) {
        siege->code = sim_copy(siege->world->memory, code);

    } else if (phone_equal(to, SIM_OWNER) && code.len > 6) {
        sim_send(siege->world,
                 sim_knocks(siege, SIM_OWNER,
                            sim_copy(siege->world->memory, code),
                            sim_somewhere(siege->world),
                            sim_guess_answered));

    } else if (phone_equal(to, SIM_OWNER)) {
        sim_owner_code(siege, sim_copy(siege->world->memory, code));
    }
}
