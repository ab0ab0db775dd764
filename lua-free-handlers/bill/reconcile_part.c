
/*
 * Two files of movements are compared: work of threads.
 *
 * The rows of the merchant's file are kept in memory as short records, sorted
 * by the hash of what they are about; those of the statement are looked up one
 * after the other.  A file of more rows than fit into memory is compared in
 * parts: a row is of the part that its hash says.  The hash depends on all of
 * the file, so nobody can make a file whose rows are of one part.
 */


#include <stdlib.h>

#include "../host.h"
#include "bill.h"
#include "reconcile.h"


#define PHONE_KEY_LEN  16

/* Rows of a part: at most reconcile_part of the settings on the average, and by
   chance some hundreds more.  More than that are about the same few numbers. */
#define PHONE_PART_MOST  120000


typedef struct {
    unsigned char            key[PHONE_KEY_LEN];
    int64_t                  amount;
    int64_t                  platform;   /* its amount there; 0: not there */
    uint64_t                 order;      /* of a refund, hashed; 0: none */
    uint32_t                 row;
    char                     currency[3];
    char                     platform_currency[3];
    unsigned                 moved:1;
    unsigned                 again:1;    /* another row is about the same */
} phone_entered_t;

typedef struct {
    const phone_tools_t     *tools;
    phone_arena_t           *arena;
    phone_str_t              file;       /* SHA-256 */
    phone_str_t              statement;  /* the same */
    phone_str_t              currency;
    int64_t                  part;
    int64_t                  parts;
    int64_t                  listed;     /* lines at most, of all parts */
    int64_t                  count[PHONE_COUNTED];
    phone_totals_t           totals;     /* of rows of the file that say that
                                            money has moved */
    size_t                   n;
    unsigned                 full:1;
    phone_entered_t         *row;
    phone_buf_t              line;
    phone_writer_t          *piece;
} phone_compare_t;


static int phone_reconcile_check_run(const phone_tools_t *tools,
    phone_arena_t *arena, const phone_str_t arg[PHONE_WORK_ARGS],
    phone_str_t *text);
static int phone_reconcile_sum(phone_reconcile_file_t *file,
    phone_totals_t *totals, const phone_reconcile_row_t *row);
static int phone_reconcile_part_run(const phone_tools_t *tools,
    phone_arena_t *arena, const phone_str_t arg[PHONE_WORK_ARGS],
    phone_str_t *text);
static int phone_compare_read(phone_compare_t *compare, phone_str_t sofar);
static int phone_compare_load(phone_compare_t *compare);
static void phone_compare_sort(phone_compare_t *compare);
static int phone_compare_statement(phone_compare_t *compare);
static int phone_compare_file(phone_compare_t *compare);
static phone_count_t phone_compare_judge(const phone_entered_t *entry);
static int phone_compare_key(phone_compare_t *compare,
    const phone_reconcile_row_t *row, unsigned char key[PHONE_KEY_LEN]);
static int phone_compare_hash(phone_compare_t *compare,
    unsigned char key[PHONE_KEY_LEN]);
static int phone_compare_order(phone_compare_t *compare,
    const phone_reconcile_row_t *row, uint64_t *order);
static int phone_compare_here(const phone_compare_t *compare,
    const unsigned char key[PHONE_KEY_LEN]);
static phone_entered_t *phone_compare_find(const phone_compare_t *compare,
    const unsigned char key[PHONE_KEY_LEN]);
static void phone_compare_line(phone_compare_t *compare, const char *what,
    const phone_reconcile_row_t *row, const phone_entered_t *entry);
static void phone_compare_field(phone_buf_t *line, phone_str_t text);
static void phone_compare_money(phone_buf_t *line, phone_str_t currency,
    int64_t amount);
static int phone_by_key(const void *a, const void *b);
static int phone_by_row(const void *a, const void *b);


const phone_work_t  phone_reconcile_check = {
    "reconcile check", PHONE_WORK_MEDIA, 4, 512, phone_reconcile_check_run
};

const phone_work_t  phone_reconcile_part = {
    "reconcile part", PHONE_WORK_MEDIA, 4,
    PHONE_TOTALS_TEXT + PHONE_COUNTS_TEXT, phone_reconcile_part_run
};


