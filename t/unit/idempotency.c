
/* Idempotency-Key: the same key and fields, the same answer. */


#define _GNU_SOURCE

#include "idempotency.h"


/* Postings are events of their own. */

static void
settle(void)
{
    while (play_event()) {
        /* void */
    }
}


static int
credit(const char *amount, const char *number, const char *credit_no)
{
    char  form[128];

    snprintf(form, sizeof(form), "phone=%s&amount=%s&credit_no=%s", number,
             amount, credit_no);

    return play("operator.credit", form);
}


/* /pay/pin that is sent again counted as wrong PINs until its owner was
   locked out. */

static void
pin_again(void)
{
    int          i;
    phone_str_t  first;

    set_up(PHONE_WHOLE_STORE);

    key("change-1");
    player.lose_answer = 1;
    is_int(play("bill.pin", "pin=314159&old_pin=" SHOP_PIN), 200,
           "a PIN is changed, answer lost");
    is_int(player.commits, 1, "by one commit");
    first = player.body;

    for (i = 0; i < 6; i++) {
        is_int(play("bill.pin", "pin=314159&old_pin=" SHOP_PIN), 200,
               "and sent again");
        ok(phone_equal(player.body, first), "has the same answer");
    }

    is_str(play_stored(&phone_account, PERSON, ACCOUNT_PIN_FAILS), "",
           "nothing is counted");

    play("bill.pin", "pin=314158&old_pin=" SHOP_PIN);
    is_int(player.status, 422, "another PIN under the key");
    is_str(play_code(), "IDEMPOTENCY_MISMATCH", "is another call");
    is_str(play_member("field"), "Idempotency-Key", "by header");

    play("session.logout", "");
    is_str(play_code(), "IDEMPOTENCY_MISMATCH", "and so is another path");

    player.now += INT64_C(24) * 3600 * 1000;
    play("bill.pin", "pin=314159&old_pin=" SHOP_PIN);
    is_str(play_code(), "PIN_WRONG", "a day later it is a call of its own");

    play_end();
}


static void
counted_once(void)
{
    phone_str_t  first;

    set_up(PHONE_WHOLE_STORE);

    key("wrong-1");
    player.lose_answer = 1;
    play("bill.pin", "pin=314159&old_pin=000000");
    is_str(play_code(), "PIN_WRONG", "a wrong PIN, answer lost");
    is_str(play_member("remaining"), "4", "is counted");
    first = player.body;

    is_int(play("bill.pin", "pin=314159&old_pin=000000"), 403, "again");
    ok(phone_equal(player.body, first), "has the same answer, as a refusal");
    ok(player.refused && player.refusal == PHONE_PIN_WRONG,
       "and is counted as what it is");
    is_int(player.retry_after, 0, "with nothing to wait for");
    is_str(play_stored(&phone_account, PERSON, ACCOUNT_PIN_FAILS), "1",
           "and is counted once");

    key("weak-1");
    play("bill.pin", "pin=123456&old_pin=" SHOP_PIN);
    is_str(play_code(), "PIN_WEAK", "what has changed nothing");
    is_int(player.commits, 0, "is not kept");
    is_int(play("bill.pin", "pin=314159&old_pin=" SHOP_PIN), 200,
           "and its key is free");

    play_end();
}


/* Refusals that may be others later are not kept. */

static void
lock(void)
{
    int  i;

    set_up(PHONE_WHOLE_STORE);

    for (i = 0; i < 5; i++) {
        play("bill.pin", "pin=314159&old_pin=000000");
    }

    key("locked");
    play("bill.pin", "pin=314159&old_pin=" SHOP_PIN);
    is_str(play_code(), "PIN_LOCKED", "locked");

    player.now += 5 * 60 * 1000;
    is_int(play("bill.pin", "pin=314159&old_pin=" SHOP_PIN), 200,
           "the same again, when the lock is over");

    play_end();
}


/* A session that is idle for minutes notes that it was seen: that made the
   key of a refusal stick. */

