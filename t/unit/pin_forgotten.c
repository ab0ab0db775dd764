
/* A forgotten payment PIN: a code by SMS, the password, and a quiet time. */


#include "login.h"
#include "meddle.h"


#define DAY   (24 * 60 * MINUTE)
#define NEW   "pin=314159&password=a-quiet-lake"


/* An account with a PIN, whose session is as old as that. */

static void
with_pin(void)
{
    open_account();
    play("session.login", LOGIN);
    player.cookie = player.set_cookie;
    is_int(play("bill.pin", "pin=271828"), 200, "a PIN");
    player.now += DAY;
}


static void
by_code(void)
{
    phone_str_t  code;

    code = ask_for_code();
    is_int(login_with("13800000001", code), 200, "a login by SMS");
    player.cookie = player.set_cookie;
}


static void
refused(const char *form, int status, const char *code, const char *about)
{
    phone_str_t  before;

    before = play_stored(&phone_account, NUMBER, ACCOUNT_PIN);

    is_int(play("bill.pin_forgotten", form), status, "%s", about);
    is_str(play_code(), code, "%s: which", about);
    ok(phone_equal(play_stored(&phone_account, NUMBER, ACCOUNT_PIN), before),
       "%s: nothing has changed", about);
}


static void
replaced(void)
{
    unsigned  texts;

    with_pin();
    refused(NEW, 403, "CODE_NEEDED", "a session by password");

    by_code();
    refused("pin=314159&password=not-the-right", 401, "LOGIN_FAILED",
            "a wrong password");
    refused("pin=111111&password=a-quiet-lake", 400, "PIN_WEAK", "a weak PIN");
    player.now += 10 * MINUTE;
    refused(NEW, 403, "CODE_NEEDED", "ten minutes later");

    by_code();
    player.lose_answer = 1;
    is_int(play("bill.pin_forgotten", NEW), 200, "done, answer lost");
    is_int(player.commits, 1, "by one commit");
    is_str(play_member("until"), "2027-01-17T08:10:00Z", "a day from now");

    texts = player.texts;
    is_int(play("bill.pin_forgotten", NEW), 200, "once more");
    ok(play_event(), "a text");

    is_int(player.texts - texts, 1, "the number is told");
    ok(memmem(player.text.data, player.text.len, "was reset", 9) != NULL,
       "so");

    play_end();
}


/* The PIN is another one by the time at which a lost answer makes the call run
   once more. */

static void
changes_pin(void)
{
    if (player.commits == 1) {
        player.before_read = NULL;
        meddle(PHONE_OP_HDEL, &phone_account, PHONE_STR(NUMBER), 1,
               (const char *[]) { "pin" });
    }
}


static void
answer_lost(void)
{
    with_pin();
    by_code();
    player.lose_answer = 1;
    player.before_read = changes_pin;
    is_int(play("bill.pin_forgotten", NEW), 200, "done, answer lost");
    ok(player.before_read == NULL, "then the PIN is changed");
    is_int(player.commits, 1, "which the same call does not undo");
    is_str(play_stored(&phone_account, NUMBER, ACCOUNT_PIN), "", "it stays");

    play_end();
}


static void
quiet(void)
{
    int  i;

    with_pin();

    for (i = 0; i < 6; i++) {
        play("bill.pin", "pin=314159&old_pin=000000");
    }

    is_str(play_code(), "PIN_LOCKED", "wrong PINs have locked it");
    by_code();
    is_int(play("bill.pin_forgotten", NEW), 200, "another one");

    for (i = 0; i < 6; i++) {
        is_int(play("bill.pin", i % 2 ? "pin=161803&old_pin=000000"
                                      : "pin=161803&old_pin=314159"), 403,
               "a wrong one, the right one");
        is_str(play_code(), "PIN_QUIET", "are not looked at");
    }

    is_str(play_stored(&phone_account, NUMBER, ACCOUNT_PIN_FAILS), "",
           "nor counted");
    player.now += DAY - 1;
    play("bill.pin", "pin=161803&old_pin=314159");
    is_str(play_code(), "PIN_QUIET", "for a day");
    is_int(player.retry_after, 1, "and says how long that still is");

    player.now += 1;
    play("bill.pin", "pin=161803&old_pin=271828");
    is_str(play_code(), "PIN_WRONG", "the one before is void");
    is_int(play("bill.pin", "pin=161803&old_pin=314159"), 200,
           "and then it counts");
    play("bill.pin", "pin=141421&old_pin=161803");
    is_int(player.commits, 1, "one that was changed has no quiet time");

    play_end();
}


/* A SIM card alone can set a password: with it, it is to wait. */

static void
new_password(void)
{
    with_pin();
    by_code();
    is_int(play("session.password", "password=of-the-thief"), 200,
           "a thief sets a password");
    refused("pin=314159&password=of-the-thief", 403, "PASSWORD_NEW",
            "which is new");
    is_str(play_member("until"), "2027-01-17T08:00:00Z", "for a day");

    player.now += DAY - 1;
    by_code();
    refused("pin=314159&password=of-the-thief", 403, "PASSWORD_NEW",
            "nearly a day later");
    player.now += 1;
    is_int(play("bill.pin_forgotten", "pin=314159&password=of-the-thief"), 200,
           "then, if its owner has done nothing");

    play_end();
}


static void
nothing_to_forget(void)
{
    open_account();
    by_code();
    refused(NEW, 403, "PIN_NOT_SET", "no PIN");
    play_end();

    play_start();
    play("operator.accounts", "phone=13800000001");
    by_code();
    play("bill.pin", "pin=271828");
    refused(NEW, 403, "PASSWORD_NEW", "no password");
    is_int(play_member("until").len, 0, "no time will help");
    play_end();
}


static void
limited(void)
{
    int  i;

    with_pin();
    by_code();

    for (i = 0; i < 200 && player.status != 429; i++) {
        play("bill.pin_forgotten", "pin=314159&password=not-the-right");
    }

    is_str(play_code(), "RATE_LIMITED", "guesses at the password are limited");
    refused(NEW, 429, "RATE_LIMITED", "the right one as well");
    play_end();
}


int
main(void)
{
    replaced();
    answer_lost();
    quiet();
    new_password();
    nothing_to_forget();
    limited();

    return done_testing();
}
