
/*
 * The store: asks and commits of the core as Redis commands, replies as the
 * values that the core expects.  See docs/architecture.md.
 */


#ifndef _NGX_PHONE_STORE_H_INCLUDED_
#define _NGX_PHONE_STORE_H_INCLUDED_


#include "ngx_phone_core.h"
#include "redis/ngx_phone_redis.h"
#include "runtime/runner.h"


typedef struct ngx_phone_store_s  ngx_phone_store_t;


/* The caller keeps it as long as the store is used. */
typedef struct {
    ngx_phone_redis_conf_t   redis;          /* .naddrs == 0: not given */
    ngx_flag_t               unsafe;         /* it may have no log */
    ngx_str_t                id;
} ngx_phone_store_conf_t;


/*
 * The folder of blobs, and whose it is.  look() reads its line, and makes it
 * for that store (NULL: it does not) where there is none.  NGX_DECLINED: there
 * is none; NGX_ERROR: failed and err are set.  The line is empty then.
 */
#define NGX_PHONE_FOLDER_LINE  128

typedef struct ngx_phone_folder_s  ngx_phone_folder_t;

struct ngx_phone_folder_s {
    const char              *path;
    ngx_int_t              (*look)(ngx_phone_folder_t *folder,
                                   const ngx_str_t *store);

    u_char                   text[NGX_PHONE_FOLDER_LINE];
    ngx_str_t                line;           /* "<id of its store> <its own
                                                name>" */
    const char              *failed;         /* what */
    ngx_err_t                err;
};


/* Of the server, as it was last. */
typedef struct {
    time_t                   checked;        /* 0: never */
    int64_t                  clock_offset;   /* us; ours is ahead */
    int64_t                  epoch;
    ngx_str_t                refused;        /* how the last commit was; empty:
                                                it was not, or it is long ago */
} ngx_phone_store_state_t;


typedef phone_outcome_t  ngx_phone_outcome_t;

#define NGX_PHONE_APPLIED      PHONE_OUTCOME_APPLIED
#define NGX_PHONE_CONFLICT     PHONE_OUTCOME_CONFLICT
#define NGX_PHONE_UNKNOWN      PHONE_OUTCOME_UNKNOWN
#define NGX_PHONE_REFUSED      PHONE_OUTCOME_REFUSED
#define NGX_PHONE_UNAVAILABLE  PHONE_OUTCOME_UNAVAILABLE
#define NGX_PHONE_BROKEN       PHONE_OUTCOME_BROKEN


/* Called once for each ask that was sent, never before the sender returns. */
typedef void (*ngx_phone_read_pt)(void *data, phone_ask_t *ask,
    ngx_phone_outcome_t outcome);


/* Owned by the caller, who keeps it and what `commit` points to until the
   handler is called. */
typedef struct ngx_phone_commit_s  ngx_phone_commit_t;

typedef void (*ngx_phone_commit_pt)(ngx_phone_commit_t *commit,
    ngx_phone_outcome_t outcome);

struct ngx_phone_commit_s {
    const phone_commit_t    *commit;
    int64_t                  until;          /* ms: not applied later; or 0 */
    ngx_phone_commit_pt      handler;
    void                    *data;

    ngx_phone_store_t       *store;          /* set by the store */
    const phone_guard_t     *failed;         /* of a CONFLICT */
    ngx_phone_commit_t      *next;           /* of those sent together */
    unsigned                 loaded:1;       /* the script was sent whole */
};


/* What is due in a bucket: members and scores, oldest first.  Valid in the
   call only; n is 0 for any outcome but APPLIED. */
typedef struct {
    phone_str_t              member;
    int64_t                  score;
} ngx_phone_due_entry_t;

typedef void (*ngx_phone_due_pt)(void *data, ngx_uint_t bucket,
    ngx_phone_due_entry_t *entry, ngx_uint_t n, ngx_phone_outcome_t outcome);

#define NGX_PHONE_DUE_MAX  32


/*
 * One a worker; begins to check the server.  What the checks find out is set in
 * env.  folder (NULL: none is used) is looked at once the server has the store
 * of this configuration.  *writes_lost is counted up each time that some were.
 */
ngx_phone_store_t *ngx_phone_store_create(const ngx_phone_store_conf_t *conf,
    phone_env_t *env, ngx_phone_folder_t *folder, ngx_uint_t *writes_lost,
    ngx_cycle_t *cycle);

/* Goes on counting there. */
void ngx_phone_store_count_in(ngx_phone_store_t *store,
    ngx_uint_t *writes_lost);

/* Fails all commands that wait.  May be called twice. */
void ngx_phone_store_close(ngx_phone_store_t *store);

/* The client, for commands that are no asks. */
ngx_phone_redis_t *ngx_phone_store_redis(ngx_phone_store_t *store);

void ngx_phone_store_state(ngx_phone_store_t *store,
    ngx_phone_store_state_t *state);

/* ngx_phone_store_check.c: 1 when our clock is too far from the store's, or
   has just been set: nothing may be decided by it. */
ngx_uint_t ngx_phone_check_clock(ngx_phone_store_t *store);

/*
 * Sends reading asks back to back on one connection.  Returns how many were
 * sent; when they are fewer than n, *outcome says why.  Values are copied to
 * arena.
 */
ngx_uint_t ngx_phone_store_read(ngx_phone_store_t *store,
    phone_arena_t *arena, phone_ask_t **ask, ngx_uint_t n,
    ngx_phone_read_pt handler, void *data, ngx_phone_outcome_t *outcome);

/* Sent when the events of this turn of the event loop are done, all commits of
   the turn together; the handler always follows. */
void ngx_phone_store_commit(ngx_phone_store_t *store,
    ngx_phone_commit_t *commit);

/* NGX_OK: sent, the handler will be called. */
ngx_int_t ngx_phone_store_due(ngx_phone_store_t *store, ngx_uint_t bucket,
    int64_t now, ngx_phone_due_pt handler, void *data);

/* The key of a bucket's due queue. */
phone_str_t ngx_phone_store_due_key(ngx_phone_store_t *store,
    ngx_uint_t bucket);


#endif /* _NGX_PHONE_STORE_H_INCLUDED_ */
