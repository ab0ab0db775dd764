
/*
 * Due events.  The score of an event is the time when it is due, or the end of
 * the lease under which a process holds it.  A process takes an event by
 * raising its score in a guarded commit, and runs it; the handler's commit is
 * guarded by that score and removes the event.  So an event may run twice, but
 * takes effect once.
 *
 * If a process does not complete an event, a sweep of any worker finds it again
 * when the lease has ended.
 */


#include "run/ngx_phone_due.h"
#include "run/ngx_phone_pump.h"
#include "run/ngx_phone_runner.h"


#define NGX_PHONE_PUMP_TICKS    16          /* of an interval */

static ngx_phone_due_t *ngx_phone_pump_own(ngx_phone_t *phone,
    phone_emitted_t *emitted, ngx_uint_t parked);
static void ngx_phone_pump_put_back(ngx_phone_due_t *due);
static void ngx_phone_pump_ready(ngx_phone_due_t *due);
static void ngx_phone_pump_work(ngx_event_t *ev);
static void ngx_phone_pump_run(ngx_phone_due_t *due);
static void ngx_phone_pump_done(ngx_phone_run_t *run);
static void ngx_phone_pump_back(ngx_phone_due_t *due, ngx_uint_t ms);
static void ngx_phone_pump_end(ngx_phone_due_t *due);
static void ngx_phone_pump_gave_up(ngx_phone_run_t *run);

static void ngx_phone_pump_sweep(ngx_event_t *ev);
static void ngx_phone_pump_next_sweep(ngx_phone_pump_t *pump);
static ngx_int_t ngx_phone_pump_look(ngx_phone_pump_t *pump,
    ngx_uint_t bucket);
static void ngx_phone_pump_found(void *data, ngx_uint_t bucket,
    ngx_phone_due_entry_t *entry, ngx_uint_t n, ngx_phone_outcome_t outcome);
static ngx_uint_t ngx_phone_pump_take(ngx_phone_pump_t *pump,
    ngx_uint_t bucket, ngx_phone_due_entry_t *entry);

static void ngx_phone_pump_claimed(ngx_phone_commit_t *commit,
    ngx_phone_outcome_t outcome);


ngx_phone_pump_t *
ngx_phone_pump_create(ngx_phone_t *phone)
{
    ngx_phone_pump_t  *pump;

    pump = ngx_pcalloc(phone->cycle->pool, sizeof(ngx_phone_pump_t));
    if (pump == NULL) {
        return NULL;
    }

    pump->more = ngx_pcalloc(phone->cycle->pool, phone->env.buckets);
    if (pump->more == NULL) {
        return NULL;
    }

    pump->phone = phone;

    ngx_queue_init(&pump->active);
    ngx_queue_init(&pump->ready);
    ngx_queue_init(&pump->pushing);

    pump->work.handler = ngx_phone_pump_work;
    pump->work.data = pump;
    pump->work.log = phone->log;

    pump->sweep.handler = ngx_phone_pump_sweep;
    pump->sweep.data = pump;
    pump->sweep.log = phone->log;
    pump->sweep.cancelable = 1;

    /* the workers together look at each bucket once an interval */

    pump->workers = ngx_phone_workers(phone->cycle);
    pump->next = ngx_worker % pump->workers * phone->env.buckets
                 / pump->workers;

    ngx_phone_pump_next_sweep(pump);

    return pump;
}


void
ngx_phone_pump_close(ngx_phone_t *phone)
{
    ngx_queue_t       *q;
    ngx_phone_pump_t  *pump;

    pump = phone->pump;

    if (pump->sweep.timer_set) {
        ngx_del_timer(&pump->sweep);
    }

    if (pump->work.posted) {
        ngx_delete_posted_event(&pump->work);
    }

    ngx_queue_add(&pump->active, &pump->ready);
    ngx_queue_add(&pump->active, &pump->pushing);

    while (!ngx_queue_empty(&pump->active)) {
        q = ngx_queue_head(&pump->active);
        ngx_queue_remove(q);
        ngx_phone_due_drop(ngx_queue_data(q, ngx_phone_due_t, queue));
    }

    phone->pump = NULL;
}


