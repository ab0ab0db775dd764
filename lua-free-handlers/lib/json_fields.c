
/*
 * Fields of a flat JSON object, in one pass over the text.
 *
 * jansson builds a tree of the whole text at some 12 ns a byte, far more than
 * the rest of a call; here it only decodes the strings that hold an escape.
 * t/unit/fields.c and t/fuzz/json.c compare the result with jansson's.
 */


#include <jansson.h>

#include "fields_input.h"


static phone_fields_rc_t phone_json_members(phone_fields_input_t *in);
static phone_fields_rc_t phone_json_member(phone_fields_input_t *in);
static phone_fields_rc_t phone_json_value(phone_fields_input_t *in,
    phone_str_t *value);
static phone_fields_rc_t phone_json_string(phone_fields_input_t *in,
    phone_str_t *raw, unsigned *seen);
static phone_fields_rc_t phone_json_unescape(phone_arena_t *arena,
    phone_str_t *text);
static phone_fields_rc_t phone_json_integer(phone_fields_input_t *in,
    phone_str_t *value);
static int phone_json_literal(phone_fields_input_t *in, phone_str_t literal);
static int phone_json_token(phone_fields_input_t *in, unsigned char token);
static void phone_json_space(phone_fields_input_t *in);


phone_fields_rc_t
phone_json_parse(phone_arena_t *arena, phone_str_t text,
    phone_fields_t *fields, phone_str_t *bad)
{
    phone_fields_rc_t     rc;
    phone_fields_input_t  in;

    *bad = PHONE_EMPTY;

    if (text.len == 0) {
        return PHONE_FIELDS_SYNTAX;
    }

    in.arena = arena;
    in.fields = fields;
    in.p = (const unsigned char *) text.data;
    in.end = in.p + text.len;
    in.name = PHONE_EMPTY;

    rc = phone_json_members(&in);

    if (rc != PHONE_FIELDS_OK) {
        *bad = phone_fields_bad(in.name);
    }

    return rc;
}


static phone_fields_rc_t
phone_json_members(phone_fields_input_t *in)
{
    phone_fields_rc_t  rc;

    if (!phone_json_token(in, '{')) {
        return PHONE_FIELDS_SYNTAX;
    }

    if (!phone_json_token(in, '}')) {

        do {
            rc = phone_json_member(in);

            if (rc != PHONE_FIELDS_OK) {
                return rc;
            }

            in->name = PHONE_EMPTY;

        } while (phone_json_token(in, ','));

        if (!phone_json_token(in, '}')) {
            return PHONE_FIELDS_SYNTAX;
        }
    }

    phone_json_space(in);

    return (in->p == in->end) ? PHONE_FIELDS_OK : PHONE_FIELDS_SYNTAX;
}


static phone_fields_rc_t
phone_json_member(phone_fields_input_t *in)
{
    unsigned           seen;
    phone_str_t        name, value;
    phone_fields_rc_t  rc;

    if (!phone_json_token(in, '"')) {
        return PHONE_FIELDS_SYNTAX;
    }

    rc = phone_json_string(in, &name, &seen);

    if (rc != PHONE_FIELDS_OK) {
        return rc;
    }

    in->name = name;
    rc = phone_fields_check(in->fields, name);

    if (rc != PHONE_FIELDS_OK) {
        return rc;
    }

    if (!phone_json_token(in, ':')) {
        return PHONE_FIELDS_SYNTAX;
    }

    rc = phone_json_value(in, &value);

    if (rc != PHONE_FIELDS_OK) {
        return rc;
    }

    (void) phone_fields_add(in->fields, name, value);

    return PHONE_FIELDS_OK;
}


