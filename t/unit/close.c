
/* The closing of a month: its files, what stops it, and the check after it. */


#define _GNU_SOURCE

#include "closing.h"
#include "lib/id.h"
#include "operator/ledger_file.h"


#define PAYER    "13800000001"
#define PIN      "&pin=" SHOP_PIN


static phone_str_t  card, cookie, bill;
static unsigned     orders;


static phone_str_t
pay(void)
{
    char         order[16];
    phone_str_t  paid;

    player.cookie = PHONE_EMPTY;
    snprintf(order, sizeof(order), "T%u", ++orders);
    paid = shop_bill("tea", order, PAYER);
    while (posted()) { /* void */ }
    player.cookie = cookie;

    if (shop_pay(paid, card, PIN) != 200) {
        printf("Bail out! pay: %.*s\n", PHONE_ARGS(player.body));
        exit(1);
    }

    while (posted()) { /* void */ }

    return paid;
}


static void
at(int64_t now)
{
    player.now = now;
    player.cookie = PHONE_EMPTY;
    play("session.login", "phone=" PAYER "&password=a-quiet-lake");
    cookie = player.set_cookie;
    while (posted()) { /* void */ }
}


/* A card with 895 of 1000, a refund of 5, in January. */

static void
set_up(phone_domain_t domain)
{
    play_start();
    player.env.domain = domain;
    orders = 0;

    shop_open("tea");
    card = shop_card(PAYER, "6222020000000015");
    while (posted()) { /* void */ }
    shop_payer(PAYER);
    cookie = player.cookie;
    bill = pay();
    player.cookie = PHONE_EMPTY;

    if (shop_call("refund.create", "tea",
                  "out_trade_no=T1&out_refund_no=R1&amount=5") != 200)
    {
        printf("Bail out! refund: %.*s\n", PHONE_ARGS(player.body));
        exit(1);
    }

    while (posted()) { /* void */ }
    snprintf(home, sizeof(home), "%.3s", card.data);
}


static int
says(phone_str_t text, const char *part)
{
    return memmem(text.data, text.len, part, strlen(part)) != NULL;
}


/* Two months are closed one after the other; the check knows both. */

static void
months(phone_domain_t domain)
{
    int          first;
    char         line[200];
    phone_str_t  file, before;

    set_up(domain);
    first = entries(home, "2027-01");
    ok(first >= 2, "there are entries");
    sound("nothing is closed");

    player.now = FEBRUARY + OVER - 1;
    is_int(ask(home, "2027-01"), 400, "not before the month is over");
    is_str(play_member("until"), "2027-02-01T00:01:10Z", "and when it is");
    is_int(ask(home, "2027-02"), 400, "not the next one");

    at(FEBRUARY + OVER);
    is_int(ask(home, "2027-01"), 200, "now it is");
    is_str(play_member("state"), "RUNNING", "under way");
    is_int(ask(home, "2027-01"), 200, "the same again");
    is_str(play_member("state"), "RUNNING", "is the same");
    is_int(player.commits, 0, "and starts nothing");
    is_int(steps(), 4, "in four steps");

    is_int(entries(home, "2027-01"), 0, "the entries are gone");
    is_str(period(home, PERIOD_FROM), "2027-02", "the next month is open");
    file = unzipped(period(home, PERIOD_FILE));
    snprintf(line, sizeof(line), "ngx_phone ledger 1\nstore played\nbucket %s"
             "\nmonth 2027-01\nbefore -\nbalances %.*s\nentries %d\n\n", home,
             PHONE_ARGS(period(home, PERIOD_BALANCES)), first);
    ok(says(file, line), "the header");
    ok(says(file, " bill "), "the entries");
    ok(file.len > 4 && memcmp(file.data + file.len - 4, "end\n", 4) == 0,
       "the end");
    snprintf(line, sizeof(line), "card:%.*s CNY 905\n", PHONE_ARGS(card));
    ok(says(unzipped(period(home, PERIOD_BALANCES)), line), "the balance");

    is_int(ask(home, "2027-01"), 200, "once more");
    is_str(play_member("state"), "CLOSED", "it is closed");
    sound("one bucket is closed");

    close_all("2027-01");
    sound("all are");
    is_str(play_member("entries"), "0", "no entry is left to read");
    is_str(play_member("buckets"), "16", "of any bucket");

    at(FEBRUARY + PHONE_DAY);
    (void) pay();
    sound("a payment in the next month");

    before = phone_copy(&player.arena, period(home, PERIOD_FILE));
    at(MARCH + OVER);
    close_all("2027-02");
    snprintf(line, sizeof(line), "month 2027-02\nbefore %.*s\n",
             PHONE_ARGS(before));
    ok(says(unzipped(period(home, PERIOD_FILE)), line),
       "it names the file before");
    snprintf(line, sizeof(line), "card:%.*s CNY 805\n", PHONE_ARGS(card));
    ok(says(unzipped(period(home, PERIOD_BALANCES)), line),
       "what there was, and what came");
    sound("two months are closed");

    player.cookie = PHONE_EMPTY;
    is_int(play("operator.ledger", "bucket=0&limit=3"), 200, "what is closed");
    ok(play_says("\"bucket\":2,\"from\":\"2027-03\""), "of three");
    is_str(play_member("next_bucket"), "3", "of sixteen");
    is_int(play("operator.ledger", "bucket=16"), 400, "no such bucket");
    is_int(ask("016", "2027-02"), 400, "nor here");
    is_int(ask(home, "2027-13"), 400, "no such month");
    is_int(ask(home, "2027.02"), 400, "no month");
    is_int(ask(home, "2026-12"), 400, "before there was a store");
    is_str(play_member("field"), "month", "by field");
    is_str(play_member("reason"), "the first month is 2027-01", "and why");

    play_end();
}


