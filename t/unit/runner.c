
/* What follows what: every step of the runner that hosts drive calls by. */


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


static phone_rc_t
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


static void
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


static void
start(say_t what)
{
    start_as(what, NULL);
}


static phone_next_t
next(void)
{
    return phone_runner_next(&runner, clock_ms, wall, dice);
}


/* Goes on; what is asked for is answered: there is nothing. */

static phone_next_t
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


static phone_next_t
commit(phone_outcome_t outcome)
{
    phone_runner_committed(&runner, outcome, &version_guard);

    return go();
}


/* What the host is told besides the reply. */

static const char *
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


static void
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


static void
test_straight(void)
{
    start(SAY_DONE);
    over(go(), "OK", "", "nothing is written");

    start(SAY_WRITES);
    is_int(go(), PHONE_NEXT_COMMIT, "what is asked for is there: a commit");
    is_int(asked, 1, "one record was asked for");
    ok(runner.commit == &call.commit, "it is the call's");
    over(commit(PHONE_OUTCOME_APPLIED), "OK", "committed", "applied");
    is_int(runner.runs, 2, "two runs of the handler");
    is_int(next(), PHONE_NEXT_OVER, "over is over");

    start(SAY_REFUSES);
    is_int(go(), PHONE_NEXT_COMMIT, "a refusal is committed as well");
    over(commit(PHONE_OUTCOME_APPLIED), "PIN_WRONG", "committed",
         "without doubt it is " "said");
}


static void
test_conflicts(void)
{
    unsigned      i;
    phone_next_t  what;

    start(SAY_WRITES);
    (void) go();

    for (i = 1; i <= 3; i++) {
        is_int(commit(PHONE_OUTCOME_CONFLICT), PHONE_NEXT_COMMIT,
               "conflict %u: again at once", i);
    }

    is_int(runner.runs, 8, "each try reads again");

    for (i = 4; i < 32; i++) {
        dice = UINT32_MAX;
        what = commit(PHONE_OUTCOME_CONFLICT);

        if (what != PHONE_NEXT_WAIT
            || runner.wait != (i < 9 ? 1 << (i - 3) : 64))
        {
            break;
        }

        dice = 0;
        clock_ms++;

        if (go() != PHONE_NEXT_COMMIT) {
            break;
        }
    }

    is_int(i, 32, "later ones wait up to 2, 4, 8 ... 64 ms");
    over(commit(PHONE_OUTCOME_CONFLICT), "BUSY", "failed", "conflict 32");

    start(SAY_WRITES);
    (void) go();
    (void) commit(PHONE_OUTCOME_CONFLICT);
    (void) commit(PHONE_OUTCOME_CONFLICT);
    (void) commit(PHONE_OUTCOME_CONFLICT);
    (void) commit(PHONE_OUTCOME_CONFLICT);
    is_int(runner.wait, 1, "it waits a millisecond at least");

    start(SAY_WRITES);
    (void) go();
    clock_ms += 9999;
    is_int(commit(PHONE_OUTCOME_CONFLICT), PHONE_NEXT_COMMIT,
           "there is time for another try");
    clock_ms += 1;
    over(commit(PHONE_OUTCOME_CONFLICT), "BUSY", "failed",
         "a conflict when time is up");

    start(SAY_WRITES);
    (void) go();
    runner.closing = 1;
    over(commit(PHONE_OUTCOME_CONFLICT), "BUSY", "failed",
         "a process that ends");
}


/* An account that is full stays full: no try after that, and the payer is told,
   unless an earlier try may have been done. */

static void
test_full(void)
{
    start(SAY_WRITES);
    (void) go();
    phone_runner_committed(&runner, PHONE_OUTCOME_CONFLICT, &full_guard);
    over(go(), "ACCOUNT_FULL", "failed", "no room for the money");

    start(SAY_WRITES);
    (void) go();
    (void) commit(PHONE_OUTCOME_UNKNOWN);
    (void) go();
    phone_runner_committed(&runner, PHONE_OUTCOME_CONFLICT, &full_guard);
    over(go(), "STORE_UNAVAILABLE", "failed doubt",
         "no room after an unknown outcome");
}


