
/*
 * Jobs are passed through a ring and a semaphore: each count of the semaphore
 * is the right to take one job.  Results are pushed to a stack, which the event
 * loop takes as a whole.
 *
 * The event loop has the higher priority, so each wake-up of it preempts a
 * thread.  Therefore a thread with more jobs reports several quick results
 * together.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <sys/eventfd.h>

#include "compute/ngx_phone_threads.h"


/* If all processors are busy, such a thread gets some 3 % of one: other load
   delays signatures but does not stop them. */
#define NGX_PHONE_THREADS_NICE    15

#define NGX_PHONE_THREADS_LINE    1024   /* bytes of a line of the log */

/* Quick results that a busy thread reports together: some two milliseconds. */
#define NGX_PHONE_THREADS_UNTOLD  8


struct ngx_phone_threads_s {
    ngx_phone_threads_conf_t     conf;
    ngx_log_t                   *log;
    pthread_t                   *thread;
    ngx_uint_t                   started;

    sem_t                        jobs;       /* in the ring */
    _Atomic(ngx_phone_job_t *)  *ring;
    ngx_uint_t                   mask;
    ngx_uint_t                   tail;       /* of the event loop */
    _Atomic ngx_uint_t           head;       /* of the threads */
    _Atomic int                  stopping;

    _Atomic(ngx_phone_job_t *)   finished;
    ngx_connection_t            *results;    /* eventfd: `finished` is not
                                                empty */
};


typedef struct ngx_phone_line_s  ngx_phone_line_t;

struct ngx_phone_line_s {
    ngx_phone_line_t            *next;
    ngx_err_t                    err;
    size_t                       len;
    u_char                       text[NGX_PHONE_THREADS_LINE];
};


static ngx_int_t ngx_phone_threads_open(ngx_phone_threads_t *threads,
    ngx_cycle_t *cycle);
static ngx_int_t ngx_phone_threads_spawn(ngx_phone_threads_t *threads);
static void ngx_phone_threads_results(ngx_event_t *rev);
static void ngx_phone_threads_write(ngx_log_t *log);

static void *ngx_phone_threads_main(void *data);
static ngx_phone_job_t *ngx_phone_threads_take(ngx_phone_threads_t *threads,
    ngx_uint_t *untold);
static void ngx_phone_threads_finish(ngx_phone_threads_t *threads,
    ngx_phone_job_t *job);
static void ngx_phone_threads_tell(ngx_phone_threads_t *threads,
    ngx_uint_t *untold);


/* What threads have to log, the last line first. */
static _Atomic(ngx_phone_line_t *)  ngx_phone_threads_lines;


ngx_phone_threads_t *
ngx_phone_threads_start(const ngx_phone_threads_conf_t *conf,
    ngx_cycle_t *cycle)
{
    ngx_uint_t            size;
    ngx_phone_threads_t  *threads;

    for (size = 1; size < conf->jobs_max; size *= 2) { /* void */ }

    threads = ngx_pcalloc(cycle->pool, sizeof(ngx_phone_threads_t));
    if (threads == NULL) {
        return NULL;
    }

    threads->conf = *conf;
    threads->log = cycle->log;
    threads->mask = size - 1;
    threads->ring = ngx_pcalloc(cycle->pool, size * sizeof(threads->ring[0]));
    threads->thread = ngx_pcalloc(cycle->pool,
                                  conf->threads * sizeof(pthread_t));

    if (threads->ring == NULL || threads->thread == NULL) {
        return NULL;
    }

    if (ngx_phone_threads_open(threads, cycle) != NGX_OK
        || ngx_phone_threads_spawn(threads) != NGX_OK)
    {
        ngx_phone_threads_stop(threads);
        return NULL;
    }

    return threads;
}


static ngx_int_t
ngx_phone_threads_open(ngx_phone_threads_t *threads, ngx_cycle_t *cycle)
{
    int           fd;
    ngx_event_t  *rev;

    fd = eventfd(0, EFD_NONBLOCK|EFD_CLOEXEC);

    if (fd == -1) {
        ngx_log_error(NGX_LOG_ALERT, cycle->log, ngx_errno,
                      "eventfd() failed");
        return NGX_ERROR;
    }

    (void) sem_init(&threads->jobs, 0, 0);   /* fails for other values only */

    threads->results = ngx_get_connection(fd, cycle->log);
    if (threads->results == NULL) {
        (void) close(fd);
        return NGX_ERROR;
    }

    threads->results->data = threads;

    rev = threads->results->read;
    rev->handler = ngx_phone_threads_results;
    rev->log = cycle->log;

    return ngx_add_event(rev, NGX_READ_EVENT,
                         ngx_event_flags & NGX_USE_CLEAR_EVENT
                         ? NGX_CLEAR_EVENT : NGX_LEVEL_EVENT);
}


/* Signals are for the event loop. */

static ngx_int_t
ngx_phone_threads_spawn(ngx_phone_threads_t *threads)
{
    int         error;
    sigset_t    all, before;
    ngx_uint_t  i;

    sigfillset(&all);
    sigdelset(&all, SIGILL);
    sigdelset(&all, SIGFPE);
    sigdelset(&all, SIGSEGV);
    sigdelset(&all, SIGBUS);

    (void) pthread_sigmask(SIG_BLOCK, &all, &before);

    error = 0;

    for (i = 0; i < threads->conf.threads && error == 0; i++) {
        error = pthread_create(&threads->thread[i], NULL,
                               ngx_phone_threads_main, threads);
        threads->started += (error == 0);
    }

    (void) pthread_sigmask(SIG_SETMASK, &before, NULL);

    if (error) {
        ngx_log_error(NGX_LOG_ALERT, threads->log, error,
                      "pthread_create() failed");
        return NGX_ERROR;
    }

    return NGX_OK;
}


