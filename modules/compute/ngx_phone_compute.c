
/*
 * A task has its own memory, the only memory that its thread uses: the caller
 * may be gone when it is done.
 *
 * Hashing a password takes some 50 ms.  The workers together hash at most as
 * many at a time as half of the processors, or one in each worker.  Further
 * ones wait here and not in the queue of the threads, so that a flood of logins
 * does not delay signatures.  They wait in turns by network and number
 * (lib/turns.c), so that it does not delay the logins of others.
 */


#include "compute/ngx_phone_compute.h"
#include "compute/ngx_phone_threads.h"
#include "lib/password.h"
#include "lib/turns.h"


#define NGX_PHONE_RESULT_MAX   1024         /* a signature: 684 at most */
#define NGX_PHONE_HOLD         60000        /* ms */


typedef struct {
    ngx_phone_job_t          job;
    ngx_queue_t              queue;
    phone_waiter_t           waiter;        /* in turns */
    ngx_phone_compute_t     *compute;

    phone_ask_work_t        *ask;
    phone_arena_t           *arena;
    ngx_phone_compute_pt     handler;
    void                    *data;

    phone_work_t             work;
    phone_str_t              arg[PHONE_WORK_ARGS];
    int                      ok;
    size_t                   len;
    char                     text[NGX_PHONE_RESULT_MAX];

    size_t                   nargs;         /* bytes that follow */
    char                     args[1];
} ngx_phone_task_t;


struct ngx_phone_compute_s {
    const ngx_phone_compute_conf_t  *conf;
    ngx_phone_compute_counters_t    *counters;
    ngx_phone_threads_t     *threads;
    ngx_log_t               *log;

    ngx_queue_t              posted;
    phone_turns_t            turns;         /* passwords that wait */
    ngx_queue_t              ousted;        /* to be told */
    ngx_event_t              oust;
    ngx_uint_t               active;        /* posted and waiting */
    ngx_uint_t               reserved;      /* places beside them */
    ngx_uint_t               hashing;       /* posted passwords */
    ngx_uint_t               hashing_max;

    /* The timer delays the exit of a worker while a task is under way. */
    ngx_event_t              hold;
    void                   (*hurry)(void *data);
    void                    *data;
};


static ngx_phone_task_t *ngx_phone_compute_task(
    ngx_phone_compute_t *compute, phone_ask_work_t *ask);
static void ngx_phone_compute_send(ngx_phone_task_t *t);
static ngx_int_t ngx_phone_compute_wait(ngx_phone_task_t *t,
    phone_ask_work_t *ask);
static void ngx_phone_compute_next_password(ngx_phone_compute_t *compute);
static ngx_phone_task_t *ngx_phone_compute_waiter(phone_waiter_t *waiter);
static void ngx_phone_compute_oust(ngx_event_t *ev);
static void ngx_phone_compute_done(ngx_phone_job_t *job);
static void ngx_phone_compute_over(ngx_phone_task_t *t, ngx_int_t rc);
static void ngx_phone_compute_free(ngx_phone_task_t *t);
static void ngx_phone_compute_hold(ngx_event_t *ev);
static void ngx_phone_compute_hurry(void *data);

static void *ngx_phone_compute_key(void *data);
static void ngx_phone_compute_forget_key(void *key);
static void ngx_phone_compute_run(ngx_phone_job_t *job, void *key);
static void ngx_phone_compute_sign(ngx_phone_task_t *t, phone_key_t *key,
    phone_arena_t *arena);
static void ngx_phone_compute_hash(ngx_phone_task_t *t, phone_arena_t *arena);
static void ngx_phone_compute_check(ngx_phone_task_t *t,
    phone_arena_t *arena);
static void ngx_phone_compute_result(ngx_phone_task_t *t, phone_str_t text);


