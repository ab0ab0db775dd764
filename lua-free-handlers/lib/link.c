
#include <string.h>

#include "link.h"


static phone_str_t phone_link_plain(phone_arena_t *arena, phone_str_t text);
static size_t phone_link_narrow(phone_str_t rest, char *c);
static int phone_link_fold(unsigned code, char *c);
static int phone_link_letter(char c);
static int phone_link_alnum(char c);
static int phone_link_top(phone_str_t rest, int behind_letter);
static int phone_link_address(phone_str_t rest);
static int phone_link_begins(phone_str_t rest, const char *word);


int
phone_has_link(phone_arena_t *arena, phone_str_t text)
{
    int          host;
    size_t       i;
    phone_str_t  rest;

    text = phone_link_plain(arena, text);

    /* whether the name of a host may end before this place */

    host = 0;

    for (i = 0; i < text.len; i++) {
        rest = (phone_str_t) { text.len - i, text.data + i };

        if (phone_link_begins(rest, "://")
            || phone_link_begins(rest, "http:/")
            || phone_link_begins(rest, "https:/")
            || phone_link_begins(rest, "www.")
            || phone_link_begins(rest, "localhost/")
            || phone_link_begins(rest, "localhost:")
            || phone_link_address(rest))
        {
            return 1;
        }

        if (host && *rest.data == '.') {
            rest.data++;
            rest.len--;

            if (phone_link_top(rest, phone_link_letter(text.data[i - 1]))) {
                return 1;
            }
        }

        /* there are names in all scripts */

        host = phone_link_alnum(text.data[i])
               || (unsigned char) text.data[i] >= 0x80
               || (host && text.data[i] == '-');
    }

    return 0;
}


int
phone_has_sender(phone_str_t text)
{
    size_t  i;

    for (i = 0; i + 3 <= text.len; i++) {
        if (memcmp(text.data + i, "\xe3\x80\x90", 3) == 0
            || memcmp(text.data + i, "\xe3\x80\x91", 3) == 0)
        {
            return 1;
        }
    }

    return 0;
}


/* A phone, or who reads it, takes full-width, circled, squared and mathematical
   characters, and other dots, for ASCII ones.  U+3002 ends sentences: only
   between ASCII letters and digits it is a dot. */

static phone_str_t
phone_link_plain(phone_arena_t *arena, phone_str_t text)
{
    char         c, next;
    size_t       n;
    phone_buf_t  plain;

    phone_buf_init(&plain, arena, text.len + 1);

    while (text.len) {
        n = phone_link_narrow(text, &c);
        text.data += n;
        text.len -= n;

        if (n == 3 && c == '\0') {
            (void) phone_link_narrow(text, &next);
            c = plain.len && phone_link_alnum(plain.data[plain.len - 1])
                && text.len && phone_link_alnum(next) ? '.' : ' ';
        }

        phone_buf_byte(&plain, c);
    }

    return phone_buf_str(&plain);
}


/* How long the first character is, and what it is in ASCII, NUL for U+3002; of
   others the first byte. */

static size_t
phone_link_narrow(phone_str_t rest, char *c)
{
    size_t    i, n;
    unsigned  code;

    *c = rest.len ? rest.data[0] : '\0';
    n = ((unsigned char) *c & 0xf0) == 0xe0 ? 3
        : ((unsigned char) *c & 0xf8) == 0xf0 ? 4 : 1;

    if (n == 1 || rest.len < n) {
        return 1;
    }

    code = (unsigned char) *c & (n == 3 ? 0x0fu : 0x07u);

    for (i = 1; i < n; i++) {
        code = code << 6 | ((unsigned char) rest.data[i] & 0x3fu);
    }

    return phone_link_fold(code, c) ? n : 1;
}


/* Unicode, compatibility decompositions (UnicodeData.txt). */

