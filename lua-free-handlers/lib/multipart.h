
/*
 * multipart/form-data (RFC 7578), read piece by piece: a body of any size in a
 * window of fixed size.
 *
 *     phone_multipart_init(&mp, content_type);
 *     again:
 *         event = phone_multipart_next(&mp, window, last, &used);
 *         drop the first `used` bytes of the window
 *
 *         PHONE_MULTIPART_MORE  read on behind what is left; again
 *         PHONE_MULTIPART_PART  mp.name, mp.file, mp.type; again
 *         PHONE_MULTIPART_DATA  mp.data, in the window, is of that part; again
 *         PHONE_MULTIPART_END   the body is whole
 *         PHONE_MULTIPART_BAD   it is not
 *
 * It is strict: nothing comes before the first delimiter, lines end with CRLF,
 * every part has a name.
 */


#ifndef _PHONE_MULTIPART_H_INCLUDED_
#define _PHONE_MULTIPART_H_INCLUDED_


#include "text.h"


#define PHONE_BOUNDARY_MAX           70      /* RFC 2046 */
#define PHONE_MULTIPART_HEADERS      4096    /* bytes of a part's headers */
#define PHONE_MULTIPART_WINDOW       8192    /* a window has at least */
#define PHONE_MULTIPART_NAME         64
#define PHONE_MULTIPART_FILE         120
#define PHONE_MULTIPART_TYPE         100


typedef enum {
    PHONE_MULTIPART_MORE,
    PHONE_MULTIPART_PART,
    PHONE_MULTIPART_DATA,
    PHONE_MULTIPART_END,
    PHONE_MULTIPART_BAD
} phone_multipart_event_t;


typedef enum {
    PHONE_MULTIPART_AT_START,
    PHONE_MULTIPART_AT_DELIMITER,        /* behind one */
    PHONE_MULTIPART_AT_HEADERS,
    PHONE_MULTIPART_AT_DATA
} phone_multipart_state_t;


typedef struct {
    phone_multipart_state_t  state;
    char                     delimiter[4 + PHONE_BOUNDARY_MAX];
    size_t                   len;        /* of it: CR LF "--" boundary */

    /* of the part under way; a file has a "filename", which may be empty */
    phone_str_t              name;
    phone_str_t              file;       /* without folders */
    phone_str_t              type;       /* "image/png"; never empty */
    unsigned                 is_file:1;
    phone_str_t              data;

    char                     name_text[PHONE_MULTIPART_NAME];
    char                     file_text[PHONE_MULTIPART_FILE];
    char                     type_text[PHONE_MULTIPART_TYPE];
} phone_multipart_t;


/* content_type is that of the request; -1: it has no boundary, or one that
   none can be. */
int phone_multipart_init(phone_multipart_t *mp, phone_str_t content_type);

/* last: nothing comes behind the window. */
phone_multipart_event_t phone_multipart_next(phone_multipart_t *mp,
    phone_str_t window, int last, size_t *used);

/* "Image/PNG; x=y" -> "image/png", in out; what is none becomes
   application/octet-stream. */
phone_str_t phone_media_type(phone_str_t text, char out[PHONE_MULTIPART_TYPE]);


#endif /* _PHONE_MULTIPART_H_INCLUDED_ */
