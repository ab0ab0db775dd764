
#include "key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>


#define PHONE_PEM_BEGIN      "-----BEGIN "

/* a PEM file of the largest key that we only measure is below this */
#define PHONE_KEY_TEXT_MAX   16384


struct phone_key_s {
    phone_key_kind_t         kind;
    EVP_PKEY                *pkey;       /* NULL: a secret */
    unsigned                 private:1;

    /* of RSA, made at the first use of a type: most keys serve one */
    EVP_PKEY_CTX            *verify[PHONE_RSA_TYPES];
    EVP_PKEY_CTX            *sign[PHONE_RSA_TYPES];

    EVP_MAC_CTX             *mac;        /* of a secret */
};


/* How the base64 of an Ed25519 SubjectPublicKeyInfo begins. */
#define PHONE_ED25519_SPKI      "MCowBQYDK2VwAyEA"
#define PHONE_ED25519_SPKI_LEN  60
#define PHONE_ED25519_POINT     32

/* As long as no secret is that a platform has made, as short as no key. */
#define PHONE_KEY_LOOKS         59


/* The contents of a PEM armor, or the DER of base64 without one. */

typedef struct {
    char                    *name;
    char                    *header;
    unsigned char           *data;
    long                     len;
} phone_pem_t;


static int phone_pem_read(phone_str_t text, phone_pem_t *pem);
static unsigned phone_pem_blocks(phone_str_t text);
static void phone_pem_free(phone_pem_t *pem);
static int phone_pem_is_private(const char *name);
static EVP_PKEY *phone_key_base64(phone_str_t text);
static EVP_PKEY *phone_key_pkcs8(const phone_pem_t *pem);
static phone_key_rc_t phone_key_create(EVP_PKEY *pkey, unsigned private,
    phone_key_t **key);
static phone_key_rc_t phone_key_check(EVP_PKEY *pkey);
static phone_key_rc_t phone_key_check_ed25519(EVP_PKEY *pkey);
static EVP_PKEY_CTX *phone_key_context(EVP_PKEY *pkey, phone_sign_type_t type,
    int (*init)(EVP_PKEY_CTX *ctx));


phone_key_rc_t
phone_key_public(phone_str_t text, phone_key_t **key)
{
    EVP_PKEY             *pkey;
    phone_pem_t           pem;
    phone_key_rc_t        rc;
    const unsigned char  *p;

    if (text.len == 0 || text.len > PHONE_KEY_TEXT_MAX) {
        return PHONE_KEY_SYNTAX;
    }

    if (phone_pem_read(text, &pem) != 0) {
        rc = phone_key_create(phone_key_base64(text), 0, key);
        ERR_clear_error();
        return rc;
    }

    pkey = NULL;
    p = pem.data;

    if (phone_pem_is_private(pem.name)) {
        rc = PHONE_KEY_PRIVATE;
        goto done;
    }

    if (phone_pem_blocks(text) > 1) {
        rc = PHONE_KEY_SEVERAL;
        goto done;
    }

    if (strcmp(pem.name, "PUBLIC KEY") == 0) {
        pkey = d2i_PUBKEY(NULL, &p, pem.len);

    } else if (strcmp(pem.name, "RSA PUBLIC KEY") == 0) {
        pkey = d2i_PublicKey(EVP_PKEY_RSA, NULL, &p, pem.len);
    }

    if (pkey != NULL && p != pem.data + pem.len) {
        EVP_PKEY_free(pkey);
        pkey = NULL;
    }

    rc = phone_key_create(pkey, 0, key);

done:

    phone_pem_free(&pem);
    ERR_clear_error();

    return rc;
}


