
/* phone_toy: the directive of the toys' location, as a capability has one. */


#include "http/ngx_http_phone_endpoint.h"


static char *ngx_http_phone_toy(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);


static ngx_command_t  ngx_http_phone_toy_commands[] = {

    { ngx_string("phone_toy"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS|NGX_CONF_TAKE1,
      ngx_http_phone_toy,
      0,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  ngx_http_phone_toy_module_ctx = {
    NULL,                                  /* preconfiguration */
    NULL,                                  /* postconfiguration */

    NULL,                                  /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    NULL,                                  /* create location configuration */
    NULL                                   /* merge location configuration */
};


ngx_module_t  ngx_http_phone_toy_module = {
    NGX_MODULE_V1,
    &ngx_http_phone_toy_module_ctx,        /* module context */
    ngx_http_phone_toy_commands,           /* module directives */
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
ngx_http_phone_toy(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_phone_use(cf)->needs |= NGX_HTTP_PHONE_NEEDS_BLOBS;

    return ngx_http_phone_endpoint_set(cf, "toy", "/toy/");
}
