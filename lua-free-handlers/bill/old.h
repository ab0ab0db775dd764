
/* A bill that is to be archived, with all that belongs to it. */


#ifndef _PHONE_BILL_OLD_H_INCLUDED_
#define _PHONE_BILL_OLD_H_INCLUDED_


#include "bill.h"


/* Of a record: it goes, and its note; of a bill also its place in a list. */
#define PHONE_OLD_SHELVED  2
#define PHONE_OLD_LISTED   3

/* Of a bill: what else there is once; and at most. */
#define PHONE_OLD_ONCE     (PHONE_OLD_LISTED + PHONE_OLD_SHELVED + 1 + 1 + 1)
#define PHONE_OLD_EFFECTS                                                     \
    (PHONE_OLD_ONCE + PHONE_OLD_LISTED * PHONE_HOPS_MOST                      \
     + (2 * PHONE_OLD_SHELVED + 1) * PHONE_REFUND_PARTS)


typedef struct {
    phone_str_t              id;
    phone_record_t          *bill;
    phone_record_t          *merchant;
    phone_record_t          *refunds;
    unsigned                 nchain;
    phone_record_t          *chain[PHONE_HOPS_MOST];     /* those before it */
    unsigned                 nrefunds;
    phone_record_t          *refund[PHONE_REFUND_PARTS];
    unsigned                 npayments;  /* that a bank was asked for */
    phone_record_t          *payment[1 + PHONE_REFUND_PARTS];
    unsigned                 effects;    /* of what becomes of it */
    unsigned                 goes:1;
    unsigned                 stays:1;    /* neither: it has gone before */
} phone_old_t;


/*
 * Of old->id.  The first sets how many effects it has at most, and what it
 * knows by then; the second asks for all that belongs to one that may go, some
 * 250 reads, and sets the rest.  While phone_waiting() they make no sense.
 */
void phone_old_ask(phone_call_t *call, phone_old_t *old);
void phone_old_ask_all(phone_call_t *call, phone_old_t *old);

/* What goes, as lines of a file; and as effects: it is in that file. */
void phone_old_lines(phone_call_t *call, const phone_old_t *old,
    phone_buf_t *lines);
void phone_old_shelve(phone_call_t *call, const phone_old_t *old,
    unsigned bucket, int64_t file);

/* ms that a bill must be settled for: a day longer than it can be refunded. */
int64_t phone_old_age(phone_call_t *call);


#endif /* _PHONE_BILL_OLD_H_INCLUDED_ */
