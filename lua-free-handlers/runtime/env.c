
/* The keys that all calls of a process share, drawn from the two secrets. */


#include "../host.h"


int
phone_env_keys(phone_env_t *env, phone_str_t secret, phone_str_t before,
    phone_str_t pepper)
{
    env->crypto = phone_crypto_create();
    env->cookie_key = phone_seal_key_create(secret, "session cookie");
    env->record_key = phone_seal_key_create(secret, "record");
    env->pepper = phone_mac_key_create(pepper, "pepper");

    if (before.len) {
        env->cookie_key_before = phone_seal_key_create(before,
                                                       "session cookie");
        env->record_key_before = phone_seal_key_create(before, "record");
    }

    if (env->crypto == NULL || env->cookie_key == NULL
        || env->record_key == NULL || env->pepper == NULL
        || (before.len && (env->cookie_key_before == NULL
                           || env->record_key_before == NULL)))
    {
        phone_env_keys_free(env);
        return -1;
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
    phone_mac_key_free(env->pepper);

    env->crypto = NULL;
    env->cookie_key = NULL;
    env->cookie_key_before = NULL;
    env->record_key = NULL;
    env->record_key_before = NULL;
    env->pepper = NULL;
}
