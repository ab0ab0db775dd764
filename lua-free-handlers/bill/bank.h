
/* Banks that are asked over HTTP (docs/bank.md). */


#ifndef _PHONE_BANK_H_INCLUDED_
#define _PHONE_BANK_H_INCLUDED_


#include "../phone.h"


/* What a bank says about a payment or a refund, of which it knows the id. */
typedef enum {
    PHONE_BANK_UNCLEAR = 0,      /* nothing that is certain: ask again */
    PHONE_BANK_YES,              /* it is done */
    PHONE_BANK_NO,               /* it is refused */
    PHONE_BANK_NOT_YET,          /* asked for its outcome: it is not done */
    PHONE_BANK_ODD               /* signed, and yet it cannot be so */
} phone_bank_said_t;

/*
 * The payment's bank is asked to do what its state says, or what has become of
 * that.  PHONE_AGAIN, or PHONE_DONE with what it has said, and a word for it.
 */
phone_rc_t phone_bank_ask(phone_call_t *call, phone_record_t *payment,
    phone_bank_said_t *said, phone_str_t *word);

/* States of a payment in which its bank is asked. */
#define PHONE_PAYMENT_AUTHORISING  PHONE_STR("AUTHORISING")
#define PHONE_PAYMENT_CAPTURING    PHONE_STR("CAPTURING")
#define PHONE_PAYMENT_VOIDING      PHONE_STR("VOIDING")
#define PHONE_PAYMENT_REFUNDING    PHONE_STR("REFUNDING")

/* 1: it has come to its end; and money has moved for good. */
int phone_payment_ended(phone_record_t *payment);
int phone_payment_settled(phone_record_t *payment);


/* Is there room in the ledger for what the bank is to pay?  0 while it is
   waited for. */
int phone_bank_has_room(phone_call_t *call, phone_str_t bank,
    phone_str_t card_id, int64_t amount_minor, phone_str_t currency);

/*
 * The bill, which is open, is to be paid by the bank of the card.  Its payment
 * has an id that this call would draw again.
 */
void phone_payment_put(phone_call_t *call, phone_record_t *bill,
    phone_record_t *card);
phone_str_t phone_payment_own_id(phone_call_t *call);

/* 1 when a bank has paid it: which, and the payment. */
int phone_bill_by_bank(phone_record_t *bill, phone_str_t *bank,
    phone_str_t *payment_id);

/* The refund of a bill goes back to the bank, if one has paid it. */
void phone_payment_refund(phone_call_t *call, phone_record_t *bill,
    phone_record_t *refund);


#endif /* _PHONE_BANK_H_INCLUDED_ */
