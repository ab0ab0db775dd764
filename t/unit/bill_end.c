
/* PAY-3, PAY-6: what a bill leaves behind when it has come to its end: who
   hears of it, and nothing for each bill that is there for ever. */


#define _GNU_SOURCE

#include "play.h"
#include "bill/bill.h"
#include "account/account.h"


#define NUMBER   "+8613800000001"
#define WHO      "phone=13800000001"
#define PIN      "271828"
#define LIVES    (INT64_C(45) * 1000)
#define DAY      (INT64_C(24) * 3600 * 1000)


/* A merchant and a bill, without the signatures that bring them. */

static char  bill_id[64];


static phone_rc_t
put_run(phone_call_t *call)
{
    phone_str_t      payer;
    phone_record_t  *shop, *bill;

    payer = phone_arg(call, "phone");

    shop = phone_ask(call, &phone_merchant, PHONE_STR("tea"));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(shop)) {
        phone_set(shop, MERCHANT_STATUS, PHONE_STR("ACTIVE"));
        phone_set(shop, MERCHANT_SIGN_TYPE, PHONE_STR("RSA2"));

    } else {
        phone_rely(shop);
    }

    bill = phone_put(call, &phone_bill, phone_new_id(call, payer, "bill"));
    snprintf(bill_id, sizeof(bill_id), "%.*s", PHONE_ARGS(phone_id(bill)));

    phone_set(bill, BILL_STATUS, PHONE_BILL_CREATED);
    phone_set(bill, BILL_PAYER, payer);
    phone_set(bill, BILL_MERCHANT, PHONE_STR("tea"));
    phone_set(bill, BILL_ORDER, PHONE_STR("T1"));
    phone_set_int(bill, BILL_AMOUNT, 100);
    phone_set(bill, BILL_CURRENCY, PHONE_STR("CNY"));
    phone_set(bill, BILL_NOTIFY_URL, phone_arg(call, "url"));
    phone_set_int(bill, BILL_CREATED, phone_now(call));
    phone_set_int(bill, BILL_EXPIRES, phone_now(call) + DAY);

    phone_emit(call, &phone_bill_push, phone_id(bill), PHONE_EMPTY,
               phone_now(call));

    return phone_done(call);
}


static const phone_param_t  put_params[] = {
    { "phone", PHONE_P_PHONE, PHONE_REQUIRED, 0, 0, "" },
    { "url", PHONE_P_URL, 0, 0, 0, "" },
    { NULL, 0, 0, 0, 0, NULL }
};

static const phone_endpoint_t  put = {
    "bill.put", "POST", "", PHONE_ANYONE, put_run, put_params, NULL, ""
};


static void
start(void)
{
    play_start();
    player.settings.notices = 2;
    player.settings.lease = 5000;
    player.signatures = 1;
    player.gateway = 200;

    play("operator.accounts",
         WHO "&password=a-quiet-lake&currency=CNY");
    play("operator.bank_cards",
         WHO "&card_no=6222020000000015&balance=100000");
    play("session.login", WHO "&password=a-quiet-lake");
    player.cookie = player.set_cookie;
    play("bill.pin", "pin=" PIN);
}


/* What is due by now, as the store has it; what was put for now has a lease
   for its score.  0: nothing is. */

static int
next_due(play_event_t *event)
{
    unsigned           bucket;
    const sim_zset_t  *due;

    for (bucket = 0; bucket < player.env.buckets; bucket++) {
        due = sim_store_zset(player.store, player.now,
                             phone_key(&player.arena, &phone_due, bucket,
                                       PHONE_EMPTY));

        if (due != NULL && due->n
            && due->member[0].score <= player.now + player.settings.lease)
        {
            event->member = phone_copy(&player.arena, due->member[0].member);
            event->bucket = bucket;
            event->score = due->member[0].score;
            return 1;
        }
    }

    return 0;
}


static void
run_due(void)
{
    while (next_due(&player.event[0])) {
        player.nevents = 1;
        play_event();
    }

    player.nevents = 0;
}


/* A bill is made and pushed; its text goes out when nobody listens. */

static void
make_bill(const char *form)
{
    is_int(play_endpoint(&put, form), 200, "a bill");
    run_due();
}


