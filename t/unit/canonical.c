
/*
 * lib/canonical.c: the text that is signed.
 */


#include <stdlib.h>

#include "tap.h"
#include "lib/canonical.h"
#include "lib/seal.h"


static phone_arena_t    arena;
static phone_crypto_t  *crypto;


/* "name=value" pairs up to NULL; the first '=' ends the name. */

static phone_fields_t *
fields_of(const char *const *pair)
{
    const char             *p;
    static phone_fields_t   fields;

    fields.n = 0;

    for ( /* void */ ; *pair != NULL; pair++) {
        p = strchr(*pair, '=');

        (void) phone_fields_add(&fields,
                                (phone_str_t) { (size_t) (p - *pair), *pair },
                                phone_cstr(p + 1));
    }

    return &fields;
}


#define FIELDS(...)  fields_of((const char *const []) { __VA_ARGS__, NULL })


static phone_str_t
canonical(const phone_fields_t *fields, int with_digest)
{
    phone_str_t  out;

    out = PHONE_EMPTY;

    is_int(phone_canonical(&arena, fields, with_digest, &out), 0,
           "%u fields have a canonical string", fields->n);

    return out;
}


/* The example of WeChat Pay's signature page: v2 puts the key at the end. */

static void
test_wechat(void)
{
    phone_str_t       text, hex;
    phone_mac_key_t  *key;
    unsigned char     mac[PHONE_MAC_LEN];

    static const char  secret[] = "192006250b4c09247ec02edce69f6a2d";

    text = canonical(FIELDS("appid=wxd930ea5d5a258f4f", "mch_id=10000100",
                            "device_info=1000", "body=test",
                            "nonce_str=ibuaiVcKdpRxkhJA"), 0);

    is_str(text, "appid=wxd930ea5d5a258f4f&body=test&device_info=1000"
                 "&mch_id=10000100&nonce_str=ibuaiVcKdpRxkhJA",
           "WeChat Pay's canonical string");

    text = phone_format(&arena, "%.*s&key=%s", PHONE_ARGS(text), secret);

    is_str(phone_digest(crypto, &arena, text),
           "9a0a8659f005d6984697e2ca0a9cf3b7", "its MD5");

    key = phone_mac_key_raw(phone_cstr(secret));
    is_int(phone_mac(key, text, mac), 0, "its MAC can be made");
    phone_mac_key_free(key);

    hex = phone_hex(&arena, (phone_str_t) { sizeof(mac), (char *) mac });
    is_str(hex, "6a9ae1657590fd6257d693a078e1c3e4"
                "bb6ba4dc30b23e0ee2496e54170dacd6", "its HMAC-SHA256");
}


static void
test_dropped(void)
{
    phone_fields_t  *fields;

    fields = FIELDS("sign=AAAA", "b=2", "empty=", "digest=dddd", "a=1",
                    "sign_type=RSA2");

    is_str(canonical(fields, 0), "a=1&b=2&sign_type=RSA2",
           "empty values, sign and digest are dropped, sign_type stays");
    is_str(canonical(fields, 1), "a=1&b=2&digest=dddd&sign_type=RSA2",
           "the signed text holds digest");

    is_str(canonical(FIELDS("Sign=1", "signs=2", "sig=3", "digests=4",
                            "DIGEST=5", "diges=6"), 0),
           "DIGEST=5&Sign=1&diges=6&digests=4&sig=3&signs=2",
           "only the exact names are dropped");

    is_str(canonical(FIELDS("sign=1", "digest=2", "a="), 0), "",
           "nothing left is the empty string");
    is_str(phone_digest(crypto, &arena, PHONE_EMPTY),
           "d41d8cd98f00b204e9800998ecf8427e", "which has a digest");
}


static void
test_order(void)
{
    is_str(canonical(FIELDS("b=1", "a=1", "B=1", "A=1", "_=1", ".=1", "9=1",
                            "10=1"), 0),
           ".=1&10=1&9=1&A=1&B=1&_=1&a=1&b=1",
           "byte order: no folding of case, digits are not numbers");

    is_str(canonical(FIELDS("ab=1", "a.b=1", "a_b=1", "a=1", "aB=1", "a0=1"),
                     0),
           "a=1&a.b=1&a0=1&aB=1&a_b=1&ab=1",
           "a name comes before its extensions");

    /* by "name=value" lines a0 would come before a, since '0' < '=' */

    is_str(canonical(FIELDS("a0=x", "a=y"), 0), "a=y&a0=x",
           "names are sorted, not lines");
}


static void
test_raw(void)
{
    is_str(canonical(FIELDS("body=a=b & c==d", "subject=\xe8\x8c\xb6 100%25+",
                            "note= x ", "json={\"k\":\"v\"}"), 0),
           "body=a=b & c==d&json={\"k\":\"v\"}&note= x "
           "&subject=\xe8\x8c\xb6 100%25+",
           "values are raw: nothing is escaped, unescaped or trimmed");
}


static void
test_refused(void)
{
    char            *huge;
    phone_str_t      out;
    phone_arena_t    small;
    phone_fields_t  *fields;

    is_int(phone_canonical(&arena, FIELDS("a=1", "b=2", "a=3"), 0, &out),
           PHONE_CANONICAL_TWICE, "a name that stands twice");
    is_str(out, "a", "is told");
    is_int(phone_canonical(&arena, FIELDS("a=1", "a=1"), 0, &out),
           PHONE_CANONICAL_TWICE, "even with one value");
    is_int(phone_canonical(&arena, FIELDS("digest=1", "digest=2"), 1, &out),
           PHONE_CANONICAL_TWICE, "digest twice, when it counts");
    ok(!arena.failed, "the arena is not to blame");

    huge = calloc(1, PHONE_ARENA_MAX + 1);

    fields = FIELDS("a=1");
    fields->field[0].value = (phone_str_t) { PHONE_ARENA_MAX + 1, huge };

    phone_arena_init(&small);

    is_int(phone_canonical(&small, fields, 0, &out), PHONE_CANONICAL_MEMORY,
           "a text larger than an arena");
    ok(small.failed, "the arena says so");
    is_str(out, "", "no name is at fault");

    phone_arena_free(&small);
    free(huge);
}


