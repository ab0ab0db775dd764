
/* The files of a month that is closed: work of a thread. */


#include "../lib/gzip.h"
#include "../lib/ledger.h"
#include "books.h"
#include "ledger_file.h"
#include "ledger_lines.h"


#define PHONE_LEDGER_CHUNK  65536
#define PHONE_OPENING_LINE  160          /* bytes of an account, at most */

#define PHONE_FILE_END      PHONE_STR("end\n")


/* A share of the accounts of a bucket. */
typedef struct {
    phone_books_t           *books;
    int64_t                  share;
    int64_t                  shares;
    int64_t                  most;       /* accounts */
} phone_balances_t;


static int phone_ledger_page_run(const phone_tools_t *tools,
    phone_arena_t *arena, const phone_str_t arg[PHONE_WORK_ARGS],
    phone_str_t *text);
static int phone_ledger_fold_run(const phone_tools_t *tools,
    phone_arena_t *arena, const phone_str_t arg[PHONE_WORK_ARGS],
    phone_str_t *text);
static int phone_ledger_balances_run(const phone_tools_t *tools,
    phone_arena_t *arena, const phone_str_t arg[PHONE_WORK_ARGS],
    phone_str_t *text);
static int phone_balances_begin(phone_balances_t *all, phone_arena_t *arena,
    phone_str_t *how);
static const char *phone_balances_read(const phone_tools_t *tools,
    phone_balances_t *all, phone_str_t sha256);
static const char *phone_entries_read(const phone_tools_t *tools,
    phone_balances_t *all, phone_str_t sha256, phone_str_t count);
static int phone_balances_head(phone_lines_t *lines, int64_t *n);
static int phone_balance_parse(phone_str_t line, phone_str_t *account,
    phone_str_t *currency, int64_t *sum);
static const char *phone_balance_add(phone_balances_t *all,
    phone_str_t account, phone_str_t currency, int64_t amount);
static void phone_balances_write(const phone_tools_t *tools,
    phone_books_t *books, phone_str_t before);
static int phone_balances_file_run(const phone_tools_t *tools,
    phone_arena_t *arena, const phone_str_t arg[PHONE_WORK_ARGS],
    phone_str_t *text);
static int phone_ledger_file_run(const phone_tools_t *tools,
    phone_arena_t *arena, const phone_str_t arg[PHONE_WORK_ARGS],
    phone_str_t *text);
static int phone_ledger_opening_run(const phone_tools_t *tools,
    phone_arena_t *arena, const phone_str_t arg[PHONE_WORK_ARGS],
    phone_str_t *text);


const phone_work_t  phone_ledger_page = {
    "ledger page", PHONE_WORK_MEDIA, 4, 0, phone_ledger_page_run
};

const phone_work_t  phone_ledger_fold = {
    "ledger fold", PHONE_WORK_MEDIA, 4, 0, phone_ledger_fold_run
};

const phone_work_t  phone_ledger_balances = {
    "ledger balances", PHONE_WORK_MEDIA, 4, 64, phone_ledger_balances_run
};

const phone_work_t  phone_ledger_balances_file = {
    "balances file", PHONE_WORK_MEDIA, 4, 64, phone_balances_file_run
};

const phone_work_t  phone_ledger_file = {
    "ledger file", PHONE_WORK_MEDIA, 4, 64, phone_ledger_file_run
};

const phone_work_t  phone_ledger_opening = {
    "ledger opening", PHONE_WORK_MEDIA, 4,
    PHONE_OPENING_PAGE * PHONE_OPENING_LINE + 64, phone_ledger_opening_run
};


static int
phone_ledger_page_run(const phone_tools_t *tools, phone_arena_t *arena,
    const phone_str_t arg[PHONE_WORK_ARGS], phone_str_t *text)
{
    phone_writer_t  *piece;

    (void) text;

    piece = phone_make_piece(tools, arg[1]);

    if (arg[0].len) {
        phone_write(piece, phone_gzip(arena, arg[0]));
    }

    return !arena->failed;
}


static int
phone_ledger_fold_run(const phone_tools_t *tools, phone_arena_t *arena,
    const phone_str_t arg[PHONE_WORK_ARGS], phone_str_t *text)
{
    (void) arena;
    (void) text;

    return phone_write_pieces(tools, phone_make_piece(tools, PHONE_EMPTY),
                              arg[0]);
}


int
phone_in_share(phone_str_t account, int64_t share, int64_t shares)
{
    return shares <= 1
           || (int64_t) (phone_hash64(account) % (uint64_t) shares) == share;
}


int
phone_in_share_of(phone_str_t account, int64_t share, int64_t shares)
{
    return phone_account_is(account, "takings:")
           || phone_account_is(account, "clearing:")
           ? share == 0 : phone_in_share(account, share, shares);
}


