
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
 * All pieces, joined; the balances file of the month before, or empty; the
 * header; how many entries there are -> makes the balances file.
 * The text: how many accounts, or what is wrong, which begins with a letter.
 */
extern const phone_work_t  phone_ledger_balances;

/* All pieces, joined; the header -> makes the ledger file.  The same. */
extern const phone_work_t  phone_ledger_file;

/* A balances file, how many accounts to skip -> the next ones, at most
   PHONE_OPENING_PAGE: "<account> <currency> <sum>", a line each. */
extern const phone_work_t  phone_ledger_opening;


/* What is wrong. */
#define PHONE_LEDGER_GONE       "entries_gone"   /* the pieces: begin anew */
#define PHONE_LEDGER_DAMAGED    "entries_damaged"
#define PHONE_BALANCES_GONE     "balances_gone"  /* of the month before */
#define PHONE_BALANCES_DAMAGED  "balances_damaged"
#define PHONE_ACCOUNTS_MANY     "accounts_many"


#endif /* _PHONE_LEDGER_FILE_H_INCLUDED_ */
