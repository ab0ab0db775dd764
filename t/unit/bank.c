
/* Payments by a bank that is asked over HTTP: what is asked, and when, after
   each answer that it can give. */


#define _GNU_SOURCE

#include "banking.h"
#include "meddle.h"


static void
paid(void)
{
    phone_str_t  id;

    set_up();

    is_int(shop_pay(bill, card, RIGHT "&pay_id=p1"), 200, "a payment");
    is_str(play_member("payment"), "PENDING", "that is under way");
    is_int(player.commits, 1, "by one commit");
    id = payment();
    IS_BILL("PAYING", "the bill waits");

    is_str(step("APPROVED"), "bank.authorise", "the bank is asked");
    ok(memmem(player.text.data, player.text.len, "card_no=4000000000006", 21)
       != NULL, "with the number of the card");
    IS_BILL("PAID", "the bill is paid");
    IS_STATE(id, "CAPTURING", "the payment is not over");
    is_int(due(), player.now, "and goes on at once");

    is_str(step("CAPTURED"), "bank.capture", "it is captured");
    ok(memmem(player.text.data, player.text.len, "card_no", 7) == NULL,
       "without the number of the card");
    IS_STATE(id, "CAPTURED", "over");
    is_str(step("CAPTURED"), "no event", "no more questions");

    is_int(shop_pay(bill, card, RIGHT "&pay_id=p1"), 200, "the same again");
    is_str(play_member("status"), "PAID", "is paid");
    ok(play_member("payment").len == 0, "and not under way");

    play("operator.check", "");
    ok(play_says("\"ok\":true"), "the books are right");

    play_end();
}


static void
declined(void)
{
    phone_str_t  id;

    set_up();
    shop_pay(bill, card, RIGHT);
    id = payment();

    (void) step("DECLINED");
    IS_STATE(id, "VOIDING", "declined: the bank is told to forget it");
    IS_BILL("PAYING", "the bill is not free yet");
    shop_pay(bill, built_in, RIGHT);
    is_str(play_code(), "PAYMENT_PENDING", "for another card");

    is_str(step("VOIDED"), "bank.void", "it forgets it");
    IS_BILL("PUSHED", "the bill is free");
    is_int(shop_pay(bill, built_in, RIGHT), 200, "and paid with another card");
    IS_STATE(id, "VOIDED", "the payment is over");

    play_end();
}


/* The bank voids a payment while the bill expires, in the same millisecond: the
   lease of the event that the bill has then is the same. */

static void
voids(void)
{
    (void) step("VOIDED");
}


static void
expires_meanwhile(void)
{
    char          lease[32], member[96];
    play_event_t  event;

    set_up();
    shop_pay(bill, card, RIGHT);
    (void) step("DECLINED");
    player.now += 8 * PHONE_DAY;

    event.score = player.now + player.settings.lease;
    event.bucket = (unsigned) phone_id_bucket(bill, player.env.buckets);
    snprintf(lease, sizeof(lease), "%lld", (long long) event.score);
    snprintf(member, sizeof(member), "bill.expire %.*s", PHONE_ARGS(bill));
    event.member = phone_cstr(member);
    meddle(PHONE_OP_ZADD, &phone_due, phone_format(&player.arena, "%03u",
                                                   event.bucket), 2,
           (const char *[2]) { lease, member });

    player.event[player.nevents++] = player.event[0];
    player.event[0] = event;
    player.before_commit = voids;
    play_event();
    IS_BILL("PUSHED", "the bill is free meanwhile");
    ok(sim_zset_find(sim_store_zset(player.store, player.now,
                                    phone_key(&player.arena, &phone_due,
                                              event.bucket, PHONE_EMPTY)),
                     event.member) != NULL, "and has an event to expire by");

    play_end();
}


/* A payment that came to nothing is none of the day's, but of the day that it
   was begun on. */

