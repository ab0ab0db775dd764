
/* Effects: recorded while a handler runs, turned into one commit after it. */


#include "../host.h"
#include "runtime.h"


/* Live events kept for clients that come back. */
#define PHONE_LIVE_KEPT  "100"

/* How long a stream is kept after its last event (ms): longer than its number
   counts as open.  A client that comes back later finds a reset. */
#define PHONE_LIVE_FOR   PHONE_HOUR


static void phone_commit_event(phone_call_t *call);
static void phone_commit_emitted(phone_call_t *call, phone_emitted_t *emitted,
    unsigned home);
static void phone_drop_elsewhere(phone_call_t *call, unsigned home);
static int phone_find_guard(phone_call_t *call, unsigned bucket, int there);
static int phone_guard_room(phone_call_t *call, const phone_type_t *type,
    phone_str_t id, int64_t since, unsigned most);
static void phone_grant_wishes(phone_call_t *call);
static void phone_rely_on_reads(phone_call_t *call);
static const phone_commit_t *phone_commit_of(phone_call_t *call);
static int phone_find_home(phone_call_t *call, unsigned *home);


phone_guard_t *
phone_guard(phone_call_t *call, phone_guard_kind_t kind, unsigned bucket,
    phone_str_t key, phone_str_t field, phone_str_t want)
{
    phone_guard_t  *guard;

    guard = phone_alloc(&call->arena, sizeof(phone_guard_t));
    if (guard == NULL) {
        return NULL;
    }

    guard->kind = kind;
    guard->bucket = bucket;
    guard->key = key;
    guard->field = field;
    guard->want = want;

    /* guards whose failure another run can handle come last */

    if (kind == PHONE_GUARD_CLAIM || kind == PHONE_GUARD_AT_MOST) {
        *call->last_claim = guard;
        call->last_claim = &guard->next;
        return guard;
    }

    *call->last_guard = guard;
    call->last_guard = &guard->next;

    return guard;
}


/* Checked before the guards that were added so far. */

phone_guard_t *
phone_guard_first(phone_call_t *call, phone_guard_kind_t kind, unsigned bucket,
    phone_str_t key, phone_str_t field, phone_str_t want)
{
    phone_guard_t  *rest, **last, *guard;

    rest = call->guards;
    last = call->last_guard;

    call->last_guard = &call->guards;

    guard = phone_guard(call, kind, bucket, key, field, want);

    *call->last_guard = rest;
    call->last_guard = rest ? last : call->last_guard;

    return guard;
}


phone_op_t *
phone_op(phone_call_t *call, phone_op_kind_t kind, unsigned bucket,
    phone_str_t key, unsigned nwords, const phone_str_t *word)
{
    phone_op_t  *op;

    op = phone_alloc(&call->arena,
                     sizeof(phone_op_t) + nwords * sizeof(phone_str_t));
    if (op == NULL) {
        return NULL;
    }

    op->kind = kind;
    op->bucket = bucket;
    op->key = key;
    op->nwords = nwords;
    op->word = (phone_str_t *) (op + 1);

    if (nwords) {
        memcpy(op->word, word, nwords * sizeof(phone_str_t));
    }

    *call->last_op = op;
    call->last_op = &op->next;

    return op;
}


/* Indexes, logs, claims */

void
phone_index_add(phone_call_t *call, const phone_type_t *type, phone_str_t id,
    phone_str_t member, int64_t score)
{
    unsigned         bucket;
    phone_op_t      *op;
    phone_record_t  *record;

    bucket = phone_home(call->env, type, id);

    op = phone_op(call, PHONE_OP_ZADD, bucket,
                  phone_key(&call->arena, type, bucket, id), 2,
                  (phone_str_t[2]) { phone_int(&call->arena, score), member });

    /* nobody has an id that this call makes */

    for (record = call->records; op && record; record = record->next_record) {
        if (record->fresh && phone_equal(record->id, member)) {
            op->fresh = 1;
        }
    }
}


