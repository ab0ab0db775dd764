
/*
 * Bills settled long ago are moved to the archive; what is asked of them is
 * answered as before, and nothing else happens to them.
 */


#define _GNU_SOURCE

#include "check.h"
#include "old_bills.h"


#define ANSWER  1024


/* As they are asked for before and after. */
static const char *const  asked[] = {
    "bill.query out_trade_no=T1",
    "bill.query bill_id=",               /* of T1 */
    "bill.query out_trade_no=T2",
    "bill.query out_trade_no=T3",
    "bill.query out_trade_no=T4",
    "refund.query out_refund_no=R1",
    "refund.query out_refund_no=R2",
    "bill.create out_trade_no=T1&amount=100&payer_phone=" LI "&subject=tea",
    "refund.create out_trade_no=T1&out_refund_no=R1&amount=30",
    "bill.close out_trade_no=T3&reason=sold",
    NULL
};

static const char *const  members[] = {
    "code", "bill_id", "out_trade_no", "status", "amount", "currency",
    "payer_phone", "created_at", "expires_at", "paid_at", "refunded",
    "ended_at", "reason", "paid_by", "refund_id", "out_refund_no",
    "bill_status", NULL
};


static char         answer[16][ANSWER];


static void
say(const char *what, char text[ANSWER])
{
    char         name[32], form[256];
    size_t       n;
    unsigned     i;
    phone_str_t  value;

    sscanf(what, "%31s %255s", name, form);

    if (form[strlen(form) - 1] == '=') {
        strcat(form, paid);
    }

    player.cookie = PHONE_EMPTY;
    shop_call(name, "tea", form);

    n = 0;

    for (i = 0; members[i]; i++) {
        value = play_member(members[i]);
        n += (size_t) snprintf(text + n, ANSWER - n, "%s=%.*s ", members[i],
                               PHONE_ARGS(value));
    }
}


static void
set_up(phone_domain_t domain)
{
    unsigned  i;

    old_bills(domain);

    for (i = 0; asked[i]; i++) {
        say(asked[i], answer[i]);
    }

    run_jobs();
    check("true", "before");
}


/* Events that nobody runs here are overdue: they do not matter. */

static void
books_agree(const char *when)
{
    player.cookie = PHONE_EMPTY;
    play("operator.check", "");
    is_str(play_member("faults_found"), "0", "%s: no faults", when);
    is_str(play_member("mismatches_found"), "0", "%s: balances", when);
    is_str(play_member("entries_untracked"), "0", "%s: entries", when);
}


static void
same_answers(void)
{
    char      text[ANSWER];
    unsigned  i;

    for (i = 0; asked[i]; i++) {
        say(asked[i], text);
        is_str(phone_cstr(text), answer[i], "the same: %s", asked[i]);
    }
}


static void
test_answers(phone_domain_t domain)
{
    unsigned  before;

    set_up(domain);
    before = bills_of(li);
    ok(before >= 4, "%u bills are listed", before);

    archive();

    ok(!is_there(&phone_bill, paid), "a bill has left the store");
    ok(!is_there(&phone_bill, handed), "so has one that was handed on");
    ok(!is_there(&phone_order, "tea:T1"), "and its order");
    ok(!is_there(&phone_refund_no, "tea:R1"), "and the number of a refund");
    is_int(bills_of(li), 0, "they are listed no more");
    is_int(bills_of(zhao), 0, "nor is what was declined");

    same_answers();
    books_agree("after");
    play_end();
}