static void
declined_within_limits(void)
{
    phone_str_t  second;

    set_up();
    player.settings.payer_day = 150;
    player.settings.card_day = 150;
    player.settings.card_day_times = 3;
    second = shop_bill("tea", "T2", PAYER);
    shop_pay(bill, card, RIGHT);
    shop_pay(second, built_in, RIGHT);
    is_str(play_code(), "LIMIT_PAYER_DAY", "one under way counts");
    (void) step("DECLINED");
    (void) step("VOIDED");
    ok(strcmp(strchr(stored(&phone_card, card, CARD_PAID_DAY), ' '), " 0 0")
       == 0, "the card has paid nothing");
    is_int(shop_pay(bill, built_in, RIGHT), 200,
           "the bill is paid with another card");
    shop_pay(second, built_in, RIGHT);
    is_str(play_code(), "LIMIT_CARD_DAY", "which counts");
    play_end();

    /* a day later */

    set_up();
    player.settings.payer_day = 150;
    shop_pay(bill, card, RIGHT);
    (void) step("DECLINED");
    player.now += PHONE_DAY;
    second = shop_bill("tea", "T3", PAYER);
    is_int(shop_pay(second, built_in, RIGHT), 200, "another bill is paid");
    (void) step("VOIDED");
    second = shop_bill("tea", "T4", PAYER);
    shop_pay(second, built_in, RIGHT);
    is_str(play_code(), "LIMIT_PAYER_DAY",
           "what was begun the day before is not taken from today");
    play_end();
}


/* Whatever is no answer: the outcome is asked for under the same id, later and
   later. */

static void
unclear(void)
{
    int          i;
    int64_t      wait;
    phone_str_t  id;

    set_up();
    shop_pay(bill, card, RIGHT);
    id = payment();

    is_str(step(NULL), "bank.authorise", "no answer");
    is_str(step("NOT_FOUND"), "bank.query", "the outcome is asked for");
    is_int(due(), player.now, "it is not there: at once");
    is_str(step(NULL), "bank.authorise", "the question again");
    ok(phone_equal(payment(), id), "with the same id");

    says.nonce = "another";
    is_str(step("APPROVED"), "bank.query", "an answer to another question");
    IS_BILL("PAYING", "is none");
    says.nonce = NULL;

    says.digest = "00000000000000000000000000000000";
    (void) step("APPROVED");
    IS_BILL("PAYING", "nor one with another digest");
    says.digest = NULL;

    player.signatures = 0;
    (void) step("APPROVED");
    IS_BILL("PAYING", "nor one with another signature");
    player.signatures = 1;

    (void) step("PERHAPS");
    IS_BILL("PAYING", "nor a word that nobody knows");

    is_str(step("APPROVED"), "bank.query", "an answer");
    IS_BILL("PAID", "is one");

    is_str(step(NULL), "bank.capture", "no answer to the capture");

    for (i = 1; i < 8; i++) {
        wait = due() - player.now;
        ok(wait >= (SECOND << (i - 1)) * 9 / 10
           && wait <= (SECOND << (i - 1)) * 11 / 10, "%d: %lld ms later", i,
           (long long) wait);
        ok(!player.gave_up, "not given up");
        is_str(step(NULL), "bank.query", "asked again");
    }

    ok(player.gave_up, "then operators are told");
    play("operator.check", "");
    ok(play_says("payment_unclear"), "by the check");
    ok(play_says("\"ok\":false"), "which is not right");

    (void) step(NULL);
    wait = due() - player.now;
    ok(wait >= 270 * SECOND && wait <= 330 * SECOND, "every five minutes");

    is_str(step("APPROVED"), "bank.query", "it is not captured yet");
    (void) step(NULL);
    wait = due() - player.now;
    ok(wait >= 270 * SECOND, "an answer to the query alone hurries nobody");
    is_str(step("APPROVED"), "bank.query", "still not");
    is_str(step("CAPTURED"), "bank.capture", "asked again, and it is");
    IS_STATE(id, "CAPTURED", "over");
    play("operator.check", "");
    ok(play_says("\"ok\":true"), "and operators have nothing to do");

    play_end();
}


