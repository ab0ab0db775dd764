
/* GET /operator/check: its parts. */


#ifndef _PHONE_CHECK_H_INCLUDED_
#define _PHONE_CHECK_H_INCLUDED_


#include "operator.h"
#include "books.h"
#include "../outbox/outbox.h"


#define PHONE_CHECK_PAGE  1000           /* ledger entries */

#define PHONE_CHECK_NUMBERS  16          /* looked at together */
#define PHONE_CHECK_LISTED   16          /* bills of each */
#define PHONE_CHECK_ASKED    (PHONE_CHECK_NUMBERS * PHONE_CHECK_LISTED)

#define PHONE_CHECK_PAYMENTS 128         /* entries of the ledger */

/* ms: no call commits so late, and no two clocks differ so much. */
#define PHONE_CHECK_FRESH    PHONE_MINUTE


/* All buckets, bucket by bucket the next twelve, then over all buckets.  The
   accounts of a bucket that has very many are looked at in shares, the first
   four phases for each of them; its numbers likewise, the next three. */
enum {
    PHONE_CHECK_PERIODS = 0,     /* where the ledgers begin */
    PHONE_CHECK_OPENING,         /* what the accounts held there */
    PHONE_CHECK_REPLAY,
    PHONE_CHECK_COMPARE,         /* the open balances, the first records */
    PHONE_CHECK_RECORDS_LEFT,
    PHONE_CHECK_OWNERS_THEN,     /* numbers of a share, by the balances then */
    PHONE_CHECK_OWNERS,          /* and by the ledger */
    PHONE_CHECK_INDEXES,         /* bills that are PAID */
    PHONE_CHECK_BILLS,           /* what was paid by the ledger */
    PHONE_CHECK_DEBITS_LEFT,
    PHONE_CHECK_TEXTS,            /* texts to merchants */
    PHONE_CHECK_NOTICES,         /* of all these, that have no event */
    PHONE_CHECK_TWICE,
    PHONE_CHECK_TAKINGS,
    PHONE_CHECK_STATED,          /* what statements say of them */
    PHONE_CHECK_TAKINGS_TAIL,
    PHONE_CHECK_POSTINGS,        /* what is between buckets */
    PHONE_CHECK_POSTED
};


/* The bucket that is looked at. */
#define PHONE_CHECK_HERE(books)                                               \
    ((unsigned) (books)->count[PHONE_BOOKS_BUCKET])

phone_rc_t phone_check_replay(phone_call_t *call, phone_books_t *books);

/* When there are too many accounts: what comes next is a share of them. */
void phone_check_halve(phone_books_t *books);

/* The bucket is done with. */
phone_rc_t phone_check_next(phone_call_t *call, phone_books_t *books);

/*
 * check_period.c: entries of a ledger, from a place on, which moves behind them
 * (0: from the first).  After them it is read whether the bucket was closed
 * further meanwhile: then phone_check_go_on(), which ends each run, begins the
 * check anew.
 */
phone_rc_t phone_check_periods(phone_call_t *call, phone_books_t *books);
phone_rc_t phone_check_opening(phone_call_t *call, phone_books_t *books);

/* The next lines of the balances file of the bucket, of a share of its
   accounts, from the place AT of the books on, which moves behind them.  1:
   there are more; 0: these were the last ones, or there is no file; -1: it is
   damaged. */
int phone_check_balances(phone_call_t *call, phone_books_t *books,
    int64_t share, int64_t shares, phone_str_t *lines);
const phone_log_t *phone_check_entries(phone_call_t *call,
    phone_books_t *books, unsigned bucket, int64_t *at, unsigned limit);
void phone_check_still_open(phone_call_t *call, phone_books_t *books,
    unsigned bucket);
phone_rc_t phone_check_go_on(phone_call_t *call, phone_books_t *books);

/* Is the month of that time (ms) open in that bucket?  Below 0 it is not
   known, and counts as open. */
int phone_check_is_open(const phone_books_t *books, unsigned bucket,
    int64_t at);

/* check_owners.c: the numbers that have an account in a bucket of more than
   one share */
phone_rc_t phone_check_owners_then(phone_call_t *call, phone_books_t *books);
phone_rc_t phone_check_owners(phone_call_t *call, phone_books_t *books);

/* check_bills.c: is the bill paid as its entry says? */
#define PHONE_CHECK_PAID_FIELDS                                               \
    (PHONE_F(BILL_STATUS) | PHONE_F(BILL_MERCHANT) | PHONE_F(BILL_ORDER)      \
     | PHONE_F(BILL_AMOUNT) | PHONE_F(BILL_CURRENCY) | PHONE_F(BILL_CARD)     \
     | PHONE_F(BILL_PAID_AT))

int phone_check_paid_so(phone_call_t *call, phone_record_t *bill,
    const phone_ledger_entry_t *entry);

void phone_check_number(phone_call_t *call, phone_books_t *books,
    phone_str_t number);
phone_rc_t phone_check_indexes(phone_call_t *call, phone_books_t *books);
phone_rc_t phone_check_bills(phone_call_t *call, phone_books_t *books);
phone_rc_t phone_check_debits_left(phone_call_t *call, phone_books_t *books);

/* check_refunds.c: the same of a refund */
int phone_check_refunded_so(phone_call_t *call, phone_record_t *record,
    const phone_ledger_entry_t *entry);
int phone_check_refunds(phone_call_t *call, phone_books_t *books,
    const phone_log_t *page);
int phone_check_refunded(phone_call_t *call, phone_books_t *books,
    phone_record_t *const *bill, unsigned n);
void phone_refund_entry(phone_books_t *books,
    const phone_ledger_entry_t *entry);
void phone_refunds_end(phone_call_t *call, phone_books_t *books);

/* check_notices.c: subjects of an outbox, whose PHONE_OUTBOX_ASKS were read; -1
   while it waits for what it asks. */
int phone_check_told(phone_call_t *call, phone_books_t *books,
    const phone_outbox_t *outbox, phone_record_t *const *subject, unsigned n);
phone_rc_t phone_check_texts(phone_call_t *call, phone_books_t *books);
phone_rc_t phone_check_notices(phone_call_t *call, phone_books_t *books);

/* check_twice.c */
phone_rc_t phone_check_twice(phone_call_t *call, phone_books_t *books,
    phone_str_t bucket);

/* check_transit.c; ms, the time of the call that moved it: -1 when it is none
   of ours */
int64_t phone_movement_time(phone_arena_t *arena, phone_str_t movement);
void phone_transit_entry(phone_books_t *books,
    const phone_ledger_entry_t *entry);
void phone_transit_old(phone_books_t *books, phone_str_t currency,
    int64_t amount);
phone_rc_t phone_transit_start(phone_call_t *call, phone_books_t *books);
phone_rc_t phone_transit_postings(phone_call_t *call, phone_books_t *books);
phone_rc_t phone_transit_follow(phone_call_t *call, phone_books_t *books);

/*
 * check_takings.c: reads what has been added to all ledgers, gives it to take,
 * some buckets a run, and ends with end.
 */
phone_rc_t phone_check_tails(phone_call_t *call, phone_books_t *books,
    void (*take)(phone_books_t *books, const phone_log_t *page),
    phone_rc_t (*end)(phone_call_t *call, phone_books_t *books));

/* check_statements.c */
phone_rc_t phone_stated_check(phone_call_t *call, phone_books_t *books);

phone_rc_t phone_takings_read(phone_call_t *call, phone_books_t *books);
phone_rc_t phone_takings_follow(phone_call_t *call, phone_books_t *books);


#endif /* _PHONE_CHECK_H_INCLUDED_ */
