#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>

#include "redis/ngx_phone_redis_cmd.h"
#include "redis/ngx_phone_redis_link.h"


/* Other connections are preferred to a batch of this many commands. */
#define NGX_PHONE_REDIS_BATCH_LEN  256


struct ngx_phone_redis_conn_s {
    ngx_phone_redis_link_t          link;      /* first: the owner is cast */
    ngx_phone_redis_t              *redis;
    ngx_phone_redis_fifo_t          waiting;
    ngx_uint_t                      nwaiting;
};


struct ngx_phone_redis_s {
    ngx_phone_redis_peer_t          peer;
    ngx_phone_redis_conn_t         *conns;

    ngx_phone_redis_fifo_t          failed;    /* failed, their handlers not
                                                  yet called */
    ngx_event_t                     deliver;

    ngx_phone_redis_cmd_pool_t      cmds;

    ngx_phone_redis_conn_t         *replying;  /* its handler is running */

    unsigned                        closed:1;
};


static ngx_phone_redis_conn_t *ngx_phone_redis_choose(
    ngx_phone_redis_t *redis);
static ngx_phone_redis_conn_t *ngx_phone_redis_better(
    ngx_phone_redis_conn_t *a, ngx_phone_redis_conn_t *b);
static void *ngx_phone_redis_refuse(ngx_phone_redis_t *redis);
static void ngx_phone_redis_waiting(ngx_phone_redis_conn_t *conn,
    ngx_uint_t waiting);
static void ngx_phone_redis_on_ready(ngx_phone_redis_link_t *link);
static ngx_int_t ngx_phone_redis_on_reply(ngx_phone_redis_link_t *link,
    redisReply *reply);
static void ngx_phone_redis_on_closed(ngx_phone_redis_link_t *link,
    ngx_phone_redis_error_t error);
static void ngx_phone_redis_on_deadline(ngx_phone_redis_link_t *link);
static void ngx_phone_redis_deliver(ngx_event_t *ev);


static const ngx_phone_redis_owner_t  ngx_phone_redis_owner = {
    ngx_phone_redis_on_ready,
    ngx_phone_redis_on_reply,
    ngx_phone_redis_on_closed,
    ngx_phone_redis_on_deadline
};


ngx_phone_redis_t *
ngx_phone_redis_create(const ngx_phone_redis_conf_t *conf, ngx_cycle_t *cycle,
    ngx_log_t *log, const ngx_phone_redis_check_t *check)
{
    ngx_uint_t               i;
    ngx_phone_redis_t       *redis;
    ngx_phone_redis_conn_t  *conn;

    redis = ngx_pcalloc(cycle->pool, sizeof(ngx_phone_redis_t));
    if (redis == NULL) {
        return NULL;
    }

    redis->peer.owner = &ngx_phone_redis_owner;
    redis->peer.log = log;

    if (ngx_phone_redis_peer_init(&redis->peer, conf, check, cycle->pool)
        != NGX_OK)
    {
        return NULL;
    }

    redis->conns = ngx_pcalloc(cycle->pool, redis->peer.conf->connections
                                            * sizeof(ngx_phone_redis_conn_t));
    if (redis->conns == NULL) {
        return NULL;
    }

    for (i = 0; i < redis->peer.conf->connections; i++) {
        conn = &redis->conns[i];

        conn->redis = redis;
        ngx_phone_redis_fifo_init(&conn->waiting);

        if (ngx_phone_redis_link_init(&conn->link, &redis->peer, cycle->pool)
            != NGX_OK)
        {
            return NULL;
        }

        conn->link.keep = 1;
        conn->link.number = i;
    }

    redis->cmds.log = log;
    ngx_phone_redis_fifo_init(&redis->failed);

    redis->deliver.handler = ngx_phone_redis_deliver;
    redis->deliver.data = redis;
    redis->deliver.log = log;

    return redis;
}


