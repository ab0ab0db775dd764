
/*
 * Writes docs/openapi.json: the API as the registry and the parameter tables
 * declare it.  "make check" fails when the file in the tree is another.
 */


#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "lib/url.h"
#include "openapi.h"


static void openapi_paths(phone_json_t *json);
static void openapi_operation(phone_json_t *json, const phone_endpoint_t *e);
static void openapi_parameters(phone_json_t *json, const phone_endpoint_t *e);
static void openapi_body(phone_json_t *json, const phone_endpoint_t *e);
static unsigned openapi_required(phone_json_t *json,
    const phone_endpoint_t *e, int form);
static void openapi_schema(phone_json_t *json, const phone_param_t *param);
static void openapi_item(phone_json_t *json, const phone_param_t *list);
static int openapi_in_list(const phone_param_t *param);
static void openapi_value(phone_json_t *json, const phone_param_t *param);
static void openapi_components(phone_json_t *json);
static int openapi_print(phone_str_t text);


static const char *const  openapi_who[] = {
    "anyone", "session", "merchant", "operator", "terminal", "gateway"
};


/* The members of a schema; the object around them is the caller's. */

static void
openapi_schema(phone_json_t *json, const phone_param_t *param)
{
    if (PHONE_LIST_OF(param->flags) == 0) {
        openapi_value(json, param);
        return;
    }

    phone_json_text(json, "type", text("array"));
    phone_json_int(json, "maxItems", PHONE_LIST_OF(param->flags));
    phone_json_object(json, "items");

    if (param->type == PHONE_P_OBJECT) {
        openapi_item(json, param);

    } else {
        openapi_value(json, param);
    }

    phone_json_end(json);
}


/* An object of a list: its members stand behind it. */

static void
openapi_item(phone_json_t *json, const phone_param_t *list)
{
    size_t                len;
    unsigned              n;
    const phone_param_t  *param;

    len = strlen(list->name) + 1;
    n = 0;

    phone_json_text(json, "type", text("object"));
    phone_json_object(json, "properties");

    for (param = list + 1; openapi_in_list(param); param++) {
        phone_json_object(json, param->name + len);
        phone_json_text(json, "description", text(param->about));
        openapi_value(json, param);
        phone_json_end(json);
        n += (param->flags & PHONE_REQUIRED) != 0;
    }

    phone_json_end(json);

    if (n) {
        phone_json_array(json, "required");

        for (param = list + 1; openapi_in_list(param); param++) {
            if (param->flags & PHONE_REQUIRED) {
                phone_json_text(json, NULL, text(param->name + len));
            }
        }

        phone_json_end(json);
    }
}


/* A member of the object in front of it: only their names have a dot. */

static int
openapi_in_list(const phone_param_t *param)
{
    return param->name && strchr(param->name, '.') != NULL;
}


static void
openapi_value(phone_json_t *json, const phone_param_t *param)
{
    int  number;

    number = param->type == PHONE_P_INT || param->type == PHONE_P_AMOUNT;

    if (param->type == PHONE_P_BOOL) {
        phone_json_array(json, "type");
        phone_json_text(json, NULL, text("boolean"));
        phone_json_text(json, NULL, text("integer"));
        phone_json_end(json);

    } else {
        phone_json_text(json, "type", text(number ? "integer" : "string"));
    }

    switch (param->type) {

    case PHONE_P_BOOL:
        phone_json_int(json, "minimum", 0);
        phone_json_int(json, "maximum", 1);
        break;

    case PHONE_P_TEXT:
    case PHONE_P_BASE64:
        phone_json_int(json, "minLength", param->min);
        phone_json_int(json, "maxLength", param->max);
        break;

    case PHONE_P_NAME:
        phone_json_int(json, "minLength", param->min);
        phone_json_int(json, "maxLength", param->max);
        phone_json_text(json, "pattern",
                        text("^(?!\\.{1,2}$)[A-Za-z0-9_.-]*$"));
        break;

    case PHONE_P_DIGITS:
        phone_json_int(json, "minLength", param->min);
        phone_json_int(json, "maxLength", param->max);
        phone_json_text(json, "pattern", text("^[0-9]*$"));
        break;

    case PHONE_P_INT:
        phone_json_int(json, "minimum", param->min);
        phone_json_int(json, "maximum", param->max);
        break;

    case PHONE_P_AMOUNT:
        phone_json_int(json, "minimum", 1);
        phone_json_int(json, "maximum", INT64_C(1000000000000000));
        break;

    case PHONE_P_CURRENCY:
        phone_json_text(json, "pattern", text("^[A-Z]{3}$"));
        break;

    case PHONE_P_PHONE:
        phone_json_array(json, "examples");
        phone_json_text(json, NULL, text("+8613800000001"));
        phone_json_end(json);
        break;

    case PHONE_P_ID:
        phone_json_text(json, "pattern", text("^[0-9]{3}-[0-9A-Z]{26}$"));
        break;

    case PHONE_P_URL:
        phone_json_int(json, "maxLength", PHONE_URL_MAX);
        phone_json_text(json, "format", text("uri"));
        break;

    case PHONE_P_SIGN_TYPE:
        openapi_enum(json, phone_sign_type_words);
        break;

    case PHONE_P_WORD:
        openapi_enum(json, phone_words(param->min));
        break;

    case PHONE_P_FILE:
        phone_json_text(json, "format", text("binary"));
        break;

    case PHONE_P_OBJECT:
        break;
    }

    if (param->flags & PHONE_SECRET) {
        phone_json_bool(json, "writeOnly", 1);
    }
}


