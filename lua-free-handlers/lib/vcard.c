
#include <strings.h>

#include "charset.h"
#include "vcard.h"


#define PHONE_VCARD_END  (-1)


/* A property, in the text of its line. */

typedef struct {
    phone_str_t              name;       /* without its group */
    phone_str_t              value;
    phone_str_t              charset;
    unsigned                 quoted:1;   /* quoted-printable */
    unsigned                 base64:1;
    unsigned                 cell:1;
    unsigned                 home:1;
    unsigned                 work:1;
} phone_property_t;


static int phone_vcard_byte(phone_vcard_file_t *file);
static int phone_vcard_peek(phone_vcard_file_t *file);
static int phone_vcard_line(phone_vcard_file_t *file);
static int phone_vcard_physical(phone_vcard_file_t *file);
static int phone_vcard_is_quoted(phone_vcard_file_t *file);
static int phone_vcard_is(phone_str_t text, const char *name);
static int phone_vcard_property(phone_vcard_file_t *file,
    phone_property_t *property);
static void phone_vcard_param(phone_property_t *property, phone_str_t param);
static void phone_vcard_word(phone_property_t *property, phone_str_t word);
static void phone_vcard_take(phone_vcard_file_t *file, phone_vcard_t *card,
    phone_property_t *property);
static size_t phone_vcard_unhex(char *text, size_t len, char mark);
static size_t phone_vcard_unescape(const char *text, size_t len, char *out,
    size_t size);
static size_t phone_vcard_part(const char *text, size_t len);
static void phone_vcard_name(phone_vcard_text_t *name, phone_str_t value);
static void phone_vcard_number(phone_vcard_t *card,
    const phone_property_t *property, phone_str_t value);


phone_vcard_file_t *
phone_vcard_open(phone_arena_t *arena, phone_csv_read_pt read, void *data)
{
    phone_vcard_file_t  *file;

    file = phone_alloc(arena, sizeof(phone_vcard_file_t));

    if (file) {
        file->read = read;
        file->data = data;
    }

    return file;
}


void
phone_vcard_close(phone_vcard_file_t *file)
{
    if (file) {
        phone_converter_close(&file->converter);
    }
}


/* Bytes and lines */

static int
phone_vcard_peek(phone_vcard_file_t *file)
{
    if (file->i == file->n) {
        file->i = 0;
        file->n = file->read(file->data, file->at, file->chunk,
                             PHONE_CSV_CHUNK);
        file->at += (int64_t) file->n;

        if (file->n == 0) {
            return PHONE_VCARD_END;
        }
    }

    return (unsigned char) file->chunk[file->i];
}


static int
phone_vcard_byte(phone_vcard_file_t *file)
{
    int  c;

    c = phone_vcard_peek(file);
    file->i += c != PHONE_VCARD_END;

    return c;
}


/* A line of the file behind what is there: the last byte of it, or 0. */

static int
phone_vcard_physical(phone_vcard_file_t *file)
{
    int  c, last, before;

    last = 0;
    before = 0;
    file->lines++;

    while ((c = phone_vcard_byte(file)) != PHONE_VCARD_END && c != '\n') {
        before = last;
        last = c;

        if (file->len < PHONE_VCARD_LINE) {
            file->text[file->len++] = (char) c;

        } else {
            file->cut = 1;
        }
    }

    if (last == '\r') {
        file->len -= !file->cut;
        last = before;
    }

    return last;
}


/* Unfolded, with the lines that quoted-printable has broken: 1, or 0 at the
   end. */

static int
phone_vcard_line(phone_vcard_file_t *file)
{
    int  c, last;

    if (phone_vcard_peek(file) == PHONE_VCARD_END) {
        return 0;
    }

    file->len = 0;
    file->cut = 0;
    file->quoted = 0;
    file->sought = 0;
    file->line = file->lines + 1;

    for ( ;; ) {
        last = phone_vcard_physical(file);
        c = phone_vcard_peek(file);

        if (c == PHONE_VCARD_END) {
            return 1;
        }

        if (last == '=' && phone_vcard_is_quoted(file)) {
            file->len -= !file->cut;
            continue;
        }

        if (c != ' ' && c != '\t') {
            return 1;
        }

        (void) phone_vcard_byte(file);
    }
}


/* Each byte of a line is looked at once, however often it goes on. */

static int
phone_vcard_is_quoted(phone_vcard_file_t *file)
{
    size_t       n;
    const char  *at;

    n = strlen("QUOTED-PRINTABLE");

    while (!file->quoted && file->sought + n <= file->len) {
        at = file->text + file->sought;

        if (*at == ':') {
            break;
        }

        file->quoted = strncasecmp(at, "QUOTED-PRINTABLE", n) == 0;
        file->sought++;
    }

    return file->quoted;
}


/* Cards */

static int
phone_vcard_is(phone_str_t text, const char *name)
{
    return text.len == strlen(name)
           && strncasecmp(text.data, name, text.len) == 0;
}


