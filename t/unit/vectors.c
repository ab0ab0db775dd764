
/*
 * docs/vectors.json, which others made: the same text, digest and signature;
 * the same answer to each call; and nothing that the platform has signed for
 * one purpose passes for another.
 */


#define _GNU_SOURCE

#include <jansson.h>

#include "shop.h"
#include "lib/form_write.h"
#include "lib/signature.h"
#include "outbox/outbox.h"


#define SKEW  300                        /* s, of a merchant's own check */


static json_t         *vectors;
static phone_arena_t   arena;


static const char *
word_of(const json_t *object, const char *name)
{
    const char  *word;

    word = json_string_value(json_object_get(object, name));

    return word ? word : "";
}


static phone_str_t
text_of(const json_t *object, const char *name)
{
    return phone_cstr(word_of(object, name));
}


static phone_str_t
key_text(const char *name, const char *half)
{
    return text_of(json_object_get(json_object_get(vectors, "keys"), name),
                   half);
}


static phone_str_t
value_of(const phone_fields_t *fields, const char *name)
{
    const phone_str_t  *value;

    value = phone_field(fields, name);

    return value ? *value : PHONE_EMPTY;
}


static phone_fields_t *
fields_of(phone_str_t body, phone_fields_rc_t *rc)
{
    phone_str_t      bad;
    phone_fields_t  *fields;

    fields = phone_alloc(&arena, sizeof(phone_fields_t));

    *rc = body.data[0] == '{' ? phone_json_parse(&arena, body, fields, &bad)
                              : phone_form_parse(&arena, body, fields, &bad);

    return fields;
}


static phone_sign_type_t
type_of(phone_str_t name)
{
    phone_sign_type_t  type;

    if (phone_sign_type(name, &type) != 0) {
        printf("Bail out! sign_type\n");
        exit(1);
    }

    return type;
}


static phone_key_t *
key_for(const char *name, const char *half, phone_sign_type_t type)
{
    phone_key_t     *key;
    phone_str_t      text;
    phone_key_rc_t   rc;

    key = NULL;
    text = key_text(name, half);

    rc = type == PHONE_HMAC ? phone_key_secret(text, &key)
         : strcmp(half, "private") == 0 ? phone_key_private(text, &key)
         : phone_key_public(text, &key);

    is_int(rc, PHONE_KEY_OK, "a key");

    return key;
}


/* A text is what is to be signed, and signed so. */

static void
check_sign(const json_t *vector, phone_str_t body)
{
    const char         *name;
    phone_str_t         text, digest, sign;
    phone_key_t        *key;
    phone_fields_t     *fields;
    phone_fields_rc_t   rc;
    phone_sign_type_t   type;

    name = word_of(vector, "name");
    fields = fields_of(body, &rc);

    ok(rc == PHONE_FIELDS_OK, "%s: fields", name);
    ok(phone_canonical(&arena, fields, 0, &text) == PHONE_CANONICAL_OK,
       "they can be signed");
    is_str(text, word_of(vector, "canonical"), "the canonical text");

    digest = phone_digest(player.env.crypto, &arena, text);
    is_str(digest, word_of(vector, "digest"), "its digest");

    phone_fields_add(fields, PHONE_STR("digest"), digest);
    ok(phone_canonical(&arena, fields, 1, &text) == PHONE_CANONICAL_OK,
       "with the digest");
    is_str(text, word_of(vector, "text"), "the text that is signed");

    type = type_of(value_of(fields, "sign_type"));
    key = key_for(word_of(vector, "key"), "private", type);

    is_int(phone_sign(&arena, key, type, text, &sign), 0, "it is signed");
    is_str(sign, word_of(vector, "sign"), "the signature");

    phone_key_free(key);
}


/* As the programs of merchants do it, and as it arrives. */