void
phone_index_remove(phone_call_t *call, const phone_type_t *type,
    phone_str_t id, phone_str_t member)
{
    unsigned  bucket;

    bucket = phone_home(call->env, type, id);

    phone_op(call, PHONE_OP_ZREM, bucket,
             phone_key(&call->arena, type, bucket, id), 1, &member);
}


void
phone_index_lives_for(phone_call_t *call, const phone_type_t *type,
    phone_str_t id, int64_t ms)
{
    unsigned     bucket;
    phone_str_t  word;

    bucket = phone_home(call->env, type, id);
    word = phone_int(&call->arena, ms);

    phone_op(call, PHONE_OP_PEXPIRE, bucket,
             phone_key(&call->arena, type, bucket, id), 1, &word);
}


int64_t
phone_assume_size(phone_call_t *call, const phone_type_t *type,
    phone_str_t id, int64_t since)
{
    return call->forgot || call->env->domain == PHONE_ONE_BUCKET
           ? phone_ask_size(call, type, id, since) : 0;
}


int
phone_index_room(phone_call_t *call, const phone_type_t *type,
    phone_str_t id, int64_t since, unsigned most)
{
    return call->env->domain == PHONE_ONE_BUCKET
           ? -1 : phone_guard_room(call, type, id, since, most);
}


int
phone_index_room_at_home(phone_call_t *call, const phone_type_t *type,
    phone_str_t id, int64_t since, unsigned most)
{
    return call->env->domain == PHONE_ONE_BUCKET
           && !phone_guards_there(call, phone_home(call->env, type, id))
           ? -1 : phone_guard_room(call, type, id, since, most);
}


static int
phone_guard_room(phone_call_t *call, const phone_type_t *type,
    phone_str_t id, int64_t since, unsigned most)
{
    unsigned        bucket;
    phone_guard_t  *guard;

    if (most == 0) {
        return 0;
    }

    if (call->forgot
        && (phone_ask_size(call, type, id, since) >= most
            || phone_waiting(call)))
    {
        return 0;
    }

    bucket = phone_home(call->env, type, id);

    guard = phone_guard(call, PHONE_GUARD_ROOM, bucket,
                        phone_key(&call->arena, type, bucket, id),
                        phone_int(&call->arena, since),
                        phone_int(&call->arena, most));
    if (guard) {
        guard->elsewhere = 1;
    }

    return 1;
}


void
phone_append(phone_call_t *call, const phone_type_t *type, phone_str_t id,
    phone_str_t entry)
{
    unsigned  bucket;

    bucket = phone_home(call->env, type, id);

    phone_op(call, PHONE_OP_RPUSH, bucket,
             phone_key(&call->arena, type, bucket, id), 1, &entry);
}


void
phone_erase(phone_call_t *call, const phone_type_t *type, phone_str_t id)
{
    unsigned  bucket;

    bucket = phone_home(call->env, type, id);

    phone_op(call, PHONE_OP_DEL, bucket,
             phone_key(&call->arena, type, bucket, id), 0, NULL);
}


void
phone_end_log(phone_call_t *call, const phone_type_t *type, phone_str_t id,
    int64_t ms)
{
    unsigned     bucket;
    phone_str_t  word;

    bucket = phone_home(call->env, type, id);
    word = phone_int(&call->arena, ms);

    phone_op(call, PHONE_OP_PEXPIRE, bucket,
             phone_key(&call->arena, type, bucket, id), 1, &word);
}


void
phone_drop_log(phone_call_t *call, const phone_type_t *type, phone_str_t id)
{
    unsigned  bucket;

    bucket = phone_home(call->env, type, id);

    phone_op(call, PHONE_OP_DEL, bucket,
             phone_key(&call->arena, type, bucket, id), 0, NULL);
}


void
phone_claim(phone_call_t *call, const phone_type_t *type, phone_str_t id,
    phone_str_t value, int64_t ms)
{
    unsigned  bucket;

    bucket = phone_home(call->env, type, id);

    phone_guard(call, PHONE_GUARD_CLAIM, bucket,
                phone_key(&call->arena, type, bucket, id), value,
                phone_int(&call->arena, ms));
}


