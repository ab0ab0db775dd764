
/* Keys as a record keeps them, and how they are replaced. */


#include "merchant_keys.h"
#include "../lib/key.h"


#define PHONE_SECRET_BYTES   32          /* 43 characters */
#define PHONE_SECRET_PREFIX  "hmac:"


static int phone_merchant_key_open(phone_call_t *call,
    phone_record_t *record, const phone_merchant_key_t *stored,
    phone_caller_key_t *key);
static int phone_merchant_key_opens(phone_call_t *call, phone_str_t id,
    phone_str_t key_id, phone_str_t text, phone_str_t *secret);
static phone_str_t phone_secret_aad(phone_call_t *call, phone_str_t id,
    phone_str_t key_id);
static phone_rc_t phone_public_key_given(phone_call_t *call,
    phone_key_given_t *given);
static phone_str_t phone_secret_sealed(phone_call_t *call, phone_str_t id,
    phone_str_t key_id, phone_str_t secret);
static void phone_secret_made(phone_call_t *call, phone_record_t *record,
    phone_str_t key_id, phone_key_given_t *given);
static int phone_merchant_key_valid(const phone_merchant_key_t *key,
    int64_t now);
static int phone_merchant_key_parse(phone_str_t line,
    phone_merchant_key_t *key);
static phone_rc_t phone_key_new(phone_call_t *call, phone_record_t *record,
    phone_merchant_keys_t *keys, phone_str_t key_id,
    const phone_key_given_t *given);
static phone_rc_t phone_key_again(phone_call_t *call, phone_record_t *record,
    const phone_merchant_key_t *key, const phone_key_given_t *given);
static phone_rc_t phone_key_refuse(phone_call_t *call, phone_refusal_t refusal,
    phone_str_t reason);
static int phone_key_ended(const phone_merchant_key_t *key, int64_t now);
static void phone_forget_ended_key(phone_call_t *call, phone_record_t *record,
    phone_merchant_keys_t *keys);
static void phone_retire_others(phone_call_t *call, phone_str_t key_id,
    phone_merchant_keys_t *keys);


