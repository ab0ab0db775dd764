
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


static phone_str_t
from(unsigned a, unsigned b)
{
    return phone_format(&player.arena, "10.%u.%u.1", a, b);
}


static void
failures(void)
{
    int  i;

    open_account();

    play("session.login", WRONG);
    is_str(play_code(), "LOGIN_FAILED", "a wrong password");
    is_int(player.works, 1, "was checked");
    is_int(player.commits, 0, "and leaves nothing but counts");
    play("session.login", "phone=13700000000&password=wrong-wrong");
    is_str(play_code(), "LOGIN_FAILED", "a number nobody has");
    is_int(player.works, 1, "costs the same");

    for (i = 2; i <= 5; i++) {
        is_int(play("session.login", WRONG), 401, "wrong %d", i);
    }

    is_int(play("session.login", LOGIN), 429, "the right one has to wait");
    is_int(player.retry_after, 600, "until the window is over");
    is_int(player.works, 0, "and is not looked at");

    player.address = PHONE_STR("192.0.3.1");
    is_int(play("session.login", LOGIN), 200, "in another network it is good");
    player.device_cookie = PHONE_EMPTY;

    player.address = PHONE_STR("192.0.2.1");
    is_int(play("session.login", LOGIN), 429, "which helps nobody here");

    player.now += 9 * MINUTE;
    is_int(play("session.login", LOGIN), 429, "nine minutes later");
    is_int(player.retry_after, 60, "one more");
    player.now += MINUTE;
    is_int(play("session.login", LOGIN), 200, "then it may");

    play_end();
}


/* Right ones do not count: programs log in without keeping cookies. */

static void
right_ones(void)
{
    int  i;

    open_account();
    player.settings.login_day = 5;

    for (i = 0; i < 20; i++) {
        player.device_cookie = PHONE_EMPTY;
        is_int(play("session.login", LOGIN), 200, "right one %d", i);
    }

    player.device_cookie = PHONE_EMPTY;

    for (i = 0; i < 5; i++) {
        is_int(play("session.login", WRONG), 401, "wrong one %d", i);
    }

    is_int(play("session.login", LOGIN), 429, "wrong ones do");

    play_end();
}


static void
networks(void)
{
    int  i, answered;

    open_account();

    answered = 0;

    for (i = 0; i < 60; i++) {
        player.address = phone_format(&player.arena, "192.0.2.%d", i);
        answered += play("session.login", WRONG) == 401;
    }

    is_int(answered, 20, "a network has four times what an address has");

    player.now += 10 * MINUTE;
    answered = 0;

    for (i = 0; i < 60; i++) {
        player.address = phone_format(&player.arena, "2001:db8:1:%x::1", i);
        answered += play("session.login", WRONG) == 401;
    }

    is_int(answered, 20, "a /48 as well");

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
    is_int(play("session.login", LOGIN), 200, "nor a device that is known");
    player.device_cookie = PHONE_EMPTY;
    is_int(play("session.login", LOGIN), 429, "without its cookie it waits");

    player.now += 10 * MINUTE;
    is_int(play("session.login", LOGIN), 200, "later it may");
    player.device_cookie = PHONE_EMPTY;

    for (i = 0; i < 10; i++) {
        is_int(play("session.code", "phone=13800000001"), 202, "code %d", i);
    }

    is_int(play("session.code", "phone=13800000001"), 429, "too many codes");

    play_end();
}


/* Logins that are in order cost as much work as others: they count too. */

static void
own_logins(void)
{
    int  i;

    open_account();
    player.settings.address_tries = 10;

    for (i = 0; i < 10; i++) {
        player.busy = i % 2;
        player.device_cookie = PHONE_EMPTY;
        is_int(play("session.login", LOGIN), i % 2 ? 503 : 200, "login %d",
               i);
    }

    player.busy = 0;
    player.device_cookie = PHONE_EMPTY;
    is_int(play("session.login", LOGIN), 429, "BUSY counts as well");

    play_end();
}


