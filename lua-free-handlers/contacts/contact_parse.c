
/*
 * A file of contacts is read by a thread: its rows are written to a blob, those
 * of one contact one behind the other (contacts.h).
 */


#define _GNU_SOURCE

#include <string.h>
#include <strings.h>

#include "../host.h"
#include "contacts.h"
#include "../lib/charset.h"
#include "../lib/legible.h"
#include "../lib/vcard.h"


#define PHONE_PARSE_SLOTS  65536         /* of numbers: 5000 rows of 8 */
#define PHONE_PARSE_SNIFF  4096

/* Of the arena; the rest is for one row more, and for the result. */
#define PHONE_PARSE_MOST   (PHONE_ARENA_MAX - 1024 * 1024)

#define PHONE_NO_ROW       (-1)


typedef struct {
    uint64_t                 digits;
    char                     label;
} phone_parsed_number_t;

typedef struct {
    int64_t                  line;
    char                     kind;
    unsigned                 n;
    phone_parsed_number_t    number[PHONE_CONTACT_NUMBERS];
    unsigned                 of_contact; /* of a head: numbers of all */
    int                      last;       /* of a head: the last that follows */
    int                      next;       /* that follows the same head */
    const char              *reason;
    phone_str_t              name;
    phone_str_t              note;
} phone_parsed_t;

typedef struct {
    uint64_t                 digits;     /* 0: free */
    int                      head;
} phone_slot_t;

typedef struct {
    phone_arena_t           *arena;
    phone_str_t              region;
    phone_charset_t         *charset;
    phone_csv_t             *csv;
    int64_t                  line;       /* where it is, and what is wrong */
    const char              *error;
    unsigned                 rows;
    phone_parsed_t          *row;
    phone_slot_t            *slot;
} phone_parse_t;


static int phone_contact_parse_run(const phone_tools_t *tools,
    phone_arena_t *arena, const phone_str_t arg[PHONE_WORK_ARGS],
    phone_str_t *text);
static size_t phone_parse_read(void *data, int64_t at, char *bytes,
    size_t len);
static int phone_parse_file(phone_parse_t *parse, char format,
    char delimiter);
static char phone_parse_sniff(phone_parse_t *parse, char *delimiter);
static int phone_parse_vcard(phone_parse_t *parse);
static void phone_parse_card(phone_parse_t *parse, const phone_vcard_t *card);
static int phone_parse_csv(phone_parse_t *parse, char delimiter);
static const char *phone_parse_header(phone_parse_t *parse,
    phone_columns_t *columns);
static int phone_parse_line(phone_parse_t *parse,
    const phone_columns_t *columns);
static void phone_parse_fields(phone_parse_t *parse, phone_parsed_t *row,
    const phone_columns_t *columns);
static phone_str_t phone_parse_name(phone_parse_t *parse,
    const phone_columns_t *columns);
static phone_str_t phone_parse_column(phone_parse_t *parse,
    const phone_columns_t *columns, char name);
static phone_parsed_t *phone_parse_row(phone_parse_t *parse, int64_t line);
static void phone_parse_number(phone_parse_t *parse, phone_parsed_t *row,
    char label, phone_str_t text);
static void phone_parse_judge(phone_parse_t *parse, phone_parsed_t *row,
    phone_str_t name, phone_str_t note);
static phone_slot_t *phone_parse_slot(phone_parse_t *parse, uint64_t digits);
static void phone_parse_join(phone_parse_t *parse, phone_parsed_t *row);
static void phone_parse_own(phone_parse_t *parse, phone_parsed_t *row,
    int head);
static phone_str_t phone_plain_text(phone_arena_t *arena, phone_str_t text);
static void phone_parse_write(phone_parse_t *parse, phone_writer_t *writer);
static void phone_parse_put(phone_buf_t *buf, const phone_parsed_t *row);


/* File, region -> "<rows> <what the file is>", and the rows are a blob; or
   "!<line> <what is wrong with it>". */
const phone_work_t  phone_contact_parse = {
    "contact parse", PHONE_WORK_MEDIA, 4, 512, phone_contact_parse_run
};


static size_t
phone_parse_read(void *data, int64_t at, char *bytes, size_t len)
{
    return phone_blob_bytes(data, at, bytes, len);
}


