
/* POST /operator/merchants/{merchant_id}/settle: takings are paid out. */


#define _GNU_SOURCE

#include "check.h"
#include "lib/id.h"
#include "lib/money.h"


#define PAYER  "13800000001"
#define PIN    "&pin=" SHOP_PIN


static phone_str_t   card, cookie;
static unsigned      orders;

/* As many as a merchant may bill in. */
static const char *const  code[PHONE_MERCHANT_CURRENCIES] = {
    "CNY", "HKD", "MOP", "TWD", "USD", "EUR", "GBP", "JPY", "KRW", "SGD",
    "INR", "AUD", "NZD", "CAD", "CHF", "BRL", "MXN", "MYR", "THB", "VND",
    "IDR", "PHP", "RUB", "ZAR", "AED", "SAR", "KWD", "BHD", "CLF", "UYW",
    "XOF", "ZWG"
};


static void
set_up(phone_domain_t domain)
{
    play_start();
    player.env.domain = domain;

    shop_open("tea");
    shop_open("coffee");
    card = shop_card(PAYER, "6222020000000015");
    while (posted()) { /* void */ }
    shop_payer(PAYER);
    cookie = player.cookie;
}


static phone_str_t
bucket_of(const char *merchant)
{
    return phone_bucket_text(&player.arena,
                             phone_bucket_of(phone_cstr(merchant),
                                             player.env.buckets));
}


static phone_str_t
takings(const char *currency)
{
    char  bucket[4];

    snprintf(bucket, sizeof(bucket), "%.3s", bucket_of("tea").data);

    return sim_store_field(player.store, player.now,
                           phone_key(&player.arena, &phone_balances,
                                     phone_home(&player.env, &phone_balances,
                                                phone_cstr(bucket)),
                                     PHONE_EMPTY),
                           phone_format(&player.arena, "takings:tea:%s",
                                        currency));
}


/* Past the product: takings that no ledger entry names. */

static void
plant(const char *account, const char *value)
{
    meddle(PHONE_OP_HSET, &phone_balances, bucket_of("tea"), 2,
           (const char *[2]) { account, value });
}


/* The same of every currency. */

static void
plant_all(const char *value)
{
    size_t  i;
    char    name[32];

    for (i = 0; i < PHONE_MERCHANT_CURRENCIES; i++) {
        snprintf(name, sizeof(name), "takings:tea:%s", code[i]);
        plant(name, value);
    }
}


static unsigned
occurs(const char *text)
{
    unsigned     n;
    const char  *at, *end;

    end = player.body.data + player.body.len;

    for (n = 0, at = player.body.data;
         (at = memmem(at, (size_t) (end - at), text, strlen(text))) != NULL;
         at++)
    {
        n++;
    }

    return n;
}


/* A bill over 100 is paid. */

static void
pay(void)
{
    char         order[16];
    phone_str_t  bill;

    player.cookie = PHONE_EMPTY;
    snprintf(order, sizeof(order), "T%u", ++orders);
    bill = shop_bill("tea", order, PAYER);
    while (posted()) { /* void */ }
    player.cookie = cookie;

    if (shop_pay(bill, card, PIN) != 200) {
        printf("Bail out! pay: %.*s\n", PHONE_ARGS(player.body));
        exit(1);
    }

    while (posted()) { /* void */ }
}


static int
settle(const char *form)
{
    player.cookie = PHONE_EMPTY;

    return play("operator.settle", form);
}


