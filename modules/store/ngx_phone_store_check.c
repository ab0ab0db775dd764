
#include "store/ngx_phone_store_words.h"


#define NGX_PHONE_CHECK_INTERVAL  2000       /* ms */


static void ngx_phone_check_commands(ngx_phone_check_t *check);
static void ngx_phone_check_ask(ngx_phone_check_t *check,
    const ngx_str_t *field);
static ngx_uint_t ngx_phone_check_rounds(ngx_phone_check_t *check);
static void ngx_phone_check_look(ngx_event_t *ev);
static void ngx_phone_check_answer(void *data, redisReply *reply,
    ngx_phone_redis_error_t error);
static ngx_int_t ngx_phone_check_secrets(ngx_phone_check_t *check);
static void ngx_phone_check_own_noted(void *data, redisReply *reply,
    ngx_phone_redis_error_t error);

static void ngx_phone_check_begin(void *data, ngx_uint_t talk);
static ngx_phone_redis_verdict_t ngx_phone_check_reply(void *data,
    ngx_uint_t talk, ngx_uint_t n, redisReply *reply, ngx_str_t *reason);


/* In the order of ngx_phone_check_e; fields of phone:store named after our
   secrets and keys follow.  "" stands for the key of our witness, and
   for the number of evictions. */
static const char  *const
    ngx_phone_checks[NGX_PHONE_CHECK_COMMANDS][NGX_PHONE_CHECK_WORDS] =
{
    { "TIME" },
    { "INFO", "server", "memory", "persistence", "stats", "replication" },
    { "CONFIG", "GET", "appendfsync" },
    { "ZSCORE", "", NGX_PHONE_WITNESS_MEMBER },
    { "HMGET", "phone:store", "buckets", "format", "id", "epoch", "epoch_at",
      "evicted", "accepted", "blobs", "created_at", "secret" },
    { "HSET", "phone:store", "evicted", "" }
};


static const int  ngx_phone_check_types[NGX_PHONE_CHECKS] = {
    REDIS_REPLY_ARRAY,
    REDIS_REPLY_STRING,
    REDIS_REPLY_ARRAY,
    REDIS_REPLY_STRING,
    REDIS_REPLY_ARRAY
};


ngx_phone_check_t *
ngx_phone_check_create(ngx_phone_store_t *store)
{
    ngx_pool_t         *pool;
    ngx_phone_check_t  *check;

    pool = store->cycle->pool;

    check = ngx_pcalloc(pool, sizeof(ngx_phone_check_t));
    if (check == NULL) {
        return NULL;
    }

    check->store = store;
    check->clock_apart = ngx_phone_clock_apart();

    check->found = ngx_pcalloc(pool, (store->conf->redis.connections + 1)
                                     * sizeof(ngx_phone_found_t));

    if (check->found == NULL
        || ngx_phone_check_secrets(check) != NGX_OK
        || ngx_phone_witness_init(check) != NGX_OK)
    {
        return NULL;
    }

    ngx_phone_check_commands(check);

    check->redis.begin = ngx_phone_check_begin;
    check->redis.handler = ngx_phone_check_reply;
    check->redis.data = check;

    check->look.handler = ngx_phone_check_look;
    check->look.data = check;
    check->look.log = store->log;
    check->look.cancelable = 1;

    return check;
}


static void
ngx_phone_check_commands(ngx_phone_check_t *check)
{
    ngx_uint_t               i, n;
    ngx_phone_redis_args_t  *command;

    for (i = 0; i < NGX_PHONE_CHECK_COMMANDS; i++) {

        for (n = 0; n < NGX_PHONE_CHECK_WORDS && ngx_phone_checks[i][n]; n++) {
            check->word[i][n] = ngx_phone_checks[i][n];
            check->len[i][n] = ngx_strlen(ngx_phone_checks[i][n]);
        }

        command = &check->command[i];
        command->argc = n;
        command->argv = check->word[i];
        command->argvlen = check->len[i];
    }

    ngx_phone_check_ask(check, &check->secret[0]);
    ngx_phone_check_ask(check, &check->secret[1]);

    for (i = 0; i < check->store->env->platform->n; i++) {
        ngx_phone_check_ask(check, &check->platform[i]);
    }

    check->word[NGX_PHONE_CHECK_WITNESS][1] = (const char *) check->key;
    check->len[NGX_PHONE_CHECK_WITNESS][1] = NGX_PHONE_WITNESS_LEN;

    check->word[NGX_PHONE_CHECK_NOTE][NGX_PHONE_CHECK_EVICTED] =
        (const char *) check->evicted;

    check->redis.commands = check->command;
    check->redis.ncommands = NGX_PHONE_CHECKS;
    check->redis.note = check->command[NGX_PHONE_CHECK_NOTE];
}


