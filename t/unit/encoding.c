
/*
 * lib/encoding.c: hex and base64.
 */


#include <stdlib.h>

#include "tap.h"
#include "lib/text.h"


static phone_arena_t  arena;


static void
test_encodings(void)
{
    size_t       i;
    phone_str_t  out, in, text;

    /* RFC 4648, section 10 */

    static const char  *vector[][2] = {
        { "", "" },
        { "f", "Zg==" },
        { "fo", "Zm8=" },
        { "foo", "Zm9v" },
        { "foob", "Zm9vYg==" },
        { "fooba", "Zm9vYmE=" },
        { "foobar", "Zm9vYmFy" }
    };

    phone_arena_init(&arena);

    for (i = 0; i < 7; i++) {
        out = phone_base64(&arena, phone_cstr(vector[i][0]));
        is_str(out, vector[i][1], "base64 of \"%s\"", vector[i][0]);
        is_int(phone_unbase64(&arena, out, &in), 0, "and back");
        is_str(in, vector[i][0], "to the same");

        text = phone_cstr(vector[i][1]);

        while (text.len && text.data[text.len - 1] == '=') {
            text.len--;
        }

        out = phone_base64url(&arena, phone_cstr(vector[i][0]));
        ok(phone_equal(out, text), "base64url of \"%s\"", vector[i][0]);
        is_int(phone_unbase64url(&arena, out, &in), 0, "and back");
        is_str(in, vector[i][0], "to the same");
    }

    is_str(phone_base64(&arena, PHONE_STR("\xfb\xff\xbf")), "+/+/", "62, 63");
    is_str(phone_base64url(&arena, PHONE_STR("\xfb\xff\xbf")), "-_-_", "url");

    phone_arena_free(&arena);
}


static void
test_refused(void)
{
    size_t       i;
    phone_str_t  in;

    static const char  *bad64[] = {
        "Z", "Zg", "Zg=", "Zm8", "Zg===", "====", "=", "==", "Zm9v=",
        "Zm9vYg=", "Zh==", "Zm9=", "Zg==Zg==", "Z=g=", "Zm 8", "Zm8=\n",
        "Zm8-", "Zm8_", "Zm8\x80", "Zm9v\nZm9v", "Zm8*", "Z===", "A==="
    };

    static const char  *bad64url[] = {
        "Z", "Zg==", "Zm8=", "Zm8+", "Zm8/", "Zh", "Zm9", "Zm9vY", " Zm8",
        "Zm8.", "Zm9v="
    };

    static const char  *bad16[] = {
        "0", "0g", "g0", "0x", " 00", "000", "0 ", "@0", "`0", "G0", "/0", ":0"
    };

    phone_arena_init(&arena);

    for (i = 0; i < sizeof(bad64) / sizeof(bad64[0]); i++) {
        in = PHONE_STR("kept");
        is_int(phone_unbase64(&arena, phone_cstr(bad64[i]), &in), -1,
               "no base64: %zu", i);
        is_str(in, "kept", "and nothing is set");
    }

    for (i = 0; i < sizeof(bad64url) / sizeof(bad64url[0]); i++) {
        is_int(phone_unbase64url(&arena, phone_cstr(bad64url[i]), &in), -1,
               "no base64url: %zu", i);
    }

    is_int(phone_unbase64(&arena, PHONE_STR("Zm9\0"), &in), -1, "NUL");

    is_str(phone_hex(&arena, PHONE_STR("\x00\x01\x9a\xff")), "00019aff", "hex");
    is_int(phone_unhex(&arena, PHONE_STR("00019AfF"), &in), 0, "unhex");
    is_bytes(in.data, in.len, "\x00\x01\x9a\xff", 4, "of either case");
    is_int(phone_unhex(&arena, PHONE_EMPTY, &in), 0, "unhex of nothing");
    is_int(in.len, 0, "is nothing");

    for (i = 0; i < sizeof(bad16) / sizeof(bad16[0]); i++) {
        is_int(phone_unhex(&arena, phone_cstr(bad16[i]), &in), -1,
               "no hex: %s", bad16[i]);
    }

    phone_arena_free(&arena);
}


static void
test_round_trip(void)
{
    char         bytes[256];
    size_t       i, n;
    unsigned     wrong;
    phone_str_t  out, in, text;

    phone_arena_init(&arena);

    for (i = 0; i < 256; i++) {
        bytes[i] = (char) (i * 37);
    }

    wrong = 0;

    for (n = 0; n <= 256; n++) {
        text = (phone_str_t) { n, bytes };

        wrong += phone_unhex(&arena, phone_hex(&arena, text), &in) != 0;
        wrong += !phone_equal(in, text);
        wrong += phone_unbase64(&arena, phone_base64(&arena, text), &in) != 0;
        wrong += !phone_equal(in, text);
        out = phone_base64url(&arena, text);
        wrong += phone_unbase64url(&arena, out, &in) != 0;
        wrong += !phone_equal(in, text);
    }

    is_int(wrong, 0, "0 to 256 bytes there and back");

    phone_arena_free(&arena);

    text = (phone_str_t) { SIZE_MAX / 2 + 2, bytes };
    is_str(phone_hex(&arena, text), "", "hex whose length would overflow");
    ok(arena.failed, "fails");
    phone_arena_free(&arena);
    is_str(phone_base64(&arena, text), "", "base64 likewise");
    ok(arena.failed, "fails");
    phone_arena_free(&arena);
}


/* What a text takes of its arena, and the longest one. */

static size_t
took(void)
{
    size_t  used;

    used = arena.used;
    phone_arena_free(&arena);

    return used;
}


static void
test_memory(void)
{
    char         *bytes;
    size_t        n, most;
    phone_str_t   out;

    phone_arena_init(&arena);

    (void) phone_hex(&arena, PHONE_STR("12345"));
    is_int(took(), 10, "hex of 5 bytes");
    (void) phone_format(&arena, "%d", 12345);
    is_int(took(), 5, "five digits");

    for (n = 0; n < 9; n++) {
        (void) phone_base64(&arena, (phone_str_t) { n, "123456789" });
        is_int(took(), (n + 2) / 3 * 4, "base64 of %zu bytes", n);
        (void) phone_unbase64url(&arena, (phone_str_t) { n, "AAAAAAAAA" },
                                 &out);
        is_int(took(), n % 4 == 1 ? 0 : n / 4 * 3 + 3, "%zu letters", n);
    }

    most = PHONE_ARENA_MAX / 2;
    bytes = calloc(1, most + 1);

    is_int(phone_hex(&arena, (phone_str_t) { most, bytes }).len, 2 * most,
           "hex of half an arena");
    phone_arena_free(&arena);
    ok(phone_hex(&arena, (phone_str_t) { most + 1, bytes }).len == 0
       && arena.failed, "not of more");
    phone_arena_free(&arena);
    is_int(phone_base64(&arena, (phone_str_t) { most, bytes }).len,
           (most + 2) / 3 * 4, "base64 of half an arena");
    phone_arena_free(&arena);
    ok(phone_base64(&arena, (phone_str_t) { most + 1, bytes }).len == 0
       && arena.failed, "not of more");
    phone_arena_free(&arena);

    free(bytes);
}


int
main(void)
{
    test_memory();
    test_encodings();
    test_refused();
    test_round_trip();

    return done_testing();
}
