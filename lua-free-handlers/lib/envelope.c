
#include "envelope.h"
#include "fields_input.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>


#define PHONE_DES_BLOCK  8
#define PHONE_DES_KEY    8
#define PHONE_GCM_IV     12


struct phone_ciphers_s {
    EVP_CIPHER              *des_ede3_cbc;
    EVP_CIPHER              *des_ede_cbc;
    EVP_CIPHER              *aes_256_gcm;
};


static int phone_envelope_sizes(const phone_envelope_t *envelope);
static void phone_envelope_put(phone_buf_t *buf, const phone_field_t *field);
static int phone_envelope_entry(phone_str_t *rest, phone_field_t *field);
static int phone_envelope_take(phone_str_t *rest, char sep, phone_str_t *part);
static phone_str_t phone_envelope_plain(phone_arena_t *arena,
    const phone_fields_t *inside);
static int phone_envelope_unpad(phone_str_t *plain);
static int phone_des_cbc(const EVP_CIPHER *cipher, int encrypt,
    const unsigned char *key, const unsigned char *iv, phone_str_t in,
    unsigned char *out);
static int phone_des_tag(const phone_ciphers_t *ciphers, phone_arena_t *arena,
    const unsigned char *key, phone_str_t context, phone_str_t sealed,
    unsigned char *mac);
static int phone_gcm_seal(const EVP_CIPHER *cipher, const unsigned char *key,
    phone_str_t iv, phone_str_t context, phone_str_t plain,
    unsigned char *out, unsigned char *tag);
static int phone_gcm_open(const EVP_CIPHER *cipher, const unsigned char *key,
    const phone_envelope_t *envelope, phone_str_t context,
    unsigned char *out);


phone_ciphers_t *
phone_ciphers_create(void)
{
    phone_ciphers_t  *ciphers;

    ciphers = OPENSSL_zalloc(sizeof(phone_ciphers_t));
    if (ciphers == NULL) {
        return NULL;
    }

    ciphers->des_ede3_cbc = EVP_CIPHER_fetch(NULL, "DES-EDE3-CBC", NULL);
    ciphers->des_ede_cbc = EVP_CIPHER_fetch(NULL, "DES-EDE-CBC", NULL);
    ciphers->aes_256_gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);

    if (ciphers->des_ede3_cbc == NULL || ciphers->des_ede_cbc == NULL
        || ciphers->aes_256_gcm == NULL)
    {
        phone_ciphers_free(ciphers);
        ERR_clear_error();
        return NULL;
    }

    return ciphers;
}


void
phone_ciphers_free(phone_ciphers_t *ciphers)
{
    if (ciphers == NULL) {
        return;
    }

    EVP_CIPHER_free(ciphers->des_ede3_cbc);
    EVP_CIPHER_free(ciphers->des_ede_cbc);
    EVP_CIPHER_free(ciphers->aes_256_gcm);
    OPENSSL_free(ciphers);
}


/* Unlike phone_split() it needs the separator. */

static int
phone_envelope_take(phone_str_t *rest, char sep, phone_str_t *part)
{
    return memchr(rest->data, sep, rest->len) != NULL
           && phone_split(rest, sep, part) ? 0 : -1;
}


int
phone_envelope_parse(phone_arena_t *arena, phone_str_t secure,
    phone_str_t mac, phone_envelope_t *envelope)
{
    size_t       i;
    int64_t      suite;
    phone_str_t  rest, number, seconds;

    rest = secure;

    if (secure.len > PHONE_ENVELOPE_SECURE
        || phone_envelope_take(&rest, '.', &number) != 0
        || phone_envelope_take(&rest, '.', &envelope->key_id) != 0
        || phone_envelope_take(&rest, '.', &seconds) != 0
        || phone_envelope_take(&rest, '.', &envelope->iv_text) != 0
        || phone_parse_int(number, &suite) != 0
        || (suite != PHONE_ENVELOPE_3DES && suite != PHONE_ENVELOPE_AES)
        || envelope->key_id.len != PHONE_ENVELOPE_KEY_ID
        || phone_parse_int(seconds, &envelope->time) != 0
        || envelope->time > INT64_C(99999999999)
        || phone_unbase64url(arena, envelope->iv_text, &envelope->iv) != 0
        || phone_unbase64url(arena, rest, &envelope->sealed) != 0
        || phone_unbase64url(arena, mac, &envelope->tag) != 0)
    {
        return -1;
    }

    /* it becomes a part of the context */

    for (i = 0; i < envelope->key_id.len; i++) {
        if (phone_hex_digit((unsigned char) envelope->key_id.data[i]) < 0) {
            return -1;
        }
    }

    envelope->suite = (unsigned) suite;
    envelope->head = (phone_str_t) { secure.len - rest.len - 1, secure.data };

    return phone_envelope_sizes(envelope);
}


