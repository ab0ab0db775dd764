
/* PAY-9: secret fields in an envelope, through the runtime. */


#define _GNU_SOURCE

#include "shop.h"
#include "sealing.h"


#define PAYER    "13800000001"
#define NUMBER   "+8613800000001"
#define OTHER    "13800000002"
#define OTHER_NUMBER  "+8613800000002"
#define RIGHT    "pin=" SHOP_PIN
#define ONCE     "once-0123456789-abcdefg"
#define ONCE2    "once-0123456789-abcdefh"


static phone_str_t      bill, card, other_card;
static sealing_phone_t  aes, des;
static char             open_form[256];


/* Two numbers with a card; the first has a key of each suite, of two
   sessions; the session of the newer one, aes, calls. */

static void
set_up(void)
{
    play_start();
    shop_open("tea");
    card = shop_card(PAYER, "6222020000000015");
    other_card = shop_card(OTHER, "4000000000006");
    shop_payer(PAYER);
    bill = shop_bill("tea", "T1", PAYER);
    sealing_key(&aes, NUMBER, 2, ONCE);
}


static phone_str_t
log_in(const char *number)
{
    char  form[128];

    snprintf(form, sizeof(form), "phone=%s&password=a-quiet-lake", number);
    play("session.login", form);
    player.cookie = player.set_cookie;

    return player.cookie;
}


static const char *
outside(phone_str_t bill_id, phone_str_t card_id, const char *more)
{
    snprintf(open_form, sizeof(open_form), "bill_id=%.*s&card_id=%.*s%s",
             PHONE_ARGS(bill_id), PHONE_ARGS(card_id), more);

    return open_form;
}


static int
pay(const sealing_phone_t *phone, const char *secret)
{
    return sealed_play(phone, "bill.pay", outside(bill, card, ""), secret);
}


/* The last envelope, with other fields beside it. */

static int
send_as(const char *service, const char *open)
{
    char         form[4096];
    const char  *secure;

    secure = strstr(sealing.form, "secure=");
    snprintf(form, sizeof(form), "%s%s%s", open, *open ? "&" : "", secure);

    return play(service, form);
}


static void
refused(int status, const char *code, const char *about)
{
    is_int(player.status, status, "%s", about);
    is_str(play_code(), code, "%s: which", about);
}


static int64_t
balance(void)
{
    char     name[64];
    int64_t  value;

    snprintf(name, sizeof(name), "%.*s", PHONE_ARGS(card));

    return phone_parse_int(play_stored(&phone_card, name, CARD_BALANCE),
                           &value) == 0 ? value : -1;
}


static phone_str_t
fails(void)
{
    return play_stored(&phone_account, NUMBER, ACCOUNT_PIN_FAILS);
}


static void
paid(void)
{
    set_up();

    is_int(pay(&aes, RIGHT), 200, "paid with AES-256-GCM");
    is_int(balance(), 900, "once");
    play_end();

    play_start();
    shop_open("tea");
    card = shop_card(PAYER, "6222020000000015");
    shop_payer(PAYER);
    bill = shop_bill("tea", "T1", PAYER);
    ok(sealing_key(&des, NUMBER, 1, ONCE), "a key of suite 1");
    is_str(play_member("suite"), "1", "which the number takes");
    is_str(play_member("required"), "false", "or nothing");
    is_int(pay(&des, RIGHT), 200, "paid with 3DES");
    is_int(balance(), 900, "once");

    bill = shop_bill("tea", "T2", PAYER);
    is_int(shop_pay(bill, card, "&" RIGHT), 200, "paid without an envelope");
    play_end();
}


/* The key of a session is given once; to who has asked for it, again. */

