
/* PAY-10: a person binds a bank card, pays with it, removes it. */


#define _GNU_SOURCE

#include "shop.h"
#include "meddle.h"


#define LI       "13800000001"
#define LI_      "+86" LI
#define WANG     "13800000002"
#define NO       "6222020000000015"
#define OTHER_NO "6222020000000023"
#define PROOF    "271934"
#define RIGHT    "&pin=" SHOP_PIN
#define BIND     "card_no=" NO "&proof=" PROOF RIGHT


static phone_str_t  li, wang;            /* cookies */
static char         card[64];            /* its id */


static void
start_in(phone_domain_t domain)
{
    play_start();
    player.env.domain = domain;
    player.settings.bills_day_payer = 1000;
    shop_open("tea");
    shop_payer(WANG);
    wang = player.cookie;
    shop_payer(LI);
    li = player.cookie;
}


static void
run_events(void)
{
    while (play_event()) {
        /* void */
    }
}


/* A card of 1000 that li can bind; what arrives in his bucket has come. */

static void
opened(void)
{
    is_int(play("operator.bank_cards", "phone=" LI "&card_no=" NO
                "&balance=1000&proof=" PROOF), 200, "the bank opens a card");
    snprintf(card, sizeof(card), "%.*s", PHONE_ARGS(play_member("card_id")));
    run_events();
    player.texts = 0;
}


static void
start(void)
{
    start_in(PHONE_WHOLE_STORE);
    opened();
}


static int
with_card(const char *endpoint, const char *more)
{
    char  form[128];

    snprintf(form, sizeof(form), "card_id=%s%s", card, more);

    return play(endpoint, form);
}


static int
pay(const char *order, const char *more)
{
    char         form[192];
    phone_str_t  bill;

    bill = shop_bill("tea", order, LI);
    run_events();
    player.texts = 0;
    snprintf(form, sizeof(form), "bill_id=%.*s%s", PHONE_ARGS(bill), more);

    return play("bill.pay", form);
}


static int
pay_by_card(const char *order)
{
    char  more[128];

    snprintf(more, sizeof(more), RIGHT "&card_id=%s", card);

    return pay(order, more);
}


static phone_str_t
stored(unsigned field)
{
    return play_stored(&phone_card, card, field);
}


static int
said(const char *text)
{
    return memmem(player.text.data, player.text.len, text, strlen(text))
           != NULL;
}


static void
bound(void)
{
    start();

    is_int(play("bill.cards", ""), 200, "before");
    ok(!play_says(card), "the card is not shown");
    pay_by_card("B0");
    is_str(play_code(), "CARD_NOT_FOUND", "and does not pay");
    with_card("bill.card_default", "");
    is_str(play_code(), "CARD_NOT_FOUND", "nor can be the default");

    is_int(play("bill.card_bind", BIND), 200, "bound");
    is_str(play_member("card_id"), card, "the card");
    is_str(play_member("number"), "622202******0015", "masked");
    run_events();
    is_int(player.texts, 1, "its owner is told");
    ok(said("ends with 0015 was bound"), "so");

    is_int(play("bill.card_bind", BIND), 200, "once more");
    is_str(play_member("card_id"), card, "the same");
    run_events();
    is_int(player.texts, 1, "nobody is told again");

    play("bill.cards", "");
    ok(play_says(card) && play_says("\"default\":false"), "it is shown");
    ok(!play_says(NO), "its number is not");
    is_int(pay_by_card("B1"), 200, "and pays");
    is_str(stored(CARD_BALANCE), "900", "out of what the bank has");

    play_end();
}


/* What is not so has one answer, after the same reads. */

