
/*
 * Figures of all workers.  Each worker has a slot in shared memory and counts
 * with plain stores; the reader adds up the slots.  Totals of workers that have
 * exited are kept, so they never decrease, over reloads either.
 */


#ifndef _NGX_PHONE_STATUS_H_INCLUDED_
#define _NGX_PHONE_STATUS_H_INCLUDED_


#include "fetch/ngx_phone_fetch.h"
#include "live/ngx_phone_live.h"


#define NGX_PHONE_VERSION         "0.1.0"

#define NGX_PHONE_STATUS_SLOTS    256
#define NGX_PHONE_STATUS_BOUNDS   15
#define NGX_PHONE_STATUS_CLASSES  6
#define NGX_PHONE_STATUS_REASON   256


/* Of durations: how many were up to each bound, and the rest. */
typedef struct {
    ngx_atomic_uint_t        count[NGX_PHONE_STATUS_BOUNDS + 1];
    ngx_atomic_uint_t        sum;            /* us */
} ngx_phone_histogram_t;


/* Copied from the Redis client once a second. */
typedef struct {
    ngx_atomic_uint_t        commands;
    ngx_atomic_uint_t        refused;
    ngx_atomic_uint_t        connects;
    ngx_atomic_uint_t        failures;
    ngx_atomic_uint_t        timeouts;
    ngx_atomic_uint_t        pending;        /* now, as are the following */
    ngx_atomic_uint_t        connections;
    ngx_atomic_uint_t        connected;
    ngx_atomic_uint_t        channels;
    ngx_atomic_uint_t        listening;      /* 1: the subscriber is
                                                connected */
} ngx_phone_status_redis_t;


/*
 * Every member is a number of one word, so that two of them are added word by
 * word; the last one has as many elements as there are endpoints, and one for
 * what is none of them.
 */
typedef struct {
    ngx_phone_counters_t       counters;
    ngx_atomic_uint_t          fetches[NGX_PHONE_FETCH_RESULTS];
    ngx_phone_live_counters_t  live;
    ngx_phone_status_redis_t   redis;
    ngx_phone_histogram_t      store;        /* a PING's round trip */
    ngx_phone_histogram_t      call;
    ngx_atomic_uint_t          calls[][NGX_PHONE_STATUS_CLASSES];
} ngx_phone_figures_t;


typedef struct {
    ngx_pid_t                pid;            /* 0: nobody's */
    uint64_t                 born;           /* when the process started, as the
                                                system counts; 0: not known */
    ngx_uint_t               worker;
    time_t                   started;
    ngx_uint_t               leaving;        /* it shuts down: what it sees
                                                counts no more */

    /* the store, as this worker sees it */
    ngx_uint_t               error;          /* of the last failure */
    int64_t                  epoch;
    int64_t                  clock_offset;   /* us; ours is ahead of its */
    ngx_uint_t               memory_low;     /* strangers are refused */
    ngx_uint_t               read_only;      /* its last commit was refused */
    time_t                   checked;        /* 0: never */
    size_t                   reason_len;     /* 0: nothing is wrong */
    u_char                   reason[NGX_PHONE_STATUS_REASON];
} ngx_phone_status_worker_t;


typedef struct {
    time_t                      started;
    ngx_phone_status_worker_t   worker[NGX_PHONE_STATUS_SLOTS];
} ngx_phone_status_zone_t;


/* What a request is told. */
typedef struct {
    ngx_str_t                   store_id;    /* of the configuration */
    ngx_phone_status_worker_t  *worker;      /* an array of them */
    ngx_phone_figures_t        *figures;     /* of all, and of those gone */

    ngx_int_t                   uptime;      /* seconds */
    ngx_uint_t                  nworkers;
    ngx_int_t                   up;          /* no worker's last exchange has
                                                failed, nor was refused */
    ngx_int_t                   serves;      /* no worker's exchange has failed;
                                                a store that refuses writes
                                                does so to all hosts */
    ngx_int_t                   read_only;   /* a worker's was refused */
    ngx_int_t                   epoch;
    ngx_int_t                   memory_low;  /* a worker has found it so */
    ngx_int_t                   clock_offset;  /* us; of the worker that is off
                                                  most */
} ngx_phone_status_t;


typedef enum {
    NGX_PHONE_METRIC_COUNTER = 0,
    NGX_PHONE_METRIC_GAUGE,
    NGX_PHONE_METRIC_LONGEST,    /* ms; of all workers the greatest */
    NGX_PHONE_METRIC_US          /* shown in seconds */
} ngx_phone_metric_e;


typedef struct {
    const char              *name;           /* without "phone_", "_total" */
    ngx_phone_metric_e       kind;
    size_t                   offset;         /* of a word */
    const char              *help;
} ngx_phone_metric_t;


/* ngx_phone_status_metrics.c: the single numbers of ngx_phone_figures_t. */
extern const ngx_phone_metric_t  ngx_phone_metrics[];


extern const ngx_uint_t
    ngx_phone_status_bound[NGX_PHONE_STATUS_BOUNDS];                   /* us */


/* A zone with room for the figures; NULL when memory is short. */
ngx_shm_zone_t *ngx_phone_status_add_zone(ngx_conf_t *cf, void *tag);

/* A slot for this process, zeroed; NULL: all are taken. */
ngx_phone_figures_t *ngx_phone_status_claim(ngx_shm_zone_t *zone,
    ngx_phone_status_worker_t **worker);
void ngx_phone_status_release(ngx_shm_zone_t *zone,
    ngx_phone_status_worker_t *worker);

/* The reason why a worker cannot use the store. */
void ngx_phone_status_reason(ngx_shm_zone_t *zone,
    ngx_phone_status_worker_t *worker, const ngx_str_t *reason);

ngx_int_t ngx_phone_status_read(ngx_shm_zone_t *zone, ngx_pool_t *pool,
    ngx_phone_status_t *status);

ngx_uint_t ngx_phone_status_endpoints(void);
void ngx_phone_histogram_add(ngx_phone_histogram_t *histogram, ngx_uint_t us);


/* ngx_phone_status_text.c */
void ngx_phone_status_json(phone_buf_t *buf, const ngx_phone_status_t *status);
void ngx_phone_status_metrics(phone_buf_t *buf,
    const ngx_phone_status_t *status);


#endif /* _NGX_PHONE_STATUS_H_INCLUDED_ */
