
/* Small pictures, as people send them: for the simulator and the unit tests. */


#ifndef _SIM_PICTURES_H_INCLUDED_
#define _SIM_PICTURES_H_INCLUDED_


#include <string.h>

#include <zlib.h>

#include "lib/text.h"


#define PICTURE_MOST  4096


typedef struct {
    size_t                   len;
    char                     bytes[PICTURE_MOST];
} picture_t;


static inline void
picture_put(picture_t *picture, const void *bytes, size_t len)
{
    if (len <= PICTURE_MOST - picture->len) {
        memcpy(picture->bytes + picture->len, bytes, len);
        picture->len += len;
    }
}


/* A string literal. */
#define PICTURE_PUT(picture, literal)                                         \
    picture_put(picture, literal, sizeof(literal) - 1)


static inline void
picture_big(picture_t *picture, uint32_t n, unsigned bytes)
{
    char  c;

    while (bytes--) {
        c = (char) (n >> 8 * bytes);
        picture_put(picture, &c, 1);
    }
}


static inline void
picture_little(picture_t *picture, uint32_t n, unsigned bytes)
{
    char  c;

    for ( ; bytes; bytes--, n >>= 8) {
        c = (char) n;
        picture_put(picture, &c, 1);
    }
}


static inline phone_str_t
picture_str(const picture_t *picture)
{
    return (phone_str_t) { picture->len, picture->bytes };
}


/* JPEG: gray, one scan */

static inline void
picture_segment(picture_t *picture, unsigned marker, const void *body,
    size_t len)
{
    picture_big(picture, 0xff00 | marker, 2);
    picture_big(picture, (uint32_t) len + 2, 2);
    picture_put(picture, body, len);
}

#define PICTURE_SEGMENT(picture, marker, literal)                             \
    picture_segment(picture, marker, literal, sizeof(literal) - 1)


static inline void
picture_jpeg_start(picture_t *picture)
{
    picture->len = 0;
    PICTURE_PUT(picture, "\xff\xd8");
    PICTURE_SEGMENT(picture, 0xe0, "JFIF\0\1\2\0\0\1\0\1\0\0");
}


