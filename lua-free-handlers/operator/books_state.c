
/* The books of one bucket as one text, which is carried from page to page. */


#include "books.h"
#include "books_lines.h"
#include "../lib/id.h"


/* Bytes in front of the lines, of lengths that the first line says. */
#define PHONE_BOOKS_PARTS    6


static int phone_books_header(phone_books_t *books, phone_str_t line,
    phone_str_t *state);
static int phone_books_bytes(phone_str_t *line, phone_str_t *state,
    phone_str_t *bytes);
static int phone_books_line(phone_books_t *books, phone_str_t line);
static int phone_books_take_mark(phone_books_t *books,
    const phone_book_t *parsed);
static void phone_books_save_lines(phone_books_t *books, phone_buf_t *buf);


int
phone_books_load(phone_books_t *books, phone_arena_t *arena,
    phone_str_t state)
{
    phone_str_t  line;

    memset(books, 0, sizeof(phone_books_t));

    books->arena = arena;
    books->last = &books->first;
    books->mark = phone_alloc(arena, PHONE_BUCKETS_MAX * sizeof(int64_t));
    books->from = phone_alloc(arena, PHONE_BUCKETS_MAX * sizeof(int64_t));

    if (books->mark == NULL || books->from == NULL) {
        return -1;
    }

    phone_buf_init(&books->findings, arena, 256);

    books->paid.arena = arena;
    books->fresh.arena = arena;
    books->transit.arena = arena;
    books->refunds.arena = arena;

    if (state.len == 0) {
        return 0;
    }

    if (!phone_split(&state, '\n', &line)
        || phone_books_header(books, line, &state) != 0)
    {
        return -1;
    }

    while (phone_split(&state, '\n', &line)) {
        if (phone_books_line(books, line) != 0) {
            return -1;
        }
    }

    return 0;
}


/* The first line: the counts, the position, the lengths of the parts that
   follow it. */

static int
phone_books_header(phone_books_t *books, phone_str_t line, phone_str_t *state)
{
    unsigned     i;
    phone_str_t  word, paid, fresh, transit, refunds;

    for (i = 0; i < PHONE_BOOKS_COUNTS; i++) {
        if (!phone_split(&line, ' ', &word)
            || phone_parse_int(word, &books->count[i]) != 0)
        {
            return -1;
        }
    }

    if (!phone_split(&line, ' ', &word)
        || phone_parse_int(word, &books->seen) != 0
        || phone_books_bytes(&line, state, &paid) != 0
        || phone_books_bytes(&line, state, &fresh) != 0
        || phone_books_bytes(&line, state, &transit) != 0
        || phone_books_bytes(&line, state, &refunds) != 0
        || phone_books_bytes(&line, state, &books->hashes) != 0
        || phone_books_bytes(&line, state, &books->edge) != 0)
    {
        return -1;
    }

    return phone_diff_load(&books->paid, books->arena, paid) != 0
           || phone_diff_load(&books->fresh, books->arena, fresh) != 0
           || phone_diff_load(&books->transit, books->arena, transit) != 0
           || phone_diff_load(&books->refunds, books->arena, refunds) != 0
           ? -1 : 0;
}


static int
phone_books_bytes(phone_str_t *line, phone_str_t *state, phone_str_t *bytes)
{
    int64_t      len;
    phone_str_t  word;

    if (!phone_split(line, ' ', &word) || phone_parse_int(word, &len) != 0
        || (uint64_t) len > state->len)
    {
        return -1;
    }

    bytes->data = state->data;
    bytes->len = (size_t) len;

    state->data += len;
    state->len -= (size_t) len;

    return 0;
}


static int
phone_books_line(phone_books_t *books, phone_str_t line)
{
    phone_str_t           kind;
    phone_book_t          parsed, *book;
    phone_books_total_t  *total;

    if (phone_line_parse(line, &kind, &parsed) != 0) {
        return -1;
    }

    if (phone_is(kind, PHONE_LINE_ACCOUNT)) {
        book = phone_book(books, parsed.account, parsed.currency, 1);
        if (book) {
            book->sum = parsed.sum;
        }

        return 0;
    }

    if (phone_is(kind, PHONE_LINE_INDEX)) {
        book = phone_book(books, parsed.account, PHONE_STR("-"), 1);
        if (book && !phone_is(parsed.currency, "-")) {
            book->edge = parsed.currency;
        }

        return 0;
    }

    if (phone_is(kind, PHONE_LINE_TAKINGS)) {
        book = phone_book(books, parsed.account, parsed.currency, 1);
        if (book) {
            book->sum = parsed.sum;
            book->stored = parsed.stored;
        }

        return 0;
    }

    if (phone_is(kind, PHONE_LINE_MOVED)) {
        book = phone_book(books, parsed.account, parsed.currency, 0);
        if (book) {
            book->came = parsed.sum;
            book->went = parsed.stored;
        }

        return 0;
    }

    if (phone_is(kind, PHONE_LINE_STATED)) {
        book = phone_book(books, parsed.account, parsed.currency, 0);
        if (book) {
            book->stated = parsed.sum;
            book->told = parsed.stored == 1;
            book->untold = parsed.stored == 2;
        }

        return 0;
    }

    if (phone_is(kind, PHONE_LINE_MARK)) {
        return phone_books_take_mark(books, &parsed);
    }

    if (phone_is(kind, PHONE_LINE_TOTAL)) {
        total = phone_books_total(books, parsed.currency);
        if (total) {
            total->sum = parsed.sum;
            total->transit = parsed.stored;
        }

        return 0;
    }

    if (phone_is(kind, PHONE_LINE_OLD)) {
        total = phone_books_total(books, parsed.currency);
        if (total) {
            total->old = parsed.sum;
            total->posted = parsed.stored;
        }

        return 0;
    }

    phone_buf_put(&books->findings, line);
    phone_buf_byte(&books->findings, '\n');

    return 0;
}


