
/* The CSV file of a statement: work of a thread. */


#include "statement.h"
#include "totals.h"
#include "../lib/csv.h"
#include "../lib/date.h"


#define PHONE_STATEMENT_COLUMNS                                               \
    PHONE_STR("time,kind,bill_id,out_trade_no,out_refund_no,payout_no,"       \
              "currency,amount\r\n")


static int phone_statement_rows_run(const phone_tools_t *tools,
    phone_arena_t *arena, const phone_str_t arg[PHONE_WORK_ARGS],
    phone_str_t *text);
static int phone_statement_file_run(const phone_tools_t *tools,
    phone_arena_t *arena, const phone_str_t arg[PHONE_WORK_ARGS],
    phone_str_t *text);
static void phone_statement_line(phone_buf_t *line,
    const phone_statement_row_t *row, int zone);


const phone_work_t  phone_statement_rows = {
    "statement rows", PHONE_WORK_MEDIA, 4, PHONE_TOTALS_TEXT,
    phone_statement_rows_run
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
            || phone_totals_add(totals, row.currency, row.kind, row.amount)
               < 0)
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
