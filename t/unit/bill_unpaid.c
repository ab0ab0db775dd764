
/* PAY-5, PAY-12: the payer rejects a bill, or its merchant closes it: who may,
   when, once more, and who is told. */


#define _GNU_SOURCE

#include "shop.h"
#include "bill/bill.h"
#include "../sim/values.h"


#define LI    "+8613800000001"
#define WANG  "+8613800000002"
#define DAY   (INT64_C(24) * 3600 * 1000)


static char         bill[64];
static phone_str_t  li_cookie, wang_cookie;


static void
start_in(phone_domain_t domain)
{
    play_start();
    player.env.domain = domain;
    player.signatures = 1;
    player.gateway = 200;
    player.answer = "success";

    shop_open("tea");
    shop_open("cake");

    shop_payer(WANG);
    wang_cookie = phone_copy(&player.arena, player.cookie);
    shop_payer(LI);
    li_cookie = phone_copy(&player.arena, player.cookie);
}


static void
start(void)
{
    start_in(PHONE_WHOLE_STORE);
}


/* Events that are due, and those that they put. */

static void
run_events(void)
{
    while (player.nevents) {
        play_event();
    }
}


static void
make_bill(const char *order)
{
    phone_str_t  id;

    id = shop_bill("tea", order, LI);
    snprintf(bill, sizeof(bill), "%.*s", PHONE_ARGS(id));
    run_events();
}


static int
reject(const char *more)
{
    char  form[512];

    snprintf(form, sizeof(form), "bill_id=%s%s", bill, more);

    return play("bill.reject", form);
}


static int
close_bill(const char *shop, const char *more)
{
    char  form[512];

    snprintf(form, sizeof(form), "bill_id=%s%s", bill, more);

    return shop_call("bill.close", shop, form);
}


static int
said(const char *text)
{
    return memmem(player.text.data, player.text.len, text, strlen(text))
           != NULL;
}


