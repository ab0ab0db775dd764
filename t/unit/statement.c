
/* POST /pay/statement: the movements of a day, as a file. */


#define _GNU_SOURCE

#include "check.h"
#include "lib/id.h"
#include "days.h"


#define PAYER    "13800000001"
#define PIN      "&pin=" SHOP_PIN

/* 2027-01-15T08:00:00Z, when a test begins, is 16:00 there. */
#define DAY      "2027-01-15"
#define END      INT64_C(1800028800000)
#define READY    (END + 70000)

#define COLUMNS  "time,kind,bill_id,out_trade_no,out_refund_no,payout_no,"     \
                 "currency,amount\r\n"


static phone_str_t   card, cookie;
static unsigned      orders;


static void
set_up_with(phone_domain_t domain, unsigned buckets)
{
    play_start();
    player.env.domain = domain;
    player.env.buckets = buckets;
    orders = 0;

    shop_open("tea");
    shop_open("coffee");
    card = shop_card(PAYER, "6222020000000015");
    while (posted()) { /* void */ }
    shop_payer(PAYER);
    cookie = player.cookie;
}


static void
set_up(phone_domain_t domain)
{
    set_up_with(domain, 16);
}


/* A bill over 100 is paid; where its postings stay, the takings do not get it
   yet. */

static phone_str_t
pay_and_leave(void)
{
    char         order[16];
    phone_str_t  bill;

    player.cookie = PHONE_EMPTY;
    snprintf(order, sizeof(order), "T%u", ++orders);
    bill = shop_bill("tea", order, PAYER);
    while (posted()) { /* void */ }
    player.cookie = cookie;

    if (shop_pay(bill, card, PIN) != 200) {
        printf("Bail out! pay: %.*s\n", PHONE_ARGS(player.body));
        exit(1);
    }

    return bill;
}


static phone_str_t
pay(void)
{
    phone_str_t  bill;

    bill = pay_and_leave();
    while (posted()) { /* void */ }

    return bill;
}


/* A session does not last for days. */

static void
at(int64_t now)
{
    player.now = now;
    player.cookie = PHONE_EMPTY;
    play("session.login", "phone=" PAYER "&password=a-quiet-lake");
    cookie = player.set_cookie;
    while (posted()) { /* void */ }
}


static void
refund(const char *form)
{
    player.cookie = PHONE_EMPTY;

    if (shop_call("refund.create", "tea", form) != 200) {
        printf("Bail out! refund: %.*s\n", PHONE_ARGS(player.body));
        exit(1);
    }

    while (posted()) { /* void */ }
}


static int
ask(const char *shop, const char *date)
{
    char  form[64];

    player.cookie = PHONE_EMPTY;
    snprintf(form, sizeof(form), "date=%s", date);

    return shop_call("statement.create", shop, form);
}


/* The file that tea gets, after so many steps. */

static phone_str_t
made(const char *shop, const char *date)
{
    while (step()) { /* void */ }

    return ask(shop, date) == 200 ? play_blob(player.reply.sha256)
                                  : PHONE_EMPTY;
}


static phone_str_t
sha(phone_str_t bytes)
{
    unsigned char  hash[PHONE_SHA256_LEN];

    (void) phone_sha256(player.env.crypto, bytes, hash);

    return phone_hex(&player.arena, (phone_str_t) { sizeof(hash),
                                                    (char *) hash });
}


/* The file: what stands in front of the hash, totals, and rows. */

static void
file_is(phone_str_t file, const char *head, const char *totals,
    phone_str_t rows)
{
    rows = phone_join(&player.arena, 2,
                      (phone_str_t[2]) { PHONE_STR(COLUMNS), rows });

    is_str(file, phone_format(&player.arena, "%s#sha256,%.*s\r\n%s%.*s%c",
                              head, PHONE_ARGS(sha(rows)), totals,
                              PHONE_ARGS(rows), 0).data, "the file");
}


