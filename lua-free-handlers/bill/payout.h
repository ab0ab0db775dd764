
/*
 * PAY-12: payouts.  A settlement pays takings out, of one currency or of
 * several; each of these amounts is one payout of the lists and one row of the
 * statement.
 */


#ifndef _PHONE_PAYOUT_H_INCLUDED_
#define _PHONE_PAYOUT_H_INCLUDED_


#include "../phone.h"


typedef struct {
    phone_str_t              currency;
    int64_t                  amount;     /* minor units */
    int64_t                  left;
} phone_payout_t;


/* Those of a settlement, "<currency> <amount> <left>,...", one after the other:
   1, 0 when none is left, -1 when it is malformed. */
int phone_payout_next(phone_str_t *rest, phone_payout_t *payout);

/* The settlement "<merchant>:<settle_no>". */
phone_record_t *phone_ask_settlement(phone_call_t *call,
    phone_str_t merchant_id, phone_str_t settle_no);

/* A page of the payouts of a merchant, for calls that declare these. */
#define PHONE_PAYOUT_PARAMS                                                   \
    { "since", PHONE_P_INT, 0, 0, INT64_C(99999999999),                       \
      "only those of this time or later, in Unix seconds" },                  \
    { "before", PHONE_P_NAME, 0, 1, 96,                                       \
      "go on from here: next_before of the page before; or a time in ms" },   \
    { "limit", PHONE_P_INT, 0, 1, 50, "at most so many settlements" }

extern const phone_object_t  phone_payout_object;

#define PHONE_PAYOUT_MEMBERS                                                  \
    { "payouts", PHONE_M_LIST, 0, &phone_payout_object, NULL,                 \
      "the latest first; one for each currency of a settlement" },            \
    PHONE_NEXT_BEFORE

phone_rc_t phone_payouts_say(phone_call_t *call, phone_str_t merchant_id);


#endif /* _PHONE_PAYOUT_H_INCLUDED_ */
