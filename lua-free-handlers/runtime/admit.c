
/* Checks that the caller is of the kind the endpoint requires.  What this
   needs is read in the same round as what the handler asks for. */


#include "../host.h"
#include "runtime.h"


static phone_rc_t phone_admit_signed(phone_call_t *call);
static phone_rc_t phone_check_timestamp(phone_call_t *call);
static phone_rc_t phone_prove_signed(phone_call_t *call,
    phone_record_t *merchant, phone_record_t *terminal, phone_str_t nonce);
static phone_rc_t phone_key_of(phone_call_t *call, phone_record_t *merchant,
    phone_record_t *terminal, phone_caller_key_t *key);
static phone_str_t phone_terminal_id(phone_call_t *call);
static void phone_note_use(phone_call_t *call);
static phone_rc_t phone_check_service(phone_call_t *call);
static phone_str_t phone_sent(phone_call_t *call, const char *name);
static phone_str_t phone_nonce_id(phone_call_t *call);
static int phone_is_final(phone_call_t *call, phone_rc_t rc);
static phone_rc_t phone_check_digest(phone_call_t *call);
static phone_rc_t phone_signed_text(phone_call_t *call, int with_digest,
    phone_str_t *text);
static void phone_prove_first(phone_call_t *call, unsigned bucket);


int
phone_may_enter(phone_call_t *call)
{
    return call->endpoint->who != PHONE_SESSION
           || phone_callers.cookie(call) == 0;
}


phone_rc_t
phone_admit(phone_call_t *call)
{
    switch (call->endpoint->who) {

    case PHONE_SESSION:
        return phone_callers.session(call);

    case PHONE_MERCHANT:
    case PHONE_TERMINAL:
        return phone_admit_signed(call);

    default:
        return PHONE_DONE;
    }
}


static phone_str_t
phone_sent(phone_call_t *call, const char *name)
{
    const phone_str_t  *value;

    value = phone_field(call->fields, name);

    return value ? *value : PHONE_EMPTY;
}


phone_str_t
phone_caller_terminal(phone_call_t *call)
{
    return phone_sent(call, "terminal_id");
}


/* "<merchant id>:<terminal id>": there is no ':' in either. */

static phone_str_t
phone_terminal_id(phone_call_t *call)
{
    return phone_join(&call->arena, 3,
                      (phone_str_t[3]) { call->caller, PHONE_STR(":"),
                                         phone_caller_terminal(call) });
}


/* Each key has nonces of its own. */

static phone_str_t
phone_nonce_id(phone_call_t *call)
{
    phone_str_t  who;

    who = call->endpoint->who == PHONE_TERMINAL ? phone_terminal_id(call)
                                                : call->caller;

    return phone_join(&call->arena, 3,
                      (phone_str_t[3]) { who, PHONE_STR(":"),
                                         phone_sent(call, "nonce") });
}


/* Sets call->signed_text, the text under the signature. */

static phone_rc_t
phone_check_digest(phone_call_t *call)
{
    phone_str_t  text;

    if (phone_signed_text(call, 0, &text) != PHONE_DONE) {
        return PHONE_REFUSED;
    }

    if (!phone_digest_is(call->env->crypto, &call->arena, text,
                         phone_sent(call, "digest")))
    {
        return phone_refuse_field(call, PHONE_DIGEST_MISMATCH, "digest");
    }

    if (phone_signed_text(call, 1, &text) != PHONE_DONE) {
        return PHONE_REFUSED;
    }

    call->signed_text = text;

    return PHONE_DONE;
}


static phone_rc_t
phone_signed_text(phone_call_t *call, int with_digest, phone_str_t *text)
{
    phone_refusal_t       refusal;
    phone_canonical_rc_t  rc;

    rc = phone_canonical(&call->arena, call->fields, with_digest, text);

    if (rc == PHONE_CANONICAL_OK) {
        return PHONE_DONE;
    }

    /* names were looked at when they were read */

    refusal = rc == PHONE_CANONICAL_VALUE ? PHONE_FIELD_AMBIGUOUS
                                          : PHONE_BODY_INVALID;

    return phone_refuse_saying(call, refusal, *text,
                               phone_cstr(phone_refusal_text[refusal].en),
                               phone_cstr(phone_refusal_text[refusal].zh));
}


static phone_rc_t
phone_admit_signed(phone_call_t *call)
{
    phone_rc_t       rc;
    phone_str_t      nonce;
    phone_record_t  *merchant, *terminal;

    call->caller = phone_sent(call, "merchant_id");

    merchant = phone_ask_remembered(call, &phone_merchant, call->caller);
    terminal = call->endpoint->who == PHONE_TERMINAL
               ? phone_ask_remembered(call, &phone_terminal,
                                      phone_terminal_id(call))
               : NULL;

    nonce = phone_assume_free(call, &phone_nonce, phone_nonce_id(call));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!call->proved) {
        rc = phone_prove_signed(call, merchant, terminal, nonce);
        if (rc != PHONE_DONE) {
            return rc;
        }
    }

    if (!phone_is(phone_get(merchant, MERCHANT_STATUS), "ACTIVE")) {
        call->merchant = NULL;
        return phone_refuse(call, PHONE_MERCHANT_CLOSED);
    }

    return PHONE_DONE;
}


