
/*
 * Texts to numbers that nobody has asked for: nobody gets more of them than the
 * limits allow, whoever sends them.  Texts of a kind are counted by themselves
 * where who sends one kind could learn from it how many of another there were.
 */


#ifndef _PHONE_TEXTS_H_INCLUDED_
#define _PHONE_TEXTS_H_INCLUDED_


#include "../phone.h"


/*
 * One more text to number: of all, and of sender among them.  all is empty for
 * bills of merchants, else the name of the kind: "+" are bills that were handed
 * on, "=" messages; of which sender has a name that no other kind has.  1, and
 * it is counted by this commit; 0: there are too many, the number has texted
 * STOP, or phone_waiting().
 */
int phone_texts_take(phone_call_t *call, phone_str_t number, phone_str_t all,
    phone_str_t sender);


#endif /* _PHONE_TEXTS_H_INCLUDED_ */
