/*
 * A connection in subscribe mode.  Its replies do not correspond to commands
 * one to one, so it shares only the link with the client.
 */

#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>

#include "redis/ngx_phone_redis_link.h"


#define NGX_PHONE_REDIS_PING  15000          /* ms */


/*
 * A channel is kept until Redis has answered all commands about it: after
 * subscribe, unsubscribe and subscribe the first answer confirms nothing.
 */

typedef struct {
    ngx_str_node_t                    node;     /* first: the tree casts */
    ngx_uint_t                        subscribes;     /* not answered yet */
    ngx_uint_t                        unsubscribes;   /* not answered yet */
    unsigned                          wanted:1;
    unsigned                          confirmed:1;
} ngx_phone_redis_channel_t;


struct ngx_phone_redis_subscriber_s {
    ngx_phone_redis_link_t            link;     /* first: the owner is cast */
    ngx_phone_redis_peer_t            peer;
    const ngx_phone_redis_events_t   *events;
    void                             *data;

    ngx_rbtree_t                      channels;
    ngx_rbtree_node_t                 sentinel;
    ngx_uint_t                        unconfirmed;    /* wanted ones */

    ngx_event_t                       ping;
    unsigned                          heard:1;        /* since the last ping */
    unsigned                          resuming:1;     /* after a reconnect */
    unsigned                          closed:1;
};


static ngx_phone_redis_channel_t *ngx_phone_redis_channel_find(
    ngx_phone_redis_subscriber_t *sub, ngx_str_t *name);
static ngx_phone_redis_channel_t *ngx_phone_redis_channel_add(
    ngx_phone_redis_subscriber_t *sub, ngx_str_t *name);
static void ngx_phone_redis_channel_delete(ngx_phone_redis_subscriber_t *sub,
    ngx_phone_redis_channel_t *channel);
static ngx_int_t ngx_phone_redis_send_channel(
    ngx_phone_redis_subscriber_t *sub, ngx_phone_redis_channel_t *channel);
static void ngx_phone_redis_sub_ready(ngx_phone_redis_link_t *link);
static ngx_int_t ngx_phone_redis_sub_reply(ngx_phone_redis_link_t *link,
    redisReply *reply);
static ngx_int_t ngx_phone_redis_sub_event(ngx_phone_redis_subscriber_t *sub,
    redisReply **element);
static void ngx_phone_redis_sub_confirmed(ngx_phone_redis_subscriber_t *sub,
    ngx_phone_redis_channel_t *channel, ngx_str_t *name);
static void ngx_phone_redis_sub_left(ngx_phone_redis_subscriber_t *sub,
    ngx_phone_redis_channel_t *channel);
static void ngx_phone_redis_sub_closed(ngx_phone_redis_link_t *link,
    ngx_phone_redis_error_t error);
static void ngx_phone_redis_sub_deadline(ngx_phone_redis_link_t *link);
static void ngx_phone_redis_ping_handler(ngx_event_t *ev);


static const ngx_phone_redis_owner_t  ngx_phone_redis_sub_owner = {
    ngx_phone_redis_sub_ready,
    ngx_phone_redis_sub_reply,
    ngx_phone_redis_sub_closed,
    ngx_phone_redis_sub_deadline
};


ngx_phone_redis_subscriber_t *
ngx_phone_redis_subscriber_create(const ngx_phone_redis_conf_t *conf,
    ngx_cycle_t *cycle, ngx_log_t *log, const ngx_phone_redis_events_t *events,
    void *data)
{
    ngx_phone_redis_subscriber_t  *sub;

    sub = ngx_pcalloc(cycle->pool, sizeof(ngx_phone_redis_subscriber_t));
    if (sub == NULL) {
        return NULL;
    }

    sub->peer.owner = &ngx_phone_redis_sub_owner;
    sub->peer.log = log;

    if (ngx_phone_redis_peer_init(&sub->peer, conf, NULL, cycle->pool)
        != NGX_OK)
    {
        return NULL;
    }

    sub->events = events;
    sub->data = data;

    ngx_rbtree_init(&sub->channels, &sub->sentinel,
                    ngx_str_rbtree_insert_value);

    sub->ping.handler = ngx_phone_redis_ping_handler;
    sub->ping.data = sub;
    sub->ping.log = log;
    sub->ping.cancelable = 1;

    return ngx_phone_redis_link_init(&sub->link, &sub->peer, cycle->pool)
           == NGX_OK ? sub : NULL;
}


