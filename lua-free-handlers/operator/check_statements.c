
/*
 * A part of GET /operator/check: what the statements of merchants come to.
 *
 * Each movement of takings has a row of a statement, so all rows that a
 * merchant ever had come to its takings.  Those of days that are closed are
 * summed up in its record; a day behind these has the totals of its statement,
 * or a log, which is kept for days when there is a statement.  All ledgers were
 * read before, and what is added to them is read after that: a row that is read
 * has its entry in one of both, and one that is not read is younger than what
 * was read first.  So check_takings.c judges what is read here like the stored
 * takings.
 *
 * Some merchants at a time, each from where it was left:
 * "<merchant> <day> <row> " in the edge of the books.
 */


#include "../host.h"
#include "../bill/bill.h"
#include "../lib/date.h"
#include "check.h"


#define PHONE_STATED_MERCHANTS  16       /* looked at together, */
#define PHONE_STATED_TOGETHER   4        /* days of each, */
#define PHONE_STATED_ROWS       4000     /* and rows of a day, of all */

#define PHONE_STATED_DAYS       366      /* that are not closed, at most */


typedef struct {
    phone_str_t              merchant_id;
    phone_str_t              day;        /* that comes next */
    int64_t                  row;        /* of it */
    phone_record_t          *stated;
    phone_record_t          *merchant;
    phone_record_t          *statement[PHONE_STATED_TOGETHER];
    const phone_log_t       *rows[PHONE_STATED_TOGETHER];
} phone_stating_t;


typedef struct {
    phone_call_t            *call;
    phone_books_t           *books;
    unsigned                 n;
    unsigned                 limit;      /* rows of a day */
    phone_str_t              last;       /* day */
    phone_stating_t          of[PHONE_STATED_MERCHANTS];
} phone_statings_t;


static int phone_statings_load(phone_statings_t *all);
static phone_str_t phone_statings_save(phone_statings_t *all);
static void phone_statings_more(phone_statings_t *all);
static phone_str_t phone_stated_merchant(const phone_book_t *book);
static phone_str_t phone_stated_day(phone_statings_t *all, int64_t at);
static phone_str_t phone_stated_next(phone_statings_t *all, phone_str_t day);
static void phone_stating_begin(phone_statings_t *all,
    phone_stating_t *stating);
static void phone_stating_closed(phone_statings_t *all,
    phone_stating_t *stating);
static void phone_stating_ask(phone_statings_t *all,
    phone_stating_t *stating);
static void phone_stating_take(phone_statings_t *all,
    phone_stating_t *stating);
static int phone_stating_statement(phone_statings_t *all,
    phone_stating_t *stating, phone_str_t totals);
static int phone_stating_rows(phone_statings_t *all,
    phone_stating_t *stating, const phone_log_t *rows);
static void phone_stating_add(phone_statings_t *all,
    phone_stating_t *stating, const phone_stated_t *sums);
static void phone_stating_fault(phone_statings_t *all,
    phone_stating_t *stating, const char *what, const char *kind,
    phone_str_t id);
static void phone_stating_end(phone_statings_t *all,
    phone_stating_t *stating, int told);


