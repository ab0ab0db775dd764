
/*
 * Commits: guards and effects as a call of the compare-and-apply script, all
 * commits of a turn of the event loop in one call.
 */


#include "store/ngx_phone_store_words.h"

#include <openssl/evp.h>


static void ngx_phone_store_flush(ngx_event_t *ev);
static void ngx_phone_store_send(ngx_phone_store_t *store);
static ngx_int_t ngx_phone_store_build(ngx_phone_store_t *store,
    ngx_phone_commit_t **first);
static ngx_int_t ngx_phone_build_commit(ngx_phone_store_t *store,
    const phone_commit_t *commit, int64_t until, ngx_uint_t *words);
static void ngx_phone_build_guard(ngx_phone_store_t *store,
    const phone_guard_t *guard);
static void ngx_phone_build_sum(ngx_phone_store_t *store,
    const phone_guard_t *guard);
static void ngx_phone_build_op(ngx_phone_store_t *store, const phone_op_t *op);
static void ngx_phone_build_xadd(ngx_phone_store_t *store,
    const phone_op_t *op);
static void ngx_phone_committed(void *data, redisReply *reply,
    ngx_phone_redis_error_t error);
static void ngx_phone_store_answer(ngx_phone_commit_t *commit,
    ngx_phone_outcome_t outcome);
static void ngx_phone_store_again(ngx_phone_commit_t *first);
static ngx_uint_t ngx_phone_store_fits(ngx_phone_commit_t *commit,
    redisReply *reply);
static ngx_phone_outcome_t ngx_phone_store_applied(ngx_phone_commit_t *commit,
    redisReply *reply);


/*
 * Compare and apply: the only script.  ARGV holds commits, each packed
 * (ngx_phone_store_pack.c): how many of the first commands can be taken back,
 * n and the time until which it may be applied, if that is limited,
 * guards that read (a version: v, key, value; others: kind, key and two words),
 * guards that write (a claim: c, key, value, ms; a sum: s, key, field, delta,
 * bound; one that gives its key a life: l, the same, ms), and commands.  ZADD,
 * ZREM and RPUSH come as they are, others behind the number of their words.
 * At the end is how many words are to be taken from where they came before,
 * behind two numbers for each, its own and the other's.
 *
 * Returns an answer for each: 0, or the number of the guard that failed, or -1
 * if it came too late, or an error of Redis; one that fails is nothing to the
 * others.
 *
 * A commit is done or leaves no trace.  There is a guard for all that a command
 * could stumble over (looks.c), but for the first ones.  Guards that write come
 * when all others have held, and what they have written is taken back, the last
 * first, when one does not hold or one of the first commands fails; so are the
 * commands before that one: each is an RPUSH or a ZADD of a new member.  None
 * after it can fail.  A sum that overflows is one that does not
 * hold.  A stream whose last id is the greatest there is takes no entry: it
 * begins anew.
 *
 * Two things are not in our hands and may stop it in the middle: a user who
 * lacks the right to a single command (NOPERM), and under "appendfsync
 * everysec" a disk that fails while the script runs.  What was done by then
 * stays.  The outcome counts as unknown: who runs again finds its guards
 * broken or its effects there, and GET /operator/check what does not add up.
 *
 * Sums are compared by Lua up to 15 digits, where it is exact, longer ones as
 * text, digit by digit.
 *
 * As a script with a header and no flags it is refused before it starts where
 * writing is not possible: out of memory, on a replica, with a failing disk.
 */
