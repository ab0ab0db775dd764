
/* Converts a request to the fields of a call. */


#include "http/ngx_http_phone_endpoint.h"


/* Cookies of the same name that are tried: other hosts of the domain, or
   other paths, may set some that are sent before ours. */
#define NGX_HTTP_PHONE_COOKIES  8


static ngx_int_t ngx_http_phone_body_of_file(ngx_file_t *file,
    phone_arena_t *arena, size_t max, phone_str_t *text);
static ngx_int_t ngx_http_phone_fields_fail(ngx_phone_run_t *run,
    phone_fields_rc_t rc, phone_str_t bad, phone_str_t json);
static const char *ngx_http_phone_secret_sent(ngx_phone_run_t *run);
static ngx_uint_t ngx_http_phone_is_type(u_char *data, size_t len,
    const char *type);
static ngx_uint_t ngx_http_phone_has_token(ngx_http_request_t *r,
    ngx_str_t *ours);
static ngx_uint_t ngx_http_phone_gateway_token(ngx_http_request_t *r,
    ngx_str_t *ours);
static void ngx_http_phone_hide_token(ngx_str_t *text);
static ngx_int_t ngx_http_phone_same_origin(ngx_http_request_t *r);
static ngx_int_t ngx_http_phone_header(ngx_http_request_t *r,
    const char *lowcase, size_t len, ngx_str_t **value);
static ngx_int_t ngx_http_phone_is_own(ngx_http_request_t *r,
    ngx_str_t *origin);
static ngx_int_t ngx_http_phone_authority(ngx_http_request_t *r,
    ngx_str_t *authority);
static void ngx_http_phone_strip_port(ngx_str_t *authority, ngx_uint_t secure);
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

    if (ngx_http_phone_is_upload(r)) {
        return ngx_http_phone_upload_take(r, run);
    }

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_phone_module);

    if (r->request_body && r->request_body->temp_file) {
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
    u_char           *name;
    phone_str_t       reason;
    phone_refusal_t   refusal;

    name = NULL;

    if (bad.len) {
        name = phone_alloc_raw(&run->call.arena, bad.len + 1);

        if (name) {
            (void) ngx_cpystrn(name, (u_char *) bad.data, bad.len + 1);
        }
    }

    refusal = PHONE_BODY_INVALID;
    reason = PHONE_EMPTY;

    switch (rc) {

    case PHONE_FIELDS_NAME:
        reason = PHONE_STR("the name of a field has 1 to 64 of A-Z a-z 0-9 _ "
                           "and the dot; no number follows a dot; JSON needs "
                           "its Content-Type");
        break;

    case PHONE_FIELDS_SYNTAX:
        reason = phone_json_fault(&run->call.arena, json);
        break;

    case PHONE_FIELDS_EMPTY_ITEM:
        reason = PHONE_STR("an item of a list has a value");
        break;

    case PHONE_FIELDS_DUPLICATE:
        refusal = PHONE_FIELD_DUPLICATE;
        break;

    default:
        break;
    }

    phone_say(&run->call, "reason", reason);
    ngx_phone_run_fail(run, refusal, (char *) name);

    return NGX_DECLINED;
}


/* The name of a secret parameter among the fields; NULL: there is none. */

