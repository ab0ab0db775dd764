
/*
 * What the statements of a merchant come to, of all days that are closed: as
 * text "<currency> <minor units>,", one behind the other.
 */


#ifndef _PHONE_STATED_H_INCLUDED_
#define _PHONE_STATED_H_INCLUDED_


#include "../settings.h"


typedef struct {
    unsigned                 n;
    struct {
        phone_str_t          currency;
        int64_t              sum;        /* minor units */
    } of[PHONE_MERCHANT_CURRENCIES];
} phone_stated_t;


/* 0, or -1: there is no room for one more currency.  Its text must stay.  Sums
   wrap around, so that the order of what is added does not matter. */
int phone_stated_add(phone_stated_t *stated, phone_str_t currency,
    int64_t amount);

/* The totals of a statement (totals.h).  -1: there is no room, or they are
   malformed. */
int phone_stated_add_totals(phone_arena_t *arena, phone_stated_t *stated,
    phone_str_t totals);

/* -1: it is malformed. */
int phone_stated_read(phone_str_t text, phone_stated_t *stated);
phone_str_t phone_stated_text(phone_arena_t *arena,
    const phone_stated_t *stated);


#endif /* _PHONE_STATED_H_INCLUDED_ */
