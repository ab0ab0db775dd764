
/* POST /operator/merchants/{merchant_id}/keys: one more key, with an overlap
   in which the others are still accepted. */


#include "operator.h"
#include "merchant_keys.h"


static phone_rc_t phone_operator_keys_run(phone_call_t *call);


static const phone_param_t  phone_operator_keys_params[] = {
    { "merchant_id", PHONE_P_NAME, PHONE_REQUIRED|PHONE_IN_PATH, 1, 32,
      "whose key" },
    { "key_id", PHONE_P_NAME, PHONE_REQUIRED, 1, 32, "names the key" },
    { "public_key", PHONE_P_BASE64, 0, 60, 4096, PHONE_PUBLIC_KEY_ABOUT },
    { "sign_type", PHONE_P_SIGN_TYPE, 0, 0, 0,
      "HMAC-SHA256: the platform makes a secret; otherwise left out" },
    PHONE_RETIRE_OTHERS_IN,
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_operator_keys_reply[] = {
    { "merchant_id", PHONE_M_TEXT, 0, NULL, NULL, "the merchant" },
    { "key_id", PHONE_M_TEXT, 0, NULL, NULL, "of the new key" },
    { "keys", PHONE_M_LIST, 0, &phone_merchant_key_object,
      NULL, "all of them" },
    PHONE_SECRET_MEMBER,
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_operator_keys = {
    "operator.keys", "POST", "/operator/merchants/{merchant_id}/keys",
    PHONE_OPERATOR, phone_operator_keys_run, phone_operator_keys_params,
    phone_operator_keys_reply,
    "Adds a key of a merchant, eight at most, and ends the others after an "
    "overlap."
};


static phone_rc_t
phone_operator_keys_run(phone_call_t *call)
{
    phone_record_t         *merchant;
    phone_merchant_keys_t   keys;

    merchant = phone_ask(call, &phone_merchant,
                         phone_arg(call, "merchant_id"));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(merchant)) {
        return phone_refuse(call, PHONE_MERCHANT_NOT_FOUND);
    }

    if (phone_has(call, "sign_type")
        && !phone_is(phone_arg(call, "sign_type"), "HMAC-SHA256"))
    {
        phone_say(call, "reason",
                  PHONE_STR("the public key says of which kind it is"));
        return phone_refuse_field(call, PHONE_PARAM_INVALID, "sign_type");
    }

    if (phone_merchant_key_add(call, merchant, MERCHANT_KEYS,
                               phone_arg(call, "key_id"),
                               phone_arg(call, "sign_type"), &keys)
        != PHONE_DONE)
    {
        return PHONE_REFUSED;
    }

    phone_say(call, "merchant_id", phone_arg(call, "merchant_id"));
    phone_say(call, "key_id", phone_arg(call, "key_id"));

    phone_merchant_keys_show(phone_reply(call), &keys);

    return phone_done(call);
}
