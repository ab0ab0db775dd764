
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
 * The record is in the bucket where the call commits.  A session's calls
 * commit in the bucket of its number, the operator's in the bucket of the
 * first record that the handler asks for: that record is what the call is
 * about, and each has keys of its own.
 *
 * How many answers a number may store in a day is counted in the commit that
 * stores one: nobody without a session uses any up, and a repeat none.  Where a
 * secret is compared the count is read before it, and a refusal is stored even
 * if others have taken the last place meanwhile: the limit never undoes the
 * commit that counts a wrong guess.
 *
 * Nothing that is stored holds a secret: names and fields are keyed hashes,
 * and a reply that opens or closes a session is not stored.
 *
 * Secrets cannot be guessed by repeating a key: they have a separate hash,
 * which is compared only after the repeat was counted.
 */


#include "../host.h"
#include "runtime.h"
#include "../lib/ledger.h"
#include "../lib/id.h"


#define PHONE_KEY_HEADER  "Idempotency-Key"
#define PHONE_KEY_LONGEST 64
#define PHONE_KEY_KEPT    PHONE_DAY

/* Repeats a day, for a number, of calls with secret fields: so many guesses
   has somebody with a session and a key that was used. */
#define PHONE_KEY_REPEATS 10

/* A name and a value of each field. */
#define PHONE_KEEP_WORDS  10


static int phone_has_key(phone_call_t *call);
static int phone_key_acceptable(phone_str_t key);
static int phone_is_secret(phone_call_t *call, phone_str_t name);
static int phone_has_secrets(phone_call_t *call);
static phone_str_t phone_hash_fields(phone_call_t *call, int secret);
static int phone_name_key(phone_call_t *call);
static phone_str_t phone_key_id(phone_call_t *call);
static phone_rc_t phone_same_call(phone_call_t *call, phone_record_t *kept);
static phone_rc_t phone_same_secrets(phone_call_t *call,
    phone_record_t *kept);
static phone_str_t phone_answers_id(phone_call_t *call);
static int phone_answers_full(phone_call_t *call);
static int64_t phone_key_repeats(phone_call_t *call);
static void phone_count_reply(phone_call_t *call);
static phone_rc_t phone_not_kept(phone_call_t *call);
static phone_rc_t phone_refuse_limit(phone_call_t *call);
static phone_rc_t phone_answer_again(phone_call_t *call,
    phone_record_t *kept);
static int phone_reply_kept(phone_call_t *call, phone_record_t *kept);


static int
phone_has_key(phone_call_t *call)
{
    return call->endpoint
           && (call->idempotency_key.data != NULL || call->key_twice)
           && (call->endpoint->who == PHONE_SESSION
               || call->endpoint->who == PHONE_OPERATOR)
           && strcmp(call->endpoint->method, "GET") != 0;
}


static int
phone_key_acceptable(phone_str_t key)
{
    size_t  i;

    for (i = 0; i < key.len; i++) {
        if (key.data[i] < ' ' || key.data[i] > '~') {
            return 0;
        }
    }

    return key.len >= 1 && key.len <= PHONE_KEY_LONGEST;
}


static int
phone_is_secret(phone_call_t *call, phone_str_t name)
{
    const phone_param_t  *param;

    for (param = call->endpoint->params; param->name; param++) {
        if (phone_is_value_of(name, param->name)) {
            return (param->flags & PHONE_SECRET) != 0;
        }
    }

    return 0;
}


static int
phone_has_secrets(phone_call_t *call)
{
    const phone_param_t  *param;

    for (param = call->endpoint->params; param->name; param++) {
        if (param->flags & PHONE_SECRET) {
            return 1;
        }
    }

    return 0;
}


/* Sorted by name: the order in a form or JSON does not matter.  Secrets are
   hashed together with the key: equal PINs of two calls have different
   hashes. */