/* A wrong balance is found though its entries are gone. */

static void
wrong_later(phone_domain_t domain)
{
    set_up(domain);
    at(FEBRUARY + OVER);
    close_all("2027-01");
    sound("closed");

    meddle(PHONE_OP_HINCRBY, &phone_card, card, 2,
           (const char *[2]) { "balance", "1" });
    check("false", "a balance is altered");
    ok(play_says("\"ledger\":905,\"stored\":906"), "what it was");
    play_end();

    /* a bill that was paid then is debited again now */

    set_up(domain);
    at(FEBRUARY + OVER);
    close_all("2027-01");
    meddle(PHONE_OP_RPUSH, &phone_ledger, card, 1,
           (const char *[1]) { phone_format(&player.arena,
               "01MCC5RM02AAAAAAAAAAAAAAAA card:%.*s takings:tea:CNY 100 CNY "
               "bill %.*s%c", PHONE_ARGS(card), PHONE_ARGS(bill), 0).data });
    check("false", "a second debit, in another month");
    ok(play_says("\"what\":\"bill_differs\""), "is found");
    play_end();

    /* an entry that came to a month after it was closed */

    set_up(domain);
    at(FEBRUARY + OVER);
    close_all("2027-01");
    player.now = FEBRUARY - 1000;
    meddle(PHONE_OP_RPUSH, &phone_ledger, card, 1,
           (const char *[1]) { "m9 outside:CNY takings:tea:CNY 1 CNY x y" });
    player.now = FEBRUARY + OVER;
    check("false", "late");
    fault("ledger_late", phone_format(&player.arena, "ledger:%s-2027-01%c",
                                      home, 0).data);
    play_end();
}


/* One that came to any of the months that are closed. */

static void
late_by_months(phone_domain_t domain)
{
    set_up(domain);
    at(FEBRUARY + OVER);
    close_all("2027-01");
    at(MARCH + OVER);
    close_all("2027-02");
    sound("two months are closed");
    player.now = FEBRUARY - 1000;
    meddle(PHONE_OP_RPUSH, &phone_ledger, card, 1,
           (const char *[1]) { "m9 outside:CNY takings:tea:CNY 1 CNY x y" });
    player.now = MARCH + OVER;
    check("false", "late by two months");
    fault("ledger_late", phone_format(&player.arena, "ledger:%s-2027-01%c",
                                      home, 0).data);
    play_end();
}


