
/*
 * lib/arena.c: the arena, its limit and its cache; the output buffer.
 */


#include <malloc.h>
#include <stdlib.h>

#include "tap.h"
#include "lib/text.h"


#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TEST_ASAN  1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define TEST_ASAN  1
#endif

#if (TEST_ASAN)
#include <sanitizer/asan_interface.h>
#endif


static phone_arena_t  arena;


static void
test_arena(void)
{
    char      *p, *q, *big;
    size_t     i, n;
    uintptr_t  odd;

    phone_arena_init(&arena);
    ok(arena.blocks == NULL && arena.used == 0, "a new arena holds nothing");

    p = phone_alloc(&arena, 0);
    ok(p != NULL, "zero bytes are an address");
    p = phone_alloc_raw(&arena, 0);
    ok(p != NULL, "zero raw bytes are an address");

    odd = 0;

    for (i = 0; i < 200; i++) {
        (void) phone_alloc_raw(&arena, i % 7);
        p = phone_alloc(&arena, i);
        odd |= (uintptr_t) p & 15;

        for (n = 0; n < i; n++) {
            odd |= (unsigned char) p[n];
        }

        memset(p, 0xff, i);
    }

    is_int(odd, 0, "phone_alloc() is 16-aligned and zeroed");

    p = phone_alloc_raw(&arena, 100);
    memset(p, 'p', 100);
    big = phone_alloc_raw(&arena, 1024 * 1024);
    memset(big, 'b', 1024 * 1024);
    q = phone_alloc_raw(&arena, 10);
    ok((size_t) (q - p) < 200, "a big one leaves the newest block in use");
    ok(p[0] == 'p' && p[99] == 'p', "and touches nothing else");

    phone_arena_free(&arena);
    ok(arena.blocks == NULL && arena.used == 0 && !arena.failed,
       "a freed arena is a new one");
    phone_arena_free(&arena);
    ok(arena.blocks == NULL, "freeing twice is harmless");

    p = phone_alloc_raw(&arena, 1);
    (void) phone_alloc_raw(&arena, 4097);
    q = phone_alloc_raw(&arena, 1);
    ok((size_t) (q - p) < 32, "one larger than a block leaves it in use, too");
    phone_arena_free(&arena);

    /* memory that comes back from the cache is zeroed as well */

    for (i = 0; i < 3; i++) {
        p = phone_alloc(&arena, 4000);
        odd = 0;

        for (n = 0; n < 4000; n++) {
            odd |= (unsigned char) p[n];
        }

        memset(p, 0xff, 4000);
        phone_arena_free(&arena);
        is_int(odd, 0, "zeroed, round %zu", i);
    }
}


static void
test_arena_limit(void)
{
    char         *p;
    size_t        i;
    phone_buf_t   buf;
    phone_str_t   s[3];

    phone_arena_init(&arena);
    p = phone_alloc_raw(&arena, PHONE_ARENA_MAX);
    ok(p != NULL && !arena.failed, "all of PHONE_ARENA_MAX at once");
    ok(phone_alloc_raw(&arena, 1) == NULL && arena.failed, "not one more");
    phone_arena_free(&arena);

    ok(phone_alloc(&arena, PHONE_ARENA_MAX + 1) == NULL && arena.failed,
       "one too many at once");
    phone_arena_free(&arena);

    ok(phone_alloc_raw(&arena, SIZE_MAX) == NULL && arena.failed, "SIZE_MAX");
    phone_arena_free(&arena);

    ok(phone_alloc(&arena, SIZE_MAX - 8) == NULL && arena.failed,
       "SIZE_MAX - 8");
    phone_arena_free(&arena);

    for (i = 0; i < PHONE_ARENA_MAX; i += 64) {
        p = phone_alloc_raw(&arena, 64);

        if (p == NULL) {
            break;
        }
    }

    is_int(i, PHONE_ARENA_MAX, "all of it in small pieces");
    is_int(arena.used, PHONE_ARENA_MAX, "used counts them");
    ok(phone_alloc_raw(&arena, 1) == NULL && arena.failed, "and not one more");

    is_str(phone_copy(&arena, PHONE_STR("x")), "", "copy of no memory");
    is_str(phone_int(&arena, 5), "", "int of no memory");
    is_str(phone_format(&arena, "%d", 5), "", "format of no memory");
    is_str(phone_hex(&arena, PHONE_STR("x")), "", "hex of no memory");
    is_str(phone_base64(&arena, PHONE_STR("x")), "", "base64 of no memory");

    phone_buf_init(&buf, &arena, 100);
    is_int(buf.size, 0, "a buffer of no memory");
    phone_buf_byte(&buf, 'x');
    phone_buf_put(&buf, PHONE_STR("yz"));
    is_str(phone_buf_str(&buf), "", "takes nothing");
    phone_arena_free(&arena);

    s[0] = (phone_str_t) { SIZE_MAX / 2, "" };
    s[1] = s[0];
    s[2] = (phone_str_t) { 4, "" };
    is_str(phone_join(&arena, 3, s), "", "a sum of lengths that overflows");
    ok(arena.failed, "fails");
    phone_arena_free(&arena);
}