static phone_str_t
phone_hash_fields(phone_call_t *call, int secret)
{
    unsigned              i, n;
    phone_buf_t           buf;
    phone_str_t           text;
    const phone_field_t  *room[PHONE_FIELDS_MAX], **sorted;

    sorted = phone_fields_sort(&call->arena, call->fields, room, &n);

    phone_buf_init(&buf, &call->arena, 512);
    phone_buf_put(&buf, secret ? PHONE_STR("secrets:") : PHONE_STR("fields:"));
    phone_buf_put(&buf, secret ? call->key_hash
                               : phone_cstr(call->endpoint->name));

    for (i = 0; i < n; i++) {
        if (phone_is_secret(call, sorted[i]->name) != secret) {
            continue;
        }

        phone_buf_byte(&buf, '\n');
        phone_buf_put(&buf, sorted[i]->name);
        phone_buf_byte(&buf, ' ');
        phone_buf_int(&buf, (int64_t) sorted[i]->value.len);
        phone_buf_byte(&buf, ' ');
        phone_buf_put(&buf, sorted[i]->value);
    }

    text = phone_buf_str(&buf);

    return phone_keyed_hash(call, 1, &text);
}


/* 0: the operator's call has not run yet, so the record that it is about is
   not known. */

static int
phone_name_key(phone_call_t *call)
{
    phone_str_t   who;
    phone_ask_t  *about;

    if (call->key_hash.len) {
        return 1;
    }

    if (call->endpoint->who == PHONE_SESSION) {
        who = call->caller;
        call->key_bucket = phone_bucket_of(who, call->env->buckets);

    } else {
        for (about = call->asks; about; about = about->next) {
            if (about->kind == PHONE_ASK_RECORD) {
                break;
            }
        }

        if (about == NULL) {
            return 0;
        }

        who = phone_join(&call->arena, 2,
                         (phone_str_t[2]) { PHONE_STR("operator "),
                                            about->key });
        call->key_bucket = about->bucket;
    }

    call->key_hash = phone_keyed_hash(call, 4,
                                      (phone_str_t[4]) {
                                          PHONE_STR("key:"), who,
                                          PHONE_STR(" "),
                                          call->idempotency_key });
    call->key_fields = phone_hash_fields(call, 0);
    call->key_secrets = phone_has_secrets(call) ? phone_hash_fields(call, 1)
                                                : PHONE_EMPTY;

    return 1;
}


static phone_str_t
phone_key_id(phone_call_t *call)
{
    return phone_join(&call->arena, 3,
                      (phone_str_t[3]) {
                          phone_bucket_text(&call->arena, call->key_bucket),
                          PHONE_STR("-"), call->key_hash });
}


int
phone_replay(phone_call_t *call, phone_rc_t *rc)
{
    int              full;
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

    kept = phone_ask(call, &phone_idempotency, phone_key_id(call));
    full = phone_answers_full(call);

    if (phone_waiting(call)) {
        return 0;
    }

    if (phone_found(kept)) {
        *rc = phone_same_call(call, kept);

        if (*rc != PHONE_DONE) {
            return 1;
        }

        *rc = phone_answer_again(call, kept);
        return 1;
    }

    if (full) {
        *rc = phone_refuse_limit(call);
        return 1;
    }

    return 0;
}


