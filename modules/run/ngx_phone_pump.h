
/*
 * Due events: those added by a commit of this worker run at once, the others
 * are found by a sweep of the due queues.
 */


#ifndef _NGX_PHONE_PUMP_H_INCLUDED_
#define _NGX_PHONE_PUMP_H_INCLUDED_


#include "run/ngx_phone.h"


/* The first sweep is due when this returns. */
ngx_phone_pump_t *ngx_phone_pump_create(ngx_phone_t *phone);

/* In exit_process, before the runs are dropped. */
void ngx_phone_pump_close(ngx_phone_t *phone);

/*
 * The events that the run's commit has put under a lease of this process; they
 * start when the caller has returned to the event loop.  Returns how many of
 * them bring effects of an endpoint's call to other buckets: each is followed
 * by ngx_phone_run_posted(), when it has, or cannot now.
 */
ngx_uint_t ngx_phone_pump_emitted(ngx_phone_run_t *run);

/* ngx_phone_run_posted() is not to be called for the run any more. */
void ngx_phone_pump_leave(ngx_phone_run_t *run);


#endif /* _NGX_PHONE_PUMP_H_INCLUDED_ */
