
#include "canonical.h"


static int phone_canonical_takes(const phone_field_t *field, int with_digest);
static int phone_canonical_sort(const phone_fields_t *fields, int with_digest,
    const phone_field_t **sorted);
static char *phone_canonical_put(char *p, phone_str_t str);


int
phone_canonical(phone_arena_t *arena, const phone_fields_t *fields,
    int with_digest, phone_str_t *out)
{
    int                   i, n;
    char                 *data, *p;
    size_t                len;
    const phone_field_t  *sorted[PHONE_FIELDS_MAX];

    n = phone_canonical_sort(fields, with_digest, sorted);
    if (n == -1) {
        return -1;
    }

    if (n == 0) {
        *out = PHONE_EMPTY;
        return 0;
    }

    /* "=" for each field, "&" between two */

    len = 2 * (size_t) n - 1;

    for (i = 0; i < n; i++) {
        len += sorted[i]->name.len + sorted[i]->value.len;
    }

    data = phone_alloc_raw(arena, len);
    if (data == NULL) {
        return -1;
    }

    p = data;

    for (i = 0; i < n; i++) {

        if (i > 0) {
            *p++ = '&';
        }

        p = phone_canonical_put(p, sorted[i]->name);
        *p++ = '=';
        p = phone_canonical_put(p, sorted[i]->value);
    }

    out->len = len;
    out->data = data;

    return 0;
}


/*
 * An insertion sort of pointers: a request has some fifteen fields, often in
 * order already, and at most PHONE_FIELDS_MAX.  Returns how many are signed,
 * or -1 when a name stands twice.
 */

static int
phone_canonical_sort(const phone_fields_t *fields, int with_digest,
    const phone_field_t **sorted)
{
    int                   j, n, order;
    unsigned              i;
    const phone_field_t  *field;

    n = 0;

    for (i = 0; i < fields->n; i++) {
        field = &fields->field[i];

        if (!phone_canonical_takes(field, with_digest)) {
            continue;
        }

        for (j = n; j > 0; j--) {
            order = phone_compare(sorted[j - 1]->name, field->name);

            if (order == 0) {
                return -1;
            }

            if (order < 0) {
                break;
            }

            sorted[j] = sorted[j - 1];
        }

        sorted[j] = field;
        n++;
    }

    return n;
}


static int
phone_canonical_takes(const phone_field_t *field, int with_digest)
{
    if (field->value.len == 0 || phone_is(field->name, "sign")) {
        return 0;
    }

    return with_digest || !phone_is(field->name, "digest");
}


static char *
phone_canonical_put(char *p, phone_str_t str)
{
    memcpy(p, str.data, str.len);

    return p + str.len;
}


phone_str_t
phone_digest(phone_crypto_t *crypto, phone_arena_t *arena,
    phone_str_t canonical)
{
    unsigned char  md5[PHONE_MD5_LEN];

    if (phone_md5(crypto, canonical, md5) == -1) {
        arena->failed = 1;
        return PHONE_EMPTY;
    }

    return phone_hex(arena, (phone_str_t) { sizeof(md5), (char *) md5 });
}