static int
phone_envelope_sizes(const phone_envelope_t *envelope)
{
    int  des;

    des = envelope->suite == PHONE_ENVELOPE_3DES;

    return envelope->iv.len == (des ? PHONE_DES_BLOCK : PHONE_GCM_IV)
           && envelope->tag.len == (des ? PHONE_DES_BLOCK : PHONE_ENVELOPE_TAG)
           && envelope->sealed.len > 0
           && envelope->sealed.len <= PHONE_ENVELOPE_INSIDE
           && envelope->sealed.len % PHONE_ENVELOPE_PAD == 0 ? 0 : -1;
}


static void
phone_envelope_put(phone_buf_t *buf, const phone_field_t *field)
{
    phone_buf_put(buf, field->name);
    phone_buf_byte(buf, ' ');
    phone_buf_int(buf, (int64_t) field->value.len);
    phone_buf_byte(buf, ' ');
    phone_buf_put(buf, field->value);
    phone_buf_byte(buf, '\n');
}


phone_str_t
phone_envelope_context(phone_arena_t *arena, phone_str_t head,
    phone_str_t number, phone_str_t service, const phone_fields_t *fields)
{
    unsigned              i, n;
    phone_buf_t           buf;
    const phone_field_t  *room[PHONE_FIELDS_MAX], **sorted;

    sorted = phone_fields_sort(arena, fields, room, &n);

    phone_buf_init(&buf, arena, 512);
    phone_buf_put(&buf, PHONE_STR("ngx_phone envelope\n"));
    phone_buf_put(&buf, head);
    phone_buf_byte(&buf, '\n');
    phone_buf_put(&buf, number);
    phone_buf_byte(&buf, '\n');
    phone_buf_put(&buf, service);
    phone_buf_byte(&buf, '\n');

    for (i = 0; i < n; i++) {
        if (!phone_is(sorted[i]->name, "secure")
            && !phone_is(sorted[i]->name, "mac"))
        {
            phone_envelope_put(&buf, sorted[i]);
        }
    }

    phone_buf_byte(&buf, '\n');

    return phone_buf_str(&buf);
}


int
phone_envelope_open(const phone_ciphers_t *ciphers, phone_arena_t *arena,
    const unsigned char key[PHONE_ENVELOPE_KEY],
    const phone_envelope_t *envelope, phone_str_t context, phone_str_t *plain)
{
    int             rc;
    unsigned char   mac[PHONE_DES_BLOCK], *out;

    if (context.len == 0) {
        return -1;
    }

    out = phone_alloc_raw(arena, envelope->sealed.len);
    if (out == NULL) {
        return -1;
    }

    if (envelope->suite == PHONE_ENVELOPE_AES) {
        rc = phone_gcm_open(ciphers->aes_256_gcm, key, envelope, context, out);

    } else if (phone_des_tag(ciphers, arena, key, context, envelope->sealed,
                             mac) != 0
               || CRYPTO_memcmp(mac, envelope->tag.data, sizeof(mac)) != 0)
    {
        rc = -1;

    } else {
        rc = phone_3des_cbc(ciphers, 0, key,
                            (const unsigned char *) envelope->iv.data,
                            envelope->sealed, out);
    }

    if (rc != 0) {
        OPENSSL_cleanse(out, envelope->sealed.len);
        ERR_clear_error();
        return -1;
    }

    *plain = (phone_str_t) { envelope->sealed.len, (char *) out };

    return phone_envelope_unpad(plain);
}


static int
phone_envelope_unpad(phone_str_t *plain)
{
    size_t  len;

    for (len = plain->len; len && plain->data[len - 1] == '\0'; len--) {
        /* void */
    }

    if (len == 0 || plain->data[len - 1] != '\x80'
        || plain->len - len >= PHONE_ENVELOPE_PAD)
    {
        return -1;
    }

    plain->len = len - 1;

    return 0;
}


