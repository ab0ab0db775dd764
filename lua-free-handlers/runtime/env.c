
/* The keys that all calls of a process share, drawn from its secret and from
   the one before it; that of sketches from the id of its store. */


#include "../host.h"


static int phone_env_print(phone_str_t secret, unsigned char *print);
static phone_mac_key_t *phone_env_sketch(const phone_env_t *env);
static int phone_env_envelope(phone_envelope_master_t *master,
    phone_str_t secret);


int
phone_env_keys(phone_env_t *env, phone_str_t secret, phone_str_t before)
{
    env->crypto = phone_crypto_create();
    env->cookie_key = phone_seal_key_create(secret, "session cookie");
    env->record_key = phone_seal_key_create(secret, "record");
    env->hash_key = phone_mac_key_create(secret, "hash");
    env->sketch_key = env->crypto ? phone_env_sketch(env) : NULL;
    env->ciphers = phone_ciphers_create();

    if (before.len) {
        env->cookie_key_before = phone_seal_key_create(before,
                                                       "session cookie");
        env->record_key_before = phone_seal_key_create(before, "record");
        env->hash_key_before = phone_mac_key_create(before, "hash");
    }

    env->has_before = before.len != 0;

    if (env->crypto == NULL || env->cookie_key == NULL
        || env->record_key == NULL || env->hash_key == NULL
        || env->sketch_key == NULL || env->ciphers == NULL
        || phone_env_envelope(&env->envelope[0], secret) != 0
        || (before.len && phone_env_envelope(&env->envelope[1], before) != 0)
        || (before.len && (env->cookie_key_before == NULL
                           || env->record_key_before == NULL
                           || env->hash_key_before == NULL
                           || phone_env_print(before, env->secret_print[1])
                              != 0))
        || phone_env_print(secret, env->secret_print[0]) != 0)
    {
        phone_env_keys_free(env);
        return -1;
    }

    return 0;
}


/* Not the secret's: what is counted outlasts a rotation. */

static phone_mac_key_t *
phone_env_sketch(const phone_env_t *env)
{
    unsigned char  hash[PHONE_SHA256_LEN];

    return phone_sha256(env->crypto, env->store_id, hash) == 0
           ? phone_mac_key_raw((phone_str_t) { sizeof(hash), (char *) hash })
           : NULL;
}


static int
phone_env_print(phone_str_t secret, unsigned char *print)
{
    return phone_hkdf(secret, PHONE_EMPTY, PHONE_STR("store:secret"), print,
                      PHONE_PRINT_LEN);
}


/* The id discloses nothing, and is the same on all hosts with that secret. */

static int
phone_env_envelope(phone_envelope_master_t *master, phone_str_t secret)
{
    int            i;
    unsigned char  mac[PHONE_MAC_LEN];

    master->key = phone_mac_key_create(secret, "envelope");

    if (master->key == NULL
        || phone_mac(master->key, PHONE_STR("envelope key id"), mac) != 0)
    {
        return -1;
    }

    for (i = 0; i < PHONE_ENVELOPE_KEY_ID; i++) {
        master->id[i] = "0123456789abcdef"[(mac[i / 2] >> (i % 2 ? 0 : 4))
                                           & 15];
    }

    return 0;
}


void
phone_env_keys_free(phone_env_t *env)
{
    phone_crypto_free(env->crypto);
    phone_seal_key_free(env->cookie_key);
    phone_seal_key_free(env->cookie_key_before);
    phone_seal_key_free(env->record_key);
    phone_seal_key_free(env->record_key_before);
    phone_mac_key_free(env->hash_key);
    phone_mac_key_free(env->hash_key_before);
    phone_mac_key_free(env->sketch_key);
    phone_ciphers_free(env->ciphers);
    phone_mac_key_free(env->envelope[0].key);
    phone_mac_key_free(env->envelope[1].key);

    env->crypto = NULL;
    env->cookie_key = NULL;
    env->cookie_key_before = NULL;
    env->record_key = NULL;
    env->record_key_before = NULL;
    env->hash_key = NULL;
    env->hash_key_before = NULL;
    env->sketch_key = NULL;
    env->ciphers = NULL;
    env->envelope[0].key = NULL;
    env->envelope[1].key = NULL;
}
