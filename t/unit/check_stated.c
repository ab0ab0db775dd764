
/* GET /operator/check: what statements say of takings. */


#define _GNU_SOURCE

#include "bill/stated.h"
#include "check.h"
#include "days.h"


/* 2027-01-15T08:00:00Z, when a test begins, is 16:00 there. */
#define DAY      "2027-01-15"
#define NEXT     "2027-01-16"
#define NEXT_AT  (PLAY_NOW + 12 * PHONE_HOUR)


static void
begin(void)
{
    play_start();
    shop_open("tea");
}


/* The takings of tea move, and nothing says so. */

static void
unsaid(const char *currency, int amount)
{
    char             text[120], account[32], outside[16];
    static unsigned  serial;

    snprintf(account, sizeof(account), "takings:tea:%s", currency);
    snprintf(outside, sizeof(outside), "outside:%s", currency);
    snprintf(text, sizeof(text), "m%u %s %s %d %s x y", ++serial,
             amount < 0 ? account : outside, amount < 0 ? outside : account,
             abs(amount), currency);
    meddle(PHONE_OP_RPUSH, &phone_ledger, PHONE_STR("003"), 1,
           (const char *[1]) { text });

    snprintf(text, sizeof(text), "%d", amount);
    meddle(PHONE_OP_HINCRBY, &phone_balances,
           phone_bucket_text(&player.arena,
                             phone_home(&player.env, &phone_merchant,
                                        PHONE_STR("tea"))),
           2, (const char *[2]) { account, text });

    snprintf(text, sizeof(text), "%d", -amount);
    meddle(PHONE_OP_HINCRBY, &phone_balances, PHONE_STR("003"), 2,
           (const char *[2]) { outside, text });
}


static void
moved(const char *currency, int amount)
{
    char  text[16];

    snprintf(text, sizeof(text), "%d", amount);
    unsaid(currency, amount);
    state_row(currency, text);
}


static void
close_days(const char *until)
{
    unsigned  i;

    player.nevents = 0;

    for (i = 0; i < 60 && !phone_is(closed_until(), until); i++) {
        close_day();
    }

    is_str(closed_until(), until, "closed");
    player.nevents = 0;
}


static void
differs(const char *currency, int ledger, int stored, const char *name)
{
    char  text[160];

    snprintf(text, sizeof(text), "\"mismatches\":[{\"account\":"
             "\"stated:tea:%s\",\"currency\":\"%s\",\"ledger\":%d,"
             "\"stored\":%d}]", currency, currency, ledger, stored);
    check("false", name);
    ok(play_says(text), "%s: it is told: %s", name, text);
    is_str(play_member("faults_found"), "0", "%s: and nothing else", name);
}


/* Events that nobody runs here are overdue. */

static void
agrees(const char *name)
{
    play("operator.check", "");
    ok(play_says("\"faults_found\":0,\"mismatches_found\":0,"
                 "\"negative_found\":0,\"entries_unreadable\":0,"
                 "\"entries_untracked\":0"), "%s", name);
}


static void
right(void)
{
    begin();
    moved("CNY", 100);
    moved("USD", 7);
    check("true", "a day that is not over");

    player.now = NEXT_AT;
    moved("CNY", -30);
    check("true", "one that is over");

    close_days(DAY);
    is_str(play_stored(&phone_stated, "tea", STATED_SUMS), "CNY 100,USD 7,",
           "what a day comes to");
    check("true", "one that is closed");

    close_days("2027-01-18");
    is_str(play_stored(&phone_stated, "tea", STATED_SUMS), "CNY 70,USD 7,",
           "what all days come to");
    check("true", "days without rows");

    moved("EUR", 1);
    check("true", "days later");
    close_days("2027-03-02");
    agrees("and months");

    play_end();
}


