
/* PAY-10: after the secret was rotated card numbers and merchants' secrets are
   sealed again by a job. */


#define _GNU_SOURCE

#include "shop.h"
#include "hosts_secret.h"
#include "meddle.h"
#include "jobs.h"
#include "lib/card_number.h"
#include "operator/operator.h"


#define LI      "13800000001"
#define PROOF   "271934"
#define CARDS   120
/* each has a name; and LI a PIN and a password */
#define ALL(cards)  (2 * (cards) + 2)


typedef struct {
    char                     id[64];
    char                     no[20];
} card_t;


static card_t       card[CARDS + 8];
static unsigned     ncards;
static phone_str_t  cookie;


static void
run_events(void)
{
    unsigned  i;

    for (i = 0; i < 400 && play_event(); i++) {
        /* void */
    }

    is_int(player.nevents, 0, "all events have run");
}


/* A valid number: the check digit is the only one that fits. */

static void
open_card(const char *bank)
{
    char      form[160];
    card_t   *one;
    unsigned  digit;

    one = &card[ncards];

    for (digit = 0; digit < 10; digit++) {
        snprintf(one->no, sizeof(one->no), "62220200%07u%u", ncards, digit);

        if (phone_card_number_ok(phone_cstr(one->no))) {
            break;
        }
    }

    snprintf(form, sizeof(form), "phone=" LI "&card_no=%s&balance=0%s%s",
             one->no, bank ? "&bank=" : "&proof=" PROOF, bank ? bank : "");
    play("operator.bank_cards", form);
    snprintf(one->id, sizeof(one->id), "%.*s",
             PHONE_ARGS(play_member("card_id")));
    ncards++;
}


static void
start_in(phone_domain_t domain, unsigned cards)
{
    play_start();
    player.env.domain = domain;
    shop_open("tea");
    shop_payer(LI);
    cookie = player.cookie;

    for (ncards = 0; ncards < cards; /* void */ ) {
        open_card(NULL);
    }

    run_events();
}


/* How many cards a host can read, each as it was. */

static unsigned
readable(int newest, int before)
{
    unsigned       i, n;
    phone_str_t    plain;
    phone_call_t   call;

    host_has(newest, before);
    phone_call_init(&call, &player.env, &phone_operator_secrets, NULL);
    n = 0;

    for (i = 0; i < ncards; i++) {
        n += phone_unseal_record(&call, phone_cstr(card[i].id),
                                 play_stored(&phone_card, card[i].id,
                                             CARD_NUMBER), &plain) == 0
             && phone_is(plain, card[i].no);
    }

    phone_call_free(&call);

    return n;
}


static int
counts(const char *status, int64_t records)
{
    char  text[80];

    play("operator.secrets", "");
    snprintf(text, sizeof(text), "\"status\":\"%s\",\"records\":%lld}",
             status, (long long) records);

    return play_says(text);
}


/* The id of a key, as operators see it. */

static phone_str_t
key_id(int n)
{
    phone_str_t   id;
    phone_call_t  call;

    host_has(n, -1);
    phone_call_init(&call, &player.env, &phone_operator_secrets, NULL);
    id = phone_copy(&player.arena, phone_secret_id(&call, 0));
    phone_call_free(&call);

    return id;
}


static void
resealed_in(phone_domain_t domain)
{
    phone_str_t  job;

    start_in(domain, CARDS);

    play("operator.merchants",
         "merchant_id=mac&name=Mac&sign_type=HMAC-SHA256");
    run_events();

    ok(counts("NEWEST", ALL(CARDS) + 1), "each sealed text is counted");
    ok(!play_says("BEFORE") && !play_says("MISSING"), "one key");
    is_int(readable(0, -1), CARDS, "they can be read");

    host_has(1, 0);
    ok(counts("BEFORE", ALL(CARDS) + 1), "by the key before");
    is_int(readable(1, -1), 0, "the new one alone reads none");
    ok(counts("MISSING", ALL(CARDS) + 1), "nor tells it whose they are");

    host_has(1, 0);
    open_card(NULL);
    run_events();
    ok(counts("NEWEST", 2), "a card that is opened meanwhile");

    is_int(play("operator.reseal", ""), 200, "a job");
    is_str(play_member("job"), "RUNNING", "it runs");
    job = phone_copy(&player.arena, play_member("job_id"));
    is_int(play("operator.reseal", ""), 200, "once more");
    ok(phone_equal(play_member("job_id"), job), "is the same job");

    is_int(readable(1, 0), CARDS + 1, "before");
    run_events();
    is_int(readable(1, -1), CARDS + 1, "behind it: the new key reads all");

    host_has(1, 0);
    ok(counts("BEFORE", 0) && counts("NEWEST", ALL(CARDS + 1) + 1),
       "none is left");

    is_int(play("operator.reseal", ""), 200, "another job");
    ok(!phone_equal(play_member("job_id"), job), "has another id");
    run_events();

    host_has(2, 1);
    play("operator.reseal", "");
    run_events();
    is_int(readable(2, -1), CARDS + 1, "a second rotation: all can be read");
    host_has(2, -1);
    ok(counts("NEWEST", ALL(CARDS + 1) + 1), "and are counted once");

    is_int(play("operator.merchants",
                "merchant_id=mac&name=Mac&sign_type=HMAC-SHA256"), 409,
           "the merchant's secret");
    is_int(player.bad_key.len, 0, "opens as well");

    play_end();
}


