
/*
 * lib/seal.c: HKDF, AES-256-GCM, HMAC-SHA256.
 */


#include <openssl/err.h>
#include <stdlib.h>

#include "tap.h"
#include "lib/seal.h"


static phone_arena_t  arena;


static phone_str_t
bytes_of(const char *hex)
{
    phone_str_t  out;

    if (phone_unhex(&arena, phone_cstr(hex), &out) == -1) {
        ok(0, "\"%s\" is hex", hex);
        return PHONE_EMPTY;
    }

    return out;
}


static phone_str_t
repeated(int byte, size_t n)
{
    return (phone_str_t) { n, memset(phone_alloc_raw(&arena, n), byte, n) };
}


/* from, from + 1, ... */

static phone_str_t
counting(unsigned from, size_t n)
{
    char    *p;
    size_t   i;

    p = phone_alloc_raw(&arena, n);

    for (i = 0; i < n; i++) {
        p[i] = (char) (from + i);
    }

    return (phone_str_t) { n, p };
}


static phone_str_t
hkdf(phone_str_t secret, phone_str_t salt, phone_str_t label, size_t len)
{
    unsigned char  out[256];

    is_int(phone_hkdf(secret, salt, label, out, len), 0, "hkdf of %zu", len);

    return phone_hex(&arena, (phone_str_t) { len, (char *) out });
}


/* RFC 5869, A.1 to A.3 */

static void
test_hkdf(void)
{
    unsigned char  out[32];

    is_str(hkdf(repeated(0x0b, 22), counting(0, 13), counting(0xf0, 10), 42),
           "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
           "34007208d5b887185865", "RFC 5869 A.1");

    is_str(hkdf(counting(0, 80), counting(0x60, 80), counting(0xb0, 80), 82),
           "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
           "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
           "cc30c58179ec3e87c14c01d5c1f3434f1d87", "RFC 5869 A.2");

    is_str(hkdf(repeated(0x0b, 22), PHONE_EMPTY, PHONE_EMPTY, 42),
           "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
           "9d201395faa4b61a96c8", "RFC 5869 A.3");

    is_int(phone_hkdf(counting(0, 32), PHONE_EMPTY, PHONE_EMPTY, out, 0), -1,
           "no output is an error");
}


/* Test cases 13, 14 and 16 of the GCM specification (McGrew and Viega). */

static void
test_gcm(void)
{
    size_t             i;
    phone_str_t        text, expected, plain;
    phone_seal_key_t  *key;

    static const struct {
        const char  *key, *nonce, *aad, *plain, *sealed;
    } vector[] = {
        { "00000000000000000000000000000000"
          "00000000000000000000000000000000",
          "000000000000000000000000", "", "",
          "530f8afbc74536b9a963b4f1c4cb738b" },

        { "00000000000000000000000000000000"
          "00000000000000000000000000000000",
          "000000000000000000000000", "", "00000000000000000000000000000000",
          "cea7403d4d606b6e074ec5d3baf39d18"
          "d0d1c8a799996bf0265b98b5d48ab919" },

        { "feffe9928665731c6d6a8f9467308308"
          "feffe9928665731c6d6a8f9467308308",
          "cafebabefacedbaddecaf888",
          "feedfacedeadbeeffeedfacedeadbeefabaddad2",
          "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
          "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
          "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
          "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
          "76fc6ece0f4e1768cddf8853bb2d551b" }
    };

    for (i = 0; i < 3; i++) {
        key = phone_seal_key_raw(bytes_of(vector[i].key));

        is_int(phone_seal(&arena, key, (const unsigned char *)
                          bytes_of(vector[i].nonce).data,
                          bytes_of(vector[i].aad), bytes_of(vector[i].plain),
                          &text),
               0, "vector %zu is sealed", i);

        expected = phone_join(&arena, 2, (const phone_str_t []) {
                                  bytes_of(vector[i].nonce),
                                  bytes_of(vector[i].sealed) });

        ok(phone_equal(text, phone_base64url(&arena, expected)),
           "nonce, ciphertext and tag");

        is_int(phone_unseal(&arena, key, bytes_of(vector[i].aad), text, &plain),
               0, "and opened");
        is_str(phone_hex(&arena, plain), vector[i].plain, "to the plain text");

        phone_seal_key_free(key);
    }
}


/* Expected values come from Python: cryptography's AESGCM, hmac. */

