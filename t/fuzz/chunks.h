
/* Bytes that a driver's parser reads in chunks, as it would from a file. */


#ifndef _PHONE_FUZZ_CHUNKS_H_INCLUDED_
#define _PHONE_FUZZ_CHUNKS_H_INCLUDED_


#include <stdlib.h>
#include <string.h>

#include "lib/text.h"


#define CHECK(cond)                                                           \
    do {                                                                      \
        if (!(cond)) {                                                        \
            abort();                                                          \
        }                                                                     \
    } while (0)


typedef struct {
    phone_str_t              bytes;
    size_t                   most;       /* of a chunk */
} chunks_t;


static inline size_t
chunks_read(void *data, int64_t at, char *bytes, size_t len)
{
    chunks_t  *file;

    file = data;

    CHECK(at >= 0 && (size_t) at <= file->bytes.len);

    len = len < file->most ? len : file->most;

    if (len > file->bytes.len - (size_t) at) {
        len = file->bytes.len - (size_t) at;
    }

    if (len) {
        memcpy(bytes, file->bytes.data + at, len);
    }

    return len;
}


#endif /* _PHONE_FUZZ_CHUNKS_H_INCLUDED_ */
