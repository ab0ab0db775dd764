
/* Keyed hashes and sealed texts: what needs a key of the host. */


#include "../host.h"
#include "runtime.h"


static phone_str_t phone_hash_by(phone_call_t *call, phone_mac_key_t *key,
    unsigned n, const phone_str_t *part);
static phone_str_t phone_seal_with(phone_call_t *call, phone_seal_key_t *key,
    phone_str_t aad, phone_str_t plain);
static phone_seal_key_t *phone_record_key(phone_call_t *call,
    phone_str_t *sealed);
static phone_str_t phone_sealed_member(phone_call_t *call,
    const phone_type_t *type, phone_str_t aad);
static phone_str_t phone_sealed_bucket(phone_call_t *call,
    const phone_type_t *type, phone_str_t id);


phone_str_t
phone_plain_hash(phone_call_t *call, unsigned n, const phone_str_t *part)
{
    unsigned char  hash[PHONE_SHA256_LEN];

    if (phone_sha256(call->env->crypto, phone_join(&call->arena, n, part),
                     hash)
        != 0)
    {
        phone_break(call, "a hash has failed");
        return PHONE_EMPTY;
    }

    return phone_base64url(&call->arena,
                           (phone_str_t) { sizeof(hash), (char *) hash });
}


static phone_str_t
phone_hash_by(phone_call_t *call, phone_mac_key_t *key, unsigned n,
    const phone_str_t *part)
{
    unsigned char  mac[PHONE_MAC_LEN];

    if (phone_mac(key, phone_join(&call->arena, n, part), mac) != 0) {
        phone_break(call, "a keyed hash has failed");
        return PHONE_EMPTY;
    }

    return phone_base64url(&call->arena,
                           (phone_str_t) { sizeof(mac), (char *) mac });
}


phone_str_t
phone_keyed_hash(phone_call_t *call, unsigned n, const phone_str_t *part)
{
    return phone_hash_by(call, call->env->hash_key, n, part);
}


phone_str_t
phone_keyed_hash_before(phone_call_t *call, unsigned n,
    const phone_str_t *part)
{
    return call->env->hash_key_before
           ? phone_hash_by(call, call->env->hash_key_before, n, part)
           : PHONE_EMPTY;
}


int
phone_keyed_hash_is(phone_call_t *call, phone_str_t stored, unsigned n,
    const phone_str_t *part)
{
    int          is;
    phone_str_t  before;

    is = phone_equal_secret(stored, phone_keyed_hash(call, n, part));
    before = phone_keyed_hash_before(call, n, part);

    return is | (before.len && phone_equal_secret(stored, before));
}


/*
 * The nonce is of the call and of what is sealed: two texts of one call, or of
 * two runs of it, never have the same one.  There is no space in aad.
 */

static phone_str_t
phone_seal_with(phone_call_t *call, phone_seal_key_t *key, phone_str_t aad,
    phone_str_t plain)
{
    phone_str_t           text, label;
    const unsigned char  *nonce;

    label = phone_join(&call->arena, 3,
                       (phone_str_t[3]) { aad, PHONE_STR(" "), plain });
    nonce = phone_random_for(call, PHONE_RANDOM_SEAL, label,
                             PHONE_SEAL_NONCE);

    if (phone_seal(&call->arena, key, nonce, aad, plain, &text)
        != 0)
    {
        phone_break(call, "sealing has failed");
        return PHONE_EMPTY;
    }

    return text;
}


/* Which key it is: some bytes of what tells the secret from others in
   phone:store. */

phone_str_t
phone_secret_id(phone_call_t *call, unsigned n)
{
    const phone_env_t  *env;

    env = call->env;

    return n == 0 || (n == 1 && env->has_before)
           ? phone_hex(&call->arena,
                       (phone_str_t) { PHONE_SECRET_ID / 2,
                           (const char *) env->secret_print[n] })
           : PHONE_EMPTY;
}


int64_t
phone_secret_number(phone_str_t id)
{
    int      digit;
    size_t   i;
    int64_t  number;

    number = 0;

    for (i = 0; i < id.len; i++) {
        digit = phone_hex_digit((unsigned char) id.data[i]);

        if (digit < 0) {
            return -1;
        }

        number = number << 4 | digit;
    }

    return id.len == PHONE_SECRET_ID ? number : -1;
}


phone_str_t
phone_seal_record(phone_call_t *call, phone_str_t aad, phone_str_t plain)
{
    return phone_join(&call->arena, 3, (phone_str_t[3]) {
        phone_secret_id(call, 0), PHONE_STR("."),
        phone_seal_with(call, call->env->record_key, aad, plain) });
}


/* Takes the id of its key off a text.  NULL: this host does not have it. */

