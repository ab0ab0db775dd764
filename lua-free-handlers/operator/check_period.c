
/*
 * A part of GET /operator/check: the months of the ledgers.  A month that is
 * closed goes, so where that happens while the check reads it begins anew.
 */


#include "../host.h"
#include "../jobs.h"
#include "../lib/month.h"
#include "check.h"
#include "ledger_file.h"


#define PHONE_CHECK_BUCKETS  16                  /* read together */
#define PHONE_CHECK_MONTHS   60                 /* that are closed, of each */


static void phone_check_period(phone_call_t *call, phone_books_t *books,
    phone_record_t *period, phone_record_t *archive);
static void phone_check_late_entries(phone_call_t *call,
    phone_books_t *books, unsigned bucket, int64_t from);
static int phone_check_failed(phone_call_t *call, phone_str_t job_id);
static void phone_check_closing(phone_call_t *call, phone_books_t *books,
    phone_record_t *period, phone_record_t *archive);
static unsigned phone_check_open_with(phone_books_t *books,
    phone_str_t text);
static int64_t phone_check_from(phone_call_t *call, phone_record_t *period);


phone_rc_t
phone_check_periods(phone_call_t *call, phone_books_t *books)
{
    unsigned         i, n;
    phone_record_t  *period[PHONE_CHECK_BUCKETS];
    phone_record_t  *archive[PHONE_CHECK_BUCKETS];

    n = call->env->buckets - books->nmarks;
    n = n < PHONE_CHECK_BUCKETS ? n : PHONE_CHECK_BUCKETS;

    for (i = 0; i < n; i++) {
        period[i] = phone_ask_period(call, books->nmarks + i);
        archive[i] = phone_ask_some(call, &phone_archive, phone_id(period[i]),
                                    PHONE_F(ARCHIVE_JOB));
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    for (i = 0; i < n; i++) {
        (void) phone_check_failed(call, phone_get(period[i], PERIOD_JOB));
        (void) phone_check_failed(call, phone_get(archive[i], ARCHIVE_JOB));
        phone_check_late_entries(call, books, books->nmarks + i,
                                 phone_check_from(call, period[i]));
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    for (i = 0; i < n; i++) {
        phone_check_period(call, books, period[i], archive[i]);
    }

    if (books->nmarks == call->env->buckets) {
        books->count[PHONE_BOOKS_PHASE] = PHONE_CHECK_OPENING;
    }

    return phone_check_go_on(call, books);
}


static void
phone_check_period(phone_call_t *call, phone_books_t *books,
    phone_record_t *period, phone_record_t *archive)
{
    int64_t         from;
    phone_arena_t  *arena;

    arena = phone_memory(call);
    from = phone_check_from(call, period);

    if (phone_ledger_first(call, period) < 0) {
        phone_books_fault(books, "period_unreadable",
                          phone_format(arena, "period:%.*s",
                                       PHONE_ARGS(phone_id(period))));
    }

    phone_check_late_entries(call, books, books->nmarks, from);
    phone_check_closing(call, books, period, archive);
    phone_books_begin(books, from, phone_ledger_at(from, 0));
}


/* Entries of a month that is closed were added after that, by a clock that was
   wrong: by however much, so all months since there is a store are looked at,
   five years of them. */

static void
phone_check_late_entries(phone_call_t *call, phone_books_t *books,
    unsigned bucket, int64_t from)
{
    int64_t             month;
    phone_str_t         id;
    const phone_log_t  *late;

    month = phone_month_of(call->env->store_since - PHONE_DAY);
    month = month < from ? month : from - 1;
    month = month < from - PHONE_CHECK_MONTHS ? from - PHONE_CHECK_MONTHS
                                              : month;

    for ( /* void */ ; month < from; month++) {
        id = phone_ledger_id(call, bucket, month);
        late = phone_ask_log(call, &phone_ledger, id, 0, 1);

        if (!phone_waiting(call) && late->n) {
            phone_books_fault(books, "ledger_late",
                              phone_format(phone_memory(call), "ledger:%.*s",
                                           PHONE_ARGS(id)));
        }
    }
}


/* The job that closes the first open month of a bucket, or has closed the one
   before, or archives its bills. */

static int
phone_check_failed(phone_call_t *call, phone_str_t job_id)
{
    phone_record_t  *job;

    if (job_id.len == 0) {
        return 0;
    }

    job = phone_ask_some(call, &phone_job, job_id, PHONE_F(JOB_STATE));

    return phone_is(phone_get(job, JOB_STATE), PHONE_JOB_FAILED);
}


static void
phone_check_closing(phone_call_t *call, phone_books_t *books,
    phone_record_t *period, phone_record_t *archive)
{
    phone_str_t     stopped;
    phone_arena_t  *arena;

    arena = phone_memory(call);
    stopped = phone_get(period, PERIOD_STOPPED);

    if (stopped.len) {
        phone_books_fault(books, "close_stopped",
                          phone_format(arena, "period:%.*s:%.*s",
                                       PHONE_ARGS(phone_id(period)),
                                       PHONE_ARGS(stopped)));

    } else if (phone_check_failed(call, phone_get(period, PERIOD_JOB))) {
        phone_books_fault(books, "close_failed",
                          phone_format(arena, "period:%.*s",
                                       PHONE_ARGS(phone_id(period))));
    }

    if (phone_check_failed(call, phone_get(archive, ARCHIVE_JOB))) {
        phone_books_fault(books, "archive_failed",
                          phone_format(arena, "archive:%.*s",
                                       PHONE_ARGS(phone_id(archive))));
    }
}


/* What the accounts of the bucket held when its first open month began; page by
   page, as the file has them.  Without the file the books of the bucket are not
   known: it is left out, and that is told. */

phone_rc_t
phone_check_opening(phone_call_t *call, phone_books_t *books)
{
    int          more;
    unsigned     n;
    phone_str_t  lines;

    more = phone_check_balances(call, books,
                                books->count[PHONE_BOOKS_SHARE_AT],
                                books->count[PHONE_BOOKS_SHARES], &lines);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (more < 0) {
        books->count[PHONE_BOOKS_AT] = 0;
        books->count[PHONE_BOOKS_LEFT_OUT]++;
        return phone_check_next(call, books);
    }

    if (lines.len == 0 && !more) {
        books->count[PHONE_BOOKS_AT] = 0;
        books->count[PHONE_BOOKS_PHASE] = PHONE_CHECK_REPLAY;
        return phone_check_replay(call, books);
    }

    n = phone_check_open_with(books, lines);

    if (books->count[PHONE_BOOKS_SHARE_AT] == 0) {
        books->count[PHONE_BOOKS_HERE] += n;
    }

    phone_check_halve(books);

    if (!more) {
        books->count[PHONE_BOOKS_AT] = 0;
        books->count[PHONE_BOOKS_PHASE] = PHONE_CHECK_REPLAY;
    }

    return phone_check_go_on(call, books);
}


int
phone_check_balances(phone_call_t *call, phone_books_t *books,
    int64_t share, int64_t shares, phone_str_t *lines)
{
    int64_t                next;
    phone_str_t            file, head, word;
    phone_record_t        *period;
    const phone_result_t  *page;

    *lines = PHONE_EMPTY;
    period = phone_ask_period(call, PHONE_CHECK_HERE(books));

    if (phone_waiting(call)) {
        return 0;
    }

    file = phone_get(period, PERIOD_BALANCES);

    if (file.len == 0) {
        return 0;
    }

    page = phone_ask_work_of(call, &phone_ledger_opening,
                             (phone_str_t[PHONE_WORK_ARGS]) {
                                 file,
                                 phone_int(phone_memory(call),
                                           books->count[PHONE_BOOKS_AT]),
                                 phone_int(phone_memory(call), share),
                                 phone_int(phone_memory(call), shares) },
                             PHONE_STR("check"), 1);

    if (phone_waiting(call)) {
        return 0;
    }

    *lines = page->text;

    if (!page->ok || !phone_split(lines, '\n', &head)
        || !phone_split(&head, ' ', &word)
        || phone_parse_int(word, &next) != 0)
    {
        phone_books_fault(books, "archive_damaged",
                          phone_join(phone_memory(call), 2,
                                     (phone_str_t[2]) { PHONE_STR("blob:"),
                                                        file }));
        return -1;
    }

    books->count[PHONE_BOOKS_AT] = next;

    return phone_is(head, "1");
}


/* How many accounts there are. */

static unsigned
phone_check_open_with(phone_books_t *books, phone_str_t text)
{
    int64_t        sum;
    unsigned       n;
    phone_str_t    line, account, currency;
    phone_book_t  *book;

    for (n = 0; phone_split(&text, '\n', &line); n++) {

        if (!phone_split(&line, ' ', &account)
            || !phone_split(&line, ' ', &currency)
            || phone_parse_signed(line, &sum) != 0)
        {
            books->count[PHONE_BOOKS_MALFORMED]++;
            continue;
        }

        if (phone_account_is(account, "clearing:")) {
            phone_transit_old(books, currency, sum);
        }

        book = phone_book(books, account, currency, 1);

        if (book) {
            book->sum += sum;

        } else {
            books->count[PHONE_BOOKS_UNTRACKED]++;
        }
    }

    return n;
}


/* Of a record that cannot be read: as if nothing were closed. */

static int64_t
phone_check_from(phone_call_t *call, phone_record_t *period)
{
    int64_t  from;

    from = phone_ledger_first(call, period);

    return from < 0 ? phone_month_of(call->env->store_since) : from;
}


const phone_log_t *
phone_check_entries(phone_call_t *call, phone_books_t *books,
    unsigned bucket, int64_t *at, unsigned limit)
{
    int64_t             next;
    const phone_log_t  *page;

    if (*at == 0 && bucket < books->nmarks) {
        *at = phone_ledger_at(books->from[bucket], 0);
    }

    page = phone_ask_entries(call, bucket, *at, limit, &next);

    if (!phone_waiting(call)) {
        phone_check_still_open(call, books, bucket);
    }

    if (phone_waiting(call)) {
        return page;
    }

    if (next == PHONE_LEDGER_MIXED) {
        books->mixed = 1;

    } else {
        *at = next;
    }

    return page;
}


void
phone_check_still_open(phone_call_t *call, phone_books_t *books,
    unsigned bucket)
{
    phone_record_t  *period;

    period = phone_ask_period(call, bucket);

    if (!phone_waiting(call) && bucket < books->nmarks
        && phone_check_from(call, period) != books->from[bucket])
    {
        books->moved = 1;
    }
}


phone_rc_t
phone_check_go_on(phone_call_t *call, phone_books_t *books)
{
    return phone_continue(call, books->moved ? PHONE_EMPTY
                                             : phone_books_save(books));
}


int
phone_check_is_open(const phone_books_t *books, unsigned bucket, int64_t at)
{
    return bucket >= books->nmarks || at < 0
           || phone_month_of(at) >= books->from[bucket];
}
