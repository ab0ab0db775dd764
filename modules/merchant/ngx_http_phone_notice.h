
/* A notice as an HTTP request: its refusal. */


#ifndef _NGX_HTTP_PHONE_NOTICE_H_INCLUDED_
#define _NGX_HTTP_PHONE_NOTICE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "merchant/ngx_phone_notice.h"


/* Sends the refusal and finalizes the request; returns what an access
   handler returns then. */
ngx_int_t ngx_http_phone_notice_refuse(ngx_http_request_t *r,
    ngx_phone_notice_fault_t *fault);


#endif /* _NGX_HTTP_PHONE_NOTICE_H_INCLUDED_ */
