
/* What the columns of a CSV file of contacts are, and numbers as they are
   written there. */


#include <strings.h>

#include "contacts.h"
#include "../lib/number.h"
#include "../lib/vcard.h"


/* Bytes of a number that are looked at. */
#define PHONE_WRITTEN_MOST  48

/* Bytes of a label; a longer text is none. */
#define PHONE_LABEL_LONG    32


static char phone_column_of(phone_str_t header);
static int phone_column_has(phone_str_t text, const char *const *part);
static int phone_column_google(phone_str_t header, phone_str_t *number);
static void phone_columns_label(phone_columns_t *columns,
    const phone_str_t *header, unsigned column);
static int phone_contains(phone_str_t text, const char *part);
static unsigned phone_written(const unsigned char **p,
    const unsigned char *end);
static char phone_written_as(unsigned c);


/* Headers of Google, Outlook and phones; what is not listed is left out. */

static const struct {
    const char              *header;
    char                     name;
} phone_columns_known[] = {
    { "name", PHONE_COLUMN_NAME },
    { "full name", PHONE_COLUMN_NAME },
    { "display name", PHONE_COLUMN_NAME },
    { "contact", PHONE_COLUMN_NAME },
    { "contact name", PHONE_COLUMN_NAME },
    { "姓名", PHONE_COLUMN_NAME },
    { "名称", PHONE_COLUMN_NAME },
    { "名字", PHONE_COLUMN_NAME },
    { "联系人", PHONE_COLUMN_NAME },
    { "联系人姓名", PHONE_COLUMN_NAME },
    { "显示名称", PHONE_COLUMN_NAME },
    { "last name", PHONE_COLUMN_FAMILY },
    { "family name", PHONE_COLUMN_FAMILY },
    { "surname", PHONE_COLUMN_FAMILY },
    { "姓", PHONE_COLUMN_FAMILY },
    { "姓氏", PHONE_COLUMN_FAMILY },
    { "first name", PHONE_COLUMN_GIVEN },
    { "given name", PHONE_COLUMN_GIVEN },
    { "名", PHONE_COLUMN_GIVEN },
    { "middle name", PHONE_COLUMN_MIDDLE },
    { "additional name", PHONE_COLUMN_MIDDLE },
    { "company", PHONE_COLUMN_COMPANY },
    { "organization", PHONE_COLUMN_COMPANY },
    { "organization name", PHONE_COLUMN_COMPANY },
    { "organization 1 - name", PHONE_COLUMN_COMPANY },
    { "公司", PHONE_COLUMN_COMPANY },
    { "单位", PHONE_COLUMN_COMPANY },
    { "note", PHONE_COLUMN_NOTE },
    { "notes", PHONE_COLUMN_NOTE },
    { "备注", PHONE_COLUMN_NOTE },
    { "附注", PHONE_COLUMN_NOTE },
    { "tel", PHONE_LABEL_OTHER },
    { "number", PHONE_LABEL_OTHER },
    { "号码", PHONE_LABEL_OTHER }
};


/* Is the part in the text, in either case? */

static int
phone_contains(phone_str_t text, const char *part)
{
    size_t  i, n;

    n = strlen(part);

    for (i = 0; i + n <= text.len; i++) {
        if (strncasecmp(text.data + i, part, n) == 0) {
            return 1;
        }
    }

    return 0;
}


static int
phone_column_has(phone_str_t text, const char *const *part)
{
    for ( /* void */ ; *part; part++) {
        if (phone_contains(text, *part)) {
            return 1;
        }
    }

    return 0;
}


char
phone_label_of(phone_str_t text)
{
    static const char *const  mobile[] = {
        "mobile", "cell", "iphone", "手机", "移动", NULL
    };
    static const char *const  home[] = {
        "home", "家", "住宅", "宅电", NULL
    };
    static const char *const  work[] = {
        "work", "business", "office", "company", "工作", "单位", "办公",
        "商务", "公司", NULL
    };

    return text.len > PHONE_LABEL_LONG ? PHONE_LABEL_OTHER
           : phone_column_has(text, mobile) ? PHONE_LABEL_MOBILE
           : phone_column_has(text, home) ? PHONE_LABEL_HOME
           : phone_column_has(text, work) ? PHONE_LABEL_WORK
           : PHONE_LABEL_OTHER;
}


int
phone_column_is_number(char name)
{
    return name == PHONE_LABEL_MOBILE || name == PHONE_LABEL_HOME
           || name == PHONE_LABEL_WORK || name == PHONE_LABEL_OTHER;
}


