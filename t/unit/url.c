
/* URLs for outbound calls, and the addresses these may go to. */


#include <arpa/inet.h>

#include "tap.h"
#include "lib/url.h"


/* A copy of its own size, so that AddressSanitizer sees a read past it. */

static int
parses(const char *text, phone_url_t *url)
{
    static phone_arena_t  arena;

    phone_arena_free(&arena);

    return phone_url_parse(phone_copy(&arena, phone_cstr(text)), url) == 0;
}


static void
urls_that_are_taken(void)
{
    phone_url_t  url;

    ok(parses("http://shop.example.com", &url), "a host");
    ok(phone_is(url.host, "shop.example.com"), "its name");
    is_int(url.port, 80, "port of http");
    ok(phone_is(url.target, "/"), "path of a bare host");
    ok(!url.tls && !url.ipv4 && !url.ipv6, "a name, in the clear");

    ok(parses("https://shop.example.com/n?a=1&b=2", &url), "path and query");
    is_int(url.port, 443, "port of https");
    ok(phone_is(url.target, "/n?a=1&b=2"), "path and query are kept");
    ok(url.tls, "tls");

    ok(parses("http://10.0.0.1:8080/x", &url), "an address");
    is_int(url.port, 8080, "its port");
    ok(url.ipv4, "is known as one");
    ok(phone_is(url.authority, "10.0.0.1:8080"), "authority");

    ok(parses("http://[2001:db8::1]:81/", &url), "IPv6");
    ok(phone_is(url.host, "2001:db8::1"), "without brackets");
    is_int(url.port, 81, "port behind brackets");
    ok(url.ipv6, "is known as one");
}


static void
urls_that_are_refused(void)
{
    unsigned                  i;
    char                      text[PHONE_URL_MAX + 2];
    phone_url_t               url;
    static const char *const  bad[] = {
        "", "http://", "http:///x", "ftp://a.b/", "HTTP://a.b/", "//a.b/",
        "http://user@a.b/", "http://user:pw@a.b/", "http://a.b/#x",
        "http://a.b/x y", "http://a.b/\n", "http://a.b\\x/", "http://a.b:0/",
        "http://a.b:65536/", "http://a.b:/", "http://a.b:8x/",
        "http://2130706433/", "http://0177.0.0.1/", "http://0x7f.0.0.1/",
        "http://127.1/", "http://0x7f000001/", "http://a.0x7f/",
        "http://256.0.0.1/", "http://1.2.3.4.5/", "http://1.2.3/",
        "http://a..b/", "http://.a.b/", "http://a.b./", "http://-a.b/",
        "http://a-.b/", "http://a_b.c/", "http://_a.b/",
        "http://[::1/", "http://[::1]x/",
        "http://[fe80::1%25eth0]/", "http://[]/", "http://b\303\274cher.de/",
        "http://a.b?x=1", "http://a%2eb/"
    };

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        ok(!parses(bad[i], &url), "%s", bad[i][0] ? bad[i] : "empty");
    }

    memset(text, 'a', sizeof(text));
    memcpy(text, "http://a.b/", 11);
    ok(phone_url_parse((phone_str_t) { PHONE_URL_MAX, text }, &url) == 0,
       "as long as can be");
    ok(phone_url_parse((phone_str_t) { PHONE_URL_MAX + 1, text }, &url) != 0,
       "a byte too long");
}


/* Each byte there is: what hosts are made of. */

static void
letters(void)
{
    int          c, name, ipv6;
    char         text[32];
    phone_url_t  url;

    for (c = 1; c < 256; c++) {
        name = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')
               || (c >= 'A' && c <= 'Z') || c == '-' || c == '.';
        ipv6 = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')
               || (c >= 'A' && c <= 'F') || c == ':' || c == '.';

        /* what ends a host is in the other tests */

        if (memchr(":/?#", c, 4) == NULL) {
            snprintf(text, sizeof(text), "http://a%cb/", c);
            is_int(parses(text, &url), name, "byte %d in a name", c);
        }

        if (memchr("]/?#", c, 4) == NULL) {
            snprintf(text, sizeof(text), "http://[1%c2]/", c);
            is_int(parses(text, &url), ipv6, "byte %d in brackets", c);
        }
    }
}


/* One less than a limit, the limit, one more. */

