
/*
 * Memory runs out at every single allocation of a bill's making and of its
 * payment, and at some of those of all other calls, for once or for good: the
 * call is refused, or it succeeds; what it has written is all or nothing; and
 * the same call again succeeds.
 */


#define _GNU_SOURCE

#include <stdlib.h>

#include <openssl/evp.h>

#include "lib/text.h"


static void *short_malloc(size_t size);


/* a block has room for nothing but its header */

#define PHONE_BLOCK_MIN  16
#define PHONE_BLOCK_MAX  16
#define malloc(size)     short_malloc(size)

#include "../../lua-free-handlers/lib/arena.c"

#undef malloc


/* what OpenSSL may fail at within a call counts as an allocation of its own */

static int fails(void);

#define EVP_MAC_init(...)         (!fails() && EVP_MAC_init(__VA_ARGS__))
#define EVP_EncryptInit_ex2(...)                                              \
    (!fails() && EVP_EncryptInit_ex2(__VA_ARGS__))
#define EVP_DigestInit_ex(...)                                                \
    (!fails() && EVP_DigestInit_ex(__VA_ARGS__))

#include "../../lua-free-handlers/lib/seal.c"
#include "../../lua-free-handlers/lib/crypto.c"

#undef EVP_MAC_init
#undef EVP_EncryptInit_ex2
#undef EVP_DigestInit_ex


#include "play.h"
#include "bill/bill.h"
#include "operator/operator.h"
#include "lib/signature.h"
#include "../sim/merchant_keys.h"


#define NUMBER  "+8613800000001"
#define PAIRS   12


typedef struct {
    const char              *name;
    phone_str_t              value;
} pair_t;


static int       armed;          /* the core is at work */
static int       for_good;
static unsigned  countdown;      /* to the one that fails; 0: none does */
static unsigned  failures;


static int
fails(void)
{
    if (!armed || countdown == 0) {
        return 0;
    }

    if (countdown > 1) {
        countdown--;
        return 0;
    }

    countdown = for_good ? 1 : 0;
    failures++;

    return 1;
}


static void *
short_malloc(size_t size)
{
    return fails() ? NULL : malloc(size);
}


static void
answer(phone_call_t *call)
{
    phone_ask_t       *ask;
    phone_ask_work_t  *work;

    while ((ask = phone_next_ask(call)) != NULL) {
        if (ask->kind != PHONE_ASK_WORK) {
            play_ask(call, ask);
            continue;
        }

        work = (phone_ask_work_t *) ask;
        work->result.ok = 1;
        work->result.text = PHONE_STR("c2lnbmVk");
        phone_ready(ask);
    }
}


static void
sign(phone_call_t *call, phone_fields_t *fields)
{
    phone_str_t  text;

    phone_fields_add(fields, PHONE_STR("merchant_id"), PHONE_STR("tea"));
    phone_fields_add(fields, PHONE_STR("service"),
                     phone_cstr(call->endpoint->name));
    phone_fields_add(fields, PHONE_STR("timestamp"),
                     phone_int(&call->arena, player.now / 1000));
    phone_fields_add(fields, PHONE_STR("nonce"),
                     phone_format(&call->arena, "nonce-%06u", player.serial));
    phone_fields_add(fields, PHONE_STR("sign_type"), PHONE_STR("RSA2"));

    if (phone_sign_fields(player.env.crypto, &call->arena, fields, &text) != 0)
    {
        printf("Bail out! not signed\n");
        exit(1);
    }

    phone_fields_add(fields, PHONE_STR("sign"), PHONE_STR("c2lnbmVk"));
}


static void drive_to_end(phone_call_t *call,
    phone_rc_t (*step)(phone_call_t *call));


/* What the shell does, with the core's part under a shortage. */

