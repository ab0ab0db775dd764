
/* PAY-12: the endpoint of a merchant is checked: what each probe is, and how
   the answers are graded. */


#define _GNU_SOURCE

#include "meddle.h"
#include "shop.h"
#include "outbox/probe.h"


#define HOUR  INT64_C(3600000)


static char  body[16][2048];             /* what came */
static unsigned  came;
static char  check_id[64];
static const char  *said[PHONE_PROBES];  /* "200 success" for each of them */


static void
start(void)
{
    play_start();
    player.signatures = 1;
    shop_open("tea");
    shop_open("cake");
    came = 0;
}


/* The event runs until the check is over. */

static void
probes(void)
{
    while (player.nevents
           && strncmp(player.event[0].member.data, "notice.probe", 12) == 0)
    {
        player.gateway = atoi(said[came]);
        player.answer = said[came] + 4;
        player.texts = 0;
        play_event();
        is_int(player.texts, 1, "a probe is sent");
        snprintf(body[came++], sizeof(body[0]), "%.*s",
                 PHONE_ARGS(player.text));
    }
}


static int
begins(const char *shop)
{
    int  status;

    came = 0;
    status = shop_call("notice.check", shop, "a=1");
    snprintf(check_id, sizeof(check_id), "%.*s",
             PHONE_ARGS(play_member("check_id")));

    return status;
}


static int
shows(const char *shop)
{
    char  form[96];

    snprintf(form, sizeof(form), "check_id=%s", check_id);

    return shop_call("notice.check", shop, form);
}


static void
answers(const char *first, const char *second, const char *forged)
{
    unsigned  i;

    for (i = 0; i < PHONE_PROBES; i++) {
        said[i] = i == 0 ? first : i == 1 ? second : forged;
    }
}


static phone_str_t
field(unsigned probe, const char *name)
{
    phone_str_t        bad;
    const phone_str_t *value;
    static phone_fields_t  fields;

    fields.n = 0;
    (void) phone_form_parse(&player.arena, phone_cstr(body[probe]), &fields,
                            &bad);
    value = phone_field(&fields, name);

    return value ? *value : PHONE_EMPTY;
}


static void
what_they_are(void)
{
    int64_t   seconds;
    unsigned  i, k;

    static const char *const  payment[] = {
        "bill_id", "refund_id", "out_trade_no", "amount", "status", "paid_at"
    };

    start();
    answers("200 success", "200 success", "401 ");
    is_int(begins("tea"), 200, "it begins");
    is_str(play_member("state"), "RUNNING", "it is running");
    ok(play_says("\"probes\":[]"), "nothing was sent");
    ok(!play_says("\"cause\""), "there is no grade yet");
    probes();
    is_int(came, PHONE_PROBES, "one after the other, all of them");

    for (i = 0; i < PHONE_PROBES; i++) {

        for (k = 0; k < sizeof(payment) / sizeof(payment[0]); k++) {
            is_str(field(i, payment[k]), "", "%u has no %s", i, payment[k]);
        }

        is_str(field(i, "event"), i == PHONE_PROBE_REPLY ? "" : "probe",
               "%u is a probe", i);
        ok(field(i, "probe").len > 0, "and says so");
        ok((field(i, "notify_id").len == 0) == (i == PHONE_PROBE_REPLY),
           "%u has an id, unless it is no notice", i);
        is_str(field(i, "merchant_id"), i == PHONE_PROBE_OTHER_MERCHANT
                                        ? "another:merchant" : "tea",
               "%u: to whom", i);
        phone_parse_int(field(i, "timestamp"), &seconds);
        is_int(player.now / 1000 - seconds, i == PHONE_PROBE_OLD ? 7200 : 0,
               "%u: of when", i);
        ok(field(i, "nonce").len > 0
           && (i == 0 || !phone_equal(field(i, "nonce"),
                                      field(i - 1, "nonce"))),
           "%u: a nonce of its own", i);
    }

    ok(phone_equal(field(0, "notify_id"), field(1, "notify_id")),
       "the second is the first again");
    is_str(field(0, "attempt"), "1", "at its first attempt");
    is_str(field(1, "attempt"), "2", "and its second");
    ok(!phone_equal(field(1, "notify_id"), field(2, "notify_id")),
       "others are others");
    ok(!phone_equal(field(0, "probe"), field(PHONE_PROBE_CHANGED, "probe")),
       "one is altered");

    is_int(shows("tea"), 200, "it is shown");
    is_str(play_member("state"), "DONE", "it is over");
    is_str(play_member("cause"), "NONE", "nothing to mend");
    ok(play_says("\"grade\":\"GOOD\""), "it is good");

    is_int(shows("cake"), 404, "to nobody else");
    is_str(play_member("field"), "check_id", "by that id");

    play_end();
}


/* Nothing of a check can be used for another purpose: an id of a merchant with
   that name cannot be. */

static void
nobody(void)
{
    char  form[2048];

    start();
    snprintf(form, sizeof(form), "merchant_id=another:merchant&name=X");
    shop_public_key(form, sim_merchant_keys[0]);
    is_int(play("operator.merchants", form), 400, "there is no such merchant");
    play_end();
}