/* One more field of phone:store. */

static void
ngx_phone_check_ask(ngx_phone_check_t *check, const ngx_str_t *field)
{
    size_t  n;

    n = check->command[NGX_PHONE_CHECK_STORE].argc++;

    check->word[NGX_PHONE_CHECK_STORE][n] = (const char *) field->data;
    check->len[NGX_PHONE_CHECK_STORE][n] = field->len;
}


/* Rounds */

void
ngx_phone_check_start(ngx_phone_check_t *check)
{
    ngx_add_timer(&check->look, 1);
}


void
ngx_phone_check_close(ngx_phone_check_t *check)
{
    if (check->look.timer_set) {
        ngx_del_timer(&check->look);
    }

    ngx_phone_witness_close(check);
}


/* The index of what rounds find; lower ones are those of connections. */

static ngx_uint_t
ngx_phone_check_rounds(ngx_phone_check_t *check)
{
    return ngx_phone_redis_state(check->store->redis)->connections;
}


/*
 * Somebody may set our clock between two rounds: what is decided by it would
 * be wrong for good, a bill that expires, or a lease that is taken from who
 * holds it.
 */

ngx_uint_t
ngx_phone_check_clock(ngx_phone_store_t *store)
{
    phone_env_t        *env;
    ngx_phone_check_t  *check;

    env = store->env;
    check = store->check;

    if (env->clock_off
        || !phone_clock_was_set(check->clock_certain / 1000,
                                check->clock_apart, ngx_phone_clock_apart(),
                                env->settings->clock_bound))
    {
        return env->clock_off;
    }

    env->clock_off = 1;

    ngx_log_error(NGX_LOG_WARN, store->log, 0,
                  "the clock of this host was set by %L ms: nothing is done "
                  "until it is compared with that of redis",
                  ngx_phone_clock_apart() - check->clock_apart);

    if (check->look.timer_set) {
        ngx_add_timer(&check->look, 1);
    }

    return 1;
}


static void
ngx_phone_check_look(ngx_event_t *ev)
{
    ngx_uint_t                     i;
    ngx_phone_check_t             *check;
    ngx_phone_redis_conn_t        *conn;
    const ngx_phone_redis_args_t  *command;

    check = ev->data;

    ngx_add_timer(ev, NGX_PHONE_CHECK_INTERVAL);

    if (check->answers) {
        return;
    }

    conn = ngx_phone_redis_pick(check->store->redis, NGX_PHONE_CHECKS);
    if (conn == NULL) {
        return;
    }

    ngx_phone_check_begin(check, ngx_phone_check_rounds(check));
    check->asked = 0;

    for (i = 0; i < NGX_PHONE_CHECKS; i++) {
        command = &check->redis.commands[i];

        if (ngx_phone_redis_put(conn, command->argc, command->argv,
                                command->argvlen, ngx_phone_check_answer,
                                check)
            == NULL)
        {
            break;
        }

        check->asked++;
        check->answers++;
    }
}


/* Answers come in order; those after a bad one are ignored. */

static void
ngx_phone_check_answer(void *data, redisReply *reply,
    ngx_phone_redis_error_t error)
{
    ngx_str_t                   reason;
    ngx_uint_t                  n;
    ngx_phone_check_t          *check;
    ngx_phone_redis_verdict_t   verdict;

    check = data;
    n = check->asked - check->answers--;

    if (error != NGX_PHONE_REDIS_NONE) {
        return;
    }

    ngx_str_set(&reason, "the check of the server failed");

    verdict = ngx_phone_check_reply(check, ngx_phone_check_rounds(check), n,
                                    reply, &reason);

    if (verdict == NGX_PHONE_REDIS_ACCEPT) {
        return;
    }

    if (verdict == NGX_PHONE_REDIS_NOTE) {
        ngx_str_set(&reason, "it has evicted keys: the next connection notes "
                             "it in the store");
    }

    ngx_phone_redis_give_up(check->store->redis,
                            verdict == NGX_PHONE_REDIS_REJECT
                            ? NGX_PHONE_REDIS_REJECTED
                            : NGX_PHONE_REDIS_CONNECT,
                            &reason);
}


