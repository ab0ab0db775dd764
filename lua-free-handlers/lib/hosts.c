
#include "lib/hosts.h"


static int64_t phone_distance(int64_t a, int64_t b);


phone_clock_t
phone_clock_judge(int64_t sent, int64_t theirs, int64_t received,
    int64_t bound, int64_t *offset, int64_t *certain)
{
    int64_t  surely;

    *offset = sent + (received - sent) / 2 - theirs;

    /* a clock that was set back meanwhile makes "received" the earlier one */

    surely = phone_distance(*offset, 0) - phone_distance(received, sent) / 2;

    *certain = surely <= 0 ? 0 : *offset < 0 ? -surely : surely;

    return surely > bound ? PHONE_CLOCK_REFUSED
         : surely > PHONE_CLOCK_WARN ? PHONE_CLOCK_OFF
         : PHONE_CLOCK_GOOD;
}


int
phone_clock_was_set(int64_t offset, int64_t apart, int64_t now_apart,
    int64_t bound)
{
    return phone_distance(offset + now_apart - apart, 0) > bound;
}


int
phone_memory_low(int64_t used, int64_t limit)
{
    int64_t  reserve;

    reserve = limit / 2 < PHONE_MEMORY_RESERVE ? limit / 2
                                               : PHONE_MEMORY_RESERVE;

    return limit > 0 && used > limit - reserve;
}


int
phone_lease_allows(int64_t until, int64_t now, int64_t lease, int64_t needs,
    int64_t clock_bound)
{
    int64_t  margin, spare;

    margin = 2 * clock_bound;
    spare = (lease - needs) / 2;

    return now + needs + (margin < spare ? margin : spare) <= until;
}


/*
 * A server that was restarted from a log which it had synced has lost nothing;
 * a replica that was promoted may not have been sent the last writes.
 */

phone_writes_t
phone_writes_judge(const phone_witness_t *witness)
{
    if (witness->found < witness->confirmed) {
        return PHONE_WRITES_LOST;
    }

    if (!witness->uncovered || !witness->another_run) {
        return PHONE_WRITES_KEPT;
    }

    return witness->synced && !witness->promoted ? PHONE_WRITES_KEPT
                                                 : PHONE_WRITES_UNSURE;
}


static int64_t
phone_distance(int64_t a, int64_t b)
{
    return a > b ? a - b : b - a;
}
