
/*
 * Strings, decimal numbers, UTF-8.  Memory is in arena.c, hex and base64 in
 * encoding.c.
 */


#include <stdio.h>

#include "text.h"


static char *phone_digits(char *end, int64_t value);


static const char  phone_digit_pairs[] =
    "00010203040506070809101112131415161718192021222324"
    "25262728293031323334353637383940414243444546474849"
    "50515253545556575859606162636465666768697071727374"
    "75767778798081828384858687888990919293949596979899";


phone_str_t
phone_copy(phone_arena_t *arena, phone_str_t str)
{
    char  *p;

    if (str.len == 0) {
        return PHONE_EMPTY;
    }

    p = phone_alloc_raw(arena, str.len);

    if (p == NULL) {
        return PHONE_EMPTY;
    }

    memcpy(p, str.data, str.len);

    return (phone_str_t) { str.len, p };
}


phone_str_t
phone_join(phone_arena_t *arena, unsigned n, const phone_str_t *s)
{
    char      *p, *last;
    size_t     len;
    unsigned   i;

    len = 0;

    for (i = 0; i < n; i++) {
        if (s[i].len > PHONE_ARENA_MAX - len) {
            arena->failed = 1;
            return PHONE_EMPTY;
        }

        len += s[i].len;
    }

    p = phone_alloc_raw(arena, len);

    if (p == NULL) {
        return PHONE_EMPTY;
    }

    last = p;

    for (i = 0; i < n; i++) {
        if (s[i].len) {
            memcpy(last, s[i].data, s[i].len);
            last += s[i].len;
        }
    }

    return (phone_str_t) { len, p };
}


phone_str_t
phone_format(phone_arena_t *arena, const char *fmt, ...)
{
    int      n;
    char    *p, text[256];
    va_list  args;

    va_start(args, fmt);
    n = vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);

    if (n < 0) {
        arena->failed = 1;
        return PHONE_EMPTY;
    }

    if ((size_t) n < sizeof(text)) {
        return phone_copy(arena, (phone_str_t) { n, text });
    }

    p = phone_alloc_raw(arena, (size_t) n + 1);

    if (p == NULL) {
        return PHONE_EMPTY;
    }

    va_start(args, fmt);
    (void) vsnprintf(p, (size_t) n + 1, fmt, args);
    va_end(args);

    return (phone_str_t) { n, p };
}


phone_str_t
phone_int(phone_arena_t *arena, int64_t value)
{
    char  *p, text[20];

    p = phone_digits(text + sizeof(text), value);

    return phone_copy(arena, (phone_str_t) { text + sizeof(text) - p, p });
}


/* Writes backward from end, at most 20 bytes; returns the first one. */

static char *
phone_digits(char *end, int64_t value)
{
    char      *p;
    uint64_t   rest;

    p = end;
    rest = (value < 0) ? -(uint64_t) value : (uint64_t) value;

    while (rest >= 100) {
        p -= 2;
        memcpy(p, &phone_digit_pairs[rest % 100 * 2], 2);
        rest /= 100;
    }

    if (rest >= 10) {
        p -= 2;
        memcpy(p, &phone_digit_pairs[rest * 2], 2);

    } else {
        *--p = (char) ('0' + rest);
    }

    if (value < 0) {
        *--p = '-';
    }

    return p;
}


int
phone_compare(phone_str_t a, phone_str_t b)
{
    int     rc;
    size_t  n;

    n = (a.len < b.len) ? a.len : b.len;

    if (n) {
        rc = memcmp(a.data, b.data, n);

        if (rc != 0) {
            return rc;
        }
    }

    return (a.len > b.len) - (a.len < b.len);
}


/*
 * The time depends on the lengths only: volatile keeps the compiler from
 * leaving the loop at the first difference.
 */

int
phone_equal_secret(phone_str_t a, phone_str_t b)
{
    size_t                  i;
    volatile unsigned char  differ;

    if (a.len != b.len) {
        return 0;
    }

    differ = 0;

    for (i = 0; i < a.len; i++) {
        differ = (unsigned char) (differ | (a.data[i] ^ b.data[i]));
    }

    return differ == 0;
}


