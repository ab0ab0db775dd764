
#include "tap.h"
#include "lib/gzip.h"


#define MOST  (1024 * 1024)


/* printf '%s' tea | gzip -n */
static const unsigned char  tea[] = {
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0x2b, 0x49,
    0x4d, 0x04, 0x00, 0xb2, 0xd7, 0x86, 0x8e, 0x03, 0x00, 0x00, 0x00
};


/* 0, or -1: it is no gzip, or more than most bytes. */

static int
unpack(phone_arena_t *arena, phone_str_t packed, size_t most,
    phone_str_t *text)
{
    char            *out;
    int64_t          len;
    phone_gunzip_t  *gunzip;

    gunzip = phone_gunzip_begin(arena);
    out = phone_alloc_raw(arena, most);
    len = phone_gunzip(gunzip, &packed, out, most);

    if (len < 0 || packed.len || !phone_gunzip_whole(gunzip)) {
        return -1;
    }

    *text = (phone_str_t) { (size_t) len, out };

    return 0;
}


static void
test_there_and_back(void)
{
    char           text[300000];
    size_t         i, len;
    phone_str_t    packed, back;
    phone_arena_t  arena;

    for (i = 0; i < sizeof(text); i++) {
        text[i] = (char) (i % 7 ? 'a' + i / 100 % 26 : i * 31);
    }

    for (len = 0; len <= sizeof(text); len = 2 * len + 1) {
        phone_arena_init(&arena);

        packed = phone_gzip(&arena, (phone_str_t) { len, text });

        ok(unpack(&arena, packed, MOST, &back) == 0
           && phone_equal(back, (phone_str_t) { len, text }),
           "%zu bytes come back", len);

        phone_arena_free(&arena);
    }
}


static void
test_damaged(void)
{
    char           bytes[sizeof(tea) + 1];
    size_t         i;
    phone_str_t    text;
    phone_arena_t  arena;

    phone_arena_init(&arena);

    ok(unpack(&arena, (phone_str_t) { sizeof(tea), (const char *) tea },
                    3, &text)
       == 0, "a file of gzip is read");
    is_str(text, "tea", "as it was");

    ok(unpack(&arena, (phone_str_t) { sizeof(tea), (const char *) tea },
                    2, &text)
       == -1, "a text that is too long is not");

    for (i = 1; i < sizeof(tea); i++) {
        ok(unpack(&arena, (phone_str_t) { i, (const char *) tea }, MOST,
                        &text)
           == -1, "cut off at %zu", i);
    }

    memcpy(bytes, tea, sizeof(tea));
    bytes[sizeof(tea)] = 0;

    ok(unpack(&arena, (phone_str_t) { sizeof(bytes), bytes }, MOST,
                    &text)
       == -1, "something is behind it");

    for (i = 10; i < sizeof(tea); i++) {
        memcpy(bytes, tea, sizeof(tea));
        bytes[i] ^= 1;

        ok(unpack(&arena, (phone_str_t) { sizeof(tea), bytes }, MOST,
                        &text)
           == -1, "one bit differs at %zu", i);
    }

    phone_arena_free(&arena);
}


/* A megabyte for a thousand bytes. */

static void
test_bomb(void)
{
    char          *zeros;
    phone_str_t    packed, text;
    phone_arena_t  arena;

    phone_arena_init(&arena);

    zeros = phone_alloc(&arena, MOST + 1);
    packed = phone_gzip(&arena, (phone_str_t) { MOST + 1, zeros });

    ok(packed.len > 0 && packed.len < 4096, "zeros pack well");
    ok(unpack(&arena, packed, MOST, &text) == -1, "and are refused");
    ok(unpack(&arena, packed, MOST + 1, &text) == 0,
       "unless they are allowed");

    phone_arena_free(&arena);
}


int
main(void)
{
    test_there_and_back();
    test_damaged();
    test_bomb();

    return done_testing();
}
