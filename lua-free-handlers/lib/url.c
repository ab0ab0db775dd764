
#include "url.h"


typedef struct {
    unsigned char            net[16];
    unsigned                 bits;
} phone_net_t;


static int phone_url_authority(phone_str_t host, phone_url_t *url);
static int phone_url_host(phone_str_t host, phone_url_t *url);
static int phone_url_ipv4(phone_str_t host);
static int phone_url_numeric(phone_str_t label);
static int phone_url_port(phone_str_t port, phone_url_t *url);
static int phone_in_net(const unsigned char *address, const phone_net_t *net);


/* RFC 6890 and its updates. */

static const phone_net_t  phone_special_v4[] = {
    { { 0 }, 8 },
    { { 10 }, 8 },
    { { 100, 64 }, 10 },
    { { 127 }, 8 },
    { { 169, 254 }, 16 },
    { { 172, 16 }, 12 },
    { { 192, 0, 0 }, 24 },
    { { 192, 0, 2 }, 24 },
    { { 192, 88, 99 }, 24 },
    { { 192, 168 }, 16 },
    { { 198, 18 }, 15 },
    { { 198, 51, 100 }, 24 },
    { { 203, 0, 113 }, 24 },
    { { 224 }, 4 },
    { { 240 }, 4 }
};


static const phone_net_t  phone_special_v6[] = {
    { { 0 }, 96 },                                   /* ::, ::1, ::a.b.c.d */
    { { 0x00, 0x64, 0xff, 0x9b, 0x00, 0x01 }, 48 },
    { { 0x01 }, 64 },
    { { 0x20, 0x01 }, 23 },
    { { 0x20, 0x01, 0x0d, 0xb8 }, 32 },
    { { 0x3f, 0xff }, 20 },
    { { 0x5f, 0x00 }, 16 },
    { { 0xfc }, 7 },
    { { 0xfe, 0x80 }, 10 },
    { { 0xfe, 0xc0 }, 10 },
    { { 0xff }, 8 }
};


/* Prefixes of IPv6 that carry an IPv4 address, and where in it. */

static const struct {
    phone_net_t              net;
    unsigned                 offset;
} phone_embedding[] = {
    { { { [10] = 0xff, [11] = 0xff }, 96 }, 12 },                 /* mapped */
    { { { 0x00, 0x64, 0xff, 0x9b }, 96 }, 12 },                    /* NAT64 */
    { { { 0x20, 0x02 }, 16 }, 2 }                                   /* 6to4 */
};


int
phone_url_parse(phone_str_t text, phone_url_t *url)
{
    size_t  i, end;

    memset(url, 0, sizeof(phone_url_t));

    if (text.len > PHONE_URL_MAX) {
        return -1;
    }

    for (i = 0; i < text.len; i++) {
        if ((unsigned char) text.data[i] <= ' '
            || (unsigned char) text.data[i] >= 0x7f
            || text.data[i] == '#' || text.data[i] == '\\')
        {
            return -1;
        }
    }

    if (text.len > 7 && memcmp(text.data, "http://", 7) == 0) {
        url->port = 80;
        i = 7;

    } else if (text.len > 8 && memcmp(text.data, "https://", 8) == 0) {
        url->tls = 1;
        url->port = 443;
        i = 8;

    } else {
        return -1;
    }

    text.data += i;
    text.len -= i;

    for (end = 0; end < text.len; end++) {
        if (text.data[end] == '/' || text.data[end] == '?') {
            break;
        }
    }

    if (end < text.len && text.data[end] == '?') {
        return -1;
    }

    url->authority = (phone_str_t) { end, text.data };
    url->target = end < text.len
                  ? (phone_str_t) { text.len - end, text.data + end }
                  : PHONE_STR("/");

    return phone_url_authority(url->authority, url);
}


/* "host", "host:port", "[address]:port"; a user is no part of a host. */

