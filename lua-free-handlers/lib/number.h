
/*
 * Phone numbers, put in their one form: E.164 digits without '+'.
 */


#ifndef _PHONE_NUMBER_H_INCLUDED_
#define _PHONE_NUMBER_H_INCLUDED_


#include "text.h"


#define PHONE_NUMBER_MAX     15          /* digits, ITU-T E.164 */


/*
 * Takes '+' or "00" and an international number, the digits of one, or a
 * national number of the region (ISO 3166, "CN"), with spaces, '-', '.' and
 * parentheses anywhere between.  Writes the digits to out, which has room for
 * 16 bytes and is ended by NUL, and returns how many they are; -1 for what is
 * no number.
 */
int phone_number_parse(phone_str_t in, phone_str_t region, char out[16]);



#endif /* _PHONE_NUMBER_H_INCLUDED_ */