static void
openapi_parameter(phone_json_t *json, const phone_param_t *param,
    const char *where)
{
    phone_json_object(json, NULL);
    phone_json_text(json, "name", text(param->name));
    phone_json_text(json, "in", text(where));
    phone_json_text(json, "description", text(param->about));
    phone_json_bool(json, "required", (param->flags & PHONE_REQUIRED) != 0);
    phone_json_object(json, "schema");
    openapi_schema(json, param);
    phone_json_end(json);
    phone_json_end(json);
}


/* See idempotency.c. */

static void
openapi_key(phone_json_t *json)
{
    phone_json_object(json, NULL);
    phone_json_text(json, "name", text("Idempotency-Key"));
    phone_json_text(json, "in", text("header"));
    phone_json_text(json, "description",
                    text("made by the client: the same key and fields have "
                         "the same answer for 24 hours"));
    phone_json_bool(json, "required", 0);
    phone_json_object(json, "schema");
    phone_json_text(json, "type", text("string"));
    phone_json_int(json, "minLength", 1);
    phone_json_int(json, "maxLength", 64);
    phone_json_text(json, "pattern", text("^[ -~]*$"));
    phone_json_end(json);
    phone_json_end(json);
}


/* DELETE has one if the call has fields: the PIN must not stand in the URL. */

static int
openapi_has_body(const phone_endpoint_t *e)
{
    unsigned  i;

    if (strcmp(e->method, "GET") == 0) {
        return 0;
    }

    for (i = 0; e->params[i].name; i++) {
        if (!(e->params[i].flags & PHONE_IN_PATH)) {
            return 1;
        }
    }

    return strcmp(e->method, "POST") == 0;
}


static void
openapi_parameters(phone_json_t *json, const phone_endpoint_t *e)
{
    unsigned  i;

    phone_json_array(json, "parameters");

    for (i = 0; e->params[i].name; i++) {
        if (e->params[i].flags & PHONE_IN_PATH) {
            openapi_parameter(json, &e->params[i], "path");

        } else if (!openapi_has_body(e) && !openapi_in_list(&e->params[i]))
        {
            openapi_parameter(json, &e->params[i], "query");
        }
    }

    if ((e->who == PHONE_SESSION || e->who == PHONE_OPERATOR)
        && strcmp(e->method, "GET") != 0)
    {
        openapi_key(json);
    }

    phone_json_end(json);
}


/* A list of texts is called "to[]" in a form. */

static void
openapi_property(phone_json_t *json, const phone_param_t *param, int form)
{
    char  name[80];

    snprintf(name, sizeof(name), "%s%s", param->name,
             form && PHONE_LIST_OF(param->flags) ? "[]" : "");

    phone_json_object(json, name);
    phone_json_text(json, "description", text(param->about));
    openapi_schema(json, param);
    phone_json_end(json);
}


/* Of "service" there is one value for each call. */

static void
openapi_merchant_property(phone_json_t *json, const phone_param_t *param,
    const phone_endpoint_t *e)
{
    if (strcmp(param->name, "service") != 0) {
        openapi_property(json, param, 0);
        return;
    }

    phone_json_object(json, param->name);
    phone_json_text(json, "description", text(param->about));
    phone_json_text(json, "type", text("string"));
    openapi_enum(json, (const char *[2]) { e->name, NULL });
    phone_json_end(json);
}


/* json may be NULL: then they are counted only.  What may come in an envelope
   need not be there otherwise. */

static unsigned
openapi_required_of(phone_json_t *json, const phone_endpoint_t *e,
    const phone_param_t *param, unsigned n, int form)
{
    char      name[80];
    unsigned  i;

    for (i = 0; param[i].name; i++) {
        if ((param[i].flags & (PHONE_REQUIRED|PHONE_IN_PATH))
                != PHONE_REQUIRED
            || openapi_in_list(&param[i])
            || phone_is_sealable(e, &param[i]))
        {
            continue;
        }

        if (n++ == 0 && json) {
            phone_json_array(json, "required");
        }

        if (json) {
            snprintf(name, sizeof(name), "%s%s", param[i].name,
                     form && PHONE_LIST_OF(param[i].flags) ? "[]" : "");
            phone_json_text(json, NULL, text(name));
        }
    }

    return n;
}


