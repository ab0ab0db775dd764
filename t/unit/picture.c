
/* lib/picture.c: what is a picture, what is none, and what is kept of one. */


#define _GNU_SOURCE

#include <stdlib.h>

#include "tap.h"
#include "lib/picture.h"
#include "../sim/pictures.h"


static picture_t        sent, kept, out;
static phone_picture_t  found;


static phone_picture_rc_t
reads(const picture_t *picture)
{
    char                *copy;
    unsigned             i;
    phone_arena_t        arena;
    phone_picture_rc_t   rc;

    /* of its own, so that a read behind its end is seen */

    copy = malloc(picture->len);
    memcpy(copy, picture->bytes, picture->len);
    phone_arena_init(&arena);

    rc = phone_picture_read(&arena, (phone_str_t) { picture->len, copy },
                            &found);
    out.len = 0;

    for (i = 0; rc == PHONE_PICTURE_OK && i < found.n; i++) {
        picture_put(&out, found.piece[i].data, found.piece[i].len);
    }

    phone_arena_free(&arena);
    free(copy);

    return rc;
}


/* It is read, what is kept is `kept`, and that is read as it is. */

static void
keeps(const char *type, int64_t width, int64_t height)
{
    is_int(reads(&sent), PHONE_PICTURE_OK, "%s: it is one", type);
    is_str(phone_cstr(found.type), type, "of this type");
    is_int(found.width, width, "its width");
    is_int(found.height, height, "its height");
    is_int(out.len, kept.len, "what is kept of it");
    ok(out.len == kept.len && memcmp(out.bytes, kept.bytes, out.len) == 0,
       "is what shows it");
    ok(memmem(out.bytes, out.len, "GPS", 3) == NULL, "not where it was");

    is_int(reads(&kept), PHONE_PICTURE_OK, "the same again");
    ok(out.len == kept.len && memcmp(out.bytes, kept.bytes, out.len) == 0,
       "stays as it is");
}


/* No part of it is one: the last bytes are needed as well. */

static void
is_whole(const char *name)
{
    size_t     len;
    unsigned   parts;
    picture_t  part;

    parts = 0;
    part = kept;

    for (len = 0; len < kept.len; len++) {
        part.len = len;
        parts += reads(&part) == PHONE_PICTURE_OK;
    }

    is_int(parts, 0, "%s: no part of it is one", name);
}


/* Whatever byte is another one, reading ends, and what is kept is read again as
   it is. */

static void
is_robust(const char *name)
{
    size_t     i;
    unsigned   bit, wrong;
    picture_t  bent, first;

    wrong = 0;

    for (i = 0; i < 8 * sent.len; i++) {
        bit = (unsigned) i % 8;
        bent = sent;
        bent.bytes[i / 8] = (char) (bent.bytes[i / 8] ^ 1 << bit);

        if (reads(&bent) == PHONE_PICTURE_OK) {
            first = out;
            wrong += reads(&first) != PHONE_PICTURE_OK
                     || out.len != first.len
                     || memcmp(out.bytes, first.bytes, out.len) != 0;
        }
    }

    is_int(wrong, 0, "%s: with any bit turned", name);
}


static void
cameras(void)
{
    picture_jpeg(&sent, "coded", 1);
    picture_jpeg(&kept, "coded", 0);
    keeps("image/jpeg", 8, 16);          /* upright: its sides are changed */
    is_whole("image/jpeg");
    is_robust("image/jpeg");

    picture_png(&sent, 0, 1);
    picture_png(&kept, 0, 0);
    keeps("image/png", 8, 4);
    is_whole("image/png");
    is_robust("image/png");

    picture_webp(&sent, "coded!", 1);
    picture_webp(&kept, "coded!", 0);
    keeps("image/webp", 32, 16);
    is_whole("image/webp");
    is_robust("image/webp");
}


static void
is_none(const char *why)
{
    is_int(reads(&sent), PHONE_PICTURE_BROKEN, "%s", why);
}


static void
others(void)
{
    static const char *const  other[] = {
        "", "\xff\xd8\xff", "GIF89a\1\0\1\0", "<svg/>", "%PDF-1.4", "BM",
        "\0\0\0\x18" "ftypheic", "RIFF\4\0\0\0WAVE", "\x89PNG\r\n\x1a\n",
        "RIFF\4\0\0\0WEBP"
    };
    static const size_t  len[] = { 0, 3, 10, 6, 8, 2, 12, 12, 8, 12 };
    unsigned  i;

    for (i = 0; i < sizeof(len) / sizeof(len[0]); i++) {
        sent.len = 0;
        picture_put(&sent, other[i], len[i]);
        is_none(other[i]);
    }
}


