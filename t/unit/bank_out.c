
/* Payments by a bank over HTTP that do not come to their end by themselves: the
   operator resumes them, and the bank pays what it owes. */


#define _GNU_SOURCE

#include "banking.h"
#include "jobs.h"
#include "meddle.h"
#include "lib/id.h"
#include "../sim/store.h"


static int
resume(phone_str_t id)
{
    char  args[80];

    snprintf(args, sizeof(args), "payment_id=%.*s", PHONE_ARGS(id));

    return play("operator.payment_resume", args);
}


/* The bank has approved, and says at the capture that it has declined. */

static phone_str_t
stopped_capture(void)
{
    phone_str_t  id;

    set_up();
    shop_pay(bill, card, RIGHT "&pay_id=p1");
    id = payment();
    (void) step("APPROVED");
    (void) step("DECLINED");
    IS_STATE(id, "STOPPED", "stopped");

    return id;
}


/* The operator has spoken with the bank. */

static void
resumed(void)
{
    phone_str_t  id;

    id = stopped_capture();

    play("operator.payments", "");
    ok(play_says("\"state\":\"STOPPED\",\"stopped_in\":\"CAPTURING\","
                 "\"reason\":\"DECLINED\",\"bank\":\"citybank\""),
       "a stopped payment is listed");
    ok(play_says("\"amount\":100"), "with its amount");
    ok(!play_says("refund_id"), "it is no refund");

    is_int(resume(id), 200, "it is resumed");
    is_str(play_member("state"), "CAPTURING", "where it was stopped");
    is_int(player.commits, 1, "by one commit");
    is_int(resume(id), 200, "once more");
    is_str(play_member("state"), "CAPTURING", "is the same");
    is_int(player.commits, 0, "and does nothing");

    is_str(step("DECLINED"), "bank.query", "its outcome is asked for");
    ok(phone_equal(asked_id, id), "under the same id");
    IS_STATE(id, "STOPPED", "the bank says the same: stopped again");
    play("operator.check", "");
    ok(play_says("payment_unclear"), "and shown");

    resume(id);
    is_str(step(NULL), "bank.query", "resumed, no answer");
    is_str(step("APPROVED"), "bank.query", "it is not captured yet");
    is_str(step("CAPTURED"), "bank.capture", "then it is");
    IS_STATE(id, "CAPTURED", "over");
    play("operator.payments", "");
    ok(play_says("\"payments\":[]"), "nothing is listed");
    play("operator.check", "");
    ok(play_says("\"ok\":true"), "and the books are right");

    is_int(resume(id), 200, "one that is over");
    is_str(play_member("state"), "CAPTURED", "stays over");
    is_int(player.commits, 0, "without a commit");
    is_str(step("CAPTURED"), "no event", "and without a question");

    is_int(resume(PHONE_STR("017-01J8ZQ4T9E6M2W7K3A5B8C0D1F")), 404,
           "an unknown id");
    is_str(play_code(), "NOT_FOUND", "is none");
    is_str(play_member("field"), "payment_id", "of a payment");

    play_end();
}


/* A bill stays PAYING while nobody knows what its payment has come to. */

static void
resumed_void(void)
{
    unsigned     i;
    phone_str_t  id;

    static const struct {
        const char          *query;
        const char          *bill;
        const char          *state;
    } end[] = {
        { "CAPTURED", "PAID", "CAPTURING" },
        { "VOIDED", "PUSHED", "VOIDED" },
        { "APPROVED", "PAYING", "VOIDING" },
        { "DECLINED", "PAYING", "VOIDING" },
        { "REFUNDED", "PAYING", "STOPPED" }
    };

    for (i = 0; i < sizeof(end) / sizeof(end[0]); i++) {
        set_up();
        shop_pay(bill, card, RIGHT);
        id = payment();
        (void) step("DECLINED");
        says.amount = "99";
        (void) step("CAPTURED");
        IS_STATE(id, "STOPPED", "another amount was captured");
        IS_BILL("PAYING", "the bill waits");

        says.amount = "100";
        resume(id);
        is_str(step(end[i].query), "bank.query", end[i].query);
        IS_BILL(end[i].bill, "the bill");
        IS_STATE(id, end[i].state, "its payment");

        if (strcmp(end[i].bill, "PUSHED") == 0) {
            is_int(shop_pay(bill, built_in, RIGHT), 200,
                   "and another card pays");
        }

        play_end();
    }
}


