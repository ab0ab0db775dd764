
/*
 * What endpoints declare of their replies, and replies that are otherwise.  All
 * replies of the other unit tests are checked by t/unit/play.h.
 */


#define _GNU_SOURCE

#include "play.h"
#include "runtime/runtime.h"


static phone_rc_t toy_run(phone_call_t *call);


static const phone_param_t  toy_params[] = {
    { NULL, 0, 0, 0, 0, NULL }
};

static const phone_member_t  part_members[] = {
    { "sku", PHONE_M_TEXT, 0, NULL, NULL, "what it is" },
    { "left", PHONE_M_INT, 0, NULL, "it is counted", "how many are left" },
    { NULL, 0, 0, NULL, NULL, NULL }
};

static const phone_object_t  part = { "Part", part_members };

static const phone_member_t  toy_reply[] = {
    { "name", PHONE_M_TEXT, 0, NULL, NULL, "of the toy" },
    { "phone", PHONE_M_PHONE, 0, NULL, "it is known", "whose it is" },
    { "made_at", PHONE_M_TIME, 0, NULL, "it is known", "when it was made" },
    { "price", PHONE_M_AMOUNT, 0, NULL, "it is sold", "minor units" },
    { "sold", PHONE_M_BOOL, 0, NULL, "it is known", "it is sold" },
    { "toy_id", PHONE_M_ID, 0, NULL, "it has one", "which it is" },
    { "parts", PHONE_M_LIST, 0, &part, "it has any", "what it is made of" },
    { NULL, 0, 0, NULL, NULL, NULL }
};

static const phone_endpoint_t  toy = {
    "toy.get", "GET", "/toy", PHONE_SESSION, toy_run, toy_params, toy_reply,
    "A toy."
};

static const phone_endpoint_t  shop_toy = {
    "toy.shop", "POST", "/shop/toy", PHONE_MERCHANT, toy_run, toy_params,
    toy_reply, "The same for a merchant."
};

static const phone_member_t  stream_reply[] = {
    { "text/event-stream", PHONE_M_STREAM, 0, NULL, NULL, "events" },
    { NULL, 0, 0, NULL, NULL, NULL }
};

static const phone_endpoint_t  stream = {
    "toy.stream", "GET", "/toys", PHONE_ANYONE, toy_run, toy_params,
    stream_reply, "A stream."
};

static const phone_member_t  paper_reply[] = {
    { "text/csv; charset=utf-8", PHONE_M_DOCUMENT, 0, NULL, NULL, "a list" },
    { "image/*", PHONE_M_BLOB, 0, NULL, NULL, "or a picture of it" },
    { NULL, 0, 0, NULL, NULL, NULL }
};

static const phone_endpoint_t  paper = {
    "toy.paper", "GET", "/paper", PHONE_ANYONE, toy_run, toy_params,
    paper_reply, "No JSON."
};

static const phone_member_t  elsewhere_reply[] = {
    { "303", PHONE_M_REDIRECT, 0, NULL, NULL, "where it is" },
    { NULL, 0, 0, NULL, NULL, NULL }
};

static const phone_endpoint_t  elsewhere = {
    "toy.elsewhere", "GET", "/elsewhere", PHONE_ANYONE, toy_run, toy_params,
    elsewhere_reply, "A redirect."
};

