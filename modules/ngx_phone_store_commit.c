
/*
 * Commits: guards and effects as one call of the compare-and-apply script.
 */


#include <openssl/evp.h>

#include "ngx_phone_store_words.h"


static void ngx_phone_build_guard(ngx_phone_store_t *store,
    const phone_guard_t *guard);
static void ngx_phone_build_op(ngx_phone_store_t *store, const phone_op_t *op);
static void ngx_phone_build_xadd(ngx_phone_store_t *store,
    const phone_op_t *op);
static ngx_phone_outcome_t ngx_phone_store_send(ngx_phone_commit_t *commit);
static const phone_op_t *ngx_phone_store_mark(ngx_phone_commit_t *commit);
static void ngx_phone_committed(void *data, redisReply *reply,
    ngx_phone_redis_error_t error);
static ngx_phone_outcome_t ngx_phone_store_applied(ngx_phone_commit_t *commit,
    redisReply *reply);


/*
 * Compare and apply: the only script.  ARGV holds the number of guards, the
 * guards (kind, key and what the kind needs), then commands, each behind the
 * number of its words.  Returns 0, or the number of the guard that failed;
 * nothing is written before all guards have held: "s", which makes a mark
 * that was not there, only ever comes last.  As a script with a header
 * and no flags it is refused before it starts where writing is not possible:
 * out of memory, on a replica, with a failing disk.
 */
static const char  ngx_phone_script[] =
    "#!lua\n"
    "local argv, call, i = ARGV, redis.call, 2\n"
    "for n = 1, tonumber(argv[1]) do\n"
    "  local kind, key = argv[i], argv[i + 1]\n"
    "  if kind == 'v' then\n"
    "    if call('HGET', key, argv[i + 2]) ~= argv[i + 3] then return n end\n"
    "    i = i + 4\n"
    "  elseif kind == 'a' then\n"
    "    if call('HEXISTS', key, argv[i + 2]) == 1 then return n end\n"
    "    i = i + 3\n"
    "  elseif kind == 'm' then\n"
    "    if call('EXISTS', key) == 1 then return n end\n"
    "    i = i + 2\n"
    "  elseif kind == 's' then\n"
    "    if not call('SET', key, argv[i + 2], 'PX', argv[i + 3], 'NX') then\n"
    "      return n\n"
    "    end\n"
    "    i = i + 4\n"
    "  elseif kind == 'd' then\n"
    "    if call('ZSCORE', key, argv[i + 2]) ~= argv[i + 3] then return n end\n"
    "    i = i + 4\n"
    "  else\n"
    "    local held = tonumber(call('HGET', key, argv[i + 2]) or nil)\n"
    "    if not held or held < tonumber(argv[i + 3]) then return n end\n"
    "    i = i + 4\n"
    "  end\n"
    "end\n"
    "local last = #argv\n"
    "while i <= last do\n"
    "  local j = i + argv[i]\n"
    "  call(unpack(argv, i + 1, j))\n"
    "  i = j + 1\n"
    "end\n"
    "return 0\n";


/* Indexed by phone_op_kind_t; a count is INCR and this. */
static const ngx_str_t  ngx_phone_op_names[] = {
    ngx_string("HSET"),
    ngx_string("HDEL"),
    ngx_string("HINCRBY"),
    ngx_string("DEL"),
    ngx_string("PEXPIRE"),
    ngx_string("SET"),
    ngx_string("PEXPIRE"),
    ngx_string("ZADD"),
    ngx_string("ZREM"),
    ngx_string("XADD"),
    ngx_string("PUBLISH")
};


ngx_int_t
ngx_phone_store_sha(ngx_phone_store_t *store)
{
    u_char        sha[EVP_MAX_MD_SIZE];
    unsigned int  len;

    if (EVP_Digest(ngx_phone_script, sizeof(ngx_phone_script) - 1, sha, &len,
                   EVP_sha1(), NULL)
            != 1
        || len != NGX_PHONE_SHA1_LEN)
    {
        return NGX_ERROR;
    }

    (void) ngx_hex_dump((u_char *) store->sha, sha, len);

    return NGX_OK;
}


ngx_phone_outcome_t
ngx_phone_store_commit(ngx_phone_t *phone, ngx_phone_commit_t *commit)
{
    commit->phone = phone;
    commit->failed = NULL;
    commit->loaded = 0;

    return ngx_phone_store_send(commit);
}


static ngx_phone_outcome_t
ngx_phone_store_send(ngx_phone_commit_t *commit)
{
    ngx_phone_t           *phone;
    ngx_phone_store_t     *store;
    const phone_op_t      *op, *mark;
    const phone_guard_t   *guard;
    const phone_commit_t  *c;

    phone = commit->phone;
    store = phone->store;
    c = commit->commit;

    mark = ngx_phone_store_mark(commit);

    store->n = 0;

    if (commit->loaded) {
        ngx_phone_literal(store, "EVAL");
        ngx_phone_literal(store, ngx_phone_script);

    } else {
        ngx_phone_literal(store, "EVALSHA");
        ngx_phone_word(store, store->sha, sizeof(store->sha) - 1);
    }

    ngx_phone_literal(store, "1");
    ngx_phone_text(store, store->bucket[c->bucket].key);
    ngx_phone_number(store, c->nguards);

    for (guard = c->guards; guard; guard = guard->next) {
        if (guard != commit->mark) {
            ngx_phone_build_guard(store, guard);
        }
    }

    if (mark) {
        ngx_phone_literal(store, "s");
        ngx_phone_text(store, mark->key);
        ngx_phone_text(store, mark->word[0]);
        ngx_phone_text(store, mark->word[1]);
    }

    for (op = c->ops; op; op = op->next) {
        if (op != mark) {
            ngx_phone_build_op(store, op);
        }
    }

    if (store->n > NGX_PHONE_WORDS_MAX) {
        ngx_log_error(NGX_LOG_ERR, phone->log, 0,
                      "commit has more than %d words", NGX_PHONE_WORDS_MAX);
        return NGX_PHONE_BROKEN;
    }

    if (ngx_phone_redis_command(phone->redis, store->n, store->argv,
                                store->len, ngx_phone_committed, commit)
        == NULL)
    {
        return NGX_PHONE_UNAVAILABLE;
    }

    return NGX_PHONE_APPLIED;
}


