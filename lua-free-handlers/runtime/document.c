
/* Replies that are no JSON. */


#include "../host.h"
#include "../lib/disposition.h"
#include "runtime.h"


static int phone_is_header(phone_str_t text);


phone_rc_t
phone_done_text(phone_call_t *call, phone_str_t type, phone_str_t text,
    phone_str_t file)
{
    if (!phone_is_header(type)) {
        phone_break(call, "the type of its text is malformed");
    }

    call->reply.kind = PHONE_M_DOCUMENT;
    call->reply.type = type;
    call->reply.body = text;

    if (file.len) {
        call->reply.disposition = phone_disposition(&call->arena, file);
    }

    return phone_done(call);
}


phone_rc_t
phone_done_blob(phone_call_t *call, phone_str_t sha256, int64_t size,
    phone_str_t type, phone_str_t file)
{
    if (!phone_is_header(type) || !phone_is_sha256(sha256)) {
        phone_break(call, "the type or hash of its blob is malformed");
    }

    call->reply.kind = PHONE_M_BLOB;
    call->reply.type = type;
    call->reply.sha256 = sha256;
    call->reply.size = size;
    call->reply.immutable = (call->endpoint->reply
                             && (call->endpoint->reply->flags
                                 & PHONE_IMMUTABLE)) ? 1 : 0;

    if (file.len) {
        call->reply.disposition = phone_disposition(&call->arena, file);
    }

    return phone_done(call);
}


/* Another site only where the URL says so: a browser takes "//name" and
   "/\name" for one. */

phone_rc_t
phone_done_redirect(phone_call_t *call, phone_str_t url)
{
    int  own, other;

    own = url.len && url.data[0] == '/'
          && (url.len == 1 || (url.data[1] != '/' && url.data[1] != '\\'));

    other = (url.len > 8 && memcmp(url.data, "https://", 8) == 0)
            || (url.len > 7 && memcmp(url.data, "http://", 7) == 0);

    if ((!own && !other) || !phone_is_header(url)) {
        phone_break(call, "its redirect goes to a URL that is not allowed");
    }

    call->reply.kind = PHONE_M_REDIRECT;
    call->reply.location = url;

    return phone_done_with(call, 303);
}


/* What may stand in a header: no byte of it ends that or begins another. */

static int
phone_is_header(phone_str_t text)
{
    size_t  i;

    for (i = 0; i < text.len; i++) {
        if (text.data[i] < ' ' || text.data[i] > '~') {
            return 0;
        }
    }

    return text.len > 0;
}


void
phone_hash_text(phone_call_t *call)
{
    unsigned char  hash[PHONE_SHA256_LEN];

    if (call->reply.kind != PHONE_M_DOCUMENT || call->reply.sha256.len) {
        return;
    }

    if (phone_sha256(call->env->crypto, call->reply.body, hash) != 0) {
        call->arena.failed = 1;
        return;
    }

    call->reply.sha256 = phone_hex(&call->arena,
                                   (phone_str_t) { PHONE_SHA256_LEN,
                                                   (const char *) hash });
}