static void
a_day(phone_domain_t domain)
{
    phone_str_t  bill[3], file, hash;

    set_up(domain);
    bill[0] = pay();
    player.now += 1000;
    bill[1] = pay();
    refund("out_trade_no=T1&out_refund_no=-R1&amount=30");
    player.cookie = PHONE_EMPTY;
    play("operator.settle", "merchant_id=tea&settle_no=s1&amount=120");

    at(READY);
    is_int(ask("tea", DAY), 409, "the first call");
    is_str(play_code(), "STATEMENT_NOT_READY", "is told to wait");
    is_int(player.retry_after, 1, "not for long");
    is_str(play_member("done"), "0", "no row is done");
    is_str(play_member("retryable"), "true", "it may be sent again");
    is_int(ask("tea", DAY), 409, "the same again");
    is_int(player.operations, 0, "starts nothing");

    file = made("tea", DAY);
    hash = player.reply.sha256;
    is_int(player.reply.kind, PHONE_M_BLOB, "then it is there");
    is_str(player.reply.type, "text/csv; charset=utf-8", "a CSV file");
    ok(memmem(player.reply.disposition.data, player.reply.disposition.len,
              "statement-tea-" DAY ".csv", 28) != NULL, "with a name");

    file_is(file, "#merchant,tea\r\n#day," DAY "\r\n#zone,+08:00\r\n"
            "#rows,4\r\n",
            "#total,CNY,payment,2,200\r\n#total,CNY,refund,1,-30\r\n"
            "#total,CNY,payout,1,-120\r\n",
            phone_format(&player.arena,
                "2027-01-15T16:00:00+08:00,payment,%.*s,T1,,,CNY,100\r\n"
                "2027-01-15T16:00:01+08:00,payment,%.*s,T2,,,CNY,100\r\n"
                "2027-01-15T16:00:01+08:00,refund,%.*s,T1,'-R1,,CNY,-30\r\n"
                "2027-01-15T16:00:01+08:00,payout,,,,s1,CNY,-120\r\n",
                PHONE_ARGS(bill[0]), PHONE_ARGS(bill[1]),
                PHONE_ARGS(bill[0])));

    is_int(ask("tea", DAY), 200, "asked for again");
    ok(phone_equal(player.reply.sha256, hash), "it is the same");
    is_int(player.commits, 1, "and only its nonce is written");

    is_int(sim_store_pttl(player.store, player.now,
                          phone_key(&player.arena, &phone_moved,
                                    phone_home(&player.env, &phone_moved,
                                               PHONE_STR("tea:" DAY)),
                                    PHONE_STR("tea:" DAY))) / 1000,
           2 * 86400, "the log goes in two days");

    player.now += 31 * PHONE_DAY;
    is_int(ask("tea", DAY), 200, "long after it");
    ok(phone_equal(player.reply.sha256, hash), "it is the same");
    is_int(ask("coffee", DAY), 409, "another merchant");
    file = made("coffee", DAY);
    file_is(file, "#merchant,coffee\r\n#day," DAY "\r\n#zone,+08:00\r\n"
            "#rows,0\r\n", "", PHONE_EMPTY);

    play_end();
}


/* A row each, in the day in which it was paid. */

