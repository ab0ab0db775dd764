
/* GET /pay/keys: what anybody may know of the platform's keys. */


#define _GNU_SOURCE

#include "openssl_cli.h"
#include "shop.h"


static void
test_none(void)
{
    play_start();
    player.env.platform = NULL;

    is_int(play("bill.keys", ""), 200, "a platform without a key");
    ok(play_says("\"keys\":[]"), "has none");

    play_end();
}


static void
test_all(void)
{
    static const phone_platform_keys_t  keys = {
        3, {
            { { 2, "p1" }, { 5, "PEM\n1" }, { 2, "a1" },
              PHONE_KEY_RSA, PHONE_KEY_CURRENT,
              INT64_C(1764547200000) },
            { { 2, "p2" }, { 5, "PEM\n2" }, { 2, "a2" },
              PHONE_KEY_RSA, PHONE_KEY_NEXT, 0 },
            { { 2, "p0" }, { 5, "PEM\n0" }, { 2, "a0" },
              PHONE_KEY_RSA, PHONE_KEY_OLD, 0 }
        }
    };

    play_start();
    player.env.platform = &keys;

    is_int(play("bill.keys", ""), 200, "three keys");
    is_str(player.body,
           "{\"code\":\"OK\",\"keys\":["
           "{\"key_id\":\"p1\",\"status\":\"CURRENT\","
           "\"sign_types\":\"RSA2 MD5withRSA\","
           "\"from\":\"2025-12-01T00:00:00Z\",\"sha256\":\"a1\","
           "\"public_key\":\"PEM\\n1\"},"
           "{\"key_id\":\"p2\",\"status\":\"NEXT\","
           "\"sign_types\":\"RSA2 MD5withRSA\",\"sha256\":\"a2\","
           "\"public_key\":\"PEM\\n2\"},"
           "{\"key_id\":\"p0\",\"status\":\"OLD\","
           "\"sign_types\":\"RSA2 MD5withRSA\",\"sha256\":\"a0\","
           "\"public_key\":\"PEM\\n0\"}]}", "as they are configured");
    is_int(player.reads, 0, "nothing is asked of the store");
    is_int(player.works, 0, "and nothing is signed");
    is_int(player.cacheable, 300, "anybody may keep it for five minutes");

    is_int(play("bill.list", ""), 401, "another call");
    is_int(player.cacheable, 0, "is not kept");

    play_end();
}


/* The one that signs is named, wherever it stands. */

static void
test_signs(void)
{
    static const phone_platform_keys_t  keys = {
        2, {
            { { 2, "p2" }, { 1, "P" }, { 1, "a" },
              PHONE_KEY_RSA, PHONE_KEY_NEXT, 0 },
            { { 2, "p1" }, { 1, "P" }, { 1, "a" },
              PHONE_KEY_RSA, PHONE_KEY_CURRENT, 0 }
        }
    };

    play_start();
    shop_open_signing("tea");
    player.env.platform = &keys;

    is_int(shop_call("bill.query", "tea", "out_trade_no=T1"), 404, "a call");
    ok(play_says("\"key_id\":\"p1\""), "the key that signs is named");

    play_end();
}


static void
test_export(void)
{
    phone_key_t    *private, *public;
    phone_str_t     pem;
    phone_arena_t   arena;

    phone_arena_init(&arena);
    cli_begin();

    ok(cli_run("openssl genrsa -out k.pem 2048 && "
               "openssl pkey -in k.pem -pubout -out p.pem"), "a key");
    is_int(phone_key_private(cli_read(&arena, "k.pem"), &private),
           PHONE_KEY_OK, "read");

    pem = phone_key_export_pem(&arena, private);
    ok(phone_equal(pem, cli_read(&arena, "p.pem")), "its public half");
    is_int(phone_key_public(pem, &public), PHONE_KEY_OK, "can be read again");

    ok(cli_run("openssl pkey -in k.pem -pubout -outform DER"
               " | openssl dgst -sha256 -r | cut -c -64 | tr -d '\\n'"),
       "its hash");
    ok(phone_equal(phone_key_sha256(&arena, public), cli_read(&arena, "out")),
       "is the same");

    phone_key_free(private);
    phone_key_free(public);
    cli_end();
    phone_arena_free(&arena);
}


int
main(void)
{
    test_none();
    test_all();
    test_signs();
    test_export();

    return done_testing();
}
