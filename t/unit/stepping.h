
/* Steps of a job, for tests. */


#ifndef _PHONE_TEST_STEPPING_H_INCLUDED_
#define _PHONE_TEST_STEPPING_H_INCLUDED_


#include "play.h"


/* A run of the job's event as the runner does it. */

static inline int
step(void)
{
    int           again, reread;
    phone_call_t  call;
    play_event_t  event;

    if (!play_event_begin(&call, &event)) {
        return 0;
    }

    reread = 0;

    do {
        play_run(&call);
        again = play_commit(&call);

        if (call.broken && !reread) {
            reread = again = 1;
            phone_forget(&call);
        }

    } while (again);

    player.now = call.repeat_at > player.now ? call.repeat_at : player.now;
    play_event_end(&call, &event);
    is_int(player.disk_open, 0, "no file stays open");

    return 1;
}


#endif /* _PHONE_TEST_STEPPING_H_INCLUDED_ */
