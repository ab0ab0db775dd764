
/*
 * lib/legible.c: text that people are shown.
 */


#include "tap.h"
#include "lib/legible.h"


static phone_arena_t  arena;


static const struct {
    const char              *name;
    const char              *text;
} good[] = {
    { "ASCII", "tea & cake, 12.80!" },
    { "one letter", "x" },
    { "spaces around", "  tea  " },
    { "Chinese", "\xe8\x8c\xb6 \xe7\xb3\x95" },
    { "an ideographic space within", "\xe8\x8c\xb6\xe3\x80\x80\xe7\xb3\x95" },
    { "Arabic", "\xd8\xb4\xd8\xa7\xd9\x8a" },
    { "Hebrew with a direction mark", "\xd7\xaa\xd7\x94\xe2\x80\x8f!" },
    { "Persian with ZWNJ", "\xd9\x85\xdb\x8c\xe2\x80\x8c\xd8\xae" },
    { "Hindi with ZWJ", "\xe0\xa4\x95\xe0\xa5\x8d\xe2\x80\x8d\xe0\xa4\xb7" },
    { "Malayalam that ends with ZWJ", "\xe0\xb4\xa8\xe0\xb5\x8d\xe2\x80\x8d" },
    { "Mongolian with a vowel separator",
      "\xe1\xa0\xaa\xe1\xa0\x8e\xe1\xa0\xa0" },
    { "an emoji", "\xf0\x9f\x8d\xb5" },
    { "a heart with VS16", "\xe2\x9d\xa4\xef\xb8\x8f" },
    { "a family", "\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9\xe2\x80\x8d"
      "\xf0\x9f\x91\xa7" },
    { "a rainbow flag", "\xf0\x9f\x8f\xb3\xef\xb8\x8f\xe2\x80\x8d"
      "\xf0\x9f\x8c\x88" },
    { "a skin tone", "\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd" },
    { "a keycap", "1\xef\xb8\x8f\xe2\x83\xa3" },
    { "a national flag", "\xf0\x9f\x87\xa8\xf0\x9f\x87\xb3" },
    { "a name with IVS", "\xe8\xbe\xbb\xf3\xa0\x84\x80" },
    { "decomposed", "cafe\xcc\x81" },
    { "the last of the BMP", "\xef\xbf\xbd" }
};

