
/*
 * lib/password.c: scrypt, and what people may choose.
 */


#define _GNU_SOURCE          /* RTLD_NEXT */

#include <dlfcn.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include "tap.h"
#include "lib/password.h"


/* sixteen and thirty-two zero bytes */

#define SALT  "AAAAAAAAAAAAAAAAAAAAAA"
#define HASH  "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


static phone_arena_t  arena;
static int            not_run;       /* scrypt is asked for, and not run */
static unsigned       asked;


/* What the core calls, in front of OpenSSL's own. */

int
EVP_PBE_scrypt(const char *pass, size_t passlen, const unsigned char *salt,
    size_t saltlen, uint64_t N, uint64_t r, uint64_t p, uint64_t maxmem,
    unsigned char *key, size_t keylen)
{
    static __typeof__(EVP_PBE_scrypt)  *scrypt;

    asked++;

    if (not_run) {
        memset(key, 0, keylen);
        return 1;
    }

    *(void **) &scrypt = dlsym(RTLD_NEXT, "EVP_PBE_scrypt");

    return scrypt(pass, passlen, salt, saltlen, N, r, p, maxmem, key, keylen);
}


/* "$scrypt$<params>$<salt>$<hash>" from plain salt and hex hash */

static phone_str_t
stored(const char *params, const char *salt, const char *hex)
{
    phone_str_t  hash, s;

    (void) phone_unhex(&arena, phone_cstr(hex), &hash);

    hash = phone_base64url(&arena, hash);
    s = phone_base64url(&arena, phone_cstr(salt));

    return phone_format(&arena, "$scrypt$%s$%.*s$%.*s", params,
                        PHONE_ARGS(s), PHONE_ARGS(hash));
}


/* RFC 7914, 12; the fourth vector takes 1 GiB, which a stored text may not. */

static void
test_rfc7914(void)
{
    phone_str_t  text;

    text = stored("ln=4,r=1,p=1", "",
                  "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3f"
                  "ede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628"
                  "cf35e20c38d18906");
    is_int(phone_password_verify(text, PHONE_EMPTY), 1, "N = 16");
    is_int(phone_password_verify(text, PHONE_STR("x")), 0, "another password");

    text = stored("ln=10,r=8,p=16", "NaCl",
                  "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e7737663"
                  "4b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d"
                  "8360cbdfa2cc0640");
    is_int(phone_password_verify(text, PHONE_STR("password")), 1, "N = 1024");

    text = stored("ln=14,r=8,p=1", "SodiumChloride",
                  "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6"
                  "545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40"
                  "dfcf017b45575887");
    is_int(phone_password_verify(text, PHONE_STR("pleaseletmein")), 1,
           "N = 16384");
    is_int(phone_password_verify(text, PHONE_STR("pleaseletmeiN")), 0,
           "one letter in another case");

    text = stored("ln=20,r=8,p=1", "SodiumChloride",
                  "2101cb9b6a511aaeaddbbe09cf70f881ec568d574a2ffd4dabe5ee98"
                  "20adaa478e56fd8f4ba5d09ffa1c6d927c40f4c337304049e8a952fb"
                  "cbf45c6fa77a41a4");
    is_int(phone_password_verify(text, PHONE_STR("pleaseletmein")), -1,
           "1 GiB is refused");
}


static void
test_hash(void)
{
    size_t          i;
    unsigned        accepted;
    char            copy[128];
    phone_str_t     text, other;
    unsigned char   salt[PHONE_PASSWORD_SALT];

    static const phone_scrypt_t  quick = { 4, 8, 1 };

    memset(salt, 0xfb, sizeof(salt));

    is_int(phone_password_hash(&arena, &PHONE_SCRYPT_DEFAULT, salt,
                               PHONE_STR("\xe8\x8c\xb6 and horse"), &text),
           0, "a hash with the default cost");
    is_bytes(text.data, 44, "$scrypt$ln=14,r=8,p=1$-_v7-_v7-_v7-_v7-_v7-w", 44,
             "names its cost and salt");
    is_int(text.len, 44 + 1 + 43, "and holds 32 bytes of hash");
    is_int(phone_password_verify(text, PHONE_STR("\xe8\x8c\xb6 and horse")),
           1, "the password");
    is_int(phone_password_verify(text, PHONE_STR("\xe8\x8c\xb7 and horse")),
           0, "not the password");

    (void) phone_password_hash(&arena, &quick, salt, PHONE_STR("pass word"),
                               &text);
    is_int(phone_password_verify(text, PHONE_STR("pass word")), 1,
           "a cheaper one is as good");

    salt[0] = 0;
    (void) phone_password_hash(&arena, &quick, salt, PHONE_STR("pass word"),
                               &other);
    ok(!phone_equal(text, other), "another salt, another hash");

    /* every change of one bit: a refusal, whether malformed or different */

    accepted = 0;
    memcpy(copy, text.data, text.len);

    for (i = 0; i < text.len * 8; i++) {
        copy[i / 8] = (char) (copy[i / 8] ^ 1 << i % 8);
        accepted += (phone_password_verify((phone_str_t) { text.len, copy },
                                           PHONE_STR("pass word")) == 1);
        copy[i / 8] = (char) (copy[i / 8] ^ 1 << i % 8);
    }

    is_int(accepted, 0, "no bit of the stored text can be changed");
}