static void
settles(phone_domain_t domain)
{
    phone_str_t  first;

    set_up(domain);
    pay();
    pay();
    pay();

    is_str(takings("CNY"), "300", "three bills are paid");

    player.lose_answer = 1;
    is_int(settle("merchant_id=tea&settle_no=s1&amount=120"), 200,
           "a part, answer lost");
    first = phone_copy(&player.arena, player.body);
    ok(play_says("\"settled\":[{\"currency\":\"CNY\",\"amount\":120,"
                 "\"left\":180}]"), "what was paid out, and what is left");
    is_str(takings("CNY"), "180", "once");
    check("true", "the books are right");

    pay();
    is_int(settle("merchant_id=tea&settle_no=s1&amount=120&currency=CNY"), 200,
           "the same again");
    is_int(player.commits, 0, "settles nothing");
    is_str(takings("CNY"), "280", "nothing is paid out");
    ok(phone_equal(player.body, first), "and it is the same answer");

    is_int(settle("merchant_id=tea&settle_no=s1&amount=121"), 409,
           "of another amount");
    is_str(play_code(), "EXISTS", "refused");
    is_str(play_member("field"), "amount", "by field");
    is_int(settle("merchant_id=tea&settle_no=s1"), 409, "of all there is");
    is_str(play_member("field"), "amount", "by field");
    is_int(settle("merchant_id=tea&settle_no=s1&amount=120&currency=USD"), 409,
           "of another currency");
    is_str(play_member("field"), "currency", "by field");
    is_str(takings("CNY"), "280", "nothing is paid out");

    is_int(settle("merchant_id=tea&settle_no=s2"), 200, "all there is");
    ok(play_says("\"settled\":[{\"currency\":\"CNY\",\"amount\":280,"
                 "\"left\":0}]"), "nothing is left");
    is_str(takings("CNY"), "0", "in the store");
    check("true", "the books are right at the end");

    pay();
    is_str(takings("CNY"), "100", "the next payment begins anew");
    is_int(settle("merchant_id=tea&settle_no=s2"), 200, "the same again");
    is_str(takings("CNY"), "100", "settles nothing of it");

    is_int(settle("merchant_id=coffee&settle_no=s1&amount=1"), 409,
           "the number is the merchant's own: another one has taken nothing");
    is_str(play_code(), "TAKINGS_NOT_ENOUGH", "is told so");

    play_end();
}


static void
refuses(phone_domain_t domain)
{
    set_up(domain);
    pay();

    is_int(settle("merchant_id=cocoa&settle_no=s1"), 404, "no such merchant");
    is_str(play_code(), "MERCHANT_NOT_FOUND", "is told so");
    is_int(settle("merchant_id=tea&settle_no=s1&amount=101"), 409,
           "more than there is");
    is_str(play_code(), "TAKINGS_NOT_ENOUGH", "is told so");
    is_str(play_member("field"), "amount", "by field");
    is_int(player.commits, 0, "and nothing is written");
    is_int(settle("merchant_id=tea&settle_no=s1&currency=USD"), 409,
           "nothing in that currency");
    is_int(settle("merchant_id=tea&settle_no=s1&amount=1&currency=USD"), 409,
           "not even one");
    is_int(settle("merchant_id=tea&settle_no=s1&amount=0"), 400, "none");
    is_int(settle("merchant_id=tea&settle_no=s1&amount="), 400,
           "an amount that is left empty is not all there is");
    is_str(play_code(), "PARAM_INVALID", "it is no amount");
    is_str(play_member("field"), "amount", "by field");
    is_int(settle("merchant_id=tea&settle_no=s1&amount=1&currency="), 400,
           "nor is an empty currency all of them");
    is_str(play_member("field"), "currency", "by field");
    is_int(settle("merchant_id=tea&settle_no=s1&amount=-1"), 400, "less");
    is_int(settle("merchant_id=tea&amount=1"), 400, "without a number");
    is_str(play_member("field"), "settle_no", "by field");
    is_int(settle("merchant_id=tea&settle_no=a:b&amount=1"), 400,
           "a number that would name another merchant's");
    is_str(takings("CNY"), "100", "nothing is paid out");

    is_int(settle("merchant_id=tea&settle_no=s1&amount=100"), 200,
           "a number that was refused is free");
    is_int(settle("merchant_id=tea&settle_no=s2"), 409, "nothing is left");
    is_str(play_code(), "TAKINGS_NOT_ENOUGH", "is told so");
    check("true", "the books are right");

    pay();
    play("operator.merchant_change", "merchant_id=tea&status=CLOSED");
    is_int(settle("merchant_id=tea&settle_no=s3"), 200,
           "a closed merchant is paid out");
    check("true", "and the books are right");

    plant("takings:tea:CNY", "abc");
    is_int(settle("merchant_id=tea&settle_no=s4"), 500, "takings of \"abc\"");
    is_int(player.commits, 0, "nothing is written");

    play_end();
}


