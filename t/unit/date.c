
/*
 * lib/date.c: ISO 8601 text, compared with the C library's calendar.
 */


#include <time.h>

#include "tap.h"
#include "lib/date.h"


static phone_arena_t  arena;


static void
test_known(void)
{
    unsigned  i;

    static const struct {
        int64_t      seconds;
        const char  *text;
    } test[] = {
        { 0, "1970-01-01T00:00:00Z" },
        { -1, "1969-12-31T23:59:59Z" },
        { 1, "1970-01-01T00:00:01Z" },
        { 86399, "1970-01-01T23:59:59Z" },
        { 86400, "1970-01-02T00:00:00Z" },
        { 951782400, "2000-02-29T00:00:00Z" },
        { 951868800, "2000-03-01T00:00:00Z" },
        { 1709164800, "2024-02-29T00:00:00Z" },
        { 1735689599, "2024-12-31T23:59:59Z" },
        { 1735689600, "2025-01-01T00:00:00Z" },
        { 1795231200, "2026-11-21T03:20:00Z" },
        { 2147483648, "2038-01-19T03:14:08Z" },
        { 4107542400, "2100-03-01T00:00:00Z" },
        { 4107456000, "2100-02-28T00:00:00Z" },
        { 253402300799, "9999-12-31T23:59:59Z" },
        { 253402300800, "" },
        { -62167219200, "0000-01-01T00:00:00Z" },
        { -62167219201, "" },
        { -62162208001, "0000-02-27T23:59:59Z" },
        { -62162121600, "0000-02-29T00:00:00Z" },
        { -62162035200, "0000-03-01T00:00:00Z" },
        { INT64_MAX, "" },
        { INT64_MIN, "" }
    };

    for (i = 0; i < sizeof(test) / sizeof(test[0]); i++) {
        is_str(phone_time_text(&arena, test[i].seconds), test[i].text,
               "%lld", (long long) test[i].seconds);
    }
}


/* Every day of 10,000 years, at a second that differs from day to day. */

static void
test_every_day(void)
{
    char       text[64], out[PHONE_TIME_LEN];
    time_t     t;
    int64_t    day;
    unsigned   wrong;
    struct tm  tm;

    wrong = 0;

    for (day = -719528; day < 2932897; day++) {
        t = (time_t) (day * 86400 + ((day * 7919) % 86400 + 86400) % 86400);
        (void) gmtime_r(&t, &tm);
        (void) snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02dZ",
                        tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
                        tm.tm_hour, tm.tm_min, tm.tm_sec);

        if (phone_time_write(out, t) != 0
            || memcmp(out, text, PHONE_TIME_LEN) != 0)
        {
            wrong++;
        }
    }

    is_int(wrong, 0, "every day from 0000-01-01 to 9999-12-31");
}


/* Every date is read as it is written; what is none is not. */

static void
test_dates(void)
{
    char      text[32];
    int64_t   day, seconds;
    unsigned  i, wrong;

    static const char *const  bad[] = {
        "2026-02-29", "2026-02-30", "2026-13-01", "2026-00-01", "2026-01-00",
        "2026-01-32", "1969-12-31", "2026-1-01", "2026-01-1", "2026/01/01",
        "20260101", "2026-01-011", "+026-01-01", "2026-01-0x", "", "2100-02-29"
    };

    wrong = 0;

    for (day = 0; day < 2932897; day++) {
        (void) phone_time_write(text, day * 86400);

        wrong += phone_date_parse((phone_str_t) { 10, text }, &seconds) != 0
                 || seconds != day * 86400;
    }

    is_int(wrong, 0, "every date from 1970-01-01 to 9999-12-31");

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        is_int(phone_date_parse(phone_cstr(bad[i]), &seconds), -1, "\"%s\"",
               bad[i]);
    }
}


static void
test_zones(void)
{
    int       minutes;
    unsigned  i;

    static const char *const  bad[] = {
        "", "+8", "+08", "08:00", "+0800", "+08:0", "+08:000", "+8:00",
        "+14:01", "+15:00", "-12:01", "-00:00", "+08:60", "+08.00", "+0x:00",
        "Z", "UTC", "+ 8:00"
    };

    for (minutes = PHONE_ZONE_LEAST; minutes <= PHONE_ZONE_MOST; minutes++) {
        int  again;

        if (phone_zone_parse(phone_zone_text(&arena, minutes), &again) != 0
            || again != minutes)
        {
            ok(0, "zone %d", minutes);
        }
    }

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        is_int(phone_zone_parse(phone_cstr(bad[i]), &minutes), -1, "\"%s\"",
               bad[i]);
    }

    is_str(phone_zone_day(&arena, 1800028799, 480), "2027-01-15", "before");
    is_str(phone_zone_day(&arena, 1800028800, 480), "2027-01-16", "and after");
    is_str(phone_zone_day(&arena, 1800028800, -720), "2027-01-15", "west");
    is_str(phone_zone_time(&arena, 1800028800, 480),
           "2027-01-16T00:00:00+08:00", "a time");
    is_str(phone_zone_time(&arena, 1800028800, -210),
           "2027-01-15T12:30:00-03:30", "a time west of UTC");
    is_str(phone_zone_time(&arena, 1800028800, 0),
           "2027-01-15T16:00:00+00:00", "a time of UTC");
}


int
main(void)
{
    phone_arena_init(&arena);

    test_known();
    test_every_day();
    test_dates();
    test_zones();

    phone_arena_free(&arena);

    return done_testing();
}