void
ngx_phone_redis_close(ngx_phone_redis_t *redis)
{
    ngx_uint_t  i;

    if (redis == NULL || redis->closed) {
        return;
    }

    redis->closed = 1;

    for (i = 0; i < redis->peer.conf->connections; i++) {
        ngx_phone_redis_link_shut(&redis->conns[i].link);
    }

    if (redis->deliver.posted) {
        ngx_delete_posted_event(&redis->deliver);
    }

    ngx_phone_redis_deliver(&redis->deliver);

    ngx_phone_redis_cmd_pool_close(&redis->cmds);
}


ngx_phone_redis_cmd_t *
ngx_phone_redis_command(ngx_phone_redis_t *redis, ngx_uint_t argc,
    const char **argv, const size_t *argvlen, ngx_phone_redis_pt handler,
    void *data)
{
    ngx_phone_redis_conn_t  *conn;

    conn = ngx_phone_redis_pick(redis, 1);
    if (conn == NULL) {
        return NULL;
    }

    return ngx_phone_redis_put(conn, argc, argv, argvlen, handler, data);
}


ngx_phone_redis_conn_t *
ngx_phone_redis_pick(ngx_phone_redis_t *redis, ngx_uint_t n)
{
    ngx_phone_redis_conn_t  *conn;

    if (redis->closed) {
        return ngx_phone_redis_refuse(redis);
    }

    if (redis->peer.state.pending + n > redis->peer.conf->max_pending) {
        return ngx_phone_redis_refuse(redis);
    }

    conn = ngx_phone_redis_choose(redis);

    /* NULL: all of them back off */

    return conn ? conn : ngx_phone_redis_refuse(redis);
}


/*
 * A connection with a batch that is not yet written is preferred: that saves a
 * write() and a read().  Otherwise the one with the fewest waiting commands is
 * chosen.  Another connection is opened when the best one is busy.
 */

static ngx_phone_redis_conn_t *
ngx_phone_redis_choose(ngx_phone_redis_t *redis)
{
    ngx_uint_t               i;
    ngx_phone_redis_conn_t  *best, *spare, *conn;

    best = NULL;
    spare = NULL;

    for (i = 0; i < redis->peer.conf->connections; i++) {
        conn = &redis->conns[i];

        switch (conn->link.state) {

        case NGX_PHONE_REDIS_LINK_READY:
        case NGX_PHONE_REDIS_LINK_CONNECTING:
            best = best ? ngx_phone_redis_better(best, conn) : conn;
            break;

        case NGX_PHONE_REDIS_LINK_CLOSED:
            spare = conn;
            break;

        default: /* NGX_PHONE_REDIS_LINK_BACKING_OFF */
            break;
        }
    }

    if (spare
        && (best == NULL || (best->nwaiting && !ngx_exiting))
        && ngx_phone_redis_link_connect(&spare->link) == NGX_OK
        && best == NULL)
    {
        best = spare;
    }

    return best;
}


static ngx_phone_redis_conn_t *
ngx_phone_redis_better(ngx_phone_redis_conn_t *a, ngx_phone_redis_conn_t *b)
{
    if (a->link.state != b->link.state) {
        return (a->link.state == NGX_PHONE_REDIS_LINK_READY) ? a : b;
    }

    if (a->link.flush.posted && a->nwaiting < NGX_PHONE_REDIS_BATCH_LEN) {
        return a;
    }

    if (b->link.flush.posted && b->nwaiting < NGX_PHONE_REDIS_BATCH_LEN) {
        return b;
    }

    return (a->nwaiting <= b->nwaiting) ? a : b;
}


ngx_phone_redis_cmd_t *
ngx_phone_redis_put(ngx_phone_redis_conn_t *conn, ngx_uint_t argc,
    const char **argv, const size_t *argvlen, ngx_phone_redis_pt handler,
    void *data)
{
    ngx_phone_redis_t      *redis;
    ngx_phone_redis_cmd_t  *cmd;

    redis = conn->redis;

    if (conn->link.state != NGX_PHONE_REDIS_LINK_READY
        && conn->link.state != NGX_PHONE_REDIS_LINK_CONNECTING)
    {
        return ngx_phone_redis_refuse(redis);
    }

    if (redis->peer.state.pending >= redis->peer.conf->max_pending) {
        return ngx_phone_redis_refuse(redis);
    }

    cmd = ngx_phone_redis_cmd_get(&redis->cmds);
    if (cmd == NULL) {
        return ngx_phone_redis_refuse(redis);
    }

    if (ngx_phone_redis_link_append(&conn->link, argc, argv, argvlen)
        != NGX_OK)
    {
        ngx_phone_redis_cmd_free(&redis->cmds, cmd);
        return ngx_phone_redis_refuse(redis);
    }

    cmd->handler = handler;
    cmd->data = data;
    cmd->start = ngx_current_msec;

    ngx_phone_redis_fifo_push(&conn->waiting, cmd);

    redis->peer.state.commands++;
    redis->peer.state.pending++;

    ngx_phone_redis_waiting(conn, conn->nwaiting + 1);

    return cmd;
}


