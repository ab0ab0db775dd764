
/* PAY-8: the platform's public keys, and the one that comes next. */


#include "bill.h"


#define PHONE_KEYS_KEPT  300             /* seconds, by caches */


static phone_rc_t phone_bill_keys_run(phone_call_t *call);


static const phone_param_t  phone_bill_keys_params[] = {
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_platform_key_members[] = {
    { "key_id", PHONE_M_TEXT, 0, NULL, NULL,
      "as in the replies and notices that it signs" },
    { "status", PHONE_M_TEXT, 0, NULL, NULL,
      "CURRENT: it signs; NEXT: it will, take it in now; OLD: it signs no "
      "more" },
    { "sign_types", PHONE_M_TEXT, 0, NULL, NULL,
      "the sign types it is for, with a space between two" },
    { "from", PHONE_M_TIME, 0, NULL, "the operator has given it",
      "when it began to sign, or is to begin" },
    { "sha256", PHONE_M_TEXT, 0, NULL, NULL,
      "of its SubjectPublicKeyInfo in DER, hex: to compare with the operator" },
    { "public_key", PHONE_M_TEXT, 0, NULL, NULL, "PEM" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


static const phone_object_t  phone_platform_key_object = {
    "PlatformKey", phone_platform_key_members
};


static const phone_member_t  phone_bill_keys_reply[] = {
    { "keys", PHONE_M_LIST, 0, &phone_platform_key_object,
      NULL, "all that are configured" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_bill_keys = {
    "bill.keys", "GET", "/pay/keys", PHONE_ANYONE,
    phone_bill_keys_run, phone_bill_keys_params, phone_bill_keys_reply,
    "The public keys with which replies and notices are verified. The answer "
    "is not signed: take it over TLS, and compare a first key with the "
    "operator."
};


static phone_rc_t
phone_bill_keys_run(phone_call_t *call)
{
    unsigned                      i;
    phone_json_t                 *json;
    const phone_platform_key_t   *key;
    const phone_platform_keys_t  *keys;

    static const char *const  status[] = {
        [PHONE_KEY_CURRENT] = "CURRENT",
        [PHONE_KEY_NEXT] = "NEXT",
        [PHONE_KEY_OLD] = "OLD"
    };

    keys = phone_platform_keys(call);
    json = phone_reply(call);

    phone_json_array(json, "keys");

    for (i = 0; i < keys->n; i++) {
        key = &keys->key[i];

        phone_json_object(json, NULL);
        phone_json_text(json, "key_id", key->key_id);
        phone_json_text(json, "status", phone_cstr(status[key->status]));
        phone_json_text(json, "sign_types",
                        key->kind == PHONE_KEY_ED25519
                        ? PHONE_STR("Ed25519") : PHONE_STR("RSA2 MD5withRSA"));

        if (key->from) {
            phone_json_time(json, "from", key->from);
        }

        phone_json_text(json, "sha256", key->sha256);
        phone_json_text(json, "public_key", key->pem);
        phone_json_end(json);
    }

    phone_json_end(json);

    phone_cacheable(call, PHONE_KEYS_KEPT);

    return phone_done(call);
}
