
/*
 * The store: asks as Redis commands.  Replies are judged in
 * ngx_phone_store_reply.c, commits are in ngx_phone_store_commit.c.
 */


#include "store/ngx_phone_store_words.h"


/* s: who tries no commit for so long does not know any more. */
#define NGX_PHONE_STORE_REFUSED  30


/* What the reply to each ask needs; in the arena of the call. */
typedef struct {
    ngx_phone_store_t       *store;
    phone_arena_t           *arena;
    ngx_phone_read_pt        handler;
    void                    *data;
} ngx_phone_reader_t;

typedef struct {
    ngx_phone_reader_t      *reader;
    phone_ask_t             *ask;
} ngx_phone_asked_t;


static ngx_int_t ngx_phone_store_buckets(ngx_phone_store_t *store);

static void ngx_phone_build_ask(ngx_phone_store_t *store, phone_arena_t *arena,
    phone_ask_t *ask);
static void ngx_phone_build_record(ngx_phone_store_t *store,
    phone_record_t *record);
static void ngx_phone_build_index(ngx_phone_store_t *store,
    phone_arena_t *arena, phone_ask_index_t *ask);
static void ngx_phone_build_size(ngx_phone_store_t *store,
    phone_arena_t *arena, phone_ask_size_t *ask);
static void ngx_phone_build_scores(ngx_phone_store_t *store,
    phone_ask_scores_t *ask);
static void ngx_phone_build_count(ngx_phone_store_t *store,
    phone_arena_t *arena, phone_ask_count_t *ask);
static void ngx_phone_build_log(ngx_phone_store_t *store,
    phone_arena_t *arena, phone_ask_log_t *ask);
static ngx_int_t ngx_phone_store_make_sketch(ngx_phone_store_t *store,
    ngx_phone_redis_conn_t *conn, phone_arena_t *arena,
    phone_ask_count_t *ask);
static void ngx_phone_asked(void *data, redisReply *reply,
    ngx_phone_redis_error_t error);

static void ngx_phone_due_read(void *data, redisReply *reply,
    ngx_phone_redis_error_t error);


ngx_phone_store_t *
ngx_phone_store_create(const ngx_phone_store_conf_t *conf, phone_env_t *env,
    ngx_phone_folder_t *folder, ngx_uint_t *writes_lost, ngx_cycle_t *cycle)
{
    ngx_phone_store_t  *store;

    store = ngx_pcalloc(cycle->pool, sizeof(ngx_phone_store_t));
    if (store == NULL) {
        return NULL;
    }

    store->conf = conf;
    store->env = env;
    store->folder = folder;
    store->cycle = cycle;
    store->log = cycle->log;
    store->writes_lost = writes_lost;

    store->check = ngx_phone_check_create(store);

    if (store->check == NULL
        || ngx_phone_store_commit_init(store) != NGX_OK
        || ngx_phone_store_buckets(store) != NGX_OK)
    {
        return NULL;
    }

    store->redis = ngx_phone_redis_create(&conf->redis, cycle, cycle->log,
                                          &store->check->redis);
    if (store->redis == NULL) {
        return NULL;
    }

    ngx_phone_check_start(store->check);

    return store;
}


