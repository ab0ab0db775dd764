
/*
 * Whose folder it is.  Its file `store` names the store whose blobs are in it,
 * and the folder itself, by random digits.  The store notes the same line: two
 * stores in one folder would remove each other's blobs, and two folders of one
 * store would each lack those of the other.
 */


#include "blobs/ngx_phone_blobs.h"

#include <openssl/rand.h>


#define NGX_PHONE_FOLDER_RANDOM  16


static ngx_int_t ngx_phone_folder_read(ngx_phone_folder_t *folder,
    const char *path);
static ngx_int_t ngx_phone_folder_make(ngx_phone_folder_t *folder,
    const char *path, const ngx_str_t *store);
static ngx_int_t ngx_phone_folder_sync(ngx_phone_folder_t *folder);
static ngx_int_t ngx_phone_folder_failed(ngx_phone_folder_t *folder,
    const char *what);


ngx_int_t
ngx_phone_blob_folder(ngx_phone_folder_t *folder, const ngx_str_t *store)
{
    char       path[NGX_PHONE_BLOB_PATH];
    ngx_int_t  rc;

    folder->line.data = folder->text;
    folder->line.len = 0;

    (void) snprintf(path, sizeof(path), "%s/store", folder->path);

    rc = ngx_phone_folder_read(folder, path);

    if (rc == NGX_DECLINED && store) {
        rc = ngx_phone_folder_make(folder, path, store);

        if (rc == NGX_OK) {
            rc = ngx_phone_folder_read(folder, path);
        }
    }

    return rc;
}


/* NGX_DECLINED: it is not there. */

static ngx_int_t
ngx_phone_folder_read(ngx_phone_folder_t *folder, const char *path)
{
    ssize_t    n;
    ngx_fd_t   fd;
    ngx_int_t  rc;

    fd = open(path, O_RDONLY|O_CLOEXEC);

    if (fd == -1) {
        return ngx_errno == NGX_ENOENT
               ? NGX_DECLINED
               : ngx_phone_folder_failed(folder, "open() of its file "
                                                 "\"store\"");
    }

    n = read(fd, folder->text, NGX_PHONE_FOLDER_LINE);

    rc = n == -1
         ? ngx_phone_folder_failed(folder, "read() of its file \"store\"")
         : NGX_OK;

    (void) close(fd);

    if (rc != NGX_OK) {
        return rc;
    }

    while (n && folder->text[n - 1] == LF) {
        n--;
    }

    folder->line.len = (size_t) n;

    return NGX_OK;
}


/* The first of several that do this at the same time succeeds, and all read
   what that one has written. */

static ngx_int_t
ngx_phone_folder_make(ngx_phone_folder_t *folder, const char *path,
    const ngx_str_t *store)
{
    char       new[NGX_PHONE_BLOB_PATH];
    u_char     random[NGX_PHONE_FOLDER_RANDOM], line[NGX_PHONE_FOLDER_LINE],
              *p;
    ngx_fd_t   fd;
    ngx_int_t  rc;

    if (RAND_bytes(random, sizeof(random)) != 1) {
        return ngx_phone_folder_failed(folder, "RAND_bytes()");
    }

    p = ngx_sprintf(line, "%V ", store);
    p = ngx_hex_dump(p, random, sizeof(random));
    *p++ = LF;

    (void) snprintf(new, sizeof(new), "%s/new/XXXXXX", folder->path);

    fd = mkostemp(new, O_CLOEXEC);

    if (fd == -1) {
        return ngx_phone_folder_failed(folder, "open() in its folder "
                                               "\"new\"");
    }

    if (write(fd, line, p - line) != p - line || fsync(fd) == -1) {
        rc = ngx_phone_folder_failed(folder, "write() in its folder \"new\"");

    } else if (link(new, path) == -1 && ngx_errno != NGX_EEXIST) {
        rc = ngx_phone_folder_failed(folder, "link() of its file \"store\"");

    } else {
        rc = ngx_phone_folder_sync(folder);
    }

    (void) close(fd);
    (void) unlink(new);

    return rc;
}


static ngx_int_t
ngx_phone_folder_sync(ngx_phone_folder_t *folder)
{
    ngx_fd_t   fd;
    ngx_int_t  rc;

    fd = open(folder->path, O_RDONLY|O_DIRECTORY|O_CLOEXEC);

    rc = fd != -1 && fsync(fd) == 0
         ? NGX_OK : ngx_phone_folder_failed(folder, "fsync()");

    if (fd != -1) {
        (void) close(fd);
    }

    return rc;
}


static ngx_int_t
ngx_phone_folder_failed(ngx_phone_folder_t *folder, const char *what)
{
    folder->err = ngx_errno;
    folder->failed = what;

    return NGX_ERROR;
}
