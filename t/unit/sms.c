
/* MAIL-8: texts to the gateway, its reports, and texts of numbers. */


#include "play.h"
#include "sms/sms.h"


#define NUMBER  "+8613800000001"
#define OTHER   "+8613800000002"
#define SECOND  INT64_C(1000)
#define MINUTE  (60 * SECOND)
#define HOUR    (60 * MINUTE)
#define WAIT    (2 * HOUR)


static phone_str_t  text_id;


/* An endpoint that puts a text. */

static phone_rc_t
put_run(phone_call_t *call)
{
    phone_record_t  *sms;

    sms = phone_sms_ask(call, PHONE_STR(NUMBER), "t");

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_rely(sms);
    sms = phone_sms_put(call, PHONE_STR(NUMBER), phone_arg(call, "text"), "t",
                        PHONE_STR("shop"));
    text_id = phone_copy(&player.arena, phone_id(sms));

    return phone_done(call);
}


static const phone_param_t  put_params[] = {
    { "text", PHONE_P_TEXT, PHONE_REQUIRED|PHONE_SECRET, 1, 4000, "it" },
    { NULL, 0, 0, 0, 0, NULL }
};

static const phone_endpoint_t  put = {
    "test.put", "POST", "/test", PHONE_ANYONE, put_run, put_params,
    phone_reply_of_code, "Puts a text."
};


static void
begin(const char *text)
{
    char  form[4096];

    play_start();
    player.settings.sms_report = WAIT;
    snprintf(form, sizeof(form), "text=%s", text);
    is_int(play_endpoint(&put, form), 200, "a text is put");
}


/* The event that is due next, at its time; what it has sent. */

static unsigned
next(void)
{
    unsigned      texts;
    play_event_t  event;
    phone_call_t  call;

    texts = player.texts;

    if (player.nevents && player.event[0].score > player.now) {
        player.now = player.event[0].score;
    }

    if (play_event_begin(&call, &event)) {

        do {
            play_run(&call);
        } while (play_commit(&call));

        play_event_end(&call, &event);
    }

    return player.texts - texts;
}


static void
says(int status, const char *answer)
{
    player.gateway = status;
    player.answer = answer;
}


static const char *
id(void)
{
    return phone_join(&player.arena, 2, (phone_str_t[2]) { text_id, { 1, "" } })
           .data;
}


static phone_str_t
stored(unsigned field)
{
    return play_stored(&phone_sms, id(), field);
}


static int
there(void)
{
    return stored(SMS_TO).len != 0 || stored(SMS_SENDER).len != 0;
}


static int
report_as(phone_str_t header, int status)
{
    char  form[256];

    snprintf(form, sizeof(form), "%.*s&status=%d", PHONE_ARGS(header), status);

    return play("sms.report", form);
}


/* By what came with the last text. */

static int
report(int status)
{
    return report_as(player.header[3], status);
}


static void
handed(void)
{
    begin("Hello {world}");
    says(202, "0: Accepted for delivery");

    is_int(next(), 1, "it is handed over");
    is_str(player.to, NUMBER, "to the number");
    is_str(player.text, "Hello {world}", "as it is");
    is_str(player.header[1], "0", "in 7 bits");
    is_str(player.header[2], "120", "the gateway may try for two hours");
    ok(player.header[3].len > 40
       && memcmp(player.header[3].data, "id=", 3) == 0, "reports have a key");
    is_str(stored(SMS_STATE), "TAKEN", "the gateway has it");
    is_str(stored(SMS_TEXT), "", "and the store no more");

    is_int(report(8), 200, "the centre has it");
    is_int(report(4), 200, "and keeps it");
    ok(there(), "its end is not known");
    is_int(report(1), 200, "delivered");
    ok(!there(), "it is forgotten");
    is_int(report(1), 200, "twice");
    is_int(report(8), 200, "or late: nobody minds");
    is_int(report(2), 200, "nor another end");
    is_int(player.commits, 0, "nothing happens");

    is_int(next(), 0, "and nothing is sent again");
    is_int(player.nevents, 0, "it is over");
    play_end();

    begin("验证码 4821 😀");
    is_int(next(), 1, "Chinese");
    is_str(player.header[1], "2", "in UCS-2");
    is_str(player.text, "验证码 4821 😀", "in UTF-8");
    play_end();
}


