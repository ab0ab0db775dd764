
/* Replies and refusals, signed where the merchant requires it. */


#include "../host.h"
#include "../lib/form_write.h"
#include "runtime.h"


#define PHONE_REPLY_NONCE  12            /* random bytes */


static void phone_say_member(phone_call_t *call, const char *name,
    phone_str_t value, int literal);
static void phone_begin_body(phone_call_t *call);
static void phone_write_said(phone_call_t *call);
static int phone_reply_signed(phone_call_t *call);
static phone_rc_t phone_sign_reply(phone_call_t *call);
static int phone_sign_written(phone_call_t *call, phone_fields_t *fields);
static void phone_write_body(phone_call_t *call);
static void phone_finish_again(phone_call_t *call);
#if (PHONE_DEBUG)
static void phone_check_declared(phone_call_t *call);
#endif


void
phone_begin_reply(phone_call_t *call)
{
    memset(&call->reply, 0, sizeof(phone_reply_t));

    call->nsaid = 0;
    call->said_written = 0;
    call->body_begun = 0;
    call->replayed = 0;
}


static void
phone_say_member(phone_call_t *call, const char *name, phone_str_t value,
    int literal)
{
    phone_said_t  *said;

    if (call->nsaid == PHONE_SAID_MAX) {
        phone_break(call, "the reply has too many members");
        return;
    }

    said = &call->said[call->nsaid++];
    said->name = name;
    said->value = value;
    said->literal = literal ? 1 : 0;
}


/* An empty value is left out, as it would be of the canonical string. */

void
phone_say(phone_call_t *call, const char *name, phone_str_t value)
{
    if (value.len) {
        phone_say_member(call, name, value, 0);
    }
}


void
phone_say_int(phone_call_t *call, const char *name, int64_t value)
{
    phone_say_member(call, name, phone_int(&call->arena, value), 1);
}


void
phone_say_bool(phone_call_t *call, const char *name, int value)
{
    phone_say_member(call, name, value ? PHONE_STR("true") : PHONE_STR("false"),
                     1);
}


void
phone_say_time(phone_call_t *call, const char *name, int64_t ms)
{
    if (ms) {
        phone_say_member(call, name, phone_time_text(&call->arena, ms / 1000),
                         0);
    }
}


/* The body: "code" first, then what was said, in that order. */

static void
phone_begin_body(phone_call_t *call)
{
    if (call->body_begun) {
        return;
    }

    call->body_begun = 1;

    phone_buf_init(&call->body, &call->arena, 256);
    phone_json_init(&call->json, &call->body);
    phone_json_object(&call->json, NULL);

    if (!call->reply.refused) {
        phone_json_text(&call->json, "code", PHONE_STR("OK"));
    }
}


static void
phone_write_said(phone_call_t *call)
{
    phone_said_t  *said;

    phone_begin_body(call);

    for ( /* void */ ; call->said_written < call->nsaid; call->said_written++)
    {
        said = &call->said[call->said_written];

        if (said->literal) {
            phone_json_raw(&call->json, said->name, said->value);

        } else {
            phone_json_text(&call->json, said->name, said->value);
        }
    }
}


phone_json_t *
phone_reply(phone_call_t *call)
{
    phone_write_said(call);

    return &call->json;
}


void
phone_set_cookie(phone_call_t *call, phone_cookie_t which, phone_str_t value,
    int64_t ms)
{
    call->reply.cookie[which] = value;
    call->reply.cookie_age[which] = ms;
}


void
phone_retry_after(phone_call_t *call, int64_t seconds)
{
    call->reply.retry_after = seconds > 0 ? seconds : 1;
}


void
phone_cacheable(phone_call_t *call, int64_t seconds)
{
    call->reply.cacheable = seconds;
}


phone_rc_t
phone_done(phone_call_t *call)
{
    return phone_done_with(call, 200);
}


phone_rc_t
phone_done_with(phone_call_t *call, int http_status)
{
    call->reply.status = http_status;

    return PHONE_DONE;
}


phone_rc_t
phone_refuse(phone_call_t *call, phone_refusal_t refusal)
{
    return phone_refuse_field(call, refusal, NULL);
}


phone_rc_t
phone_refuse_field(phone_call_t *call, phone_refusal_t refusal,
    const char *field)
{
    return phone_refuse_named(call, refusal,
                              field ? phone_cstr(field) : PHONE_EMPTY);
}


