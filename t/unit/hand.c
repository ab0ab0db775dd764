
/* PAY-7: a bill is handed on, accepted or declined: who may, how often, and
   what each party is told. */


#define _GNU_SOURCE

#include "handing.h"


static void
handed_on(phone_domain_t domain)
{
    phone_str_t  first, second;

    start(domain);
    make_bill("T1");
    first = phone_cstr(origin);

    is_int(call("bill.delegate", li, first, "&phone=13800000002"), 200,
           "Li hands a bill on to Wang");
    is_str(play_member("bill_id"), origin, "his own is shown");
    is_str(play_member("status"), "HANDED_ON", "it is handed on");
    is_str(play_member("handed_to"), WANG, "to Wang");
    is_int(call("bill.delegate", li, first, "&phone=13800000002"), 200,
           "once more");
    is_str(play_member("handed_to"), WANG, "the same answer");

    second = newest(wang);
    ok(!phone_equal(second, first), "it has a new id");
    is_int(bills_of(wang), 1, "Wang has one bill");
    is_str(play_member("status"), "OFFERED", "it is offered");
    is_str(play_member("handed_by"), LI, "by Li");
    ok(!play_says("handed_to") && !play_says("tell_merchant"), "no more");

    call("bill.delegate", li, first, "&phone=13800000003");
    is_str(play_code(), "BILL_HANDED_ON", "Li cannot hand it on to another");
    pay(li, first, card_li);
    is_str(play_code(), "BILL_HANDED_ON", "cannot pay it");
    call("bill.reject", li, first, "");
    is_str(play_code(), "BILL_HANDED_ON", "cannot reject it");
    call("bill.accept", li, first, "");
    is_str(play_code(), "BILL_HANDED_ON", "cannot accept it");
    call("bill.decline", li, first, "");
    is_str(play_code(), "BILL_HANDED_ON", "nor decline it");
    call("bill.accept", li, second, "");
    is_str(play_code(), "BILL_NOT_FOUND", "nor accept it for Wang");
    call("bill.get", li, second, "");
    is_str(play_code(), "BILL_NOT_FOUND", "nor see Wang's");
    call("bill.get", wang, first, "");
    is_str(play_code(), "BILL_NOT_FOUND", "nor Wang his");

    pay(wang, second, card_wang);
    is_str(play_code(), "BILL_NOT_ACCEPTED", "Wang cannot pay it yet");
    call("bill.delegate", wang, second, "&phone=13800000003");
    is_str(play_code(), "BILL_NOT_ACCEPTED", "cannot hand it on yet");

    play_end();
}


static void
accepted(phone_domain_t domain)
{
    phone_str_t  first, second;

    start(domain);
    make_bill("T1");
    first = phone_cstr(origin);
    second = hand_on(li, first, WANG, wang);

    call("bill.get", li, first, "");
    is_str(play_member("handed_status"), "OFFERED", "Li sees that it waits");

    is_int(call("bill.accept", wang, second, "&tell_merchant=1"), 200,
           "Wang accepts it");
    is_str(play_member("status"), "PUSHED", "it is his now");
    is_str(play_member("tell_merchant"), "true", "the merchant may know");
    is_int(call("bill.accept", wang, second, "&tell_merchant=1"), 200,
           "once more");
    is_str(play_member("status"), "PUSHED", "the same answer");
    call("bill.accept", wang, second, "&tell_merchant=0");
    is_str(play_code(), "EXISTS", "otherwise");
    call("bill.decline", wang, second, "");
    is_str(play_code(), "BILL_NOT_OFFERED", "it is too late to decline");

    call("bill.get", li, first, "");
    is_str(play_member("handed_status"), "PUSHED", "Li sees that it is");

    ask_shop("bill.query", "tea", first);
    is_str(play_member("status"), "CREATED", "the shop sees an open bill");
    is_str(play_member("payer_phone"), LI, "of Li");
    ok(!play_says(WANG), "nothing of Wang");
    ask_shop("bill.query", "tea", second);
    is_str(play_code(), "BILL_NOT_FOUND", "not by his id");

    play_end();
}