static int
phone_envelope_entry(phone_str_t *rest, phone_field_t *field)
{
    int64_t      len;
    phone_str_t  digits;

    if (phone_envelope_take(rest, ' ', &field->name) != 0
        || phone_envelope_take(rest, ' ', &digits) != 0
        || phone_parse_int(digits, &len) != 0
        || len >= (int64_t) rest->len || rest->data[len] != '\n')
    {
        return -1;
    }

    field->value = (phone_str_t) { (size_t) len, rest->data };
    rest->data += len + 1;
    rest->len -= (size_t) len + 1;

    return phone_utf8_valid(field->value) ? 0 : -1;
}


int
phone_envelope_read(phone_str_t plain, phone_fields_t *fields)
{
    unsigned       n;
    phone_str_t    before;
    phone_field_t  field;

    n = fields->n;
    before = PHONE_EMPTY;

    while (plain.len) {

        if (phone_envelope_entry(&plain, &field) != 0
            || phone_fields_check(fields, field.name) != PHONE_FIELDS_OK
            || phone_compare(before, field.name) >= 0)
        {
            fields->n = n;
            return -1;
        }

        (void) phone_fields_add(fields, field.name, field.value);
        before = field.name;
    }

    return fields->n > n ? 0 : -1;
}


static phone_str_t
phone_envelope_plain(phone_arena_t *arena, const phone_fields_t *inside)
{
    unsigned              i, n;
    phone_buf_t           buf;
    const phone_field_t  *room[PHONE_FIELDS_MAX], **sorted;

    sorted = phone_fields_sort(arena, inside, room, &n);

    phone_buf_init(&buf, arena, 128);

    for (i = 0; i < n; i++) {
        phone_envelope_put(&buf, sorted[i]);
    }

    phone_buf_byte(&buf, '\x80');

    while (!arena->failed && buf.len % PHONE_ENVELOPE_PAD) {
        phone_buf_byte(&buf, '\0');
    }

    return phone_buf_str(&buf);
}


int
phone_envelope_seal(const phone_ciphers_t *ciphers, phone_arena_t *arena,
    const unsigned char key[PHONE_ENVELOPE_KEY], unsigned suite,
    phone_str_t iv, phone_str_t context, const phone_fields_t *inside,
    phone_str_t *sealed, phone_str_t *tag)
{
    int             rc;
    phone_str_t     plain;
    unsigned char  *out, *mac;

    plain = phone_envelope_plain(arena, inside);
    out = phone_alloc_raw(arena, plain.len + PHONE_ENVELOPE_TAG);

    if (arena->failed) {
        return -1;
    }

    mac = out + plain.len;
    *sealed = (phone_str_t) { plain.len, (char *) out };

    if (suite == PHONE_ENVELOPE_AES) {
        *tag = (phone_str_t) { PHONE_ENVELOPE_TAG, (char *) mac };
        rc = phone_gcm_seal(ciphers->aes_256_gcm, key, iv, context, plain, out,
                            mac);

    } else {
        *tag = (phone_str_t) { PHONE_DES_BLOCK, (char *) mac };
        rc = iv.len == PHONE_DES_BLOCK
             ? phone_3des_cbc(ciphers, 1, key, (const unsigned char *) iv.data,
                              plain, out) : -1;

        if (rc == 0) {
            rc = phone_des_tag(ciphers, arena, key, context, *sealed, mac);
        }
    }

    if (rc != 0) {
        ERR_clear_error();
    }

    return rc;
}


int
phone_3des_cbc(const phone_ciphers_t *ciphers, int encrypt,
    const unsigned char key[16], const unsigned char iv[8], phone_str_t in,
    unsigned char *out)
{
    return phone_des_cbc(ciphers->des_ede_cbc, encrypt, key, iv, in, out);
}


static int
phone_des_cbc(const EVP_CIPHER *cipher, int encrypt, const unsigned char *key,
    const unsigned char *iv, phone_str_t in, unsigned char *out)
{
    int              n, rc;
    EVP_CIPHER_CTX  *ctx;

    ctx = EVP_CIPHER_CTX_new();

    rc = ctx != NULL
         && EVP_CipherInit_ex2(ctx, cipher, key, iv, encrypt, NULL) == 1
         && EVP_CIPHER_CTX_set_padding(ctx, 0) == 1
         && EVP_CipherUpdate(ctx, out, &n, (const unsigned char *) in.data,
                             (int) in.len) == 1
         && (size_t) n == in.len ? 0 : -1;

    EVP_CIPHER_CTX_free(ctx);

    return rc;
}


static int
phone_des_tag(const phone_ciphers_t *ciphers, phone_arena_t *arena,
    const unsigned char *key, phone_str_t context, phone_str_t sealed,
    unsigned char *mac)
{
    return phone_retail_mac(ciphers, arena, key + PHONE_ENVELOPE_KEY / 2,
                            phone_join(arena, 2,
                                       (phone_str_t[2]) { context, sealed }),
                            mac);
}


