
/* Hashes of secrets, and sealed texts. */


#include "../runtime/runtime.h"
#include "secret.h"


static phone_str_t phone_seal_with(phone_call_t *call, phone_seal_key_t *key,
    phone_str_t aad, phone_str_t plain);
static int phone_open_either(phone_call_t *call, phone_seal_key_t *key,
    phone_seal_key_t *before, phone_str_t aad, phone_str_t sealed,
    phone_str_t *plain);


phone_str_t
phone_code_hash(phone_call_t *call, phone_str_t id, phone_str_t code)
{
    return phone_keyed_hash(call, 4,
                            (phone_str_t[4]) { PHONE_STR("code:"), id,
                                               PHONE_STR(":"), code });
}


phone_str_t
phone_pin_hash(phone_call_t *call, phone_str_t number, phone_str_t salt,
    phone_str_t pin)
{
    return phone_keyed_hash(call, 6,
                            (phone_str_t[6]) { PHONE_STR("pin:"), number,
                                               PHONE_STR(":"), salt,
                                               PHONE_STR(":"), pin });
}


phone_str_t
phone_card_hash(phone_call_t *call, phone_str_t card_no)
{
    return phone_keyed_hash(call, 2,
                            (phone_str_t[2]) { PHONE_STR("card:"), card_no });
}


/*
 * The nonce is of the call and of what is sealed: two texts of one call, or of
 * two runs of it, never have the same one.  There is no space in aad.
 */

static phone_str_t
phone_seal_with(phone_call_t *call, phone_seal_key_t *key, phone_str_t aad,
    phone_str_t plain)
{
    phone_str_t           text, label;
    const unsigned char  *nonce;

    label = phone_join(&call->arena, 3,
                       (phone_str_t[3]) { aad, PHONE_STR(" "), plain });
    nonce = phone_random_for(call, PHONE_RANDOM_SEAL, label,
                             PHONE_SEAL_NONCE);

    if (phone_seal(&call->arena, key, nonce, aad, plain, &text)
        != 0)
    {
        call->broken = 1;
        return PHONE_EMPTY;
    }

    return text;
}


/* While the master secret is rotated, what was sealed before still opens. */

static int
phone_open_either(phone_call_t *call, phone_seal_key_t *key,
    phone_seal_key_t *before, phone_str_t aad, phone_str_t sealed,
    phone_str_t *plain)
{
    if (phone_open(&call->arena, key, aad, sealed, plain) == 0) {
        return 0;
    }

    return before ? phone_open(&call->arena, before, aad, sealed, plain) : -1;
}


phone_str_t
phone_seal_record(phone_call_t *call, phone_str_t aad, phone_str_t plain)
{
    return phone_seal_with(call, call->env->record_key, aad, plain);
}


int
phone_open_record(phone_call_t *call, phone_str_t aad, phone_str_t sealed,
    phone_str_t *plain)
{
    return phone_open_either(call, call->env->record_key,
                             call->env->record_key_before, aad, sealed, plain);
}


phone_str_t
phone_seal_cookie(phone_call_t *call, phone_cookie_t which, phone_str_t plain)
{
    return phone_seal_with(call, call->env->cookie_key,
                           phone_cstr(phone_cookie_name[which]), plain);
}


int
phone_open_cookie(phone_call_t *call, phone_cookie_t which,
    phone_str_t *plain)
{
    phone_str_t  rest, sealed;

    rest = phone_cookie(call, which);

    while (phone_split(&rest, ';', &sealed)) {
        if (sealed.len
            && phone_open_either(call, call->env->cookie_key,
                                 call->env->cookie_key_before,
                                 phone_cstr(phone_cookie_name[which]),
                                 sealed, plain)
               == 0)
        {
            return 0;
        }
    }

    return -1;
}
