
/*
 * Live events over HTTP: declarations shared by its files.  Functions that
 * return a status leave it to the caller to finalize the request; NGX_DONE: the
 * request goes on.
 */


#ifndef _NGX_HTTP_PHONE_LIVE_H_INCLUDED_
#define _NGX_HTTP_PHONE_LIVE_H_INCLUDED_


#include "live/ngx_phone_live.h"
#include "http/ngx_http_phone_endpoint.h"
#include "live/live.h"


typedef struct {
    ngx_int_t                max_clients;            /* of a worker */
    ngx_int_t                max_of_number;          /* of these */
    unsigned                 used:1;

    ngx_phone_live_t        *live;                   /* of this worker */
    ngx_connection_t        *watch;
} ngx_http_phone_live_main_conf_t;


/*
 * nginx runs timers before posted events.  So a heartbeat may run while a text
 * is posted but not yet sent, or after the last buffer of a stream was written.
 * Output is done by one function only, which requires that the stream is open
 * and that the previous output is complete.
 */
typedef enum {
    NGX_HTTP_PHONE_LIVE_OPENING = 0,
    NGX_HTTP_PHONE_LIVE_STREAMING,
    NGX_HTTP_PHONE_LIVE_ENDED                        /* its last is written */
} ngx_http_phone_live_state_e;


typedef struct {
    ngx_phone_live_client_t  client;
    ngx_http_request_t      *request;
    ngx_phone_run_t         *run;                    /* NULL: none */

    ngx_http_phone_live_state_e  state;

    /* one output at a time; `held` is its memory if it is malloc's */
    ngx_buf_t                buf;
    ngx_chain_t              chain;
    u_char                 **held;

    unsigned                 pending:1;              /* buf is not out */
    unsigned                 again:1;                /* check again: what run
                                                        has read may be out of
                                                        date */
} ngx_http_phone_live_ctx_t;


extern ngx_module_t  ngx_http_phone_live_module;


/* ngx_http_phone_live_open.c */
ngx_int_t ngx_http_phone_live_open(ngx_http_request_t *r);

/* Runs live.open, which checks the session and marks its number as open.
   NGX_DECLINED: the session of an open stream has ended. */
ngx_int_t ngx_http_phone_live_check(ngx_http_phone_live_ctx_t *ctx);


/* ngx_http_phone_live_stream.c */
void ngx_http_phone_live_news(ngx_phone_live_client_t *client,
    ngx_phone_live_news_t news);
void ngx_http_phone_live_beat(ngx_event_t *ev);

/* Both end the stream of a client that has joined, and finalize its request. */
void ngx_http_phone_live_logout(ngx_http_phone_live_ctx_t *ctx);
void ngx_http_phone_live_shut(ngx_phone_live_client_t *client);

/* Stops events, the heartbeat and the run. */
void ngx_http_phone_live_quiet(ngx_http_phone_live_ctx_t *ctx);


#endif /* _NGX_HTTP_PHONE_LIVE_H_INCLUDED_ */
