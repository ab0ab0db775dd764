
/* Exhausted notices, over all buckets. */


#ifndef _PHONE_OPERATOR_NOTICES_H_INCLUDED_
#define _PHONE_OPERATOR_NOTICES_H_INCLUDED_


#include "../phone.h"


#define PHONE_NOTICES_SHOWN  50
#define PHONE_NOTICES_MOST   100


/* A page of them, the latest first; empty while phone_waiting(). */
phone_list_t phone_ask_exhausted(phone_call_t *call, phone_edge_t *edge,
    unsigned limit);


#endif /* _PHONE_OPERATOR_NOTICES_H_INCLUDED_ */
