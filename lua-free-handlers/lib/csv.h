
/*
 * CSV files: RFC 4180, and what a spreadsheet would take for a formula is
 * text.
 */


#ifndef _PHONE_CSV_H_INCLUDED_
#define _PHONE_CSV_H_INCLUDED_


#include "text.h"


/*
 * Appends a text.  One that begins with = + - @, a tab or a return gets a '
 * in front; one that holds a comma, a quote or the end of a line is put in
 * quotes.
 */
void phone_csv_text(phone_buf_t *buf, phone_str_t text);


#define PHONE_CSV_COLUMNS    256
#define PHONE_CSV_FIELD      1024        /* bytes */
#define PHONE_CSV_ROW        16384       /* bytes of all fields of a row */
#define PHONE_CSV_CHUNK      65536


/* The bytes of a file from at on: how many there are, len but at its end. */
typedef size_t (*phone_csv_read_pt)(void *data, int64_t at, char *bytes,
    size_t len);


/*
 * A file that is read row by row.  Lines end with CRLF or LF; a UTF-8 byte
 * order mark is skipped, and so are empty lines, which count.  The fields of a
 * row are good until the next one is read.
 *
 * With loose, which is set before the first row like the delimiter, what other
 * programs write is taken: a quote inside a field, something behind a closing
 * quote, a return as the end of a line.  What is too long is cut off, and the
 * row says so.
 */
typedef struct {
    phone_csv_read_pt        read;
    void                    *data;
    int64_t                  at;         /* of the file: behind the chunk */
    size_t                   i, n;       /* of the chunk */
    size_t                   used;       /* of the text */
    int64_t                  row;        /* its number; the first is 1 */
    unsigned                 nfields;
    char                     delimiter;  /* ',' */
    unsigned                 quoted:1;   /* the last field was */
    unsigned                 loose:1;
    unsigned                 cut:1;      /* something of the row was */
    phone_str_t              field[PHONE_CSV_COLUMNS];
    const char              *error;      /* why phone_csv_next() is -1 */
    char                     text[PHONE_CSV_ROW];
    char                     chunk[PHONE_CSV_CHUNK];
} phone_csv_t;


/* NULL: no memory. */
phone_csv_t *phone_csv_open(phone_arena_t *arena, phone_csv_read_pt read,
    void *data);

/* 1: a row; 0: there is none any more; -1: it is malformed, see error. */
int phone_csv_next(phone_csv_t *csv);

/* A field as phone_csv_text() was given it, without the spaces around it. */
phone_str_t phone_csv_plain(phone_str_t field);


#endif /* _PHONE_CSV_H_INCLUDED_ */