static void
idle(void)
{
    set_up(PHONE_WHOLE_STORE);
    player.now += 6 * 60 * 1000;

    key("weak-1");
    play("bill.pin", "pin=123456&old_pin=" SHOP_PIN);
    is_str(play_code(), "PIN_WEAK", "a refusal after six minutes");
    is_int(player.commits, 0, "changes nothing");
    is_int(play("bill.pin", "pin=314159&old_pin=" SHOP_PIN), 200,
           "and its key is free");

    play_end();
}


/* A try at the old password is counted by an ask: nothing was committed. */

static void
old_password(void)
{
    int          i;
    phone_str_t  first;

    set_up(PHONE_WHOLE_STORE);
    player.settings.login_fails = 2;

    key("password-1");
    play("session.password", "password=a-loud-river&old_password=wrong");
    is_str(play_code(), "LOGIN_FAILED", "a wrong old password");
    first = player.body;

    for (i = 0; i < 3; i++) {
        play("session.password", "password=a-loud-river&old_password=wrong");
        ok(phone_equal(player.body, first), "again: the same answer");
    }

    key(NULL);
    is_int(play("session.password",
                "password=a-loud-river&old_password=a-quiet-lake"), 200,
           "it was counted once");

    play_end();
}


/* The device cookie of an answer that was lost. */

static void
device_again(void)
{
    set_up(PHONE_WHOLE_STORE);
    key("password-1");
    player.device_cookie = PHONE_EMPTY;
    play("session.password",
         "password=a-loud-river&old_password=a-quiet-lake");
    ok(player.device_cookie.len > 0, "a new password: a device cookie");

    player.device_cookie = PHONE_EMPTY;
    is_int(play("session.password",
                "password=a-loud-river&old_password=a-quiet-lake"), 200,
           "sent again");
    ok(player.device_cookie.len > 0, "has a device cookie as well");
    is_int(player.commits, 0, "and nothing is written");

    player.device_cookie = PHONE_EMPTY;
    play("session.password", "password=a-loud-river&old_password=wrong");
    is_str(play_code(), "IDEMPOTENCY_MISMATCH", "another old password");
    ok(player.device_cookie.len == 0, "has none");

    key("pin-1");
    play("bill.pin", "pin=314159&old_pin=" SHOP_PIN);
    play("bill.pin", "pin=314159&old_pin=" SHOP_PIN);
    ok(player.device_cookie.len == 0, "nor has another call");

    play_end();
}


static void
of_one_caller(void)
{
    phone_str_t  cookie;

    set_up(PHONE_WHOLE_STORE);

    key("mine");
    is_int(play("bill.pin", "pin=314159&old_pin=" SHOP_PIN), 200, "a key");

    cookie = player.cookie;
    key(NULL);
    shop_payer(OTHER);
    key("mine");
    is_int(play("bill.pin", "pin=161803&old_pin=" SHOP_PIN), 200,
           "another number has its own of this name");

    player.cookie = PHONE_STR("junk");
    play("bill.pin", "pin=314159&old_pin=" SHOP_PIN);
    is_str(play_code(), "LOGIN_REQUIRED", "who is not logged in has none");

    player.cookie = cookie;
    key(NULL);
    play("operator.accounts", "phone=" NUMBER "&password=a-loud-river");
    key("mine");
    play("bill.pin", "pin=314159&old_pin=" SHOP_PIN);
    is_str(play_code(), "LOGIN_REQUIRED", "nor who is not any more");

    play_end();
}


