
/* PAY-8: PINs, passwords, proofs and the names of card numbers while the secret
   is rotated; and with a secret that is gone nothing counts as wrong. */


#define _GNU_SOURCE

#include "shop.h"
#include "hosts_secret.h"
#include "meddle.h"


#define LI       "13800000001"
#define LI_      "+86" LI
#define WANG     "13800000002"
#define WANG_    "+86" WANG
#define BOUND    "6222020000000015"
#define OFFERED  "6222020000000023"
#define PROOF    "271934"
#define OTHER    "314159"
#define LOGIN    "phone=" LI "&password=a-quiet-lake"
#define BIND     "card_no=" OFFERED "&pin=" SHOP_PIN "&proof="
#define OPEN(phone)  "phone=" phone "&card_no=" OFFERED "&balance=0&proof="
#define REASON   "this host does not have the secret that it is sealed with"


static char      bound[64], offered[64];             /* ids of cards */
static unsigned  bills;


static void
run_events(void)
{
    unsigned  i;

    for (i = 0; i < 400 && play_event(); i++) {
        /* void */
    }
}


static void
note(char id[64])
{
    snprintf(id, 64, "%.*s", PHONE_ARGS(play_member("card_id")));
}


static void
start_in(phone_domain_t domain)
{
    play_start();
    player.env.domain = domain;
    player.settings.bills_day_payer = 1000;
    shop_open("tea");
    shop_payer(WANG);
    shop_payer(LI);
    play("operator.bank_cards", "phone=" LI "&card_no=" BOUND
         "&balance=100000");
    note(bound);
    play("operator.bank_cards", OPEN(LI) PROOF);
    note(offered);
    run_events();
}


static int
logs_in(void)
{
    int  status;

    status = play("session.login", LOGIN);

    if (status == 200) {
        player.cookie = player.set_cookie;
    }

    return status;
}


static int
pays(const char *pin)
{
    int          status;
    char         form[64], order[32];
    phone_str_t  bill;

    snprintf(form, sizeof(form), "&pin=%s", pin);
    snprintf(order, sizeof(order), "T%u", ++bills);
    bill = phone_copy(&player.arena, shop_bill("tea", order, LI));
    run_events();
    status = shop_pay(bill, phone_cstr(bound), form);

    return status;
}


/* What is shown of a host's secrets. */

static int
counts(const char *status, int64_t records)
{
    char  text[80];

    play("operator.secrets", "");
    snprintf(text, sizeof(text), "\"status\":\"%s\",\"records\":%lld}",
             status, (long long) records);

    return play_says(text);
}


/* Two numbers with a PIN and a password, two cards with a name each. */

#define SEALED  8


/* All that the number has works, and what is wrong does not. */

static void
all_works(const char *when)
{
    is_int(logs_in(), 200, "%s: the password", when);
    is_int(play("session.login", "phone=" LI "&password=a-loud-river"), 401,
           "%s: not another", when);
    is_int(pays(SHOP_PIN), 200, "%s: the PIN", when);
    is_int(pays("000000"), 403, "%s: not another", when);
    is_str(play_code(), "PIN_WRONG", "%s: which is wrong", when);
    is_int(pays(SHOP_PIN), 200, "%s: the PIN once more", when);

    is_int(play("operator.bank_cards", OPEN(LI) PROOF), 200,
           "%s: the card is opened again", when);
    is_str(play_member("card_id"), offered, "%s: it is the same card", when);
    is_int(play("operator.bank_cards", OPEN(LI) OTHER), 409,
           "%s: not with another proof", when);
    is_int(play("operator.bank_cards", OPEN(WANG) PROOF), 409,
           "%s: nor for another number", when);
}


static void
rotated_in(phone_domain_t domain)
{
    start_in(domain);
    ok(counts("NEWEST", SEALED), "all is counted");
    ok(memmem(play_stored(&phone_account, LI_, ACCOUNT_PASSWORD).data, 40,
              "$scrypt$", 8) == NULL, "no hash of a password can be seen");
    all_works("before");

    host_has(0, 1);
    all_works("while hosts learn the new one");
    host_has(1, 0);
    ok(counts("BEFORE", SEALED), "all is by the one before");
    all_works("by the one before");

    play("operator.reseal", "");
    run_events();
    ok(counts("BEFORE", 0) && counts("NEWEST", SEALED), "nothing is left");
    all_works("behind the job");

    host_has(0, 1);
    all_works("on a host that is late");

    host_has(1, -1);
    ok(counts("NEWEST", SEALED) && !play_says("MISSING"), "one secret");
    all_works("without the one before");
    is_int(play("bill.card_bind", BIND OTHER), 403, "a wrong proof");
    is_str(play_code(), "CARD_PROOF_WRONG", "is wrong");
    is_int(play("bill.card_bind", BIND PROOF), 200, "the proof binds");
    is_str(play_member("card_id"), offered, "the card");

    player.now += 600000;
    run_events();
    all_works("when the old names have run out");

    host_has(0, -1);
    ok(counts("MISSING", SEALED), "the old secret reads nothing");

    play_end();
}