/* The file is read once before it is kept. */

static int
phone_reconcile_check_run(const phone_tools_t *tools, phone_arena_t *arena,
    const phone_str_t arg[PHONE_WORK_ARGS], phone_str_t *text)
{
    int                     rc;
    int64_t                 rows;
    phone_totals_t         *totals;
    phone_reconcile_row_t   row;
    phone_reconcile_file_t  file;

    totals = phone_alloc(arena, sizeof(phone_totals_t));

    if (totals == NULL) {
        return 0;
    }

    rows = 0;
    rc = phone_reconcile_open(&file, arena, phone_read_blob(tools, arg[0]),
                              arg[1]);

    while (rc == 0 && (rc = phone_reconcile_next(&file, &row)) == 1) {

        if (++rows > PHONE_RECONCILE_ROWS) {
            file.error = "the file has more than 1000000 rows";
            rc = -1;

        } else {
            rc = phone_reconcile_sum(&file, totals, &row);
        }
    }

    *text = rc == 0 ? phone_int(arena, rows)
                    : phone_join(arena, 2,
                                 (phone_str_t[2]) {
                                     PHONE_STR("!"),
                                     phone_reconcile_error(arena, &file) });

    return !arena->failed;
}


/* The sums of the file, and so of each of its parts, must fit. */

static int
phone_reconcile_sum(phone_reconcile_file_t *file, phone_totals_t *totals,
    const phone_reconcile_row_t *row)
{
    switch (phone_totals_add(totals, row->currency, row->kind, row->amount)) {

    case 0:
        return 0;

    case 1:
        file->error = "the sum of the amounts is too large";
        return -1;

    default:
        file->error = "the file has too many currencies";
        return -1;
    }
}


static int
phone_reconcile_part_run(const phone_tools_t *tools, phone_arena_t *arena,
    const phone_str_t arg[PHONE_WORK_ARGS], phone_str_t *text)
{
    phone_str_t       rest, word, sofar, before;
    phone_compare_t  *compare;

    compare = phone_alloc(arena, sizeof(phone_compare_t));

    if (compare == NULL) {
        return 0;
    }

    compare->tools = tools;
    compare->arena = arena;
    compare->file = arg[0];
    compare->statement = arg[1];

    rest = arg[2];
    sofar = arg[3];
    before = PHONE_EMPTY;
    (void) phone_split(&sofar, ' ', &before);

    if (!phone_split(&rest, ' ', &compare->currency)
        || !phone_split(&rest, ' ', &word)
        || phone_parse_int(word, &compare->part) != 0
        || !phone_split(&rest, ' ', &word)
        || phone_parse_int(word, &compare->parts) != 0 || compare->parts < 1
        || phone_parse_int(rest, &compare->listed) != 0
        || phone_compare_read(compare, sofar) != 0)
    {
        return 0;
    }

    phone_buf_init(&compare->line, arena, 4096);

    if (phone_compare_load(compare) != 0) {
        *text = PHONE_RECONCILE_FULL;
        return compare->full && !arena->failed;
    }

    compare->piece = phone_make_piece(tools, before);

    if (before.len == 0) {
        phone_write(compare->piece,
                    PHONE_STR("difference,row,kind,out_trade_no,"
                              "out_refund_no,payout_no,platform_currency,"
                              "platform_amount,file_currency,file_amount,"
                              "file_status\r\n"));
    }

    phone_compare_sort(compare);

    if (phone_compare_statement(compare) != 0
        || phone_compare_file(compare) != 0)
    {
        return 0;
    }

    *text = phone_join(arena, 3,
                       (phone_str_t[3]) {
                           phone_counts_text(arena, compare->count),
                           PHONE_STR("|"),
                           phone_totals_text(arena, &compare->totals) });

    return !arena->failed;
}


static int
phone_compare_read(phone_compare_t *compare, phone_str_t sofar)
{
    phone_str_t  counts;

    if (sofar.len == 0) {
        return 0;
    }

    return phone_split(&sofar, '|', &counts)
           && phone_counts_read(counts, compare->count) == 0
           && phone_totals_read(sofar, &compare->totals) == 0 ? 0 : -1;
}