static void
graded(const char *first, const char *second, const char *forged,
    const char *grade, const char *cause)
{
    char  text[64];

    start();
    answers(first, second, forged);
    begins("tea");
    probes();
    shows("tea");
    snprintf(text, sizeof(text), "\"grade\":\"%s\",\"cause\":\"%s\"", grade,
             cause);
    ok(play_says(text), "\"%s\" \"%s\" \"%s\": %s: %.*s", first, second,
       forged, text, PHONE_ARGS(player.body));
    ok(play_member("advice").len > 20 && play_member("advice_zh").len > 20,
       "with words");
    play_end();
}


static void
one_forged(unsigned probe, const char *cause)
{
    start();
    answers("200 success", "200 success", "400 ");
    said[probe] = "200 success\n";
    begins("tea");
    probes();
    shows("tea");
    is_str(play_member("cause"), cause, "%s is acknowledged",
           phone_probes[probe].name);
    ok(play_says("\"grade\":\"UNSAFE\""), "that is unsafe");
    play_end();
}


static void
limits(void)
{
    unsigned  i;
    char      first[64];

    start();
    answers("200 success", "200 success", "401 ");

    is_int(begins("tea"), 200, "a check");
    snprintf(first, sizeof(first), "%s", check_id);
    is_int(begins("tea"), 200, "while it runs");
    is_str(phone_cstr(check_id), first, "there is no second one");

    for (i = 1; i < 6; i++) {
        probes();
        is_int(begins("tea"), 200, "another one, %u", i);
        ok(strcmp(check_id, first) != 0, "by itself");
    }

    probes();
    is_int(begins("tea"), 429, "the seventh of an hour");
    ok(player.retry_after > 0, "and when to come again");
    is_int(begins("cake"), 200, "of another merchant");
    probes();

    snprintf(check_id, sizeof(check_id), "%s", first);
    is_int(shows("tea"), 404, "only the last one is kept");

    player.now += HOUR;
    is_int(begins("tea"), 200, "an hour later");

    /* its event is lost */

    player.nevents = 0;
    player.now += 10 * 60000;
    snprintf(first, sizeof(first), "%s", check_id);
    begins("tea");
    ok(strcmp(check_id, first) != 0, "one that hangs holds up nobody");

    play_end();
}


static void
odd(void)
{
    play_event_t  event;

    start();
    answers("200 success", "200 success", "401 ");

    player.lose_answer = 1;
    is_int(begins("tea"), 200, "the answer to the commit is lost");
    ok(player.runs > 1, "it has run again");
    is_str(play_stored(&phone_check, "tea", CHECK_ID), check_id,
           "and shows what it has begun");
    play_end();

    start();
    begins("tea");

    /* an event that runs when it is over, or of another check */

    event = player.event[0];
    event.member = phone_copy(&player.arena, event.member);
    probes();
    player.event[player.nevents++] = event;
    player.texts = 0;
    play_event();
    is_int(player.texts, 0, "no eighth probe");

    player.nevents = 0;
    begins("tea");
    player.event[player.nevents++] = event;
    memmove(player.event, player.event + 1, sizeof(play_event_t));
    player.nevents = 1;
    play_event();
    is_int(player.texts, 0, "nor one of a check that is over");

    shop_call("notice.check", "tea", "check_id=001-01MCC5RM00ZEW28NY5FQ6XQDWQ");
    is_int(player.status, 404, "an id of nothing");
    play_end();

    /* its reply is signed, and that text could not be */

    start();
    play("operator.merchant_change", "merchant_id=tea"
         "&notify_url=https%3A%2F%2Ftea.example%2Fn%3Fa%3D1%26b%3D2");
    is_int(player.status, 200, "an address with two arguments");
    is_int(begins("tea"), 200, "is checked as well");
    play_end();

    start();
    play("operator.merchant_change", "merchant_id=tea&notify_url=");
    is_int(begins("tea"), 409, "without an address");
    is_str(play_code(), "NO_NOTIFY_URL", "there is nothing to check");
    play_end();
}


int
main(void)
{
    what_they_are();
    nobody();

    graded("200 success", "200 success", "401 ", "GOOD", "NONE");
    graded("200 success\n", "200 success\n", "200 fail", "GOOD", "NONE");
    graded("200 success", "200 success", "200 success", "UNSAFE",
           "SIGN_NOT_CHECKED");
    graded("500 ", "500 ", "200 success", "UNSAFE", "SIGN_NOT_CHECKED");
    graded("500 success", "500 ", "500 ", "FAILED", "STATUS");
    graded("200 ok", "200 ok", "200 ok", "FAILED", "BODY");
    graded("200 <html>success", "200 ", "200 ", "FAILED", "BODY");
    graded("302 ", "302 ", "302 ", "FAILED", "REDIRECT");
    graded("000 timeout", "000 timeout", "000 timeout", "FAILED", "NO_ANSWER");
    graded("200 success", "409 ", "401 ", "FAILED", "REPEAT_REFUSED");

    one_forged(PHONE_PROBE_BAD_SIGN, "SIGN_NOT_CHECKED");
    one_forged(PHONE_PROBE_CHANGED, "DIGEST_NOT_CHECKED");
    one_forged(PHONE_PROBE_OLD, "TIMESTAMP_NOT_CHECKED");
    one_forged(PHONE_PROBE_OTHER_MERCHANT, "MERCHANT_NOT_CHECKED");
    one_forged(PHONE_PROBE_REPLY, "EVENT_NOT_CHECKED");

    limits();
    odd();

    return done_testing();
}