static const phone_member_t  phone_merchant_key_members[] = {
    { "key_id", PHONE_M_TEXT, 0, NULL, NULL, "names it" },
    { "kind", PHONE_M_TEXT, 0, NULL, NULL, "RSA, Ed25519 or HMAC-SHA256" },
    { "until", PHONE_M_TIME, 0, NULL, "it ends", "when it ends" },
    { "last_used_at", PHONE_M_TIME, 0, NULL, "a call was signed with it",
      "when one was; another one may have been within the hour after it" },
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
phone_merchant_key(phone_call_t *call, phone_record_t *record, unsigned field,
    phone_str_t key_id, phone_caller_key_t *key)
{
    unsigned               i, n, found;
    phone_merchant_keys_t  keys;

    if (phone_merchant_keys_parse(phone_get(record, field), &keys) != 0) {
        (void) phone_bad_record(record);
        return 0;
    }

    n = 0;
    found = 0;

    for (i = 0; i < keys.n; i++) {
        if ((key_id.len == 0 || phone_equal(keys.key[i].key_id, key_id))
            && phone_merchant_key_valid(&keys.key[i], phone_now(call)))
        {
            found = i;
            n++;
        }
    }

    return n == 1 && phone_merchant_key_open(call, record, &keys.key[found],
                                             key) != 0
           ? 0 : n;
}


void
phone_merchant_key_used(phone_call_t *call, phone_record_t *record,
    unsigned field, phone_str_t key_id)
{
    int64_t                ago;
    unsigned               i;
    phone_merchant_key_t  *key;
    phone_merchant_keys_t  keys;

    if (phone_merchant_keys_parse(phone_get(record, field), &keys) != 0) {
        return;
    }

    for (i = 0; i < keys.n; i++) {
        key = &keys.key[i];
        ago = phone_now(call) - key->used;

        if ((key_id.len == 0 || phone_equal(key->key_id, key_id))
            && phone_merchant_key_valid(key, phone_now(call))
            && (ago >= PHONE_HOUR || ago <= -PHONE_HOUR))
        {
            key->used = phone_now(call);
            phone_set(record, field,
                      phone_merchant_keys_text(phone_memory(call), &keys));
            return;
        }
    }
}


int
phone_merchant_secret(phone_call_t *call, phone_record_t *merchant,
    phone_caller_key_t *key)
{
    unsigned               i;
    phone_merchant_keys_t  keys;

    if (phone_merchant_keys_parse(phone_get(merchant, MERCHANT_KEYS), &keys)
        != 0)
    {
        (void) phone_bad_record(merchant);
        return -1;
    }

    for (i = 0; i < keys.n; i++) {
        if (phone_merchant_key_kind(keys.key[i].text) == PHONE_KEY_SECRET
            && phone_merchant_key_valid(&keys.key[i], phone_now(call)))
        {
            return phone_merchant_key_open(call, merchant, &keys.key[i], key);
        }
    }

    return -1;
}


phone_key_kind_t
phone_merchant_key_kind(phone_str_t text)
{
    static const size_t  n = sizeof(PHONE_SECRET_PREFIX) - 1;

    return text.len > n && memcmp(text.data, PHONE_SECRET_PREFIX, n) == 0
           ? PHONE_KEY_SECRET : phone_key_kind_of(text);
}


/* A secret that does not open is none of ours: another host has another
   phone_secret_file, or the one before it is gone. */

static int
phone_merchant_key_open(phone_call_t *call, phone_record_t *record,
    const phone_merchant_key_t *stored, phone_caller_key_t *key)
{
    key->key_id = stored->key_id;
    key->kind = phone_merchant_key_kind(stored->text);
    key->key = stored->text;

    if (key->kind == PHONE_KEY_SECRET
        && phone_merchant_key_opens(call, phone_id(record), stored->key_id,
                                    stored->text, &key->key)
           != 0)
    {
        (void) phone_bad_record(record);
        return -1;
    }

    return 0;
}


static int
phone_merchant_key_opens(phone_call_t *call, phone_str_t id,
    phone_str_t key_id, phone_str_t text, phone_str_t *secret)
{
    text.data += sizeof(PHONE_SECRET_PREFIX) - 1;
    text.len -= sizeof(PHONE_SECRET_PREFIX) - 1;

    return phone_unseal_record(call, phone_secret_aad(call, id, key_id), text,
                               secret);
}


/* There is no '/' in either. */

static phone_str_t
phone_secret_aad(phone_call_t *call, phone_str_t id, phone_str_t key_id)
{
    return phone_join(phone_memory(call), 3,
                      (phone_str_t[3]) { id, PHONE_STR("/"), key_id });
}


int
phone_merchant_can(phone_call_t *call, const phone_merchant_keys_t *keys,
    phone_sign_type_t type)
{
    unsigned  i;

    if (type == PHONE_ED25519) {
        return phone_platform_key(call, PHONE_KEY_ED25519) != NULL;
    }

    for (i = 0; type == PHONE_HMAC && i < keys->n; i++) {
        if (phone_merchant_key_kind(keys->key[i].text) == PHONE_KEY_SECRET
            && phone_merchant_key_valid(&keys->key[i], phone_now(call)))
        {
            return 1;
        }
    }

    return type != PHONE_HMAC;
}


static int
phone_merchant_key_parse(phone_str_t line, phone_merchant_key_t *key)
{
    phone_str_t  from, until;

    key->used = 0;

    if (!phone_split(&line, ' ', &key->key_id)
        || !phone_split(&line, ' ', &from)
        || !phone_split(&line, ' ', &until)
        || !phone_split(&line, ' ', &key->text)
        || key->key_id.len == 0 || key->text.len == 0
        || phone_parse_int(from, &key->from) != 0
        || phone_parse_int(until, &key->until) != 0
        || (line.len && phone_parse_int(line, &key->used) != 0))
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
        phone_buf_put(&buf, key->text);

        if (key->used) {
            phone_buf_byte(&buf, ' ');
            phone_buf_int(&buf, key->used);
        }

        phone_buf_byte(&buf, '\n');
    }

    return phone_buf_str(&buf);
}


