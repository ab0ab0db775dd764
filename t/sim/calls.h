
/*
 * Calls under way, driven by the runner of the core as in the nginx shell, with
 * a simulated network between a worker and all it talks to.
 */


#ifndef _SIM_CALLS_H_INCLUDED_
#define _SIM_CALLS_H_INCLUDED_


#include "world.h"
#include "runtime/runner.h"


#define SIM_EVENTS_MAX       16          /* at once, of a worker */


typedef void (*sim_answered_pt)(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply);


/*
 * One HTTP exchange of a client.  It belongs to the world from sim_send() on
 * and is given back after answered(), whose reply is NULL when no answer came
 * (then nobody knows whether the call was done).
 */
struct sim_exchange_s {
    const phone_endpoint_t  *endpoint;
    phone_str_t              cookie;
    phone_str_t              code_cookie;
    phone_str_t              device_cookie;
    phone_str_t              key;        /* Idempotency-Key; NULL: none */
    phone_str_t              upload;     /* a file; NULL: none */
    phone_str_t              address;
    phone_arena_t            arena;      /* of what it holds */

    sim_answered_pt          answered;
    void                    *client;
    void                    *about;      /* the client's: an order, a bill */
    phone_str_t              number;     /* who is logged in, if anyone */

    unsigned                 serial;
    int64_t                  sent_at;    /* of the run */
    int64_t                  sent_wall;  /* ms since 1970 */
    int64_t                  ran_wall;   /* ms, on the clock that answered */
    unsigned                 jumped;     /* so often the clock had, then */
    unsigned                 bills;      /* that its number had, then; or its
                                            merchant, for the first page */
    unsigned                 shown;      /* on the pages before */
    phone_refusal_t          expected;   /* with must_fail: this, or "later" */
    unsigned                 must_fail:1;    /* the call is not in order */
    unsigned                 exactly:1;  /* expected says how it fails */
    unsigned                 worked:1;   /* a password was looked at */
    unsigned                 crowded:1;  /* or no place was left for it */
    unsigned                 at_rest:1;  /* nothing else goes on */
    unsigned                 broken:1;   /* by a record that is corrupt */
    unsigned                 by_key:1;   /* guesses a secret of another call */
    unsigned                 closed:1;   /* answered() was called */
    unsigned                 overheard:1;    /* a copy may come before it */
    unsigned                 refs;

    /* of a call with an envelope: what is sent in place of the fields */
    phone_fields_t          *wire;       /* NULL: the fields are */
    phone_str_t              iv;
    unsigned                 suite;      /* 0: there is none */

    phone_fields_t           fields;     /* last: it is large */
};


struct sim_task_s {
    phone_call_t             call;
    sim_worker_t            *worker;
    sim_task_t              *next;       /* of the worker, or idle */
    sim_task_t             **link;
    sim_exchange_t          *exchange;   /* NULL: an event runs */

    uint64_t                 serial;
    unsigned                 refs;
    phone_runner_t           runner;     /* of the core: what is next */
    unsigned                 waiting;    /* for so many replies, or postings */
    unsigned                 pause;      /* the timer that counts */
    unsigned                 halves;     /* runs of an event in parts */

    sim_task_t              *waiter;     /* a call that waits for this event */
    unsigned                 awaited;    /* in its round of so many */
    unsigned                 awaits;

    unsigned                 placed:1;   /* a place to sign is kept */
    unsigned                 dead:1;     /* ended, or its worker died */
    unsigned                 done:1;     /* one was: no refusal, no proof */
    unsigned                 final:1;    /* its client was told an outcome */
};


/* exchange.c: clients */

/* NULL: there is no such endpoint. */
const phone_endpoint_t *sim_endpoint(const char *name);

/* Their places in the registry. */
unsigned sim_endpoint_index(const phone_endpoint_t *endpoint);
unsigned sim_event_index(const phone_event_t *event);

sim_exchange_t *sim_exchange(sim_world_t *world, const char *endpoint,
    sim_answered_pt answered, void *client);