static void
keys(void)
{
    phone_str_t      first, second;
    sealing_phone_t  again, third;

    play_start();
    shop_payer(PAYER);
    first = player.cookie;

    player.lose_answer = 1;
    ok(sealing_key(&aes, NUMBER, 2, ONCE), "a key, its answer lost");
    is_int(player.commits, 1, "noted once");
    ok(sealing_key(&again, NUMBER, 2, ONCE), "asked for again");
    ok(phone_equal(again.key, aes.key), "the same");
    is_int(player.commits, 0, "nothing to note");

    ok(!sealing_key(&again, NUMBER, 2, ONCE2), "by somebody else");
    refused(403, "ENVELOPE_KEY_GONE", "who has stolen the session");

    player.now += 11 * PHONE_MINUTE;
    ok(sealing_key(&again, NUMBER, 2, ONCE), "much later, by the same phone");

    second = log_in(PAYER);
    ok(sealing_key(&third, NUMBER, 2, ONCE), "another session");
    ok(!phone_equal(third.key, aes.key), "has another key");
    ok(phone_equal(third.key_id, aes.key_id), "of the same secret");

    log_in(PAYER);
    player.now += 10 * PHONE_MINUTE;
    ok(!sealing_key(&again, NUMBER, 2, ONCE), "ten minutes after the login");
    refused(403, "ENVELOPE_KEY_GONE", "it is too late");

    player.cookie = first;
    play("session.logout", "");
    is_str(play_code(), "OK", "a session ends");
    log_in(PAYER);
    ok(sealing_key(&again, NUMBER, 2, ONCE), "one more");
    player.cookie = second;
    ok(sealing_key(&again, NUMBER, 2, ONCE), "the marks of others stay");
    ok(phone_equal(again.key, third.key), "each with its key");

    is_int(play("session.envelope", "once=short"), 400, "too short");
    is_int(play("session.envelope", "once=" ONCE "&suite=3"), 400, "no suite");
    play_end();
}


static void
replayed(void)
{
    set_up();

    player.lose_answer = 1;
    is_int(pay(&aes, RIGHT), 200, "paid, answer lost");
    is_int(player.commits, 1, "by one commit");
    play("bill.pay", sealing.form);
    refused(409, "ENVELOPE_REPLAYED", "the same envelope");
    is_int(balance(), 900, "one debit");

    bill = shop_bill("tea", "T2", PAYER);
    pay(&aes, "pin=314159");
    refused(403, "PIN_WRONG", "a wrong PIN");
    is_str(play_member("remaining"), "4", "is one try");
    play("bill.pay", sealing.form);
    refused(409, "ENVELOPE_REPLAYED", "and the same envelope");
    is_str(fails(), "1", "none");

    /* a refusal without an effect uses an envelope up as well */

    outside(bill, other_card, "");
    sealed_play(&aes, "bill.pay", open_form, RIGHT);
    refused(404, "CARD_NOT_FOUND", "the card of somebody else");
    play("bill.pay", sealing.form);
    refused(409, "ENVELOPE_REPLAYED", "is refused once");

    /* two envelopes may not have one IV */

    sealing.iv = 77;
    is_int(pay(&aes, RIGHT), 200, "paid");
    bill = shop_bill("tea", "T3", PAYER);
    pay(&aes, RIGHT);
    refused(409, "ENVELOPE_REPLAYED", "the IV of another one");
    sealing.iv = 0;
    play_end();
}


/* Until the lock is over the envelope counts as not seen. */

static void
locked(void)
{
    int  i;

    set_up();

    for (i = 0; i < 5; i++) {
        pay(&aes, "pin=314159");
    }

    refused(403, "PIN_WRONG", "the fifth");
    is_str(fails(), "5", "are counted, each once");
    pay(&aes, RIGHT);
    refused(403, "PIN_LOCKED", "the right one, too late");
    play("bill.pay", sealing.form);
    refused(403, "PIN_LOCKED", "the same envelope was not used up");
    play_end();
}


/* What it was not sealed for. */

