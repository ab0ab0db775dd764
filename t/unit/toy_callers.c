
/*
 * A merchant's terminal proves itself by a key of its own; it is registered,
 * listed, given another key and closed by the operator.
 */


#define _GNU_SOURCE

#include "shop.h"
#include "operator/merchant_keys.h"


/* With the n-th key. */

static int
gives_key(unsigned n, const char *shop, const char *more)
{
    size_t       i, used;
    char         form[2048];
    const char  *key;

    key = sim_merchant_keys[n];
    used = (size_t) snprintf(form, sizeof(form),
                             "merchant_id=%s%s&public_key=", shop, more);

    for (i = 0; key[i] && used < sizeof(form) - 4; i++) {
        used += (size_t) snprintf(form + used, 4,
                                  key[i] == '+' ? "%%2B" : "%c", key[i]);
    }

    return play("operator.terminals", form);
}


static void
registers(const char *shop, const char *more)
{
    is_int(gives_key(1, shop, more), 200, "%s%s is registered", shop, more);
}


static int
posts(const char *shop, const char *terminal)
{
    char  form[128];

    snprintf(form, sizeof(form), "terminal_id=%s&row=r1", terminal);

    return shop_call("toy.till", shop, form);
}


static int
operates(const char *form)
{
    return play("operator.terminals", form);
}


static void
registered(void)
{
    is_int(operates("merchant_id=tea&terminal_id=T1"), 400, "without a key");
    is_str(play_member("field"), "public_key", "which is named");
    is_int(operates("merchant_id=none&terminal_id=T1"), 404,
           "of a merchant that is not there");
    is_int(operates("merchant_id=tea&terminal_id=T1&public_key=QUJD"
                    "REVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJz"
                    "dHV2d3h5ejAxMjM0NTY3ODk="), 400, "no key");
    is_int(operates("merchant_id=tea&terminal_id=T%3A1"), 400,
           "an id with a ':'");

    registers("tea", "&terminal_id=T1");
    is_str(play_member("status"), "ACTIVE", "and open");
    registers("tea", "&terminal_id=T1");
    is_int(player.commits, 0, "twice is once");
    is_int((int64_t) player.signed_replies, 0, "nothing of it is signed");
}


static void
calls(void)
{
    is_int(posts("tea", "T1"), 200, "it posts a row");
    is_str(play_member("terminal"), "T1", "which says who it is");
    is_str(play_member("merchant_id"), "", "no reply is signed for this shop");

    shop_nonce("once-more");
    is_int(posts("tea", "T1"), 200, "another row");
    is_int(posts("tea", "T1"), 401, "the same call again");
    is_str(play_code(), "NONCE_REUSED", "is refused");

    shop_nonce("while-closed");
    is_int(play("operator.merchant_change", "merchant_id=tea&status=CLOSED"),
           200, "its merchant is closed");
    is_int(posts("tea", "T1"), 403, "it posts nothing");
    is_int(play("operator.merchant_change", "merchant_id=tea&status=ACTIVE"),
           200, "and open again");
    is_int(posts("tea", "T1"), 401, "what was refused");
    is_str(play_code(), "NONCE_REUSED", "stays so");
    shop_nonce(NULL);

    is_int(shop_forge("toy.till", "tea", "terminal_id=T1&row=r1"), 401,
           "another signature");
    is_str(play_code(), "SIGN_ERROR", "is refused");

    shop_at(-1000);
    is_int(posts("tea", "T1"), 401, "an old call");
    is_str(play_code(), "TIMESTAMP_SKEW", "is refused");
    shop_at(0);

    shop_service("bill.create");
    is_int(posts("tea", "T1"), 400, "one that is signed for something else");
    is_str(play_member("field"), "service", "is refused");
    shop_service(NULL);

    is_int(shop_call("toy.till", "tea", "row=r1"), 400, "without its id");
    is_str(play_member("field"), "terminal_id", "is refused");
}


/* A terminal's key is worth nothing elsewhere, nor another's for it. */

static void
others(void)
{
    is_int(posts("tea", "T2"), 401, "a terminal that is not there");
    is_str(play_code(), "KEY_UNKNOWN", "has no key");
    is_str(play_member("field"), "terminal_id", "which is said");

    is_int(posts("cake", "T1"), 401, "nor is it another merchant's");
    is_str(play_code(), "KEY_UNKNOWN", "though that has its own id");

    is_int(posts("none", "T1"), 401, "a merchant that is not there");
    is_str(play_member("field"), "merchant_id", "is said as well");

    /* the nonces of a merchant and of its terminals are apart */

    shop_nonce("of-a-call");
    is_int(shop_call("bill.query", "tea", "out_trade_no=T1"), 404,
           "a call of the merchant");
    is_int(posts("tea", "T1"), 200, "with the nonce of one");
    shop_nonce(NULL);
}


static const char *
shown(int64_t ms)
{
    static char  text[24];

    snprintf(text, sizeof(text), "%lld", (long long) ms);

    return text;
}


/* The key that a signature is checked with. */