/* A page of it: never more effects than a job may have. */

static void
stopped_and_started(void)
{
    unsigned     i;
    phone_str_t  job;

    start_in(PHONE_WHOLE_STORE, CARDS);

    is_int(play("operator.reseal", "cancel=1"), 404, "there is none to stop");
    is_str(play_member("field"), "cancel", "says which field");

    host_has(1, 0);
    play("operator.reseal", "");
    job = phone_copy(&player.arena, play_member("job_id"));

    for (i = 0; i < 40 && player.operations < 2 * 50; i++) {
        ok(play_event(), "a step or a page");
        ok(player.operations <= 2 * 200, "a small commit");
    }

    ok(player.operations < 3 * 50, "one page of fifty");
    is_int(readable(1, 0), CARDS, "in between all can be read");

    player.lose_answer = 1;
    is_int(play("operator.reseal", "cancel=1"), 200, "it is stopped");
    is_str(play_member("job"), "CANCELED", "it is canceled");
    ok(phone_equal(play_member("job_id"), job), "that job");
    is_int(play("operator.reseal", "cancel=1"), 200, "stopped again");
    is_str(play_member("job"), "CANCELED", "it still is");
    run_events();
    ok(!counts("BEFORE", 0), "some are left");

    play("operator.reseal", "");
    is_str(play_member("job"), "RUNNING", "it is started again");
    run_events();
    ok(counts("BEFORE", 0), "it ends");

    play_end();
}


/* More buckets than are looked at in one run. */

static void
many_buckets(void)
{
    play_start();
    player.env.buckets = 70;
    shop_payer(LI);
    cookie = player.cookie;

    for (ncards = 0; ncards < 3; /* void */ ) {
        open_card(NULL);
    }

    run_events();
    ok(counts("NEWEST", ALL(3)), "the cards of all buckets are counted, once");

    play_end();
}


/* While a card is sealed again it is removed by its owner. */

static void
remove_it(void)
{
    char  form[128];

    player.cookie = cookie;
    snprintf(form, sizeof(form), "card_id=%s&pin=" SHOP_PIN, card[0].id);
    is_int(play("bill.card_remove", form), 200, "it is removed");
}


static void
removed_meanwhile(void)
{
    play_event_t  page;

    start_in(PHONE_WHOLE_STORE, 0);
    open_card("");
    run_events();

    host_has(1, 0);
    play("operator.reseal", "");
    ok(play_event(), "the job looks");
    page = player.event[0];
    player.before_commit = remove_it;
    ok(play_event(), "a page");
    is_int(readable(1, -1), 0, "is not written over what has changed");
    host_has(1, 0);
    player.event[player.nevents++] = page;
    ok(play_stored(&phone_card, card[0].id, CARD_UNBOUND).len,
       "the card is removed");
    run_events();
    is_int(readable(1, -1), 1, "and sealed again");

    play_end();
}


/* A host that is not changed yet leaves the job, and the texts, alone. */

static void
another_host(void)
{
    unsigned  i;

    start_in(PHONE_WHOLE_STORE, 3);
    host_has(1, 0);
    play("operator.reseal", "");

    host_has(0, -1);

    for (i = 0; i < 3; i++) {
        ok(play_event(), "another host finds the job");
        player.now += 5000;
    }

    is_int(readable(0, -1), 3, "and does nothing");

    host_has(0, 1);
    ok(play_event(), "nor does one that can read the new key");
    player.now += 30000;
    is_int(readable(0, -1), 3, "turn them back");

    host_has(1, 0);
    ok(play_event(), "the job goes on");
    host_has(0, 1);
    ok(play_event(), "a page is not for a host with the old key");
    is_int(readable(0, -1), 3, "it does nothing");
    host_has(1, 0);
    run_events();
    is_int(readable(1, -1), 3, "the right one has done it");

    for (i = 0; i < PHONE_JOB_TRIES; i++) {
        host_has(1, 0);
        (void) (i || play("operator.reseal", ""));
        host_has(2, 1);
        (void) play_event();
        player.now += INT64_C(300000);
    }

    is_int(player.nevents, 0, "a job that no host is for");
    host_has(1, 0);
    is_int(play("operator.reseal", "cancel=1"), 200, "is over");
    is_str(play_member("job"), "FAILED", "it has failed");
    is_str(play_member("error"), "BUSY", "and says why");

    play_end();
}


