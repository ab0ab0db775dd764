
/*
 * lib/encoding.c: what a decoder takes is exactly what the encoder writes.
 */


#include <stdint.h>
#include <stdlib.h>

#include "lib/text.h"


#define CHECK(cond)                                                           \
    do {                                                                      \
        if (!(cond)) {                                                        \
            abort();                                                          \
        }                                                                     \
    } while (0)


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    phone_str_t    text, bytes, again;
    phone_arena_t  arena;

    phone_arena_init(&arena);
    text = (phone_str_t) { size, (const char *) data };

    if (phone_unbase64(&arena, text, &bytes) == 0) {
        CHECK(phone_equal(phone_base64(&arena, bytes), text));
    }

    if (phone_unbase64url(&arena, text, &bytes) == 0) {
        CHECK(phone_equal(phone_base64url(&arena, bytes), text));
    }

    if (phone_unhex(&arena, text, &bytes) == 0) {
        CHECK(bytes.len * 2 == text.len);
        CHECK(phone_unhex(&arena, phone_hex(&arena, bytes), &again) == 0);
        CHECK(phone_equal(again, bytes));
    }

    CHECK(phone_unbase64(&arena, phone_base64(&arena, text), &bytes) == 0);
    CHECK(phone_equal(bytes, text));
    CHECK(phone_unbase64url(&arena, phone_base64url(&arena, text), &bytes)
          == 0);
    CHECK(phone_equal(bytes, text));

    phone_arena_free(&arena);

    return 0;
}
