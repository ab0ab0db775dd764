
/* What can be wrong with a signed call, and what to do about it. */


#ifndef _PHONE_CAUSES_H_INCLUDED_
#define _PHONE_CAUSES_H_INCLUDED_


#include "../lib/mistakes.h"


/* The mistakes of lib/mistakes.h, and behind them: */
typedef enum {
    PHONE_CAUSE_TEXT = PHONE_TEXTS,      /* the digest is of no text that we
                                            can make */
    PHONE_CAUSE_CHARSET,
    PHONE_CAUSE_DIGEST_MISSING,
    PHONE_CAUSE_DIGEST_FORM,
    PHONE_CAUSE_KEY_ID,
    PHONE_CAUSE_KEY_ID_MISSING,
    PHONE_CAUSE_SIGN_TYPE,
    PHONE_CAUSE_SIGN_MISSING,
    PHONE_CAUSE_SIGN_FORM,
    PHONE_CAUSE_NO_DIGEST,
    PHONE_CAUSE_DIGEST_ONLY,
    PHONE_CAUSE_HASH,
    PHONE_CAUSE_OTHER_KEY,
    PHONE_CAUSE_KEY,
    PHONE_CAUSE_KEY_OR_TEXT,
    PHONE_CAUSE_OTHER_TEXT,
    PHONE_CAUSE_SECRET,
    PHONE_CAUSE_TIMESTAMP,
    PHONE_CAUSE_NONCE,
    PHONE_CAUSE_NONCE_USED,
    PHONE_CAUSE_SERVICE,
    PHONE_CAUSE_CLOSED,
    PHONE_CAUSES
} phone_cause_t;


typedef struct {
    const char              *code;
    const char              *en;
    const char              *zh;
} phone_cause_text_t;


extern const phone_cause_text_t  phone_cause_text[PHONE_CAUSES];


#endif /* _PHONE_CAUSES_H_INCLUDED_ */
