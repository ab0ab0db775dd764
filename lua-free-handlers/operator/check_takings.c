
/*
 * A part of GET /operator/check: the takings of merchants.
 *
 * Where a commit may touch the whole store, an entry that pays a merchant is
 * in the payer's bucket.  So takings are summed up over all ledgers, then the
 * stored takings are read, then the entries that were added to the ledgers
 * since.  Each of these may or may not be in the stored takings, which are
 * right when they are within that range.  So is what statements say of them.
 */


#include "../host.h"
#include "check.h"


#define PHONE_TAKINGS_HASHES   64                /* read together */
#define PHONE_TAKINGS_LEDGERS  16


static void phone_takings_stored(phone_books_t *books,
    const phone_hash_t *balances);
static void phone_takings_moved(phone_books_t *books,
    const phone_log_t *page);
static phone_rc_t phone_takings_end(phone_call_t *call,
    phone_books_t *books);
static unsigned phone_takings_some(phone_call_t *call, phone_books_t *books,
    unsigned most);
static void phone_takings_judge(phone_books_t *books);
static int phone_takings_within(const phone_book_t *book, int64_t held);
static void phone_takings_judge_stated(phone_books_t *books,
    const phone_book_t *book);


phone_rc_t
phone_takings_read(phone_call_t *call, phone_books_t *books)
{
    unsigned             i, n, first;
    const phone_hash_t  *balances[PHONE_TAKINGS_HASHES];

    first = (unsigned) books->count[PHONE_BOOKS_BUCKET];
    n = phone_takings_some(call, books, PHONE_TAKINGS_HASHES);

    for (i = 0; i < n; i++) {
        balances[i] = phone_ask_hash(call, &phone_balances,
                                     phone_bucket_text(phone_memory(call),
                                                       first + i));
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    for (i = 0; i < n; i++) {
        phone_takings_stored(books, balances[i]);
    }

    books->count[PHONE_BOOKS_BUCKET] += n;

    if (books->count[PHONE_BOOKS_BUCKET] == call->env->buckets) {
        books->count[PHONE_BOOKS_BUCKET] = 0;
        books->count[PHONE_BOOKS_PHASE] = PHONE_CHECK_STATED;
    }

    return phone_check_go_on(call, books);
}


phone_rc_t
phone_takings_follow(phone_call_t *call, phone_books_t *books)
{
    return phone_check_tails(call, books, phone_takings_moved,
                             phone_takings_end);
}


phone_rc_t
phone_check_tails(phone_call_t *call, phone_books_t *books,
    void (*take)(phone_books_t *books, const phone_log_t *page),
    phone_rc_t (*end)(phone_call_t *call, phone_books_t *books))
{
    int64_t             next[PHONE_TAKINGS_LEDGERS];
    unsigned            i, n, first;
    const phone_log_t  *page[PHONE_TAKINGS_LEDGERS];

    first = (unsigned) books->count[PHONE_BOOKS_BUCKET];
    n = phone_takings_some(call, books, PHONE_TAKINGS_LEDGERS);

    for (i = 0; i < n; i++) {
        page[i] = phone_ask_entries(call, first + i, books->mark[first + i],
                                    PHONE_CHECK_PAGE, &next[i]);
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    for (i = 0; i < n; i++) {
        phone_check_still_open(call, books, first + i);
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    for (i = 0; i < n; i++) {
        if (next[i] == PHONE_LEDGER_MIXED) {
            books->mixed = 1;
            break;
        }

        take(books, page[i]);

        books->mark[first + i] = next[i];

        if (page[i]->n == PHONE_CHECK_PAGE) {
            break;
        }
    }

    books->count[PHONE_BOOKS_BUCKET] = first + i;

    return first + i < call->env->buckets || books->moved || books->mixed
           ? phone_check_go_on(call, books)
           : end(call, books);
}


static phone_rc_t
phone_takings_end(phone_call_t *call, phone_books_t *books)
{
    phone_takings_judge(books);
    phone_refunds_end(call, books);

    return phone_transit_start(call, books);
}


/* How many buckets are looked at in this run. */

static unsigned
phone_takings_some(phone_call_t *call, phone_books_t *books, unsigned most)
{
    unsigned  left;

    left = call->env->buckets - (unsigned) books->count[PHONE_BOOKS_BUCKET];

    return left < most ? left : most;
}


static void
phone_takings_stored(phone_books_t *books, const phone_hash_t *balances)
{
    unsigned       i;
    phone_book_t  *book;

    for (i = 0; i < balances->n; i++) {
        if (!phone_account_is(balances->field[i].name, "takings:")) {
            continue;
        }

        book = phone_book_of(books, balances->field[i].name);

        if (book == NULL
            || phone_parse_signed(balances->field[i].value, &book->stored)
               != 0)
        {
            books->count[PHONE_BOOKS_MALFORMED]++;
        }
    }
}


static void
phone_takings_moved(phone_books_t *books, const phone_log_t *page)
{
    unsigned               i;
    phone_book_t          *from, *to;
    phone_ledger_entry_t   entry;

    for (i = 0; i < page->n; i++) {
        if (phone_ledger_parse(page->entry[i], &entry) != 0) {
            books->count[PHONE_BOOKS_MALFORMED]++;
            continue;
        }

        phone_transit_entry(books, &entry);
        phone_refund_entry(books, &entry);

        from = phone_book(books, entry.from, entry.currency,
                          phone_account_is(entry.from, "takings:"));
        to = phone_book(books, entry.to, entry.currency,
                        phone_account_is(entry.to, "takings:"));

        if (from) {
            from->went += entry.amount;
        }

        if (to) {
            to->came += entry.amount;
        }
    }

    books->count[PHONE_BOOKS_ENTRIES] += page->n;
}


static void
phone_takings_judge(phone_books_t *books)
{
    phone_book_t         *book;
    phone_books_total_t  *total;

    for (book = books->first; book; book = book->next) {
        total = phone_books_total(books, book->currency);

        if (book->told && !phone_takings_within(book, book->stated)) {
            phone_takings_judge_stated(books, book);
        }

        if (!phone_takings_within(book, book->stored)) {
            book->sum += book->came - book->went;
            phone_books_mismatch(books, book);

            if (total) {
                total->sum += book->stored - book->sum;
            }
        }

        if (book->stored < 0) {
            phone_books_negative(books, book);
        }
    }
}


static int
phone_takings_within(const phone_book_t *book, int64_t held)
{
    int64_t  missing;

    missing = held - book->sum;

    return missing <= book->came && missing >= -book->went;
}


/* "stated:<merchant>:<currency>" */

static void
phone_takings_judge_stated(phone_books_t *books, const phone_book_t *book)
{
    phone_str_t   name, kind;
    phone_book_t  stated;

    name = book->account;
    (void) phone_split(&name, ':', &kind);

    stated = *book;
    stated.account = phone_join(books->arena, 2,
                                (phone_str_t[2]) { PHONE_STR("stated:"),
                                                   name });
    stated.sum = book->sum + book->came - book->went;
    stated.stored = book->stated;

    phone_books_mismatch(books, &stated);
}
