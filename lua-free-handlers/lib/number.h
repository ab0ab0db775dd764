
/*
 * Phone numbers, in the one form that they have everywhere: '+' and the
 * digits of E.164.
 */


#ifndef _PHONE_NUMBER_H_INCLUDED_
#define _PHONE_NUMBER_H_INCLUDED_


#include "text.h"


#define PHONE_NUMBER_MAX     15          /* digits, ITU-T E.164 */


/*
 * Takes '+' and a number with its country code, with spaces, '-', '.' and
 * parentheses anywhere between.  Without '+' it is a number of the region (ISO
 * 3166, "CN"), to be read in three ways:
 *
 *   - with the trunk prefix that is dialed at home ("021 6123 4567"),
 *   - without one, where people write it so ("13800000001"),
 *   - with the country code of the region ("8613800000001"); in a text that is
 *     a number of the second kind only if another of these is behind it.
 *
 * A space in front, which a '+' becomes in a form, adds the way with '+'.  A
 * text that is two different numbers is refused.  Country codes and lengths are
 * checked, not whether a number is in service.
 *
 * Writes '+' and the digits to out, which has room for 17 bytes and is ended
 * by NUL, and returns how many bytes they are; -1 for what is no number.  What
 * it wrote it reads as itself, whatever the region.
 */
int phone_number_parse(phone_str_t in, phone_str_t region, char out[17]);

/* The country code of a number in that form, and how many digits it has; 0: it
   has none that is known. */
unsigned phone_number_code(phone_str_t number, unsigned *code);

/* "+861380" of "+8613800000001": the country code and four digits, which the
   numbers that somebody rents usually have in common. */
phone_str_t phone_number_prefix(phone_str_t number);

/* Has a number in that form the country code of the region? */
int phone_number_of(phone_str_t number, phone_str_t region);

/* Can a number in that form be that of a mobile phone?  1 where the plan of its
   country does not tell. */
int phone_number_mobile(phone_str_t number);

/* Has the region numbers of its own? */
int phone_region_known(phone_str_t region);


#endif /* _PHONE_NUMBER_H_INCLUDED_ */
