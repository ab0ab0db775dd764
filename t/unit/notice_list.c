
/* PAY-12: what a merchant sees of his notices, and has sent again: his own,
   each attempt, page by page, and for how long. */


#define _GNU_SOURCE

#include "shop.h"
#include "meddle.h"


#define LI    "+8613800000001"
#define WANG  "+8613900000002"


static unsigned     orders;
static char         bill[64], notice[80];
static phone_str_t  card, li_cookie;


static void
run_events(void)
{
    unsigned  n;

    for (n = 0; player.nevents && n < 1000; n++) {
        play_event();
    }
}


/* Postings alone are applied: nothing is sent. */

static void
settle(void)
{
    unsigned      i;
    play_event_t  event;

    for (i = 0; i < player.nevents; i++) {
        event = player.event[i];

        if (strncmp(event.member.data, "posting.apply", 13) == 0) {
            memmove(player.event + 1, player.event, i * sizeof(play_event_t));
            player.event[0] = event;
            play_event();
        }
    }
}


/* The notice that was put first. */

static void
attempt(void)
{
    settle();

    while (player.nevents
           && strncmp(player.event[0].member.data, "notice.", 7) != 0)
    {
        play_event();
    }

    play_event();
    settle();
}


static void
start(phone_domain_t domain)
{
    play_start();
    player.env.domain = domain;
    player.signatures = 1;
    player.gateway = 200;
    player.answer = "success";
    player.settings.notices = 2;
    orders = 0;

    shop_open_signing("tea");
    shop_open("cake");
    card = phone_copy(&player.arena, shop_card(LI, "6222020000000015"));
    settle();
    shop_payer(LI);
    li_cookie = phone_copy(&player.arena, player.cookie);
}


static void
name_notice(void)
{
    snprintf(notice, sizeof(notice), "%s.bill.1", bill);
}


/* A bill over 1 that is paid: its notice is not sent yet. */

static void
paid_bill(const char *shop)
{
    char          form[256];
    unsigned      n;
    play_event_t  event[PLAY_EVENTS];

    n = player.nevents;
    memcpy(event, player.event, n * sizeof(play_event_t));
    player.nevents = 0;

    player.cookie = PHONE_EMPTY;
    snprintf(form, sizeof(form), "out_trade_no=T%u&amount=1&subject=tea"
             "&payer_phone=" LI, ++orders);
    shop_call("bill.create", shop, form);
    snprintf(bill, sizeof(bill), "%.*s", PHONE_ARGS(play_member("bill_id")));
    run_events();
    player.cookie = li_cookie;

    if (shop_pay(phone_cstr(bill), card, "&pin=" SHOP_PIN) != 200) {
        printf("Bail out! pay: %.*s\n", PHONE_ARGS(player.body));
        exit(1);
    }

    settle();
    memcpy(player.event + player.nevents, event, n * sizeof(play_event_t));
    player.nevents += n;
    name_notice();
}


static int
list(const char *form)
{
    return shop_call("notice.list", "tea", form);
}


static int
replay(const char *id)
{
    char  form[128];

    snprintf(form, sizeof(form), "notify_id=%s", id);

    return shop_call("notice.replay", "tea", form);
}


static unsigned
listed(void)
{
    char      *p;
    unsigned   n;

    p = memmem(player.body.data, player.body.len, "\"attempts\":", 11);

    for (n = 0; p && p > player.body.data; p--) {
        n += strncmp(p, "{\"notify_id\"", 12) == 0;
    }

    return n;
}


/* Notices of a day that were acknowledged, as the store has them. */

static unsigned
acknowledged(void)
{
    char               day[32];
    unsigned           bucket;
    phone_str_t        id;
    const sim_zset_t  *zset;

    snprintf(day, sizeof(day), "tea:%lld",
             (long long) (player.now / 86400000));
    id = phone_cstr(day);
    bucket = phone_home(&player.env, &phone_told, id);
    zset = sim_store_zset(player.store, player.now,
                          phone_key(&player.arena, &phone_told, bucket, id));

    return zset ? zset->n : 0;
}


