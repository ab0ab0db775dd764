
/*
 * Idempotency-Key: an unsafe call of a session or of the operator that is sent
 * again under its key has the answer of the first, for a day
 * (draft-ietf-httpapi-idempotency-key-header).
 *
 * The reply is kept in the commit that has the effects, as a record that must
 * not be there yet: of two calls at once one commits, the other runs again and
 * finds it.  The record is named by who calls, what about, and his key, but
 * not by the fields, so that the key with other fields is told.
 *
 * It lies where the call commits, whatever a commit may touch.  A session's
 * calls commit in the bucket of its number, an operator's in the bucket of the
 * first record that the handler asks for: that is what the call is about, and
 * each has keys of its own.
 *
 * Nothing that is kept holds a secret: names and fields are keyed hashes, and
 * a reply that opens or closes a session is not kept.
 */


#include "host.h"
#include "runtime.h"
#include "lib/id.h"


#define PHONE_KEY_HEADER  "Idempotency-Key"
#define PHONE_KEY_LONGEST 64
#define PHONE_KEY_KEPT    (INT64_C(24) * 3600 * 1000)            /* ms */


static int phone_has_key(phone_call_t *call);
static int phone_key_acceptable(phone_str_t key);
static phone_str_t phone_hash(phone_call_t *call, phone_str_t text);
static phone_str_t phone_hash_fields(phone_call_t *call);
static int phone_name_key(phone_call_t *call);
static phone_str_t phone_key_id(phone_call_t *call);
static int phone_same_call(phone_call_t *call, phone_record_t *kept,
    phone_rc_t *rc);
static int64_t phone_keys_used(phone_call_t *call);
static int phone_reply_kept(phone_call_t *call, phone_record_t *kept);


static int
phone_has_key(phone_call_t *call)
{
    return call->idempotency_key.data != NULL && call->endpoint
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


static phone_str_t
phone_hash(phone_call_t *call, phone_str_t text)
{
    unsigned char  mac[PHONE_MAC_LEN];

    if (phone_mac(call->env->pepper, text, mac) != 0) {
        call->broken = 1;
        return PHONE_EMPTY;
    }

    return phone_base64url(&call->arena,
                           (phone_str_t) { sizeof(mac), (char *) mac });
}


/* In the order of their names: a form and JSON may say the same. */

static phone_str_t
phone_hash_fields(phone_call_t *call)
{
    unsigned              i, k, n;
    phone_buf_t           buf;
    const phone_field_t  *field, *sorted[PHONE_FIELDS_MAX];

    n = call->fields->n;

    for (i = 0; i < n; i++) {
        field = &call->fields->field[i];

        for (k = i; k && phone_compare(sorted[k - 1]->name, field->name) > 0;
             k--)
        {
            sorted[k] = sorted[k - 1];
        }

        sorted[k] = field;
    }

    phone_buf_init(&buf, &call->arena, 512);
    phone_buf_put(&buf, PHONE_STR("fields:"));
    phone_buf_put(&buf, phone_cstr(call->endpoint->name));

    for (i = 0; i < n; i++) {
        phone_buf_byte(&buf, '\n');
        phone_buf_put(&buf, sorted[i]->name);
        phone_buf_byte(&buf, ' ');
        phone_buf_int(&buf, (int64_t) sorted[i]->value.len);
        phone_buf_byte(&buf, ' ');
        phone_buf_put(&buf, sorted[i]->value);
    }

    return phone_hash(call, phone_buf_str(&buf));
}


/* 0 while it is not known what the operator's call is about: it has not run
   yet. */

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

    call->key_hash = phone_hash(call, phone_join(&call->arena, 4,
                         (phone_str_t[4]) { PHONE_STR("key:"), who,
                             PHONE_STR(" "), call->idempotency_key }));
    call->key_fields = phone_hash_fields(call);

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
    int64_t          used;
    phone_record_t  *kept;

    if (!phone_has_key(call)) {
        return 0;
    }

    if (!phone_key_acceptable(call->idempotency_key)) {
        *rc = phone_refuse_field(call, PHONE_PARAM_INVALID, PHONE_KEY_HEADER);
        return 1;
    }

    if (!phone_name_key(call)) {
        return 0;
    }

    kept = phone_ask(call, &phone_idempotency, phone_key_id(call));
    used = call->endpoint->who == PHONE_SESSION ? phone_keys_used(call) : 0;

    if (phone_waiting(call)) {
        return 0;
    }

    if (phone_found(kept)) {
        return phone_same_call(call, kept, rc);
    }

    if (used > call->env->settings->idempotency_keys) {
        phone_retry_after(call, phone_window_left(call, PHONE_KEY_KEPT)
                                / 1000);
        *rc = phone_refuse_field(call, PHONE_RATE_LIMITED, PHONE_KEY_HEADER);
        return 1;
    }

    return 0;
}