static const char  ngx_phone_script[] =
    "#!lua\n"
    "local call, unpack, decode = redis.call, unpack, cmsgpack.unpack\n"
    "local argv, at, writes, ops, first, number, clock\n"
    "local function late(until_ms)\n"
    "  if not clock then\n"
    "    local time = call('TIME')\n"
    "    clock = time[1] * 1000 + time[2] / 1000\n"
    "  end\n"
    "  return clock > until_ms + 0\n"
    "end\n"
    "local function over(text, bound)\n"
    "  local function less(a, b)\n"
    "    local minus = a:byte() == 45\n"
    "    if minus ~= (b:byte() == 45) then return minus end\n"
    "    if minus then a, b = b, a end\n"
    "    if #a ~= #b then return #a < #b end\n"
    "    return a < b\n"
    "  end\n"
    "  return text == bound and 0 or less(text, bound) and -1 or 1\n"
    "end\n"
    "local function undo(g)\n"
    "  if g >= at then return end\n"
    "  local key = argv[g + 1]\n"
    "  if argv[g] == 'c' then\n"
    "    undo(g + 4)\n"
    "    call('DEL', key)\n"
    "    return\n"
    "  end\n"
    "  undo(g + (argv[g] == 's' and 5 or 6))\n"
    "  local field, delta = argv[g + 2], argv[g + 3]\n"
    "  delta = delta:byte() == 45 and delta:sub(2) or '-' .. delta\n"
    "  if call('HINCRBY', key, field, delta) == 0 then\n"
    "    call('HDEL', key, field)\n"
    "  end\n"
    "end\n"
    "local function unpush(i, n)\n"
    "  if i == at then return true end\n"
    "  if n == 0 then return false end\n"
    "  local list = argv[i] == 'RPUSH'\n"
    "  if not unpush(i + (list and 3 or 4), n - 1) then return false end\n"
    "  if list then\n"
    "    call('RPOP', argv[i + 1])\n"
    "  else\n"
    "    call('ZREM', argv[i + 1], argv[i + 3])\n"
    "  end\n"
    "  return true\n"
    "end\n"
    "local function back()\n"
    "  if ops then\n"
    "    if not unpush(ops, first) then return end\n"
    "    at = ops\n"
    "  end\n"
    "  if writes then undo(writes) end\n"
    "end\n"
    "local function apply(text)\n"
    "  writes, ops = nil, nil\n"
    "  argv = {decode(text)}\n"
    "  local argv, call, i, n, lives = argv, call, 2, 0, false\n"
    "  local last = #argv - 1\n"
    "  local from = last - 2 * argv[last + 1]\n"
    "  for j = from + 1, last, 2 do argv[argv[j]] = argv[argv[j + 1]] end\n"
    "  last, first = from, argv[1]\n"
    "  if argv[2] == 'n' then\n"
    "    if late(argv[3]) then return -1 end\n"
    "    i = 4\n"
    "  end\n"
    "  while true do\n"
    "    local kind, holds = argv[i], true\n"
    "    n = n + 1\n"
    "    if kind == 'v' then\n"
    "      holds = call('HGET', argv[i + 1], 'v') == argv[i + 2]\n"
    "      i = i + 3\n"
    "    elseif kind == 'c' then\n"
    "      writes, at = writes or i, i\n"
    "      if argv[i + 3] == '0' then\n"
    "        holds = call('SET', argv[i + 1], argv[i + 2], 'NX')\n"
    "      else\n"
    "        holds = call('SET', argv[i + 1], argv[i + 2], 'NX',\n"
    "                     'PX', argv[i + 3])\n"
    "      end\n"
    "      i = i + 4\n"
    "      if holds then at = i end\n"
    "    elseif kind == 's' or kind == 'l' then\n"
    "      local key, field, delta = argv[i + 1], argv[i + 2], argv[i + 3]\n"
    "      writes, at, number = writes or i, i, n\n"
    "      local sum, bound = call('HINCRBY', key, field, delta), argv[i + 4]\n"
    "      if kind == 'l' then\n"
    "        if sum - delta == 0 then lives = {key, argv[i + 5], lives} end\n"
    "        i = i + 1\n"
    "      end\n"
    "      i = i + 5\n"
    "      at = i\n"
    "      if sum > -1e15 and sum < 1e15 then\n"
    "        sum = sum - bound\n"
    "      else\n"
    "        sum = over(call('HGET', key, field), bound)\n"
    "      end\n"
    "      if delta:byte() == 45 then sum = -sum end\n"
    "      holds = sum <= 0\n"
    "    elseif kind == 'r' then\n"
    "      local most = argv[i + 3] + 0\n"
    "      holds = call('ZCARD', argv[i + 1]) < most\n"
    "              or call('ZCOUNT', argv[i + 1], argv[i + 2], '+inf') < most\n"
    "      i = i + 4\n"
    "    elseif kind == 't' then\n"
    "      call(argv[i + 2], argv[i + 1])\n"
    "      i = i + 4\n"
    "    elseif kind == 'd' then\n"
    "      holds = call('ZSCORE', argv[i + 1], argv[i + 2]) == argv[i + 3]\n"
    "      i = i + 4\n"
    "    elseif kind == 'a' then\n"
    "      holds = call('HEXISTS', argv[i + 1], argv[i + 2]) == 0\n"
    "      i = i + 4\n"
    "    elseif kind == 'e' then\n"
    "      holds = call('EXISTS', argv[i + 1]) == 0\n"
    "      i = i + 4\n"
    "    else\n"
    "      break\n"
    "    end\n"
    "    if not holds then return n end\n"
    "  end\n"
    "  at, ops = i, i\n"
    "  while i <= last do\n"
    "    local name = argv[i]\n"
    "    if name == 'ZADD' then\n"
    "      call(name, argv[i + 1], argv[i + 2], argv[i + 3])\n"
    "      i = i + 4\n"
    "    elseif name == 'RPUSH' or name == 'ZREM' then\n"
    "      call(name, argv[i + 1], argv[i + 2])\n"
    "      i = i + 3\n"
    "    else\n"
    "      local j = i + name\n"
    "      if argv[i + 1] == 'XADD' then\n"
    "        local answer = redis.pcall(unpack(argv, i + 1, j))\n"
    "        if type(answer) == 'table' and answer.err then\n"
    "          call('DEL', argv[i + 2])\n"
    "          call(unpack(argv, i + 1, j))\n"
    "        end\n"
    "      else\n"
    "        call(unpack(argv, i + 1, j))\n"
    "      end\n"
    "      i = j + 1\n"
    "    end\n"
    "    at = i\n"
    "  end\n"
    "  while lives do\n"
    "    call('PEXPIRE', lives[1], lives[2])\n"
    "    lives = lives[3]\n"
    "  end\n"
    "  return 0\n"
    "end\n"
    "local answers = {}\n"
    "for n, text in ipairs(ARGV) do\n"
    "  local done, answer = pcall(apply, text)\n"
    "  if answer ~= 0 then\n"
    "    if not done and type(answer) ~= 'table' then\n"
    "      answer = {err = answer}\n"
    "    end\n"
    "    local full = not done and not ops and answer.err:find('overflow')\n"
    "    pcall(back)\n"
    "    if full then answer = number end\n"
    "  end\n"
    "  answers[n] = answer\n"
    "end\n"
    "return answers\n";


