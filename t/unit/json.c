
/*
 * lib/json.c: the writer; what it writes is read back with jansson.
 */


#include <jansson.h>

#include "tap.h"
#include "lib/json.h"


static phone_arena_t  arena;
static phone_buf_t    buf;
static phone_json_t   json;


static void
begin(void)
{
    phone_buf_init(&buf, &arena, 0);
    phone_json_init(&json, &buf);
}


static void
test_shape(void)
{
    begin();
    phone_json_object(&json, NULL);
    phone_json_end(&json);
    is_str(phone_buf_str(&buf), "{}", "an empty object");

    begin();
    phone_json_array(&json, NULL);
    phone_json_end(&json);
    is_str(phone_buf_str(&buf), "[]", "an empty array");

    begin();
    phone_json_text(&json, NULL, PHONE_STR("x"));
    is_str(phone_buf_str(&buf), "\"x\"", "a value alone");

    begin();
    phone_json_object(&json, NULL);
    phone_json_text(&json, "code", PHONE_STR("OK"));
    phone_json_int(&json, "amount", 100);
    phone_json_int(&json, "least", INT64_MIN);
    phone_json_bool(&json, "yes", 1);
    phone_json_bool(&json, "more", 2);
    phone_json_bool(&json, "no", 0);
    phone_json_null(&json, "none");
    phone_json_time(&json, "paid_at", 1795231200999);
    phone_json_raw(&json, "raw", PHONE_STR("[1.5]"));
    phone_json_text(&json, "empty", PHONE_EMPTY);
    phone_json_text(&json, "nothing", (phone_str_t) { 0, NULL });
    phone_json_end(&json);
    is_str(phone_buf_str(&buf),
           "{\"code\":\"OK\",\"amount\":100,\"least\":-9223372036854775808,"
           "\"yes\":true,\"more\":true,\"no\":false,\"none\":null,"
           "\"paid_at\":\"2026-11-21T03:20:00Z\",\"raw\":[1.5],\"empty\":\"\","
           "\"nothing\":\"\"}", "one of each");

    begin();
    phone_json_object(&json, NULL);
    phone_json_array(&json, "cards");
    phone_json_object(&json, NULL);
    phone_json_int(&json, "a", 1);
    phone_json_end(&json);
    phone_json_object(&json, NULL);
    phone_json_end(&json);
    phone_json_text(&json, NULL, PHONE_STR("x"));
    phone_json_array(&json, NULL);
    phone_json_int(&json, NULL, 1);
    phone_json_int(&json, NULL, 2);
    phone_json_end(&json);
    phone_json_null(&json, NULL);
    phone_json_end(&json);
    phone_json_object(&json, "inner");
    phone_json_end(&json);
    phone_json_int(&json, "last", 0);
    phone_json_end(&json);
    is_str(phone_buf_str(&buf),
           "{\"cards\":[{\"a\":1},{},\"x\",[1,2],null],\"inner\":{},"
           "\"last\":0}", "commas and nesting");
    ok(!arena.failed, "nothing has failed");
}


static void
test_time(void)
{
    begin();
    phone_json_array(&json, NULL);
    phone_json_time(&json, NULL, 0);
    phone_json_time(&json, NULL, -1);
    phone_json_time(&json, NULL, -1000);
    phone_json_time(&json, NULL, 999);
    phone_json_time(&json, NULL, 1000);
    phone_json_time(&json, NULL, INT64_MAX);
    phone_json_time(&json, NULL, INT64_MIN);
    phone_json_end(&json);
    is_str(phone_buf_str(&buf),
           "[\"1970-01-01T00:00:00Z\",\"1969-12-31T23:59:59Z\","
           "\"1969-12-31T23:59:59Z\",\"1970-01-01T00:00:00Z\","
           "\"1970-01-01T00:00:01Z\",null,null]", "times");
}