/* Of more than 16 currencies the others were left, and nothing said so. */

static void
many_currencies(phone_domain_t domain)
{
    unsigned  i;

    set_up(domain);
    plant_all("5");

    is_int(settle("merchant_id=tea&settle_no=s1"), 200,
           "as many currencies as there are of a merchant");
    is_int(occurs("\"left\":0"), PHONE_MERCHANT_CURRENCIES, "all of them");

    for (i = 0; i < PHONE_MERCHANT_CURRENCIES; i++) {
        is_str(takings(code[i]), "0", "%s is settled", code[i]);
    }

    plant_all("9000000000000000000");
    is_int(settle("merchant_id=tea&settle_no=s2"), 200, "the longest record");
    is_int(settle("merchant_id=tea&settle_no=s2"), 200, "is read again");
    is_int(occurs("\"left\":8999000000000000000"), PHONE_MERCHANT_CURRENCIES,
           "whole");

    /* not by way of the product */

    plant_all("5");
    plant("takings:tea:EGP", "5");
    is_int(settle("merchant_id=tea&settle_no=s3"), 200, "one more");
    is_int(occurs("\"left\":0"), PHONE_MERCHANT_CURRENCIES, "is left");
    is_int(settle("merchant_id=tea&settle_no=s4"), 200, "for the next one");
    is_int(occurs("\"left\":0"), 1, "which has it");
    is_int(settle("merchant_id=tea&settle_no=s5"), 409, "now nothing is left");

    play_end();
}


static void
currencies(phone_domain_t domain)
{
    set_up(domain);
    plant("takings:tea:CNY", "5");
    plant("takings:tea:USD", "7");
    plant("takings:tea:EUR", "0");
    plant("takings:teapot:CNY", "9");

    play("operator.merchant_get", "merchant_id=tea");
    ok(play_says("{\"currency\":\"CNY\",\"amount\":5}")
       && play_says("{\"currency\":\"USD\",\"amount\":7}")
       && !play_says("\"amount\":9"), "the takings of the merchant");

    is_int(settle("merchant_id=tea&settle_no=s1&amount=6"), 409,
           "an amount is of the platform's currency");
    is_int(settle("merchant_id=tea&settle_no=s1&currency=USD"), 200,
           "one of them");
    is_str(takings("USD"), "0", "is paid out");
    is_str(takings("CNY"), "5", "the other is not");
    is_int(settle("merchant_id=tea&settle_no=s2"), 200, "all of them");
    ok(play_says("\"settled\":[{\"currency\":\"CNY\",\"amount\":5,"
                 "\"left\":0}]"), "the one that is left");

    plant("takings:tea:CNY", "5");
    plant("takings:tea:USD", "7");
    is_int(settle("merchant_id=tea&settle_no=s3"), 200, "both");
    ok(play_says("{\"currency\":\"CNY\",\"amount\":5,\"left\":0}")
       && play_says("{\"currency\":\"USD\",\"amount\":7,\"left\":0}"),
       "are told");
    is_str(takings("CNY"), "0", "one is paid out");
    is_str(takings("USD"), "0", "and so is the other");

    play_end();
}


/* Takings that could take no more: a settlement makes room. */

static void
full(phone_domain_t domain)
{
    phone_str_t  bill;

    set_up(domain);
    plant("takings:tea:CNY", "9000000000000000000");

    bill = shop_bill("tea", "F1", PAYER);
    while (posted()) { /* void */ }
    player.cookie = cookie;

    if (domain == PHONE_WHOLE_STORE) {
        shop_pay(bill, card, PIN);
        is_str(play_code(), "ACCOUNT_FULL", "takings at the bound");
    }

    is_int(settle("merchant_id=tea&settle_no=s1"), 200, "are settled");
    ok(play_says("\"amount\":1000000000000000,\"left\":8999000000000000000"),
       "by 10^15 a call");

    player.cookie = cookie;
    is_int(shop_pay(bill, card, PIN), 200, "the bill can be paid");
    while (posted()) { /* void */ }
    is_str(takings("CNY"), "8999000000000000100", "the merchant gets it");

    play_end();
}


