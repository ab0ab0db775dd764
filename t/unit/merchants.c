
/* What the operator does with merchants, PINs and notices that nobody has
   acknowledged. */


#define _GNU_SOURCE

#include "shop.h"


#define PAYER   "13800000001"
#define PERSON  "+8613800000001"
#define PAY     "&pin=" SHOP_PIN


static phone_str_t  card;


static void
set_up(void)
{
    play_start();
    shop_open("tea");
    card = shop_card(PAYER, "6222020000000015");
    shop_payer(PAYER);
}


static int
change(const char *form)
{
    return play("operator.merchant_change", form);
}


static void
list(void)
{
    char         form[256];
    phone_str_t  next;

    play_start();

    is_int(play("operator.merchants", "merchant_id=.."), 400,
           "no path reaches it");
    ok(play_says("\"field\":\"merchant_id\""), "of the merchant's id");

    is_int(play("operator.merchant_list", ""), 200, "none yet");
    ok(play_says("\"merchants\":[]"), "an empty list");

    shop_open("tea");
    player.now++;
    shop_open("coffee");
    player.now++;
    shop_open("tea");

    play("operator.merchant_list", "limit=1");
    ok(play_says("\"merchant_id\":\"coffee\""), "the newest first");
    ok(!play_says("\"tea\""), "so many as asked for");
    next = play_member("next_before");
    snprintf(form, sizeof(form), "limit=2&before=%.*s", PHONE_ARGS(next));
    play("operator.merchant_list", form);
    ok(play_says("\"merchant_id\":\"tea\""), "the next page");
    ok(!play_says("public_key") && !play_says("MIIB"), "without keys");
    next = play_member("next_before");
    snprintf(form, sizeof(form), "limit=2&before=%.*s", PHONE_ARGS(next));
    play("operator.merchant_list", form);
    ok(play_says("\"merchants\":[]"), "each once, the repeated one as well");
    is_int(play("operator.merchant_list", "before=yesterday"), 400,
           "from nowhere");

    is_int(play("operator.merchant_get", "merchant_id=tea"), 200, "one");
    is_str(play_member("status"), "ACTIVE", "its status");
    ok(play_says("\"key_id\":\"k1\""), "its keys");
    is_int(play("operator.merchant_get", "merchant_id=cocoa"), 404,
           "no such merchant");
    is_int(change("merchant_id=cocoa&name=C"), 404, "none to change");

    play_end();
}


static void
changes(void)
{
    set_up();

    player.lose_answer = 1;
    is_int(change("merchant_id=tea&name=Tee&notify_url=https://tee.example/n"),
           200, "changed, answer lost");
    is_int(player.commits, 1, "once");
    is_str(play_member("name"), "Tee", "the name");
    is_str(play_member("notify_url"), "https://tee.example/n", "the place");
    is_str(play_member("sign_type"), "RSA2", "the rest stays");
    is_str(play_stored(&phone_merchant, "tea", MERCHANT_NAME), "Tee",
           "in the store");

    is_int(change("merchant_id=tea&status=closed"), 400, "no such status");
    is_str(play_member("field"), "status", "by field");
    is_int(change("merchant_id=tea&notify_url=ftp://x/"), 400, "no such URL");
    is_int(change("merchant_id=tea&sign_type=DSA"), 400, "no such signature");
    change("merchant_id=tea&name=Tee");
    is_int(player.commits, 0, "the same again changes nothing");

    shop_bill("tea", "T1", PAYER);
    play("bill.list", "");
    is_str(play_member("merchant"), "Tee", "payers see the new name");

    is_int(change("merchant_id=tea&name=&notify_url="), 200, "an empty place");
    ok(!play_says("notify_url"), "is removed");
    is_str(play_stored(&phone_merchant, "tea", MERCHANT_NOTIFY_URL), "",
           "in the store");
    is_str(play_member("name"), "Tee", "a name cannot be");
    change("merchant_id=tea&notify_url=");
    is_int(player.commits, 0, "the same again changes nothing");
    change("merchant_id=tea&notify_url=https://tee.example/n");
    is_str(play_member("notify_url"), "https://tee.example/n", "put back");

    play_end();
}


/* A disabled merchant is refused at once, whatever a worker remembers. */

