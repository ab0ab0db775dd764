
/*
 * Drives a call: see the header.  Answers come from the event loop and are
 * only counted; when the last one is there ngx_phone_run_drive() goes on.  It
 * is a loop: what is answered at once never nests.
 */


#include "ngx_phone_runner.h"
#include "ngx_phone_memory.h"
#include "ngx_phone_pump.h"


#define NGX_PHONE_CONFLICTS_MAX  32
#define NGX_PHONE_UNKNOWN_MAX    3
#define NGX_PHONE_STARTS_MAX     100000     /* of PHONE_CONTINUE */
#define NGX_PHONE_ROUNDS_MAX     4096       /* of one start, all tries */
#define NGX_PHONE_FREE_RUNS      128

/* Tries that follow a conflict at once; later ones wait a little, longer each
   time, so that many callers of one record get past each other. */
#define NGX_PHONE_CONFLICTS_AT_ONCE  3
#define NGX_PHONE_BACKOFF_SHIFT_MAX  6

/* Where effects go from bucket to bucket: how long a call waits before it is
   answered without them (ms), and how often for another's, a second in all. */
#define NGX_PHONE_POSTED_WITHIN      1000
#define NGX_PHONE_WAITS_MAX          20
#define NGX_PHONE_WAITS_SHIFT_MAX    6


static ngx_int_t ngx_phone_run_drive(ngx_phone_run_t *run);
static void ngx_phone_run_resume(ngx_phone_run_t *run);
static void ngx_phone_run_step(ngx_event_t *ev);

static ngx_int_t ngx_phone_run_handler(ngx_phone_run_t *run);
static ngx_int_t ngx_phone_run_continue(ngx_phone_run_t *run);
static ngx_uint_t ngx_phone_run_wait(ngx_phone_run_t *run);
static ngx_int_t ngx_phone_run_commit(ngx_phone_run_t *run);
static void ngx_phone_run_committed(ngx_phone_commit_t *commit,
    ngx_phone_outcome_t outcome);
static void ngx_phone_run_applied(ngx_phone_run_t *run);
static void ngx_phone_run_conflict(ngx_phone_run_t *run);
static ngx_int_t ngx_phone_run_finish(ngx_phone_run_t *run);

static void ngx_phone_run_out_of_trouble(ngx_phone_run_t *run);
static ngx_uint_t ngx_phone_run_again(ngx_phone_run_t *run);
static void ngx_phone_run_give_up(ngx_phone_run_t *run,
    phone_refusal_t refusal);


ngx_phone_run_t *
ngx_phone_run_create(ngx_phone_t *phone, const phone_endpoint_t *endpoint,
    const phone_event_t *event)
{
    ngx_phone_run_t       *run;
    ngx_phone_counters_t  *counters;

    counters = phone->counters;

    if (endpoint
        && counters->calls_active >= (ngx_uint_t) phone->conf->max_calls)
    {
        counters->calls_busy++;
        return NULL;
    }

    run = phone->free_runs;

    if (run) {
        phone->free_runs = run->next;
        phone->nfree_runs--;

    } else {
        run = ngx_alloc(sizeof(ngx_phone_run_t), phone->log);
        if (run == NULL) {
            return NULL;
        }
    }

    phone_call_init(&run->call, &phone->env, endpoint, event);
    run->fields.n = 0;

    ngx_memzero(&run->phone, sizeof(ngx_phone_run_t)
                             - offsetof(ngx_phone_run_t, phone));

    run->phone = phone;
    run->call.fields = &run->fields;
    run->call.now = ngx_phone_now();

    ngx_queue_insert_head(&phone->runs, &run->queue);

    if (endpoint) {
        run->counted = 1;
        counters->calls++;
        counters->calls_active++;
    }

    if (ngx_phone_random(phone, run->call.random, sizeof(run->call.random))
        != NGX_OK)
    {
        ngx_phone_run_free(run);
        return NULL;
    }

    run->timeout = event ? (ngx_msec_t) phone->env.settings->lease
                         : phone->conf->call_timeout;

    run->commit.handler = ngx_phone_run_committed;
    run->commit.data = run;

    run->step.handler = ngx_phone_run_step;
    run->step.data = run;
    run->step.log = phone->log;

    return run;
}


