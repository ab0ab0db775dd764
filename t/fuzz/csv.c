
/*
 * lib/csv.c: in chunks of any size the same rows are read, each within its
 * limits; and a row that is written again is read as the same.
 */


#include <stdint.h>

#include "chunks.h"
#include "lib/csv.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


/* Does it begin or end with a blank?  phone_csv_plain() takes those away. */

static int
is_blank(phone_str_t text)
{
    return text.len && (memchr(" \t", text.data[0], 2) != NULL
                        || memchr(" \t", text.data[text.len - 1], 2) != NULL);
}


/* A row, written behind one more field and read. */

static void
csv_again(const phone_csv_t *row)
{
    unsigned        i;
    phone_str_t     text;
    phone_buf_t     buf;
    phone_csv_t    *again;
    chunks_t        file;
    phone_arena_t   arena;

    phone_arena_init(&arena);
    phone_buf_init(&buf, &arena, 256);

    phone_buf_byte(&buf, 'x');

    for (i = 0; i < row->nfields; i++) {
        phone_buf_byte(&buf, ',');
        phone_csv_text(&buf, row->field[i]);
    }

    file.bytes = phone_buf_str(&buf);
    file.most = PHONE_CSV_CHUNK;
    again = phone_csv_open(&arena, chunks_read, &file);

    if (again != NULL && phone_csv_next(again) == 1
        && again->nfields == row->nfields + 1)
    {
        for (i = 0; i < row->nfields; i++) {
            text = row->field[i];
            CHECK(is_blank(text)
                  || phone_equal(phone_csv_plain(again->field[i + 1]), text));
        }
    }

    phone_arena_free(&arena);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int            rc;
    size_t         n;
    unsigned       i;
    chunks_t       whole, part;
    phone_csv_t   *a, *b;
    phone_arena_t  arena;

    phone_arena_init(&arena);
    whole.bytes = (phone_str_t) { size, (const char *) data };
    whole.most = PHONE_CSV_CHUNK;
    part.bytes = whole.bytes;
    part.most = 3 + size % 7;

    a = phone_csv_open(&arena, chunks_read, &whole);
    b = phone_csv_open(&arena, chunks_read, &part);

    CHECK(a != NULL && b != NULL);

    do {
        rc = phone_csv_next(a);

        CHECK(phone_csv_next(b) == rc);
        CHECK(a->row == b->row && a->error == b->error);

        if (rc == 1) {
            CHECK(a->nfields == b->nfields && a->nfields
                  && a->nfields <= PHONE_CSV_COLUMNS);

            for (i = 0, n = 0; i < a->nfields; i++) {
                CHECK(phone_equal(a->field[i], b->field[i]));
                CHECK(a->field[i].len <= PHONE_CSV_FIELD);
                CHECK(phone_utf8_valid(a->field[i]));
                n += a->field[i].len;
            }

            CHECK(n <= PHONE_CSV_ROW);
            csv_again(a);
        }
    } while (rc == 1);

    CHECK(rc == 0 || a->error != NULL);

    phone_arena_free(&arena);

    return 0;
}