static int
phone_ledger_balances_run(const phone_tools_t *tools, phone_arena_t *arena,
    const phone_str_t arg[PHONE_WORK_ARGS], phone_str_t *text)
{
    const char         *wrong;
    phone_str_t         how;
    phone_balances_t    all;

    how = arg[2];

    if (arg[0].len == 0
        || phone_balances_begin(&all, arena, &how) != 0)
    {
        return 0;
    }

    wrong = arg[1].len ? phone_balances_read(tools, &all, arg[1]) : NULL;

    if (wrong == NULL) {
        wrong = phone_entries_read(tools, &all, arg[0], how);
    }

    if (wrong) {
        *text = phone_cstr(wrong);
        return !arena->failed;
    }

    phone_balances_write(tools, all.books, arg[3]);
    *text = phone_int(arena, all.books->n);

    return !arena->failed;
}


/* What is left of how is the number of entries. */

static int
phone_balances_begin(phone_balances_t *all, phone_arena_t *arena,
    phone_str_t *how)
{
    phone_str_t  share, shares, most;

    all->books = phone_alloc(arena, sizeof(phone_books_t));

    return all->books
           && phone_books_load(all->books, arena, PHONE_EMPTY) == 0
           && phone_split(how, ' ', &share)
           && phone_split(how, ' ', &shares)
           && phone_split(how, ' ', &most)
           && phone_parse_int(share, &all->share) == 0
           && phone_parse_int(shares, &all->shares) == 0
           && phone_parse_int(most, &all->most) == 0 ? 0 : -1;
}


static const char *
phone_balances_read(const phone_tools_t *tools, phone_balances_t *all,
    phone_str_t sha256)
{
    int              rc;
    int64_t          n, sum;
    const char      *wrong;
    phone_str_t      line, account, currency;
    phone_lines_t   *lines;
    phone_reader_t  *blob;

    blob = phone_find_blob(tools, sha256);
    if (blob == NULL) {
        return PHONE_BALANCES_GONE;
    }

    lines = phone_lines_begin(tools, all->books->arena, blob);
    if (lines == NULL) {
        return PHONE_BALANCES_DAMAGED;
    }

    wrong = phone_balances_head(lines, &n) == 0 ? NULL
                                                : PHONE_BALANCES_DAMAGED;

    while (wrong == NULL && n-- > 0) {
        wrong = phone_lines_next(lines, &line) == 1
                && phone_balance_parse(line, &account, &currency, &sum) == 0
                ? phone_balance_add(all, account, currency, sum)
                : PHONE_BALANCES_DAMAGED;
    }

    do {
        rc = phone_lines_next(lines, &line);
    } while (rc == 1);

    return phone_lines_end(lines, sha256) ? wrong : PHONE_BALANCES_DAMAGED;
}


/* Behind the header, which ends with an empty line, come the accounts. */

static int
phone_balances_head(phone_lines_t *lines, int64_t *n)
{
    phone_str_t  line, word;

    *n = -1;

    while (phone_lines_next(lines, &line) == 1) {

        if (line.len == 0) {
            return *n < 0 ? -1 : 0;
        }

        (void) phone_split(&line, ' ', &word);

        if (phone_is(word, "accounts") && phone_parse_int(line, n) != 0) {
            return -1;
        }
    }

    return -1;
}


static int
phone_balance_parse(phone_str_t line, phone_str_t *account,
    phone_str_t *currency, int64_t *sum)
{
    return phone_split(&line, ' ', account) && account->len
           && phone_split(&line, ' ', currency) && currency->len
           && phone_parse_signed(line, sum) == 0 ? 0 : -1;
}


/* NULL, or what is wrong. */

static const char *
phone_balance_add(phone_balances_t *all, phone_str_t account,
    phone_str_t currency, int64_t amount)
{
    phone_book_t   *book;
    phone_books_t  *books;

    if (!phone_in_share(account, all->share, all->shares)) {
        return NULL;
    }

    books = all->books;
    book = phone_book(books, account, currency, 0);

    if (book == NULL && (int64_t) books->n < all->most) {
        book = phone_book(books, phone_copy(books->arena, account),
                          phone_copy(books->arena, currency), 1);
    }

    if (book == NULL) {
        return PHONE_ACCOUNTS_MANY;
    }

    return __builtin_add_overflow(book->sum, amount, &book->sum)
           ? PHONE_LEDGER_DAMAGED : NULL;
}


static const char *
phone_entries_read(const phone_tools_t *tools, phone_balances_t *all,
    phone_str_t sha256, phone_str_t count)
{
    int                    rc;
    int64_t                n;
    const char            *wrong;
    phone_str_t            line;
    phone_lines_t         *lines;
    phone_reader_t        *blob;
    phone_ledger_entry_t   entry;

    blob = phone_find_blob(tools, sha256);
    if (blob == NULL) {
        return PHONE_LEDGER_GONE;
    }

    lines = phone_lines_begin(tools, all->books->arena, blob);
    if (lines == NULL) {
        return PHONE_LEDGER_DAMAGED;
    }

    wrong = NULL;

    for (n = 0; (rc = phone_lines_next(lines, &line)) == 1; n++) {

        if (wrong) {
            continue;
        }

        if (phone_ledger_parse(line, &entry) != 0) {
            wrong = PHONE_LEDGER_DAMAGED;
            continue;
        }

        wrong = phone_balance_add(all, entry.from, entry.currency,
                                  -entry.amount);

        if (wrong == NULL) {
            wrong = phone_balance_add(all, entry.to, entry.currency,
                                      entry.amount);
        }
    }

    if (!phone_lines_end(lines, sha256)
        || !phone_equal(phone_int(all->books->arena, n), count))
    {
        return PHONE_LEDGER_DAMAGED;
    }

    return wrong;
}


