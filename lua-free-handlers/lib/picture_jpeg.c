
/*
 * JPEG (T.81, annex B): a chain of segments.  Kept are frame, scans and tables,
 * the plain JFIF header, a color profile and Adobe's note of the color space;
 * of EXIF the orientation only, without which photos of phones would lie on
 * their side.  The coded data itself is not decoded.
 */


#include "picture.h"


#define PHONE_JPEG_SCANS  100            /* each costs who shows it a pass */

enum {
    PHONE_JPEG_SOF0 = 0xc0,
    PHONE_JPEG_SOF2 = 0xc2,
    PHONE_JPEG_DHT = 0xc4,
    PHONE_JPEG_SOF15 = 0xcf,
    PHONE_JPEG_RST0 = 0xd0,
    PHONE_JPEG_RST7 = 0xd7,
    PHONE_JPEG_EOI = 0xd9,
    PHONE_JPEG_SOS = 0xda,
    PHONE_JPEG_DQT = 0xdb,
    PHONE_JPEG_DRI = 0xdd,
    PHONE_JPEG_APP0 = 0xe0,
    PHONE_JPEG_APP1 = 0xe1,
    PHONE_JPEG_APP2 = 0xe2,
    PHONE_JPEG_APP14 = 0xee,
    PHONE_JPEG_APP15 = 0xef,
    PHONE_JPEG_COM = 0xfe
};


typedef struct {
    phone_str_t              in;
    phone_picture_t         *picture;
    unsigned                 components;     /* 0: no frame yet */
    char                     component[4];
    int64_t                  units;          /* the least there can be */
    uint64_t                 coded;          /* bytes */
    unsigned                 scans;
    unsigned                 orientation;    /* 0: none is said */
    unsigned                 quantized:1;    /* tables were seen */
    unsigned                 huffman:1;
} phone_jpeg_t;


static phone_picture_rc_t phone_jpeg_segment(phone_jpeg_t *jpeg,
    unsigned marker, phone_str_t all, phone_str_t body);
static phone_picture_rc_t phone_jpeg_frame(phone_jpeg_t *jpeg,
    phone_str_t body);
static int phone_jpeg_scan(phone_jpeg_t *jpeg, phone_str_t body);
static int phone_jpeg_quantization(phone_str_t body);
static int phone_jpeg_huffman(phone_str_t body);
static int phone_jpeg_is_kept(unsigned marker, phone_str_t body);
static int phone_jpeg_exif(phone_jpeg_t *jpeg, phone_str_t body);
static unsigned phone_jpeg_orientation(phone_str_t tiff);


/* The marker at a place; behind it *at.  0: there is none. */

static unsigned
phone_jpeg_marker(phone_str_t in, size_t *at)
{
    if (*at >= in.len || in.data[*at] != '\xff') {
        return 0;
    }

    while (*at < in.len && in.data[*at] == '\xff') {
        (*at)++;
    }

    return *at < in.len ? (unsigned char) in.data[(*at)++] : 0;
}


/* Where the coded data ends: at a marker that is not one of its own. */

static size_t
phone_jpeg_coded(phone_str_t in, size_t at)
{
    unsigned char  c;
    const char    *p;

    while (at < in.len) {
        p = memchr(in.data + at, '\xff', in.len - at);

        if (p == NULL || (size_t) (p - in.data) + 1 == in.len) {
            return in.len;
        }

        at = (size_t) (p - in.data);
        c = (unsigned char) p[1];

        if (c != 0 && (c < PHONE_JPEG_RST0 || c > PHONE_JPEG_RST7)) {
            return at;
        }

        at += 2;
    }

    return in.len;
}


/* A unit has at least one bit in the first scan: a picture of 50 million pixels
   in a few bytes is none. */

static phone_picture_rc_t
phone_jpeg_end(phone_jpeg_t *jpeg, phone_str_t eoi)
{
    int64_t           width;
    phone_picture_t  *picture;

    picture = jpeg->picture;

    if (jpeg->scans == 0 || (int64_t) (8 * jpeg->coded) < jpeg->units
        || !phone_picture_keep(picture, eoi))
    {
        return PHONE_PICTURE_BROKEN;
    }

    if (jpeg->orientation > 4) {
        width = picture->width;
        picture->width = picture->height;
        picture->height = width;
    }

    return PHONE_PICTURE_OK;
}


