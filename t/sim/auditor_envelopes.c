
/*
 * Envelopes: each is used once, of no lower suite than the number has agreed
 * to; where it demands them no secret comes without.  A session has one key,
 * and nobody else has it.
 */


#include <stdio.h>

#include "answer.h"
#include "auditing.h"


#define SIM_ENVELOPES_DAY  1000


/* What a number has agreed to. */
typedef struct {
    sim_node_t               node;       /* the number */
    int64_t                  suite;
    int64_t                  suite_at;   /* of the run: since then */
    int64_t                  needed_at;  /* of the run; 0: not */
} sim_agreed_t;


/* An envelope that was used, or a key that was given. */
typedef struct {
    sim_node_t               node;       /* "<number> <IV>", "<key>",
                                            "<cookie>" */
    unsigned                 serial;     /* of the call */
    phone_str_t              whose;      /* of a key: session and suite; of a
                                            session: what it was asked with */
} sim_used_t;


static int
sim_sends_secret(const sim_exchange_t *exchange)
{
    const phone_param_t  *param;

    for (param = exchange->endpoint->params; param->name != NULL; param++) {

        if (phone_is_sealable(exchange->endpoint, param)
            && phone_field(&exchange->fields, param->name) != NULL)
        {
            return 1;
        }
    }

    return 0;
}


/* 0: it was looked at, so it is used up. */

static int
sim_turned_away(const phone_reply_t *reply)
{
    return reply->refused && reply->refusal != PHONE_PIN_WRONG;
}


static void
sim_audit_use(sim_auditor_t *auditor, const sim_exchange_t *exchange)
{
    int          n;
    char         text[128];
    sim_used_t  *used;

    if (exchange->key.data != NULL) {
        return;
    }

    n = snprintf(text, sizeof(text), "%.*s %.*s",
                 PHONE_ARGS(exchange->number), PHONE_ARGS(exchange->iv));
    used = sim_map_find(&auditor->envelopes,
                        (phone_str_t) { (size_t) n, text });

    if (used != NULL) {
        sim_violation(auditor->world, "call %u uses the envelope of call %u",
                      exchange->serial, used->serial);
        return;
    }

    used = sim_map_add(&auditor->envelopes, (phone_str_t) { (size_t) n, text },
                       sizeof(sim_used_t));
    used->serial = exchange->serial;
}


static void
sim_audit_demand(sim_auditor_t *auditor, const sim_exchange_t *exchange)
{
    sim_agreed_t  *agreed;

    agreed = sim_map_find(&auditor->agreed, exchange->number);

    if (agreed == NULL) {
        return;
    }

    if (exchange->suite && exchange->suite < agreed->suite
        && agreed->suite_at < exchange->sent_at)
    {
        sim_violation(auditor->world, "call %u has lowered the suite of %.*s",
                      exchange->serial, PHONE_ARGS(exchange->number));
    }

    if (exchange->suite == 0 && agreed->needed_at
        && agreed->needed_at < exchange->sent_at)
    {
        sim_violation(auditor->world, "call %u has sent the secrets of %.*s "
                      "without an envelope", exchange->serial,
                      PHONE_ARGS(exchange->number));
    }
}


/* Of one session and suite there is one key, asked for with one text. */

static void
sim_audit_one(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    phone_str_t name, phone_str_t whose, const char *what)
{
    sim_used_t  *used;

    used = sim_map_make(&auditor->envelopes, name, sizeof(sim_used_t));

    if (used->whose.len && !phone_equal(used->whose, whose)) {
        sim_violation(auditor->world, "call %u gets %s of call %u",
                      exchange->serial, what, used->serial);
        return;
    }

    used->serial = exchange->serial;
    used->whose = sim_copy(auditor->memory, whose);
}


/* Only the owner changes what is demanded, who knows the PIN: never to a lower
   suite, and to no envelopes only after a login by SMS. */

static void
sim_may_demand(sim_auditor_t *auditor, const sim_number_t *number,
    const sim_agreed_t *agreed, int64_t suite, int64_t needed)
{
    const char  *wrong;

    if (!sim_is_call(auditor->exchange, "session.envelope")
        || !phone_equal(auditor->exchange->number, number->node.key))
    {
        wrong = "by nobody";

    } else if (number->pin.len == 0) {
        wrong = "without a PIN";

    } else {
        wrong = sim_pin_missing(auditor, number);
    }

    if (wrong == NULL && !auditor->world->failovers) {
        wrong = suite < agreed->suite ? "to a lower suite"
                : agreed->needed_at && !needed
                  && !sim_came_by_sms_lately(auditor) ? "without an SMS" : NULL;
    }

    if (wrong != NULL) {
        sim_violation(auditor->world, "what %.*s demands is changed %s",
                      PHONE_ARGS(number->node.key), wrong);
    }
}