static const char *
ngx_http_phone_secret_sent(ngx_phone_run_t *run)
{
    const phone_param_t  *param;

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
ngx_http_phone_body(ngx_http_request_t *r, phone_arena_t *arena, size_t max,
    phone_str_t *text)
{
    char         *p;
    size_t        len;
    ngx_chain_t  *cl;

    *text = PHONE_EMPTY;
    len = 0;

    if (r->request_body == NULL) {
        return NGX_OK;
    }

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


/* Who may call */

ngx_int_t
ngx_http_phone_admit(ngx_http_request_t *r, const phone_endpoint_t *endpoint,
    phone_refusal_t *refusal)
{
    ngx_http_phone_main_conf_t  *pmcf;

    pmcf = ngx_http_get_module_main_conf(r, ngx_http_phone_module);

    if (endpoint->who == PHONE_OPERATOR) {
        *refusal = PHONE_LOGIN_REQUIRED;

        if (ngx_http_phone_has_token(r, &pmcf->operator_token)) {
            return NGX_OK;
        }

        (void) ngx_http_phone_ask_for_token(r);

        return NGX_DECLINED;
    }

    if (endpoint->who == PHONE_GATEWAY) {
        *refusal = PHONE_LOGIN_REQUIRED;

        return ngx_http_phone_gateway_token(r, &pmcf->gateway_token)
               || ngx_http_phone_has_token(r, &pmcf->gateway_token)
               ? NGX_OK : NGX_DECLINED;
    }

    /* CSRF: pages of other sites must not use this browser's session, nor
       log it in to another account */

    if (r->method != NGX_HTTP_GET && r->method != NGX_HTTP_HEAD
        && !phone_signs(endpoint->who)
        && ngx_http_phone_same_origin(r) != NGX_OK)
    {
        *refusal = PHONE_CROSS_ORIGIN;
        return NGX_DECLINED;
    }

    return NGX_OK;
}


/* Authorization: Bearer <token> */

static ngx_uint_t
ngx_http_phone_has_token(ngx_http_request_t *r, ngx_str_t *ours)
{
    phone_str_t   token;
    ngx_str_t    *value;

    if (r->headers_in.authorization == NULL || ours->len == 0) {
        return 0;
    }

    value = &r->headers_in.authorization->value;

    if (value->len < sizeof("Bearer ") - 1
        || ngx_strncasecmp(value->data, (u_char *) "Bearer ",
                           sizeof("Bearer ") - 1)
           != 0)
    {
        return 0;
    }

    token.data = (char *) value->data + sizeof("Bearer ") - 1;
    token.len = value->len - (sizeof("Bearer ") - 1);

    return phone_equal_secret(token, ngx_phone_str(ours)) ? 1 : 0;
}


/*
 * Some gateways can send a URL and nothing else: its argument "token".  It is
 * overwritten in the request, right or wrong, before anything can be logged
 * of it: logs and variables show '*'.
 */

static ngx_uint_t
ngx_http_phone_gateway_token(ngx_http_request_t *r, ngx_str_t *ours)
{
    ngx_uint_t  right;
    ngx_str_t   token;

    right = 0;

    if (ngx_http_arg(r, (u_char *) "token", sizeof("token") - 1, &token)
        == NGX_OK)
    {
        right = ours->len
                && phone_equal_secret(ngx_phone_str(&token),
                                      ngx_phone_str(ours));
    }

    ngx_http_phone_hide_token(&r->args);
    ngx_http_phone_hide_token(&r->unparsed_uri);
    ngx_http_phone_hide_token(&r->request_line);

    return right;
}


static void
ngx_http_phone_hide_token(ngx_str_t *text)
{
    u_char  *p, *last;

    static ngx_str_t  name = ngx_string("token=");

    p = text->data;
    last = text->data + text->len;

    while (p + name.len < last) {

        if (ngx_strncasecmp(p, name.data, name.len) != 0) {
            p++;
            continue;
        }

        for (p += name.len; p < last && *p != '&' && *p != ' '; p++) {
            *p = '*';
        }
    }
}


/*
 * Browsers send Sec-Fetch-Site, or at least Origin.  A client that sends
 * neither is not a browser.
 */

static ngx_int_t
ngx_http_phone_same_origin(ngx_http_request_t *r)
{
    ngx_str_t  *site, *origin;

    if (ngx_http_phone_header(r, "sec-fetch-site",
                              sizeof("sec-fetch-site") - 1, &site)
               != NGX_OK
        || ngx_http_phone_header(r, "origin", sizeof("origin") - 1, &origin)
               != NGX_OK)
    {
        return NGX_DECLINED;
    }

    if (site) {
        return (site->len == sizeof("same-origin") - 1
                && ngx_strncmp(site->data, "same-origin", site->len) == 0)
               || (site->len == sizeof("none") - 1
                   && ngx_strncmp(site->data, "none", site->len) == 0)
               ? NGX_OK : NGX_DECLINED;
    }

    return origin ? ngx_http_phone_is_own(r, origin) : NGX_OK;
}


/*
 * RFC 6454: scheme, host and port.  "null", which sandboxed frames and files
 * send, never matches.
 */

static ngx_int_t
ngx_http_phone_is_own(ngx_http_request_t *r, ngx_str_t *origin)
{
    size_t      len;
    ngx_str_t   host, page;
    ngx_uint_t  secure;

    static char  *scheme[] = { "http://", "https://" };

    secure = ngx_http_phone_is_secure(r);
    len = ngx_strlen(scheme[secure]);

    if (origin->len <= len
        || ngx_strncasecmp(origin->data, (u_char *) scheme[secure], len) != 0
        || ngx_http_phone_authority(r, &host) != NGX_OK)
    {
        return NGX_DECLINED;
    }

    page.data = origin->data + len;
    page.len = origin->len - len;

    ngx_http_phone_strip_port(&page, secure);
    ngx_http_phone_strip_port(&host, secure);

    return page.len && page.len == host.len
           && ngx_strncasecmp(page.data, host.data, host.len) == 0
           ? NGX_OK : NGX_DECLINED;
}


/* In HTTP/3 nginx keeps ":authority" apart from the Host header; in HTTP/2
   it adds a Host header. */

static ngx_int_t
ngx_http_phone_authority(ngx_http_request_t *r, ngx_str_t *authority)
{
    if (r->headers_in.host) {
        *authority = r->headers_in.host->value;
        return NGX_OK;
    }

    if (r->host_start && r->host_end > r->host_start) {
        authority->data = r->host_start;
        authority->len = r->host_end - r->host_start;
        return NGX_OK;
    }

    return NGX_DECLINED;
}


/* Browsers omit the default port of the scheme. */

static void
ngx_http_phone_strip_port(ngx_str_t *authority, ngx_uint_t secure)
{
    size_t  len;

    static char  *port[] = { ":80", ":443" };

    len = ngx_strlen(port[secure]);

    if (authority->len > len
        && ngx_strncmp(authority->data + authority->len - len, port[secure],
                       len)
           == 0)
    {
        authority->len -= len;
    }
}


/* *value is NULL where there is no such header.  NGX_DECLINED: there are more
   than one, and others may go by another one than we. */

static ngx_int_t
ngx_http_phone_header(ngx_http_request_t *r, const char *lowcase, size_t len,
    ngx_str_t **value)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    *value = NULL;

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (h[i].key.len != len
                || ngx_strncmp(h[i].lowcase_key, lowcase, len) != 0)
            {
                continue;
            }

            if (*value) {
                return NGX_DECLINED;
            }

            *value = &h[i].value;
        }
    }

    return NGX_OK;
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
