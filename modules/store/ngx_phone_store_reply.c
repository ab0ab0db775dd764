
/*
 * The boundary between Redis and the core: a reply is checked here and only
 * here, and becomes values in the memory of the call.
 */


#include "store/ngx_phone_store_words.h"


static ngx_int_t ngx_phone_take_record(phone_arena_t *arena,
    phone_record_t *record, redisReply *reply);
static ngx_int_t ngx_phone_take_index(phone_arena_t *arena,
    phone_ask_index_t *ask, redisReply *reply);
static ngx_int_t ngx_phone_take_number(redisReply *reply, int64_t *number);
static ngx_int_t ngx_phone_take_scores(phone_arena_t *arena,
    phone_ask_scores_t *ask, redisReply *reply);
static ngx_int_t ngx_phone_take_log(phone_arena_t *arena,
    phone_ask_log_t *ask, redisReply *reply);
static ngx_int_t ngx_phone_take_value(phone_arena_t *arena, redisReply *reply,
    phone_str_t *value);
static ngx_int_t ngx_phone_take_fields(phone_arena_t *arena,
    phone_hash_t *hash, redisReply *reply);
static ngx_int_t ngx_phone_take_count(phone_ask_count_t *ask,
    redisReply *reply);
static ngx_int_t ngx_phone_take_text(phone_arena_t *arena, redisReply *reply,
    phone_str_t *text);


/* Indexed by phone_ask_kind_t; for log lines. */
static const char  *const ngx_phone_read_commands[] = {
    "HMGET", "ZREVRANGEBYSCORE", "LRANGE", "GET", "HGETALL",
    "BITFIELD", "ZCOUNT", "LLEN", "ZMSCORE", "HGET"
};


/*
 * Errors which mean that nothing was done: the server cannot write, or not now,
 * or not here.  The script is refused as a whole.
 */
static const char  *const ngx_phone_store_refusals[] = {
    "OOM ", "READONLY ", "LOADING ", "MISCONF ", "NOREPLICAS ", "MASTERDOWN ",
    "BUSY ", "NOAUTH ", "CLUSTERDOWN ", "MOVED ", "ASK ", "TRYAGAIN ",
    "UNKILLABLE ", "NOPERM ", "ERR The user executing the script ", NULL
};


ngx_int_t
ngx_phone_store_take(phone_arena_t *arena, phone_ask_t *ask,
    redisReply *reply, ngx_log_t *log)
{
    ngx_int_t  rc;

    switch (ask->kind) {

    case PHONE_ASK_RECORD:
        rc = ngx_phone_take_record(arena, (phone_record_t *) ask, reply);
        break;

    case PHONE_ASK_INDEX:
        rc = ngx_phone_take_index(arena, (phone_ask_index_t *) ask, reply);
        break;

    case PHONE_ASK_LOG:
        rc = ngx_phone_take_log(arena, (phone_ask_log_t *) ask, reply);
        break;

    case PHONE_ASK_SIZE:
        rc = ngx_phone_take_number(reply, &((phone_ask_size_t *) ask)->size);
        break;

    case PHONE_ASK_LENGTH:
        rc = ngx_phone_take_number(reply,
                                   &((phone_ask_length_t *) ask)->length);
        break;

    case PHONE_ASK_SCORES:
        rc = ngx_phone_take_scores(arena, (phone_ask_scores_t *) ask, reply);
        break;

    case PHONE_ASK_CLAIM:
        rc = ngx_phone_take_value(arena, reply,
                                  &((phone_ask_claim_t *) ask)->value);
        break;

    case PHONE_ASK_FIELD:
        rc = ngx_phone_take_value(arena, reply,
                                  &((phone_ask_field_t *) ask)->value);
        break;

    case PHONE_ASK_COUNT:
        rc = ngx_phone_take_count((phone_ask_count_t *) ask, reply);
        break;

    default: /* PHONE_ASK_HASH */
        rc = ngx_phone_take_fields(arena, &((phone_ask_hash_t *) ask)->hash,
                                   reply);
        break;
    }

    if (rc == NGX_DECLINED) {
        ngx_log_error(NGX_LOG_ERR, log, 0,
                      "unexpected reply of redis to %s, type %d",
                      ngx_phone_read_commands[ask->kind], reply->type);
    }

    return rc;
}


/* A field that is not there has no data; one that is empty has. */

