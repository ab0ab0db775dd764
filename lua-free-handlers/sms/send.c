
/*
 * Hands a text to the gateway.
 *
 * What is certain not to have been taken is tried again, sms_tries times.  What
 * the gateway has taken, or says that it has queued, is its own: a report tells
 * how it ended, and is awaited for sms_report, which is how long the gateway
 * may try as well (Sms-Validity).  Without a report what was queued is sent
 * again then, for the gateway has dropped it; of what it had taken nothing is
 * known.  What nobody knows of is sent again once.
 */


#include "sms.h"
#include "../lib/gsm.h"


#define PHONE_SMS_REPLY  4096
#define PHONE_SMS_WAIT   (5 * PHONE_SECOND)      /* doubles each time */
#define PHONE_SMS_LONG   PHONE_MINUTE            /* for a report, in doubt */
#define PHONE_SMS_UNREAD 6                       /* times at most, unread */
#define PHONE_SMS_DOUBTS 1


static phone_rc_t phone_sms_send_run(phone_call_t *call);
static int phone_sms_untried(phone_record_t *sms);
static phone_rc_t phone_sms_waited(phone_call_t *call, phone_record_t *sms);
static const phone_answer_t *phone_sms_hand(phone_call_t *call,
    phone_record_t *sms, phone_str_t text);
static int64_t phone_sms_validity(phone_call_t *call, phone_record_t *sms);
static phone_rc_t phone_sms_unread(phone_call_t *call, phone_record_t *sms);
static phone_rc_t phone_sms_taken(phone_call_t *call, phone_record_t *sms);
static phone_rc_t phone_sms_queued(phone_call_t *call, phone_record_t *sms);
static phone_rc_t phone_sms_doubt(phone_call_t *call, phone_record_t *sms);
static phone_rc_t phone_sms_failed(phone_call_t *call, phone_record_t *sms);
static phone_rc_t phone_sms_given_up(phone_call_t *call, phone_record_t *sms);
static phone_rc_t phone_sms_forget(phone_call_t *call, phone_record_t *sms);
static int64_t phone_sms_pause(phone_record_t *sms);
static int64_t phone_sms_next(phone_call_t *call, phone_record_t *sms,
    int64_t pause);


const phone_event_t  phone_sms_send = {
    "sms.send", phone_sms_send_run,
    "Hands a text to the SMS gateway; tries again when that fails, and ends "
    "the wait for a report."
};


const phone_fetch_t  phone_sms_fetch = {
    "sms", "POST", "text/plain; charset=utf-8",
    { "To", "Sms-Coding", "Sms-Validity", "Sms-Report" }, PHONE_SMS_REPLY, 0,
    "A text, to the number in the header To.", 0, 1
};


static phone_rc_t
phone_sms_send_run(phone_call_t *call)
{
    int                    allowed;
    phone_str_t            text;
    phone_record_t        *sms;
    const phone_answer_t  *answer;

    sms = phone_ask(call, &phone_sms, phone_event_id(call));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(sms)
        || phone_is(phone_get(sms, SMS_STATE), PHONE_SMS_IS_OVER))
    {
        return phone_done(call);
    }

    if (phone_is(phone_get(sms, SMS_STATE), PHONE_SMS_IS_KNOWN)) {
        return phone_sms_taken(call, sms);
    }

    if (phone_is(phone_get(sms, SMS_STATE), PHONE_SMS_IS_TAKEN)
        || phone_now(call) >= phone_get_int(sms, SMS_UNTIL))
    {
        return phone_sms_waited(call, sms);
    }

    if (phone_unseal_record(call, phone_id(sms), phone_get(sms, SMS_TEXT),
                            &text)
        != 0)
    {
        return phone_sms_unread(call, sms);
    }

    if (phone_sms_untried(sms)) {
        allowed = phone_sms_allowed(call, sms);

        if (phone_waiting(call)) {
            return PHONE_AGAIN;
        }

        if (!allowed) {
            return phone_sms_forget(call, sms);
        }
    }

    answer = phone_sms_hand(call, sms, text);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    switch (phone_sms_outcome(phone_settings(call), answer)) {

    case PHONE_SMS_TAKEN:
        return phone_sms_taken(call, sms);

    case PHONE_SMS_QUEUED:
        return phone_sms_queued(call, sms);

    case PHONE_SMS_DOUBT:
        return phone_sms_doubt(call, sms);

    case PHONE_SMS_AGAIN:
        return phone_sms_failed(call, sms);

    default: /* PHONE_SMS_NEVER */
        return phone_sms_given_up(call, sms);
    }
}


/* A text counts once, however many times it is handed over. */

static int
phone_sms_untried(phone_record_t *sms)
{
    return phone_get_int(sms, SMS_ATTEMPT) == 0
           && phone_get(sms, SMS_STATE).len == 0;
}


/* Nothing was heard of what was handed over; or it was not, and its time is
   over. */

static phone_rc_t
phone_sms_waited(phone_call_t *call, phone_record_t *sms)
{
    if (phone_get(sms, SMS_STATE).len == 0) {
        return phone_sms_given_up(call, sms);
    }

    phone_tally(call, PHONE_TALLY_TEXT_UNKNOWN);

    return phone_sms_forget(call, sms);
}


