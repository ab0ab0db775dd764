
/* GET /operator/check: right books, wrong ones, books that move. */


#define _GNU_SOURCE

#include "check.h"
#include "lib/ledger.h"
#include "operator/books.h"


#define NUMBER  "+8613800000001"
#define MINUTE  (INT64_C(60) * 1000)


static phone_str_t
card(const char *number, const char *currency)
{
    char             form[200];
    static unsigned  serial;
    unsigned         digit, sum, i, n;
    char             text[17];

    snprintf(text, sizeof(text), "622202%09u0", ++serial);

    for (i = 0, sum = 0; i < 15; i++) {
        digit = (unsigned) (text[i] - '0') * (i % 2 ? 1 : 2);
        sum += digit / 10 + digit % 10;
    }

    n = (10 - sum % 10) % 10;
    text[15] = (char) ('0' + n);

    snprintf(form, sizeof(form), "phone=%s&card_no=%s&balance=1000"
             "&currency=%s", number, text, currency);

    if (play("operator.bank_cards", form) != 200) {
        printf("Bail out! card: %.*s\n", PHONE_ARGS(player.body));
        exit(1);
    }

    return play_member("card_id");
}


static void
credit(const char *number, int amount)
{
    char             form[80];
    static unsigned  serial;

    snprintf(form, sizeof(form), "phone=%s&amount=%d&credit_no=c%u", number,
             amount, ++serial);
    play("operator.credit", form);
}


static void
right(void)
{
    play_start();

    check("true", "nothing");
    is_str(play_member("buckets"), "16", "all buckets");
    is_str(play_member("entries"), "0", "no entries");

    card("13800000001", "CNY");
    card("13800000002", "USD");
    credit("13800000003", 7);

    check("true", "three movements");
    is_str(play_member("entries"), "3", "three entries");
    ok(play_says("\"currency\":\"CNY\","
              "\"sum\":0,\"in_transit\":0"), "CNY: zero");
    ok(play_says("\"currency\":\"USD\","
              "\"sum\":0,\"in_transit\":0"), "USD: zero");
    ok(play_says("\"mismatches\":[]"), "no mismatch");

    play_end();
}


static void
wrong(void)
{
    phone_str_t  id;

    play_start();

    id = card("13800000001", "CNY");
    meddle(PHONE_OP_HINCRBY, &phone_card, id, 2,
           (const char *[2]) { "balance", "5" });
    check("false", "5 too much on a card");
    is_str(play_member("mismatches_found"), "1", "one account");
    ok(play_says("\"sum\":5"),
       "and 5 too much in all");
    ok(play_says("\"ledger\":1000,\"stored\":1005"), "what it is");

    meddle(PHONE_OP_HINCRBY, &phone_card, id, 2,
           (const char *[2]) { "balance", "-5" });
    check("true", "put right");

    credit("13800000001", 7);
    meddle(PHONE_OP_HINCRBY, &phone_account, PHONE_STR(NUMBER), 2,
           (const char *[2]) { "balance", "-8" });
    check("false", "a balance of -1");
    is_str(play_member("mismatches_found"), "1", "is not what it should be");
    is_str(play_member("negative_found"), "1", "and is negative");
    ok(play_says("\"stored\":-1"),
       "it is shown");
    meddle(PHONE_OP_HINCRBY, &phone_account, PHONE_STR(NUMBER), 2,
           (const char *[2]) { "balance", "8" });

    meddle(PHONE_OP_HINCRBY, &phone_balances, id, 2,
           (const char *[2]) { "takings:shop:CNY", "1" });
    check("false", "takings that no entry names");
    meddle(PHONE_OP_HINCRBY, &phone_balances, id, 2,
           (const char *[2]) { "takings:shop:CNY", "-1" });
    check("true", "put right");

    meddle(PHONE_OP_HDEL, &phone_balances, id, 1,
           (const char *[1]) { "outside:CNY" });
    check("false", "a balance that is gone");

    play_end();
}


