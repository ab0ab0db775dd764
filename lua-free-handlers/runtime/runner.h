
/*
 * What follows what, from the first run of a call to its answer: after a
 * conflict, an outcome that nobody knows, a refusal that comes late, a lost
 * lease.  The shell, the simulator and the unit tests drive calls by this one
 * file; they bring answers, times and random numbers, and do what they are
 * told:
 *
 *     phone_runner_init(&runner, &call, timeout, ms);
 *     again:
 *         switch (phone_runner_next(&runner, ms, now, random)) {
 *         case PHONE_NEXT_ASKS:    get what phone_next_ask() hands out, say
 *                                  phone_runner_trouble() of what fails;
 *                                  when all have come: again
 *         case PHONE_NEXT_COMMIT:  if phone_runner_may_commit(), apply
 *                                  runner.commit, and say
 *                                  phone_runner_committed(); again
 *         case PHONE_NEXT_EVENTS:  phone_runner_emitted() says of each of
 *                                  call.emitted whether to run it; when those
 *                                  to wait for are over, or in runner.wait ms:
 *                                  again
 *         case PHONE_NEXT_WAIT:    in runner.wait ms: again
 *         case PHONE_NEXT_OVER:    call.reply is there; of an event,
 *                                  phone_runner_event() says what to do with
 *                                  it
 *         }
 */


#ifndef _PHONE_RUNNER_H_INCLUDED_
#define _PHONE_RUNNER_H_INCLUDED_


#include "../host.h"


#define PHONE_CONFLICTS_MAX  32
#define PHONE_UNKNOWN_MAX    3           /* unknown outcomes and lost reads */
#define PHONE_WAITS_MAX      20          /* for what is on its way */
#define PHONE_STARTS_MAX     10000000    /* of PHONE_CONTINUE */
#define PHONE_ROUNDS_MAX     4096        /* of one start, all tries */
#define PHONE_HALVES_MAX     4           /* runs of an event in parts */

/* When an event that achieved nothing is put back to (ms): that soon, unless
   it has sent something out. */
#define PHONE_BACK_WAIT      2000
#define PHONE_BACK_SENT      15000

/* How long a call waits for its effects to come to other buckets before it is
   answered without them (ms). */
#define PHONE_POSTED_WAIT    1000

/* Until a stored value that makes no sense is read once more (ms). */
#define PHONE_REREAD_WAIT    20


/* What became of a commit, or of a read. */
typedef enum {
    PHONE_OUTCOME_APPLIED = 0,   /* or: read */
    PHONE_OUTCOME_CONFLICT,      /* a guard failed: nothing was written */
    PHONE_OUTCOME_UNKNOWN,       /* sent, but no reply came */
    PHONE_OUTCOME_REFUSED,       /* the store refused it: nothing was written */
    PHONE_OUTCOME_UNAVAILABLE,   /* not sent, or it arrived too late */
    PHONE_OUTCOME_BROKEN,        /* a reply or a stored value makes no sense */
    PHONE_OUTCOME_BUSY           /* of work: too much is waiting already */
} phone_outcome_t;


typedef enum {
    PHONE_NEXT_ASKS,
    PHONE_NEXT_COMMIT,
    PHONE_NEXT_EVENTS,
    PHONE_NEXT_WAIT,
    PHONE_NEXT_OVER
} phone_next_t;


typedef enum {
    PHONE_RUNNER_RUN = 0,        /* of the handler */
    PHONE_RUNNER_COMMIT,
    PHONE_RUNNER_COMMITTED,      /* it was sent: see `outcome` */
    PHONE_RUNNER_FINISH,
    PHONE_RUNNER_OVER
} phone_runner_state_t;


