/*
 * One connection to Redis: socket, handshake, back-off, output buffer, replies.
 * Its owner, the client (ngx_phone_redis.c) or the subscriber, knows what the
 * commands and replies mean.
 */

#ifndef _NGX_PHONE_REDIS_LINK_H_INCLUDED_
#define _NGX_PHONE_REDIS_LINK_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>

#include "redis/ngx_phone_redis_reply.h"


/* Bytes that are not sent yet, or of one reply. */
#define NGX_PHONE_REDIS_BUFFER  (64 * 1024 * 1024)


typedef struct ngx_phone_redis_link_s  ngx_phone_redis_link_t;


typedef enum {
    NGX_PHONE_REDIS_LINK_CLOSED = 0,   /* may connect at once */
    NGX_PHONE_REDIS_LINK_BACKING_OFF,
    NGX_PHONE_REDIS_LINK_CONNECTING,   /* the handshake included */
    NGX_PHONE_REDIS_LINK_READY
} ngx_phone_redis_link_state_e;


/*
 * Callbacks of the owner.  All may send commands.  `reply` is called with the
 * link's parser on the stack: it may close the link only through
 * ngx_phone_redis_link_fail().
 */
typedef struct {
    void                (*ready)(ngx_phone_redis_link_t *link);

    /* NGX_ERROR: nobody asked for this reply */
    ngx_int_t           (*reply)(ngx_phone_redis_link_t *link,
                              redisReply *reply);

    /* the batch is dropped, the socket closed, the next state known */
    void                (*closed)(ngx_phone_redis_link_t *link,
                              ngx_phone_redis_error_t error);

    /* the timer of a link that is ready; its owner arms it */
    void                (*deadline)(ngx_phone_redis_link_t *link);
} ngx_phone_redis_owner_t;


/* The same for all links of one owner. */

typedef struct {
    const ngx_phone_redis_conf_t   *conf;
    const ngx_phone_redis_check_t  *check;    /* or NULL */
    const ngx_phone_redis_owner_t  *owner;
    ngx_log_t                      *log;
    ngx_str_t                       hello;    /* with the password */
    ngx_phone_redis_state_t         state;
    u_char                          reason[NGX_PHONE_REDIS_REASON];

    /* the last error that was logged, of all links */
    u_char                          logged[NGX_PHONE_REDIS_REASON];
    time_t                          logged_at;
} ngx_phone_redis_peer_t;


struct ngx_phone_redis_link_s {
    ngx_connection_t               *connection;
    ngx_phone_redis_peer_t         *peer;
    ngx_uint_t                      number;   /* among those of its owner */
    ngx_phone_redis_parser_t       *parser;

    /* the batch; what is between pos and last waits to be sent */
    u_char                         *start;
    u_char                         *pos;
    u_char                         *last;
    u_char                         *end;

    /* the address of this attempt */
    ngx_resolver_ctx_t             *resolving;
    u_char                         *host;     /* room for the name */
    ngx_uint_t                      attempts;
    struct sockaddr_storage         sockaddr;
    socklen_t                       socklen;

    ngx_event_t                     flush;    /* posted while bytes wait */
    ngx_event_t                     timer;    /* attempt, owner's, back-off */

    ngx_phone_redis_link_state_e    state;
    size_t                          greeted;  /* bytes of hello sent */
    ngx_uint_t                      step;     /* replies to hello */
    ngx_uint_t                      epoch;    /* raised at each close */
    ngx_uint_t                      failures; /* in a row */

    unsigned                        established:1;
    unsigned                        served:1; /* has answered a command */
    unsigned                        busy:1;   /* not to be closed as idle */
    unsigned                        keep:1;   /* connect after a back-off */
};


/*
 * Sets conf, with the defaults in place, and hello.  NGX_ERROR: memory is
 * short.
 */
ngx_int_t ngx_phone_redis_peer_init(ngx_phone_redis_peer_t *peer,
    const ngx_phone_redis_conf_t *conf, const ngx_phone_redis_check_t *check,
    ngx_pool_t *pool);

/*
 * Judges the next reply to hello.  NGX_OK: it was the last one; NGX_AGAIN:
 * more are to come; NGX_ERROR: the link has failed.
 */
ngx_int_t ngx_phone_redis_handshake(ngx_phone_redis_link_t *link,
    redisReply *reply);

/* NGX_ERROR: memory is short. */
ngx_int_t ngx_phone_redis_link_init(ngx_phone_redis_link_t *link,
    ngx_phone_redis_peer_t *peer, ngx_pool_t *pool);

/* Begins an attempt on a closed link; NGX_ERROR: it failed at once. */
ngx_int_t ngx_phone_redis_link_connect(ngx_phone_redis_link_t *link);

/*
 * Formats a command into the batch, to be written when this turn of the event
 * loop ends, or when the handshake is done.  NGX_BUSY: NGX_PHONE_REDIS_BUFFER
 * is reached; NGX_ERROR: memory is short.  Either way nothing was added.
 */
ngx_int_t ngx_phone_redis_link_append(ngx_phone_redis_link_t *link,
    ngx_uint_t argc, const char **argv, const size_t *argvlen);

/*
 * Closes the link after an error, logs the reason and backs off.  A link that
 * had served and was closed by its peer may connect again at once.  CONNECT and
 * REJECTED of a link that is ready are results of a check: its waiting commands
 * fail with CLOSED, since they may have been executed.
 */
void ngx_phone_redis_link_fail(ngx_phone_redis_link_t *link,
    ngx_phone_redis_error_t error, ngx_err_t err, const char *reason);

/* Closes because it is no longer wanted. */
void ngx_phone_redis_link_shut(ngx_phone_redis_link_t *link);

/* Whether a graceful exit of the worker must not close the link. */
void ngx_phone_redis_link_busy(ngx_phone_redis_link_t *link, ngx_uint_t busy);

/* Shared by the link's files: its states (_link.c), input and output
   (_io.c), and the address (_address.c). */

/* Finds an address and opens it; NGX_ERROR: the link has failed. */
ngx_int_t ngx_phone_redis_link_locate(ngx_phone_redis_link_t *link);

/* Makes the socket and begins to connect; NGX_ERROR: the link has failed. */
ngx_int_t ngx_phone_redis_link_open(ngx_phone_redis_link_t *link);

/* Writes the batch: the posted event of a link. */
void ngx_phone_redis_link_flush(ngx_event_t *ev);

/* Handles a reply.  NGX_ERROR: the link was closed and must not be used. */
ngx_int_t ngx_phone_redis_link_take(ngx_phone_redis_link_t *link,
    redisReply *reply);

/* A command in RESP: an upper bound of its size, and formatting. */
size_t ngx_phone_redis_format_size(ngx_uint_t argc, const size_t *argvlen);
u_char *ngx_phone_redis_format(u_char *p, ngx_uint_t argc, const char **argv,
    const size_t *argvlen);


#endif /* _NGX_PHONE_REDIS_LINK_H_INCLUDED_ */
