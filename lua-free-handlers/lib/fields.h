
/*
 * Named values as a request carries them: a form, a JSON object, a query
 * string.  A value is a text, or a list of texts or of flat objects.  What
 * arrived is what is signed, so a text keeps its exact bytes; JSON integers
 * and booleans are written as text.
 */


#ifndef _PHONE_FIELDS_H_INCLUDED_
#define _PHONE_FIELDS_H_INCLUDED_


#include "text.h"


#define PHONE_FIELDS_MAX     64
#define PHONE_FIELD_NAME_MAX 64
#define PHONE_ITEMS_MAX      4096    /* texts and members in all lists */


typedef struct {
    phone_str_t              name;
    phone_str_t              value;
} phone_field_t;


/* A text is one field without a name; a flat object is one or more. */
typedef struct {
    unsigned                 n;
    phone_field_t           *field;
} phone_item_t;


typedef struct {
    unsigned                 n;
    unsigned                 room;
    unsigned                 nfields;    /* of all items */
    phone_item_t            *item;
} phone_items_t;


typedef struct {
    phone_field_t            field[PHONE_FIELDS_MAX];
    phone_items_t           *list[PHONE_FIELDS_MAX];     /* NULL: a text */
    unsigned                 n;
} phone_fields_t;


typedef enum {
    PHONE_FIELDS_OK = 0,
    PHONE_FIELDS_SYNTAX,         /* neither a form nor such a JSON object */
    PHONE_FIELDS_UTF8,           /* a value is not UTF-8, or holds NUL */
    PHONE_FIELDS_DUPLICATE,      /* a name appears twice */
    PHONE_FIELDS_NAME,           /* a name that no field can have */
    PHONE_FIELDS_EMPTY_ITEM,     /* an item of a list without a value */
    PHONE_FIELDS_TOO_MANY
} phone_fields_rc_t;


/*
 * Both add to *fields (so a query string and a body can be read into one
 * set).  Names and values lie in text or in the arena.  On an error *bad is
 * the field at fault, "to" or "rows[17].points", empty when it is not known or
 * has no name; what was added before stays.
 *
 * A name is [A-Za-z0-9_.]{1,64}; behind a dot there is no part of digits only,
 * for "rows.17.points" is how an item of a list is signed.
 *
 * A form is what a browser sends: '+' is a space, empty pieces between '&'
 * are passed over, a piece without '=' is a name with an empty value; a '%'
 * that two hex digits do not follow is PHONE_FIELDS_SYNTAX.  "to[]=" adds a
 * text to the list "to", unless *fields had one before.
 *
 * JSON strings, integers within int64_t, true and false are taken; null is an
 * empty value, as is a list without items; a float, an object as value, and an
 * item that is neither such a value nor an object of them is
 * PHONE_FIELDS_SYNTAX.
 */
phone_fields_rc_t phone_form_parse(phone_arena_t *arena, phone_str_t text,
    phone_fields_t *fields, phone_str_t *bad);
phone_fields_rc_t phone_json_parse(phone_arena_t *arena, phone_str_t text,
    phone_fields_t *fields, phone_str_t *bad);

/* "no JSON from line 1, column 8", or that a number is too large; empty: it is
   JSON. */
phone_str_t phone_json_fault(phone_arena_t *arena, phone_str_t text);

/* NULL when there is no such field. */
const phone_str_t *phone_field(const phone_fields_t *fields, const char *name);
int phone_fields_find(const phone_fields_t *fields, phone_str_t name); /* -1 */
int phone_fields_add(phone_fields_t *fields, phone_str_t name,
    phone_str_t value);                                 /* -1 when full */

/*
 * All fields by the bytes of their names; an item of a list is one of
 * "to.3", "rows.17.points".  The result is room, or in arena where there are
 * lists; *n is 0 when memory runs out.
 */
const phone_field_t **phone_fields_sort(phone_arena_t *arena,
    const phone_fields_t *fields, const phone_field_t *room[PHONE_FIELDS_MAX],
    unsigned *n);

/* "rows[17].points", for the name that such a field has; others stay. */
phone_str_t phone_item_shown(phone_arena_t *arena, phone_str_t name);

/* Copies all names and values to arena. */
void phone_fields_keep(phone_arena_t *arena, phone_fields_t *fields);


#endif /* _PHONE_FIELDS_H_INCLUDED_ */
