
/* lib/vcard.c, and lib/charset.c below it: address books of phones, and files
   that are to do harm. */


#include <stdlib.h>
#include <time.h>

#include "tap.h"
#include "lib/charset.h"
#include "lib/vcard.h"


/* A file: a text, or a text that is repeated n times between two others. */

typedef struct {
    phone_str_t              head;
    phone_str_t              part;
    phone_str_t              tail;
    int64_t                  n;
    size_t                   most;       /* bytes of a read */
} file_t;


static size_t
file_read(void *data, int64_t at, char *bytes, size_t len)
{
    size_t    i;
    int64_t   middle, end;
    file_t   *file;

    file = data;
    middle = (int64_t) file->head.len
             + file->n * (int64_t) file->part.len;
    end = middle + (int64_t) file->tail.len;
    len = len < file->most ? len : file->most;

    for (i = 0; i < len && at < end; i++, at++) {
        bytes[i] = at < (int64_t) file->head.len ? file->head.data[at]
                   : at >= middle ? file->tail.data[at - middle]
                   : file->part.data[(size_t) (at - (int64_t) file->head.len)
                                     % file->part.len];
    }

    return i;
}


/* "<line> <name>|<label><number>...|<note>", a line for each card. */

static phone_str_t
cards_of(phone_arena_t *arena, file_t *file)
{
    unsigned             i;
    phone_buf_t          buf;
    phone_vcard_t       *card;
    phone_charset_t     *charset;
    phone_vcard_file_t  *cards;

    phone_buf_init(&buf, arena, 256);
    card = phone_alloc(arena, sizeof(phone_vcard_t));
    charset = phone_charset_open(arena, file_read, file);
    cards = phone_vcard_open(arena, phone_charset_read, charset);

    while (phone_vcard_next(cards, card)) {
        phone_buf_int(&buf, card->line);
        phone_buf_byte(&buf, ' ');
        phone_buf_put(&buf, (phone_str_t) { card->name.len,
                                            card->name.text });

        for (i = 0; i < card->n; i++) {
            phone_buf_byte(&buf, i ? ' ' : '|');
            phone_buf_byte(&buf, card->number[i].label);
            phone_buf_put(&buf, (phone_str_t) { card->number[i].len,
                                                card->number[i].text });
        }

        if (card->note.len) {
            phone_buf_byte(&buf, '|');
            phone_buf_put(&buf, (phone_str_t) { card->note.len,
                                                card->note.text });
        }

        phone_buf_put(&buf, card->open ? PHONE_STR(" open") : PHONE_EMPTY);
        phone_buf_put(&buf, card->more ? PHONE_STR(" more") : PHONE_EMPTY);
        phone_buf_byte(&buf, '\n');
    }

    phone_vcard_close(cards);
    phone_charset_close(charset);

    return phone_buf_str(&buf);
}


static void
cards_are(file_t *file, const char *expected, const char *what)
{
    size_t         i;
    phone_arena_t  arena;

    static const size_t  most[] = { 3, 7, 1000, 1 << 20 };

    for (i = 0; i < sizeof(most) / sizeof(most[0]); i++) {
        file->most = most[i];
        phone_arena_init(&arena);
        is_str(cards_of(&arena, file), expected, "%s, by %zu", what, most[i]);
        phone_arena_free(&arena);
    }
}


static void
text_is(const char *text, const char *expected, const char *what)
{
    file_t  file;

    memset(&file, 0, sizeof(file));
    file.head = phone_cstr(text);
    cards_are(&file, expected, what);
}


#define CARD(lines)  "BEGIN:VCARD\r\n" lines "END:VCARD\r\n"


