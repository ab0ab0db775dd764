
/*
 * Codes and temporary passwords: what an SMS can carry so that its reader can
 * log in.  A number that has an account gets six digits for some minutes; one
 * that has none gets a temporary password, which may live longer and is to be
 * replaced by a chosen one (MAIL-5).
 *
 * What a stranger sees is the same for both: the cookie is good for tries for
 * the longer of the two lifetimes, and of what has run out sooner every try is
 * wrong.
 *
 * A code belongs to the browser that asked for it: a cookie holds the code's
 * id and keyed hash, sealed, and without it there is nothing to try.  So the
 * store keeps nothing of a code until it is tried; from then on, and as long
 * as the code lives, a record counts its tries.
 */


#ifndef _PHONE_CODE_H_INCLUDED_
#define _PHONE_CODE_H_INCLUDED_


#include "../phone.h"


#define PHONE_CODE_DIGITS     6
#define PHONE_CODE_LETTERS    10


/* What the cookie says. */
typedef struct {
    phone_str_t              id;
    int64_t                  until;      /* ms: tries are counted */
    int64_t                  good_until; /* ms */
    char                     kind;       /* 0: there is none for the number */
    phone_str_t              hash;
} phone_code_t;


phone_code_t phone_code_held(phone_call_t *call, phone_str_t number);

/* Has the text the form of a code, and of nothing that somebody chose? */
int phone_code_form(phone_str_t text);

/*
 * PHONE_BY_CODE or PHONE_BY_TEMPORARY when text is the code, which is used up
 * then, else 0; a try is counted in tried, its record.  What guards the commit
 * is the same for both, and so tells nothing before the try is counted.
 */
char phone_code_try(phone_call_t *call, const phone_code_t *code,
    phone_record_t *tried, phone_record_t *account, phone_record_t *invite,
    phone_str_t text);

/* n letters and digits that are not easily confused, from the random stream of
   that label. */
phone_str_t phone_random_letters(phone_call_t *call, const char *label,
    unsigned n);


#endif /* _PHONE_CODE_H_INCLUDED_ */
