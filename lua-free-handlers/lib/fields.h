
/*
 * Named values as a request carries them: a form, a flat JSON object, a
 * query string.  What arrived is what is signed, so a field keeps its exact
 * bytes; only JSON numbers and booleans are written back as text.
 */


#ifndef _PHONE_FIELDS_H_INCLUDED_
#define _PHONE_FIELDS_H_INCLUDED_


#include "text.h"


#define PHONE_FIELDS_MAX     64
#define PHONE_FIELD_NAME_MAX 64


typedef struct {
    phone_str_t              name;
    phone_str_t              value;
} phone_field_t;


typedef struct {
    phone_field_t            field[PHONE_FIELDS_MAX];
    unsigned                 n;
} phone_fields_t;


typedef enum {
    PHONE_FIELDS_OK = 0,
    PHONE_FIELDS_SYNTAX,         /* not a form or not one flat JSON object */
    PHONE_FIELDS_UTF8,           /* a value is not UTF-8, or holds NUL */
    PHONE_FIELDS_DUPLICATE,      /* a name appears twice */
    PHONE_FIELDS_NAME,           /* a name outside [A-Za-z0-9_.]{1,64} */
    PHONE_FIELDS_TOO_MANY
} phone_fields_rc_t;


/*
 * Both add to *fields (so a query string and a body can be read into one
 * set).  Names and values that need no decoding point into text, which must
 * live as long as the arena.  On an error *bad is the name at fault, cut to
 * PHONE_FIELD_NAME_MAX bytes, empty when there is none or it is not UTF-8;
 * what was added before stays.
 *
 * A form is what a browser sends: '+' is a space, empty pieces between '&'
 * are passed over, a piece without '=' is a name with an empty value; a '%'
 * that two hex digits do not follow is PHONE_FIELDS_SYNTAX.
 *
 * JSON strings, integers of at most 19 digits within int64_t, true and false
 * are taken; null is an empty value; a float, an array or an object as value
 * is PHONE_FIELDS_SYNTAX with *bad set to its name.  A name is written
 * without escapes.
 */
phone_fields_rc_t phone_form_parse(phone_arena_t *arena, phone_str_t text,
    phone_fields_t *fields, phone_str_t *bad);
phone_fields_rc_t phone_json_parse(phone_arena_t *arena, phone_str_t text,
    phone_fields_t *fields, phone_str_t *bad);

/* NULL when there is no such field. */
const phone_str_t *phone_field(const phone_fields_t *fields, const char *name);
int phone_fields_add(phone_fields_t *fields, phone_str_t name,
    phone_str_t value);                                 /* -1 when full */


#endif /* _PHONE_FIELDS_H_INCLUDED_ */
