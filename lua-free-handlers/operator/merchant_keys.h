
/*
 * The keys of a merchant (PAY-8), and of a terminal: the field KEYS of the
 * record, lines of "<key_id> <from ms> <until ms or 0> <key>\n", with " <ms>"
 * behind the key once it was used.  The key is the base64 of a
 * SubjectPublicKeyInfo, or "hmac:" and a secret, sealed.  While keys are
 * rotated several are valid side by side.
 */


#ifndef _PHONE_MERCHANT_KEYS_H_INCLUDED_
#define _PHONE_MERCHANT_KEYS_H_INCLUDED_


#include "../phone.h"
#include "../lib/signature.h"


#define PHONE_MERCHANT_KEYS  8


typedef struct {
    phone_str_t              key_id;
    int64_t                  from;       /* ms */
    int64_t                  until;      /* ms; 0: no end */
    phone_str_t              text;
    int64_t                  used;       /* ms, by the hour; 0: never */
} phone_merchant_key_t;


typedef struct {
    unsigned                 n;
    phone_merchant_key_t     key[PHONE_MERCHANT_KEYS];
} phone_merchant_keys_t;


/* phone_callers_t in ../host.h */
unsigned phone_merchant_key(phone_call_t *call, phone_record_t *record,
    unsigned field, phone_str_t key_id, phone_caller_key_t *key);
void phone_merchant_key_used(phone_call_t *call, phone_record_t *record,
    unsigned field, phone_str_t key_id);
int phone_merchant_secret(phone_call_t *call, phone_record_t *merchant,
    phone_caller_key_t *key);


/* 0, or -1 when text is malformed; the parts point into text. */
int phone_merchant_keys_parse(phone_str_t text, phone_merchant_keys_t *keys);
phone_str_t phone_merchant_keys_text(phone_arena_t *arena,
    const phone_merchant_keys_t *keys);

/* As members of a reply. */
extern const phone_object_t  phone_merchant_key_object;

void phone_merchant_keys_show(phone_json_t *json,
    const phone_merchant_keys_t *keys);

/* NULL when there is none of this id. */
phone_merchant_key_t *phone_merchant_keys_find(phone_merchant_keys_t *keys,
    phone_str_t key_id);

/*
 * The key that a call gives: the parameter public_key as one line of base64,
 * or, if sign_type is HMAC-SHA256, a secret that is made now.  Else a
 * refusal, whose member "reason" says what is wrong with the key.
 */
typedef struct {
    phone_key_kind_t         kind;
    phone_str_t              text;       /* as it is stored */
    phone_str_t              secret;     /* to be shown, once */
} phone_key_given_t;

phone_rc_t phone_merchant_key_given(phone_call_t *call,
    phone_record_t *record, phone_str_t key_id, phone_str_t sign_type,
    phone_key_given_t *given);

/* A secret of this id is put in the merchant's record with this commit; or it
   is sealed again, by the newest key. */
void phone_secret_noted(phone_call_t *call, phone_record_t *merchant,
    phone_str_t key_id);
phone_rc_t phone_secret_reseal(phone_call_t *call, phone_record_t *merchant,
    phone_str_t key_id);

/* Is that the key?  A secret is the same only in the call that has made it,
   which finds its own commit. */
int phone_merchant_key_is(phone_call_t *call, phone_record_t *record,
    const phone_merchant_key_t *key, const phone_key_given_t *given);

/* The kind of a key as it is stored. */
phone_key_kind_t phone_merchant_key_kind(phone_str_t text);

/* Can messages to a merchant with these keys be signed so? */
int phone_merchant_can(phone_call_t *call, const phone_merchant_keys_t *keys,
    phone_sign_type_t type);

#define PHONE_PUBLIC_KEY_ABOUT                                                \
    "RSA, 2048 to 4096 bits, or Ed25519: PEM, or base64 of the "              \
    "SubjectPublicKeyInfo; none with sign_type HMAC-SHA256"

#define PHONE_SECRET_MEMBER                                                   \
    { "secret", PHONE_M_TEXT, PHONE_SECRET, NULL,                             \
      "this call has made one, for HMAC-SHA256",                              \
      "shared by the merchant and the platform; never shown again" }

/* Parameters of phone_merchant_key_add(). */
#define PHONE_RETIRE_OTHERS_IN                                                \
    { "retire_others_in", PHONE_P_INT, 0, 0, 366 * 86400,                     \
      "seconds from now until the other keys end; without it they do not" }

/*
 * Adds the key that the call gives to those in this field of the record, and
 * ends the others as the parameter retire_others_in says.  The same key again
 * changes nothing; a secret is another one each time, and is said in the
 * reply.  *keys is what the record holds after that.
 */
phone_rc_t phone_merchant_key_add(phone_call_t *call, phone_record_t *record,
    unsigned field, phone_str_t key_id, phone_str_t sign_type,
    phone_merchant_keys_t *keys);


#endif /* _PHONE_MERCHANT_KEYS_H_INCLUDED_ */