/* Running */

ngx_uint_t
ngx_phone_pump_emitted(ngx_phone_run_t *run)
{
    ngx_uint_t           n, parked;
    ngx_phone_due_t     *due;
    phone_emitted_t     *emitted;
    phone_emitted_do_t   what;

    n = 0;
    parked = run->call.event == &phone_lane_next;

    if (parked) {

        /* the room that was reserved for them is used now */

        due = run->data;
        due->room = 0;
    }

    for (emitted = run->call.emitted; emitted; emitted = emitted->next) {
        what = phone_runner_emitted(&run->runner, emitted);

        due = what == PHONE_EMITTED_NOT
              ? NULL : ngx_phone_pump_own(run->phone, emitted, parked);

        if (due && what == PHONE_EMITTED_AWAIT) {
            due->waiter = run;
            n++;
        }
    }

    return n;
}


void
ngx_phone_pump_leave(ngx_phone_run_t *run)
{
    ngx_uint_t        i;
    ngx_phone_due_t  *due;

    for (i = 0; i < NGX_PHONE_PUMP_SLOTS; i++) {
        for (due = run->phone->pump->slot[i]; due; due = due->next) {
            if (due->waiter == run) {
                due->waiter = NULL;
            }
        }
    }
}


/* NULL: this process does not hold it, or puts it back.  A posting is never
   put back: it is part of the call that has made it, and calls are limited. */

static ngx_phone_due_t *
ngx_phone_pump_own(ngx_phone_t *phone, phone_emitted_t *emitted,
    ngx_uint_t parked)
{
    ngx_phone_due_t  *due;

    if (phone->pump == NULL) {
        return NULL;
    }

    due = ngx_phone_due_create(phone->pump, emitted->member, emitted->bucket,
                               emitted->score);
    if (due == NULL) {
        return NULL;
    }

    if (due->event != &phone_posting_apply
        && ngx_phone_due_room(due, parked) == 0)
    {
        ngx_phone_pump_put_back(due);
        return NULL;
    }

    ngx_phone_due_activate(due);
    ngx_phone_pump_ready(due);

    return due;
}


static void
ngx_phone_pump_put_back(ngx_phone_due_t *due)
{
    if (due->lane.len && due->pump->nactive
                         < (ngx_uint_t) due->pump->phone->conf->pump_events)
    {
        ngx_phone_due_park(due);
        return;
    }

    ngx_phone_due_push(due, NGX_PHONE_PUSH_FROM);
}


static void
ngx_phone_pump_ready(ngx_phone_due_t *due)
{
    ngx_phone_pump_t  *pump;

    pump = due->pump;

    ngx_queue_remove(&due->queue);
    ngx_queue_insert_tail(&pump->ready, &due->queue);

    if (!pump->work.posted) {
        ngx_post_event(&pump->work, &ngx_posted_events);
    }
}


static void
ngx_phone_pump_work(ngx_event_t *ev)
{
    ngx_queue_t       *q;
    ngx_phone_due_t   *due;
    ngx_phone_pump_t  *pump;

    pump = ev->data;

    while (!ngx_queue_empty(&pump->ready)) {
        q = ngx_queue_head(&pump->ready);
        due = ngx_queue_data(q, ngx_phone_due_t, queue);

        ngx_queue_remove(q);
        ngx_queue_insert_tail(&pump->active, q);

        ngx_phone_pump_run(due);
    }
}


static void
ngx_phone_pump_run(ngx_phone_due_t *due)
{
    ngx_phone_t      *phone;
    ngx_phone_run_t  *run;

    phone = due->pump->phone;

    run = ngx_phone_run_create(phone, NULL, due->event);
    if (run == NULL) {
        phone->counters->events_failed++;
        ngx_phone_pump_end(due);
        return;
    }

    phone->counters->events++;
    due->runs++;

    run->call.due_member = due->member;
    run->call.due_id = due->id;
    run->call.lane = due->lane;
    run->call.due_bucket = (unsigned) due->bucket;
    run->call.due_score = due->score;
    run->call.room = due->room;

    run->done = ngx_phone_pump_done;
    run->data = due;

    if (ngx_phone_run_start(run) == NGX_OK) {
        ngx_phone_pump_done(run);
    }
}