static void
test_malformed(void)
{
    size_t           i;
    phone_str_t      text;
    unsigned char    salt[PHONE_PASSWORD_SALT];
    phone_scrypt_t   params;

    static const char  *bad[] = {
        "", "$", "plain", "$scrypt$", "$scrypt$ln=4,r=8,p=1",
        "$scrypt$ln=4,r=8,p=1$" SALT,
        "$scrypt$ln=4,r=8,p=1$" SALT "$",
        "$scrypt$ln=4,r=8,p=1$" SALT "$" HASH "$",
        "$scrypt$ln=4,r=8,p=1$" SALT "$" HASH "$x",
        " $scrypt$ln=4,r=8,p=1$" SALT "$" HASH,
        "x$scrypt$ln=4,r=8,p=1$" SALT "$" HASH,
        "$bcrypt$ln=4,r=8,p=1$" SALT "$" HASH,
        "$scrypt$ln=4,r=8,p=1,$" SALT "$" HASH,
        "$scrypt$ln=4,r=8,p=1,q=1$" SALT "$" HASH,
        "$scrypt$ln=4,r=8$" SALT "$" HASH,
        "$scrypt$r=8,ln=4,p=1$" SALT "$" HASH,
        "$scrypt$ln=04,r=8,p=1$" SALT "$" HASH,
        "$scrypt$ln=-4,r=8,p=1$" SALT "$" HASH,
        "$scrypt$ln=,r=8,p=1$" SALT "$" HASH,
        "$scrypt$ln=4294967300,r=8,p=1$" SALT "$" HASH,
        "$scrypt$ln=4,r=8,p=1$!!!!$" HASH,
        "$scrypt$ln=4,r=8,p=1$" SALT "$AAAAAAAA",
        "$scrypt$ln=4,r=8,p=1$" SALT "$" HASH HASH "A",
        "$scrypt$ln=4,r=8,p=1$" SALT "$" HASH HASH "AAAA",
        "$scrypt$ln=4,r=8,p=1$" HASH HASH "A$" HASH
    };

    /* ln, r, p: zero, past the bounds, past the memory */

    static const phone_scrypt_t  wrong[] = {
        { 0, 8, 1 }, { 21, 1, 1 }, { 64, 8, 1 }, { 14, 0, 1 }, { 10, 33, 1 },
        { 14, 8, 0 }, { 10, 8, 17 }, { 16, 1, 1 }, { 19, 8, 1 }, { 17, 32, 1 }
    };

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        text = phone_cstr(bad[i]);
        is_int(phone_password_verify(text, PHONE_STR("x")), -1,
               "malformed \"%s\"", bad[i]);
    }

    is_int(phone_password_verify(PHONE_STR("$scrypt$ln=4,r=8,p=1$" SALT "$"
                                           HASH), PHONE_STR("x")),
           0, "while the well-formed one is only wrong");

    memset(salt, 0, sizeof(salt));

    for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        params = wrong[i];
        is_int(phone_password_hash(&arena, &params, salt, PHONE_STR("x"),
                                   &text),
               -1, "no hash with ln=%u r=%u p=%u", params.ln, params.r,
               params.p);

        text = phone_format(&arena, "$scrypt$ln=%u,r=%u,p=%u$" SALT "$" HASH,
                            params.ln, params.r, params.p);
        is_int(phone_password_verify(text, PHONE_STR("x")), -1,
               "nor a check");
    }

    params = (phone_scrypt_t) { 18, 8, 1 };
    is_int(phone_password_hash(&arena, &params, salt, PHONE_STR("x"), &text),
           0, "256 MiB is the most there is");
}


/* What is allowed at both ends of each bound, and what is not beside it. */

