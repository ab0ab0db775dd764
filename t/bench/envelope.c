
/*
 * What it costs to open the envelope of a payment, from the fields to the
 * PIN, with the derivation of its key: microseconds of CPU, the least of some
 * rounds.
 */


#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "lib/envelope.h"
#include "lib/seal.h"


#define ROUNDS  15
#define TIMES   5000

#define NUMBER   PHONE_STR("+8613800000001")
#define SERVICE  PHONE_STR("bill.pay")
#define BILL     "017-01K9T2Q6JMW7S3X8E5D4C1B0AZ"


static phone_ciphers_t  *ciphers;
static phone_mac_key_t  *master;
static phone_fields_t    fields;


static double
now(void)
{
    struct timespec  t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);

    return (double) t.tv_sec * 1e6 + (double) t.tv_nsec / 1e3;
}


static void
seal(phone_arena_t *arena, unsigned suite)
{
    phone_str_t     iv, head, context, sealed, tag;
    unsigned char   key[PHONE_ENVELOPE_KEY];
    phone_fields_t  inside;

    fields.n = inside.n = 0;
    phone_fields_add(&fields, PHONE_STR("bill_id"), PHONE_STR(BILL));
    phone_fields_add(&fields, PHONE_STR("card_id"), PHONE_STR(BILL));
    phone_fields_add(&fields, PHONE_STR("pay_id"), PHONE_STR("p1234567890"));
    phone_fields_add(&inside, PHONE_STR("pin"), PHONE_STR("271828"));

    iv = (phone_str_t) { suite == 1 ? 8 : 12, "0123456789ab" };
    head = phone_format(arena, "%u.0a1b2c3d.1795233930.%.*s", suite,
                        PHONE_ARGS(phone_base64url(arena, iv)));
    context = phone_envelope_context(arena, head, NUMBER, SERVICE, &fields);

    if (phone_mac(master, PHONE_STR("session"), key) != 0
        || phone_envelope_seal(ciphers, arena, key, suite, iv, context,
                               &inside, &sealed, &tag) != 0)
    {
        exit(1);
    }

    phone_fields_add(&fields, PHONE_STR("secure"),
                     phone_format(arena, "%.*s.%.*s", PHONE_ARGS(head),
                                  PHONE_ARGS(phone_base64url(arena, sealed))));
    phone_fields_add(&fields, PHONE_STR("mac"), phone_base64url(arena, tag));
}


static void
once(void)
{
    phone_str_t       context, plain;
    phone_arena_t     arena;
    unsigned char     key[PHONE_ENVELOPE_KEY];
    phone_fields_t    inside;
    phone_envelope_t  envelope;

    phone_arena_init(&arena);
    inside.n = 0;

    if (phone_envelope_parse(&arena, *phone_field(&fields, "secure"),
                             *phone_field(&fields, "mac"), &envelope) != 0
        || phone_mac(master, PHONE_STR("session"), key) != 0)
    {
        exit(1);
    }

    context = phone_envelope_context(&arena, envelope.head, NUMBER, SERVICE,
                                     &fields);

    if (phone_envelope_open(ciphers, &arena, key, &envelope, context, &plain)
        != 0
        || phone_envelope_read(plain, &inside) != 0)
    {
        fprintf(stderr, "bench-envelope: it does not open\n");
        exit(1);
    }

    phone_arena_free(&arena);
}


int
main(void)
{
    int            i, round;
    double         begun, took, least;
    unsigned       suite;
    phone_arena_t  arena;

    ciphers = phone_ciphers_create();
    master = phone_mac_key_create(PHONE_STR("0123456789abcdef"
                                            "0123456789abcdef"), "envelope");

    for (suite = 1; suite <= 2; suite++) {
        phone_arena_init(&arena);
        seal(&arena, suite);
        least = 1e9;

        for (round = 0; round < ROUNDS; round++) {
            begun = now();

            for (i = 0; i < TIMES; i++) {
                once();
            }

            took = (now() - begun) / TIMES;
            least = took < least ? took : least;
        }

        printf("opening the envelope of a payment, suite %u: %.1f us\n", suite,
               least);
        phone_arena_free(&arena);
    }

    phone_mac_key_free(master);
    phone_ciphers_free(ciphers);

    return 0;
}
