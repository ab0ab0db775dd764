
/*
 * Guesses that got an answer: at a code no more than it has tries, at the
 * password of a number from devices that it does not know no more than a day
 * has.  "Too much is going on" is an answer as well, where the right guess
 * would have got another one.
 */


#include <stdio.h>

#include "auditing.h"


#define SIM_DAY              INT64_C(86400000)


typedef struct {
    sim_node_t               node;       /* its cookie */
    int64_t                  until;      /* ms: on any clock */
    int64_t                  answered;   /* guesses at it that were wrong */
    int64_t                  spent_at;   /* of the run; 0: tries are left */
} sim_code_t;


typedef struct {
    sim_node_t               node;       /* "<number> <day>" */
    int64_t                  answered;
} sim_day_t;


/* Of a code that is given out, what its tries are held against. */

void
sim_audit_code_given(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    phone_str_t   cookie;
    sim_code_t   *code;
    sim_world_t  *world;

    world = auditor->world;
    cookie = reply->cookie[PHONE_COOKIE_LOGIN];

    if (reply->refused || cookie.len == 0) {
        return;
    }

    code = sim_map_make(&auditor->codes, cookie, sizeof(sim_code_t));
    code->until = exchange->ran_wall + world->settings.code_lifetime
                  - world->swarm.skew;
}


static int
sim_six_digits(phone_str_t text)
{
    size_t  i;

    for (i = 0; i < text.len && text.data[i] >= '0' && text.data[i] <= '9';
         i++)
    {
        /* void */
    }

    return i == 6 && text.len == 6;
}


static void
sim_audit_code(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply, int digits)
{
    sim_code_t   *code;
    sim_world_t  *world;

    world = auditor->world;
    code = exchange->code_cookie.len
           && (digits || sim_sent(exchange, "password").len == 10)
           ? sim_map_find(&auditor->codes, exchange->code_cookie) : NULL;

    /* a clock that is set back brings a code back whose tries are forgotten */

    if (code == NULL
        || (world->jumped && sim_wall_most(world) >= code->until))
    {
        return;
    }

    if (!reply->refused) {

        if (code->spent_at && exchange->sent_at > code->spent_at) {
            sim_violation(world, "call %u is let in by a code after %lld "
                          "wrong guesses at it", exchange->serial,
                          (long long) code->answered);
        }

        return;
    }

    if (exchange->ran_wall >= code->until
        || !(reply->refusal == PHONE_LOGIN_FAILED
             || (digits && reply->refusal == PHONE_BUSY
                 && exchange->crowded)))
    {
        return;
    }

    sim_count(world, GUESSES);

    if (++code->answered == world->settings.code_tries) {
        code->spent_at = world->now;
    }
}


static void
sim_audit_password(sim_auditor_t *auditor, const sim_exchange_t *exchange)
{
    int           n;
    char          text[64];
    sim_day_t    *day;
    sim_world_t  *world;

    world = auditor->world;

    n = snprintf(text, sizeof(text), "%.*s %lld",
                 PHONE_ARGS(sim_sent(exchange, "phone")),
                 (long long) (exchange->ran_wall / SIM_DAY));
    day = sim_map_make(&auditor->guess_days,
                       (phone_str_t) { (size_t) n, text }, sizeof(sim_day_t));

    /* the same of a day */

    if (++day->answered > world->settings.login_day
        && !(world->jumped
             && sim_wall_most(world) + world->swarm.skew
                >= (exchange->ran_wall / SIM_DAY + 1) * SIM_DAY))
    {
        sim_violation(world, "call %u: %lld guesses at the password of %.*s "
                      "in a day", exchange->serial, (long long) day->answered,
                      PHONE_ARGS(sim_sent(exchange, "phone")));
    }
}


void
sim_audit_guess(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    int           digits;
    sim_world_t  *world;

    world = auditor->world;
    digits = sim_six_digits(sim_sent(exchange, "password"));

    if (!reply->refused && !digits && !exchange->worked) {
        sim_violation(world, "call %u is let in without a place in the "
                      "password queue", exchange->serial);
    }

    sim_audit_code(auditor, exchange, reply, digits);

    if (reply->refused && reply->refusal == PHONE_LOGIN_FAILED
        && exchange->device_cookie.len == 0 && exchange->worked)
    {
        sim_audit_password(auditor, exchange);
    }
}
