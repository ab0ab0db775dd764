
/*
 * Secret parameters that come in an envelope (lib/envelope.h), at any endpoint
 * that needs a session and has such parameters.  What is inside takes its place
 * among the fields of the call before they are checked: no handler knows.
 *
 * The key is that of the session, so an envelope opens for its own phone only.
 * An envelope that does not open is counted, once the session has turned out to
 * be open.  One that opens is used up by the first answer that is no temporary
 * refusal: the commit claims its IV, with a wrong PIN as well.
 */


#include "../host.h"
#include "runtime.h"
#include "../lib/ledger.h"

#include <openssl/crypto.h>


/* Envelopes of a number that are answered in a day. */
#define PHONE_ENVELOPES_DAY  1000


static const phone_param_t *phone_sealable(const phone_endpoint_t *endpoint,
    phone_str_t name);
static phone_rc_t phone_take_inside(phone_call_t *call,
    const phone_fields_t *inside);
static int phone_derive_key(phone_call_t *call, phone_mac_key_t *master,
    unsigned suite, unsigned char key[PHONE_ENVELOPE_KEY]);
static int phone_open(phone_call_t *call, phone_envelope_t *envelope,
    phone_str_t *plain);
static phone_rc_t phone_check_sealed_at(phone_call_t *call, int64_t seconds);
static phone_rc_t phone_refuse_needed(phone_call_t *call,
    const phone_demand_t *demand, const char *field);
static const char *phone_sent_open(phone_call_t *call);
static phone_str_t phone_envelope_id(phone_call_t *call);
static phone_str_t phone_envelope_day(phone_call_t *call);


const phone_param_t  phone_envelope_params[] = {
    { "secure", PHONE_P_NAME, PHONE_REQUIRED, 1, PHONE_ENVELOPE_SECURE,
      "instead of secret fields: the envelope that they are in" },
    { "mac", PHONE_P_NAME, PHONE_REQUIRED, 1, PHONE_ENVELOPE_MAC,
      "the tag of that envelope" },
    { NULL, 0, 0, 0, 0, NULL }
};


int
phone_takes_envelope(const phone_endpoint_t *endpoint)
{
    const phone_param_t  *param;

    for (param = endpoint->params; param->name; param++) {
        if (phone_is_sealable(endpoint, param)) {
            return 1;
        }
    }

    return 0;
}


int
phone_is_sealable(const phone_endpoint_t *endpoint, const phone_param_t *param)
{
    return endpoint->who == PHONE_SESSION
           && (param->flags & (PHONE_SECRET|PHONE_UNSEALED)) == PHONE_SECRET
           && PHONE_LIST_OF(param->flags) == 0;
}


static const phone_param_t *
phone_sealable(const phone_endpoint_t *endpoint, phone_str_t name)
{
    const phone_param_t  *param;

    for (param = endpoint->params; param->name; param++) {
        if (phone_is_sealable(endpoint, param)
            && phone_is(name, param->name))
        {
            return param;
        }
    }

    return NULL;
}


phone_rc_t
phone_take_envelope(phone_call_t *call)
{
    phone_str_t       plain;
    phone_fields_t    inside;
    phone_envelope_t  envelope;

    if (call->sealed_seen
        || !phone_takes_envelope(call->endpoint)
        || (phone_field(call->fields, "secure") == NULL
            && phone_field(call->fields, "mac") == NULL))
    {
        return PHONE_DONE;
    }

    if (phone_check_carried(call, phone_envelope_params) != PHONE_DONE) {
        return PHONE_REFUSED;
    }

    inside.n = 0;

    if (phone_open(call, &envelope, &plain) != 0
        || phone_envelope_read(plain, &inside) != 0)
    {
        call->sealed_seen = 1;
        call->sealed_badly = 1;
        return PHONE_DONE;
    }

    if (phone_check_sealed_at(call, envelope.time) != PHONE_DONE
        || phone_take_inside(call, &inside) != PHONE_DONE)
    {
        return PHONE_REFUSED;
    }

    call->sealed_seen = 1;
    call->sealed_suite = envelope.suite;
    call->sealed_iv = envelope.iv_text;

    return PHONE_DONE;
}


static int
phone_open(phone_call_t *call, phone_envelope_t *envelope, phone_str_t *plain)
{
    int                             rc;
    unsigned                        i;
    unsigned char                   key[PHONE_ENVELOPE_KEY];
    phone_str_t                     context;
    const phone_envelope_master_t  *master;

    if (phone_envelope_parse(&call->arena, *phone_field(call->fields, "secure"),
                             *phone_field(call->fields, "mac"), envelope) != 0)
    {
        return -1;
    }

    master = NULL;

    for (i = 0; i < 2 && call->env->envelope[i].key; i++) {
        if (phone_equal(envelope->key_id,
                        (phone_str_t) { PHONE_ENVELOPE_KEY_ID,
                                        call->env->envelope[i].id }))
        {
            master = &call->env->envelope[i];
        }
    }

    if (master == NULL
        || phone_derive_key(call, master->key, envelope->suite, key) != 0)
    {
        return -1;
    }

    context = phone_envelope_context(&call->arena, envelope->head,
                                     call->caller,
                                     phone_cstr(call->endpoint->name),
                                     call->fields);

    rc = phone_envelope_open(call->env->ciphers, &call->arena, key, envelope,
                             context, plain);

    OPENSSL_cleanse(key, sizeof(key));

    return rc;
}