/* The bank does not come back: after five minutes it is told to forget it. */

static void
patience(void)
{
    phone_str_t  id;

    set_up();
    shop_pay(bill, card, RIGHT);
    id = payment();

    (void) step(NULL);
    player.now += 5 * MINUTE;
    (void) step(NULL);
    IS_STATE(id, "AUTHORISING", "after five minutes");
    player.now += SECOND;
    (void) step(NULL);
    IS_STATE(id, "VOIDING", "and a second");

    (void) step(NULL);
    IS_BILL("PAYING", "nobody knows whether the bank pays");
    is_str(step("APPROVED"), "bank.query", "it would");
    is_str(step("VOIDED"), "bank.void", "it will not");
    IS_BILL("PUSHED", "now it is known");

    bill = shop_bill("tea", "T2", PAYER);
    shop_pay(bill, card, RIGHT);
    id = payment();
    player.now += 6 * MINUTE;
    (void) step(NULL);
    (void) step("CAPTURED");
    IS_BILL("PAID", "what cannot be voided was captured: it is paid");
    (void) step("CAPTURED");
    IS_STATE(id, "CAPTURED", "and over");

    play("operator.check", "");
    ok(play_says("\"faults\":[]"), "nothing is wrong");

    play_end();
}


/* It expires as if nothing had been. */

static void
expires(void)
{
    int  i;

    set_up();
    shop_pay(bill, card, RIGHT);
    (void) step("DECLINED");
    player.now += 2 * 24 * 60 * MINUTE;
    (void) step("VOIDED");
    IS_BILL("PUSHED", "its time is over meanwhile");

    /* the expiry among them */

    player.peer = NULL;

    for (i = 0; i < 8; i++) {
        play_event();
    }

    IS_BILL("EXPIRED", "and it expires");

    play_end();
}


static void
odd(void)
{
    unsigned     i;
    phone_str_t  id;

    static const struct {
        const char          *status;
        const char          *amount;
        const char          *currency;
        const char          *id;
        const char          *what;
    } lies[] = {
        { "APPROVED", "101", "CNY", NULL, "another amount" },
        { "APPROVED", "", "CNY", NULL, "no amount" },
        { "APPROVED", "100", "USD", NULL, "another currency" },
        { "APPROVED", "100", "CNY", "x", "another id" },
        { "REFUNDED", "100", "CNY", NULL, "what was not asked for" }
    };

    for (i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
        set_up();
        shop_pay(bill, card, RIGHT);
        id = payment();

        says.amount = lies[i].amount;
        says.currency = lies[i].currency;
        says.id = lies[i].id;
        (void) step(lies[i].status);
        IS_BILL("PAYING", lies[i].what);
        IS_STATE(id, "VOIDING", "is voided");
        ok(player.gave_up, "and counted");

        says.amount = "100";
        says.currency = "CNY";
        says.id = NULL;
        (void) step("VOIDED");
        IS_BILL("PUSHED", "the bill is free");

        play_end();
    }

    set_up();
    shop_pay(bill, card, RIGHT);
    id = payment();
    (void) step("APPROVED");
    (void) step("DECLINED");
    IS_STATE(id, "STOPPED", "approved, then declined: it stops");
    is_str(phone_cstr(stored(&phone_payment, id, PAYMENT_REASON)),
           "DECLINED", "and says why");
    is_str(phone_cstr(stored(&phone_payment, id, PAYMENT_STOPPED_IN)),
           "CAPTURING", "and when");
    IS_BILL("PAID", "the bill stays paid");
    is_str(step("CAPTURED"), "no event", "nobody asks any more");
    play("operator.check", "");
    ok(play_says("payment_unclear"), "operators are shown it");

    play_end();
}