static void
test_unknown(void)
{
    start(SAY_WRITES);
    (void) go();
    is_int(commit(PHONE_OUTCOME_UNKNOWN), PHONE_NEXT_COMMIT,
           "unknown: once more");
    is_int(commit(PHONE_OUTCOME_UNKNOWN), PHONE_NEXT_COMMIT, "and once more");
    over(commit(PHONE_OUTCOME_UNKNOWN), "STORE_UNAVAILABLE",
         "failed no_store doubt", "unknown thrice");

    start(SAY_WRITES);
    (void) go();
    (void) commit(PHONE_OUTCOME_UNKNOWN);
    over(commit(PHONE_OUTCOME_APPLIED), "OK", "committed doubt",
         "applied the second time");

    start(SAY_WRITES);
    (void) go();
    (void) commit(PHONE_OUTCOME_UNKNOWN);
    say = SAY_DONE;
    (void) commit(PHONE_OUTCOME_CONFLICT);
    over(go(), "OK", "doubt", "its own mark was found");

    start(SAY_WRITES);
    is_int(go(), PHONE_NEXT_COMMIT, "a commit");
    is_int(go(), PHONE_NEXT_COMMIT, "of which nothing is said is unknown");
    is_int(runner.unknown, 1, "and counted so");
    phone_call_free(&call);

    start(SAY_WRITES);
    (void) go();
    clock_ms += 10000;
    over(commit(PHONE_OUTCOME_UNKNOWN), "STORE_UNAVAILABLE",
         "failed no_store doubt", "unknown when time is up");
}


/* A wrong PIN after an unknown outcome: counted, but not the last word. */

static void
test_late_refusals(void)
{
    start(SAY_WRITES);
    (void) go();
    say = SAY_REFUSES;
    is_int(commit(PHONE_OUTCOME_UNKNOWN), PHONE_NEXT_COMMIT,
           "a refusal in doubt is committed: it counts");
    over(commit(PHONE_OUTCOME_APPLIED), "STORE_UNAVAILABLE",
         "committed failed doubt", "but not the last word");

    start(SAY_REFUSES);
    (void) go();
    (void) commit(PHONE_OUTCOME_UNKNOWN);
    is_int(commit(PHONE_OUTCOME_CONFLICT), PHONE_NEXT_COMMIT,
           "it runs again after a conflict");
    say = SAY_WRITES;
    (void) commit(PHONE_OUTCOME_CONFLICT);
    over(commit(PHONE_OUTCOME_APPLIED), "OK", "committed doubt",
         "a success after all");

    start(SAY_WRITES);
    (void) go();
    say = SAY_REFUSES_FOR_NOW;
    (void) commit(PHONE_OUTCOME_UNKNOWN);
    over(commit(PHONE_OUTCOME_APPLIED), "RATE_LIMITED", "committed doubt",
         "what says \"try again\" stays");

    start(SAY_REFUSES);
    (void) go();
    (void) commit(PHONE_OUTCOME_CONFLICT);
    over(commit(PHONE_OUTCOME_APPLIED), "PIN_WRONG", "committed",
         "a conflict leaves no doubt");
}


static void
test_certain_failures(void)
{
    start(SAY_WRITES);
    (void) go();
    over(commit(PHONE_OUTCOME_REFUSED), "STORE_UNAVAILABLE", "failed no_store",
         "the store is full");
    is_int(runner.runs, 2, "which is not tried again");

    start(SAY_WRITES);
    (void) go();
    over(commit(PHONE_OUTCOME_UNAVAILABLE), "STORE_UNAVAILABLE",
         "failed no_store", "the store is away");

    start(SAY_WRITES);
    (void) go();
    over(commit(PHONE_OUTCOME_BROKEN), "INTERNAL", "failed",
         "the script fails");
}


/* One ask of a round comes to grief. */

static phone_next_t
read_fails(phone_outcome_t first, phone_outcome_t second)
{
    while (phone_next_ask(&call) != NULL) { /* void */ }

    phone_runner_trouble(&runner, first);

    if (second != PHONE_OUTCOME_APPLIED) {
        phone_runner_trouble(&runner, second);
    }

    return next();
}