/* A frame of a width and a height, and so much of data. */

static void
jpeg_of(unsigned width, unsigned height, const char *coded)
{
    picture_jpeg_start(&sent);
    picture_jpeg_tables(&sent);
    picture_jpeg_frame(&sent, width, height);
    picture_jpeg_scan(&sent, coded);
    PICTURE_PUT(&sent, "\xff\xd9");
}


/* Numbers of a second table: of Huffman codes or, of 8 or 16 bits, of what
   quantizes. */

static void
jpeg_tables(void)
{
    int       huffman;
    char      table[65 + 129];
    size_t    len;
    unsigned  i, first;

    static const unsigned char  number[] = {
        0x00, 0x03, 0x10, 0x13,     /* and what is none */
        0x04, 0x14, 0x20, 0x80
    };

    for (i = 0; i < 2 * sizeof(number); i++) {
        huffman = i % 2;
        first = huffman ? 18 : 65;
        memset(table, 0, sizeof(table));
        table[1] = 1;                       /* one code */
        table[first] = (char) number[i / 2];
        table[first + 1] = 1;
        len = huffman ? 36 : number[i / 2] & 0xf0 ? 65 + 129 : 65 + 65;

        picture_jpeg_start(&sent);
        picture_jpeg_tables(&sent);
        picture_segment(&sent, huffman ? 0xc4 : 0xdb, table, len);
        picture_jpeg_frame(&sent, 8, 8);
        picture_jpeg_scan(&sent, "x");
        PICTURE_PUT(&sent, "\xff\xd9");
        is_int(reads(&sent), i < 8 ? PHONE_PICTURE_OK : PHONE_PICTURE_BROKEN,
               "jpeg: %s, %02x", huffman ? "codes" : "quantization",
               number[i / 2]);
    }
}


/* How often a component is sampled, across and down, and its table. */

static void
jpeg_samples(void)
{
    unsigned  i;
    char      frame[9] = { 8, 0, 8, 0, 8, 1, 1, 0, 0 };

    static const unsigned char  sample[][2] = {
        { 0x11, 3 }, { 0x44, 0 },   /* and what is none */
        { 0x01, 0 }, { 0x51, 0 }, { 0x10, 0 }, { 0x15, 0 }, { 0x11, 4 }
    };

    for (i = 0; i < sizeof(sample) / sizeof(sample[0]); i++) {
        frame[7] = (char) sample[i][0];
        frame[8] = (char) sample[i][1];

        picture_jpeg_start(&sent);
        picture_jpeg_tables(&sent);
        picture_segment(&sent, 0xc0, frame, sizeof(frame));
        picture_jpeg_scan(&sent, "xxxxxxxx");
        PICTURE_PUT(&sent, "\xff\xd9");
        is_int(reads(&sent), i < 2 ? PHONE_PICTURE_OK : PHONE_PICTURE_BROKEN,
               "jpeg: samples %02x, table %u", sample[i][0], sample[i][1]);
    }
}


