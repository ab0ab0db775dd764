
/*
 * One request of a client that listens: checked, joined to its number, then
 * fed.  Functions that return a status leave it to the caller to finalize the
 * request; NGX_DONE goes on.
 */


#include "ngx_http_phone_live.h"


#define NGX_HTTP_PHONE_LIVE_RETRY  "3000"            /* ms, for the client */
#define NGX_HTTP_PHONE_LIVE_SLOW   30000             /* ms */
#define NGX_HTTP_PHONE_LIVE_BEATS  3                 /* while a mark lives */


#define ngx_http_phone_live_beats(ctx)                                        \
    (ngx_msec_t) ((ctx)->client.live->phone->env.settings->live_open          \
                  / NGX_HTTP_PHONE_LIVE_BEATS)


typedef struct {
    ngx_phone_live_client_t  client;
    ngx_http_request_t      *request;
    ngx_phone_run_t         *run;                    /* NULL: none */
    ngx_event_t              beat;

    /* one output at a time; `held` is its memory where that is malloc's */
    ngx_buf_t                buf;
    ngx_chain_t              chain;
    u_char                 **held;

    unsigned                 streaming:1;
    unsigned                 pending:1;              /* buf is not out */
} ngx_http_phone_live_ctx_t;


static ngx_http_phone_live_ctx_t *ngx_http_phone_live_create_ctx(
    ngx_http_request_t *r);
static void ngx_http_phone_live_last_id(ngx_http_phone_live_ctx_t *ctx);
static ngx_int_t ngx_http_phone_live_check(ngx_http_phone_live_ctx_t *ctx);
static void ngx_http_phone_live_checked(ngx_phone_run_t *run);
static ngx_int_t ngx_http_phone_live_join(ngx_http_phone_live_ctx_t *ctx,
    ngx_phone_run_t *run);
static ngx_uint_t ngx_http_phone_live_ended(ngx_phone_run_t *run);

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
static void ngx_http_phone_live_beat(ngx_event_t *ev);
static void ngx_http_phone_live_logout(ngx_http_phone_live_ctx_t *ctx);
static void ngx_http_phone_live_cleanup(void *data);
static void ngx_http_phone_live_free(void *data);


ngx_int_t
ngx_http_phone_live_open(ngx_http_request_t *r)
{
    ngx_http_phone_live_ctx_t  *ctx;

    ctx = ngx_http_phone_live_create_ctx(r);
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_http_phone_live_last_id(ctx);

    return ngx_http_phone_live_check(ctx);
}


static ngx_http_phone_live_ctx_t *
ngx_http_phone_live_create_ctx(ngx_http_request_t *r)
{
    ngx_http_cleanup_t         *cln;
    ngx_pool_cleanup_t         *pool_cln;
    ngx_http_phone_live_ctx_t  *ctx;

    ctx = ngx_pcalloc(r->pool, sizeof(ngx_http_phone_live_ctx_t));
    cln = ngx_http_cleanup_add(r, 0);
    pool_cln = ngx_pool_cleanup_add(r->pool, sizeof(u_char *));

    if (ctx == NULL || cln == NULL || pool_cln == NULL) {
        return NULL;
    }

    ctx->request = r;
    ctx->client.data = ctx;
    ctx->chain.buf = &ctx->buf;

    cln->handler = ngx_http_phone_live_cleanup;
    cln->data = ctx;

    /* what is on its way to the client may be looked at until the pool goes */

    ctx->held = pool_cln->data;
    *ctx->held = NULL;
    pool_cln->handler = ngx_http_phone_live_free;

    ctx->beat.handler = ngx_http_phone_live_beat;
    ctx->beat.data = ctx;
    ctx->beat.log = r->connection->log;
    ctx->beat.cancelable = 1;

    ngx_http_set_ctx(r, ctx, ngx_http_phone_live_module);

    return ctx;
}


/* Where the client has left off: a browser sends the header when it comes back
   by itself, a page the argument.  What is no id asks for a reset. */

static void
ngx_http_phone_live_last_id(ngx_http_phone_live_ctx_t *ctx)
{
    ngx_str_t            id;
    ngx_uint_t           i;
    ngx_list_part_t     *part;
    ngx_table_elt_t     *header;
    ngx_http_request_t  *r;

    r = ctx->request;
    id.len = 0;

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        header = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (header[i].key.len == sizeof("last-event-id") - 1
                && ngx_strncmp(header[i].lowcase_key, "last-event-id",
                               sizeof("last-event-id") - 1)
                   == 0)
            {
                id = header[i].value;
            }
        }
    }

    if (id.len == 0
        && (ngx_http_arg(r, (u_char *) "last_event_id", 13, &id) != NGX_OK
            || id.len == 0))
    {
        return;
    }

    ctx->client.resume = 1;

    if (ngx_phone_live_parse_id(id.data, id.len, &ctx->client.at) != NGX_OK) {

        /* behind the end of any stream */

        ctx->client.at.ms = UINT64_MAX;
        ctx->client.at.seq = UINT64_MAX;
    }
}


/* Is it still the session it was?  NGX_DONE: the request waits, or streams. */

