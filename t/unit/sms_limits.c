
/* How many texts are sent: to a number, to those with the same first digits, by
   a sender, and at all; to which countries. */


#include "login.h"
#include "sms/sms.h"


#define HOUR  (60 * MINUTE)
#define DAY   (24 * HOUR)


/* An endpoint that puts a text. */

static phone_rc_t
put_run(phone_call_t *call)
{
    phone_str_t      to;
    phone_record_t  *sms;

    to = phone_arg(call, "to");
    sms = phone_sms_ask(call, to, "t");

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_rely(sms);
    (void) phone_sms_put(call, to, PHONE_STR("x"), "t",
                         phone_arg(call, "sender"));

    return phone_done(call);
}


static const phone_param_t  put_params[] = {
    { "to", PHONE_P_PHONE, PHONE_REQUIRED, 0, 0, "to whom" },
    { "sender", PHONE_P_TEXT, 0, 0, 40, "who has caused it" },
    { NULL, 0, 0, 0, 0, NULL }
};

static const phone_endpoint_t  put = {
    "test.put", "POST", "/test", PHONE_ANYONE, put_run, put_params,
    phone_reply_of_code, "Puts a text."
};


/* No limit but those that a test sets. */

static void
begin(void)
{
    open_account();
    player.settings.sms_sender_day = 0;
    player.settings.sms_merchant_day = 0;
    player.settings.sms_number_day = 0;
    player.settings.sms_prefix_hour = 0;
    player.settings.sms_day = 0;
}


/* How many of n texts are sent; the last one's tally. */

static unsigned
send(const char *sender, const char *to, unsigned n)
{
    char      form[128];
    unsigned  texts;

    texts = player.texts;
    snprintf(form, sizeof(form), "{\"to\":\"%s\",\"sender\":\"%s\"}", to,
             sender);

    while (n--) {
        player.now++;

        if (play_endpoint(&put, form) != 200) {
            printf("Bail out! put: %.*s\n", PHONE_ARGS(player.body));
            exit(1);
        }

        play_event();
    }

    return player.texts - texts;
}


/* One each to numbers that begin so, from the first on. */

static unsigned
send_to_many(const char *sender, const char *prefix, unsigned first,
    unsigned n)
{
    char      to[32];
    unsigned  i, texts;

    for (i = 0, texts = 0; i < n; i++) {
        snprintf(to, sizeof(to), "%s%06u", prefix, first + i);
        texts += send(sender, to, 1);
    }

    return texts;
}


/* The same, to numbers of one of two groups. */

static unsigned
send_to_group(const char *prefix, unsigned n)
{
    char      to[32];
    unsigned  i, texts;

    for (i = 0, texts = 0; n; i++) {
        snprintf(to, sizeof(to), "%s%06u", prefix, i);

        if (phone_bucket_of(phone_cstr(to), 2) == 0) {
            texts += send("shop", to, 1);
            n--;
        }
    }

    return texts;
}


static int
tallied(phone_tally_t what)
{
    return player.tallies == 1u << what;
}


static void
number(void)
{
    begin();
    player.settings.sms_number_day = 8;

    is_int(send("shop", "+8613500000009", 20), 4,
           "a number without an account: half");
    ok(tallied(PHONE_TALLY_TEXT_NUMBER), "the others are counted");
    is_int(player.nevents, 0, "and forgotten");
    is_int(send("tea", "+8613500000009", 2), 0, "whoever sends them");
    is_int(send("+8613500000009", "+8613500000009", 2), 0,
           "it has no quarter of its own");
    is_int(send("shop", "+8613500000008", 1), 1, "another number has others");

    is_int(send("shop", NUMBER, 20), 6, "with an account: a quarter more");
    is_int(send(NUMBER, NUMBER, 20), 2, "what it causes itself: another one");
    ok(tallied(PHONE_TALLY_TEXT_NUMBER), "and no more than all");

    player.now += DAY - player.now % DAY - 100;
    is_int(send("shop", NUMBER, 1), 0, "until the day is over");
    player.now += 200;
    is_int(send("shop", NUMBER, 20), 6, "the next day they begin anew");

    play_end();

    begin();
    player.settings.sms_number_day = 1;
    is_int(send("shop", "+8613500000009", 3), 1, "1 is one, for anybody");
    play_end();
}


static void
prefix(void)
{
    begin();
    player.settings.sms_prefix_hour = 8;
    player.now += HOUR - player.now % HOUR;

    is_int(send_to_many("shop", "+8613500", 1, 10), 4, "the same prefix");
    ok(tallied(PHONE_TALLY_TEXT_PREFIX), "the others are counted");
    is_int(send_to_many("tea", "+8613509", 1, 10), 0, "all of it");
    is_int(send_to_many("shop", "+8613510", 1, 10), 4, "another one");
    is_int(send("shop", NUMBER, 10), 6, "numbers with an account have more");

    player.now += HOUR - player.now % HOUR - 100;
    is_int(send_to_many("shop", "+8613500", 1, 1), 0, "for an hour");
    player.now += 200;
    is_int(send_to_many("shop", "+8613500", 1, 10), 4, "then again");

    player.settings.sms_countries = 1;
    player.settings.sms_country[0] = PHONE_STR("all");
    is_int(send_to_many("shop", "+12125", 551000, 10), 4, "+1 2125");
    is_int(send_to_many("shop", "+12126", 551000, 10), 4, "is not +1 2126");

    play_end();
}


