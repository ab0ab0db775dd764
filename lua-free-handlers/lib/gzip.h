
/* gzip (RFC 1952), by zlib: of texts that are held in memory as a whole. */


#ifndef _PHONE_GZIP_H_INCLUDED_
#define _PHONE_GZIP_H_INCLUDED_


#include "text.h"


/* Empty: memory has run out. */
phone_str_t phone_gzip(phone_arena_t *arena, phone_str_t text);

/* 0, or -1: it is not one whole gzip file, its checksum differs, or the text
   has more than most bytes. */
int phone_gunzip(phone_arena_t *arena, phone_str_t bytes, size_t most,
    phone_str_t *text);


#endif /* _PHONE_GZIP_H_INCLUDED_ */
