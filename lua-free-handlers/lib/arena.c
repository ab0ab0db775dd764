
/*
 * Memory of a call: the arena, and the output buffer that grows in it.
 */


#include <stdlib.h>

#include "text.h"


#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PHONE_ARENA_ASAN     1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define PHONE_ARENA_ASAN     1
#endif


/*
 * Under AddressSanitizer blocks are not kept, free space is poisoned, and a
 * poisoned gap follows each allocation: both a use after phone_arena_free()
 * and a read past one string into the next one are then seen.
 */

#if (PHONE_ARENA_ASAN)

#include <sanitizer/asan_interface.h>

#define PHONE_ARENA_GAP      8
#define PHONE_ARENA_ALIGN    8
#define PHONE_CACHE_MAX      0

#else

#define PHONE_ARENA_GAP      0
#define PHONE_ARENA_ALIGN    1
#define PHONE_CACHE_MAX      256             /* 1 MiB a thread */

#define ASAN_POISON_MEMORY_REGION(p, size)    ((void) (p), (void) (size))
#define ASAN_UNPOISON_MEMORY_REGION(p, size)  ((void) (p), (void) (size))

#endif


/* t/unit/no_memory.c makes each allocation one of malloc() */

#ifndef PHONE_BLOCK_MIN
#define PHONE_BLOCK_MIN      4096
#define PHONE_BLOCK_MAX      65536
#endif

#define PHONE_ALIGNMENT      16


struct phone_block_s {
    phone_block_t           *next;
    size_t                   size;           /* with this header */
};


static void *phone_arena_take(phone_arena_t *arena, size_t size, size_t align);
static void *phone_arena_grow(phone_arena_t *arena, size_t size);
static void *phone_arena_own(phone_arena_t *arena, size_t size);
static void *phone_arena_fail(phone_arena_t *arena);
static phone_block_t *phone_block_get(size_t size);
static void phone_block_put(phone_block_t *block);


/*
 * Kept for the thread, not the process: the core also runs in threads of
 * nginx's pool.
 */

static __thread phone_block_t  *phone_cache;
static __thread unsigned        phone_cached;


void
phone_arena_init(phone_arena_t *arena)
{
    arena->blocks = NULL;
    arena->next = NULL;
    arena->end = NULL;
    arena->used = 0;
    arena->failed = 0;
}


void
phone_arena_free(phone_arena_t *arena)
{
    phone_block_t  *block, *next;

    for (block = arena->blocks; block != NULL; block = next) {
        next = block->next;
        phone_block_put(block);
    }

    phone_arena_init(arena);
}


void *
phone_alloc(phone_arena_t *arena, size_t size)
{
    void  *p;

    p = phone_arena_take(arena, size, PHONE_ALIGNMENT);

    if (p == NULL) {
        return NULL;
    }

    return memset(p, 0, size);
}


void *
phone_alloc_raw(phone_arena_t *arena, size_t size)
{
    return phone_arena_take(arena, size, PHONE_ARENA_ALIGN);
}


static inline void *
phone_arena_take(phone_arena_t *arena, size_t size, size_t align)
{
    char    *p;
    size_t   pad, left;

    pad = -(uintptr_t) arena->next & (align - 1);
    left = arena->end - arena->next;

    if (size > PHONE_ARENA_MAX - arena->used) {
        return phone_arena_fail(arena);
    }

    /* ">=": the first call, with no block at all, goes this way as well */

    if (pad + size + PHONE_ARENA_GAP >= left) {
        return phone_arena_grow(arena, size);
    }

    p = arena->next + pad;
    arena->next = p + size + PHONE_ARENA_GAP;
    arena->used += size;

    ASAN_UNPOISON_MEMORY_REGION(p, size);

    return p;
}


/*
 * Short calls live on blocks of the cached size alone; a call that goes on
 * gets blocks that double.  What would not fit gets a block of its own, put
 * behind the newest one so that the rest of that one is still used.
 */

