
/*
 * The time zones of the host are read once, with the configuration: some 600
 * files, 1 MB, which the workers share.  What is no zone, as zone.tab, is left
 * out, and so is "localtime", which is another one on each host.
 */


#include "http/ngx_http_phone.h"
#include "lib/tz.h"


#define NGX_HTTP_PHONE_ZONES_MAX  2000
#define NGX_HTTP_PHONE_ZONE_SIZE  65536


typedef struct {
    ngx_conf_t              *cf;
    size_t                   skip;       /* of a path: "<folder>/" */
    ngx_array_t              zones;      /* of phone_zone_t */
    u_char                  *bytes;      /* NGX_HTTP_PHONE_ZONE_SIZE */
} ngx_http_phone_zones_t;


static ngx_int_t ngx_http_phone_zone_read(ngx_tree_ctx_t *tree,
    ngx_str_t *path);
static ngx_int_t ngx_http_phone_zone_add(ngx_http_phone_zones_t *zones,
    ngx_str_t *name, size_t size);
static ngx_int_t ngx_http_phone_zone_folder(ngx_tree_ctx_t *tree,
    ngx_str_t *path);
static ngx_int_t ngx_http_phone_zone_skip(ngx_tree_ctx_t *tree,
    ngx_str_t *path);
static int ngx_libc_cdecl ngx_http_phone_zone_order(const void *one,
    const void *two);


ngx_int_t
ngx_http_phone_read_zones(ngx_conf_t *cf, ngx_http_phone_main_conf_t *pmcf)
{
    ngx_tree_ctx_t           tree;
    ngx_http_phone_zones_t   zones;

    if (ngx_conf_full_name(cf->cycle, &pmcf->zoneinfo, 1) != NGX_OK) {
        return NGX_ERROR;
    }

    zones.cf = cf;
    zones.skip = pmcf->zoneinfo.len + 1;
    zones.bytes = ngx_palloc(cf->temp_pool, NGX_HTTP_PHONE_ZONE_SIZE);

    if (zones.bytes == NULL
        || ngx_array_init(&zones.zones, cf->pool, 640, sizeof(phone_zone_t))
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_memzero(&tree, sizeof(ngx_tree_ctx_t));

    tree.file_handler = ngx_http_phone_zone_read;
    tree.pre_tree_handler = ngx_http_phone_zone_folder;
    tree.post_tree_handler = ngx_http_phone_zone_skip;
    tree.spec_handler = ngx_http_phone_zone_skip;
    tree.data = &zones;
    tree.log = cf->log;

    if (ngx_walk_tree(&tree, &pmcf->zoneinfo) == NGX_ABORT) {
        return NGX_ERROR;
    }

    if (zones.zones.nelts == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" has no time zones: install tzdata, or name "
                           "their folder with \"phone_zoneinfo\"",
                           &pmcf->zoneinfo);
        return NGX_ERROR;
    }

    ngx_qsort(zones.zones.elts, zones.zones.nelts, sizeof(phone_zone_t),
              ngx_http_phone_zone_order);

    pmcf->worker.zones.zone = zones.zones.elts;
    pmcf->worker.zones.n = (unsigned) zones.zones.nelts;

    return NGX_OK;
}


static ngx_int_t
ngx_http_phone_zone_read(ngx_tree_ctx_t *tree, ngx_str_t *path)
{
    ssize_t                  n;
    ngx_fd_t                 fd;
    ngx_str_t                name;
    ngx_http_phone_zones_t  *zones;

    zones = tree->data;
    name.data = path->data + zones->skip;
    name.len = path->len - zones->skip;

    if (name.len > PHONE_ZONE_NAME_MAX
        || zones->zones.nelts == NGX_HTTP_PHONE_ZONES_MAX
        || (name.len == 9 && ngx_memcmp(name.data, "localtime", 9) == 0))
    {
        return NGX_OK;
    }

    fd = ngx_open_file(path->data, NGX_FILE_RDONLY, NGX_FILE_OPEN, 0);

    if (fd == NGX_INVALID_FILE) {
        ngx_conf_log_error(NGX_LOG_WARN, zones->cf, ngx_errno,
                           ngx_open_file_n " \"%V\" failed", path);
        return NGX_OK;
    }

    n = ngx_read_fd(fd, zones->bytes, NGX_HTTP_PHONE_ZONE_SIZE);

    if (ngx_close_file(fd) == NGX_FILE_ERROR) {
        ngx_conf_log_error(NGX_LOG_WARN, zones->cf, ngx_errno,
                           ngx_close_file_n " \"%V\" failed", path);
    }

    return n > 0 ? ngx_http_phone_zone_add(zones, &name, (size_t) n) : NGX_OK;
}


static ngx_int_t
ngx_http_phone_zone_add(ngx_http_phone_zones_t *zones, ngx_str_t *name,
    size_t size)
{
    int64_t        ahead;
    ngx_str_t      file, bytes;
    ngx_pool_t    *pool;
    phone_zone_t  *zone;

    bytes.data = zones->bytes;
    bytes.len = size;

    if (phone_tz_offset(ngx_phone_str(&bytes), ngx_time(), &ahead) != 0) {
        return NGX_OK;
    }

    pool = zones->cf->pool;

    zone = ngx_array_push(&zones->zones);
    file.data = ngx_pstrdup(pool, &bytes);
    bytes.data = ngx_pstrdup(pool, name);

    if (zone == NULL || file.data == NULL || bytes.data == NULL) {
        return NGX_ABORT;
    }

    file.len = size;
    bytes.len = name->len;
    zone->name = ngx_phone_str(&bytes);
    zone->file = ngx_phone_str(&file);

    return NGX_OK;
}


/* "posix" has the same zones again, "right" counts leap seconds. */

static ngx_int_t
ngx_http_phone_zone_folder(ngx_tree_ctx_t *tree, ngx_str_t *path)
{
    ngx_str_t                name;
    ngx_http_phone_zones_t  *zones;

    zones = tree->data;
    name.data = path->data + zones->skip;
    name.len = path->len - zones->skip;

    return (name.len == 5 && ngx_memcmp(name.data, "posix", 5) == 0)
           || (name.len == 5 && ngx_memcmp(name.data, "right", 5) == 0)
           ? NGX_DECLINED : NGX_OK;
}


static ngx_int_t
ngx_http_phone_zone_skip(ngx_tree_ctx_t *tree, ngx_str_t *path)
{
    return NGX_OK;
}


static int ngx_libc_cdecl
ngx_http_phone_zone_order(const void *one, const void *two)
{
    const phone_zone_t  *a, *b;

    a = one;
    b = two;

    return phone_compare(a->name, b->name);
}
