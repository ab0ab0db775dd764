
/*
 * OpenSSL has no memory at any of its allocations: what it was asked for fails,
 * or is right; nothing is wrong, nothing leaks, no error stays in its queue,
 * where nginx would find and log it; and the same again succeeds.
 */


#include <stdlib.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/pem.h>

#include "tap.h"
#include "host.h"
#include "lib/password.h"


#define SECRET   PHONE_STR("0123456789abcdef0123456789abcdef")
#define BEFORE   PHONE_STR("fedcba9876543210fedcba9876543210")
#define NONCE    ((const unsigned char *) "twelve bytes")


/* 1: it has succeeded, and what it gave is right; 0: it has failed; -1. */
typedef int (*work_pt)(void);


static int               armed;
static unsigned          countdown;      /* to the one that fails */
static unsigned          failures;

static phone_arena_t     arena;
static phone_crypto_t   *crypto;
static phone_seal_key_t *seal_key;
static phone_mac_key_t  *mac_key;
static phone_str_t       private_pem, public_text, sealed, stored;


static int
fails(void)
{
    if (!armed || countdown == 0 || --countdown) {
        return 0;
    }

    failures++;

    return 1;
}


static void *
short_malloc(size_t size, const char *file, int line)
{
    (void) file;
    (void) line;

    return fails() ? NULL : malloc(size);
}


static void *
short_realloc(void *p, size_t size, const char *file, int line)
{
    (void) file;
    (void) line;

    return fails() ? NULL : realloc(p, size);
}


static void
give_back(void *p, const char *file, int line)
{
    (void) file;
    (void) line;

    free(p);
}


/* What is asked for */

static int
right_hex(const unsigned char *bytes, size_t len, const char *hex)
{
    phone_str_t  text;

    text = phone_hex(&arena, (phone_str_t) { len, (const char *) bytes });

    return phone_is(text, hex) ? 1 : -1;
}


static int
hashes(void)
{
    int             rc;
    unsigned char   md5[PHONE_MD5_LEN], sha256[PHONE_SHA256_LEN];

    phone_crypto_t  *made;

    made = phone_crypto_create();
    if (made == NULL) {
        return 0;
    }

    rc = phone_md5(made, PHONE_STR("abc"), md5) != 0 ? 0
         : right_hex(md5, sizeof(md5), "900150983cd24fb0d6963f7d28e17f72");

    if (rc == 1) {
        rc = phone_sha256(made, PHONE_STR("abc"), sha256) != 0 ? 0
             : right_hex(sha256, sizeof(sha256),
                         "ba7816bf8f01cfea414140de5dae2223"
                         "b00361a396177a9cb410ff61f20015ad");
    }

    phone_crypto_free(made);

    return rc;
}


static int
sealing(void)
{
    phone_str_t        text, plain;
    phone_seal_key_t  *key;

    int  rc = 0;

    key = phone_seal_key_create(SECRET, "test");
    if (key == NULL) {
        return 0;
    }

    if (phone_seal(&arena, key, NONCE, PHONE_STR("aad"), PHONE_STR("plain"),
                   &text)
        == 0)
    {
        rc = phone_equal(text, sealed) ? 1 : -1;
    }

    if (rc == 1) {
        rc = phone_unseal(&arena, key, PHONE_STR("aad"), text, &plain) != 0 ? 0
             : phone_is(plain, "plain") ? 1 : -1;
    }

    phone_seal_key_free(key);

    return rc;
}


/* With keys that are there. */

static int
sealed_before(void)
{
    phone_str_t  plain;

    if (phone_unseal(&arena, seal_key, PHONE_STR("daa"), sealed, &plain) == 0) {
        return -1;
    }

    return phone_unseal(&arena, seal_key, PHONE_STR("aad"), sealed, &plain) != 0
           ? 0 : phone_is(plain, "plain") ? 1 : -1;
}


static int
macs(void)
{
    int               i, rc;
    phone_mac_key_t  *key;
    unsigned char     mac[PHONE_MAC_LEN], again[PHONE_MAC_LEN];

    key = phone_mac_key_create(SECRET, "test");
    if (key == NULL) {
        return 0;
    }

    rc = phone_mac(key, PHONE_STR("data"), mac);
    phone_mac_key_free(key);

    if (rc != 0) {
        for (i = 0; i < PHONE_MAC_LEN; i++) {
            if (mac[i]) {
                return -1;
            }
        }

        return 0;
    }

    return phone_mac(mac_key, PHONE_STR("data"), again) != 0 ? 0
           : memcmp(mac, again, sizeof(mac)) == 0 ? 1 : -1;
}


static int
signatures(void)
{
    int           rc, type;
    phone_str_t   sign;
    phone_key_t  *private_key, *public_key;

    private_key = public_key = NULL;
    rc = 0;

    if (phone_key_private(private_pem, &private_key) != PHONE_KEY_OK
        || phone_key_public(public_text, &public_key) != PHONE_KEY_OK)
    {
        phone_key_free(private_key);
        return 0;
    }

    for (type = 0; type < PHONE_RSA_TYPES; type++) {
        rc = 0;

        if (phone_sign(&arena, private_key, type, PHONE_STR("text"), &sign)
            != 0)
        {
            break;
        }

        if (phone_verify(crypto, public_key, type, PHONE_STR("other"), sign)) {
            rc = -1;
            break;
        }

        rc = phone_verify(crypto, public_key, type, PHONE_STR("text"), sign);
        if (rc != 1) {
            break;
        }
    }

    phone_key_free(private_key);
    phone_key_free(public_key);

    return rc;
}