static void
jpegs(void)
{
    unsigned  i;
    char      many[2000];

    jpeg_of(0, 8, "x");
    is_none("jpeg: no width");
    jpeg_of(8, 0, "x");
    is_none("jpeg: no height");
    jpeg_of(16384, 8, "x");
    is_int(reads(&sent), PHONE_PICTURE_PIXELED, "jpeg: too wide");
    jpeg_of(8, 16384, "x");
    is_int(reads(&sent), PHONE_PICTURE_PIXELED, "jpeg: too high");
    jpeg_of(7072, 7071, "x");
    is_int(reads(&sent), PHONE_PICTURE_PIXELED, "jpeg: too many pixels");
    jpeg_of(7071, 7071, "x");
    is_none("jpeg: 50 million pixels in a byte");

    memset(many, 'x', sizeof(many));
    many[1999] = '\0';
    jpeg_of(1000, 1024, many);
    is_none("jpeg: 16000 units in 15992 bits");
    jpeg_of(1000, 1016, many);
    is_int(reads(&sent), PHONE_PICTURE_OK, "jpeg: 15875 units");

    jpeg_of(8, 8, "x");
    sent.len -= 2;
    PICTURE_PUT(&sent, "\xff\0\xff\xd0y\xff\xd7\xff\xd9");
    is_int(reads(&sent), PHONE_PICTURE_OK, "jpeg: markers within the data");

    picture_jpeg_start(&sent);
    picture_jpeg_frame(&sent, 8, 8);
    picture_jpeg_scan(&sent, "x");
    PICTURE_PUT(&sent, "\xff\xd9");
    is_none("jpeg: no tables");

    picture_jpeg_start(&sent);
    picture_jpeg_tables(&sent);
    picture_jpeg_scan(&sent, "x");
    PICTURE_PUT(&sent, "\xff\xd9");
    is_none("jpeg: no frame");

    picture_jpeg_start(&sent);
    picture_jpeg_tables(&sent);
    picture_jpeg_frame(&sent, 8, 8);
    PICTURE_PUT(&sent, "\xff\xd9");
    is_none("jpeg: no scan");

    jpeg_of(8, 8, "x");
    sent.len -= 2;
    picture_jpeg_frame(&sent, 8, 8);
    PICTURE_PUT(&sent, "\xff\xd9");
    is_none("jpeg: two frames");

    jpeg_of(8, 8, "x");
    sent.bytes[sent.len - 3 - 5] = 2;
    is_none("jpeg: a scan of another component");

    jpeg_of(8, 8, "x");
    sent.len -= 2;

    for (i = 1; i < 100; i++) {
        picture_jpeg_scan(&sent, "x");
    }

    PICTURE_PUT(&sent, "\xff\xff\xff\xd9");
    is_int(reads(&sent), PHONE_PICTURE_OK, "jpeg: 100 scans, filled bytes");
    sent.len -= 4;
    picture_jpeg_scan(&sent, "x");
    PICTURE_PUT(&sent, "\xff\xd9");
    is_none("jpeg: 101");

    /* lossless, arithmetic, of a height that follows */

    for (i = 0xc3; i < 0xd0; i++) {
        jpeg_of(8, 8, "x");
        *(char *) memmem(sent.bytes, sent.len, "\xff\xc0", 2) = '\xff';
        ((char *) memmem(sent.bytes, sent.len, "\xff\xc0", 2))[1] = (char) i;
        is_none("jpeg: another process");
    }

    jpeg_of(8, 8, "x");
    sent.len -= 2;
    PICTURE_SEGMENT(&sent, 0xdc, "\0\x08");
    PICTURE_PUT(&sent, "\xff\xd9");
    is_none("jpeg: a number of lines behind the scan");
}


/* What may tell of its maker, of each kind. */

static void
jpeg_headers(void)
{
    jpeg_of(8, 8, "x");
    kept = sent;

    picture_jpeg_start(&sent);
    PICTURE_SEGMENT(&sent, 0xe0, "JFXX\0\x13GPS");
    PICTURE_SEGMENT(&sent, 0xe0, "JFIF\0\1\2\0\0\1\0\1\1\1GPS");
    PICTURE_SEGMENT(&sent, 0xe1, "Exif\0\0II\x2a\0\xff\xff\xff\xffGPS");
    PICTURE_SEGMENT(&sent, 0xe1, "Exif\0\0II\x2a\0\x08\0\0\0\xff\xffGPS");
    PICTURE_SEGMENT(&sent, 0xe1, "Exif\0\0GPS");
    PICTURE_SEGMENT(&sent, 0xe2, "MPF\0GPS");
    PICTURE_SEGMENT(&sent, 0xed, "Photoshop 3.0\0GPS");
    PICTURE_SEGMENT(&sent, 0xef, "GPS");
    picture_put(&sent, kept.bytes + 20, kept.len - 20);
    keeps("image/jpeg", 8, 8);

    /* its colors stay */

    picture_jpeg_start(&sent);
    PICTURE_SEGMENT(&sent, 0xe2, "ICC_PROFILE\0\1\1 profile");
    PICTURE_SEGMENT(&sent, 0xee, "Adobe\0\x64\0\0\0\0\1");
    picture_put(&sent, kept.bytes + 20, kept.len - 20);
    kept = sent;
    keeps("image/jpeg", 8, 8);

    /* lying, or turned */

    picture_jpeg_start(&sent);
    PICTURE_SEGMENT(&sent, 0xe1, PICTURE_EXIF);
    sent.bytes[20 + 4 + 6 + 8 + 2 + 12 + 9] = 3;
    PICTURE_SEGMENT(&sent, 0xe1, PICTURE_EXIF);
    picture_put(&sent, kept.bytes + 20, kept.len - 20);
    is_int(reads(&sent), PHONE_PICTURE_OK, "jpeg: upside down, and upright");
    is_int(found.nmade, 36, "the first one counts");
    is_int(out.bytes[20 + 28], 3, "as it was");
    sent.bytes[20 + 4 + 6 + 8 + 2 + 12 + 9] = 9;
    is_int(reads(&sent), PHONE_PICTURE_OK, "jpeg: a direction that is none");
    is_int(out.bytes[20 + 28], 6, "does not count");
    sent.bytes[20 + 4 + 6 + 8 + 2 + 12 + 9] = 1;
    is_int(reads(&sent), PHONE_PICTURE_OK, "jpeg: as it lies");
    is_int(found.nmade, 0, "is not said");
}


