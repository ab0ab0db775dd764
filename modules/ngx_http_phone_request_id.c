
/*
 * The id of a call in logs: $phone_request_id, and a line in the error log
 * where a reply says that the platform failed.
 */


#include "ngx_http_phone_endpoint.h"


static ngx_int_t ngx_http_phone_request_id_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);


static ngx_str_t  ngx_http_phone_request_id_name =
    ngx_string("phone_request_id");


ngx_int_t
ngx_http_phone_add_request_id(ngx_conf_t *cf)
{
    ngx_http_variable_t  *var;

    var = ngx_http_add_variable(cf, &ngx_http_phone_request_id_name,
                                NGX_HTTP_VAR_NOCACHEABLE);
    if (var == NULL) {
        return NGX_ERROR;
    }

    var->get_handler = ngx_http_phone_request_id_variable;

    return NGX_OK;
}


/* Where memory is short the log does without. */

void
ngx_http_phone_keep_request_id(ngx_http_request_t *r, phone_call_t *call)
{
    ngx_str_t  *ctx, id;

    id = ngx_phone_ngx_str(phone_call_id(call));

    ctx = ngx_palloc(r->pool, sizeof(ngx_str_t));
    if (ctx == NULL) {
        return;
    }

    ctx->len = id.len;
    ctx->data = ngx_pstrdup(r->pool, &id);

    if (ctx->data) {
        ngx_http_set_ctx(r, ctx, ngx_http_phone_module);
    }
}


static ngx_int_t
ngx_http_phone_request_id_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_str_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_phone_module);

    if (ctx == NULL) {
        v->not_found = 1;
        return NGX_OK;
    }

    v->valid = 1;
    v->no_cacheable = 1;
    v->not_found = 0;
    v->len = ctx->len;
    v->data = ctx->data;

    return NGX_OK;
}


/* Not to the log of the connection: that adds the request line, and a call
   that fails early may have brought secrets in it. */

void
ngx_http_phone_log_failure(ngx_http_request_t *r, phone_call_t *call)
{
    phone_str_t             id;
    const phone_reply_t    *reply;
    ngx_phone_main_conf_t  *pmcf;

    pmcf = ngx_http_get_module_main_conf(r, ngx_http_phone_module);

    reply = &call->reply;
    id = phone_call_id(call);

    ngx_log_error(NGX_LOG_ERR, pmcf->phone->log, 0,
                  "request %*s of %s failed: %d %s", id.len, id.data,
                  call->endpoint ? call->endpoint->name : "no endpoint",
                  reply->status, phone_refusal_text[reply->refusal].code);
}
