
/*
 * lib/url.c: the parts of a URL that is taken lie within it, make it up, and
 * hold nothing that could be read in two ways.
 */


#include <stdint.h>
#include <stdlib.h>

#include "lib/url.h"


#define CHECK(cond)                                                           \
    do {                                                                      \
        if (!(cond)) {                                                        \
            abort();                                                          \
        }                                                                     \
    } while (0)


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
check_parts(phone_str_t text, const phone_url_t *url)
{
    size_t  i, scheme;

    scheme = url->tls ? 8 : 7;

    CHECK(text.len <= PHONE_URL_MAX && text.len > scheme);
    CHECK(memcmp(text.data, url->tls ? "https://" : "http://", scheme) == 0);
    CHECK(url->authority.data == text.data + scheme);
    CHECK(url->port != 0 && url->host.len != 0);
    CHECK(url->target.len != 0 && url->target.data[0] == '/');
    CHECK(scheme + url->authority.len == text.len
          || scheme + url->authority.len + url->target.len == text.len);
    CHECK(url->host.data >= url->authority.data
          && url->host.data + url->host.len
             <= url->authority.data + url->authority.len);

    for (i = 0; i < text.len; i++) {
        CHECK((unsigned char) text.data[i] > ' '
              && (unsigned char) text.data[i] < 0x7f && text.data[i] != '#');
    }

    CHECK(memchr(url->authority.data, '@', url->authority.len) == NULL);
    CHECK(memchr(url->authority.data, '%', url->authority.len) == NULL);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    phone_str_t  text;
    phone_url_t  url;

    text = (phone_str_t) { size, (const char *) data };

    if (phone_url_parse(text, &url) == 0) {
        check_parts(text, &url);
    }

    if (size == 4 || size == 16) {
        CHECK((unsigned) phone_address_public(data, size) <= 1);
    }

    return 0;
}
