
#include "number.h"


typedef struct {
    char                     region[3];
    char                     code[4];    /* country code */
    char                     trunk[3];   /* dialled before it, not part of it */
    unsigned                 min;        /* digits of a national number */
    unsigned                 max;
} phone_region_t;


static const phone_region_t *phone_region_of(phone_str_t region);
static int phone_national(const phone_region_t *region, const char *digits,
    unsigned n);
static int phone_country_code(const char *digits);
static int phone_with_code(const phone_region_t *region, char *digits,
    unsigned n);
static int phone_digits(phone_str_t in, char digits[24], int *international);
static int phone_international(const char *digits, unsigned n);
static int phone_local(phone_str_t region, char digits[24], unsigned n);
static int phone_read(const char *digits, int n, int international,
    phone_str_t region, char out[17]);


static const phone_region_t  phone_regions[] = {
    { "CN", "86", "0", 11, 11 },
    { "HK", "852", "", 8, 8 },
    { "MO", "853", "", 8, 8 },
    { "TW", "886", "0", 8, 9 },
    { "US", "1", "1", 10, 10 },
    { "GB", "44", "0", 9, 10 },
    { "DE", "49", "0", 6, 11 },
    { "FR", "33", "0", 9, 9 },
    { "JP", "81", "0", 9, 10 },
    { "KR", "82", "0", 8, 10 },
    { "SG", "65", "", 8, 8 },
    { "IN", "91", "0", 10, 10 },
    { "AU", "61", "0", 9, 9 },
    { "BR", "55", "0", 10, 11 },
    { "IT", "39", "", 6, 11 }            /* a leading zero belongs to it */
};


/*
 * ITU-T E.164 assigned country codes: two digits at a time, those that stand
 * for themselves; the others have a third digit, as the bit of a mask.
 */
static const struct {
    char                     two[3];
    unsigned                 third;      /* 0: a code of two digits */
} phone_country_codes[] = {
    { "20", 0 }, { "21", 0x14e }, { "22", 0x3ff }, { "23", 0x3ff },
    { "24", 0x3ff }, { "25", 0x1ff }, { "26", 0x3ff }, { "27", 0 },
    { "29", 0x383 }, { "30", 0 }, { "31", 0 }, { "32", 0 }, { "33", 0 },
    { "34", 0 }, { "35", 0x3ff }, { "36", 0 }, { "37", 0x3ff },
    { "38", 0x2ef }, { "39", 0 }, { "40", 0 }, { "41", 0 }, { "42", 0x00b },
    { "43", 0 }, { "44", 0 }, { "45", 0 }, { "46", 0 }, { "47", 0 },
    { "48", 0 }, { "49", 0 }, { "50", 0x3ff }, { "51", 0 }, { "52", 0 },
    { "53", 0 }, { "54", 0 }, { "55", 0 }, { "56", 0 }, { "57", 0 },
    { "58", 0 }, { "59", 0x3ff }, { "60", 0 }, { "61", 0 }, { "62", 0 },
    { "63", 0 }, { "64", 0 }, { "65", 0 }, { "66", 0 }, { "67", 0x3fd },
    { "68", 0x3ef }, { "69", 0x007 }, { "81", 0 }, { "82", 0 }, { "84", 0 },
    { "85", 0x06d }, { "86", 0 }, { "87", 0x001 }, { "88", 0x04f },
    { "90", 0 }, { "91", 0 }, { "92", 0 }, { "93", 0 }, { "94", 0 },
    { "95", 0 }, { "96", 0x1ff }, { "97", 0x0ff }, { "98", 0 },
    { "99", 0x17c }
};


static const phone_region_t *
phone_region_of(phone_str_t region)
{
    size_t  i;

    for (i = 0; i < sizeof(phone_regions) / sizeof(phone_region_t); i++) {
        if (phone_is(region, phone_regions[i].region)) {
            return &phone_regions[i];
        }
    }

    return NULL;
}


/* Is this a whole number of the region, without code and trunk prefix? */

static int
phone_national(const phone_region_t *region, const char *digits, unsigned n)
{
    if (n < region->min || n > region->max) {
        return 0;
    }

    if (strcmp(region->code, "86") == 0) {
        return digits[0] == '1' && digits[1] >= '3';          /* mobile */
    }

    if (strcmp(region->code, "1") == 0) {
        return digits[0] >= '2' && digits[3] >= '2';         /* NANP */
    }

    return region->trunk[0] == '\0' || digits[0] != region->trunk[0];
}


/* How many digits the country code has that a number begins with; 0: none. */

