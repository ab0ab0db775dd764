
/*
 * The one signing rule, both directions: the text that is digested and
 * signed.  Source: PAY-8 (CN101853458A asks for an MD5 digest and an RSA
 * signature); the form of the text is the one Alipay and WeChat Pay share.
 */


#ifndef _PHONE_CANONICAL_H_INCLUDED_
#define _PHONE_CANONICAL_H_INCLUDED_


#include "crypto.h"
#include "fields.h"


/*
 * Drops empty values and `sign` (and `digest` unless with_digest), sorts by
 * the bytes of the names and joins name=value with '&'.  Values are taken
 * raw, nothing is escaped; fields that nobody knows are signed as well.
 *
 * Returns 0, or -1 when a name stands twice or the arena is full (then
 * arena->failed is set).  No fields at all give the empty string.
 */
int phone_canonical(phone_arena_t *arena, const phone_fields_t *fields,
    int with_digest, phone_str_t *out);

/*
 * Lower-case hex MD5 of the canonical string without `digest`; empty, with
 * arena->failed raised, when it cannot be made.
 */
phone_str_t phone_digest(phone_crypto_t *crypto, phone_arena_t *arena,
    phone_str_t canonical);


#endif /* _PHONE_CANONICAL_H_INCLUDED_ */