void
ngx_phone_redis_subscriber_close(ngx_phone_redis_subscriber_t *sub)
{
    ngx_rbtree_node_t  *node;

    if (sub == NULL || sub->closed) {
        return;
    }

    sub->closed = 1;

    ngx_phone_redis_link_shut(&sub->link);

    while (sub->channels.root != &sub->sentinel) {
        node = ngx_rbtree_min(sub->channels.root, &sub->sentinel);
        ngx_phone_redis_channel_delete(sub,
                                       (ngx_phone_redis_channel_t *) node);
    }

    sub->peer.state.channels = 0;
}


ngx_int_t
ngx_phone_redis_subscribe(ngx_phone_redis_subscriber_t *sub,
    ngx_str_t *channel)
{
    ngx_phone_redis_channel_t  *ch;

    if (sub->closed) {
        return NGX_ERROR;
    }

    ch = ngx_phone_redis_channel_find(sub, channel);

    if (ch == NULL) {
        ch = ngx_phone_redis_channel_add(sub, channel);
        if (ch == NULL) {
            return NGX_ERROR;
        }
    }

    if (ch->wanted) {
        return NGX_OK;
    }

    ch->wanted = 1;
    sub->unconfirmed++;

    if (sub->link.state == NGX_PHONE_REDIS_LINK_READY
        && ngx_phone_redis_send_channel(sub, ch) != NGX_OK)
    {
        ch->wanted = 0;
        sub->unconfirmed--;

        if (ch->subscribes + ch->unsubscribes == 0) {
            ngx_phone_redis_channel_delete(sub, ch);
        }

        return NGX_ERROR;
    }

    if (sub->peer.state.channels++ == 0) {
        sub->link.keep = 1;
        ngx_phone_redis_link_busy(&sub->link, 1);
    }

    if (sub->link.state == NGX_PHONE_REDIS_LINK_CLOSED) {
        (void) ngx_phone_redis_link_connect(&sub->link);
    }

    return NGX_OK;
}


void
ngx_phone_redis_unsubscribe(ngx_phone_redis_subscriber_t *sub,
    ngx_str_t *channel)
{
    ngx_phone_redis_channel_t  *ch;

    ch = ngx_phone_redis_channel_find(sub, channel);

    if (ch == NULL || !ch->wanted) {
        return;
    }

    ch->wanted = 0;

    if (!ch->confirmed) {
        sub->unconfirmed--;
    }

    ch->confirmed = 0;

    /* the next ping closes the connection */

    if (--sub->peer.state.channels == 0) {
        sub->resuming = 0;
        sub->link.keep = 0;
        ngx_phone_redis_link_busy(&sub->link, 0);
    }

    if (sub->link.state != NGX_PHONE_REDIS_LINK_READY) {
        ngx_phone_redis_channel_delete(sub, ch);
        return;
    }

    if (ngx_phone_redis_send_channel(sub, ch) != NGX_OK) {
        ngx_phone_redis_link_fail(&sub->link, NGX_PHONE_REDIS_CLOSED, 0,
                                  "memory is short");
    }
}


const ngx_phone_redis_state_t *
ngx_phone_redis_subscriber_state(ngx_phone_redis_subscriber_t *sub)
{
    sub->peer.state.connections = 1;
    sub->peer.state.connected =
                          (sub->link.state == NGX_PHONE_REDIS_LINK_READY);

    return &sub->peer.state;
}


static ngx_phone_redis_channel_t *
ngx_phone_redis_channel_find(ngx_phone_redis_subscriber_t *sub,
    ngx_str_t *name)
{
    return (ngx_phone_redis_channel_t *)
               ngx_str_rbtree_lookup(&sub->channels, name,
                                     ngx_crc32_short(name->data, name->len));
}


static ngx_phone_redis_channel_t *
ngx_phone_redis_channel_add(ngx_phone_redis_subscriber_t *sub,
    ngx_str_t *name)
{
    ngx_phone_redis_channel_t  *ch;

    ch = ngx_alloc(sizeof(ngx_phone_redis_channel_t) + name->len,
                   sub->peer.log);
    if (ch == NULL) {
        return NULL;
    }

    ngx_memzero(ch, sizeof(ngx_phone_redis_channel_t));

    ch->node.str.len = name->len;
    ch->node.str.data = (u_char *) (ch + 1);
    ngx_memcpy(ch->node.str.data, name->data, name->len);
    ch->node.node.key = ngx_crc32_short(name->data, name->len);

    ngx_rbtree_insert(&sub->channels, &ch->node.node);

    return ch;
}