/*
 * The fields named after our secret, the one before it (or ours again) and our
 * platform keys.  A secret has a field of its own each, since hosts that change
 * it are reloaded one after another.
 */

static ngx_int_t
ngx_phone_check_secrets(ngx_phone_check_t *check)
{
    u_char                       *p;
    ngx_str_t                     id;
    ngx_uint_t                    i;
    const phone_env_t            *env;
    const phone_platform_keys_t  *keys;

    env = check->store->env;
    keys = env->platform;

    for (i = 0; i < 2; i++) {
        p = ngx_cpymem(check->secret_text[i], "secret:",
                       sizeof("secret:") - 1);
        (void) ngx_hex_dump(p, (u_char *) env->secret_print[env->has_before
                                                            ? i : 0],
                            PHONE_PRINT_LEN);

        check->secret[i].data = check->secret_text[i];
        check->secret[i].len = NGX_PHONE_SECRET_FIELD;
    }

    for (i = 0; i < keys->n; i++) {
        id = ngx_phone_ngx_str(keys->key[i].key_id);

        p = ngx_pnalloc(check->store->cycle->pool, sizeof("key:") + id.len);
        if (p == NULL) {
            return NGX_ERROR;
        }

        check->platform[i].data = p;
        check->platform[i].len = ngx_sprintf(p, "key:%V", &id) - p;
    }

    return NGX_OK;
}


/* What all hosts must have in common, in this field of the store. */

void
ngx_phone_check_note_own(ngx_phone_check_t *check, const ngx_str_t *field,
    const ngx_str_t *value)
{
    ngx_phone_store_t  *store;

    store = check->store;

    store->n = 0;
    ngx_phone_literal(store, "HSETNX");
    ngx_phone_literal(store, "phone:store");
    ngx_phone_word(store, (const char *) field->data, field->len);
    ngx_phone_word(store, (const char *) value->data, value->len);

    (void) ngx_phone_store_tell(store, ngx_phone_check_own_noted, check);
}


static void
ngx_phone_check_own_noted(void *data, redisReply *reply,
    ngx_phone_redis_error_t error)
{
    ngx_phone_check_t  *check;

    check = data;

    if (error == NGX_PHONE_REDIS_NONE && reply->type != REDIS_REPLY_INTEGER) {
        ngx_log_error(NGX_LOG_ERR, check->store->log, 0,
                      "the store could not note what its hosts have in "
                      "common");
    }
}


/* Questions and answers */

static void
ngx_phone_check_begin(void *data, ngx_uint_t talk)
{
    ngx_phone_check_t  *check;
    ngx_phone_found_t  *found;

    check = data;
    found = &check->found[talk];

    ngx_memzero(found, sizeof(ngx_phone_found_t));

    found->sent = ngx_phone_clock_us();
    ngx_phone_witness_begin(check, found);
}


static ngx_phone_redis_verdict_t
ngx_phone_check_reply(void *data, ngx_uint_t talk, ngx_uint_t n,
    redisReply *reply, ngx_str_t *reason)
{
    ngx_phone_check_t  *check;
    ngx_phone_found_t  *found;

    check = data;
    found = &check->found[talk];

    if (n == NGX_PHONE_CHECKS) {
        return ngx_phone_check_noted(check, reply, reason);
    }

    if (reply->type == REDIS_REPLY_ERROR && n != NGX_PHONE_CHECK_FSYNC) {
        return ngx_phone_check_refuse(check, reason,
                                      "it answers %s with \"%*s\"",
                                      ngx_phone_checks[n][0],
                                      ngx_min((size_t) reply->len, 128),
                                      reply->str);
    }

    if (reply->type != ngx_phone_check_types[n]
        && reply->type != REDIS_REPLY_ERROR
        && reply->type != REDIS_REPLY_NIL)
    {
        ngx_str_set(reason, "unexpected reply to a check");
        return NGX_PHONE_REDIS_RETRY;
    }

    switch (n) {

    case NGX_PHONE_CHECK_TIME:
        return ngx_phone_check_time(check, found, reply, reason);

    case NGX_PHONE_CHECK_INFO:
        return ngx_phone_check_info(check, found, reply, reason);

    case NGX_PHONE_CHECK_FSYNC:
        ngx_phone_check_fsync(check, found, reply);
        return NGX_PHONE_REDIS_ACCEPT;

    case NGX_PHONE_CHECK_WITNESS:
        return ngx_phone_check_witness(found, reply, reason);

    default: /* NGX_PHONE_CHECK_STORE */
        return ngx_phone_check_store(check, found, reply, reason);
    }
}