static void
check_signs(void)
{
    char    *body;
    size_t   i;
    json_t  *vector;

    json_array_foreach(json_object_get(vectors, "sign"), i, vector) {
        body = json_dumps(json_object_get(vector, "fields"), JSON_COMPACT);
        check_sign(vector, phone_cstr(body));
        free(body);
    }

    ok(i > 5, "texts were signed");

    json_array_foreach(json_object_get(vectors, "lists"), i, vector) {
        check_sign(vector, text_of(vector, "body"));

        if (json_object_get(vector, "form")) {
            check_sign(vector, text_of(vector, "form"));
        }
    }

    ok(i > 5, "and lists");
}


/* Is this the merchant's signature?  As the host looks at it. */

static int
merchant_signed(const phone_fields_t *fields)
{
    int           fits;
    phone_str_t   text;
    phone_key_t  *key;

    if (phone_canonical(&arena, fields, 1, &text) != PHONE_CANONICAL_OK
        || phone_key_public(key_text("merchant", "public"), &key)
           != PHONE_KEY_OK)
    {
        return 0;
    }

    fits = phone_verify(player.env.crypto, key,
                        type_of(value_of(fields, "sign_type")), text,
                        value_of(fields, "sign"));
    phone_key_free(key);

    return fits;
}


static void
open_shop(void)
{
    phone_str_t     form;
    phone_fields_t  fields;

    fields.n = 0;
    phone_fields_add(&fields, PHONE_STR("merchant_id"), PHONE_STR("tea"));
    phone_fields_add(&fields, PHONE_STR("name"), PHONE_STR("Tea"));
    phone_fields_add(&fields, PHONE_STR("key_id"), PHONE_STR("k1"));
    phone_fields_add(&fields, PHONE_STR("public_key"),
                     key_text("merchant", "public"));

    form = phone_form_write(&arena, &fields);
    form = phone_format(&arena, "%.*s", PHONE_ARGS(form));
    is_int(play("operator.merchants", form.data), 200, "a merchant");
}


static void
check_call(const json_t *vector)
{
    const char         *name, *code;
    phone_fields_t     *fields;
    phone_fields_rc_t   rc;

    name = word_of(vector, "name");
    code = word_of(vector, "code");
    fields = fields_of(text_of(vector, "body"), &rc);

    if (rc != PHONE_FIELDS_OK) {
        is_str(phone_cstr(rc == PHONE_FIELDS_DUPLICATE ? "FIELD_DUPLICATE"
                                                       : "BODY_INVALID"),
               code, "%s", name);
        return;
    }

    open_shop();

    player.signatures = merchant_signed(fields);
    play(word_of(vector, "service"), word_of(vector, "body"));

    is_str(play_code(), code, "%s", name);
    is_str(play_member("field"), word_of(vector, "field"), "its field");
}


/* What a merchant does with what comes from the platform: docs/protocol.md. */

static int
is_platforms(const phone_fields_t *fields, const json_t *vector)
{
    int           fits;
    int64_t       sent, now;
    phone_key_t  *key;
    phone_str_t   bad, type;

    type = text_of(vector, "sign_type");
    now = json_integer_value(json_object_get(vector, "now"));
    key = key_for(word_of(vector, "platform_key"), "public", type_of(type));

    fits = phone_verify_fields(player.env.crypto, &arena, key, type_of(type),
                               fields, &bad)
           == PHONE_VERIFY_OK;
    phone_key_free(key);

    return fits && phone_equal(value_of(fields, "sign_type"), type)
           && phone_is(value_of(fields, "merchant_id"), "tea")
           && phone_parse_int(value_of(fields, "timestamp"), &sent) == 0
           && sent >= now - SKEW && sent <= now + SKEW;
}


static int
is_reply(const phone_fields_t *fields, const json_t *vector, phone_str_t nonce)
{
    return is_platforms(fields, vector)
           && phone_equal(value_of(fields, "request_nonce"), nonce);
}