static void
wrong(void)
{
    begin();
    moved("CNY", 100);
    unsaid("CNY", 5);
    differs("CNY", 105, 100, "a movement without a row");
    state_row("CNY", "5");
    check("true", "and with it");

    state_row("USD", "-1");
    differs("USD", 0, -1, "a row without a movement");
    state_row("USD", "1");
    check("true", "and without it");

    close_days(DAY);
    meddle(PHONE_OP_HSET, &phone_stated, PHONE_STR("tea"), 2,
           (const char *[2]) { "sums", "CNY 210,USD 0," });
    differs("CNY", 105, 210, "a day that was closed twice");
    meddle(PHONE_OP_HSET, &phone_stated, PHONE_STR("tea"), 2,
           (const char *[2]) { "until", "2027-01-14" });
    differs("CNY", 105, 315, "its statement is taken again");
    meddle(PHONE_OP_HSET, &phone_stated, PHONE_STR("tea"), 2,
           (const char *[2]) { "sums", "CNY 0," });
    check("true", "from which the sums can be had");

    play_end();
}


/* Takings of nobody. */

static void
of_none(void)
{
    begin();
    meddle(PHONE_OP_RPUSH, &phone_ledger, PHONE_STR("003"), 1,
           (const char *[1]) { "m outside:CNY takings:nobody:CNY 5 CNY x y" });
    meddle(PHONE_OP_HINCRBY, &phone_balances, PHONE_STR("003"), 2,
           (const char *[2]) { "outside:CNY", "-5" });
    meddle(PHONE_OP_HINCRBY, &phone_balances, PHONE_STR("003"), 2,
           (const char *[2]) { "takings:nobody:CNY", "5" });
    check("true", "takings of no merchant");
    play_end();
}


static void
unreadable(void)
{
    begin();
    moved("CNY", 100);
    meddle(PHONE_OP_RPUSH, &phone_moved, PHONE_STR("tea:" DAY), 1,
           (const char *[1]) { "1,payment,,,,CNY" });
    check("false", "a row that is none");
    fault("statement_unreadable", "moved:tea:" DAY);
    play_end();

    begin();
    moved("CNY", 100);
    meddle(PHONE_OP_HSET, &phone_statement, PHONE_STR("tea:" DAY), 6,
           (const char *[6]) { "v", "1", "file", "f", "totals", "CNY 1," });
    check("false", "totals that are none");
    fault("statement_unreadable", "statement:tea:" DAY);
    play_end();

    begin();
    moved("CNY", 100);
    close_days(DAY);
    meddle(PHONE_OP_HSET, &phone_stated, PHONE_STR("tea"), 2,
           (const char *[2]) { "sums", "CNY," });
    check("false", "sums that are none");
    fault("statement_unreadable", "stated:tea");
    meddle(PHONE_OP_HSET, &phone_stated, PHONE_STR("tea"), 4,
           (const char *[4]) { "sums", "CNY 100,", "until", "today" });
    check("false", "a day that is none");
    fault("statement_unreadable", "stated:tea");
    play_end();
}


static void
not_closed(void)
{
    begin();
    moved("CNY", 100);
    player.now = PLAY_NOW + 366 * PHONE_DAY;
    agrees("a year behind");
    player.now += PHONE_DAY;
    play("operator.check", "");
    fault("days_not_closed", "stated:tea");
    play_end();
}


/* As many currencies as a merchant may have, in many statements. */

static void
currencies(void)
{
    char      currency[4] = "AAA";
    unsigned  i, day;

    begin();

    for (day = 0; day < 3; day++) {
        player.now = PLAY_NOW + day * PHONE_DAY;

        for (i = 0; i < PHONE_MERCHANT_CURRENCIES; i++) {
            currency[1] = (char) ('A' + i % 26);
            currency[2] = (char) ('A' + i / 26);
            moved(currency, (int) (1 + i + day));
        }
    }

    agrees("32 currencies");
    close_days("2027-01-16");
    agrees("closed");
    unsaid("ABA", 1);
    differs("ABA", 10, 9, "one that is wrong");
    play_end();
}


/* More rows than are read together; at some read their statement is made, and
   then the day is closed. */

static unsigned  reads, stated_at, closed_at;

static void
state_meanwhile(void)
{
    if (reads == stated_at) {
        meddle(PHONE_OP_HSET, &phone_statement, PHONE_STR("tea:" DAY), 6,
               (const char *[6]) { "v", "1", "file", "f", "totals",
                                   "CNY payment 9000 9000," });
    }

    if (reads++ == closed_at) {
        meddle(PHONE_OP_HSET, &phone_stated, PHONE_STR("tea"), 6,
               (const char *[6]) { "v", "1", "until", DAY, "sums",
                                   "CNY 9000," });
    }
}


