
/*
 * The payment PIN of a number: six digits, asked for at each payment.  Kept as
 * "<salt> <hash>", sealed (credential.h): a million PINs are tried in a moment
 * whatever the hash costs, so it is the secret outside the store that keeps a
 * stolen store from giving it away, and the PIN is checked where the payment
 * is decided.  " <ms>" follows where it was set in place of a forgotten one: it
 * is not accepted before that time.
 */


#ifndef _PHONE_PIN_H_INCLUDED_
#define _PHONE_PIN_H_INCLUDED_


#include "../phone.h"


/* For an ask: what phone_pin_check() reads of the account. */
#define PHONE_PIN_FIELDS     (PHONE_F(ACCOUNT_PIN)                            \
                              | PHONE_F(ACCOUNT_PIN_FAILS)                    \
                              | PHONE_F(ACCOUNT_PIN_UNTIL))


/*
 * PHONE_DONE when pin is the account's.  Else a refusal: PIN_NOT_SET;
 * PIN_QUIET or PIN_LOCKED, and nothing was compared; PIN_WRONG, which says how
 * many tries remain.  The account is relied on, whatever comes out: of tries
 * side by side one is counted and the others run again, so no number of them
 * passes the limit.
 */
phone_rc_t phone_pin_check(phone_call_t *call, phone_record_t *account,
    phone_str_t pin);

/* 1: phone_pin_check() would say so.  Decides nothing, and counts nothing. */
int phone_pin_right(phone_call_t *call, phone_record_t *account,
    phone_str_t pin);

/* What tells a PIN from another. */
phone_str_t phone_pin_hash(phone_call_t *call, phone_str_t number,
    phone_str_t salt, phone_str_t pin);

/* The form that is sealed; quiet_until is 0, or ms. */
phone_str_t phone_pin_form(phone_call_t *call, phone_str_t number,
    phone_str_t pin, int64_t quiet_until);

/* ms that the lock lasts after so many wrong PINs in a row; 0: none yet */
int64_t phone_pin_lock(const phone_settings_t *settings, int64_t fails);


#endif /* _PHONE_PIN_H_INCLUDED_ */
