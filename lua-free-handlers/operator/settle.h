
/* What a merchant has taken and was not paid out yet. */


#ifndef _PHONE_SETTLE_H_INCLUDED_
#define _PHONE_SETTLE_H_INCLUDED_


#include "../phone.h"


/* An amount or a currency that was sent empty is refused: a form that nobody
   has filled in does not mean all there is. */
phone_rc_t phone_settle_given(phone_call_t *call, const char *name);

/* The open balances of the merchant's bucket, with its takings among them. */
const phone_hash_t *phone_ask_takings(phone_call_t *call,
    phone_str_t merchant_id);

/* One of them is no number. */
phone_rc_t phone_bad_takings(phone_call_t *call, phone_str_t merchant_id);

/* Is this balance takings of the merchant?  Sets the currency. */
int phone_takings_of(phone_str_t merchant_id, const phone_field_t *balance,
    phone_str_t *currency);


#endif /* _PHONE_SETTLE_H_INCLUDED_ */