static void
bound(void)
{
    phone_str_t  second, session, theirs;

    set_up();
    session = player.cookie;
    second = shop_bill("tea", "T2", PAYER);

    sealed_form(&aes, "bill.pay", outside(bill, card, "&amount=100"), RIGHT);

    send_as("bill.pay", outside(second, card, "&amount=100"));
    refused(400, "ENVELOPE_INVALID", "another bill");
    is_str(play_member("field"), "secure", "by field");
    send_as("bill.pay", outside(bill, other_card, "&amount=100"));
    refused(400, "ENVELOPE_INVALID", "another card");
    send_as("bill.pay", outside(bill, card, "&amount=101"));
    refused(400, "ENVELOPE_INVALID", "another amount");
    send_as("bill.pay", outside(bill, card, ""));
    refused(400, "ENVELOPE_INVALID", "a field less");
    player.now += 20 * PHONE_MINUTE;
    sealed_form(&aes, "bill.pay", outside(bill, card, "&amount=100"), RIGHT);
    send_as("bill.pay", outside(bill, card, "&amount=100&pay_id="));
    refused(400, "ENVELOPE_INVALID", "a field more, though it is empty");
    send_as("bill.pin", "");
    refused(400, "ENVELOPE_INVALID", "another call");

    log_in(PAYER);
    send_as("bill.pay", outside(bill, card, "&amount=100"));
    refused(400, "ENVELOPE_INVALID", "another session of the number");

    shop_payer(OTHER);
    theirs = player.cookie;
    send_as("bill.pay", outside(bill, card, "&amount=100"));
    refused(400, "ENVELOPE_INVALID", "somebody else's session");

    player.cookie = PHONE_EMPTY;
    send_as("bill.pay", outside(bill, card, "&amount=100"));
    refused(401, "LOGIN_REQUIRED", "none");

    player.cookie = session;
    play("session.logout", "");
    sealed_form(&aes, "bill.pay", outside(bill, card, "&amount=100"), RIGHT);
    send_as("bill.pay", outside(bill, card, "&amount=100"));
    refused(401, "LOGIN_REQUIRED", "one that is over");
    send_as("bill.pay", outside(bill, card, "&amount=101"));
    refused(401, "LOGIN_REQUIRED", "and does not tell what opens");

    (void) theirs;
    is_int(balance(), 1000, "nothing was paid");
    play_end();
}


static void
in_time(void)
{
    set_up();

    sealing.ahead = 301;
    pay(&aes, RIGHT);
    refused(401, "TIMESTAMP_SKEW", "from the future");
    is_str(play_member("platform_time"), "1800000000", "with the time");
    sealing.ahead = -301;
    pay(&aes, RIGHT);
    refused(401, "TIMESTAMP_SKEW", "from the past");
    sealing.ahead = 0;
    sealed_form(&aes, "bill.pay", outside(bill, card, ""), RIGHT);
    player.now += 300 * PHONE_SECOND;
    is_int(play("bill.pay", sealing.form), 200, "five minutes old");
    player.now += PHONE_SECOND;
    play("bill.pay", sealing.form);
    refused(401, "TIMESTAMP_SKEW", "and a second");
    play_end();
}