/* docs/protocol.md.  Cheap checks come first.  No answer discloses anything
   that the caller does not know already. */

static phone_rc_t
phone_prove_signed(phone_call_t *call, phone_record_t *merchant,
    phone_record_t *terminal, phone_str_t nonce)
{
    int                     can_sign;
    phone_sign_type_t       type, sent;
    phone_caller_key_t      key;
    const phone_result_t   *verified;

    if (phone_key_of(call, merchant, terminal, &key) != PHONE_DONE) {
        return PHONE_REFUSED;
    }

    /* the key fixes the type: a caller who could choose would take an RSA key,
       which everybody knows, for a secret */

    type = phone_caller_type(merchant, key.kind);

    if (phone_sign_type(phone_sent(call, "sign_type"), &sent) != 0
        || sent != type)
    {
        phone_say(call, "reason",
                  PHONE_STR("this key has another sign_type"));

        return phone_refuse_field(call, PHONE_SIGN_ERROR, "sign_type");
    }

    if (phone_check_timestamp(call) != PHONE_DONE) {
        return PHONE_REFUSED;
    }

    if (call->signed_text.len == 0 && phone_check_digest(call) != PHONE_DONE) {
        return PHONE_REFUSED;
    }

    verified = phone_ask_work(call, &phone_work_verify,
                              (phone_str_t[PHONE_WORK_ARGS]) {
                                  key.key, phone_sign_type_name(type),
                                  call->signed_text,
                                  phone_sent(call, "sign") });

    can_sign = phone_signer_with(call, type, &key, &call->signer) == 0;

    /* the reply must be signed: a place in the signing queue is reserved
       before anything is committed */

    if (phone_signs_to(merchant) && type != PHONE_HMAC) {
        phone_ask_place(call, &phone_work_sign);
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!verified->ok) {
        return phone_refuse_field(call, PHONE_SIGN_ERROR, "sign");
    }

    if (phone_check_service(call) != PHONE_DONE) {
        return PHONE_REFUSED;
    }

    /* a nonce holds the id of the call that claimed it: after an unknown
       outcome a call may find its own */

    if (nonce.len && !phone_equal(nonce, phone_call_id(call))) {
        return phone_refuse_field(call, PHONE_NONCE_REUSED, "nonce");
    }

    if (type == PHONE_ED25519 && !can_sign && phone_signs_to(merchant)) {

        /* the key was taken out of the configuration */

        return phone_refuse(call, PHONE_BUSY);
    }

    call->proved = 1;
    call->merchant = merchant;
    call->nonce_claimed = nonce.len ? 1 : 0;

    return PHONE_DONE;
}


/* A terminal has keys of its own; one that is closed has none. */

static phone_rc_t
phone_key_of(phone_call_t *call, phone_record_t *merchant,
    phone_record_t *terminal, phone_caller_key_t *key)
{
    unsigned  n;

    if (!phone_found(merchant)) {
        return phone_refuse_field(call, PHONE_KEY_UNKNOWN, "merchant_id");
    }

    if (terminal && !phone_is(phone_get(terminal, TERMINAL_STATUS), "ACTIVE"))
    {
        return phone_refuse_field(call, PHONE_KEY_UNKNOWN, "terminal_id");
    }

    n = phone_callers.merchant_key(call, terminal ? terminal : merchant,
                                   terminal ? TERMINAL_KEYS : MERCHANT_KEYS,
                                   phone_sent(call, "key_id"), key);

    if (n > 1) {
        return phone_refuse_saying(call, PHONE_KEY_UNKNOWN,
                                   PHONE_STR("key_id"),
                                   PHONE_STR("There are several keys: send "
                                             "key_id."),
                                   PHONE_STR("有多个密钥，请发送 key_id。"));
    }

    return n == 1 ? PHONE_DONE
                  : phone_refuse_field(call, PHONE_KEY_UNKNOWN, "key_id");
}


static phone_rc_t
phone_check_timestamp(phone_call_t *call)
{
    int64_t  seconds, skew;

    if (phone_parse_int(phone_sent(call, "timestamp"), &seconds) != 0) {
        return phone_refuse_field(call, PHONE_PARAM_INVALID, "timestamp");
    }

    skew = call->env->settings->clock_skew;

    if (seconds * 1000 > call->now + skew || seconds * 1000 < call->now - skew)
    {
        phone_say_int(call, "platform_time", call->now / 1000);
        return phone_refuse_field(call, PHONE_TIMESTAMP_SKEW, "timestamp");
    }

    return PHONE_DONE;
}


