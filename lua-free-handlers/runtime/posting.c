
/*
 * Effects in other buckets.  Where a script may touch one bucket only, the
 * effects of a commit in other buckets are stored in the home bucket, in the
 * same commit, as one posting record for each bucket.  The event posting.apply
 * then applies each exactly once: a claim in the other bucket says that it was
 * applied.
 */


#include "../host.h"
#include "runtime.h"
#include "../lib/id.h"
#include "../lib/month.h"


/* ms for which a claim outlives its posting: longer than what a failover of the
   one bucket can lose while the other keeps it. */
#define PHONE_POSTED_FOR  (10 * PHONE_MINUTE)

/* ms.  Shorter than the lease of events that send something out: a caller may
   be waiting for the effects, and applying a posting twice at a time does no
   harm. */
#define PHONE_POSTING_LEASE  3000


/* Words of the guards of a posting: the claim, and the record of sweeps; and of
   one that reads the type of a key. */
#define PHONE_POSTING_GUARDS  8
#define PHONE_LOOK_WORDS      4


/* What a stored posting calls its commands; these words stay as they are. */
static const char *const  phone_op_names[] = {
    [PHONE_OP_HSET] = "hset",
    [PHONE_OP_HDEL] = "hdel",
    [PHONE_OP_HINCRBY] = "hincrby",
    [PHONE_OP_DEL] = "del",
    [PHONE_OP_PEXPIRE] = "pexpire",
    [PHONE_OP_COUNT] = "count",
    [PHONE_OP_ZADD] = "zadd",
    [PHONE_OP_ZADD_NX] = "zadd_nx",
    [PHONE_OP_ZREM] = "zrem",
    [PHONE_OP_RPUSH] = "rpush",
    [PHONE_OP_XADD] = "xadd",
    [PHONE_OP_PUBLISH] = "publish"
};

#define PHONE_OP_NAMES  (sizeof(phone_op_names) / sizeof(phone_op_names[0]))


static void phone_pack_word(phone_buf_t *buf, phone_str_t word);
static int phone_unpack_word(phone_str_t *rest, phone_str_t *word);
static int phone_unpack_kind(phone_str_t *rest, phone_op_kind_t *kind);
static int phone_unpack_number(phone_str_t *rest, int64_t max, int64_t *value);
static int phone_unpack_op(phone_call_t *call, unsigned bucket,
    phone_str_t *rest);
static phone_str_t phone_ledger_key(phone_call_t *call, unsigned bucket,
    phone_str_t key);
static int phone_unpack_due(phone_call_t *call, unsigned bucket,
    phone_str_t key, const phone_str_t *word);
static phone_str_t phone_posted_id(phone_call_t *call, phone_str_t id);
static phone_op_t *phone_take_bucket(phone_op_t **list, unsigned bucket);
static unsigned phone_posting_words(const phone_op_t *ops);
static void phone_post_bucket(phone_call_t *call, unsigned home,
    unsigned bucket, const phone_op_t *ops);
static phone_rc_t phone_posting_run(phone_call_t *call);
static phone_rc_t phone_posting_forget_run(phone_call_t *call);


const phone_event_t  phone_posting_apply = {
    "posting.apply", phone_posting_run,
    "Applies effects of a commit that lie in another bucket."
};


const phone_event_t  phone_posting_forget = {
    "posting.forget", phone_posting_forget_run,
    "Takes away the claim of a posting that was applied and is gone."
};


/* "len:bytes,", as in a netstring. */

static void
phone_pack_word(phone_buf_t *buf, phone_str_t word)
{
    phone_buf_int(buf, (int64_t) word.len);
    phone_buf_byte(buf, ':');
    phone_buf_put(buf, word);
    phone_buf_byte(buf, ',');
}


static int
phone_unpack_word(phone_str_t *rest, phone_str_t *word)
{
    int64_t      len;
    phone_str_t  digits;

    if (!phone_split(rest, ':', &digits) || phone_parse_int(digits, &len) != 0
        || (uint64_t) len >= rest->len || rest->data[len] != ',')
    {
        return -1;
    }

    word->data = rest->data;
    word->len = (size_t) len;

    rest->data += len + 1;
    rest->len -= (size_t) len + 1;

    return 0;
}


static int
phone_unpack_kind(phone_str_t *rest, phone_op_kind_t *kind)
{
    unsigned     i;
    phone_str_t  word;

    if (phone_unpack_word(rest, &word) != 0) {
        return -1;
    }

    for (i = 0; i < PHONE_OP_NAMES; i++) {
        if (phone_is(word, phone_op_names[i])) {
            *kind = (phone_op_kind_t) i;
            return 0;
        }
    }

    return -1;
}


static int
phone_unpack_number(phone_str_t *rest, int64_t max, int64_t *value)
{
    phone_str_t  word;

    if (phone_unpack_word(rest, &word) != 0
        || phone_parse_int(word, value) != 0 || *value > max)
    {
        return -1;
    }

    return 0;
}


