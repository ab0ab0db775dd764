
/*
 * lib/gzip.c: no input reads or writes beyond what it has; what is packed comes
 * back as it was.
 */


#include <stdint.h>
#include <stdlib.h>

#include "lib/gzip.h"


#define MOST  (256 * 1024)


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char            *out;
    int64_t          len;
    phone_str_t      text, in;
    phone_arena_t    arena;
    phone_gunzip_t  *gunzip;

    phone_arena_init(&arena);
    text = (phone_str_t) { size, (const char *) data };
    out = phone_alloc_raw(&arena, MOST);

    in = text;
    len = phone_gunzip(phone_gunzip_begin(&arena), &in, out, MOST);

    if (len > MOST || in.len > size) {
        abort();
    }

    if (size < MOST) {
        in = phone_gzip(&arena, text);
        gunzip = phone_gunzip_begin(&arena);
        len = phone_gunzip(gunzip, &in, out, MOST);

        if (len != (int64_t) size || in.len || !phone_gunzip_whole(gunzip)
            || memcmp(out, data, size) != 0)
        {
            abort();
        }
    }

    phone_arena_free(&arena);

    return 0;
}
