
/* Texts that calls put, and their records. */


#include "sms.h"
#include "../lib/id.h"


#define PHONE_SMS_KEPT   PHONE_DAY

/* ms: a record outlives its time, and the wait for a report: an event counts
   how they have ended, and may have to wait behind others */
#define PHONE_SMS_LATER  PHONE_HOUR

/* One slow number holds up those of its lane alone; all lanes together are
   half of what a worker holds by default (phone_pump_lane, _events), so that a
   slow gateway leaves room for notices.  ':' is in no merchant's id. */
#define PHONE_SMS_LANES  16


phone_record_t *
phone_sms_put(phone_call_t *call, phone_str_t to, phone_str_t text,
    const char *label, phone_str_t sender)
{
    phone_str_t      id;
    phone_record_t  *sms;

    id = phone_new_id(call, to, label);
    sms = phone_put(call, &phone_sms, id);

    phone_set(sms, SMS_TO, to);
    phone_set(sms, SMS_TEXT, phone_seal_record(call, id, text));
    phone_set(sms, SMS_SENDER, sender);
    phone_sms_until(call, sms, PHONE_SMS_KEPT);

    phone_emit(call, &phone_sms_send, id, phone_sms_lane(call, to),
               phone_now(call));

    return sms;
}


void
phone_sms_until(phone_call_t *call, phone_record_t *sms, int64_t ms)
{
    phone_set_int(sms, SMS_UNTIL, phone_now(call) + ms);
    phone_lives_for(sms, ms + PHONE_SMS_LATER);
}


phone_record_t *
phone_sms_ask(phone_call_t *call, phone_str_t to, const char *label)
{
    return phone_ask_some(call, &phone_sms, phone_new_id(call, to, label),
                          PHONE_F(SMS_V));
}


phone_str_t
phone_sms_lane(phone_call_t *call, phone_str_t to)
{
    return phone_format(phone_memory(call), "sms:%u",
                        phone_bucket_of(to, PHONE_SMS_LANES));
}


phone_str_t
phone_sms_key(phone_call_t *call, phone_str_t id)
{
    return phone_keyed_hash(call, 2,
                            (phone_str_t[2]) { PHONE_STR("sms report:"), id });
}


int
phone_sms_key_is(phone_call_t *call, phone_str_t id, phone_str_t key)
{
    return phone_keyed_hash_is(call, key, 2,
                               (phone_str_t[2]) { PHONE_STR("sms report:"),
                                                  id });
}


void
phone_sms_took(phone_call_t *call, phone_record_t *sms)
{
    phone_str_t  state;

    state = phone_get(sms, SMS_STATE);

    if (!phone_is(state, PHONE_SMS_IS_TAKEN)
        && !phone_is(state, PHONE_SMS_IS_QUEUED))
    {
        phone_tally(call, PHONE_TALLY_TEXT_TAKEN);
    }
}


void
phone_sms_await(phone_call_t *call, phone_record_t *sms)
{
    phone_set(sms, SMS_STATE, PHONE_STR(PHONE_SMS_IS_TAKEN));
    phone_set(sms, SMS_TEXT, PHONE_EMPTY);
    phone_lives_for(sms, phone_settings(call)->sms_report + PHONE_SMS_LATER);
}


void
phone_sms_over(phone_call_t *call, phone_record_t *sms)
{
    int64_t  late;

    late = phone_commits_late(call);

    if (phone_now(call) - phone_id_time(phone_id(sms)) >= late) {
        phone_remove(sms);
        return;
    }

    phone_set(sms, SMS_STATE, PHONE_STR(PHONE_SMS_IS_OVER));
    phone_set(sms, SMS_TO, PHONE_EMPTY);
    phone_set(sms, SMS_TEXT, PHONE_EMPTY);
    phone_set(sms, SMS_SENDER, PHONE_EMPTY);
    phone_lives_for(sms, late);
}