static void
borders(phone_domain_t domain)
{
    phone_str_t  first, second;

    set_up(domain);
    at(END - 1);
    first = pay();
    at(END);
    second = pay();

    is_int(ask("tea", DAY), 409, "the day has just ended");
    is_str(play_code(), "STATEMENT_NOT_READY", "some may be under way");
    is_str(play_member("until"), "2027-01-15T16:01:10Z", "for how long");
    is_str(play_member("field"), "date", "by field");
    is_int(player.retry_after, 70, "in seconds");
    is_int(player.nevents, 0, "nothing is started");

    /* the event of a payment by a bank has its lease */

    player.settings.lease = 120000;
    player.now = READY;
    is_int(ask("tea", DAY), 409, "an event may commit later");
    is_str(play_member("until"), "2027-01-15T16:02:10Z", "its lease later");
    is_int(player.nevents, 0, "nothing is started");
    player.settings.lease = 60000;

    player.now = READY - 1;
    is_int(ask("tea", DAY), 409, "a moment too early");
    is_int(player.nevents, 0, "nothing is started");
    player.now = READY;
    is_int(ask("tea", DAY), 409, "in time");
    is_int(player.nevents, 1, "it is started");

    file_is(made("tea", DAY), "#merchant,tea\r\n#day," DAY "\r\n"
            "#zone,+08:00\r\n#rows,1\r\n", "#total,CNY,payment,1,100\r\n",
            phone_format(&player.arena,
                "2027-01-15T23:59:59+08:00,payment,%.*s,T1,,,CNY,100\r\n",
                PHONE_ARGS(first)));

    is_int(ask("tea", "2027-01-16"), 409, "the next day");
    is_int(player.nevents, 0, "is not over");
    player.now += PHONE_DAY;
    ask("tea", "2027-01-16");

    file_is(made("tea", "2027-01-16"), "#merchant,tea\r\n#day,2027-01-16\r\n"
            "#zone,+08:00\r\n#rows,1\r\n", "#total,CNY,payment,1,100\r\n",
            phone_format(&player.arena,
                "2027-01-16T00:00:00+08:00,payment,%.*s,T2,,,CNY,100\r\n",
                PHONE_ARGS(second)));

    play_end();
}


static void
zones(phone_domain_t domain)
{
    unsigned  i;

    static const struct {
        int                  minutes;
        const char          *day;
        const char          *line;
        int64_t              end;        /* s, from the payment */
    } zone[] = {
        { 840, "2027-01-15", "2027-01-15T22:00:00+14:00,payment,", 7200 },
        { -720, "2027-01-14", "2027-01-14T20:00:00-12:00,payment,", 14400 },
        { 0, "2027-01-15", "2027-01-15T08:00:00+00:00,payment,", 57600 },
        { 345, "2027-01-15", "2027-01-15T13:45:00+05:45,payment,", 36900 },
        { -210, "2027-01-15", "2027-01-15T04:30:00-03:30,payment,", 70200 }
    };

    for (i = 0; i < sizeof(zone) / sizeof(zone[0]); i++) {
        set_up(domain);
        player.settings.statement_zone = zone[i].minutes * PHONE_MINUTE;
        pay();

        player.now += (zone[i].end + 69) * 1000;
        ask("tea", zone[i].day);
        is_int(player.nevents, 0, "%s is not over", zone[i].day);
        player.now += 1000;
        ask("tea", zone[i].day);
        is_int(player.nevents, 1, "now it is");
        made("tea", zone[i].day);
        ok(memmem(play_blob(player.reply.sha256).data,
                  play_blob(player.reply.sha256).len, zone[i].line,
                  strlen(zone[i].line)) != NULL, "%s", zone[i].line);

        play_end();
    }
}


/* What has come late to the bucket of the merchant is in the statement. */

static void
on_its_way(unsigned buckets)
{
    unsigned      i, n;
    play_event_t  posting[PLAY_EVENTS], job;

    set_up_with(PHONE_ONE_BUCKET, buckets);
    pay();
    pay_and_leave();

    n = player.nevents;
    memcpy(posting, player.event, sizeof(posting));
    player.nevents = 0;

    player.now = READY;
    ask("tea", DAY);
    is_int(player.nevents, 1, "it is started");

    for (i = 0; i < 20; i++) {
        step();
    }

    is_int(ask("tea", DAY), 409, "with a payment under way it is not made");
    is_str(play_member("done"), "0", "nothing of it");

    job = player.event[0];
    memcpy(player.event, posting, n * sizeof(play_event_t));
    player.nevents = n;
    while (posted()) { /* void */ }
    player.event[player.nevents++] = job;

    ok(memmem(made("tea", DAY).data, 60, "#rows,2\r\n", 9) != NULL,
       "then it has both");

    play_end();
}


/* In several steps it is the same. */

