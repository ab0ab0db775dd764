
/*
 * Types of gateways (phone_sms_gateway): what a text is handed over as, and how
 * the answer is read.  The address, the credentials and the names of the
 * gateway's own headers are in the operator's location (docs/sms.md).
 */


#ifndef _PHONE_SMS_GATEWAY_H_INCLUDED_
#define _PHONE_SMS_GATEWAY_H_INCLUDED_


#include "../phone.h"


/* What became of a text. */
typedef enum {
    PHONE_SMS_TAKEN,             /* by the gateway */
    PHONE_SMS_QUEUED,            /* by it as well: it cannot send it yet */
    PHONE_SMS_AGAIN,             /* not taken: may be handed over again */
    PHONE_SMS_DOUBT,             /* taken or not: nobody knows */
    PHONE_SMS_NEVER              /* not taken, and never will be */
} phone_sms_outcome_t;


typedef struct {
    phone_str_t              name;
    const char              *coding[2];  /* of the header Sms-Coding: 7 bit,
                                            UCS-2 */
    int64_t                  validity;   /* ms: the unit of Sms-Validity */

    phone_str_t            (*body)(phone_call_t *call, phone_str_t to,
                                   phone_str_t text);

    /* of an answer with the status 2xx */
    phone_sms_outcome_t    (*read)(const phone_settings_t *settings,
                                   phone_str_t answer);
} phone_sms_gateway_t;


/* NULL: there is none of that name. */
const phone_sms_gateway_t *phone_sms_gateway(phone_str_t name);

phone_sms_outcome_t phone_sms_outcome(const phone_settings_t *settings,
    const phone_answer_t *answer);


#endif /* _PHONE_SMS_GATEWAY_H_INCLUDED_ */