static unsigned
openapi_required(phone_json_t *json, const phone_endpoint_t *e, int form)
{
    unsigned  n;

    n = 0;

    if (phone_signs(e->who)) {
        n = openapi_required_of(json, e, phone_merchant_params, n, form);
    }

    if (e->who == PHONE_TERMINAL) {
        n = openapi_required_of(json, e, phone_terminal_params, n, form);
    }

    n = openapi_required_of(json, e, e->params, n, form);

    if (n && json) {
        phone_json_end(json);
    }

    return n;
}


static void
openapi_body(phone_json_t *json, const phone_endpoint_t *e)
{
    int                       form, upload;
    unsigned                  i;
    const char *const        *type;
    const phone_param_t      *file;
    static const char *const  types[] = {
        "application/json", "application/x-www-form-urlencoded",
        "multipart/form-data", NULL
    };

    file = phone_file_param(e);

    phone_json_object(json, "requestBody");
    phone_json_bool(json, "required", openapi_required(NULL, e, 0) != 0
                                      || phone_takes_envelope(e));
    phone_json_object(json, "content");

    for (type = types; *type; type++) {
        form = type != &types[0];
        upload = type == &types[2];

        if (upload ? file == NULL
                   : file != NULL && file->flags & PHONE_REQUIRED)
        {
            continue;
        }

        phone_json_object(json, *type);
        phone_json_object(json, "schema");
        phone_json_text(json, "type", text("object"));
        phone_json_object(json, "properties");

        if (phone_signs(e->who)) {
            for (i = 0; phone_merchant_params[i].name; i++) {
                openapi_merchant_property(json, &phone_merchant_params[i], e);
            }
        }

        if (e->who == PHONE_TERMINAL) {
            openapi_property(json, &phone_terminal_params[0], form);
        }

        for (i = 0; e->params[i].name; i++) {
            if (!(e->params[i].flags & PHONE_IN_PATH)
                && !openapi_in_list(&e->params[i])
                && !(form && e->params[i].type == PHONE_P_OBJECT)
                && !(!upload && &e->params[i] == file))
            {
                openapi_property(json, &e->params[i], form);
            }
        }

        for (i = 0; phone_takes_envelope(e) && phone_envelope_params[i].name;
             i++)
        {
            openapi_property(json, &phone_envelope_params[i], form);
        }

        phone_json_end(json);
        openapi_required(json, e, form);
        phone_json_end(json);
        phone_json_end(json);
    }

    phone_json_end(json);
    phone_json_end(json);
}


/* The first sentence, and the rest of them. */

static void
openapi_summary(phone_json_t *json, const phone_endpoint_t *e)
{
    size_t       len;
    const char  *end;

    end = strstr(e->about, ". ");
    len = end ? (size_t) (end - e->about) : strlen(e->about);

    phone_json_text(json, "summary", (phone_str_t) {
                        len - (end == NULL && len
                               && e->about[len - 1] == '.'), e->about });

    if (end) {
        phone_json_text(json, "description", text(end + 2));
    }

    phone_json_array(json, "tags");
    phone_json_text(json, NULL, (phone_str_t) { strcspn(e->name, "."),
                                                e->name });
    phone_json_end(json);
}


static void
openapi_operation(phone_json_t *json, const phone_endpoint_t *e)
{
    unsigned  i;
    char      method[8];

    for (i = 0; e->method[i] && i < sizeof(method) - 1; i++) {
        method[i] = (char) (e->method[i] | 0x20);
    }

    method[i] = '\0';

    phone_json_object(json, method);
    phone_json_text(json, "operationId", text(e->name));
    openapi_summary(json, e);

    phone_json_array(json, "security");

    if (e->who != PHONE_ANYONE) {
        phone_json_object(json, NULL);
        phone_json_array(json, openapi_who[e->who]);
        phone_json_end(json);
        phone_json_end(json);
    }

    phone_json_end(json);

    openapi_parameters(json, e);

    if (openapi_has_body(e)) {
        openapi_body(json, e);
    }

    openapi_responses(json, e);

    if (e->reply->type == PHONE_M_STREAM && e->reply->name) {
        openapi_events(json);
    }

    phone_json_end(json);
}


/* Endpoints of one path stand in one object; the registry need not keep them
   together. */