/* Whatever it has reserved is given up, also when it tells of it later. */

static void
void_of_another_amount(void)
{
    phone_str_t  id;

    set_up();
    shop_pay(bill, card, RIGHT);
    id = payment();
    says.amount = "99";
    (void) step("APPROVED");
    IS_STATE(id, "VOIDING", "another amount is reserved");
    is_str(step(NULL), "bank.void", "no answer");
    is_str(step("APPROVED"), "bank.query", "it still is");
    IS_STATE(id, "VOIDING", "and no contradiction");
    is_str(step("VOIDED"), "bank.void", "asked again, it is given up");
    IS_BILL("PUSHED", "the bill is free");

    play_end();
}


static void
resumed_refund(void)
{
    phone_str_t  id;

    set_up();
    shop_pay(bill, card, RIGHT);
    (void) step("APPROVED");
    (void) step("CAPTURED");
    shop_call("refund.create", "tea",
              "out_trade_no=T1&out_refund_no=R1&amount=40");
    id = payment();
    says.amount = "40";
    says.amount = "4";
    (void) step("REFUNDED");
    IS_STATE(id, "STOPPED", "a refund of another amount");
    is_str(phone_cstr(stored(&phone_card, card, CARD_BALANCE)), "40",
           "nothing is booked");
    resume(id);
    says.amount = "40";
    (void) step("DECLINED");
    IS_STATE(id, "STOPPED", "a refund that the bank refuses");

    play("operator.payments", "");
    ok(play_says("\"refund_id\":"), "is listed as one");

    resume(id);
    is_str(step("REFUNDED"), "bank.query", "the bank has made it since");
    IS_STATE(id, "REFUNDED", "over");
    is_str(phone_cstr(stored(&phone_card, card, CARD_BALANCE)), "0",
           "nothing waits");
    play("operator.check", "");
    ok(play_says("\"ok\":true"), "the books are right");

    play_end();
}


/* The bank would refuse for ever to give back what it has not captured. */

static void
refund_of_stopped(void)
{
    phone_str_t  of, id;

    of = stopped_capture();
    shop_call("refund.create", "tea",
              "out_trade_no=T1&out_refund_no=R1&amount=40");
    id = payment();

    is_str(step("DECLINED"), "nothing", "a refund of it waits");
    IS_STATE(id, "REFUNDING", "and is not stopped");
    ok(due() >= player.now + 4 * MINUTE, "for some minutes");

    player.nevents = 0;
    resume(of);
    (void) step("CAPTURED");
    IS_STATE(of, "CAPTURED", "the capture");

    sweep();
    says.amount = "40";
    is_str(step("REFUNDED"), "bank.refund", "then the refund");
    IS_STATE(id, "REFUNDED", "over");

    play_end();
}


/* An answer arrives while the operator resumes, and the other way round. */

static phone_str_t  other;

static void
operator_resumes(void)
{
    player.before_commit = NULL;
    resume(other);
}


static void
resumed_meanwhile(void)
{
    phone_str_t  id;

    id = stopped_capture();
    resume(id);
    other = id;
    player.before_commit = operator_resumes;
    is_str(step("CAPTURED"), "bank.query", "an answer, and once more resumed");
    IS_STATE(id, "CAPTURED", "it is over");
    is_str(step("CAPTURED"), "no event", "and nobody asks");
    play_end();

    /* who resumes has read that it is stopped, and is slower */

    id = stopped_capture();
    other = id;
    player.before_commit = operator_resumes;
    is_int(resume(id), 200, "two at once");
    is_str(play_member("state"), "CAPTURING", "have the same answer");
    (void) step("CAPTURED");
    is_str(step("CAPTURED"), "no event", "and ask once");
    play("operator.check", "");
    ok(play_says("\"ok\":true"), "the books are right");
    play_end();

    id = stopped_capture();
    player.lose_answer = 1;
    is_int(resume(id), 200, "the answer to its commit is lost");
    is_str(play_member("state"), "CAPTURING", "it finds what it has done");
    play_end();
}


