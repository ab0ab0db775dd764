
/* Reads the streams of the numbers that have clients, and passes the events
   on. */


#include "live/ngx_phone_live.h"


#define NGX_PHONE_LIVE_PAGE   32             /* entries read at a time */
#define NGX_PHONE_LIVE_RETRY  1000           /* ms, after a failed read */
#define NGX_PHONE_LIVE_SOON   1000           /* ms, when the store is back */


static void ngx_phone_live_message(void *data, ngx_str_t *channel,
    ngx_str_t *payload);
static void ngx_phone_live_wake_channel(void *data, ngx_str_t *channel);
static void ngx_phone_live_wake_all(void *data);
static ngx_phone_live_number_t *ngx_phone_live_find(ngx_phone_live_t *live,
    ngx_str_t *channel);
static void ngx_phone_live_wake(ngx_phone_live_number_t *number);
static void ngx_phone_live_hasten(ngx_phone_live_client_t *client,
    ngx_msec_t delay);
static void ngx_phone_live_was_read(void *data, redisReply *reply,
    ngx_phone_redis_error_t error);
static ngx_uint_t ngx_phone_live_fits(ngx_phone_live_number_t *number,
    redisReply *reply);
static void ngx_phone_live_take(ngx_phone_live_client_t *client,
    redisReply *reply);
static void ngx_phone_live_read_later(ngx_phone_live_number_t *number);


const ngx_phone_redis_events_t  ngx_phone_live_events = {
    ngx_phone_live_message,
    ngx_phone_live_wake_channel,
    ngx_phone_live_wake_all
};


/* News of the subscriber */

static void
ngx_phone_live_message(void *data, ngx_str_t *channel, ngx_str_t *payload)
{
    ngx_queue_t              *q;
    ngx_phone_live_number_t  *number;

    if (payload->len != sizeof(PHONE_LIVE_SESSIONS) - 1
        || ngx_strncmp(payload->data, PHONE_LIVE_SESSIONS, payload->len) != 0)
    {
        ngx_phone_live_wake_channel(data, channel);
        return;
    }

    number = ngx_phone_live_find(data, channel);
    if (number == NULL) {
        return;
    }

    for (q = ngx_queue_head(&number->clients);
         q != ngx_queue_sentinel(&number->clients);
         q = ngx_queue_next(q))
    {
        ngx_phone_live_hasten(ngx_queue_data(q, ngx_phone_live_client_t,
                                             queue),
                              0);
    }
}


static void
ngx_phone_live_wake_channel(void *data, ngx_str_t *channel)
{
    ngx_phone_live_number_t  *number;

    number = ngx_phone_live_find(data, channel);

    if (number) {
        ngx_phone_live_wake(number);
    }
}


static ngx_phone_live_number_t *
ngx_phone_live_find(ngx_phone_live_t *live, ngx_str_t *channel)
{
    return (ngx_phone_live_number_t *)
               ngx_str_rbtree_lookup(&live->numbers, channel,
                                     ngx_crc32_short(channel->data,
                                                     channel->len));
}


/* A heartbeat that is due within the delay is left alone; a client whose
   stream was not started gets its first heartbeat at once. */

static void
ngx_phone_live_hasten(ngx_phone_live_client_t *client, ngx_msec_t delay)
{
    if (!client->beat.timer_set) {
        client->early = 1;
        return;
    }

    if ((ngx_msec_int_t) (client->beat.timer.key - ngx_current_msec)
           > (ngx_msec_int_t) delay)
    {
        /* ngx_add_timer() alone keeps a timer that differs by less than 300
           ms */

        ngx_del_timer(&client->beat);
        ngx_add_timer(&client->beat, delay ? ngx_random() % delay : 0);
    }
}


/* Redis may have been unavailable until numbers no longer counted as open.
   The heartbeats are spread over a second. */

static void
ngx_phone_live_wake_all(void *data)
{
    ngx_queue_t              *q;
    ngx_phone_live_t         *live;
    ngx_phone_live_client_t  *client;

    live = data;

    for (q = ngx_queue_head(&live->clients);
         q != ngx_queue_sentinel(&live->clients);
         q = ngx_queue_next(q))
    {
        client = ngx_queue_data(q, ngx_phone_live_client_t, all);
        client->behind = 1;
    }

    for (q = ngx_queue_head(&live->clients);
         q != ngx_queue_sentinel(&live->clients);
         q = ngx_queue_next(q))
    {
        client = ngx_queue_data(q, ngx_phone_live_client_t, all);
        ngx_phone_live_read(client->number);

        ngx_phone_live_hasten(client, NGX_PHONE_LIVE_SOON);
    }
}


static void
ngx_phone_live_wake(ngx_phone_live_number_t *number)
{
    ngx_queue_t              *q;
    ngx_phone_live_client_t  *client;

    for (q = ngx_queue_head(&number->clients);
         q != ngx_queue_sentinel(&number->clients);
         q = ngx_queue_next(q))
    {
        client = ngx_queue_data(q, ngx_phone_live_client_t, queue);
        client->behind = 1;
    }

    ngx_phone_live_read(number);
}


/*
 * Reads from the place of the client that is furthest behind: one read serves
 * all clients that can take text.  A client that is woken meanwhile is marked
 * as behind again.
 */