static const phone_answer_t *
phone_sms_hand(phone_call_t *call, phone_record_t *sms, phone_str_t text)
{
    phone_str_t                 to, id, key;
    phone_arena_t              *memory;
    const phone_settings_t     *settings;
    const phone_sms_gateway_t  *gateway;

    memory = phone_memory(call);
    settings = phone_settings(call);
    gateway = phone_sms_gateway(settings->sms_gateway);

    to = phone_get(sms, SMS_TO);
    id = phone_id(sms);
    key = phone_sms_key(call, id);
    text = phone_gsm_cut(text, (unsigned) settings->sms_parts);

    return phone_ask_fetch(call, &phone_sms_fetch, PHONE_EMPTY,
        (phone_str_t[PHONE_FETCH_HEADERS]) {
            to,
            phone_cstr(gateway->coding[phone_gsm_measure(text).ucs2]),
            phone_format(memory, "%lld",
                         (long long) (phone_sms_validity(call, sms)
                                      / gateway->validity)),
            settings->sms_report
            ? phone_format(memory, "id=%.*s&key=%.*s", PHONE_ARGS(id),
                           PHONE_ARGS(key))
            : PHONE_EMPTY },
        gateway->body(call, to, text));
}


/* ms: for so long the gateway may try; a minute at least. */

static int64_t
phone_sms_validity(phone_call_t *call, phone_record_t *sms)
{
    int64_t  left, report;

    left = phone_get_int(sms, SMS_UNTIL) - phone_now(call);
    report = phone_settings(call)->sms_report;
    left = report && report < left ? report : left;

    return left > PHONE_MINUTE ? left : PHONE_MINUTE;
}


/*
 * While the secret is changed host by host another one may be able to read it.
 * If none is, the text ends with its life.
 */

static phone_rc_t
phone_sms_unread(phone_call_t *call, phone_record_t *sms)
{
    int64_t  times;

    times = phone_get_int(sms, SMS_UNREAD);

    phone_set_int(sms, SMS_UNREAD, times + 1);
    phone_leave_unread(call,
                       phone_sms_next(call, sms,
                                      PHONE_SMS_WAIT
                                      << (times < PHONE_SMS_UNREAD
                                          ? times : PHONE_SMS_UNREAD)));

    return phone_done(call);
}


static phone_rc_t
phone_sms_taken(phone_call_t *call, phone_record_t *sms)
{
    int64_t  report;

    report = phone_settings(call)->sms_report;

    phone_sms_took(call, sms);

    if (report == 0) {
        return phone_sms_forget(call, sms);
    }

    phone_sms_await(call, sms);
    phone_repeat(call, phone_now(call) + report);

    return phone_done(call);
}


/* Without reports nobody would say that it was dropped, nor when its time is
   over before that. */

static phone_rc_t
phone_sms_queued(phone_call_t *call, phone_record_t *sms)
{
    int64_t  again;

    again = phone_now(call) + phone_sms_validity(call, sms);

    if (phone_settings(call)->sms_report == 0
        || again >= phone_get_int(sms, SMS_UNTIL)
        || phone_get_int(sms, SMS_ATTEMPT) + 1
           >= phone_settings(call)->sms_tries)
    {
        return phone_sms_taken(call, sms);
    }

    phone_sms_took(call, sms);
    phone_set(sms, SMS_STATE, PHONE_STR(PHONE_SMS_IS_QUEUED));
    phone_set_int(sms, SMS_ATTEMPT, phone_get_int(sms, SMS_ATTEMPT) + 1);
    phone_repeat(call, again);

    return phone_done(call);
}


/* A second time it is as if it had been taken: a person gets a text at most
   twice. */

static phone_rc_t
phone_sms_doubt(phone_call_t *call, phone_record_t *sms)
{
    int64_t  doubts, pause;

    doubts = phone_get_int(sms, SMS_DOUBTS);

    if (doubts >= PHONE_SMS_DOUBTS) {
        return phone_sms_taken(call, sms);
    }

    pause = phone_sms_pause(sms);

    if (phone_settings(call)->sms_report && pause < PHONE_SMS_LONG) {
        pause = PHONE_SMS_LONG;
    }

    phone_set(sms, SMS_STATE, PHONE_STR(PHONE_SMS_IS_DOUBT));
    phone_set_int(sms, SMS_DOUBTS, doubts + 1);
    phone_repeat(call, phone_sms_next(call, sms, pause));

    return phone_done(call);
}


static phone_rc_t
phone_sms_failed(phone_call_t *call, phone_record_t *sms)
{
    int64_t  attempt;

    attempt = phone_get_int(sms, SMS_ATTEMPT) + 1;

    if (attempt >= phone_settings(call)->sms_tries) {
        return phone_sms_given_up(call, sms);
    }

    phone_repeat(call, phone_sms_next(call, sms, phone_sms_pause(sms)));
    phone_set_int(sms, SMS_ATTEMPT, attempt);

    return phone_done(call);
}


/* 5 seconds, 10, 20 and so on. */

static int64_t
phone_sms_pause(phone_record_t *sms)
{
    int64_t  attempt;

    attempt = phone_get_int(sms, SMS_ATTEMPT);

    return PHONE_SMS_WAIT << (attempt < 15 ? attempt : 15);
}


/* After the pause, but no later than the end of its time, which is counted. */

static int64_t
phone_sms_next(phone_call_t *call, phone_record_t *sms, int64_t pause)
{
    int64_t  next, until;

    next = phone_now(call) + pause;
    until = phone_get_int(sms, SMS_UNTIL);

    return next < until ? next : until;
}


static phone_rc_t
phone_sms_given_up(phone_call_t *call, phone_record_t *sms)
{
    phone_give_up(call, PHONE_GAVE_UP_TEXT);

    return phone_sms_forget(call, sms);
}


static phone_rc_t
phone_sms_forget(phone_call_t *call, phone_record_t *sms)
{
    phone_sms_over(call, sms);

    return phone_done(call);
}
