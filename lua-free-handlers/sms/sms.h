
/* Texts to phones and from them, through the operator's gateway (MAIL-8). */


#ifndef _PHONE_SMS_H_INCLUDED_
#define _PHONE_SMS_H_INCLUDED_


#include "../phone.h"
#include "gateway.h"
#include "keyword.h"


extern const phone_event_t  phone_sms_send;
extern const phone_fetch_t  phone_sms_fetch;

extern const phone_endpoint_t  phone_sms_report;
extern const phone_endpoint_t  phone_sms_in;


/*
 * Has a text sent once the call is committed; tried for a day, or until the
 * time of phone_sms_until().  Two texts of one call have two labels.  The text
 * is sealed in the store, for it may hold a code.
 *
 * The sender is who has caused it: the number itself, by a session or a device
 * that it knows; another number; the id of a merchant; or a stranger's network
 * (phone_sms_stranger()).  Texts over a limit (allow.c) are dropped when they
 * would be handed over, which their senders are not told.
 */
phone_record_t *phone_sms_put(phone_call_t *call, phone_str_t to,
    phone_str_t text, const char *label, phone_str_t sender);

phone_str_t phone_sms_stranger(phone_call_t *call, phone_str_t network);

/* Has the number a country code of phone_sms_countries? */
int phone_sms_reaches(phone_call_t *call, phone_str_t number);

/* What has not been handed over within that time (ms) is not sent. */
void phone_sms_until(phone_call_t *call, phone_record_t *sms, int64_t ms);

/*
 * The text that this call would put, or has put: for a call that has nothing
 * else to guard its commit with.
 */
phone_record_t *phone_sms_ask(phone_call_t *call, phone_str_t to,
    const char *label);

/*
 * Has the number asked, by the text STOP, for no texts but those that it causes
 * itself, such as login codes?  Asks; 0 while waiting.  Bills, messages and
 * mail look here before they put a text.
 */
int phone_sms_stopped(phone_call_t *call, phone_str_t number);


/*
 * What a number can text: the first word, in lower case and without hyphens, or
 * the first two, and a function that asks, and records effects in the bucket of
 * the number.  registry.c has a table of all.  PHONE_DONE or PHONE_AGAIN:
 * nothing is answered, whatever happens.
 */
typedef struct {
    phone_str_t              number;
    phone_str_t              text;       /* what people see of it */
    phone_str_t              word;       /* the first one (lib/word.h) */
    phone_str_t              id;         /* empty: it may be repeated */
} phone_sms_got_t;

typedef struct {
    const char *const       *words;      /* end with NULL */
    const char *const       *alone;      /* the same: if nothing follows */
    phone_rc_t             (*run)(phone_call_t *call,
                                  const phone_sms_got_t *got);
    const char              *about;
    unsigned                 once:1;     /* the gateway's repeat has none */
} phone_sms_word_t;

extern const phone_sms_word_t *const  phone_sms_words[];     /* registry.c */

/* The text has an effect: the same one again has none.  What has no effect
   leaves nothing in the store. */
void phone_sms_heeded(phone_call_t *call, const phone_sms_got_t *got);

/* The same as run() for a keyword of a merchant. */
phone_rc_t phone_keyword_run(phone_call_t *call, const phone_sms_got_t *got,
    phone_record_t *keyword);

/* Is it one of them? */
int phone_sms_is_word(phone_str_t word);

extern const phone_sms_word_t  phone_sms_word_stop;
extern const phone_sms_word_t  phone_sms_word_start;


/* Between put.c, allow.c, send.c and report.c */

/*
 * May the text be handed over for the first time?  Asks, and counts it; 0 while
 * waiting.  What is refused is tallied by its cause.
 */
int phone_sms_allowed(phone_call_t *call, phone_record_t *sms);

/* SMS_STATE of what was handed over; the first three wait for a report. */
#define PHONE_SMS_IS_TAKEN   "TAKEN"
#define PHONE_SMS_IS_QUEUED  "QUEUED"            /* sent again without one */
#define PHONE_SMS_IS_DOUBT   "DOUBT"             /* the same */
#define PHONE_SMS_IS_KNOWN   "KNOWN"             /* a report was here first */
#define PHONE_SMS_IS_OVER    "OVER"

phone_str_t phone_sms_lane(phone_call_t *call, phone_str_t to);

/* The query by which a report names a text, and its key: nobody else can. */
phone_str_t phone_sms_key(phone_call_t *call, phone_str_t id);
int phone_sms_key_is(phone_call_t *call, phone_str_t id, phone_str_t key);

/*
 * Nothing happens to it any more.  The record stays until the call that has put
 * it cannot commit a second time: it would be sent again.
 */
void phone_sms_over(phone_call_t *call, phone_record_t *sms);

/*
 * Tallies, once a text, that the gateway took it.  Before the state is set: a
 * report may say so sooner than the gateway's answer.
 */
void phone_sms_took(phone_call_t *call, phone_record_t *sms);

/* The gateway has it: the text itself is forgotten, and a report awaited. */
void phone_sms_await(phone_call_t *call, phone_record_t *sms);


#endif /* _PHONE_SMS_H_INCLUDED_ */