static int
phone_country_code(const char *digits)
{
    size_t  i;

    if (digits[0] == '1' || digits[0] == '7') {
        return 1;
    }

    for (i = 0;
         i < sizeof(phone_country_codes) / sizeof(phone_country_codes[0]);
         i++)
    {
        if (memcmp(digits, phone_country_codes[i].two, 2) != 0) {
            continue;
        }

        if (phone_country_codes[i].third == 0) {
            return 2;
        }

        return phone_country_codes[i].third >> (digits[2] - '0') & 1 ? 3 : 0;
    }

    return 0;
}


/* Puts the code before a national number; returns the new length, or -1. */

static int
phone_with_code(const phone_region_t *region, char *digits, unsigned n)
{
    unsigned  code, trunk;

    code = (unsigned) strlen(region->code);
    trunk = (unsigned) strlen(region->trunk);

    /* written in full, but for the '+' */

    if (n > code && memcmp(digits, region->code, code) == 0
        && phone_national(region, digits + code, n - code)
        && !phone_national(region, digits, n))
    {
        return (int) n;
    }

    if (trunk && n > trunk && memcmp(digits, region->trunk, trunk) == 0
        && phone_national(region, digits + trunk, n - trunk))
    {
        memmove(digits, digits + trunk, n - trunk);
        n -= trunk;
    }

    if (!phone_national(region, digits, n) || n + code > PHONE_NUMBER_MAX) {
        return -1;
    }

    memmove(digits + code, digits, n);
    memcpy(digits, region->code, code);

    return (int) (n + code);
}


/*
 * Only the digits, in *digits, and how many; -1 for any byte that has no
 * business in a number.  *international: it was written with its code.
 */

static int
phone_digits(phone_str_t in, char digits[24], int *international)
{
    char      c;
    size_t    i;
    unsigned  n;

    n = 0;
    *international = 0;

    for (i = 0; i < in.len; i++) {
        c = in.data[i];

        if (c >= '0' && c <= '9') {
            if (n == 20) {
                return -1;
            }

            digits[n++] = c;
            continue;
        }

        if (c == '+' && n == 0 && !*international) {
            *international = 1;
            continue;
        }

        if (c != ' ' && c != '-' && c != '.' && c != '(' && c != ')') {
            return -1;
        }
    }

    return (int) n;
}


/*
 * A number with its country code: a code that is assigned, and where we know
 * the region, a length that it has.
 */

static int
phone_international(const char *digits, unsigned n)
{
    int                    code;
    size_t                 i;
    const phone_region_t  *r;

    if (n < 8 || n > PHONE_NUMBER_MAX) {
        return 0;
    }

    code = phone_country_code(digits);
    if (code == 0) {
        return 0;
    }

    for (i = 0; i < sizeof(phone_regions) / sizeof(phone_region_t); i++) {
        r = &phone_regions[i];

        if (strlen(r->code) == (size_t) code
            && memcmp(digits, r->code, (size_t) code) == 0)
        {
            return phone_national(r, digits + code, n - (unsigned) code);
        }
    }

    return 1;
}


/* Without '+': of the platform's own region; returns the length, or -1. */

static int
phone_local(phone_str_t region, char digits[24], unsigned n)
{
    const phone_region_t  *r;

    r = phone_region_of(region);

    return r ? phone_with_code(r, digits, n) : -1;
}


static int
phone_read(const char *digits, int n, int international, phone_str_t region,
    char out[17])
{
    char  full[24];

    memcpy(full, digits, (size_t) n);

    if (!international) {
        n = phone_local(region, full, (unsigned) n);
    }

    if (n <= 0 || !phone_international(full, (unsigned) n)) {
        return -1;
    }

    out[0] = '+';
    memcpy(out + 1, full, (size_t) n);
    out[n + 1] = '\0';

    return n + 1;
}


/* A form in which '+' was not encoded gives a space: what begins with one is
   read both ways, and is no number when that gives two. */

int
phone_number_parse(phone_str_t in, phone_str_t region, char out[17])
{
    int   n, local, plus, international;
    char  digits[24], other[17];

    n = phone_digits(in, digits, &international);
    if (n <= 0) {
        return -1;
    }

    local = phone_read(digits, n, international, region, out);

    if (international || in.len == 0 || in.data[0] != ' ') {
        return local;
    }

    plus = phone_read(digits, n, 1, region, other);

    if (plus == -1) {
        return local;
    }

    if (local == -1) {
        memcpy(out, other, sizeof(other));
        return plus;
    }

    return local == plus && memcmp(out, other, (size_t) plus) == 0 ? plus : -1;
}