static void
test_refusals(phone_domain_t domain)
{
    set_up(domain);
    archive();

    shop_call("bill.create", "tea", "out_trade_no=T1&amount=101&payer_phone="
              LI "&subject=tea");
    is_str(play_code(), "ORDER_MISMATCH", "another amount");
    is_str(play_member("field"), "amount", "is named");

    meddle(PHONE_OP_HSET, &phone_merchant, PHONE_STR("tea"), 2,
           (const char *[2]) { "bill_most", "1" });
    shop_call("bill.create", "tea", "out_trade_no=T1&amount=100&payer_phone="
              LI "&subject=tea");
    is_str(play_member("bill_id"), paid, "a lower limit since is not its");
    shop_call("bill.create", "tea", "out_trade_no=T99&amount=100&payer_phone="
              LI "&subject=tea");
    is_str(play_code(), "LIMIT_MERCHANT_BILL", "but that of new orders");

    refund("T1", "R3", "10");
    is_str(play_code(), "REFUND_TOO_LATE", "it cannot be refunded");
    refund("T1", "R1", "31");
    is_str(play_code(), "ORDER_MISMATCH", "a refund of another amount");
    refund("T2", "R1", "30");
    is_str(play_code(), "ORDER_MISMATCH", "or of another bill");
    is_str(play_member("field"), "out_trade_no", "is named");

    shop_call("bill.close", "tea", "out_trade_no=T1");
    is_str(play_code(), "BILL_PAID", "it cannot be closed");

    is_int(pay(li, phone_cstr(paid), card_li), 409, "nor paid again");
    is_str(play_code(), "BILL_PAID", "as it is paid");
    call("bill.reject", li, phone_cstr(paid), "");
    is_str(play_code(), "BILL_PAID", "nor rejected");

    call("bill.get", li, phone_cstr(paid), "");
    is_str(play_member("status"), "PARTLY_REFUNDED", "its payer sees it");
    ok(play_says("\"card_number\""), "with the card that has paid");
    call("bill.get", wang, phone_cstr(paid), "");
    is_int(player.status, 404, "nobody else does");
    call("bill.get", li, phone_cstr(handed), "");
    is_str(play_member("status"), "HANDED_ON", "who has handed it on does");

    player.cookie = PHONE_EMPTY;
    ask_shop("bill.query", "cake", phone_cstr(paid));
    is_int(player.status, 404, "another merchant does not");
    shop_call("bill.query", "cake", "out_trade_no=T1");
    is_int(player.status, 404, "nor by the order");
    shop_call("refund.query", "cake", "out_refund_no=R1");
    is_int(player.status, 404, "nor the refund");
    shop_call("bill.create", "cake", "out_trade_no=T1&amount=101&payer_phone="
              LI "&subject=cake");
    is_int(player.status, 200, "it has an order of that number of its own");

    play_end();
}


/* The events of a month's end, which the store has and the player not. */

static void
close_ledgers(void)
{
    char          member[32], key[32];
    unsigned      i;
    sim_member_t  *due;

    for (i = 0; i < 16; i++) {
        snprintf(member, sizeof(member), "ledger.month %03u", i);
        snprintf(key, sizeof(key), "phone:{%03u}:due", i);
        due = sim_store_zset(player.store, player.now, phone_cstr(key))
              ? sim_zset_find(sim_store_zset(player.store, player.now,
                                             phone_cstr(key)),
                              phone_cstr(member))
              : NULL;

        if (due) {
            player.event[player.nevents++] = (play_event_t) {
                keep(phone_cstr(member)), i, due->score };
        }
    }

    for (i = 0; i < 40; i++) {
        run_jobs();
    }
}


static void
test_ledger_closed(phone_domain_t domain)
{
    unsigned     i, n;
    phone_str_t  id;

    set_up(domain);
    player.now += LONG_AGO;
    close_ledgers();
    li = log_in(LI);

    ok(!is_there(&phone_bill, paid), "bills go before their ledger");

    for (i = 0, n = 0; i < 16; i++) {
        id = phone_format(&player.arena, "%03u-2027-01", i);
        n += sim_store_pttl(player.store, player.now,
                            phone_key(&player.arena, &phone_ledger, i, id))
             != -2;
    }

    is_int((int) n, 0, "no ledger is left");
    same_answers();
    books_agree("closed");
    play_end();
}


static void
ask_order(const char *name, const char *order)
{
    char  form[64];

    snprintf(form, sizeof(form), "out_trade_no=%s", order);
    shop_call(name, "tea", form);
}


/* An operator closes the month when its bills are young. */

