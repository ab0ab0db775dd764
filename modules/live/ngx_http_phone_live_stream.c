
/* The output of a client that has joined: start, events, heartbeats, end. */


#include "live/ngx_http_phone_live.h"


#define NGX_HTTP_PHONE_LIVE_RETRY  "3000"            /* ms, for the client */
#define NGX_HTTP_PHONE_LIVE_SLOW   30000             /* ms */
#define NGX_HTTP_PHONE_LIVE_BEATS  3                 /* in phone_live_open */


#define ngx_http_phone_live_beats(ctx)                                        \
    (ngx_msec_t) ((ctx)->client.live->phone->env.settings->live_open          \
                  / NGX_HTTP_PHONE_LIVE_BEATS)


static ngx_int_t ngx_http_phone_live_begin(ngx_http_phone_live_ctx_t *ctx,
    ngx_uint_t reset);
static ngx_int_t ngx_http_phone_live_headers(ngx_http_request_t *r);
static ngx_int_t ngx_http_phone_live_preamble(ngx_http_phone_live_ctx_t *ctx,
    ngx_uint_t reset);
static ngx_int_t ngx_http_phone_live_output(ngx_http_phone_live_ctx_t *ctx,
    u_char *p, size_t len, ngx_uint_t last);
static ngx_int_t ngx_http_phone_live_written(ngx_http_phone_live_ctx_t *ctx,
    ngx_int_t rc);
static void ngx_http_phone_live_writer(ngx_http_request_t *r);


void
ngx_http_phone_live_news(ngx_phone_live_client_t *client,
    ngx_phone_live_news_t news)
{
    ngx_int_t                   rc;
    ngx_connection_t           *c;
    ngx_http_request_t         *r;
    ngx_http_phone_live_ctx_t  *ctx;

    ctx = client->data;
    r = ctx->request;
    c = r->connection;

    ngx_http_set_log_request(c->log, r);

    switch (news) {

    case NGX_PHONE_LIVE_OPENED:
    case NGX_PHONE_LIVE_RESET:
        if (ngx_exiting) {
            ngx_http_phone_live_shut(client);
            return;
        }

        rc = ngx_http_phone_live_begin(ctx, news == NGX_PHONE_LIVE_RESET);
        break;

    case NGX_PHONE_LIVE_TEXT:
        *ctx->held = client->text;
        client->text = NULL;
        rc = ngx_http_phone_live_output(ctx, *ctx->held, client->len, 0);
        break;

    default: /* NGX_PHONE_LIVE_FAILED */
        ngx_phone_live_leave(client);
        rc = ngx_http_phone_refuse(r, &phone_live_open,
                                   PHONE_STORE_UNAVAILABLE);
    }

    if (rc != NGX_DONE) {
        ngx_http_finalize_request(r, rc);
    }

    ngx_http_run_posted_requests(c);
}


static ngx_int_t
ngx_http_phone_live_begin(ngx_http_phone_live_ctx_t *ctx, ngx_uint_t reset)
{
    ngx_int_t            rc;
    ngx_http_request_t  *r;

    r = ctx->request;

    rc = ngx_http_phone_live_headers(r);

    if (rc != NGX_OK) {
        return rc;
    }

    ctx->state = NGX_HTTP_PHONE_LIVE_STREAMING;
    r->write_event_handler = ngx_http_phone_live_writer;

    ngx_add_timer(&ctx->client.beat, ctx->client.early
                                     ? 0 : ngx_http_phone_live_beats(ctx));

    return ngx_http_phone_live_preamble(ctx, reset);
}


