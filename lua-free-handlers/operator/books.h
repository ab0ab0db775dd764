
/*
 * The books of one bucket while they are checked: what each account should
 * hold by the ledger, and what was found so far.  The takings of merchants are
 * in the books of all: entries of any bucket may name them.  All of it is
 * carried from page to page as one text (phone_continue()).
 */


#ifndef _PHONE_BOOKS_H_INCLUDED_
#define _PHONE_BOOKS_H_INCLUDED_


#include "../phone.h"
#include "../lib/ledger.h"
#include "../lib/money.h"
#include "diff.h"


#define PHONE_BOOKS_SHARE      5000      /* accounts of a bucket read at once:
                                            of more, a share after the other */
#define PHONE_BOOKS_NAMES      10000     /* accounts, bills, what else */
#define PHONE_BOOKS_TAKINGS    10000     /* of all buckets */
#define PHONE_BOOKS_CHAINS     1024
#define PHONE_BOOKS_FINDINGS   100       /* shown of each kind */


typedef struct phone_book_s  phone_book_t;

struct phone_book_s {
    phone_str_t              account;    /* as in the ledger */
    phone_str_t              currency;
    int64_t                  sum;        /* minor units, by the ledger */
    int64_t                  at;         /* the same, following its tail */
    int64_t                  stored;
    int64_t                  came;       /* takings: by entries that may be */
    int64_t                  went;       /* younger than what is stored */
    int64_t                  stated;     /* takings: by statements, and rows of
                                            days that have none yet */
    phone_str_t              edge;       /* of an index: how far it was read */
    phone_record_t          *record;     /* where it is stored, once asked */
    unsigned                 compared:1; /* in this run: done with */
    unsigned                 right:1;
    unsigned                 takings:1;
    unsigned                 told:1;     /* takings: stated is known, */
    unsigned                 untold:1;   /* or cannot be */
    phone_book_t            *chain;
    phone_book_t            *next;
};


typedef enum {
    PHONE_BOOKS_BUCKET = 0,
    PHONE_BOOKS_PHASE,
    PHONE_BOOKS_ENTRIES,
    PHONE_BOOKS_MALFORMED,       /* entries that cannot be read */
    PHONE_BOOKS_UNTRACKED,       /* entries that there was no room for */
    PHONE_BOOKS_MISMATCHES,
    PHONE_BOOKS_NEGATIVES,
    PHONE_BOOKS_STUCK,           /* events overdue */
    PHONE_BOOKS_FAULTS,
    PHONE_BOOKS_AT,              /* a further place in the ledger */
    PHONE_BOOKS_PART,
    PHONE_BOOKS_EPOCH,           /* the store's, when the check began */
    PHONE_BOOKS_HERE,            /* entries of the bucket */
    PHONE_BOOKS_SHARE_AT,        /* the share of its accounts, */
    PHONE_BOOKS_SHARES,          /* and how many there are; 0: one */
    PHONE_BOOKS_LEFT_OUT,        /* buckets whose balances file is damaged */
    PHONE_BOOKS_COUNTS
} phone_books_count_t;


/* Over all buckets that were checked, minor units. */
typedef struct {
    phone_str_t              currency;
    int64_t                  sum;        /* of all that is stored */
    int64_t                  transit;    /* of the clearing accounts */
    int64_t                  old;        /* of that: of movements of months that
                                            are closed */
    int64_t                  posted;     /* of that: in postings */
} phone_books_total_t;


typedef struct {
    phone_arena_t           *arena;
    int64_t                  count[PHONE_BOOKS_COUNTS];
    int64_t                  seen;       /* a place in the bucket's ledger */
    int64_t                  since;      /* ms: what is younger is left out */
    unsigned                 nmarks;     /* buckets */
    int64_t                 *mark;       /* where the ledger of each was read
                                            to, */
    int64_t                 *from;       /* and its first open month */
    int64_t                  from_most;  /* the last of these */
    unsigned                 moved:1;    /* one of these was closed since */
    unsigned                 mixed:1;    /* entries go to two months */

    unsigned                 n;
    unsigned                 ntakings;   /* of these */
    phone_book_t            *first;
    phone_book_t           **last;
    phone_book_t            *chains[PHONE_BOOKS_CHAINS];

    unsigned                 ntotals;
    phone_books_total_t      total[PHONE_CURRENCIES];

    phone_diff_t             paid;       /* bills, and what was debited */
    phone_diff_t             fresh;      /* the same of the last minute */
    phone_diff_t             transit;    /* movements out of a bucket and in */
    phone_diff_t             refunds;    /* of bills, and by the ledgers */
    phone_str_t              hashes;     /* check_twice.c */
    phone_str_t              edge;       /* check_transit.c, and
                                            check_statements.c */

    phone_buf_t              findings;   /* lines */
} phone_books_t;


/* From the text of phone_books_save(), or from nothing; -1 when malformed. */
int phone_books_load(phone_books_t *books, phone_arena_t *arena,
    phone_str_t state);

/* Without the accounts that are compared. */
phone_str_t phone_books_save(phone_books_t *books);

/* The next bucket: the first open month of its ledger, and where it was read
   to. */
void phone_books_begin(phone_books_t *books, int64_t from, int64_t mark);

/* Is the account in the share that is looked at?  Takings and clearing accounts
   are looked at with the first one. */
int phone_books_has(const phone_books_t *books, phone_str_t account);

/* Too many accounts: half of them are left to a further share, and are not
   saved. */
void phone_books_halve(phone_books_t *books);

/* Notes how far the ledger of that bucket was read. */
void phone_books_mark(phone_books_t *books, unsigned bucket);

/* NULL when there is none, and create is 0 or the books are full. */
phone_book_t *phone_book(phone_books_t *books, phone_str_t account,
    phone_str_t currency, int create);

/* That of a field of the balances, whose name ends with its currency.  NULL,
   too, when that is no name of an account. */
phone_book_t *phone_book_of(phone_books_t *books, phone_str_t name);

/* One entry of the ledger, if its accounts are in the share; create as above,
   takings are always tracked. */
void phone_books_enter(phone_books_t *books, const phone_ledger_entry_t *entry,
    int create);

/* NULL when there are too many currencies. */
phone_books_total_t *phone_books_total(phone_books_t *books,
    phone_str_t currency);

/* A finding, shown in the end. */
void phone_books_mismatch(phone_books_t *books, const phone_book_t *book);
void phone_books_negative(phone_books_t *books, const phone_book_t *book);

/* What it is, in one word, and which key or entry; shown once. */
void phone_books_fault(phone_books_t *books, const char *what,
    phone_str_t where);

/* May text be a part of a line?  All ids and numbers of ours may. */
int phone_books_word(phone_str_t text);

/* The reply; 1 when all is well. */
int phone_books_report(phone_books_t *books, phone_json_t *json);

/* Does the account's name begin with kind? */
int phone_account_is(phone_str_t account, const char *kind);


#endif /* _PHONE_BOOKS_H_INCLUDED_ */
