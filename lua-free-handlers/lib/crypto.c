
#include "crypto.h"

#include <openssl/err.h>
#include <openssl/evp.h>


struct phone_crypto_s {
    EVP_MD_CTX              *md5;
    EVP_MD_CTX              *sha256;
};


static EVP_MD_CTX *phone_hash_prepare(const char *name);
static int phone_hash(EVP_MD_CTX *ctx, phone_str_t data, unsigned char *out);


phone_crypto_t *
phone_crypto_create(void)
{
    phone_crypto_t  *crypto;

    crypto = OPENSSL_zalloc(sizeof(phone_crypto_t));
    if (crypto == NULL) {
        return NULL;
    }

    crypto->md5 = phone_hash_prepare("MD5");
    crypto->sha256 = phone_hash_prepare("SHA256");

    if (crypto->md5 == NULL || crypto->sha256 == NULL) {
        phone_crypto_free(crypto);
        return NULL;
    }

    return crypto;
}


void
phone_crypto_free(phone_crypto_t *crypto)
{
    if (crypto == NULL) {
        return;
    }

    EVP_MD_CTX_free(crypto->md5);
    EVP_MD_CTX_free(crypto->sha256);
    OPENSSL_free(crypto);
}


/* The context takes a reference of its own to the algorithm. */

static EVP_MD_CTX *
phone_hash_prepare(const char *name)
{
    EVP_MD      *md;
    EVP_MD_CTX  *ctx;

    md = EVP_MD_fetch(NULL, name, NULL);
    ctx = EVP_MD_CTX_new();

    if (md == NULL || ctx == NULL || EVP_DigestInit_ex(ctx, md, NULL) != 1) {
        EVP_MD_CTX_free(ctx);
        ctx = NULL;
        ERR_clear_error();
    }

    EVP_MD_free(md);

    return ctx;
}


int
phone_md5(phone_crypto_t *crypto, phone_str_t data,
    unsigned char out[PHONE_MD5_LEN])
{
    return phone_hash(crypto->md5, data, out);
}


int
phone_sha256(phone_crypto_t *crypto, phone_str_t data,
    unsigned char out[PHONE_SHA256_LEN])
{
    return phone_hash(crypto->sha256, data, out);
}


phone_hashing_t *
phone_sha256_begin(phone_crypto_t *crypto)
{
    EVP_MD_CTX  *ctx;

    ctx = EVP_MD_CTX_new();

    if (ctx == NULL || EVP_MD_CTX_copy_ex(ctx, crypto->sha256) != 1
        || EVP_DigestInit_ex(ctx, NULL, NULL) != 1)
    {
        EVP_MD_CTX_free(ctx);
        ERR_clear_error();
        return NULL;
    }

    return ctx;
}


int
phone_sha256_add(phone_hashing_t *hashing, phone_str_t data)
{
    if (EVP_DigestUpdate(hashing, data.data, data.len) != 1) {
        ERR_clear_error();
        return -1;
    }

    return 0;
}


int
phone_sha256_end(phone_hashing_t *hashing, unsigned char *out)
{
    int  rc;

    rc = 0;

    if (out && EVP_DigestFinal_ex(hashing, out, NULL) != 1) {
        ERR_clear_error();
        rc = -1;
    }

    EVP_MD_CTX_free(hashing);

    return rc;
}


/* Without a type the context starts over with the algorithm it has. */

static int
phone_hash(EVP_MD_CTX *ctx, phone_str_t data, unsigned char *out)
{
    if (EVP_DigestInit_ex(ctx, NULL, NULL) != 1
        || EVP_DigestUpdate(ctx, data.data, data.len) != 1
        || EVP_DigestFinal_ex(ctx, out, NULL) != 1)
    {
        ERR_clear_error();
        return -1;
    }

    return 0;
}
