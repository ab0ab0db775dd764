
/*
 * Keys, hashes of passwords and what failed to open are overwritten in memory
 * once they are done with.
 */


#include <openssl/crypto.h>

#include "tap.h"
#include "lib/password.h"
#include "lib/seal.h"


#define SECRET  PHONE_STR("0123456789abcdef0123456789abcdef")
#define LABEL   "a purpose"


static phone_arena_t  arena;
static phone_str_t    wanted;            /* bytes that should go */
static unsigned       cleansed;          /* how often they went */


/* In place of OpenSSL's. */

void
OPENSSL_cleanse(void *data, size_t len)
{
    if (wanted.len && len >= wanted.len
        && memcmp(data, wanted.data, wanted.len) == 0)
    {
        cleansed++;
    }

    explicit_bzero(data, len);
}


static void
watch(phone_str_t bytes)
{
    wanted = bytes;
    cleansed = 0;
}


static void
test_keys(void)
{
    unsigned char      raw[PHONE_SECRET_LEN];
    phone_mac_key_t   *mac;
    phone_seal_key_t  *seal;

    phone_hkdf(SECRET, PHONE_EMPTY, PHONE_STR(LABEL), raw, sizeof(raw));
    watch((phone_str_t) { sizeof(raw), (char *) raw });

    seal = phone_seal_key_create(SECRET, LABEL);
    ok(seal && cleansed, "the bytes of a seal's key");
    phone_seal_key_free(seal);

    watch((phone_str_t) { sizeof(raw), (char *) raw });

    mac = phone_mac_key_create(SECRET, LABEL);
    ok(mac && cleansed, "the bytes of a MAC's key");
    phone_mac_key_free(mac);
}


/* The text under a seal that is not right: it was decrypted before that was
   known. */

static void
test_open(void)
{
    phone_str_t        text, plain;
    phone_seal_key_t  *key;

    key = phone_seal_key_raw(SECRET);
    phone_seal(&arena, key, (const unsigned char *) "twelve bytes",
               PHONE_STR("bound"), PHONE_STR("6222020000000015"), &text);

    watch(PHONE_STR("6222020000000015"));
    is_int(phone_unseal(&arena, key, PHONE_STR("other"), text, &plain), -1,
           "the seal is of something else");
    is_int(cleansed, 1, "what was under it");
    phone_seal_key_free(key);
}


static void
test_password(void)
{
    phone_str_t     text, rest, part, hash;
    phone_scrypt_t  params;

    params = (phone_scrypt_t) { 4, 1, 1 };

    phone_password_hash(&arena, &params,
                        (const unsigned char *) "sixteen bytes of",
                        PHONE_STR("a-quiet-lake"), &text);

    rest = text;

    while (phone_split(&rest, '$', &part)) {
        /* the last part */
    }

    phone_unbase64url(&arena, part, &hash);

    watch(hash);
    phone_password_hash(&arena, &params,
                        (const unsigned char *) "sixteen bytes of",
                        PHONE_STR("a-quiet-lake"), &text);
    ok(cleansed > 0, "the hash of a new password");

    watch(hash);
    is_int(phone_password_verify(text, PHONE_STR("a-quiet-lake")), 1,
           "a password that is right");
    ok(cleansed > 0, "its hash");
}


int
main(void)
{
    phone_arena_init(&arena);

    test_keys();
    test_open();
    test_password();

    phone_arena_free(&arena);

    return done_testing();
}