static ngx_int_t
ngx_http_phone_live_check(ngx_http_phone_live_ctx_t *ctx)
{
    ngx_int_t         rc;
    ngx_phone_run_t  *run;

    run = ngx_http_phone_run_create(ctx->request, &phone_live_open);

    if (run == NULL) {
        return ctx->streaming ? NGX_DONE
                              : ngx_http_phone_refuse(ctx->request,
                                                      PHONE_BUSY);
    }

    run->done = ngx_http_phone_live_checked;
    run->data = ctx;

    if (ngx_phone_run_start(run) == NGX_AGAIN) {
        ctx->run = run;
        return NGX_DONE;
    }

    if (!ctx->streaming) {
        rc = ngx_http_phone_live_join(ctx, run);
        ngx_phone_run_free(run);
        return rc;
    }

    rc = ngx_http_phone_live_ended(run) ? NGX_DECLINED : NGX_DONE;
    ngx_phone_run_free(run);

    return rc;
}


static void
ngx_http_phone_live_checked(ngx_phone_run_t *run)
{
    ngx_int_t                   rc;
    ngx_uint_t                  ended;
    ngx_connection_t           *c;
    ngx_http_request_t         *r;
    ngx_http_phone_live_ctx_t  *ctx;

    ctx = run->data;
    ctx->run = NULL;

    r = ctx->request;
    c = r->connection;

    ngx_http_set_log_request(c->log, r);

    if (ctx->streaming) {
        ended = ngx_http_phone_live_ended(run);
        ngx_phone_run_free(run);

        if (ended) {
            ngx_http_phone_live_logout(ctx);
        }

    } else {
        rc = ngx_http_phone_live_join(ctx, run);
        ngx_phone_run_free(run);

        if (rc != NGX_DONE) {
            ngx_http_finalize_request(r, rc);
        }
    }

    ngx_http_run_posted_requests(c);
}


static ngx_int_t
ngx_http_phone_live_join(ngx_http_phone_live_ctx_t *ctx, ngx_phone_run_t *run)
{
    ngx_http_request_t               *r;
    ngx_http_phone_live_main_conf_t  *lmcf;

    r = ctx->request;
    lmcf = ngx_http_get_module_main_conf(r, ngx_http_phone_live_module);

    if (run->call.reply.refused) {
        return ngx_http_phone_send(r, &run->call);
    }

    switch (ngx_phone_live_join(lmcf->live, &ctx->client, run->call.caller)) {

    case NGX_OK:
        return NGX_DONE;

    case NGX_BUSY:
        lmcf->live->counters->refused++;
        return ngx_http_phone_refuse(r, PHONE_RATE_LIMITED);

    default:
        return ngx_http_phone_refuse(r, PHONE_STORE_UNAVAILABLE);
    }
}


/* A store that does not answer ends no session. */

static ngx_uint_t
ngx_http_phone_live_ended(ngx_phone_run_t *run)
{
    return run->call.reply.refused
           && (run->call.reply.status == NGX_HTTP_UNAUTHORIZED
               || run->call.reply.status == NGX_HTTP_FORBIDDEN);
}


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
        rc = ngx_http_phone_refuse(r, PHONE_STORE_UNAVAILABLE);
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

    ctx->streaming = 1;
    r->write_event_handler = ngx_http_phone_live_writer;

    ngx_phone_live_present(&ctx->client);
    ngx_add_timer(&ctx->beat, ngx_http_phone_live_beats(ctx));

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


/* The id alone, so that a client that has seen no event can resume. */

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


/* NGX_DONE: it is on its way.  Anything else finalizes the request. */

static ngx_int_t
ngx_http_phone_live_output(ngx_http_phone_live_ctx_t *ctx, u_char *p,
    size_t len, ngx_uint_t last)
{
    ngx_buf_t  *b;

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
                      "live client does not read");
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


static void
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

    ngx_phone_live_present(&ctx->client);

    rc = NGX_DONE;

    if (!ctx->pending) {
        rc = ngx_http_phone_live_output(ctx, comment, sizeof(comment) - 1, 0);
    }

    if (rc == NGX_DONE && ctx->run == NULL) {
        rc = ngx_http_phone_live_check(ctx);
    }

    if (rc == NGX_DECLINED) {
        ngx_http_phone_live_logout(ctx);

    } else if (rc != NGX_DONE) {
        ngx_http_finalize_request(r, rc);
    }

    ngx_http_run_posted_requests(c);
}


static void
ngx_http_phone_live_logout(ngx_http_phone_live_ctx_t *ctx)
{
    static u_char  text[] = "event: logout\ndata: {}\n\n";

    ctx->client.live->counters->logouts++;

    ngx_phone_live_leave(&ctx->client);

    ngx_http_finalize_request(ctx->request, ctx->pending ? NGX_ERROR
                              : ngx_http_phone_live_output(ctx, text,
                                                           sizeof(text) - 1,
                                                           1));
}


/*
 * A browser comes back by itself when a stream has begun and ended, but not
 * after an error: so one that has not begun begins.  Who still has something
 * to read is cut off.
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

    ngx_phone_live_leave(client);

    rc = ctx->streaming ? NGX_OK : ngx_http_phone_live_headers(r);

    if (rc == NGX_OK) {
        rc = ctx->pending ? NGX_ERROR : ngx_http_send_special(r, NGX_HTTP_LAST);
    }

    ngx_http_finalize_request(r, rc);
    ngx_http_run_posted_requests(c);
}


static void
ngx_http_phone_live_cleanup(void *data)
{
    ngx_http_phone_live_ctx_t  *ctx;

    ctx = data;

    ngx_phone_live_leave(&ctx->client);

    if (ctx->run) {
        ngx_phone_run_detach(ctx->run);
        ctx->run = NULL;
    }

    if (ctx->beat.timer_set) {
        ngx_del_timer(&ctx->beat);
    }
}


static void
ngx_http_phone_live_free(void *data)
{
    u_char  **held;

    held = data;

    if (*held) {
        ngx_free(*held);
    }
}