int
phone_vcard_next(phone_vcard_file_t *file, phone_vcard_t *card)
{
    int               of_card;
    phone_property_t  property;

    memset(card, 0, sizeof(phone_vcard_t));
    card->line = file->line;

    while (file->pending || phone_vcard_line(file)) {

        if (!phone_vcard_property(file, &property)) {
            continue;
        }

        of_card = phone_vcard_is(property.value, "VCARD");

        if (of_card && phone_vcard_is(property.name, "BEGIN")) {

            /* one in a card is its agent, or the card before has no end */

            if (file->depth == 1 && !file->agent) {
                file->depth = 0;
                file->pending = 1;
                card->open = 1;
                return 1;
            }

            if (file->depth == 0) {
                card->line = file->line;
            }

            file->depth++;

        } else if (of_card && phone_vcard_is(property.name, "END")) {
            if (file->depth && --file->depth == 0) {
                return 1;
            }

        } else if (file->depth == 1) {
            phone_vcard_take(file, card, &property);
        }

        file->pending = 0;
        file->agent = phone_vcard_is(property.name, "AGENT");
    }

    if (file->depth == 0) {
        return 0;
    }

    file->depth = 0;
    card->open = 1;

    return 1;
}


/* Properties */

/* 1, or 0: the line is none. */

static int
phone_vcard_property(phone_vcard_file_t *file, phone_property_t *property)
{
    int          inside;
    size_t       i, start;
    phone_str_t  part;

    memset(property, 0, sizeof(phone_property_t));
    inside = 0;
    start = 0;

    for (i = 0; i < file->len; i++) {

        if (file->text[i] == '"') {
            inside = !inside;
        }

        if (inside || (file->text[i] != ':' && file->text[i] != ';')) {
            continue;
        }

        part = (phone_str_t) { i - start, file->text + start };
        start = i + 1;

        if (property->name.data == NULL) {
            property->name = part;

            while (phone_split(&part, '.', &property->name)) { /* void */ }

        } else {
            phone_vcard_param(property, part);
        }

        if (file->text[i] == ':') {
            while (file->len > start && file->text[file->len - 1] == ' ') {
                file->len--;
            }

            property->value = (phone_str_t) { file->len - start,
                                              file->text + start };
            return 1;
        }
    }

    return 0;
}


/* "TYPE=CELL,VOICE", "TYPE=\"cell,voice\"", or "CELL" by itself. */

static void
phone_vcard_param(phone_property_t *property, phone_str_t param)
{
    phone_str_t  value, word;
    const char  *sign;

    sign = param.len ? memchr(param.data, '=', param.len) : NULL;
    value = param;

    if (sign) {
        param.len = (size_t) (sign - param.data);
        value.len -= param.len + 1;
        value.data = sign + 1;
    }

    if (sign && phone_vcard_is(param, "CHARSET")) {
        property->charset = value;
        return;
    }

    if (sign && !phone_vcard_is(param, "TYPE")
        && !phone_vcard_is(param, "ENCODING"))
    {
        return;
    }

    while (phone_split(&value, ',', &word)) {
        while (word.len && *word.data == '"') {
            word.data++;
            word.len--;
        }

        while (word.len && word.data[word.len - 1] == '"') {
            word.len--;
        }

        phone_vcard_word(property, word);
    }
}


static void
phone_vcard_word(phone_property_t *property, phone_str_t word)
{
    property->quoted |= phone_vcard_is(word, "QUOTED-PRINTABLE");
    property->base64 |= phone_vcard_is(word, "BASE64")
                        || phone_vcard_is(word, "B");
    property->cell |= phone_vcard_is(word, "CELL")
                      || phone_vcard_is(word, "IPHONE")
                      || phone_vcard_is(word, "MOBILE");
    property->home |= phone_vcard_is(word, "HOME");
    property->work |= phone_vcard_is(word, "WORK");
}


static void
phone_vcard_take(phone_vcard_file_t *file, phone_vcard_t *card,
    phone_property_t *property)
{
    char                *text;
    size_t               len;
    phone_str_t          value;
    phone_vcard_text_t  *into;

    into = phone_vcard_is(property->name, "FN") ? &card->name
           : phone_vcard_is(property->name, "ORG") ? &card->organization
           : phone_vcard_is(property->name, "NOTE") ? &card->note : NULL;

    if (file->cut || property->base64
        || (into == NULL && !phone_vcard_is(property->name, "N")
            && !phone_vcard_is(property->name, "TEL")))
    {
        return;
    }

    text = file->text + (property->value.data - file->text);
    len = property->value.len;
    len = property->quoted ? phone_vcard_unhex(text, len, '=') : len;
    len = phone_charset_text(&file->converter, property->charset,
                             (phone_str_t) { len, text }, file->wide,
                             sizeof(file->wide));
    value = (phone_str_t) { len, file->wide };

    if (phone_vcard_is(property->name, "TEL")) {
        phone_vcard_number(card, property, value);

    } else if (into == NULL) {
        if (!card->named) {
            phone_vcard_name(&card->name, value);
        }

    } else if (into->len == 0 || into == &card->name) {
        if (into == &card->organization) {
            value.len = phone_vcard_part(value.data, value.len);
        }

        len = phone_vcard_unescape(value.data, value.len, into->text,
                                   sizeof(into->text));

        if (len) {
            into->len = len;
            card->named |= into == &card->name;
        }
    }
}


