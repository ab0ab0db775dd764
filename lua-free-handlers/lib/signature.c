
#include "signature.h"
#include "canonical.h"

#include <openssl/err.h>
#include <openssl/evp.h>


#define PHONE_SIGNATURE_MAX  (PHONE_KEY_BITS_MAX / 8)


static int phone_verify_rsa(phone_crypto_t *crypto, phone_key_t *key,
    phone_sign_type_t type, phone_str_t data, phone_str_t sign);
static int phone_verify_mac(phone_key_t *key, phone_str_t data,
    phone_str_t sign);
static int phone_sign_rsa(phone_key_t *key, phone_sign_type_t type,
    phone_str_t data, unsigned char bytes[PHONE_SIGNATURE_MAX]);
static phone_verify_rc_t phone_verify_text(phone_arena_t *arena,
    const phone_fields_t *fields, int with_digest, phone_str_t *text,
    phone_str_t *bad);


static const struct {
    phone_str_t              name;
    phone_key_kind_t         kind;
} phone_sign_types[PHONE_SIGN_TYPES] = {
    [PHONE_MD5_RSA] = { { 10, "MD5withRSA" }, PHONE_KEY_RSA },
    [PHONE_RSA2] = { { 4, "RSA2" }, PHONE_KEY_RSA },
    [PHONE_ED25519] = { { 7, "Ed25519" }, PHONE_KEY_ED25519 },
    [PHONE_HMAC] = { { 11, "HMAC-SHA256" }, PHONE_KEY_SECRET }
};


int
phone_sign_type(phone_str_t name, phone_sign_type_t *type)
{
    unsigned  i;

    if (phone_is(name, "SHA256withRSA")) {
        *type = PHONE_RSA2;
        return 0;
    }

    for (i = 0; i < PHONE_SIGN_TYPES; i++) {
        if (phone_equal(name, phone_sign_types[i].name)) {
            *type = (phone_sign_type_t) i;
            return 0;
        }
    }

    return -1;
}


phone_str_t
phone_sign_type_name(phone_sign_type_t type)
{
    return phone_sign_types[type].name;
}


phone_key_kind_t
phone_sign_type_kind(phone_sign_type_t type)
{
    return phone_sign_types[type].kind;
}


int
phone_verify(phone_crypto_t *crypto, phone_key_t *key,
    phone_sign_type_t type, phone_str_t data, phone_str_t sign)
{
    int            fits;
    phone_str_t    bytes;
    phone_arena_t  arena;

    if (phone_key_kind(key) != phone_sign_type_kind(type)
        || sign.len != (phone_key_size(key) + 2) / 3 * 4)
    {
        return 0;
    }

    fits = 0;
    phone_arena_init(&arena);

    if (phone_unbase64(&arena, sign, &bytes) == 0) {

        switch (type) {

        case PHONE_HMAC:
            fits = phone_verify_mac(key, data, bytes);
            break;

        case PHONE_ED25519:
            fits = phone_key_ed25519_verify(key, data, bytes) == 0;
            break;

        default:
            fits = phone_verify_rsa(crypto, key, type, data, bytes);
        }
    }

    phone_arena_free(&arena);

    return fits;
}


static int
phone_verify_rsa(phone_crypto_t *crypto, phone_key_t *key,
    phone_sign_type_t type, phone_str_t data, phone_str_t sign)
{
    int             rc;
    size_t          len;
    EVP_PKEY_CTX   *ctx;
    unsigned char   hash[PHONE_SHA256_LEN];

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

    rc = EVP_PKEY_verify(ctx, (const unsigned char *) sign.data, sign.len,
                         hash, len);

    if (rc != 1) {
        ERR_clear_error();
        return 0;
    }

    return 1;
}


static int
phone_verify_mac(phone_key_t *key, phone_str_t data, phone_str_t sign)
{
    unsigned char  mac[PHONE_HMAC_LEN];

    return phone_key_mac(key, data, mac) == 0
           && phone_equal_secret(sign, (phone_str_t) { sizeof(mac),
                                                       (char *) mac });
}


int
phone_sign(phone_arena_t *arena, phone_key_t *key, phone_sign_type_t type,
    phone_str_t data, phone_str_t *sign)
{
    int            rc;
    size_t         size;
    unsigned char  bytes[PHONE_SIGNATURE_MAX];

    if (phone_key_kind(key) != phone_sign_type_kind(type)) {
        return -1;
    }

    size = phone_key_size(key);

    switch (type) {

    case PHONE_HMAC:
        rc = phone_key_mac(key, data, bytes);
        break;

    case PHONE_ED25519:
        rc = phone_key_ed25519_sign(key, data, bytes);
        break;

    default:
        rc = phone_sign_rsa(key, type, data, bytes);
    }

    if (rc != 0) {
        return -1;
    }

    *sign = phone_base64(arena, (phone_str_t) { size, (char *) bytes });

    return arena->failed ? -1 : 0;
}


static int
phone_sign_rsa(phone_key_t *key, phone_sign_type_t type, phone_str_t data,
    unsigned char bytes[PHONE_SIGNATURE_MAX])
{
    size_t         size;
    unsigned       len;
    EVP_PKEY_CTX  *ctx;
    unsigned char  hash[EVP_MAX_MD_SIZE];

    ctx = phone_key_signer(key, type);
    if (ctx == NULL) {
        return -1;
    }

    size = PHONE_SIGNATURE_MAX;

    if (EVP_Digest(data.data, data.len, hash, &len, phone_key_hash(type), NULL)
        != 1
        || EVP_PKEY_sign(ctx, bytes, &size, hash, len) != 1)
    {
        ERR_clear_error();
        return -1;
    }

    return 0;
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

    if (digest == NULL || !phone_digest_is(crypto, arena, text, *digest)) {
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
