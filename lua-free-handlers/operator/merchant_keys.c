
/* Public keys as a record keeps them, and how they are replaced. */


#include "merchant_keys.h"
#include "../lib/key.h"


static int phone_merchant_key_valid(const phone_merchant_key_t *key,
    int64_t now);
static int phone_merchant_key_parse(phone_str_t line,
    phone_merchant_key_t *key);
static phone_rc_t phone_key_new(phone_call_t *call,
    phone_merchant_keys_t *keys, phone_str_t key_id, phone_str_t spki);
static phone_rc_t phone_key_again(phone_call_t *call,
    const phone_merchant_key_t *key, phone_str_t spki);
static phone_rc_t phone_key_refuse(phone_call_t *call, phone_refusal_t refusal,
    phone_str_t reason);
static int phone_key_ended(const phone_merchant_key_t *key, int64_t now);
static void phone_forget_ended_key(phone_merchant_keys_t *keys, int64_t now);
static void phone_retire_others(phone_call_t *call, phone_str_t key_id,
    phone_merchant_keys_t *keys);


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
phone_merchant_key(phone_record_t *record, unsigned field,
    phone_str_t key_id, int64_t now, phone_str_t *spki)
{
    unsigned               i, found;
    phone_merchant_keys_t  keys;

    if (phone_merchant_keys_parse(phone_get(record, field), &keys) != 0) {
        (void) phone_bad_record(record);
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


phone_rc_t
phone_merchant_key_add(phone_call_t *call, phone_record_t *record,
    unsigned field, phone_str_t key_id, phone_merchant_keys_t *keys)
{
    phone_str_t            spki, text;
    phone_merchant_key_t  *key;

    if (phone_merchant_public_key(call, &spki) != PHONE_DONE) {
        return PHONE_REFUSED;
    }

    if (phone_merchant_keys_parse(phone_get(record, field), keys) != 0) {
        return phone_bad_record(record);
    }

    key = phone_merchant_keys_find(keys, key_id);

    if (key) {
        if (phone_key_again(call, key, spki) != PHONE_DONE) {
            return PHONE_REFUSED;
        }

    } else if (phone_key_new(call, keys, key_id, spki) != PHONE_DONE) {
        return PHONE_REFUSED;
    }

    phone_retire_others(call, key_id, keys);

    text = phone_merchant_keys_text(phone_memory(call), keys);

    if (!phone_equal(text, phone_get(record, field))) {
        phone_set(record, field, text);
    }

    return PHONE_DONE;
}


static phone_rc_t
phone_key_new(phone_call_t *call, phone_merchant_keys_t *keys,
    phone_str_t key_id, phone_str_t spki)
{
    phone_merchant_key_t  *key;

    if (keys->n == PHONE_MERCHANT_KEYS) {

        /* those that end at once make room */

        phone_retire_others(call, key_id, keys);
        phone_forget_ended_key(keys, phone_now(call));
    }

    if (keys->n == PHONE_MERCHANT_KEYS) {
        return phone_key_refuse(call, PHONE_TOO_MANY,
                                PHONE_STR("end the others: send "
                                          "retire_others_in, 0 is now"));
    }

    key = &keys->key[keys->n++];
    key->key_id = key_id;
    key->from = 0;               /* the next call may meet an earlier clock */
    key->until = 0;
    key->spki = spki;

    return PHONE_DONE;
}


static phone_rc_t
phone_key_again(phone_call_t *call, const phone_merchant_key_t *key,
    phone_str_t spki)
{
    if (!phone_equal(key->spki, spki)) {
        return phone_refuse_field(call, PHONE_EXISTS, "public_key");
    }

    if (phone_key_ended(key, phone_now(call))) {

        /* a late repeat of the call that once added it */

        return phone_key_refuse(call, PHONE_EXISTS,
                                PHONE_STR("this key has ended: take another "
                                          "key_id"));
    }

    if (key->until && phone_has(call, "retire_others_in")) {

        /* soon there would be none at all */

        return phone_key_refuse(call, PHONE_EXISTS,
                                PHONE_STR("this key ends itself: take "
                                          "another key_id"));
    }

    return PHONE_DONE;
}


static phone_rc_t
phone_key_refuse(phone_call_t *call, phone_refusal_t refusal,
    phone_str_t reason)
{
    phone_say(call, "reason", reason);

    return phone_refuse_field(call, refusal, "key_id");
}


static int
phone_key_ended(const phone_merchant_key_t *key, int64_t now)
{
    return key->until && key->until <= now;
}


/* Ended keys are kept, so that their ids are not used again, until their place
   is needed: then the one that ended first goes. */

static void
phone_forget_ended_key(phone_merchant_keys_t *keys, int64_t now)
{
    unsigned  i, first;

    first = keys->n;

    for (i = 0; i < keys->n; i++) {
        if (phone_key_ended(&keys->key[i], now)
            && (first == keys->n
                || keys->key[i].until < keys->key[first].until))
        {
            first = i;
        }
    }

    if (first == keys->n) {
        return;
    }

    for (keys->n--; first < keys->n; first++) {
        keys->key[first] = keys->key[first + 1];
    }
}


/* A key that ends sooner stays as it is. */

static void
phone_retire_others(phone_call_t *call, phone_str_t key_id,
    phone_merchant_keys_t *keys)
{
    int64_t   until;
    unsigned  i;

    if (!phone_has(call, "retire_others_in")) {
        return;
    }

    until = phone_now(call) + 1000 * phone_arg_int(call, "retire_others_in");

    for (i = 0; i < keys->n; i++) {
        if (!phone_equal(keys->key[i].key_id, key_id)
            && (keys->key[i].until == 0 || keys->key[i].until > until))
        {
            keys->key[i].until = until;
        }
    }
}
