
/*
 * lib/key.c: RSA keys in every form that we read, and those we refuse.  The
 * keys are made by the openssl command.
 */


#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "tap.h"
#include "openssl_cli.h"
#include "lib/key.h"


static phone_arena_t  arena;


static phone_key_rc_t
read_public(phone_str_t text, phone_str_t *export)
{
    phone_key_t     *key;
    phone_key_rc_t   rc;

    key = NULL;
    rc = phone_key_public(text, &key);

    ok((rc == PHONE_KEY_OK) == (key != NULL), "a key or an error, never both");

    if (key != NULL && export != NULL) {
        *export = phone_key_export_public(&arena, key);
    }

    phone_key_free(key);

    return rc;
}


static phone_key_rc_t
read_private(phone_str_t text, phone_str_t *export)
{
    phone_key_t     *key;
    phone_key_rc_t   rc;

    key = NULL;
    rc = phone_key_private(text, &key);

    ok((rc == PHONE_KEY_OK) == (key != NULL), "a key or an error, never both");

    if (key != NULL && export != NULL) {
        *export = phone_key_export_public(&arena, key);
    }

    phone_key_free(key);

    return rc;
}


static void
make_keys(void)
{
    ok(cli_run("openssl genpkey -algorithm RSA -out k.pem "
               "-pkeyopt rsa_keygen_bits:2048"), "an RSA key, PKCS #8");
    ok(cli_run("openssl rsa -in k.pem -traditional -out k1.pem"), "PKCS #1");
    ok(cli_run("openssl pkey -in k.pem -pubout -out p.pem"), "its public key");
    ok(cli_run("openssl rsa -in k.pem -RSAPublicKey_out -out p1.pem"),
       "its public key as PKCS #1");
    ok(cli_run("openssl pkey -in k.pem -pubout -outform DER -out p.der && "
               "base64 -w0 p.der > p.b64 && base64 -w60 p.der > p.b64.wrapped"),
       "its public key as base64");
    ok(cli_run("openssl pkey -in k.pem -aes128 -passout pass:x -out ke.pem"),
       "the key under a passphrase");
    ok(cli_run("openssl rsa -in k.pem -traditional -aes128 -passout pass:x "
               "-out ke1.pem"), "the same in the old form");
    ok(cli_run("openssl genpkey -algorithm EC "
               "-pkeyopt ec_paramgen_curve:P-256 -out ec.pem && "
               "openssl pkey -in ec.pem -pubout -out ecp.pem && "
               "openssl ec -in ec.pem -out ec1.pem"), "a key on a curve");
    ok(cli_run("openssl genpkey -algorithm ED25519 -out ed.pem && "
               "openssl pkey -in ed.pem -pubout -out edp.pem"), "Ed25519");
    ok(cli_run("openssl genrsa -out small.pem 2047 && "
               "openssl pkey -in small.pem -pubout -out smallp.pem"),
       "an RSA key of 2047 bits");
    ok(cli_run("openssl req -x509 -new -key k.pem -subj /CN=x -out cert.pem"),
       "a certificate");
}


static void
test_forms(void)
{
    phone_str_t  line, export, text;

    line = cli_read(&arena, "p.b64");

    is_int(read_public(cli_read(&arena, "p.pem"), &export), PHONE_KEY_OK,
           "PEM SubjectPublicKeyInfo");
    ok(phone_equal(export, line), "is kept as one line of base64");

    is_int(read_public(cli_read(&arena, "p1.pem"), &export), PHONE_KEY_OK,
           "PEM PKCS #1");
    ok(phone_equal(export, line), "is kept in the same form");

    is_int(read_public(line, &export), PHONE_KEY_OK, "one line of base64");
    ok(phone_equal(export, line), "stays as it is");

    is_int(read_public(cli_read(&arena, "p.b64.wrapped"), &export),
           PHONE_KEY_OK, "base64 in lines");
    ok(phone_equal(export, line), "becomes one");

    is_int(read_private(cli_read(&arena, "k.pem"), &export), PHONE_KEY_OK,
           "PKCS #8 private key");
    ok(phone_equal(export, line), "has this public half");

    is_int(read_private(cli_read(&arena, "k1.pem"), &export), PHONE_KEY_OK,
           "PKCS #1 private key");
    ok(phone_equal(export, line), "has this public half");

    ok(cli_run("sed 's/$/\\r/' p.pem > crlf.pem"), "PEM with CR LF");
    is_int(read_public(cli_read(&arena, "crlf.pem"), &export), PHONE_KEY_OK,
           "is read");

    text = phone_format(&arena, "my key:\n%.*s",
                        PHONE_ARGS(cli_read(&arena, "p.pem")));
    is_int(read_public(text, &export), PHONE_KEY_OK, "text before the armor");
}


