
/*
 * Idempotency-Key: an unsafe call of a session or of the operator that is sent
 * again with the same key gets the first answer again, for a day
 * (draft-ietf-httpapi-idempotency-key-header).
 *
 * The reply is stored in the same commit as the effects, in a record that must
 * not exist yet: of two calls at once one commits, the other runs again and
 * finds it.  The record is named by the caller, what the call is about and the
 * key, but not by the fields, so that a key used again with other fields is
 * noticed.
 *
 * The record is in the bucket of a session's number, or in that of the first
 * record that the handler of an operator's call asks for: that record is what
 * the call is about, and each has keys of its own.  Most handlers decide in the
 * same bucket.  Where one decides in another bucket, and a commit may touch the
 * whole store, the record is part of that commit all the same.  Where it may
 * touch one bucket only, a commit of its own comes first, which leaves a note
 * in place of the reply: it names the bucket in which the handler is about to
 * decide.  Then the handler runs again, and the reply is stored there with what
 * it does.  A repeat finds the note and, through it, the reply; if the first
 * call has not come that far, the handler decides, and one of the two commits.
 *
 * How many answers a number may store in a day is counted in the commit that
 * stores one: nobody without a session uses any up, and a repeat none.  Calls
 * with secret fields and others are counted separately.  Where a
 * secret is compared the count is read before it, and a refusal is stored even
 * if others have taken the last place meanwhile: the limit never undoes the
 * commit that counts a wrong guess.
 *
 * Nothing that is stored holds a secret: names and fields are hashes, keyed for
 * those that are secret, and a reply that opens or closes a session is not
 * stored.
 *
 * Secrets cannot be guessed by repeating a key: they have a separate hash,
 * which is compared only after the repeat was counted.
 */


#include "../host.h"
#include "runtime.h"
#include "../lib/ledger.h"


#define PHONE_KEY_HEADER  "Idempotency-Key"
#define PHONE_KEY_KEPT    PHONE_DAY
#define PHONE_KEY_THERE   "there"

/* Repeats a day, for a number, of calls with secret fields: so many guesses
   has somebody with a session and a key that was used. */
#define PHONE_KEY_REPEATS 10

/* A name and a value of each field. */
#define PHONE_KEEP_WORDS  10


static int phone_says_secret(phone_call_t *call);
static phone_record_t *phone_ask_kept(phone_call_t *call, unsigned bucket);
static int phone_replay_there(phone_call_t *call, phone_record_t *note,
    phone_str_t there, phone_rc_t *rc);
static phone_rc_t phone_same_call(phone_call_t *call, phone_record_t *kept,
    phone_str_t own);
static phone_rc_t phone_same_secrets(phone_call_t *call,
    phone_record_t *kept, phone_str_t own);
static int phone_key_secrets_are(phone_call_t *call, phone_str_t stored);
static phone_str_t phone_answers_id(phone_call_t *call);
static unsigned phone_answers_share(phone_call_t *call);
static int phone_answers_full(phone_call_t *call);
static int64_t phone_key_repeats(phone_call_t *call);
static phone_guard_t *phone_count_reply(phone_call_t *call);
static phone_guard_t *phone_keep_record(phone_call_t *call, unsigned bucket,
    phone_str_t reply);
static phone_rc_t phone_not_kept(phone_call_t *call);
static phone_rc_t phone_refuse_limit(phone_call_t *call);
static phone_rc_t phone_answer_again(phone_call_t *call,
    phone_record_t *kept);
static int phone_reply_kept(phone_call_t *call, phone_record_t *kept);


static phone_record_t *
phone_ask_kept(phone_call_t *call, unsigned bucket)
{
    return phone_ask(call, &phone_idempotency, phone_key_id(call, bucket));
}