phone_key_rc_t
phone_key_private(phone_str_t text, phone_key_t **key)
{
    EVP_PKEY             *pkey;
    phone_pem_t           pem;
    phone_key_rc_t        rc;
    const unsigned char  *p;

    if (text.len == 0 || text.len > PHONE_KEY_TEXT_MAX
        || phone_pem_read(text, &pem) != 0)
    {
        ERR_clear_error();
        return PHONE_KEY_SYNTAX;
    }

    pkey = NULL;
    p = pem.data;

    if (pem.header[0] != '\0'
        || strcmp(pem.name, "ENCRYPTED PRIVATE KEY") == 0)
    {
        rc = PHONE_KEY_ENCRYPTED;
        goto done;
    }

    if (strcmp(pem.name, "PRIVATE KEY") == 0) {
        pkey = phone_key_pkcs8(&pem);

    } else if (strcmp(pem.name, "RSA PRIVATE KEY") == 0) {
        pkey = d2i_PrivateKey(EVP_PKEY_RSA, NULL, &p, pem.len);

    } else if (phone_pem_is_private(pem.name)) {
        rc = PHONE_KEY_OTHER;
        goto done;
    }

    rc = phone_key_create(pkey, 1, key);

done:

    phone_pem_free(&pem);
    ERR_clear_error();

    return rc;
}


static int
phone_pem_read(phone_str_t text, phone_pem_t *pem)
{
    int   rc;
    BIO  *bio;

    bio = BIO_new_mem_buf(text.data, (int) text.len);
    if (bio == NULL) {
        return -1;
    }

    rc = PEM_read_bio(bio, &pem->name, &pem->header, &pem->data, &pem->len);

    BIO_free(bio);

    return (rc == 1) ? 0 : -1;
}


static unsigned
phone_pem_blocks(phone_str_t text)
{
    size_t    i, len;
    unsigned  n;

    n = 0;
    len = sizeof(PHONE_PEM_BEGIN) - 1;

    for (i = 0; i + len <= text.len; i++) {
        n += memcmp(text.data + i, PHONE_PEM_BEGIN, len) == 0;
    }

    return n;
}


static void
phone_pem_free(phone_pem_t *pem)
{
    OPENSSL_free(pem->name);
    OPENSSL_free(pem->header);
    OPENSSL_clear_free(pem->data, (size_t) pem->len);
}


/* "PRIVATE KEY" itself, or "RSA", "EC", "ENCRYPTED" ... in front of it. */

static int
phone_pem_is_private(const char *name)
{
    size_t             len;
    static const char  tail[] = "PRIVATE KEY";

    len = strlen(name);

    return len >= sizeof(tail) - 1
           && strcmp(name + len - (sizeof(tail) - 1), tail) == 0;
}


/* EVP's decoder skips white space, so a pasted key may be in lines. */

static EVP_PKEY *
phone_key_base64(phone_str_t text)
{
    int                   n, rest;
    EVP_PKEY             *pkey;
    EVP_ENCODE_CTX       *ctx;
    unsigned char         der[PHONE_KEY_TEXT_MAX];
    const unsigned char  *p;

    ctx = EVP_ENCODE_CTX_new();
    if (ctx == NULL) {
        return NULL;
    }

    EVP_DecodeInit(ctx);

    pkey = NULL;
    p = der;

    if (EVP_DecodeUpdate(ctx, der, &n, (const unsigned char *) text.data,
                         (int) text.len) >= 0
        && EVP_DecodeFinal(ctx, der + n, &rest) == 1)
    {
        n += rest;
        pkey = d2i_PUBKEY(NULL, &p, n);

        if (pkey != NULL && p != der + n) {
            EVP_PKEY_free(pkey);
            pkey = NULL;
        }
    }

    EVP_ENCODE_CTX_free(ctx);

    return pkey;
}


static EVP_PKEY *
phone_key_pkcs8(const phone_pem_t *pem)
{
    EVP_PKEY             *pkey;
    const unsigned char  *p;
    PKCS8_PRIV_KEY_INFO  *info;

    p = pem->data;

    info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &p, pem->len);
    if (info == NULL) {
        return NULL;
    }

    pkey = EVP_PKCS82PKEY(info);

    PKCS8_PRIV_KEY_INFO_free(info);

    return pkey;
}


/* Takes pkey over; NULL is what the decoders give for "not a key". */

