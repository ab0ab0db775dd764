
/*
 * The outbox: several notices of one bill, each with an id and fields of its
 * own, one at a time and in order; what goes on behind one that nobody takes.
 */


#define _GNU_SOURCE

#include "meddle.h"
#include "shop.h"
#include "bill/bill.h"


#define BILL  "001-01J8ZQ4T9E6M2W7K3A5B8C0D1"
#define URL   "http://shop.example/n"


static phone_rc_t tell_run(phone_call_t *call);
static phone_rc_t spoil_run(phone_call_t *call);


static const phone_param_t  tell_params[] = {
    { "event", PHONE_P_NAME, PHONE_REQUIRED, 1, 16, "" },
    { "url", PHONE_P_URL, 0, 0, 0, "" },
    { NULL, 0, 0, 0, 0, NULL }
};

static const phone_endpoint_t  tell = {
    "bill.tell", "POST", "", PHONE_ANYONE, tell_run, tell_params, NULL, ""
};

static const phone_param_t  spoil_params[] = {
    { "notices", PHONE_P_TEXT, PHONE_REQUIRED, 1, 64, "" },
    { NULL, 0, 0, 0, 0, NULL }
};

static const phone_endpoint_t  spoil = {
    "bill.spoil", "POST", "", PHONE_ANYONE, spoil_run, spoil_params, NULL, ""
};


/* What has happened is in a field of the bill by then, and another thing once
   more has happened. */

static phone_rc_t
tell_run(phone_call_t *call)
{
    phone_record_t  *bill;

    bill = phone_ask(call, &phone_bill, PHONE_STR(BILL));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(bill)) {
        phone_set(bill, BILL_MERCHANT, PHONE_STR("tea"));
        phone_set(bill, BILL_NOTIFY_URL, phone_arg(call, "url"));
    }

    phone_set(bill, BILL_STATUS, phone_arg(call, "event"));

    const phone_field_t  told[] = {
        { PHONE_STR("status"), phone_get(bill, BILL_STATUS) },
        { PHONE_STR("nothing"), PHONE_EMPTY },
        { PHONE_STR("text"), PHONE_STR("a=b&c \xe8\x8c\xb6") }
    };

    phone_notice_put(call, &phone_bill_outbox, bill, "bill", told, 3);

    return phone_done(call);
}


static phone_rc_t
spoil_run(phone_call_t *call)
{
    char            *bar;
    phone_str_t      notices;
    phone_record_t  *bill;

    bill = phone_ask(call, &phone_bill, PHONE_STR(BILL));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    notices = phone_copy(phone_memory(call), phone_arg(call, "notices"));
    bar = memchr(notices.data, '|', notices.len);

    if (bar) {
        *bar = '\n';
    }

    phone_set(bill, BILL_NOTICES, notices);

    return phone_done(call);
}


static void
start(void)
{
    play_start();
    shop_open("tea");
    player.settings.notices = 2;
    player.signatures = 1;
    player.gateway = 200;
    player.answer = "success";
}


static void
told(const char *event)
{
    char  form[128];

    snprintf(form, sizeof(form), "event=%s&url=" URL, event);
    is_int(play_endpoint(&tell, form), 200, "%s has happened", event);
}


/* Did the last notice say this? */

static int
said(const char *text)
{
    return memmem(player.text.data, player.text.len, text, strlen(text))
           != NULL;
}


/* Without the notice that has not been sent. */

static phone_str_t
queue(void)
{
    phone_str_t  text, line;

    text = play_stored(&phone_bill, BILL, BILL_NOTICES);
    line = PHONE_EMPTY;
    (void) phone_split(&text, '\n', &line);

    return line;
}


static phone_str_t
tries(const char *number)
{
    char  id[64];

    snprintf(id, sizeof(id), BILL ".bill.%s", number);

    return play_stored(&phone_notice, id, NOTICE_TRIES);
}


static void
count_record(void *data, phone_str_t key)
{
    unsigned  *n;

    n = data;
    *n += memmem(key.data, key.len, ":notice:", 8) != NULL;
}


static unsigned
records(void)
{
    unsigned  n;

    n = 0;
    sim_store_each(player.store, player.now, count_record, &n);

    return n;
}


/* One after the other, each as it was put. */

