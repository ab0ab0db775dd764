
/*
 * The one signing rule, both directions: the text that is digested and
 * signed.  Source: PAY-8 (CN101853458A asks for an MD5 digest and an RSA
 * signature); the form of the text is the one Alipay and WeChat Pay share.
 */


#ifndef _PHONE_CANONICAL_H_INCLUDED_
#define _PHONE_CANONICAL_H_INCLUDED_


#include "crypto.h"
#include "fields.h"


typedef enum {
    PHONE_CANONICAL_OK = 0,
    PHONE_CANONICAL_TWICE,           /* a name appears twice */
    PHONE_CANONICAL_NAME,            /* a name outside [A-Za-z0-9_.]+ */
    PHONE_CANONICAL_VALUE,           /* a value that could be two fields */
    PHONE_CANONICAL_MEMORY           /* arena->failed is set */
} phone_canonical_rc_t;


/*
 * Drops empty values and `sign` (and `digest` unless with_digest), sorts by
 * the bytes of the names and joins name=value with '&'.  Values are taken
 * raw, nothing is escaped; fields that nobody knows are signed as well.  No
 * fields at all give the empty string.
 *
 * As nothing is escaped, a value in which '&' is followed by a name and '='
 * would read as two fields: it is refused.  So no two sets of fields have the
 * same text.  Where fields are refused *out is the name at fault.
 */
phone_canonical_rc_t phone_canonical(phone_arena_t *arena,
    const phone_fields_t *fields, int with_digest, phone_str_t *out);

/* 1 when the value could be read as two fields. */
int phone_canonical_splits(phone_str_t value);

/*
 * Lower-case hex MD5 of the canonical string without `digest`; empty, with
 * arena->failed set, when it cannot be made.
 */
phone_str_t phone_digest(phone_crypto_t *crypto, phone_arena_t *arena,
    phone_str_t canonical);

/* 1 when that is what was sent as `digest`, in hex of either case. */
int phone_digest_is(phone_crypto_t *crypto, phone_arena_t *arena,
    phone_str_t canonical, phone_str_t sent);


#endif /* _PHONE_CANONICAL_H_INCLUDED_ */
