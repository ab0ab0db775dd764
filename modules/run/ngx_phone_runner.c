
/*
 * Drives a call, see the header.  The runner of the core decides what is next;
 * it is done here.  Answers come from the event loop and are counted; after the
 * last one ngx_phone_run_drive() goes on.  It is a loop, so answers that need
 * no wait do not nest.
 */


#include "run/ngx_phone_runner.h"
#include "run/ngx_phone_memory.h"
#include "run/ngx_phone_pump.h"


#define NGX_PHONE_FREE_RUNS  128
#define NGX_PHONE_NO_SECRET  60      /* s between two lines */
#define NGX_PHONE_AUDITED    256     /* bytes: the subject of an operator's
                                        call */


static ngx_int_t ngx_phone_run_drive(ngx_phone_run_t *run);
static void ngx_phone_run_resume(ngx_phone_run_t *run);
static void ngx_phone_run_step(ngx_event_t *ev);

static ngx_int_t ngx_phone_run_commit(ngx_phone_run_t *run);
static void ngx_phone_run_committed(ngx_phone_commit_t *commit,
    ngx_phone_outcome_t outcome);
static ngx_int_t ngx_phone_run_events(ngx_phone_run_t *run);
static void ngx_phone_run_audit(ngx_phone_run_t *run);
static void ngx_phone_run_over(ngx_phone_run_t *run);
static void ngx_phone_run_no_secret(ngx_phone_run_t *run);
static void ngx_phone_run_bad(ngx_phone_run_t *run);
static void ngx_phone_run_tally(ngx_phone_run_t *run);
static void ngx_phone_run_count(ngx_phone_run_t *run);


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
    run->upload = NGX_INVALID_FILE;
    run->call.fields = &run->fields;
    run->call.now = ngx_phone_now();
    (void) ngx_phone_check_clock(phone->store);

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

    phone_runner_init(&run->runner, &run->call,
                      event ? phone->env.settings->lease
                            : (int64_t) phone->conf->call_timeout,
                      (int64_t) ngx_current_msec);

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

    ngx_phone_run_leave_place(run);

    if (run->upload != NGX_INVALID_FILE) {
        (void) ngx_close_file(run->upload);
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
    run->runner.failed = 1;
    run->runner.started = ngx_current_msec;

    (void) phone_refuse_field(&run->call, refusal, field);
    (void) phone_finish(&run->call);

    ngx_phone_run_count(run);
}


/*
 * Threads have ended and the connections to Redis are closed.  Only runs that
 * wait for fetches remain: the fetch module exits later.
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
    run->runner.started = (int64_t) ngx_current_msec;

    return ngx_phone_run_drive(run);
}


static ngx_int_t
ngx_phone_run_drive(ngx_phone_run_t *run)
{
    for ( ;; ) {
        run->runner.closing = run->phone->closing || run->phone->hurried;

        switch (phone_runner_next(&run->runner, (int64_t) ngx_current_msec,
                                  ngx_phone_now(), (uint32_t) ngx_random()))
        {

        case PHONE_NEXT_ASKS:
            if (ngx_phone_run_asks(run) == NGX_AGAIN) {
                return NGX_AGAIN;
            }

            break;

        case PHONE_NEXT_COMMIT:
            if (ngx_phone_run_commit(run) == NGX_AGAIN) {
                return NGX_AGAIN;
            }

            break;

        case PHONE_NEXT_EVENTS:
            if (ngx_phone_run_events(run) == NGX_AGAIN) {
                return NGX_AGAIN;
            }

            break;

        case PHONE_NEXT_WAIT:
            ngx_add_timer(&run->step, (ngx_msec_t) run->runner.wait);
            return NGX_AGAIN;

        default: /* PHONE_NEXT_OVER */
            ngx_phone_run_over(run);
            return NGX_OK;
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


static ngx_int_t
ngx_phone_run_commit(ngx_phone_run_t *run)
{
    /* after a stop of this worker the call may be too old */

    if (!phone_runner_may_commit(&run->runner, ngx_phone_clock_us() / 1000)) {
        ngx_log_error(NGX_LOG_WARN, run->phone->log, 0,
                      "call is not committed: it is too old");
        return NGX_OK;
    }

    run->commit.commit = run->runner.commit;
    run->commit.until = phone_runner_until(&run->runner);

    run->phone->counters->commits++;
    run->waiting = 1;

    ngx_phone_store_commit(run->phone->store, &run->commit);

    return NGX_AGAIN;
}


static void
ngx_phone_run_committed(ngx_phone_commit_t *commit,
    ngx_phone_outcome_t outcome)
{
    ngx_phone_run_t  *run;

    run = commit->data;
    run->waiting = 0;

    if (outcome == NGX_PHONE_CONFLICT) {
        run->phone->counters->conflicts++;
        ngx_phone_memory_drop(run->phone, commit->failed);

    } else if (outcome == NGX_PHONE_UNKNOWN) {
        run->phone->counters->unknown++;
    }

    phone_runner_committed(&run->runner, outcome, commit->failed);

    ngx_phone_run_resume(run);
}


