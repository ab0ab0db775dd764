
/* Converts a request to the fields of a call. */


#include "http/ngx_http_phone_endpoint.h"


/* Cookies of the same name that are tried: other hosts of the domain, or
   other paths, may set some that are sent before ours. */
#define NGX_HTTP_PHONE_COOKIES  8


static ngx_int_t ngx_http_phone_body_of_file(ngx_file_t *file,
    phone_arena_t *arena, size_t max, phone_str_t *text);
static ngx_int_t ngx_http_phone_fields_fail(ngx_phone_run_t *run,
    phone_fields_rc_t rc, phone_str_t bad, phone_str_t json);
static phone_str_t ngx_http_phone_fields_reason(ngx_phone_run_t *run,
    phone_fields_rc_t rc, phone_str_t json);
static const char *ngx_http_phone_secret_sent(ngx_phone_run_t *run);
static ngx_uint_t ngx_http_phone_is_type(u_char *data, size_t len,
    const char *type);
static void ngx_http_phone_take_key(ngx_http_request_t *r,
    phone_call_t *call);
static void ngx_http_phone_take_cookie(ngx_http_request_t *r,
    phone_call_t *call, phone_cookie_t which);
static ngx_uint_t ngx_http_phone_cookies_in(const ngx_str_t *header,
    const ngx_str_t *name, phone_str_t *value, ngx_uint_t room);


ngx_phone_run_t *
ngx_http_phone_run_create(ngx_http_request_t *r,
    const phone_endpoint_t *endpoint)
{
    ngx_phone_run_t        *run;
    ngx_http_phone_main_conf_t  *pmcf;

    pmcf = ngx_http_get_module_main_conf(r, ngx_http_phone_module);

    run = ngx_phone_run_create(pmcf->phone, endpoint, NULL);
    if (run == NULL) {
        return NULL;
    }

    ngx_http_phone_keep_request_id(r, &run->call);

    run->call.address = phone_copy(&run->call.arena,
                                   ngx_phone_str(&r->connection->addr_text));

    switch (endpoint->who) {

    case PHONE_SESSION:
        ngx_http_phone_take_cookie(r, &run->call, PHONE_COOKIE_SESSION);
        break;

    case PHONE_ANYONE:
        ngx_http_phone_take_cookie(r, &run->call, PHONE_COOKIE_LOGIN);
        ngx_http_phone_take_cookie(r, &run->call, PHONE_COOKIE_DEVICE);
        break;

    default:
        break;
    }

    ngx_http_phone_take_key(r, &run->call);

    return run;
}


ngx_uint_t
ngx_http_phone_may_enter(ngx_http_request_t *r,
    const phone_endpoint_t *endpoint)
{
    int                          rc;
    phone_call_t                 call;
    ngx_http_phone_main_conf_t  *pmcf;

    pmcf = ngx_http_get_module_main_conf(r, ngx_http_phone_module);

    phone_call_init(&call, &pmcf->phone->env, endpoint, NULL);
    ngx_http_phone_take_cookie(r, &call, PHONE_COOKIE_SESSION);

    rc = phone_may_enter(&call);

    phone_call_free(&call);

    return rc ? 1 : 0;
}


/* All fields are copied to the memory of the call, which may outlive the
   request. */

ngx_int_t
ngx_http_phone_read_fields(ngx_http_request_t *r, ngx_phone_run_t *run,
    ngx_uint_t with_body)
{
    ngx_int_t                   got;
    const char                 *secret;
    phone_str_t                 text, bad;
    phone_fields_rc_t           rc;
    ngx_http_phone_loc_conf_t  *plcf;

    if (r->args.len) {
        text = phone_copy(&run->call.arena, ngx_phone_str(&r->args));

        rc = phone_form_parse(&run->call.arena, text, &run->fields, &bad);

        if (rc != PHONE_FIELDS_OK) {
            return ngx_http_phone_fields_fail(run, rc, bad, PHONE_EMPTY);
        }

        secret = ngx_http_phone_secret_sent(run);

        if (secret) {

            /* query strings are written to access logs: no secrets there */

            phone_say(&run->call, "reason",
                      PHONE_STR("send it in the body: what is in the query "
                                "string stands in logs"));
            ngx_phone_run_fail(run, PHONE_PARAM_INVALID, secret);
            return NGX_DECLINED;
        }
    }

    if (!with_body) {
        return NGX_OK;
    }

    if (ngx_http_phone_body_whole(r) != NGX_OK) {
        ngx_phone_run_fail(run, PHONE_INTERNAL, NULL);
        return NGX_DECLINED;
    }

    if (ngx_http_phone_is_upload(r)) {
        return ngx_http_phone_upload_take(r, run);
    }

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_phone_module);

    if (r->request_body->temp_file) {
        got = ngx_http_phone_body_of_file(&r->request_body->temp_file->file,
                                          &run->call.arena, plcf->body_max,
                                          &text);
    } else {
        got = ngx_http_phone_body(r, &run->call.arena, plcf->body_max, &text);
    }

    if (got != NGX_OK) {
        ngx_phone_run_fail(run, got == NGX_DECLINED ? PHONE_TOO_LARGE
                                                    : PHONE_BUSY, NULL);
        return NGX_DECLINED;
    }

    if (text.len == 0) {
        return NGX_OK;
    }

    if (ngx_http_phone_body_type(r) == NGX_HTTP_PHONE_BODY_JSON) {
        rc = phone_json_parse(&run->call.arena, text, &run->fields, &bad);

    } else {
        rc = phone_form_parse(&run->call.arena, text, &run->fields, &bad);
        text = PHONE_EMPTY;
    }

    return rc == PHONE_FIELDS_OK
           ? NGX_OK : ngx_http_phone_fields_fail(run, rc, bad, text);
}


