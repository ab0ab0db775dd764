
/* The books of one bucket, and what a check of them has found. */


#include "books.h"
#include "books_lines.h"
#include "ledger_file.h"
#include "../lib/id.h"


static int phone_books_moved(phone_books_t *books, phone_str_t account,
    phone_str_t currency, int64_t amount, int create);
static int phone_books_fault_known(phone_books_t *books, const char *what,
    phone_str_t where);
static void phone_report_faults(phone_books_t *books, phone_json_t *json);
static void phone_report_findings(phone_books_t *books, phone_json_t *json,
    const char *name, const char *kind);
static int phone_report_totals(phone_books_t *books, phone_json_t *json);


void
phone_books_begin(phone_books_t *books, int64_t from, int64_t mark)
{
    books->from[books->nmarks] = from;
    books->mark[books->nmarks++] = mark;

    if (from > books->from_most) {
        books->from_most = from;
    }
}


void
phone_books_mark(phone_books_t *books, unsigned bucket)
{
    if (bucket >= books->nmarks) {
        return;
    }

    books->mark[bucket] = books->seen;
}


int
phone_account_is(phone_str_t account, const char *kind)
{
    size_t  len;

    len = strlen(kind);

    return account.len > len && memcmp(account.data, kind, len) == 0;
}


phone_book_t *
phone_book(phone_books_t *books, phone_str_t account, phone_str_t currency,
    int create)
{
    int            takings;
    phone_book_t  *book, **chain;

    chain = &books->chains[phone_bucket_of(account, PHONE_BOOKS_CHAINS)];

    for (book = *chain; book; book = book->chain) {
        if (phone_equal(book->account, account)
            && phone_equal(book->currency, currency))
        {
            return book;
        }
    }

    takings = phone_account_is(account, "takings:");

    if (!create
        || (takings ? books->ntakings == PHONE_BOOKS_TAKINGS
                    : books->n - books->ntakings == PHONE_BOOKS_NAMES))
    {
        return NULL;
    }

    book = phone_alloc(books->arena, sizeof(phone_book_t));
    if (book == NULL) {
        return NULL;
    }

    book->account = account;
    book->currency = currency;
    book->takings = takings ? 1 : 0;
    book->chain = *chain;
    *chain = book;

    *books->last = book;
    books->last = &book->next;
    books->n++;
    books->ntakings += (unsigned) takings;

    return book;
}


int
phone_books_has(const phone_books_t *books, phone_str_t account)
{
    return phone_in_share_of(account, books->count[PHONE_BOOKS_SHARE_AT],
                             books->count[PHONE_BOOKS_SHARES]);
}


/* What is left out is a share of its own, whose number is higher. */

void
phone_books_halve(phone_books_t *books)
{
    int64_t       *shares;
    unsigned       n;
    phone_book_t  *book;

    shares = &books->count[PHONE_BOOKS_SHARES];

    do {
        *shares = *shares ? 2 * *shares : 2;
        n = 0;

        for (book = books->first; book; book = book->next) {
            if (!phone_books_has(books, book->account)) {
                book->compared = 1;

            } else if (!book->takings) {
                n++;
            }
        }
    } while (n > PHONE_BOOKS_SHARE && *shares < PHONE_LEDGER_SHARES);
}


phone_book_t *
phone_book_of(phone_books_t *books, phone_str_t name)
{
    phone_str_t  rest, currency;

    if (!phone_books_word(name)) {
        return NULL;
    }

    rest = name;
    currency = name;

    while (phone_split(&rest, ':', &currency)) {
        /* the last part */
    }

    return phone_book(books, name, currency, 1);
}


void
phone_books_enter(phone_books_t *books, const phone_ledger_entry_t *entry,
    int create)
{
    int  from, to;

    from = phone_books_moved(books, entry->from, entry->currency,
                             -entry->amount, create);
    to = phone_books_moved(books, entry->to, entry->currency, entry->amount,
                           create);

    if (create && (from != 0 || to != 0)) {
        books->count[PHONE_BOOKS_UNTRACKED]++;
    }
}


/* -1: there is no room for it. */


/* -1: there is no room for it. */

static int
phone_books_moved(phone_books_t *books, phone_str_t account,
    phone_str_t currency, int64_t amount, int create)
{
    phone_book_t  *book;

    if (!phone_books_has(books, account)) {
        return 0;
    }

    book = phone_book(books, account, currency,
                      create || phone_account_is(account, "takings:"));

    if (book == NULL) {
        return -1;
    }

    book->sum += amount;

    return 0;
}


phone_books_total_t *
phone_books_total(phone_books_t *books, phone_str_t currency)
{
    unsigned              i;
    phone_books_total_t  *total;

    for (i = 0; i < books->ntotals; i++) {
        if (phone_equal(books->total[i].currency, currency)) {
            return &books->total[i];
        }
    }

    if (books->ntotals == PHONE_CURRENCIES) {
        return NULL;
    }

    total = &books->total[books->ntotals++];
    total->currency = currency;

    return total;
}


void
phone_books_mismatch(phone_books_t *books, const phone_book_t *book)
{
    if (books->count[PHONE_BOOKS_MISMATCHES]++ < PHONE_BOOKS_FINDINGS) {
        phone_line(&books->findings, PHONE_LINE_MISMATCH, book->account,
                   book->currency, book->sum, book->stored);
    }
}


