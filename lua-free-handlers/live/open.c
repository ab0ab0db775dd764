
/* PAY-2: may this client hear the live events of its number? */


#include "live.h"


static phone_rc_t phone_live_open_run(phone_call_t *call);


static const phone_param_t  phone_live_open_params[] = {
    { NULL, 0, 0, 0, 0, NULL }
};


const phone_endpoint_t  phone_live_open = {
    "live.open", "GET", "/live", PHONE_SESSION,
    phone_live_open_run, phone_live_open_params,
    "Live events of the number that is logged in, as text/event-stream; "
    "Last-Event-ID resumes."
};


static phone_rc_t
phone_live_open_run(phone_call_t *call)
{
    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    return phone_done(call);
}
