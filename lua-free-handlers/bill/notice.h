
#ifndef _PHONE_NOTICE_H_INCLUDED_
#define _PHONE_NOTICE_H_INCLUDED_


#include "../phone.h"


/* "<bill id>.<bill status>" -> the bill id */
phone_str_t phone_notice_bill(phone_str_t notice_id);

/*
 * BILL_NOTICE, "<bill status> <attempts> <ms>": the merchant has acknowledged
 * the notice of that status, at that attempt and time.
 */
int phone_notice_acked(phone_record_t *bill, phone_str_t notice_id);


#endif /* _PHONE_NOTICE_H_INCLUDED_ */