static void
malformed(void)
{
    char  longest[66];

    set_up(PHONE_WHOLE_STORE);
    memset(longest, 'k', sizeof(longest));
    longest[65] = '\0';

    key("");
    play("bill.pin", "pin=314159&old_pin=" SHOP_PIN);
    is_str(play_code(), "PARAM_INVALID", "an empty key");
    is_str(play_member("field"), "Idempotency-Key", "by header");
    key("caf\xc3\xa9");
    play("bill.pin", "pin=314159&old_pin=" SHOP_PIN);
    is_str(play_code(), "PARAM_INVALID", "not ASCII");
    key(longest);
    play("bill.pin", "pin=314159&old_pin=" SHOP_PIN);
    is_str(play_code(), "PARAM_INVALID", "65 characters");
    is_int(play("session.me", ""), 200, "a safe call does not look at it");
    key("one");
    player.key_twice = 1;
    is_int(play("bill.pin", "pin=314159&old_pin=" SHOP_PIN), 400,
           "the header sent twice");
    is_str(play_code(), "FIELD_DUPLICATE", "is refused");
    is_str(play_member("field"), "Idempotency-Key", "by header");
    player.key_twice = 0;
    key(longest + 1);
    is_int(play("bill.pin", "pin=314159&old_pin=" SHOP_PIN), 200,
           "64 will do");

    play_end();
}


/* Whoever still had a cookie of a session that was over used up the keys of its
   number, and the owner's calls were refused for the rest of the day. */

static void
session_over(void)
{
    int          i;
    char         text[32];
    phone_str_t  old, mine;

    set_up(PHONE_WHOLE_STORE);
    player.settings.idempotency_keys = 2;
    old = player.cookie;

    play("session.logout", "");
    shop_payer(NUMBER);
    ok(!phone_equal(player.cookie, old), "a session is over, another is open");

    for (i = 0; i < 5; i++) {
        snprintf(text, sizeof(text), "guess-%d", i);
        key(text);
        mine = player.cookie;
        player.cookie = old;
        is_int(play("bill.pin", "pin=161803&old_pin=" SHOP_PIN), 401,
               "with the cookie of the other");
        player.cookie = mine;
    }

    key("mine");
    is_int(play("bill.pin", "pin=314159&old_pin=" SHOP_PIN), 200,
           "the owner has all of his keys");

    for (i = 0; i < 5; i++) {
        play("bill.pin", "pin=314159&old_pin=" SHOP_PIN);
    }

    key("mine-2");
    is_int(play("bill.pin", "pin=161803&old_pin=314159"), 200,
           "repeats have used up none");
    key("mine-3");
    is_int(play("bill.pin", "pin=314159&old_pin=161803"), 429, "two it was");
    is_int(player.commits, 0, "and nothing is written");

    player.now += INT64_C(24) * 3600 * 1000;
    is_int(play("bill.pin", "pin=314159&old_pin=161803"), 200,
           "and two more on the next day");

    play_end();
}


/* The operator's calls commit in the bucket of what they are about. */

static void
operators(phone_domain_t domain)
{
    phone_str_t  first;

    set_up(domain);

    key("op-1");
    player.lose_answer = 1;
    is_int(credit("500", NUMBER, "c1"), 200, "a credit, answer lost");
    first = player.body;
    is_int(credit("500", NUMBER, "c1"), 200, "again");
    ok(phone_equal(player.body, first), "has the same answer");
    settle();

    play("operator.accounts", "phone=" NUMBER "&name=Li");
    is_str(play_code(), "IDEMPOTENCY_MISMATCH", "another path");
    credit("501", NUMBER, "c1");
    is_str(play_code(), "IDEMPOTENCY_MISMATCH", "another amount");
    credit("500", NUMBER, "c2");
    is_str(play_code(), "IDEMPOTENCY_MISMATCH", "another credit_no");
    is_int(credit("300", OTHER, "c1"), 200, "another number has its own keys");
    is_str(play_member("balance"), "300", "and is credited");
    is_int(credit("300", OTHER, "c1"), 200, "again");
    is_int(player.commits, 0, "nothing is written");

    key("op-2");
    is_int(credit("1", NUMBER, "c2"), 200, "another key");
    settle();

    key("op-1");
    is_int(credit("500", NUMBER, "c1"), 200, "the first key");
    is_str(play_member("balance"), "500", "the balance of then");
    is_int(player.commits, 0, "nothing is written");
    is_str(play_stored(&phone_account, PERSON, ACCOUNT_BALANCE), "501",
           "credited once each");

    play_end();
}