static void
pages(phone_domain_t domain)
{
    unsigned     i;
    phone_str_t  file[4];

    static const int64_t  by[] = { 2000, 1, 2, 3 };

    for (i = 0; i < 4; i++) {
        set_up(domain);
        player.settings.statement_step = by[i];
        pay();
        pay();
        pay();
        pay();
        refund("out_trade_no=T1&out_refund_no=R1&amount=30");
        refund("out_trade_no=T1&out_refund_no=R2&amount=30");
        player.now = READY;
        ask("tea", DAY);
        file[i] = made("tea", DAY);
        file[i] = (phone_str_t) { file[i].len,
                                  memcpy(malloc(file[i].len), file[i].data,
                                         file[i].len) };
        ok(memmem(file[i].data, file[i].len, "#total,CNY,refund,2,-60\r\n",
                  25) != NULL, "totals of all steps");
        ok(phone_equal(file[0], file[i]), "the same by %d", (int) by[i]);
        play_end();
    }

    while (i--) {
        free((char *) file[i].data);
    }
}


static void
refuses(phone_domain_t domain)
{
    unsigned  i;

    static const char *const  bad[] = {
        "2027-02-30", "2027-1-015", "20270115--", "aaaaaaaaaa", "2027-01-14",
        "1970-01-01"
    };

    set_up(domain);

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        is_int(ask("tea", bad[i]), 400, "%s", bad[i]);
        is_str(play_code(), "PARAM_INVALID", "is refused");
        is_str(play_member("field"), "date", "by field");
    }

    is_str(play_member("reason"), "your first day is 2027-01-15",
           "and it is told why");
    is_int(ask("tea", "2027-01-15T"), 400, "too long");
    is_int(ask("tea", "9999-12-31"), 400, "in the far future");
    is_str(play_code(), "PARAM_INVALID", "is refused");
    is_int(ask("tea", "2027-01-18"), 400, "three days ahead");
    is_int(ask("tea", "2027-01-17"), 409, "two days ahead");
    is_str(play_code(), "STATEMENT_NOT_READY", "one has to wait");
    is_int(player.nevents, 0, "nothing is started");

    play_end();
}


static void
faults(phone_domain_t domain)
{
    unsigned     i;
    phone_str_t  sha256;

    set_up(domain);
    player.settings.statement_step = 2;
    pay();
    pay();
    pay();
    player.now = READY;
    ask("tea", DAY);

    player.disk_full = 1;
    step();
    player.disk_full = 0;
    is_int(player.nblobs, 0, "of a full disk nothing is left");
    is_int(ask("tea", DAY), 409, "and there is no statement");

    while (player.nblobs == 0) {
        step();
    }

    /* its piece is swept: it begins anew */

    sha256 = player.blob[0];
    player.bytes[0].data = NULL;
    made("tea", DAY);
    is_int(player.status, 200, "without its first piece it is made again");
    ok(play_blob(sha256).data != NULL, "piece by piece");
    play_end();

    set_up(domain);
    meddle(PHONE_OP_RPUSH, &phone_moved, PHONE_STR("tea:" DAY), 1,
           (const char *[1]) { "1,payment,,,,CNY" });
    player.now = READY;
    ask("tea", DAY);

    for (i = 0; i < 12 && step(); i++) { /* void */ }

    is_int(ask("tea", DAY), 409, "of a row that makes no sense");
    is_int(player.nevents, 1, "no statement is made, and it is tried again");

    play_end();
}


static phone_str_t
bucket_text(const char *merchant)
{
    return phone_bucket_text(&player.arena,
                             phone_bucket_of(phone_cstr(merchant),
                                             player.env.buckets));
}


static const char *
text_of(phone_str_t text)
{
    return phone_format(&player.arena, "%.*s%c", PHONE_ARGS(text), 0).data;
}


/* Days get their statements one after the other, without being asked for. */