#define ROOM  "562500000000000"           /* of the account in a bucket */


static phone_str_t
bill_of(const char *order, const char *amount)
{
    char  form[256];

    snprintf(form, sizeof(form), "out_trade_no=%s&amount=%s&subject=tea"
             "&payer_phone=" PAYER, order, amount);
    shop_call("bill.create", "tea", form);

    return phone_copy(&player.arena, play_member("bill_id"));
}


/* The bank pays a bill that leaves room for 50. */

static void
nearly_full(void)
{
    phone_str_t  large;

    set_up();
    large = bill_of("L1", "562499999999950");
    shop_pay(large, card, RIGHT);
    says.amount = "562499999999950";
    (void) step("APPROVED");
    (void) step("CAPTURED");
    says.amount = "100";
}


static void
room(void)
{
    set_up();
    shop_pay(bill_of("L1", "562500000000001"), card, RIGHT);
    is_str(play_code(), "ACCOUNT_FULL", "more than there is room for");
    is_str(play_member("field"), "card_id", "with this card");
    ok(payment().len == 0, "the bank is not asked");

    shop_pay(bill_of("L2", ROOM), card, RIGHT);
    is_str(play_member("payment"), "PENDING", "as much as there is room for");
    says.amount = ROOM;
    (void) step("APPROVED");
    (void) step("CAPTURED");
    shop_pay(bill_of("L3", "1"), card, RIGHT);
    is_str(play_code(), "ACCOUNT_FULL", "then no more");
    play_end();

    nearly_full();
    shop_pay(bill, card, RIGHT);
    is_str(play_code(), "ACCOUNT_FULL", "less than the bill");
    is_int(shop_pay(bill, built_in, RIGHT), 200, "another card pays");
    shop_pay(bill_of("L3", "50"), card, RIGHT);
    is_str(play_member("payment"), "PENDING", "and what fits is paid");
    play_end();
}


/* Two payments at once find room, and there is room for one. */

static void
no_room_any_more(void)
{
    phone_str_t  id;

    set_up();
    shop_pay(bill, card, RIGHT);
    id = payment();
    player.nevents = 0;
    shop_pay(bill_of("L1", "562499999999950"), card, RIGHT);
    says.amount = "562499999999950";
    (void) step("APPROVED");
    (void) step("CAPTURED");

    says.amount = "100";
    sweep();
    is_str(step("APPROVED"), "bank.authorise", "the other one is approved");
    IS_STATE(id, "VOIDING", "it does not fit: the bank is to forget it");
    ok(player.gave_up, "and operators see it");
    IS_BILL("PAYING", "the bill waits");
    (void) step("VOIDED");
    IS_BILL("PUSHED", "then it is free");
    play("operator.check", "");
    ok(play_says("\"ok\":true"), "and the books are right");
    play_end();
}


static void
run_job(void)
{
    unsigned      left;
    play_event_t  event;

    for (left = player.nevents; left; left--) {
        event = player.event[0];
        memmove(player.event, player.event + 1,
                (player.nevents - 1) * sizeof(play_event_t));
        player.event[player.nevents - 1] = event;

        if (strncmp(event.member.data, "job.step", 8) == 0) {
            player.event[player.nevents - 1] = player.event[0];
            player.event[0] = event;
            play_event();
            left = player.nevents + 1;
        }
    }
}


/* The first event of that name runs, so often; 0: there is none. */

static int
run_first(const char *name, unsigned times)
{
    unsigned      i;
    play_event_t  event;

    for (i = 0; i < player.nevents; i++) {
        event = player.event[i];

        if (strncmp(event.member.data, name, strlen(name)) == 0) {
            player.event[i] = player.event[0];
            player.event[0] = event;
            break;
        }
    }

    if (i == player.nevents) {
        return 0;
    }

    while (play_event() && --times) {
        memmove(player.event + 1, player.event,
                player.nevents++ * sizeof(play_event_t));
        player.event[0] = event;
    }

    return 1;
}


