
/*
 * A call of a number, with an Idempotency-Key, that decides in another bucket
 * than the number's: it is done once.  And mistakes of handlers that the
 * runtime notices: the host is told which.
 */


#define _GNU_SOURCE

#include "idempotency.h"


static const char  *also;                /* a second merchant; NULL: none */


static phone_rc_t
name_run(phone_call_t *call)
{
    phone_record_t  *shop, *other;

    shop = phone_ask(call, &phone_merchant, PHONE_STR("tea"));
    other = phone_ask(call, &phone_merchant,
                      phone_cstr(also ? also : "tea"));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_set(shop, MERCHANT_NAME, phone_arg(call, "name"));

    if (also) {
        phone_set(other, MERCHANT_NAME, phone_arg(call, "name"));
    }

    return phone_done(call);
}


static const phone_endpoint_t  name_endpoint = {
    "test.name", "POST", "/name", PHONE_SESSION, name_run,
    (const phone_param_t[]) {
        { "name", PHONE_P_NAME, PHONE_REQUIRED, 1, 20, "of a shop" },
        { NULL, 0, 0, 0, 0, NULL } },
    phone_reply_of_code, "for the test"
};


static phone_rc_t
asks_run(phone_call_t *call)
{
    (void) phone_arg(call, "nothing");

    return phone_done(call);
}


static phone_rc_t
waits_run(phone_call_t *call)
{
    (void) call;

    return PHONE_AGAIN;
}


static const phone_endpoint_t  asks_endpoint = {
    "test.asks", "POST", "/asks", PHONE_ANYONE, asks_run,
    (const phone_param_t[1]) { { NULL, 0, 0, 0, 0, NULL } },
    phone_reply_of_code, "for the test"
};


static const phone_endpoint_t  waits_endpoint = {
    "test.waits", "POST", "/waits", PHONE_ANYONE, waits_run,
    (const phone_param_t[1]) { { NULL, 0, 0, 0, 0, NULL } },
    phone_reply_of_code, "for the test"
};


/* A session's call that takes from a stock in another bucket, and has no mark
   of its own. */

static const char *const   stock_fields[] = { "v", "left" };
static const phone_type_t  stock_of = { "tally", PHONE_BY_NAME, 2,
                                        stock_fields, NULL };
static const char         *stock = "tea";


static phone_rc_t
draw_run(phone_call_t *call)
{
    int64_t          n;
    phone_record_t  *record;

    record = phone_ask(call, &stock_of, phone_cstr(stock));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    n = phone_arg_int(call, "n");

    if (phone_get_int(record, 1) < n) {
        return phone_refuse(call, PHONE_BALANCE_NOT_ENOUGH);
    }

    phone_add(call, &stock_of, phone_cstr(stock), 1, -n, 0, 0);

    return phone_done(call);
}


static const phone_endpoint_t  draw_endpoint = {
    "test.draw", "POST", "/draw", PHONE_SESSION, draw_run,
    (const phone_param_t[]) {
        { "n", PHONE_P_INT, PHONE_REQUIRED, 1, 20, "how many" },
        { "pin", PHONE_P_DIGITS, PHONE_SECRET, 1, 20, "a secret" },
        { NULL, 0, 0, 0, 0, NULL } },
    phone_reply_of_code, "for the test"
};


static phone_rc_t
fill_run(phone_call_t *call)
{
    phone_record_t  *record;

    record = phone_ask(call, &stock_of, phone_arg(call, "stock"));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_set_int(record, 1, phone_arg_int(call, "left"));

    return phone_done(call);
}


static const phone_endpoint_t  fill_endpoint = {
    "test.fill", "POST", "/fill", PHONE_ANYONE, fill_run,
    (const phone_param_t[]) {
        { "stock", PHONE_P_NAME, PHONE_REQUIRED, 1, 20, "which" },
        { "left", PHONE_P_INT, PHONE_REQUIRED, 0, 20, "how many" },
        { NULL, 0, 0, 0, 0, NULL } },
    phone_reply_of_code, "for the test"
};