void
phone_books_negative(phone_books_t *books, const phone_book_t *book)
{
    if (books->count[PHONE_BOOKS_NEGATIVES]++ < PHONE_BOOKS_FINDINGS) {
        phone_line(&books->findings, PHONE_LINE_NEGATIVE, book->account,
                   book->currency, book->sum, book->stored);
    }
}


int
phone_books_word(phone_str_t text)
{
    return text.len && memchr(text.data, ' ', text.len) == NULL
           && memchr(text.data, '\n', text.len) == NULL;
}


/* Two parts of the check may find the same fault: it is shown once. */

void
phone_books_fault(phone_books_t *books, const char *what, phone_str_t where)
{
    if (!phone_books_word(where)) {
        books->count[PHONE_BOOKS_MALFORMED]++;
        return;
    }

    if (phone_books_fault_known(books, what, where)) {
        return;
    }

    if (books->count[PHONE_BOOKS_FAULTS]++ < PHONE_BOOKS_FINDINGS) {
        phone_line(&books->findings, PHONE_LINE_FAULT, where, phone_cstr(what),
                   0, 0);
    }
}


static int
phone_books_fault_known(phone_books_t *books, const char *what,
    phone_str_t where)
{
    phone_str_t   rest, line, kind;
    phone_book_t  found;

    rest = phone_buf_str(&books->findings);

    while (phone_split(&rest, '\n', &line)) {
        if (phone_line_parse(line, &kind, &found) == 0
            && phone_is(kind, PHONE_LINE_FAULT)
            && phone_is(found.currency, what)
            && phone_equal(found.account, where))
        {
            return 1;
        }
    }

    return 0;
}


static void
phone_report_faults(phone_books_t *books, phone_json_t *json)
{
    phone_str_t   rest, line, kind;
    phone_book_t  found;

    phone_json_array(json, "faults");

    rest = phone_buf_str(&books->findings);

    while (phone_split(&rest, '\n', &line)) {
        if (phone_line_parse(line, &kind, &found) == 0
            && phone_is(kind, PHONE_LINE_FAULT))
        {
            phone_json_object(json, NULL);
            phone_json_text(json, "what", found.currency);
            phone_json_text(json, "where", found.account);
            phone_json_end(json);
        }
    }

    phone_json_end(json);
}


int
phone_books_report(phone_books_t *books, phone_json_t *json)
{
    int             ok;
    const int64_t  *count;

    count = books->count;

    phone_json_int(json, "buckets", count[PHONE_BOOKS_BUCKET]);
    phone_json_int(json, "entries", count[PHONE_BOOKS_ENTRIES]);

    ok = phone_report_totals(books, json);

    phone_report_findings(books, json, "mismatches", PHONE_LINE_MISMATCH);
    phone_report_findings(books, json, "negative", PHONE_LINE_NEGATIVE);

    phone_report_faults(books, json);

    phone_json_int(json, "faults_found", count[PHONE_BOOKS_FAULTS]);
    phone_json_int(json, "mismatches_found", count[PHONE_BOOKS_MISMATCHES]);
    phone_json_int(json, "negative_found", count[PHONE_BOOKS_NEGATIVES]);
    phone_json_int(json, "entries_unreadable", count[PHONE_BOOKS_MALFORMED]);
    phone_json_int(json, "entries_untracked", count[PHONE_BOOKS_UNTRACKED]);
    phone_json_int(json, "stuck_events", count[PHONE_BOOKS_STUCK]);

    ok = ok && count[PHONE_BOOKS_MISMATCHES] == 0
            && count[PHONE_BOOKS_NEGATIVES] == 0
            && count[PHONE_BOOKS_MALFORMED] == 0
            && count[PHONE_BOOKS_UNTRACKED] == 0
            && count[PHONE_BOOKS_STUCK] == 0
            && count[PHONE_BOOKS_FAULTS] == 0;

    phone_json_bool(json, "ok", ok);

    return ok;
}


/* 1 when every sum is zero.  The sums in transit are shown only:
   check_transit.c checks each movement. */

static int
phone_report_totals(phone_books_t *books, phone_json_t *json)
{
    int       zero;
    unsigned  i;

    zero = 1;
    phone_json_array(json, "sums");

    for (i = 0; i < books->ntotals; i++) {
        phone_json_object(json, NULL);
        phone_json_text(json, "currency", books->total[i].currency);
        phone_json_int(json, "sum", books->total[i].sum);
        phone_json_int(json, "in_transit", books->total[i].transit);
        phone_json_end(json);

        if (books->total[i].sum) {
            zero = 0;
        }
    }

    phone_json_end(json);

    return zero;
}


static void
phone_report_findings(phone_books_t *books, phone_json_t *json,
    const char *name, const char *kind)
{
    phone_str_t   rest, line, what;
    phone_book_t  book;

    phone_json_array(json, name);

    rest = phone_buf_str(&books->findings);

    while (phone_split(&rest, '\n', &line)) {
        if (phone_line_parse(line, &what, &book) != 0
            || !phone_is(what, kind))
        {
            continue;
        }

        phone_json_object(json, NULL);
        phone_json_text(json, "account", book.account);
        phone_json_text(json, "currency", book.currency);
        phone_json_int(json, "ledger", book.sum);
        phone_json_int(json, "stored", book.stored);
        phone_json_end(json);
    }

    phone_json_end(json);
}
