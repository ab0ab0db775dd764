
/*
 * POST /me/envelope: a phone gets the key of its envelopes (PAY-9), and its
 * owner may raise what the number demands.
 *
 * ACCOUNT_ENVELOPE_KEYS is "<session id> <keyed hash>," for each session that
 * has got its key: the hash is of a text that the phone has made.  Who steals a
 * session later does not know the text, and does not get the key.
 */


#include "account.h"
#include "prove.h"
#include "../lib/envelope.h"


#define PHONE_ENVELOPE_FIELDS  (PHONE_F(ACCOUNT_ENVELOPE)                     \
                                | PHONE_F(ACCOUNT_ENVELOPE_KEYS)              \
                                | PHONE_SESSION_FIELDS)


static phone_rc_t phone_session_envelope_run(phone_call_t *call);
static phone_str_t phone_key_mark(phone_call_t *call,
    const phone_session_t *session);
static int phone_key_given(phone_record_t *account, phone_str_t id,
    phone_str_t *given);
static void phone_key_note(phone_call_t *call, phone_record_t *account,
    phone_str_t mark);
static int phone_session_is_open(phone_call_t *call, phone_record_t *account,
    phone_str_t id);


static const phone_param_t  phone_session_envelope_params[] = {
    { "once", PHONE_P_NAME, PHONE_REQUIRED|PHONE_SECRET|PHONE_UNSEALED, 22, 64,
      "random, made by the phone: the same again gets the same key" },
    { "suite", PHONE_P_INT, 0, 1, 2,
      "1: 3DES, 2: AES-256-GCM (default); from now on the number takes none "
      "below it" },
    { "required", PHONE_P_INT, 0, 0, 1,
      "1: from now on the number takes secret fields in envelopes only" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_session_envelope_reply[] = {
    { "key", PHONE_M_TEXT, PHONE_SECRET, NULL, NULL,
      "base64 of 32 bytes: the key of this session and suite" },
    { "key_id", PHONE_M_TEXT, 0, NULL, NULL, "goes into each envelope" },
    { "key_suite", PHONE_M_INT, 0, NULL, NULL, "the suite of the key" },
    { "suite", PHONE_M_INT, 0, NULL, NULL,
      "the lowest suite that the number takes" },
    { "required", PHONE_M_BOOL, 0, NULL, NULL,
      "the number takes secret fields in envelopes only" },
    { "platform_time", PHONE_M_INT, 0, NULL, NULL,
      "Unix seconds, to set a clock by" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_session_envelope = {
    "session.envelope", "POST", "/me/envelope", PHONE_SESSION,
    phone_session_envelope_run, phone_session_envelope_params,
    phone_session_envelope_reply,
    "Gives the key of this session's envelopes, once and soon after its login; "
    "raises what the number demands of them."
};


static phone_rc_t
phone_session_envelope_run(phone_call_t *call)
{
    int64_t          suite;
    phone_str_t      mark, given;
    phone_demand_t   demand;
    phone_record_t  *account;
    phone_session_t  session;

    account = phone_ask_some(call, &phone_account, phone_caller(call),
                             PHONE_ENVELOPE_FIELDS);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (phone_session_mine(call, account, &session) != 0) {
        return phone_refuse(call, PHONE_LOGIN_REQUIRED);
    }

    if (phone_demand_read(account, &demand) != 0) {
        return PHONE_REFUSED;
    }

    suite = phone_has(call, "suite") ? phone_arg_int(call, "suite")
                                     : PHONE_ENVELOPE_AES;

    if (suite < demand.suite) {
        phone_say_int(call, "suite", demand.suite);
        return phone_refuse_field(call, PHONE_ENVELOPE_NEEDED, "suite");
    }

    mark = phone_key_mark(call, &session);

    if (phone_key_given(account, session.id, &given)) {

        if (!phone_equal_secret(given, mark)) {
            return phone_refuse(call, PHONE_ENVELOPE_KEY_GONE);
        }

    } else if (phone_now(call) - session.created >= PHONE_FRESH) {
        return phone_refuse(call, PHONE_ENVELOPE_KEY_GONE);

    } else {
        phone_key_note(call, account, mark);
    }

    demand.suite = suite;
    demand.needed |= phone_arg_int(call, "required");
    phone_demand_set(call, account, &demand);

    phone_say(call, "key", phone_envelope_key(call, (unsigned) suite));
    phone_say(call, "key_id", phone_envelope_key_id(call));
    phone_say_int(call, "key_suite", suite);
    phone_say_int(call, "suite", demand.suite);
    phone_say_bool(call, "required", demand.needed != 0);
    phone_say_int(call, "platform_time", phone_now(call) / 1000);

    return phone_done(call);
}


/* There is neither a space nor a comma in a session id or a hash. */

static phone_str_t
phone_key_mark(phone_call_t *call, const phone_session_t *session)
{
    return phone_join(phone_memory(call), 3,
                      (phone_str_t[3]) {
                          session->id, PHONE_STR(" "),
                          phone_keyed_hash(call, 6, (phone_str_t[6]) {
                              PHONE_STR("envelope:"), phone_caller(call),
                              PHONE_STR(":"), session->id, PHONE_STR(":"),
                              phone_arg(call, "once") }) });
}


/* Has the session of that id got its key? */

static int
phone_key_given(phone_record_t *account, phone_str_t id, phone_str_t *given)
{
    phone_str_t  rest;

    rest = phone_get(account, ACCOUNT_ENVELOPE_KEYS);

    while (phone_split(&rest, ',', given)) {
        if (given->len > id.len && given->data[id.len] == ' '
            && memcmp(given->data, id.data, id.len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


/* Marks of sessions that are over are left out. */

static void
phone_key_note(phone_call_t *call, phone_record_t *account, phone_str_t mark)
{
    phone_buf_t  buf;
    phone_str_t  rest, given, id, left;

    phone_buf_init(&buf, phone_memory(call), 1024);
    phone_buf_put(&buf, mark);
    phone_buf_byte(&buf, ',');

    rest = phone_get(account, ACCOUNT_ENVELOPE_KEYS);

    while (phone_split(&rest, ',', &given)) {
        left = given;

        if (phone_split(&left, ' ', &id)
            && phone_session_is_open(call, account, id))
        {
            phone_buf_put(&buf, given);
            phone_buf_byte(&buf, ',');
        }
    }

    phone_set(account, ACCOUNT_ENVELOPE_KEYS, phone_buf_str(&buf));
}


static int
phone_session_is_open(phone_call_t *call, phone_record_t *account,
    phone_str_t id)
{
    unsigned         slot;
    phone_session_t  session;

    for (slot = 0; slot < PHONE_SESSIONS; slot++) {
        if (phone_session_check(account, slot, id, phone_settings(call),
                                phone_now(call), &session) == 0)
        {
            return 1;
        }
    }

    return 0;
}