static int
phone_contact_parse_run(const phone_tools_t *tools, phone_arena_t *arena,
    const phone_str_t arg[PHONE_WORK_ARGS], phone_str_t *text)
{
    int             rc;
    char            format, delimiter;
    phone_parse_t  *parse;

    parse = phone_alloc(arena, sizeof(phone_parse_t));
    if (parse == NULL) {
        return 0;
    }

    parse->arena = arena;
    parse->region = arg[1];
    parse->line = 1;
    parse->row = phone_alloc(arena,
                             PHONE_IMPORT_ROWS * sizeof(phone_parsed_t));
    parse->slot = phone_alloc(arena,
                              PHONE_PARSE_SLOTS * sizeof(phone_slot_t));
    parse->charset = phone_charset_open(arena, phone_parse_read,
                                        phone_read_blob(tools, arg[0]));

    if (parse->charset == NULL || arena->failed) {
        phone_charset_close(parse->charset);
        return 0;
    }

    format = phone_parse_sniff(parse, &delimiter);
    rc = phone_parse_file(parse, format, delimiter);
    phone_charset_close(parse->charset);

    if (rc == 0 && !arena->failed) {
        phone_parse_write(parse, phone_make_blob(tools));
        *text = phone_format(arena, "%u %s", parse->rows,
                             format == 'v' ? "vcard" : "csv");

    } else {
        *text = phone_format(arena, "!%lld %s", (long long) parse->line,
                             parse->error ? parse->error : "it is too large");
    }

    return !arena->failed;
}


static int
phone_parse_file(phone_parse_t *parse, char format, char delimiter)
{
    int  rc;

    rc = format == 'v' ? phone_parse_vcard(parse)
                       : phone_parse_csv(parse, delimiter);

    if (rc == 0 && parse->rows == 0) {
        parse->error = "there are no contacts in the file";
        return -1;
    }

    return rc;
}


/* 'v' or 'c'; and of the first line of a CSV file, what there is most of. */

static char
phone_parse_sniff(phone_parse_t *parse, char *delimiter)
{
    char         head[PHONE_PARSE_SNIFF];
    size_t       i, n, line, most, count[3];
    const char  *end;

    static const char  delimiters[3] = { ',', ';', '\t' };

    n = phone_charset_read(parse->charset, 0, head, sizeof(head));
    phone_charset_rewind(parse->charset);
    end = n ? memchr(head, '\n', n) : NULL;
    line = end ? (size_t) (end - head) : n;
    memset(count, 0, sizeof(count));

    for (i = 0; i < line; i++) {
        count[0] += head[i] == delimiters[0];
        count[1] += head[i] == delimiters[1];
        count[2] += head[i] == delimiters[2];
    }

    most = count[1] > count[0] ? 1 : 0;
    most = count[2] > count[most] ? 2 : most;
    *delimiter = delimiters[most];

    for (i = 0; i < n && memchr(" \t\r\n", head[i], 4) != NULL; i++) {
        /* void */
    }

    return n - i >= 11 && strncasecmp(head + i, "BEGIN:VCARD", 11) == 0 ? 'v'
                                                                       : 'c';
}


/* vCard */

static int
phone_parse_vcard(phone_parse_t *parse)
{
    phone_vcard_t       *card;
    phone_vcard_file_t  *file;

    card = phone_alloc(parse->arena, sizeof(phone_vcard_t));
    file = phone_vcard_open(parse->arena, phone_charset_read, parse->charset);

    while (card && file && !parse->error && !parse->arena->failed
           && phone_vcard_next(file, card))
    {
        parse->line = card->line;
        phone_parse_card(parse, card);
    }

    phone_vcard_close(file);

    return card && file && !parse->error && !parse->arena->failed ? 0 : -1;
}


static void
phone_parse_card(phone_parse_t *parse, const phone_vcard_t *card)
{
    unsigned                     i;
    phone_parsed_t              *row;
    const phone_vcard_text_t    *name;
    const phone_vcard_number_t  *number;

    row = phone_parse_row(parse, card->line);
    if (row == NULL) {
        return;
    }

    if (card->open) {
        row->kind = PHONE_ROW_INVALID;
        row->reason = "CARD_WITHOUT_END";
        return;
    }

    if (card->more) {
        row->reason = "NUMBERS_LEFT_OUT";
    }

    for (i = 0; i < card->n; i++) {
        number = &card->number[i];
        phone_parse_number(parse, row, number->label,
                           (phone_str_t) { number->len, number->text });
    }

    name = card->name.len ? &card->name : &card->organization;
    phone_parse_judge(parse, row, (phone_str_t) { name->len, name->text },
                      (phone_str_t) { card->note.len, card->note.text });
}


