
/*
 * HTTP/1.1 to the fetch server: the request, and a reply that is read piece by
 * piece within fixed bounds.
 */


#ifndef _NGX_PHONE_FETCH_HTTP_H_INCLUDED_
#define _NGX_PHONE_FETCH_HTTP_H_INCLUDED_


#include "ngx_phone_fetch.h"


#define NGX_PHONE_FETCH_HEAD_MAX    8192     /* bytes of status and headers */
#define NGX_PHONE_FETCH_BODY_KEPT   4096
#define NGX_PHONE_FETCH_RESULT_MAX  16


typedef enum {
    NGX_PHONE_FETCH_HEAD = 0,
    NGX_PHONE_FETCH_LENGTH,          /* the body ends after `left` bytes */
    NGX_PHONE_FETCH_CLOSE,           /* it ends with the connection */
    NGX_PHONE_FETCH_CHUNK_SIZE,
    NGX_PHONE_FETCH_CHUNK_LINE,      /* the rest of the size's line */
    NGX_PHONE_FETCH_CHUNK_DATA,
    NGX_PHONE_FETCH_CHUNK_END,       /* the line end behind the data */
    NGX_PHONE_FETCH_TRAILER,         /* at the start of a line */
    NGX_PHONE_FETCH_TRAILER_LINE,
    NGX_PHONE_FETCH_COMPLETE
} ngx_phone_fetch_reply_state_e;


/* Zeroed memory is a reply of which nothing has come. */

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
 * Posts form to url at the pinned address.  The headers of ours come last: the
 * fetch server takes them off the end.  Nothing of a URL can break out of its
 * line, see phone_url_parse().  NULL: memory is short.
 */
ngx_buf_t *ngx_phone_fetch_request(ngx_pool_t *pool,
    const ngx_phone_fetch_conf_t *conf, const phone_url_t *url,
    const struct sockaddr *sockaddr, socklen_t socklen, phone_str_t form,
    ngx_msec_t left);

/*
 * NGX_OK: the reply is complete, or its body is longer than what is kept and
 * the rest does not matter.  NGX_AGAIN: more has to come.  NGX_ERROR: this is
 * no reply.  A len of 0 says that the connection has ended.
 */
ngx_int_t ngx_phone_fetch_reply_read(ngx_phone_fetch_reply_t *reply,
    u_char *p, size_t len);


#endif /* _NGX_PHONE_FETCH_HTTP_H_INCLUDED_ */
