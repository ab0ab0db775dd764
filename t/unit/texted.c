
/* MAIL-8: a number asks for a login code by a text, for any browser. */


#include "login.h"


#define DAY  (24 * 60 * MINUTE)


static unsigned  serial;


/* How many texts a text to the platform causes. */

static unsigned
text_from(const char *number, const char *text)
{
    char      form[200];
    unsigned  texts;

    texts = player.texts;
    snprintf(form, sizeof(form), "from=%%2B%s&text=%s&id=t%u", number + 1, text,
             ++serial);
    is_int(play("sms.in", form), 200, "\"%s\" of %s", text, number);
    is_str(player.body, "", "nothing is answered");

    while (play_event()) {
        /* void */
    }

    return player.texts - texts;
}


static phone_str_t
texted_code(void)
{
    is_int(text_from(NUMBER, "LOGIN"), 1, "a code");

    return sent("code: ", 10);
}


static void
start_day(void)
{
    player.now += DAY - player.now % DAY;
}


static void
forget_cookies(void)
{
    player.code_cookie = PHONE_EMPTY;
    player.device_cookie = PHONE_EMPTY;
}


static void
guess_from(unsigned a, unsigned b, const char *guess)
{
    player.address = from(a, b);
    forget_cookies();
    login_with("13800000001", phone_cstr(guess));
}


static void
logs_in(void)
{
    phone_str_t  code;

    open_account();

    code = texted_code();
    is_str(player.to, NUMBER, "to the number");
    is_int(code.len, 10, "of ten letters");
    is_int(login_with("13700000000", code), 401, "it is no other number's");

    player.address = from(1, 1);
    is_int(login_with("13800000001", code), 200, "in any browser");
    is_int(player.works, 0, "without a password hash");
    is_str(play_member("must_change"), "false", "nothing to change");
    is_int(login_with("13800000001", code), 401, "once");
    is_int(player.works, 1, "then it is a wrong password");

    code = texted_code();
    player.lose_answer = 1;
    is_int(login_with("13800000001", code), 200,
           "a lost answer of the store does not matter");
    is_int(login_with("13800000001", code), 401, "it was used up all the same");

    code = texted_code();
    player.now += player.settings.code_lifetime;
    is_int(login_with("13800000001", code), 401, "it lives ten minutes");

    play_end();
}


static void
words(void)
{
    unsigned  i;

    static const char *const  word[] = {
        "LOGIN", "login", "Login please", "CODE", "code!", "DL", "dl.",
        "登录", "登陆", "验证码", "验证码。"
    };

    static const char *const  other[] = {
        "LOGINS", "LOG", "my code", "123456", "登", "验证", "密码", "hello"
    };

    open_account();
    player.settings.code_sends = 100;

    for (i = 0; i < sizeof(word) / sizeof(word[0]); i++) {
        is_int(text_from(NUMBER, word[i]), 1, "is a word");
    }

    for (i = 0; i < sizeof(other) / sizeof(other[0]); i++) {
        is_int(text_from(NUMBER, other[i]), 0, "is none");
        is_int(player.commits, 0, "and leaves nothing");
    }

    play_end();
}


static void
number_without_account(void)
{
    phone_str_t  password;

    play_start();

    is_int(text_from("+8613900000001", "LOGIN"), 1, "nobody's number");
    password = sent("password: ", 10);
    is_int(password.len, 10, "gets a temporary password");
    is_int(login_with("13900000001", PHONE_STR("abcdefghjk")), 401, "a guess");
    player.now += 59 * MINUTE;
    is_int(login_with("13900000001", password), 200, "it is good for an hour");
    is_str(play_member("must_change"), "true", "to be changed");
    is_int(login_with("13900000001", password), 401, "once");

    play_end();
}


static void
one_text_one_code(void)
{
    unsigned     i;
    phone_str_t  older, newer;

    open_account();

    for (i = 0; i < 4; i++) {
        play("sms.in", "from=%2B8613800000001&text=LOGIN&id=same");
    }

    is_int(player.nevents, 1, "the gateway tells of it four times: one code");
    play_event();
    older = sent("code: ", 6);
    newer = texted_code();
    is_int(login_with("13800000001", older), 401, "an older code is none");
    is_int(login_with("13800000001", newer), 200, "the last one is");

    play("sms.in", "from=%2B8613800000001&text=STOP&id=same");
    is_int(player.commits, 1, "another text with that id is another one");

    player.lose_answer = 1;
    play("sms.in", "from=%2B8613800000001&text=LOGIN");
    is_int(player.commits, 1, "nor twice without an id, for one call");

    play_end();
}