static void
test_escape(void)
{
    unsigned  i;

    static const struct {
        phone_str_t  text;
        const char  *json;
    } test[] = {
        { PHONE_STR("plain"), "\"plain\"" },
        { PHONE_STR("a\"b"), "\"a\\\"b\"" },
        { PHONE_STR("a\\b"), "\"a\\\\b\"" },
        { PHONE_STR("\b\f\n\r\t"), "\"\\b\\f\\n\\r\\t\"" },
        { PHONE_STR("a\0b"), "\"a\\u0000b\"" },
        { PHONE_STR("\x01\x1f\x7f"), "\"\\u0001\\u001f\x7f\"" },
        { PHONE_STR("\x0b\x0e"), "\"\\u000b\\u000e\"" },
        { PHONE_STR("</script>"), "\"\\u003c/script>\"" },
        { PHONE_STR("<!--"), "\"\\u003c!--\"" },
        { PHONE_STR("\xe2\x80\xa8|\xe2\x80\xa9"), "\"\\u2028|\\u2029\"" },
        { PHONE_STR("\xe2\x80\xa7\xe2\x80\xaa"),
          "\"\xe2\x80\xa7\xe2\x80\xaa\"" },
        { PHONE_STR("\xe2\x82\xac"), "\"\xe2\x82\xac\"" },
        { PHONE_STR("\xe2"), "\"\xe2\"" },
        { PHONE_STR("\xe2\x80"), "\"\xe2\x80\"" },
        { PHONE_STR("\xe6\x89\x8b\xe6\x9c\xba\xf0\x9f\x93\xb1"),
          "\"\xe6\x89\x8b\xe6\x9c\xba\xf0\x9f\x93\xb1\"" },
        { PHONE_STR("\""), "\"\\\"\"" },
        { PHONE_STR("\"\"x"), "\"\\\"\\\"x\"" }
    };

    for (i = 0; i < sizeof(test) / sizeof(test[0]); i++) {
        begin();
        phone_json_text(&json, NULL, test[i].text);
        is_str(phone_buf_str(&buf), test[i].json, "text %u", i);
    }

    begin();
    phone_json_object(&json, NULL);
    phone_json_int(&json, "a\"<", 1);
    phone_json_end(&json);
    is_str(phone_buf_str(&buf), "{\"a\\\"\\u003c\":1}", "a name is escaped");
}


/* Every character, in texts of many lengths, comes back from jansson. */

static void
test_read_back(void)
{
    char          text[300];
    json_t       *root;
    size_t        n;
    uint32_t      code;
    unsigned      wrong;
    phone_str_t   out;

    wrong = 0;

    for (code = 0; code < 0x3000; code++) {
        phone_arena_free(&arena);
        n = code % 290;
        memset(text, 'x', n);

        if (code < 0x80) {
            text[n++] = (char) code;

        } else if (code < 0x800) {
            text[n++] = (char) (0xc0 | code >> 6);
            text[n++] = (char) (0x80 | (code & 0x3f));

        } else {
            text[n++] = (char) (0xe0 | code >> 12);
            text[n++] = (char) (0x80 | (code >> 6 & 0x3f));
            text[n++] = (char) (0x80 | (code & 0x3f));
        }

        begin();
        phone_json_array(&json, NULL);
        phone_json_text(&json, NULL, (phone_str_t) { n, text });
        phone_json_end(&json);
        out = phone_buf_str(&buf);

        root = json_loadb(out.data, out.len, JSON_ALLOW_NUL, NULL);

        if (root == NULL
            || json_string_length(json_array_get(root, 0)) != n
            || memcmp(json_string_value(json_array_get(root, 0)), text, n))
        {
            wrong++;
        }

        json_decref(root);
    }

    is_int(wrong, 0, "12,288 characters there and back");
}


static void
test_failures(void)
{
    unsigned     i;
    phone_str_t  out;
    static char  big[1000000];

    phone_arena_free(&arena);
    begin();

    for (i = 0; i < PHONE_JSON_DEPTH; i++) {
        phone_json_array(&json, NULL);
    }

    ok(!arena.failed, "%u levels", i);

    for (i = 0; i < PHONE_JSON_DEPTH; i++) {
        phone_json_end(&json);
    }

    out = phone_buf_str(&buf);
    is_int(out.len, 2 * PHONE_JSON_DEPTH, "and back");
    ok(out.data[31] == '[' && out.data[32] == ']', "right in the middle");

    phone_json_end(&json);
    ok(arena.failed, "one end too many");

    phone_arena_free(&arena);
    begin();

    for (i = 0; i < PHONE_JSON_DEPTH + 1; i++) {
        phone_json_object(&json, i ? "x" : NULL);
    }

    ok(arena.failed, "one level too many");

    phone_arena_free(&arena);
    begin();
    memset(big, '<', sizeof(big));
    phone_json_text(&json, NULL, (phone_str_t) { sizeof(big), big });
    ok(arena.failed, "out of memory");
    is_str(phone_buf_str(&buf), "", "gives nothing");
    phone_arena_free(&arena);
}


int
main(void)
{
    phone_arena_init(&arena);

    test_shape();
    test_time();
    test_escape();
    test_read_back();
    test_failures();

    return done_testing();
}
