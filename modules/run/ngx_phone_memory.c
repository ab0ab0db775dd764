
/*
 * A direct-mapped cache of records: a record replaces another one of the same
 * slot.  All records are dropped when a connection closes, since the next one
 * may lead to another store, to which the versions do not apply; and each after
 * a minute, so that changes made with other tools are seen.
 */


#include "run/ngx_phone_memory.h"


#define NGX_PHONE_MEMORY_SLOTS   4096       /* a power of two */
#define NGX_PHONE_MEMORY_RECORD  8192       /* bytes; longer ones are not
                                               kept */
#define NGX_PHONE_MEMORY_LASTS   60000      /* ms */
#define NGX_PHONE_MEMORY_FIELDS  32


typedef struct {
    ngx_msec_t               read;
    ngx_uint_t               closes;         /* of connections, by then */
    size_t                   key;            /* bytes of text: the key first, */
    size_t                   len;            /* then the values */
    size_t                   value[NGX_PHONE_MEMORY_FIELDS];
    uint32_t                 there;          /* which fields are */
    u_char                   text[1];
} ngx_phone_kept_t;


struct ngx_phone_memory_s {
    ngx_phone_kept_t        *slot[NGX_PHONE_MEMORY_SLOTS];
};


static ngx_phone_kept_t **ngx_phone_memory_slot(ngx_phone_t *phone,
    phone_str_t key);
static ngx_uint_t ngx_phone_memory_holds(ngx_phone_kept_t *kept,
    phone_str_t key);
static ngx_phone_kept_t *ngx_phone_memory_copy(ngx_phone_t *phone,
    phone_record_t *record);


ngx_phone_memory_t *
ngx_phone_memory_create(ngx_phone_t *phone)
{
    return ngx_pcalloc(phone->cycle->pool, sizeof(ngx_phone_memory_t));
}


void
ngx_phone_memory_close(ngx_phone_t *phone)
{
    ngx_uint_t  i;

    for (i = 0; i < NGX_PHONE_MEMORY_SLOTS; i++) {
        if (phone->memory->slot[i]) {
            ngx_free(phone->memory->slot[i]);
            phone->memory->slot[i] = NULL;
        }
    }
}


static ngx_phone_kept_t **
ngx_phone_memory_slot(ngx_phone_t *phone, phone_str_t key)
{
    uint32_t  hash;

    hash = ngx_murmur_hash2((u_char *) key.data, key.len);

    return &phone->memory->slot[hash % NGX_PHONE_MEMORY_SLOTS];
}


static ngx_uint_t
ngx_phone_memory_holds(ngx_phone_kept_t *kept, phone_str_t key)
{
    return kept && kept->key == key.len
           && ngx_memcmp(kept->text, key.data, key.len) == 0;
}


/* The values are copied: the slot may be reused meanwhile. */

ngx_int_t
ngx_phone_memory_recall(ngx_phone_t *phone, phone_arena_t *arena,
    phone_ask_t *ask)
{
    char              *p;
    unsigned           i;
    phone_record_t    *record;
    ngx_phone_kept_t  *kept;

    record = (phone_record_t *) ask;

    if (ask->kind != PHONE_ASK_RECORD || !record->may_be_old) {
        return NGX_DECLINED;
    }

    kept = *ngx_phone_memory_slot(phone, ask->key);

    if (!ngx_phone_memory_holds(kept, ask->key)
        || kept->closes != ngx_phone_redis_state(phone->redis)->closes
        || ngx_current_msec - kept->read >= NGX_PHONE_MEMORY_LASTS)
    {
        return NGX_DECLINED;
    }

    p = phone_alloc_raw(arena, kept->len);
    if (p == NULL) {
        return NGX_DECLINED;
    }

    ngx_memcpy(p, kept->text, kept->len);
    p += kept->key;

    for (i = 0; i < record->type->nfields; i++) {
        record->value[i].len = kept->value[i];
        record->value[i].data = kept->there & PHONE_F(i) ? p : NULL;
        p += kept->value[i];
    }

    record->remembered = 1;
    phone_ready(ask);

    return NGX_OK;
}


void
ngx_phone_memory_keep(ngx_phone_t *phone, phone_ask_t *ask)
{
    phone_record_t     *record;
    ngx_phone_kept_t  **slot;

    record = (phone_record_t *) ask;

    if (ask->kind != PHONE_ASK_RECORD || !record->keep) {
        return;
    }

    slot = ngx_phone_memory_slot(phone, ask->key);

    if (phone_found(record)) {
        if (*slot) {
            ngx_free(*slot);
        }

        *slot = ngx_phone_memory_copy(phone, record);
        return;
    }

    /* asking for a missing key must not evict the record of another key */

    if (ngx_phone_memory_holds(*slot, ask->key)) {
        ngx_free(*slot);
        *slot = NULL;
    }
}


/* NULL: it is not kept. */

static ngx_phone_kept_t *
ngx_phone_memory_copy(ngx_phone_t *phone, phone_record_t *record)
{
    size_t             len;
    u_char            *p;
    unsigned           i;
    ngx_phone_kept_t  *kept;

    len = record->ask.key.len;

    for (i = 0; i < record->type->nfields; i++) {
        len += record->value[i].len;
    }

    if (len > NGX_PHONE_MEMORY_RECORD) {
        return NULL;
    }

    kept = ngx_alloc(sizeof(ngx_phone_kept_t) + len, phone->log);
    if (kept == NULL) {
        return NULL;
    }

    kept->read = ngx_current_msec;
    kept->closes = ngx_phone_redis_state(phone->redis)->closes;
    kept->key = record->ask.key.len;
    kept->len = len;
    kept->there = 0;

    p = ngx_cpymem(kept->text, record->ask.key.data, kept->key);

    for (i = 0; i < record->type->nfields; i++) {
        kept->value[i] = record->value[i].len;

        if (record->value[i].data) {
            kept->there |= PHONE_F(i);
            p = ngx_cpymem(p, record->value[i].data, record->value[i].len);
        }
    }

    return kept;
}


void
ngx_phone_memory_drop(ngx_phone_t *phone, const phone_guard_t *guard)
{
    ngx_phone_kept_t  **slot;

    if (guard->kind != PHONE_GUARD_VERSION) {
        return;
    }

    slot = ngx_phone_memory_slot(phone, guard->key);

    if (ngx_phone_memory_holds(*slot, guard->key)) {
        ngx_free(*slot);
        *slot = NULL;
    }
}