static char
phone_column_of(phone_str_t header)
{
    unsigned  i;

    static const char *const  number[] = {
        "phone", "mobile", "cell", "telephone", "电话", "手机", "座机", NULL
    };
    static const char *const  other[] = {
        "phonetic", "fax", "传真", " - type", " - label", "类型", "country",
        "mail", NULL
    };

    for (i = 0; i < sizeof(phone_columns_known)
                    / sizeof(phone_columns_known[0]); i++)
    {
        if (header.len == strlen(phone_columns_known[i].header)
            && phone_contains(header, phone_columns_known[i].header))
        {
            return phone_columns_known[i].name;
        }
    }

    return phone_column_has(header, number)
           && !phone_column_has(header, other)
           ? phone_label_of(header) : PHONE_COLUMN_NONE;
}


/* "Phone 2 - Value" is number "2". */

static int
phone_column_google(phone_str_t header, phone_str_t *number)
{
    if (header.len < 15 || strncasecmp(header.data, "Phone ", 6) != 0
        || strncasecmp(header.data + header.len - 8, " - Value", 8) != 0)
    {
        return 0;
    }

    *number = (phone_str_t) { header.len - 14, header.data + 6 };

    return 1;
}


/* In the same file "Phone 2 - Label", or "Phone 2 - Type". */

static void
phone_columns_label(phone_columns_t *columns, const phone_str_t *header,
    unsigned column)
{
    unsigned     i;
    phone_str_t  number, rest;

    if (!phone_column_google(header[column], &number)) {
        return;
    }

    for (i = 0; i < columns->n; i++) {
        if (header[i].len < 6 + number.len + 7
            || memcmp(header[i].data, header[column].data, 6 + number.len)
               != 0)
        {
            continue;
        }

        rest = (phone_str_t) { header[i].len - 6 - number.len,
                               header[i].data + 6 + number.len };

        if (phone_is(rest, " - Label") || phone_is(rest, " - Type")) {
            columns->label[column] = (int) i;
        }
    }
}


const char *
phone_columns_find(phone_columns_t *columns, unsigned n,
    const phone_str_t *header)
{
    int       named, numbered;
    unsigned  i;

    named = 0;
    numbered = 0;
    columns->n = n;

    for (i = 0; i < n; i++) {
        columns->name[i] = phone_column_of(header[i]);
        columns->label[i] = -1;

        if (phone_column_is_number(columns->name[i])) {
            phone_columns_label(columns, header, i);
            numbered = 1;

        } else if (columns->name[i] != PHONE_COLUMN_NONE
                   && columns->name[i] != PHONE_COLUMN_NOTE)
        {
            named = 1;
        }
    }

    if (!numbered) {
        return "no column of the first line has phone numbers: name it Phone "
               "or 手机";
    }

    return named ? NULL : "no column of the first line has names: name it "
                          "Name or 姓名";
}


/* Numbers */

/* The next code point of what is UTF-8. */

static unsigned
phone_written(const unsigned char **p, const unsigned char *end)
{
    unsigned  c, more;

    c = *(*p)++;

    if (c < 0xc0) {
        return c;
    }

    more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : 1;

    for (c &= 0x3fu >> more; more && *p < end; more--) {
        c = c << 6 | (*(*p)++ & 0x3f);
    }

    return c;
}


/* '\0': it is not to be seen; '!': it ends the number, or does not belong
   there. */

static char
phone_written_as(unsigned c)
{
    if (c >= 0xff10 && c <= 0xff19) {
        return (char) ('0' + c - 0xff10);
    }

    if (c == 0xff0b) {
        return '+';
    }

    if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0xff0d) {
        return '-';
    }

    if (c == 0xa0 || (c >= 0x2000 && c <= 0x200a) || c == 0x202f
        || c == 0x3000 || c == '\t' || c == '/')
    {
        return ' ';
    }

    if ((c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e)
        || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff)
    {
        return '\0';
    }

    return (c >= '0' && c <= '9') || (c && c < 0x80
                                      && strchr("+ -.()", (int) c))
           ? (char) c : '!';
}


int
phone_contact_number(phone_str_t text, phone_str_t region, char out[17])
{
    char                  c, written[PHONE_WRITTEN_MOST];
    size_t                n;
    const unsigned char  *p, *end;

    p = (const unsigned char *) text.data;
    end = p + text.len;
    n = 0;

    while (p < end && n < sizeof(written)) {
        c = phone_written_as(phone_written(&p, end));

        if (c == '!') {

            /* an extension, or what is to be dialed behind a pause */

            if (n < 5 || memchr(",;xXeEpPwW", p[-1], 10) == NULL) {
                return -1;
            }

            break;
        }

        if (c && (n || c != ' ')) {
            written[n++] = c;
        }
    }

    while (n && written[n - 1] == ' ') {
        n--;
    }

    if (n == 0 || n == sizeof(written)) {
        return -1;
    }

    if (phone_number_parse((phone_str_t) { n, written }, region, out) > 0) {
        return 0;
    }

    if (n > 2 && memcmp(written, "00", 2) == 0) {
        written[1] = '+';

        return phone_number_parse((phone_str_t) { n - 1, written + 1 }, region,
                                  out) > 0 ? 0 : -1;
    }

    return -1;
}
