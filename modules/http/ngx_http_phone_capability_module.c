
/*
 * The capabilities.  Each has a directive that puts its endpoints into a
 * location.  What it has beside that, variables or phases, is in a module of
 * its own (ngx_http_phone_session_module.c).
 */


#include "http/ngx_http_phone_endpoint.h"


typedef struct {
    const char              *names;          /* its endpoints are <name>.* */
    const char              *own;            /* how their paths begin */
    ngx_uint_t               needs;          /* NGX_HTTP_PHONE_NEEDS_* */
    const char *const       *fetches;        /* ends with NULL; or NULL */
} ngx_http_phone_capability_t;


static char *ngx_http_phone_capability(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);


static const char *const  ngx_http_phone_session_fetches[] = { "sms", NULL };
static const char *const  ngx_http_phone_bill_fetches[] = {
    "notice", "sms", NULL
};


/* login by phone number (MAIL-1) */
static ngx_http_phone_capability_t  ngx_http_phone_session = {
    "session", "/", 0, ngx_http_phone_session_fetches
};

/* a merchant asks for money, a phone pays (PAY-1 .. PAY-7) */
static ngx_http_phone_capability_t  ngx_http_phone_bill = {
    "bill refund balance statement payout reconcile notice key message",
    "/pay/",
    NGX_HTTP_PHONE_NEEDS_KEY|NGX_HTTP_PHONE_NEEDS_BLOBS,
    ngx_http_phone_bill_fetches
};

/* the mailbox and the phonebook of a number (MAIL-2 .. MAIL-7) */
static ngx_http_phone_capability_t  ngx_http_phone_mail = {
    "mail contacts", "/mail/",
    NGX_HTTP_PHONE_NEEDS_BLOBS|NGX_HTTP_PHONE_NEEDS_ZONES,
    ngx_http_phone_session_fetches
};

/* what the SMS gateway tells: reports, and texts of numbers (MAIL-8) */
static ngx_http_phone_capability_t  ngx_http_phone_sms = {
    "sms", "/sms/", NGX_HTTP_PHONE_NEEDS_GATEWAY, NULL
};

/* merchants, accounts, cards, the books; calls carry a token */
static ngx_http_phone_capability_t  ngx_http_phone_operator = {
    "operator", "/operator/", NGX_HTTP_PHONE_NEEDS_TOKEN, NULL
};


static ngx_command_t  ngx_http_phone_capability_commands[] = {

    /* phone_session [prefix]; */
    { ngx_string("phone_session"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS|NGX_CONF_TAKE1,
      ngx_http_phone_capability,
      0,
      0,
      &ngx_http_phone_session },

    { ngx_string("phone_bill"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS|NGX_CONF_TAKE1,
      ngx_http_phone_capability,
      0,
      0,
      &ngx_http_phone_bill },

    { ngx_string("phone_mail"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS|NGX_CONF_TAKE1,
      ngx_http_phone_capability,
      0,
      0,
      &ngx_http_phone_mail },

    { ngx_string("phone_sms"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS|NGX_CONF_TAKE1,
      ngx_http_phone_capability,
      0,
      0,
      &ngx_http_phone_sms },

    { ngx_string("phone_operator"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS|NGX_CONF_TAKE1,
      ngx_http_phone_capability,
      0,
      0,
      &ngx_http_phone_operator },

      ngx_null_command
};


static ngx_http_module_t  ngx_http_phone_capability_module_ctx = {
    NULL,                                  /* preconfiguration */
    NULL,                                  /* postconfiguration */

    NULL,                                  /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    NULL,                                  /* create location configuration */
    NULL                                   /* merge location configuration */
};


ngx_module_t  ngx_http_phone_capability_module = {
    NGX_MODULE_V1,
    &ngx_http_phone_capability_module_ctx, /* module context */
    ngx_http_phone_capability_commands,    /* module directives */
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


static char *
ngx_http_phone_capability(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    const char *const            *name;
    ngx_http_phone_main_conf_t   *pmcf;
    ngx_http_phone_capability_t  *capability;

    capability = cmd->post;

    pmcf = ngx_http_phone_use(cf);
    pmcf->needs |= capability->needs;

    for (name = capability->fetches; name && *name; name++) {
        ngx_http_phone_need_fetch(pmcf, *name);
    }

    return ngx_http_phone_endpoint_set(cf, capability->names, capability->own);
}
