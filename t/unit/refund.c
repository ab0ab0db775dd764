
/* PAY-12: a merchant gives back what a bill has paid: who may, how much, once
   more, from where and to where, and who is told. */


#define _GNU_SOURCE

#include "check.h"
#include "lib/id.h"


#define LI    "+8613800000001"
#define DAY   (INT64_C(24) * 3600 * 1000)

/* ms: nothing is on its way from another bucket any more. */
#define LATER  (10 * PHONE_MINUTE + 30000)


static char         bill[64];
static unsigned     orders;
static phone_str_t  card, li_cookie;


/* All that is on its way, to merchants as well. */

static void
run_events(void)
{
    unsigned  n;

    for (n = 0; player.nevents && n < 1000; n++) {
        play_event();
    }
}


/* A bill over 100, and its order is T<orders>. */

static void
make_bill(const char *more)
{
    char         form[256];

    player.cookie = PHONE_EMPTY;
    snprintf(form, sizeof(form), "out_trade_no=T%u&amount=100&subject=tea"
             "&payer_phone=" LI "%s", ++orders, more);
    shop_call("bill.create", "tea", form);
    snprintf(bill, sizeof(bill), "%.*s", PHONE_ARGS(play_member("bill_id")));
    while (posted()) { /* void */ }
    player.cookie = li_cookie;
}


static void
pay_bill(void)
{
    if (shop_pay(phone_cstr(bill), card, "&pin=" SHOP_PIN) != 200) {
        printf("Bail out! pay: %.*s\n", PHONE_ARGS(player.body));
        exit(1);
    }

    while (posted()) { /* void */ }
    player.nevents = 0;
}


static void
start(phone_domain_t domain)
{
    play_start();
    player.env.domain = domain;
    player.settings.archive_after = 0;
    player.signatures = 1;
    player.gateway = 200;
    player.answer = "success";
    orders = 0;

    shop_open("tea");
    shop_open("cake");
    card = phone_copy(&player.arena, shop_card(LI, "6222020000000015"));
    while (posted()) { /* void */ }
    shop_payer(LI);
    li_cookie = phone_copy(&player.arena, player.cookie);

    make_bill("");
    pay_bill();
}


static int
refund_of(const char *shop, const char *no, const char *amount,
    const char *more)
{
    char  form[512];

    snprintf(form, sizeof(form), "bill_id=%s&out_refund_no=%s&amount=%s%s",
             bill, no, amount, more);

    return shop_call("refund.create", shop, form);
}


static int
refund(const char *no, const char *amount)
{
    return refund_of("tea", no, amount, "");
}


static phone_str_t
balance(void)
{
    char  id[64];

    snprintf(id, sizeof(id), "%.*s", PHONE_ARGS(card));

    return play_stored(&phone_card, id, CARD_BALANCE);
}


static phone_str_t
takings(void)
{
    unsigned  bucket;

    bucket = phone_bucket_of(PHONE_STR("tea"), player.env.buckets);

    return sim_store_field(player.store, player.now,
                           phone_key(&player.arena, &phone_balances, bucket,
                                     PHONE_EMPTY),
                           PHONE_STR("takings:tea:CNY"));
}


static void
set_takings(const char *value)
{
    meddle(PHONE_OP_HSET, &phone_balances,
           phone_bucket_text(&player.arena,
                             phone_bucket_of(PHONE_STR("tea"),
                                             player.env.buckets)),
           2, (const char *[2]) { "takings:tea:CNY", value });
}


static phone_str_t
shown(void)
{
    char  form[128];

    snprintf(form, sizeof(form), "bill_id=%s", bill);
    player.cookie = li_cookie;
    play("bill.get", form);

    return play_member("status");
}


static int
said(const char *text)
{
    return memmem(player.text.data, player.text.len, text, strlen(text))
           != NULL;
}


