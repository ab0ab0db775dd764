
/*
 * Whose folder it is.  Its file `store` names the store whose blobs are in it,
 * and the folder itself, by random digits.  The store notes the same line: two
 * stores in one folder would remove each other's blobs, and two folders of one
 * store would each lack those of the other.
 */


#include "blobs/ngx_phone_blobs.h"

#include <openssl/rand.h>


#define NGX_PHONE_FOLDER_RANDOM  16


static ngx_int_t ngx_phone_folder_read(const char *path, ngx_str_t *line);
static ngx_int_t ngx_phone_folder_make(const char *folder, const char *path,
    const ngx_str_t *store);
static ngx_int_t ngx_phone_folder_sync(const char *folder);
static ngx_int_t ngx_phone_folder_failed(const char *what, const char *path);


ngx_int_t
ngx_phone_blob_folder(const char *folder, const ngx_str_t *store,
    ngx_str_t *line)
{
    char       path[NGX_PHONE_BLOB_PATH];
    ngx_int_t  rc;

    (void) snprintf(path, sizeof(path), "%s/store", folder);

    rc = ngx_phone_folder_read(path, line);

    if (rc == NGX_DECLINED) {
        if (ngx_phone_folder_make(folder, path, store) != NGX_OK) {
            return NGX_ERROR;
        }

        rc = ngx_phone_folder_read(path, line);
    }

    return rc == NGX_OK ? NGX_OK : NGX_ERROR;
}


/* NGX_DECLINED: it is not there. */

static ngx_int_t
ngx_phone_folder_read(const char *path, ngx_str_t *line)
{
    ssize_t   n;
    ngx_fd_t  fd;

    fd = open(path, O_RDONLY|O_CLOEXEC);

    if (fd == -1) {
        return ngx_errno == NGX_ENOENT
               ? NGX_DECLINED : ngx_phone_folder_failed("open()", path);
    }

    n = read(fd, line->data, NGX_PHONE_FOLDER_LINE);

    if (n == -1) {
        (void) ngx_phone_folder_failed("read()", path);
    }

    (void) close(fd);

    if (n == -1) {
        return NGX_ERROR;
    }

    while (n && line->data[n - 1] == LF) {
        n--;
    }

    line->len = (size_t) n;

    return NGX_OK;
}


/* The first of several that do this at the same time succeeds, and all read
   what that one has written. */

static ngx_int_t
ngx_phone_folder_make(const char *folder, const char *path,
    const ngx_str_t *store)
{
    char       new[NGX_PHONE_BLOB_PATH];
    u_char     random[NGX_PHONE_FOLDER_RANDOM], line[NGX_PHONE_FOLDER_LINE],
              *p;
    ngx_fd_t   fd;
    ngx_int_t  rc;

    if (RAND_bytes(random, sizeof(random)) != 1) {
        return NGX_ERROR;
    }

    p = ngx_sprintf(line, "%V ", store);
    p = ngx_hex_dump(p, random, sizeof(random));
    *p++ = LF;

    (void) snprintf(new, sizeof(new), "%s/new/XXXXXX", folder);

    fd = mkostemp(new, O_CLOEXEC);

    if (fd == -1) {
        return ngx_phone_folder_failed("open()", new);
    }

    if (write(fd, line, p - line) != p - line || fsync(fd) == -1) {
        rc = ngx_phone_folder_failed("write()", new);

    } else if (link(new, path) == -1 && ngx_errno != NGX_EEXIST) {
        rc = ngx_phone_folder_failed("link()", path);

    } else {
        rc = ngx_phone_folder_sync(folder);
    }

    (void) close(fd);
    (void) unlink(new);

    return rc;
}


static ngx_int_t
ngx_phone_folder_sync(const char *folder)
{
    ngx_fd_t   fd;
    ngx_int_t  rc;

    fd = open(folder, O_RDONLY|O_DIRECTORY|O_CLOEXEC);

    rc = fd != -1 && fsync(fd) == 0
         ? NGX_OK : ngx_phone_folder_failed("fsync()", folder);

    if (fd != -1) {
        (void) close(fd);
    }

    return rc;
}


static ngx_int_t
ngx_phone_folder_failed(const char *what, const char *path)
{
    ngx_log_error(NGX_LOG_CRIT, ngx_cycle->log, ngx_errno,
                  "%s of \"%s\" failed: \"phone_blobs\" cannot be used", what,
                  path);

    return NGX_ERROR;
}
