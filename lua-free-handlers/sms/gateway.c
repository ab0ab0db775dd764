
/* Kannel, and gateways that take a form. */


#define _GNU_SOURCE          /* memmem() */
#include <string.h>

#include "gateway.h"
#include "../lib/form_write.h"


static phone_str_t phone_kannel_body(phone_call_t *call, phone_str_t to,
    phone_str_t text);
static phone_sms_outcome_t phone_kannel_read(const phone_settings_t *settings,
    phone_str_t answer);
static phone_str_t phone_generic_body(phone_call_t *call, phone_str_t to,
    phone_str_t text);
static phone_sms_outcome_t phone_generic_read(
    const phone_settings_t *settings, phone_str_t answer);
static phone_sms_outcome_t phone_sms_unanswered(phone_str_t why);


static const phone_sms_gateway_t  phone_sms_gateways[] = {
    { { 6, "kannel" }, { "0", "2" }, PHONE_MINUTE, phone_kannel_body,
      phone_kannel_read },
    { { 7, "generic" }, { "gsm7", "ucs2" }, PHONE_SECOND, phone_generic_body,
      phone_generic_read }
};


const phone_sms_gateway_t *
phone_sms_gateway(phone_str_t name)
{
    size_t  i;

    for (i = 0;
         i < sizeof(phone_sms_gateways) / sizeof(phone_sms_gateways[0]);
         i++)
    {
        if (phone_equal(phone_sms_gateways[i].name, name)) {
            return &phone_sms_gateways[i];
        }
    }

    return NULL;
}


/* The headers say the rest. */

static phone_str_t
phone_kannel_body(phone_call_t *call, phone_str_t to, phone_str_t text)
{
    (void) call;
    (void) to;

    return text;
}


/* "0: Accepted for delivery", "3: Queued for later delivery". */

static phone_sms_outcome_t
phone_kannel_read(const phone_settings_t *settings, phone_str_t answer)
{
    (void) settings;

    return answer.len && answer.data[0] == '3' ? PHONE_SMS_QUEUED
                                               : PHONE_SMS_TAKEN;
}


static phone_str_t
phone_generic_body(phone_call_t *call, phone_str_t to, phone_str_t text)
{
    phone_fields_t           form;
    const phone_settings_t  *settings;

    settings = phone_settings(call);
    memset(&form, 0, sizeof(phone_fields_t));

    (void) phone_fields_add(&form, settings->sms_to, to);
    (void) phone_fields_add(&form, settings->sms_text, text);

    return phone_form_write(phone_memory(call), &form);
}


/* What gateways say with 200 when they refuse a text cannot be told apart from
   what they say when they are full. */

static phone_sms_outcome_t
phone_generic_read(const phone_settings_t *settings, phone_str_t answer)
{
    phone_str_t  accepted;

    accepted = settings->sms_accepted;

    return accepted.len == 0
           || (answer.len
               && memmem(answer.data, answer.len, accepted.data, accepted.len))
           ? PHONE_SMS_TAKEN : PHONE_SMS_AGAIN;
}


phone_sms_outcome_t
phone_sms_outcome(const phone_settings_t *settings,
    const phone_answer_t *answer)
{
    switch (answer->status / 100) {

    case 0:
        return phone_sms_unanswered(answer->text);

    case 2:
        return phone_sms_gateway(settings->sms_gateway)
                   ->read(settings, answer->text);

    case 4:
        return answer->status == 408 || answer->status == 429
               ? PHONE_SMS_AGAIN : PHONE_SMS_NEVER;

    default:
        return PHONE_SMS_AGAIN;
    }
}


/* Of these the gateway may have had the whole request. */

static phone_sms_outcome_t
phone_sms_unanswered(phone_str_t why)
{
    return phone_is(why, "timeout") || phone_is(why, "closed")
           || phone_is(why, "reply") || phone_is(why, "large")
           ? PHONE_SMS_DOUBT : PHONE_SMS_AGAIN;
}
