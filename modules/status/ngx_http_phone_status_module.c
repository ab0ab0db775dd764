
/*
 * Status as JSON (phone_status) and in Prometheus' format (phone_metrics).
 * Access is restricted with "allow" and "deny".
 */


#include "status/ngx_phone_status.h"
#include "http/ngx_http_phone_endpoint.h"


#define NGX_HTTP_PHONE_STATUS_INTERVAL  1000         /* ms */


typedef struct {
    ngx_shm_zone_t              *zone;       /* NULL: nobody asks */

    /* of this worker */
    ngx_phone_t                 *phone;
    ngx_phone_figures_t         *figures;
    ngx_phone_status_worker_t   *worker;
    ngx_event_t                  look;
    ngx_phone_redis_cmd_t       *ping;       /* NULL: none is under way */
    struct timespec              pinged;
} ngx_http_phone_status_main_conf_t;


typedef void (*ngx_http_phone_status_pt)(phone_buf_t *buf,
    const ngx_phone_status_t *status);


static ngx_int_t ngx_http_phone_status_handler(ngx_http_request_t *r);
static ngx_int_t ngx_http_phone_metrics_handler(ngx_http_request_t *r);
static ngx_int_t ngx_http_phone_status_send(ngx_http_request_t *r,
    ngx_http_phone_status_pt write, ngx_str_t *type, ngx_uint_t judge);

static void ngx_http_phone_status_called(ngx_phone_run_t *run);
static void ngx_http_phone_status_look(ngx_event_t *ev);
static void ngx_http_phone_status_copy(
    ngx_http_phone_status_main_conf_t *smcf);
static void ngx_http_phone_status_ping(
    ngx_http_phone_status_main_conf_t *smcf);
static void ngx_http_phone_status_pong(void *data, redisReply *reply,
    ngx_phone_redis_error_t error);

