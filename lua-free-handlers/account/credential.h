
/*
 * The payment PIN and the password of a number, ACCOUNT_PIN and
 * ACCOUNT_PASSWORD: hashes, which are kept sealed.  A copy of the store without
 * the secret of the hosts is of no use for guessing them, and a job seals them
 * again when the secret is rotated, without anybody's PIN or password
 * (operator/reseal.c).  What is sealed names the number and the field: it
 * cannot be moved to another.
 */


#ifndef _PHONE_CREDENTIAL_H_INCLUDED_
#define _PHONE_CREDENTIAL_H_INCLUDED_


#include "../phone.h"


#define PHONE_CREDENTIALS    (PHONE_F(ACCOUNT_PIN) | PHONE_F(ACCOUNT_PASSWORD))


/* 0 and the hash, empty when there is none; -1: phone_sealed_refuse(). */
int phone_credential_read(phone_call_t *call, phone_record_t *account,
    unsigned field, phone_str_t *hash);

/* Empty: takes it away. */
void phone_credential_set(phone_call_t *call, phone_record_t *account,
    unsigned field, phone_str_t hash);

/* Seals it again by the newest secret; which is what follows the number in the
   index of sealed texts.  The account was asked for with PHONE_CREDENTIALS. */
phone_rc_t phone_credential_reseal(phone_call_t *call,
    phone_record_t *account, phone_str_t which);


#endif /* _PHONE_CREDENTIAL_H_INCLUDED_ */
