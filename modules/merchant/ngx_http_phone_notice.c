
#include "merchant/ngx_http_phone_notice.h"
#include "http/ngx_http_phone_endpoint.h"
#include "lib/json.h"


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


static ngx_int_t
ngx_http_phone_notice_refusal(ngx_http_request_t *r,
    ngx_phone_notice_fault_t *fault, ngx_str_t *body)
{
    ngx_str_t                    name;
    ngx_int_t                    rc;
    phone_str_t                  text;
    phone_buf_t                  buf;
    phone_json_t                 json;
    phone_arena_t                arena;
    ngx_http_variable_value_t   *id;
    const phone_refusal_text_t  *refusal;

    refusal = &phone_refusal_text[fault->refusal];

    ngx_str_set(&name, "request_id");
    id = ngx_http_get_variable(r, &name, ngx_hash_key(name.data, name.len));

    if (id == NULL) {
        return NGX_ERROR;
    }

    phone_arena_init(&arena);
    phone_buf_init(&buf, &arena, 512);
    phone_json_init(&json, &buf);

    phone_json_object(&json, NULL);
    phone_json_text(&json, "code", phone_cstr(refusal->code));
    phone_json_text(&json, "message", phone_cstr(refusal->en));
    phone_json_text(&json, "message_zh", phone_cstr(refusal->zh));

    if (fault->field.len) {
        phone_json_text(&json, "field", fault->field);
    }

    phone_json_bool(&json, "retryable", refusal->retryable);

    if (!id->not_found) {
        phone_json_text(&json, "request_id",
                        (phone_str_t) { id->len, (const char *) id->data });
    }

    phone_json_end(&json);
    text = phone_buf_str(&buf);

    rc = NGX_ERROR;
    body->len = text.len;
    body->data = ngx_pnalloc(r->pool, text.len);

    if (body->data && !arena.failed) {
        ngx_memcpy(body->data, text.data, text.len);
        rc = NGX_OK;
    }

    phone_arena_free(&arena);

    return rc;
}