/* Calls of the number with a key today: as many replies are kept at most. */

static int64_t
phone_keys_used(phone_call_t *call)
{
    return phone_ask_count(call, &phone_known_days,
                           phone_join(&call->arena, 2,
                                      (phone_str_t[2]) {
                                          call->caller,
                                          PHONE_STR(":keys") }),
                           PHONE_KEY_KEPT);
}


static int
phone_same_call(phone_call_t *call, phone_record_t *kept, phone_rc_t *rc)
{
    if (!phone_equal(phone_get(kept, IDEMPOTENCY_CALL), call->key_fields)) {
        *rc = phone_refuse_field(call, PHONE_IDEMPOTENCY_MISMATCH,
                                 PHONE_KEY_HEADER);
        return 1;
    }

    *rc = phone_reply_kept(call, kept) == 0
          ? PHONE_DONE : phone_refuse(call, PHONE_INTERNAL);

    return 1;
}


/* "<status> <code> <body>"; a refusal as well is the last word. */

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


void
phone_keep_reply(phone_call_t *call, unsigned home)
{
    phone_str_t         key, ms;
    const char         *code;
    const char *const  *name;

    if (call->key_hash.len == 0 || home != call->key_bucket) {
        call->broken = 1;
        return;
    }

    name = phone_idempotency.fields;
    key = phone_key(&call->arena, &phone_idempotency, home,
                    phone_key_id(call));
    ms = phone_int(&call->arena, PHONE_KEY_KEPT);
    code = call->reply.refused ? phone_refusal_text[call->reply.refusal].code
                               : "OK";

    phone_guard_first(call, PHONE_GUARD_ABSENT, home, key,
                      phone_cstr(name[IDEMPOTENCY_V]), PHONE_EMPTY);

    phone_op(call, PHONE_OP_HSET, home, key, 6,
             (phone_str_t[6]) {
                 phone_cstr(name[IDEMPOTENCY_V]), phone_version(call),
                 phone_cstr(name[IDEMPOTENCY_CALL]), call->key_fields,
                 phone_cstr(name[IDEMPOTENCY_REPLY]),
                 phone_join(&call->arena, 5,
                            (phone_str_t[5]) {
                                phone_int(&call->arena, call->reply.status),
                                PHONE_STR(" "), phone_cstr(code),
                                PHONE_STR(" "), phone_reply_text(call) }) });
    phone_op(call, PHONE_OP_PEXPIRE, home, key, 1, &ms);
}


/* A refusal that has changed nothing, or that may be another answer the next
   time, is none to keep. */

int
phone_keeps_reply(phone_call_t *call)
{
    if (!phone_has_key(call) || call->replayed
        || call->reply.cookie[PHONE_COOKIE_SESSION].data)
    {
        return 0;
    }

    return !call->reply.refused
           || (call->ops != NULL
               && !phone_refusal_text[call->reply.refusal].retryable);
}
