
/* Files of the tz database: see tz.h. */


#include "tz.h"


#define PHONE_TZ_HEADER      44          /* bytes */
#define PHONE_TZ_TYPE        6           /* of a local time type */


/* The parts of a data block. */
typedef struct {
    const unsigned char     *time;       /* transitions, 8 bytes each */
    const unsigned char     *kind;       /* of them: indexes of types */
    const unsigned char     *type;
    size_t                   times;
    size_t                   types;
    phone_str_t              rule;       /* of the times after the last one */
} phone_tz_t;


static int phone_tz_read(phone_str_t file, phone_tz_t *tz);
static int phone_tz_block(phone_str_t *rest, size_t width, phone_tz_t *tz);
static size_t phone_tz_last(const phone_tz_t *tz, int64_t unix_seconds);
static int phone_tz_of_type(const phone_tz_t *tz, size_t type,
    int64_t *ahead);
static uint64_t phone_tz_number(const unsigned char *p, unsigned n);


int
phone_tz_offset(phone_str_t file, int64_t unix_seconds, int64_t *ahead)
{
    size_t      last;
    phone_tz_t  tz;

    if (phone_tz_read(file, &tz) != 0) {
        return -1;
    }

    unix_seconds = unix_seconds > 0 ? unix_seconds : 0;
    last = phone_tz_last(&tz, unix_seconds);

    if (last == tz.times && tz.rule.len) {
        return phone_tz_rule_offset(tz.rule, unix_seconds, ahead);
    }

    return phone_tz_of_type(&tz, last ? tz.kind[last - 1] : 0, ahead);
}


/* Behind the data of version 1, whose times end in 2038, are a second header,
   the data of version 2 and the rule between two line feeds. */

static int
phone_tz_read(phone_str_t file, phone_tz_t *tz)
{
    phone_str_t  rest;

    rest = file;

    if (phone_tz_block(&rest, 4, tz) != 0
        || file.data[4] < '2'
        || phone_tz_block(&rest, 8, tz) != 0
        || tz->types == 0
        || rest.len < 2 || rest.data[0] != '\n'
        || rest.data[rest.len - 1] != '\n')
    {
        return -1;
    }

    tz->rule = (phone_str_t) { rest.len - 2, rest.data + 1 };

    return 0;
}


static int
phone_tz_block(phone_str_t *rest, size_t width, phone_tz_t *tz)
{
    size_t                i, size, count[6];
    const unsigned char  *p;

    p = (const unsigned char *) rest->data;

    if (rest->len < PHONE_TZ_HEADER || memcmp(p, "TZif", 4) != 0) {
        return -1;
    }

    for (i = 0; i < 6; i++) {
        count[i] = (size_t) phone_tz_number(p + 20 + 4 * i, 4);

        if (count[i] > rest->len) {
            return -1;
        }
    }

    /* in the file: UT and standard indicators, leap seconds, transitions,
       types, letters */

    tz->times = count[3];
    tz->types = count[4];

    size = tz->times * (width + 1) + tz->types * PHONE_TZ_TYPE + count[5]
           + count[2] * (width + 4) + count[1] + count[0];

    if (size > rest->len - PHONE_TZ_HEADER) {
        return -1;
    }

    tz->time = p + PHONE_TZ_HEADER;
    tz->kind = tz->time + tz->times * width;
    tz->type = tz->kind + tz->times;

    rest->data += PHONE_TZ_HEADER + size;
    rest->len -= PHONE_TZ_HEADER + size;

    return 0;
}


/* How many transitions there are until then. */

static size_t
phone_tz_last(const phone_tz_t *tz, int64_t unix_seconds)
{
    size_t  low, high, middle;

    low = 0;
    high = tz->times;

    while (low < high) {
        middle = low + (high - low) / 2;

        if ((int64_t) phone_tz_number(tz->time + 8 * middle, 8)
            <= unix_seconds)
        {
            low = middle + 1;

        } else {
            high = middle;
        }
    }

    return low;
}


static int
phone_tz_of_type(const phone_tz_t *tz, size_t type, int64_t *ahead)
{
    int64_t  seconds;

    if (type >= tz->types) {
        return -1;
    }

    seconds = (int32_t) phone_tz_number(tz->type + PHONE_TZ_TYPE * type, 4);

    if (seconds > PHONE_TZ_FURTHEST || seconds < -PHONE_TZ_FURTHEST) {
        return -1;
    }

    *ahead = seconds;

    return 0;
}


static uint64_t
phone_tz_number(const unsigned char *p, unsigned n)
{
    uint64_t  value;

    for (value = 0; n; n--) {
        value = value << 8 | *p++;
    }

    return value;
}
