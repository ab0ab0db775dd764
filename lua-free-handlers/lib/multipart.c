
#define _GNU_SOURCE          /* memmem() */

#include "multipart.h"


static phone_multipart_event_t phone_multipart_start(phone_multipart_t *mp,
    phone_str_t window, int last, size_t *used);
static phone_multipart_event_t phone_multipart_delimited(
    phone_multipart_t *mp, phone_str_t window, int last, size_t *used);
static phone_multipart_event_t phone_multipart_headers(phone_multipart_t *mp,
    phone_str_t window, int last, size_t *used);
static phone_multipart_event_t phone_multipart_body(phone_multipart_t *mp,
    phone_str_t window, int last, size_t *used);
static int phone_multipart_header(phone_multipart_t *mp, phone_str_t line);
static int phone_multipart_disposition(phone_multipart_t *mp,
    phone_str_t value);
static int phone_multipart_param(phone_str_t *rest, phone_str_t *name,
    char *value, size_t room, size_t *len);
static void phone_multipart_file(phone_multipart_t *mp, phone_str_t value);
static phone_str_t phone_trim(phone_str_t text);
static int phone_same_word(phone_str_t text, const char *word);
static int phone_is_token(unsigned char c);


int
phone_multipart_init(phone_multipart_t *mp, phone_str_t content_type)
{
    char         boundary[PHONE_BOUNDARY_MAX + 1];
    size_t       i, len;
    phone_str_t  rest, name, type;

    memset(mp, 0, offsetof(phone_multipart_t, name_text));

    rest = content_type;
    type = PHONE_EMPTY;
    (void) phone_split(&rest, ';', &type);

    if (!phone_same_word(phone_trim(type), "multipart/form-data")) {
        return -1;
    }

    while (rest.len) {
        if (phone_multipart_param(&rest, &name, boundary, sizeof(boundary),
                                  &len)
            != 0)
        {
            return -1;
        }

        if (!phone_same_word(name, "boundary")) {
            continue;
        }

        if (mp->len || len == 0 || len > PHONE_BOUNDARY_MAX) {
            return -1;
        }

        for (i = 0; i < len; i++) {
            if (boundary[i] < ' ' || boundary[i] > '~') {
                return -1;
            }
        }

        memcpy(mp->delimiter, "\r\n--", 4);
        memcpy(mp->delimiter + 4, boundary, len);
        mp->len = 4 + len;
    }

    return mp->len ? 0 : -1;
}


phone_multipart_event_t
phone_multipart_next(phone_multipart_t *mp, phone_str_t window, int last,
    size_t *used)
{
    *used = 0;

    switch (mp->state) {

    case PHONE_MULTIPART_AT_START:
        return phone_multipart_start(mp, window, last, used);

    case PHONE_MULTIPART_AT_DELIMITER:
        return phone_multipart_delimited(mp, window, last, used);

    case PHONE_MULTIPART_AT_HEADERS:
        return phone_multipart_headers(mp, window, last, used);

    default: /* PHONE_MULTIPART_AT_DATA */
        return phone_multipart_body(mp, window, last, used);
    }
}


static phone_multipart_event_t
phone_multipart_start(phone_multipart_t *mp, phone_str_t window, int last,
    size_t *used)
{
    const size_t  len = mp->len - 2;

    if (window.len < len) {
        return last ? PHONE_MULTIPART_BAD : PHONE_MULTIPART_MORE;
    }

    if (memcmp(window.data, mp->delimiter + 2, len) != 0) {
        return PHONE_MULTIPART_BAD;
    }

    mp->state = PHONE_MULTIPART_AT_DELIMITER;
    *used = len;

    return PHONE_MULTIPART_MORE;
}


static phone_multipart_event_t
phone_multipart_delimited(phone_multipart_t *mp, phone_str_t window, int last,
    size_t *used)
{
    if (window.len < 2) {
        return last ? PHONE_MULTIPART_BAD : PHONE_MULTIPART_MORE;
    }

    if (memcmp(window.data, "--", 2) == 0) {
        *used = window.len;
        return PHONE_MULTIPART_END;
    }

    if (memcmp(window.data, "\r\n", 2) != 0) {
        return PHONE_MULTIPART_BAD;
    }

    mp->state = PHONE_MULTIPART_AT_HEADERS;
    *used = 2;

    return PHONE_MULTIPART_MORE;
}