static unsigned
attempts(void)
{
    char      *p, *end;
    unsigned   n;

    end = (char *) player.body.data + player.body.len;
    p = memmem(player.body.data, player.body.len, "\"attempts\":", 11);

    for (n = 0; p && (p = memmem(p, (size_t) (end - p), "\"took_ms\":7", 11));
         p++)
    {
        n++;
    }

    return n;
}


static void
states(phone_domain_t domain)
{
    char  form[256];

    start(domain);
    paid_bill("tea");

    is_int(list("limit=5"), 200, "a notice that was not sent yet");
    is_int(listed(), 0, "is not in the list");
    snprintf(form, sizeof(form), "bill_id=%s", bill);
    list(form);
    is_int(listed(), 1, "but in that of its bill");
    is_str(play_member("state"), "PENDING", "as one that is sent");
    ok(play_says("\"attempts\":[]"), "without an attempt");

    player.answer = "later";
    attempt();
    is_int(list("limit=5"), 200, "after the first attempt");
    is_int(listed(), 1, "it is in the list");
    is_str(play_member("notify_id"), notice, "by its id");
    is_str(play_member("event"), "bill", "its kind");
    is_str(play_member("bill_id"), bill, "its bill");
    is_str(play_member("state"), "PENDING", "and is sent again");
    ok(play_member("next_at").len, "at a time that is said");
    is_int(attempts(), 1, "with its attempt");
    ok(play_says("\"result\":\"200\",\"took_ms\":7"),
       "what came of it, and how long it took");
    is_int(shop_call("notice.list", "cake", "limit=5"), 200,
           "somebody else's list");
    is_int(listed(), 0, "has none of it");
    snprintf(form, sizeof(form), "bill_id=%s", bill);
    is_int(shop_call("notice.list", "cake", form), 404,
           "nor has he such a bill");

    player.now += 20000;
    run_events();
    list("state=EXHAUSTED");
    is_int(listed(), 1, "when its schedule has run out");
    is_str(play_member("state"), "EXHAUSTED", "it is not sent any more");
    ok(play_member("next_at").len == 0, "at no time");
    is_int(attempts(), 2, "both attempts are there");
    list("state=PENDING");
    is_int(listed(), 0, "it is in no other state");
    list("state=DELIVERED");
    is_int(listed(), 0, "in neither");

    player.now += 20000;
    is_int(replay(notice), 200, "it is sent again");
    is_str(play_member("notify_id"), notice, "by that id");
    is_str(play_member("state"), "PENDING", "as a pending one");
    player.answer = "success";
    player.texts = 0;
    run_events();
    is_int(player.texts, 1, "it was sent");
    ok(memmem(player.text.data, player.text.len, "attempt=1&", 10) != NULL,
       "as the first attempt of its schedule");
    list("state=DELIVERED");
    is_int(listed(), 1, "it is delivered");
    is_str(play_member("notify_id"), notice, "by the same id");
    is_int(attempts(), 3, "with all its attempts");
    list("state=EXHAUSTED");
    is_int(listed(), 0, "and nothing else");
    list(form);
    is_int(listed(), 1, "by its bill as well");
    is_int(attempts(), 3, "with them");
    snprintf(form, sizeof(form), "bill_id=%s&state=PENDING", bill);
    list(form);
    is_int(listed(), 0, "by its bill, in another state");

    player.now += 2 * PHONE_DAY;
    list("");
    is_int(listed(), 1, "two days later");
    player.now += 2 * PHONE_DAY;
    list("");
    is_int(listed(), 0, "it has left the list");
    snprintf(form, sizeof(form), "bill_id=%s", bill);
    list(form);
    is_int(listed(), 1, "its bill knows that it was told");
    is_str(play_member("state"), "DELIVERED", "which it was");
    ok(play_says("\"result\":\"200\",\"took_ms\":0"), "and when");

    play_end();
}


/* One that was acknowledged is sent again as it was, whatever has become of its
   bill. */

