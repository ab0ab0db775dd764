
/* Hands a text to the gateway; a text that was handed over is forgotten. */


#include "sms.h"
#include "../lib/id.h"


#define PHONE_SMS_KEPT   PHONE_DAY
#define PHONE_SMS_REPLY  4096
#define PHONE_SMS_WAIT   (5 * PHONE_SECOND)      /* doubles each time */
#define PHONE_SMS_UNREAD 6                       /* times at most, unread */

/* One slow number holds up those of its lane alone; all lanes together are
   half of what a worker holds by default (phone_pump_lane, _events), so that a
   slow gateway leaves room for notices.  ':' is in no merchant's id. */
#define PHONE_SMS_LANES  16


static phone_rc_t phone_sms_send_run(phone_call_t *call);
static phone_rc_t phone_sms_unread(phone_call_t *call, phone_record_t *sms);
static phone_rc_t phone_sms_forget(phone_call_t *call, phone_record_t *sms);
static phone_rc_t phone_sms_failed(phone_call_t *call, phone_record_t *sms);


const phone_event_t  phone_sms_send = {
    "sms.send", phone_sms_send_run,
    "Hands a text to the SMS gateway; tries again when that fails."
};


const phone_fetch_t  phone_sms_fetch = {
    "sms", "POST", "text/plain; charset=utf-8", { "To" }, PHONE_SMS_REPLY, 0,
    "A text, to the number in the header To.", 0
};


phone_record_t *
phone_sms_put(phone_call_t *call, phone_str_t to, phone_str_t text,
    const char *label)
{
    phone_str_t      id;
    phone_record_t  *sms;

    id = phone_new_id(call, to, label);
    sms = phone_put(call, &phone_sms, id);

    phone_set(sms, SMS_TO, to);
    phone_set(sms, SMS_TEXT, phone_seal_record(call, id, text));
    phone_lives_for(sms, PHONE_SMS_KEPT);

    phone_emit(call, &phone_sms_send, id,
               phone_format(phone_memory(call), "sms:%u",
                            phone_bucket_of(to, PHONE_SMS_LANES)),
               phone_now(call));

    return sms;
}


phone_record_t *
phone_sms_ask(phone_call_t *call, phone_str_t to, const char *label)
{
    return phone_ask_some(call, &phone_sms, phone_new_id(call, to, label),
                          PHONE_F(SMS_V));
}


static phone_rc_t
phone_sms_send_run(phone_call_t *call)
{
    phone_str_t            to, text;
    phone_record_t        *sms;
    const phone_answer_t  *answer;

    sms = phone_ask(call, &phone_sms, phone_event_id(call));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(sms)) {
        return phone_done(call);
    }

    if (phone_unseal_record(call, phone_id(sms), phone_get(sms, SMS_TEXT),
                            &text)
        != 0)
    {
        return phone_sms_unread(call, sms);
    }

    to = phone_get(sms, SMS_TO);
    answer = phone_ask_fetch(call, &phone_sms_fetch, PHONE_EMPTY, &to, text);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    return answer->status >= 200 && answer->status < 300
           ? phone_sms_forget(call, sms)
           : phone_sms_failed(call, sms);
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
    phone_leave_unread(call, phone_now(call)
                             + (PHONE_SMS_WAIT
                                << (times < PHONE_SMS_UNREAD
                                    ? times : PHONE_SMS_UNREAD)));

    return phone_done(call);
}


static phone_rc_t
phone_sms_forget(phone_call_t *call, phone_record_t *sms)
{
    phone_remove(sms);

    return phone_done(call);
}


static phone_rc_t
phone_sms_failed(phone_call_t *call, phone_record_t *sms)
{
    int64_t  attempt;

    attempt = phone_get_int(sms, SMS_ATTEMPT) + 1;

    if (attempt >= phone_settings(call)->sms_tries) {
        phone_give_up(call, PHONE_GAVE_UP_TEXT);
        return phone_sms_forget(call, sms);
    }

    phone_set_int(sms, SMS_ATTEMPT, attempt);
    phone_repeat(call, phone_now(call)
                       + (PHONE_SMS_WAIT << (attempt < 16 ? attempt - 1 : 15)));

    return phone_done(call);
}
