
/* GET /operator/check: right books, wrong ones, books that move. */


#define _GNU_SOURCE

#include "shop.h"
#include "ledger.h"
#include "operator/books.h"


#define NUMBER  "+8613800000001"
#define MINUTE  (INT64_C(60) * 1000)


/* What no call does: one step that the books do not know of. */

static void
meddle(phone_op_kind_t kind, const phone_type_t *type, phone_str_t id,
    unsigned nwords, const char *const *word)
{
    unsigned        i, guard;
    phone_op_t      op;
    phone_str_t     text[8];
    phone_commit_t  commit;

    memset(&op, 0, sizeof(op));
    memset(&commit, 0, sizeof(commit));

    for (i = 0; i < nwords; i++) {
        text[i] = phone_cstr(word[i]);
    }

    op.kind = kind;
    op.bucket = phone_home(&player.env, type, id);
    op.key = phone_key(&player.arena, type, op.bucket,
                       type->home == PHONE_BY_ID && type->nfields == 0
                       ? PHONE_EMPTY : id);
    op.nwords = nwords;
    op.word = text;

    commit.bucket = op.bucket;
    commit.nops = 1;
    commit.ops = &op;

    if (sim_store_apply(player.store, player.now, &commit, &guard)
        != SIM_APPLIED)
    {
        printf("Bail out! meddle\n");
        exit(1);
    }
}


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
check(const char *expected, const char *name)
{
    is_int(play("operator.check", ""), 200, "%s: an answer", name);
    is_str(play_member("ok"), expected, "%s: ok", name);
    is_int(player.commits, 0, "%s: writes nothing", name);
}


/* The only one, and which it is. */

