
#include "legible.h"
#include "code_points.h"


static int phone_shown(unsigned c, unsigned before);


#define PHONE_JOINER(c)                                                       \
    ((c) == 0x200c || (c) == 0x200d || ((c) >= 0x180b && (c) <= 0x180f))


/* Unicode names and properties: UnicodeData.txt, PropList.txt. */

static const phone_code_points_t  phone_never_shown[] = {
    { 0x0000, 0x001f },          /* C0 */
    { 0x007f, 0x009f },          /* DELETE, C1 */
    { 0x00ad, 0x00ad },          /* SOFT HYPHEN */
    { 0x034f, 0x034f },          /* COMBINING GRAPHEME JOINER */
    { 0x115f, 0x1160 },          /* HANGUL fillers */
    { 0x17b4, 0x17b5 },          /* KHMER inherent vowels */
    { 0x200b, 0x200b },          /* ZERO WIDTH SPACE */
    { 0x2028, 0x202e },          /* separators, embeddings, overrides */
    { 0x2060, 0x206f },          /* WORD JOINER to NOMINAL DIGIT SHAPES */
    { 0x3164, 0x3164 },          /* HANGUL FILLER */
    { 0xfdd0, 0xfdef },          /* noncharacters */
    { 0xfeff, 0xfeff },          /* ZERO WIDTH NO-BREAK SPACE */
    { 0xffa0, 0xffa0 },          /* HALFWIDTH HANGUL FILLER */
    { 0xfff0, 0xfffb },          /* interlinear annotation */
    { 0xfffe, 0xffff },
    { 0x13430, 0x1343f },        /* EGYPTIAN HIEROGLYPH format controls */
    { 0x1bca0, 0x1bca3 },        /* SHORTHAND FORMAT */
    { 0x1d173, 0x1d17a },        /* MUSICAL SYMBOL BEGIN BEAM ... */
    { 0xe0000, 0xe00ff }         /* tags */
};

/* Of what is never shown: tabs, line feeds and the like. */

static const phone_code_points_t  phone_line_end[] = {
    { 0x0009, 0x000d },
    { 0x0085, 0x0085 },          /* NEXT LINE */
    { 0x2028, 0x2029 }           /* LINE and PARAGRAPH SEPARATOR */
};

static const phone_code_points_t  phone_blank[] = {
    { 0x0020, 0x0020 },
    { 0x00a0, 0x00a0 },
    { 0x061c, 0x061c },          /* ARABIC LETTER MARK */
    { 0x1680, 0x1680 },          /* OGHAM SPACE MARK */
    { 0x180b, 0x180f },          /* MONGOLIAN selectors, vowel separator */
    { 0x2000, 0x200a },          /* EN QUAD to HAIR SPACE */
    { 0x200c, 0x200f },          /* joiners, direction marks */
    { 0x202f, 0x202f },          /* NARROW NO-BREAK SPACE */
    { 0x205f, 0x205f },          /* MEDIUM MATHEMATICAL SPACE */
    { 0x2800, 0x2800 },          /* BRAILLE PATTERN BLANK */
    { 0x3000, 0x3000 },          /* IDEOGRAPHIC SPACE */
    { 0xfe00, 0xfe0f },          /* VARIATION SELECTOR-1 to -16 */
    { 0xe0100, 0xe01ef }         /* VARIATION SELECTOR-17 to -256 */
};

/* Arabic and what follows it up to Mongolian, Indic scripts; emoji. */

static const phone_code_points_t  phone_joined[] = {
    { 0x0620, 0x109f },
    { 0x1700, 0x18af },
    { 0x1900, 0x1cff },
    { 0x2190, 0x27bf },
    { 0x2900, 0x2bff },
    { 0xa800, 0xabff },
    { 0xfe0f, 0xfe0f },
    { 0x10a00, 0x11fff },
    { 0x1f000, 0x1faff }
};


int
phone_legible(phone_str_t text)
{
    int                   seen;
    unsigned              c, before;
    const unsigned char  *p, *end;

    seen = 0;
    before = 0;
    p = (const unsigned char *) text.data;
    end = p + text.len;

    while (p < end) {

        /* most of most texts */

        if (*p > 0x20 && *p < 0x7f) {
            before = *p++;
            seen = 1;
            continue;
        }

        c = phone_code_point(&p);

        if (!phone_shown(c, before)) {
            return 0;
        }

        seen |= !PHONE_IN(c, phone_blank);
        before = c;
    }

    return seen;
}


phone_str_t
phone_legible_part(phone_arena_t *arena, phone_str_t text)
{
    unsigned              c, before;
    phone_buf_t           part;
    const unsigned char  *p, *from, *end;

    phone_buf_init(&part, arena, text.len);

    before = 0;
    p = (const unsigned char *) text.data;
    end = p + text.len;

    while (p < end) {
        from = p;
        c = phone_code_point(&p);

        if (PHONE_IN(c, phone_line_end)) {
            c = ' ';
            phone_buf_byte(&part, ' ');

        } else if (phone_shown(c, before)) {
            phone_buf_put(&part, (phone_str_t) { (size_t) (p - from),
                                                 (const char *) from });

        } else {
            continue;
        }

        before = c;
    }

    return phone_buf_str(&part);
}


/* Of the character before it depends what is joined to it. */

static int
phone_shown(unsigned c, unsigned before)
{
    return !PHONE_IN(c, phone_never_shown) && (c & 0xfffe) != 0xfffe
           && (!PHONE_JOINER(c) || PHONE_IN(before, phone_joined));
}


int
phone_legible_lines(phone_str_t text)
{
    int          seen;
    size_t       i;
    phone_str_t  line;

    seen = 0;

    while (phone_split(&text, '\n', &line)) {

        for (i = 0; i < line.len && line.data[i] == ' '; i++) { /* void */ }

        if (i < line.len) {
            if (!phone_legible(line)) {
                return 0;
            }

            seen = 1;
        }
    }

    return seen;
}
