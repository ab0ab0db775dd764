
#ifndef _PHONE_LIVE_H_INCLUDED_
#define _PHONE_LIVE_H_INCLUDED_


#include "../phone.h"


extern const phone_endpoint_t  phone_live_open;


#endif /* _PHONE_LIVE_H_INCLUDED_ */
