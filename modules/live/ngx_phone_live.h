
/*
 * Live events of a worker (PAY-2): the numbers that have clients, their streams
 * in Redis, and the place of each client in its stream.  Output over HTTP is in
 * ngx_http_phone_live_stream.c.
 *
 * Events are read from the stream; the channel only tells that there are new
 * ones.  If messages were lost, reading on from a client's place finds the
 * events.
 */


#ifndef _NGX_PHONE_LIVE_H_INCLUDED_
#define _NGX_PHONE_LIVE_H_INCLUDED_


#include "run/ngx_phone.h"


#define NGX_PHONE_LIVE_ID_LEN  (2 * NGX_INT64_LEN + 1)


typedef struct ngx_phone_live_s         ngx_phone_live_t;
typedef struct ngx_phone_live_number_s  ngx_phone_live_number_t;
typedef struct ngx_phone_live_client_s  ngx_phone_live_client_t;


/* Counted; the status module may move them. */
typedef struct {
    ngx_atomic_uint_t        clients;        /* now */
    ngx_atomic_uint_t        opened;
    ngx_atomic_uint_t        refused;        /* a limit is reached */
    ngx_atomic_uint_t        events;         /* sent to a client */
    ngx_atomic_uint_t        resets;
    ngx_atomic_uint_t        logouts;
    ngx_atomic_uint_t        slow;           /* closed: they do not read */
} ngx_phone_live_counters_t;


/* Of a stream entry. */
typedef struct {
    uint64_t                 ms;
    uint64_t                 seq;
} ngx_phone_live_id_t;


/*
 * Passed to a client's owner from the event loop, never from within a function
 * of this header.
 *
 * opened: the client's place is known.  reset: events between the place it
 * asked for and the present are no longer there.  failed: the store does not
 * answer; the client is not open.  text: client->text is set and must be sent,
 * then ngx_phone_live_sent() called.
 */
typedef enum {
    NGX_PHONE_LIVE_OPENED = 0,
    NGX_PHONE_LIVE_RESET,
    NGX_PHONE_LIVE_FAILED,
    NGX_PHONE_LIVE_TEXT
} ngx_phone_live_news_t;

typedef void (*ngx_phone_live_pt)(ngx_phone_live_client_t *client,
    ngx_phone_live_news_t news);


struct ngx_phone_live_client_s {
    ngx_phone_live_t        *live;
    ngx_phone_live_number_t *number;         /* NULL: left, or not joined */
    ngx_queue_t              queue;          /* of the number's */
    ngx_queue_t              all;            /* of the worker's */
    void                    *data;           /* of the owner */

    ngx_phone_live_id_t      at;             /* has all up to here */
    ngx_phone_redis_cmd_t   *opening;
    ngx_event_t              news;           /* posted */
    ngx_phone_live_news_t    what;
    ngx_event_t              beat;           /* the owner's heartbeat timer;
                                                once it is set it is made
                                                shorter when the store is
                                                back or a session has ended */

    /* from malloc; the owner frees it after NGX_PHONE_LIVE_TEXT */
    u_char                  *text;
    size_t                   len;

    unsigned                 resume:1;       /* from `at` */
    unsigned                 ready:1;        /* takes text */
    unsigned                 behind:1;       /* there may be more for it */
    unsigned                 early:1;        /* its first heartbeat */
};


struct ngx_phone_live_number_s {
    ngx_str_node_t           node;           /* first, for the cast from the
                                                tree's node; its string is
                                                key */
    ngx_phone_live_t        *live;
    ngx_queue_t              clients;
    ngx_uint_t               nclients;

    ngx_str_t                key;            /* stream and channel */
    ngx_phone_redis_cmd_t   *reading;
    ngx_phone_live_id_t      from;           /* what is being read after */
    ngx_event_t              retry;
};


struct ngx_phone_live_s {
    ngx_phone_t             *phone;
    ngx_log_t               *log;
    ngx_phone_live_pt        handler;

    ngx_phone_redis_subscriber_t  *subscriber;
    ngx_rbtree_t             numbers;
    ngx_rbtree_node_t        sentinel;
    ngx_queue_t              clients;
    ngx_uint_t               nclients;
    ngx_uint_t               max_of_number;

    ngx_phone_live_counters_t     *counters;
    ngx_phone_live_counters_t      own_counters;
};


/* From cycle->pool; NULL when memory is short. */
ngx_phone_live_t *ngx_phone_live_create(ngx_phone_t *phone,
    ngx_phone_live_pt handler);
void ngx_phone_live_close(ngx_phone_live_t *live);

/*
 * Adds a zeroed client to a number after live.open has succeeded: from `at` if
 * resume is set, otherwise from the end of the stream.  NGX_BUSY: the number
 * has as many clients as it may.
 */
ngx_int_t ngx_phone_live_join(ngx_phone_live_t *live,
    ngx_phone_live_client_t *client, phone_str_t number);

/* Removes a client; its text is freed if it was not passed to the owner. */
void ngx_phone_live_leave(ngx_phone_live_client_t *client);

/* The client can take text; the first call follows NGX_PHONE_LIVE_OPENED or
   NGX_PHONE_LIVE_RESET. */
void ngx_phone_live_sent(ngx_phone_live_client_t *client);

/* ngx_phone_live.c */
void ngx_phone_live_tell(ngx_phone_live_client_t *client,
    ngx_phone_live_news_t what);

/* ngx_phone_live_read.c: reads on for the clients of a number that can take
   something and may be behind. */
extern const ngx_phone_redis_events_t  ngx_phone_live_events;

void ngx_phone_live_read(ngx_phone_live_number_t *number);
void ngx_phone_live_retry(ngx_event_t *ev);

/* ngx_phone_live_reply.c: ids, and entries of a stream as events.
   NGX_ERROR: it is not such a reply. */
ngx_int_t ngx_phone_live_find_place(ngx_phone_live_client_t *client,
    redisReply *reply);
ngx_int_t ngx_phone_live_parse_id(const u_char *p, size_t len,
    ngx_phone_live_id_t *id);
ngx_int_t ngx_phone_live_read_id(redisReply *reply, ngx_phone_live_id_t *id);
ngx_int_t ngx_phone_live_entry_id(redisReply *entry, ngx_phone_live_id_t *id);
u_char *ngx_phone_live_write_id(u_char *p, const ngx_phone_live_id_t *id);
ngx_int_t ngx_phone_live_compare(const ngx_phone_live_id_t *a,
    const ngx_phone_live_id_t *b);
ngx_uint_t ngx_phone_live_is_reset(redisReply *entry);
size_t ngx_phone_live_entry_size(redisReply *entry);
u_char *ngx_phone_live_write_entry(u_char *p, redisReply *entry);


#endif /* _NGX_PHONE_LIVE_H_INCLUDED_ */
