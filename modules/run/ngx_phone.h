
/*
 * The private header of the shell: the configuration, and the object of a
 * worker.
 *
 * There are no static variables: the configuration belongs to a cycle, and
 * contains the pointer to the worker's object.
 */


#ifndef _NGX_PHONE_H_INCLUDED_
#define _NGX_PHONE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>
#include <ngx_http.h>

#include "host.h"
#include "redis/ngx_phone_redis.h"


typedef struct ngx_phone_s          ngx_phone_t;
typedef struct ngx_phone_run_s      ngx_phone_run_t;
typedef struct ngx_phone_store_s    ngx_phone_store_t;
typedef struct ngx_phone_check_s    ngx_phone_check_t;
typedef struct ngx_phone_compute_s  ngx_phone_compute_t;
typedef struct ngx_phone_keys_s     ngx_phone_keys_t;
typedef struct ngx_phone_memory_s   ngx_phone_memory_t;
typedef struct ngx_phone_pump_s     ngx_phone_pump_t;


/*
 * The main configuration, one of each cycle; every member is final after
 * init_main_conf.  Times are in milliseconds.
 */
typedef struct {
    ngx_phone_redis_conf_t   redis;          /* .naddrs == 0: not given */
    ngx_flag_t               redis_unsafe;   /* it may have no log */
    ngx_str_t                store_id;

    ngx_int_t                buckets;
    ngx_uint_t               domain;         /* phone_domain_t */

    ngx_str_t                secret;         /* 32 bytes */
    ngx_str_t                secret_before;  /* 32 bytes, or empty */
    ngx_str_t                pepper;         /* 32 bytes */
    ngx_str_t                operator_token;
    ngx_str_t                platform_key;   /* PEM */
    ngx_str_t                platform_key_id;

    ngx_int_t                compute_threads;  /* of the host */
    ngx_int_t                compute_queue;  /* tasks of a worker */
    ngx_int_t                password_queue; /* of these, with passwords */

    ngx_int_t                max_calls;      /* of a worker, at a time */
    ngx_msec_t               call_timeout;

    ngx_msec_t               pump;           /* interval; 0: off */
    ngx_int_t                pump_events;    /* of a worker, at a time */
    ngx_int_t                pump_lane;      /* of these, in one lane */

    /* users of the store; they determine what must be configured */
    unsigned                 used:1;
    unsigned                 bill_used:1;
    unsigned                 session_used:1;
    unsigned                 operator_used:1;

    ngx_phone_t             *phone;          /* of this process; workers only */
} ngx_phone_main_conf_t;


/* Totals since the worker started; the status module shows them. */
typedef struct {
    ngx_uint_t               calls;
    ngx_uint_t               calls_active;
    ngx_uint_t               calls_busy;     /* refused: phone_max_calls */
    ngx_uint_t               runs;           /* of handlers */
    ngx_uint_t               commits;
    ngx_uint_t               conflicts;
    ngx_uint_t               unknown;        /* outcomes */
    ngx_uint_t               store_errors;
    ngx_uint_t               writes_lost;    /* times that some were */
    ngx_uint_t               status[6];      /* replies, by 100 */
    ngx_uint_t               verifications;
    ngx_uint_t               keys_loaded;    /* not in the cache */
    ngx_uint_t               signatures;
    ngx_uint_t               passwords;
    ngx_uint_t               compute_active;
    ngx_uint_t               compute_threads;
    ngx_uint_t               compute_hashers;    /* of these, at most */
    ngx_uint_t               compute_busy;   /* refused: a queue is full */
    ngx_uint_t               fetches;
    ngx_uint_t               events;         /* run */
    ngx_uint_t               events_active;
    ngx_uint_t               events_failed;  /* left to their lease */
    ngx_uint_t               events_late;    /* found by a sweep */
    ngx_uint_t               events_pushed;  /* back: the worker is full */
    ngx_uint_t               events_parked;  /* their lane is full */
    ngx_uint_t               events_lag;     /* ms; the latest of a round */
    ngx_uint_t               notices_exhausted;
    ngx_uint_t               texts_given_up;
} ngx_phone_counters_t;


/*
 * Starts an outbound call.  What ask and arena point to stays until done() is
 * called, which happens exactly once, from the event loop, never before this
 * returns, and also when the worker exits; ask->answer is set by then, its
 * text in arena.  NGX_ERROR: done() will not be called.
 */
typedef ngx_int_t (*ngx_phone_fetch_pt)(ngx_phone_t *phone,
    phone_ask_fetch_t *ask, phone_arena_t *arena, void (*done)(void *data),
    void *data);


/* The object of a worker: created in init_process, destroyed in
   exit_process. */
struct ngx_phone_s {
    phone_env_t              env;
    ngx_phone_main_conf_t   *conf;
    ngx_cycle_t             *cycle;
    ngx_log_t               *log;

