
/* The main configuration, for the modules of all capabilities. */


#ifndef _NGX_HTTP_PHONE_H_INCLUDED_
#define _NGX_HTTP_PHONE_H_INCLUDED_


#include "run/ngx_phone.h"

#include <ngx_http.h>


/* What a capability needs beside the store: phone_platform_key,
   phone_operator_token_file, phone_blobs, phone_zoneinfo. */
#define NGX_HTTP_PHONE_NEEDS_KEY    0x01
#define NGX_HTTP_PHONE_NEEDS_TOKEN  0x02
#define NGX_HTTP_PHONE_NEEDS_BLOBS  0x04
#define NGX_HTTP_PHONE_NEEDS_GATEWAY  0x08
#define NGX_HTTP_PHONE_NEEDS_ZONES  0x10


/* One of each cycle; every member is final after init_main_conf. */
typedef struct {
    ngx_phone_conf_t         worker;
    ngx_str_t                operator_token;
    ngx_str_t                gateway_token;      /* empty: none may call */
    ngx_str_t                zoneinfo;           /* folder of time zones */

    unsigned                 used:1;         /* the store is */
    ngx_uint_t               needs;          /* NGX_HTTP_PHONE_NEEDS_* */
    uint64_t                 fetches;        /* needed: bits, in the order of
                                                phone_fetches */

    ngx_phone_t             *phone;          /* of this process; workers only */
} ngx_http_phone_main_conf_t;


extern ngx_module_t  ngx_http_phone_module;

/* Its main configuration is a phone_settings_t. */
extern ngx_module_t  ngx_http_phone_settings_module;


/* NULL when no phone directive is used, or outside of workers. */
ngx_phone_t *ngx_phone_of_cycle(ngx_cycle_t *cycle);

/* A directive that needs the store says so. */
ngx_http_phone_main_conf_t *ngx_http_phone_use(ngx_conf_t *cf);

/* nginx then does not start without a location for that fetch. */
void ngx_http_phone_need_fetch(ngx_http_phone_main_conf_t *pmcf,
    const char *name);


/* A "post" of a directive whose value is a number, a time or a size. */
typedef struct {
    ngx_conf_post_handler_pt  handler;       /* ngx_phone_conf_check_bounds */
    ngx_int_t                 min;
    ngx_int_t                 max;
    const char               *range;         /* "1 and 256" */
} ngx_phone_conf_bounds_t;

char *ngx_phone_conf_check_bounds(ngx_conf_t *cf, void *post, void *data);


/* 1 to max of these characters; name is an argument of a directive. */
#define NGX_PHONE_CONF_LOWER    "abcdefghijklmnopqrstuvwxyz0123456789_-"
#define NGX_PHONE_CONF_LETTERS  NGX_PHONE_CONF_LOWER                          \
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

ngx_uint_t ngx_phone_conf_is_name(ngx_str_t *name, const char *chars,
    size_t max);


/* ngx_http_phone_key_directive.c: the setter of phone_platform_key. */
char *ngx_http_phone_platform_key(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);


/* ngx_http_phone_bank_directive.c: the setter of phone_bank. */
char *ngx_http_phone_bank(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);

/* ngx_http_phone_sms_directive.c: the setter of phone_sms_gateway. */
char *ngx_http_phone_sms_numbers(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_phone_sms_countries(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_phone_sms_gateway(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);


/* ngx_http_phone_zones.c: reads the time zones of phone_zoneinfo. */
ngx_int_t ngx_http_phone_read_zones(ngx_conf_t *cf,
    ngx_http_phone_main_conf_t *pmcf);


/* ngx_http_phone_store_directive.c: the setters of phone_redis and
   phone_store_id. */
char *ngx_http_phone_redis(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_phone_store_id(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);


#endif /* _NGX_HTTP_PHONE_H_INCLUDED_ */
