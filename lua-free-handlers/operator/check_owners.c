
/*
 * A part of GET /operator/check: the numbers that have an account or a card in
 * a bucket whose accounts are looked at in shares.  The cards of a number are
 * in any share, and its bills are to be looked at once.  So the numbers have
 * shares of their own: for each of them the accounts are gone through again, by
 * the balances file and by the ledger, and the owners of the cards are read.
 */


#include "../host.h"
#include "check.h"
#include "ledger_file.h"


#define PHONE_OWNERS_PAGE  500           /* entries */


static void phone_owners_ask(phone_call_t *call, phone_str_t account,
    phone_record_t **card, unsigned *n);
static void phone_owners_enter(phone_call_t *call, phone_books_t *books,
    phone_record_t *const *card, unsigned n);
static void phone_owner(phone_call_t *call, phone_books_t *books,
    phone_str_t number);


phone_rc_t
phone_check_owners_then(phone_call_t *call, phone_books_t *books)
{
    int              more;
    unsigned         n;
    phone_str_t      lines, line, account;
    phone_record_t  *record[PHONE_OPENING_PAGE];

    more = phone_check_balances(call, books, 0, 1, &lines);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    for (n = 0; phone_split(&lines, '\n', &line); /* void */ ) {
        (void) phone_split(&line, ' ', &account);
        phone_owners_ask(call, account, record, &n);
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_owners_enter(call, books, record, n);

    if (more != 1) {
        books->count[PHONE_BOOKS_AT] = 0;
        books->count[PHONE_BOOKS_PHASE] = PHONE_CHECK_OWNERS;
    }

    return phone_check_go_on(call, books);
}


phone_rc_t
phone_check_owners(phone_call_t *call, phone_books_t *books)
{
    unsigned               i, n;
    phone_record_t        *record[2 * PHONE_OWNERS_PAGE];
    const phone_log_t     *page;
    phone_ledger_entry_t   entry;

    page = phone_check_entries(call, books, PHONE_CHECK_HERE(books),
                               &books->seen, PHONE_OWNERS_PAGE);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    for (i = 0, n = 0; i < page->n; i++) {
        if (phone_ledger_parse(page->entry[i], &entry) == 0) {
            phone_owners_ask(call, entry.from, record, &n);
            phone_owners_ask(call, entry.to, record, &n);
        }
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_owners_enter(call, books, record, n);

    if (page->n < PHONE_OWNERS_PAGE) {
        books->seen = 0;
        books->count[PHONE_BOOKS_PHASE] = PHONE_CHECK_INDEXES;
    }

    return phone_check_go_on(call, books);
}


/* A card is read; the record of an account has the number as its id. */

static void
phone_owners_ask(phone_call_t *call, phone_str_t account,
    phone_record_t **record, unsigned *n)
{
    phone_str_t  kind;

    if (phone_account_is(account, "card:")) {
        (void) phone_split(&account, ':', &kind);
        record[(*n)++] = phone_ask_some(call, &phone_card, account,
                                        PHONE_F(CARD_OWNER));

    } else if (phone_account_is(account, "prepaid:")) {
        (void) phone_split(&account, ':', &kind);
        record[(*n)++] = phone_ask_some(call, &phone_account, account,
                                        PHONE_F(ACCOUNT_PLAN));
    }
}


static void
phone_owners_enter(phone_call_t *call, phone_books_t *books,
    phone_record_t *const *record, unsigned n)
{
    unsigned  i;

    for (i = 0; i < n; i++) {
        if (phone_found(record[i])) {
            phone_owner(call, books,
                        record[i]->type == &phone_card
                        ? phone_get(record[i], CARD_OWNER)
                        : phone_id(record[i]));
        }
    }
}


static void
phone_owner(phone_call_t *call, phone_books_t *books, phone_str_t number)
{
    if (phone_in_share(number, books->count[PHONE_BOOKS_SHARE_AT],
                       books->count[PHONE_BOOKS_SHARES]))
    {
        phone_check_number(call, books, number);
    }
}