static int
phone_link_fold(unsigned code, char *c)
{
    size_t  i;

    static const struct {
        unsigned             first;
        unsigned             last;
        char                 ascii;      /* of the first */
    } same[] = {
        { 0x2024, 0x2024, '.' },         /* ONE DOT LEADER */
        { 0x2102, 0x2102, 'C' },         /* letterlike symbols */
        { 0x210a, 0x210a, 'g' },
        { 0x210b, 0x210b, 'H' },
        { 0x210c, 0x210c, 'H' },
        { 0x210d, 0x210d, 'H' },
        { 0x210e, 0x210e, 'h' },
        { 0x2110, 0x2110, 'I' },
        { 0x2111, 0x2111, 'I' },
        { 0x2112, 0x2112, 'L' },
        { 0x2113, 0x2113, 'l' },
        { 0x2115, 0x2115, 'N' },
        { 0x2119, 0x211b, 'P' },
        { 0x211c, 0x211c, 'R' },
        { 0x211d, 0x211d, 'R' },
        { 0x2124, 0x2124, 'Z' },
        { 0x2128, 0x2128, 'Z' },
        { 0x212c, 0x212d, 'B' },
        { 0x212f, 0x212f, 'e' },
        { 0x2130, 0x2131, 'E' },
        { 0x2133, 0x2133, 'M' },
        { 0x2134, 0x2134, 'o' },
        { 0x2460, 0x2468, '1' },         /* circled */
        { 0x249c, 0x24b5, 'a' },         /* parenthesized */
        { 0x24b6, 0x24cf, 'A' },         /* circled */
        { 0x24d0, 0x24e9, 'a' },
        { 0x24ea, 0x24ea, '0' },
        { 0x3002, 0x3002, '\0' },
        { 0xfe52, 0xfe52, '.' },         /* SMALL FULL STOP */
        { 0xfe55, 0xfe55, ':' },         /* SMALL COLON */
        { 0xff01, 0xff5e, '!' },         /* full-width */
        { 0xff61, 0xff61, '.' },
        { 0x1f130, 0x1f149, 'A' },       /* squared */
        { 0x1f150, 0x1f169, 'A' },       /* negative circled */
        { 0x1f170, 0x1f189, 'A' }        /* negative squared */
    };

    /* mathematical alphabets, and digits, one after the other */

    if (code >= 0x1d400 && code <= 0x1d6a3) {
        code = (code - 0x1d400) % 52;
        *c = (char) (code < 26 ? 'A' + code : 'a' + code - 26);
        return 1;
    }

    if (code >= 0x1d7ce && code <= 0x1d7ff) {
        *c = (char) ('0' + (code - 0x1d7ce) % 10);
        return 1;
    }

    for (i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
        if (code >= same[i].first && code <= same[i].last) {
            *c = (char) (same[i].ascii + (code - same[i].first));
            return 1;
        }
    }

    return 0;
}


static int
phone_link_alnum(char c)
{
    return phone_link_letter(c) || (c >= '0' && c <= '9');
}


static int
phone_link_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}


/* Does rest begin like the last part of a host's name?  In Chinese a full stop
   often has no space behind it: behind other characters than ASCII letters only
   names that there are. */

static int
phone_link_top(phone_str_t rest, int behind_letter)
{
    unsigned  i;

    static const char *const  top[] = {
        "中国", "中國", "公司", "网络", "網絡", "网址", "网店", "商城",
        "商店", "在线", "集团", "香港", "台湾", "台灣"
    };

    if (rest.len < 2) {
        return 0;
    }

    if (behind_letter && (unsigned char) rest.data[0] >= 0x80) {
        return 1;
    }

    for (i = 0; i < sizeof(top) / sizeof(top[0]); i++) {
        if (phone_link_begins(rest, top[i])) {
            return 1;
        }
    }

    return phone_link_letter(rest.data[0]) && phone_link_letter(rest.data[1]);
}


/* Does rest begin with four numbers and dots between them? */

static int
phone_link_address(phone_str_t rest)
{
    unsigned  dots;
    size_t    i, digits;

    dots = 0;
    digits = 0;

    for (i = 0; i < rest.len; i++) {

        if (rest.data[i] >= '0' && rest.data[i] <= '9' && digits < 3) {
            digits++;

        } else if (rest.data[i] == '.' && digits && dots < 3) {
            dots++;
            digits = 0;

        } else {
            break;
        }
    }

    return dots == 3 && digits;
}


static int
phone_link_begins(phone_str_t rest, const char *word)
{
    size_t  i;

    for (i = 0; word[i]; i++) {
        if (i == rest.len
            || (phone_link_letter(rest.data[i]) ? rest.data[i] | 0x20
                                                : rest.data[i]) != word[i])
        {
            return 0;
        }
    }

    return 1;
}
