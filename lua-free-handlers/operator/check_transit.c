
/*
 * The end of GET /operator/check: money between two buckets (bucket commit
 * domain).  A movement is one entry in the bucket that pays and one in the
 * other; in between it is in a posting.
 *
 * When all ledgers have been read, movements with one entry are looked for:
 * first in postings, then in entries that were added meanwhile.  The entry is
 * written before its posting is removed, so one of the two has it.  A posting
 * may be missed while its event is put to a later time, so a movement is
 * reported only if it was not found several times.
 *
 * Of a movement that was made before the last month that is closed anywhere one
 * entry may be gone.  Of all these together the amounts are known: what their
 * entries, and the clearing accounts of the balances files, have on the way is
 * what postings have, or less while these are applied.
 */


#include "../host.h"
#include "../lib/id.h"
#include "../lib/month.h"
#include "check.h"


#define PHONE_TRANSIT_ROUNDS    4
#define PHONE_TRANSIT_EVENTS    100

#define PHONE_TRANSIT           "transit:"

#define PHONE_CALL_ID           26       /* a movement begins with one */


static int phone_transit_is_open(phone_books_t *books, phone_str_t movement);
static phone_rc_t phone_transit_next(phone_call_t *call,
    phone_books_t *books);
static phone_book_t *phone_transit_of(phone_books_t *books,
    phone_str_t movement, int create);
static int phone_transit_any(phone_books_t *books);
static int phone_transit_any_old(phone_books_t *books, phone_call_t *call);
static void phone_transit_posted_old(phone_books_t *books, phone_str_t ops);
static void phone_transit_posted(phone_books_t *books, phone_str_t ops);
static void phone_transit_came(phone_books_t *books, const phone_log_t *page);
static int phone_transit_holds(phone_str_t ops, phone_str_t movement);


static phone_book_t *
phone_transit_of(phone_books_t *books, phone_str_t movement, int create)
{
    return phone_book(books,
                      phone_join(books->arena, 2,
                                 (phone_str_t[2]) { PHONE_STR(PHONE_TRANSIT),
                                                    movement }),
                      PHONE_STR("-"), create);
}


int64_t
phone_movement_time(phone_arena_t *arena, phone_str_t movement)
{
    return phone_id_time(phone_join(arena, 2,
                                    (phone_str_t[2]) {
                                        PHONE_STR("000-"),
                                        { movement.len < PHONE_CALL_ID
                                          ? movement.len : PHONE_CALL_ID,
                                          movement.data } }));
}


/* Its entries may be a bit later, by whatever clock, but not earlier by more
   than clocks differ. */

static int
phone_transit_is_open(phone_books_t *books, phone_str_t movement)
{
    int64_t  at;

    at = phone_movement_time(books->arena, movement);

    return at < 0
           || at >= phone_month_start(books->from_most) + PHONE_CHECK_FRESH;
}


/* Out of a bucket, or into it. */

void
phone_transit_entry(phone_books_t *books, const phone_ledger_entry_t *entry)
{
    int  sign;

    sign = phone_account_is(entry->to, "clearing:")
           - phone_account_is(entry->from, "clearing:");

    if (sign == 0) {
        return;
    }

    if (phone_transit_is_open(books, entry->movement)) {
        phone_diff_put(&books->transit, entry->movement, sign);

    } else {
        phone_transit_old(books, entry->currency, sign * entry->amount);
    }
}


void
phone_transit_old(phone_books_t *books, phone_str_t currency, int64_t amount)
{
    phone_books_total_t  *total;

    total = phone_books_total(books, currency);

    if (total) {
        total->old += amount;
    }
}


/* Once all ledgers have been read. */

phone_rc_t
phone_transit_start(phone_call_t *call, phone_books_t *books)
{
    int            sign, more;
    phone_str_t    movement;
    phone_book_t  *book;

    while ((more = phone_diff_take(&books->transit, &movement, &sign)) == 1) {
        book = phone_books_word(movement)
               ? phone_transit_of(books, movement, 1) : NULL;

        if (book) {
            book->sum += sign;

        } else {
            books->count[PHONE_BOOKS_UNTRACKED]++;
        }
    }

    if (more < 0) {
        phone_books_fault(books, "transit_untold", PHONE_STR("clearing"));
    }

    books->transit.cell = NULL;
    books->count[PHONE_BOOKS_PART] = 0;

    return phone_transit_next(call, books);
}


/* A round more, or the end. */

static phone_rc_t
phone_transit_next(phone_call_t *call, phone_books_t *books)
{
    unsigned       i;
    phone_str_t    movement, kind;
    phone_book_t  *book;

    books->count[PHONE_BOOKS_BUCKET] = 0;
    books->count[PHONE_BOOKS_PHASE] = PHONE_CHECK_POSTINGS;
    books->edge = PHONE_EMPTY;

    if ((phone_transit_any(books) || phone_transit_any_old(books, NULL))
        && books->count[PHONE_BOOKS_PART]++ < PHONE_TRANSIT_ROUNDS)
    {
        for (i = 0; i < books->ntotals; i++) {
            books->total[i].posted = 0;
        }

        return phone_check_go_on(call, books);
    }

    (void) phone_transit_any_old(books, call);

    for (book = books->first; book; book = book->next) {
        if (phone_account_is(book->account, PHONE_TRANSIT)
            && !book->compared)
        {
            movement = book->account;
            phone_split(&movement, ':', &kind);
            phone_books_fault(books, book->sum > 0 ? "transit_lost"
                                                   : "transit_made",
                              movement);
        }
    }

    books->count[PHONE_BOOKS_BUCKET] = call->env->buckets;
    phone_books_report(books, phone_reply(call));

    return phone_done(call);
}