static ngx_int_t
ngx_http_phone_live_headers(ngx_http_request_t *r)
{
    ngx_int_t                  rc;
    ngx_http_core_loc_conf_t  *clcf;

    static ngx_str_t  cache_name = ngx_string("Cache-Control");
    static ngx_str_t  cache_value = ngx_string("no-store");
    static ngx_str_t  buffering_name = ngx_string("X-Accel-Buffering");
    static ngx_str_t  buffering_value = ngx_string("no");

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    r->disable_not_modified = 1;
    r->headers_out.status = NGX_HTTP_OK;
    ngx_str_set(&r->headers_out.content_type, "text/event-stream");
    r->headers_out.content_type_len = r->headers_out.content_type.len;

    if (ngx_http_phone_add_header(r, &cache_name, &cache_value) != NGX_OK
        || ngx_http_phone_add_header(r, &buffering_name, &buffering_value)
           != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    if (clcf->tcp_nodelay && ngx_tcp_nodelay(r->connection) != NGX_OK) {
        return NGX_ERROR;
    }

    return NGX_OK;
}


/* An "id" line, so that a client that has received no event can resume. */

static ngx_int_t
ngx_http_phone_live_preamble(ngx_http_phone_live_ctx_t *ctx, ngx_uint_t reset)
{
    u_char  *p, *text;

    static char  retry[] = "retry: " NGX_HTTP_PHONE_LIVE_RETRY "\nid: ";
    static char  event[] = "\nevent: reset\ndata: {}";

    text = ngx_pnalloc(ctx->request->pool,
                       sizeof(retry) + NGX_PHONE_LIVE_ID_LEN + sizeof(event)
                       + 2);
    if (text == NULL) {
        return NGX_ERROR;
    }

    p = ngx_cpymem(text, retry, sizeof(retry) - 1);
    p = ngx_phone_live_write_id(p, &ctx->client.at);

    if (reset) {
        p = ngx_cpymem(p, event, sizeof(event) - 1);
    }

    *p++ = LF;
    *p++ = LF;

    return ngx_http_phone_live_output(ctx, text, p - text, 0);
}


/* NGX_DONE: the output was started.  Any other value finalizes the request. */

static ngx_int_t
ngx_http_phone_live_output(ngx_http_phone_live_ctx_t *ctx, u_char *p,
    size_t len, ngx_uint_t last)
{
    ngx_buf_t  *b;

    if (ctx->state != NGX_HTTP_PHONE_LIVE_STREAMING || ctx->pending) {
        return NGX_ERROR;
    }

    b = &ctx->buf;

    ngx_memzero(b, sizeof(ngx_buf_t));

    b->start = p;
    b->pos = p;
    b->last = p + len;
    b->end = p + len;
    b->memory = 1;
    b->flush = 1;
    b->last_buf = last;
    b->last_in_chain = last;

    ctx->chain.next = NULL;
    ctx->pending = 1;

    if (last) {
        ctx->state = NGX_HTTP_PHONE_LIVE_ENDED;
        return ngx_http_output_filter(ctx->request, &ctx->chain);
    }

    return ngx_http_phone_live_written(ctx,
                                       ngx_http_output_filter(ctx->request,
                                                              &ctx->chain));
}


static ngx_int_t
ngx_http_phone_live_written(ngx_http_phone_live_ctx_t *ctx, ngx_int_t rc)
{
    ngx_event_t               *wev;
    ngx_http_request_t        *r;
    ngx_http_core_loc_conf_t  *clcf;

    r = ctx->request;
    wev = r->connection->write;

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (ngx_buf_size(&ctx->buf) || r->connection->buffered || r->buffered) {

        ctx->client.ready = 0;

        if (!wev->delayed && !wev->timer_set) {
            ngx_add_timer(wev, NGX_HTTP_PHONE_LIVE_SLOW);
        }

        clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

        return ngx_handle_write_event(wev, clcf->send_lowat) == NGX_OK
               ? NGX_DONE : NGX_ERROR;
    }

    if (!wev->delayed && wev->timer_set) {
        ngx_del_timer(wev);
    }

    if (ctx->pending) {
        ctx->pending = 0;

        if (*ctx->held) {
            ngx_free(*ctx->held);
            *ctx->held = NULL;
        }

        ngx_phone_live_sent(&ctx->client);
    }

    return NGX_DONE;
}


static void
ngx_http_phone_live_writer(ngx_http_request_t *r)
{
    ngx_int_t                   rc;
    ngx_event_t                *wev;
    ngx_http_phone_live_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_phone_live_module);
    wev = r->connection->write;

    if (wev->timedout) {
        ngx_log_error(NGX_LOG_INFO, r->connection->log, NGX_ETIMEDOUT,
                      "live client timed out");
        ctx->client.live->counters->slow++;
        r->connection->timedout = 1;
        ngx_http_finalize_request(r, NGX_HTTP_REQUEST_TIME_OUT);
        return;
    }

    if (wev->delayed) {
        if (ngx_handle_write_event(wev, 0) != NGX_OK) {
            ngx_http_finalize_request(r, NGX_ERROR);
        }

        return;
    }

    rc = ngx_http_phone_live_written(ctx, ngx_http_output_filter(r, NULL));

    if (rc != NGX_DONE) {
        ngx_http_finalize_request(r, rc);
    }
}