ngx_phone_compute_t *
ngx_phone_compute_create(const ngx_phone_compute_conf_t *conf,
    ngx_phone_compute_counters_t *counters, ngx_uint_t workers,
    ngx_cycle_t *cycle, void (*hurry)(void *data), void *data)
{
    ngx_uint_t                 threads;
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

    /*
     * The threads and the processors are shared out among the workers.  Of the
     * threads of a worker at most half hash passwords, so that the same number
     * is left for signatures.
     */

    threads = conf->threads;

    compute->hashing_max = ngx_min((ngx_uint_t) ngx_ncpu, threads) / 2
                           / workers;
    compute->hashing_max = ngx_max(compute->hashing_max, 1);

    tcf.threads = ngx_max(threads / workers, 2);

    counters->threads = tcf.threads;
    counters->hashers = compute->hashing_max;

    ngx_queue_init(&compute->posted);
    ngx_queue_init(&compute->ousted);

    compute->oust.handler = ngx_phone_compute_oust;
    compute->oust.data = compute;
    compute->oust.log = cycle->log;

    compute->hold.handler = ngx_phone_compute_hold;
    compute->hold.data = compute;
    compute->hold.log = cycle->log;

    tcf.jobs_max = conf->queue;
    tcf.begin = ngx_phone_compute_key;
    tcf.end = ngx_phone_compute_forget_key;
    tcf.hurry = ngx_phone_compute_hurry;
    tcf.data = compute;

    compute->threads = ngx_phone_threads_start(&tcf, cycle);

    return compute->threads ? compute : NULL;
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
    ngx_queue_t     *q;
    phone_waiter_t  *waiter;

    ngx_phone_threads_stop(compute->threads);

    while ((waiter = phone_turns_next(&compute->turns)) != NULL) {
        ngx_phone_compute_free(ngx_phone_compute_waiter(waiter));
    }

    ngx_queue_add(&compute->posted, &compute->ousted);

    if (compute->oust.posted) {
        ngx_delete_posted_event(&compute->oust);
    }

    while (!ngx_queue_empty(&compute->posted)) {
        q = ngx_queue_head(&compute->posted);
        ngx_queue_remove(q);
        ngx_phone_compute_free(ngx_queue_data(q, ngx_phone_task_t, queue));
    }

    if (compute->hold.timer_set) {
        ngx_del_timer(&compute->hold);
    }
}


