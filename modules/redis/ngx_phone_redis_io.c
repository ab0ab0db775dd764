/*
 * Only the parser of hiredis is used.  Its asynchronous context (0.14.1) aborts
 * the process on an unexpected reply, allocates a 16 KiB buffer for each read
 * event, frees itself under its caller, and allocates memory for each command
 * and each element of a reply.
 */

#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>

#include "redis/ngx_phone_redis_link.h"


/* Bytes a read() asks for. */
#define NGX_PHONE_REDIS_READ     (32 * 1024)

/* The parser moves the rest of its buffer after each KiB: feed it in small
   parts. */
#define NGX_PHONE_REDIS_FEED     (4 * 1024)

/* The number of reads in an event: a fast peer must not block other events. */
#define NGX_PHONE_REDIS_READS    64

/* The size of a new batch, and the size above which its memory is freed
   after it was sent. */
#define NGX_PHONE_REDIS_BATCH       (16 * 1024)
#define NGX_PHONE_REDIS_BATCH_KEEP  (1024 * 1024)


static ngx_int_t ngx_phone_redis_set_up(ngx_phone_redis_link_t *link,
    ngx_connection_t *c);
static ngx_int_t ngx_phone_redis_established(ngx_phone_redis_link_t *link);
static void ngx_phone_redis_write_handler(ngx_event_t *wev);
static void ngx_phone_redis_read_handler(ngx_event_t *rev);
static ngx_int_t ngx_phone_redis_parse(ngx_phone_redis_link_t *link,
    u_char *data, size_t len);
static u_char *ngx_phone_redis_reserve(ngx_phone_redis_link_t *link,
    size_t size);
static void ngx_phone_redis_send(ngx_phone_redis_link_t *link);
static u_char *ngx_phone_redis_send_some(ngx_phone_redis_link_t *link,
    u_char *pos, u_char *last);


/*
 * ngx_event_connect_peer() would log a missing unix socket as [crit], but Redis
 * may just be restarting.
 */