static void *
ngx_phone_redis_refuse(ngx_phone_redis_t *redis)
{
    redis->peer.state.refused++;

    return NULL;
}


void
ngx_phone_redis_detach(ngx_phone_redis_cmd_t *cmd)
{
    cmd->handler = NULL;
}


/*
 * Each connection has one timer for its oldest command, which is answered
 * first. It is not reset with each reply: when it expires, the age of the
 * oldest command is checked.  It delays a graceful exit only while commands
 * wait.
 */

static void
ngx_phone_redis_waiting(ngx_phone_redis_conn_t *conn, ngx_uint_t waiting)
{
    ngx_phone_redis_link_t  *link;

    link = &conn->link;

    if ((conn->nwaiting == 0) != (waiting == 0)) {

        ngx_phone_redis_link_busy(link, waiting != 0);
        link->timer.cancelable = (waiting == 0);

        if (waiting
            && link->state == NGX_PHONE_REDIS_LINK_READY
            && !link->timer.timer_set)
        {
            ngx_add_timer(&link->timer, conn->redis->peer.conf->timeout);
        }
    }

    conn->nwaiting = waiting;
}


static void
ngx_phone_redis_on_deadline(ngx_phone_redis_link_t *link)
{
    u_char                   text[NGX_PHONE_REDIS_REASON];
    ngx_msec_t               waited, timeout;
    ngx_phone_redis_conn_t  *conn;

    conn = (ngx_phone_redis_conn_t *) link;

    if (conn->waiting.head == NULL) {
        return;
    }

    timeout = conn->redis->peer.conf->timeout;
    waited = ngx_current_msec - conn->waiting.head->start;

    if (waited < timeout) {
        ngx_add_timer(&link->timer, timeout - waited);
        return;
    }

    conn->redis->peer.state.timeouts++;

    ngx_sprintf(text, "no reply in %M ms, %ui commands wait%Z", waited,
                conn->nwaiting);

    ngx_phone_redis_link_fail(link, NGX_PHONE_REDIS_TIMEOUT, 0,
                              (char *) text);
}


/* The time-out of commands that waited for the handshake begins now. */

static void
ngx_phone_redis_on_ready(ngx_phone_redis_link_t *link)
{
    ngx_phone_redis_cmd_t   *cmd;
    ngx_phone_redis_conn_t  *conn;

    conn = (ngx_phone_redis_conn_t *) link;

    for (cmd = conn->waiting.head; cmd; cmd = cmd->next) {
        cmd->start = ngx_current_msec;
    }

    if (conn->nwaiting) {
        ngx_add_timer(&link->timer, conn->redis->peer.conf->timeout);
    }
}


