
/*
 * Shared by the files of the pump: its memory, and the events that this process
 * holds.
 */


#ifndef _NGX_PHONE_DUE_H_INCLUDED_
#define _NGX_PHONE_DUE_H_INCLUDED_


#include "run/ngx_phone.h"


#define NGX_PHONE_PUMP_SLOTS    64          /* of lanes; a power of two */

/* A lane is looked at again within 38 s. */
#define NGX_PHONE_PARKED_PERIOD  40         /* s */
#define NGX_PHONE_PARKED_TICK    250        /* ms */
#define NGX_PHONE_PARKED_TICKS   256

/* How far back what cannot run now is put: from, and to (ms). */
#define NGX_PHONE_PUSH_FROM     2000
#define NGX_PHONE_PUSH_TO       5000
#define NGX_PHONE_PUSH_UNKNOWN  60000       /* for an event of a newer
                                               version */


/* An event that this process holds, or is about to. */
typedef struct ngx_phone_due_s  ngx_phone_due_t;

struct ngx_phone_due_s {
    ngx_phone_pump_t        *pump;
    ngx_queue_t              queue;         /* active, ready or pushing */
    ngx_phone_due_t         *next;          /* in its lane's slot */
    uint32_t                 lane_hash;
    uint32_t                 hash;          /* of the member */

    const phone_event_t     *event;
    phone_str_t              member;
    phone_str_t              id;
    phone_str_t              lane;          /* of lane.next: the lane that it
                                               serves */
    unsigned                 room;          /* in its lane, kept for it */
    ngx_uint_t               bucket;
    int64_t                  score;         /* as it stands in the store */
    ngx_uint_t               runs;
    ngx_phone_run_t         *waiter;        /* the call that waits for its
                                               effects */

    /* to change the score */
    ngx_phone_commit_t       commit;
    phone_commit_t           change;
    phone_guard_t            guard;
    phone_op_t               op;
    phone_str_t              word[2];
    phone_arena_t            arena;
    int64_t                  new_score;
    char                     was[NGX_INT64_LEN];
    char                     will[NGX_INT64_LEN];

    char                     text[1];       /* the member's bytes */
};


/*
 * What the runs of lane.next of this process have seen parked.  What one has
 * left counts until the lane is looked at again, then it does so for that
 * process: so all processes together count each parked event once.
 */
typedef struct {
    int64_t                  oldest[2];     /* ms it has waited; now, and in the
                                               period before */
    time_t                   since;         /* the period began */

    ngx_uint_t               events;
    ngx_uint_t               until[NGX_PHONE_PARKED_TICKS];  /* so many of
                                               them count, by tick */
    ngx_msec_t               tick;          /* of now */
} ngx_phone_parked_t;


struct ngx_phone_pump_s {
    ngx_phone_t             *phone;

    ngx_queue_t              active;        /* held, or being claimed */
    ngx_queue_t              ready;         /* held, to be run */
    ngx_queue_t              pushing;       /* back */
    ngx_uint_t               nactive;       /* active and ready */
    ngx_uint_t               npushing;
    ngx_phone_due_t         *slot[NGX_PHONE_PUMP_SLOTS];
    time_t                   parked[NGX_PHONE_PUMP_SLOTS];  /* the last one */

    ngx_event_t              work;          /* posted: something is ready */
    ngx_event_t              sweep;
    ngx_uint_t               workers;
    ngx_uint_t               next;          /* bucket */
    ngx_uint_t               credit;
    u_char                  *more;          /* for each bucket: whether it
                                               has more */
    int64_t                  latest;        /* overdue in this round, ms */
    ngx_phone_parked_t       parked_seen;
    time_t                   unknown_logged;
};


/* due->event is NULL when this version does not know the event. */
ngx_phone_due_t *ngx_phone_due_create(ngx_phone_pump_t *pump,
    phone_str_t member, ngx_uint_t bucket, int64_t score);

/* Adds it to its lane; ngx_phone_due_free() removes it. */
void ngx_phone_due_activate(ngx_phone_due_t *due);
void ngx_phone_due_free(ngx_phone_due_t *due);

/*
 * How many more events of its lane this process takes; events without a lane
 * are limited by pump_events only.  While events of the lane are parked, half
 * of the room is reserved for them; `parked` asks for that half as well.
 */
ngx_uint_t ngx_phone_due_room(ngx_phone_due_t *due, ngx_uint_t parked);
ngx_uint_t ngx_phone_due_held(ngx_phone_pump_t *pump, phone_str_t member);

/* Sets the score, if it is still due->score; then the handler is called. */
void ngx_phone_due_change(ngx_phone_due_t *due, ngx_phone_commit_pt handler,
    int64_t score);

/*
 * Moves it from the due queue to the parked events of its lane.  It must not be
 * active; it is freed.
 */
void ngx_phone_due_park(ngx_phone_due_t *due);

/* After a run of lane.next: what it has seen. */
void ngx_phone_due_parked(ngx_phone_pump_t *pump, const phone_call_t *call,
    ngx_uint_t done);

/* Now and then: sets the counters of parked events. */
void ngx_phone_due_count_parked(ngx_phone_pump_t *pump);

/* It is not active. */
void ngx_phone_due_drop(ngx_phone_due_t *due);

/*
 * Delays it by ms and some seconds, so that the events behind it are reached.
 * It must not be active; it is freed.
 */
void ngx_phone_due_push(ngx_phone_due_t *due, ngx_uint_t ms);


#endif /* _NGX_PHONE_DUE_H_INCLUDED_ */
