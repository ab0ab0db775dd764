
/* Idempotency-Key: what it tells of secrets, and how many answers are kept. */


#define _GNU_SOURCE

#include "idempotency.h"
#include "runtime/runtime.h"


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
    play("bill.pin", "pin=314159&old_pin=" SHOP_PIN);
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
last_key(void)
{
    set_up(PHONE_WHOLE_STORE);
    player.settings.idempotency_keys = 1;

    key("mine");
    player.before_commit = answers_fill;
    is_int(play("bill.pin", "pin=314159&old_pin=" SHOP_PIN), 429,
           "another call takes the last meanwhile");
    key(NULL);
    is_int(play("bill.pin", "pin=314159&old_pin=" SHOP_PIN), 200,
           "nothing was done");

    play_end();
}


/* Who had a session but no PIN used up the keys of the day with calls that need
   none, and the owner could not pay with a key. */

static void
thief_of_keys(void)
{
    int          i;
    char         text[32], form[64];
    phone_str_t  card, bill;

    set_up(PHONE_WHOLE_STORE);
    shop_open("tea");
    card = card_of("6222020000000015", "1000");
    bill = shop_bill("tea", "T1", NUMBER);
    player.settings.idempotency_keys = 2;
    snprintf(form, sizeof(form), "card_id=%.*s", PHONE_ARGS(card));

    for (i = 0; i < 4; i++) {
        snprintf(text, sizeof(text), "thief-%d", i);
        key(text);
        is_int(play("bill.card_default", form), i < 2 ? 200 : 429,
               "a call without a PIN, %d", i);
    }

    is_str(play_member("field"), "Idempotency-Key", "too many of these");

    key("owner-1");
    is_int(shop_pay(bill, card, "&pin=" SHOP_PIN), 200,
           "the owner pays with a key");
    key("owner-2");
    is_int(play("bill.pin", "pin=314159&old_pin=" SHOP_PIN), 200,
           "and has as many");
    key("owner-3");
    is_int(play("bill.pin", "pin=161803&old_pin=314159"), 429, "not more");

    key("thief-0");
    is_int(play("bill.card_default", form), 200, "one that was used answers");

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


/* A secret in a list is one as well, whatever its index. */

static const phone_type_t  test_done = {
    "test_done", PHONE_BY_NAME, 0, NULL, NULL
};


static phone_rc_t
listed_run(phone_call_t *call)
{
    phone_claim(call, &test_done, phone_caller(call), PHONE_STR("1"), 0);

    return phone_done(call);
}


static const phone_param_t  rows_params[] = {
    { "rows", PHONE_P_OBJECT, PHONE_REQUIRED|PHONE_LIST(12), 0, 0, "" },
    { "rows.pin", PHONE_P_DIGITS, PHONE_REQUIRED|PHONE_SECRET, 6, 6, "" },
    { NULL, 0, 0, 0, 0, NULL }
};

static const phone_param_t  pins_params[] = {
    { "pins", PHONE_P_DIGITS, PHONE_REQUIRED|PHONE_SECRET|PHONE_LIST(12), 6, 6,
      "" },
    { NULL, 0, 0, 0, 0, NULL }
};

static const phone_endpoint_t  listed[] = {
    { "test.rows", "POST", "", PHONE_SESSION, listed_run, rows_params, NULL,
      "" },
    { "test.pins", "POST", "", PHONE_SESSION, listed_run, pins_params, NULL,
      "" }
};


static void
guess_in_lists(const phone_endpoint_t *endpoint, const char *format)
{
    int   i;
    char  json[128];

    set_up(PHONE_WHOLE_STORE);
    key("list-1");
    snprintf(json, sizeof(json), format, 314159);
    is_int(play_endpoint(endpoint, json), 200, "%s", endpoint->name);

    for (i = 0; i < 10; i++) {
        snprintf(json, sizeof(json), format, 314160 + i);
        play_endpoint(endpoint, json);
        is_str(play_code(), "IDEMPOTENCY_MISMATCH", "a guess is counted");
    }

    snprintf(json, sizeof(json), format, 314159);
    play_endpoint(endpoint, json);
    is_str(play_code(), "RATE_LIMITED", "the right one after ten guesses");

    play_end();
}


static void
names(void)
{
    size_t  i;

    static const struct {
        const char  *field, *param;
        int          is;
    } name[] = {
        { "pin", "pin", 1 }, { "pins.0", "pins", 1 },
        { "rows.0.pin", "rows.pin", 1 }, { "rows.17.pin", "rows.pin", 1 },
        { "rows.pin", "rows.pin", 1 }, { "rows.0", "rows.pin", 0 },
        { "rows.0.pi", "rows.pin", 0 }, { "rows.0.pins", "rows.pin", 0 },
        { "rows.1a.pin", "rows.pin", 0 }, { "rows..pin", "rows.pin", 0 },
        { "pin.", "pin", 0 }, { "pin0", "pin", 0 }, { "", "pin", 0 }
    };

    for (i = 0; i < sizeof(name) / sizeof(name[0]); i++) {
        is_int(phone_is_value_of(phone_cstr(name[i].field), name[i].param),
               name[i].is, "\"%s\" of \"%s\"", name[i].field,
               name[i].param);
    }
}


int
main(void)
{
    names();
    guess_in_lists(&listed[0], "{\"rows\":[{\"pin\":\"000000\"},"
                   "{\"pin\":\"%d\"}]}");
    guess_in_lists(&listed[1], "{\"pins\":[\"000000\",\"%d\"]}");
    guess();
    guess_at_paying();
    forgiven();
    bounded();
    guess_with_no_key_left();
    guess_for_the_last_key();
    last_key();
    thief_of_keys();
    no_secrets();
    equal_secrets();

    return done_testing();
}
