
/*
 * What hosts that share a store have to agree on, and how they can tell that
 * they do not: their clocks, the lease of an event, and whether the store
 * still holds what it has confirmed.
 */


#ifndef _PHONE_HOSTS_H_INCLUDED_
#define _PHONE_HOSTS_H_INCLUDED_


#include <stdint.h>


/* From here on an operator is told (us). */
#define PHONE_CLOCK_WARN  1000000

/* Bytes of the store that are not for strangers: more than all that they can
   make it hold. */
#define PHONE_MEMORY_RESERVE  (INT64_C(96) << 20)


typedef enum {
    PHONE_CLOCK_GOOD,
    PHONE_CLOCK_OFF,             /* more than PHONE_CLOCK_WARN */
    PHONE_CLOCK_REFUSED          /* more than the bound: do nothing */
} phone_clock_t;


/*
 * Compares our clock with the store's: `theirs` was read somewhere between
 * `sent` and `received` of ours.  Sets *offset to how far ours is ahead, at
 * most half of that time wrong, and *certain to the part of it that is not in
 * doubt, which alone counts.  All in us.
 */
phone_clock_t phone_clock_judge(int64_t sent, int64_t theirs,
    int64_t received, int64_t bound, int64_t *offset, int64_t *certain);


/*
 * Between two comparisons: whether our clock has been set so far that it is
 * beyond the bound by now.  `offset` is what the last one found for certain,
 * so that a slow answer is not taken for a clock that was set; `apart` is
 * what our clock was ahead then of one that nobody sets, `now_apart` what it
 * is ahead of that now.  All in ms.
 */
int phone_clock_was_set(int64_t offset, int64_t apart, int64_t now_apart,
    int64_t bound);


/*
 * Memory of the store kept apart from strangers, for money: 1 when less than
 * the reserve is left of what it may use (limit 0: as it likes), or less than
 * half of a small one.  In bytes.
 */
int phone_memory_low(int64_t used, int64_t limit);


/*
 * Whether an event may still send something that takes `needs`: nobody else
 * may take the event meanwhile, whose lease ends at `until`, not even a host
 * whose clock is as far ahead of ours as two good clocks can be.  A lease that
 * is too short for that gives up to half of what it has to spare.  All in ms.
 */
int phone_lease_allows(int64_t until, int64_t now, int64_t lease,
    int64_t needs, int64_t clock_bound);


typedef enum {
    PHONE_WRITES_KEPT,
    PHONE_WRITES_UNSURE,         /* those since the last witness */
    PHONE_WRITES_LOST
} phone_writes_t;


/*
 * A worker writes a witness, a number that grows, behind commits that were
 * confirmed.  A store that holds an older one has lost what it confirmed.
 */
typedef struct {
    int64_t      confirmed;      /* 0: none yet */
    int64_t      found;          /* in the store; 0: none */
    unsigned     uncovered:1;    /* commits were confirmed since */
    unsigned     another_run:1;  /* the server is not the process it was */
    unsigned     promoted:1;     /* and was a replica before */
    unsigned     synced:1;       /* it confirms what is on disk */
} phone_witness_t;

phone_writes_t phone_writes_judge(const phone_witness_t *witness);


#endif /* _PHONE_HOSTS_H_INCLUDED_ */
