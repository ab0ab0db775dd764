
/*
 * Threads for work that would hold up the event loop.
 *
 * They go after the event loops (nice), so a reply that needs no work is not
 * kept waiting by those that do.  A thread that gives way must not hold a lock
 * that the event loop wants: jobs and results are handed over without one,
 * which nginx's own pool cannot do (docs/architecture.md, "Threads").
 */


#ifndef _NGX_PHONE_THREADS_H_INCLUDED_
#define _NGX_PHONE_THREADS_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


typedef struct ngx_phone_threads_s  ngx_phone_threads_t;
typedef struct ngx_phone_job_s      ngx_phone_job_t;

/* Part of what the caller allocates; it stays until done() is called. */
struct ngx_phone_job_s {
    ngx_phone_job_t         *next;
    void                   (*run)(ngx_phone_job_t *job, void *own);
    void                   (*done)(ngx_phone_job_t *job);
    unsigned                 quick:1;        /* well under a millisecond */
};


/* What each thread keeps for itself: begin() makes it in the thread, end()
   gives it back. */
typedef struct {
    ngx_uint_t               threads;
    ngx_uint_t               jobs_max;       /* posted and not yet done */
    void                  *(*begin)(void *data);
    void                   (*end)(void *own);
    void                   (*hurry)(void *data);  /* the worker is told to end
                                                and its time is over */
    void                    *data;
} ngx_phone_threads_conf_t;


/* In init_process; NULL where a thread or a descriptor cannot be made. */
ngx_phone_threads_t *ngx_phone_threads_start(
    const ngx_phone_threads_conf_t *conf, ngx_cycle_t *cycle);

/* Waits for jobs under way; done() is not called any more, not for them and
   not for those that have not begun. */
void ngx_phone_threads_stop(ngx_phone_threads_t *threads);

/* run() is called in a thread, then done() from the event loop.  No more than
   jobs_max may be posted. */
void ngx_phone_threads_post(ngx_phone_threads_t *threads,
    ngx_phone_job_t *job);


#endif /* _NGX_PHONE_THREADS_H_INCLUDED_ */
