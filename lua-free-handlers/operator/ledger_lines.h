
/*
 * The lines of a blob that is compressed (lib/gzip.h), one after the other: for
 * work of a thread.
 */


#ifndef _PHONE_LEDGER_LINES_H_INCLUDED_
#define _PHONE_LEDGER_LINES_H_INCLUDED_


#include "../phone.h"


/* Bytes of a line, at most. */
#define PHONE_LINE_MOST  4096

typedef struct phone_lines_s  phone_lines_t;


/* NULL: there is no memory. */
phone_lines_t *phone_lines_begin(const phone_tools_t *tools,
    phone_arena_t *arena, phone_reader_t *blob);

/* 1 and the line, which stays until the next one is read; 0: that was the last
   one; -1: it is damaged. */
int phone_lines_next(phone_lines_t *lines, phone_str_t *line);

/* Ends it, and is called in any case.  1: all was read, and its SHA-256 is that
   one (hex). */
int phone_lines_end(phone_lines_t *lines, phone_str_t sha256);


#endif /* _PHONE_LEDGER_LINES_H_INCLUDED_ */
