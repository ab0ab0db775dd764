
/* Logging in with a phone number (MAIL-1), sessions, the payment PIN. */


#ifndef _PHONE_ACCOUNT_H_INCLUDED_
#define _PHONE_ACCOUNT_H_INCLUDED_


#include "../phone.h"


extern const phone_endpoint_t  phone_session_login;
extern const phone_endpoint_t  phone_session_code;
extern const phone_endpoint_t  phone_session_logout;
extern const phone_endpoint_t  phone_session_me;
extern const phone_endpoint_t  phone_session_password;
extern const phone_endpoint_t  phone_session_list;
extern const phone_endpoint_t  phone_session_revoke;

extern const phone_endpoint_t  phone_bill_pin;


#endif /* _PHONE_ACCOUNT_H_INCLUDED_ */
