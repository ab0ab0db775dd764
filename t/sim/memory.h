
/*
 * Memory of a run: blocks by size class, all given back at once at the end
 * of a run, so that a thousand runs cost no more malloc() than the largest.
 * A caller says the size again when it gives a block back.
 */


#ifndef _SIM_MEMORY_H_INCLUDED_
#define _SIM_MEMORY_H_INCLUDED_


#include "lib/text.h"


#define SIM_CLASSES          24


typedef struct sim_chunk_s  sim_chunk_t;

typedef struct {
    void                    *free[SIM_CLASSES];
    sim_chunk_t             *chunks;     /* of this run, newest first */
    sim_chunk_t             *spare;      /* of earlier runs */
    char                    *next;
    char                    *end;
} sim_memory_t;


/* Never NULL: the program ends when the machine has no memory. */
void *sim_alloc(sim_memory_t *memory, size_t size);
void *sim_zalloc(sim_memory_t *memory, size_t size);
void sim_free(sim_memory_t *memory, void *p, size_t size);
void *sim_grow(sim_memory_t *memory, void *p, size_t size, size_t wanted);

phone_str_t sim_copy(sim_memory_t *memory, phone_str_t str);
void sim_drop(sim_memory_t *memory, phone_str_t str);

void sim_memory_reset(sim_memory_t *memory);
void sim_memory_free(sim_memory_t *memory);


/* FNV-like over eight bytes a step, with a final mix; for the tables. */
uint64_t sim_hash(phone_str_t str);


#endif /* _SIM_MEMORY_H_INCLUDED_ */