static void
phone_balances_write(const phone_tools_t *tools, phone_books_t *books,
    phone_str_t before)
{
    phone_buf_t      text;
    phone_book_t    *book;
    phone_writer_t  *piece;

    piece = phone_make_piece(tools, before);

    if (books->n == 0) {
        return;
    }

    phone_buf_init(&text, books->arena, PHONE_LEDGER_CHUNK);

    for (book = books->first; book; book = book->next) {
        phone_buf_put(&text, book->account);
        phone_buf_byte(&text, ' ');
        phone_buf_put(&text, book->currency);
        phone_buf_byte(&text, ' ');
        phone_buf_int(&text, book->sum);
        phone_buf_byte(&text, '\n');
    }

    phone_write(piece, phone_gzip(books->arena,
                                  (phone_str_t) { text.len, text.data }));
}


static int
phone_balances_file_run(const phone_tools_t *tools, phone_arena_t *arena,
    const phone_str_t arg[PHONE_WORK_ARGS], phone_str_t *text)
{
    int              whole;
    phone_writer_t  *file;

    (void) text;

    file = phone_make_blob(tools);
    phone_write(file, phone_gzip(arena, arg[1]));
    whole = phone_write_pieces(tools, file, arg[0]);
    phone_write(file, phone_gzip(arena, PHONE_FILE_END));

    return whole && !arena->failed;
}


static int
phone_ledger_file_run(const phone_tools_t *tools, phone_arena_t *arena,
    const phone_str_t arg[PHONE_WORK_ARGS], phone_str_t *text)
{
    char            *chunk;
    size_t           n;
    int64_t          at;
    phone_reader_t  *entries;
    phone_writer_t  *file;

    if (arg[0].len == 0) {
        return 0;
    }

    entries = phone_find_blob(tools, arg[0]);
    chunk = phone_alloc_raw(arena, PHONE_LEDGER_CHUNK);

    if (entries == NULL || chunk == NULL) {
        *text = PHONE_STR(PHONE_LEDGER_GONE);
        return !arena->failed;
    }

    file = phone_make_blob(tools);
    phone_write(file, phone_gzip(arena, arg[1]));

    for (at = 0;
         (n = phone_blob_bytes(entries, at, chunk, PHONE_LEDGER_CHUNK)) > 0;
         at += (int64_t) n)
    {
        phone_write(file, (phone_str_t) { n, chunk });
    }

    phone_write(file, phone_gzip(arena, PHONE_FILE_END));

    return !arena->failed;
}


static int
phone_ledger_opening_run(const phone_tools_t *tools, phone_arena_t *arena,
    const phone_str_t arg[PHONE_WORK_ARGS], phone_str_t *text)
{
    int              rc;
    int64_t          i, n, next, skip, sum, share, shares;
    unsigned         found;
    phone_str_t      line, account, currency;
    phone_buf_t      page;
    phone_lines_t   *lines;
    phone_reader_t  *blob;

    blob = phone_find_blob(tools, arg[0]);
    lines = blob ? phone_lines_begin(tools, arena, blob) : NULL;

    if (lines == NULL || phone_parse_int(arg[1], &skip) != 0
        || phone_parse_int(arg[2], &share) != 0
        || phone_parse_int(arg[3], &shares) != 0)
    {
        return 0;
    }

    phone_buf_init(&page, arena, PHONE_LEDGER_CHUNK);
    rc = phone_balances_head(lines, &n);
    next = skip;
    found = 0;

    for (i = 0; rc == 0 && i < n; i++) {

        rc = phone_lines_next(lines, &line) == 1
             && line.len < PHONE_OPENING_LINE
             ? phone_balance_parse(line, &account, &currency, &sum) : -1;

        if (rc != 0 || i < skip || found == PHONE_OPENING_PAGE) {
            continue;
        }

        next = i + 1;

        if (phone_in_share_of(account, share, shares)) {
            phone_buf_put(&page, line);
            phone_buf_byte(&page, '\n');
            found++;
        }
    }

    while (phone_lines_next(lines, &line) == 1) { /* void */ }

    *text = phone_join(arena, 2,
                       (phone_str_t[2]) {
                           phone_format(arena, "%lld %d\n", (long long) next,
                                        next < n),
                           phone_buf_str(&page) });

    return phone_lines_end(lines, arg[0]) && rc == 0 && !arena->failed;
}
