
/*
 * Hex and base64.  The decoders take exactly what the encoders write (hex in
 * either case): no white space, no missing padding, no stray low bits, so
 * that two different texts never stand for the same bytes.
 */


#include "text.h"


static phone_str_t phone_base64_encode(phone_arena_t *arena, phone_str_t bytes,
    const char *alphabet, int padded);
static int phone_base64_decode(phone_arena_t *arena, phone_str_t text,
    const char *alphabet, phone_str_t *bytes);


static const char  phone_base64_alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static const char  phone_base64url_alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";


/* The 62 letters and digits that both alphabets share: value + 1. */

static const unsigned char  phone_base64_value[256] = {
    ['A'] = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13,
            14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26,
    ['a'] = 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39,
            40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52,
    ['0'] = 53, 54, 55, 56, 57, 58, 59, 60, 61, 62
};


phone_str_t
phone_hex(phone_arena_t *arena, phone_str_t bytes)
{
    char                  *p;
    size_t                 i;
    unsigned char          c;
    static const char      digit[] = "0123456789abcdef";

    if (bytes.len > PHONE_ARENA_MAX / 2) {
        arena->failed = 1;
        return PHONE_EMPTY;
    }

    p = phone_alloc_raw(arena, bytes.len * 2);

    if (p == NULL) {
        return PHONE_EMPTY;
    }

    for (i = 0; i < bytes.len; i++) {
        c = (unsigned char) bytes.data[i];
        p[2 * i] = digit[c >> 4];
        p[2 * i + 1] = digit[c & 0x0f];
    }

    return (phone_str_t) { bytes.len * 2, p };
}


int
phone_unhex(phone_arena_t *arena, phone_str_t text, phone_str_t *bytes)
{
    int      high, low;
    char    *p;
    size_t   i, n;

    if (text.len % 2) {
        return -1;
    }

    n = text.len / 2;
    p = phone_alloc_raw(arena, n);

    if (p == NULL) {
        return -1;
    }

    for (i = 0; i < n; i++) {
        high = phone_hex_digit((unsigned char) text.data[2 * i]);
        low = phone_hex_digit((unsigned char) text.data[2 * i + 1]);

        if (high < 0 || low < 0) {
            return -1;
        }

        p[i] = (char) (high << 4 | low);
    }

    bytes->len = n;
    bytes->data = p;

    return 0;
}


int
phone_hex_digit(unsigned char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }

    c |= 0x20;

    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }

    return -1;
}


phone_str_t
phone_base64(phone_arena_t *arena, phone_str_t bytes)
{
    return phone_base64_encode(arena, bytes, phone_base64_alphabet, 1);
}


phone_str_t
phone_base64url(phone_arena_t *arena, phone_str_t bytes)
{
    return phone_base64_encode(arena, bytes, phone_base64url_alphabet, 0);
}


static phone_str_t
phone_base64_encode(phone_arena_t *arena, phone_str_t bytes,
    const char *alphabet, int padded)
{
    char                 *p, *text;
    size_t                left;
    uint32_t              group;
    const unsigned char  *in;

    if (bytes.len > PHONE_ARENA_MAX / 2) {
        arena->failed = 1;
        return PHONE_EMPTY;
    }

    text = phone_alloc_raw(arena, (bytes.len + 2) / 3 * 4);

    if (text == NULL) {
        return PHONE_EMPTY;
    }

    p = text;
    in = (const unsigned char *) bytes.data;

    for (left = bytes.len; left >= 3; left -= 3, in += 3) {
        group = (uint32_t) in[0] << 16 | in[1] << 8 | in[2];
        *p++ = alphabet[group >> 18];
        *p++ = alphabet[group >> 12 & 0x3f];
        *p++ = alphabet[group >> 6 & 0x3f];
        *p++ = alphabet[group & 0x3f];
    }

    if (left) {
        group = (uint32_t) in[0] << 16 | (left == 2 ? in[1] << 8 : 0);
        *p++ = alphabet[group >> 18];
        *p++ = alphabet[group >> 12 & 0x3f];

        if (left == 2) {
            *p++ = alphabet[group >> 6 & 0x3f];
        }

        for ( /* void */ ; padded && left < 3; left++) {
            *p++ = '=';
        }
    }

    return (phone_str_t) { p - text, text };
}


int
phone_unbase64(phone_arena_t *arena, phone_str_t text, phone_str_t *bytes)
{
    unsigned  pad;

    if (text.len % 4) {
        return -1;
    }

    for (pad = 0; pad < 2 && text.len && text.data[text.len - 1] == '='; pad++)
    {
        text.len--;
    }

    return phone_base64_decode(arena, text, phone_base64_alphabet, bytes);
}


int
phone_unbase64url(phone_arena_t *arena, phone_str_t text, phone_str_t *bytes)
{
    return phone_base64_decode(arena, text, phone_base64url_alphabet, bytes);
}


/* Of text without its padding. */

static int
phone_base64_decode(phone_arena_t *arena, phone_str_t text,
    const char *alphabet, phone_str_t *bytes)
{
    char                 *p, *data;
    size_t                i;
    uint32_t              group;
    unsigned              a, b, c, d, bits, value;
    const unsigned char  *in;

    if (text.len % 4 == 1) {
        return -1;
    }

    data = phone_alloc_raw(arena, text.len / 4 * 3 + 3);

    if (data == NULL) {
        return -1;
    }

    p = data;
    in = (const unsigned char *) text.data;
    group = 0;
    bits = 0;

    for (i = 0; i < text.len; i++) {

        /* four letters and digits at once */

        if (bits == 0 && text.len - i >= 4) {
            a = phone_base64_value[in[i]];
            b = phone_base64_value[in[i + 1]];
            c = phone_base64_value[in[i + 2]];
            d = phone_base64_value[in[i + 3]];

            if (a && b && c && d) {
                group = (a - 1) << 18 | (b - 1) << 12 | (c - 1) << 6 | (d - 1);
                *p++ = (char) (group >> 16);
                *p++ = (char) (group >> 8);
                *p++ = (char) group;
                i += 3;
                continue;
            }
        }

        value = phone_base64_value[in[i]];

        if (value) {
            value--;

        } else if (text.data[i] == alphabet[62]) {
            value = 62;

        } else if (text.data[i] == alphabet[63]) {
            value = 63;

        } else {
            return -1;
        }

        group = group << 6 | value;
        bits += 6;

        if (bits == 24) {
            *p++ = (char) (group >> 16);
            *p++ = (char) (group >> 8);
            *p++ = (char) group;
            bits = 0;
        }
    }

    /* 12 bits are one byte and 4 zero bits, 18 bits two bytes and 2 */

    if (group & (bits == 12 ? 0x0f : bits == 18 ? 0x03 : 0)) {
        return -1;
    }

    if (bits == 12) {
        *p++ = (char) (group >> 4);

    } else if (bits == 18) {
        *p++ = (char) (group >> 10);
        *p++ = (char) (group >> 2);
    }

    bytes->len = p - data;
    bytes->data = data;

    return 0;
}
