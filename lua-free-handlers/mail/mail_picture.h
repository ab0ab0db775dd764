
/*
 * The picture of a mail: a blob, which each copy of the mail keeps by a
 * reference of its own.  MAIL_PICTURE is "<sha256> <type> <size> <width>
 * <height>".
 */


#ifndef _PHONE_MAIL_PICTURE_H_INCLUDED_
#define _PHONE_MAIL_PICTURE_H_INCLUDED_


#include "../phone.h"


/* of an upload; phone_mail_picture is no larger.  A thread has the whole of it
   in memory: PHONE_ARENA_MAX. */
#define PHONE_PICTURE_BYTES  (7 * 1024 * 1024)


/* The file of the call is checked, by a thread ... */
phone_rc_t phone_picture_look(phone_call_t *call,
    const phone_result_t **made);

/* ... and is a picture, without what tells of its maker. */
phone_rc_t phone_picture_take(phone_call_t *call, const phone_result_t *made,
    phone_str_t *picture);

/* A mail gets it; of: a mail that has it, NULL: it was taken by this call. */
void phone_picture_copy(phone_call_t *call, phone_record_t *mail,
    phone_str_t picture, phone_record_t *of);

/* A mail that is deleted; it was asked for with MAIL_KEPT. */
void phone_picture_let_go(phone_call_t *call, phone_record_t *mail);

void phone_picture_show(phone_json_t *json, phone_record_t *mail);


#endif /* _PHONE_MAIL_PICTURE_H_INCLUDED_ */
