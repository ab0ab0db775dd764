
/*
 * The mailbox of a number (MAIL-2 .. MAIL-4), registered or not.  A mail is in
 * it as a copy of its own: one of kind OUT of what the number has sent, one of
 * kind IN of what it has got.  Who deletes his copy changes nobody else's.
 *
 * Whether a recipient is registered, blocks the sender or has a full mailbox
 * the sender is not told.
 */


#ifndef _PHONE_MAIL_H_INCLUDED_
#define _PHONE_MAIL_H_INCLUDED_


#include "../phone.h"
#include "../jobs.h"


extern const phone_endpoint_t  phone_mail_list;
extern const phone_endpoint_t  phone_mail_send;
extern const phone_endpoint_t  phone_mail_conversations;
extern const phone_endpoint_t  phone_mail_leave;
extern const phone_endpoint_t  phone_mail_read_to;
extern const phone_endpoint_t  phone_mail_blocked;
extern const phone_endpoint_t  phone_mail_block;
extern const phone_endpoint_t  phone_mail_unblock;
extern const phone_endpoint_t  phone_mail_reply;
extern const phone_endpoint_t  phone_mail_forward;
extern const phone_endpoint_t  phone_mail_get;
extern const phone_endpoint_t  phone_mail_picture;
extern const phone_endpoint_t  phone_mail_read;
extern const phone_endpoint_t  phone_mail_remove;
extern const phone_endpoint_t  phone_triggers_get;
extern const phone_endpoint_t  phone_triggers_set;

extern const phone_event_t     phone_mail_arrived;
extern const phone_event_t     phone_mail_unclaimed;

extern const phone_job_kind_t  phone_mail_job;

extern const phone_work_t      phone_picture_check;


#endif /* _PHONE_MAIL_H_INCLUDED_ */
