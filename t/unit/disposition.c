
/* Under which name a browser saves a reply: what a name can be made of. */


#include "lib/disposition.h"
#include "tap.h"


static phone_arena_t  arena;


static phone_str_t
header(const char *name)
{
    return phone_disposition(&arena, phone_cstr(name));
}


int
main(void)
{
    char         text[512];
    size_t       i;
    phone_str_t  out;

    phone_arena_init(&arena);

    is_str(header(""), "attachment", "no name");
    is_str(header("day-1.csv"),
           "attachment; filename=\"day-1.csv\"; filename*=UTF-8''day-1.csv",
           "a name");
    is_str(header("\xe8\xb4\xa6.csv"),
           "attachment; filename=\"___.csv\"; filename*=UTF-8''%E8%B4%A6.csv",
           "a Chinese one");
    is_str(header("a b"),
           "attachment; filename=\"a b\"; filename*=UTF-8''a%20b", "a space");
    is_str(header("a\"; x=\"b"),
           "attachment; filename=\"a_; x=_b\"; filename*=UTF-8''a_%3B%20x%3D_b",
           "a quote does not end it");
    is_str(header("a\r\nSet-Cookie: b"),
           "attachment; filename=\"a__Set-Cookie_ b\"; "
           "filename*=UTF-8''a__Set-Cookie_%20b", "nor a line the header");
    is_str(header("../../etc/passwd"),
           "attachment; filename=\"_._.._etc_passwd\"; "
           "filename*=UTF-8''_._.._etc_passwd", "it is no path");
    is_str(header("c:\\x"),
           "attachment; filename=\"c__x\"; filename*=UTF-8''c__x",
           "on no system");
    is_str(header("\xff.csv"), "attachment", "it is UTF-8");

    /* all bytes: the header is ASCII, and has its own quotes only */

    for (i = 1; i < 256; i++) {
        size_t  k, quotes;

        snprintf(text, sizeof(text), i < 0x80 ? "%c" : "\xc3%c",
                 (int) (i < 0xc0 ? i : i - 0x40));
        out = header(text);

        for (k = quotes = 0; k < out.len; k++) {
            quotes += out.data[k] == '"';

            if (out.data[k] < ' ' || out.data[k] > '~') {
                break;
            }
        }

        ok(k == out.len && quotes == 2, "byte %zu", i);
    }

    /* a long name ends with a whole character */

    for (i = 0; i < 300; i += 3) {
        memcpy(text + i, "\xe8\xb4\xa6", 3);
    }

    text[i] = '\0';
    out = header(text + 1 - 1);
    is_int(out.len, strlen("attachment; filename=\"\"; filename*=UTF-8''")
                    + 120 + 360, "a long one is cut");

    text[0] = 'a';
    memmove(text + 1, text + 3, strlen(text + 3) + 1);
    out = header(text);
    ok(memcmp(out.data + out.len - 3, "%A6", 3) == 0,
       "at the end of a character");

    phone_arena_free(&arena);

    return done_testing();
}
