
#include "answer.h"


/* Past a value that starts at *p: a text, a number, an object, an array. */

static const char *
sim_skip(const char *p, const char *end)
{
    int  depth;

    depth = 0;

    for ( /* void */ ; p < end; p++) {

        switch (*p) {

        case '"':
            for (p++; p < end && *p != '"'; p++) {
                p += *p == '\\';
            }

            break;

        case '{':
        case '[':
            depth++;
            continue;

        case '}':
        case ']':

            if (depth == 0) {
                return p;
            }

            depth--;
            break;

        case ',':

            if (depth == 0) {
                return p;
            }

            continue;

        default:
            continue;
        }

        if (depth == 0) {
            return p + 1 < end ? p + 1 : end;
        }
    }

    return end;
}


phone_str_t
sim_member(phone_str_t body, const char *name)
{
    size_t        len;
    const char   *p, *end, *key, *value;

    len = strlen(name);
    end = body.data + body.len;
    p = body.data;

    if (body.len < 2 || *p != '{') {
        return (phone_str_t) { 0, NULL };
    }

    for (p++; p < end && *p == '"'; p++) {
        key = p + 1;
        p = sim_skip(p, end);
        value = p + 1;

        if (p >= end) {
            break;
        }

        p = sim_skip(value, end);

        if ((size_t) (value - key) == len + 2 && memcmp(key, name, len) == 0)
        {
            return *value == '"'
                   ? (phone_str_t) { (size_t) (p - value) - 2, value + 1 }
                   : (phone_str_t) { (size_t) (p - value), value };
        }
    }

    return (phone_str_t) { 0, NULL };
}


int
sim_element(phone_str_t *rest, phone_str_t *object)
{
    const char  *p, *q, *end;

    end = rest->data + rest->len;

    for (p = rest->data; p < end && *p != '{'; p++) {
        /* void */
    }

    if (rest->len == 0 || p == end) {
        return 0;
    }

    q = sim_skip(p, end);

    *object = (phone_str_t) { (size_t) (q - p), p };
    *rest = (phone_str_t) { (size_t) (end - q), q };

    return 1;
}


unsigned
sim_elements(phone_str_t array)
{
    unsigned     n;
    phone_str_t  object;

    for (n = 0; sim_element(&array, &object); n++) {
        /* void */
    }

    return n;
}
