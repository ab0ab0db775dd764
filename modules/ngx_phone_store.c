
/*
 * The store: asks and commits as Redis commands.  Replies are judged in
 * ngx_phone_store_reply.c.
 */


#include <openssl/evp.h>

#include "ngx_phone_store.h"


/*
 * Words of one commit.  The runtime's largest is some hundred; this bounds
 * what a posting of another process may bring, and Lua's unpack().
 */
#define NGX_PHONE_WORDS_MAX     4096
#define NGX_PHONE_COMMAND_MAX   1000

#define NGX_PHONE_SHA1_LEN      20


typedef struct {
    ngx_phone_t             *phone;
    ngx_uint_t               bucket;
    phone_str_t              key;
    ngx_phone_due_pt         handler;        /* NULL: not under way */
    void                    *data;
} ngx_phone_bucket_t;


struct ngx_phone_store_s {
    ngx_phone_bucket_t      *bucket;

    /* the command under construction */
    ngx_uint_t               n;
    const char              *argv[NGX_PHONE_WORDS_MAX];
    size_t                   len[NGX_PHONE_WORDS_MAX];

    char                     number[NGX_PHONE_COMMAND_MAX][4];
    char                     sha[2 * NGX_PHONE_SHA1_LEN + 1];
};


/* What the reply to each ask needs; in the arena of the call. */
typedef struct {
    ngx_phone_t             *phone;
    phone_arena_t           *arena;
    ngx_phone_read_pt        handler;
    void                    *data;
} ngx_phone_reader_t;

typedef struct {
    ngx_phone_reader_t      *reader;
    phone_ask_t             *ask;
} ngx_phone_asked_t;


static ngx_int_t ngx_phone_store_sha(ngx_phone_store_t *store);

static void ngx_phone_word(ngx_phone_store_t *store, const char *data,
    size_t len);
static void ngx_phone_number(ngx_phone_store_t *store, ngx_uint_t n);

static void ngx_phone_build_ask(ngx_phone_store_t *store, phone_arena_t *arena,
    phone_ask_t *ask);
static void ngx_phone_build_record(ngx_phone_store_t *store,
    phone_record_t *record);
static void ngx_phone_build_index(ngx_phone_store_t *store,
    phone_arena_t *arena, phone_ask_index_t *ask);
static void ngx_phone_build_stream(ngx_phone_store_t *store,
    phone_arena_t *arena, phone_ask_stream_t *ask);
static void ngx_phone_asked(void *data, redisReply *reply,
    ngx_phone_redis_error_t error);

static void ngx_phone_build_guard(ngx_phone_store_t *store,
    const phone_guard_t *guard);
static void ngx_phone_build_op(ngx_phone_store_t *store, const phone_op_t *op);
static void ngx_phone_build_xadd(ngx_phone_store_t *store,
    const phone_op_t *op);
static ngx_phone_outcome_t ngx_phone_store_send(ngx_phone_commit_t *commit);
static void ngx_phone_committed(void *data, redisReply *reply,
    ngx_phone_redis_error_t error);
static ngx_phone_outcome_t ngx_phone_store_applied(ngx_phone_commit_t *commit,
    redisReply *reply);

static void ngx_phone_due_read(void *data, redisReply *reply,
    ngx_phone_redis_error_t error);
static ngx_phone_outcome_t ngx_phone_store_failure(
    ngx_phone_redis_error_t error);


/*
 * Compare and apply: the only script.  ARGV holds the number of guards, the
 * guards (kind, key and what the kind needs), then commands, each behind the
 * number of its words.  Returns 0, or the number of the guard that failed;
 * nothing is written before all guards have held.  As a script with a header
 * and no flags it is refused before it starts where writing is not possible:
 * out of memory, on a replica, with a failing disk.
 */