static void
test_bounds(void)
{
    size_t       i, n;
    phone_str_t  text;

    static const struct {
        unsigned     ln, r, p;
        int          allowed;
    } params[] = {
        { 1, 1, 1, 1 }, { 0, 1, 1, 0 }, { 1, 0, 1, 0 }, { 1, 1, 0, 0 },
        { 1, 32, 1, 1 }, { 1, 33, 1, 0 }, { 1, 1, 16, 1 }, { 1, 1, 17, 0 },
        { 15, 1, 1, 1 }, { 16, 1, 1, 0 }, { 20, 2, 1, 1 }, { 20, 3, 1, 0 },
        { 21, 2, 1, 0 }, { 16, 32, 1, 1 }, { 17, 32, 1, 0 }, { 18, 8, 1, 1 },
        { 63, 32, 1, 0 }, { 64, 32, 1, 0 }, { 511, 32, 1, 0 },
        { 1000, 1000, 1, 0 }, { 1, 1, 1001, 0 }
    };

    not_run = 1;

    for (i = 0; i < sizeof(params) / sizeof(params[0]); i++) {
        asked = 0;
        text = phone_format(&arena, "$scrypt$ln=%u,r=%u,p=%u$" SALT "$" HASH,
                            params[i].ln, params[i].r, params[i].p);
        is_int(phone_password_verify(text, PHONE_STR("x")),
               params[i].allowed ? 1 : -1, "ln=%u r=%u p=%u", params[i].ln,
               params[i].r, params[i].p);
        is_int(asked, params[i].allowed, "scrypt runs or does not");
    }

    /* bytes of salt and of hash */

    for (n = 0; n < 70; n++) {
        text = phone_base64url(&arena, (phone_str_t) { n, phone_alloc(&arena,
                                                                      n) });
        is_int(phone_password_verify(
                   phone_format(&arena, "$scrypt$ln=4,r=8,p=1$%.*s$" HASH,
                                PHONE_ARGS(text)), PHONE_STR("x")),
               n <= 64 ? 1 : -1, "a salt of %zu bytes", n);
        is_int(phone_password_verify(
                   phone_format(&arena, "$scrypt$ln=4,r=8,p=1$" SALT "$%.*s",
                                PHONE_ARGS(text)), PHONE_STR("x")),
               n >= 16 && n <= 64 ? 1 : -1, "a hash of %zu bytes", n);
    }

    not_run = 0;
}


/* Each byte in the middle of a password, and in place of a PIN's digit. */

static void
test_bytes(void)
{
    int   c;
    char  password[] = "seven ?words";
    char  pin[] = "13?790";

    for (c = 0; c < 256; c++) {
        password[6] = (char) c;
        is_int(phone_password_acceptable((phone_str_t) { 12, password }),
               c < 0x20 || c >= 0x7f ? PHONE_PASSWORD_UTF8
                                     : PHONE_PASSWORD_OK,
               "byte %d in a password", c);

        pin[2] = (char) c;
        is_int(phone_pin_acceptable((phone_str_t) { 6, pin }),
               c >= '0' && c <= '9', "byte %d in a PIN", c);
    }

    is_int(phone_password_acceptable(PHONE_STR("PASSWORD")),
           PHONE_PASSWORD_COMMON, "A and Z are letters");
    is_int(phone_password_acceptable(PHONE_STR("1QAZ2WSX")),
           PHONE_PASSWORD_COMMON, "as all between");
    is_int(phone_password_acceptable(PHONE_STR("ZXCVBNM123")),
           PHONE_PASSWORD_COMMON, "and Z");
}


/* One's own number, whatever it looks like. */

static void
test_number(void)
{
    size_t  i;

    static const struct {
        const char  *password;
        int          is;
    } try[] = {
        { "13800000001", 1 }, { "8613800000001", 1 }, { "+8613800000001", 1 },
        { "008613800000001", 1 }, { "013800000001", 1 },
        { "138 0000 0001", 1 }, { "(+86) 138-0000.0001", 1 },
        { "138/0000/0001", 1 }, { "3800000001", 1 }, { "800000001", 1 },
        { "13800000002", 0 }, { "913800000001", 0 },
        { "1138613800000001", 0 }, { "13800000001x", 0 },
        { "x13800000001", 0 }, { "1380000000", 0 }, { "00000001", 0 },
        { "--------", 0 }, { "tea-and-cake", 0 }, { "", 0 }
    };

    for (i = 0; i < sizeof(try) / sizeof(try[0]); i++) {
        is_int(phone_password_is_number(phone_cstr(try[i].password),
                                        PHONE_STR("+8613800000001")),
               try[i].is, "\"%s\"", try[i].password);
    }

    is_int(phone_password_is_number(PHONE_STR("415-555-0100"),
                                    PHONE_STR("+14155550100")),
           1, "of another region");
    is_int(phone_password_is_number(PHONE_STR("99999999999999999999999999999"
               "999999999999999999999999999999999999999999999999999999999999"
               "999999999999999999999999999999999999999999999999999999999999"),
                                    PHONE_STR("+14155550100")),
           0, "more digits than a number has");
}