static ngx_int_t
ngx_phone_redis_on_reply(ngx_phone_redis_link_t *link, redisReply *reply)
{
    void                    *data;
    ngx_uint_t               epoch, demoted;
    ngx_phone_redis_t       *redis;
    ngx_phone_redis_pt       handler;
    ngx_phone_redis_cmd_t   *cmd;
    ngx_phone_redis_conn_t  *conn;

    conn = (ngx_phone_redis_conn_t *) link;
    redis = conn->redis;

    cmd = ngx_phone_redis_fifo_shift(&conn->waiting);
    if (cmd == NULL) {
        return NGX_ERROR;
    }

    handler = cmd->handler;
    data = cmd->data;

    ngx_phone_redis_cmd_free(&redis->cmds, cmd);
    ngx_phone_redis_waiting(conn, conn->nwaiting - 1);

    redis->peer.state.pending--;

    link->served = 1;
    link->failures = 0;

    epoch = link->epoch;
    demoted = ngx_phone_redis_is_error(reply, "READONLY");

    if (handler == NULL) {

        /* it is detached */

    } else if (ngx_phone_redis_is_error(reply, "LOADING")) {
        handler(data, NULL, NGX_PHONE_REDIS_LOADING);

    } else {
        redis->replying = conn;
        handler(data, reply, NGX_PHONE_REDIS_NONE);
        redis->replying = NULL;
    }

    if (demoted && link->epoch == epoch) {
        ngx_phone_redis_link_fail(link, NGX_PHONE_REDIS_CLOSED, 0,
                                  "it is a read-only replica");
    }

    return NGX_OK;
}


/* Backs off, as after any protocol error. */

void
ngx_phone_redis_out_of_step(ngx_phone_redis_t *redis)
{
    ngx_phone_redis_conn_t  *conn;

    conn = redis->replying;

    if (conn) {
        redis->replying = NULL;
        ngx_phone_redis_link_fail(&conn->link, NGX_PHONE_REDIS_PROTOCOL, 0,
                                  "unexpected type of reply");
    }
}


void
ngx_phone_redis_give_up(ngx_phone_redis_t *redis,
    ngx_phone_redis_error_t error, ngx_str_t *reason)
{
    u_char                   text[NGX_PHONE_REDIS_REASON], *p;
    ngx_uint_t               i;
    ngx_phone_redis_conn_t  *conn;

    p = ngx_snprintf(text, sizeof(text) - 1, "%V", reason);
    *p = '\0';

    redis->replying = NULL;

    for (i = 0; i < redis->peer.conf->connections; i++) {
        conn = &redis->conns[i];

        if (conn->link.state == NGX_PHONE_REDIS_LINK_READY) {
            ngx_phone_redis_link_fail(&conn->link, error, 0, (char *) text);
        }
    }
}


static void
ngx_phone_redis_on_closed(ngx_phone_redis_link_t *link,
    ngx_phone_redis_error_t error)
{
    ngx_phone_redis_t       *redis;
    ngx_phone_redis_cmd_t   *cmd;
    ngx_phone_redis_conn_t  *conn;

    conn = (ngx_phone_redis_conn_t *) link;
    redis = conn->redis;

    if (conn->waiting.head == NULL) {
        return;
    }

    for (cmd = conn->waiting.head; cmd; cmd = cmd->next) {
        cmd->error = error;
    }

    ngx_phone_redis_fifo_move(&redis->failed, &conn->waiting);

    redis->peer.state.pending -= conn->nwaiting;
    ngx_phone_redis_waiting(conn, 0);

    ngx_post_event(&redis->deliver, &ngx_posted_events);
}


/*
 * A handler may fail another connection and so add commands to the list, but
 * only those that wait on it by then: the loop ends.
 */

static void
ngx_phone_redis_deliver(ngx_event_t *ev)
{
    void                     *data;
    ngx_phone_redis_t        *redis;
    ngx_phone_redis_pt        handler;
    ngx_phone_redis_cmd_t    *cmd;
    ngx_phone_redis_error_t   error;

    redis = ev->data;

    while ((cmd = ngx_phone_redis_fifo_shift(&redis->failed)) != NULL) {
        handler = cmd->handler;
        data = cmd->data;
        error = cmd->error;

        ngx_phone_redis_cmd_free(&redis->cmds, cmd);

        if (handler) {
            handler(data, NULL, error);
        }
    }
}


const ngx_phone_redis_state_t *
ngx_phone_redis_state(ngx_phone_redis_t *redis)
{
    ngx_uint_t                i;
    ngx_phone_redis_state_t  *state;

    state = &redis->peer.state;

    state->connections = redis->peer.conf->connections;
    state->connected = 0;

    for (i = 0; i < state->connections; i++) {
        if (redis->conns[i].link.state == NGX_PHONE_REDIS_LINK_READY) {
            state->connected++;
        }
    }

    return state;
}
