
/* What a merchant is helped with, beside its bills. */


#ifndef _PHONE_MERCHANT_H_INCLUDED_
#define _PHONE_MERCHANT_H_INCLUDED_


#include "../phone.h"


extern const phone_endpoint_t  phone_bill_doctor;


#endif /* _PHONE_MERCHANT_H_INCLUDED_ */