phone_picture_rc_t
phone_jpeg_read(phone_str_t bytes, phone_picture_t *picture)
{
    size_t              at, start, end;
    unsigned            marker;
    phone_str_t         all, body;
    phone_jpeg_t        jpeg;
    phone_picture_rc_t  rc;

    memset(&jpeg, 0, sizeof(phone_jpeg_t));
    jpeg.in = bytes;
    jpeg.picture = picture;

    (void) phone_picture_keep(picture, (phone_str_t) { 2, bytes.data });

    for (at = 2; (marker = phone_jpeg_marker(bytes, &at)) != 0; at = end) {

        start = at - 2;

        if (marker == PHONE_JPEG_EOI) {
            return phone_jpeg_end(&jpeg, (phone_str_t) { 2,
                                                     bytes.data + start });
        }

        if (bytes.len - at < 2 || phone_big(bytes.data + at, 2) < 2
            || phone_big(bytes.data + at, 2) > bytes.len - at)
        {
            return PHONE_PICTURE_BROKEN;
        }

        end = at + phone_big(bytes.data + at, 2);
        body = (phone_str_t) { end - at - 2, bytes.data + at + 2 };

        if (marker == PHONE_JPEG_SOS) {
            at = end;
            end = phone_jpeg_coded(bytes, at);
            jpeg.coded += end - at;
        }

        all = (phone_str_t) { end - start, bytes.data + start };

        rc = phone_jpeg_segment(&jpeg, marker, all, body);
        if (rc != PHONE_PICTURE_OK) {
            return rc;
        }
    }

    return PHONE_PICTURE_BROKEN;
}


/* What it is, and whether it stays. */

static phone_picture_rc_t
phone_jpeg_segment(phone_jpeg_t *jpeg, unsigned marker, phone_str_t all,
    phone_str_t body)
{
    int                 fits;
    phone_picture_rc_t  rc;

    if (marker >= PHONE_JPEG_SOF0 && marker <= PHONE_JPEG_SOF2) {
        rc = phone_jpeg_frame(jpeg, body);
        if (rc != PHONE_PICTURE_OK) {
            return rc;
        }

        fits = 1;

    } else if (marker == PHONE_JPEG_DHT) {
        fits = phone_jpeg_huffman(body);
        jpeg->huffman = 1;

    } else if (marker == PHONE_JPEG_DQT) {
        fits = phone_jpeg_quantization(body);
        jpeg->quantized = 1;

    } else if (marker == PHONE_JPEG_DRI) {
        fits = body.len == 2;

    } else if (marker == PHONE_JPEG_SOS) {
        fits = phone_jpeg_scan(jpeg, body);

    } else if (marker == PHONE_JPEG_APP1) {
        return phone_jpeg_exif(jpeg, body) ? PHONE_PICTURE_OK
                                           : PHONE_PICTURE_BROKEN;

    } else if (marker == PHONE_JPEG_COM
               || (marker >= PHONE_JPEG_APP0 && marker <= PHONE_JPEG_APP15))
    {
        if (!phone_jpeg_is_kept(marker, body)) {
            return PHONE_PICTURE_OK;
        }

        fits = 1;

    } else {
        fits = 0;                /* of a process that browsers do not show */
    }

    return fits && phone_picture_keep(jpeg->picture, all)
           ? PHONE_PICTURE_OK : PHONE_PICTURE_BROKEN;
}


static phone_picture_rc_t
phone_jpeg_frame(phone_jpeg_t *jpeg, phone_str_t body)
{
    int64_t             across, down;
    unsigned            i, n, h, v, most_h, most_v;
    const char         *p;
    phone_picture_rc_t  rc;

    n = body.len > 5 ? (unsigned char) body.data[5] : 0;

    if (jpeg->components || (n != 1 && n != 3 && n != 4)
        || body.len != 6 + 3 * n || body.data[0] != 8)
    {
        return PHONE_PICTURE_BROKEN;
    }

    rc = phone_picture_sides(jpeg->picture, phone_big(body.data + 3, 2),
                             phone_big(body.data + 1, 2));
    if (rc != PHONE_PICTURE_OK) {
        return rc;
    }

    most_h = most_v = 1;

    for (i = 0; i < n; i++) {
        p = body.data + 6 + 3 * i;
        h = (unsigned char) p[1] >> 4;
        v = (unsigned char) p[1] & 15;

        if (h < 1 || h > 4 || v < 1 || v > 4 || (unsigned char) p[2] > 3) {
            return PHONE_PICTURE_BROKEN;
        }

        jpeg->component[i] = p[0];
        most_h = h > most_h ? h : most_h;
        most_v = v > most_v ? v : most_v;
    }

    jpeg->components = n;
    across = (jpeg->picture->width + 8 * most_h - 1) / (8 * most_h);
    down = (jpeg->picture->height + 8 * most_v - 1) / (8 * most_v);
    jpeg->units = across * down;

    return PHONE_PICTURE_OK;
}


