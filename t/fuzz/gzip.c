
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
    phone_str_t    text, back;
    phone_arena_t  arena;

    phone_arena_init(&arena);
    text = (phone_str_t) { size, (const char *) data };

    if (phone_gunzip(&arena, text, MOST, &back) == 0 && back.len > MOST) {
        abort();
    }

    if (phone_gunzip(&arena, phone_gzip(&arena, text), size, &back) != 0
        || !phone_equal(back, text))
    {
        abort();
    }

    phone_arena_free(&arena);

    return 0;
}
