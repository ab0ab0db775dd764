
/*
 * Parts of openapi.c: replies, refusals, what the platform sends by itself.
 */


#ifndef _OPENAPI_H_INCLUDED_
#define _OPENAPI_H_INCLUDED_


#include "host.h"


static inline phone_str_t
text(const char *s)
{
    return phone_cstr(s);
}


/* openapi_reply.c */
void openapi_enum(phone_json_t *json, const char *const *word);
void openapi_ref(phone_json_t *json, const char *name);
void openapi_responses(phone_json_t *json, const phone_endpoint_t *e);

/* The schema of an object.  A reply has "code"; refusal says which. */
void openapi_members(phone_json_t *json, const phone_member_t *const list[],
    int refusal);

/* Objects of the lists in replies and in these objects, each once. */
void openapi_objects(phone_json_t *json);

/* Some of the refusals: 1 for each that is one of them. */
typedef struct {
    unsigned char            has[PHONE_REFUSALS_N];
} openapi_refused_t;

/* openapi_errors.c: the refusals of a call. */
openapi_refused_t openapi_errors(const phone_endpoint_t *e);

/* openapi_sent.c: live events, and what a merchant's notify_url gets. */
void openapi_events(phone_json_t *json);
void openapi_webhooks(phone_json_t *json);
void openapi_notice(phone_json_t *json);


#endif /* _OPENAPI_H_INCLUDED_ */