phone_rc_t
phone_refuse_named(phone_call_t *call, phone_refusal_t refusal,
    phone_str_t field)
{
    if (refusal == PHONE_MEDIA_TYPE && phone_takes_file(call->endpoint)) {
        return phone_refuse_saying(call, refusal, field,
            PHONE_STR("Send the file as the body, with its own Content-Type, "
                      "or in a form of multipart/form-data."),
            PHONE_STR("请将文件作为请求体发送，并注明其 Content-Type，或使用 "
                      "multipart/form-data 表单。"));
    }

    return phone_refuse_saying(call, refusal, field,
                               phone_cstr(phone_refusal_text[refusal].en),
                               phone_cstr(phone_refusal_text[refusal].zh));
}


phone_rc_t
phone_refuse_saying(phone_call_t *call, phone_refusal_t refusal,
    phone_str_t field, phone_str_t en, phone_str_t zh)
{
    unsigned                     i, extra;
    phone_said_t                 more[PHONE_SAID_MAX];
    const phone_refusal_text_t  *text;

    text = &phone_refusal_text[refusal];

    extra = call->nsaid;
    memcpy(more, call->said, extra * sizeof(phone_said_t));

    call->nsaid = 0;
    call->said_written = 0;
    call->body_begun = 0;
    call->reply.kind = PHONE_M_TEXT;
    call->reply.body = (phone_str_t) { 0, NULL };
    call->reply.cacheable = 0;
    call->reply.refused = 1;
    call->reply.refusal = refusal;
    call->reply.status = text->status;

    phone_say(call, "code", phone_cstr(text->code));
    phone_say(call, "message", en);
    phone_say(call, "message_zh", zh);

    phone_say(call, "field", field);

    for (i = 0; i < extra; i++) {
        phone_say_member(call, more[i].name, more[i].value, more[i].literal);
    }

    phone_say_bool(call, "retryable", text->retryable);
    phone_say(call, "request_id", phone_call_id(call));

    if (text->retryable && call->reply.retry_after == 0) {
        call->reply.retry_after = 1;
    }

    return PHONE_REFUSED;
}


phone_rc_t
phone_not_yet(phone_call_t *call)
{
    call->not_yet = 1;

    return phone_refuse(call, PHONE_BUSY);
}


void
phone_fail(phone_call_t *call, phone_refusal_t refusal)
{
    phone_begin_reply(call);
    phone_refuse(call, refusal);
}


/*
 * Signatures of replies, by the same rule as of calls (docs/protocol.md).
 * Signing costs fifteen times what checking the call did, so only a merchant
 * that is authenticated (call->merchant) gets a signed reply, not a forged or
 * repeated call.
 */

static int
phone_reply_signed(phone_call_t *call)
{
    return call->endpoint && phone_signs(call->endpoint->who)
           && call->merchant && phone_signs_to(call->merchant);
}


static phone_rc_t
phone_sign_reply(phone_call_t *call)
{
    unsigned         i;
    phone_rc_t       rc;
    phone_str_t      random;
    phone_fields_t  *fields;

    random = (phone_str_t) { PHONE_REPLY_NONCE, (const char *)
                             phone_random_for(call, PHONE_RANDOM_REPLY,
                                              PHONE_EMPTY,
                                              PHONE_REPLY_NONCE) };

    fields = phone_alloc(&call->arena, sizeof(phone_fields_t));
    if (fields == NULL) {
        return PHONE_REFUSED;
    }

    if (!call->reply.refused) {
        phone_fields_add(fields, PHONE_STR("code"), PHONE_STR("OK"));
    }

    phone_say(call, "sha256", call->reply.sha256);
    phone_say(call, "merchant_id", call->caller);
    phone_say(call, "key_id", call->signer.key_id);
    phone_say_int(call, "timestamp", call->now / 1000);
    phone_say(call, "nonce", phone_hex(&call->arena, random));
    phone_say(call, "request_nonce", *phone_field(call->fields, "nonce"));
    phone_say(call, "sign_type", call->signer.sign_type);

    if (call->env->store_epoch) {
        phone_say_int(call, "store_epoch", call->env->store_epoch);
    }

    for (i = 0; i < call->nsaid; i++) {
        phone_fields_add(fields, phone_cstr(call->said[i].name),
                         call->said[i].value);
    }

    if (call->body_begun && phone_sign_written(call, fields) != 0) {
        return PHONE_REFUSED;
    }

    rc = phone_sign_message(call, &call->signer, fields);
    if (rc != PHONE_DONE) {
        return rc;
    }

    phone_say(call, "digest", *phone_field(fields, "digest"));
    phone_say(call, "sign", *phone_field(fields, "sign"));

    if (call->reply.sha256.len) {
        call->reply.signature = phone_form_write(&call->arena, fields);
    }

    return PHONE_DONE;
}


