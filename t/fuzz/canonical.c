
/*
 * lib/canonical.c against a slow twin: qsort() and concatenation.  The input
 * is lines of name=value, taken as they stand, so that names may repeat and
 * hold any byte but these two; the first byte says with_digest.  And the text
 * is read back: what reads back as itself is the text of no other fields.
 */


#include <stdint.h>
#include <stdlib.h>

#include "lib/canonical.h"


#define CHECK(cond)                                                           \
    do {                                                                      \
        if (!(cond)) {                                                        \
            abort();                                                          \
        }                                                                     \
    } while (0)


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static phone_crypto_t  *crypto;


static void
split(phone_str_t text, phone_fields_t *fields)
{
    const char   *equal;
    phone_str_t   name, value;

    fields->n = 0;

    while (phone_split(&text, '\n', &name)) {
        value = PHONE_EMPTY;
        equal = name.len ? memchr(name.data, '=', name.len) : NULL;

        if (equal != NULL) {
            value.data = equal + 1;
            value.len = (size_t) (name.data + name.len - value.data);
            name.len = (size_t) (equal - name.data);
        }

        if (phone_fields_add(fields, name, value) == -1) {
            return;
        }
    }
}


static int
by_name(const void *one, const void *two)
{
    int                   rc;
    size_t                n;
    const phone_field_t  *a, *b;

    a = one;
    b = two;
    n = (a->name.len < b->name.len) ? a->name.len : b->name.len;
    rc = memcmp(a->name.data, b->name.data, n);

    if (rc != 0) {
        return rc;
    }

    return (a->name.len > b->name.len) - (a->name.len < b->name.len);
}


static int
in_name(char c)
{
    return c != '\0' && strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                               "abcdefghijklmnopqrstuvwxyz_.", c) != NULL;
}


/* How long the name is that text begins with, when '=' follows; else 0. */

static size_t
name_at(const char *text, size_t len)
{
    size_t  n;

    for (n = 0; n < len && in_name(text[n]); n++) {
        /* void */
    }

    return n < len && text[n] == '=' ? n : 0;
}


static int
refused(const phone_field_t *field)
{
    size_t  i;

    for (i = 0; i < field->name.len; i++) {
        if (!in_name(field->name.data[i])) {
            return 1;
        }
    }

    for (i = 0; i < field->value.len; i++) {
        if (field->value.data[i] == '&'
            && name_at(field->value.data + i + 1, field->value.len - i - 1))
        {
            return 1;
        }
    }

    return field->name.len == 0;
}


/* Each name that stands at the beginning or behind '&' begins a field. */

static void
read_back(phone_str_t text, const phone_field_t *kept, unsigned n)
{
    size_t       len, next;
    unsigned     i;
    const char  *p, *end;

    p = text.data;
    end = p + text.len;

    for (i = 0; i < n; i++) {
        len = name_at(p, (size_t) (end - p));

        CHECK(phone_equal(kept[i].name, (phone_str_t) { len, p }));

        p += len + 1;

        for (next = 0; p + next < end; next++) {
            if (p[next] == '&'
                && name_at(p + next + 1, (size_t) (end - p) - next - 1))
            {
                break;
            }
        }

        CHECK(phone_equal(kept[i].value, (phone_str_t) { next, p }));

        p += next + (i + 1 < n);
    }

    CHECK(p == end);
}


/* 0, or -1 for a name that stands twice, or what is refused. */

static int
twin(phone_arena_t *arena, const phone_fields_t *fields, int with_digest,
    phone_str_t *out)
{
    unsigned         i, n;
    phone_buf_t      buf;
    phone_field_t    kept[PHONE_FIELDS_MAX];

    n = 0;

    for (i = 0; i < fields->n; i++) {
        if (fields->field[i].value.len != 0
            && !phone_is(fields->field[i].name, "sign")
            && (with_digest || !phone_is(fields->field[i].name, "digest")))
        {
            if (refused(&fields->field[i])) {
                return -1;
            }

            kept[n++] = fields->field[i];
        }
    }

    qsort(kept, n, sizeof(phone_field_t), by_name);

    phone_buf_init(&buf, arena, 0);

    for (i = 0; i < n; i++) {
        if (i > 0) {
            if (by_name(&kept[i - 1], &kept[i]) == 0) {
                return -1;
            }

            phone_buf_byte(&buf, '&');
        }

        phone_buf_put(&buf, kept[i].name);
        phone_buf_byte(&buf, '=');
        phone_buf_put(&buf, kept[i].value);
    }

    *out = phone_buf_str(&buf);

    read_back(*out, kept, n);

    return 0;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int             ok, rc, with_digest;
    unsigned        i;
    phone_str_t     text, expected, turned;
    phone_arena_t   arena;
    phone_fields_t  fields, reverse;

    if (crypto == NULL) {
        crypto = phone_crypto_create();
        CHECK(crypto != NULL);
    }

    if (size == 0) {
        return 0;
    }

    with_digest = data[0] & 1;

    split((phone_str_t) { size - 1, (const char *) data + 1 }, &fields);

    reverse.n = 0;

    for (i = fields.n; i; i--) {
        phone_fields_add(&reverse, fields.field[i - 1].name,
                         fields.field[i - 1].value);
    }

    phone_arena_init(&arena);

    rc = phone_canonical(&arena, &fields, with_digest, &text);

    ok = rc == PHONE_CANONICAL_OK;

    CHECK(ok == (twin(&arena, &fields, with_digest, &expected) == 0));
    CHECK(ok == (phone_canonical(&arena, &reverse, with_digest, &turned)
                 == PHONE_CANONICAL_OK));

    if (ok) {
        CHECK(phone_equal(text, expected));
        CHECK(phone_equal(text, turned));
        CHECK(phone_digest(crypto, &arena, text).len == 2 * PHONE_MD5_LEN);
    }

    phone_arena_free(&arena);

    return 0;
}
