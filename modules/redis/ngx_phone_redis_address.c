/*
 * The address that a link connects to.  A name is resolved at each attempt, if
 * there is a resolver; otherwise, and if that fails, the addresses resolved at
 * start are used.  Each attempt takes the next address.
 */

#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>

#include "redis/ngx_phone_redis_link.h"


static ngx_int_t ngx_phone_redis_link_resolve(ngx_phone_redis_link_t *link);
static void ngx_phone_redis_link_resolved(ngx_resolver_ctx_t *ctx);
static ngx_int_t ngx_phone_redis_link_first(ngx_phone_redis_link_t *link);


ngx_int_t
ngx_phone_redis_link_locate(ngx_phone_redis_link_t *link)
{
    const ngx_phone_redis_conf_t  *conf;

    conf = link->peer->conf;

    if (conf->host.len && conf->resolver
        && ngx_phone_redis_link_resolve(link) == NGX_OK)
    {
        return NGX_OK;
    }

    return ngx_phone_redis_link_first(link);
}


/* NGX_OK: ngx_phone_redis_link_resolved() is called, or was called. */

static ngx_int_t
ngx_phone_redis_link_resolve(ngx_phone_redis_link_t *link)
{
    ngx_resolver_ctx_t            *ctx;
    const ngx_phone_redis_conf_t  *conf;

    conf = link->peer->conf;

    ctx = ngx_resolve_start(conf->resolver, NULL);

    if (ctx == NULL || ctx == NGX_NO_RESOLVER) {
        return NGX_DECLINED;
    }

    ctx->name.len = conf->host.len;
    ctx->name.data = link->host;
    ctx->handler = ngx_phone_redis_link_resolved;
    ctx->data = link;
    ctx->timeout = ngx_max(conf->connect_timeout / 2, 1);

    /* the resolver changes it to lower case in place */

    ngx_memcpy(link->host, conf->host.data, conf->host.len);

    link->resolving = ctx;

    if (ngx_resolve_name(ctx) != NGX_OK) {
        link->resolving = NULL;
        return NGX_DECLINED;
    }

    return NGX_OK;
}


static void
ngx_phone_redis_link_resolved(ngx_resolver_ctx_t *ctx)
{
    ngx_uint_t               n;
    ngx_phone_redis_link_t  *link;

    link = ctx->data;
    link->resolving = NULL;

    if (ctx->state != NGX_OK || ctx->naddrs == 0) {
        ngx_log_error(NGX_LOG_INFO, link->peer->log, 0,
                      "redis \"%V\": its name could not be resolved (%s), "
                      "using the address resolved at start",
                      &link->peer->conf->server,
                      ngx_resolver_strerror(ctx->state));
        ngx_resolve_name_done(ctx);
        (void) ngx_phone_redis_link_first(link);
        return;
    }

    n = link->attempts++ % ctx->naddrs;

    link->socklen = ngx_min(ctx->addrs[n].socklen,
                            (socklen_t) sizeof(link->sockaddr));
    ngx_memcpy(&link->sockaddr, ctx->addrs[n].sockaddr, link->socklen);
    ngx_inet_set_port((struct sockaddr *) &link->sockaddr,
                      link->peer->conf->port);

    ngx_resolve_name_done(ctx);

    (void) ngx_phone_redis_link_open(link);
}


static ngx_int_t
ngx_phone_redis_link_first(ngx_phone_redis_link_t *link)
{
    ngx_addr_t                    *addr;
    const ngx_phone_redis_conf_t  *conf;

    conf = link->peer->conf;
    addr = &conf->addrs[link->attempts++ % conf->naddrs];

    link->socklen = addr->socklen;
    ngx_memcpy(&link->sockaddr, addr->sockaddr, addr->socklen);

    return ngx_phone_redis_link_open(link);
}
