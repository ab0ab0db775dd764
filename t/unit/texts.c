
/* PAY-2: how many texts about bills a number gets. */


#define _GNU_SOURCE

#include "shop.h"


#define PAYER   "13800000001"
#define OTHER   "13800000002"
#define PERSON  "+8613800000001"
#define MINUTE  (INT64_C(60) * 1000)
#define HOUR    (60 * MINUTE)


/* Bills of a shop to a number, pushed; how many texts went out. */

static unsigned
bills(const char *shop, const char *number, unsigned n)
{
    char             order[16];
    unsigned         texts;
    static unsigned  serial;

    texts = player.texts;

    while (n--) {
        snprintf(order, sizeof(order), "T%u", ++serial);

        if (shop_bill(shop, order, number).len == 0) {
            printf("Bail out! bill: %.*s\n", PHONE_ARGS(player.body));
            exit(1);
        }

        /* the push, and a text; not what is due later */

        while (player.nevents) {
            if (memmem(player.event[0].member.data, player.event[0].member.len,
                       "bill.expire", 11))
            {
                memmove(player.event, player.event + 1,
                        --player.nevents * sizeof(play_event_t));
                continue;
            }

            play_event();
        }
    }

    return player.texts - texts;
}


static phone_str_t
status(const char *shop, const char *order)
{
    char  form[64];

    snprintf(form, sizeof(form), "out_trade_no=%s", order);
    shop_call("bill.query", shop, form);

    return play_member("status");
}


/* 100 bills to one number made 100 texts within two seconds. */

static void
flood(void)
{
    play_start();
    shop_open("tea");
    shop_open("coffee");
    shop_open("cocoa");

    is_int(bills("tea", PAYER, 100), 3, "100 bills of a shop: three texts");
    is_str(status("tea", "T3"), "PUSHED", "the third is told");
    is_str(status("tea", "T4"), "CREATED", "the fourth is not, and says so");

    is_int(bills("coffee", PAYER, 10), 2, "five from all shops together");
    is_int(bills("cocoa", PAYER, 10), 0, "and no more");
    is_int(bills("tea", OTHER, 10), 3, "another number has its own");

    player.now += 10 * MINUTE - 1;
    is_int(bills("tea", PAYER, 1), 0, "until the window has passed");
    player.now += 1;
    is_int(bills("tea", PAYER, 10), 3, "then again");

    play_end();
}


static void
day(void)
{
    unsigned  i, n;

    play_start();
    shop_open("tea");
    shop_open("coffee");
    shop_open("cocoa");

    for (i = 0, n = 0; i < 20; i++) {
        n += bills("tea", PAYER, 3);
        player.now += HOUR;
    }

    is_int(n, 10, "ten a day from a shop");

    for (i = 0, n = 0; i < 3; i++) {
        n += bills("coffee", PAYER, 5) + bills("cocoa", PAYER, 5);
        player.now += HOUR;
    }

    is_int(n, 10, "twenty a day from all");

    player.now += HOUR;
    is_int(bills("tea", PAYER, 5), 3, "the next day they begin anew");

    play_end();
}


/* Who looks is told live, whatever was sent before. */

static void
open_client(void)
{
    play_start();
    shop_open("tea");
    bills("tea", PAYER, 10);
    shop_payer(PAYER);
    play("live.open", "");
    player.now += 1000;
    is_int(bills("tea", PAYER, 2), 0, "no text for an open client");
    play("bill.list", "");
    is_str(play_member("status"), "PUSHED", "it is told live");

    play_end();
}


static void
none(void)
{
    play_start();
    player.settings.merchant_texts = 0;
    shop_open("tea");
    is_int(bills("tea", PAYER, 3), 0, "0: no texts at all");
    is_str(play_stored(&phone_texts, PERSON, TEXTS_SENT), "",
           "and nothing is kept");

    play_end();
}


int
main(void)
{
    flood();
    day();
    open_client();
    none();

    return done_testing();
}
