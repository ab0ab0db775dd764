
/*
 * Parsing a public key costs several times as much as a verification: the keys
 * used last are cached by their text.
 */


#include "run/ngx_phone_keys.h"


#define NGX_PHONE_KEYS_MAX    1024
#define NGX_PHONE_KEYS_SLOTS  1024          /* a power of two */


typedef struct ngx_phone_kept_key_s  ngx_phone_kept_key_t;

struct ngx_phone_kept_key_s {
    ngx_queue_t              used;          /* the most recently used first */
    ngx_phone_kept_key_t    *next;          /* in its slot */
    uint32_t                 hash;
    phone_key_t             *key;           /* NULL: the text is no key */
    size_t                   len;
    u_char                   text[1];
};


struct ngx_phone_keys_s {
    ngx_queue_t              used;
    ngx_uint_t               n;
    ngx_phone_kept_key_t    *slot[NGX_PHONE_KEYS_SLOTS];
};


static ngx_phone_kept_key_t *ngx_phone_keys_add(ngx_phone_t *phone,
    uint32_t hash, phone_str_t text);
static void ngx_phone_keys_drop(ngx_phone_keys_t *keys,
    ngx_phone_kept_key_t *kept);


ngx_phone_keys_t *
ngx_phone_keys_create(ngx_phone_t *phone)
{
    ngx_phone_keys_t  *keys;

    keys = ngx_pcalloc(phone->cycle->pool, sizeof(ngx_phone_keys_t));

    if (keys) {
        ngx_queue_init(&keys->used);
    }

    return keys;
}


void
ngx_phone_keys_close(ngx_phone_t *phone)
{
    ngx_queue_t  *q;

    while (!ngx_queue_empty(&phone->keys->used)) {
        q = ngx_queue_last(&phone->keys->used);
        ngx_phone_keys_drop(phone->keys,
                            ngx_queue_data(q, ngx_phone_kept_key_t, used));
    }
}


phone_key_t *
ngx_phone_keys_get(ngx_phone_t *phone, phone_str_t text)
{
    uint32_t               hash;
    ngx_phone_keys_t      *keys;
    ngx_phone_kept_key_t  *kept;

    keys = phone->keys;
    hash = ngx_murmur_hash2((u_char *) text.data, text.len);

    for (kept = keys->slot[hash % NGX_PHONE_KEYS_SLOTS];
         kept;
         kept = kept->next)
    {
        if (kept->hash == hash && kept->len == text.len
            && ngx_memcmp(kept->text, text.data, text.len) == 0)
        {
            ngx_queue_remove(&kept->used);
            ngx_queue_insert_head(&keys->used, &kept->used);
            return kept->key;
        }
    }

    kept = ngx_phone_keys_add(phone, hash, text);

    return kept ? kept->key : NULL;
}


static ngx_phone_kept_key_t *
ngx_phone_keys_add(ngx_phone_t *phone, uint32_t hash, phone_str_t text)
{
    ngx_queue_t           *q;
    ngx_phone_keys_t      *keys;
    ngx_phone_kept_key_t  *kept;

    keys = phone->keys;
    phone->counters->keys_loaded++;

    if (keys->n == NGX_PHONE_KEYS_MAX) {
        q = ngx_queue_last(&keys->used);
        ngx_phone_keys_drop(keys,
                            ngx_queue_data(q, ngx_phone_kept_key_t, used));
    }

    kept = ngx_alloc(sizeof(ngx_phone_kept_key_t) + text.len, phone->log);
    if (kept == NULL) {
        return NULL;
    }

    kept->hash = hash;
    kept->key = NULL;
    kept->len = text.len;
    ngx_memcpy(kept->text, text.data, text.len);

    (void) phone_key_public(text, &kept->key);

    kept->next = keys->slot[hash % NGX_PHONE_KEYS_SLOTS];
    keys->slot[hash % NGX_PHONE_KEYS_SLOTS] = kept;
    ngx_queue_insert_head(&keys->used, &kept->used);
    keys->n++;

    return kept;
}


static void
ngx_phone_keys_drop(ngx_phone_keys_t *keys, ngx_phone_kept_key_t *kept)
{
    ngx_phone_kept_key_t  **p;

    p = &keys->slot[kept->hash % NGX_PHONE_KEYS_SLOTS];

    while (*p != kept) {
        p = &(*p)->next;
    }

    *p = kept->next;
    keys->n--;

    ngx_queue_remove(&kept->used);
    phone_key_free(kept->key);
    ngx_free(kept);
}
