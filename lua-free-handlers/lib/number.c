
#include "number.h"
#include "number_plan.h"


/* A longer text is no number in any country, whatever its prefix. */
#define PHONE_DIGITS_MAX  20

/* Behind the country code. */
#define PHONE_PREFIX_DIGITS  4


typedef struct {
    unsigned                 n;
    char                     digit[PHONE_DIGITS_MAX];
} phone_digits_t;


/* What a text may mean: a number of this plan, but for its first digits. */

typedef struct {
    const phone_plan_t      *plan;
    unsigned                 skip;
    unsigned                 ambiguous:1;
} phone_reading_t;


static const phone_plan_t *phone_plan_of_code(unsigned code);
static const phone_plan_t *phone_plan_at(const char *digits, size_t len,
    unsigned *n);
static const phone_plan_t *phone_plan_of_region(phone_str_t region);
static int phone_digits(phone_str_t in, phone_digits_t *digits, int *plus);
static int phone_begins(const phone_digits_t *digits, unsigned skip,
    const char *first);
static int phone_is_national(const phone_plan_t *plan,
    const phone_digits_t *digits, unsigned skip);
static int phone_is_bare(const phone_plan_t *plan,
    const phone_digits_t *digits, unsigned skip);
static void phone_read(phone_reading_t *reading, const phone_plan_t *plan,
    unsigned skip);
static void phone_read_international(phone_reading_t *reading,
    const phone_digits_t *digits);
static void phone_read_at_home(phone_reading_t *reading,
    const phone_digits_t *digits, const phone_plan_t *home);
static unsigned phone_code_text(unsigned code, char text[4]);


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
    unsigned     i;
    const char  *p;

    if (region.len != 2 || region.data[0] < 'A' || region.data[0] > 'Z') {
        return NULL;
    }

    for (i = 0; i < phone_nplans; i++) {
        p = phone_plans[i].region;

        if (p[0] == region.data[0] && p[1] == region.data[1]) {
            return &phone_plans[i];
        }
    }

    for (i = 0; i < phone_nplans; i++) {
        for (p = phone_plans[i].also; *p; p += p[2] ? 3 : 2) {
            if (p[0] == region.data[0] && p[1] == region.data[1]) {
                return &phone_plans[i];
            }
        }
    }

    return NULL;
}


/* Country codes have one to three digits, and none begins with another: these
   begin with the code of a plan, which has n digits. */

static const phone_plan_t *
phone_plan_at(const char *digits, size_t len, unsigned *n)
{
    unsigned             code;
    const phone_plan_t  *plan;

    code = 0;

    for (*n = 0; *n < 3 && *n < len && digits[0] != '0'; /* void */ ) {
        code = code * 10 + (unsigned) (digits[(*n)++] - '0');
        plan = phone_plan_of_code(code);

        if (plan) {
            return plan;
        }
    }

    return NULL;
}


unsigned
phone_number_code(phone_str_t number, unsigned *code)
{
    unsigned             n;
    const phone_plan_t  *plan;

    plan = number.len ? phone_plan_at(number.data + 1, number.len - 1, &n)
                      : NULL;
    *code = plan ? plan->code : 0;

    return plan ? n : 0;
}


phone_str_t
phone_number_prefix(phone_str_t number)
{
    size_t    len;
    unsigned  code;

    len = 1 + phone_number_code(number, &code) + PHONE_PREFIX_DIGITS;
    number.len = len < number.len ? len : number.len;

    return number;
}


int
phone_number_of(phone_str_t number, phone_str_t region)
{
    char                 text[4];
    unsigned             len;
    const phone_plan_t  *plan;

    plan = phone_plan_of_region(region);
    len = plan ? phone_code_text(plan->code, text) : 0;

    return len && number.len > len && memcmp(number.data + 1, text, len) == 0;
}


int
phone_region_known(phone_str_t region)
{
    return phone_plan_of_region(region) != NULL;
}


/* -1 for any byte that is not allowed in a number. *plus: it was written with
   its country code. */

