
/*
 * WebP (RFC 9649): a RIFF file, of one frame or of a header, a color profile, a
 * layer of transparency and a frame.  It is not decoded.
 */


#include "picture.h"


#define PHONE_WEBP_ICC    0x20               /* flags of VP8X */
#define PHONE_WEBP_ALPHA  0x10
#define PHONE_WEBP_MOVES  0x02


typedef struct {
    phone_picture_t         *picture;
    uint32_t                 size;       /* of what is kept */
    const char              *canvas;     /* VP8X: its body */
    char                    *flags;      /* as they are written */
    unsigned                 framed:1;
} phone_webp_t;


static phone_picture_rc_t phone_webp_chunk(phone_webp_t *webp,
    phone_str_t all, phone_str_t body);
static phone_picture_rc_t phone_webp_canvas(phone_webp_t *webp,
    phone_str_t body);
static phone_picture_rc_t phone_webp_frame(phone_webp_t *webp,
    phone_str_t all, phone_str_t body);
static int phone_webp_sides(int lossless, phone_str_t body, int64_t *width,
    int64_t *height);
static int phone_webp_keep(phone_webp_t *webp, phone_str_t all);
static int phone_webp_is(const char *chunk, const char *name);


phone_picture_rc_t
phone_webp_read(phone_str_t bytes, phone_picture_t *picture)
{
    size_t              at, size, len, end;
    unsigned            i;
    phone_webp_t        webp;
    phone_picture_rc_t  rc;

    memset(&webp, 0, sizeof(phone_webp_t));
    webp.picture = picture;
    webp.size = 4;                       /* "WEBP" */

    end = (size_t) phone_little(bytes.data + 4, 4) + 8;

    if (end > bytes.len
        || !phone_picture_make(picture, (phone_str_t) { 12, bytes.data }))
    {
        return PHONE_PICTURE_BROKEN;
    }

    for (at = 12; at < end; at += len) {

        size = end - at < 8 ? end : phone_little(bytes.data + at + 4, 4);
        len = 8 + size + size % 2;

        if (len > end - at) {
            return PHONE_PICTURE_BROKEN;
        }

        rc = phone_webp_chunk(&webp,
                              (phone_str_t) { len, bytes.data + at },
                              (phone_str_t) { size, bytes.data + at + 8 });
        if (rc != PHONE_PICTURE_OK) {
            return rc;
        }
    }

    for (i = 0; i < 4; i++) {
        picture->made[4 + i] = (char) (webp.size >> 8 * i);
    }

    return webp.framed ? PHONE_PICTURE_OK : PHONE_PICTURE_BROKEN;
}


static int
phone_webp_is(const char *chunk, const char *name)
{
    return memcmp(chunk, name, 4) == 0;
}


/* A picture has one frame: behind it there are only things to leave out. */

static phone_picture_rc_t
phone_webp_chunk(phone_webp_t *webp, phone_str_t all, phone_str_t body)
{
    if (phone_webp_is(all.data, "VP8 ") || phone_webp_is(all.data, "VP8L")) {
        return phone_webp_frame(webp, all, body);
    }

    if (phone_webp_is(all.data, "VP8X")) {
        return phone_webp_canvas(webp, body);
    }

    if (phone_webp_is(all.data, "ANIM") || phone_webp_is(all.data, "ANMF")) {
        return PHONE_PICTURE_MOVES;
    }

    if (webp->canvas == NULL || webp->framed) {
        return PHONE_PICTURE_OK;
    }

    if (phone_webp_is(all.data, "ICCP")) {
        *webp->flags |= PHONE_WEBP_ICC;

    } else if (phone_webp_is(all.data, "ALPH")) {
        *webp->flags |= PHONE_WEBP_ALPHA;

    } else {
        return PHONE_PICTURE_OK;
    }

    return phone_webp_keep(webp, all) ? PHONE_PICTURE_OK
                                      : PHONE_PICTURE_BROKEN;
}


/* Of its flags transparency is as it was: VP8L has it in its frame. */

static phone_picture_rc_t
phone_webp_canvas(phone_webp_t *webp, phone_str_t body)
{
    char  chunk[18];

    if (webp->canvas != NULL || webp->framed || body.len != 10) {
        return PHONE_PICTURE_BROKEN;
    }

    if (body.data[0] & PHONE_WEBP_MOVES) {
        return PHONE_PICTURE_MOVES;
    }

    memset(chunk, 0, sizeof(chunk));
    memcpy(chunk, "VP8X\x0a\0\0\0", 8);
    chunk[8] = body.data[0] & PHONE_WEBP_ALPHA;
    memcpy(chunk + 12, body.data + 4, 6);

    webp->canvas = body.data;
    webp->flags = webp->picture->made + webp->picture->nmade + 8;
    webp->size += sizeof(chunk);

    return phone_picture_make(webp->picture, (phone_str_t) { sizeof(chunk),
                                                             chunk })
           ? PHONE_PICTURE_OK : PHONE_PICTURE_BROKEN;
}


static phone_picture_rc_t
phone_webp_frame(phone_webp_t *webp, phone_str_t all, phone_str_t body)
{
    int64_t             width, height;
    phone_picture_rc_t  rc;

    if (webp->framed
        || !phone_webp_sides(all.data[3] == 'L', body, &width, &height)
        || (webp->canvas != NULL
            && (phone_little(webp->canvas + 4, 3) + 1 != width
                || phone_little(webp->canvas + 7, 3) + 1 != height)))
    {
        return PHONE_PICTURE_BROKEN;
    }

    rc = phone_picture_sides(webp->picture, width, height);
    if (rc != PHONE_PICTURE_OK) {
        return rc;
    }

    webp->framed = 1;

    return phone_webp_keep(webp, all) ? PHONE_PICTURE_OK
                                      : PHONE_PICTURE_BROKEN;
}


/* RFC 6386, 9.1: a key frame, its first partition, a start code, two sides; RFC
   9649, 3.4: a signature, two sides less one, a version. */

static int
phone_webp_sides(int lossless, phone_str_t body, int64_t *width,
    int64_t *height)
{
    uint32_t     tag;
    const char  *p;

    p = body.data;

    if (lossless) {

        if (body.len < 6 || p[0] != 0x2f || phone_little(p + 1, 4) >> 29) {
            return 0;
        }

        tag = phone_little(p + 1, 4);
        *width = (tag & 0x3fff) + 1;
        *height = (tag >> 14 & 0x3fff) + 1;

        return 1;
    }

    if (body.len < 11) {
        return 0;
    }

    tag = phone_little(p, 3);

    if (tag & 1 || tag >> 5 > body.len - 10
        || memcmp(p + 3, "\x9d\x01\x2a", 3) != 0)
    {
        return 0;
    }

    *width = phone_little(p + 6, 2) & 0x3fff;
    *height = phone_little(p + 8, 2) & 0x3fff;

    return 1;
}


static int
phone_webp_keep(phone_webp_t *webp, phone_str_t all)
{
    webp->size += (uint32_t) all.len;

    return phone_picture_keep(webp->picture, all);
}
