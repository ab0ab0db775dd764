
/* Live events over HTTP: what its two files share. */


#ifndef _NGX_HTTP_PHONE_LIVE_H_INCLUDED_
#define _NGX_HTTP_PHONE_LIVE_H_INCLUDED_


#include "ngx_phone_live.h"
#include "ngx_http_phone_endpoint.h"
#include "live/live.h"


typedef struct {
    ngx_int_t                max_clients;            /* of a worker */
    ngx_int_t                max_of_number;          /* of these */
    unsigned                 used:1;

    ngx_phone_live_t        *live;                   /* of this worker */
    ngx_connection_t        *watch;
} ngx_http_phone_live_main_conf_t;


extern ngx_module_t  ngx_http_phone_live_module;


/* ngx_http_phone_live_stream.c */

/* NGX_DONE: the request waits, then streams.  Else what finalizes it. */
ngx_int_t ngx_http_phone_live_open(ngx_http_request_t *r);

void ngx_http_phone_live_news(ngx_phone_live_client_t *client,
    ngx_phone_live_news_t news);

/* Ends the stream of a client that has joined, and its request. */
void ngx_http_phone_live_shut(ngx_phone_live_client_t *client);


#endif /* _NGX_HTTP_PHONE_LIVE_H_INCLUDED_ */
