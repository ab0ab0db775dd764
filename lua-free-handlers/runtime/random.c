
/*
 * Random bytes of a call: streams derived from the key that the host has drawn
 * once, one stream for each purpose and label.
 *
 * Block i of a stream is SHA-256(key, i, purpose, length of label, label).  No
 * such input is a prefix of another one, so without the key the blocks cannot
 * be distinguished from random bytes, even by who has seen other blocks
 * (Bellare, Canetti, Krawczyk: Pseudorandom Functions Revisited, FOCS 1996).
 */


#include "../host.h"
#include "runtime.h"


/* Returned when a stream cannot be made; the call has failed. */
static const unsigned char  phone_no_random[PHONE_RANDOM_MAX];


const unsigned char *
phone_random_for(phone_call_t *call, phone_random_t purpose,
    phone_str_t label, unsigned n)
{
    char           *text;
    size_t          len;
    uint32_t        i, blocks, word;
    unsigned char  *stream;

    if (n > PHONE_RANDOM_MAX) {
        phone_break(call, "it draws too many random bytes");
        return phone_no_random;
    }

    blocks = (n + PHONE_SHA256_LEN - 1) / PHONE_SHA256_LEN;
    len = PHONE_CALL_KEY + 3 * sizeof(word) + label.len;

    stream = phone_alloc_raw(&call->arena,
                             blocks * PHONE_SHA256_LEN + len);
    if (stream == NULL) {
        return phone_no_random;
    }

    text = (char *) stream + blocks * PHONE_SHA256_LEN;
    memcpy(text, call->random, PHONE_CALL_KEY);

    word = (uint32_t) purpose;
    memcpy(text + PHONE_CALL_KEY + 4, &word, 4);
    word = (uint32_t) label.len;
    memcpy(text + PHONE_CALL_KEY + 8, &word, 4);

    if (label.len) {
        memcpy(text + PHONE_CALL_KEY + 12, label.data, label.len);
    }

    for (i = 0; i < blocks; i++) {
        memcpy(text + PHONE_CALL_KEY, &i, 4);

        if (phone_sha256(call->env->crypto, (phone_str_t) { len, text },
                         stream + i * PHONE_SHA256_LEN)
            != 0)
        {
            phone_break(call, "SHA-256 has failed");
            return phone_no_random;
        }
    }

    return stream;
}


const unsigned char *
phone_random(phone_call_t *call, const char *label, unsigned n)
{
    return phone_random_for(call, PHONE_RANDOM_HANDLER, phone_cstr(label), n);
}


phone_str_t
phone_new_id(phone_call_t *call, phone_str_t name, const char *label)
{
    return phone_id_make(&call->arena,
                         phone_bucket_of(name, call->env->buckets), call->now,
                         phone_random_for(call, PHONE_RANDOM_ID,
                                          phone_cstr(label),
                                          PHONE_ID_RANDOM));
}


phone_str_t
phone_id_beside(phone_call_t *call, phone_str_t name, phone_str_t text)
{
    return phone_join(&call->arena, 3, (phone_str_t[3]) {
        phone_bucket_text(&call->arena,
                          phone_bucket_of(name, call->env->buckets)),
        PHONE_STR("-"), text });
}


phone_str_t
phone_call_id(phone_call_t *call)
{
    phone_str_t  id;

    if (call->id.len == 0) {
        id = phone_id_make(&call->arena, 0, call->now,
                           call->random + PHONE_CALL_KEY);
        if (id.len > PHONE_BUCKET_PREFIX) {
            id.data += PHONE_BUCKET_PREFIX;
            id.len -= PHONE_BUCKET_PREFIX;
        }

        call->id = id;
    }

    return call->id;
}


int64_t
phone_jitter(phone_call_t *call, const char *label, int64_t wait)
{
    return wait * (900 + phone_random(call, label, 1)[0] * 200 / 255) / 1000;
}
