/*
 * What differs between versions of nginx (from 1.22.1) and of hiredis (from
 * 0.14.1).  No other file tests a version.
 */

#ifndef _NGX_PHONE_COMPAT_H_INCLUDED_
#define _NGX_PHONE_COMPAT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include <hiredis/hiredis.h>


/*
 * hiredis 1.0 reads RESP3 and counts array elements in size_t.  We never ask
 * for RESP3, but a type without a constructor would come back as a small
 * number cast to a pointer: these constructors refuse, which ends the
 * connection.
 */

#if (HIREDIS_MAJOR >= 1)

typedef size_t  ngx_phone_redis_elements_t;


static inline void *
ngx_phone_redis_refuse_double(const redisReadTask *task, double value,
    char *text, size_t len)
{
    (void) task;
    (void) value;
    (void) text;
    (void) len;

    return NULL;
}


static inline void *
ngx_phone_redis_refuse_bool(const redisReadTask *task, int value)
{
    (void) task;
    (void) value;

    return NULL;
}


#define NGX_PHONE_REDIS_RESP3_CONSTRUCTORS                                    \
    .createDouble = ngx_phone_redis_refuse_double,                            \
    .createBool = ngx_phone_redis_refuse_bool,

#else

typedef int  ngx_phone_redis_elements_t;

#define NGX_PHONE_REDIS_RESP3_CONSTRUCTORS

#endif


#endif /* _NGX_PHONE_COMPAT_H_INCLUDED_ */