static phone_str_t
checked_with(const char *name, const char *form)
{
    player.checked_key = PHONE_EMPTY;
    shop_call(name, "tea", form);

    return player.checked_key;
}


static void
keys(void)
{
    is_str(checked_with("toy.till", "terminal_id=T1&row=r1"),
           sim_merchant_keys[1], "a terminal's call is of its own key");
    is_str(checked_with("toy.till", "terminal_id=T1&row=r1&key_id=k1"),
           sim_merchant_keys[1], "which may be named");
    is_str(checked_with("toy.till", "terminal_id=T1&row=r1&key_id=k9"), "",
           "and not misnamed");
    is_str(play_code(), "KEY_UNKNOWN", "there is none of that name");
    is_str(play_member("field"), "key_id", "which is said");
    is_str(checked_with("bill.query", "terminal_id=T1&out_trade_no=T1"),
           sim_merchant_keys[0], "and a merchant's of the merchant's");
}


static void
closed(void)
{
    is_int(operates("merchant_id=tea&terminal_id=T1&status=CLOSED"), 200,
           "the terminal is closed");
    is_str(play_member("status"), "CLOSED", "it is said");
    is_int(posts("tea", "T1"), 401, "its calls are refused");
    is_str(play_code(), "KEY_UNKNOWN", "like those of one that is not there");

    is_int(gives_key(2, "tea", "&terminal_id=T1&key_id=k2"), 200,
           "another key");
    is_str(play_member("status"), "CLOSED", "does not open it");
    is_int(shop_call("toy.till", "tea", "terminal_id=T1&row=r1&key_id=k2"),
           401, "nor is it good by itself");
    registers("tea", "&terminal_id=T1");
    is_str(play_member("status"), "CLOSED", "nor does the first one again");
    is_int(operates("merchant_id=tea&terminal_id=T1&status=ACTIVE"), 200,
           "it is opened again");
    is_int(posts("tea", "T1"), 401, "of two keys one is to be named");
    is_int(gives_key(1, "tea", "&terminal_id=T1&retire_others_in=0"), 200,
           "the first ends the second");
    is_int(posts("tea", "T1"), 200, "and posts");

    play("operator.merchant_change", "merchant_id=tea&status=CLOSED");
    is_int(posts("tea", "T1"), 403, "its merchant is closed");
    is_str(play_code(), "MERCHANT_CLOSED", "so are its terminals");
    play("operator.merchant_change", "merchant_id=tea&status=ACTIVE");
}


/* Two keys for an hour, then the new one. */

static void
rotate(void)
{
    static const char  of_one[] = "terminal_id=T3&row=r1&key_id=k1";
    static const char  of_two[] = "terminal_id=T3&row=r1&key_id=k2";
    static const char  of_none[] = "terminal_id=T3&row=r1";

    registers("tea", "&terminal_id=T3");
    player.remembers = 1;
    is_int(posts("tea", "T3"), 200, "it is remembered");

    is_int(operates("merchant_id=tea&terminal_id=T3&key_id=k2"), 400,
           "the name of a key, and no key");
    is_str(play_member("field"), "public_key", "which is missing");
    is_int(operates("merchant_id=tea&terminal_id=T3&retire_others_in=0"), 400,
           "an end, and no key");
    is_str(play_member("field"), "public_key", "which is missing");
    is_int(gives_key(2, "tea", "&terminal_id=T3"), 409,
           "another key of the same name");
    is_str(play_member("field"), "public_key", "is refused");

    is_int(gives_key(2, "tea", "&terminal_id=T3&key_id=k2"
                     "&retire_others_in=3600"), 200, "a second key");
    is_int(player.commits, 1, "is stored");
    ok(play_says("\"keys\":[{\"key_id\":\"k1\",\"kind\":\"RSA\",\"until\":\""),
       "and shown");

    is_str(checked_with("toy.till", of_one), sim_merchant_keys[1],
           "the first is still good");
    is_str(checked_with("toy.till", of_two), sim_merchant_keys[2],
           "beside the second");
    is_int(shop_call("toy.till", "tea", of_none), 401, "which one?");
    is_str(play_member("field"), "key_id", "is to be said");

    player.now += 3600 * 1000 - 1;
    is_int(shop_call("toy.till", "tea", of_one), 200, "up to its end");
    player.now += 1;
    is_int(shop_call("toy.till", "tea", of_one), 401, "the first has ended");
    is_str(play_code(), "KEY_UNKNOWN", "it is none");
    is_str(play_member("field"), "key_id", "which is said");
    is_str(checked_with("toy.till", of_none), sim_merchant_keys[2],
           "the second is the only one");
    is_int(gives_key(1, "tea", "&terminal_id=T3"), 409, "a late repeat");
    is_str(play_member("field"), "key_id", "does not bring it back");
    is_int(player.commits, 0, "nothing is written");
    is_int(shop_call("toy.till", "tea", of_one), 401, "and it stays ended");

    player.remembers = 0;
}


static int
lists(const char *form)
{
    return play("operator.terminal_list", form);
}