static void
drive(phone_call_t *call)
{
    unsigned               guard;
    sim_outcome_t          outcome;
    const phone_commit_t  *commit;

    do {
        drive_to_end(call, phone_run);

        armed = 1;
        commit = phone_commit(call);
        armed = 0;

        outcome = commit ? sim_store_apply(player.store, player.now, commit,
                                           &guard)
                         : SIM_APPLIED;

        if (outcome == SIM_CONFLICT) {
            armed = 1;
            phone_forget(call);
            armed = 0;
        }

    } while (outcome == SIM_CONFLICT);

    if (outcome != SIM_APPLIED) {
        printf("Bail out! a commit fails\n");
        exit(1);
    }

    if (call->endpoint) {
        drive_to_end(call, phone_finish);
    }
}


static void
drive_to_end(phone_call_t *call, phone_rc_t (*step)(phone_call_t *call))
{
    phone_rc_t  rc;

    for ( ;; ) {
        armed = 1;
        rc = step(call);
        armed = 0;

        if (rc == PHONE_CONTINUE) {
            armed = 1;
            phone_start_over(call);
            armed = 0;
            continue;
        }

        if (rc != PHONE_AGAIN) {
            return;
        }

        answer(call);
    }
}


static int
send_form(const phone_endpoint_t *endpoint, const pair_t *pair,
    const char *form)
{
    unsigned         i;
    phone_str_t      bad;
    phone_call_t     call;
    phone_fields_t   fields;

    fields.n = 0;

    phone_call_init(&call, &player.env, endpoint, NULL);
    play_draw(&call);

    call.cookie[PHONE_COOKIE_SESSION] = player.cookie;
    call.cookie[PHONE_COOKIE_LOGIN] = player.code_cookie;
    call.cookie[PHONE_COOKIE_DEVICE] = player.device_cookie;
    call.fields = &fields;

    for (i = 0; i < PAIRS && pair && pair[i].name; i++) {
        phone_fields_add(&fields, phone_cstr(pair[i].name), pair[i].value);
    }

    if (form) {
        phone_form_parse(&call.arena, phone_cstr(form), &fields, &bad);
    }

    if (endpoint->who == PHONE_MERCHANT) {
        sign(&call, &fields);
    }

    drive(&call);

    /* written once more, after all that was read has been freed */

    if (call.fields == NULL
        && call.address.len + call.caller.len + call.session_id.len
           + call.state.len + call.bad_key.len)
    {
        ok(0, "%s: nothing leads to what was freed", endpoint->name);
    }

    play_take(&call);
    phone_call_free(&call);

    return player.status;
}


static int
send(const phone_endpoint_t *endpoint, const pair_t *pair)
{
    return send_form(endpoint, pair, NULL);
}


/* A text of all that the store holds, whatever order its keys are in, but for
   counts: a text counts before it is handed over, however that ends. */

static void
add_key(void *data, phone_str_t key)
{
    unsigned             i, k;
    uint64_t            *sum, at;
    phone_str_t          string;
    const sim_zset_t    *zset;
    const sim_fields_t  *hash;
    const sim_list_t    *list;
    const sim_stream_t  *stream;

    if (memmem(key.data, key.len, "days:", 5)) {
        return;
    }

    sum = data;
    at = sim_hash(key);

    hash = sim_store_hash(player.store, player.now, key);

    for (i = 0; hash && i < hash->n; i++) {
        at += sim_hash(hash->field[i].name)
              * (sim_hash(hash->field[i].value) | 1);
    }

    zset = sim_store_zset(player.store, player.now, key);

    for (i = 0; zset && i < zset->n; i++) {
        at += sim_hash(zset->member[i].member)
              * ((uint64_t) zset->member[i].score | 1);
    }

    list = sim_store_list(player.store, player.now, key);

    for (i = 0; list && i < list->n; i++) {
        at = at * 31 + sim_hash(list->entry[i]);
    }

    stream = sim_store_stream(player.store, player.now, key);

    for (i = 0; stream && i < stream->n; i++) {
        for (k = 0; k < stream->item[stream->first + i].n; k++) {
            at = at * 31
                 + sim_hash(stream->item[stream->first + i].field[k].value);
        }
    }

    string = sim_store_string(player.store, player.now, key);

    if (string.data) {
        at += sim_hash(string);
    }

    *sum += at * 0x9e3779b97f4a7c15u ^ at >> 29;
}


