
/*
 * Everything that needs a secret key of the host: sealed texts, and the keyed
 * hashes of PINs, login codes and card numbers.  Handlers never see a key.
 */


#ifndef _PHONE_SECRET_H_INCLUDED_
#define _PHONE_SECRET_H_INCLUDED_


#include "../phone.h"


/*
 * base64url text of fixed length, bound to what it is for and to the number,
 * a code's to its id; empty when OpenSSL fails, and then the call fails as
 * well.
 */
phone_str_t phone_code_hash(phone_call_t *call, phone_str_t id,
    phone_str_t code);
phone_str_t phone_pin_hash(phone_call_t *call, phone_str_t number,
    phone_str_t salt, phone_str_t pin);
phone_str_t phone_card_hash(phone_call_t *call, phone_str_t card_no);

/* aad is authenticated: the id of the record that holds the text. */
phone_str_t phone_seal_record(phone_call_t *call, phone_str_t aad,
    phone_str_t plain);
int phone_open_record(phone_call_t *call, phone_str_t aad, phone_str_t sealed,
    phone_str_t *plain);                                 /* 0 or -1 */

/* Opens the cookie that was sent: 0, or -1 when none was sealed by us. */
phone_str_t phone_seal_cookie(phone_call_t *call, phone_cookie_t which,
    phone_str_t plain);
int phone_open_cookie(phone_call_t *call, phone_cookie_t which,
    phone_str_t *plain);


#endif /* _PHONE_SECRET_H_INCLUDED_ */
