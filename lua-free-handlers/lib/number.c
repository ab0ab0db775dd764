
#include "number.h"
#include "number_plan.h"


/* More are no number in any country, whatever stands before it. */
#define PHONE_DIGITS_MAX  20


/* The digits of a text, and at which of them each digit stands: bit i of
   at[d] is set where digit i is d. */

typedef struct {
    unsigned                 n;
    char                     digit[PHONE_DIGITS_MAX];
    unsigned                 at[10];
} phone_digits_t;


static const phone_plan_t *phone_plan_of_code(unsigned code);
static const phone_plan_t *phone_plan_of_region(phone_str_t region);
static unsigned phone_pattern_any(const char **pattern,
    const phone_digits_t *digits, unsigned from);
static unsigned phone_pattern_one(const char **pattern,
    const phone_digits_t *digits, unsigned from);
static unsigned phone_pattern_times(const char **pattern,
    const phone_digits_t *digits, unsigned from);
static unsigned phone_pattern_number(const char **pattern);
static unsigned phone_pattern_atom(const char **pattern,
    const phone_digits_t *digits, unsigned from);
static unsigned phone_pattern_class(const char **pattern,
    const phone_digits_t *digits);
static int phone_fits(const char *pattern, const phone_digits_t *digits,
    unsigned skip);
static int phone_digits(phone_str_t in, phone_digits_t *digits, int *plus);
static unsigned phone_country(const phone_digits_t *digits,
    const phone_plan_t **plan);
static int phone_write(const phone_plan_t *plan, const phone_digits_t *digits,
    unsigned skip, char out[17]);
static int phone_international(const phone_digits_t *digits, char out[17]);
static int phone_local(const phone_digits_t *digits, phone_str_t region,
    char out[17]);


static const phone_plan_t *
phone_plan_of_code(unsigned code)
{
    unsigned  low, high, middle;

    low = 0;
    high = phone_nplans;

    while (low < high) {
        middle = (low + high) / 2;

        if (phone_plans[middle].code == code) {
            return &phone_plans[middle];
        }

        if (phone_plans[middle].code < code) {
            low = middle + 1;

        } else {
            high = middle;
        }
    }

    return NULL;
}


static const phone_plan_t *
phone_plan_of_region(phone_str_t region)
{
    int       order;
    unsigned  low, high, middle;

    if (region.len != 2) {
        return NULL;
    }

    low = 0;
    high = phone_nplan_regions;

    while (low < high) {
        middle = (low + high) / 2;
        order = memcmp(phone_plan_regions[middle].name, region.data, 2);

        if (order == 0) {
            return phone_plan_of_code(phone_plan_regions[middle].code);
        }

        if (order < 0) {
            low = middle + 1;

        } else {
            high = middle;
        }
    }

    return NULL;
}


int
phone_region_known(phone_str_t region)
{
    return phone_plan_of_region(region) != NULL;
}


/*
 * Patterns.  A set of places between digits is a word of bits: each function
 * takes the places from which a part of the pattern may begin, and returns
 * those at which it may end.  Nothing is tried twice, and a pattern costs its
 * length.
 */

static unsigned
phone_pattern_any(const char **pattern, const phone_digits_t *digits,
    unsigned from)
{
    unsigned  ends;

    ends = phone_pattern_one(pattern, digits, from);

    while (**pattern == '|') {
        (*pattern)++;
        ends |= phone_pattern_one(pattern, digits, from);
    }

    return ends;
}


/* Up to the next '|' or the end of the group; what cannot fit any more is
   passed over. */

static unsigned
phone_pattern_one(const char **pattern, const phone_digits_t *digits,
    unsigned from)
{
    unsigned  depth;

    while (from && **pattern && **pattern != '|' && **pattern != ')') {
        from = phone_pattern_times(pattern, digits, from);
    }

    for (depth = 0;
         **pattern && (depth || (**pattern != '|' && **pattern != ')'));
         (*pattern)++)
    {
        depth += **pattern == '(';
        depth -= **pattern == ')';
    }

    return from;
}


static unsigned
phone_pattern_times(const char **pattern, const phone_digits_t *digits,
    unsigned from)
{
    unsigned     i, min, max, ends;
    const char  *atom, *p;

    atom = *pattern;
    ends = phone_pattern_atom(pattern, digits, from);

    if (**pattern == '?') {
        (*pattern)++;
        return from | ends;
    }

    if (**pattern != '{') {
        return ends;
    }

    (*pattern)++;
    min = phone_pattern_number(pattern);
    max = min;

    if (**pattern == ',') {
        (*pattern)++;
        max = phone_pattern_number(pattern);
    }

    (*pattern)++;                                        /* '}' */
    ends = 0;

    for (i = 1; i <= max && from; i++) {
        p = atom;
        from = phone_pattern_atom(&p, digits, from);

        if (i >= min) {
            ends |= from;
        }
    }

    return ends;
}


static unsigned
phone_pattern_number(const char **pattern)
{
    unsigned  n;

    for (n = 0; **pattern >= '0' && **pattern <= '9'; (*pattern)++) {
        n = n * 10 + (unsigned) (**pattern - '0');
    }

    return n;
}


