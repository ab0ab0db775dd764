
#include "merchant/ngx_http_phone_notice.h"
#include "http/ngx_http_phone_endpoint.h"


static ngx_int_t ngx_http_phone_notice_refusal(ngx_http_request_t *r,
    ngx_phone_notice_fault_t *fault, ngx_str_t *body);


ngx_int_t
ngx_http_phone_notice_refuse(ngx_http_request_t *r,
    ngx_phone_notice_fault_t *fault)
{
    ngx_int_t                    rc;
    ngx_http_complex_value_t     cv;
    const phone_refusal_text_t  *refusal;

    static ngx_str_t  json = ngx_string("application/json");
    static ngx_str_t  allow_name = ngx_string("Allow");
    static ngx_str_t  allow_value = ngx_string("POST");

    refusal = &phone_refusal_text[fault->refusal];

    ngx_log_error(NGX_LOG_WARN, r->connection->log, 0,
                  "notice refused: %s%s%*s", refusal->code,
                  fault->field.len ? " of " : "",
                  fault->field.len, fault->field.data);

    ngx_memzero(&cv, sizeof(ngx_http_complex_value_t));

    if (ngx_http_phone_notice_refusal(r, fault, &cv.value) != NGX_OK
        || (fault->refusal == PHONE_METHOD_NOT_ALLOWED
            && ngx_http_phone_add_header(r, &allow_name, &allow_value)
               != NGX_OK))
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = ngx_http_send_response(r, refusal->status, &json, &cv);

    ngx_http_finalize_request(r, rc);

    return NGX_DONE;
}


/* As the platform refuses a call. */

static ngx_int_t
ngx_http_phone_notice_refusal(ngx_http_request_t *r,
    ngx_phone_notice_fault_t *fault, ngx_str_t *body)
{
    ngx_str_t                   name, text;
    phone_str_t                 field;
    phone_call_t                call;
    ngx_http_variable_value_t  *id;

    static phone_env_t  env;

    ngx_str_set(&name, "request_id");
    id = ngx_http_get_variable(r, &name, ngx_hash_key(name.data, name.len));

    if (id == NULL || id->not_found) {
        return NGX_ERROR;
    }

    phone_call_init(&call, &env, NULL, NULL);
    call.id = (phone_str_t) { id->len, (const char *) id->data };

    field = phone_join(&call.arena, 2,
                       (phone_str_t[2]) { fault->field, { 1, "" } });

    (void) phone_refuse_field(&call, fault->refusal,
                              fault->field.len ? field.data : NULL);
    (void) phone_finish(&call);

    text = ngx_phone_ngx_str(call.reply.body);
    body->len = text.len;
    body->data = ngx_pstrdup(r->pool, &text);

    phone_call_free(&call);

    return body->data ? NGX_OK : NGX_ERROR;
}