static void
sender(void)
{
    begin();
    player.settings.sms_merchant_day = 8;
    player.settings.sms_sender_day = 4;
    player.settings.sms_number_day = 12;

    is_int(send("shop", "+8613500000009", 20), 4, "a merchant");
    ok(tallied(PHONE_TALLY_TEXT_SENDER), "the others are counted");
    is_int(send("tea", "+8613500000009", 20), 2,
           "what it had too many of did not count against the number");

    is_int(send_to_many("shop", "+8613600", 1, 10), 0, "to any number");
    is_int(send_to_many("+8613700000001", "+8613600", 1, 10), 2,
           "a number has a limit of its own");
    is_int(send_to_many("@192.0.2", "+8613610", 1, 10), 2,
           "so has a network");
    is_int(send_to_many("@192.0.3", "+8613620", 1, 10), 2, "each");
    is_int(send_to_many("", "+8613630", 1, 10), 4,
           "what nobody is said to have caused has one as well");

    play_end();
}


static void
site(void)
{
    begin();
    player.settings.sms_day = 8;

    is_int(send_to_many("shop", "+8613600", 1, 10), 4, "all together");
    ok(tallied(PHONE_TALLY_TEXT_SITE), "the others are counted");
    is_int(send("shop", NUMBER, 10), 2, "a quarter for accounts");
    is_int(send(NUMBER, NUMBER, 10), 2, "and for what they cause themselves");

    player.settings.sms_day = 0;
    is_int(send_to_many("shop", "+8613600", 1, 100), 100, "0: any number");

    play_end();

    /* more than a count can hold: in two groups, and half for strangers */

    begin();
    player.settings.sms_day = 100000;
    is_int(send_to_group("+8613600", 26000), 25000, "a quarter of 100000");
    play_end();

    begin();
    player.settings.sms_day = 100000000;
    is_int(send_to_many("shop", "+8613600", 1, 100), 100,
           "a limit of a hundred million");
    play_end();
}


/* Handed over again it does not count again, after a failure or in doubt. */

static void
again(void)
{
    begin();
    player.settings.sms_number_day = 1;
    player.gateway = 0;
    player.answer = "timeout";

    is_int(send("shop", NUMBER, 1), 1, "the gateway does not answer");
    player.gateway = 202;
    player.now += MINUTE;
    ok(play_event(), "it is handed over once more");
    is_int(player.texts, 2, "over no limit");

    play_end();

    begin();
    player.settings.sms_number_day = 1;
    player.gateway = 500;

    is_int(send("shop", NUMBER, 1), 1, "the gateway does not take it");
    player.gateway = 202;
    player.now += MINUTE;
    ok(play_event(), "it is handed over again");
    is_int(player.texts, 2, "over no limit");
    is_int(send("shop", NUMBER, 1), 0, "the next one is");

    play_end();
}


static void
country(void)
{
    begin();

    is_int(send("shop", "+447700900123", 1), 0, "another country");
    ok(tallied(PHONE_TALLY_TEXT_COUNTRY), "is counted");
    is_int(player.nevents, 0, "and forgotten");

    is_int(play("session.code", "phone=%2B447700900123"), 403, "a code");
    is_str(play_member("code"), "SMS_COUNTRY", "is refused");
    is_str(play_member("field"), "phone", "and why");
    is_int(player.code_cookie.len, 0, "without a cookie");
    is_int(player.reads, 0, "whoever has the number");

    player.settings.sms_countries = 2;
    player.settings.sms_country[0] = PHONE_STR("HK");
    player.settings.sms_country[1] = PHONE_STR("GB");
    is_int(send("shop", "+447700900123", 1), 1, "one that is allowed");
    is_int(send("shop", "+85251234567", 1), 1, "another one");
    is_int(send("shop", NUMBER, 1), 0, "the region's own is not");
    is_int(play("session.code", "phone=%2B447700900123"), 202, "a code is");

    player.settings.sms_countries = 1;
    player.settings.sms_country[0] = PHONE_STR("all");
    is_int(send("shop", NUMBER, 1), 1, "all");

    play_end();
}


static void
kind_of_number(void)
{
    begin();

    is_int(send("shop", "+862161234567", 1), 0, "a fixed line gets no text");
    ok(tallied(PHONE_TALLY_TEXT_KIND), "which is counted");
    is_int(player.nevents, 0, "and forgotten");

    is_int(play("session.code", "phone=%2B862161234567"), 403, "a code");
    is_str(play_member("code"), "SMS_NUMBER", "is refused");
    is_str(play_member("field"), "phone", "and why");
    is_int(player.code_cookie.len, 0, "without a cookie");
    is_int(player.reads, 0, "whoever has the number");

    play_end();
}


/* Strangers ask for codes until no more are sent; who has logged in with his
   device before gets one. */

static void
known_device(void)
{
    unsigned     i;
    phone_str_t  device;

    begin();
    player.settings.sms_number_day = 4;
    player.settings.code_sends = 1000;
    player.settings.code_day = 1000;

    play("session.login", LOGIN);
    device = player.device_cookie;
    player.device_cookie = PHONE_EMPTY;

    for (i = 0; i < 20; i++) {
        player.address = from(1, i);
        is_int(play("session.code", "phone=13800000001"), 202, "always that");
        play_event();
    }

    is_int(player.texts, 3, "strangers get so many");

    player.device_cookie = device;
    is_int(play("session.code", "phone=13800000001"), 202, "a known device");
    play_event();
    is_int(player.texts, 4, "gets its code");
    is_int(login_with("13800000001", sent("code: ", 6)), 200, "it is good");

    play_end();
}


int
main(void)
{
    number();
    prefix();
    sender();
    site();
    again();
    country();
    kind_of_number();
    known_device();

    return done_testing();
}