/* All are counted, a hundred of each kind are shown. */

static void
shown(void)
{
    int          i, n, most;
    char         number[32];
    phone_str_t  rest;

    for (most = 99; most <= 101; most++) {
        play_start();

        for (i = 0; i < most; i++) {
            snprintf(number, sizeof(number), "%lld", 13800000000LL + i);
            credit(number, 7);
            snprintf(number, sizeof(number), "+86%lld", 13800000000LL + i);
            meddle(PHONE_OP_HINCRBY, &phone_account, phone_cstr(number), 2,
                   (const char *[2]) { "balance", "-8" });
        }

        check("false", "many balances of -1");

        n = 0;

        for (rest = player.body; rest.len > 11; rest.data++, rest.len--) {
            n += memcmp(rest.data, "\"stored\":-1", 11) == 0;
        }

        is_int(n, 2 * (most < 100 ? most : 100), "of %d mismatches and as "
               "many negative ones", most);
        snprintf(number, sizeof(number), "%d", most);
        is_str(play_member("mismatches_found"), number, "counted");
        is_str(play_member("negative_found"), number, "both");

        play_end();
    }
}


/* A payer in one bucket, a merchant in another, one entry. */

static void
takings(void)
{
    phone_str_t  id, merchant;

    play_start();

    id = card("13800000001", "CNY");
    merchant = phone_bucket_text(&player.arena,
                                 (phone_home(&player.env, &phone_card, id) + 1)
                                 % player.env.buckets);

    meddle(PHONE_OP_RPUSH, &phone_ledger, id, 1,
           (const char *[1]) { "m1 outside:CNY takings:shop:CNY 5 CNY x y" });
    meddle(PHONE_OP_HINCRBY, &phone_balances, id, 2,
           (const char *[2]) { "outside:CNY", "-5" });
    check("false", "takings that were not credited");
    ok(play_says("\"ledger\":5,\"stored\":0"), "what is missing");
    ok(play_says("\"sum\":-5"), "in all as well");

    meddle(PHONE_OP_HINCRBY, &phone_balances, merchant, 2,
           (const char *[2]) { "takings:shop:CNY", "5" });
    check("true", "credited in another bucket");

    meddle(PHONE_OP_HINCRBY, &phone_balances, merchant, 2,
           (const char *[2]) { "takings:shop:CNY", "1" });
    check("false", "1 too much");
    ok(play_says("\"ledger\":5,\"stored\":6"), "what it is");

    play_end();
}


/* More buckets than are read together: payers and a merchant in the last ones,
   while money moves. */

#define PAYS_IN    "129"
#define TAKES_IN   "128"

static void
sell(void)
{
    char             entry[80];
    static unsigned  serial;

    snprintf(entry, sizeof(entry),
             "s%u outside:CNY takings:shop:CNY 5 CNY x y", ++serial);
    meddle(PHONE_OP_RPUSH, &phone_ledger, PHONE_STR(PAYS_IN), 1,
           (const char *[1]) { entry });
    meddle(PHONE_OP_HINCRBY, &phone_balances, PHONE_STR(PAYS_IN), 2,
           (const char *[2]) { "outside:CNY", "-5" });
    meddle(PHONE_OP_HINCRBY, &phone_balances, PHONE_STR(TAKES_IN), 2,
           (const char *[2]) { "takings:shop:CNY", "5" });
}


static void
buckets(void)
{
    play_start();
    player.env.buckets = 130;

    sell();
    check("true", "130 buckets");
    is_str(play_member("buckets"), "130", "all of them");
    is_int(player.runs, 1111, "so many steps");

    player.before_read = sell;
    check("true", "sales at every moment");

    meddle(PHONE_OP_HINCRBY, &phone_balances, PHONE_STR(TAKES_IN), 2,
           (const char *[2]) { "takings:shop:CNY", "100000" });
    check("false", "too much is taken");
    player.before_read = NULL;
    is_str(play_member("mismatches_found"), "1", "by one");

    play_end();
}


