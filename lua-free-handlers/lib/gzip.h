
/*
 * gzip (RFC 1952): a text as one member of a file; and members, one behind the
 * other, read as one text.  What zlib allocates is in an arena.
 */


#ifndef _PHONE_GZIP_H_INCLUDED_
#define _PHONE_GZIP_H_INCLUDED_


#include "text.h"


/* Empty, and arena->failed, when there is no memory. */
phone_str_t phone_gzip(phone_arena_t *arena, phone_str_t text);


typedef struct phone_gunzip_s  phone_gunzip_t;

phone_gunzip_t *phone_gunzip_begin(phone_arena_t *arena);    /* or NULL */

/* Takes bytes off *in and writes up to size into out: how many, or -1 when that
   is no gzip.  0: it needs more. */
int64_t phone_gunzip(phone_gunzip_t *gunzip, phone_str_t *in, char *out,
    size_t size);

/* Does what was read so far end with the end of a member? */
int phone_gunzip_whole(const phone_gunzip_t *gunzip);


#endif /* _PHONE_GZIP_H_INCLUDED_ */
