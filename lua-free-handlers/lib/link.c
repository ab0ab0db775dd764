
#include <string.h>

#include "link.h"


static phone_str_t phone_link_plain(phone_arena_t *arena, phone_str_t text);
static size_t phone_link_narrow(phone_str_t rest, char *c);
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


/* A phone reads full-width characters, and other dots, like ASCII ones.  U+3002
   ends sentences: only between ASCII letters and digits it is a dot. */

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
    unsigned  code;

    *c = rest.len ? rest.data[0] : '\0';

    if (rest.len < 3 || ((unsigned char) *c & 0xf0) != 0xe0) {
        return 1;
    }

    code = ((unsigned char) rest.data[0] & 0x0fU) << 12
           | ((unsigned char) rest.data[1] & 0x3fU) << 6
           | ((unsigned char) rest.data[2] & 0x3fU);

    if (code >= 0xff01 && code <= 0xff5e) {
        *c = (char) (code - 0xff01 + '!');

    } else if (code == 0xff61 || code == 0x2024) {
        *c = '.';

    } else if (code == 0x3002) {
        *c = '\0';

    } else {
        return 1;
    }

    return 3;
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
