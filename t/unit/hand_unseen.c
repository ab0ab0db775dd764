
/*
 * What a merchant sees of a bill that is handed on without the consent of who
 * pays: what it would see if it had stayed.  It sees nothing of who has it
 * either, by what it can make for that number.
 */


#define _GNU_SOURCE

#include "handing.h"


static char    seen[64][24];
static unsigned  nseen;


static void
sees(phone_str_t status)
{
    snprintf(seen[nseen++], sizeof(seen[0]), "%.*s", PHONE_ARGS(status));
}


static void
looks(void)
{
    ask_shop("bill.query", "tea", phone_cstr(origin));
    sees(play_member("status"));
}


/* A bill to Li that was told to him, or was not; then it stays, or goes to Wang
   and comes back, to Wang who accepts it, to Zhao behind him. */

static void
moves(phone_domain_t domain, int told, int handed)
{
    phone_str_t  second, third;

    nseen = 0;
    start(domain);
    player.settings.texts = told ? 5 : 0;
    make_bill("T1");
    run_events();
    looks();
    player.settings.texts = 5;

    if (handed) {
        second = hand_on(li, phone_cstr(origin), WANG, wang);
    }

    looks();
    run_events();
    looks();

    if (handed) {
        call("bill.decline", wang, second, "");
        third = newest(li);
    }

    looks();
    run_events();
    looks();

    if (handed) {
        second = hand_on(li, third, ZHAO, zhao);
        call("bill.accept", zhao, second, "");
        looks();
        (void) hand_on(zhao, second, QIAN, qian);
        run_events();

    } else {
        looks();
    }

    looks();
    is_int(shop_call("bill.create", "tea", "out_trade_no=T1&amount=100"
                     "&payer_phone=" "13800000001" "&subject=tea"), 200,
           "the same order again");
    sees(play_member("status"));
    is_int(shop_call("refund.create", "tea", "out_trade_no=T1&amount=10"
                     "&out_refund_no=R1"), 409, "a refund of it");
    sees(play_member("status"));
    ask_shop("bill.close", "tea", phone_cstr(origin));
    sees(play_member("status"));

    play_end();
}


static void
status(phone_domain_t domain, int told)
{
    unsigned     i;
    static char  stays[64][24];

    moves(domain, told, 0);
    memcpy(stays, seen, sizeof(seen));
    is_str(phone_cstr(stays[0]), told ? "PUSHED" : "CREATED",
           "Li was told, or not");
    moves(domain, told, 1);

    for (i = 0; i < nseen; i++) {
        is_str(phone_cstr(seen[i]), stays[i], "look %u, told %d", i, told);
    }

    is_str(phone_cstr(seen[nseen - 1]), "CLOSED", "the last of them");
}


/* A bill of the merchant's own, and what becomes of it. */

static void
tries(const char *order, int n, const char *number)
{
    char         no[8];
    phone_str_t  id;

    player.now += 1000;
    snprintf(no, sizeof(no), "%s%d", order, n);
    id = keep(shop_bill("tea", no, number));
    sees(id.len ? PHONE_STR("OK") : play_code());
    run_events();
    ask_shop("bill.query", "tea", id);
    sees(play_member("status"));
}


/* The merchant suspects that Wang has it, and makes bills to him. */

static void
asks(phone_domain_t domain, int handed)
{
    int          i;
    phone_str_t  second;

    nseen = 0;
    start(domain);
    player.settings.texts = 1;
    player.settings.texts_day = 1;
    player.settings.merchant_texts = 1;
    player.settings.merchant_texts_day = 1;
    player.settings.bills_day_payer = 4;
    make_bill("T1");
    run_events();

    if (handed) {
        second = hand_on(li, phone_cstr(origin), WANG, wang);
        run_events();
        ok(said(LI), "Wang is told of it");

        if (handed == 2) {
            call("bill.decline", wang, second, "");
            run_events();
            ok(said(WANG), "Li is told that it has come back");
        }
    }

    for (i = 0; i < 6; i++) {
        tries("W", i, WANG);
        tries("L", i, LI);
    }

    play_end();
}


static void
budgets(phone_domain_t domain)
{
    unsigned     i;
    static char  stays[64][24];

    asks(domain, 0);
    memcpy(stays, seen, sizeof(seen));
    is_str(phone_cstr(stays[1]), "PUSHED", "Wang has one text left");
    is_str(phone_cstr(stays[5]), "CREATED", "and no more");
    is_str(phone_cstr(stays[16]), "RATE_LIMITED", "four bills");

    asks(domain, 1);

    for (i = 0; i < nseen; i++) {
        is_str(phone_cstr(seen[i]), stays[i], "with an offer, look %u", i);
    }

    asks(domain, 2);

    for (i = 0; i < nseen; i++) {
        is_str(phone_cstr(seen[i]), stays[i], "with one declined, look %u",
               i);
    }
}


/* Of offers a number gets no more texts than the limits allow either. */

static void
texts(void)
{
    unsigned     i, sent;
    char         order[8];
    phone_str_t  first;

    start(PHONE_WHOLE_STORE);
    player.settings.texts = 4;
    player.settings.merchant_texts = 3;

    for (i = 0, sent = 0; i < 6; i++) {
        snprintf(order, sizeof(order), "T%u", i);
        make_bill(order);
        first = phone_cstr(origin);
        player.text = PHONE_EMPTY;
        (void) hand_on(li, first, WANG, wang);
        run_events();
        sent += said("asks you to pay");
    }

    is_int(sent, 3, "Wang gets three texts for Li");

    for (i = 0; i < 3; i++) {
        player.now++;
        snprintf(order, sizeof(order), "Z%u", i);
        first = keep(shop_bill("tea", order, ZHAO));
        player.text = PHONE_EMPTY;
        (void) hand_on(zhao, first, WANG, wang);
        run_events();
        sent += said("asks you to pay");
    }

    is_int(sent, 4, "and one for all others");

    play_end();
}