static const char  ngx_phone_script[] =
    "#!lua\n"
    "local argv, call, i = ARGV, redis.call, 2\n"
    "for n = 1, tonumber(argv[1]) do\n"
    "  local kind, key = argv[i], argv[i + 1]\n"
    "  if kind == 'v' then\n"
    "    if call('HGET', key, argv[i + 2]) ~= argv[i + 3] then return n end\n"
    "    i = i + 4\n"
    "  elseif kind == 'a' then\n"
    "    if call('HEXISTS', key, argv[i + 2]) == 1 then return n end\n"
    "    i = i + 3\n"
    "  elseif kind == 'm' then\n"
    "    if call('EXISTS', key) == 1 then return n end\n"
    "    i = i + 2\n"
    "  elseif kind == 'd' then\n"
    "    if call('ZSCORE', key, argv[i + 2]) ~= argv[i + 3] then return n end\n"
    "    i = i + 4\n"
    "  else\n"
    "    local held = tonumber(call('HGET', key, argv[i + 2]) or nil)\n"
    "    if not held or held < tonumber(argv[i + 3]) then return n end\n"
    "    i = i + 4\n"
    "  end\n"
    "end\n"
    "local last = #argv\n"
    "while i <= last do\n"
    "  local j = i + argv[i]\n"
    "  call(unpack(argv, i + 1, j))\n"
    "  i = j + 1\n"
    "end\n"
    "return 0\n";


/* Indexed by phone_op_kind_t; a count is INCR and this. */
static const ngx_str_t  ngx_phone_op_names[] = {
    ngx_string("HSET"),
    ngx_string("HDEL"),
    ngx_string("HINCRBY"),
    ngx_string("DEL"),
    ngx_string("PEXPIRE"),
    ngx_string("SET"),
    ngx_string("PEXPIRE"),
    ngx_string("ZADD"),
    ngx_string("ZREM"),
    ngx_string("XADD"),
    ngx_string("PUBLISH")
};


#define ngx_phone_literal(store, text)                                        \
    ngx_phone_word(store, text, sizeof(text) - 1)

#define ngx_phone_text(store, str)                                            \
    ngx_phone_word(store, (str).data, (str).len)


ngx_phone_store_t *
ngx_phone_store_create(ngx_phone_t *phone)
{
    u_char              *p;
    ngx_uint_t           i, n;
    ngx_pool_t          *pool;
    ngx_phone_store_t   *store;
    ngx_phone_bucket_t  *bucket;

    pool = phone->cycle->pool;
    n = phone->env.buckets;

    store = ngx_pcalloc(pool, sizeof(ngx_phone_store_t));
    if (store == NULL) {
        return NULL;
    }

    for (i = 0; i < NGX_PHONE_COMMAND_MAX; i++) {
        (void) ngx_sprintf((u_char *) store->number[i], "%ui%Z", i);
    }

    if (ngx_phone_store_sha(store) != NGX_OK) {
        return NULL;
    }

    bucket = ngx_pcalloc(pool, n * sizeof(ngx_phone_bucket_t));
    if (bucket == NULL) {
        return NULL;
    }

    for (i = 0; i < n; i++) {
        p = ngx_pnalloc(pool, sizeof("phone:{000}:due") - 1);
        if (p == NULL) {
            return NULL;
        }

        bucket[i].phone = phone;
        bucket[i].bucket = i;
        bucket[i].key.data = (char *) p;
        bucket[i].key.len = ngx_sprintf(p, "phone:{%03ui}:due", i) - p;
    }

    store->bucket = bucket;

    return store;
}


static ngx_int_t
ngx_phone_store_sha(ngx_phone_store_t *store)
{
    u_char        sha[EVP_MAX_MD_SIZE];
    unsigned int  len;

    if (EVP_Digest(ngx_phone_script, sizeof(ngx_phone_script) - 1, sha, &len,
                   EVP_sha1(), NULL)
            != 1
        || len != NGX_PHONE_SHA1_LEN)
    {
        return NGX_ERROR;
    }

    (void) ngx_hex_dump((u_char *) store->sha, sha, len);

    return NGX_OK;
}


phone_str_t
ngx_phone_store_due_key(ngx_phone_t *phone, ngx_uint_t bucket)
{
    return phone->store->bucket[bucket].key;
}


