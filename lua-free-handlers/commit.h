
/* Part of host.h: the commit of a run.  A host applies it in one atomic step:
   if all guards hold, all commands. */


#ifndef _PHONE_COMMIT_H_INCLUDED_
#define _PHONE_COMMIT_H_INCLUDED_


#include "lib/text.h"


typedef enum {
    PHONE_GUARD_VERSION,         /* field, "v", of hash key equals want */
    PHONE_GUARD_ABSENT,          /* hash key has no field */
    PHONE_GUARD_AT_LEAST,        /* field of hash key is a number >= want; one
                                    that is not there is 0 */
    PHONE_GUARD_DUE,             /* score of member field in key equals want */
    PHONE_GUARD_EMPTY,           /* key does not exist */
    PHONE_GUARD_CLAIM,           /* key does not exist; it then holds field,
                                    for want ms, for ever when that is "0" */
    PHONE_GUARD_AT_MOST,         /* field of hash key is a number <= want */
    PHONE_GUARD_ROOM,            /* fewer than want members of sorted set key
                                    have a score of field or more */
    PHONE_GUARD_TYPE,            /* key has the type that command field reads,
                                    or does not exist; else it is an error */
    PHONE_GUARD_SUM              /* delta is added to field of hash key, which
                                    then is <= want, or >= want for a delta
                                    below 0 */
} phone_guard_kind_t;


typedef struct phone_guard_s  phone_guard_t;

struct phone_guard_s {
    phone_guard_kind_t       kind;
    unsigned                 bucket;
    phone_str_t              key;
    phone_str_t              field;
    phone_str_t              want;
    phone_str_t              delta;      /* of a sum */
    phone_str_t              life;       /* ms, "0" for none: of a key in which
                                            the sum is the first of field */
    unsigned                 full:1;     /* another run would meet it again */
    unsigned                 elsewhere:1;    /* than at the commit's home */
    phone_guard_t           *next;
};


typedef enum {
    PHONE_OP_HSET,               /* field, value, ... */
    PHONE_OP_HDEL,               /* field, ... */
    PHONE_OP_HINCRBY,            /* field, delta */
    PHONE_OP_DEL,
    PHONE_OP_PEXPIRE,            /* ms */
    PHONE_OP_COUNT,              /* ms, delta, bit, ...: as the ask does */
    PHONE_OP_ZADD,               /* score, member */
    PHONE_OP_ZADD_NX,            /* the same; a member that is there stays */
    PHONE_OP_ZREM,               /* member */
    PHONE_OP_RPUSH,              /* entry */
    PHONE_OP_XADD,               /* most entries or 0, field, value, ... */
    PHONE_OP_PUBLISH             /* payload; key is the channel */
} phone_op_kind_t;


/* A payload: sessions of the channel's number have ended. */
#define PHONE_LIVE_SESSIONS  "sessions"

typedef struct phone_op_s  phone_op_t;

struct phone_op_s {
    phone_op_kind_t          kind;
    unsigned                 bucket;
    phone_str_t              key;
    unsigned                 fresh:1;    /* of a new id: no such key yet, or
                                            no such member */
    unsigned                 nwords;
    phone_str_t             *word;
    phone_op_t              *next;
};


/*
 * Guards that write, claims and sums, come behind all others, and what they
 * have written is taken back when a later one does not hold or one of the first
 * commands fails.
 */
#define PHONE_COMMIT_BACK  3

typedef struct {
    unsigned                 bucket;     /* home: that of the guards */
    unsigned                 nguards;
    unsigned                 nops;
    unsigned                 back;       /* so many of the first commands, each
                                            an RPUSH or a ZADD of a new member,
                                            are taken back when one of them or
                                            the next one fails */
    phone_guard_t           *guards;
    phone_op_t              *ops;
} phone_commit_t;


/*
 * looks.c: makes sure that a commit is applied as a whole or not at all.  Makes
 * each HINCRBY a sum with the bounds that its guards set; adds a guard for
 * everything else that could make a command fail and is not guarded yet, and
 * puts in front the commands that need none, because they can be undone.  -1
 * when one key is used as two types, the words or the key of a command are
 * malformed, or a bound is on a field that nothing is added to.
 */
int phone_add_looks(phone_arena_t *arena, phone_commit_t *commit);


/*
 * looks.c: the words of a commit, of a guard and of a command as they are sent
 * to the store.  A commit has at most so many: a run that records more is a
 * mistake of its handler, and nothing is applied.
 */
#define PHONE_COMMIT_WORDS  4000

unsigned phone_commit_words(const phone_commit_t *commit);
unsigned phone_guard_words(const phone_guard_t *guard);
unsigned phone_op_words(const phone_op_t *op);


#endif /* _PHONE_COMMIT_H_INCLUDED_ */
