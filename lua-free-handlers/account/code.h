
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
 *
 * A code that a number has asked for by a text (texted.c) has no browser: a
 * record of the number keeps what else is in the cookie.  Anybody can try it,
 * and so it has ten letters for a number with an account as well: it cannot be
 * guessed, its tries are not counted, and nobody but its reader can use it up.
 */


#ifndef _PHONE_CODE_H_INCLUDED_
#define _PHONE_CODE_H_INCLUDED_


#include "../phone.h"


#define PHONE_CODE_DIGITS     6
#define PHONE_CODE_LETTERS    10

#define PHONE_CODE_LABEL  "login code"   /* of phone_random(), of the SMS */


/* What the cookie says, or the record TEXTED. */
typedef struct {
    phone_str_t              id;
    int64_t                  until;      /* ms: tries are counted */
    int64_t                  good_until; /* ms */
    char                     kind;       /* 0: there is none for the number */
    phone_str_t              hash;
} phone_code_t;


/* By the browser. */
phone_code_t phone_code_held(phone_call_t *call, phone_str_t number);

/* What suits an account, or a number that has none: PHONE_BY_CODE or
   PHONE_BY_TEMPORARY, and how long a code of that kind lives (ms). */
char phone_code_kind(phone_record_t *account);
int64_t phone_code_lifetime(phone_call_t *call, char kind);

/* How long its tries are counted: the same for all kinds (ms). */
int64_t phone_code_age(phone_call_t *call);

/* What the cookie and the record hold. */
phone_str_t phone_code_note(phone_call_t *call, phone_str_t number,
    phone_str_t code, char kind);

/* The sender: sms.h. */
void phone_code_send(phone_call_t *call, phone_str_t number, phone_str_t code,
    char kind, phone_str_t sender);

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

/*
 * The same when text is the code in TEXTED, which is removed then.  A wrong one
 * changes nothing, and is the same work whether there is a code or not.
 */
char phone_code_texted(phone_call_t *call, phone_record_t *texted,
    phone_str_t text);

/* n letters and digits that are not easily confused, from the random stream of
   that label. */
phone_str_t phone_random_letters(phone_call_t *call, const char *label,
    unsigned n);


#endif /* _PHONE_CODE_H_INCLUDED_ */