/* The month in which a clock was set back is closed already: what is paid then
   is appended to the current month, as docs/operator.md says. */

static void
late(phone_domain_t domain)
{
    char               key[64];
    unsigned           i, bucket;
    const sim_list_t  *list;

    set_up(domain);
    at(FEBRUARY + OVER);
    close_all("2027-01");
    at(FEBRUARY - 1000);
    (void) pay();
    at(FEBRUARY + OVER + 1000);

    for (bucket = 0; bucket < player.env.buckets; bucket++) {
        snprintf(key, sizeof(key), "phone:{%03u}:ledger:%03u-2027-01", bucket,
                 bucket);
        list = sim_store_list(player.store, player.now, phone_cstr(key));

        for (i = 0; list && i < list->n; i++) {
            meddle(PHONE_OP_RPUSH, &phone_ledger,
                   phone_format(&player.arena, "%03u-", bucket), 1,
                   (const char *[1]) {
                       phone_format(&player.arena, "%.*s%c",
                                    PHONE_ARGS(list->entry[i]), 0).data });
        }

        meddle_key(PHONE_OP_DEL, bucket, phone_cstr(key), 0, NULL);
    }

    sound("entries that came late are moved");
    at(MARCH + OVER);
    close_all("2027-02");
    is_str(period(home, PERIOD_FROM), "2027-03", "their month is closed");
    sound("and after that");
    play_end();
}


static unsigned
ledgers_of_february(void)
{
    char      key[64];
    unsigned  bucket, n;

    n = 0;

    for (bucket = 0; bucket < player.env.buckets; bucket++) {
        snprintf(key, sizeof(key), "phone:{%03u}:ledger:%03u-2027-02", bucket,
                 bucket);
        n += sim_store_list(player.store, player.now, phone_cstr(key))
             != NULL;
    }

    return n;
}


/* A posting that is applied in the next month adds to that one. */

static void
posted_later(void)
{
    phone_str_t  paid;

    set_up(PHONE_ONE_BUCKET);
    at(FEBRUARY - 1000);
    player.cookie = PHONE_EMPTY;
    paid = shop_bill("tea", "L1", PAYER);
    while (posted()) { /* void */ }
    player.cookie = cookie;
    is_int(shop_pay(paid, card, PIN), 200, "paid, and the shop has it later");

    player.now = FEBRUARY + 1000;
    is_int(ledgers_of_february(), 0, "nothing is in February");
    while (posted()) { /* void */ }
    is_int(ledgers_of_february(), 1, "then the entry of the takings is");
    play_end();
}


/* A second debit does not go with the month, out of sight. */

static void
twice(phone_domain_t domain)
{
    set_up(domain);
    meddle(PHONE_OP_RPUSH, &phone_ledger, card, 1,
           (const char *[1]) { phone_format(&player.arena,
               "01MCC5RM01AAAAAAAAAAAAAAAA card:%.*s takings:tea:CNY 100 CNY "
               "bill %.*s%c", PHONE_ARGS(card), PHONE_ARGS(bill), 0).data });
    at(FEBRUARY + OVER);
    (void) ask(home, "2027-01");
    (void) steps();
    ok(says(period(home, PERIOD_STOPPED), "bill_differs:"), "debited twice");
    is_str(period(home, PERIOD_FROM), "2027-01", "it is open");
    play_end();
}


/* What differs is not let go. */

static void
stops(const char *what, const phone_type_t *type, phone_str_t id,
    const char *field, const char *value)
{
    char  where[100];
    int   n;

    n = entries(home, "2027-01");
    meddle(PHONE_OP_HSET, type, id, 2, (const char *[2]) { field, value });
    at(FEBRUARY + OVER);
    (void) ask(home, "2027-01");
    is_int(steps(), 1, "%s: one step", what);
    is_int(player.gave_up, PHONE_GAVE_UP_JOB, "%s: it has failed", what);
    is_int(entries(home, "2027-01"), n, "%s: nothing goes", what);
    is_str(period(home, PERIOD_FROM), "2027-01", "%s: it is open", what);

    snprintf(where, sizeof(where), "%s:%.*s", what, PHONE_ARGS(id));
    is_str(period(home, PERIOD_STOPPED), where, "%s: why", what);
    check("false", what);
    ok(play_says("close_stopped"), "%s: the check says so", what);
    player.cookie = PHONE_EMPTY;
    play("operator.ledger", "");
    ok(play_says(where) && play_says("\"job\":\"FAILED\""), "%s: the list too",
       what);
}


