
/* Browsers that a number has logged in with. */


#include "device.h"


phone_str_t
phone_device_known(phone_call_t *call, phone_record_t *account)
{
    int64_t      generation, given, age;
    phone_str_t  plain, number, word, date;

    if (phone_unseal_cookie(call, PHONE_COOKIE_DEVICE, &plain) != 0
        || !phone_split(&plain, ' ', &number)
        || !phone_split(&plain, ' ', &word)
        || !phone_split(&plain, ' ', &date)
        || phone_parse_int(word, &generation) != 0
        || phone_parse_int(date, &given) != 0)
    {
        return PHONE_EMPTY;
    }

    age = phone_now(call) - given;

    return phone_found(account)
           && phone_equal(number, phone_id(account))
           && generation == phone_get_int(account, ACCOUNT_DEVICES)
           && age < phone_settings(call)->device_lifetime
           ? plain : PHONE_EMPTY;
}


void
phone_device_give(phone_call_t *call, phone_record_t *account)
{
    phone_str_t  id, plain;

    id = phone_device_known(call, account);

    if (id.len == 0) {
        id = phone_base64url(phone_memory(call),
                             (phone_str_t) { PHONE_DEVICE_ID, (const char *)
                                 phone_random(call, "device",
                                              PHONE_DEVICE_ID) });
    }

    plain = phone_format(phone_memory(call), "%.*s %lld %lld %.*s",
                         PHONE_ARGS(phone_id(account)),
                         (long long) phone_get_int(account, ACCOUNT_DEVICES),
                         (long long) phone_now(call), PHONE_ARGS(id));

    phone_set_cookie(call, PHONE_COOKIE_DEVICE,
                     phone_seal_cookie(call, PHONE_COOKIE_DEVICE, plain),
                     phone_settings(call)->device_lifetime);
}


phone_rc_t
phone_device_again(phone_call_t *call)
{
    phone_record_t  *account;

    account = phone_ask_some(call, &phone_account, phone_caller(call),
                             PHONE_F(ACCOUNT_DEVICES));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_device_give(call, account);

    return PHONE_DONE;
}


void
phone_device_forget_all(phone_record_t *account)
{
    phone_set_int(account, ACCOUNT_DEVICES,
                  phone_get_int(account, ACCOUNT_DEVICES) + 1);
}


/* Before anything is asked of the store: whether the number still takes the
   device is found out as usual. */

int
phone_device_stranger(phone_call_t *call, phone_str_t number)
{
    phone_str_t  plain, whose;

    if (!phone_spares_memory(call)
        || (phone_unseal_cookie(call, PHONE_COOKIE_DEVICE, &plain) == 0
            && phone_split(&plain, ' ', &whose)
            && phone_equal(whose, number)))
    {
        return 0;
    }

    (void) phone_refuse(call, PHONE_BUSY);

    return 1;
}
