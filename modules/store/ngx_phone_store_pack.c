
/*
 * The words of a commit as one argument of the script, in MessagePack: a word
 * costs Redis less there than as an argument of its own.  A long word that came
 * before, the key of a record that is guarded and written, is not repeated.
 */


#include "store/ngx_phone_store_words.h"


#define NGX_PHONE_PACK_KEPT     65536        /* bytes; more is given back */
#define NGX_PHONE_PACK_LONG     24           /* bytes */
#define NGX_PHONE_PACK_LOOKS    16           /* long words that are looked at */
#define NGX_PHONE_PACK_REPEATS  32           /* words that are left out */

/* A number or the length of a text, in front; a number at the end as well. */
#define NGX_PHONE_PACK_WORD    5
#define NGX_PHONE_PACK_AGAIN   6


typedef struct {
    ngx_uint_t               n;
    ngx_uint_t               word[NGX_PHONE_PACK_LOOKS];
} ngx_phone_pack_long_t;


static ngx_int_t ngx_phone_pack_room(ngx_phone_store_t *store,
    ngx_uint_t from);
static ngx_uint_t ngx_phone_pack_again(ngx_phone_store_t *store,
    ngx_phone_pack_long_t *seen, ngx_uint_t word);
static u_char *ngx_phone_pack_text(u_char *p, const char *data, size_t len);
static u_char *ngx_phone_pack_number(u_char *p, ngx_uint_t n);


const char  ngx_phone_store_is_number[1];


ngx_int_t
ngx_phone_store_pack(ngx_phone_store_t *store, ngx_uint_t from)
{
    u_char                 *p, *begin;
    ngx_uint_t              i, n, before;
    ngx_uint_t              again[NGX_PHONE_PACK_REPEATS][2];
    ngx_phone_pack_long_t   seen;

    if (ngx_phone_pack_room(store, from) != NGX_OK) {
        return NGX_ERROR;
    }

    begin = store->packed + store->packed_len;
    p = begin;
    n = 0;
    seen.n = 0;

    for (i = from; i < store->n; i++) {

        if (store->argv[i] == ngx_phone_store_is_number) {
            p = ngx_phone_pack_number(p, store->len[i]);
            continue;
        }

        before = ngx_phone_pack_again(store, &seen, i);

        if (before == i || n == NGX_PHONE_PACK_REPEATS) {
            p = ngx_phone_pack_text(p, store->argv[i], store->len[i]);
            continue;
        }

        p = ngx_phone_pack_number(p, 0);
        again[n][0] = i - from + 1;
        again[n++][1] = before - from + 1;
    }

    for (i = 0; i < n; i++) {
        p = ngx_phone_pack_number(p, again[i][0]);
        p = ngx_phone_pack_number(p, again[i][1]);
    }

    p = ngx_phone_pack_number(p, n);

    store->packed_len += p - begin;
    store->n = from;
    ngx_phone_word(store, (char *) begin, p - begin);

    return NGX_OK;
}


void
ngx_phone_store_packed_sent(ngx_phone_store_t *store)
{
    if (store->packed_size > NGX_PHONE_PACK_KEPT) {
        ngx_free(store->packed);
        store->packed = NULL;
        store->packed_size = 0;
    }
}


/* When the memory moves, what points into it does too. */

static ngx_int_t
ngx_phone_pack_room(ngx_phone_store_t *store, ngx_uint_t from)
{
    size_t       size;
    u_char      *p;
    ngx_uint_t   i;

    size = store->packed_len + NGX_PHONE_PACK_WORD;

    for (i = from; i < store->n; i++) {
        size += store->len[i] + NGX_PHONE_PACK_WORD + NGX_PHONE_PACK_AGAIN;
    }

    if (size <= store->packed_size) {
        return NGX_OK;
    }

    size = ngx_max(size, ngx_max(2 * store->packed_size, 4096));

    p = ngx_alloc(size, store->log);
    if (p == NULL) {
        return NGX_ERROR;
    }

    for (i = NGX_PHONE_CALL_WORDS; i < from; i++) {
        store->argv[i] = (char *) p + (store->argv[i]
                                       - (const char *) store->packed);
    }

    if (store->packed) {
        ngx_memcpy(p, store->packed, store->packed_len);
        ngx_free(store->packed);
    }

    store->packed = p;
    store->packed_size = size;

    return NGX_OK;
}


/* The same word before, or itself. */

static ngx_uint_t
ngx_phone_pack_again(ngx_phone_store_t *store, ngx_phone_pack_long_t *seen,
    ngx_uint_t word)
{
    size_t      len;
    ngx_uint_t  i, before;

    len = store->len[word];

    if (len < NGX_PHONE_PACK_LONG) {
        return word;
    }

    for (i = 0; i < seen->n; i++) {
        before = seen->word[i];

        if (store->len[before] == len
            && ngx_memcmp(store->argv[before], store->argv[word], len) == 0)
        {
            return before;
        }
    }

    if (seen->n < NGX_PHONE_PACK_LOOKS) {
        seen->word[seen->n++] = word;
    }

    return word;
}


static u_char *
ngx_phone_pack_text(u_char *p, const char *data, size_t len)
{
    if (len < 32) {
        *p++ = (u_char) (0xa0 | len);

    } else if (len < 256) {
        *p++ = 0xd9;
        *p++ = (u_char) len;

    } else if (len < 65536) {
        *p++ = 0xda;
        *p++ = (u_char) (len >> 8);
        *p++ = (u_char) len;

    } else {
        *p++ = 0xdb;
        *p++ = (u_char) (len >> 24);
        *p++ = (u_char) (len >> 16);
        *p++ = (u_char) (len >> 8);
        *p++ = (u_char) len;
    }

    return ngx_cpymem(p, data, len);
}


/* Below 65536: of words, and of places. */

static u_char *
ngx_phone_pack_number(u_char *p, ngx_uint_t n)
{
    if (n < 128) {
        *p++ = (u_char) n;

    } else {
        *p++ = 0xcd;
        *p++ = (u_char) (n >> 8);
        *p++ = (u_char) n;
    }

    return p;
}
