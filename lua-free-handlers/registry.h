
#ifndef _PHONE_REGISTRY_H_INCLUDED_
#define _PHONE_REGISTRY_H_INCLUDED_


#include "host.h"


/* posting.c, lane.c */
extern const phone_event_t  phone_posting_apply;
extern const phone_event_t  phone_posting_forget;
extern const phone_event_t  phone_lane_next;

/* params.c: what every call of a merchant carries; ends with a NULL name */
extern const phone_param_t  phone_merchant_params[];


#endif /* _PHONE_REGISTRY_H_INCLUDED_ */