ngx_int_t
ngx_phone_compute_post(ngx_phone_compute_t *compute, phone_ask_work_t *ask,
    phone_arena_t *arena, ngx_phone_compute_pt handler, void *data)
{
    ngx_uint_t         password;
    ngx_phone_task_t  *t;

    password = (ask->work != PHONE_SIGN);

    if (compute->active + compute->reserved
        >= (ngx_uint_t) compute->conf->queue)
    {
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

    if (password && compute->hashing >= compute->hashing_max) {

        if (ngx_phone_compute_wait(t, ask) != NGX_OK) {
            ngx_phone_compute_free(t);
            compute->counters->busy++;
            return NGX_BUSY;
        }

    } else {
        ngx_phone_compute_send(t);
    }

    if (password) {
        compute->counters->passwords++;

    } else {
        compute->counters->signatures++;
    }

    if (compute->active++ == 0) {
        ngx_add_timer(&compute->hold, NGX_PHONE_HOLD);
    }

    compute->counters->active = compute->active;

    return NGX_OK;
}


ngx_int_t
ngx_phone_compute_reserve(ngx_phone_compute_t *compute)
{
    if (compute->active + compute->reserved
        >= (ngx_uint_t) compute->conf->queue)
    {
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
    char              *p;
    size_t             len;
    ngx_uint_t         i;
    ngx_phone_task_t  *t;

    len = 0;

    for (i = 0; i < PHONE_WORK_ARGS; i++) {
        len += ask->arg[i].len;
    }

    t = ngx_calloc(sizeof(ngx_phone_task_t) + len, compute->log);
    if (t == NULL) {
        return NULL;
    }

    t->compute = compute;
    t->ask = ask;
    t->work = ask->work;
    t->nargs = len;

    p = t->args;

    for (i = 0; i < PHONE_WORK_ARGS; i++) {
        t->arg[i].data = p;
        t->arg[i].len = ask->arg[i].len;
        p = (char *) ngx_cpymem(p, ask->arg[i].data, ask->arg[i].len);
    }

    t->job.run = ngx_phone_compute_run;
    t->job.done = ngx_phone_compute_done;
    t->job.quick = (ask->work == PHONE_SIGN);

    return t;
}


static void
ngx_phone_compute_send(ngx_phone_task_t *t)
{
    ngx_phone_compute_t  *compute;

    compute = t->compute;

    if (t->work != PHONE_SIGN) {
        compute->hashing++;
    }

    ngx_queue_insert_tail(&compute->posted, &t->queue);
    ngx_phone_threads_post(compute->threads, &t->job);
}


/* The task that loses its place is answered from a posted event, since it
   belongs to another call. */

static ngx_int_t
ngx_phone_compute_wait(ngx_phone_task_t *t, phone_ask_work_t *ask)
{
    phone_waiter_t       *out;
    ngx_phone_task_t     *last;
    ngx_phone_compute_t  *compute;

    compute = t->compute;

    out = phone_turns_add(&compute->turns, &t->waiter, ask->lane, ask->known,
                          compute->conf->password_queue);

    if (out == NULL) {
        return NGX_OK;
    }

    if (out == &t->waiter) {
        return NGX_BUSY;
    }

    last = ngx_phone_compute_waiter(out);
    ngx_queue_insert_tail(&compute->ousted, &last->queue);
    ngx_post_event(&compute->oust, &ngx_posted_events);

    return NGX_OK;
}


static void
ngx_phone_compute_oust(ngx_event_t *ev)
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


static void
ngx_phone_compute_next_password(ngx_phone_compute_t *compute)
{
    phone_waiter_t  *waiter;

    if (compute->hashing >= compute->hashing_max) {
        return;
    }

    waiter = phone_turns_next(&compute->turns);

    if (waiter) {
        ngx_phone_compute_send(ngx_phone_compute_waiter(waiter));
    }
}


static void
ngx_phone_compute_done(ngx_phone_job_t *job)
{
    ngx_phone_task_t     *t;
    ngx_phone_compute_t  *compute;

    t = (ngx_phone_task_t *) job;
    compute = t->compute;

    if (t->work != PHONE_SIGN) {
        compute->hashing--;
        ngx_phone_compute_next_password(compute);
    }

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

    if (--compute->active == 0) {
        ngx_del_timer(&compute->hold);
    }

    compute->counters->active = compute->active;

    ask->result.ok = t->ok;
    ask->result.text = phone_copy(t->arena,
                                  (phone_str_t) { t->len, t->text });

    ngx_phone_compute_free(t);

    handler(data, ask, rc);
}


static void
ngx_phone_compute_free(ngx_phone_task_t *t)
{
    ngx_explicit_memzero(t->args, t->nargs);
    ngx_free(t);
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
ngx_phone_compute_key(void *data)
{
    phone_key_t                     *key;
    const ngx_phone_compute_conf_t  *conf;

    conf = ((ngx_phone_compute_t *) data)->conf;
    key = NULL;

    if (conf->key.len) {
        (void) phone_key_private(ngx_phone_str(&conf->key), &key);
    }

    return key;
}


static void
ngx_phone_compute_forget_key(void *key)
{
    phone_key_free(key);
}


static void
ngx_phone_compute_run(ngx_phone_job_t *job, void *key)
{
    phone_arena_t      arena;
    ngx_phone_task_t  *t;

    t = (ngx_phone_task_t *) job;

    phone_arena_init(&arena);

    switch (t->work) {

    case PHONE_SIGN:
        ngx_phone_compute_sign(t, key, &arena);
        break;

    case PHONE_PASSWORD_HASH:
        ngx_phone_compute_hash(t, &arena);
        break;

    default: /* PHONE_PASSWORD_CHECK */
        ngx_phone_compute_check(t, &arena);
        break;
    }

    phone_arena_free(&arena);
}


static void
ngx_phone_compute_sign(ngx_phone_task_t *t, phone_key_t *key,
    phone_arena_t *arena)
{
    phone_str_t        sign;
    phone_sign_type_t  type;

    if (key
        && phone_sign_type(t->arg[0], &type) == 0
        && phone_sign(arena, key, type, t->arg[1], &sign) == 0)
    {
        ngx_phone_compute_result(t, sign);
    }
}


static void
ngx_phone_compute_hash(ngx_phone_task_t *t, phone_arena_t *arena)
{
    phone_str_t  text;

    if (t->arg[1].len == PHONE_PASSWORD_SALT
        && phone_password_hash(arena, &PHONE_SCRYPT_DEFAULT,
                               (const unsigned char *) t->arg[1].data,
                               t->arg[0], &text)
           == 0)
    {
        ngx_phone_compute_result(t, text);
    }
}


/* If there is no password to compare with, one is hashed all the same: the
   response time must not show whether the account exists. */

static void
ngx_phone_compute_check(ngx_phone_task_t *t, phone_arena_t *arena)
{
    phone_str_t                 text;
    static const unsigned char  salt[PHONE_PASSWORD_SALT];

    if (t->arg[0].len == 0) {
        (void) phone_password_hash(arena, &PHONE_SCRYPT_DEFAULT, salt,
                                   t->arg[1], &text);
        return;
    }

    t->ok = phone_password_verify(t->arg[0], t->arg[1]) == 1;
}


static void
ngx_phone_compute_result(ngx_phone_task_t *t, phone_str_t text)
{
    if (text.len <= NGX_PHONE_RESULT_MAX) {
        t->ok = 1;
        t->len = text.len;
        ngx_memcpy(t->text, text.data, text.len);
    }
}
