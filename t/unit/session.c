
/* MAIL-1: sessions, their slots, the cookie; limits by address. */


#define _GNU_SOURCE

#include "meddle.h"
#include "account/account.h"
#include "account/session.h"
#include "account/tries.h"


#define MINUTE  (INT64_C(60) * 1000)
#define DAY     (24 * 60 * MINUTE)

#define NUMBER  "+8613800000001"
#define LOGIN   "phone=13800000001&password=a-quiet-lake"


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
slots(void)
{
    phone_arena_t    arena;
    phone_session_t  session;

    phone_arena_init(&arena);

    ok(phone_session_parse(PHONE_STR("id 1 22 c 2001:db8::1"), &session) == 0,
       "a slot is read");
    is_str(session.id, "id", "its id");
    is_int(session.created, 1, "created");
    is_int(session.seen, 22, "seen");
    is_int(session.how, 'c', "how");
    is_str(session.address, "2001:db8::1", "address");
    is_str(phone_session_format(&arena, &session), "id 1 22 c 2001:db8::1",
           "and is written back");

    session.address = PHONE_EMPTY;
    ok(phone_session_parse(phone_session_format(&arena, &session), &session)
       == 0, "without an address as well");

    ok(phone_session_parse(PHONE_EMPTY, &session) != 0, "an empty slot");
    ok(phone_session_parse(PHONE_STR("closed 01J"), &session) != 0,
       "a closed one");
    ok(phone_session_parse(PHONE_STR("id x 2 c a"), &session) != 0,
       "a bad time");
    ok(phone_session_parse(PHONE_STR("id 1 2 cc a"), &session) != 0,
       "a bad way of logging in");

    phone_arena_free(&arena);
}


static void
alive(void)
{
    phone_session_t   session;
    phone_settings_t  settings;

    settings.session_idle = 10;
    settings.session_lifetime = 100;
    session.created = 1000;
    session.seen = 1050;

    ok(phone_session_alive(&settings, &session, 1059), "just used");
    ok(!phone_session_alive(&settings, &session, 1060), "idle");
    session.seen = 1099;
    ok(phone_session_alive(&settings, &session, 1099), "old");
    ok(!phone_session_alive(&settings, &session, 1100), "too old");
}


static void
nets(void)
{
    unsigned              i;
    phone_from_t          from;
    phone_arena_t         arena;
    static const struct {
        const char       *address;
        const char       *customer;
        const char       *network;
    } net[] = {
        { "192.0.2.7", "192.0.2.7", "192.0.2" },
        { "2001:db8::1", "2001.db8.0.0", "2001.db8.0" },
        { "2001:db8:1:2:3:4:5:6", "2001.db8.1.2", "2001.db8.1" },
        { "2001:db8:1:2:ffff::", "2001.db8.1.2", "2001.db8.1" },
        { "::1", "0.0.0.0", "0.0.0" },
        { "::", "0.0.0.0", "0.0.0" },
        { "fe80::", "fe80.0.0.0", "fe80.0.0" },
        { "1::3:4:5:6:7:8", "1.0.3.4", "1.0.3" },
        { "::ffff:192.0.2.7", "192.0.2.7", "192.0.2" },
        { "unix", "unix", "unix" },
        { "", "", "" }
    };

    phone_arena_init(&arena);

    for (i = 0; i < sizeof(net) / sizeof(net[0]); i++) {
        from = phone_from(&arena, phone_cstr(net[i].address));
        is_str(from.address, net[i].customer, "the address of %s",
               net[i].address);
        is_str(from.network, net[i].network, "the network of %s",
               net[i].address);
    }

    phone_arena_free(&arena);
}