/* Others try the same number between the reads of a call and its commit. */

static void
five_tries(void)
{
    int       i;
    unsigned  runs, works, commits;

    runs = player.runs;
    works = player.works;
    commits = player.commits;

    for (i = 0; i < 5; i++) {
        play("session.login", WRONG);
    }

    player.runs = runs;
    player.works = works;
    player.commits = commits;
}


static void
side_by_side(void)
{
    int  i, answered;

    open_account();

    for (i = 0; i < 4; i++) {
        play("session.login", WRONG);
    }

    player.before_commit = five_tries;
    is_int(play("session.login", WRONG), 401, "the fifth is counted");

    answered = 0;

    for (i = 0; i < 5; i++) {
        answered += play("session.login", LOGIN) != 429;
    }

    is_int(answered, 0, "and the last that is answered");

    play_end();
}


/* Locking out a number: guesses at it from very many networks. */

static void
locked_out(void)
{
    int          i, answered;
    phone_str_t  device, code;

    open_account();

    play("session.login", LOGIN);
    device = player.device_cookie;
    player.device_cookie = PHONE_EMPTY;

    answered = 0;

    for (i = 0; i < 1000; i++) {
        player.address = from(i / 250, i % 250);
        answered += play("session.login", WRONG) == 401;
    }

    is_int(answered, 100, "a hundred guesses a day are answered");

    player.address = PHONE_STR("198.51.100.1");
    is_int(play("session.login", LOGIN), 429, "an unknown device waits");
    ok(player.retry_after > 3600, "until the day is over");

    player.device_cookie = device;
    is_int(play("session.login", LOGIN), 200, "the known device is let in");
    play("session.login", WRONG);
    is_int(play("session.login", LOGIN), 200, "also after a slip");

    player.device_cookie = PHONE_EMPTY;
    play("session.code", "phone=13800000001");
    play_event();
    code = sent("code: ", 6);
    is_int(login_with("13800000001", code), 200,
           "and so is an unknown one with a code");

    play_end();
}


static void
devices(void)
{
    int          i;
    phone_str_t  device, other;

    open_account();
    player.settings.login_day = 12;

    play("session.login", LOGIN);
    device = player.device_cookie;
    ok(device.len > 40, "a login gives a device cookie");
    ok(memmem(device.data, device.len, NUMBER, 13) == NULL, "it is sealed");
    keep_cookie();
    play("session.logout", "");
    ok(phone_equal(player.device_cookie, device), "logging out keeps it");
    player.cookie = PHONE_EMPTY;

    for (i = 0; i < 5; i++) {
        is_int(play("session.login", WRONG), 401, "wrong %d", i);
    }

    is_int(play("session.login", LOGIN), 429, "it has a limit of its own");
    player.now += 10 * MINUTE;

    for (i = 0; i < 5; i++) {
        play("session.login", WRONG);
    }

    player.now += 10 * MINUTE;

    for (i = 0; i < 2; i++) {
        is_int(play("session.login", WRONG), 401, "wrong %d of the day", i);
    }

    is_int(play("session.login", LOGIN), 429, "and a limit a day");
    player.now += 24 * 60 * MINUTE;

    play("operator.accounts", "phone=13800000002&password=a-quiet-lake");
    play("session.login", "phone=13800000002&password=a-quiet-lake");
    other = player.device_cookie;

    player.settings.login_fails = 1;
    player.device_cookie = other;
    player.now += 10 * MINUTE;
    play("session.login", WRONG);
    is_int(play("session.login", LOGIN), 429,
           "the cookie of another number is none");

    player.device_cookie = device;
    is_int(play("session.login", LOGIN), 200, "the number's own is");
    player.now += player.settings.device_lifetime;
    player.device_cookie = device;
    play("session.login", WRONG);
    is_int(play("session.login", LOGIN), 429, "for half a year");

    play_end();
}