static inline void
picture_jpeg_tables(picture_t *picture)
{
    char  table[65];

    memset(table, 1, sizeof(table));
    table[0] = 0;
    picture_segment(picture, 0xdb, table, sizeof(table));
    PICTURE_SEGMENT(picture, 0xc4, "\0\0\1" "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
}


static inline void
picture_jpeg_frame(picture_t *picture, unsigned width, unsigned height)
{
    char  frame[9] = { 8, (char) (height >> 8), (char) height,
                       (char) (width >> 8), (char) width, 1, 1, 0x11, 0 };

    picture_segment(picture, 0xc0, frame, sizeof(frame));
}


static inline void
picture_jpeg_scan(picture_t *picture, const char *coded)
{
    PICTURE_SEGMENT(picture, 0xda, "\1\1\0\0\x3f\0");
    picture_put(picture, coded, strlen(coded));
}


/* What cameras say: where, and that it was held upright; exif == NULL:
   nothing. */

#define PICTURE_EXIF                                                          \
    "Exif\0\0MM\0\x2a\0\0\0\x08" "\0\2" "\1\x0f\0\2\0\0\0\4" "GPS!"           \
    "\1\x12\0\3\0\0\0\1\0\6\0\0" "\0\0\0\0"

#define PICTURE_UPRIGHT                                                       \
    "Exif\0\0II\x2a\0\x08\0\0\0" "\1\0" "\x12\1\3\0\1\0\0\0\6\0\0\0" "\0\0\0\0"


/* The same pixels, `coded`, for a camera's file and for what is kept of it. */

static inline void
picture_jpeg(picture_t *picture, const char *coded, int camera)
{
    picture_jpeg_start(picture);

    if (camera) {
        PICTURE_SEGMENT(picture, 0xe1, PICTURE_EXIF);
        PICTURE_SEGMENT(picture, 0xe1, "http://ns.adobe.com/xap/1.0/\0GPS");
        PICTURE_SEGMENT(picture, 0xfe, "GPS in a comment");

    } else {
        PICTURE_SEGMENT(picture, 0xe1, PICTURE_UPRIGHT);
    }

    picture_jpeg_tables(picture);
    picture_jpeg_frame(picture, 16, 8);
    picture_jpeg_scan(picture, coded);
    PICTURE_PUT(picture, "\xff\xd9");

    if (camera) {
        PICTURE_PUT(picture, "GPS behind the end");
    }
}


/* PNG */

static inline void
picture_chunk(picture_t *picture, const char *kind, const void *body,
    size_t len)
{
    size_t  start;

    picture_big(picture, (uint32_t) len, 4);
    start = picture->len;
    picture_put(picture, kind, 4);
    picture_put(picture, body, len);
    picture_big(picture, (uint32_t) crc32(crc32(0, NULL, 0),
                                (const Bytef *) picture->bytes + start,
                                (uInt) (picture->len - start)), 4);
}


static inline void
picture_png_start(picture_t *picture, uint32_t width, uint32_t height,
    const char kind[5])
{
    unsigned  i;
    char      header[13];

    for (i = 0; i < 4; i++) {
        header[i] = (char) (width >> 8 * (3 - i));
        header[4 + i] = (char) (height >> 8 * (3 - i));
    }

    memcpy(header + 8, kind, 5);
    picture->len = 0;
    PICTURE_PUT(picture, "\x89PNG\r\n\x1a\n");
    picture_chunk(picture, "IHDR", header, sizeof(header));
}


/* So many bytes of pixels and filters, in one chunk. */

static inline void
picture_png_pixels(picture_t *picture, size_t size, int fill)
{
    char    pixels[PICTURE_MOST], packed[PICTURE_MOST];
    uLongf  len;

    memset(pixels, fill, sizeof(pixels));
    len = sizeof(packed);
    (void) compress((Bytef *) packed, &len, (const Bytef *) pixels, size);
    picture_chunk(picture, "IDAT", packed, len);
}


/* 8 x 4, gray. */

static inline void
picture_png(picture_t *picture, int fill, int camera)
{
    picture_png_start(picture, 8, 4, "\x08\0\0\0\0");

    if (camera) {
        picture_chunk(picture, "tEXt", "Place\0GPS", 9);
        picture_chunk(picture, "eXIf", "MM\0*GPS", 7);
    }

    picture_png_pixels(picture, 4 * 9, fill);
    picture_chunk(picture, "IEND", "", 0);

    if (camera) {
        PICTURE_PUT(picture, "GPS behind the end");
    }
}


/* WebP */

static inline void
picture_webp_chunk(picture_t *picture, const char *kind, const void *body,
    size_t len)
{
    picture_put(picture, kind, 4);
    picture_little(picture, (uint32_t) len, 4);
    picture_put(picture, body, len);
    picture_put(picture, "", len % 2);
}

#define PICTURE_WEBP_CHUNK(picture, kind, literal)                            \
    picture_webp_chunk(picture, kind, literal, sizeof(literal) - 1)


static inline void
picture_webp_end(picture_t *picture)
{
    unsigned  i;

    for (i = 0; i < 4; i++) {
        picture->bytes[4 + i] = (char) ((picture->len - 8) >> 8 * i);
    }
}


/* 32 x 16: a frame, `coded` of an even length behind it. */

static inline void
picture_webp(picture_t *picture, const char *coded, int camera)
{
    picture_t  frame;

    picture->len = frame.len = 0;
    PICTURE_PUT(picture, "RIFF    WEBP");
    PICTURE_WEBP_CHUNK(picture, "VP8X", "\0\0\0\0\x1f\0\0\x0f\0\0");

    if (camera) {
        picture->bytes[20] = 0x0c;       /* EXIF and XMP */
    }

    PICTURE_PUT(&frame, "\x10\0\0\x9d\x01\x2a\x20\0\x10\0");
    picture_put(&frame, coded, strlen(coded));
    picture_webp_chunk(picture, "VP8 ", frame.bytes, frame.len);

    if (camera) {
        PICTURE_WEBP_CHUNK(picture, "EXIF", "MM\0*GPS");
        PICTURE_WEBP_CHUNK(picture, "XMP ", "GPS");
    }

    picture_webp_end(picture);

    if (camera) {
        PICTURE_PUT(picture, "GPS behind the end");
    }
}


/* One of some; a camera's file, or what is kept of it. */

#define PICTURE_KINDS  6

static inline void
picture_of_kind(picture_t *picture, unsigned kind, int camera)
{
    char  coded[] = "coded 0!";

    coded[6] = (char) ('0' + kind);

    if (kind % 3 == 0) {
        picture_jpeg(picture, coded, camera);

    } else if (kind % 3 == 1) {
        picture_png(picture, (int) kind, camera);

    } else {
        picture_webp(picture, coded, camera);
    }
}


#endif /* _SIM_PICTURES_H_INCLUDED_ */
