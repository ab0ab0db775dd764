
/*
 * Invitations (MAIL-5): a number without an account gets a temporary password
 * by SMS when something has come for it.  It works in any browser, once, until
 * it ends or the number has an account.  However much comes, a number gets one
 * in phone_mail_invite.
 */


#ifndef _PHONE_INVITE_H_INCLUDED_
#define _PHONE_INVITE_H_INCLUDED_


#include "../phone.h"


phone_record_t *phone_invite_ask(phone_call_t *call, phone_str_t number);

/* Sends one, if the last one has ended; the record is that of
   phone_invite_ask(), the sender (sms.h) who has caused it. */
void phone_invite_send(phone_call_t *call, phone_record_t *invite,
    phone_str_t sender);

/*
 * 1: the text is the temporary password, which is used up then.  The caller has
 * counted the try before, as one at a chosen password.
 */
int phone_invite_try(phone_call_t *call, phone_record_t *invite,
    phone_record_t *account, phone_str_t text);


#endif /* _PHONE_INVITE_H_INCLUDED_ */
