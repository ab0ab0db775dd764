
/*
 * URLs for outbound calls, and which addresses these may go to.
 */


#ifndef _PHONE_URL_H_INCLUDED_
#define _PHONE_URL_H_INCLUDED_


#include "text.h"


#define PHONE_URL_MAX        512         /* bytes */


typedef struct {
    unsigned                 tls:1;
    unsigned                 ipv6:1;     /* host is an IPv6 literal */
    unsigned                 ipv4:1;     /* host is four decimal numbers */
    phone_str_t              host;       /* without the brackets of IPv6 */
    phone_str_t              authority;  /* host and port as written */
    uint16_t                 port;
    phone_str_t              target;     /* path and query; "/" at least */
} phone_url_t;


/*
 * 0, or -1 for anything but http and https with a plain host name or address:
 * user information, fragments, control bytes, spaces, and the odd ways to
 * write an IPv4 address (one number, octal, hexadecimal, fewer than four
 * parts) are refused.  The parts point into text.
 */
int phone_url_parse(phone_str_t text, phone_url_t *url);

/*
 * May the platform call this address (4 or 16 bytes, network order) without
 * an operator's leave?  0 for everything in IANA's special-purpose registries;
 * an IPv6 address that carries an IPv4 one is judged by that.
 */
int phone_address_public(const unsigned char *address, size_t len);


#endif /* _PHONE_URL_H_INCLUDED_ */
