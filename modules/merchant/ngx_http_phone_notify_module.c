
/*
 * The merchant's side (PAY-13): verifies a notice of the platform before the
 * location's content handler runs.
 *
 * There is no state: a notice may come twice; the backend recognizes it by
 * notify_id.
 */


#include "merchant/ngx_http_phone_notice.h"
#include "http/ngx_http_phone_ctx.h"
#include "http/ngx_http_phone_endpoint.h"


#define NGX_HTTP_PHONE_NOTICE_MAX   65536            /* bytes of a body */

/* seconds */
#define NGX_HTTP_PHONE_NOTIFY_SKEW      300
#define NGX_HTTP_PHONE_NOTIFY_SKEW_MAX  3600


typedef struct {
    phone_crypto_t          *crypto;     /* of this worker; created at first
                                            use */
    unsigned                 used:1;
} ngx_http_phone_notify_main_conf_t;


typedef struct {
    ngx_phone_notice_rule_t  rule;       /* .keys == NULL: off */
} ngx_http_phone_notify_loc_conf_t;


/* What the variables show, in this order; see the table of names. */
#define NGX_HTTP_PHONE_NOTICE_SHOWN  7

typedef struct {
    ngx_str_t                shown[NGX_HTTP_PHONE_NOTICE_SHOWN];
    ngx_array_t             *verified;   /* keys that verified it; NULL: none
                                            yet.  A location reached by an
                                            internal redirect may have other
                                            keys. */
    unsigned                 body_read:1;
} ngx_http_phone_notify_ctx_t;


static ngx_int_t ngx_http_phone_notify_handler(ngx_http_request_t *r);
static ngx_int_t ngx_http_phone_notify_subrequest(ngx_http_request_t *r);
static ngx_int_t ngx_http_phone_notify_acceptable(ngx_http_request_t *r,
    ngx_phone_notice_fault_t *fault);
static void ngx_http_phone_notify_body_handler(ngx_http_request_t *r);
static ngx_int_t ngx_http_phone_notify_verify(ngx_http_request_t *r,
    ngx_http_phone_notify_ctx_t *ctx);
static phone_str_t ngx_http_phone_notify_query(ngx_http_request_t *r);
static ngx_int_t ngx_http_phone_notify_show(ngx_http_request_t *r,
    ngx_http_phone_notify_ctx_t *ctx, phone_fields_t *fields);

static ngx_int_t ngx_http_phone_notice_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);

static ngx_int_t ngx_http_phone_notify_add_variables(ngx_conf_t *cf);
static ngx_int_t ngx_http_phone_notify_init(ngx_conf_t *cf);
static void *ngx_http_phone_notify_create_main_conf(ngx_conf_t *cf);
static void *ngx_http_phone_notify_create_loc_conf(ngx_conf_t *cf);
static char *ngx_http_phone_notify_merge_loc_conf(ngx_conf_t *cf,
    void *parent, void *child);