/* The key of an operator's call is of what the call is about, not of its
   bucket. */

static void
neighbors(void)
{
    int          i;
    char         number[32], id[32];
    phone_str_t  name;

    set_up(PHONE_WHOLE_STORE);
    i = 0;

    do {
        snprintf(id, sizeof(id), "+861390000%04d", i++);
        name = phone_cstr(id);

    } while (phone_home(&player.env, &phone_account, name)
             != phone_home(&player.env, &phone_account, PHONE_STR(PERSON)));

    snprintf(number, sizeof(number), "%s", id + 3);

    key("op-1");
    is_int(credit("500", NUMBER, "c1"), 200, "a credit");
    is_int(credit("300", number, "c1"), 200,
           "the same key for another number of its bucket");
    is_str(play_member("balance"), "300", "is another call");

    play_end();
}


/* What said where the answer lay was on its way as a posting: a repeat that
   came before it was answered afresh, with the balance of then. */

static void
before_postings(phone_domain_t domain)
{
    unsigned     n;
    phone_str_t  first;

    set_up(domain);

    key("op-1");
    is_int(credit("500", NUMBER, "c1"), 200, "a credit");
    key("op-2");
    is_int(credit("1", NUMBER, "c2"), 200, "and one more");
    key("op-1");
    is_int(credit("500", NUMBER, "c1"), 200, "the first again, at once");
    is_str(play_member("balance"), "500", "has the first's answer");
    is_int(player.commits, 0, "and nothing is kept anew");

    key("card-1");
    is_int(play("operator.bank_cards", "phone=" NUMBER "&balance=700"
                "&card_no=4111111111111111"), 200, "a card");
    first = player.body;
    is_int(play("operator.bank_cards", "phone=" NUMBER "&balance=700"
                "&card_no=4111111111111111"), 200, "again, at once");
    ok(phone_equal(player.body, first), "has the same answer");
    is_int(player.commits, 0, "and nothing is written");

    play("operator.bank_cards", "phone=" NUMBER "&balance=701"
         "&card_no=4111111111111111");
    is_str(play_code(), "IDEMPOTENCY_MISMATCH", "another balance is told");

    for (n = 0; n < 20 && player.status != 429; n++) {
        play("operator.bank_cards", "phone=" NUMBER "&balance=700"
             "&card_no=4111111111111111");
    }

    is_int(player.status, 200, "repeats of the operator have no limit");

    settle();
    play_end();
}


/* Two at once: the other one does it between our reads and our commit. */

static void
the_other(void)
{
    credit("500", NUMBER, "c1");
}


static void
at_once(phone_domain_t domain)
{
    set_up(domain);

    key("op-1");
    player.before_commit = the_other;
    is_int(credit("500", NUMBER, "c1"), 200, "two at once");
    settle();
    is_str(play_member("balance"), "500", "are one");
    is_str(play_stored(&phone_account, PERSON, ACCOUNT_BALANCE), "500",
           "in the store");

    key("op-3");
    player.before_commit = the_other;
    play("operator.accounts", "phone=" NUMBER "&name=Li");
    settle();

    is_str(play_code(), "IDEMPOTENCY_MISMATCH",
           "two at once with one key, that differ");
    ok(play_stored(&phone_account, PERSON, ACCOUNT_NAME).len == 0,
       "only one is done");

    play_end();
}


int
main(void)
{
    pin_again();
    counted_once();
    lock();
    idle();
    old_password();
    device_again();
    of_one_caller();
    malformed();
    session_over();
    operators(PHONE_WHOLE_STORE);
    operators(PHONE_ONE_BUCKET);
    neighbors();
    before_postings(PHONE_WHOLE_STORE);
    before_postings(PHONE_ONE_BUCKET);
    at_once(PHONE_WHOLE_STORE);
    at_once(PHONE_ONE_BUCKET);

    return done_testing();
}