static void
login(void)
{
    phone_str_t  cookie;

    open_account();

    is_int(play("session.login", LOGIN), 200, "a chosen password logs in");
    is_str(play_member("phone"), NUMBER, "as the number");
    is_str(play_member("must_change"), "false", "nothing to change");
    ok(player.set_cookie.len > 40, "a cookie");
    ok(memmem(player.set_cookie.data, player.set_cookie.len, NUMBER,
              sizeof(NUMBER) - 1)
       == NULL, "that does not show the number");

    cookie = player.set_cookie;
    is_int(play("session.me", ""), 401, "nobody without it");
    is_str(play_code(), "LOGIN_REQUIRED", "and is told so");

    player.cookie = phone_join(&player.arena, 3,
                               (phone_str_t[3]) { PHONE_STR("junk;;A;"),
                                                  cookie, PHONE_STR(";B") });
    is_int(play("session.me", ""), 200, "with it among others of its name");

    player.cookie = PHONE_STR(";junk;");
    is_int(play("session.me", ""), 401, "not with junk alone");

    player.cookie = cookie;
    is_int(play("session.me", ""), 200, "with it");
    is_str(play_member("name"), "Li Lei", "the name");
    is_str(play_member("plan"), "prepaid", "the plan");
    is_str(play_member("balance"), "0", "the balance");
    is_str(play_member("pin_set"), "false", "no PIN yet");
    is_int(player.reads, 2, "for one round of reads");
    is_int(player.commits, 0, "and no write");
    is_int(player.runs, 2, "in two runs");

    play("session.login", LOGIN);
    ok(!phone_equal(cookie, player.set_cookie), "a second login");
    play("session.list", "");
    ok(play_says("\"slot\":1"),
       "has a slot of its own");

    is_int(play("session.logout", ""), 200, "logout");
    ok(player.set_cookie.len == 0, "takes the cookie back");
    is_int(play("session.me", ""), 401, "gone");

    player.cookie = PHONE_STR("nonsense");
    is_int(play("session.me", ""), 401, "a made-up cookie");

    play_end();
}


/* An answer that is lost after the commit: the call runs again. */

static void
lost_answers(void)
{
    open_account();

    player.lose_answer = 1;
    is_int(play("session.login", LOGIN), 200, "login, answer lost");
    is_int(player.commits, 1, "is not done twice");
    keep_cookie();
    is_int(play("session.me", ""), 200, "its cookie is good");
    play("session.list", "");
    ok(!play_says("\"slot\":1"),
       "one session");

    player.lose_answer = 1;
    is_int(play("session.password",
                "password=a-loud-river&old_password=a-quiet-lake"), 200,
           "password, answer lost");
    is_int(player.commits, 1, "is set once");

    player.lose_answer = 1;
    is_int(play("session.logout", ""), 200, "logout, answer lost");
    is_int(play("session.me", ""), 401, "logged out");

    player.cookie = PHONE_EMPTY;
    player.lose_answer = 1;
    is_int(play("session.code", "phone=13800000001"), 202, "code");
    is_int(player.commits, 1, "is not done twice");

    play_end();
}


static void
idle(void)
{
    open_account();
    play("session.login", LOGIN);
    keep_cookie();

    player.now += 4 * MINUTE;
    play("session.me", "");
    is_int(player.commits, 0, "used again soon: nothing is written");

    player.now += MINUTE;
    play("session.me", "");
    is_int(player.commits, 1, "after five minutes the use is noted");
    play("session.me", "");
    is_int(player.commits, 0, "once");

    player.now += player.settings.session_idle - 1;
    is_int(play("session.me", ""), 200, "the idle time begins anew");
    player.now += player.settings.session_idle;
    is_int(play("session.me", ""), 401, "and ends the session");

    player.cookie = PHONE_EMPTY;
    play("session.login", LOGIN);
    keep_cookie();

    for (int i = 0; i < 29; i++) {
        player.now += DAY;
        play("session.me", "");
    }

    is_int(player.status, 200, "used each day for 29 days");
    player.now += DAY;
    is_int(play("session.me", ""), 401, "on the 30th it is over");

    play_end();
}


/*
 * A handler of a session that relies on a record of another bucket, a
 * merchant's: it was refused, INTERNAL, when the session had not been used for
 * five minutes.
 */

static int  remembered;          /* which way the merchant is asked for */
static int  claims;              /* an order of his, and writes no record */
static int  moves;               /* his takings, and writes no record */


