
/* The rule of a time zone for the times to come: see tz.h. */


#include "month.h"
#include "tz.h"


#define PHONE_TZ_DAY         86400
#define PHONE_TZ_HOURS       167         /* of a time of day at most */
#define PHONE_TZ_CHANGE      (2 * 3600)  /* the time of day if none is given */


/* When summer time begins or ends. */
typedef enum {
    PHONE_TZ_WEEKDAY,            /* the nth of a month, 5: the last one */
    PHONE_TZ_JULIAN,             /* 1 to 365; February 29 is not counted */
    PHONE_TZ_DAY_OF_YEAR         /* 0 to 365 */
} phone_tz_form_t;

typedef struct {
    phone_tz_form_t          form;
    int64_t                  month;
    int64_t                  week;
    int64_t                  day;
    int64_t                  time;       /* seconds of the day */
} phone_tz_change_t;


static int phone_tz_name(phone_str_t *rest);
static int phone_tz_time(phone_str_t *rest, int64_t hours, int64_t *seconds);
static int phone_tz_change(phone_str_t *rest, phone_tz_change_t *change);
static int phone_tz_day(phone_str_t *rest, phone_tz_change_t *change);
static int64_t phone_tz_when(const phone_tz_change_t *change, int64_t year);
static int64_t phone_tz_weekday(const phone_tz_change_t *change,
    int64_t january);
static int phone_tz_int(phone_str_t *rest, int64_t least, int64_t most,
    int64_t *value);
static int phone_tz_skip(phone_str_t *rest, char c);


int
phone_tz_rule_offset(phone_str_t rule, int64_t unix_seconds, int64_t *ahead)
{
    int64_t            standard, summer, year, begin, end;
    phone_tz_change_t  from, to;

    /* the rule tells how far UTC is ahead */

    if (phone_tz_name(&rule) != 0
        || phone_tz_time(&rule, 24, &standard) != 0)
    {
        return -1;
    }

    standard = -standard;
    *ahead = standard;

    if (rule.len == 0) {
        return 0;
    }

    summer = -(standard + 3600);

    if (phone_tz_name(&rule) != 0
        || (rule.len && *rule.data != ','
            && phone_tz_time(&rule, 24, &summer) != 0)
        || phone_tz_change(&rule, &from) != 0
        || phone_tz_change(&rule, &to) != 0
        || rule.len)
    {
        return -1;
    }

    summer = -summer;

    year = phone_month_of((unix_seconds + standard) * 1000) / 12;
    begin = phone_tz_when(&from, year) - standard;
    end = phone_tz_when(&to, year) - summer;

    if (begin < end ? unix_seconds >= begin && unix_seconds < end
                    : unix_seconds >= begin || unix_seconds < end)
    {
        *ahead = summer;
    }

    return 0;
}


/* "CET", or "<+03>": three characters at least, which nobody needs here. */

static int
phone_tz_name(phone_str_t *rest)
{
    int     quoted;
    char    c;
    size_t  n;

    quoted = phone_tz_skip(rest, '<') == 0;

    for (n = 0; n < rest->len; n++) {
        c = rest->data[n];

        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')
              || (quoted && ((c >= '0' && c <= '9') || c == '+' || c == '-'))))
        {
            break;
        }
    }

    rest->data += n;
    rest->len -= n;

    return n < 3 || (quoted && phone_tz_skip(rest, '>') != 0) ? -1 : 0;
}


/* "[+-]hh[:mm[:ss]]" */