static phone_key_rc_t
phone_key_create(EVP_PKEY *pkey, unsigned private, phone_key_t **key)
{
    phone_key_t     *k;
    phone_key_rc_t   rc;

    rc = phone_key_check(pkey);

    if (rc != PHONE_KEY_OK) {
        EVP_PKEY_free(pkey);
        return rc;
    }

    k = OPENSSL_zalloc(sizeof(phone_key_t));

    if (k == NULL) {
        EVP_PKEY_free(pkey);
        return PHONE_KEY_MEMORY;
    }

    k->kind = EVP_PKEY_get_base_id(pkey) == EVP_PKEY_RSA ? PHONE_KEY_RSA
                                                         : PHONE_KEY_ED25519;
    k->pkey = pkey;
    k->private = private;

    *key = k;

    return PHONE_KEY_OK;
}


/*
 * A huge exponent makes a verification as slow as a signature, and with 1
 * anybody can sign.
 */

static phone_key_rc_t
phone_key_check(EVP_PKEY *pkey)
{
    int      bits, sound;
    BIGNUM  *e;

    if (pkey == NULL) {
        return PHONE_KEY_SYNTAX;
    }

    if (EVP_PKEY_get_base_id(pkey) == EVP_PKEY_ED25519) {
        return phone_key_check_ed25519(pkey);
    }

    if (EVP_PKEY_get_base_id(pkey) != EVP_PKEY_RSA) {
        return PHONE_KEY_OTHER;
    }

    bits = EVP_PKEY_get_bits(pkey);

    if (bits < PHONE_KEY_BITS_MIN) {
        return PHONE_KEY_TOO_SMALL;
    }

    if (bits > PHONE_KEY_BITS_MAX) {
        return PHONE_KEY_TOO_LARGE;
    }

    e = NULL;

    if (EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_E, &e) != 1) {
        return PHONE_KEY_MEMORY;
    }

    sound = BN_is_odd(e) && !BN_is_one(e) && BN_num_bits(e) <= 32;

    BN_free(e);

    return sound ? PHONE_KEY_OK : PHONE_KEY_EXPONENT;
}


/*
 * OpenSSL takes points of small order, for which a signature can be made that
 * fits any text (RFC 8032, 5.1.7 leaves them to the application).  These are
 * all, and their encodings that are not canonical, but for the highest bit.
 */

static phone_key_rc_t
phone_key_check_ed25519(EVP_PKEY *pkey)
{
    size_t         i, len;
    unsigned char  point[PHONE_ED25519_POINT];

    static const unsigned char  weak[][PHONE_ED25519_POINT] = {
        { 0x00 },
        { 0x01 },
        { 0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4,
          0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6,
          0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05 },
        { 0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b,
          0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39,
          0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a },
        { 0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
          0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
          0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f },
        { 0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
          0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
          0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f },
        { 0xee, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
          0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
          0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f }
    };

    len = sizeof(point);

    if (EVP_PKEY_get_raw_public_key(pkey, point, &len) != 1
        || len != sizeof(point))
    {
        return PHONE_KEY_MEMORY;
    }

    point[len - 1] &= 0x7f;

    for (i = 0; i < sizeof(weak) / sizeof(weak[0]); i++) {
        if (memcmp(point, weak[i], len) == 0) {
            return PHONE_KEY_WEAK;
        }
    }

    return PHONE_KEY_OK;
}


void
phone_key_free(phone_key_t *key)
{
    unsigned  i;

    if (key == NULL) {
        return;
    }

    for (i = 0; i < PHONE_RSA_TYPES; i++) {
        EVP_PKEY_CTX_free(key->verify[i]);
        EVP_PKEY_CTX_free(key->sign[i]);
    }

    EVP_MAC_CTX_free(key->mac);
    EVP_PKEY_free(key->pkey);
    OPENSSL_free(key);
}


const char *
phone_key_error(phone_key_rc_t rc)
{
    static const char *const  text[] = {
        "the key is good",
        "not a key: give PEM or the base64 of a DER public key",
        "more than one PEM block: give the public key alone",
        "a private key: send the public key, and make a new pair, "
            "since this one has left its owner",
        "the private key has a passphrase: store it without one, "
            "readable by its owner only",
        "neither an RSA key, of 2048 bits or more, nor an Ed25519 key: make "
            "one of these",
        "the RSA key is too small: make one of 2048 bits or more",
        "the RSA key is too large: make one of at most 4096 bits",
        "the RSA key has an unsafe exponent: make one with 65537",
        "an Ed25519 key for which anybody can sign: make a new one",
        "the secret has less than 32 characters: take the one that the "
            "platform has made",
        "a public key where a secret belongs: whoever knows it could sign",
        "out of memory while the key was read: try again"
    };

    return text[rc];
}


