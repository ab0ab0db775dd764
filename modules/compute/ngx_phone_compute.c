
/*
 * Work on threads, lane by lane.  A thread reads the arguments of the ask where
 * they are: a call does not end before its asks have.  What it returns is
 * copied into the task, and from there into the memory of the call by the event
 * loop, which has allocated both: a thread shares no lock of malloc() with it.
 *
 * Hashing a password takes some 50 ms.  The workers together hash at most as
 * many at a time as half of the processors, or one in each worker.  Further
 * ones wait here and not in the queue of the threads, so that a flood of logins
 * does not delay signatures.  They wait in turns by network and number
 * (lib/turns.c), so that it does not delay the logins of others.  Files are
 * handled likewise.  What such a lane runs and holds is limited by the lane, so
 * it takes no place of a signature.
 */


#include "compute/ngx_phone_compute.h"
#include "compute/ngx_phone_threads.h"
#include "lib/turns.h"


#define NGX_PHONE_HOLD         60000        /* ms */
#define NGX_PHONE_MEDIA_WAIT   64           /* files */


typedef struct {
    ngx_phone_job_t          job;
    ngx_queue_t              queue;
    phone_waiter_t           waiter;        /* in turns */
    ngx_phone_compute_t     *compute;
    ngx_msec_t               posted;

    phone_ask_work_t        *ask;
    phone_arena_t           *arena;
    ngx_phone_compute_pt     handler;
    void                    *data;

    phone_result_t           result;
    char                     sha256[2 * PHONE_SHA256_LEN];
    char                     text[1];       /* of the work's largest result */
} ngx_phone_task_t;


/* Of one lane: what runs at a time, and what waits for that. */
typedef struct {
    ngx_uint_t               max;           /* 0: as many as there are
                                               threads, nothing waits */
    ngx_uint_t               wait_max;
    ngx_uint_t               running;
    phone_turns_t            turns;
} ngx_phone_lane_t;


struct ngx_phone_compute_s {
    const ngx_phone_compute_conf_t  *conf;
    ngx_phone_compute_counters_t    *counters;
    ngx_phone_threads_t     *threads;
    ngx_log_t               *log;

    ngx_queue_t              posted;
    ngx_phone_lane_t         lane[PHONE_WORK_LANES];
    ngx_queue_t              ousted;        /* to be told */
    ngx_event_t              oust;
    ngx_uint_t               active;        /* posted and waiting */
    ngx_uint_t               queued;        /* of lanes without a max */
    ngx_uint_t               reserved;      /* places beside these */

    /* The timer delays the exit of a worker while a task is under way. */
    ngx_event_t              hold;
    void                   (*hurry)(void *data);
    void                    *data;
};


static ngx_uint_t ngx_phone_compute_lanes(ngx_phone_compute_t *compute,
    ngx_uint_t workers);
static ngx_uint_t ngx_phone_compute_full(ngx_phone_compute_t *compute);
static ngx_uint_t ngx_phone_compute_share(ngx_phone_compute_t *compute,
    const phone_work_t *work, ngx_uint_t workers);
static ngx_phone_task_t *ngx_phone_compute_task(
    ngx_phone_compute_t *compute, phone_ask_work_t *ask);
static ngx_phone_lane_t *ngx_phone_compute_lane(ngx_phone_task_t *t);
static void ngx_phone_compute_send(ngx_phone_task_t *t);
static ngx_int_t ngx_phone_compute_wait(ngx_phone_task_t *t);
static void ngx_phone_compute_next(ngx_phone_lane_t *lane);
static ngx_phone_task_t *ngx_phone_compute_waiter(phone_waiter_t *waiter);
static void ngx_phone_compute_oust(ngx_phone_task_t *t);
static void ngx_phone_compute_ousted(ngx_event_t *ev);
static void ngx_phone_compute_done(ngx_phone_job_t *job);
static void ngx_phone_compute_over(ngx_phone_task_t *t, ngx_int_t rc);
static void ngx_phone_compute_hold(ngx_event_t *ev);
static void ngx_phone_compute_hurry(void *data);

static void *ngx_phone_compute_tools(void *data);
static void ngx_phone_compute_free_tools(void *own);
static void ngx_phone_compute_run(ngx_phone_job_t *job, void *own);


