
/*
 * The content handler of all locations with phone endpoints.
 *
 * The endpoint is found, the body is read, a run is started.  The request waits
 * for the run; ngx_http_phone_wait_t connects the two.  Whichever ends first
 * clears the connection.
 */


#include "http/ngx_http_phone_endpoint.h"


typedef struct {
    ngx_http_request_t      *request;
    ngx_phone_run_t         *run;            /* NULL: it is over */
} ngx_http_phone_wait_t;


static ngx_int_t ngx_http_phone_endpoint_handler(ngx_http_request_t *r);
static ngx_int_t ngx_http_phone_endpoint_read(ngx_http_request_t *r,
    ngx_http_phone_loc_conf_t *plcf, const phone_endpoint_t *endpoint);
static ngx_uint_t ngx_http_phone_body_came(ngx_http_request_t *r);
static void ngx_http_phone_endpoint_body(ngx_http_request_t *r);
static ngx_int_t ngx_http_phone_endpoint_start(ngx_http_request_t *r,
    const phone_endpoint_t *endpoint, const phone_fields_t *path,
    ngx_uint_t with_body);
static ngx_int_t ngx_http_phone_endpoint_wait(ngx_http_request_t *r,
    ngx_phone_run_t *run);
static void ngx_http_phone_endpoint_done(ngx_phone_run_t *run);
static void ngx_http_phone_endpoint_cleanup(void *data);

static const phone_endpoint_t *ngx_http_phone_route(ngx_http_request_t *r,
    ngx_http_phone_loc_conf_t *plcf, phone_fields_t *path,
    phone_refusal_t *refusal);
static ngx_int_t ngx_http_phone_path(ngx_pool_t *pool,
    ngx_http_phone_loc_conf_t *plcf, ngx_str_t *uri, phone_str_t *path);
static ngx_int_t ngx_http_phone_method(ngx_http_request_t *r);
static ngx_int_t ngx_http_phone_endpoint_allow(ngx_http_request_t *r,
    ngx_http_phone_loc_conf_t *plcf);
static char *ngx_http_phone_endpoint_exact(ngx_conf_t *cf,
    ngx_http_phone_loc_conf_t *plcf, ngx_str_t *uri);


const phone_str_t  ngx_http_phone_methods[NGX_HTTP_PHONE_METHODS] = {
    { 3, "GET" },
    { 4, "POST" },
    { 3, "PUT" },
    { 6, "DELETE" }
};


static ngx_int_t
ngx_http_phone_endpoint_handler(ngx_http_request_t *r)
{
    ngx_int_t                   rc;
    phone_fields_t              path;
    phone_refusal_t             refusal;
    const phone_endpoint_t     *endpoint;
    ngx_http_phone_loc_conf_t  *plcf;

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_phone_module);

    path.n = 0;

    endpoint = ngx_http_phone_route(r, plcf, &path, &refusal);

    if (endpoint == NULL) {

        /* of a gateway with another method or path than the call has */

        ngx_http_phone_hide_tokens(r);

        return refusal == PHONE_METHOD_NOT_ALLOWED
               ? ngx_http_phone_endpoint_allow(r, plcf)
               : ngx_http_phone_refuse(r, NULL, refusal);
    }

    if (ngx_http_phone_admit(r, endpoint, &refusal) != NGX_OK) {
        return ngx_http_phone_refuse(r, endpoint, refusal);
    }

    if (r->method != NGX_HTTP_GET && r->method != NGX_HTTP_HEAD
        && (r->headers_in.content_length_n > 0 || r->headers_in.chunked))
    {
        return ngx_http_phone_endpoint_read(r, plcf, endpoint);
    }

    rc = ngx_http_discard_request_body(r);
    if (rc != NGX_OK) {
        return rc;
    }

    rc = ngx_http_phone_endpoint_start(r, endpoint, &path, 0);

    if (rc == NGX_DONE) {
        r->main->count++;
    }

    return rc;
}