phone_rc_t
phone_stated_check(phone_call_t *call, phone_books_t *books)
{
    unsigned           i;
    phone_statings_t  *all;

    all = phone_alloc(phone_memory(call), sizeof(phone_statings_t));

    if (all == NULL) {
        return phone_refuse(call, PHONE_INTERNAL);
    }

    all->call = call;
    all->books = books;

    /* the clock of another host may be ahead, or was */

    all->last = phone_stated_day(all, phone_now(call) + PHONE_DAY);

    if (phone_statings_load(all) != 0) {
        return phone_refuse(call, PHONE_INTERNAL);
    }

    phone_statings_more(all);

    if (all->n == 0) {
        books->count[PHONE_BOOKS_PHASE] = PHONE_CHECK_TAKINGS_TAIL;
        return phone_takings_follow(call, books);
    }

    all->limit = PHONE_STATED_ROWS / all->n;

    for (i = 0; i < all->n; i++) {
        phone_stating_begin(all, &all->of[i]);
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    for (i = 0; i < all->n; i++) {
        phone_stating_closed(all, &all->of[i]);
        phone_stating_ask(all, &all->of[i]);
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    for (i = 0; i < all->n; i++) {
        phone_stating_take(all, &all->of[i]);
    }

    books->edge = phone_statings_save(all);

    return phone_check_go_on(call, books);
}


static int
phone_statings_load(phone_statings_t *all)
{
    phone_str_t       rest, row;
    phone_stating_t  *stating;

    for (rest = all->books->edge; rest.len; all->n++) {
        stating = &all->of[all->n];

        if (all->n == PHONE_STATED_MERCHANTS
            || !phone_split(&rest, ' ', &stating->merchant_id)
            || !phone_split(&rest, ' ', &stating->day)
            || !phone_split(&rest, ' ', &row)
            || phone_parse_int(row, &stating->row) != 0)
        {
            return -1;
        }
    }

    return 0;
}


static phone_str_t
phone_statings_save(phone_statings_t *all)
{
    unsigned          i;
    phone_buf_t       buf;
    phone_stating_t  *stating;

    phone_buf_init(&buf, phone_memory(all->call), 64 * all->n);

    for (i = 0; i < all->n; i++) {
        stating = &all->of[i];

        if (stating->day.len) {
            phone_buf_put(&buf, stating->merchant_id);
            phone_buf_byte(&buf, ' ');
            phone_buf_put(&buf, stating->day);
            phone_buf_byte(&buf, ' ');
            phone_buf_int(&buf, stating->row);
            phone_buf_byte(&buf, ' ');
        }
    }

    return phone_buf_str(&buf);
}


/* Merchants that have takings and were not looked at. */

static void
phone_statings_more(phone_statings_t *all)
{
    unsigned             i;
    phone_str_t          merchant_id;
    const phone_book_t  *book;

    for (book = all->books->first;
         book && all->n < PHONE_STATED_MERCHANTS;
         book = book->next)
    {
        if (!book->takings || book->told || book->untold) {
            continue;
        }

        merchant_id = phone_stated_merchant(book);

        for (i = 0; i < all->n; i++) {
            if (phone_equal(all->of[i].merchant_id, merchant_id)) {
                break;
            }
        }

        if (i == all->n) {
            all->of[all->n++].merchant_id = merchant_id;
        }
    }
}


/* "takings:<merchant id>:<currency>" */

static phone_str_t
phone_stated_merchant(const phone_book_t *book)
{
    phone_str_t  rest, word;

    rest = book->account;
    (void) phone_split(&rest, ':', &word);
    (void) phone_split(&rest, ':', &word);

    return word;
}


static phone_str_t
phone_stated_day(phone_statings_t *all, int64_t at)
{
    return phone_zone_day(phone_memory(all->call), at / 1000,
                          phone_statement_zone(all->call));
}


static phone_str_t
phone_stated_next(phone_statings_t *all, phone_str_t day)
{
    int64_t  seconds;

    seconds = 0;
    (void) phone_date_parse(day, &seconds);

    return phone_zone_day(phone_memory(all->call), seconds + 86400, 0);
}


static void
phone_stating_begin(phone_statings_t *all, phone_stating_t *stating)
{
    if (stating->day.len) {
        return;
    }

    stating->stated = phone_ask(all->call, &phone_stated,
                                stating->merchant_id);
    stating->merchant = phone_ask_some(all->call, &phone_merchant,
                                       stating->merchant_id,
                                       PHONE_F(MERCHANT_CREATED));
}


/* What the days come to that are closed, and which is the next one.  Takings
   of no merchant are not compared. */

static void
phone_stating_closed(phone_statings_t *all, phone_stating_t *stating)
{
    int64_t         seconds;
    phone_str_t     until;
    phone_stated_t  sums;

    if (stating->day.len) {
        return;
    }

    if (!phone_found(stating->merchant)) {
        phone_stating_end(all, stating, 0);
        return;
    }

    until = phone_get(stating->stated, STATED_UNTIL);

    if (!phone_found(stating->stated)) {
        stating->day = phone_stated_day(all,
                                        phone_get_int(stating->merchant,
                                                      MERCHANT_CREATED));

    } else if (phone_date_parse(until, &seconds) == 0
               && phone_stated_read(phone_get(stating->stated, STATED_SUMS),
                                    &sums)
                  == 0)
    {
        phone_stating_add(all, stating, &sums);
        stating->day = phone_stated_next(all, until);

    } else {
        phone_stating_fault(all, stating, "statement_unreadable", "stated:",
                            stating->merchant_id);
        return;
    }

    if (phone_compare(stating->day,
                      phone_stated_day(all, phone_now(all->call)
                                            - PHONE_STATED_DAYS * PHONE_DAY))
        < 0)
    {
        phone_stating_fault(all, stating, "days_not_closed", "stated:",
                            stating->merchant_id);
    }
}


static void
phone_stating_ask(phone_statings_t *all, phone_stating_t *stating)
{
    unsigned     i;
    phone_str_t  day, id;

    day = stating->day;

    for (i = 0; i < PHONE_STATED_TOGETHER && day.len
                && phone_compare(day, all->last) <= 0; i++)
    {
        id = phone_order_id(all->call, stating->merchant_id, day);

        stating->statement[i] = phone_ask_some(all->call, &phone_statement,
                                               id, PHONE_F(STATEMENT_FILE)
                                               | PHONE_F(STATEMENT_TOTALS));
        stating->rows[i] = phone_ask_log(all->call, &phone_moved, id,
                                         i ? 0 : stating->row, all->limit);
        day = phone_stated_next(all, day);
    }
}


/* Day by day, up to the first one that has more rows.  A statement that was
   made while the rows are read is left alone. */

static void
phone_stating_take(phone_statings_t *all, phone_stating_t *stating)
{
    unsigned         i;
    phone_record_t  *statement;

    for (i = 0; i < PHONE_STATED_TOGETHER && stating->statement[i]; i++) {
        statement = stating->statement[i];

        if (stating->row == 0 && phone_get(statement, STATEMENT_FILE).len) {

            if (phone_stating_statement(all, stating,
                                        phone_get(statement,
                                                  STATEMENT_TOTALS))
                != 0)
            {
                phone_stating_fault(all, stating, "statement_unreadable",
                                    "statement:", phone_id(statement));
                return;
            }

        } else if (phone_stating_rows(all, stating, stating->rows[i]) != 0) {
            phone_stating_fault(all, stating, "statement_unreadable",
                                "moved:", phone_id(statement));
            return;

        } else if (stating->rows[i]->n == all->limit) {
            stating->row += all->limit;
            return;
        }

        stating->row = 0;
        stating->day = phone_stated_next(all, stating->day);
    }

    if (stating->day.len && phone_compare(stating->day, all->last) > 0) {
        phone_stating_end(all, stating, 1);
    }
}


static int
phone_stating_statement(phone_statings_t *all, phone_stating_t *stating,
    phone_str_t totals)
{
    phone_stated_t  sums;

    sums.n = 0;

    if (phone_stated_add_totals(phone_memory(all->call), &sums, totals) != 0) {
        return -1;
    }

    phone_stating_add(all, stating, &sums);

    return 0;
}


static int
phone_stating_rows(phone_statings_t *all, phone_stating_t *stating,
    const phone_log_t *rows)
{
    unsigned               i;
    phone_stated_t         sums;
    phone_statement_row_t  row;

    sums.n = 0;

    for (i = 0; i < rows->n; i++) {
        if (phone_statement_parse(rows->entry[i], &row) != 0
            || phone_stated_add(&sums, row.currency, row.amount) != 0)
        {
            return -1;
        }
    }

    phone_stating_add(all, stating, &sums);

    return 0;
}


static void
phone_stating_add(phone_statings_t *all, phone_stating_t *stating,
    const phone_stated_t *sums)
{
    unsigned       i;
    phone_str_t    account;
    phone_book_t  *book;

    for (i = 0; i < sums->n; i++) {
        account = phone_join(phone_memory(all->call), 4,
                             (phone_str_t[4]) { PHONE_STR("takings:"),
                                                stating->merchant_id,
                                                PHONE_STR(":"),
                                                sums->of[i].currency });
        book = phone_book_of(all->books, account);

        if (book == NULL) {
            all->books->count[PHONE_BOOKS_UNTRACKED]++;
            continue;
        }

        book->stated = (int64_t) ((uint64_t) book->stated
                                  + (uint64_t) sums->of[i].sum);
    }
}


static void
phone_stating_fault(phone_statings_t *all, phone_stating_t *stating,
    const char *what, const char *kind, phone_str_t id)
{
    phone_books_fault(all->books, what,
                      phone_join(phone_memory(all->call), 2,
                                 (phone_str_t[2]) { phone_cstr(kind), id }));
    phone_stating_end(all, stating, 0);
}


/* Done with; told: all of it was read. */

static void
phone_stating_end(phone_statings_t *all, phone_stating_t *stating, int told)
{
    phone_book_t  *book;

    stating->day = PHONE_EMPTY;

    for (book = all->books->first; book; book = book->next) {
        if (book->takings
            && phone_equal(phone_stated_merchant(book), stating->merchant_id))
        {
            book->told = told ? 1 : 0;
            book->untold = !book->told;
        }
    }
}