static ngx_int_t
ngx_phone_run_events(ngx_phone_run_t *run)
{
    run->waiting = ngx_phone_pump_emitted(run);

    if (run->waiting == 0) {
        return NGX_OK;
    }

    ngx_add_timer(&run->step, (ngx_msec_t) run->runner.wait);

    return NGX_AGAIN;
}


static void
ngx_phone_run_over(ngx_phone_run_t *run)
{
    ngx_phone_counters_t  *counters;

    counters = run->phone->counters;

    counters->runs += run->runner.runs;
    counters->store_errors += run->runner.no_store;

    if (run->call.tallies) {
        ngx_phone_run_tally(run);
    }

    if (run->runner.endless) {
        ngx_log_error(NGX_LOG_ERR, run->phone->log, 0,
                      "handler of \"%s\" does not end",
                      run->call.endpoint ? run->call.endpoint->name
                                         : run->call.event->name);
    }

    if (run->call.no_secret[0] || run->call.unread) {
        ngx_phone_run_no_secret(run);

    } else if (run->call.broken && run->call.bad_key.len) {
        ngx_phone_run_bad(run);

    } else if (run->call.why) {
        ngx_log_error(NGX_LOG_ERR, run->phone->log, 0,
                      "handler of \"%s\" has failed: %s",
                      run->call.endpoint ? run->call.endpoint->name
                                         : run->call.event->name,
                      run->call.why);
    }

    if (run->call.endpoint == NULL) {
        return;
    }

    ngx_phone_run_count(run);

    if (run->call.endpoint->who == PHONE_OPERATOR
        && ngx_strcmp(run->call.endpoint->method, "GET") != 0)
    {
        ngx_phone_run_audit(run);
    }
}


/* A text that another host has sealed, or whose secret is gone. */

static void
ngx_phone_run_no_secret(ngx_phone_run_t *run)
{
    ngx_phone_t  *phone;

    phone = run->phone;

    if (phone->secret_logged
        && ngx_time() - phone->secret_logged < NGX_PHONE_NO_SECRET)
    {
        return;
    }

    phone->secret_logged = ngx_time();

    ngx_log_error(NGX_LOG_WARN, phone->log, 0,
                  "%s needs a \"phone_secret_file\" that this host does not "
                  "have: key %s, see \"GET /operator/secrets\"",
                  run->call.endpoint ? run->call.endpoint->name
                                     : run->call.event->name,
                  run->call.no_secret[0] ? run->call.no_secret : "unknown");
}


/* For whoever may meet it, in each call: one line a second. */

static void
ngx_phone_run_bad(ngx_phone_run_t *run)
{
    phone_str_t   key;
    ngx_phone_t  *phone;

    key = run->call.bad_key;
    phone = run->phone;

    if (phone->bad_logged == ngx_time()) {
        return;
    }

    phone->bad_logged = ngx_time();

    ngx_log_error(NGX_LOG_CRIT, phone->log, 0,
                  "what redis holds in \"%*s\" was not written by ngx_phone: "
                  "calls that need it fail, put it back from a backup",
                  key.len, key.data);
}


/* What was not committed has not happened. */

static void
ngx_phone_run_tally(ngx_phone_run_t *run)
{
    ngx_uint_t  i;

    if (!run->runner.committed || run->runner.failed) {
        return;
    }

    for (i = 0; i < PHONE_TALLIES; i++) {
        run->phone->counters->tally[i] += run->call.tallies >> i & 1;
    }
}


/* Counts the status of an endpoint's reply. */

static void
ngx_phone_run_count(ngx_phone_run_t *run)
{
    run->phone->counters->status[run->call.reply.status / 100 % 6]++;

    if (run->phone->called) {
        run->phone->called(run);
    }
}


/* Logs an operator's call with its subject.  Names of numbers, merchants and
   notices are not secret.  If memory was short, the reply has no fields. */

static void
ngx_phone_run_audit(ngx_phone_run_t *run)
{
    u_char               *p, *last, subject[NGX_PHONE_AUDITED];
    ngx_uint_t            i;
    phone_str_t           id;
    phone_call_t         *call;
    const phone_param_t  *param;

    call = &run->call;
    param = call->endpoint->params;
    p = subject;
    last = subject + sizeof(subject);

    for (i = 0; call->fields && call->checked && param[i].name; i++) {
        if (((param[i].flags & PHONE_IN_PATH)
             || param[i].type == PHONE_P_PHONE
             || ngx_strcmp(param[i].name, "merchant_id") == 0)
            && call->arg[i].len)
        {
            p = ngx_slprintf(p, last, " %s %*s", param[i].name,
                             call->arg[i].len, call->arg[i].data);
        }
    }

    id = phone_call_id(call);

    ngx_log_error(NGX_LOG_NOTICE, run->phone->log, 0,
                  "operator call %s%*s from %*s: %s, request %*s",
                  call->endpoint->name, p - subject, subject,
                  call->address.len, call->address.data,
                  call->reply.refused
                  ? phone_refusal_text[call->reply.refusal].code : "OK",
                  id.len, id.data);
}