static void
test_reads(void)
{
    start(SAY_WRITES);
    (void) next();
    is_int(read_fails(PHONE_OUTCOME_UNKNOWN, PHONE_OUTCOME_UNKNOWN),
           PHONE_NEXT_ASKS, "lost reads: once more");
    is_int(runner.unknown, 1, "as one");
    is_int(read_fails(PHONE_OUTCOME_UNKNOWN, PHONE_OUTCOME_APPLIED),
           PHONE_NEXT_ASKS, "and once more");
    over(read_fails(PHONE_OUTCOME_UNKNOWN, PHONE_OUTCOME_APPLIED),
         "STORE_UNAVAILABLE", "failed no_store", "a read lost thrice");

    start(SAY_WRITES);
    (void) next();
    (void) read_fails(PHONE_OUTCOME_UNKNOWN, PHONE_OUTCOME_APPLIED);
    is_int(go(), PHONE_NEXT_COMMIT, "a lost read is forgotten once it came");
    phone_call_free(&call);

    start(SAY_WRITES);
    (void) next();
    over(read_fails(PHONE_OUTCOME_UNAVAILABLE, PHONE_OUTCOME_APPLIED),
         "STORE_UNAVAILABLE", "failed no_store", "the store is not there");

    start(SAY_WRITES);
    (void) next();
    over(read_fails(PHONE_OUTCOME_UNKNOWN, PHONE_OUTCOME_BROKEN), "INTERNAL",
         "failed", "a lost read and a broken value");

    start(SAY_WRITES);
    (void) next();
    over(read_fails(PHONE_OUTCOME_BROKEN, PHONE_OUTCOME_UNAVAILABLE),
         "INTERNAL", "failed", "a broken value and a lost read");

    start(SAY_WORKS);
    (void) next();
    over(read_fails(PHONE_OUTCOME_BUSY, PHONE_OUTCOME_APPLIED), "BUSY",
         "failed", "a queue that is full");
    is_int(runner.runs, 1, "it is not asked again");

    start(SAY_WORKS);
    (void) next();
    over(read_fails(PHONE_OUTCOME_BUSY, PHONE_OUTCOME_UNKNOWN), "BUSY",
         "failed", "a full queue and a lost read");

    /* work that waited lost its place after the read was lost: it has no
       result, and nobody does it any more */

    start(SAY_WORKS);
    (void) next();
    is_int(read_fails(PHONE_OUTCOME_UNKNOWN, PHONE_OUTCOME_BUSY),
           PHONE_NEXT_ASKS, "a lost read, and then a full queue: once more");
    is_int(go(), PHONE_NEXT_COMMIT, "both are asked for again");
    is_int(asked, 2, "the record and the work");
    phone_call_free(&call);
}


/* A reply that is another command's may be taken for a record: an event wrote
   a [crit] line that sent the operator to his backups for nothing. */

static void
test_junk(void)
{
    start(SAY_READS);
    junk = 1;
    is_int(go(), PHONE_NEXT_WAIT, "what makes no sense is read once more");
    is_int(runner.wait, PHONE_REREAD_WAIT, "in a moment");
    ok(!call.broken && call.bad_key.len == 0, "nobody is told");
    over(go(), "OK", "reread", "a stray reply");

    start(SAY_READS);
    junk = 2;
    (void) go();
    is_int(go(), PHONE_NEXT_OVER, "junk twice: it is over");
    ok(call.broken && call.bad_key.len, "the record is named");
    over(go(), "INTERNAL", "failed reread", "junk twice");

    start_as(SAY_READS, &event);
    junk = 2;
    (void) go();
    over(go(), "", "failed reread", "an event that met junk twice");
    is_int(phone_runner_event(&runner, 1), PHONE_EVENT_BACK, "is put back");

    start(SAY_READS);
    junk = 1;
    runner.closing = 1;
    over(go(), "INTERNAL", "failed",
         "a worker that leaves reads nothing again");
}


static void
test_not_yet(void)
{
    unsigned  i;
    int64_t   all;

    start(SAY_NOT_YET);
    all = 0;

    for (i = 1; i <= 20; i++) {

        if (go() != PHONE_NEXT_WAIT
            || runner.wait != (i < 6 ? 1 << i : 64))
        {
            break;
        }

        all += runner.wait;
        clock_ms += runner.wait;
    }

    is_int(i, 21, "it waits 2, 4, 8 ... 64 ms, twenty times");
    is_int(all, 2 + 4 + 8 + 16 + 32 + 15 * 64, "a second in all");
    over(go(), "BUSY", "", "then it is not there");

    start(SAY_NOT_YET);
    dice = UINT32_MAX;
    (void) go();
    is_int(runner.wait, 2, "the first wait is fixed");
    (void) go();
    is_int(runner.wait, 3, "later ones vary by half");
    say = SAY_DONE;
    over(go(), "OK", "", "it has come");

    start(SAY_NOT_YET);
    clock_ms += 10000;
    over(go(), "BUSY", "", "no time to wait");
}


