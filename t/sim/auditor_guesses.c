
/*
 * Guesses that got an answer: at a code no more than it has tries, at the
 * password of a number from devices that it does not know no more than a day
 * has, and one address in a window; then the right one is of no use.  "Too much
 * is going on" is an answer as well, where the right guess would have got
 * another one.
 */


#include <stdio.h>

#include "auditing.h"


#define SIM_DAY              INT64_C(86400000)


typedef struct {
    sim_node_t               node;       /* its cookie */
    phone_str_t              number;
    int64_t                  until;      /* ms: on any clock */
    int64_t                  given_at;   /* of the run */
    unsigned                 short_lived:1;  /* its count, by a clock */
    int64_t                  answered;   /* guesses at it that were wrong */
    int64_t                  spent_at;   /* of the run; 0: tries are left */
    int64_t                  used_at;    /* of the run; 0: it is not */
} sim_code_t;


typedef struct {
    sim_node_t               node;       /* "<number> <day>", "<number>
                                            <address> <window>" */
    int64_t                  answered;
    int64_t                  spent_at;   /* of the run; 0: tries are left */
} sim_spent_t;


/*
 * The commit that counts a guess at a code has the same guards whether the
 * guess is right or wrong, or a conflict would tell them apart; and the count
 * is kept for as long as the code is good.
 */

void
sim_audit_try(sim_auditor_t *auditor, const phone_commit_t *commit)
{
    int                   n;
    char                  text[256];
    sim_key_t             parts;
    sim_code_t           *code;
    sim_world_t          *world;
    phone_str_t           guards, tried;
    const phone_guard_t  *guard;

    world = auditor->world;
    tried = PHONE_EMPTY;
    n = 0;

    if (auditor->exchange == NULL
        || !sim_is_call(auditor->exchange, "session.login"))
    {
        return;
    }

    for (guard = commit->guards; guard != NULL; guard = guard->next) {

        if ((guard->kind != PHONE_GUARD_VERSION
             && guard->kind != PHONE_GUARD_ABSENT)
            || sim_key_parse(guard->key, &parts) != 0 || n > 200)
        {
            continue;
        }

        if (phone_is(parts.kind, "code")) {
            tried = guard->key;
            continue;
        }

        n += snprintf(text + n, sizeof(text) - (size_t) n, " %.*s",
                      PHONE_ARGS(parts.kind));
    }

    if (tried.len == 0) {
        return;
    }

    guards = (phone_str_t) { (size_t) n, text };

    if (auditor->try_guards.len == 0) {
        auditor->try_guards = sim_copy(auditor->memory, guards);

    } else if (!phone_equal(auditor->try_guards, guards)) {
        sim_violation(world, "a guess at a code is guarded by%.*s, another "
                      "by%.*s", PHONE_ARGS(guards),
                      PHONE_ARGS(auditor->try_guards));
    }

    code = sim_map_find(&auditor->codes, auditor->exchange->code_cookie);

    if (code == NULL
        || !phone_equal(code->number, sim_sent(auditor->exchange, "phone"))
        || sim_wall(world) + sim_store_pttl(world->store, sim_wall(world),
                                            tried)
           >= code->until)
    {
        return;
    }

    if (sim_jumped_since(world, auditor->task->runner.started * SIM_MS)) {
        code->short_lived = 1;

    } else {
        sim_violation(world, "\"%.*s\" goes before its code does",
                      PHONE_ARGS(tried));
    }
}


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
    code->number = sim_copy(auditor->memory, sim_sent(exchange, "phone"));
    code->given_at = world->now;
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


int
sim_came_by_sms(phone_str_t text)
{
    return sim_six_digits(text) || text.len == 10;
}


/* Good once; what is the password as well may have been that. */

static void
sim_audit_code_used(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    sim_code_t *code)
{
    if (sim_is_password(auditor, exchange)) {
        return;
    }

    if (code->used_at && exchange->sent_at > code->used_at) {
        sim_violation(auditor->world, "call %u is let in by a code that was "
                      "used", exchange->serial);
    }

    if (code->used_at == 0) {
        code->used_at = auditor->world->now;
    }
}


