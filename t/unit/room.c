
/*
 * What lib/ makes in an arena, with room for 0, 1, 2, ... bytes: it fails and
 * says so, or the result is the same as with room for all.
 */


#include <stdlib.h>

#include "tap.h"
#include "lib/canonical.h"
#include "lib/date.h"
#include "lib/disposition.h"
#include "lib/fields.h"
#include "lib/form_write.h"
#include "lib/id.h"
#include "lib/json.h"
#include "lib/key.h"
#include "lib/money.h"
#include "lib/password.h"
#include "lib/seal.h"
#include "lib/signature.h"
#include "../sim/merchant_keys.h"


#define LONG                                                                  \
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"        \
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"        \
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"        \
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

#define FORM  "a=x%20y&to[]=1&to[]=2&to[]=3&to[]=4&to[]=5&b=" LONG
#define JSON  "{\"a\":\"x\\ny\",\"to\":[1,2,3,4,5],\"rows\":[{\"p\":1,"       \
              "\"q\":\"\\u00e9\"},{\"p\":2}],\"b\":\"" LONG "\"}"


static phone_arena_t      arena;         /* the one without room */
static phone_arena_t      plenty;
static phone_fields_t     fields;
static phone_crypto_t    *crypto;
static phone_seal_key_t  *seal_key;
static phone_key_t       *key;
static phone_str_t        sealed;


/* A text of all fields, with room enough. */

static phone_str_t
shown(const phone_fields_t *set)
{
    phone_str_t  out;

    (void) phone_canonical(&plenty, set, 1, &out);

    return out;
}


static phone_str_t
make_copy(void)
{
    return phone_copy(&arena, PHONE_STR("copied"));
}


static phone_str_t
make_join(void)
{
    return phone_join(&arena, 2, (phone_str_t[2]) { PHONE_STR("a"),
                                                    PHONE_STR("bc") });
}


static phone_str_t
make_format(void)
{
    return phone_format(&arena, "%s %d", "short", 7);
}


static phone_str_t
make_long_format(void)
{
    return phone_format(&arena, "%s %d", LONG LONG, 7);
}


static phone_str_t
make_int(void)
{
    return phone_int(&arena, INT64_MIN);
}


static phone_str_t
make_hex(void)
{
    return phone_hex(&arena, PHONE_STR("bytes"));
}


static phone_str_t
make_base64(void)
{
    return phone_base64(&arena, PHONE_STR("bytes"));
}


static phone_str_t
make_base64url(void)
{
    return phone_base64url(&arena, PHONE_STR("bytes"));
}


static phone_str_t
decode(int (*how)(phone_arena_t *to, phone_str_t text, phone_str_t *bytes),
    const char *text)
{
    phone_str_t  bytes;

    return how(&arena, phone_cstr(text), &bytes) == 0 ? bytes : PHONE_EMPTY;
}


static phone_str_t
make_unhex(void)
{
    return decode(phone_unhex, "6279746573");
}


static phone_str_t
make_unbase64(void)
{
    return decode(phone_unbase64, "Ynl0ZXM=");
}


static phone_str_t
make_unbase64url(void)
{
    return decode(phone_unbase64url, "Ynl0ZXM");
}


static phone_str_t
make_buffer(void)
{
    unsigned     i;
    phone_buf_t  buf;

    phone_buf_init(&buf, &arena, 16);

    for (i = 0; i < 100; i++) {
        phone_buf_put(&buf, PHONE_STR("word "));
        phone_buf_int(&buf, i);
        phone_buf_byte(&buf, ',');
    }

    return phone_buf_str(&buf);
}


static phone_str_t
make_json(void)
{
    phone_buf_t   buf;
    phone_json_t  json;

    phone_buf_init(&buf, &arena, 16);
    phone_json_init(&json, &buf);
    phone_json_object(&json, NULL);
    phone_json_text(&json, "text", PHONE_STR("a\"\\\n\xe2\x80\xa8" LONG));
    phone_json_int(&json, "int", 7);
    phone_json_bool(&json, "bool", 1);
    phone_json_array(&json, "list");
    phone_json_text(&json, NULL, PHONE_STR("item"));
    phone_json_end(&json);
    phone_json_end(&json);

    return phone_buf_str(&buf);
}


static phone_str_t
parse(phone_fields_rc_t (*how)(phone_arena_t *to, phone_str_t text,
    phone_fields_t *set, phone_str_t *bad), const char *text)
{
    phone_str_t     bad;
    phone_fields_t  set;

    set.n = 0;

    return how(&arena, phone_cstr(text), &set, &bad) == PHONE_FIELDS_OK
           && !arena.failed
           ? shown(&set) : PHONE_EMPTY;
}


static phone_str_t
make_form(void)
{
    return parse(phone_form_parse, FORM);
}


static phone_str_t
make_fields(void)
{
    return parse(phone_json_parse, JSON);
}


static phone_str_t
make_fault(void)
{
    return phone_json_fault(&arena, PHONE_STR("{\n  \"a\": }"));
}


static phone_str_t
make_item(void)
{
    return phone_item_shown(&arena, PHONE_STR("rows.17.points"));
}


static phone_str_t
make_kept(void)
{
    phone_fields_t  set;

    set = fields;
    phone_fields_keep(&arena, &set);

    return arena.failed ? PHONE_EMPTY : shown(&set);
}