static int
phone_jpeg_scan(phone_jpeg_t *jpeg, phone_str_t body)
{
    unsigned  i, n;

    n = body.len ? (unsigned char) body.data[0] : 0;

    if (n < 1 || n > jpeg->components || body.len != 4 + 2 * n
        || !jpeg->quantized || !jpeg->huffman
        || ++jpeg->scans > PHONE_JPEG_SCANS)
    {
        return 0;
    }

    for (i = 0; i < n; i++) {
        if (memchr(jpeg->component, body.data[1 + 2 * i], jpeg->components)
            == NULL)
        {
            return 0;
        }
    }

    return 1;
}


static int
phone_jpeg_quantization(phone_str_t body)
{
    size_t    at, len;
    unsigned  c;

    for (at = 0; at < body.len; at += len) {
        c = (unsigned char) body.data[at];
        len = c >> 4 ? 129 : 65;

        if (c >> 4 > 1 || (c & 15) > 3 || len > body.len - at) {
            return 0;
        }
    }

    return body.len > 0;
}


static int
phone_jpeg_huffman(phone_str_t body)
{
    size_t    at, len;
    unsigned  i, c, codes;

    for (at = 0; at < body.len; at += len) {

        if (body.len - at < 17) {
            return 0;
        }

        c = (unsigned char) body.data[at];

        for (i = 0, codes = 0; i < 16; i++) {
            codes += (unsigned char) body.data[at + 1 + i];
        }

        len = 17 + codes;

        if (c >> 4 > 1 || (c & 15) > 3 || codes > 256 || len > body.len - at) {
            return 0;
        }
    }

    return body.len > 0;
}


static int
phone_jpeg_begins(phone_str_t body, phone_str_t with)
{
    return body.len >= with.len
           && memcmp(body.data, with.data, with.len) == 0;
}


/* A JFIF header without a thumbnail has 14 bytes. */

static int
phone_jpeg_is_kept(unsigned marker, phone_str_t body)
{
    switch (marker) {

    case PHONE_JPEG_APP0:
        return body.len == 14 && phone_jpeg_begins(body, PHONE_STR("JFIF\0"));

    case PHONE_JPEG_APP2:
        return phone_jpeg_begins(body, PHONE_STR("ICC_PROFILE\0"));

    case PHONE_JPEG_APP14:
        return body.len == 12 && phone_jpeg_begins(body, PHONE_STR("Adobe"));

    default:
        return 0;
    }
}


/* The first one counts. */

static int
phone_jpeg_exif(phone_jpeg_t *jpeg, phone_str_t body)
{
    char         exif[36];
    phone_str_t  name;

    name = PHONE_STR("Exif\0\0");

    if (jpeg->orientation || jpeg->components
        || !phone_jpeg_begins(body, name))
    {
        return 1;
    }

    jpeg->orientation = phone_jpeg_orientation(
                            (phone_str_t) { body.len - name.len,
                                            body.data + name.len });
    if (jpeg->orientation < 2) {
        return 1;
    }

    /* one entry: tag 0x112, one SHORT */

    memcpy(exif, "\xff\xe1\0\x22" "Exif\0\0" "II\x2a\0\x08\0\0\0" "\1\0"
                 "\x12\1\3\0\1\0\0\0" "\0\0\0\0" "\0\0\0\0", sizeof(exif));
    exif[28] = (char) jpeg->orientation;

    return phone_picture_make(jpeg->picture, (phone_str_t) { sizeof(exif),
                                                             exif });
}


/* 1 to 8; 0: it has none. */

static unsigned
phone_jpeg_orientation(phone_str_t tiff)
{
    size_t        at;
    uint32_t      value;
    unsigned      i, n;
    const char   *entry;
    uint32_t    (*number)(const char *p, unsigned n);

    number = phone_jpeg_begins(tiff, PHONE_STR("MM")) ? phone_big
                                                      : phone_little;

    if (tiff.len < 10 || number(tiff.data + 2, 2) != 42
        || number(tiff.data + 4, 4) > tiff.len - 2)
    {
        return 0;
    }

    at = number(tiff.data + 4, 4);
    n = number(tiff.data + at, 2);

    for (i = 0; i < n && tiff.len - at - 2 >= 12 * ((size_t) i + 1); i++) {
        entry = tiff.data + at + 2 + 12 * i;

        if (number(entry, 2) == 0x112 && number(entry + 2, 2) == 3) {
            value = number(entry + 8, 2);
            return value >= 1 && value <= 8 ? value : 0;
        }
    }

    return 0;
}
