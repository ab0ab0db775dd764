
/* A live client: its session is checked, it joins its number, it leaves. */


#include "live/ngx_http_phone_live.h"


static ngx_http_phone_live_ctx_t *ngx_http_phone_live_create_ctx(
    ngx_http_request_t *r);
static void ngx_http_phone_live_last_id(ngx_http_phone_live_ctx_t *ctx);
static void ngx_http_phone_live_checked(ngx_phone_run_t *run);
static ngx_int_t ngx_http_phone_live_join(ngx_http_phone_live_ctx_t *ctx,
    ngx_phone_run_t *run);
static ngx_uint_t ngx_http_phone_live_ended(ngx_phone_run_t *run);
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

    /* output filters may use the memory until the pool is destroyed */

    ctx->held = pool_cln->data;
    *ctx->held = NULL;
    pool_cln->handler = ngx_http_phone_live_free;

    ctx->client.beat.handler = ngx_http_phone_live_beat;
    ctx->client.beat.data = ctx;
    ctx->client.beat.log = r->connection->log;
    ctx->client.beat.cancelable = 1;

    ngx_http_set_ctx(r, ctx, ngx_http_phone_live_module);

    return ctx;
}


/*
 * The id of the last event that the client has: browsers send the header when
 * they reconnect, pages may pass the argument.  An invalid id makes a reset.
 */

static void
ngx_http_phone_live_last_id(ngx_http_phone_live_ctx_t *ctx)
{
    ngx_str_t            id, *header;
    ngx_http_request_t  *r;

    r = ctx->request;

    (void) ngx_http_phone_header(r, "last-event-id",
                                 sizeof("last-event-id") - 1, &header);

    ngx_str_null(&id);

    if (header) {
        id = *header;
    }

    if (id.len == 0
        && (ngx_http_arg(r, (u_char *) "last_event_id", 13, &id) != NGX_OK
            || id.len == 0))
    {
        return;
    }

    ctx->client.resume = 1;

    if (ngx_phone_live_parse_id(id.data, id.len, &ctx->client.at) != NGX_OK) {

        /* greater than any id of a stream */

        ctx->client.at.ms = UINT64_MAX;
        ctx->client.at.seq = UINT64_MAX;
    }
}


ngx_int_t
ngx_http_phone_live_check(ngx_http_phone_live_ctx_t *ctx)
{
    ngx_int_t         rc;
    ngx_phone_run_t  *run;

    run = ngx_http_phone_run_create(ctx->request, &phone_live_open);

    if (run == NULL) {
        return ctx->state == NGX_HTTP_PHONE_LIVE_STREAMING
               ? NGX_DONE : ngx_http_phone_refuse(ctx->request,
                                                  &phone_live_open,
                                                  PHONE_BUSY);
    }

    run->done = ngx_http_phone_live_checked;
    run->data = ctx;

    if (ngx_phone_run_start(run) == NGX_AGAIN) {
        ctx->run = run;
        return NGX_DONE;
    }

    if (ctx->state == NGX_HTTP_PHONE_LIVE_OPENING) {
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

    if (ctx->state == NGX_HTTP_PHONE_LIVE_STREAMING) {
        ended = ngx_http_phone_live_ended(run);
        ngx_phone_run_free(run);

        if (!ended && ctx->again) {
            ctx->again = 0;
            ended = (ngx_http_phone_live_check(ctx) == NGX_DECLINED);
        }

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

    /* other clients may have joined since the first check */

    if (lmcf->live->nclients >= (ngx_uint_t) lmcf->max_clients) {
        lmcf->live->counters->refused++;
        return ngx_http_phone_refuse(r, &phone_live_open, PHONE_BUSY);
    }

    switch (ngx_phone_live_join(lmcf->live, &ctx->client, run->call.caller)) {

    case NGX_OK:
        return NGX_DONE;

    case NGX_BUSY:
        lmcf->live->counters->refused++;
        return ngx_http_phone_refuse(r, &phone_live_open,
                                     PHONE_RATE_LIMITED);

    default:
        return ngx_http_phone_refuse(r, &phone_live_open,
                                     PHONE_STORE_UNAVAILABLE);
    }
}


/* Only a refusal ends the stream, not a store that does not answer. */

static ngx_uint_t
ngx_http_phone_live_ended(ngx_phone_run_t *run)
{
    return run->call.reply.refused
           && (run->call.reply.status == NGX_HTTP_UNAUTHORIZED
               || run->call.reply.status == NGX_HTTP_FORBIDDEN);
}


static void
ngx_http_phone_live_cleanup(void *data)
{
    ngx_http_phone_live_quiet(data);
}


void
ngx_http_phone_live_quiet(ngx_http_phone_live_ctx_t *ctx)
{
    ngx_phone_live_leave(&ctx->client);

    if (ctx->run) {
        ngx_phone_run_detach(ctx->run);
        ctx->run = NULL;
    }

    if (ctx->client.beat.timer_set) {
        ngx_del_timer(&ctx->client.beat);
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