static void
png_of(uint32_t width, uint32_t height, const char kind[5], size_t bytes)
{
    picture_png_start(&sent, width, height, kind);
    picture_png_pixels(&sent, bytes, 0);
    picture_chunk(&sent, "IEND", "", 0);
}


#define png_is(rc, width, height, kind, bytes, why)                           \
    png_of(width, height, kind, bytes);                                       \
    is_int(reads(&sent), rc, "png: %s", why)

#define OK      PHONE_PICTURE_OK
#define BROKEN  PHONE_PICTURE_BROKEN
#define PIXELS  PHONE_PICTURE_PIXELED


static void
pngs(void)
{
    png_is(OK, 9, 2, "\1\0\0\0\0", 2 * 3, "a bit each");
    png_is(BROKEN, 9, 2, "\1\0\0\0\0", 2 * 3 - 1, "a byte too few");
    png_is(BROKEN, 9, 2, "\1\0\0\0\0", 2 * 3 + 1, "a byte too many");
    png_is(OK, 3, 2, "\x10\6\0\0\0", 2 * (1 + 3 * 8), "64 bits each");
    png_is(OK, 3, 2, "\x08\2\0\0\0", 2 * (1 + 3 * 3), "24 bits");
    png_is(OK, 3, 2, "\x08\4\0\0\0", 2 * (1 + 3 * 2), "gray, and alpha");
    png_is(OK, 5, 5, "\x08\0\0\0\1", 6 + 5 + 25, "interlaced");
    png_is(OK, 1, 1, "\x08\0\0\0\1", 2, "one pixel, interlaced");
    png_is(OK, 8, 8, "\x08\0\0\0\1", 15 + 64, "all passes");
    png_is(BROKEN, 3, 2, "\x08\3\0\0\0", 8, "no palette");
    png_is(BROKEN, 0, 2, "\x08\0\0\0\0", 2, "no width");
    png_is(BROKEN, 2, 0, "\x08\0\0\0\0", 2, "no height");
    png_is(BROKEN, 0x80000000, 1, "\x08\0\0\0\0", 2, "a negative width");
    png_is(PIXELS, 16384, 1, "\x08\0\0\0\0", 2, "too wide");
    png_is(PIXELS, 7072, 7071, "\x08\0\0\0\0", 2, "too many pixels");
    png_is(PIXELS, 5001, 5000, "\x10\6\0\0\0", 2, "of 64 bits, too many");
    png_is(BROKEN, 5000, 4998, "\x10\6\0\0\0", 2, "not too many");
    png_is(BROKEN, 3, 2, "\3\0\0\0\0", 4, "3 bits");
    png_is(BROKEN, 3, 2, "\x08\1\0\0\0", 4, "a color that is none");
    png_is(BROKEN, 3, 2, "\x08\7\0\0\0", 4, "another one");
    png_is(BROKEN, 3, 2, "\4\2\0\0\0", 4, "colors of 4 bits");
    png_is(BROKEN, 3, 2, "\x20\0\0\0\0", 4, "32 bits");
    png_is(BROKEN, 1, 1, "\x08\0\1\0\0", 2, "another compression");
    png_is(BROKEN, 1, 1, "\x08\0\0\1\0", 2, "other filters");
    png_is(BROKEN, 1, 1, "\x08\0\0\0\2", 2, "interlaced otherwise");

    picture_png_start(&sent, 8, 4, "\x08\0\0\0\0");
    picture_chunk(&sent, "IDAT", "pixels", 6);
    picture_chunk(&sent, "IEND", "", 0);
    is_none("png: pixels that are not deflated");
}


