
/*
 * Fields of a JSON object, read with jansson.
 */


#include <jansson.h>

#include "fields_input.h"


/* The object, a list, an object in it. */
#define PHONE_JSON_NESTED    3

/* Values that are read at all: what is refused is refused at little cost. */
#define PHONE_JSON_VALUES    (2 * (PHONE_FIELDS_MAX + PHONE_ITEMS_MAX))


typedef struct {
    phone_arena_t           *arena;
    phone_fields_t          *fields;
    phone_str_t              name;           /* of what is being read */
    size_t                   index;          /* in a list */
    phone_str_t             *bad;
} phone_json_input_t;


static phone_fields_rc_t phone_json_bounds(phone_str_t text);
static phone_fields_rc_t phone_json_refused(phone_json_input_t *in,
    phone_str_t text, const json_error_t *error);
static const char *phone_json_quote(const char *p, const char *end);
static phone_str_t phone_json_name(phone_arena_t *arena, const char *p,
    const char *end);
static phone_str_t phone_json_at(phone_arena_t *arena, phone_str_t text,
    const json_error_t *error);
static phone_fields_rc_t phone_json_members(phone_json_input_t *in,
    json_t *root);
static phone_fields_rc_t phone_json_field(phone_json_input_t *in,
    json_t *value);
static phone_fields_rc_t phone_json_list(phone_json_input_t *in,
    json_t *array);
static phone_fields_rc_t phone_json_item(phone_json_input_t *in,
    phone_items_t *list, json_t *value);
static phone_fields_rc_t phone_json_row(phone_json_input_t *in,
    phone_items_t *list, json_t *object);
static int phone_json_value(phone_arena_t *arena, json_t *value,
    phone_str_t *text);
static phone_fields_rc_t phone_json_bad(phone_json_input_t *in,
    const char *member, phone_fields_rc_t rc);


phone_fields_rc_t
phone_json_parse(phone_arena_t *arena, phone_str_t text,
    phone_fields_t *fields, phone_str_t *bad)
{
    json_t              *root;
    json_error_t         error;
    phone_fields_rc_t    rc;
    phone_json_input_t   in;

    *bad = PHONE_EMPTY;

    rc = phone_json_bounds(text);

    if (rc != PHONE_FIELDS_OK) {
        return rc;
    }

    in.arena = arena;
    in.fields = fields;
    in.bad = bad;

    root = json_loadb(text.data, text.len, JSON_REJECT_DUPLICATES, &error);

    if (root == NULL) {
        return phone_json_refused(&in, text, &error);
    }

    rc = json_is_object(root) ? phone_json_members(&in, root)
                              : PHONE_FIELDS_SYNTAX;
    json_decref(root);

    return rc;
}


/* jansson needs some 100 bytes for a value of one; it refuses what is no
   JSON. */

static phone_fields_rc_t
phone_json_bounds(phone_str_t text)
{
    unsigned     depth, values;
    const char  *p, *end;

    if (text.len == 0) {
        return PHONE_FIELDS_SYNTAX;
    }

    /* jansson 2.14 drops one behind a number */

    if (memchr(text.data, '\0', text.len)) {
        return PHONE_FIELDS_UTF8;
    }

    depth = 0;
    values = 0;
    end = text.data + text.len;

    for (p = text.data; p < end; p++) {

        switch (*p) {

        case '{':
        case '[':
            if (++depth > PHONE_JSON_NESTED) {
                return PHONE_FIELDS_SYNTAX;
            }

            break;

        case '}':
        case ']':
            depth -= depth > 0;
            break;

        case ',':
            if (++values == PHONE_JSON_VALUES) {
                return PHONE_FIELDS_TOO_MANY;
            }

            break;

        case '"':

            p = phone_json_quote(p, end);

            if (p == NULL) {
                return PHONE_FIELDS_OK;
            }

            break;
        }
    }

    return PHONE_FIELDS_OK;
}


/* p is at a quote: at the next one that an even number of backslashes is in
   front of. */

static const char *
phone_json_quote(const char *p, const char *end)
{
    const char  *back;

    do {
        p = memchr(p + 1, '"', (size_t) (end - p - 1));

        if (p == NULL) {
            return NULL;
        }

        for (back = p; back[-1] == '\\'; back--) { /* void */ }

    } while ((p - back) % 2);

    return p;
}


