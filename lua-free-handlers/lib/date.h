
/*
 * Points in time as text: ISO 8601, UTC, to the second.
 */


#ifndef _PHONE_DATE_H_INCLUDED_
#define _PHONE_DATE_H_INCLUDED_


#include "text.h"


#define PHONE_TIME_LEN       20          /* 2026-11-21T03:20:00Z */


/* Empty for a time outside the years 0000 to 9999. */
phone_str_t phone_time_text(phone_arena_t *arena, int64_t unix_seconds);

/* The same into out, without a NUL; -1 outside these years. */
int phone_time_write(char out[PHONE_TIME_LEN], int64_t unix_seconds);


/* "2026-11-21", of the years 1970 to 9999: its first second, or -1. */
int phone_date_parse(phone_str_t text, int64_t *unix_seconds);

/*
 * A zone is how many minutes it is ahead of UTC, -12:00 to +14:00: "+08:00".
 * phone_zone_parse() takes only what phone_zone_text() writes: 0, or -1.
 */
#define PHONE_ZONE_LEAST     (-12 * 60)
#define PHONE_ZONE_MOST      (14 * 60)

int phone_zone_parse(phone_str_t text, int *minutes);
phone_str_t phone_zone_text(phone_arena_t *arena, int minutes);

/* The day there at that time: "2026-11-21"; and the time: that, "T03:20:00" and
   the zone. */
phone_str_t phone_zone_day(phone_arena_t *arena, int64_t unix_seconds,
    int minutes);
phone_str_t phone_zone_time(phone_arena_t *arena, int64_t unix_seconds,
    int minutes);


#endif /* _PHONE_DATE_H_INCLUDED_ */