/* Whoever sets a password is alone with it. */

static void
devices_end(void)
{
    phone_str_t  lost;

    open_account();
    player.settings.login_fails = 1;

    play("session.login", LOGIN);
    lost = player.device_cookie;
    player.device_cookie = PHONE_EMPTY;
    play("session.login", LOGIN);
    keep_cookie();

    play("session.password",
         "password=a-loud-river&old_password=a-quiet-lake");
    player.cookie = PHONE_EMPTY;
    player.now += 10 * MINUTE;

    is_int(login_with("13800000001", PHONE_STR("wrong-wrong")), 401,
           "a wrong one of who has set it");
    is_int(login_with("13800000001", PHONE_STR("a-loud-river")), 429,
           "is of a known device");
    player.address = PHONE_STR("198.51.100.1");
    is_int(login_with("13800000001", PHONE_STR("a-loud-river")), 429,
           "wherever it is");

    player.device_cookie = lost;
    is_int(login_with("13800000001", PHONE_STR("wrong-wrong")), 401,
           "another one is not known any more");
    is_int(login_with("13800000001", PHONE_STR("wrong-wrong")), 429,
           "in its network");
    player.address = PHONE_STR("203.0.113.1");
    is_int(login_with("13800000001", PHONE_STR("a-loud-river")), 200,
           "it counts by network");

    play_end();
}


static phone_str_t
ask_for_code(void)
{
    play("session.code", "phone=13800000001");
    play_event();

    return sent("code: ", 6);
}


static void
codes(void)
{
    phone_str_t  code, newer, cookie;

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

    cookie = player.code_cookie;
    is_int(login_with("13800000001", code), 200, "it logs in");
    is_int(player.works, 0, "without a password hash");
    is_str(play_member("must_change"), "false", "nothing to change");
    is_int(player.code_cookie.len, 0, "the cookie is taken back");
    player.code_cookie = cookie;
    is_int(login_with("13800000001", code), 401, "once");

    code = ask_for_code();
    cookie = player.code_cookie;
    newer = ask_for_code();
    is_int(login_with("13800000001", code), 401,
           "an old code does not go with a new cookie");
    is_int(login_with("13800000001", newer), 200, "the new one does");
    player.code_cookie = cookie;
    player.now += 10 * MINUTE;
    is_int(login_with("13800000001", code), 401, "it lives ten minutes");

    play_end();
}


/* Only the browser that asked for a code can try it; no other voids it. */

static void
whose_code(void)
{
    int          i;
    phone_str_t  code, mine, theirs;

    open_account();

    code = ask_for_code();
    mine = player.code_cookie;
    player.code_cookie = PHONE_EMPTY;

    is_int(login_with("13800000001", code), 401, "no cookie: no code");
    is_int(player.works, 1, "it is a password like any other");

    for (i = 0; i < 30; i++) {
        player.address = from(1, i);
        play("session.code", "phone=13800000001");
        theirs = player.code_cookie;
        is_int(login_with("13800000001", code), 401, "with another cookie");
    }

    player.code_cookie = theirs;
    is_int(login_with("13700000000", code), 401, "nor of another number");

    player.address = PHONE_STR("192.0.2.1");
    player.code_cookie = mine;
    is_int(login_with("13800000001", code), 200,
           "none of it has harmed the owner's");

    play_end();
}


static void
code_guesses(void)
{
    int          i;
    phone_str_t  code;

    open_account();
    player.settings.login_fails = 100;

    code = ask_for_code();

    for (i = 0; i < 4; i++) {
        login_with("13800000001", PHONE_STR("000000"));
        is_int(player.works, 0, "a guess at a code takes no hash");
    }

    is_int(login_with("13800000001", code), 200, "after four guesses: good");

    code = ask_for_code();

    for (i = 0; i < 5; i++) {
        login_with("13800000001", PHONE_STR("000000"));
    }

    is_int(login_with("13800000001", code), 401, "after five: not");

    play_end();
}


