
/*
 * lib/signature.c against the openssl command in both directions, and what
 * must be refused.
 */


#include <openssl/err.h>
#include <pthread.h>

#include "tap.h"
#include "openssl_cli.h"
#include "lib/canonical.h"
#include "lib/signature.h"


#define MESSAGE  300


static const char *const  option[PHONE_RSA_TYPES] = { "-md5", "-sha256" };

static phone_arena_t    arena;
static phone_crypto_t  *crypto;
static phone_key_t     *private;
static phone_key_t     *public;
static phone_key_t     *foreign;


static phone_key_t *
key_of(const char *name, phone_key_rc_t (*load)(phone_str_t, phone_key_t **))
{
    phone_key_t  *key;

    key = NULL;
    is_int(load(cli_read(&arena, name), &key), PHONE_KEY_OK, "%s", name);

    return key;
}


static void
make_keys(void)
{
    ok(cli_run("openssl genrsa -out k.pem 2048 && "
               "openssl pkey -in k.pem -pubout -out p.pem && "
               "openssl genrsa -out k2.pem 3072 && "
               "openssl pkey -in k2.pem -pubout -out p2.pem && "
               "grep -v -e '---' p.pem > p.b64"), "two keys");

    private = key_of("k.pem", phone_key_private);
    public = key_of("p.pem", phone_key_public);
    foreign = key_of("k2.pem", phone_key_private);
}


static phone_str_t
message(void)
{
    char    *p;
    size_t   i;

    p = phone_alloc_raw(&arena, MESSAGE);

    for (i = 0; i < MESSAGE; i++) {
        p[i] = (char) (i * 7 % 251);
    }

    return (phone_str_t) { MESSAGE, p };
}


static phone_str_t
signed_by(phone_key_t *key, phone_sign_type_t type, phone_str_t data)
{
    phone_str_t  sign;

    sign = PHONE_EMPTY;
    is_int(phone_sign(&arena, key, type, data, &sign), 0, "signed");

    return sign;
}


static void
test_types(void)
{
    phone_sign_type_t  type;

    is_int(phone_sign_type(PHONE_STR("MD5withRSA"), &type), 0, "the old type");
    is_int(type, PHONE_MD5_RSA, "is MD5");
    is_int(phone_sign_type(PHONE_STR("SHA256withRSA"), &type), 0, "an alias");
    is_int(type, PHONE_RSA2, "is SHA-256");
    is_int(phone_sign_type(PHONE_STR("RSA2"), &type), 0, "the usual name");
    is_int(type, PHONE_RSA2, "is SHA-256");

    is_int(phone_sign_type(PHONE_STR("RSA"), &type), -1, "SHA-1 is not taken");
    is_int(phone_sign_type(PHONE_STR("rsa2"), &type), -1, "nor other case");
    is_int(phone_sign_type(PHONE_EMPTY, &type), -1, "nor nothing");

    is_str(phone_sign_type_name(PHONE_RSA2), "RSA2", "name");
    is_str(phone_sign_type_name(PHONE_MD5_RSA), "MD5withRSA", "name");
}


static void
test_openssl(void)
{
    phone_str_t        data, sign, bytes;
    phone_sign_type_t  type;

    data = message();
    cli_write("data", data);

    for (type = 0; type < PHONE_RSA_TYPES; type++) {

        ok(cli_run("openssl dgst %s -sign k.pem data | base64 -w0",
                   option[type]), "openssl dgst %s -sign", option[type]);
        sign = cli_read(&arena, "out");
        is_int(phone_verify(crypto, public, type, data, sign), 1,
               "is good here");
        is_int(phone_verify(crypto, private, type, data, sign), 1,
               "also by the private key's public half");

        sign = signed_by(private, type, data);
        is_int(phone_unbase64(&arena, sign, &bytes), 0, "it is base64");
        cli_write("sig", bytes);
        ok(cli_run("openssl dgst %s -verify p.pem -signature sig data",
                   option[type]), "openssl dgst %s -verify", option[type]);

        bytes = phone_base64(&arena, bytes);
        ok(phone_equal(sign, bytes), "of one line, padded");
        is_int(phone_verify(crypto, public, type, data, sign), 1,
               "and is good here");

        sign = signed_by(foreign, type, data);
        is_int(phone_unbase64(&arena, sign, &bytes), 0, "with 3072 bits");
        cli_write("sig", bytes);
        ok(cli_run("openssl dgst %s -verify p2.pem -signature sig data",
                   option[type]), "openssl agrees as well");
        is_int(phone_verify(crypto, foreign, type, data, sign), 1, "so we do");
    }

    sign = signed_by(private, PHONE_RSA2, PHONE_EMPTY);
    is_int(phone_verify(crypto, public, PHONE_RSA2, PHONE_EMPTY, sign), 1,
           "the empty text can be signed");
}


