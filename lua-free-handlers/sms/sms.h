
/* Texts to phones, through the operator's gateway (MAIL-8). */


#ifndef _PHONE_SMS_H_INCLUDED_
#define _PHONE_SMS_H_INCLUDED_


#include "../phone.h"


extern const phone_event_t  phone_sms_send;
extern const phone_fetch_t  phone_sms_fetch;


/*
 * Has a text sent once the call is committed; tried for a day, less when the
 * caller says phone_lives_for() of the record.  Two texts of
 * one call have two labels.  The text is sealed in the store, for it may hold
 * a code.
 */
phone_record_t *phone_sms_put(phone_call_t *call, phone_str_t to,
    phone_str_t text, const char *label);

/*
 * The text that this call would put, or has put: for a call that has nothing
 * else to guard its commit with.
 */
phone_record_t *phone_sms_ask(phone_call_t *call, phone_str_t to,
    const char *label);


#endif /* _PHONE_SMS_H_INCLUDED_ */
