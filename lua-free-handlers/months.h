
/* The end of a month, for who has something that ends with it. */


#ifndef _PHONE_MONTHS_H_INCLUDED_
#define _PHONE_MONTHS_H_INCLUDED_


#include "phone.h"


/* Whatever brings the first money into the bucket of that name calls this, and
   the end of a bill that was not paid: from the end of the month on the event
   "ledger.month" comes, once a day (operator/closing.c). */
void phone_ledger_watch(phone_call_t *call, phone_str_t name);


#endif /* _PHONE_MONTHS_H_INCLUDED_ */
