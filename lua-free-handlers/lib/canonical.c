
#include "canonical.h"
#include "fields_input.h"


typedef struct {
    const phone_field_t     *field[PHONE_FIELDS_MAX];
    int                      n;
} phone_canonical_t;


static phone_canonical_rc_t phone_canonical_sort(const phone_fields_t *fields,
    int with_digest, phone_canonical_t *sorted, phone_str_t *bad);
static int phone_canonical_takes(const phone_field_t *field, int with_digest);
static int phone_canonical_name(phone_str_t name);
static char *phone_canonical_put(char *p, phone_str_t str);


phone_canonical_rc_t
phone_canonical(phone_arena_t *arena, const phone_fields_t *fields,
    int with_digest, phone_str_t *out)
{
    int                    i;
    char                  *data, *p;
    size_t                 len;
    phone_canonical_t      sorted;
    phone_canonical_rc_t   rc;

    rc = phone_canonical_sort(fields, with_digest, &sorted, out);
    if (rc != PHONE_CANONICAL_OK) {
        return rc;
    }

    if (sorted.n == 0) {
        *out = PHONE_EMPTY;
        return PHONE_CANONICAL_OK;
    }

    /* "=" for each field, "&" between two */

    len = 2 * (size_t) sorted.n - 1;

    for (i = 0; i < sorted.n; i++) {
        len += sorted.field[i]->name.len + sorted.field[i]->value.len;
    }

    data = phone_alloc_raw(arena, len);
    if (data == NULL) {
        *out = PHONE_EMPTY;
        return PHONE_CANONICAL_MEMORY;
    }

    p = data;

    for (i = 0; i < sorted.n; i++) {

        if (i > 0) {
            *p++ = '&';
        }

        p = phone_canonical_put(p, sorted.field[i]->name);
        *p++ = '=';
        p = phone_canonical_put(p, sorted.field[i]->value);
    }

    out->len = len;
    out->data = data;

    return PHONE_CANONICAL_OK;
}


/*
 * An insertion sort of pointers: a request has some fifteen fields, often in
 * order already, and at most PHONE_FIELDS_MAX.
 */

static phone_canonical_rc_t
phone_canonical_sort(const phone_fields_t *fields, int with_digest,
    phone_canonical_t *sorted, phone_str_t *bad)
{
    int                   j, order;
    unsigned              i;
    const phone_field_t  *field;

    sorted->n = 0;

    for (i = 0; i < fields->n; i++) {
        field = &fields->field[i];

        if (!phone_canonical_takes(field, with_digest)) {
            continue;
        }

        *bad = field->name;

        if (!phone_canonical_name(field->name)) {
            return PHONE_CANONICAL_NAME;
        }

        if (phone_canonical_splits(field->value)) {
            return PHONE_CANONICAL_VALUE;
        }

        for (j = sorted->n; j > 0; j--) {
            order = phone_compare(sorted->field[j - 1]->name, field->name);

            if (order == 0) {
                return PHONE_CANONICAL_TWICE;
            }

            if (order < 0) {
                break;
            }

            sorted->field[j] = sorted->field[j - 1];
        }

        sorted->field[j] = field;
        sorted->n++;
    }

    return PHONE_CANONICAL_OK;
}


static int
phone_canonical_takes(const phone_field_t *field, int with_digest)
{
    if (field->value.len == 0 || phone_is(field->name, "sign")) {
        return 0;
    }

    return with_digest || !phone_is(field->name, "digest");
}


static int
phone_canonical_name(phone_str_t name)
{
    size_t  i;

    for (i = 0; i < name.len; i++) {
        if (!(phone_field_class[(unsigned char) name.data[i]]
              & PHONE_F_NAME))
        {
            return 0;
        }
    }

    return name.len != 0;
}


int
phone_canonical_splits(phone_str_t value)
{
    const char           *and;
    const unsigned char  *p, *end, *name;

    p = (const unsigned char *) value.data;
    end = p + value.len;

    while (p < end) {
        and = memchr(p, '&', (size_t) (end - p));
        if (and == NULL) {
            return 0;
        }

        name = (const unsigned char *) and + 1;

        for (p = name; p < end && (phone_field_class[*p] & PHONE_F_NAME); p++) {
            /* void */
        }

        if (p < end && p > name && *p == '=') {
            return 1;
        }
    }

    return 0;
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