/*
 * A mark that must not be there and is then set, as the nonce of each call of
 * a merchant is: one command instead of two.  Sets commit->mark to the guard
 * and returns the effect.
 */

static const phone_op_t *
ngx_phone_store_mark(ngx_phone_commit_t *commit)
{
    const phone_op_t     *op;
    const phone_guard_t  *guard;

    commit->mark = NULL;

    for (op = commit->commit->ops; op; op = op->next) {
        if (op->kind == PHONE_OP_SET) {
            break;
        }
    }

    if (op == NULL) {
        return NULL;
    }

    for (guard = commit->commit->guards; guard; guard = guard->next) {
        if (guard->kind == PHONE_GUARD_NO_MARK
            && phone_equal(guard->key, op->key))
        {
            commit->mark = guard;
            return op;
        }
    }

    return NULL;
}


static void
ngx_phone_build_guard(ngx_phone_store_t *store, const phone_guard_t *guard)
{
    static const char  kind[] = "valmd";

    ngx_phone_word(store, &kind[guard->kind], 1);
    ngx_phone_text(store, guard->key);

    if (guard->kind == PHONE_GUARD_NO_MARK) {
        return;
    }

    ngx_phone_text(store, guard->field);

    if (guard->kind != PHONE_GUARD_ABSENT) {
        ngx_phone_text(store, guard->want);
    }
}


static void
ngx_phone_build_op(ngx_phone_store_t *store, const phone_op_t *op)
{
    unsigned          i;
    const ngx_str_t  *name;

    if (op->kind == PHONE_OP_XADD) {
        ngx_phone_build_xadd(store, op);
        return;
    }

    name = &ngx_phone_op_names[op->kind];

    if (op->kind == PHONE_OP_COUNT) {
        ngx_phone_number(store, 2);
        ngx_phone_literal(store, "INCR");
        ngx_phone_text(store, op->key);
    }

    ngx_phone_number(store, 2 + op->nwords + (op->kind == PHONE_OP_SET
                                              || op->kind == PHONE_OP_COUNT));
    ngx_phone_word(store, (char *) name->data, name->len);
    ngx_phone_text(store, op->key);

    for (i = 0; i < op->nwords; i++) {
        if (op->kind == PHONE_OP_SET && i == 1) {
            ngx_phone_literal(store, "PX");
        }

        ngx_phone_text(store, op->word[i]);
    }

    if (op->kind == PHONE_OP_COUNT) {
        ngx_phone_literal(store, "NX");
    }
}


static void
ngx_phone_build_xadd(ngx_phone_store_t *store, const phone_op_t *op)
{
    unsigned  i, bounded;

    bounded = !phone_is(op->word[0], "0");

    ngx_phone_number(store, 2 + op->nwords + (bounded ? 3 : 0));
    ngx_phone_literal(store, "XADD");
    ngx_phone_text(store, op->key);

    if (bounded) {
        ngx_phone_literal(store, "MAXLEN");
        ngx_phone_literal(store, "~");
        ngx_phone_text(store, op->word[0]);
    }

    ngx_phone_literal(store, "*");

    for (i = 1; i < op->nwords; i++) {
        ngx_phone_text(store, op->word[i]);
    }
}


static void
ngx_phone_committed(void *data, redisReply *reply,
    ngx_phone_redis_error_t error)
{
    ngx_phone_commit_t   *commit;
    ngx_phone_outcome_t   outcome;

    commit = data;

    if (error != NGX_PHONE_REDIS_NONE) {
        outcome = ngx_phone_store_failure(error);

    } else if (reply->type == REDIS_REPLY_ERROR && !commit->loaded
               && ngx_strncmp(reply->str, "NOSCRIPT", 8) == 0)
    {
        commit->loaded = 1;
        outcome = ngx_phone_store_send(commit);

        if (outcome == NGX_PHONE_APPLIED) {
            return;
        }

    } else {
        outcome = ngx_phone_store_applied(commit, reply);
    }

    commit->handler(commit, outcome);
}


static ngx_phone_outcome_t
ngx_phone_store_applied(ngx_phone_commit_t *commit, redisReply *reply)
{
    long long             n;
    const phone_guard_t  *guard;

    if (reply->type == REDIS_REPLY_ERROR) {
        return ngx_phone_store_error(commit->phone, reply, "commit");
    }

    if (reply->type != REDIS_REPLY_INTEGER || reply->integer < 0
        || reply->integer > (long long) commit->commit->nguards)
    {
        /* an answer to something else: what became of ours? */

        ngx_log_error(NGX_LOG_ERR, commit->phone->log, 0,
                      "redis answered a commit with something else, type %d",
                      reply->type);
        ngx_phone_redis_out_of_step(commit->phone->redis);
        return NGX_PHONE_UNKNOWN;
    }

    if (reply->integer == 0) {
        return NGX_PHONE_APPLIED;
    }

    /* in the order in which they were sent */

    n = reply->integer;

    for (guard = commit->commit->guards; guard; guard = guard->next) {
        if (guard != commit->mark && --n == 0) {
            break;
        }
    }

    commit->failed = guard ? guard : commit->mark;

    return NGX_PHONE_CONFLICT;
}
