
/*
 * The public keys of a merchant (PAY-8), and of a terminal: the field KEYS of
 * the record, lines of
 * "<key_id> <from ms> <until ms or 0> <base64 SubjectPublicKeyInfo>\n".  While
 * keys are rotated several are valid side by side.
 */


#ifndef _PHONE_MERCHANT_KEYS_H_INCLUDED_
#define _PHONE_MERCHANT_KEYS_H_INCLUDED_


#include "../phone.h"


#define PHONE_MERCHANT_KEYS  8


typedef struct {
    phone_str_t              key_id;
    int64_t                  from;       /* ms */
    int64_t                  until;      /* ms; 0: no end */
    phone_str_t              spki;
} phone_merchant_key_t;


typedef struct {
    unsigned                 n;
    phone_merchant_key_t     key[PHONE_MERCHANT_KEYS];
} phone_merchant_keys_t;


/* phone_callers_t in ../host.h */
unsigned phone_merchant_key(phone_record_t *record, unsigned field,
    phone_str_t key_id, int64_t now, phone_str_t *spki);


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
 * The parameter public_key as one line of base64.  Else a refusal, whose
 * member "reason" says what is wrong with the key.
 */
phone_rc_t phone_merchant_public_key(phone_call_t *call, phone_str_t *spki);

/* Parameters of phone_merchant_key_add(). */
#define PHONE_RETIRE_OTHERS_IN                                                \
    { "retire_others_in", PHONE_P_INT, 0, 0, 366 * 86400,                     \
      "seconds from now until the other keys end; without it they do not" }

/*
 * Adds the parameter public_key to the keys in this field of the record, and
 * ends the others as the parameter retire_others_in says.  The same key again
 * changes nothing.  *keys is what the record holds after that.
 */
phone_rc_t phone_merchant_key_add(phone_call_t *call, phone_record_t *record,
    unsigned field, phone_str_t key_id, phone_merchant_keys_t *keys);


#endif /* _PHONE_MERCHANT_KEYS_H_INCLUDED_ */