/* Guesses side by side: of those that have read the same, one commits. */

static phone_str_t  right_code;

static void
guess_code(void)
{
    int       i;
    unsigned  runs, commits;

    runs = player.runs;
    commits = player.commits;

    for (i = 0; i < 5; i++) {
        login_with("13800000001", PHONE_STR("000000"));
    }

    player.runs = runs;
    player.commits = commits;
}


static void
code_side_by_side(void)
{
    open_account();

    right_code = ask_for_code();
    player.before_commit = guess_code;
    is_int(login_with("13800000001", right_code), 401,
           "the right one of many at once does not slip through");
    is_int(player.commits, 1, "it met their count");

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

    code = ask_for_code();

    player.busy = 1;
    answered = 0;

    for (i = 0; i < 20; i++) {
        snprintf(guess, sizeof(guess), "%06d", i);
        is_int(login_with("13800000001", phone_cstr(guess)), 401,
               "a guess at a code needs no place in the queue");
        answered += player.commits != 0;
    }

    ok(answered <= 5, "no more than five are looked at");
    is_int(login_with("13800000001", code), 401, "the right one comes late");

    code = ask_for_code();
    is_int(login_with("13800000001", code), 200,
           "a fresh code is good, however full the queue is");
    is_int(login_with("13800000001", PHONE_STR("a-quiet-lake")), 503,
           "a password is not looked at");

    play_end();
}


static void
strangers(void)
{
    phone_str_t  password, cookie;

    play_start();

    is_int(play("session.code", "phone=13900000001"), 202, "a stranger");
    is_str(player.body, "{\"code\":\"OK\"}", "gets the same answer");
    play_event();

    password = sent("password: ", 10);
    ok(password.len == 10, "a temporary password");
    ok(phone_equal(sent("临时密码 ", 10), password), "in both languages");

    player.now += 59 * MINUTE;
    cookie = player.code_cookie;
    player.busy = 1;
    is_int(login_with("13900000001", password), 503,
           "ten letters may be a chosen password: they need a place");
    player.busy = 0;
    is_int(login_with("13900000001", password), 200, "good for an hour");
    is_str(play_member("must_change"), "true", "to be changed");
    is_str(play_stored(&phone_account, "+8613900000001", ACCOUNT_PLAN),
           "prepaid", "the number is registered");
    player.code_cookie = cookie;
    is_int(login_with("13900000001", password), 401, "once");

    play_end();
}


/* What a stranger sees of a number says nothing about who has it. */

static void
no_difference(void)
{
    size_t       len;
    unsigned     reads, runs;
    phone_str_t  cookie;

    open_account();

    play("session.code", "phone=13800000001");
    len = player.code_cookie.len;
    reads = player.reads;
    runs = player.runs;
    play("session.code", "phone=13900000001");
    cookie = player.code_cookie;
    is_int(cookie.len, len, "cookies of one length");
    is_int(player.reads, reads, "as many reads");
    is_int(player.runs, runs, "and runs");
    is_int(login_with("13900000001", PHONE_STR("123456")), 401,
           "a guess at six digits of a number nobody has");
    is_int(player.works, 0, "takes no hash either");
    is_int(login_with("13900000001", PHONE_STR("abcdefghjk")), 401,
           "ten letters");
    is_int(player.works, 1, "take one");
    player.code_cookie = PHONE_EMPTY;
    play("session.code", "phone=13800000001");
    is_int(login_with("13800000001", PHONE_STR("abcdefghjk")), 401,
           "ten letters for one with an account");
    is_int(player.works, 1, "too");

    play_end();
}


/* A chosen password of ten letters, while a code is awaited. */

static void
ten_letters(void)
{
    play_start();
    play("operator.accounts", "phone=13800000001&password=abcdefghjk");

    ask_for_code();
    is_int(login_with("13800000001", PHONE_STR("abcdefghjk")), 200,
           "a password of ten letters is one");

    play_end();
}


