
#include <stdio.h>
#include <stdlib.h>

#include "memory.h"
#include "random.h"


#define SIM_CHUNK            (256 * 1024)
#define SIM_SMALLEST         16


struct sim_chunk_s {
    sim_chunk_t             *next;
    size_t                   size;           /* with this header */
};


static unsigned sim_class(size_t size);
static sim_chunk_t *sim_chunk(sim_memory_t *memory, size_t size);


void *
sim_alloc(sim_memory_t *memory, size_t size)
{
    void          *p;
    size_t         whole;
    unsigned       class;
    sim_chunk_t   *chunk;

    class = sim_class(size);
    p = memory->free[class];

    if (p != NULL) {
        memory->free[class] = *(void **) p;
        return p;
    }

    whole = (size_t) SIM_SMALLEST << class;

    if (whole > (size_t) (memory->end - memory->next)) {
        chunk = sim_chunk(memory, whole + sizeof(sim_chunk_t));
        memory->next = (char *) (chunk + 1);
        memory->end = (char *) chunk + chunk->size;
    }

    p = memory->next;
    memory->next += whole;

    return p;
}


void *
sim_zalloc(sim_memory_t *memory, size_t size)
{
    return memset(sim_alloc(memory, size), 0, size);
}


void
sim_free(sim_memory_t *memory, void *p, size_t size)
{
    unsigned  class;

    if (p == NULL) {
        return;
    }

    class = sim_class(size);

    *(void **) p = memory->free[class];
    memory->free[class] = p;
}


void *
sim_grow(sim_memory_t *memory, void *p, size_t size, size_t wanted)
{
    void  *grown;

    if (p != NULL && sim_class(size) == sim_class(wanted)) {
        return p;
    }

    grown = sim_alloc(memory, wanted);

    if (p != NULL) {
        memcpy(grown, p, size);
        sim_free(memory, p, size);
    }

    return grown;
}


phone_str_t
sim_copy(sim_memory_t *memory, phone_str_t str)
{
    char  *p;

    p = sim_alloc(memory, str.len);

    if (str.len) {
        memcpy(p, str.data, str.len);
    }

    return (phone_str_t) { str.len, p };
}


void
sim_drop(sim_memory_t *memory, phone_str_t str)
{
    sim_free(memory, (void *) (uintptr_t) str.data, str.len);
}


void
sim_memory_reset(sim_memory_t *memory)
{
    sim_chunk_t  *chunk;

    while (memory->chunks != NULL) {
        chunk = memory->chunks;
        memory->chunks = chunk->next;
        chunk->next = memory->spare;
        memory->spare = chunk;
    }

    memset(memory->free, 0, sizeof(memory->free));
    memory->next = NULL;
    memory->end = NULL;
}


void
sim_memory_free(sim_memory_t *memory)
{
    sim_chunk_t  *chunk;

    sim_memory_reset(memory);

    while (memory->spare != NULL) {
        chunk = memory->spare;
        memory->spare = chunk->next;
        free(chunk);
    }
}


static unsigned
sim_class(size_t size)
{
    if (size <= SIM_SMALLEST) {
        return 0;
    }

    return 64 - (unsigned) __builtin_clzl((size - 1) / SIM_SMALLEST);
}


static sim_chunk_t *
sim_chunk(sim_memory_t *memory, size_t size)
{
    sim_chunk_t  *chunk, **link;

    for (link = &memory->spare; *link != NULL; link = &(*link)->next) {

        if ((*link)->size >= size) {
            break;
        }
    }

    chunk = *link;

    if (chunk != NULL) {
        *link = chunk->next;

    } else {
        size = size < SIM_CHUNK ? SIM_CHUNK : size;
        chunk = malloc(size);

        if (chunk == NULL) {
            fprintf(stderr, "sim: out of memory\n");
            exit(2);
        }

        chunk->size = size;
    }

    chunk->next = memory->chunks;
    memory->chunks = chunk;

    return chunk;
}


uint64_t
sim_hash(phone_str_t str)
{
    size_t       len;
    uint64_t     hash, word;
    const char  *p;

    hash = str.len * UINT64_C(0x9e3779b97f4a7c15);
    p = str.data;

    for (len = str.len; len >= sizeof(word); len -= sizeof(word)) {
        memcpy(&word, p, sizeof(word));
        hash = (hash ^ word) * UINT64_C(0x9fb21c651e98df25);
        hash ^= hash >> 32;
        p += sizeof(word);
    }

    if (len) {
        word = 0;
        memcpy(&word, p, len);
        hash = (hash ^ word) * UINT64_C(0x9fb21c651e98df25);
    }

    return hash ^ (hash >> 29);
}
