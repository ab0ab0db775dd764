
/*
 * lib/crypto.c: hashes on contexts that are used over and over.
 */


#include <openssl/err.h>

#include "tap.h"
#include "lib/crypto.h"


typedef struct {
    const char              *text;
    const char              *hash;
} vector_t;


static phone_arena_t    arena;
static phone_crypto_t  *crypto;


static phone_str_t
md5(phone_str_t data)
{
    unsigned char  out[PHONE_MD5_LEN];

    is_int(phone_md5(crypto, data, out), 0, "md5 of %zu bytes", data.len);

    return phone_hex(&arena, (phone_str_t) { sizeof(out), (char *) out });
}


static phone_str_t
sha256(phone_str_t data)
{
    unsigned char  out[PHONE_SHA256_LEN];

    is_int(phone_sha256(crypto, data, out), 0, "sha256 of %zu bytes",
           data.len);

    return phone_hex(&arena, (phone_str_t) { sizeof(out), (char *) out });
}


/* RFC 1321, A.5; each twice in a row, since the context is kept. */

static void
test_md5(void)
{
    size_t  i;

    static const vector_t  vector[] = {
        { "", "d41d8cd98f00b204e9800998ecf8427e" },
        { "a", "0cc175b9c0f1b6a831c399e269772661" },
        { "abc", "900150983cd24fb0d6963f7d28e17f72" },
        { "message digest", "f96b697d7cb7938d525a2f31aaf161d0" },
        { "abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b" },
        { "1234567890123456789012345678901234567890"
          "1234567890123456789012345678901234567890",
          "57edf4a22be3c955ac49da2e2107b67a" }
    };

    for (i = 0; i < 2 * sizeof(vector) / sizeof(vector[0]); i++) {
        is_str(md5(phone_cstr(vector[i / 2].text)), vector[i / 2].hash,
               "md5 \"%s\"", vector[i / 2].text);
    }
}


/* FIPS 180-2, appendix B, and the empty string. */

static void
test_sha256(void)
{
    size_t  i;
    char    million[1000];

    static const vector_t  vector[] = {
        { "", "e3b0c44298fc1c149afbf4c8996fb924"
              "27ae41e4649b934ca495991b7852b855" },
        { "abc", "ba7816bf8f01cfea414140de5dae2223"
                 "b00361a396177a9cb410ff61f20015ad" },
        { "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
          "248d6a61d20638b8e5c026930c3e6039"
          "a33ce45964ff2167f6ecedd419db06c1" }
    };

    for (i = 0; i < 2 * sizeof(vector) / sizeof(vector[0]); i++) {
        is_str(sha256(phone_cstr(vector[i / 2].text)), vector[i / 2].hash,
               "sha256 \"%s\"", vector[i / 2].text);
    }

    memset(million, 'a', sizeof(million));

    is_str(sha256((phone_str_t) { sizeof(million), million }),
           "41edece42d63e8d9bf515a9ba6932e1c"
           "20cbc9f5a5d134645adb5db1b9737ea3", "sha256 of 1000 a");
    is_str(sha256((phone_str_t) { 0, NULL }), vector[0].hash,
           "sha256 of nothing without a pointer");
}


int
main(void)
{
    phone_arena_init(&arena);

    crypto = phone_crypto_create();
    ok(crypto != NULL, "the algorithms are there");

    test_md5();
    test_sha256();

    is_int(ERR_peek_error(), 0, "OpenSSL's error queue is empty");

    phone_crypto_free(crypto);
    phone_crypto_free(NULL);
    phone_arena_free(&arena);

    return done_testing();
}
