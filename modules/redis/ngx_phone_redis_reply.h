/*
 * Replies built by hiredis' parser in memory that is reused: a reply lives
 * until the next one is taken, and costs no malloc while it is small.
 */

#ifndef _NGX_PHONE_REDIS_REPLY_H_INCLUDED_
#define _NGX_PHONE_REDIS_REPLY_H_INCLUDED_


#include "redis/ngx_phone_redis.h"


/* Bytes of a text that says why something failed. */
#define NGX_PHONE_REDIS_REASON  256


typedef struct ngx_phone_redis_parser_s  ngx_phone_redis_parser_t;


/* `max` bounds the bytes of one reply.  NULL: memory is short. */
ngx_phone_redis_parser_t *ngx_phone_redis_parser_create(size_t max,
    ngx_log_t *log);
void ngx_phone_redis_parser_destroy(ngx_phone_redis_parser_t *parser);

/* Adds what was read.  NGX_ERROR: not RESP, or too large. */
ngx_int_t ngx_phone_redis_parser_feed(ngx_phone_redis_parser_t *parser,
    const u_char *data, size_t len);

/*
 * NGX_OK: *reply is valid until the next call; NGX_AGAIN: it is not complete;
 * NGX_ERROR: not RESP, or too large.
 */
ngx_int_t ngx_phone_redis_parser_next(ngx_phone_redis_parser_t *parser,
    redisReply **reply);

/* What was wrong with the bytes; without the bytes. */
const char *ngx_phone_redis_parser_error(ngx_phone_redis_parser_t *parser);

/* An error reply that begins with `code`, say "LOADING". */
ngx_uint_t ngx_phone_redis_is_error(const redisReply *reply, const char *code);

/* The text of an error reply, fit for the log; buf has REASON bytes. */
char *ngx_phone_redis_error_text(const redisReply *reply, u_char *buf);


#endif /* _NGX_PHONE_REDIS_REPLY_H_INCLUDED_ */
