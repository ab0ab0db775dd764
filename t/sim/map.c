
#include "map.h"


static sim_node_t *sim_map_look(const sim_map_t *map, phone_str_t key,
    uint64_t hash);
static void sim_map_put(sim_node_t **slot, size_t slots, sim_node_t *node);
static void sim_map_grow(sim_map_t *map);


void
sim_map_init(sim_map_t *map, sim_memory_t *memory, size_t slots)
{
    map->memory = memory;
    map->slots = slots;
    map->used = 0;
    map->slot = sim_zalloc(memory, slots * sizeof(sim_node_t *));
}


void *
sim_map_find(const sim_map_t *map, phone_str_t key)
{
    return sim_map_look(map, key, sim_hash(key));
}


void *
sim_map_add(sim_map_t *map, phone_str_t key, size_t size)
{
    sim_node_t  *node;

    if (map->used * 2 >= map->slots) {
        sim_map_grow(map);
    }

    map->size = size;
    node = sim_zalloc(map->memory, size);
    node->key = sim_copy(map->memory, key);
    node->hash = sim_hash(key);

    sim_map_put(map->slot, map->slots, node);
    map->used++;

    return node;
}


void *
sim_map_make(sim_map_t *map, phone_str_t key, size_t size)
{
    void  *node;

    node = sim_map_find(map, key);

    return node != NULL ? node : sim_map_add(map, key, size);
}


/* Nodes behind the gap move up, so that no mark of a removal is needed. */

void
sim_map_remove(sim_map_t *map, void *data, size_t size)
{
    size_t       i, gap, home, mask;
    sim_node_t  *node;

    node = data;
    mask = map->slots - 1;

    for (gap = node->hash & mask; map->slot[gap] != node;
         gap = (gap + 1) & mask)
    {
        /* void */
    }

    for (i = (gap + 1) & mask; map->slot[i] != NULL; i = (i + 1) & mask) {
        home = map->slot[i]->hash & mask;

        if (((i - home) & mask) >= ((i - gap) & mask)) {
            map->slot[gap] = map->slot[i];
            gap = i;
        }
    }

    map->slot[gap] = NULL;
    map->used--;

    sim_drop(map->memory, node->key);
    sim_free(map->memory, node, size);
}


static sim_node_t *
sim_map_look(const sim_map_t *map, phone_str_t key, uint64_t hash)
{
    size_t       i, mask;
    sim_node_t  *node;

    mask = map->slots - 1;

    for (i = hash & mask; map->slot[i] != NULL; i = (i + 1) & mask) {
        node = map->slot[i];

        if (node->hash == hash && phone_equal(node->key, key)) {
            return node;
        }
    }

    return NULL;
}


static void
sim_map_put(sim_node_t **slot, size_t slots, sim_node_t *node)
{
    size_t  i, mask;

    mask = slots - 1;

    for (i = node->hash & mask; slot[i] != NULL; i = (i + 1) & mask) {
        /* void */
    }

    slot[i] = node;
}


static void
sim_map_grow(sim_map_t *map)
{
    size_t        i, slots;
    sim_node_t  **slot;

    slots = map->slots * 2;
    slot = sim_zalloc(map->memory, slots * sizeof(sim_node_t *));

    for (i = 0; i < map->slots; i++) {

        if (map->slot[i] != NULL) {
            sim_map_put(slot, slots, map->slot[i]);
        }
    }

    sim_free(map->memory, map->slot, map->slots * sizeof(sim_node_t *));
    map->slot = slot;
    map->slots = slots;
}