/* Events */

phone_str_t
phone_due_member(phone_call_t *call, const phone_event_t *event,
    phone_str_t id, phone_str_t lane)
{
    return phone_join(&call->arena, lane.len ? 5 : 3,
                      (phone_str_t[5]) { phone_cstr(event->name),
                                         PHONE_STR(" "), id, PHONE_STR(" "),
                                         lane });
}


void
phone_emit(phone_call_t *call, const phone_event_t *event, phone_str_t id,
    phone_str_t lane, int64_t due)
{
    phone_emitted_t  *emitted;

    emitted = phone_alloc(&call->arena, sizeof(phone_emitted_t));
    if (emitted == NULL) {
        return;
    }

    emitted->event = event;
    emitted->id = id;
    emitted->lane = lane;
    emitted->due = due;
    emitted->bucket = phone_home(call->env, &phone_due, id);
    emitted->member = phone_due_member(call, event, id, lane);

    emitted->next = call->emitted;
    call->emitted = emitted;
}


void
phone_emit_once(phone_call_t *call, const phone_event_t *event,
    phone_str_t id, phone_str_t lane, int64_t due)
{
    unsigned  bucket;

    bucket = phone_home(call->env, &phone_due, id);

    phone_op(call, PHONE_OP_ZADD_NX, bucket,
             phone_key(&call->arena, &phone_due, bucket, PHONE_EMPTY), 2,
             (phone_str_t[2]) { phone_int(&call->arena, due),
                                phone_due_member(call, event, id, lane) });
}


void
phone_cancel(phone_call_t *call, const phone_event_t *event, phone_str_t id,
    phone_str_t lane)
{
    unsigned     bucket;
    phone_str_t  member;

    bucket = phone_home(call->env, &phone_due, id);
    member = phone_due_member(call, event, id, lane);

    phone_op(call, PHONE_OP_ZREM, bucket,
             phone_key(&call->arena, &phone_due, bucket, PHONE_EMPTY), 1,
             &member);
}


void
phone_repeat(phone_call_t *call, int64_t due)
{
    call->repeat_at = due;
}


void
phone_leave_unread(phone_call_t *call, int64_t due)
{
    call->unread = 1;
    phone_repeat(call, due);
}


void
phone_give_up(phone_call_t *call, phone_gave_up_t what)
{
    call->gave_up = what;
}


void
phone_tally(phone_call_t *call, phone_tally_t what)
{
    call->tallies |= 1u << what;
}


void
phone_publish(phone_call_t *call, phone_str_t number, const char *name,
    phone_str_t json)
{
    unsigned     bucket;
    phone_str_t  key, nothing;

    bucket = phone_home(call->env, &phone_live_of, number);
    key = phone_key(&call->arena, &phone_live_of, bucket, number);
    nothing = PHONE_EMPTY;

    phone_op(call, PHONE_OP_XADD, bucket, key, 5,
             (phone_str_t[5]) { PHONE_STR(PHONE_LIVE_KEPT), PHONE_STR("e"),
                                phone_cstr(name), PHONE_STR("d"), json });
    phone_op(call, PHONE_OP_PUBLISH, bucket, key, 1, &nothing);
    phone_keep_live(call, number);
}


void
phone_keep_live(phone_call_t *call, phone_str_t number)
{
    unsigned     bucket;
    phone_str_t  ms;

    bucket = phone_home(call->env, &phone_live_of, number);
    ms = phone_int(&call->arena,
                   PHONE_LIVE_FOR + 2 * call->env->settings->live_open);

    phone_op(call, PHONE_OP_PEXPIRE, bucket,
             phone_key(&call->arena, &phone_live_of, bucket, number), 1, &ms);
}


void
phone_sessions_ended(phone_call_t *call, phone_str_t number)
{
    unsigned     bucket;
    phone_str_t  word;

    bucket = phone_home(call->env, &phone_live_of, number);
    word = PHONE_STR(PHONE_LIVE_SESSIONS);

    phone_op(call, PHONE_OP_PUBLISH, bucket,
             phone_key(&call->arena, &phone_live_of, bucket, number), 1,
             &word);
}