static void
pay(void)
{
    char         form[256];
    phone_str_t  card;

    play("bill.cards", "");
    card = play_member("card_id");
    snprintf(form, sizeof(form), "bill_id=%s&card_id=%.*s&pin=" PIN,
             bill_id, PHONE_ARGS(card));
    is_int(play("bill.pay", form), 200, "paid");
}


/* How many keys of a kind there are. */

static const char  *counted_kind;
static unsigned     counted;


static void
count_key(void *data, phone_str_t key)
{
    (void) data;

    counted += memmem(key.data, key.len, counted_kind, strlen(counted_kind))
               != NULL;
}


static unsigned
keys(const char *kind)
{
    counted_kind = kind;
    counted = 0;
    sim_store_each(player.store, player.now, count_key, NULL);

    return counted;
}


static unsigned
waiting_events(const char *name)
{
    unsigned           i, n, bucket;
    const sim_zset_t  *due;

    n = 0;

    for (bucket = 0; bucket < player.env.buckets; bucket++) {
        due = sim_store_zset(player.store, player.now,
                             phone_key(&player.arena, &phone_due, bucket,
                                       PHONE_EMPTY));

        for (i = 0; due != NULL && i < due->n; i++) {
            n += memcmp(due->member[i].member.data, name, strlen(name)) == 0;
        }
    }

    return n;
}


static const sim_stream_t *
stream(void)
{
    unsigned     bucket;
    phone_str_t  number;

    number = PHONE_STR(NUMBER);
    bucket = phone_home(&player.env, &phone_live_of, number);

    return sim_store_stream(player.store, player.now,
                            phone_key(&player.arena, &phone_live_of, bucket,
                                      number));
}


static phone_str_t
last_live(void)
{
    const sim_stream_t  *live;

    live = stream();

    return live == NULL ? PHONE_EMPTY
                        : live->item[live->first + live->n - 1].field[0].value;
}


static void
paid(void)
{
    start();

    make_bill(WHO);
    is_int(waiting_events("bill.expire"), 1, "it will expire");

    pay();
    run_due();
    is_int(waiting_events("bill.expire"), 0, "not once it is paid");
    is_int(keys(":live:"), 0, "nobody listens: no stream");

    play_end();
}


static void
expired(void)
{
    start();

    make_bill(WHO);
    player.now += DAY;
    run_due();
    is_str(play_stored(&phone_bill, bill_id, BILL_STATUS), "EXPIRED",
           "nobody has paid");
    is_int(keys(":live:"), 0, "and nobody has listened");

    play_end();
    start();

    is_int(play("live.open", ""), 200, "a client opens");
    make_bill(WHO);
    is_str(last_live(), "bill.new", "it is told of the bill");

    player.now += DAY - 1000;
    play("live.open", "");
    player.now += 1000;
    run_due();
    is_str(last_live(), "bill.closed", "and of its end");

    play_end();
}


/* Who opens between the look and the commit. */

static void
opens(void)
{
    play("live.open", "");
}


static void
expired_beside(void)
{
    start();

    make_bill(WHO);
    player.now += DAY;

    ok(next_due(&player.event[0]), "its end is due");
    player.nevents = 1;
    player.before_commit = opens;
    play_event();
    is_str(play_stored(&phone_bill, bill_id, BILL_STATUS), "PUSHED",
           "a client opens meanwhile: a conflict");

    run_due();
    is_str(last_live(), "bill.closed", "the next run tells it");

    play_end();
}


static void
stream_goes(void)
{
    int64_t  ms;

    start();
    play("live.open", "");

    ms = INT64_C(3600) * 1000 + 2 * LIVES;

    player.now += LIVES / 2;
    play("live.open", "");
    player.now += ms - 1;
    ok(stream() != NULL, "a stream stays for long after the last heartbeat");
    player.now += 1;
    ok(stream() == NULL, "and goes");

    play("live.open", "");
    is_str(last_live(), "reset", "who comes back then is told");

    play_end();
}