static ngx_int_t
ngx_phone_store_buckets(ngx_phone_store_t *store)
{
    u_char              *p;
    ngx_uint_t           i, n;
    ngx_pool_t          *pool;
    ngx_phone_bucket_t  *bucket;

    pool = store->cycle->pool;
    n = store->env->buckets;

    bucket = ngx_pcalloc(pool, n * sizeof(ngx_phone_bucket_t));
    if (bucket == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {
        p = ngx_pnalloc(pool, sizeof("phone:{000}:due") - 1);
        if (p == NULL) {
            return NGX_ERROR;
        }

        bucket[i].store = store;
        bucket[i].bucket = i;
        bucket[i].key.data = (char *) p;
        bucket[i].key.len = ngx_sprintf(p, "phone:{%03ui}:due", i) - p;
    }

    store->bucket = bucket;

    return NGX_OK;
}


void
ngx_phone_store_count_in(ngx_phone_store_t *store, ngx_uint_t *writes_lost)
{
    store->writes_lost = writes_lost;
}


void
ngx_phone_store_close(ngx_phone_store_t *store)
{
    ngx_phone_check_close(store->check);
    ngx_phone_redis_close(store->redis);

    if (store->packed) {
        ngx_free(store->packed);
        store->packed = NULL;
        store->packed_size = 0;
    }
}


ngx_phone_redis_t *
ngx_phone_store_redis(ngx_phone_store_t *store)
{
    return store->redis;
}


void
ngx_phone_store_state(ngx_phone_store_t *store,
    ngx_phone_store_state_t *state)
{
    state->checked = store->check->checked;
    state->clock_offset = store->check->clock_offset;
    state->epoch = store->check->epoch;
    state->refused = store->refused;

    if (ngx_time() - store->refused_at >= NGX_PHONE_STORE_REFUSED) {
        state->refused.len = 0;
    }
}


phone_str_t
ngx_phone_store_due_key(ngx_phone_store_t *store, ngx_uint_t bucket)
{
    return store->bucket[bucket].key;
}


/* Reading */

ngx_uint_t
ngx_phone_store_read(ngx_phone_store_t *store, phone_arena_t *arena,
    phone_ask_t **ask, ngx_uint_t n, ngx_phone_read_pt handler, void *data,
    ngx_phone_outcome_t *outcome)
{
    ngx_uint_t               i, commands;
    ngx_phone_asked_t       *asked;
    ngx_phone_reader_t      *reader;
    ngx_phone_redis_conn_t  *conn;

    reader = phone_alloc(arena, sizeof(ngx_phone_reader_t)
                                + n * sizeof(ngx_phone_asked_t));
    if (reader == NULL) {
        *outcome = NGX_PHONE_BROKEN;
        return 0;
    }

    reader->store = store;
    reader->arena = arena;
    reader->handler = handler;
    reader->data = data;

    asked = (ngx_phone_asked_t *) (reader + 1);

    *outcome = NGX_PHONE_UNAVAILABLE;

    commands = n;

    for (i = 0; i < n; i++) {
        commands += ask[i]->kind == PHONE_ASK_COUNT;
    }

    conn = ngx_phone_redis_pick(store->redis, commands);
    if (conn == NULL) {
        return 0;
    }

    for (i = 0; i < n; i++) {
        asked[i].reader = reader;
        asked[i].ask = ask[i];

        if (ask[i]->kind == PHONE_ASK_COUNT
            && ngx_phone_store_make_sketch(store, conn, arena,
                                           (phone_ask_count_t *) ask[i])
               != NGX_OK)
        {
            return i;
        }

        ngx_phone_build_ask(store, arena, ask[i]);

        if (arena->failed) {
            *outcome = NGX_PHONE_BROKEN;
            return i;
        }

        if (ngx_phone_redis_put(conn, store->n, store->argv, store->len,
                                ngx_phone_asked, &asked[i])
            == NULL)
        {
            return i;
        }
    }

    *outcome = NGX_PHONE_APPLIED;

    return n;
}


static void
ngx_phone_build_ask(ngx_phone_store_t *store, phone_arena_t *arena,
    phone_ask_t *ask)
{
    store->n = 0;

    switch (ask->kind) {

    case PHONE_ASK_RECORD:
        ngx_phone_build_record(store, (phone_record_t *) ask);
        break;

    case PHONE_ASK_INDEX:
        ngx_phone_build_index(store, arena, (phone_ask_index_t *) ask);
        break;

    case PHONE_ASK_LOG:
        ngx_phone_build_log(store, arena, (phone_ask_log_t *) ask);
        break;

    case PHONE_ASK_COUNT:
        ngx_phone_build_count(store, arena, (phone_ask_count_t *) ask);
        break;

    case PHONE_ASK_SIZE:
        ngx_phone_build_size(store, arena, (phone_ask_size_t *) ask);
        break;

    case PHONE_ASK_LENGTH:
        ngx_phone_literal(store, "LLEN");
        ngx_phone_text(store, ask->key);
        break;

    case PHONE_ASK_SCORES:
        ngx_phone_build_scores(store, (phone_ask_scores_t *) ask);
        break;

    case PHONE_ASK_FIELD:
        ngx_phone_literal(store, "HGET");
        ngx_phone_text(store, ask->key);
        ngx_phone_text(store, ((phone_ask_field_t *) ask)->field);
        break;

    case PHONE_ASK_CLAIM:
        ngx_phone_literal(store, "GET");
        ngx_phone_text(store, ask->key);
        break;

    default: /* PHONE_ASK_HASH */
        ngx_phone_literal(store, "HGETALL");
        ngx_phone_text(store, ask->key);
        break;
    }
}


static void
ngx_phone_build_record(ngx_phone_store_t *store, phone_record_t *record)
{
    unsigned     i;
    const char  *name;

    ngx_phone_literal(store, "HMGET");
    ngx_phone_text(store, record->ask.key);

    for (i = 0; i < record->type->nfields; i++) {
        if (record->mask & PHONE_F(i)) {
            name = record->type->fields[i];
            ngx_phone_word(store, name, ngx_strlen(name));
        }
    }
}


static void
ngx_phone_build_index(ngx_phone_store_t *store, phone_arena_t *arena,
    phone_ask_index_t *ask)
{
    phone_str_t  before, limit;

    before = PHONE_STR("+inf");

    if (ask->bound && !ask->up) {
        before = phone_format(arena, "(%lld", (long long) ask->bound);
    }

    limit = phone_int(arena, ask->limit);

    if (ask->up) {
        ngx_phone_literal(store, "ZRANGEBYSCORE");
        ngx_phone_text(store, ask->ask.key);
        ngx_phone_text(store, phone_int(arena, ask->bound));
        ngx_phone_literal(store, "+inf");

    } else {
        ngx_phone_literal(store, "ZREVRANGEBYSCORE");
        ngx_phone_text(store, ask->ask.key);
        ngx_phone_text(store, before);
        ngx_phone_literal(store, "-inf");
    }

    ngx_phone_literal(store, "WITHSCORES");
    ngx_phone_literal(store, "LIMIT");
    ngx_phone_literal(store, "0");
    ngx_phone_text(store, limit);
}


static void
ngx_phone_build_size(ngx_phone_store_t *store, phone_arena_t *arena,
    phone_ask_size_t *ask)
{
    ngx_phone_literal(store, "ZCOUNT");
    ngx_phone_text(store, ask->ask.key);
    ngx_phone_text(store, phone_int(arena, ask->since));
    ngx_phone_literal(store, "+inf");
}


static void
ngx_phone_build_scores(ngx_phone_store_t *store, phone_ask_scores_t *ask)
{
    unsigned  i;

    ngx_phone_literal(store, "ZMSCORE");
    ngx_phone_text(store, ask->ask.key);

    for (i = 0; i < ask->of.n; i++) {
        ngx_phone_text(store, ask->of.entry[i].member);
    }
}


static void
ngx_phone_build_log(ngx_phone_store_t *store, phone_arena_t *arena,
    phone_ask_log_t *ask)
{
    ngx_phone_literal(store, "LRANGE");
    ngx_phone_text(store, ask->ask.key);
    ngx_phone_text(store, phone_int(arena, ask->skip));
    ngx_phone_text(store, phone_int(arena, ask->skip + ask->limit - 1));
}


/*
 * The string is created first, together with its expiry: if the expiry were set
 * after the count, a connection lost in between would leave it without one.
 */

static ngx_int_t
ngx_phone_store_make_sketch(ngx_phone_store_t *store,
    ngx_phone_redis_conn_t *conn, phone_arena_t *arena, phone_ask_count_t *ask)
{
    store->n = 0;
    ngx_phone_sketch_words(store, ask->ask.key,
                           phone_int(arena, ask->lives_for));

    return ngx_phone_redis_put(conn, store->n, store->argv, store->len, NULL,
                               NULL)
           ? NGX_OK : NGX_ERROR;
}


static void
ngx_phone_build_count(ngx_phone_store_t *store, phone_arena_t *arena,
    phone_ask_count_t *ask)
{
    unsigned     i;
    phone_str_t  bit[PHONE_SKETCH_ROWS];

    for (i = 0; i < PHONE_SKETCH_ROWS; i++) {
        bit[i] = phone_int(arena, ask->bit[i]);
    }

    ngx_phone_count_words(store, ask->ask.key, PHONE_STR("1"),
                          PHONE_SKETCH_ROWS, bit);
}


static void
ngx_phone_asked(void *data, redisReply *reply, ngx_phone_redis_error_t error)
{
    ngx_int_t             rc;
    ngx_phone_asked_t    *asked;
    ngx_phone_reader_t   *reader;
    ngx_phone_outcome_t   outcome;

    asked = data;
    reader = asked->reader;

    if (error == NGX_PHONE_REDIS_TIMEOUT) {

        /* another read would have to wait as long */

        outcome = NGX_PHONE_UNAVAILABLE;

    } else if (error != NGX_PHONE_REDIS_NONE) {
        outcome = ngx_phone_store_failure(error);

    } else if (reply->type == REDIS_REPLY_ERROR && asked->ask->any_type
               && reply->len > 9
               && ngx_strncmp(reply->str, "WRONGTYPE", 9) == 0)
    {
        asked->ask->other_type = 1;
        outcome = NGX_PHONE_APPLIED;

    } else if (reply->type == REDIS_REPLY_ERROR) {
        outcome = ngx_phone_store_error(reader->store, reply, "read",
                                        asked->ask->key);

    } else {
        rc = ngx_phone_store_take(reader->arena, asked->ask, reply,
                                  reader->store->log);

        outcome = rc == NGX_OK ? NGX_PHONE_APPLIED
                : rc == NGX_DECLINED ? NGX_PHONE_UNKNOWN
                : NGX_PHONE_BROKEN;

        if (rc == NGX_DECLINED) {
            ngx_phone_redis_out_of_step(reader->store->redis);
        }
    }

    reader->handler(reader->data, asked->ask, outcome);
}


/* Due events */

ngx_int_t
ngx_phone_store_due(ngx_phone_store_t *store, ngx_uint_t bucket, int64_t now,
    ngx_phone_due_pt handler, void *data)
{
    u_char              *p, text[NGX_INT64_LEN];
    ngx_phone_bucket_t  *b;

    b = &store->bucket[bucket];

    if (b->handler) {
        return NGX_DECLINED;
    }

    p = ngx_sprintf(text, "%L", now);

    store->n = 0;
    ngx_phone_literal(store, "ZRANGEBYSCORE");
    ngx_phone_text(store, b->key);
    ngx_phone_literal(store, "-inf");
    ngx_phone_word(store, (char *) text, p - text);
    ngx_phone_literal(store, "WITHSCORES");
    ngx_phone_literal(store, "LIMIT");
    ngx_phone_literal(store, "0");
    ngx_phone_literal(store, ngx_value(NGX_PHONE_DUE_MAX));

    if (ngx_phone_store_tell(store, ngx_phone_due_read, b) == NULL) {
        return NGX_ERROR;
    }

    b->handler = handler;
    b->data = data;

    return NGX_OK;
}


static void
ngx_phone_due_read(void *data, redisReply *reply,
    ngx_phone_redis_error_t error)
{
    ngx_uint_t              i, n;
    ngx_phone_due_pt        handler;
    ngx_phone_bucket_t     *b;
    ngx_phone_outcome_t     outcome;
    ngx_phone_due_entry_t   entry[NGX_PHONE_DUE_MAX];

    b = data;
    n = 0;

    handler = b->handler;
    b->handler = NULL;

    if (error != NGX_PHONE_REDIS_NONE) {
        outcome = ngx_phone_store_failure(error);

    } else if (reply->type == REDIS_REPLY_ERROR) {
        outcome = ngx_phone_store_error(b->store, reply, "read", b->key);

    } else if (reply->type != REDIS_REPLY_ARRAY || reply->elements % 2) {
        outcome = NGX_PHONE_UNKNOWN;
        ngx_phone_redis_out_of_step(b->store->redis);

    } else {
        outcome = NGX_PHONE_APPLIED;

        for (i = 0; i < reply->elements && n < NGX_PHONE_DUE_MAX; i += 2) {
            if (ngx_phone_store_score(reply->element[i + 1], &entry[n].score)
                    != NGX_OK
                || reply->element[i]->type != REDIS_REPLY_STRING)
            {
                ngx_log_error(NGX_LOG_ERR, b->store->log, 0,
                              "due queue of bucket %ui contains an invalid "
                              "entry", b->bucket);
                continue;
            }

            entry[n].member.data = reply->element[i]->str;
            entry[n].member.len = reply->element[i]->len;
            n++;
        }
    }

    handler(b->data, b->bucket, entry, n, outcome);
}


ngx_phone_outcome_t
ngx_phone_store_failure(ngx_phone_redis_error_t error)
{
    switch (error) {

    case NGX_PHONE_REDIS_CLOSED:
    case NGX_PHONE_REDIS_TIMEOUT:
    case NGX_PHONE_REDIS_PROTOCOL:
    case NGX_PHONE_REDIS_SHUTDOWN:
        return NGX_PHONE_UNKNOWN;

    default:
        return NGX_PHONE_UNAVAILABLE;
    }
}
