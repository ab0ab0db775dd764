
/*
 * What it costs to read the fields of a bill, and to make the text that its
 * signature is over: microseconds of CPU, the least of some rounds.
 */


#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "lib/canonical.h"
#include "lib/fields.h"


#define ROUNDS  15
#define TIMES   20000
#define ROWS    100
#define SIGN    344                      /* base64 of 2048 bits */


static char  body[64 * 1024];


static double
now(void)
{
    struct timespec  t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);

    return (double) t.tv_sec * 1e6 + (double) t.tv_nsec / 1e3;
}


static void
once(int json, size_t len, int canonical)
{
    phone_str_t        text, bad;
    phone_arena_t      arena;
    phone_fields_t     fields;
    phone_fields_rc_t  rc;

    phone_arena_init(&arena);
    fields.n = 0;
    text = (phone_str_t) { len, body };

    rc = json ? phone_json_parse(&arena, text, &fields, &bad)
              : phone_form_parse(&arena, text, &fields, &bad);

    if (rc != PHONE_FIELDS_OK
        || (canonical
            && phone_canonical(&arena, &fields, 0, &text)
               != PHONE_CANONICAL_OK))
    {
        fprintf(stderr, "bench-fields: the body cannot be read\n");
        exit(1);
    }

    phone_arena_free(&arena);
}


static double
least(int json, size_t len, int canonical, int times)
{
    int     i, k;
    double  start, took, best;

    best = 1e9;

    for (i = 0; i < ROUNDS; i++) {
        start = now();

        for (k = 0; k < times; k++) {
            once(json, len, canonical);
        }

        took = (now() - start) / times;
        best = took < best ? took : best;
    }

    return best;
}


static void
measure(const char *what, int json, int times)
{
    size_t  len;
    double  read;

    len = strlen(body);
    read = least(json, len, 0, times);

    printf("%-28s %6zu bytes   read %8.2f us   its text %8.2f us\n", what,
           len, read, least(json, len, 1, times) - read);
}


int
main(void)
{
    int   i;
    char  sign[SIGN + 1], *p;

    memset(sign, 'A', SIGN);
    sign[SIGN] = '\0';

    snprintf(body, sizeof(body),
             "merchant_id=demo-shop&key_id=k1&service=bill.create"
             "&timestamp=1795233930&nonce=34ee73fc9cf8e27ef29d0fbc"
             "&sign_type=RSA2&out_trade_no=T20261122000001&amount=1280"
             "&currency=CNY&payer_phone=%%2B8613800000001"
             "&subject=Longjing+tea%%2C+250+g"
             "&digest=f611d894cbccf3e9401d256ed3413959&sign=%s", sign);
    measure("a bill, form", 0, TIMES);

    snprintf(body, sizeof(body),
             "{\"merchant_id\":\"demo-shop\",\"key_id\":\"k1\","
             "\"service\":\"bill.create\",\"timestamp\":1795233930,"
             "\"nonce\":\"34ee73fc9cf8e27ef29d0fbc\",\"sign_type\":\"RSA2\","
             "\"out_trade_no\":\"T20261122000001\",\"amount\":1280,"
             "\"currency\":\"CNY\",\"payer_phone\":\"+8613800000001\","
             "\"subject\":\"Longjing tea, 250 g\","
             "\"digest\":\"f611d894cbccf3e9401d256ed3413959\","
             "\"sign\":\"%s\"}", sign);
    measure("a bill, JSON", 1, TIMES);

    strcpy(body, "{\"card_id\":\"017-01K9T2Q6JMW7S3X8E5D4C1B0AZ\","
                 "\"pin\":\"271828\",\"pay_id\":\"1\"}");
    measure("a payment, JSON", 1, TIMES);

    p = body + sprintf(body, "{\"rows\":[");

    for (i = 0; i < ROWS; i++) {
        p += sprintf(p, "%s{\"row_id\":\"till-7-%d\",\"points\":%d,"
                     "\"type\":\"EARN\",\"time\":1795233930}", i ? "," : "",
                     i, i + 1);
    }

    strcpy(p, "]}");
    measure("a list of 100 objects, JSON", 1, TIMES / 50);

    return 0;
}
