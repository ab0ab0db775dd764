
/*
 * How a text goes into short messages: the 7-bit alphabet of GSM 03.38 with its
 * extension table when every character is in it, else UCS-2.
 */


#ifndef _PHONE_GSM_H_INCLUDED_
#define _PHONE_GSM_H_INCLUDED_


#include "text.h"


/* Septets, or UTF-16 code units, of one message, and of a part of several. */
#define PHONE_GSM_ONE        160
#define PHONE_GSM_PART       153
#define PHONE_UCS2_ONE       70
#define PHONE_UCS2_PART      67


typedef struct {
    int                      ucs2;
    unsigned                 units;
    unsigned                 parts;      /* 0: the text is empty */
} phone_gsm_t;


/* text is valid UTF-8. */
phone_gsm_t phone_gsm_measure(phone_str_t text);

/* As much of the text as goes into so many parts, in the coding of the whole
   one; a link at its end that does not go in whole is left out. */
phone_str_t phone_gsm_cut(phone_str_t text, unsigned parts);


#endif /* _PHONE_GSM_H_INCLUDED_ */
