
/* Who may call: the tokens of operators and gateways; pages of other sites may
   not. */


#include "http/ngx_http_phone_endpoint.h"


static ngx_uint_t ngx_http_phone_has_token(ngx_http_request_t *r,
    ngx_str_t *ours);
static ngx_uint_t ngx_http_phone_gateway_token(ngx_http_request_t *r,
    ngx_str_t *ours);
static void ngx_http_phone_hide_token(ngx_str_t *text);
static ngx_int_t ngx_http_phone_same_origin(ngx_http_request_t *r);
static ngx_int_t ngx_http_phone_is_own(ngx_http_request_t *r,
    ngx_str_t *origin);
static ngx_int_t ngx_http_phone_authority(ngx_http_request_t *r,
    ngx_str_t *authority);
static void ngx_http_phone_strip_port(ngx_str_t *authority, ngx_uint_t secure);


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

    /* CSRF: pages of other sites must not use this browser's session, not
       even to read, which may count; nor log it in to another account */

    if ((endpoint->who == PHONE_SESSION
         || (r->method != NGX_HTTP_GET && r->method != NGX_HTTP_HEAD))
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

    ngx_http_phone_hide_tokens(r);

    return right;
}


void
ngx_http_phone_hide_tokens(ngx_http_request_t *r)
{
    ngx_http_phone_hide_token(&r->args);
    ngx_http_phone_hide_token(&r->unparsed_uri);
    ngx_http_phone_hide_token(&r->request_line);
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


ngx_int_t
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