/*
 * An HMAC over suite, number and session: no two have the same key.  Envelopes
 * are opened, and phones are given keys, with what comes from here only: the
 * pair of keys of a smart card will take the place of the HMAC here, for a
 * session that was opened with one.
 */

static int
phone_derive_key(phone_call_t *call, phone_mac_key_t *master, unsigned suite,
    unsigned char key[PHONE_ENVELOPE_KEY])
{
    phone_str_t  text;

    text = phone_format(&call->arena, "envelope key\n%u\n%.*s\n%.*s", suite,
                        PHONE_ARGS(call->caller),
                        PHONE_ARGS(call->session_id));

    return phone_mac(master, text, key);
}


static phone_rc_t
phone_check_sealed_at(phone_call_t *call, int64_t seconds)
{
    int64_t  skew;

    skew = call->env->settings->clock_skew;

    if (seconds * 1000 > call->now + skew || seconds * 1000 < call->now - skew)
    {
        phone_say_int(call, "platform_time", call->now / 1000);
        return phone_refuse_field(call, PHONE_TIMESTAMP_SKEW, "secure");
    }

    return PHONE_DONE;
}


/*
 * The host's fields stay as they are: a call that starts over opens its
 * envelope again.
 */

static phone_rc_t
phone_take_inside(phone_call_t *call, const phone_fields_t *inside)
{
    unsigned              i;
    phone_fields_t       *all;
    const phone_field_t  *field;

    all = phone_alloc(&call->arena, sizeof(phone_fields_t));
    if (all == NULL) {
        return PHONE_DONE;                   /* the call fails */
    }

    for (i = 0; i < call->fields->n; i++) {
        field = &call->fields->field[i];

        if (!phone_is(field->name, "secure") && !phone_is(field->name, "mac"))
        {
            all->field[all->n] = *field;
            all->list[all->n++] = call->fields->list[i];
        }
    }

    for (i = 0; i < inside->n; i++) {
        field = &inside->field[i];

        if (phone_sealable(call->endpoint, field->name) == NULL) {
            phone_say(call, "reason",
                      PHONE_STR("this field is not sent in an envelope"));
            return phone_refuse_named(call, PHONE_PARAM_INVALID, field->name);
        }

        if (phone_fields_find(all, field->name) >= 0) {
            return phone_refuse_named(call, PHONE_FIELD_DUPLICATE,
                                      field->name);
        }

        (void) phone_fields_add(all, field->name, field->value);
    }

    call->fields_sent = call->fields;
    call->fields = all;

    return PHONE_DONE;
}


/* The account is read in the same round as what the handler asks for. */

