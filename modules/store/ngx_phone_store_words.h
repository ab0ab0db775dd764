
/*
 * Shared by the files of the store only: its memory, and a Redis command under
 * construction.
 */


#ifndef _NGX_PHONE_STORE_WORDS_H_INCLUDED_
#define _NGX_PHONE_STORE_WORDS_H_INCLUDED_


#include "store/ngx_phone_store.h"
#include "store/ngx_phone_store_check.h"


/*
 * The number of commits that are sent in one call; together they have at most
 * PHONE_COMMIT_WORDS words, of some ninety each: Redis executes nothing else
 * meanwhile.  Both limit the postings of other processes, and the latter the
 * stack of Lua.
 */
#define NGX_PHONE_COMMITS_MAX   32

/* EVALSHA, the name of the script, 1, the key */
#define NGX_PHONE_CALL_WORDS    4

#define NGX_PHONE_WORDS_MAX                                                   \
    (NGX_PHONE_CALL_WORDS + NGX_PHONE_COMMITS_MAX + PHONE_COMMIT_WORDS)

#define NGX_PHONE_SHA1_LEN      20


typedef struct {
    ngx_phone_store_t       *store;
    ngx_uint_t               bucket;
    phone_str_t              key;
    ngx_phone_due_pt         handler;        /* NULL: not under way */
    void                    *data;
} ngx_phone_bucket_t;


#define NGX_PHONE_STORE_REFUSAL  80      /* bytes kept of what Redis says */

struct ngx_phone_store_s {
    const ngx_phone_store_conf_t  *conf;
    phone_env_t             *env;
    ngx_phone_folder_t      *folder;
    ngx_cycle_t             *cycle;
    ngx_log_t               *log;

    ngx_phone_redis_t       *redis;
    ngx_phone_check_t       *check;
    ngx_uint_t              *writes_lost;
    time_t                   refusal_logged;

    ngx_str_t                refused;        /* commits: how; empty: they are
                                                not */
    time_t                   refused_at;
    u_char                   refusal[NGX_PHONE_STORE_REFUSAL];

    ngx_phone_bucket_t      *bucket;

    ngx_event_t              flush;
    ngx_phone_commit_t      *commits;        /* to be sent */
    ngx_phone_commit_t     **last_commit;

    /* the command under construction */
    ngx_uint_t               n;
    const char              *argv[NGX_PHONE_WORDS_MAX];
    size_t                   len[NGX_PHONE_WORDS_MAX];

    /* the commits in it */
    u_char                  *packed;
    size_t                   packed_len;
    size_t                   packed_size;

    char                     sha[2 * NGX_PHONE_SHA1_LEN + 1];
};


#define ngx_phone_literal(store, text)                                        \
    ngx_phone_word(store, text, sizeof(text) - 1)

#define ngx_phone_text(store, str)                                            \
    ngx_phone_word(store, (str).data, (str).len)


/* A command that is too long is detected when it is sent: n is then greater
   than the limit. */

static ngx_inline void
ngx_phone_word(ngx_phone_store_t *store, const char *data, size_t len)
{
    if (store->n < NGX_PHONE_WORDS_MAX) {
        store->argv[store->n] = data;
        store->len[store->n] = len;
    }

    store->n++;
}


/* In a commit only. */

extern const char  ngx_phone_store_is_number[1];

static ngx_inline void
ngx_phone_number(ngx_phone_store_t *store, ngx_uint_t n)
{
    ngx_phone_word(store, ngx_phone_store_is_number, n);
}


/* Creates the string of a sketch if it is missing. */

#define NGX_PHONE_SKETCH_WORDS  6

static ngx_inline void
ngx_phone_sketch_words(ngx_phone_store_t *store, phone_str_t key,
    phone_str_t ms)
{
    ngx_phone_literal(store, "SET");
    ngx_phone_text(store, key);
    ngx_phone_literal(store, "");
    ngx_phone_literal(store, "NX");
    ngx_phone_literal(store, "PX");
    ngx_phone_text(store, ms);
}


/* Adds delta to n cells of it, which begin at these bits. */

#define ngx_phone_count_nwords(n)  (4 + 4 * (n))

static ngx_inline void
ngx_phone_count_words(ngx_phone_store_t *store, phone_str_t key,
    phone_str_t delta, ngx_uint_t n, const phone_str_t *bit)
{
    ngx_uint_t  i;

    ngx_phone_literal(store, "BITFIELD");
    ngx_phone_text(store, key);
    ngx_phone_literal(store, "OVERFLOW");
    ngx_phone_literal(store, "SAT");

    for (i = 0; i < n; i++) {
        ngx_phone_literal(store, "INCRBY");
        ngx_phone_literal(store, "u16");
        ngx_phone_text(store, bit[i]);
        ngx_phone_text(store, delta);
    }
}


/* Sends the command under construction; NULL: handler will not be called. */

static ngx_inline ngx_phone_redis_cmd_t *
ngx_phone_store_tell(ngx_phone_store_t *store, ngx_phone_redis_pt handler,
    void *data)
{
    return ngx_phone_redis_command(store->redis, store->n, store->argv,
                                   store->len, handler, data);
}


/* The outcome of a command without a reply. */
ngx_phone_outcome_t ngx_phone_store_failure(ngx_phone_redis_error_t error);

/* ngx_phone_store_commit.c: the name under which Redis keeps the script, and
   the queue of commits. */
ngx_int_t ngx_phone_store_commit_init(ngx_phone_store_t *store);

/* A call of the script with this key, whole or by its name, to which commits
   are added. */
void ngx_phone_store_call(ngx_phone_store_t *store, ngx_uint_t whole,
    phone_str_t key);

/* ngx_phone_store_pack.c: makes the words from `from` on, a commit, one word,
   valid until the next call; NGX_ERROR: memory is short. */
ngx_int_t ngx_phone_store_pack(ngx_phone_store_t *store, ngx_uint_t from);
void ngx_phone_store_packed_sent(ngx_phone_store_t *store);

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
ngx_phone_outcome_t ngx_phone_store_error(ngx_phone_store_t *store,
    redisReply *reply, const char *command, phone_str_t key);


#endif /* _NGX_PHONE_STORE_WORDS_H_INCLUDED_ */
