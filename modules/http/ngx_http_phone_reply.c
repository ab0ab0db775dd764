
/* Sends the reply of a call, with the headers that all replies have. */


#include "http/ngx_http_phone_endpoint.h"


static ngx_int_t ngx_http_phone_add_caching(ngx_http_request_t *r,
    const phone_reply_t *reply);
static ngx_int_t ngx_http_phone_add_cookie(ngx_http_request_t *r,
    phone_cookie_t which, phone_str_t cookie, int64_t age);
static void ngx_http_phone_content_type(ngx_http_request_t *r,
    const phone_reply_t *reply);
static ngx_int_t ngx_http_phone_add_kind(ngx_http_request_t *r,
    const phone_reply_t *reply);
static ngx_int_t ngx_http_phone_add_text(ngx_http_request_t *r,
    ngx_str_t *name, phone_str_t text);
static void ngx_http_phone_not_blob(ngx_http_request_t *r);
static ngx_int_t ngx_http_phone_send_body(ngx_http_request_t *r,
    phone_str_t body);
static ngx_int_t ngx_http_phone_send_buf(ngx_http_request_t *r, ngx_buf_t *b);


static ngx_str_t  ngx_http_phone_type =
    ngx_string("application/json; charset=utf-8");

static ngx_str_t  ngx_http_phone_cache_control = ngx_string("Cache-Control");
static ngx_str_t  ngx_http_phone_no_store = ngx_string("no-store");

/* of a blob: the browser alone may keep it, and asks each time whether it is
   still this one, unless that is certain */

static ngx_str_t  ngx_http_phone_cache_checked =
    ngx_string("private, no-cache");
static ngx_str_t  ngx_http_phone_cache_for_ever =
    ngx_string("private, max-age=31536000, immutable");

static ngx_str_t  ngx_http_phone_type_options =
    ngx_string("X-Content-Type-Options");
static ngx_str_t  ngx_http_phone_nosniff = ngx_string("nosniff");

/* A text or a blob may be what somebody else has sent: it runs no script, and
   loads nothing, wherever it is opened. */

static ngx_str_t  ngx_http_phone_security_policy =
    ngx_string("Content-Security-Policy");
static ngx_str_t  ngx_http_phone_sandbox =
    ngx_string("default-src 'none'; style-src 'unsafe-inline'; sandbox");

static ngx_str_t  ngx_http_phone_disposition =
    ngx_string("Content-Disposition");
static ngx_str_t  ngx_http_phone_location = ngx_string("Location");
static ngx_str_t  ngx_http_phone_digest = ngx_string("Phone-Digest");
static ngx_str_t  ngx_http_phone_signed = ngx_string("Phone-Signed");

static ngx_str_t  ngx_http_phone_retry_after = ngx_string("Retry-After");
static ngx_str_t  ngx_http_phone_set_cookie = ngx_string("Set-Cookie");

static ngx_str_t  ngx_http_phone_authenticate =
    ngx_string("WWW-Authenticate");
static ngx_str_t  ngx_http_phone_bearer = ngx_string("Bearer");


ngx_int_t
ngx_http_phone_send(ngx_http_request_t *r, phone_call_t *call)
{
    ngx_int_t             rc;
    ngx_buf_t            *blob;
    const phone_reply_t  *reply;

    reply = &call->reply;
    blob = NULL;

    if (reply->kind == PHONE_M_BLOB) {
        rc = ngx_http_phone_open_blob(r, reply, &blob);

        if (rc != NGX_OK) {
            return rc == NGX_DECLINED
                   ? ngx_http_phone_refuse(r, call->endpoint, PHONE_INTERNAL)
                   : NGX_HTTP_INTERNAL_SERVER_ERROR;
        }
    }

    if (reply->status >= NGX_HTTP_INTERNAL_SERVER_ERROR) {
        ngx_http_phone_log_failure(r, call);
    }

    /* without validators a precondition must not turn the reply into 412 or
       304 */

    r->disable_not_modified = 1;

    r->headers_out.status = reply->status;
    r->headers_out.content_length_n = blob ? blob->file_last
                                           : (off_t) reply->body.len;

    ngx_http_phone_content_type(r, reply);

    if (ngx_http_phone_add_headers(r, reply) != NGX_OK
        || ngx_http_phone_add_kind(r, reply) != NGX_OK
        || (blob && ngx_http_phone_add_etag(r, reply->sha256) != NGX_OK))
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = ngx_http_send_header(r);

    if (blob && rc > NGX_OK) {
        ngx_http_phone_not_blob(r);
    }

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    if (blob) {
        return ngx_http_phone_send_buf(r, blob);
    }

    return reply->body.len ? ngx_http_phone_send_body(r, reply->body)
                           : ngx_http_send_special(r, NGX_HTTP_LAST);
}


