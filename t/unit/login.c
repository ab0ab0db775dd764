
/* MAIL-1, MAIL-5: passwords and codes, and the limits on guessing them. */


#define _GNU_SOURCE

#include "play.h"


#define MINUTE  (INT64_C(60) * 1000)

#define NUMBER  "+8613800000001"
#define LOGIN   "phone=13800000001&password=a-quiet-lake"
#define WRONG   "phone=13800000001&password=wrong-wrong"


static void
open_account(void)
{
    play_start();
    play("operator.accounts",
         "phone=13800000001&name=Li+Lei&password=a-quiet-lake");
}


static void
keep_cookie(void)
{
    player.cookie = player.set_cookie;
}


static void
failures(void)
{
    int  i;

    open_account();

    play("session.login", WRONG);
    is_str(play_code(), "LOGIN_FAILED", "a wrong password");
    is_int(player.works, 1, "was checked");
    play("session.login", "phone=13700000000&password=wrong-wrong");
    is_str(play_code(), "LOGIN_FAILED", "a number nobody has");
    is_int(player.works, 1, "costs the same");

    for (i = 2; i <= 5; i++) {
        is_int(play("session.login", WRONG), 401, "wrong %d", i);
    }

    is_int(play("session.login", LOGIN), 429, "the right one has to wait");
    is_int(player.retry_after, 30, "30 seconds");
    is_int(player.works, 0, "and is not looked at");

    player.now += 30 * 1000;
    is_int(play("session.login", WRONG), 401, "then one try");
    is_int(play("session.login", WRONG), 429, "and a wait");
    is_int(player.retry_after, 60, "twice as long");

    for (i = 0; i < 12; i++) {
        player.now += player.retry_after * 1000;
        play("session.login", WRONG);
        play("session.login", WRONG);
    }

    is_int(player.retry_after, 3600, "an hour at most");

    player.now += player.retry_after * 1000;
    is_int(play("session.login", LOGIN), 200, "the right one");
    is_int(play("session.login", WRONG), 401, "wrong again");
    is_int(play("session.login", LOGIN), 200, "but it has been forgiven");

    play_end();
}


static void
addresses(void)
{
    char  form[80];
    int   i;

    open_account();
    player.settings.address_tries = 10;

    for (i = 0; i < 10; i++) {
        snprintf(form, sizeof(form), "phone=1370000000%d&password=guess-it",
                 i);
        is_int(play("session.login", form), 401, "number %d", i);
    }

    is_int(play("session.login", LOGIN), 429, "an address has had its share");
    is_int(player.retry_after, 600, "for ten minutes");

    player.address = PHONE_STR("192.0.2.2");
    is_int(play("session.login", LOGIN), 200, "another one has not");

    player.address = PHONE_STR("192.0.2.1");
    player.now += 10 * MINUTE;
    is_int(play("session.login", LOGIN), 200, "later it may");

    for (i = 0; i < 10; i++) {
        is_int(play("session.code", "phone=13800000001"), 202, "code %d", i);
    }

    is_int(play("session.code", "phone=13800000001"), 429, "too many codes");

    play_end();
}


/* Another try of the same number gets in between. */

static void
another_try(void)
{
    unsigned  runs, works, commits;

    runs = player.runs;
    works = player.works;
    commits = player.commits;

    play("session.login", WRONG);

    player.runs = runs;
    player.works = works;
    player.commits = commits;
}


static void
five_tries(void)
{
    int  i;

    for (i = 0; i < 5; i++) {
        another_try();
    }
}


static void
side_by_side(void)
{
    int  i;

    open_account();

    for (i = 0; i < 4; i++) {
        play("session.login", WRONG);
    }

    player.before_commit = another_try;
    is_int(play("session.login", WRONG), 429,
           "the fifth was counted meanwhile: this one is not answered");
    is_int(player.runs, 5, "it ran again");
    is_int(player.works, 1, "the password was hashed once");

    player.now += 30 * 1000;
    player.before_commit = another_try;
    is_int(play("session.login", LOGIN), 429,
           "a right one has to wait as well");

    play_end();

    open_account();
    player.before_commit = five_tries;
    is_int(play("session.login", LOGIN), 429,
           "of many at once the right one does not slip through");
    play_end();
}


/* What the last SMS holds behind a word. */

static phone_str_t
sent(const char *word, size_t len)
{
    char  *p;

    p = memmem(player.text.data, player.text.len, word, strlen(word));

    return p ? (phone_str_t) { len, p + strlen(word) } : PHONE_EMPTY;
}