ngx_phone_compute_t *
ngx_phone_compute_create(const ngx_phone_compute_conf_t *conf,
    ngx_phone_compute_counters_t *counters, ngx_uint_t workers,
    ngx_cycle_t *cycle, void (*hurry)(void *data), void *data)
{
    ngx_phone_compute_t       *compute;
    ngx_phone_threads_conf_t   tcf;

    compute = ngx_pcalloc(cycle->pool, sizeof(ngx_phone_compute_t));
    if (compute == NULL) {
        return NULL;
    }

    compute->conf = conf;
    compute->counters = counters;
    compute->log = cycle->log;
    compute->hurry = hurry;
    compute->data = data;

    compute->lane[PHONE_WORK_HASH].wait_max = conf->password_queue;
    compute->lane[PHONE_WORK_MEDIA].wait_max = NGX_PHONE_MEDIA_WAIT;

    tcf.threads = ngx_phone_compute_lanes(compute, workers);

    counters->threads = tcf.threads;
    counters->hashers = compute->lane[PHONE_WORK_HASH].max;

    ngx_queue_init(&compute->posted);
    ngx_queue_init(&compute->ousted);

    compute->oust.handler = ngx_phone_compute_ousted;
    compute->oust.data = compute;
    compute->oust.log = cycle->log;

    compute->hold.handler = ngx_phone_compute_hold;
    compute->hold.data = compute;
    compute->hold.log = cycle->log;

    tcf.jobs_max = conf->queue + compute->lane[PHONE_WORK_HASH].max
                   + compute->lane[PHONE_WORK_MEDIA].max;
    tcf.begin = ngx_phone_compute_tools;
    tcf.end = ngx_phone_compute_free_tools;
    tcf.hurry = ngx_phone_compute_hurry;
    tcf.data = compute;

    compute->threads = ngx_phone_threads_start(&tcf, cycle);

    return compute->threads ? compute : NULL;
}


/*
 * How many threads a worker has.  The threads and the processors are shared out
 * among the workers.  Of the threads at most half hash passwords, so that the
 * same number is left for signatures; a lane below has threads beside them.
 */

static ngx_uint_t
ngx_phone_compute_lanes(ngx_phone_compute_t *compute, ngx_uint_t workers)
{
    ngx_uint_t                  all;
    const phone_work_t *const  *work;

    all = ngx_max(compute->conf->threads / workers, 2);

    for (work = phone_works; *work; work++) {
        all += ngx_phone_compute_share(compute, *work, workers);
    }

    for (work = compute->conf->works; work && *work; work++) {
        all += ngx_phone_compute_share(compute, *work, workers);
    }

    return all;
}


/* Returns how many threads the lane of that work needs beside the others. */

static ngx_uint_t
ngx_phone_compute_share(ngx_phone_compute_t *compute, const phone_work_t *work,
    ngx_uint_t workers)
{
    ngx_uint_t         threads;
    ngx_phone_lane_t  *lane;

    threads = compute->conf->threads;
    lane = &compute->lane[work->lane];

    if (work->share == 1 || lane->max) {
        return 0;
    }

    lane->max = ngx_min((ngx_uint_t) ngx_ncpu, threads) / work->share
                / workers;
    lane->max = ngx_max(lane->max, 1);

    return work->lane == PHONE_WORK_HASH ? 0 : lane->max;
}


void
ngx_phone_compute_count_in(ngx_phone_compute_t *compute,
    ngx_phone_compute_counters_t *counters)
{
    compute->counters = counters;
}


void
ngx_phone_compute_close(ngx_phone_compute_t *compute)
{
    ngx_uint_t       i;
    ngx_queue_t     *q;
    phone_waiter_t  *waiter;

    ngx_phone_threads_stop(compute->threads);

    for (i = 0; i < PHONE_WORK_LANES; i++) {
        while ((waiter = phone_turns_next(&compute->lane[i].turns)) != NULL) {
            ngx_free(ngx_phone_compute_waiter(waiter));
        }
    }

    ngx_queue_add(&compute->posted, &compute->ousted);

    if (compute->oust.posted) {
        ngx_delete_posted_event(&compute->oust);
    }

    while (!ngx_queue_empty(&compute->posted)) {
        q = ngx_queue_head(&compute->posted);
        ngx_queue_remove(q);
        ngx_free(ngx_queue_data(q, ngx_phone_task_t, queue));
    }

    if (compute->hold.timer_set) {
        ngx_del_timer(&compute->hold);
    }
}


