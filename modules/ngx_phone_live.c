
#include "ngx_phone_live.h"


static ngx_phone_live_number_t *ngx_phone_live_number(ngx_phone_live_t *live,
    phone_str_t number);
static ngx_phone_live_number_t *ngx_phone_live_add_number(
    ngx_phone_live_t *live, phone_str_t key, phone_str_t mark);
static void ngx_phone_live_free_number(ngx_phone_live_number_t *number);

static ngx_int_t ngx_phone_live_ask_place(ngx_phone_live_client_t *client);
static void ngx_phone_live_place(void *data, redisReply *reply,
    ngx_phone_redis_error_t error);

static void ngx_phone_live_news(ngx_event_t *ev);
static void ngx_phone_live_was_open(void *data, redisReply *reply,
    ngx_phone_redis_error_t error);
static ngx_phone_redis_cmd_t *ngx_phone_live_mark(
    ngx_phone_live_number_t *number, ngx_phone_redis_conn_t *conn,
    ngx_phone_redis_pt handler, void *data);
static void ngx_phone_live_marked(void *data, redisReply *reply,
    ngx_phone_redis_error_t error);
static ngx_int_t ngx_phone_live_check_mark(ngx_phone_live_number_t *number,
    redisReply *reply, ngx_phone_redis_error_t error);


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

    live->subscriber = ngx_phone_redis_subscriber_create(&phone->conf->redis,
                                                         phone->cycle,
                                                         phone->log,
                                                         &ngx_phone_live_events,
                                                         live);

    return live->subscriber ? live : NULL;
}


/* In exit_process: requests that are still there are never finalized. */

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

    if (client->marking) {
        ngx_phone_redis_detach(client->marking);
        client->marking = NULL;
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
    phone_str_t               stream, mark;
    phone_arena_t             arena;
    ngx_phone_live_number_t  *number;

    phone_arena_init(&arena);

    bucket = phone_home(&live->phone->env, &phone_live_of, name);
    stream = phone_key(&arena, &phone_live_of, bucket, name);
    mark = phone_key(&arena, &phone_client_open, bucket, name);

    key = ngx_phone_ngx_str(stream);
    number = NULL;

    if (!arena.failed) {
        number = (ngx_phone_live_number_t *)
                     ngx_str_rbtree_lookup(&live->numbers, &key,
                                           ngx_crc32_short(key.data, key.len));
        if (number == NULL) {
            number = ngx_phone_live_add_number(live, stream, mark);
        }
    }

    phone_arena_free(&arena);

    return number;
}