static void
listed(void)
{
    char  form[128], next[64];

    is_int(lists("merchant_id=none"), 404, "of no merchant");
    is_str(play_code(), "MERCHANT_NOT_FOUND", "there are none");
    is_int(lists("merchant_id=cake"), 200, "of one without any");
    ok(play_says("\"terminals\":[]"), "there are none");
    is_int(lists("merchant_id=tea&limit=101"), 400, "too many at once");
    is_int(lists("merchant_id=tea&before=x.y.z"), 400, "no edge");

    player.now += 1;
    registers("tea", "&terminal_id=T4&status=CLOSED");
    is_str(play_member("status"), "CLOSED", "it begins closed");

    is_int(lists("merchant_id=tea&limit=2"), 200, "two of three");
    ok(play_says("\"terminals\":[{\"terminal_id\":\"T4\","
                 "\"status\":\"CLOSED\",\"created_at\":\""), "the newest");
    ok(play_says("\"keys\":[{\"key_id\":\"k1\",\"kind\":\"RSA\"}]},"
                 "{\"terminal_id\":\"T3\",\"status\":\"ACTIVE\""),
       "and the one before");
    ok(!play_says("\"T1\""), "not the first");
    ok(!play_says("MIIB"), "and no key itself");

    snprintf(next, sizeof(next), "%.*s",
             PHONE_ARGS(play_member("next_before")));
    snprintf(form, sizeof(form), "merchant_id=tea&limit=2&before=%s", next);
    is_int(lists(form), 200, "the next page");
    ok(play_says("\"terminals\":[{\"terminal_id\":\"T1\""), "the first");
    ok(!play_says("\"T3\"") && !play_says("\"T4\""), "none twice");
    snprintf(next, sizeof(next), "%.*s",
             PHONE_ARGS(play_member("next_before")));
    snprintf(form, sizeof(form), "merchant_id=tea&before=%s", next);
    is_int(lists(form), 200, "the page after the last");
    ok(play_says("\"terminals\":[]"), "is empty");
    is_str(play_member("next_before"), "", "and there are no more");

    player.now += 1;
    operates("merchant_id=tea&terminal_id=T3&status=ACTIVE");
    lists("merchant_id=tea&limit=1");
    ok(play_says("\"T4\""), "the same again stays where it was");
}


static phone_str_t
noted(const char *terminal)
{
    phone_merchant_keys_t  keys;

    phone_merchant_keys_parse(play_stored(&phone_terminal, terminal,
                                          TERMINAL_KEYS), &keys);

    return keys.key[0].used
           ? phone_int(&player.arena, keys.key[0].used) : PHONE_EMPTY;
}


/* When it called last is written once an hour. */

static void
used(void)
{
    int64_t  at;

    player.now += INT64_C(3600) * 1000;
    is_int(posts("tea", "T1"), 200, "a call");
    at = player.now;
    is_str(noted("tea:T1"),
           shown(at), "is noted");

    player.now += INT64_C(3600) * 1000 - 1;
    is_int(posts("tea", "T1"), 200, "another one");
    is_str(noted("tea:T1"),
           shown(at), "within the hour is not");

    player.now += 1;
    is_int(shop_forge("toy.till", "tea", "terminal_id=T1&row=r1"), 401,
           "somebody else's");
    is_str(noted("tea:T1"),
           shown(at), "is not either");
    is_int(posts("tea", "T1"), 200, "a later one");
    is_str(noted("tea:T1"),
           shown(at + INT64_C(3600) * 1000), "is");

    lists("merchant_id=tea");
    ok(play_says("\"last_used_at\":\""), "it is shown");
    is_str(noted("tea:T4"), "",
           "and of one that never called there is nothing");
}


/* A worker that remembers the terminal does not let it in once it is closed. */

static void
remembered(void)
{
    player.remembers = 1;

    is_int(posts("tea", "T1"), 200, "it is remembered");
    is_int(posts("tea", "T1"), 200, "and posts");
    is_int(operates("merchant_id=tea&terminal_id=T1&status=CLOSED"), 200,
           "it is closed");
    is_int(posts("tea", "T1"), 401, "and posts no more");

    player.remembers = 0;
}


static void
signed_replies(void)
{
    shop_open_signing("coffee");
    registers("coffee", "&terminal_id=T1");

    is_int(posts("coffee", "T1"), 200, "a shop that wants signed replies");
    is_str(play_member("merchant_id"), "coffee", "gets one at its terminal");
    ok(play_member("sign").len, "signed");
    ok(play_member("request_nonce").len, "for this call");
}


static void
gateway(void)
{
    is_int(play("toy.report", "message=m1"), 200, "a gateway");
    is_str(play_member("message"), "m1", "reports");
}


int
main(void)
{
    play_start();
    shop_open("tea");
    shop_open("cake");

    registered();
    calls();
    others();
    keys();
    closed();
    rotate();
    listed();
    used();
    remembered();
    signed_replies();
    gateway();

    play_end();

    return done_testing();
}