/* Effects are applied, and gone once that is seen. */

static void
arrive(void)
{
    while (run_first("posting.apply", 2)) { /* void */ }
}


static int
settle(const char *args)
{
    char  form[128];

    snprintf(form, sizeof(form), "bank=citybank&settle_no=%s", args);

    return play("operator.bank_settle", form);
}


#define IS_SETTLED(args, sum, rest, why)                                      \
    do {                                                                      \
        is_int(settle(args), 200, why);                                       \
        is_str(play_member("state"), "DONE", "is done");                      \
        is_str(play_member("settled"), sum, "settled");                       \
        is_str(play_member("left"), rest, "left");                            \
    } while (0)


/* What was captured and does not fit: it stops, the bank pays what it owes, and
   then it fits. */

static void
stopped_full(void)
{
    phone_str_t  id;

    set_up();
    shop_pay(bill, card, RIGHT);
    id = payment();
    player.nevents = 0;
    shop_pay(bill_of("L1", "562499999999950"), card, RIGHT);
    says.amount = "562499999999950";
    (void) step("APPROVED");
    (void) step("CAPTURED");

    says.amount = "100";
    sweep();
    (void) step("CAPTURED");
    IS_STATE(id, "VOIDING", "captured, and does not fit");
    is_str(step("CAPTURED"), "bank.void", "it cannot be voided");
    IS_STATE(id, "STOPPED", "so it stops");
    IS_BILL("PAYING", "its bill waits");
    is_str(step("CAPTURED"), "no event", "nobody asks any more");

    resume(id);
    is_str(step("CAPTURED"), "bank.query", "resumed too early");
    IS_STATE(id, "STOPPED", "it stops again");

    is_int(settle("S1"), 200, "the bank pays");
    is_str(play_member("state"), "RUNNING", "by a job");
    run_job();
    IS_SETTLED("S1", "562499999999950", "0", "the same again");

    resume(id);
    is_str(step("CAPTURED"), "bank.query", "resumed after that");
    IS_BILL("PAID", "it fits, and the bill is paid");
    (void) step("CAPTURED");
    IS_STATE(id, "CAPTURED", "over");
    play("operator.check", "");
    ok(play_says("\"ok\":true"), "the books are right");

    play_end();
}


/* A refund is booked between the read of a step and its commit. */

static void
refunds_beside(void)
{
    unsigned  bucket;

    player.before_commit = NULL;
    bucket = (unsigned) phone_id_bucket(card, player.env.buckets);
    meddle_key(PHONE_OP_HINCRBY, bucket,
               phone_key(&player.arena, &phone_balances, bucket, PHONE_EMPTY),
               2, (const char *[2]) { "bank:citybank:CNY", "50" });
}


/* The step fails, as it would on a full account, and is tried again. */

static void
settled_meanwhile(void)
{
    unsigned      n;
    play_event_t  event[PLAY_EVENTS];

    nearly_full();
    settle("S1");
    n = player.nevents;
    memcpy(event, player.event, sizeof(event));

    player.before_commit = refunds_beside;
    run_job();
    settle("S1");
    is_str(play_member("settled"), "0", "nothing is booked");

    player.nevents = n;
    memcpy(player.event, event, sizeof(event));
    run_job();
    IS_SETTLED("S1", "562499999999900", "0", "what it owes by then");
    play_end();
}