static void
paid(phone_domain_t domain)
{
    phone_str_t  first, second;

    start(domain);
    make_bill("T1");
    first = phone_cstr(origin);
    second = hand_on(li, first, WANG, wang);
    call("bill.accept", wang, second, "&tell_merchant=1");

    is_int(pay(wang, second, card_wang), 200, "Wang pays");
    ok(phone_equal(play_member("bill_id"), second), "his bill");
    is_str(play_member("payer_phone"), WANG, "as its payer");
    ok(!play_says("paid_by"), "and no more");
    run_postings();

    call("bill.get", li, first, "");
    is_str(play_member("status"), "HANDED_ON", "Li's is as it was");
    is_str(play_member("handed_status"), "PAID", "it is paid, he sees");
    ok(!play_says("card_id"), "not with which card");

    run_events();
    ok(said("bill_id=") && said(origin), "the notice has the id of the shop");
    ok(said("payer_phone=%2B8613800000001"), "the payer that he named");
    ok(said("paid_by=%2B8613800000002"), "and who has paid");

    ask_shop("bill.query", "tea", first);
    is_str(play_member("bill_id"), origin, "so has the query");
    is_str(play_member("status"), "PAID", "it is paid");
    is_str(play_member("payer_phone"), LI, "the payer that he named");
    is_str(play_member("paid_by"), WANG, "and who has paid");
    ask_shop("bill.close", "tea", first);
    is_str(play_code(), "BILL_PAID", "it cannot be closed");
    ask_shop("bill.close", "cake", first);
    is_str(play_code(), "BILL_NOT_FOUND", "by another shop least of all");

    is_int(shop_call("refund.create", "tea", "out_trade_no=T1&amount=100"
                     "&out_refund_no=R1"), 200, "it is refunded");
    run_events();
    call("bill.get", li, first, "");
    is_str(play_member("handed_status"), "REFUNDED", "as Li sees");

    play("operator.check", "");
    is_str(play_member("ok"), "true", "the books are right");

    play_end();
}


/* Who has not agreed is not told of, in any place. */

static void
not_told(phone_domain_t domain)
{
    char         bucket[8];
    phone_str_t  second;

    start(domain);
    make_bill("T1");
    second = hand_on(li, phone_cstr(origin), WANG, wang);
    call("bill.accept", wang, second, "");
    is_str(play_member("tell_merchant"), "false", "nobody is to know");
    is_int(pay(wang, second, card_wang), 200, "Wang pays");
    run_events();

    ok(said("status=PAID") && said("payer_phone=%2B8613800000001"),
       "the shop is told");
    snprintf(bucket, sizeof(bucket), "=%.3s-", second.data);
    ok(!said(bucket), "not even in which bucket that is");
    ok(!said("paid_by") && !said("8613800000002"), "not by whom");

    ask_shop("bill.query", "tea", phone_cstr(origin));
    is_str(play_member("status"), "PAID", "it is paid");
    ok(!play_says("paid_by") && !play_says("8613800000002"), "not by whom");

    is_int(shop_bill("tea", "T1", LI).len > 0, 1, "the order once more");
    is_str(play_member("bill_id"), origin, "the same bill");
    is_str(play_member("status"), "PAID", "as it is");
    ok(!play_says("paid_by") && !play_says("8613800000002"), "not by whom");

    play_end();
}


static void
declined(phone_domain_t domain)
{
    phone_str_t  second, third;

    start(domain);
    make_bill("T1");
    second = hand_on(li, phone_cstr(origin), WANG, wang);
    player.cookie = li;
    play("live.open", "");

    is_int(call("bill.decline", wang, second, ""), 200, "Wang declines");
    is_str(play_member("status"), "DECLINED", "his is declined");
    is_str(play_member("handed_by"), LI, "it was of Li");
    is_int(call("bill.decline", wang, second, ""), 200, "once more");
    is_str(play_member("status"), "DECLINED", "the same answer");
    is_int(call("bill.reject", wang, second, ""), 200, "or as a rejection");
    call("bill.accept", wang, second, "");
    is_str(play_code(), "BILL_HANDED_ON", "he cannot accept it now");
    pay(wang, second, card_wang);
    is_str(play_code(), "BILL_HANDED_ON", "nor pay it");

    third = newest(li);
    is_int(bills_of(li), 1, "Li has one bill");
    is_str(play_member("declined_by"), WANG, "that Wang has declined");
    ok(!play_says("handed_by"), "it is his own");
    ok(!phone_equal(third, second) && !phone_is(third, origin), "a new id");
    is_int(bills_of(wang), 1, "Wang sees what he had");

    call("bill.get", li, phone_cstr(origin), "");
    ok(phone_equal(play_member("bill_id"), third),
       "by the old id Li sees the new one");
    is_int(call("bill.reject", li, phone_cstr(origin), ""), 409,
           "he can do nothing by the old id");
    is_str(play_code(), "BILL_HANDED_ON", "and is told so");
    ok(phone_equal(play_member("bill_id"), third), "with the new one");
    is_int(call("bill.delegate", li, phone_cstr(origin),
                "&phone=13800000003"), 409, "hand on neither");
    ok(phone_equal(play_member("bill_id"), third), "with the new one");
    is_int(pay(li, phone_cstr(origin), card_li), 409, "nor pay");
    ok(phone_equal(play_member("bill_id"), third), "with the new one");
    call("bill.accept", wang, second, "");
    is_str(play_member("bill_id"), "", "Wang is not told of it");
    call("bill.accept", li, third, "");
    is_str(play_code(), "BILL_NOT_OFFERED", "he need not accept it");
    call("bill.decline", li, third, "");
    is_str(play_code(), "BILL_NOT_OFFERED", "nor decline");
    call("bill.delegate", li, third, "&phone=13800000002");
    is_str(play_code(), "HAND_ON_LOOP", "Wang does not get it again");
    is_str(play_member("field"), "phone", "the number is why");

    run_events();
    ask_shop("bill.query", "tea", phone_cstr(origin));
    is_str(play_member("status"), "CREATED", "for the shop nothing has been");

    is_int(pay(li, third, card_li), 200, "Li pays");
    run_events();
    ask_shop("bill.query", "tea", phone_cstr(origin));
    is_str(play_member("status"), "PAID", "it is paid");
    ok(!play_says("paid_by"), "by who was named");

    play("operator.check", "");
    is_str(play_member("ok"), "true", "the books are right");

    play_end();
}


