
/* Time zones, against the C library: each zone that this host has, around each
   change of its clocks and far beyond the last one. */


#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "lib/tz.h"
#include "tap.h"


#define ZONES   "/usr/share/zoneinfo/"
#define LONGEST (64 * 1024)


static char  bytes[LONGEST];


static phone_str_t
read_zone(const char *name)
{
    char    path[256];
    FILE   *file;
    size_t  len;

    snprintf(path, sizeof(path), ZONES "%s", name);
    file = fopen(path, "rb");

    if (file == NULL) {
        return PHONE_EMPTY;
    }

    len = fread(bytes, 1, sizeof(bytes), file);
    fclose(file);

    return (phone_str_t) { len, bytes };
}


static int64_t
library_says(int64_t seconds)
{
    time_t     t;
    struct tm  tm;

    t = (time_t) seconds;
    localtime_r(&t, &tm);

    return tm.tm_gmtoff;
}


/* Of how many times the two say another thing: every five days of 70 years, and
   the seconds around a change within them. */

static unsigned
differs(const char *name, phone_str_t file)
{
    char      tz[300];
    int64_t   t, low, high, middle, ahead, before, now;
    unsigned  n;

    snprintf(tz, sizeof(tz), ":" ZONES "%s", name);
    setenv("TZ", tz, 1);
    tzset();

    n = 0;
    before = library_says(0);

    for (t = 0; t < INT64_C(70) * 366 * 86400; t += 432000) {
        now = library_says(t);

        if (phone_tz_offset(file, t, &ahead) != 0 || ahead != now) {
            n++;
        }

        if (now != before) {
            low = t - 432000;
            high = t;

            while (high - low > 1) {
                middle = low + (high - low) / 2;

                if (library_says(middle) == before) {
                    low = middle;
                } else {
                    high = middle;
                }
            }

            n += phone_tz_offset(file, low, &ahead) != 0
                 || ahead != library_says(low);
            n += phone_tz_offset(file, high, &ahead) != 0
                 || ahead != library_says(high);
        }

        before = now;
    }

    return n;
}


static void
zones_of(const char *folder)
{
    char            name[256];
    DIR            *dir;
    phone_str_t     file;
    struct dirent  *entry;

    snprintf(name, sizeof(name), ZONES "%s", folder);
    dir = opendir(name);
    ok(dir != NULL, "%s: there are zones", folder);

    while (dir && (entry = readdir(dir)) != NULL) {
        snprintf(name, sizeof(name), "%s/%.200s", folder, entry->d_name);
        file = read_zone(name);

        if (file.len) {
            is_int(differs(name, file), 0, "%s: as the C library", name);
        }
    }

    if (dir) {
        closedir(dir);
    }
}


static void
rules(void)
{
    int64_t   ahead;
    unsigned  i;

    static const struct {
        const char  *rule;
        int64_t      time;
        int64_t      ahead;
    } good[] = {
        { "CST-8", 1800000000, 28800 },
        { "<+0330>-3:30", 1800000000, 12600 },
        { "<-02>2", 1800000000, -7200 },
        { "EST+5", 1800000000, -18000 },
        { "CET-1CEST,M3.5.0,M10.5.0/3", 1774745999, 3600 },
        { "CET-1CEST,M3.5.0,M10.5.0/3", 1774746000, 7200 },
        { "CET-1CEST,M3.5.0,M10.5.0/3", 1792889999, 7200 },
        { "CET-1CEST,M3.5.0,M10.5.0/3", 1792890000, 3600 },
        { "NZST-12NZDT,M9.5.0,M4.1.0/3", 1767225600, 46800 },
        { "IST-1GMT0,M10.5.0,M3.5.0/1", 1767225600, 0 },
        { "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 1774745999, -7200 },
        { "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 1774746000, -3600 },
        { "AAA0BBB,J60/0,J365/24", 1709251199, 0 },    /* February 29 */
        { "AAA0BBB,J60/0,J365/24", 1709251200, 3600 },
        { "AAA0BBB,59/0,364/24", 1709164800, 3600 },
    };

    static const char *const  bad[] = {
        "", "\n", "C-8", "CST", "CST-", "CST-25", "CST-8:60", "<+03-3",
        "CET-1CEST", "CET-1CEST,", "CET-1CEST,M3.5.0", "CET-1CEST,M13.1.0,J1",
        "CET-1CEST,M3.6.0,J1", "CET-1CEST,M3.5.7,J1", "CET-1CEST,J0,J1",
        "CET-1CEST,366,J1", "CET-1CEST,M3.5.0/168,J1",
        "CET-1CEST,M3.5.0,M10.5.0/3x", "CET-99999999999999999999",
        "CET-1CEST-25,M3.5.0,M10.5.0"
    };

    for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        ahead = -1;
        is_int(phone_tz_rule_offset(phone_cstr(good[i].rule), good[i].time,
                                    &ahead), 0, "%s", good[i].rule);
        is_int(ahead, good[i].ahead, "%s: at %lld", good[i].rule,
               (long long) good[i].time);
    }

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        is_int(phone_tz_rule_offset(phone_cstr(bad[i]), 0, &ahead), -1,
               "\"%s\" is no rule", bad[i]);
    }
}


/* A file that is cut anywhere has no offset, and nothing behind its end is
   read; one of version 1 has no times after 2038. */

static void
no_zones(void)
{
    char        *cut;
    size_t       len;
    int64_t      ahead;
    unsigned     taken;
    phone_str_t  file;

    file = read_zone("Europe/Berlin");
    ok(file.len > 1000, "a zone");
    taken = 0;

    for (len = 0; len < file.len; len++) {
        cut = malloc(len + 1);
        memcpy(cut, file.data, len);

        if (phone_tz_offset((phone_str_t) { len, cut }, 1800000000, &ahead)
            == 0)
        {
            taken++;
        }

        free(cut);
    }

    is_int(taken, 0, "no part of it is taken for the whole");

    bytes[4] = '\0';
    is_int(phone_tz_offset(file, 0, &ahead), -1, "version 1");
    bytes[4] = '2';
    memset(bytes + 20, 0xff, 4);
    is_int(phone_tz_offset(file, 0, &ahead), -1, "a count without end");
    is_int(phone_tz_offset(PHONE_STR("TZif"), 0, &ahead), -1, "no header");
}


/* A zone of one local time, which has no transition and no rule. */

static void
no_rule(void)
{
    int64_t      ahead;
    static char  zone[44 + 44 + 6 + 2];

    memcpy(zone, "TZif2", 5);
    memcpy(zone + 44, "TZif2", 5);
    zone[44 + 39] = 1;
    memcpy(zone + 44 + 44, "\0\0\x70\x80\0\0", 6);
    memcpy(zone + 44 + 44 + 6, "\n\n", 2);

    is_int(phone_tz_offset((phone_str_t) { sizeof(zone), zone }, 1800000000,
                           &ahead), 0, "a zone without a rule");
    is_int(ahead, 28800, "has the offset of its type");
}


int
main(void)
{
    rules();
    no_zones();
    no_rule();
    zones_of("Africa");
    zones_of("America");
    zones_of("Antarctica");
    zones_of("Asia");
    zones_of("Europe");
    zones_of("Pacific");

    return done_testing();
}