static void
ngx_http_phone_content_type(ngx_http_request_t *r, const phone_reply_t *reply)
{
    ngx_str_t  *type;

    type = &r->headers_out.content_type;

    if (reply->kind == PHONE_M_REDIRECT) {
        ngx_str_null(type);
        return;
    }

    if (reply->kind == PHONE_M_TEXT) {
        *type = ngx_http_phone_type;
        r->headers_out.content_type_len = sizeof("application/json") - 1;
        return;
    }

    /* the run is freed before the log is written */

    type->data = ngx_pnalloc(r->pool, reply->type.len);

    if (type->data == NULL) {
        type->len = 0;
        return;
    }

    ngx_memcpy(type->data, reply->type.data, reply->type.len);
    type->len = reply->type.len;

    r->headers_out.content_type_len =
        ngx_strlchr(type->data, type->data + type->len, ';')
        ? (size_t) (ngx_strlchr(type->data, type->data + type->len, ';')
                    - type->data)
        : type->len;
}


/* What replies have that are no JSON. */

static ngx_int_t
ngx_http_phone_add_kind(ngx_http_request_t *r, const phone_reply_t *reply)
{
    phone_str_t  digest;

    if (reply->kind == PHONE_M_TEXT) {
        return NGX_OK;
    }

    if (reply->kind != PHONE_M_REDIRECT
        && ngx_http_phone_add_header(r, &ngx_http_phone_security_policy,
                                     &ngx_http_phone_sandbox)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    digest = PHONE_EMPTY;

    if (reply->signature.len) {
        digest.data = (char *) ngx_pnalloc(r->pool, reply->sha256.len + 8);
        if (digest.data == NULL) {
            return NGX_ERROR;
        }

        digest.len = ngx_sprintf((u_char *) digest.data, "sha-256=%*s",
                                 reply->sha256.len, reply->sha256.data)
                     - (u_char *) digest.data;
    }

    return ngx_http_phone_add_text(r, &ngx_http_phone_disposition,
                                   reply->disposition) == NGX_OK
           && ngx_http_phone_add_text(r, &ngx_http_phone_location,
                                      reply->location) == NGX_OK
           && ngx_http_phone_add_text(r, &ngx_http_phone_digest, digest)
              == NGX_OK
           && ngx_http_phone_add_text(r, &ngx_http_phone_signed,
                                      reply->signature) == NGX_OK
           ? NGX_OK : NGX_ERROR;
}


/* An empty text is no header. */

static ngx_int_t
ngx_http_phone_add_text(ngx_http_request_t *r, ngx_str_t *name,
    phone_str_t text)
{
    ngx_str_t  value;

    if (text.len == 0) {
        return NGX_OK;
    }

    value.len = text.len;
    value.data = ngx_pnalloc(r->pool, text.len);
    if (value.data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(value.data, text.data, text.len);

    return ngx_http_phone_add_header(r, name, &value);
}


/* A range that nginx refuses: the error is nobody's to keep or to name. */

static void
ngx_http_phone_not_blob(ngx_http_request_t *r)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    for (part = &r->headers_out.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (h[i].key.data == ngx_http_phone_cache_control.data) {
                h[i].value = ngx_http_phone_no_store;

            } else if (h[i].key.data == ngx_http_phone_disposition.data) {
                h[i].hash = 0;
            }
        }
    }

    ngx_http_clear_etag(r);
}


/* The body is copied: the run is freed before the client has received it. */

static ngx_int_t
ngx_http_phone_send_body(ngx_http_request_t *r, phone_str_t body)
{
    ngx_buf_t  *b;

    b = ngx_create_temp_buf(r->pool, body.len + 1);
    if (b == NULL) {
        return NGX_ERROR;
    }

    b->last = ngx_cpymem(b->last, body.data, body.len);
    b->last_buf = (r == r->main) ? 1 : 0;
    b->last_in_chain = 1;

    return ngx_http_phone_send_buf(r, b);
}


