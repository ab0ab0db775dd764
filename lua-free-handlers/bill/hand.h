
/*
 * Bills that are handed on (PAY-7).
 *
 * A bill is in the bucket of the number that has to act on it, and its id
 * carries the bucket.  So a bill that goes to another number is a new record
 * under a new id there, and the old one, which is guarded, only says where it
 * went.  The records of a bill are a chain: the first one has the id that its
 * merchant knows, and only the last one decides anything.  It has the expiry
 * and the notices.  A decline also goes forward, to a new record of the number
 * that had handed the bill on; so does the recall of an offer.
 */


#ifndef _PHONE_HAND_H_INCLUDED_
#define _PHONE_HAND_H_INCLUDED_


#include "../phone.h"


/* In the life of a bill, declined or not. */
#define PHONE_HANDS_MOST  4

/* Records behind the first one: each time that it is handed on it may come
   back. */
#define PHONE_HOPS_MOST  (2 * PHONE_HANDS_MOST)


/* Where a bill has been. */
typedef struct {
    phone_str_t              origin;     /* the id that its merchant knows */
    phone_str_t              before;     /* of the record before; or empty */
    phone_str_t              told;       /* the status that its merchant was
                                            told of when it left the payer
                                            named; empty: it is with him */
    phone_str_t              hands;      /* hand.c's own */
    unsigned                 n;          /* how often it was handed on */
    phone_str_t              named;      /* the payer that its merchant knows */
    phone_str_t              from;       /* who has handed it on to its payer;
                                            empty: he is the one named */
    phone_str_t              from_agreed;    /* BILL_AGREED of that one */
    phone_str_t              declined;   /* who has declined, so that it came
                                            back to its payer; or empty */
} phone_chain_t;

void phone_bill_chain(phone_record_t *bill, phone_chain_t *chain);

/* Has this number the bill, or has it had it? */
int phone_bill_was_at(phone_record_t *bill, phone_str_t number);

/* Who has paid, when that is not the one named and agrees that the merchant is
   told; else empty. */
phone_str_t phone_bill_paid_by(phone_record_t *bill);

/* It was handed on, or given back: another record came after it, of that id,
   and of that payer. */
int phone_bill_moved(phone_record_t *bill);
int phone_bill_given_back(phone_record_t *bill);
phone_str_t phone_bill_next(phone_record_t *bill, phone_str_t *payer);

/* Reads a bill, from the archive if it is there: all but BILL_NEXT and
   BILL_AGREED, and these as well when it was handed on.  The second one does
   not look into the archive. */
phone_record_t *phone_bill_ask(phone_call_t *call, phone_str_t id);
phone_record_t *phone_bill_ask_stored(phone_call_t *call, phone_str_t id);

/*
 * Goes from a bill, which was read with phone_bill_ask(), to the last record of
 * its chain.  PHONE_AGAIN, PHONE_DONE, or refused.  phone_bill_follow() leaves
 * bill at the last one that its payer has had.  phone_bill_reached() goes as
 * far as the records have come: the last one may be moved.
 */
phone_rc_t phone_bill_last(phone_call_t *call, phone_record_t **bill);
phone_rc_t phone_bill_reached(phone_call_t *call, phone_record_t **bill);
phone_rc_t phone_bill_follow(phone_call_t *call, phone_record_t **bill,
    phone_record_t **last);

/* For the outbox: the id that the merchant knows, and from it to that of the
   last record. */
phone_str_t phone_bill_origin(phone_record_t *bill);
phone_rc_t phone_bill_find(phone_call_t *call, phone_str_t *id);

/* The payer of an open bill hands it on; an offered bill goes back to who has
   handed it on, because he is given it, or takes it: his new record. */
void phone_bill_hand_on(phone_call_t *call, phone_record_t *bill,
    phone_str_t to);
void phone_bill_give_back(phone_call_t *call, phone_record_t *bill);
phone_record_t *phone_bill_take_back(phone_call_t *call,
    phone_record_t *bill);


#endif /* _PHONE_HAND_H_INCLUDED_ */
