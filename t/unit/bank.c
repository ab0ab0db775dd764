
/* Payments by a bank that is asked over HTTP: what is asked, and when, after
   each answer that it can give. */


#define _GNU_SOURCE

#include "shop.h"
#include "bill/bank.h"
#include "bill/bill.h"
#include "lib/canonical.h"


#define PAYER    "13800000001"
#define RIGHT    "&pin=" SHOP_PIN
#define SECOND   INT64_C(1000)
#define MINUTE   (60 * SECOND)


/* What the bank says next. */
static struct {
    const char              *status;     /* NULL: no answer */
    const char              *amount;
    const char              *currency;
    const char              *nonce;      /* NULL: that of the question */
    const char              *id;         /* likewise */
    const char              *digest;     /* likewise: the right one */
    char                     text[1024];
} says;


static phone_str_t  bill, card, built_in, asked, asked_id;


static const char *
bank(phone_str_t body)
{
    phone_str_t      bad, text, digest;
    phone_arena_t    arena;
    phone_fields_t   form, reply;

    phone_arena_init(&arena);
    form.n = reply.n = 0;
    phone_form_parse(&arena, body, &form, &bad);
    asked = phone_copy(&player.arena, phone_field(&form, "service")
                                      ? *phone_field(&form, "service")
                                      : PHONE_EMPTY);
    asked_id = phone_copy(&player.arena, *phone_field(&form, "id"));

    if (says.status == NULL) {
        player.gateway = 0;
        phone_arena_free(&arena);
        return "timeout";
    }

    player.gateway = 200;

    phone_fields_add(&reply, PHONE_STR("id"),
                     says.id ? phone_cstr(says.id)
                             : *phone_field(&form, "id"));
    phone_fields_add(&reply, PHONE_STR("status"), phone_cstr(says.status));
    phone_fields_add(&reply, PHONE_STR("amount"), phone_cstr(says.amount));
    phone_fields_add(&reply, PHONE_STR("currency"),
                     phone_cstr(says.currency));
    phone_fields_add(&reply, PHONE_STR("request_nonce"),
                     says.nonce ? phone_cstr(says.nonce)
                                : *phone_field(&form, "nonce"));
    (void) phone_canonical(&arena, &reply, 0, &text);
    digest = phone_digest(player.env.crypto, &arena, text);

    snprintf(says.text, sizeof(says.text),
             "{\"id\":\"%.*s\",\"status\":\"%s\",\"amount\":\"%s\","
             "\"currency\":\"%s\",\"request_nonce\":\"%.*s\","
             "\"digest\":\"%.*s\",\"sign\":\"AAAA\"}",
             PHONE_ARGS(*phone_field(&reply, "id")), says.status, says.amount,
             says.currency, PHONE_ARGS(*phone_field(&reply, "request_nonce")),
             PHONE_ARGS(says.digest ? phone_cstr(says.digest) : digest));

    phone_arena_free(&arena);

    return says.text;
}


static void
set_up(void)
{
    memset(&says, 0, sizeof(says));
    says.amount = "100";
    says.currency = "CNY";

    play_start();
    player.peer = bank;
    player.signatures = 1;

    shop_open("tea");
    built_in = shop_card(PAYER, "6222020000000015");
    play("operator.bank_cards", "phone=" PAYER "&card_no=4000000000006"
                                "&balance=0&bank=citybank");
    card = play_member("card_id");
    shop_payer(PAYER);
    bill = shop_bill("tea", "T1", PAYER);
}


static const char *
stored(const phone_type_t *type, phone_str_t id, unsigned what)
{
    char          name[64];
    phone_str_t   value;
    static char   text[4][256];
    static unsigned  i;

    snprintf(name, sizeof(name), "%.*s", PHONE_ARGS(id));
    value = play_stored(type, name, what);
    i = (i + 1) % 4;
    snprintf(text[i], sizeof(text[i]), "%.*s", PHONE_ARGS(value));

    return text[i];
}


static phone_str_t
payment(void)
{
    unsigned     i;
    phone_str_t  rest, word;

    for (i = 0; i < player.nevents; i++) {
        rest = player.event[i].member;

        if (phone_split(&rest, ' ', &word) && phone_is(word, "payment.step")
            && phone_split(&rest, ' ', &word))
        {
            return phone_copy(&player.arena, word);
        }
    }

    return PHONE_EMPTY;
}


static int64_t
due(void)
{
    unsigned  i;

    for (i = 0; i < player.nevents; i++) {
        if (memmem(player.event[i].member.data, player.event[i].member.len,
                   "payment.step", 12))
        {
            return player.event[i].score;
        }
    }

    return 0;
}


/* Runs the event of the payment, with that answer; what was asked. */

static phone_str_t
step(const char *status)
{
    unsigned      i;
    play_event_t  event;

    says.status = status;

    for (i = 0; i < player.nevents; i++) {
        if (memmem(player.event[i].member.data, player.event[i].member.len,
                   "payment.step", 12))
        {
            event = player.event[i];
            player.event[i] = player.event[0];
            player.event[0] = event;
            asked = PHONE_STR("nothing");
            play_event();

            return asked;
        }
    }

    return PHONE_STR("no event");
}


/* The answer to the commit was lost: a sweep finds the event. */

static void
sweep(void)
{
    char               key[32];
    unsigned           i;
    sim_member_t      *member;
    const sim_zset_t  *queue;

    snprintf(key, sizeof(key), "phone:{%.3s}:due", bill.data);
    queue = sim_store_zset(player.store, player.now, phone_cstr(key));

    for (i = 0; queue && i < queue->n; i++) {
        member = &queue->member[i];

        if (memmem(member->member.data, member->member.len, "payment.step",
                   12))
        {
            player.event[player.nevents++] = (play_event_t) {
                phone_copy(&player.arena, member->member),
                (unsigned) phone_id_bucket(bill, player.env.buckets),
                member->score };
        }
    }
}


#define IS_STATE(id, state, why)                                              \
    is_str(phone_cstr(stored(&phone_payment, id, PAYMENT_STATE)), state, why)
#define IS_BILL(status, why)                                                  \
    is_str(phone_cstr(stored(&phone_bill, bill, BILL_STATUS)), status, why)


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

    says.digest = "0123";
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
    ok(due() > player.now, "for a second");

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


int
main(void)
{
    paid();
    declined();
    unclear();
    patience();
    expires();
    odd();
    own_mark();
    refunds();
    captured_other();
    resumed();
    resumed_void();
    resumed_refund();
    refund_of_stopped();
    resumed_meanwhile();
    refund_waits();
    unknown();

    return done_testing();
}
