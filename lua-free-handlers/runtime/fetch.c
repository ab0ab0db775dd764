
/* Outbound calls. */


#include "../host.h"
#include "runtime.h"


static int phone_is_header_value(phone_str_t value);


const phone_answer_t *
phone_ask_fetch(phone_call_t *call, const phone_fetch_t *fetch,
    phone_str_t url, const phone_str_t *value, phone_str_t body)
{
    unsigned                  i;
    phone_ask_fetch_t         wanted;
    const phone_ask_fetch_t  *ask;

    static const phone_answer_t  refused = { 0, { 6, "header" }, 0 };

    memset(&wanted, 0, sizeof(phone_ask_fetch_t));

    wanted.ask.kind = PHONE_ASK_FETCH;
    wanted.fetch = fetch;
    wanted.url = url;
    wanted.body = body;
    wanted.lane = call->lane;

    for (i = 0; value && i < PHONE_FETCH_HEADERS && fetch->header[i]; i++) {
        if (!phone_is_header_value(value[i])) {
            return &refused;
        }

        wanted.value[i] = value[i];
    }

    ask = phone_ask_once(call, &wanted.ask, sizeof(phone_ask_fetch_t));

    return &ask->answer;
}


/* No line end can make another header of it. */

static int
phone_is_header_value(phone_str_t value)
{
    size_t         i;
    unsigned char  c;

    for (i = 0; i < value.len; i++) {
        c = (unsigned char) value.data[i];

        if (c < 0x20 || c == 0x7f) {
            return 0;
        }
    }

    return value.len == 0
           || (value.data[0] != ' ' && value.data[value.len - 1] != ' ');
}
