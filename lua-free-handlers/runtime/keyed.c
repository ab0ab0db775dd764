
/* Keyed hashes: what is kept of a PIN, a code, an Idempotency-Key. */


#include "../host.h"
#include "runtime.h"


phone_str_t
phone_keyed_hash(phone_call_t *call, unsigned n, const phone_str_t *part)
{
    unsigned char  mac[PHONE_MAC_LEN];

    if (phone_mac(call->env->pepper, phone_join(&call->arena, n, part), mac)
        != 0)
    {
        call->broken = 1;
        return PHONE_EMPTY;
    }

    return phone_base64url(&call->arena,
                           (phone_str_t) { sizeof(mac), (char *) mac });
}
