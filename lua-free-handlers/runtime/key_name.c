
/*
 * The name of what is kept for a call with an Idempotency-Key, and what tells
 * the call under it.  That of secret fields is a keyed hash, and is compared by
 * the secret before as well; the others are hashes of what is no secret.
 */


#include "../host.h"
#include "runtime.h"
#include "../lib/id.h"


#define PHONE_KEY_LONGEST  64


static phone_str_t phone_key_by(phone_call_t *call, unsigned n,
    phone_str_t hash);
static phone_str_t phone_key_about(phone_call_t *call, phone_ask_t *about);
static int phone_is_secret(phone_call_t *call, phone_str_t name);
static int phone_has_secrets(phone_call_t *call);
static phone_str_t phone_key_text(phone_call_t *call, int secret);


int
phone_has_key(phone_call_t *call)
{
    return call->endpoint
           && (call->idempotency_key.data != NULL || call->key_twice)
           && (call->endpoint->who == PHONE_SESSION
               || call->endpoint->who == PHONE_OPERATOR)
           && strcmp(call->endpoint->method, "GET") != 0;
}


int
phone_key_acceptable(phone_str_t key)
{
    size_t  i;

    for (i = 0; i < key.len; i++) {
        if (key.data[i] < ' ' || key.data[i] > '~') {
            return 0;
        }
    }

    return key.len >= 1 && key.len <= PHONE_KEY_LONGEST;
}


static int
phone_is_secret(phone_call_t *call, phone_str_t name)
{
    const phone_param_t  *param;

    for (param = call->endpoint->params; param->name; param++) {
        if (phone_is_value_of(name, param->name)) {
            return (param->flags & PHONE_SECRET) != 0;
        }
    }

    return 0;
}


static int
phone_has_secrets(phone_call_t *call)
{
    const phone_param_t  *param;

    for (param = call->endpoint->params; param->name; param++) {
        if (param->flags & PHONE_SECRET) {
            return 1;
        }
    }

    return 0;
}


/* Sorted by name: the order in a form or JSON does not matter.  Secrets are
   hashed together with the key: equal PINs of two calls have different
   hashes. */

static phone_str_t
phone_key_text(phone_call_t *call, int secret)
{
    unsigned              i, n;
    phone_buf_t           buf;
    const phone_field_t  *room[PHONE_FIELDS_MAX], **sorted;

    sorted = phone_fields_sort(&call->arena, call->fields, room, &n);

    phone_buf_init(&buf, &call->arena, 512);
    phone_buf_put(&buf, secret ? PHONE_STR("secrets:") : PHONE_STR("fields:"));
    phone_buf_put(&buf, secret ? call->key_hash
                               : phone_cstr(call->endpoint->name));

    for (i = 0; i < n; i++) {
        if (phone_is_secret(call, sorted[i]->name) != secret) {
            continue;
        }

        phone_buf_byte(&buf, '\n');
        phone_buf_put(&buf, sorted[i]->name);
        phone_buf_byte(&buf, ' ');
        phone_buf_int(&buf, (int64_t) sorted[i]->value.len);
        phone_buf_byte(&buf, ' ');
        phone_buf_put(&buf, sorted[i]->value);
    }

    return phone_buf_str(&buf);
}


/* A card number has another name after a rotation: its calls share the names of
   its bucket. */

static phone_str_t
phone_key_about(phone_call_t *call, phone_ask_t *about)
{
    return ((phone_record_t *) about)->type == &phone_card_number
           ? phone_key(&call->arena, &phone_card_number, about->bucket,
                       PHONE_EMPTY)
           : about->key;
}


/* "<key id>.<hash>": a hash by a secret that is gone is no wrong one. */

static phone_str_t
phone_key_by(phone_call_t *call, unsigned n, phone_str_t hash)
{
    return hash.len ? phone_join(&call->arena, 3, (phone_str_t[3]) {
                          phone_secret_id(call, n), PHONE_STR("."), hash })
                    : PHONE_EMPTY;
}


int
phone_name_key(phone_call_t *call)
{
    phone_str_t   who, text;
    phone_ask_t  *about;

    if (call->key_hash.len) {
        return 1;
    }

    if (call->endpoint->who == PHONE_SESSION) {
        who = call->caller;
        call->key_bucket = phone_bucket_of(who, call->env->buckets);

    } else {
        for (about = call->asks; about; about = about->next) {
            if (about->kind == PHONE_ASK_RECORD) {
                break;
            }
        }

        if (about == NULL) {
            return 0;
        }

        who = phone_join(&call->arena, 2,
                         (phone_str_t[2]) { PHONE_STR("operator "),
                                            phone_key_about(call, about) });
        call->key_bucket = about->bucket;
    }

    call->key_hash = phone_plain_hash(call, 4,
                                      (phone_str_t[4]) {
                                          PHONE_STR("key:"), who,
                                          PHONE_STR(" "),
                                          call->idempotency_key });
    text = phone_key_text(call, 0);
    call->key_fields = phone_plain_hash(call, 1, &text);

    if (phone_has_secrets(call)) {
        text = phone_key_text(call, 1);
        call->key_secrets = phone_key_by(call, 0,
                                         phone_keyed_hash(call, 1, &text));
        call->key_secrets_before = phone_key_by(call, 1,
                                      phone_keyed_hash_before(call, 1, &text));
    }

    return 1;
}


phone_str_t
phone_key_id(phone_call_t *call, unsigned bucket)
{
    return phone_join(&call->arena, 3,
                      (phone_str_t[3]) {
                          phone_bucket_text(&call->arena, bucket),
                          PHONE_STR("-"), call->key_hash });
}
