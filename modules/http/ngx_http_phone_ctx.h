
/*
 * What our modules need of nginx: the context of a module for a request, kept
 * over internal redirects; handlers of phases; variables.
 */


#ifndef _NGX_HTTP_PHONE_CTX_H_INCLUDED_
#define _NGX_HTTP_PHONE_CTX_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


/* Zeroed memory in the request's pool; NULL: memory is short. */
void *ngx_http_phone_ctx_create(ngx_http_request_t *r, ngx_module_t *module,
    size_t size);

/* What has been created for this request and module; NULL: nothing. */
void *ngx_http_phone_ctx(ngx_http_request_t *r, ngx_module_t *module);

ngx_int_t ngx_http_phone_add_handler(ngx_conf_t *cf, ngx_http_phases phase,
    ngx_http_handler_pt handler);

/* Ends with ngx_http_null_variable. */
ngx_int_t ngx_http_phone_add_variables(ngx_conf_t *cf,
    ngx_http_variable_t *vars);


#endif /* _NGX_HTTP_PHONE_CTX_H_INCLUDED_ */
