
/*
 * Ids that carry their bucket, so that a record is found from its id alone:
 * three digits of bucket, '-', and a ULID (48 bits of time in milliseconds,
 * 80 random bits, in 26 characters of Crockford's base32).  Ids of one bucket
 * sort by the time they were made.
 */


#ifndef _PHONE_ID_H_INCLUDED_
#define _PHONE_ID_H_INCLUDED_


#include "text.h"


#define PHONE_BUCKETS_MAX    1000        /* three digits of an id */
#define PHONE_ID_LEN         30
#define PHONE_ID_RANDOM      10


/* The bucket of a name, 0 .. buckets - 1: 32 bit FNV-1a modulo buckets. */
unsigned phone_bucket_of(phone_str_t name, unsigned buckets);

/* The bucket an id stands in; -1 when id is not an id of a store with that
   many buckets. */
int phone_id_bucket(phone_str_t id, unsigned buckets);

/* When an id was made, ms since 1970; -1 when it is none. */
int64_t phone_id_time(phone_str_t id);

phone_str_t phone_id_make(phone_arena_t *arena, unsigned bucket,
    int64_t now_ms, const unsigned char random[PHONE_ID_RANDOM]);


#endif /* _PHONE_ID_H_INCLUDED_ */
