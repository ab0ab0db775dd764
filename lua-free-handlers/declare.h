
/*
 * Part of phone.h: what the file of a handler declares.  Its parameters, the
 * members of its reply, who may call, and the function make an endpoint; an
 * event is a name and a function.
 */


#ifndef _PHONE_DECLARE_H_INCLUDED_
#define _PHONE_DECLARE_H_INCLUDED_


#include "lib/text.h"


typedef struct phone_call_s      phone_call_t;
typedef struct phone_endpoint_s  phone_endpoint_t;
typedef struct phone_event_s     phone_event_t;


typedef enum {
    PHONE_DONE = 0,              /* a reply is ready; commit the effects */
    PHONE_AGAIN,                 /* something asked for is missing */
    PHONE_REFUSED,               /* a refusal is ready; commit the effects */
    PHONE_CONTINUE               /* start over with phone_call_state() */
} phone_rc_t;


typedef phone_rc_t (*phone_handler_pt)(phone_call_t *call);


typedef enum {
    PHONE_P_TEXT,                /* UTF-8, min..max code points; unless it is
                                    secret, of what can be shown to people */
    PHONE_P_BASE64,              /* also as PEM; min..max bytes */
    PHONE_P_NAME,                /* [A-Za-z0-9_.-], min..max bytes */
    PHONE_P_DIGITS,              /* min..max decimal digits */
    PHONE_P_INT,                 /* min..max */
    PHONE_P_BOOL,                /* true, false, 1, 0: read as 1 or 0 */
    PHONE_P_AMOUNT,              /* minor units, 1 .. 10^15 */
    PHONE_P_CURRENCY,            /* an ISO 4217 code we know */
    PHONE_P_PHONE,               /* a phone number; read as '+', E.164 digits */
    PHONE_P_ID,                  /* an id of this store */
    PHONE_P_URL,                 /* http or https, see lib/url.h */
    PHONE_P_SIGN_TYPE,           /* RSA2, SHA256withRSA, MD5withRSA, Ed25519,
                                    HMAC-SHA256 */
    PHONE_P_WORD,                /* one of the words of a list: min */
    PHONE_P_FILE,                /* min..max bytes; one in an endpoint.  Its
                                    value is its SHA-256: phone_file() */
    PHONE_P_OBJECT               /* in a list only: a flat object */
} phone_param_type_t;


/* The lists of words that a PHONE_P_WORD can have. */
typedef enum {
    PHONE_BILL_STATUSES,
    PHONE_BILL_TOLD_STATUSES,    /* those that a merchant is told */
    PHONE_PLANS,
    PHONE_MERCHANT_STATUSES,
    PHONE_NOTICE_STATES,
    PHONE_MESSAGE_TO,
    PHONE_MESSAGE_RESULTS,
    PHONE_CONTACT_LABELS,
    PHONE_CONTACT_FORMATS,
    PHONE_TRIGGER_MATCHES
} phone_words_t;


/* In place of a status: CREATED, PUSHED or OFFERED. */
#define PHONE_BILLS_OPEN  "OPEN"


#define PHONE_REQUIRED   0x01
#define PHONE_SECRET     0x02    /* never shown in an error, log or page; also
                                    of the items of a list */
#define PHONE_IN_PATH    0x04
#define PHONE_UNSEALED   0x10    /* secret, and never in an envelope */
#define PHONE_LINES      0x20    /* a text of several lines, which is in nothing
                                    that is signed; CR LF is read as LF */
#define PHONE_IMMUTABLE  0x08    /* of a blob: what this address answers never
                                    changes */

/*
 * A list of up to so many values of the type.  The members of an object are
 * parameters of their own, right behind it:
 *
 *     { "to", PHONE_P_PHONE, PHONE_REQUIRED|PHONE_LIST(20), 0, 0, "..." },
 *     { "rows", PHONE_P_OBJECT, PHONE_LIST(100), 0, 0, "..." },
 *     { "rows.points", PHONE_P_INT, PHONE_REQUIRED, 1, 1000, "..." },
 */
#define PHONE_LIST(most)   ((unsigned) (most) << 8)
#define PHONE_LIST_OF(flags)  ((flags) >> 8)


typedef struct {
    const char              *name;
    phone_param_type_t       type;
    unsigned                 flags;
    int64_t                  min;
    int64_t                  max;
    const char              *about;      /* for the API reference */
} phone_param_t;


/*
 * Members of a reply, in addition to those of every reply (code), of every
 * signed reply and of every refusal.  Debug builds, the unit tests and the
 * simulator compare each reply with what its endpoint declares.
 */
typedef enum {
    PHONE_M_TEXT,
    PHONE_M_INT,
    PHONE_M_AMOUNT,              /* minor units */
    PHONE_M_BOOL,
    PHONE_M_TIME,                /* 2026-01-31T23:59:59Z */
    PHONE_M_PHONE,               /* with its '+' */
    PHONE_M_ID,
    PHONE_M_LIST,                /* of objects */
    PHONE_M_PHONES,              /* a list of phone numbers */

    /* not a member: the reply is not a JSON object; the name of the row is its
       media type ("image/..." with a star: any image) */
    PHONE_M_DOCUMENT,            /* a text: phone_done_text() */
    PHONE_M_BLOB,                /* phone_done_blob() */
    PHONE_M_STREAM,              /* one of the host's, see live/ */
    PHONE_M_REDIRECT             /* nothing: phone_done_redirect() */
} phone_member_type_t;

typedef struct phone_object_s  phone_object_t;

typedef struct {
    const char              *name;
    phone_member_type_t      type;
    unsigned                 flags;      /* PHONE_SECRET: a reply that says it
                                            is not kept under an
                                            Idempotency-Key; PHONE_IMMUTABLE */
    const phone_object_t    *of;         /* of a list */
    const char              *when;       /* it is there; NULL: always */
    const char              *about;
} phone_member_t;

struct phone_object_s {
    const char              *name;       /* "Bill", in the API reference */
    const phone_member_t    *members;    /* end with a NULL name */
};

/* A reply that says "code": "OK" and no more. */
extern const phone_member_t  phone_reply_of_code[];


typedef enum {
    PHONE_ANYONE,
    PHONE_SESSION,               /* call->caller is the number */
    PHONE_MERCHANT,              /* call->caller is the merchant id */
    PHONE_OPERATOR,              /* the host has checked the token */
    PHONE_TERMINAL,              /* of a merchant, with a key of its own:
                                    call->caller is the merchant id, see
                                    phone_caller_terminal() */
    PHONE_GATEWAY                /* of texts and the like: the host has checked
                                    the token */
} phone_who_t;


#define PHONE_PARAMS_MAX  24     /* t/unit/route.c counts those of endpoints */


struct phone_endpoint_s {
    const char              *name;       /* "bill.pay" */
    const char              *method;
    const char              *path;       /* "/pay/bills/{bill_id}/pay" */
    phone_who_t              who;
    phone_handler_pt         run;
    const phone_param_t     *params;     /* ends with a NULL name */
    const phone_member_t    *reply;      /* likewise */
    const char              *about;
};


struct phone_event_s {
    const char              *name;       /* "notice.send" */
    phone_handler_pt         run;
    const char              *about;
};


#endif /* _PHONE_DECLARE_H_INCLUDED_ */
