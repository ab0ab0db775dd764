
/*
 * Uploads and blobs, on threads.  nginx has spooled the body to a file that has
 * no name any more, so nothing is left of it whatever happens.  Taking finds
 * the file in it and its SHA-256; keeping copies that part to a file of its own
 * and puts it in place under its hash.
 *
 *     <folder>/new/...            being written
 *     <folder>/kept/ab/ab12...    durable: synced, then renamed
 */


#include "blobs/ngx_phone_blobs.h"
#include "lib/form_write.h"
#include "lib/multipart.h"

#include <openssl/evp.h>


#define NGX_PHONE_BLOB_CHUNK   65536


typedef struct {
    EVP_MD_CTX              *md;
    phone_arena_t           *arena;
    const ngx_phone_upload_t  *upload;
    phone_str_t              param;
    int64_t                  largest;

    char                    *window;
    size_t                   filled;
    off_t                    at;             /* of the window, in the body */

    /* of the file */
    unsigned                 found:1;
    unsigned                 in_file:1;
    off_t                    place;
    int64_t                  size;
    phone_str_t              type;
    phone_str_t              name;

    /* of the others */
    phone_fields_t           fields;
    phone_buf_t              value;
    size_t                   text;           /* bytes of all */
} ngx_phone_take_t;


static int ngx_phone_blob_take_run(const phone_tools_t *tools,
    phone_arena_t *arena, const phone_str_t arg[PHONE_WORK_ARGS],
    phone_str_t *text);
static int ngx_phone_blob_keep_run(const phone_tools_t *tools,
    phone_arena_t *arena, const phone_str_t arg[PHONE_WORK_ARGS],
    phone_str_t *text);
static char ngx_phone_take_raw(ngx_phone_take_t *take);
static char ngx_phone_take_multipart(ngx_phone_take_t *take,
    phone_multipart_t *mp);
static ngx_int_t ngx_phone_take_fill(ngx_phone_take_t *take);
static char ngx_phone_take_part(ngx_phone_take_t *take, phone_multipart_t *mp,
    size_t used);
static char ngx_phone_take_data(ngx_phone_take_t *take, phone_str_t data);
static void ngx_phone_take_end_part(ngx_phone_take_t *take);
static int ngx_phone_take_answer(ngx_phone_take_t *take, char wrong,
    phone_str_t *text);
static ngx_int_t ngx_phone_blob_write(const ngx_phone_upload_t *upload,
    const char *path, off_t place, int64_t size);
static ngx_int_t ngx_phone_blob_copy(ngx_fd_t from, ngx_fd_t to, off_t place,
    int64_t size);
static ngx_int_t ngx_phone_blob_place(const char *folder, const char *path,
    const char *sha256);
static ngx_int_t ngx_phone_blob_sync(const char *path);
static int ngx_phone_blob_failed(const char *what, const char *path);


/* A quarter of the processors, as other work of that lane. */

const phone_work_t  ngx_phone_blob_take = {
    "take upload", PHONE_WORK_MEDIA, 4, 4 * NGX_PHONE_UPLOAD_TEXT,
    ngx_phone_blob_take_run
};

const phone_work_t  ngx_phone_blob_keep = {
    "keep blob", PHONE_WORK_MEDIA, 4, 0, ngx_phone_blob_keep_run
};

const phone_work_t *const  ngx_phone_blob_works[] = {
    &ngx_phone_blob_take,
    &ngx_phone_blob_keep,
    NULL
};


void
ngx_phone_blob_path(char *path, const char *folder, const char *sha256)
{
    (void) snprintf(path, NGX_PHONE_BLOB_PATH, "%s/kept/%.2s/%.64s", folder,
                    sha256, sha256);
}


/* Taking */

/* In place of an answer: it cannot be read. */
#define NGX_PHONE_TAKE_FAILED  'E'


