
/*
 * Triggers (MAIL-6): when a number wants an SMS about new mail.  Conditions: a
 * sender is one of some, the mail comes within a time of day, so many mails are
 * unread and came after the last SMS.  Any or all of those that are set must
 * hold.  Without triggers no SMS is sent.
 */


#ifndef _PHONE_TRIGGER_H_INCLUDED_
#define _PHONE_TRIGGER_H_INCLUDED_


#include "../phone.h"


#define PHONE_TRIGGER_SENDERS    20
#define PHONE_TRIGGER_COUNT      1000    /* mails */
#define PHONE_TRIGGER_GAP        1440    /* minutes */
#define PHONE_TRIGGER_GAP_USUAL  10


/* A mail that has come. */
typedef struct {
    phone_str_t              from;
    int64_t                  at;         /* ms */
    int64_t                  unread;     /* with it, since the last SMS */
} phone_new_mail_t;


/*
 * Does a mail fire?  1; or 0, also while the gap after the last SMS lasts.  Of
 * a time of day in a zone that the host does not know, nothing is in it.
 */
int phone_trigger_fires(phone_call_t *call, phone_record_t *trigger,
    const phone_new_mail_t *mail);

/* "07:30": minutes of the day; or -1. */
int phone_day_time(phone_str_t text);


#endif /* _PHONE_TRIGGER_H_INCLUDED_ */