static void
test_labels(void)
{
    phone_str_t        secret, text, plain, aad;
    phone_mac_key_t   *mac_key;
    phone_seal_key_t  *cookie, *card;
    unsigned char      mac[PHONE_MAC_LEN];

    secret = counting(0, PHONE_SECRET_LEN);
    aad = PHONE_STR("phone_session");

    cookie = phone_seal_key_create(secret, "session cookie");
    card = phone_seal_key_create(secret, "card number");

    is_int(phone_seal(&arena, cookie,
                      (const unsigned char *) counting(0x40, 12).data, aad,
                      PHONE_STR("8613800138000 01JABCDEF"), &text),
           0, "a cookie is sealed");
    is_str(text, "QEFCQ0RFRkdISUpLFpgBJ6a129Juf9Xb4kgn4XYtE2v456HD4Q9ZmNdp"
                 "k_r3m_Y3xT_1", "as another implementation does it");

    is_int(phone_unseal(&arena, card, aad, text, &plain), -1,
           "the key of another label does not open it");
    is_int(phone_unseal(&arena, cookie, aad, text, &plain), 0, "its own does");
    is_str(plain, "8613800138000 01JABCDEF", "to what it was");

    phone_seal_key_free(cookie);
    phone_seal_key_free(card);

    mac_key = phone_mac_key_create(secret, "payment pin");
    is_int(phone_mac(mac_key, PHONE_STR("135790"), mac), 0, "a PIN's MAC");
    is_str(phone_hex(&arena, (phone_str_t) { sizeof(mac), (char *) mac }),
           "8906c6552f1fb7d38e95ca77b6260e4f59fd67a8352bc6252a66df29a07fc67d",
           "as another implementation does it");
    phone_mac_key_free(mac_key);
}


static void
test_rotation(void)
{
    phone_str_t        text, plain;
    phone_seal_key_t  *current, *previous;

    previous = phone_seal_key_create(repeated(1, PHONE_SECRET_LEN), "x");
    current = phone_seal_key_create(repeated(2, PHONE_SECRET_LEN), "x");

    is_int(phone_seal(&arena, previous,
                      (const unsigned char *) counting(0, 12).data,
                      PHONE_EMPTY, PHONE_STR("old"), &text),
           0, "sealed before the rotation");

    is_int(phone_unseal(&arena, current, PHONE_EMPTY, text, &plain), -1,
           "not opened by the current secret");
    is_int(phone_unseal(&arena, previous, PHONE_EMPTY, text, &plain), 0,
           "opened by the previous one");
    is_str(plain, "old", "right after a failure of the other");

    phone_seal_key_free(current);
    phone_seal_key_free(previous);
}


static void
test_tampered(void)
{
    char               copy[256];
    size_t             i, n;
    unsigned           bit, opened;
    phone_str_t        aad, bytes, text, plain;
    phone_seal_key_t  *key;

    aad = PHONE_STR("phone_session");
    key = phone_seal_key_create(repeated(7, PHONE_SECRET_LEN), "cookie");

    (void) phone_seal(&arena, key,
                      (const unsigned char *) counting(9, 12).data, aad,
                      PHONE_STR("8613800138000 01JABCDEFGHJKMNPQRSTVWXYZ"),
                      &text);
    (void) phone_unbase64url(&arena, text, &bytes);
    n = bytes.len;
    memcpy(copy, bytes.data, n);

    opened = 0;

    for (i = 0; i < n * 8; i++) {
        copy[i / 8] = (char) (copy[i / 8] ^ 1 << i % 8);

        text = phone_base64url(&arena, (phone_str_t) { n, copy });
        opened += (phone_unseal(&arena, key, aad, text, &plain) == 0);

        copy[i / 8] = (char) (copy[i / 8] ^ 1 << i % 8);
    }

    is_int(opened, 0, "no bit of %zu bytes can be changed", n);

    text = phone_base64url(&arena, bytes);
    memcpy(copy, text.data, text.len);
    n = text.len;

    for (i = 0; i < n; i++) {
        for (bit = 0; bit < 8; bit++) {
            copy[i] = (char) (copy[i] ^ 1 << bit);
            opened += (phone_unseal(&arena, key, aad, (phone_str_t) { n, copy },
                                    &plain) == 0);
            copy[i] = (char) (copy[i] ^ 1 << bit);
        }
    }

    is_int(opened, 0, "nor any bit of the base64url text");

    for (i = 0; i < n; i++) {
        opened += (phone_unseal(&arena, key, aad, (phone_str_t) { i, copy },
                                &plain) == 0);
    }

    is_int(opened, 0, "no cut text opens");

    copy[n] = 'A';
    is_int(phone_unseal(&arena, key, aad, (phone_str_t) { n + 1, copy },
                        &plain),
           -1, "nor a longer one");
    is_int(phone_unseal(&arena, key, PHONE_STR("phone_sessioN"), text, &plain),
           -1, "other aad");
    is_int(phone_unseal(&arena, key, PHONE_EMPTY, text, &plain), -1, "no aad");
    is_int(phone_unseal(&arena, key, aad, text, &plain), 0,
           "the untouched text still opens");

    phone_seal_key_free(key);
}


