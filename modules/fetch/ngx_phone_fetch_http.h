
/*
 * The HTTP/1.1 client of the fetch server: formats a request, and parses a
 * reply incrementally and within fixed limits.
 */


#ifndef _NGX_PHONE_FETCH_HTTP_H_INCLUDED_
#define _NGX_PHONE_FETCH_HTTP_H_INCLUDED_


#include "fetch/ngx_phone_fetch.h"


#define NGX_PHONE_FETCH_HEAD_MAX    8192     /* bytes of status and headers */
#define NGX_PHONE_FETCH_RESULT_MAX  16


typedef enum {
    NGX_PHONE_FETCH_HEAD = 0,
    NGX_PHONE_FETCH_LENGTH,          /* the body ends after `left` bytes */
    NGX_PHONE_FETCH_CLOSE,           /* the body ends with the connection */
    NGX_PHONE_FETCH_CHUNK_SIZE,
    NGX_PHONE_FETCH_CHUNK_LINE,      /* the rest of the size's line */
    NGX_PHONE_FETCH_CHUNK_DATA,
    NGX_PHONE_FETCH_CHUNK_END,       /* the line end after the data */
    NGX_PHONE_FETCH_TRAILER,         /* at the start of a line */
    NGX_PHONE_FETCH_TRAILER_LINE,
    NGX_PHONE_FETCH_COMPLETE
} ngx_phone_fetch_reply_state_e;


/* A new reply is zeroed memory, but for body, which has room for largest. */

typedef struct {
    ngx_phone_fetch_reply_state_e  state;
    ngx_uint_t               status;
    ngx_uint_t               refresh;        /* 1: it sends on elsewhere */
    ngx_uint_t               large;          /* 1: its body is too large */
    off_t                    left;
    ngx_uint_t               digits;         /* of a chunk's size */

    /* the last Phone-Fetch-Result header; see ngx_http_phone_fetch_module.c */
    size_t                   result_len;
    u_char                   result[NGX_PHONE_FETCH_RESULT_MAX];

    size_t                   head_len;
    size_t                   body_len;
    size_t                   largest;
    u_char                  *body;
    u_char                   head[NGX_PHONE_FETCH_HEAD_MAX];
} ngx_phone_fetch_reply_t;


/* What the fetch server is told beside the call itself. */

typedef struct {
    ngx_str_t               *location;
    ngx_str_t               *host;           /* empty without a URL */
    ngx_str_t               *target;         /* the same */
    int64_t                  until;          /* ms: too late to send */
} ngx_phone_fetch_head_t;


/* The URL with the chosen address instead of its host.  NGX_ERROR: memory is
   short. */
ngx_int_t ngx_phone_fetch_target(ngx_pool_t *pool, const phone_url_t *url,
    const struct sockaddr *sockaddr, socklen_t socklen, ngx_str_t *target);

/*
 * Formats the request.  Our headers come last: the fetch server removes them
 * from the end of the list.  Neither a URL (phone_url_parse()) nor the value of
 * a header (phone_ask_fetch()) has control characters.  NULL: memory is short.
 */
ngx_buf_t *ngx_phone_fetch_request(ngx_pool_t *pool,
    const ngx_phone_fetch_conf_t *conf, const phone_ask_fetch_t *ask,
    const ngx_phone_fetch_head_t *head);

/*
 * NGX_OK: the reply is complete, or its body is too large.
 * NGX_AGAIN: the reply is not complete.  NGX_ERROR: it is invalid.  A len of 0:
 * the connection was closed.
 */
ngx_int_t ngx_phone_fetch_reply_read(ngx_phone_fetch_reply_t *reply,
    u_char *p, size_t len);


#endif /* _NGX_PHONE_FETCH_HTTP_H_INCLUDED_ */
