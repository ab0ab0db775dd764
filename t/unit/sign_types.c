
/*
 * PAY-8: sign types beside RSA.  A key is of one kind, which fixes the type of
 * the calls that it signs and of the replies to them: nobody chooses another,
 * and no public key is taken for a secret.
 */


#define _GNU_SOURCE

#include <openssl/err.h>

#include "openssl_cli.h"
#include "shop.h"


#define PAYER   "&payer_phone=13800000001"
#define TEA     "amount=100&subject=tea&out_trade_no=T1" PAYER

#define WECHAT  "192006250b4c09247ec02edce69f6a2d"


static phone_arena_t   arena;
static phone_tools_t   tools;
static phone_key_t    *rsa, *ed25519, *other, *platform, *secret;
static phone_str_t     rsa_public, ed25519_public, platform_public;


static phone_key_t *
key_of(const char *name, phone_key_rc_t (*load)(phone_str_t, phone_key_t **))
{
    phone_key_t  *key;

    key = NULL;
    is_int(load(cli_read(&arena, name), &key), PHONE_KEY_OK, "%s", name);

    return key;
}


static phone_key_t *
shared(phone_str_t text)
{
    phone_key_t  *key;

    key = NULL;
    is_int(phone_key_secret(text, &key), PHONE_KEY_OK, "a secret");

    return key;
}


static phone_key_t *
parsed(void *data, phone_str_t spki)
{
    static phone_key_t  *key;

    (void) data;

    phone_key_free(key);
    key = NULL;

    if (spki.len) {
        (void) phone_key_public(spki, &key);
    }

    return key;
}


static void
make_keys(void)
{
    cli_begin();

    ok(cli_run("openssl genrsa -out rsa.pem 2048 && "
               "openssl genpkey -algorithm ed25519 -out ed.pem && "
               "openssl genpkey -algorithm ed25519 -out ed2.pem && "
               "openssl genpkey -algorithm ed25519 -out own.pem && "
               "openssl pkey -in own.pem -pubout -out ownp.pem && "
               "openssl pkey -in ed.pem -pubout -out edp.pem && "
               "openssl genrsa -out ownrsa.pem 2048"), "keys");

    rsa = key_of("rsa.pem", phone_key_private);
    ed25519 = key_of("ed.pem", phone_key_private);
    other = key_of("ed2.pem", phone_key_private);
    platform = key_of("own.pem", phone_key_private);
    secret = shared(PHONE_STR(WECHAT));

    rsa_public = phone_key_export_public(&arena, rsa);
    ed25519_public = phone_key_export_public(&arena, ed25519);
    platform_public = phone_key_export_public(&arena, platform);

    tools.platform_key[PHONE_KEY_RSA] = key_of("ownrsa.pem",
                                               phone_key_private);
    tools.platform_key[PHONE_KEY_ED25519] = platform;
    tools.public_key = parsed;
}


static int
fits(phone_key_t *key, phone_sign_type_t type, const char *text,
    phone_str_t sign)
{
    return phone_verify(player.env.crypto, key, type, phone_cstr(text), sign);
}


static phone_str_t
signed_by(phone_key_t *key, phone_sign_type_t type, const char *text)
{
    phone_str_t  sign;

    sign = PHONE_EMPTY;
    is_int(phone_sign(&arena, key, type, phone_cstr(text), &sign), 0,
           "signed");

    return sign;
}


/* RFC 8032, 7.1, test 2; WeChat Pay's published HMAC-SHA256, in base64. */

