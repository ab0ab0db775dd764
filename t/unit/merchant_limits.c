
/* How much a merchant may bill: with one bill, and on a day. */


#define _GNU_SOURCE

#include "shop.h"


#define LI     "13800000001"
#define HOUR   (3600 * INT64_C(1000))
#define DAY    (24 * HOUR)
#define RIGHT  "&pin=" SHOP_PIN


static phone_str_t  card;
static unsigned     orders;


/* At noon UTC. */

static void
start_in(phone_domain_t domain)
{
    play_start();
    player.env.domain = domain;
    player.settings.bills_day_payer = 1000;
    player.now = PLAY_NOW / DAY * DAY + 12 * HOUR;
    shop_open("tea");
    shop_open("rice");
    card = shop_card(LI, "6222020000000015");
    shop_payer(LI);
    orders = 0;
}


static int
order(const char *shop, const char *no, int amount, const char *more)
{
    char  form[256];

    snprintf(form, sizeof(form), "out_trade_no=%s&amount=%d&payer_phone=" LI
             "&subject=tea%s", no, amount, more);

    return shop_call("bill.create", shop, form);
}


static int
another(int amount)
{
    char  no[16];

    snprintf(no, sizeof(no), "N%u", ++orders);

    return order("tea", no, amount, "");
}


static void
run_events(void)
{
    while (play_event()) {
        /* void */
    }
}


static int
set(const char *limits)
{
    char  form[128];

    snprintf(form, sizeof(form), "merchant_id=tea&%s", limits);

    return play("operator.merchant_change", form);
}


static void
of_a_bill(void)
{
    phone_str_t  bill;

    start_in(PHONE_WHOLE_STORE);

    is_int(order("tea", "T1", 300, ""), 200, "no limit");
    bill = phone_copy(&player.arena, play_member("bill_id"));

    player.settings.merchant_bill = 200;
    is_int(order("tea", "T2", 201, ""), 403, "one more than the default");
    is_str(play_code(), "LIMIT_MERCHANT_BILL", "is refused");
    is_str(play_member("most"), "200", "and told");
    is_str(play_member("field"), "amount", "which field");
    is_int(order("tea", "T2", 200, ""), 200, "as much is not");

    is_int(order("tea", "T1", 300, ""), 200, "the same order again");
    is_str(play_member("out_trade_no"), "T1", "is answered as before");

    is_int(shop_pay(bill, card, RIGHT), 403, "it is not paid any more");
    is_str(play_code(), "LIMIT_MERCHANT_BILL", "for the same reason");

    is_int(set("bill_most=300"), 200, "the merchant may take more");
    is_str(play_member("bill_most"), "300", "as is shown");
    is_int(shop_pay(bill, card, RIGHT), 200, "it is paid");
    is_int(order("tea", "T3", 301, ""), 403, "but not any amount");
    is_int(order("rice", "T3", 201, ""), 403, "nor another merchant");

    is_int(set("bill_most=0"), 200, "none at all");
    is_int(order("tea", "T3", 301, ""), 200, "any amount");

    is_int(set("bill_most="), 200, "the default again");
    ok(!play_says("bill_most"), "is not shown");
    is_int(order("tea", "T4", 201, ""), 403, "it counts again");

    is_int(order("tea", "T5", 201, "&currency=USD"), 403,
           "in any currency");

    play_end();
}


static void
of_a_day_in(phone_domain_t domain)
{
    int64_t  now;

    start_in(domain);
    player.settings.merchant_day = 250;

    is_int(another(100), 200, "100 of 250");
    is_int(another(100), 200, "200");
    is_int(another(51), 403, "one too many");
    is_str(play_code(), "LIMIT_MERCHANT_DAY", "is refused");
    is_str(play_member("left"), "50", "and told what is left");
    is_str(play_member("until"), "2027-01-16T00:00:00Z", "and until when");
    is_int(player.retry_after, 12 * 3600, "so long");
    is_int(order("tea", "N3", 50, ""), 200, "what is left, by that order");
    is_int(another(1), 403, "nothing is left");
    is_str(play_member("left"), "0", "it says so");
    now = player.now;
    run_events();
    player.now = now;
    is_int(order("tea", "N1", 100, ""), 200, "an order of before");
    is_int(order("tea", "N1", 101, ""), 409, "with another amount");
    is_int(another(1000), 403, "more than a day may have");
    is_int(order("rice", "R1", 250, ""), 200, "another merchant");
    is_int(order("tea", "U1", 250, "&currency=USD"), 200,
           "another currency is not added up");

    is_int(set("day_most=260"), 200, "a limit of its own");
    is_int(another(11), 403, "counts what was made before");
    is_int(another(10), 200, "and no more");

    player.now += 12 * HOUR;
    is_int(another(260), 200, "the next day");
    is_int(another(1), 403, "has no more");

    play_end();
}