void
ngx_phone_threads_stop(ngx_phone_threads_t *threads)
{
    ngx_uint_t  i;

    atomic_store(&threads->stopping, 1);

    for (i = 0; i < threads->started; i++) {
        (void) sem_post(&threads->jobs);
    }

    for (i = 0; i < threads->started; i++) {
        (void) pthread_join(threads->thread[i], NULL);
    }

    ngx_phone_threads_write(threads->log);

    if (threads->results) {
        (void) sem_destroy(&threads->jobs);
        ngx_close_connection(threads->results);
    }
}


void
ngx_phone_threads_post(ngx_phone_threads_t *threads, ngx_phone_job_t *job)
{
    atomic_store(&threads->ring[threads->tail++ & threads->mask], job);
    (void) sem_post(&threads->jobs);
}


static void
ngx_phone_threads_results(ngx_event_t *rev)
{
    uint64_t              n;
    ngx_connection_t     *c;
    ngx_phone_job_t      *job, *next, *first;
    ngx_phone_threads_t  *threads;

    c = rev->data;
    threads = c->data;

    /* the eventfd is read first: a later push makes it readable again */

    (void) (read(c->fd, &n, sizeof(n)) == sizeof(n));

    ngx_phone_threads_write(threads->log);

    if (c->close) {

        /* worker_shutdown_timeout: nginx calls the handlers of all
           connections */

        threads->conf.hurry(threads->conf.data);
        return;
    }

    job = atomic_exchange(&threads->finished, NULL);

    /* restore the order of completion */

    for (first = NULL; job; job = next) {
        next = job->next;
        job->next = first;
        first = job;
    }

    for (job = first; job; job = next) {
        next = job->next;
        job->done(job);
    }
}


/* In a thread */

static void *
ngx_phone_threads_main(void *data)
{
    void                 *own;
    ngx_uint_t            untold;
    ngx_phone_job_t      *job;
    ngx_phone_threads_t  *threads;

    threads = data;
    untold = 0;

    /* on Linux this applies to the thread; raising the value is always
       allowed */

    if (nice(NGX_PHONE_THREADS_NICE) == -1) { /* void */ }

    own = threads->conf.begin(threads->conf.data);

    while ((job = ngx_phone_threads_take(threads, &untold)) != NULL) {

        if (!job->quick) {
            ngx_phone_threads_tell(threads, &untold);
        }

        job->run(job, own);

        /* after this the job belongs to the event loop */

        untold = job->quick ? untold + 1 : NGX_PHONE_THREADS_UNTOLD;
        ngx_phone_threads_finish(threads, job);

        if (untold >= NGX_PHONE_THREADS_UNTOLD) {
            ngx_phone_threads_tell(threads, &untold);
        }
    }

    threads->conf.end(own);

    return NULL;
}


/* NULL: the thread must end.  Results are reported before the thread sleeps. */

static ngx_phone_job_t *
ngx_phone_threads_take(ngx_phone_threads_t *threads, ngx_uint_t *untold)
{
    ngx_uint_t        i;
    ngx_phone_job_t  *job;

    if (sem_trywait(&threads->jobs) == -1) {
        ngx_phone_threads_tell(threads, untold);

        while (sem_wait(&threads->jobs) == -1) { /* void */ }
    }

    if (atomic_load(&threads->stopping)) {
        return NULL;
    }

    /* read before the head is moved: after that the slot may be reused */

    i = atomic_load(&threads->head);

    do {
        job = atomic_load(&threads->ring[i & threads->mask]);
    } while (!atomic_compare_exchange_weak(&threads->head, &i, i + 1));

    return job;
}


static void
ngx_phone_threads_finish(ngx_phone_threads_t *threads, ngx_phone_job_t *job)
{
    ngx_phone_job_t  *top;

    top = atomic_load(&threads->finished);

    do {
        job->next = top;
    } while (!atomic_compare_exchange_weak(&threads->finished, &top, job));
}


static void
ngx_phone_threads_tell(ngx_phone_threads_t *threads, ngx_uint_t *untold)
{
    uint64_t  one;

    if (*untold == 0) {
        return;
    }

    *untold = 0;
    one = 1;

    /* it fails only with EINTR: the counter does not overflow */

    while (write(threads->results->fd, &one, sizeof(one)) == -1
           && ngx_errno == NGX_EINTR)
    {
        /* void */
    }
}


/* Lines for the log */

void
ngx_phone_threads_log(ngx_err_t err, const char *fmt, ...)
{
    va_list            args;
    ngx_phone_line_t  *line;

    line = malloc(sizeof(ngx_phone_line_t));

    if (line == NULL) {
        return;
    }

    va_start(args, fmt);
    line->len = ngx_vslprintf(line->text, line->text + sizeof(line->text), fmt,
                              args) - line->text;
    va_end(args);

    line->err = err;
    line->next = atomic_load(&ngx_phone_threads_lines);

    while (!atomic_compare_exchange_weak(&ngx_phone_threads_lines, &line->next,
                                         line))
    {
        /* void */
    }
}


static void
ngx_phone_threads_write(ngx_log_t *log)
{
    ngx_phone_line_t  *line, *next, *first;

    line = atomic_exchange(&ngx_phone_threads_lines, NULL);

    for (first = NULL; line; line = next) {
        next = line->next;
        line->next = first;
        first = line;
    }

    for (line = first; line; line = next) {
        next = line->next;
        ngx_log_error(NGX_LOG_CRIT, log, line->err, "%*s", line->len,
                      line->text);
        free(line);
    }
}
