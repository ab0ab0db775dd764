
/*
 * Time zones with summer time: files of the tz database as they are installed
 * on a host (RFC 9636, TZif; versions 2 to 4).
 */


#ifndef _PHONE_TZ_H_INCLUDED_
#define _PHONE_TZ_H_INCLUDED_


#include "text.h"


/* No zone is further ahead of UTC or behind it, in seconds. */
#define PHONE_TZ_FURTHEST    (26 * 3600)


/*
 * The seconds by which local time is ahead of UTC at a time, seconds since
 * 1970, in the zone whose file this is.  0; or -1 for bytes that are no such
 * file, or that have no version 2 data.  Times before 1970 are taken for 1970.
 */
int phone_tz_offset(phone_str_t file, int64_t unix_seconds, int64_t *ahead);

/*
 * The same by the rule at the end of a file ("CET-1CEST,M3.5.0,M10.5.0/3",
 * POSIX with the extensions of the RFC).
 */
int phone_tz_rule_offset(phone_str_t rule, int64_t unix_seconds,
    int64_t *ahead);


#endif /* _PHONE_TZ_H_INCLUDED_ */