static void
known_answers(void)
{
    phone_key_t        *key;
    phone_str_t         sign, hex;
    static const char   wechat[] =
        "appid=wxd930ea5d5a258f4f&body=test&device_info=1000"
        "&mch_id=10000100&nonce_str=ibuaiVcKdpRxkhJA"
        "&key=192006250b4c09247ec02edce69f6a2d";

    is_int(phone_key_private(PHONE_STR("-----BEGIN PRIVATE KEY-----\n"
               "MC4CAQAwBQYDK2VwBCIEIEzNCJso/5banbbDRuwRTg9bijGf"
               "NaumJNqM9u1PuKb7\n-----END PRIVATE KEY-----\n"), &key),
           PHONE_KEY_OK, "the key of RFC 8032");

    sign = signed_by(key, PHONE_ED25519, "\x72");
    is_int(phone_unbase64(&arena, sign, &hex), 0, "base64");
    is_str(phone_hex(&arena, hex),
           "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
           "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
           "its signature");
    phone_key_free(key);

    sign = signed_by(secret, PHONE_HMAC, wechat);
    is_int(phone_unbase64(&arena, sign, &hex), 0, "base64");
    is_str(phone_hex(&arena, hex),
           "6a9ae1657590fd6257d693a078e1c3e4bb6ba4dc30b23e0ee2496e54170dacd6",
           "the MAC of WeChat Pay's example");
    is_int(fits(secret, PHONE_HMAC, wechat, sign), 1, "and it is taken");
}


static void
openssl_agrees(void)
{
    phone_str_t  sign, bytes;

    cli_write("data", PHONE_STR("a=1&b=2"));

    ok(cli_run("openssl pkeyutl -sign -rawin -inkey ed.pem -in data "
               "| base64 -w0"), "openssl signs by Ed25519");
    sign = cli_read(&arena, "out");
    is_int(fits(ed25519, PHONE_ED25519, "a=1&b=2", sign), 1, "it is taken");
    ok(phone_equal(sign, signed_by(ed25519, PHONE_ED25519, "a=1&b=2")),
       "and the same as ours");

    is_int(phone_unbase64(&arena, sign, &bytes), 0, "base64");
    cli_write("sig", bytes);
    ok(cli_run("openssl pkeyutl -verify -rawin -pubin -inkey edp.pem -in data "
               "-sigfile sig"), "openssl takes it");

    ok(cli_run("openssl dgst -sha256 -hmac %s -binary data | base64 -w0",
               WECHAT), "openssl makes a MAC");
    ok(phone_equal(cli_read(&arena, "out"),
                   signed_by(secret, PHONE_HMAC, "a=1&b=2")),
       "the same as ours");
}


/* No bit of a text or of a signature can be changed, and no part of one will
   do. */

static void
changed(phone_key_t *key, phone_sign_type_t type)
{
    char         copy[128];
    size_t       i;
    unsigned     taken;
    phone_str_t  sign;

    strcpy(copy, "amount=100&out_trade_no=T1&subject=tea");
    sign = signed_by(key, type, copy);
    is_int(fits(key, type, copy, sign), 1, "it fits");
    taken = 0;

    for (i = 0; i < 8 * strlen("amount=100&out_trade_no=T1"); i++) {
        copy[i / 8] = (char) (copy[i / 8] ^ 1 << i % 8);
        taken += (unsigned) phone_verify(player.env.crypto, key, type,
                                         (phone_str_t) { 38, copy }, sign);
        copy[i / 8] = (char) (copy[i / 8] ^ 1 << i % 8);
    }

    is_int(taken, 0, "no bit of the text is changed");

    memcpy(copy, sign.data, sign.len);

    for (i = 0; i < 8 * sign.len; i++) {
        copy[i / 8] = (char) (copy[i / 8] ^ 1 << i % 8);
        taken += (unsigned) fits(key, type,
                                 "amount=100&out_trade_no=T1&subject=tea",
                                 (phone_str_t) { sign.len, copy });
        copy[i / 8] = (char) (copy[i / 8] ^ 1 << i % 8);
    }

    is_int(taken, 0, "no bit of the signature is changed");

    for (i = 0; i < sign.len; i++) {
        taken += (unsigned) fits(key, type,
                                 "amount=100&out_trade_no=T1&subject=tea",
                                 (phone_str_t) { i, copy });
    }

    /* whole groups of base64, of a MAC cut to 128 bits as HMAC allows */

    sign = phone_base64(&arena, (phone_str_t) { 16, copy });
    taken += (unsigned) fits(key, type,
                             "amount=100&out_trade_no=T1&subject=tea", sign);

    is_int(taken, 0, "and none is cut");
}


