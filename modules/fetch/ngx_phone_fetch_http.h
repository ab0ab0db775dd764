
/*
 * The HTTP/1.1 client of the fetch server: formats a request, and parses a
 * reply incrementally and within fixed limits.
 */


#ifndef _NGX_PHONE_FETCH_HTTP_H_INCLUDED_
#define _NGX_PHONE_FETCH_HTTP_H_INCLUDED_


#include "fetch/ngx_phone_fetch.h"


#define NGX_PHONE_FETCH_HEAD_MAX    8192     /* bytes of status and headers */
#define NGX_PHONE_FETCH_BODY_KEPT   4096
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


/* A new reply is zeroed memory. */

typedef struct {
    ngx_phone_fetch_reply_state_e  state;
    ngx_uint_t               status;
    ngx_uint_t               refresh;        /* 1: it sends on elsewhere */
    off_t                    left;
    ngx_uint_t               digits;         /* of a chunk's size */

    /* the last Phone-Fetch-Result header; see ngx_http_phone_fetch_module.c */
    size_t                   result_len;
    u_char                   result[NGX_PHONE_FETCH_RESULT_MAX];

    size_t                   head_len;
    size_t                   body_len;
    u_char                   head[NGX_PHONE_FETCH_HEAD_MAX];
    u_char                   body[NGX_PHONE_FETCH_BODY_KEPT];
} ngx_phone_fetch_reply_t;


/*
 * Formats a POST of form to url at the chosen address.  Our headers come last:
 * the fetch server removes them from the end of the list.  phone_url_parse()
 * allows no control characters in a URL.  NULL: memory is short.
 */
ngx_buf_t *ngx_phone_fetch_request(ngx_pool_t *pool,
    const ngx_phone_fetch_conf_t *conf, const phone_url_t *url,
    const struct sockaddr *sockaddr, socklen_t socklen, phone_str_t form,
    ngx_msec_t left);

/*
 * NGX_OK: the reply is complete, or the body is longer than what is kept.
 * NGX_AGAIN: the reply is not complete.  NGX_ERROR: it is invalid.  A len of 0:
 * the connection was closed.
 */
ngx_int_t ngx_phone_fetch_reply_read(ngx_phone_fetch_reply_t *reply,
    u_char *p, size_t len);


#endif /* _NGX_PHONE_FETCH_HTTP_H_INCLUDED_ */
