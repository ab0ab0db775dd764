
/*
 * The envelope between a phone and the platform (PAY-9): secret fields of a
 * call, encrypted with a key that this phone and the platform share, and bound
 * to the call.  It is sent as two fields:
 *
 *     secure = <suite>.<key id>.<time>.<iv>.<ciphertext>
 *     mac    = <tag>
 *
 * where time is Unix seconds, and iv, ciphertext and tag are base64url.  The
 * head of the envelope is secure up to its last dot, without it.
 *
 * The fields inside are entries "<name> <bytes of the value> <value>\n", sorted
 * by name, followed by one byte 80 and zeros up to a multiple of 32 bytes.  The
 * context is
 *
 *     ngx_phone envelope\n
 *     <head>\n
 *     <phone number>\n
 *     <service>\n
 *     all other fields of the call, as entries like those
 *     \n
 *
 * Suite 1: 3DES-CBC with two keys (16 bytes, IV of 8), and over context and
 * ciphertext the retail MAC (ISO/IEC 9797-1 algorithm 3, padding method 2;
 * ANSI X9.19) with two other ones.  Suite 2: AES-256-GCM (IV of 12) with the
 * context as additional data.
 */


#ifndef _PHONE_ENVELOPE_H_INCLUDED_
#define _PHONE_ENVELOPE_H_INCLUDED_


#include "fields.h"


#define PHONE_ENVELOPE_3DES    1
#define PHONE_ENVELOPE_AES     2

#define PHONE_ENVELOPE_KEY     32    /* suite 1: 16 to encrypt, 16 to MAC */
#define PHONE_ENVELOPE_KEY_ID  8     /* hex digits */
#define PHONE_ENVELOPE_PAD     32
#define PHONE_ENVELOPE_TAG     16    /* the longest */

/* bytes of secure and mac as they are sent, of what is inside */
#define PHONE_ENVELOPE_SECURE  4096
#define PHONE_ENVELOPE_MAC     22
#define PHONE_ENVELOPE_INSIDE  2048


/* Ciphers, fetched once; to be used by one thread or by many. */
typedef struct phone_ciphers_s  phone_ciphers_t;

phone_ciphers_t *phone_ciphers_create(void);     /* NULL: OpenSSL has failed */
void phone_ciphers_free(phone_ciphers_t *ciphers);           /* NULL is fine */


typedef struct {
    unsigned                 suite;
    phone_str_t              head;
    phone_str_t              key_id;
    int64_t                  time;       /* Unix seconds */
    phone_str_t              iv_text;
    phone_str_t              iv;         /* bytes, as the next two */
    phone_str_t              sealed;
    phone_str_t              tag;
} phone_envelope_t;


/* What was sent: 0, or -1 when it is no envelope. */
int phone_envelope_parse(phone_arena_t *arena, phone_str_t secure,
    phone_str_t mac, phone_envelope_t *envelope);

/* What an envelope with that head is bound to; the fields secure and mac are
   left out of fields.  Empty when memory runs out. */
phone_str_t phone_envelope_context(phone_arena_t *arena, phone_str_t head,
    phone_str_t number, phone_str_t service, const phone_fields_t *fields);

/*
 * The tag is checked before anything is decrypted: 0, or -1, one answer for
 * every reason.  plain is what phone_envelope_read() takes.
 */
int phone_envelope_open(const phone_ciphers_t *ciphers, phone_arena_t *arena,
    const unsigned char key[PHONE_ENVELOPE_KEY],
    const phone_envelope_t *envelope, phone_str_t context, phone_str_t *plain);

/* Adds the fields inside; 0, or -1 and none is added. */
int phone_envelope_read(phone_str_t plain, phone_fields_t *fields);

/* The other way, for clients and tests.  iv is random and has the length that
   the suite needs.  0, or -1. */
int phone_envelope_seal(const phone_ciphers_t *ciphers, phone_arena_t *arena,
    const unsigned char key[PHONE_ENVELOPE_KEY], unsigned suite,
    phone_str_t iv, phone_str_t context, const phone_fields_t *inside,
    phone_str_t *sealed, phone_str_t *tag);

/* Two-key 3DES-CBC of whole blocks, without padding; 0, or -1. */
int phone_3des_cbc(const phone_ciphers_t *ciphers, int encrypt,
    const unsigned char key[16], const unsigned char iv[8], phone_str_t in,
    unsigned char *out);

/* The retail MAC of data, with a key of 16 bytes; 0, or -1. */
int phone_retail_mac(const phone_ciphers_t *ciphers, phone_arena_t *arena,
    const unsigned char key[16], phone_str_t data, unsigned char mac[8]);


#endif /* _PHONE_ENVELOPE_H_INCLUDED_ */
