
/*
 * Reads a text with phone_json_parse() and walks jansson's tree of it, by the
 * rules of lib/fields.h written once more, and compares: what is taken, and
 * the fields that are signed.  A NUL is no JSON anywhere, but jansson 2.14
 * drops one behind a number.
 */


#ifndef _PHONE_JSON_ORACLE_H_INCLUDED_
#define _PHONE_JSON_ORACLE_H_INCLUDED_


#include <stdio.h>
#include <jansson.h>

#include "lib/fields.h"


typedef struct {
    phone_arena_t           *arena;
    const phone_field_t    **sorted;
    unsigned                 n;
    unsigned                 seen;
    unsigned                 items;          /* fields in lists */
    const char              *complaint;
} oracle_t;


/* Names have no part of digits only behind a dot. */

static inline int
oracle_name_ok(const char *name)
{
    size_t       len;
    const char  *dot;

    len = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                       "0123456789_.");

    if (name[len] != '\0' || len < 1 || len > PHONE_FIELD_NAME_MAX) {
        return 0;
    }

    for (dot = strchr(name, '.'); dot; dot = strchr(dot + 1, '.')) {
        len = strspn(dot + 1, "0123456789");

        if (len && (dot[1 + len] == '.' || dot[1 + len] == '\0')) {
            return 0;
        }
    }

    return 1;
}


/* A value as the text of a field; -1 when it cannot be one. */

static inline int
oracle_value(const json_t *value, char number[32], phone_str_t *text)
{
    *text = PHONE_EMPTY;

    switch (json_typeof(value)) {

    case JSON_STRING:
        text->data = json_string_value(value);
        text->len = json_string_length(value);
        return 0;

    case JSON_INTEGER:
        (void) snprintf(number, 32, "%lld",
                        (long long) json_integer_value(value));
        *text = phone_cstr(number);
        return 0;

    case JSON_TRUE:
    case JSON_FALSE:
        *text = phone_cstr(json_is_true(value) ? "true" : "false");
        return 0;

    case JSON_NULL:
        return 0;

    default:
        return json_is_array(value) && json_array_size(value) == 0 ? 0 : -1;
    }
}


/* The field of that name has that value. */

static inline int
oracle_field(oracle_t *oracle, phone_str_t name, json_t *value)
{
    char         number[32];
    unsigned     i;
    phone_str_t  text;

    if (oracle_value(value, number, &text) == -1) {
        return -1;
    }

    oracle->seen++;

    for (i = 0; i < oracle->n; i++) {
        if (phone_equal(oracle->sorted[i]->name, name)) {
            break;
        }
    }

    if (i == oracle->n || !phone_equal(oracle->sorted[i]->value, text)) {
        oracle->complaint = "lacks a field, or has another value";
    }

    return text.len != 0;
}


/* -1: it is no list that may be sent. */

static inline int
oracle_list(oracle_t *oracle, const char *name, json_t *array)
{
    int           full, has;
    size_t        i;
    json_t       *item, *value;
    const char   *member;

    json_array_foreach(array, i, item) {
        full = 0;

        if (!json_is_object(item)) {
            full = oracle_field(oracle, phone_format(oracle->arena, "%s.%zu",
                                                     name, i), item);
            oracle->items++;
        }

        json_object_foreach(item, member, value) {
            has = !oracle_name_ok(member) || json_is_array(value)
                  ? -1 : oracle_field(oracle,
                                      phone_format(oracle->arena, "%s.%zu.%s",
                                                   name, i, member),
                                      value);
            full = has == -1 || full == -1 ? -1 : full | has;
            oracle->items++;
        }

        if (full < 1) {
            return -1;
        }
    }

    return 0;
}


/* 1: it may be sent. */

static inline int
oracle_object(oracle_t *oracle, json_t *root)
{
    int          good;
    json_t      *value;
    const char  *name;

    if (!json_is_object(root)) {
        return 0;
    }

    good = json_object_size(root) <= PHONE_FIELDS_MAX;

    json_object_foreach(root, name, value) {
        good = good && oracle_name_ok(name)
               && (json_array_size(value)
                   ? oracle_list(oracle, name, value)
                   : oracle_field(oracle, phone_cstr(name), value)) != -1;
    }

    return good && oracle->items <= PHONE_ITEMS_MAX;
}


/* NULL, or what differs. */

static inline const char *
json_disagrees(const char *text, size_t len)
{
    int                   good;
    json_t               *root;
    oracle_t              oracle;
    phone_str_t           bad;
    phone_arena_t         arena;
    phone_fields_t        fields;
    phone_fields_rc_t     rc;
    const phone_field_t  *room[PHONE_FIELDS_MAX];

    if (len == 0) {
        text = "";
    }

    phone_arena_init(&arena);
    fields.n = 0;

    memset(&oracle, 0, sizeof(oracle_t));
    oracle.arena = &arena;

    rc = phone_json_parse(&arena, (phone_str_t) { len, text }, &fields, &bad);

    oracle.sorted = phone_fields_sort(&arena, &fields, room, &oracle.n);

    root = memchr(text, '\0', len)
           ? NULL : json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
    good = oracle_object(&oracle, root);
    json_decref(root);

    if (good != (rc == PHONE_FIELDS_OK)) {
        oracle.complaint = good ? "refuses it" : "takes it";

    } else if (!good) {
        oracle.complaint = NULL;

    } else if (oracle.seen != oracle.n) {
        oracle.complaint = "has a field more";
    }

    if (!phone_utf8_valid(bad) || bad.len > 2 * PHONE_FIELD_NAME_MAX + 16
        || (good && bad.len))
    {
        oracle.complaint = "names a bad name";
    }

    phone_arena_free(&arena);

    return oracle.complaint;
}


#endif /* _PHONE_JSON_ORACLE_H_INCLUDED_ */