static void
versions(void)
{
    text_is(CARD("VERSION:2.1\r\n"
                 "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E5=BC=A0;"
                 "=E4=B8=89\r\n"
                 "TEL;CELL;PREF:138 0000 0001\r\nTEL;HOME:021-61234567\r\n"),
            "1 张三|m138 0000 0001 h021-61234567\n", "2.1, bare parameters");

    text_is(CARD("VERSION:2.1\r\n"
                 "FN;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:=E5=BC=\r\n"
                 "=A0=\r\n=E4=B8=89\r\nTEL;CELL:1\r\n"),
            "1 张三|m1\n", "soft line breaks");

    text_is(CARD("VERSION:2.1\r\nFN;QUOTED-PRINTABLE;CHARSET=GBK:=D5=C5=C8=FD"
                 "\r\nTEL;CELL:1\r\n"),
            "1 张三|m1\n", "in GBK");

    text_is(CARD("VERSION:3.0\r\nFN:Li\\, Lei\r\nN:Li;Lei;;;\r\n"
                 "TEL;TYPE=CELL,VOICE:+86 138\r\n"
                 "item1.TEL;type=WORK;type=pref:1\\;2\r\n"
                 "item1.X-ABLabel:_$!<Main>!$_\r\nNOTE:a\\nb\\\\c\r\n"),
            "1 Li, Lei|m+86 138 w1;2|a\nb\\c\n", "3.0, groups and escapes");

    text_is(CARD("VERSION:4.0\nFN:Li\r\nTEL;VALUE=uri;TYPE=\"voice,home\""
                 ":tel:+86-138;ext=102\r\nTEL:tel:%2B86139\r\n"),
            "1 Li|h+86-138 o+86139\n", "4.0, URIs");

    text_is(CARD("N:Smith;John;Q.;;\nTEL:1\n"), "1 John Q. Smith|o1\n",
            "a name of parts");
    text_is(CARD("N:张;三\nTEL:1\n"), "1 张三|o1\n", "a Chinese one");
    text_is(CARD("FN:a\nN:b;c\nTEL:1\n"), "1 a|o1\n", "FN before N");
    text_is(CARD("N:b;c\nFN:a\nTEL:1\n"), "1 a|o1\n", "and behind it");
    text_is("begin:vcard\nfn:a\ntel;type=cell:1\nend:vcard\n", "1 a|m1\n",
            "in small letters");
    text_is("\n\n" CARD("FN:a\n") "\nx\n" CARD("FN:b\n"), "3 a\n8 b\n",
            "several cards, with what is none between them");
}


static void
folding(void)
{
    text_is(CARD("FN:a\r\n b\r\n\tc\r\nTEL:1\r\n 2\r\n"), "1 abc|o12\n",
            "folded lines");
    text_is(CARD("FN:\xe5\xbc\r\n \xa0\r\n"), "1 张\n",
            "in the middle of a character");
    text_is(CARD("FN:a\r\nPHOTO;ENCODING=b:AAAA\r\n BBBB\r\n CC==\r\n"
                 "TEL:1\r\n"),
            "1 a|o1\n", "a photo");
    text_is(CARD("PHOTO;BASE64:\r\n AAAA\r\n\r\nFN:a\r\nTEL:1\r\n"),
            "1 a|o1\n", "one of 2.1");
    text_is(CARD("FN:a\nTEL;X=\n ;ENCODING=\n QUOTED-PRINT\n ABLE:=31=\n2\n"),
            "1 a|o12\n", "what says that it is quoted comes later");
    text_is(CARD("FN:a\nTEL;QUOTED-PRINTABLE:1=\n2\nNOTE:b=\n c\n"),
            "1 a|o12|b=c\n", "the next line is not");
    text_is(CARD("FN;ENCODING=B:5byg\nORG:b\nTEL:1\n"), "1 |o1\n",
            "a name in base64 is none");
}


