
/*
 * Facts about the world's numbering plans: country codes (ITU-T E.164), the
 * regions that have them (ISO 3166-1; XK is Kosovo), trunk prefixes, and how
 * many digits a national number has.  Enough to tell a number's country and
 * to read it as people write it at home; which numbers are in service is not
 * known here.
 */


#ifndef _PHONE_NUMBER_PLAN_H_INCLUDED_
#define _PHONE_NUMBER_PLAN_H_INCLUDED_


/* The numbers that begin with one of the digits in "first" ("3 60"; 'x' is any
   digit, and "" begins all) are written in so many digits, without a trunk
   prefix; max is 0 where there are none. */

typedef struct {
    const char              *first;
    unsigned char            min;
    unsigned char            max;
} phone_bare_t;


typedef struct {
    unsigned short           code;
    char                     region[3];  /* "" for a code of no region */
    const char              *also;       /* other regions: "KZ", "GG IM JE" */
    const char              *trunk;      /* dialed at home, before a number */
    unsigned char            min;        /* digits behind the country code */
    unsigned char            max;
    phone_bare_t             bare[2];
} phone_plan_t;


extern const phone_plan_t    phone_plans[];      /* by code */
extern const unsigned        phone_nplans;


#endif /* _PHONE_NUMBER_PLAN_H_INCLUDED_ */
