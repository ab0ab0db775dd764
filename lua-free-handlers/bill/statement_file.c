
/*
 * The CSV file of a statement: work of a thread.
 *
 * Totals are kept as "<currency> <kind> <rows> <minor units>," one behind the
 * other, in the order in which they first occur.
 */


#include "statement.h"
#include "../lib/csv.h"
#include "../lib/date.h"
#include "../lib/money.h"


#define PHONE_STATEMENT_KINDS   3
#define PHONE_STATEMENT_TOTALS  (PHONE_CURRENCIES * PHONE_STATEMENT_KINDS)

#define PHONE_STATEMENT_COLUMNS                                               \
    PHONE_STR("time,kind,bill_id,out_trade_no,out_refund_no,payout_no,"       \
              "currency,amount\r\n")


typedef struct {
    phone_str_t              currency;
    phone_str_t              kind;
    int64_t                  rows;
    int64_t                  sum;        /* minor units */
} phone_total_t;

typedef struct {
    unsigned                 n;
    phone_total_t            total[PHONE_STATEMENT_TOTALS];
} phone_totals_t;


static int phone_statement_rows_run(const phone_tools_t *tools,
    phone_arena_t *arena, const phone_str_t arg[PHONE_WORK_ARGS],
    phone_str_t *text);
static int phone_statement_file_run(const phone_tools_t *tools,
    phone_arena_t *arena, const phone_str_t arg[PHONE_WORK_ARGS],
    phone_str_t *text);
static void phone_statement_line(phone_buf_t *line,
    const phone_statement_row_t *row, int zone);
static int phone_totals_read(phone_str_t text, phone_totals_t *totals);
static int phone_totals_add(phone_totals_t *totals,
    const phone_statement_row_t *row);
static phone_str_t phone_totals_text(phone_arena_t *arena,
    const phone_totals_t *totals);


const phone_work_t  phone_statement_rows = {
    "statement rows", PHONE_WORK_MEDIA, 4, 16384, phone_statement_rows_run
};

const phone_work_t  phone_statement_file = {
    "statement file", PHONE_WORK_MEDIA, 4, 0, phone_statement_file_run
};


static int
phone_statement_rows_run(const phone_tools_t *tools, phone_arena_t *arena,
    const phone_str_t arg[PHONE_WORK_ARGS], phone_str_t *text)
{
    int64_t                 zone;
    phone_str_t             rest, entry;
    phone_buf_t             line;
    phone_totals_t         *totals;
    phone_writer_t         *piece;
    phone_statement_row_t   row;

    totals = phone_alloc(arena, sizeof(phone_totals_t));

    if (totals == NULL || phone_totals_read(arg[2], totals) != 0
        || phone_parse_signed(arg[3], &zone) != 0)
    {
        return 0;
    }

    piece = phone_make_piece(tools, arg[1]);

    if (arg[1].len == 0) {
        phone_write(piece, PHONE_STATEMENT_COLUMNS);
    }

    phone_buf_init(&line, arena, 512);

    for (rest = arg[0]; phone_split(&rest, '\n', &entry); /* void */ ) {

        if (phone_statement_parse(entry, &row) != 0
            || phone_totals_add(totals, &row) != 0)
        {
            return 0;
        }

        line.len = 0;
        phone_statement_line(&line, &row, (int) zone);
        phone_write(piece, (phone_str_t) { line.len, line.data });
    }

    *text = phone_totals_text(arena, totals);

    return !arena->failed;
}


static void
phone_statement_line(phone_buf_t *line, const phone_statement_row_t *row,
    int zone)
{
    int          payout;
    unsigned     i;
    phone_str_t  field[7];

    payout = phone_equal(row->kind, PHONE_ROW_PAYOUT);

    field[0] = phone_zone_time(line->arena, row->at / 1000, zone);
    field[1] = row->kind;
    field[2] = row->bill_id;
    field[3] = row->order;
    field[4] = payout ? PHONE_EMPTY : row->no;
    field[5] = payout ? row->no : PHONE_EMPTY;
    field[6] = row->currency;

    for (i = 0; i < 7; i++) {
        phone_csv_text(line, field[i]);
        phone_buf_byte(line, ',');
    }

    phone_buf_int(line, row->amount);
    phone_buf_put(line, PHONE_STR("\r\n"));
}


static int
phone_statement_file_run(const phone_tools_t *tools, phone_arena_t *arena,
    const phone_str_t arg[PHONE_WORK_ARGS], phone_str_t *text)
{
    phone_str_t      hash;
    phone_writer_t  *file;

    (void) arena;
    (void) text;

    hash = phone_hash_pieces(tools, arg[0]);

    if (hash.len == 0) {
        return 0;
    }

    file = phone_make_blob(tools);

    phone_write(file, arg[1]);
    phone_write(file, PHONE_STR("#sha256,"));
    phone_write(file, hash);
    phone_write(file, PHONE_STR("\r\n"));
    phone_write(file, arg[2]);

    return phone_write_pieces(tools, file, arg[0]);
}


/* Totals */

static int
phone_totals_read(phone_str_t text, phone_totals_t *totals)
{
    phone_str_t     item, rows;
    phone_total_t  *total;

    while (phone_split(&text, ',', &item)) {

        if (totals->n == PHONE_STATEMENT_TOTALS) {
            return -1;
        }

        total = &totals->total[totals->n++];

        if (!phone_split(&item, ' ', &total->currency)
            || !phone_split(&item, ' ', &total->kind)
            || !phone_split(&item, ' ', &rows)
            || phone_parse_int(rows, &total->rows) != 0
            || phone_parse_signed(item, &total->sum) != 0)
        {
            return -1;
        }
    }

    return 0;
}


/* -1: the sum does not fit, or there are more currencies than we know. */

static int
phone_totals_add(phone_totals_t *totals, const phone_statement_row_t *row)
{
    unsigned        i;
    phone_total_t  *total;

    for (i = 0; i < totals->n; i++) {
        total = &totals->total[i];

        if (phone_equal(total->currency, row->currency)
            && phone_equal(total->kind, row->kind))
        {
            total->rows++;

            return __builtin_add_overflow(total->sum, row->amount,
                                          &total->sum) ? -1 : 0;
        }
    }

    if (totals->n == PHONE_STATEMENT_TOTALS) {
        return -1;
    }

    totals->total[totals->n++] = (phone_total_t) { row->currency, row->kind,
                                                   1, row->amount };

    return 0;
}


static phone_str_t
phone_totals_text(phone_arena_t *arena, const phone_totals_t *totals)
{
    unsigned              i;
    phone_buf_t           buf;
    const phone_total_t  *total;

    phone_buf_init(&buf, arena, 256);

    for (i = 0; i < totals->n; i++) {
        total = &totals->total[i];

        phone_buf_put(&buf, total->currency);
        phone_buf_byte(&buf, ' ');
        phone_buf_put(&buf, total->kind);
        phone_buf_byte(&buf, ' ');
        phone_buf_int(&buf, total->rows);
        phone_buf_byte(&buf, ' ');
        phone_buf_int(&buf, total->sum);
        phone_buf_byte(&buf, ',');
    }

    return phone_buf_str(&buf);
}
