
/* PAY-7: a bill is handed on, accepted or declined: who may, when, once more,
   and what each party is told. */


#define _GNU_SOURCE

#include "shop.h"
#include "bill/bill.h"
#include "../sim/values.h"


#define LI     "+8613800000001"
#define WANG   "+8613800000002"
#define ZHAO   "+8613800000003"
#define QIAN   "+8613800000004"
#define NOBODY "+8613800000009"
#define DAY    (INT64_C(24) * 3600 * 1000)


static char         origin[64];          /* the id of its first record */
static phone_str_t  li, wang, zhao, qian;        /* their cookies */
static phone_str_t  card_li, card_wang, card_zhao;


static phone_str_t
keep(phone_str_t text)
{
    return phone_copy(&player.arena, text);
}


/* Of what was put, and of what that puts: all, or what brings effects to
   other buckets.  A bill does not expire here. */

static void
run_some(const char *name)
{
    unsigned      left;
    play_event_t  event;

    for (left = player.nevents; left; left--) {
        event = player.event[0];

        if (strncmp(event.member.data, name, strlen(name)) == 0
            && strncmp(event.member.data, "bill.expire", 11) != 0)
        {
            play_event();
            left = player.nevents + 1;
            continue;
        }

        memmove(player.event, player.event + 1,
                (player.nevents - 1) * sizeof(play_event_t));
        player.event[player.nevents - 1] = event;
    }
}


static void
run_events(void)
{
    run_some("");
}


static void
run_postings(void)
{
    run_some("posting.apply");
}


static void
start(phone_domain_t domain)
{
    play_start();
    player.env.domain = domain;
    player.signatures = 1;
    player.gateway = 200;
    player.answer = "success";

    shop_open("tea");
    shop_open("cake");

    shop_payer(WANG);
    wang = keep(player.cookie);
    shop_payer(ZHAO);
    zhao = keep(player.cookie);
    shop_payer(QIAN);
    qian = keep(player.cookie);
    shop_payer(LI);
    li = keep(player.cookie);

    card_li = keep(shop_card(LI, "6222020000000015"));
    card_wang = keep(shop_card(WANG, "6222020000000023"));
    card_zhao = keep(shop_card(ZHAO, "6222020000000031"));
    run_events();
}


static void
make_bill(const char *order)
{
    phone_str_t  id;

    player.now++;
    id = shop_bill("tea", order, LI);
    snprintf(origin, sizeof(origin), "%.*s", PHONE_ARGS(id));
    run_postings();
}


/* A call of a number about a bill. */

static int
call(const char *name, phone_str_t cookie, phone_str_t bill, const char *more)
{
    char  form[256];

    player.cookie = cookie;
    snprintf(form, sizeof(form), "bill_id=%.*s%s", PHONE_ARGS(bill), more);

    return play(name, form);
}


/* The newest bill of a number, as its list has it. */

static phone_str_t
newest(phone_str_t cookie)
{
    run_postings();
    player.cookie = cookie;
    play("bill.list", "limit=1");

    return keep(play_member("bill_id"));
}


static phone_str_t
hand_on(phone_str_t from, phone_str_t bill, const char *to,
    phone_str_t to_cookie)
{
    char  more[64];

    snprintf(more, sizeof(more), "&phone=%s", to + 3);

    if (call("bill.delegate", from, bill, more) != 200) {
        printf("Bail out! hand on: %.*s\n", PHONE_ARGS(player.body));
        exit(1);
    }

    return newest(to_cookie);
}


static int
pay(phone_str_t cookie, phone_str_t bill, phone_str_t card)
{
    player.cookie = cookie;

    return shop_pay(bill, card, "&pin=" SHOP_PIN);
}


static unsigned
bills_of(phone_str_t cookie)
{
    unsigned     n;
    const char  *p, *end;

    player.cookie = cookie;
    play("bill.list", "");
    end = player.body.data + player.body.len;

    for (n = 0, p = player.body.data;
         (p = memmem(p, (size_t) (end - p), "\"bill_id\"", 9)); p++)
    {
        n++;
    }

    return n;
}


