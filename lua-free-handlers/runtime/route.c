
/* Finds the endpoint for a method and a path. */


#include "../host.h"


static const phone_endpoint_t *phone_route_find(const char *capability,
    phone_str_t method, phone_str_t path, phone_fields_t *fields);
static int phone_path_match(const char *pattern, phone_str_t path,
    phone_fields_t *fields);
static int phone_is_of(const char *name, const char *capability);


/* Matches one path against "/pay/bills/{bill_id}/pay"; the parts in braces
   become fields, percent-decoding being the host's work. */

static int
phone_path_match(const char *pattern, phone_str_t path, phone_fields_t *fields)
{
    const char   *p, *at, *end, *name, *value;
    unsigned      n;

    n = fields->n;
    at = path.data;
    end = at + path.len;

    for (p = pattern; *p; p++) {

        if (*p != '{') {
            if (at == end || *at != *p) {
                break;
            }

            at++;
            continue;
        }

        name = p + 1;
        p = strchr(name, '}');

        value = at;
        at = memchr(value, '/', (size_t) (end - value));
        at = at ? at : end;

        if (at == value
            || phone_fields_add(fields,
                                (phone_str_t) { (size_t) (p - name), name },
                                (phone_str_t) { (size_t) (at - value), value })
               != 0)
        {
            break;
        }
    }

    if (*p == '\0' && at == end) {
        return 1;
    }

    fields->n = n;

    return 0;
}


/* "bill.pay" is of "bill", and of "refund bill" */

static int
phone_is_of(const char *name, const char *capability)
{
    const char  *p, *n;

    for (p = capability; ; p++) {

        for (n = name; *p && *p != ' ' && *n == *p; p++) {
            n++;
        }

        if (*n == '.' && (*p == '\0' || *p == ' ')) {
            return 1;
        }

        while (*p && *p != ' ') {
            p++;
        }

        if (*p == '\0') {
            return 0;
        }
    }
}


const phone_endpoint_t *
phone_route(const char *capability, phone_str_t method, phone_str_t path,
    phone_fields_t *fields, int *known)
{
    unsigned                 n;
    const phone_endpoint_t  *endpoint;

    endpoint = phone_route_find(capability, method, path, fields);
    *known = 0;

    if (endpoint == NULL) {
        n = fields->n;
        *known = phone_route_find(capability, PHONE_EMPTY, path, fields)
                 != NULL;
        fields->n = n;
    }

    return endpoint;
}


/* With any method, when that is empty. */

static const phone_endpoint_t *
phone_route_find(const char *capability, phone_str_t method, phone_str_t path,
    phone_fields_t *fields)
{
    unsigned                 i;
    const phone_endpoint_t  *endpoint;

    for (i = 0; phone_endpoints[i]; i++) {
        endpoint = phone_endpoints[i];

        if ((method.len == 0 || phone_is(method, endpoint->method))
            && phone_is_of(endpoint->name, capability)
            && phone_path_match(endpoint->path, path, fields))
        {
            return endpoint;
        }
    }

    return NULL;
}