static phone_multipart_event_t
phone_multipart_headers(phone_multipart_t *mp, phone_str_t window, int last,
    size_t *used)
{
    size_t       room;
    const char  *end, *next;
    phone_str_t  line;

    room = window.len < PHONE_MULTIPART_HEADERS ? window.len
                                                : PHONE_MULTIPART_HEADERS;
    end = memmem(window.data, room, "\r\n\r\n", 4);

    if (end == NULL) {
        return last || room == PHONE_MULTIPART_HEADERS
               ? PHONE_MULTIPART_BAD : PHONE_MULTIPART_MORE;
    }

    mp->name = PHONE_EMPTY;
    mp->file = PHONE_EMPTY;
    mp->type = phone_media_type(PHONE_EMPTY, mp->type_text);
    mp->is_file = 0;

    for (line.data = window.data; line.data < end; line.data = next + 2) {

        /* the blank line ends the last one */

        next = memmem(line.data, (size_t) (end + 2 - line.data), "\r\n", 2);
        line.len = (size_t) (next - line.data);

        if (phone_multipart_header(mp, line) != 0) {
            return PHONE_MULTIPART_BAD;
        }
    }

    if (mp->name.len == 0) {
        return PHONE_MULTIPART_BAD;
    }

    mp->state = PHONE_MULTIPART_AT_DATA;
    *used = (size_t) (end + 4 - window.data);

    return PHONE_MULTIPART_PART;
}


static phone_multipart_event_t
phone_multipart_body(phone_multipart_t *mp, phone_str_t window, int last,
    size_t *used)
{
    const char  *end;

    end = memmem(window.data, window.len, mp->delimiter, mp->len);

    if (end == window.data && end != NULL) {
        mp->state = PHONE_MULTIPART_AT_DELIMITER;
        *used = mp->len;
        return PHONE_MULTIPART_MORE;
    }

    if (end) {
        *used = (size_t) (end - window.data);

    } else if (last) {
        return PHONE_MULTIPART_BAD;

    } else if (window.len < mp->len) {
        return PHONE_MULTIPART_MORE;

    } else {
        /* the rest may be the beginning of a delimiter */

        *used = window.len - (mp->len - 1);
    }

    mp->data = (phone_str_t) { *used, window.data };

    return PHONE_MULTIPART_DATA;
}


/* Headers */

static int
phone_multipart_header(phone_multipart_t *mp, phone_str_t line)
{
    size_t       i;
    phone_str_t  rest, name;

    for (i = 0; i < line.len; i++) {
        if ((unsigned char) line.data[i] < ' ' && line.data[i] != '\t') {
            return -1;
        }
    }

    rest = line;

    if (memchr(line.data, ':', line.len) == NULL
        || !phone_split(&rest, ':', &name))
    {
        return -1;
    }

    if (phone_same_word(name, "content-type")) {
        mp->type = phone_media_type(phone_trim(rest), mp->type_text);
        return 0;
    }

    return phone_same_word(name, "content-disposition")
           ? phone_multipart_disposition(mp, rest) : 0;
}


static int
phone_multipart_disposition(phone_multipart_t *mp, phone_str_t value)
{
    char         text[PHONE_MULTIPART_HEADERS];
    size_t       len;
    phone_str_t  rest, kind, name;

    rest = value;
    kind = PHONE_EMPTY;
    (void) phone_split(&rest, ';', &kind);

    if (mp->name.len || !phone_same_word(phone_trim(kind), "form-data")) {
        return -1;
    }

    while (rest.len) {
        if (phone_multipart_param(&rest, &name, text, sizeof(text), &len)
            != 0)
        {
            return -1;
        }

        if (phone_same_word(name, "name")) {

            if (mp->name.len || len == 0 || len > PHONE_MULTIPART_NAME) {
                return -1;
            }

            memcpy(mp->name_text, text, len);
            mp->name = (phone_str_t) { len, mp->name_text };

        } else if (phone_same_word(name, "filename")) {

            if (mp->is_file) {
                return -1;
            }

            mp->is_file = 1;
            phone_multipart_file(mp, (phone_str_t) { len, text });
        }
    }

    return 0;
}