/* Many arenas at once, more than the cache keeps, with odd sizes. */

static void
test_arena_many(void)
{
    size_t                i, n;
    unsigned              seed, wrong;
    phone_str_t           str[400];
    static char           text[6000];
    static phone_arena_t  many[400];

    seed = 1;
    wrong = 0;

    for (n = 0; n < 4; n++) {
        for (i = 0; i < 400; i++) {
            phone_arena_init(&many[i]);
            seed = seed * 1103515245 + 12345;
            memset(text, (int) (i & 0xff), sizeof(text));
            str[i] = phone_copy(&many[i], (phone_str_t) {
                                    (seed >> 8) % sizeof(text), text });
        }

        for (i = 0; i < 400; i++) {
            memset(text, (int) (i & 0xff), sizeof(text));
            wrong += !phone_equal(str[i], (phone_str_t) { str[i].len, text });
            phone_arena_free(&many[i]);
        }
    }

    is_int(wrong, 0, "400 arenas keep to their own memory");
}


#if (TEST_ASAN)

static void
test_arena_asan(void)
{
    char         *p, *q;
    phone_buf_t   buf;
    phone_str_t   str;

    phone_arena_init(&arena);

    p = phone_alloc_raw(&arena, 13);
    q = phone_alloc_raw(&arena, 13);

    ok(!__asan_address_is_poisoned(p + 12), "the last byte is there");
    ok(__asan_address_is_poisoned(p + 13), "the next one is not");
    ok(__asan_address_is_poisoned(q + 13), "nor behind the newest");
    ok(__asan_address_is_poisoned(q - 1), "nor in front");

    phone_buf_init(&buf, &arena, 100);
    phone_buf_put(&buf, PHONE_STR("0123456789a"));
    str = phone_buf_str(&buf);
    ok(__asan_address_is_poisoned(str.data + 11), "nor behind a buffer");
    q = phone_alloc_raw(&arena, 3);
    memcpy(q, "xyz", 3);
    is_str(str, "0123456789a", "whose rest is used by the next one");
    ok(q - str.data < 40, "which stands right behind");

    phone_arena_free(&arena);
    ok(__asan_address_is_poisoned(p), "nothing after phone_arena_free()");
}

#else

/* What malloc() has given away. */

static size_t
held(void)
{
    struct mallinfo2  info;

    info = mallinfo2();

    return info.uordblks + info.hblkhd;
}


static int
is_about(size_t got, size_t expected, size_t slack)
{
    return got >= expected && got <= expected + slack;
}


/* No block is kept yet when this runs. */

static void
test_arena_blocks(void)
{
    size_t         size, before;
    phone_arena_t  first;

    phone_arena_init(&arena);
    phone_arena_init(&first);

    for (size = 4096; size <= 65536; size *= 2) {
        (void) phone_alloc_raw(&arena, size * 4 - 1);
        before = held();
        (void) phone_alloc_raw(&arena, 1);
        ok(is_about(held() - before, size, 64), "a block of %zu", size);
        phone_arena_free(&arena);

        (void) phone_alloc_raw(&arena, size * 4);
        before = held();
        (void) phone_alloc_raw(&arena, 1);
        ok(is_about(held() - before, size < 65536 ? size * 2 : size, 64),
           "after one byte more a larger one, up to 65536");
        phone_arena_free(&arena);

        /* takes the block of 4096 that is kept by now */

        if (size == 4096) {
            (void) phone_alloc_raw(&first, 1);
        }
    }

    before = held();
    (void) phone_alloc_raw(&arena, 100000);
    (void) phone_alloc_raw(&arena, 1);
    (void) phone_alloc_raw(&arena, 100000);
    (void) phone_alloc_raw(&arena, 1);
    ok(is_about(held() - before, 200000 + 32768, 512),
       "two of their own: both bytes share a block");
    phone_arena_free(&arena);
    is_int(held(), before, "none of these is kept");

    phone_arena_free(&first);
}


