#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>

#include "redis/ngx_phone_redis_link.h"


#define NGX_PHONE_REDIS_LOG_AGAIN  60        /* s */

/* of the delay before the next try; ms */
#define NGX_PHONE_REDIS_DELAY_MIN  50
#define NGX_PHONE_REDIS_DELAY_MAX  2000


static void ngx_phone_redis_timer_handler(ngx_event_t *ev);
static void ngx_phone_redis_greeted(ngx_phone_redis_link_t *link);
static ngx_uint_t ngx_phone_redis_log_level(ngx_phone_redis_link_t *link,
    ngx_phone_redis_error_t error);
static void ngx_phone_redis_drop(ngx_phone_redis_link_t *link);
static ngx_msec_t ngx_phone_redis_back_off(ngx_phone_redis_link_t *link,
    ngx_phone_redis_error_t error);


ngx_int_t
ngx_phone_redis_link_init(ngx_phone_redis_link_t *link,
    ngx_phone_redis_peer_t *peer, ngx_pool_t *pool)
{
    link->peer = peer;

    link->host = ngx_pnalloc(pool, peer->conf->host.len + 1);
    if (link->host == NULL) {
        return NGX_ERROR;
    }

    link->flush.handler = ngx_phone_redis_link_flush;
    link->flush.data = link;
    link->flush.log = peer->log;

    /* the timer does not delay the exit of a worker unless commands wait */

    link->timer.handler = ngx_phone_redis_timer_handler;
    link->timer.data = link;
    link->timer.log = peer->log;
    link->timer.cancelable = 1;

    return NGX_OK;
}


ngx_int_t
ngx_phone_redis_link_connect(ngx_phone_redis_link_t *link)
{
    ngx_uint_t  epoch;

    if (link->timer.timer_set) {
        ngx_del_timer(&link->timer);
    }

    link->state = NGX_PHONE_REDIS_LINK_CONNECTING;
    link->established = 0;
    link->served = 0;
    link->greeted = 0;
    link->step = 0;

    link->parser = ngx_phone_redis_parser_create(NGX_PHONE_REDIS_BUFFER,
                                                 link->peer->log);
    if (link->parser == NULL) {
        ngx_phone_redis_link_fail(link, NGX_PHONE_REDIS_CONNECT, 0,
                                  "memory is short");
        return NGX_ERROR;
    }

    ngx_add_timer(&link->timer, link->peer->conf->connect_timeout);

    epoch = link->epoch;

    return ngx_phone_redis_link_locate(link) == NGX_OK && link->epoch == epoch
           ? NGX_OK : NGX_ERROR;
}


ngx_int_t
ngx_phone_redis_link_take(ngx_phone_redis_link_t *link, redisReply *reply)
{
    ngx_int_t   rc;
    ngx_uint_t  epoch;

    epoch = link->epoch;

    if (link->state == NGX_PHONE_REDIS_LINK_CONNECTING) {

        if (ngx_phone_redis_handshake(link, reply) == NGX_OK) {
            ngx_phone_redis_greeted(link);
        }

        rc = NGX_OK;

    } else {
        rc = link->peer->owner->reply(link, reply);
    }

    if (link->epoch != epoch) {
        return NGX_ERROR;
    }

    if (rc != NGX_OK) {
        ngx_phone_redis_link_fail(link, NGX_PHONE_REDIS_PROTOCOL, 0,
                                  "unexpected reply");
    }

    return rc;
}


static void
ngx_phone_redis_greeted(ngx_phone_redis_link_t *link)
{
    ngx_phone_redis_peer_t  *peer;

    peer = link->peer;

    ngx_del_timer(&link->timer);

    link->state = NGX_PHONE_REDIS_LINK_READY;

    peer->state.connects++;

    if (link->failures) {
        ngx_log_error(NGX_LOG_NOTICE, peer->log, 0,
                      "redis \"%V\" is connected again", &peer->conf->server);
    }

    peer->state.error = NGX_PHONE_REDIS_NONE;
    peer->state.reason.len = 0;
    peer->logged_at = 0;

    if (link->pos != link->last) {
        ngx_post_event(&link->flush, &ngx_posted_events);
    }

    peer->owner->ready(link);
}


void
ngx_phone_redis_link_busy(ngx_phone_redis_link_t *link, ngx_uint_t busy)
{
    link->busy = busy;

    if (link->connection) {
        link->connection->idle = !busy;
    }
}


void
ngx_phone_redis_link_shut(ngx_phone_redis_link_t *link)
{
    if (link->timer.timer_set) {
        ngx_del_timer(&link->timer);
    }

    if (link->connection == NULL && link->resolving == NULL) {
        link->state = NGX_PHONE_REDIS_LINK_CLOSED;
        return;
    }

    ngx_phone_redis_drop(link);

    link->state = NGX_PHONE_REDIS_LINK_CLOSED;
    link->peer->owner->closed(link, NGX_PHONE_REDIS_SHUTDOWN);
}


