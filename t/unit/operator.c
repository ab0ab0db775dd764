
/* PAY-10 and the operator's calls: accounts, credit, bank cards. */


#define _GNU_SOURCE

#include "play.h"
#include "meddle.h"


#define NUMBER  "+8613800000001"
#define CARD    "phone=13800000001&card_no=6222020000000015"


static void
accounts(void)
{
    play_start();

    is_int(play("operator.accounts", "phone=13800000001&name=Li+Lei"), 200,
           "made");
    is_str(play_member("phone"), NUMBER, "the number in full");
    is_str(play_member("name"), "Li Lei", "the name");
    is_str(play_member("plan"), "prepaid", "prepaid");
    is_str(play_member("currency"), "CNY", "the currency");

    play("operator.accounts", "phone=13800000001&name=Li+Lei");
    is_int(player.commits, 0, "the same again changes nothing");
    is_int(play("operator.accounts", "phone=13800000001&plan=postpaid"), 200,
           "another plan");
    is_str(play_member("name"), "Li Lei", "the name stays");
    is_str(play_member("plan"), "postpaid", "the plan does not");
    is_int(play("operator.accounts", "phone=13800000001&plan=whatever"), 400,
           "no such plan");
    is_str(play_member("field"), "plan", "by field");

    play("operator.accounts", "phone=13800000001&password=short");
    is_str(play_code(), "PASSWORD_WEAK", "a weak password");
    play("operator.accounts", "phone=13800000001&password=8613800000001");
    is_str(play_code(), "PASSWORD_WEAK", "the number itself");
    player.lose_answer = 1;
    is_int(play("operator.accounts", "phone=13800000001&password=a-quiet-lake"),
           200, "a password, answer lost");
    is_int(player.commits, 1, "set once");

    play("session.login", "phone=13800000001&password=a-quiet-lake");
    player.cookie = player.set_cookie;
    is_int(play("session.me", ""), 200, "logged in");
    play("operator.accounts", "phone=13800000001&name=Other");
    is_int(play("session.me", ""), 200, "a new name ends no session");
    play("operator.accounts", "phone=13800000001&password=a-loud-river");
    is_int(play("session.me", ""), 401, "a new password does");

    play_end();
}


static void
credit(void)
{
    play_start();

    player.lose_answer = 1;
    is_int(play("operator.credit",
                "phone=13800000001&amount=500&credit_no=c1"), 200,
           "credited, answer lost");
    is_str(play_member("balance"), "500", "once");
    is_str(play_stored(&phone_account, NUMBER, ACCOUNT_BALANCE), "500",
           "and in the store");
    is_str(play_stored(&phone_account, NUMBER, ACCOUNT_PLAN), "prepaid",
           "the account was made");

    is_int(play("operator.credit",
                "phone=13800000001&amount=500&credit_no=c1"), 200, "again");
    is_str(play_member("balance"), "500", "is the same one");
    is_int(play("operator.credit",
                "phone=13800000001&amount=501&credit_no=c1"), 409,
           "of another amount");
    is_str(play_member("field"), "amount", "is told by field");

    is_int(play("operator.credit", "phone=13800000001&amount=1"), 400,
           "without a number: it could not be told from another");
    is_str(play_member("field"), "credit_no", "by field");

    is_int(play("operator.credit",
                "phone=13800000001&amount=1&credit_no=c2&currency=USD"), 400,
           "in dollars");
    is_str(play_member("field"), "currency", "no");
    is_int(play("operator.credit",
                "phone=13800000001&amount=1000000000000000&credit_no=c2"), 409,
           "beyond what a balance may be");
    is_int(play("operator.credit",
                "phone=13800000001&amount=0&credit_no=c2"), 400, "nothing");

    play_end();
}


/* The form of another card of the number; its digits have the check digit. */

static const char *
other_card(int i)
{
    int          sum, at, digit, check;
    static char  form[128];

    snprintf(form, sizeof(form), "622202%09d", i);

    for (sum = 0, at = 0; at < 15; at++) {
        digit = (form[14 - at] - '0') * (at % 2 ? 1 : 2);
        sum += digit - (digit > 9 ? 9 : 0);
    }

    check = (10 - sum % 10) % 10;
    snprintf(form, sizeof(form), "phone=" NUMBER "&balance=5&card_no="
             "622202%09d%d", i, check);

    return form;
}


/* A card that its owner is not shown is money that he cannot find. */

static void
most_cards(void)
{
    int  i;

    play_start();

    for (i = 0; i < PHONE_CARDS_MOST; i++) {
        is_int(play("operator.bank_cards", other_card(i)), 200, "card %d", i);
        player.now++;
    }

    is_int(play("operator.bank_cards", other_card(i)), 409, "no more");
    is_str(play_code(), "TOO_MANY", "than he is shown");
    is_str(play_member("field"), "phone", "of this number");
    is_int(player.commits, 0, "nothing is opened");
    is_int(play("operator.bank_cards", other_card(0)), 200,
           "one of them again is the same");

    play_end();
}


/* Another card of the number, bound while a call is under way. */

static void
another_binds(void)
{
    player.before_commit = NULL;
    meddle(PHONE_OP_ZADD, &phone_cards_of, phone_cstr(NUMBER), 2,
           (const char *[2]) { "1795233930123",
                               "000-01K9T2Q6JMW7S3X8E5D4C1B0B2" });
}


