
/*
 * Phone numbers, in the one form that they have everywhere: '+' and the
 * digits of E.164.
 */


#ifndef _PHONE_NUMBER_H_INCLUDED_
#define _PHONE_NUMBER_H_INCLUDED_


#include "text.h"


#define PHONE_NUMBER_MAX     15          /* digits, ITU-T E.164 */


/*
 * Takes '+' and a number with its country code, or a number of the region (ISO
 * 3166, "CN") in its national form or with its country code, with spaces, '-',
 * '.' and parentheses anywhere between; a space in front stands for '+' where
 * that is the only way to read it.  What it wrote it reads as itself, whatever
 * the region.  Writes '+' and the digits to out, which has room for
 * 17 bytes and is ended by NUL, and returns how many bytes they are; -1 for
 * what is no number.
 */
int phone_number_parse(phone_str_t in, phone_str_t region, char out[17]);

/* Has the region numbers of its own? */
int phone_region_known(phone_str_t region);


#endif /* _PHONE_NUMBER_H_INCLUDED_ */