static int
said(const char *text)
{
    return memmem(player.text.data, player.text.len, text, strlen(text))
           != NULL;
}


static void
ask_shop(const char *name, const char *shop, phone_str_t bill)
{
    char  form[128];

    snprintf(form, sizeof(form), "bill_id=%.*s", PHONE_ARGS(bill));
    shop_call(name, shop, form);
}


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
    is_str(play_member("status"), "PUSHED", "the shop sees an open bill");
    is_str(play_member("payer_phone"), LI, "of Li");
    ok(!play_says(WANG), "nothing of Wang");
    ask_shop("bill.query", "tea", second);
    is_str(play_code(), "BILL_NOT_FOUND", "not by his id");

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

    play("operator.check", "");
    is_str(play_member("ok"), "true", "the books are right");

    play_end();
}


/* Who has not agreed is not told of, in any place. */

static void
not_told(phone_domain_t domain)
{
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
    call("bill.accept", li, third, "");
    is_str(play_code(), "BILL_NOT_OFFERED", "he need not accept it");
    call("bill.decline", li, third, "");
    is_str(play_code(), "BILL_NOT_OFFERED", "nor decline");
    call("bill.delegate", li, third, "&phone=13800000002");
    is_str(play_code(), "HAND_ON_LOOP", "Wang does not get it again");
    is_str(play_member("field"), "phone", "the number is why");

    run_events();
    ask_shop("bill.query", "tea", phone_cstr(origin));
    is_str(play_member("status"), "PUSHED", "for the shop nothing has been");

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
    is_str(play_member("status"), "PUSHED", "the shop too");

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
    char         to[16], more[64];
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


static void
closed(phone_domain_t domain)
{
    phone_str_t  second;

    start(domain);
    make_bill("T1");
    second = hand_on(li, phone_cstr(origin), WANG, wang);

    ask_shop("bill.close", "tea", phone_cstr(origin));
    is_str(play_member("status"), "CLOSED", "closed while it is offered");
    is_str(play_member("bill_id"), origin, "under the id that the shop knows");
    ask_shop("bill.close", "tea", phone_cstr(origin));
    is_str(play_member("status"), "CLOSED", "once more");

    call("bill.accept", wang, second, "");
    is_str(play_code(), "BILL_CLOSED", "it cannot be accepted");
    call("bill.decline", wang, second, "");
    is_str(play_code(), "BILL_CLOSED", "nor declined");
    call("bill.get", li, phone_cstr(origin), "");
    is_str(play_member("handed_status"), "CLOSED", "Li sees it");
    run_events();
    ok(said("status=CLOSED") && said(origin), "the shop is told");

    make_bill("T2");
    second = hand_on(li, phone_cstr(origin), WANG, wang);
    call("bill.accept", wang, second, "&tell_merchant=1");
    is_int(call("bill.reject", wang, second, "&reason=too+dear"), 200,
           "Wang rejects what he has accepted");
    is_str(play_member("status"), "REJECTED", "then it is over");
    ask_shop("bill.query", "tea", phone_cstr(origin));
    is_str(play_member("status"), "REJECTED", "the shop sees it");
    is_str(play_member("reason"), "too dear", "and why");
    ok(!play_says("paid_by"), "nobody has paid");

    play_end();
}


/* When the event is due that lets it expire; 0: there is none. */

static int64_t
expires_at(phone_str_t bill)
{
    unsigned           i;
    char               member[64];
    const sim_zset_t  *due;

    snprintf(member, sizeof(member), "bill.expire %.*s", PHONE_ARGS(bill));
    due = sim_store_zset(player.store, player.now,
                         phone_key(&player.arena, &phone_due,
                                   phone_home(&player.env, &phone_bill, bill),
                                   PHONE_EMPTY));

    for (i = 0; due != NULL && i < due->n; i++) {
        if (phone_is(due->member[i].member, member)) {
            return due->member[i].score;
        }
    }

    return 0;
}


/* The end of its time does not move. */

static void
expired(phone_domain_t domain)
{
    int64_t      ends;
    phone_str_t  second, third;

    start(domain);
    make_bill("T1");
    ends = player.now + DAY;
    player.now += DAY / 2;
    second = hand_on(li, phone_cstr(origin), WANG, wang);
    player.now = ends - 1;
    is_int(call("bill.decline", wang, second, ""), 200, "declined in time");
    third = newest(li);
    run_events();

    ok(expires_at(third) == ends, "it expires when it did");
    ok(expires_at(second) == 0 && expires_at(phone_cstr(origin)) == 0,
       "and once");

    player.now = ends;
    call("bill.delegate", li, third, "&phone=13800000003");
    is_str(play_code(), "BILL_EXPIRED", "it cannot be handed on any more");

    make_bill("T2");
    second = hand_on(li, phone_cstr(origin), WANG, wang);
    player.now += DAY;
    call("bill.accept", wang, second, "");
    is_str(play_code(), "BILL_EXPIRED", "nor accepted");
    call("bill.decline", wang, second, "");
    is_str(play_code(), "BILL_EXPIRED", "nor declined");
    call("bill.reject", wang, second, "");
    is_str(play_code(), "BILL_EXPIRED", "nor rejected");

    play_end();
}


/* Strangers are not pestered: so many a day, and so many texts. */

static void
limits(void)
{
    int          i;
    char         order[8], more[32];
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


/* Something else comes between the reads of a call and its commit. */

static phone_str_t  between_bill;
static const char  *between_name;


static void
between(void)
{
    phone_str_t  cookie;

    cookie = player.cookie;
    player.before_commit = NULL;
    call(between_name, cookie, between_bill, "&phone=13800000003");
    is_str(play_code(), "OK", "%s comes first", between_name);
    player.cookie = cookie;
}


static void
race(const char *first, const char *then, int offered, const char *code)
{
    phone_str_t  bill;

    start(PHONE_WHOLE_STORE);
    make_bill("T1");
    bill = hand_on(li, phone_cstr(origin), WANG, wang);

    if (!offered) {
        call("bill.accept", wang, bill, "");
    }

    between_name = first;
    between_bill = bill;
    player.before_commit = between;

    if (strcmp(then, "bill.pay") == 0) {
        pay(wang, bill, card_wang);

    } else {
        call(then, wang, bill, "&phone=13800000004");
    }

    is_str(play_code(), code, "%s after %s", then, first);
    play_end();
}


/* The answer to a commit is lost: the call finds what it has done. */

static void
lost(const char *name, int offered)
{
    phone_str_t  bill;

    start(PHONE_WHOLE_STORE);
    make_bill("T1");
    bill = hand_on(li, phone_cstr(origin), WANG, wang);

    if (!offered) {
        call("bill.accept", wang, bill, "");
    }

    player.lose_answer = 1;
    is_int(call(name, wang, bill, "&phone=13800000003"), 200,
           "%s, its answer was lost", name);
    is_int((int) player.runs > 1, 1, "it has run again");
    ok(newest(zhao).len == (strcmp(name, "bill.delegate") == 0 ? 30 : 0),
       "once only");
    is_int(bills_of(zhao) <= 1, 1, "in the list too");
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
        not_told(domain[i]);
        declined(domain[i]);
        chain(domain[i]);
        closed(domain[i]);
        expired(domain[i]);
    }

    bounded();
    limits();
    private();

    race("bill.delegate", "bill.pay", 0, "BILL_HANDED_ON");
    race("bill.delegate", "bill.delegate", 0, "BILL_HANDED_ON");
    race("bill.delegate", "bill.reject", 0, "BILL_HANDED_ON");
    race("bill.decline", "bill.accept", 1, "BILL_HANDED_ON");
    race("bill.accept", "bill.decline", 1, "BILL_NOT_OFFERED");
    race("bill.accept", "bill.accept", 1, "OK");

    lost("bill.delegate", 0);
    lost("bill.accept", 1);
    lost("bill.decline", 1);

    return done_testing();
}