static void
not_proved(void)
{
    unsigned     i, reads;
    static const struct {
        const char  *form;
        const char  *about;
        int          other;
    } wrong[] = {
        { "card_no=" NO "&proof=271935" RIGHT, "a wrong proof", 0 },
        { "card_no=" OTHER_NO "&proof=" PROOF RIGHT, "no such number", 0 },
        { BIND, "the number of another, and his proof", 1 },
        { "card_no=4000000000006&proof=" PROOF RIGHT, "without a proof", 0 }
    };

    start();
    shop_card(LI, "4000000000006");

    reads = 0;

    for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        player.cookie = wrong[i].other ? wang : li;
        is_int(play("bill.card_bind", wrong[i].form), 403, "%s",
               wrong[i].about);
        is_str(play_code(), "CARD_PROOF_WRONG", "is refused");

        if (i == 0) {
            reads = player.reads;
        }

        is_int(player.reads, reads, "after the same reads");
        is_int(player.operations, 0, "nothing is written");
        is_str(play_member("field"), "proof", "it says no more");
        ok(!play_says("6222") && !play_says(PROOF), "nor what was sent");
    }

    ok(stored(CARD_UNBOUND).len, "nothing is bound");

    player.cookie = li;
    play("bill.card_bind", "card_no=6222020000000016&proof=" PROOF RIGHT);
    is_str(play_member("field"), "card_no", "a wrong check digit is no try");
    ok(player.reads < reads, "nothing is read");

    play("bill.card_bind", "card_no=" NO "&proof=" PROOF "&pin=000000");
    is_str(play_code(), "PIN_WRONG", "a wrong PIN");
    is_str(play_stored(&phone_account, LI_, ACCOUNT_PIN_FAILS), "1",
           "is counted");
    play("bill.card_bind", "card_no=" NO "&proof=000000&pin=000000");
    is_str(play_code(), "PIN_WRONG", "before the proof is looked at");

    play_end();
}


/* Tries count before anything is answered, whatever the answer is. */

static void
limited(void)
{
    int  i;

    start();

    for (i = 0; i < 10; i++) {
        play("bill.card_bind", i % 2
             ? "card_no=" NO "&proof=000000" RIGHT
             : "card_no=" OTHER_NO "&proof=000000" RIGHT);
        is_str(play_code(), "CARD_PROOF_WRONG", "try %d", i + 1);
    }

    is_int(play("bill.card_bind", BIND), 429, "the right one is too late");
    is_str(play_code(), "RATE_LIMITED", "it is not looked at");
    ok(player.retry_after > 0, "until tomorrow");
    ok(stored(CARD_UNBOUND).len, "nothing is bound");

    player.cookie = wang;
    play("bill.card_bind", BIND);
    is_str(play_code(), "CARD_PROOF_WRONG", "others are not affected");

    player.cookie = li;
    player.now += 24 * 3600 * INT64_C(1000);
    is_int(play("bill.card_bind", BIND), 200, "the next day");

    play_end();
}


/* Who has no PIN leaves the tries of the day alone. */

static void
limited_with_pin(void)
{
    int  i;

    start();

    for (i = 0; i < 10; i++) {
        play("bill.card_bind", "card_no=" NO "&proof=000000&pin=000000");
        ok(!phone_is(play_code(), "CARD_PROOF_WRONG"), "try %d", i + 1);
    }

    player.now += 2 * 3600 * INT64_C(1000);
    is_int(play("bill.pin", "pin=" SHOP_PIN "&old_pin=" SHOP_PIN), 200,
           "the PIN is not locked any more");
    is_int(play("bill.card_bind", BIND), 200, "the card is bound that day");
    play_end();
}


/* The card has not come from the bucket of its number: BUSY says that number
   and proof are right, so it is counted like any other answer. */

static void
busy(void)
{
    int  i;

    start_in(PHONE_ONE_BUCKET);
    is_int(play("operator.bank_cards", "phone=" LI "&card_no=" NO
                "&balance=1000&proof=" PROOF), 200, "opened, on its way");
    snprintf(card, sizeof(card), "%.*s", PHONE_ARGS(play_member("card_id")));

    for (i = 0; i < 10; i++) {
        is_int(play("bill.card_bind", BIND), 503, "try %d", i + 1);
        is_str(play_code(), "BUSY", "it has not come");
    }

    is_int(play("bill.card_bind", BIND), 429, "each was counted");

    run_events();
    is_int(play("bill.card_bind", BIND), 429, "still");
    player.now += 24 * 3600 * INT64_C(1000);
    is_int(play("bill.card_bind", BIND), 200, "the next day");
    is_int(pay_by_card("B1"), 200, "it pays");
    run_events();

    play_end();
}


static void
removes(void)
{
    with_card("bill.card_remove", RIGHT);
}