/* Two hosts, one of which seals by the new secret already, open one card. */

static void
open_for_wang(void)
{
    host_has(1, 0);
    is_int(play("operator.bank_cards", "phone=" WANG "&card_no="
                "6222020000000031&balance=0"), 200, "another host is first");
    host_has(0, 1);
}


static void
one_card_in(phone_domain_t domain)
{
    start_in(domain);
    host_has(0, 1);
    player.before_commit = open_for_wang;
    is_int(play("operator.bank_cards", "phone=" LI "&card_no="
                "6222020000000031&balance=0"),
           domain == PHONE_WHOLE_STORE ? 409 : 503, "it is one card");
    run_events();
    is_int(play("operator.bank_cards", "phone=" LI "&card_no="
                "6222020000000031&balance=0"), 409, "of one number");
    is_str(play_member("field"), "phone", "which is another");

    play_end();
}


/* The bank gives another proof while a card number gets another name. */

static void
give_proof(void)
{
    is_int(play("operator.card_proof", "card_no=" OFFERED "&proof=" OTHER),
           200, "another proof");
}


/* An event whose commit is refused comes again: here all of them do. */

static void
proof_meanwhile(phone_domain_t domain)
{
    unsigned      i, n;
    play_event_t  page[16];

    start_in(domain);
    host_has(1, 0);
    play("operator.reseal", "");
    ok(play_event(), "the job looks");

    for (n = 0; n < player.nevents && n < 16; n++) {
        page[n] = player.event[n];
    }

    for (i = 0; i < n; i++) {
        player.before_commit = give_proof;
        ok(play_event(), "a page");
    }

    for (i = 0; i < n; i++) {
        player.event[player.nevents++] = page[i];
    }

    run_events();
    host_has(1, -1);
    logs_in();
    is_int(play("bill.card_bind", BIND PROOF), 403, "the proof before");
    is_int(play("bill.card_bind", BIND OTHER), 200, "the last one binds");

    play_end();
}


/* A page that was read before another host has done it. */

static void
page_twice(void)
{
    play_event_t  page;

    start_in(PHONE_WHOLE_STORE);
    host_has(1, 0);
    play("operator.reseal", "");
    ok(play_event(), "the job looks");
    page = player.event[0];
    run_events();
    give_proof();

    player.event[player.nevents++] = page;
    run_events();
    ok(counts("NEWEST", SEALED) && counts("BEFORE", 0), "nothing is renamed");
    logs_in();
    is_int(play("bill.card_bind", BIND OTHER), 200, "nor is a proof lost");

    play_end();
}


static void
refused(const char *name, const char *form, const char *what)
{
    is_int(play(name, form), 503, "%s: cannot be compared", what);
    is_str(play_code(), "STORE_UNAVAILABLE", "%s: another host may", what);
    is_str(play_member("reason"), REASON, "%s: says why", what);
    is_int((int64_t) strlen(player.no_secret), PHONE_SECRET_ID,
           "%s: the host logs the key", what);
}


/* The secret before is gone too early. */