/* The body */

static ngx_int_t
ngx_http_phone_endpoint_read(ngx_http_request_t *r,
    ngx_http_phone_loc_conf_t *plcf, const phone_endpoint_t *endpoint)
{
    ngx_int_t             rc;
    phone_refusal_t       refusal;
    const phone_param_t  *file;

    file = phone_file_param(endpoint);

    if (file && ngx_http_phone_is_upload(r)) {
        if (ngx_http_phone_upload_begin(r, file, &refusal) != NGX_OK) {
            return ngx_http_phone_refuse(r, endpoint, refusal);
        }

    } else if (r->headers_in.content_length_n > (off_t) plcf->body_max) {
        return ngx_http_phone_refuse(r, endpoint, PHONE_TOO_LARGE);

    } else if (ngx_http_phone_is_upload(r)) {
        return ngx_http_phone_refuse(r, endpoint, PHONE_MEDIA_TYPE);
    }

    /* nobody's body is waited for, or asked for by "100 Continue", who cannot
       be let in; of one that has come the run finds that out */

    if (!ngx_http_phone_body_came(r)
        && !ngx_http_phone_may_enter(r, endpoint))
    {
        r->keepalive = 0;

        return ngx_http_phone_refuse(r, endpoint, PHONE_LOGIN_REQUIRED);
    }

    rc = ngx_http_read_client_request_body(r, ngx_http_phone_endpoint_body);

    return rc >= NGX_HTTP_SPECIAL_RESPONSE ? rc : NGX_DONE;
}


/* All of it, with the headers. */

static ngx_uint_t
ngx_http_phone_body_came(ngx_http_request_t *r)
{
    return r->http_version < NGX_HTTP_VERSION_20 && !r->headers_in.chunked
           && r->header_in->last - r->header_in->pos
              >= r->headers_in.content_length_n;
}


/* The lookup is repeated: that is cheaper than a context. */

static void
ngx_http_phone_endpoint_body(ngx_http_request_t *r)
{
    ngx_int_t                   rc;
    phone_fields_t              path;
    phone_refusal_t             refusal;
    const phone_endpoint_t     *endpoint;
    ngx_http_phone_loc_conf_t  *plcf;

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_phone_module);

    path.n = 0;

    endpoint = ngx_http_phone_route(r, plcf, &path, &refusal);

    rc = endpoint ? ngx_http_phone_endpoint_start(r, endpoint, &path, 1)
                  : NGX_HTTP_INTERNAL_SERVER_ERROR;

    if (rc != NGX_DONE) {
        ngx_http_finalize_request(r, rc);
    }
}


/* The run */

/* NGX_DONE: the request waits. */

static ngx_int_t
ngx_http_phone_endpoint_start(ngx_http_request_t *r,
    const phone_endpoint_t *endpoint, const phone_fields_t *path,
    ngx_uint_t with_body)
{
    unsigned              i;
    ngx_int_t             rc;
    ngx_phone_run_t      *run;
    const phone_field_t  *field;

    run = ngx_http_phone_run_create(r, endpoint);
    if (run == NULL) {
        return ngx_http_phone_refuse(r, endpoint, PHONE_BUSY);
    }

    for (i = 0; i < path->n; i++) {
        field = &path->field[i];
        (void) phone_fields_add(&run->fields, field->name,
                                phone_copy(&run->call.arena, field->value));
    }

    if (!phone_may_enter(&run->call)) {
        ngx_phone_run_fail(run, PHONE_LOGIN_REQUIRED, NULL);

    } else if (ngx_http_phone_read_fields(r, run, with_body) == NGX_OK
               && ngx_phone_run_start(run) == NGX_AGAIN)
    {
        return ngx_http_phone_endpoint_wait(r, run);
    }

    rc = ngx_http_phone_send(r, &run->call);
    ngx_phone_run_free(run);

    return rc;
}


