
/*
 * lib/hosts.c: clocks, leases and witnesses of hosts that share a store.
 */


#include "tap.h"
#include "lib/hosts.h"


#define SECOND  ((int64_t) 1000000)


/* of the last judge() */
static int64_t  certain;


static phone_clock_t
judge(int64_t ahead, int64_t round_trip, int64_t *offset)
{
    int64_t  theirs;

    theirs = 1795190400 * SECOND;

    /* theirs was read at the end of the round trip */

    return phone_clock_judge(theirs + ahead - round_trip, theirs,
                             theirs + ahead, 5 * SECOND, offset, &certain);
}


static void
test_memory(void)
{
    is_int(phone_memory_low(1 << 30, 0), 0, "no limit: never low");
    is_int(phone_memory_low(400, 800), 0, "half of a small one is left");
    is_int(phone_memory_low(401, 800), 1, "less is");
    is_int(phone_memory_low(900, 800), 1, "more is used than may be");
    is_int(phone_memory_low(INT64_C(144) << 20, INT64_C(240) << 20), 0,
           "96 MB of 240 MB are left");
    is_int(phone_memory_low((INT64_C(144) << 20) + 1, INT64_C(240) << 20), 1,
           "less is");
    is_int(phone_memory_low(INT64_C(928) << 20, INT64_C(1) << 30), 0,
           "96 MB of 1 GB are left");
    is_int(phone_memory_low((INT64_C(928) << 20) + 1, INT64_C(1) << 30), 1,
           "less is");
}


static void
test_clocks(void)
{
    int64_t  offset;

    is_int(judge(0, 0, &offset), PHONE_CLOCK_GOOD, "the same clock");
    is_int(offset, 0, "is not off");

    is_int(judge(SECOND, 0, &offset), PHONE_CLOCK_GOOD, "a second is fine");
    is_int(judge(SECOND + 1, 0, &offset), PHONE_CLOCK_OFF, "more is not");
    is_int(judge(-SECOND - 1, 0, &offset), PHONE_CLOCK_OFF, "nor behind");
    is_int(offset, -SECOND - 1, "by so much");

    is_int(judge(5 * SECOND, 0, &offset), PHONE_CLOCK_OFF, "at the bound");
    is_int(judge(5 * SECOND + 1, 0, &offset), PHONE_CLOCK_REFUSED,
           "beyond the bound, ahead");
    is_int(judge(-5 * SECOND - 1, 0, &offset), PHONE_CLOCK_REFUSED,
           "beyond the bound, behind");
    is_int(judge(3600 * SECOND, 0, &offset), PHONE_CLOCK_REFUSED, "by hours");

    is_int(judge(-2 * SECOND, 0, &offset), PHONE_CLOCK_OFF, "behind");
    is_int(certain, -2 * SECOND, "all of that is certain");

    is_int(judge(0, 20 * SECOND, &offset), PHONE_CLOCK_GOOD,
           "a slow answer of a right clock is never refused");
    is_int(offset, -10 * SECOND, "though it may be off by much");
    is_int(certain, 0, "which is not certain");
    is_int(judge(3600 * SECOND, 20 * SECOND, &offset), PHONE_CLOCK_REFUSED,
           "a slow answer does not hide a wrong clock");
    is_int(judge(6 * SECOND, 4 * SECOND, &offset), PHONE_CLOCK_OFF,
           "what is not certain does not count");
    is_int(certain, 2 * SECOND, "two of six seconds are");

    is_int(phone_clock_judge(10 * SECOND, 0, 0, 5 * SECOND, &offset,
                             &certain),
           PHONE_CLOCK_GOOD, "set back between question and answer");
}


static void
test_set_clock(void)
{
    is_int(phone_clock_was_set(0, 100, 100, 5000), 0, "nobody has set it");
    is_int(phone_clock_was_set(0, 100, 5100, 5000), 0, "set to the bound");
    is_int(phone_clock_was_set(0, 100, 5101, 5000), 1, "set beyond it");
    is_int(phone_clock_was_set(0, 100, -4900, 5000), 0, "back, to the bound");
    is_int(phone_clock_was_set(0, 100, -4901, 5000), 1, "back beyond it");
    is_int(phone_clock_was_set(4000, 100, 1101, 5000), 1,
           "what it was off before counts");
    is_int(phone_clock_was_set(-4000, 100, 9100, 5000), 0,
           "also where it makes up for it");
}


static void
test_leases(void)
{
    ok(phone_lease_allows(60000, 0, 60000, 15000, 5000), "a fresh lease");
    ok(phone_lease_allows(60000, 35000, 60000, 15000, 5000),
       "what it needs, and two clocks that differ");
    ok(!phone_lease_allows(60000, 35001, 60000, 15000, 5000), "not after");
    ok(!phone_lease_allows(60000, 60000, 60000, 15000, 5000),
       "not when it is over");
    ok(!phone_lease_allows(60000, 200000, 60000, 15000, 5000),
       "not when another one has it");

    ok(phone_lease_allows(2000, 500, 2000, 1000, 5000), "a short lease");
    ok(!phone_lease_allows(2000, 501, 2000, 1000, 5000),
       "leaves half of what it has to spare");
}


static void
test_witnesses(void)
{
    phone_witness_t  witness;

    memset(&witness, 0, sizeof(phone_witness_t));
    is_int(phone_writes_judge(&witness), PHONE_WRITES_KEPT, "a new worker");

    witness.confirmed = 7;
    witness.found = 7;
    is_int(phone_writes_judge(&witness), PHONE_WRITES_KEPT, "it is there");
    witness.found = 8;
    is_int(phone_writes_judge(&witness), PHONE_WRITES_KEPT, "so is the next");
    witness.found = 6;
    is_int(phone_writes_judge(&witness), PHONE_WRITES_LOST, "an older one");
    witness.found = 0;
    is_int(phone_writes_judge(&witness), PHONE_WRITES_LOST, "none");

    witness.found = 7;
    witness.uncovered = 1;
    is_int(phone_writes_judge(&witness), PHONE_WRITES_KEPT,
           "commits since, of the same process");
    witness.another_run = 1;
    is_int(phone_writes_judge(&witness), PHONE_WRITES_UNSURE,
           "of another process, that writes late");
    witness.synced = 1;
    is_int(phone_writes_judge(&witness), PHONE_WRITES_KEPT,
           "of another process, from a log that was synced");
    witness.promoted = 1;
    is_int(phone_writes_judge(&witness), PHONE_WRITES_UNSURE,
           "of a replica, whatever it syncs");
    witness.uncovered = 0;
    is_int(phone_writes_judge(&witness), PHONE_WRITES_KEPT,
           "a replica that has the last witness, and nothing came after it");
}


int
main(void)
{
    test_memory();
    test_clocks();
    test_set_clock();
    test_leases();
    test_witnesses();

    return done_testing();
}
