
/*
 * "phone_auth" and $phone_number make a session available to any location of
 * nginx.  The endpoints of "phone_session" make it.
 */


#include "http/ngx_http_phone_endpoint.h"
#include "http/ngx_http_phone_ctx.h"


typedef struct {
    ngx_flag_t               auth;
} ngx_http_phone_session_loc_conf_t;


/* The session is checked once a request, internal redirects included. */

typedef struct {
    ngx_http_request_t      *request;
    ngx_phone_run_t         *run;            /* NULL: it is over, with */
    ngx_int_t                rc;
    ngx_str_t                number;         /* empty: not logged in */
} ngx_http_phone_session_ctx_t;


static char *ngx_http_phone_auth(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

static phone_rc_t ngx_http_phone_session_run(phone_call_t *call);
static ngx_int_t ngx_http_phone_auth_handler(ngx_http_request_t *r);
static ngx_int_t ngx_http_phone_auth_subrequest(ngx_http_request_t *r);
static ngx_http_phone_session_ctx_t *ngx_http_phone_auth_ctx(
    ngx_http_request_t *r);
static ngx_int_t ngx_http_phone_auth_start(ngx_http_request_t *r);
static ngx_int_t ngx_http_phone_auth_over(ngx_http_request_t *r,
    ngx_http_phone_session_ctx_t *ctx, phone_call_t *call);
static ngx_int_t ngx_http_phone_auth_refused(ngx_http_request_t *r,
    ngx_http_phone_session_ctx_t *ctx, phone_call_t *call);
static void ngx_http_phone_auth_done(ngx_phone_run_t *run);
static void ngx_http_phone_auth_cleanup(void *data);
static ngx_int_t ngx_http_phone_number_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);

static ngx_int_t ngx_http_phone_session_add_variables(ngx_conf_t *cf);
static ngx_int_t ngx_http_phone_session_init(ngx_conf_t *cf);
static void *ngx_http_phone_session_create_loc_conf(ngx_conf_t *cf);
static char *ngx_http_phone_session_merge_loc_conf(ngx_conf_t *cf,
    void *parent, void *child);


/* An internal endpoint that only checks the session. */

static const phone_param_t  ngx_http_phone_session_params[] = {
    { NULL, 0, 0, 0, 0, NULL }
};

static const phone_endpoint_t  ngx_http_phone_session_endpoint = {
    "session.auth", "GET", "", PHONE_SESSION, ngx_http_phone_session_run,
    ngx_http_phone_session_params, phone_reply_of_code, "Lets a session pass."
};


static ngx_command_t  ngx_http_phone_session_commands[] = {

    { ngx_string("phone_auth"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_FLAG,
      ngx_http_phone_auth,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_phone_session_loc_conf_t, auth),
      NULL },

      ngx_null_command
};


static ngx_http_module_t  ngx_http_phone_session_module_ctx = {
    ngx_http_phone_session_add_variables,  /* preconfiguration */
    ngx_http_phone_session_init,           /* postconfiguration */

    NULL,                                  /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    ngx_http_phone_session_create_loc_conf,  /* create location configuration */
    ngx_http_phone_session_merge_loc_conf    /* merge location configuration */
};