static void
parts(phone_domain_t domain)
{
    start(domain);

    is_str(takings(), "100", "a bill is paid");
    is_str(balance(), "900", "by a card");

    is_int(refund_of("tea", "R1", "30", "&reason=too+bitter"), 200,
           "a part of it is refunded");
    is_str(play_member("status"), "SUCCESS", "it has moved");
    ok(play_member("refund_id").len == PHONE_ID_LEN, "it has an id");
    is_str(play_member("out_refund_no"), "R1", "its number");
    is_str(play_member("bill_id"), bill, "the bill");
    is_str(play_member("out_trade_no"), "T1", "the order");
    ok(play_says("\"amount\":30") && play_says("\"refunded\":30"), "so much");
    is_str(play_member("currency"), "CNY", "of the bill's currency");
    is_str(play_member("reason"), "too bitter", "for a reason");
    is_str(play_member("bill_status"), "PARTLY_REFUNDED", "what the bill is");
    ok(play_member("created_at").len, "and when");

    while (posted()) { /* void */ }
    is_str(takings(), "70", "from the takings");
    is_str(balance(), "930", "to the card");
    is_str(play_stored(&phone_bill, bill, BILL_STATUS), "PAID",
           "the bill stays paid");
    is_str(shown(), "PARTLY_REFUNDED", "and is shown as partly refunded");
    ok(play_says("\"refunded\":30"), "with the sum");
    check("true", "the books are right");

    is_int(shop_call("refund.create", "tea",
                     "out_trade_no=T1&out_refund_no=R2&amount=70"), 200,
           "the rest, by the order number");
    is_str(play_member("bill_status"), "REFUNDED", "all is refunded");
    ok(play_says("\"amount\":70") && play_says("\"refunded\":100"),
       "with the first part");
    while (posted()) { /* void */ }
    is_str(takings(), "0", "from the takings");
    is_str(balance(), "1000", "to the card");
    is_str(shown(), "REFUNDED", "which the payer sees");

    is_int(shop_call("bill.query", "tea", "out_trade_no=T1"), 200, "queried");
    is_str(play_member("status"), "REFUNDED", "by the merchant as well");
    ok(play_says("\"refunded\":100"), "with the sum");
    check("true", "the books are right at the end");
    player.now += 2 * PHONE_MINUTE;
    check("true", "later as well");

    play_end();
}


/* The same again, and what is not the same. */

static void
again(phone_domain_t domain)
{
    phone_str_t  first;

    start(domain);

    /* who puts a posting, and does not learn of it, leaves it to a sweep */

    player.lose_answer = domain == PHONE_WHOLE_STORE;
    is_int(refund_of("tea", "R1", "30", "&reason=why"), 200, "answer lost");
    first = phone_copy(&player.arena, player.body);
    while (posted()) { /* void */ }
    is_str(balance(), "930", "refunded once");

    is_int(refund("R2", "20"), 200, "another one");
    while (posted()) { /* void */ }
    player.now += 1000;

    is_int(refund_of("tea", "R1", "30", "&reason=why"), 200, "the first again");
    ok(phone_equal(player.body, first), "the same answer");
    is_int(shop_call("refund.create", "tea", "out_trade_no=T1&amount=30"
                     "&out_refund_no=R1&reason=why"), 200,
           "by the other name of the bill");
    ok(phone_equal(player.body, first), "the same answer");
    is_int(shop_call("refund.query", "tea", "out_refund_no=R1"), 200,
           "asked for");
    ok(phone_equal(player.body, first), "the same answer");
    is_str(balance(), "950", "and no money");

    is_int(refund_of("tea", "R1", "31", "&reason=why"), 409, "another amount");
    is_str(play_code(), "ORDER_MISMATCH", "is told so");
    is_str(play_member("field"), "amount", "by field");
    is_int(refund("R1", "30"), 409, "without the reason");
    is_str(play_member("field"), "reason", "by field");
    is_int(shop_call("refund.create", "tea", "out_trade_no=T2&amount=30"
                     "&out_refund_no=R1&reason=why"), 409, "another order");
    is_str(play_member("field"), "out_trade_no", "by field");
    is_int(shop_call("refund.create", "tea",
                     "bill_id=001-01J8ZQ4T9E6M2W7K3A5B8C0D1F&amount=30"
                     "&out_refund_no=R1&reason=why"), 409, "another bill");
    is_str(play_member("field"), "bill_id", "by field");
    is_int(shop_call("refund.create", "tea",
                     "amount=30&out_refund_no=R1&reason=why"), 400, "no bill");
    is_str(play_member("field"), "out_trade_no", "is asked for");
    is_int(player.commits, 1, "only the nonce is written");

    is_int(refund("R3", "50"), 200, "the rest");
    while (posted()) { /* void */ }
    is_int(refund("R3", "50"), 200, "again, although nothing is left");
    is_str(balance(), "1000", "once");
    check("true", "the books are right");

    play_end();
}


