
/* What follows what: every step of the runner that hosts drive calls by. */


#include "runner_steps.h"


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

    start(SAY_READS);
    (void) next();
    (void) read_fails(PHONE_OUTCOME_UNKNOWN, PHONE_OUTCOME_APPLIED);
    (void) read_fails(PHONE_OUTCOME_UNKNOWN, PHONE_OUTCOME_APPLIED);
    say = SAY_GOES_ON;
    is_int(go(), PHONE_NEXT_WAIT, "a part that has lost two reads");
    say = SAY_READS;
    (void) next();
    is_int(read_fails(PHONE_OUTCOME_UNKNOWN, PHONE_OUTCOME_APPLIED),
           PHONE_NEXT_ASKS, "the next one may lose as many");
    over(go(), "OK", "", "and comes to its end");

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


int
main(void)
{
    if (keys_set() != 0) {
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

    phone_env_keys_free(&env);

    return done_testing();
}
