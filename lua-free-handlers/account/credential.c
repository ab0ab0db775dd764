
/* The PIN and the password of a number, sealed. */


#include "credential.h"


#define PHONE_CREDENTIAL_PIN       "pin"
#define PHONE_CREDENTIAL_PASSWORD  "password"


static phone_str_t phone_credential_aad(phone_call_t *call,
    phone_record_t *account, unsigned field);


static phone_str_t
phone_credential_aad(phone_call_t *call, phone_record_t *account,
    unsigned field)
{
    return phone_join(phone_memory(call), 3, (phone_str_t[3]) {
        phone_id(account), PHONE_STR("/"),
        field == ACCOUNT_PIN ? PHONE_STR(PHONE_CREDENTIAL_PIN)
                             : PHONE_STR(PHONE_CREDENTIAL_PASSWORD) });
}


int
phone_credential_read(phone_call_t *call, phone_record_t *account,
    unsigned field, phone_str_t *hash)
{
    phone_str_t  sealed;

    *hash = PHONE_EMPTY;
    sealed = phone_get(account, field);

    return sealed.len
           ? phone_unseal_record(call,
                                 phone_credential_aad(call, account, field),
                                 sealed, hash)
           : 0;
}


void
phone_credential_set(phone_call_t *call, phone_record_t *account,
    unsigned field, phone_str_t hash)
{
    phone_str_t  aad;

    aad = phone_credential_aad(call, account, field);

    if (hash.len == 0) {
        phone_set(account, field, PHONE_EMPTY);
        phone_forget_sealed(call, &phone_account, phone_id(account), aad);
        return;
    }

    phone_set(account, field, phone_seal_record(call, aad, hash));
    phone_note_sealed(call, &phone_account, phone_id(account), aad);
}


phone_rc_t
phone_credential_reseal(phone_call_t *call, phone_record_t *account,
    phone_str_t which)
{
    unsigned     field;
    phone_str_t  hash;

    field = phone_is(which, PHONE_CREDENTIAL_PIN) ? ACCOUNT_PIN
                                                  : ACCOUNT_PASSWORD;

    if (phone_credential_read(call, account, field, &hash) != 0) {
        return phone_bad_record(account);
    }

    /* taken away meanwhile */

    if (hash.len == 0) {
        phone_rely(account);
    }

    phone_credential_set(call, account, field, hash);

    return PHONE_DONE;
}
