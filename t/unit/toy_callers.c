
/*
 * A merchant's terminal proves itself by a key of its own; it is registered,
 * given another key and closed by the operator.
 */


#define _GNU_SOURCE

#include "shop.h"


static void
registers(const char *shop, const char *more)
{
    size_t       i, n;
    char         form[2048];
    const char  *key;

    key = sim_merchant_keys[1];
    n = (size_t) snprintf(form, sizeof(form), "merchant_id=%s%s&public_key=",
                          shop, more);

    for (i = 0; key[i] && n < sizeof(form) - 4; i++) {
        n += (size_t) snprintf(form + n, 4, key[i] == '+' ? "%%2B" : "%c",
                               key[i]);
    }

    is_int(play("operator.terminals", form), 200, "%s%s is registered", shop,
           more);
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
           sim_merchant_keys[1], "whatever key_id says");
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

    registers("tea", "&terminal_id=T1");
    is_str(play_member("status"), "CLOSED", "another key does not open it");
    is_int(operates("merchant_id=tea&terminal_id=T1&status=ACTIVE"), 200,
           "it is opened again");
    is_int(posts("tea", "T1"), 200, "and posts");

    play("operator.merchant_change", "merchant_id=tea&status=CLOSED");
    is_int(posts("tea", "T1"), 403, "its merchant is closed");
    is_str(play_code(), "MERCHANT_CLOSED", "so are its terminals");
    play("operator.merchant_change", "merchant_id=tea&status=ACTIVE");
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
    remembered();
    signed_replies();
    gateway();

    play_end();

    return done_testing();
}
