
/*
 * Checks whether a Redis may hold money: on each new connection, and every two
 * seconds on one that is in use.  If a check fails all connections are closed,
 * and handshakes fail until it succeeds.
 */


#ifndef _NGX_PHONE_STORE_CHECK_H_INCLUDED_
#define _NGX_PHONE_STORE_CHECK_H_INCLUDED_


#include "store/ngx_phone_store.h"
#include "lib/hosts.h"


#define NGX_PHONE_RUN_ID_LEN   40
#define NGX_PHONE_SECRET_FIELD (sizeof("secret:") - 1 + 2 * PHONE_PRINT_LEN)
#define NGX_PHONE_CHECK_WORDS  24           /* of a command, at most */
#define NGX_PHONE_CHECK_EVICTED  3          /* the word of the note */
#define NGX_PHONE_WITNESS_LEN  (sizeof("phone:witness:") - 1 + 16)
#define NGX_PHONE_WITNESS_MEMBER  "n"


typedef enum {
    NGX_PHONE_CHECK_TIME = 0,
    NGX_PHONE_CHECK_INFO,
    NGX_PHONE_CHECK_FSYNC,
    NGX_PHONE_CHECK_WITNESS,
    NGX_PHONE_CHECK_STORE,
    NGX_PHONE_CHECKS,
    NGX_PHONE_CHECK_NOTE = NGX_PHONE_CHECKS,     /* of evictions */
    NGX_PHONE_CHECK_COMMANDS
} ngx_phone_check_e;


/* The results of one round of checks so far. */
typedef struct {
    int64_t                  sent;           /* us, of our clock */
    int64_t                  evicted;        /* keys, by this run */
    int64_t                  epoch;          /* the store had it then */
    ngx_uint_t               losses;         /* told until then */
    phone_witness_t          witness;
    u_char                   run_id[NGX_PHONE_RUN_ID_LEN];
} ngx_phone_found_t;


typedef struct {
    ngx_phone_redis_check_t  redis;          /* for the client */
    ngx_phone_store_t       *store;

    ngx_event_t              look;           /* the next round */
    ngx_uint_t               asked;          /* in this round */
    ngx_uint_t               answers;        /* to come */
    ngx_phone_found_t       *found;          /* of each connection, and of
                                                the rounds */

    /* fields of the store, named after our secret and the one before it, and
       after our platform keys */
    u_char                   secret_text[2][NGX_PHONE_SECRET_FIELD];
    ngx_str_t                secret[2];
    ngx_str_t                platform[PHONE_PLATFORM_KEYS];
    u_char                   reason[256];
    u_char                   evicted[NGX_INT64_LEN];     /* to be noted */

    /* the commands, as the client takes them */
    ngx_phone_redis_args_t   command[NGX_PHONE_CHECK_COMMANDS];
    const char              *word[NGX_PHONE_CHECK_COMMANDS]
                                 [NGX_PHONE_CHECK_WORDS];
    size_t                   len[NGX_PHONE_CHECK_COMMANDS]
                                [NGX_PHONE_CHECK_WORDS];

    /* of the server, as it was last */
    u_char                   run_id[NGX_PHONE_RUN_ID_LEN];
    time_t                   checked;        /* 0: never */
    int64_t                  clock_offset;   /* us; ours is ahead */
    int64_t                  clock_certain;  /* of that */
    int64_t                  clock_apart;    /* ms; and was then so far ahead
                                                of one that nobody sets */
    time_t                   clock_warned;
    time_t                   memory_warned;

    ngx_msec_t               served_at;      /* it was used, or accepted */

    /* what it has confirmed */
    int64_t                  epoch;
    int64_t                  raised;         /* the epoch is to be; 0: is */
    time_t                   raise_warned;   /* that it is not */
    ngx_uint_t               losses;
    u_char                   key[NGX_PHONE_WITNESS_LEN];
    int64_t                  witness;        /* the last one sent */
    int64_t                  confirmed;      /* the last one confirmed */
    time_t                   confirmed_at;
    ngx_uint_t               commits;        /* confirmed */
    ngx_uint_t               sent_commits;   /* of them, when it was sent */
    ngx_uint_t               covered;        /* of them, by confirmed */
    ngx_msec_t               sent_at;
    ngx_event_t              write;          /* the next witness */
    unsigned                 writing:1;
    unsigned                 raising:1;
    unsigned                 warned:1;       /* of late writes to disk */
} ngx_phone_check_t;


ngx_phone_check_t *ngx_phone_check_create(ngx_phone_store_t *store);

/* Once the client is there: begins to look. */
void ngx_phone_check_start(ngx_phone_check_t *check);
void ngx_phone_check_close(ngx_phone_check_t *check);


/* ngx_phone_store_judge.c: is the answer what it has to be? */
ngx_phone_redis_verdict_t ngx_phone_check_time(
    ngx_phone_check_t *check, ngx_phone_found_t *found, redisReply *reply,
    ngx_str_t *reason);
ngx_phone_redis_verdict_t ngx_phone_check_info(
    ngx_phone_check_t *check, ngx_phone_found_t *found, redisReply *reply,
    ngx_str_t *reason);
void ngx_phone_check_fsync(ngx_phone_check_t *check,
    ngx_phone_found_t *found, redisReply *reply);
ngx_phone_redis_verdict_t ngx_phone_check_witness(
    ngx_phone_found_t *found, redisReply *reply, ngx_str_t *reason);
ngx_phone_redis_verdict_t ngx_phone_check_store(
    ngx_phone_check_t *check, ngx_phone_found_t *found, redisReply *reply,
    ngx_str_t *reason);
ngx_phone_redis_verdict_t ngx_phone_check_noted(
    ngx_phone_check_t *check, redisReply *reply, ngx_str_t *reason);
void ngx_phone_check_note_own(ngx_phone_check_t *check,
    const ngx_str_t *field, const ngx_str_t *value);
ngx_phone_redis_verdict_t ngx_phone_check_refuse(
    ngx_phone_check_t *check, ngx_str_t *reason, const char *fmt, ...);


/*
 * ngx_phone_store_witness.c: a commit was confirmed; what the store must hold
 * of this worker when a question is sent to it; and the answers, once all are
 * there.
 */
ngx_int_t ngx_phone_witness_init(ngx_phone_check_t *check);
void ngx_phone_witness_close(ngx_phone_check_t *check);
void ngx_phone_witness_commit(ngx_phone_check_t *check);
void ngx_phone_witness_begin(ngx_phone_check_t *check,
    ngx_phone_found_t *found);
void ngx_phone_witness_judge(ngx_phone_check_t *check,
    ngx_phone_found_t *found, int64_t epoch, int64_t epoch_at);


#endif /* _NGX_PHONE_STORE_CHECK_H_INCLUDED_ */