/* An event that began on a day may commit as long as it has its lease: the day
   has no statement before that. */

#define DAY_ENDS  INT64_C(1800028800000)


static void
statement_meanwhile(void)
{
    player.before_commit = NULL;
    player.now = DAY_ENDS + 99 * SECOND;
    is_int(shop_call("statement.create", "tea", "date=2027-01-15"), 409,
           "a statement, while it is under way");
    ok(play_member("done").len == 0, "is not begun");
    is_str(play_member("until"), "2027-01-15T16:01:40Z",
           "before the lease is over");
}


static void
at_midnight(void)
{
    set_up();
    player.settings.lease = 90 * SECOND;
    player.now = DAY_ENDS - SECOND;
    play("session.login", "phone=" PAYER "&password=a-quiet-lake");
    player.cookie = player.set_cookie;
    bill = shop_bill("tea", "T2", PAYER);
    shop_pay(bill, card, RIGHT);

    player.before_commit = statement_meanwhile;
    (void) step("APPROVED");
    IS_BILL("PAID", "it is paid, on the day on which that began");

    player.now = DAY_ENDS + 100 * SECOND;
    shop_call("statement.create", "tea", "date=2027-01-15");
    is_str(play_member("done"), "0", "then it is begun");

    play_end();
}


/* The bank has declined before the call has heard of its own commit. */

static void
bank_declines(void)
{
    if (player.commits == 1) {
        player.before_read = NULL;
        sweep();
        (void) step("DECLINED");
        (void) step("VOIDED");
    }
}


static void
own_mark(void)
{
    set_up();
    player.lose_answer = 1;
    is_int(shop_pay(bill, card, RIGHT), 200, "answer lost");
    is_str(play_member("payment"), "PENDING", "its own mark");
    sweep();
    (void) step("APPROVED");
    IS_BILL("PAID", "paid once");
    play_end();

    set_up();
    player.settings.payer_day_times = 1;
    player.lose_answer = 1;
    player.before_read = bank_declines;
    is_int(shop_pay(bill, card, RIGHT), 200, "declined meanwhile");
    is_str(play_member("payment"), "FAILED", "no second payment");
    ok(payment().len == 0, "the bank is asked no more");
    IS_BILL("PUSHED", "the bill is free");
    play_end();
}


static void
refunds(void)
{
    phone_str_t  id;

    set_up();
    shop_pay(bill, card, RIGHT);
    (void) step("APPROVED");
    (void) step("CAPTURED");

    is_int(shop_call("refund.create", "tea",
                     "out_trade_no=T1&out_refund_no=R1&amount=40"), 200,
           "a refund");
    is_str(phone_cstr(stored(&phone_card, card, CARD_BALANCE)), "40",
           "waits on the card");
    id = payment();
    says.amount = "40";
    is_str(step(NULL), "bank.refund", "the bank is asked");
    is_str(step("NOT_FOUND"), "bank.query", "it has not come");
    is_str(step("REFUNDED"), "bank.refund", "again: it has");
    is_str(phone_cstr(stored(&phone_card, card, CARD_BALANCE)), "0",
           "nothing waits");
    IS_STATE(id, "REFUNDED", "over");
    play("operator.check", "");
    ok(play_says("\"ok\":true"), "the books are right");

    shop_call("refund.create", "tea",
              "out_trade_no=T1&out_refund_no=R2&amount=60");
    id = payment();
    says.amount = "60";
    (void) step("DECLINED");
    IS_STATE(id, "STOPPED", "a refund that the bank refuses");
    is_str(phone_cstr(stored(&phone_card, card, CARD_BALANCE)), "60",
           "stays on the card");
    shop_pay(shop_bill("tea", "T3", PAYER), card, RIGHT);
    is_str(play_member("payment"), "PENDING", "which pays nothing here");

    play_end();
}