void
ngx_phone_live_read(ngx_phone_live_number_t *number)
{
    u_char                    after[1 + NGX_PHONE_LIVE_ID_LEN];
    size_t                    len[6];
    const char               *argv[6];
    ngx_queue_t              *q;
    ngx_phone_live_id_t      *from;
    ngx_phone_live_client_t  *client;

    if (number->reading) {
        return;
    }

    from = NULL;

    for (q = ngx_queue_head(&number->clients);
         q != ngx_queue_sentinel(&number->clients);
         q = ngx_queue_next(q))
    {
        client = ngx_queue_data(q, ngx_phone_live_client_t, queue);

        if (!client->ready || !client->behind) {
            continue;
        }

        client->behind = 0;

        if (from == NULL || ngx_phone_live_compare(&client->at, from) < 0) {
            from = &client->at;
        }
    }

    if (from == NULL) {
        return;
    }

    number->from = *from;
    after[0] = '(';

    argv[0] = "XRANGE";
    len[0] = 6;
    argv[1] = (const char *) number->key.data;
    len[1] = number->key.len;
    argv[2] = (const char *) after;
    len[2] = ngx_phone_live_write_id(after + 1, from) - after;
    argv[3] = "+";
    len[3] = 1;
    argv[4] = "COUNT";
    len[4] = 5;
    argv[5] = ngx_value(NGX_PHONE_LIVE_PAGE);
    len[5] = sizeof(ngx_value(NGX_PHONE_LIVE_PAGE)) - 1;

    number->reading = ngx_phone_redis_command(number->live->phone->redis, 6,
                                              argv, len,
                                              ngx_phone_live_was_read, number);
    if (number->reading == NULL) {
        ngx_phone_live_read_later(number);
    }
}


/* Reading */

static void
ngx_phone_live_was_read(void *data, redisReply *reply,
    ngx_phone_redis_error_t error)
{
    ngx_queue_t              *q;
    ngx_phone_live_client_t  *client;
    ngx_phone_live_number_t  *number;

    number = data;
    number->reading = NULL;

    if (error == NGX_PHONE_REDIS_SHUTDOWN) {
        return;
    }

    if (error != NGX_PHONE_REDIS_NONE || !ngx_phone_live_fits(number, reply)) {

        ngx_log_error(NGX_LOG_ERR, number->live->log, 0,
                      "a live stream could not be read: %s",
                      error ? ngx_phone_redis_error_name(error)
                      : reply->type == REDIS_REPLY_ERROR ? reply->str
                      : "not entries of a stream");

        if (error == NGX_PHONE_REDIS_NONE
            && reply->type != REDIS_REPLY_ERROR)
        {
            ngx_phone_redis_out_of_step(number->live->phone->redis);
        }

        ngx_phone_live_read_later(number);
        return;
    }

    for (q = ngx_queue_head(&number->clients);
         q != ngx_queue_sentinel(&number->clients);
         q = ngx_queue_next(q))
    {
        client = ngx_queue_data(q, ngx_phone_live_client_t, queue);

        /* a client that is behind `from` would miss events */

        if (!client->ready
            || ngx_phone_live_compare(&client->at, &number->from) < 0)
        {
            client->behind = 1;
            continue;
        }

        ngx_phone_live_take(client, reply);
    }

    ngx_phone_live_read(number);
}


/* Whether the reply is a page of entries in ascending order after `from`. */

static ngx_uint_t
ngx_phone_live_fits(ngx_phone_live_number_t *number, redisReply *reply)
{
    size_t               i;
    ngx_phone_live_id_t  id, last;

    if (reply->type != REDIS_REPLY_ARRAY
        || reply->elements > NGX_PHONE_LIVE_PAGE)
    {
        return 0;
    }

    last = number->from;

    for (i = 0; i < reply->elements; i++) {

        if (ngx_phone_live_entry_id(reply->element[i], &id) != NGX_OK
            || ngx_phone_live_compare(&id, &last) <= 0)
        {
            return 0;
        }

        last = id;
    }

    return 1;
}


/* Formats the entries that the client does not have. */

static void
ngx_phone_live_take(ngx_phone_live_client_t *client, redisReply *reply)
{
    size_t               i, first, size;
    u_char              *p;
    ngx_phone_live_id_t  id;

    if (reply->elements == NGX_PHONE_LIVE_PAGE) {
        client->behind = 1;
    }

    size = 0;
    first = 0;

    for (i = 0; i < reply->elements; i++) {

        (void) ngx_phone_live_entry_id(reply->element[i], &id);

        if (ngx_phone_live_compare(&id, &client->at) <= 0) {
            first = i + 1;
            continue;
        }

        size += ngx_phone_live_entry_size(reply->element[i]);
    }

    if (size == 0) {
        return;
    }

    client->text = ngx_alloc(size, client->live->log);
    if (client->text == NULL) {
        client->behind = 1;
        ngx_phone_live_read_later(client->number);
        return;
    }

    p = client->text;

    for (i = first; i < reply->elements; i++) {
        (void) ngx_phone_live_entry_id(reply->element[i], &client->at);

        p = ngx_phone_live_write_entry(p, reply->element[i]);

        if (ngx_phone_live_is_reset(reply->element[i])) {
            client->live->counters->resets++;

        } else {
            client->live->counters->events++;
        }
    }

    client->len = p - client->text;
    client->ready = 0;

    ngx_phone_live_tell(client, NGX_PHONE_LIVE_TEXT);
}


/* With a random delay, so that numbers are not read at the same time. */

static void
ngx_phone_live_read_later(ngx_phone_live_number_t *number)
{
    ngx_queue_t              *q;
    ngx_phone_live_client_t  *client;

    for (q = ngx_queue_head(&number->clients);
         q != ngx_queue_sentinel(&number->clients);
         q = ngx_queue_next(q))
    {
        client = ngx_queue_data(q, ngx_phone_live_client_t, queue);
        client->behind = 1;
    }

    if (!number->retry.timer_set) {
        ngx_add_timer(&number->retry,
                      NGX_PHONE_LIVE_RETRY
                      + ngx_random() % NGX_PHONE_LIVE_RETRY);
    }
}


void
ngx_phone_live_retry(ngx_event_t *ev)
{
    ngx_phone_live_read(ev->data);
}
