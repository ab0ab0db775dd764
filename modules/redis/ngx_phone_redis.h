/*
 * The Redis client of a worker: a few pipelined connections shared by all
 * requests, and a subscriber with its own connection.
 *
 * Handlers are never called on the stack of a function declared here, except by
 * ngx_phone_redis_close().  A handler may send commands and detach others; it
 * must not close the client.
 *
 * After a READONLY reply the connection is closed when its handler has
 * returned: the server is a replica now, and the same address may lead to its
 * successor.
 */

#ifndef _NGX_PHONE_REDIS_H_INCLUDED_
#define _NGX_PHONE_REDIS_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include <hiredis/hiredis.h>


typedef struct ngx_phone_redis_s             ngx_phone_redis_t;
typedef struct ngx_phone_redis_conn_s        ngx_phone_redis_conn_t;
typedef struct ngx_phone_redis_cmd_s         ngx_phone_redis_cmd_t;
typedef struct ngx_phone_redis_subscriber_s  ngx_phone_redis_subscriber_t;


typedef enum {
    NGX_PHONE_REDIS_NONE = 0,
    NGX_PHONE_REDIS_CONNECT,      /* no connection; nothing was sent */
    NGX_PHONE_REDIS_CLOSED,       /* lost; the command may have been run */
    NGX_PHONE_REDIS_TIMEOUT,      /* no reply in time; as CLOSED */
    NGX_PHONE_REDIS_PROTOCOL,     /* not RESP, too large, or not asked for */
    NGX_PHONE_REDIS_LOADING,      /* the server is reading its data set */
    NGX_PHONE_REDIS_REJECTED,     /* password, database or check refused */
    NGX_PHONE_REDIS_SHUTDOWN      /* the worker is exiting */
} ngx_phone_redis_error_t;


/*
 * Called exactly once a command unless it is detached first.  With NONE the
 * reply is valid until the handler returns, an error reply included; with any
 * other error the reply is NULL.  Failures come from a posted event.
 */
typedef void (*ngx_phone_redis_pt)(void *data, redisReply *reply,
    ngx_phone_redis_error_t error);


/*
 * The last step of the handshake of each connection, after AUTH and SELECT:
 * `commands` go out together, `handler` judges reply number n.  The first
 * answer that is not ACCEPT ends the connection; `reason` then says why, in
 * words fit for the error log.  Replies that say that the server is loading,
 * or does not let us in, never reach the handler.
 *
 * NOTE may answer the last reply: the server gets the command `note`, and its
 * reply is judged as one more, to REJECT.
 *
 * Several connections may be in their handshake at a time: `talk` is the
 * number of the connection.  `begin` is called just before the first byte of
 * a handshake is sent.
 */
typedef enum {
    NGX_PHONE_REDIS_ACCEPT = 0,
    NGX_PHONE_REDIS_RETRY,        /* not ready yet: back off */
    NGX_PHONE_REDIS_REJECT,       /* an operator must act: longest back-off */
    NGX_PHONE_REDIS_NOTE          /* the same, after the command `note` */
} ngx_phone_redis_verdict_t;


typedef struct {
    ngx_uint_t            argc;
    const char          **argv;
    const size_t         *argvlen;
} ngx_phone_redis_args_t;


typedef struct {
    const ngx_phone_redis_args_t   *commands;
    ngx_uint_t                      ncommands;
    ngx_phone_redis_args_t          note;
    void                          (*begin)(void *data, ngx_uint_t talk);
    ngx_phone_redis_verdict_t     (*handler)(void *data, ngx_uint_t talk,
                                        ngx_uint_t n, redisReply *reply,
                                        ngx_str_t *reason);
    void                           *data;
} ngx_phone_redis_check_t;


/* The caller keeps it, and what it points to, as long as the client lives.
   Times are in milliseconds. */

typedef struct {
    ngx_str_t             server;      /* for messages: as configured */
    ngx_addr_t           *addrs;       /* unix, IPv4 or IPv6, at start */
    ngx_uint_t            naddrs;
    ngx_str_t             host;        /* to be resolved; empty: no name */
    in_port_t             port;
    ngx_resolver_t       *resolver;    /* NULL: the addresses stay */
    ngx_str_t             username;    /* empty: AUTH with password only */
    ngx_str_t             password;    /* empty: no AUTH */
    ngx_int_t             database;    /* 0: no SELECT */

    ngx_uint_t            connections;
    ngx_uint_t            max_pending; /* commands, all connections */
    ngx_msec_t            connect_timeout;   /* handshake included */
    ngx_msec_t            timeout;     /* of a command, once connected */
} ngx_phone_redis_conf_t;


/* For a status page: totals since the worker started, but for the last six. */

