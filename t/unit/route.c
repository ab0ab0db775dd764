
/* Which endpoint a method and a path lead to. */


#include "host.h"
#include "tap.h"


static phone_fields_t  fields;
static int             known;


static const phone_endpoint_t *
route(const char *capability, const char *method, const char *path)
{
    fields.n = 0;

    return phone_route(capability, phone_cstr(method), phone_cstr(path),
                       &fields, &known);
}


/* The path with something in place of each "{...}". */

static void
fill(char *path, size_t size, const char *pattern)
{
    size_t  n;

    n = 0;

    for ( /* void */ ; *pattern && n + 8 < size; pattern++) {

        if (*pattern != '{') {
            path[n++] = *pattern;
            continue;
        }

        memcpy(path + n, "017-x", 5);
        n += 5;
        pattern = strchr(pattern, '}');
    }

    path[n] = '\0';
}


static void
test_all(void)
{
    char                     path[128], capability[32];
    size_t                   len;
    unsigned                 i, right;
    const phone_endpoint_t  *endpoint;

    right = 0;

    for (i = 0; phone_endpoints[i]; i++) {
        endpoint = phone_endpoints[i];
        len = strcspn(endpoint->name, ".");
        memcpy(capability, endpoint->name, len);
        capability[len] = '\0';
        fill(path, sizeof(path), endpoint->path);

        right += route(capability, endpoint->method, path) == endpoint
                 && route(capability, "PATCH", path) == NULL && known;
    }

    is_int(right, i, "each endpoint is found by its method and its path");
}


static void
test_params(void)
{
    unsigned  i, n;

    for (i = 0; phone_endpoints[i]; i++) {
        for (n = 0; phone_endpoints[i]->params[n].name; n++) { /* void */ }

        ok(n <= PHONE_PARAMS_MAX, "%s: room for %u parameters",
           phone_endpoints[i]->name, n);
    }
}


/* Members of an object stand behind it; nothing of a list is secret, for an
   Idempotency-Key tells secrets by the names of fields. */

static int
is_list_right(const phone_param_t *param, const phone_param_t *object)
{
    size_t       len;
    const char  *dot;

    dot = strchr(param->name, '.');
    len = object ? strlen(object->name) : 0;

    if (dot) {
        return object && (size_t) (dot - param->name) == len
               && memcmp(param->name, object->name, len) == 0
               && strchr(dot + 1, '.') == NULL
               && param->type != PHONE_P_OBJECT
               && (param->flags & ~(unsigned) PHONE_REQUIRED) == 0;
    }

    if (PHONE_LIST_OF(param->flags) == 0) {
        return param->type != PHONE_P_OBJECT;
    }

    return PHONE_LIST_OF(param->flags) <= PHONE_ITEMS_MAX
           && (param->flags & (PHONE_SECRET|PHONE_IN_PATH)) == 0;
}


static void
test_lists(void)
{
    unsigned              i;
    const phone_param_t  *param, *object;

    for (i = 0; phone_endpoints[i]; i++) {
        object = NULL;

        for (param = phone_endpoints[i]->params; param->name; param++) {
            ok(is_list_right(param, object), "%s: %s as a list or none",
               phone_endpoints[i]->name, param->name);

            if (strchr(param->name, '.') == NULL) {
                object = param->type == PHONE_P_OBJECT ? param : NULL;
            }
        }
    }
}


static void
test_paths(void)
{
    ok(route("session", "GET", "/me") != NULL, "a path");
    is_int(fields.n, 0, "without parameters");

    ok(route("session", "GET", "/m") == NULL && !known, "a shorter one");
    ok(route("session", "GET", "/mee") == NULL && !known, "a longer one");
    ok(route("session", "GET", "/me/") == NULL && !known, "one more slash");
    ok(route("session", "GET", "") == NULL && !known, "none");
    ok(route("session", "POST", "/me") == NULL && known,
       "another method of a path that is known");
    ok(route("bill", "GET", "/me") == NULL && !known, "another capability");
    ok(route("sess", "GET", "/me") == NULL && !known, "half of one");
    ok(route("session.m", "GET", "/me") == NULL && !known, "more than one");

    ok(route("bill", "POST", "/pay/refund") == NULL && !known,
       "one that is named otherwise");
    ok(route("bill refund", "POST", "/pay/refund") != NULL, "one of several");
    ok(route("bill refund", "POST", "/pay/bill") != NULL, "the first of them");
    ok(route("bill ref", "POST", "/pay/refund") == NULL
       && route("bill refunds", "POST", "/pay/refund") == NULL
       && route("pre refund", "POST", "/pay/bill") == NULL, "no part of one");

    ok(route("bill", "POST", "/pay/bills/017-x/pay") != NULL, "a parameter");
    is_int(fields.n, 1, "becomes a field");
    is_str(fields.field[0].name, "bill_id", "by its name");
    is_str(fields.field[0].value, "017-x", "with its value");

    ok(route("bill", "POST", "/pay/bills//pay") == NULL && !known,
       "a parameter that is empty");
    is_int(fields.n, 0, "leaves no field");
    ok(route("bill", "POST", "/pay/bills/017-x/pa") == NULL && !known,
       "what follows it is shorter");
    is_int(fields.n, 0, "nor does this");
    ok(route("bill", "POST", "/pay/bills/017-x/y/pay") == NULL && !known,
       "a parameter ends at the slash");
}


int
main(void)
{
    test_all();
    test_params();
    test_lists();
    test_paths();

    return done_testing();
}