static void
closed(void)
{
    phone_str_t  bill;

    set_up();
    player.remembers = 1;
    bill = shop_bill("tea", "T1", PAYER);
    shop_call("bill.query", "tea", "out_trade_no=T1");
    ok(player.recalled, "the merchant is remembered");

    is_int(change("merchant_id=tea&status=CLOSED"), 200, "closed");
    is_int(change("merchant_id=tea&status=CLOSED"), 200, "and twice");

    shop_call("bill.create", "tea",
              "out_trade_no=T2&amount=1&payer_phone=" PAYER "&subject=s");
    is_str(play_code(), "MERCHANT_CLOSED", "no bill is made");
    ok(player.recalled, "though its record was remembered");
    shop_call("bill.query", "tea", "out_trade_no=T1");
    is_str(play_code(), "MERCHANT_CLOSED", "no question is answered");
    player.signatures = 0;
    shop_call("bill.query", "nobody", "out_trade_no=T1");
    is_str(play_code(), "KEY_UNKNOWN", "strangers are not told");

    is_int(shop_pay(bill, card, PAY), 403, "an open bill");
    is_str(play_code(), "MERCHANT_CLOSED", "cannot be paid");
    play("bill.cards", "");
    is_str(play_member("balance"), "1000", "nothing has moved");

    is_int(change("merchant_id=tea&status=ACTIVE"), 200, "open again");
    is_int(shop_pay(bill, card, PAY), 200, "now it can");
    is_int(shop_call("bill.create", "tea", "out_trade_no=T2&amount=1"
                     "&payer_phone=" PAYER "&subject=s"), 200,
           "and bills are made");

    play_end();
}


static void
close_it(void)
{
    int  remembers;

    remembers = player.remembers;
    player.remembers = 0;
    change("merchant_id=tea&status=CLOSED");
    player.remembers = remembers;
}


/* It is closed between what a payment has read, or remembers, and its
   commit. */

static void
closed_meanwhile(int remembers)
{
    phone_str_t  bill;

    set_up();
    player.remembers = remembers;
    bill = shop_bill("tea", "T1", PAYER);
    shop_call("bill.query", "tea", "out_trade_no=T1");

    player.before_commit = close_it;
    shop_pay(bill, card, PAY);
    is_str(play_code(), "MERCHANT_CLOSED", "closed meanwhile: not paid");
    play("bill.cards", "");
    is_str(play_member("balance"), "1000", "nothing has moved");

    play_end();
}


/* Where a commit touches one bucket a payment cannot be guarded by its
   merchant: no remembered copy is used. */

static void
closed_in_its_bucket(void)
{
    phone_str_t  bill;

    play_start();
    player.env.domain = PHONE_ONE_BUCKET;
    shop_open("tea");
    card = shop_card(PAYER, "6222020000000015");
    shop_payer(PAYER);
    player.remembers = 1;
    bill = shop_bill("tea", "T1", PAYER);

    while (play_event()) {
        /* the card and the bill come to the payer's bucket */
    }

    close_it();
    shop_pay(bill, card, PAY);
    is_str(play_code(), "MERCHANT_CLOSED", "closed: not paid");

    change("merchant_id=tea&status=ACTIVE");
    is_int(shop_pay(bill, card, PAY), 200, "open again: paid");

    play_end();
}


/* The same between what an order has read, and not remembered, and its
   commit. */

static void
closed_meanwhile_no_order(void)
{
    set_up();
    player.remembers = 0;

    player.before_commit = close_it;
    shop_call("bill.create", "tea", "out_trade_no=T1&amount=1"
              "&payer_phone=" PAYER "&subject=s");
    is_str(play_code(), "MERCHANT_CLOSED", "closed meanwhile: no bill");
    shop_call("bill.query", "tea", "out_trade_no=T1");
    is_str(play_code(), "MERCHANT_CLOSED", "and none is asked for");

    play_end();
}


/* A payment asks the store for its merchant once, not each time. */

static void
cheap(void)
{
    unsigned     reads;
    phone_str_t  bill[2];

    set_up();
    player.remembers = 1;
    bill[0] = shop_bill("tea", "T1", PAYER);
    bill[1] = shop_bill("tea", "T2", PAYER);

    player.remembers = 0;
    shop_pay(bill[0], card, PAY);
    reads = player.reads;
    player.remembers = 1;
    shop_pay(bill[1], card, PAY);
    is_int(player.reads, reads - 1, "one read less with a memory");

    play_end();
}


