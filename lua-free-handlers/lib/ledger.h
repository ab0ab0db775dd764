
/*
 * Entries of the ledger, a log for each bucket and month.  An entry is one
 * text:
 * "<movement> <from> <to> <amount> <currency> <reason> <reference>".
 *
 * Account names: card:<card id> and prepaid:<number>, fields of their records;
 * takings:<merchant id>:<cur>, outside:<cur> and bank:<name>:<cur>, fields of
 * the bucket's balances; clearing:<cur>, money between this bucket and others,
 * whose balance is the sum of its entries and is not stored.
 */


#ifndef _PHONE_LEDGER_H_INCLUDED_
#define _PHONE_LEDGER_H_INCLUDED_


#include "../lib/text.h"


/*
 * The largest sum that an account may hold or owe, in minor units: an int64
 * less room for the movements of one commit.  All money from outside together
 * is kept below it (phone_ledger_outside()), so every account is.
 */
#define PHONE_SUM_MAX        INT64_C(9000000000000000000)


typedef struct {
    phone_str_t              movement;   /* of the call that moved it */
    phone_str_t              from;       /* goes down */
    phone_str_t              to;         /* goes up */
    int64_t                  amount;     /* minor units */
    phone_str_t              currency;
    phone_str_t              reason;
    phone_str_t              reference;  /* the bill, the credit, the card */
} phone_ledger_entry_t;


/* -1 when text is no entry; the parts point into text. */
int phone_ledger_parse(phone_str_t text, phone_ledger_entry_t *entry);


/* A place in the ledger of a bucket: a month (lib/month.h), and behind so many
   of its entries. */
#define PHONE_LEDGER_MONTH   INT64_C(1000000000000)

#define phone_ledger_at(month, n)  ((month) * PHONE_LEDGER_MONTH + (n))
#define phone_ledger_month(at)     ((at) / PHONE_LEDGER_MONTH)
#define phone_ledger_skip(at)      ((at) % PHONE_LEDGER_MONTH)


#endif /* _PHONE_LEDGER_H_INCLUDED_ */
