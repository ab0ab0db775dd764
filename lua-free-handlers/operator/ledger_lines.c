
/* The lines of a compressed blob, and its hash. */


#include "../host.h"
#include "../lib/gzip.h"
#include "ledger_lines.h"


#define PHONE_LINES_CHUNK  65536


struct phone_lines_s {
    phone_arena_t           *arena;
    phone_reader_t          *blob;
    phone_hashing_t         *hashing;
    phone_gunzip_t          *gunzip;
    int64_t                  at;         /* of the blob: read so far */
    phone_str_t              in;         /* of that: not yet inflated */
    size_t                   from;       /* of out: the next line */
    size_t                   to;
    unsigned                 ended:1;
    char                     chunk[PHONE_LINES_CHUNK];
    char                     out[PHONE_LINES_CHUNK];
};


static int phone_lines_more(phone_lines_t *lines);


phone_lines_t *
phone_lines_begin(const phone_tools_t *tools, phone_arena_t *arena,
    phone_reader_t *blob)
{
    phone_lines_t  *lines;

    lines = phone_alloc(arena, sizeof(phone_lines_t));
    if (lines == NULL) {
        return NULL;
    }

    lines->arena = arena;
    lines->blob = blob;
    lines->gunzip = phone_gunzip_begin(arena);
    lines->hashing = lines->gunzip ? phone_sha256_begin(tools->crypto) : NULL;

    return lines->hashing ? lines : NULL;
}


int
phone_lines_next(phone_lines_t *lines, phone_str_t *line)
{
    int    rc;
    char  *start, *newline;

    for ( ;; ) {
        start = lines->out + lines->from;
        newline = memchr(start, '\n', lines->to - lines->from);

        if (newline) {
            *line = (phone_str_t) { (size_t) (newline - start), start };
            lines->from += line->len + 1;
            return line->len <= PHONE_LINE_MOST ? 1 : -1;
        }

        rc = phone_lines_more(lines);
        if (rc != 1) {
            return rc;
        }
    }
}


static int
phone_lines_more(phone_lines_t *lines)
{
    size_t   n;
    int64_t  inflated;

    memmove(lines->out, lines->out + lines->from, lines->to - lines->from);
    lines->to -= lines->from;
    lines->from = 0;

    if (lines->to == PHONE_LINES_CHUNK) {
        return -1;
    }

    if (lines->in.len == 0) {
        n = phone_blob_bytes(lines->blob, lines->at, lines->chunk,
                             PHONE_LINES_CHUNK);
        lines->at += (int64_t) n;
        lines->in = (phone_str_t) { n, lines->chunk };

        if (n == 0) {
            lines->ended = 1;
            return lines->to || !phone_gunzip_whole(lines->gunzip) ? -1 : 0;
        }

        if (phone_sha256_add(lines->hashing, lines->in) != 0) {
            return -1;
        }
    }

    inflated = phone_gunzip(lines->gunzip, &lines->in,
                            lines->out + lines->to,
                            PHONE_LINES_CHUNK - lines->to);
    if (inflated < 0) {
        return -1;
    }

    lines->to += (size_t) inflated;

    return 1;
}


int
phone_lines_end(phone_lines_t *lines, phone_str_t sha256)
{
    unsigned char  hash[PHONE_SHA256_LEN];

    return phone_sha256_end(lines->hashing, hash) == 0 && lines->ended
           && phone_equal(phone_hex(lines->arena,
                                    (phone_str_t) { sizeof(hash),
                                                    (const char *) hash }),
                          sha256);
}