/* What was paid out, as the merchant and the operator are shown it. */

static int
list(const char *shop, const char *form)
{
    player.cookie = PHONE_EMPTY;

    return shop_call("payout.list", shop, form);
}


static void
lists(phone_domain_t domain)
{
    unsigned     i;
    phone_str_t  id, before;
    char         form[128];

    set_up(domain);
    is_int(list("tea", ""), 200, "before any");
    ok(play_says("\"payouts\":[]"), "the list is empty");

    pay();
    pay();
    is_int(settle("merchant_id=tea&settle_no=s1&amount=50"
                  "&reference=ICBC 2027-01 No. 7"), 200,
           "one with a reference");
    id = phone_copy(&player.arena, play_member("payout_id"));
    ok(id.len > 20, "it has an id");
    ok(phone_id_bucket(id, player.env.buckets)
       == (int) phone_bucket_of(PHONE_STR("tea"), player.env.buckets),
       "of the merchant's bucket");
    is_str(play_member("reference"), "ICBC 2027-01 No. 7", "and that");

    is_int(settle("merchant_id=tea&settle_no=s1&amount=50"
                  "&reference=ICBC 2027-01 No. 7"), 200, "the same again");
    ok(phone_equal(play_member("payout_id"), id), "is the same payout");
    is_int(settle("merchant_id=tea&settle_no=s1&amount=50"), 409,
           "without the reference it is another one");
    is_str(play_member("field"), "reference", "by field");
    is_int(settle("merchant_id=tea&settle_no=s1&amount=50&reference=x"), 409,
           "as it is with another one");
    is_int(settle("merchant_id=tea&settle_no=s9&reference="), 400,
           "an empty reference");
    is_str(play_member("field"), "reference", "by field");
    is_int(settle("merchant_id=tea&settle_no=s9&reference=\xe2\x80\x8b"), 400,
           "a reference that nobody can read");
    is_str(play_member("field"), "reference", "by field");
    is_int(settle("merchant_id=tea&settle_no=s9&reference=a%26amount=1"), 400,
           "one that could be read as a field");
    is_str(play_code(), "FIELD_AMBIGUOUS", "is refused");

    is_int(list("tea", ""), 200, "the list");
    ok(play_says(phone_format(&player.arena, "\"payouts\":[{\"payout_id\":"
                              "\"%.*s\",\"settle_no\":\"s1\",\"currency\":"
                              "\"CNY\",\"amount\":50,\"left\":150,"
                              "\"reference\":\"ICBC 2027-01 No. 7\","
                              "\"paid_at\":\"2027-01-15T08:00:00Z\"}]%c",
                              PHONE_ARGS(id), 0).data), "has it, once");
    is_int(shop_call("balance.query", "tea", ""), 200, "the balance");
    is_str(play_member("takings"), "150", "is what was left");
    is_int(list("coffee", ""), 200, "another merchant");
    ok(play_says("\"payouts\":[]"), "is not shown it");

    plant("takings:tea:USD", "7");
    player.now += 1000;
    is_int(settle("merchant_id=tea&settle_no=s2"), 200, "of two currencies");
    list("tea", "limit=1");
    ok(play_says("\"amount\":150,\"left\":0") && play_says("\"currency\":"
       "\"USD\",\"amount\":7") && !play_says("\"settle_no\":\"s1\""),
       "one payout each, the latest first");
    before = phone_copy(&player.arena, play_member("next_before"));
    snprintf(form, sizeof(form), "limit=1&before=%.*s", PHONE_ARGS(before));
    list("tea", form);
    ok(play_says("\"settle_no\":\"s1\"") && !play_says("\"s2\"")
       && play_says("ICBC"), "then the one before");
    snprintf(form, sizeof(form), "since=%lld",
             (long long) (player.now / 1000));
    list("tea", form);
    ok(play_says("\"s2\"") && !play_says("\"s1\"")
       && !play_says("next_before"), "those since a time");

    player.cookie = PHONE_EMPTY;
    is_int(play("operator.payouts", "merchant_id=tea"), 200, "the operator");
    ok(play_says("\"merchant_id\":\"tea\"") && play_says("\"s1\"")
       && play_says("\"s2\""), "is shown the same");
    is_int(play("operator.payouts", "merchant_id=cocoa"), 404,
           "of no merchant none");
    is_str(play_code(), "MERCHANT_NOT_FOUND", "is told so");

    for (i = 3; i <= 18; i++) {
        plant_all("9");
        snprintf(form, sizeof(form), "merchant_id=tea&settle_no=s%u", i);
        player.now += 1000;
        settle(form);
    }

    list("tea", "limit=50");
    is_int(occurs("\"payout_id\""), 480, "a page has 500 amounts at most");
    ok(play_says("\"s4\"") && !play_says("\"s3\""), "of whole settlements");
    before = phone_copy(&player.arena, play_member("next_before"));
    snprintf(form, sizeof(form), "limit=50&before=%.*s", PHONE_ARGS(before));
    list("tea", form);
    ok(play_says("\"s3\"") && !play_says("\"s4\"") && play_says("\"s1\"")
       && play_says("\"settle_no\":\"s2\""),
       "the others are on the next one");

    meddle(PHONE_OP_HSET, &phone_settlement, PHONE_STR("tea:s3"), 2,
           (const char *[2]) { "settled", "CNY 5" });
    is_int(list("tea", "limit=50"), 500, "one that makes no sense");

    play_end();
}