static uint64_t
store_sum(void)
{
    uint64_t  sum;

    sum = 0;
    sim_store_each(player.store, player.now, add_key, &sum);

    return sum;
}


/* A shop, and a payer with a card and a PIN. */

static pair_t  bill[PAIRS];
static pair_t  pay[PAIRS];
static char    card[64];

static unsigned  buckets = 16;

static void
set_up(int with_bill)
{
    play_start();
    player.env.buckets = buckets;

    send(&phone_operator_merchants, (pair_t[PAIRS]) {
             { "merchant_id", PHONE_STR("tea") },
             { "name", PHONE_STR("Tea") },
             { "public_key", phone_cstr(sim_merchant_keys[0]) },
             { "sign_type", PHONE_STR("RSA2") },
             { "notify_url", PHONE_STR("http://shop.example/notice") } });

    play("operator.accounts", "phone=13800000001&password=a-quiet-lake");
    play("operator.bank_cards",
         "phone=13800000001&card_no=6222020000000015&balance=1000");
    snprintf(card, sizeof(card), "%.*s", PHONE_ARGS(play_member("card_id")));
    play("session.login", "phone=13800000001&password=a-quiet-lake");
    player.cookie = player.set_cookie;
    play("bill.pin", "pin=271828");

    memcpy(bill, (pair_t[PAIRS]) {
               { "out_trade_no", PHONE_STR("T1") },
               { "amount", PHONE_STR("100") },
               { "payer_phone", PHONE_STR(NUMBER) },
               { "subject", PHONE_STR("a pot of tea") },
               { "body", PHONE_STR("and a cake") } },
           sizeof(bill));

    if (!with_bill) {
        return;
    }

    send(&phone_bill_create, bill);

    memcpy(pay, (pair_t[PAIRS]) {
               { "bill_id", play_member("bill_id") },
               { "card_id", phone_cstr(card) },
               { "pin", PHONE_STR("271828") },
               { "pay_id", PHONE_STR("p1") } },
           sizeof(pay));
}


/* One call, its n-th allocation failing; 0: it has fewer than n. */

static unsigned
short_call(int paying, unsigned n, int lasting, uint64_t done)
{
    int              ok_reply, refused;
    uint64_t         before, after;
    const pair_t    *pair;

    set_up(paying);
    pair = paying ? pay : bill;
    before = store_sum();

    countdown = n;
    for_good = lasting;
    failures = 0;

    send(paying ? &phone_bill_pay : &phone_bill_create, pair);

    countdown = 0;
    after = store_sum();

    ok_reply = player.status == 200 && play_says("\"code\":\"OK\"");
    refused = player.status >= 500
              && (player.body.len == 0 || play_says("\"code\":\"INTERNAL\"")
                  || play_says("\"code\":\"BUSY\""));

    if (!ok_reply && !refused) {
        ok(0, "allocation %u: status %d \"%.*s\"", n, player.status,
           PHONE_ARGS(player.body));
    }

    if (after != before && after != done) {
        ok(0, "allocation %u: half a commit", n);
    }

    if (ok_reply && after != done) {
        ok(0, "allocation %u: success, and nothing is there", n);
    }

    send(paying ? &phone_bill_pay : &phone_bill_create, pair);

    if (player.status != 200) {
        ok(0, "allocation %u: the same call again: \"%.*s\"", n,
           PHONE_ARGS(player.body));
    }

    if (paying
        && !phone_is(play_stored(&phone_card, card, CARD_BALANCE), "900"))
    {
        ok(0, "allocation %u: not paid once", n);
    }

    play_end();

    return failures;
}


