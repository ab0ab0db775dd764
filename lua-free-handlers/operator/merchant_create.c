
/* POST /operator/merchants: a merchant with its first key. */


#include "../bill/bill.h"
#include "operator.h"
#include "closing.h"
#include "merchant_keys.h"


static phone_rc_t phone_operator_merchants_run(phone_call_t *call);
static phone_str_t phone_arg_or(phone_call_t *call, const char *name,
    phone_str_t otherwise);
static phone_rc_t phone_merchant_type(phone_call_t *call,
    const phone_key_given_t *given, phone_str_t *type);
static void phone_merchant_create(phone_call_t *call,
    phone_record_t *merchant, phone_str_t type,
    const phone_key_given_t *given);
static const char *phone_merchant_difference(phone_call_t *call,
    phone_record_t *merchant, phone_str_t type,
    const phone_key_given_t *given);


static const phone_param_t  phone_operator_merchants_params[] = {
    { "merchant_id", PHONE_P_NAME, PHONE_REQUIRED, 1, 32, "names it" },
    { "name", PHONE_P_TEXT, PHONE_REQUIRED, 1, 64, "shown to payers" },
    { "public_key", PHONE_P_BASE64, 0, 60, 4096, PHONE_PUBLIC_KEY_ABOUT },
    { "key_id", PHONE_P_NAME, 0, 1, 32, "names the key; k1 when left out" },
    { "sign_type", PHONE_P_SIGN_TYPE, 0, 0, 0,
      "how it signs, and is signed to; that of the key when left out: RSA2 or "
      "Ed25519" },
    { "notify_url", PHONE_P_URL, 0, 0, 0,
      "where notices go when a bill names no other place" },
    { "reply_sign", PHONE_P_BOOL, 0, 0, 0,
      "0: replies to this merchant are not signed; 1 when left out" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_operator_merchants_reply[] = {
    { "merchant_id", PHONE_M_TEXT, 0, NULL, NULL, "the merchant" },
    { "key_id", PHONE_M_TEXT, 0, NULL, NULL, "of its first key" },
    PHONE_SECRET_MEMBER,
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_operator_merchants = {
    "operator.merchants", "POST", "/operator/merchants", PHONE_OPERATOR,
    phone_operator_merchants_run, phone_operator_merchants_params,
    phone_operator_merchants_reply,
    "Adds a merchant. The same again gives the same answer; an id with other "
    "values is refused."
};


static phone_rc_t
phone_operator_merchants_run(phone_call_t *call)
{
    const char         *field;
    phone_str_t         id, key_id, type;
    phone_record_t     *merchant;
    phone_key_given_t   given;

    id = phone_arg(call, "merchant_id");
    merchant = phone_ask(call, &phone_merchant, id);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    key_id = phone_arg_or(call, "key_id", PHONE_STR("k1"));

    if (phone_merchant_key_given(call, merchant, key_id,
                                 phone_arg(call, "sign_type"), &given)
        != PHONE_DONE
        || phone_merchant_type(call, &given, &type) != PHONE_DONE)
    {
        return PHONE_REFUSED;
    }

    if (phone_found(merchant)) {
        field = phone_merchant_difference(call, merchant, type, &given);

        if (field) {
            if (given.secret.len && strcmp(field, "key_id") == 0) {
                phone_say(call, "reason",
                          PHONE_STR("a secret is shown once: add a key with "
                                    "another key_id"));
            }

            return phone_refuse_field(call, PHONE_EXISTS, field);
        }

    } else {
        phone_merchant_create(call, merchant, type, &given);
    }

    phone_say(call, "merchant_id", id);
    phone_say(call, "key_id", key_id);

    if (given.secret.len) {
        phone_say(call, "secret", given.secret);
    }

    return phone_done(call);
}


static phone_str_t
phone_arg_or(phone_call_t *call, const char *name, phone_str_t otherwise)
{
    return phone_has(call, name) ? phone_arg(call, name) : otherwise;
}


/* The sign type of its record: one that the key is for. */

static phone_rc_t
phone_merchant_type(phone_call_t *call, const phone_key_given_t *given,
    phone_str_t *type)
{
    phone_sign_type_t  asked;

    static const phone_sign_type_t  usual[] = {
        [PHONE_KEY_RSA] = PHONE_RSA2,
        [PHONE_KEY_ED25519] = PHONE_ED25519,
        [PHONE_KEY_SECRET] = PHONE_HMAC
    };

    *type = phone_sign_type_name(usual[given->kind]);

    if (!phone_has(call, "sign_type")) {
        return PHONE_DONE;
    }

    *type = phone_arg(call, "sign_type");

    if (phone_sign_type(*type, &asked) == 0
        && phone_sign_type_kind(asked) == given->kind)
    {
        return PHONE_DONE;
    }

    phone_say(call, "reason",
              PHONE_STR("the public key is for another sign_type"));

    return phone_refuse_field(call, PHONE_PARAM_INVALID, "sign_type");
}


static void
phone_merchant_create(phone_call_t *call, phone_record_t *merchant,
    phone_str_t type, const phone_key_given_t *given)
{
    phone_merchant_keys_t  keys;

    /* from 0: the next call may meet an earlier clock */

    keys.n = 1;
    keys.key[0] = (phone_merchant_key_t) {
        .key_id = phone_arg_or(call, "key_id", PHONE_STR("k1")),
        .text = given->text
    };

    phone_set(merchant, MERCHANT_NAME, phone_arg(call, "name"));
    phone_set(merchant, MERCHANT_STATUS, PHONE_STR("ACTIVE"));
    phone_set(merchant, MERCHANT_SIGN_TYPE, type);
    phone_set(merchant, MERCHANT_REPLY_SIGN,
              phone_arg_or(call, "reply_sign", PHONE_STR("1")));
    phone_set(merchant, MERCHANT_KEYS,
              phone_merchant_keys_text(phone_memory(call), &keys));
    phone_set(merchant, MERCHANT_NOTIFY_URL, phone_arg(call, "notify_url"));
    phone_set_int(merchant, MERCHANT_CREATED, phone_now(call));

    phone_ledger_watch(call, phone_id(merchant));

    phone_index_add(call, &phone_merchants, PHONE_EVERY, phone_id(merchant),
                    phone_now(call));
    phone_statement_open(call, phone_id(merchant));

    if (given->secret.len) {
        phone_secret_noted(call, merchant, keys.key[0].key_id);
    }
}


/* The first field in which the merchant is another one; NULL: it is not. */

static const char *
phone_merchant_difference(phone_call_t *call, phone_record_t *merchant,
    phone_str_t type, const phone_key_given_t *given)
{
    phone_merchant_key_t   *key;
    phone_merchant_keys_t   keys;

    if (!phone_equal(phone_get(merchant, MERCHANT_NAME),
                     phone_arg(call, "name")))
    {
        return "name";
    }

    if (!phone_equal(phone_get(merchant, MERCHANT_SIGN_TYPE), type)) {
        return "sign_type";
    }

    if (!phone_equal(phone_get(merchant, MERCHANT_NOTIFY_URL),
                     phone_arg(call, "notify_url")))
    {
        return "notify_url";
    }

    if (!phone_equal(phone_get(merchant, MERCHANT_REPLY_SIGN),
                     phone_arg_or(call, "reply_sign", PHONE_STR("1"))))
    {
        return "reply_sign";
    }

    if (phone_merchant_keys_parse(phone_get(merchant, MERCHANT_KEYS), &keys)
        != 0)
    {
        (void) phone_bad_record(merchant);
        return "public_key";
    }

    key = phone_merchant_keys_find(&keys, phone_arg_or(call, "key_id",
                                                       PHONE_STR("k1")));
    if (key == NULL) {
        return "key_id";
    }

    return phone_merchant_key_is(call, merchant, key, given) ? NULL
           : given->secret.len ? "key_id" : "public_key";
}
