
/*
 * lib/text.c: strings, decimal numbers, UTF-8.
 */


#include "tap.h"
#include "lib/text.h"


static phone_arena_t  arena;


static void
test_strings(void)
{
    phone_str_t  null = { 0, NULL };
    phone_str_t  parts[4] = { PHONE_STR("a"), PHONE_EMPTY, PHONE_STR("bc"),
                              { 0, NULL } };
    char         long_text[1000];

    phone_arena_init(&arena);

    is_str(phone_copy(&arena, PHONE_STR("abc")), "abc", "copy");
    is_str(phone_copy(&arena, null), "", "copy of nothing");
    ok(phone_copy(&arena, null).data != NULL, "is not NULL");
    is_str(phone_join(&arena, 4, parts), "abc", "join");
    is_str(phone_join(&arena, 0, parts), "", "join of none");
    is_str(phone_format(&arena, "%d-%.*s", 7, PHONE_ARGS(parts[2])), "7-bc",
           "format");
    is_str(phone_format(&arena, "%s", ""), "", "format of nothing");

    memset(long_text, 'x', sizeof(long_text));
    long_text[255] = '\0';
    is_str(phone_format(&arena, "%s", long_text), long_text, "format of 255");
    long_text[255] = 'x';
    long_text[256] = '\0';
    is_str(phone_format(&arena, "%s", long_text), long_text, "format of 256");
    long_text[256] = 'x';
    long_text[999] = '\0';
    is_str(phone_format(&arena, "%s", long_text), long_text, "format of 999");

    is_str(phone_cstr("xy"), "xy", "cstr");

    ok(phone_equal(PHONE_STR("ab"), PHONE_STR("ab")), "equal");
    ok(!phone_equal(PHONE_STR("ab"), PHONE_STR("ac")), "not equal");
    ok(!phone_equal(PHONE_STR("ab"), PHONE_STR("abc")), "a prefix is not");
    ok(phone_equal(null, PHONE_EMPTY), "nothing equals nothing");
    ok(phone_equal(PHONE_STR("a\0b"), PHONE_STR("a\0b")), "with NUL");
    ok(!phone_equal(PHONE_STR("a\0b"), PHONE_STR("a\0c")), "behind NUL");
    ok(phone_is(PHONE_STR("ab"), "ab"), "is");
    ok(!phone_is(PHONE_STR("ab"), "abc"), "is not longer");
    ok(!phone_is(PHONE_STR("abc"), "ab"), "is not shorter");
    ok(!phone_is(PHONE_STR("ab\0"), "ab"), "is not with NUL");
    ok(phone_is(null, ""), "is empty");

    ok(phone_compare(PHONE_STR("a"), PHONE_STR("b")) < 0, "a < b");
    ok(phone_compare(PHONE_STR("b"), PHONE_STR("a")) > 0, "b > a");
    ok(phone_compare(PHONE_STR("a"), PHONE_STR("ab")) < 0, "a < ab");
    ok(phone_compare(PHONE_STR("ab"), PHONE_STR("a")) > 0, "ab > a");
    ok(phone_compare(PHONE_STR("B"), PHONE_STR("a")) < 0, "B < a");
    ok(phone_compare(PHONE_STR("\xff"), PHONE_STR("a")) > 0, "ff > a");
    is_int(phone_compare(PHONE_STR("ab"), PHONE_STR("ab")), 0, "ab = ab");
    is_int(phone_compare(null, PHONE_EMPTY), 0, "nothing = nothing");
    ok(phone_compare(null, PHONE_STR("a")) < 0, "nothing < a");

    ok(phone_equal_secret(PHONE_STR("secret"), PHONE_STR("secret")), "secret");
    ok(!phone_equal_secret(PHONE_STR("secret"), PHONE_STR("secreT")), "last");
    ok(!phone_equal_secret(PHONE_STR("Secret"), PHONE_STR("secret")), "first");
    ok(!phone_equal_secret(PHONE_STR("seCret"), PHONE_STR("secret")), "mid");
    ok(!phone_equal_secret(PHONE_STR("secre"), PHONE_STR("secret")), "short");
    ok(!phone_equal_secret(PHONE_EMPTY, PHONE_STR("s")), "empty");
    ok(phone_equal_secret(PHONE_EMPTY, null), "both empty");
    ok(!phone_equal_secret(PHONE_STR("\x80"), PHONE_STR("\x00")), "top bit");

    phone_arena_free(&arena);
}