void
ngx_phone_run_free(ngx_phone_run_t *run)
{
    ngx_phone_t  *phone;

    phone = run->phone;

    if (run->counted) {
        phone->counters->calls_active--;
    }

    if (run->step.timer_set) {
        ngx_del_timer(&run->step);
    }

    ngx_queue_remove(&run->queue);
    phone_call_free(&run->call);

    if (phone->closing || phone->nfree_runs == NGX_PHONE_FREE_RUNS) {
        ngx_free(run);
        return;
    }

    run->next = phone->free_runs;
    phone->free_runs = run;
    phone->nfree_runs++;
}


void
ngx_phone_run_detach(ngx_phone_run_t *run)
{
    run->detached = 1;
    run->data = NULL;
}


void
ngx_phone_run_fail(ngx_phone_run_t *run, phone_refusal_t refusal,
    const char *field)
{
    run->failed = 1;

    (void) phone_refuse_field(&run->call, refusal, field);
    (void) phone_finish(&run->call);
}


/*
 * Compute threads have ended and the connections to Redis are closed: nobody
 * answers any more, but for fetches, whose module exits later.
 */

void
ngx_phone_runs_close(ngx_phone_t *phone)
{
    ngx_queue_t      *q, *next;
    ngx_phone_run_t  *run;

    for (q = ngx_queue_head(&phone->runs);
         q != ngx_queue_sentinel(&phone->runs);
         q = next)
    {
        next = ngx_queue_next(q);
        run = ngx_queue_data(q, ngx_phone_run_t, queue);

        if (run->fetching == 0) {
            ngx_phone_run_free(run);
        }
    }

    while (phone->free_runs) {
        run = phone->free_runs;
        phone->free_runs = run->next;
        ngx_free(run);
    }
}


ngx_int_t
ngx_phone_run_start(ngx_phone_run_t *run)
{
    run->started = ngx_current_msec;

    return ngx_phone_run_drive(run);
}


static ngx_int_t
ngx_phone_run_drive(ngx_phone_run_t *run)
{
    ngx_int_t  rc;

    for ( ;; ) {

        if (run->trouble) {
            ngx_phone_run_out_of_trouble(run);
        }

        switch (run->state) {

        case NGX_PHONE_RUN_HANDLER:
            rc = ngx_phone_run_handler(run);
            break;

        case NGX_PHONE_RUN_COMMIT:
            rc = ngx_phone_run_commit(run);
            break;

        case NGX_PHONE_RUN_FINISH:
            rc = ngx_phone_run_finish(run);
            break;

        default: /* NGX_PHONE_RUN_OVER */
            return NGX_OK;
        }

        if (rc == NGX_AGAIN) {
            return NGX_AGAIN;
        }
    }
}


static void
ngx_phone_run_resume(ngx_phone_run_t *run)
{
    if (ngx_phone_run_drive(run) != NGX_OK) {
        return;
    }

    if (run->detached || run->phone->closing) {
        ngx_phone_run_free(run);
        return;
    }

    run->done(run);
}


void
ngx_phone_run_answered(ngx_phone_run_t *run)
{
    if (--run->waiting == 0) {
        ngx_phone_run_resume(run);
    }
}


static void
ngx_phone_run_step(ngx_event_t *ev)
{
    ngx_phone_run_t  *run;

    run = ev->data;

    if (run->waiting) {
        ngx_phone_pump_leave(run);
        run->waiting = 0;
    }

    ngx_phone_run_resume(run);
}


void
ngx_phone_run_posted(ngx_phone_run_t *run)
{
    if (run->waiting == 1) {
        ngx_del_timer(&run->step);
    }

    ngx_phone_run_answered(run);
}


