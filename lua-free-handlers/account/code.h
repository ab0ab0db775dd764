
/*
 * Codes and temporary passwords: what an SMS can carry so that its reader can
 * log in.  A number that has an account gets six digits for some minutes; one
 * that has none gets a temporary password, which lives longer and is to be
 * replaced by a chosen one (MAIL-5).  One of them is live at a time; the
 * store has its keyed hash only.
 */


#ifndef _PHONE_CODE_H_INCLUDED_
#define _PHONE_CODE_H_INCLUDED_


#include "../phone.h"


#define PHONE_CODE_DIGITS     6
#define PHONE_CODE_LETTERS    10


/*
 * A fresh code for the number whose login record this is, which voids the one
 * before; empty when the number has had its share for now, or when this very
 * call has made one already.
 */
phone_str_t phone_code_issue(phone_call_t *call, phone_record_t *login,
    int registered);

/*
 * PHONE_BY_CODE or PHONE_BY_TEMPORARY when password is the live code of the
 * number, else 0.
 */
char phone_code_match(phone_call_t *call, phone_record_t *login,
    phone_str_t password);

/* A wrong password was tried: it may have been a guess at the code. */
void phone_code_missed(phone_call_t *call, phone_record_t *login);
void phone_code_use_up(phone_record_t *login);

/* n letters and digits that nobody mixes up, of phone_random(). */
phone_str_t phone_random_letters(phone_call_t *call, const char *label,
    unsigned n);


#endif /* _PHONE_CODE_H_INCLUDED_ */