static ngx_int_t
ngx_http_phone_send_buf(ngx_http_request_t *r, ngx_buf_t *b)
{
    ngx_chain_t  out;

    out.buf = b;
    out.next = NULL;

    return ngx_http_output_filter(r, &out);
}


ngx_int_t
ngx_http_phone_add_headers(ngx_http_request_t *r, const phone_reply_t *reply)
{
    u_char      *p;
    ngx_str_t    value;
    ngx_uint_t   i;

    if (ngx_http_phone_add_caching(r, reply) != NGX_OK
        || ngx_http_phone_add_header(r, &ngx_http_phone_type_options,
                                     &ngx_http_phone_nosniff)
            != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (reply->retry_after) {
        p = ngx_pnalloc(r->pool, NGX_INT64_LEN);
        if (p == NULL) {
            return NGX_ERROR;
        }

        value.data = p;
        value.len = ngx_sprintf(p, "%L", reply->retry_after) - p;

        if (ngx_http_phone_add_header(r, &ngx_http_phone_retry_after, &value)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    for (i = 0; i < PHONE_COOKIES; i++) {
        if (reply->cookie[i].data
            && ngx_http_phone_add_cookie(r, i, reply->cookie[i],
                                         reply->cookie_age[i])
               != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_phone_add_caching(ngx_http_request_t *r, const phone_reply_t *reply)
{
    u_char     *p;
    ngx_str_t   value;

    if (reply->cacheable) {
        p = ngx_pnalloc(r->pool, sizeof("public, max-age=") + NGX_INT64_LEN);
        if (p == NULL) {
            return NGX_ERROR;
        }

        value.data = p;
        value.len = ngx_sprintf(p, "public, max-age=%L", reply->cacheable) - p;

    } else if (reply->kind != PHONE_M_BLOB) {
        value = ngx_http_phone_no_store;

    } else {
        value = reply->immutable ? ngx_http_phone_cache_for_ever
                                 : ngx_http_phone_cache_checked;
    }

    return ngx_http_phone_add_header(r, &ngx_http_phone_cache_control, &value);
}


static ngx_int_t
ngx_http_phone_add_cookie(ngx_http_request_t *r, phone_cookie_t which,
    phone_str_t cookie, int64_t age)
{
    u_char     *p, buf[NGX_HTTP_PHONE_COOKIE_NAME];
    size_t      len;
    ngx_str_t   name, value;

    name = ngx_http_phone_cookie_name(r, which, buf);

    len = name.len + cookie.len + NGX_INT64_LEN
          + sizeof("=; Path=/; Max-Age=; HttpOnly; SameSite=Lax; Secure");

    p = ngx_pnalloc(r->pool, len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    value.data = p;

    p = ngx_sprintf(p, "%V=%*s; Path=/; Max-Age=%L; HttpOnly; SameSite=Lax",
                    &name, cookie.len, cookie.data, age / 1000);

    if (ngx_http_phone_is_secure(r)) {
        p = ngx_cpymem(p, "; Secure", sizeof("; Secure") - 1);
    }

    value.len = p - value.data;

    return ngx_http_phone_add_header(r, &ngx_http_phone_set_cookie, &value);
}


ngx_int_t
ngx_http_phone_add_header(ngx_http_request_t *r, ngx_str_t *name,
    ngx_str_t *value)
{
    ngx_table_elt_t  *h;

    h = ngx_list_push(&r->headers_out.headers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    /* newer versions of nginx have another member */

    ngx_memzero(h, sizeof(ngx_table_elt_t));

    h->hash = 1;
    h->key = *name;
    h->value = *value;

    return NGX_OK;
}


/* A client that waits for "100 Continue" is not told to send it. */

ngx_int_t
ngx_http_phone_discard_body(ngx_http_request_t *r)
{
    r->expect_tested = 1;

    return ngx_http_discard_request_body(r);
}


ngx_int_t
ngx_http_phone_refuse(ngx_http_request_t *r, const phone_endpoint_t *endpoint,
    phone_refusal_t refusal)
{
    ngx_int_t               rc;
    ngx_phone_run_t        *run;
    ngx_http_phone_main_conf_t  *pmcf;

    pmcf = ngx_http_get_module_main_conf(r, ngx_http_phone_module);

    rc = ngx_http_phone_discard_body(r);
    if (rc != NGX_OK) {
        return rc;
    }

    run = ngx_phone_run_create(pmcf->phone, NULL, NULL);
    if (run == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_http_phone_keep_request_id(r, &run->call);

    run->call.endpoint = endpoint;

    if (refusal == PHONE_LOGIN_REQUIRED && endpoint
        && endpoint->who == PHONE_OPERATOR)
    {
        phone_say(&run->call, "reason",
                  PHONE_STR("send the operator's token: Authorization: "
                            "Bearer and the token"));
    }

    if (refusal == PHONE_BODY_INVALID) {
        phone_say(&run->call, "reason",
                  PHONE_STR("this call takes no body"));
    }

    ngx_phone_run_fail(run, refusal, NULL);
    rc = ngx_http_phone_send(r, &run->call);
    ngx_phone_run_free(run);

    return rc;
}


/* In place of a page that nginx is about to send: sets the headers, and returns
   the body. */

ngx_buf_t *
ngx_http_phone_replace(ngx_http_request_t *r, phone_refusal_t refusal)
{
    ngx_int_t                    rc;
    ngx_buf_t                   *b;
    phone_str_t                  body;
    ngx_phone_run_t             *run;
    ngx_http_phone_main_conf_t  *pmcf;

    pmcf = ngx_http_get_module_main_conf(r, ngx_http_phone_module);

    run = ngx_phone_run_create(pmcf->phone, NULL, NULL);
    if (run == NULL) {
        return NULL;
    }

    ngx_http_phone_keep_request_id(r, &run->call);
    ngx_phone_run_fail(run, refusal, NULL);

    body = run->call.reply.body;
    b = ngx_create_temp_buf(r->pool, body.len + 1);
    rc = ngx_http_phone_add_headers(r, &run->call.reply);

    if (b) {
        b->last = ngx_cpymem(b->last, body.data, body.len);
        b->last_buf = 1;
        b->last_in_chain = 1;
    }

    ngx_http_phone_content_type(r, &run->call.reply);
    r->headers_out.content_length_n = (off_t) body.len;

    ngx_phone_run_free(run);

    return rc == NGX_OK ? b : NULL;
}


ngx_int_t
ngx_http_phone_allow(ngx_http_request_t *r, const phone_endpoint_t *endpoint,
    ngx_str_t *methods)
{
    ngx_int_t  rc;

    static ngx_str_t  name = ngx_string("Allow");

    if (ngx_http_phone_add_header(r, &name, methods) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (r->method != NGX_HTTP_OPTIONS) {
        return ngx_http_phone_refuse(r, endpoint, PHONE_METHOD_NOT_ALLOWED);
    }

    rc = ngx_http_phone_discard_body(r);
    if (rc != NGX_OK) {
        return rc;
    }

    r->headers_out.status = NGX_HTTP_NO_CONTENT;
    r->header_only = 1;

    return ngx_http_send_header(r);
}


/* The same conditions as in ngx_http_special_response_handler(). */

ngx_uint_t
ngx_http_phone_has_error_page(ngx_http_request_t *r, ngx_int_t status)
{
    ngx_uint_t                 i;
    ngx_http_err_page_t       *page;
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    if (r->error_page || clcf->error_pages == NULL || r->uri_changes == 0) {
        return 0;
    }

    page = clcf->error_pages->elts;

    for (i = 0; i < clcf->error_pages->nelts; i++) {
        if (page[i].status == status) {
            return 1;
        }
    }

    return 0;
}


/* RFC 6750, section 3. */

ngx_int_t
ngx_http_phone_ask_for_token(ngx_http_request_t *r)
{
    return ngx_http_phone_add_header(r, &ngx_http_phone_authenticate,
                                     &ngx_http_phone_bearer);
}


ngx_uint_t
ngx_http_phone_is_secure(ngx_http_request_t *r)
{
    ngx_http_phone_loc_conf_t  *plcf;

#if (NGX_HTTP_SSL)

    if (r->connection->ssl) {
        return 1;
    }

#endif

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_phone_module);

    return plcf->cookie_secure == 1;
}


ngx_str_t
ngx_http_phone_cookie_name(ngx_http_request_t *r, phone_cookie_t which,
    u_char buf[NGX_HTTP_PHONE_COOKIE_NAME])
{
    ngx_str_t  name;

    name.data = buf;
    name.len = ngx_sprintf(buf, "%s%s",
                           ngx_http_phone_is_secure(r) ? "__Host-" : "",
                           phone_cookie_name[which])
               - buf;

    return name;
}