/* Of several who had it each gets it back from the next. */

static void
chain(phone_domain_t domain)
{
    phone_str_t  second, third, fourth, fifth;

    start(domain);
    make_bill("T1");
    second = hand_on(li, phone_cstr(origin), WANG, wang);
    call("bill.accept", wang, second, "&tell_merchant=1");
    third = hand_on(wang, second, ZHAO, zhao);

    player.cookie = zhao;
    play("bill.list", "");
    is_str(play_member("handed_by"), WANG, "Zhao has it of Wang");
    ok(!play_says(LI), "and hears of nobody else");

    call("bill.get", li, phone_cstr(origin), "");
    is_str(play_member("handed_status"), "PUSHED", "what Wang does is his");
    ok(!play_says(ZHAO), "affair");

    call("bill.accept", zhao, third, "");
    call("bill.delegate", zhao, third, "&phone=13800000001");
    is_str(play_code(), "HAND_ON_LOOP", "not to the first");
    call("bill.delegate", zhao, third, "&phone=13800000002");
    is_str(play_code(), "HAND_ON_LOOP", "not back");
    call("bill.delegate", zhao, third, "&phone=13800000003");
    is_str(play_code(), "HAND_ON_LOOP", "not to oneself");

    fourth = hand_on(zhao, third, QIAN, qian);
    is_int(call("bill.reject", qian, fourth, "&reason=no"), 200,
           "to reject what was offered is to decline");
    is_str(play_member("status"), "DECLINED", "it says so");

    fifth = newest(zhao);
    is_int(bills_of(zhao), 1, "it is back with Zhao");
    is_str(play_member("declined_by"), QIAN, "from Qian");
    is_str(play_member("handed_by"), WANG, "who had it of Wang");
    is_str(play_member("tell_merchant"), "false", "on his terms");
    is_int(call("bill.accept", zhao, fifth, ""), 200,
           "he has accepted it once and for all");

    call("bill.get", wang, second, "");
    is_str(play_member("handed_status"), "PUSHED", "Wang sees an open bill");
    ask_shop("bill.query", "tea", phone_cstr(origin));
    is_str(play_member("status"), "CREATED", "the shop too");

    fourth = hand_on(zhao, fifth, NOBODY, zhao);
    run_events();
    is_int(call("bill.get", li, phone_cstr(origin), ""), 200,
           "the chain is as long as it can be");

    is_int(call("bill.reject", li, fourth, ""), 404, "not of Li");

    play("operator.check", "");
    is_str(play_member("ok"), "true", "the books are right");

    play_end();
}


/* Each time that it is handed on counts, declined or not. */

