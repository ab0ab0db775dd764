
#include "signature.h"
#include "canonical.h"

#include <openssl/err.h>
#include <openssl/evp.h>


#define PHONE_SIGNATURE_MAX  (PHONE_KEY_BITS_MAX / 8)


static phone_verify_rc_t phone_verify_text(phone_arena_t *arena,
    const phone_fields_t *fields, int with_digest, phone_str_t *text,
    phone_str_t *bad);
static int phone_digest_matches(phone_str_t digest, phone_str_t expected);


int
phone_sign_type(phone_str_t name, phone_sign_type_t *type)
{
    if (phone_is(name, "RSA2") || phone_is(name, "SHA256withRSA")) {
        *type = PHONE_RSA2;
        return 0;
    }

    if (phone_is(name, "MD5withRSA")) {
        *type = PHONE_MD5_RSA;
        return 0;
    }

    return -1;
}


phone_str_t
phone_sign_type_name(phone_sign_type_t type)
{
    return (type == PHONE_RSA2) ? PHONE_STR("RSA2") : PHONE_STR("MD5withRSA");
}


int
phone_verify(phone_crypto_t *crypto, phone_key_t *key,
    phone_sign_type_t type, phone_str_t data, phone_str_t sign)
{
    int             rc;
    size_t          len;
    phone_str_t     bytes;
    EVP_PKEY_CTX   *ctx;
    phone_arena_t   arena;
    unsigned char   hash[PHONE_SHA256_LEN];

    if (sign.len != (phone_key_size(key) + 2) / 3 * 4) {
        return 0;
    }

    if (type == PHONE_RSA2) {
        len = PHONE_SHA256_LEN;
        rc = phone_sha256(crypto, data, hash);

    } else {
        len = PHONE_MD5_LEN;
        rc = phone_md5(crypto, data, hash);
    }

    ctx = phone_key_verifier(key, type);

    if (rc != 0 || ctx == NULL) {
        return 0;
    }

    phone_arena_init(&arena);

    if (phone_unbase64(&arena, sign, &bytes) == 0) {
        rc = EVP_PKEY_verify(ctx, (const unsigned char *) bytes.data,
                             bytes.len, hash, len);
    }

    phone_arena_free(&arena);

    if (rc != 1) {
        ERR_clear_error();
        return 0;
    }

    return 1;
}


int
phone_sign(phone_arena_t *arena, phone_key_t *key, phone_sign_type_t type,
    phone_str_t data, phone_str_t *sign)
{
    size_t         size;
    unsigned       len;
    EVP_PKEY_CTX  *ctx;
    unsigned char  hash[EVP_MAX_MD_SIZE], bytes[PHONE_SIGNATURE_MAX];

    ctx = phone_key_signer(key, type);
    if (ctx == NULL) {
        return -1;
    }

    size = sizeof(bytes);

    if (EVP_Digest(data.data, data.len, hash, &len, phone_key_hash(type), NULL)
        != 1
        || EVP_PKEY_sign(ctx, bytes, &size, hash, len) != 1)
    {
        ERR_clear_error();
        return -1;
    }

    *sign = phone_base64(arena, (phone_str_t) { size, (char *) bytes });

    return arena->failed ? -1 : 0;
}


int
phone_sign_fields(phone_crypto_t *crypto, phone_arena_t *arena,
    phone_fields_t *fields, phone_str_t *text)
{
    phone_str_t  canonical, digest;

    if (phone_field(fields, "digest") != NULL
        || phone_field(fields, "sign") != NULL
        || phone_canonical(arena, fields, 0, &canonical)
           != PHONE_CANONICAL_OK)
    {
        return -1;
    }

    digest = phone_digest(crypto, arena, canonical);

    if (digest.len == 0
        || phone_fields_add(fields, PHONE_STR("digest"), digest) != 0)
    {
        return -1;
    }

    return phone_canonical(arena, fields, 1, text) == PHONE_CANONICAL_OK
           ? 0 : -1;
}


phone_verify_rc_t
phone_verify_fields(phone_crypto_t *crypto, phone_arena_t *arena,
    phone_key_t *key, phone_sign_type_t type, const phone_fields_t *fields,
    phone_str_t *bad)
{
    phone_str_t         text;
    phone_verify_rc_t   rc;
    const phone_str_t  *digest, *sign;

    digest = phone_field(fields, "digest");
    sign = phone_field(fields, "sign");

    rc = phone_verify_text(arena, fields, 0, &text, bad);
    if (rc != PHONE_VERIFY_OK) {
        return rc;
    }

    if (digest == NULL
        || !phone_digest_matches(*digest, phone_digest(crypto, arena, text)))
    {
        return PHONE_VERIFY_DIGEST;
    }

    rc = phone_verify_text(arena, fields, 1, &text, bad);
    if (rc != PHONE_VERIFY_OK) {
        return rc;
    }

    if (sign == NULL || !phone_verify(crypto, key, type, text, *sign)) {
        return PHONE_VERIFY_SIGN;
    }

    return PHONE_VERIFY_OK;
}


static phone_verify_rc_t
phone_verify_text(phone_arena_t *arena, const phone_fields_t *fields,
    int with_digest, phone_str_t *text, phone_str_t *bad)
{
    switch (phone_canonical(arena, fields, with_digest, text)) {

    case PHONE_CANONICAL_OK:
        return PHONE_VERIFY_OK;

    case PHONE_CANONICAL_VALUE:
        *bad = *text;
        return PHONE_VERIFY_AMBIGUOUS;

    default:
        *bad = *text;
        return PHONE_VERIFY_FIELDS;
    }
}


/* expected is lower-case; 0x20 makes a letter so and leaves a digit alone. */

static int
phone_digest_matches(phone_str_t digest, phone_str_t expected)
{
    char    lower[2 * PHONE_MD5_LEN];
    size_t  i;

    if (digest.len != sizeof(lower)) {
        return 0;
    }

    for (i = 0; i < sizeof(lower); i++) {
        lower[i] = (char) (digest.data[i] | 0x20);
    }

    return phone_equal_secret((phone_str_t) { sizeof(lower), lower },
                              expected);
}
