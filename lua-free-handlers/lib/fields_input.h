
/*
 * What the two readers of fields share: form.c and json_fields.c.
 */


#ifndef _PHONE_FIELDS_INPUT_H_INCLUDED_
#define _PHONE_FIELDS_INPUT_H_INCLUDED_


#include "fields.h"


/* What a byte is, in a name and in a form. */

#define PHONE_F_NAME         0x01            /* [A-Za-z0-9_.] */
#define PHONE_F_AND          0x02            /* & */
#define PHONE_F_EQUAL        0x04            /* = */
#define PHONE_F_ENCODED      0x08            /* % + */
#define PHONE_F_BYTE         0x10            /* 00, 80 .. FF */
#define PHONE_F_DOT          0x20

extern const unsigned char  phone_field_class[256];


/* Is it the name of a field? */
int phone_fields_is_name(phone_str_t name);

/* May a field of that name be added? */
phone_fields_rc_t phone_fields_check(const phone_fields_t *fields,
    phone_str_t name);

/* The name of a field that was refused; empty where it is no name. */
phone_str_t phone_fields_bad(phone_str_t name);

/* Adds a list without items; NULL: memory has run out. */
phone_items_t *phone_fields_add_list(phone_arena_t *arena,
    phone_fields_t *fields, phone_str_t name);

/* Adds an item of n fields, which the caller fills in.  NULL: memory has run
   out. */
phone_item_t *phone_items_add(phone_arena_t *arena, phone_items_t *list,
    unsigned n);

/* How many fields more the items of all lists may have. */
unsigned phone_items_room(const phone_fields_t *fields);


#endif /* _PHONE_FIELDS_INPUT_H_INCLUDED_ */