/* json: the body, if it is to be JSON. */

static ngx_int_t
ngx_http_phone_fields_fail(ngx_phone_run_t *run, phone_fields_rc_t rc,
    phone_str_t bad, phone_str_t json)
{
    u_char  *name;

    name = NULL;

    if (bad.len) {
        name = phone_alloc_raw(&run->call.arena, bad.len + 1);

        if (name) {
            (void) ngx_cpystrn(name, (u_char *) bad.data, bad.len + 1);
        }
    }

    phone_say(&run->call, "reason",
              ngx_http_phone_fields_reason(run, rc, json));
    ngx_phone_run_fail(run, rc == PHONE_FIELDS_DUPLICATE
                            ? PHONE_FIELD_DUPLICATE : PHONE_BODY_INVALID,
                       (char *) name);

    return NGX_DECLINED;
}


/* Empty when the code says enough. */

static phone_str_t
ngx_http_phone_fields_reason(ngx_phone_run_t *run, phone_fields_rc_t rc,
    phone_str_t json)
{
    phone_str_t  reason;

    switch (rc) {

    case PHONE_FIELDS_NAME:
        return PHONE_STR("the name of a field has 1 to 64 of A-Z a-z 0-9 _ "
                         "and the dot; no number follows a dot; JSON needs "
                         "its Content-Type");

    case PHONE_FIELDS_SYNTAX:
        if (json.len == 0) {
            return PHONE_STR("two hexadecimal digits follow a %");
        }

        reason = phone_json_fault(&run->call.arena, json);

        return reason.len
               ? reason
               : PHONE_STR("the body is one object; its values are texts, "
                           "integers, booleans, and lists of texts or of "
                           "flat objects");

    case PHONE_FIELDS_UTF8:
        return PHONE_STR("it is not UTF-8, or has a NUL");

    case PHONE_FIELDS_TOO_MANY:
        return PHONE_STR("a call has at most 64 fields, and its lists 4096 "
                         "texts and members");

    case PHONE_FIELDS_EMPTY_ITEM:
        return PHONE_STR("an item of a list has a value");

    default:
        return PHONE_EMPTY;
    }
}


/* The name of a secret parameter among the fields; NULL: there is none.  Some
   gateways can send a URL and nothing else: conf/sms.conf logs none of them. */

static const char *
ngx_http_phone_secret_sent(ngx_phone_run_t *run)
{
    const phone_param_t  *param;

    if (run->call.endpoint->who == PHONE_GATEWAY) {
        return NULL;
    }

    for (param = run->call.endpoint->params; param->name; param++) {
        if ((param->flags & PHONE_SECRET)
            && phone_field(&run->fields, param->name))
        {
            return param->name;
        }
    }

    return NULL;
}


ngx_int_t
ngx_http_phone_body_whole(ngx_http_request_t *r)
{
    off_t                     len;
    ngx_chain_t              *cl;
    ngx_http_request_body_t  *rb;

    rb = r->request_body;
    len = 0;

    if (rb && rb->temp_file) {
        len = rb->temp_file->file.offset;

    } else if (rb) {
        for (cl = rb->bufs; cl; cl = cl->next) {
            len += ngx_buf_size(cl->buf);
        }
    }

    /* of chunks, nginx has counted the bytes by now; older versions do not
       count those of HTTP/2 */

    if (rb && !r->reading_body
        && (len == r->headers_in.content_length_n
            || r->headers_in.content_length_n == -1))
    {
        return NGX_OK;
    }

    ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                  "the body of the request is not complete: another module "
                  "has read it and has sent it on, or is still reading it; "
                  "remove \"proxy_request_buffering off\"");

    return NGX_ERROR;
}


