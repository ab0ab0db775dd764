
/* PAY-8: a merchant sees which keys he has, and which of them he still uses. */


#include "merchant.h"
#include "../operator/operator.h"


static phone_rc_t phone_key_list_run(phone_call_t *call);


static const phone_param_t  phone_key_list_params[] = {
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_key_list_reply[] = {
    { "keys", PHONE_M_LIST, 0, &phone_merchant_key_object, NULL,
      "in the order in which they were added" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_key_list = {
    "key.list", "POST", "/pay/keys", PHONE_MERCHANT,
    phone_key_list_run, phone_key_list_params, phone_key_list_reply,
    "The keys with which the merchant signs its calls. The one that has signed "
    "this call is noted as used with it."
};


static phone_rc_t
phone_key_list_run(phone_call_t *call)
{
    phone_record_t         *merchant;
    phone_merchant_keys_t   keys;

    merchant = phone_ask(call, &phone_merchant, phone_caller(call));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (phone_merchant_keys_parse(phone_get(merchant, MERCHANT_KEYS), &keys)
        != 0)
    {
        return phone_bad_record(merchant);
    }

    phone_merchant_keys_show(phone_reply(call), &keys);

    return phone_done(call);
}
