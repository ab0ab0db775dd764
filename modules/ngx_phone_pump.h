
/*
 * Due events: those that a commit of this worker has put are run at once, the
 * others are found by a sweep over the due queues.
 */


#ifndef _NGX_PHONE_PUMP_H_INCLUDED_
#define _NGX_PHONE_PUMP_H_INCLUDED_


#include "ngx_phone.h"


/* The first sweep is due when this returns. */
ngx_phone_pump_t *ngx_phone_pump_create(ngx_phone_t *phone);

/* In exit_process, before the runs are dropped. */
void ngx_phone_pump_close(ngx_phone_t *phone);

/* The events that the call's commit has put under a lease of this process;
   they start when the caller has returned to the event loop. */
void ngx_phone_pump_emitted(ngx_phone_t *phone, phone_call_t *call);


#endif /* _NGX_PHONE_PUMP_H_INCLUDED_ */