static void
stocked(phone_domain_t domain)
{
    set_up(domain);
    stock = "tea";
    play_endpoint(&fill_endpoint, "stock=tea&left=20");
    play_endpoint(&fill_endpoint, "stock=jam&left=20");

    ok(phone_bucket_of(PHONE_STR(PERSON), player.env.buckets)
       != phone_bucket_of(PHONE_STR("tea"), player.env.buckets)
       && phone_bucket_of(PHONE_STR("jam"), player.env.buckets)
          != phone_bucket_of(PHONE_STR("tea"), player.env.buckets),
       "a number and two stocks in three buckets");
}


static void
left_is(const char *left, const char *name)
{
    is_str(play_stored(&stock_of, "tea", 1), left, "%s", name);
}


static void
once(phone_domain_t domain)
{
    phone_str_t  body;

    stocked(domain);

    key("draw-1");
    is_int(play_endpoint(&draw_endpoint, "n=3"), 200, "with a key");
    is_int(player.commits, domain == PHONE_WHOLE_STORE ? 1 : 2,
           "in one commit, or two");
    left_is("17", "it is done");
    body = player.body;

    is_int(play_endpoint(&draw_endpoint, "n=3"), 200, "the same again");
    is_int(player.commits, 0, "commits nothing");
    ok(phone_equal(player.body, body), "and has the same reply");
    left_is("17", "it is done once");

    play_endpoint(&draw_endpoint, "n=4");
    is_str(play_code(), "IDEMPOTENCY_MISMATCH", "other fields");
    left_is("17", "do nothing");

    key("draw-2");
    is_int(play_endpoint(&draw_endpoint, "n=4"), 200, "another key");
    left_is("13", "is another call");
    key(NULL);
    is_int(play_endpoint(&draw_endpoint, "n=4"), 200, "without a key");
    is_int(player.commits, 1, "there is one commit");
    left_is("9", "each time it is done");

    player.now += PHONE_DAY + 1;
    key("draw-1");
    is_int(play_endpoint(&draw_endpoint, "n=5"), 200, "a day later");
    left_is("4", "it is another call");

    play_end();
}


/* The answer to the first commit is lost, or to the second. */

static void
lost(phone_domain_t domain)
{
    stocked(domain);

    key("draw-1");
    player.lose_answer = 1;
    is_int(play_endpoint(&draw_endpoint, "n=3"), 200, "an answer is lost");
    left_is("17", "it is done once");

    play_end();
}


static void
lose_next(void)
{
    player.lose_answer = player.commits == 1;

    if (!player.lose_answer) {
        player.before_commit = lose_next;
    }
}


static void
lost_second(void)
{
    stocked(PHONE_ONE_BUCKET);

    key("draw-1");
    player.before_commit = lose_next;
    is_int(play_endpoint(&draw_endpoint, "n=3"), 200, "that of the second");
    is_int(player.commits, 2, "which is not repeated");
    left_is("17", "it is done once");

    play_end();
}


/* Another call with the key is quicker: before the first commit of this one, or
   between its two. */

static unsigned  before;

static void
quicker(void)
{
    unsigned  commits;

    commits = player.commits;

    if (commits < before) {
        player.before_commit = quicker;
        return;
    }

    is_int(play_endpoint(&draw_endpoint, "n=3"), 200, "a quicker one");
    player.commits = commits;
}


static void
raced(phone_domain_t domain)
{
    stocked(domain);

    for (before = 0; before < (domain == PHONE_ONE_BUCKET ? 2 : 1); before++) {
        key(before ? "draw-2" : "draw-1");
        player.before_commit = quicker;
        is_int(play_endpoint(&draw_endpoint, "n=3"), 200, "two at once");
        left_is(before ? "14" : "17", "one of them is done");
    }

    play_end();
}


/* Only the note was committed. */