static void
bank_settles(void)
{
    nearly_full();

    is_int(settle("S1&amount=50"), 200, "the bank pays a part");
    is_int(settle("S2"), 503, "and another one at once");
    is_str(play_code(), "BUSY", "has to wait");
    run_job();
    IS_SETTLED("S1&amount=50", "50", "562499999999900", "a part");
    settle("S1");
    is_str(play_code(), "EXISTS", "the same number without an amount");
    is_str(play_member("field"), "amount", "is another settlement");
    settle("S1&amount=50&currency=USD");
    is_str(play_member("field"), "currency", "nor in another currency");
    IS_SETTLED("S1&amount=50&currency=CNY", "50", "562499999999900", "said");

    shop_pay(bill, card, RIGHT);
    is_str(play_member("payment"), "PENDING", "there is room again");
    (void) step("APPROVED");
    (void) step("CAPTURED");

    settle("S2&amount=1000000000000000");
    run_job();
    IS_SETTLED("S2&amount=1000000000000000", "562500000000000", "0",
               "not more than it owes");
    settle("S3");
    run_job();
    IS_SETTLED("S3", "0", "0", "nothing is left");

    shop_call("refund.create", "tea",
              "out_trade_no=T1&out_refund_no=R1&amount=40");
    says.amount = "40";
    (void) step("REFUNDED");
    settle("S4&amount=1");
    run_job();
    IS_SETTLED("S4&amount=1", "0", "-40", "now the bank is owed");
    settle("S5");
    run_job();
    IS_SETTLED("S5", "-40", "0", "and paid");

    play("operator.check", "");
    ok(play_says("\"ok\":true"), "the books are right");

    player.now += INT64_C(8) * 24 * 60 * MINUTE;
    IS_SETTLED("S1&amount=50", "50", "562499999999900", "days later");

    settle("S6&amount=");
    is_str(play_code(), "PARAM_INVALID", "an amount that nobody has filled in");
    play("operator.bank_settle", "bank=nobank&settle_no=S1");
    is_str(play_code(), "NOT_FOUND", "an unknown bank");
    is_str(play_member("field"), "bank", "is the field");

    play_end();
}


/* What the settlement before has booked is still on its way. */

static void
settles_in_a_row(void)
{
    unsigned  looks;

    nearly_full();
    player.env.domain = PHONE_ONE_BUCKET;

    settle("S1");
    run_job();
    settle("S2");
    is_str(play_member("state"), "RUNNING", "the job before is over");

    for (looks = 0; looks < 2 * PHONE_JOB_TRIES; looks++) {
        (void) run_first("job.step", 1);
    }

    settle("S2");
    is_str(play_member("state"), "RUNNING",
           "it waits for what was booked, however long");
    is_str(play_member("settled"), "0", "nothing is booked twice");

    arrive();
    run_job();
    arrive();
    IS_SETTLED("S1", "562499999999950", "0", "once");
    IS_SETTLED("S2", "0", "0", "nothing is left");
    play("operator.check", "");
    ok(play_says("\"ok\":true"), "the books are right");

    play_end();
}


static int64_t
lives(phone_str_t id)
{
    char  key[80];

    snprintf(key, sizeof(key), "phone:{%.3s}:payment:%.*s", id.data,
             PHONE_ARGS(id));

    return sim_store_pttl(player.store, player.now, phone_cstr(key));
}


/* What has moved no money goes; a late question finds nothing to do. */

static void
kept(void)
{
    phone_str_t   id;
    play_event_t  event;

    set_up();
    shop_pay(bill, card, RIGHT "&pay_id=p1");
    id = payment();
    event = player.event[player.nevents - 1];
    (void) step("DECLINED");
    is_int(lives(id), -1, "declined, and not voided: it stays");
    (void) step("VOIDED");
    is_int(lives(id), 7 * 24 * 60 * MINUTE, "voided: for a week");

    player.now += 7 * 24 * 60 * MINUTE + 1;
    is_int(lives(id), -2, "then it is gone");
    player.nevents = 0;
    player.event[player.nevents++] = event;
    asked = PHONE_STR("nothing");
    (void) step("APPROVED");
    is_str(asked, "nothing", "an event that comes late asks nobody");
    is_int(resume(id), 404, "and nobody resumes it");
    play("operator.check", "");
    ok(play_says("\"faults\":[]"), "nothing is wrong");
    play_end();

    set_up();
    shop_pay(bill, card, RIGHT);
    id = payment();
    (void) step("APPROVED");
    (void) step("CAPTURED");
    is_int(lives(id), -1, "one that is paid is kept for ever");
    play_end();

    id = stopped_capture();
    is_int(lives(id), -1, "as is one that is stopped");
    play_end();
}