/* What is carried from page to page, to the letter. */

static void
carried(void)
{
    phone_str_t                text;
    phone_book_t              *book;
    static phone_books_t       books;

    static const char  want[] =
        "1 2 3 4 5 1 1 8 1 10 11 12 13 14 15 16 0 0 0 0 0 0 0\n"
        "t - CNY -6 7\n"
        "o - CNY -8 9\n"
        "a card:003-A CNY 5 0\n"
        "i bills:+86 - 0 0\n"
        "i bills:+87 5-x 0 0\n"
        "g takings:tea:CNY CNY -1 -2\n"
        "h takings:tea:CNY CNY 3 4\n"
        "p 0 - 0 0\n"
        "p 1 - 9 4\n"
        "m card:003-A CNY 5 8\n"
        "n card:003-A CNY 5 8\n"
        "f here what 0 0\n";

    play_start();
    ok(phone_books_load(&books, &player.arena, PHONE_EMPTY) == 0, "nothing");

    for (text.len = 0; text.len < PHONE_BOOKS_COUNTS; text.len++) {
        books.count[text.len] = (int64_t) text.len + 1;
    }

    *phone_books_total(&books, PHONE_STR("CNY")) = (phone_books_total_t) {
        PHONE_STR("CNY"), -6, 7, -8, 9 };

    book = phone_book(&books, PHONE_STR("card:003-A"), PHONE_STR("CNY"), 1);
    book->sum = 5;
    book->stored = 8;
    (void) phone_book(&books, PHONE_STR("bills:+86"), PHONE_STR("-"), 1);
    phone_book(&books, PHONE_STR("bills:+87"), PHONE_STR("-"), 1)->edge
        = PHONE_STR("5-x");
    phone_book(&books, PHONE_STR("card:003-B"), PHONE_STR("CNY"), 1)->compared
        = 1;

    books.count[PHONE_BOOKS_MISMATCHES] = 0;
    books.count[PHONE_BOOKS_NEGATIVES] = 0;
    books.count[PHONE_BOOKS_FAULTS] = 0;
    phone_books_mismatch(&books, book);
    phone_books_negative(&books, book);
    phone_books_fault(&books, "what", PHONE_STR("here"));

    book = phone_book(&books, PHONE_STR("takings:tea:CNY"), PHONE_STR("CNY"),
                      1);
    book->sum = -1;
    book->stored = -2;
    book->came = 3;
    book->went = 4;
    books.seen = 9;
    books.nmarks = 2;
    books.from[1] = 4;
    phone_books_mark(&books, 1);
    phone_books_mark(&books, 2);
    books.seen = 0;

    text = phone_books_save(&books);
    is_str(text, want, "saved");
    ok(phone_books_load(&books, &player.arena, text) == 0, "loaded");
    is_str(phone_books_save(&books), want, "saved again");

    play_end();
}


/* A hundred are shown, each once. */

static void
faults(void)
{
    int                    i, n;
    char                   where[16];
    phone_str_t            text, line;
    static phone_books_t   books;

    play_start();
    ok(phone_books_load(&books, &player.arena, PHONE_EMPTY) == 0, "nothing");

    for (i = 0; i < 2 * 101; i++) {
        snprintf(where, sizeof(where), "bill:%d", i % 101);
        phone_books_fault(&books, "bill_missing",
                          phone_copy(&player.arena, phone_cstr(where)));
    }

    n = 0;
    text = phone_buf_str(&books.findings);

    while (phone_split(&text, '\n', &line)) {
        n += line.len > 0;
    }

    is_int(n, 100, "shown");
    is_int(books.count[PHONE_BOOKS_FAULTS], 102,
           "all are counted, one that is not shown each time");

    play_end();
}