/*
 * Who guesses all the time, from wherever he likes, and has used up what the
 * number's password can be tried in a day, does not keep its owner out.
 */

static void
guesses(void)
{
    int          i, k, seen;
    phone_str_t  code;

    static const char *const  guess[] = {
        "000000", "abcdefghjk", "wrong-wrong"
    };

    open_account();
    start_day();

    for (i = 0; i < 300; i++) {
        guess_from(9, i, "000000");
    }

    is_int(player.status, 429, "the guesses of the day are used up");

    for (k = 0; k < 10; k++) {
        player.now += 11 * MINUTE;
        code = texted_code();

        for (i = 0, seen = 0; i < 60; i++) {
            guess_from(10 + k, i, guess[i % 3]);
            seen += player.status != 429 || player.commits || player.works;
        }

        is_int(seen, 0, "no guess is told that there is a code");

        player.address = from(9, 1);
        forget_cookies();
        is_int(login_with("13800000001", code), 200, "the owner is in, at "
               "the first try, from a network that may log in no more");
        is_int(player.works, 0, "without a password hash");
    }

    play_end();
}


/* What a wrong password is answered, and what it costs. */

static phone_str_t
wrong_password(const char *guess)
{
    login_with("13800000001", phone_cstr(guess));

    return phone_format(&player.arena, "%d %.*s reads %u commits %u runs %u "
                        "works %u after %lld", player.status,
                        PHONE_ARGS(play_code()), player.reads, player.commits,
                        player.runs, player.works,
                        (long long) player.retry_after);
}


/* Of some guesses, for a number that has texted LOGIN or has not. */

static void
wrong_passwords(int has_account, int has_texted, int has_cookie,
    phone_buf_t *seen)
{
    unsigned  i, k;

    static const char *const  guess[] = {
        "000000", "abcdefghjk", "a-quiet-pond", "a-quiet-lak", "zzzzzzzzzz"
    };

    play_start();
    phone_buf_init(seen, &player.arena, 16384);

    if (has_account) {
        play("operator.accounts",
             "phone=13800000001&name=Li+Lei&password=a-quiet-lake");
    }

    start_day();

    if (has_cookie) {
        play("session.code", "phone=13800000001");
    }

    if (has_texted) {
        text_from(NUMBER, "LOGIN");

    } else {
        player.nevents = 0;
    }

    for (i = 0; i < 40; i++) {
        player.address = from(3, i);

        for (k = 0; k < 5; k++) {
            phone_buf_put(seen, wrong_password(guess[k]));
            phone_buf_put(seen, PHONE_STR("; "));
        }

        if (i == 30) {
            player.now += 11 * MINUTE;
        }
    }
}


static void
no_difference(void)
{
    int          i;
    char         known[16384];
    phone_buf_t  seen;

    for (i = 0; i < 4; i++) {
        wrong_passwords(i & 1, 0, i & 2, &seen);
        snprintf(known, sizeof(known), "%.*s",
                 PHONE_ARGS(phone_buf_str(&seen)));
        play_end();

        wrong_passwords(i & 1, 1, i & 2, &seen);
        is_str(phone_buf_str(&seen), known, "account %d, cookie %d: a code "
               "makes no difference", i & 1, i & 2);
        play_end();
    }
}


/* A browser with a cookie, and the code that came for a text. */

static void
both_codes(void)
{
    int          i;
    phone_str_t  asked, code, cookie;

    open_account();

    asked = ask_for_code();
    cookie = player.code_cookie;
    code = texted_code();
    is_int(login_with("13800000001", code), 200, "the texted one");
    player.code_cookie = cookie;
    is_int(login_with("13800000001", asked), 200, "then that of the browser");

    asked = ask_for_code();
    cookie = player.code_cookie;
    code = texted_code();

    for (i = 0; i < 5; i++) {
        player.code_cookie = cookie;
        login_with("13800000001", PHONE_STR("000000"));
    }

    is_int(login_with("13800000001", asked), 401,
           "guesses count for that of the browser");
    is_int(login_with("13800000001", code), 200, "and not for the other");

    play_end();
}


/* Of two at once one is let in. */

static phone_str_t  right_code;
static int          other_status;

static void
use_code(void)
{
    unsigned  runs, commits;

    runs = player.runs;
    commits = player.commits;

    player.address = from(1, 2);
    other_status = login_with("13800000001", right_code);

    player.runs = runs;
    player.commits = commits;
}


static void
side_by_side(void)
{
    open_account();

    right_code = texted_code();
    player.before_commit = use_code;
    is_int(login_with("13800000001", right_code), 401, "too late");
    is_int(other_status, 200, "for it was used");

    play_end();
}


