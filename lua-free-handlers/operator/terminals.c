
/* Terminals of a merchant: GET and POST
   /operator/merchants/{merchant_id}/terminals. */


#include "operator.h"
#include "merchant_keys.h"


#define PHONE_TERMINALS_SHOWN  50
#define PHONE_TERMINALS_MOST   100


static phone_rc_t phone_operator_terminals_run(phone_call_t *call);
static phone_rc_t phone_terminal_list_run(phone_call_t *call);
static phone_record_t *phone_ask_terminal(phone_call_t *call,
    phone_str_t terminal_id);
static phone_rc_t phone_terminal_change(phone_call_t *call,
    phone_record_t *terminal, phone_merchant_keys_t *keys);
static phone_rc_t phone_terminal_key(phone_call_t *call,
    phone_record_t *terminal, phone_merchant_keys_t *keys);
static void phone_terminal_show(phone_json_t *json, phone_str_t terminal_id,
    phone_record_t *terminal, const phone_merchant_keys_t *keys);


static const phone_param_t  phone_operator_terminals_params[] = {
    { "merchant_id", PHONE_P_NAME, PHONE_REQUIRED|PHONE_IN_PATH, 1, 32,
      "whose terminal" },
    { "terminal_id", PHONE_P_NAME, PHONE_REQUIRED, 1, 32,
      "names it among the merchant's" },
    { "public_key", PHONE_P_BASE64, 0, 60, 4096,
      "of a new terminal, or another key of one: RSA, 2048 to 4096 bits, or "
      "Ed25519, PEM, or base64 of the SubjectPublicKeyInfo" },
    { "key_id", PHONE_P_NAME, 0, 1, 32, "names the key; k1 when left out" },
    PHONE_RETIRE_OTHERS_IN,
    { "status", PHONE_P_WORD, 0, PHONE_MERCHANT_STATUSES, 0,
      "CLOSED: its calls are refused; ACTIVE: it is open, as a new one is" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_param_t  phone_terminal_list_params[] = {
    { "merchant_id", PHONE_P_NAME, PHONE_REQUIRED|PHONE_IN_PATH, 1, 32,
      "whose terminals" },
    PHONE_PAGE_BEFORE,
    { "limit", PHONE_P_INT, 0, 1, PHONE_TERMINALS_MOST, "at most so many" },
    { NULL, 0, 0, 0, 0, NULL }
};


#define PHONE_TERMINAL_MEMBERS                                                \
    { "terminal_id", PHONE_M_TEXT, 0, NULL, NULL, "the terminal" },           \
    { "status", PHONE_M_TEXT, 0, NULL, NULL, "ACTIVE or CLOSED" },            \
    { "created_at", PHONE_M_TIME, 0, NULL, NULL, "when it was registered" },  \
    { "keys", PHONE_M_LIST, 0, &phone_merchant_key_object, NULL,              \
      "its public keys" }


static const phone_member_t  phone_operator_terminals_reply[] = {
    { "merchant_id", PHONE_M_TEXT, 0, NULL, NULL, "the merchant" },
    PHONE_TERMINAL_MEMBERS,
    { NULL, 0, 0, NULL, NULL, NULL }
};


static const phone_member_t  phone_terminal_members[] = {
    PHONE_TERMINAL_MEMBERS,
    { NULL, 0, 0, NULL, NULL, NULL }
};


static const phone_object_t  phone_terminal_object = {
    "Terminal", phone_terminal_members
};


static const phone_member_t  phone_terminal_list_reply[] = {
    { "terminals", PHONE_M_LIST, 0, &phone_terminal_object, NULL,
      "newest first" },
    PHONE_NEXT_BEFORE,
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_operator_terminals = {
    "operator.terminals", "POST",
    "/operator/merchants/{merchant_id}/terminals", PHONE_OPERATOR,
    phone_operator_terminals_run, phone_operator_terminals_params,
    phone_operator_terminals_reply,
    "Registers a terminal of a merchant, adds a key of it, eight at most, and "
    "ends the others after an overlap; closes it, or opens it again."
};


const phone_endpoint_t  phone_operator_terminal_list = {
    "operator.terminal_list", "GET",
    "/operator/merchants/{merchant_id}/terminals", PHONE_OPERATOR,
    phone_terminal_list_run, phone_terminal_list_params,
    phone_terminal_list_reply,
    "The terminals of a merchant, newest first."
};


static phone_rc_t
phone_operator_terminals_run(phone_call_t *call)
{
    phone_json_t           *json;
    phone_record_t         *merchant, *terminal;
    phone_merchant_keys_t   keys;

    merchant = phone_ask(call, &phone_merchant,
                         phone_arg(call, "merchant_id"));
    terminal = phone_ask_terminal(call, phone_arg(call, "terminal_id"));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(merchant)) {
        return phone_refuse(call, PHONE_MERCHANT_NOT_FOUND);
    }

    if (phone_terminal_change(call, terminal, &keys) != PHONE_DONE) {
        return PHONE_REFUSED;
    }

    json = phone_reply(call);
    phone_json_text(json, "merchant_id", phone_id(merchant));
    phone_terminal_show(json, phone_arg(call, "terminal_id"), terminal, &keys);

    return phone_done(call);
}


/* "<merchant id>:<terminal id>": there is no ':' in either. */

static phone_record_t *
phone_ask_terminal(phone_call_t *call, phone_str_t terminal_id)
{
    return phone_ask(call, &phone_terminal,
                     phone_join(phone_memory(call), 3,
                                (phone_str_t[3]) {
                                    phone_arg(call, "merchant_id"),
                                    PHONE_STR(":"), terminal_id }));
}


static phone_rc_t
phone_terminal_change(phone_call_t *call, phone_record_t *terminal,
    phone_merchant_keys_t *keys)
{
    int          new;
    phone_str_t  status;

    new = !phone_found(terminal);

    if (phone_terminal_key(call, terminal, keys) != PHONE_DONE) {
        return PHONE_REFUSED;
    }

    status = phone_arg(call, "status");

    if (new) {
        phone_set(terminal, TERMINAL_STATUS, PHONE_STR("ACTIVE"));
        phone_set_int(terminal, TERMINAL_CREATED, phone_now(call));

        phone_index_add(call, &phone_terminals, phone_arg(call, "merchant_id"),
                        phone_arg(call, "terminal_id"), phone_now(call));
    }

    if (status.len && !phone_equal(status, phone_get(terminal,
                                                     TERMINAL_STATUS)))
    {
        phone_set(terminal, TERMINAL_STATUS, status);
    }

    return PHONE_DONE;
}


/* A new one needs a key, and so does what is said about one. */

static phone_rc_t
phone_terminal_key(phone_call_t *call, phone_record_t *terminal,
    phone_merchant_keys_t *keys)
{
    if (phone_has(call, "public_key")) {
        return phone_merchant_key_add(call, terminal, TERMINAL_KEYS,
                                      phone_has(call, "key_id")
                                      ? phone_arg(call, "key_id")
                                      : PHONE_STR("k1"),
                                      PHONE_EMPTY, keys);
    }

    if (!phone_found(terminal) || phone_has(call, "key_id")
        || phone_has(call, "retire_others_in"))
    {
        return phone_refuse_field(call, PHONE_PARAM_MISSING, "public_key");
    }

    return phone_merchant_keys_parse(phone_get(terminal, TERMINAL_KEYS), keys)
           == 0
           ? PHONE_DONE
           : phone_bad_record(terminal);
}


static phone_rc_t
phone_terminal_list_run(phone_call_t *call)
{
    unsigned                i, limit;
    phone_json_t           *json;
    phone_list_t            list;
    phone_edge_t            edge;
    phone_record_t         *merchant, *terminal[PHONE_TERMINALS_MOST];
    phone_merchant_keys_t   keys;

    if (phone_page_asked(call, PHONE_TERMINALS_SHOWN, &edge, &limit)
        != PHONE_DONE)
    {
        return PHONE_REFUSED;
    }

    merchant = phone_ask(call, &phone_merchant,
                         phone_arg(call, "merchant_id"));
    list = phone_ask_page(call, &phone_terminals,
                          phone_arg(call, "merchant_id"), &edge, limit);

    for (i = 0; i < list.n; i++) {
        terminal[i] = phone_ask_terminal(call, list.entry[i].member);
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(merchant)) {
        return phone_refuse(call, PHONE_MERCHANT_NOT_FOUND);
    }

    json = phone_reply(call);
    phone_json_array(json, "terminals");

    for (i = 0; i < list.n; i++) {
        if (phone_merchant_keys_parse(phone_get(terminal[i], TERMINAL_KEYS),
                                      &keys)
            != 0)
        {
            return phone_bad_record(terminal[i]);
        }

        if (phone_found(terminal[i])) {
            phone_json_object(json, NULL);
            phone_terminal_show(json, list.entry[i].member, terminal[i],
                                &keys);
            phone_json_end(json);
        }
    }

    phone_json_end(json);

    return phone_page_done(call, &edge);
}


static void
phone_terminal_show(phone_json_t *json, phone_str_t terminal_id,
    phone_record_t *terminal, const phone_merchant_keys_t *keys)
{
    phone_json_text(json, "terminal_id", terminal_id);
    phone_json_text(json, "status", phone_get(terminal, TERMINAL_STATUS));
    phone_json_time(json, "created_at",
                    phone_get_int(terminal, TERMINAL_CREATED));

    phone_merchant_keys_show(json, keys);
}
