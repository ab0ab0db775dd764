
/* Logins beyond a limit, and devices that are not known any more. */


#include "login.h"


/* Beyond the limit a password is of no use, also with a code cookie: neither
   one that cannot be a code, nor one of ten letters that is tried as both. */

static void
spent_limit(void)
{
    unsigned     i, k;
    phone_str_t  cookie, right;

    static const char *const  chosen[] = { "abcdefghjk", "abcdefghjkm",
                                           "abcdefghj" };

    for (i = 0; i < sizeof(chosen) / sizeof(chosen[0]); i++) {
        right = phone_cstr(chosen[i]);

        play_start();
        play("operator.accounts",
             i == 0 ? "phone=13800000001&password=abcdefghjk"
             : i == 1 ? "phone=13800000001&password=abcdefghjkm"
             : "phone=13800000001&password=abcdefghj");
        ask_for_code();
        cookie = player.code_cookie;
        player.settings.code_tries = 100;

        is_int(login_with("13800000001", right), 200, "%s is the password",
               chosen[i]);
        player.device_cookie = PHONE_EMPTY;
        player.code_cookie = cookie;

        for (k = 0; k < 5; k++) {
            is_int(login_with("13800000001", PHONE_STR("zbcdefghjk")), 401,
                   "a guess");
        }

        is_int(login_with("13800000001", PHONE_STR("zbcdefghjk")), 429,
               "one too many");
        is_int(player.works, 1, "costs as much as any, for it may be a code");
        is_int(login_with("13800000001", right), 429, "nor is %s of use then",
               chosen[i]);
        is_int(player.works, i == 0, "%s", i == 0 ? "the same work"
                                     : "which cannot be a code");
        is_int(player.retry_after, 600, "until the window ends");
        is_int(player.set_cookie.len, 0, "no session");

        play_end();
    }
}


/* The right code gets in while passwords do not. */

static void
code_past_limit(void)
{
    int          i;
    phone_str_t  code, cookie;

    play_start();
    play("session.code", "phone=13900000001");
    play_event();
    code = sent("password: ", 10);
    cookie = player.code_cookie;
    player.settings.code_tries = 8;

    for (i = 0; i < 5; i++) {
        login_with("13900000001", PHONE_STR("zbcdefghjk"));
    }

    is_int(login_with("13900000001", PHONE_STR("zbcdefghjk")), 429,
           "no more guesses at a password");
    player.code_cookie = cookie;
    is_int(login_with("13900000001", code), 200,
           "a temporary one is a code, with tries of its own");

    play_end();
}


/* A device is known for so long after its last login, and by its own number. */

static void
devices_age(void)
{
    unsigned     i;
    phone_str_t  device, other;

    const struct {
        int64_t              age;        /* less than its lifetime, by ms */
        int                  status;
        const char          *what;
    } seen[] = {
        { 1, 200, "the last moment of a device" },
        { 0, 429, "then it is not known" },
        { -24 * 60 * MINUTE, 429, "nor a day later" }
    };

    for (i = 0; i < sizeof(seen) / sizeof(seen[0]); i++) {
        open_account();
        player.settings.login_fails = 1;

        play("session.login", LOGIN);
        device = player.device_cookie;
        player.now += player.settings.device_lifetime - seen[i].age;

        player.device_cookie = PHONE_EMPTY;
        play("session.login", WRONG);
        is_int(play("session.login", LOGIN), 429, "a stranger has had enough");

        player.device_cookie = device;
        is_int(play("session.login", LOGIN), seen[i].status, "%s",
               seen[i].what);

        if (seen[i].status == 200) {
            player.now += player.settings.device_lifetime - 1;
            play("session.login", WRONG);
            player.device_cookie = PHONE_EMPTY;
            is_int(play("session.login", LOGIN), 200,
                   "each login begins its time anew");
        }

        play_end();
    }

    open_account();
    player.settings.login_fails = 1;
    play("operator.accounts", "phone=13800000002&password=a-loud-river");
    play("session.login", "phone=13800000002&password=a-loud-river");
    other = player.device_cookie;
    player.device_cookie = PHONE_EMPTY;
    play("session.login", WRONG);
    player.device_cookie = other;
    is_int(play("session.login", LOGIN), 429, "nor the device of another");

    play_end();
}


int
main(void)
{
    spent_limit();
    code_past_limit();
    devices_age();

    return done_testing();
}
