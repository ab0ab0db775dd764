
/* Which picture it is, and its limits. */


#include "picture.h"


phone_picture_rc_t
phone_picture_read(phone_arena_t *arena, phone_str_t bytes,
    phone_picture_t *picture)
{
    memset(picture, 0, sizeof(phone_picture_t));

    if (bytes.len > 3 && memcmp(bytes.data, "\xff\xd8\xff", 3) == 0) {
        picture->type = "image/jpeg";
        return phone_jpeg_read(bytes, picture);
    }

    if (bytes.len > 8 && memcmp(bytes.data, "\x89PNG\r\n\x1a\n", 8) == 0) {
        picture->type = "image/png";
        return phone_png_read(arena, bytes, picture);
    }

    if (bytes.len > 12 && memcmp(bytes.data, "RIFF", 4) == 0
        && memcmp(bytes.data + 8, "WEBP", 4) == 0)
    {
        picture->type = "image/webp";
        return phone_webp_read(bytes, picture);
    }

    return PHONE_PICTURE_BROKEN;
}


phone_picture_rc_t
phone_picture_sides(phone_picture_t *picture, int64_t width, int64_t height)
{
    if (width < 1 || height < 1) {
        return PHONE_PICTURE_BROKEN;
    }

    if (width > PHONE_PICTURE_SIDE || height > PHONE_PICTURE_SIDE
        || width * height > PHONE_PIXELS_MOST)
    {
        return PHONE_PICTURE_PIXELED;
    }

    picture->width = width;
    picture->height = height;

    return PHONE_PICTURE_OK;
}


int
phone_picture_keep(phone_picture_t *picture, phone_str_t bytes)
{
    phone_str_t  *last;

    last = picture->n ? &picture->piece[picture->n - 1] : NULL;

    if (last != NULL && last->data + last->len == bytes.data) {
        last->len += bytes.len;
        return 1;
    }

    if (picture->n == PHONE_PICTURE_PIECES) {
        return 0;
    }

    picture->piece[picture->n++] = bytes;

    return 1;
}


int
phone_picture_make(phone_picture_t *picture, phone_str_t bytes)
{
    char  *p;

    if (bytes.len > sizeof(picture->made) - picture->nmade) {
        return 0;
    }

    p = picture->made + picture->nmade;
    memcpy(p, bytes.data, bytes.len);
    picture->nmade += bytes.len;

    return phone_picture_keep(picture, (phone_str_t) { bytes.len, p });
}


uint32_t
phone_big(const char *p, unsigned n)
{
    unsigned  i;
    uint32_t  number;

    for (i = 0, number = 0; i < n; i++) {
        number = number << 8 | (unsigned char) p[i];
    }

    return number;
}


uint32_t
phone_little(const char *p, unsigned n)
{
    uint32_t  number;

    for (number = 0; n; n--) {
        number = number << 8 | (unsigned char) p[n - 1];
    }

    return number;
}