static phone_fields_rc_t
phone_json_value(phone_fields_input_t *in, phone_str_t *value)
{
    unsigned           seen;
    phone_fields_rc_t  rc;

    if (phone_json_token(in, '"')) {
        rc = phone_json_string(in, value, &seen);

        if (rc != PHONE_FIELDS_OK) {
            return rc;
        }

        if (seen & PHONE_F_ESCAPE) {
            return phone_json_unescape(in->arena, value);
        }

        if ((seen & PHONE_F_BYTE) && !phone_utf8_valid(*value)) {
            return PHONE_FIELDS_UTF8;
        }

        return PHONE_FIELDS_OK;
    }

    *value = PHONE_STR("true");

    if (phone_json_literal(in, *value)) {
        return PHONE_FIELDS_OK;
    }

    *value = PHONE_STR("false");

    if (phone_json_literal(in, *value)) {
        return PHONE_FIELDS_OK;
    }

    if (phone_json_literal(in, PHONE_STR("null"))) {
        *value = PHONE_EMPTY;
        return PHONE_FIELDS_OK;
    }

    return phone_json_integer(in, value);
}


/* Behind the first quote; *raw is what stands between the quotes. */

static phone_fields_rc_t
phone_json_string(phone_fields_input_t *in, phone_str_t *raw, unsigned *seen)
{
    unsigned              class, all;
    const unsigned char  *p, *end;

    all = 0;
    end = in->end;

    for (p = in->p; p < end; p++) {
        class = phone_field_class[*p];
        all |= class;

        if ((class & (PHONE_F_QUOTE|PHONE_F_CONTROL|PHONE_F_ESCAPE)) == 0) {
            continue;
        }

        if (class & PHONE_F_ESCAPE) {
            p++;
            continue;
        }

        if (class & PHONE_F_CONTROL) {
            return (*p == '\0') ? PHONE_FIELDS_UTF8 : PHONE_FIELDS_SYNTAX;
        }

        raw->data = (const char *) in->p;
        raw->len = p - in->p;
        in->p = p + 1;
        *seen = all;

        return PHONE_FIELDS_OK;
    }

    return PHONE_FIELDS_SYNTAX;
}


/* Quotes stand on either side of *text. */

static phone_fields_rc_t
phone_json_unescape(phone_arena_t *arena, phone_str_t *text)
{
    json_t        *string;
    json_error_t   error;

    string = json_loadb(text->data - 1, text->len + 2, JSON_DECODE_ANY,
                        &error);

    if (string == NULL) {

        switch (json_error_code(&error)) {

        case json_error_null_character:
        case json_error_invalid_utf8:
            return PHONE_FIELDS_UTF8;

        case json_error_out_of_memory:
            arena->failed = 1;
            *text = PHONE_EMPTY;
            return PHONE_FIELDS_OK;

        default:
            return PHONE_FIELDS_SYNTAX;
        }
    }

    *text = phone_copy(arena, (phone_str_t) { json_string_length(string),
                                              json_string_value(string) });
    json_decref(string);

    return PHONE_FIELDS_OK;
}


static phone_fields_rc_t
phone_json_integer(phone_fields_input_t *in, phone_str_t *value)
{
    int64_t      number;
    phone_str_t  digits;

    value->data = (const char *) in->p;

    if (in->p < in->end && *in->p == '-') {
        in->p++;
    }

    digits.data = (const char *) in->p;

    while (in->p < in->end && *in->p >= '0' && *in->p <= '9') {
        in->p++;
    }

    digits.len = (const char *) in->p - digits.data;
    value->len = (const char *) in->p - value->data;

    /* nor with a fraction or an exponent */

    if (phone_parse_int(digits, &number) != 0
        || (in->p < in->end && phone_field_class[*in->p] & PHONE_F_NAME))
    {
        return PHONE_FIELDS_SYNTAX;
    }

    return PHONE_FIELDS_OK;
}


static int
phone_json_literal(phone_fields_input_t *in, phone_str_t literal)
{
    if ((size_t) (in->end - in->p) < literal.len
        || memcmp(in->p, literal.data, literal.len) != 0)
    {
        return 0;
    }

    in->p += literal.len;

    return 1;
}


/* Takes token, and the white space in front of it. */

static int
phone_json_token(phone_fields_input_t *in, unsigned char token)
{
    phone_json_space(in);

    if (in->p == in->end || *in->p != token) {
        return 0;
    }

    in->p++;

    return 1;
}


static void
phone_json_space(phone_fields_input_t *in)
{
    while (in->p < in->end
           && (*in->p == ' ' || *in->p == '\n' || *in->p == '\r'
               || *in->p == '\t'))
    {
        in->p++;
    }
}