static void
test_refused(void)
{
    is_int(read_public(cli_read(&arena, "k.pem"), NULL), PHONE_KEY_PRIVATE,
           "a private key as a public one");
    is_int(read_public(cli_read(&arena, "ke.pem"), NULL), PHONE_KEY_PRIVATE,
           "an encrypted one as well");
    is_int(read_public(cli_read(&arena, "ec1.pem"), NULL), PHONE_KEY_PRIVATE,
           "one on a curve as well");
    is_int(read_private(cli_read(&arena, "p.pem"), NULL), PHONE_KEY_SYNTAX,
           "a public key as a private one");
    is_int(read_private(cli_read(&arena, "ke.pem"), NULL), PHONE_KEY_ENCRYPTED,
           "PKCS #8 with a passphrase");
    is_int(read_private(cli_read(&arena, "ke1.pem"), NULL),
           PHONE_KEY_ENCRYPTED, "PKCS #1 with a passphrase");
    is_int(read_public(cli_read(&arena, "ecp.pem"), NULL), PHONE_KEY_OTHER,
           "a public key on a curve");
    is_int(read_private(cli_read(&arena, "ec.pem"), NULL), PHONE_KEY_OTHER,
           "a private key on a curve");
    is_int(read_private(cli_read(&arena, "ec1.pem"), NULL), PHONE_KEY_OTHER,
           "the same in the old form");
    is_int(read_private(cli_read(&arena, "small.pem"), NULL),
           PHONE_KEY_TOO_SMALL, "2047 bits, private");
    is_int(read_public(cli_read(&arena, "smallp.pem"), NULL),
           PHONE_KEY_TOO_SMALL, "2047 bits, public");
    is_int(read_public(cli_read(&arena, "cert.pem"), NULL), PHONE_KEY_SYNTAX,
           "a certificate");
}


static void
test_garbage(void)
{
    char         text[20000];
    size_t       i;
    unsigned     taken;
    phone_key_t  *key;
    phone_str_t  pem, private, line;

    pem = cli_read(&arena, "p.pem");
    private = cli_read(&arena, "k.pem");
    line = cli_read(&arena, "p.b64");

    is_int(read_public(PHONE_EMPTY, NULL), PHONE_KEY_SYNTAX, "no text");
    is_int(read_private(PHONE_EMPTY, NULL), PHONE_KEY_SYNTAX, "no text");
    is_int(read_public(PHONE_STR("hello"), NULL), PHONE_KEY_SYNTAX, "a word");
    is_int(read_private(PHONE_STR("hello"), NULL), PHONE_KEY_SYNTAX, "a word");

    memset(text, 'A', sizeof(text));
    is_int(read_public((phone_str_t) { sizeof(text), text }, NULL),
           PHONE_KEY_SYNTAX, "20 kB of base64");
    is_int(read_public((phone_str_t) { 16384, text }, NULL),
           PHONE_KEY_SYNTAX, "16 kB of base64");

    /* lines before the armor are no part of it, and are counted */

    for (i = 16384; i <= 16385; i++) {
        memset(text, '\n', sizeof(text));
        memcpy(text + i - pem.len, pem.data, pem.len);
        is_int(read_public((phone_str_t) { i, text }, NULL),
               i == 16384 ? PHONE_KEY_OK : PHONE_KEY_SYNTAX,
               "a public key in a text of %zu bytes", i);

        memcpy(text + i - private.len, private.data, private.len);
        is_int(read_private((phone_str_t) { i, text }, NULL),
               i == 16384 ? PHONE_KEY_OK : PHONE_KEY_SYNTAX,
               "and a private one");
    }

    /* the line ends in "AQAB", whole groups; four more are three bytes */

    memcpy(text, line.data, line.len);
    memcpy(text + line.len, "AAAA", 4);
    is_int(read_public((phone_str_t) { line.len + 4, text }, NULL),
           PHONE_KEY_SYNTAX, "bytes after the key");

    taken = 0;

    for (i = 0; i < line.len; i++) {
        taken += (phone_key_public((phone_str_t) { i, line.data }, &key) == 0);
    }

    is_int(taken, 0, "no part of a line is a key");

    for (i = 0; i + 30 < pem.len; i++) {
        taken += (phone_key_public((phone_str_t) { i, pem.data }, &key) == 0);
    }

    is_int(taken, 0, "no part of a PEM text is a key");

    ok(cli_run("(echo '-----BEGIN PUBLIC KEY-----'; "
               "(cat p.der; echo more) | base64 -w64; "
               "echo '-----END PUBLIC KEY-----') > longer.pem"),
       "PEM with bytes after the key");
    is_int(read_public(cli_read(&arena, "longer.pem"), NULL),
           PHONE_KEY_SYNTAX, "is none");

    ok(cli_run("cat p.pem p.pem > two.pem"), "two keys in one text");
    is_int(read_public(cli_read(&arena, "two.pem"), NULL), PHONE_KEY_SEVERAL,
           "are not one of them");
    ok(cli_run("(echo 'key of the shop'; cat p.pem; echo 'bye') > said.pem"),
       "text around a key");
    is_int(read_public(cli_read(&arena, "said.pem"), NULL), PHONE_KEY_OK,
           "is none of it");
}