static phone_rc_t
elsewhere_run(phone_call_t *call)
{
    phone_record_t  *shop;

    shop = remembered ? phone_ask_remembered(call, &phone_merchant,
                                             PHONE_STR("tea"))
                      : phone_ask(call, &phone_merchant, PHONE_STR("tea"));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (claims) {
        phone_claim(call, &phone_order, PHONE_STR("tea:T1"), PHONE_STR("1"),
                    0);

    } else if (moves) {
        phone_move(call, phone_ledger_takings(call, PHONE_STR("tea"),
                                              PHONE_STR("CNY")),
                   phone_ledger_outside(call, PHONE_STR("tea"),
                                        PHONE_STR("CNY")),
                   1, PHONE_STR("CNY"), "gift", PHONE_STR("1"));

    } else if (!remembered) {
        phone_set(shop, MERCHANT_NAME, phone_call_id(call));
    }

    return phone_done(call);
}


static void
guards_elsewhere(void)
{
    phone_str_t                    seen, account_version;
    static const phone_param_t     none[1] = { { NULL, 0, 0, 0, 0, NULL } };
    static const phone_endpoint_t  elsewhere = {
        "test.elsewhere", "POST", "/elsewhere", PHONE_SESSION, elsewhere_run,
        none, NULL, "for the test"
    };

    open_account();
    play("session.login", LOGIN);
    keep_cookie();

    ok(phone_home(&player.env, &phone_merchant, PHONE_STR("tea"))
       != phone_home(&player.env, &phone_account, PHONE_STR(NUMBER)),
       "a merchant of another bucket");

    seen = play_stored(&phone_account, NUMBER, ACCOUNT_S0);
    account_version = play_stored(&phone_account, NUMBER, ACCOUNT_V);
    player.now += 6 * MINUTE;

    is_int(play_endpoint(&elsewhere, ""), 200, "is written after six minutes");
    ok(phone_equal(play_stored(&phone_account, NUMBER, ACCOUNT_S0), seen),
       "without a note of the session's use");
    ok(phone_equal(play_stored(&phone_account, NUMBER, ACCOUNT_V),
                   account_version), "nor anything else in the account");

    claims = 1;
    is_int(play_endpoint(&elsewhere, ""), 200, "so is what claims a mark");
    is_int(player.commits, 1, "there");
    ok(phone_equal(play_stored(&phone_account, NUMBER, ACCOUNT_S0), seen),
       "without a note as well");
    claims = 0;

    moves = 1;
    meddle(PHONE_OP_HINCRBY, &phone_balances,
           phone_bucket_text(&player.arena,
                             phone_home(&player.env, &phone_merchant,
                                        PHONE_STR("tea"))),
           2, (const char *[2]) { "takings:tea:CNY", "1" });
    is_int(play_endpoint(&elsewhere, ""), 200, "so is what moves money");
    is_int(player.commits, 1, "there");
    ok(phone_equal(play_stored(&phone_account, NUMBER, ACCOUNT_S0), seen),
       "without a note as well");
    moves = 0;

    player.key = PHONE_STR("key");
    is_int(play_endpoint(&elsewhere, ""), 200, "with a key it is done");
    is_int(player.commits, 1, "as well");
    player.key = (phone_str_t) { 0, NULL };

    remembered = 1;
    player.remembers = 1;
    is_int(play_endpoint(&elsewhere, ""), 200, "one that only relies on it");
    is_int(play_endpoint(&elsewhere, ""), 200, "as it is remembered");
    remembered = 0;
    player.remembers = 0;

    play("session.me", "");
    ok(!phone_equal(play_stored(&phone_account, NUMBER, ACCOUNT_S0), seen),
       "a call at home notes it");

    play_end();
}


/* The session that a call notes the use of is ended meanwhile. */

static void
end_session(void)
{
    play("session.logout", "");
}


static void
not_brought_back(void)
{
    open_account();
    play("session.login", LOGIN);
    keep_cookie();

    player.now += 6 * MINUTE;
    player.before_commit = end_session;
    is_int(play("session.me", ""), 401, "a call beside the logout");
    is_int(play("session.me", ""), 401, "does not bring the session back");

    play_end();
}