/* The rows of this part. */

static int
phone_compare_load(phone_compare_t *compare)
{
    int                     rc;
    unsigned char           key[PHONE_KEY_LEN];
    phone_entered_t        *entry;
    phone_reconcile_row_t   row;
    phone_reconcile_file_t  file;

    compare->row = phone_alloc(compare->arena, PHONE_PART_MOST
                                               * sizeof(phone_entered_t));

    if (compare->row == NULL
        || phone_reconcile_open(&file, compare->arena,
                                phone_read_blob(compare->tools, compare->file),
                                compare->currency)
           != 0)
    {
        return -1;
    }

    while ((rc = phone_reconcile_next(&file, &row)) == 1) {

        if (phone_compare_key(compare, &row, key) != 0) {
            return -1;
        }

        if (!phone_compare_here(compare, key)) {
            continue;
        }

        compare->full = compare->n == PHONE_PART_MOST;

        if (compare->full
            || (row.moved
                && phone_totals_add(&compare->totals, row.currency, row.kind,
                                    row.amount)
                   != 0))
        {
            return -1;
        }

        entry = &compare->row[compare->n++];

        if (phone_compare_order(compare, &row, &entry->order) != 0) {
            return -1;
        }

        memcpy(entry->key, key, PHONE_KEY_LEN);
        memcpy(entry->currency, row.currency.data, 3);
        entry->amount = row.amount;
        entry->row = (uint32_t) file.csv->row;
        entry->moved = row.moved ? 1 : 0;
    }

    return rc;
}


/* By what they are about: of those about the same, one that says that money has
   moved counts, the first if there are more. */

static void
phone_compare_sort(phone_compare_t *compare)
{
    size_t  i;

    qsort(compare->row, compare->n, sizeof(phone_entered_t), phone_by_key);

    for (i = 1; i < compare->n; i++) {
        compare->row[i].again = memcmp(compare->row[i - 1].key,
                                       compare->row[i].key, PHONE_KEY_LEN)
                                == 0;
    }
}


static int
phone_by_key(const void *a, const void *b)
{
    int                       order;
    const phone_entered_t  *one, *other;

    one = a;
    other = b;
    order = memcmp(one->key, other->key, PHONE_KEY_LEN);

    if (order) {
        return order;
    }

    return one->moved == other->moved ? phone_by_row(a, b)
           : one->moved ? -1 : 1;
}


static int
phone_by_row(const void *a, const void *b)
{
    const phone_entered_t  *one, *other;

    one = a;
    other = b;

    return one->row < other->row ? -1 : one->row > other->row;
}


/* What the platform has: it is noted with its row, or not in the file. */

static int
phone_compare_statement(phone_compare_t *compare)
{
    int                     rc;
    uint64_t                order;
    unsigned char           key[PHONE_KEY_LEN];
    phone_entered_t        *entry;
    phone_reconcile_row_t   row;
    phone_reconcile_file_t  file;

    if (phone_reconcile_open(&file, compare->arena,
                             phone_read_blob(compare->tools,
                                             compare->statement),
                             compare->currency)
        != 0)
    {
        return -1;
    }

    while ((rc = phone_reconcile_next(&file, &row)) == 1) {

        if (phone_compare_key(compare, &row, key) != 0
            || phone_compare_order(compare, &row, &order) != 0)
        {
            return -1;
        }

        if (!phone_compare_here(compare, key)) {
            continue;
        }

        compare->count[PHONE_COUNT_PLATFORM]++;
        entry = phone_compare_find(compare, key);

        /* a refund of another order is another one */

        if (entry == NULL
            || (entry->order && order && entry->order != order))
        {
            compare->count[PHONE_COUNT_NOT_IN_FILE]++;
            phone_compare_line(compare, "NOT_IN_FILE", &row, NULL);

        } else {
            entry->platform = row.amount;
            memcpy(entry->platform_currency, row.currency.data, 3);
        }
    }

    return rc;
}


/* The rows of the file, in their order. */