ngx_int_t
ngx_phone_compute_post(ngx_phone_compute_t *compute, phone_ask_work_t *ask,
    phone_arena_t *arena, ngx_phone_compute_pt handler, void *data)
{
    ngx_phone_lane_t  *lane;
    ngx_phone_task_t  *t;

    lane = &compute->lane[ask->work->lane];

    if (lane->max == 0 && ngx_phone_compute_full(compute)) {
        compute->counters->busy++;
        return NGX_BUSY;
    }

    t = ngx_phone_compute_task(compute, ask);
    if (t == NULL) {
        return NGX_ERROR;
    }

    t->arena = arena;
    t->handler = handler;
    t->data = data;
    t->posted = ngx_current_msec;

    if (lane->max && lane->running >= lane->max) {

        if (ngx_phone_compute_wait(t) != NGX_OK) {
            ngx_free(t);
            compute->counters->busy++;
            return NGX_BUSY;
        }

    } else {
        ngx_phone_compute_send(t);
    }

    if (ask->work->lane == PHONE_WORK_HASH) {
        compute->counters->passwords++;

    } else if (ask->work->lane == PHONE_WORK_SIGN) {
        compute->counters->signatures++;
    }

    if (compute->active++ == 0) {
        ngx_add_timer(&compute->hold, NGX_PHONE_HOLD);
    }

    compute->queued += (lane->max == 0);

    compute->counters->active = compute->active;

    return NGX_OK;
}


/* Lanes with a max have places of their own. */

static ngx_uint_t
ngx_phone_compute_full(ngx_phone_compute_t *compute)
{
    return compute->queued + compute->reserved
           >= (ngx_uint_t) compute->conf->queue;
}


ngx_int_t
ngx_phone_compute_reserve(ngx_phone_compute_t *compute)
{
    if (ngx_phone_compute_full(compute)) {
        compute->counters->busy++;
        return NGX_BUSY;
    }

    compute->reserved++;

    return NGX_OK;
}


void
ngx_phone_compute_give_back(ngx_phone_compute_t *compute)
{
    compute->reserved--;
}


static ngx_phone_task_t *
ngx_phone_compute_task(ngx_phone_compute_t *compute, phone_ask_work_t *ask)
{
    ngx_phone_task_t  *t;

    t = ngx_alloc(sizeof(ngx_phone_task_t) + ask->work->largest, compute->log);
    if (t == NULL) {
        return NULL;
    }

    ngx_memzero(t, sizeof(ngx_phone_task_t));

    t->compute = compute;
    t->ask = ask;
    t->job.run = ngx_phone_compute_run;
    t->job.done = ngx_phone_compute_done;
    t->job.quick = (ask->work->lane == PHONE_WORK_SIGN);

    return t;
}


static ngx_phone_lane_t *
ngx_phone_compute_lane(ngx_phone_task_t *t)
{
    return &t->compute->lane[t->ask->work->lane];
}


static void
ngx_phone_compute_send(ngx_phone_task_t *t)
{
    ngx_phone_compute_t  *compute;

    compute = t->compute;

    ngx_phone_compute_lane(t)->running++;

    ngx_queue_insert_tail(&compute->posted, &t->queue);
    ngx_phone_threads_post(compute->threads, &t->job);
}


/* The task that loses its place is answered from a posted event, since it
   belongs to another call. */

static ngx_int_t
ngx_phone_compute_wait(ngx_phone_task_t *t)
{
    phone_waiter_t    *out;
    ngx_phone_lane_t  *lane;

    lane = ngx_phone_compute_lane(t);

    out = phone_turns_add(&lane->turns, &t->waiter, t->ask->who, t->ask->known,
                          (unsigned) lane->wait_max);

    if (out == NULL) {
        return NGX_OK;
    }

    if (out == &t->waiter) {
        return NGX_BUSY;
    }

    ngx_phone_compute_oust(ngx_phone_compute_waiter(out));

    return NGX_OK;
}


static void
ngx_phone_compute_oust(ngx_phone_task_t *t)
{
    ngx_phone_compute_t  *compute;

    compute = t->compute;

    ngx_queue_insert_tail(&compute->ousted, &t->queue);
    ngx_post_event(&compute->oust, &ngx_posted_events);
}


static void
ngx_phone_compute_ousted(ngx_event_t *ev)
{
    ngx_queue_t          *q;
    ngx_phone_compute_t  *compute;

    compute = ev->data;

    while (!ngx_queue_empty(&compute->ousted)) {
        q = ngx_queue_head(&compute->ousted);
        compute->counters->busy++;
        ngx_phone_compute_over(ngx_queue_data(q, ngx_phone_task_t, queue),
                               NGX_BUSY);
    }
}


