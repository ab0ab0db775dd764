
/*
 * Rows of a CSV file of movements: a merchant's own, or a statement.  The
 * columns are found by their names in the header; lines that begin with '#' are
 * left out.
 */


#include <ctype.h>

#include "bill.h"
#include "reconcile.h"
#include "../lib/money.h"


static size_t phone_reconcile_read(void *data, int64_t at, char *bytes,
    size_t len);
static int phone_reconcile_line(phone_reconcile_file_t *file);
static int phone_reconcile_header(phone_reconcile_file_t *file);
static int phone_reconcile_same(phone_str_t text, const char *name);
static phone_str_t phone_reconcile_field(const phone_reconcile_file_t *file,
    phone_column_t column);
static int phone_reconcile_kind(phone_reconcile_file_t *file,
    phone_reconcile_row_t *row);
static int phone_reconcile_number(phone_reconcile_file_t *file,
    phone_reconcile_row_t *row);
static int phone_reconcile_currency(phone_reconcile_file_t *file,
    phone_reconcile_row_t *row);
static int phone_reconcile_amount(phone_reconcile_file_t *file,
    phone_reconcile_row_t *row);
static int phone_reconcile_digits(phone_str_t text);
static int phone_reconcile_bad(phone_reconcile_file_t *file,
    const char *field, const char *error);


static const char *const  phone_columns[PHONE_COLUMNS] = {
    "kind", "out_trade_no", "out_refund_no", "payout_no", "currency",
    "amount", "status"
};


int
phone_reconcile_open(phone_reconcile_file_t *file, phone_arena_t *arena,
    phone_reader_t *reader, phone_str_t currency)
{
    memset(file, 0, sizeof(phone_reconcile_file_t));
    file->currency = currency;
    file->csv = phone_csv_open(arena, phone_reconcile_read, reader);

    if (file->csv == NULL) {
        return -1;
    }

    switch (phone_reconcile_line(file)) {

    case 1:
        return phone_reconcile_header(file);

    case 0:
        return phone_reconcile_bad(file, NULL, "the file has no header");

    default:
        return -1;
    }
}


static size_t
phone_reconcile_read(void *data, int64_t at, char *bytes, size_t len)
{
    return phone_blob_bytes(data, at, bytes, len);
}


static int
phone_reconcile_line(phone_reconcile_file_t *file)
{
    int  rc;

    do {
        rc = phone_csv_next(file->csv);
    } while (rc == 1 && file->csv->field[0].len
             && *file->csv->field[0].data == '#');

    return rc;
}


static int
phone_reconcile_header(phone_reconcile_file_t *file)
{
    unsigned     i, n;
    phone_str_t  name;

    file->columns = file->csv->nfields;

    for (n = 0; n < PHONE_COLUMNS; n++) {
        file->column[n] = -1;

        for (i = 0; i < file->columns; i++) {
            name = phone_csv_plain(file->csv->field[i]);

            if (!phone_reconcile_same(name, phone_columns[n])) {
                continue;
            }

            if (file->column[n] >= 0) {
                return phone_reconcile_bad(file, phone_columns[n],
                                           "two columns have that name");
            }

            file->column[n] = (int) i;
        }
    }

    if (file->column[PHONE_COLUMN_ORDER] < 0
        && file->column[PHONE_COLUMN_REFUND] < 0
        && file->column[PHONE_COLUMN_PAYOUT] < 0)
    {
        return phone_reconcile_bad(file, "out_trade_no",
                                   "no column has that name");
    }

    return file->column[PHONE_COLUMN_AMOUNT] < 0
           ? phone_reconcile_bad(file, "amount", "no column has that name")
           : 0;
}


/* In either case. */

static int
phone_reconcile_same(phone_str_t text, const char *name)
{
    size_t  i;

    if (text.len != strlen(name)) {
        return 0;
    }

    for (i = 0; i < text.len; i++) {
        if (tolower((unsigned char) text.data[i])
            != tolower((unsigned char) name[i]))
        {
            return 0;
        }
    }

    return 1;
}


static phone_str_t
phone_reconcile_field(const phone_reconcile_file_t *file,
    phone_column_t column)
{
    int  n;

    n = file->column[column];

    return n < 0 || (unsigned) n >= file->csv->nfields
           ? PHONE_EMPTY : phone_csv_plain(file->csv->field[n]);
}


int
phone_reconcile_next(phone_reconcile_file_t *file, phone_reconcile_row_t *row)
{
    int       rc;
    unsigned  i;

    static const char *const  moved[] = {
        "PAID", "SUCCESS", "REFUNDED", "PARTLY_REFUNDED"
    };

    rc = phone_reconcile_line(file);

    if (rc != 1) {
        return rc;
    }

    if (file->csv->nfields > file->columns) {
        return phone_reconcile_bad(file, NULL,
                                   "it has more fields than the header");
    }

    row->order = phone_reconcile_field(file, PHONE_COLUMN_ORDER);
    row->status = phone_reconcile_field(file, PHONE_COLUMN_STATUS);
    row->moved = row->status.len == 0;

    for (i = 0; i < sizeof(moved) / sizeof(moved[0]); i++) {
        row->moved |= phone_reconcile_same(row->status, moved[i]);
    }

    return phone_reconcile_kind(file, row) == 0
           && phone_reconcile_number(file, row) == 0
           && phone_reconcile_currency(file, row) == 0
           && phone_reconcile_amount(file, row) == 0 ? 1 : -1;
}


