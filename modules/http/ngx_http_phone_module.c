
/*
 * The main module: the store, the secrets, the limits of a worker, and the
 * configuration of locations with phone endpoints.  The endpoints are found in
 * ngx_http_phone_endpoint.c; each capability has a module for its directive.
 *
 * If no directive needs the store, no connection is made and nothing runs.
 */


#include "http/ngx_http_phone_endpoint.h"
#include "http/ngx_phone_secret.h"
#include "lib/id.h"


#define NGX_PHONE_TOKEN_MIN    16           /* characters */

/* ms */
#define NGX_PHONE_PUMP_INTERVAL  1000
#define NGX_PHONE_PUMP_MIN       100
#define NGX_PHONE_PUMP_MAX       60000
#define NGX_PHONE_SWEEP_ROUND    3600000
#define NGX_PHONE_SWEEP_MIN      1000
#define NGX_PHONE_SWEEP_MAX      604800000


static char *ngx_http_phone_secret(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_phone_token(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_phone_blobs(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_phone_pump(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

static ngx_int_t ngx_http_phone_init(ngx_conf_t *cf);
static void *ngx_http_phone_create_main_conf(ngx_conf_t *cf);
static char *ngx_http_phone_init_main_conf(ngx_conf_t *cf, void *conf);
static char *ngx_http_phone_check_main_conf(ngx_conf_t *cf,
    ngx_http_phone_main_conf_t *pmcf);
static void *ngx_http_phone_create_loc_conf(ngx_conf_t *cf);
static char *ngx_http_phone_merge_loc_conf(ngx_conf_t *cf, void *parent,
    void *child);

static ngx_int_t ngx_http_phone_init_process(ngx_cycle_t *cycle);
static void ngx_http_phone_exit_process(ngx_cycle_t *cycle);


static ngx_conf_enum_t  ngx_http_phone_domains[] = {
    { ngx_string("store"), PHONE_WHOLE_STORE },
    { ngx_string("bucket"), PHONE_ONE_BUCKET },
    { ngx_null_string, 0 }
};


static ngx_phone_conf_bounds_t  ngx_http_phone_buckets_bounds = {
    ngx_phone_conf_check_bounds, 1, PHONE_BUCKETS_MAX,
    "1 and 1000"
};

static ngx_phone_conf_bounds_t  ngx_http_phone_threads_bounds = {
    ngx_phone_conf_check_bounds, 1, 256, "1 and 256"
};


/* each new password is compared with all that wait */
static ngx_phone_conf_bounds_t  ngx_http_phone_turns_bounds = {
    ngx_phone_conf_check_bounds, 1, 4096, "1 and 4096"
};

static ngx_phone_conf_bounds_t  ngx_http_phone_limit_bounds = {
    ngx_phone_conf_check_bounds, 1, 1000000, "1 and 1000000"
};

/* a call older than this is not committed */
static ngx_phone_conf_bounds_t  ngx_http_phone_timeout_bounds = {
    ngx_phone_conf_check_bounds, 100, PHONE_COMMIT_WITHIN, "100ms and 30s"
};

/* a body is held in memory and parsed by the event loop */
static ngx_phone_conf_bounds_t  ngx_http_phone_body_bounds = {
    ngx_phone_conf_check_bounds, 1, 1024 * 1024, "1 and 1m"
};


static ngx_command_t  ngx_http_phone_commands[] = {

    /*
     * phone_redis address [timeout=3s] [connect_timeout=1s] [connections=2]
     *     [database=0] [user=name] [password_file=file] [pending=4096];
     */
    { ngx_string("phone_redis"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_1MORE,
      ngx_http_phone_redis,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("phone_redis_unsafe"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_http_phone_main_conf_t, worker.store.unsafe),
      NULL },

    { ngx_string("phone_store_id"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_phone_store_id,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("phone_secret_file"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_phone_secret,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_http_phone_main_conf_t, worker.secret),
      NULL },

    { ngx_string("phone_secret_file_before"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_phone_secret,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_http_phone_main_conf_t, worker.secret_before),
      NULL },

    /* phone_platform_key file key_id [next | old] [from=2026-12-01]; */
    { ngx_string("phone_platform_key"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE2|NGX_CONF_TAKE3|NGX_CONF_TAKE4,
      ngx_http_phone_platform_key,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("phone_zoneinfo"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_str_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_http_phone_main_conf_t, zoneinfo),
      NULL },

    /* phone_bank name secret_file; */
    { ngx_string("phone_bank"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE2,
      ngx_http_phone_bank,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("phone_operator_token_file"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_phone_token,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_http_phone_main_conf_t, operator_token),
      NULL },

    { ngx_string("phone_gateway_token_file"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_phone_token,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_http_phone_main_conf_t, gateway_token),
      NULL },

    { ngx_string("phone_buckets"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_num_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_http_phone_main_conf_t, worker.buckets),
      &ngx_http_phone_buckets_bounds },

    { ngx_string("phone_commit_domain"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_enum_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_http_phone_main_conf_t, worker.domain),
      &ngx_http_phone_domains },

    { ngx_string("phone_compute_threads"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_num_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_http_phone_main_conf_t,
               worker.compute.threads),
      &ngx_http_phone_threads_bounds },

    { ngx_string("phone_compute_queue"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_num_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_http_phone_main_conf_t,
               worker.compute.queue),
      &ngx_http_phone_limit_bounds },

    { ngx_string("phone_password_queue"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_num_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_http_phone_main_conf_t,
               worker.compute.password_queue),
      &ngx_http_phone_turns_bounds },

    /* phone_blobs folder [sweep=1h]; */
    { ngx_string("phone_blobs"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE12,
      ngx_http_phone_blobs,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("phone_max_calls"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_num_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_http_phone_main_conf_t, worker.max_calls),
      &ngx_http_phone_limit_bounds },

    { ngx_string("phone_call_timeout"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_msec_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_http_phone_main_conf_t, worker.call_timeout),
      &ngx_http_phone_timeout_bounds },

    /* phone_pump on | off | interval=time; */
    { ngx_string("phone_pump"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_phone_pump,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("phone_pump_events"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_num_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_http_phone_main_conf_t, worker.pump_events),
      &ngx_http_phone_limit_bounds },

    { ngx_string("phone_pump_lane"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_num_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_http_phone_main_conf_t, worker.pump_lane),
      &ngx_http_phone_limit_bounds },

    { ngx_string("phone_body_max"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_size_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_phone_loc_conf_t, body_max),
      &ngx_http_phone_body_bounds },

    { ngx_string("phone_cookie_secure"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_phone_loc_conf_t, cookie_secure),
      NULL },

      ngx_null_command
};


static ngx_http_module_t  ngx_http_phone_module_ctx = {
    ngx_http_phone_add_request_id,         /* preconfiguration */
    ngx_http_phone_init,                   /* postconfiguration */

    ngx_http_phone_create_main_conf,       /* create main configuration */
    ngx_http_phone_init_main_conf,         /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    ngx_http_phone_create_loc_conf,        /* create location configuration */
    ngx_http_phone_merge_loc_conf          /* merge location configuration */
};


ngx_module_t  ngx_http_phone_module = {
    NGX_MODULE_V1,
    &ngx_http_phone_module_ctx,            /* module context */
    ngx_http_phone_commands,               /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    ngx_http_phone_init_process,           /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    ngx_http_phone_exit_process,           /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


ngx_http_phone_main_conf_t *
ngx_http_phone_use(ngx_conf_t *cf)
{
    ngx_http_phone_main_conf_t  *pmcf;

    pmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_phone_module);
    pmcf->used = 1;

    return pmcf;
}


void
ngx_http_phone_need_fetch(ngx_http_phone_main_conf_t *pmcf, const char *name)
{
    ngx_uint_t  i;

    for (i = 0; phone_fetches[i]; i++) {
        if (ngx_strcmp(phone_fetches[i]->name, name) == 0) {
            pmcf->fetches |= (uint64_t) 1 << i;
        }
    }
}


/* Processes: cache manager and loader run init_process as well. */

static ngx_int_t
ngx_http_phone_init_process(ngx_cycle_t *cycle)
{
    ngx_http_phone_main_conf_t  *pmcf;

    if (ngx_process != NGX_PROCESS_WORKER && ngx_process != NGX_PROCESS_SINGLE)
    {
        return NGX_OK;
    }

    pmcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_phone_module);

    if (pmcf == NULL || !pmcf->used) {
        return NGX_OK;
    }

    pmcf->phone = ngx_phone_create(&pmcf->worker, cycle);

    return pmcf->phone ? NGX_OK : NGX_ERROR;
}


static void
ngx_http_phone_exit_process(ngx_cycle_t *cycle)
{
    ngx_phone_t  *phone;

    phone = ngx_phone_of_cycle(cycle);

    if (phone) {
        ngx_phone_destroy(phone);
    }
}


ngx_phone_t *
ngx_phone_of_cycle(ngx_cycle_t *cycle)
{
    ngx_http_phone_main_conf_t  *pmcf;

    pmcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_phone_module);

    return pmcf ? pmcf->phone : NULL;
}


/* Directives */

/* nginx's own ngx_conf_check_num_bounds() does not name the directive. */

char *
ngx_phone_conf_check_bounds(ngx_conf_t *cf, void *post, void *data)
{
    ngx_int_t                *n;
    ngx_str_t                *value;
    ngx_phone_conf_bounds_t  *bounds;

    n = data;
    bounds = post;
    value = cf->args->elts;

    if (*n >= bounds->min && *n <= bounds->max) {
        return NGX_CONF_OK;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\" must be between %s",
                       &value[0], bounds->range);

    return NGX_CONF_ERROR;
}


/* nginx ends an argument with a null character. */

ngx_uint_t
ngx_phone_conf_is_name(ngx_str_t *name, const char *chars, size_t max)
{
    return name->len && name->len <= max
           && strspn((char *) name->data, chars) == name->len;
}


static char *
ngx_http_phone_secret(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t  *value, *secret;

    secret = (ngx_str_t *) ((char *) conf + cmd->offset);
    value = cf->args->elts;

    if (secret->data) {
        return "is duplicate";
    }

    return ngx_phone_read_secret(cf, &value[1], secret) == NGX_OK
           ? NGX_CONF_OK : NGX_CONF_ERROR;
}


static char *
ngx_http_phone_token(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char  *p = conf;

    ngx_str_t  *value, *token;

    token = (ngx_str_t *) (p + cmd->offset);
    value = cf->args->elts;

    if (token->data) {
        return "is duplicate";
    }

    return ngx_phone_read_line(cf, &value[1], NGX_PHONE_TOKEN_MIN, token)
           == NGX_OK ? NGX_CONF_OK : NGX_CONF_ERROR;
}


/* nginx makes the folders, for the user of its workers, before they start. */

static char *
ngx_http_phone_blobs(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_int_t                    ms;
    ngx_str_t                   *value;
    ngx_uint_t                   i;
    ngx_path_t                  *path;
    ngx_http_phone_main_conf_t  *pmcf;

    static const char *const  part[] = { "", "/new", "/kept", "/gone" };

    pmcf = conf;
    value = cf->args->elts;

    if (pmcf->worker.blobs.data) {
        return "is duplicate";
    }

    while (value[1].len > 1 && value[1].data[value[1].len - 1] == '/') {
        value[1].len--;
    }

    if (value[1].len
        && ngx_conf_full_name(cf->cycle, &value[1], 0) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (value[1].len < 2 || value[1].len > NGX_PHONE_BLOB_FOLDER) {
        return "needs a folder whose path has at most 512 bytes";
    }

    for (i = 0; i < sizeof(part) / sizeof(part[0]); i++) {
        path = ngx_pcalloc(cf->pool, sizeof(ngx_path_t));
        if (path == NULL) {
            return NGX_CONF_ERROR;
        }

        path->name.len = value[1].len + ngx_strlen(part[i]);
        path->name.data = ngx_pnalloc(cf->pool, path->name.len + 1);
        if (path->name.data == NULL) {
            return NGX_CONF_ERROR;
        }

        (void) ngx_sprintf(path->name.data, "%V%s%Z", &value[1], part[i]);

        path->conf_file = cf->conf_file->file.name.data;
        path->line = cf->conf_file->line;

        if (i == 0) {
            pmcf->worker.blobs = path->name;
        }

        if (ngx_add_path(cf, &path) != NGX_OK) {
            return NGX_CONF_ERROR;
        }
    }

    pmcf->worker.compute.works = ngx_phone_blob_works;
    pmcf->worker.compute.disk = &ngx_phone_disk;
    pmcf->worker.compute.disk_data = pmcf->worker.blobs.data;
    pmcf->worker.blobs_sweep = NGX_PHONE_SWEEP_ROUND;

    if (cf->args->nelts == 3) {

        if (ngx_strncmp(value[2].data, "sweep=", 6) != 0) {
            return "takes a folder and \"sweep=time\"";
        }

        value[2].data += 6;
        value[2].len -= 6;
        ms = ngx_parse_time(&value[2], 0);

        if (ms == NGX_ERROR || ms < NGX_PHONE_SWEEP_MIN
            || ms > NGX_PHONE_SWEEP_MAX)
        {
            return "needs a sweep between 1s and 7d";
        }

        pmcf->worker.blobs_sweep = (ngx_msec_t) ms;
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_phone_pump(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_int_t               ms;
    ngx_str_t              *value, interval;
    ngx_http_phone_main_conf_t  *pmcf;

    pmcf = conf;
    value = cf->args->elts;

    if (pmcf->worker.pump != NGX_CONF_UNSET_MSEC) {
        return "is duplicate";
    }

    if (ngx_strcmp(value[1].data, "on") == 0) {
        pmcf->worker.pump = NGX_PHONE_PUMP_INTERVAL;

    } else if (ngx_strcmp(value[1].data, "off") == 0) {
        pmcf->worker.pump = 0;

    } else if (ngx_strncmp(value[1].data, "interval=", 9) == 0) {
        interval.data = value[1].data + 9;
        interval.len = value[1].len - 9;

        ms = ngx_parse_time(&interval, 0);

        if (ms == NGX_ERROR || ms < NGX_PHONE_PUMP_MIN
            || ms > NGX_PHONE_PUMP_MAX)
        {
            return "needs an interval between 100ms and 60s";
        }

        pmcf->worker.pump = (ngx_msec_t) ms;

    } else {
        return "needs \"on\", \"off\" or \"interval=time\"";
    }

    return NGX_CONF_OK;
}


char *
ngx_http_phone_set_handler(ngx_conf_t *cf, ngx_http_handler_pt handler)
{
    ngx_http_core_loc_conf_t   *clcf;
    ngx_http_phone_loc_conf_t  *plcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    plcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_phone_module);

    if (clcf->handler) {
        return "is duplicate, or another handler is set here";
    }

    clcf->handler = handler;
    plcf->handler = handler;

    (void) ngx_http_phone_use(cf);

    return NGX_CONF_OK;
}


/* Configurations */

/* The resolver of the http level; the core module's merging has created it. */

static ngx_int_t
ngx_http_phone_init(ngx_conf_t *cf)
{
    ngx_http_phone_main_conf_t     *pmcf;
    ngx_http_core_loc_conf_t  *clcf;

    pmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_phone_module);
    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    pmcf->worker.store.redis.resolver = clcf->resolver;

    return NGX_OK;
}


static void *
ngx_http_phone_create_main_conf(ngx_conf_t *cf)
{
    ngx_http_phone_main_conf_t  *pmcf;

    pmcf = ngx_pcalloc(cf->pool, sizeof(ngx_http_phone_main_conf_t));
    if (pmcf == NULL) {
        return NULL;
    }

    /*
     * set by ngx_pcalloc():
     *
     *     pmcf->worker.store.redis = { 0 };
     *     pmcf->worker.secret = { 0, NULL };  and the other secrets
     *     pmcf->zoneinfo = { 0, NULL };
     *     pmcf->used = 0;
     *     pmcf->needs = 0;
     *     pmcf->phone = NULL;
     */

    pmcf->worker.store.unsafe = NGX_CONF_UNSET;
    pmcf->worker.buckets = NGX_CONF_UNSET;
    pmcf->worker.domain = NGX_CONF_UNSET_UINT;
    pmcf->worker.compute.threads = NGX_CONF_UNSET;
    pmcf->worker.compute.queue = NGX_CONF_UNSET;
    pmcf->worker.compute.password_queue = NGX_CONF_UNSET;
    pmcf->worker.max_calls = NGX_CONF_UNSET;
    pmcf->worker.call_timeout = NGX_CONF_UNSET_MSEC;
    pmcf->worker.pump = NGX_CONF_UNSET_MSEC;
    pmcf->worker.pump_events = NGX_CONF_UNSET;
    pmcf->worker.pump_lane = NGX_CONF_UNSET;

    return pmcf;
}


static char *
ngx_http_phone_init_main_conf(ngx_conf_t *cf, void *conf)
{
    ngx_http_phone_main_conf_t  *pmcf;

    pmcf = conf;

    pmcf->worker.settings = ngx_http_conf_get_module_main_conf(cf,
                                               ngx_http_phone_settings_module);

    ngx_conf_init_value(pmcf->worker.store.unsafe, 0);
    ngx_conf_init_value(pmcf->worker.buckets, 256);
    ngx_conf_init_uint_value(pmcf->worker.domain, PHONE_WHOLE_STORE);
    ngx_conf_init_value(pmcf->worker.compute.threads, ngx_max(ngx_ncpu, 2));
    ngx_conf_init_value(pmcf->worker.compute.queue, 256);
    ngx_conf_init_value(pmcf->worker.compute.password_queue, 32);
    ngx_conf_init_value(pmcf->worker.max_calls, 4096);
    ngx_conf_init_msec_value(pmcf->worker.call_timeout, 10000);
    ngx_conf_init_msec_value(pmcf->worker.pump, NGX_PHONE_PUMP_INTERVAL);
    ngx_conf_init_value(pmcf->worker.pump_events, 256);
    ngx_conf_init_value(pmcf->worker.pump_lane, 8);

    if (pmcf->zoneinfo.data == NULL) {
        ngx_str_set(&pmcf->zoneinfo, "/usr/share/zoneinfo");
    }

    return pmcf->used ? ngx_http_phone_check_main_conf(cf, pmcf) : NGX_CONF_OK;
}


/* Checks that all that the endpoints in use need is configured, so that a
   worker has no "not configured" case. */

static char *
ngx_http_phone_check_main_conf(ngx_conf_t *cf, ngx_http_phone_main_conf_t *pmcf)
{
    const char      *missing;
    phone_crypto_t  *crypto;

    missing = pmcf->worker.store.redis.naddrs == 0 ? "phone_redis"
            : pmcf->worker.store.id.len == 0 ? "phone_store_id"
            : pmcf->worker.secret.len == 0 ? "phone_secret_file"
            : (pmcf->needs & NGX_HTTP_PHONE_NEEDS_KEY)
              && pmcf->worker.compute.key[PHONE_KEY_RSA].len == 0
              ? "phone_platform_key"
            : (pmcf->needs & NGX_HTTP_PHONE_NEEDS_TOKEN)
              && pmcf->operator_token.len == 0
              ? "phone_operator_token_file"
            : (pmcf->needs & NGX_HTTP_PHONE_NEEDS_GATEWAY)
              && pmcf->gateway_token.len == 0
              ? "phone_gateway_token_file"
            : (pmcf->needs & NGX_HTTP_PHONE_NEEDS_BLOBS)
              && pmcf->worker.blobs.len == 0
              ? "phone_blobs"
            : NULL;

    if (missing) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%s\" is missing: a location with phone "
                           "endpoints needs it", missing);
        return NGX_CONF_ERROR;
    }

    crypto = phone_crypto_create();

    if (crypto == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "this OpenSSL refuses MD5 or SHA-256, which "
                           "signed calls need");
        return NGX_CONF_ERROR;
    }

    phone_crypto_free(crypto);

    if ((pmcf->needs & NGX_HTTP_PHONE_NEEDS_ZONES)
        && ngx_http_phone_read_zones(cf, pmcf) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static void *
ngx_http_phone_create_loc_conf(ngx_conf_t *cf)
{
    ngx_http_phone_loc_conf_t  *plcf;

    plcf = ngx_pcalloc(cf->pool, sizeof(ngx_http_phone_loc_conf_t));
    if (plcf == NULL) {
        return NULL;
    }

    /*
     * set by ngx_pcalloc():
     *
     *     plcf->handler = NULL;
     *     plcf->capability = NULL;
     *     plcf->own = { 0, NULL };
     *     plcf->prefix = { 0, NULL };
     *     plcf->endpoint = { NULL };
     *     plcf->exact = 0;
     */

    plcf->body_max = NGX_CONF_UNSET_SIZE;
    plcf->cookie_secure = NGX_CONF_UNSET;

    return plcf;
}


static char *
ngx_http_phone_merge_loc_conf(ngx_conf_t *cf, void *parent, void *child)
{
    ngx_http_core_loc_conf_t   *clcf;
    ngx_http_phone_loc_conf_t  *prev, *plcf;

    prev = parent;
    plcf = child;

    ngx_conf_merge_size_value(plcf->body_max, prev->body_max, 65536);
    ngx_conf_merge_value(plcf->cookie_secure, prev->cookie_secure, 0);

    /*
     * "if" and "limit_except" blocks have location configurations of their own,
     * with which the content handler of their location runs.  nginx copies the
     * handler to "if" blocks, but not to "limit_except" blocks.
     */

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    if (plcf->handler && clcf->handler != plcf->handler) {

        /* "proxy_pass", for example, takes the place of any other handler */

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "another handler is set behind the phone directive "
                           "of location \"%V\"", &clcf->name);
        return NGX_CONF_ERROR;
    }

    if (clcf->noname && plcf->handler == NULL) {
        plcf->handler = prev->handler;
        plcf->capability = prev->capability;
        plcf->own = prev->own;
        plcf->prefix = prev->prefix;
        plcf->exact = prev->exact;
        ngx_memcpy(plcf->endpoint, prev->endpoint, sizeof(plcf->endpoint));
    }

    if (clcf->lmt_excpt && clcf->handler == NULL) {
        clcf->handler = plcf->handler;
    }

    if (plcf->capability == NULL) {
        return NGX_CONF_OK;
    }

    /* bodies contain passwords and PINs: they are kept in memory */

    clcf->client_body_in_file_only = 0;

    if (clcf->client_body_buffer_size < plcf->body_max) {
        clcf->client_body_buffer_size = plcf->body_max;
    }

    return NGX_CONF_OK;
}