static void
test_message_bits(void)
{
    size_t             i;
    char               copy[MESSAGE];
    unsigned           accepted;
    phone_str_t        data, sign;
    phone_sign_type_t  type;

    data = message();
    memcpy(copy, data.data, MESSAGE);

    for (type = 0; type < PHONE_RSA_TYPES; type++) {
        sign = signed_by(private, type, data);
        accepted = 0;

        for (i = 0; i < MESSAGE * 8; i++) {
            copy[i / 8] = (char) (copy[i / 8] ^ 1 << i % 8);
            accepted += (unsigned) phone_verify(crypto, public, type,
                                                (phone_str_t) { MESSAGE, copy },
                                                sign);
            copy[i / 8] = (char) (copy[i / 8] ^ 1 << i % 8);
        }

        is_int(accepted, 0, "no bit of a message can be changed (%s)",
               option[type]);
        is_int(phone_verify(crypto, public, type, data, sign), 1,
               "and after 2400 failures the key still works");
    }

    sign = signed_by(private, PHONE_RSA2, data);
    data.len--;
    is_int(phone_verify(crypto, public, PHONE_RSA2, data, sign), 0,
           "nor can it be cut");
}


static void
test_sign_bits(void)
{
    char         copy[1024];
    size_t       i;
    unsigned     accepted;
    phone_str_t  data, sign;

    data = message();
    sign = signed_by(private, PHONE_RSA2, data);
    memcpy(copy, sign.data, sign.len);

    accepted = 0;

    for (i = 0; i < sign.len * 8; i++) {
        copy[i / 8] = (char) (copy[i / 8] ^ 1 << i % 8);
        accepted += (unsigned) phone_verify(crypto, public, PHONE_RSA2, data,
                                         (phone_str_t) { sign.len, copy });
        copy[i / 8] = (char) (copy[i / 8] ^ 1 << i % 8);
    }

    is_int(accepted, 0, "no bit of the base64 text can be changed");

    for (i = 0; i < sign.len; i++) {
        accepted += (unsigned) phone_verify(crypto, public, PHONE_RSA2, data,
                                         (phone_str_t) { i, copy });
    }

    is_int(accepted, 0, "and no part of it will do");

    copy[sign.len] = '\n';
    is_int(phone_verify(crypto, public, PHONE_RSA2, data,
                        (phone_str_t) { sign.len + 1, copy }), 0,
           "nor a line break after it");

    memset(copy, 'A', sign.len - 2);
    is_int(phone_verify(crypto, public, PHONE_RSA2, data,
                        (phone_str_t) { sign.len, copy }), 0,
           "a signature of zero");

    memset(copy, '/', sign.len - 3);
    copy[sign.len - 3] = 'w';
    is_int(phone_verify(crypto, public, PHONE_RSA2, data,
                        (phone_str_t) { sign.len, copy }), 0,
           "a signature above the modulus");
}


static void
test_mixed_up(void)
{
    phone_key_t  *bare;
    phone_str_t   data, md5, sha256, sign;

    data = message();
    md5 = signed_by(private, PHONE_MD5_RSA, data);
    sha256 = signed_by(private, PHONE_RSA2, data);

    is_int(phone_verify(crypto, public, PHONE_RSA2, data, md5), 0,
           "MD5withRSA does not pass as RSA2");
    is_int(phone_verify(crypto, public, PHONE_MD5_RSA, data, sha256), 0,
           "nor RSA2 as MD5withRSA");
    is_int(phone_verify(crypto, foreign, PHONE_RSA2, data, sha256), 0,
           "nor one key's signature as another's");

    sign = PHONE_EMPTY;
    is_int(phone_sign(&arena, public, PHONE_RSA2, data, &sign), -1,
           "a public key does not sign");
    is_int(sign.len, 0, "and gives nothing");

    bare = key_of("p.b64", phone_key_public);
    is_int(phone_sign(&arena, bare, PHONE_RSA2, data, &sign), -1,
           "nor does one without PEM");
    phone_key_free(bare);
}


static phone_fields_t *
request(void)
{
    static phone_fields_t  fields;

    fields.n = 0;

    phone_fields_add(&fields, PHONE_STR("out_trade_no"), PHONE_STR("A-1"));
    phone_fields_add(&fields, PHONE_STR("amount"), PHONE_STR("1999"));
    phone_fields_add(&fields, PHONE_STR("payer_phone"),
                     PHONE_STR("+8613800138000"));
    phone_fields_add(&fields, PHONE_STR("body"), PHONE_EMPTY);
    phone_fields_add(&fields, PHONE_STR("subject"),
                     PHONE_STR("\xe8\x8c\xb6 a=b & c=d"));
    phone_fields_add(&fields, PHONE_STR("nobody_knows"), PHONE_STR("x"));

    return &fields;
}