static void
fields(void)
{
    char  form[4096];

    set_up();
    sealed_play(&aes, "bill.pay", outside(bill, card, "&" RIGHT), RIGHT);
    refused(400, "FIELD_DUPLICATE", "a PIN inside, and one outside");
    is_str(play_member("field"), "pin", "by field");
    sealed_play(&aes, "bill.pay", outside(bill, card, "&pin="), RIGHT);
    refused(400, "FIELD_DUPLICATE", "though it is empty");
    sealed_play(&aes, "bill.pay", outside(bill, card, ""), RIGHT "&amount=1");
    refused(400, "PARAM_INVALID", "a field that is no secret");
    is_str(play_member("field"), "amount", "by field");
    sealed_play(&aes, "bill.pay", outside(bill, card, ""), RIGHT "&secure=1");
    refused(400, "PARAM_INVALID", "an envelope inside");
    sealed_play(&aes, "bill.pay", outside(bill, card, ""), "pin=27");
    refused(400, "PARAM_INVALID", "a PIN that is none");
    is_str(play_member("field"), "pin", "by field");
    ok(memmem(player.body.data, player.body.len, "27\"", 3) == NULL,
       "which is not shown");
    sealed_play(&aes, "bill.pin", "pin=314159", "old_pin=" SHOP_PIN);
    is_str(play_code(), "OK", "one of two secrets inside");
    sealed_play(&aes, "bill.pay", outside(bill, card, ""), "old_pin=314159");
    refused(400, "PARAM_INVALID", "a secret of another call");

    sealed_form(&aes, "bill.pay", outside(bill, card, ""), "pin=314159");
    snprintf(form, sizeof(form), "%.*s",
             (int) (strstr(sealing.form, "&mac=") - sealing.form),
             sealing.form);
    play("bill.pay", form);
    refused(400, "PARAM_MISSING", "without its tag");
    is_str(play_member("field"), "mac", "by field");
    snprintf(form, sizeof(form), "bill_id=%.*s&card_id=%.*s&mac=AA",
             PHONE_ARGS(bill), PHONE_ARGS(card));
    play("bill.pay", form);
    is_str(play_member("field"), "secure", "the tag alone");
    is_int(play("bill.pay", sealing.form), 200, "whole");

    /* where nothing is secret an envelope is a field that nobody knows */

    is_int(play("bill.cards", "secure=x&mac=y"), 200, "none is looked at");
    play_end();
}


static void
bit_off(void)
{
    int    i;
    char  *mac;

    set_up();
    sealed_form(&aes, "bill.pay", outside(bill, card, ""), RIGHT);
    mac = strstr(sealing.form, "&mac=") + 5;
    mac[3] = mac[3] == 'A' ? 'B' : 'A';

    for (i = 0; i < 5; i++) {
        play("bill.pay", sealing.form);
        refused(400, "ENVELOPE_INVALID", "a tag that is off");
    }

    play("bill.pay", sealing.form);
    refused(429, "RATE_LIMITED", "too often");
    ok(player.retry_after > 0, "until then");
    is_str(fails(), "", "none was a try at the PIN");

    player.address = PHONE_STR("198.51.100.1");
    play("bill.pay", sealing.form);
    refused(400, "ENVELOPE_INVALID", "from another network");
    is_int(pay(&aes, RIGHT), 200, "one that opens is paid all the same");

    player.address = PHONE_STR("192.0.2.1");
    bill = shop_bill("tea", "T2", PAYER);
    is_int(pay(&aes, RIGHT), 200, "from the network over its limit as well");
    play_end();
}


/* The suite of a number goes up, by its owner, and down by the operator. */

