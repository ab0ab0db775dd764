
/* MAIL-1: passwords, and the limits on guessing them. */


#include "login.h"


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


/* Somebody with many devices of his own number fills no sketch with them. */

static void
many_devices(void)
{
    int          i, k, tried;
    phone_str_t  device[6];

    open_account();

    for (i = 0; i < 6; i++) {
        player.device_cookie = PHONE_EMPTY;
        play("session.login", LOGIN);
        device[i] = player.device_cookie;
        player.cookie = PHONE_EMPTY;
    }

    player.now += 10 * MINUTE;
    tried = 0;

    for (i = 0; i < 6; i++) {
        player.device_cookie = device[i];

        for (k = 0; k < 4; k++) {
            tried += play("session.login", WRONG) == 401;
        }
    }

    is_int(tried, 20, "all devices of a number share a limit");

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

    /* run once more after its own commit, the call gives the device as well */

    player.lose_answer = 1;
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
    play("session.password", "password=138-0000-0001&old_password=x");
    is_str(play_code(), "PASSWORD_WEAK", "one's own number");
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


/* The next number from *n that lies in the bucket of NUMBER. */

static phone_str_t
number_of_one_bucket(unsigned *n)
{
    phone_str_t  number;

    do {
        number = phone_format(&player.arena, "+86137%08u", (*n)++);

    } while (phone_home(&player.env, &phone_account, number)
             != phone_home(&player.env, &phone_account, PHONE_STR(NUMBER)));

    number.data++;
    number.len--;

    return number;
}


/* Closing the password login of all numbers of a bucket. */

static void
one_bucket(void)
{
    char      form[80];
    int       k, waits;
    unsigned  i, n;

    play_start();
    player.env.cells = 256;
    player.settings.login_day = 10;
    player.settings.login_fails = 100;

    n = 0;

    for (i = 0; i < 400; i++) {
        snprintf(form, sizeof(form), "phone=%.*s&password=guess-it",
                 PHONE_ARGS(number_of_one_bucket(&n)));

        for (k = 0; k < 10; k++) {
            player.address = from(i % 200, k);
            play("session.login", form);
        }
    }

    waits = 0;

    for (i = 0; i < 100; i++) {
        snprintf(form, sizeof(form), "phone=%.*s&password=guess-it",
                 PHONE_ARGS(number_of_one_bucket(&n)));
        player.address = from(200, i);
        waits += play("session.login", form) == 429;
    }

    ok(waits <= 2, "guesses at others of the bucket keep out few: %d", waits);

    play_end();
}


/* The secret is changed host by host: a text of a host that has the new one is
   an event of one that has not. */

static void
another_secret(void)
{
    int               i;
    int64_t           wait;
    phone_seal_key_t  *ours, *other;

    open_account();
    ours = player.env.record_key;
    other = phone_seal_key_create(PHONE_STR("another secret of thirty-two B !"),
                                  "record");

    play("session.code", "phone=13800000001");
    player.env.record_key = other;

    for (i = 0; i < 8; i++) {
        play_event();
        wait = player.event[0].score - player.now;
        is_int(wait, INT64_C(5000) << (i < 6 ? i : 6),
               "it is left to other hosts, %d", i + 1);
        ok(!player.gave_up, "and not given up");
    }

    is_int(player.texts, 0, "it was not sent");

    player.env.record_key = ours;
    play_event();
    is_int(player.texts, 1, "one of them sends it");
    ok(sent("code ", 6).len || sent("码", 6).len, "as it was put");
    is_int(player.nevents, 0, "once");

    play("session.code", "phone=13800000001");
    player.env.record_key = other;
    play_event();
    player.now += 10 * MINUTE;
    play_event();
    is_int(player.nevents, 0, "one that nobody could read ends with its life");
    is_int(player.texts, 1, "unsent");

    player.env.record_key = ours;
    phone_seal_key_free(other);
    play_end();
}


/* A call that counts, and takes it back when it is told to. */

static phone_rc_t
count_run(phone_call_t *call)
{
    int64_t          n;
    phone_record_t  *account;

    account = phone_ask(call, &phone_account, PHONE_STR(NUMBER));
    n = phone_ask_count(call, &phone_days, PHONE_STR("x"), PHONE_DAY);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (phone_arg_int(call, "back")) {
        phone_set_int(account, ACCOUNT_PIN_FAILS, n);
        phone_uncount(call, &phone_days, PHONE_STR("x"), PHONE_DAY);
    }

    phone_say_int(call, "n", n);

    return phone_done(call);
}


static const phone_param_t  count_params[] = {
    { "back", PHONE_P_INT, PHONE_REQUIRED, 0, 1, "" },
    { NULL, 0, 0, 0, 0, NULL }
};

static const phone_endpoint_t  count = {
    "test.count", "POST", "", PHONE_ANYONE, count_run, count_params, NULL, ""
};


/* One whose commit is tried twice takes nothing back that another has
   counted. */

static void
answer_lost(void)
{
    open_account();

    play_endpoint(&count, "back=0");
    is_str(play_member("n"), "1", "counted");
    play_endpoint(&count, "back=1");
    is_str(play_member("n"), "2", "counted, and taken back");
    player.lose_answer = 1;
    play_endpoint(&count, "back=1");
    is_str(play_member("n"), "2", "the same, twice");
    play_endpoint(&count, "back=0");
    is_str(play_member("n"), "2", "is taken back once");

    play_end();
}


int
main(void)
{
    failures();
    right_ones();
    answer_lost();
    networks();
    addresses();
    own_logins();
    side_by_side();
    locked_out();
    devices();
    many_devices();
    devices_end();
    gateway();
    another_secret();
    passwords();
    lanes();
    pump_off();
    one_bucket();

    return done_testing();
}