static phone_fields_rc_t
phone_json_refused(phone_json_input_t *in, phone_str_t text,
    const json_error_t *error)
{
    switch (json_error_code(error)) {

    case json_error_duplicate_key:
        *in->bad = phone_json_at(in->arena, text, error);
        return PHONE_FIELDS_DUPLICATE;

    case json_error_numeric_overflow:
        *in->bad = phone_json_at(in->arena, text, error);
        return PHONE_FIELDS_SYNTAX;

    case json_error_null_character:
    case json_error_null_byte_in_key:
    case json_error_invalid_utf8:
        return PHONE_FIELDS_UTF8;

    case json_error_unknown:
    case json_error_out_of_memory:
        in->arena->failed = 1;
        return PHONE_FIELDS_OK;

    default:
        return PHONE_FIELDS_SYNTAX;
    }
}


/* jansson stops behind a name that comes twice, or a number that is too large:
   "points", in a list "rows[17]" or "rows[17].points". */

static phone_str_t
phone_json_at(phone_arena_t *arena, phone_str_t text,
    const json_error_t *error)
{
    unsigned      depth, index;
    const char   *p, *end, *string, *behind;
    phone_str_t   list, member;

    end = text.data + (size_t) error->position;
    depth = index = 0;
    string = behind = NULL;
    list = PHONE_EMPTY;

    for (p = text.data; p < end; p++) {

        switch (*p) {

        case '{':
        case '[':
            if (++depth == 2) {
                list = phone_json_name(arena, string, behind);
                index = 0;
            }

            break;

        case '}':
        case ']':
            depth--;
            break;

        case ',':
            index += depth == 2;
            break;

        case '"':
            string = p;
            p = phone_json_quote(p, end);

            if (p == NULL) {
                return PHONE_EMPTY;
            }

            behind = p + 1;
            break;
        }
    }

    if (depth == 2 && list.len
        && json_error_code(error) == json_error_numeric_overflow)
    {
        return phone_format(arena, "%.*s[%u]", PHONE_ARGS(list), index);
    }

    member = phone_json_name(arena, string, behind);

    return depth < 3 || list.len == 0 || member.len == 0
           ? member : phone_format(arena, "%.*s[%u].%.*s", PHONE_ARGS(list),
                                   index, PHONE_ARGS(member));
}


/* From quote to quote, what a field can be called; empty: nothing. */

static phone_str_t
phone_json_name(phone_arena_t *arena, const char *p, const char *end)
{
    json_t       *string;
    phone_str_t   name;

    string = p ? json_loadb(p, (size_t) (end - p), JSON_DECODE_ANY, NULL)
               : NULL;

    name = phone_copy(arena, string ? phone_cstr(json_string_value(string))
                                    : PHONE_EMPTY);
    json_decref(string);

    return phone_fields_bad(name);
}


phone_str_t
phone_json_fault(phone_arena_t *arena, phone_str_t text)
{
    json_t        *root;
    json_error_t   error;

    if (phone_json_bounds(text) != PHONE_FIELDS_OK) {
        return PHONE_EMPTY;
    }

    root = json_loadb(text.data, text.len, 0, &error);

    if (root) {
        json_decref(root);
        return PHONE_EMPTY;
    }

    return phone_format(arena,
                        json_error_code(&error) == json_error_numeric_overflow
                        ? "the number that ends at line %d, column %d is too "
                          "large: integers are from -2^63 to 2^63 - 1"
                        : "no JSON from line %d, column %d",
                        error.line, error.column);
}


static phone_fields_rc_t
phone_json_members(phone_json_input_t *in, json_t *root)
{
    json_t             *value;
    const char         *name;
    phone_fields_rc_t   rc;

    json_object_foreach(root, name, value) {
        in->name = phone_copy(in->arena, phone_cstr(name));
        rc = phone_fields_check(in->fields, in->name);

        if (rc == PHONE_FIELDS_OK) {
            rc = json_array_size(value) ? phone_json_list(in, value)
                                        : phone_json_field(in, value);
        }

        if (rc != PHONE_FIELDS_OK) {

            if (in->bad->len == 0) {
                *in->bad = phone_fields_bad(in->name);
            }

            return rc;
        }
    }

    return PHONE_FIELDS_OK;
}