static void
fault(const char *what, const char *where)
{
    char  text[200];

    snprintf(text, sizeof(text), "{\"what\":\"%s\",\"where\":\"%s\"}", what,
             where);

    is_str(play_member("faults_found"), "1", "%s: one", what);
    ok(play_says(text), "%s %s", what, where);
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


/* A shop in one bucket, a payer in another, bills that are paid and not. */

#define BILLS  40

static phone_str_t  bill[BILLS], card_id;


/* The next event is of a posting; others never run here. */

static int
posted(void)
{
    while (player.nevents) {
        if (strncmp(player.event[0].member.data, "posting.apply ", 14) == 0) {
            return play_event();
        }

        memmove(player.event, player.event + 1,
                --player.nevents * sizeof(play_event_t));
    }

    return 0;
}


static void
pay_bills(phone_domain_t domain)
{
    int          i;
    char         order[16];
    phone_str_t  cookie;

    play_start();
    player.env.domain = domain;

    shop_open("tea");
    shop_payer("13800000001");
    cookie = player.cookie;
    card_id = shop_card("13800000001", "6222020000000015");

    while (posted()) { /* void */ }

    for (i = 0; i < BILLS; i++) {
        player.cookie = PHONE_EMPTY;
        snprintf(order, sizeof(order), "T%d", i);
        bill[i] = shop_bill("tea", order, "13800000001");

        while (posted()) { /* void */ }

        if (i % 5 == 0) {
            player.cookie = cookie;
            shop_pay(bill[i], card_id, "&pin=" SHOP_PIN);
            is_str(play_code(), "OK", "a bill is paid");
        }

        player.cookie = PHONE_EMPTY;

        if (i + 1 < BILLS) {
            while (posted()) { /* void */ }
        }
    }

    player.cookie = cookie;
}


static const char *
text_of(const char *kind, phone_str_t id)
{
    static char  text[2][100];
    static int   which;

    which = !which;
    snprintf(text[which], sizeof(text[which]), "%s%.*s", kind, PHONE_ARGS(id));

    return text[which];
}


static void
busy(phone_domain_t domain)
{
    pay_bills(domain);

    check("true", "bills");
    shop_pay(bill[1], card_id, "&pin=" SHOP_PIN);
    check("true", "a payment is under way");
    is_str(play_member("faults_found"), "0", "and explained");

    while (posted()) {
        check("true", "a step of it");
    }

    check("true", "it has arrived");

    play_end();
}


static void
bills_gone(phone_domain_t domain)
{
    pay_bills(domain);
    meddle(PHONE_OP_DEL, &phone_bill, bill[5], 0, NULL);
    check("false", "a bill is gone that was paid");
    fault("bill_missing", text_of("bill:", bill[5]));
    play_end();

    pay_bills(domain);
    meddle(PHONE_OP_DEL, &phone_bill, bill[4], 0, NULL);
    check("false", "a bill is gone that was not paid");
    fault("bill_missing", text_of("bill:", bill[4]));
    play_end();

    pay_bills(domain);
    meddle(PHONE_OP_DEL, &phone_bill, bill[5], 0, NULL);
    meddle(PHONE_OP_DEL, &phone_bills_of, PHONE_STR(NUMBER), 0, NULL);
    check("false", "a bill and the index");
    ok(play_says(text_of("bill:", bill[5])), "the ledger knows the bill");
    ok(play_says("bill_not_listed"), "and those that are not listed");
    play_end();
}


static void
bills_altered(phone_domain_t domain)
{
    pay_bills(domain);
    meddle(PHONE_OP_HSET, &phone_bill, bill[5], 2,
           (const char *[2]) { "status", "PUSHED" });
    check("false", "a bill is open again that was paid");
    fault("bill_differs", text_of("bill:", bill[5]));
    play_end();

    pay_bills(domain);
    meddle(PHONE_OP_HSET, &phone_bill, bill[5], 2,
           (const char *[2]) { "paid", "paid_at 13 1800000000000\n" });
    check("false", "a bill was paid by no card");
    fault("bill_differs", text_of("bill:", bill[5]));
    play_end();

    pay_bills(domain);
    meddle(PHONE_OP_HSET, &phone_bill, bill[4], 2,
           (const char *[2]) { "status", "PAID" });
    check("false", "a bill is PAID, and nobody has paid it");
    fault("bill_not_debited", text_of("bill:", bill[4]));
    play_end();
}


static void
orders(phone_domain_t domain)
{
    pay_bills(domain);
    meddle(PHONE_OP_DEL, &phone_order, PHONE_STR("tea:T3"), 0, NULL);
    check("false", "an order is gone");
    fault("order_missing", "order:tea:T3");
    play_end();

    pay_bills(domain);
    meddle(PHONE_OP_DEL, &phone_order, PHONE_STR("tea:T5"), 0, NULL);
    check("false", "an order is gone that was paid");
    fault("order_missing", "order:tea:T5");
    play_end();
}


static void
records_gone(phone_domain_t domain)
{
    pay_bills(domain);
    meddle(PHONE_OP_DEL, &phone_card, card_id, 0, NULL);
    check("false", "a card is gone");
    ok(play_says(text_of("card_missing\",\"where\":\"card:", card_id)),
       "it is named");
    play_end();

    pay_bills(domain);
    credit("13800000001", 7);
    meddle(PHONE_OP_DEL, &phone_account, PHONE_STR(NUMBER), 0, NULL);
    check("false", "an account is gone");
    ok(play_says("account_missing"), "it is named");
    play_end();

    pay_bills(domain);
    meddle(PHONE_OP_DEL, &phone_ledger, card_id, 0, NULL);
    check("false", "a ledger is gone");
    play_end();

    pay_bills(domain);
    meddle(PHONE_OP_HDEL, &phone_balances,
           phone_bucket_text(&player.arena,
                             phone_home(&player.env, &phone_merchant,
                                        PHONE_STR("tea"))),
           1, (const char *[1]) { "takings:tea:CNY" });
    check("false", "takings are gone");
    ok(play_says("\"account\":\"takings:tea:CNY\""), "they are named");
    play_end();
}


/* The same entry again, with its balances: the sums do not show it. */

static void
twice(void)
{
    const char  *other;

    play_start();
    card_id = card("13800000001", "CNY");
    meddle(PHONE_OP_RPUSH, &phone_ledger, card_id, 1,
           (const char *[1]) { "m1 outside:CNY takings:tea:CNY 1 CNY x y" });
    meddle(PHONE_OP_RPUSH, &phone_ledger, card_id, 1,
           (const char *[1]) { "m1 takings:tea:CNY outside:CNY 1 CNY x y" });
    check("false", "a movement twice");
    fault("movement_twice",
          text_of("ledger:", phone_join(&player.arena, 2, (phone_str_t[2]) {
                      (phone_str_t) { 3, card_id.data },
                      PHONE_STR(":m1") })));
    play_end();

    pay_bills(PHONE_WHOLE_STORE);
    other = phone_format(&player.arena, "m2 card:%.*s takings:tea:CNY 100 CNY "
                         "bill %.*s", PHONE_ARGS(card_id),
                         PHONE_ARGS(bill[5])).data;
    other = text_of("", (phone_str_t) { strlen(other), (char *) other });
    meddle(PHONE_OP_RPUSH, &phone_ledger, card_id, 1,
           (const char *[1]) { other });
    meddle(PHONE_OP_HINCRBY, &phone_card, card_id, 2,
           (const char *[2]) { "balance", "-100" });
    meddle(PHONE_OP_HINCRBY, &phone_balances,
           phone_bucket_text(&player.arena,
                             phone_home(&player.env, &phone_merchant,
                                        PHONE_STR("tea"))),
           2, (const char *[2]) { "takings:tea:CNY", "100" });
    check("false", "a bill is debited twice");
    fault("bill_debited_twice", text_of("bill:", bill[5]));
    play_end();
}


/* A posting is lost before it was applied, and one is applied that was. */

static void
transit(void)
{
    unsigned     i;
    phone_str_t  id, rest;

    pay_bills(PHONE_ONE_BUCKET);
    shop_pay(bill[1], card_id, "&pin=" SHOP_PIN);
    id = PHONE_EMPTY;

    for (i = 0; i < player.nevents; i++) {
        if (strncmp(player.event[i].member.data, "posting.apply ", 14) == 0) {
            rest = player.event[i].member;
            phone_split(&rest, ' ', &id);
            phone_split(&rest, ' ', &id);
        }
    }

    meddle(PHONE_OP_DEL, &phone_posting, id, 0, NULL);
    check("false", "a posting is gone");
    is_str(play_member("faults_found"), "1", "one");
    ok(play_says("transit_lost"), "of a movement");
    play_end();

    pay_bills(PHONE_ONE_BUCKET);
    while (posted()) { /* void */ }
    id = phone_bucket_text(&player.arena,
                           phone_home(&player.env, &phone_merchant,
                                      PHONE_STR("tea")));
    meddle(PHONE_OP_RPUSH, &phone_ledger, id, 1,
           (const char *[1]) { "m9 clearing:CNY takings:tea:CNY 5 CNY x y" });
    meddle(PHONE_OP_HINCRBY, &phone_balances, id, 2,
           (const char *[2]) { "takings:tea:CNY", "5" });
    check("false", "money from nowhere");
    fault("transit_made", "m9");
    play_end();
}


/* More than the difference can tell one by one. */

static void
very_many(void)
{
    int   i;
    char  entry[100];

    play_start();
    card_id = card("13800000001", "CNY");

    for (i = 0; i < 3000; i++) {
        snprintf(entry, sizeof(entry),
                 "m%d outside:CNY clearing:CNY 1 CNY x y", i);
        meddle(PHONE_OP_RPUSH, &phone_ledger, card_id, 1,
               (const char *[1]) { entry });
        snprintf(entry, sizeof(entry),
                 "n%d clearing:CNY outside:CNY 1 CNY x y", i);
        meddle(PHONE_OP_RPUSH, &phone_ledger, card_id, 1,
               (const char *[1]) { entry });
    }

    check("false", "6000 movements without their other part");
    fault("transit_untold", "clearing");

    play_end();
}


/* Payments and their postings between any two reads of the check. */

static phone_str_t  moving_cookie;
static int          moving_from;


static void
pay_on(void)
{
    static int        inside;
    static unsigned   turn;

    if (inside || moving_from >= BILLS) {
        return;
    }

    inside = 1;

    if (++turn % 3 == 0 && !posted()) {
        if (moving_from % 5) {
            player.cookie = moving_cookie;
            shop_pay(bill[moving_from], card_id, "&pin=" SHOP_PIN);
        }

        moving_from++;
    }

    inside = 0;
}


static void
paid_meanwhile(phone_domain_t domain)
{
    pay_bills(domain);
    moving_cookie = player.cookie;
    moving_from = 0;
    player.before_read = pay_on;

    while (moving_from < BILLS - 1) {
        is_int(play("operator.check", ""), 200, "an answer");
        is_str(play_member("ok"), "true", "right, up to bill %d", moving_from);

        if (!phone_is(play_member("ok"), "true")) {
            printf("# %.*s\n", PHONE_ARGS(player.body));
        }
    }

    player.before_read = NULL;
    play_end();
}


static void
signed_numbers(void)
{
    int64_t  value;

    ok(phone_signed_parse(PHONE_STR("-12"), &value) == 0 && value == -12,
       "-12");
    ok(phone_signed_parse(PHONE_STR("0"), &value) == 0 && value == 0, "0");
    ok(phone_signed_parse(PHONE_STR("-"), &value) != 0, "-");
    ok(phone_signed_parse(PHONE_STR("--1"), &value) != 0, "--1");
    ok(phone_signed_parse(PHONE_EMPTY, &value) != 0, "nothing");
}


int
main(void)
{
    phone_domain_t  domain;

    signed_numbers();
    right();
    wrong();
    takings();
    ledger();
    stuck();
    many();
    moving();
    overtaken();
    overtaken_later();
    twice();
    transit();
    very_many();

    for (domain = PHONE_WHOLE_STORE; domain <= PHONE_ONE_BUCKET; domain++) {
        busy(domain);
        bills_gone(domain);
        bills_altered(domain);
        orders(domain);
        records_gone(domain);
        paid_meanwhile(domain);
    }

    return done_testing();
}
