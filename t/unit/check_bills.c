
/* GET /operator/check: what is lost, altered or there twice among bills, orders
   and movements. */


#define _GNU_SOURCE

#include "check_bills.h"


/* Something happens before that read of a check. */
static unsigned  reads_done, pay_before;
#include "lib/ledger.h"


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


/* An id that would be read as something else in what the check carries on. */

static void
odd_words(phone_domain_t domain)
{
    unsigned                  i;
    static const char *const  odd[] = { "000-odd id", "000-odd\nid" };

    for (i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
        pay_bills(domain);
        meddle(PHONE_OP_ZADD, &phone_bills_of, PHONE_STR(NUMBER), 2,
               (const char *[2]) { "1", odd[i] });
        check("false", "an index with an odd id");
        is_str(play_member("entries_unreadable"), "1", "it is unreadable");
        is_str(play_member("faults_found"), "0", "and nothing else");
        play_end();
    }
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

    pay_bills(domain);
    meddle(PHONE_OP_HSET, &phone_bill, bill[4], 2,
           (const char *[2]) { "status", "OPEN" });
    check("false", "a bill has a status that is none");
    fault("bill_status", text_of("bill:", bill[4]));
    play_end();
}


/* The check answered INTERNAL, and did not tell which bill it was. */

static void
bills_unreadable(phone_domain_t domain)
{
    unsigned  i;

    static const struct {
        const char  *field, *junk;
        unsigned     bill;
    } junk[] = {
        { "facts", "amount 9999 1", 5 },     /* paid */
        { "paid", "paid_at 13", 5 },
        { "facts", "amount", 4 }             /* open */
    };

    for (i = 0; i < sizeof(junk) / sizeof(junk[0]); i++) {
        pay_bills(domain);
        meddle(PHONE_OP_HSET, &phone_bill, bill[junk[i].bill], 2,
               (const char *[2]) { junk[i].field, junk[i].junk });
        check("false", "a bill with junk in it");
        fault("bill_unreadable", text_of("bill:", bill[junk[i].bill]));
        is_str(play_member("mismatches_found"), "0", "no balance is wrong");
        play_end();
    }
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


/* A notice that nobody sends; in a lane it may be parked. */

static void
notices(phone_domain_t domain)
{
    char         text[2][160];
    phone_str_t  bucket;

    pay_bills(domain);
    bucket = (phone_str_t) { 3, bill[5].data };
    snprintf(text[0], 80, "%.*s.bill.1", PHONE_ARGS(bill[5]));
    snprintf(text[1], 160, "notice.send %.79s tea", text[0]);

    check("true", "each notice has its event");
    meddle(PHONE_OP_ZREM, &phone_due, bucket, 1,
           (const char *[1]) { text[1] });
    check("false", "one has not");
    fault("notice_unsent", text_of("notice:", phone_cstr(text[0])));
    is_str(play_member("entries_untracked"), "0", "there was room for it");

    meddle(PHONE_OP_ZADD, &phone_parked,
           phone_format(&player.arena, "%.*s-tea", PHONE_ARGS(bucket)), 2,
           (const char *[2]) { "1", text[1] });
    check("true", "it is parked");
    meddle(PHONE_OP_DEL, &phone_parked,
           phone_format(&player.arena, "%.*s-tea", PHONE_ARGS(bucket)), 0,
           NULL);
    check("false", "no more");

    meddle(PHONE_OP_HSET, &phone_bill, bill[5], 2,
           (const char *[2]) { "notices", "1 -" });
    check("true", "it is over");

    meddle(PHONE_OP_HSET, &phone_bill, bill[5], 2,
           (const char *[2]) { "notices", "one" });
    check("false", "a queue that is malformed");
    fault("bill_unreadable", text_of("bill:", bill[5]));
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
    play("operator.credit", "phone=13800000001&amount=7&credit_no=c1");
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
    card_id = shop_card("13800000001", "6222020000000015");
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
    other = text_of("", phone_format(&player.arena,
                                     "m2 card:%.*s takings:tea:CNY 100 CNY "
                                     "bill %.*s", PHONE_ARGS(card_id),
                                     PHONE_ARGS(bill[5])));
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


/* With more entries in between than there was room for at first. */

static void
twice_far_apart(void)
{
    unsigned     i;
    const char  *entry;

    play_start();
    card_id = shop_card("13800000001", "6222020000000015");

    for (i = 0; i <= 1000; i++) {
        entry = text_of("", phone_format(&player.arena, "m%u %s 1 CNY x y",
                                         i % 1000,
                                         i % 2 || i == 1000
                                         ? "takings:tea:CNY outside:CNY"
                                         : "outside:CNY takings:tea:CNY"));
        meddle(PHONE_OP_RPUSH, &phone_ledger, card_id, 1,
               (const char *[1]) { entry });
    }

    meddle(PHONE_OP_RPUSH, &phone_ledger, card_id, 1,
           (const char *[1]) { "m1001 outside:CNY takings:tea:CNY 1 CNY x y" });

    check("false", "a movement twice, far apart");
    ok(play_says("\"what\":\"movement_twice\""), "is found");
    ok(play_says(":m0\"}"), "and named");
    is_str(play_member("faults_found"), "1", "no other is");
    play_end();
}


/* A ledger of that many movements, one of them twice. */

static void
long_ledger(unsigned n, int runs)
{
    unsigned  i;
    char      entry[80];

    play_start();

    for (i = 0; i < n; i++) {
        snprintf(entry, sizeof(entry), "m%u %s 1 CNY x y", i ? i : n - 1,
                 i % 2 ? "takings:tea:CNY outside:CNY"
                       : "outside:CNY takings:tea:CNY");
        meddle(PHONE_OP_RPUSH, &phone_ledger, PHONE_STR("003"), 1,
               (const char *[1]) { entry });
    }

    check("false", "a movement twice");
    is_str(play_member("faults_found"), "1", "one");
    ok(play_says("\"what\":\"movement_twice\""), "of %u", n);
    is_int(player.runs, runs, "in so many steps");
    is_str(play_member("entries_untracked"), "0", "with room for all names");
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
    card_id = shop_card("13800000001", "6222020000000015");

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


/* Keys that the check reads and that hold another type: it failed, and did not
   tell which. */

static void
other_types(phone_domain_t domain)
{
    unsigned     i;
    char         text[200];
    phone_str_t  bucket, key, id;

    static const struct {
        const phone_type_t  *type;
        const char          *id;         /* NULL: see below */
    } key_of[] = {
        { &phone_card, NULL }, { &phone_bill, NULL },
        { &phone_order, "tea:T5" }, { &phone_bills_of, NUMBER },
        { &phone_ledger, NULL }, { &phone_balances, NULL },
        { &phone_due, NULL }
    };

    for (i = 0; i < sizeof(key_of) / sizeof(key_of[0]); i++) {
        pay_bills(domain);

        bucket = (phone_str_t) { 3, card_id.data };
        id = key_of[i].id ? phone_cstr(key_of[i].id)
             : key_of[i].type == &phone_card ? card_id
             : key_of[i].type == &phone_bill ? bill[5]
             : key_of[i].type == &phone_ledger ? ledger_id(bucket) : bucket;
        key = phone_key(&player.arena, key_of[i].type,
                        phone_home(&player.env, key_of[i].type, id),
                        phone_equal(id, bucket) ? PHONE_EMPTY : id);

        meddle(PHONE_OP_DEL, key_of[i].type, id, 0, NULL);
        meddle(PHONE_OP_XADD, key_of[i].type, id, 3,
               (const char *[3]) { "0", "a", "stream" });

        check("false", key_of[i].type->name);
        snprintf(text, sizeof(text),
                 "{\"what\":\"key_of_other_type\",\"where\":\"%.*s\"}",
                 PHONE_ARGS(key));
        ok(play_says(text), "%s is named", text);
        play_end();
    }
}


/* Bills listed at no time at all: a page goes on behind them. */

static void
listed_at_zero(phone_domain_t domain)
{
    unsigned  i;

    pay_bills(domain);

    for (i = 0; i < BILLS - 10; i++) {
        meddle(PHONE_OP_ZADD, &phone_bills_of, PHONE_STR(NUMBER), 2,
               (const char *[2]) { "0", text_of("", bill[i]) });
    }

    check("true", "bills listed at zero");
    is_str(play_member("entries_unreadable"), "0", "all of them can be read");
    play_end();
}


/* A payment before the read of that number, and its posting before another
   one. */

/* Among the first reads, and where postings are looked for. */

#define FIRST  60
#define LAST   80

static unsigned     post_before;
static phone_str_t  to_pay;


static void
pay_on(void)
{
    static int    inside;
    unsigned      reads;

    if (inside) {
        return;
    }

    inside = 1;
    reads = player.reads;

    if (reads_done == pay_before) {
        shop_pay(to_pay, card_id, "&pin=" SHOP_PIN);
    }

    if (reads_done == post_before) {
        while (posted()) { /* void */ }
    }

    reads_done++;
    player.reads = reads;
    inside = 0;
}


static void
paid_meanwhile(phone_domain_t domain)
{
    int          wrong;
    unsigned     k, most, at;
    char         order[16];
    phone_str_t  cookie;

    pay_bills(domain);
    cookie = player.cookie;
    most = LAST;
    wrong = 0;

    for (k = 0; k < 3 * (FIRST + LAST); k++) {
        player.cookie = PHONE_EMPTY;
        snprintf(order, sizeof(order), "M%u", k);
        to_pay = shop_bill("tea", order, "13800000001");

        while (posted()) { /* void */ }

        player.cookie = cookie;
        reads_done = 0;
        at = k / 3 < FIRST ? k / 3 : most - LAST - 40 + k / 3;
        pay_before = k % 3 == 0 ? 0 : at;
        post_before = k % 3 == 2 ? at + 11 : at;
        player.before_read = pay_on;
        play("operator.check", "");
        player.before_read = NULL;

        if (!phone_is(play_member("ok"), "true")) {
            printf("# %u: %.*s\n", k, PHONE_ARGS(player.body));
            wrong++;
        }

        if (k % 3 == 1) {
            most = reads_done;
        }

        while (posted()) { /* void */ }
    }

    is_int(wrong, 0, "right, whenever a payment comes");
    ok(most > 50, "%u reads", most);
    play_end();
}


/* As many bills as are looked at of a payer, made right after one that is paid
   after its index was read. */

static void
made_after(void)
{
    unsigned     i, wrong;
    phone_str_t  cookie;

    pay_bills(PHONE_WHOLE_STORE);
    cookie = player.cookie;

    for (i = 0; i < BILLS; i++) {
        meddle(PHONE_OP_ZADD, &phone_bills_of, PHONE_STR(NUMBER), 2,
               (const char *[2]) {
                   text_of("", phone_int(&player.arena, player.now + 1)),
                   text_of("", bill[i]) });
    }

    wrong = 0;

    for (i = 0; i < FIRST; i++) {
        player.cookie = PHONE_EMPTY;
        to_pay = shop_bill("tea", text_of("A", phone_int(&player.arena, i)),
                           "13800000001");
        player.cookie = cookie;
        reads_done = 0;
        pay_before = post_before = i;
        player.before_read = pay_on;
        play("operator.check", "");
        player.before_read = NULL;
        wrong += !phone_is(play_member("ok"), "true");
        meddle(PHONE_OP_ZADD, &phone_bills_of, PHONE_STR(NUMBER), 2,
               (const char *[2]) {
                   text_of("", phone_int(&player.arena, player.now + 1)),
                   text_of("", to_pay) });
    }

    is_int(wrong, 0, "none of these hides it");
    play_end();
}


int
main(void)
{
    phone_domain_t  domain;

    twice();
    twice_far_apart();
    long_ledger(19999, 729);
    long_ledger(20000, 798);
    long_ledger(58000, 2208);
    transit();
    very_many();
    made_after();

    for (domain = PHONE_WHOLE_STORE; domain <= PHONE_ONE_BUCKET; domain++) {
        busy(domain);
        bills_gone(domain);
        odd_words(domain);
        bills_altered(domain);
        bills_unreadable(domain);
        orders(domain);
        notices(domain);
        records_gone(domain);
        other_types(domain);
        listed_at_zero(domain);
        paid_meanwhile(domain);
    }

    return done_testing();
}
