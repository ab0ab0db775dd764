
/*
 * Amounts: int64 in minor units of an ISO 4217 currency.
 */


#ifndef _PHONE_MONEY_H_INCLUDED_
#define _PHONE_MONEY_H_INCLUDED_


#include "text.h"


#define PHONE_AMOUNT_MAX     INT64_C(1000000000000000)          /* 10^15 */
#define PHONE_CURRENCIES     165


typedef struct {
    char                     code[4];
    unsigned                 exponent;   /* minor units: 10^exponent a unit */
} phone_currency_t;


/*
 * Strict decimal, 1 .. PHONE_AMOUNT_MAX: no sign, no leading zero, no point.
 * 0, or -1 and *minor is left alone.
 */
int phone_amount_parse(phone_str_t text, int64_t *minor);

/* NULL for a code that is none of ours; upper case only. */
const phone_currency_t *phone_currency(phone_str_t code);

/* In units, for people: 1280 CNY is "12.80", 1280 JPY "1280".  Without a
   currency (NULL) the minor units. */
phone_str_t phone_amount_text(phone_arena_t *arena, int64_t minor,
    const phone_currency_t *currency);


#endif /* _PHONE_MONEY_H_INCLUDED_ */