/* With phone_public_url each text about a bill ends with a link to the bill as
   its number has it now. */

static void
links(void)
{
    char         link[128];
    phone_str_t  first, second;

    start(PHONE_WHOLE_STORE);
    player.settings.public_url = PHONE_STR("https://pay.example.com");

    player.text = PHONE_EMPTY;
    first = keep(shop_bill("tea", "L1", LI));
    run_events();
    snprintf(link, sizeof(link), "pay. https://pay.example.com/app/bills/%.*s",
             PHONE_ARGS(first));
    ok(said(link), "of a new one");

    second = hand_on(li, first, WANG, wang);
    run_events();
    snprintf(link, sizeof(link),
             "decline. https://pay.example.com/app/bills/%.*s",
             PHONE_ARGS(second));
    ok(said(link), "of one that was handed on: to the other's");

    is_int(call("bill.decline", wang, second, ""), 200, "declined");
    run_events();
    first = newest(li);
    snprintf(link, sizeof(link), "pay. https://pay.example.com/app/bills/%.*s",
             PHONE_ARGS(first));
    ok(said(link), "of one that has come back");

    player.settings.public_url = PHONE_EMPTY;
    player.text = PHONE_EMPTY;
    (void) shop_bill("tea", "L2", LI);
    run_events();
    ok(said("You have a bill") && !said("://"), "without it there is none");

    play_end();
}


/* The list: what was handed on is behind the bills of the day, what has come
   back in its place. */

static void
list(void)
{
    phone_str_t  offered, own, first, later;

    start(PHONE_WHOLE_STORE);
    make_bill("T1");
    first = keep(phone_cstr(origin));
    player.now++;
    later = keep(shop_bill("tea", "T2", LI));
    run_events();
    own = keep(shop_bill("tea", "W1", WANG));
    run_events();
    offered = hand_on(li, first, WANG, wang);
    ok(phone_equal(offered, own), "Wang's own bill is the first");
    is_int(bills_of(wang), 2, "of two");

    play("bill.list", "state=OFFERED");
    offered = keep(play_member("bill_id"));
    call("bill.decline", wang, offered, "");
    run_postings();
    ok(phone_equal(newest(li), later), "Li's later bill is the first");
    is_int(bills_of(li), 2, "of two");
    is_str(play_member("declined_by"), WANG, "the other has come back");

    play_end();
}


/* The event that ends a bill is late: nobody can pay it any more, and it is
   said to have expired, to whomever it concerns. */

static void
past(void)
{
    int64_t      grace;
    phone_str_t  first, second;

    start(PHONE_WHOLE_STORE);
    make_bill("T1");
    first = keep(phone_cstr(origin));
    run_events();
    second = hand_on(li, first, WANG, wang);
    run_events();

    grace = PHONE_COMMIT_WITHIN + 2 * player.settings.clock_bound;
    player.now += player.settings.bill_lifetime + grace - 10000;
    ask_shop("bill.query", "tea", first);
    is_str(play_member("status"), "PUSHED", "a payment may be under way");
    player.now += 10000;
    ask_shop("bill.query", "tea", first);
    is_str(play_member("status"), "EXPIRED", "the merchant is told");
    is_int(shop_call("refund.create", "tea", "out_trade_no=T1&amount=10"
                     "&out_refund_no=R1"), 409, "a refund");
    is_str(play_member("status"), "EXPIRED", "says so");
    ask_shop("bill.close", "tea", first);
    is_str(play_code(), "BILL_EXPIRED", "it cannot be closed");

    shop_payer(WANG);
    call("bill.get", player.cookie, second, "");
    is_str(play_member("status"), "EXPIRED", "Wang is told");
    play("bill.list", "state=EXPIRED");
    ok(play_says("\"status\":\"EXPIRED\""), "in his list too");
    shop_payer(LI);
    call("bill.get", player.cookie, first, "");
    is_str(play_member("handed_status"), "EXPIRED", "and Li");

    play_end();
}


/* Both names of a bill. */

static void
names(void)
{
    unsigned     i;
    char         form[160];
    phone_str_t  one;

    static const char *const  call[] = { "bill.query", "bill.close" };

    start(PHONE_WHOLE_STORE);
    make_bill("T1");
    one = keep(phone_cstr(origin));
    make_bill("T2");

    for (i = 0; i < 2; i++) {
        snprintf(form, sizeof(form), "out_trade_no=T2&bill_id=%.*s",
                 PHONE_ARGS(one));
        is_int(shop_call(call[i], "tea", form), 404, "%s: of two bills",
               call[i]);
        is_str(play_member("field"), "out_trade_no", "is not found");
        snprintf(form, sizeof(form), "out_trade_no=T1&bill_id=%.*s",
                 PHONE_ARGS(one));
        is_int(shop_call(call[i], "tea", form), 200, "%s: of one", call[i]);
    }

    play_end();
}


int
main(void)
{
    status(PHONE_WHOLE_STORE, 0);
    status(PHONE_WHOLE_STORE, 1);
    status(PHONE_ONE_BUCKET, 0);
    status(PHONE_ONE_BUCKET, 1);
    budgets(PHONE_WHOLE_STORE);
    budgets(PHONE_ONE_BUCKET);
    texts();
    links();
    list();
    past();
    names();

    return done_testing();
}
