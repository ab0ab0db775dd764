
#include "seal.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>


/* far above a card number, a cookie or a text; keeps lengths inside an int */
#define PHONE_SEAL_MAX       (PHONE_ARENA_MAX / 2)


struct phone_seal_key_s {
    EVP_CIPHER_CTX          *seal;
    EVP_CIPHER_CTX          *open;
};


struct phone_mac_key_s {
    EVP_MAC_CTX             *ctx;
};


static int phone_seal_encrypt(EVP_CIPHER_CTX *ctx, phone_str_t aad,
    phone_str_t plain, unsigned char *out);
static int phone_open_decrypt(EVP_CIPHER_CTX *ctx, phone_str_t aad,
    phone_str_t sealed, unsigned char *out);
static int phone_derive(phone_str_t secret, const char *label,
    unsigned char out[PHONE_SECRET_LEN]);


int
phone_hkdf(phone_str_t secret, phone_str_t salt, phone_str_t label,
    unsigned char *out, size_t len)
{
    int           rc;
    EVP_KDF      *kdf;
    OSSL_PARAM    params[5];
    EVP_KDF_CTX  *ctx;

    params[0] = OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST,
                                                 (char *) "SHA256", 0);
    params[1] = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY,
                                                  (char *) secret.data,
                                                  secret.len);
    params[2] = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT,
                                                  (char *) salt.data,
                                                  salt.len);
    params[3] = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO,
                                                  (char *) label.data,
                                                  label.len);
    params[4] = OSSL_PARAM_construct_end();

    kdf = EVP_KDF_fetch(NULL, OSSL_KDF_NAME_HKDF, NULL);
    ctx = EVP_KDF_CTX_new(kdf);
    EVP_KDF_free(kdf);

    rc = 0;

    if (ctx == NULL || EVP_KDF_derive(ctx, out, len, params) != 1) {
        ERR_clear_error();
        rc = -1;
    }

    EVP_KDF_CTX_free(ctx);

    return rc;
}


static int
phone_derive(phone_str_t secret, const char *label,
    unsigned char out[PHONE_SECRET_LEN])
{
    if (secret.len != PHONE_SECRET_LEN) {
        return -1;
    }

    return phone_hkdf(secret, PHONE_EMPTY, phone_cstr(label), out,
                      PHONE_SECRET_LEN);
}


phone_seal_key_t *
phone_seal_key_create(phone_str_t secret, const char *label)
{
    unsigned char      raw[PHONE_SECRET_LEN];
    phone_seal_key_t  *key;

    if (phone_derive(secret, label, raw) != 0) {
        return NULL;
    }

    key = phone_seal_key_raw((phone_str_t) { sizeof(raw), (char *) raw });

    OPENSSL_cleanse(raw, sizeof(raw));

    return key;
}


phone_seal_key_t *
phone_seal_key_raw(phone_str_t raw)
{
    EVP_CIPHER           *cipher;
    phone_seal_key_t     *key;
    const unsigned char  *data;

    if (raw.len != PHONE_SECRET_LEN) {
        return NULL;
    }

    data = (const unsigned char *) raw.data;

    key = OPENSSL_zalloc(sizeof(phone_seal_key_t));
    if (key == NULL) {
        return NULL;
    }

    cipher = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
    key->seal = EVP_CIPHER_CTX_new();
    key->open = EVP_CIPHER_CTX_new();

    if (cipher == NULL || key->seal == NULL || key->open == NULL
        || EVP_EncryptInit_ex2(key->seal, cipher, data, NULL, NULL) != 1
        || EVP_DecryptInit_ex2(key->open, cipher, data, NULL, NULL) != 1)
    {
        phone_seal_key_free(key);
        key = NULL;
        ERR_clear_error();
    }

    EVP_CIPHER_free(cipher);

    return key;
}


void
phone_seal_key_free(phone_seal_key_t *key)
{
    if (key == NULL) {
        return;
    }

    EVP_CIPHER_CTX_free(key->seal);
    EVP_CIPHER_CTX_free(key->open);
    OPENSSL_free(key);
}


int
phone_seal(phone_arena_t *arena, phone_seal_key_t *key,
    const unsigned char nonce[PHONE_SEAL_NONCE], phone_str_t aad,
    phone_str_t plain, phone_str_t *text)
{
    size_t          size;
    unsigned char  *out;

    if (plain.len > PHONE_SEAL_MAX || aad.len > PHONE_SEAL_MAX) {
        return -1;
    }

    size = PHONE_SEAL_NONCE + plain.len + PHONE_SEAL_TAG;

    out = phone_alloc_raw(arena, size);
    if (out == NULL) {
        return -1;
    }

    memcpy(out, nonce, PHONE_SEAL_NONCE);

    if (phone_seal_encrypt(key->seal, aad, plain, out) != 0) {
        ERR_clear_error();
        return -1;
    }

    *text = phone_base64url(arena, (phone_str_t) { size, (char *) out });

    return arena->failed ? -1 : 0;
}


/* out begins with the nonce and has room for the rest. */

