
/*
 * Two caches: records by their keys in the store, keys by their texts.  A full
 * one drops what was used least recently.
 *
 * All records are outdated when a connection closes, since the next one may
 * lead to another store, to which the versions do not apply; and each after a
 * minute, so that changes made with other tools are seen.
 *
 * Parsing a public key costs several times as much as a verification.
 */


#include "run/ngx_phone_memory.h"


#define NGX_PHONE_MEMORY_SLOTS    4096      /* a power of two */
#define NGX_PHONE_MEMORY_RECORDS  4096
#define NGX_PHONE_MEMORY_RECORD   8192      /* bytes; longer ones are not
                                               kept */
#define NGX_PHONE_MEMORY_LASTS    60000     /* ms */
#define NGX_PHONE_MEMORY_FIELDS   32        /* no record has more, see
                                               records.c */
#define NGX_PHONE_MEMORY_KEYS     1024


typedef struct ngx_phone_kept_s  ngx_phone_kept_t;

struct ngx_phone_kept_s {
    ngx_queue_t              used;          /* the most recently used first */
    ngx_phone_kept_t        *next;          /* in its slot */
    uint32_t                 hash;
    size_t                   len;
    u_char                  *name;
    phone_key_t             *key;           /* of a key; NULL: the text is
                                               none */
};


typedef struct {
    ngx_queue_t              used;
    ngx_uint_t               n;
    ngx_uint_t               max;
    ngx_phone_kept_t        *slot[NGX_PHONE_MEMORY_SLOTS];
} ngx_phone_cache_t;


typedef struct {
    ngx_phone_kept_t         kept;
    ngx_msec_t               read;
    ngx_uint_t               closes;         /* of connections, by then */
    size_t                   len;            /* of the values */
    size_t                   value[NGX_PHONE_MEMORY_FIELDS];
    uint32_t                 there;          /* which fields are */
    u_char                   text[1];        /* the values, then the name */
} ngx_phone_kept_record_t;


struct ngx_phone_memory_s {
    ngx_phone_cache_t        records;
    ngx_phone_cache_t        keys;
};


static void ngx_phone_cache_init(ngx_phone_cache_t *cache, ngx_uint_t max);
static ngx_phone_kept_t *ngx_phone_cache_find(ngx_phone_cache_t *cache,
    phone_str_t name, uint32_t *hash);
static void ngx_phone_cache_add(ngx_phone_cache_t *cache,
    ngx_phone_kept_t *kept, phone_str_t name, uint32_t hash);
static void ngx_phone_cache_drop(ngx_phone_cache_t *cache,
    ngx_phone_kept_t *kept);
static void ngx_phone_cache_close(ngx_phone_cache_t *cache);

static ngx_phone_kept_record_t *ngx_phone_memory_copy(ngx_phone_t *phone,
    phone_record_t *record);


ngx_phone_memory_t *
ngx_phone_memory_create(ngx_phone_t *phone)
{
    ngx_phone_memory_t  *memory;

    memory = ngx_pcalloc(phone->cycle->pool, sizeof(ngx_phone_memory_t));

    if (memory) {
        ngx_phone_cache_init(&memory->records, NGX_PHONE_MEMORY_RECORDS);
        ngx_phone_cache_init(&memory->keys, NGX_PHONE_MEMORY_KEYS);
    }

    return memory;
}


void
ngx_phone_memory_close(ngx_phone_t *phone)
{
    ngx_phone_cache_close(&phone->memory->records);
    ngx_phone_cache_close(&phone->memory->keys);
}


static void
ngx_phone_cache_init(ngx_phone_cache_t *cache, ngx_uint_t max)
{
    ngx_queue_init(&cache->used);
    cache->max = max;
}


/* NULL: it is not there; it may be added with that hash. */

static ngx_phone_kept_t *
ngx_phone_cache_find(ngx_phone_cache_t *cache, phone_str_t name,
    uint32_t *hash)
{
    ngx_phone_kept_t  *kept;

    *hash = ngx_murmur_hash2((u_char *) name.data, name.len);

    for (kept = cache->slot[*hash % NGX_PHONE_MEMORY_SLOTS];
         kept;
         kept = kept->next)
    {
        if (kept->hash == *hash && kept->len == name.len
            && ngx_memcmp(kept->name, name.data, name.len) == 0)
        {
            ngx_queue_remove(&kept->used);
            ngx_queue_insert_head(&cache->used, &kept->used);
            return kept;
        }
    }

    return NULL;
}


/* kept->name has room for the name. */

static void
ngx_phone_cache_add(ngx_phone_cache_t *cache, ngx_phone_kept_t *kept,
    phone_str_t name, uint32_t hash)
{
    ngx_queue_t        *q;
    ngx_phone_kept_t  **slot;

    if (cache->n == cache->max) {
        q = ngx_queue_last(&cache->used);
        ngx_phone_cache_drop(cache,
                             ngx_queue_data(q, ngx_phone_kept_t, used));
    }

    kept->hash = hash;
    kept->len = name.len;
    ngx_memcpy(kept->name, name.data, name.len);

    slot = &cache->slot[hash % NGX_PHONE_MEMORY_SLOTS];
    kept->next = *slot;
    *slot = kept;

    ngx_queue_insert_head(&cache->used, &kept->used);
    cache->n++;
}