static void
refuses(phone_domain_t domain)
{
    char  form[256];

    start(domain);

    is_int(refund("R1", "101"), 409, "more than was paid");
    is_str(play_code(), "REFUND_EXCEEDS", "is told so");
    is_str(play_member("field"), "amount", "by field");
    is_str(play_member("left"), "100", "and what is left");
    is_int(player.commits, 1, "only the nonce is written");
    is_int(refund("R1", "60"), 200, "the number is free");
    while (posted()) { /* void */ }
    is_int(refund("R2", "41"), 409, "more than is left");
    is_str(play_member("left"), "40", "is told what is left");

    is_int(refund_of("cake", "R9", "10", ""), 404, "another merchant's bill");
    is_str(play_code(), "BILL_NOT_FOUND", "is none");
    is_int(shop_call("refund.query", "cake", "out_refund_no=R1"), 404,
           "another merchant's refund");
    is_str(play_code(), "REFUND_NOT_FOUND", "is none");
    is_int(shop_call("refund.query", "tea", "out_refund_no=R2"), 404,
           "one that was refused");
    is_int(shop_call("refund.create", "tea",
                     "out_trade_no=T9&out_refund_no=R2&amount=1"), 404,
           "no such order");
    snprintf(form, sizeof(form), "bill_id=%s&out_trade_no=T9"
             "&out_refund_no=R2&amount=1", bill);
    is_int(shop_call("refund.create", "tea", form), 404,
           "two names that do not agree");
    is_str(play_member("field"), "out_trade_no", "by field");
    is_int(shop_call("refund.create", "tea", "out_refund_no=R2&amount=1"), 400,
           "no bill");
    is_str(play_member("field"), "out_trade_no", "by field");
    is_int(refund("", "1"), 400, "no number");
    is_int(refund("a:b", "1"), 400, "one of another merchant");
    is_int(refund("R2", "0"), 400, "nothing");
    is_int(refund("R2", "-1"), 400, "less");

    shop_service("bill.close");
    is_int(refund("R2", "1"), 400, "signed for another call");
    shop_service(NULL);
    snprintf(form, sizeof(form), "bill_id=%s&out_refund_no=R2&amount=1", bill);
    is_int(shop_forge("refund.create", "tea", form), 401, "not signed");

    player.now += 365 * DAY;
    is_int(refund("R2", "1"), 200, "a year later");
    while (posted()) { /* void */ }
    player.now += 1000;
    is_int(refund("R3", "1"), 409, "and after that");
    is_str(play_code(), "REFUND_TOO_LATE", "is too late");
    is_int(refund("R2", "1"), 200, "what was done is done");

    play("operator.merchant_change", "merchant_id=tea&status=CLOSED");
    is_int(refund("R4", "1"), 403, "a closed merchant");
    is_str(play_code(), "MERCHANT_CLOSED", "does nothing");

    play_end();
}


static void
unpaid(phone_domain_t domain)
{
    char  form[128];

    start(domain);

    make_bill("");
    is_int(refund("R1", "1"), 409, "a bill that is not paid");
    is_str(play_code(), "BILL_NOT_PAID", "is told so");
    is_str(play_member("status"), "CREATED", "and what it is");

    is_int(shop_call("bill.close", "tea", "out_trade_no=T2"), 200, "closed");
    while (posted()) { /* void */ }
    is_int(refund("R1", "1"), 409, "one that is closed");
    is_str(play_code(), "BILL_NOT_PAID", "is not paid either");
    is_str(play_member("status"), "CLOSED", "and says so");

    make_bill("");
    snprintf(form, sizeof(form), "bill_id=%s", bill);
    is_int(play("bill.reject", form), 200, "rejected");
    is_int(refund("R1", "1"), 409, "one that is rejected");
    is_str(play_member("status"), "REJECTED", "says so");

    play_end();
}


/* What the merchant has taken covers it, or not. */

