
/*
 * lib/id.c: buckets and ids.
 */


#include "tap.h"
#include "lib/id.h"


static phone_arena_t  arena;


static void
test_bucket(void)
{
    char      name[32];
    unsigned  i, count[256], least, most;

    /* FNV-1a test suite: "" 811c9dc5, "a" e40c292c, "foobar" bf9cf968 */

    is_int(phone_bucket_of(PHONE_EMPTY, 256), 0xc5, "bucket of nothing");
    is_int(phone_bucket_of(PHONE_STR("a"), 256), 0x2c, "bucket of a");
    is_int(phone_bucket_of(PHONE_STR("foobar"), 256), 0x68, "of foobar");
    is_int(phone_bucket_of(PHONE_STR("foobar"), 1000), 0xbf9cf968 % 1000,
           "of a thousand");
    is_int(phone_bucket_of(PHONE_STR("foobar"), 1), 0, "of one");
    is_int(phone_bucket_of(PHONE_STR("\xff"), 256),
           ((2166136261u ^ 0xff) * 16777619u) & 0xff, "a byte above 7F");

    memset(count, 0, sizeof(count));

    for (i = 0; i < 256000; i++) {
        (void) snprintf(name, sizeof(name), "+861380%07u", i * 37);
        count[phone_bucket_of(phone_cstr(name), 256)]++;
    }

    least = count[0];
    most = count[0];

    for (i = 0; i < 256; i++) {
        least = (count[i] < least) ? count[i] : least;
        most = (count[i] > most) ? count[i] : most;
    }

    ok(least > 800 && most < 1200, "numbers spread evenly: %u to %u",
       least, most);
}


static void
test_make(void)
{
    phone_str_t  id, next;

    static const unsigned char  zero[10];
    static const unsigned char  count[10] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 };
    static const unsigned char  full[10] = {
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff
    };

    phone_arena_init(&arena);

    is_str(phone_id_make(&arena, 0, 0, zero),
           "000-00000000000000000000000000", "all zero");
    is_str(phone_id_make(&arena, 999, 0xffffffffffff, full),
           "999-7ZZZZZZZZZZZZZZZZZZZZZZZZZ", "all one");

    /* the time of the ULID specification's example, 01ARYZ6S41 */

    id = phone_id_make(&arena, 17, 1469918176385, count);
    is_str(id, "017-01ARYZ6S41041061050R3GG28A", "a known time");
    is_int(phone_id_bucket(id, 256), 17, "and its bucket");

    next = phone_id_make(&arena, 17, 1469918176386, zero);
    ok(phone_compare(id, next) < 0, "ids sort by time");

    is_int(phone_id_bucket(phone_id_make(&arena, 999, 1, full), 1000), 999,
           "the last bucket");
    is_int(phone_id_bucket(phone_id_make(&arena, 256, 1, full), 256), -1,
           "a bucket beyond the store");

    phone_arena_free(&arena);
}


static void
test_refused(void)
{
    char      text[PHONE_ID_LEN];
    size_t    i;
    unsigned  c, accepted;

    static const char  *bad[] = {
        "",
        "017",
        "017-",
        "017-01ARYZ6S41041061050R3GG28",
        "017-01ARYZ6S41041061050R3GG28A0",
        "01701ARYZ6S41041061050R3GG28A00",
        "017_01ARYZ6S41041061050R3GG28A",
        "17-001ARYZ6S41041061050R3GG28A",
        " 17-01ARYZ6S41041061050R3GG28A",
        "+17-01ARYZ6S41041061050R3GG28A",
        "-17-01ARYZ6S41041061050R3GG28A",
        "01a-01ARYZ6S41041061050R3GG28A",
        "256-01ARYZ6S41041061050R3GG28A",
        "017-81ARYZ6S41041061050R3GG28A",
        "017-Z1ARYZ6S41041061050R3GG28A",
        "017-01aryz6s41041061050r3gg28a",
        "017-01ARYZ6S41041061050R3GG28I",
        "017-01ARYZ6S41041061050R3GG28L",
        "017-01ARYZ6S41041061050R3GG28O",
        "017-01ARYZ6S41041061050R3GG28U",
        "017-01ARYZ6S4104106105\xc3\xa9KGG28A",
        "017-01ARYZ6S41041061050R3GG28\n"
    };

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        is_int(phone_id_bucket(phone_cstr(bad[i]), 256), -1, "no id: %zu", i);
    }

    is_int(phone_id_bucket(PHONE_STR("255-01ARYZ6S41041061050R3GG28A"), 256),
           255, "an id");

    for (i = 4; i < PHONE_ID_LEN; i++) {
        accepted = 0;

        for (c = 0; c < 256; c++) {
            memcpy(text, "255-01ARYZ6S41041061050R3GG28A", PHONE_ID_LEN);
            text[i] = (char) c;
            accepted += phone_id_bucket((phone_str_t) { PHONE_ID_LEN, text },
                                        256) == 255;
        }

        is_int(accepted, (i == 4) ? 8 : 32, "bytes accepted at %zu", i);
    }
}


static void
test_time(void)
{
    phone_str_t                id;
    static const unsigned char  random[PHONE_ID_RANDOM] = { 1, 2, 3 };

    id = phone_id_make(&arena, 17, INT64_C(1763695000123), random);

    is_int(phone_id_time(id), INT64_C(1763695000123), "the time of an id");
    is_int(phone_id_time(PHONE_STR("017-0")), -1, "of none");
    is_int(phone_id_time((phone_str_t) { id.len - 1, id.data }), -1,
           "of all but the last letter");
    is_int(phone_id_time(PHONE_STR("017-UUUUUUUUUUUUUUUUUUUUUUUUUU")), -1,
           "of no base32");
}


int
main(void)
{
    test_bucket();
    test_make();
    test_refused();
    test_time();

    return done_testing();
}
