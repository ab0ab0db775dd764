
/*
 * Reads files named in the configuration: secrets and keys.  Errors are logged,
 * contents never.
 */


#ifndef _NGX_PHONE_SECRET_H_INCLUDED_
#define _NGX_PHONE_SECRET_H_INCLUDED_


#include "ngx_phone_core.h"


ngx_int_t ngx_phone_read_secret(ngx_conf_t *cf, ngx_str_t *name,
    ngx_str_t *secret);
ngx_int_t ngx_phone_read_line(ngx_conf_t *cf, ngx_str_t *name, size_t min,
    ngx_str_t *line);

/* The text of a key, checked; and a key, which the caller frees. */
ngx_int_t ngx_phone_read_private_key(ngx_conf_t *cf, ngx_str_t *name,
    ngx_str_t *pem);
ngx_int_t ngx_phone_read_public_key(ngx_conf_t *cf, ngx_str_t *name,
    phone_key_t **key);
ngx_int_t ngx_phone_read_secret_key(ngx_conf_t *cf, ngx_str_t *name,
    phone_key_t **key);


#endif /* _NGX_PHONE_SECRET_H_INCLUDED_ */