static void
in_order(void)
{
    start();
    player.answer = "later";

    told("ONE");
    told("TWO");
    told("THREE");
    is_str(queue(), "3 1,2,3", "three notices wait");
    is_int(player.nevents, 1, "one of them has its turn");

    player.texts = 0;
    play_event();
    is_int(player.texts, 1, "it is sent");
    ok(said("status=ONE") && said("&notify_id=" BILL ".bill.1&attempt=1&"),
       "as it was put");
    ok(said("text=a%3Db%26c%20%E8%8C%B6") && !said("nothing"),
       "with its fields, but for the empty one");
    is_int(player.nevents, 1, "the others wait for it");

    player.answer = "success";
    player.now += 20000;
    play_event();
    ok(said("status=ONE") && said("&attempt=2&"), "it is sent again");
    is_str(queue(), "3 2,3 1 2 1800000020", "and over");
    is_int(records(), 2, "without a record");

    play_event();
    ok(said("status=TWO") && said("&notify_id=" BILL ".bill.2&attempt=1&"),
       "the second one is next");
    play_event();
    ok(said("status=THREE"), "the third one is the last");
    is_str(queue(), "3 - 3 1 1800000020", "of which the bill keeps the last");
    is_int(records(), 0, "and nothing else is left");
    ok(!play_event(), "nor to be done");
    is_int(player.texts, 4, "each was taken once");

    told("FOUR");
    play_event();
    is_str(queue(), "4 - 4 1 1800000020", "another one later");

    play_end();
}


/* An event that comes when it is not its turn: from a worker that slept. */

static void
not_its_turn(void)
{
    play_event_t  first;

    start();
    told("ONE");
    first = player.event[0];
    told("TWO");

    first.member = PHONE_STR("notice.send " BILL ".bill.2 tea");
    player.event[player.nevents++] = first;
    memmove(player.event, player.event + 1,
            --player.nevents * sizeof(play_event_t));
    player.texts = 0;
    play_event();
    is_int(player.texts, 0, "the second one does not overtake the first");
    is_int(records(), 1, "and is not lost");
    is_str(queue(), "2 1,2", "nor is the first");

    first.member = PHONE_STR("notice.send " BILL ".fax.1 tea");
    player.event[player.nevents++] = first;
    play_event();
    first.member = PHONE_STR("notice.send " BILL ".PAID tea");
    player.event[player.nevents++] = first;
    play_event();
    first.member = PHONE_STR("notice.send " BILL ".bill.9 tea");
    player.event[player.nevents++] = first;
    play_event();
    is_int(player.texts, 0, "there are no such notices");

    play_end();
}


static void
exhausted(void)
{
    start();
    player.answer = "no";

    told("ONE");
    told("TWO");
    play_event();
    player.now += 20000;
    play_event();
    is_str(queue(), "2 2", "the schedule has run out: the next one's turn");
    ok(player.gave_up, "which is counted");
    is_str(tries("1"), "1800000000000+7 200\n1800000020000+7 200\n",
           "what came of each try is kept");

    is_int(play("operator.notices", ""), 200, "it is listed");
    is_str(play_member("notify_id"), BILL ".bill.1", "with its id");
    is_str(play_member("event"), "bill", "its kind");
    is_str(play_member("subject_id"), BILL, "what it is about");
    is_str(play_member("created_at"), "2027-01-15T08:00:00Z",
           "when it was put");
    is_str(play_member("fields"), "status=ONE&text=a%3Db%26c%20%E8%8C%B6",
           "what it says");
    ok(play_says("\"tries\":[{\"sent_at\":\"2027-01-15T08:00:00Z\","
                 "\"result\":\"200\",\"took_ms\":7},"), "and its tries");

    is_int(play("operator.notice_replay", "notify_id=" BILL ".bill.1"), 200,
           "it is sent again");
    is_str(play_member("state"), "PENDING", "once it is its turn");
    is_str(queue(), "2 2,1", "behind the second one");
    is_int(play("operator.notice_replay", "notify_id=" BILL ".bill.1"), 200,
           "asked for twice");
    is_str(queue(), "2 2,1", "it waits once");
    is_int(play("operator.notice_replay", "notify_id=" BILL ".bill.2"), 200,
           "one that is not exhausted");
    is_str(queue(), "2 2,1", "stays where it is");
    is_int(play("operator.notice_replay", "notify_id=" BILL ".bill.3"), 404,
           "there is no third");
    is_int(play("operator.notice_replay", "notify_id=" BILL ".fax.1"), 404,
           "nor another kind");

    player.answer = "success";
    play_event();
    ok(said("status=TWO"), "the second one");
    play_event();
    ok(said("status=ONE") && said("&attempt=1&"),
       "and the first, as it was, from the beginning");
    is_str(queue(), "2 - 1 1 1800000020", "all are over");
    is_int(records(), 0, "and gone");
    play("operator.notices", "");
    ok(play_says("\"notices\":[]"), "from the list as well");

    play_end();
}


/* Its event is lost: a host of another version has ended it. */