static void
ngx_phone_redis_channel_delete(ngx_phone_redis_subscriber_t *sub,
    ngx_phone_redis_channel_t *channel)
{
    ngx_rbtree_delete(&sub->channels, &channel->node.node);
    ngx_free(channel);
}


static ngx_int_t
ngx_phone_redis_send_channel(ngx_phone_redis_subscriber_t *sub,
    ngx_phone_redis_channel_t *channel)
{
    size_t       len[2];
    const char  *argv[2];

    if (channel->wanted) {
        argv[0] = "SUBSCRIBE";
        len[0] = 9;

    } else {
        argv[0] = "UNSUBSCRIBE";
        len[0] = 11;
    }

    argv[1] = (const char *) channel->node.str.data;
    len[1] = channel->node.str.len;

    if (ngx_phone_redis_link_append(&sub->link, 2, argv, len) != NGX_OK) {
        return NGX_ERROR;
    }

    if (channel->wanted) {
        channel->subscribes++;

    } else {
        channel->unsubscribes++;
    }

    sub->peer.state.commands++;

    return NGX_OK;
}


static void
ngx_phone_redis_sub_ready(ngx_phone_redis_link_t *link)
{
    ngx_rbtree_node_t             *node;
    ngx_phone_redis_subscriber_t  *sub;

    sub = (ngx_phone_redis_subscriber_t *) link;

    sub->heard = 1;
    ngx_add_timer(&sub->ping, NGX_PHONE_REDIS_PING);

    if (sub->channels.root == &sub->sentinel) {
        return;
    }

    for (node = ngx_rbtree_min(sub->channels.root, &sub->sentinel);
         node;
         node = ngx_rbtree_next(&sub->channels, node))
    {
        if (ngx_phone_redis_send_channel(sub,
                                         (ngx_phone_redis_channel_t *) node)
            != NGX_OK)
        {
            ngx_phone_redis_link_fail(link, NGX_PHONE_REDIS_CLOSED, 0,
                                      "the subscriptions take too much memory");
            return;
        }
    }
}


/* RESP2: every message is an array that begins with its kind. */

static ngx_int_t
ngx_phone_redis_sub_reply(ngx_phone_redis_link_t *link, redisReply *reply)
{
    u_char                         text[NGX_PHONE_REDIS_REASON];
    ngx_phone_redis_subscriber_t  *sub;

    sub = (ngx_phone_redis_subscriber_t *) link;

    sub->heard = 1;

    if (reply->type == REDIS_REPLY_ERROR) {
        ngx_phone_redis_link_fail(link,
                                  ngx_phone_redis_is_error(reply, "LOADING")
                                  ? NGX_PHONE_REDIS_LOADING
                                  : NGX_PHONE_REDIS_REJECTED,
                                  0, ngx_phone_redis_error_text(reply, text));
        return NGX_OK;
    }

    if (reply->type == REDIS_REPLY_STATUS) {
        return NGX_OK;                  /* a pong while there is no channel */
    }

    if (reply->type != REDIS_REPLY_ARRAY
        || reply->elements < 2
        || reply->element[0]->type != REDIS_REPLY_STRING
        || reply->element[1]->type != REDIS_REPLY_STRING)
    {
        return NGX_ERROR;
    }

    if (reply->elements == 2) {
        return NGX_OK;                                            /* a pong */
    }

    return ngx_phone_redis_sub_event(sub, reply->element);
}


