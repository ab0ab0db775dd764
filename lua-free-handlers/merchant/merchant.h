
/* What a merchant is helped with, beside its bills. */


#ifndef _PHONE_MERCHANT_H_INCLUDED_
#define _PHONE_MERCHANT_H_INCLUDED_


#include "../phone.h"
#include "../jobs.h"


extern const phone_endpoint_t  phone_bill_doctor;
extern const phone_endpoint_t  phone_key_list;
extern const phone_endpoint_t  phone_notice_list;
extern const phone_endpoint_t  phone_notice_replay;
extern const phone_endpoint_t  phone_notice_check;

extern const phone_job_kind_t  phone_notice_replay_job;


#endif /* _PHONE_MERCHANT_H_INCLUDED_ */