/*
 * DES-CBC with the left key over all blocks but the last, which is encrypted
 * with the left, decrypted with the right, encrypted with the left key.  Single
 * DES is 3DES with three equal keys: OpenSSL 3 has no other in its default
 * provider.
 */

int
phone_retail_mac(const phone_ciphers_t *ciphers, phone_arena_t *arena,
    const unsigned char key[16], phone_str_t data, unsigned char mac[8])
{
    int             rc;
    size_t          size, head;
    phone_str_t     first, last;
    unsigned char  *padded, *chain, left[3 * PHONE_DES_KEY];

    static const unsigned char  zero[PHONE_DES_BLOCK];

    size = data.len / PHONE_DES_BLOCK * PHONE_DES_BLOCK + PHONE_DES_BLOCK;
    head = size - PHONE_DES_BLOCK;

    padded = phone_alloc_raw(arena, size + head);

    if (arena->failed || padded == NULL || data.len > PHONE_ARENA_MAX / 4) {
        return -1;
    }

    memset(padded, 0, size);

    if (data.len) {
        memcpy(padded, data.data, data.len);
    }

    padded[data.len] = 0x80;

    memcpy(left, key, PHONE_DES_KEY);
    memcpy(left + PHONE_DES_KEY, key, PHONE_DES_KEY);
    memcpy(left + 2 * PHONE_DES_KEY, key, PHONE_DES_KEY);

    first = (phone_str_t) { head, (char *) padded };
    last = (phone_str_t) { PHONE_DES_BLOCK, (char *) padded + head };
    chain = padded + size;

    rc = head == 0 || phone_des_cbc(ciphers->des_ede3_cbc, 1, left, zero,
                                    first, chain) == 0 ? 0 : -1;

    if (rc == 0) {
        rc = phone_3des_cbc(ciphers, 1, key,
                            head ? chain + head - PHONE_DES_BLOCK : zero, last,
                            mac);
    }

    OPENSSL_cleanse(left, sizeof(left));

    return rc;
}


static int
phone_gcm_seal(const EVP_CIPHER *cipher, const unsigned char *key,
    phone_str_t iv, phone_str_t context, phone_str_t plain,
    unsigned char *out, unsigned char *tag)
{
    int              n, rc;
    EVP_CIPHER_CTX  *ctx;

    ctx = EVP_CIPHER_CTX_new();

    rc = ctx != NULL && iv.len == PHONE_GCM_IV
         && EVP_EncryptInit_ex2(ctx, cipher, key,
                                (const unsigned char *) iv.data, NULL) == 1
         && EVP_EncryptUpdate(ctx, NULL, &n,
                              (const unsigned char *) context.data,
                              (int) context.len) == 1
         && EVP_EncryptUpdate(ctx, out, &n,
                              (const unsigned char *) plain.data,
                              (int) plain.len) == 1
         && EVP_EncryptFinal_ex(ctx, out + plain.len, &n) == 1
         && EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG,
                                PHONE_ENVELOPE_TAG, tag) == 1 ? 0 : -1;

    EVP_CIPHER_CTX_free(ctx);

    return rc;
}


static int
phone_gcm_open(const EVP_CIPHER *cipher, const unsigned char *key,
    const phone_envelope_t *envelope, phone_str_t context, unsigned char *out)
{
    int              n, rc;
    unsigned char    tag[PHONE_ENVELOPE_TAG];
    EVP_CIPHER_CTX  *ctx;

    memcpy(tag, envelope->tag.data, sizeof(tag));
    ctx = EVP_CIPHER_CTX_new();

    rc = ctx != NULL
         && EVP_DecryptInit_ex2(ctx, cipher, key,
                                (const unsigned char *) envelope->iv.data,
                                NULL) == 1
         && EVP_DecryptUpdate(ctx, NULL, &n,
                              (const unsigned char *) context.data,
                              (int) context.len) == 1
         && EVP_DecryptUpdate(ctx, out, &n,
                              (const unsigned char *) envelope->sealed.data,
                              (int) envelope->sealed.len) == 1
         && EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG,
                                PHONE_ENVELOPE_TAG, tag) == 1
         && EVP_DecryptFinal_ex(ctx, out + n, &n) == 1 ? 0 : -1;

    EVP_CIPHER_CTX_free(ctx);

    return rc;
}