static void
ngx_phone_cache_drop(ngx_phone_cache_t *cache, ngx_phone_kept_t *kept)
{
    ngx_phone_kept_t  **p;

    p = &cache->slot[kept->hash % NGX_PHONE_MEMORY_SLOTS];

    while (*p != kept) {
        p = &(*p)->next;
    }

    *p = kept->next;
    cache->n--;

    ngx_queue_remove(&kept->used);
    phone_key_free(kept->key);
    ngx_free(kept);
}


static void
ngx_phone_cache_close(ngx_phone_cache_t *cache)
{
    ngx_queue_t  *q;

    while (!ngx_queue_empty(&cache->used)) {
        q = ngx_queue_last(&cache->used);
        ngx_phone_cache_drop(cache,
                             ngx_queue_data(q, ngx_phone_kept_t, used));
    }
}


/* Keys */

phone_key_t *
ngx_phone_memory_key(ngx_phone_t *phone, phone_str_t text)
{
    uint32_t            hash;
    ngx_phone_kept_t   *kept;
    ngx_phone_cache_t  *keys;

    keys = &phone->memory->keys;
    kept = ngx_phone_cache_find(keys, text, &hash);

    if (kept) {
        return kept->key;
    }

    phone->counters->keys_loaded++;

    kept = ngx_alloc(sizeof(ngx_phone_kept_t) + text.len, phone->log);
    if (kept == NULL) {
        return NULL;
    }

    kept->name = (u_char *) (kept + 1);
    kept->key = NULL;
    (void) phone_key_public(text, &kept->key);

    ngx_phone_cache_add(keys, kept, text, hash);

    return kept->key;
}


/* Records */

/* The values are copied: the record may be dropped meanwhile. */

ngx_int_t
ngx_phone_memory_recall(ngx_phone_t *phone, phone_arena_t *arena,
    phone_ask_t *ask)
{
    char                     *p;
    uint32_t                  hash;
    unsigned                  i;
    phone_record_t           *record;
    ngx_phone_kept_record_t  *kept;

    record = (phone_record_t *) ask;

    if (ask->kind != PHONE_ASK_RECORD || !record->may_be_old) {
        return NGX_DECLINED;
    }

    kept = (ngx_phone_kept_record_t *)
               ngx_phone_cache_find(&phone->memory->records, ask->key, &hash);

    if (kept == NULL
        || kept->closes != ngx_phone_redis_state(phone->redis)->closes
        || ngx_current_msec - kept->read >= NGX_PHONE_MEMORY_LASTS)
    {
        return NGX_DECLINED;
    }

    p = phone_alloc_raw(arena, kept->len + 1);
    if (p == NULL) {
        return NGX_DECLINED;
    }

    ngx_memcpy(p, kept->text, kept->len);

    for (i = 0; i < record->type->nfields; i++) {
        record->value[i].len = kept->value[i];
        record->value[i].data = kept->there & PHONE_F(i) ? p : NULL;
        p += kept->value[i];
    }

    record->remembered = 1;
    phone_ready(ask);

    return NGX_OK;
}


/* One that is not found is no longer known; it does not make another go. */

void
ngx_phone_memory_keep(ngx_phone_t *phone, phone_ask_t *ask)
{
    uint32_t                  hash;
    phone_record_t           *record;
    ngx_phone_kept_t         *kept;
    ngx_phone_cache_t        *records;
    ngx_phone_kept_record_t  *copy;

    record = (phone_record_t *) ask;

    if (ask->kind != PHONE_ASK_RECORD || !record->keep) {
        return;
    }

    records = &phone->memory->records;
    kept = ngx_phone_cache_find(records, ask->key, &hash);

    if (kept) {
        ngx_phone_cache_drop(records, kept);
    }

    copy = phone_found(record) ? ngx_phone_memory_copy(phone, record) : NULL;

    if (copy) {
        ngx_phone_cache_add(records, &copy->kept, ask->key, hash);
    }
}


/* NULL: it is not kept. */

static ngx_phone_kept_record_t *
ngx_phone_memory_copy(ngx_phone_t *phone, phone_record_t *record)
{
    size_t                    len;
    u_char                   *p;
    unsigned                  i;
    ngx_phone_kept_record_t  *kept;

    len = 0;

    for (i = 0; i < record->type->nfields; i++) {
        len += record->value[i].len;
    }

    if (record->ask.key.len + len > NGX_PHONE_MEMORY_RECORD) {
        return NULL;
    }

    kept = ngx_alloc(sizeof(ngx_phone_kept_record_t) + len
                     + record->ask.key.len, phone->log);
    if (kept == NULL) {
        return NULL;
    }

    kept->kept.key = NULL;
    kept->read = ngx_current_msec;
    kept->closes = ngx_phone_redis_state(phone->redis)->closes;
    kept->len = len;
    kept->there = 0;

    p = kept->text;

    for (i = 0; i < record->type->nfields; i++) {
        kept->value[i] = record->value[i].len;

        if (record->value[i].data) {
            kept->there |= PHONE_F(i);
            p = ngx_cpymem(p, record->value[i].data, record->value[i].len);
        }
    }

    kept->kept.name = p;

    return kept;
}


void
ngx_phone_memory_drop(ngx_phone_t *phone, const phone_guard_t *guard)
{
    uint32_t            hash;
    ngx_phone_kept_t   *kept;
    ngx_phone_cache_t  *records;

    if (guard->kind != PHONE_GUARD_VERSION) {
        return;
    }

    records = &phone->memory->records;
    kept = ngx_phone_cache_find(records, guard->key, &hash);

    if (kept) {
        ngx_phone_cache_drop(records, kept);
    }
}
