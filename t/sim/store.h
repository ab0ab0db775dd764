
/*
 * The in-memory twin of the store: what Redis, the shell's read commands and
 * its compare-and-apply script do together, as far as a handler can tell.
 * t/twin checks it against a real Redis.
 *
 * One script is one step: first all guards, then all commands.  An error in
 * the middle leaves what came before it, as Redis does; a product that gets
 * there is broken, so the twin tells it apart from a conflict.
 */


#ifndef _SIM_STORE_H_INCLUDED_
#define _SIM_STORE_H_INCLUDED_


#include "host.h"
#include "memory.h"
#include "values.h"


typedef enum {
    SIM_APPLIED,
    SIM_CONFLICT,                /* a guard does not hold: nothing was done */
    SIM_ERROR                    /* wrong kind of value, not a number, ... */
} sim_outcome_t;


/* Defects that can be put in on purpose; an OR of them. */
#define SIM_SKIP_VERSION     0x001       /* that guard always holds */
#define SIM_SKIP_ABSENT      0x002
#define SIM_SKIP_AT_LEAST    0x004
#define SIM_LOSE_LISTENS     0x008       /* who listens is not kept */
#define SIM_SKIP_DUE         0x010
#define SIM_LOSE_DUE         0x020       /* a ZADD to a due queue is lost */
#define SIM_LOSE_CREDIT      0x040       /* a positive HINCRBY is lost */
#define SIM_LOSE_CLAIM       0x080       /* what is claimed stays free */
#define SIM_HALF_COMMIT      0x100       /* one in 64 stops half way */
#define SIM_TWICE            0x200       /* one in 64 is applied twice */
#define SIM_LOSE_LOGOUT      0x400       /* a session stays open */
#define SIM_LOSE_PIN_FAILS   0x800       /* wrong PINs are not counted */
#define SIM_SKIP_CLAIM       0x1000      /* what is claimed can be had again */


typedef struct sim_store_s  sim_store_t;

typedef void (*sim_publish_pt)(void *data, phone_str_t channel,
    phone_str_t payload);


typedef struct {
    unsigned                 defects;
    int                      one_bucket;  /* refuse to touch two */
    sim_publish_pt           publish;     /* NULL: nobody listens */
    void                    *data;
} sim_store_options_t;


sim_store_t *sim_store_create(sim_memory_t *memory,
    const sim_store_options_t *options);

/*
 * Reads what one ask of the store wants; values are copied to the arena.
 * 0, or -1 for a wrong kind of value.
 */
int sim_store_read(sim_store_t *store, int64_t now, phone_ask_t *ask,
    phone_arena_t *arena);

/* *guard is the index of the first guard that fails, of SIM_CONFLICT. */
sim_outcome_t sim_store_apply(sim_store_t *store, int64_t now,
    const phone_commit_t *commit, unsigned *guard);


/* Adds delta to n cells of a sketch, and gives the least; -1 when the key
   holds something else. */
int sim_sketch_add(sim_store_t *store, int64_t now, phone_str_t key,
    int64_t ms, int64_t delta, unsigned n, const unsigned *bit,
    int64_t *least);


/* Puts a value past everybody; 0, or -1 when there is no such field. */
int sim_store_overwrite(sim_store_t *store, int64_t now, phone_str_t key,
    phone_str_t field, phone_str_t value);


/* A look inside, for the auditor, the pump and the tests. */

/* data == NULL when there is no such field, string or key. */
phone_str_t sim_store_field(sim_store_t *store, int64_t now, phone_str_t key,
    phone_str_t field);
phone_str_t sim_store_string(sim_store_t *store, int64_t now,
    phone_str_t key);

/* NULL when the key is not there or holds something else. */
const sim_fields_t *sim_store_hash(sim_store_t *store, int64_t now,
    phone_str_t key);
const sim_zset_t *sim_store_zset(sim_store_t *store, int64_t now,
    phone_str_t key);
const sim_list_t *sim_store_list(sim_store_t *store, int64_t now,
    phone_str_t key);
const sim_stream_t *sim_store_stream(sim_store_t *store, int64_t now,
    phone_str_t key);

/* Ms to live; -1: for ever, -2: not there (as PTTL). */
int64_t sim_store_pttl(sim_store_t *store, int64_t now, phone_str_t key);

/* Calls each with every key that is there, in no order; it changes none. */
void sim_store_each(sim_store_t *store, int64_t now,
    void (*each)(void *data, phone_str_t key), void *data);


#endif /* _SIM_STORE_H_INCLUDED_ */