static ngx_int_t
ngx_phone_take_record(phone_arena_t *arena, phone_record_t *record,
    redisReply *reply)
{
    char         *p;
    size_t        len;
    unsigned      i;
    ngx_uint_t    n;
    redisReply   *value;

    if (reply->type != REDIS_REPLY_ARRAY) {
        return NGX_DECLINED;
    }

    len = 1;

    for (n = 0; n < (ngx_uint_t) reply->elements; n++) {
        value = reply->element[n];

        if (value->type == REDIS_REPLY_STRING) {
            len += value->len;

        } else if (value->type != REDIS_REPLY_NIL) {
            return NGX_DECLINED;
        }
    }

    p = phone_alloc_raw(arena, len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    n = 0;

    for (i = 0; i < record->type->nfields; i++) {
        if (!(record->mask & PHONE_F(i))) {
            continue;
        }

        if (n == (ngx_uint_t) reply->elements) {
            return NGX_DECLINED;
        }

        value = reply->element[n++];

        if (value->type == REDIS_REPLY_NIL) {
            record->value[i].len = 0;
            record->value[i].data = NULL;
            continue;
        }

        record->value[i].len = value->len;
        record->value[i].data = p;
        p = (char *) ngx_cpymem(p, value->str, value->len);
    }

    return n == (ngx_uint_t) reply->elements ? NGX_OK : NGX_DECLINED;
}


static ngx_int_t
ngx_phone_take_index(phone_arena_t *arena, phone_ask_index_t *ask,
    redisReply *reply)
{
    ngx_int_t       rc;
    ngx_uint_t      i, n;
    phone_entry_t  *entry;

    if (reply->type != REDIS_REPLY_ARRAY || reply->elements % 2) {
        return NGX_DECLINED;
    }

    n = reply->elements / 2;

    if (n > ask->limit) {
        return NGX_DECLINED;
    }

    entry = phone_alloc(arena, n * sizeof(phone_entry_t));
    if (entry == NULL) {
        return NGX_ERROR;
    }

    rc = NGX_OK;

    for (i = 0; rc == NGX_OK && i < n; i++) {
        rc = ngx_phone_take_text(arena, reply->element[2 * i],
                                 &entry[i].member);

        if (rc == NGX_OK) {
            rc = ngx_phone_store_score(reply->element[2 * i + 1],
                                       &entry[i].score);
        }
    }

    ask->list.entry = entry;
    ask->list.n = (unsigned) n;

    return rc;
}


static ngx_int_t
ngx_phone_take_number(redisReply *reply, int64_t *number)
{
    if (reply->type != REDIS_REPLY_INTEGER || reply->integer < 0) {
        return NGX_DECLINED;
    }

    *number = reply->integer;

    return NGX_OK;
}


static ngx_int_t
ngx_phone_take_scores(phone_arena_t *arena, phone_ask_scores_t *ask,
    redisReply *reply)
{
    int64_t     *score;
    ngx_uint_t   i, n;

    n = ask->of.n;

    if (reply->type != REDIS_REPLY_ARRAY || reply->elements != n) {
        return NGX_DECLINED;
    }

    score = phone_alloc(arena, n * sizeof(int64_t));
    if (score == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {
        if (reply->element[i]->type == REDIS_REPLY_NIL) {
            score[i] = -1;

        } else if (ngx_phone_store_score(reply->element[i], &score[i])
                   != NGX_OK)
        {
            return NGX_DECLINED;
        }
    }

    ask->scores.score = score;
    ask->scores.n = (unsigned) n;

    return NGX_OK;
}


static ngx_int_t
ngx_phone_take_log(phone_arena_t *arena, phone_ask_log_t *ask,
    redisReply *reply)
{
    ngx_int_t     rc;
    ngx_uint_t    i, n;
    phone_str_t  *entry;

    if (reply->type != REDIS_REPLY_ARRAY) {
        return NGX_DECLINED;
    }

    n = reply->elements;

    if (n > ask->limit) {
        return NGX_DECLINED;
    }

    entry = phone_alloc(arena, n * sizeof(phone_str_t));
    if (entry == NULL) {
        return NGX_ERROR;
    }

    rc = NGX_OK;

    for (i = 0; rc == NGX_OK && i < n; i++) {
        rc = ngx_phone_take_text(arena, reply->element[i], &entry[i]);
    }

    ask->log.entry = entry;
    ask->log.n = (unsigned) n;

    return rc;
}


static ngx_int_t
ngx_phone_take_value(phone_arena_t *arena, redisReply *reply,
    phone_str_t *value)
{
    if (reply->type == REDIS_REPLY_NIL) {
        *value = PHONE_EMPTY;
        return NGX_OK;
    }

    return ngx_phone_take_text(arena, reply, value);
}


/* Names and values in turn. */

static ngx_int_t
ngx_phone_take_fields(phone_arena_t *arena, phone_hash_t *hash,
    redisReply *reply)
{
    ngx_int_t       rc;
    ngx_uint_t      i, n;
    phone_field_t  *field;

    if (reply->type != REDIS_REPLY_ARRAY || reply->elements % 2) {
        return NGX_DECLINED;
    }

    n = reply->elements / 2;

    field = phone_alloc(arena, n * sizeof(phone_field_t));
    if (field == NULL) {
        return NGX_ERROR;
    }

    rc = NGX_OK;

    for (i = 0; rc == NGX_OK && i < n; i++) {
        rc = ngx_phone_take_text(arena, reply->element[2 * i],
                                 &field[i].name);

        if (rc == NGX_OK) {
            rc = ngx_phone_take_text(arena, reply->element[2 * i + 1],
                                     &field[i].value);
        }
    }

    hash->field = field;
    hash->n = (unsigned) n;

    return rc;
}


static ngx_int_t
ngx_phone_take_count(phone_ask_count_t *ask, redisReply *reply)
{
    ngx_uint_t   i;
    redisReply  *cell;

    if (reply->type != REDIS_REPLY_ARRAY
        || reply->elements != PHONE_SKETCH_ROWS)
    {
        return NGX_DECLINED;
    }

    for (i = 0; i < PHONE_SKETCH_ROWS; i++) {
        cell = reply->element[i];

        if (cell->type != REDIS_REPLY_INTEGER || cell->integer < 0) {
            return NGX_DECLINED;
        }

        if (i == 0 || cell->integer < ask->count) {
            ask->count = cell->integer;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_phone_take_text(phone_arena_t *arena, redisReply *reply,
    phone_str_t *text)
{
    if (reply->type != REDIS_REPLY_STRING) {
        return NGX_DECLINED;
    }

    *text = phone_copy(arena, (phone_str_t) { reply->len, reply->str });

    return arena->failed ? NGX_ERROR : NGX_OK;
}


/* Scores are times in milliseconds: Redis writes them without an exponent. */

ngx_int_t
ngx_phone_store_score(redisReply *reply, int64_t *score)
{
    if (reply->type != REDIS_REPLY_STRING
        || phone_parse_int((phone_str_t) { reply->len, reply->str }, score)
           != 0)
    {
        return NGX_DECLINED;
    }

    return NGX_OK;
}


ngx_phone_outcome_t
ngx_phone_store_error(ngx_phone_store_t *store, redisReply *reply,
    const char *command, phone_str_t key)
{
    size_t       len;
    ngx_uint_t   i, right;
    const char  *code;

    for (i = 0; ngx_phone_store_refusals[i]; i++) {
        code = ngx_phone_store_refusals[i];
        len = ngx_strlen(code);

        if ((size_t) reply->len < len
            || ngx_strncmp(reply->str, code, len) != 0)
        {
            continue;
        }

        /* all calls fail in the same way: one line a second is enough */

        if (store->refusal_logged != ngx_time()) {
            store->refusal_logged = ngx_time();
            right = code[0] == 'E' || ngx_strcmp(code, "NOPERM ") == 0;

            ngx_log_error((right ? NGX_LOG_CRIT : NGX_LOG_ERR), store->log, 0,
                          "redis refused a %s: \"%*s\"%s", command,
                          (size_t) reply->len, reply->str,
                          right ? ": grant its user the rights that "
                                  "docs/operations.md names" : "");
        }

        if (ngx_strcmp(command, "commit") == 0) {
            store->refused.data = store->refusal;
            store->refused.len = ngx_min((size_t) reply->len,
                                         NGX_PHONE_STORE_REFUSAL);
            ngx_memcpy(store->refusal, reply->str, store->refused.len);
            store->refused_at = ngx_time();
        }

        return NGX_PHONE_REFUSED;
    }

    /* a script that was stopped is not rolled back */

    ngx_log_error(NGX_LOG_CRIT, store->log, 0,
                  "redis failed a %s%s%*s: \"%*s\"", command,
                  key.len ? " of " : "", key.len, key.data,
                  (size_t) reply->len, reply->str);

    return NGX_PHONE_BROKEN;
}
