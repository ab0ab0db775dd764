
/*
 * Still pictures: JPEG, PNG and WebP.  A picture is checked and written anew
 * without decoding it for show: what a browser needs to show it stays, byte for
 * byte; what tells of its maker (EXIF with places, XMP, comments, thumbnails)
 * and what lies behind its end goes.
 *
 * Sources: ITU-T T.81 and JFIF 1.02; EXIF 2.32, 4.6; PNG (ISO 15948); RFC 9649
 * and RFC 6386, 9.1 (WebP).
 */


#ifndef _PHONE_PICTURE_H_INCLUDED_
#define _PHONE_PICTURE_H_INCLUDED_


#include "text.h"


#define PHONE_PICTURE_SIDE    16383          /* WebP has no longer ones */
#define PHONE_PIXELS_MOST     50000000
#define PHONE_PICTURE_PIECES  64


typedef enum {
    PHONE_PICTURE_OK = 0,
    PHONE_PICTURE_BROKEN,        /* it is none, or not whole */
    PHONE_PICTURE_MOVES,         /* WebP: an animation */
    PHONE_PICTURE_PIXELED,       /* it has too many pixels */
    PHONE_PICTURE_NO_MEMORY
} phone_picture_rc_t;


typedef struct {
    const char              *type;       /* "image/jpeg", ... */
    int64_t                  width;      /* as it is shown */
    int64_t                  height;

    /* what it is written of, in this order: parts of the bytes, and made[] */
    unsigned                 n;
    phone_str_t              piece[PHONE_PICTURE_PIECES];
    size_t                   nmade;
    char                     made[64];
} phone_picture_t;


/* The bytes must stay as long as the pieces are used. */
phone_picture_rc_t phone_picture_read(phone_arena_t *arena, phone_str_t bytes,
    phone_picture_t *picture);


/* Parts of it */

phone_picture_rc_t phone_jpeg_read(phone_str_t bytes,
    phone_picture_t *picture);
phone_picture_rc_t phone_png_read(phone_arena_t *arena, phone_str_t bytes,
    phone_picture_t *picture);
phone_picture_rc_t phone_webp_read(phone_str_t bytes,
    phone_picture_t *picture);

/* Its size as it is said to be; PHONE_PICTURE_OK: it is within the limits. */
phone_picture_rc_t phone_picture_sides(phone_picture_t *picture,
    int64_t width, int64_t height);

/* Bytes that stay; and some that are written instead.  0: there are too many
   pieces. */
int phone_picture_keep(phone_picture_t *picture, phone_str_t bytes);
int phone_picture_make(phone_picture_t *picture, phone_str_t bytes);

/* Numbers of n bytes, at most 4. */
uint32_t phone_big(const char *p, unsigned n);
uint32_t phone_little(const char *p, unsigned n);


#endif /* _PHONE_PICTURE_H_INCLUDED_ */