static void
lengths(void)
{
    int          i, n;
    char         text[400], label[80];
    phone_url_t  url;

    const struct {
        const char          *url;
        int                  taken;
    } port[] = {
        { "http://a.b:0/", 0 }, { "http://a.b:1/", 1 }, { "http://a.b:2/", 1 },
        { "http://a.b:65534/", 1 }, { "http://a.b:65535/", 1 },
        { "http://a.b:65536/", 0 }, { "http://255.255.255.255/", 1 },
        { "http://1.2.3.256/", 0 }, { "http://256.1.2.3/", 0 },
        { "http://0.0.0.0/", 1 }, { "http://1.2.3.4.5/", 0 },
        { "http://a.0X7f/", 0 }, { "http://a.1x7f/", 1 },
        { "http://a.0/", 0 }, { "http://a.9/", 0 }, { "http://a.0a/", 1 },
        { "http://a.0x/", 0 }, { "http://a.0X/", 0 }, { "http://a.x/", 1 },
        { "http://a.x0/", 1 }, { "http://a.0y/", 1 }, { "http://a/", 1 },
        { "http://-/", 0 }, { "http://a-b/", 1 }, { "http://a./", 0 },
        { "http://a.0", 0 }, { "http://a", 1 }, { "http://a:1", 1 },
        { "http://[::1", 0 }, { "http://[", 0 }, { "http://[::1]", 1 },
        { "http://a:", 0 }, { "https://", 0 }, { "https://a", 1 },
        { "http://1.2.3.", 0 }, { "http://a.0x", 0 }
    };

    for (i = 0; i < (int) (sizeof(port) / sizeof(port[0])); i++) {
        is_int(parses(port[i].url, &url), port[i].taken, "%s", port[i].url);
    }

    memset(label, 'a', sizeof(label));

    for (n = 62; n <= 64; n++) {
        snprintf(text, sizeof(text), "http://b.%.*s.c/", n, label);
        is_int(parses(text, &url), n <= 63, "a part of %d letters", n);
    }

    /* the longest host that the DNS can name has 253 bytes */

    for (n = 60; n <= 62; n++) {
        snprintf(text, sizeof(text), "http://%.63s.%.63s.%.63s.%.*s/", label,
                 label, label, n, label);
        is_int(parses(text, &url), n <= 61, "a host of %d letters", 192 + n);
    }
}


static int
may_be_called(const char *text)
{
    unsigned char  address[16];

    if (inet_pton(AF_INET, text, address) == 1) {
        return phone_address_public(address, 4);
    }

    return inet_pton(AF_INET6, text, address) == 1
           && phone_address_public(address, 16);
}


static void
addresses(void)
{
    unsigned                  i;
    static const char *const  bad[] = {
        "0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255",
        "100.64.0.0", "100.127.255.255", "127.0.0.1", "127.255.255.255",
        "169.254.169.254", "172.16.0.0", "172.31.255.255", "192.0.0.8",
        "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.0",
        "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1",
        "239.255.255.255", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::127.0.0.1", "::ffff:10.0.0.1", "::ffff:127.0.0.1",
        "64:ff9b::10.0.0.1", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1",
        "2002:7f00:1::", "2002:a00:1::", "2002:c0a8:1::", "fc00::1",
        "fdff::1", "fe80::1", "febf::1", "fec0::1", "ff02::1", "5f00::1",
        "3fff::1",

        /* the last of a block */
        "192.0.0.255", "192.0.2.255", "192.88.99.255", "192.168.255.255",
        "198.51.100.255", "203.0.113.255", "64:ff9b:1:ffff::1",
        "100::ffff:ffff:ffff:ffff", "2001:1ff:ffff::1", "2001:db8:ffff::1",
        "3fff:fff:ffff::1", "5f00:ffff::1", "fdff:ffff::1", "febf:ffff::1",
        "feff:ffff::1", "ffff:ffff::1"
    };
    static const char *const  good[] = {
        "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255",
        "100.128.0.0", "126.0.0.1", "128.0.0.1", "169.253.0.1", "172.15.0.1",
        "172.32.0.1", "192.0.1.1", "192.169.0.1", "198.17.0.1", "198.20.0.1",
        "223.255.255.255", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8",
        "2002:808:808::", "2003:7f00:1::", "2606:4700::1", "2400:3200::1",

        /* beside a block */
        "191.255.255.255", "192.0.3.0", "192.88.98.255", "192.88.100.0",
        "192.167.255.255", "198.51.99.255", "198.51.101.0", "203.0.112.255",
        "203.0.114.0", "100:0:0:1::1", "2001:200::1", "2001:db7:ffff::1",
        "2001:db9::1", "3ffe:ffff::1", "3fff:1000::1", "5eff:ffff::1",
        "5f01::1", "fbff:ffff::1", "fe7f:ffff::1"
    };

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        ok(!may_be_called(bad[i]), "%s", bad[i]);
    }

    for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        ok(may_be_called(good[i]), "%s", good[i]);
    }

    ok(!phone_address_public((const unsigned char *) "\1\1\1\1\1", 5),
       "neither IPv4 nor IPv6");
}


int
main(void)
{
    urls_that_are_taken();
    urls_that_are_refused();
    letters();
    lengths();
    addresses();

    return done_testing();
}