void
ngx_http_phone_live_beat(ngx_event_t *ev)
{
    ngx_int_t                   rc;
    ngx_connection_t           *c;
    ngx_http_request_t         *r;
    ngx_http_phone_live_ctx_t  *ctx;

    static u_char  comment[] = ":\n\n";

    ctx = ev->data;
    r = ctx->request;
    c = r->connection;

    ngx_http_set_log_request(c->log, r);

    ngx_add_timer(ev, ngx_http_phone_live_beats(ctx));

    rc = NGX_DONE;

    /* a client that is not ready has a text that is posted or not fully sent */

    if (ctx->client.ready) {
        rc = ngx_http_phone_live_output(ctx, comment, sizeof(comment) - 1, 0);
    }

    if (ctx->run) {
        ctx->again = 1;

    } else if (rc == NGX_DONE) {
        rc = ngx_http_phone_live_check(ctx);
    }

    if (rc == NGX_DECLINED) {
        ngx_http_phone_live_logout(ctx);

    } else if (rc != NGX_DONE) {
        ngx_http_finalize_request(r, rc);
    }

    ngx_http_run_posted_requests(c);
}


void
ngx_http_phone_live_logout(ngx_http_phone_live_ctx_t *ctx)
{
    static u_char  text[] = "event: logout\ndata: {}\n\n";

    ctx->client.live->counters->logouts++;

    ngx_http_phone_live_quiet(ctx);

    ngx_http_finalize_request(ctx->request,
                              ngx_http_phone_live_output(ctx, text,
                                                         sizeof(text) - 1, 1));
}


/*
 * A browser reconnects by itself when a stream was started and closed, but not
 * after an error status: so a stream that was not started is started first.  If
 * output is pending, the connection is closed without an end of the stream.
 */

void
ngx_http_phone_live_shut(ngx_phone_live_client_t *client)
{
    ngx_int_t                   rc;
    ngx_connection_t           *c;
    ngx_http_request_t         *r;
    ngx_http_phone_live_ctx_t  *ctx;

    ctx = client->data;
    r = ctx->request;
    c = r->connection;

    ngx_http_set_log_request(c->log, r);

    ngx_http_phone_live_quiet(ctx);

    if (ctx->state == NGX_HTTP_PHONE_LIVE_STREAMING) {
        rc = ctx->pending ? NGX_ERROR : NGX_OK;

    } else {
        rc = ngx_http_phone_live_headers(r);
    }

    ctx->state = NGX_HTTP_PHONE_LIVE_ENDED;

    if (rc == NGX_OK) {
        rc = ngx_http_send_special(r, NGX_HTTP_LAST);
    }

    ngx_http_finalize_request(r, rc);
    ngx_http_run_posted_requests(c);
}
