
/*
 * Numbering plans of the world's country codes (lib/number_plan.c, generated).
 * A pattern has digits, 'd' for any digit, [2-57], groups with '|', and {n},
 * {n,m} or '?' behind any of these; n is at least one.
 */


#ifndef _PHONE_NUMBER_PLAN_H_INCLUDED_
#define _PHONE_NUMBER_PLAN_H_INCLUDED_


typedef struct {
    unsigned                 code;       /* ITU-T E.164 country code */
    const char              *trunk;      /* dialed before it, not part of it */
    const char              *number;     /* what follows the country code */
    const char              *bare;       /* written without trunk at home */
} phone_plan_t;


typedef struct {
    char                     name[3];    /* ISO 3166-1 */
    unsigned                 code;
} phone_plan_region_t;


extern const phone_plan_t         phone_plans[];         /* by code */
extern const unsigned             phone_nplans;

extern const phone_plan_region_t  phone_plan_regions[];  /* by name */
extern const unsigned             phone_nplan_regions;


#endif /* _PHONE_NUMBER_PLAN_H_INCLUDED_ */
