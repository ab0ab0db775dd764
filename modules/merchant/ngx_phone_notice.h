
/*
 * Verifies the platform's notices, on the merchant's side: the rule of
 * docs/protocol.md, with the keys that a location was given.
 */


#ifndef _NGX_PHONE_NOTICE_H_INCLUDED_
#define _NGX_PHONE_NOTICE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "refusals.h"
#include "lib/fields.h"
#include "lib/signature.h"


typedef struct {
    ngx_str_t            id;         /* empty: the only key, of any id */
    phone_key_t         *key;
} ngx_phone_notice_key_t;


typedef struct {
    ngx_array_t         *keys;       /* of ngx_phone_notice_key_t */
    ngx_array_t         *merchants;  /* of ngx_str_t: whose notices pass */
    ngx_uint_t           sign_type;  /* phone_sign_type_t, of RSA keys */
    time_t               skew;       /* seconds */
} ngx_phone_notice_rule_t;


typedef struct {
    phone_refusal_t      refusal;
    phone_str_t          field;      /* empty: none is at fault */
} ngx_phone_notice_fault_t;


/*
 * Reads a form into fields, which then point into text and arena, and checks
 * it.  query is what the request has behind "?": it is not signed, so an
 * argument must not have the name of a field of a notice.  NGX_OK, or
 * NGX_DECLINED with *fault.  Memory that runs out shows in arena->failed only.
 */
ngx_int_t ngx_phone_notice_verify(const ngx_phone_notice_rule_t *rule,
    phone_crypto_t *crypto, phone_arena_t *arena, phone_str_t text,
    phone_str_t query, phone_fields_t *fields,
    ngx_phone_notice_fault_t *fault);

/*
 * Adds the public key in a file, or the secret; it is freed with cf->pool.
 * What a directive returns: NGX_CONF_OK, NGX_CONF_ERROR when it was logged, or
 * what is wrong.
 */
char *ngx_phone_notice_add_key(ngx_conf_t *cf, ngx_array_t *keys,
    ngx_str_t *id, ngx_str_t *file, ngx_uint_t secret);


#endif /* _NGX_PHONE_NOTICE_H_INCLUDED_ */