static int
login_with(const char *phone, phone_str_t password)
{
    char  form[200];

    snprintf(form, sizeof(form), "phone=%s&password=%.*s", phone,
             PHONE_ARGS(password));

    return play("session.login", form);
}


static void
codes(void)
{
    phone_str_t  code, newer;

    open_account();

    is_int(play("session.code", "phone=13800000001"), 202, "a code");
    is_str(player.body, "{\"code\":\"OK\"}", "nothing else is said");
    is_int(player.nevents, 1, "one SMS");
    ok(play_event(), "goes out");
    is_int(player.texts, 1, "once");
    is_str(player.to, NUMBER, "to the number");

    code = sent("验证码 ", 6);
    ok(code.len == 6, "in Chinese");
    ok(phone_equal(sent("code: ", 6), code), "and English");
    ok(memmem(player.text.data, player.text.len, "10", 2) != NULL,
       "and how long");
    ok(memmem(play_stored(&phone_login, NUMBER, LOGIN_CODE).data, 43,
              code.data, 6) == NULL, "the store has its hash only");

    is_int(login_with("13800000001", code), 200, "it logs in");
    is_str(play_member("must_change"), "false", "nothing to change");
    is_int(login_with("13800000001", code), 401, "once");

    play("session.code", "phone=13800000001");
    play_event();
    code = sent("code: ", 6);
    play("session.code", "phone=13800000001");
    play_event();
    newer = sent("code: ", 6);
    is_int(login_with("13800000001", code), 401, "a new one voids the old");

    player.now += 10 * MINUTE;
    is_int(login_with("13800000001", newer), 401, "which lives ten minutes");

    play_end();
}


static void
code_guesses(void)
{
    int          i;
    phone_str_t  code;

    open_account();
    player.settings.login_fails = 100;

    play("session.code", "phone=13800000001");
    play_event();
    code = sent("code: ", 6);

    for (i = 0; i < 4; i++) {
        login_with("13800000001", PHONE_STR("000000"));
    }

    is_int(login_with("13800000001", code), 200, "after four guesses: good");

    play("session.code", "phone=13800000001");
    play_event();
    code = sent("code: ", 6);

    for (i = 0; i < 5; i++) {
        login_with("13800000001", PHONE_STR("000000"));
    }

    is_int(login_with("13800000001", code), 401, "after five: not");

    play_end();
}


/* Account takeover: guesses at a code while the password queue is full. */

static void
full_queue(void)
{
    int          i, answered;
    char         guess[8];
    phone_str_t  code;

    open_account();

    play("session.code", "phone=13800000001");
    play_event();
    code = sent("code: ", 6);

    player.busy = 1;
    answered = 0;

    for (i = 0; i < 20; i++) {
        snprintf(guess, sizeof(guess), "%06d", i);
        answered += login_with("13800000001", phone_cstr(guess)) != 503;
    }

    ok(answered <= 5, "no more than five guesses at a code are answered");
    is_int(login_with("13800000001", code), 503,
           "with a full queue it looks like a wrong one");

    player.busy = 0;
    is_int(login_with("13800000001", code), 200, "later it is good");

    play_end();
}


static void
strangers(void)
{
    phone_str_t  password;

    play_start();

    is_int(play("session.code", "phone=13900000001"), 202, "a stranger");
    is_str(player.body, "{\"code\":\"OK\"}", "gets the same answer");
    play_event();

    password = sent("password: ", 10);
    ok(password.len == 10, "a temporary password");
    ok(phone_equal(sent("临时密码 ", 10), password), "in both languages");

    player.now += 23 * 60 * MINUTE;
    is_int(login_with("13900000001", password), 200, "good for a day");
    is_str(play_member("must_change"), "true", "to be changed");
    is_str(play_stored(&phone_account, "+8613900000001", ACCOUNT_PLAN),
           "prepaid", "the number is registered");
    is_int(login_with("13900000001", password), 401, "once");
    keep_cookie();

    play_end();
}


static void
sends(void)
{
    int  i;

    open_account();

    for (i = 0; i < 5; i++) {
        is_int(play("session.code", "phone=13800000001"), 202, "%d", i);
    }

    is_int(player.nevents, 3, "three SMS in ten minutes");
    player.now += 10 * MINUTE;
    play("session.code", "phone=13800000001");
    is_int(player.nevents, 4, "then again");

    play_end();
}


