/*
 * Seals the secret fields of a call for ngx_phone: docs/envelope.md.
 *
 *     cc -o envelope envelope.c -lcrypto
 *     envelope SUITE KEY_ID TIME NUMBER SERVICE < fields
 *
 * The environment has PHONE_ENVELOPE_KEY, the key in base64.  The first line of
 * the input are the fields that stay outside, the second one those that go
 * inside, both as forms (a=1&b=%20).  The output is the body of the call.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/rand.h>


#define FIELDS  64
#define SIZE    16384


typedef struct {
    const char     *name;
    unsigned char  *value;
    size_t          len;
} field_t;

typedef struct {
    unsigned char   data[SIZE];
    size_t          len;
} text_t;


static void
fail(const char *why)
{
    fprintf(stderr, "envelope: %s\n", why);
    exit(1);
}


static void
put(text_t *text, const void *data, size_t len)
{
    if (len > SIZE - text->len) {
        fail("the call is too long");
    }

    if (len) {
        memcpy(text->data + text->len, data, len);
        text->len += len;
    }
}


static void
put_line(text_t *text, const char *line)
{
    put(text, line, strlen(line));
    put(text, "\n", 1);
}


/* Parses a form in place; returns how many fields it has. */

static size_t
parse_form(char *form, field_t *field)
{
    char      *p, *part, *rest;
    size_t     n;
    unsigned   byte;

    n = 0;

    for (part = strtok_r(form, "&\n", &rest); part;
         part = strtok_r(NULL, "&\n", &rest))
    {
        p = strchr(part, '=');

        if (p == NULL || n == FIELDS) {
            fail("the input is no form");
        }

        *p++ = '\0';
        field[n].name = part;
        field[n].value = (unsigned char *) p;

        for (field[n].len = 0; *p; p++) {
            byte = (unsigned char) (*p == '+' ? ' ' : *p);

            if (*p == '%') {
                if (sscanf(p + 1, "%2x", &byte) != 1) {
                    fail("the input is no form");
                }

                p += 2;
            }

            field[n].value[field[n].len++] = (unsigned char) byte;
        }

        n++;
    }

    return n;
}


static int
by_name(const void *a, const void *b)
{
    return strcmp(((const field_t *) a)->name, ((const field_t *) b)->name);
}


/* "<name> <bytes> <value>\n" of each, sorted by name. */

static void
put_fields(text_t *text, field_t *field, size_t n)
{
    char    head[160];
    size_t  i;

    qsort(field, n, sizeof(field_t), by_name);

    for (i = 0; i < n; i++) {
        put(text, head, (size_t) snprintf(head, sizeof(head), "%.64s %zu ",
                                          field[i].name, field[i].len));
        put(text, field[i].value, field[i].len);
        put(text, "\n", 1);
    }
}


static const char *
base64url(const unsigned char *data, size_t len)
{
    size_t       i;
    static char  text[3][SIZE * 2];
    static int   next;
    char        *out;

    out = text[next++ % 3];
    EVP_EncodeBlock((unsigned char *) out, data, (int) len);

    for (i = 0; out[i]; i++) {
        out[i] = out[i] == '+' ? '-' : out[i] == '/' ? '_' : out[i];
    }

    out[strcspn(out, "=")] = '\0';

    return out;
}


static void
cipher(const char *name, const unsigned char *key, const unsigned char *iv,
    const unsigned char *in, size_t len, unsigned char *out)
{
    int              n;
    EVP_CIPHER      *type;
    EVP_CIPHER_CTX  *ctx;

    type = EVP_CIPHER_fetch(NULL, name, NULL);
    ctx = EVP_CIPHER_CTX_new();

    if (type == NULL || ctx == NULL
        || EVP_EncryptInit_ex2(ctx, type, key, iv, NULL) != 1
        || EVP_CIPHER_CTX_set_padding(ctx, 0) != 1
        || EVP_EncryptUpdate(ctx, out, &n, in, (int) len) != 1)
    {
        fail("encryption has failed");
    }

    EVP_CIPHER_CTX_free(ctx);
    EVP_CIPHER_free(type);
}


/* ISO/IEC 9797-1 algorithm 3, padding method 2.  Single DES is 3DES with three
   equal keys. */