static void
test_split(void)
{
    unsigned     i, n;
    phone_str_t  rest, part;

    static const struct {
        const char  *text;
        const char  *shown;
    } test[] = {
        { "", "" },
        { "a", "[a]" },
        { "a,b", "[a][b]" },
        { "a,,b", "[a][][b]" },
        { ",a", "[][a]" },
        { "a,", "[a]" },
        { ",", "[]" },
        { ",,", "[][]" },
        { "abc,de", "[abc][de]" }
    };

    phone_arena_init(&arena);

    for (i = 0; i < sizeof(test) / sizeof(test[0]); i++) {
        phone_buf_t  shown;

        phone_buf_init(&shown, &arena, 0);
        rest = phone_cstr(test[i].text);

        for (n = 0; n < 100 && phone_split(&rest, ',', &part); n++) {
            phone_buf_byte(&shown, '[');
            phone_buf_put(&shown, part);
            phone_buf_byte(&shown, ']');
        }

        is_str(phone_buf_str(&shown), test[i].shown, "parts of \"%s\"",
               test[i].text);
    }

    rest = (phone_str_t) { 0, NULL };
    ok(!phone_split(&rest, ',', &part), "nothing has no parts");

    phone_arena_free(&arena);
}


static void
test_integers(void)
{
    char      text[32];
    int64_t   value;
    unsigned  i;

    static const struct {
        const char  *text;
        int          rc;
        int64_t      value;
    } test[] = {
        { "0", 0, 0 },
        { "1", 0, 1 },
        { "10", 0, 10 },
        { "9223372036854775807", 0, INT64_MAX },
        { "9223372036854775806", 0, INT64_MAX - 1 },
        { "999999999999999999", 0, 999999999999999999 },
        { "9223372036854775808", -1, 0 },
        { "9223372036854775810", -1, 0 },
        { "9999999999999999999", -1, 0 },
        { "10000000000000000000", -1, 0 },
        { "18446744073709551617", -1, 0 },
        { "", -1, 0 },
        { "00", -1, 0 },
        { "01", -1, 0 },
        { "+1", -1, 0 },
        { "-1", -1, 0 },
        { "-0", -1, 0 },
        { " 1", -1, 0 },
        { "1 ", -1, 0 },
        { "1.0", -1, 0 },
        { "1e3", -1, 0 },
        { "0x1", -1, 0 },
        { "1\n", -1, 0 },
        { "/", -1, 0 },
        { ":", -1, 0 },
        { "\xef\xbc\x91", -1, 0 }        /* a full-width one */
    };

    static const int64_t  exact[] = {
        0, 1, 9, 10, 11, 99, 100, 101, 999, 1000, 12345, 123456,
        INT64_MAX, INT64_MIN, INT64_MIN + 1, -1, -9, -10, -99, -100, -101
    };

    phone_arena_init(&arena);

    for (i = 0; i < sizeof(test) / sizeof(test[0]); i++) {
        value = -7;
        is_int(phone_parse_int(phone_cstr(test[i].text), &value), test[i].rc,
               "parse \"%s\"", test[i].text);
        is_int(value, test[i].rc == 0 ? test[i].value : -7, "its value");
    }

    is_int(phone_parse_int((phone_str_t) { 0, NULL }, &value), -1,
           "parse nothing");
    is_int(phone_parse_int(PHONE_STR("1\0"), &value), -1, "parse with NUL");

    for (i = 0; i < sizeof(exact) / sizeof(exact[0]); i++) {
        (void) snprintf(text, sizeof(text), "%lld", (long long) exact[i]);
        is_str(phone_int(&arena, exact[i]), text, "int %s", text);
    }

    phone_arena_free(&arena);
}


static void
test_integers_many(void)
{
    char      text[32];
    int64_t   value, got;
    unsigned  i, wrong, seed;

    phone_arena_init(&arena);

    wrong = 0;
    seed = 1;

    for (i = 0; i < 20000; i++) {
        seed = seed * 1103515245 + 12345;
        value = (int64_t) ((uint64_t) seed * seed * 2654435761u >> (i % 60));
        value = (i & 1) ? -value : value;
        (void) snprintf(text, sizeof(text), "%lld", (long long) value);
        wrong += !phone_is(phone_int(&arena, value), text);

        if (value >= 0) {
            got = -1;
            wrong += phone_parse_int(phone_cstr(text), &got) != 0;
            wrong += (got != value);
        }
    }

    is_int(wrong, 0, "20,000 numbers there and back");
    phone_arena_free(&arena);
}


/* Straight from the definition, to compare with: decode, then judge. */

