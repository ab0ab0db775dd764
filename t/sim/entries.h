
/* Keys and their values, between the files that implement the store. */


#ifndef _SIM_ENTRIES_H_INCLUDED_
#define _SIM_ENTRIES_H_INCLUDED_


#include "map.h"
#include "store.h"


typedef enum {
    SIM_HASH,
    SIM_ZSET,
    SIM_LIST,
    SIM_STREAM,
    SIM_STRING
} sim_kind_t;


typedef struct {
    sim_node_t               node;
    int64_t                  expires;    /* ms; 0: never */
    sim_kind_t               kind;

    union {
        sim_fields_t         fields;
        sim_zset_t           zset;
        sim_list_t           list;
        sim_stream_t         stream;
        phone_str_t          string;
    };
} sim_entry_t;


struct sim_store_s {
    sim_memory_t            *memory;
    sim_store_options_t      options;
    sim_map_t                map;
    uint64_t                 commits;
};


/* NULL when there is none; what has expired is deleted. */
sim_entry_t *sim_entry_find(sim_store_t *store, int64_t now, phone_str_t key);

/* As above, or a new empty one; NULL when the key holds another kind. */
sim_entry_t *sim_entry_make(sim_store_t *store, int64_t now, phone_str_t key,
    sim_kind_t kind);

void sim_entry_delete(sim_store_t *store, sim_entry_t *entry);


#endif /* _SIM_ENTRIES_H_INCLUDED_ */