static void
funds(phone_domain_t domain)
{
    start(domain);
    player.now += LATER;

    is_int(shop_call("balance.query", "tea", "currency=CNY"), 200,
           "the merchant asks");
    is_str(play_member("takings"), "100", "and is told of its takings");
    is_int(shop_call("balance.query", "cake", "currency=CNY"), 200,
           "another one");
    is_str(play_member("takings"), "0", "has taken nothing");
    is_int(play("operator.settle", "merchant_id=tea&settle_no=s1&amount=60"),
           200, "60 are settled");
    is_int(shop_call("balance.query", "tea", "x=1"), 200,
           "in the platform's currency");
    is_str(play_member("currency"), "CNY", "which is said");
    is_str(play_member("takings"), "40", "what is left");
    is_int(shop_call("balance.query", "tea", "currency=USD"), 200,
           "in another");
    is_str(play_member("takings"), "0", "there is nothing");
    is_int(refund("R1", "41"), 409, "more than the takings");
    is_str(play_code(), "TAKINGS_NOT_ENOUGH", "is told so");
    is_str(play_member("field"), "amount", "by field");
    is_str(balance(), "900", "nothing has moved");
    is_int(refund("R1", "40"), 200, "what is left of them");
    while (posted()) { /* void */ }
    is_str(takings(), "0", "nothing is left");
    is_str(balance(), "940", "the card has it");
    is_int(refund("R2", "1"), 409, "no more");

    make_bill("");
    pay_bill();
    is_str(takings(), "100", "what the next bill pays");
    is_int(shop_call("refund.create", "tea",
                     "out_trade_no=T1&out_refund_no=R2&amount=60"), 200,
           "is there for the first one");
    while (posted()) { /* void */ }
    check("true", "the books are right");

    set_takings("abc");
    is_int(shop_call("balance.query", "tea", "currency=CNY"), 500,
           "takings of \"abc\"");
    is_int(refund("R3", "1"), 500, "refund nothing");
    is_str(balance(), "900", "nothing has moved");

    play_end();
}


/* Settled meanwhile. */

static void
settles(void)
{
    play("operator.settle", "merchant_id=tea&settle_no=s1");
}


static void
settled_meanwhile(phone_domain_t domain)
{
    start(domain);
    player.now += LATER;

    player.before_commit = settles;
    is_int(refund("R1", "1"), 409, "all is settled meanwhile");
    is_str(play_code(), "TAKINGS_NOT_ENOUGH", "is told so");
    is_str(balance(), "900", "nothing has moved");
    ok(takings().len == 0 || phone_is(takings(), "0"), "all is settled");
    check("true", "the books are right");

    play_end();
}


/* Another refund of the bill comes between. */

static void
refunds_beside(void)
{
    refund("R1", "60");
}


static void
beside(phone_domain_t domain)
{
    start(domain);

    player.before_commit = refunds_beside;
    is_int(refund("R2", "41"), 409, "two at a time: too much for both");
    is_str(play_code(), "REFUND_EXCEEDS", "one is refused");
    is_str(play_member("left"), "40", "and told what is left");
    while (posted()) { /* void */ }
    is_str(balance(), "960", "the other is done");

    player.nevents = 0;
    player.before_commit = refunds_beside;
    is_int(refund("R1", "60"), 200, "the same twice at a time");
    ok(play_says("\"refunded\":60"), "is one");
    while (posted()) { /* void */ }
    is_str(balance(), "960", "no money for it");
    check("true", "the books are right");

    play_end();
}


static void
fifty(phone_domain_t domain)
{
    int   i, wrong;
    char  no[16];

    start(domain);
    wrong = 0;

    for (i = 1; i <= 50; i++) {
        snprintf(no, sizeof(no), "R%d", i);
        wrong += refund(no, "1") != 200;
        while (posted()) { /* void */ }
        player.nevents = 0;
    }

    is_int(wrong, 0, "50 refunds of a bill");
    is_int(refund("R51", "1"), 409, "one more");
    is_str(play_code(), "REFUND_TOO_MANY", "is told so");
    is_int(refund("R50", "1"), 200, "the last one again");
    is_str(play_member("refunded"), "50", "the same answer");
    is_str(balance(), "950", "all of them have come");
    is_str(play_stored(&phone_bill, bill, BILL_REFUNDED), "50",
           "and the bill says so");

    play_end();
}