static void
retail_mac(const unsigned char key[16], text_t *text, unsigned char mac[8])
{
    size_t                first;
    unsigned char         left[24];
    static unsigned char  chain[SIZE + 8];     /* begins with eight zeros */

    put(text, "\x80", 1);

    while (text->len % 8) {
        put(text, "", 1);
    }

    memcpy(left, key, 8);
    memcpy(left + 8, key, 8);
    memcpy(left + 16, key, 8);

    first = text->len - 8;
    cipher("DES-EDE3-CBC", left, chain, text->data, first, chain + 8);
    cipher("DES-EDE-CBC", key, chain + first, text->data + first, 8, mac);
}


static void
gcm(const unsigned char *key, const unsigned char *iv, const text_t *context,
    const text_t *plain, unsigned char *out, unsigned char tag[16])
{
    int              n;
    EVP_CIPHER_CTX  *ctx;

    ctx = EVP_CIPHER_CTX_new();

    if (ctx == NULL
        || EVP_EncryptInit_ex2(ctx, EVP_aes_256_gcm(), key, iv, NULL) != 1
        || EVP_EncryptUpdate(ctx, NULL, &n, context->data,
                             (int) context->len) != 1
        || EVP_EncryptUpdate(ctx, out, &n, plain->data,
                             (int) plain->len) != 1
        || EVP_EncryptFinal_ex(ctx, out + n, &n) != 1
        || EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, 16, tag) != 1)
    {
        fail("encryption has failed");
    }

    EVP_CIPHER_CTX_free(ctx);
}


/* PHONE_ENVELOPE_IV, in hex, is for tests only: an IV is used once. */

static void
draw_iv(unsigned char *iv, size_t len)
{
    size_t       n;
    const char  *hex;

    hex = getenv("PHONE_ENVELOPE_IV");

    if (hex ? OPENSSL_hexstr2buf_ex(iv, len, &n, hex, '\0') != 1 || n != len
            : RAND_bytes(iv, (int) len) != 1)
    {
        fail("there is no IV");
    }
}


int
main(int argc, char **argv)
{
    int            des;
    char           body[SIZE], open[SIZE], secret[SIZE], head[128];
    size_t         nopen, nsecret, len;
    field_t        outside[FIELDS], inside[FIELDS];
    const char    *base64;
    unsigned char  key[48], iv[12], tag[16];
    static text_t  context, plain;
    static unsigned char  sealed[SIZE];

    base64 = getenv("PHONE_ENVELOPE_KEY");

    if (argc != 6 || (strcmp(argv[1], "1") != 0 && strcmp(argv[1], "2") != 0)) {
        fail("SUITE KEY_ID TIME NUMBER SERVICE");
    }

    if (base64 == NULL || strlen(base64) != 44
        || EVP_DecodeBlock(key, (const unsigned char *) base64, 44) != 33)
    {
        fail("PHONE_ENVELOPE_KEY is not 32 bytes in base64");
    }

    if (fgets(open, sizeof(open), stdin) == NULL
        || fgets(secret, sizeof(secret), stdin) == NULL)
    {
        fail("the input has two lines");
    }

    open[strcspn(open, "\n")] = '\0';
    strcpy(body, open);

    nopen = parse_form(open, outside);
    nsecret = parse_form(secret, inside);

    des = argv[1][0] == '1';
    draw_iv(iv, des ? 8 : 12);

    snprintf(head, sizeof(head), "%s.%s.%s.%s", argv[1], argv[2], argv[3],
             base64url(iv, des ? 8 : 12));

    put_line(&context, "ngx_phone envelope");
    put_line(&context, head);
    put_line(&context, argv[4]);
    put_line(&context, argv[5]);
    put_fields(&context, outside, nopen);
    put(&context, "\n", 1);

    put_fields(&plain, inside, nsecret);
    put(&plain, "\x80", 1);

    while (plain.len % 32) {
        put(&plain, "", 1);
    }

    len = plain.len;

    if (des) {
        cipher("DES-EDE-CBC", key, iv, plain.data, len, sealed);
        put(&context, sealed, len);
        retail_mac(key + 16, &context, tag);

    } else {
        gcm(key, iv, &context, &plain, sealed, tag);
    }

    printf("%s%ssecure=%s.%s&mac=%s\n", body, *body ? "&" : "", head,
           base64url(sealed, len), base64url(tag, des ? 8 : 16));

    OPENSSL_cleanse(key, sizeof(key));
    OPENSSL_cleanse(secret, sizeof(secret));
    OPENSSL_cleanse(&plain, sizeof(plain));

    return 0;
}
