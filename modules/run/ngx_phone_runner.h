
/*
 * Drives a call of the core: asks, waits, runs again, commits, finishes.
 *
 *     run = ngx_phone_run_create(phone, endpoint, event);
 *     fill in run->call: address, cookie, fields ... in its arena
 *     run->done = ...; run->data = ...;
 *
 *     if (ngx_phone_run_start(run) == NGX_OK) {
 *         it is over: run->call.reply is there; done() is not called
 *     }
 *
 *     ngx_phone_run_free(run);
 *
 * A run is independent of who waits for it: it has its own memory, and once
 * started it goes on to its end, because what it does to money is not undone
 * by a client that leaves.  Whoever leaves calls ngx_phone_run_detach().
 */


#ifndef _NGX_PHONE_RUNNER_H_INCLUDED_
#define _NGX_PHONE_RUNNER_H_INCLUDED_


#include "run/ngx_phone.h"


/* Called once, from the event loop, never from within ngx_phone_run_start();
   the callee then frees the run. */
typedef void (*ngx_phone_run_pt)(ngx_phone_run_t *run);


struct ngx_phone_run_s {
    phone_call_t             call;
    phone_fields_t           fields;         /* call.fields of endpoints */

    ngx_phone_t             *phone;
    ngx_phone_run_pt         done;
    void                    *data;

    phone_runner_t           runner;         /* of the core: what is next */
    ngx_uint_t               waiting;        /* answers, postings to come */
    ngx_uint_t               fetching;       /* of these, from outside */

    ngx_phone_commit_t       commit;
    ngx_fd_t                 upload;         /* the body; or -1 */
    ngx_event_t              step;           /* the next try */
    ngx_queue_t              queue;          /* in phone->runs */
    ngx_phone_run_t         *next;           /* in phone->free_runs */

    unsigned                 counted:1;
    unsigned                 placed:1;       /* a place to sign is kept */
    unsigned                 detached:1;
};


/*
 * The call's time, random bytes and fields are set.  endpoint and event may
 * both be NULL, for ngx_phone_run_fail().  NULL when phone_max_calls are in
 * progress, or memory is short.
 */
ngx_phone_run_t *ngx_phone_run_create(ngx_phone_t *phone,
    const phone_endpoint_t *endpoint, const phone_event_t *event);

/* NGX_OK: over.  NGX_AGAIN: done() follows. */
ngx_int_t ngx_phone_run_start(ngx_phone_run_t *run);

/* Nobody waits any more: done() is not called, the run frees itself. */
void ngx_phone_run_detach(ngx_phone_run_t *run);

/* Instead of starting it: makes the reply a refusal; field may be NULL. */
void ngx_phone_run_fail(ngx_phone_run_t *run, phone_refusal_t refusal,
    const char *field);

void ngx_phone_run_free(ngx_phone_run_t *run);

/* Effects of the run's commit were applied in another bucket, or will be
   later. */
void ngx_phone_run_posted(ngx_phone_run_t *run);

/* In exit_process: what is in progress is dropped. */
void ngx_phone_runs_close(ngx_phone_t *phone);


/*
 * Shared by the files of the runner.  ngx_phone_run_asks() sends what the core
 * has asked for; NGX_OK: all is answered.  Each later answer is counted by
 * ngx_phone_run_answered(); errors are passed to phone_runner_trouble() before.
 */
ngx_int_t ngx_phone_run_asks(ngx_phone_run_t *run);
void ngx_phone_run_answered(ngx_phone_run_t *run);
void ngx_phone_run_leave_place(ngx_phone_run_t *run);


#endif /* _NGX_PHONE_RUNNER_H_INCLUDED_ */