static void
test_arena_cache(void)
{
    char                 *p, *q;
    size_t                i, n, before;
    static phone_arena_t  many[400];

    phone_arena_init(&arena);
    p = phone_alloc_raw(&arena, 100);
    phone_arena_free(&arena);
    before = held();

    for (n = 0; n < 2; n++) {
        for (i = 0; i < 400; i++) {
            phone_arena_init(&many[i]);
            q = phone_alloc_raw(&many[i], 100);

            if (n == 0 && i == 0) {
                ok(p == q && held() == before, "a block comes from the cache");
            }
        }

        ok(is_about(held() - before, 399 * 4096, 399 * 16), "400 blocks");

        for (i = 0; i < 400; i++) {
            phone_arena_free(&many[i]);
        }

        ok(is_about(held() - before, 255 * 4096, 255 * 16),
           "256 of them are kept");
    }

    before = held();

    for (i = 0; i < 20000; i++) {
        (void) phone_alloc_raw(&arena, 64);
    }

    (void) phone_alloc_raw(&arena, 5000);
    (void) phone_alloc_raw(&arena, 500000);
    phone_arena_free(&arena);
    is_int(held(), before, "larger ones are not");
}

#endif


static void
test_buffer(void)
{
    char         *p;
    phone_buf_t   buf, other;
    phone_str_t   str, next;

    phone_arena_init(&arena);

    phone_buf_init(&buf, &arena, 0);
    is_str(phone_buf_str(&buf), "", "an empty buffer");
    phone_buf_byte(&buf, 'x');
    is_str(phone_buf_str(&buf), "x", "one byte");
    phone_buf_init(&buf, &arena, 0);
    phone_buf_put(&buf, (phone_str_t) { 0, NULL });
    phone_buf_put(&buf, PHONE_STR("ab"));
    phone_buf_byte(&buf, 'c');
    phone_buf_int(&buf, -42);
    is_str(phone_buf_str(&buf), "abc-42", "put, byte, int");
    phone_buf_put(&buf, PHONE_STR("!"));
    is_str(phone_buf_str(&buf), "abc-42!", "and more afterwards");

    phone_buf_init(&buf, &arena, 1000);
    phone_buf_put(&buf, PHONE_STR("first"));
    str = phone_buf_str(&buf);
    next = phone_copy(&arena, PHONE_STR("next"));
    ok(next.data - str.data < 64, "the rest goes back to the arena");
    phone_buf_put(&buf, PHONE_STR(" second"));
    is_str(str, "first", "the old text stays");
    is_str(next, "next", "and its neighbor");
    is_str(phone_buf_str(&buf), "first second", "and the buffer goes on");

    phone_buf_init(&buf, &arena, 100);
    phone_buf_init(&other, &arena, 100);
    phone_buf_put(&buf, PHONE_STR("one"));
    phone_buf_put(&other, PHONE_STR("two"));
    str = phone_buf_str(&buf);
    next = phone_buf_str(&other);
    is_str(str, "one", "two buffers at once");
    is_str(next, "two", "keep apart");

    phone_buf_init(&buf, &arena, 8);
    p = phone_buf_reserve(&buf, 100);
    memset(p, 'r', 100);
    buf.len += 100;
    is_int(phone_buf_str(&buf).len, 100, "reserve");

    phone_arena_free(&arena);
}


static void
test_buffer_growth(void)
{
    size_t        i;
    unsigned      wrong;
    phone_buf_t   buf;
    phone_str_t   str;

    phone_arena_init(&arena);
    phone_buf_init(&buf, &arena, 0);

    for (i = 0; i < 65; i++) {
        is_int(arena.used, i ? 64 : 0, "%zu bytes: the first 64", i);
        phone_buf_byte(&buf, 'x');
    }

    is_int(arena.used, 64 + 128, "then twice as many");
    phone_arena_free(&arena);
    phone_buf_init(&buf, &arena, 0);

    for (i = 0; i < 100000; i++) {
        phone_buf_byte(&buf, (char) (i * 7));
    }

    str = phone_buf_str(&buf);
    wrong = 0;

    for (i = 0; i < str.len; i++) {
        wrong += (str.data[i] != (char) (i * 7));
    }

    is_int(str.len, 100000, "100,000 bytes one by one");
    is_int(wrong, 0, "all of them right");
    ok(arena.used < 800000, "in linear memory");
    phone_arena_free(&arena);

    phone_buf_init(&buf, &arena, 0);
    str = (phone_str_t) { 1024, calloc(1, 1024) };

    for (i = 0; i < 20000; i++) {
        phone_buf_put(&buf, str);
    }

    ok(arena.failed, "20 MB are too much");
    is_str(phone_buf_str(&buf), "", "and give an empty text");
    phone_arena_free(&arena);

    phone_buf_init(&buf, &arena, 0);
    ok(phone_buf_reserve(&buf, SIZE_MAX) == NULL && arena.failed,
       "reserve of SIZE_MAX");
    phone_arena_free(&arena);

    free((void *) str.data);
}


int
main(void)
{
#if (TEST_ASAN)
    test_arena_asan();
#else
    test_arena_blocks();
    test_arena_cache();
#endif
    test_arena();
    test_arena_limit();
    test_arena_many();
    test_buffer();
    test_buffer_growth();

    return done_testing();
}