static char *ngx_http_phone_notify(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_phone_notify_option(ngx_conf_t *cf,
    ngx_http_phone_notify_loc_conf_t *nlcf, ngx_str_t *value);
static char *ngx_http_phone_notify_key(ngx_conf_t *cf,
    ngx_http_phone_notify_loc_conf_t *nlcf, ngx_str_t *value);
static void ngx_http_phone_notify_exit_process(ngx_cycle_t *cycle);


static ngx_command_t  ngx_http_phone_notify_commands[] = {

    /*
     * phone_notify file merchant_id=id ... [sign_type=RSA2|MD5withRSA]
     *              [skew=300s];
     * phone_notify key_id=p1:file [key_id=p2:file ...] merchant_id=id ...
     *              [...];
     * phone_notify secret=file | secret=k1:file ... merchant_id=id ... [...];
     * phone_notify off;
     *
     * The files hold the platform's public keys, or secrets that are shared
     * with it.  Without an id there is one key, and the notice's own key_id is
     * not looked at.  The platform signs the notices of all merchants with the
     * same key: those of merchant_id pass.
     */
    { ngx_string("phone_notify"),
      NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_http_phone_notify,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  ngx_http_phone_notify_module_ctx = {
    ngx_http_phone_notify_add_variables,   /* preconfiguration */
    ngx_http_phone_notify_init,            /* postconfiguration */

    ngx_http_phone_notify_create_main_conf,  /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    ngx_http_phone_notify_create_loc_conf, /* create location configuration */
    ngx_http_phone_notify_merge_loc_conf   /* merge location configuration */
};


ngx_module_t  ngx_http_phone_notify_module = {
    NGX_MODULE_V1,
    &ngx_http_phone_notify_module_ctx,     /* module context */
    ngx_http_phone_notify_commands,        /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    NULL,                                  /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    ngx_http_phone_notify_exit_process,    /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


/* Not cached: before the access phase they are not set. */

static ngx_http_variable_t  ngx_http_phone_notify_vars[] = {

    { ngx_string("phone_notice_id"), NULL,
      ngx_http_phone_notice_variable, 0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("phone_notice_event"), NULL,
      ngx_http_phone_notice_variable, 1, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("phone_notice_bill_id"), NULL,
      ngx_http_phone_notice_variable, 2, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("phone_notice_out_trade_no"), NULL,
      ngx_http_phone_notice_variable, 3, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("phone_notice_status"), NULL,
      ngx_http_phone_notice_variable, 4, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("phone_notice_amount"), NULL,
      ngx_http_phone_notice_variable, 5, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("phone_notice_merchant_id"), NULL,
      ngx_http_phone_notice_variable, 6, NGX_HTTP_VAR_NOCACHEABLE, 0 },

      ngx_http_null_variable
};


/* The fields behind the variables, in the same order. */

static const char *const
    ngx_http_phone_notice_field[NGX_HTTP_PHONE_NOTICE_SHOWN] =
{
    "notify_id", "event", "bill_id", "out_trade_no", "status", "amount",
    "merchant_id"
};


static ngx_int_t
ngx_http_phone_notify_handler(ngx_http_request_t *r)
{
    ngx_int_t                          rc;
    ngx_phone_notice_fault_t           fault;
    ngx_http_phone_notify_ctx_t       *ctx;
    ngx_http_phone_notify_loc_conf_t  *nlcf;

    nlcf = ngx_http_get_module_loc_conf(r, ngx_http_phone_notify_module);

    if (nlcf->rule.keys == NULL) {
        return NGX_DECLINED;
    }

    ctx = ngx_http_phone_ctx(r, &ngx_http_phone_notify_module);

    if (ctx == NULL) {
        if (ngx_http_phone_notify_acceptable(r, &fault) != NGX_OK) {
            return ngx_http_phone_notice_refuse(r, &fault);
        }

        ctx = ngx_http_phone_ctx_create(r, &ngx_http_phone_notify_module,
                                        sizeof(ngx_http_phone_notify_ctx_t));
        if (ctx == NULL) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        r->request_body_in_single_buf = 1;

        rc = ngx_http_read_client_request_body(r,
                                       ngx_http_phone_notify_body_handler);

        if (rc >= NGX_HTTP_SPECIAL_RESPONSE) {
            return rc;
        }

        ngx_http_finalize_request(r, NGX_DONE);

        return NGX_DONE;
    }

    if (!ctx->body_read) {
        return NGX_DONE;
    }

    return ctx->verified == nlcf->rule.keys
           ? NGX_OK : ngx_http_phone_notify_verify(r, ctx);
}


/*
 * nginx runs no access phase for subrequests.  A subrequest is let into a
 * location with "phone_notify" if the notice of its main request was verified
 * with the same keys.
 */

static ngx_int_t
ngx_http_phone_notify_subrequest(ngx_http_request_t *r)
{
    ngx_http_phone_notify_ctx_t       *ctx;
    ngx_http_phone_notify_loc_conf_t  *nlcf;

    nlcf = ngx_http_get_module_loc_conf(r, ngx_http_phone_notify_module);

    if (r == r->main || nlcf->rule.keys == NULL) {
        return NGX_DECLINED;
    }

    ctx = ngx_http_phone_ctx(r->main, &ngx_http_phone_notify_module);

    if (ctx && ctx->verified == nlcf->rule.keys) {
        return NGX_DECLINED;
    }

    ngx_log_error(NGX_LOG_WARN, r->connection->log, 0,
                  "subrequest refused: its request is not a verified notice");

    return NGX_HTTP_FORBIDDEN;
}


/* Checks that need no body. */

static ngx_int_t
ngx_http_phone_notify_acceptable(ngx_http_request_t *r,
    ngx_phone_notice_fault_t *fault)
{
    fault->field = PHONE_EMPTY;

    if (r->method != NGX_HTTP_POST) {
        fault->refusal = PHONE_METHOD_NOT_ALLOWED;
        return NGX_ERROR;
    }

    if (r->headers_in.content_length_n > NGX_HTTP_PHONE_NOTICE_MAX) {
        fault->refusal = PHONE_TOO_LARGE;
        return NGX_ERROR;
    }

    fault->refusal = PHONE_MEDIA_TYPE;

    return ngx_http_phone_body_type(r) == NGX_HTTP_PHONE_BODY_FORM
           ? NGX_OK : NGX_ERROR;
}


static void
ngx_http_phone_notify_body_handler(ngx_http_request_t *r)
{
    ngx_http_phone_notify_ctx_t  *ctx;

    ctx = ngx_http_phone_ctx(r, &ngx_http_phone_notify_module);

    ctx->body_read = 1;

    r->preserve_body = 1;
    r->write_event_handler = ngx_http_core_run_phases;

    ngx_http_core_run_phases(r);
}


static ngx_int_t
ngx_http_phone_notify_verify(ngx_http_request_t *r,
    ngx_http_phone_notify_ctx_t *ctx)
{
    ngx_int_t                           rc;
    phone_str_t                         text;
    phone_arena_t                       arena;
    phone_fields_t                     *fields;
    ngx_phone_notice_fault_t            fault;
    ngx_http_phone_notify_loc_conf_t   *nlcf;
    ngx_http_phone_notify_main_conf_t  *nmcf;

    nlcf = ngx_http_get_module_loc_conf(r, ngx_http_phone_notify_module);
    nmcf = ngx_http_get_module_main_conf(r, ngx_http_phone_notify_module);

    if (ngx_http_phone_body_whole(r) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (nmcf->crypto == NULL) {
        nmcf->crypto = phone_crypto_create();
    }

    fields = ngx_palloc(r->pool, sizeof(phone_fields_t));
    if (fields == NULL || nmcf->crypto == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    fault.field = PHONE_EMPTY;
    ctx->verified = NULL;

    phone_arena_init(&arena);

    rc = ngx_http_phone_body(r, &arena, NGX_HTTP_PHONE_NOTICE_MAX, &text);

    if (rc == NGX_DECLINED) {
        fault.refusal = PHONE_TOO_LARGE;

        if (r->request_body->temp_file) {
            ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                          "the body of a notice is in a temporary file: "
                          "another module has read it before "
                          "\"phone_notify\"");
        }

    } else if (rc == NGX_OK) {
        rc = ngx_phone_notice_verify(&nlcf->rule, nmcf->crypto, &arena, text,
                                     ngx_http_phone_notify_query(r), fields,
                                     &fault);
    }

    if (arena.failed) {
        rc = NGX_HTTP_INTERNAL_SERVER_ERROR;

    } else if (rc == NGX_OK) {
        rc = ngx_http_phone_notify_show(r, ctx, fields);
        ctx->verified = nlcf->rule.keys;

    } else if (rc == NGX_DECLINED) {
        rc = ngx_http_phone_notice_refuse(r, &fault);
    }

    phone_arena_free(&arena);

    return rc;
}


/* As it was sent: "proxy_pass" without a URI passes that on, whatever became
   of r->args, and with a fragment. */

static phone_str_t
ngx_http_phone_notify_query(ngx_http_request_t *r)
{
    u_char  *p, *last;

    p = r->unparsed_uri.data;
    last = p + r->unparsed_uri.len;

    while (p < last && *p != '?' && *p != '#') {
        p++;
    }

    return p < last ? (phone_str_t) { last - p - 1, (char *) p + 1 }
                    : PHONE_EMPTY;
}


/* The fields are copied to the request's pool: variables are read until the
   request is logged. */

static ngx_int_t
ngx_http_phone_notify_show(ngx_http_request_t *r,
    ngx_http_phone_notify_ctx_t *ctx, phone_fields_t *fields)
{
    ngx_str_t           source;
    ngx_uint_t          i;
    const phone_str_t  *value;

    for (i = 0; i < NGX_HTTP_PHONE_NOTICE_SHOWN; i++) {

        value = phone_field(fields, ngx_http_phone_notice_field[i]);
        if (value == NULL) {
            continue;
        }

        source.len = value->len;
        source.data = (u_char *) value->data;

        ctx->shown[i].data = ngx_pstrdup(r->pool, &source);
        if (ctx->shown[i].data == NULL) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        ctx->shown[i].len = source.len;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_phone_notice_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_http_phone_notify_ctx_t  *ctx;

    ctx = ngx_http_phone_ctx(r->main, &ngx_http_phone_notify_module);

    if (ctx == NULL || ctx->verified == NULL) {
        v->not_found = 1;
        return NGX_OK;
    }

    v->data = ctx->shown[data].data;
    v->len = ctx->shown[data].len;
    v->valid = 1;
    v->no_cacheable = 1;
    v->not_found = 0;

    return NGX_OK;
}


static ngx_int_t
ngx_http_phone_notify_add_variables(ngx_conf_t *cf)
{
    return ngx_http_phone_add_variables(cf, ngx_http_phone_notify_vars);
}


static ngx_int_t
ngx_http_phone_notify_init(ngx_conf_t *cf)
{
    ngx_http_phone_notify_main_conf_t  *nmcf;

    nmcf = ngx_http_conf_get_module_main_conf(cf,
                                              ngx_http_phone_notify_module);

    if (!nmcf->used) {
        return NGX_OK;
    }

    if (ngx_http_phone_add_handler(cf, NGX_HTTP_ACCESS_PHASE,
                                   ngx_http_phone_notify_handler)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_phone_add_handler(cf, NGX_HTTP_PREACCESS_PHASE,
                                      ngx_http_phone_notify_subrequest);
}


static void *
ngx_http_phone_notify_create_main_conf(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(ngx_http_phone_notify_main_conf_t));
}


static void *
ngx_http_phone_notify_create_loc_conf(ngx_conf_t *cf)
{
    ngx_http_phone_notify_loc_conf_t  *nlcf;

    nlcf = ngx_pcalloc(cf->pool, sizeof(ngx_http_phone_notify_loc_conf_t));
    if (nlcf == NULL) {
        return NULL;
    }

    nlcf->rule.keys = NGX_CONF_UNSET_PTR;

    return nlcf;
}


static char *
ngx_http_phone_notify_merge_loc_conf(ngx_conf_t *cf, void *parent,
    void *child)
{
    ngx_http_phone_notify_loc_conf_t  *prev = parent;
    ngx_http_phone_notify_loc_conf_t  *conf = child;

    ngx_http_core_loc_conf_t  *clcf;

    /* one directive sets all members */

    if (conf->rule.keys == NGX_CONF_UNSET_PTR) {
        *conf = *prev;
    }

    if (conf->rule.keys == NGX_CONF_UNSET_PTR) {
        conf->rule.keys = NULL;
    }

    if (conf->rule.keys == NULL) {
        return NGX_CONF_OK;
    }

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    if (clcf->satisfy == NGX_HTTP_SATISFY_ANY) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"phone_notify\" and \"satisfy any\" in location "
                           "\"%V\": whom another module lets pass would need "
                           "no signature, set \"satisfy all\"", &clcf->name);
        return NGX_CONF_ERROR;
    }

    /* the body is verified in memory */

    clcf->client_body_in_file_only = 0;

    if (clcf->client_body_buffer_size < NGX_HTTP_PHONE_NOTICE_MAX) {
        clcf->client_body_buffer_size = NGX_HTTP_PHONE_NOTICE_MAX;
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_phone_notify(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_phone_notify_loc_conf_t  *nlcf = conf;

    char                               *rv;
    ngx_str_t                          *value;
    ngx_uint_t                          i;
    ngx_http_phone_notify_main_conf_t  *nmcf;

    if (nlcf->rule.keys != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (cf->args->nelts == 2 && ngx_strcmp(value[1].data, "off") == 0) {
        nlcf->rule.keys = NULL;
        return NGX_CONF_OK;
    }

    nlcf->rule.sign_type = NGX_CONF_UNSET_UINT;
    nlcf->rule.skew = NGX_CONF_UNSET;

    nlcf->rule.keys = ngx_array_create(cf->pool, 2,
                                  sizeof(ngx_phone_notice_key_t));
    nlcf->rule.merchants = ngx_array_create(cf->pool, 1, sizeof(ngx_str_t));

    if (nlcf->rule.keys == NULL || nlcf->rule.merchants == NULL) {
        return NGX_CONF_ERROR;
    }

    for (i = 1; i < cf->args->nelts; i++) {
        rv = ngx_http_phone_notify_option(cf, nlcf, &value[i]);

        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    if (nlcf->rule.keys->nelts == 0) {
        return "needs the file of a public key, or secret=<file>";
    }

    if (nlcf->rule.merchants->nelts == 0) {
        return "needs merchant_id=<id>, your merchant_id at the platform";
    }

    ngx_conf_init_uint_value(nlcf->rule.sign_type, PHONE_RSA2);
    ngx_conf_init_value(nlcf->rule.skew, NGX_HTTP_PHONE_NOTIFY_SKEW);

    nmcf = ngx_http_conf_get_module_main_conf(cf,
                                              ngx_http_phone_notify_module);
    nmcf->used = 1;

    return NGX_CONF_OK;
}


static char *
ngx_http_phone_notify_option(ngx_conf_t *cf,
    ngx_http_phone_notify_loc_conf_t *nlcf, ngx_str_t *value)
{
    ngx_str_t           file, *merchant;
    phone_sign_type_t   type;

    if (ngx_strncmp(value->data, "sign_type=", 10) == 0) {
        if (nlcf->rule.sign_type != NGX_CONF_UNSET_UINT) {
            return "has a duplicate sign_type";
        }

        if (phone_sign_type((phone_str_t) { value->len - 10,
                                            (char *) value->data + 10 },
                            &type)
            != 0
            || phone_sign_type_kind(type) != PHONE_KEY_RSA)
        {
            return "has an unknown sign_type: it is RSA2 or MD5withRSA; other "
                   "keys have one only";
        }

        nlcf->rule.sign_type = type;
        return NGX_CONF_OK;
    }

    if (ngx_strncmp(value->data, "skew=", 5) == 0) {
        if (nlcf->rule.skew != NGX_CONF_UNSET) {
            return "has a duplicate skew";
        }

        file.data = value->data + 5;
        file.len = value->len - 5;

        nlcf->rule.skew = ngx_parse_time(&file, 1);

        return nlcf->rule.skew < 1
               || nlcf->rule.skew > NGX_HTTP_PHONE_NOTIFY_SKEW_MAX
               ? "needs a skew between 1s and 1h" : NGX_CONF_OK;
    }

    if (ngx_strncmp(value->data, "merchant_id=", 12) == 0) {
        if (value->len == 12) {
            return "has an empty merchant_id";
        }

        merchant = ngx_array_push(nlcf->rule.merchants);
        if (merchant == NULL) {
            return NGX_CONF_ERROR;
        }

        merchant->data = value->data + 12;
        merchant->len = value->len - 12;

        return NGX_CONF_OK;
    }

    return ngx_http_phone_notify_key(cf, nlcf, value);
}


/* file, key_id=<id>:<file>, secret=<file>, secret=<id>:<file>: a path that
   holds ':' is one with "/" before it. */

static char *
ngx_http_phone_notify_key(ngx_conf_t *cf,
    ngx_http_phone_notify_loc_conf_t *nlcf, ngx_str_t *value)
{
    u_char      *colon;
    ngx_str_t    id, file;
    ngx_uint_t   secret;

    ngx_str_null(&id);
    file = *value;
    secret = ngx_strncmp(value->data, "secret=", 7) == 0;

    if (!secret && ngx_strncmp(value->data, "key_id=", 7) != 0) {
        return ngx_phone_notice_add_key(cf, nlcf->rule.keys, &id, &file, 0);
    }

    file.data += 7;
    file.len -= 7;

    colon = ngx_strlchr(file.data, file.data + file.len, ':');

    if (secret && (colon == NULL
                   || ngx_strlchr(file.data, colon, '/') != NULL))
    {
        return file.len ? ngx_phone_notice_add_key(cf, nlcf->rule.keys, &id,
                                                   &file, 1)
                        : "needs secret=<file> or secret=<id>:<file>";
    }

    if (colon == NULL || colon == file.data
        || colon + 1 == file.data + file.len)
    {
        return secret ? "needs secret=<file> or secret=<id>:<file>"
                      : "needs key_id=<id>:<file>";
    }

    id.data = file.data;
    id.len = colon - file.data;
    file.len -= id.len + 1;
    file.data = colon + 1;

    return ngx_phone_notice_add_key(cf, nlcf->rule.keys, &id, &file, secret);
}


static void
ngx_http_phone_notify_exit_process(ngx_cycle_t *cycle)
{
    ngx_http_phone_notify_main_conf_t  *nmcf;

    nmcf = ngx_http_cycle_get_module_main_conf(cycle,
                                               ngx_http_phone_notify_module);

    if (nmcf && nmcf->crypto) {
        phone_crypto_free(nmcf->crypto);
        nmcf->crypto = NULL;
    }
}