static void
pin_reset(void)
{
    set_up();

    play("bill.pin", "pin=314159&old_pin=000000");
    is_int(play("operator.pin_reset", "phone=" PAYER), 200, "a PIN is reset");
    is_str(play_member("phone"), PERSON, "whose");
    is_str(play_stored(&phone_account, PERSON, ACCOUNT_PIN), "", "it is gone");
    is_str(play_stored(&phone_account, PERSON, ACCOUNT_PIN_FAILS), "",
           "and what was counted");

    is_int(play("bill.pin", "pin=314159"), 401,
           "a session of before cannot choose the next");
    is_int(play("operator.pin_reset", "phone=" PAYER), 200, "twice");
    is_int(player.commits, 0, "changes nothing");

    play("session.login", "phone=" PAYER "&password=a-quiet-lake");
    player.cookie = player.set_cookie;
    shop_pay(shop_bill("tea", "T1", PAYER), card, PAY);
    is_str(play_code(), "PIN_NOT_SET", "the old one does not pay");
    is_int(play("bill.pin", "pin=314159"), 200, "who logs in chooses another");

    is_int(play("operator.pin_reset", "phone=13800000009"), 404, "nobody's");

    play_end();
}


static void
settle(void)
{
    while (play_event()) {
        /* void */
    }
}


/* A notice that the merchant does not take, by the only attempt there is. */

static void
exhaust(char *form, size_t size)
{
    phone_str_t  id;

    shop_pay(shop_bill("tea", "T1", PAYER), card, PAY);
    player.gateway = 500;
    player.settings.notices = 1;
    settle();

    play("operator.notices", "");
    id = play_member("notify_id");
    snprintf(form, size, "notify_id=%.*s", PHONE_ARGS(id));
}


static void
replay_one(void)
{
    char  form[128];

    set_up();
    exhaust(form, sizeof(form));
    ok(strstr(form, ".bill.1") != NULL, "a notice is exhausted");
    is_int(player.texts, 1, "after one attempt");

    is_int(play("operator.notice_replay", form), 200, "sent again");
    is_str(play_member("state"), "PENDING", "it is on its way");
    is_int(play("operator.notice_replay", form), 200, "twice");
    is_int(player.commits, 0, "does nothing more");
    play("operator.notices", "");
    ok(play_says("\"notices\":[]"), "no longer in the list");

    settle();
    is_int(player.texts, 2, "one more attempt");
    play("operator.notices", "");
    is_str(play_member("attempt"), "1", "the first of a new schedule");

    play("operator.notice_replay", form);
    player.gateway = 200;
    settle();
    is_int(player.texts, 3, "and another");

    is_int(play("operator.notice_replay", "notify_id=000-x.bill.1"), 404,
           "no such notice");
    is_int(play("operator.notice_replay", "notify_id=x"), 404, "nor id");

    play_end();
}


static void
replay_all(void)
{
    char  form[128];

    set_up();
    shop_open("coffee");
    exhaust(form, sizeof(form));

    is_int(play("operator.notices_replay", "merchant_id=coffee"), 200,
           "another merchant's");
    is_str(play_member("replayed"), "0", "none");
    settle();
    is_int(player.texts, 1, "nothing is sent");
    is_int(play("operator.notices_replay", "merchant_id=cocoa"), 404,
           "no such merchant");
    is_int(play("operator.notices_replay", "merchant_id=tea&limit=101"), 400,
           "too many at a time");

    is_int(play("operator.notices_replay", "merchant_id=tea"), 200, "its own");
    is_str(play_member("replayed"), "1", "one");
    ok(play_member("next_before").len, "and where to go on");
    play("operator.notices_replay", "merchant_id=tea");
    settle();
    is_int(player.texts, 2, "is sent once, though asked for twice");

    play_end();
}


int
main(void)
{
    list();
    changes();
    closed();
    closed_meanwhile(0);
    closed_meanwhile(1);
    closed_in_its_bucket();
    closed_meanwhile_no_order();
    cheap();
    pin_reset();
    replay_one();
    replay_all();

    return done_testing();
}