static void
ngx_phone_pump_done(ngx_phone_run_t *run)
{
    ngx_uint_t         back;
    ngx_phone_due_t   *due;
    ngx_phone_run_t   *waiter;
    phone_event_do_t   what;

    due = run->data;
    what = phone_runner_event(&run->runner, due->runs);
    back = (ngx_uint_t) phone_runner_back(&run->runner);

    if (what == PHONE_EVENT_LEFT || what == PHONE_EVENT_BACK) {
        run->phone->counters->events_failed++;

    } else if (what == PHONE_EVENT_DONE && run->call.gave_up) {
        ngx_phone_pump_gave_up(run);
    }

    if (run->call.event == &phone_lane_next) {
        ngx_phone_due_parked(due->pump, &run->call, what == PHONE_EVENT_DONE);
    }

    /* the next step of a job is found with the next tick */

    if (what == PHONE_EVENT_DONE && run->call.repeat_at
        && run->call.repeat_at <= ngx_phone_now())
    {
        due->pump->more[due->bucket] = 1;
    }

    ngx_phone_run_free(run);

    if (what == PHONE_EVENT_AGAIN) {

        /* its effects are applied in the other bucket; now the event itself
           is removed */

        waiter = due->waiter;
        due->waiter = NULL;

        ngx_phone_pump_ready(due);

        if (waiter) {
            ngx_phone_run_posted(waiter);
        }

        return;
    }

    if (what == PHONE_EVENT_BACK) {
        ngx_phone_pump_back(due, back);
    }

    ngx_phone_pump_end(due);
}


/* Not if the lease ends soon anyway. */

static void
ngx_phone_pump_back(ngx_phone_due_t *due, ngx_uint_t ms)
{
    ngx_phone_due_t  *copy;

    if (due->pump->phone->closing
        || ngx_phone_now() + (int64_t) ms + NGX_PHONE_PUSH_TO >= due->score)
    {
        return;
    }

    copy = ngx_phone_due_create(due->pump, due->member, due->bucket,
                                due->score);
    if (copy) {
        ngx_phone_due_push(copy, ms);
    }
}


static void
ngx_phone_pump_end(ngx_phone_due_t *due)
{
    ngx_phone_run_t  *waiter;

    waiter = due->waiter;

    ngx_phone_due_free(due);

    if (waiter) {
        ngx_phone_run_posted(waiter);
    }
}


static void
ngx_phone_pump_gave_up(ngx_phone_run_t *run)
{
    ngx_phone_counters_t  *counters;

    counters = run->phone->counters;

    switch (run->call.gave_up) {

    case PHONE_GAVE_UP_NOTICE:
        counters->notices_exhausted++;
        break;

    case PHONE_GAVE_UP_TEXT:
        counters->texts_given_up++;
        break;

    case PHONE_GAVE_UP_PAYMENT:
        counters->payments_unclear++;
        break;

    case PHONE_GAVE_UP_JOB:
        counters->jobs_failed++;
        break;

    default:
        break;
    }
}


/* Sweeping */

static void
ngx_phone_pump_next_sweep(ngx_phone_pump_t *pump)
{
    ngx_msec_t  tick;

    tick = ngx_max(pump->phone->conf->pump / NGX_PHONE_PUMP_TICKS, 4);

    ngx_add_timer(&pump->sweep, tick - tick / 4 + ngx_random() % (tick / 2));
}