    ngx_phone_redis_t       *redis;
    ngx_phone_store_t       *store;
    ngx_phone_check_t       *check;
    ngx_phone_compute_t     *compute;
    ngx_phone_keys_t        *keys;
    ngx_phone_memory_t      *memory;
    ngx_phone_pump_t        *pump;           /* NULL: phone_pump off */

    ngx_phone_fetch_pt       fetch;          /* NULL: nobody sends */
    void                    *fetch_data;     /* of the fetch module, */
    void                   (*fetch_hurry)(void *data);  /* with that */
    ngx_msec_t               fetch_timeout;
    void                    *live;           /* of the live module */

    ngx_phone_counters_t    *counters;       /* the status module may move
                                                them to shared memory */
    /* of the status module: the run of an endpoint has ended; or NULL */
    void                   (*called)(ngx_phone_run_t *run);

    ngx_phone_run_t         *free_runs;
    ngx_uint_t               nfree_runs;
    ngx_queue_t              runs;           /* in progress */

    u_char                  *random;         /* drawn, not yet used */
    size_t                   random_left;

    time_t                   refusal_logged;
    time_t                   bad_logged;     /* of a record */
    time_t                   failure_logged; /* of a call: "try again" */
    ngx_uint_t               failures_more;  /* of them, not logged since */

    unsigned                 closing:1;      /* exit_process has begun */
    unsigned                 hurried:1;      /* nothing is tried again */
};


extern ngx_module_t  ngx_http_phone_module;

/* Its main configuration is a phone_settings_t. */
extern ngx_module_t  ngx_http_phone_settings_module;


static ngx_inline phone_str_t
ngx_phone_str(const ngx_str_t *str)
{
    return (phone_str_t) { str->len, (const char *) str->data };
}


static ngx_inline ngx_str_t
ngx_phone_ngx_str(phone_str_t str)
{
    return (ngx_str_t) { str.len, (u_char *) str.data };
}


static ngx_inline int64_t
ngx_phone_now(void)
{
    ngx_time_t  *tp;

    tp = ngx_timeofday();

    return (int64_t) tp->sec * 1000 + (int64_t) tp->msec;
}


/* The difference to the monotonic clock (ms); it changes when the clock is
   set. */

static ngx_inline int64_t
ngx_phone_clock_apart(void)
{
    return ngx_phone_now() - (int64_t) ngx_current_msec;
}


/* The current time, not the cached time of the event loop. */

static ngx_inline int64_t
ngx_phone_clock_us(void)
{
    struct timespec  now;

    (void) clock_gettime(CLOCK_REALTIME, &now);

    return (int64_t) now.tv_sec * 1000000 + now.tv_nsec / 1000;
}


/* A "post" of a directive whose value is a number, a time or a size. */
typedef struct {
    ngx_conf_post_handler_pt  handler;       /* ngx_phone_conf_check_bounds */
    ngx_int_t                 min;
    ngx_int_t                 max;
    const char               *range;         /* "1 and 256" */
} ngx_phone_conf_bounds_t;

char *ngx_phone_conf_check_bounds(ngx_conf_t *cf, void *post, void *data);


/* A directive that needs the store says so. */
ngx_phone_main_conf_t *ngx_http_phone_use(ngx_conf_t *cf);


/* ngx_phone_secret.c: reads files named in the configuration.  Errors are
   logged, contents never. */
ngx_int_t ngx_phone_read_secret(ngx_conf_t *cf, ngx_str_t *name,
    ngx_str_t *secret);
ngx_int_t ngx_phone_read_line(ngx_conf_t *cf, ngx_str_t *name, size_t min,
    ngx_str_t *line);
ngx_int_t ngx_phone_read_private_key(ngx_conf_t *cf, ngx_str_t *name,
    ngx_str_t *pem);


/* ngx_phone_worker.c */
ngx_phone_t *ngx_phone_create(ngx_phone_main_conf_t *pmcf, ngx_cycle_t *cycle);
void ngx_phone_destroy(ngx_phone_t *phone);

/* The worker_shutdown_timeout has expired: all waiting calls are answered
   now, and no timer delays the exit. */
void ngx_phone_hurry(ngx_phone_t *phone);
ngx_int_t ngx_phone_random(ngx_phone_t *phone, u_char *p, size_t len);

/* ngx_phone_store_check.c: 1 when our clock is too far from the store's, or
   has just been set: nothing may be decided by it. */
ngx_uint_t ngx_phone_check_clock(ngx_phone_t *phone);

/* The number of workers in the configuration. */
ngx_uint_t ngx_phone_workers(ngx_cycle_t *cycle);

/* NULL when no phone directive is used, or outside of workers. */
ngx_phone_t *ngx_phone_of_cycle(ngx_cycle_t *cycle);


#endif /* _NGX_PHONE_H_INCLUDED_ */