static const struct {
    const char  *body;
    const char  *odd;
} bodies[] = {
    { "{\"code\":\"OK\",\"name\":\"car\"}", "" },
    { "{\"code\":\"OK\",\"name\":\"car\",\"phone\":\"+8613800000001\","
      "\"made_at\":\"2026-11-22T06:00:00Z\",\"price\":5,\"sold\":true,"
      "\"toy_id\":\"001-X\",\"parts\":[]}", "" },
    { "{\"code\":\"OK\",\"name\":\"car\",\"parts\":[{\"sku\":\"a\"},"
      "{\"sku\":\"b\",\"left\":2}]}", "" },

    { "{\"code\":\"OK\"}", "toy.get: name is missing" },
    { "{\"name\":\"car\"}", "toy.get: code is missing" },
    { "{\"code\":\"OK\",\"name\":\"car\",\"color\":\"red\"}",
      "toy.get: color is not declared" },
    { "{\"code\":\"OK\",\"name\":\"car\",\"sign\":\"a\"}",
      "toy.get: sign is not declared" },
    { "{\"code\":\"OK\",\"name\":\"car\",\"message\":\"a\"}",
      "toy.get: message is not declared" },
    { "{\"code\":\"OK\",\"name\":\"car\",\"name\":\"car\"}",
      "toy.get: no object, or a member twice" },
    { "[]", "toy.get: no object, or a member twice" },
    { "{\"code\":\"OK\"", "toy.get: no object, or a member twice" },

    { "{\"code\":\"OK\",\"name\":5}", "toy.get: name is of another type" },
    { "{\"code\":\"OK\",\"name\":\"car\",\"phone\":\"8613800000001\"}",
      "toy.get: phone is of another type" },
    { "{\"code\":\"OK\",\"name\":\"car\",\"phone\":\"+8\"}", "" },
    { "{\"code\":\"OK\",\"name\":\"car\",\"phone\":\"+\"}",
      "toy.get: phone is of another type" },
    { "{\"code\":\"OK\",\"name\":\"car\",\"made_at\":1795327200}",
      "toy.get: made_at is of another type" },
    { "{\"code\":\"OK\",\"name\":\"car\","
      "\"made_at\":\"2026-11-22 06:00:00Z\"}",
      "toy.get: made_at is of another type" },
    { "{\"code\":\"OK\",\"name\":\"car\","
      "\"made_at\":\"2026-11-22T06:0:000Z\"}",
      "toy.get: made_at is of another type" },
    { "{\"code\":\"OK\",\"name\":\"car\","
      "\"made_at\":\"2026-11-22T06:00:00Z+\"}",
      "toy.get: made_at is of another type" },
    { "{\"code\":\"OK\",\"name\":\"car\",\"price\":\"5\"}",
      "toy.get: price is of another type" },
    { "{\"code\":\"OK\",\"name\":\"car\",\"sold\":1}",
      "toy.get: sold is of another type" },
    { "{\"code\":\"OK\",\"name\":\"car\",\"toy_id\":\"\"}",
      "toy.get: toy_id is of another type" },
    { "{\"code\":\"OK\",\"name\":\"car\",\"parts\":{}}",
      "toy.get: parts is of another type" },
    { "{\"code\":\"OK\",\"name\":\"car\",\"parts\":[5]}",
      "toy.get: an entry of parts is no object" },
    { "{\"code\":\"OK\",\"name\":\"car\",\"parts\":[{\"left\":2}]}",
      "parts: sku is missing" },
    { "{\"code\":\"OK\",\"name\":\"car\",\"parts\":[{\"sku\":\"a\","
      "\"code\":\"OK\"}]}", "parts: code is not declared" }
};


static phone_rc_t
toy_run(phone_call_t *call)
{
    phone_say(call, "name", PHONE_STR("car"));
    phone_say(call, "color", PHONE_STR("red"));

    return phone_done(call);
}


/* What is said of a body. */

static phone_str_t
odd(const phone_endpoint_t *endpoint, const char *body, int refused)
{
    phone_str_t   text;
    phone_call_t  call;

    phone_call_init(&call, &player.env, endpoint, NULL);

    call.reply.body = phone_cstr(body);
    call.reply.refused = refused ? 1 : 0;
    text = phone_copy(&player.arena, phone_undeclared(&call));

    phone_call_free(&call);

    return text;
}


static void
replies(void)
{
    size_t  i;

    for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        is_str(odd(&toy, bodies[i].body, 0), bodies[i].odd, "%s",
               bodies[i].body);
    }

    is_str(odd(&toy, "", 0), "", "a reply without a body");
    is_str(odd(&stream, "{\"color\":1}", 0), "", "a stream");
    is_str(odd(&shop_toy,
               "{\"code\":\"OK\",\"name\":\"car\",\"timestamp\":1,"
               "\"sign\":\"a\"}", 0), "", "a merchant's is signed");
}


/* What is said of a reply of that kind and type. */

static phone_str_t
odd_kind(const phone_endpoint_t *endpoint, phone_member_type_t kind,
    const char *type)
{
    phone_str_t   text;
    phone_call_t  call;

    phone_call_init(&call, &player.env, endpoint, NULL);

    call.reply.kind = kind;
    call.reply.type = phone_cstr(type);
    call.reply.body = PHONE_STR("x");
    text = phone_copy(&player.arena, phone_undeclared(&call));

    phone_call_free(&call);

    return text;
}


