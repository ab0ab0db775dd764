
/*
 * Months of the calendar, UTC, counted from January 1970, which is 0.  As text
 * "2026-11".
 */


#ifndef _PHONE_MONTH_H_INCLUDED_
#define _PHONE_MONTH_H_INCLUDED_


#include "text.h"


#define PHONE_MONTH_LEN      7           /* 2026-11 */


/* The month of a time, ms since 1970; 0 for one before. */
int64_t phone_month_of(int64_t ms);

/* Its first millisecond. */
int64_t phone_month_start(int64_t month);

/* Of the years 1970 to 9999. */
phone_str_t phone_month_text(phone_arena_t *arena, int64_t month);
int phone_month_parse(phone_str_t text, int64_t *month);     /* 0 or -1 */


#endif /* _PHONE_MONTH_H_INCLUDED_ */