typedef struct {
    phone_call_t            *call;
    const phone_commit_t    *commit;
    int64_t                  wait;       /* ms */

    phone_runner_state_t     state;
    phone_outcome_t          outcome;    /* of the commit */
    phone_guard_kind_t       guard;      /* that failed, of a conflict */
    int                      full;       /* and it would fail again */
    phone_refusal_t          refusal;    /* when in trouble */

    int64_t                  started;    /* ms, by the host's steady clock */
    int64_t                  judged_at;  /* this part's time of day, ms */
    int64_t                  timeout;    /* ms: no other try after that */
    unsigned                 runs;       /* of the handler, in all */
    unsigned                 conflicts;
    unsigned                 unknown;
    unsigned                 waits;      /* runs that were "not yet" */
    unsigned                 starts;

    unsigned                 trouble:1;  /* an answer is an error */
    unsigned                 lost:1;     /* reading again may help */
    unsigned                 doubt:1;    /* a commit may have gone in */
    unsigned                 late:1;     /* refused, and in doubt */
    unsigned                 committed:1;    /* the last commit was applied */
    unsigned                 lease_lost:1;   /* the event is another's */
    unsigned                 failed:1;   /* the reply is not a handler's */
    unsigned                 no_store:1; /* for the store was not there */
    unsigned                 endless:1;  /* the handler asks without end */
    unsigned                 sent_out:1; /* or tried to */
    unsigned                 reread:1;   /* what made no sense */
    unsigned                 closing:1;  /* set by the host: no other try */
    unsigned                 clock_off:1;    /* when the call began */
} phone_runner_t;


/* call has what arrived; timeout and ms as in phone_runner_t. */
void phone_runner_init(phone_runner_t *runner, phone_call_t *call,
    int64_t timeout, int64_t ms);

/* ms goes on evenly, for waits and time-outs; now is the time of day. */
phone_next_t phone_runner_next(phone_runner_t *runner, int64_t ms,
    int64_t now, uint32_t random);

/* One of the asks of this round has failed; called as soon as that is known. */
void phone_runner_trouble(phone_runner_t *runner, phone_outcome_t outcome);

/*
 * May something be sent out now that takes up to `needs` ms?  Called right
 * before, with a clock that was just read.  0: the lease of the event ends
 * before that, so another worker may run it by then; this run ends.
 */
int phone_runner_may_send(phone_runner_t *runner, int64_t now, int64_t needs);

/*
 * May runner.commit be handed to the store?  Called right before, with a clock
 * that was just read.  0: the call began too long ago, or the clock was set
 * back since by as much, and the call is refused, because checks that depend
 * on time may no longer hold (its nonce may have expired, a key have ended).
 * An event's commit is guarded by its lease instead.
 */
int phone_runner_may_commit(phone_runner_t *runner, int64_t now);

/*
 * The time, ms by the clock of the store, after which the store must not apply
 * runner.commit any more: something between us and it may hold it up.  What
 * waits for phone_commits_late(), the statement of a day, relies on that.  0:
 * at any time, for an event has its lease.
 */
int64_t phone_runner_until(const phone_runner_t *runner);

/* guard is the one that failed, of a conflict. */
void phone_runner_committed(phone_runner_t *runner, phone_outcome_t outcome,
    const phone_guard_t *guard);


/* An event of call.emitted, at PHONE_NEXT_EVENTS. */
typedef enum {
    PHONE_EMITTED_NOT,           /* nobody knows whether it was put */
    PHONE_EMITTED_RUN,
    PHONE_EMITTED_AWAIT          /* run it; the call waits for its end */
} phone_emitted_do_t;

phone_emitted_do_t phone_runner_emitted(const phone_runner_t *runner,
    const phone_emitted_t *emitted);


/* What to do with an event that was run that many times. */
typedef enum {
    PHONE_EVENT_DONE,            /* it is removed, or put for later */
    PHONE_EVENT_AGAIN,           /* its first half is: a new call, at once */
    PHONE_EVENT_LOST,            /* another process holds it */
    PHONE_EVENT_BACK,            /* nothing was done, which is certain: put it
                                    back for phone_runner_back() ms instead of
                                    waiting for the end of its lease */
    PHONE_EVENT_LEFT             /* left to its lease: then a sweep finds it */
} phone_event_do_t;

phone_event_do_t phone_runner_event(const phone_runner_t *runner,
    unsigned runs);
int64_t phone_runner_back(const phone_runner_t *runner);


#endif /* _PHONE_RUNNER_H_INCLUDED_ */
