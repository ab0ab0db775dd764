
/*
 * The fetch server.  A request on the socket of phone_fetch that has our token
 * comes from ngx_phone: the values of its Phone-Fetch-* headers are made
 * available as variables, the headers are removed, and proxy_pass sends the
 * request.
 */


#include "fetch/ngx_phone_fetch.h"
#include "http/ngx_http_phone_ctx.h"
#include "http/ngx_http_phone_endpoint.h"


/* The headers of ours; see ngx_phone_fetch_request(). */
typedef enum {
    NGX_PHONE_FETCH_SERVER_TOKEN = 0,
    NGX_PHONE_FETCH_SERVER_KIND,
    NGX_PHONE_FETCH_SERVER_HOST,
    NGX_PHONE_FETCH_SERVER_TARGET,
    NGX_PHONE_FETCH_SERVER_UNTIL,
    NGX_PHONE_FETCH_SERVER_HEADERS
} ngx_phone_fetch_server_header_e;


typedef struct {
    ngx_str_t                value[NGX_PHONE_FETCH_SERVER_HEADERS];
    unsigned                 ours:1;         /* the token is right */
} ngx_phone_fetch_server_ctx_t;


static void ngx_phone_fetch_server_take_headers(ngx_http_request_t *r,
    ngx_phone_fetch_server_ctx_t *ctx);
static ngx_phone_fetch_server_ctx_t *ngx_phone_fetch_server_ctx(
    ngx_http_request_t *r);
static ngx_int_t ngx_phone_fetch_server_says(ngx_http_request_t *r,
    ngx_phone_fetch_result_t result, ngx_int_t status);
static ngx_uint_t ngx_phone_fetch_server_is_ours(ngx_phone_fetch_conf_t *fmcf,
    ngx_str_t *token);
static ngx_int_t ngx_phone_fetch_server_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_phone_fetch_server_result_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_phone_fetch_result_t ngx_phone_fetch_server_judge(
    ngx_http_request_t *r);


static ngx_str_t
    ngx_phone_fetch_server_header[NGX_PHONE_FETCH_SERVER_HEADERS] =
{
    ngx_string("phone-fetch-token"),
    ngx_string("phone-fetch-kind"),
    ngx_string("phone-fetch-host"),
    ngx_string("phone-fetch-target"),
    ngx_string("phone-fetch-until")
};


/* Not set for other requests. */