static const struct {
    const char              *name;
    const char              *text;
} bad[] = {
    { "nothing", "" },
    { "a space", " " },
    { "no-break spaces", "\xc2\xa0\xc2\xa0" },
    { "an ideographic space", "\xe3\x80\x80" },
    { "an em space", "\xe2\x80\x83" },
    { "a Braille blank", "\xe2\xa0\x80" },
    { "a direction mark", "\xe2\x80\x8e" },
    { "VS16", "\xef\xb8\x8f" },
    { "a tab", "tea\tcake" },
    { "a line feed", "tea\ncake" },
    { "an escape", "tea\x1b[31m" },
    { "DELETE", "tea\x7f" },
    { "NEXT LINE", "tea\xc2\x85" },
    { "CSI", "tea\xc2\x9b" },
    { "a soft hyphen", "te\xc2\xad" "a" },
    { "a grapheme joiner", "te\xcd\x8f" "a" },
    { "a Hangul filler", "\xe3\x85\xa4" },
    { "a halfwidth filler", "x\xef\xbe\xa0" },
    { "a Hangul Choseong filler", "\xe1\x85\x9f" },
    { "ZERO WIDTH SPACE", "te\xe2\x80\x8b" "a" },
    { "LINE SEPARATOR", "te\xe2\x80\xa8" "a" },
    { "PARAGRAPH SEPARATOR", "te\xe2\x80\xa9" "a" },
    { "LEFT-TO-RIGHT EMBEDDING", "\xe2\x80\xaa" "tea" },
    { "RIGHT-TO-LEFT EMBEDDING", "\xe2\x80\xab" "tea" },
    { "POP DIRECTIONAL FORMATTING", "tea\xe2\x80\xac" },
    { "LEFT-TO-RIGHT OVERRIDE", "\xe2\x80\xad" "tea" },
    { "RIGHT-TO-LEFT OVERRIDE", "12\xe2\x80\xae" "00" },
    { "WORD JOINER", "te\xe2\x81\xa0" "a" },
    { "INVISIBLE TIMES", "te\xe2\x81\xa2" "a" },
    { "LEFT-TO-RIGHT ISOLATE", "\xe2\x81\xa6" "tea" },
    { "RIGHT-TO-LEFT ISOLATE", "\xe2\x81\xa7" "tea" },
    { "FIRST STRONG ISOLATE", "\xe2\x81\xa8" "tea" },
    { "POP DIRECTIONAL ISOLATE", "tea\xe2\x81\xa9" },
    { "NOMINAL DIGIT SHAPES", "1\xe2\x81\xaf" },
    { "a byte order mark", "\xef\xbb\xbf" "tea" },
    { "annotation", "tea\xef\xbf\xb9" },
    { "a tag", "tea\xf3\xa0\x81\xa1" },
    { "a flag of tags", "\xf0\x9f\x8f\xb4\xf3\xa0\x81\xa7\xf3\xa0\x81\xbf" },
    { "a noncharacter", "tea\xef\xbf\xbe" },
    { "another", "tea\xef\xb7\x90" },
    { "the last code point", "tea\xf4\x8f\xbf\xbf" },
    { "ZWJ between letters", "te\xe2\x80\x8d" "a" },
    { "ZWNJ between letters", "te\xe2\x80\x8c" "a" },
    { "ZWJ between digits", "1\xe2\x80\x8d" "0" },
    { "ZWJ at the beginning", "\xe2\x80\x8d" "tea" },
    { "ZWNJ behind an ideograph", "\xe8\x8c\xb6\xe2\x80\x8c" },
    { "ZWJ behind ZWJ", "\xf0\x9f\x91\xa8\xe2\x80\x8d\xe2\x80\x8d" },
    { "a Mongolian selector behind a letter", "tea\xe1\xa0\x8b" },
    { "ZWJ behind a space", "tea \xe2\x80\x8d" }
};


static phone_str_t
part(const char *text)
{
    return phone_legible_part(&arena, phone_cstr(text));
}


/* What is left of a text is legible, if anything is; a legible one is left as
   it is. */

static void
test_part(void)
{
    size_t       i;
    phone_str_t  left;

    for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        is_str(part(good[i].text), good[i].text, "left: %s", good[i].name);
    }

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        left = part(bad[i].text);

        ok(phone_legible(phone_join(&arena, 2, (phone_str_t[2]) {
                             PHONE_STR("x"), left })),
           "legible: what is left of %s", bad[i].name);
    }

    is_str(part("a\tb\nc\x0b" "d\xc2\x85" "e\xe2\x80\xa8" "f"), "a b c d e f",
           "what ends lines is a space");
    is_str(part("a\x01\xe2\x80\xae" "b\x7f"), "ab", "what is not shown goes");
    is_str(part(""), "", "nothing is left of nothing");
    phone_arena_free(&arena);
}


int
main(void)
{
    unsigned  i;

    for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        ok(phone_legible(phone_cstr(good[i].text)), "%s", good[i].name);
    }

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        ok(!phone_legible(phone_cstr(bad[i].text)), "not: %s", bad[i].name);
    }

    ok(!phone_legible((phone_str_t) { 4, "tea\0" }), "not: NUL");

    ok(phone_legible_lines(PHONE_STR("tea\n\n  \ncake\n")), "lines");
    ok(phone_legible_lines(PHONE_STR("\ntea")), "the first one is empty");
    ok(!phone_legible_lines(PHONE_STR("\n \n")), "not: blank lines only");
    ok(!phone_legible_lines(PHONE_STR("")), "not: nothing");
    ok(!phone_legible_lines(PHONE_STR("tea\n\xe2\x80\x8b")),
       "not: a line of something that is not seen");
    ok(!phone_legible_lines(PHONE_STR("tea\rcake")), "not: CR alone");
    ok(!phone_legible_lines(PHONE_STR("tea\n\xe2\x80\xae" "cake")),
       "not: a line that is turned around");

    test_part();

    return done_testing();
}