static phone_fields_t *
signed_request(phone_sign_type_t type)
{
    phone_str_t      text, sign;
    phone_fields_t  *fields;

    fields = request();

    is_int(phone_sign_fields(crypto, &arena, fields, &text), 0,
           "the text to sign");
    sign = signed_by(private, type, text);
    is_int(phone_fields_add(fields, PHONE_STR("sign"), sign), 0, "sign added");

    return fields;
}


static phone_str_t  bad;


static phone_verify_rc_t
verified(const phone_fields_t *fields, phone_sign_type_t type)
{
    return phone_verify_fields(crypto, &arena, public, type, fields, &bad);
}


static void
test_sign_fields(void)
{
    phone_str_t      text;
    phone_fields_t  *fields;

    fields = request();

    is_int(phone_sign_fields(crypto, &arena, fields, &text), 0,
           "fields get their digest");

    /* md5sum of the text without digest */

    is_str(*phone_field(fields, "digest"), "8642ced167bcdeb66d41c984c4564b39",
           "digest");
    is_str(text, "amount=1999&digest=8642ced167bcdeb66d41c984c4564b39"
                 "&nobody_knows=x&out_trade_no=A-1&payer_phone=+8613800138000"
                 "&subject=\xe8\x8c\xb6 a=b & c=d", "text to sign");

    is_int(phone_sign_fields(crypto, &arena, fields, &text), -1,
           "not a second time");

    fields = request();
    phone_fields_add(fields, PHONE_STR("sign"), PHONE_STR("x"));
    is_int(phone_sign_fields(crypto, &arena, fields, &text), -1,
           "not over a sign");

    fields = request();
    phone_fields_add(fields, PHONE_STR("amount"), PHONE_STR("1"));
    is_int(phone_sign_fields(crypto, &arena, fields, &text), -1,
           "not with a name twice");

    fields = request();

    while (fields->n < PHONE_FIELDS_MAX) {
        phone_fields_add(fields, phone_format(&arena, "f%u", fields->n),
                         PHONE_STR("1"));
    }

    is_int(phone_sign_fields(crypto, &arena, fields, &text), -1,
           "not when there is no room for the digest");
}


static void
test_verify_fields(void)
{
    unsigned         i;
    phone_str_t      text, digest, *value;
    phone_field_t    swap;
    phone_fields_t  *fields;

    is_int(verified(signed_request(PHONE_MD5_RSA), PHONE_MD5_RSA),
           PHONE_VERIFY_OK, "a request in the seed's form");
    is_int(verified(signed_request(PHONE_RSA2), PHONE_MD5_RSA),
           PHONE_VERIFY_SIGN, "of the wrong type");

    fields = signed_request(PHONE_RSA2);
    is_int(verified(fields, PHONE_RSA2), PHONE_VERIFY_OK, "a request in RSA2");

    for (i = 0; i < fields->n / 2; i++) {
        swap = fields->field[i];
        fields->field[i] = fields->field[fields->n - 1 - i];
        fields->field[fields->n - 1 - i] = swap;
    }

    is_int(verified(fields, PHONE_RSA2), PHONE_VERIFY_OK, "in another order");

    value = (phone_str_t *) phone_field(fields, "amount");
    *value = PHONE_STR("1998");
    is_int(verified(fields, PHONE_RSA2), PHONE_VERIFY_DIGEST, "other amount");

    /* who changes a field can make its digest as well */

    (void) phone_canonical(&arena, fields, 0, &text);
    digest = phone_digest(crypto, &arena, text);
    *(phone_str_t *) phone_field(fields, "digest") = digest;
    is_int(verified(fields, PHONE_RSA2), PHONE_VERIFY_SIGN,
           "other amount and digest");

    fields = signed_request(PHONE_RSA2);
    phone_fields_add(fields, PHONE_STR("discount"), PHONE_STR("1"));
    is_int(verified(fields, PHONE_RSA2), PHONE_VERIFY_DIGEST,
           "a field that nobody signed");

    fields = signed_request(PHONE_RSA2);
    phone_fields_add(fields, PHONE_STR("memo"), PHONE_EMPTY);
    is_int(verified(fields, PHONE_RSA2), PHONE_VERIFY_OK,
           "an empty field does not count");

    phone_fields_add(fields, PHONE_STR("amount"), PHONE_STR("1"));
    is_int(verified(fields, PHONE_RSA2), PHONE_VERIFY_FIELDS, "a name twice");

    fields = signed_request(PHONE_RSA2);
    fields->field[0].value = PHONE_STR("A&amount=1");
    is_int(verified(fields, PHONE_RSA2), PHONE_VERIFY_AMBIGUOUS,
           "a value that could be two fields");
    is_str(bad, "out_trade_no", "is named");

    fields = request();
    fields->field[4].value = PHONE_STR("tea&amount=1");
    is_int(phone_sign_fields(crypto, &arena, fields, &text), -1,
           "and is not signed");

    fields = signed_request(PHONE_RSA2);
    fields->n--;
    is_int(verified(fields, PHONE_RSA2), PHONE_VERIFY_SIGN, "no sign");
    fields->n--;
    is_int(verified(fields, PHONE_RSA2), PHONE_VERIFY_DIGEST, "no digest");
}


