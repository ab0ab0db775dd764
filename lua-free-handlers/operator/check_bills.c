
/*
 * A part of GET /operator/check: the ledger of a bucket against its bills, and
 * bills against orders.
 *
 * First the bills of all numbers that have an account or a card here, by their
 * indexes: a bill that is listed is there, and so is the claim of its order.
 * Each record of one that was handed on names the one before it and the one
 * behind it, so one is the last, and the claim names the first.  Those that are
 * PAID are noted.  Then the ledger: each payment is of a bill that is PAID just
 * so, and takes its note away.  A bill is PAID in the commit that debits the
 * card, so a note that is left has no debit.  A debit that is left was paid
 * since, or is not listed.  Both are looked at in the end, for a failover may
 * have lost what was read.
 *
 * What is left can be told one by one while it is some hundreds.  Bills that
 * were paid a minute before the check and later are noted apart: payments that
 * come meanwhile are left there, however many they are.  Of the others nothing
 * is left when all is right.
 */


#include "../host.h"
#include "check.h"
#include "../bill/bill.h"
#include "../lib/id.h"


#define PHONE_CHECK_DEBITED  32          /* bills */

#define PHONE_CHECK_TOLD     PHONE_OUTBOX_ASKS(phone_bill_outbox)

#define PHONE_BILLS_OF       "bills:"
#define PHONE_DEBITED        "debited:"
#define PHONE_UNDEBITED      "undebited:"


static void phone_check_listed(phone_call_t *call, phone_books_t *books,
    const phone_list_t *pages, unsigned n);
static int phone_check_orders(phone_call_t *call, phone_books_t *books,
    phone_record_t *const *bill, unsigned n);
static int phone_check_chains(phone_call_t *call, phone_books_t *books,
    phone_record_t *const *bill, unsigned n);
static int phone_check_comes_from(phone_record_t *bill,
    phone_record_t *before);
static int phone_check_goes_to(phone_call_t *call, phone_record_t *bill,
    phone_record_t *next, int posted);
static unsigned phone_check_payments(const phone_log_t *page,
    phone_ledger_entry_t *entry);
static int phone_check_paid_then(phone_books_t *books,
    phone_record_t *bill, const phone_ledger_entry_t *entry);
static void phone_check_note(phone_call_t *call, phone_books_t *books,
    phone_record_t *bill, int sign);
static void phone_check_unpaid(phone_call_t *call, phone_books_t *books);
static int phone_check_left(phone_call_t *call, phone_books_t *books,
    phone_diff_t *diff);
static int phone_check_in(const phone_list_t *list, phone_record_t *bill);


static phone_str_t
phone_check_part(phone_call_t *call, const char *kind, phone_str_t id)
{
    return phone_join(phone_memory(call), 2,
                      (phone_str_t[2]) { phone_cstr(kind), id });
}


/* Its bills are to be looked at. */

void
phone_check_number(phone_call_t *call, phone_books_t *books,
    phone_str_t number)
{
    if (number.len == 0 || !phone_books_word(number)) {
        books->count[PHONE_BOOKS_MALFORMED]++;
        return;
    }

    if (phone_book(books, phone_check_part(call, PHONE_BILLS_OF, number),
                   PHONE_STR("-"), 1)
        == NULL)
    {
        books->count[PHONE_BOOKS_UNTRACKED]++;
    }
}