static phone_fields_rc_t
phone_json_field(phone_json_input_t *in, json_t *value)
{
    phone_str_t  text;

    if (phone_json_value(in->arena, value, &text) != 0) {
        return PHONE_FIELDS_SYNTAX;
    }

    (void) phone_fields_add(in->fields, in->name, text);

    return PHONE_FIELDS_OK;
}


static phone_fields_rc_t
phone_json_list(phone_json_input_t *in, json_t *array)
{
    json_t             *value;
    phone_items_t      *list;
    phone_fields_rc_t   rc;

    list = phone_fields_add_list(in->arena, in->fields, in->name);
    if (list == NULL) {
        return PHONE_FIELDS_OK;
    }

    json_array_foreach(array, in->index, value) {
        rc = json_is_object(value) ? phone_json_row(in, list, value)
                                   : phone_json_item(in, list, value);

        if (rc != PHONE_FIELDS_OK) {
            return rc;
        }
    }

    return PHONE_FIELDS_OK;
}


static phone_fields_rc_t
phone_json_item(phone_json_input_t *in, phone_items_t *list, json_t *value)
{
    phone_str_t    text;
    phone_item_t  *item;

    if (phone_json_value(in->arena, value, &text) != 0) {
        return phone_json_bad(in, NULL, PHONE_FIELDS_SYNTAX);
    }

    if (text.len == 0) {
        return phone_json_bad(in, NULL, PHONE_FIELDS_EMPTY_ITEM);
    }

    if (phone_items_room(in->fields) == 0) {
        return phone_json_bad(in, NULL, PHONE_FIELDS_TOO_MANY);
    }

    item = phone_items_add(in->arena, list, 1);

    if (item) {
        item->field->name = PHONE_EMPTY;
        item->field->value = text;
    }

    return PHONE_FIELDS_OK;
}


static phone_fields_rc_t
phone_json_row(phone_json_input_t *in, phone_items_t *list, json_t *object)
{
    int             empty;
    json_t         *value;
    const char     *name;
    phone_item_t   *item;
    phone_field_t  *field;

    if (json_object_size(object) > phone_items_room(in->fields)) {
        return phone_json_bad(in, NULL, PHONE_FIELDS_TOO_MANY);
    }

    item = phone_items_add(in->arena, list,
                           (unsigned) json_object_size(object));
    if (item == NULL) {
        return PHONE_FIELDS_OK;
    }

    field = item->field;
    empty = 1;

    json_object_foreach(object, name, value) {
        field->name = phone_copy(in->arena, phone_cstr(name));

        if (!phone_fields_is_name(field->name)) {
            return phone_json_bad(in, NULL, PHONE_FIELDS_NAME);
        }

        if (phone_json_value(in->arena, value, &field->value) != 0) {
            return phone_json_bad(in, name, PHONE_FIELDS_SYNTAX);
        }

        empty = empty && field->value.len == 0;
        field++;
    }

    /* it would not show in what is signed */

    return empty ? phone_json_bad(in, NULL, PHONE_FIELDS_EMPTY_ITEM)
                 : PHONE_FIELDS_OK;
}


/* A value as the text of a field; -1: it cannot be one. */

static int
phone_json_value(phone_arena_t *arena, json_t *value, phone_str_t *text)
{
    switch (json_typeof(value)) {

    case JSON_STRING:
        *text = phone_copy(arena, (phone_str_t) { json_string_length(value),
                                                  json_string_value(value) });
        return 0;

    case JSON_INTEGER:
        *text = phone_int(arena, json_integer_value(value));
        return 0;

    case JSON_TRUE:
        *text = PHONE_STR("true");
        return 0;

    case JSON_FALSE:
        *text = PHONE_STR("false");
        return 0;

    case JSON_NULL:
        *text = PHONE_EMPTY;
        return 0;

    case JSON_ARRAY:
        *text = PHONE_EMPTY;
        return json_array_size(value) ? -1 : 0;

    default:
        return -1;
    }
}


/* "rows[17].points" */

static phone_fields_rc_t
phone_json_bad(phone_json_input_t *in, const char *member,
    phone_fields_rc_t rc)
{
    *in->bad = phone_format(in->arena, "%.*s[%zu]%s%s", PHONE_ARGS(in->name),
                            in->index, member ? "." : "",
                            member ? member : "");

    return rc;
}
