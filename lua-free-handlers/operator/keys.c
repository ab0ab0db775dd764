
/* POST /operator/merchants/{merchant_id}/keys: one more key, with an overlap
   in which the others are still accepted. */


#include "operator.h"
#include "merchant_keys.h"


static phone_rc_t phone_operator_keys_run(phone_call_t *call);
static phone_rc_t phone_key_refuse(phone_call_t *call, phone_refusal_t refusal,
    phone_str_t reason);
static int phone_key_ended(const phone_merchant_key_t *key, int64_t now);
static void phone_forget_ended_key(phone_merchant_keys_t *keys, int64_t now);
static int phone_retire_others(phone_call_t *call,
    phone_merchant_keys_t *keys);
static phone_rc_t phone_keys_reply(phone_call_t *call,
    const phone_merchant_keys_t *keys);


static const phone_param_t  phone_operator_keys_params[] = {
    { "merchant_id", PHONE_P_NAME, PHONE_REQUIRED|PHONE_IN_PATH, 1, 32,
      "whose key" },
    { "key_id", PHONE_P_NAME, PHONE_REQUIRED, 1, 32, "names the key" },
    { "public_key", PHONE_P_BASE64, PHONE_REQUIRED, 64, 4096,
      "RSA, 2048 to 4096 bits: PEM, or base64 of the SubjectPublicKeyInfo" },
    { "retire_others_in", PHONE_P_INT, 0, 0, 366 * 86400,
      "seconds from now until the merchant's other keys end; without it they "
      "do not" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_operator_keys_reply[] = {
    { "merchant_id", PHONE_M_TEXT, 0, NULL, NULL, "the merchant" },
    { "key_id", PHONE_M_TEXT, 0, NULL, NULL, "of the new key" },
    { "keys", PHONE_M_LIST, 0, &phone_merchant_key_object,
      NULL, "all of them" },
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
    int                     changed;
    phone_str_t             spki;
    phone_record_t         *merchant;
    phone_merchant_key_t   *key;
    phone_merchant_keys_t   keys;

    merchant = phone_ask(call, &phone_merchant,
                         phone_arg(call, "merchant_id"));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(merchant)) {
        return phone_refuse(call, PHONE_MERCHANT_NOT_FOUND);
    }

    if (phone_merchant_public_key(call, &spki) != PHONE_DONE) {
        return PHONE_REFUSED;
    }

    if (phone_merchant_keys_parse(phone_get(merchant, MERCHANT_KEYS), &keys)
        != 0)
    {
        return phone_bad_record(merchant);
    }

    changed = 0;
    key = phone_merchant_keys_find(&keys, phone_arg(call, "key_id"));

    if (key == NULL && keys.n == PHONE_MERCHANT_KEYS) {

        /* those that end at once make room */

        changed = phone_retire_others(call, &keys);
        phone_forget_ended_key(&keys, phone_now(call));
    }

    if (key == NULL) {
        if (keys.n == PHONE_MERCHANT_KEYS) {
            return phone_key_refuse(call, PHONE_TOO_MANY,
                                    PHONE_STR("end the others: send "
                                              "retire_others_in, 0 is now"));
        }

        key = &keys.key[keys.n++];
        key->key_id = phone_arg(call, "key_id");
        key->from = 0;           /* the next call may meet an earlier clock */
        key->until = 0;
        key->spki = spki;
        changed = 1;

    } else if (!phone_equal(key->spki, spki)) {
        return phone_refuse_field(call, PHONE_EXISTS, "public_key");

    } else if (phone_key_ended(key, phone_now(call))) {

        /* a late repeat of the call that once added it */

        return phone_key_refuse(call, PHONE_EXISTS,
                                PHONE_STR("this key has ended: take another "
                                          "key_id"));

    } else if (key->until && phone_has(call, "retire_others_in")) {

        /* soon the merchant would have none at all */

        return phone_key_refuse(call, PHONE_EXISTS,
                                PHONE_STR("this key ends itself: take "
                                          "another key_id"));
    }

    changed |= phone_retire_others(call, &keys);

    if (changed) {
        phone_set(merchant, MERCHANT_KEYS,
                  phone_merchant_keys_text(phone_memory(call), &keys));
    }

    return phone_keys_reply(call, &keys);
}


static phone_rc_t
phone_key_refuse(phone_call_t *call, phone_refusal_t refusal,
    phone_str_t reason)
{
    phone_say(call, "reason", reason);

    return phone_refuse_field(call, refusal, "key_id");
}


static int
phone_key_ended(const phone_merchant_key_t *key, int64_t now)
{
    return key->until && key->until <= now;
}


/* Ended keys are kept, so that their ids are not used again, until their place
   is needed: then the one that ended first goes. */

static void
phone_forget_ended_key(phone_merchant_keys_t *keys, int64_t now)
{
    unsigned  i, first;

    first = keys->n;

    for (i = 0; i < keys->n; i++) {
        if (phone_key_ended(&keys->key[i], now)
            && (first == keys->n
                || keys->key[i].until < keys->key[first].until))
        {
            first = i;
        }
    }

    if (first == keys->n) {
        return;
    }

    for (keys->n--; first < keys->n; first++) {
        keys->key[first] = keys->key[first + 1];
    }
}


/* A key that ends sooner stays as it is.  1 when something has changed. */

static int
phone_retire_others(phone_call_t *call, phone_merchant_keys_t *keys)
{
    int       changed;
    int64_t   until;
    unsigned  i;

    if (!phone_has(call, "retire_others_in")) {
        return 0;
    }

    changed = 0;
    until = phone_now(call) + 1000 * phone_arg_int(call, "retire_others_in");

    for (i = 0; i < keys->n; i++) {
        if (!phone_equal(keys->key[i].key_id, phone_arg(call, "key_id"))
            && (keys->key[i].until == 0 || keys->key[i].until > until))
        {
            keys->key[i].until = until;
            changed = 1;
        }
    }

    return changed;
}


static phone_rc_t
phone_keys_reply(phone_call_t *call, const phone_merchant_keys_t *keys)
{
    phone_say(call, "merchant_id", phone_arg(call, "merchant_id"));
    phone_say(call, "key_id", phone_arg(call, "key_id"));

    phone_merchant_keys_show(phone_reply(call), keys);

    return phone_done(call);
}
