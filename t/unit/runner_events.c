
/* The same for events, and for calls that come too late. */


#include "runner_steps.h"


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
    unsigned                 i;
    phone_settings_t         settings;
    const phone_settings_t  *before = &phone_settings_default;
    static const int         bound[] = { 1, 5, 3600 };

    start(SAY_WRITES);
    (void) go();
    ok(phone_runner_may_commit(&runner, call.now + PHONE_COMMIT_WITHIN - 1),
       "a commit in time");
    ok(phone_runner_may_commit(&runner, call.now - 1), "or by a clock that "
       "was set back a little");
    is_int(phone_runner_until(&runner),
           call.now + 45 * PHONE_SECOND + env.settings->clock_bound,
           "the store applies it until some time after that");
    for (i = 0; i < sizeof(bound) / sizeof(bound[0]); i++) {
        settings = *env.settings;
        settings.clock_bound = bound[i] * PHONE_SECOND;
        env.settings = &settings;

        ok(phone_runner_until(&runner) + settings.clock_bound
           <= call.now + phone_commits_late(&call),
           "bound %d s: not after a statement is made by a host whose clock "
           "is ahead", bound[i]);
        ok(settings.lease + settings.clock_bound
           <= phone_commits_late(&call) - settings.clock_bound,
           "nor an event under its lease");
    }

    env.settings = before;
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
    is_int(phone_runner_until(&runner), 0, "by nothing else");
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
    if (keys_set() != 0) {
        printf("Bail out! no keys\n");
        return 1;
    }

    test_events();
    test_sending();
    test_too_late();
    test_stood_still();
    test_emitted();

    phone_env_keys_free(&env);

    return done_testing();
}