int
phone_replay(phone_call_t *call, phone_rc_t *rc)
{
    int              full;
    phone_str_t      there, word;
    phone_record_t  *kept;

    if (!phone_has_key(call)) {
        return 0;
    }

    if (call->key_twice) {
        *rc = phone_refuse_field(call, PHONE_FIELD_DUPLICATE,
                                 PHONE_KEY_HEADER);
        return 1;
    }

    if (!phone_key_acceptable(call->idempotency_key)) {
        phone_say(call, "reason",
                  PHONE_STR("it takes 1 to 64 printable ASCII characters"));
        *rc = phone_refuse_field(call, PHONE_PARAM_INVALID, PHONE_KEY_HEADER);
        return 1;
    }

    if (!phone_replies_json(call->endpoint)) {
        *rc = phone_not_kept(call);
        return 1;
    }

    if (!phone_name_key(call)) {
        return 0;
    }

    call->noted = 0;
    kept = phone_ask_kept(call, call->key_bucket);
    full = phone_answers_full(call);

    if (phone_waiting(call)) {
        return 0;
    }

    there = phone_get(kept, IDEMPOTENCY_REPLY);

    if (phone_split(&there, ' ', &word) && phone_is(word, PHONE_KEY_THERE)) {
        return phone_replay_there(call, kept, there, rc);
    }

    if (phone_found(kept)) {
        *rc = phone_answer_again(call, kept);
        return 1;
    }

    if (full) {
        *rc = phone_refuse_limit(call);
        return 1;
    }

    return 0;
}


/* The bucket with the reply is known; there is none in it before the handler
   has decided. */

static int
phone_replay_there(phone_call_t *call, phone_record_t *note,
    phone_str_t there, phone_rc_t *rc)
{
    int64_t          bucket;
    phone_record_t  *kept;

    *rc = phone_same_call(call, note, call->key_note);

    if (*rc != PHONE_DONE) {
        return 1;
    }

    if (phone_parse_int(there, &bucket) != 0
        || bucket >= call->env->buckets)
    {
        *rc = phone_bad_record(note);
        return 1;
    }

    call->noted = 1;
    call->key_there = (unsigned) bucket;

    kept = phone_ask_kept(call, call->key_there);

    if (phone_waiting(call) || !phone_found(kept)) {
        return 0;
    }

    *rc = phone_answer_again(call, kept);

    return 1;
}


static phone_str_t
phone_answers_id(phone_call_t *call)
{
    return phone_join(&call->arena, 3,
                      (phone_str_t[3]) {
                          call->caller, PHONE_STR(":"),
                          phone_int(&call->arena, call->now / PHONE_DAY) });
}


/* Calls with secrets have a share of their own: who has a session but not the
   PIN cannot use it up. */

static unsigned
phone_answers_share(phone_call_t *call)
{
    return call->key_secrets.len ? ANSWERS_STORED : ANSWERS_OPEN;
}


/* Of a call without secrets: not known before a commit of it has failed. */

static int
phone_answers_full(phone_call_t *call)
{
    int64_t      stored;
    phone_str_t  id;

    if (call->endpoint->who != PHONE_SESSION) {
        return 0;
    }

    id = phone_answers_id(call);

    stored = call->key_secrets.len
             ? phone_get_int(phone_ask_some(call, &phone_answers, id,
                                            PHONE_F(ANSWERS_STORED)),
                             ANSWERS_STORED)
             : phone_added(call, &phone_answers, id, ANSWERS_OPEN);

    return stored >= call->env->settings->idempotency_keys;
}


/* Counts this repeat and returns how many there were today. */

static int64_t
phone_key_repeats(phone_call_t *call)
{
    return phone_ask_count(call, &phone_known_days,
                           phone_join(&call->arena, 2,
                                      (phone_str_t[2]) {
                                          call->caller,
                                          PHONE_STR(":repeats") }),
                           PHONE_KEY_KEPT);
}


static phone_rc_t
phone_refuse_limit(phone_call_t *call)
{
    phone_retry_after(call, (phone_window_left(call, PHONE_KEY_KEPT) + 999)
                            / 1000);

    return phone_refuse_field(call, PHONE_RATE_LIMITED, PHONE_KEY_HEADER);
}


/* own: the version of the record if this very call has written it. */

static phone_rc_t
phone_same_call(phone_call_t *call, phone_record_t *kept, phone_str_t own)
{
    if (!phone_equal(phone_get(kept, IDEMPOTENCY_CALL), call->key_fields)) {
        return phone_refuse_field(call, PHONE_IDEMPOTENCY_MISMATCH,
                                  PHONE_KEY_HEADER);
    }

    return call->key_secrets.len ? phone_same_secrets(call, kept, own)
                                 : PHONE_DONE;
}


/* A repeat is counted before its secrets are compared.  Not counted are the
   call that stored this reply itself, run again after an unknown outcome, and
   the operator, who can set passwords and has nothing to guess. */

