
/*
 * Live events (PAY-2).  A number's account says until when it counts as having
 * an open client; events until then are put in the number's stream.  A client
 * that opens when none was open puts "reset" there first: a client that
 * resumes from before it may have missed events.  So does the next heartbeat
 * after the store has lost writes.
 */


#ifndef _PHONE_LIVE_H_INCLUDED_
#define _PHONE_LIVE_H_INCLUDED_


#include "../phone.h"


extern const phone_endpoint_t  phone_live_open;


/*
 * For how long (ms) a client of the account's number counts as open; 0: none
 * does, or there is no such account.  Asked for with ACCOUNT_LISTENS.
 */
int64_t phone_client_open(phone_call_t *call, phone_record_t *account);


#endif /* _PHONE_LIVE_H_INCLUDED_ */
