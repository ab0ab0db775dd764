
/*
 * Jobs go out through a ring and a counting eventfd: each count that a thread
 * reads is the right to take one more job from the ring, and the kernel's
 * reads and writes order memory.  Results come back on a stack that threads
 * push to and the event loop takes as a whole; the push that finds it empty
 * wakes the event loop.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/eventfd.h>

#include "ngx_phone_threads.h"


struct ngx_phone_threads_s {
    ngx_phone_threads_conf_t   conf;
    ngx_log_t                 *log;
    pthread_t                 *thread;
    ngx_uint_t                 started;

    int                        jobs;         /* eventfd: of the ring */
    ngx_phone_job_t          **ring;
    ngx_uint_t                 mask;
    ngx_uint_t                 tail;         /* of the event loop */
    _Atomic ngx_uint_t         head;         /* of the threads */
    _Atomic int                stopping;

    _Atomic(ngx_phone_job_t *) finished;
    ngx_connection_t          *results;      /* eventfd: finished has some */
};


static ngx_int_t ngx_phone_threads_open(ngx_phone_threads_t *threads,
    ngx_cycle_t *cycle);
static ngx_int_t ngx_phone_threads_spawn(ngx_phone_threads_t *threads);
static void ngx_phone_threads_results(ngx_event_t *rev);
static void ngx_phone_threads_count(int fd, uint64_t n);

static void *ngx_phone_threads_main(void *data);
static void ngx_phone_threads_finish(ngx_phone_threads_t *threads,
    ngx_phone_job_t *job);


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
    threads->jobs = -1;
    threads->mask = size - 1;
    threads->ring = ngx_pcalloc(cycle->pool, size * sizeof(ngx_phone_job_t *));
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

    threads->jobs = eventfd(0, EFD_SEMAPHORE|EFD_CLOEXEC);
    fd = eventfd(0, EFD_NONBLOCK|EFD_CLOEXEC);

    if (threads->jobs == -1 || fd == -1) {
        ngx_log_error(NGX_LOG_ALERT, cycle->log, ngx_errno,
                      "eventfd() failed");
        return NGX_ERROR;
    }

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

    if (threads->started) {
        ngx_phone_threads_count(threads->jobs, threads->started);
    }

    for (i = 0; i < threads->started; i++) {
        (void) pthread_join(threads->thread[i], NULL);
    }

    if (threads->jobs != -1) {
        (void) close(threads->jobs);
    }

    if (threads->results) {
        ngx_close_connection(threads->results);
    }
}


void
ngx_phone_threads_post(ngx_phone_threads_t *threads, ngx_phone_job_t *job)
{
    threads->ring[threads->tail++ & threads->mask] = job;
    ngx_phone_threads_count(threads->jobs, 1);
}


/* It cannot fail: no counter gets near 2^64. */

static void
ngx_phone_threads_count(int fd, uint64_t n)
{
    while (write(fd, &n, sizeof(n)) == -1 && ngx_errno == NGX_EINTR) {
        /* void */
    }
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

    /* emptied before it is looked at: a push from here on counts again */

    (void) (read(c->fd, &n, sizeof(n)) == sizeof(n));

    job = atomic_exchange(&threads->finished, NULL);

    /* the last comes first: the other way round */

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
    uint64_t              n;
    ngx_phone_job_t      *job;
    ngx_phone_threads_t  *threads;

    threads = data;

    (void) pthread_setschedparam(pthread_self(), SCHED_IDLE,
                                 &(struct sched_param) { 0 });

    own = threads->conf.begin(threads->conf.data);

    for ( ;; ) {
        if (read(threads->jobs, &n, sizeof(n)) != sizeof(n)) {
            continue;
        }

        if (atomic_load(&threads->stopping)) {
            break;
        }

        job = threads->ring[atomic_fetch_add(&threads->head, 1)
                            & threads->mask];
        job->run(job, own);
        ngx_phone_threads_finish(threads, job);
    }

    threads->conf.end(own);

    return NULL;
}


static void
ngx_phone_threads_finish(ngx_phone_threads_t *threads, ngx_phone_job_t *job)
{
    ngx_phone_job_t  *top;

    top = atomic_load(&threads->finished);

    do {
        job->next = top;
    } while (!atomic_compare_exchange_weak(&threads->finished, &top, job));

    if (top == NULL) {
        ngx_phone_threads_count(threads->results->fd, 1);
    }
}
