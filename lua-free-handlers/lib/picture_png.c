
/*
 * PNG (ISO 15948): chunks, each with a checksum.  The pixels are decompressed,
 * and thrown away, to see that they are as many as they are said to be.  Kept
 * are the pixels and what gives them their colors.
 */


#include <zlib.h>

#include "picture.h"


#define PHONE_PNG_BYTES  (INT64_C(4) * PHONE_PIXELS_MOST)

/* The kinds of chunks, as numbers. */
#define PHONE_PNG_IHDR  0x49484452
#define PHONE_PNG_PLTE  0x504c5445
#define PHONE_PNG_IDAT  0x49444154
#define PHONE_PNG_IEND  0x49454e44
#define PHONE_PNG_TRNS  0x74524e53
#define PHONE_PNG_GAMA  0x67414d41
#define PHONE_PNG_CHRM  0x6348524d
#define PHONE_PNG_SRGB  0x73524742


typedef struct {
    phone_picture_t         *picture;
    z_stream                 z;
    char                    *out;
    int64_t                  bytes;      /* that the pixels have, */
    int64_t                  came;       /* and that came */
    unsigned                 color;
    unsigned                 chunks;
    unsigned                 colours;    /* bits: phone_png_colours() */
    unsigned                 palette:1;
    unsigned                 pixels:1;   /* they have begun, */
    unsigned                 over:1;     /* ended, */
    unsigned                 whole:1;    /* and are all there */
} phone_png_t;


#define PHONE_PNG_WINDOW  65536


static phone_picture_rc_t phone_png_chunk(phone_png_t *png, uint32_t kind,
    phone_str_t all, phone_str_t body);
static phone_picture_rc_t phone_png_header(phone_png_t *png, phone_str_t body);
static int phone_png_pixels(phone_png_t *png, phone_str_t body);
static int64_t phone_png_size(int64_t width, int64_t height, unsigned bits,
    int interlaced);


static voidpf
phone_png_alloc(voidpf arena, uInt items, uInt size)
{
    return phone_alloc(arena, (size_t) items * size);
}


static void
phone_png_free(voidpf arena, voidpf p)
{
    (void) arena;
    (void) p;
}


phone_picture_rc_t
phone_png_read(phone_arena_t *arena, phone_str_t bytes,
    phone_picture_t *picture)
{
    size_t              at, len;
    uint32_t            kind;
    phone_str_t         body, all;
    phone_png_t         png;
    const char         *p;
    phone_picture_rc_t  rc;

    memset(&png, 0, sizeof(phone_png_t));

    png.picture = picture;
    png.z.zalloc = phone_png_alloc;
    png.z.zfree = phone_png_free;
    png.z.opaque = arena;
    png.out = phone_alloc_raw(arena, PHONE_PNG_WINDOW);

    if (png.out == NULL || inflateInit(&png.z) != Z_OK) {
        return PHONE_PICTURE_NO_MEMORY;
    }

    (void) phone_picture_keep(picture, (phone_str_t) { 8, bytes.data });

    for (at = 8; bytes.len - at >= 12; at += len + 12) {
        p = bytes.data + at;
        len = phone_big(p, 4);
        kind = phone_big(p + 4, 4);

        if (len > bytes.len - at - 12
            || crc32(crc32(0, NULL, 0), (const Bytef *) p + 4,
                     (uInt) (len + 4))
               != phone_big(p + 8 + len, 4))
        {
            return PHONE_PICTURE_BROKEN;
        }

        body = (phone_str_t) { len, p + 8 };
        all = (phone_str_t) { len + 12, p };

        rc = phone_png_chunk(&png, kind, all, body);
        if (rc != PHONE_PICTURE_OK) {
            return rc;
        }

        if (kind == PHONE_PNG_IEND) {
            return png.whole && len == 0 ? PHONE_PICTURE_OK
                                         : PHONE_PICTURE_BROKEN;
        }
    }

    return PHONE_PICTURE_BROKEN;
}


static int
phone_png_palette(phone_png_t *png, phone_str_t body)
{
    if (png->palette || png->pixels || body.len == 0 || body.len > 768
        || body.len % 3 != 0)
    {
        return 0;
    }

    png->palette = 1;

    return 1;
}


/* What says how colours are meant is kept once, in its size and place. */

static int
phone_png_colours(phone_png_t *png, uint32_t kind, size_t len)
{
    unsigned  i;

    static const struct {
        uint32_t  kind;
        size_t    least;
        size_t    most;
    } colours[] = {
        { PHONE_PNG_TRNS, 1, 256 },
        { PHONE_PNG_GAMA, 4, 4 },
        { PHONE_PNG_CHRM, 32, 32 },
        { PHONE_PNG_SRGB, 1, 1 }
    };

    for (i = 0; colours[i].kind != kind; i++) { /* void */ }

    if (png->pixels || png->colours & 1u << i || len < colours[i].least
        || len > colours[i].most)
    {
        return 0;
    }

    png->colours |= 1u << i;

    return 1;
}


