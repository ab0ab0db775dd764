
/* Totals of statements. */


#include "tap.h"
#include "bill/totals.h"


static void
test_room(void)
{
    unsigned                 i, k;
    phone_str_t              text;
    phone_arena_t            arena;
    phone_totals_t          *totals, *again;
    static const char *const kind[] = { "payment", "refund", "payout" };

    phone_arena_init(&arena);
    totals = phone_alloc(&arena, sizeof(phone_totals_t));
    again = phone_alloc(&arena, sizeof(phone_totals_t));

    for (i = 0; i < PHONE_MERCHANT_CURRENCIES; i++) {
        for (k = 0; k < 3; k++) {
            (void) phone_totals_add(totals, phone_format(&arena, "X%02u", i),
                                    phone_cstr(kind[k]), -INT64_MAX);
        }
    }

    is_int(totals->n, PHONE_TOTALS_MAX, "all currencies of a merchant");
    is_int(phone_totals_add(totals, PHONE_STR("X00"), PHONE_STR("refund"), 1),
           0, "one of them again");
    is_int(phone_totals_add(totals, PHONE_STR("X99"), PHONE_STR("payment"), 1),
           -1, "there is no room for one more");
    is_int(phone_totals_add(totals, PHONE_STR("X01"), PHONE_STR("refund"), -1),
           -1, "nor for a sum that does not fit");

    for (i = 0; i < PHONE_TOTALS_MAX; i++) {
        totals->total[i].rows = INT64_MAX;
    }

    text = phone_totals_text(&arena, totals);
    ok(text.len <= PHONE_TOTALS_TEXT, "the longest text has %u bytes of %u",
       (unsigned) text.len, PHONE_TOTALS_TEXT);
    is_int(phone_totals_read(text, again), 0, "it can be read");
    is_int(again->n, PHONE_TOTALS_MAX, "whole");

    phone_arena_free(&arena);
}


static void
test_full(void)
{
    phone_buf_t      lines;
    phone_arena_t    arena;
    phone_totals_t  *totals;

    phone_arena_init(&arena);
    totals = phone_alloc(&arena, sizeof(phone_totals_t));

    is_int(phone_totals_add(totals, PHONE_STR("KWD"), PHONE_STR("payment"),
                            INT64_MAX - 5), 0, "nearly full");
    is_int(phone_totals_add(totals, PHONE_STR("KWD"), PHONE_STR("payment"), 6),
           1, "what does not fit is another sum");
    is_int(phone_totals_add(totals, PHONE_STR("KWD"), PHONE_STR("payment"), 5),
           0, "what fits is not");
    is_int(phone_totals_add(totals, PHONE_STR("KWD"), PHONE_STR("payment"), 1),
           0, "and goes to the second one when the first is full");

    phone_buf_init(&lines, &arena, 64);
    phone_totals_lines(&lines, "#total", phone_totals_text(&arena, totals));
    is_str(phone_buf_str(&lines),
           "#total,KWD,payment,2,9223372036854775807\r\n"
           "#total,KWD,payment,2,7\r\n", "both are told");

    phone_arena_free(&arena);
}


static void
test_malformed(void)
{
    unsigned                  i;
    phone_arena_t             arena;
    phone_totals_t           *totals;
    static const char *const  text[] = {
        "CNY", "CNY payment", "CNY payment 1", "CNY payment x 1,",
        "CNY payment 1 x,", "CNY payment -1 1,",
        "CNY payment 1 9223372036854775808,"
    };

    phone_arena_init(&arena);

    for (i = 0; i < sizeof(text) / sizeof(text[0]); i++) {
        totals = phone_alloc(&arena, sizeof(phone_totals_t));
        is_int(phone_totals_read(phone_cstr(text[i]), totals), -1, "\"%s\"",
               text[i]);
    }

    totals = phone_alloc(&arena, sizeof(phone_totals_t));
    is_int(phone_totals_read(PHONE_EMPTY, totals), 0, "none");
    is_int(totals->n, 0, "are none");

    phone_arena_free(&arena);
}


int
main(void)
{
    test_room();
    test_full();
    test_malformed();

    return done_testing();
}