/*
 * What was signed for another call is worth nothing here.  The refusal is not
 * signed: whoever redirects a call would get a text with which to deny that
 * the call was done where it was meant for.
 */

static phone_rc_t
phone_check_service(phone_call_t *call)
{
    const char     *name;
    phone_str_t     service;
    phone_arena_t  *memory;

    memory = &call->arena;
    name = call->endpoint->name;
    service = phone_sent(call, "service");

    if (phone_is(service, name)) {
        return PHONE_DONE;
    }

    return phone_refuse_saying(call, PHONE_PARAM_INVALID, PHONE_STR("service"),
        phone_format(memory, "This address is for service=%s, but the call is "
                     "signed with service=%.*s: send it to the address of "
                     "that service, or sign it for this one.",
                     name, PHONE_ARGS(service)),
        phone_format(memory, "该地址的 service 须为 %s，收到的是 %.*s，请发送到"
                     "对应的地址，或按该地址的 service 重新签名。",
                     name, PHONE_ARGS(service)));
}


/* 1 when the answer is final.  5xx leaves open what the call has done: its
   caller sends it again, under a new nonce. */

static int
phone_is_final(phone_call_t *call, phone_rc_t rc)
{
    return rc == PHONE_DONE
           || (rc == PHONE_REFUSED
               && phone_refusal_text[call->reply.refusal].status < 500);
}


/*
 * A nonce is used up by each call that is proved and has its final answer,
 * refusals among them: whoever has recorded a call that was refused cannot send
 * it again when it would succeed.
 *
 * A nonce is kept for as long as any host accepts the timestamp.  The host
 * whose clock is ahead by the bound accepts a timestamp that is the skew ahead
 * of that; the host whose clock is behind by the bound accepts it until the
 * skew has passed by its own clock.
 */

phone_rc_t
phone_admit_done(phone_call_t *call, phone_rc_t rc)
{
    int          elsewhere;
    unsigned     bucket;
    phone_str_t  id;

    if (!call->proved || call->missing || !phone_is_final(call, rc)) {
        return rc;
    }

    id = phone_nonce_id(call);
    bucket = phone_home(call->env, &phone_nonce, id);
    elsewhere = phone_decides_elsewhere(call, bucket);

    if (call->proof_first) {
        rc = PHONE_DONE;
    }

    if (!call->nonce_claimed) {
        phone_claim(call, &phone_nonce, id, phone_call_id(call),
                    phone_nonce_lives(call));
        phone_note_use(call);
    }

    if (elsewhere) {
        phone_decided_elsewhere(call, bucket);
    }

    return rc;
}


/* In the commit of the nonce, which each proved call has in the bucket of its
   key, whatever it decides there or elsewhere. */

static void
phone_note_use(phone_call_t *call)
{
    int              terminal;
    phone_record_t  *record;

    terminal = call->endpoint->who == PHONE_TERMINAL;
    record = terminal ? phone_ask_remembered(call, &phone_terminal,
                                             phone_terminal_id(call))
                      : phone_ask_remembered(call, &phone_merchant,
                                             call->caller);

    phone_callers.merchant_key_used(call, record,
                                    terminal ? TERMINAL_KEYS : MERCHANT_KEYS,
                                    phone_sent(call, "key_id"));
}


int64_t
phone_nonce_lives(phone_call_t *call)
{
    const phone_settings_t  *settings;

    settings = call->env->settings;

    return 2 * (settings->clock_skew + settings->clock_bound)
           + PHONE_CLOCK_SLACK;
}


/* 0 as well when what proves the caller is about to be committed first. */

int
phone_decides_elsewhere(phone_call_t *call, unsigned bucket)
{
    if (!phone_guards_elsewhere(call, bucket)
        || phone_guards_there(call, bucket))
    {
        return 0;
    }

    if (!call->disk_failed && call->env->domain == PHONE_ONE_BUCKET
        && !call->nonce_claimed)
    {
        phone_prove_first(call, bucket);
        return 0;
    }

    return 1;
}


/*
 * All that the call decides is in another bucket than its caller, and a commit
 * may touch one of them only: the nonce is claimed by a commit of its own, with
 * nothing that the handler has recorded, and then the handler runs again.
 */

static void
phone_prove_first(phone_call_t *call, unsigned bucket)
{
    phone_record_t  *record;

    phone_drop_effects(call);
    call->proof_first = 1;

    for (record = call->records; record; record = record->next_record) {
        record->elsewhere |= record->ask.bucket != bucket;
    }
}


/* The commit may touch both: it guards what proves the caller as well.  Or the
   nonce is claimed already. */

void
phone_decided_elsewhere(phone_call_t *call, unsigned bucket)
{
    phone_guard_t   *claim;
    phone_record_t  *record;

    for (claim = call->claims; claim; claim = claim->next) {
        claim->elsewhere |= claim->bucket == bucket;
    }

    for (record = call->records; record; record = record->next_record) {
        record->elsewhere |= record->ask.bucket == bucket;
    }
}
