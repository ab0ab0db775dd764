
/*
 * lib/picture.c: whatever comes, what is kept of a picture is one, of the same
 * size, and nothing more is removed from it.
 */


#include <stdint.h>
#include <stdlib.h>

#include "lib/picture.h"


#define CHECK(cond)  if (!(cond)) abort()


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static phone_str_t
picture_written(phone_arena_t *arena, const phone_picture_t *picture)
{
    unsigned     i;
    phone_buf_t  buf;

    phone_buf_init(&buf, arena, 1024);

    for (i = 0; i < picture->n; i++) {
        phone_buf_put(&buf, picture->piece[i]);
    }

    return phone_buf_str(&buf);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    phone_str_t      kept;
    phone_arena_t    arena;
    phone_picture_t  picture, again;

    phone_arena_init(&arena);

    if (phone_picture_read(&arena, (phone_str_t) { size, (const char *) data },
                           &picture)
        == PHONE_PICTURE_OK)
    {
        kept = picture_written(&arena, &picture);

        CHECK(phone_picture_read(&arena, kept, &again) == PHONE_PICTURE_OK);
        CHECK(again.type == picture.type && again.width == picture.width
              && again.height == picture.height);
        CHECK(phone_equal(kept, picture_written(&arena, &again)));
    }

    phone_arena_free(&arena);

    return 0;
}
