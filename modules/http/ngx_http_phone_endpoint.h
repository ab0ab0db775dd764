
/*
 * What all capabilities share over HTTP: the content handler of locations with
 * phone endpoints, how a request becomes a call, and how a reply is sent.
 */


#ifndef _NGX_HTTP_PHONE_ENDPOINT_H_INCLUDED_
#define _NGX_HTTP_PHONE_ENDPOINT_H_INCLUDED_


#include "http/ngx_http_phone.h"
#include "run/ngx_phone_runner.h"


#define NGX_HTTP_PHONE_METHODS  4


typedef struct {
    ngx_http_handler_pt      handler;        /* NULL: no phone directive */
    const char              *capability;     /* for phone_route(); NULL: no
                                                phone endpoints */
    ngx_str_t                own;            /* its paths' own prefix, and */
    ngx_str_t                prefix;         /* what stands for it here */

    /* of an exact location; by method, see ngx_http_phone_methods */
    const phone_endpoint_t  *endpoint[NGX_HTTP_PHONE_METHODS];
    unsigned                 exact:1;

    size_t                   body_max;
    ngx_flag_t               cookie_secure;
} ngx_http_phone_loc_conf_t;


/* GET, POST, PUT, DELETE */
extern const phone_str_t  ngx_http_phone_methods[NGX_HTTP_PHONE_METHODS];


/* Sets the location's content handler; returns the error text of a setter. */
char *ngx_http_phone_set_handler(ngx_conf_t *cf, ngx_http_handler_pt handler);

/*
 * The setter of a capability's directive: sets the location's content handler.
 * The optional argument is the prefix used in this configuration instead of the
 * one in the API reference.
 */
char *ngx_http_phone_endpoint_set(ngx_conf_t *cf, const char *capability,
    const char *own);


/* ngx_http_phone_admit.c */

/* Checks the token of an operator or a gateway, or the origin of a browser's
   call.  NGX_OK, or NGX_DECLINED and *refusal is set. */
ngx_int_t ngx_http_phone_admit(ngx_http_request_t *r,
    const phone_endpoint_t *endpoint, phone_refusal_t *refusal);

/* Overwrites the argument "token" in all that logs and variables show. */
void ngx_http_phone_hide_tokens(ngx_http_request_t *r);

/* *value is NULL where there is no such header.  NGX_DECLINED: there are more
   than one, and others may go by another one than we. */
ngx_int_t ngx_http_phone_header(ngx_http_request_t *r, const char *lowcase,
    size_t len, ngx_str_t **value);


/* ngx_http_phone_request.c: reading a request */

/*
 * A run for the request, with the client's address and, where the endpoint
 * wants one, its cookies.  NULL: refuse with PHONE_BUSY.
 */
ngx_phone_run_t *ngx_http_phone_run_create(ngx_http_request_t *r,
    const phone_endpoint_t *endpoint);

/* Before the body is read.  0: refuse it with PHONE_LOGIN_REQUIRED. */
ngx_uint_t ngx_http_phone_may_enter(ngx_http_request_t *r,
    const phone_endpoint_t *endpoint);

/* The query string and, when with_body, the body that was read.  NGX_DECLINED:
   the run has failed, its reply says why. */
ngx_int_t ngx_http_phone_read_fields(ngx_http_request_t *r,
    ngx_phone_run_t *run, ngx_uint_t with_body);

/* The media type of the body. */
typedef enum {
    NGX_HTTP_PHONE_BODY_OTHER = 0,
    NGX_HTTP_PHONE_BODY_FORM,
    NGX_HTTP_PHONE_BODY_JSON,
    NGX_HTTP_PHONE_BODY_MULTIPART
} ngx_http_phone_body_e;

ngx_http_phone_body_e ngx_http_phone_body_type(ngx_http_request_t *r);

/* Neither a form nor JSON: 1 when there is a type. */
ngx_uint_t ngx_http_phone_is_upload(ngx_http_request_t *r);