static void
openapi_paths(phone_json_t *json)
{
    unsigned  i, k;

    phone_json_object(json, "paths");

    for (i = 0; phone_endpoints[i]; i++) {
        for (k = 0; k < i; k++) {
            if (strcmp(phone_endpoints[k]->path, phone_endpoints[i]->path)
                == 0)
            {
                break;
            }
        }

        if (k < i) {
            continue;
        }

        phone_json_object(json, phone_endpoints[i]->path);

        for (k = i; phone_endpoints[k]; k++) {
            if (strcmp(phone_endpoints[k]->path, phone_endpoints[i]->path)
                == 0)
            {
                openapi_operation(json, phone_endpoints[k]);
            }
        }

        phone_json_end(json);
    }

    phone_json_end(json);
}


/* Security schemes */

static void
openapi_scheme(phone_json_t *json, const char *scheme, const char *in,
    const char *name, const char *about)
{
    phone_json_object(json, scheme);
    phone_json_text(json, "type", text("apiKey"));
    phone_json_text(json, "in", text(in));
    phone_json_text(json, "name", text(name));
    phone_json_text(json, "description", text(about));
    phone_json_end(json);
}


static void
openapi_bearer(phone_json_t *json, const char *scheme, const char *about)
{
    phone_json_object(json, scheme);
    phone_json_text(json, "type", text("http"));
    phone_json_text(json, "scheme", text("bearer"));
    phone_json_text(json, "description", text(about));
    phone_json_end(json);
}


static void
openapi_components(phone_json_t *json)
{
    phone_json_object(json, "components");
    phone_json_object(json, "securitySchemes");

    openapi_scheme(json, "session", "cookie", "phone_session",
                   "set by POST /login; over TLS its name is "
                   "__Host-phone_session");
    openapi_scheme(json, "merchant", "query", "sign",
                   "the last of the fields that each call carries, in its body "
                   "or in the query string: docs/protocol.md");
    openapi_bearer(json, "operator",
                   "the token in the file of phone_operator_token_file");
    openapi_scheme(json, "terminal", "query", "sign",
                   "a merchant's call with terminal_id among its signed "
                   "fields, signed with the terminal's own key");
    openapi_bearer(json, "gateway",
                   "the token in the file of phone_gateway_token_file; also "
                   "as the argument \"token\" of the URL");

    phone_json_end(json);

    phone_json_object(json, "schemas");
    phone_json_object(json, "Refusal");
    openapi_members(json,
                    (const phone_member_t *[4]) {
                        phone_code_members, phone_refusal_members,
                        phone_signed_members, NULL },
                    1);
    phone_json_end(json);

    phone_json_object(json, "MerchantNotice");
    openapi_notice(json);
    phone_json_end(json);

    openapi_objects(json);

    phone_json_end(json);
    phone_json_end(json);
}


/* One member a line, so that a change can be read as one. */

static int
openapi_print(phone_str_t text)
{
    int      rc;
    json_t  *root;

    root = json_loadb(text.data, text.len, JSON_REJECT_DUPLICATES, NULL);
    if (root == NULL) {
        return -1;
    }

    rc = json_dumpf(root, stdout, JSON_INDENT(1)|JSON_PRESERVE_ORDER);
    json_decref(root);

    return rc == 0 && putchar('\n') != EOF ? 0 : -1;
}


int
main(void)
{
    int            rc;
    phone_buf_t    buf;
    phone_str_t    out;
    phone_json_t   json;
    phone_arena_t  arena;

    phone_arena_init(&arena);
    phone_buf_init(&buf, &arena, 65536);
    phone_json_init(&json, &buf);

    phone_json_object(&json, NULL);
    phone_json_text(&json, "openapi", text("3.1.0"));
    phone_json_object(&json, "info");
    phone_json_text(&json, "title", text("ngx_phone"));
    phone_json_text(&json, "version", text("0.1.0"));
    phone_json_text(&json, "description",
                    text("A phone number is an account that pays. What the "
                         "fields mean and how a merchant signs: "
                         "docs/protocol.md."));
    phone_json_object(&json, "license");
    phone_json_text(&json, "name", text("BSD 2-Clause"));
    phone_json_text(&json, "identifier", text("BSD-2-Clause"));
    phone_json_end(&json);
    phone_json_end(&json);
    phone_json_array(&json, "servers");
    phone_json_object(&json, NULL);
    phone_json_text(&json, "url", text("/"));
    phone_json_end(&json);
    phone_json_end(&json);
    openapi_paths(&json);
    openapi_webhooks(&json);
    openapi_components(&json);
    phone_json_end(&json);

    out = phone_buf_str(&buf);

    rc = arena.failed ? -1 : openapi_print(out);
    phone_arena_free(&arena);

    if (rc != 0) {
        fprintf(stderr, "openapi: no document was made\n");
    }

    return rc == 0 ? 0 : 1;
}