static void
downgraded(void)
{
    phone_str_t  old, session;

    play_start();
    shop_open("tea");
    card = shop_card(PAYER, "6222020000000015");
    shop_payer(PAYER);
    bill = shop_bill("tea", "T1", PAYER);
    old = player.cookie;
    ok(sealing_key(&des, NUMBER, 1, ONCE), "an old phone");
    session = log_in(PAYER);
    ok(sealing_key(&aes, NUMBER, 2, ONCE), "a new one");
    is_str(play_member("suite"), "1", "the number still takes the old one's");
    is_int(play("session.envelope", "once=" ONCE "&suite=2&" RIGHT), 200,
           "with the PIN");
    is_str(play_member("suite"), "2", "from now on it does not");

    player.cookie = old;
    pay(&des, RIGHT);
    refused(403, "ENVELOPE_NEEDED", "the old one no longer pays");
    is_str(play_member("suite"), "2", "and is told why");
    ok(!sealing_key(&des, NUMBER, 1, ONCE), "nor gets it a key");
    refused(403, "ENVELOPE_NEEDED", "of that suite");
    is_str(play_member("field"), "suite", "by field");

    /* one suite's key is not the other's */

    des.suite = 2;
    pay(&des, RIGHT);
    refused(400, "ENVELOPE_INVALID", "the key of the other suite");

    is_int(shop_pay(bill, card, "&pin=314159"), 403, "without an envelope");
    is_str(play_code(), "PIN_WRONG", "it may");

    player.cookie = session;
    is_int(play("session.envelope", "once=" ONCE "&required=1&" RIGHT), 200,
           "until its owner says no");
    is_str(play_member("required"), "true", "to that");
    is_str(fails(), "", "the right PIN forgives the wrong one");

    shop_pay(bill, card, "&pin=000000");
    refused(403, "ENVELOPE_NEEDED", "a PIN as it is");
    is_str(play_member("field"), "pin", "by field");
    is_str(fails(), "", "which is no try");
    play("bill.pin", "pin=314159&old_pin=" SHOP_PIN);
    refused(403, "ENVELOPE_NEEDED", "nor a new one");
    play("session.password", "password=another-quiet-lake");
    refused(403, "ENVELOPE_NEEDED", "nor a password");
    sealed_play(&aes, "bill.pin", "pin=314159", "old_pin=" SHOP_PIN);
    refused(403, "ENVELOPE_NEEDED", "one of two inside is not enough");
    play("operator.accounts", "phone=" PAYER "&name=Li");
    is_str(play_member("envelope_required"), "true", "the operator sees it");
    is_str(play_member("envelope_suite"), "2", "and the suite");
    is_int(pay(&aes, RIGHT), 200, "in an envelope");

    play("operator.accounts", "phone=" PAYER
         "&envelope_suite=1&envelope_required=0");
    is_str(play_member("envelope_suite"), "1", "the operator takes it back");
    bill = shop_bill("tea", "T2", PAYER);
    is_int(shop_pay(bill, card, "&" RIGHT), 200, "without an envelope");
    bill = shop_bill("tea", "T3", PAYER);
    player.cookie = old;
    des.suite = 1;
    is_int(pay(&des, RIGHT), 200, "by the old phone");

    /* a number that is not there yet */

    play("operator.accounts", "phone=13900000009&envelope_suite=2"
         "&envelope_required=1");
    is_str(play_code(), "OK", "a number of which it is demanded at once");
    play_end();
}


/* The secret is another one; the one before still opens, until it is gone. */

/* Who had stolen a session could have envelopes demanded, and the owner was
   locked out of his own number until the operator acted. */

static void
told(unsigned texts, const char *what)
{
    unsigned  before;

    before = player.texts;

    while (play_event()) {
        /* void */
    }

    is_int(player.texts - before, texts, "%s", what);
}


static void
demanded_by_a_thief(void)
{
    set_up();
    log_in(PAYER);
    player.nevents = 0;

    play("session.envelope", "once=" ONCE2 "&required=1");
    refused(400, "PARAM_MISSING", "a thief demands envelopes");
    is_str(play_member("field"), "pin", "without the PIN");
    is_int(player.commits, 0, "nothing is noted");

    play("session.envelope", "once=" ONCE2 "&required=1&pin=314159");
    refused(403, "PIN_WRONG", "with a wrong one");
    is_str(fails(), "1", "which is counted");
    is_str(play_stored(&phone_account, NUMBER, ACCOUNT_ENVELOPE), "",
           "nothing is demanded");

    is_int(play("session.envelope", "once=" ONCE2 "&suite=2"), 200,
           "a key alone");
    is_str(play_member("suite"), "1", "demands nothing");
    play("session.envelope", "once=" ONCE2 "&pin=314159");
    refused(403, "PIN_WRONG", "nor does a suite with a wrong PIN");
    is_str(fails(), "2", "which is counted");

    play("session.envelope", "once=" ONCE "&pin=" SHOP_PIN);
    refused(403, "ENVELOPE_KEY_GONE", "the key was given to another");
    is_str(fails(), "2", "so no PIN is looked at");
    told(0, "the owner is told nothing");
    is_int(shop_pay(bill, card, "&" RIGHT), 200, "and pays");

    play_end();

    play_start();
    play("operator.accounts", "phone=" PAYER "&password=a-quiet-lake");
    log_in(PAYER);
    play("session.envelope", "once=" ONCE "&required=1");
    refused(403, "PIN_NOT_SET", "a number without a PIN");
    play("session.envelope", "once=" ONCE "&required=1&" RIGHT);
    refused(403, "PIN_NOT_SET", "has none to send");
    play_end();
}


