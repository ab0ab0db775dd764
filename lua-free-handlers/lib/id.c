
/*
 * Buckets and ids.
 */


#include "id.h"


static void phone_base32(char *p, unsigned n, uint64_t bits);


static const char  phone_base32_alphabet[] =
    "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static const unsigned char  phone_base32_digit[256] = {
    ['0'] = 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    ['A'] = 1, 1, 1, 1, 1, 1, 1, 1,
    ['J'] = 1, 1,
    ['M'] = 1, 1,
    ['P'] = 1, 1, 1, 1, 1,
    ['V'] = 1, 1, 1, 1, 1
};


unsigned
phone_bucket_of(phone_str_t name, unsigned buckets)
{
    size_t    i;
    uint32_t  hash;

    hash = 2166136261;

    for (i = 0; i < name.len; i++) {
        hash ^= (unsigned char) name.data[i];
        hash *= 16777619;
    }

    return hash % buckets;
}


int
phone_id_bucket(phone_str_t id, unsigned buckets)
{
    size_t                i;
    unsigned              bucket, digit, valid;
    const unsigned char  *p;

    if (id.len != PHONE_ID_LEN) {
        return -1;
    }

    p = (const unsigned char *) id.data;
    bucket = 0;

    for (i = 0; i < 3; i++) {
        digit = p[i] - '0';

        if (digit > 9) {
            return -1;
        }

        bucket = bucket * 10 + digit;
    }

    /* 26 characters hold 130 bits: the first one is at most 7 */

    if (bucket >= buckets || p[3] != '-' || p[4] > '7') {
        return -1;
    }

    valid = 1;

    for (i = 4; i < PHONE_ID_LEN; i++) {
        valid &= phone_base32_digit[p[i]];
    }

    return valid ? (int) bucket : -1;
}


phone_str_t
phone_id_make(phone_arena_t *arena, unsigned bucket, int64_t now_ms,
    const unsigned char random[PHONE_ID_RANDOM])
{
    char      *p;
    uint64_t   high, low;
    unsigned   i;

    p = phone_alloc_raw(arena, PHONE_ID_LEN);

    if (p == NULL) {
        return PHONE_EMPTY;
    }

    high = 0;
    low = 0;

    for (i = 0; i < 5; i++) {
        high = high << 8 | random[i];
        low = low << 8 | random[5 + i];
    }

    p[0] = (char) ('0' + bucket / 100 % 10);
    p[1] = (char) ('0' + bucket / 10 % 10);
    p[2] = (char) ('0' + bucket % 10);
    p[3] = '-';

    phone_base32(p + 4, 10, (uint64_t) now_ms & 0xffffffffffff);
    phone_base32(p + 14, 8, high);
    phone_base32(p + 22, 8, low);

    return (phone_str_t) { PHONE_ID_LEN, p };
}


int64_t
phone_id_time(phone_str_t id)
{
    size_t       i;
    int64_t      ms;
    const char  *digit;

    if (id.len < PHONE_ID_LEN) {
        return -1;
    }

    ms = 0;

    for (i = 4; i < 14; i++) {
        digit = memchr(phone_base32_alphabet, id.data[i], 32);

        if (digit == NULL) {
            return -1;
        }

        ms = ms << 5 | (digit - phone_base32_alphabet);
    }

    return ms;
}


/* The low 5 * n bits, most significant first. */

static void
phone_base32(char *p, unsigned n, uint64_t bits)
{
    while (n) {
        p[--n] = phone_base32_alphabet[bits & 0x1f];
        bits >>= 5;
    }
}