static int
exported(void)
{
    phone_str_t   text;
    phone_key_t  *key;

    if (phone_key_private(private_pem, &key) != PHONE_KEY_OK) {
        return 0;
    }

    text = phone_key_export_public(&arena, key);
    phone_key_free(key);

    return text.len == 0 ? 0 : phone_equal(text, public_text) ? 1 : -1;
}


static int
passwords(void)
{
    phone_str_t  text;

    static const phone_scrypt_t  cost = { 4, 1, 1 };

    if (phone_password_hash(&arena, &cost,
                            (const unsigned char *) "sixteen bytes of",
                            PHONE_STR("a-quiet-lake"), &text)
        != 0)
    {
        return 0;
    }

    if (!phone_equal(text, stored)
        || phone_password_verify(stored, PHONE_STR("wrong")) == 1)
    {
        return -1;
    }

    return phone_password_verify(stored, PHONE_STR("a-quiet-lake")) == 1;
}


static int
keys_of_a_process(void)
{
    int          rc;
    phone_env_t  env;

    memset(&env, 0, sizeof(env));
    rc = phone_env_keys(&env, SECRET, BEFORE);

    if (rc != 0) {
        return env.crypto || env.cookie_key || env.cookie_key_before
               || env.record_key || env.record_key_before || env.hash_key
               || env.hash_key_before || env.sketch_key ? -1 : 0;
    }

    rc = env.crypto && env.cookie_key && env.cookie_key_before
         && env.record_key && env.record_key_before && env.hash_key
         && env.hash_key_before && env.sketch_key ? 1 : -1;
    phone_env_keys_free(&env);

    return rc;
}


static void
short_of_memory(const char *name, work_pt work)
{
    int       rc, wrong, left;
    unsigned  n;

    wrong = left = 0;
    failures = 1;

    /* not every one of thousands */

    for (n = 1; failures && n < 10000; n += 1 + n / 32) {
        failures = 0;
        countdown = n;
        armed = 1;
        rc = work();
        armed = 0;

        wrong += rc == -1 || (failures == 0 && rc != 1);
        left += ERR_peek_error() != 0 && !arena.failed;
        ERR_clear_error();
        phone_arena_free(&arena);
    }

    ok(n > 2 && n < 10000, "%s: some of %u allocations", name, n);
    is_int(wrong, 0, "%s: fails or is right", name);
    is_int(left, 0, "%s: leaves no error behind", name);
    is_int(work(), 1, "%s: succeeds again", name);
    phone_arena_free(&arena);
}


static phone_str_t
kept(phone_str_t text)
{
    char  *data;

    data = malloc(text.len + 1);
    memcpy(data, text.data, text.len);

    return (phone_str_t) { text.len, data };
}


static void
set_up(void)
{
    BIO          *bio;
    char         *data;
    EVP_PKEY     *pkey;
    phone_str_t   text;
    phone_key_t  *key;

    pkey = EVP_RSA_gen(2048);
    bio = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(bio, pkey, NULL, NULL, 0, NULL, NULL);
    text.len = (size_t) BIO_get_mem_data(bio, &data);
    text.data = data;
    private_pem = kept(text);
    BIO_free(bio);
    EVP_PKEY_free(pkey);

    phone_key_private(private_pem, &key);
    public_text = kept(phone_key_export_public(&arena, key));
    phone_key_free(key);

    crypto = phone_crypto_create();
    seal_key = phone_seal_key_create(SECRET, "test");
    mac_key = phone_mac_key_create(SECRET, "test");

    phone_seal(&arena, seal_key, NONCE, PHONE_STR("aad"), PHONE_STR("plain"),
               &text);
    sealed = kept(text);
    phone_password_hash(&arena, &(phone_scrypt_t) { 4, 1, 1 },
                        (const unsigned char *) "sixteen bytes of",
                        PHONE_STR("a-quiet-lake"), &text);
    stored = kept(text);
    phone_arena_free(&arena);
}


int
main(void)
{
    if (CRYPTO_set_mem_functions(short_malloc, short_realloc, give_back) != 1)
    {
        printf("Bail out! OpenSSL keeps its own allocator\n");
        return 1;
    }

    phone_arena_init(&arena);
    set_up();

    short_of_memory("hashes", hashes);
    short_of_memory("sealing", sealing);
    is_int(sealed_before(), 1, "what was sealed before is opened");
    short_of_memory("MACs", macs);
    short_of_memory("signatures", signatures);
    short_of_memory("a public key", exported);
    short_of_memory("passwords", passwords);
    short_of_memory("the keys of a process", keys_of_a_process);

    phone_crypto_free(crypto);
    phone_seal_key_free(seal_key);
    phone_mac_key_free(mac_key);
    free((void *) private_pem.data);
    free((void *) public_text.data);
    free((void *) sealed.data);
    free((void *) stored.data);

    return done_testing();
}
