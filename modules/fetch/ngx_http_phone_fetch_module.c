
/* Outbound calls: directives and process handlers. */


#include "fetch/ngx_phone_fetch.h"
#include "http/ngx_http_phone_ctx.h"


#define NGX_HTTP_PHONE_FETCH_TIMEOUT  15000          /* ms */


static ngx_int_t ngx_http_phone_fetch_init(ngx_conf_t *cf);
static void *ngx_http_phone_fetch_create_main_conf(ngx_conf_t *cf);
static char *ngx_http_phone_fetch_init_main_conf(ngx_conf_t *cf, void *conf);
static ngx_int_t ngx_http_phone_fetch_url_locations(ngx_conf_t *cf,
    ngx_phone_fetch_conf_t *fmcf);
static ngx_int_t ngx_http_phone_fetch_make_token(ngx_str_t *secret,
    u_char *token);
static char *ngx_http_phone_fetch(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_phone_fetch_allow(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_phone_fetch_location(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_phone_fetch_log(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static ngx_phone_fetch_way_t *ngx_http_phone_fetch_named(ngx_conf_t *cf,
    ngx_command_t *cmd, ngx_phone_fetch_conf_t *fmcf);
static ngx_int_t ngx_http_phone_fetch_init_process(ngx_cycle_t *cycle);
static void ngx_http_phone_fetch_exit_process(ngx_cycle_t *cycle);


static ngx_command_t  ngx_http_phone_fetch_commands[] = {

    /* phone_fetch unix:/path; the socket of the server that calls out */
    { ngx_string("phone_fetch"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_phone_fetch,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    /* phone_fetch_allow 10.1.0.0/16 ...; not public, but may be called */
    { ngx_string("phone_fetch_allow"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_1MORE,
      ngx_http_phone_fetch_allow,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    /* phone_fetch_timeout 15s; of a whole call; below phone_lease, half of
       which is the default if that is less */
    { ngx_string("phone_fetch_timeout"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_msec_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_phone_fetch_conf_t, timeout),
      NULL },

    /* phone_fetch_location sms /sms; of the fetch server */
    { ngx_string("phone_fetch_location"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE2,
      ngx_http_phone_fetch_location,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    /* phone_fetch_log sms /path; instead of sending it */
    { ngx_string("phone_fetch_log"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE2,
      ngx_http_phone_fetch_log,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  ngx_http_phone_fetch_module_ctx = {
    ngx_phone_fetch_server_variables,    /* preconfiguration */
    ngx_http_phone_fetch_init,             /* postconfiguration */

    ngx_http_phone_fetch_create_main_conf, /* create main configuration */
    ngx_http_phone_fetch_init_main_conf,   /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    NULL,                                  /* create location configuration */
    NULL                                   /* merge location configuration */
};


ngx_module_t  ngx_http_phone_fetch_module = {
    NGX_MODULE_V1,
    &ngx_http_phone_fetch_module_ctx,      /* module context */
    ngx_http_phone_fetch_commands,         /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    ngx_http_phone_fetch_init_process,     /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    ngx_http_phone_fetch_exit_process,     /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static ngx_int_t
ngx_http_phone_fetch_init(ngx_conf_t *cf)
{
    const phone_settings_t    *settings;
    ngx_http_phone_main_conf_t     *pmcf;
    ngx_phone_fetch_conf_t    *fmcf;
    ngx_http_core_loc_conf_t  *clcf;

    fmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_phone_fetch_module);
    pmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_phone_module);
    settings = ngx_http_conf_get_module_main_conf(cf,
                                               ngx_http_phone_settings_module);
    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    if (fmcf->timeout == NGX_CONF_UNSET_MSEC) {
        fmcf->timeout = (ngx_msec_t) ngx_min(NGX_HTTP_PHONE_FETCH_TIMEOUT,
                                             settings->lease / 2);
    }

    if (fmcf->timeout == 0 || (int64_t) fmcf->timeout >= settings->lease) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"phone_fetch_timeout\" must be longer than 0 and "
                           "shorter than \"phone_lease\", %L ms",
                           settings->lease);
        return NGX_ERROR;
    }

    /* of the http level; the core module's merging has created them */

    fmcf->resolver = clcf->resolver;
    fmcf->resolver_timeout = clcf->resolver_timeout;

    if (ngx_phone_fetch_check(cf, fmcf, pmcf) != NGX_OK) {
        return NGX_ERROR;
    }

    if (fmcf->socket.sockaddr == NULL) {
        return NGX_OK;
    }

    if (ngx_http_phone_add_handler(cf, NGX_HTTP_POST_READ_PHASE,
                                   ngx_phone_fetch_server_handler)
            != NGX_OK
        || ngx_http_phone_add_handler(cf, NGX_HTTP_SERVER_REWRITE_PHASE,
                                      ngx_phone_fetch_server_stay)
            != NGX_OK
        || ngx_http_phone_add_handler(cf, NGX_HTTP_REWRITE_PHASE,
                                      ngx_phone_fetch_server_stay)
            != NGX_OK)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


static void *
ngx_http_phone_fetch_create_main_conf(ngx_conf_t *cf)
{
    ngx_uint_t               n;
    ngx_phone_fetch_conf_t  *fmcf;

    for (n = 0; phone_fetches[n]; n++) { /* void */ }

    fmcf = ngx_pcalloc(cf->pool, sizeof(ngx_phone_fetch_conf_t));
    if (fmcf == NULL) {
        return NULL;
    }

    fmcf->ways = ngx_pcalloc(cf->pool, n * sizeof(ngx_phone_fetch_way_t));
    if (fmcf->ways == NULL) {
        return NULL;
    }

    fmcf->timeout = NGX_CONF_UNSET_MSEC;
    fmcf->results = fmcf->own_results;
    ngx_queue_init(&fmcf->fetches);

    return fmcf;
}


static char *
ngx_http_phone_fetch_init_main_conf(ngx_conf_t *cf, void *conf)
{
    ngx_phone_fetch_conf_t  *fmcf = conf;

    ngx_http_phone_main_conf_t  *pmcf;

    pmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_phone_module);

    if (ngx_http_phone_fetch_url_locations(cf, fmcf) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    if (fmcf->socket.sockaddr == NULL) {
        return NGX_CONF_OK;
    }

    if (ngx_http_phone_fetch_make_token(&pmcf->worker.secret, fmcf->token)
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (pmcf->worker.secret_before.len) {
        fmcf->has_token_before = 1;

        if (ngx_http_phone_fetch_make_token(&pmcf->worker.secret_before,
                                            fmcf->token_before)
            != NGX_OK)
        {
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


/* "/<name>", where none is given, of calls that go by a URL: they need nothing
   of their own from their location. */

static ngx_int_t
ngx_http_phone_fetch_url_locations(ngx_conf_t *cf,
    ngx_phone_fetch_conf_t *fmcf)
{
    u_char      *p;
    size_t       len;
    ngx_uint_t   i;

    for (i = 0; phone_fetches[i]; i++) {

        if (!phone_fetches[i]->by_url || fmcf->ways[i].location.len) {
            continue;
        }

        len = ngx_strlen(phone_fetches[i]->name);

        p = ngx_pnalloc(cf->pool, len + 1);
        if (p == NULL) {
            return NGX_ERROR;
        }

        p[0] = '/';
        ngx_memcpy(p + 1, phone_fetches[i]->name, len);

        fmcf->ways[i].location.data = p;
        fmcf->ways[i].location.len = len + 1;
    }

    return NGX_OK;
}


/*
 * The token is derived from the secret and not from the cycle: the fetches of a
 * worker that is shutting down go to workers of the next cycle.
 */

static ngx_int_t
ngx_http_phone_fetch_make_token(ngx_str_t *secret, u_char *token)
{
    int               rc;
    u_char            mac[PHONE_MAC_LEN];
    phone_mac_key_t  *key;

    key = phone_mac_key_create(ngx_phone_str(secret), "fetch token");
    if (key == NULL) {
        return NGX_ERROR;
    }

    rc = phone_mac(key, PHONE_STR("fetch"), mac);
    phone_mac_key_free(key);

    if (rc != 0) {
        return NGX_ERROR;
    }

    (void) ngx_hex_dump(token, mac, PHONE_MAC_LEN);

    return NGX_OK;
}


static char *
ngx_http_phone_fetch(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_phone_fetch_conf_t  *fmcf = conf;

    ngx_url_t   u;
    ngx_str_t  *value;

    if (fmcf->socket.sockaddr) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (ngx_strncasecmp(value[1].data, (u_char *) "unix:", 5) != 0) {
        return "needs a unix socket, unix:<path>";
    }

    ngx_memzero(&u, sizeof(ngx_url_t));
    u.url = value[1];

    if (ngx_parse_url(cf->pool, &u) != NGX_OK) {
        return u.err ? u.err : NGX_CONF_ERROR;
    }

    fmcf->socket = u.addrs[0];

    (void) ngx_http_phone_use(cf);

    return NGX_CONF_OK;
}


static char *
ngx_http_phone_fetch_allow(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_phone_fetch_conf_t  *fmcf = conf;

    ngx_int_t    rc;
    ngx_str_t   *value;
    ngx_cidr_t  *cidr;
    ngx_uint_t   i;

    if (fmcf->allow == NULL) {
        fmcf->allow = ngx_array_create(cf->pool, cf->args->nelts - 1,
                                       sizeof(ngx_cidr_t));
        if (fmcf->allow == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        cidr = ngx_array_push(fmcf->allow);
        if (cidr == NULL) {
            return NGX_CONF_ERROR;
        }

        rc = ngx_ptocidr(&value[i], cidr);

        if (rc == NGX_ERROR) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"%V\" has an invalid network \"%V\": write "
                               "it as 10.1.0.0/16", &cmd->name, &value[i]);
            return NGX_CONF_ERROR;
        }

        if (rc == NGX_DONE) {
            ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                               "low address bits of %V are meaningless",
                               &value[i]);
        }
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_phone_fetch_location(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t              *value;
    ngx_phone_fetch_way_t  *way;

    value = cf->args->elts;

    way = ngx_http_phone_fetch_named(cf, cmd, conf);
    if (way == NULL) {
        return NGX_CONF_ERROR;
    }

    if (way->location.len) {
        return "is duplicate";
    }

    if (way->log) {
        return "excludes \"phone_fetch_log\" of the same call: keep one";
    }

    if (value[2].data[0] != '/' || ngx_strchr(value[2].data, ' ')) {
        return "needs a path of the fetch server, /<path>";
    }

    way->location = value[2];

    return NGX_CONF_OK;
}


static char *
ngx_http_phone_fetch_log(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t               *value;
    ngx_phone_fetch_way_t   *way;
    ngx_phone_fetch_conf_t  *fmcf;

    fmcf = conf;
    value = cf->args->elts;

    way = ngx_http_phone_fetch_named(cf, cmd, fmcf);
    if (way == NULL) {
        return NGX_CONF_ERROR;
    }

    if (phone_fetches[way - fmcf->ways]->secret) {
        return "does not write the calls of this name: they are secret";
    }

    if (way->log) {
        return "is duplicate";
    }

    if (way->location.len) {
        return "excludes \"phone_fetch_location\" of the same call: keep one";
    }

    /* nginx takes an empty name for stderr */

    if (value[2].len == 0) {
        return "needs a file";
    }

    way->log = ngx_phone_fetch_log_open(cf, &value[2]);

    return way->log ? NGX_CONF_OK : NGX_CONF_ERROR;
}


/* The way of the call that the first argument names. */

static ngx_phone_fetch_way_t *
ngx_http_phone_fetch_named(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_phone_fetch_conf_t *fmcf)
{
    ngx_str_t   *value;
    ngx_uint_t   i;

    value = cf->args->elts;

    for (i = 0; phone_fetches[i]; i++) {
        if (ngx_strcmp(value[1].data, phone_fetches[i]->name) == 0) {
            return &fmcf->ways[i];
        }
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "\"%V\": there is no outbound call \"%V\"", &cmd->name,
                       &value[1]);

    return NULL;
}


/* ngx_http_phone_module's init_process, which creates the worker's object,
   runs before. */

static ngx_int_t
ngx_http_phone_fetch_init_process(ngx_cycle_t *cycle)
{
    ngx_phone_t             *phone;
    ngx_phone_fetch_conf_t  *fmcf;

    fmcf = ngx_http_cycle_get_module_main_conf(cycle,
                                               ngx_http_phone_fetch_module);

    phone = ngx_phone_of_cycle(cycle);

    if (fmcf == NULL || phone == NULL) {
        return NGX_OK;
    }

    phone->fetch = ngx_phone_fetch_start;
    phone->fetch_data = fmcf;
    phone->fetch_hurry = ngx_phone_fetch_hurry;
    phone->fetch_timeout = fmcf->timeout;

    return NGX_OK;
}


static void
ngx_http_phone_fetch_exit_process(ngx_cycle_t *cycle)
{
    ngx_phone_fetch_conf_t  *fmcf;

    fmcf = ngx_http_cycle_get_module_main_conf(cycle,
                                               ngx_http_phone_fetch_module);

    if (fmcf) {
        ngx_phone_fetch_close(fmcf);
    }
}