ngx_int_t
ngx_http_phone_body(ngx_http_request_t *r, phone_arena_t *arena, size_t max,
    phone_str_t *text)
{
    char         *p;
    size_t        len;
    ngx_chain_t  *cl;

    *text = PHONE_EMPTY;
    len = 0;

    if (r->request_body->temp_file) {
        return NGX_DECLINED;
    }

    for (cl = r->request_body->bufs; cl; cl = cl->next) {
        len += ngx_buf_size(cl->buf);
    }

    if (len > max) {
        return NGX_DECLINED;
    }

    p = phone_alloc_raw(arena, len + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    text->data = p;
    text->len = len;

    for (cl = r->request_body->bufs; cl; cl = cl->next) {
        p = (char *) ngx_cpymem(p, cl->buf->pos, ngx_buf_size(cl->buf));
    }

    return NGX_OK;
}


/* nginx has room for the largest body, but not for it in small chunks, each
   with a line before it: then it has put the bytes into a file. */

static ngx_int_t
ngx_http_phone_body_of_file(ngx_file_t *file, phone_arena_t *arena, size_t max,
    phone_str_t *text)
{
    char    *p;
    size_t   len;

    if (file->offset > (off_t) max) {
        return NGX_DECLINED;
    }

    len = (size_t) file->offset;
    p = phone_alloc_raw(arena, len + 1);

    if (p == NULL
        || ngx_read_file(file, (u_char *) p, len, 0) != (ssize_t) len)
    {
        return NGX_ERROR;
    }

    *text = (phone_str_t) { len, p };

    return NGX_OK;
}


/* Parameters of the media type are ignored: the encoding is always UTF-8. */

ngx_http_phone_body_e
ngx_http_phone_body_type(ngx_http_request_t *r)
{
    u_char      c;
    size_t      len;
    ngx_str_t  *type;

    if (r->headers_in.content_type == NULL) {
        return NGX_HTTP_PHONE_BODY_OTHER;
    }

    type = &r->headers_in.content_type->value;

    for (len = 0; len < type->len; len++) {
        c = type->data[len];

        if (c == ';' || c == ' ' || c == '\t') {
            break;
        }
    }

    if (ngx_http_phone_is_type(type->data, len, "application/json")) {
        return NGX_HTTP_PHONE_BODY_JSON;
    }

    if (ngx_http_phone_is_type(type->data, len,
                               "application/x-www-form-urlencoded"))
    {
        return NGX_HTTP_PHONE_BODY_FORM;
    }

    if (ngx_http_phone_is_type(type->data, len, "multipart/form-data")) {
        return NGX_HTTP_PHONE_BODY_MULTIPART;
    }

    return NGX_HTTP_PHONE_BODY_OTHER;
}


ngx_uint_t
ngx_http_phone_is_upload(ngx_http_request_t *r)
{
    switch (ngx_http_phone_body_type(r)) {

    case NGX_HTTP_PHONE_BODY_FORM:
    case NGX_HTTP_PHONE_BODY_JSON:
        return 0;

    default:
        return 1;
    }
}


/* Nearly all clients write it in lower case. */

static ngx_uint_t
ngx_http_phone_is_type(u_char *data, size_t len, const char *type)
{
    return len == ngx_strlen(type)
           && (ngx_memcmp(data, type, len) == 0
               || ngx_strncasecmp(data, (u_char *) type, len) == 0);
}


static void
ngx_http_phone_take_key(ngx_http_request_t *r, phone_call_t *call)
{
    ngx_str_t  *key;

    if (ngx_http_phone_header(r, "idempotency-key",
                              sizeof("idempotency-key") - 1, &key)
        != NGX_OK)
    {
        call->key_twice = 1;
        return;
    }

    if (key) {
        call->idempotency_key = phone_copy(&call->arena, ngx_phone_str(key));
    }
}


/*
 * Reads the list of headers, since versions of nginx differ in how they store
 * cookies.  Returns the values of all cookies of that name, separated by ';'.
 */

static void
ngx_http_phone_take_cookie(ngx_http_request_t *r, phone_call_t *call,
    phone_cookie_t which)
{
    u_char            buf[NGX_HTTP_PHONE_COOKIE_NAME];
    ngx_str_t         name;
    ngx_uint_t        i, n;
    phone_str_t       value[2 * NGX_HTTP_PHONE_COOKIES];
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    name = ngx_http_phone_cookie_name(r, which, buf);
    n = 0;

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (h[i].key.len == sizeof("cookie") - 1
                && ngx_strncmp(h[i].lowcase_key, "cookie", 6) == 0)
            {
                n += ngx_http_phone_cookies_in(&h[i].value, &name, value + n,
                                         2 * NGX_HTTP_PHONE_COOKIES - n);
            }
        }
    }

    if (n) {
        /* without the last separator */

        call->cookie[which] = phone_join(&call->arena, n - 1, value);
    }
}


/* Writes each value and a separator; returns the number of texts. */

static ngx_uint_t
ngx_http_phone_cookies_in(const ngx_str_t *header, const ngx_str_t *name,
    phone_str_t *value, ngx_uint_t room)
{
    ngx_uint_t   n;
    phone_str_t  rest, part;

    rest = ngx_phone_str(header);
    n = 0;

    while (n < room && phone_split(&rest, ';', &part)) {

        while (part.len && *part.data == ' ') {
            part.data++;
            part.len--;
        }

        if (part.len > name->len && part.data[name->len] == '='
            && ngx_strncmp(part.data, name->data, name->len) == 0)
        {
            value[n].data = part.data + name->len + 1;
            value[n].len = part.len - name->len - 1;
            value[n + 1] = PHONE_STR(";");
            n += 2;
        }
    }

    return n;
}
