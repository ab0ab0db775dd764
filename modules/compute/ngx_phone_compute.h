
/*
 * Work that would hold up the event loop: signing and hashing of passwords, on
 * threads.
 */


#ifndef _NGX_PHONE_COMPUTE_H_INCLUDED_
#define _NGX_PHONE_COMPUTE_H_INCLUDED_


#include "run/ngx_phone.h"


typedef void (*ngx_phone_compute_pt)(void *data, phone_ask_work_t *ask,
    ngx_int_t rc);


ngx_phone_compute_t *ngx_phone_compute_create(ngx_phone_t *phone);

/* In exit_process: no handler is called any more. */
void ngx_phone_compute_close(ngx_phone_t *phone);

/*
 * Copies what it needs; ask and arena must stay until the handler is called,
 * from the event loop: with NGX_OK and ask->result set, or with NGX_BUSY when
 * a password has left its place in the queue to another.  NGX_BUSY when a
 * queue is full, NGX_ERROR when memory is short: the handler is not called
 * then.
 */
ngx_int_t ngx_phone_compute_post(ngx_phone_t *phone, phone_ask_work_t *ask,
    phone_arena_t *arena, ngx_phone_compute_pt handler, void *data);


/*
 * Keeps a place among the active for a signature that is posted later, so that
 * it cannot meet a full queue: NGX_OK or NGX_BUSY.  Given back, the place is
 * free for the very next post.
 */
ngx_int_t ngx_phone_compute_reserve(ngx_phone_t *phone);
void ngx_phone_compute_give_back(ngx_phone_t *phone);


#endif /* _NGX_PHONE_COMPUTE_H_INCLUDED_ */
