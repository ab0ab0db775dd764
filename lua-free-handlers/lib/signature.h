
/*
 * RSA signatures (PKCS #1 v1.5) of merchants and of the platform, PAY-8.
 *
 * A phone_key_t is a key with its OpenSSL contexts initialised once per sign
 * type: that takes a quarter off each verification.  So a key object belongs
 * to one thread.  A thread that signs loads the private key for itself.
 */


#ifndef _PHONE_SIGNATURE_H_INCLUDED_
#define _PHONE_SIGNATURE_H_INCLUDED_


#include "crypto.h"
#include "fields.h"


#define PHONE_KEY_BITS_MIN   2048
#define PHONE_KEY_BITS_MAX   4096


typedef enum {
    PHONE_MD5_RSA = 0,               /* "MD5withRSA", the form of the seed */
    PHONE_RSA2,                      /* "RSA2", also called SHA256withRSA */
    PHONE_SIGN_TYPES
} phone_sign_type_t;


typedef enum {
    PHONE_KEY_OK = 0,
    PHONE_KEY_SYNTAX,                /* not a key in any form we read */
    PHONE_KEY_PRIVATE,               /* a private key where a public belongs */
    PHONE_KEY_ENCRYPTED,             /* a private key under a passphrase */
    PHONE_KEY_NOT_RSA,
    PHONE_KEY_TOO_SMALL,             /* below PHONE_KEY_BITS_MIN */
    PHONE_KEY_TOO_LARGE,             /* above PHONE_KEY_BITS_MAX */
    PHONE_KEY_EXPONENT,              /* even, below 3 or above 2^32 */
    PHONE_KEY_MEMORY
} phone_key_rc_t;


typedef enum {
    PHONE_VERIFY_OK = 0,
    PHONE_VERIFY_DIGEST,             /* `digest` missing or not of this text */
    PHONE_VERIFY_SIGN,               /* `sign` missing or wrong */
    PHONE_VERIFY_FIELDS              /* no canonical string: a name twice */
} phone_verify_rc_t;


typedef struct phone_key_s  phone_key_t;


/* 0, or -1 for an unknown name; "SHA256withRSA" is read as "RSA2". */
int phone_sign_type(phone_str_t name, phone_sign_type_t *type);
phone_str_t phone_sign_type_name(phone_sign_type_t type);

/*
 * A public key is PEM ("PUBLIC KEY" or "RSA PUBLIC KEY") or the base64 of a
 * DER SubjectPublicKeyInfo, line breaks allowed.  A private key is PEM
 * ("PRIVATE KEY" or "RSA PRIVATE KEY") without passphrase.  *key is set on
 * PHONE_KEY_OK only and is freed by the caller.
 */
phone_key_rc_t phone_key_public(phone_str_t text, phone_key_t **key);
phone_key_rc_t phone_key_private(phone_str_t pem, phone_key_t **key);
void phone_key_free(phone_key_t *key);                       /* NULL is fine */

/* What is wrong and what to do about it, for a log line or an error text. */
const char *phone_key_error(phone_key_rc_t rc);

/*
 * The public half as one line of base64 (DER SubjectPublicKeyInfo), which is
 * how the store keeps it; empty when out of memory.
 */
phone_str_t phone_key_export_public(phone_arena_t *arena,
    const phone_key_t *key);

/* 1 or 0.  sign must be exactly the base64 of a signature of data. */
int phone_verify(phone_crypto_t *crypto, phone_key_t *key,
    phone_sign_type_t type, phone_str_t data, phone_str_t sign);

/*
 * Takes about 0.7 ms at 2048 bits, so it belongs on a compute thread, with a
 * key and an arena that no other thread uses.  Returns 0, or -1 when key is
 * a public one or memory ran out.
 */
int phone_sign(phone_arena_t *arena, phone_key_t *key, phone_sign_type_t type,
    phone_str_t data, phone_str_t *sign);

/*
 * From fields that hold neither `digest` nor `sign`: adds `digest` and gives
 * the text to sign.  The caller signs it and adds `sign`.  Returns 0, or -1
 * when one of the two is there, fields is full, a name stands twice, or
 * memory ran out.
 */
int phone_sign_fields(phone_crypto_t *crypto, phone_arena_t *arena,
    phone_fields_t *fields, phone_str_t *text);

/*
 * The other direction: checks `digest` (hex of either case), then `sign`.
 * type is what the merchant's record says, never what the caller sent.
 */
phone_verify_rc_t phone_verify_fields(phone_crypto_t *crypto,
    phone_arena_t *arena, phone_key_t *key, phone_sign_type_t type,
    const phone_fields_t *fields);


#endif /* _PHONE_SIGNATURE_H_INCLUDED_ */
