
#include "canonical.h"
#include "fields_input.h"


static phone_canonical_rc_t phone_canonical_check(
    const phone_field_t *const *sorted, unsigned n, phone_str_t *bad);
static int phone_canonical_takes(const phone_field_t *field, int with_digest);
static int phone_canonical_name(phone_str_t name);
static char *phone_canonical_put(char *p, phone_str_t str);


phone_canonical_rc_t
phone_canonical(phone_arena_t *arena, const phone_fields_t *fields,
    int with_digest, phone_str_t *out)
{
    char                   *data, *p;
    size_t                  len;
    unsigned                i, k, n;
    phone_str_t             bad;
    phone_canonical_rc_t    rc;
    const phone_field_t    *room[PHONE_FIELDS_MAX], **sorted;

    sorted = phone_fields_sort(arena, fields, room, &k);
    *out = PHONE_EMPTY;

    if (k == 0) {
        return fields->n ? PHONE_CANONICAL_MEMORY : PHONE_CANONICAL_OK;
    }

    len = 0;
    n = 0;

    for (i = 0; i < k; i++) {
        if (phone_canonical_takes(sorted[i], with_digest)) {
            len += sorted[i]->name.len + sorted[i]->value.len + 2;
            sorted[n++] = sorted[i];
        }
    }

    if (n == 0) {
        return PHONE_CANONICAL_OK;
    }

    rc = phone_canonical_check(sorted, n, &bad);

    if (rc != PHONE_CANONICAL_OK) {
        *out = phone_item_shown(arena, bad);
        return rc;
    }

    /* "=" for each field, "&" between two */

    len--;

    data = phone_alloc_raw(arena, len);
    if (data == NULL) {
        return PHONE_CANONICAL_MEMORY;
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

    return PHONE_CANONICAL_OK;
}


static phone_canonical_rc_t
phone_canonical_check(const phone_field_t *const *sorted, unsigned n,
    phone_str_t *bad)
{
    unsigned  i;

    for (i = 0; i < n; i++) {
        *bad = sorted[i]->name;

        if (!phone_canonical_name(*bad)) {
            return PHONE_CANONICAL_NAME;
        }

        if (phone_canonical_splits(sorted[i]->value)) {
            return PHONE_CANONICAL_VALUE;
        }

        if (i > 0 && phone_equal(sorted[i - 1]->name, *bad)) {
            return PHONE_CANONICAL_TWICE;
        }
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

    if (phone_md5(crypto, canonical, md5) != 0) {
        arena->failed = 1;
        return PHONE_EMPTY;
    }

    return phone_hex(arena, (phone_str_t) { sizeof(md5), (char *) md5 });
}


int
phone_digest_is(phone_crypto_t *crypto, phone_arena_t *arena,
    phone_str_t canonical, phone_str_t sent)
{
    char    lower[2 * PHONE_MD5_LEN];
    size_t  i;

    if (sent.len != sizeof(lower)) {
        return 0;
    }

    for (i = 0; i < sizeof(lower); i++) {
        lower[i] = sent.data[i];

        if (lower[i] >= 'A' && lower[i] <= 'F') {
            lower[i] = (char) (lower[i] | 0x20);
        }
    }

    return phone_equal_secret((phone_str_t) { sizeof(lower), lower },
                              phone_digest(crypto, arena, canonical));
}
