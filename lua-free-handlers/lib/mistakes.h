
/*
 * How the text of a signed call is made by mistake, so that a digest or a
 * signature that does not fit tells which mistake it was.
 */


#ifndef _PHONE_MISTAKES_H_INCLUDED_
#define _PHONE_MISTAKES_H_INCLUDED_


#include "canonical.h"
#include "key.h"


/* The most likely first: where two give the same text the first is named. */
typedef enum {
    PHONE_TEXT_RIGHT = 0,
    PHONE_TEXT_EMPTY,                /* empty values are kept */
    PHONE_TEXT_NULL,                 /* as "null" */
    PHONE_TEXT_PLUS,                 /* '+' at the beginning of a value was sent
                                        as such: a space came */
    PHONE_TEXT_ENCODED,              /* values are URL-encoded, %20 */
    PHONE_TEXT_FORM,                 /* the same, + for a space */
    PHONE_TEXT_LOWER_HEX,            /* %20, with %e8 for %E8 */
    PHONE_TEXT_CASE,                 /* sorted without regard to case */
    PHONE_TEXT_UNSORTED,             /* as they were sent */
    PHONE_TEXT_BOOLEANS,             /* True and False */
    PHONE_TEXT_NUMBERS,              /* 1 and 0 for true and false */
    PHONE_TEXT_SIGN,                 /* `sign` is in it */
    PHONE_TEXT_NO_TYPE,              /* `sign_type` is not */
    PHONE_TEXT_NO_KEY,               /* `key_id` is not */
    PHONE_TEXT_NO_SERVICE,           /* `service` is not */
    PHONE_TEXT_NEWLINE,              /* a line break at the end */
    PHONE_TEXT_AND,                  /* '&' at the end */
    PHONE_TEXT_LATIN1,               /* UTF-8, taken for Latin-1 and encoded
                                        again */
    PHONE_TEXTS
} phone_text_t;


/*
 * The text so made of fields that phone_canonical() takes, with `digest` or
 * without.  0, or -1: memory has run out.
 */
int phone_text_made(phone_arena_t *arena, const phone_fields_t *fields,
    phone_text_t how, int with_digest, phone_str_t *text);

/* The first that has this digest, hex of either case; PHONE_TEXTS: none. */
phone_text_t phone_text_of_digest(phone_arena_t *arena,
    const phone_fields_t *fields, phone_str_t digest);

/* Where two texts differ first, in bytes; their length if they do not. */
size_t phone_text_differs(phone_str_t a, phone_str_t b);

/* Lower-case hex. */
phone_str_t phone_text_digest(phone_arena_t *arena, phone_str_t text);


/*
 * What a signature by RSA says of itself: it was made with the private half of
 * this key, over something with that hash, or it was not.
 */
typedef struct {
    unsigned                 of_key:1;
    int                      nid;        /* of the hash, to OpenSSL */
    size_t                   len;
    unsigned char            hash[64];
} phone_signed_t;

void phone_signed_what(phone_key_t *key, phone_str_t bytes,
    phone_signed_t *what);

/* 1: a text with that hash. */
int phone_signed_text(const phone_signed_t *what, phone_str_t text);

/* Was it made with the hash of this type? */
int phone_signed_as(const phone_signed_t *what, phone_sign_type_t type);


#endif /* _PHONE_MISTAKES_H_INCLUDED_ */