static void
notices(void)
{
    start();

    player.answer = "success";
    make_bill(WHO "&url=http://shop.example/n");
    pay();
    player.texts = 0;
    run_due();
    is_int(player.texts, 1, "the notice is sent");
    is_int(keys(":notice:"), 0, "acknowledged at once: no record");
    ok(memmem(play_stored(&phone_bill, bill_id, BILL_NOTICES).data,
              8, "1 - 1 1 ", 8)
       != NULL, "the bill says so");
    is_int(waiting_events("notice."), 0, "nothing waits");

    player.answer = "later";
    make_bill(WHO "&url=http://shop.example/n");
    pay();
    run_due();
    is_int(keys(":notice:"), 1, "in vain: a record");
    player.answer = "success";
    player.now += 20000;
    run_due();
    is_int(keys(":notice:"), 0, "acknowledged at last: none");
    ok(memmem(play_stored(&phone_bill, bill_id, BILL_NOTICES).data,
              8, "1 - 1 2 ", 8)
       != NULL, "at the second attempt");

    player.answer = "no";
    make_bill(WHO "&url=http://shop.example/n");
    pay();
    run_due();
    player.now += 20000;
    run_due();
    is_int(keys(":notice:"), 1, "exhausted: a record for the operator");
    is_str(play_stored(&phone_bill, bill_id, BILL_NOTICES), "1 -",
           "and no word of an ack");

    make_bill(WHO);
    pay();
    run_due();
    is_int(keys(":notice:"), 1, "nobody asked for one: no record");

    play_end();
}


/* The payment and its first notice, which takes the expiry out of the queue;
   the push stays where it is. */

static void
pay_and_tell(void)
{
    unsigned           i, bucket;
    const sim_zset_t  *due;

    pay();

    bucket = phone_home(&player.env, &phone_due, phone_cstr(bill_id));
    due = sim_store_zset(player.store, player.now,
                         phone_key(&player.arena, &phone_due, bucket,
                                   PHONE_EMPTY));

    for (i = 0; memcmp(due->member[i].member.data, "notice.send", 11) != 0;
         i++)
    {
        /* it is there */
    }

    player.event[0] = (play_event_t) {
        phone_copy(&player.arena, due->member[i].member), bucket,
        due->member[i].score };
    player.nevents = 1;
    play_event();
    player.nevents = 0;
}


/* A payment beside the push took the expiry out of the queue, and the push put
   it back for a day. */

static void
paid_beside_push(void)
{
    start();

    player.settings.texts = 0;
    is_int(play_endpoint(&put, WHO), 200, "a bill, and no text is left");
    ok(next_due(&player.event[0]), "its push is due");
    player.nevents = 1;
    player.before_commit = pay_and_tell;
    play_event();
    run_due();
    is_str(play_stored(&phone_bill, bill_id, BILL_STATUS), "PAID",
           "paid while it is pushed");
    is_int(waiting_events("bill.expire"), 0, "it does not expire");

    play_end();
}


/* Removed while a notice was under way it ended the notice, which then was
   nowhere: not sent, not listed, not to be sent again. */

static void
url_removed(void)
{
    char  form[96];

    start();

    make_bill(WHO);
    play("operator.merchant_change",
         "merchant_id=tea&notify_url=http://shop.example/n");
    player.answer = "later";
    pay();
    run_due();
    snprintf(form, sizeof(form), "%s.bill.1", bill_id);
    is_int(play_stored(&phone_notice, form, NOTICE_ATTEMPT).len, 1,
           "a notice in vain");

    is_int(play("operator.merchant_change", "merchant_id=tea&notify_url="),
           200, "the merchant wants none any more");
    player.now += 20000;
    player.texts = 0;
    run_due();
    is_int(player.texts, 0, "it is not sent again");
    is_str(play_stored(&phone_notice, form, NOTICE_STATE), "EXHAUSTED",
           "it has ended");
    play("operator.notices", "");
    ok(play_says("\"result\":\"no notify_url\""), "and is listed");

    play("operator.merchant_change",
         "merchant_id=tea&notify_url=http://shop.example/n");
    player.answer = "success";
    snprintf(form, sizeof(form), "notify_id=%s.bill.1", bill_id);
    is_int(play("operator.notice_replay", form), 200, "again, with a place");
    run_due();
    is_int(player.texts, 1, "it is sent");
    is_int(keys(":notice:"), 0, "and acknowledged");

    play_end();
}


int
main(void)
{
    paid();
    paid_beside_push();
    url_removed();
    expired();
    expired_beside();
    stream_goes();
    notices();

    return done_testing();
}