static void
no_reports(void)
{
    begin("x");
    player.settings.sms_report = 0;
    is_int(next(), 1, "no report is asked for");
    is_str(player.header[3], "", "there is no key");
    is_str(player.header[2], "1439", "it may be tried for a day");
    ok(!there(), "what was handed over is forgotten");
    play_end();

    begin("x");
    player.settings.sms_report = 0;
    says(202, "3: Queued for later delivery");
    is_int(next(), 1, "without reports queued is taken");
    ok(!there(), "it is forgotten");
    is_int(player.nevents, 0, "and not sent again");
    play_end();
}


static void
silent(void)
{
    begin("x");
    is_int(next(), 1, "handed over");
    is_int(player.event[0].score - player.now, WAIT, "a report is awaited");
    is_int(next(), 0, "none comes");
    ok(!there() && player.nevents == 0, "its end stays unknown");
    play_end();
}


static void
queued(void)
{
    begin("x");
    says(202, "3: Queued for later delivery");
    is_int(next(), 1, "the gateway queues it");
    is_str(stored(SMS_STATE), "QUEUED", "which is known");
    is_int(player.event[0].score - player.now, WAIT,
           "it is not sent again before the gateway has dropped it");

    is_int(report(8), 200, "it comes through after all");
    is_str(stored(SMS_STATE), "TAKEN", "so it is the gateway's");
    player.now += WAIT;
    is_int(next(), 0, "and is not sent again");
    play_end();

    begin("x");
    says(202, "3: Queued for later delivery");
    next();
    says(202, "0: Accepted for delivery");
    is_int(next(), 1, "without a report it is sent again");
    is_str(stored(SMS_STATE), "TAKEN", "and taken");
    is_int(report(16), 200, "the centre rejects it");
    ok(!there(), "that is its end");
    play_end();

    /* a day has room for eleven waits: the tries end before */

    begin("x");
    says(202, "3: Queued for later delivery");

    is_int(next() + next() + next() + next() + next(), 5, "five times");
    is_int(next(), 0, "and no more");
    ok(!there(), "it is forgotten");
    play_end();
}


static void
refused(void)
{
    unsigned  i;

    static const struct {
        int          status;
        const char  *answer;
    } later[] = {
        { 503, "Temporal failure" }, { 500, "" }, { 0, "refused" },
        { 0, "upstream" }, { 429, "" }, { 408, "" }, { 302, "" },
        { 0, "tls" }
    };

    static const struct {
        int          status;
        const char  *answer;
    } never[] = {
        { 400, "Missing receiver number, rejected" },
        { 403, "Authorization failed for sendsms" }, { 404, "" }
    };

    for (i = 0; i < sizeof(later) / sizeof(later[0]); i++) {
        begin("x");
        says(later[i].status, later[i].answer);

        is_int(next(), 1, "%d %s", later[i].status, later[i].answer);
        is_int(player.event[0].score - player.now, 5 * SECOND, "5 seconds");
        is_int(next() + next() + next() + next(), 4, "four times more");
        ok(player.gave_up, "then it is given up");
        ok(!there() && player.nevents == 0, "and forgotten");
        play_end();
    }

    for (i = 0; i < sizeof(never) / sizeof(never[0]); i++) {
        begin("x");
        says(never[i].status, never[i].answer);

        is_int(next(), 1, "%d %s", never[i].status, never[i].answer);
        ok(player.gave_up, "it is given up at once");
        ok(!there() && player.nevents == 0, "and forgotten");
        play_end();
    }
}


/* Nobody knows whether the gateway has it: it goes out twice at most. */