static void
test_bounds(void)
{
    char              *huge;
    phone_str_t        text, plain, large;
    phone_seal_key_t  *key;

    ok(phone_seal_key_create(repeated(1, 31), "x") == NULL,
       "a secret of 31 bytes");
    ok(phone_seal_key_raw(repeated(1, 33)) == NULL, "a key of 33 bytes");
    ok(phone_mac_key_create(PHONE_EMPTY, "x") == NULL, "no secret");
    ok(phone_mac_key_raw(PHONE_EMPTY) == NULL, "an empty MAC key");
    phone_seal_key_free(NULL);
    phone_mac_key_free(NULL);

    key = phone_seal_key_create(repeated(1, 32), "x");
    huge = calloc(1, PHONE_ARENA_MAX + 1);
    large = (phone_str_t) { PHONE_ARENA_MAX, huge };

    is_int(phone_seal(&arena, key, (const unsigned char *) huge, PHONE_EMPTY,
                      large, &text),
           -1, "what no arena holds is not sealed");
    is_int(phone_unseal(&arena, key, large, PHONE_EMPTY, &plain), -1,
           "aad of that size");
    is_int(phone_unseal(&arena, key, PHONE_EMPTY, PHONE_EMPTY, &plain), -1,
           "an empty text does not open");

    large.len = 100000;
    is_int(phone_seal(&arena, key, (const unsigned char *) huge, PHONE_EMPTY,
                      large, &text),
           0, "100 kB are sealed");
    is_int(phone_unseal(&arena, key, PHONE_EMPTY, text, &plain), 0, "opened");
    ok(phone_equal(plain, large), "and are the same");

    free(huge);
    phone_seal_key_free(key);
}


/* RFC 4231, 4.2 to 4.5, 4.7 and 4.8 */

static void
test_mac(void)
{
    size_t            i;
    phone_mac_key_t  *key;
    unsigned char     mac[PHONE_MAC_LEN];

    const struct {
        phone_str_t   key, data;
        const char   *mac;
    } vector[] = {
        { repeated(0x0b, 20), PHONE_STR("Hi There"),
          "b0344c61d8db38535ca8afceaf0bf12b"
          "881dc200c9833da726e9376c2e32cff7" },
        { PHONE_STR("Jefe"), PHONE_STR("what do ya want for nothing?"),
          "5bdcc146bf60754e6a042426089575c7"
          "5a003f089d2739839dec58b964ec3843" },
        { repeated(0xaa, 20), repeated(0xdd, 50),
          "773ea91e36800e46854db8ebd09181a7"
          "2959098b3ef8c122d9635514ced565fe" },
        { counting(1, 25), repeated(0xcd, 50),
          "82558a389a443c0ea4cc819899f2083a"
          "85f0faa3e578f8077a2e3ff46729665b" },
        { repeated(0xaa, 131),
          PHONE_STR("Test Using Larger Than Block-Size Key - "
                    "Hash Key First"),
          "60e431591ee0b67f0d8a26aacbf5b77f"
          "8e0bc6213728c5140546040f0ee37f54" },
        { repeated(0xaa, 131),
          PHONE_STR("This is a test using a larger than block-size key and a "
                    "larger than block-size data. The key needs to be hashed "
                    "before being used by the HMAC algorithm."),
          "9b09ffa71b942fcb27635fbcd5b0e944"
          "bfdc63644f0713938a7f51535c3a35e2" }
    };

    for (i = 0; i < 2 * sizeof(vector) / sizeof(vector[0]); i++) {
        key = phone_mac_key_raw(vector[i / 2].key);

        (void) phone_mac(key, PHONE_STR("something before"), mac);
        is_int(phone_mac(key, vector[i / 2].data, mac), 0, "RFC 4231");
        is_str(phone_hex(&arena, (phone_str_t) { sizeof(mac), (char *) mac }),
               vector[i / 2].mac, "case %zu", i / 2 + 1);

        phone_mac_key_free(key);
    }
}


int
main(void)
{
    phone_arena_init(&arena);

    test_hkdf();
    test_gcm();
    test_labels();
    test_rotation();
    test_tampered();
    test_bounds();
    test_mac();

    is_int(ERR_peek_error(), 0, "OpenSSL's error queue is empty");

    phone_arena_free(&arena);

    phone_seal_key_free(NULL);
    phone_mac_key_free(NULL);
    ok(1, "no key is freed as well");

    return done_testing();
}