static phone_picture_rc_t
phone_png_chunk(phone_png_t *png, uint32_t kind, phone_str_t all,
    phone_str_t body)
{
    int                 fits;
    phone_picture_rc_t  rc;

    if ((kind == PHONE_PNG_IHDR) != (png->chunks++ == 0)) {
        return PHONE_PICTURE_BROKEN;
    }

    if (kind != PHONE_PNG_IDAT) {
        png->over = png->pixels;
    }

    switch (kind) {

    case PHONE_PNG_IHDR:
        rc = phone_png_header(png, body);
        if (rc != PHONE_PICTURE_OK) {
            return rc;
        }

        fits = 1;
        break;

    case PHONE_PNG_PLTE:
        fits = phone_png_palette(png, body);
        break;

    case PHONE_PNG_IDAT:
        fits = !png->over && phone_png_pixels(png, body);
        break;

    case PHONE_PNG_TRNS:
    case PHONE_PNG_GAMA:
    case PHONE_PNG_CHRM:
    case PHONE_PNG_SRGB:
        if (!phone_png_colours(png, kind, body.len)) {
            return PHONE_PICTURE_OK;
        }

        fits = 1;
        break;

    case PHONE_PNG_IEND:
        fits = 1;
        break;

    default:

        /* what may be left out has a small letter in front */

        return kind & 0x20000000 ? PHONE_PICTURE_OK : PHONE_PICTURE_BROKEN;
    }

    return fits && phone_picture_keep(png->picture, all)
           ? PHONE_PICTURE_OK : PHONE_PICTURE_BROKEN;
}


static phone_picture_rc_t
phone_png_header(phone_png_t *png, phone_str_t body)
{
    unsigned            depth, samples;
    phone_picture_rc_t  rc;

    static const unsigned char  samples_of[7] = { 1, 0, 3, 1, 2, 0, 4 };
    static const unsigned       depths_of[7] = {       /* a bit for each */
        1 << 1 | 1 << 2 | 1 << 4 | 1 << 8 | 1 << 16, 0, 1 << 8 | 1 << 16,
        1 << 1 | 1 << 2 | 1 << 4 | 1 << 8, 1 << 8 | 1 << 16, 0,
        1 << 8 | 1 << 16
    };

    if (body.len != 13 || phone_big(body.data, 4) > INT32_MAX
        || phone_big(body.data + 4, 4) > INT32_MAX)
    {
        return PHONE_PICTURE_BROKEN;
    }

    depth = (unsigned char) body.data[8];
    png->color = (unsigned char) body.data[9];

    if (png->color > 6 || depth > 16
        || !(depths_of[png->color] & 1u << depth)
        || body.data[10] != 0 || body.data[11] != 0
        || (unsigned char) body.data[12] > 1)
    {
        return PHONE_PICTURE_BROKEN;
    }

    rc = phone_picture_sides(png->picture, phone_big(body.data, 4),
                             phone_big(body.data + 4, 4));
    if (rc != PHONE_PICTURE_OK) {
        return rc;
    }

    samples = samples_of[png->color];
    png->bytes = phone_png_size(png->picture->width, png->picture->height,
                                samples * depth, body.data[12] == 1);

    return png->bytes > PHONE_PNG_BYTES ? PHONE_PICTURE_PIXELED
                                        : PHONE_PICTURE_OK;
}


/* A row has a byte more, for its filter. */

static int64_t
phone_png_rows(int64_t width, int64_t height, unsigned bits)
{
    return width == 0 || height == 0 ? 0 : height * (1 + (width * bits + 7)
                                                         / 8);
}


/* Of the seven passes of an interlaced one each has its own rows. */

static int64_t
phone_png_size(int64_t width, int64_t height, unsigned bits, int interlaced)
{
    int64_t   bytes;
    unsigned  i;

    static const unsigned char  pass[7][4] = {       /* x, y, and steps */
        { 0, 0, 8, 8 }, { 4, 0, 8, 8 }, { 0, 4, 4, 8 }, { 2, 0, 4, 4 },
        { 0, 2, 2, 4 }, { 1, 0, 2, 2 }, { 0, 1, 1, 2 }
    };

    if (!interlaced) {
        return phone_png_rows(width, height, bits);
    }

    for (i = 0, bytes = 0; i < 7; i++) {
        bytes += phone_png_rows((width - pass[i][0] + pass[i][2] - 1)
                                / pass[i][2],
                                (height - pass[i][1] + pass[i][3] - 1)
                                / pass[i][3], bits);
    }

    return bytes;
}


/* Nothing is behind the pixels, and they are not more than was said. */

static int
phone_png_pixels(phone_png_t *png, phone_str_t body)
{
    int  rc;

    png->pixels = 1;

    if (png->color == 3 && !png->palette) {
        return 0;
    }

    png->z.next_in = (Bytef *) body.data;
    png->z.avail_in = (uInt) body.len;

    while (png->z.avail_in) {

        if (png->whole) {
            return 0;
        }

        png->z.next_out = (Bytef *) png->out;
        png->z.avail_out = PHONE_PNG_WINDOW;

        rc = inflate(&png->z, Z_NO_FLUSH);

        png->came += PHONE_PNG_WINDOW - png->z.avail_out;

        if ((rc != Z_OK && rc != Z_STREAM_END) || png->came > png->bytes) {
            return 0;
        }

        if (rc == Z_STREAM_END) {
            png->whole = png->came == png->bytes;
            return png->whole && png->z.avail_in == 0;
        }
    }

    return 1;
}