static void
doubt(void)
{
    unsigned  i;

    static const char *const  what[] = {
        "timeout", "closed", "reply", "large"
    };

    for (i = 0; i < sizeof(what) / sizeof(what[0]); i++) {
        begin("x");
        says(0, what[i]);
        is_int(next(), 1, "%s", what[i]);
        is_int(player.event[0].score - player.now, MINUTE,
               "a report has a minute");
        is_int(next(), 1, "then it is sent again");
        is_int(next(), 0, "once");
        ok(!there() && player.nevents == 0, "and forgotten");
        play_end();
    }

    begin("x");
    player.settings.sms_report = 0;
    says(0, "timeout");
    is_int(next(), 1, "without reports");
    is_int(player.event[0].score - player.now, 5 * SECOND, "sooner");
    is_int(next(), 1, "likewise");
    ok(!there() && player.nevents == 0, "it is forgotten");
    play_end();

    begin("x");
    says(0, "timeout");
    next();
    is_int(report(8), 200, "a report says that it was taken");
    is_str(stored(SMS_STATE), "TAKEN", "so nobody doubts");
    player.now += WAIT;
    is_int(next(), 0, "and it is not sent again");
    play_end();

    begin("x");
    says(0, "timeout");
    next();
    report(1);
    is_int(next(), 0, "nor when it was delivered");
    play_end();
}


static int
tallied(phone_tally_t what)
{
    return (player.tallies & 1u << what) != 0;
}


/* The report is faster than the answer. */

static int  early;

static void
report_early(void)
{
    char          form[256];
    phone_call_t  call;
    phone_str_t   key;

    phone_call_init(&call, &player.env, NULL, NULL);
    key = phone_sms_key(&call, text_id);
    snprintf(form, sizeof(form), "id=%.*s&key=%.*s&status=%d",
             PHONE_ARGS(text_id), PHONE_ARGS(key), early);
    phone_call_free(&call);

    is_int(play("sms.report", form), 200, "a report of %d before the answer",
           early);
    is_int(tallied(PHONE_TALLY_TEXT_TAKEN), early == 1,
           "a text that is delivered was taken");
}


static void
overtaken(void)
{
    static const char *const  answer[] = { "0: Accepted", "timeout" };
    unsigned                  i;

    for (i = 0; i < 2; i++) {
        begin("x");
        says(i ? 0 : 202, answer[i]);
        early = 8;
        player.before_commit = report_early;
        is_int(next(), 1, "sent once");
        is_str(stored(SMS_STATE), "TAKEN", "and known to be taken");
        ok(tallied(PHONE_TALLY_TEXT_TAKEN), "which is counted");
        is_int(report_as(player.header[3], 1), 200, "delivered");
        ok(tallied(PHONE_TALLY_TEXT_DELIVERED), "which is counted");
        ok(!tallied(PHONE_TALLY_TEXT_TAKEN), "and the text not twice");
        player.now += WAIT;
        is_int(next(), 0, "and not sent again");
        play_end();

        begin("x");
        says(i ? 0 : 202, answer[i]);
        early = 1;
        player.before_commit = report_early;
        is_int(next(), 1, "sent once");
        ok(!there(), "and over");
        is_int(next(), 0, "it is not sent again");
        play_end();
    }

    /* the worker dies behind the request, and another one runs the event */

    begin("x");
    early = 8;
    report_early();
    is_str(stored(SMS_STATE), "KNOWN", "the gateway has it, the event not yet");
    is_int(next(), 0, "it is not sent a second time");
    is_str(stored(SMS_STATE), "TAKEN", "but awaited");
    play_end();
}


static void
forged(void)
{
    char         form[256];
    phone_str_t  key, first;

    begin("x");
    next();
    first = text_id;
    key = (phone_str_t) { 43, player.header[3].data + player.header[3].len
                              - 43 };

    snprintf(form, sizeof(form), "id=%.*s&key=%.*s&status=1",
             PHONE_ARGS(text_id), 42, key.data);
    is_int(play("sms.report", form), 404, "a key that is cut");
    ok(there(), "has no effect");

    play_endpoint(&put, "text=y");
    snprintf(form, sizeof(form), "id=%.*s&key=%.*s&status=1",
             PHONE_ARGS(text_id), PHONE_ARGS(key));
    is_int(play("sms.report", form), 404, "that of another text");
    ok(there(), "has none either");
    text_id = first;
    ok(there(), "on both");

    snprintf(form, sizeof(form), "id=999-nothing&key=x&status=1");
    is_int(play("sms.report", form), 400, "an id that is none");
    snprintf(form, sizeof(form), "id=%.*s&status=1", PHONE_ARGS(text_id));
    is_int(play("sms.report", form), 400, "no key");
    is_int(report(256), 400, "a status that is none");
    is_int(report(0), 200, "or one of no meaning");
    is_int(report(32), 200, "likewise");
    ok(there(), "no effect");
    play_end();
}