static void
removed(void)
{
    phone_str_t  id;
    char         form[128];

    start();
    play("bill.card_bind", BIND);
    is_int(pay_by_card("B1"), 200, "it pays");
    id = play_member("bill_id");
    snprintf(form, sizeof(form), "bill_id=%.*s", PHONE_ARGS(id));
    run_events();
    player.texts = 0;

    with_card("bill.card_remove", "");
    is_str(play_code(), "PARAM_MISSING", "removed without a PIN");
    with_card("bill.card_remove", "&pin=000000");
    is_str(play_code(), "PIN_WRONG", "with a wrong one");
    is_str(play_stored(&phone_account, LI_, ACCOUNT_PIN_FAILS), "1",
           "which is counted");

    player.cookie = wang;
    with_card("bill.card_remove", RIGHT);
    is_str(play_code(), "CARD_NOT_FOUND", "by another");
    player.cookie = li;
    play("bill.card_remove", "card_id=001-01MCC5RM00ZR2R02N1N79CQDFS" RIGHT);
    is_str(play_code(), "CARD_NOT_FOUND", "one that does not exist");
    is_str(stored(CARD_UNBOUND), "", "it is still bound");

    is_int(with_card("bill.card_remove", RIGHT), 200, "removed");
    run_events();
    is_int(player.texts, 1, "its owner is told");
    ok(said("ends with 0015 was removed"), "so");
    is_int(with_card("bill.card_remove", RIGHT), 200, "once more");
    run_events();
    is_int(player.texts, 1, "nobody is told again");

    play("bill.cards", "");
    ok(!play_says(card), "it is not shown");
    pay_by_card("B2");
    is_str(play_code(), "CARD_NOT_FOUND", "nor pays");
    is_str(stored(CARD_BALANCE), "900", "its money is there");

    is_int(play("bill.get", form), 200, "the bill that it has paid");
    is_str(play_member("card_number"), "622202******0015", "names it");

    snprintf(form, sizeof(form), "out_trade_no=B1&out_refund_no=R1&amount=40");
    is_int(shop_call("refund.create", "tea", form), 200, "a refund");
    run_events();
    is_str(stored(CARD_BALANCE), "940", "still comes to it");

    player.lose_answer = 1;
    is_int(play("bill.card_bind", BIND), 200, "bound again, answer lost");
    is_str(play_member("card_id"), card, "it is the same card");
    is_int(pay_by_card("B3"), 200, "with its money");
    is_str(stored(CARD_BALANCE), "840", "of one account");
    player.lose_answer = 1;
    is_int(with_card("bill.card_remove", RIGHT), 200,
           "removed again, answer lost");

    play_end();
}


/* A payment that has read the card before it was removed is not made. */

static void
removed_meanwhile(void)
{
    phone_str_t  bill;

    start();
    play("bill.card_bind", BIND);
    bill = shop_bill("tea", "B1", LI);
    player.before_commit = removes;
    shop_pay(bill, phone_cstr(card), RIGHT);
    is_str(play_code(), "CARD_NOT_FOUND", "removed while it pays");
    is_str(stored(CARD_BALANCE), "1000", "nothing is paid");

    play_end();
}


/* Removed, and bound again before the answer came: what runs once more leaves
   that as it is. */

static void
binds(void)
{
    if (stored(CARD_UNBOUND).len) {
        meddle(PHONE_OP_HDEL, &phone_card, phone_cstr(card), 1,
               (const char *[1]) { "unbound" });
        player.before_read = NULL;
    }
}


static void
bound_meanwhile(void)
{
    start();
    play("bill.card_bind", BIND);
    player.lose_answer = 1;
    player.before_read = binds;
    is_int(with_card("bill.card_remove", RIGHT), 200, "removed, answer lost");
    ok(player.before_read == NULL, "bound again meanwhile");
    is_int(stored(CARD_UNBOUND).len, 0, "it stays");

    play_end();
}


static void
by_default(void)
{
    start();
    play("bill.card_bind", BIND);

    pay("D0", RIGHT);
    is_str(play_code(), "PARAM_MISSING", "no card is named, none is default");
    is_str(play_member("field"), "card_id", "which is said");

    player.cookie = wang;
    with_card("bill.card_default", "");
    is_str(play_code(), "CARD_NOT_FOUND", "the card of another");
    player.cookie = li;
    is_int(with_card("bill.card_default", ""), 200, "the default");
    play("bill.cards", "");
    ok(play_says("\"default\":true"), "is shown");

    is_int(pay("D1", RIGHT "&pay_id=p1"), 200, "it pays");
    is_str(play_member("card_id"), card, "this one");
    is_int(pay("D1", RIGHT "&pay_id=p1"), 200, "the same again");
    pay("D2", "&pin=000000");
    is_str(play_code(), "PIN_WRONG", "not without the PIN");

    is_int(with_card("bill.card_remove", RIGHT), 200, "removed");
    is_str(play_stored(&phone_account, LI_, ACCOUNT_CARD), "",
           "it is not the default any more");
    pay("D2", RIGHT);
    is_str(play_code(), "PARAM_MISSING", "and does not pay");

    play("bill.card_bind", BIND);
    pay("D2", RIGHT);
    is_str(play_code(), "PARAM_MISSING", "nor when it is bound again");

    play_end();
}


