
/*
 * JSON output.
 */


#include "json.h"


/* What a byte of a text needs. */

enum {
    PHONE_JSON_PLAIN,
    PHONE_JSON_UNICODE,              /* \u00XX */
    PHONE_JSON_SEPARATOR             /* may begin U+2028, U+2029 */
};


static void phone_json_open(phone_json_t *json, const char *name, char c,
    unsigned array);
static void phone_json_name(phone_json_t *json, const char *name);
static void phone_json_quote(phone_buf_t *buf, phone_str_t text);
static size_t phone_json_escape(phone_buf_t *buf, const unsigned char *p,
    const unsigned char *end);


/* Other values are the letter behind the backslash. */

static const unsigned char  phone_json_class[256] = {
    1, 1, 1, 1, 1, 1, 1, 1, 'b', 't', 'n', 1, 'f', 'r', 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    ['"'] = '"',
    ['<'] = PHONE_JSON_UNICODE,
    ['\\'] = '\\',
    [0xe2] = PHONE_JSON_SEPARATOR
};


void
phone_json_init(phone_json_t *json, phone_buf_t *buf)
{
    json->buf = buf;
    json->arrays = 0;
    json->depth = 0;
    json->comma = 0;
}


void
phone_json_object(phone_json_t *json, const char *name)
{
    phone_json_open(json, name, '{', 0);
}


void
phone_json_array(phone_json_t *json, const char *name)
{
    phone_json_open(json, name, '[', 1);
}


static void
phone_json_open(phone_json_t *json, const char *name, char c, unsigned array)
{
    if (json->depth == PHONE_JSON_DEPTH) {
        json->buf->arena->failed = 1;
        return;
    }

    phone_json_name(json, name);
    phone_buf_byte(json->buf, c);

    json->arrays = json->arrays << 1 | array;
    json->depth++;
    json->comma = 0;
}


void
phone_json_end(phone_json_t *json)
{
    if (json->depth == 0) {
        json->buf->arena->failed = 1;
        return;
    }

    phone_buf_byte(json->buf, (json->arrays & 1) ? ']' : '}');

    json->arrays >>= 1;
    json->depth--;
    json->comma = 1;
}


void
phone_json_text(phone_json_t *json, const char *name, phone_str_t value)
{
    phone_json_name(json, name);
    phone_json_quote(json->buf, value);
}


void
phone_json_int(phone_json_t *json, const char *name, int64_t value)
{
    phone_json_name(json, name);
    phone_buf_int(json->buf, value);
}


void
phone_json_bool(phone_json_t *json, const char *name, int value)
{
    phone_json_raw(json, name, value ? PHONE_STR("true") : PHONE_STR("false"));
}


void
phone_json_null(phone_json_t *json, const char *name)
{
    phone_json_raw(json, name, PHONE_STR("null"));
}


void
phone_json_time(phone_json_t *json, const char *name, int64_t unix_ms)
{
    char     text[PHONE_TIME_LEN + 2];
    int64_t  seconds;

    seconds = unix_ms / 1000 - (unix_ms % 1000 < 0);

    if (phone_time_write(text + 1, seconds) != 0) {
        phone_json_null(json, name);
        return;
    }

    text[0] = '"';
    text[PHONE_TIME_LEN + 1] = '"';

    phone_json_raw(json, name, (phone_str_t) { sizeof(text), text });
}


void
phone_json_raw(phone_json_t *json, const char *name, phone_str_t value)
{
    phone_json_name(json, name);
    phone_buf_put(json->buf, value);
}


/* All that stands in front of a value. */

static void
phone_json_name(phone_json_t *json, const char *name)
{
    if (json->comma) {
        phone_buf_byte(json->buf, ',');
    }

    json->comma = 1;

    if (name == NULL) {
        return;
    }

    phone_json_quote(json->buf, phone_cstr(name));
    phone_buf_byte(json->buf, ':');
}


/* Most texts are short and need no escape. */

static void
phone_json_quote(phone_buf_t *buf, phone_str_t text)
{
    char                 *out;
    const unsigned char  *p, *end;

    p = (const unsigned char *) text.data;
    end = text.len ? p + text.len : p;

    phone_buf_byte(buf, '"');

    for ( ;; ) {

        /* and the quotation mark behind it */

        out = phone_buf_reserve(buf, (size_t) (end - p) + 1);

        if (out == NULL) {
            return;
        }

        while (p < end && phone_json_class[*p] == PHONE_JSON_PLAIN) {
            *out++ = (char) *p++;
        }

        if (p == end) {
            *out++ = '"';
            buf->len = (size_t) (out - buf->data);
            return;
        }

        buf->len = (size_t) (out - buf->data);
        p += phone_json_escape(buf, p, end);
    }
}


/* Writes the character at p; returns how many bytes of input it took. */

static size_t
phone_json_escape(phone_buf_t *buf, const unsigned char *p,
    const unsigned char *end)
{
    char               code[6];
    unsigned           class;
    static const char  digit[] = "0123456789abcdef";

    class = phone_json_class[*p];

    switch (class) {

    case PHONE_JSON_UNICODE:
        memcpy(code, "\\u00", 4);
        code[4] = digit[*p >> 4];
        code[5] = digit[*p & 0x0f];
        phone_buf_put(buf, (phone_str_t) { 6, code });
        return 1;

    case PHONE_JSON_SEPARATOR:
        if (end - p >= 3 && p[1] == 0x80 && (p[2] == 0xa8 || p[2] == 0xa9)) {
            phone_buf_put(buf, (p[2] == 0xa8) ? PHONE_STR("\\u2028")
                                              : PHONE_STR("\\u2029"));
            return 3;
        }

        phone_buf_byte(buf, (char) *p);
        return 1;

    default:
        code[0] = '\\';
        code[1] = (char) class;
        phone_buf_put(buf, (phone_str_t) { 2, code });
        return 1;
    }
}