static void
declines(const char *order)
{
    is_int(shop_pay(bill_of(order, "100"), card, RIGHT), 200, order);
    (void) step("DECLINED");
    (void) step("VOIDED");
}


/* A card is declined so often in a day; whatever is approved does not count. */

static void
declined_tries(void)
{
    int           i;
    char          order[16];
    int64_t       wait;
    phone_str_t   one;
    play_event_t  late;

    set_up();
    player.settings.card_declined = 3;
    declines("D1");
    (void) shop_pay(bill_of("D2", "100"), card, RIGHT);
    (void) step("APPROVED");
    (void) step("CAPTURED");
    declines("D3");
    one = bill_of("D4", "100");
    is_int(shop_pay(one, card, RIGHT), 200, "a third try");
    shop_pay(bill_of("D5", "100"), card, RIGHT);
    is_str(play_code(), "LIMIT_CARD_DAY", "no more while it is under way");
    is_str(play_member("field"), "card_id", "with this card");
    ok(player.retry_after > 0 && player.retry_after <= 86400, "today");
    (void) step("APPROVED");
    (void) step("CAPTURED");
    is_int(shop_pay(bill, card, RIGHT), 200, "when it is approved one more");
    (void) step("DECLINED");
    (void) step("VOIDED");
    shop_pay(bill, card, RIGHT);
    is_str(play_code(), "LIMIT_CARD_DAY", "three were declined");
    wait = player.retry_after * SECOND;
    is_int(shop_pay(bill, built_in, RIGHT), 200, "another card pays");

    player.now += wait;
    is_int(shop_pay(bill_of("D6", "100"), card, RIGHT), 200,
           "the next day it is tried again");

    /* that one waits until the day after */

    i = 0;

    while (!memmem(player.event[i].member.data, player.event[i].member.len,
                   "payment.step", 12))
    {
        i++;
    }

    late = player.event[i];
    player.event[i] = player.event[--player.nevents];

    player.now += 24 * 60 * MINUTE;
    declines("D7");
    declines("D8");
    declines("D9");
    player.event[player.nevents++] = late;
    (void) step("APPROVED");
    shop_pay(bill_of("DA", "100"), card, RIGHT);
    is_str(play_code(), "LIMIT_CARD_DAY", "it was no try of that day");
    play_end();

    set_up();
    is_int(player.settings.card_declined, 50, "without a directive");

    for (i = 0; i < 50; i++) {
        snprintf(order, sizeof(order), "E%d", i);
        declines(order);
    }

    shop_pay(bill_of("E50", "100"), card, RIGHT);
    is_str(play_code(), "LIMIT_CARD_DAY", "fifty a day");
    player.settings.card_declined = 0;
    is_int(shop_pay(bill_of("E51", "100"), card, RIGHT), 200, "or any");
    play_end();
}


/* What is given back to a card of the bank is not what it holds. */

static void
shown_balance(void)
{
    set_up();
    shop_pay(bill, card, RIGHT);
    (void) step("APPROVED");
    (void) step("CAPTURED");
    shop_call("refund.create", "tea",
              "out_trade_no=T1&out_refund_no=R1&amount=40");
    play("bill.cards", "");
    ok(play_says("\"bank\":\"citybank\",\"number\":\"*********0006\","
                 "\"currency\":\"CNY\",\"default\""),
       "a refund under way is no balance");
    ok(play_says("\"balance\":1000"), "the built-in bank knows its own");
    play_end();
}


int
main(void)
{
    kept();
    declined_tries();
    shown_balance();
    resumed();
    resumed_void();
    void_of_another_amount();
    resumed_refund();
    refund_of_stopped();
    resumed_meanwhile();
    room();
    no_room_any_more();
    stopped_full();
    settled_meanwhile();
    bank_settles();
    settles_in_a_row();

    return done_testing();
}