static void
ledger(void)
{
    phone_str_t  id;

    play_start();

    id = card("13800000001", "CNY");

    meddle(PHONE_OP_RPUSH, &phone_ledger, id, 1,
           (const char *[1]) { "m1 outside:CNY clearing:CNY 3 CNY x y" });
    meddle(PHONE_OP_HINCRBY, &phone_balances, id, 2,
           (const char *[2]) { "outside:CNY", "-3" });
    check("false", "3 that are on no way to another bucket");
    ok(play_says("\"in_transit\":3"), "is shown");
    fault("transit_lost", "m1");

    meddle(PHONE_OP_HINCRBY, &phone_balances, id, 2,
           (const char *[2]) { "clearing:CNY", "1" });
    check("false", "a clearing balance that somebody has stored");
    meddle(PHONE_OP_HDEL, &phone_balances, id, 1,
           (const char *[1]) { "clearing:CNY" });

    meddle(PHONE_OP_RPUSH, &phone_ledger, id, 1,
           (const char *[1]) { "nonsense" });
    check("false", "an entry that is none");
    is_str(play_member("entries_unreadable"), "1", "is counted");

    play_end();
}


/* Of bucket 000, at that time. */

static void
due_events(int n, const char *score)
{
    int   i;
    char  member[16];

    for (i = 0; i < n; i++) {
        snprintf(member, sizeof(member), "x%d", i);
        meddle(PHONE_OP_ZADD, &phone_due, PHONE_STR("000"), 2,
               (const char *[2]) { score, member });
    }
}


/* A movement that is nowhere is looked for several times, among all events. */

static void
lost(void)
{
    play_start();

    meddle(PHONE_OP_RPUSH, &phone_ledger, PHONE_STR("001"), 1,
           (const char *[1]) { "m1 outside:CNY clearing:CNY 3 CNY x y" });
    meddle(PHONE_OP_HINCRBY, &phone_balances, PHONE_STR("001"), 2,
           (const char *[2]) { "outside:CNY", "-3" });
    check("false", "a movement is lost");
    is_int(player.runs, 285, "after so many steps");

    due_events(200, "9007199254740992");
    check("false", "among very many events");
    is_int(player.runs, 311, "some more");

    play_end();
}


static void
stuck(void)
{
    play_start();

    play("session.code", "phone=13800000001");
    player.now += player.settings.lease + 10 * MINUTE;
    check("true", "an event ten minutes late");
    player.now++;
    check("false", "a bit more");
    is_str(play_member("stuck_events"), "1", "is stuck");

    due_events(150, "1");
    check("false", "very many");
    is_str(play_member("stuck_events"), "101", "of a bucket 100 are counted");

    play_end();
}


/* Parked for so long: the merchant is too slow for its notices. */

static void
parked_long(void)
{
    play_start();

    meddle(PHONE_OP_ZADD, &phone_due, PHONE_STR("003"), 2,
           (const char *[2]) { "1800000020000", "lane.next 003-tea" });
    meddle(PHONE_OP_ZADD, &phone_parked, PHONE_STR("003-tea"), 2,
           (const char *[2]) { "1799999400000", "notice.send 003-x tea" });
    meddle(PHONE_OP_ZADD, &phone_parked, PHONE_STR("003-tea"), 2,
           (const char *[2]) { "1799999500000", "notice.send 003-y tea" });

    check("true", "an event parked for ten minutes");
    player.now++;
    check("false", "a bit longer");
    is_str(play_member("stuck_events"), "1", "is stuck");

    play_end();
}


/* As many accounts of a bucket as are read in two steps, and two more. */

static void
accounts(void)
{
    int   i;
    char  number[16];

    play_start();
    player.env.buckets = 1;

    for (i = 0; i < 402; i++) {
        snprintf(number, sizeof(number), "138%08d", i);
        credit(number, 5);
    }

    check("true", "402 accounts");
    is_int(player.runs, 94, "so many steps");

    play_end();
}


/* More entries than a page, more accounts than a run. */

