
/*
 * Hashes, prepared once.  Fetching an algorithm costs OpenSSL 3 more than
 * hashing a request does, so the host makes one phone_crypto_t a worker and
 * one a compute thread, and passes it in.  It is not thread-safe and must
 * not cross fork().
 */


#ifndef _PHONE_CRYPTO_H_INCLUDED_
#define _PHONE_CRYPTO_H_INCLUDED_


#include "text.h"


#define PHONE_MD5_LEN        16
#define PHONE_SHA256_LEN     32


typedef struct phone_crypto_s  phone_crypto_t;


/*
 * NULL when out of memory, or when this OpenSSL refuses MD5 (FIPS mode):
 * the wire protocol cannot be spoken then, so the host must not start.
 */
phone_crypto_t *phone_crypto_create(void);
void phone_crypto_free(phone_crypto_t *crypto);              /* NULL is fine */

/* 0, or -1 when OpenSSL failed; out is undefined then. */
int phone_md5(phone_crypto_t *crypto, phone_str_t data,
    unsigned char out[PHONE_MD5_LEN]);
int phone_sha256(phone_crypto_t *crypto, phone_str_t data,
    unsigned char out[PHONE_SHA256_LEN]);

/*
 * The same of data that comes in parts.  NULL, or -1: OpenSSL failed.
 * phone_sha256_end() frees it in any case; with out NULL it only does that.
 */
typedef struct evp_md_ctx_st  phone_hashing_t;

phone_hashing_t *phone_sha256_begin(phone_crypto_t *crypto);
int phone_sha256_add(phone_hashing_t *hashing, phone_str_t data);
int phone_sha256_end(phone_hashing_t *hashing, unsigned char *out);


#endif /* _PHONE_CRYPTO_H_INCLUDED_ */