/* Each key is for the types of its kind. */

static void
mixed_up(void)
{
    unsigned           i;
    phone_str_t        sign;
    phone_sign_type_t  type, with;
    phone_key_t       *key[PHONE_SIGN_TYPES] = { rsa, rsa, ed25519, secret };

    for (type = 0; type < PHONE_SIGN_TYPES; type++) {
        sign = signed_by(key[type], type, "a=1");

        for (i = 0; i < PHONE_SIGN_TYPES; i++) {
            for (with = 0; with < PHONE_SIGN_TYPES; with++) {
                is_int(fits(key[i], with, "a=1", sign),
                       key[i] == key[type] && with == type,
                       "type %u, key %u, as %u", type, i, with);
            }
        }

        for (i = 0; i < PHONE_SIGN_TYPES; i++) {
            is_int(phone_sign(&arena, key[i], type, PHONE_STR("a=1"), &sign),
                   phone_key_kind(key[i]) == phone_sign_type_kind(type)
                   ? 0 : -1, "key %u signs type %u", i, type);
        }
    }

    sign = signed_by(ed25519, PHONE_ED25519, "a=1");
    is_int(fits(other, PHONE_ED25519, "a=1", sign), 0, "another key");
    is_int(ERR_peek_error(), 0, "no error is left behind");
}


static void
no_secrets(void)
{
    phone_key_t  *key;

    is_int(phone_key_secret(PHONE_EMPTY, &key), PHONE_KEY_SHORT, "nothing");
    is_int(phone_key_secret(PHONE_STR("0123456789abcdef0123456789abcde"),
                            &key), PHONE_KEY_SHORT, "31 characters");
    is_int(phone_key_secret(rsa_public, &key), PHONE_KEY_NO_SECRET,
           "an RSA key in base64");
    is_int(phone_key_secret(phone_key_export_pem(&arena, rsa), &key),
           PHONE_KEY_NO_SECRET, "and in PEM");
    is_int(phone_key_secret(ed25519_public, &key), PHONE_KEY_NO_SECRET,
           "an Ed25519 key in base64");
    is_int(phone_key_secret(phone_key_export_pem(&arena, ed25519), &key),
           PHONE_KEY_NO_SECRET, "and in PEM");
    ok(strlen(phone_key_error(PHONE_KEY_SHORT)) > 10
       && strstr(phone_key_error(PHONE_KEY_NO_SECRET), "public key"),
       "each says what to do");

    is_int(phone_key_kind_of(rsa_public), PHONE_KEY_RSA, "a stored RSA key");
    is_int(phone_key_kind_of(ed25519_public), PHONE_KEY_ED25519,
           "a stored Ed25519 key");
}


/* Calls */

static int
operator(const char *call, const char *more, phone_str_t key)
{
    char  form[2048], text[1024];

    snprintf(form, sizeof(form), "merchant_id=tea&%s", more);

    if (key.len) {
        snprintf(text, sizeof(text), "%.*s", PHONE_ARGS(key));
        shop_public_key(form, text);
    }

    return play(call, form);
}


static void
set_up(void)
{
    play_start();
    tools.crypto = player.env.crypto;
    player.tools = &tools;
    memset(&shop_next, 0, sizeof(shop_next));
}


static int
call_with(const char *key_id, const char *sign_type, phone_key_t *key,
    phone_sign_type_t signs)
{
    char  form[256];

    shop_next.key = key;
    shop_next.signs = signs;
    shop_next.sign_type = sign_type;

    snprintf(form, sizeof(form), TEA "&key_id=%s", key_id);

    return shop_call("bill.create", "tea", form);
}


/* The reply is signed by that key, as its own fields say. */