/* A job that has failed, as the disk is full, is told until one ends well. */

static void
failed(phone_domain_t domain)
{
    set_up(domain);
    at(FEBRUARY + OVER);
    (void) ask(home, "2027-01");
    meddle(PHONE_OP_HSET, &phone_job, period(home, PERIOD_JOB), 2,
           (const char *[2]) { "state", "FAILED" });
    check("false", "the job has failed");
    ok(play_says("{\"what\":\"close_failed\",\"where\":\"period:"),
       "the check says so");

    (void) ask(home, "2027-01");
    (void) steps();
    is_str(period(home, PERIOD_FROM), "2027-02", "the next one closes it");
    sound("all is well");
    play_end();
}


static void
differs(phone_domain_t domain)
{
    set_up(domain);
    stops("bill_differs", &phone_bill, bill, "status", "PUSHED");

    /* mended, it is closed */

    meddle(PHONE_OP_HSET, &phone_bill, bill, 2,
           (const char *[2]) { "status", "PAID" });
    (void) ask(home, "2027-01");
    is_int(steps(), 4, "once it is right");
    is_str(period(home, PERIOD_FROM), "2027-02", "it is closed");
    is_str(period(home, PERIOD_STOPPED), "", "and nothing stops it");
    sound("all is well");
    play_end();

    set_up(domain);
    meddle(PHONE_OP_DEL, &phone_bill, bill, 0, NULL);
    at(FEBRUARY + OVER);
    (void) ask(home, "2027-01");
    (void) steps();
    ok(says(period(home, PERIOD_STOPPED), "bill_missing:"), "a bill is lost");
    play_end();

    set_up(domain);
    meddle(PHONE_OP_RPUSH, &phone_ledger, card, 1,
           (const char *[1]) { "no entry" });
    at(FEBRUARY + OVER);
    (void) ask(home, "2027-01");
    (void) steps();
    ok(says(period(home, PERIOD_STOPPED), "entry_unreadable:"), "no entry");
    play_end();

    /* a key that was written over is no month without entries */

    set_up(domain);
    meddle(PHONE_OP_DEL, &phone_ledger, card, 0, NULL);
    meddle(PHONE_OP_HSET, &phone_ledger, card, 2,
           (const char *[2]) { "no", "list" });
    at(FEBRUARY + OVER);
    (void) ask(home, "2027-01");
    (void) steps();
    ok(says(period(home, PERIOD_STOPPED), "key_of_other_type:"), "no list");
    is_str(period(home, PERIOD_FROM), "2027-01", "it is open");
    play_end();
}


/* Files that are gone or altered. */

static void
damaged(phone_domain_t domain)
{
    char         where[100];
    phone_str_t  sha256, bytes;

    set_up(domain);
    at(FEBRUARY + OVER);
    close_all("2027-01");
    sha256 = phone_copy(&player.arena, period(home, PERIOD_BALANCES));
    snprintf(where, sizeof(where), "blob:%.*s", PHONE_ARGS(sha256));
    bytes = phone_copy(&player.arena, play_blob(sha256));
    ((char *) bytes.data)[bytes.len / 2] ^= 1;
    play_keep_bytes(sha256, bytes);
    check("false", "a file is altered");
    ok(play_says("archive_damaged") && play_says(where), "it is named");

    at(MARCH + OVER);
    (void) ask(home, "2027-02");
    (void) steps();
    is_str(period(home, PERIOD_STOPPED), "file:balances_damaged",
           "no month is closed upon it");
    is_str(period(home, PERIOD_FROM), "2027-02", "it is open");
    play_end();
}