/* Marks come in order, each behind the one of the bucket before. */

static int
phone_books_take_mark(phone_books_t *books, const phone_book_t *parsed)
{
    int64_t  bucket;

    if (phone_parse_int(parsed->account, &bucket) != 0
        || bucket != books->nmarks || bucket >= PHONE_BUCKETS_MAX)
    {
        return -1;
    }

    phone_books_begin(books, parsed->stored, parsed->sum);

    return 0;
}


int
phone_line_parse(phone_str_t line, phone_str_t *kind, phone_book_t *book)
{
    phone_str_t  first, second;

    if (!phone_split(&line, ' ', kind)
        || !phone_split(&line, ' ', &book->account)
        || !phone_split(&line, ' ', &book->currency)
        || !phone_split(&line, ' ', &first)
        || !phone_split(&line, ' ', &second)
        || phone_parse_signed(first, &book->sum) != 0
        || phone_parse_signed(second, &book->stored) != 0)
    {
        return -1;
    }

    return 0;
}


void
phone_line(phone_buf_t *buf, const char *kind, phone_str_t account,
    phone_str_t currency, int64_t first, int64_t second)
{
    phone_buf_put(buf, phone_cstr(kind));
    phone_buf_byte(buf, ' ');
    phone_buf_put(buf, account);
    phone_buf_byte(buf, ' ');
    phone_buf_put(buf, currency);
    phone_buf_byte(buf, ' ');
    phone_buf_int(buf, first);
    phone_buf_byte(buf, ' ');
    phone_buf_int(buf, second);
    phone_buf_byte(buf, '\n');
}


phone_str_t
phone_books_save(phone_books_t *books)
{
    size_t                len;
    unsigned              i;
    phone_buf_t           buf;
    phone_str_t           part[PHONE_BOOKS_PARTS];

    part[0] = phone_diff_save(&books->paid);
    part[1] = phone_diff_save(&books->fresh);
    part[2] = phone_diff_save(&books->transit);
    part[3] = phone_diff_save(&books->refunds);
    part[4] = books->hashes;
    part[5] = books->edge;

    len = 512 + 120 * books->n + 48 * books->nmarks;

    for (i = 0; i < PHONE_BOOKS_PARTS; i++) {
        len += part[i].len;
    }

    phone_buf_init(&buf, books->arena, len);

    for (i = 0; i < PHONE_BOOKS_COUNTS; i++) {
        phone_buf_int(&buf, books->count[i]);
        phone_buf_byte(&buf, ' ');
    }

    phone_buf_int(&buf, books->seen);

    for (i = 0; i < PHONE_BOOKS_PARTS; i++) {
        phone_buf_byte(&buf, ' ');
        phone_buf_int(&buf, (int64_t) part[i].len);
    }

    phone_buf_byte(&buf, '\n');

    for (i = 0; i < PHONE_BOOKS_PARTS; i++) {
        phone_buf_put(&buf, part[i]);
    }

    phone_books_save_lines(books, &buf);
    phone_buf_put(&buf, phone_buf_str(&books->findings));

    return phone_buf_str(&buf);
}


static void
phone_books_save_lines(phone_books_t *books, phone_buf_t *buf)
{
    unsigned              i;
    phone_book_t         *book;
    phone_books_total_t  *total;

    for (i = 0; i < books->ntotals; i++) {
        total = &books->total[i];
        phone_line(buf, PHONE_LINE_TOTAL, PHONE_STR("-"), total->currency,
                   total->sum, total->transit);
        phone_line(buf, PHONE_LINE_OLD, PHONE_STR("-"), total->currency,
                   total->old, total->posted);
    }

    for (book = books->first; book; book = book->next) {
        if (book->takings) {
            phone_line(buf, PHONE_LINE_TAKINGS, book->account,
                       book->currency, book->sum, book->stored);

            if (book->came || book->went) {
                phone_line(buf, PHONE_LINE_MOVED, book->account,
                           book->currency, book->came, book->went);
            }

            if (book->stated || book->told || book->untold) {
                phone_line(buf, PHONE_LINE_STATED, book->account,
                           book->currency, book->stated,
                           book->untold ? 2 : book->told);
            }

        } else if (book->compared) {
            continue;

        } else if (phone_account_is(book->account, "bills:")) {
            phone_line(buf, PHONE_LINE_INDEX, book->account,
                       book->edge.len ? book->edge : book->currency, 0, 0);

        } else {
            phone_line(buf, PHONE_LINE_ACCOUNT, book->account,
                       book->currency, book->sum, 0);
        }
    }

    for (i = 0; i < books->nmarks; i++) {
        phone_line(buf, PHONE_LINE_MARK, phone_int(books->arena, i),
                   PHONE_STR("-"), books->mark[i], books->from[i]);
    }
}
