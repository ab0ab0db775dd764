
/* What the platform signs, and with which key: replies and notices. */


#include "../host.h"
#include "runtime.h"


int
phone_signs_to(phone_record_t *merchant)
{
    return !phone_is(phone_get(merchant, MERCHANT_REPLY_SIGN), "0");
}


const phone_platform_keys_t *
phone_platform_keys(phone_call_t *call)
{
    static const phone_platform_keys_t  none;

    return call->env->platform ? call->env->platform : &none;
}


const phone_platform_key_t *
phone_platform_key(phone_call_t *call, phone_key_kind_t kind)
{
    unsigned                      i;
    const phone_platform_keys_t  *keys;

    keys = phone_platform_keys(call);

    for (i = 0; i < keys->n; i++) {
        if (keys->key[i].kind == kind
            && keys->key[i].status == PHONE_KEY_CURRENT)
        {
            return &keys->key[i];
        }
    }

    return NULL;
}


const phone_bank_t *
phone_bank(phone_call_t *call, phone_str_t name)
{
    unsigned              i;
    const phone_banks_t  *banks;

    banks = call->env->banks;

    for (i = 0; banks && i < banks->n; i++) {
        if (phone_equal(banks->bank[i].name, name)) {
            return &banks->bank[i];
        }
    }

    return NULL;
}


int
phone_bank_name_ok(phone_str_t name)
{
    char    c;
    size_t  i;

    for (i = 0; i < name.len; i++) {
        c = name.data[i];

        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'
              || c == '-'))
        {
            return 0;
        }
    }

    return name.len > 0 && name.len <= PHONE_BANK_NAME_MAX;
}


/* An RSA key is used as the record says; as RSA2 if that names another kind,
   which the merchant is moving to. */

phone_sign_type_t
phone_caller_type(phone_record_t *merchant, phone_key_kind_t kind)
{
    phone_sign_type_t  type;

    switch (kind) {

    case PHONE_KEY_SECRET:
        return PHONE_HMAC;

    case PHONE_KEY_ED25519:
        return PHONE_ED25519;

    default:
        return phone_sign_type(phone_get(merchant, MERCHANT_SIGN_TYPE), &type)
               == 0 && type == PHONE_MD5_RSA ? PHONE_MD5_RSA : PHONE_RSA2;
    }
}


/* A secret signs in both directions, a pair of keys in one. */

int
phone_signer_with(phone_call_t *call, phone_sign_type_t type,
    const phone_caller_key_t *key, phone_signer_t *signer)
{
    const phone_platform_key_t  *own;

    signer->sign_type = phone_sign_type_name(type);
    signer->key_id = PHONE_EMPTY;
    signer->secret = PHONE_EMPTY;

    if (type == PHONE_HMAC) {
        signer->key_id = key->key_id;
        signer->secret = key->key;

        return 0;
    }

    own = phone_platform_key(call, phone_sign_type_kind(type));

    if (own) {
        signer->key_id = own->key_id;
    }

    return own ? 0 : -1;
}


int
phone_signer(phone_call_t *call, phone_record_t *merchant,
    phone_signer_t *signer)
{
    phone_sign_type_t   type;
    phone_caller_key_t  key;

    if (phone_sign_type(phone_get(merchant, MERCHANT_SIGN_TYPE), &type) != 0) {
        return -1;
    }

    if (type == PHONE_HMAC
        && phone_callers.merchant_secret(call, merchant, &key) != 0)
    {
        return -1;
    }

    return phone_signer_with(call, type, &key, signer);
}


phone_rc_t
phone_sign_message(phone_call_t *call, const phone_signer_t *signer,
    phone_fields_t *fields)
{
    phone_str_t            text;
    const phone_result_t  *sign;

    if (phone_sign_fields(call->env->crypto, &call->arena, fields, &text)
        != 0)
    {
        call->unsignable = !call->arena.failed;
        return PHONE_REFUSED;
    }

    sign = signer->secret.len
           ? phone_ask_work(call, &phone_work_mac,
                            (phone_str_t[PHONE_WORK_ARGS]) {
                                signer->secret, text, PHONE_EMPTY,
                                PHONE_EMPTY })
           : phone_ask_work(call, &phone_work_sign,
                            (phone_str_t[PHONE_WORK_ARGS]) {
                                signer->sign_type, text, PHONE_EMPTY,
                                PHONE_EMPTY });

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!sign->ok
        || phone_fields_add(fields, PHONE_STR("sign"), sign->text) != 0)
    {
        return PHONE_REFUSED;
    }

    return PHONE_DONE;
}
