
/* The replies of a call: what it gives, and how it refuses. */


#include <stdio.h>
#include <stdlib.h>

#include "openapi.h"


#define OPENAPI_PHONE  "^\\+[1-9][0-9]{4,14}$"
#define OPENAPI_OBJECTS  64              /* kinds of them, in lists */


static void openapi_refused(phone_json_t *json, const phone_endpoint_t *e);
static void openapi_content(phone_json_t *json, const char *schema,
    const openapi_refused_t *set);


void
openapi_enum(phone_json_t *json, const char *const *word)
{
    phone_json_array(json, "enum");

    for ( /* void */ ; *word; word++) {
        phone_json_text(json, NULL, text(*word));
    }

    phone_json_end(json);
}


void
openapi_ref(phone_json_t *json, const char *name)
{
    char  ref[64];

    snprintf(ref, sizeof(ref), "#/components/schemas/%s", name);
    phone_json_text(json, "$ref", text(ref));
}


/* "code": OK, or that of a refusal. */

static void
openapi_codes(phone_json_t *json, int refusal)
{
    unsigned  i;

    phone_json_array(json, "enum");

    if (!refusal) {
        phone_json_text(json, NULL, text("OK"));
    }

    for (i = 0; refusal && i < PHONE_REFUSALS_N; i++) {
        phone_json_text(json, NULL, text(phone_refusal_text[i].code));
    }

    phone_json_end(json);
}


static void
openapi_about(phone_json_t *json, const phone_member_t *member)
{
    char  about[512];

    snprintf(about, sizeof(about), "%s%s%s", member->about,
             member->when ? "; there when " : "",
             member->when ? member->when : "");
    phone_json_text(json, "description", text(about));
}


static void
openapi_member(phone_json_t *json, const phone_member_t *member,
    int refusal)
{
    static const char *const  type[] = {
        [PHONE_M_TEXT] = "string", [PHONE_M_INT] = "integer",
        [PHONE_M_AMOUNT] = "integer", [PHONE_M_BOOL] = "boolean",
        [PHONE_M_TIME] = "string", [PHONE_M_PHONE] = "string",
        [PHONE_M_ID] = "string", [PHONE_M_LIST] = "array",
        [PHONE_M_PHONES] = "array"
    };

    phone_json_object(json, member->name);
    openapi_about(json, member);
    phone_json_text(json, "type", text(type[member->type]));

    switch (member->type) {

    case PHONE_M_TIME:
        phone_json_text(json, "format", text("date-time"));
        break;

    case PHONE_M_PHONE:
        phone_json_text(json, "pattern", text(OPENAPI_PHONE));
        break;

    case PHONE_M_PHONES:
        phone_json_object(json, "items");
        phone_json_text(json, "type", text("string"));
        phone_json_text(json, "pattern", text(OPENAPI_PHONE));
        phone_json_end(json);
        break;

    case PHONE_M_ID:
        phone_json_text(json, "pattern", text("^[0-9]{3}-[0-9A-Z]{26}$"));
        break;

    case PHONE_M_LIST:
        phone_json_object(json, "items");
        openapi_ref(json, member->of->name);
        phone_json_end(json);
        break;

    default:
        break;
    }

    if (strcmp(member->name, "code") == 0) {
        openapi_codes(json, refusal);
    }

    if (member->flags & PHONE_SECRET) {
        phone_json_text(json, "format", text("password"));
    }

    phone_json_end(json);
}


void
openapi_members(phone_json_t *json, const phone_member_t *const list[],
    int refusal)
{
    const phone_member_t         *member;
    const phone_member_t *const  *part;

    phone_json_text(json, "type", text("object"));
    phone_json_object(json, "properties");

    for (part = list; *part; part++) {
        for (member = *part; member->name; member++) {
            openapi_member(json, member, refusal);
        }
    }

    phone_json_end(json);
    phone_json_array(json, "required");

    for (part = list; *part; part++) {
        for (member = *part; member->name; member++) {
            if (member->when == NULL) {
                phone_json_text(json, NULL, text(member->name));
            }
        }
    }

    phone_json_end(json);
}


/* What is no JSON: a media type for each row. */

static void
openapi_documents(phone_json_t *json, const phone_endpoint_t *e)
{
    const phone_member_t  *row;

    phone_json_text(json, "description", text(e->reply->about));

    if (e->reply->type == PHONE_M_REDIRECT) {
        phone_json_object(json, "headers");
        phone_json_object(json, "Location");
        phone_json_object(json, "schema");
        phone_json_text(json, "type", text("string"));
        phone_json_end(json);
        phone_json_end(json);
        phone_json_end(json);
        return;
    }

    phone_json_object(json, "content");

    for (row = e->reply; row->name; row++) {
        phone_json_object(json, row->name);
        phone_json_object(json, "schema");
        phone_json_text(json, "type", text("string"));

        if (row->type == PHONE_M_BLOB) {
            phone_json_text(json, "format", text("binary"));
        }

        phone_json_end(json);
        phone_json_end(json);
    }

    phone_json_end(json);
}