static void
reply_fits(const char *key_id, const char *sign_type, phone_key_t *key)
{
    phone_str_t        bad;
    phone_fields_t    *fields;
    phone_sign_type_t  type;

    fields = phone_alloc(&arena, sizeof(phone_fields_t));

    is_str(play_member("key_id"), key_id, "the reply names the key");
    is_str(play_member("sign_type"), sign_type, "and the type");
    is_int(phone_sign_type(phone_cstr(sign_type), &type), 0, "of ours");
    is_int(phone_json_parse(&arena, player.body, fields, &bad),
           PHONE_FIELDS_OK, "a flat object");
    is_int(phone_verify_fields(player.env.crypto, &arena, key, type, fields,
                               &bad), PHONE_VERIFY_OK, "its signature fits");
}


static void
by_ed25519(void)
{
    set_up();

    is_int(operator("operator.merchants", "name=Tea&sign_type=RSA2",
                    ed25519_public), 400, "an Ed25519 key for RSA2");
    is_str(play_member("field"), "sign_type", "is refused");
    is_int(operator("operator.merchants", "name=Tea", ed25519_public), 200,
           "a merchant with an Ed25519 key");
    is_str(play_stored(&phone_merchant, "tea", MERCHANT_SIGN_TYPE), "Ed25519",
           "which signs so");

    is_int(call_with("k1", "Ed25519", ed25519, PHONE_ED25519), 200, "a call");
    reply_fits("e1", "Ed25519", platform);

    is_int(call_with("k1", "Ed25519", other, PHONE_ED25519), 401,
           "another's key");
    is_str(play_member("field"), "sign", "does not fit");
    is_int(call_with("k1", "RSA2", ed25519, PHONE_ED25519), 401,
           "another type");
    is_str(play_member("field"), "sign_type", "is not his choice");
    is_int(call_with("k1", "RSA2", rsa, PHONE_RSA2), 401, "nor with a key");
    is_str(play_member("field"), "sign_type", "that nobody has put");

    player.env.platform = NULL;
    is_int(call_with("k1", "Ed25519", ed25519, PHONE_ED25519), 503,
           "the platform's key is taken out");
    is_int(player.commits, 0, "nothing is done that could not be answered");
    is_int(operator("operator.keys", "key_id=k2", ed25519_public), 400,
           "and no such key is added");
    is_str(play_member("field"), "public_key", "with the field");
    ok(play_says("phone_platform_key"), "and what to do");

    play_end();
}


/* The secret is shown once, stored sealed, and used in both directions. */

static void
by_hmac(void)
{
    char          key_text[64];
    phone_str_t   shown, stored;
    phone_key_t  *ours;

    set_up();

    is_int(operator("operator.merchants", "name=Tea&sign_type=HMAC-SHA256",
                    rsa_public), 400, "a secret and a public key");
    is_str(play_member("field"), "public_key", "is one too many");
    is_int(operator("operator.merchants", "name=Tea", PHONE_EMPTY), 400,
           "and neither");
    is_str(play_code(), "PARAM_MISSING", "is too little");

    player.lose_answer = 1;
    is_int(operator("operator.merchants", "name=Tea&sign_type=HMAC-SHA256",
                    PHONE_EMPTY), 200, "a merchant with a secret");
    is_int(player.commits, 1, "whose first answer was lost");
    shown = phone_copy(&arena, play_member("secret"));
    is_int(shown.len, 43, "256 bits are shown");
    stored = play_stored(&phone_merchant, "tea", MERCHANT_KEYS);
    ok(memmem(stored.data, stored.len, shown.data, shown.len) == NULL,
       "it is not stored like that");
    ok(memmem(stored.data, stored.len, " hmac:", 6) != NULL, "but sealed");

    ours = shared(shown);
    is_int(call_with("k1", "HMAC-SHA256", ours, PHONE_HMAC), 200, "a call");
    is_int(player.signed_replies, 0, "no thread is asked");
    reply_fits("k1", "HMAC-SHA256", ours);
    is_int(play("operator.merchant_get", "merchant_id=tea"), 200, "later");
    ok(!play_says("secret") && play_says("\"kind\":\"HMAC-SHA256\""),
       "nobody is shown it again");

    is_int(call_with("k1", "HMAC-SHA256", secret, PHONE_HMAC), 401,
           "another secret");
    is_str(play_member("field"), "sign", "does not fit");
    is_int(call_with("k1", "RSA2", rsa, PHONE_RSA2), 401, "another type");
    is_str(play_member("field"), "sign_type", "is not his choice");

    is_int(operator("operator.merchants", "name=Tea&sign_type=HMAC-SHA256",
                    PHONE_EMPTY), 409, "the same again");
    is_str(play_member("field"), "key_id", "has another secret");
    ok(play_says("a secret is shown once"), "which is told");
    is_int(operator("operator.keys", "key_id=k1&sign_type=HMAC-SHA256",
                    PHONE_EMPTY), 409, "the key again");
    ok(play_says("a secret is shown once"), "as well");

    /* the seal is of this merchant and of this key */

    snprintf(key_text, sizeof(key_text), "merchant_id=cake&name=Cake"
             "&sign_type=HMAC-SHA256");
    is_int(play("operator.merchants", key_text), 200, "another merchant");
    ok(!phone_equal(play_member("secret"), shown), "has another secret");

    phone_key_free(ours);
    play_end();
}