typedef struct {
    ngx_uint_t            commands;
    ngx_uint_t            refused;     /* command() or pick() gave NULL */
    ngx_uint_t            connects;    /* handshakes done */
    ngx_uint_t            closes;      /* of connections, whoever closed */
    ngx_uint_t            failures;    /* attempts or connections that failed */
    ngx_uint_t            timeouts;    /* connections closed by the deadline */

    ngx_uint_t            pending;     /* commands that wait for a reply */
    ngx_uint_t            connections;
    ngx_uint_t            connected;   /* ready for commands */
    ngx_uint_t            channels;    /* of a subscriber */
    ngx_phone_redis_error_t  error;    /* of the last failure; NONE: healthy */
    ngx_str_t             reason;      /* its text */
} ngx_phone_redis_state_t;


/*
 * One a worker; no connection is made before the first command.  Memory comes
 * from cycle->pool and from malloc (given back by close).  `check` may be NULL.
 * Returns NULL when memory is short.
 */
ngx_phone_redis_t *ngx_phone_redis_create(const ngx_phone_redis_conf_t *conf,
    ngx_cycle_t *cycle, ngx_log_t *log, const ngx_phone_redis_check_t *check);

/*
 * Call it in exit_process: sockets are closed, waiting handlers are called
 * with SHUTDOWN before it returns.  Later commands are refused.  May be called
 * twice.
 */
void ngx_phone_redis_close(ngx_phone_redis_t *redis);

/*
 * Puts a command in the batch that is written when the events of this turn of
 * the event loop are done.  The arguments are copied.  Returns a handle that
 * is valid until the handler is called or the command is detached, or NULL:
 * the handler will not be called.
 */
ngx_phone_redis_cmd_t *ngx_phone_redis_command(ngx_phone_redis_t *redis,
    ngx_uint_t argc, const char **argv, const size_t *argvlen,
    ngx_phone_redis_pt handler, void *data);

/*
 * The same for several commands that must travel together, in order: pick a
 * connection with room for n commands, then put each on it.  The connection
 * is good until the caller returns to the event loop.
 */
ngx_phone_redis_conn_t *ngx_phone_redis_pick(ngx_phone_redis_t *redis,
    ngx_uint_t n);
ngx_phone_redis_cmd_t *ngx_phone_redis_put(ngx_phone_redis_conn_t *conn,
    ngx_uint_t argc, const char **argv, const size_t *argvlen,
    ngx_phone_redis_pt handler, void *data);

/* The caller is gone: the handler is not called, the reply is dropped. */
void ngx_phone_redis_detach(ngx_phone_redis_cmd_t *cmd);

/*
 * Called by a handler that was called with NONE and has got a reply which its
 * command cannot give: replies and commands are out of step.  The handler must
 * not use the reply afterwards.  The connection is closed; its other commands
 * fail with PROTOCOL.
 */
void ngx_phone_redis_out_of_step(ngx_phone_redis_t *redis);

/*
 * A check has failed on connections that were good until now: all of them are
 * closed, and used again when a handshake has accepted the server.  Waiting
 * commands fail with CLOSED.  error is CONNECT (back off), or REJECTED (an
 * operator must act).
 */
void ngx_phone_redis_give_up(ngx_phone_redis_t *redis,
    ngx_phone_redis_error_t error, ngx_str_t *reason);

/* A word for logs: "timeout", "loading", ... */
const char *ngx_phone_redis_error_name(ngx_phone_redis_error_t error);

const ngx_phone_redis_state_t *ngx_phone_redis_state(ngx_phone_redis_t *redis);


/*
 * A subscriber is connected while it has channels, and subscribes to them all
 * again after a reconnect.  `message` and `subscribed` get memory that is valid
 * in the call only.
 */
typedef struct {
    void                (*message)(void *data, ngx_str_t *channel,
                              ngx_str_t *payload);

    /* Redis has confirmed: what is published from now on arrives. */
    void                (*subscribed)(void *data, ngx_str_t *channel);

    /* Messages may have been lost; all channels are confirmed again. */
    void                (*reconnected)(void *data);
} ngx_phone_redis_events_t;


ngx_phone_redis_subscriber_t *ngx_phone_redis_subscriber_create(
    const ngx_phone_redis_conf_t *conf, ngx_cycle_t *cycle, ngx_log_t *log,
    const ngx_phone_redis_events_t *events, void *data);
void ngx_phone_redis_subscriber_close(ngx_phone_redis_subscriber_t *sub);

/*
 * The channels are a set: the caller counts its readers and subscribes for
 * the first, unsubscribes after the last.  NGX_ERROR: memory is short.
 */
ngx_int_t ngx_phone_redis_subscribe(ngx_phone_redis_subscriber_t *sub,
    ngx_str_t *channel);
void ngx_phone_redis_unsubscribe(ngx_phone_redis_subscriber_t *sub,
    ngx_str_t *channel);

const ngx_phone_redis_state_t *ngx_phone_redis_subscriber_state(
    ngx_phone_redis_subscriber_t *sub);


#endif /* _NGX_PHONE_REDIS_H_INCLUDED_ */