static void
of_the_bank(void)
{
    start();

    is_int(play("operator.bank_cards", "phone=" LI "&card_no=" NO
                "&balance=1000&proof=" PROOF), 200, "opened again");
    is_str(play_member("card_id"), card, "the same");
    is_int(play("operator.bank_cards", "phone=" LI "&card_no=" NO
                "&balance=1000&proof=000000"), 409, "with another proof");
    is_str(play_member("field"), "proof", "which is said");
    is_int(play("operator.bank_cards", "phone=" LI "&card_no=" NO
                "&balance=1000"), 409, "without one");
    is_str(play_member("field"), "proof", "it would be bound at once");
    is_int(play("operator.bank_cards", "phone=" WANG "&card_no=" NO
                "&balance=1000&proof=" PROOF), 409, "for another number");
    is_str(play_member("field"), "phone", "which is said");

    play("operator.card_proof", "card_no=" OTHER_NO "&proof=141421");
    is_str(play_code(), "CARD_NOT_FOUND", "a proof of no card");
    play("operator.card_proof", "card_no=6222020000000016&proof=141421");
    is_str(play_member("field"), "card_no", "of a number that is none");
    is_int(play("operator.card_proof", "card_no=" NO "&proof=141421"), 200,
           "another proof");
    play("bill.card_bind", BIND);
    is_str(play_code(), "CARD_PROOF_WRONG", "the one before is void");
    is_int(play("bill.card_bind", "card_no=" NO "&proof=141421" RIGHT), 200,
           "the new one counts");

    /* a card that was opened without one */

    snprintf(card, sizeof(card), "%.*s",
             PHONE_ARGS(shop_card(LI, "4000000000006")));
    is_int(with_card("bill.card_remove", RIGHT), 200, "one without a proof");
    play("operator.card_proof", "card_no=4000000000006&proof=161803");
    is_int(play("bill.card_bind", "card_no=4000000000006&proof=161803" RIGHT),
           200, "is bound again with one");
    is_str(play_member("card_id"), card, "it is the same card");

    play_end();
}


static void
card_no_of(char no[17], int i)
{
    int       k;
    unsigned  digit, sum;

    memcpy(no, "6222020000000000", 17);
    no[13] = (char) ('0' + i / 10);
    no[14] = (char) ('0' + i % 10);

    for (k = 0, sum = 0; k < 15; k++) {
        digit = (unsigned) (no[k] - '0') * (k % 2 ? 1 : 2);
        sum += digit / 10 + digit % 10;
    }

    no[15] = (char) ('0' + (10 - sum % 10) % 10);
}


/* Another card of LI, bound while a call is under way. */

static void
another_binds(void)
{
    char                score[24];
    static const char  *id = "000-01K9T2Q6JMW7S3X8E5D4C1B0B2";

    player.before_commit = NULL;
    snprintf(score, sizeof(score), "%" PRId64, player.now);
    meddle(PHONE_OP_ZADD, &phone_cards_of, phone_cstr(LI_), 2,
           (const char *[2]) { score, id });
}


static void
not_too_many_at_once(void)
{
    int   i;
    char  no[17];

    start();

    for (i = 2; i < 1 + PHONE_CARDS_MOST; i++) {
        card_no_of(no, i);
        shop_card(LI, no);
    }

    player.before_commit = another_binds;
    is_int(play("bill.card_bind", BIND), 409, "the 32nd, and another at once");
    is_str(play_code(), "TOO_MANY", "is too many");
    ok(stored(CARD_UNBOUND).len, "it is not bound");

    play_end();
}


static void
not_too_many(void)
{
    int   i;
    char  no[17];

    start();

    for (i = 2; i < 2 + PHONE_CARDS_MOST; i++) {
        card_no_of(no, i);
        shop_card(LI, no);
    }

    is_int(play("bill.card_bind", BIND), 409, "one more than 32");
    is_str(play_code(), "TOO_MANY", "is too many");
    ok(stored(CARD_UNBOUND).len, "it is not bound");

    play_end();
}


int
main(void)
{
    bound();
    not_proved();
    limited();
    limited_with_pin();
    busy();
    removed();
    removed_meanwhile();
    bound_meanwhile();
    by_default();
    of_the_bank();
    not_too_many();
    not_too_many_at_once();

    return done_testing();
}