/* With the PIN, and a login by SMS to take it back. */

static void
log_in_by_code(void)
{
    char         form[128];
    const char  *text;

    player.cookie = PHONE_EMPTY;
    player.now += PHONE_HOUR;
    play("session.code", "phone=" PAYER);
    ok(play_event(), "a code");
    text = memmem(player.text.data, player.text.len, "code: ", 6);
    snprintf(form, sizeof(form), "phone=" PAYER "&password=%.6s",
             text ? text + 6 : "");
    is_int(play("session.login", form), 200, "a login by SMS");
    player.cookie = player.set_cookie;
}


static void
taken_back(void)
{
    int          i;
    phone_str_t  text;

    set_up();
    player.nevents = 0;

    is_int(play("session.envelope", "once=" ONCE "&required=1&" RIGHT), 200,
           "envelopes are demanded");
    play("session.envelope", "once=" ONCE "&required=1&" RIGHT);
    told(1, "the owner is told once");
    text = player.text;
    ok(memmem(text.data, text.len, "envelopes", 9) != NULL
       && memmem(text.data, text.len, "信封", 6) != NULL, "in two languages");

    play("session.envelope", "once=" ONCE "&required=0&" RIGHT);
    refused(403, "CODE_NEEDED", "taken back after a login by password");
    play("session.envelope", "once=" ONCE "&required=0&pin=314159");
    refused(403, "CODE_NEEDED", "with a wrong PIN");
    is_str(fails(), "", "which is not looked at");

    log_in_by_code();
    play("session.envelope", "once=" ONCE2 "&required=0");
    refused(400, "PARAM_MISSING", "by SMS, without the PIN");
    play("session.envelope", "once=" ONCE2 "&required=0&pin=314159");
    refused(403, "PIN_WRONG", "with a wrong one");
    play("session.envelope", "once=" ONCE2 "&suite=1&required=0&" RIGHT);
    refused(403, "ENVELOPE_NEEDED", "with a lower suite");
    is_int(play("session.envelope", "once=" ONCE2), 200, "a key");
    is_str(play_member("required"), "true", "they are still demanded");

    player.now += 10 * PHONE_MINUTE;
    play("session.envelope", "once=" ONCE2 "&required=0&" RIGHT);
    refused(403, "CODE_NEEDED", "ten minutes later");

    log_in_by_code();
    player.lose_answer = 1;
    is_int(play("session.envelope", "once=" ONCE2 "&suite=2&" RIGHT), 200,
           "the suite that it has, answer lost");
    is_str(play_stored(&phone_account, NUMBER, ACCOUNT_ENVELOPE), "2 1",
           "changes nothing");
    is_int(play("session.envelope", "once=" ONCE2 "&required=0&" RIGHT), 200,
           "by SMS and with the PIN");
    is_str(play_member("required"), "false", "they are not demanded");
    is_str(play_member("suite"), "2", "the suite stays");
    told(1, "the owner is told");

    bill = shop_bill("tea", "T2", PAYER);
    is_int(shop_pay(bill, card, "&" RIGHT), 200, "without an envelope");

    for (i = 0; i < 5; i++) {
        play("session.envelope", "once=" ONCE2 "&required=1&pin=314159");
    }

    play("session.envelope", "once=" ONCE2 "&required=1&" RIGHT);
    refused(403, "PIN_LOCKED", "wrong PINs lock as at paying");
    play_end();
}