static void
meanwhile(void)
{
    unsigned  i, wrong, last;

    last = 1;
    wrong = 0;

    for (stated_at = 0; stated_at < last; stated_at++) {
        begin();

        for (i = 0; i < 9000; i++) {
            state_row("CNY", "1");
        }

        unsaid("CNY", 9000);
        player.now = NEXT_AT;
        reads = 0;
        closed_at = stated_at + stated_at % 3;
        player.before_read = state_meanwhile;
        play("operator.check", "");
        player.before_read = NULL;
        wrong += !phone_is(play_member("ok"), "true");
        last = reads;
        play_end();
    }

    ok(last > 100, "%u moments", last);
    is_int(wrong, 0, "at each it may be stated and closed");
}


/* Money moves at each read, on two days. */

static void
sell(void)
{
    if (reads++ % 7 == 0) {
        player.now = reads % 2 ? PLAY_NOW : NEXT_AT;
        moved("CNY", 3);
        player.now = NEXT_AT;
    }
}


static void
busy(void)
{
    begin();
    player.now = NEXT_AT;
    player.before_read = sell;
    check("true", "sales at every moment");
    player.before_read = NULL;
    check("true", "and then none");
    ok(reads > 100, "so many");
    play_end();
}


/* Many merchants, each with more days than are read together. */

static void
merchants(void)
{
    char      id[16], text[80];
    unsigned  i;

    begin();
    player.env.buckets = 16;

    for (i = 0; i < 40; i++) {
        snprintf(id, sizeof(id), "shop%u", i);
        shop_open(id);
        snprintf(text, sizeof(text), "m%u outside:CNY takings:%s:CNY 5 CNY x y",
                 i, id);
        meddle(PHONE_OP_RPUSH, &phone_ledger, PHONE_STR("003"), 1,
               (const char *[1]) { text });
        meddle(PHONE_OP_HINCRBY, &phone_balances, PHONE_STR("003"), 2,
               (const char *[2]) { "outside:CNY", "-5" });
        snprintf(text, sizeof(text), "takings:%s:CNY", id);
        meddle(PHONE_OP_HINCRBY, &phone_balances, PHONE_STR("003"), 2,
               (const char *[2]) { text, "5" });
        snprintf(text, sizeof(text), "%s:%s", id, i % 2 ? DAY : NEXT);
        meddle(PHONE_OP_RPUSH, &phone_moved, phone_cstr(text), 1,
               (const char *[1]) { "1,payment,,,,CNY,5" });
    }

    player.now = PLAY_NOW + 6 * PHONE_DAY;
    player.nevents = 0;
    play("operator.check", "");
    agrees("forty merchants");
    meddle(PHONE_OP_RPUSH, &phone_moved, PHONE_STR("shop39:" DAY), 1,
           (const char *[1]) { "1,payment,,,,CNY,5" });
    play("operator.check", "");
    is_str(play_member("mismatches_found"), "1", "one is wrong");
    ok(play_says("stated:shop39:CNY"), "the last");
    play_end();
}


/* Sums that no int64 holds on the way. */

static void
sums(void)
{
    phone_stated_t  stated;

    play_start();

    stated.n = 0;
    is_int(phone_stated_add_totals(&player.arena, &stated,
                                   PHONE_STR("CNY payment 9 "
                                             "9223372036854775807,"
                                             "CNY payment 1 5,CNY refund 9 "
                                             "-9223372036854775807,")),
           0, "totals beyond an int64");
    is_str(phone_stated_text(&player.arena, &stated), "CNY 5,", "come to 5");
    is_int(phone_stated_read(PHONE_STR("CNY 5,USD -7,"), &stated), 0, "read");
    is_str(phone_stated_text(&player.arena, &stated), "CNY 5,USD -7,",
           "written");
    is_int(phone_stated_read(PHONE_STR("CNY 5,USD x,"), &stated), -1,
           "a sum that is none");
    is_int(phone_stated_read(PHONE_STR("CNY"), &stated), -1, "no sum");

    play_end();
}


int
main(void)
{
    right();
    wrong();
    of_none();
    unreadable();
    not_closed();
    currencies();
    meanwhile();
    busy();
    merchants();
    sums();

    return done_testing();
}