/* CSV */

static int
phone_parse_csv(phone_parse_t *parse, char delimiter)
{
    int               rc;
    phone_columns_t  *columns;

    columns = phone_alloc(parse->arena, sizeof(phone_columns_t));
    parse->csv = phone_csv_open(parse->arena, phone_charset_read,
                                parse->charset);

    if (columns == NULL || parse->csv == NULL) {
        return -1;
    }

    parse->csv->loose = 1;
    parse->csv->delimiter = delimiter;
    parse->error = phone_parse_header(parse, columns);

    if (parse->error) {
        return -1;
    }

    while ((rc = phone_csv_next(parse->csv)) == 1) {
        parse->line = parse->csv->row;

        if (phone_parse_line(parse, columns) != 0) {
            return -1;
        }
    }

    if (rc != 0) {
        parse->line = parse->csv->row;
        parse->error = parse->csv->error;
    }

    return rc;
}


static const char *
phone_parse_header(phone_parse_t *parse, phone_columns_t *columns)
{
    int       rc;
    unsigned  i;

    rc = phone_csv_next(parse->csv);

    if (rc != 1) {
        return rc == 0 ? "there is nothing in the file" : parse->csv->error;
    }

    parse->line = parse->csv->row;

    for (i = 0; i < parse->csv->nfields; i++) {
        parse->csv->field[i] = phone_csv_plain(parse->csv->field[i]);
    }

    return phone_columns_find(columns, parse->csv->nfields,
                              parse->csv->field);
}


static int
phone_parse_line(phone_parse_t *parse, const phone_columns_t *columns)
{
    unsigned         i, filled;
    phone_parsed_t  *row;

    for (i = 0, filled = 0; i < parse->csv->nfields; i++) {
        parse->csv->field[i] = phone_csv_plain(parse->csv->field[i]);
        filled += parse->csv->field[i].len != 0;
    }

    if (filled == 0) {
        return 0;
    }

    row = phone_parse_row(parse, parse->csv->row);
    if (row == NULL) {
        return -1;
    }

    phone_parse_fields(parse, row, columns);

    return parse->arena->failed ? -1 : 0;
}


/* Google joins several values of a column. */

static void
phone_parse_fields(phone_parse_t *parse, phone_parsed_t *row,
    const phone_columns_t *columns)
{
    int           label;
    char          kind;
    unsigned      i;
    phone_str_t   rest, part;
    const char   *joined;

    for (i = 0; i < columns->n && i < parse->csv->nfields; i++) {
        if (!phone_column_is_number(columns->name[i])
            || parse->csv->field[i].len == 0)
        {
            continue;
        }

        label = columns->label[i];
        kind = label >= 0 && (unsigned) label < parse->csv->nfields
               ? phone_label_of(parse->csv->field[label]) : columns->name[i];

        for (rest = parse->csv->field[i]; rest.len; /* void */ ) {
            joined = memmem(rest.data, rest.len, ":::", 3);
            part = rest;
            part.len = joined ? (size_t) (joined - rest.data) : rest.len;
            rest.data += part.len;
            rest.len -= part.len;

            if (joined) {
                rest.data += 3;
                rest.len -= 3;
            }

            phone_parse_number(parse, row, kind, phone_csv_plain(part));
        }
    }

    phone_parse_judge(parse, row, phone_parse_name(parse, columns),
                      phone_parse_column(parse, columns, PHONE_COLUMN_NOTE));
}


static phone_str_t
phone_parse_name(phone_parse_t *parse, const phone_columns_t *columns)
{
    int          east;
    phone_str_t  name, family, given, middle;

    name = phone_parse_column(parse, columns, PHONE_COLUMN_NAME);
    family = phone_parse_column(parse, columns, PHONE_COLUMN_FAMILY);
    given = phone_parse_column(parse, columns, PHONE_COLUMN_GIVEN);
    middle = phone_parse_column(parse, columns, PHONE_COLUMN_MIDDLE);

    if (name.len) {
        return name;
    }

    if (family.len == 0 && given.len == 0) {
        return phone_parse_column(parse, columns, PHONE_COLUMN_COMPANY);
    }

    east = family.len && (unsigned char) *family.data >= 0xe2;

    return phone_join(parse->arena, 5,
                      (phone_str_t[5]) {
                          east ? family : given,
                          east ? PHONE_EMPTY : PHONE_STR(" "),
                          east ? given : middle,
                          east ? PHONE_EMPTY : PHONE_STR(" "),
                          east ? middle : family });
}


