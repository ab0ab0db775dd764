
#include <limits.h>

#include <zlib.h>

#include "gzip.h"


#define PHONE_GZIP_WINDOW  (15 + 16)         /* 32 KiB; 16: of gzip, not zlib */
#define PHONE_GZIP_MEMORY  8


struct phone_gunzip_s {
    z_stream                 z;
    unsigned                 inside:1;   /* of a member */
};


static voidpf phone_gzip_alloc(voidpf arena, uInt items, uInt size);
static void phone_gzip_free(voidpf arena, voidpf p);


static voidpf
phone_gzip_alloc(voidpf arena, uInt items, uInt size)
{
    return phone_alloc(arena, (size_t) items * size);
}


static void
phone_gzip_free(voidpf arena, voidpf p)
{
    (void) arena;
    (void) p;
}


phone_str_t
phone_gzip(phone_arena_t *arena, phone_str_t text)
{
    char      *out;
    size_t     size;
    z_stream   z;

    memset(&z, 0, sizeof(z_stream));
    z.zalloc = phone_gzip_alloc;
    z.zfree = phone_gzip_free;
    z.opaque = arena;

    if (text.len > INT_MAX
        || deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED,
                        PHONE_GZIP_WINDOW, PHONE_GZIP_MEMORY,
                        Z_DEFAULT_STRATEGY)
           != Z_OK)
    {
        arena->failed = 1;
        return PHONE_EMPTY;
    }

    size = deflateBound(&z, text.len);
    out = phone_alloc_raw(arena, size);

    if (out == NULL) {
        return PHONE_EMPTY;
    }

    z.next_in = (Bytef *) text.data;
    z.avail_in = (uInt) text.len;
    z.next_out = (Bytef *) out;
    z.avail_out = (uInt) size;

    if (deflate(&z, Z_FINISH) != Z_STREAM_END) {
        arena->failed = 1;
        return PHONE_EMPTY;
    }

    return (phone_str_t) { size - z.avail_out, out };
}


phone_gunzip_t *
phone_gunzip_begin(phone_arena_t *arena)
{
    phone_gunzip_t  *gunzip;

    gunzip = phone_alloc(arena, sizeof(phone_gunzip_t));
    if (gunzip == NULL) {
        return NULL;
    }

    gunzip->z.zalloc = phone_gzip_alloc;
    gunzip->z.zfree = phone_gzip_free;
    gunzip->z.opaque = arena;

    return inflateInit2(&gunzip->z, PHONE_GZIP_WINDOW) == Z_OK ? gunzip : NULL;
}


int64_t
phone_gunzip(phone_gunzip_t *gunzip, phone_str_t *in, char *out, size_t size)
{
    int        rc;
    z_stream  *z;

    z = &gunzip->z;

    z->next_in = (Bytef *) in->data;
    z->avail_in = in->len > INT_MAX ? INT_MAX : (uInt) in->len;
    z->next_out = (Bytef *) out;
    z->avail_out = size > INT_MAX ? INT_MAX : (uInt) size;

    rc = Z_OK;

    while (rc == Z_OK && z->avail_in && z->avail_out) {
        gunzip->inside = 1;
        rc = inflate(z, Z_NO_FLUSH);

        if (rc == Z_STREAM_END) {
            gunzip->inside = 0;
            rc = inflateReset(z);
        }
    }

    in->len -= (size_t) ((const char *) z->next_in - in->data);
    in->data = (const char *) z->next_in;

    return rc == Z_OK || rc == Z_BUF_ERROR
           ? (int64_t) ((char *) z->next_out - out) : -1;
}


int
phone_gunzip_whole(const phone_gunzip_t *gunzip)
{
    return !gunzip->inside;
}
