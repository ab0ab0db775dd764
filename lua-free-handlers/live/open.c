
/*
 * PAY-2: may this client get the live events of its number?  Called when it
 * connects and with each heartbeat; while it may, its number counts as having
 * an open client.
 */


#include "live.h"
#include "../host.h"


/* Part of phone_live_open, in which there are three heartbeats: the first
   heartbeat of a number's clients renews it for those that come soon after. */
#define PHONE_LIVE_SAID  6


/* Part of phone_live_open: calls commit later than their time. */
#define PHONE_LIVE_LATE  16


static phone_rc_t phone_live_open_run(phone_call_t *call);
static int64_t phone_live_late(const phone_settings_t *settings);
static int phone_live_epoch_new(phone_call_t *call, phone_record_t *account);


static const phone_param_t  phone_live_open_params[] = {
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_live_open_reply[] = {
    { "text/event-stream", PHONE_M_STREAM, 0, NULL, NULL,
      "the stream of events" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_live_open = {
    "live.open", "GET", "/live", PHONE_SESSION,
    phone_live_open_run, phone_live_open_params, phone_live_open_reply,
    "Live events of the number that is logged in, as text/event-stream; "
    "Last-Event-ID resumes."
};


/* Run again after its own commit, it finds its own time. */

static phone_rc_t
phone_live_open_run(phone_call_t *call)
{
    int64_t          left, lives;
    phone_str_t      number;
    phone_record_t  *account;

    number = phone_caller(call);
    account = phone_ask_some(call, &phone_account, number,
                             PHONE_F(ACCOUNT_LISTENS)
                             | PHONE_F(ACCOUNT_LIVE_EPOCH));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    lives = phone_settings(call)->live_open;
    left = phone_client_open(call, account);

    if (phone_live_epoch_new(call, account)) {
        phone_set_int(account, ACCOUNT_LIVE_EPOCH, call->env->store_epoch);
        left = 0;
    }

    if (left <= lives - lives / PHONE_LIVE_SAID) {
        phone_set_int(account, ACCOUNT_LISTENS, phone_now(call) + lives);
    }

    if (left <= phone_live_late(phone_settings(call))) {
        phone_publish(call, number, "reset", PHONE_STR("{}"));

    } else if (left <= lives - lives / PHONE_LIVE_SAID) {
        phone_keep_live(call, number);
    }

    return phone_done(call);
}


/*
 * The end of the time counts as over: another host, whose clock is so far ahead
 * as two good ones can be, has put no events any more.  PHONE_LIVE_BOUNDS makes
 * it less than half of phone_live_open, where heartbeats find their number.
 */

static int64_t
phone_live_late(const phone_settings_t *settings)
{
    return 2 * settings->clock_bound + settings->live_open / PHONE_LIVE_LATE;
}


/* Has the store lost writes since clients of this number were last told?  What
   they have seen may be undone. */

static int
phone_live_epoch_new(phone_call_t *call, phone_record_t *account)
{
    return phone_get_int(account, ACCOUNT_LIVE_EPOCH) < call->env->store_epoch;
}


/* A time too far ahead was written before the clock was set back. */

int64_t
phone_client_open(phone_call_t *call, phone_record_t *account)
{
    int64_t  left;

    left = phone_get_int(account, ACCOUNT_LISTENS) - phone_now(call);

    return left > 0 && left <= 2 * phone_settings(call)->live_open ? left : 0;
}
