
/* A host of one call, for the tests of the runner that hosts drive calls by. */


#ifndef _PHONE_TEST_RUNNER_STEPS_H_INCLUDED_
#define _PHONE_TEST_RUNNER_STEPS_H_INCLUDED_


#include "runtime/runner.h"
#include "tap.h"


typedef enum {
    SAY_DONE,                    /* and writes nothing */
    SAY_WRITES,
    SAY_REFUSES,                 /* a PIN that is wrong: counted */
    SAY_REFUSES_FOR_NOW,
    SAY_NOT_YET,
    SAY_GOES_ON,                 /* PHONE_CONTINUE */
    SAY_ASKS_FOR_EVER,
    SAY_WORKS,
    SAY_READS,                   /* a number, and writes nothing */
    SAY_HALF                     /* of an event */
} say_t;


static phone_env_t       env;
static phone_call_t      call;
static phone_runner_t    runner;
static phone_fields_t    fields;
static say_t             say;
static int64_t           clock_ms;
static int64_t           wall;
static uint32_t          dice;
static unsigned          put_events;
static unsigned          asked;
static unsigned          junk;           /* next answers that are no number */

static const phone_guard_t  version_guard = { .kind = PHONE_GUARD_VERSION };
static const phone_guard_t  due_guard = { .kind = PHONE_GUARD_DUE };
static const phone_guard_t  full_guard = { .kind = PHONE_GUARD_AT_MOST,
                                           .full = 1 };


static inline phone_rc_t
play_handler(phone_call_t *c)
{
    phone_record_t  *card;

    if (say == SAY_NOT_YET) {
        return phone_not_yet(c);
    }

    if (say == SAY_GOES_ON) {
        return phone_continue(c, PHONE_STR("further"));
    }

    card = phone_ask(c, &phone_card,
                     say == SAY_ASKS_FOR_EVER
                     ? phone_format(phone_memory(c), "001-%u", c->runs)
                     : PHONE_STR("001-x"));

    if (say == SAY_WORKS) {
        (void) phone_ask_work(c, &phone_work_password_hash,
                              (phone_str_t[PHONE_WORK_ARGS]) {
                                  PHONE_STR("p"), PHONE_STR("salt"),
                                  PHONE_EMPTY, PHONE_EMPTY });
    }

    if (phone_waiting(c)) {
        return PHONE_AGAIN;
    }

    if (say == SAY_READS) {
        phone_say_int(c, "balance", phone_get_int(card, CARD_BALANCE));
        return phone_done(c);
    }

    if (say == SAY_DONE) {
        return phone_done(c);
    }

    if (say == SAY_HALF) {
        c->apart = 1;
    }

    phone_set(card, CARD_BANK, PHONE_STR("b"));

    if (put_events) {
        phone_emit(c, &phone_posting_apply, PHONE_STR("001-p"), PHONE_EMPTY,
                   phone_now(c));
        phone_emit(c, phone_events[1], PHONE_STR("001-b"), PHONE_EMPTY,
                   phone_now(c));
    }

    switch (say) {

    case SAY_REFUSES:
        return phone_refuse(c, PHONE_PIN_WRONG);

    case SAY_REFUSES_FOR_NOW:
        return phone_refuse(c, PHONE_RATE_LIMITED);

    default:
        return phone_done(c);
    }
}


static const phone_param_t  no_params[] = { { NULL, 0, 0, 0, 0, NULL } };

static const phone_endpoint_t  endpoint = {
    "test.call", "POST", "/test", PHONE_ANYONE, play_handler, no_params, NULL,
    ""
};

static const phone_event_t  event = { "test.event", play_handler, "" };


static inline void
start_as(say_t what, const phone_event_t *of)
{
    say = what;
    clock_ms = 5000;
    dice = 0;
    asked = 0;

    fields.n = 0;
    env.settings = &phone_settings_default;
    env.buckets = 16;
    env.domain = PHONE_WHOLE_STORE;

    phone_call_free(&call);              /* the last one's */
    phone_call_init(&call, &env, of ? NULL : &endpoint, of);
    wall = INT64_C(1800000000000);
    call.now = wall;
    call.fields = &fields;
    call.due_member = PHONE_STR("test.event 001-x");
    call.due_id = PHONE_STR("001-x");
    call.due_bucket = 1;
    call.due_score = call.now + 1;

    phone_runner_init(&runner, &call, 10000, clock_ms);
}


static inline void
start(say_t what)
{
    start_as(what, NULL);
}


static inline phone_next_t
next(void)
{
    return phone_runner_next(&runner, clock_ms, wall, dice);
}


/* Goes on; what is asked for is answered: there is nothing. */

static inline phone_next_t
go(void)
{
    phone_ask_t   *ask;
    phone_next_t   what;

    while ((what = next()) == PHONE_NEXT_ASKS) {
        while ((ask = phone_next_ask(&call)) != NULL) {
            asked++;

            if (junk) {
                junk--;
                ((phone_record_t *) ask)->value[CARD_BALANCE] =
                    PHONE_STR("junk");
            }

            phone_ready(ask);
        }
    }

    return what;
}


static inline phone_next_t
commit(phone_outcome_t outcome)
{
    phone_runner_committed(&runner, outcome, &version_guard);

    return go();
}


/* What the host is told besides the reply. */

static inline const char *
told(void)
{
    static char  text[200];

    snprintf(text, sizeof(text), "%s%s%s%s%s%s%s%s%s",
             runner.committed ? " committed" : "",
             runner.failed ? " failed" : "", runner.no_store ? " no_store" : "",
             runner.doubt ? " doubt" : "",
             runner.lease_lost ? " lease_lost" : "",
             runner.endless ? " endless" : "",
             runner.sent_out ? " sent_out" : "", runner.reread ? " reread" : "",
             runner.trouble || runner.lost || runner.late ? " trouble" : "");

    return text[0] ? text + 1 : text;
}


static inline void
over(phone_next_t what, const char *code, const char *flags, const char *name)
{
    char  text[64];

    is_int(what, PHONE_NEXT_OVER, "%s: it is over", name);
    is_str(phone_cstr(told()), flags, "%s: what the host is told", name);
    snprintf(text, sizeof(text), "{\"code\":\"%s\"", code);
    ok(call.event || (call.reply.body.len >= strlen(text)
                      && memcmp(call.reply.body.data, text, strlen(text))
                         == 0),
       "%s: %s", name, code);

    phone_call_free(&call);
}


/* One ask of a round comes to grief. */

static inline phone_next_t
read_fails(phone_outcome_t first, phone_outcome_t second)
{
    while (phone_next_ask(&call) != NULL) { /* void */ }

    phone_runner_trouble(&runner, first);

    if (second != PHONE_OUTCOME_APPLIED) {
        phone_runner_trouble(&runner, second);
    }

    return next();
}


static inline int
keys_set(void)
{
    return phone_env_keys(&env, PHONE_STR("0123456789abcdef0123456789abcdef"),
                          PHONE_EMPTY);
}


#endif /* _PHONE_TEST_RUNNER_STEPS_H_INCLUDED_ */
