
/* Keyed hashes and sealed texts: what needs a key of the host. */


#include "../host.h"
#include "runtime.h"


static phone_str_t phone_seal_with(phone_call_t *call, phone_seal_key_t *key,
    phone_str_t aad, phone_str_t plain);
static int phone_unseal_either(phone_call_t *call, phone_seal_key_t *key,
    phone_seal_key_t *before, phone_str_t aad, phone_str_t sealed,
    phone_str_t *plain);


phone_str_t
phone_keyed_hash(phone_call_t *call, unsigned n, const phone_str_t *part)
{
    unsigned char  mac[PHONE_MAC_LEN];

    if (phone_mac(call->env->pepper, phone_join(&call->arena, n, part), mac)
        != 0)
    {
        phone_break(call, "a keyed hash has failed");
        return PHONE_EMPTY;
    }

    return phone_base64url(&call->arena,
                           (phone_str_t) { sizeof(mac), (char *) mac });
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
        phone_break(call, "sealing has failed");
        return PHONE_EMPTY;
    }

    return text;
}


/* While the master secret is rotated, what was sealed before still opens. */

static int
phone_unseal_either(phone_call_t *call, phone_seal_key_t *key,
    phone_seal_key_t *before, phone_str_t aad, phone_str_t sealed,
    phone_str_t *plain)
{
    if (phone_unseal(&call->arena, key, aad, sealed, plain) == 0) {
        return 0;
    }

    return before ? phone_unseal(&call->arena, before, aad, sealed, plain) : -1;
}


phone_str_t
phone_seal_record(phone_call_t *call, phone_str_t aad, phone_str_t plain)
{
    return phone_seal_with(call, call->env->record_key, aad, plain);
}


int
phone_unseal_record(phone_call_t *call, phone_str_t aad, phone_str_t sealed,
    phone_str_t *plain)
{
    return phone_unseal_either(call, call->env->record_key,
                             call->env->record_key_before, aad, sealed, plain);
}


phone_str_t
phone_seal_cookie(phone_call_t *call, phone_cookie_t which, phone_str_t plain)
{
    return phone_seal_with(call, call->env->cookie_key,
                           phone_cstr(phone_cookie_name[which]), plain);
}


int
phone_unseal_cookie(phone_call_t *call, phone_cookie_t which,
    phone_str_t *plain)
{
    phone_str_t  rest, sealed;

    rest = phone_cookie(call, which);

    while (phone_split(&rest, ';', &sealed)) {
        if (sealed.len
            && phone_unseal_either(call, call->env->cookie_key,
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
