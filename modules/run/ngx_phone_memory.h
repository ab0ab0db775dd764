
/*
 * What a worker remembers from one call to the next: records that hardly ever
 * change (merchants), and public keys that were parsed.
 *
 * A record may be out of date: the core guards by its version, or asks again
 * (remember.c).
 */


#ifndef _NGX_PHONE_MEMORY_H_INCLUDED_
#define _NGX_PHONE_MEMORY_H_INCLUDED_


#include "run/ngx_phone.h"


ngx_phone_memory_t *ngx_phone_memory_create(ngx_phone_t *phone);
void ngx_phone_memory_close(ngx_phone_t *phone);

/* NGX_OK: the ask is answered, with values in arena.  NGX_DECLINED: it is to
   be sent. */
ngx_int_t ngx_phone_memory_recall(ngx_phone_t *phone, phone_arena_t *arena,
    phone_ask_t *ask);

/* The ask was answered by the store. */
void ngx_phone_memory_keep(ngx_phone_t *phone, phone_ask_t *ask);

/* The guard did not hold. */
void ngx_phone_memory_drop(ngx_phone_t *phone, const phone_guard_t *guard);

/* NULL: text is not a valid key.  Valid until the next call. */
phone_key_t *ngx_phone_memory_key(ngx_phone_t *phone, phone_str_t text);


#endif /* _NGX_PHONE_MEMORY_H_INCLUDED_ */
