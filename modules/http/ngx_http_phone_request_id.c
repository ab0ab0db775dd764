
/*
 * The id of a call in logs: $phone_request_id, and a line in the error log for
 * each reply with a status of 500 or more.
 */


#include "http/ngx_http_phone_endpoint.h"
#include "http/ngx_http_phone_ctx.h"
#include "lib/id.h"


typedef struct {
    size_t                   len;
    u_char                   id[PHONE_ID_LEN];
} ngx_http_phone_request_id_ctx_t;


static ngx_int_t ngx_http_phone_request_id_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);


static ngx_http_variable_t  ngx_http_phone_request_id_vars[] = {

    { ngx_string("phone_request_id"), NULL,
      ngx_http_phone_request_id_variable, 0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

      ngx_http_null_variable
};


ngx_int_t
ngx_http_phone_add_request_id(ngx_conf_t *cf)
{
    return ngx_http_phone_add_variables(cf, ngx_http_phone_request_id_vars);
}


/* The id of the latest call.  Memory is allocated once: a live client makes
   a call with each heartbeat.  If memory is short, the id is not kept. */

void
ngx_http_phone_keep_request_id(ngx_http_request_t *r, phone_call_t *call)
{
    phone_str_t                       id;
    ngx_http_phone_request_id_ctx_t  *ctx;

    ctx = ngx_http_phone_ctx(r, &ngx_http_phone_module);

    if (ctx == NULL) {
        ctx = ngx_http_phone_ctx_create(r, &ngx_http_phone_module,
                                     sizeof(ngx_http_phone_request_id_ctx_t));
    }

    if (ctx == NULL) {
        return;
    }

    id = phone_call_id(call);
    ctx->len = ngx_min(id.len, PHONE_ID_LEN);
    ngx_memcpy(ctx->id, id.data, ctx->len);
}


static ngx_int_t
ngx_http_phone_request_id_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_http_phone_request_id_ctx_t  *ctx;

    ctx = ngx_http_phone_ctx(r, &ngx_http_phone_module);

    if (ctx == NULL) {
        v->not_found = 1;
        return NGX_OK;
    }

    v->valid = 1;
    v->no_cacheable = 1;
    v->not_found = 0;
    v->len = ctx->len;
    v->data = ctx->id;

    return NGX_OK;
}


/*
 * Not the log of the connection, which adds the request line: that may contain
 * secrets.  During an outage one line a second is logged, with the number of
 * requests that failed since the last one.
 */

void
ngx_http_phone_log_failure(ngx_http_request_t *r, phone_call_t *call)
{
    phone_str_t             id;
    ngx_phone_t            *phone;
    const phone_reply_t    *reply;
    ngx_http_phone_main_conf_t  *pmcf;

    pmcf = ngx_http_get_module_main_conf(r, ngx_http_phone_module);

    phone = pmcf->phone;
    reply = &call->reply;
    id = phone_call_id(call);

    if (phone_refusal_text[reply->refusal].retryable) {

        if (phone->failure_logged == ngx_time()) {
            phone->failures_more++;
            return;
        }

        if (phone->failures_more) {
            ngx_log_error(NGX_LOG_ERR, phone->log, 0,
                          "%ui more requests failed and may be sent again",
                          phone->failures_more);
        }

        phone->failure_logged = ngx_time();
        phone->failures_more = 0;
    }

    ngx_log_error(NGX_LOG_ERR, phone->log, 0,
                  "request %*s of %s failed: %d %s", id.len, id.data,
                  call->endpoint ? call->endpoint->name : "no endpoint",
                  reply->status, phone_refusal_text[reply->refusal].code);
}