void sim_add(sim_exchange_t *exchange, const char *name, phone_str_t value);
void sim_add_int(sim_exchange_t *exchange, const char *name, int64_t value);
void sim_send(sim_world_t *world, sim_exchange_t *exchange);

/* What was sent under that name, empty when nothing was; is it a call of that
   endpoint? */
phone_str_t sim_sent(const sim_exchange_t *exchange, const char *name);
int sim_is_call(const sim_exchange_t *exchange, const char *endpoint);

/* For a task: the answer is on its way; none will come; one user less. */
void sim_exchange_answer(sim_task_t *task);
void sim_exchange_break(sim_world_t *world, sim_exchange_t *exchange);
void sim_exchange_drop(sim_world_t *world, sim_exchange_t *exchange);


/* task.c */
sim_task_t *sim_task(sim_worker_t *worker);
void sim_task_draw(sim_task_t *task);

/* posted: who waits for what it brings to other buckets goes on. */
void sim_task_end(sim_task_t *task, int posted);

/* The calls of a worker that dies; what they have sent still arrives. */
void sim_drop_tasks(sim_worker_t *worker);

/* For what brings a task its replies: each hold is ended by one let go. */
void sim_task_hold(sim_task_t *task);
void sim_task_let_go(sim_task_t *task);
const char *sim_task_name(const sim_task_t *task);


/* calls.c */

/* What the core's runner says is next, until something is to be waited for. */
void sim_task_go(sim_task_t *task);

/* Runs a call that has arrived. */
void sim_run_call(sim_worker_t *worker, sim_exchange_t *exchange);

/* Runs an event whose lease it holds; NULL: there is no such one. */
sim_task_t *sim_run_event(sim_worker_t *worker, unsigned bucket,
    phone_str_t member, int64_t score);

/* lane.c: how many more events of a lane the worker takes; and 1 when it takes
   none, so that this one is parked. */
unsigned sim_lane_room(const sim_worker_t *worker, phone_str_t lane);
int sim_park(sim_worker_t *worker, unsigned bucket, phone_str_t member,
    int64_t score);

void sim_task_reply(sim_task_t *task, phone_outcome_t outcome);


/* recall.c: records that a worker remembers */

/* 1: the ask is answered by what the worker remembers; the reply follows. */
int sim_recall(sim_task_t *task, phone_ask_t *ask);

/* An ask has been answered by the store. */
void sim_keep(sim_task_t *task, const phone_ask_t *ask);


/* wire.c: to the store and back */

typedef void (*sim_said_pt)(sim_world_t *world, void *data,
    phone_outcome_t outcome, const phone_guard_t *guard);

void sim_send_asks(sim_task_t *task, phone_ask_t **ask, unsigned n);

/*
 * What `commit` points to is copied.  task may be NULL.  said() is called
 * once, whatever happens, even when the worker has died by then.
 */
void sim_send_commit(sim_worker_t *worker, sim_task_t *task,
    const phone_commit_t *commit, sim_said_pt said, void *data);


/* outside.c: what is neither store nor client */

/* The task waits for it, or is told at once that too much is waiting. */
void sim_send_work(sim_task_t *task, phone_ask_work_t *ask);
void sim_send_fetch(sim_task_t *task, phone_ask_fetch_t *fetch);

#define SIM_PLATFORM_KEY     PHONE_STR("the platform's key")

/* A signature of the simulated world: cheap, and only right for this key,
   type and text. */
#define SIM_BY_SECRET  PHONE_STR("HMAC-SHA256")

phone_str_t sim_signature(phone_arena_t *arena, phone_str_t key,
    phone_str_t sign_type, phone_str_t text);


/* pump.c */

void sim_pump_start(sim_worker_t *worker);

/* An event of this worker that failed is due again in so many ms. */
void sim_put_back(sim_worker_t *worker, const phone_call_t *call, int64_t ms);

/* The event that is due next; NULL when there is none. */
const sim_member_t *sim_next_due(sim_world_t *world);


#endif /* _SIM_CALLS_H_INCLUDED_ */
