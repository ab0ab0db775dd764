
/* How often a merchant has something done within an hour that costs the
   platform more than a call.  The count is read before anything is done: what
   is over the limit must cost no more than a call. */


#include "bill.h"


phone_rc_t
phone_hour_count(phone_call_t *call, unsigned field, int64_t most)
{
    int64_t      asked;
    phone_str_t  id;

    id = phone_format(phone_memory(call), "%.*s:%lld",
                      PHONE_ARGS(phone_caller(call)),
                      (long long) (phone_now(call) / PHONE_HOUR));
    asked = phone_get_int(phone_ask(call, &phone_replays, id), field);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (asked >= most) {
        phone_retry_after(call, (phone_window_left(call, PHONE_HOUR) + 999)
                                / 1000);

        return phone_refuse(call, PHONE_RATE_LIMITED);
    }

    phone_add(call, &phone_replays, id, field, 1, most,
              phone_window_lives(call, PHONE_HOUR));

    return PHONE_DONE;
}
