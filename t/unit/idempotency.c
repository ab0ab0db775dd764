
/* Idempotency-Key: the same key and fields, the same answer. */


#define _GNU_SOURCE

#include "meddle.h"
#include "shop.h"


#define NUMBER  "13800000001"
#define OTHER   "13800000002"
#define PERSON  "+8613800000001"


static void
key(const char *text)
{
    player.key = text ? phone_cstr(text) : (phone_str_t) { 0, NULL };
}


static void
set_up(phone_domain_t domain)
{
    play_start();
    key(NULL);
    player.env.domain = domain;
    shop_payer(NUMBER);
}


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


/* With a session and a key that its owner had used, PINs could be tried for
   nothing: 422 was a wrong one, 200 the right one. */

static void
guess(void)
{
    int   i;
    char  form[64];

    set_up(PHONE_WHOLE_STORE);
    key("change-1");
    is_int(play("bill.pin", "pin=314159&old_pin=" SHOP_PIN), 200, "a key");

    for (i = 0; i < 10; i++) {
        play("session.logout", "");
        is_str(play_code(), "IDEMPOTENCY_MISMATCH",
               "another call is told at once");
        snprintf(form, sizeof(form), "pin=31416%d&old_pin=" SHOP_PIN, i);
        play("bill.pin", form);
        is_str(play_code(), "IDEMPOTENCY_MISMATCH", "a guess is counted");
    }

    player.retry_after = 0;
    play("bill.pin", "pin=314159&old_pin=" SHOP_PIN);
    is_str(play_code(), "RATE_LIMITED", "the right one after ten guesses");
    is_str(play_member("field"), "Idempotency-Key", "by header");
    is_int(player.retry_after, 16 * 3600, "until the day is over");
    play("bill.pin", "pin=314150&old_pin=" SHOP_PIN);
    is_str(play_code(), "RATE_LIMITED", "is told like a wrong one");
    play("session.logout", "");
    is_str(play_code(), "IDEMPOTENCY_MISMATCH", "another call as before");

    key("change-2");
    player.lose_answer = 1;
    is_int(play("bill.pin", "pin=161803&old_pin=314159"), 200,
           "a new key is good, and finds its own commit");
    play("bill.pin", "pin=161803&old_pin=314159");
    is_str(play_code(), "RATE_LIMITED", "all keys share the guesses");

    key("change-1");
    player.now += INT64_C(16) * 3600 * 1000;
    is_int(play("bill.pin", "pin=314159&old_pin=" SHOP_PIN), 200,
           "the next day the kept answer is given");

    play_end();
}


static phone_str_t
card_of(const char *card_no, const char *balance)
{
    char  form[128];

    snprintf(form, sizeof(form), "phone=" NUMBER "&card_no=%s&balance=%s",
             card_no, balance);
    play("operator.bank_cards", form);

    return play_member("card_id");
}


/* A PIN is tried with the same other fields only. */