static ngx_int_t
ngx_http_phone_endpoint_wait(ngx_http_request_t *r, ngx_phone_run_t *run)
{
    ngx_http_cleanup_t     *cln;
    ngx_http_phone_wait_t  *wait;

    cln = ngx_http_cleanup_add(r, sizeof(ngx_http_phone_wait_t));
    if (cln == NULL) {
        ngx_phone_run_detach(run);
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    wait = cln->data;
    wait->request = r;
    wait->run = run;

    cln->handler = ngx_http_phone_endpoint_cleanup;

    run->done = ngx_http_phone_endpoint_done;
    run->data = wait;

    /* to notice that the client closes the connection */

    if (!r->discard_body) {
        r->read_event_handler = ngx_http_test_reading;
    }

    r->write_event_handler = ngx_http_request_empty_handler;

    return NGX_DONE;
}


static void
ngx_http_phone_endpoint_done(ngx_phone_run_t *run)
{
    ngx_int_t               rc;
    ngx_connection_t       *c;
    ngx_http_request_t     *r;
    ngx_http_phone_wait_t  *wait;

    wait = run->data;
    wait->run = NULL;

    r = wait->request;
    c = r->connection;

    ngx_http_set_log_request(c->log, r);

    rc = ngx_http_phone_send(r, &run->call);

    ngx_phone_run_free(run);

    ngx_http_finalize_request(r, rc);
    ngx_http_run_posted_requests(c);
}


/* The client has closed the connection: the call is completed without it. */

static void
ngx_http_phone_endpoint_cleanup(void *data)
{
    ngx_http_phone_wait_t  *wait;

    wait = data;

    if (wait->run) {
        ngx_phone_run_detach(wait->run);
    }
}


/* Finding the endpoint */

static ngx_int_t
ngx_http_phone_method(ngx_http_request_t *r)
{
    switch (r->method) {

    case NGX_HTTP_GET:
    case NGX_HTTP_HEAD:
        return 0;

    case NGX_HTTP_POST:
        return 1;

    case NGX_HTTP_PUT:
        return 2;

    case NGX_HTTP_DELETE:
        return 3;

    default:
        return NGX_DECLINED;
    }
}


static const phone_endpoint_t *
ngx_http_phone_route(ngx_http_request_t *r, ngx_http_phone_loc_conf_t *plcf,
    phone_fields_t *path, phone_refusal_t *refusal)
{
    int                      known;
    ngx_int_t                n;
    phone_str_t              text;
    const phone_endpoint_t  *endpoint;

    *refusal = PHONE_METHOD_NOT_ALLOWED;

    n = ngx_http_phone_method(r);

    if (plcf->exact) {
        return n < 0 ? NULL : plcf->endpoint[n];
    }

    if (ngx_http_phone_path(r->pool, plcf, &r->uri, &text) != NGX_OK) {
        *refusal = PHONE_NOT_FOUND;
        return NULL;
    }

    endpoint = phone_route(plcf->capability,
                           n < 0 ? ngx_phone_str(&r->method_name)
                                 : ngx_http_phone_methods[n],
                           text, path, &known);

    if (endpoint == NULL && !known) {
        *refusal = PHONE_NOT_FOUND;
    }

    return endpoint;
}


/* The path of the API reference for a URI. */

static ngx_int_t
ngx_http_phone_path(ngx_pool_t *pool, ngx_http_phone_loc_conf_t *plcf,
    ngx_str_t *uri, phone_str_t *path)
{
    u_char  *p;
    size_t   rest;

    if (plcf->prefix.len == 0) {
        *path = ngx_phone_str(uri);
        return NGX_OK;
    }

    if (uri->len < plcf->prefix.len
        || ngx_strncmp(uri->data, plcf->prefix.data, plcf->prefix.len) != 0)
    {
        return NGX_DECLINED;
    }

    rest = uri->len - plcf->prefix.len;

    p = ngx_pnalloc(pool, plcf->own.len + rest);
    if (p == NULL) {
        return NGX_DECLINED;
    }

    path->data = (char *) p;
    path->len = plcf->own.len + rest;

    p = ngx_cpymem(p, plcf->own.data, plcf->own.len);
    ngx_memcpy(p, uri->data + plcf->prefix.len, rest);

    return NGX_OK;
}


/* The path takes other methods. */

static ngx_int_t
ngx_http_phone_endpoint_allow(ngx_http_request_t *r,
    ngx_http_phone_loc_conf_t *plcf)
{
    int                      known;
    u_char                  *p;
    ngx_str_t                methods;
    ngx_uint_t               i;
    phone_str_t              path;
    phone_fields_t           fields;
    const phone_endpoint_t  *endpoint;

    p = ngx_pnalloc(r->pool, sizeof("OPTIONS, GET, HEAD, POST, PUT, DELETE"));

    if (p == NULL
        || ngx_http_phone_path(r->pool, plcf, &r->uri, &path) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    methods.data = p;
    p = ngx_cpymem(p, "OPTIONS", sizeof("OPTIONS") - 1);

    for (i = 0; i < NGX_HTTP_PHONE_METHODS; i++) {
        fields.n = 0;

        endpoint = phone_route(plcf->capability, ngx_http_phone_methods[i],
                               path, &fields, &known);

        if (endpoint) {
            p = ngx_sprintf(p, i == 0 ? ", %*s, HEAD" : ", %*s",
                            ngx_http_phone_methods[i].len,
                            ngx_http_phone_methods[i].data);
        }
    }

    methods.len = p - methods.data;

    return ngx_http_phone_allow(r, NULL, &methods);
}


/* Configuration */

char *
ngx_http_phone_endpoint_set(ngx_conf_t *cf, const char *capability,
    const char *own)
{
    char                       *rv;
    ngx_str_t                  *value;
    ngx_http_core_loc_conf_t   *clcf;
    ngx_http_phone_loc_conf_t  *plcf;

    plcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_phone_module);
    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    value = cf->args->elts;

    rv = ngx_http_phone_set_handler(cf, ngx_http_phone_endpoint_handler);

    if (rv != NGX_CONF_OK) {
        return rv;
    }

    plcf->capability = capability;

    if (cf->args->nelts > 1) {
        if (value[1].len == 0 || value[1].data[0] != '/') {
            return "needs a prefix that begins with \"/\"";
        }

        plcf->prefix = value[1];
        plcf->own.data = (u_char *) own;
        plcf->own.len = ngx_strlen(own);
    }

    return clcf->exact_match
           ? ngx_http_phone_endpoint_exact(cf, plcf, &clcf->name)
           : NGX_CONF_OK;
}


/* The path of an exact location is known here, so its endpoints are found
   once. */

static char *
ngx_http_phone_endpoint_exact(ngx_conf_t *cf, ngx_http_phone_loc_conf_t *plcf,
    ngx_str_t *uri)
{
    int                      known;
    ngx_uint_t               i, n;
    phone_str_t              path;
    phone_fields_t           fields;
    const phone_endpoint_t  *endpoint;

    n = 0;
    fields.n = 0;

    if (ngx_http_phone_path(cf->pool, plcf, uri, &path) == NGX_OK) {

        for (i = 0; i < NGX_HTTP_PHONE_METHODS; i++) {
            endpoint = phone_route(plcf->capability,
                                   ngx_http_phone_methods[i], path, &fields,
                                   &known);
            plcf->endpoint[i] = endpoint;
            n += (endpoint != NULL);
        }
    }

    if (n == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" has no endpoint \"%V\"",
                           cf->args->elts, uri);
        return NGX_CONF_ERROR;
    }

    plcf->exact = (fields.n == 0);

    return NGX_CONF_OK;
}
