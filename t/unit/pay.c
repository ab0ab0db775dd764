
/* PAY-3, PAY-4: paying a bill, and paying it again. */


#define _GNU_SOURCE

#include "shop.h"


#define PAYER   "13800000001"
#define RIGHT   "&pin=" SHOP_PIN


static phone_str_t  bill, other_bill, card, other;


static void
set_up(void)
{
    play_start();
    shop_open("tea");
    card = shop_card(PAYER, "6222020000000015");
    other = shop_card(PAYER, "4000000000006");
    shop_payer(PAYER);
    bill = shop_bill("tea", "T1", PAYER);
}


static int64_t
balance(phone_str_t id)
{
    char     name[64];
    int64_t  value;

    snprintf(name, sizeof(name), "%.*s", PHONE_ARGS(id));

    return phone_parse_int(play_stored(&phone_card, name, CARD_BALANCE),
                           &value) == 0 ? value : -1;
}


static void
once(void)
{
    set_up();

    player.lose_answer = 1;
    is_int(shop_pay(bill, card, RIGHT), 200, "paid, answer lost");
    is_int(player.commits, 1, "by one commit");
    is_int(balance(card), 900, "once");

    shop_pay(bill, card, RIGHT);
    is_str(play_code(), "BILL_PAID", "without a pay_id another is told so");

    play_end();
}


/* A card can be emptied, and no more. */

static void
to_the_last(void)
{
    int   i;
    char  order[16];

    set_up();

    for (i = 0; i < 10; i++) {
        snprintf(order, sizeof(order), "L%d", i);
        is_int(shop_pay(shop_bill("tea", order, PAYER), card, RIGHT), 200,
               "bill %d of ten", i + 1);
    }

    is_int(balance(card), 0, "nothing is left");
    is_int(shop_pay(bill, card, RIGHT), 403, "one more");
    is_str(play_code(), "BALANCE_NOT_ENOUGH", "cannot be paid");

    play_end();
}


/* A repeated pay_id was answered PAID whatever came with it. */

static void
repeated(void)
{
    phone_str_t  first;

    set_up();

    player.lose_answer = 1;
    is_int(shop_pay(bill, card, RIGHT "&pay_id=p1&amount=100&payee=tea"), 200,
           "paid with a pay_id, answer lost");
    first = player.body;

    is_int(shop_pay(bill, card, RIGHT "&pay_id=p1&amount=100&payee=tea"), 200,
           "the same again");
    ok(phone_equal(player.body, first), "has the same answer");

    shop_pay(bill, card, RIGHT "&pay_id=p2");
    is_str(play_code(), "BILL_PAID", "another pay_id: paid already");

    shop_pay(bill, card, RIGHT "&pay_id=p1&amount=101");
    is_str(play_code(), "AMOUNT_MISMATCH", "another amount");
    shop_pay(bill, card, RIGHT "&pay_id=p1&payee=coffee");
    is_str(play_member("field"), "payee", "another payee");
    is_int(shop_pay(bill, other, RIGHT "&pay_id=p1"), 409, "another card");
    is_str(play_member("field"), "card_id", "by field");

    shop_pay(bill, card, "&pin=314159&pay_id=p1");
    is_str(play_code(), "PIN_WRONG", "a wrong PIN");
    is_str(play_member("remaining"), "4", "is counted");
    shop_pay(bill, other, "&pin=314159&pay_id=p1");
    is_str(play_member("remaining"), "3", "before the card is looked at");

    is_int(balance(card) + balance(other), 1900, "one debit in all");

    play_end();
}


/* While the answer to the payment was lost, somebody has locked the PIN. */

static void
lock_meanwhile(void)
{
    int  i;

    if (player.commits != 1) {
        return;
    }

    player.before_read = NULL;

    for (i = 0; i < 5; i++) {
        shop_pay(other_bill, card, "&pin=314159");
    }
}


static void
own_mark(void)
{
    set_up();
    other_bill = shop_bill("tea", "T2", PAYER);

    player.lose_answer = 1;
    player.before_read = lock_meanwhile;
    is_int(shop_pay(bill, card, RIGHT "&pay_id=p1"), 200,
           "its own mark, though the PIN is locked by now");
    is_int(balance(card), 900, "one debit");

    shop_pay(bill, card, RIGHT "&pay_id=p1");
    is_str(play_code(), "PIN_LOCKED", "others meet the lock");

    play_end();
}


int
main(void)
{
    once();
    to_the_last();
    repeated();
    own_mark();

    return done_testing();
}
