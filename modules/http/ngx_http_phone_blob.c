
/*
 * Files over HTTP: the body of a call that takes one is spooled by nginx and
 * handed to the call; a reply that is a blob is sent as nginx's static module
 * sends a file, so that ranges, conditions and sendfile are nginx's.
 *
 * It is not sent by an internal redirect: the static module makes the ETag of a
 * file's time, which changes when the same bytes are kept again, and a download
 * could not be resumed then.  Ours is the hash.
 */


#include "http/ngx_http_phone_endpoint.h"
#include "blobs/ngx_phone_blobs.h"


/* What a multipart body has beside the file: other fields, delimiters. */
#define NGX_HTTP_PHONE_UPLOAD_MORE  (NGX_PHONE_UPLOAD_TEXT + 16384)


static ngx_file_t *ngx_http_phone_spool(ngx_http_request_t *r);


ngx_int_t
ngx_http_phone_upload_begin(ngx_http_request_t *r, const phone_param_t *param,
    phone_refusal_t *refusal)
{
    off_t  most;

    if (r->headers_in.content_type == NULL) {
        *refusal = PHONE_MEDIA_TYPE;
        return NGX_DECLINED;
    }

    most = (off_t) param->max;

    if (ngx_http_phone_body_type(r) == NGX_HTTP_PHONE_BODY_MULTIPART) {
        most += NGX_HTTP_PHONE_UPLOAD_MORE;
    }

    if (r->headers_in.content_length_n > most) {
        *refusal = PHONE_TOO_LARGE;
        return NGX_DECLINED;
    }

    r->request_body_in_file_only = 1;
    r->request_body_file_log_level = 0;

    return NGX_OK;
}


/* The file has no name; this descriptor is the call's own, for the request may
   end before the call. */

ngx_int_t
ngx_http_phone_upload_take(ngx_http_request_t *r, ngx_phone_run_t *run)
{
    ngx_file_t               *file;
    ngx_phone_upload_t       *upload;
    ngx_http_request_body_t  *rb;

    rb = r->request_body;

    if (rb->temp_file == NULL && rb->bufs == NULL) {
        return NGX_OK;
    }

    upload = phone_alloc(&run->call.arena, sizeof(ngx_phone_upload_t));
    file = rb->temp_file ? &rb->temp_file->file : ngx_http_phone_spool(r);

    if (upload && file) {
        run->upload = fcntl(file->fd, F_DUPFD_CLOEXEC, 0);
    }

    if (run->upload == NGX_INVALID_FILE) {
        ngx_phone_run_fail(run, PHONE_BUSY, NULL);
        return NGX_DECLINED;
    }

    upload->fd = run->upload;
    upload->size = file->offset;
    upload->type = phone_copy(&run->call.arena,
                      ngx_phone_str(&r->headers_in.content_type->value));
    upload->multipart = ngx_http_phone_body_type(r)
                        == NGX_HTTP_PHONE_BODY_MULTIPART;

    run->call.upload = (phone_str_t) { sizeof(ngx_phone_upload_t),
                                       (const char *) upload };

    return NGX_OK;
}


/* Another module ("mirror") has read the body to memory: it is small. */

static ngx_file_t *
ngx_http_phone_spool(ngx_http_request_t *r)
{
    ngx_temp_file_t           *tf;
    ngx_http_core_loc_conf_t  *clcf;

    tf = ngx_pcalloc(r->pool, sizeof(ngx_temp_file_t));
    if (tf == NULL) {
        return NULL;
    }

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    tf->file.fd = NGX_INVALID_FILE;
    tf->file.log = r->connection->log;
    tf->path = clcf->client_body_temp_path;
    tf->pool = r->pool;

    return ngx_write_chain_to_temp_file(tf, r->request_body->bufs)
           == NGX_ERROR ? NULL : &tf->file;
}


/* Sending */

/* The hash was checked to be one when the reply was made.  NGX_DECLINED: there
   is no such file, or a disk has lost a part of it. */

ngx_int_t
ngx_http_phone_open_blob(ngx_http_request_t *r, const phone_reply_t *reply,
    ngx_buf_t **buf)
{
    ngx_buf_t                   *b;
    ngx_str_t                    path;
    ngx_open_file_info_t         of;
    ngx_http_core_loc_conf_t    *clcf;
    ngx_http_phone_main_conf_t  *pmcf;

    pmcf = ngx_http_get_module_main_conf(r, ngx_http_phone_module);
    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    path.data = ngx_pnalloc(r->pool, NGX_PHONE_BLOB_PATH);
    b = ngx_calloc_buf(r->pool);

    if (path.data == NULL || b == NULL) {
        return NGX_ERROR;
    }

    b->file = ngx_pcalloc(r->pool, sizeof(ngx_file_t));
    if (b->file == NULL) {
        return NGX_ERROR;
    }

    ngx_phone_blob_path((char *) path.data,
                        (const char *) pmcf->worker.blobs.data,
                        reply->sha256.data);
    path.len = ngx_strlen(path.data);

    ngx_memzero(&of, sizeof(ngx_open_file_info_t));

    of.read_ahead = clcf->read_ahead;
    of.directio = clcf->directio;
    of.valid = clcf->open_file_cache_valid;
    of.min_uses = clcf->open_file_cache_min_uses;
    of.errors = clcf->open_file_cache_errors;
    of.events = clcf->open_file_cache_events;

    if (ngx_open_cached_file(clcf->open_file_cache, &path, &of, r->pool)
        != NGX_OK || !of.is_file)
    {
        ngx_log_error(NGX_LOG_CRIT, r->connection->log, of.err,
                      "blob \"%V\" cannot be read, though a record names it: "
                      "put it back from a backup", &path);
        return NGX_DECLINED;
    }

    if (of.size != (off_t) reply->size) {
        ngx_log_error(NGX_LOG_CRIT, r->connection->log, 0,
                      "blob \"%V\" has %O bytes instead of %L: put it back "
                      "from a backup", &path, of.size, reply->size);
        return NGX_DECLINED;
    }

    b->file->fd = of.fd;
    b->file->name = path;
    b->file->log = r->connection->log;
    b->file->directio = of.is_directio;

    b->file_last = of.size;
    b->in_file = b->file_last ? 1 : 0;
    b->last_buf = (r == r->main) ? 1 : 0;
    b->sync = (b->last_buf || b->in_file) ? 0 : 1;
    b->last_in_chain = 1;

    *buf = b;

    return NGX_OK;
}


/* The headers by which nginx knows that it may send parts of it, or none. */

ngx_int_t
ngx_http_phone_add_etag(ngx_http_request_t *r, phone_str_t sha256)
{
    u_char           *p;
    ngx_table_elt_t  *h;

    p = ngx_pnalloc(r->pool, sha256.len + 2);
    h = ngx_list_push(&r->headers_out.headers);

    if (p == NULL || h == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(h, sizeof(ngx_table_elt_t));

    h->hash = 1;
    ngx_str_set(&h->key, "ETag");
    h->value.data = p;
    h->value.len = ngx_sprintf(p, "\"%*s\"", sha256.len, sha256.data) - p;

    r->headers_out.etag = h;
    r->allow_ranges = 1;

    /* 304 is an answer to these only: RFC 9110, 13.1.2 */

    if (r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD)) {
        r->disable_not_modified = 0;
    }

    return NGX_OK;
}