/* Two operators at once: the money is there for one of them. */

static void
another(void)
{
    settle("merchant_id=tea&settle_no=other&amount=150");
}


static void
at_once(phone_domain_t domain)
{
    set_up(domain);
    pay();
    pay();

    player.before_commit = another;
    settle("merchant_id=tea&settle_no=mine&amount=150");
    is_str(play_code(), "TAKINGS_NOT_ENOUGH", "the second one is refused");
    is_str(takings("CNY"), "50", "what is left");

    pay();
    player.before_commit = pay;
    is_int(settle("merchant_id=tea&settle_no=mine"), 200,
           "a payment meanwhile");
    is_str(takings("CNY"), "100", "stays for the next settlement");
    check("true", "the books are right");

    play_end();
}


/* A check is right whenever a settlement comes. */

static unsigned  at_read, reads, settled;


static void
some_more(void)
{
    static int  inside;
    char        form[64];
    unsigned    before;

    if (inside || reads++ != at_read) {
        return;
    }

    inside = 1;
    before = player.reads;
    snprintf(form, sizeof(form), "merchant_id=tea&settle_no=n%u&amount=1",
             ++settled);
    settle(form);
    player.reads = before;
    inside = 0;
}


static void
meanwhile(phone_domain_t domain)
{
    int   wrong;
    char  left[8];

    set_up(domain);
    pay();
    pay();
    pay();
    pay();
    at_read = 0;
    settled = 0;
    wrong = 0;

    do {
        reads = 0;
        player.before_read = some_more;
        play("operator.check", "");
        player.before_read = NULL;

        if (!phone_is(play_member("ok"), "true")) {
            printf("# at %u: %.*s\n", at_read, PHONE_ARGS(player.body));
            wrong++;
        }

    } while (reads > at_read++);

    is_int(wrong, 0, "the books are right whenever a settlement comes");
    ok(settled > 50 && settled < 400, "%u settlements", settled);
    snprintf(left, sizeof(left), "%u", 400 - settled);
    is_str(takings("CNY"), left, "each settled one");

    play_end();
}


int
main(void)
{
    phone_domain_t  domain;

    for (domain = PHONE_WHOLE_STORE; domain <= PHONE_ONE_BUCKET; domain++) {
        settles(domain);
        refuses(domain);
        currencies(domain);
        many_currencies(domain);
        lists(domain);
        full(domain);
        at_once(domain);
        meanwhile(domain);
    }

    return done_testing();
}
