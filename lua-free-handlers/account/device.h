
/*
 * A browser that has logged in to a number, known again by a cookie of its own
 * (OWASP, "Slow Down Online Guessing Attacks with Device Cookies"): a sealed
 * "<number> <generation> <given ms> <device id>".  Strangers who guess at the
 * number do not count against it.  It lasts over logouts; who sets a password
 * raises the account's generation, which ends it in all other browsers.
 */


#ifndef _PHONE_DEVICE_H_INCLUDED_
#define _PHONE_DEVICE_H_INCLUDED_


#include "../phone.h"


#define PHONE_DEVICE_ID      16          /* random bytes */


/* The id of the device that calls, which is known to the account; empty when
   it is not.  Needs ACCOUNT_DEVICES. */
phone_str_t phone_device_known(phone_call_t *call, phone_record_t *account);

/* Makes the browser a known device: sets its cookie. */
void phone_device_give(phone_call_t *call, phone_record_t *account);

/* For the runtime: the same for the number whose session calls, when the reply
   that did so is given once more. */
phone_rc_t phone_device_again(phone_call_t *call);

/* No device is known any more. */
void phone_device_forget_all(phone_record_t *account);


/*
 * 1, and the call is refused: the store's memory is low, what is left of it is
 * for money, and this browser has not logged in with the number before.
 */
int phone_device_stranger(phone_call_t *call, phone_str_t number);


#endif /* _PHONE_DEVICE_H_INCLUDED_ */
