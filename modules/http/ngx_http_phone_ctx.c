
/*
 * The context of a module for a request.  nginx clears the contexts at an
 * internal redirect, but variables and the result of "phone_auth" must stay.
 * So a context is allocated in a pool cleanup record and found again there, as
 * in ngx_http_realip_module.
 */


#include "http/ngx_http_phone_ctx.h"


typedef struct {
    ngx_http_request_t      *request;        /* subrequests share the pool */
    ngx_module_t            *module;
} ngx_http_phone_ctx_owner_t;


static void ngx_http_phone_ctx_cleanup(void *data);


void *
ngx_http_phone_ctx_create(ngx_http_request_t *r, ngx_module_t *module,
    size_t size)
{
    ngx_pool_cleanup_t          *cln;
    ngx_http_phone_ctx_owner_t  *owner;

    cln = ngx_pool_cleanup_add(r->pool,
                               sizeof(ngx_http_phone_ctx_owner_t) + size);
    if (cln == NULL) {
        return NULL;
    }

    owner = cln->data;
    owner->request = r;
    owner->module = module;
    ngx_memzero(owner + 1, size);

    cln->handler = ngx_http_phone_ctx_cleanup;

    r->ctx[module->ctx_index] = owner + 1;

    return owner + 1;
}


void *
ngx_http_phone_ctx(ngx_http_request_t *r, ngx_module_t *module)
{
    void                        *ctx;
    ngx_pool_cleanup_t          *cln;
    ngx_http_phone_ctx_owner_t  *owner;

    ctx = r->ctx[module->ctx_index];

    if (ctx || (!r->internal && !r->filter_finalize)) {
        return ctx;
    }

    for (cln = r->pool->cleanup; cln; cln = cln->next) {

        if (cln->handler != ngx_http_phone_ctx_cleanup) {
            continue;
        }

        owner = cln->data;

        if (owner->request == r && owner->module == module) {
            r->ctx[module->ctx_index] = owner + 1;
            return owner + 1;
        }
    }

    return NULL;
}


/* The handler identifies our records in the list of cleanups; there is
   nothing to free. */

static void
ngx_http_phone_ctx_cleanup(void *data)
{
    ngx_http_phone_ctx_owner_t  *owner;

    owner = data;
    owner->request = NULL;
}


ngx_int_t
ngx_http_phone_add_handler(ngx_conf_t *cf, ngx_http_phases phase,
    ngx_http_handler_pt handler)
{
    ngx_http_handler_pt        *h;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    h = ngx_array_push(&cmcf->phases[phase].handlers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    *h = handler;

    return NGX_OK;
}


ngx_int_t
ngx_http_phone_add_variables(ngx_conf_t *cf, ngx_http_variable_t *vars)
{
    ngx_http_variable_t  *var, *v;

    for (v = vars; v->name.len; v++) {
        var = ngx_http_add_variable(cf, &v->name, v->flags);
        if (var == NULL) {
            return NGX_ERROR;
        }

        var->get_handler = v->get_handler;
        var->data = v->data;
    }

    return NGX_OK;
}
