
#ifndef _PHONE_NOTICE_H_INCLUDED_
#define _PHONE_NOTICE_H_INCLUDED_


#include "../phone.h"


/* "<bill id>.<bill status>" -> the bill id */
phone_str_t phone_notice_bill(phone_str_t notice_id);


#endif /* _PHONE_NOTICE_H_INCLUDED_ */
