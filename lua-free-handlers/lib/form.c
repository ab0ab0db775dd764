
/*
 * Fields of a form or a query string, in one pass over the text.
 */


#include "fields_input.h"


typedef struct {
    phone_arena_t           *arena;
    phone_fields_t          *fields;
    unsigned                 before;     /* fields of another text */
    const unsigned char     *p;
    const unsigned char     *end;
    phone_str_t             *bad;
} phone_form_input_t;


static phone_fields_rc_t phone_form_field(phone_form_input_t *in);
static phone_fields_rc_t phone_form_value(phone_form_input_t *in,
    phone_str_t name, phone_str_t value);
static phone_fields_rc_t phone_form_item(phone_form_input_t *in,
    phone_str_t name, phone_str_t value);
static phone_fields_rc_t phone_form_part(phone_form_input_t *in,
    unsigned stop, phone_str_t *part);
static phone_fields_rc_t phone_form_decode(phone_arena_t *arena,
    phone_str_t *part);
static void phone_form_copy(char *out, const char *p, size_t n);


phone_fields_rc_t
phone_form_parse(phone_arena_t *arena, phone_str_t text,
    phone_fields_t *fields, phone_str_t *bad)
{
    phone_fields_rc_t   rc;
    phone_form_input_t  in;

    *bad = PHONE_EMPTY;

    if (text.len == 0) {
        return PHONE_FIELDS_OK;
    }

    in.arena = arena;
    in.fields = fields;
    in.before = fields->n;
    in.p = (const unsigned char *) text.data;
    in.end = in.p + text.len;
    in.bad = bad;

    while (in.p < in.end) {

        if (*in.p == '&') {
            in.p++;
            continue;
        }

        rc = phone_form_field(&in);

        if (rc != PHONE_FIELDS_OK) {
            return rc;
        }
    }

    return PHONE_FIELDS_OK;
}


/* Leaves in->p at '&' or at the end. */

static phone_fields_rc_t
phone_form_field(phone_form_input_t *in)
{
    int                list;
    phone_str_t        name, value;
    phone_fields_rc_t  rc;

    if (phone_form_part(in, PHONE_F_AND|PHONE_F_EQUAL, &name)
        != PHONE_FIELDS_OK)
    {
        return PHONE_FIELDS_NAME;
    }

    list = name.len > 2 && memcmp(name.data + name.len - 2, "[]", 2) == 0;
    name.len -= list ? 2 : 0;

    value = PHONE_EMPTY;
    rc = PHONE_FIELDS_OK;

    if (in->p < in->end && *in->p == '=') {
        in->p++;
        rc = phone_form_part(in, PHONE_F_AND, &value);
    }

    if (rc == PHONE_FIELDS_OK) {
        rc = list ? phone_form_item(in, name, value)
                  : phone_form_value(in, name, value);
    }

    if (rc != PHONE_FIELDS_OK && in->bad->len == 0) {
        *in->bad = phone_fields_bad(name);
    }

    return rc;
}


static phone_fields_rc_t
phone_form_value(phone_form_input_t *in, phone_str_t name, phone_str_t value)
{
    phone_fields_rc_t  rc;

    rc = phone_fields_check(in->fields, name);

    if (rc == PHONE_FIELDS_OK) {
        (void) phone_fields_add(in->fields, name, value);
    }

    return rc;
}


/* "to[]=".  The items of a list are in one text: the query string or the
   body. */

static phone_fields_rc_t
phone_form_item(phone_form_input_t *in, phone_str_t name, phone_str_t value)
{
    int                 i;
    phone_item_t       *item;
    phone_items_t      *list;
    phone_fields_rc_t   rc;

    i = phone_fields_find(in->fields, name);
    list = i < (int) in->before ? NULL : in->fields->list[i];

    if (list == NULL) {
        rc = phone_fields_check(in->fields, name);
        if (rc != PHONE_FIELDS_OK) {
            return rc;
        }

        list = phone_fields_add_list(in->arena, in->fields, name);
        if (list == NULL) {
            return PHONE_FIELDS_OK;
        }
    }

    if (value.len == 0) {
        *in->bad = phone_format(in->arena, "%.*s[%u]", PHONE_ARGS(name),
                                list->n);
        return PHONE_FIELDS_EMPTY_ITEM;
    }

    if (phone_items_room(in->fields) == 0) {
        return PHONE_FIELDS_TOO_MANY;
    }

    item = phone_items_add(in->arena, list, 1);

    if (item) {
        item->field->name = PHONE_EMPTY;
        item->field->value = value;
    }

    return PHONE_FIELDS_OK;
}


static phone_fields_rc_t
phone_form_part(phone_form_input_t *in, unsigned stop, phone_str_t *part)
{
    unsigned              class, seen;
    phone_fields_rc_t     rc;
    const unsigned char  *p, *end;

    seen = 0;
    end = in->end;

    for (p = in->p; p < end; p++) {
        class = phone_field_class[*p];

        if (class & stop) {
            break;
        }

        seen |= class;
    }

    part->data = (const char *) in->p;
    part->len = p - in->p;
    in->p = p;

    if (seen & PHONE_F_ENCODED) {
        rc = phone_form_decode(in->arena, part);

        if (rc != PHONE_FIELDS_OK) {
            return rc;
        }

        seen |= PHONE_F_BYTE;
    }

    if ((seen & PHONE_F_BYTE) && !phone_utf8_valid(*part)) {
        return PHONE_FIELDS_UTF8;
    }

    return PHONE_FIELDS_OK;
}


static phone_fields_rc_t
phone_form_decode(phone_arena_t *arena, phone_str_t *part)
{
    int          high, low;
    char        *out, *data;
    size_t       n;
    const char  *p, *end, *code;

    data = phone_alloc_raw(arena, part->len);

    if (data == NULL) {
        *part = PHONE_EMPTY;
        return PHONE_FIELDS_OK;
    }

    out = data;
    p = part->data;
    end = p + part->len;

    for ( ;; ) {
        code = memchr(p, '%', (size_t) (end - p));
        n = (size_t) ((code ? code : end) - p);

        phone_form_copy(out, p, n);
        out += n;

        if (code == NULL) {
            break;
        }

        if (end - code < 3) {
            return PHONE_FIELDS_SYNTAX;
        }

        high = phone_hex_digit((unsigned char) code[1]);
        low = phone_hex_digit((unsigned char) code[2]);

        if (high < 0 || low < 0) {
            return PHONE_FIELDS_SYNTAX;
        }

        *out++ = (char) (high << 4 | low);
        p = code + 3;
    }

    part->data = data;
    part->len = out - data;

    return PHONE_FIELDS_OK;
}


/* A plus sign is a space. */

static void
phone_form_copy(char *out, const char *p, size_t n)
{
    char  *plus, *end;

    memcpy(out, p, n);
    end = out + n;

    while ((plus = memchr(out, '+', (size_t) (end - out))) != NULL) {
        *plus = ' ';
        out = plus + 1;
    }
}
