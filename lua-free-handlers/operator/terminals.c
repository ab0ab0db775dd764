
/* POST /operator/merchants/{merchant_id}/terminals: a terminal of a merchant
   is registered, gets another key, is closed or opened again. */


#include "operator.h"
#include "merchant_keys.h"


static phone_rc_t phone_operator_terminals_run(phone_call_t *call);
static phone_rc_t phone_terminal_register(phone_call_t *call,
    phone_record_t *terminal);


static const phone_param_t  phone_operator_terminals_params[] = {
    { "merchant_id", PHONE_P_NAME, PHONE_REQUIRED|PHONE_IN_PATH, 1, 32,
      "whose terminal" },
    { "terminal_id", PHONE_P_NAME, PHONE_REQUIRED, 1, 32,
      "names it among the merchant's" },
    { "public_key", PHONE_P_BASE64, 0, 64, 4096,
      "of a new terminal, or in place of the one it has: RSA, 2048 to 4096 "
      "bits, PEM, or base64 of the SubjectPublicKeyInfo" },
    { "status", PHONE_P_WORD, 0, PHONE_MERCHANT_STATUSES, 0,
      "CLOSED: its calls are refused; ACTIVE: it is open, as a new one is" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_operator_terminals_reply[] = {
    { "merchant_id", PHONE_M_TEXT, 0, NULL, NULL, "the merchant" },
    { "terminal_id", PHONE_M_TEXT, 0, NULL, NULL, "the terminal" },
    { "status", PHONE_M_TEXT, 0, NULL, NULL, "ACTIVE or CLOSED" },
    { "created_at", PHONE_M_TIME, 0, NULL, NULL, "when it was registered" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_operator_terminals = {
    "operator.terminals", "POST",
    "/operator/merchants/{merchant_id}/terminals", PHONE_OPERATOR,
    phone_operator_terminals_run, phone_operator_terminals_params,
    phone_operator_terminals_reply,
    "Registers a terminal of a merchant, changes its key, closes it or opens "
    "it again."
};


static phone_rc_t
phone_operator_terminals_run(phone_call_t *call)
{
    phone_str_t      status;
    phone_record_t  *merchant, *terminal;

    merchant = phone_ask(call, &phone_merchant,
                         phone_arg(call, "merchant_id"));
    terminal = phone_ask(call, &phone_terminal,
                         phone_join(phone_memory(call), 3,
                                    (phone_str_t[3]) {
                                        phone_arg(call, "merchant_id"),
                                        PHONE_STR(":"),
                                        phone_arg(call, "terminal_id") }));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(merchant)) {
        return phone_refuse(call, PHONE_MERCHANT_NOT_FOUND);
    }

    if (phone_terminal_register(call, terminal) != PHONE_DONE) {
        return PHONE_REFUSED;
    }

    status = phone_arg(call, "status");

    if (status.len && !phone_equal(status, phone_get(terminal,
                                                     TERMINAL_STATUS)))
    {
        phone_set(terminal, TERMINAL_STATUS, status);
    }

    phone_say(call, "merchant_id", phone_id(merchant));
    phone_say(call, "terminal_id", phone_arg(call, "terminal_id"));
    phone_say(call, "status", phone_get(terminal, TERMINAL_STATUS));
    phone_say_time(call, "created_at",
                   phone_get_int(terminal, TERMINAL_CREATED));

    return phone_done(call);
}


/* A new one needs a key. */

static phone_rc_t
phone_terminal_register(phone_call_t *call, phone_record_t *terminal)
{
    phone_str_t  spki;

    if (phone_found(terminal) && !phone_has(call, "public_key")) {
        return PHONE_DONE;
    }

    if (!phone_has(call, "public_key")) {
        return phone_refuse_field(call, PHONE_PARAM_MISSING, "public_key");
    }

    if (phone_merchant_public_key(call, &spki) != PHONE_DONE) {
        return PHONE_REFUSED;
    }

    if (!phone_found(terminal)) {
        phone_set(terminal, TERMINAL_STATUS, PHONE_STR("ACTIVE"));
        phone_set_int(terminal, TERMINAL_CREATED, phone_now(call));
    }

    if (!phone_equal(spki, phone_get(terminal, TERMINAL_KEY))) {
        phone_set(terminal, TERMINAL_KEY, spki);
    }

    return PHONE_DONE;
}
