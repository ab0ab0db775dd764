
/* GET /operator/check: its parts. */


#ifndef _PHONE_CHECK_H_INCLUDED_
#define _PHONE_CHECK_H_INCLUDED_


#include "operator.h"
#include "books.h"


#define PHONE_CHECK_PAGE  1000           /* ledger entries */


/* Bucket by bucket the first three, then over all buckets. */
enum {
    PHONE_CHECK_REPLAY = 0,
    PHONE_CHECK_COMPARE,         /* the open balances, the first records */
    PHONE_CHECK_RECORDS_LEFT,
    PHONE_CHECK_TAKINGS,
    PHONE_CHECK_TAKINGS_TAIL
};


/* takings.c */
phone_rc_t phone_takings_read(phone_call_t *call, phone_books_t *books);
phone_rc_t phone_takings_follow(phone_call_t *call, phone_books_t *books);


#endif /* _PHONE_CHECK_H_INCLUDED_ */