/* The first such column that is not empty. */

static phone_str_t
phone_parse_column(phone_parse_t *parse, const phone_columns_t *columns,
    char name)
{
    unsigned  i;

    for (i = 0; i < columns->n && i < parse->csv->nfields; i++) {
        if (columns->name[i] == name && parse->csv->field[i].len) {
            return parse->csv->field[i];
        }
    }

    return PHONE_EMPTY;
}


/* Rows */

static phone_parsed_t *
phone_parse_row(phone_parse_t *parse, int64_t line)
{
    phone_parsed_t  *row;

    if (parse->rows == PHONE_IMPORT_ROWS) {
        parse->error = "the file has more than 5000 contacts: send it in "
                       "parts";
        return NULL;
    }

    if (parse->arena->used > PHONE_PARSE_MOST) {
        parse->error = "the file has too much text: send it in parts";
        return NULL;
    }

    row = &parse->row[parse->rows++];
    row->line = line;
    row->last = PHONE_NO_ROW;
    row->next = PHONE_NO_ROW;

    return row;
}


static void
phone_parse_number(phone_parse_t *parse, phone_parsed_t *row, char label,
    phone_str_t text)
{
    int       n;
    char      written[17];
    unsigned  i;
    uint64_t  digits;

    if (text.len == 0) {
        return;
    }

    if (phone_contact_number(text, parse->region, written) != 0) {
        row->reason = "NUMBERS_LEFT_OUT";
        return;
    }

    for (n = 1, digits = 0; written[n]; n++) {
        digits = digits * 10 + (uint64_t) (written[n] - '0');
    }

    for (i = 0; i < row->n; i++) {
        if (row->number[i].digits == digits) {
            return;
        }
    }

    if (row->n == PHONE_CONTACT_NUMBERS) {
        row->reason = "NUMBERS_LEFT_OUT";
        return;
    }

    row->number[row->n].digits = digits;
    row->number[row->n++].label = label;
}


/* All of its numbers are known: what the row is. */

static void
phone_parse_judge(phone_parse_t *parse, phone_parsed_t *row, phone_str_t name,
    phone_str_t note)
{
    int  too_long, illegible;

    row->kind = PHONE_ROW_INVALID;
    name = phone_plain_text(parse->arena, name);
    too_long = phone_utf8_length(name) > PHONE_CONTACT_NAME;
    illegible = name.len && !phone_legible(name);

    /* also of one that is not stored: its owner is shown it */

    row->name = too_long || illegible ? PHONE_EMPTY : name;

    if (row->n == 0) {
        row->reason = row->reason ? "NUMBER_INVALID" : "NUMBER_MISSING";
        return;
    }

    if (too_long || illegible) {
        row->reason = too_long ? "NAME_TOO_LONG" : "NAME_ILLEGIBLE";
        return;
    }

    phone_parse_join(parse, row);

    if (row->kind != PHONE_ROW_HEAD) {
        return;
    }

    row->note = phone_plain_text(parse->arena, note);

    if (!phone_legible(row->note)
        || phone_utf8_length(row->note) > PHONE_CONTACT_NOTE)
    {
        row->reason = row->note.len ? "NOTE_LEFT_OUT" : row->reason;
        row->note = PHONE_EMPTY;
    }
}


static phone_slot_t *
phone_parse_slot(phone_parse_t *parse, uint64_t digits)
{
    size_t  i;

    i = (size_t) ((digits * UINT64_C(0x9e3779b97f4a7c15)) >> 48);

    while (parse->slot[i].digits && parse->slot[i].digits != digits) {
        i = (i + 1) % PHONE_PARSE_SLOTS;
    }

    return &parse->slot[i];
}


/* To the contact that has the first of its numbers that a row before had. */

