
/*
 * Text files of other programs, in UTF-8: what is no UTF-8 is GB18030, of which
 * GBK and GB2312 are parts, and UTF-16 where a byte order mark says so.
 */


#ifndef _PHONE_CHARSET_H_INCLUDED_
#define _PHONE_CHARSET_H_INCLUDED_


#include <iconv.h>

#include "csv.h"


#define PHONE_CHARSET_CHUNK  16384


typedef struct {
    phone_csv_read_pt        read;
    void                    *data;
    int64_t                  begin;      /* behind the mark */
    int64_t                  at;
    const char              *name;       /* "UTF-8", ... */
    iconv_t                  cd;         /* (iconv_t) -1: not needed */
    size_t                   held;       /* the begin of a character */
    size_t                   i, n;       /* of out */
    char                     in[PHONE_CHARSET_CHUNK];
    char                     out[4 * PHONE_CHARSET_CHUNK];
} phone_charset_t;


/* Reads all of the file once; NULL: no memory, or this host has no iconv of the
   encoding.  To be closed. */
phone_charset_t *phone_charset_open(phone_arena_t *arena,
    phone_csv_read_pt read, void *data);
void phone_charset_close(phone_charset_t *charset);

/* A phone_csv_read_pt whose data is a phone_charset_t: its bytes one after the
   other, whatever `at` is.  They are UTF-8 without NUL. */
size_t phone_charset_read(void *data, int64_t at, char *bytes, size_t len);
void phone_charset_rewind(phone_charset_t *charset);

/* For texts of a file, which mostly are of one charset; all zero at first. */
typedef struct {
    const char              *name;       /* NULL: not open */
    iconv_t                  cd;
} phone_converter_t;

/*
 * A text that is said to be of a charset, which may be empty or wrong, as UTF-8
 * without NUL in out, of size bytes: how many it takes; what does not fit is
 * cut off.  The converter is to be closed.
 */
size_t phone_charset_text(phone_converter_t *converter, phone_str_t charset,
    phone_str_t text, char *out, size_t size);
void phone_converter_close(phone_converter_t *converter);

/* So much of a text is whole characters, if it is UTF-8 that was cut off. */
size_t phone_utf8_whole(const char *text, size_t len);


#endif /* _PHONE_CHARSET_H_INCLUDED_ */
