
/*
 * Jobs: each item once, whatever becomes of a step; how far it is can be seen;
 * it can be stopped; what fails is tried again, and not for ever.
 */


#define _GNU_SOURCE

#include "jobs.h"
#include "play.h"


#define JOB      "003-a"
#define BUCKET   "003"


static int     gone;                     /* the lease is another's */
static int     lost;                     /* the answer to the commit is */

static phone_outcome_t  away;            /* of what is read */
static phone_outcome_t  fails_as;        /* the next commit */


static phone_str_t
key(const char *kind)
{
    return phone_format(&player.arena, "phone:{" BUCKET "}:%s%s", kind,
                        strcmp(kind, "due") == 0 ? "" : ":" JOB);
}


static phone_str_t
field(const char *name)
{
    phone_str_t  value;

    value = sim_store_field(player.store, player.now, key("job"),
                            phone_cstr(name));

    return value.data ? value : PHONE_EMPTY;
}


/* When the next step is due; 0: none is. */

static int64_t
due(void)
{
    const sim_zset_t  *queue;

    queue = sim_store_zset(player.store, player.now, key("due"));

    return queue && queue->n ? queue->member[0].score : 0;
}


static void
step_asks(phone_runner_t *runner, phone_call_t *call)
{
    phone_ask_t  *ask;

    play_undecided(call);

    while ((ask = phone_next_ask(call)) != NULL) {
        play_ask(call, ask);
    }

    if (away) {
        phone_runner_trouble(runner, away);
    }
}


static void
step_commit(phone_runner_t *runner, phone_call_t *call)
{
    phone_outcome_t       outcome;
    const phone_guard_t  *failed;

    failed = NULL;
    play_hook();

    outcome = fails_as ? fails_as : play_apply(call, runner->commit, &failed);
    fails_as = 0;

    phone_runner_committed(runner, outcome, failed);
}


/* A run of the event as the pump does it, until it has ended; what is to be
   done with the event then. */

static phone_event_do_t
step(void)
{
    phone_call_t         call;
    phone_next_t         next;
    phone_runner_t       runner;
    phone_fields_t       fields;
    phone_event_do_t     what;
    const sim_member_t  *member;

    member = &sim_store_zset(player.store, player.now,
                             key("due"))->member[0];

    phone_call_init(&call, &player.env, NULL, NULL);
    play_draw(&call);

    fields.n = 0;
    call.fields = &fields;
    call.due_member = phone_copy(&player.arena, member->member);
    call.due_bucket = 3;
    call.due_score = member->score + gone;
    (void) phone_event_parse(call.due_member, &call.event, &call.due_id,
                             &call.lane);

    player.commits = 0;
    player.lose_answer = lost;

    phone_runner_init(&runner, &call, PHONE_MINUTE, 0);

    while ((next = phone_runner_next(&runner, 0, player.now, 0))
           != PHONE_NEXT_OVER)
    {
        if (next == PHONE_NEXT_ASKS) {
            step_asks(&runner, &call);

        } else if (next == PHONE_NEXT_COMMIT) {
            step_commit(&runner, &call);
        }
    }

    player.runs = runner.runs;
    player.gave_up = call.gave_up;
    what = phone_runner_event(&runner, 1);
    phone_call_free(&call);

    return what;
}


/* The entries are the numbers from 0 on: how many; -1: they are not. */

static int
counted(void)
{
    unsigned           i;
    const sim_list_t  *log;

    log = sim_store_list(player.store, player.now, key("toy_counted"));

    for (i = 0; log && i < log->n; i++) {
        if (!phone_equal(log->entry[i], phone_int(&player.arena, i))) {
            return -1;
        }
    }

    return log ? (int) log->n : 0;
}


static void
start(const char *more)
{
    char  form[128];

    play_start();
    snprintf(form, sizeof(form), "job_id=" JOB "&%s", more);
    is_int(play("toy.count", form), 200, "a job of %s", more);
}


static void
look(void)
{
    play("toy.job", "job_id=" JOB);
}