int64_t
phone_event_lease(phone_call_t *call, const phone_event_t *event)
{
    int64_t  lease;

    lease = call->env->settings->lease;

    return event == &phone_posting_apply && lease > PHONE_POSTING_LEASE
           ? PHONE_POSTING_LEASE : lease;
}


/* The id of the claim: the bucket that the posting's id ends with, and that
   id. */

static phone_str_t
phone_posted_id(phone_call_t *call, phone_str_t id)
{
    phone_str_t  rest, bucket;

    rest = id;
    bucket = PHONE_EMPTY;

    while (phone_split(&rest, '.', &bucket)) { /* void */ }

    return phone_join(&call->arena, 3,
                      (phone_str_t[3]) { bucket, PHONE_STR("-"), id });
}


/*
 * Of the commit that will apply these: its own guards, and, for each key, one
 * that reads its type, which the posting does not say of new ones.
 */

static unsigned
phone_posting_words(const phone_op_t *ops)
{
    unsigned           n;
    const phone_op_t  *op, *before;

    n = 1 + PHONE_POSTING_GUARDS;

    for (op = ops; op; op = op->next) {
        n += phone_op_words(op);

        for (before = ops; before != op; before = before->next) {
            if (phone_equal(before->key, op->key)) {
                break;
            }
        }

        n += before == op ? PHONE_LOOK_WORDS : 0;
    }

    return n;
}


/*
 * The id names one commit, not one call: a call that runs again after an
 * unknown outcome may commit twice, and both postings must be applied.
 */

static void
phone_post_bucket(phone_call_t *call, unsigned home, unsigned bucket,
    const phone_op_t *ops)
{
    unsigned           i;
    phone_buf_t        buf;
    phone_str_t        id, part[7];
    const phone_op_t  *op;

    phone_buf_init(&buf, &call->arena, 512);

    for (op = ops; op; op = op->next) {
        phone_pack_word(&buf, phone_cstr(phone_op_names[op->kind]));
        phone_pack_word(&buf, phone_int(&call->arena, op->nwords));
        phone_pack_word(&buf, op->key);

        for (i = 0; i < op->nwords; i++) {
            phone_pack_word(&buf, op->word[i]);
        }
    }

    part[0] = phone_bucket_text(&call->arena, home);
    part[1] = PHONE_STR("-");
    part[2] = phone_call_id(call);
    part[3] = PHONE_STR(".");
    part[4] = phone_int(&call->arena, call->serial);
    part[5] = PHONE_STR(".");
    part[6] = phone_bucket_text(&call->arena, bucket);
    id = phone_join(&call->arena, 7, part);

    phone_op(call, PHONE_OP_HSET, home,
             phone_key(&call->arena, &phone_posting, home, id), 6,
             (phone_str_t[6]) {
                 phone_cstr(phone_posting.fields[POSTING_V]),
                 phone_version(call),
                 phone_cstr(phone_posting.fields[POSTING_BUCKET]),
                 phone_int(&call->arena, bucket),
                 phone_cstr(phone_posting.fields[POSTING_OPS]),
                 phone_buf_str(&buf) });

    phone_emit(call, &phone_posting_apply, id, PHONE_EMPTY, call->now);
}


/* Takes the ops of one bucket out of the list, keeping their order. */

static phone_op_t *
phone_take_bucket(phone_op_t **list, unsigned bucket)
{
    phone_op_t  *op, *taken, **last, **rest;

    taken = NULL;
    last = &taken;
    rest = list;

    for (op = *list; op; op = op->next) {
        if (op->bucket == bucket) {
            *last = op;
            last = &op->next;

        } else {
            *rest = op;
            rest = &op->next;
        }
    }

    *last = NULL;
    *rest = NULL;

    return taken;
}


void
phone_post_elsewhere(phone_call_t *call, unsigned home)
{
    unsigned     bucket;
    phone_op_t  *all, *op;

    all = call->ops;
    call->ops = phone_take_bucket(&all, home);

    for (call->last_op = &call->ops;
         *call->last_op;
         call->last_op = &(*call->last_op)->next)
    {
        /* void */
    }

    while (all) {
        bucket = all->bucket;
        op = phone_take_bucket(&all, bucket);

        if (phone_posting_words(op) > PHONE_COMMIT_WORDS) {
            phone_break(call, "its effects in another bucket have more than "
                        PHONE_WORDS_TEXT);
            return;
        }

        phone_post_bucket(call, home, bucket, op);
    }
}


