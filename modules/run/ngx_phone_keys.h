
/* A worker's cache of merchants' public keys. */


#ifndef _NGX_PHONE_KEYS_H_INCLUDED_
#define _NGX_PHONE_KEYS_H_INCLUDED_


#include "run/ngx_phone.h"


ngx_phone_keys_t *ngx_phone_keys_create(ngx_phone_t *phone);
void ngx_phone_keys_close(ngx_phone_t *phone);

/* NULL: text is not a valid key.  Valid until the next call. */
phone_key_t *ngx_phone_keys_get(ngx_phone_t *phone, phone_str_t text);


#endif /* _NGX_PHONE_KEYS_H_INCLUDED_ */
