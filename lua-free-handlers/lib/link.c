
#include <string.h>

#include "link.h"


static int phone_link_letter(char c);
static size_t phone_link_dot(phone_str_t rest);
static int phone_link_begins(phone_str_t rest, const char *word);


int
phone_has_link(phone_str_t text)
{
    int          host;
    size_t       i, dot;
    phone_str_t  rest;

    /* whether the name of a host may end before this place */

    host = 0;

    for (i = 0; i < text.len; i++) {
        rest = (phone_str_t) { text.len - i, text.data + i };

        if (phone_link_begins(rest, "://")
            || phone_link_begins(rest, "www."))
        {
            return 1;
        }

        dot = host ? phone_link_dot(rest) : 0;

        if (dot && rest.len > dot + 1 && phone_link_letter(rest.data[dot])
            && phone_link_letter(rest.data[dot + 1]))
        {
            return 1;
        }

        host = phone_link_letter(text.data[i])
               || (text.data[i] >= '0' && text.data[i] <= '9')
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


static int
phone_link_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}


/* The length of a dot that rest begins with: '.', U+FF0E. */

static size_t
phone_link_dot(phone_str_t rest)
{
    if (rest.data[0] == '.') {
        return 1;
    }

    return rest.len >= 3 && memcmp(rest.data, "\xef\xbc\x8e", 3) == 0 ? 3 : 0;
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
