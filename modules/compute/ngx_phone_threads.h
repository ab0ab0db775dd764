
/*
 * Threads for work that would block the event loop.
 *
 * They have a lower priority (nice) than the event loops, so that replies
 * without such work are not delayed.  A thread that is preempted must not hold
 * a lock that the event loop needs: jobs and results are passed without locks,
 * unlike in nginx's own thread pools (docs/architecture.md, "Threads").
 */


#ifndef _NGX_PHONE_THREADS_H_INCLUDED_
#define _NGX_PHONE_THREADS_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


typedef struct ngx_phone_threads_s  ngx_phone_threads_t;
typedef struct ngx_phone_job_s      ngx_phone_job_t;

/* Part of a structure of the caller; it must exist until done() is called. */
struct ngx_phone_job_s {
    ngx_phone_job_t         *next;
    void                   (*run)(ngx_phone_job_t *job, void *own);
    void                   (*done)(ngx_phone_job_t *job);
    unsigned                 quick:1;        /* well under a millisecond */
};


/* An object of each thread: begin() creates it in the thread, end() frees
   it. */
typedef struct {
    ngx_uint_t               threads;
    ngx_uint_t               jobs_max;       /* posted and not yet done */
    void                  *(*begin)(void *data);
    void                   (*end)(void *own);
    void                   (*hurry)(void *data);  /* worker_shutdown_timeout
                                                     has expired */
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


/*
 * ngx_log_error(NGX_LOG_CRIT) for threads: the event loop writes the line when
 * it takes the next result, for nginx's logs are not made for threads (syslog
 * has one connection, memory one position).
 */
void ngx_phone_threads_log(ngx_err_t err, const char *fmt, ...);


#endif /* _NGX_PHONE_THREADS_H_INCLUDED_ */