static void *
phone_arena_grow(phone_arena_t *arena, size_t size)
{
    char           *p;
    size_t          block_size;
    phone_block_t  *block;

    block_size = PHONE_BLOCK_MIN;

    while (block_size < PHONE_BLOCK_MAX && block_size * 4 <= arena->used) {
        block_size *= 2;
    }

    if (size + PHONE_ARENA_GAP > block_size - sizeof(phone_block_t)) {
        return phone_arena_own(arena, size);
    }

    block = phone_block_get(block_size);

    if (block == NULL) {
        return phone_arena_fail(arena);
    }

    block->next = arena->blocks;
    arena->blocks = block;

    p = (char *) (block + 1);

    arena->next = p + size + PHONE_ARENA_GAP;
    arena->end = (char *) block + block_size;
    arena->used += size;

    ASAN_POISON_MEMORY_REGION(p + size, arena->end - (p + size));

    return p;
}


static void *
phone_arena_own(phone_arena_t *arena, size_t size)
{
    phone_block_t  *block;

    block = phone_block_get(sizeof(phone_block_t) + size);

    if (block == NULL) {
        return phone_arena_fail(arena);
    }

    if (arena->blocks == NULL) {
        block->next = NULL;
        arena->blocks = block;

    } else {
        block->next = arena->blocks->next;
        arena->blocks->next = block;
    }

    arena->used += size;

    return block + 1;
}


static void *
phone_arena_fail(phone_arena_t *arena)
{
    arena->failed = 1;

    return NULL;
}


static phone_block_t *
phone_block_get(size_t size)
{
    phone_block_t  *block;

    if (size == PHONE_BLOCK_MIN && phone_cache != NULL) {
        block = phone_cache;
        phone_cache = block->next;
        phone_cached--;

        return block;
    }

    block = malloc(size);

    if (block != NULL) {
        block->size = size;
    }

    return block;
}


static void
phone_block_put(phone_block_t *block)
{
    if (block->size != PHONE_BLOCK_MIN || phone_cached == PHONE_CACHE_MAX) {
        free(block);
        return;
    }

    block->next = phone_cache;
    phone_cache = block;
    phone_cached++;
}


void
phone_buf_init(phone_buf_t *buf, phone_arena_t *arena, size_t size)
{
    buf->arena = arena;
    buf->data = size ? phone_alloc_raw(arena, size) : NULL;
    buf->len = 0;
    buf->size = (buf->data == NULL) ? 0 : size;
}


/* At least doubles, so that n bytes put one by one are copied O(n) times. */

char *
phone_buf_grow(phone_buf_t *buf, size_t size)
{
    char    *p;
    size_t   wanted;

    if (size > PHONE_ARENA_MAX) {
        return phone_arena_fail(buf->arena);
    }

    wanted = buf->size * 2;

    if (wanted < buf->len + size) {
        wanted = buf->len + size;
    }

    if (wanted < 64) {
        wanted = 64;
    }

    p = phone_alloc_raw(buf->arena, wanted);

    if (p == NULL) {
        return NULL;
    }

    if (buf->len) {
        memcpy(p, buf->data, buf->len);
    }

    buf->data = p;
    buf->size = wanted;

    return p + buf->len;
}


void
phone_buf_put(phone_buf_t *buf, phone_str_t str)
{
    char  *p;

    p = phone_buf_reserve(buf, str.len);

    if (p == NULL || str.len == 0) {
        return;
    }

    memcpy(p, str.data, str.len);
    buf->len += str.len;
}


phone_str_t
phone_buf_str(phone_buf_t *buf)
{
    phone_arena_t  *arena;

    arena = buf->arena;

    if (arena->failed || buf->len == 0) {
        return PHONE_EMPTY;
    }

    if (buf->data + buf->size + PHONE_ARENA_GAP == arena->next) {
        arena->next -= buf->size - buf->len;
        arena->used -= buf->size - buf->len;
        buf->size = buf->len;

        ASAN_POISON_MEMORY_REGION(buf->data + buf->len,
                                  arena->end - (buf->data + buf->len));
    }

    return (phone_str_t) { buf->len, buf->data };
}