/* The handler */

static ngx_int_t
ngx_phone_run_handler(ngx_phone_run_t *run)
{
    phone_rc_t  rc;

    run->phone->counters->runs++;

    rc = phone_run(&run->call);

    switch (rc) {

    case PHONE_AGAIN:
        if (run->call.runs < NGX_PHONE_ROUNDS_MAX) {
            return ngx_phone_run_asks(run);
        }

        ngx_log_error(NGX_LOG_ERR, run->phone->log, 0,
                      "handler of \"%s\" asks without end",
                      run->call.endpoint ? run->call.endpoint->name
                                         : run->call.event->name);
        ngx_phone_run_give_up(run, PHONE_INTERNAL);
        return NGX_OK;

    case PHONE_CONTINUE:
        return ngx_phone_run_continue(run);

    default:
        break;
    }

    if (run->call.not_yet && ngx_phone_run_wait(run)) {
        return NGX_AGAIN;
    }

    /* what was sent before may have been done, and this refusal be of what
       came after: not for the caller to take as the last word */

    if (rc == PHONE_REFUSED && run->doubt
        && !phone_refusal_text[run->call.reply.refusal].retryable)
    {
        ngx_phone_run_give_up(run, PHONE_STORE_UNAVAILABLE);
        return NGX_OK;
    }

    run->state = NGX_PHONE_RUN_COMMIT;

    return NGX_OK;
}


/* A long walk: other calls get their turn between two parts of it. */

static ngx_int_t
ngx_phone_run_continue(ngx_phone_run_t *run)
{
    if (++run->starts == NGX_PHONE_STARTS_MAX) {
        ngx_phone_run_give_up(run, PHONE_INTERNAL);
        return NGX_OK;
    }

    phone_start_over(&run->call);

    run->started = ngx_current_msec;
    ngx_add_timer(&run->step, 1);

    return NGX_AGAIN;
}


/* Another call has made what this one is about, and it is on its way. */

static ngx_uint_t
ngx_phone_run_wait(ngx_phone_run_t *run)
{
    ngx_uint_t  shift;

    if (run->waits == NGX_PHONE_WAITS_MAX || !ngx_phone_run_again(run)) {
        return 0;
    }

    shift = ngx_min(++run->waits, NGX_PHONE_WAITS_SHIFT_MAX);
    ngx_add_timer(&run->step, (1 << shift) - ngx_random() % (1 << (shift - 1)));

    return 1;
}


/* The commit */

static ngx_int_t
ngx_phone_run_commit(ngx_phone_run_t *run)
{
    run->commit.commit = phone_commit(&run->call);

    if (run->commit.commit == NULL) {
        run->state = NGX_PHONE_RUN_FINISH;
        run->failed = run->call.broken;
        return NGX_OK;
    }

    run->phone->counters->commits++;
    run->waiting = 1;

    ngx_phone_store_commit(run->phone, &run->commit);

    return NGX_AGAIN;
}


static void
ngx_phone_run_committed(ngx_phone_commit_t *commit,
    ngx_phone_outcome_t outcome)
{
    ngx_phone_run_t  *run;

    run = commit->data;
    run->waiting = 0;

    switch (outcome) {

    case NGX_PHONE_APPLIED:
        ngx_phone_run_applied(run);
        break;

    case NGX_PHONE_CONFLICT:
        ngx_phone_run_conflict(run);
        break;

    case NGX_PHONE_UNKNOWN:
        run->phone->counters->unknown++;
        run->doubt = 1;
        ngx_phone_pump_unsure(run);
        ngx_phone_run_trouble(run, outcome);
        break;

    default:
        ngx_phone_run_trouble(run, outcome);
        break;
    }

    if (!run->step.timer_set) {
        ngx_phone_run_resume(run);
    }
}