static int
is_notice(const phone_fields_t *fields, const json_t *vector)
{
    unsigned  i;

    for (i = 0; i < fields->n; i++) {
        if (fields->field[i].value.len == 0) {
            return 0;
        }
    }

    return is_platforms(fields, vector)
           && value_of(fields, "event").len != 0
           && value_of(fields, "notify_id").len != 0;
}


/* The id that the platform itself would give: of its bill and event.  That of a
   probe names none. */

static void
check_notify_id(const phone_fields_t *fields)
{
    int64_t                number;
    phone_str_t            subject, rest;
    const phone_outbox_t  *outbox;

    outbox = phone_outbox_of(value_of(fields, "notify_id"), &subject, &rest);

    if (phone_is(value_of(fields, "event"), "probe")) {
        ok(outbox == NULL, "a notify_id of no bill");
        return;
    }

    ok(outbox && phone_equal(value_of(fields, "event"),
                             phone_cstr(outbox->name))
       && phone_equal(value_of(fields, "bill_id"), subject)
       && phone_parse_int(rest, &number) == 0 && number > 0,
       "a notify_id of the core");
}


static void
check_received(const json_t *vector, phone_str_t nonce)
{
    int                 genuine;
    const char         *name;
    phone_fields_t     *fields;
    phone_fields_rc_t   rc;

    name = word_of(vector, "name");
    genuine = json_is_true(json_object_get(vector, "genuine"));
    fields = fields_of(text_of(vector, "body"), &rc);

    if (rc != PHONE_FIELDS_OK) {
        ok(!genuine, "%s cannot be read", name);
        return;
    }

    if (json_object_get(vector, "request_nonce")) {
        is_int(is_reply(fields, vector, nonce), genuine, "a reply: %s", name);
        ok(!genuine || !is_notice(fields, vector), "it is no notice");

    } else {
        is_int(is_notice(fields, vector), genuine, "a notice: %s", name);
        ok(!genuine || !is_reply(fields, vector, nonce), "it answers no call");

        if (genuine) {
            check_notify_id(fields);
        }
    }

    ok(!genuine || !merchant_signed(fields), "it is no merchant's");
    ok(value_of(fields, "service").len == 0, "and for no service");
}


/* A call is neither, even one that the platform's key has signed. */

static void
check_foreign(const json_t *vector, const json_t *reply)
{
    phone_fields_t     *fields;
    phone_fields_rc_t   rc;

    fields = fields_of(text_of(vector, "body"), &rc);

    ok(rc != PHONE_FIELDS_OK
       || (!is_reply(fields, reply, text_of(reply, "request_nonce"))
           && !is_notice(fields, reply)),
       "%s: neither a reply nor a notice", word_of(vector, "name"));
}


int
main(void)
{
    size_t        i;
    json_t       *vector, *replies;
    phone_str_t   nonce;
    json_error_t  error;

    vectors = json_load_file("docs/vectors.json", JSON_REJECT_DUPLICATES,
                             &error);

    if (vectors == NULL) {
        printf("Bail out! docs/vectors.json: %s\n", error.text);
        return 1;
    }

    phone_arena_init(&arena);
    play_start();
    check_signs();

    replies = json_object_get(vectors, "replies");
    nonce = text_of(json_array_get(replies, 0), "request_nonce");

    json_array_foreach(replies, i, vector) {
        check_received(vector, nonce);
    }

    ok(i > 5, "replies were looked at");

    json_array_foreach(json_object_get(vectors, "notices"), i, vector) {
        check_received(vector, nonce);
    }

    ok(i > 5, "notices were looked at");

    play_end();

    json_array_foreach(json_object_get(vectors, "calls"), i, vector) {
        play_start();
        player.now = json_integer_value(json_object_get(vectors, "now")) * 1000;
        check_call(vector);
        check_foreign(vector, json_array_get(replies, 0));
        play_end();
    }

    ok(i > 5, "calls were made");

    phone_arena_free(&arena);
    json_decref(vectors);

    return done_testing();
}