static void
whole(void)
{
    start("to=450&by=100");
    is_str(play_member("job"), "RUNNING", "it runs");
    is_int(player.nevents, 1, "its first step at once");
    is_int(counted(), 0, "nothing is done by the call itself");
    is_str(play_member("started"), "2027-01-15T08:00:00Z", "since when");

    play("toy.count", "job_id=" JOB "&to=9&by=9");
    is_str(play_member("total"), "450", "the same again starts nothing");

    step();
    is_int(counted(), 100, "a step");
    is_str(field("cursor"), "at 100", "and where it is");
    is_int(due(), player.now, "the next is due at once");
    look();
    is_str(play_member("done"), "100", "how far it is");
    is_str(play_member("ended"), "", "it has not ended");

    is_int(sim_store_pttl(player.store, player.now, key("job")), -1,
           "a job that runs does not expire");

    while (due()) {
        step();
    }

    is_int(counted(), 450, "all of it");
    look();
    is_str(play_member("job"), "DONE", "it is done");
    is_str(play_member("done"), "450", "with all items");
    is_str(play_member("result"), "at 400", "and a result");
    is_str(play_member("ended"), "2027-01-15T08:00:00Z", "when");
    is_str(field("cursor"), "", "no cursor");
    is_int(sim_store_pttl(player.store, player.now, key("job")),
           PHONE_JOB_KEPT, "it is removed after a time");

    player.now += PHONE_JOB_KEPT;
    look();
    is_str(play_code(), "NOT_FOUND", "then it is gone");
    play_end();

    start("to=0&by=1");
    step();
    look();
    is_str(play_member("job"), "DONE", "a job without items");
    is_str(play_member("total"), "", "does not say how many");
    play_end();
}


static void
others_answer(void)
{
    look();
    play("toy.cancel", "job_id=" JOB);
}


/* Answers that are lost, and a lease that is. */

static void
faults(void)
{
    start("to=300&by=100");

    lost = 1;
    step();
    lost = 0;
    is_int(counted(), 100, "a step whose answer is lost");
    step();
    is_int(counted(), 200, "is not done again");

    gone = 1;
    step();
    gone = 0;
    is_int(counted(), 200, "without the lease nothing is done");

    step();
    is_int(counted(), 300, "with it the rest");
    is_str(field("state"), "DONE", "to the end");
    play_end();
}


static void
cancels(void)
{
    start("to=300&by=100");

    step();
    player.before_commit = others_answer;
    step();
    is_int(counted(), 100, "stopped while a step is under way");
    is_int(due(), 0, "and no other one comes");
    look();
    is_str(play_member("job"), "CANCELED", "it says so");
    is_str(play_member("done"), "100", "and what was done");
    is_int(sim_store_pttl(player.store, player.now, key("job")),
           PHONE_JOB_KEPT, "for a time");

    play("toy.cancel", "job_id=" JOB);
    is_int(player.commits, 0, "once is enough");
    play("toy.cancel", "job_id=003-b");
    is_str(play_code(), "NOT_FOUND", "a job that is not there");
    play_end();

    start("to=1&by=1");
    step();
    play("toy.cancel", "job_id=" JOB);
    is_str(play_member("job"), "DONE", "what is done stays done");
    play_end();
}


/* A step that knows better ends the job at once. */

static void
fails(void)
{
    start("to=300&by=100&name=nobody");
    step();

    look();
    is_str(play_member("job"), "FAILED", "the step says so");
    is_str(play_member("error"), "MERCHANT_NOT_FOUND", "and why");
    is_str(play_member("done"), "0", "what was done");
    is_int(due(), 0, "no other step comes");
    ok(player.gave_up, "the host may count it");
    is_int(sim_store_pttl(player.store, player.now, key("job")),
           PHONE_JOB_KEPT, "it is removed after a time");
    play_end();
}


/* Each try leaves nothing but that it has failed. */

