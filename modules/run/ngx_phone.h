
/*
 * The object of a worker, and what it is configured with.
 *
 * There are no static variables: the configuration belongs to a cycle, and
 * contains the pointer to the worker's object.
 */


#ifndef _NGX_PHONE_H_INCLUDED_
#define _NGX_PHONE_H_INCLUDED_


#include "ngx_phone_core.h"
#include "blobs/ngx_phone_blobs.h"
#include "compute/ngx_phone_compute.h"
#include "store/ngx_phone_store.h"


typedef struct ngx_phone_s          ngx_phone_t;
typedef struct ngx_phone_run_s      ngx_phone_run_t;
typedef struct ngx_phone_memory_s   ngx_phone_memory_t;
typedef struct ngx_phone_pump_s     ngx_phone_pump_t;


/* One of each cycle.  Times are in milliseconds. */
typedef struct {
    ngx_phone_store_conf_t     store;
    ngx_phone_compute_conf_t   compute;
    const phone_settings_t    *settings;

    ngx_int_t                  buckets;
    ngx_uint_t                 domain;         /* phone_domain_t */

    ngx_str_t                  secret;         /* 32 bytes */
    ngx_str_t                  secret_before;  /* 32 bytes, or empty */
    phone_platform_keys_t      platform;
    phone_banks_t              banks;
    phone_zones_t              zones;

    ngx_str_t                  blobs;          /* folder; empty: none */
    ngx_msec_t                 blobs_sweep;    /* a round through it */

    ngx_int_t                  max_calls;      /* of a worker, at a time */
    ngx_msec_t                 call_timeout;

    ngx_msec_t                 pump;           /* interval; 0: off */
    ngx_int_t                  pump_events;    /* of a worker, at a time */
    ngx_int_t                  pump_lane;      /* of these, in one lane */
} ngx_phone_conf_t;


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
    ngx_uint_t               fetches;
    ngx_uint_t               events;         /* run */
    ngx_uint_t               events_active;
    ngx_uint_t               events_failed;  /* left to their lease */
    ngx_uint_t               events_late;    /* found by a sweep */
    ngx_uint_t               events_pushed;  /* back: the worker is full */
    ngx_uint_t               events_parked;  /* their lane is full */
    ngx_uint_t               events_lag;     /* ms; the latest of a round */
    ngx_uint_t               events_waiting; /* parked */
    ngx_uint_t               events_waited;  /* ms; of them, the oldest */
    ngx_uint_t               notices_exhausted;
    ngx_uint_t               texts_given_up;
    ngx_uint_t               tally[PHONE_TALLIES];
    ngx_uint_t               payments_unclear;
    ngx_uint_t               jobs_failed;
    ngx_uint_t               uploads;        /* read */
    ngx_uint_t               blobs_kept;
    ngx_uint_t               blobs_failed;   /* to be kept */
    ngx_uint_t               blobs_swept;
    ngx_phone_compute_counters_t  compute;
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
    const ngx_phone_conf_t  *conf;
    ngx_cycle_t             *cycle;
    ngx_log_t               *log;

    ngx_phone_store_t       *store;
    ngx_phone_redis_t       *redis;          /* of the store */
    ngx_phone_compute_t     *compute;
    ngx_phone_memory_t      *memory;
    ngx_phone_pump_t        *pump;           /* NULL: phone_pump off */
    ngx_phone_folder_t       folder;         /* of blobs */
    ngx_phone_sweep_t       *sweep;          /* of blobs, in one worker */

    ngx_phone_fetch_pt       fetch;          /* of the fetch module, */
    void                    *fetch_data;
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

    time_t                   bad_logged;     /* of a record */
    time_t                   secret_logged;  /* one that this host lacks */
    time_t                   failure_logged; /* of a call: "try again" */
    ngx_uint_t               failures_more;  /* of them, not logged since */

    unsigned                 closing:1;      /* exit_process has begun */
    unsigned                 hurried:1;      /* nothing is tried again */
};


/* In init_process.  NULL: the worker cannot run. */
ngx_phone_t *ngx_phone_create(const ngx_phone_conf_t *conf,
    ngx_cycle_t *cycle);
void ngx_phone_destroy(ngx_phone_t *phone);

/* Goes on counting there, from what was counted until now. */
void ngx_phone_count_in(ngx_phone_t *phone, ngx_phone_counters_t *counters);

ngx_int_t ngx_phone_random(ngx_phone_t *phone, u_char *p, size_t len);

/* The number of workers in the configuration. */
ngx_uint_t ngx_phone_workers(ngx_cycle_t *cycle);


#endif /* _NGX_PHONE_H_INCLUDED_ */
