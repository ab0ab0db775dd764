
#include "csv.h"


#define PHONE_CSV_END  (-1)


static int phone_csv_byte(phone_csv_t *csv);
static void phone_csv_skip_mark(phone_csv_t *csv);
static int phone_csv_line(phone_csv_t *csv);
static int phone_csv_field(phone_csv_t *csv, int *next);
static int phone_csv_return(phone_csv_t *csv, int *next);
static int phone_csv_keep(phone_csv_t *csv, size_t start);
static int phone_csv_bare(phone_csv_t *csv, int c, int *next);
static int phone_csv_quoted(phone_csv_t *csv, int *next);
static int phone_csv_put(phone_csv_t *csv, int c);
static int phone_csv_bad(phone_csv_t *csv, const char *error);


/* What a spreadsheet takes for one, also behind apostrophes: one more of them
   is put in front, and only that is taken away again. */

static int
phone_csv_is_formula(phone_str_t text)
{
    while (text.len && *text.data == '\'') {
        text.data++;
        text.len--;
    }

    return text.len && memchr("=+-@\t\r", *text.data, 6) != NULL;
}


void
phone_csv_text(phone_buf_t *buf, phone_str_t text)
{
    int     quoted;
    size_t  i;

    quoted = 0;

    for (i = 0; i < text.len; i++) {
        quoted |= memchr(",\"\r\n", text.data[i], 4) != NULL;
    }

    if (quoted) {
        phone_buf_byte(buf, '"');
    }

    if (phone_csv_is_formula(text)) {
        phone_buf_byte(buf, '\'');
    }

    for (i = 0; i < text.len; i++) {
        phone_buf_byte(buf, text.data[i]);

        if (text.data[i] == '"') {
            phone_buf_byte(buf, '"');
        }
    }

    if (quoted) {
        phone_buf_byte(buf, '"');
    }
}


phone_csv_t *
phone_csv_open(phone_arena_t *arena, phone_csv_read_pt read, void *data)
{
    phone_csv_t  *csv;

    csv = phone_alloc(arena, sizeof(phone_csv_t));
    if (csv == NULL) {
        return NULL;
    }

    csv->read = read;
    csv->data = data;
    csv->delimiter = ',';

    phone_csv_skip_mark(csv);

    return csv;
}


static int
phone_csv_byte(phone_csv_t *csv)
{
    if (csv->i == csv->n) {
        csv->i = 0;
        csv->n = csv->read(csv->data, csv->at, csv->chunk, PHONE_CSV_CHUNK);
        csv->at += (int64_t) csv->n;

        if (csv->n == 0) {
            return PHONE_CSV_END;
        }
    }

    return (unsigned char) csv->chunk[csv->i++];
}


static void
phone_csv_skip_mark(phone_csv_t *csv)
{
    if (phone_csv_byte(csv) == PHONE_CSV_END) {
        return;
    }

    csv->i = csv->n >= 3 && memcmp(csv->chunk, "\xef\xbb\xbf", 3) == 0 ? 3
                                                                       : 0;
}


int
phone_csv_next(phone_csv_t *csv)
{
    int  rc;

    if (csv->error) {
        return -1;
    }

    do {
        rc = phone_csv_line(csv);
    } while (rc == 1 && csv->nfields == 1 && csv->field[0].len == 0
             && !csv->quoted);

    return rc;
}


static int
phone_csv_line(phone_csv_t *csv)
{
    int  next;

    csv->nfields = 0;
    csv->used = 0;
    csv->cut = 0;

    next = phone_csv_byte(csv);
    if (next == PHONE_CSV_END) {
        return 0;
    }

    csv->i--;
    csv->row++;

    do {
        if (phone_csv_field(csv, &next) != 0) {
            return -1;
        }
    } while (next == csv->delimiter);

    return 1;
}


/* *next is what stands behind it: the delimiter, or a line feed, also for the
   end of the file. */

