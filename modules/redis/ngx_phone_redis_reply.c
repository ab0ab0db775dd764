#include <ngx_config.h>
#include <ngx_core.h>

#include "redis/ngx_phone_compat.h"
#include "redis/ngx_phone_redis_reply.h"


/* The first block of the reply memory; a reply that fits costs no malloc. */
#define NGX_PHONE_REDIS_REPLY_POOL  (16 * 1024)

/* The memory of a longer reply is freed after it was used. */
#define NGX_PHONE_REDIS_REPLY_KEEP  (64 * 1024)

/*
 * The longest line (status, error, length).  The parser looks for the end of a
 * line from its start again after each read: an endless line costs the square
 * of its length.
 */
#define NGX_PHONE_REDIS_MAX_LINE    (64 * 1024)


struct ngx_phone_redis_parser_s {
    redisReader          *reader;
    ngx_pool_t           *pool;
    ngx_log_t            *log;
    size_t                max;
    size_t                used;       /* of this reply */
    const char           *error;
};


static void *ngx_phone_redis_alloc(ngx_phone_redis_parser_t *parser,
    size_t size);
static redisReply *ngx_phone_redis_reply(const redisReadTask *task);
static void *ngx_phone_redis_create_string(const redisReadTask *task,
    char *str, size_t len);
static void *ngx_phone_redis_create_array(const redisReadTask *task,
    ngx_phone_redis_elements_t n);
static void *ngx_phone_redis_create_integer(const redisReadTask *task,
    long long value);
static void *ngx_phone_redis_create_nil(const redisReadTask *task);
static void ngx_phone_redis_free_object(void *obj);
static ngx_int_t ngx_phone_redis_parser_release(
    ngx_phone_redis_parser_t *parser);


/* hiredis takes it without const, and does not write to it */

static redisReplyObjectFunctions  ngx_phone_redis_functions = {
    .createString = ngx_phone_redis_create_string,
    .createArray = ngx_phone_redis_create_array,
    .createInteger = ngx_phone_redis_create_integer,
    .createNil = ngx_phone_redis_create_nil,
    NGX_PHONE_REDIS_RESP3_CONSTRUCTORS
    .freeObject = ngx_phone_redis_free_object
};


static const char *const  ngx_phone_redis_error_names[] = {
    "none",
    "no connection",
    "connection lost",
    "timed out",
    "protocol error",
    "loading",
    "rejected",
    "shutdown"
};


ngx_phone_redis_parser_t *
ngx_phone_redis_parser_create(size_t max, ngx_log_t *log)
{
    ngx_phone_redis_parser_t  *parser;

    parser = ngx_calloc(sizeof(ngx_phone_redis_parser_t), log);
    if (parser == NULL) {
        return NULL;
    }

    parser->max = max;
    parser->log = log;

    parser->pool = ngx_create_pool(NGX_PHONE_REDIS_REPLY_POOL, log);
    if (parser->pool == NULL) {
        ngx_free(parser);
        return NULL;
    }

    parser->reader = redisReaderCreateWithFunctions(
                                                  &ngx_phone_redis_functions);
    if (parser->reader == NULL) {
        ngx_destroy_pool(parser->pool);
        ngx_free(parser);
        return NULL;
    }

    parser->reader->privdata = parser;

    return parser;
}


void
ngx_phone_redis_parser_destroy(ngx_phone_redis_parser_t *parser)
{
    redisReaderFree(parser->reader);

    if (parser->pool) {
        ngx_destroy_pool(parser->pool);
    }

    ngx_free(parser);
}


ngx_int_t
ngx_phone_redis_parser_feed(ngx_phone_redis_parser_t *parser,
    const u_char *data, size_t len)
{
    size_t        waiting;
    redisReader  *reader;

    reader = parser->reader;

    if (redisReaderFeed(reader, (const char *) data, len) != REDIS_OK) {
        parser->error = "memory is short";
        return NGX_ERROR;
    }

    waiting = reader->len - reader->pos;

    if (waiting > parser->max) {
        parser->error = "a reply is too large";
        return NGX_ERROR;
    }

    if (waiting > NGX_PHONE_REDIS_MAX_LINE
        && ngx_strlchr((u_char *) reader->buf + reader->pos,
                       (u_char *) reader->buf + reader->pos
                       + NGX_PHONE_REDIS_MAX_LINE, LF)
           == NULL)
    {
        parser->error = "a line is too long";
        return NGX_ERROR;
    }

    return NGX_OK;
}