static void
until(void)
{
    unsigned  n;

    begin("x");
    says(503, "");
    player.settings.sms_tries = 1000;
    next();
    player.now += 24 * HOUR - 5 * SECOND;
    is_int(next(), 0, "after a day it is not sent any more");
    ok(!there(), "and forgotten");
    play_end();

    begin("x");
    says(503, "");
    player.settings.sms_tries = 1000;

    for (n = 0; player.nevents; n++) {
        next();
    }

    ok(n > 10 && n < 1000, "one that nobody takes has an end");
    ok(player.gave_up, "it is given up, and counted, however far the pauses "
       "would go beyond its time");
    play_end();

    begin("x");
    player.now += 24 * HOUR + 30 * MINUTE;
    is_int(next(), 0, "one that had to wait long behind others");
    ok(player.gave_up, "is given up, and counted");
    play_end();

    begin("x");
    player.now += 24 * HOUR + SECOND;
    is_int(next(), 0, "one whose time is over when it is looked at");
    ok(player.gave_up, "is given up, and counted");
    play_end();

    play_start();
    player.settings.sms_report = WAIT;
    play("session.code", "phone=13800000001");
    is_int(next(), 1, "a code");
    is_str(player.header[2], "9", "is good for ten minutes, less a moment");
    play_end();
}


static void
parts(void)
{
    char  text[1800];

    memset(text, 'a', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';

    begin(text);
    next();
    is_int(player.text.len, 1530, "ten parts");
    play_end();

    begin(text);
    player.settings.sms_parts = 1;
    next();
    is_int(player.text.len, 160, "one");
    play_end();
}


static void
generic(void)
{
    begin("a%26b 中");
    player.settings.sms_gateway = PHONE_STR("generic");
    player.settings.sms_to = PHONE_STR("To");
    player.settings.sms_text = PHONE_STR("Body");
    says(201, "");
    is_int(next(), 1, "a gateway that takes a form");
    is_str(player.text, "To=%2B8613800000001&Body=a%26b%20%E4%B8%AD",
           "the form");
    is_str(player.header[1], "ucs2", "the coding in words");
    is_str(player.header[2], "7200", "seconds");
    ok(there(), "taken");
    play_end();

    begin("x");
    player.settings.sms_gateway = PHONE_STR("generic");
    player.settings.sms_accepted = PHONE_STR("\"code\":0");
    says(200, "{\"code\":7}");
    is_int(next(), 1, "one that refuses with 200");
    is_int(player.event[0].score - player.now, 5 * SECOND, "is asked again");
    says(200, "");
    is_int(next(), 1, "nothing");
    is_int(player.event[0].score - player.now, 10 * SECOND, "is no yes");
    says(200, "{\"code\":0}");
    is_int(next(), 1, "until it takes it");
    is_str(stored(SMS_STATE), "TAKEN", "which it says");
    play_end();
}


/* Texts of numbers */

static int
stopped(const char *number)
{
    return play_stored(&phone_sms_stop, number, SMS_STOP_AT).len != 0;
}


static void
in(const char *form)
{
    is_int(play("sms.in", form), 200, "in: %s", form);
    is_str(player.reply.body, "", "nothing is answered");
}


static void
words(void)
{
    unsigned  i;
    char      form[128];

    static const char *const  stop[] = {
        "STOP", "stop", "Stop please", "%20%0aStop", "退订", "TD",
        "unsubscribe", "STOP.", "TD。", "退订　谢谢", "　stop!!%20", "Td，"
    };

    static const char *const  others[] = {
        "", "+", "STOPP", "STO", "please STOP", "退", "退订了", "978-7-111-1",
        "hello", ".", "S.TOP", "　。"
    };

    play_start();

    for (i = 0; i < sizeof(stop) / sizeof(stop[0]); i++) {
        snprintf(form, sizeof(form), "from=%%2B8613800000001&text=%s&id=s%u",
                 stop[i], i);
        in(form);
        ok(stopped(NUMBER), "it is stopped");
        snprintf(form, sizeof(form), "from=%%2B8613800000001&text=%s&id=t%u",
                 i % 2 ? "START" : "订阅", i);
        in(form);
        ok(!stopped(NUMBER), "and begins again");
    }

    for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        snprintf(form, sizeof(form), "from=%%2B8613800000001&text=%s&id=o%u",
                 others[i], i);
        in(form);
        ok(!stopped(NUMBER), "that is no word");
        is_int(player.commits, 0, "and leaves nothing");
    }

    play_end();
}