static void
lost(void)
{
    char      text[100];
    unsigned  n;

    start();
    player.answer = "no";
    told("ONE");
    told("TWO");
    player.nevents = 0;

    snprintf(text, sizeof(text), "notice.send " BILL ".bill.1 tea");
    is_int(play("operator.notice_replay", "notify_id=" BILL ".bill.1"), 200,
           "a pending notice");
    is_int(player.nevents, 0, "that has its event has no other");

    meddle(PHONE_OP_ZREM, &phone_due, PHONE_STR("001"), 1,
           (const char *[1]) { text });
    play("operator.notice_replay", "notify_id=" BILL ".bill.2");
    is_int(player.nevents, 0, "one that waits for its turn needs none");
    is_int(play("operator.notice_replay", "notify_id=" BILL ".bill.1"), 200,
           "one that has lost its event");
    is_str(play_member("state"), "PENDING", "is pending as before");
    is_int(player.nevents, 1, "and has one again");
    is_str(queue(), "2 1,2", "it is where it was");

    player.answer = "success";
    play_event();
    ok(said("status=ONE"), "it is sent");
    n = player.nevents;
    play_event();
    ok(n == 1 && said("status=TWO"), "and the next one after it");
    is_str(queue(), "2 - 2 1 1800000000", "all are over");

    play_end();
}


/* Of a notice that was sent again and again the last tries are kept. */

static void
many_tries(void)
{
    unsigned     i, n;
    phone_str_t  rest, line;

    start();
    player.settings.notices = 1;
    player.gateway = 503;
    told("ONE");

    for (i = 0; i < 45; i++) {
        play_event();
        player.now += 1000;
        play("operator.notice_replay", "notify_id=" BILL ".bill.1");
    }

    rest = tries("1");

    for (n = 0; phone_split(&rest, '\n', &line); n++) {
        is_int(n == 0 && !phone_is(line, "1800000005000+7 503"),
               0, "of forty-five the first five are gone");
    }

    is_int(n, 40, "forty are kept");

    play_end();
}


static void
nowhere(void)
{
    start();
    play("operator.merchant_change", "merchant_id=tea&notify_url=");
    is_int(play_endpoint(&tell, "event=ONE"), 200, "nobody asks for notices");
    is_int(play_endpoint(&tell, "event=TWO"), 200, "of this bill");

    player.texts = 0;
    play_event();
    play_event();
    is_int(player.texts, 0, "none is sent");
    is_str(queue(), "2 -", "none waits");
    is_int(records(), 0, "none is kept");

    play_end();
}


/* The merchant's URL is removed before the notice was tried, perhaps by
   mistake: the merchant wanted it. */

static void
removed(void)
{
    start();
    is_int(play_endpoint(&tell, "event=ONE"), 200, "a notice is wanted");
    player.now += 1000;
    play("operator.merchant_change", "merchant_id=tea&notify_url=");
    player.texts = 0;
    play_event();
    is_int(player.texts, 0, "and its URL removed");
    is_str(tries("1"), "1800000001000+0 no notify_url\n", "that is noted");
    play("operator.notices", "");
    is_str(play_member("notify_id"), BILL ".bill.1", "and it is listed");

    player.now += 1000;
    is_int(play_endpoint(&tell, "event=TWO"), 200, "a later one");
    play_event();
    is_int(records(), 1, "is not wanted");

    play("operator.merchant_change", "merchant_id=tea&notify_url=" URL);
    play("operator.notice_replay", "notify_id=" BILL ".bill.1");
    play_event();
    ok(said("status=ONE"), "the first is sent once there is a URL again");

    play_end();
}


/* What is stored there cannot have been written by us. */

static void
malformed(void)
{
    size_t  i;

    static const char *const  first[] = {
        "notices=1+1|bill", "notices=1+1|bill+soon+status=ONE",
        "notices=1+1|bill+1800000000000+status=%25A"
    };

    start();
    told("ONE");
    player.nevents = 0;

    play_endpoint(&spoil, "notices=one");
    is_int(play_endpoint(&tell, "event=TWO"), 500, "a queue of another form");
    play_endpoint(&spoil, "notices=x 1");
    is_int(play_endpoint(&tell, "event=TWO"), 500, "without a number");
    is_int(records(), 0, "nothing is put");

    play_end();

    for (i = 0; i < sizeof(first) / sizeof(first[0]); i++) {
        start();
        told("ONE");
        play_endpoint(&spoil, first[i]);
        player.texts = 0;
        play_event();
        is_int(player.texts, 0, "%s: not sent", first[i]);
        ok(player.bad_key.len, "the host logs which record it is");
        is_int(records(), 0, "nor written");
        play_end();
    }
}


int
main(void)
{
    in_order();
    not_its_turn();
    exhausted();
    lost();
    many_tries();
    nowhere();
    removed();
    malformed();

    return done_testing();
}
