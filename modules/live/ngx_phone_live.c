
#include "live/ngx_phone_live.h"


static ngx_phone_live_number_t *ngx_phone_live_number(ngx_phone_live_t *live,
    phone_str_t number);
static ngx_phone_live_number_t *ngx_phone_live_add_number(
    ngx_phone_live_t *live, phone_str_t key);
static void ngx_phone_live_free_number(ngx_phone_live_number_t *number);

static ngx_int_t ngx_phone_live_ask_place(ngx_phone_live_client_t *client);
static void ngx_phone_live_place(void *data, redisReply *reply,
    ngx_phone_redis_error_t error);

static void ngx_phone_live_news(ngx_event_t *ev);


ngx_phone_live_t *
ngx_phone_live_create(ngx_phone_t *phone, ngx_phone_live_pt handler)
{
    ngx_phone_live_t  *live;

    live = ngx_pcalloc(phone->cycle->pool, sizeof(ngx_phone_live_t));
    if (live == NULL) {
        return NULL;
    }

    live->phone = phone;
    live->log = phone->log;
    live->handler = handler;
    live->counters = &live->own_counters;

    ngx_queue_init(&live->clients);
    ngx_rbtree_init(&live->numbers, &live->sentinel,
                    ngx_str_rbtree_insert_value);

    live->subscriber =
        ngx_phone_redis_subscriber_create(&phone->conf->store.redis,
                                          phone->cycle, phone->log,
                                          &ngx_phone_live_events, live);

    return live->subscriber ? live : NULL;
}


/* In exit_process: remaining requests are not finalized. */

void
ngx_phone_live_close(ngx_phone_live_t *live)
{
    ngx_queue_t              *q;
    ngx_phone_live_client_t  *client;

    while (!ngx_queue_empty(&live->clients)) {
        q = ngx_queue_head(&live->clients);
        client = ngx_queue_data(q, ngx_phone_live_client_t, all);
        ngx_phone_live_leave(client);
    }

    ngx_phone_redis_subscriber_close(live->subscriber);
}


/* Clients and numbers */

ngx_int_t
ngx_phone_live_join(ngx_phone_live_t *live, ngx_phone_live_client_t *client,
    phone_str_t name)
{
    ngx_phone_live_number_t  *number;

    number = ngx_phone_live_number(live, name);
    if (number == NULL) {
        return NGX_ERROR;
    }

    if (number->nclients == live->max_of_number) {
        return NGX_BUSY;
    }

    client->live = live;
    client->number = number;
    client->news.handler = ngx_phone_live_news;
    client->news.data = client;
    client->news.log = live->log;

    ngx_queue_insert_tail(&number->clients, &client->queue);
    ngx_queue_insert_tail(&live->clients, &client->all);

    number->nclients++;
    live->nclients++;
    live->counters->clients++;
    live->counters->opened++;

    if (ngx_phone_live_ask_place(client) != NGX_OK) {
        ngx_phone_live_leave(client);
        return NGX_ERROR;
    }

    return NGX_OK;
}


void
ngx_phone_live_leave(ngx_phone_live_client_t *client)
{
    ngx_phone_live_number_t  *number;

    number = client->number;

    if (number == NULL) {
        return;
    }

    client->number = NULL;

    if (client->opening) {
        ngx_phone_redis_detach(client->opening);
        client->opening = NULL;
    }

    if (client->news.posted) {
        ngx_delete_posted_event(&client->news);
    }

    if (client->text) {
        ngx_free(client->text);
        client->text = NULL;
    }

    ngx_queue_remove(&client->queue);
    ngx_queue_remove(&client->all);

    client->live->nclients--;
    client->live->counters->clients--;

    if (--number->nclients == 0) {
        ngx_phone_live_free_number(number);
    }
}


static ngx_phone_live_number_t *
ngx_phone_live_number(ngx_phone_live_t *live, phone_str_t name)
{
    unsigned                  bucket;
    ngx_str_t                 key;
    phone_str_t               stream;
    phone_arena_t             arena;
    ngx_phone_live_number_t  *number;

    phone_arena_init(&arena);

    bucket = phone_home(&live->phone->env, &phone_live_of, name);
    stream = phone_key(&arena, &phone_live_of, bucket, name);

    key = ngx_phone_ngx_str(stream);
    number = NULL;

    if (!arena.failed) {
        number = (ngx_phone_live_number_t *)
                     ngx_str_rbtree_lookup(&live->numbers, &key,
                                           ngx_crc32_short(key.data, key.len));
        if (number == NULL) {
            number = ngx_phone_live_add_number(live, stream);
        }
    }

    phone_arena_free(&arena);

    return number;
}