static phone_rc_t
phone_same_secrets(phone_call_t *call, phone_record_t *kept, phone_str_t own)
{
    int64_t      repeats;
    phone_str_t  secrets;

    secrets = phone_get(kept, IDEMPOTENCY_SECRETS);

    if (phone_equal(phone_get(kept, IDEMPOTENCY_V), own)) {
        return PHONE_DONE;
    }

    if (secrets.len && !phone_can_unseal(call, secrets)) {
        return phone_sealed_refuse(call, kept, IDEMPOTENCY_SECRETS);
    }

    if (call->endpoint->who == PHONE_SESSION) {
        repeats = phone_key_repeats(call);

        if (phone_waiting(call)) {
            return PHONE_AGAIN;
        }

        if (repeats > PHONE_KEY_REPEATS) {
            return phone_refuse_limit(call);
        }
    }

    if (!phone_key_secrets_are(call, secrets)) {
        return phone_refuse_field(call, PHONE_IDEMPOTENCY_MISMATCH,
                                  PHONE_KEY_HEADER);
    }

    return PHONE_DONE;
}


/* The secret may have been rotated since. */

static int
phone_key_secrets_are(phone_call_t *call, phone_str_t stored)
{
    return phone_equal(stored, call->key_secrets)
           || (call->key_secrets_before.len
               && phone_equal(stored, call->key_secrets_before));
}


/* The device cookie of the first answer may be lost as well: it is set
   again. */

static phone_rc_t
phone_answer_again(phone_call_t *call, phone_record_t *kept)
{
    phone_rc_t  rc;

    rc = phone_same_call(call, kept, call->key_version);

    if (rc != PHONE_DONE) {
        return rc;
    }

    if (phone_get(kept, IDEMPOTENCY_DEVICE).len
        && phone_callers.device_again(call) == PHONE_AGAIN)
    {
        return PHONE_AGAIN;
    }

    return phone_reply_kept(call, kept) == 0
           ? PHONE_DONE : phone_bad_record(kept);
}


/* "<status> <code> <body>"; refusals are stored as well. */

static int
phone_reply_kept(phone_call_t *call, phone_record_t *kept)
{
    int64_t      status;
    unsigned     i;
    phone_str_t  rest, word, code;

    rest = phone_get(kept, IDEMPOTENCY_REPLY);

    if (!phone_split(&rest, ' ', &word) || phone_parse_int(word, &status) != 0
        || status < 200 || status > 599 || !phone_split(&rest, ' ', &code))
    {
        return -1;
    }

    for (i = 0; i < PHONE_REFUSALS_N; i++) {
        if (phone_is(code, phone_refusal_text[i].code)) {
            call->reply.refused = 1;
            call->reply.refusal = (phone_refusal_t) i;
        }
    }

    call->reply.status = (int) status;
    call->reply.body = rest;
    call->replayed = 1;

    return 0;
}


/* One answer more of the number today; too many make the commit fail, unless it
   counts a wrong guess, and the next run is refused.  NULL: it is nobody's, or
   memory has run out. */

static phone_guard_t *
phone_count_reply(phone_call_t *call)
{
    phone_guard_t  **guard;

    if (call->endpoint->who != PHONE_SESSION) {
        return NULL;
    }

    guard = call->last_claim;

    phone_add(call, &phone_answers, phone_answers_id(call),
              phone_answers_share(call), 1,
              call->reply.refused ? PHONE_SUM_MAX
                                  : call->env->settings->idempotency_keys,
              phone_window_lives(call, PHONE_DAY));

    return *guard;
}


/*
 * What is decided in another bucket than the key's cannot be stored with the
 * reply where a commit touches one bucket: the key is noted first.  Once it is,
 * the handler decides in the bucket of the note, or not at all: another call
 * may be about to do so.
 */

phone_rc_t
phone_keepable(phone_call_t *call, phone_rc_t rc)
{
    int  there;

    if ((rc != PHONE_DONE && rc != PHONE_REFUSED) || call->broken
        || call->disk_failed || call->env->domain == PHONE_WHOLE_STORE
        || !phone_keeps_reply(call) || call->key_hash.len == 0)
    {
        return rc;
    }

    there = phone_bucket_elsewhere(call, call->noted ? call->key_there
                                                     : call->key_bucket);

    if (there == -1 || (call->noted && rc == PHONE_REFUSED)) {
        return rc;
    }

    phone_drop_effects(call);

    if (call->noted) {
        return phone_not_kept(call);
    }

    call->note_first = 1;
    call->key_there = (unsigned) there;

    return PHONE_DONE;
}


static phone_rc_t
phone_not_kept(phone_call_t *call)
{
    phone_say(call, "reason",
              PHONE_STR("the reply of this call cannot be kept: leave the "
                        "header out"));

    return phone_refuse_field(call, PHONE_PARAM_INVALID, PHONE_KEY_HEADER);
}