static void
sends(void)
{
    int          i;
    phone_str_t  device;

    open_account();

    for (i = 0; i < 5; i++) {
        is_int(play("session.code", "phone=13800000001"), 202, "%d", i);
    }

    is_int(player.nevents, 3, "three SMS in ten minutes");
    is_int(login_with("13800000001", PHONE_STR("000000")), 401,
           "the cookie of one that was not sent is tried in vain");
    is_int(player.commits, 0, "and leaves nothing");

    player.now += 10 * MINUTE;
    play("session.code", "phone=13800000001");
    is_int(player.nevents, 4, "then again");

    player.nevents = 0;
    player.now += 10 * MINUTE;

    for (i = 0; i < 20; i++) {
        player.address = from(1, i);
        play("session.code", "phone=13800000001");
    }

    is_int(player.nevents, 6, "twice as many from all networks");

    play("session.login", LOGIN);
    device = player.device_cookie;
    player.nevents = 0;

    for (i = 0; i < 5; i++) {
        player.device_cookie = device;
        play("session.code", "phone=13800000001");
    }

    is_int(player.nevents, 3, "a known device has three of its own");

    play_end();
}


/* All numbers together: a flood takes no more than its part. */

static void
cap(void)
{
    char  form[32];
    int   i, n;

    open_account();
    play("session.login", LOGIN);
    player.settings.code_cap = 640;
    player.settings.address_tries = 10000;

    n = 0;

    for (i = 0; i < 200; i++) {
        snprintf(form, sizeof(form), "phone=137%08d", i);
        play("session.code", form);
        n += player.nevents;
        player.nevents = 0;
    }

    is_int(n, 10, "a network gets a 64th");

    n = 0;

    for (i = 0; i < 2000; i++) {
        snprintf(form, sizeof(form), "phone=136%08d", i);
        player.address = from(1, i % 60);
        play("session.code", form);
        n += player.nevents;
        player.nevents = 0;
    }

    ok(n >= 320 && n <= 640, "60 networks do not get all that is left: %d", n);

    player.device_cookie = PHONE_EMPTY;
    player.address = PHONE_STR("198.51.100.1");
    play("session.code", "phone=13800000001");
    is_int(player.nevents, 1, "who comes next gets a code");
    player.nevents = 0;

    for (i = 0; i < 2000; i++) {
        snprintf(form, sizeof(form), "phone=135%08d", i);
        player.address = from(2 + i / 250, i % 250);
        play("session.code", form);
        n += player.nevents;
        player.nevents = 0;
    }

    ok(n + 11 <= 640, "all together get the cap: %d", n + 11);

    player.address = PHONE_STR("203.0.113.1");
    play("session.code", "phone=13800000001");
    is_int(player.nevents, 0, "then unknown devices get none");

    play("session.login", LOGIN);
    play("session.code", "phone=13800000001");
    is_int(player.nevents, 1, "and known ones do");

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
    int          i;
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

    for (i = 0; i < 4; i++) {
        play("session.password",
             "password=a-loud-river&old_password=wrong-one");
    }

    is_int(play("session.password",
                "password=a-loud-river&old_password=a-quiet-lake"), 429,
           "and counted");
    player.device_cookie = PHONE_EMPTY;
    is_int(play("session.login", LOGIN), 200, "which stops no login");
    player.now += 10 * MINUTE;
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
        player.address = from(i / 250, i % 250);
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
    right_ones();
    networks();
    addresses();
    own_logins();
    side_by_side();
    locked_out();
    devices();
    devices_end();
    codes();
    whose_code();
    code_guesses();
    code_side_by_side();
    full_queue();
    strangers();
    no_difference();
    ten_letters();
    sends();
    cap();
    gateway();
    passwords();
    lanes();
    pump_off();

    return done_testing();
}
