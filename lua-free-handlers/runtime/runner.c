
/* The order of steps of a call: see the header. */


#include "runner.h"
#include "../lib/hosts.h"


/* Runs that follow a conflict at once; later ones wait a little, longer each
   time, so that many callers that write one record do not block each other. */
#define PHONE_CONFLICTS_AT_ONCE  3
#define PHONE_BACKOFF_SHIFT_MAX  6

/* The waits for what is on its way: 2, 4, 8 ... 64 ms, a second in all. */
#define PHONE_WAITS_SHIFT_MAX    6


/* A value beside those of phone_next_t: nothing to wait for. */
#define PHONE_NEXT_AT_ONCE  ((phone_next_t) (PHONE_NEXT_OVER + 1))


static phone_next_t phone_runner_run(phone_runner_t *runner, int64_t ms,
    int64_t now, uint32_t random);
static phone_next_t phone_runner_continue(phone_runner_t *runner, int64_t ms,
    int64_t now);
static int phone_runner_wait(phone_runner_t *runner, int64_t ms,
    uint32_t random);
static phone_next_t phone_runner_commit(phone_runner_t *runner, int64_t ms);
static int phone_runner_reread(phone_runner_t *runner, int64_t ms);
static int phone_runner_in_time(phone_runner_t *runner, int64_t now);
static phone_next_t phone_runner_outcome(phone_runner_t *runner, int64_t ms,
    uint32_t random);
static phone_next_t phone_runner_proved(phone_runner_t *runner, int64_t ms);
static phone_next_t phone_runner_conflict(phone_runner_t *runner, int64_t ms,
    uint32_t random);
static int phone_runner_is_signed(const phone_runner_t *runner);
static void phone_runner_full(phone_runner_t *runner, int64_t ms);
static phone_next_t phone_runner_finish(phone_runner_t *runner);
static void phone_runner_out_of_trouble(phone_runner_t *runner, int64_t ms);
static int phone_runner_again(phone_runner_t *runner, int64_t ms);
static void phone_runner_give_up(phone_runner_t *runner,
    phone_refusal_t refusal);
static int phone_runner_counts(phone_runner_t *runner,
    phone_refusal_t refusal);


void
phone_runner_init(phone_runner_t *runner, phone_call_t *call, int64_t timeout,
    int64_t ms)
{
    memset(runner, 0, sizeof(phone_runner_t));

    runner->call = call;
    runner->timeout = timeout;
    runner->started = ms;
    runner->judged_at = call->now;
    runner->clock_off = call->env->clock_off ? 1 : 0;
}


phone_next_t
phone_runner_next(phone_runner_t *runner, int64_t ms, int64_t now,
    uint32_t random)
{
    phone_next_t  next;

    do {

        if (runner->trouble) {
            phone_runner_out_of_trouble(runner, ms);
        }

        switch (runner->state) {

        case PHONE_RUNNER_RUN:
            next = phone_runner_run(runner, ms, now, random);
            break;

        case PHONE_RUNNER_COMMIT:
            next = phone_runner_commit(runner, ms);
            break;

        case PHONE_RUNNER_COMMITTED:
            next = phone_runner_outcome(runner, ms, random);
            break;

        case PHONE_RUNNER_FINISH:
            next = phone_runner_finish(runner);
            break;

        default: /* PHONE_RUNNER_OVER */
            next = PHONE_NEXT_OVER;
        }

    } while (next == PHONE_NEXT_AT_ONCE);

    return next;
}


/* The handler */

static phone_next_t
phone_runner_run(phone_runner_t *runner, int64_t ms, int64_t now,
    uint32_t random)
{
    phone_rc_t     rc;
    phone_call_t  *call;

    call = runner->call;

    /* with a wrong clock nothing is decided, not even that the caller's clock
       is wrong */

    if (call->env->clock_off || runner->clock_off) {
        runner->no_store = 1;
        phone_runner_give_up(runner, PHONE_STORE_UNAVAILABLE);
        return PHONE_NEXT_AT_ONCE;
    }

    /* nor with a time that is long gone: what limits count in its windows may
       have been forgotten */

    if (!phone_runner_in_time(runner, now)) {
        return PHONE_NEXT_AT_ONCE;
    }

    runner->runs++;
    rc = phone_run(call);

    switch (rc) {

    case PHONE_AGAIN:
        if (call->runs < PHONE_ROUNDS_MAX) {
            return PHONE_NEXT_ASKS;
        }

        runner->endless = 1;
        phone_runner_give_up(runner, PHONE_INTERNAL);
        return PHONE_NEXT_AT_ONCE;

    case PHONE_CONTINUE:
        return phone_runner_continue(runner, ms, now);

    default:
        break;
    }

    if (call->not_yet && phone_runner_wait(runner, ms, random)) {
        return PHONE_NEXT_WAIT;
    }

    /* an earlier commit of this call may have been applied, and this refusal
       may be a consequence of it: its effects are committed (a wrong PIN
       counts), but the caller is told to send the call again */

    runner->late = rc == PHONE_REFUSED && runner->doubt
                   && !phone_refusal_text[call->reply.refusal].retryable;
    runner->state = PHONE_RUNNER_COMMIT;

    return PHONE_NEXT_AT_ONCE;
}