void
phone_buf_int(phone_buf_t *buf, int64_t value)
{
    char  *p, text[20];

    p = phone_digits(text + sizeof(text), value);

    phone_buf_put(buf, (phone_str_t) { text + sizeof(text) - p, p });
}


int
phone_parse_int(phone_str_t str, int64_t *value)
{
    size_t     i;
    uint64_t   result;
    unsigned   digit;

    if (str.len == 0 || str.len > 19
        || (str.data[0] == '0' && str.len != 1))
    {
        return -1;
    }

    /* 19 digits are less than 2^64 */

    result = 0;

    for (i = 0; i < str.len; i++) {
        digit = (unsigned char) str.data[i] - '0';

        if (digit > 9) {
            return -1;
        }

        result = result * 10 + digit;
    }

    if (result > INT64_MAX) {
        return -1;
    }

    *value = (int64_t) result;

    return 0;
}


int
phone_parse_signed(phone_str_t str, int64_t *value)
{
    int  negative;

    negative = str.len && str.data[0] == '-';

    if (negative) {
        str.data++;
        str.len--;
    }

    if (phone_parse_int(str, value) != 0 || (negative && *value == 0)) {
        return -1;
    }

    if (negative) {
        *value = -*value;
    }

    return 0;
}


uint64_t
phone_fnv64(phone_str_t str)
{
    size_t    i;
    uint64_t  hash;

    hash = UINT64_C(0xcbf29ce484222325);

    for (i = 0; i < str.len; i++) {
        hash ^= (unsigned char) str.data[i];
        hash *= UINT64_C(0x100000001b3);
    }

    return hash;
}


int
phone_utf8_valid(phone_str_t str)
{
    uint64_t              word;
    unsigned              c, low, high, more;
    const unsigned char  *p, *end;

    if (str.len == 0) {
        return 1;
    }

    p = (const unsigned char *) str.data;
    end = p + str.len;

    while (p < end) {

        /* eight bytes at once while all of them are 01..7F */

        if (end - p >= 8) {
            memcpy(&word, p, 8);

            if (((word | (word - 0x0101010101010101))
                 & 0x8080808080808080) == 0)
            {
                p += 8;
                continue;
            }
        }

        c = *p++;

        if (c < 0x80) {
            if (c == 0) {
                return 0;
            }

            continue;
        }

        /* the second byte's range depends on the first (RFC 3629, 4) */

        low = 0x80;
        high = 0xbf;

        if (c >= 0xc2 && c <= 0xdf) {
            more = 1;

        } else if (c >= 0xe0 && c <= 0xef) {
            more = 2;
            low = (c == 0xe0) ? 0xa0 : low;
            high = (c == 0xed) ? 0x9f : high;

        } else if (c >= 0xf0 && c <= 0xf4) {
            more = 3;
            low = (c == 0xf0) ? 0x90 : low;
            high = (c == 0xf4) ? 0x8f : high;

        } else {
            return 0;
        }

        if ((size_t) (end - p) < more || *p < low || *p > high) {
            return 0;
        }

        for (p++, more--; more; p++, more--) {
            if ((*p & 0xc0) != 0x80) {
                return 0;
            }
        }
    }

    return 1;
}


size_t
phone_utf8_length(phone_str_t str)
{
    size_t  i, n;

    n = 0;

    for (i = 0; i < str.len; i++) {
        n += ((unsigned char) str.data[i] & 0xc0) != 0x80;
    }

    return n;
}


int
phone_split(phone_str_t *rest, char sep, phone_str_t *part)
{
    const char  *p;

    if (rest->len == 0) {
        return 0;
    }

    p = memchr(rest->data, sep, rest->len);

    part->data = rest->data;
    part->len = (p == NULL) ? rest->len : (size_t) (p - rest->data);

    if (p == NULL) {
        rest->data += rest->len;
        rest->len = 0;

    } else {
        rest->data = p + 1;
        rest->len -= part->len + 1;
    }

    return 1;
}
