
/*
 * Multipart bodies: the first line is the Content-Type, the rest the body.  In
 * windows of any size the same is read.
 */


#include <stdio.h>
#include <stdlib.h>

#include "lib/multipart.h"


#define MULTIPART_TEXT  65536


typedef struct {
    char                     text[MULTIPART_TEXT];
    size_t                   len;
    phone_multipart_event_t  end;
} multipart_read_t;


static void
put(multipart_read_t *read, const char *what, phone_str_t text)
{
    int  n;

    if (read->len + text.len + 16 < MULTIPART_TEXT) {
        n = snprintf(read->text + read->len, 16, "%s", what);
        read->len += (size_t) n;
        memcpy(read->text + read->len, text.data, text.len);
        read->len += text.len;
    }
}


/* Whatever the windows are like, a part's data is one text here. */

static void
read_all(phone_multipart_t mp, phone_str_t body, size_t most,
    multipart_read_t *read)
{
    int          last;
    size_t       used, rounds;
    phone_str_t  window;

    read->len = 0;

    for (rounds = 4 * body.len + 64; rounds; rounds--) {
        last = body.len <= most;
        window = last ? body : (phone_str_t) { most, body.data };
        read->end = phone_multipart_next(&mp, window, last, &used);

        if (used > window.len) {
            abort();
        }

        switch (read->end) {

        case PHONE_MULTIPART_PART:
            if (mp.name.len == 0 || mp.type.len == 0
                || memchr(mp.file.data, '/', mp.file.len))
            {
                abort();
            }

            put(read, "\nN:", mp.name);
            put(read, mp.is_file ? "\nF:" : "\nf:", mp.file);
            put(read, "\nT:", mp.type);
            put(read, "\nD:", PHONE_EMPTY);
            break;

        case PHONE_MULTIPART_DATA:
            if (mp.data.len != used || used == 0) {
                abort();
            }

            put(read, "", mp.data);
            break;

        case PHONE_MULTIPART_MORE:
            if (used == 0 && last) {
                abort();
            }

            if (used == 0) {
                most = most + 1 + most / 8;
            }

            break;

        default:
            return;
        }

        body.data += used;
        body.len -= used;
    }

    abort();                                 /* it does not end */
}


int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    phone_str_t               body, type;
    phone_multipart_t         mp;
    static multipart_read_t   whole, small;

    body = (phone_str_t) { size, (const char *) data };

    if (!phone_split(&body, '\n', &type)
        || phone_multipart_init(&mp, type) != 0)
    {
        return 0;
    }

    read_all(mp, body, body.len, &whole);
    read_all(mp, body, 1, &small);

    /* of a body that is bad another part may have been read before */

    if (whole.end != small.end
        || (whole.end == PHONE_MULTIPART_END
            && (whole.len != small.len
                || memcmp(whole.text, small.text, whole.len) != 0)))
    {
        abort();
    }

    return 0;
}