static void
gateway(void)
{
    int  i;

    open_account();
    play("session.code", "phone=13800000001");
    player.gateway = 503;

    for (i = 0; i < 5; i++) {
        play_event();
        is_int(player.texts, i + 1, "try %d", i + 1);

        if (i == 0) {
            is_int(player.event[0].score, player.now + 5000, "5 s later");
        }

        if (i == 2) {
            is_int(player.event[0].score, player.now + 20000, "20 s later");
        }
    }

    is_int(player.nevents, 0, "five tries are all");

    play("session.code", "phone=13800000001");
    player.now += 10 * MINUTE;
    play_event();
    is_int(player.texts, 5, "a code that has run out is not sent");
    is_int(player.nevents, 0, "nor kept");

    play_end();
}


static void
passwords(void)
{
    phone_str_t  other, code;

    open_account();
    play("session.login", LOGIN);
    other = player.set_cookie;
    play("session.login", LOGIN);
    keep_cookie();

    play("session.password", "password=short");
    is_str(play_code(), "PASSWORD_WEAK", "too short");
    play("session.password", "password=a-loud-river");
    is_str(play_code(), "PARAM_MISSING", "the old one is asked for");
    is_str(play_member("field"), "old_password", "by name");
    play("session.password", "password=a-loud-river&old_password=wrong-one");
    is_str(play_code(), "LOGIN_FAILED", "and checked");
    is_str(play_stored(&phone_login, NUMBER, LOGIN_FAILS), "1",
           "and counted as a failed login");
    is_int(play("session.password",
                "password=a-loud-river&old_password=a-quiet-lake"), 200,
           "set");
    is_int(play("session.me", ""), 200, "this session goes on");
    player.cookie = other;
    is_int(play("session.me", ""), 401, "the others have ended");

    player.cookie = PHONE_EMPTY;
    is_int(play("session.login", LOGIN), 401, "the old one is void");
    is_int(login_with("13800000001", PHONE_STR("a-loud-river")), 200,
           "the new one is good");

    play("session.code", "phone=13800000001");
    play_event();
    code = sent("code: ", 6);
    login_with("13800000001", code);
    keep_cookie();
    player.now += 10 * MINUTE - 1;
    is_int(play("session.password", "password=a-quiet-lake"), 200,
           "a login by SMS a moment ago will do");
    player.now += 1;
    play("session.password", "password=a-loud-river");
    is_str(play_code(), "PARAM_MISSING", "a moment, not longer");

    play_end();
}


/* Texts to one number share a lane, those to many do not. */

static void
lanes(void)
{
    char         form[64];
    unsigned     i, k, nseen;
    phone_str_t  rest, part, first, seen[64];

    play_start();

    nseen = 0;
    first = PHONE_EMPTY;

    for (i = 0; i < 400; i++) {
        snprintf(form, sizeof(form), "phone=138%08u", i ? i - 1 : 0);
        player.address = phone_format(&player.arena, "192.0.2.%u", i % 250);
        play("session.code", form);

        rest = player.event[0].member;
        phone_split(&rest, ' ', &part);
        phone_split(&rest, ' ', &part);

        for (k = 0; k < nseen && !phone_equal(seen[k], rest); k++) {
            /* void */
        }

        if (k == nseen && nseen < 64) {
            seen[nseen++] = rest;
        }

        if (i == 0) {
            first = rest;
        }

        if (i == 1) {
            ok(phone_equal(first, rest), "one number has one lane");
        }

        play_event();
    }

    is_int(player.texts, 400, "all are sent");
    is_int(nseen, 16, "through 16 lanes");
    ok(memchr(first.data, ':', first.len) != NULL, "that no merchant has");

    play_end();
}


/* "phone_pump off": what is due now is not held by who does not run it. */

static void
pump_off(void)
{
    phone_str_t        key;
    const sim_zset_t  *due;

    open_account();
    player.env.leaves_events = 1;

    play("session.code", "phone=13800000001");
    is_int(player.nevents, 0, "nothing to run here");

    key = phone_key(&player.arena, &phone_due,
                    phone_home(&player.env, &phone_account, PHONE_STR(NUMBER)),
                    PHONE_EMPTY);
    due = sim_store_zset(player.store, player.now, key);
    is_int(due ? due->n : 0, 1, "but in the due queue");
    is_int(due ? due->member[0].score : 0, player.now, "due now");

    play_end();
}


int
main(void)
{
    failures();
    addresses();
    side_by_side();
    codes();
    code_guesses();
    full_queue();
    strangers();
    sends();
    gateway();
    passwords();
    lanes();
    pump_off();

    return done_testing();
}
