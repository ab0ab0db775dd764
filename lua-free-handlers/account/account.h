
/*
 * Logging in with a phone number (MAIL-1), sessions, the payment PIN.  What
 * other capabilities may use of it is declared here: devices, the PIN,
 * what is sealed of an account, sessions, limits by where calls come from.
 */


#ifndef _PHONE_ACCOUNT_H_INCLUDED_
#define _PHONE_ACCOUNT_H_INCLUDED_


#include "../phone.h"
#include "credential.h"
#include "device.h"
#include "invite.h"
#include "pin.h"
#include "session.h"
#include "tries.h"
#include "../sms/sms.h"


extern const phone_endpoint_t  phone_session_login;
extern const phone_endpoint_t  phone_session_code;
extern const phone_endpoint_t  phone_session_logout;
extern const phone_endpoint_t  phone_session_me;
extern const phone_endpoint_t  phone_session_password;
extern const phone_endpoint_t  phone_session_list;
extern const phone_endpoint_t  phone_session_revoke;
extern const phone_endpoint_t  phone_session_envelope;

extern const phone_sms_word_t  phone_sms_word_login;

extern const phone_endpoint_t  phone_bill_pin;
extern const phone_endpoint_t  phone_bill_pin_forgotten;


#endif /* _PHONE_ACCOUNT_H_INCLUDED_ */