ngx_int_t
ngx_phone_redis_parser_next(ngx_phone_redis_parser_t *parser,
    redisReply **reply)
{
    void  *obj;

    /* a new reply begins: the previous one is not used any more */

    if (parser->reader->ridx == -1
        && ngx_phone_redis_parser_release(parser) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (redisReaderGetReply(parser->reader, &obj) != REDIS_OK) {
        if (parser->error == NULL) {
            parser->error = "not a reply of the protocol";
        }

        return NGX_ERROR;
    }

    *reply = obj;

    return (obj == NULL) ? NGX_AGAIN : NGX_OK;
}


const char *
ngx_phone_redis_parser_error(ngx_phone_redis_parser_t *parser)
{
    return parser->error;
}


ngx_uint_t
ngx_phone_redis_is_error(const redisReply *reply, const char *code)
{
    size_t  len;

    if (reply->type != REDIS_REPLY_ERROR) {
        return 0;
    }

    len = ngx_strlen(code);

    return reply->len >= len && ngx_memcmp(reply->str, code, len) == 0;
}


char *
ngx_phone_redis_error_text(const redisReply *reply, u_char *buf)
{
    size_t  i, len;

    len = ngx_min(reply->len, NGX_PHONE_REDIS_REASON / 2);

    for (i = 0; i < len; i++) {
        buf[i] = (u_char) reply->str[i];

        if (buf[i] < 0x20 || buf[i] > 0x7e) {
            buf[i] = '?';
        }
    }

    buf[len] = '\0';

    return (char *) buf;
}


const char *
ngx_phone_redis_error_name(ngx_phone_redis_error_t error)
{
    return ngx_phone_redis_error_names[error];
}


static ngx_int_t
ngx_phone_redis_parser_release(ngx_phone_redis_parser_t *parser)
{
    if (parser->used == 0) {
        return NGX_OK;
    }

    if (parser->used <= NGX_PHONE_REDIS_REPLY_KEEP) {
        parser->used = 0;
        ngx_reset_pool(parser->pool);
        return NGX_OK;
    }

    /* a reset keeps every block of the chain */

    parser->used = 0;
    ngx_destroy_pool(parser->pool);

    parser->pool = ngx_create_pool(NGX_PHONE_REDIS_REPLY_POOL, parser->log);
    if (parser->pool == NULL) {
        parser->error = "memory is short";
        return NGX_ERROR;
    }

    return NGX_OK;
}


static void *
ngx_phone_redis_alloc(ngx_phone_redis_parser_t *parser, size_t size)
{
    if (size > parser->max - parser->used) {
        parser->error = "a reply is too large";
        return NULL;
    }

    parser->used += size;

    return ngx_palloc(parser->pool, size);
}


/* Elements were allocated with their array. */

static redisReply *
ngx_phone_redis_reply(const redisReadTask *task)
{
    redisReply  *reply, *array;

    if (task->parent) {
        array = task->parent->obj;
        reply = array->element[task->idx];

    } else {
        reply = ngx_phone_redis_alloc(task->privdata, sizeof(redisReply));
        if (reply == NULL) {
            return NULL;
        }

        ngx_memzero(reply, sizeof(redisReply));
    }

    reply->type = task->type;

    return reply;
}


static void *
ngx_phone_redis_create_string(const redisReadTask *task, char *str, size_t len)
{
    redisReply  *reply;

    if (task->type != REDIS_REPLY_STRING
        && task->type != REDIS_REPLY_STATUS
        && task->type != REDIS_REPLY_ERROR)
    {
        return NULL;
    }

    reply = ngx_phone_redis_reply(task);
    if (reply == NULL) {
        return NULL;
    }

    /* the parser's own buffer moves with the next read: copy */

    reply->str = ngx_phone_redis_alloc(task->privdata, len + 1);
    if (reply->str == NULL) {
        return NULL;
    }

    ngx_memcpy(reply->str, str, len);
    reply->str[len] = '\0';
    reply->len = len;

    return reply;
}


static void *
ngx_phone_redis_create_array(const redisReadTask *task,
    ngx_phone_redis_elements_t n)
{
    size_t                     i, size;
    redisReply                *reply, *element;
    ngx_phone_redis_parser_t  *parser;

    parser = task->privdata;

    if (task->type != REDIS_REPLY_ARRAY) {
        return NULL;
    }

    reply = ngx_phone_redis_reply(task);
    if (reply == NULL || n == 0) {
        return reply;
    }

    size = sizeof(redisReply *) + sizeof(redisReply);

    if ((size_t) n > parser->max / size) {
        parser->error = "a reply is too large";
        return NULL;
    }

    element = ngx_phone_redis_alloc(parser, n * size);
    if (element == NULL) {
        return NULL;
    }

    ngx_memzero(element, n * sizeof(redisReply));

    reply->elements = n;
    reply->element = (redisReply **) (element + n);

    for (i = 0; i < reply->elements; i++) {
        reply->element[i] = element + i;
    }

    return reply;
}


static void *
ngx_phone_redis_create_integer(const redisReadTask *task, long long value)
{
    redisReply  *reply;

    if (task->type != REDIS_REPLY_INTEGER) {
        return NULL;
    }

    reply = ngx_phone_redis_reply(task);
    if (reply == NULL) {
        return NULL;
    }

    reply->integer = value;

    return reply;
}


static void *
ngx_phone_redis_create_nil(const redisReadTask *task)
{
    redisReply  *reply;

    reply = ngx_phone_redis_reply(task);
    if (reply == NULL) {
        return NULL;
    }

    reply->type = REDIS_REPLY_NIL;

    return reply;
}


/* The memory is freed as a whole when the next reply begins. */

static void
ngx_phone_redis_free_object(void *obj)
{
    (void) obj;
}
