
/*
 * Secrets at rest and in cookies: sealed text (AES-256-GCM) and MACs
 * (HMAC-SHA256), with keys drawn from one 32-byte master secret through
 * HKDF-SHA256 (RFC 5869), a label for each purpose.
 *
 * A key object holds a keyed OpenSSL context, so only the nonce is set per
 * call; it belongs to one thread.  To rotate the master secret the caller
 * keeps two objects, seals with the current and opens with the current, then
 * with the previous.
 */


#ifndef _PHONE_SEAL_H_INCLUDED_
#define _PHONE_SEAL_H_INCLUDED_


#include "text.h"


#define PHONE_SECRET_LEN     32
#define PHONE_SEAL_NONCE     12
#define PHONE_SEAL_TAG       16
#define PHONE_MAC_LEN        32
#define PHONE_PRINT_LEN      16


typedef struct phone_seal_key_s  phone_seal_key_t;
typedef struct phone_mac_key_s   phone_mac_key_t;


/* HKDF-SHA256 into out; 0, or -1 for len = 0 or len > 255 * 32. */
int phone_hkdf(phone_str_t secret, phone_str_t salt, phone_str_t label,
    unsigned char *out, size_t len);

/*
 * From the master secret and the label of a purpose ("session cookie", "card
 * number", "sms text"), or from a raw key that was made elsewhere.  NULL
 * when secret or the raw seal key is not 32 bytes, or when out of memory.
 */
phone_seal_key_t *phone_seal_key_create(phone_str_t secret,
    const char *label);
phone_seal_key_t *phone_seal_key_raw(phone_str_t key);
void phone_seal_key_free(phone_seal_key_t *key);             /* NULL is fine */

/*
 * base64url(nonce || ciphertext || tag).  nonce is random and never used
 * twice under one key; 2^32 seals are the limit of a key (NIST SP 800-38D).
 * aad is bound in, not stored: phone_unseal() needs the same bytes.
 * 0, or -1 when out of memory.
 */
int phone_seal(phone_arena_t *arena, phone_seal_key_t *key,
    const unsigned char nonce[PHONE_SEAL_NONCE], phone_str_t aad,
    phone_str_t plain, phone_str_t *text);

/*
 * 0, or -1 when text was not sealed under this key with this aad: one answer
 * for every reason.
 */
int phone_unseal(phone_arena_t *arena, phone_seal_key_t *key, phone_str_t aad,
    phone_str_t text, phone_str_t *plain);

/* A raw MAC key may have any length but zero. */
phone_mac_key_t *phone_mac_key_create(phone_str_t secret, const char *label);
phone_mac_key_t *phone_mac_key_raw(phone_str_t key);
void phone_mac_key_free(phone_mac_key_t *key);               /* NULL is fine */

/*
 * For PINs, login codes and hashes of card numbers.  0, or -1 when OpenSSL
 * failed: out is all zero then and must not be compared with anything.
 */
int phone_mac(phone_mac_key_t *key, phone_str_t data,
    unsigned char out[PHONE_MAC_LEN]);


#endif /* _PHONE_SEAL_H_INCLUDED_ */