static void
test_closed_early(void)
{
    char         form[64], rejected[64];
    unsigned     i, n;
    phone_str_t  id;

    set_up(PHONE_WHOLE_STORE);
    ask_order("bill.query", "T2");
    snprintf(rejected, sizeof(rejected), "%.*s",
             PHONE_ARGS(play_member("bill_id")));
    player.now += 40 * DAY;

    for (i = 0; i < 16; i++) {
        player.cookie = PHONE_EMPTY;
        snprintf(form, sizeof(form), "bucket=%u&month=2027-01", i);
        play("operator.ledger_close", form);
    }

    run_jobs();
    ok(is_there(&phone_bill, paid), "a bill stays");
    month++;
    player.now += LONG_AGO;
    ok(archive_all(), "bills of the next month are archived");
    ok(!is_there(&phone_bill, paid), "and with them this one");
    ok(!is_there(&phone_bill, rejected), "and those that were not paid");

    for (i = 0, n = 0; i < 16; i++) {
        id = phone_format(&player.arena, "%03u-2027-01", i);
        n += sim_store_pttl(player.store, player.now,
                            phone_key(&player.arena, &phone_ended, i, id))
             != -2;
    }

    is_int((int) n, 0, "no log of bills that have ended is left");
    same_answers();
    play_end();
}


/* Of each kind of trouble with a file: what is asked of it is refused, and
   nothing is decided without it. */

static void
unavailable(const char *what)
{
    unsigned  i;

    for (i = 0; asked[i]; i++) {
        char  text[ANSWER];

        say(asked[i], text);
        is_int(player.status, 503, "%s: %s", what, asked[i]);
        is_str(play_code(), "ARCHIVE_UNAVAILABLE", "%s: its code", what);
    }

    ok(strstr(player.why, "is missing or damaged") != NULL,
       "%s: the log says so", what);
}


/* A handler that knows that the refund is somewhere. */

static phone_rc_t
refund_run(phone_call_t *call)
{
    phone_record_t  *refund;

    refund = phone_ask(call, &phone_refund, phone_arg(call, "id"));
    phone_ask_archived(refund);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    return phone_found(refund) ? phone_done(call) : phone_bad_record(refund);
}


static const phone_param_t  refund_params[] = {
    { "id", PHONE_P_TEXT, PHONE_REQUIRED, 1, 64, "" },
    { NULL, 0, 0, 0, 0, NULL }
};

static const phone_endpoint_t  refund_there = {
    "test.refund", "POST", "", PHONE_ANYONE, refund_run, refund_params, NULL,
    ""
};


static void
test_damage(void)
{
    char         form[64];
    unsigned     i, n;
    phone_str_t  bytes[PLAY_BLOBS];

    set_up(PHONE_WHOLE_STORE);
    archive();
    shop_call("refund.query", "tea", "out_refund_no=R1");
    snprintf(form, sizeof(form), "id=%.*s",
             PHONE_ARGS(play_member("refund_id")));
    is_int(play_endpoint(&refund_there, form), 200, "a refund is there");
    n = player.nblobs;
    ok(n > 0 && n < PLAY_BLOBS, "%u files", n);

    memcpy(bytes, player.bytes, sizeof(bytes));

    for (i = 0; i < n; i++) {

        if (bytes[i].len == 0) {
            continue;            /* it was let go since */
        }

        player.bytes[i] = phone_copy(&player.arena, bytes[i]);
        ((char *) player.bytes[i].data)[bytes[i].len / 2] ^= 4;
    }

    unavailable("a bit differs");

    for (i = 0; i < n; i++) {
        player.bytes[i].len = bytes[i].len ? bytes[i].len - 1 : 0;
    }

    unavailable("cut off");

    for (i = 0; i < n; i++) {
        player.bytes[i] = (phone_str_t) { 0, NULL };
    }

    unavailable("gone");
    is_int(play_endpoint(&refund_there, form), 503, "it may be there");
    is_str(play_code(), "ARCHIVE_UNAVAILABLE", "in a file that is gone");

    memcpy(player.bytes, bytes, sizeof(bytes));
    same_answers();
    play_end();
}


/* The same hash of another name: what it leads to is not that. */

