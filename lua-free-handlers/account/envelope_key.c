
/*
 * POST /me/envelope: a phone gets the key of its envelopes (PAY-9), and its
 * owner may change what the number demands, with the PIN: he can raise it, and
 * after a login by SMS stop demanding envelopes.  The suite is never lowered.
 *
 * ACCOUNT_ENVELOPE_KEYS is "<session id> <hash>," for each session that has got
 * its key: the hash is of a random text that the phone has made.  Who steals a
 * session later does not know the text, and does not get the key.
 */


#include "account.h"
#include "prove.h"
#include "../lib/envelope.h"
#include "../lib/password.h"
#include "../sms/sms.h"


#define PHONE_DEMAND_LABEL  "envelope demand"    /* of an SMS */


#define PHONE_ENVELOPE_FIELDS  (PHONE_F(ACCOUNT_ENVELOPE)                     \
                                | PHONE_F(ACCOUNT_ENVELOPE_KEYS)              \
                                | PHONE_PIN_FIELDS | PHONE_SESSION_FIELDS)


static phone_rc_t phone_session_envelope_run(phone_call_t *call);
static phone_rc_t phone_demand_change(phone_call_t *call,
    phone_record_t *account, const phone_session_t *session,
    phone_demand_t *demand, int64_t suite);
static void phone_demand_tell(phone_call_t *call, int64_t needed);
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
      "of the key; 1: 3DES, 2: AES-256-GCM (default); with the PIN, the number "
      "takes none below it from now on" },
    { "required", PHONE_P_INT, 0, 0, 1,
      "1: from now on the number takes secret fields in envelopes only; 0: no "
      "longer, in the 10 minutes after a login by SMS; both with the PIN" },
    { "pin", PHONE_P_DIGITS, PHONE_SECRET|PHONE_UNSEALED, PHONE_PIN_LEN,
      PHONE_PIN_LEN, "the payment PIN, needed to change what is demanded" },
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
    "with the PIN, changes what the number demands of them. A wrong PIN counts "
    "like one at paying."
};


static phone_rc_t
phone_session_envelope_run(phone_call_t *call)
{
    int              first;
    int64_t          suite;
    phone_rc_t       rc;
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
    first = !phone_key_given(account, session.id, &given);

    if (first ? phone_now(call) - session.created >= PHONE_FRESH
              : !phone_equal_secret(given, mark))
    {
        return phone_refuse(call, PHONE_ENVELOPE_KEY_GONE);
    }

    /* a PIN is looked at only for who may have the key */

    rc = phone_demand_change(call, account, &session, &demand, suite);
    if (rc != PHONE_DONE) {
        return rc;
    }

    if (first) {
        phone_key_note(call, account, mark);
    }

    phone_say(call, "key", phone_envelope_key(call, (unsigned) suite));
    phone_say(call, "key_id", phone_envelope_key_id(call));
    phone_say_int(call, "key_suite", suite);
    phone_say_int(call, "suite", demand.suite);
    phone_say_bool(call, "required", demand.needed != 0);
    phone_say_int(call, "platform_time", phone_now(call) / 1000);

    return phone_done(call);
}


/*
 * Who has a session but not the PIN can neither raise what is demanded, which
 * would lock out phones and browsers of the owner, nor lower it.  Lowering
 * needs the SIM card as well, and ends with "required": the suite stays.
 */

static phone_rc_t
phone_demand_change(phone_call_t *call, phone_record_t *account,
    const phone_session_t *session, phone_demand_t *demand, int64_t suite)
{
    int64_t          before;
    phone_record_t  *told;

    before = demand->needed;

    if (phone_has(call, "required")) {
        told = phone_sms_ask(call, phone_caller(call), PHONE_DEMAND_LABEL);

        if (phone_waiting(call)) {
            return PHONE_AGAIN;
        }

        /* run after its own commit: another call may have changed it since */

        if (phone_found(told)) {
            return PHONE_DONE;
        }

        demand->needed = phone_arg_int(call, "required");
    }

    if (!phone_has(call, "pin")) {

        if (demand->needed == before) {
            return PHONE_DONE;
        }

        return phone_get(account, ACCOUNT_PIN).len
               ? phone_refuse_field(call, PHONE_PARAM_MISSING, "pin")
               : phone_refuse(call, PHONE_PIN_NOT_SET);
    }

    if (demand->needed < before
        && (session->how != PHONE_BY_CODE
            || phone_now(call) - session->created >= PHONE_FRESH))
    {
        return phone_refuse(call, PHONE_CODE_NEEDED);
    }

    if (phone_pin_check(call, account, phone_arg(call, "pin")) != PHONE_DONE) {
        return PHONE_REFUSED;
    }

    demand->suite = suite;
    phone_demand_set(call, account, demand);

    if (demand->needed != before) {
        phone_demand_tell(call, demand->needed);
    }

    return PHONE_DONE;
}


static void
phone_demand_tell(phone_call_t *call, int64_t needed)
{
    const char  *text;

    text = needed
           ? "【%.*s】您的号码现在只接受加密信封中的密码和支付密码。若非本人"
             "操作，请用短信验证码登录后关闭，或立即联系我们。"
             " Your number now takes passwords and PINs only in encrypted "
             "envelopes. If this was not you, log in by SMS and switch it "
             "off, or contact us at once."
           : "【%.*s】您的号码不再要求加密信封。若非本人操作，请立即联系我们。"
             " Your number no longer demands encrypted envelopes. If this was "
             "not you, contact us at once.";

    (void) phone_sms_put(call, phone_caller(call),
                         phone_format(phone_memory(call), text,
                                      PHONE_ARGS(phone_settings(call)->site)),
                         PHONE_DEMAND_LABEL, phone_caller(call));
}


/* There is neither a space nor a comma in a session id or a hash. */

static phone_str_t
phone_key_mark(phone_call_t *call, const phone_session_t *session)
{
    return phone_join(phone_memory(call), 3,
                      (phone_str_t[3]) {
                          session->id, PHONE_STR(" "),
                          phone_plain_hash(call, 6, (phone_str_t[6]) {
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