static void
sim_audit_code(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply, int digits, int texted)
{
    sim_code_t   *code;
    sim_world_t  *world;

    world = auditor->world;
    code = exchange->code_cookie.len
           && (digits || sim_sent(exchange, "password").len == 10)
           ? sim_map_find(&auditor->codes, exchange->code_cookie) : NULL;

    /* a clock that is set back brings a code back whose tries are forgotten */

    if (code == NULL || code->short_lived
        || !phone_equal(code->number, sim_sent(exchange, "phone"))
        || sim_set_back(world, code->given_at, code->until))
    {
        return;
    }

    if (!reply->refused) {

        if (texted || sim_audit_invited(auditor, exchange)) {
            return;
        }

        if (code->spent_at && exchange->sent_at > code->spent_at) {
            sim_violation(world, "invariant 12: call %u is let in by a code "
                          "after %lld wrong guesses at it", exchange->serial,
                          (long long) code->answered);
        }

        sim_audit_code_used(auditor, exchange, code);
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


/* In a window. */

static void
sim_audit_spent(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    phone_str_t name, int64_t window, int64_t most, int right)
{
    int64_t       end;
    sim_spent_t  *spent;
    sim_world_t  *world;

    world = auditor->world;
    end = (exchange->ran_wall / window + 1) * window;

    if (sim_window_forgot(world, end - window, end)) {
        return;
    }

    spent = sim_map_make(&auditor->guesses, name, sizeof(sim_spent_t));

    if (right) {

        if (spent->spent_at && exchange->sent_at > spent->spent_at) {
            sim_violation(world, "call %u is let in by a password after %lld "
                          "guesses (%.*s)", exchange->serial,
                          (long long) spent->answered, PHONE_ARGS(name));
        }

        return;
    }

    if (++spent->answered == most) {
        spent->spent_at = world->now;
    }

    if (spent->answered > most) {
        sim_violation(world, "invariant 12: call %u: %lld guesses at a "
                      "password (%.*s)", exchange->serial,
                      (long long) spent->answered, PHONE_ARGS(name));
    }
}


/* A password is looked at, sent from where the number is not known: by
   everybody in a day, and by one address in a window. */

static void
sim_audit_password(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    int right)
{
    int                      n;
    char                     text[128];
    phone_str_t              number;
    const phone_settings_t  *settings;

    settings = &auditor->world->settings;
    number = sim_sent(exchange, "phone");

    n = snprintf(text, sizeof(text), "%.*s %lld", PHONE_ARGS(number),
                 (long long) (exchange->ran_wall / SIM_DAY));
    sim_audit_spent(auditor, exchange, (phone_str_t) { (size_t) n, text },
                    SIM_DAY, settings->login_day, right);

    n = snprintf(text, sizeof(text), "%.*s %.*s %lld", PHONE_ARGS(number),
                 PHONE_ARGS(exchange->address),
                 (long long) (exchange->ran_wall / settings->login_window));
    sim_audit_spent(auditor, exchange, (phone_str_t) { (size_t) n, text },
                    settings->login_window, settings->login_fails, right);
}


void
sim_audit_proof_tried(sim_auditor_t *auditor, const sim_exchange_t *exchange)
{
    int   n;
    char  text[128];

    n = snprintf(text, sizeof(text), "%.*s card %lld",
                 PHONE_ARGS(exchange->number),
                 (long long) (exchange->ran_wall / SIM_DAY));
    sim_audit_spent(auditor, exchange, (phone_str_t) { (size_t) n, text },
                    SIM_DAY, auditor->world->settings.card_tries, 0);
}


void
sim_audit_guess(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    int           digits, texted;
    sim_world_t  *world;

    world = auditor->world;
    digits = sim_six_digits(sim_sent(exchange, "password"));
    texted = sim_audit_texted_in(auditor, exchange, reply);

    if (!reply->refused && !digits && !texted && !exchange->worked) {
        sim_violation(world, "call %u is let in without a place in the "
                      "password queue", exchange->serial);
    }

    sim_audit_code(auditor, exchange, reply, digits, texted);

    if (exchange->worked && sim_is_stranger(auditor, exchange)
        && (reply->refused ? reply->refusal == PHONE_LOGIN_FAILED
                           : sim_is_password(auditor, exchange)))
    {
        sim_audit_password(auditor, exchange, !reply->refused);
    }
}