static void
too_often(void)
{
    unsigned  i;

    start_in(PHONE_WHOLE_STORE, 1);
    host_has(1, 0);

    for (i = 0; i < 8; i++) {
        is_int(play("operator.reseal", ""), 200, "a job");
        run_events();
    }

    is_int(play("operator.reseal", ""), 429, "too many in a week");
    ok(player.retry_after > 0, "later");

    play_end();
}


/* A text that is not genuine stops its bucket, and is logged. */

static void
not_genuine(void)
{
    char      other[128];
    unsigned  i;

    start_in(PHONE_WHOLE_STORE, 2);
    host_has(1, 0);
    play("operator.reseal", "");
    ok(play_event(), "the job looks");

    snprintf(other, sizeof(other), "%.*s",
             PHONE_ARGS(play_stored(&phone_card, card[1].id, CARD_NUMBER)));
    meddle(PHONE_OP_HSET, &phone_card, phone_cstr(card[0].id), 2,
           (const char *[2]) { "number", other });

    for (i = 0; i < 20 && player.bad_key.len == 0; i++) {
        (void) play_event();
    }

    ok(player.bad_key.len, "the host logs which record it is");
    is_int(player.commits, 0, "and changes nothing");

    play_end();
}


/* A secret that has ended, and made room for another one, is not looked for. */

static void
forgotten(void)
{
    char      form[128];
    unsigned  i;

    start_in(PHONE_WHOLE_STORE, 0);
    play("operator.merchants",
         "merchant_id=mac&name=Mac&sign_type=HMAC-SHA256");

    for (i = 0; i < 9; i++) {
        snprintf(form, sizeof(form), "merchant_id=mac&key_id=s%u"
                 "&sign_type=HMAC-SHA256&retire_others_in=0", i);
        is_int(play("operator.keys", form), 200, "another secret");
    }

    run_events();
    ok(counts("NEWEST", ALL(0) + 8), "as many as a merchant may have");
    host_has(1, 0);
    play("operator.reseal", "");
    run_events();
    ok(counts("BEFORE", 0) && counts("NEWEST", ALL(0) + 8),
       "are sealed again");
    play_end();
}


/* A host without the key does not begin a payment that it cannot end. */

static void
not_paid(void)
{
    char         form[160];
    phone_str_t  bill, lost;

    start_in(PHONE_WHOLE_STORE, 0);
    lost = key_id(0);
    host_has(0, -1);
    open_card("citybank");
    bill = shop_bill("tea", "T1", LI);
    run_events();

    host_has(1, -1);
    (void) play("operator.pin_reset", "phone=" LI);
    shop_payer(LI);
    snprintf(form, sizeof(form), "bill_id=%.*s&card_id=%s&pin=" SHOP_PIN,
             PHONE_ARGS(bill), card[0].id);
    is_int(play("bill.pay", form), 503, "a card whose key is missing");
    is_str(play_code(), "BANK_UNAVAILABLE", "is not asked for");
    is_str(play_member("field"), "card_id", "which field");
    ok(phone_is(lost, player.no_secret), "the host logs the key");
    is_int(player.nevents, 0, "no payment is begun");

    host_has(1, 0);
    is_int(play("bill.pay", form), 200, "with the key before");
    is_str(play_member("payment"), "PENDING", "the bank is asked");

    play_end();
}


/* An id that a record says, but no secret has. */

static void
no_id(void)
{
    is_int(phone_secret_number(PHONE_STR("ffffffffffffffffffffffff")), -1,
           "an id with more digits");
    is_int(phone_secret_number(PHONE_STR("fffffffffff")), -1, "with fewer");
    is_int(phone_secret_number(PHONE_STR("ffffffffffxf")), -1, "not in hex");
    ok(phone_secret_number(PHONE_STR("0000000000ff")) == 255, "an id");
}


int
main(void)
{
    resealed_in(PHONE_WHOLE_STORE);
    resealed_in(PHONE_ONE_BUCKET);
    stopped_and_started();
    many_buckets();
    removed_meanwhile();
    another_host();
    too_often();
    not_genuine();
    forgotten();
    not_paid();
    no_id();

    return done_testing();
}
