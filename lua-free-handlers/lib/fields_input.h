
/*
 * What the two readers of fields share: form.c and json_fields.c.
 */


#ifndef _PHONE_FIELDS_INPUT_H_INCLUDED_
#define _PHONE_FIELDS_INPUT_H_INCLUDED_


#include "fields.h"


/* What a byte is, in a form and in JSON. */

#define PHONE_F_NAME         0x01            /* [A-Za-z0-9_.] */
#define PHONE_F_AND          0x02            /* & */
#define PHONE_F_EQUAL        0x04            /* = */
#define PHONE_F_ENCODED      0x08            /* % + */
#define PHONE_F_BYTE         0x10            /* 00, 80 .. FF */
#define PHONE_F_CONTROL      0x20            /* 00 .. 1F */
#define PHONE_F_QUOTE        0x40            /* " */
#define PHONE_F_ESCAPE       0x80            /* \ */

extern const unsigned char  phone_field_class[256];


typedef struct {
    phone_arena_t           *arena;
    phone_fields_t          *fields;
    const unsigned char     *p;
    const unsigned char     *end;
    phone_str_t              name;           /* of the value being read */
} phone_fields_input_t;


/* May a field of that name be added? */
phone_fields_rc_t phone_fields_check(const phone_fields_t *fields,
    phone_str_t name);

/* The name of a field that was refused; empty where it is no name. */
phone_str_t phone_fields_bad(phone_str_t name);


#endif /* _PHONE_FIELDS_INPUT_H_INCLUDED_ */