static ngx_http_variable_t  ngx_phone_fetch_server_vars[] = {

    { ngx_string("phone_fetch_kind"), NULL,
      ngx_phone_fetch_server_variable, NGX_PHONE_FETCH_SERVER_KIND, 0, 0 },

    { ngx_string("phone_fetch_host"), NULL,
      ngx_phone_fetch_server_variable, NGX_PHONE_FETCH_SERVER_HOST, 0, 0 },

    { ngx_string("phone_fetch_target"), NULL,
      ngx_phone_fetch_server_variable, NGX_PHONE_FETCH_SERVER_TARGET, 0, 0 },

    { ngx_string("phone_fetch_result"), NULL,
      ngx_phone_fetch_server_result_variable, 0,
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

      ngx_http_null_variable
};


/* Post-read phase, where phone_fetch is configured. */

ngx_int_t
ngx_phone_fetch_server_handler(ngx_http_request_t *r)
{
    int64_t                        until;
    ngx_str_t                     *token;
    ngx_connection_t              *c;
    ngx_phone_fetch_conf_t        *fmcf;
    ngx_phone_fetch_server_ctx_t  *ctx;

    c = r->connection;

    if (c->listening == NULL || c->listening->sockaddr->sa_family != AF_UNIX) {
        return NGX_DECLINED;
    }

    fmcf = ngx_http_get_module_main_conf(r, ngx_http_phone_fetch_module);

    if (ngx_cmp_sockaddr(c->listening->sockaddr, c->listening->socklen,
                         fmcf->socket.sockaddr, fmcf->socket.socklen, 0)
        != NGX_OK)
    {
        return NGX_DECLINED;
    }

    ctx = ngx_http_phone_ctx_create(r, &ngx_http_phone_fetch_module,
                                    sizeof(ngx_phone_fetch_server_ctx_t));
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_phone_fetch_server_take_headers(r, ctx);

    token = &ctx->value[NGX_PHONE_FETCH_SERVER_TOKEN];

    if (!ngx_phone_fetch_server_is_ours(fmcf, token)) {
        ngx_log_error(NGX_LOG_WARN, c->log, 0,
                      "request without a valid token on the socket of "
                      "\"phone_fetch\"");
        return NGX_HTTP_FORBIDDEN;
    }

    /* the fetch has timed out: this worker was stopped, and another one may
       have taken the event */

    if (phone_parse_int(ngx_phone_str(
                            &ctx->value[NGX_PHONE_FETCH_SERVER_UNTIL]),
                        &until)
            != 0
        || ngx_phone_clock_us() / 1000 > until)
    {
        ngx_log_error(NGX_LOG_WARN, c->log, 0,
                      "fetch has expired and is not sent");
        return ngx_phone_fetch_server_says(r, NGX_PHONE_FETCH_TIMEOUT,
                                           NGX_HTTP_SERVICE_UNAVAILABLE);
    }

    ctx->ours = 1;

    return NGX_DECLINED;
}


/*
 * Runs in the rewrite phases, before "return" and "rewrite".  The answer of a
 * merchant must not cause an internal redirect (X-Accel-Redirect, error_page)
 * or a subrequest (SSI) in this nginx.  The location should ignore such
 * headers; this is the second protection.
 */

ngx_int_t
ngx_phone_fetch_server_stay(ngx_http_request_t *r)
{
    if ((!r->internal && r == r->main)
        || r->main->upstream_states == NULL
        || ngx_phone_fetch_server_ctx(r) == NULL)
    {
        return NGX_DECLINED;
    }

    ngx_log_error(NGX_LOG_WARN, r->connection->log, 0,
                  "the answer to an outbound call requests \"%V\", which is "
                  "refused: add \"proxy_ignore_headers X-Accel-Redirect\" to "
                  "the location of the fetch server", &r->uri);

    return r == r->main ? ngx_phone_fetch_server_says(r, NGX_PHONE_FETCH_REPLY,
                                                      NGX_HTTP_FORBIDDEN)
                        : NGX_HTTP_FORBIDDEN;
}


/* A status of our own, and the result that it means. */

static ngx_int_t
ngx_phone_fetch_server_says(ngx_http_request_t *r,
    ngx_phone_fetch_result_t result, ngx_int_t status)
{
    ngx_str_t         value;
    static ngx_str_t  name = ngx_string("Phone-Fetch-Result");

    value.data = (u_char *) ngx_phone_fetch_result_name[result];
    value.len = ngx_strlen(value.data);

    return ngx_http_phone_add_header(r, &name, &value) == NGX_OK
           ? status : NGX_HTTP_INTERNAL_SERVER_ERROR;
}


/* NULL: the request is not ours. */

static ngx_phone_fetch_server_ctx_t *
ngx_phone_fetch_server_ctx(ngx_http_request_t *r)
{
    ngx_phone_fetch_server_ctx_t  *ctx;

    ctx = ngx_http_phone_ctx(r->main, &ngx_http_phone_fetch_module);

    return ctx && ctx->ours ? ctx : NULL;
}


/*
 * Removes our headers from the end of the list, so that proxy_pass does not
 * send them.  They were sent in the order of their numbers.
 */

static void
ngx_phone_fetch_server_take_headers(ngx_http_request_t *r,
    ngx_phone_fetch_server_ctx_t *ctx)
{
    ngx_str_t        *name;
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *header;

    part = r->headers_in.headers.last;

    for (i = NGX_PHONE_FETCH_SERVER_HEADERS; i > 0 && part->nelts; i--) {

        header = (ngx_table_elt_t *) part->elts + part->nelts - 1;
        name = &ngx_phone_fetch_server_header[i - 1];

        if (header->key.len != name->len
            || ngx_strncmp(header->lowcase_key, name->data, name->len) != 0)
        {
            return;
        }

        ctx->value[i - 1] = header->value;
        part->nelts--;
    }
}


/* The second token is for workers that are shutting down with the previous
   secret. */

static ngx_uint_t
ngx_phone_fetch_server_is_ours(ngx_phone_fetch_conf_t *fmcf, ngx_str_t *token)
{
    phone_str_t  ours, sent;

    sent = ngx_phone_str(token);
    ours = (phone_str_t) { NGX_PHONE_FETCH_TOKEN_LEN,
                           (const char *) fmcf->token };

    if (phone_equal_secret(ours, sent)) {
        return 1;
    }

    ours.data = (const char *) fmcf->token_before;

    return fmcf->has_token_before && phone_equal_secret(ours, sent);
}


static ngx_int_t
ngx_phone_fetch_server_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_phone_fetch_server_ctx_t  *ctx;

    ctx = ngx_phone_fetch_server_ctx(r);

    if (ctx == NULL || ctx->value[data].len == 0) {
        v->not_found = 1;
        return NGX_OK;
    }

    v->data = ctx->value[data].data;
    v->len = ctx->value[data].len;
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;

    return NGX_OK;
}


