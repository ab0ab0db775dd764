
/*
 * Uploads, on threads.  nginx has spooled the body to a file that has no name
 * any more, so nothing is left of it whatever happens.  Taking finds the file
 * in it and its SHA-256; keeping copies that part to a blob.
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
    phone_buf_t              form;
    phone_str_t              field;          /* that is read */
    phone_buf_t              value;
    unsigned                 nfields;
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
static ngx_int_t ngx_phone_blob_copy(const ngx_phone_upload_t *upload,
    phone_disk_file_t *file, off_t place, int64_t size);


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
    &phone_work_join,
    NULL
};


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
    phone_buf_init(&take->form, arena, 1024);

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
    size_t  room;
    off_t   left;

    left = take->upload->size - take->at - (off_t) take->filled;
    room = (size_t) ngx_min((off_t) (NGX_PHONE_BLOB_CHUNK - take->filled),
                            left);

    /* a window with enough in it is read out first */

    if (take->filled >= PHONE_MULTIPART_WINDOW) {
        return NGX_OK;
    }

    if (ngx_phone_disk_bytes(take->upload->fd, "the spooled body",
                             take->window + take->filled, room,
                             take->at + (off_t) take->filled)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    take->filled += room;

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
        take->field = name;
        take->text += name.len;

        return ++take->nfields <= PHONE_ITEMS_MAX ? 0 : PHONE_UPLOAD_MALFORMED;
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
    if (!take->in_file && take->nfields) {
        phone_form_write_field(&take->form, take->field,
                               phone_buf_str(&take->value));
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

    form = phone_buf_str(&take->form);
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
    int64_t                    place, size;
    phone_disk_file_t          file;
    const phone_disk_t        *disk;
    const ngx_phone_upload_t  *upload;

    upload = (const void *) arg[0].data;
    disk = tools->disk;

    if (arg[1].len != 2 * PHONE_SHA256_LEN
        || phone_parse_int(arg[2], &place) != 0
        || phone_parse_int(arg[3], &size) != 0)
    {
        return 0;
    }

    switch (ngx_phone_disk_touch(tools->disk_data, arg[1], upload->fd,
                                 (off_t) place, size))
    {

    case NGX_OK:
        return 1;

    case NGX_ERROR:
        return 0;

    default: /* NGX_DECLINED */
        break;
    }

    if (disk->make(tools->disk_data, &file, arena) != 0) {
        return 0;
    }

    if (ngx_phone_blob_copy(upload, &file, (off_t) place, size) != NGX_OK) {
        disk->drop(tools->disk_data, &file);
        return 0;
    }

    return disk->keep(tools->disk_data, &file, arg[1], size) == 0;
}


static ngx_int_t
ngx_phone_blob_copy(const ngx_phone_upload_t *upload, phone_disk_file_t *file,
    off_t place, int64_t size)
{
    char    chunk[16384];
    size_t  n;

    while (size > 0) {
        n = (size_t) ngx_min(size, (int64_t) sizeof(chunk));

        if (ngx_phone_disk_bytes(upload->fd, "the spooled body", chunk, n,
                                 place)
            != NGX_OK
            || ngx_phone_disk.write(NULL, file, (phone_str_t) { n, chunk })
               != 0)
        {
            return NGX_ERROR;
        }

        place += (off_t) n;
        size -= (int64_t) n;
    }

    return NGX_OK;
}