static ngx_phone_task_t *
ngx_phone_compute_waiter(phone_waiter_t *waiter)
{
    return (ngx_phone_task_t *) ((u_char *) waiter
                                 - offsetof(ngx_phone_task_t, waiter));
}


/* Nothing is committed for a call that is too old: what it waits for is not
   worth the work. */

static void
ngx_phone_compute_next(ngx_phone_lane_t *lane)
{
    phone_waiter_t    *waiter;
    ngx_phone_task_t  *t;

    while (lane->running < lane->max) {

        waiter = phone_turns_next(&lane->turns);

        if (waiter == NULL) {
            return;
        }

        t = ngx_phone_compute_waiter(waiter);

        if (ngx_current_msec - t->posted < PHONE_COMMIT_WITHIN) {
            ngx_phone_compute_send(t);

        } else {
            ngx_phone_compute_oust(t);
        }
    }
}


static void
ngx_phone_compute_done(ngx_phone_job_t *job)
{
    ngx_phone_lane_t  *lane;
    ngx_phone_task_t  *t;

    t = (ngx_phone_task_t *) job;
    lane = ngx_phone_compute_lane(t);

    lane->running--;
    ngx_phone_compute_next(lane);

    ngx_phone_compute_over(t, NGX_OK);
}


/* Removes the task from its queue and calls the handler. */

static void
ngx_phone_compute_over(ngx_phone_task_t *t, ngx_int_t rc)
{
    void                  *data;
    phone_ask_work_t      *ask;
    ngx_phone_compute_t   *compute;
    ngx_phone_compute_pt   handler;

    ask = t->ask;
    compute = t->compute;
    handler = t->handler;
    data = t->data;

    ngx_queue_remove(&t->queue);

    compute->queued -= (ngx_phone_compute_lane(t)->max == 0);

    if (--compute->active == 0) {
        ngx_del_timer(&compute->hold);
    }

    compute->counters->active = compute->active;

    ask->result = t->result;
    ask->result.text = phone_copy(t->arena, t->result.text);
    ask->result.sha256 = phone_copy(t->arena, t->result.sha256);

    ngx_free(t);

    handler(data, ask, rc);
}


static void
ngx_phone_compute_hold(ngx_event_t *ev)
{
    ngx_add_timer(ev, NGX_PHONE_HOLD);
}


/* worker_shutdown_timeout: called through the connection of the threads,
   which every worker has. */

static void
ngx_phone_compute_hurry(void *data)
{
    ngx_phone_compute_t  *compute;

    compute = data;
    compute->hold.cancelable = 1;

    compute->hurry(compute->data);
}


/* In a thread */

/* Each thread has its own key object, so OpenSSL needs no lock to sign. */

static void *
ngx_phone_compute_tools(void *data)
{
    phone_tools_t                   *tools;
    const ngx_phone_compute_conf_t  *conf;

    conf = ((ngx_phone_compute_t *) data)->conf;
    tools = calloc(1, sizeof(phone_tools_t));
    if (tools == NULL) {
        return NULL;
    }

    tools->crypto = phone_crypto_create();
    if (tools->crypto == NULL) {
        free(tools);
        return NULL;
    }

    tools->disk = conf->disk;
    tools->disk_data = conf->disk_data;

    if (conf->key.len) {
        (void) phone_key_private(ngx_phone_str(&conf->key),
                                 &tools->platform_key);
    }

    return tools;
}


static void
ngx_phone_compute_free_tools(void *own)
{
    phone_tools_t  *tools;

    tools = own;

    if (tools) {
        phone_key_free(tools->platform_key);
        phone_crypto_free(tools->crypto);
        free(tools);
    }
}


static void
ngx_phone_compute_run(ngx_phone_job_t *job, void *own)
{
    phone_arena_t            arena;
    ngx_phone_task_t        *t;
    const phone_ask_work_t  *ask;

    t = (ngx_phone_task_t *) job;
    ask = t->ask;

    if (own == NULL) {
        return;
    }

    phone_arena_init(&arena);

    phone_work_run(ask, own, &arena, &t->result);

    if (t->result.text.len) {
        ngx_memcpy(t->text, t->result.text.data, t->result.text.len);
    }

    if (t->result.sha256.len) {
        ngx_memcpy(t->sha256, t->result.sha256.data, t->result.sha256.len);
    }

    t->result.text.data = t->text;
    t->result.sha256.data = t->sha256;

    phone_arena_free(&arena);
}
