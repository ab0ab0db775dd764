
/*
 * Keywords of merchants: the first word of a text that a number sends, by which
 * a merchant is told of it.  In lower case, letters, digits and Han; of one
 * merchant each, and none of the platform's own words.
 */


#ifndef _PHONE_KEYWORD_H_INCLUDED_
#define _PHONE_KEYWORD_H_INCLUDED_


#include "../phone.h"
#include "../outbox/outbox.h"


#define PHONE_KEYWORD_LEAST  2           /* characters */
#define PHONE_KEYWORD_MOST   20
#define PHONE_KEYWORDS_MOST  10          /* of a merchant */


phone_str_t phone_keyword_fold(phone_call_t *call, phone_str_t text);

/* Has a word in lower case the form of a keyword? */
int phone_keyword_form(phone_str_t word);

/* Is it a word that no merchant can have: one of the platform's own, or one
   that people text to any number? */
int phone_keyword_taken(phone_str_t word);

/* NULL: it has not that form. */
phone_record_t *phone_keyword_ask(phone_call_t *call, phone_str_t word);


extern const phone_outbox_t  phone_said_outbox;
extern const phone_event_t   phone_keyword_forget;


#endif /* _PHONE_KEYWORD_H_INCLUDED_ */