static int
ngx_phone_blob_take_run(const phone_tools_t *tools, phone_arena_t *arena,
    const phone_str_t arg[PHONE_WORK_ARGS], phone_str_t *text)
{
    int                rc;
    char               wrong;
    ngx_phone_take_t  *take;
    phone_multipart_t  mp;

    take = phone_alloc(arena, sizeof(ngx_phone_take_t));
    if (take == NULL) {
        return 0;
    }

    take->arena = arena;
    take->upload = (const void *) arg[0].data;
    take->param = arg[1];
    take->window = phone_alloc_raw(arena, NGX_PHONE_BLOB_CHUNK);
    take->md = EVP_MD_CTX_new();

    if (take->window == NULL || take->md == NULL
        || phone_parse_int(arg[2], &take->largest) != 0
        || EVP_DigestInit_ex(take->md, EVP_sha256(), NULL) != 1)
    {
        EVP_MD_CTX_free(take->md);
        return 0;
    }

    wrong = !take->upload->multipart ? ngx_phone_take_raw(take)
            : phone_multipart_init(&mp, take->upload->type) == 0
              ? ngx_phone_take_multipart(take, &mp)
            : PHONE_UPLOAD_MALFORMED;

    rc = ngx_phone_take_answer(take, wrong, text);

    EVP_MD_CTX_free(take->md);

    return rc;
}


/* The body is the file. */

static char
ngx_phone_take_raw(ngx_phone_take_t *take)
{
    char  wrong, *type;

    type = phone_alloc_raw(take->arena, PHONE_MULTIPART_TYPE);
    if (type == NULL) {
        return NGX_PHONE_TAKE_FAILED;
    }

    take->found = 1;
    take->in_file = 1;
    take->type = phone_media_type(take->upload->type, type);

    while (take->at < take->upload->size) {

        if (ngx_phone_take_fill(take) != NGX_OK) {
            return NGX_PHONE_TAKE_FAILED;
        }

        wrong = ngx_phone_take_data(take, (phone_str_t) { take->filled,
                                                          take->window });
        if (wrong) {
            return wrong;
        }

        take->at += (off_t) take->filled;
        take->filled = 0;
    }

    return 0;
}


static char
ngx_phone_take_multipart(ngx_phone_take_t *take, phone_multipart_t *mp)
{
    int                      last;
    char                     wrong;
    size_t                   used;
    phone_multipart_event_t  event;

    for ( ;; ) {
        if (ngx_phone_take_fill(take) != NGX_OK) {
            return NGX_PHONE_TAKE_FAILED;
        }

        last = take->at + (off_t) take->filled == take->upload->size;

        event = phone_multipart_next(mp, (phone_str_t) { take->filled,
                                                         take->window },
                                     last, &used);
        wrong = 0;

        switch (event) {

        case PHONE_MULTIPART_MORE:
            break;

        case PHONE_MULTIPART_PART:
            wrong = ngx_phone_take_part(take, mp, used);
            break;

        case PHONE_MULTIPART_DATA:
            wrong = ngx_phone_take_data(take, mp->data);
            break;

        case PHONE_MULTIPART_END:
            ngx_phone_take_end_part(take);
            return 0;

        default: /* PHONE_MULTIPART_BAD */
            return PHONE_UPLOAD_MALFORMED;
        }

        if (wrong) {
            return wrong;
        }

        take->filled -= used;
        take->at += (off_t) used;
        ngx_memmove(take->window, take->window + used, take->filled);
    }
}


/* Fills the window; the event loop has seen the whole body come. */

static ngx_int_t
ngx_phone_take_fill(ngx_phone_take_t *take)
{
    size_t   room;
    off_t    left;
    ssize_t  n;

    left = take->upload->size - take->at - (off_t) take->filled;
    room = (size_t) ngx_min((off_t) (NGX_PHONE_BLOB_CHUNK - take->filled),
                            left);

    /* a window with enough in it is read out first */

    if (take->filled >= PHONE_MULTIPART_WINDOW) {
        return NGX_OK;
    }

    while (room) {
        n = pread(take->upload->fd, take->window + take->filled, room,
                  take->at + (off_t) take->filled);

        if (n == -1 && ngx_errno == NGX_EINTR) {
            continue;
        }

        if (n <= 0) {
            (void) ngx_phone_blob_failed("pread()", "the spooled body");
            return NGX_ERROR;
        }

        take->filled += (size_t) n;
        room -= (size_t) n;
    }

    return NGX_OK;
}


