
/*
 * Envelopes.  The first byte says what the rest is: 'i', what is inside, which
 * has one form only; else `secure` and, behind a newline, `mac`: nothing that
 * is made up opens, and what is parsed is written in the same way.
 */


#include <stdio.h>
#include <stdlib.h>

#include "lib/envelope.h"


static void
fuzz_inside(phone_arena_t *arena, phone_str_t plain)
{
    unsigned             i;
    phone_str_t          context, entries;
    phone_fields_t      *fields;

    static const size_t  before = sizeof("ngx_phone envelope\n\n\n\n") - 1;

    fields = phone_alloc(arena, sizeof(phone_fields_t));

    if (fields == NULL || phone_envelope_read(plain, fields) != 0) {
        return;
    }

    for (i = 0; i < fields->n; i++) {
        if (phone_is(fields->field[i].name, "secure")
            || phone_is(fields->field[i].name, "mac"))
        {
            return;                      /* the context leaves them out */
        }
    }

    context = phone_envelope_context(arena, PHONE_EMPTY, PHONE_EMPTY,
                                     PHONE_EMPTY, fields);

    if (arena->failed) {
        return;
    }

    entries = (phone_str_t) { context.len - before - 1,
                              context.data + before };

    if (!phone_equal(entries, plain)) {
        abort();
    }
}


static void
fuzz_sent(phone_arena_t *arena, phone_ciphers_t *ciphers, phone_str_t text)
{
    phone_str_t       secure, plain, again;
    phone_envelope_t  envelope;

    static const unsigned char  key[PHONE_ENVELOPE_KEY] = "not that of anybody";

    if (!phone_split(&text, '\n', &secure)
        || phone_envelope_parse(arena, secure, text, &envelope) != 0)
    {
        return;
    }

    again = phone_join(arena, 3, (phone_str_t[3]) {
                           envelope.head, PHONE_STR("."),
                           phone_base64url(arena, envelope.sealed) });

    if (!arena->failed
        && (!phone_equal(again, secure)
            || !phone_equal(phone_base64url(arena, envelope.tag), text)))
    {
        abort();
    }

    if (phone_envelope_open(ciphers, arena, key, &envelope, secure, &plain)
        == 0)
    {
        abort();
    }
}


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    phone_str_t              text;
    phone_arena_t            arena;
    static phone_ciphers_t  *ciphers;

    if (ciphers == NULL) {
        ciphers = phone_ciphers_create();
    }

    if (ciphers == NULL || size == 0) {
        return 0;
    }

    phone_arena_init(&arena);
    text = (phone_str_t) { size - 1, (const char *) data + 1 };

    if (data[0] == 'i') {
        fuzz_inside(&arena, text);

    } else {
        fuzz_sent(&arena, ciphers, text);
    }

    phone_arena_free(&arena);

    return 0;
}