static void
delivered(phone_domain_t domain)
{
    char         form[256];
    phone_str_t  first;

    start(domain);
    paid_bill("tea");
    player.now += 1000;
    run_events();
    first = phone_copy(&player.arena, player.text);

    snprintf(form, sizeof(form), "bill_id=%s&out_refund_no=R1&amount=1", bill);
    is_int(shop_call("refund.create", "tea", form), 200, "a refund");
    run_events();
    ok(memmem(player.text.data, player.text.len, "event=refund", 12) != NULL,
       "has a notice of its own");

    snprintf(form, sizeof(form), "bill_id=%s", bill);
    list(form);
    is_int(listed(), 2, "both are of the bill");
    ok(play_says("\"refund_id\":\""), "one is the refund's");
    list("");
    is_int(listed(), 2, "and both are in the list");

    player.now += 5000;
    is_int(replay(notice), 200, "one that was acknowledged is sent again");
    run_events();
    ok(memmem(player.text.data, player.text.len, "status=PAID", 11) != NULL
       && memmem(player.text.data, player.text.len, notice, strlen(notice))
          != NULL,
       "as it was then");
    ok(memmem(first.data, first.len, "paid_at", 7) != NULL
       && strncmp(first.data, player.text.data,
                  (size_t) ((char *) memmem(first.data, first.len,
                                            "notify_id", 9) - first.data))
          == 0,
       "to the byte, but for what signs it");
    list("");
    is_int(listed(), 2, "it is in the list once");
    is_int(acknowledged(), 2, "and in the store");
    is_int(attempts(), 3, "with both attempts");

    snprintf(form, sizeof(form), "%.*s.refund.1",
             PHONE_ARGS(play_member("refund_id")));
    is_int(replay(form), 200, "that of the refund");
    run_events();
    ok(memmem(player.text.data, player.text.len,
              "refunded_at=2027-01-15T08", 25) != NULL,
       "is sent again as well");
    list("");
    is_int(listed(), 2, "and is in the list once");
    is_int(attempts(), 4, "with its attempts");

    player.answer = "no";
    is_int(replay(notice), 200, "once more, and in vain");
    attempt();
    attempt();
    list("state=DELIVERED");
    is_int(listed(), 1, "it is not delivered now");
    list("state=PENDING");
    is_int(listed(), 1, "but pending");
    is_int(replay(notice), 200, "asked for again");
    is_str(play_member("state"), "PENDING", "it stays so");
    ok(!play_says("\"code\":\"RATE"), "and is not counted");

    play_end();
}


/* Each entry on one page. */

static void
pages(void)
{
    char      form[256], before[80];
    unsigned  i;

    start(PHONE_WHOLE_STORE);

    for (i = 0; i < 5; i++) {
        player.now += 1000;
        player.answer = i % 2 ? "no" : "success";
        paid_bill("tea");
        attempt();
    }

    list("limit=2");
    is_int(listed(), 2, "a page");
    is_str(play_member("notify_id"), notice, "the latest first");

    for (i = 0; i < 2; i++) {
        snprintf(before, sizeof(before), "%.*s",
                 PHONE_ARGS(play_member("next_before")));
        snprintf(form, sizeof(form), "limit=2&before=%s", before);
        is_int(list(form), 200, "the next page");
        is_int(listed(), i ? 1 : 2, "has the rest");
    }

    snprintf(before, sizeof(before), "%.*s",
             PHONE_ARGS(play_member("next_before")));

    if (before[0]) {
        snprintf(form, sizeof(form), "limit=2&before=%s", before);
        list(form);
        is_int(listed(), 0, "there are no more");
    }

    snprintf(form, sizeof(form), "since=%lld",
             (long long) (player.now / 1000 - 1));
    list(form);
    is_int(listed(), 2, "since a time");
    ok(play_member("next_before").len == 0, "and no page behind it");

    is_int(list("limit=51"), 400, "too many at once");
    is_int(list("state=TOLD"), 400, "no state");
    is_str(play_member("field"), "state", "by its name");
    is_int(list("out_trade_no=none"), 404, "no such order");

    play_end();
}


/* A page is signed whatever is on it. */

static void
large(void)
{
    unsigned  i;

    start(PHONE_WHOLE_STORE);
    player.settings.notices = 32;
    player.answer = "no";

    for (i = 0; i < 50; i++) {
        paid_bill("tea");
    }

    for (i = 0; i < 3; i++) {
        run_events();
    }

    is_int(list("limit=50"), 200, "a large page");
    is_int(listed(), 50, "has all notices");
    is_int(attempts(), 900, "and as many attempts as can be signed");
    ok(play_member("sign").len, "it is signed");

    play_end();
}


/* By a job. */

