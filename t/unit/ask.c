
/* Asks: what differs in any argument is another ask; what does not is one. */


#define _GNU_SOURCE

#include "play.h"
#include "runtime/runtime.h"


#define WORK(kind, ...)                                                       \
    phone_ask_work(&call, kind,                                               \
                   (phone_str_t[PHONE_WORK_ARGS]) { __VA_ARGS__ })


static phone_call_t  call;


static unsigned
asks(void)
{
    unsigned      n;
    phone_ask_t  *ask;

    n = 0;

    for (ask = call.asks; ask; ask = ask->next) {
        n++;
    }

    return n;
}


/* "Asked twice, answered as if asked once": a check that read its ledger by
   pages in one run would have got the first page each time. */

static void
logs_by_pages(void)
{
    const phone_log_t  *first, *second, *longer;

    first = phone_ask_log(&call, &phone_ledger, PHONE_STR("001"), 0, 10);
    second = phone_ask_log(&call, &phone_ledger, PHONE_STR("001"), 10, 10);
    longer = phone_ask_log(&call, &phone_ledger, PHONE_STR("001"), 0, 20);

    ok(second != first, "another place in a log is another ask");
    ok(longer != first && longer != second, "so is another limit");
    ok(phone_ask_log(&call, &phone_ledger, PHONE_STR("002"), 0, 10) != first,
       "so is another log");
    ok(phone_ask_log(&call, &phone_ledger, PHONE_STR("001"), 10, 10)
       == second, "the same again is the same");
    is_int(asks(), 4, "which makes four");
}


static void
others(void)
{
    phone_entry_t          entry[3] = { { PHONE_STR("a"), 1 },
                                        { PHONE_STR("b"), 1 },
                                        { PHONE_STR("c"), 1 } };
    phone_list_t           a = { 1, entry }, ab = { 2, entry };
    phone_list_t           ac = { 2, (phone_entry_t[2]) { entry[0],
                                                          entry[2] } };
    const phone_list_t    *list;
    const phone_hash_t    *hash;
    const phone_result_t  *result;

    list = phone_ask_index(&call, &phone_bills_of, PHONE_STR("1"), 0, 5);
    ok(phone_ask_index(&call, &phone_bills_of, PHONE_STR("1"), 9, 5) != list,
       "an index below a score");
    ok(phone_ask_index(&call, &phone_bills_of, PHONE_STR("1"), 0, 6) != list,
       "more of an index");
    ok(phone_ask_index(&call, &phone_cards_of, PHONE_STR("1"), 0, 5) != list,
       "another index");
    ok(phone_ask_index(&call, &phone_bills_of, PHONE_STR("1"), 0, 5) == list,
       "the same index");

    hash = phone_ask_hash(&call, &phone_balances, PHONE_STR("001"));
    ok(phone_ask_hash(&call, &phone_balances, PHONE_STR("002")) != hash,
       "another hash");
    ok(phone_ask_hash(&call, &phone_balances, PHONE_STR("001")) == hash,
       "the same hash");

    is_int(asks(), 6, "make six");

    (void) phone_ask_index_from(&call, &phone_bills_of, PHONE_STR("1"), 0, 5);
    (void) phone_ask_index_from(&call, &phone_bills_of, PHONE_STR("1"), 9, 5);
    (void) phone_ask_index_from(&call, &phone_bills_of, PHONE_STR("1"), 9, 5);
    is_int(asks(), 8, "two ranges upwards");
    (void) phone_ask_size(&call, &phone_bills_of, PHONE_STR("1"), 0);
    (void) phone_ask_size(&call, &phone_bills_of, PHONE_STR("1"), 9);
    (void) phone_ask_size(&call, &phone_bills_of, PHONE_STR("1"), 9);
    is_int(asks(), 10, "two sizes");
    (void) phone_ask_scores(&call, &phone_bills_of, PHONE_STR("1"), &ab);
    (void) phone_ask_scores(&call, &phone_bills_of, PHONE_STR("1"), &ac);
    (void) phone_ask_scores(&call, &phone_bills_of, PHONE_STR("1"), &a);
    (void) phone_ask_scores(&call, &phone_bills_of, PHONE_STR("1"), &ab);
    is_int(asks(), 13, "the scores of three lists");
    (void) phone_ask_scores(&call, &phone_bills_of, PHONE_STR("1"),
                            &(phone_list_t) { 0, NULL });
    is_int(asks(), 13, "those of no list are not asked for");
    (void) phone_ask_claimed(&call, &phone_order, PHONE_STR("tea:1"));
    (void) phone_ask_claimed(&call, &phone_order, PHONE_STR("tea:2"));
    (void) phone_ask_claimed(&call, &phone_order, PHONE_STR("tea:1"));
    is_int(asks(), 15, "two claims, one of them asked for twice");
    (void) phone_ask_claimed(&call, &phone_posted, PHONE_STR("001-a"));
    (void) phone_ask_claimed(&call, &phone_posted, PHONE_STR("001-b"));
    is_int(asks(), 17, "two claims of one bucket");

    result = WORK(&phone_work_verify, PHONE_STR("a"), PHONE_STR("bc"));
    ok(WORK(&phone_work_verify, PHONE_STR("ab"), PHONE_STR("c")) != result,
       "work on other arguments");
    ok(WORK(&phone_work_sign, PHONE_STR("a"), PHONE_STR("bc")) != result,
       "other work on the same");
    ok(WORK(&phone_work_verify, PHONE_STR("a"), PHONE_STR("bc")) == result,
       "the same work");

}