static void
test_endless(void)
{
    start(SAY_GOES_ON);
    is_int(go(), PHONE_NEXT_WAIT, "between two parts others get their turn");
    is_int(runner.wait, 1, "for a millisecond");
    clock_ms += 9000;
    (void) go();
    clock_ms += 9000;
    say = SAY_WRITES;
    (void) go();
    is_int(commit(PHONE_OUTCOME_CONFLICT), PHONE_NEXT_COMMIT,
           "each part has its time");
    over(commit(PHONE_OUTCOME_APPLIED), "OK", "committed", "the last part");

    start_as(SAY_GOES_ON, &event);
    (void) go();
    is_str(call.due_id, "001-x", "an event stays that event");
    is_str(call.due_member, "test.event 001-x", "in its queue");
    is_int(call.due_bucket, 1, "in its bucket");
    is_int(call.due_score, call.now + 1, "under its lease");
    is_str(call.state, "further", "and goes on from where it was");
    phone_call_free(&call);

    start(SAY_GOES_ON);
    runner.starts = PHONE_STARTS_MAX - 2;
    is_int(go(), PHONE_NEXT_WAIT, "very many parts");
    over(go(), "INTERNAL", "failed endless", "too many parts");

    start(SAY_ASKS_FOR_EVER);
    over(go(), "INTERNAL", "failed endless", "asks without end");
    is_int(runner.runs, PHONE_ROUNDS_MAX, "after so many rounds");
}


static void
test_events(void)
{
    start_as(SAY_WRITES, &event);
    (void) go();
    over(commit(PHONE_OUTCOME_APPLIED), "", "committed", "an event");
    is_int(phone_runner_event(&runner, 1), PHONE_EVENT_DONE, "is done");

    start_as(SAY_WRITES, &event);
    (void) go();
    phone_runner_committed(&runner, PHONE_OUTCOME_CONFLICT, &due_guard);
    over(go(), "", "failed lease_lost", "an event whose lease is lost");
    is_int(runner.runs, 2, "does not run again");
    is_int(phone_runner_event(&runner, 1), PHONE_EVENT_LOST, "is another's");

    start_as(SAY_WRITES, &event);
    (void) go();
    is_int(commit(PHONE_OUTCOME_CONFLICT), PHONE_NEXT_COMMIT,
           "any other conflict: again");
    over(commit(PHONE_OUTCOME_UNKNOWN), "", "failed no_store doubt",
         "an unknown outcome");
    is_int(runner.runs, 4, "an event does not run again, it would send again");
    is_int(phone_runner_event(&runner, 1), PHONE_EVENT_LEFT,
           "it is left to its lease");

    start_as(SAY_WRITES, &event);
    (void) next();
    is_int(read_fails(PHONE_OUTCOME_UNKNOWN, PHONE_OUTCOME_APPLIED),
           PHONE_NEXT_ASKS, "a lost read is read again");
    (void) go();
    over(commit(PHONE_OUTCOME_REFUSED), "", "failed no_store",
         "the store will not");
    is_int(phone_runner_event(&runner, 1), PHONE_EVENT_BACK,
           "nothing was done: put back, not left for a minute");
    is_int(phone_runner_back(&runner), PHONE_BACK_WAIT, "for a moment");

    start_as(SAY_HALF, &event);
    (void) go();
    over(commit(PHONE_OUTCOME_APPLIED), "", "committed", "the first half");
    is_int(phone_runner_event(&runner, 1), PHONE_EVENT_AGAIN,
           "the second half follows");
    is_int(phone_runner_event(&runner, 3), PHONE_EVENT_AGAIN, "or a fourth");
    is_int(phone_runner_event(&runner, 4), PHONE_EVENT_LEFT, "but no fifth");

    start_as(SAY_HALF, &event);
    (void) go();
    over(commit(PHONE_OUTCOME_REFUSED), "", "failed no_store",
         "half of an event");
    is_int(phone_runner_event(&runner, 1), PHONE_EVENT_BACK,
           "that was not written is put back");
}