/* Indexed by phone_op_kind_t. */
static const ngx_str_t  ngx_phone_op_names[] = {
    ngx_string("HSET"),
    ngx_string("HDEL"),
    ngx_string("HINCRBY"),
    ngx_string("DEL"),
    ngx_string("PEXPIRE"),
    ngx_string("BITFIELD"),
    ngx_string("ZADD"),
    ngx_string("ZADD"),
    ngx_string("ZREM"),
    ngx_string("RPUSH"),
    ngx_string("XADD"),
    ngx_string("PUBLISH")
};


ngx_int_t
ngx_phone_store_commit_init(ngx_phone_store_t *store)
{
    u_char        sha[EVP_MAX_MD_SIZE];
    unsigned int  len;

    store->last_commit = &store->commits;
    store->flush.handler = ngx_phone_store_flush;
    store->flush.data = store;
    store->flush.log = store->log;

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


void
ngx_phone_store_commit(ngx_phone_store_t *store, ngx_phone_commit_t *commit)
{
    commit->store = store;
    commit->failed = NULL;
    commit->next = NULL;
    commit->loaded = 0;

    *store->last_commit = commit;
    store->last_commit = &commit->next;

    if (!store->flush.posted) {
        ngx_post_event(&store->flush, &ngx_posted_events);
    }
}


static void
ngx_phone_store_flush(ngx_event_t *ev)
{
    ngx_phone_store_t  *store;

    store = ev->data;

    while (store->commits) {
        ngx_phone_store_send(store);
    }
}


static void
ngx_phone_store_send(ngx_phone_store_t *store)
{
    ngx_int_t            rc;
    ngx_phone_commit_t  *first;

    rc = ngx_phone_store_build(store, &first);

    if (rc == NGX_DECLINED) {
        ngx_log_error(NGX_LOG_ERR, store->log, 0,
                      "commit has more than %d words", PHONE_COMMIT_WORDS);
        ngx_phone_store_answer(first, NGX_PHONE_BROKEN);
        return;
    }

    if (rc != NGX_OK
        || ngx_phone_store_tell(store, ngx_phone_committed, first) == NULL)
    {
        ngx_phone_store_answer(first, NGX_PHONE_UNAVAILABLE);
    }

    ngx_phone_store_packed_sent(store);
}


/*
 * Takes as many commits from the queue as fit in one call.  In the bucket
 * domain they are of one bucket; a cluster routes the call by the key.
 * NGX_DECLINED: the first one does not fit; NGX_ERROR: memory is short.
 */

static ngx_int_t
ngx_phone_store_build(ngx_phone_store_t *store, ngx_phone_commit_t **first)
{
    ngx_int_t            rc;
    ngx_uint_t           n, words, apart;
    ngx_phone_commit_t  *commit, **last;

    *first = store->commits;
    last = first;
    words = 0;
    rc = NGX_OK;
    apart = store->env->domain == PHONE_ONE_BUCKET;

    ngx_phone_store_call(store, (*first)->loaded,
                         store->bucket[(*first)->commit->bucket].key);

    for (n = 0; n < NGX_PHONE_COMMITS_MAX; n++) {
        commit = *last;

        if (commit == NULL
            || (apart && commit->commit->bucket != (*first)->commit->bucket))
        {
            break;
        }

        rc = ngx_phone_build_commit(store, commit->commit, commit->until,
                                    &words);

        if (rc != NGX_OK && n) {
            rc = NGX_OK;
            break;
        }

        last = &commit->next;

        if (rc != NGX_OK) {
            break;
        }
    }

    store->commits = *last;
    *last = NULL;

    if (store->commits == NULL) {
        store->last_commit = &store->commits;
    }

    return rc;
}


/* Of the script; the commits are added to it. */

void
ngx_phone_store_call(ngx_phone_store_t *store, ngx_uint_t whole,
    phone_str_t key)
{
    store->n = 0;
    store->packed_len = 0;

    if (whole) {
        ngx_phone_literal(store, "EVAL");
        ngx_phone_literal(store, ngx_phone_script);

    } else {
        ngx_phone_literal(store, "EVALSHA");
        ngx_phone_word(store, store->sha, sizeof(store->sha) - 1);
    }

    ngx_phone_literal(store, "1");
    ngx_phone_text(store, key);
}


/* words is the number of words of the commits before it.  NGX_DECLINED: these
   would be too many; NGX_ERROR: memory is short. */

static ngx_int_t
ngx_phone_build_commit(ngx_phone_store_t *store, const phone_commit_t *commit,
    int64_t until, ngx_uint_t *words)
{
    u_char               *p, text[NGX_INT64_LEN];
    ngx_int_t             rc;
    ngx_uint_t            from, counted;
    const phone_op_t     *op;
    const phone_guard_t  *guard;

    from = store->n;

    ngx_phone_number(store, commit->back);

    counted = from;

    if (until) {
        p = ngx_sprintf(text, "%L", until);
        ngx_phone_literal(store, "n");
        ngx_phone_word(store, (char *) text, p - text);
        counted += 2;
    }

    for (guard = commit->guards; guard; guard = guard->next) {
        ngx_phone_build_guard(store, guard);
    }

    for (op = commit->ops; op; op = op->next) {
        ngx_phone_build_op(store, op);
    }

    *words += store->n - counted;

    rc = *words > PHONE_COMMIT_WORDS ? NGX_DECLINED
                                     : ngx_phone_store_pack(store, from);

    if (rc != NGX_OK) {
        store->n = from;
    }

    return rc;
}


static void
ngx_phone_build_guard(ngx_phone_store_t *store, const phone_guard_t *guard)
{
    static const char  kind[] = {
        [PHONE_GUARD_VERSION] = 'v', [PHONE_GUARD_ABSENT] = 'a',
        [PHONE_GUARD_DUE] = 'd',     [PHONE_GUARD_EMPTY] = 'e',
        [PHONE_GUARD_CLAIM] = 'c',   [PHONE_GUARD_ROOM] = 'r',
        [PHONE_GUARD_TYPE] = 't'
    };

    if (guard->kind == PHONE_GUARD_SUM) {
        ngx_phone_build_sum(store, guard);
        return;
    }

    ngx_phone_word(store, &kind[guard->kind], 1);
    ngx_phone_text(store, guard->key);

    if (guard->kind != PHONE_GUARD_VERSION) {
        ngx_phone_text(store, guard->field);
    }

    ngx_phone_text(store, guard->want);
}


static void
ngx_phone_build_sum(ngx_phone_store_t *store, const phone_guard_t *guard)
{
    ngx_uint_t  lives;

    lives = !phone_is(guard->life, "0");

    ngx_phone_word(store, lives ? "l" : "s", 1);
    ngx_phone_text(store, guard->key);
    ngx_phone_text(store, guard->field);
    ngx_phone_text(store, guard->delta);
    ngx_phone_text(store, guard->want);

    if (lives) {
        ngx_phone_text(store, guard->life);
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

    if (op->kind == PHONE_OP_COUNT) {
        ngx_phone_number(store, NGX_PHONE_SKETCH_WORDS);
        ngx_phone_sketch_words(store, op->key, op->word[0]);
        ngx_phone_number(store, ngx_phone_count_nwords(op->nwords - 2));
        ngx_phone_count_words(store, op->key, op->word[1], op->nwords - 2,
                              op->word + 2);
        return;
    }

    name = &ngx_phone_op_names[op->kind];

    if (op->kind != PHONE_OP_ZADD && op->kind != PHONE_OP_ZREM
        && op->kind != PHONE_OP_RPUSH)
    {
        ngx_phone_number(store,
                         2 + op->nwords + (op->kind == PHONE_OP_ZADD_NX));
    }

    ngx_phone_word(store, (char *) name->data, name->len);
    ngx_phone_text(store, op->key);

    if (op->kind == PHONE_OP_ZADD_NX) {
        ngx_phone_literal(store, "NX");
    }

    for (i = 0; i < op->nwords; i++) {
        ngx_phone_text(store, op->word[i]);
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
    size_t               i;
    ngx_phone_store_t   *store;
    ngx_phone_commit_t  *first, *commit, *next;

    first = data;
    store = first->store;

    if (error != NGX_PHONE_REDIS_NONE) {
        ngx_phone_store_answer(first, ngx_phone_store_failure(error));
        return;
    }

    if (reply->type == REDIS_REPLY_ERROR) {

        if (!first->loaded && ngx_strncmp(reply->str, "NOSCRIPT", 8) == 0) {
            ngx_phone_store_again(first);
            return;
        }

        ngx_phone_store_answer(first, ngx_phone_store_error(store, reply,
                                                            "commit",
                                                            PHONE_EMPTY));
        return;
    }

    if (!ngx_phone_store_fits(first, reply)) {

        /* not the reply to a commit: the outcome is unknown */

        ngx_log_error(NGX_LOG_ERR, store->log, 0,
                      "unexpected reply of redis to a commit, type %d",
                      reply->type);
        ngx_phone_store_answer(first, NGX_PHONE_UNKNOWN);
        ngx_phone_redis_out_of_step(store->redis);
        return;
    }

    store->refused.len = 0;
    ngx_phone_witness_commit(store->check);

    for (i = 0, commit = first; commit; commit = next, i++) {
        next = commit->next;
        commit->handler(commit, ngx_phone_store_applied(commit,
                                                        reply->element[i]));
    }
}


/* An answer for each commit: an error, 0, -1, or the number of a guard. */

static ngx_uint_t
ngx_phone_store_fits(ngx_phone_commit_t *commit, redisReply *reply)
{
    size_t       i;
    redisReply  *answer;

    if (reply->type != REDIS_REPLY_ARRAY) {
        return 0;
    }

    for (i = 0; commit && i < reply->elements; commit = commit->next, i++) {
        answer = reply->element[i];

        if (answer->type != REDIS_REPLY_ERROR
            && (answer->type != REDIS_REPLY_INTEGER || answer->integer < -1
                || answer->integer > (long long) commit->commit->nguards))
        {
            return 0;
        }
    }

    return commit == NULL && i == reply->elements;
}


/* The same for all that were sent together. */

static void
ngx_phone_store_answer(ngx_phone_commit_t *commit,
    ngx_phone_outcome_t outcome)
{
    ngx_phone_commit_t  *next;

    for ( /* void */ ; commit; commit = next) {
        next = commit->next;
        commit->handler(commit, outcome);
    }
}


/* Redis does not know the script: the call is repeated with its text. */

static void
ngx_phone_store_again(ngx_phone_commit_t *first)
{
    ngx_phone_store_t    *store;
    ngx_phone_commit_t  **last;

    store = first->store;
    first->loaded = 1;

    for (last = &first->next; *last; last = &(*last)->next) { /* void */ }

    *last = store->commits;

    if (store->commits == NULL) {
        store->last_commit = last;
    }

    store->commits = first;

    if (!store->flush.posted) {
        ngx_post_event(&store->flush, &ngx_posted_events);
    }
}


static ngx_phone_outcome_t
ngx_phone_store_applied(ngx_phone_commit_t *commit, redisReply *reply)
{
    long long             n;
    const phone_guard_t  *guard;
    ngx_phone_outcome_t   outcome;

    if (reply->type == REDIS_REPLY_ERROR) {
        outcome = ngx_phone_store_error(commit->store, reply, "commit",
                                        PHONE_EMPTY);

        /* a failing disk stops the script in the middle */

        return outcome == NGX_PHONE_REFUSED ? NGX_PHONE_UNKNOWN : outcome;
    }

    if (reply->integer == 0) {
        return NGX_PHONE_APPLIED;
    }

    if (reply->integer == -1) {
        return NGX_PHONE_UNAVAILABLE;
    }

    guard = commit->commit->guards;

    for (n = 1; n < reply->integer; n++) {
        guard = guard->next;
    }

    commit->failed = guard;

    return NGX_PHONE_CONFLICT;
}