phone_str_t
phone_key_export_public(phone_arena_t *arena, const phone_key_t *key)
{
    int             len;
    phone_str_t     text;
    unsigned char  *der;

    der = NULL;

    len = i2d_PUBKEY(key->pkey, &der);

    /* it may have met an error on a way that it did not take in the end */

    ERR_clear_error();

    if (len <= 0) {
        arena->failed = 1;
        return PHONE_EMPTY;
    }

    text = phone_base64(arena, (phone_str_t) { (size_t) len, (char *) der });

    OPENSSL_free(der);

    return text;
}


phone_str_t
phone_key_export_pem(phone_arena_t *arena, const phone_key_t *key)
{
    BIO          *bio;
    char         *data;
    phone_str_t   text;

    text = PHONE_EMPTY;
    bio = BIO_new(BIO_s_mem());

    if (bio != NULL && PEM_write_bio_PUBKEY(bio, key->pkey) == 1) {
        text.len = (size_t) BIO_get_mem_data(bio, &data);
        text.data = data;
        text = phone_copy(arena, text);

    } else {
        arena->failed = 1;
    }

    BIO_free(bio);
    ERR_clear_error();

    return text;
}


phone_str_t
phone_key_sha256(phone_arena_t *arena, const phone_key_t *key)
{
    int             len, rc;
    unsigned char  *der, hash[EVP_MAX_MD_SIZE];

    der = NULL;
    rc = 0;
    len = i2d_PUBKEY(key->pkey, &der);

    if (len > 0) {
        rc = EVP_Digest(der, (size_t) len, hash, NULL, EVP_sha256(), NULL);
    }

    OPENSSL_free(der);
    ERR_clear_error();

    if (rc != 1) {
        arena->failed = 1;
        return PHONE_EMPTY;
    }

    return phone_hex(arena, (phone_str_t) { 32, (char *) hash });
}


/*
 * A public key is no secret.  One that is used as such, by mistake or because
 * somebody has asked for another sign type, lets anybody sign.
 */

phone_key_rc_t
phone_key_secret(phone_str_t secret, phone_key_t **key)
{
    EVP_MAC      *mac;
    OSSL_PARAM    params[2];
    phone_key_t  *k;

    if (secret.len < PHONE_KEY_SECRET_MIN) {
        return PHONE_KEY_SHORT;
    }

    if (secret.len > PHONE_KEY_LOOKS
        && phone_key_public(secret, &k) == PHONE_KEY_OK)
    {
        phone_key_free(k);
        return PHONE_KEY_NO_SECRET;
    }

    k = OPENSSL_zalloc(sizeof(phone_key_t));
    if (k == NULL) {
        return PHONE_KEY_MEMORY;
    }

    params[0] = OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST,
                                                 (char *) "SHA256", 0);
    params[1] = OSSL_PARAM_construct_end();

    mac = EVP_MAC_fetch(NULL, OSSL_MAC_NAME_HMAC, NULL);

    k->kind = PHONE_KEY_SECRET;
    k->private = 1;
    k->mac = EVP_MAC_CTX_new(mac);

    EVP_MAC_free(mac);

    if (k->mac == NULL
        || EVP_MAC_init(k->mac, (const unsigned char *) secret.data,
                        secret.len, params) != 1)
    {
        phone_key_free(k);
        ERR_clear_error();
        return PHONE_KEY_MEMORY;
    }

    *key = k;

    return PHONE_KEY_OK;
}


phone_key_kind_t
phone_key_kind(const phone_key_t *key)
{
    return key->kind;
}


phone_key_kind_t
phone_key_kind_of(phone_str_t spki)
{
    return spki.len == PHONE_ED25519_SPKI_LEN
           && memcmp(spki.data, PHONE_ED25519_SPKI,
                     sizeof(PHONE_ED25519_SPKI) - 1) == 0
           ? PHONE_KEY_ED25519 : PHONE_KEY_RSA;
}


