
/* Days of tea's are closed, for tests. */


#ifndef _PHONE_TEST_DAYS_H_INCLUDED_
#define _PHONE_TEST_DAYS_H_INCLUDED_


#include "stepping.h"


/* The event that closes a day of tea's, which alone is left; 0: there is
   none. */

static inline int64_t
close_event(void)
{
    size_t             i;
    unsigned           bucket;
    const sim_zset_t  *due;

    bucket = phone_bucket_of(PHONE_STR("tea"), player.env.buckets);
    due = sim_store_zset(player.store, player.now,
                         phone_key(&player.arena, &phone_due, bucket,
                                   PHONE_EMPTY));

    for (i = 0; due && i < due->n; i++) {
        if (memmem(due->member[i].member.data, due->member[i].member.len,
                   "statement.close ", 16) != NULL
            && memmem(due->member[i].member.data, due->member[i].member.len,
                      "-tea:", 5) != NULL)
        {
            player.event[0] = (play_event_t) {
                phone_copy(&player.arena, due->member[i].member), bucket,
                due->member[i].score };
            player.nevents = 1;

            return due->member[i].score;
        }
    }

    return 0;
}


/* One run of it at its time, and the job that it has started. */

static inline void
close_day(void)
{
    int64_t  at;

    at = close_event();
    player.now = at > player.now ? at : player.now;
    step();

    while (player.nevents
           && strncmp(player.event[0].member.data, "job.step ", 9) == 0)
    {
        step();
    }
}


static inline phone_str_t
closed_until(void)
{
    return play_stored(&phone_stated, "tea", STATED_UNTIL);
}


#endif /* _PHONE_TEST_DAYS_H_INCLUDED_ */