static int
phone_digits(phone_str_t in, phone_digits_t *digits, int *plus)
{
    char    c;
    size_t  i;

    digits->n = 0;
    *plus = 0;

    for (i = 0; i < in.len; i++) {
        c = in.data[i];

        if (c >= '0' && c <= '9') {
            if (digits->n == PHONE_DIGITS_MAX) {
                return -1;
            }

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


/* Do the digits, but for those skipped, begin with one of the listed? */

static int
phone_begins(const phone_digits_t *digits, unsigned skip, const char *first)
{
    unsigned  i;

    for ( ;; ) {
        i = skip;

        while (i < digits->n && (*first == 'x' || *first == digits->digit[i])) {
            first++;
            i++;
        }

        if (*first == ' ' || *first == '\0') {
            return 1;
        }

        while (*first != ' ') {
            if (*first++ == '\0') {
                return 0;
            }
        }

        first++;
    }
}


/* Where a trunk prefix is dialed, no national number begins with 0: that is
   the prefix itself ("+49 (0) 171"), or the way out of the country. */

static int
phone_is_national(const phone_plan_t *plan, const phone_digits_t *digits,
    unsigned skip)
{
    unsigned  n;

    n = digits->n - skip;

    return digits->n > skip && n >= plan->min && n <= plan->max
           && !(plan->trunk[0] && digits->digit[skip] == '0');
}


static int
phone_is_bare(const phone_plan_t *plan, const phone_digits_t *digits,
    unsigned skip)
{
    unsigned             i, n;
    const phone_bare_t  *bare;

    if (!phone_is_national(plan, digits, skip)) {
        return 0;
    }

    n = digits->n - skip;

    for (i = 0; i < 2; i++) {
        bare = &plan->bare[i];

        if (n >= bare->min && n <= bare->max
            && phone_begins(digits, skip, bare->first))
        {
            return 1;
        }
    }

    return 0;
}


static void
phone_read(phone_reading_t *reading, const phone_plan_t *plan, unsigned skip)
{
    if (reading->plan && (reading->plan != plan || reading->skip != skip)) {
        reading->ambiguous = 1;
    }

    reading->plan = plan;
    reading->skip = skip;
}


static void
phone_read_international(phone_reading_t *reading, const phone_digits_t *digits)
{
    unsigned             n;
    const phone_plan_t  *plan;

    plan = phone_plan_at(digits->digit, digits->n, &n);

    if (plan && phone_is_national(plan, digits, n)) {
        phone_read(reading, plan, n);
    }
}


/* What is a number without a trunk prefix may as well have the country code
   where another of these is behind it, and not with anything else. */

static void
phone_read_at_home(phone_reading_t *reading, const phone_digits_t *digits,
    const phone_plan_t *home)
{
    int       bare;
    char      code[4];
    unsigned  n;

    n = (unsigned) strlen(home->trunk);

    if (n && phone_begins(digits, 0, home->trunk)
        && phone_is_national(home, digits, n))
    {
        phone_read(reading, home, n);
    }

    bare = phone_is_bare(home, digits, 0);

    if (bare) {
        phone_read(reading, home, 0);
    }

    n = phone_code_text(home->code, code);

    if (phone_begins(digits, 0, code)
        && (bare ? phone_is_bare(home, digits, n)
                 : phone_is_national(home, digits, n)))
    {
        phone_read(reading, home, n);
    }
}


static unsigned
phone_code_text(unsigned code, char text[4])
{
    unsigned  n, i;

    n = code < 10 ? 1 : code < 100 ? 2 : 3;
    text[n] = '\0';

    for (i = n; i; code /= 10) {
        text[--i] = (char) ('0' + code % 10);
    }

    return n;
}


int
phone_number_parse(phone_str_t in, phone_str_t region, char out[17])
{
    int                  plus;
    unsigned             n, rest;
    phone_digits_t       digits;
    phone_reading_t      reading;
    const phone_plan_t  *home;

    if (phone_digits(in, &digits, &plus) != 0) {
        return -1;
    }

    reading = (phone_reading_t) { NULL, 0, 0 };

    /* the '+' of a form that did not encode it arrives as a space */

    if (plus || in.data[0] == ' ') {
        phone_read_international(&reading, &digits);
    }

    home = plus ? NULL : phone_plan_of_region(region);

    if (home) {
        phone_read_at_home(&reading, &digits, home);
    }

    if (reading.plan == NULL || reading.ambiguous) {
        return -1;
    }

    out[0] = '+';
    n = 1 + phone_code_text(reading.plan->code, out + 1);
    rest = digits.n - reading.skip;

    if (n + rest > 1 + PHONE_NUMBER_MAX) {
        return -1;
    }

    memcpy(out + n, digits.digit + reading.skip, rest);
    out[n + rest] = '\0';

    return (int) (n + rest);
}