static void
png_chunks(void)
{
    unsigned  i;

    picture_png_start(&sent, 3, 2, "\x08\3\0\0\0");
    picture_chunk(&sent, "gAMA", "\0\0\xb1\x8f", 4);
    picture_chunk(&sent, "PLTE", "abcdef", 6);
    picture_chunk(&sent, "tRNS", "a", 1);
    picture_png_pixels(&sent, 8, 0);
    picture_chunk(&sent, "IEND", "", 0);
    kept = sent;
    keeps("image/png", 3, 2);

    /* what says how colors are meant: of another size, again, too late */

    picture_png_start(&sent, 3, 2, "\x08\3\0\0\0");
    picture_chunk(&sent, "gAMA", "\0\0\xb1\x8f\0", 5);
    picture_chunk(&sent, "gAMA", "\0\0\xb1\x8f", 4);
    picture_chunk(&sent, "gAMA", "\0\0\xb1\x8e", 4);
    picture_chunk(&sent, "cHRM", "GPS", 3);
    picture_chunk(&sent, "PLTE", "abcdef", 6);
    picture_chunk(&sent, "tRNS", "", 0);
    picture_chunk(&sent, "tRNS", "a", 1);
    picture_chunk(&sent, "tRNS", "GPS", 3);
    picture_png_pixels(&sent, 8, 0);
    picture_chunk(&sent, "sRGB", "\0", 1);
    picture_chunk(&sent, "IEND", "", 0);
    keeps("image/png", 3, 2);

    for (i = 0; i < 4; i++) {
        picture_png_start(&sent, 3, 2, "\x08\3\0\0\0");
        picture_chunk(&sent, "PLTE", "abcdef", i == 0 ? 5 : i == 1 ? 0 : 6);

        if (i == 2) {
            picture_chunk(&sent, "PLTE", "abcdef", 6);
        }

        picture_png_pixels(&sent, 8, 0);

        if (i == 3) {
            picture_chunk(&sent, "PLTE", "abcdef", 6);
        }

        picture_chunk(&sent, "IEND", "", 0);
        is_none("png: a palette that is none");
    }

    picture_png_start(&sent, 3, 2, "\x08\0\0\0\0");
    picture_chunk(&sent, "NEED", "x", 1);
    picture_png_pixels(&sent, 8, 0);
    picture_chunk(&sent, "IEND", "", 0);
    is_none("png: something else that it needs");

    picture_png_start(&sent, 3, 2, "\x08\0\0\0\0");
    picture_chunk(&sent, "IEND", "", 0);
    is_none("png: no pixels");

    picture_png(&sent, 0, 0);
    sent.len -= 12;
    picture_png_pixels(&sent, 4 * 9, 0);
    picture_chunk(&sent, "IEND", "", 0);
    is_none("png: pixels twice");

    picture_png(&sent, 0, 0);
    sent.len -= 12;
    picture_chunk(&sent, "IDAT", "", 0);
    picture_chunk(&sent, "IEND", "", 0);
    is_int(reads(&sent), OK, "png: an empty chunk of pixels");
    sent.len -= 24;
    picture_chunk(&sent, "teXt", "x", 1);
    picture_chunk(&sent, "IDAT", "", 0);
    picture_chunk(&sent, "IEND", "", 0);
    is_none("png: pixels in two places");

    picture_png(&sent, 0, 0);
    sent.len -= 12;
    picture_chunk(&sent, "IEND", "x", 1);
    is_none("png: an end that has something in it");

    sent.len = 0;
    PICTURE_PUT(&sent, "\x89PNG\r\n\x1a\n");
    picture_png_pixels(&sent, 8, 0);
    picture_chunk(&sent, "IEND", "", 0);
    is_none("png: no header");
}


static void
webp_of(const char *kind, const char *body, size_t len)
{
    sent.len = 0;
    PICTURE_PUT(&sent, "RIFF    WEBP");
    picture_webp_chunk(&sent, kind, body, len);
    picture_webp_end(&sent);
}