static void
senders(void)
{
    unsigned  i;
    char      form[128];

    static const char *const  same[] = {
        "%2B8613800000002", "8613800000002", "13800000002", "+8613800000002",
        "008613800000002"
    };

    static const char *const  nobody[] = {
        "", "10690", "12345", "BANK", "%2B86", "1069012345678901234", "+",
        "%2B8613800000002x"
    };

    play_start();

    for (i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
        snprintf(form, sizeof(form), "from=%s&text=STOP&id=a%u", same[i], i);
        in(form);
        ok(stopped(OTHER), "%s is a number", same[i]);
        snprintf(form, sizeof(form), "from=%s&text=START&id=b%u", same[i], i);
        in(form);
        ok(!stopped(OTHER), "the same one");
    }

    in("from=447700900123&text=STOP&id=c");
    ok(stopped("+447700900123"), "one of another country");

    for (i = 0; i < sizeof(nobody) / sizeof(nobody[0]); i++) {
        snprintf(form, sizeof(form), "from=%s&text=STOP&id=n%u", nobody[i], i);
        in(form);
        is_int(player.commits, 0, "\"%s\" is nobody", nobody[i]);
    }

    in("text=STOP");
    in("from=%2B8613800000002");
    in("");

    play_end();
}


/* 13125551234 is a number of China as well. */

static void
senders_abroad(void)
{
    unsigned  i;
    char      form[128];

    static const char *const  same[] = {
        "13125551234", "%2B13125551234", "+13125551234", "0013125551234"
    };

    play_start();
    in("from=13125551234&text=STOP&id=h");
    ok(stopped("+8613125551234"), "as it is dialed at home");
    ok(!stopped("+13125551234"), "and no other");

    player.settings.sms_numbers = PHONE_STR("international");

    for (i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
        snprintf(form, sizeof(form), "from=%s&text=STOP&id=a%u", same[i], i);
        in(form);
        ok(stopped("+13125551234"), "%s is a number abroad", same[i]);
        snprintf(form, sizeof(form), "from=%s&text=START&id=b%u", same[i], i);
        in(form);
        ok(!stopped("+13125551234"), "the same one");
    }

    ok(stopped("+8613125551234"), "nobody else starts");
    in("from=8613800000002&text=STOP&id=c");
    ok(stopped(OTHER), "one of the region, with its country code");
    in("from=13800000002&text=START&id=d");
    ok(stopped(OTHER), "not without it");
    in("from=+%2B8613800000002&text=START&id=e");
    ok(stopped(OTHER), "nor with a + too many");

    play_end();
}


static void
once(void)
{
    play_start();

    in("from=%2B8613800000001&text=STOP&id=11-22");
    ok(stopped(NUMBER), "stopped");
    in("from=%2B8613800000001&text=START&id=33");
    ok(!stopped(NUMBER), "and not");
    in("from=%2B8613800000001&text=STOP&id=11-22");
    ok(stopped(NUMBER), "STOP always has an effect");
    in("from=%2B8613800000001&text=START&id=33");
    ok(stopped(NUMBER), "the same START again has none");
    in("from=%2B8613800000001&text=START&id=34");
    ok(!stopped(NUMBER), "another one has");
    in("from=%2B8613800000002&text=STOP&id=11-22");
    ok(stopped(OTHER), "that of another number has");

    in("from=%2B8613800000001&text=STOP");
    ok(stopped(NUMBER), "without an id it cannot be known again");
    in("from=%2B8613800000001&text=START");
    ok(!stopped(NUMBER), "each counts");

    player.lose_answer = 1;
    in("from=%2B8613800000001&text=STOP&id=55");
    ok(stopped(NUMBER), "a lost answer of the store does not matter");

    play_end();
}


int
main(void)
{
    handed();
    no_reports();
    silent();
    queued();
    refused();
    doubt();
    overtaken();
    forged();
    until();
    parts();
    generic();
    words();
    senders();
    senders_abroad();
    once();

    return done_testing();
}