/* What the handler has written itself, lists for the most part, is signed as it
   would be in a call. */

static int
phone_sign_written(phone_call_t *call, phone_fields_t *fields)
{
    unsigned         i;
    phone_str_t      text, bad;
    phone_fields_t  *written;

    written = phone_alloc(&call->arena, sizeof(phone_fields_t));
    text = phone_join(&call->arena, 2,
                      (phone_str_t[2]) { phone_buf_str(&call->body),
                                         PHONE_STR("}") });

    if (written == NULL
        || phone_json_parse(&call->arena, text, written, &bad)
           != PHONE_FIELDS_OK)
    {
        return -1;
    }

    for (i = 0; i < written->n; i++) {
        if (phone_fields_find(fields, written->field[i].name) != -1) {
            continue;
        }

        if (phone_fields_add(fields, written->field[i].name,
                             written->field[i].value)
            != 0)
        {
            return -1;
        }

        fields->list[fields->n - 1] = written->list[i];
    }

    return 0;
}


phone_rc_t
phone_finish(phone_call_t *call)
{
    unsigned    said;
    phone_rc_t  rc;

    if (call->event) {
        return PHONE_DONE;
    }

    call->missing = 0;

    if (phone_reply_signed(call)) {
        phone_hash_text(call);
        said = call->nsaid;
        rc = phone_sign_reply(call);

        if (rc == PHONE_AGAIN) {
            call->nsaid = said;
            return rc;
        }

        if (rc == PHONE_REFUSED) {

            /* no memory, or no key: the call is committed, but the answer
               cannot be signed; the same call again gives the same answer.  A
               value that cannot be signed is a mistake of the handler. */

            call->merchant = NULL;

            if (call->unsignable) {
                call->why = "a value of its reply cannot be signed";
            }

            phone_fail(call, call->unsignable ? PHONE_INTERNAL : PHONE_BUSY);
        }
    }

    phone_write_body(call);

    if (call->arena.failed) {
        phone_finish_again(call);
    }

#if (PHONE_DEBUG)
    phone_check_declared(call);
#endif

    return PHONE_DONE;
}


#if (PHONE_DEBUG)

/* In a debug build a reply that was not declared is an error of its own. */

static void
phone_check_declared(phone_call_t *call)
{
    phone_str_t  odd;

    odd = phone_undeclared(call);

    if (odd.len) {
        call->merchant = NULL;
        phone_begin_reply(call);
        phone_say(call, "reason", odd);
        (void) phone_refuse(call, PHONE_INTERNAL);
        phone_write_body(call);
    }
}

#endif


/* The body may be there already: it was stored, or comes from the store. */

static void
phone_write_body(phone_call_t *call)
{
    if (call->reply.body.data || call->reply.kind != PHONE_M_TEXT) {
        return;
    }

    phone_write_said(call);
    phone_json_end(&call->json);

    call->reply.body = phone_buf_str(&call->body);
}


phone_str_t
phone_reply_text(phone_call_t *call)
{
    phone_write_body(call);

    return call->reply.body;
}


/*
 * Memory ran out before the reply was written.  A refusal stays that refusal;
 * after a success the effects may be committed, and the same call again gives
 * the answer.  The memory of what the call has read is freed; if that is not
 * enough, only the status is sent.
 */

static void
phone_finish_again(phone_call_t *call)
{
    phone_refusal_t  refusal;

    refusal = call->reply.refused ? call->reply.refusal : PHONE_BUSY;

    phone_arena_free(&call->arena);

    call->id = PHONE_EMPTY;
    call->address = PHONE_EMPTY;
    memset(call->cookie, 0, sizeof(call->cookie));
    call->caller = PHONE_EMPTY;
    call->session_id = PHONE_EMPTY;
    call->state = PHONE_EMPTY;
    call->bad_key = PHONE_EMPTY;
    call->fields = NULL;
    call->asks = NULL;
    phone_asked_reset(call);
    call->asked_room = 0;
    call->records = NULL;
    call->emitted = NULL;
    call->merchant = NULL;

    phone_fail(call, refusal);
    phone_write_body(call);
}