static int
phone_tz_time(phone_str_t *rest, int64_t hours, int64_t *seconds)
{
    int      minus;
    int64_t  part;

    minus = phone_tz_skip(rest, '-') == 0;

    if (!minus) {
        (void) phone_tz_skip(rest, '+');
    }

    if (phone_tz_int(rest, 0, hours, &part) != 0) {
        return -1;
    }

    *seconds = part * 3600;

    if (phone_tz_skip(rest, ':') == 0) {

        if (phone_tz_int(rest, 0, 59, &part) != 0) {
            return -1;
        }

        *seconds += part * 60;

        if (phone_tz_skip(rest, ':') == 0) {

            if (phone_tz_int(rest, 0, 59, &part) != 0) {
                return -1;
            }

            *seconds += part;
        }
    }

    *seconds = minus ? -*seconds : *seconds;

    return 0;
}


/* ",M3.5.0", ",J60", ",59", and "/time" behind it */

static int
phone_tz_change(phone_str_t *rest, phone_tz_change_t *change)
{
    if (phone_tz_skip(rest, ',') != 0 || phone_tz_day(rest, change) != 0) {
        return -1;
    }

    change->time = PHONE_TZ_CHANGE;

    return phone_tz_skip(rest, '/') == 0
           ? phone_tz_time(rest, PHONE_TZ_HOURS, &change->time) : 0;
}


static int
phone_tz_day(phone_str_t *rest, phone_tz_change_t *change)
{
    if (phone_tz_skip(rest, 'M') == 0) {
        change->form = PHONE_TZ_WEEKDAY;

        return phone_tz_int(rest, 1, 12, &change->month) == 0
               && phone_tz_skip(rest, '.') == 0
               && phone_tz_int(rest, 1, 5, &change->week) == 0
               && phone_tz_skip(rest, '.') == 0
               && phone_tz_int(rest, 0, 6, &change->day) == 0 ? 0 : -1;
    }

    if (phone_tz_skip(rest, 'J') == 0) {
        change->form = PHONE_TZ_JULIAN;

        return phone_tz_int(rest, 1, 365, &change->day);
    }

    change->form = PHONE_TZ_DAY_OF_YEAR;

    return phone_tz_int(rest, 0, 365, &change->day);
}


/* In a year since 1970, by the clock on the wall before the change. */

static int64_t
phone_tz_when(const phone_tz_change_t *change, int64_t year)
{
    int64_t  january, march, day;

    january = phone_month_start(12 * year) / 1000 / PHONE_TZ_DAY;
    march = phone_month_start(12 * year + 2) / 1000 / PHONE_TZ_DAY;

    switch (change->form) {

    case PHONE_TZ_WEEKDAY:
        day = phone_tz_weekday(change, 12 * year);
        break;

    case PHONE_TZ_JULIAN:
        day = january + change->day - 1;
        day += change->day >= 60 ? march - january - 59 : 0;
        break;

    default:
        day = january + change->day;
    }

    return day * PHONE_TZ_DAY + change->time;
}


/* January 1, 1970 was a Thursday; 0 is Sunday. */

static int64_t
phone_tz_weekday(const phone_tz_change_t *change, int64_t january)
{
    int64_t  first, next, day;

    first = phone_month_start(january + change->month - 1) / 1000
            / PHONE_TZ_DAY;
    next = phone_month_start(january + change->month) / 1000 / PHONE_TZ_DAY;

    day = first + (change->day - (first + 4) % 7 + 7) % 7
          + 7 * (change->week - 1);

    return day < next ? day : day - 7;
}


static int
phone_tz_int(phone_str_t *rest, int64_t least, int64_t most, int64_t *value)
{
    int64_t  n;
    size_t   digits;

    n = 0;

    for (digits = 0; digits < rest->len; digits++) {

        if (rest->data[digits] < '0' || rest->data[digits] > '9') {
            break;
        }

        n = n * 10 + rest->data[digits] - '0';

        if (n > most) {
            return -1;
        }
    }

    rest->data += digits;
    rest->len -= digits;
    *value = n;

    return digits && n >= least ? 0 : -1;
}


static int
phone_tz_skip(phone_str_t *rest, char c)
{
    if (rest->len == 0 || *rest->data != c) {
        return -1;
    }

    rest->data++;
    rest->len--;

    return 0;
}