/* The value of the Phone-Fetch-Result header. */

static ngx_int_t
ngx_phone_fetch_server_result_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    const char                *name;
    ngx_phone_fetch_result_t   result;

    if (ngx_phone_fetch_server_ctx(r) == NULL
        || r->upstream_states == NULL || r->upstream_states->nelts == 0)
    {
        v->not_found = 1;
        return NGX_OK;
    }

    result = ngx_phone_fetch_server_judge(r);
    name = result ? ngx_phone_fetch_result_name[result] : "answered";

    v->data = (u_char *) name;
    v->len = ngx_strlen(name);
    v->valid = 1;
    v->no_cacheable = 1;
    v->not_found = 0;

    return NGX_OK;
}


/*
 * 0: the header came from the merchant.  Otherwise nginx made the reply: 504
 * after a timeout, 502 after any other failure.  connect_time is set after the
 * TLS handshake; before it proxy_ssl_name replaces the address.
 */

static ngx_phone_fetch_result_t
ngx_phone_fetch_server_judge(ngx_http_request_t *r)
{
    ngx_http_upstream_state_t  *state;
#if (NGX_HTTP_SSL)
    ngx_str_t                  *host;
    ngx_http_upstream_t        *u;
#endif

    state = r->upstream_states->elts;
    state += r->upstream_states->nelts - 1;

    if (state->header_time != (ngx_msec_t) -1) {
        return 0;
    }

    if (state->status == NGX_HTTP_GATEWAY_TIME_OUT) {
        return NGX_PHONE_FETCH_TIMEOUT;
    }

    if (state->connect_time == (ngx_msec_t) -1) {
#if (NGX_HTTP_SSL)
        u = r->upstream;
        host = u == NULL ? NULL
               : u->resolved ? &u->resolved->host
               : u->upstream ? &u->upstream->host : NULL;

        if (host && u->ssl_name.data != host->data) {
            return NGX_PHONE_FETCH_TLS;
        }
#endif
        return NGX_PHONE_FETCH_REFUSED;
    }

    return state->bytes_received ? NGX_PHONE_FETCH_REPLY
                                 : NGX_PHONE_FETCH_CLOSED;
}


ngx_int_t
ngx_phone_fetch_server_variables(ngx_conf_t *cf)
{
    return ngx_http_phone_add_variables(cf, ngx_phone_fetch_server_vars);
}