static void
since(phone_domain_t domain)
{
    char      form[256], job[64];
    unsigned  i;

    start(domain);

    for (i = 0; i < 60; i++) {
        player.now += 1000;
        player.answer = i % 2 ? "no" : "success";
        paid_bill("tea");
        attempt();
    }

    player.now += 20000;
    player.answer = "no";
    run_events();
    list("state=EXHAUSTED&limit=50");
    is_int(listed(), 30, "many were given up");

    player.answer = "success";
    snprintf(form, sizeof(form), "since=%lld",
             (long long) (player.now / 1000 - 40));
    is_int(shop_call("notice.replay", "tea", form), 200, "a job");
    is_str(play_member("job"), "RUNNING", "which runs");
    snprintf(job, sizeof(job), "%.*s", PHONE_ARGS(play_member("job_id")));
    player.texts = 0;
    run_events();
    is_int(player.texts, 11, "sends those since then that were given up");

    snprintf(form, sizeof(form), "job_id=%s", job);
    is_int(shop_call("notice.replay", "tea", form), 200, "its progress");
    is_str(play_member("job"), "DONE", "it is done");
    is_str(play_member("done"), "11", "with so many");
    is_int(shop_call("notice.replay", "cake", form), 404,
           "somebody else's job");
    is_str(play_member("field"), "job_id", "is none of his");

    player.texts = 0;
    is_int(shop_call("notice.replay", "tea", "since=0&all=1"), 200, "all");
    snprintf(job, sizeof(job), "%.*s", PHONE_ARGS(play_member("job_id")));
    run_events();
    is_int(player.texts, 60, "in more than one step");
    snprintf(form, sizeof(form), "job_id=%s", job);
    shop_call("notice.replay", "tea", form);
    is_str(play_member("done"), "60", "each of them once");
    list("state=DELIVERED&limit=50");
    is_int(listed(), 50, "a page of them, delivered again");

    is_int(shop_call("notice.replay", "cake", "since=0&all=1"), 200,
           "somebody else");
    player.texts = 0;
    run_events();
    is_int(player.texts, 0, "has nothing to send");

    for (i = 0; i < 4; i++) {
        shop_call("notice.replay", "tea", "since=2000000000");
    }

    is_int(shop_call("notice.replay", "tea", "since=2000000000"), 429,
           "are too many in an hour");
    player.now += 3600000;
    is_int(shop_call("notice.replay", "tea", "since=2000000000"), 200,
           "an hour later");

    play_end();
}


static void
refused(void)
{
    char  form[256];

    start(PHONE_WHOLE_STORE);
    paid_bill("cake");
    run_events();

    is_int(replay(notice), 404, "somebody else's notice");
    is_str(play_code(), "NOT_FOUND", "is not found");
    is_str(play_member("field"), "notify_id", "by that id");
    is_int(replay("x"), 404, "no id of a notice");
    is_int(replay("999-x.bill.1"), 404, "no bill");
    is_int(replay("017-01J8ZQ4T9E6M2W7K3A5B8C0D1.fax.1"), 404, "no kind");
    snprintf(form, sizeof(form), "%s.bill.2", bill);
    is_int(replay(form), 404, "no such number");
    snprintf(form, sizeof(form), "%s.bill.01", bill);
    is_int(replay(form), 404, "a number written otherwise");
    snprintf(form, sizeof(form), "%s.bill.", bill);
    is_int(replay(form), 404, "none");

    is_int(shop_call("notice.replay", "tea", "x=1"), 400, "nothing");
    is_str(play_code(), "PARAM_MISSING", "is not enough");
    snprintf(form, sizeof(form), "since=1&notify_id=%s", notice);
    is_int(shop_call("notice.replay", "tea", form), 400, "two things");
    is_str(play_code(), "PARAM_INVALID", "are too many");
    is_int(shop_call("notice.replay", "tea", "job_id=017-x"), 404, "no job");

    play_end();
}


/* A receiver that acknowledges everything is not flooded. */

static void
limited(void)
{
    unsigned  i;

    start(PHONE_WHOLE_STORE);
    paid_bill("tea");
    run_events();
    player.texts = 0;

    for (i = 0; i < 1000 && replay(notice) == 200; i++) {
        run_events();
    }

    is_int(i, 1000, "so many in an hour");
    is_int(player.texts, 1000, "each is sent");
    is_int(replay(notice), 429, "no more");
    run_events();
    is_int(player.texts, 1000, "is sent");

    play_end();
}


