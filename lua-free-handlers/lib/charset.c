
#include <errno.h>
#include <strings.h>

#include "charset.h"


#define PHONE_NO_ICONV     ((iconv_t) -1)

#define PHONE_REPLACEMENT  "\xef\xbf\xbd"        /* U+FFFD */


/* Within a character: how many bytes it still has, the bounds of the next one,
   and what of a fold was seen. */

typedef struct {
    unsigned char            low;
    unsigned char            high;
    unsigned char            more;
    unsigned char            fold;
} phone_utf8_t;


static const char *phone_charset_find(phone_charset_t *charset);
static int phone_charset_is_utf8(phone_charset_t *charset);
static int phone_utf8_next(phone_utf8_t *utf8, unsigned char c);
static int phone_utf8_but_nul(phone_str_t text);
static void phone_charset_fill(phone_charset_t *charset);
static size_t phone_charset_convert(iconv_t cd, const char *name, char **in,
    size_t *left, char *out, size_t size);
static const char *phone_charset_known(phone_str_t name);
static void phone_spaces_for_nul(char *text, size_t len);


phone_charset_t *
phone_charset_open(phone_arena_t *arena, phone_csv_read_pt read, void *data)
{
    phone_charset_t  *charset;

    charset = phone_alloc(arena, sizeof(phone_charset_t));
    if (charset == NULL) {
        return NULL;
    }

    charset->read = read;
    charset->data = data;
    charset->cd = PHONE_NO_ICONV;
    charset->name = phone_charset_find(charset);

    if (strcmp(charset->name, "UTF-8") != 0) {
        charset->cd = iconv_open("UTF-8", charset->name);

        if (charset->cd == PHONE_NO_ICONV) {
            return NULL;
        }
    }

    phone_charset_rewind(charset);

    return charset;
}


void
phone_charset_close(phone_charset_t *charset)
{
    if (charset && charset->cd != PHONE_NO_ICONV) {
        (void) iconv_close(charset->cd);
        charset->cd = PHONE_NO_ICONV;
    }
}


void
phone_charset_rewind(phone_charset_t *charset)
{
    charset->at = charset->begin;
    charset->held = 0;
    charset->i = 0;
    charset->n = 0;

    if (charset->cd != PHONE_NO_ICONV) {
        (void) iconv(charset->cd, NULL, NULL, NULL, NULL);
    }
}


/* By the mark, or by all of its bytes. */

static const char *
phone_charset_find(phone_charset_t *charset)
{
    size_t  n;

    n = charset->read(charset->data, 0, charset->in, 3);

    if (n >= 2 && memcmp(charset->in, "\xff\xfe", 2) == 0) {
        charset->begin = 2;
        return "UTF-16LE";
    }

    if (n >= 2 && memcmp(charset->in, "\xfe\xff", 2) == 0) {
        charset->begin = 2;
        return "UTF-16BE";
    }

    if (n == 3 && memcmp(charset->in, "\xef\xbb\xbf", 3) == 0) {
        charset->begin = 3;
    }

    return phone_charset_is_utf8(charset) ? "UTF-8" : "GB18030";
}


static int
phone_charset_is_utf8(phone_charset_t *charset)
{
    size_t        i, n;
    int64_t       at;
    phone_utf8_t  utf8;

    memset(&utf8, 0, sizeof(phone_utf8_t));
    at = charset->begin;

    while ((n = charset->read(charset->data, at, charset->in,
                              PHONE_CHARSET_CHUNK)) > 0)
    {
        for (i = 0; i < n; i++) {
            if (!phone_utf8_next(&utf8, (unsigned char) charset->in[i])) {
                return 0;
            }
        }

        at += (int64_t) n;
    }

    return 1;
}


/* RFC 3629, section 4; but a line may be folded within a character, as in
   RFC 2426, section 2.6. */

static int
phone_utf8_next(phone_utf8_t *utf8, unsigned char c)
{
    if (utf8->more == 0) {
        if (c < 0x80) {
            return 1;
        }

        utf8->low = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
        utf8->high = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
        utf8->more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : 1;

        return c >= 0xc2 && c <= 0xf4;
    }

    if (utf8->fold == 0 && c >= 0x80) {
        if (c < utf8->low || c > utf8->high) {
            return 0;
        }

        utf8->low = 0x80;
        utf8->high = 0xbf;
        utf8->more--;

        return 1;
    }

    if ((c == '\r' && utf8->fold == 0) || (c == '\n' && utf8->fold != '\n')) {
        utf8->fold = c;
        return 1;
    }

    if ((c == ' ' || c == '\t') && utf8->fold == '\n') {
        utf8->fold = 0;
        return 1;
    }

    return 0;
}


size_t
phone_utf8_whole(const char *text, size_t len)
{
    size_t         i, needs;
    unsigned char  c;

    for (i = 1; i <= 3 && i <= len; i++) {
        c = (unsigned char) text[len - i];

        if (c < 0x80) {
            return len;
        }

        if (c >= 0xc0) {
            needs = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;

            return needs > i ? len - i : len;
        }
    }

    return len;
}