static phone_seal_key_t *
phone_record_key(phone_call_t *call, phone_str_t *sealed)
{
    phone_str_t  id;

    if (!phone_split(sealed, '.', &id) || phone_secret_number(id) < 0) {
        return NULL;
    }

    if (phone_equal(id, phone_secret_id(call, 0))) {
        return call->env->record_key;
    }

    if (phone_equal(id, phone_secret_id(call, 1))) {
        return call->env->record_key_before;
    }

    memcpy(call->no_secret, id.data, PHONE_SECRET_ID);

    return NULL;
}


int
phone_unseal_record(phone_call_t *call, phone_str_t aad, phone_str_t sealed,
    phone_str_t *plain)
{
    phone_seal_key_t  *key;

    key = phone_record_key(call, &sealed);

    return key ? phone_unseal(&call->arena, key, aad, sealed, plain) : -1;
}


int
phone_can_unseal(phone_call_t *call, phone_str_t sealed)
{
    return phone_record_key(call, &sealed) != NULL;
}


phone_rc_t
phone_sealed_refuse(phone_call_t *call, phone_record_t *record,
    unsigned field)
{
    phone_str_t  sealed, rest, id;

    sealed = phone_get(record, field);
    rest = sealed;

    if (!phone_split(&rest, '.', &id) || phone_secret_number(id) < 0
        || phone_can_unseal(call, sealed))
    {
        return phone_bad_record(record);
    }

    return phone_secret_refuse(call);
}


phone_rc_t
phone_secret_refuse(phone_call_t *call)
{
    phone_say(call, "reason",
              PHONE_STR("this host does not have the secret that it is sealed "
                        "with"));

    return phone_refuse(call, PHONE_STORE_UNAVAILABLE);
}


/* Looks behind each key of this host, in one round whatever is there. */

int
phone_ask_unreadable(phone_call_t *call, const phone_type_t *type,
    phone_str_t id)
{
    int64_t              key[2];
    unsigned             i;
    phone_str_t          bucket;
    const phone_list_t  *list[3];

    bucket = phone_sealed_bucket(call, type, id);

    for (i = 0; i < 2; i++) {
        key[i] = phone_secret_number(phone_secret_id(call, i));
        list[i] = phone_ask_index_from(call, &phone_sealed, bucket, key[i] + 1,
                                       1);
    }

    list[2] = phone_ask_index_from(call, &phone_sealed, bucket, 0, 1);

    for (i = 0; i < 3; i++) {
        if (list[i]->n && list[i]->entry[0].score != key[0]
            && list[i]->entry[0].score != key[1])
        {
            (void) phone_can_unseal(call,
                                    phone_format(&call->arena, "%0*llx.",
                                                 PHONE_SECRET_ID,
                                                 (long long)
                                                 list[i]->entry[0].score));
            return 1;
        }
    }

    return 0;
}


void
phone_note_sealed(phone_call_t *call, const phone_type_t *type,
    phone_str_t id, phone_str_t aad)
{
    phone_index_add(call, &phone_sealed, phone_sealed_bucket(call, type, id),
                    phone_sealed_member(call, type, aad),
                    phone_secret_number(phone_secret_id(call, 0)));
}


void
phone_forget_sealed(phone_call_t *call, const phone_type_t *type,
    phone_str_t id, phone_str_t aad)
{
    phone_index_remove(call, &phone_sealed,
                       phone_sealed_bucket(call, type, id),
                       phone_sealed_member(call, type, aad));
}


static phone_str_t
phone_sealed_member(phone_call_t *call, const phone_type_t *type,
    phone_str_t aad)
{
    return phone_join(&call->arena, 3,
                      (phone_str_t[3]) { phone_cstr(type->name),
                                         PHONE_STR(":"), aad });
}


static phone_str_t
phone_sealed_bucket(phone_call_t *call, const phone_type_t *type,
    phone_str_t id)
{
    return phone_bucket_text(&call->arena, phone_home(call->env, type, id));
}


phone_str_t
phone_seal_cookie(phone_call_t *call, phone_cookie_t which, phone_str_t plain)
{
    return phone_seal_with(call, call->env->cookie_key,
                           phone_cstr(phone_cookie_name[which]), plain);
}


int
phone_unseal_cookie(phone_call_t *call, phone_cookie_t which,
    phone_str_t *plain)
{
    phone_str_t  rest, sealed, name;

    rest = phone_cookie(call, which);
    name = phone_cstr(phone_cookie_name[which]);

    while (phone_split(&rest, ';', &sealed)) {

        if (sealed.len == 0) {
            continue;
        }

        if (phone_unseal(&call->arena, call->env->cookie_key, name, sealed,
                         plain) == 0)
        {
            return 0;
        }

        if (call->env->cookie_key_before
            && phone_unseal(&call->arena, call->env->cookie_key_before, name,
                            sealed, plain) == 0)
        {
            call->session_before |= which == PHONE_COOKIE_SESSION;
            return 0;
        }
    }

    return -1;
}