/* A long call: other calls run between two parts of it. */

static phone_next_t
phone_runner_continue(phone_runner_t *runner, int64_t ms, int64_t now)
{
    if (++runner->starts == PHONE_STARTS_MAX) {
        runner->endless = 1;
        phone_runner_give_up(runner, PHONE_INTERNAL);
        return PHONE_NEXT_AT_ONCE;
    }

    phone_start_over(runner->call);

    runner->started = ms;
    runner->judged_at = now;
    runner->conflicts = 0;
    runner->unknown = 0;
    runner->waits = 0;
    runner->reread = 0;
    runner->wait = 1;

    return PHONE_NEXT_WAIT;
}


/* What the call is about was made by another call, and the posting that brings
   it to this bucket is not applied yet. */

static int
phone_runner_wait(phone_runner_t *runner, int64_t ms, uint32_t random)
{
    unsigned  shift;

    if (runner->waits == PHONE_WAITS_MAX || !phone_runner_again(runner, ms)) {
        return 0;
    }

    shift = ++runner->waits < PHONE_WAITS_SHIFT_MAX ? runner->waits
                                                    : PHONE_WAITS_SHIFT_MAX;
    runner->wait = (1 << shift) - (int64_t) (random % (1u << (shift - 1)));

    return 1;
}


/* The commit */

static phone_next_t
phone_runner_commit(phone_runner_t *runner, int64_t ms)
{
    runner->commit = phone_commit(runner->call);

    if (runner->commit == NULL && phone_runner_reread(runner, ms)) {
        return PHONE_NEXT_WAIT;
    }

    if (runner->commit == NULL) {

        if ((runner->call->broken || runner->call->arena.failed)
            && phone_runner_counts(runner, PHONE_INTERNAL))
        {
            return PHONE_NEXT_AT_ONCE;
        }

        runner->failed = runner->call->broken;
        runner->state = PHONE_RUNNER_FINISH;
        return PHONE_NEXT_AT_ONCE;
    }

    runner->state = PHONE_RUNNER_COMMITTED;
    runner->outcome = PHONE_OUTCOME_UNKNOWN;

    return PHONE_NEXT_COMMIT;
}


/*
 * A stored value that makes no sense is read once more before it is believed:
 * it may be the reply to another command, and the connection on which replies
 * are out of step is closed meanwhile.
 */

static int
phone_runner_reread(phone_runner_t *runner, int64_t ms)
{
    if (!runner->call->broken || runner->reread
        || !phone_runner_again(runner, ms))
    {
        return 0;
    }

    runner->reread = 1;
    runner->wait = PHONE_REREAD_WAIT;

    return 1;
}


int
phone_runner_may_commit(phone_runner_t *runner, int64_t now)
{
    return phone_runner_in_time(runner, now);
}


/* Half of the slack is for the way to the store, the other half is left. */

int64_t
phone_runner_until(const phone_runner_t *runner)
{
    return runner->call->event ? 0
           : runner->judged_at + (PHONE_COMMIT_WITHIN + PHONE_CLOCK_SLACK) / 2
             + runner->call->env->settings->clock_bound;
}


/* An event has its lease. */

static int
phone_runner_in_time(phone_runner_t *runner, int64_t now)
{
    int64_t  since;

    since = now - runner->judged_at;

    if (runner->call->event
        || (since < PHONE_COMMIT_WITHIN && since > -PHONE_COMMIT_WITHIN))
    {
        return 1;
    }

    phone_runner_give_up(runner, runner->doubt ? PHONE_STORE_UNAVAILABLE
                                               : PHONE_BUSY);
    return 0;
}


void
phone_runner_committed(phone_runner_t *runner, phone_outcome_t outcome,
    const phone_guard_t *guard)
{
    runner->outcome = outcome;

    if (outcome == PHONE_OUTCOME_CONFLICT) {
        runner->guard = guard->kind;
        runner->full = guard->full;
    }
}