static unsigned
phone_pattern_atom(const char **pattern, const phone_digits_t *digits,
    unsigned from)
{
    char  c;

    c = *(*pattern)++;

    switch (c) {

    case 'd':
        return (from & ((1u << digits->n) - 1)) << 1;

    case '[':
        return (from & phone_pattern_class(pattern, digits)) << 1;

    case '(':
        from = phone_pattern_any(pattern, digits, from);
        (*pattern)++;                                    /* ')' */
        return from;

    default:
        return (from & digits->at[c - '0']) << 1;
    }
}


static unsigned
phone_pattern_class(const char **pattern, const phone_digits_t *digits)
{
    char      c, last;
    unsigned  at;

    at = 0;

    while (**pattern != ']') {
        c = *(*pattern)++;
        last = c;

        if (**pattern == '-') {
            last = (*pattern)[1];
            *pattern += 2;
        }

        for ( /* void */ ; c <= last; c++) {
            at |= digits->at[c - '0'];
        }
    }

    (*pattern)++;

    return at;
}


/* Are the digits, but for the first ones, all that the pattern describes? */

static int
phone_fits(const char *pattern, const phone_digits_t *digits, unsigned skip)
{
    if (digits->n <= skip) {
        return 0;
    }

    for ( ;; ) {
        if (phone_pattern_one(&pattern, digits, 1u << skip) >> digits->n & 1) {
            return 1;
        }

        if (*pattern++ != '|') {
            return 0;
        }
    }
}


/* -1 for any byte that has no business in a number.  *plus: it was written
   with its country code. */

static int
phone_digits(phone_str_t in, phone_digits_t *digits, int *plus)
{
    char    c;
    size_t  i;

    memset(digits, 0, sizeof(phone_digits_t));
    *plus = 0;

    for (i = 0; i < in.len; i++) {
        c = in.data[i];

        if (c >= '0' && c <= '9') {
            if (digits->n == PHONE_DIGITS_MAX) {
                return -1;
            }

            digits->at[c - '0'] |= 1u << digits->n;
            digits->digit[digits->n++] = c;
            continue;
        }

        if (c == '+' && digits->n == 0 && !*plus) {
            *plus = 1;
            continue;
        }

        if (c != ' ' && c != '-' && c != '.' && c != '(' && c != ')') {
            return -1;
        }
    }

    return digits->n ? 0 : -1;
}


/* Country codes have one to three digits, and none begins with another.
   Returns how many digits it has. */

static unsigned
phone_country(const phone_digits_t *digits, const phone_plan_t **plan)
{
    unsigned  i, code;

    code = 0;

    for (i = 0; i < 3 && i < digits->n && digits->digit[0] != '0'; i++) {
        code = code * 10 + (unsigned) (digits->digit[i] - '0');
        *plan = phone_plan_of_code(code);

        if (*plan) {
            return i + 1;
        }
    }

    *plan = NULL;

    return 0;
}


/* '+', the country code and the digits but for the first ones. */

static int
phone_write(const phone_plan_t *plan, const phone_digits_t *digits,
    unsigned skip, char out[17])
{
    char      *p, code[3];
    unsigned   n, rest;

    for (n = 0, rest = plan->code; rest; rest /= 10) {
        code[n++] = (char) ('0' + rest % 10);
    }

    if (n + digits->n - skip > PHONE_NUMBER_MAX) {
        return -1;
    }

    p = out;
    *p++ = '+';

    while (n) {
        *p++ = code[--n];
    }

    memcpy(p, digits->digit + skip, digits->n - skip);
    p += digits->n - skip;
    *p = '\0';

    return (int) (p - out);
}


static int
phone_international(const phone_digits_t *digits, char out[17])
{
    unsigned             code;
    const phone_plan_t  *plan;

    code = phone_country(digits, &plan);

    return plan && phone_fits(plan->number, digits, code)
           ? phone_write(plan, digits, code, out) : -1;
}


/*
 * Without '+': of the platform's own region, with the trunk prefix, without it
 * where people write their numbers so, or else with the country code.
 */

static int
phone_local(const phone_digits_t *digits, phone_str_t region, char out[17])
{
    unsigned             trunk;
    const phone_plan_t  *home, *plan;

    home = phone_plan_of_region(region);
    if (home == NULL) {
        return -1;
    }

    trunk = (unsigned) strlen(home->trunk);

    if (trunk && digits->n > trunk
        && memcmp(digits->digit, home->trunk, trunk) == 0
        && phone_fits(home->number, digits, trunk))
    {
        return phone_write(home, digits, trunk, out);
    }

    if (home->bare[0] && phone_fits(home->bare, digits, 0)) {
        return phone_write(home, digits, 0, out);
    }

    (void) phone_country(digits, &plan);

    return plan == home ? phone_international(digits, out) : -1;
}


/* A form in which '+' was not encoded gives a space: what begins with one is
   read both ways, and is no number when that gives two. */

int
phone_number_parse(phone_str_t in, phone_str_t region, char out[17])
{
    int             local, international, plus;
    char            other[17];
    phone_digits_t  digits;

    if (phone_digits(in, &digits, &plus) == -1) {
        return -1;
    }

    if (plus) {
        return phone_international(&digits, out);
    }

    local = phone_local(&digits, region, out);

    if (in.data[0] != ' ') {
        return local;
    }

    international = phone_international(&digits, other);

    if (international == -1) {
        return local;
    }

    if (local == -1) {
        memcpy(out, other, sizeof(other));
        return international;
    }

    return local == international && memcmp(out, other, (size_t) local) == 0
           ? local : -1;
}
