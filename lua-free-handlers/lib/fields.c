
/*
 * A set of fields.
 */


#include "fields_input.h"


static int phone_fields_is_name(phone_str_t name);


const unsigned char  phone_field_class[256] = {
    [0] = PHONE_F_CONTROL|PHONE_F_BYTE,
    [0x01 ... 0x1f] = PHONE_F_CONTROL,
    ['"'] = PHONE_F_QUOTE,
    ['%'] = PHONE_F_ENCODED,
    ['&'] = PHONE_F_AND,
    ['+'] = PHONE_F_ENCODED,
    ['.'] = PHONE_F_NAME,
    ['0' ... '9'] = PHONE_F_NAME,
    ['='] = PHONE_F_EQUAL,
    ['A' ... 'Z'] = PHONE_F_NAME,
    ['\\'] = PHONE_F_ESCAPE,
    ['_'] = PHONE_F_NAME,
    ['a' ... 'z'] = PHONE_F_NAME,
    [0x80 ... 0xff] = PHONE_F_BYTE
};


static int
phone_fields_is_name(phone_str_t name)
{
    size_t    i;
    unsigned  class;

    if (name.len == 0 || name.len > PHONE_FIELD_NAME_MAX) {
        return 0;
    }

    class = PHONE_F_NAME;

    for (i = 0; i < name.len; i++) {
        class &= phone_field_class[(unsigned char) name.data[i]];
    }

    return class != 0;
}


phone_fields_rc_t
phone_fields_check(const phone_fields_t *fields, phone_str_t name)
{
    const phone_field_t  *field, *last;

    if (!phone_fields_is_name(name)) {
        return PHONE_FIELDS_NAME;
    }

    last = fields->field + fields->n;

    for (field = fields->field; field < last; field++) {
        if (field->name.len == name.len
            && memcmp(field->name.data, name.data, name.len) == 0)
        {
            return PHONE_FIELDS_DUPLICATE;
        }
    }

    return (fields->n == PHONE_FIELDS_MAX) ? PHONE_FIELDS_TOO_MANY
                                           : PHONE_FIELDS_OK;
}


/* JSON that is sent as a form is one long name, secrets included. */

phone_str_t
phone_fields_bad(phone_str_t name)
{
    return phone_fields_is_name(name) ? name : PHONE_EMPTY;
}


const phone_str_t *
phone_field(const phone_fields_t *fields, const char *name)
{
    size_t                len;
    const phone_field_t  *field, *last;

    len = strlen(name);
    last = fields->field + fields->n;

    for (field = fields->field; field < last; field++) {
        if (field->name.len == len && field->name.data[0] == name[0]
            && memcmp(field->name.data, name, len) == 0)
        {
            return &field->value;
        }
    }

    return NULL;
}


int
phone_fields_add(phone_fields_t *fields, phone_str_t name, phone_str_t value)
{
    phone_field_t  *field;

    if (fields->n == PHONE_FIELDS_MAX) {
        return -1;
    }

    field = &fields->field[fields->n++];
    field->name = name;
    field->value = value;

    return 0;
}
