
/* PAY-3: the payment PIN, and the limit on guessing it. */


#define _GNU_SOURCE

#include "play.h"
#include "account/pin.h"


#define MINUTE  (INT64_C(60) * 1000)
#define DAY     (24 * 60 * MINUTE)

#define NUMBER  "+8613800000001"


static void
logged_in(void)
{
    play_start();
    play("operator.accounts", "phone=13800000001&password=a-quiet-lake");
    play("session.login", "phone=13800000001&password=a-quiet-lake");
    player.cookie = player.set_cookie;
}


static void
ladder(void)
{
    const phone_settings_t  *settings;

    settings = &phone_settings_default;

    is_int(phone_pin_lock(settings, 4), 0, "four wrong: no lock");
    is_int(phone_pin_lock(settings, 5), 5 * MINUTE, "five");
    is_int(phone_pin_lock(settings, 6), 10 * MINUTE, "six");
    is_int(phone_pin_lock(settings, 7), 30 * MINUTE, "seven");
    is_int(phone_pin_lock(settings, 8), 60 * MINUTE, "eight");
    is_int(phone_pin_lock(settings, 9), DAY, "nine");
    is_int(phone_pin_lock(settings, 10), 2 * DAY, "ten");
    is_int(phone_pin_lock(settings, 11), 3 * DAY, "and a day more each");
}


static void
set(void)
{
    phone_str_t  first;

    logged_in();

    play("bill.pin", "pin=123456");
    is_str(play_code(), "PIN_WEAK", "a run is refused");
    play("bill.pin", "pin=27182");
    is_str(play_code(), "PARAM_INVALID", "so are five digits");

    is_int(play("bill.pin", "pin=271828"), 200, "set");
    play("session.me", "");
    is_str(play_member("pin_set"), "true", "which the profile tells");

    first = play_stored(&phone_account, NUMBER, ACCOUNT_PIN);
    ok(first.len > 22 + 1 + 43, "a salt and a hash, sealed");
    ok(memmem(first.data, first.len, "271828", 6) == NULL, "not the PIN");

    play("bill.pin", "pin=314159");
    is_str(play_code(), "PARAM_MISSING", "another: the old one is needed");
    is_str(play_member("field"), "old_pin", "by name");

    player.lose_answer = 1;
    is_int(play("bill.pin", "pin=314159&old_pin=271828"), 200,
           "changed, answer lost");
    is_int(player.commits, 1, "once");
    ok(!phone_equal(play_stored(&phone_account, NUMBER, ACCOUNT_PIN), first),
       "it is another");

    play("bill.pin", "pin=271828&old_pin=271828");
    is_str(play_code(), "PIN_WRONG", "the old one is void");

    play_end();
}


/* The same PIN twice: another salt, so nobody sees that it is the same. */

static void
salted(void)
{
    phone_str_t  first;

    logged_in();

    play("bill.pin", "pin=271828");
    first = play_stored(&phone_account, NUMBER, ACCOUNT_PIN);
    play("bill.pin", "pin=271828&old_pin=271828");
    ok(!phone_equal(play_stored(&phone_account, NUMBER, ACCOUNT_PIN), first),
       "another salt");

    play_end();
}


static void
guesses(void)
{
    int  i;
    char left[2];

    logged_in();
    play("bill.pin", "pin=271828");

    for (i = 4; i >= 0; i--) {
        play("bill.pin", "pin=314159&old_pin=000000");
        is_str(play_code(), "PIN_WRONG", "wrong");
        left[0] = (char) ('0' + i);
        left[1] = '\0';
        is_str(play_member("remaining"), left, "%d tries remain", i);
    }

    is_str(play_member("until"), "2027-01-15T08:05:00Z", "locked until");

    play("bill.pin", "pin=314159&old_pin=271828");
    is_str(play_code(), "PIN_LOCKED", "the right one as well");
    is_str(play_member("until"), "2027-01-15T08:05:00Z", "until then");
    is_int(player.retry_after, 300, "in seconds");
    is_str(play_stored(&phone_account, NUMBER, ACCOUNT_PIN_FAILS), "5",
           "and nothing is counted");

    player.now += 5 * MINUTE;
    play("bill.pin", "pin=314159&old_pin=000000");
    is_str(play_code(), "PIN_WRONG", "then one try");
    play("bill.pin", "pin=314159&old_pin=271828");
    is_int(player.retry_after, 600, "for the next ten minutes");

    player.now += 10 * MINUTE;
    is_int(play("bill.pin", "pin=314159&old_pin=271828"), 200, "the right one");
    is_str(play_stored(&phone_account, NUMBER, ACCOUNT_PIN_FAILS), "",
           "forgives");
    is_str(play_stored(&phone_account, NUMBER, ACCOUNT_PIN_UNTIL), "", "all");

    play_end();
}


static void
another_guess(void)
{
    play("bill.pin", "pin=314159&old_pin=000000");
}


/* Both have read the account before either is counted. */

static void
side_by_side(void)
{
    int  i;

    logged_in();
    play("bill.pin", "pin=271828");

    for (i = 0; i < 4; i++) {
        play("bill.pin", "pin=314159&old_pin=000000");
    }

    player.before_commit = another_guess;
    play("bill.pin", "pin=314159&old_pin=111111");
    is_str(play_code(), "PIN_LOCKED", "the sixth guess is not answered");
    is_str(play_stored(&phone_account, NUMBER, ACCOUNT_PIN_FAILS), "5",
           "five were counted");

    player.now += 5 * MINUTE;
    player.before_commit = another_guess;
    play("bill.pin", "pin=314159&old_pin=271828");
    is_str(play_code(), "PIN_LOCKED",
           "a right one that comes second is not answered either");

    play_end();
}


/*
 * A handler that changes nothing of the account when the PIN is right: of
 * many guesses sent at once the right one must not slip through.
 */

static phone_rc_t
spend(phone_call_t *call)
{
    phone_record_t  *account;

    account = phone_ask_some(call, &phone_account, phone_caller(call),
                             PHONE_PIN_FIELDS);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (phone_pin_check(call, account, phone_arg(call, "pin")) != PHONE_DONE) {
        return PHONE_REFUSED;
    }

    return phone_done(call);
}


static const phone_param_t  spend_params[] = {
    { "pin", PHONE_P_DIGITS, PHONE_REQUIRED|PHONE_SECRET, 6, 6, "PIN" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_endpoint_t  spend_endpoint = {
    "test.spend", "POST", "/spend", PHONE_SESSION, spend, spend_params, NULL, ""
};


static void
five_guesses(void)
{
    int  i;

    for (i = 0; i < 5; i++) {
        play_endpoint(&spend_endpoint, "pin=000000");
    }
}


static void
many_at_once(void)
{
    logged_in();

    play_endpoint(&spend_endpoint, "pin=271828");
    is_str(play_code(), "PIN_NOT_SET", "none is set yet");

    play("bill.pin", "pin=271828");
    is_int(play_endpoint(&spend_endpoint, "pin=271828"), 200, "the right one");

    player.before_commit = five_guesses;
    play_endpoint(&spend_endpoint, "pin=271828");
    is_str(play_code(), "PIN_LOCKED", "but not behind five wrong ones");

    play_end();
}


int
main(void)
{
    ladder();
    set();
    salted();
    guesses();
    side_by_side();
    many_at_once();

    return done_testing();
}
