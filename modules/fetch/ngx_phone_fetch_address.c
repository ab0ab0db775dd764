
/* Which addresses outbound calls may go to. */


#include "fetch/ngx_phone_fetch.h"


static ngx_uint_t ngx_phone_fetch_may_call(const ngx_phone_fetch_conf_t *conf,
    struct sockaddr *sockaddr);


/*
 * If one address is not allowed, none is used: a name with public and private
 * addresses is not a merchant's.  IPv4 is preferred, since many machines have
 * no IPv6 route.
 */

const struct sockaddr *
ngx_phone_fetch_pin(const ngx_phone_fetch_conf_t *conf,
    const ngx_resolver_addr_t *addr, ngx_uint_t naddrs, socklen_t *socklen)
{
    ngx_uint_t                  i;
    const ngx_resolver_addr_t  *pin;

    pin = NULL;

    for (i = 0; i < naddrs; i++) {

        if (!ngx_phone_fetch_may_call(conf, addr[i].sockaddr)) {
            return NULL;
        }

        if (pin == NULL
            || (pin->sockaddr->sa_family != AF_INET
                && addr[i].sockaddr->sa_family == AF_INET))
        {
            pin = &addr[i];
        }
    }

    if (pin == NULL) {
        return NULL;
    }

    *socklen = pin->socklen;

    return pin->sockaddr;
}


static ngx_uint_t
ngx_phone_fetch_may_call(const ngx_phone_fetch_conf_t *conf,
    struct sockaddr *sockaddr)
{
    struct sockaddr_in   *sin;
#if (NGX_HAVE_INET6)
    struct sockaddr_in6  *sin6;
#endif

    if (conf->allow && ngx_cidr_match(sockaddr, conf->allow) == NGX_OK) {
        return 1;
    }

    switch (sockaddr->sa_family) {

    case AF_INET:
        sin = (struct sockaddr_in *) sockaddr;
        return phone_address_public((unsigned char *) &sin->sin_addr, 4);

#if (NGX_HAVE_INET6)
    case AF_INET6:
        sin6 = (struct sockaddr_in6 *) sockaddr;
        return phone_address_public(sin6->sin6_addr.s6_addr, 16);
#endif

    default:
        return 0;
    }
}


ngx_int_t
ngx_phone_fetch_literal(const phone_url_t *url,
    struct sockaddr_storage *sockaddr, socklen_t *socklen)
{
    u_char               *host;
    size_t                len;
    struct sockaddr_in   *sin;
#if (NGX_HAVE_INET6)
    struct sockaddr_in6  *sin6;
#endif

    host = (u_char *) url->host.data;
    len = url->host.len;

    ngx_memzero(sockaddr, sizeof(struct sockaddr_storage));

    if (url->ipv4) {
        sin = (struct sockaddr_in *) sockaddr;
        sin->sin_family = AF_INET;
        sin->sin_addr.s_addr = ngx_inet_addr(host, len);
        *socklen = sizeof(struct sockaddr_in);

        /* 255.255.255.255 is what ngx_inet_addr() returns for none, which
           phone_url_parse() has refused */

        return NGX_OK;
    }

#if (NGX_HAVE_INET6)
    sin6 = (struct sockaddr_in6 *) sockaddr;
    sin6->sin6_family = AF_INET6;
    *socklen = sizeof(struct sockaddr_in6);

    return ngx_inet6_addr(host, len, sin6->sin6_addr.s6_addr);
#else
    return NGX_ERROR;
#endif
}