static void
ngx_phone_pump_sweep(ngx_event_t *ev)
{
    ngx_uint_t         i, buckets;
    ngx_phone_pump_t  *pump;

    pump = ev->data;

    if (ngx_exiting || ngx_terminate || ngx_quit) {
        return;
    }

    if (ngx_phone_check_clock(pump->phone->store)) {
        ngx_phone_pump_next_sweep(pump);
        return;
    }

    buckets = pump->phone->env.buckets;

    for (i = 0; i < buckets; i++) {
        if (pump->more[i]) {
            pump->more[i] = 0;

            if (ngx_phone_pump_look(pump, i) != NGX_OK) {
                break;
            }
        }
    }

    ngx_phone_due_count_parked(pump);

    pump->credit += buckets;

    while (pump->credit >= NGX_PHONE_PUMP_TICKS * pump->workers) {
        pump->credit -= NGX_PHONE_PUMP_TICKS * pump->workers;

        if (ngx_phone_pump_look(pump, pump->next) != NGX_OK) {
            break;
        }

        if (++pump->next == buckets) {
            pump->next = 0;
            pump->phone->counters->events_lag = (ngx_uint_t) pump->latest;
            pump->latest = 0;
        }
    }

    ngx_phone_pump_next_sweep(pump);
}


/* NGX_ERROR: the store is not available, for other buckets either. */

static ngx_int_t
ngx_phone_pump_look(ngx_phone_pump_t *pump, ngx_uint_t bucket)
{
    return ngx_phone_store_due(pump->phone->store, bucket, ngx_phone_now(),
                               ngx_phone_pump_found, pump)
           == NGX_ERROR ? NGX_ERROR : NGX_OK;
}


static void
ngx_phone_pump_found(void *data, ngx_uint_t bucket,
    ngx_phone_due_entry_t *entry, ngx_uint_t n, ngx_phone_outcome_t outcome)
{
    int64_t            now;
    ngx_uint_t         i;
    ngx_phone_pump_t  *pump;

    pump = data;

    if (pump->phone->closing || ngx_exiting
        || ngx_phone_check_clock(pump->phone->store))
    {
        return;
    }

    now = ngx_phone_now();

    for (i = 0; i < n; i++) {
        pump->latest = ngx_max(pump->latest, now - entry[i].score);

        if (!ngx_phone_pump_take(pump, bucket, &entry[i])) {
            return;
        }
    }

    pump->more[bucket] = (n == NGX_PHONE_DUE_MAX);
}


/* 0: this process holds as many events as it may. */

static ngx_uint_t
ngx_phone_pump_take(ngx_phone_pump_t *pump, ngx_uint_t bucket,
    ngx_phone_due_entry_t *entry)
{
    ngx_phone_due_t         *due;
    const ngx_phone_conf_t  *conf;

    conf = pump->phone->conf;

    if (pump->nactive >= (ngx_uint_t) conf->pump_events) {
        return 0;
    }

    if (ngx_phone_due_held(pump, entry->member)) {
        return 1;
    }

    due = ngx_phone_due_create(pump, entry->member, bucket, entry->score);
    if (due == NULL) {
        return 0;
    }

    if (due->event == NULL) {
        if (pump->unknown_logged != ngx_time()) {
            pump->unknown_logged = ngx_time();
            ngx_log_error(NGX_LOG_WARN, pump->phone->log, 0,
                          "due queue of bucket %ui contains an event of an "
                          "unknown type, which is left to newer versions",
                          bucket);
        }

        ngx_phone_due_push(due, NGX_PHONE_PUSH_UNKNOWN);
        return 1;
    }

    if (due->event == &phone_lane_next) {
        due->room = (unsigned) ngx_phone_due_room(due, 1);

    } else if (ngx_phone_due_room(due, 0) == 0) {
        ngx_phone_due_park(due);
        return 1;
    }

    ngx_phone_due_activate(due);

    ngx_phone_due_change(due, ngx_phone_pump_claimed,
                         ngx_phone_now() + pump->phone->env.settings->lease);

    return 1;
}


/* If the commit was not applied, the event belongs to another process. */

static void
ngx_phone_pump_claimed(ngx_phone_commit_t *commit,
    ngx_phone_outcome_t outcome)
{
    ngx_phone_due_t  *due;

    due = commit->data;

    if (due->pump->phone->closing) {
        return;
    }

    if (outcome != NGX_PHONE_APPLIED) {
        ngx_phone_due_free(due);
        return;
    }

    due->pump->phone->counters->events_late++;
    due->score = due->new_score;
    ngx_phone_pump_ready(due);
}