/* Pages, each a piece; a piece that is gone begins the job anew. */

static void
pages(phone_domain_t domain)
{
    int       n, made;
    unsigned  i;

    set_up(domain);
    player.settings.close_step = 1;
    n = entries(home, "2027-01");
    at(FEBRUARY + OVER);
    (void) ask(home, "2027-01");
    is_int(steps(), n + 4, "a step an entry");
    is_str(period(home, PERIOD_FROM), "2027-02", "it is closed");
    sound("all is well");
    play_end();

    /* more pieces than are joined: every other one they become one */

    set_up(domain);
    player.settings.close_step = 1;
    player.settings.close_pieces = 2;
    at(FEBRUARY + OVER);
    (void) ask(home, "2027-01");
    is_int(steps(), n + n / 2 + 4, "and one for two of them");
    is_str(period(home, PERIOD_FROM), "2027-02", "it is closed");
    ok(says(unzipped(period(home, PERIOD_FILE)), " open "), "the first entry");
    sound("all is well");
    play_end();

    set_up(domain);
    at(FEBRUARY + OVER);
    (void) ask(home, "2027-01");
    made = (int) player.nblobs;
    player.event[0] = player.event[player.nevents - 1];
    player.nevents = 1;
    play_event();

    for (i = (unsigned) made; i < player.nblobs; i++) {
        player.bytes[i] = (phone_str_t) { 0, NULL };
    }

    (void) steps();
    is_str(period(home, PERIOD_FROM), "2027-02", "begun anew, it is closed");
    sound("all is well then");
    play_end();
}


/* What two hosts may differ by, and a lease, if that is longer. */

static void
over(phone_domain_t domain)
{
    set_up(domain);
    player.now = FEBRUARY + OVER;
    player.settings.clock_bound = 20000;
    is_int(ask(home, "2027-01"), 400, "the clocks may differ more");
    is_str(play_member("until"), "2027-02-01T00:01:40Z", "it is later");
    player.settings.lease = 120000;
    is_int(ask(home, "2027-01"), 400, "a lease is long");
    is_str(play_member("until"), "2027-02-01T00:02:40Z", "and later");
    play_end();
}


/* Entries that a failover has lost are not in the file. */

static void
lost(phone_domain_t domain)
{
    int   i;
    char  key[64];

    set_up(domain);
    at(FEBRUARY + OVER);
    (void) ask(home, "2027-01");

    for (i = 0; i < 2; i++) {
        player.event[0] = player.event[player.nevents - 1];
        player.nevents = 1;
        play_event();
    }

    snprintf(key, sizeof(key), "phone:{%s}:ledger:%s-2027-01", home, home);
    meddle_key(PHONE_OP_DEL, (unsigned) phone_id_bucket(card,
                                                        player.env.buckets),
               phone_cstr(key), 0, NULL);
    (void) steps();
    ok(says(unzipped(period(home, PERIOD_FILE)), "\nentries 0\n"),
       "what is not there is not in the file");
    play_end();
}


/* The clock is set back while a month is being closed: the job waits until it
   is over again, and what came meanwhile is in the file. */

static void
set_back(phone_domain_t domain)
{
    int           i;
    phone_str_t   late, file;
    play_event_t  event;

    set_up(domain);
    at(FEBRUARY + OVER);
    (void) ask(home, "2027-01");

    for (i = 0; i < 3; i++) {
        player.event[0] = player.event[player.nevents - 1];
        player.nevents = 1;
        play_event();
    }

    event = player.event[player.nevents - 1];
    player.now = FEBRUARY - 5000;
    player.event[0] = event;
    player.nevents = 1;
    play_event();
    is_str(period(home, PERIOD_FROM), "2027-01", "it waits");
    is_int(player.gave_up, 0, "and has not failed");

    at(FEBRUARY - 4000);
    player.nevents = 0;
    late = phone_copy(&player.arena, pay());
    player.now = FEBRUARY + OVER;
    event.score = FEBRUARY + OVER;
    player.event[0] = event;
    player.nevents = 1;
    (void) steps();
    is_str(period(home, PERIOD_FROM), "2027-02", "then it is closed");
    file = unzipped(period(home, PERIOD_FILE));
    ok(memmem(file.data, file.len, late.data, late.len) != NULL,
       "with the payment of that time");
    is_int(entries(home, "2027-01"), 0, "which is not left behind");
    sound("all is well");
    play_end();
}