static void
gone_in(phone_domain_t domain)
{
    unsigned  i;

    start_in(domain);
    player.settings.card_tries = 3;
    host_has(1, 0);
    logs_in();
    host_has(1, -1);

    for (i = 0; i < 12; i++) {
        refused("session.login", LOGIN, "a login");
    }

    for (i = 0; i < 6; i++) {
        is_int(pays("000000"), 503, "a wrong PIN");
        is_int(pays(SHOP_PIN), 503, "the right PIN");
        is_str(play_member("reason"), REASON, "says why");
    }

    is_str(play_stored(&phone_account, LI_, ACCOUNT_PIN_FAILS), "",
           "no try is counted");
    refused("bill.pin", "pin=" OTHER "&old_pin=" SHOP_PIN, "another PIN");
    refused("session.password", "password=a-loud-river&old_password="
            "a-quiet-lake", "another password");
    refused("operator.bank_cards", OPEN(WANG) PROOF, "the card of another");
    refused("operator.card_proof", "card_no=" OFFERED "&proof=" OTHER,
            "another proof");

    is_int(play("operator.pin_reset", "phone=" LI), 200, "the operator may");
    is_int(play("operator.accounts", LOGIN), 200, "set both");
    host_has(1, 0);
    ok(counts("NEWEST", 1) && counts("BEFORE", SEALED - 2), "by the new one");
    host_has(1, -1);
    is_int(logs_in(), 200, "the owner is back");
    is_int(play("bill.pin", "pin=" SHOP_PIN), 200, "with a PIN");
    is_int(pays(SHOP_PIN), 200, "that pays");

    for (i = 0; i < 6; i++) {
        refused("bill.card_bind", BIND PROOF, "a card");
    }

    host_has(1, 0);
    is_int(logs_in(), 200, "with the file");
    is_int(play("bill.card_bind", BIND PROOF), 200, "no try was counted");

    play_end();
}


/* What is sealed is that of one number, and of one field. */

static void
moved(const char *to, const char *field, phone_str_t text, const char *what)
{
    char  word[256];

    snprintf(word, sizeof(word), "%.*s", PHONE_ARGS(text));
    meddle(PHONE_OP_HSET, &phone_account, phone_cstr(to), 2,
           (const char *[2]) { field, word });
    is_int(pays(SHOP_PIN), 500, "%s: is not taken", what);
    ok(player.bad_key.len, "%s: the host logs which record", what);
}


static void
elsewhere(void)
{
    start_in(PHONE_WHOLE_STORE);

    moved(LI_, "pin", play_stored(&phone_account, WANG_, ACCOUNT_PIN),
          "the PIN of another");
    moved(LI_, "pin", play_stored(&phone_account, LI_, ACCOUNT_PASSWORD),
          "a password as a PIN");
    moved(LI_, "pin", PHONE_STR("x"), "no sealed text");

    play_end();
}


/* Codes and Idempotency-Keys are by the secret before, as long as they last. */

static void
short_lived(void)
{
    char         code[64];
    const char  *text;
    phone_str_t  bill;

    start_in(PHONE_WHOLE_STORE);
    bill = shop_bill("tea", "K", LI);
    run_events();

    player.key = PHONE_STR("k1");
    is_int(shop_pay(bill, phone_cstr(bound), "&pin=" SHOP_PIN), 200,
           "paid with a key");
    host_has(1, 0);
    is_int(shop_pay(bill, phone_cstr(bound), "&pin=" SHOP_PIN), 200,
           "the same again, with another secret");
    is_int(shop_pay(bill, phone_cstr(bound), "&pin=000000"), 422,
           "another PIN");
    is_str(play_code(), "IDEMPOTENCY_MISMATCH", "is another call");
    logs_in();
    host_has(1, -1);
    is_int(shop_pay(bill, phone_cstr(bound), "&pin=" SHOP_PIN), 503,
           "without the one before");
    is_str(play_member("reason"), REASON, "says why");
    player.key = PHONE_EMPTY;

    host_has(0, 1);
    play("session.code", "phone=" LI);

    for (text = NULL; text == NULL && play_event(); /* void */ ) {
        text = memmem(player.text.data, player.text.len, "code: ", 6);
    }

    snprintf(code, sizeof(code), "phone=" LI "&password=%.6s",
             text ? text + 6 : "");
    host_has(1, 0);
    is_int(play("session.login", "phone=" LI "&password=000000"), 401,
           "a wrong code");
    is_int(play("session.login", code), 200, "a code of the secret before");

    play_end();
}


int
main(void)
{
    rotated_in(PHONE_WHOLE_STORE);
    rotated_in(PHONE_ONE_BUCKET);
    one_card_in(PHONE_WHOLE_STORE);
    one_card_in(PHONE_ONE_BUCKET);
    proof_meanwhile(PHONE_WHOLE_STORE);
    proof_meanwhile(PHONE_ONE_BUCKET);
    page_twice();
    gone_in(PHONE_WHOLE_STORE);
    gone_in(PHONE_ONE_BUCKET);
    elsewhere();
    short_lived();

    return done_testing();
}