static phone_str_t
phone_answers_id(phone_call_t *call)
{
    return phone_join(&call->arena, 3,
                      (phone_str_t[3]) {
                          call->caller, PHONE_STR(":"),
                          phone_int(&call->arena, call->now / PHONE_DAY) });
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
             : phone_added(call, &phone_answers, id, ANSWERS_STORED);

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


static phone_rc_t
phone_same_call(phone_call_t *call, phone_record_t *kept)
{
    if (!phone_equal(phone_get(kept, IDEMPOTENCY_CALL), call->key_fields)) {
        return phone_refuse_field(call, PHONE_IDEMPOTENCY_MISMATCH,
                                  PHONE_KEY_HEADER);
    }

    return call->key_secrets.len ? phone_same_secrets(call, kept)
                                 : PHONE_DONE;
}


/* A repeat is counted before its secrets are compared.  Not counted are the
   call that stored this reply itself, run again after an unknown outcome, and
   the operator, who can set passwords and has nothing to guess. */

static phone_rc_t
phone_same_secrets(phone_call_t *call, phone_record_t *kept)
{
    int64_t  repeats;

    if (phone_equal(phone_get(kept, IDEMPOTENCY_V), call->key_version)) {
        return PHONE_DONE;
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

    if (!phone_equal(phone_get(kept, IDEMPOTENCY_SECRETS), call->key_secrets))
    {
        return phone_refuse_field(call, PHONE_IDEMPOTENCY_MISMATCH,
                                  PHONE_KEY_HEADER);
    }

    return PHONE_DONE;
}


/* The device cookie of the first answer may be lost as well: it is set
   again. */

static phone_rc_t
phone_answer_again(phone_call_t *call, phone_record_t *kept)
{
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
   counts a wrong guess, and the next run is refused. */

static void
phone_count_reply(phone_call_t *call)
{
    phone_add(call, &phone_answers, phone_answers_id(call), ANSWERS_STORED, 1,
              call->reply.refused ? PHONE_SUM_MAX
                                  : call->env->settings->idempotency_keys,
              phone_window_lives(call, PHONE_DAY));
}


/*
 * The reply is stored in the commit that decides.  What is decided in another
 * bucket than the key's, a session's number or what an operator's call is
 * about, cannot be: the call is refused before anything is done.
 */

phone_rc_t
phone_keepable(phone_call_t *call, phone_rc_t rc)
{
    if ((rc != PHONE_DONE && rc != PHONE_REFUSED) || call->broken
        || !phone_keeps_reply(call) || call->key_hash.len == 0
        || !phone_guards_elsewhere(call, call->key_bucket))
    {
        return rc;
    }

    phone_drop_effects(call);

    return phone_not_kept(call);
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
phone_keep_reply(phone_call_t *call)
{
    unsigned            n, home;
    phone_str_t         key, ms, word[PHONE_KEEP_WORDS];
    const char         *code;
    const char *const  *name;

    if (call->key_hash.len == 0) {
        phone_break(call, "no record tells what its Idempotency-Key is about");
        return;
    }

    if (call->endpoint->who == PHONE_SESSION) {
        phone_count_reply(call);
    }

    call->key_version = phone_version(call);

    name = phone_idempotency.fields;
    home = call->key_bucket;
    key = phone_key(&call->arena, &phone_idempotency, home,
                    phone_key_id(call));
    ms = phone_int(&call->arena, PHONE_KEY_KEPT);
    code = call->reply.refused ? phone_refusal_text[call->reply.refusal].code
                               : "OK";

    phone_guard_first(call, PHONE_GUARD_ABSENT, home, key,
                      phone_cstr(name[IDEMPOTENCY_V]), PHONE_EMPTY);

    n = 0;
    word[n++] = phone_cstr(name[IDEMPOTENCY_V]);
    word[n++] = call->key_version;
    word[n++] = phone_cstr(name[IDEMPOTENCY_CALL]);
    word[n++] = call->key_fields;
    word[n++] = phone_cstr(name[IDEMPOTENCY_REPLY]);
    word[n++] = phone_join(&call->arena, 5,
                           (phone_str_t[5]) {
                               phone_int(&call->arena, call->reply.status),
                               PHONE_STR(" "), phone_cstr(code),
                               PHONE_STR(" "), phone_reply_text(call) });

    if (call->key_secrets.len) {
        word[n++] = phone_cstr(name[IDEMPOTENCY_SECRETS]);
        word[n++] = call->key_secrets;
    }

    if (call->reply.cookie[PHONE_COOKIE_DEVICE].data) {
        word[n++] = phone_cstr(name[IDEMPOTENCY_DEVICE]);
        word[n++] = PHONE_STR("1");
    }

    phone_op(call, PHONE_OP_HSET, home, key, n, word);
    phone_op(call, PHONE_OP_PEXPIRE, home, key, 1, &ms);
}


/* Stores success, and of refusals only those for which a try at a secret was
   counted.  Other refusals may change by the next time. */

int
phone_keeps_reply(phone_call_t *call)
{
    if (!phone_has_key(call) || call->replayed
        || call->reply.cookie[PHONE_COOKIE_SESSION].data)
    {
        return 0;
    }

    return !call->reply.refused
           || call->reply.refusal == PHONE_PIN_WRONG
           || call->reply.refusal == PHONE_LOGIN_FAILED;
}