static void
nested(void)
{
    text_is(CARD("FN:a\nAGENT:\nBEGIN:VCARD\nFN:b\nTEL:2\nEND:VCARD\nTEL:1\n"),
            "1 a|o1\n", "an agent");
    text_is(CARD("FN:a\nAGENT:\nBEGIN:VCARD\nAGENT:\nBEGIN:VCARD\nEND:VCARD\n"
                 "TEL:2\nEND:VCARD\nTEL:1\n"),
            "1 a|o1\n", "and his agent");
    text_is(CARD("FN:a\nAGENT:BEGIN:VCARD\\nFN:b\\nEND:VCARD\nTEL:1\n"),
            "1 a|o1\n", "an agent of 3.0");
    text_is("BEGIN:VCARD\nFN:a\n" CARD("FN:b\n") CARD("FN:c\n"),
            "1 a open\n3 b\n6 c\n", "a card without an end");
    text_is("BEGIN:VCARD\nFN:a\nTEL:1\n", "1 a|o1 open\n", "the last one");
    text_is("END:VCARD\nEND:VCARD\n" CARD("FN:a\n"), "3 a\n",
            "ends without a card");
    text_is("", "", "nothing");
    text_is("FN:a\nTEL:1\n", "", "no card");
    text_is(CARD("TEL\n:1\n;:2\nTEL;\"a:1\n.TEL:3\nTEL:\nX:1\nFN:a\n"),
            "1 a|o3\n", "lines that are no properties");
}


static void
encodings(void)
{
    file_t  file;

    text_is("\xef\xbb\xbf" CARD("FN:a\n"), "1 a\n", "a mark");
    text_is(CARD("FN:\xd5\xc5\xc8\xfd\n"), "1 张三\n", "GBK");
    text_is(CARD("FN:\xe5\xbc\xa0\xff\n"), "1 寮\xef\xbf\xbd\xef\xbf\xbd\n",
            "neither");
    text_is(CARD("FN:\xe5\r\n \xbc\n\t\xa0\n"), "1 张\n", "folds in UTF-8");
    text_is(CARD("FN:\xe5\r\n\xbc\xa0\n"), "1 \xef\xbf\xbd\n",
            "no folds, so it is GB18030");
    text_is(CARD("FN:\x95\x32\x82\x36\n"), "1 \xf0\xa0\x80\x80\n",
            "four bytes of GB18030");

    memset(&file, 0, sizeof(file));
    file.head = (phone_str_t) { 22, "BEGIN:VCARD\nFN:a\0b\nEND" };
    file.tail = PHONE_STR(":VCARD\n");
    cards_are(&file, "1 a b\n", "a zero byte");

    file.head = (phone_str_t) { 46, "\xff\xfe" "B\0E\0G\0I\0N\0:\0V\0C\0A\0R\0"
                                    "D\0\n\0F\0N\0:\0\x20\x5f\x09\x4e\n\0E\0N\0"
                                    "D\0:\0" };
    file.tail = (phone_str_t) { 13, "V\0C\0A\0R\0D\0\n\0x" };
    cards_are(&file, "1 张三\n", "UTF-16, with half a character at its end");

    file.head = (phone_str_t) { 10, "\xfe\xff\0B\0E\0G\0I" };
    file.tail = (phone_str_t) { 36, "\0N\0:\0V\0C\0A\0R\0D\0\n\0F\0N\0:\x5f\x20"
                                    "\0\n\0E\0N\0D\0:\0V" };
    cards_are(&file, "1 张 open\n", "big-endian");
}


/* A lot of something: it takes no memory and little time. */

static void
lot(const char *head, const char *part, int64_t n, const char *tail,
    const char *expected, const char *what)
{
    file_t         file;
    phone_arena_t  arena;

    memset(&file, 0, sizeof(file));
    file.head = phone_cstr(head);
    file.part = phone_cstr(part);
    file.tail = phone_cstr(tail);
    file.n = n;
    file.most = 1 << 20;

    phone_arena_init(&arena);
    is_str(cards_of(&arena, &file), expected, "%s", what);
    ok(arena.used < 300 * 1024, "%s: %zu bytes", what, arena.used);
    phone_arena_free(&arena);
}


#define REST  "\nTEL:1\nEND:VCARD\n"
#define TENS  "1234567890123456789012345678901234567890123456789012345678901234"


