
/*
 * A hash table from texts to nodes.  A node embeds sim_node_t as its first
 * member; the map keeps pointers, and a copy of each key.
 */


#ifndef _SIM_MAP_H_INCLUDED_
#define _SIM_MAP_H_INCLUDED_


#include "memory.h"


typedef struct {
    phone_str_t              key;
    uint64_t                 hash;
} sim_node_t;


typedef struct {
    sim_memory_t            *memory;
    sim_node_t             **slot;       /* open addressing, 2^n of them */
    size_t                   slots;
    size_t                   used;
    size_t                   size;       /* of a node */
} sim_map_t;


void sim_map_init(sim_map_t *map, sim_memory_t *memory, size_t slots);

/* NULL when there is none. */
void *sim_map_find(const sim_map_t *map, phone_str_t key);

/* A zeroed node of that size under a key that is not there yet. */
void *sim_map_add(sim_map_t *map, phone_str_t key, size_t size);

/* The one that is there, or a new one. */
void *sim_map_make(sim_map_t *map, phone_str_t key, size_t size);

void sim_map_remove(sim_map_t *map, void *node, size_t size);


#endif /* _SIM_MAP_H_INCLUDED_ */