static void
test_acceptable(void)
{
    size_t  i;
    char    name[64], long_one[PHONE_PASSWORD_MAX + 2];

    static const struct {
        phone_password_rc_t   rc;
        const char           *password;
    } vector[] = {
        { PHONE_PASSWORD_OK, "correct horse" },
        { PHONE_PASSWORD_OK, "7wq2mfp9" },
        { PHONE_PASSWORD_OK, "aaaaaaab" },
        { PHONE_PASSWORD_OK, "\xe4\xb8\x80\xe4\xba\x8c\xe4\xb8\x89\xe5\x9b\x9b"
                             "\xe4\xba\x94\xe5\x85\xad\xe4\xb8\x83"
                             "\xe5\x85\xab" },
        { PHONE_PASSWORD_SHORT, "" },
        { PHONE_PASSWORD_SHORT, "abcdefg" },
        { PHONE_PASSWORD_SHORT, "\xe4\xb8\x80\xe4\xba\x8c\xe4\xb8\x89" },
        { PHONE_PASSWORD_UNIFORM, "aaaaaaaa" },
        { PHONE_PASSWORD_UNIFORM, "\xe5\x85\xab\xe5\x85\xab\xe5\x85\xab"
                                  "\xe5\x85\xab\xe5\x85\xab\xe5\x85\xab"
                                  "\xe5\x85\xab\xe5\x85\xab" },
        { PHONE_PASSWORD_COMMON, "password" },
        { PHONE_PASSWORD_COMMON, "PassWord1" },
        { PHONE_PASSWORD_COMMON, "P@ssw0rd" },
        { PHONE_PASSWORD_COMMON, "1234567890" },
        { PHONE_PASSWORD_COMMON, "Woaini1314" },
        { PHONE_PASSWORD_COMMON, "1QAZ2wsx" },
        { PHONE_PASSWORD_COMMON, "zxcvbnm123" },
        { PHONE_PASSWORD_COMMON, "01234567" },
        { PHONE_PASSWORD_UTF8, "caf\xe9 au lait" },
        { PHONE_PASSWORD_UTF8, "tab\tin the middle" },
        { PHONE_PASSWORD_UTF8, "delete\x7f here" }
    };

    for (i = 0; i < sizeof(vector) / sizeof(vector[0]); i++) {
        is_int(phone_password_acceptable(phone_cstr(vector[i].password)),
               vector[i].rc, "password \"%s\"", vector[i].password);
    }

    is_int(phone_password_acceptable(PHONE_STR("nul\0inside it")),
           PHONE_PASSWORD_UTF8, "a NUL byte");

    for (i = 0; i < sizeof(long_one); i++) {
        long_one[i] = (char) ('a' + i % 26);
    }

    is_int(phone_password_acceptable((phone_str_t) { PHONE_PASSWORD_MAX,
                                                     long_one }),
           PHONE_PASSWORD_OK, "128 bytes");
    is_int(phone_password_acceptable((phone_str_t) { PHONE_PASSWORD_MAX + 1,
                                                     long_one }),
           PHONE_PASSWORD_LONG, "129 bytes");

    snprintf(name, sizeof(name), "password%c", 0x1f);
    is_int(phone_password_acceptable(phone_cstr(name)), PHONE_PASSWORD_UTF8,
           "a control byte");
}


static void
test_pin(void)
{
    size_t       i;
    char         text[8];
    unsigned     pin, good;

    static const char  *bad[] = {
        "", "12345", "1234567", "12345a", " 35790", "-35790", "13579\xb2",
        "13579:", "13579/",
        "000000", "999999", "123456", "234567", "456789", "567890", "890123",
        "654321", "987654", "210987", "098765", "121212", "909090", "010101",
        "123123", "520520", "100100", "112112"
    };

    static const char  *fine[] = {
        "135790", "112233", "123455", "123457", "654322", "121213", "123124",
        "246802", "520521", "000001", "900000", "123321"
    };

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        is_int(phone_pin_acceptable(phone_cstr(bad[i])),
               0, "PIN \"%s\" is weak", bad[i]);
    }

    for (i = 0; i < sizeof(fine) / sizeof(fine[0]); i++) {
        is_int(phone_pin_acceptable(phone_cstr(fine[i])), 1,
               "PIN \"%s\" may be chosen", fine[i]);
    }

    /*
     * Of a million: 1000 repeat three digits, 100 repeat two, and the ten of
     * one digit are among both; 20 runs are among neither.
     */

    good = 0;

    for (pin = 0; pin < 1000000; pin++) {
        snprintf(text, sizeof(text), "%06u", pin);
        good += (unsigned) phone_pin_acceptable((phone_str_t) { 6, text });
    }

    is_int(good, 1000000 - (1000 + 100 - 10) - 20, "PINs left to choose from");
}


int
main(void)
{
    phone_arena_init(&arena);

    test_rfc7914();
    test_hash();
    test_malformed();
    test_bounds();
    test_bytes();
    test_acceptable();
    test_number();
    test_pin();

    is_int(ERR_peek_error(), 0, "OpenSSL's error queue is empty");

    phone_arena_free(&arena);

    return done_testing();
}
