
#include "word.h"
#include "code_points.h"


#define PHONE_WORD_UNSEEN  0


static unsigned phone_word_fold(unsigned c);
static void phone_word_put(phone_buf_t *word, unsigned c, phone_str_t written);


/* Spaces, and marks behind which Chinese has none. */

static const phone_code_points_t  phone_word_space[] = {
    { 0x0020, 0x0021 },          /* SPACE, "!" */
    { 0x002c, 0x002c },          /* "," */
    { 0x003b, 0x003b },          /* ";" */
    { 0x003f, 0x003f },          /* "?" */
    { 0x00a0, 0x00a0 },
    { 0x1680, 0x1680 },          /* OGHAM SPACE MARK */
    { 0x2000, 0x200a },          /* EN QUAD to HAIR SPACE */
    { 0x202f, 0x202f },          /* NARROW NO-BREAK SPACE */
    { 0x205f, 0x205f },          /* MEDIUM MATHEMATICAL SPACE */
    { 0x2800, 0x2800 },          /* BRAILLE PATTERN BLANK */
    { 0x3000, 0x3002 }           /* IDEOGRAPHIC SPACE, COMMA, FULL STOP */
};

static const phone_code_points_t  phone_word_unseen[] = {
    { 0x0300, 0x036f },          /* accents that are put on letters */
    { 0x061c, 0x061c },          /* ARABIC LETTER MARK */
    { 0x180b, 0x180f },          /* MONGOLIAN selectors, vowel separator */
    { 0x200c, 0x200f },          /* joiners, direction marks */
    { 0xfe00, 0xfe0f },          /* VARIATION SELECTOR-1 to -16 */
    { 0xe0100, 0xe01ef }         /* VARIATION SELECTOR-17 to -256 */
};

static const phone_code_points_t  phone_word_hyphen[] = {
    { 0x2010, 0x2013 },          /* HYPHEN to EN DASH */
    { 0x2212, 0x2212 },          /* MINUS SIGN */
    { 0xfe63, 0xfe63 }           /* SMALL HYPHEN-MINUS */
};

/* Punctuation and symbols; what is in none of these is a letter or a digit. */

static const phone_code_points_t  phone_word_mark[] = {
    { 0x0000, 0x002f },
    { 0x003a, 0x0040 },
    { 0x005b, 0x0060 },
    { 0x007b, 0x00bf },          /* with those of Latin-1 */
    { 0x00d7, 0x00d7 },          /* MULTIPLICATION SIGN */
    { 0x00f7, 0x00f7 },          /* DIVISION SIGN */
    { 0x02b0, 0x02ff },          /* modifiers */
    { 0x060c, 0x060d },          /* Arabic */
    { 0x061b, 0x061f },
    { 0x066a, 0x066d },
    { 0x2010, 0x206f },          /* general punctuation */
    { 0x20a0, 0x2bff },          /* currencies, arrows, signs, dingbats */
    { 0x2e00, 0x2e7f },          /* supplemental punctuation */
    { 0x3001, 0x3004 },          /* CJK */
    { 0x3008, 0x3020 },
    { 0x3030, 0x3030 },
    { 0x303d, 0x303f },
    { 0x30fb, 0x30fb },          /* KATAKANA MIDDLE DOT */
    { 0xe000, 0xf8ff },          /* private use: signs of operators */
    { 0xfe10, 0xfe6f },          /* vertical and small forms */
    { 0xff5f, 0xff65 },          /* half-width and full-width ones */
    { 0xffe0, 0xffff },
    { 0x1f000, 0x1faff }         /* emoji */
};


phone_str_t
phone_word_next(phone_arena_t *arena, phone_str_t *text)
{
    size_t                len;
    unsigned              c;
    phone_buf_t           word;
    phone_str_t           whole;
    const unsigned char  *p, *from, *end;

    phone_buf_init(&word, arena, text->len);

    len = 0;
    p = (const unsigned char *) text->data;
    end = p + text->len;

    while (p < end) {
        from = p;
        c = phone_word_fold(phone_code_point(&p));

        if (c == PHONE_WORD_UNSEEN) {
            continue;
        }

        if (c == ' ' && len) {
            break;
        }

        if (PHONE_IN(c, phone_word_mark) && len == 0) {
            continue;
        }

        phone_word_put(&word, c,
                       (phone_str_t) { (size_t) (p - from),
                                       (const char *) from });

        if (!PHONE_IN(c, phone_word_mark)) {
            len = word.len;
        }
    }

    *text = (phone_str_t) { (size_t) (end - p), (const char *) p };
    whole = phone_buf_str(&word);

    return (phone_str_t) { whole.len < len ? whole.len : len, whole.data };
}


/* What is the same as another one becomes that. */

static unsigned
phone_word_fold(unsigned c)
{
    if (c >= 0xff01 && c <= 0xff5e) {            /* wide "!" to "~" */
        c -= 0xff00 - ' ';
    }

    if ((c >= 'A' && c <= 'Z') || (c >= 0xc0 && c <= 0xde && c != 0xd7)) {
        return c + 0x20;
    }

    return PHONE_IN(c, phone_word_unseen) ? PHONE_WORD_UNSEEN
           : PHONE_IN(c, phone_word_space) ? ' '
           : PHONE_IN(c, phone_word_hyphen) ? '-' : c;
}


/* Those that are folded to another one have two bytes at most. */

static void
phone_word_put(phone_buf_t *word, unsigned c, phone_str_t written)
{
    char  two[2];

    if (c >= 0x800) {
        phone_buf_put(word, written);
        return;
    }

    two[0] = (char) (c < 0x80 ? c : 0xc0 | c >> 6);
    two[1] = (char) (0x80 | (c & 0x3f));

    phone_buf_put(word, (phone_str_t) { c < 0x80 ? 1 : 2, two });
}