/* Who is answered finds all of it, in whichever bucket; but the commit stands,
   and what is late comes without being waited for. */

static void
ngx_phone_run_applied(ngx_phone_run_t *run)
{
    run->committed = 1;
    run->state = NGX_PHONE_RUN_FINISH;
    run->waiting = ngx_phone_pump_emitted(run);

    if (run->waiting) {
        ngx_add_timer(&run->step, NGX_PHONE_POSTED_WITHIN);
    }
}


static void
ngx_phone_run_conflict(ngx_phone_run_t *run)
{
    ngx_uint_t  shift;

    run->conflicts++;
    run->phone->counters->conflicts++;

    ngx_phone_memory_drop(run->phone, run->commit.failed);

    if (run->call.event && run->commit.failed->kind == PHONE_GUARD_DUE) {
        run->lease_lost = 1;
        ngx_phone_run_give_up(run, PHONE_BUSY);
        return;
    }

    if (run->conflicts == NGX_PHONE_CONFLICTS_MAX
        || !ngx_phone_run_again(run))
    {
        ngx_phone_run_give_up(run, PHONE_BUSY);
        return;
    }

    if (run->conflicts > NGX_PHONE_CONFLICTS_AT_ONCE) {
        shift = ngx_min(run->conflicts - NGX_PHONE_CONFLICTS_AT_ONCE,
                        NGX_PHONE_BACKOFF_SHIFT_MAX);
        ngx_add_timer(&run->step, 1 + ngx_random() % (1 << shift));
    }
}


static ngx_int_t
ngx_phone_run_finish(ngx_phone_run_t *run)
{
    if (phone_finish(&run->call) == PHONE_AGAIN) {
        return ngx_phone_run_asks(run);
    }

    run->state = NGX_PHONE_RUN_OVER;

    if (run->call.endpoint) {
        run->phone->counters->status[run->call.reply.status / 100 % 6]++;

        if (run->phone->called) {
            run->phone->called(run);
        }
    }

    return NGX_OK;
}


/* Trouble: noted when it comes, met when all answers are there. */

void
ngx_phone_run_trouble(ngx_phone_run_t *run, ngx_phone_outcome_t outcome)
{
    if (outcome == NGX_PHONE_UNKNOWN) {
        run->lost = 1;
    }

    if (!run->trouble || outcome == NGX_PHONE_BROKEN) {
        run->refusal = outcome == NGX_PHONE_BROKEN ? PHONE_INTERNAL
                                                   : PHONE_STORE_UNAVAILABLE;
    }

    run->trouble = 1;
}


static void
ngx_phone_run_out_of_trouble(ngx_phone_run_t *run)
{
    ngx_uint_t  lost;

    /* an event is left to its lease: run again it would send again */

    lost = run->lost && run->refusal == PHONE_STORE_UNAVAILABLE
           && !(run->doubt && run->call.event);

    run->trouble = 0;
    run->lost = 0;

    if (lost && ++run->unknown < NGX_PHONE_UNKNOWN_MAX
        && ngx_phone_run_again(run))
    {
        return;
    }

    if (run->refusal == PHONE_STORE_UNAVAILABLE) {
        run->phone->counters->store_errors++;
    }

    ngx_phone_run_give_up(run, run->refusal);
}


/* From the top, with what the store holds now. */

static ngx_uint_t
ngx_phone_run_again(ngx_phone_run_t *run)
{
    if (run->phone->closing
        || ngx_current_msec - run->started >= run->timeout)
    {
        return 0;
    }

    phone_forget(&run->call);
    run->state = NGX_PHONE_RUN_HANDLER;

    return 1;
}


/* The reply is not signed: for that it would have to wait again. */

static void
ngx_phone_run_give_up(ngx_phone_run_t *run, phone_refusal_t refusal)
{
    run->failed = 1;
    run->call.merchant = NULL;
    phone_fail(&run->call, refusal);
    run->state = NGX_PHONE_RUN_FINISH;
}