static ngx_int_t
ngx_phone_redis_sub_event(ngx_phone_redis_subscriber_t *sub,
    redisReply **element)
{
    size_t                      len;
    const char                 *kind;
    ngx_str_t                   name, payload;
    ngx_phone_redis_channel_t  *ch;

    kind = element[0]->str;
    len = element[0]->len;

    name.len = element[1]->len;
    name.data = (u_char *) element[1]->str;

    ch = ngx_phone_redis_channel_find(sub, &name);

    if (len == 7 && ngx_memcmp(kind, "message", 7) == 0
        && element[2]->type == REDIS_REPLY_STRING)
    {
        if (ch && ch->confirmed) {
            payload.len = element[2]->len;
            payload.data = (u_char *) element[2]->str;

            sub->events->message(sub->data, &name, &payload);
        }

        return NGX_OK;
    }

    if (len == 9 && ngx_memcmp(kind, "subscribe", 9) == 0
        && ch && ch->subscribes)
    {
        ngx_phone_redis_sub_confirmed(sub, ch, &name);

    } else if (len == 11 && ngx_memcmp(kind, "unsubscribe", 11) == 0
               && ch && ch->unsubscribes)
    {
        ngx_phone_redis_sub_left(sub, ch);

    } else {
        return NGX_ERROR;
    }

    if (sub->resuming && sub->unconfirmed == 0) {
        sub->resuming = 0;
        sub->events->reconnected(sub->data);
    }

    return NGX_OK;
}


static void
ngx_phone_redis_sub_confirmed(ngx_phone_redis_subscriber_t *sub,
    ngx_phone_redis_channel_t *channel, ngx_str_t *name)
{
    channel->subscribes--;

    sub->link.served = 1;
    sub->link.failures = 0;

    if (channel->subscribes || !channel->wanted) {
        return;
    }

    channel->confirmed = 1;
    sub->unconfirmed--;

    sub->events->subscribed(sub->data, name);
}


static void
ngx_phone_redis_sub_left(ngx_phone_redis_subscriber_t *sub,
    ngx_phone_redis_channel_t *channel)
{
    channel->unsubscribes--;

    if (!channel->wanted && channel->subscribes + channel->unsubscribes == 0)
    {
        ngx_phone_redis_channel_delete(sub, channel);
    }
}


static void
ngx_phone_redis_sub_closed(ngx_phone_redis_link_t *link,
    ngx_phone_redis_error_t error)
{
    ngx_rbtree_node_t             *node, *next;
    ngx_phone_redis_channel_t     *ch;
    ngx_phone_redis_subscriber_t  *sub;

    sub = (ngx_phone_redis_subscriber_t *) link;

    if (sub->ping.timer_set) {
        ngx_del_timer(&sub->ping);
    }

    node = NULL;

    if (sub->channels.root != &sub->sentinel) {
        node = ngx_rbtree_min(sub->channels.root, &sub->sentinel);
    }

    for ( /* void */ ; node; node = next) {
        next = ngx_rbtree_next(&sub->channels, node);

        ch = (ngx_phone_redis_channel_t *) node;

        if (!ch->wanted) {
            ngx_phone_redis_channel_delete(sub, ch);
            continue;
        }

        if (ch->confirmed) {
            sub->unconfirmed++;
            sub->resuming = 1;
        }

        ch->confirmed = 0;
        ch->subscribes = 0;
        ch->unsubscribes = 0;
    }

    if (sub->peer.state.channels
        && error != NGX_PHONE_REDIS_SHUTDOWN
        && link->state == NGX_PHONE_REDIS_LINK_CLOSED)
    {
        (void) ngx_phone_redis_link_connect(link);
    }
}


/* No command waits on this link: the ping watches it. */

static void
ngx_phone_redis_sub_deadline(ngx_phone_redis_link_t *link)
{
    (void) link;
}


static void
ngx_phone_redis_ping_handler(ngx_event_t *ev)
{
    size_t                         len;
    const char                    *argv;
    ngx_phone_redis_subscriber_t  *sub;

    sub = ev->data;

    if (sub->channels.root == &sub->sentinel) {
        ngx_phone_redis_link_shut(&sub->link);
        return;
    }

    argv = "PING";
    len = 4;

    if (!sub->heard) {
        sub->peer.state.timeouts++;
        ngx_phone_redis_link_fail(&sub->link, NGX_PHONE_REDIS_TIMEOUT, 0,
                                  "the subscriber got no reply to PING");
        return;
    }

    if (ngx_phone_redis_link_append(&sub->link, 1, &argv, &len) != NGX_OK) {
        ngx_phone_redis_link_fail(&sub->link, NGX_PHONE_REDIS_CLOSED, 0,
                                  "memory is short");
        return;
    }

    sub->heard = 0;
    ngx_add_timer(ev, NGX_PHONE_REDIS_PING);
}