static void
guess_at_paying(void)
{
    int          i;
    phone_str_t  card, other, bill;

    set_up(PHONE_WHOLE_STORE);
    shop_open("tea");
    card = card_of("6222020000000015", "1000");
    other = card_of("6222020000000023", "1000");
    bill = shop_bill("tea", "T1", NUMBER);

    key("pay-1");
    is_int(shop_pay(bill, card, "&pin=" SHOP_PIN), 200, "paid");

    for (i = 0; i < 12; i++) {
        shop_pay(bill, other, "&pin=" SHOP_PIN);
        is_str(play_code(), "IDEMPOTENCY_MISMATCH", "another card");
    }

    is_int(shop_pay(bill, card, "&pin=" SHOP_PIN), 200,
           "has used up nothing");
    shop_pay(bill, card, "&pin=000000");
    is_str(play_code(), "IDEMPOTENCY_MISMATCH", "another PIN");

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


/* So did a right PIN after a wrong one, which is forgiven. */

static void
forgiven(void)
{
    phone_str_t  card, bill;

    set_up(PHONE_WHOLE_STORE);
    shop_open("tea");
    card = card_of("6222020000000015", "50");
    bill = shop_bill("tea", "T1", NUMBER);

    shop_pay(bill, card, "&pin=000000");
    is_str(play_code(), "PIN_WRONG", "a wrong PIN");

    key("pay-1");
    shop_pay(bill, card, "&pin=" SHOP_PIN);
    is_str(play_code(), "BALANCE_NOT_ENOUGH", "a right one, too little money");
    is_str(play_stored(&phone_account, PERSON, ACCOUNT_PIN_FAILS), "",
           "forgives it");

    key(NULL);
    card = card_of("6222020000000023", "1000");
    key("pay-1");
    is_int(shop_pay(bill, card, "&pin=" SHOP_PIN), 200,
           "the same key with another card");

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


static void
bounded(void)
{
    set_up(PHONE_WHOLE_STORE);
    player.settings.idempotency_keys = 2;

    key("a");
    play("bill.pin", "pin=314159&old_pin=" SHOP_PIN);
    key("b");
    play("bill.pin", "pin=161803&old_pin=314159");
    key("c");
    is_int(play("bill.pin", "pin=314159&old_pin=161803"), 429,
           "more keys than a number has");
    is_str(play_member("field"), "Idempotency-Key", "by header");
    ok(player.retry_after > 0, "and when");
    key("a");
    is_int(play("bill.pin", "pin=314159&old_pin=" SHOP_PIN), 200,
           "one that was used is answered");
    key(NULL);
    is_int(play("bill.pin", "pin=314159&old_pin=161803"), 200,
           "and calls without go on");

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


/* With no key left of the day PINs could be tried for nothing: the commit that
   counts a wrong one met the limit of keys, and the answer was 429; the right
   one was told that the card has too little money. */

static void
guess_with_no_key_left(void)
{
    phone_str_t  card, bill;

    set_up(PHONE_WHOLE_STORE);
    shop_open("tea");
    card = card_of("6222020000000015", "50");
    bill = shop_bill("tea", "T1", NUMBER);
    player.settings.idempotency_keys = 1;

    key("last");
    is_int(play("bill.pin", "pin=314159&old_pin=" SHOP_PIN), 200,
           "the last key of the day");

    key("wrong");
    shop_pay(bill, card, "&pin=000000");
    is_str(play_code(), "RATE_LIMITED", "a wrong PIN");
    is_str(play_member("field"), "Idempotency-Key", "by header");
    is_int(player.commits, 0, "and nothing is written");
    key("right");
    shop_pay(bill, card, "&pin=314159");
    is_str(play_code(), "RATE_LIMITED", "the right one");
    is_int(player.commits, 0, "is told the same");
    is_int((int) player.runs, 2, "in as many runs");

    key(NULL);
    shop_pay(bill, card, "&pin=000000");
    is_str(play_member("remaining"), "4", "no guess was made");

    play_end();
}


/* The last place is taken by a call that leaves the account as it is. */

static void
answers_fill(void)
{
    meddle(PHONE_OP_HINCRBY, &phone_answers,
           phone_format(&player.arena, PERSON ":%lld",
                        (long long) (player.now / (24 * 3600 * 1000))),
           2, (const char *[2]) { "stored", "1" });
}


static void
guess_for_the_last_key(void)
{
    phone_str_t  card, bill;

    set_up(PHONE_WHOLE_STORE);
    shop_open("tea");
    card = card_of("6222020000000015", "50");
    bill = shop_bill("tea", "T1", NUMBER);
    player.settings.idempotency_keys = 2;

    key("first");
    play("session.revoke", "slot=7");
    key("wrong");
    player.before_commit = answers_fill;
    shop_pay(bill, card, "&pin=000000");
    is_str(play_code(), "PIN_WRONG", "a wrong PIN, the last key is taken");
    is_str(play_stored(&phone_account, PERSON, ACCOUNT_PIN_FAILS), "1",
           "is counted");

    shop_pay(bill, card, "&pin=000000");
    is_str(play_member("remaining"), "4", "and stored: again the same");
    key("another");
    shop_pay(bill, card, "&pin=000000");
    is_str(play_code(), "RATE_LIMITED", "but no other is");

    play_end();
}


/* Of many at once with keys of their own no more are stored. */

static void
takes_the_last(void)
{
    phone_str_t  mine;

    mine = player.key;
    key("other");
    play("session.revoke", "slot=7");
    player.key = mine;
}


static void
last_key(void)
{
    set_up(PHONE_WHOLE_STORE);
    player.settings.idempotency_keys = 1;

    key("mine");
    player.before_commit = takes_the_last;
    is_int(play("bill.pin", "pin=314159&old_pin=" SHOP_PIN), 429,
           "another call takes the last meanwhile");
    key(NULL);
    is_int(play("bill.pin", "pin=314159&old_pin=" SHOP_PIN), 200,
           "nothing was done");

    play_end();
}


static void
look_for_secrets(void *data, phone_str_t name)
{
    unsigned             i, *found;
    const sim_fields_t  *hash;

    found = data;

    if (memmem(name.data, name.len, "idempotency:", 12) == NULL) {
        return;
    }

    (*found)++;
    hash = sim_store_hash(player.store, player.now, name);

    ok(memmem(name.data, name.len, "my-key", 6) == NULL, "not the key");

    for (i = 0; hash && i < hash->n; i++) {
        ok(memmem(hash->field[i].value.data, hash->field[i].value.len,
                  "314159", 6) == NULL, "no secret in a field");
    }
}


static void
no_secrets(void)
{
    unsigned  found;

    set_up(PHONE_WHOLE_STORE);

    key("my-key");
    play("bill.pin", "pin=314159&old_pin=" SHOP_PIN);
    found = 0;
    sim_store_each(player.store, player.now, look_for_secrets, &found);
    is_int(found, 1, "what is kept holds no secret");

    key("out");
    is_int(play("session.logout", ""), 200, "a reply with a cookie");
    found = 0;
    sim_store_each(player.store, player.now, look_for_secrets, &found);
    is_int(found, 1, "is not kept");

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


/* Equal secrets of two calls cannot be told from what is stored. */

static void
first_secrets(void *data, phone_str_t name)
{
    phone_str_t  value, *seen;

    if (memmem(name.data, name.len, "idempotency:", 12) == NULL) {
        return;
    }

    seen = data;
    seen += seen->len != 0;
    value = sim_store_field(player.store, player.now, name,
                            PHONE_STR("secrets"));
    *seen = phone_copy(&player.arena, value);
}


static void
equal_secrets(void)
{
    phone_str_t  seen[2];

    set_up(PHONE_WHOLE_STORE);
    memset(seen, 0, sizeof(seen));

    key("one");
    play("bill.pin", "pin=314159&old_pin=000000");
    key("two");
    play("bill.pin", "pin=314159&old_pin=000000");
    sim_store_each(player.store, player.now, first_secrets, seen);

    ok(seen[0].len && seen[1].len, "two answers are stored");
    ok(!phone_equal(seen[0], seen[1]), "with hashes of their own");

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
    guess();
    guess_at_paying();
    idle();
    forgiven();
    old_password();
    device_again();
    of_one_caller();
    malformed();
    bounded();
    session_over();
    guess_with_no_key_left();
    guess_for_the_last_key();
    last_key();
    no_secrets();
    operators(PHONE_WHOLE_STORE);
    operators(PHONE_ONE_BUCKET);
    neighbors();
    equal_secrets();
    before_postings(PHONE_WHOLE_STORE);
    before_postings(PHONE_ONE_BUCKET);
    at_once(PHONE_WHOLE_STORE);
    at_once(PHONE_ONE_BUCKET);

    return done_testing();
}