static void
most_cards_at_once(void)
{
    int  i;

    play_start();

    for (i = 1; i < PHONE_CARDS_MOST; i++) {
        is_int(play("operator.bank_cards", other_card(i)), 200, "card %d", i);
        player.now++;
    }

    player.before_commit = another_binds;
    is_int(play("operator.bank_cards", other_card(i)), 409,
           "the 32nd, and another at once");
    is_str(play_code(), "TOO_MANY", "is too many");
    is_str(play_member("field"), "phone", "of this number");

    play_end();
}


static void
cards(void)
{
    phone_str_t    id, sealed, plain;
    phone_call_t   call;
    char           name[64];

    play_start();

    player.lose_answer = 1;
    is_int(play("operator.bank_cards", CARD "&balance=1000&bank=Demo"), 200,
           "opened, answer lost");
    is_str(play_member("number"), "622202******0015", "the number is masked");
    id = play_member("card_id");
    is_int(id.len, 30, "an id");
    snprintf(name, sizeof(name), "%.*s", PHONE_ARGS(id));
    is_str(play_stored(&phone_card, name, CARD_BALANCE), "1000",
           "what it was opened with");
    is_str(play_stored(&phone_card, name, CARD_OWNER), NUMBER, "whose it is");
    is_str(play_stored(&phone_card, name, CARD_CURRENCY), "CNY", "currency");

    sealed = play_stored(&phone_card, name, CARD_NUMBER);
    ok(memmem(sealed.data, sealed.len, "62220200", 8) == NULL, "sealed");

    phone_call_init(&call, &player.env, NULL, NULL);
    ok(phone_unseal_record(&call, id, sealed, &plain) == 0, "opened by its id");
    is_str(plain, "6222020000000015", "the number");
    ok(phone_unseal_record(&call, PHONE_STR("other"), sealed, &plain) != 0,
       "and by no other");
    phone_call_free(&call);

    is_int(play("operator.bank_cards", CARD "&balance=1000&bank=Demo"), 200,
           "the same again");
    ok(phone_equal(play_member("card_id"), id), "is the same card");
    is_str(play_member("number"), "622202******0015", "and answer");
    is_int(player.commits, 0, "with nothing done");

    is_int(play("operator.bank_cards", CARD "&balance=1&bank=Demo"), 409,
           "another balance");
    is_str(play_member("field"), "balance", "by field");
    play("operator.bank_cards", CARD "&balance=1000&bank=Demo&currency=USD");
    is_str(play_member("field"), "currency", "another currency");
    play("operator.bank_cards", CARD "&balance=1000");
    is_str(play_member("field"), "bank", "another bank");

    play("operator.bank_cards", "phone=13800000002&card_no=6222020000000015"
         "&balance=1000&bank=Demo");
    is_str(play_code(), "EXISTS", "one card number of two people: refused");
    is_str(play_member("field"), "phone", "by field");
    is_int(player.commits, 0, "and nobody has a second balance");

    is_int(play("operator.bank_cards",
                "phone=13800000001&card_no=6222020000000016&balance=1"), 400,
           "a wrong check digit");
    is_int(play("operator.bank_cards",
                "phone=13800000001&card_no=6222020000000105&balance=1"), 400,
           "two digits changed places");
    is_int(play("operator.bank_cards",
                "phone=13800000001&card_no=4000000000006&balance=0"), 200,
           "13 digits, and empty");
    is_str(play_member("number"), "*********0006", "masked: the last four");
    play("operator.bank_cards",
         "phone=13800000001&card_no=400000000002&balance=0");
    is_str(play_member("number"), "********0002", "as of 12");
    play("operator.bank_cards",
         "phone=13800000001&card_no=400000000000006&balance=0");
    is_str(play_member("number"), "***********0006", "and 15");
    play("operator.bank_cards",
         "phone=13800000001&card_no=4000000000000000006&balance=0");
    is_str(play_member("number"), "400000*********0006", "of 19 the first six "
           "as well");

    play("operator.accounts", "phone=13800000001&password=a-quiet-lake");
    play("session.login", "phone=13800000001&password=a-quiet-lake");
    player.cookie = player.set_cookie;
    play("bill.cards", "");
    ok(memmem(player.body.data, player.body.len, name, id.len) != NULL,
       "its owner sees it");

    play_end();
}


static void
looked_up(void)
{
    play_start();

    is_int(play("operator.account_get", "phone=13800000001"), 404, "nobody");
    is_str(play_member("field"), "phone", "by field");
    play("operator.accounts", "phone=13800000001&name=Li+Lei");
    play("operator.credit", "phone=13800000001&amount=700&credit_no=c1");
    is_int(play("operator.account_get", "phone=13800000001"), 200, "somebody");
    is_int(player.commits, 0, "nothing is changed");
    is_str(play_member("phone"), NUMBER, "the number");
    is_str(play_member("name"), "Li Lei", "the name");
    is_str(play_member("balance"), "700", "the balance");
    is_str(play_member("password_set"), "false", "no password");
    is_str(play_member("pin_set"), "false", "no PIN");
    is_str(play_member("sessions"), "0", "no session");

    is_int(play("operator.bill", "bill_id=000-01HQVMWSPWVKE9HH1DCQWTS9VF"),
           404, "no bill");
    is_str(play_code(), "BILL_NOT_FOUND", "so");

    play_end();
}


int
main(void)
{
    accounts();
    credit();
    cards();
    most_cards();
    most_cards_at_once();
    looked_up();

    return done_testing();
}
