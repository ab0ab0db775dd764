
/*
 * The twin of the store against a real Redis: both get the same random
 * transactions, and must answer and hold the same.
 */


#ifndef _TWIN_H_INCLUDED_
#define _TWIN_H_INCLUDED_


#include <hiredis/hiredis.h>

#include "../sim/random.h"
#include "../sim/store.h"


#define TWIN_GUARDS_MAX      5
#define TWIN_CLAIMS_MAX      3
#define TWIN_OPS_MAX         9
#define TWIN_COMMITS_MAX     4           /* in one call of the script */
#define TWIN_WORDS_MAX       16

/* Of a command, and of a commit, at most. */
#define TWIN_ARGV_MAX        256
#define TWIN_COMMIT_WORDS_MAX  512

#define TWIN_PUBLISHED_MAX   (2 * TWIN_COMMITS_MAX * TWIN_OPS_MAX)


typedef struct {
    redisContext            *redis;
    redisContext            *heard;      /* subscribed to everything */
    char                    *sha;        /* of the script */

    unsigned                 defects;    /* of the twin, on purpose */
    sim_memory_t             memory;
    sim_store_t             *store;
    sim_random_t             random;
    phone_arena_t            arena;      /* of the transaction */

    unsigned                 npublished;
    phone_str_t              published[TWIN_PUBLISHED_MAX];

    unsigned long            transactions;
    unsigned long            applied;
    unsigned long            conflicts;
    unsigned long            errors;
    unsigned long            reads;
    unsigned long            dumps;
    unsigned                 brief:1;    /* a short life was given */
    unsigned                 failed:1;
    uint64_t                 seed;
} twin_t;


/* Ms since 1970: what the twin takes for the time. */
int64_t twin_now(void);

void twin_fail(twin_t *twin, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* redis_twin.c: a command whose arguments are texts; the caller frees. */
redisReply *twin_command(twin_t *twin, unsigned n, const phone_str_t *word);


/* send.c: some commits in one call of the script, and what they are */
redisReply *twin_send(twin_t *twin, const phone_commit_t *commit,
    unsigned ncommits);
void twin_show(const phone_commit_t *commit);

/* How a sketch is made and counted in; the number of words. */
#define TWIN_COUNT_WORDS     (4 + 4 * PHONE_SKETCH_ROWS)

unsigned twin_sketch_words(phone_str_t key, phone_str_t ms,
    phone_str_t *word);
unsigned twin_count_words(phone_str_t key, phone_str_t delta, unsigned n,
    const phone_str_t *bit, phone_str_t *word);

/* draw.c: random transactions and reads */
void twin_draw_commit(twin_t *twin, phone_commit_t *commit);
phone_str_t twin_draw_key(twin_t *twin);
phone_str_t twin_draw_key_of(twin_t *twin, const char *kind);
phone_str_t twin_draw_near(twin_t *twin, const char *kind);
phone_str_t twin_draw_field(twin_t *twin);
phone_str_t twin_draw_member(twin_t *twin);
unsigned twin_draw_bit(twin_t *twin);

/* compare.c: the same answers, the same content */
void twin_compare_read(twin_t *twin);
void twin_compare_all(twin_t *twin);


#endif /* _TWIN_H_INCLUDED_ */
