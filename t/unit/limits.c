
/* How much a card and a payer pay a day. */


#define _GNU_SOURCE

#include "meddle.h"
#include "shop.h"


#define LI     "13800000001"
#define LI_    "+86" LI
#define HOUR   (3600 * INT64_C(1000))
#define DAY    (24 * HOUR)
#define RIGHT  "&pin=" SHOP_PIN


static phone_str_t  card, other, bill;


/* At noon in China; each bill is over 100. */

static void
start(void)
{
    play_start();
    player.now = PLAY_NOW / DAY * DAY + 4 * HOUR;
    shop_open("tea");
    card = shop_card(LI, "6222020000000015");
    other = shop_card(LI, "4000000000006");
    shop_payer(LI);
}


static int
pay(const char *order, phone_str_t with)
{
    bill = shop_bill("tea", order, LI);

    return shop_pay(bill, with, RIGHT);
}


static phone_str_t
paid_day(phone_str_t id)
{
    char  name[64];

    snprintf(name, sizeof(name), "%.*s", PHONE_ARGS(id));

    return play_stored(&phone_card, name, CARD_PAID_DAY);
}


static void
none(void)
{
    start();

    is_int(pay("N1", card), 200, "without limits");
    is_str(paid_day(card), "", "nothing is kept");
    is_str(play_stored(&phone_account, LI_, ACCOUNT_PAID_DAY), "",
           "of the payer");

    play_end();
}


static void
of_a_card(void)
{
    phone_str_t  sum;

    start();
    player.settings.card_day = 250;

    is_int(pay("C1", card), 200, "100 of 250");
    is_int(pay("C2", card), 200, "200");
    is_int(pay("C3", card), 403, "300");
    is_str(play_code(), "LIMIT_CARD_DAY", "is too much");
    is_str(play_member("left"), "50", "so much is left");
    is_str(play_member("until"), "2027-01-15T16:00:00Z", "until midnight");
    is_int(player.retry_after, 12 * 3600, "which is so far away");
    is_int(player.operations, 0, "nothing is written");
    is_int(pay("C3", other), 200, "another card can pay");

    player.lose_answer = 1;
    player.settings.card_day = 300;
    is_int(pay("C4", card), 200, "to the last, answer lost");
    sum = paid_day(card);
    ok(memmem(sum.data, sum.len, " 300 3", 6) != NULL, "counted once");
    shop_pay(bill, card, RIGHT);
    is_str(play_code(), "BILL_PAID", "once more");
    ok(phone_equal(paid_day(card), sum), "counts no more");

    player.now += 12 * HOUR - 1;
    pay("C5", card);
    is_str(play_code(), "LIMIT_CARD_DAY", "a millisecond before midnight");
    player.now++;
    is_int(pay("C5", card), 200, "then it opens");

    is_int(pay("C6", other), 200, "the other card as well");
    bill = shop_bill("tea", "C7", LI);
    player.settings.card_day = 100;
    player.ahead = -HOUR;
    shop_pay(bill, card, RIGHT);
    is_str(play_code(), "LIMIT_CARD_DAY",
           "a host whose clock is behind does not begin the day before");

    play_end();
}


static void
of_a_payer(void)
{
    start();
    player.settings.payer_day = 300;
    player.settings.card_day_times = 2;

    is_int(pay("P1", card), 200, "a first");
    is_int(pay("P2", card), 200, "and a second payment");
    pay("P3", card);
    is_str(play_code(), "LIMIT_CARD_DAY", "a third one with this card");
    is_str(play_member("left"), "0", "nothing is left");
    is_int(pay("P3", other), 200, "with another one");
    pay("P4", other);
    is_str(play_code(), "LIMIT_PAYER_DAY", "all of them have paid enough");
    is_str(play_member("left"), "0", "nothing is left");
    ok(memmem(paid_day(other).data, paid_day(other).len, " 100 1", 6) != NULL,
       "what was refused does not count for the card");

    player.settings.payer_day = 0;
    player.settings.payer_day_times = 3;
    pay("P5", other);
    is_str(play_code(), "LIMIT_PAYER_DAY", "three of three payments");
    player.settings.payer_day_times = 4;
    is_int(pay("P5", other), 200, "a fourth of four");

    shop_pay(shop_bill("tea", "P6", LI), other, "&pin=000000");
    is_str(play_code(), "PIN_WRONG", "limits are no business of others");

    play_end();
}


/* A host whose clock was years ahead has written its day. */

static void
far_ahead(void)
{
    char         text[32];
    int64_t      today;
    const char  *word[2];

    start();
    player.settings.card_day = 250;
    today = (player.now - player.settings.pay_day_start) / DAY;

    snprintf(text, sizeof(text), "%lld 200 2", (long long) today + 400);
    word[0] = "paid_day";
    word[1] = text;
    meddle(PHONE_OP_HSET, &phone_card, card, 2, word);

    pay("F1", card);
    is_str(play_code(), "LIMIT_CARD_DAY", "what it has let pay counts today");
    is_str(play_member("until"), "2027-01-15T16:00:00Z", "and no longer");
    player.settings.card_day = 300;
    is_int(pay("F2", card), 200, "100 are left");
    ok(memmem(paid_day(card).data, paid_day(card).len, " 300 3", 6) != NULL,
       "and counted");
    player.now += 12 * HOUR;
    is_int(pay("F3", card), 200, "tomorrow is another day");

    snprintf(text, sizeof(text), "%lld 300 3", (long long) today + 2);
    meddle(PHONE_OP_HSET, &phone_card, card, 2, word);
    pay("F4", card);
    is_str(play_code(), "LIMIT_CARD_DAY", "one a day ahead");
    is_str(play_member("until"), "2027-01-17T16:00:00Z", "begins its day");

    play_end();
}


static phone_str_t  beside;


static void
pays_beside(void)
{
    is_int(shop_pay(beside, card, RIGHT), 200, "one is paid meanwhile");
}


static void
at_once(void)
{
    start();
    player.settings.card_day = 100;
    beside = shop_bill("tea", "A1", LI);
    bill = shop_bill("tea", "A2", LI);
    player.before_commit = pays_beside;
    shop_pay(bill, card, RIGHT);
    is_str(play_code(), "LIMIT_CARD_DAY", "of two at once one");

    play_end();
}


int
main(void)
{
    none();
    of_a_card();
    of_a_payer();
    far_ahead();
    at_once();

    return done_testing();
}