static void
bounded(void)
{
    int          i;
    char         to[32], more[96];
    phone_str_t  bill, cookie;

    start(PHONE_WHOLE_STORE);

    for (i = 0; i < 5; i++) {
        snprintf(to, sizeof(to), "1380000001%d", i);
        shop_payer(to);
    }

    make_bill("T1");
    bill = phone_cstr(origin);

    for (i = 0; i < 4; i++) {
        snprintf(to, sizeof(to), "+861380000001%d", i);
        snprintf(more, sizeof(more), "phone=%s&password=a-quiet-lake", to + 3);
        play("session.login", more);
        cookie = keep(player.set_cookie);
        bill = hand_on(li, bill, to, cookie);
        is_int(call("bill.decline", cookie, bill, ""), 200, "declined, %d", i);
        bill = newest(li);
    }

    call("bill.delegate", li, bill, "&phone=13800000014");
    is_str(play_code(), "HAND_ON_LIMIT", "not a fifth time");
    call("bill.get", li, phone_cstr(origin), "");
    ok(phone_equal(play_member("bill_id"), bill), "eight records on");
    is_int(pay(li, bill, card_li), 200, "Li can still pay");
    ask_shop("bill.query", "tea", phone_cstr(origin));
    is_str(play_member("status"), "PAID", "the shop finds it");

    play_end();
}


/* Strangers are not pestered: so many a day, and so many texts. */

static void
limits(void)
{
    int          i;
    char         order[16], more[32];
    unsigned     texts;

    start(PHONE_WHOLE_STORE);
    player.settings.bills_handed = 5;
    texts = 0;

    for (i = 0; i < 6; i++) {
        snprintf(order, sizeof(order), "T%d", i);
        make_bill(order);
        run_events();
        snprintf(more, sizeof(more), "&phone=13800000009");
        call("bill.delegate", li, phone_cstr(origin), more);

        if (i < 5) {
            is_str(play_code(), "OK", "handed on, %d", i);
        }

        player.texts = 0;
        player.to = PHONE_EMPTY;
        run_events();
        texts += player.texts;

        if (i == 0) {
            is_str(player.to, NOBODY, "who is not registered gets a text");
            ok(said(LI) && said("asks you to pay"), "that says who asks");
        }
    }

    is_str(play_code(), "RATE_LIMITED", "then not any more");
    ok(player.retry_after > 0, "until the day is over");
    is_int((int) texts, (int) player.settings.merchant_texts,
           "texts are no more than those of a shop");

    player.now += DAY;
    make_bill("T9");
    call("bill.delegate", li, phone_cstr(origin), more);
    is_str(play_code(), "OK", "another day");

    /* an answer that tells who has had a bill counts, and is none after that */

    make_bill("T10");

    for (i = 0; i < 4; i++) {
        call("bill.delegate", li, phone_cstr(origin), "&phone=13800000001");
        is_str(play_code(), "HAND_ON_LOOP", "who has it, %d", i);
    }

    call("bill.delegate", li, phone_cstr(origin), "&phone=13800000001");
    is_str(play_code(), "RATE_LIMITED", "who has it is not told any more");
    call("bill.delegate", li, phone_cstr(origin), more);
    is_str(play_code(), "RATE_LIMITED", "nor is it handed on");

    play_end();
}


/* What is the named payer's stays with him. */

static void
private(void)
{
    phone_str_t  second, third;

    start(PHONE_WHOLE_STORE);
    shop_call("bill.create", "tea", "out_trade_no=T1&amount=100&subject=tea"
              "&payer_phone=13800000001&payer_name=Mr.+Li"
              "&payer_address=12+Lake+Road&body=green");
    snprintf(origin, sizeof(origin), "%.*s",
             PHONE_ARGS(play_member("bill_id")));
    call("bill.get", li, phone_cstr(origin), "");
    is_str(play_member("payer_name"), "Mr. Li", "Li sees his name");

    second = hand_on(li, phone_cstr(origin), WANG, wang);
    call("bill.get", wang, second, "");
    is_str(play_member("body"), "green", "Wang sees what it is for");
    ok(!play_says("Mr. Li") && !play_says("Lake Road"), "not his name");

    call("bill.decline", wang, second, "");
    third = newest(li);
    call("bill.get", li, third, "");
    is_str(play_member("payer_address"), "12 Lake Road", "it is all there");

    is_int(shop_call("bill.create", "tea", "out_trade_no=T1&amount=100"
                     "&subject=tea&payer_phone=13800000001"
                     "&payer_name=Mr.+Li&payer_address=12+Lake+Road"
                     "&body=green"), 200, "the order once more");
    is_str(play_member("bill_id"), origin, "the same bill");

    play_end();
}


int
main(void)
{
    static const phone_domain_t  domain[] = {
        PHONE_WHOLE_STORE, PHONE_ONE_BUCKET
    };
    unsigned                     i;

    for (i = 0; i < 2; i++) {
        handed_on(domain[i]);
        accepted(domain[i]);
        paid(domain[i]);
        not_told(domain[i]);
        declined(domain[i]);
        chain(domain[i]);
    }

    bounded();
    limits();
    private();

    return done_testing();
}