static phone_str_t
make_written(void)
{
    return phone_form_write(&arena, &fields);
}


static phone_str_t
make_canonical(void)
{
    phone_str_t  out;

    out = PHONE_EMPTY;
    (void) phone_canonical(&arena, &fields, 1, &out);

    return out;
}


static phone_str_t
make_digest(void)
{
    return phone_digest(crypto, &arena, PHONE_STR("a=1"));
}


static phone_str_t
make_signed_text(void)
{
    phone_str_t     text;
    phone_fields_t  set;

    set = fields;

    return phone_sign_fields(crypto, &arena, &set, &text) == 0 ? text
                                                               : PHONE_EMPTY;
}


static phone_str_t
make_public(void)
{
    return phone_key_export_public(&arena, key);
}


static phone_str_t
make_sealed(void)
{
    phone_str_t          text;
    const unsigned char  nonce[PHONE_SEAL_NONCE] = { 1, 2, 3 };

    return phone_seal(&arena, seal_key, nonce, PHONE_STR("id"),
                      PHONE_STR("secret"), &text) == 0 ? text : PHONE_EMPTY;
}


static phone_str_t
make_unsealed(void)
{
    phone_str_t  plain;

    return phone_unseal(&arena, seal_key, PHONE_STR("id"), sealed, &plain) == 0
           ? plain : PHONE_EMPTY;
}


static phone_str_t
make_hash(void)
{
    phone_str_t           text;
    const unsigned char   salt[PHONE_PASSWORD_SALT] = { 1, 2, 3 };
    const phone_scrypt_t  quick = { 1, 1, 1 };

    return phone_password_hash(&arena, &quick, salt, PHONE_STR("x"), &text)
           == 0 ? text : PHONE_EMPTY;
}


static phone_str_t
make_time(void)
{
    return phone_time_text(&arena, 1800000000);
}


static phone_str_t
make_disposition(void)
{
    return phone_disposition(&arena, PHONE_STR("\xe8\x8c\xb6 \"1\".txt"));
}


static phone_str_t
make_id(void)
{
    const unsigned char  random[PHONE_ID_RANDOM] = { 1, 2, 3 };

    return phone_id_make(&arena, 17, INT64_C(1800000000000), random);
}


static phone_str_t
make_amount(void)
{
    return phone_amount_text(&arena, 1280, phone_currency(PHONE_STR("CNY")));
}


static const struct {
    phone_str_t            (*make)(void);
    const char              *name;
} made[] = {
    { make_copy, "a copy" },
    { make_join, "parts that are joined" },
    { make_format, "a text" },
    { make_long_format, "a long text" },
    { make_int, "a number" },
    { make_hex, "hex" },
    { make_base64, "base64" },
    { make_base64url, "base64url" },
    { make_unhex, "bytes of hex" },
    { make_unbase64, "bytes of base64" },
    { make_unbase64url, "bytes of base64url" },
    { make_buffer, "a buffer" },
    { make_json, "JSON" },
    { make_form, "fields of a form" },
    { make_fields, "fields of JSON" },
    { make_fault, "where JSON ends" },
    { make_item, "the name of an item" },
    { make_kept, "fields that are kept" },
    { make_written, "a form" },
    { make_canonical, "the canonical string" },
    { make_digest, "a digest" },
    { make_signed_text, "a text to sign" },
    { make_public, "a public key" },
    { make_sealed, "a sealed text" },
    { make_unsealed, "what was sealed" },
    { make_hash, "a stored password" },
    { make_time, "a time" },
    { make_disposition, "the name of a file" },
    { make_id, "an id" },
    { make_amount, "an amount" }
};


static void
walk(phone_str_t (*make)(void), const char *name)
{
    size_t       n, half;
    phone_str_t  whole, text;

    phone_arena_init(&arena);
    whole = phone_copy(&plenty, make());
    phone_arena_free(&arena);

    ok(whole.len != 0, "%s is made", name);

    for (n = half = 0; ; n++) {
        phone_arena_init(&arena);
        arena.used = PHONE_ARENA_MAX - n;
        text = make();

        if (!arena.failed) {
            break;
        }

        half += text.len != 0;
        phone_arena_free(&arena);
    }

    ok(n > 0, "%s takes room", name);
    is_int(half, 0, "%s: with less there is none", name);
    ok(phone_equal(text, whole), "%s is the same in %zu bytes", name, n);

    phone_arena_free(&arena);
}


int
main(void)
{
    unsigned     i;
    phone_str_t  bad;

    phone_arena_init(&plenty);

    crypto = phone_crypto_create();
    seal_key = phone_seal_key_create(PHONE_STR("0123456789abcdef"
                                               "0123456789abcdef"), "label");

    if (crypto == NULL || seal_key == NULL
        || phone_key_public(phone_cstr(sim_merchant_keys[0]), &key)
           != PHONE_KEY_OK
        || phone_form_parse(&plenty, PHONE_STR(FORM), &fields, &bad)
           != PHONE_FIELDS_OK)
    {
        printf("Bail out! no keys\n");
        return 1;
    }

    sealed = phone_copy(&plenty, make_sealed());
    phone_arena_free(&arena);

    for (i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
        walk(made[i].make, made[i].name);
    }

    phone_key_free(key);
    phone_seal_key_free(seal_key);
    phone_crypto_free(crypto);
    phone_arena_free(&plenty);

    return done_testing();
}