static int
phone_csv_field(phone_csv_t *csv, int *next)
{
    int     c, rc;
    size_t  start;

    start = csv->used;
    c = phone_csv_byte(csv);
    csv->quoted = c == '"';

    rc = csv->quoted ? phone_csv_quoted(csv, next)
                     : phone_csv_bare(csv, c, next);
    if (rc != 0 || phone_csv_return(csv, next) != 0) {
        return -1;
    }

    if (*next == PHONE_CSV_END) {
        *next = '\n';
    }

    if (*next != csv->delimiter && *next != '\n') {
        return phone_csv_bad(csv, "something follows the closing quote of a "
                             "field");
    }

    return phone_csv_keep(csv, start);
}


static int
phone_csv_return(phone_csv_t *csv, int *next)
{
    if (*next != '\r') {
        return 0;
    }

    *next = phone_csv_byte(csv);

    if (*next == '\n' || *next == PHONE_CSV_END) {
        return 0;
    }

    if (!csv->loose) {
        return phone_csv_bad(csv, "it has a carriage return that no line "
                             "feed follows");
    }

    csv->i--;
    *next = '\n';

    return 0;
}


/* The field from start on is whole. */

static int
phone_csv_keep(phone_csv_t *csv, size_t start)
{
    phone_str_t  field;

    if (csv->nfields == PHONE_CSV_COLUMNS) {
        csv->used = start;
        csv->cut = 1;

        return csv->loose ? 0
               : phone_csv_bad(csv, "it has more than 256 fields");
    }

    field.data = csv->text + start;
    field.len = csv->used - start;

    if (field.len > PHONE_CSV_FIELD) {
        if (!csv->loose) {
            return phone_csv_bad(csv, "a field is longer than 1024 bytes");
        }

        field.len = PHONE_CSV_FIELD;
        csv->cut = 1;
    }

    if (!phone_utf8_valid(field) && !csv->loose) {
        return phone_csv_bad(csv, "it is not UTF-8");
    }

    /* what was cut may end in the middle of a character */

    while (field.len && !phone_utf8_valid(field)) {
        field.len--;
    }

    csv->field[csv->nfields++] = field;

    return 0;
}


static int
phone_csv_bare(phone_csv_t *csv, int c, int *next)
{
    while (c != csv->delimiter && c != '\r' && c != '\n'
           && c != PHONE_CSV_END)
    {
        if (c == '"' && !csv->loose) {
            return phone_csv_bad(csv, "a quote is inside a field that does not "
                                 "begin with one");
        }

        if (phone_csv_put(csv, c) != 0) {
            return -1;
        }

        c = phone_csv_byte(csv);
    }

    *next = c;

    return 0;
}


static int
phone_csv_quoted(phone_csv_t *csv, int *next)
{
    int  c;

    for ( ;; ) {
        c = phone_csv_byte(csv);

        if (c == PHONE_CSV_END) {
            return phone_csv_bad(csv, "a quote is opened and not closed");
        }

        if (c == '"') {
            *next = phone_csv_byte(csv);

            if (*next != '"') {
                return csv->loose ? phone_csv_bare(csv, *next, next) : 0;
            }
        }

        if (phone_csv_put(csv, c) != 0) {
            return -1;
        }
    }
}


static int
phone_csv_put(phone_csv_t *csv, int c)
{
    if (csv->used == PHONE_CSV_ROW && csv->loose) {
        csv->cut = 1;
        return 0;
    }

    if (csv->used == PHONE_CSV_ROW) {
        return phone_csv_bad(csv, "it is longer than 16384 bytes");
    }

    csv->text[csv->used++] = (char) c;

    return 0;
}


static int
phone_csv_bad(phone_csv_t *csv, const char *error)
{
    csv->error = error;

    return -1;
}


phone_str_t
phone_csv_plain(phone_str_t field)
{
    while (field.len && (*field.data == ' ' || *field.data == '\t')) {
        field.data++;
        field.len--;
    }

    while (field.len && (field.data[field.len - 1] == ' '
                         || field.data[field.len - 1] == '\t'))
    {
        field.len--;
    }

    if (field.len && *field.data == '\'' && phone_csv_is_formula(field)) {
        field.data++;
        field.len--;
    }

    return field;
}