const EVP_MD *
phone_key_hash(phone_sign_type_t type)
{
    return (type == PHONE_RSA2) ? EVP_sha256() : EVP_md5();
}


size_t
phone_key_size(const phone_key_t *key)
{
    return key->kind == PHONE_KEY_SECRET
           ? PHONE_HMAC_LEN : (size_t) EVP_PKEY_get_size(key->pkey);
}


EVP_PKEY_CTX *
phone_key_verifier(phone_key_t *key, phone_sign_type_t type)
{
    if (key->verify[type] == NULL) {
        key->verify[type] = phone_key_context(key->pkey, type,
                                              EVP_PKEY_verify_init);
    }

    return key->verify[type];
}


EVP_PKEY_CTX *
phone_key_signer(phone_key_t *key, phone_sign_type_t type)
{
    if (key->sign[type] == NULL && key->private) {
        key->sign[type] = phone_key_context(key->pkey, type,
                                            EVP_PKEY_sign_init);
    }

    return key->sign[type];
}


static EVP_PKEY_CTX *
phone_key_context(EVP_PKEY *pkey, phone_sign_type_t type,
    int (*init)(EVP_PKEY_CTX *ctx))
{
    EVP_PKEY_CTX  *ctx;

    ctx = EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL);

    if (ctx == NULL || init(ctx) != 1
        || EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) != 1
        || EVP_PKEY_CTX_set_signature_md(ctx, phone_key_hash(type)) != 1)
    {
        EVP_PKEY_CTX_free(ctx);
        ERR_clear_error();
        return NULL;
    }

    return ctx;
}


int
phone_key_ed25519_verify(phone_key_t *key, phone_str_t data, phone_str_t sign)
{
    int          rc;
    EVP_MD_CTX  *ctx;

    ctx = EVP_MD_CTX_new();

    rc = ctx != NULL
         && EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, key->pkey) == 1
         && EVP_DigestVerify(ctx, (const unsigned char *) sign.data, sign.len,
                             (const unsigned char *) data.data, data.len)
            == 1
         ? 0 : -1;

    EVP_MD_CTX_free(ctx);
    ERR_clear_error();

    return rc;
}


int
phone_key_ed25519_sign(phone_key_t *key, phone_str_t data,
    unsigned char sign[PHONE_ED25519_SIGN])
{
    int          rc;
    size_t       len;
    EVP_MD_CTX  *ctx;

    if (!key->private) {
        return -1;
    }

    len = PHONE_ED25519_SIGN;
    ctx = EVP_MD_CTX_new();

    rc = ctx != NULL
         && EVP_DigestSignInit(ctx, NULL, NULL, NULL, key->pkey) == 1
         && EVP_DigestSign(ctx, sign, &len, (const unsigned char *) data.data,
                           data.len)
            == 1
         ? 0 : -1;

    EVP_MD_CTX_free(ctx);
    ERR_clear_error();

    return rc;
}


/* Without a key the context starts over with the one it has. */

int
phone_key_mac(phone_key_t *key, phone_str_t data,
    unsigned char mac[PHONE_HMAC_LEN])
{
    size_t  len;

    if (EVP_MAC_init(key->mac, NULL, 0, NULL) != 1
        || EVP_MAC_update(key->mac, (const unsigned char *) data.data,
                          data.len) != 1
        || EVP_MAC_final(key->mac, mac, &len, PHONE_HMAC_LEN) != 1)
    {
        ERR_clear_error();
        return -1;
    }

    return 0;
}


int
phone_key_recover(phone_key_t *key, phone_str_t sign, unsigned char *data,
    size_t *len)
{
    int            rc;
    EVP_PKEY_CTX  *ctx;

    if (key->kind != PHONE_KEY_RSA) {
        return -1;
    }

    ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key->pkey, NULL);

    rc = ctx != NULL && EVP_PKEY_verify_recover_init(ctx) == 1
         && EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) == 1
         && EVP_PKEY_verify_recover(ctx, data, len,
                                    (const unsigned char *) sign.data,
                                    sign.len) == 1
         ? 0 : -1;

    EVP_PKEY_CTX_free(ctx);
    ERR_clear_error();

    return rc;
}