static void
bombs(void)
{
    clock_t  begin;
    int64_t  much;

    much = getenv("VCARD_GIGABYTE") ? 1 << 24 : 1 << 19;

    lot("BEGIN:VCARD\nFN:a\nPHOTO:", TENS, much, REST, "1 a|o1\n",
        "a line of many megabytes");
    lot("BEGIN:VCARD\nFN:", TENS, much, REST, "1 |o1\n",
        "a name of as many is none");
    lot("BEGIN:VCARD\nFN:a\nNOTE:", "\n x", 1 << 20, REST, "1 a|o1\n",
        "a million folds");
    lot("BEGIN:VCARD\nFN;QUOTED-PRINTABLE:", "=\n", 1 << 20, REST,
        "1 |o1\n", "a million soft breaks");
    begin = clock();
    lot("BEGIN:VCARD\nFN:a\nX", "=\n ", 1 << 18, REST, "1 a|o1\n",
        "a line that might be quoted-printable, in many lines");
    ok(clock() - begin < 2 * CLOCKS_PER_SEC, "takes no time");
    lot("BEGIN:VCARD\nFN:a\n", "TEL:1\n", 100000, REST,
        "1 a|o1 o1 o1 o1 o1 o1 o1 o1 o1 o1 o1 o1 o1 o1 o1 o1 more\n",
        "100,000 numbers");
    lot("BEGIN:VCARD\nFN:a\n", "AGENT:\nBEGIN:VCARD\n", 1 << 20, "TEL:1\n",
        "1 a open\n", "a million agents");
    lot("BEGIN:VCARD\nFN:a\nTEL", ";CELL", 1 << 20, ":2" REST, "1 a|o1\n",
        "a million parameters");
    lot("BEGIN:VCARD\nFN:a\nTEL:", "1", 65, REST, "1 a|o1 more\n",
        "a number of 65 digits is left out");
}


static void
escapes(void)
{
    phone_buf_t    buf;
    phone_arena_t  arena;

    phone_arena_init(&arena);
    phone_buf_init(&buf, &arena, 64);
    phone_vcard_escape(&buf, PHONE_STR("a,b;c\\d\ne张"));
    is_str(phone_buf_str(&buf), "a\\,b\\;c\\\\d\\ne张", "what is escaped");
    phone_arena_free(&arena);
}


static void
charsets(void)
{
    unsigned           i;
    char               out[64];
    size_t             n;
    phone_converter_t  converter = { NULL, NULL };

    static const char *const  text[][3] = {
        { "", "abc", "abc" },
        { "GBK", "\xd5\xc5", "张" },
        { "gb2312", "\xd5\xc5", "张" },
        { "BIG5", "\xb1\x69", "張" },
        { "SHIFT_JIS", "\x92\xa3", "張" },
        { "ISO-8859-1", "caf\xe9", "café" },
        { "UTF-8", "\xd5\xc5", "张" },
        { "/etc/passwd", "\xd5\xc5", "张" },
        { "UTF-8", "张", "张" },
        { "GBK", "张", "张" },
        { "GBK", "a\xff", "a\xef\xbf\xbd" },
        { "GBK", "a\xd5", "a" }
    };

    for (i = 0; i < sizeof(text) / sizeof(text[0]); i++) {
        n = phone_charset_text(&converter, phone_cstr(text[i][0]),
                               phone_cstr(text[i][1]), out, sizeof(out));
        is_bytes(out, n, text[i][2], strlen(text[i][2]), "%s, %u", text[i][0],
                 i);
    }

    n = phone_charset_text(&converter, PHONE_EMPTY, phone_cstr("张三"), out, 5);
    is_bytes(out, n, "张", 3, "what does not fit");
    n = phone_charset_text(&converter, PHONE_STR("GBK"),
                           phone_cstr("\xd5\xc5\xc8\xfd"), out, 5);
    phone_converter_close(&converter);
    is_bytes(out, n, "张", 3, "what does not fit when converted");

    is_int(phone_utf8_whole("a\xe5\xbc", 3), 1, "half a character");
    is_int(phone_utf8_whole("a\xe5\xbc\xa0", 4), 4, "a whole one");
    is_int(phone_utf8_whole("\xf0\xa0\x80", 3), 0, "nothing else");
    is_int(phone_utf8_whole("", 0), 0, "nothing");
}


int
main(void)
{
    versions();
    folding();
    nested();
    encodings();
    bombs();
    escapes();
    charsets();

    return done_testing();
}