/* An Idempotency-Key would keep the secret for a day, for all to read. */

static void
not_kept(void)
{
    set_up();

    is_int(operator("operator.merchants", "name=Tea", rsa_public), 200,
           "a merchant");

    player.key = PHONE_STR("once");
    is_int(operator("operator.keys", "key_id=k2&sign_type=HMAC-SHA256",
                    PHONE_EMPTY), 200, "a secret, with an Idempotency-Key");
    ok(play_member("secret").len == 43, "is shown");
    is_int(operator("operator.keys", "key_id=k2&sign_type=HMAC-SHA256",
                    PHONE_EMPTY), 409, "again");
    ok(!play_says("\"secret\""), "it is not");
    player.key = (phone_str_t) { 0, NULL };

    play_end();
}


/* The old confusion: everybody knows the RSA key, and signs with it as if it
   was a secret. */

static void
confused(void)
{
    phone_key_t  *forged;

    set_up();

    is_int(operator("operator.merchants", "name=Tea", rsa_public), 200,
           "a merchant with an RSA key");
    is_int(call_with("k1", "RSA2", rsa, PHONE_RSA2), 200, "who signs with it");

    /* as a secret that is not looked at: part of the key */

    forged = shared((phone_str_t) { 59, rsa_public.data });

    is_int(call_with("k1", "HMAC-SHA256", forged, PHONE_HMAC), 401,
           "as HMAC-SHA256");
    is_str(play_member("field"), "sign_type", "is refused for its type");
    is_int(player.works, 0, "and not looked at");
    is_int(call_with("k1", "RSA2", forged, PHONE_HMAC), 401, "as RSA2");
    is_str(play_member("field"), "sign", "it does not fit");

    is_int(call_with("k1", "MD5withRSA", rsa, PHONE_MD5_RSA), 401,
           "nor is RSA2 lowered to MD5");
    is_str(play_member("field"), "sign_type", "by the caller");

    phone_key_free(forged);
    play_end();
}


/* A second key of another kind, beside the first: each is answered in kind, and
   notices follow the record. */

