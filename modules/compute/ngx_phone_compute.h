
/*
 * Work that would hold up the event loop: signing and hashing of passwords, on
 * threads.
 */


#ifndef _NGX_PHONE_COMPUTE_H_INCLUDED_
#define _NGX_PHONE_COMPUTE_H_INCLUDED_


#include "ngx_phone_core.h"


typedef struct ngx_phone_compute_s  ngx_phone_compute_t;


/* The caller keeps it as long as the threads run. */
typedef struct {
    ngx_int_t                threads;        /* of the host */
    ngx_int_t                queue;          /* tasks of a worker, but for */
    ngx_int_t                password_queue; /* passwords that wait, files */
    ngx_str_t                key;            /* PEM; signs; empty: none */
    const phone_work_t *const  *works;       /* of the host itself, beside
                                                phone_works; or NULL */
    const phone_disk_t      *disk;           /* of blobs; or NULL */
    void                    *disk_data;
} ngx_phone_compute_conf_t;


/* Totals since the worker started; .active, .threads and .hashers are of
   now. */
typedef struct {
    ngx_uint_t               signatures;
    ngx_uint_t               passwords;
    ngx_uint_t               active;
    ngx_uint_t               threads;
    ngx_uint_t               hashers;        /* of these, at most */
    ngx_uint_t               busy;           /* refused: a queue is full */
} ngx_phone_compute_counters_t;


typedef void (*ngx_phone_compute_pt)(void *data, phone_ask_work_t *ask,
    ngx_int_t rc);


/*
 * One a worker, of so many.  hurry() is called when the worker_shutdown_timeout
 * has expired.
 */
ngx_phone_compute_t *ngx_phone_compute_create(
    const ngx_phone_compute_conf_t *conf,
    ngx_phone_compute_counters_t *counters, ngx_uint_t workers,
    ngx_cycle_t *cycle, void (*hurry)(void *data), void *data);

/* Goes on counting there. */
void ngx_phone_compute_count_in(ngx_phone_compute_t *compute,
    ngx_phone_compute_counters_t *counters);

/* In exit_process: no handler is called any more. */
void ngx_phone_compute_close(ngx_phone_compute_t *compute);

/*
 * ask, its arguments and arena must stay until the handler is called, from the
 * event loop: with NGX_OK and ask->result set, or with NGX_BUSY when work that
 * waited has left its place in the queue to another.  NGX_BUSY when a
 * queue is full, NGX_ERROR when memory is short: the handler is not called
 * then.
 */
ngx_int_t ngx_phone_compute_post(ngx_phone_compute_t *compute,
    phone_ask_work_t *ask, phone_arena_t *arena, ngx_phone_compute_pt handler,
    void *data);


/*
 * Keeps a place among the active for a signature that is posted later, so that
 * it cannot meet a full queue: NGX_OK or NGX_BUSY.  Given back, the place is
 * free for the very next post.
 */
ngx_int_t ngx_phone_compute_reserve(ngx_phone_compute_t *compute);
void ngx_phone_compute_give_back(ngx_phone_compute_t *compute);


#endif /* _NGX_PHONE_COMPUTE_H_INCLUDED_ */
