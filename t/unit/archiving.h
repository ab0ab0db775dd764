
/* Bills of a month are archived, for tests. */


#ifndef _PHONE_TEST_ARCHIVING_H_INCLUDED_
#define _PHONE_TEST_ARCHIVING_H_INCLUDED_


#include "play.h"
#include "bill/archive.h"


#define LONG_AGO  (200 * PHONE_DAY)


static int64_t  month;


/* An endpoint that asks for bills of that month to be archived, as the closing
   of a month does. */

static phone_rc_t
close_run(phone_call_t *call)
{
    unsigned    bucket;
    phone_rc_t  rc;

    bucket = (unsigned) phone_arg_int(call, "bucket");
    rc = phone_archive_bills(call, bucket, month);

    if (rc == PHONE_AGAIN) {
        return rc;
    }

    phone_say(call, "state", rc == PHONE_DONE ? PHONE_STR("done")
                                              : PHONE_STR("not yet"));

    return phone_done(call);
}


static const phone_param_t  close_params[] = {
    { "bucket", PHONE_P_INT, 0, 0, 15, "which" },
    { NULL, 0, 0, 0, 0, NULL }
};

static const phone_member_t  close_reply[] = {
    { "state", PHONE_M_TEXT, 0, NULL, NULL, "done, or not yet" },
    { NULL, 0, 0, NULL, NULL, NULL }
};

static const phone_endpoint_t  close_bills = {
    "test.close", "POST", "/test", PHONE_ANYONE, close_run, close_params,
    close_reply, "Closes the bills of a month."
};


static inline int
close_month(unsigned bucket)
{
    char  form[32];

    player.cookie = PHONE_EMPTY;
    snprintf(form, sizeof(form), "bucket=%u", bucket);
    play_endpoint(&close_bills, form);

    return phone_is(play_member("state"), "done");
}


/* A posting is applied, and then it is seen that it was. */

static inline void
run_one(void)
{
    play_event_t  event;

    event = player.event[0];
    play_event();

    if (strncmp(event.member.data, "posting.apply ", 14) == 0) {
        memmove(player.event + 1, player.event,
                player.nevents++ * sizeof(play_event_t));
        player.event[0] = event;
        play_event();
    }
}


/* Some events are repeated later, again and again: time passes. */

static inline void
run_jobs(void)
{
    unsigned  i, left;

    for (i = 0; i < 60; i++) {

        for (left = player.nevents; left; left--) {
            run_one();
        }

        player.now += 1000;
    }
}


/* All buckets; 0: the job of one has not come to its end. */

static inline int
archive_all(void)
{
    int       done;
    unsigned  i;

    done = 1;

    for (i = 0; i < 16; i++) {
        close_month(i);
    }

    run_jobs();

    for (i = 0; i < 16; i++) {
        done = close_month(i) && done;
    }

    return done;
}


#endif /* _PHONE_TEST_ARCHIVING_H_INCLUDED_ */