static int
phone_seal_encrypt(EVP_CIPHER_CTX *ctx, phone_str_t aad, phone_str_t plain,
    unsigned char *out)
{
    int             n;
    unsigned char  *p;

    p = out + PHONE_SEAL_NONCE;

    if (EVP_EncryptInit_ex2(ctx, NULL, NULL, out, NULL) != 1
        || EVP_EncryptUpdate(ctx, NULL, &n, (const unsigned char *) aad.data,
                             (int) aad.len) != 1
        || EVP_EncryptUpdate(ctx, p, &n, (const unsigned char *) plain.data,
                             (int) plain.len) != 1)
    {
        return -1;
    }

    p += plain.len;

    if (EVP_EncryptFinal_ex(ctx, p, &n) != 1
        || EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, PHONE_SEAL_TAG, p)
           != 1)
    {
        return -1;
    }

    return 0;
}


int
phone_unseal(phone_arena_t *arena, phone_seal_key_t *key, phone_str_t aad,
    phone_str_t text, phone_str_t *plain)
{
    size_t          len;
    phone_str_t     sealed;
    unsigned char  *out;

    if (text.len > 2 * PHONE_SEAL_MAX || aad.len > PHONE_SEAL_MAX
        || phone_unbase64url(arena, text, &sealed) != 0
        || sealed.len < PHONE_SEAL_NONCE + PHONE_SEAL_TAG)
    {
        return -1;
    }

    len = sealed.len - PHONE_SEAL_NONCE - PHONE_SEAL_TAG;

    out = phone_alloc_raw(arena, len);
    if (out == NULL) {
        return -1;
    }

    if (phone_open_decrypt(key->open, aad, sealed, out) != 0) {
        OPENSSL_cleanse(out, len);
        ERR_clear_error();
        return -1;
    }

    plain->len = len;
    plain->data = (char *) out;

    return 0;
}


static int
phone_open_decrypt(EVP_CIPHER_CTX *ctx, phone_str_t aad, phone_str_t sealed,
    unsigned char *out)
{
    int                   n;
    size_t                len;
    unsigned char         tag[PHONE_SEAL_TAG];
    const unsigned char  *p;

    p = (const unsigned char *) sealed.data;
    len = sealed.len - PHONE_SEAL_NONCE - PHONE_SEAL_TAG;

    memcpy(tag, p + PHONE_SEAL_NONCE + len, PHONE_SEAL_TAG);

    if (EVP_DecryptInit_ex2(ctx, NULL, NULL, p, NULL) != 1
        || EVP_DecryptUpdate(ctx, NULL, &n, (const unsigned char *) aad.data,
                             (int) aad.len) != 1
        || EVP_DecryptUpdate(ctx, out, &n, p + PHONE_SEAL_NONCE, (int) len)
           != 1
        || EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, PHONE_SEAL_TAG,
                               tag) != 1
        || EVP_DecryptFinal_ex(ctx, out + len, &n) != 1)
    {
        return -1;
    }

    return 0;
}


phone_mac_key_t *
phone_mac_key_create(phone_str_t secret, const char *label)
{
    unsigned char     raw[PHONE_SECRET_LEN];
    phone_mac_key_t  *key;

    if (phone_derive(secret, label, raw) != 0) {
        return NULL;
    }

    key = phone_mac_key_raw((phone_str_t) { sizeof(raw), (char *) raw });

    OPENSSL_cleanse(raw, sizeof(raw));

    return key;
}


phone_mac_key_t *
phone_mac_key_raw(phone_str_t raw)
{
    EVP_MAC          *mac;
    OSSL_PARAM        params[2];
    phone_mac_key_t  *key;

    if (raw.len == 0) {
        return NULL;
    }

    key = OPENSSL_zalloc(sizeof(phone_mac_key_t));
    if (key == NULL) {
        return NULL;
    }

    params[0] = OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST,
                                                 (char *) "SHA256", 0);
    params[1] = OSSL_PARAM_construct_end();

    mac = EVP_MAC_fetch(NULL, OSSL_MAC_NAME_HMAC, NULL);
    key->ctx = EVP_MAC_CTX_new(mac);
    EVP_MAC_free(mac);

    if (key->ctx == NULL
        || EVP_MAC_init(key->ctx, (const unsigned char *) raw.data, raw.len,
                        params) != 1)
    {
        phone_mac_key_free(key);
        ERR_clear_error();
        return NULL;
    }

    return key;
}


void
phone_mac_key_free(phone_mac_key_t *key)
{
    if (key == NULL) {
        return;
    }

    EVP_MAC_CTX_free(key->ctx);
    OPENSSL_free(key);
}


/* Without a key the context starts over with the one it has. */

int
phone_mac(phone_mac_key_t *key, phone_str_t data,
    unsigned char out[PHONE_MAC_LEN])
{
    size_t  len;

    if (EVP_MAC_init(key->ctx, NULL, 0, NULL) != 1
        || EVP_MAC_update(key->ctx, (const unsigned char *) data.data,
                          data.len) != 1
        || EVP_MAC_final(key->ctx, out, &len, PHONE_MAC_LEN) != 1)
    {
        memset(out, 0, PHONE_MAC_LEN);
        ERR_clear_error();
        return -1;
    }

    return 0;
}