static void
of_a_day_by_number(void)
{
    start_in(PHONE_WHOLE_STORE);
    is_int(set("day_bills=2"), 200, "two bills a day");

    is_int(another(100), 200, "the first");
    is_int(order("tea", "N1", 100, ""), 200, "again");
    is_int(another(100), 200, "the second");
    is_int(another(100), 403, "the third");
    is_str(play_code(), "LIMIT_MERCHANT_DAY", "is refused");
    is_int(order("tea", "U1", 1, "&currency=USD"), 403, "in any currency");

    is_int(set("day_bills=0"), 200, "no limit");
    is_int(another(100), 200, "the third");

    player.settings.merchant_day_bills = 1;
    is_int(order("rice", "R1", 1, ""), 200, "the default");
    is_int(order("rice", "R2", 1, ""), 403, "is for others");
    is_int(another(100), 200, "not for this one");

    is_int(set("day_bills=1000000001"), 400, "a limit beyond its own");
    is_int(set("bill_most=-1"), 400, "one below zero");

    play_end();
}


/* Two bills at once. */

static void
one_meanwhile(void)
{
    is_int(order("tea", "M1", 60, ""), 200, "another one is made meanwhile");
}


static void
at_once_in(phone_domain_t domain)
{
    start_in(domain);
    player.settings.merchant_day = 100;

    player.before_commit = one_meanwhile;
    is_int(order("tea", "A1", 60, ""), 403, "one of two");
    is_str(play_member("left"), "40", "what is left");
    is_int(order("tea", "A1", 40, ""), 200, "nothing was counted for it");
    is_int(order("tea", "A2", 1, ""), 403, "no more");

    player.lose_answer = 1;
    player.now += DAY;
    is_int(order("tea", "A3", 100, ""),
           domain == PHONE_WHOLE_STORE ? 200 : 503, "an answer that is lost");
    is_int(order("tea", "A4", 1, ""), 403, "counts once");

    play_end();
}


/* Statements and settlements have a sum of each currency. */

static void
of_currencies_in(phone_domain_t domain)
{
    start_in(domain);
    player.settings.merchant_currencies = 3;

    is_int(order("tea", "T1", 1, ""), 200, "the platform's");
    is_int(order("tea", "T2", 1, "&currency=KWD"), 200, "a second one");
    is_int(order("tea", "T3", 1, "&currency=CNY"), 200, "the first by name");
    is_int(order("tea", "T4", 1, "&currency=UYW"), 200, "a third one");
    is_int(order("tea", "T5", 1, "&currency=JPY"), 409, "a fourth one");
    is_str(play_code(), "TOO_MANY", "is refused");
    is_str(play_member("field"), "currency", "by field");
    is_str(play_member("most"), "3", "and told");
    is_int(order("tea", "T5", 1, "&currency=KWD"), 200,
           "the order is free, and those that are known go on");
    run_events();
    is_int(order("tea", "T4", 1, "&currency=UYW"), 200, "the same again");
    is_int(order("tea", "T4", 1, "&currency=JPY"), 409,
           "with a currency of its own");
    is_str(play_code(), "ORDER_MISMATCH", "is another bill");
    is_int(order("rice", "R1", 1, "&currency=JPY"), 200, "another merchant");
    is_int(order("tea", "T6", 1, "&currency=XAU"), 400, "gold");
    is_str(play_code(), "PARAM_INVALID", "is no currency");

    play_end();
}


/* Two new currencies at once, and room for one. */

static void
third_meanwhile(void)
{
    is_int(order("tea", "M1", 1, "&currency=USD"), 200, "another one");
}


static void
currencies_at_once_in(phone_domain_t domain)
{
    start_in(domain);
    player.settings.merchant_currencies = 2;

    is_int(order("tea", "T1", 1, ""), 200, "the platform's");
    player.before_commit = third_meanwhile;
    is_int(order("tea", "T2", 1, "&currency=EUR"), 409, "one of two");
    is_str(play_code(), "TOO_MANY", "is refused");

    player.settings.merchant_currencies = 3;
    player.lose_answer = 1;
    order("tea", "T3", 1, "&currency=EUR");
    is_int(order("tea", "T4", 1, "&currency=EUR"), 200,
           "an answer that is lost: it is there once");
    is_int(order("tea", "T5", 1, "&currency=GBP"), 409, "one more");

    play_end();
}


int
main(void)
{
    of_a_bill();
    of_a_day_in(PHONE_WHOLE_STORE);
    of_a_day_in(PHONE_ONE_BUCKET);
    of_a_day_by_number();
    at_once_in(PHONE_WHOLE_STORE);
    at_once_in(PHONE_ONE_BUCKET);
    of_currencies_in(PHONE_WHOLE_STORE);
    of_currencies_in(PHONE_ONE_BUCKET);
    currencies_at_once_in(PHONE_WHOLE_STORE);
    currencies_at_once_in(PHONE_ONE_BUCKET);

    return done_testing();
}
