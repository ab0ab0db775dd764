
/* What a session proves besides itself. */


#ifndef _PHONE_PROVE_H_INCLUDED_
#define _PHONE_PROVE_H_INCLUDED_


#include "../phone.h"


/* How long after a login by SMS that counts as having the phone at hand. */
#define PHONE_FRESH  (10 * PHONE_MINUTE)


/*
 * PHONE_DONE when the argument of that name is the password of the caller,
 * whose account was asked for with ACCOUNT_PASSWORD; else PHONE_AGAIN, or
 * refused.  Tries with a session count as tries of one known device.
 */
phone_rc_t phone_password_prove(phone_call_t *call, phone_record_t *account,
    const char *arg);


#endif /* _PHONE_PROVE_H_INCLUDED_ */