static int
phone_compare_file(phone_compare_t *compare)
{
    int                     rc;
    size_t                  i;
    phone_count_t           judged;
    phone_reconcile_row_t   row;
    phone_reconcile_file_t  file;

    static const char *const  what[PHONE_COUNTED] = {
        [PHONE_COUNT_NOT_AT_PLATFORM] = "NOT_AT_PLATFORM",
        [PHONE_COUNT_AMOUNT] = "AMOUNT",
        [PHONE_COUNT_CURRENCY] = "CURRENCY",
        [PHONE_COUNT_STATUS] = "STATUS",
        [PHONE_COUNT_DUPLICATE] = "DUPLICATE"
    };

    qsort(compare->row, compare->n, sizeof(phone_entered_t), phone_by_row);

    rc = phone_reconcile_open(&file, compare->arena,
                              phone_read_blob(compare->tools, compare->file),
                              compare->currency);

    for (i = 0; rc == 0 && i < compare->n; /* void */ ) {

        if (phone_reconcile_next(&file, &row) != 1) {
            return -1;
        }

        if (compare->row[i].row != file.csv->row) {
            continue;
        }

        judged = phone_compare_judge(&compare->row[i]);
        compare->count[PHONE_COUNT_ROWS]++;
        compare->count[judged]++;

        if (what[judged]) {
            phone_compare_line(compare, what[judged], &row, &compare->row[i]);
        }

        i++;
    }

    return rc;
}


static phone_count_t
phone_compare_judge(const phone_entered_t *entry)
{
    if (entry->again) {
        return entry->moved ? PHONE_COUNT_DUPLICATE : PHONE_COUNT_IDLE;
    }

    if (entry->platform == 0) {
        return entry->moved ? PHONE_COUNT_NOT_AT_PLATFORM : PHONE_COUNT_IDLE;
    }

    if (!entry->moved) {
        return PHONE_COUNT_STATUS;
    }

    if (memcmp(entry->currency, entry->platform_currency, 3) != 0) {
        return PHONE_COUNT_CURRENCY;
    }

    return entry->amount == entry->platform ? PHONE_COUNT_MATCHED
                                            : PHONE_COUNT_AMOUNT;
}


/* A settlement of several currencies has one number, and a row of each. */

static int
phone_compare_key(phone_compare_t *compare, const phone_reconcile_row_t *row,
    unsigned char key[PHONE_KEY_LEN])
{
    phone_buf_t  *buf;

    buf = &compare->line;
    buf->len = 0;

    phone_buf_put(buf, compare->file);
    phone_buf_put(buf, row->kind);

    if (phone_equal(row->kind, PHONE_ROW_PAYOUT)) {
        phone_buf_put(buf, row->currency);
    }

    phone_buf_byte(buf, ':');
    phone_buf_put(buf, row->number);

    return phone_compare_hash(compare, key);
}


/* Of what is in the line. */

static int
phone_compare_hash(phone_compare_t *compare, unsigned char key[PHONE_KEY_LEN])
{
    phone_buf_t    *buf;
    unsigned char   hash[PHONE_SHA256_LEN];

    buf = &compare->line;

    if (phone_sha256(compare->tools->crypto,
                     (phone_str_t) { buf->len, buf->data }, hash)
        != 0)
    {
        return -1;
    }

    memcpy(key, hash, PHONE_KEY_LEN);

    return 0;
}


/* What a refund is of, if its row says so. */

static int
phone_compare_order(phone_compare_t *compare,
    const phone_reconcile_row_t *row, uint64_t *order)
{
    phone_buf_t    *buf;
    unsigned char   key[PHONE_KEY_LEN];

    *order = 0;

    if (!phone_equal(row->kind, PHONE_ROW_REFUND) || row->order.len == 0) {
        return 0;
    }

    buf = &compare->line;
    buf->len = 0;
    phone_buf_put(buf, row->order);

    if (phone_compare_hash(compare, key) != 0) {
        return -1;
    }

    memcpy(order, key, sizeof(*order));

    return 0;
}


/* Is it of this part? */

static int
phone_compare_here(const phone_compare_t *compare,
    const unsigned char key[PHONE_KEY_LEN])
{
    uint32_t  part;

    memcpy(&part, key, sizeof(part));

    return compare->parts == 1
           || (int64_t) (part % (uint64_t) compare->parts) == compare->part;
}


