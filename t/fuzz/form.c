
/*
 * lib/form.c: fields that were read, written by form_write.c and read again
 * are the same fields.
 */


#include <stdint.h>
#include <stdlib.h>

#include "lib/fields.h"
#include "lib/form_write.h"


#define CHECK(cond)                                                           \
    do {                                                                      \
        if (!(cond)) {                                                        \
            abort();                                                          \
        }                                                                     \
    } while (0)


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned           i;
    phone_str_t        text, bad;
    phone_arena_t      arena;
    phone_fields_t     fields, again;
    phone_fields_rc_t  rc;

    phone_arena_init(&arena);
    fields.n = 0;
    again.n = 0;
    text = (phone_str_t) { size, (const char *) data };

    rc = phone_form_parse(&arena, text, &fields, &bad);

    CHECK(bad.len <= PHONE_FIELD_NAME_MAX + 16 && phone_utf8_valid(bad));
    CHECK(rc != PHONE_FIELDS_OK || bad.len == 0);

    for (i = 0; i < fields.n; i++) {
        CHECK(fields.field[i].name.len <= PHONE_FIELD_NAME_MAX);
        CHECK(phone_utf8_valid(fields.field[i].value));
    }

    text = phone_form_write(&arena, &fields);

    if (!arena.failed) {
        CHECK(phone_form_parse(&arena, text, &again, &bad) == PHONE_FIELDS_OK);
        CHECK(again.n == fields.n);

        for (i = 0; i < fields.n; i++) {
            CHECK(phone_equal(again.field[i].name, fields.field[i].name));
            CHECK(phone_equal(again.field[i].value, fields.field[i].value));
        }
    }

    phone_arena_free(&arena);

    return 0;
}
