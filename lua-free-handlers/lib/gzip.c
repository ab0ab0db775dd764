
#include <zlib.h>

#include "gzip.h"


#define PHONE_GZIP_WINDOW  (15 + 16)     /* the largest, with a gzip header */
#define PHONE_GZIP_MEMORY  8             /* zlib's own default */
#define PHONE_GZIP_MOST    (64 * 1024 * 1024)


phone_str_t
phone_gzip(phone_arena_t *arena, phone_str_t text)
{
    int        done;
    char      *room;
    size_t     size;
    z_stream   z;

    memset(&z, 0, sizeof(z_stream));

    if (text.len > PHONE_GZIP_MOST
        || deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED,
                        PHONE_GZIP_WINDOW, PHONE_GZIP_MEMORY,
                        Z_DEFAULT_STRATEGY)
           != Z_OK)
    {
        arena->failed = 1;
        return PHONE_EMPTY;
    }

    size = deflateBound(&z, text.len);
    room = phone_alloc_raw(arena, size);

    z.next_in = (z_const Bytef *) text.data;
    z.avail_in = (uInt) text.len;
    z.next_out = (Bytef *) room;
    z.avail_out = (uInt) size;

    done = room != NULL && deflate(&z, Z_FINISH) == Z_STREAM_END;
    size = z.total_out;

    (void) deflateEnd(&z);

    return done ? (phone_str_t) { size, room } : PHONE_EMPTY;
}


int
phone_gunzip(phone_arena_t *arena, phone_str_t bytes, size_t most,
    phone_str_t *text)
{
    int           rc;
    char         *p;
    z_stream      z;
    phone_buf_t   buf;

    memset(&z, 0, sizeof(z_stream));

    if (bytes.len > PHONE_GZIP_MOST
        || inflateInit2(&z, PHONE_GZIP_WINDOW) != Z_OK)
    {
        return -1;
    }

    z.next_in = (z_const Bytef *) bytes.data;
    z.avail_in = (uInt) bytes.len;

    phone_buf_init(&buf, arena, 4 * bytes.len + 1);

    do {
        p = phone_buf_reserve(&buf, 1);
        if (p == NULL) {
            break;
        }

        z.next_out = (Bytef *) p;
        z.avail_out = (uInt) (buf.size - buf.len);

        rc = inflate(&z, Z_NO_FLUSH);
        buf.len = z.total_out;

    } while (rc == Z_OK && buf.len <= most);

    (void) inflateEnd(&z);

    if (p == NULL || rc != Z_STREAM_END || z.avail_in || buf.len > most) {
        return -1;
    }

    *text = phone_buf_str(&buf);

    return 0;
}