/* NGX_ERROR, which is logged: another location has read the body, a part at a
   time, before it has failed, and what is there is not all of it. */
ngx_int_t ngx_http_phone_body_whole(ngx_http_request_t *r);

/* The body, which is whole, copied.  NGX_DECLINED: it is in a temporary file,
   or longer than max; NGX_ERROR: memory is short. */
ngx_int_t ngx_http_phone_body(ngx_http_request_t *r, phone_arena_t *arena,
    size_t max, phone_str_t *text);


/* ngx_http_phone_blob.c: files that come with calls, and blobs */

/* NGX_OK: the body will be read to a file.  NGX_DECLINED: refuse it. */
ngx_int_t ngx_http_phone_upload_begin(ngx_http_request_t *r,
    const phone_param_t *param, phone_refusal_t *refusal);

/* Hands the body to the call.  NGX_DECLINED: the run has failed. */
ngx_int_t ngx_http_phone_upload_take(ngx_http_request_t *r,
    ngx_phone_run_t *run);

/* NGX_DECLINED: there is no such file. */
ngx_int_t ngx_http_phone_open_blob(ngx_http_request_t *r,
    const phone_reply_t *reply, ngx_buf_t **buf);
ngx_int_t ngx_http_phone_add_etag(ngx_http_request_t *r, phone_str_t sha256);


/* ngx_http_phone_reply.c: sending a reply; these return the status that
   finalizes r */

ngx_int_t ngx_http_phone_send(ngx_http_request_t *r, phone_call_t *call);

/* A refusal without a call, of an endpoint or (NULL) of none; the body, if
   any, is discarded. */
ngx_int_t ngx_http_phone_refuse(ngx_http_request_t *r,
    const phone_endpoint_t *endpoint, phone_refusal_t refusal);
ngx_buf_t *ngx_http_phone_replace(ngx_http_request_t *r,
    phone_refusal_t refusal);

/* Before a refusal is sent.  NGX_OK, or a status. */
ngx_int_t ngx_http_phone_discard_body(ngx_http_request_t *r);

/* Answers a method that a location does not take: the Allow header has those
   that it takes.  OPTIONS is 204, others are 405. */
ngx_int_t ngx_http_phone_allow(ngx_http_request_t *r,
    const phone_endpoint_t *endpoint, ngx_str_t *methods);

/* Whether "error_page" is configured for a status that a handler returns. */
ngx_uint_t ngx_http_phone_has_error_page(ngx_http_request_t *r,
    ngx_int_t status);

/* The headers of all replies, and Retry-After. */
ngx_int_t ngx_http_phone_add_headers(ngx_http_request_t *r,
    const phone_reply_t *reply);

ngx_int_t ngx_http_phone_add_header(ngx_http_request_t *r, ngx_str_t *name,
    ngx_str_t *value);

ngx_int_t ngx_http_phone_ask_for_token(ngx_http_request_t *r);

/* Cookies have the prefix "__Host-" on connections with TLS. */
#define NGX_HTTP_PHONE_COOKIE_NAME  32

ngx_uint_t ngx_http_phone_is_secure(ngx_http_request_t *r);
ngx_str_t ngx_http_phone_cookie_name(ngx_http_request_t *r,
    phone_cookie_t which, u_char buf[NGX_HTTP_PHONE_COOKIE_NAME]);


/* ngx_http_phone_request_id.c: the id of the call that answers a request */

ngx_int_t ngx_http_phone_add_request_id(ngx_conf_t *cf);
void ngx_http_phone_keep_request_id(ngx_http_request_t *r, phone_call_t *call);

/* Logs a reply with a status of 500 or more. */
void ngx_http_phone_log_failure(ngx_http_request_t *r, phone_call_t *call);


#endif /* _NGX_HTTP_PHONE_ENDPOINT_H_INCLUDED_ */