static int
utf8_by_definition(const unsigned char *p, size_t n)
{
    size_t    i, more;
    uint32_t  code;

    static const uint32_t  least[] = { 1, 0x80, 0x800, 0x10000 };

    while (n) {
        if (p[0] < 0x80) {
            more = 0;
            code = p[0];

        } else if ((p[0] & 0xe0) == 0xc0) {
            more = 1;
            code = p[0] & 0x1f;

        } else if ((p[0] & 0xf0) == 0xe0) {
            more = 2;
            code = p[0] & 0x0f;

        } else if ((p[0] & 0xf8) == 0xf0) {
            more = 3;
            code = p[0] & 0x07;

        } else {
            return 0;
        }

        if (n < more + 1) {
            return 0;
        }

        for (i = 1; i <= more; i++) {
            if ((p[i] & 0xc0) != 0x80) {
                return 0;
            }

            code = code << 6 | (p[i] & 0x3f);
        }

        if (code < least[more] || code > 0x10ffff
            || (code >= 0xd800 && code <= 0xdfff))
        {
            return 0;
        }

        p += more + 1;
        n -= more + 1;
    }

    return 1;
}


static void
test_utf8(void)
{
    char      ascii[40];
    size_t    i, n;
    unsigned  wrong;

    ok(phone_utf8_valid((phone_str_t) { 0, NULL }), "nothing is UTF-8");
    ok(phone_utf8_valid(PHONE_STR("abc")), "ASCII");
    ok(phone_utf8_valid(PHONE_STR("\xe6\x89\x8b\xe6\x9c\xba")), "Chinese");
    ok(phone_utf8_valid(PHONE_STR("\xf0\x9f\x93\xb1")), "a phone");
    ok(!phone_utf8_valid(PHONE_STR("\xca\xd6\xbb\xfa")), "GBK is not");
    ok(!phone_utf8_valid(PHONE_STR("\xc0\x80")), "overlong NUL");
    ok(!phone_utf8_valid(PHONE_STR("\xe0\x80\xaf")), "overlong slash");
    ok(!phone_utf8_valid(PHONE_STR("\xed\xa0\xbd\xed\xb3\xb1")), "CESU-8");
    ok(!phone_utf8_valid(PHONE_STR("\xf4\x90\x80\x80")), "above U+10FFFF");

    for (n = 1; n <= 40; n++) {
        wrong = 0;

        for (i = 0; i < n; i++) {
            memset(ascii, 'a', n);
            wrong += !phone_utf8_valid((phone_str_t) { n, ascii });
            ascii[i] = '\x7f';
            wrong += !phone_utf8_valid((phone_str_t) { n, ascii });
            ascii[i] = '\x01';
            wrong += !phone_utf8_valid((phone_str_t) { n, ascii });
            ascii[i] = '\0';
            wrong += phone_utf8_valid((phone_str_t) { n, ascii });
            ascii[i] = '\x80';
            wrong += phone_utf8_valid((phone_str_t) { n, ascii });
            ascii[i] = '\xff';
            wrong += phone_utf8_valid((phone_str_t) { n, ascii });
        }

        is_int(wrong, 0, "one odd byte among %zu", n);
    }

    is_int(phone_utf8_length(PHONE_EMPTY), 0, "length of nothing");
    is_int(phone_utf8_length(PHONE_STR("abc")), 3, "length of ASCII");
    is_int(phone_utf8_length(PHONE_STR("\xe6\x89\x8b\xe6\x9c\xba!")), 3,
           "length of Chinese");
    is_int(phone_utf8_length(PHONE_STR("\xf0\x9f\x93\xb1")), 1,
           "length beyond the BMP");
}


/* All first and second bytes, edges for the rest, each length cut. */

static void
test_utf8_all(void)
{
    uint32_t       code;
    unsigned       wrong, j, k, m;
    unsigned char  bytes[4];

    static const unsigned char  edge[] = {
        0x00, 0x01, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff
    };

    wrong = 0;

    for (code = 0; code < 65536; code++) {
        bytes[0] = (unsigned char) (code >> 8);
        bytes[1] = (unsigned char) code;

        for (j = 0; j < sizeof(edge); j++) {
            for (k = 0; k < sizeof(edge); k++) {
                bytes[2] = edge[j];
                bytes[3] = edge[k];

                for (m = 1; m <= 4; m++) {
                    wrong += phone_utf8_valid((phone_str_t) { m,
                                                       (char *) bytes })
                             != utf8_by_definition(bytes, m);
                }
            }
        }
    }

    is_int(wrong, 0, "every start of one to four bytes, by the definition");
}


/* A long text for which the arena has no room. */

static void
test_no_room(void)
{
    char           text[2000];
    phone_arena_t  full;

    memset(text, 'x', sizeof(text));
    text[sizeof(text) - 1] = '\0';

    phone_arena_init(&full);
    (void) phone_alloc_raw(&full, PHONE_ARENA_MAX - 1024);
    is_str(phone_format(&full, "%s", text), "", "no room for a format");
    ok(full.failed, "which the arena says");
    phone_arena_free(&full);
}


int
main(void)
{
    test_no_room();
    test_strings();
    test_split();
    test_integers();
    test_integers_many();
    test_utf8();
    test_utf8_all();

    return done_testing();
}
