
#include "tap.h"
#include "lib/csv.h"


/* A file in memory, of which so much is read at a time. */

typedef struct {
    phone_str_t              bytes;
    size_t                   most;
} memory_file_t;


static size_t
memory_read(void *data, int64_t at, char *bytes, size_t len)
{
    memory_file_t  *file;

    file = data;
    len = len < file->most ? len : file->most;

    if ((size_t) at >= file->bytes.len) {
        return 0;
    }

    if (len > file->bytes.len - (size_t) at) {
        len = file->bytes.len - (size_t) at;
    }

    memcpy(bytes, file->bytes.data + at, len);

    return len;
}


/* "<row>(a)(b)..." each, and how it ends; at most so many bytes. */

static phone_str_t
rows_of(phone_arena_t *arena, phone_str_t bytes, size_t most)
{
    int            rc;
    unsigned       i;
    phone_buf_t    buf;
    phone_csv_t   *csv;
    memory_file_t  file;

    file.bytes = bytes;
    file.most = most;
    phone_buf_init(&buf, arena, 256);
    csv = phone_csv_open(arena, memory_read, &file);

    while ((rc = phone_csv_next(csv)) == 1) {
        phone_buf_int(&buf, csv->row);

        for (i = 0; i < csv->nfields; i++) {
            phone_buf_byte(&buf, '(');
            phone_buf_put(&buf, csv->field[i]);
            phone_buf_byte(&buf, ')');
        }
    }

    if (rc < 0) {
        phone_buf_put(&buf, PHONE_STR(" row "));
        phone_buf_int(&buf, csv->row);
        phone_buf_put(&buf, PHONE_STR(": "));
        phone_buf_put(&buf, phone_cstr(csv->error));
        ok(phone_csv_next(csv) == -1, "it does not go on");
    }

    phone_buf_byte(&buf, '\0');

    return phone_buf_str(&buf);
}


static void
reads(void)
{
    unsigned       i, most;
    phone_arena_t  arena;

    static const char *const  file[][2] = {
        { "", "" },
        { "\xef\xbb\xbf", "" },
        { "a", "1(a)" },
        { "a,b\r\n1,2\r\n", "1(a)(b)2(1)(2)" },
        { "a,b\n1,2", "1(a)(b)2(1)(2)" },
        { "\xef\xbb\xbf" "a,b\n", "1(a)(b)" },
        { "a\n\n\r\n  \nb\n", "1(a)4(  )5(b)" },
        { "\"\"\n\n", "1()" },
        { ",\n,,", "1()()2()()()" },
        { "\"a,b\",\"c\"\"d\"\n", "1(a,b)(c\"d)" },
        { "\"a\r\nb\nc\",d\r\ne", "1(a\r\nb\nc)(d)2(e)" },
        { "\"\"\"\"", "1(\")" },
        { "a\r", "1(a)" },
        { "\xe8\x8c\xb6,1\n", "1(\xe8\x8c\xb6)(1)" },
        { "a\nb\"c\n", "1(a) row 2: a quote is inside a field that does not "
                       "begin with one" },
        { "a\n\n\"b\nc\n", "1(a) row 3: a quote is opened and not closed" },
        { "\"a\"b\n", " row 1: something follows the closing quote of a "
                      "field" },
        { "\"a\" ,b\n", " row 1: something follows the closing quote of a "
                        "field" },
        { "a\rb\n", " row 1: it has a carriage return that no line feed "
                    "follows" },
        { "a\n\xb2\xe8,1\n", "1(a) row 2: it is not UTF-8" },
        { "\xe8,\x8c\xb6\n", " row 1: it is not UTF-8" },
        { "\xff\xfe" "a", " row 1: it is not UTF-8" }
    };

    for (i = 0; i < sizeof(file) / sizeof(file[0]); i++) {
        for (most = 1; most < 9; most++) {

            /* the mark is looked for in the first bytes */

            if (most < 3 && file[i][0][0] == '\xef') {
                continue;
            }

            phone_arena_init(&arena);
            is_str(phone_cstr(rows_of(&arena, phone_cstr(file[i][0]),
                                      most).data),
                   file[i][1], "file %u, by %u", i, most);
            phone_arena_free(&arena);
        }
    }

    phone_arena_init(&arena);
    is_str(phone_cstr(rows_of(&arena, (phone_str_t) { 4, "a\0b\n" },
                              100).data),
           " row 1: it is not UTF-8", "a zero byte");
    phone_arena_free(&arena);
}