ngx_int_t
ngx_phone_redis_link_open(ngx_phone_redis_link_t *link)
{
    ngx_err_t          err;
    ngx_socket_t       s;
    ngx_connection_t  *c;

    s = ngx_socket(link->sockaddr.ss_family, SOCK_STREAM, 0);

    if (s == (ngx_socket_t) -1) {
        ngx_phone_redis_link_fail(link, NGX_PHONE_REDIS_CONNECT,
                                  ngx_socket_errno, "socket() failed");
        return NGX_ERROR;
    }

    c = ngx_get_connection(s, link->peer->log);

    if (c == NULL) {
        if (ngx_close_socket(s) == -1) {
            ngx_log_error(NGX_LOG_ALERT, link->peer->log, ngx_socket_errno,
                          ngx_close_socket_n " failed");
        }

        ngx_phone_redis_link_fail(link, NGX_PHONE_REDIS_CONNECT, 0,
                                  "worker_connections are not enough");
        return NGX_ERROR;
    }

    link->connection = c;

    if (ngx_phone_redis_set_up(link, c) != NGX_OK) {
        ngx_phone_redis_link_fail(link, NGX_PHONE_REDIS_CONNECT,
                                  ngx_socket_errno, "the socket could not be "
                                                    "set up");
        return NGX_ERROR;
    }

    if (connect(s, (struct sockaddr *) &link->sockaddr, link->socklen) == 0) {
        link->established = 1;
        c->write->ready = 1;
        ngx_post_event(&link->flush, &ngx_posted_events);

    } else {
        err = ngx_socket_errno;

        if (err != NGX_EINPROGRESS) {
            ngx_phone_redis_link_fail(link, NGX_PHONE_REDIS_CONNECT, err,
                                      "it cannot be reached");
            return NGX_ERROR;
        }
    }

    if (ngx_handle_read_event(c->read, 0) != NGX_OK
        || ngx_handle_write_event(c->write, 0) != NGX_OK)
    {
        ngx_phone_redis_link_fail(link, NGX_PHONE_REDIS_CONNECT, 0,
                                  "an event could not be added");
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_phone_redis_set_up(ngx_phone_redis_link_t *link, ngx_connection_t *c)
{
    c->data = link;
    c->type = SOCK_STREAM;
    c->recv = ngx_recv;
    c->send = ngx_send;
    c->log = link->peer->log;
    c->log_error = NGX_ERROR_ERR;
    c->idle = !link->busy;
    c->number = ngx_atomic_fetch_add(ngx_connection_counter, 1);
    c->start_time = ngx_current_msec;

    c->read->handler = ngx_phone_redis_read_handler;
    c->read->log = c->log;
    c->write->handler = ngx_phone_redis_write_handler;
    c->write->log = c->log;

    if (ngx_nonblocking(c->fd) == -1) {
        return NGX_ERROR;
    }

    if (link->sockaddr.ss_family == AF_UNIX) {
        return NGX_OK;
    }

    return ngx_tcp_nodelay(c);
}


/* The result of a connect() that did not finish at once. */

static ngx_int_t
ngx_phone_redis_established(ngx_phone_redis_link_t *link)
{
    int        err;
    socklen_t  len;

    if (link->established) {
        return NGX_OK;
    }

    err = 0;
    len = sizeof(int);

    if (getsockopt(link->connection->fd, SOL_SOCKET, SO_ERROR, (void *) &err,
                   &len)
        == -1)
    {
        err = ngx_socket_errno;
    }

    if (err) {
        ngx_phone_redis_link_fail(link, NGX_PHONE_REDIS_CONNECT, err,
                                  "it cannot be reached");
        return NGX_ERROR;
    }

    link->established = 1;

    return NGX_OK;
}


static void
ngx_phone_redis_write_handler(ngx_event_t *wev)
{
    ngx_connection_t        *c;
    ngx_phone_redis_link_t  *link;

    c = wev->data;
    link = c->data;

    if (ngx_phone_redis_established(link) == NGX_OK) {
        ngx_phone_redis_send(link);
    }
}


static void
ngx_phone_redis_read_handler(ngx_event_t *rev)
{
    u_char                   buf[NGX_PHONE_REDIS_READ];
    ssize_t                  n;
    ngx_uint_t               i;
    ngx_connection_t        *c;
    ngx_phone_redis_link_t  *link;

    c = rev->data;
    link = c->data;

    if (c->close) {
        ngx_phone_redis_link_shut(link);
        return;
    }

    if (ngx_phone_redis_established(link) != NGX_OK) {
        return;
    }

    for (i = 0; rev->ready && i < NGX_PHONE_REDIS_READS; i++) {

        n = c->recv(c, buf, NGX_PHONE_REDIS_READ);

        if (n == NGX_AGAIN) {
            break;
        }

        if (n == NGX_ERROR || n == 0) {
            ngx_phone_redis_link_fail(link, NGX_PHONE_REDIS_CLOSED, 0,
                                      "the connection is lost");
            return;
        }

        if (ngx_phone_redis_parse(link, buf, n) != NGX_OK) {
            return;
        }
    }

    if (rev->ready) {
        ngx_post_event(rev, &ngx_posted_next_events);
    }

    if (ngx_handle_read_event(rev, 0) != NGX_OK) {
        ngx_phone_redis_link_fail(link, NGX_PHONE_REDIS_CLOSED, 0,
                                  "an event could not be added");
    }
}


/* NGX_ERROR: the link was closed and must not be used. */

static ngx_int_t
ngx_phone_redis_parse(ngx_phone_redis_link_t *link, u_char *data, size_t len)
{
    size_t       size;
    ngx_int_t    rc;
    redisReply  *reply;

    while (len) {
        size = ngx_min(len, NGX_PHONE_REDIS_FEED);

        rc = ngx_phone_redis_parser_feed(link->parser, data, size);

        data += size;
        len -= size;

        while (rc == NGX_OK) {

            rc = ngx_phone_redis_parser_next(link->parser, &reply);

            if (rc == NGX_OK
                && ngx_phone_redis_link_take(link, reply) != NGX_OK)
            {
                return NGX_ERROR;
            }
        }

        if (rc == NGX_ERROR) {
            ngx_phone_redis_link_fail(link, NGX_PHONE_REDIS_PROTOCOL, 0,
                                 ngx_phone_redis_parser_error(link->parser));
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


void
ngx_phone_redis_link_flush(ngx_event_t *ev)
{
    ngx_phone_redis_link_t  *link;

    link = ev->data;

    if (link->established) {
        ngx_phone_redis_send(link);
    }
}


ngx_int_t
ngx_phone_redis_link_append(ngx_phone_redis_link_t *link, ngx_uint_t argc,
    const char **argv, const size_t *argvlen)
{
    u_char  *p;
    size_t   size;

    size = ngx_phone_redis_format_size(argc, argvlen);

    if (size > NGX_PHONE_REDIS_BUFFER - (size_t) (link->last - link->pos)) {
        return NGX_BUSY;
    }

    p = ngx_phone_redis_reserve(link, size);
    if (p == NULL) {
        return NGX_ERROR;
    }

    link->last = ngx_phone_redis_format(p, argc, argv, argvlen);

    /* when the socket is full, its write event sends the rest */

    if (link->state == NGX_PHONE_REDIS_LINK_READY
        && link->connection->write->ready)
    {
        ngx_post_event(&link->flush, &ngx_posted_events);
    }

    return NGX_OK;
}


static u_char *
ngx_phone_redis_reserve(ngx_phone_redis_link_t *link, size_t size)
{
    u_char  *p;
    size_t   used, room;

    if ((size_t) (link->end - link->last) >= size) {
        return link->last;
    }

    used = link->last - link->pos;
    room = link->end - link->start;

    if (used + size > room / 2) {
        room = ngx_max(2 * room, used + size);
        room = ngx_max(room, NGX_PHONE_REDIS_BATCH);

        p = ngx_alloc(room, link->peer->log);
        if (p == NULL) {
            return NULL;
        }

        if (link->start) {
            ngx_memcpy(p, link->pos, used);
            ngx_free(link->start);
        }

        link->start = p;
        link->end = p + room;

    } else {
        ngx_memmove(link->start, link->pos, used);
    }

    link->pos = link->start;
    link->last = link->start + used;

    return link->last;
}


static void
ngx_phone_redis_send(ngx_phone_redis_link_t *link)
{
    u_char                  *p;
    ngx_phone_redis_peer_t  *peer;

    peer = link->peer;

    if (link->greeted < peer->hello.len) {

        if (link->greeted == 0 && peer->check) {
            peer->check->begin(peer->check->data, link->number);
        }

        p = ngx_phone_redis_send_some(link, peer->hello.data + link->greeted,
                                      peer->hello.data + peer->hello.len);
        if (p) {
            link->greeted = p - peer->hello.data;
        }

        return;
    }

    if (link->state != NGX_PHONE_REDIS_LINK_READY
        || link->pos == link->last)
    {
        return;
    }

    p = ngx_phone_redis_send_some(link, link->pos, link->last);
    if (p == NULL) {
        return;
    }

    link->pos = p;

    if (link->pos < link->last) {
        return;
    }

    if (link->end - link->start > NGX_PHONE_REDIS_BATCH_KEEP) {
        ngx_free(link->start);
        link->start = NULL;
        link->end = NULL;
    }

    link->pos = link->start;
    link->last = link->start;
}


/* Returns how far it came; NULL: the link has failed. */

static u_char *
ngx_phone_redis_send_some(ngx_phone_redis_link_t *link, u_char *pos,
    u_char *last)
{
    ssize_t            n;
    ngx_connection_t  *c;

    c = link->connection;

    while (pos < last && c->write->ready) {

        n = c->send(c, pos, last - pos);

        if (n == NGX_AGAIN) {
            break;
        }

        if (n == NGX_ERROR && link->state == NGX_PHONE_REDIS_LINK_CONNECTING)
        {
            /* the server may have sent the reason before it closed */

            c->write->ready = 0;
            c->read->ready = 1;
            ngx_post_event(c->read, &ngx_posted_events);
            return pos;
        }

        if (n == NGX_ERROR) {
            ngx_phone_redis_link_fail(link, NGX_PHONE_REDIS_CLOSED, 0,
                                      "the connection is lost");
            return NULL;
        }

        pos += n;
    }

    if (ngx_handle_write_event(c->write, 0) != NGX_OK) {
        ngx_phone_redis_link_fail(link, NGX_PHONE_REDIS_CLOSED, 0,
                                  "an event could not be added");
        return NULL;
    }

    return pos;
}