static int
phone_transit_any(phone_books_t *books)
{
    phone_book_t  *book;

    for (book = books->first; book; book = book->next) {
        if (phone_account_is(book->account, PHONE_TRANSIT)
            && !book->compared)
        {
            return 1;
        }
    }

    return 0;
}


/* 1: more is on the way than postings have, or less than nothing.  With call
   that is told.  Not where a balances file could not be read. */

static int
phone_transit_any_old(phone_books_t *books, phone_call_t *call)
{
    int                   any;
    unsigned              i;
    phone_books_total_t  *total;

    any = 0;

    for (i = 0; i < books->ntotals; i++) {
        total = &books->total[i];

        if ((total->old >= 0 && total->old <= total->posted)
            || books->count[PHONE_BOOKS_LEFT_OUT])
        {
            continue;
        }

        any = 1;

        if (call) {
            phone_books_fault(books, "transit_closed",
                              phone_join(books->arena, 2,
                                         (phone_str_t[2]) {
                                             PHONE_STR("clearing:"),
                                             total->currency }));
        }
    }

    return any;
}


/* A page of the events of one bucket, for those of postings. */

phone_rc_t
phone_transit_postings(phone_call_t *call, phone_books_t *books)
{
    unsigned              i, n;
    phone_str_t           bucket, id, lane;
    phone_list_t          page;
    phone_edge_t          edge;
    phone_record_t       *posting[PHONE_TRANSIT_EVENTS];
    const phone_event_t  *event;

    bucket = phone_bucket_text(phone_memory(call),
                               (unsigned) books->count[PHONE_BOOKS_BUCKET]);

    if (phone_page_parse(call, books->edge, &edge) != 0) {
        return phone_refuse(call, PHONE_INTERNAL);
    }

    page = phone_ask_page(call, &phone_due, bucket, &edge,
                          PHONE_TRANSIT_EVENTS);

    for (i = 0, n = 0; i < page.n; i++) {
        if (phone_event_parse(page.entry[i].member, &event, &id, &lane) == 0
            && event == &phone_posting_apply)
        {
            posting[n++] = phone_ask_some(call, &phone_posting, id,
                                          PHONE_F(POSTING_OPS));
        }
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    while (n--) {
        phone_transit_posted(books, phone_get(posting[n], POSTING_OPS));
    }

    books->edge = PHONE_EMPTY;

    if (page.n == PHONE_TRANSIT_EVENTS) {
        books->edge = phone_page_text(call, &edge);

    } else if (++books->count[PHONE_BOOKS_BUCKET] == call->env->buckets) {
        books->count[PHONE_BOOKS_BUCKET] = 0;
        books->count[PHONE_BOOKS_PHASE] = PHONE_CHECK_POSTED;
    }

    return phone_check_go_on(call, books);
}


/* A movement whose posting is there is in order. */

static void
phone_transit_posted(phone_books_t *books, phone_str_t ops)
{
    phone_str_t    movement, kind;
    phone_book_t  *book;

    phone_transit_posted_old(books, ops);

    for (book = books->first; book; book = book->next) {
        if (!phone_account_is(book->account, PHONE_TRANSIT)) {
            continue;
        }

        movement = book->account;
        phone_split(&movement, ':', &kind);

        if (book->sum > 0 && phone_transit_holds(ops, movement)) {
            book->compared = 1;
        }
    }
}


/* Its words are packed as runtime/posting.c has it: some are entries. */

static void
phone_transit_posted_old(phone_books_t *books, phone_str_t ops)
{
    int64_t                len;
    phone_str_t            digits, word;
    phone_books_total_t   *total;
    phone_ledger_entry_t   entry;

    while (phone_split(&ops, ':', &digits)
           && phone_parse_int(digits, &len) == 0 && (uint64_t) len < ops.len)
    {
        word = (phone_str_t) { (size_t) len, ops.data };
        ops.data += len + 1;
        ops.len -= (size_t) len + 1;

        if (phone_ledger_parse(word, &entry) != 0
            || !phone_account_is(entry.from, "clearing:")
            || phone_transit_is_open(books, entry.movement))
        {
            continue;
        }

        total = phone_books_total(books, entry.currency);

        if (total) {
            total->posted += entry.amount;
        }
    }
}


/* Packed entries of the ledger begin with their movement. */

static int
phone_transit_holds(phone_str_t ops, phone_str_t movement)
{
    const char   *p, *end;
    phone_str_t   text;

    end = ops.data + ops.len;

    for (p = ops.data; p < end; p++) {
        p = memchr(p, ':', (size_t) (end - p));

        if (p == NULL || (size_t) (end - p) < movement.len + 2) {
            return 0;
        }

        text = (phone_str_t) { movement.len, (char *) p + 1 };

        if (phone_equal(text, movement) && p[movement.len + 1] == ' ') {
            return 1;
        }
    }

    return 0;
}


/* What the ledgers got since they were read. */

phone_rc_t
phone_transit_follow(phone_call_t *call, phone_books_t *books)
{
    return phone_check_tails(call, books, phone_transit_came,
                             phone_transit_next);
}


static void
phone_transit_came(phone_books_t *books, const phone_log_t *page)
{
    unsigned              i;
    phone_book_t         *book;
    phone_ledger_entry_t  entry;

    for (i = 0; i < page->n; i++) {
        if (phone_ledger_parse(page->entry[i], &entry) != 0) {
            continue;
        }

        if (!phone_transit_is_open(books, entry.movement)) {
            phone_transit_entry(books, &entry);
            continue;
        }

        book = phone_transit_of(books, entry.movement, 0);

        if (book) {
            book->sum += phone_account_is(entry.to, "clearing:");
            book->sum -= phone_account_is(entry.from, "clearing:");
            book->compared = book->sum ? book->compared : 1;
        }
    }
}