/* A public key with this modulus length and exponent; nobody can sign. */

static phone_str_t
fabricated(int bits, BN_ULONG exponent)
{
    long           len;
    char          *data;
    BIO           *bio;
    BIGNUM        *n, *e;
    EVP_PKEY      *pkey;
    OSSL_PARAM     params[3];
    phone_str_t    text;
    EVP_PKEY_CTX  *ctx;
    unsigned char  nb[1024], eb[8];

    n = BN_new();
    e = BN_new();
    BN_set_bit(n, bits - 1);
    BN_set_bit(n, 0);
    BN_set_word(e, exponent);

    BN_bn2nativepad(n, nb, bits / 8);
    BN_bn2nativepad(e, eb, sizeof(eb));

    params[0] = OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_N, nb,
                                        (size_t) bits / 8);
    params[1] = OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_E, eb, sizeof(eb));
    params[2] = OSSL_PARAM_construct_end();

    pkey = NULL;
    ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    EVP_PKEY_fromdata_init(ctx);
    EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_PUBLIC_KEY, params);

    bio = BIO_new(BIO_s_mem());
    PEM_write_bio_PUBKEY(bio, pkey);
    len = BIO_get_mem_data(bio, &data);
    text = phone_copy(&arena, (phone_str_t) { (size_t) len, data });

    BIO_free(bio);
    EVP_PKEY_free(pkey);
    EVP_PKEY_CTX_free(ctx);
    BN_free(n);
    BN_free(e);

    return text;
}


static void
test_numbers(void)
{
    is_int(read_public(fabricated(2048, 65537), NULL), PHONE_KEY_OK,
           "2048 bits");
    is_int(read_public(fabricated(4096, 65537), NULL), PHONE_KEY_OK,
           "4096 bits");
    is_int(read_public(fabricated(4104, 65537), NULL), PHONE_KEY_TOO_LARGE,
           "4104 bits");
    is_int(read_public(fabricated(8192, 65537), NULL), PHONE_KEY_TOO_LARGE,
           "8192 bits");
    is_int(read_public(fabricated(2048, 3), NULL), PHONE_KEY_OK,
           "exponent 3");
    is_int(read_public(fabricated(2048, 1), NULL), PHONE_KEY_EXPONENT,
           "exponent 1, with which anybody signs");
    is_int(read_public(fabricated(2048, 0), NULL), PHONE_KEY_EXPONENT,
           "exponent 0");
    is_int(read_public(fabricated(2048, 65536), NULL), PHONE_KEY_EXPONENT,
           "an even exponent");
    is_int(read_public(fabricated(2048, 0xffffffff), NULL), PHONE_KEY_OK,
           "the largest exponent");
    is_int(read_public(fabricated(2048, 0x100000001), NULL),
           PHONE_KEY_EXPONENT, "an exponent of 33 bits");
}


/* Points of small order: the signature 01 00 ... fits any text for the first
   ones, and for the others one text in a few. */

static void
test_weak(void)
{
    char         spki[61];
    unsigned     i, sign;
    phone_str_t  point, text;

    static const char *const  weak[] = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    };

    for (i = 0; i < sizeof(weak) / sizeof(weak[0]); i++) {
        for (sign = 0; sign < 2; sign++) {
            (void) phone_unhex(&arena, phone_cstr(weak[i]), &point);
            ((char *) point.data)[31] |= (char) (sign << 7);

            text = phone_base64(&arena, point);
            snprintf(spki, sizeof(spki), "MCowBQYDK2VwAyEA%.*s",
                     PHONE_ARGS(text));

            is_int(read_public(phone_cstr(spki), NULL),
                   i < sizeof(weak) / sizeof(weak[0]) - 1 ? PHONE_KEY_WEAK
                                                          : PHONE_KEY_OK,
                   "Ed25519 %.8s %u", weak[i], sign);
        }
    }
}


static void
test_errors(void)
{
    unsigned     rc;
    const char  *text, *before;

    before = "";

    for (rc = PHONE_KEY_OK; rc <= PHONE_KEY_MEMORY; rc++) {
        text = phone_key_error((phone_key_rc_t) rc);
        ok(strcmp(text, before) != 0, "%u: %s", rc, text);
        before = text;
    }
}


int
main(void)
{
    phone_arena_init(&arena);
    cli_begin();

    make_keys();
    test_forms();
    test_refused();
    test_garbage();
    test_numbers();
    test_weak();
    test_errors();

    phone_key_free(NULL);
    is_int(ERR_peek_error(), 0, "OpenSSL's error queue is empty");

    cli_end();
    phone_arena_free(&arena);

    phone_key_free(NULL);
    ok(1, "no key is freed as well");

    return done_testing();
}