void
phone_merchant_keys_show(phone_json_t *json,
    const phone_merchant_keys_t *keys)
{
    unsigned  i;

    static const char *const  kind[] = {
        [PHONE_KEY_RSA] = "RSA",
        [PHONE_KEY_ED25519] = "Ed25519",
        [PHONE_KEY_SECRET] = "HMAC-SHA256"
    };

    phone_json_array(json, "keys");

    for (i = 0; i < keys->n; i++) {
        phone_json_object(json, NULL);
        phone_json_text(json, "key_id", keys->key[i].key_id);
        phone_json_text(json, "kind",
            phone_cstr(kind[phone_merchant_key_kind(keys->key[i].text)]));

        if (keys->key[i].until) {
            phone_json_time(json, "until", keys->key[i].until);
        }

        if (keys->key[i].used) {
            phone_json_time(json, "last_used_at", keys->key[i].used);
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
phone_merchant_key_given(phone_call_t *call, phone_record_t *record,
    phone_str_t key_id, phone_str_t sign_type, phone_key_given_t *given)
{
    given->secret = PHONE_EMPTY;

    if (!phone_is(sign_type, "HMAC-SHA256")) {
        return phone_public_key_given(call, given);
    }

    if (phone_has(call, "public_key")) {
        phone_say(call, "reason",
                  PHONE_STR("HMAC-SHA256 has no public key: the platform makes "
                            "a secret"));
        return phone_refuse_field(call, PHONE_PARAM_INVALID, "public_key");
    }

    phone_secret_made(call, record, key_id, given);

    return PHONE_DONE;
}


static phone_rc_t
phone_public_key_given(phone_call_t *call, phone_key_given_t *given)
{
    phone_key_t     *key;
    phone_key_rc_t   rc;

    if (!phone_has(call, "public_key")) {
        return phone_refuse_field(call, PHONE_PARAM_MISSING, "public_key");
    }

    rc = phone_key_public(phone_arg(call, "public_key"), &key);

    if (rc != PHONE_KEY_OK) {
        phone_say(call, "reason", phone_cstr(phone_key_error(rc)));
        return phone_refuse_field(call, PHONE_PARAM_INVALID, "public_key");
    }

    given->kind = phone_key_kind(key);
    given->text = phone_key_export_public(phone_memory(call), key);
    phone_key_free(key);

    if (given->kind == PHONE_KEY_ED25519
        && phone_platform_key(call, PHONE_KEY_ED25519) == NULL)
    {
        phone_say(call, "reason",
                  PHONE_STR("the platform itself has no Ed25519 key to reply "
                            "with: set phone_platform_key"));
        return phone_refuse_field(call, PHONE_PARAM_INVALID, "public_key");
    }

    return given->text.len ? PHONE_DONE : phone_refuse(call, PHONE_INTERNAL);
}


static void
phone_secret_made(phone_call_t *call, phone_record_t *record,
    phone_str_t key_id, phone_key_given_t *given)
{
    phone_str_t  bytes;

    bytes.len = PHONE_SECRET_BYTES;
    bytes.data = (const char *) phone_random(call, "HMAC secret",
                                             PHONE_SECRET_BYTES);

    given->kind = PHONE_KEY_SECRET;
    given->secret = phone_base64url(phone_memory(call), bytes);
    given->text = phone_secret_sealed(call, phone_id(record), key_id,
                                      given->secret);
}


static phone_str_t
phone_secret_sealed(phone_call_t *call, phone_str_t id, phone_str_t key_id,
    phone_str_t secret)
{
    return phone_join(phone_memory(call), 2, (phone_str_t[2]) {
        PHONE_STR(PHONE_SECRET_PREFIX),
        phone_seal_record(call, phone_secret_aad(call, id, key_id), secret) });
}


void
phone_secret_noted(phone_call_t *call, phone_record_t *merchant,
    phone_str_t key_id)
{
    phone_note_sealed(call, &phone_merchant, phone_id(merchant),
                      phone_secret_aad(call, phone_id(merchant), key_id));
}


phone_rc_t
phone_secret_reseal(phone_call_t *call, phone_record_t *merchant,
    phone_str_t key_id)
{
    phone_str_t            secret;
    phone_merchant_key_t  *key;
    phone_merchant_keys_t  keys;

    if (phone_merchant_keys_parse(phone_get(merchant, MERCHANT_KEYS), &keys)
        != 0)
    {
        return phone_bad_record(merchant);
    }

    key = phone_merchant_keys_find(&keys, key_id);

    if (key == NULL
        || phone_merchant_key_opens(call, phone_id(merchant), key_id,
                                    key->text, &secret)
           != 0)
    {
        return phone_bad_record(merchant);
    }

    key->text = phone_secret_sealed(call, phone_id(merchant), key_id, secret);

    phone_set(merchant, MERCHANT_KEYS,
              phone_merchant_keys_text(phone_memory(call), &keys));
    phone_secret_noted(call, merchant, key_id);

    return PHONE_DONE;
}


phone_rc_t
phone_merchant_key_add(phone_call_t *call, phone_record_t *record,
    unsigned field, phone_str_t key_id, phone_str_t sign_type,
    phone_merchant_keys_t *keys)
{
    phone_str_t            text;
    phone_key_given_t      given;
    phone_merchant_key_t  *key;

    if (phone_merchant_key_given(call, record, key_id, sign_type, &given)
        != PHONE_DONE)
    {
        return PHONE_REFUSED;
    }

    if (phone_merchant_keys_parse(phone_get(record, field), keys) != 0) {
        return phone_bad_record(record);
    }

    key = phone_merchant_keys_find(keys, key_id);

    if (key) {
        if (phone_key_again(call, record, key, &given) != PHONE_DONE) {
            return PHONE_REFUSED;
        }

    } else if (phone_key_new(call, record, keys, key_id, &given)
               != PHONE_DONE)
    {
        return PHONE_REFUSED;
    }

    phone_retire_others(call, key_id, keys);

    text = phone_merchant_keys_text(phone_memory(call), keys);

    if (!phone_equal(text, phone_get(record, field))) {
        phone_set(record, field, text);
    }

    if (given.secret.len) {
        phone_say(call, "secret", given.secret);
    }

    return PHONE_DONE;
}


static phone_rc_t
phone_key_new(phone_call_t *call, phone_record_t *record,
    phone_merchant_keys_t *keys, phone_str_t key_id,
    const phone_key_given_t *given)
{
    if (keys->n == PHONE_MERCHANT_KEYS) {

        /* those that end at once make room */

        phone_retire_others(call, key_id, keys);
        phone_forget_ended_key(call, record, keys);
    }

    if (keys->n == PHONE_MERCHANT_KEYS) {
        return phone_key_refuse(call, PHONE_TOO_MANY,
                                PHONE_STR("end the others: send "
                                          "retire_others_in, 0 is now"));
    }

    /* from 0: the next call may meet an earlier clock */

    keys->key[keys->n++] = (phone_merchant_key_t) { .key_id = key_id,
                                                    .text = given->text };

    if (given->secret.len) {
        phone_secret_noted(call, record, key_id);
    }

    return PHONE_DONE;
}


static phone_rc_t
phone_key_again(phone_call_t *call, phone_record_t *record,
    const phone_merchant_key_t *key, const phone_key_given_t *given)
{
    if (!phone_merchant_key_is(call, record, key, given)) {
        return given->secret.len
               ? phone_key_refuse(call, PHONE_EXISTS,
                                  PHONE_STR("a secret is shown once: take "
                                            "another key_id"))
               : phone_refuse_field(call, PHONE_EXISTS, "public_key");
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


int
phone_merchant_key_is(phone_call_t *call, phone_record_t *record,
    const phone_merchant_key_t *key, const phone_key_given_t *given)
{
    phone_str_t  secret;

    if (given->kind != PHONE_KEY_SECRET
        || phone_merchant_key_kind(key->text) != PHONE_KEY_SECRET)
    {
        return phone_equal(key->text, given->text);
    }

    return phone_merchant_key_opens(call, phone_id(record), key->key_id,
                                    key->text, &secret)
           == 0
           && phone_equal_secret(secret, given->secret);
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
phone_forget_ended_key(phone_call_t *call, phone_record_t *record,
    phone_merchant_keys_t *keys)
{
    int64_t   now;
    unsigned  i, first;

    now = phone_now(call);
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

    if (phone_merchant_key_kind(keys->key[first].text) == PHONE_KEY_SECRET) {
        phone_forget_sealed(call, &phone_merchant, phone_id(record),
                            phone_secret_aad(call, phone_id(record),
                                             keys->key[first].key_id));
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