/* By the column, or by which numbers it has. */

static int
phone_reconcile_kind(phone_reconcile_file_t *file, phone_reconcile_row_t *row)
{
    phone_str_t  kind;

    kind = phone_reconcile_field(file, PHONE_COLUMN_KIND);

    if (kind.len == 0) {
        row->kind = phone_reconcile_field(file, PHONE_COLUMN_PAYOUT).len
                    ? PHONE_ROW_PAYOUT
                    : phone_reconcile_field(file, PHONE_COLUMN_REFUND).len
                    ? PHONE_ROW_REFUND : PHONE_ROW_PAYMENT;

    } else if (phone_reconcile_same(kind, "payment")) {
        row->kind = PHONE_ROW_PAYMENT;

    } else if (phone_reconcile_same(kind, "refund")) {
        row->kind = PHONE_ROW_REFUND;

    } else if (phone_reconcile_same(kind, "payout")) {
        row->kind = PHONE_ROW_PAYOUT;

    } else {
        return phone_reconcile_bad(file, "kind", "it is none of payment, "
                                   "refund and payout");
    }

    return 0;
}


static int
phone_reconcile_number(phone_reconcile_file_t *file,
    phone_reconcile_row_t *row)
{
    phone_column_t  column;

    column = phone_equal(row->kind, PHONE_ROW_PAYMENT) ? PHONE_COLUMN_ORDER
             : phone_equal(row->kind, PHONE_ROW_REFUND) ? PHONE_COLUMN_REFUND
             : PHONE_COLUMN_PAYOUT;

    row->number = phone_reconcile_field(file, column);

    return row->number.len ? 0
           : phone_reconcile_bad(file, phone_columns[column], "it is empty");
}


static int
phone_reconcile_currency(phone_reconcile_file_t *file,
    phone_reconcile_row_t *row)
{
    char                     code[3];
    size_t                   i;
    phone_str_t              text;
    const phone_currency_t  *currency;

    text = phone_reconcile_field(file, PHONE_COLUMN_CURRENCY);

    if (text.len == 0) {
        text = file->currency;
    }

    for (i = 0; i < 3 && i < text.len; i++) {
        code[i] = (char) toupper((unsigned char) text.data[i]);
    }

    currency = text.len == 3 ? phone_currency((phone_str_t) { 3, code })
                             : NULL;

    if (currency == NULL) {
        return phone_reconcile_bad(file, "currency", "it is no currency that "
                                   "the platform knows");
    }

    row->currency = (phone_str_t) { 3, currency->code };

    return 0;
}


/* Of refunds and payouts either sign means that money went. */

static int
phone_reconcile_amount(phone_reconcile_file_t *file,
    phone_reconcile_row_t *row)
{
    int          minus;
    phone_str_t  text;

    text = phone_reconcile_field(file, PHONE_COLUMN_AMOUNT);
    minus = text.len && *text.data == '-';

    if (text.len && (minus || *text.data == '+')) {
        text.data++;
        text.len--;
    }

    while (text.len > 1 && *text.data == '0') {
        text.data++;
        text.len--;
    }

    if (phone_amount_parse(text, &row->amount) != 0) {
        return phone_reconcile_bad(file, "amount",
                                   phone_reconcile_digits(text)
                                   ? "it must be from 1 to 1000000000000000"
                                   : "write minor units in digits: 1280 for "
                                     "12.80");
    }

    if (!phone_equal(row->kind, PHONE_ROW_PAYMENT)) {
        row->amount = -row->amount;

    } else if (minus) {
        return phone_reconcile_bad(file, "amount", "a payment is above 0: a "
                                   "refund has an out_refund_no");
    }

    return 0;
}


static int
phone_reconcile_digits(phone_str_t text)
{
    size_t  i;

    for (i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return 0;
        }
    }

    return text.len > 0;
}


static int
phone_reconcile_bad(phone_reconcile_file_t *file, const char *field,
    const char *error)
{
    file->field = field;
    file->error = error;

    return -1;
}


phone_str_t
phone_reconcile_error(phone_arena_t *arena, const phone_reconcile_file_t *file)
{
    const char  *error;

    if (file->csv == NULL) {
        return PHONE_EMPTY;
    }

    error = file->error ? file->error : file->csv->error;

    return phone_format(arena, "%lld %s%s%s", (long long) file->csv->row,
                        file->field ? file->field : "",
                        file->field ? ": " : "", error ? error : "");
}