/* In place: "=41" of QUOTED-PRINTABLE, "%41" of a URI.  A mark that no two hex
   digits follow stays. */

static size_t
phone_vcard_unhex(char *text, size_t len, char mark)
{
    int     high, low;
    size_t  i, n;

    for (i = 0, n = 0; i < len; i++) {

        if (text[i] == mark && i + 2 < len) {
            high = phone_hex_digit((unsigned char) text[i + 1]);
            low = phone_hex_digit((unsigned char) text[i + 2]);

            if (high >= 0 && low >= 0) {
                text[n++] = (char) (high << 4 | low);
                i += 2;
                continue;
            }
        }

        text[n++] = text[i];
    }

    return n;
}


static size_t
phone_vcard_unescape(const char *text, size_t len, char *out, size_t size)
{
    char    c;
    size_t  i, n;

    for (i = 0, n = 0; i < len && n < size; i++) {
        c = text[i];

        if (c == '\\' && i + 1 < len) {
            c = text[++i];
            c = c == 'n' || c == 'N' ? '\n' : c;
        }

        out[n++] = c;
    }

    return phone_utf8_whole(out, n);
}


/* How long the part up to the next ';' is. */

static size_t
phone_vcard_part(const char *text, size_t len)
{
    size_t  i;

    for (i = 0; i < len && text[i] != ';'; i++) {
        i += text[i] == '\\' && i + 1 < len;
    }

    return i;
}


/* "family;given;middle;...": as people write it, without spaces where the
   family name is Chinese, Japanese or Korean. */

static void
phone_vcard_name(phone_vcard_text_t *name, phone_str_t value)
{
    char         part[3][PHONE_VCARD_TEXT / 4];
    size_t       n, len[3];
    unsigned     i, j;
    const char  *between;

    static const unsigned  east[3] = { 0, 1, 2 };
    static const unsigned  west[3] = { 1, 2, 0 };

    for (i = 0; i < 3; i++) {
        n = phone_vcard_part(value.data, value.len);
        len[i] = phone_vcard_unescape(value.data, n, part[i], sizeof(part[i]));
        n += n < value.len;
        value.data += n;
        value.len -= n;
    }

    between = len[0] && (unsigned char) part[0][0] >= 0xe2 ? "" : " ";

    for (i = 0, name->len = 0; i < 3; i++) {
        j = *between ? west[i] : east[i];

        if (name->len && len[j] && *between) {
            name->text[name->len++] = ' ';
        }

        memcpy(name->text + name->len, part[j], len[j]);
        name->len += len[j];
    }
}


/* "tel:+86-138-0000-0001;ext=102" of 4.0: an extension is no part of it. */

static void
phone_vcard_number(phone_vcard_t *card, const phone_property_t *property,
    phone_str_t value)
{
    char                  text[2 * PHONE_VCARD_NUMBER];
    size_t                len;
    phone_vcard_number_t  *number;

    len = value.len < sizeof(text) ? value.len : sizeof(text);
    memcpy(text, value.data, len);

    if (len > 4 && strncasecmp(text, "tel:", 4) == 0) {
        len = phone_vcard_unhex(text + 4, len - 4, '%');
        len = phone_vcard_part(text + 4, len);
        memmove(text, text + 4, len);

    } else {
        len = phone_vcard_unescape(value.data, len, text, sizeof(text));
    }

    if (len == 0) {
        return;
    }

    if (card->n == PHONE_VCARD_NUMBERS || len > PHONE_VCARD_NUMBER) {
        card->more = 1;
        return;
    }

    number = &card->number[card->n++];
    memcpy(number->text, text, len);
    number->len = len;
    number->label = property->cell ? PHONE_LABEL_MOBILE
                    : property->home ? PHONE_LABEL_HOME
                    : property->work ? PHONE_LABEL_WORK : PHONE_LABEL_OTHER;
}


void
phone_vcard_escape(phone_buf_t *buf, phone_str_t text)
{
    size_t  i;

    for (i = 0; i < text.len; i++) {

        if (text.data[i] == '\n') {
            phone_buf_put(buf, PHONE_STR("\\n"));
            continue;
        }

        if (memchr("\\,;", text.data[i], 3) != NULL) {
            phone_buf_byte(buf, '\\');
        }

        phone_buf_byte(buf, text.data[i]);
    }
}