/* The commit */

/* Removes the event that runs, or puts it later, guarded by its lease. */

static void
phone_commit_event(phone_call_t *call)
{
    phone_str_t  key;

    key = phone_key(&call->arena, &phone_due, call->due_bucket, PHONE_EMPTY);

    phone_guard(call, PHONE_GUARD_DUE, call->due_bucket, key, call->due_member,
                phone_int(&call->arena, call->due_score));

    if (call->repeat_at) {
        phone_op(call, PHONE_OP_ZADD, call->due_bucket, key, 2,
                 (phone_str_t[2]) { phone_int(&call->arena, call->repeat_at),
                                    call->due_member });
        return;
    }

    phone_op(call, PHONE_OP_ZREM, call->due_bucket, key, 1, &call->due_member);
}


/*
 * Events that are due now, in a bucket that the commit may write, are put
 * under a lease of this process and run at once, if it runs events at all.
 * The others wait for a sweep.
 */

static void
phone_commit_emitted(phone_call_t *call, phone_emitted_t *emitted,
    unsigned home)
{
    phone_emitted_t  *next;

    for ( /* void */ ; emitted; emitted = next) {
        next = emitted->next;
        emitted->score = emitted->due;

        if (emitted->due <= call->now && !call->env->leaves_events
            && (call->env->domain == PHONE_WHOLE_STORE
                || emitted->bucket == home))
        {
            emitted->score = call->now
                             + phone_event_lease(call, emitted->event);
            emitted->next = call->emitted;
            call->emitted = emitted;
        }

        phone_op(call, PHONE_OP_ZADD, emitted->bucket,
                 phone_key(&call->arena, &phone_due, emitted->bucket,
                           PHONE_EMPTY), 2,
                 (phone_str_t[2]) { phone_int(&call->arena, emitted->score),
                                    emitted->member });
    }
}


/*
 * All guards are in one bucket, the home of the commit, except those marked as
 * elsewhere: of records that are relied on, of accounts that receive money.  A
 * commit that writes needs a guard in its home: without one it could be
 * applied twice.
 */

static int
phone_find_home(phone_call_t *call, unsigned *home)
{
    phone_guard_t  *guard, *first;

    first = NULL;

    for (guard = call->guards; guard; guard = guard->next) {
        if (guard->elsewhere) {
            continue;
        }

        first = first ? first : guard;

        if (guard->bucket != first->bucket) {
            phone_break(call, "its commit has guards in two buckets");
            return -1;
        }
    }

    if (first == NULL) {
        phone_break(call, "its commit has no guard");
        return -1;
    }

    *home = first->bucket;

    return 0;
}


/* Where a commit may touch its home bucket only, guards in other buckets are
   dropped: posting.apply adds them in those buckets. */

static void
phone_drop_elsewhere(phone_call_t *call, unsigned home)
{
    phone_guard_t  *guard, **last;

    last = &call->guards;

    for (guard = call->guards; guard; guard = guard->next) {
        if (!guard->elsewhere || guard->bucket == home) {
            *last = guard;
            last = &guard->next;
        }
    }

    *last = NULL;
    call->last_guard = last;
}


int
phone_guards_elsewhere(phone_call_t *call, unsigned bucket)
{
    return phone_find_guard(call, bucket, 0) >= 0;
}


int
phone_guards_there(phone_call_t *call, unsigned bucket)
{
    return phone_find_guard(call, bucket, 1) >= 0;
}


int
phone_bucket_elsewhere(phone_call_t *call, unsigned bucket)
{
    return phone_find_guard(call, bucket, 0);
}


/* Its bucket, or -1. */

