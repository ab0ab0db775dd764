
/*
 * Calendar arithmetic of the proleptic Gregorian calendar, without libc: its
 * functions read the environment and keep state.
 */


#include "date.h"


#define PHONE_DAY_SECONDS    86400
#define PHONE_ERA_DAYS       146097          /* 400 years */
#define PHONE_EPOCH_DAYS     719468          /* 0000-03-01 to 1970-01-01 */

#define PHONE_YEAR_0000      (INT64_C(-62167219200))
#define PHONE_YEAR_9999_END  (INT64_C(253402300799))


static void phone_two_digits(char *p, unsigned value);


phone_str_t
phone_time_text(phone_arena_t *arena, int64_t unix_seconds)
{
    char  text[PHONE_TIME_LEN];

    if (phone_time_write(text, unix_seconds) != 0) {
        return PHONE_EMPTY;
    }

    return phone_copy(arena, (phone_str_t) { PHONE_TIME_LEN, text });
}


/*
 * Years begin with March here, so that the leap day is the last of a year and
 * the days in front of month m are (153 m + 2) / 5, March being 0.
 */

int
phone_time_write(char out[PHONE_TIME_LEN], int64_t unix_seconds)
{
    unsigned  seconds, days, era, day, year, month;

    if (unix_seconds < PHONE_YEAR_0000 || unix_seconds > PHONE_YEAR_9999_END) {
        return -1;
    }

    /* a whole era is added, to stay positive from 0000-01-01 on */

    unix_seconds += (int64_t) (PHONE_EPOCH_DAYS + PHONE_ERA_DAYS)
                    * PHONE_DAY_SECONDS;

    days = (unsigned) (unix_seconds / PHONE_DAY_SECONDS);
    seconds = (unsigned) (unix_seconds % PHONE_DAY_SECONDS);

    era = days / PHONE_ERA_DAYS;
    day = days % PHONE_ERA_DAYS;

    year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    day -= 365 * year + year / 4 - year / 100;

    month = (5 * day + 2) / 153;
    day -= (153 * month + 2) / 5;

    year += era * 400 - 400 + (month >= 10);
    month += (month < 10) ? 3 : -9;

    phone_two_digits(out, year / 100);
    phone_two_digits(out + 2, year % 100);
    out[4] = '-';
    phone_two_digits(out + 5, month);
    out[7] = '-';
    phone_two_digits(out + 8, day + 1);
    out[10] = 'T';
    phone_two_digits(out + 11, seconds / 3600);
    out[13] = ':';
    phone_two_digits(out + 14, seconds / 60 % 60);
    out[16] = ':';
    phone_two_digits(out + 17, seconds % 60);
    out[19] = 'Z';

    return 0;
}


/* What does not come out as it went in is no date: February 30. */

int
phone_date_parse(phone_str_t text, int64_t *unix_seconds)
{
    char      again[PHONE_TIME_LEN];
    size_t    i;
    int64_t   days;
    unsigned  year, month, day, digits[10];

    if (text.len != 10 || text.data[4] != '-' || text.data[7] != '-') {
        return -1;
    }

    for (i = 0; i < 10; i++) {
        digits[i] = (unsigned) (text.data[i] - '0');

        if (digits[i] > 9 && i != 4 && i != 7) {
            return -1;
        }
    }

    year = digits[0] * 1000 + digits[1] * 100 + digits[2] * 10 + digits[3];
    month = digits[5] * 10 + digits[6];
    day = digits[8] * 10 + digits[9];

    if (year < 1970 || month < 1 || month > 12) {
        return -1;
    }

    /* years begin with March, as above */

    year -= month < 3;
    month = (month + 9) % 12;

    days = (int64_t) year * 365 + year / 4 - year / 100 + year / 400
           + (153 * month + 2) / 5 + day - 1 - PHONE_EPOCH_DAYS;

    *unix_seconds = days * PHONE_DAY_SECONDS;

    return phone_time_write(again, *unix_seconds) == 0
           && memcmp(again, text.data, 10) == 0 ? 0 : -1;
}


int
phone_zone_parse(phone_str_t text, int *minutes)
{
    size_t    i;
    int       zone;
    unsigned  digit[6];

    if (text.len != 6 || text.data[3] != ':'
        || (text.data[0] != '+' && text.data[0] != '-'))
    {
        return -1;
    }

    for (i = 1; i < 6; i++) {
        digit[i] = (unsigned) (text.data[i] - '0');

        if (digit[i] > 9 && i != 3) {
            return -1;
        }
    }

    if (digit[4] > 5) {
        return -1;
    }

    zone = (int) ((digit[1] * 10 + digit[2]) * 60 + digit[4] * 10 + digit[5]);
    zone = text.data[0] == '-' ? -zone : zone;

    if (zone < PHONE_ZONE_LEAST || zone > PHONE_ZONE_MOST
        || (zone == 0 && text.data[0] == '-'))
    {
        return -1;
    }

    *minutes = zone;

    return 0;
}


phone_str_t
phone_zone_text(phone_arena_t *arena, int minutes)
{
    unsigned  ahead;

    ahead = (unsigned) (minutes < 0 ? -minutes : minutes);

    return phone_format(arena, "%c%02u:%02u", minutes < 0 ? '-' : '+',
                        ahead / 60, ahead % 60);
}


phone_str_t
phone_zone_day(phone_arena_t *arena, int64_t unix_seconds, int minutes)
{
    phone_str_t  text;

    text = phone_time_text(arena, unix_seconds + (int64_t) minutes * 60);
    text.len = text.len ? 10 : 0;

    return text;
}


/* Without the Z that stands for UTC. */

phone_str_t
phone_zone_time(phone_arena_t *arena, int64_t unix_seconds, int minutes)
{
    phone_str_t  text;

    text = phone_time_text(arena, unix_seconds + (int64_t) minutes * 60);

    if (text.len) {
        text.len--;
    }

    return phone_join(arena, 2,
                      (phone_str_t[2]) { text,
                                         phone_zone_text(arena, minutes) });
}


static void
phone_two_digits(char *p, unsigned value)
{
    p[0] = (char) ('0' + value / 10);
    p[1] = (char) ('0' + value % 10);
}