/* A disk that is full stops the closing, and nothing goes. */

static void
full_disk(phone_domain_t domain)
{
    int           n;
    unsigned      i;
    play_event_t  event;

    set_up(domain);
    n = entries(home, "2027-01");
    at(FEBRUARY + OVER);
    (void) ask(home, "2027-01");
    player.disk_full = 1;

    for (i = 0; i < PHONE_JOB_TRIES; i++) {
        event = player.event[player.nevents - 1];
        player.event[0] = event;
        player.nevents = 1;
        play_event();
        event.score = player.now + ((int64_t) 1000 << i);
        player.now = event.score;
        player.event[0] = event;
        player.nevents = 1;
    }

    is_int(entries(home, "2027-01"), n, "nothing goes");
    is_str(period(home, PERIOD_FROM), "2027-01", "the month is open");

    player.disk_full = 0;
    player.nevents = 0;
    (void) ask(home, "2027-01");
    (void) steps();
    is_str(period(home, PERIOD_FROM), "2027-02", "with room it is closed");
    sound("after a full disk");
    play_end();
}


/* The event of the bucket, as the store has it, at a time. */

static void
look_at_months(int64_t now)
{
    unsigned           i, bucket;
    const sim_zset_t  *due;

    bucket = (unsigned) phone_id_bucket(card, player.env.buckets);
    due = sim_store_zset(player.store, player.now,
                         phone_key(&player.arena, &phone_due, bucket,
                                   PHONE_EMPTY));
    player.nevents = 0;

    for (i = 0; i < due->n; i++) {
        if (memcmp(due->member[i].member.data, "ledger.month ", 13) == 0) {
            player.event[0].member = phone_copy(&player.arena,
                                                due->member[i].member);
            player.event[0].bucket = bucket;
            player.event[0].score = due->member[i].score;
            player.nevents = 1;
        }
    }

    is_int(player.nevents, 1, "there is an event of the bucket");
    player.now = now;
    play_event();
}


/* By itself: after the time that is set, and never when that is 0. */

static void
by_itself(phone_domain_t domain)
{
    int64_t   due;
    unsigned  n;

    set_up(domain);
    player.settings.archive_after = 10 * PHONE_DAY;
    due = FEBRUARY + OVER + 10 * PHONE_DAY;

    look_at_months(due - 1);
    is_str(period(home, PERIOD_JOB), "", "too early");

    player.settings.archive_after = 0;
    look_at_months(due + PHONE_DAY);
    is_str(period(home, PERIOD_JOB), "", "off");

    player.settings.archive_after = 10 * PHONE_DAY;
    look_at_months(due);
    is_str(period(home, PERIOD_JOB), "", "its bills go first");
    look_at_months(due + PHONE_DAY + 1);

    for (n = 0; player.nevents && n < 20; n++) {
        play_event();
    }

    look_at_months(due + PHONE_DAY + PHONE_HOUR);
    ok(period(home, PERIOD_JOB).len, "now it begins");
    (void) steps();
    is_str(period(home, PERIOD_FROM), "2027-02", "and is closed");
    sound("by itself");
    play_end();
}


int
main(void)
{
    unsigned  i;

    static const phone_domain_t  domain[] = {
        PHONE_WHOLE_STORE, PHONE_ONE_BUCKET
    };

    for (i = 0; i < 2; i++) {
        months(domain[i]);
        wrong_later(domain[i]);
        late(domain[i]);
        late_by_months(domain[i]);
        twice(domain[i]);
        failed(domain[i]);
        differs(domain[i]);
        damaged(domain[i]);
        pages(domain[i]);
        over(domain[i]);
        lost(domain[i]);
        set_back(domain[i]);
        full_disk(domain[i]);
        by_itself(domain[i]);
    }

    posted_later();

    return done_testing();
}