void
ngx_phone_redis_link_fail(ngx_phone_redis_link_t *link,
    ngx_phone_redis_error_t error, ngx_err_t err, const char *reason)
{
    u_char                  *p;
    ngx_msec_t               delay;
    ngx_uint_t               level;
    ngx_phone_redis_peer_t  *peer;
    ngx_phone_redis_error_t  waiting;

    peer = link->peer;

    /* copied: the text may belong to the parser, which is freed below */

    p = ngx_snprintf(peer->reason, NGX_PHONE_REDIS_REASON - 1, "%s", reason);
    *p = '\0';
    peer->state.reason.data = peer->reason;
    peer->state.reason.len = p - peer->reason;

    /* what waits for a handshake was never sent */

    if (link->state == NGX_PHONE_REDIS_LINK_CONNECTING
        && (error == NGX_PHONE_REDIS_CLOSED
            || error == NGX_PHONE_REDIS_TIMEOUT))
    {
        error = NGX_PHONE_REDIS_CONNECT;
    }

    waiting = (link->state == NGX_PHONE_REDIS_LINK_READY
               && (error == NGX_PHONE_REDIS_CONNECT
                   || error == NGX_PHONE_REDIS_REJECTED))
              ? NGX_PHONE_REDIS_CLOSED : error;

    ngx_phone_redis_drop(link);

    if (error == NGX_PHONE_REDIS_CLOSED && link->served) {
        link->state = NGX_PHONE_REDIS_LINK_CLOSED;
        delay = 0;
        level = link->busy ? NGX_LOG_ERR : NGX_LOG_NOTICE;

    } else {
        link->failures++;
        delay = ngx_phone_redis_back_off(link, error);
        level = ngx_phone_redis_log_level(link, error);
    }

    ngx_log_error(level, peer->log, err,
                  "redis \"%V\": %V, next try in %M ms",
                  &peer->conf->server, &peer->state.reason, delay);

    if (level == NGX_LOG_NOTICE) {

        /* an idle connection was closed: nothing failed */

        peer->state.reason.len = 0;

    } else {
        peer->state.failures++;
        peer->state.error = error;
    }

    peer->owner->closed(link, waiting);
}


/*
 * The same error of all links is logged once, and again each minute.  REJECTED
 * needs an operator.
 */

static ngx_uint_t
ngx_phone_redis_log_level(ngx_phone_redis_link_t *link,
    ngx_phone_redis_error_t error)
{
    ngx_phone_redis_peer_t  *peer;

    peer = link->peer;

    if (peer->logged_at
        && ngx_time() - peer->logged_at < NGX_PHONE_REDIS_LOG_AGAIN
        && ngx_strcmp(peer->logged, peer->reason) == 0)
    {
        return NGX_LOG_INFO;
    }

    peer->logged_at = ngx_time();
    ngx_memcpy(peer->logged, peer->reason, NGX_PHONE_REDIS_REASON);

    return error == NGX_PHONE_REDIS_REJECTED ? NGX_LOG_CRIT : NGX_LOG_ERR;
}


/* From here on the link holds no socket, no memory, no posted event. */

static void
ngx_phone_redis_drop(ngx_phone_redis_link_t *link)
{
    link->epoch++;

    if (link->timer.timer_set) {
        ngx_del_timer(&link->timer);
    }

    if (link->flush.posted) {
        ngx_delete_posted_event(&link->flush);
    }

    if (link->resolving) {
        ngx_resolve_name_done(link->resolving);
        link->resolving = NULL;
    }

    if (link->connection) {
        ngx_close_connection(link->connection);
        link->connection = NULL;
        link->peer->state.closes++;
    }

    if (link->parser) {
        ngx_phone_redis_parser_destroy(link->parser);
        link->parser = NULL;
    }

    if (link->start) {
        ngx_free(link->start);
    }

    link->start = NULL;
    link->pos = NULL;
    link->last = NULL;
    link->end = NULL;
    link->established = 0;
}


/* The delay doubles with each failure; half of it is random. */

static ngx_msec_t
ngx_phone_redis_back_off(ngx_phone_redis_link_t *link,
    ngx_phone_redis_error_t error)
{
    ngx_msec_t  delay;
    ngx_uint_t  shift;

    shift = ngx_min(link->failures - 1, 16);
    delay = ngx_min((ngx_msec_t) NGX_PHONE_REDIS_DELAY_MIN << shift,
                    NGX_PHONE_REDIS_DELAY_MAX);

    if (error == NGX_PHONE_REDIS_REJECTED) {
        delay = NGX_PHONE_REDIS_DELAY_MAX;
    }

    delay = delay / 2 + (ngx_msec_t) ngx_random() % (delay / 2 + 1);
    delay = ngx_max(delay, 1);

    link->state = NGX_PHONE_REDIS_LINK_BACKING_OFF;
    ngx_add_timer(&link->timer, delay);

    return delay;
}


static void
ngx_phone_redis_timer_handler(ngx_event_t *ev)
{
    ngx_phone_redis_link_t  *link;

    link = ev->data;

    switch (link->state) {

    case NGX_PHONE_REDIS_LINK_CONNECTING:
        ngx_phone_redis_link_fail(link, NGX_PHONE_REDIS_TIMEOUT, 0,
                                  link->established
                                  ? "no answer to the handshake in time"
                                  : "it cannot be reached in time");
        break;

    case NGX_PHONE_REDIS_LINK_READY:
        link->peer->owner->deadline(link);
        break;

    case NGX_PHONE_REDIS_LINK_BACKING_OFF:
        link->state = NGX_PHONE_REDIS_LINK_CLOSED;

        if (link->keep && !ngx_exiting && !ngx_terminate && !ngx_quit) {
            (void) ngx_phone_redis_link_connect(link);
        }

        break;

    default: /* NGX_PHONE_REDIS_LINK_CLOSED has no timer */
        break;
    }
}
