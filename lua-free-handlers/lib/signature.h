
/*
 * Signatures over the canonical string, PAY-8: RSA (PKCS #1 v1.5), Ed25519 and
 * HMAC-SHA256.
 */


#ifndef _PHONE_SIGNATURE_H_INCLUDED_
#define _PHONE_SIGNATURE_H_INCLUDED_


#include "crypto.h"
#include "fields.h"
#include "key.h"


typedef enum {
    PHONE_VERIFY_OK = 0,
    PHONE_VERIFY_DIGEST,             /* `digest` missing or not of this text */
    PHONE_VERIFY_SIGN,               /* `sign` missing or wrong */
    PHONE_VERIFY_AMBIGUOUS,          /* a value could be two fields */
    PHONE_VERIFY_FIELDS              /* no canonical string: a name twice */
} phone_verify_rc_t;


/* 0, or -1 for an unknown name; "SHA256withRSA" is read as "RSA2". */
int phone_sign_type(phone_str_t name, phone_sign_type_t *type);
phone_str_t phone_sign_type_name(phone_sign_type_t type);
phone_key_kind_t phone_sign_type_kind(phone_sign_type_t type);

/*
 * 1 or 0.  sign must be exactly the base64 of a signature of data, of a type
 * that the key is for.
 */
int phone_verify(phone_crypto_t *crypto, phone_key_t *key,
    phone_sign_type_t type, phone_str_t data, phone_str_t sign);

/*
 * RSA takes about 0.7 ms at 2048 bits, so it belongs on a compute thread, with
 * a key and an arena that no other thread uses.  Returns 0, or -1 when key is
 * a public one or not for this type, or memory ran out.
 */
int phone_sign(phone_arena_t *arena, phone_key_t *key, phone_sign_type_t type,
    phone_str_t data, phone_str_t *sign);

/*
 * From fields that hold neither `digest` nor `sign`: adds `digest` and gives
 * the text to sign.  The caller signs it and adds `sign`.  Returns 0, or -1
 * when one of the two is there, fields is full, a name or a value is refused
 * (canonical.h), or memory ran out.
 */
int phone_sign_fields(phone_crypto_t *crypto, phone_arena_t *arena,
    phone_fields_t *fields, phone_str_t *text);

/*
 * The other direction: checks `digest` (hex of either case), then `sign`.
 * type is what the merchant's record says, never what the caller sent.  *bad
 * is the name at fault where it is the fields that are refused.
 */
phone_verify_rc_t phone_verify_fields(phone_crypto_t *crypto,
    phone_arena_t *arena, phone_key_t *key, phone_sign_type_t type,
    const phone_fields_t *fields, phone_str_t *bad);


#endif /* _PHONE_SIGNATURE_H_INCLUDED_ */
