
/*
 * The core as nginx sees it: texts and clocks.  The lowest header of the shell;
 * all rooms may include it.
 */


#ifndef _NGX_PHONE_CORE_H_INCLUDED_
#define _NGX_PHONE_CORE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>

#include "host.h"


static ngx_inline phone_str_t
ngx_phone_str(const ngx_str_t *str)
{
    return (phone_str_t) { str->len, (const char *) str->data };
}


static ngx_inline ngx_str_t
ngx_phone_ngx_str(phone_str_t str)
{
    return (ngx_str_t) { str.len, (u_char *) str.data };
}


static ngx_inline int64_t
ngx_phone_now(void)
{
    ngx_time_t  *tp;

    tp = ngx_timeofday();

    return (int64_t) tp->sec * 1000 + (int64_t) tp->msec;
}


/* The difference to the monotonic clock (ms); it changes when the clock is
   set. */

static ngx_inline int64_t
ngx_phone_clock_apart(void)
{
    return ngx_phone_now() - (int64_t) ngx_current_msec;
}


/* The current time, not the cached time of the event loop. */

static ngx_inline int64_t
ngx_phone_clock_us(void)
{
    struct timespec  now;

    (void) clock_gettime(CLOCK_REALTIME, &now);

    return (int64_t) now.tv_sec * 1000000 + now.tv_nsec / 1000;
}


#endif /* _NGX_PHONE_CORE_H_INCLUDED_ */