/* The first of that key; NULL: there is none. */

static phone_entered_t *
phone_compare_find(const phone_compare_t *compare,
    const unsigned char key[PHONE_KEY_LEN])
{
    size_t  low, high, middle;

    low = 0;
    high = compare->n;

    while (low < high) {
        middle = low + (high - low) / 2;

        if (memcmp(compare->row[middle].key, key, PHONE_KEY_LEN) < 0) {
            low = middle + 1;

        } else {
            high = middle;
        }
    }

    return low < compare->n
           && memcmp(compare->row[low].key, key, PHONE_KEY_LEN) == 0
           ? &compare->row[low] : NULL;
}


/* entry is NULL for a row of the statement. */

static void
phone_compare_line(phone_compare_t *compare, const char *what,
    const phone_reconcile_row_t *row, const phone_entered_t *entry)
{
    int           refund, payout;
    phone_buf_t  *line;

    /* it is counted already */

    if (phone_counts_differ(compare->count) > compare->listed) {
        return;
    }

    line = &compare->line;
    line->len = 0;

    refund = phone_equal(row->kind, PHONE_ROW_REFUND);
    payout = phone_equal(row->kind, PHONE_ROW_PAYOUT);

    phone_buf_put(line, phone_cstr(what));
    phone_buf_byte(line, ',');

    if (entry) {
        phone_buf_int(line, entry->row);
    }

    phone_compare_field(line, row->kind);
    phone_compare_field(line, payout ? PHONE_EMPTY : row->order);
    phone_compare_field(line, refund ? row->number : PHONE_EMPTY);
    phone_compare_field(line, payout ? row->number : PHONE_EMPTY);

    if (entry == NULL) {
        phone_compare_money(line, row->currency, row->amount);

    } else {
        phone_compare_money(line,
                            (phone_str_t) { 3, entry->platform_currency },
                            entry->platform);
    }

    phone_compare_money(line, row->currency, entry ? row->amount : 0);
    phone_compare_field(line, entry ? row->status : PHONE_EMPTY);

    phone_buf_put(line, PHONE_STR("\r\n"));
    phone_write(compare->piece, (phone_str_t) { line->len, line->data });
}


static void
phone_compare_field(phone_buf_t *line, phone_str_t text)
{
    phone_buf_byte(line, ',');
    phone_csv_text(line, text);
}


/* amount is 0: there is none. */

static void
phone_compare_money(phone_buf_t *line, phone_str_t currency, int64_t amount)
{
    if (amount == 0) {
        phone_buf_put(line, PHONE_STR(",,"));
        return;
    }

    phone_compare_field(line, currency);
    phone_buf_byte(line, ',');
    phone_buf_int(line, amount);
}


/* Counts */

int64_t
phone_counts_differ(const int64_t count[PHONE_COUNTED])
{
    return count[PHONE_COUNT_NOT_AT_PLATFORM] + count[PHONE_COUNT_NOT_IN_FILE]
           + count[PHONE_COUNT_AMOUNT] + count[PHONE_COUNT_CURRENCY]
           + count[PHONE_COUNT_STATUS] + count[PHONE_COUNT_DUPLICATE];
}


int
phone_counts_read(phone_str_t text, int64_t count[PHONE_COUNTED])
{
    unsigned     i;
    phone_str_t  word;

    for (i = 0; i < PHONE_COUNTED; i++) {
        if (!phone_split(&text, ' ', &word)
            || phone_parse_int(word, &count[i]) != 0)
        {
            return -1;
        }
    }

    return text.len ? -1 : 0;
}


phone_str_t
phone_counts_text(phone_arena_t *arena, const int64_t count[PHONE_COUNTED])
{
    unsigned     i;
    phone_buf_t  buf;

    phone_buf_init(&buf, arena, 128);

    for (i = 0; i < PHONE_COUNTED; i++) {
        if (i) {
            phone_buf_byte(&buf, ' ');
        }

        phone_buf_int(&buf, count[i]);
    }

    return phone_buf_str(&buf);
}