phone_rc_t
phone_admit_envelope(phone_call_t *call)
{
    const char      *open;
    phone_str_t      used;
    phone_demand_t   demand;
    phone_record_t  *account;

    if (!phone_takes_envelope(call->endpoint)) {
        return PHONE_DONE;
    }

    account = phone_ask_some(call, &phone_account, call->caller,
                             PHONE_F(ACCOUNT_ENVELOPE));
    used = PHONE_EMPTY;

    if (call->sealed_suite) {
        used = phone_assume_free(call, &phone_envelope_used,
                                 phone_envelope_id(call));
        call->sealed_today = phone_added(call, &phone_answers,
                                         phone_envelope_day(call),
                                         ANSWERS_SEALED);
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (phone_demand_read(account, &demand) != 0) {
        return PHONE_REFUSED;
    }

    open = phone_sent_open(call);

    if (call->sealed_suite && call->sealed_suite < demand.suite) {
        return phone_refuse_needed(call, &demand, "secure");
    }

    if (demand.needed && open) {
        return phone_refuse_needed(call, &demand, open);
    }

    if (call->sealed_suite == 0) {
        return PHONE_DONE;
    }

    /* a claim holds the id of the call: after an unknown outcome a call finds
       its own */

    if (used.len && !phone_equal(used, phone_call_id(call))) {
        return phone_refuse_field(call, PHONE_ENVELOPE_REPLAYED, "secure");
    }

    if (used.len == 0 && call->sealed_today >= PHONE_ENVELOPES_DAY) {
        phone_retry_after(call, (phone_window_left(call, PHONE_DAY) + 999)
                                / 1000);
        return phone_refuse_field(call, PHONE_RATE_LIMITED, "secure");
    }

    call->nonce_claimed = used.len ? 1 : 0;

    return PHONE_DONE;
}


/* The secret field that was sent outside; NULL: none was. */

static const char *
phone_sent_open(phone_call_t *call)
{
    const phone_param_t   *param;
    const phone_fields_t  *sent;

    sent = call->fields_sent ? call->fields_sent : call->fields;

    for (param = call->endpoint->params; param->name; param++) {
        if (phone_is_sealable(call->endpoint, param)
            && phone_field(sent, param->name))
        {
            return param->name;
        }
    }

    return NULL;
}


static phone_rc_t
phone_refuse_needed(phone_call_t *call, const phone_demand_t *demand,
    const char *field)
{
    phone_say_int(call, "suite", demand->suite);

    return phone_refuse_field(call, PHONE_ENVELOPE_NEEDED, field);
}


/* The number's own envelopes still open, however many of a thief do not. */

phone_rc_t
phone_refuse_sealed(phone_call_t *call)
{
    int64_t  wait;

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    wait = phone_callers.envelope_over(call);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (wait) {
        phone_retry_after(call, (wait + 999) / 1000);
        return phone_refuse_field(call, PHONE_RATE_LIMITED, "secure");
    }

    return phone_refuse_field(call, PHONE_ENVELOPE_INVALID, "secure");
}


static phone_str_t
phone_envelope_id(phone_call_t *call)
{
    return phone_join(&call->arena, 3,
                      (phone_str_t[3]) { call->caller, PHONE_STR(":"),
                                         call->sealed_iv });
}


static phone_str_t
phone_envelope_day(phone_call_t *call)
{
    return phone_join(&call->arena, 3,
                      (phone_str_t[3]) {
                          call->caller, PHONE_STR(":"),
                          phone_int(&call->arena, call->now / PHONE_DAY) });
}


/*
 * Counted with the claim, so that a number does not fill the store.  The limit
 * never undoes the commit that counts a wrong PIN; these have a limit of their
 * own.
 */

phone_rc_t
phone_use_envelope(phone_call_t *call, phone_rc_t rc)
{
    int          elsewhere;
    int64_t      most;
    unsigned     bucket;
    phone_str_t  id;

    if (call->sealed_suite == 0 || call->broken
        || (rc != PHONE_DONE && rc != PHONE_REFUSED)
        || (rc == PHONE_REFUSED
            && (call->not_yet
                || phone_refusal_text[call->reply.refusal].retryable)))
    {
        return rc;
    }

    id = phone_envelope_id(call);
    bucket = phone_home(call->env, &phone_envelope_used, id);
    most = rc == PHONE_REFUSED && phone_counts_try(call->reply.refusal)
           ? PHONE_SUM_MAX : PHONE_ENVELOPES_DAY;
    elsewhere = phone_decides_elsewhere(call, bucket);

    if (!call->nonce_claimed) {
        phone_claim(call, &phone_envelope_used, id, phone_call_id(call),
                    phone_nonce_lives(call));
        phone_add(call, &phone_answers, phone_envelope_day(call),
                  ANSWERS_SEALED, 1, most,
                  phone_window_lives(call, PHONE_DAY));
    }

    if (elsewhere) {
        phone_decided_elsewhere(call, bucket);
    }

    return call->proof_first ? PHONE_DONE : rc;
}


/* For the handler that gives a session its key. */

phone_str_t
phone_envelope_key_id(phone_call_t *call)
{
    return (phone_str_t) { PHONE_ENVELOPE_KEY_ID, call->env->envelope[0].id };
}


phone_str_t
phone_envelope_key(phone_call_t *call, unsigned suite)
{
    phone_str_t    text;
    unsigned char  key[PHONE_ENVELOPE_KEY];

    if (phone_derive_key(call, call->env->envelope[0].key, suite, key) != 0) {
        phone_break(call, "a key could not be derived");
        return PHONE_EMPTY;
    }

    text = phone_base64(&call->arena, (phone_str_t) { sizeof(key),
                                                      (char *) key });
    OPENSSL_cleanse(key, sizeof(key));

    return text;
}


/* What a number demands */

int
phone_demand_read(phone_record_t *account, phone_demand_t *demand)
{
    phone_str_t  text, word;

    text = phone_get(account, ACCOUNT_ENVELOPE);

    demand->suite = PHONE_ENVELOPE_3DES;
    demand->needed = 0;

    if (text.len == 0) {
        return 0;
    }

    if (!phone_split(&text, ' ', &word)
        || phone_parse_int(word, &demand->suite) != 0
        || phone_parse_int(text, &demand->needed) != 0)
    {
        (void) phone_bad_record(account);
        return -1;
    }

    return 0;
}


void
phone_demand_set(phone_call_t *call, phone_record_t *account,
    const phone_demand_t *demand)
{
    phone_demand_t  before;

    if (phone_demand_read(account, &before) == 0
        && (before.suite != demand->suite || before.needed != demand->needed))
    {
        phone_set(account, ACCOUNT_ENVELOPE,
                  phone_format(phone_memory(call), "%lld %lld",
                               (long long) demand->suite,
                               (long long) demand->needed));
    }
}
