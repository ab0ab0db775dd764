
/*
 * lib/envelope.c: published vectors of its ciphers, whole envelopes of
 * docs/vectors.json, and what must not open.
 */


#include <jansson.h>

#include "tap.h"
#include "lib/envelope.h"


static phone_arena_t     arena;
static phone_ciphers_t  *ciphers;


static phone_str_t
bytes_of(const char *hex)
{
    phone_str_t  out;

    if (phone_unhex(&arena, phone_cstr(hex), &out) != 0) {
        printf("Bail out! \"%s\" is no hex\n", hex);
        exit(1);
    }

    return out;
}


static const unsigned char *
key_of(const char *hex)
{
    return (const unsigned char *) bytes_of(hex).data;
}


/* With two equal halves it is single DES: FIPS 81, table C1.  The others are
   session keys of JR/T 0025 as they are published with their inputs. */

static void
test_3des(void)
{
    size_t       i;
    phone_str_t  in, out;

    static const struct {
        const char  *key, *iv, *plain, *sealed, *about;
    } vector[] = {
        { "0123456789abcdef0123456789abcdef", "1234567890abcdef",
          "4e6f77206973207468652074696d6520666f7220616c6c20",
          "e5c7cdde872bf27c43e934008c389c0f683788499a7c05f6", "FIPS 81, C3" },
        { "11223344556677888877665544332211", "0000000000000000",
          "1122334400008000", "9b1d924e05595603", "SESLK" },
        { "11223344556677888877665544332211", "0000000000000000",
          "1122334400000001", "003238abc57659dd", "SESPK" },
    };

    for (i = 0; i < sizeof(vector) / sizeof(vector[0]); i++) {
        in = bytes_of(vector[i].plain);
        out = (phone_str_t) { in.len, phone_alloc_raw(&arena, in.len) };

        is_int(phone_3des_cbc(ciphers, 1, key_of(vector[i].key),
                              key_of(vector[i].iv), in,
                              (unsigned char *) out.data), 0,
               "%s is encrypted", vector[i].about);
        is_str(phone_hex(&arena, out), vector[i].sealed, "as published");

        is_int(phone_3des_cbc(ciphers, 0, key_of(vector[i].key),
                              key_of(vector[i].iv), out,
                              (unsigned char *) out.data), 0, "and back");
        ok(phone_equal(in, out), "to what it was");
    }
}


/* ICAO Doc 9303-11, appendix D.3; and with equal halves ANSI X9.9, which is
   FIPS 113, appendix 2 (its padding is zeros, so a whole number of blocks is
   taken, without the one that method 2 adds). */

static void
test_retail_mac(void)
{
    size_t         i;
    unsigned char  mac[8];

    static const struct {
        const char  *key, *data, *mac;
    } vector[] = {
        { "7962d9ece03d1acd4c76089dce131543",
          "72c29c2371cc9bdb65b779b8e8d37b29ecc154aa56a8799fae2f498f76ed92f2",
          "5f1448eea8ad90a7" },
        { "f1cb1f1fb5adf208806b89dc579dc1f8",
          "887022120c06c2270ca4020c800000008709016375432908c044f6",
          "bf8b92d635ff24f8" },
        { "f1cb1f1fb5adf208806b89dc579dc1f8",
          "887022120c06c22899029000", "fa855a5d4c50a8ed" },
        { "f1cb1f1fb5adf208806b89dc579dc1f8",
          "887022120c06c2290cb0000080000000970104", "ed6705417e96ba55" },
    };

    for (i = 0; i < sizeof(vector) / sizeof(vector[0]); i++) {
        is_int(phone_retail_mac(ciphers, &arena, key_of(vector[i].key),
                                bytes_of(vector[i].data), mac), 0,
               "retail MAC %zu", i);
        is_str(phone_hex(&arena, (phone_str_t) { 8, (char *) mac }),
               vector[i].mac, "as published");
    }
}


/* Whole envelopes */

static const char *
word_of(const json_t *vector, const char *name)
{
    const char  *word;

    word = json_string_value(json_object_get(vector, name));

    return word ? word : "";
}