static void
sold_out(void)
{
    play_endpoint(&fill_endpoint, "stock=tea&left=1");
}


static void
half(void)
{
    stocked(PHONE_ONE_BUCKET);

    key("draw-1");
    player.before_commit = sold_out;
    is_int(play_endpoint(&draw_endpoint, "n=3"), 403,
           "refused when its key is noted");
    left_is("1", "nothing is done");
    play_endpoint(&draw_endpoint, "n=1");
    is_str(play_code(), "IDEMPOTENCY_MISMATCH", "the key is of that call");

    play_endpoint(&fill_endpoint, "stock=tea&left=20");

    stock = "jam";
    is_int(play_endpoint(&draw_endpoint, "n=3"), 400,
           "a third bucket: another call may decide in the second");
    is_str(play_member("field"), "Idempotency-Key", "and it says so");
    is_str(play_stored(&stock_of, "jam", 1), "20", "nothing is done");
    stock = "tea";

    is_int(play_endpoint(&draw_endpoint, "n=3"), 200, "later it is done");
    is_int(player.commits, 1, "in one commit");
    is_int(play_endpoint(&draw_endpoint, "n=3"), 200, "and then repeated");
    is_int(player.commits, 0, "without one");
    left_is("17", "it is done once");

    play_end();
}


/* A number's replies are counted once each, and repeats with a secret. */

static void
counted(phone_domain_t domain)
{
    unsigned  i;

    stocked(domain);
    player.settings.idempotency_keys = 2;

    key("draw-1");
    is_int(play_endpoint(&draw_endpoint, "n=1&pin=1"), 200, "the first");
    key("draw-2");
    is_int(play_endpoint(&draw_endpoint, "n=1"), 200, "the second");
    key("draw-3");
    is_int(play_endpoint(&draw_endpoint, "n=1"), 429, "the third");
    left_is("18", "is not done");

    key("draw-1");

    for (i = 0; i < 10; i++) {
        is_int(play_endpoint(&draw_endpoint, i ? "n=1&pin=2" : "n=1&pin=1"),
               i ? 422 : 200, "secret %u", i);
    }

    is_int(play_endpoint(&draw_endpoint, "n=1&pin=1"), 429,
           "no more can be tried");

    play_end();
}


static void
mistakes(phone_domain_t domain)
{
    set_up(domain);
    shop_open("tea");
    shop_open("jam");

    also = "jam";
    ok(phone_bucket_of(PHONE_STR("jam"), player.env.buckets)
       != phone_bucket_of(PHONE_STR("tea"), player.env.buckets),
       "two shops in two buckets");
    is_int(play_endpoint(&name_endpoint, "name=Chai"), 500,
           "two shops are named");
    ok(player.why
       && strcmp(player.why, "its commit has guards in two buckets") == 0,
       "and the log says why not");
    is_str(play_stored(&phone_merchant, "tea", MERCHANT_NAME), "Tea",
           "nothing is done");
    also = NULL;

    is_int(play_endpoint(&asks_endpoint, ""), 500, "an unknown parameter");
    ok(player.why && strcmp(player.why, "it reads a parameter that it does not "
                            "declare") == 0, "is told as well");

    is_int(play_endpoint(&waits_endpoint, ""), 500, "a wait for nothing");
    ok(player.why && strcmp(player.why, "it waits for nothing") == 0, "too");

    play_end();
}


int
main(void)
{
    once(PHONE_WHOLE_STORE);
    once(PHONE_ONE_BUCKET);
    lost(PHONE_WHOLE_STORE);
    lost(PHONE_ONE_BUCKET);
    lost_second();
    raced(PHONE_WHOLE_STORE);
    raced(PHONE_ONE_BUCKET);
    half();
    counted(PHONE_WHOLE_STORE);
    counted(PHONE_ONE_BUCKET);
    mistakes(PHONE_WHOLE_STORE);
    mistakes(PHONE_ONE_BUCKET);

    return done_testing();
}
