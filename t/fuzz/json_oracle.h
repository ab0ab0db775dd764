
/*
 * Reads a text with phone_json_parse() and with jansson alone, and compares.
 * Where the two may differ by intent: a name with an escape is refused, and
 * so is the one integer below -INT64_MAX; "-0" stays as it is written.  A NUL
 * is no JSON anywhere, but jansson 2.14 drops one behind a number.
 */


#ifndef _PHONE_JSON_ORACLE_H_INCLUDED_
#define _PHONE_JSON_ORACLE_H_INCLUDED_


#include <stdio.h>
#include <jansson.h>

#include "lib/fields.h"


static inline int
oracle_name_ok(const char *name)
{
    size_t  len;

    len = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                       "0123456789_.");

    return name[len] == '\0' && len >= 1 && len <= PHONE_FIELD_NAME_MAX;
}


/* A value as the text of a field; -1 when it cannot be one. */

static inline int
oracle_value(const json_t *value, char number[32], phone_str_t *text)
{
    switch (json_typeof(value)) {

    case JSON_STRING:
        text->data = json_string_value(value);
        text->len = json_string_length(value);
        return 0;

    case JSON_INTEGER:
        (void) snprintf(number, 32, "%lld",
                        (long long) json_integer_value(value));
        *text = phone_cstr(number);
        return json_integer_value(value) == INT64_MIN ? -1 : 0;

    case JSON_TRUE:
        *text = PHONE_STR("true");
        return 0;

    case JSON_FALSE:
        *text = PHONE_STR("false");
        return 0;

    case JSON_NULL:
        *text = PHONE_EMPTY;
        return 0;

    default:
        return -1;
    }
}


static inline const char *
oracle_compare(json_t *root, const phone_fields_t *fields,
    phone_fields_rc_t rc)
{
    char                number[32];
    json_t             *value;
    const char         *name;
    phone_str_t         text;
    const phone_str_t  *field;

    if (json_object_size(root) > PHONE_FIELDS_MAX) {
        return rc == PHONE_FIELDS_OK ? "takes too many" : NULL;
    }

    json_object_foreach(root, name, value) {

        if (!oracle_name_ok(name) || oracle_value(value, number, &text) != 0) {
            return rc == PHONE_FIELDS_OK ? "takes a bad member" : NULL;
        }
    }

    if (rc != PHONE_FIELDS_OK) {
        return "refuses what jansson takes";
    }

    if (fields->n != json_object_size(root)) {
        return "has another number of members";
    }

    json_object_foreach(root, name, value) {
        field = phone_field(fields, name);

        if (field == NULL || oracle_value(value, number, &text) != 0) {
            return "lacks a member";
        }

        if (!phone_equal(*field, text) && !phone_is(*field, "-0")) {
            return "has another value";
        }
    }

    return NULL;
}


/* NULL, or what differs. */

static inline const char *
json_disagrees(const char *text, size_t len)
{
    json_t             *root;
    const char         *complaint;
    phone_str_t         bad;
    phone_arena_t       arena;
    phone_fields_t      fields;
    phone_fields_rc_t   rc;

    if (len == 0) {
        text = "";
    }

    phone_arena_init(&arena);
    fields.n = 0;
    complaint = NULL;

    rc = phone_json_parse(&arena, (phone_str_t) { len, text }, &fields, &bad);

    if (!phone_utf8_valid(bad) || bad.len > PHONE_FIELD_NAME_MAX) {
        complaint = "names a bad name";
    }

    root = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);

    if (memchr(text, '\0', len) != NULL) {
        if (rc == PHONE_FIELDS_OK) {
            complaint = "takes a NUL";
        }

    } else if (complaint == NULL
               && !(rc == PHONE_FIELDS_NAME
                    && memchr(text, '\\', len) != NULL))
    {
        if (json_is_object(root)) {
            complaint = oracle_compare(root, &fields, rc);

        } else if (rc == PHONE_FIELDS_OK) {
            complaint = "takes what jansson refuses";
        }
    }

    json_decref(root);
    phone_arena_free(&arena);

    return complaint;
}


#endif /* _PHONE_JSON_ORACLE_H_INCLUDED_ */