static ngx_phone_live_number_t *
ngx_phone_live_add_number(ngx_phone_live_t *live, phone_str_t key)
{
    ngx_phone_live_number_t  *number;

    number = ngx_alloc(sizeof(ngx_phone_live_number_t) + key.len, live->log);
    if (number == NULL) {
        return NULL;
    }

    ngx_memzero(number, sizeof(ngx_phone_live_number_t));

    number->key.data = (u_char *) (number + 1);
    number->key.len = key.len;
    ngx_memcpy(number->key.data, key.data, key.len);

    number->live = live;
    ngx_queue_init(&number->clients);

    number->retry.handler = ngx_phone_live_retry;
    number->retry.data = number;
    number->retry.log = live->log;
    number->retry.cancelable = 1;

    if (ngx_phone_redis_subscribe(live->subscriber, &number->key) != NGX_OK) {
        ngx_free(number);
        return NULL;
    }

    number->node.str = number->key;
    number->node.node.key = ngx_crc32_short(number->key.data, number->key.len);
    ngx_rbtree_insert(&live->numbers, &number->node.node);

    return number;
}


static void
ngx_phone_live_free_number(ngx_phone_live_number_t *number)
{
    if (number->reading) {
        ngx_phone_redis_detach(number->reading);
    }

    if (number->retry.timer_set) {
        ngx_del_timer(&number->retry);
    }

    ngx_phone_redis_unsubscribe(number->live->subscriber, &number->key);
    ngx_rbtree_delete(&number->live->numbers, &number->node.node);

    ngx_free(number);
}


/* A client's place in the stream */

/*
 * Events are added to the stream of a number while its account says that a
 * client is open.  live.open has written that before, so all events from now on
 * are after this place in the stream.
 */

static ngx_int_t
ngx_phone_live_ask_place(ngx_phone_live_client_t *client)
{
    size_t                    len[3];
    const char               *argv[3];
    ngx_phone_live_number_t  *number;

    number = client->number;

    argv[0] = "XINFO";
    len[0] = 5;
    argv[1] = "STREAM";
    len[1] = 6;
    argv[2] = (const char *) number->key.data;
    len[2] = number->key.len;

    client->opening = ngx_phone_redis_command(client->live->phone->redis, 3,
                                              argv, len, ngx_phone_live_place,
                                              client);

    return client->opening ? NGX_OK : NGX_ERROR;
}


static void
ngx_phone_live_place(void *data, redisReply *reply,
    ngx_phone_redis_error_t error)
{
    ngx_int_t                 rc;
    ngx_phone_live_client_t  *client;

    client = data;
    client->opening = NULL;

    rc = error == NGX_PHONE_REDIS_NONE
         ? ngx_phone_live_find_place(client, reply) : NGX_ERROR;

    if (rc == NGX_ERROR) {
        ngx_phone_live_tell(client, NGX_PHONE_LIVE_FAILED);
        return;
    }

    if (rc == NGX_DECLINED) {
        client->live->counters->resets++;
    }

    ngx_phone_live_tell(client, rc == NGX_DECLINED ? NGX_PHONE_LIVE_RESET
                                                   : NGX_PHONE_LIVE_OPENED);
}


/* The owner of a client */

void
ngx_phone_live_sent(ngx_phone_live_client_t *client)
{
    client->ready = 1;

    if (client->behind) {
        ngx_phone_live_read(client->number);
    }
}


void
ngx_phone_live_tell(ngx_phone_live_client_t *client,
    ngx_phone_live_news_t what)
{
    client->what = what;

    ngx_post_event(&client->news, &ngx_posted_events);
}


static void
ngx_phone_live_news(ngx_event_t *ev)
{
    ngx_phone_live_client_t  *client;

    client = ev->data;

    client->live->handler(client, client->what);
}