static int
phone_find_guard(phone_call_t *call, unsigned bucket, int there)
{
    phone_guard_t   *guard;
    phone_record_t  *record;

    for (guard = call->guards; guard; guard = guard->next) {
        if ((guard->bucket == bucket) == there && !guard->elsewhere) {
            return (int) guard->bucket;
        }
    }

    for (guard = call->claims; guard; guard = guard->next) {
        if ((guard->bucket == bucket) == there && !guard->elsewhere) {
            return (int) guard->bucket;
        }
    }

    for (record = call->records; record; record = record->next_record) {
        if ((record->ask.bucket == bucket) == there && !record->fresh
            && !record->elsewhere && phone_record_used(record))
        {
            return (int) record->ask.bucket;
        }
    }

    return -1;
}


/*
 * A lease is a time: two of one event within a millisecond are the same.  What
 * this run has read may have changed since, and the change may have put the
 * event anew, under the same lease: an event that finds nothing to do would
 * take that one out.
 */

static void
phone_rely_on_reads(phone_call_t *call)
{
    phone_record_t  *record;

    for (record = call->records; record; record = record->next_record) {
        if (phone_record_used(record)) {
            return;
        }
    }

    for (record = call->records; record; record = record->next_record) {
        if (record->ask.bucket == call->due_bucket && !record->malformed) {
            phone_rely(record);
        }
    }
}


/* Called before records become guards: a wish is dropped where it would add a
   guard in another bucket, with a refusal, and while the store refuses
   writes. */

static void
phone_grant_wishes(phone_call_t *call)
{
    phone_record_t  *record;

    if (call->reply.refused || call->no_wishes) {
        return;
    }

    for (record = call->records; record; record = record->next_record) {
        if (record->wished
            && !phone_guards_elsewhere(call, record->ask.bucket))
        {
            record->changed |= record->wished;
            call->granted = 1;
        }
    }
}


static const phone_commit_t *
phone_commit_of(phone_call_t *call)
{
    phone_commit_t  *commit;

    commit = &call->commit;

    commit->guards = call->guards;
    commit->ops = call->ops;

    if (phone_add_looks(&call->arena, commit) != 0) {
        phone_break(call, "a command of its commit is malformed");

    } else if (phone_commit_words(commit) > PHONE_COMMIT_WORDS) {
        phone_break(call, "its commit has more than " PHONE_WORDS_TEXT);
    }

    if (call->arena.failed || call->broken) {
        phone_fail(call, PHONE_INTERNAL);
        return NULL;
    }

    return commit;
}


const phone_commit_t *
phone_commit(phone_call_t *call)
{
    phone_commit_t   *commit;
    phone_record_t   *record;
    phone_emitted_t  *emitted, *at_once;

    commit = &call->commit;

    /* the run has failed: nothing it has recorded is committed */

    if (call->arena.failed || call->broken || call->disk_failed) {
        return NULL;
    }

    /* the lease is the first guard: when it is lost the run ends, whatever the
       other guards would say, and nothing is sent a second time */

    if (call->event && !call->apart) {
        phone_commit_event(call);
    }

    phone_grant_wishes(call);

    if (call->event && !call->apart) {
        phone_rely_on_reads(call);
    }

    for (record = call->records; record; record = record->next_record) {
        phone_commit_record(call, record);
    }

    if (call->note_first) {
        phone_note_key(call);

    } else if (phone_keeps_reply(call)) {
        phone_keep_reply(call);
    }

    *call->last_guard = call->claims;

    if (call->guards == NULL && call->ops == NULL && call->emitted == NULL) {
        return NULL;
    }

    if (phone_find_home(call, &commit->bucket) != 0) {
        phone_fail(call, PHONE_INTERNAL);
        return NULL;
    }

    emitted = call->emitted;
    call->emitted = NULL;
    phone_commit_emitted(call, emitted, commit->bucket);

    if (call->env->domain == PHONE_ONE_BUCKET) {
        phone_drop_elsewhere(call, commit->bucket);
        at_once = call->emitted;
        call->emitted = NULL;

        phone_post_elsewhere(call, commit->bucket);

        emitted = call->emitted;
        call->emitted = at_once;
        phone_commit_emitted(call, emitted, commit->bucket);
    }

    /* a commit may consist of guards only: an answer that relies on a record
       (the PIN was right) is given only if the record has not changed */

    return phone_commit_of(call);
}