static phone_str_t
status(void)
{
    return play_stored(&phone_bill, bill, BILL_STATUS);
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


static void
rejected(void)
{
    start();
    make_bill("T1");
    play("live.open", "");
    player.texts = 0;

    is_int(reject("&reason=not+ordered"), 200, "the payer rejects a bill");
    is_str(play_member("status"), "REJECTED", "it says so");
    is_str(play_member("reason"), "not ordered", "with the reason");
    ok(play_member("ended_at").len, "and the time");
    is_str(status(), "REJECTED", "the store too");
    is_str(last_live(), "bill.rejected", "other clients of the payer hear it");

    run_events();
    is_int(player.texts, 1, "the merchant is told");
    ok(said("status=REJECTED") && said("reason=not%20ordered"),
       "with the reason");

    player.now += 1000;
    is_int(reject("&reason=other"), 200, "once more");
    is_str(play_member("reason"), "not ordered", "the same answer");
    is_int(player.nevents, 0, "and no other notice");

    is_int(shop_pay(phone_cstr(bill), shop_card(LI, "6222020000000015"),
                    "&pin=" SHOP_PIN),
           409, "it cannot be paid");
    is_str(play_member("code"), "BILL_REJECTED", "any more");

    is_int(close_bill("tea", ""), 409, "nor closed");
    is_str(play_member("code"), "BILL_REJECTED", "which is said");

    is_int(shop_call("bill.query", "tea", "out_trade_no=T1"), 200, "queried");
    is_str(play_member("reason"), "not ordered", "with its reason");

    play_end();
}


static void
without_reason(void)
{
    start();
    make_bill("T1");
    player.texts = 0;

    is_int(reject(""), 200, "no reason need be given");
    is_str(play_member("reason"), "", "none is shown");
    is_str(last_live(), "", "nobody listens, nothing is published");
    run_events();
    ok(said("status=REJECTED") && !said("reason"), "none is sent");

    play_end();
}


static void
closed(void)
{
    start();
    make_bill("T1");
    play("live.open", "");
    player.texts = 0;

    is_int(close_bill("tea", "&reason=sold+out"), 200, "a merchant closes");
    is_str(play_member("status"), "CLOSED", "the bill");
    is_str(play_member("reason"), "sold out", "with a reason");
    is_str(last_live(), "bill.closed", "the payer hears it");
    run_events();
    is_int(player.texts, 1, "a notice goes out");
    ok(said("status=CLOSED"), "that says so");

    is_int(close_bill("tea", ""), 200, "once more");
    is_str(play_member("status"), "CLOSED", "the same answer");
    is_str(play_member("reason"), "sold out", "with the first reason");
    is_int(player.nevents, 0, "and no other notice");

    is_int(shop_call("bill.close", "tea", "out_trade_no=T1"), 200,
           "by the order number");

    is_int(reject(""), 409, "the payer cannot reject it");
    is_str(play_member("code"), "BILL_CLOSED", "which is said");
    is_int(shop_pay(phone_cstr(bill), shop_card(LI, "6222020000000015"),
                    "&pin=" SHOP_PIN),
           409, "nor pay it");
    is_str(play_member("code"), "BILL_CLOSED", "which is said");

    play_end();
}


/* What is not theirs. */

static void
by_others(void)
{
    start();
    make_bill("T1");

    player.cookie = wang_cookie;
    is_int(reject(""), 404, "another number does not reject it");
    is_str(play_member("code"), "BILL_NOT_FOUND", "nor learns of it");

    player.cookie = PHONE_EMPTY;
    is_int(reject(""), 401, "nor does nobody");
    player.cookie = li_cookie;

    is_int(close_bill("cake", ""), 404, "another merchant does not close it");
    is_int(shop_call("bill.close", "cake", "out_trade_no=T1"), 404,
           "nor by its order number");
    is_int(shop_forge("bill.close", "tea", "out_trade_no=T1"), 401,
           "nor a forged call");
    shop_service("bill.query");
    is_int(shop_call("bill.close", "tea", "out_trade_no=T1"), 400,
           "nor one that was signed for another call");
    shop_service(NULL);
    is_int(shop_call("bill.close", "tea", "reason=x"), 400, "which is needed");
    is_str(play_member("field"), "out_trade_no", "an order");
    is_str(status(), "PUSHED", "nothing has changed");

    play_end();
}


static void
in_other_states(void)
{
    phone_str_t  card;

    start();
    card = shop_card(LI, "6222020000000015");

    make_bill("T1");
    is_int(shop_pay(phone_cstr(bill), card, "&pin=" SHOP_PIN), 200, "paid");
    is_int(reject(""), 409, "what is paid cannot be rejected");
    is_str(play_member("code"), "BILL_PAID", "which is said");
    is_int(close_bill("tea", ""), 409, "nor closed");
    is_str(play_member("code"), "BILL_PAID", "which is said");
    is_str(status(), "PAID", "it stays paid");

    make_bill("T2");
    player.now += DAY;
    is_int(reject(""), 409, "too late");
    is_str(play_member("code"), "BILL_EXPIRED", "which is said");
    is_str(status(), "PUSHED", "its event has not run");
    is_int(close_bill("tea", ""), 200, "a merchant can close it");
    is_str(status(), "CLOSED", "until that");

    play_end();
}


/* A payment comes between the look and the commit. */

static phone_str_t  beside_card;


static void
pays_beside(void)
{
    player.cookie = li_cookie;
    shop_pay(phone_cstr(bill), beside_card, "&pin=" SHOP_PIN);
}


static void
beside_a_payment(void)
{
    start();
    beside_card = phone_copy(&player.arena,
                             shop_card(LI, "6222020000000015"));
    make_bill("T1");
    player.before_commit = pays_beside;
    is_int(reject(""), 409, "paid meanwhile");
    is_str(status(), "PAID", "is paid");

    make_bill("T2");
    player.before_commit = pays_beside;
    is_int(close_bill("tea", ""), 409, "also for the merchant");
    is_str(status(), "PAID", "is paid");

    play_end();
}


/* Where a commit may touch one bucket the nonce is claimed in the merchant's
   before the bill is closed in the payer's. */

static void
nonce_first(void)
{
    start_in(PHONE_ONE_BUCKET);
    make_bill("T1");

    shop_nonce("nonce-of-close");
    is_int(close_bill("tea", "&reason=sold+out"), 200, "closed");
    is_int(player.commits, 2, "by two commits");
    is_str(status(), "CLOSED", "the bill is");
    is_int(close_bill("tea", "&reason=sold+out"), 401, "the call is used up");
    is_str(play_member("code"), "NONCE_REUSED", "which is said");

    shop_nonce(NULL);
    is_int(close_bill("tea", ""), 200, "signed afresh: the same answer");

    make_bill("T2");
    shop_nonce("nonce-of-lost");
    player.lose_answer = 1;
    is_int(close_bill("tea", ""), 200, "no word of the first commit");
    is_str(status(), "CLOSED", "it is closed all the same");
    shop_nonce(NULL);

    play_end();
    start();
    make_bill("T1");
    shop_nonce("nonce-of-close");
    is_int(close_bill("tea", ""), 200, "in the whole store");
    is_int(player.commits, 1, "by one");
    is_int(close_bill("tea", ""), 401, "with the nonce");
    shop_nonce(NULL);

    play_end();
}


/* A handler must decide in one bucket, that of its caller or another one. */

static phone_rc_t
both_run(phone_call_t *call)
{
    phone_record_t  *shop, *changed;

    shop = phone_ask(call, &phone_merchant, phone_caller(call));
    changed = phone_ask(call, &phone_bill, phone_arg(call, "bill_id"));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_set(changed, BILL_STATUS, PHONE_STR("EXPIRED"));

    if (phone_has(call, "name")) {
        phone_set(shop, MERCHANT_NAME, phone_arg(call, "name"));
    }

    if (phone_has(call, "order")) {
        phone_claim(call, &phone_order,
                    phone_order_id(call, phone_caller(call),
                                   phone_arg(call, "order")),
                    PHONE_STR("x"), 0);
    }

    return phone_done(call);
}


static const phone_param_t  both_params[] = {
    { "bill_id", PHONE_P_ID, PHONE_REQUIRED, 0, 0, "" },
    { "name", PHONE_P_TEXT, 0, 1, 16, "" },
    { "order", PHONE_P_NAME, 0, 1, 16, "" },
    { NULL, 0, 0, 0, 0, NULL }
};

static const phone_endpoint_t  both = {
    "bill.both", "POST", "", PHONE_MERCHANT, both_run, both_params, NULL, ""
};


static void
in_both(phone_domain_t domain)
{
    size_t  i;
    char    form[128];

    static const char *const  more[] = { "&name=Other", "&order=O9" };

    start_in(domain);
    make_bill("T1");
    shop_next.endpoint = &both;

    snprintf(form, sizeof(form), "bill_id=%s", bill);
    is_int(shop_call("bill.both", "tea", form), 200, "in another bucket");
    is_str(status(), "EXPIRED", "is done");

    for (i = 0; i < sizeof(more) / sizeof(more[0]); i++) {
        snprintf(form, sizeof(form), "bill_id=%s%s", bill, more[i]);
        is_int(shop_call("bill.both", "tea", form), 500, "in both: %s",
               more[i]);
        is_int(player.commits, 0, "nothing is committed");
    }

    is_str(play_stored(&phone_merchant, "tea", MERCHANT_NAME), "Tea",
           "nothing has changed");
    shop_next.endpoint = NULL;

    play_end();
}


/* A handler that decides by a claim alone, in the bucket of its number, and
   relies on nothing else there. */

static const phone_type_t  spent = {
    "test_spent", PHONE_BY_NAME, 0, NULL, NULL
};

static const phone_type_t  points = {
    "test_points", PHONE_BY_NAME, 0, NULL, NULL
};


static phone_rc_t
redeem_run(phone_call_t *call)
{
    phone_str_t  id, mark;

    id = phone_join(phone_memory(call), 3, (phone_str_t[3]) {
                        phone_arg(call, "phone"), PHONE_STR(":"),
                        phone_arg(call, "coupon") });
    mark = phone_ask_claimed(call, &spent, id);

    (void) phone_ask_remembered(call, &phone_account,
                                phone_arg(call, "phone"));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (mark.len == 0) {
        phone_claim(call, &spent, id, phone_call_id(call), 0);
        phone_append(call, &points, phone_arg(call, "phone"),
                     PHONE_STR("+5"));
    }

    return phone_done(call);
}


static const phone_param_t  redeem_params[] = {
    { "phone", PHONE_P_PHONE, PHONE_REQUIRED, 0, 0, "" },
    { "coupon", PHONE_P_NAME, PHONE_REQUIRED, 1, 16, "" },
    { NULL, 0, 0, 0, 0, NULL }
};

static const phone_endpoint_t  redeem = {
    "test.redeem", "POST", "", PHONE_MERCHANT, redeem_run, redeem_params,
    NULL, ""
};


static int
entries(void)
{
    unsigned           home;
    const sim_list_t  *list;

    home = phone_home(&player.env, &points, PHONE_STR(LI));
    list = sim_store_list(player.store, player.now,
                          phone_key(&player.arena, &points, home,
                                    PHONE_STR(LI)));

    return list ? (int) list->n : 0;
}


static void
by_a_claim(phone_domain_t domain)
{
    start_in(domain);
    shop_next.endpoint = &redeem;

    shop_nonce("nonce-of-c1");
    is_int(shop_call("test.redeem", "tea", "phone=" LI "&coupon=c1"), 200,
           "a claim in another bucket");
    is_int(player.commits, domain == PHONE_ONE_BUCKET ? 2 : 1,
           "behind that of the nonce");
    is_int(entries(), 1, "is committed with its effect");

    is_int(shop_call("test.redeem", "tea", "phone=" LI "&coupon=c1"), 401,
           "the call is used up");
    is_str(play_code(), "NONCE_REUSED", "which is said");

    shop_nonce(NULL);
    is_int(shop_call("test.redeem", "tea", "phone=" LI "&coupon=c1"), 200,
           "signed afresh");
    is_int(entries(), 1, "it has no other effect");

    player.lose_answer = 1;
    is_int(shop_call("test.redeem", "tea", "phone=" LI "&coupon=c2"), 200,
           "no word of its first commit");
    is_int(entries(), 2, "one effect all the same");

    shop_next.endpoint = NULL;
    play_end();
}


int
main(void)
{
    rejected();
    without_reason();
    closed();
    by_others();
    in_other_states();
    beside_a_payment();
    nonce_first();
    in_both(PHONE_WHOLE_STORE);
    in_both(PHONE_ONE_BUCKET);
    by_a_claim(PHONE_WHOLE_STORE);
    by_a_claim(PHONE_ONE_BUCKET);

    return done_testing();
}