/* Of a bill that was handed on: what its merchant sees says nothing of it. */

static void
handed(void)
{
    char         form[256], hidden[64];
    phone_str_t  wang_card, wang_cookie;

    start(PHONE_WHOLE_STORE);
    wang_card = phone_copy(&player.arena,
                           shop_card(WANG, "6222020000000023"));
    player.cookie = PHONE_EMPTY;
    shop_payer(WANG);
    wang_cookie = phone_copy(&player.arena, player.cookie);

    player.cookie = PHONE_EMPTY;
    shop_call("bill.create", "tea", "out_trade_no=H1&amount=1&subject=tea"
              "&payer_phone=" LI);
    snprintf(bill, sizeof(bill), "%.*s", PHONE_ARGS(play_member("bill_id")));
    name_notice();
    run_events();
    player.cookie = li_cookie;
    snprintf(form, sizeof(form), "bill_id=%s&phone=" WANG, bill);
    is_int(play("bill.delegate", form), 200, "it is handed on");
    run_events();
    player.cookie = wang_cookie;
    play("bill.list", "");
    snprintf(hidden, sizeof(hidden), "%.*s",
             PHONE_ARGS(play_member("bill_id")));
    snprintf(form, sizeof(form), "bill_id=%s", hidden);
    play("bill.accept", form);
    shop_pay(phone_cstr(hidden), wang_card, "&pin=" SHOP_PIN);
    player.answer = "no";
    attempt();

    list("limit=1");
    is_str(play_member("notify_id"), notice, "the id that he knows");
    is_str(play_member("bill_id"), bill, "the bill that he knows");
    ok(!play_says(hidden), "and no other, not even of the next page");

    player.now += 20000;
    run_events();
    player.answer = "success";
    is_int(replay(notice), 200, "by that id it is sent again");
    player.texts = 0;
    run_events();
    is_int(player.texts, 1, "it is");
    list("state=DELIVERED");
    ok(!play_says(hidden), "and stays unknown");
    is_int(replay(notice), 200, "once more");
    run_events();
    is_int(player.texts, 2, "from its last record");
    ok(memmem(player.text.data, player.text.len, hidden, strlen(hidden))
       == NULL, "which nobody sees");
    snprintf(form, sizeof(form), "%s.bill.1", hidden);
    is_int(replay(form), 404, "by the other id there is none");
    is_int(shop_call("notice.replay", "tea", "since=0&all=1"), 200,
           "with all others");
    run_events();
    is_int(player.texts, 3, "it is sent as well");

    play_end();
}


static unsigned
times(const char *what)
{
    unsigned     n;
    const char  *p, *end;

    end = player.body.data + player.body.len;
    p = player.body.data;

    for (n = 0; (p = memmem(p, (size_t) (end - p), what, strlen(what))); n++) {
        p++;
    }

    return n;
}


/* What a notice was before it was sent once more is still to be removed. */

static void
former(void)
{
    char         day[32], score[32], member[160];
    const char  *word[2] = { score, member };

    start(PHONE_ONE_BUCKET);
    paid_bill("tea");
    snprintf(day, sizeof(day), "tea:%lld",
             (long long) (player.now / 86400000));
    snprintf(score, sizeof(score), "%lld", (long long) player.now);
    attempt();

    list("");
    is_int(times(notice), 3, "a notice, its attempt, the next page");

    snprintf(member, sizeof(member), "%s bill 1+1 200\n", notice);
    meddle(PHONE_OP_ZADD, &phone_told, phone_cstr(day), 2, word);
    list("");
    is_int(times(notice), 3, "as it is now only");

    play_end();
}


int
main(void)
{
    states(PHONE_WHOLE_STORE);
    states(PHONE_ONE_BUCKET);
    delivered(PHONE_WHOLE_STORE);
    delivered(PHONE_ONE_BUCKET);
    pages();
    large();
    since(PHONE_WHOLE_STORE);
    since(PHONE_ONE_BUCKET);
    refused();
    limited();
    handed();

    former();

    return done_testing();
}