static phone_next_t
phone_runner_outcome(phone_runner_t *runner, int64_t ms, uint32_t random)
{
    runner->wait = 0;

    switch (runner->outcome) {

    /* the answer waits until the effects are applied in all buckets, for a
       limited time: the call is committed, and later effects arrive anyway */

    case PHONE_OUTCOME_APPLIED:
        if (phone_decides_next(runner->call)) {
            return phone_runner_proved(runner, ms);
        }

        runner->committed = 1;
        runner->state = PHONE_RUNNER_FINISH;
        runner->wait = PHONE_POSTED_WAIT;
        return runner->call->emitted ? PHONE_NEXT_EVENTS : PHONE_NEXT_AT_ONCE;

    case PHONE_OUTCOME_CONFLICT:
        return phone_runner_conflict(runner, ms, random);

    case PHONE_OUTCOME_UNKNOWN:
        runner->call->in_doubt = 1;
        runner->doubt |= !(runner->call->reply.refused
                           && phone_runner_is_signed(runner));
        phone_runner_trouble(runner, runner->outcome);
        return runner->call->emitted ? PHONE_NEXT_EVENTS : PHONE_NEXT_AT_ONCE;

    /* the store takes no writes: without wishes the call may only read */

    case PHONE_OUTCOME_REFUSED:
        runner->call->no_wishes = 1;

        if (runner->call->granted && phone_runner_again(runner, ms)) {
            return PHONE_NEXT_AT_ONCE;
        }

        /* fall through */

    default:
        phone_runner_trouble(runner, runner->outcome);
        return PHONE_NEXT_AT_ONCE;
    }
}


/* The caller's nonce is claimed, or his key: now for what he wants. */

static phone_next_t
phone_runner_proved(phone_runner_t *runner, int64_t ms)
{
    if (!phone_runner_again(runner, ms)) {
        phone_runner_give_up(runner, PHONE_BUSY);
    }

    return PHONE_NEXT_AT_ONCE;
}


static phone_next_t
phone_runner_conflict(phone_runner_t *runner, int64_t ms, uint32_t random)
{
    unsigned  shift;

    runner->conflicts++;

    if (runner->call->event && runner->guard == PHONE_GUARD_DUE) {
        runner->lease_lost = 1;
        phone_runner_give_up(runner, PHONE_BUSY);
        return PHONE_NEXT_AT_ONCE;
    }

    /* an account that is full: another run would fail in the same way */

    if (runner->full) {
        phone_runner_full(runner, ms);
        return PHONE_NEXT_AT_ONCE;
    }

    if (runner->conflicts == PHONE_CONFLICTS_MAX
        || !phone_runner_again(runner, ms))
    {
        phone_runner_give_up(runner, PHONE_BUSY);
        return PHONE_NEXT_AT_ONCE;
    }

    if (runner->conflicts <= PHONE_CONFLICTS_AT_ONCE) {
        return PHONE_NEXT_AT_ONCE;
    }

    shift = runner->conflicts - PHONE_CONFLICTS_AT_ONCE;

    if (shift > PHONE_BACKOFF_SHIFT_MAX) {
        shift = PHONE_BACKOFF_SHIFT_MAX;
    }

    runner->wait = 1 + random % (1u << shift);

    return PHONE_NEXT_WAIT;
}


/* With its refusal is committed that its nonce is used up, and nothing that
   another run would be refused for. */

static int
phone_runner_is_signed(const phone_runner_t *runner)
{
    return runner->call->endpoint
           && phone_signs(runner->call->endpoint->who);
}


/* A signed call runs once more, only to be refused: that uses up its nonce. */

static void
phone_runner_full(phone_runner_t *runner, int64_t ms)
{
    int  is_signed;

    is_signed = phone_runner_is_signed(runner);

    if (is_signed && !runner->doubt) {
        runner->call->full = 1;

        if (phone_runner_again(runner, ms)) {
            return;
        }
    }

    phone_runner_give_up(runner, runner->doubt ? PHONE_STORE_UNAVAILABLE
                                 : is_signed ? PHONE_BUSY
                                 : PHONE_ACCOUNT_FULL);
}


static phone_next_t
phone_runner_finish(phone_runner_t *runner)
{
    if (runner->late) {
        runner->late = 0;
        phone_runner_give_up(runner, PHONE_STORE_UNAVAILABLE);
    }

    if (phone_finish(runner->call) == PHONE_AGAIN) {
        return PHONE_NEXT_ASKS;
    }

    runner->state = PHONE_RUNNER_OVER;

    return PHONE_NEXT_OVER;
}


