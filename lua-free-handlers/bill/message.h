
/*
 * Messages (PAY-6): a merchant tells the buyer or the payer of a bill how it
 * has ended.  A message is in the bucket of the number that gets it.  Which
 * number that is, and whether anybody sees it, the merchant is not told.
 */


#ifndef _PHONE_MESSAGE_H_INCLUDED_
#define _PHONE_MESSAGE_H_INCLUDED_


#include "../phone.h"


/* Of a bill; each is kept for so long, and none is sent so long after the bill
   has ended. */
#define PHONE_MESSAGES_BILL  3
#define PHONE_MESSAGE_KEPT   (90 * PHONE_DAY)
#define PHONE_MESSAGE_UNTIL  (30 * PHONE_DAY)


extern const phone_endpoint_t  phone_message_create;
extern const phone_endpoint_t  phone_message_list;
extern const phone_event_t     phone_message_push;

extern const phone_object_t    phone_message_object;

void phone_message_show(phone_json_t *json, phone_record_t *message);

/* The messages about a bill that its payer has got, the latest first, as the
   member "messages"; asked for with phone_ask_messages(). */
const phone_list_t *phone_ask_messages(phone_call_t *call,
    phone_str_t bill_id, phone_record_t *message[PHONE_MESSAGES_BILL]);
void phone_messages_show(phone_json_t *json, const phone_list_t *list,
    phone_record_t *message[]);


#endif /* _PHONE_MESSAGE_H_INCLUDED_ */