/* What cannot be voided was captured, if it was that amount; and card numbers
   are never written to a log of questions. */

static void
captured_other(void)
{
    phone_str_t  id;

    set_up();
    shop_pay(bill, card, RIGHT);
    id = payment();
    (void) step("DECLINED");
    IS_STATE(id, "VOIDING", "declined");
    says.amount = "99";
    (void) step("CAPTURED");
    IS_STATE(id, "STOPPED", "another amount was captured");
    IS_BILL("PAYING", "it does not pay the bill");
    ok(phone_bank_fetch.secret, "questions to a bank are not logged");

    play_end();
}


/* The bank has not taken yet what is given back. */

static void
refund_waits(void)
{
    unsigned      i;
    phone_str_t   id;
    play_event_t  capture;

    set_up();
    shop_pay(bill, card, RIGHT);
    (void) step("APPROVED");

    for (i = 0; !memmem(player.event[i].member.data,
                        player.event[i].member.len, "payment.step", 12); i++)
    {
        /* there is one */
    }

    capture = player.event[i];
    player.event[i] = player.event[--player.nevents];

    is_int(shop_call("refund.create", "tea",
                     "out_trade_no=T1&out_refund_no=R1&amount=40"), 200,
           "a refund before the capture");
    id = payment();
    says.amount = "40";
    is_str(step("DECLINED"), "nothing", "the bank is not asked");
    IS_STATE(id, "REFUNDING", "it waits");
    is_int(due() - player.now, SECOND, "for a second");

    player.now += 4 * MINUTE;
    (void) step("DECLINED");
    is_int(due() - player.now, 30 * SECOND, "then for longer");
    player.now += 24 * 60 * MINUTE;
    (void) step("DECLINED");
    is_int(due() - player.now, 5 * MINUTE, "and longer");

    player.event[player.nevents++] = player.event[0];
    player.event[0] = capture;
    says.amount = "100";
    is_str(step("CAPTURED"), "bank.capture", "the capture");
    says.amount = "40";
    is_str(step("REFUNDED"), "bank.refund", "then the refund");
    IS_STATE(id, "REFUNDED", "over");

    play_end();
}


/* Its bank is taken out of the configuration. */

static void
unknown(void)
{
    set_up();
    shop_pay(bill, card, RIGHT);
    player.env.banks = NULL;

    is_str(step("APPROVED"), "nothing", "nobody is asked");
    IS_BILL("PAYING", "the bill waits");
    shop_pay(shop_bill("tea", "T2", PAYER), card, RIGHT);
    is_str(play_code(), "BANK_UNAVAILABLE", "no new payments");

    player.env.banks = &play_banks;
    is_str(step("APPROVED"), "bank.query", "it is there again");
    IS_BILL("PAID", "and paid");

    play_end();
}


/* A part of names in the ledger and of keys. */

static void
names(void)
{
    unsigned     i;
    phone_str_t  name;

    static const char *const  odd[] = {
        "", "Tea", "tea bank", "tea:bank", "tea/bank", "tea.bank", "tea`",
        "tea{", "\xe8\x8c\xb6"
    };

    ok(phone_bank_name_ok(PHONE_STR("a-z_09")), "a name of a bank");

    for (i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
        ok(!phone_bank_name_ok(phone_cstr(odd[i])), "\"%s\" is none", odd[i]);
    }

    name = PHONE_STR("a234567890b234567890c234567890d234");
    name.len = PHONE_BANK_NAME_MAX;
    ok(phone_bank_name_ok(name), "as long as it may be");
    name.len++;
    ok(!phone_bank_name_ok(name), "a letter more");
}


int
main(void)
{
    names();
    paid();
    declined();
    expires_meanwhile();
    declined_within_limits();
    unclear();
    patience();
    expires();
    odd();
    own_mark();
    refunds();
    captured_other();
    refund_waits();
    unknown();
    at_midnight();

    return done_testing();
}
