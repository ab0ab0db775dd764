
/*
 * The kinds of value that the twin of the store holds: hash, sorted set, list
 * and stream, each as Redis behaves where the product can see it.
 */


#ifndef _SIM_VALUES_H_INCLUDED_
#define _SIM_VALUES_H_INCLUDED_


#include "memory.h"


typedef struct {
    phone_str_t              name;
    phone_str_t              value;
} sim_field_t;


/* In order of arrival; a changed field keeps its place. */
typedef struct {
    unsigned                 n;
    unsigned                 size;
    sim_field_t             *field;
} sim_fields_t;


typedef struct {
    int64_t                  score;
    uint32_t                 hash;       /* of member: makes a search fast */
    phone_str_t              member;
} sim_member_t;


/* By score, then by the bytes of the member. */
typedef struct {
    unsigned                 n;
    unsigned                 size;
    sim_member_t            *member;
} sim_zset_t;


typedef struct {
    unsigned                 n;
    unsigned                 size;
    phone_str_t             *entry;
} sim_list_t;


typedef struct {
    int64_t                  ms;
    uint64_t                 seq;
    unsigned                 n;
    sim_field_t             *field;
} sim_item_t;


typedef struct {
    unsigned                 first;      /* what is before was trimmed */
    unsigned                 n;          /* items behind first */
    unsigned                 size;
    sim_item_t              *item;
    int64_t                  last_ms;
    uint64_t                 last_seq;
} sim_stream_t;


/* NULL when there is none.  *at is where to look first, moved on, so that
   reading many fields in the order of arrival takes one pass. */
sim_field_t *sim_fields_find(const sim_fields_t *fields, phone_str_t name,
    unsigned *at);
void sim_fields_set(sim_memory_t *memory, sim_fields_t *fields,
    phone_str_t name, phone_str_t value);
int sim_fields_remove(sim_memory_t *memory, sim_fields_t *fields,
    phone_str_t name);
void sim_fields_clear(sim_memory_t *memory, sim_fields_t *fields);

sim_member_t *sim_zset_find(const sim_zset_t *zset, phone_str_t member);
void sim_zset_add(sim_memory_t *memory, sim_zset_t *zset, int64_t score,
    phone_str_t member);
int sim_zset_remove(sim_memory_t *memory, sim_zset_t *zset,
    phone_str_t member);
void sim_zset_clear(sim_memory_t *memory, sim_zset_t *zset);

/* How many members score below bound. */
unsigned sim_zset_below(const sim_zset_t *zset, int64_t bound);

void sim_list_add(sim_memory_t *memory, sim_list_t *list, phone_str_t entry);
void sim_list_take(sim_memory_t *memory, sim_list_t *list);      /* the last */
void sim_list_clear(sim_memory_t *memory, sim_list_t *list);

/* The words are field, value, ...; most 0 is no bound.  An id is the time,
   or follows the last one when the clock has not moved on. */
const sim_item_t *sim_stream_add(sim_memory_t *memory, sim_stream_t *stream,
    int64_t now, unsigned most, const phone_str_t *word, unsigned nwords);
void sim_stream_clear(sim_memory_t *memory, sim_stream_t *stream);


/* As Redis reads an integer: an optional '-', digits, no leading zero, within
   64 bits.  0, or -1. */
int sim_parse_int(phone_str_t str, int64_t *value);

/* Into a text of the caller, of at least 21 bytes. */
#define SIM_INT_LEN  24
phone_str_t sim_format_int(char *text, int64_t value);


#endif /* _SIM_VALUES_H_INCLUDED_ */