static int
phone_unpack_op(phone_call_t *call, unsigned bucket, phone_str_t *rest)
{
    int64_t            nwords, i;
    phone_str_t        key, word[64];
    phone_op_kind_t    kind;
    const phone_op_t  *op;

    if (phone_unpack_kind(rest, &kind) != 0
        || phone_unpack_number(rest, 64, &nwords) != 0
        || phone_unpack_word(rest, &key) != 0)
    {
        return -1;
    }

    for (i = 0; i < nwords; i++) {
        if (phone_unpack_word(rest, &word[i]) != 0) {
            return -1;
        }
    }

    if (kind == PHONE_OP_RPUSH) {
        key = phone_ledger_key(call, bucket, key);
    }

    if (kind == PHONE_OP_ZADD && nwords == 2
        && phone_unpack_due(call, bucket, key, word))
    {
        return 0;
    }

    op = phone_op(call, kind, bucket, key, (unsigned) nwords, word);

    return op == NULL || phone_op_fits(op) ? 0 : -1;
}


/* That of a log; of the ledger: its month is that of the commit that appends,
   however late that is, for a month that is over gets no entries. */

static phone_str_t
phone_ledger_key(phone_call_t *call, unsigned bucket, phone_str_t key)
{
    phone_str_t  now, same;

    now = phone_key(&call->arena, &phone_ledger, bucket,
                    phone_ledger_now(call, bucket));
    same = now;
    same.len -= same.len < PHONE_MONTH_LEN ? same.len : PHONE_MONTH_LEN;

    return key.len == now.len && same.len
           && memcmp(key.data, same.data, same.len) == 0 ? now : key;
}


/* An event that is due by now: whoever applies the posting runs it at once. */

static int
phone_unpack_due(phone_call_t *call, unsigned bucket, phone_str_t key,
    const phone_str_t *word)
{
    int64_t               due;
    phone_str_t           id, lane;
    const phone_event_t  *event;

    if (!phone_equal(key, phone_key(&call->arena, &phone_due, bucket,
                                    PHONE_EMPTY))
        || phone_parse_int(word[0], &due) != 0 || due > call->now
        || phone_event_parse(word[1], &event, &id, &lane) != 0)
    {
        return 0;
    }

    phone_emit(call, event, id, lane, due);

    return 1;
}


/* The record of the other bucket that changes whenever claims are removed. */

static phone_record_t *
phone_ask_swept(phone_call_t *call, phone_str_t posted_id)
{
    posted_id.len = posted_id.len < 3 ? posted_id.len : 3;

    return phone_ask(call, &phone_swept, posted_id);
}


/*
 * There are three steps, and days may pass between them.  First the effects
 * and the claim are committed in the other bucket.  When the claim is there,
 * the posting and this event are removed.  When these are gone, posting.forget
 * removes the claim.
 *
 * A run that has found no claim may have been paused until the claim was made
 * and removed.  So it relies on the record that changes when claims are
 * removed.
 */

static phone_rc_t
phone_posting_run(phone_call_t *call)
{
    unsigned         bucket;
    phone_str_t      id, claim, rest;
    phone_record_t  *posting, *swept;

    id = phone_posted_id(call, phone_event_id(call));
    claim = phone_ask_claimed(call, &phone_posted, id);
    posting = phone_ask(call, &phone_posting, phone_event_id(call));
    swept = phone_ask_swept(call, id);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    /* the commit that writes it had an unknown outcome and may still come: then
       the event stays, for it relies on what is not there */

    if (!phone_found(posting)) {
        return phone_done(call);
    }

    if (claim.len) {
        phone_remove(posting);
        phone_emit(call, &phone_posting_forget, phone_event_id(call),
                   PHONE_EMPTY, phone_now(call) + PHONE_POSTED_FOR);
        return phone_done(call);
    }

    call->apart = 1;
    phone_rely(swept);
    phone_claim(call, &phone_posted, id, PHONE_STR("1"), 0);

    bucket = phone_home(call->env, &phone_posted, id);
    rest = phone_get(posting, POSTING_OPS);

    if (phone_get_int(posting, POSTING_BUCKET) != bucket) {
        return phone_bad_record(posting);
    }

    while (rest.len) {
        if (phone_unpack_op(call, bucket, &rest) != 0) {
            return phone_bad_record(posting);
        }
    }

    return phone_done(call);
}


static phone_rc_t
phone_posting_forget_run(phone_call_t *call)
{
    unsigned         bucket;
    phone_str_t      id, claim;
    phone_record_t  *posting, *swept;

    id = phone_posted_id(call, phone_event_id(call));
    claim = phone_ask_claimed(call, &phone_posted, id);
    posting = phone_ask_some(call, &phone_posting, phone_event_id(call),
                             PHONE_F(POSTING_BUCKET));
    swept = phone_ask_swept(call, id);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    /* the posting is there again after a failover: the next posting.apply will
       put this event again */

    if (claim.len == 0 || phone_found(posting)) {
        return phone_done(call);
    }

    call->apart = 1;
    phone_set_int(swept, SWEPT_AT, phone_now(call));

    bucket = phone_home(call->env, &phone_posted, id);
    phone_op(call, PHONE_OP_DEL, bucket,
             phone_key(&call->arena, &phone_posted, bucket, id), 0, NULL);

    return phone_done(call);
}