static void
closes(phone_domain_t domain)
{
    int64_t       at;
    unsigned      i;
    play_event_t  first;

    set_up(domain);
    at = close_event();
    first = player.event[0];
    ok(at >= READY + PHONE_HOUR && at < READY + 7 * PHONE_HOUR,
       "some hours after its end the first day is closed");

    pay();
    pay();

    close_event();
    player.now = END - 1000;
    step();
    is_int(close_event(), READY + PHONE_HOUR, "a clock that was set back");
    is_str(closed_until(), "", "closes nothing");

    player.now = READY;
    close_day();
    is_str(closed_until(), "", "the statement is made");
    is_int(close_event(), READY + PHONE_HOUR + PHONE_MINUTE,
           "and looked at later");

    for (i = 0; i < 4 && closed_until().len == 0; i++) {
        close_day();
    }

    is_str(closed_until(), DAY, "then it is closed");
    ok(close_event() == at + PHONE_DAY, "the next one a day later");
    player.nevents = 0;
    player.now += PHONE_HOUR;
    is_int(ask("tea", DAY), 200, "its statement is there");
    ok(memmem(play_blob(player.reply.sha256).data,
              play_blob(player.reply.sha256).len, "#rows,2\r\n", 9) != NULL,
       "with its rows");
    ok(sim_store_pttl(player.store, player.now,
                      phone_key(&player.arena, &phone_moved,
                                phone_home(&player.env, &phone_moved,
                                           PHONE_STR("tea:" DAY)),
                                PHONE_STR("tea:" DAY))) > 0,
       "and its log goes");

    /* a day without rows has no file */

    close_day();
    is_str(closed_until(), "2027-01-16", "a day without rows is closed");
    is_str(play_stored(&phone_statement, "tea:2027-01-16", STATEMENT_JOB), "",
           "and nothing is made of it");
    ok(close_event() == at + 2 * PHONE_DAY, "and so on");

    /* an event that comes once more */

    meddle(PHONE_OP_ZADD, &phone_due, bucket_text("tea"), 2,
           (const char *[2]) { "1", text_of(first.member) });
    close_event();
    player.event[0].member = first.member;
    player.event[0].score = 1;
    step();
    is_str(closed_until(), "2027-01-16", "one that comes again does nothing");

    play_end();
}


/* A payment that is on its way to the merchant's bucket belongs to the day. */

static void
closes_late(void)
{
    unsigned      i, n;
    play_event_t  posting[PLAY_EVENTS];

    set_up(PHONE_ONE_BUCKET);
    pay_and_leave();

    n = player.nevents;
    memcpy(posting, player.event, sizeof(posting));

    for (i = 0; i < 5; i++) {
        close_day();
    }

    is_str(closed_until(), "", "with a payment on its way it is not closed");

    memcpy(player.event, posting, n * sizeof(play_event_t));
    player.nevents = n;
    while (posted()) { /* void */ }

    for (i = 0; i < 5 && closed_until().len == 0; i++) {
        close_day();
    }

    is_str(closed_until(), DAY, "then it is");
    player.nevents = 0;
    is_int(ask("tea", DAY), 200, "with a statement");
    ok(memmem(play_blob(player.reply.sha256).data,
              play_blob(player.reply.sha256).len, "#rows,1\r\n", 9) != NULL,
       "that has it");

    play_end();
}


/* The statement is begun with the first row, though others are on their way. */

static void
closes_with_rows(void)
{
    set_up(PHONE_ONE_BUCKET);
    pay();
    pay_and_leave();

    player.now = close_event();
    step();
    ok(player.nevents
       && strncmp(player.event[0].member.data, "job.step ", 9) == 0,
       "a statement is begun with the first row");

    play_end();
}


static void
both(void (*test)(phone_domain_t domain))
{
    test(PHONE_WHOLE_STORE);
    test(PHONE_ONE_BUCKET);
}


int
main(void)
{
    both(a_day);
    both(borders);
    both(zones);
    both(pages);
    both(refuses);
    both(faults);
    both(closes);
    closes_late();
    closes_with_rows();
    on_its_way(16);
    on_its_way(100);

    return done_testing();
}