static void
meddle_note(const char *name, const char *place)
{
    char           shard[16];
    phone_str_t    field;
    unsigned char  hash[PHONE_SHA256_LEN];

    (void) phone_sha256(player.env.crypto, phone_cstr(name), hash);
    field = phone_base64url(&player.arena,
                            (phone_str_t) { 8, (const char *) hash });
    snprintf(shard, sizeof(shard), "%03u-%u",
             phone_bucket_of(PHONE_STR("tea"), 16),
             (hash[8] * 256u + hash[9]) % 4096);
    meddle(PHONE_OP_HSET, &phone_archived, phone_cstr(shard), 2,
           (const char *[2]) {
               phone_format(&player.arena, "%.*s%c", PHONE_ARGS(field), 0).data,
               place });
}


static void
test_collision(void)
{
    unsigned            i, n;
    char                key[48];
    const sim_fields_t  *notes;

    set_up(PHONE_WHOLE_STORE);
    archive();
    n = 0;

    for (i = 0; i < 4096; i++) {
        snprintf(key, sizeof(key), "phone:{%03u}:archived:%03u-%u",
                 phone_bucket_of(PHONE_STR("tea"), 16),
                 phone_bucket_of(PHONE_STR("tea"), 16), i);
        notes = sim_store_hash(player.store, player.now, phone_cstr(key));
        n += notes ? notes->n : 0;
    }

    ok(n >= 6, "%u names of the merchant are noted", n);

    /* the name of T9 has the note of another one */

    meddle_note("order:tea:T9", "1011");
    player.cookie = PHONE_EMPTY;
    ask_order("bill.query", "T9");
    is_str(play_code(), "BILL_NOT_FOUND", "it is not that one");
    shop_call("bill.create", "tea", "out_trade_no=T9&amount=5&subject=tea"
              "&payer_phone=" LI);
    is_str(play_code(), "OK", "a bill can have that number");
    ask_order("bill.query", "T9");
    is_str(play_member("amount"), "5", "and is found");
    shop_call("bill.create", "tea", "out_trade_no=T9&amount=6&subject=tea"
              "&payer_phone=" LI);
    is_str(play_code(), "ORDER_MISMATCH", "and no other");
    play_end();
}


/* What the note of another name leads to would be lost. */

static void
test_note_taken(void)
{
    static const char *const  names[] = {
        "order:tea:T1", "refund_no:tea:R2", NULL
    };
    unsigned                  i;

    for (i = 0; names[i]; i++) {
        set_up(PHONE_WHOLE_STORE);
        meddle_note(names[i], "1011");
        archive();

        ok(is_there(&phone_bill, paid), "%s is noted: its bill stays",
           names[i]);
        ok(!is_there(&phone_bill, handed), "others go");
        same_answers();
        play_end();
    }
}


/* As many effects as a bill can have are those of one step. */

static void
test_many_refunds(phone_domain_t domain)
{
    char      number[8];
    unsigned  i;

    set_up(domain);

    for (i = 3; i <= PHONE_REFUND_PARTS; i++) {
        snprintf(number, sizeof(number), "R%u", i);
        refund("T1", number, "1");
        run_jobs();
    }

    is_str(play_member("refunded"), "98", "fifty refunds");
    player.now += LONG_AGO;
    ok(archive_all(), "bills are archived");
    ok(!is_there(&phone_bill, paid), "and this one");
    ok(!is_there(&phone_refund_no, "tea:R50"), "with its refunds");
    ask_order("bill.query", "T1");
    is_str(play_member("refunded"), "98", "it is as it was");
    shop_call("refund.query", "tea", "out_refund_no=R50");
    is_str(play_member("refunded"), "98", "so is the last refund");
    books_agree("after fifty refunds");
    play_end();
}


/* Nobody in the bucket has a card, and no money comes there. */

static void
test_unpaid_only(void)
{
    char         bill[64];
    phone_str_t  id;

    start(PHONE_WHOLE_STORE);
    player.now++;
    id = shop_bill("tea", "U1", NOBODY);
    snprintf(bill, sizeof(bill), "%.*s", PHONE_ARGS(id));
    player.cookie = PHONE_EMPTY;
    shop_call("bill.close", "tea", "out_trade_no=U1&reason=sold");
    run_jobs();
    player.now += LONG_AGO;
    close_ledgers();
    ok(!is_there(&phone_bill, bill), "a bill that nobody has paid goes");
    ask_order("bill.query", "U1");
    is_str(play_member("status"), "CLOSED", "and is known");
    play_end();
}