static phone_fields_t *
fields_of(const json_t *object)
{
    const char      *name;
    phone_str_t      text;
    json_t          *value;
    phone_fields_t  *fields;

    fields = phone_alloc(&arena, sizeof(phone_fields_t));

    json_object_foreach((json_t *) (uintptr_t) object, name, value) {
        text = json_is_integer(value)
               ? phone_int(&arena, json_integer_value(value))
               : (phone_str_t) { json_string_length(value),
                                 json_string_value(value) };
        phone_fields_add(fields, phone_cstr(name), text);
    }

    return fields;
}


static int
opens(const json_t *vector, phone_str_t secure, phone_str_t mac,
    phone_str_t context, phone_fields_t *inside)
{
    char             *copy;
    phone_str_t       plain;
    phone_envelope_t  envelope;

    static const size_t  at = sizeof("ngx_phone envelope\n") - 1;

    inside->n = 0;

    if (phone_envelope_parse(&arena, secure, mac, &envelope) != 0) {
        return 0;
    }

    /* with the head that was sent */

    context = phone_copy(&arena, context);
    copy = (char *) (uintptr_t) context.data;

    if (envelope.head.len + at < context.len) {
        memcpy(copy + at, envelope.head.data, envelope.head.len);
    }

    return phone_envelope_open(ciphers, &arena,
                               key_of(word_of(vector, "key")), &envelope,
                               context, &plain) == 0
           && phone_envelope_read(plain, inside) == 0;
}


/* Each bit of each byte, one after the other, in the text as it is sent. */

static void
bits_off(const json_t *vector, phone_str_t context)
{
    char             copy[1024];
    size_t           i, n;
    unsigned         bit, opened;
    phone_str_t      part[3], whole;
    phone_fields_t  *inside;

    inside = phone_alloc(&arena, sizeof(phone_fields_t));
    opened = 0;

    part[0] = phone_cstr(word_of(vector, "secure"));
    part[1] = phone_cstr(word_of(vector, "mac"));
    part[2] = context;

    /* of the head only what is sent counts */

    for (n = 0; n < 3; n++) {
        whole = part[n];
        memcpy(copy, whole.data, whole.len);
        part[n].data = copy;

        i = n == 2 ? (size_t) (strstr(word_of(vector, "context"), "\n+")
                               - word_of(vector, "context")) : 0;

        for ( /* void */ ; i < whole.len; i++) {
            for (bit = 0; bit < 8; bit++) {
                copy[i] = (char) (copy[i] ^ (1 << bit));
                opened += (unsigned) opens(vector, part[0], part[1], part[2],
                                           inside);
                copy[i] = (char) (copy[i] ^ (1 << bit));
            }
        }

        part[n] = whole;
    }

    is_int(opened, 0, "nor with any bit that is off");
}


static void
cut(const json_t *vector, phone_str_t context)
{
    unsigned         opened;
    phone_str_t      secure, mac;
    phone_fields_t  *inside;

    inside = phone_alloc(&arena, sizeof(phone_fields_t));
    opened = 0;

    secure = phone_cstr(word_of(vector, "secure"));

    for (mac = phone_cstr(word_of(vector, "mac")); mac.len--; ) {
        opened += (unsigned) opens(vector, secure, mac, context, inside);
    }

    mac = phone_cstr(word_of(vector, "mac"));

    while (secure.len--) {
        opened += (unsigned) opens(vector, secure, mac, context, inside);
    }

    is_int(opened, 0, "nor one that is cut");
}