void
sim_audit_demanded(sim_auditor_t *auditor, const sim_number_t *number,
    phone_str_t text)
{
    int64_t        suite, needed;
    phone_str_t    word;
    sim_agreed_t  *agreed;

    if (!phone_split(&text, ' ', &word) || sim_parse_int(word, &suite) != 0
        || sim_parse_int(text, &needed) != 0)
    {
        sim_violation(auditor->world, "%.*s demands \"%.*s\"",
                      PHONE_ARGS(number->node.key), PHONE_ARGS(text));
        return;
    }

    agreed = sim_map_make(&auditor->agreed, number->node.key,
                          sizeof(sim_agreed_t));

    if (!sim_is_call(auditor->exchange, "operator.accounts")) {
        sim_may_demand(auditor, number, agreed, suite, needed);
    }

    if (suite != agreed->suite) {
        agreed->suite = suite;
        agreed->suite_at = auditor->world->now;
    }

    if (!needed) {
        agreed->needed_at = 0;

    } else if (agreed->needed_at == 0) {
        agreed->needed_at = auditor->world->now;
    }
}


static void
sim_audit_key_given(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    int            n;
    char           text[1024];
    int64_t        suite;
    sim_agreed_t  *agreed;

    suite = 0;
    (void) sim_parse_int(sim_member(reply->body, "key_suite"), &suite);

    n = snprintf(text, sizeof(text), "%.*s %lld", PHONE_ARGS(exchange->cookie),
                 (long long) suite);

    sim_audit_one(auditor, exchange, sim_member(reply->body, "key"),
                  (phone_str_t) { (size_t) n, text }, "the key");
    sim_audit_one(auditor, exchange, exchange->cookie,
                  sim_sent(exchange, "once"), "the session");

    agreed = sim_map_make(&auditor->agreed, exchange->number,
                          sizeof(sim_agreed_t));

    if (suite < agreed->suite && agreed->suite_at < exchange->sent_at) {
        sim_violation(auditor->world, "call %u gets a key of suite %lld",
                      exchange->serial, (long long) suite);
    }

    if (!phone_is(sim_member(reply->body, "required"), "true")
        && agreed->needed_at && agreed->needed_at < exchange->sent_at)
    {
        sim_violation(auditor->world, "call %u says that no envelope is "
                      "demanded", exchange->serial);
    }
}


void
sim_audit_envelope(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    /* a failover takes back what was agreed on, and that it was used */

    if (auditor->world->failovers || exchange->number.len == 0) {
        return;
    }

    if (sim_is_call(exchange, "session.envelope")) {

        if (!reply->refused) {
            sim_audit_key_given(auditor, exchange, reply);
        }

        return;
    }

    if (sim_turned_away(reply) || exchange->endpoint->who != PHONE_SESSION
        || !sim_sends_secret(exchange))
    {
        return;
    }

    if (exchange->suite) {
        sim_audit_use(auditor, exchange);
    }

    /* what is kept under a key was in order when it was done */

    if (exchange->key.data == NULL) {
        sim_audit_demand(auditor, exchange);
    }
}


/* A use is counted: of this caller, in an envelope; a few at the same time may
   be wrong guesses. */

void
sim_audit_sealed(sim_auditor_t *auditor, const phone_guard_t *sum,
    const sim_key_t *parts)
{
    int64_t                sealed;
    phone_str_t            rest, number;
    const sim_exchange_t  *exchange;

    exchange = auditor->exchange;
    rest = parts->id;
    (void) phone_split(&rest, ':', &number);
    sealed = sim_stored_int(auditor, sum->key, "sealed");

    if (exchange == NULL || exchange->suite == 0
        || !phone_equal(number, exchange->number)
        || sealed < 1
        || (sealed > SIM_ENVELOPES_DAY
            && auditor->task->call.reply.refusal != PHONE_PIN_WRONG))
    {
        sim_violation(auditor->world, "\"%.*s\" counts %lld envelopes",
                      PHONE_ARGS(sum->key), (long long) sealed);
    }
}


/* A claim, of the number and the IV that were sent. */

void
sim_audit_envelope_taken(sim_auditor_t *auditor, const sim_key_t *parts)
{
    int                    n;
    char                   text[128];
    const sim_exchange_t  *exchange;

    exchange = auditor->exchange;
    n = exchange == NULL ? 0
        : snprintf(text, sizeof(text), "%.*s:%.*s",
                   PHONE_ARGS(exchange->number), PHONE_ARGS(exchange->iv));

    if (!phone_equal(parts->id, (phone_str_t) { (size_t) n, text })) {
        sim_violation(auditor->world, "envelope %.*s is used by nobody",
                      PHONE_ARGS(parts->id));
    }
}