ngx_module_t  ngx_http_phone_session_module = {
    NGX_MODULE_V1,
    &ngx_http_phone_session_module_ctx,    /* module context */
    ngx_http_phone_session_commands,       /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    NULL,                                  /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    NULL,                                  /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static ngx_http_variable_t  ngx_http_phone_session_vars[] = {

    { ngx_string("phone_number"), NULL,
      ngx_http_phone_number_variable, 0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

      ngx_http_null_variable
};


/* The runtime checks the session before it calls this. */

static phone_rc_t
ngx_http_phone_session_run(phone_call_t *call)
{
    return phone_waiting(call) ? PHONE_AGAIN : phone_done(call);
}


/* Runs when the access phase is entered, and again when the run has ended. */

static ngx_int_t
ngx_http_phone_auth_handler(ngx_http_request_t *r)
{
    ngx_http_phone_session_ctx_t       *ctx;
    ngx_http_phone_session_loc_conf_t  *slcf;

    slcf = ngx_http_get_module_loc_conf(r, ngx_http_phone_session_module);

    if (!slcf->auth) {
        return NGX_DECLINED;
    }

    ctx = ngx_http_phone_auth_ctx(r);

    if (ctx == NULL) {
        return ngx_http_phone_auth_start(r);
    }

    return ctx->run ? NGX_AGAIN : ctx->rc;
}


/*
 * nginx runs no access phase for subrequests, such as the target of
 * auth_request or an included page: they are checked in the preaccess phase.  A
 * main request that was let pass covers its subrequests.
 */

static ngx_int_t
ngx_http_phone_auth_subrequest(ngx_http_request_t *r)
{
    ngx_int_t                      rc;
    ngx_http_phone_session_ctx_t  *ctx;

    if (r == r->main) {
        return NGX_DECLINED;
    }

    ctx = ngx_http_phone_auth_ctx(r->main);

    if (ctx && ctx->number.len) {
        return NGX_DECLINED;
    }

    rc = ngx_http_phone_auth_handler(r);

    return rc == NGX_OK ? NGX_DECLINED : rc;
}


static ngx_http_phone_session_ctx_t *
ngx_http_phone_auth_ctx(ngx_http_request_t *r)
{
    return ngx_http_phone_ctx(r, &ngx_http_phone_session_module);
}


static ngx_int_t
ngx_http_phone_auth_start(ngx_http_request_t *r)
{
    ngx_int_t                      rc;
    ngx_phone_run_t               *run;
    ngx_http_cleanup_t            *cln;
    ngx_http_phone_session_ctx_t  *ctx;

    ctx = ngx_http_phone_ctx_create(r, &ngx_http_phone_session_module,
                                    sizeof(ngx_http_phone_session_ctx_t));
    cln = ngx_http_cleanup_add(r, 0);

    if (ctx == NULL || cln == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx->request = r;
    cln->data = ctx;
    cln->handler = ngx_http_phone_auth_cleanup;

    run = ngx_http_phone_run_create(r, &ngx_http_phone_session_endpoint);

    if (run == NULL) {
        ctx->rc = NGX_HTTP_SERVICE_UNAVAILABLE;

        if (ngx_http_phone_has_error_page(r, ctx->rc)) {
            return ctx->rc;
        }

        ngx_http_finalize_request(r, ngx_http_phone_refuse(r,
                                          &ngx_http_phone_session_endpoint,
                                          PHONE_BUSY));
        return NGX_DONE;
    }

    if (ngx_phone_run_start(run) == NGX_OK) {
        rc = ngx_http_phone_auth_over(r, ctx, &run->call);
        ngx_phone_run_free(run);
        return rc;
    }

    ctx->run = run;

    run->done = ngx_http_phone_auth_done;
    run->data = ctx;

    r->read_event_handler = ngx_http_test_reading;
    r->write_event_handler = ngx_http_core_run_phases;

    return NGX_AGAIN;
}


/* NGX_OK: the session stands. */

static ngx_int_t
ngx_http_phone_auth_over(ngx_http_request_t *r,
    ngx_http_phone_session_ctx_t *ctx, phone_call_t *call)
{
    ngx_str_t  caller;

    ctx->run = NULL;

    if (call->reply.refused) {
        ctx->rc = call->reply.status;
        return ngx_http_phone_auth_refused(r, ctx, call);
    }

    ctx->rc = NGX_OK;

    caller = ngx_phone_ngx_str(call->caller);

    ctx->number.data = ngx_pstrdup(r->pool, &caller);
    ctx->number.len = caller.len;

    if (ctx->number.data == NULL) {
        ctx->number.len = 0;
        ctx->rc = NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ctx->rc;
}


/*
 * The refusal is sent here and NGX_DONE returned.  If another access module may
 * still let the request pass, or an error page (a login form, say) is
 * configured, the status is returned to nginx instead.
 */

static ngx_int_t
ngx_http_phone_auth_refused(ngx_http_request_t *r,
    ngx_http_phone_session_ctx_t *ctx, phone_call_t *call)
{
    ngx_int_t                  rc;
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    if (clcf->satisfy == NGX_HTTP_SATISFY_ANY
        && ctx->rc == NGX_HTTP_UNAUTHORIZED)
    {
        return ctx->rc;
    }

    if (ngx_http_phone_has_error_page(r, ctx->rc)) {

        if (ctx->rc >= NGX_HTTP_INTERNAL_SERVER_ERROR) {
            ngx_http_phone_log_failure(r, call);
        }

        return ngx_http_phone_add_headers(r, &call->reply) == NGX_OK
               ? ctx->rc : NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = ngx_http_phone_discard_body(r);

    if (rc == NGX_OK) {
        rc = ngx_http_phone_send(r, call);
    }

    ngx_http_finalize_request(r, rc);

    return NGX_DONE;
}


static void
ngx_http_phone_auth_done(ngx_phone_run_t *run)
{
    ngx_int_t                      rc;
    ngx_connection_t              *c;
    ngx_http_request_t            *r;
    ngx_http_phone_session_ctx_t  *ctx;

    ctx = run->data;
    r = ctx->request;
    c = r->connection;

    ngx_http_set_log_request(c->log, r);

    rc = ngx_http_phone_auth_over(r, ctx, &run->call);

    ngx_phone_run_free(run);

    if (rc != NGX_DONE) {
        r->read_event_handler = ngx_http_block_reading;
        ngx_http_core_run_phases(r);
    }

    ngx_http_run_posted_requests(c);
}


static void
ngx_http_phone_auth_cleanup(void *data)
{
    ngx_http_phone_session_ctx_t  *ctx;

    ctx = data;

    if (ctx->run) {
        ngx_phone_run_detach(ctx->run);
    }
}


/* Of the request, or of the nearest parent that "phone_auth" has let pass. */

static ngx_int_t
ngx_http_phone_number_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_http_phone_session_ctx_t  *ctx;

    for ( /* void */ ; r; r = r->parent) {
        ctx = ngx_http_phone_auth_ctx(r);

        if (ctx == NULL || ctx->number.len == 0) {
            continue;
        }

        v->valid = 1;
        v->no_cacheable = 1;
        v->not_found = 0;
        v->len = ctx->number.len;
        v->data = ctx->number.data;

        return NGX_OK;
    }

    v->not_found = 1;

    return NGX_OK;
}


/* Configuration */

static char *
ngx_http_phone_auth(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char                               *rv;
    ngx_http_phone_session_loc_conf_t  *slcf;

    rv = ngx_conf_set_flag_slot(cf, cmd, conf);

    slcf = conf;

    if (rv == NGX_CONF_OK && slcf->auth) {
        (void) ngx_http_phone_use(cf);
    }

    return rv;
}


static ngx_int_t
ngx_http_phone_session_add_variables(ngx_conf_t *cf)
{
    return ngx_http_phone_add_variables(cf, ngx_http_phone_session_vars);
}


static ngx_int_t
ngx_http_phone_session_init(ngx_conf_t *cf)
{
    ngx_http_phone_main_conf_t  *pmcf;

    pmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_phone_module);

    if (!pmcf->used) {
        return NGX_OK;
    }

    if (ngx_http_phone_add_handler(cf, NGX_HTTP_ACCESS_PHASE,
                                   ngx_http_phone_auth_handler)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_phone_add_handler(cf, NGX_HTTP_PREACCESS_PHASE,
                                      ngx_http_phone_auth_subrequest);
}


static void *
ngx_http_phone_session_create_loc_conf(ngx_conf_t *cf)
{
    ngx_http_phone_session_loc_conf_t  *slcf;

    slcf = ngx_pcalloc(cf->pool, sizeof(ngx_http_phone_session_loc_conf_t));
    if (slcf == NULL) {
        return NULL;
    }

    slcf->auth = NGX_CONF_UNSET;

    return slcf;
}


static char *
ngx_http_phone_session_merge_loc_conf(ngx_conf_t *cf, void *parent,
    void *child)
{
    ngx_http_phone_session_loc_conf_t  *prev, *slcf;

    prev = parent;
    slcf = child;

    ngx_conf_merge_value(slcf->auth, prev->auth, 0);

    return NGX_CONF_OK;
}