static char
ngx_phone_take_part(ngx_phone_take_t *take, phone_multipart_t *mp, size_t used)
{
    phone_str_t  name;

    ngx_phone_take_end_part(take);

    name = phone_copy(take->arena, mp->name);

    if (!mp->is_file) {
        phone_buf_init(&take->value, take->arena, 256);

        return phone_fields_add(&take->fields, name, PHONE_EMPTY) == 0
               ? 0 : PHONE_UPLOAD_MALFORMED;
    }

    if (!phone_equal(name, take->param)) {
        take->name = name;
        return PHONE_UPLOAD_OTHER_FILE;
    }

    if (take->found) {
        return PHONE_UPLOAD_TWO_FILES;
    }

    take->found = 1;
    take->in_file = 1;
    take->place = take->at + (off_t) used;
    take->type = phone_copy(take->arena, mp->type);
    take->name = phone_copy(take->arena, mp->file);

    return 0;
}


static char
ngx_phone_take_data(ngx_phone_take_t *take, phone_str_t data)
{
    if (!take->in_file) {
        take->text += data.len;

        if (take->text > NGX_PHONE_UPLOAD_TEXT) {
            return PHONE_UPLOAD_TOO_LARGE;
        }

        phone_buf_put(&take->value, data);
        return 0;
    }

    take->size += (int64_t) data.len;

    if (take->size > take->largest) {
        return PHONE_UPLOAD_TOO_LARGE;
    }

    return EVP_DigestUpdate(take->md, data.data, data.len) == 1
           ? 0 : NGX_PHONE_TAKE_FAILED;
}


static void
ngx_phone_take_end_part(ngx_phone_take_t *take)
{
    if (!take->in_file && take->fields.n) {
        take->fields.field[take->fields.n - 1].value =
                                                 phone_buf_str(&take->value);
    }

    take->in_file = 0;
}


static int
ngx_phone_take_answer(ngx_phone_take_t *take, char wrong, phone_str_t *text)
{
    phone_str_t    form, line;
    unsigned char  hash[PHONE_SHA256_LEN];

    if (wrong == NGX_PHONE_TAKE_FAILED
        || EVP_DigestFinal_ex(take->md, hash, NULL) != 1)
    {
        return 0;
    }

    if (wrong) {
        *text = phone_format(take->arena, "!%c%.*s", wrong,
                             PHONE_ARGS(take->name));
        return 1;
    }

    form = phone_form_write(take->arena, &take->fields);
    line = PHONE_EMPTY;

    /* a browser sends an empty file without a name where none was chosen */

    if (take->found && (take->size || take->name.len)) {
        line = phone_join(take->arena, 9,
                   (phone_str_t[9]) {
                       phone_hex(take->arena,
                                 (phone_str_t) { PHONE_SHA256_LEN,
                                                 (const char *) hash }),
                       PHONE_STR(" "),
                       phone_int(take->arena, take->size), PHONE_STR(" "),
                       phone_int(take->arena, (int64_t) take->place),
                       PHONE_STR(" "),
                       take->type, PHONE_STR(" "), take->name });
    }

    *text = phone_join(take->arena, 3,
                       (phone_str_t[3]) { line, PHONE_STR("\n"), form });

    return 1;
}


/* Keeping */

static int
ngx_phone_blob_keep_run(const phone_tools_t *tools, phone_arena_t *arena,
    const phone_str_t arg[PHONE_WORK_ARGS], phone_str_t *text)
{
    char                       path[NGX_PHONE_BLOB_PATH],
                               new[NGX_PHONE_BLOB_PATH],
                               sha256[2 * PHONE_SHA256_LEN + 1];
    int64_t                    place, size;
    struct stat                sb;
    const ngx_phone_upload_t  *upload;

    upload = (const void *) arg[0].data;

    if (arg[1].len != sizeof(sha256) - 1
        || phone_parse_int(arg[2], &place) != 0
        || phone_parse_int(arg[3], &size) != 0)
    {
        return 0;
    }

    ngx_memcpy(sha256, arg[1].data, arg[1].len);
    sha256[arg[1].len] = '\0';

    ngx_phone_blob_path(path, upload->folder, sha256);

    /* this tells the sweep that a commit may be about to name it */

    if (chmod(path, NGX_PHONE_BLOB_MODE) == 0
        && utimensat(AT_FDCWD, path, NULL, 0) == 0 && stat(path, &sb) == 0
        && sb.st_size == (off_t) size)
    {
        return ngx_phone_blob_place(upload->folder, NULL, sha256) == NGX_OK;
    }

    (void) snprintf(new, sizeof(new), "%s/new/%s.%d.%d", upload->folder,
                    sha256, (int) ngx_pid, upload->fd);

    if (ngx_phone_blob_write(upload, new, (off_t) place, size) == NGX_OK
        && ngx_phone_blob_place(upload->folder, new, sha256) == NGX_OK)
    {
        return 1;
    }

    (void) unlink(new);

    return 0;
}