static void
shortage(int paying, int lasting)
{
    unsigned  n;
    uint64_t  done;

    set_up(paying);
    send(paying ? &phone_bill_pay : &phone_bill_create, paying ? pay : bill);
    is_int(player.status, 200, "with memory enough");
    done = store_sum();
    play_end();

    for (n = 1; short_call(paying, n, lasting, done); n++) {
        /* void */
    }

    ok(n > 50, "bill.%s: %u allocations, each %s", paying ? "pay" : "create",
       n - 1, lasting ? "the last" : "failed");
}


/* All other calls, with a bill that is paid */

static const struct {
    const char              *name;
    const char              *form;
    int                      counts;     /* the try, however it ends */
} others[] = {
    { "session.code", "phone=13800000001", 1 },
    { "session.login", "phone=13800000001&password=a-quiet-lake", 1 },
    { "session.me", "", 0 },
    { "session.list", "", 0 },
    { "session.revoke", "slot=1", 0 },
    { "session.password",
      "password=a-new-lake&old_password=a-quiet-lake", 1 },
    { "session.logout", "", 0 },
    { "bill.query", "out_trade_no=T1", 0 },
    { "bill.list", "limit=5", 0 },
    { "bill.cards", "", 0 },
    { "balance.query", "", 0 },
    { "refund.create", "out_trade_no=T1&out_refund_no=r1&amount=5", 0 },
    { "bill.pin", "pin=314159&old_pin=271828", 0 },
    { "live.open", "", 0 },
    { "operator.merchant_list", "", 0 },
    { "operator.merchant_get", "merchant_id=tea", 0 },
    { "operator.merchant_change", "merchant_id=tea&name=Coffee", 0 },
    { "operator.accounts",
      "phone=13800000002&name=Han&password=a-new-lake", 0 },
    { "operator.credit", "phone=13800000001&amount=5&credit_no=c1", 0 },
    { "operator.bank_cards",
      "phone=13800000001&card_no=6222020000000023&balance=5", 0 },
    { "operator.settle", "merchant_id=tea&settle_no=s1", 0 },
    { "operator.pin_reset", "phone=13800000001", 0 },
    { "operator.notices", "", 0 },
    { "operator.notices_replay", "merchant_id=tea", 0 },
    { "operator.check", "", 0 }
};


static const phone_endpoint_t *
endpoint_of(const char *name)
{
    unsigned  i;

    for (i = 0; strcmp(phone_endpoints[i]->name, name) != 0; i++) {
        /* the name is one of them */
    }

    return phone_endpoints[i];
}


static unsigned
short_other(unsigned i, unsigned n, phone_str_t expected, uint64_t done)
{
    int                      good, refused;
    uint64_t                 before, after;
    const phone_endpoint_t  *endpoint;

    endpoint = endpoint_of(others[i].name);

    set_up(1);
    send(&phone_bill_pay, pay);
    before = store_sum();

    player.serial = 1000;
    countdown = n;
    for_good = n % 2;
    failures = 0;

    send_form(endpoint, NULL, others[i].form);

    countdown = 0;
    after = store_sum();

    good = phone_equal(player.body, expected) && after == done;
    refused = player.status >= 500
              && (after == before || after == done || others[i].counts);

    if (!good && !refused) {
        ok(0, "%s, allocation %u: status %d \"%.*s\"", others[i].name, n,
           player.status, PHONE_ARGS(player.body));
    }

    send_form(endpoint, NULL, others[i].form);

    if (player.status >= (after == before ? 300 : 500)) {
        ok(0, "%s, allocation %u: the same call again: \"%.*s\"",
           others[i].name, n, PHONE_ARGS(player.body));
    }

    play_end();

    return failures;
}


