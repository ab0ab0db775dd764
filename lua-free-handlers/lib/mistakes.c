
#include "mistakes.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509.h>


static const phone_field_t **phone_text_order(phone_arena_t *arena,
    const phone_fields_t *fields, phone_text_t how,
    const phone_field_t *room[PHONE_FIELDS_MAX], unsigned *n);
static int phone_name_before(phone_str_t a, phone_str_t b);
static int phone_text_takes(const phone_field_t *field, phone_text_t how,
    int with_digest);
static void phone_text_value(phone_buf_t *buf, phone_str_t value,
    phone_text_t how);
static void phone_text_encoded(phone_buf_t *buf, phone_str_t value,
    phone_text_t how);
static void phone_text_latin1(phone_buf_t *buf, phone_str_t value);


int
phone_text_made(phone_arena_t *arena, const phone_fields_t *fields,
    phone_text_t how, int with_digest, phone_str_t *text)
{
    unsigned               i, n, taken;
    phone_buf_t            buf;
    const phone_field_t   *room[PHONE_FIELDS_MAX], **order;

    order = phone_text_order(arena, fields, how, room, &n);

    phone_buf_init(&buf, arena, 1024);
    taken = 0;

    for (i = 0; i < n; i++) {

        if (!phone_text_takes(order[i], how, with_digest)) {
            continue;
        }

        if (taken++) {
            phone_buf_byte(&buf, '&');
        }

        phone_buf_put(&buf, order[i]->name);
        phone_buf_byte(&buf, '=');
        phone_text_value(&buf, order[i]->value, how);
    }

    if (how == PHONE_TEXT_NEWLINE || how == PHONE_TEXT_AND) {
        phone_buf_byte(&buf, how == PHONE_TEXT_AND ? '&' : '\n');
    }

    *text = phone_buf_str(&buf);

    return arena->failed ? -1 : 0;
}


static const phone_field_t **
phone_text_order(phone_arena_t *arena, const phone_fields_t *fields,
    phone_text_t how, const phone_field_t *room[PHONE_FIELDS_MAX],
    unsigned *n)
{
    unsigned              i, k;
    const phone_field_t  *field, **order;

    order = phone_fields_sort(arena, fields, room, n);

    if (how == PHONE_TEXT_CASE) {

        for (i = 1; i < *n; i++) {
            field = order[i];

            for (k = i; k && phone_name_before(field->name,
                                               order[k - 1]->name); k--)
            {
                order[k] = order[k - 1];
            }

            order[k] = field;
        }
    }

    /* items of lists have no order of their own */

    if (how == PHONE_TEXT_UNSORTED && *n == fields->n) {

        for (i = 0; i < *n; i++) {
            order[i] = &fields->field[i];
        }
    }

    return order;
}


static int
phone_name_before(phone_str_t a, phone_str_t b)
{
    char    x, y;
    size_t  i;

    for (i = 0; i < a.len && i < b.len; i++) {
        x = phone_lower(a.data[i]);
        y = phone_lower(b.data[i]);

        if (x != y) {
            return x < y;
        }
    }

    return a.len < b.len;
}


static int
phone_text_takes(const phone_field_t *field, phone_text_t how,
    int with_digest)
{
    static const char *const  left_out[PHONE_TEXTS] = {
        [PHONE_TEXT_NO_TYPE] = "sign_type",
        [PHONE_TEXT_NO_KEY] = "key_id",
        [PHONE_TEXT_NO_SERVICE] = "service"
    };

    if (phone_is(field->name, "sign")) {
        return how == PHONE_TEXT_SIGN;
    }

    if ((phone_is(field->name, "digest") && !with_digest)
        || (left_out[how] && phone_is(field->name, left_out[how])))
    {
        return 0;
    }

    return field->value.len || how == PHONE_TEXT_EMPTY
           || how == PHONE_TEXT_NULL;
}


static void
phone_text_value(phone_buf_t *buf, phone_str_t value, phone_text_t how)
{
    int  is_true, is_false;

    is_true = phone_is(value, "true");
    is_false = phone_is(value, "false");

    switch (how) {

    case PHONE_TEXT_NULL:
        phone_buf_put(buf, value.len ? value : PHONE_STR("null"));
        break;

    case PHONE_TEXT_ENCODED:
    case PHONE_TEXT_FORM:
    case PHONE_TEXT_LOWER_HEX:
        phone_text_encoded(buf, value, how);
        break;

    case PHONE_TEXT_PLUS:
        if (value.len && value.data[0] == ' ') {
            phone_buf_byte(buf, '+');
            value.data++;
            value.len--;
        }

        phone_buf_put(buf, value);
        break;

    case PHONE_TEXT_BOOLEANS:
        phone_buf_put(buf, is_true ? PHONE_STR("True")
                           : is_false ? PHONE_STR("False") : value);
        break;

    case PHONE_TEXT_NUMBERS:
        phone_buf_put(buf, is_true ? PHONE_STR("1")
                           : is_false ? PHONE_STR("0") : value);
        break;

    case PHONE_TEXT_LATIN1:
        phone_text_latin1(buf, value);
        break;

    default:
        phone_buf_put(buf, value);
    }
}


