
/*
 * Limits on guessing.  For each client address: failed logins, codes sent; an
 * IPv6 address counts as its /64, which is what one customer has.  For each
 * number: failures in a row, kept in its login record.
 */


#ifndef _PHONE_TRIES_H_INCLUDED_
#define _PHONE_TRIES_H_INCLUDED_


#include "../phone.h"


/* Asks how many there were; 1 when it is enough, 0 also while waiting. */
int phone_tries_over(phone_call_t *call, const char *what);

/* Counts one more. */
void phone_tries_count(phone_call_t *call, const char *what);

phone_rc_t phone_tries_refuse(phone_call_t *call);

/* The address without what a client can change at will; has no ':'. */
phone_str_t phone_tries_net(phone_arena_t *arena, phone_str_t address);

/*
 * While a number has to wait after its failures: refuses, with the seconds
 * left.  PHONE_DONE when it may try; then the login record is relied on, so
 * that of tries side by side one is counted and the others meet the count.
 */
phone_rc_t phone_login_may_try(phone_call_t *call, phone_record_t *login);

/*
 * A wrong password, which may have been a guess at the code as well.  From
 * settings->login_fails failures in a row on each doubles the wait.
 */
void phone_login_missed(phone_call_t *call, phone_record_t *login);
void phone_login_hit(phone_record_t *login);

/* ms a login record is kept behind its last change */
int64_t phone_login_kept(phone_call_t *call);


#endif /* _PHONE_TRIES_H_INCLUDED_ */
