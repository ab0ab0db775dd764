
/*
 * The folder of blobs, for the core's work: its functions are called in
 * threads.
 *
 *     <folder>/new/...            being written
 *     <folder>/kept/ab/ab12...    durable: synced, then renamed
 *
 * `data` of these functions is the path of the folder.
 */


#include "blobs/ngx_phone_blobs.h"


static phone_fault_t ngx_phone_disk_open(void *data, phone_disk_file_t *file,
    phone_str_t sha256);
static phone_fault_t ngx_phone_disk_open_upload(void *data,
    phone_disk_file_t *file, phone_str_t upload);
static int ngx_phone_disk_read(void *data, phone_disk_file_t *file,
    int64_t at, char *bytes, size_t len);
static void ngx_phone_disk_close(void *data, phone_disk_file_t *file);
static int ngx_phone_disk_make(void *data, phone_disk_file_t *file,
    phone_arena_t *arena);
static int ngx_phone_disk_write(void *data, phone_disk_file_t *file,
    phone_str_t bytes);
static int ngx_phone_disk_keep(void *data, phone_disk_file_t *file,
    phone_str_t sha256, int64_t size);
static void ngx_phone_disk_drop(void *data, phone_disk_file_t *file);
static ngx_int_t ngx_phone_disk_same(const char *path, ngx_fd_t from,
    off_t place, int64_t size);
static ngx_int_t ngx_phone_disk_place(const char *folder, const char *path,
    phone_str_t sha256);
static ngx_int_t ngx_phone_disk_there(const char *folder);
static ngx_int_t ngx_phone_disk_sync(const char *path);
static ngx_int_t ngx_phone_disk_failed(const char *what, const char *path);


const phone_disk_t  ngx_phone_disk = {
    ngx_phone_disk_open,
    ngx_phone_disk_open_upload,
    ngx_phone_disk_read,
    ngx_phone_disk_close,
    ngx_phone_disk_make,
    ngx_phone_disk_write,
    ngx_phone_disk_keep,
    ngx_phone_disk_drop
};


void
ngx_phone_blob_path(char *path, const char *folder, const char *sha256)
{
    (void) snprintf(path, NGX_PHONE_BLOB_PATH, "%s/kept/%.2s/%.64s", folder,
                    sha256, sha256);
}


/* Reading */

static phone_fault_t
ngx_phone_disk_open(void *data, phone_disk_file_t *file, phone_str_t sha256)
{
    char         path[NGX_PHONE_BLOB_PATH];
    struct stat  sb;

    ngx_phone_blob_path(path, data, sha256.data);

    file->data = NULL;
    file->name = sha256;
    file->fd = open(path, O_RDONLY|O_CLOEXEC);

    if (file->fd == -1 && ngx_errno == NGX_ENOENT) {
        return PHONE_FAULT_GONE;
    }

    if (file->fd == -1 || fstat(file->fd, &sb) == -1) {
        (void) ngx_phone_disk_failed("open()", path);

        if (file->fd != -1) {
            (void) close(file->fd);
        }

        return PHONE_FAULT_DISK;
    }

    file->place = 0;
    file->size = (int64_t) sb.st_size;

    return PHONE_FAULT_NONE;
}


/* The descriptor is the call's. */

static phone_fault_t
ngx_phone_disk_open_upload(void *data, phone_disk_file_t *file,
    phone_str_t upload)
{
    file->data = (void *) upload.data;
    file->fd = ((const ngx_phone_upload_t *) file->data)->fd;
    file->name = PHONE_STR("the spooled body");

    return PHONE_FAULT_NONE;
}


static int
ngx_phone_disk_read(void *data, phone_disk_file_t *file, int64_t at,
    char *bytes, size_t len)
{
    char         path[NGX_PHONE_BLOB_PATH];
    const char  *name;

    name = file->name.data;

    if (file->data == NULL) {
        ngx_phone_blob_path(path, data, name);
        name = path;
    }

    return ngx_phone_disk_bytes(file->fd, name, bytes, len,
                                (off_t) (file->place + at))
           == NGX_OK ? 0 : -1;
}


ngx_int_t
ngx_phone_disk_bytes(ngx_fd_t fd, const char *name, char *bytes, size_t len,
    off_t at)
{
    ssize_t  n;

    while (len) {
        n = pread(fd, bytes, len, at);

        if (n == -1 && ngx_errno == NGX_EINTR) {
            continue;
        }

        if (n <= 0) {
            return ngx_phone_disk_failed(n == 0 ? "pread(), which met the "
                                                  "end,"
                                                : "pread()", name);
        }

        bytes += n;
        len -= (size_t) n;
        at += (off_t) n;
    }

    return NGX_OK;
}


static void
ngx_phone_disk_close(void *data, phone_disk_file_t *file)
{
    if (file->data == NULL) {
        (void) close(file->fd);
    }
}


/* Making */

/* A name that no other host has, which may share the folder: process ids and
   descriptors are the same in two containers. */

static int
ngx_phone_disk_make(void *data, phone_disk_file_t *file, phone_arena_t *arena)
{
    char  *path;

    path = phone_alloc_raw(arena, NGX_PHONE_BLOB_PATH);
    if (path == NULL) {
        return -1;
    }

    (void) snprintf(path, NGX_PHONE_BLOB_PATH, "%s/new/XXXXXX",
                    (const char *) data);

    file->data = path;
    file->fd = mkostemp(path, O_CLOEXEC);

    if (file->fd == -1) {
        (void) ngx_phone_disk_failed("open()", path);
        return -1;
    }

    return 0;
}