static void
phone_text_encoded(phone_buf_t *buf, phone_str_t value, phone_text_t how)
{
    size_t         i;
    const char    *hex;
    unsigned char  c;

    hex = how == PHONE_TEXT_LOWER_HEX ? "0123456789abcdef"
                                      : "0123456789ABCDEF";

    for (i = 0; i < value.len; i++) {
        c = (unsigned char) value.data[i];

        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
            || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.'
            || c == '~')
        {
            phone_buf_byte(buf, (char) c);

        } else if (c == ' ' && how == PHONE_TEXT_FORM) {
            phone_buf_byte(buf, '+');

        } else {
            phone_buf_byte(buf, '%');
            phone_buf_byte(buf, hex[c >> 4]);
            phone_buf_byte(buf, hex[c & 15]);
        }
    }
}


static void
phone_text_latin1(phone_buf_t *buf, phone_str_t value)
{
    size_t         i;
    unsigned char  c;

    for (i = 0; i < value.len; i++) {
        c = (unsigned char) value.data[i];

        if (c < 0x80) {
            phone_buf_byte(buf, (char) c);

        } else {
            phone_buf_byte(buf, (char) (0xC0 | c >> 6));
            phone_buf_byte(buf, (char) (0x80 | (c & 0x3F)));
        }
    }
}


phone_str_t
phone_text_digest(phone_arena_t *arena, phone_str_t text)
{
    unsigned       len;
    unsigned char  hash[EVP_MAX_MD_SIZE];

    if (EVP_Digest(text.data, text.len, hash, &len, EVP_md5(), NULL) != 1) {
        ERR_clear_error();
        arena->failed = 1;
        return PHONE_EMPTY;
    }

    return phone_hex(arena, (phone_str_t) { len, (char *) hash });
}


phone_text_t
phone_text_of_digest(phone_arena_t *arena, const phone_fields_t *fields,
    phone_str_t digest)
{
    char           lower[2 * PHONE_MD5_LEN];
    size_t         i;
    phone_str_t    text;
    phone_text_t   how;

    if (digest.len != sizeof(lower)) {
        return PHONE_TEXTS;
    }

    for (i = 0; i < sizeof(lower); i++) {
        lower[i] = phone_lower(digest.data[i]);
    }

    for (how = 0; how < PHONE_TEXTS; how++) {

        if (phone_text_made(arena, fields, how, 0, &text) == 0
            && phone_equal(phone_text_digest(arena, text),
                           (phone_str_t) { sizeof(lower), lower }))
        {
            return how;
        }
    }

    return PHONE_TEXTS;
}


size_t
phone_text_differs(phone_str_t a, phone_str_t b)
{
    size_t  i;

    for (i = 0; i < a.len && i < b.len && a.data[i] == b.data[i]; i++) {
        /* void */
    }

    return i;
}


void
phone_signed_what(phone_key_t *key, phone_str_t bytes, phone_signed_t *what)
{
    size_t                    len;
    X509_SIG                 *sig;
    unsigned char             data[PHONE_KEY_BITS_MAX / 8];
    const unsigned char      *p;
    const X509_ALGOR         *algorithm;
    const ASN1_OBJECT        *object;
    const ASN1_OCTET_STRING  *hash;

    memset(what, 0, sizeof(phone_signed_t));
    len = sizeof(data);

    if (phone_key_recover(key, bytes, data, &len) != 0) {
        return;
    }

    what->of_key = 1;
    p = data;
    sig = d2i_X509_SIG(NULL, &p, (long) len);

    if (sig != NULL) {
        X509_SIG_get0(sig, &algorithm, &hash);
        X509_ALGOR_get0(&object, NULL, NULL, algorithm);

        len = (size_t) ASN1_STRING_length(hash);

        if (len <= sizeof(what->hash)) {
            what->nid = OBJ_obj2nid(object);
            what->len = len;
            memcpy(what->hash, ASN1_STRING_get0_data(hash), len);
        }

        X509_SIG_free(sig);
    }

    ERR_clear_error();
}


int
phone_signed_text(const phone_signed_t *what, phone_str_t text)
{
    unsigned       len;
    const EVP_MD  *md;
    unsigned char  hash[EVP_MAX_MD_SIZE];

    md = what->len ? EVP_get_digestbynid(what->nid) : NULL;

    if (md == NULL
        || EVP_Digest(text.data, text.len, hash, &len, md, NULL) != 1)
    {
        ERR_clear_error();
        return 0;
    }

    return len == what->len && memcmp(hash, what->hash, len) == 0;
}


int
phone_signed_as(const phone_signed_t *what, phone_sign_type_t type)
{
    return what->nid == (type == PHONE_MD5_RSA ? NID_md5 : NID_sha256);
}