/* n times a byte, and something behind it. */

static phone_str_t
many(phone_arena_t *arena, size_t n, char c, const char *rest)
{
    char  *text;

    text = phone_alloc(arena, n + strlen(rest));
    memset(text, c, n);
    memcpy(text + n, rest, strlen(rest));

    return (phone_str_t) { n + strlen(rest), text };
}


static void
limit_is(size_t n, char c, const char *rest, const char *error)
{
    phone_str_t    rows;
    phone_arena_t  arena;

    phone_arena_init(&arena);
    rows = rows_of(&arena, many(&arena, n, c, rest), 1 << 20);

    if (error) {
        ok(strstr(rows.data, error) != NULL, "%u of %d: %s", (unsigned) n, c,
           error);

    } else {
        ok(strstr(rows.data, "row") == NULL, "%u of %d", (unsigned) n, c);
    }

    phone_arena_free(&arena);
}


static void
limits(void)
{
    phone_str_t    row;
    phone_arena_t  arena;

    limit_is(1024, 'x', "\n", NULL);
    limit_is(1025, 'x', "\n", "row 1: a field is longer than 1024 bytes");
    limit_is(1 << 20, 'x', "", "row 1: it is longer than 16384 bytes");
    limit_is(255, ',', "\n", NULL);
    limit_is(256, ',', "\n", "row 1: it has more than 256 fields");
    limit_is(1 << 20, '\n', "a,b\n", NULL);
    limit_is(1 << 20, '\n', "a\"\n", "row 1048577: a quote");
    limit_is(99, '"', "\n", "row 1: a quote is opened and not closed");
    limit_is(70001, '"', "", "row 1: it is longer than 16384 bytes");

    /* a chunk ends anywhere */

    phone_arena_init(&arena);
    row = rows_of(&arena, many(&arena, PHONE_CSV_CHUNK - 3, '\n',
                               "\"a\"\"b\",c\r\nd\n"), 1 << 20);
    is_str(phone_cstr(row.data), "65534(a\"b)(c)65535(d)", "over its border");
    phone_arena_free(&arena);
}


static void
plain(void)
{
    is_str(phone_csv_plain(PHONE_STR("  a b\t")), "a b", "without spaces");
    is_str(phone_csv_plain(PHONE_STR("'-R1")), "-R1", "without the '");
    is_str(phone_csv_plain(PHONE_STR("'a")), "'a", "that means something");
    is_str(phone_csv_plain(PHONE_STR("''=1")), "'=1", "one of several");
    is_str(phone_csv_plain(PHONE_STR("'")), "'", "alone");
    is_str(phone_csv_plain(PHONE_STR(" ")), "", "nothing");
}


int
main(void)
{
    unsigned       i;
    phone_buf_t    buf;
    phone_arena_t  arena;

    static const char *const  text[][2] = {
        { "", "" },
        { "tea", "tea" },
        { "a b", "a b" },
        { "a,b", "\"a,b\"" },
        { "say \"tea\"", "\"say \"\"tea\"\"\"" },
        { "one\ntwo", "\"one\ntwo\"" },
        { "one\r", "\"one\r\"" },
        { "=1+1", "'=1+1" },
        { "+86", "'+86" },
        { "-R1", "'-R1" },
        { "@x", "'@x" },
        { "\tx", "'\tx" },
        { "\rx", "\"'\rx\"" },
        { "=\"a\"", "\"'=\"\"a\"\"\"" },
        { "'=1", "''=1" },
        { "'-'1", "''-'1" },
        { "'a", "'a" },
        { "a=1", "a=1" },
        { "\"", "\"\"\"\"" },
        { "\xe8\x8c\xb6", "\xe8\x8c\xb6" }
    };

    phone_arena_init(&arena);

    for (i = 0; i < sizeof(text) / sizeof(text[0]); i++) {
        phone_buf_init(&buf, &arena, 8);
        phone_csv_text(&buf, phone_cstr(text[i][0]));
        is_str(phone_buf_str(&buf), text[i][1], "field %u", i);
    }

    phone_arena_free(&arena);

    reads();
    limits();
    plain();

    return done_testing();
}