static void
openapi_json(phone_json_t *json, const phone_endpoint_t *e)
{
    phone_json_text(json, "description", text("code is OK"));
    phone_json_object(json, "content");
    phone_json_object(json, "application/json");
    phone_json_object(json, "schema");

    openapi_members(json,
                    (const phone_member_t *[4]) {
                        phone_code_members, e->reply,
                        phone_signs(e->who) ? phone_signed_members : NULL,
                        NULL },
                    0);

    phone_json_end(json);
    phone_json_end(json);
    phone_json_end(json);
}


void
openapi_responses(phone_json_t *json, const phone_endpoint_t *e)
{
    phone_json_object(json, "responses");

    phone_json_object(json, e->reply->type == PHONE_M_REDIRECT ? "303" : "2XX");

    if (e->reply->name && e->reply->type >= PHONE_M_DOCUMENT) {
        openapi_documents(json, e);

    } else {
        openapi_json(json, e);
    }

    phone_json_end(json);

    openapi_refused(json, e);

    phone_json_object(json, "default");
    phone_json_text(json, "description",
                    text("Refused before the call was looked at"));
    openapi_content(json, "Refusal", NULL);
    phone_json_end(json);

    phone_json_end(json);
}


/* One response for each status. */

static void
openapi_refused(phone_json_t *json, const phone_endpoint_t *e)
{
    int                i, n, status;
    char               name[4], codes[512];
    openapi_refused_t  set, some;

    set = openapi_errors(e);

    for (status = 400; status < 600; status++) {
        memset(&some, 0, sizeof(some));
        n = 0;
        codes[0] = '\0';

        for (i = 0; i < PHONE_REFUSALS_N; i++) {
            if (phone_refusal_text[i].status == status && set.has[i]) {
                some.has[i] = 1;
                n += snprintf(codes + n, sizeof(codes) - (size_t) n, "%s%s",
                              n ? ", " : "", phone_refusal_text[i].code);
            }
        }

        if (n) {
            snprintf(name, sizeof(name), "%d", status);
            phone_json_object(json, name);
            phone_json_text(json, "description", text(codes));
            openapi_content(json, "Refusal", &some);
            phone_json_end(json);
        }
    }
}


/* JSON of that schema; "code" is one of the set. */

static void
openapi_content(phone_json_t *json, const char *schema,
    const openapi_refused_t *set)
{
    unsigned  i;

    phone_json_object(json, "content");
    phone_json_object(json, "application/json");
    phone_json_object(json, "schema");

    if (set == NULL) {
        openapi_ref(json, schema);

    } else {
        phone_json_array(json, "allOf");
        phone_json_object(json, NULL);
        openapi_ref(json, schema);
        phone_json_end(json);
        phone_json_object(json, NULL);
        phone_json_text(json, "type", text("object"));
        phone_json_object(json, "properties");
        phone_json_object(json, "code");
        phone_json_array(json, "enum");

        for (i = 0; i < PHONE_REFUSALS_N; i++) {
            if (set->has[i]) {
                phone_json_text(json, NULL, text(phone_refusal_text[i].code));
            }
        }

        phone_json_end(json);
        phone_json_end(json);
        phone_json_end(json);
        phone_json_end(json);
        phone_json_end(json);
    }

    phone_json_end(json);
    phone_json_end(json);
    phone_json_end(json);
}


static unsigned
openapi_collect(const phone_member_t *member, const phone_object_t **seen,
    unsigned n)
{
    unsigned  k;

    for ( /* void */ ; member && member->name; member++) {

        for (k = 0; k < n && seen[k] != member->of; k++) { /* void */ }

        if (member->of == NULL || k < n) {
            continue;
        }

        if (n == OPENAPI_OBJECTS) {
            fprintf(stderr, "openapi: too many kinds of objects\n");
            exit(1);
        }

        seen[n++] = member->of;
        n = openapi_collect(member->of->members, seen, n);
    }

    return n;
}


void
openapi_objects(phone_json_t *json)
{
    unsigned               i, k, n;
    const phone_object_t  *seen[OPENAPI_OBJECTS];

    n = 0;

    for (i = 0; phone_endpoints[i]; i++) {
        n = openapi_collect(phone_endpoints[i]->reply, seen, n);
    }

    for (k = 0; k < n; k++) {
        phone_json_object(json, seen[k]->name);
        openapi_members(json,
                        (const phone_member_t *[2]) { seen[k]->members, NULL },
                        0);
        phone_json_end(json);
    }
}