void
phone_note_key(phone_call_t *call)
{
    (void) phone_count_reply(call);
    (void) phone_keep_record(call, call->key_bucket,
                             phone_format(&call->arena,
                                          PHONE_KEY_THERE " %u",
                                          call->key_there));
    call->key_note = phone_version(call);
}


void
phone_keep_reply(phone_call_t *call)
{
    int             elsewhere;
    unsigned        home;
    const char     *code;
    phone_guard_t  *count, *absent;

    if (call->key_hash.len == 0) {
        phone_break(call, "no record tells what its Idempotency-Key is about");
        return;
    }

    home = call->noted ? call->key_there : call->key_bucket;
    elsewhere = phone_guards_elsewhere(call, home)
                && !phone_guards_there(call, home);

    /* a wrong guess is counted, though its reply cannot be stored with that */

    if (elsewhere && call->noted) {
        return;
    }

    count = call->noted ? NULL : phone_count_reply(call);

    code = call->reply.refused ? phone_refusal_text[call->reply.refusal].code
                               : "OK";

    absent = phone_keep_record(call, home,
                               phone_join(&call->arena, 5,
                                   (phone_str_t[5]) {
                                       phone_int(&call->arena,
                                                 call->reply.status),
                                       PHONE_STR(" "), phone_cstr(code),
                                       PHONE_STR(" "),
                                       phone_reply_text(call) }));

    call->key_version = phone_version(call);

    if (elsewhere && absent) {
        absent->elsewhere = 1;
    }

    if (elsewhere && count) {
        count->elsewhere = 1;
    }
}


/* A new record of the key; its guard. */

static phone_guard_t *
phone_keep_record(phone_call_t *call, unsigned bucket, phone_str_t reply)
{
    unsigned            n;
    phone_str_t         key, ms, word[PHONE_KEEP_WORDS];
    phone_guard_t      *guard;
    const char *const  *name;

    name = phone_idempotency.fields;
    key = phone_key(&call->arena, &phone_idempotency, bucket,
                    phone_key_id(call, bucket));
    ms = phone_int(&call->arena, PHONE_KEY_KEPT);

    guard = phone_guard_first(call, PHONE_GUARD_ABSENT, bucket, key,
                              phone_cstr(name[IDEMPOTENCY_V]), PHONE_EMPTY);

    n = 0;
    word[n++] = phone_cstr(name[IDEMPOTENCY_V]);
    word[n++] = phone_version(call);
    word[n++] = phone_cstr(name[IDEMPOTENCY_CALL]);
    word[n++] = call->key_fields;
    word[n++] = phone_cstr(name[IDEMPOTENCY_REPLY]);
    word[n++] = reply;

    if (call->key_secrets.len) {
        word[n++] = phone_cstr(name[IDEMPOTENCY_SECRETS]);
        word[n++] = call->key_secrets;
    }

    if (call->reply.cookie[PHONE_COOKIE_DEVICE].data) {
        word[n++] = phone_cstr(name[IDEMPOTENCY_DEVICE]);
        word[n++] = PHONE_STR("1");
    }

    phone_op(call, PHONE_OP_HSET, bucket, key, n, word);
    phone_op(call, PHONE_OP_PEXPIRE, bucket, key, 1, &ms);

    return guard;
}


/* A member that is declared as secret is nowhere but in the reply itself. */

static int
phone_says_secret(phone_call_t *call)
{
    unsigned               i;
    const phone_member_t  *member;

    for (member = call->endpoint->reply; member && member->name; member++) {
        for (i = 0; (member->flags & PHONE_SECRET) && i < call->nsaid; i++) {
            if (strcmp(call->said[i].name, member->name) == 0) {
                return 1;
            }
        }
    }

    return 0;
}


/* Stores success, and of refusals only those for which a try at a secret was
   counted.  Other refusals may change by the next time. */

int
phone_keeps_reply(phone_call_t *call)
{
    if (!phone_has_key(call) || call->replayed || call->proof_first
        || phone_says_secret(call)
        || call->reply.cookie[PHONE_COOKIE_SESSION].data)
    {
        return 0;
    }

    return !call->reply.refused || phone_counts_try(call->reply.refusal);
}


int
phone_counts_try(phone_refusal_t refusal)
{
    return refusal == PHONE_PIN_WRONG || refusal == PHONE_LOGIN_FAILED;
}