static ngx_int_t
ngx_phone_blob_write(const ngx_phone_upload_t *upload, const char *path,
    off_t place, int64_t size)
{
    int        rc;
    ngx_fd_t   fd;

    fd = open(path, O_WRONLY|O_CREAT|O_TRUNC|O_CLOEXEC,
              NGX_PHONE_BLOB_MODE);

    if (fd == -1) {
        return ngx_phone_blob_failed("open()", path);
    }

    if (ngx_phone_blob_copy(upload->fd, fd, place, size) != NGX_OK) {
        rc = ngx_phone_blob_failed("write()", path);

    } else if (fsync(fd) == -1) {
        rc = ngx_phone_blob_failed("fsync()", path);

    } else {
        rc = NGX_OK;
    }

    if (close(fd) == -1 && rc == NGX_OK) {
        rc = ngx_phone_blob_failed("close()", path);
    }

    return rc;
}


static ngx_int_t
ngx_phone_blob_copy(ngx_fd_t from, ngx_fd_t to, off_t place, int64_t size)
{
    char     chunk[16384];
    ssize_t  n, k, written;

    while (size > 0) {
        n = pread(from, chunk, (size_t) ngx_min(size, (int64_t) sizeof(chunk)),
                  place);

        if (n == -1 && ngx_errno == NGX_EINTR) {
            continue;
        }

        if (n <= 0) {
            return NGX_ERROR;
        }

        for (written = 0; written < n; written += k) {
            k = write(to, chunk + written, (size_t) (n - written));

            if (k == -1 && ngx_errno == NGX_EINTR) {
                k = 0;

            } else if (k <= 0) {
                return NGX_ERROR;
            }
        }

        place += n;
        size -= n;
    }

    return NGX_OK;
}


/* Puts path (NULL: it is there) in its place and makes that durable.  Another
   thread may do the same with the same bytes. */

static ngx_int_t
ngx_phone_blob_place(const char *folder, const char *path, const char *sha256)
{
    char  dir[NGX_PHONE_BLOB_PATH], kept[NGX_PHONE_BLOB_PATH];

    (void) snprintf(dir, sizeof(dir), "%s/kept/%.2s", folder, sha256);

    if (path) {
        if (mkdir(dir, 0700) == -1 && ngx_errno != NGX_EEXIST) {
            return ngx_phone_blob_failed("mkdir()", dir);
        }

        (void) snprintf(kept, sizeof(kept), "%s/kept", folder);

        if (ngx_phone_blob_sync(kept) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    ngx_phone_blob_path(kept, folder, sha256);

    if (path && rename(path, kept) == -1) {
        return ngx_phone_blob_failed("rename()", kept);
    }

    return ngx_phone_blob_sync(dir);
}


static ngx_int_t
ngx_phone_blob_sync(const char *path)
{
    int       rc;
    ngx_fd_t  fd;

    fd = open(path, O_RDONLY|O_DIRECTORY|O_CLOEXEC);

    if (fd == -1) {
        return ngx_phone_blob_failed("open()", path);
    }

    rc = fsync(fd) == 0 ? NGX_OK : ngx_phone_blob_failed("fsync()", path);

    (void) close(fd);

    return rc;
}


static int
ngx_phone_blob_failed(const char *what, const char *path)
{
    ngx_log_error(NGX_LOG_CRIT, ngx_cycle->log, ngx_errno,
                  "an upload is refused: %s of \"%s\" failed", what, path);

    return NGX_ERROR;
}