/* Failures of asks are noted when they come, and handled when all answers are
   there. */

void
phone_runner_trouble(phone_runner_t *runner, phone_outcome_t outcome)
{
    if (outcome == PHONE_OUTCOME_UNKNOWN) {
        runner->lost = 1;
    }

    if (outcome == PHONE_OUTCOME_BROKEN) {
        runner->refusal = PHONE_INTERNAL;

    } else if (!runner->trouble) {
        runner->refusal = outcome == PHONE_OUTCOME_BUSY
                          ? PHONE_BUSY : PHONE_STORE_UNAVAILABLE;
    }

    runner->trouble = 1;
}


static void
phone_runner_out_of_trouble(phone_runner_t *runner, int64_t ms)
{
    int  lost;

    /* the event is left to its lease: run again it would send again */

    lost = runner->lost && runner->refusal == PHONE_STORE_UNAVAILABLE
           && !(runner->doubt && runner->call->event);

    runner->trouble = 0;
    runner->lost = 0;

    if (lost && ++runner->unknown < PHONE_UNKNOWN_MAX
        && phone_runner_again(runner, ms))
    {
        return;
    }

    runner->no_store = runner->refusal == PHONE_STORE_UNAVAILABLE;
    phone_runner_give_up(runner, runner->refusal);
}


int
phone_runner_may_send(phone_runner_t *runner, int64_t now, int64_t needs)
{
    const phone_call_t      *call;
    const phone_settings_t  *settings;

    call = runner->call;
    settings = call->env->settings;

    if (call->event == NULL
        || phone_lease_allows(call->due_score, now, settings->lease, needs,
                              settings->clock_bound))
    {
        runner->sent_out = 1;
        return 1;
    }

    runner->lease_lost = 1;
    runner->trouble = 1;
    runner->refusal = PHONE_BUSY;

    return 0;
}


/* Runs the handler again from the top, with what the store holds now. */

static int
phone_runner_again(phone_runner_t *runner, int64_t ms)
{
    if (runner->closing || ms - runner->started >= runner->timeout) {
        return 0;
    }

    phone_forget(runner->call);
    runner->state = PHONE_RUNNER_RUN;

    return 1;
}


/* The reply is not signed: that would mean another wait. */

static void
phone_runner_give_up(phone_runner_t *runner, phone_refusal_t refusal)
{
    if ((refusal == PHONE_INTERNAL || refusal == PHONE_ACCOUNT_FULL)
        && phone_runner_counts(runner, refusal))
    {
        return;
    }

    runner->failed = 1;
    runner->call->merchant = NULL;
    phone_fail(runner->call, refusal);
    runner->state = PHONE_RUNNER_FINISH;
}


/* A step of a job for which another run would fail in the same way: the event
   runs once more, from the beginning, and only counts that as a try. */

static int
phone_runner_counts(phone_runner_t *runner, phone_refusal_t refusal)
{
    phone_call_t  *call;

    call = runner->call;

    if (call->event != &phone_job_step || call->has_failed
        || runner->closing)
    {
        return 0;
    }

    phone_start_over(call);

    call->has_failed = 1;
    call->failed = refusal;
    runner->state = PHONE_RUNNER_RUN;

    return 1;
}


/* Events */

/* Postings of a commit whose outcome is unknown are run as well; if they were
   not stored this does nothing. */

phone_emitted_do_t
phone_runner_emitted(const phone_runner_t *runner,
    const phone_emitted_t *emitted)
{
    int  posting;

    posting = emitted->event == &phone_posting_apply;

    if (!runner->committed) {
        return posting ? PHONE_EMITTED_RUN : PHONE_EMITTED_NOT;
    }

    /* callers find all effects, and a job does not run ahead of its postings */

    return posting && (runner->call->endpoint || runner->call->repeat_at)
           ? PHONE_EMITTED_AWAIT : PHONE_EMITTED_RUN;
}


phone_event_do_t
phone_runner_event(const phone_runner_t *runner, unsigned runs)
{
    if (runner->lease_lost) {
        return PHONE_EVENT_LOST;
    }

    if (!runner->committed || runner->failed) {
        return runner->doubt ? PHONE_EVENT_LEFT : PHONE_EVENT_BACK;
    }

    if (!runner->call->apart) {
        return PHONE_EVENT_DONE;
    }

    return runs < PHONE_HALVES_MAX ? PHONE_EVENT_AGAIN : PHONE_EVENT_LEFT;
}


int64_t
phone_runner_back(const phone_runner_t *runner)
{
    return runner->sent_out ? PHONE_BACK_SENT : PHONE_BACK_WAIT;
}
