
/*
 * Writes JSON into a buffer:
 *
 *     phone_json_init(&json, &buf);
 *     phone_json_object(&json, NULL);
 *     phone_json_text(&json, "bill_id", id);
 *     phone_json_int(&json, "amount", amount);
 *     phone_json_array(&json, "cards");
 *     phone_json_text(&json, NULL, masked);
 *     phone_json_end(&json);
 *     phone_json_end(&json);
 *
 * gives {"bill_id":"017-…","amount":100,"cards":["6222****1234"]}.  A member
 * has a name; an element of an array, and the outermost value, has NULL.
 * Names and texts must be UTF-8.  '<', U+2028 and U+2029 are escaped as well,
 * so that a reply can stand inside a script element.
 *
 * Nesting beyond PHONE_JSON_DEPTH, and an end without a beginning, raise
 * arena->failed.
 */


#ifndef _PHONE_JSON_H_INCLUDED_
#define _PHONE_JSON_H_INCLUDED_


#include "text.h"
#include "date.h"


#define PHONE_JSON_DEPTH     32


typedef struct {
    phone_buf_t             *buf;
    uint32_t                 arrays;     /* bit n: level n is an array */
    unsigned                 depth;
    unsigned                 comma:1;    /* the next value needs one */
} phone_json_t;


void phone_json_init(phone_json_t *json, phone_buf_t *buf);

void phone_json_object(phone_json_t *json, const char *name);
void phone_json_array(phone_json_t *json, const char *name);
void phone_json_end(phone_json_t *json);        /* of the innermost one */

void phone_json_text(phone_json_t *json, const char *name, phone_str_t value);
void phone_json_int(phone_json_t *json, const char *name, int64_t value);
void phone_json_bool(phone_json_t *json, const char *name, int value);
void phone_json_null(phone_json_t *json, const char *name);

/* ISO 8601, UTC, to the second; null outside the years 0000 to 9999. */
void phone_json_time(phone_json_t *json, const char *name, int64_t unix_ms);

/* A value that is JSON already. */
void phone_json_raw(phone_json_t *json, const char *name, phone_str_t value);


#endif /* _PHONE_JSON_H_INCLUDED_ */