static void
webps(void)
{
    char  *at;

    webp_of("VP8L", "\x2f\x02\x40\0\0 data!", 11);
    kept = sent;
    keeps("image/webp", 3, 2);
    webp_of("VP8L", "\x2e\x02\x40\0\0 data", 10);
    is_none("webp: another signature");
    webp_of("VP8L", "\x2f\x02\x40\0\x20 data", 10);
    is_none("webp: another version");
    webp_of("VP8L", "\x2f\xff\xff\xff\x0f data", 10);
    is_int(reads(&sent), PIXELS, "webp: 16384 x 16384");
    webp_of("VP8L", "\x2f\x02\x40\0\0", 5);
    is_none("webp: no data");

    webp_of("VP8 ", "\x10\0\0\x9d\x01\x2a\x20\0\x10\0coded!", 16);
    kept = sent;
    keeps("image/webp", 32, 16);
    sent.bytes[20] |= 1;
    is_none("webp: no key frame");
    sent = kept;
    sent.bytes[20] = (char) 0xff;
    sent.bytes[20] &= (char) ~1;
    is_none("webp: a partition behind the end");
    sent = kept;
    sent.bytes[23] = 0;
    is_none("webp: no start code");
    sent = kept;
    sent.bytes[26] = 0;
    is_none("webp: no width");

    /* a canvas */

    picture_webp(&kept, "coded!", 0);
    sent = kept;
    sent.bytes[24] = 0x20;
    is_none("webp: a canvas of another width");
    sent = kept;
    sent.bytes[27] = 0x10;
    is_none("webp: of another height");
    sent = kept;
    sent.bytes[20] = 0x02;
    is_int(reads(&sent), PHONE_PICTURE_MOVES, "webp: an animation");
    sent = kept;
    at = memmem(sent.bytes, sent.len, "VP8 ", 4);
    memcpy(at, "ANMF", 4);
    is_int(reads(&sent), PHONE_PICTURE_MOVES, "webp: one of a frame");
    memcpy(at, "NONE", 4);
    is_none("webp: no frame");
    sent = kept;
    picture_webp_chunk(&sent, "VP8L", "\x2f\x1f\xc0\3\0 data", 10);
    picture_webp_end(&sent);
    is_none("webp: two frames");
    sent = kept;
    PICTURE_WEBP_CHUNK(&sent, "VP8X", "\0\0\0\0\x1f\0\0\x0f\0\0");
    picture_webp_end(&sent);
    is_none("webp: a canvas behind the frame");

    sent.len = 0;
    PICTURE_PUT(&sent, "RIFF    WEBP");
    PICTURE_WEBP_CHUNK(&sent, "VP8X", "\0\0\0\0\x1f\0\0\x0f\0\0");
    PICTURE_WEBP_CHUNK(&sent, "VP8X", "\0\0\0\0\x1f\0\0\x0f\0\0");
    PICTURE_WEBP_CHUNK(&sent, "VP8 ",
                       "\x10\0\0\x9d\x01\x2a\x20\0\x10\0coded!");
    picture_webp_end(&sent);
    is_none("webp: two canvases");

    webp_of("VP8 ", "\0\0\0\x9d\x01\x2a\x20\0\x10\0c", 11);
    is_int(reads(&sent), OK, "webp: a byte of data");
    webp_of("VP8 ", "\0\0\0\x9d\x01\x2a\x20\0\x10\0", 10);
    is_none("webp: none");

    /* colors and transparency stay, the profile in front of the frame only */

    kept.len = 0;
    PICTURE_PUT(&kept, "RIFF    WEBP");
    PICTURE_WEBP_CHUNK(&kept, "VP8X", "\x30\0\0\0\x1f\0\0\x0f\0\0");
    PICTURE_WEBP_CHUNK(&kept, "ICCP", "profile");
    PICTURE_WEBP_CHUNK(&kept, "ALPH", "alpha");
    PICTURE_WEBP_CHUNK(&kept, "VP8 ",
                       "\x10\0\0\x9d\x01\x2a\x20\0\x10\0coded!");
    picture_webp_end(&kept);
    sent = kept;
    sent.bytes[20] = 0x3c;
    PICTURE_WEBP_CHUNK(&sent, "ICCP", "GPS");
    PICTURE_WEBP_CHUNK(&sent, "MORE", "GPS");
    picture_webp_end(&sent);
    keeps("image/webp", 32, 16);
    sent.bytes[20] = 0;
    keeps("image/webp", 32, 16);
}


int
main(void)
{
    cameras();
    others();
    jpegs();
    jpeg_tables();
    jpeg_samples();
    jpeg_headers();
    pngs();
    png_chunks();
    webps();

    return done_testing();
}
