
/*
 * The difference of two sets of names, of any size, in a fixed part of memory:
 * a name that is put in with +1 and with -1, in whatever order, leaves nothing
 * behind.  What is left can be taken out again by name while it is some
 * hundreds (an invertible Bloom lookup table).
 */


#ifndef _PHONE_DIFF_H_INCLUDED_
#define _PHONE_DIFF_H_INCLUDED_


#include "../lib/text.h"


#define PHONE_DIFF_NAME   64             /* bytes; of a longer one, the first */


typedef struct phone_diff_cell_s  phone_diff_cell_t;

typedef struct {
    phone_arena_t           *arena;
    phone_diff_cell_t       *cell;       /* NULL: not used, or empty */
    phone_str_t              kept;       /* bytes, not decoded yet */
} phone_diff_t;


void phone_diff_put(phone_diff_t *diff, phone_str_t name, int sign);

/* 1 and one that is left; 0 when there is none; -1: too many to tell, or no
   memory. */
int phone_diff_take(phone_diff_t *diff, phone_str_t *name, int *sign);

/* Bytes, for phone_diff_load(), which gives -1 for what it did not make. */
phone_str_t phone_diff_save(phone_diff_t *diff);
int phone_diff_load(phone_diff_t *diff, phone_arena_t *arena,
    phone_str_t bytes);

/* Well mixed over all 64 bits. */
uint64_t phone_hash64(phone_str_t name);


#endif /* _PHONE_DIFF_H_INCLUDED_ */