static void
refuses(void)
{
    int64_t   last;
    unsigned  tries;

    start("to=300&by=100&refuses=256&name=ear");
    last = 0;

    for (tries = 1; due() && tries < 20; tries++) {
        step();
        ok(counted() == 0 && player.commits == 1, "try %u does nothing",
           tries);

        if (due() == 0) {
            break;
        }

        ok(due() - player.now > last, "a pause of %lld",
           (long long) (due() - player.now));
        last = due() - player.now;
        player.now += last;

        look();
        is_str(play_member("job"), "RUNNING", "it runs");
        is_str(play_member("error"), "NOT_FOUND", "and says what it met");
    }

    is_int(tries, PHONE_JOB_TRIES, "so many tries");
    look();
    is_str(play_member("job"), "FAILED", "then it has failed");
    is_str(play_member("error"), "NOT_FOUND", "with a reason");
    is_str(play_member("done"), "0", "and nothing done");
    ok(player.gave_up, "the host may count it");
    is_int(sim_store_pttl(player.store, player.now, key("job")),
           PHONE_JOB_KEPT, "it is removed after a time");
    play_end();

    /* a step that succeeds is the end of the trouble */

    start("to=6&by=1&refuses=128");

    for (tries = 0; due() && tries < 60; tries++) {
        player.serial += 977;            /* other random bytes */
        step();
        player.now = due() > player.now ? due() : player.now;
    }

    is_int(counted(), 6, "each item once, with %u steps", tries);
    ok(tries > 6, "some of which failed");
    is_str(field("tries"), "", "no try is counted any more");
    is_str(field("error"), "", "no error is left");
    play_end();
}


static unsigned  others;


static void
other_writes(void)
{
    unsigned         guard;
    phone_op_t       op;
    phone_str_t      word[2];
    phone_commit_t   commit;

    memset(&op, 0, sizeof(op));
    memset(&commit, 0, sizeof(commit));
    op.kind = PHONE_OP_HSET;
    op.bucket = 3;
    op.key = key("job");
    op.nwords = 2;
    op.word = word;
    word[0] = PHONE_STR("v");
    word[1] = phone_format(&player.arena, "w%u", others++);
    commit.bucket = 3;
    commit.nops = 1;
    commit.ops = &op;

    (void) sim_store_apply(player.store, player.now, &commit, &guard);
}


static unsigned  most;


static void
other_reads(void)
{
    if (others < most) {
        player.before_commit = other_writes;
    }
}


/* A step that always meets a conflict is one that fails. */

static void
conflicts(void)
{
    start("to=10&by=10");
    others = 0;
    most = 17;
    player.before_read = other_reads;
    step();
    is_int(counted(), 0, "nothing is done");
    is_int(player.commits, 18, "after 17 conflicts");
    is_str(field("error"), "BUSY", "which is a reason");
    is_int(due(), player.now + 1000, "to wait");

    player.before_read = NULL;
    player.now += 1000;
    step();
    is_str(field("state"), "DONE", "and try again");
    play_end();

    start("to=10&by=10");
    others = 0;
    most = 16;
    player.before_read = other_reads;
    step();
    is_int(player.commits, 17, "after 16 conflicts");
    is_str(field("state"), "DONE", "which are not too many");
    play_end();
}


/* What the job is to do makes no sense; or the step has too many effects. */

static void
broken(void)
{
    unsigned  tries;

    start("to=300&by=100");
    (void) sim_store_overwrite(player.store, player.now, key("job"),
                               PHONE_STR("input"), PHONE_STR("nonsense"));
    step();
    ok(player.runs > 2, "what makes no sense is read again");
    is_str(field("error"), "INTERNAL", "and then believed");
    is_str(field("tries"), "1", "as a step that has failed");
    play_end();

    start("to=300&by=100&name=lazy");
    step();
    is_str(field("error"), "INTERNAL", "a step that does not say how it ends");
    is_str(field("state"), "RUNNING", "may be mended by another version");
    play_end();

    start("to=300&by=161&name=ear");

    for (tries = 0; due() && tries < 20; tries++) {
        step();
        player.now = due() > player.now ? due() : player.now;
    }

    is_int(tries, PHONE_JOB_TRIES, "322 effects are too many");
    is_int(counted(), 0, "for one commit");
    is_str(field("error"), "INTERNAL", "the step is wrong");
    play_end();

    start("to=300&by=1");
    (void) sim_store_overwrite(player.store, player.now, key("job"),
                               PHONE_STR("kind"), PHONE_STR("toy.next"));
    step();
    is_int(due(), player.now + PHONE_MINUTE,
           "a job that another version knows is left to it");
    is_str(field("state"), "RUNNING", "as it is");
    play_end();
}


