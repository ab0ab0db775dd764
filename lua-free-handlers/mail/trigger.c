
/* MAIL-6: does a new mail fire the triggers of its number? */


#include "trigger.h"


#define PHONE_DAY_SECONDS  86400


static int phone_trigger_gap(phone_call_t *call, phone_record_t *trigger);
static int phone_trigger_sender(phone_record_t *trigger, phone_str_t from);
static int phone_trigger_time(phone_call_t *call, phone_record_t *trigger,
    int64_t at);


int
phone_trigger_fires(phone_call_t *call, phone_record_t *trigger,
    const phone_new_mail_t *mail)
{
    unsigned  set, held;

    if (!phone_found(trigger) || !phone_trigger_gap(call, trigger)) {
        return 0;
    }

    set = 0;
    held = 0;

    if (phone_get(trigger, TRIGGER_SENDERS).len) {
        set++;
        held += phone_trigger_sender(trigger, mail->from);
    }

    if (phone_get(trigger, TRIGGER_FROM).len) {
        set++;
        held += phone_trigger_time(call, trigger, mail->at);
    }

    if (phone_get(trigger, TRIGGER_COUNT).len) {
        set++;
        held += mail->unread >= phone_get_int(trigger, TRIGGER_COUNT);
    }

    return phone_is(phone_get(trigger, TRIGGER_MATCH), "all")
           ? set && held == set : held != 0;
}


static int
phone_trigger_gap(phone_call_t *call, phone_record_t *trigger)
{
    int64_t  told;

    told = phone_get_int(trigger, TRIGGER_TOLD);

    return told == 0
           || phone_now(call) - told
              >= phone_get_int(trigger, TRIGGER_GAP) * PHONE_MINUTE;
}


static int
phone_trigger_sender(phone_record_t *trigger, phone_str_t from)
{
    phone_str_t  rest, sender;

    rest = phone_get(trigger, TRIGGER_SENDERS);

    while (phone_split(&rest, ' ', &sender)) {
        if (phone_equal(sender, from)) {
            return 1;
        }
    }

    return 0;
}


/* From 22:00 to 07:00 is over midnight.  When clocks change, they are what
   counts. */

static int
phone_trigger_time(phone_call_t *call, phone_record_t *trigger, int64_t at)
{
    int      from, to, now;
    int64_t  ahead;

    if (phone_zone_ahead(call, phone_get(trigger, TRIGGER_TIMEZONE), at,
                         &ahead)
        != 0)
    {
        return 0;
    }

    from = phone_day_time(phone_get(trigger, TRIGGER_FROM));
    to = phone_day_time(phone_get(trigger, TRIGGER_TO));
    now = (int) ((at / 1000 + ahead) % PHONE_DAY_SECONDS / 60);

    return from < to ? now >= from && now < to : now >= from || now < to;
}


int
phone_day_time(phone_str_t text)
{
    unsigned    i;
    int         hours, minutes;
    const char  *p;

    p = text.data;

    if (text.len != 5 || p[2] != ':') {
        return -1;
    }

    for (i = 0; i < 5; i++) {
        if (i != 2 && (p[i] < '0' || p[i] > '9')) {
            return -1;
        }
    }

    hours = (p[0] - '0') * 10 + p[1] - '0';
    minutes = (p[3] - '0') * 10 + p[4] - '0';

    return hours < 24 && minutes < 60 ? hours * 60 + minutes : -1;
}