static void
short_others(void)
{
    unsigned       i, n;
    uint64_t       done;
    phone_str_t    expected;
    phone_arena_t  arena;

    phone_arena_init(&arena);

    /* a check reads all of them, in the same way */
    buckets = 4;

    for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        set_up(1);
        send(&phone_bill_pay, pay);
        player.serial = 1000;
        send_form(endpoint_of(others[i].name), NULL, others[i].form);
        expected = phone_copy(&arena, player.body);
        done = store_sum();
        ok(player.status < 500, "%s with memory enough: %d", others[i].name,
           player.status);
        play_end();

        for (n = 1; short_other(i, n, expected, done); n++) {
            /* void */
        }

        ok(n > 5, "%s: %u allocations, each fails", others[i].name, n);
    }

    buckets = 16;
    phone_arena_free(&arena);
}


/* Events: of a bill that is made and paid, of a code that is sent; and of
   what goes to another bucket, where a commit may touch one only. */

static play_event_t  due[16];

static unsigned
set_up_events(phone_domain_t domain)
{
    unsigned           i, k, n;
    const sim_zset_t  *zset;

    set_up(1);
    player.env.domain = domain;
    send(&phone_bill_pay, pay);
    send_form(endpoint_of("session.code"), NULL, "phone=13800000002");
    player.now += 1000;

    n = 0;

    for (i = 0; i < player.env.buckets; i++) {
        zset = sim_store_zset(player.store, player.now,
                              phone_key(&player.arena, &phone_due, i,
                                        PHONE_EMPTY));

        for (k = 0; zset && k < zset->n && n < 16; k++) {
            due[n++] = (play_event_t) {
                phone_copy(&player.arena, zset->member[k].member), i,
                zset->member[k].score };
        }
    }

    player.serial = 1000;

    return n;
}


static void
run_event(unsigned which)
{
    phone_call_t  call;

    phone_call_init(&call, &player.env, NULL, NULL);
    play_draw(&call);

    call.due_member = due[which].member;
    call.due_bucket = due[which].bucket;
    call.due_score = due[which].score;

    if (phone_event_parse(call.due_member, &call.event, &call.due_id,
                          &call.lane)
        != 0)
    {
        printf("Bail out! event\n");
        exit(1);
    }

    drive(&call);
    phone_call_free(&call);
}


static unsigned
short_event(phone_domain_t domain, unsigned which, int answer, unsigned n,
    uint64_t done)
{
    uint64_t  before, after;

    set_up_events(domain);
    player.gateway = answer;
    player.answer = "success";
    before = store_sum();

    countdown = n;
    for_good = n % 2;
    failures = 0;

    run_event(which);

    countdown = 0;
    after = store_sum();

    if (after != before && after != done) {
        ok(0, "%.*s, allocation %u: half a commit",
           PHONE_ARGS(due[which].member), n);
    }

    if (after == before) {
        player.serial = 1000;
        run_event(which);

        if (store_sum() != done) {
            ok(0, "%.*s, allocation %u: the same event again",
               PHONE_ARGS(due[which].member), n);
        }
    }

    play_end();

    return failures;
}


static void
short_events(phone_domain_t domain, int answer)
{
    char      name[80];
    unsigned  i, n, events;
    uint64_t  done;

    events = 1;

    for (i = 0; i < events; i++) {
        events = set_up_events(domain);
        player.gateway = answer;
        player.answer = "success";
        run_event(i);
        done = store_sum();
        snprintf(name, sizeof(name), "%.*s", PHONE_ARGS(due[i].member));
        play_end();

        for (n = 1; short_event(domain, i, answer, n, done); n++) {
            /* void */
        }

        ok(n > 5, "%s: %u allocations, each fails", name, n);
    }

    ok(events > 2, "%u events", events);
}


int
main(void)
{
    short_events(PHONE_WHOLE_STORE, 200);
    short_events(PHONE_WHOLE_STORE, 500);
    short_events(PHONE_ONE_BUCKET, 200);
    short_others();
    shortage(0, 0);
    shortage(0, 1);
    shortage(1, 0);
    shortage(1, 1);

    return done_testing();
}
