
#include "disposition.h"


#define PHONE_DISPOSITION_NAME  120          /* bytes of a name, at most */


static size_t phone_name_length(phone_str_t name);
static int phone_name_plain(unsigned char c);
static char phone_name_char(const char *p, int first);


phone_str_t
phone_disposition(phone_arena_t *arena, phone_str_t name)
{
    char         c;
    size_t       i, n;
    phone_buf_t  buf;

    static const char  hex[] = "0123456789ABCDEF";

    n = phone_name_length(name);

    phone_buf_init(&buf, arena, 64 + 4 * n);
    phone_buf_put(&buf, PHONE_STR("attachment"));

    if (n == 0) {
        return phone_buf_str(&buf);
    }

    /* for clients that do not know the second form: ASCII */

    phone_buf_put(&buf, PHONE_STR("; filename=\""));

    for (i = 0; i < n; i++) {
        c = phone_name_char(&name.data[i], i == 0);
        phone_buf_byte(&buf, (unsigned char) c < 0x80 ? c : '_');
    }

    phone_buf_put(&buf, PHONE_STR("\"; filename*=UTF-8''"));

    for (i = 0; i < n; i++) {
        c = phone_name_char(&name.data[i], i == 0);

        if (phone_name_plain((unsigned char) c)) {
            phone_buf_byte(&buf, c);

        } else {
            phone_buf_byte(&buf, '%');
            phone_buf_byte(&buf, hex[(unsigned char) c >> 4]);
            phone_buf_byte(&buf, hex[(unsigned char) c & 15]);
        }
    }

    return phone_buf_str(&buf);
}


/* No character is cut. */

static size_t
phone_name_length(phone_str_t name)
{
    size_t  n;

    if (!phone_utf8_valid(name)) {
        return 0;
    }

    n = name.len;

    if (n > PHONE_DISPOSITION_NAME) {

        for (n = PHONE_DISPOSITION_NAME; (name.data[n] & 0xc0) == 0x80; n--) {
            /* void */
        }
    }

    return n;
}


/* Letters, digits and what else RFC 8187 lets stand. */

static int
phone_name_plain(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
           || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}


static char
phone_name_char(const char *p, int first)
{
    unsigned char  c;

    c = (unsigned char) *p;

    return c < ' ' || c == 0x7f || strchr("/\\:*?\"<>|%", c)
           || (first && c == '.')
           ? '_' : *p;
}