static void
test_sending(void)
{
    int64_t  lease;

    lease = env.settings->lease;

    start_as(SAY_WRITES, &event);
    (void) next();
    call.due_score = 1000000 + lease;
    ok(phone_runner_may_send(&runner, 1000000, 15000), "a fresh lease");
    (void) go();
    over(commit(PHONE_OUTCOME_REFUSED), "", "failed no_store sent_out",
         "it goes on");
    is_int(phone_runner_back(&runner), PHONE_BACK_SENT,
           "what was sent is not sent again at once");

    start_as(SAY_WRITES, &event);
    (void) next();
    call.due_score = 1000000 + lease;
    ok(!phone_runner_may_send(&runner, 1000000 + lease - 14000, 15000),
       "a worker that stood still: the lease ends while it sends");
    over(go(), "", "failed lease_lost", "nothing is sent, nothing written");
    is_int(phone_runner_event(&runner, 1), PHONE_EVENT_LOST, "another's");

    start(SAY_WRITES);
    ok(phone_runner_may_send(&runner, 1000000, 15000),
       "what is no event has no lease");
}


/* A nonce could be used twice by a worker that stood still until the mark of
   the first use was gone. */

static void
test_too_late(void)
{
    start(SAY_WRITES);
    (void) go();
    ok(phone_runner_may_commit(&runner, call.now + PHONE_COMMIT_WITHIN - 1),
       "a commit in time");
    ok(phone_runner_may_commit(&runner, call.now - 1), "or by a clock that "
       "was set back a little");
    over(commit(PHONE_OUTCOME_APPLIED), "OK", "committed", "in time");

    start(SAY_WRITES);
    (void) go();
    ok(!phone_runner_may_commit(&runner, call.now - PHONE_COMMIT_WITHIN),
       "judged by a clock that was wrong then: not any more");
    over(go(), "BUSY", "failed", "nothing was done");

    start(SAY_WRITES);
    (void) go();
    ok(!phone_runner_may_commit(&runner, call.now + PHONE_COMMIT_WITHIN),
       "a worker that stood still: too late");
    over(go(), "BUSY", "failed", "nothing was done");

    start(SAY_WRITES);
    (void) go();
    (void) commit(PHONE_OUTCOME_UNKNOWN);
    ok(!phone_runner_may_commit(&runner, call.now + PHONE_COMMIT_WITHIN),
       "it stood still after a commit that may have gone in");
    over(go(), "STORE_UNAVAILABLE", "failed doubt", "nobody knows");

    start(SAY_REFUSES);
    (void) go();
    ok(!phone_runner_may_commit(&runner, call.now + PHONE_COMMIT_WITHIN),
       "a wrong PIN that cannot be counted any more");
    over(go(), "BUSY", "failed", "is not told");

    start_as(SAY_WRITES, &event);
    (void) go();
    ok(phone_runner_may_commit(&runner, call.now + 2 * PHONE_COMMIT_WITHIN),
       "an event's commit is guarded by its lease");
    over(commit(PHONE_OUTCOME_APPLIED), "", "committed", "an event");
}


/* A worker that stood still, or whose clock was set forward, counted tries in a
   window whose counts had been forgotten, and told what came of them. */

