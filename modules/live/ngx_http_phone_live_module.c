
/*
 * Live events to open clients (PAY-2), as text/event-stream.  The session is
 * checked by the endpoint live.open, at the beginning and with each heartbeat;
 * events come from ngx_phone_live.c.
 */


#include "live/ngx_http_phone_live.h"


/* Connections of a worker that are not for live clients. */
#define NGX_HTTP_PHONE_LIVE_RESERVE  512


static ngx_int_t ngx_http_phone_live_handler(ngx_http_request_t *r);

static ngx_int_t ngx_http_phone_live_watch(ngx_cycle_t *cycle,
    ngx_http_phone_live_main_conf_t *lmcf);
static void ngx_http_phone_live_shutdown(ngx_event_t *ev);

static void *ngx_http_phone_live_create_main_conf(ngx_conf_t *cf);
static char *ngx_http_phone_live_init_main_conf(ngx_conf_t *cf, void *conf);
static char *ngx_http_phone_live(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static ngx_int_t ngx_http_phone_live_init_module(ngx_cycle_t *cycle);
static ngx_int_t ngx_http_phone_live_init_process(ngx_cycle_t *cycle);
static void ngx_http_phone_live_exit_process(ngx_cycle_t *cycle);


static ngx_phone_conf_bounds_t  ngx_http_phone_live_bounds = {
    ngx_phone_conf_check_bounds, 1, 1000000, "1 and 1000000"
};


static ngx_command_t  ngx_http_phone_live_commands[] = {

    /* phone_live; of a location */
    { ngx_string("phone_live"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS,
      ngx_http_phone_live,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    /* phone_live_clients 4096; of a worker */
    { ngx_string("phone_live_clients"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_num_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_http_phone_live_main_conf_t, max_clients),
      &ngx_http_phone_live_bounds },

    /* phone_live_clients_of_number 8; in a worker */
    { ngx_string("phone_live_clients_of_number"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_num_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_http_phone_live_main_conf_t, max_of_number),
      &ngx_http_phone_live_bounds },

      ngx_null_command
};


static ngx_http_module_t  ngx_http_phone_live_module_ctx = {
    NULL,                                  /* preconfiguration */
    NULL,                                  /* postconfiguration */

    ngx_http_phone_live_create_main_conf,  /* create main configuration */
    ngx_http_phone_live_init_main_conf,    /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    NULL,                                  /* create location configuration */
    NULL                                   /* merge location configuration */
};


ngx_module_t  ngx_http_phone_live_module = {
    NGX_MODULE_V1,
    &ngx_http_phone_live_module_ctx,       /* module context */
    ngx_http_phone_live_commands,          /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    ngx_http_phone_live_init_module,       /* init module */
    ngx_http_phone_live_init_process,      /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    ngx_http_phone_live_exit_process,      /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static ngx_int_t
ngx_http_phone_live_handler(ngx_http_request_t *r)
{
    ngx_int_t                         rc;
    phone_refusal_t                   refusal;
    ngx_http_phone_live_main_conf_t  *lmcf;

    static ngx_str_t  methods = ngx_string("OPTIONS, GET");

    /* a stream never ends, so it cannot be included in a page */

    if (r != r->main) {
        return NGX_HTTP_FORBIDDEN;
    }

    if (r->method != NGX_HTTP_GET) {
        return ngx_http_phone_allow(r, &phone_live_open, &methods);
    }

    if (ngx_http_phone_admit(r, &phone_live_open, &refusal) != NGX_OK) {
        return ngx_http_phone_refuse(r, &phone_live_open, refusal);
    }

    /* one that never comes to its end would hold a place: while nginx discards
       it, it does not notice that the client has gone */

    if (r->headers_in.content_length_n > 0 || r->headers_in.chunked) {
        return ngx_http_phone_refuse(r, &phone_live_open, PHONE_BODY_INVALID);
    }

    lmcf = ngx_http_get_module_main_conf(r, ngx_http_phone_live_module);

    if (lmcf->live->nclients >= (ngx_uint_t) lmcf->max_clients) {
        lmcf->live->counters->refused++;
        return ngx_http_phone_refuse(r, &phone_live_open, PHONE_BUSY);
    }

    rc = ngx_http_discard_request_body(r);
    if (rc != NGX_OK) {
        return rc;
    }

    rc = ngx_http_phone_live_open(r);

    if (rc != NGX_DONE) {
        return rc;
    }

    if (!r->discard_body) {
        r->read_event_handler = ngx_http_test_reading;
    }

    r->write_event_handler = ngx_http_request_empty_handler;
    r->main->count++;

    return NGX_DONE;
}


/*
 * An unconnected socket with the "idle" flag: nginx calls the handlers of idle
 * connections when a worker begins to shut down.  The streams are closed then,
 * so that they do not delay the exit; clients reconnect to the next workers.
 */

static ngx_int_t
ngx_http_phone_live_watch(ngx_cycle_t *cycle,
    ngx_http_phone_live_main_conf_t *lmcf)
{
    ngx_socket_t       s;
    ngx_connection_t  *c;

    s = ngx_socket(AF_UNIX, SOCK_STREAM, 0);

    if (s == (ngx_socket_t) -1) {
        ngx_log_error(NGX_LOG_ALERT, cycle->log, ngx_socket_errno,
                      ngx_socket_n " failed");
        return NGX_ERROR;
    }

    c = ngx_get_connection(s, cycle->log);

    if (c == NULL) {
        if (ngx_close_socket(s) == -1) {
            ngx_log_error(NGX_LOG_ALERT, cycle->log, ngx_socket_errno,
                          ngx_close_socket_n " failed");
        }

        return NGX_ERROR;
    }

    c->data = lmcf;
    c->idle = 1;
    c->log = cycle->log;
    c->read->handler = ngx_http_phone_live_shutdown;
    c->read->log = cycle->log;
    c->write->log = cycle->log;

    lmcf->watch = c;

    return NGX_OK;
}


static void
ngx_http_phone_live_shutdown(ngx_event_t *ev)
{
    ngx_queue_t                      *q;
    ngx_connection_t                 *c;
    ngx_phone_live_client_t          *client;
    ngx_http_phone_live_main_conf_t  *lmcf;

    c = ev->data;
    lmcf = c->data;

    ngx_close_connection(c);
    lmcf->watch = NULL;

    /* this may close other streams of the same HTTP/2 connection */

    while (!ngx_queue_empty(&lmcf->live->clients)) {
        q = ngx_queue_head(&lmcf->live->clients);
        client = ngx_queue_data(q, ngx_phone_live_client_t, all);

        ngx_http_phone_live_shut(client);
    }
}


static void *
ngx_http_phone_live_create_main_conf(ngx_conf_t *cf)
{
    ngx_http_phone_live_main_conf_t  *lmcf;

    lmcf = ngx_pcalloc(cf->pool, sizeof(ngx_http_phone_live_main_conf_t));
    if (lmcf == NULL) {
        return NULL;
    }

    lmcf->max_clients = NGX_CONF_UNSET;
    lmcf->max_of_number = NGX_CONF_UNSET;

    return lmcf;
}


static char *
ngx_http_phone_live_init_main_conf(ngx_conf_t *cf, void *conf)
{
    ngx_http_phone_live_main_conf_t  *lmcf = conf;

    ngx_conf_init_value(lmcf->max_clients, 4096);
    ngx_conf_init_value(lmcf->max_of_number, 8);

    return NGX_CONF_OK;
}


/* Runs when "events" has been read: checks worker_connections against
   phone_live_clients. */

static ngx_int_t
ngx_http_phone_live_init_module(ngx_cycle_t *cycle)
{
    ngx_event_conf_t                 *ecf;
    ngx_http_phone_live_main_conf_t  *lmcf;

    lmcf = ngx_http_cycle_get_module_main_conf(cycle,
                                               ngx_http_phone_live_module);
    ecf = ngx_event_get_conf(cycle->conf_ctx, ngx_event_core_module);

    if (lmcf && lmcf->used
        && ecf->connections < (ngx_uint_t) lmcf->max_clients
                              + NGX_HTTP_PHONE_LIVE_RESERVE)
    {
        ngx_log_error(NGX_LOG_WARN, cycle->log, 0,
                      "%ui worker_connections are not enough for "
                      "\"phone_live_clients\" %i: at least %i are needed",
                      ecf->connections, lmcf->max_clients,
                      lmcf->max_clients + NGX_HTTP_PHONE_LIVE_RESERVE);
    }

    return NGX_OK;
}


static char *
ngx_http_phone_live(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_phone_live_main_conf_t  *lmcf = conf;

    lmcf->used = 1;

    return ngx_http_phone_set_handler(cf, ngx_http_phone_live_handler);
}


/* ngx_http_phone_module's init_process, which creates the worker's object,
   runs before. */

static ngx_int_t
ngx_http_phone_live_init_process(ngx_cycle_t *cycle)
{
    ngx_phone_t                      *phone;
    ngx_http_phone_live_main_conf_t  *lmcf;

    phone = ngx_phone_of_cycle(cycle);
    lmcf = ngx_http_cycle_get_module_main_conf(cycle,
                                               ngx_http_phone_live_module);

    if (phone == NULL || lmcf == NULL || !lmcf->used) {
        return NGX_OK;
    }

    lmcf->live = ngx_phone_live_create(phone, ngx_http_phone_live_news);
    if (lmcf->live == NULL) {
        return NGX_ERROR;
    }

    lmcf->live->max_of_number = lmcf->max_of_number;
    phone->live = lmcf->live;

    return ngx_http_phone_live_watch(cycle, lmcf);
}


static void
ngx_http_phone_live_exit_process(ngx_cycle_t *cycle)
{
    ngx_http_phone_live_main_conf_t  *lmcf;

    lmcf = ngx_http_cycle_get_module_main_conf(cycle,
                                               ngx_http_phone_live_module);

    if (lmcf == NULL || lmcf->live == NULL) {
        return;
    }

    if (lmcf->watch) {
        ngx_close_connection(lmcf->watch);
        lmcf->watch = NULL;
    }

    ngx_phone_live_close(lmcf->live);
}