static int
phone_url_authority(phone_str_t host, phone_url_t *url)
{
    size_t       i, bracket;
    phone_str_t  port;

    if (host.len && host.data[0] == '[') {
        for (bracket = 1; bracket < host.len; bracket++) {
            if (host.data[bracket] == ']') {
                break;
            }
        }

        if (bracket == host.len) {
            return -1;
        }

        url->ipv6 = 1;
        port = (phone_str_t) { host.len - bracket - 1,
                               host.data + bracket + 1 };
        host = (phone_str_t) { bracket - 1, host.data + 1 };

    } else {
        for (i = 0; i < host.len && host.data[i] != ':'; i++) {
            /* void */
        }

        port = (phone_str_t) { host.len - i, host.data + i };
        host.len = i;
    }

    return phone_url_host(host, url) == 0 ? phone_url_port(port, url) : -1;
}


static int
phone_url_host(phone_str_t host, phone_url_t *url)
{
    size_t       i;
    char         c;
    phone_str_t  rest, label;

    if (host.len == 0 || host.len > 253) {
        return -1;
    }

    url->host = host;

    for (i = 0; i < host.len; i++) {
        c = host.data[i];

        if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')
            || (c >= 'A' && c <= 'F') || c == '.'
            || (url->ipv6 && c == ':'))
        {
            continue;
        }

        if (url->ipv6
            || !((c >= 'g' && c <= 'z') || (c >= 'G' && c <= 'Z') || c == '-'))
        {
            return -1;
        }
    }

    if (url->ipv6) {
        return 0;
    }

    /* a name whose last part is a number is an address to some and a name to
       others: only the four decimal numbers are taken */

    rest = host;
    label = PHONE_EMPTY;

    while (phone_split(&rest, '.', &label)) {
        if (label.len == 0 || label.len > 63 || label.data[0] == '-'
            || label.data[label.len - 1] == '-')
        {
            return -1;
        }
    }

    if (host.data[host.len - 1] == '.') {
        return -1;
    }

    if (phone_url_numeric(label)) {
        url->ipv4 = 1;
        return phone_url_ipv4(host);
    }

    return 0;
}


static int
phone_url_numeric(phone_str_t label)
{
    size_t  i;

    if (label.len > 1 && label.data[0] == '0'
        && (label.data[1] == 'x' || label.data[1] == 'X'))
    {
        return 1;
    }

    for (i = 0; i < label.len; i++) {
        if (label.data[i] < '0' || label.data[i] > '9') {
            return 0;
        }
    }

    return 1;
}


static int
phone_url_ipv4(phone_str_t host)
{
    int64_t      n;
    unsigned     parts;
    phone_str_t  part;

    for (parts = 0; phone_split(&host, '.', &part); parts++) {
        if (phone_parse_int(part, &n) != 0 || n > 255) {
            return -1;
        }
    }

    return parts == 4 ? 0 : -1;
}


static int
phone_url_port(phone_str_t port, phone_url_t *url)
{
    int64_t  n;

    if (port.len == 0) {
        return 0;
    }

    port.data++;
    port.len--;

    if (port.data[-1] != ':' || phone_parse_int(port, &n) != 0
        || n < 1 || n > 65535)
    {
        return -1;
    }

    url->port = (uint16_t) n;

    return 0;
}


static int
phone_in_net(const unsigned char *address, const phone_net_t *net)
{
    unsigned  bytes, bits, mask;

    bytes = net->bits / 8;
    bits = net->bits % 8;

    if (memcmp(address, net->net, bytes) != 0) {
        return 0;
    }

    mask = 0xff00u >> bits & 0xff;

    return (address[bytes] & mask) == (net->net[bytes] & mask) || bits == 0;
}


int
phone_address_public(const unsigned char *address, size_t len)
{
    size_t  i;

    if (len == 4) {
        for (i = 0; i < sizeof(phone_special_v4) / sizeof(phone_net_t); i++) {
            if (phone_in_net(address, &phone_special_v4[i])) {
                return 0;
            }
        }

        return 1;
    }

    if (len != 16) {
        return 0;
    }

    for (i = 0; i < sizeof(phone_embedding) / sizeof(phone_embedding[0]); i++)
    {
        if (phone_in_net(address, &phone_embedding[i].net)) {
            return phone_address_public(address + phone_embedding[i].offset,
                                        4);
        }
    }

    for (i = 0; i < sizeof(phone_special_v6) / sizeof(phone_net_t); i++) {
        if (phone_in_net(address, &phone_special_v6[i])) {
            return 0;
        }
    }

    return 1;
}
