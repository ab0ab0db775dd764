
/* A notice as an HTTP request: its body, and a refusal. */


#ifndef _NGX_HTTP_PHONE_NOTICE_H_INCLUDED_
#define _NGX_HTTP_PHONE_NOTICE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "merchant/ngx_phone_notice.h"


#define NGX_HTTP_PHONE_NOTICE_MAX  65536             /* bytes of a body */


/* The body as one text.  NGX_DECLINED: refused, by fault; else NGX_OK or a
   status. */
ngx_int_t ngx_http_phone_notice_text(ngx_http_request_t *r, phone_str_t *text,
    ngx_phone_notice_fault_t *fault);

/* Sends the refusal and finalizes the request; returns what an access
   handler returns then. */
ngx_int_t ngx_http_phone_notice_refuse(ngx_http_request_t *r,
    ngx_phone_notice_fault_t *fault);


#endif /* _NGX_HTTP_PHONE_NOTICE_H_INCLUDED_ */