static int
ngx_phone_disk_write(void *data, phone_disk_file_t *file, phone_str_t bytes)
{
    ssize_t  n;

    while (bytes.len) {
        n = write(file->fd, bytes.data, bytes.len);

        if (n == -1 && ngx_errno == NGX_EINTR) {
            continue;
        }

        if (n <= 0) {
            (void) ngx_phone_disk_failed("write()", file->data);
            return -1;
        }

        bytes.data += n;
        bytes.len -= (size_t) n;
    }

    return 0;
}


static int
ngx_phone_disk_keep(void *data, phone_disk_file_t *file, phone_str_t sha256,
    int64_t size)
{
    if (fsync(file->fd) == -1) {
        (void) ngx_phone_disk_failed("fsync()", file->data);
        ngx_phone_disk_drop(data, file);
        return -1;
    }

    if (close(file->fd) == -1) {
        (void) ngx_phone_disk_failed("close()", file->data);

    } else if (ngx_phone_disk_place(data, file->data, sha256) == NGX_OK) {
        return 0;
    }

    (void) unlink(file->data);

    return -1;
}


static void
ngx_phone_disk_drop(void *data, phone_disk_file_t *file)
{
    (void) close(file->fd);
    (void) unlink(file->data);
}


/* The blob that is there already: this tells the sweep that a commit may be
   about to name it.  NGX_DECLINED: it is not, or it is damaged. */

ngx_int_t
ngx_phone_disk_touch(const char *folder, phone_str_t sha256, ngx_fd_t from,
    off_t place, int64_t size)
{
    char         path[NGX_PHONE_BLOB_PATH];
    struct stat  sb;

    ngx_phone_blob_path(path, folder, sha256.data);

    if (chmod(path, NGX_PHONE_BLOB_MODE) == -1
        || utimensat(AT_FDCWD, path, NULL, 0) == -1 || stat(path, &sb) == -1
        || sb.st_size != (off_t) size
        || ngx_phone_disk_same(path, from, place, size) != NGX_OK)
    {
        return NGX_DECLINED;
    }

    return ngx_phone_disk_place(folder, NULL, sha256);
}


/*
 * What is kept is compared with what was sent: that is right by its hash.  This
 * costs a read, and less than to write and sync a file each time.  A damaged
 * file is replaced by a rename: who reads it, and a backup that is a hard link
 * to it, keep theirs.
 */

static ngx_int_t
ngx_phone_disk_same(const char *path, ngx_fd_t from, off_t place,
    int64_t size)
{
    char      ours[16384], kept[16384];
    off_t     at;
    ssize_t   n;
    ngx_fd_t  fd;

    fd = open(path, O_RDONLY|O_CLOEXEC);

    if (fd == -1) {
        return NGX_DECLINED;
    }

    for (at = 0; at < (off_t) size; at += n) {
        n = pread(fd, kept,
                  (size_t) ngx_min((off_t) sizeof(kept), (off_t) size - at),
                  at);

        if (n <= 0 || pread(from, ours, (size_t) n, place + at) != n
            || ngx_memcmp(ours, kept, n) != 0)
        {
            break;
        }
    }

    (void) close(fd);

    if (at == (off_t) size) {
        return NGX_OK;
    }

    ngx_phone_threads_log(0, "blob \"%s\" has other bytes than were kept: it "
                          "is written again from an upload", path);

    return NGX_DECLINED;
}


/* Puts path (NULL: it is there) in its place and makes that durable.  Another
   thread may do the same with the same bytes. */

static ngx_int_t
ngx_phone_disk_place(const char *folder, const char *path, phone_str_t sha256)
{
    char  dir[NGX_PHONE_BLOB_PATH], kept[NGX_PHONE_BLOB_PATH];

    if (ngx_phone_disk_there(folder) != NGX_OK) {
        return NGX_ERROR;
    }

    (void) snprintf(dir, sizeof(dir), "%s/kept/%.2s", folder, sha256.data);

    if (path) {
        if (mkdir(dir, 0700) == -1 && ngx_errno != NGX_EEXIST) {
            return ngx_phone_disk_failed("mkdir()", dir);
        }

        (void) snprintf(kept, sizeof(kept), "%s/kept", folder);

        if (ngx_phone_disk_sync(kept) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    ngx_phone_blob_path(kept, folder, sha256.data);

    if (path && rename(path, kept) == -1) {
        return ngx_phone_disk_failed("rename()", kept);
    }

    return ngx_phone_disk_sync(dir);
}


/*
 * A share may be unmounted while we run.  In its place may be folders that
 * nginx has made before it was mounted, but not the file "store".  A file that
 * was begun on the one is not found by rename() on the other.
 */

static ngx_int_t
ngx_phone_disk_there(const char *folder)
{
    char      path[NGX_PHONE_BLOB_PATH];
    ngx_fd_t  fd;

    (void) snprintf(path, sizeof(path), "%s/store", folder);

    fd = open(path, O_RDONLY|O_CLOEXEC);

    if (fd == -1) {
        return ngx_phone_disk_failed("open()", path);
    }

    (void) close(fd);

    return NGX_OK;
}


static ngx_int_t
ngx_phone_disk_sync(const char *path)
{
    ngx_fd_t   fd;
    ngx_int_t  rc;

    fd = open(path, O_RDONLY|O_DIRECTORY|O_CLOEXEC);

    if (fd == -1) {
        return ngx_phone_disk_failed("open()", path);
    }

    rc = fsync(fd) == 0 ? NGX_OK : ngx_phone_disk_failed("fsync()", path);

    (void) close(fd);

    return rc;
}


static ngx_int_t
ngx_phone_disk_failed(const char *what, const char *path)
{
    ngx_phone_threads_log(ngx_errno, "a call with a file is refused: %s of "
                          "\"%s\" failed", what, path);

    return NGX_ERROR;
}
