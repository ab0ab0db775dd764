
/*
 * Outbound HTTP through an nginx location (docs/fetch.md): the host is
 * resolved, its addresses are checked and one is chosen, and a server of this
 * nginx, reached over a unix socket, sends the request with proxy_pass.
 * Parameters are sent to it in headers, which ngx_phone_fetch_server.c makes
 * available as variables.
 */


#ifndef _NGX_PHONE_FETCH_H_INCLUDED_
#define _NGX_PHONE_FETCH_H_INCLUDED_


#include "http/ngx_http_phone.h"
#include "lib/url.h"


#define NGX_PHONE_FETCH_TOKEN_LEN  (2 * PHONE_MAC_LEN)


/* The result of a fetch: the class of the status, or what failed. */
typedef enum {
    NGX_PHONE_FETCH_1XX = 1,
    NGX_PHONE_FETCH_2XX,
    NGX_PHONE_FETCH_3XX,
    NGX_PHONE_FETCH_4XX,
    NGX_PHONE_FETCH_5XX,
    NGX_PHONE_FETCH_URL,         /* not a URL that we call */
    NGX_PHONE_FETCH_RESOLVE,     /* no address for the host */
    NGX_PHONE_FETCH_ADDRESS,     /* not public, and not allowed */
    NGX_PHONE_FETCH_REFUSED,     /* no connection */
    NGX_PHONE_FETCH_TLS,
    NGX_PHONE_FETCH_CLOSED,      /* closed without an answer */
    NGX_PHONE_FETCH_REPLY,       /* the answer is not HTTP */
    NGX_PHONE_FETCH_TIMEOUT,
    NGX_PHONE_FETCH_LARGE,       /* its body is larger than the call takes */
    NGX_PHONE_FETCH_UPSTREAM,    /* our own fetch server failed */
    NGX_PHONE_FETCH_SETUP,       /* this kind is not configured */
    NGX_PHONE_FETCH_LOGGED,      /* written to a log instead of being sent */
    NGX_PHONE_FETCH_LOG,         /* that log cannot be written */
    NGX_PHONE_FETCH_SHUTDOWN,    /* the worker ends */
    NGX_PHONE_FETCH_RESULTS
} ngx_phone_fetch_result_t;


/* Where the calls of a descriptor go. */
typedef struct {
    ngx_str_t                location;       /* of the fetch server; empty:
                                                nowhere */
    ngx_open_file_t         *log;            /* instead of it; NULL: none */
} ngx_phone_fetch_way_t;


/* The configuration of a cycle, and the fetches of a worker. */
typedef struct {
    ngx_addr_t               socket;         /* .sockaddr == NULL: none */
    ngx_array_t             *allow;          /* of ngx_cidr_t; NULL: none */
    ngx_phone_fetch_way_t   *ways;           /* as in phone_fetches */
    ngx_msec_t               timeout;

    ngx_resolver_t          *resolver;
    ngx_msec_t               resolver_timeout;

    /* shows the fetch server that a request comes from ngx_phone; the second
       one belongs to phone_secret_file_before, or is empty */
    u_char                   token[NGX_PHONE_FETCH_TOKEN_LEN];
    u_char                   token_before[NGX_PHONE_FETCH_TOKEN_LEN];
    unsigned                 has_token_before:1;

    ngx_queue_t              fetches;        /* under way in this worker */
    ngx_atomic_uint_t       *results;        /* counted; the status module
                                                may move it */
    ngx_atomic_uint_t        own_results[NGX_PHONE_FETCH_RESULTS];
} ngx_phone_fetch_conf_t;


/* Names, for answers and metrics. */
extern const char *const  ngx_phone_fetch_result_name[];


/* The way of a descriptor: one of phone_fetches. */
ngx_phone_fetch_way_t *ngx_phone_fetch_way(const ngx_phone_fetch_conf_t *conf,
    const phone_fetch_t *fetch);


/* The ngx_phone_fetch_pt of ngx_phone.h; phone->fetch_data is the conf. */
ngx_int_t ngx_phone_fetch_start(ngx_phone_t *phone, phone_ask_fetch_t *ask,
    phone_arena_t *arena, void (*done)(void *data), void *data);

/* All fetches fail now, also those that wait for the resolver. */
void ngx_phone_fetch_hurry(void *data);

/* In exit_process: what is under way ends as "shutdown". */
void ngx_phone_fetch_close(ngx_phone_fetch_conf_t *conf);


/* ngx_phone_fetch_address.c: the address in a URL without a host name; and
   the address to call, or NULL if one of them is not allowed. */
ngx_int_t ngx_phone_fetch_literal(const phone_url_t *url,
    struct sockaddr_storage *sockaddr, socklen_t *socklen);
const struct sockaddr *ngx_phone_fetch_pin(const ngx_phone_fetch_conf_t *conf,
    const ngx_resolver_addr_t *addr, ngx_uint_t naddrs, socklen_t *socklen);

/* ngx_phone_fetch_log.c: a log that only its owner can read.  NULL: memory
   is short. */
ngx_open_file_t *ngx_phone_fetch_log_open(ngx_conf_t *cf, ngx_str_t *name);
ngx_int_t ngx_phone_fetch_log_write(ngx_open_file_t *file,
    const phone_ask_fetch_t *ask, ngx_log_t *log);


/* ngx_phone_fetch_check.c: checks the configuration when all of it was read. */
ngx_int_t ngx_phone_fetch_check(ngx_conf_t *cf, ngx_phone_fetch_conf_t *conf,
    ngx_http_phone_main_conf_t *pmcf);

/* ngx_phone_fetch_server.c: handlers of the post-read and rewrite phases;
   the $phone_fetch_* variables. */
ngx_int_t ngx_phone_fetch_server_handler(ngx_http_request_t *r);
ngx_int_t ngx_phone_fetch_server_stay(ngx_http_request_t *r);
ngx_int_t ngx_phone_fetch_server_variables(ngx_conf_t *cf);


extern ngx_module_t  ngx_http_phone_fetch_module;


#endif /* _NGX_PHONE_FETCH_H_INCLUDED_ */