static phone_str_t
last_live(void)
{
    phone_str_t          key;
    const sim_stream_t  *live;

    key = phone_key(&player.arena, &phone_live_of,
                    phone_home(&player.env, &phone_live_of, PHONE_STR(LI)),
                    PHONE_STR(LI));
    live = sim_store_stream(player.store, player.now, key);

    return live == NULL || live->n == 0
           ? PHONE_EMPTY
           : live->item[live->first + live->n - 1].field[0].value;
}


/* The merchant by a notice of its own, the payer by a live event. */

static void
told(phone_domain_t domain)
{
    start(domain);
    player.texts = 0;

    is_int(refund("R1", "30"), 200, "nobody listens");
    is_str(last_live(), "", "nothing is published");
    run_events();
    is_int(player.texts, 1, "the merchant is told");
    is_str(player.to, "http://shop.example/notice", "at his address");
    ok(said("event=refund") && said("out_refund_no=R1")
       && said("refund_amount=30") && said("refunded=30")
       && said("refund_id=") && said("refunded_at="), "of the refund");
    ok(said("bill_id=") && said("out_trade_no=T1") && said("&amount=100")
       && said("status=PARTLY_REFUNDED") && said("currency=CNY")
       && said("payer_phone=") && said("paid_at=") && !said("reason="),
       "and of the bill");
    ok(said(".refund.1"), "by a notice of the refund");

    player.cookie = li_cookie;
    play("live.open", "");
    is_int(refund_of("tea", "R2", "70", "&reason=too+bitter"), 200,
           "a client is open");
    while (posted()) { /* void */ }
    is_str(last_live(), "bill.refunded", "the payer hears it");
    is_int(refund_of("tea", "R2", "70", "&reason=too+bitter"), 200, "again");

    play_end();

    start(domain);
    player.texts = 0;
    make_bill("&notify_url=http://shop.example/other");
    pay_bill();
    is_int(refund_of("tea", "R1", "100", "&reason=too+bitter"), 200,
           "of a bill with an address of its own");
    run_events();
    is_str(player.to, "http://shop.example/other", "told there");
    ok(said("reason=too%20bitter") && said("status=REFUNDED"),
       "with the reason");

    play_end();
}


/* The card can hold no more. */

static void
full_card(void)
{
    char  id[64];

    start(PHONE_WHOLE_STORE);
    snprintf(id, sizeof(id), "%.*s", PHONE_ARGS(card));
    meddle(PHONE_OP_HSET, &phone_card, card, 2,
           (const char *[2]) { "balance", "999999999999999" });

    is_int(refund("R1", "2"), 409, "a card that is full");
    is_str(play_code(), "ACCOUNT_FULL", "is told so");
    is_str(takings(), "100", "nothing has moved");
    is_int(shop_call("refund.query", "tea", "out_refund_no=R1"), 404,
           "and no refund is there");
    is_int(refund("R1", "1"), 200, "less than that");
    is_str(balance(), "1000000000000000", "is taken");

    play_end();
}


/* The payment is known, and its money has not come yet. */

static void
on_its_way(void)
{
    start(PHONE_ONE_BUCKET);
    make_bill("");
    shop_pay(phone_cstr(bill), card, "&pin=" SHOP_PIN);
    player.now += 1000;
    set_takings("0");
    is_int(refund("R1", "100"), 503, "takings that are on their way");
    is_str(play_code(), "BUSY", "are waited for");

    play_end();
}


static void
conflicts_elsewhere(void)
{
    start(PHONE_WHOLE_STORE);
    is_int(refund("R1", "1"), 200, "a refund");
    ok(strstr(player.guards, "version") || strstr(player.guards, "absent"),
       "is guarded by what was refunded before: %s", player.guards);
    is_int(player.commits, 1, "and one commit");

    play_end();
}


int
main(void)
{
    phone_domain_t  domain;

    for (domain = PHONE_WHOLE_STORE; domain <= PHONE_ONE_BUCKET; domain++) {
        parts(domain);
        again(domain);
        refuses(domain);
        unpaid(domain);
        funds(domain);
        settled_meanwhile(domain);
        beside(domain);
        fifty(domain);
        told(domain);
    }

    full_card();
    on_its_way();
    conflicts_elsewhere();

    return done_testing();
}
