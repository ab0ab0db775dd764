
/* A merchant's public keys, as its record keeps them. */


#include "merchant_keys.h"
#include "../lib/key.h"


static int phone_merchant_key_valid(const phone_merchant_key_t *key,
    int64_t now);
static int phone_merchant_key_parse(phone_str_t line,
    phone_merchant_key_t *key);


static const phone_member_t  phone_merchant_key_members[] = {
    { "key_id", PHONE_M_TEXT, 0, NULL, NULL, "names it" },
    { "until", PHONE_M_TIME, 0, NULL, "it ends", "when it ends" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_object_t  phone_merchant_key_object = {
    "Key", phone_merchant_key_members
};


static int
phone_merchant_key_valid(const phone_merchant_key_t *key, int64_t now)
{
    return key->from <= now && (key->until == 0 || now < key->until);
}


unsigned
phone_merchant_key(phone_record_t *merchant, phone_str_t key_id, int64_t now,
    phone_str_t *spki)
{
    unsigned               i, found;
    phone_merchant_keys_t  keys;

    if (phone_merchant_keys_parse(phone_get(merchant, MERCHANT_KEYS), &keys)
        != 0)
    {
        (void) phone_bad_record(merchant);
        return 0;
    }

    found = 0;

    for (i = 0; i < keys.n; i++) {
        if ((key_id.len == 0 || phone_equal(keys.key[i].key_id, key_id))
            && phone_merchant_key_valid(&keys.key[i], now))
        {
            *spki = keys.key[i].spki;
            found++;
        }
    }

    return found;
}


static int
phone_merchant_key_parse(phone_str_t line, phone_merchant_key_t *key)
{
    phone_str_t  from, until;

    if (!phone_split(&line, ' ', &key->key_id)
        || !phone_split(&line, ' ', &from)
        || !phone_split(&line, ' ', &until)
        || !phone_split(&line, ' ', &key->spki)
        || line.len || key->key_id.len == 0 || key->spki.len == 0
        || phone_parse_int(from, &key->from) != 0
        || phone_parse_int(until, &key->until) != 0)
    {
        return -1;
    }

    return 0;
}


int
phone_merchant_keys_parse(phone_str_t text, phone_merchant_keys_t *keys)
{
    phone_str_t  line;

    keys->n = 0;

    while (phone_split(&text, '\n', &line)) {
        if (keys->n == PHONE_MERCHANT_KEYS
            || phone_merchant_key_parse(line, &keys->key[keys->n]) != 0)
        {
            return -1;
        }

        keys->n++;
    }

    return 0;
}


phone_str_t
phone_merchant_keys_text(phone_arena_t *arena,
    const phone_merchant_keys_t *keys)
{
    unsigned                     i;
    phone_buf_t                  buf;
    const phone_merchant_key_t  *key;

    phone_buf_init(&buf, arena, 512);

    for (i = 0; i < keys->n; i++) {
        key = &keys->key[i];

        phone_buf_put(&buf, key->key_id);
        phone_buf_byte(&buf, ' ');
        phone_buf_int(&buf, key->from);
        phone_buf_byte(&buf, ' ');
        phone_buf_int(&buf, key->until);
        phone_buf_byte(&buf, ' ');
        phone_buf_put(&buf, key->spki);
        phone_buf_byte(&buf, '\n');
    }

    return phone_buf_str(&buf);
}


void
phone_merchant_keys_show(phone_json_t *json,
    const phone_merchant_keys_t *keys)
{
    unsigned  i;

    phone_json_array(json, "keys");

    for (i = 0; i < keys->n; i++) {
        phone_json_object(json, NULL);
        phone_json_text(json, "key_id", keys->key[i].key_id);

        if (keys->key[i].until) {
            phone_json_time(json, "until", keys->key[i].until);
        }

        phone_json_end(json);
    }

    phone_json_end(json);
}


phone_merchant_key_t *
phone_merchant_keys_find(phone_merchant_keys_t *keys, phone_str_t key_id)
{
    unsigned  i;

    for (i = 0; i < keys->n; i++) {
        if (phone_equal(keys->key[i].key_id, key_id)) {
            return &keys->key[i];
        }
    }

    return NULL;
}


phone_rc_t
phone_merchant_public_key(phone_call_t *call, phone_str_t *spki)
{
    phone_key_t     *key;
    phone_key_rc_t   rc;

    rc = phone_key_public(phone_arg(call, "public_key"), &key);

    if (rc != PHONE_KEY_OK) {
        phone_say(call, "reason", phone_cstr(phone_key_error(rc)));
        return phone_refuse_field(call, PHONE_PARAM_INVALID, "public_key");
    }

    *spki = phone_key_export_public(phone_memory(call), key);
    phone_key_free(key);

    return spki->len ? PHONE_DONE : phone_refuse(call, PHONE_INTERNAL);
}