/* Each is handed out once, and waited for as long as one is not ready. */

static void
waiting(void)
{
    phone_ask_t        *ask;
    const phone_log_t  *first, *second;

    first = phone_ask_log(&call, &phone_ledger, PHONE_STR("001"), 0, 10);
    (void) phone_ask_log(&call, &phone_ledger, PHONE_STR("001"), 10, 10);

    ask = phone_next_ask(&call);
    ok(&((phone_ask_log_t *) ask)->log == first, "the first goes first");
    phone_ready(ask);
    ask = phone_next_ask(&call);
    ok(phone_next_ask(&call) == NULL, "two are handed out");

    call.missing = 0;
    (void) phone_ask_log(&call, &phone_ledger, PHONE_STR("001"), 0, 10);
    ok(!phone_waiting(&call), "the one that is ready is not waited for");
    second = phone_ask_log(&call, &phone_ledger, PHONE_STR("001"), 10, 10);
    ok(phone_waiting(&call), "the other one is");
    ok(&((phone_ask_log_t *) ask)->log == second, "which it is");
}


/* What the call itself makes is there at once. */

static void
made(void)
{
    phone_record_t  *account;

    account = phone_put(&call, &phone_account, PHONE_STR("+8613800000001"));
    ok(phone_ask(&call, &phone_account, PHONE_STR("+8613800000001")) == account,
       "a record that is put is found");
    ok(!phone_waiting(&call), "and not waited for");
    ok(phone_next_ask(&call) == NULL, "nobody is asked for it");
}


/* Those of a long list are found as well, each once; what was put is not found
   by the next run. */

static void
many(void)
{
    char             id[16];
    unsigned         i, found;
    phone_record_t  *record[500], *put;

    for (i = 0; i < 500; i++) {
        snprintf(id, sizeof(id), "001-%u", i);
        record[i] = phone_ask(&call, &phone_bill,
                              phone_copy(&call.arena, phone_cstr(id)));
        (void) phone_ask_log(&call, &phone_ledger, phone_cstr(id), 0, 10);
    }

    put = phone_put(&call, &phone_refund, PHONE_STR("001-7"));
    is_int(asks(), 1000, "a thousand asks");

    for (i = 0, found = 0; i < 500; i++) {
        snprintf(id, sizeof(id), "001-%u", i);
        found += phone_ask(&call, &phone_bill, phone_cstr(id)) == record[i];
        (void) phone_ask_log(&call, &phone_ledger, phone_cstr(id), 0, 10);
    }

    is_int(found, 500, "each is found again");
    is_int(asks(), 1000, "and none is asked for twice");
    ok(phone_ask(&call, &phone_refund, PHONE_STR("001-7")) == put,
       "nor what was put");

    phone_drop_puts(&call);
    ok(phone_ask(&call, &phone_refund, PHONE_STR("001-7")) != put,
       "which the next run does not have");
    is_int(asks(), 1001, "so it asks for it");
    ok(phone_ask(&call, &phone_bill, PHONE_STR("001-7")) == record[7],
       "another kind has the same id");

    phone_forget(&call);
    is_int(asks(), 0, "a conflict: all is forgotten");
    (void) phone_ask(&call, &phone_bill, PHONE_STR("001-7"));
    is_int(asks(), 1, "and asked for again");
}


int
main(void)
{
    unsigned      i;
    static void (*const  test[])(void) = { logs_by_pages, others, waiting,
                                           made, many };

    play_start();

    for (i = 0; i < sizeof(test) / sizeof(test[0]); i++) {
        phone_call_init(&call, &player.env, NULL, NULL);
        test[i]();
        phone_call_free(&call);
    }

    play_end();

    return done_testing();
}
