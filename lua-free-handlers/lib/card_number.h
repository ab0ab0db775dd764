
/* Numbers of bank cards (ISO/IEC 7812-1): 12 to 19 digits, which the parameter
   has checked. */


#ifndef _PHONE_CARD_NUMBER_H_INCLUDED_
#define _PHONE_CARD_NUMBER_H_INCLUDED_


#include "text.h"


#define PHONE_CARD_NUMBER_LEAST  12
#define PHONE_CARD_NUMBER_MOST   19

#define PHONE_CARD_SHOWN_FIRST   6
#define PHONE_CARD_SHOWN_LAST    4
#define PHONE_CARD_HIDDEN_LEAST  6


/* Is its last digit the check digit? */
int phone_card_number_ok(phone_str_t digits);

/* "622202******0015".  The first six digits name the bank; with the last four
   a holder knows the card.  More is not shown anywhere (PCI DSS 3.4): of a
   number of less than 16 digits the last four alone, "*********0006". */
phone_str_t phone_card_number_masked(phone_arena_t *arena,
    phone_str_t digits);


#endif /* _PHONE_CARD_NUMBER_H_INCLUDED_ */
