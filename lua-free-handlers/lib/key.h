
/*
 * Keys of merchants and of the platform, read and prepared: RSA, Ed25519, and
 * secrets that two share.
 *
 * A phone_key_t holds its OpenSSL contexts, initialised once per sign type:
 * that takes a quarter off each verification by RSA.  So a key object belongs
 * to one thread.  A thread that signs reads the private key for itself.
 */


#ifndef _PHONE_KEY_H_INCLUDED_
#define _PHONE_KEY_H_INCLUDED_


#include <openssl/types.h>

#include "text.h"


#define PHONE_KEY_BITS_MIN   2048
#define PHONE_KEY_BITS_MAX   4096
#define PHONE_KEY_SECRET_MIN 32          /* bytes of a shared secret */


typedef enum {
    PHONE_MD5_RSA = 0,               /* "MD5withRSA", the form of the seed */
    PHONE_RSA2,                      /* "RSA2", also called SHA256withRSA */
    PHONE_RSA_TYPES,
    PHONE_ED25519 = PHONE_RSA_TYPES, /* "Ed25519" */
    PHONE_HMAC,                      /* "HMAC-SHA256" */
    PHONE_SIGN_TYPES
} phone_sign_type_t;


/* A key is of one kind, and good for the sign types of that alone. */
typedef enum {
    PHONE_KEY_RSA = 0,
    PHONE_KEY_ED25519,
    PHONE_KEY_PAIRS,                 /* these have two halves */
    PHONE_KEY_SECRET = PHONE_KEY_PAIRS
} phone_key_kind_t;


typedef enum {
    PHONE_KEY_OK = 0,
    PHONE_KEY_SYNTAX,                /* not a key in any form we read */
    PHONE_KEY_SEVERAL,               /* more than one PEM block */
    PHONE_KEY_PRIVATE,               /* a private key where a public belongs */
    PHONE_KEY_ENCRYPTED,             /* a private key under a passphrase */
    PHONE_KEY_OTHER,                 /* neither RSA nor Ed25519 */
    PHONE_KEY_TOO_SMALL,             /* below PHONE_KEY_BITS_MIN */
    PHONE_KEY_TOO_LARGE,             /* above PHONE_KEY_BITS_MAX */
    PHONE_KEY_EXPONENT,              /* even, below 3 or above 2^32 */
    PHONE_KEY_WEAK,                  /* Ed25519: anybody can sign for it */
    PHONE_KEY_SHORT,                 /* a secret, of too few bytes */
    PHONE_KEY_NO_SECRET,             /* a key that others may know */
    PHONE_KEY_MEMORY
} phone_key_rc_t;


typedef struct phone_key_s  phone_key_t;


/*
 * A public key is PEM ("PUBLIC KEY" or "RSA PUBLIC KEY") or the base64 of a
 * DER SubjectPublicKeyInfo, line breaks allowed.  A private key is PEM
 * ("PRIVATE KEY" or "RSA PRIVATE KEY") without passphrase.  *key is set on
 * PHONE_KEY_OK only and is freed by the caller.
 */
phone_key_rc_t phone_key_public(phone_str_t text, phone_key_t **key);
phone_key_rc_t phone_key_private(phone_str_t pem, phone_key_t **key);
void phone_key_free(phone_key_t *key);                       /* NULL is fine */

/* A shared secret: the bytes as they are. */
phone_key_rc_t phone_key_secret(phone_str_t secret, phone_key_t **key);

phone_key_kind_t phone_key_kind(const phone_key_t *key);

/* Of a public key as phone_key_export_public() has written it. */
phone_key_kind_t phone_key_kind_of(phone_str_t spki);

/* What is wrong and what to do about it, for a log line or an error text. */
const char *phone_key_error(phone_key_rc_t rc);

/*
 * The public half as one line of base64 (DER SubjectPublicKeyInfo), which is
 * how the store keeps it; empty when out of memory.
 */
phone_str_t phone_key_export_public(phone_arena_t *arena,
    const phone_key_t *key);

/* The same as PEM, and the SHA-256 of that DER in hex. */
phone_str_t phone_key_export_pem(phone_arena_t *arena,
    const phone_key_t *key);
phone_str_t phone_key_sha256(phone_arena_t *arena, const phone_key_t *key);

/*
 * For signature.c: the hash of a type of RSA, and the key's context, made at
 * the first use and kept by the key; NULL when OpenSSL refuses, and for
 * signing with a public key.
 */
const EVP_MD *phone_key_hash(phone_sign_type_t type);
EVP_PKEY_CTX *phone_key_verifier(phone_key_t *key, phone_sign_type_t type);
EVP_PKEY_CTX *phone_key_signer(phone_key_t *key, phone_sign_type_t type);
size_t phone_key_size(const phone_key_t *key);   /* of a signature, bytes */

/* The other kinds; 0, or -1. */
#define PHONE_ED25519_SIGN  64
#define PHONE_HMAC_LEN      32
int phone_key_ed25519_verify(phone_key_t *key, phone_str_t data,
    phone_str_t sign);
int phone_key_ed25519_sign(phone_key_t *key, phone_str_t data,
    unsigned char sign[PHONE_ED25519_SIGN]);
/* What an RSA signature holds: the private half of this key has made it.  *len
   is the room, then the length; 0, or -1. */
int phone_key_recover(phone_key_t *key, phone_str_t sign,
    unsigned char *data, size_t *len);
int phone_key_mac(phone_key_t *key, phone_str_t data,
    unsigned char mac[PHONE_HMAC_LEN]);


#endif /* _PHONE_KEY_H_INCLUDED_ */