static void
who_gets_none(void)
{
    phone_str_t  code;

    open_account();

    is_int(text_from("+447700900123", "LOGIN"), 0, "no texts abroad");
    is_int(player.nevents, 0, "none is put");
    is_int(text_from("+862161234567", "LOGIN"), 0, "nor to fixed lines");
    is_int(text_from("+8610690", "LOGIN"), 0, "nor to short numbers");

    player.env.memory_low = 1;
    is_int(text_from(NUMBER, "LOGIN"), 0, "nor when memory is low");
    player.env.memory_low = 0;

    is_int(text_from(NUMBER, "STOP"), 0, "who has said STOP");
    code = texted_code();
    is_int(login_with("13800000001", code), 200, "gets codes");

    play_end();
}


static void
limits(void)
{
    int       i, k;
    char      number[48];
    unsigned  n;

    open_account();
    start_day();

    for (i = 0, n = 0; i < 10; i++) {
        n += text_from(NUMBER, "LOGIN");
    }

    is_int(n, 3, "three in ten minutes");

    for (i = 0; i < 140; i++) {
        player.now += 10 * MINUTE;
        n += text_from(NUMBER, "LOGIN");
    }

    is_int(n, 20, "twenty a day");

    start_day();

    for (i = 0; i < 40; i++) {
        player.address = from(2, i);
        play("session.code", "phone=13800000001");
    }

    player.nevents = 0;
    is_int(text_from(NUMBER, "LOGIN"), 1, "strangers do not use them up");

    /* one gateway: the numbers that begin alike are what a network is */

    player.settings.code_cap = 640;
    player.now += 20 * MINUTE;

    for (i = 0, n = 0; i < 60; i++) {
        snprintf(number, sizeof(number), "+861370000%04d", i);
        n += text_from(number, "LOGIN");
    }

    is_int(n, 10, "a prefix gets a 64th of all codes");

    for (k = 0, n = 0; k < 100; k++) {
        for (i = 0; i < 10; i++) {
            snprintf(number, sizeof(number), "+86136%02d00%04d", k, i);
            n += text_from(number, "LOGIN");
        }
    }

    ok(n < 640, "all of them together no more than there are: %u", n);

    play_end();
}


/* SIM cards whose numbers begin like the owner's. */

static void
prefix(void)
{
    int       i, k;
    char      number[24];
    unsigned  n;

    open_account();
    start_day();

    for (i = 0, n = 0; i < 200; i++) {
        for (k = 0; k < 3; k++) {
            snprintf(number, sizeof(number), "+861380%07d", 5000000 + i);
            n += text_from(number, "LOGIN");
        }
    }

    is_int(n, 94, "strangers have used up what the prefix gets");
    is_int(text_from(NUMBER, "LOGIN"), 1, "who has an account gets a code");
    is_int(text_from(NUMBER, "LOGIN"), 0, "one in a window");
    player.now += 10 * MINUTE;
    is_int(text_from(NUMBER, "LOGIN"), 1, "then another one");

    /* his part of all codes is that of accounts alone */

    player.settings.code_cap = 640;
    player.now += 10 * MINUTE;

    for (i = 0, n = 0; i < 100; i++) {
        snprintf(number, sizeof(number), "phone=1380%07d", 6000000 + i);
        play("operator.accounts", number);
        snprintf(number, sizeof(number), "+861380%07d", 6000000 + i);
        n += text_from(number, "LOGIN");
    }

    is_int(n, 10 + 80, "of a prefix, and what accounts get");

    play_end();
}


/*
 * Texts in the name of the owner, which he has not sent, take no more of what
 * his number gets than strangers do: his browser gets its code.
 */

static void
in_his_name(void)
{
    int       i;
    unsigned  n;

    open_account();
    start_day();
    play("session.login", LOGIN);
    player.settings.sms_number_day = 8;

    for (i = 0, n = 0; i < 12; i++) {
        player.now += 10 * MINUTE;
        n += text_from(NUMBER, "LOGIN");
    }

    is_int(n, 6, "half of them, and what is for accounts");

    n = player.texts;
    play("session.code", "phone=13800000001");

    while (play_event()) {
        /* void */
    }

    is_int(player.texts - n, 1, "the last quarter is the owner's own");

    play_end();
}


int
main(void)
{
    logs_in();
    words();
    number_without_account();
    one_text_one_code();
    guesses();
    no_difference();
    both_codes();
    side_by_side();
    who_gets_none();
    limits();
    prefix();
    in_his_name();

    return done_testing();
}
