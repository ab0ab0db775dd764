
/* Part of phone.h: money, which moves between accounts of the ledger. */


#ifndef _PHONE_MOVEMENT_H_INCLUDED_
#define _PHONE_MOVEMENT_H_INCLUDED_


#include "declare.h"


/* An account of the ledger, and where its balance is stored. */
typedef struct {
    phone_str_t              name;       /* as in the ledger: "card:017-01J…" */
    phone_str_t              key;
    phone_str_t              field;
    unsigned                 bucket;
    int64_t                  least;      /* minor units; below 0: it may owe */
    int64_t                  most;
    unsigned                 derived:1;  /* the ledger alone has its balance */
    unsigned                 anywhere:1; /* entries of all buckets may name it,
                                            where a commit may touch all */
} phone_ledger_account_t;

phone_ledger_account_t phone_ledger_card(phone_call_t *call,
    phone_str_t card_id);
phone_ledger_account_t phone_ledger_prepaid(phone_call_t *call,
    phone_str_t number);
phone_ledger_account_t phone_ledger_takings(phone_call_t *call,
    phone_str_t merchant_id, phone_str_t currency);

/*
 * The account for money that comes from outside or goes there (the built-in
 * bank, the operator), in the bucket of name.  What comes in through all
 * buckets together is bounded for each currency, so that no account can hold
 * more than an int64.
 */
phone_ledger_account_t phone_ledger_outside(phone_call_t *call,
    phone_str_t name, phone_str_t currency);
phone_ledger_account_t phone_ledger_outside_in(phone_call_t *call,
    unsigned bucket, phone_str_t currency);

/*
 * What a bank (phone_bank) owes the platform, below 0, in the bucket of a card:
 * it goes down with each payment that the bank has approved, and up with each
 * refund that it has made and when the bank pays.  Bounded so that all banks
 * together are a small part of what may come in by outside.
 */
phone_ledger_account_t phone_ledger_bank(phone_call_t *call,
    phone_str_t bank, phone_str_t card_id, phone_str_t currency);
phone_ledger_account_t phone_ledger_bank_in(phone_call_t *call,
    unsigned bucket, phone_str_t bank, phone_str_t currency);

/* What an account holds that is no record's: it is one of its bucket's
   balances. */
int64_t phone_ask_held(phone_call_t *call,
    const phone_ledger_account_t *account);

/*
 * Does an account, not one of a record, hold that much?  Taken for granted
 * until a commit of this call has failed, and read then.
 */
int phone_holds(phone_call_t *call, const phone_ledger_account_t *account,
    int64_t amount_minor);

/*
 * Moves amount_minor from one account to another.  In one bucket that is one
 * entry of its ledger, between two it is two entries through their clearing
 * accounts; but takings may be named by an entry in the bucket of the other
 * account, where a commit may touch both.  Guarded by "from holds at least that
 * much", which must be in the home bucket of the commit, and, where the commit
 * may touch it, by "to has room for it".  A full account makes the call end
 * with ACCOUNT_FULL, whatever the handler returns.  The reference says what it
 * is for, an id or a number without a space; with none, or with an amount out
 * of bounds, the call ends with INTERNAL.
 */
void phone_move(phone_call_t *call, phone_ledger_account_t from,
    phone_ledger_account_t to, int64_t amount_minor, phone_str_t currency,
    const char *reason, phone_str_t reference);


/*
 * The same in two movements, with an account of the same bucket as from between
 * them: from pays it, for that reason and reference, and it pays to, for the
 * others.  Its balance stays as it is.
 */
typedef struct {
    const char              *reason;
    phone_str_t              reference;
} phone_purpose_t;

void phone_move_through(phone_call_t *call, phone_ledger_account_t from,
    phone_ledger_account_t through, phone_ledger_account_t to,
    int64_t amount_minor, phone_str_t currency, phone_purpose_t in,
    phone_purpose_t out);


#endif /* _PHONE_MOVEMENT_H_INCLUDED_ */