static void
overlap(void)
{
    phone_str_t   shown;
    phone_key_t  *ours;

    set_up();

    is_int(operator("operator.merchants", "name=Tea&sign_type=MD5withRSA",
                    rsa_public), 200, "a merchant of MD5withRSA");
    is_int(operator("operator.merchant_change", "sign_type=HMAC-SHA256",
                    PHONE_EMPTY), 400, "notices by a secret");
    is_str(play_member("field"), "sign_type", "need one");

    is_int(operator("operator.keys", "key_id=k2&sign_type=HMAC-SHA256"
                    "&retire_others_in=3600", PHONE_EMPTY), 200, "a secret");
    shown = phone_copy(&arena, play_member("secret"));
    ours = shared(shown);

    is_int(call_with("k1", "MD5withRSA", rsa, PHONE_MD5_RSA), 200,
           "the RSA key is still good");
    is_str(play_member("sign_type"), "MD5withRSA", "and answered as before");
    is_int(call_with("k2", "HMAC-SHA256", ours, PHONE_HMAC), 200,
           "so is the secret");
    reply_fits("k2", "HMAC-SHA256", ours);
    is_int(call_with("k1", "HMAC-SHA256", ours, PHONE_HMAC), 401,
           "the secret under the id of the other");
    is_int(call_with("k2", "MD5withRSA", rsa, PHONE_MD5_RSA), 401,
           "and the other way round");

    is_int(operator("operator.merchant_change", "sign_type=HMAC-SHA256",
                    PHONE_EMPTY), 200, "notices by the secret");
    is_int(call_with("k1", "RSA2", rsa, PHONE_RSA2), 200,
           "the RSA key signs by SHA-256 now");
    is_int(call_with("k1", "MD5withRSA", rsa, PHONE_MD5_RSA), 401,
           "and not by MD5");

    player.now += INT64_C(3600) * 1000;
    is_int(call_with("k1", "RSA2", rsa, PHONE_RSA2), 401, "it ends");
    is_str(play_code(), "KEY_UNKNOWN", "it is unknown");
    is_int(call_with("k2", "HMAC-SHA256", ours, PHONE_HMAC), 200,
           "the secret does not");

    is_int(operator("operator.keys", "key_id=k3&sign_type=RSA2", rsa_public),
           400, "a public key with a type");
    is_str(play_member("field"), "sign_type", "has its own");

    phone_key_free(ours);
    play_end();
}


/* Another host has another phone_secret_file. */

static void
not_opened(void)
{
    phone_key_t  *ours;

    static const phone_str_t  before = { 32,
                                         "0123456789abcdef0123456789abcdef" };
    static const phone_str_t  young = { 32,
                                        "another secret of thirty-two B !" };

    set_up();

    is_int(operator("operator.merchants", "name=Tea&sign_type=HMAC-SHA256",
                    PHONE_EMPTY), 200, "a merchant with a secret");
    ours = shared(play_member("secret"));

    phone_env_keys_free(&player.env);
    (void) phone_env_keys(&player.env, young, PHONE_EMPTY);

    is_int(call_with("k1", "HMAC-SHA256", ours, PHONE_HMAC), 503,
           "which cannot be opened");
    is_str(play_code(), "STORE_UNAVAILABLE", "another host may do so");
    ok(play_says("\"retryable\":true") && player.retry_after > 0,
       "which the reply says");
    ok(player.bad_key.len, "the host is told where");
    is_int(player.commits, 0, "and nothing is done");

    phone_env_keys_free(&player.env);
    (void) phone_env_keys(&player.env, young, before);
    is_int(call_with("k1", "HMAC-SHA256", ours, PHONE_HMAC), 200,
           "while the file is replaced both open");

    phone_key_free(ours);
    play_end();
}


int
main(void)
{
    phone_arena_init(&arena);
    play_start();
    make_keys();

    known_answers();
    openssl_agrees();
    changed(ed25519, PHONE_ED25519);
    changed(secret, PHONE_HMAC);
    mixed_up();
    no_secrets();
    play_end();

    by_ed25519();
    by_hmac();
    not_kept();
    confused();
    overlap();
    not_opened();

    (void) parsed(NULL, PHONE_EMPTY);
    phone_key_free(rsa);
    phone_key_free(ed25519);
    phone_key_free(other);
    phone_key_free(platform);
    phone_key_free(secret);
    phone_key_free(tools.platform_key[PHONE_KEY_RSA]);
    cli_end();
    phone_arena_free(&arena);

    return done_testing();
}
