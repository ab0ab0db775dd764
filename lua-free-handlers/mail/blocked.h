
/* Whose mails a number does not want. */


#ifndef _PHONE_BLOCKED_H_INCLUDED_
#define _PHONE_BLOCKED_H_INCLUDED_


#include "mail.h"


/* It is there if mails of sender do not come to number. */
phone_record_t *phone_blocked_ask(phone_call_t *call, phone_str_t number,
    phone_str_t sender);


#endif /* _PHONE_BLOCKED_H_INCLUDED_ */
