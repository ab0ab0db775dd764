
/* Counters of parked events: see ngx_phone_parked_t. */


#include "run/ngx_phone_due.h"


void
ngx_phone_due_parked(ngx_phone_pump_t *pump, const phone_call_t *call,
    ngx_uint_t done)
{
    int64_t              ticks;
    ngx_phone_parked_t  *seen;

    ngx_phone_due_count_parked(pump);

    seen = &pump->parked_seen;
    seen->oldest[0] = ngx_max(seen->oldest[0], call->waited);

    if (!done) {
        return;
    }

    /* a sweep finds lane.next half an interval late, on average */

    ticks = (call->repeat_at - call->now + (int64_t) pump->phone->conf->pump / 2
             + NGX_PHONE_PARKED_TICK / 2)
            / NGX_PHONE_PARKED_TICK;

    if (ticks <= 0 || ticks >= NGX_PHONE_PARKED_TICKS) {
        return;
    }

    seen->events += (ngx_uint_t) call->left_parked;
    seen->until[(seen->tick + (ngx_msec_t) ticks) % NGX_PHONE_PARKED_TICKS] +=
                                               (ngx_uint_t) call->left_parked;
}


void
ngx_phone_due_count_parked(ngx_phone_pump_t *pump)
{
    ngx_uint_t           n, *until;
    ngx_msec_t           tick;
    ngx_phone_parked_t  *seen;

    seen = &pump->parked_seen;
    tick = ngx_current_msec / NGX_PHONE_PARKED_TICK;

    for (n = 0; seen->tick != tick && n < NGX_PHONE_PARKED_TICKS; n++) {
        until = &seen->until[++seen->tick % NGX_PHONE_PARKED_TICKS];
        seen->events -= *until;
        *until = 0;
    }

    seen->tick = tick;

    if (ngx_time() - seen->since >= NGX_PHONE_PARKED_PERIOD) {
        seen->since = ngx_time();
        seen->oldest[1] = seen->oldest[0];
        seen->oldest[0] = 0;
    }

    pump->phone->counters->events_waiting = seen->events;
    pump->phone->counters->events_waited =
                      (ngx_uint_t) ngx_max(seen->oldest[0], seen->oldest[1]);
}