static void
test_whole(const json_t *vector)
{
    unsigned              i;
    phone_str_t           secure, mac, context, sealed, tag;
    phone_fields_t       *inside, *outside, *expected;
    phone_envelope_t      envelope;
    const phone_field_t  *field;
    const phone_str_t    *value;

    secure = phone_cstr(word_of(vector, "secure"));
    mac = phone_cstr(word_of(vector, "mac"));
    outside = fields_of(json_object_get(vector, "outside"));
    expected = fields_of(json_object_get(vector, "inside"));
    inside = phone_alloc(&arena, sizeof(phone_fields_t));

    is_int(phone_envelope_parse(&arena, secure, mac, &envelope), 0, "%s",
           word_of(vector, "name"));

    /* fields that are no part of it */

    phone_fields_add(outside, PHONE_STR("secure"), secure);
    phone_fields_add(outside, PHONE_STR("mac"), mac);

    context = phone_envelope_context(&arena, envelope.head,
                                     phone_cstr(word_of(vector, "number")),
                                     phone_cstr(word_of(vector, "service")),
                                     outside);
    is_str(context, word_of(vector, "context"), "its context");

    ok(opens(vector, secure, mac, context, inside), "it opens");
    is_int(inside->n, expected->n, "all is inside");

    for (i = 0; i < expected->n; i++) {
        field = &expected->field[i];
        value = phone_field(inside,
                            phone_format(&arena, "%.*s%c",
                                         PHONE_ARGS(field->name), 0).data);
        ok(value && phone_equal(*value, field->value), "%.*s is",
           PHONE_ARGS(field->name));
    }

    is_int(phone_envelope_seal(ciphers, &arena, key_of(word_of(vector, "key")),
                               envelope.suite,
                               bytes_of(word_of(vector, "iv")), context,
                               expected, &sealed, &tag), 0, "it is sealed");
    ok(phone_equal(sealed, envelope.sealed)
       && phone_equal(tag, envelope.tag), "as by others");

    bits_off(vector, context);
    cut(vector, context);
}


/* What is inside has one form. */

static void
test_inside(void)
{
    size_t          i;
    phone_fields_t  fields;

    static const char *const  bad[] = {
        "", "pin", "pin ", "pin 6", "pin 6 ", "pin 6 271828", "pin 5 271828\n",
        "pin 7 271828\n", "pin 06 271828\n", "pin -1 \n", "pin +6 271828\n",
        "pin 99999999999999999999 1\n", "pin 9223372036854775807 1\n",
        " 1 x\n", "p-n 1 x\n", "pin 1 x\n\n", "pin 1 x\npin 1 y\n",
        "pin 1 x\nold_pin 1 y\n", "pin 2 \xc3\x28\n", "rows.1 1 x\n",
        "pin 1  x\n", "pin 1 x\r\n", "a 0 \nb"
    };

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        fields.n = 0;
        is_int(phone_envelope_read(phone_cstr(bad[i]), &fields), -1,
               "nothing is read of inside %zu", i);
        is_int(fields.n, 0, "nor kept");
    }

    fields.n = 0;
    is_int(phone_envelope_read((phone_str_t) { 8, "pin 1 \0\n" }, &fields), -1,
           "nor with a NUL");
    is_int(phone_envelope_read(PHONE_STR("a 0 \nb 4 x\n 1\n"), &fields), 0,
           "an empty one, one that looks like two");
    is_int(fields.n, 2, "are two");
    is_str(fields.field[1].value, "x\n 1", "as they are");
}


static void
test_parse(void)
{
    size_t            i;
    phone_envelope_t  envelope;

    static const char *const  bad[] = {
        "", ".", "....", "1", "1.0a1b2c3d", "1.0a1b2c3d.1795233930",
        "0.0a1b2c3d.1795233930.qNp4DGvoYBU.a7lZv2nrzK7cFylpGZsdX0HX6WMUjwZ6O72"
        "MCxdCWLY",
        "3.0a1b2c3d.1795233930.qNp4DGvoYBU.a7lZv2nrzK7cFylpGZsdX0HX6WMUjwZ6O72"
        "MCxdCWLY",
        "01.0a1b2c3d.1795233930.qNp4DGvoYBU.a7lZv2nrzK7cFylpGZsdX0HX6WMUjwZ6O7"
        "2MCxdCWLY",
        "1.0a1b2c3.1795233930.qNp4DGvoYBU.a7lZv2nrzK7cFylpGZsdX0HX6WMUjwZ6O72M"
        "CxdCWLY",
        "1.0a1b2c3-.1795233930.qNp4DGvoYBU.a7lZv2nrzK7cFylpGZsdX0HX6WMUjwZ6O72"
        "MCxdCWLY",
        "1.0a1b2c3d.-795233930.qNp4DGvoYBU.a7lZv2nrzK7cFylpGZsdX0HX6WMUjwZ6O72"
        "MCxdCWLY",
        "1.0a1b2c3d.100000000000.qNp4DGvoYBU.a7lZv2nrzK7cFylpGZsdX0HX6WMUjwZ6O"
        "72MCxdCWLY",
        "1.0a1b2c3d.1795233930.qNp4DGvoYB.a7lZv2nrzK7cFylpGZsdX0HX6WMUjwZ6O72M"
        "CxdCWLY",
        "1.0a1b2c3d.1795233930.qNp4DGvoYBU.a7lZv2nrzK7cFylpGZsdX0HX6WMUjwZ6O72"
        "MCxdCWLY.",
        "1.0a1b2c3d.1795233930.qNp4DGvoYBU.",
        "1.0a1b2c3d.1795233930.qNp4DGvoYBU.a7lZv2nrzK4"
    };

    static const char  good[] =
        "1.0a1b2c3d.1795233930.qNp4DGvoYBU.a7lZv2nrzK7cFylpGZsdX0HX6WMUjwZ6O72"
        "MCxdCWLY";

    is_int(phone_envelope_parse(&arena, phone_cstr(good),
                                PHONE_STR("TX6UMCCfxFk"), &envelope), 0,
           "an envelope");
    is_int(phone_envelope_parse(&arena, phone_cstr(good),
                                PHONE_STR("TX6UMCCfxFl"), &envelope), -1,
           "base64url that no encoder writes");
    is_int(phone_envelope_parse(&arena, phone_cstr(good),
                                PHONE_STR("TX6UMCCfxFkTX6UMCCfxFg"), &envelope),
           -1, "the tag of the other suite");

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        is_int(phone_envelope_parse(&arena, phone_cstr(bad[i]),
                                    PHONE_STR("TX6UMCCfxFk"), &envelope), -1,
               "\"%s\" is none", bad[i]);
    }
}


