
/* MAIL-1, MAIL-5: codes and temporary passwords by SMS. */


#include "login.h"


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


/* Who has no password needs none to choose one, however long ago he came. */

static void
first_password(void)
{
    phone_str_t  code;

    open_account();
    play("operator.accounts", "phone=13800000002&name=Han");

    play("session.code", "phone=13800000002");
    play_event();
    code = sent("code: ", 6);
    is_int(login_with("13800000002", code), 200, "a login by code");
    player.cookie = player.set_cookie;
    player.now += 11 * MINUTE;
    is_int(play("session.password", "password=a-loud-river"), 200,
           "the first password");
    is_int(play("session.password", "password=a-quiet-lake"), 400,
           "the second one needs the first");

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
    char         guess[16];
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


/* What lives for less than an hour was announced as "0 hours". */

static void
lifetimes_said(void)
{
    open_account();
    player.settings.temporary_lifetime = 30 * MINUTE;
    player.settings.code_lifetime = 5 * MINUTE;

    play("session.code", "phone=13800000009");
    play_event();
    ok(sent("30 \xe5\x88\x86\xe9\x92\x9f", 1).len, "in Chinese");
    ok(sent("valid for 30 minutes", 1).len, "a temporary password");

    ask_for_code();
    ok(sent("valid for 5 minutes", 1).len, "a code");

    play_end();
}


/* A code that was used where the clock is ahead, where it is behind. */

static void
two_hosts(void)
{
    int64_t      bound;
    phone_str_t  code, cookie;

    open_account();
    bound = player.settings.clock_bound + PHONE_CLOCK_SLACK / 2 - 1;
    player.ahead = bound;

    code = ask_for_code();
    cookie = player.code_cookie;

    player.now += player.settings.code_lifetime - 1;
    is_int(login_with("13800000001", code), 200, "used in its last moment");

    player.now += 2 * bound;
    player.ahead = -bound;
    player.code_cookie = cookie;
    is_int(login_with("13800000001", code), 401,
           "not again where that moment comes later");

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


/* A minute after a code had run out, guesses at it counted as passwords; those
   at the temporary password of a number without an account did not: six of
   them, and a stranger knew who is registered. */

static phone_str_t
guesses_after(const char *number, int64_t wait, const char *guess)
{
    int          i, status;
    char         form[64];
    phone_buf_t  seen;

    open_account();
    snprintf(form, sizeof(form), "phone=%s", number);
    play("session.code", form);
    player.now += wait;

    phone_buf_init(&seen, &player.arena, 256);

    for (i = 0; i < 8; i++) {
        status = login_with(number, phone_cstr(guess));
        phone_buf_put(&seen, phone_format(&player.arena,
                                          "%d %u hashes %u reads %u commits\n",
                                          status, player.works, player.reads,
                                          player.commits));
    }

    return phone_buf_str(&seen);
}


static void
no_difference_later(void)
{
    unsigned            i, k;
    char                known[512];
    phone_str_t         seen;
    const char         *guess[] = { "123456", "abcdefghjk", "a-quiet-pond" };
    static const int    wait[] = { 0, 9, 11, 59, 61, 1500 };

    for (i = 0; i < sizeof(wait) / sizeof(wait[0]); i++) {
        for (k = 0; k < 3; k++) {
            seen = guesses_after("13800000001", wait[i] * MINUTE, guess[k]);
            snprintf(known, sizeof(known), "%.*s", PHONE_ARGS(seen));
            play_end();
            is_str(guesses_after("13900000001", wait[i] * MINUTE, guess[k]),
                   known, "%s after %d minutes: the same for both", guess[k],
                   wait[i]);
            play_end();
        }
    }
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

    is_int(player.nevents, 3, "no more from all networks");

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
    player.address = PHONE_STR("198.18.0.1");
    play("session.login", LOGIN);
    player.address = PHONE_STR("192.0.2.1");
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

    is_int(n, 60 * 3 + 160 - 7, "60 networks: a few each, and a quarter");

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

    is_int(n + 11, 480, "all together get three quarters");

    player.address = PHONE_STR("203.0.113.1");
    play("session.code", "phone=13300000000");
    is_int(player.nevents, 0, "then numbers without an account get none");

    n = 0;

    for (i = 0; i < 100; i++) {
        snprintf(form, sizeof(form), "phone=134%08d", i);
        player.address = from(20, i);
        play("operator.accounts", form);
        player.nevents = 0;
        play("session.code", form);
        n += player.nevents;
        player.nevents = 0;
    }

    is_int(n, 80, "those with one get an eighth");

    player.address = PHONE_STR("203.0.113.1");
    play("session.code", "phone=13800000001");
    is_int(player.nevents, 0, "then unknown networks get none");

    player.address = PHONE_STR("198.18.0.77");
    play("session.code", "phone=13800000001");
    is_int(player.nevents, 1, "and known ones do");
    player.nevents = 0;

    player.address = PHONE_STR("203.0.113.1");
    play("session.login", LOGIN);
    play("session.code", "phone=13800000001");
    is_int(player.nevents, 1, "and known devices");

    play_end();
}


/* Many networks that ask for a few each do not close what the others left. */

static void
cap_few(void)
{
    char  form[32];
    int   i, n;

    play_start();
    player.settings.code_cap = 640;

    n = 0;

    for (i = 0; i < 150 * 3; i++) {
        snprintf(form, sizeof(form), "phone=137%08d", i);
        player.address = from(1, i / 3);
        play("session.code", form);
        n += player.nevents;
        player.nevents = 0;
    }

    is_int(n, 450, "150 networks with three each: more than half");

    play_end();
}


#define DAY  (24 * 60 * MINUTE)


/* Asks from networks a.0, a.1 ... in each window of a day: the texts. */

static int
codes_of_a_day(unsigned a, unsigned networks)
{
    int       n;
    unsigned  window, i;

    n = 0;

    for (window = 0; window < 144; window++) {
        for (i = 0; i < networks; i++) {
            player.address = from(a, (window + i) % networks);
            player.device_cookie = PHONE_EMPTY;
            play("session.code", "phone=13800000001");
            n += player.nevents;
            player.nevents = 0;
        }

        player.now += 10 * MINUTE;
    }

    return n;
}


static void
start_day(void)
{
    player.now += DAY - player.now % DAY;
}


/* Guesses at codes are as few as those at passwords. */

static void
codes_a_day(void)
{
    open_account();

    start_day();
    is_int(codes_of_a_day(1, 10), 20, "twenty codes a day");
    is_int(codes_of_a_day(1, 10), 20, "the next day as many");
    is_int(codes_of_a_day(1, 1), 5, "one network gets a quarter");

    player.address = from(1, 0);
    play("session.login", LOGIN);
    start_day();
    is_int(codes_of_a_day(1, 1), 20, "a known network twenty");

    player.address = from(1, 1);
    player.device_cookie = PHONE_EMPTY;
    play("session.login", LOGIN);
    player.address = from(1, 2);
    player.device_cookie = PHONE_EMPTY;
    play("session.login", LOGIN);
    start_day();
    is_int(codes_of_a_day(1, 3), 40, "all known networks twice that");

    play_end();
}


/* Locking out an owner who has no known browser at hand. */

static void
known_networks(void)
{
    int          i;
    phone_str_t  code;

    open_account();
    start_day();

    play("session.login", LOGIN);
    player.device_cookie = PHONE_EMPTY;

    for (i = 0; i < 110; i++) {
        player.address = from(1, i / 4);
        play("session.login", WRONG);
    }

    for (i = 0; i < 20; i++) {
        player.address = from(2, i);
        play("session.code", "phone=13800000001");
    }

    player.nevents = 0;
    player.code_cookie = PHONE_EMPTY;

    player.address = PHONE_STR("198.51.100.1");
    is_int(play("session.login", LOGIN), 429, "no password from elsewhere");
    play("session.code", "phone=13800000001");
    is_int(player.nevents, 0, "nor a code, to a network that is not known");

    player.address = PHONE_STR("192.0.2.77");
    code = ask_for_code();
    is_int(code.len, 6, "a code to one that is");
    is_int(login_with("13800000001", code), 200, "lets the owner in");

    play("session.code", "phone=13900000001");
    is_int(player.nevents, 1, "as for any number");
    player.nevents = 0;

    for (i = 0; i < 10; i++) {
        player.device_cookie = PHONE_EMPTY;
        play("session.code", "phone=13800000001");
    }

    is_int(player.nevents, 2, "three in all");

    play_end();
}


/* What is left of the store's memory is not for strangers. */

static void
low_memory(void)
{
    phone_str_t  device;

    open_account();
    play("session.login", LOGIN);
    device = player.device_cookie;
    player.env.memory_low = 1;

    is_int(play("session.login", LOGIN), 200, "a known browser logs in");
    is_int(play("session.code", "phone=13800000001"), 202, "asks for a code");
    is_int(play("session.code", "phone=13800000002"), 503,
           "not for another number");

    player.device_cookie = PHONE_EMPTY;
    is_int(play("session.code", "phone=13800000001"), 503, "an unknown: no");
    is_int(player.reads + player.commits, 0, "the store is not asked");
    is_int(play("session.login", LOGIN), 503, "with the right password");
    is_int(player.reads + player.commits + player.works, 0, "neither");

    player.env.memory_low = 0;
    is_int(play("session.login", LOGIN), 200, "then again");
    player.device_cookie = device;

    play_end();
}


int
main(void)
{
    codes();
    first_password();
    whose_code();
    code_guesses();
    code_side_by_side();
    full_queue();
    lifetimes_said();
    two_hosts();
    strangers();
    no_difference();
    no_difference_later();
    ten_letters();
    sends();
    cap();
    cap_few();
    codes_a_day();
    known_networks();
    low_memory();

    return done_testing();
}
