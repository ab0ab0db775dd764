
/*
 * Login passwords: scrypt (RFC 7914), kept as
 *     $scrypt$ln=14,r=8,p=1$<salt, base64url>$<hash, base64url>
 * and what passwords and payment PINs people may choose.
 *
 * Hashing and verifying take tens of milliseconds and 128 * r * 2^ln bytes:
 * they belong on a compute thread.  They share no state.
 */


#ifndef _PHONE_PASSWORD_H_INCLUDED_
#define _PHONE_PASSWORD_H_INCLUDED_


#include "text.h"


#define PHONE_PASSWORD_SALT  16
#define PHONE_PASSWORD_KEY   32
#define PHONE_PASSWORD_MIN   8                  /* characters */
#define PHONE_PASSWORD_MAX   128                /* bytes */
#define PHONE_PIN_LEN        6

/* What one hash may take, whatever a stored text asks for. */
#define PHONE_SCRYPT_MEMORY  (UINT64_C(256) << 20)                /* bytes */
#define PHONE_SCRYPT_P_MAX   16


typedef struct {
    unsigned                 ln;     /* log2 of N, 1 .. 20 */
    unsigned                 r;      /* block size, 1 .. 32 */
    unsigned                 p;      /* 1 .. PHONE_SCRYPT_P_MAX */
} phone_scrypt_t;


#define PHONE_SCRYPT_DEFAULT ((phone_scrypt_t) { 14, 8, 1 })


typedef enum {
    PHONE_PASSWORD_OK = 0,
    PHONE_PASSWORD_SHORT,            /* below 8 characters */
    PHONE_PASSWORD_LONG,             /* above 128 bytes */
    PHONE_PASSWORD_UTF8,             /* not UTF-8, or holds a control byte */
    PHONE_PASSWORD_UNIFORM,          /* one character over and over */
    PHONE_PASSWORD_COMMON            /* one of the commonest */
} phone_password_rc_t;


/* 0, or -1 for parameters out of bounds or out of memory. */
int phone_password_hash(phone_arena_t *arena, const phone_scrypt_t *params,
    const unsigned char salt[PHONE_PASSWORD_SALT], phone_str_t password,
    phone_str_t *text);

/*
 * 1 or 0, compared in constant time; -1 when text is no such hash, asks for
 * more than the bounds above, or memory ran out.
 */
int phone_password_verify(phone_str_t text, phone_str_t password);

/* May a person choose this?  Case does not count in the common list. */
phone_password_rc_t phone_password_acceptable(phone_str_t password);

/* 1 when it is the phone number, written in any way: with or without the
   country code, a prefix or separators. */
int phone_password_is_number(phone_str_t password, phone_str_t number);

/*
 * 1 for six digits that are not one digit, not a run up or down (0 follows
 * 9), and not a group of two or three digits repeated; 0 otherwise.
 */
int phone_pin_acceptable(phone_str_t pin);


#endif /* _PHONE_PASSWORD_H_INCLUDED_ */