static void
rotated(void)
{
    static const phone_str_t  old = {
        32, "0123456789abcdef0123456789abcdef"
    };
    static const phone_str_t  young = {
        32, "abcdef0123456789abcdef0123456789"
    };

    sealing_phone_t  later;

    set_up();
    phone_env_keys_free(&player.env);
    is_int(phone_env_keys(&player.env, young, old), 0,
           "another secret");
    is_int(pay(&aes, RIGHT), 200, "the old key pays");

    bill = shop_bill("tea", "T2", PAYER);
    log_in(PAYER);
    ok(sealing_key(&later, NUMBER, 2, ONCE), "a new session");
    ok(!phone_equal(later.key_id, aes.key_id), "has a key of the new one");
    is_int(pay(&later, RIGHT), 200, "and pays");

    /* nor is a key of the one a key of the other */

    bill = shop_bill("tea", "T3", PAYER);
    later.key_id = aes.key_id;
    pay(&later, RIGHT);
    refused(400, "ENVELOPE_INVALID", "under the id of the other");

    phone_env_keys_free(&player.env);
    is_int(phone_env_keys(&player.env, young, PHONE_EMPTY), 0,
           "the old one is gone");
    pay(&aes, RIGHT);
    refused(400, "ENVELOPE_INVALID", "with its keys");
    play_end();
}


/* An Idempotency-Key keeps to what is inside. */

static void
with_key(void)
{
    phone_str_t  first;

    set_up();
    player.key = PHONE_STR("k1");
    is_int(pay(&aes, RIGHT), 200, "paid with a key");
    first = player.body;
    is_int(play("bill.pay", sealing.form), 200, "the same bytes");
    ok(phone_equal(player.body, first), "have the same answer");
    is_int(pay(&aes, RIGHT), 200, "the same, sealed again");
    ok(phone_equal(player.body, first), "as well");
    pay(&aes, "pin=314159");
    refused(422, "IDEMPOTENCY_MISMATCH", "another PIN");
    is_int(shop_pay(bill, card, "&" RIGHT), 200, "the same without envelope");
    ok(phone_equal(player.body, first), "is the same call");
    is_int(balance(), 900, "paid once");

    player.key = PHONE_STR("k2");
    bill = shop_bill("tea", "T2", PAYER);
    sealed_form(&aes, "bill.pay", outside(bill, card, ""), RIGHT);
    sealing.form[strlen(sealing.form) - 3] ^= 3;
    play("bill.pay", sealing.form);
    refused(400, "ENVELOPE_INVALID", "one that is off");
    is_int(player.commits, 0, "is not kept");
    play_end();
}


/* A number does not fill the store. */

static void
many(void)
{
    int          i;
    const char  *open;

    set_up();
    open = outside(bill, other_card, "");

    for (i = 0; i < 1000; i++) {
        sealed_play(&aes, "bill.pay", open, RIGHT);
    }

    refused(404, "CARD_NOT_FOUND", "a thousand a day");
    pay(&aes, RIGHT);
    refused(429, "RATE_LIMITED", "and no more");
    is_int(balance(), 1000, "nothing was paid");
    sealed_play(&aes, "bill.pay", outside(bill, other_card, ""), RIGHT);
    refused(429, "RATE_LIMITED", "nor one that is refused");
    pay(&aes, "pin=314159");
    refused(403, "PIN_WRONG", "but a wrong PIN");
    is_str(play_member("remaining"), "4", "is counted");
    play("bill.pay", sealing.form);
    refused(409, "ENVELOPE_REPLAYED", "once");
    is_int(shop_pay(bill, card, "&" RIGHT), 200, "without one it is");

    player.now += PHONE_DAY;
    bill = shop_bill("tea", "T2", PAYER);
    is_int(pay(&aes, RIGHT), 200, "and on the next day");
    play_end();
}


static void
one_bucket(void)
{
    set_up();
    player.env.domain = PHONE_ONE_BUCKET;
    is_int(pay(&aes, RIGHT), 200, "paid, a bucket at a time");
    play("bill.pay", sealing.form);
    refused(409, "ENVELOPE_REPLAYED", "once");
    play_end();
}


int
main(void)
{
    paid();
    keys();
    replayed();
    locked();
    bound();
    in_time();
    fields();
    bit_off();
    downgraded();
    demanded_by_a_thief();
    taken_back();
    rotated();
    with_key();
    many();
    one_bucket();

    return done_testing();
}