static ngx_phone_live_number_t *
ngx_phone_live_add_number(ngx_phone_live_t *live, phone_str_t key,
    phone_str_t mark)
{
    u_char                   *p;
    ngx_phone_live_number_t  *number;

    number = ngx_alloc(sizeof(ngx_phone_live_number_t) + key.len + mark.len,
                       live->log);
    if (number == NULL) {
        return NULL;
    }

    ngx_memzero(number, sizeof(ngx_phone_live_number_t));

    p = (u_char *) (number + 1);

    number->key.data = p;
    number->key.len = key.len;
    p = ngx_cpymem(p, key.data, key.len);

    number->mark.data = p;
    number->mark.len = mark.len;
    ngx_memcpy(p, mark.data, mark.len);

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

    if (number->marking) {
        ngx_phone_redis_detach(number->marking);
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
 * Events are put in the stream of a number while its mark says that a client
 * is open (bill/create.c, bill/pay.c).  So the mark is set first, then the
 * place is asked for: what happens from then on is behind it in the stream.
 */

static ngx_int_t
ngx_phone_live_ask_place(ngx_phone_live_client_t *client)
{
    size_t                    len[3];
    const char               *argv[3];
    ngx_phone_redis_conn_t   *conn;
    ngx_phone_live_number_t  *number;

    number = client->number;

    conn = ngx_phone_redis_pick(client->live->phone->redis, 2);
    if (conn == NULL) {
        return NGX_ERROR;
    }

    client->marking = ngx_phone_live_mark(number, conn,
                                          ngx_phone_live_was_open, client);
    if (client->marking == NULL) {
        return NGX_ERROR;
    }

    argv[0] = "XINFO";
    len[0] = 5;
    argv[1] = "STREAM";
    len[1] = 6;
    argv[2] = (const char *) number->key.data;
    len[2] = number->key.len;

    client->opening = ngx_phone_redis_put(conn, 3, argv, len,
                                          ngx_phone_live_place, client);

    return client->opening ? NGX_OK : NGX_ERROR;
}


static void
ngx_phone_live_was_open(void *data, redisReply *reply,
    ngx_phone_redis_error_t error)
{
    ngx_phone_live_client_t  *client;

    client = data;
    client->marking = NULL;

    client->lapsed = ngx_phone_live_check_mark(client->number, reply, error)
                     != NGX_OK;
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
    client->open = 1;
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


/* The mark */

void
ngx_phone_live_present(ngx_phone_live_client_t *client)
{
    ngx_msec_t                lives;
    ngx_phone_live_number_t  *number;

    number = client->number;
    lives = (ngx_msec_t) client->live->phone->env.settings->live_open;

    /* of a number's clients the first one to come round says it for all */

    if (number->is_marked && ngx_current_msec - number->marked < lives / 6) {
        return;
    }

    ngx_phone_live_renew(number);
}


void
ngx_phone_live_renew(ngx_phone_live_number_t *number)
{
    if (number->marking == NULL) {
        number->marking = ngx_phone_live_mark(number, NULL,
                                              ngx_phone_live_marked, number);
    }
}


/* conn may be NULL. */

static ngx_phone_redis_cmd_t *
ngx_phone_live_mark(ngx_phone_live_number_t *number,
    ngx_phone_redis_conn_t *conn, ngx_phone_redis_pt handler, void *data)
{
    u_char        ms[NGX_INT64_LEN];
    size_t        len[6];
    const char   *argv[6];
    ngx_phone_t  *phone;

    phone = number->live->phone;

    argv[0] = "SET";
    len[0] = 3;
    argv[1] = (const char *) number->mark.data;
    len[1] = number->mark.len;
    argv[2] = "1";
    len[2] = 1;
    argv[3] = "GET";
    len[3] = 3;
    argv[4] = "PX";
    len[4] = 2;
    argv[5] = (const char *) ms;
    len[5] = ngx_sprintf(ms, "%L", phone->env.settings->live_open) - ms;

    return conn ? ngx_phone_redis_put(conn, 6, argv, len, handler, data)
                : ngx_phone_redis_command(phone->redis, 6, argv, len, handler,
                                          data);
}


/* Should it have failed: the next heartbeat says it again. */

static void
ngx_phone_live_marked(void *data, redisReply *reply,
    ngx_phone_redis_error_t error)
{
    ngx_phone_live_number_t  *number;

    number = data;
    number->marking = NULL;

    (void) ngx_phone_live_check_mark(number, reply, error);
}


/*
 * NGX_OK: the mark was there, so nothing can be missing in the stream.
 *
 * A mark that we had set and that has gone means that something may be: the
 * store was away for longer than it lives.  Another worker may have set it
 * again meanwhile, so its age counts as well; it is renewed at half of its
 * life or before.  Those who listen must look again then.
 */

static ngx_int_t
ngx_phone_live_check_mark(ngx_phone_live_number_t *number, redisReply *reply,
    ngx_phone_redis_error_t error)
{
    ngx_msec_t                lives;
    ngx_queue_t              *q;
    ngx_phone_live_client_t  *client;

    if (error != NGX_PHONE_REDIS_NONE) {
        return NGX_ERROR;
    }

    if (reply->type == REDIS_REPLY_ERROR) {
        ngx_log_error(NGX_LOG_ERR, number->live->log, 0,
                      "an open client could not be marked: %s", reply->str);
        return NGX_ERROR;
    }

    if (reply->type != REDIS_REPLY_STRING && reply->type != REDIS_REPLY_NIL) {
        ngx_phone_redis_out_of_step(number->live->phone->redis);
        return NGX_ERROR;
    }

    lives = (ngx_msec_t) number->live->phone->env.settings->live_open;

    if (number->is_marked
        && (reply->type == REDIS_REPLY_NIL
            || ngx_current_msec - number->marked >= lives / 4 * 3))
    {
        for (q = ngx_queue_head(&number->clients);
             q != ngx_queue_sentinel(&number->clients);
             q = ngx_queue_next(q))
        {
            client = ngx_queue_data(q, ngx_phone_live_client_t, queue);
            client->reset = client->open;
            client->behind = 1;
        }

        ngx_phone_live_read(number);
    }

    number->is_marked = 1;
    number->marked = ngx_current_msec;

    return reply->type == REDIS_REPLY_STRING ? NGX_OK : NGX_DECLINED;
}
