
/*
 * Between the files of the pump: its memory, and the events that this process
 * holds.
 */


#ifndef _NGX_PHONE_DUE_H_INCLUDED_
#define _NGX_PHONE_DUE_H_INCLUDED_


#include "ngx_phone.h"
#include "ngx_phone_store.h"


#define NGX_PHONE_PUMP_SLOTS    64          /* of lanes; a power of two */

/* How far back what cannot run now is put: from, and to (ms). */
#define NGX_PHONE_PUSH_FROM     2000
#define NGX_PHONE_PUSH_TO       5000
#define NGX_PHONE_PUSH_UNKNOWN  60000       /* an event of a newer version */


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
    phone_str_t              lane;          /* of lane.next: that it serves */
    unsigned                 room;          /* in its lane, kept for it */
    ngx_uint_t               bucket;
    int64_t                  score;         /* as it stands in the store */
    ngx_uint_t               runs;
    ngx_phone_run_t         *waiter;        /* a call whose effects it brings */

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
    u_char                  *more;          /* of each bucket: it has more */
    int64_t                  latest;        /* overdue in this round, ms */
    time_t                   unknown_logged;
};


/* due->event is NULL when this version does not know the event. */
ngx_phone_due_t *ngx_phone_due_create(ngx_phone_pump_t *pump,
    phone_str_t member, ngx_uint_t bucket, int64_t score);

/* From now on it counts in its lane; ngx_phone_due_free() ends that. */
void ngx_phone_due_activate(ngx_phone_due_t *due);
void ngx_phone_due_free(ngx_phone_due_t *due);

/*
 * How many more of its lane this process takes; what is in no lane holds up
 * nobody.  While others of the lane are parked half of the room is theirs: with
 * parked it is asked for them.
 */
ngx_uint_t ngx_phone_due_room(ngx_phone_due_t *due, ngx_uint_t parked);
ngx_uint_t ngx_phone_due_held(ngx_phone_pump_t *pump, phone_str_t member);

/* Sets the score, if it is still due->score; then the handler is called. */
void ngx_phone_due_change(ngx_phone_due_t *due, ngx_phone_commit_pt handler,
    int64_t score);

/*
 * Out of the queue, behind those of its lane that wait there already.  It must
 * not be active; it frees itself.
 */
void ngx_phone_due_park(ngx_phone_due_t *due);

/* It is not active. */
void ngx_phone_due_drop(ngx_phone_due_t *due);

/*
 * Back into the queue, ms and some seconds later, so that what lies behind it
 * is reached.  It must not be active; it frees itself.
 */
void ngx_phone_due_push(ngx_phone_due_t *due, ngx_uint_t ms);


#endif /* _NGX_PHONE_DUE_H_INCLUDED_ */