/* A command that grows too long is noticed when it is sent: n is then past
   the end. */

static ngx_inline void
ngx_phone_word(ngx_phone_store_t *store, const char *data, size_t len)
{
    if (store->n < NGX_PHONE_WORDS_MAX) {
        store->argv[store->n] = data;
        store->len[store->n] = len;
    }

    store->n++;
}


static void
ngx_phone_number(ngx_phone_store_t *store, ngx_uint_t n)
{
    if (n >= NGX_PHONE_COMMAND_MAX) {
        store->n = NGX_PHONE_WORDS_MAX + 1;
        return;
    }

    ngx_phone_word(store, store->number[n], n < 10 ? 1 : n < 100 ? 2 : 3);
}


/* Reading */

ngx_uint_t
ngx_phone_store_read(ngx_phone_t *phone, phone_arena_t *arena,
    phone_ask_t **ask, ngx_uint_t n, ngx_phone_read_pt handler, void *data,
    ngx_phone_outcome_t *outcome)
{
    ngx_uint_t               i;
    ngx_phone_asked_t       *asked;
    ngx_phone_store_t       *store;
    ngx_phone_reader_t      *reader;
    ngx_phone_redis_conn_t  *conn;

    store = phone->store;

    reader = phone_alloc(arena, sizeof(ngx_phone_reader_t)
                                + n * sizeof(ngx_phone_asked_t));
    if (reader == NULL) {
        *outcome = NGX_PHONE_BROKEN;
        return 0;
    }

    reader->phone = phone;
    reader->arena = arena;
    reader->handler = handler;
    reader->data = data;

    asked = (ngx_phone_asked_t *) (reader + 1);

    *outcome = NGX_PHONE_UNAVAILABLE;

    conn = ngx_phone_redis_pick(phone->redis, n);
    if (conn == NULL) {
        return 0;
    }

    for (i = 0; i < n; i++) {
        asked[i].reader = reader;
        asked[i].ask = ask[i];

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

    case PHONE_ASK_STREAM:
        ngx_phone_build_stream(store, arena, (phone_ask_stream_t *) ask);
        break;

    case PHONE_ASK_MARK:
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

    if (ask->before) {
        before = phone_format(arena, "(%lld", (long long) ask->before);
    }

    limit = phone_int(arena, ask->limit);

    ngx_phone_literal(store, "ZREVRANGEBYSCORE");
    ngx_phone_text(store, ask->ask.key);
    ngx_phone_text(store, before);
    ngx_phone_literal(store, "-inf");
    ngx_phone_literal(store, "WITHSCORES");
    ngx_phone_literal(store, "LIMIT");
    ngx_phone_literal(store, "0");
    ngx_phone_text(store, limit);
}


static void
ngx_phone_build_stream(ngx_phone_store_t *store, phone_arena_t *arena,
    phone_ask_stream_t *ask)
{
    phone_str_t  after, limit;

    after = PHONE_STR("-");

    if (ask->after.len) {
        after = phone_join(arena, 2,
                           (phone_str_t[2]) { PHONE_STR("("), ask->after });
    }

    limit = phone_int(arena, ask->limit);

    ngx_phone_literal(store, "XRANGE");
    ngx_phone_text(store, ask->ask.key);
    ngx_phone_text(store, after);
    ngx_phone_literal(store, "+");
    ngx_phone_literal(store, "COUNT");
    ngx_phone_text(store, limit);
}


static void
ngx_phone_asked(void *data, redisReply *reply, ngx_phone_redis_error_t error)
{
    ngx_phone_asked_t    *asked;
    ngx_phone_reader_t   *reader;
    ngx_phone_outcome_t   outcome;

    asked = data;
    reader = asked->reader;

    if (error == NGX_PHONE_REDIS_TIMEOUT) {

        /* reading again would wait as long again */

        outcome = NGX_PHONE_UNAVAILABLE;

    } else if (error != NGX_PHONE_REDIS_NONE) {
        outcome = ngx_phone_store_failure(error);

    } else if (reply->type == REDIS_REPLY_ERROR) {
        outcome = ngx_phone_store_error(reader->phone, reply, "read");

    } else if (ngx_phone_store_take(reader->arena, asked->ask, reply,
                                    reader->phone->log)
               != NGX_OK)
    {
        outcome = NGX_PHONE_BROKEN;

    } else {
        outcome = NGX_PHONE_APPLIED;
    }

    reader->handler(reader->data, asked->ask, outcome);
}


/* Commits */

ngx_phone_outcome_t
ngx_phone_store_commit(ngx_phone_t *phone, ngx_phone_commit_t *commit)
{
    commit->phone = phone;
    commit->failed = NULL;
    commit->loaded = 0;

    return ngx_phone_store_send(commit);
}


static ngx_phone_outcome_t
ngx_phone_store_send(ngx_phone_commit_t *commit)
{
    ngx_phone_t           *phone;
    ngx_phone_store_t     *store;
    const phone_op_t      *op;
    const phone_guard_t   *guard;
    const phone_commit_t  *c;

    phone = commit->phone;
    store = phone->store;
    c = commit->commit;

    store->n = 0;

    if (commit->loaded) {
        ngx_phone_literal(store, "EVAL");
        ngx_phone_literal(store, ngx_phone_script);

    } else {
        ngx_phone_literal(store, "EVALSHA");
        ngx_phone_word(store, store->sha, sizeof(store->sha) - 1);
    }

    ngx_phone_literal(store, "1");
    ngx_phone_text(store, store->bucket[c->bucket].key);
    ngx_phone_number(store, c->nguards);

    for (guard = c->guards; guard; guard = guard->next) {
        ngx_phone_build_guard(store, guard);
    }

    for (op = c->ops; op; op = op->next) {
        ngx_phone_build_op(store, op);
    }

    if (store->n > NGX_PHONE_WORDS_MAX) {
        ngx_log_error(NGX_LOG_ERR, phone->log, 0,
                      "commit has more than %d words", NGX_PHONE_WORDS_MAX);
        return NGX_PHONE_BROKEN;
    }

    if (ngx_phone_redis_command(phone->redis, store->n, store->argv,
                                store->len, ngx_phone_committed, commit)
        == NULL)
    {
        return NGX_PHONE_UNAVAILABLE;
    }

    return NGX_PHONE_APPLIED;
}


static void
ngx_phone_build_guard(ngx_phone_store_t *store, const phone_guard_t *guard)
{
    static const char  kind[] = "valmd";

    ngx_phone_word(store, &kind[guard->kind], 1);
    ngx_phone_text(store, guard->key);

    if (guard->kind == PHONE_GUARD_NO_MARK) {
        return;
    }

    ngx_phone_text(store, guard->field);

    if (guard->kind != PHONE_GUARD_ABSENT) {
        ngx_phone_text(store, guard->want);
    }
}


static void
ngx_phone_build_op(ngx_phone_store_t *store, const phone_op_t *op)
{
    unsigned          i;
    const ngx_str_t  *name;

    if (op->kind == PHONE_OP_XADD) {
        ngx_phone_build_xadd(store, op);
        return;
    }

    name = &ngx_phone_op_names[op->kind];

    if (op->kind == PHONE_OP_COUNT) {
        ngx_phone_number(store, 2);
        ngx_phone_literal(store, "INCR");
        ngx_phone_text(store, op->key);
    }

    ngx_phone_number(store, 2 + op->nwords + (op->kind == PHONE_OP_SET
                                              || op->kind == PHONE_OP_COUNT));
    ngx_phone_word(store, (char *) name->data, name->len);
    ngx_phone_text(store, op->key);

    for (i = 0; i < op->nwords; i++) {
        if (op->kind == PHONE_OP_SET && i == 1) {
            ngx_phone_literal(store, "PX");
        }

        ngx_phone_text(store, op->word[i]);
    }

    if (op->kind == PHONE_OP_COUNT) {
        ngx_phone_literal(store, "NX");
    }
}


static void
ngx_phone_build_xadd(ngx_phone_store_t *store, const phone_op_t *op)
{
    unsigned  i, bounded;

    bounded = !phone_is(op->word[0], "0");

    ngx_phone_number(store, 2 + op->nwords + (bounded ? 3 : 0));
    ngx_phone_literal(store, "XADD");
    ngx_phone_text(store, op->key);

    if (bounded) {
        ngx_phone_literal(store, "MAXLEN");
        ngx_phone_literal(store, "~");
        ngx_phone_text(store, op->word[0]);
    }

    ngx_phone_literal(store, "*");

    for (i = 1; i < op->nwords; i++) {
        ngx_phone_text(store, op->word[i]);
    }
}


static void
ngx_phone_committed(void *data, redisReply *reply,
    ngx_phone_redis_error_t error)
{
    ngx_phone_commit_t   *commit;
    ngx_phone_outcome_t   outcome;

    commit = data;

    if (error != NGX_PHONE_REDIS_NONE) {
        outcome = ngx_phone_store_failure(error);

    } else if (reply->type == REDIS_REPLY_ERROR && !commit->loaded
               && ngx_strncmp(reply->str, "NOSCRIPT", 8) == 0)
    {
        commit->loaded = 1;
        outcome = ngx_phone_store_send(commit);

        if (outcome == NGX_PHONE_APPLIED) {
            return;
        }

    } else {
        outcome = ngx_phone_store_applied(commit, reply);
    }

    commit->handler(commit, outcome);
}


static ngx_phone_outcome_t
ngx_phone_store_applied(ngx_phone_commit_t *commit, redisReply *reply)
{
    long long             n;
    const phone_guard_t  *guard;

    if (reply->type == REDIS_REPLY_ERROR) {
        return ngx_phone_store_error(commit->phone, reply, "commit");
    }

    if (reply->type != REDIS_REPLY_INTEGER || reply->integer < 0
        || reply->integer > (long long) commit->commit->nguards)
    {
        ngx_log_error(NGX_LOG_ALERT, commit->phone->log, 0,
                      "redis answered a commit with type %d", reply->type);
        return NGX_PHONE_BROKEN;
    }

    if (reply->integer == 0) {
        return NGX_PHONE_APPLIED;
    }

    guard = commit->commit->guards;

    for (n = reply->integer; n > 1; n--) {
        guard = guard->next;
    }

    commit->failed = guard;

    return NGX_PHONE_CONFLICT;
}


/* Due events */

ngx_int_t
ngx_phone_store_due(ngx_phone_t *phone, ngx_uint_t bucket, int64_t now,
    ngx_phone_due_pt handler, void *data)
{
    u_char              *p, text[NGX_INT64_LEN];
    ngx_phone_store_t   *store;
    ngx_phone_bucket_t  *b;

    store = phone->store;
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
    ngx_phone_number(store, NGX_PHONE_DUE_MAX);

    if (ngx_phone_redis_command(phone->redis, store->n, store->argv,
                                store->len, ngx_phone_due_read, b)
        == NULL)
    {
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
        outcome = ngx_phone_store_error(b->phone, reply, "read");

    } else {
        outcome = NGX_PHONE_APPLIED;

        for (i = 0;
             reply->type == REDIS_REPLY_ARRAY && i + 1 < reply->elements
             && n < NGX_PHONE_DUE_MAX;
             i += 2)
        {
            if (ngx_phone_store_score(reply->element[i + 1], &entry[n].score)
                    != NGX_OK
                || reply->element[i]->type != REDIS_REPLY_STRING)
            {
                ngx_log_error(NGX_LOG_ERR, b->phone->log, 0,
                              "due queue of bucket %ui holds an entry "
                              "that is not one of ours", b->bucket);
                continue;
            }

            entry[n].member.data = reply->element[i]->str;
            entry[n].member.len = reply->element[i]->len;
            n++;
        }
    }

    handler(b->data, b->bucket, entry, n, outcome);
}


/* Without a reply: can the command have been run? */

static ngx_phone_outcome_t
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