/* A tag that fits proves nothing of what is behind the fields. */

static void
test_padding(void)
{
    size_t            i;
    char              text[96];
    phone_str_t       plain, context, secure, mac, opened;
    unsigned char     sealed[96], tag[8];
    phone_envelope_t  envelope;

    static const unsigned char  key[PHONE_ENVELOPE_KEY] = "public, for tests";
    static const struct {
        size_t       size;
        int          at80;               /* the byte there */
        int          rc;
        const char  *about;
    } padding[] = {
        { 32, 0x80, 0, "as it is" }, { 64, 0x80, -1, "a block too much" },
        { 32, 0x00, -1, "zeros alone" }, { 32, 0x81, -1, "another byte" }
    };

    for (i = 0; i < sizeof(padding) / sizeof(padding[0]); i++) {
        memset(text, 0, sizeof(text));
        memcpy(text, "pin 6 271828\n", 13);
        text[13] = (char) padding[i].at80;
        plain = (phone_str_t) { padding[i].size, text };
        context = PHONE_STR("of this test");

        is_int(phone_3des_cbc(ciphers, 1, key,
                              (const unsigned char *) "12345678", plain,
                              sealed), 0, "padding: %s", padding[i].about);
        plain.data = (char *) sealed;
        is_int(phone_retail_mac(ciphers, &arena, key + 16,
                                phone_join(&arena, 2, (phone_str_t[2]) {
                                               context, plain }), tag), 0,
               "with its tag");

        secure = phone_format(&arena, "1.0a1b2c3d.1795233930.MTIzNDU2Nzg.%.*s",
                              PHONE_ARGS(phone_base64url(&arena, plain)));
        mac = phone_base64url(&arena, (phone_str_t) { 8, (char *) tag });
        is_int(phone_envelope_parse(&arena, secure, mac, &envelope), 0,
               "is an envelope");
        is_int(phone_envelope_open(ciphers, &arena, key, &envelope, context,
                                   &opened), padding[i].rc, "which opens or "
               "not");
    }
}


int
main(void)
{
    size_t   i;
    json_t  *vectors, *vector;

    phone_arena_init(&arena);
    ciphers = phone_ciphers_create();
    ok(ciphers != NULL, "ciphers");

    test_3des();
    test_retail_mac();
    test_inside();
    test_parse();
    test_padding();

    vectors = json_load_file("docs/vectors.json", 0, NULL);
    is_int((int64_t) json_array_size(json_object_get(vectors, "envelopes")),
           14, "envelopes");

    json_array_foreach(json_object_get(vectors, "envelopes"), i, vector) {
        test_whole(vector);
    }

    json_decref(vectors);
    phone_ciphers_free(ciphers);
    phone_ciphers_free(NULL);
    phone_arena_free(&arena);

    return done_testing();
}