/* A step that can never be committed is tried as often as one that refuses. */

static void
never(const char *name, const char *code)
{
    int64_t   wait;
    unsigned  tries;

    start(name);
    wait = 0;

    for (tries = 1; tries < 20; tries++) {
        is_int(step(), PHONE_EVENT_DONE, "try %u is counted", tries);
        is_str(field("error"), code, "with %s", code);

        if (due() == 0) {
            break;
        }

        ok(due() - player.now > wait, "a pause of %lld",
           (long long) (due() - player.now));
        wait = due() - player.now;
        player.now += wait;
    }

    is_int(tries, PHONE_JOB_TRIES, "so many tries");
    is_int(counted(), 0, "and nothing done");
    is_str(field("state"), "FAILED", "then it has failed");
    ok(player.gave_up, "the host may count it");
    play_end();
}


static void
once(const char *code, const char *what)
{
    is_int(step(), PHONE_EVENT_DONE, "%s is counted", what);
    is_str(field("error"), code, "as %s", code);
    is_str(field("tries"), "1", "once");
    is_int(counted(), 0, "nothing is done");

    player.now = due();
    step();
    is_int(counted(), 100, "without it the step is done");
    is_str(field("error"), "", "and no error is left");
    play_end();
}


static void
refused_commits(void)
{
    never("to=300&by=1&name=rich", "ACCOUNT_FULL");
    never("to=300&by=1&name=astray", "INTERNAL");

    start("to=300&by=100");
    fails_as = PHONE_OUTCOME_BROKEN;
    once("INTERNAL", "a commit that is an error");

    /* who cancels it meanwhile has canceled it */

    start("to=300&by=1&name=rich");
    player.before_commit = others_answer;
    is_int(step(), PHONE_EVENT_DONE, "canceled beside a step that fails");
    is_str(field("state"), "CANCELED", "is canceled");
    is_int(due(), 0, "and no other step comes");
    play_end();

    /* what cannot be read cannot be counted; nor does a store that is full or
       away say anything about the step */

    start("to=300&by=100");
    away = PHONE_OUTCOME_BROKEN;
    is_int(step(), PHONE_EVENT_BACK, "a job that cannot be read");
    away = 0;

    fails_as = PHONE_OUTCOME_REFUSED;
    is_int(step(), PHONE_EVENT_BACK, "a store that is full");
    fails_as = PHONE_OUTCOME_UNAVAILABLE;
    is_int(step(), PHONE_EVENT_BACK, "a store that is away");
    is_str(field("tries"), "", "are not counted");
    step();
    is_int(counted(), 100, "and the step is done later");
    play_end();
}


/* Of each kind of effect a step has 320 at most, those of the job apart. */

static void
effects(void)
{
    static const char *const  fit[] = {
        "to=300&by=160&name=ear", "to=300&by=160&name=claims",
        "to=300&by=160&name=events"
    };

    static const char *const  too_many[] = {
        "to=300&by=161&name=ear", "to=300&by=161&name=claims",
        "to=300&by=161&name=events"
    };

    unsigned  i;

    for (i = 0; i < 3; i++) {
        start(fit[i]);
        step();
        ok(counted() > 0, "%s: a step", fit[i]);
        is_str(field("error"), "", "that fits");
        play_end();

        start(too_many[i]);
        step();
        is_int(counted(), 0, "%s: too many", too_many[i]);
        is_str(field("error"), "INTERNAL", "the step is wrong");
        play_end();
    }
}


/* Where a commit may touch one bucket, what goes elsewhere is a posting. */

static void
elsewhere(void)
{
    play_start();
    player.env.domain = PHONE_ONE_BUCKET;
    play("toy.count", "job_id=" JOB "&to=200&by=100&name=nose");
    player.nevents = 0;
    step();
    is_int(player.nevents, 1, "one posting for a step");
    is_int(counted(), 100, "beside its own log");
    play_end();
}


int
main(void)
{
    whole();
    faults();
    cancels();
    fails();
    refuses();
    conflicts();
    broken();
    refused_commits();
    effects();
    elsewhere();

    return done_testing();
}