static int
phone_utf8_but_nul(phone_str_t text)
{
    phone_str_t  part;

    while (phone_split(&text, '\0', &part)) {
        if (!phone_utf8_valid(part)) {
            return 0;
        }
    }

    return 1;
}


size_t
phone_charset_read(void *data, int64_t at, char *bytes, size_t len)
{
    phone_charset_t  *charset;

    (void) at;
    charset = data;

    if (charset->i == charset->n) {
        phone_charset_fill(charset);
    }

    if (len > charset->n - charset->i) {
        len = charset->n - charset->i;
    }

    memcpy(bytes, charset->out + charset->i, len);
    charset->i += len;

    return len;
}


/* Nothing, at the end of the file only. */

static void
phone_charset_fill(phone_charset_t *charset)
{
    char    *in;
    size_t   n, left;

    charset->i = 0;
    charset->n = 0;

    do {
        n = charset->read(charset->data, charset->at,
                          charset->in + charset->held,
                          PHONE_CHARSET_CHUNK - charset->held);
        charset->at += (int64_t) n;
        left = charset->held + n;
        in = charset->in;

        if (n == 0 && left) {

            /* it ends in the middle of a character */

            memcpy(charset->out, PHONE_REPLACEMENT, 3);
            charset->n = 3;
            left = 0;

        } else if (charset->cd == PHONE_NO_ICONV) {
            memcpy(charset->out, in, left);
            charset->n = left;
            left = 0;

        } else {
            charset->n = phone_charset_convert(charset->cd, charset->name,
                                               &in, &left, charset->out,
                                               sizeof(charset->out));
        }

        memmove(charset->in, in, left);
        charset->held = left;

    } while (charset->n == 0 && n);

    phone_spaces_for_nul(charset->out, charset->n);
}


/* How many bytes it writes.  What is left begins a character, or there is no
   room for it. */

static size_t
phone_charset_convert(iconv_t cd, const char *name, char **in, size_t *left,
    char *out, size_t size)
{
    char    *at;
    size_t   unit, free;

    at = out;
    free = size;
    unit = strncmp(name, "UTF-16", 6) == 0 ? 2 : 1;

    while (*left) {
        if (iconv(cd, in, left, &at, &free) != (size_t) -1
            || errno != EILSEQ || free < 3 || *left < unit)
        {
            break;
        }

        memcpy(at, PHONE_REPLACEMENT, 3);
        at += 3;
        free -= 3;
        *in += unit;
        *left -= unit;
    }

    return size - free;
}


/* Those that address books are written in; a name from outside is not given to
   iconv. */

static const char *
phone_charset_known(phone_str_t name)
{
    unsigned  i;

    static const char *const  known[][2] = {
        { "GB2312", "GB18030" },
        { "GBK", "GB18030" },
        { "GB18030", "GB18030" },
        { "CP936", "GB18030" },
        { "BIG5", "BIG5" },
        { "SHIFT_JIS", "SHIFT_JIS" },
        { "EUC-JP", "EUC-JP" },
        { "EUC-KR", "EUC-KR" },
        { "ISO-8859-1", "CP1252" },
        { "WINDOWS-1252", "CP1252" },
        { "WINDOWS-1251", "CP1251" },
        { "KOI8-R", "KOI8-R" }
    };

    for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (name.len == strlen(known[i][0])
            && strncasecmp(name.data, known[i][0], name.len) == 0)
        {
            return known[i][1];
        }
    }

    return "GB18030";
}


/* From its first state; 0: this host has no iconv of it. */

static int
phone_converter_open(phone_converter_t *converter, const char *name)
{
    if (converter->name && strcmp(converter->name, name) == 0) {
        (void) iconv(converter->cd, NULL, NULL, NULL, NULL);
        return 1;
    }

    phone_converter_close(converter);
    converter->cd = iconv_open("UTF-8", name);
    converter->name = converter->cd != PHONE_NO_ICONV ? name : NULL;

    return converter->name != NULL;
}


void
phone_converter_close(phone_converter_t *converter)
{
    if (converter->name) {
        (void) iconv_close(converter->cd);
        converter->name = NULL;
    }
}


size_t
phone_charset_text(phone_converter_t *converter, phone_str_t charset,
    phone_str_t text, char *out, size_t size)
{
    char    *in;
    size_t   n;

    n = 0;

    if (phone_utf8_but_nul(text)) {
        n = text.len < size ? text.len : phone_utf8_whole(text.data, size);
        memcpy(out, text.data, n);

    } else if (phone_converter_open(converter, phone_charset_known(charset))) {
        in = (char *) (uintptr_t) text.data;
        n = phone_charset_convert(converter->cd, converter->name, &in,
                                  &text.len, out, size);
    }

    phone_spaces_for_nul(out, n);

    return n;
}


static void
phone_spaces_for_nul(char *text, size_t len)
{
    size_t  i;

    for (i = 0; i < len; i++) {
        if (text[i] == '\0') {
            text[i] = ' ';
        }
    }
}
