
/*
 * What is kept of a month of a bucket's ledger once it is closed: two blobs,
 * compressed as gzip does.  The ledger file has a header with the hash of the
 * one of the month before, so each vouches for all before it, and all entries;
 * the balances file has what each account held at the end.
 */


#ifndef _PHONE_LEDGER_FILE_H_INCLUDED_
#define _PHONE_LEDGER_FILE_H_INCLUDED_


#include "../phone.h"


#define PHONE_OPENING_PAGE  1000         /* accounts read at a time */


/* Entries, one a line; the piece before -> a piece of them, compressed. */
extern const phone_work_t  phone_ledger_page;

/* The last of some pieces -> one that has all of them, and none before it. */
extern const phone_work_t  phone_ledger_fold;

/*
 * What the accounts hold, a share of them at a time (phone_in_share()), so that
 * a bucket may have very many: all pieces, joined; the balances file of the
 * month before, or empty; "<share> <shares> <accounts of a share at most>
 * <entries>"; the piece of the share before, or empty -> makes a piece of the
 * balances file.  The text: how many accounts, or what is wrong, which begins
 * with a letter.
 */
extern const phone_work_t  phone_ledger_balances;

/* The last piece of these; the header -> makes the balances file, or fails: a
   piece is gone. */
extern const phone_work_t  phone_ledger_balances_file;

/* All pieces, joined; the header -> makes the ledger file.  The same. */
extern const phone_work_t  phone_ledger_file;

/* A balances file; how many accounts to skip; a share, of how many, of the
   check -> the next ones of it, at most PHONE_OPENING_PAGE.  The first line is
   "<how many to skip then> <1: there are more>", then come "<account>
   <currency> <sum>", a line each. */
extern const phone_work_t  phone_ledger_opening;

/* The hash of its name says in which share an account is.  The other one is for
   the check: takings, and clearing accounts, are in the first. */
int phone_in_share(phone_str_t account, int64_t share, int64_t shares);
int phone_in_share_of(phone_str_t account, int64_t share, int64_t shares);


/* A bucket has so many shares of accounts at most. */
#define PHONE_LEDGER_SHARES     1024


/* What is wrong. */
#define PHONE_LEDGER_GONE       "entries_gone"   /* the pieces: begin anew */
#define PHONE_LEDGER_DAMAGED    "entries_damaged"
#define PHONE_BALANCES_GONE     "balances_gone"  /* of the month before */
#define PHONE_BALANCES_DAMAGED  "balances_damaged"
#define PHONE_ACCOUNTS_MANY     "accounts_many"


#endif /* _PHONE_LEDGER_FILE_H_INCLUDED_ */
