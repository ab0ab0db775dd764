
/* The end of a month, for who has something that ends with it. */


#ifndef _PHONE_MONTHS_H_INCLUDED_
#define _PHONE_MONTHS_H_INCLUDED_


#include "phone.h"


/* Of a bucket: the bills of months that are over are archived, and then its
   ledger is closed (operator/closing.c). */
extern const phone_event_t  phone_ledger_month;

/* Whatever brings the first money into the bucket of that name calls this, and
   the end of a bill that was not paid: from the end of the month on the event
   comes, once a day. */
void phone_ledger_watch(phone_call_t *call, phone_str_t name);


#endif /* _PHONE_MONTHS_H_INCLUDED_ */