phone_rc_t
phone_check_indexes(phone_call_t *call, phone_books_t *books)
{
    unsigned       n;
    phone_str_t    number, kind;
    phone_book_t  *book, *some[PHONE_CHECK_NUMBERS];
    phone_edge_t   edge[PHONE_CHECK_NUMBERS];
    phone_list_t   page[PHONE_CHECK_NUMBERS];

    n = 0;

    for (book = books->first; book && n < PHONE_CHECK_NUMBERS;
         book = book->next)
    {
        if (!phone_account_is(book->account, PHONE_BILLS_OF)) {
            continue;
        }

        number = book->account;
        phone_split(&number, ':', &kind);

        if (phone_page_parse(call, book->edge, &edge[n]) != 0) {
            book->compared = 1;
            books->count[PHONE_BOOKS_MALFORMED]++;
            continue;
        }

        page[n] = phone_ask_page(call, &phone_bills_of, number, &edge[n],
                                 PHONE_CHECK_LISTED);
        some[n++] = book;
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_check_listed(call, books, page, n);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (n == 0) {
        books->count[PHONE_BOOKS_PHASE]
            = ++books->count[PHONE_BOOKS_SHARE_AT]
              < books->count[PHONE_BOOKS_SHARES]
              ? PHONE_CHECK_OWNERS_THEN : PHONE_CHECK_BILLS;
        books->count[PHONE_BOOKS_AT] = 0;
    }

    while (n--) {
        some[n]->compared = page[n].n < PHONE_CHECK_LISTED ? 1 : 0;

        if (!some[n]->compared) {
            some[n]->edge = phone_page_text(call, &edge[n]);

            if (!phone_books_word(some[n]->edge)) {
                some[n]->compared = 1;
                books->count[PHONE_BOOKS_MALFORMED]++;
            }
        }
    }

    return phone_check_go_on(call, books);
}


/* Nothing is noted before all of it has been read. */

static void
phone_check_listed(phone_call_t *call, phone_books_t *books,
    const phone_list_t *pages, unsigned n)
{
    unsigned         i, j, nbills;
    phone_str_t      status;
    phone_record_t  *bill[PHONE_CHECK_ASKED];

    nbills = 0;

    for (i = 0; i < n; i++) {
        for (j = 0; j < pages[i].n; j++) {
            bill[nbills++] = phone_ask_some(call, &phone_bill,
                                            pages[i].entry[j].member,
                                            PHONE_F(BILL_STATUS)
                                            | PHONE_F(BILL_ORDER)
                                            | PHONE_F(BILL_PAID_AT)
                                            | PHONE_F(BILL_REFUNDED)
                                            | PHONE_CHECK_TOLD);
        }
    }

    if (phone_waiting(call)
        || phone_ask_archived_of(call, bill, nbills) != 0
        || phone_check_orders(call, books, bill, nbills) != 0
        || phone_check_chains(call, books, bill, nbills) != 0
        || phone_check_refunded(call, books, bill, nbills) != 0
        || phone_check_told(call, books, &phone_bill_outbox, bill, nbills)
           != 0)
    {
        return;
    }

    for (i = 0; i < nbills; i++) {
        status = phone_get(bill[i], BILL_STATUS);

        if (phone_is_archived(bill[i])) {
            continue;
        }

        if (phone_is(status, "PAID")) {
            phone_check_note(call, books, bill[i], 1);

        } else if (phone_found(bill[i]) && !phone_bill_open(bill[i])
                   && !phone_bill_unpaid(bill[i])
                   && !phone_bill_paying(bill[i])
                   && !phone_bill_moved(bill[i]))
        {
            phone_books_fault(books, "bill_status",
                              phone_check_part(call, "bill:",
                                               phone_id(bill[i])));
        }
    }
}


/* Is each bill there, and does its order point to it?  -1 while that is waited
   for. */

static int
phone_check_orders(phone_call_t *call, phone_books_t *books,
    phone_record_t *const *bill, unsigned n)
{
    unsigned       i;
    phone_str_t    order, claim[PHONE_CHECK_ASKED];
    phone_chain_t  chain;

    for (i = 0; i < n; i++) {
        if (phone_found(bill[i]) && phone_readable(bill[i])
            && !phone_is_archived(bill[i]))
        {
            order = phone_order_id(call, phone_get(bill[i], BILL_MERCHANT),
                                   phone_get(bill[i], BILL_ORDER));
            claim[i] = phone_ask_kept(call, &phone_order, order);
        }
    }

    if (phone_waiting(call)) {
        return -1;
    }

    for (i = 0; i < n; i++) {
        if (phone_is_archived(bill[i])) {
            continue;
        }

        phone_bill_chain(bill[i], &chain);

        if (!phone_found(bill[i])) {
            phone_books_fault(books, "bill_missing",
                              phone_check_part(call, "bill:",
                                               phone_id(bill[i])));

        } else if (!phone_readable(bill[i])) {
            phone_books_fault(books, "bill_unreadable",
                              phone_check_part(call, "bill:",
                                               phone_id(bill[i])));

        } else if (!phone_equal(claim[i], chain.origin)) {
            order = phone_order_id(call, phone_get(bill[i], BILL_MERCHANT),
                                   phone_get(bill[i], BILL_ORDER));
            phone_books_fault(books,
                              claim[i].len ? "order_differs" : "order_missing",
                              phone_check_part(call, "order:", order));
        }
    }

    return 0;
}


/* -1 while that is waited for. */

static int
phone_check_chains(phone_call_t *call, phone_books_t *books,
    phone_record_t *const *bill, unsigned n)
{
    int              posted[PHONE_CHECK_ASKED];
    unsigned         i;
    phone_str_t      id, payer;
    phone_chain_t    chain;
    phone_record_t  *before[PHONE_CHECK_ASKED], *next[PHONE_CHECK_ASKED];

    for (i = 0; i < n; i++) {
        if (phone_found(bill[i]) && phone_bill_moved(bill[i])) {
            (void) phone_ask_some(call, &phone_bill, phone_id(bill[i]),
                                  PHONE_F(BILL_NEXT));
        }
    }

    if (phone_waiting(call)) {
        return -1;
    }

    /* the posting before the record that it has: one of them is there */

    for (i = 0; i < n; i++) {
        posted[i] = phone_found(bill[i]) && phone_bill_moved(bill[i])
                    && phone_ask_posted(call,
                                        phone_home(call->env, &phone_bill,
                                                   phone_id(bill[i])),
                                        phone_bill_next(bill[i], &payer));
    }

    if (phone_waiting(call)) {
        return -1;
    }

    for (i = 0; i < n; i++) {
        before[i] = NULL;
        next[i] = NULL;

        if (!phone_found(bill[i]) || !phone_readable(bill[i])) {
            continue;
        }

        phone_bill_chain(bill[i], &chain);

        if (chain.n) {
            before[i] = phone_ask_some(call, &phone_bill, chain.before,
                                       PHONE_F(BILL_NEXT));
        }

        if (phone_bill_moved(bill[i])) {
            id = phone_bill_next(bill[i], &payer);
            next[i] = phone_ask_some(call, &phone_bill, id,
                                     PHONE_F(BILL_HANDED));
        }
    }

    if (phone_waiting(call) || phone_ask_archived_of(call, before, n) != 0
        || phone_ask_archived_of(call, next, n) != 0)
    {
        return -1;
    }

    for (i = 0; i < n; i++) {
        if ((before[i] && !phone_check_comes_from(bill[i], before[i]))
            || (next[i] && !phone_check_goes_to(call, bill[i], next[i],
                                                posted[i])))
        {
            phone_books_fault(books, "bill_chain",
                              phone_check_part(call, "bill:",
                                               phone_id(bill[i])));
        }
    }

    return 0;
}


static int
phone_check_comes_from(phone_record_t *bill, phone_record_t *before)
{
    phone_str_t  payer;

    return phone_found(before)
           && phone_equal(phone_bill_next(before, &payer), phone_id(bill))
           && phone_equal(payer, phone_get(bill, BILL_PAYER));
}


/* It may be on its way there, for however long. */

static int
phone_check_goes_to(phone_call_t *call, phone_record_t *bill,
    phone_record_t *next, int posted)
{
    phone_chain_t  chain;

    if (!phone_found(next)) {
        return posted || phone_may_come(call, phone_id(next));
    }

    phone_bill_chain(next, &chain);

    return phone_equal(chain.before, phone_id(bill));
}


phone_rc_t
phone_check_bills(phone_call_t *call, phone_books_t *books)
{
    int64_t               at;
    unsigned              i, n;
    phone_record_t       *bill[PHONE_CHECK_PAYMENTS];
    const phone_log_t    *page;
    phone_ledger_entry_t  entry[PHONE_CHECK_PAYMENTS];

    at = books->count[PHONE_BOOKS_AT];
    page = phone_check_entries(call, books,
                               PHONE_CHECK_HERE(books),
                               &at, PHONE_CHECK_PAYMENTS);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (phone_check_refunds(call, books, page) != 0) {
        return PHONE_AGAIN;
    }

    n = phone_check_payments(page, entry);

    for (i = 0; i < n; i++) {
        bill[i] = phone_ask_some(call, &phone_bill, entry[i].reference,
                                 PHONE_CHECK_PAID_FIELDS);
    }

    if (phone_waiting(call)
        || phone_ask_archived_of(call, bill, n) != 0
        || phone_check_orders(call, books, bill, n) != 0)
    {
        return PHONE_AGAIN;
    }

    for (i = 0; i < n; i++) {

        if (phone_found(bill[i]) && phone_readable(bill[i])
            && (!phone_check_paid_so(call, bill[i], &entry[i])
                || !phone_check_paid_then(books, bill[i], &entry[i])))
        {
            phone_books_fault(books, "bill_differs",
                              phone_check_part(call, "bill:",
                                               phone_id(bill[i])));
        }

        if (phone_account_is(entry[i].from, "card:")
            && !phone_is_archived(bill[i]))
        {
            phone_check_note(call, books, bill[i], -1);
        }
    }

    books->count[PHONE_BOOKS_AT] = at;

    if (page->n < PHONE_CHECK_PAYMENTS) {
        phone_check_unpaid(call, books);
        books->count[PHONE_BOOKS_PHASE] = PHONE_CHECK_DEBITS_LEFT;
        books->count[PHONE_BOOKS_AT] = 0;
    }

    return phone_check_go_on(call, books);
}


static unsigned
phone_check_payments(const phone_log_t *page, phone_ledger_entry_t *entry)
{
    unsigned  i, n;

    n = 0;

    for (i = 0; i < page->n; i++) {
        if (phone_ledger_parse(page->entry[i], &entry[n]) == 0
            && phone_is(entry[n].reason, "bill"))
        {
            n++;
        }
    }

    return n;
}


/* Both accounts of the movement, or the one that is in the bucket of the
   entry. */

int
phone_check_paid_so(phone_call_t *call, phone_record_t *bill,
    const phone_ledger_entry_t *entry)
{
    phone_str_t  card, takings, currency;

    currency = phone_get(bill, BILL_CURRENCY);
    card = phone_check_part(call, "card:", phone_get(bill, BILL_CARD));
    takings = phone_ledger_takings(call, phone_get(bill, BILL_MERCHANT),
                                   currency).name;

    return phone_is(phone_get(bill, BILL_STATUS), "PAID")
           && phone_equal(phone_get(bill, BILL_AMOUNT),
                          phone_int(phone_memory(call), entry->amount))
           && phone_equal(currency, entry->currency)
           && (phone_equal(entry->from, card)
               || phone_account_is(entry->from, "clearing:"))
           && (phone_equal(entry->to, takings)
               || phone_account_is(entry->to, "clearing:"));
}


/* Not in a month that is closed, with a debit of its own: but the entry may be
   that one, which came late and was moved here. */

static int
phone_check_paid_then(phone_books_t *books, phone_record_t *bill,
    const phone_ledger_entry_t *entry)
{
    int64_t  paid_at;

    return !phone_account_is(entry->from, "card:")
           || phone_parse_int(phone_get(bill, BILL_PAID_AT), &paid_at) != 0
           || phone_check_is_open(books, PHONE_CHECK_HERE(books), paid_at)
           || phone_movement_time(books->arena, entry->movement) == paid_at;
}


static void
phone_check_note(phone_call_t *call, phone_books_t *books,
    phone_record_t *bill, int sign)
{
    int      fresh, known;
    int64_t  paid_at;

    known = phone_parse_int(phone_get(bill, BILL_PAID_AT), &paid_at) == 0;
    fresh = known && paid_at >= phone_now(call) - PHONE_CHECK_FRESH;

    /* its debit was compared when its month was closed */

    if (known && !phone_check_is_open(books, PHONE_CHECK_HERE(books), paid_at))
    {
        return;
    }

    phone_diff_put(fresh ? &books->fresh : &books->paid, phone_id(bill), sign);
}


/* What is left of both. */

static void
phone_check_unpaid(phone_call_t *call, phone_books_t *books)
{
    if (phone_check_left(call, books, &books->paid) != 0) {
        phone_books_fault(books, "bills_not_debited",
            phone_check_part(call, "ledger:",
                phone_bucket_text(phone_memory(call),
                    PHONE_CHECK_HERE(books))));
    }

    /* too many payments meanwhile: the next check looks at them */

    (void) phone_check_left(call, books, &books->fresh);
}


/* -1: too many to tell. */

static int
phone_check_left(phone_call_t *call, phone_books_t *books, phone_diff_t *diff)
{
    int          sign, more;
    phone_str_t  id, name;

    while ((more = phone_diff_take(diff, &id, &sign)) == 1) {
        name = phone_check_part(call, sign > 0 ? PHONE_UNDEBITED
                                               : PHONE_DEBITED, id);

        if (phone_book(books, name, PHONE_STR("-"), 1) == NULL) {
            books->count[PHONE_BOOKS_UNTRACKED]++;
        }
    }

    diff->cell = NULL;

    return more;
}


/* Are bills that were debited in the indexes of their payers, and those that
   were not still PAID? */

phone_rc_t
phone_check_debits_left(phone_call_t *call, phone_books_t *books)
{
    unsigned             i, n;
    phone_str_t          id, kind;
    phone_book_t        *book, *some[PHONE_CHECK_DEBITED];
    phone_record_t      *bill[PHONE_CHECK_DEBITED];
    const phone_list_t  *list[PHONE_CHECK_DEBITED];

    n = 0;

    for (book = books->first; book && n < PHONE_CHECK_DEBITED;
         book = book->next)
    {
        if (phone_account_is(book->account, PHONE_DEBITED)
            || phone_account_is(book->account, PHONE_UNDEBITED))
        {
            id = book->account;
            phone_split(&id, ':', &kind);
            book->compared = 1;
            bill[n] = phone_ask_some(call, &phone_bill, id,
                                     PHONE_F(BILL_STATUS)
                                     | PHONE_F(BILL_PAYER));
            some[n++] = book;
        }
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    for (i = 0; i < n; i++) {
        list[i] = phone_ask_index(call, &phone_bills_of,
                                  phone_get(bill[i], BILL_PAYER),
                                  phone_id_time(phone_id(bill[i])) + 1,
                                  PHONE_CHECK_DEBITED);
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    for (i = 0; i < n; i++) {
        if (phone_account_is(some[i]->account, PHONE_UNDEBITED)) {
            if (phone_is(phone_get(bill[i], BILL_STATUS), "PAID")) {
                phone_books_fault(books, "bill_not_debited",
                                  phone_check_part(call, "bill:",
                                                   phone_id(bill[i])));
            }

        } else if (phone_found(bill[i]) && phone_readable(bill[i])
                   && !phone_check_in(list[i], bill[i]))
        {
            phone_books_fault(books, "bill_not_listed",
                              phone_check_part(call, "bill:",
                                               phone_id(bill[i])));
        }
    }

    if (n == 0) {
        books->count[PHONE_BOOKS_PHASE] = PHONE_CHECK_TEXTS;
    }

    return phone_check_go_on(call, books);
}


/* Also 1 when the list is full of bills of the same time: the bill may be
   behind them. */

static int
phone_check_in(const phone_list_t *list, phone_record_t *bill)
{
    unsigned  i;

    for (i = 0; i < list->n; i++) {
        if (phone_equal(list->entry[i].member, phone_id(bill))) {
            return 1;
        }
    }

    return i == PHONE_CHECK_DEBITED
           && list->entry[i - 1].score == phone_id_time(phone_id(bill));
}