/* An upper-case digest is signed as it stands. */

static void
test_upper_digest(void)
{
    char             upper[32];
    unsigned         i;
    phone_str_t      text, digest;
    phone_fields_t  *fields;

    fields = request();
    (void) phone_canonical(&arena, fields, 0, &text);
    digest = phone_digest(crypto, &arena, text);

    for (i = 0; i < sizeof(upper); i++) {
        upper[i] = (char) (digest.data[i] >= 'a' ? digest.data[i] - 32
                                                 : digest.data[i]);
    }

    phone_fields_add(fields, PHONE_STR("digest"),
                     (phone_str_t) { sizeof(upper), upper });
    (void) phone_canonical(&arena, fields, 1, &text);
    phone_fields_add(fields, PHONE_STR("sign"),
                     signed_by(private, PHONE_RSA2, text));

    is_int(verified(fields, PHONE_RSA2), PHONE_VERIFY_OK,
           "an upper-case digest");
}


/* What is too short or too long is no digest, whoever has signed it. */

static void
test_cut_digest(void)
{
    size_t           len;
    phone_str_t      text, digest;
    phone_fields_t  *fields;

    fields = request();
    (void) phone_canonical(&arena, fields, 0, &text);
    digest = phone_format(&arena, "%.*s00",
                          PHONE_ARGS(phone_digest(crypto, &arena, text)));

    for (len = 31; len <= 34; len++) {
        fields = request();
        phone_fields_add(fields, PHONE_STR("digest"),
                         (phone_str_t) { len, digest.data });
        (void) phone_canonical(&arena, fields, 1, &text);
        phone_fields_add(fields, PHONE_STR("sign"),
                         signed_by(private, PHONE_RSA2, text));

        is_int(verified(fields, PHONE_RSA2),
               len == 32 ? PHONE_VERIFY_OK : PHONE_VERIFY_DIGEST,
               "a digest of %zu bytes", len);
    }
}


/* A compute thread: its own key object, its own arena. */

typedef struct {
    pthread_t                id;
    phone_str_t              pem;
    unsigned                 good;
} signer_t;


static void *
signer(void *data)
{
    char             text[32];
    unsigned         i;
    signer_t        *self;
    phone_key_t     *key;
    phone_str_t      sign, in;
    phone_arena_t    own;
    phone_crypto_t  *hashes;

    self = data;
    hashes = phone_crypto_create();

    if (phone_key_private(self->pem, &key) != PHONE_KEY_OK) {
        return NULL;
    }

    for (i = 0; i < 20; i++) {
        phone_arena_init(&own);

        in.data = text;
        in.len = (size_t) snprintf(text, sizeof(text), "message %u", i);

        self->good += (phone_sign(&own, key, i % 2, in, &sign) == 0
                       && phone_verify(hashes, key, i % 2, in, sign) == 1);

        phone_arena_free(&own);
    }

    phone_key_free(key);
    phone_crypto_free(hashes);

    return NULL;
}


static void
test_threads(void)
{
    unsigned  i;
    signer_t  thread[4];

    for (i = 0; i < 4; i++) {
        thread[i].pem = cli_read(&arena, "k.pem");
        thread[i].good = 0;
        ok(pthread_create(&thread[i].id, NULL, signer, &thread[i]) == 0,
           "thread %u", i);
    }

    for (i = 0; i < 4; i++) {
        pthread_join(thread[i].id, NULL);
        is_int(thread[i].good, 20, "thread %u signed", i);
    }
}


int
main(void)
{
    phone_arena_init(&arena);
    crypto = phone_crypto_create();
    cli_begin();

    make_keys();
    test_types();
    test_openssl();
    test_message_bits();
    test_sign_bits();
    test_mixed_up();
    test_sign_fields();
    test_verify_fields();
    test_upper_digest();
    test_cut_digest();
    test_threads();

    is_int(ERR_peek_error(), 0, "OpenSSL's error queue is empty");

    cli_end();
    phone_key_free(private);
    phone_key_free(public);
    phone_key_free(foreign);
    phone_crypto_free(crypto);
    phone_arena_free(&arena);

    return done_testing();
}
