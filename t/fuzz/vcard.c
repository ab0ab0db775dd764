
/*
 * lib/vcard.c and lib/charset.c: in chunks of any size the same cards are read,
 * each within its limits and in UTF-8; and what is written is read again.
 */


#include <stdint.h>

#include "chunks.h"
#include "lib/charset.h"
#include "lib/vcard.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
vcard_text(phone_buf_t *all, const phone_vcard_text_t *text)
{
    phone_str_t  str;

    CHECK(text->len <= sizeof(text->text));

    str = (phone_str_t) { text->len, text->text };

    CHECK(phone_utf8_valid(str));

    phone_buf_int(all, (int64_t) str.len);
    phone_buf_put(all, str);
}


/* All that is read, as one text. */

static phone_str_t
vcard_all(phone_arena_t *arena, chunks_t *file)
{
    unsigned             i;
    int64_t              line;
    phone_buf_t          all;
    phone_vcard_t       *card;
    phone_charset_t     *charset;
    phone_vcard_file_t  *cards;

    phone_buf_init(&all, arena, 1024);
    card = phone_alloc(arena, sizeof(phone_vcard_t));
    charset = phone_charset_open(arena, chunks_read, file);
    cards = phone_vcard_open(arena, phone_charset_read, charset);
    CHECK(card && charset && cards);
    line = 0;

    while (phone_vcard_next(cards, card)) {
        CHECK(card->line > line || card->open);
        CHECK(card->n <= PHONE_VCARD_NUMBERS);

        line = card->line;
        phone_buf_int(&all, line);
        phone_buf_byte(&all, card->open ? '1' : '0');
        phone_buf_byte(&all, card->more ? '1' : '0');
        vcard_text(&all, &card->name);
        vcard_text(&all, &card->organization);
        vcard_text(&all, &card->note);

        for (i = 0; i < card->n; i++) {
            CHECK(card->number[i].len > 0
                  && card->number[i].len <= PHONE_VCARD_NUMBER);
            phone_buf_byte(&all, card->number[i].label);
            phone_buf_put(&all, (phone_str_t) { card->number[i].len,
                                                card->number[i].text });
        }
    }

    phone_vcard_close(cards);
    phone_charset_close(charset);

    return phone_buf_str(&all);
}


/* A name that is escaped is read as it was. */

static void
vcard_again(phone_arena_t *arena, phone_str_t name)
{
    phone_buf_t          buf;
    phone_vcard_t       *card;
    phone_vcard_file_t  *cards;
    chunks_t             file;

    if (name.len == 0 || name.len > 400 || !phone_utf8_valid(name)
        || memchr(name.data, '\r', name.len)
        || name.data[name.len - 1] == ' ')
    {
        return;
    }

    phone_buf_init(&buf, arena, 1024);
    phone_buf_put(&buf, PHONE_STR("BEGIN:VCARD\nFN:"));
    phone_vcard_escape(&buf, name);
    phone_buf_put(&buf, PHONE_STR("\nEND:VCARD\n"));

    file.bytes = phone_buf_str(&buf);
    file.most = 1 << 20;
    card = phone_alloc(arena, sizeof(phone_vcard_t));

    cards = phone_vcard_open(arena, chunks_read, &file);

    CHECK(phone_vcard_next(cards, card));
    phone_vcard_close(cards);
    CHECK(phone_equal((phone_str_t) { card->name.len, card->name.text },
                      name));
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    phone_str_t    whole, parts;
    chunks_t       file;
    phone_arena_t  arena;

    phone_arena_init(&arena);

    file.bytes = (phone_str_t) { size, (const char *) data };
    file.most = 1 << 20;
    whole = vcard_all(&arena, &file);

    file.most = size ? 3 + data[0] % 61 : 3;
    parts = vcard_all(&arena, &file);

    CHECK(arena.failed || phone_equal(whole, parts));

    vcard_again(&arena, file.bytes);

    phone_arena_free(&arena);

    return 0;
}