static void *ngx_http_phone_status_create_main_conf(ngx_conf_t *cf);
static char *ngx_http_phone_status(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static ngx_int_t ngx_http_phone_status_init_process(ngx_cycle_t *cycle);
static void ngx_http_phone_status_move(
    ngx_http_phone_status_main_conf_t *smcf);
static void ngx_http_phone_status_exit_process(ngx_cycle_t *cycle);


static ngx_command_t  ngx_http_phone_status_commands[] = {

    { ngx_string("phone_status"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS,
      ngx_http_phone_status,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      ngx_http_phone_status_handler },

    { ngx_string("phone_metrics"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS,
      ngx_http_phone_status,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      ngx_http_phone_metrics_handler },

      ngx_null_command
};


static ngx_http_module_t  ngx_http_phone_status_module_ctx = {
    NULL,                                  /* preconfiguration */
    NULL,                                  /* postconfiguration */

    ngx_http_phone_status_create_main_conf,  /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    NULL,                                  /* create location configuration */
    NULL                                   /* merge location configuration */
};


ngx_module_t  ngx_http_phone_status_module = {
    NGX_MODULE_V1,
    &ngx_http_phone_status_module_ctx,     /* module context */
    ngx_http_phone_status_commands,        /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    ngx_http_phone_status_init_process,    /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    ngx_http_phone_status_exit_process,    /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static ngx_int_t
ngx_http_phone_status_handler(ngx_http_request_t *r)
{
    static ngx_str_t  type = ngx_string("application/json; charset=utf-8");

    return ngx_http_phone_status_send(r, ngx_phone_status_json, &type, 1);
}


static ngx_int_t
ngx_http_phone_metrics_handler(ngx_http_request_t *r)
{
    static ngx_str_t  type =
        ngx_string("text/plain; version=0.0.4; charset=utf-8");

    return ngx_http_phone_status_send(r, ngx_phone_status_metrics, &type,
                                      0);
}


static ngx_int_t
ngx_http_phone_status_send(ngx_http_request_t *r,
    ngx_http_phone_status_pt write, ngx_str_t *type, ngx_uint_t judge)
{
    phone_buf_t                         buf;
    phone_str_t                         text;
    phone_arena_t                       arena;
    ngx_phone_status_t                  status;
    ngx_http_complex_value_t            cv;
    ngx_http_phone_status_main_conf_t  *smcf;

    static ngx_str_t  cache_name = ngx_string("Cache-Control");
    static ngx_str_t  cache_value = ngx_string("no-store");
    static ngx_str_t  methods = ngx_string("OPTIONS, GET, HEAD");

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {
        return ngx_http_phone_allow(r, NULL, &methods);
    }

    smcf = ngx_http_get_module_main_conf(r, ngx_http_phone_status_module);

    if (ngx_phone_status_read(smcf->zone, r->pool, &status) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    status.store_id = smcf->phone->conf->store.id;

    ngx_memzero(&cv, sizeof(ngx_http_complex_value_t));

    phone_arena_init(&arena);
    phone_buf_init(&buf, &arena, 16384);

    write(&buf, &status);

    text = phone_buf_str(&buf);
    cv.value.len = text.len;
    cv.value.data = arena.failed ? NULL : ngx_pnalloc(r->pool, text.len);

    if (cv.value.data) {
        ngx_memcpy(cv.value.data, text.data, text.len);
    }

    phone_arena_free(&arena);

    if (cv.value.data == NULL
        || ngx_http_phone_add_header(r, &cache_name, &cache_value) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    r->disable_not_modified = 1;

    return ngx_http_send_response(r, judge && !status.serves
                                     ? NGX_HTTP_SERVICE_UNAVAILABLE
                                     : NGX_HTTP_OK, type, &cv);
}


/* Counting */

static void
ngx_http_phone_status_called(ngx_phone_run_t *run)
{
    ngx_uint_t                          i;
    ngx_http_phone_status_main_conf_t  *smcf;

    smcf = ngx_http_cycle_get_module_main_conf(run->phone->cycle,
                                               ngx_http_phone_status_module);

    for (i = 0; phone_endpoints[i]; i++) {
        if (phone_endpoints[i] == run->call.endpoint) {
            break;
        }
    }

    smcf->figures->calls[i][run->call.reply.status / 100
                            % NGX_PHONE_STATUS_CLASSES]++;

    ngx_phone_histogram_add(&smcf->figures->call,
                            (ngx_current_msec - run->runner.started) * 1000);
}


static void
ngx_http_phone_status_look(ngx_event_t *ev)
{
    ngx_http_phone_status_main_conf_t  *smcf;

    smcf = ev->data;

    ngx_http_phone_status_copy(smcf);
    ngx_http_phone_status_ping(smcf);

    ngx_add_timer(ev, NGX_HTTP_PHONE_STATUS_INTERVAL);
}


static void
ngx_http_phone_status_copy(ngx_http_phone_status_main_conf_t *smcf)
{
    ngx_phone_live_t               *live;
    ngx_phone_store_state_t         store;
    ngx_phone_status_redis_t       *redis;
    const ngx_phone_redis_state_t  *state;

    redis = &smcf->figures->redis;
    state = ngx_phone_redis_state(smcf->phone->redis);

    redis->commands = state->commands;
    redis->refused = state->refused;
    redis->connects = state->connects;
    redis->failures = state->failures;
    redis->timeouts = state->timeouts;
    redis->pending = state->pending;
    redis->connections = ngx_exiting ? state->connected : state->connections;
    redis->connected = state->connected;

    smcf->worker->leaving = ngx_exiting;
    smcf->worker->error = state->error;
    ngx_phone_store_state(smcf->phone->store, &store);

    smcf->worker->epoch = store.epoch;
    smcf->worker->clock_offset = store.clock_offset;
    smcf->worker->memory_low = smcf->phone->env.memory_low;
    smcf->worker->checked = store.checked;
    smcf->worker->read_only = store.refused.len != 0;
    ngx_phone_status_reason(smcf->zone, smcf->worker,
                            state->reason.len ? &state->reason
                                              : &store.refused);

    live = smcf->phone->live;

    if (live) {
        state = ngx_phone_redis_subscriber_state(live->subscriber);
        redis->channels = state->channels;
        redis->listening = state->connected;
    }
}


/* The PING is queued behind other commands of the worker, so its time
   includes queueing and fsync. */

static void
ngx_http_phone_status_ping(ngx_http_phone_status_main_conf_t *smcf)
{
    size_t       len[1];
    const char  *argv[1];

    if (smcf->ping) {
        return;
    }

    argv[0] = "PING";
    len[0] = 4;

    (void) clock_gettime(CLOCK_MONOTONIC, &smcf->pinged);

    smcf->ping = ngx_phone_redis_command(smcf->phone->redis, 1, argv, len,
                                         ngx_http_phone_status_pong, smcf);
}


static void
ngx_http_phone_status_pong(void *data, redisReply *reply,
    ngx_phone_redis_error_t error)
{
    int64_t                             us;
    struct timespec                     now;
    ngx_http_phone_status_main_conf_t  *smcf;

    smcf = data;
    smcf->ping = NULL;

    if (error != NGX_PHONE_REDIS_NONE) {
        return;
    }

    if (reply->type != REDIS_REPLY_STATUS
        && reply->type != REDIS_REPLY_ERROR)
    {
        ngx_phone_redis_out_of_step(smcf->phone->redis);
        return;
    }

    (void) clock_gettime(CLOCK_MONOTONIC, &now);

    us = (int64_t) (now.tv_sec - smcf->pinged.tv_sec) * 1000000
         + (now.tv_nsec - smcf->pinged.tv_nsec) / 1000;

    ngx_phone_histogram_add(&smcf->figures->store, (ngx_uint_t) us);
}


/* Configuration, processes */

static void *
ngx_http_phone_status_create_main_conf(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(ngx_http_phone_status_main_conf_t));
}


static char *
ngx_http_phone_status(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_phone_status_main_conf_t  *smcf = conf;

    if (smcf->zone == NULL) {
        smcf->zone = ngx_phone_status_add_zone(cf,
                                               &ngx_http_phone_status_module);
        if (smcf->zone == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    return ngx_http_phone_set_handler(cf, (ngx_http_handler_pt) cmd->post);
}


/* The init_process handlers of the modules whose counters are moved run
   before. */

static ngx_int_t
ngx_http_phone_status_init_process(ngx_cycle_t *cycle)
{
    ngx_phone_t                        *phone;
    ngx_http_phone_status_main_conf_t  *smcf;

    phone = ngx_phone_of_cycle(cycle);
    smcf = ngx_http_cycle_get_module_main_conf(cycle,
                                               ngx_http_phone_status_module);

    if (phone == NULL || smcf == NULL || smcf->zone == NULL) {
        return NGX_OK;
    }

    smcf->phone = phone;
    smcf->figures = ngx_phone_status_claim(smcf->zone, &smcf->worker);

    if (smcf->figures == NULL) {
        ngx_log_error(NGX_LOG_WARN, cycle->log, 0,
                      "more than %d workers: this one is not counted",
                      NGX_PHONE_STATUS_SLOTS);
        return NGX_OK;
    }

    ngx_http_phone_status_move(smcf);

    smcf->look.handler = ngx_http_phone_status_look;
    smcf->look.data = smcf;
    smcf->look.log = cycle->log;
    smcf->look.cancelable = 1;

    ngx_add_timer(&smcf->look, NGX_HTTP_PHONE_STATUS_INTERVAL / 10);

    return NGX_OK;
}


static void
ngx_http_phone_status_move(ngx_http_phone_status_main_conf_t *smcf)
{
    ngx_phone_t             *phone;
    ngx_phone_live_t        *live;
    ngx_phone_figures_t     *figures;
    ngx_phone_fetch_conf_t  *fetch;

    phone = smcf->phone;
    figures = smcf->figures;
    fetch = phone->fetch_data;
    live = phone->live;

    ngx_phone_count_in(phone, &figures->counters);
    phone->called = ngx_http_phone_status_called;

    if (fetch) {
        fetch->results = figures->fetches;
    }

    if (live) {
        live->counters = &figures->live;
    }
}


/* The last of the phone modules to exit: no other one counts after this. */

static void
ngx_http_phone_status_exit_process(ngx_cycle_t *cycle)
{
    ngx_http_phone_status_main_conf_t  *smcf;

    smcf = ngx_http_cycle_get_module_main_conf(cycle,
                                               ngx_http_phone_status_module);

    if (smcf && smcf->figures) {
        ngx_phone_status_release(smcf->zone, smcf->worker);
        smcf->figures = NULL;
    }
}