static void
phone_parse_join(phone_parse_t *parse, phone_parsed_t *row)
{
    int              at, head;
    unsigned         i;
    phone_slot_t    *slot;
    phone_parsed_t  *first;

    at = (int) (row - parse->row);
    head = PHONE_NO_ROW;

    for (i = 0; i < row->n && head == PHONE_NO_ROW; i++) {
        slot = phone_parse_slot(parse, row->number[i].digits);
        head = slot->digits ? slot->head : PHONE_NO_ROW;
    }

    if (head == PHONE_NO_ROW) {
        row->kind = PHONE_ROW_HEAD;
        row->last = at;
        phone_parse_own(parse, row, at);
        return;
    }

    first = &parse->row[head];
    phone_parse_own(parse, row, head);

    if (row->n == 0) {
        row->kind = PHONE_ROW_DUPLICATE;
        row->reason = row->reason ? row->reason : "IN_FILE";
        return;
    }

    row->kind = PHONE_ROW_FOLLOWS;
    parse->row[first->last].next = at;
    first->last = at;
}


/* Leaves the numbers that no row has had before, as far as its contact has room
   for them. */

static void
phone_parse_own(phone_parse_t *parse, phone_parsed_t *row, int head)
{
    unsigned         i, n;
    phone_slot_t    *slot;
    phone_parsed_t  *first;

    first = &parse->row[head];

    for (i = 0, n = 0; i < row->n; i++) {
        slot = phone_parse_slot(parse, row->number[i].digits);

        if (slot->digits) {
            continue;
        }

        if (first->of_contact == PHONE_CONTACT_NUMBERS) {
            row->reason = "NUMBERS_LEFT_OUT";
            continue;
        }

        slot->digits = row->number[i].digits;
        slot->head = head;
        first->of_contact++;
        row->number[n++] = row->number[i];
    }

    row->n = n;
}


/* One space for all that is none to be seen, and none at the ends. */

static phone_str_t
phone_plain_text(phone_arena_t *arena, phone_str_t text)
{
    char          *plain;
    size_t         i, n;
    unsigned char  c;

    plain = phone_alloc_raw(arena, text.len + 1);
    if (plain == NULL) {
        return PHONE_EMPTY;
    }

    for (i = 0, n = 0; i < text.len; i++) {
        c = (unsigned char) text.data[i];

        if (c <= ' ' || c == 0x7f) {
            if (n && plain[n - 1] != ' ') {
                plain[n++] = ' ';
            }

        } else {
            plain[n++] = (char) c;
        }
    }

    n -= n && plain[n - 1] == ' ';

    return (phone_str_t) { n, plain };
}


/* The blob of rows */

static void
phone_parse_write(phone_parse_t *parse, phone_writer_t *writer)
{
    int                     next;
    unsigned                i;
    phone_buf_t             buf;
    const phone_parsed_t   *row;

    phone_buf_init(&buf, parse->arena, 4096);

    for (i = 0; i < parse->rows; i++) {
        row = &parse->row[i];

        if (row->kind == PHONE_ROW_FOLLOWS) {
            continue;
        }

        for ( ;; ) {
            buf.len = 0;
            phone_parse_put(&buf, row);
            phone_write(writer, (phone_str_t) { buf.len, buf.data });
            next = row->next;

            if (next == PHONE_NO_ROW) {
                break;
            }

            row = &parse->row[next];
        }
    }
}


static void
phone_parse_put(phone_buf_t *buf, const phone_parsed_t *row)
{
    unsigned  i;

    phone_buf_int(buf, row->line);
    phone_buf_byte(buf, ' ');
    phone_buf_byte(buf, row->kind);
    phone_buf_byte(buf, ' ');

    for (i = 0; i < row->n && row->kind != PHONE_ROW_INVALID; i++) {
        if (i) {
            phone_buf_byte(buf, ',');
        }

        phone_buf_byte(buf, row->number[i].label);
        phone_buf_byte(buf, '+');
        phone_buf_int(buf, (int64_t) row->number[i].digits);
    }

    if (i == 0) {
        phone_buf_byte(buf, '-');
    }

    phone_buf_byte(buf, ' ');
    phone_import_word(buf, row->reason ? phone_cstr(row->reason)
                                       : PHONE_EMPTY);
    phone_buf_byte(buf, '\t');
    phone_buf_put(buf, row->name);
    phone_buf_byte(buf, '\t');
    phone_buf_put(buf, row->note);
    phone_buf_byte(buf, '\n');
}