static void
eight(void)
{
    int          i;
    phone_str_t  cookie[9];

    open_account();

    for (i = 0; i < 9; i++) {
        player.cookie = PHONE_EMPTY;
        play("session.login", LOGIN);
        cookie[i] = player.set_cookie;
        player.now += 1000;

        /* the very first one is used, so it is not the oldest */

        player.cookie = cookie[0];
        player.now += 5 * MINUTE;
        play("session.me", "");
    }

    is_int(player.status, 200, "the one in use stays");
    player.cookie = cookie[1];
    is_int(play("session.me", ""), 401, "the ninth takes the oldest's place");
    player.cookie = cookie[8];
    is_int(play("session.me", ""), 200, "and is in");

    player.published = 0;
    is_int(play("session.revoke", "slot=2"), 200, "one is revoked");
    is_int(player.published, 1, "its live connections are told");
    player.cookie = cookie[2];
    is_int(play("session.me", ""), 401, "it is gone");
    player.cookie = cookie[8];
    is_int(play("session.revoke", "slot=2"), 200, "again: no error");
    is_int(play("session.revoke", "slot=8"), 404, "there is no ninth slot");
    is_int(play("session.revoke", "slot=x"), 404, "nor that");
    is_int(play("session.revoke", "slot=current"), 404,
           "nor what is too long for one");
    is_str(play_member("field"), "slot", "the slot is named");
    is_int(player.published, 1, "nobody else is");
    is_int(play("session.revoke", "slot=others"), 200, "all others");
    is_int(player.published, 7, "and theirs");
    is_int(play("session.me", ""), 200, "this one stays");
    player.cookie = cookie[0];
    is_int(play("session.me", ""), 401, "the others are gone");
    player.cookie = cookie[8];
    is_int(play("session.revoke", "slot=1"), 200, "its own slot");
    is_int(play("session.me", ""), 401, "is a logout");
    is_int(player.published, 8, "that is told as well");

    play_end();
}


static void
rotation(void)
{
    phone_str_t  old, young;

    old = PHONE_STR("0123456789abcdef0123456789abcdef");

    open_account();
    play("session.login", LOGIN);
    keep_cookie();

    phone_env_keys_free(&player.env);
    phone_env_keys(&player.env,
                   PHONE_STR("ffffffffffffffffffffffffffffffff"), old);
    is_int(play("session.me", ""), 200, "a cookie of the secret before");
    young = player.set_cookie;
    ok(young.len, "is replaced");
    is_int(play("session.envelope", "once=0123456789012345678901"), 200,
           "a call that changes something");
    is_int(player.set_cookie.len, 0, "does not replace it");

    phone_env_keys_free(&player.env);
    phone_env_keys(&player.env,
                   PHONE_STR("ffffffffffffffffffffffffffffffff"), PHONE_EMPTY);
    is_int(play("session.me", ""), 401, "until that is dropped");

    player.cookie = young;
    is_int(play("session.me", ""), 200, "the other cookie goes on");
    is_int(player.set_cookie.len, 0, "and stays");

    play_end();
}


/* PHONE_CONTINUE keeps who calls, and what was sent. */

static phone_rc_t
walk_run(phone_call_t *call)
{
    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (phone_call_state(call).len < 3) {
        return phone_continue(call, phone_join(phone_memory(call), 2,
                   (phone_str_t[2]) { phone_call_state(call),
                                      PHONE_STR("+") }));
    }

    phone_say(call, "caller", phone_caller(call));
    phone_say(call, "word", phone_arg(call, "word"));
    phone_say_int(call, "slot", phone_session_slot(call));
    phone_say(call, "code_cookie", phone_cookie(call, PHONE_COOKIE_LOGIN));
    phone_say(call, "device", phone_cookie(call, PHONE_COOKIE_DEVICE));

    return phone_done(call);
}


