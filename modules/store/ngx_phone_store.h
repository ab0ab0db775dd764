
/*
 * The store: asks and commits of the core as Redis commands, replies as the
 * values that the core expects.  See docs/architecture.md.
 */


#ifndef _NGX_PHONE_STORE_H_INCLUDED_
#define _NGX_PHONE_STORE_H_INCLUDED_


#include "run/ngx_phone.h"
#include "runtime/runner.h"


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
    ngx_phone_commit_pt      handler;
    void                    *data;

    ngx_phone_t             *phone;          /* set by the store */
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


ngx_phone_store_t *ngx_phone_store_create(ngx_phone_t *phone);

/*
 * Sends reading asks back to back on one connection.  Returns how many were
 * sent; when they are fewer than n, *outcome says why.  Values are copied to
 * arena.
 */
ngx_uint_t ngx_phone_store_read(ngx_phone_t *phone, phone_arena_t *arena,
    phone_ask_t **ask, ngx_uint_t n, ngx_phone_read_pt handler, void *data,
    ngx_phone_outcome_t *outcome);

/* Sent when the events of this turn of the event loop are done, all commits of
   the turn together; the handler always follows. */
void ngx_phone_store_commit(ngx_phone_t *phone, ngx_phone_commit_t *commit);

/* NGX_OK: sent, the handler will be called. */
ngx_int_t ngx_phone_store_due(ngx_phone_t *phone, ngx_uint_t bucket,
    int64_t now, ngx_phone_due_pt handler, void *data);

/* The key of a bucket's due queue. */
phone_str_t ngx_phone_store_due_key(ngx_phone_t *phone, ngx_uint_t bucket);


/*
 * ngx_phone_store_reply.c: converts a reply to the answer of an ask.
 * NGX_DECLINED: its command cannot give such a reply, which was logged;
 * NGX_ERROR: memory is short.  A score is NGX_OK or NGX_DECLINED.
 */
ngx_int_t ngx_phone_store_take(phone_arena_t *arena, phone_ask_t *ask,
    redisReply *reply, ngx_log_t *log);
ngx_int_t ngx_phone_store_score(redisReply *reply, int64_t *score);

/* What an error reply to a command of a key means (PHONE_EMPTY: of several);
   BROKEN for those that make no sense, logged. */
ngx_phone_outcome_t ngx_phone_store_error(ngx_phone_t *phone,
    redisReply *reply, const char *command, phone_str_t key);

/* ngx_phone_store_directive.c: directive setters; conf is the main
   configuration. */
char *ngx_phone_redis_directive(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_phone_store_id_directive(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);


#endif /* _NGX_PHONE_STORE_H_INCLUDED_ */