/* ' name="value"' or ' name=value', up to the next ';'.  In quotes a backslash
   stands before a quote only: elsewhere it is itself, as in paths. */

static int
phone_multipart_param(phone_str_t *rest, phone_str_t *name, char *value,
    size_t room, size_t *len)
{
    int          quoted;
    const char  *p, *end;

    *rest = phone_trim(*rest);
    p = rest->data;
    end = p + rest->len;

    while (p < end && phone_is_token((unsigned char) *p)) {
        p++;
    }

    *name = (phone_str_t) { (size_t) (p - rest->data), rest->data };

    if (name->len == 0 || p == end || *p++ != '=') {
        return -1;
    }

    quoted = p < end && *p == '"';
    p += quoted;

    for (*len = 0; p < end; p++) {

        if (quoted ? *p == '"' : *p == ';' || *p == ' ' || *p == '\t') {
            break;
        }

        if (quoted && *p == '\\' && end - p > 1 && p[1] == '"') {
            p++;
        }

        if (*len == room) {
            return -1;
        }

        value[(*len)++] = *p;
    }

    if (quoted && p++ == end) {
        return -1;
    }

    while (p < end && (*p == ' ' || *p == '\t')) {
        p++;
    }

    if (p < end && *p++ != ';') {
        return -1;
    }

    *rest = (phone_str_t) { (size_t) (end - p), p };

    return 0;
}


/* Of a path the last part; a name that no person could have given is none. */

static void
phone_multipart_file(phone_multipart_t *mp, phone_str_t value)
{
    size_t       i;
    phone_str_t  name;

    name = value;

    for (i = 0; i < value.len; i++) {
        if (value.data[i] == '/' || value.data[i] == '\\') {
            name = (phone_str_t) { value.len - i - 1, value.data + i + 1 };
        }
    }

    for (i = 0; i < name.len; i++) {
        if ((unsigned char) name.data[i] < ' ' || name.data[i] == 0x7f) {
            return;
        }
    }

    if (name.len > PHONE_MULTIPART_FILE || !phone_utf8_valid(name)) {
        return;
    }

    memcpy(mp->file_text, name.data, name.len);
    mp->file = (phone_str_t) { name.len, mp->file_text };
}


phone_str_t
phone_media_type(phone_str_t text, char out[PHONE_MULTIPART_TYPE])
{
    size_t         i;
    unsigned       slashes;
    unsigned char  c;

    static const char  other[] = "application/octet-stream";

    slashes = 0;

    for (i = 0; i < text.len && i < PHONE_MULTIPART_TYPE; i++) {
        c = (unsigned char) text.data[i];

        if (c == ';' || c == ' ' || c == '\t') {
            break;
        }

        if (c == '/' && i > 0) {
            slashes++;

        } else if (!phone_is_token(c)) {
            slashes = 2;
            break;
        }

        out[i] = phone_lower(c);
    }

    if (slashes != 1 || i == PHONE_MULTIPART_TYPE || out[i - 1] == '/') {
        memcpy(out, other, sizeof(other) - 1);
        i = sizeof(other) - 1;
    }

    return (phone_str_t) { i, out };
}


static phone_str_t
phone_trim(phone_str_t text)
{
    while (text.len && (*text.data == ' ' || *text.data == '\t')) {
        text.data++;
        text.len--;
    }

    while (text.len && (text.data[text.len - 1] == ' '
                        || text.data[text.len - 1] == '\t'))
    {
        text.len--;
    }

    return text;
}


/* word is in lower case. */

static int
phone_same_word(phone_str_t text, const char *word)
{
    size_t  i;

    for (i = 0; i < text.len && word[i]; i++) {
        if (phone_lower(text.data[i]) != word[i]) {
            return 0;
        }
    }

    return i == text.len && word[i] == '\0';
}


/* RFC 9110, section 5.6.2. */

static int
phone_is_token(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
           || (c >= '0' && c <= '9')
           || (c && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}