static void
kinds(void)
{
    ok(odd_kind(&paper, PHONE_M_DOCUMENT, "text/csv; charset=utf-8").len == 0,
       "a text of the type that is declared");
    ok(odd_kind(&paper, PHONE_M_BLOB, "image/png").len == 0,
       "a blob of a type that is");
    is_str(odd_kind(&paper, PHONE_M_DOCUMENT, "text/html"),
           "toy.paper: another kind of reply", "a text of another type");
    ok(odd_kind(&paper, PHONE_M_DOCUMENT, "image/png").len, "a text as blob");
    ok(odd_kind(&paper, PHONE_M_BLOB, "image").len, "half of a type");
    ok(odd_kind(&paper, PHONE_M_BLOB, "text/csv; charset=utf-8").len,
       "a blob as text");
    ok(odd_kind(&paper, PHONE_M_REDIRECT, "").len, "a redirect as text");
    ok(odd_kind(&paper, PHONE_M_TEXT, "").len, "JSON as text");
    ok(odd_kind(&elsewhere, PHONE_M_REDIRECT, "").len == 0, "a redirect");
    ok(odd_kind(&elsewhere, PHONE_M_TEXT, "").len, "JSON as redirect");
    ok(odd_kind(&toy, PHONE_M_DOCUMENT, "text/csv; charset=utf-8").len,
       "a text as JSON");
}


static void
refusals(void)
{
    const char  *body;

    body = "{\"code\":\"BUSY\",\"message\":\"m\",\"message_zh\":\"z\","
           "\"retryable\":true,\"request_id\":\"1\"}";

    is_str(odd(&toy, body, 1), "", "a refusal");
    is_str(odd(&toy, body, 0), "toy.get: message is not declared",
           "is no reply");
    is_str(odd(&stream, body, 1), "", "a stream that is refused");
    is_str(odd(&toy, "{\"code\":\"BUSY\"}", 1),
           "toy.get: message is missing", "a refusal says why");
    is_str(odd(&toy,
               "{\"code\":\"BUSY\",\"message\":\"m\",\"message_zh\":\"z\","
               "\"retryable\":true,\"request_id\":\"1\","
               "\"name\":\"car\"}", 1),
           "toy.get: name is not declared", "and nothing of the reply");
}


static void
members(const char *where, const phone_member_t *list, int inside)
{
    const phone_member_t  *member, *other;

    for (member = list; member->name; member++) {
        if (member->type >= PHONE_M_DOCUMENT) {
            ok(list->type >= PHONE_M_DOCUMENT && member->when == NULL
               && (strchr(member->name, '/')
                   || (member->type == PHONE_M_REDIRECT && member[1].name
                       == NULL)),
               "%s: %s is a media type, and no members", where, member->name);
        }

        ok(member->about[0] && (member->when == NULL || member->when[0])
           && (member->of != NULL) == (member->type == PHONE_M_LIST),
           "%s: %s is whole", where, member->name);

        ok((member->flags & ~(unsigned) (PHONE_SECRET|PHONE_IMMUTABLE)) == 0
           && (!(member->flags & PHONE_IMMUTABLE)
               || member->type == PHONE_M_BLOB),
           "%s: %s has flags of a member", where, member->name);

        /* a reply that says it is not stored: as phone_say() has it */

        ok(!inside || !(member->flags & PHONE_SECRET), "%s: %s may be kept",
           where, member->name);

        for (other = list; other != member; other++) {
            ok(strcmp(other->name, member->name) != 0, "%s: %s once", where,
               member->name);
        }

        ok(strcmp(member->name, "code") != 0, "%s: %s is not of each reply",
           where, member->name);

        if (member->of) {
            members(member->of->name, member->of->members, 1);
        }
    }
}


/* All that is registered. */

static void
tables(void)
{
    unsigned                 i;
    const phone_endpoint_t  *endpoint;

    for (i = 0; phone_endpoints[i]; i++) {
        endpoint = phone_endpoints[i];

        if (endpoint->reply) {
            members(endpoint->name, endpoint->reply, 0);
        }
    }

    members("refusal", phone_refusal_members, 1);
    members("signed", phone_signed_members, 1);
}


/* In a debug build the caller sees it. */

static void
debug(void)
{
    phone_call_t    call;
    phone_fields_t  fields;

    phone_call_init(&call, &player.env, &toy, NULL);
    fields.n = 0;
    call.fields = &fields;

    phone_begin_reply(&call);
    (void) toy_run(&call);
    (void) phone_finish(&call);

#if (PHONE_DEBUG)
    is_int(call.reply.status, 500, "a reply that is odd");
    ok(memmem(call.reply.body.data, call.reply.body.len,
              "color is not declared", 21) != NULL, "is told");
#else
    is_int(call.reply.status, 200, "a release sends what the handler says");
#endif

    phone_call_free(&call);
}


int
main(void)
{
    play_start();

    replies();
    kinds();
    refusals();
    tables();
    debug();

    play_end();

    return done_testing();
}