static void
many(void)
{
    int  i;
    char number[16];

    play_start();
    player.env.buckets = 2;

    for (i = 0; i < 2600; i++) {
        snprintf(number, sizeof(number), "138%08d", i % 700);
        credit(number, i + 1);
    }

    check("true", "700 accounts, 2600 entries");
    is_str(play_member("entries"), "2600", "all were read");
    is_int(player.runs, 210, "in so many steps");

    meddle(PHONE_OP_HINCRBY, &phone_account, PHONE_STR("+8613800000699"), 2,
           (const char *[2]) { "balance", "-1" });
    check("false", "one too little in the last of them");
    is_str(play_member("mismatches_found"), "1", "is found");

    play_end();
}


/* Money moves between any two reads of the check. */

static void
pay_in(void)
{
    char             number[16];
    static unsigned  turn;
    static int       busy;

    if (busy) {
        return;
    }

    busy = 1;
    snprintf(number, sizeof(number), "138%08u", turn++ % 9);
    credit(number, 3);
    busy = 0;
}


static void
moving(void)
{
    int  i;

    play_start();
    player.env.buckets = 2;

    for (i = 0; i < 9; i++) {
        pay_in();
    }

    player.before_read = pay_in;
    is_int(play("operator.check", ""), 200, "an answer");
    is_str(play_member("ok"), "true", "right at every moment");

    meddle(PHONE_OP_HINCRBY, &phone_account, PHONE_STR("+8613800000004"), 2,
           (const char *[2]) { "balance", "1" });
    is_int(play("operator.check", ""), 200, "an answer");
    is_str(play_member("ok"), "false", "what is wrong stays wrong");
    player.before_read = NULL;

    play_end();
}


/* More than a page of entries, and new accounts, between the replay and the
   balances. */

static unsigned  burst_in;               /* reads from now */


static void
burst(void)
{
    int  i;

    if (burst_in == 0 || --burst_in) {
        return;
    }

    card("13800000002", "USD");

    for (i = 0; i < 1100; i++) {
        credit("13800000000", 1);
    }
}


static void
overtaken(void)
{
    play_start();
    player.env.buckets = 1;

    card("13800000001", "CNY");

    player.before_read = burst;
    burst_in = 2;
    is_int(play("operator.check", ""), 200, "an answer");
    is_str(play_member("ok"), "true", "although much came in between");
    is_str(play_member("entries"), "1102", "all of it was read");
    player.before_read = NULL;

    check("true", "afterwards");
    is_str(play_member("entries"), "1102", "all of it");

    play_end();
}


/* The same once some accounts have been compared: 1 read of the ledger, 202
   and the tail for the first 200 accounts, then it comes. */

static void
overtaken_later(void)
{
    int  i;
    char number[16];

    play_start();
    player.env.buckets = 1;

    for (i = 0; i < 300; i++) {
        snprintf(number, sizeof(number), "138%08d", i);
        credit(number, 5);
    }

    player.before_read = burst;
    burst_in = 1 + 202 + 1 + 1;
    is_int(play("operator.check", ""), 200, "an answer");
    is_str(play_member("ok"), "true", "what was right stays right");
    is_str(play_member("entries"), "1401", "all of it was read");
    player.before_read = NULL;

    play_end();
}


static void
signed_numbers(void)
{
    int64_t  value;

    ok(phone_parse_signed(PHONE_STR("-12"), &value) == 0 && value == -12,
       "-12");
    ok(phone_parse_signed(PHONE_STR("0"), &value) == 0 && value == 0, "0");
    ok(phone_parse_signed(PHONE_STR("-"), &value) != 0, "-");
    ok(phone_parse_signed(PHONE_STR("-0"), &value) != 0, "-0");
    ok(phone_parse_signed(PHONE_STR("--1"), &value) != 0, "--1");
    ok(phone_parse_signed(PHONE_EMPTY, &value) != 0, "nothing");
}


int
main(void)
{
    signed_numbers();
    right();
    wrong();
    shown();
    takings();
    carried();
    buckets();
    faults();
    ledger();
    lost();
    stuck();
    parked_long();
    accounts();
    many();
    moving();
    overtaken();
    overtaken_later();
    return done_testing();
}
