
/*
 * A body above client_max_body_size is refused by nginx before a handler runs,
 * or while it reads chunks.  In a location of ours its page is replaced by the
 * refusal that our calls have, unless the operator has set an error_page.
 *
 * The filters are installed when a worker starts: in a static nginx the modules
 * that handle requests are configured before the filters.
 */


#include "http/ngx_http_phone_endpoint.h"


static ngx_int_t ngx_http_phone_too_large_header(ngx_http_request_t *r);
static ngx_int_t ngx_http_phone_too_large_body(ngx_http_request_t *r,
    ngx_chain_t *in);
static ngx_int_t ngx_http_phone_too_large_init(ngx_cycle_t *cycle);


static ngx_http_module_t  ngx_http_phone_too_large_module_ctx = {
    NULL,                                  /* preconfiguration */
    NULL,                                  /* postconfiguration */

    NULL,                                  /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    NULL,                                  /* create location configuration */
    NULL                                   /* merge location configuration */
};


ngx_module_t  ngx_http_phone_too_large_module = {
    NGX_MODULE_V1,
    &ngx_http_phone_too_large_module_ctx,  /* module context */
    NULL,                                  /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    ngx_http_phone_too_large_init,         /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    NULL,                                  /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static ngx_http_output_header_filter_pt  ngx_http_next_header_filter;
static ngx_http_output_body_filter_pt    ngx_http_next_body_filter;


static ngx_int_t
ngx_http_phone_too_large_init(ngx_cycle_t *cycle)
{
    if (ngx_phone_of_cycle(cycle) == NULL) {
        return NGX_OK;
    }

    ngx_http_next_header_filter = ngx_http_top_header_filter;
    ngx_http_top_header_filter = ngx_http_phone_too_large_header;

    ngx_http_next_body_filter = ngx_http_top_body_filter;
    ngx_http_top_body_filter = ngx_http_phone_too_large_body;

    return NGX_OK;
}


/* Our own replies are not HTML. */

static ngx_int_t
ngx_http_phone_too_large_header(ngx_http_request_t *r)
{
    ngx_buf_t                  *b;
    ngx_http_phone_loc_conf_t  *plcf;

    if (r->headers_out.status != NGX_HTTP_REQUEST_ENTITY_TOO_LARGE
        || r != r->main || r->headers_out.content_type.len == 0
        || r->headers_out.content_type.data[0] != 't')
    {
        return ngx_http_next_header_filter(r);
    }

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_phone_module);

    if (plcf->handler) {
        b = ngx_http_phone_replace(r, PHONE_TOO_LARGE);

        if (b == NULL) {
            return NGX_ERROR;
        }

        ngx_http_set_ctx(r, b, ngx_http_phone_too_large_module);
    }

    return ngx_http_next_header_filter(r);
}


static ngx_int_t
ngx_http_phone_too_large_body(ngx_http_request_t *r, ngx_chain_t *in)
{
    ngx_buf_t    *b;
    ngx_chain_t   out;

    b = ngx_http_get_module_ctx(r, ngx_http_phone_too_large_module);

    if (b == NULL || in == NULL) {
        return ngx_http_next_body_filter(r, in);
    }

    ngx_http_set_ctx(r, NULL, ngx_http_phone_too_large_module);

    out.buf = b;
    out.next = NULL;

    return ngx_http_next_body_filter(r, &out);
}