/*
 * The call of issue 5: one text, and so one signature, for two sets of fields,
 * of which the second makes a bill for another person in another currency.
 */

static void
test_split(void)
{
    phone_str_t  one, two;

    is_int(phone_canonical(&arena,
               FIELDS("amount=100", "payer_name=Li&payer_phone=+8613800000002"
                      "&q=1", "payer_phone.x=1"), 0, &one),
           PHONE_CANONICAL_VALUE, "a value that holds a field");
    is_str(one, "payer_name", "is told");

    two = canonical(FIELDS("amount=100", "payer_name=Li",
                           "payer_phone=+8613800000002", "q=1",
                           "payer_phone.x=1"), 0);
    is_str(two, "amount=100&payer_name=Li&payer_phone=+8613800000002"
                "&payer_phone.x=1&q=1", "the fields by themselves");
}


static void
test_values(void)
{
    unsigned                  i;
    phone_str_t               out;
    static const char *const  bad[] = {
        "&a=", "&a=1", "1&a=1", "&&a=", "a&b&c=", "&=&a=1", "x&_=", "x&.=",
        "x&9=", "\xe8\x8c\xb6&A.b_9=\xe8\x8c\xb6", "& a=1&b=1", "&a&a&a&a=",
        "tea&sign=", "tea&digest=00"
    };
    static const char *const  good[] = {
        "&", "&&", "&=", "=", "==", "a=b", "&a", "x&", "x&a", "tea & cake",
        "tea & cake=1", "&a =1", "& a=1", "&\xe8\x8c\xb6=1", "&a-b=1",
        "&a\n=1", "a=b&", "a=&b", "&=a=", "R&D", "1&2;3=4", "&a%3D1", "&%61=1"
    };

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        ok(phone_canonical_splits(phone_cstr(bad[i])), "\"%s\" splits",
           bad[i]);
    }

    for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        ok(!phone_canonical_splits(phone_cstr(good[i])), "\"%s\" does not",
           good[i]);
    }

    ok(!phone_canonical_splits(PHONE_EMPTY), "nor does nothing");
    ok(!phone_canonical_splits((phone_str_t) { 2, "&a=1" }), "its end counts");

    is_int(phone_canonical(&arena, FIELDS("a=1", "digest=x&b=1"), 1, &out),
           PHONE_CANONICAL_VALUE, "a digest that splits");
    is_int(phone_canonical(&arena, FIELDS("a=1", "digest=x&b=1"), 0, &out),
           PHONE_CANONICAL_OK, "counts where it is signed");
    is_int(phone_canonical(&arena, FIELDS("a=1", "sign=x&b=1"), 1, &out),
           PHONE_CANONICAL_OK, "sign is never signed");
}


static void
test_names(void)
{
    unsigned                  i;
    phone_str_t               out;
    phone_fields_t            fields;
    static const char *const  bad[] = {
        "", " ", "a ", "a=b", "a&b", "a-b", "a[0]", "\xe8\x8c\xb6", "a%62",
        "a\n", "&"
    };

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        fields.n = 0;
        phone_fields_add(&fields, phone_cstr(bad[i]), PHONE_STR("1"));

        is_int(phone_canonical(&arena, &fields, 0, &out), PHONE_CANONICAL_NAME,
               "\"%s\" is no name", bad[i]);
    }

    is_str(canonical(FIELDS("Zz_.09=1"), 0), "Zz_.09=1", "all that may be");
}


/* Any order of arrival gives one text: 64 fields, 500 shuffles. */

static void
test_shuffled(void)
{
    char             name[PHONE_FIELDS_MAX][8];
    unsigned         i, j, round, same, seed;
    phone_str_t      first, out;
    phone_field_t    swap;
    phone_fields_t   fields;

    fields.n = 0;

    for (i = 0; i < PHONE_FIELDS_MAX; i++) {
        snprintf(name[i], sizeof(name[i]), "%x", i * 37 % 64);
        (void) phone_fields_add(&fields, phone_cstr(name[i]),
                                phone_cstr(name[i]));
    }

    first = canonical(&fields, 0);
    same = 0;
    seed = 1;

    for (round = 0; round < 500; round++) {

        for (i = PHONE_FIELDS_MAX - 1; i > 0; i--) {
            seed = seed * 1103515245 + 12345;
            j = (seed >> 16) % (i + 1);

            swap = fields.field[i];
            fields.field[i] = fields.field[j];
            fields.field[j] = swap;
        }

        same += (phone_canonical(&arena, &fields, 0, &out) == 0
                 && phone_equal(out, first));
    }

    is_int(same, 500, "500 shuffles of 64 fields give one text");
    is_bytes(first.data, 11, "0=0&1=1&10=", 11, "which is sorted");
}


int
main(void)
{
    phone_arena_init(&arena);
    crypto = phone_crypto_create();

    test_wechat();
    test_dropped();
    test_order();
    test_raw();
    test_refused();
    test_split();
    test_values();
    test_names();
    test_shuffled();

    phone_crypto_free(crypto);
    phone_arena_free(&arena);

    return done_testing();
}