/* A notice is kept longer than its bill. */

static void
test_notice_again(void)
{
    char  event[128];

    set_up(PHONE_WHOLE_STORE);
    archive();
    snprintf(event, sizeof(event), "notice.repeat %s.bill.1", paid);
    player.event[0] = (play_event_t) {
        keep(phone_cstr(event)),
        (unsigned) phone_id_bucket(phone_cstr(paid), 16), player.now };
    player.nevents = 1;
    play_event();
    is_int(player.commits, 1, "a notice of it is not sent again");
    is_int(player.nevents, 0, "nor later");
    same_answers();
    play_end();
}


/* The disk is full: nothing goes, and all is as before; later it goes. */

static void
test_disk_full(phone_domain_t domain)
{
    unsigned  tries;

    set_up(domain);
    player.now += LONG_AGO;
    player.disk_full = 1;
    ok(!archive_all(), "nothing is archived on a full disk");
    ok(is_there(&phone_bill, paid), "bills stay");
    same_answers();
    player.disk_full = 0;

    for (tries = 0; tries < 20; tries++) {
        player.now += 10 * PHONE_MINUTE;
        run_jobs();
    }

    player.cookie = PHONE_EMPTY;
    play("operator.check", "");
    ok(play_says("archive_failed"), "the check tells that it has failed");
    ok(!archive_all(), "it is not tried again at once");
    player.now += DAY;
    ok(archive_all(), "but a day later");
    ok(!is_there(&phone_bill, paid), "they go when there is room");
    same_answers();
    play_end();
}


static void
test_stays(void)
{
    set_up(PHONE_WHOLE_STORE);

    /* not old enough */

    player.now += 180 * DAY;
    ok(!archive_all(), "a month is not over for long enough");
    ok(is_there(&phone_bill, paid), "its bills stay");

    /* a notice is pending */

    meddle(PHONE_OP_HSET, &phone_bill, phone_cstr(paid), 2,
           (const char *[2]) { "notices", "2 2" });
    player.now += 40 * DAY;
    ok(archive_all(), "the month is archived");
    ok(is_there(&phone_bill, paid), "but for a bill with a pending notice");
    ok(!is_there(&phone_bill, handed), "others go");

    /* a refund is on its way */

    meddle(PHONE_OP_HSET, &phone_bill, phone_cstr(paid), 4,
           (const char *[4]) { "notices", "1 - 1 1 1800000000",
                               "refunded", "30" });
    month++;
    player.now += 31 * DAY;
    ok(archive_all(), "the next month is archived");
    ok(is_there(&phone_bill, paid), "but not before its refunds have come");

    meddle(PHONE_OP_HSET, &phone_bill, phone_cstr(paid), 2,
           (const char *[2]) { "refunded", "50" });
    month++;
    player.now += 31 * DAY;
    ok(archive_all(), "and the next");
    ok(!is_there(&phone_bill, paid), "it goes with that");
    same_answers();
    play_end();
}


int
main(void)
{
    unsigned  i;

    for (i = 0; i < 2; i++) {
        test_answers(i ? PHONE_ONE_BUCKET : PHONE_WHOLE_STORE);
        test_refusals(i ? PHONE_ONE_BUCKET : PHONE_WHOLE_STORE);
        test_ledger_closed(i ? PHONE_ONE_BUCKET : PHONE_WHOLE_STORE);
        test_disk_full(i ? PHONE_ONE_BUCKET : PHONE_WHOLE_STORE);
        test_many_refunds(i ? PHONE_ONE_BUCKET : PHONE_WHOLE_STORE);
    }

    test_closed_early();
    test_damage();
    test_collision();
    test_note_taken();
    test_unpaid_only();
    test_notice_again();
    test_stays();

    return done_testing();
}