static phone_rc_t
walk_of_run(phone_call_t *call)
{
    phone_set_cookie(call, PHONE_COOKIE_LOGIN, PHONE_STR("of a run"), 1);

    return walk_run(call);
}


/* What a run has set goes with it; what was sent stays. */

static void
starting_over_cookies(void)
{
    static const phone_param_t  params[] = {
        { "word", PHONE_P_NAME, 0, 1, 80, "" },
        { "data", PHONE_P_FILE, 0, 1, 80, "" },
        { NULL, 0, 0, 0, 0, NULL }
    };

    static phone_endpoint_t  walk = {
        "session.walk", "GET", "", PHONE_ANYONE, walk_run, params, NULL, ""
    };

    play_start();

    player.code_cookie = PHONE_STR("a-code-cookie-of-a-browser");
    player.device_cookie = PHONE_STR("");
    is_int(play_endpoint(&walk, ""), 200, "a walk of anyone");
    is_str(play_member("code_cookie"), "a-code-cookie-of-a-browser",
           "has the cookies that were sent");
    is_str(play_member("device"), "", "and no other");

    walk.run = walk_of_run;
    is_int(play_endpoint(&walk, ""), 200, "a run sets a cookie");
    is_int(player.cookie_age[PHONE_COOKIE_LOGIN], 1, "the last run counts");

    walk.run = walk_run;
    player.file = "hello";
    player.file_line = "image/png ";
    is_int(play_endpoint(&walk, ""), 500, "no walk with a file");
    player.file = NULL;

    play_end();
}


static void
starting_over(void)
{
    static const phone_param_t  params[] = {
        { "word", PHONE_P_NAME, 0, 1, 80, "" },
        { NULL, 0, 0, 0, 0, NULL }
    };

    static const phone_endpoint_t  walk = {
        "session.walk", "GET", "", PHONE_SESSION, walk_run, params, NULL, ""
    };

    open_account();
    play("session.login", LOGIN);
    play("session.login", LOGIN);
    keep_cookie();

    is_int(play_endpoint(&walk,
                         "word=a%2Dword-that-lies-in-the-memory-of-calls"),
           200, "a walk of a session");
    is_int(player.runs > 3, 1, "started over");
    is_str(play_member("caller"), NUMBER, "is that caller's to its end");
    is_str(play_member("slot"), "1", "of that session");
    is_str(play_member("word"), "a-word-that-lies-in-the-memory-of-calls",
           "with what was sent");

    play("session.logout", "");
    is_int(play_endpoint(&walk, "word=x"), 401, "not after a logout");

    play_end();
}


/* Who has no cookie of ours is refused first, whatever was sent: a host knows
   that before it has read a body. */

static void
no_cookie(void)
{
    unsigned      i;
    phone_call_t  call;
    phone_str_t   cookie[4];

    open_account();
    play("session.login", LOGIN);
    keep_cookie();

    cookie[0] = (phone_str_t) { 0, NULL };
    cookie[1] = PHONE_STR("forged");
    cookie[2] = player.code_cookie;
    cookie[3] = player.cookie;

    for (i = 0; i < 4; i++) {
        phone_call_init(&call, &player.env, &phone_session_me, NULL);
        call.cookie[PHONE_COOKIE_SESSION] = cookie[i];
        is_int(phone_may_enter(&call), i == 3, "cookie %u", i);
        phone_call_free(&call);

        phone_call_init(&call, &player.env, &phone_session_login, NULL);
        call.cookie[PHONE_COOKIE_SESSION] = cookie[i];
        ok(phone_may_enter(&call), "an endpoint for anyone");
        phone_call_free(&call);

        player.cookie = cookie[i];
        is_int(play("session.password", "password=x"), i == 3 ? 400 : 401,
               "a bad field, and that cookie");
        is_int(player.reads > 0, i == 3, "the store is asked, or not");
    }

    play_end();
}


int
main(void)
{
    no_cookie();
    slots();
    alive();
    nets();
    login();
    lost_answers();
    idle();
    guards_elsewhere();
    not_brought_back();
    eight();
    rotation();
    starting_over();
    starting_over_cookies();

    return done_testing();
}