static void
test_stood_still(void)
{
    start(SAY_DONE);
    is_int(next(), PHONE_NEXT_ASKS, "asked before");
    wall += PHONE_COMMIT_WITHIN - 1;
    over(go(), "OK", "", "answered in time");

    start(SAY_DONE);
    (void) next();
    wall += PHONE_COMMIT_WITHIN;
    over(go(), "BUSY", "failed",
         "what was read by a time long gone is not told");

    start(SAY_DONE);
    (void) next();
    wall -= PHONE_COMMIT_WITHIN;
    over(go(), "BUSY", "failed", "nor by a clock that was set back since");

    start(SAY_WRITES);
    (void) go();
    wall += PHONE_COMMIT_WITHIN;
    over(commit(PHONE_OUTCOME_APPLIED), "OK", "committed",
         "what is done is told");

    env.clock_off = 1;
    start(SAY_DONE);
    env.clock_off = 0;
    over(go(), "STORE_UNAVAILABLE",
         "failed no_store", "a call whose time was drawn from a clock "
         "that was wrong, and is right now");
    is_int(runner.runs, 0, "it decides nothing");

    start(SAY_GOES_ON);
    is_int(go(), PHONE_NEXT_WAIT, "a part of a long walk");
    wall += PHONE_COMMIT_WITHIN - 1;
    is_int(go(), PHONE_NEXT_WAIT, "each part has the time");
    wall += PHONE_COMMIT_WITHIN - 1;
    is_int(go(), PHONE_NEXT_WAIT, "so has this one");
    phone_call_free(&call);

    start_as(SAY_WRITES, &event);
    (void) next();
    wall += PHONE_COMMIT_WITHIN;
    is_int(go(), PHONE_NEXT_COMMIT, "an event has its lease for that");
    phone_call_free(&call);
}


static phone_emitted_do_t
put(const phone_event_t *of)
{
    phone_emitted_t  *emitted;

    for (emitted = call.emitted; emitted; emitted = emitted->next) {

        if (emitted->event == of) {
            return phone_runner_emitted(&runner, emitted);
        }
    }

    return (phone_emitted_do_t) -1;
}


static void
test_emitted(void)
{
    const phone_event_t *const  other = phone_events[1];

    put_events = 1;

    start(SAY_WRITES);
    (void) go();
    is_int(commit(PHONE_OUTCOME_APPLIED), PHONE_NEXT_EVENTS,
           "a commit that puts events");
    is_int(runner.wait, PHONE_POSTED_WAIT, "waits a second at most");
    is_int(put(&phone_posting_apply), PHONE_EMITTED_AWAIT,
           "for what brings its effects elsewhere");
    is_int(put(other), PHONE_EMITTED_RUN, "the rest just runs");
    over(go(), "OK", "committed", "then it answers");

    start(SAY_WRITES);
    (void) go();
    runner.wait = 7;                     /* after a conflict before */
    is_int(commit(PHONE_OUTCOME_UNKNOWN), PHONE_NEXT_EVENTS,
           "one that may have put events");
    is_int(put(&phone_posting_apply), PHONE_EMITTED_RUN,
           "runs a posting, in vain if not");
    is_int(put(other), PHONE_EMITTED_NOT, "and nothing else");
    is_int(runner.wait, 0, "and does not wait");
    is_int(go(), PHONE_NEXT_COMMIT, "it runs again");
    phone_call_free(&call);

    start(SAY_WRITES);
    (void) go();
    is_int(commit(PHONE_OUTCOME_CONFLICT), PHONE_NEXT_COMMIT,
           "what was not put does not run");
    over(commit(PHONE_OUTCOME_REFUSED), "STORE_UNAVAILABLE", "failed no_store",
         "nor does this");

    start_as(SAY_WRITES, &event);
    (void) go();
    is_int(commit(PHONE_OUTCOME_APPLIED), PHONE_NEXT_EVENTS,
           "an event puts events");
    is_int(put(&phone_posting_apply), PHONE_EMITTED_RUN,
           "and waits for none of them");
    call.repeat_at = 1;
    is_int(put(&phone_posting_apply), PHONE_EMITTED_AWAIT,
           "one that repeats does, for what brings its effects elsewhere");
    is_int(put(other), PHONE_EMITTED_RUN, "not for the rest");
    call.repeat_at = 0;
    over(go(), "", "committed", "an event that put events");

    put_events = 0;
}


int
main(void)
{
    if (phone_env_keys(&env, PHONE_STR("0123456789abcdef0123456789abcdef"),
                       PHONE_EMPTY,
                       PHONE_STR("fedcba9876543210fedcba9876543210"))
        != 0)
    {
        printf("Bail out! no keys\n");
        return 1;
    }

    test_straight();
    test_conflicts();
    test_full();
    test_unknown();
    test_late_refusals();
    test_certain_failures();
    test_reads();
    test_junk();
    test_not_yet();
    test_endless();
    test_events();
    test_sending();
    test_too_late();
    test_stood_still();
    test_emitted();

    phone_env_keys_free(&env);

    return done_testing();
}
