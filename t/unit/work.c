
/*
 * Work: the table of descriptors, what the platform's own work does, and that
 * a capability's needs nothing but its descriptor.
 */


#define _GNU_SOURCE

#include <dlfcn.h>
#include <openssl/evp.h>

#include "play.h"
#include "openssl_cli.h"


static int toy_run(const phone_tools_t *tools, phone_arena_t *arena,
    const phone_str_t arg[PHONE_WORK_ARGS], phone_str_t *text);
static phone_rc_t toy_ask(phone_call_t *call);
static phone_key_t *key_of(void *data, phone_str_t spki);


static const phone_work_t  toy = {
    "toy", PHONE_WORK_MEDIA, 4, 8, toy_run
};

static const phone_param_t  toy_params[] = {
    { "text", PHONE_P_TEXT, PHONE_REQUIRED, 1, 64, "what is turned round" },
    { NULL, 0, 0, 0, 0, NULL }
};

static const phone_endpoint_t  toy_endpoint = {
    "toy.turn", "POST", "/toy", PHONE_ANYONE, toy_ask, toy_params, NULL,
    "A toy."
};

static const phone_endpoint_t  toy_session = {
    "toy.mine", "POST", "/toy/mine", PHONE_SESSION, toy_ask, toy_params, NULL,
    "A toy."
};

static const phone_endpoint_t  toy_merchant = {
    "toy.shop", "POST", "/toy/shop", PHONE_MERCHANT, toy_ask, toy_params, NULL,
    "A toy."
};

static phone_arena_t   arena;
static phone_key_t    *public;
static phone_tools_t   tools;
static phone_result_t  result;

static unsigned        hashed;           /* passwords */
static uint64_t        hash_cost;        /* of the last one */


/* OpenSSL's, watched. */

int
EVP_PBE_scrypt(const char *pass, size_t passlen, const unsigned char *salt,
    size_t saltlen, uint64_t n, uint64_t r, uint64_t p, uint64_t most,
    unsigned char *key, size_t keylen)
{
    int  (*real)(const char *, size_t, const unsigned char *, size_t, uint64_t,
                 uint64_t, uint64_t, uint64_t, unsigned char *, size_t);

    hashed++;
    hash_cost = n * r * p;

    *(void **) &real = dlsym(RTLD_NEXT, "EVP_PBE_scrypt");

    return real(pass, passlen, salt, saltlen, n, r, p, most, key, keylen);
}


/* Turns a text round. */

static int
toy_run(const phone_tools_t *with, phone_arena_t *memory,
    const phone_str_t arg[PHONE_WORK_ARGS], phone_str_t *text)
{
    char    *p;
    size_t   i;

    (void) with;

    p = phone_alloc_raw(memory, arg[0].len + 1);

    for (i = 0; i < arg[0].len; i++) {
        p[i] = arg[0].data[arg[0].len - 1 - i];
    }

    *text = (phone_str_t) { arg[0].len, p };

    return !phone_is(arg[0], "no");
}


static phone_rc_t
toy_ask(phone_call_t *call)
{
    const phone_result_t  *turned;

    (void) phone_ask_count(call, &phone_tries, PHONE_STR("+8613800000001"),
                           PHONE_HOUR);

    turned = phone_ask_work_of(call, &toy,
                               (phone_str_t[PHONE_WORK_ARGS]) {
                                   phone_arg(call, "text"), PHONE_EMPTY,
                                   PHONE_EMPTY, PHONE_EMPTY },
                               PHONE_STR("toys"), 0);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!turned->ok) {
        return phone_refuse(call, PHONE_NOT_FOUND);
    }

    phone_say(call, "turned", turned->text);

    return phone_done(call);
}


static void
run_with(const phone_work_t *work, const phone_tools_t *with, phone_str_t a,
    phone_str_t b, phone_str_t c, phone_str_t d)
{
    phone_ask_work_t  ask;

    memset(&ask, 0, sizeof(ask));
    ask.work = work;
    memcpy(ask.arg, (phone_str_t[PHONE_WORK_ARGS]) { a, b, c, d },
           sizeof(ask.arg));

    phone_work_run(&ask, with, &arena, &result);
}


static void
run(const phone_work_t *work, const char *a, const char *b, phone_str_t c,
    phone_str_t d)
{
    run_with(work, &tools, phone_cstr(a), phone_cstr(b), c, d);
}


static phone_key_t *
key_of(void *data, phone_str_t spki)
{
    (void) data;

    return phone_is(spki, "key") ? public : NULL;
}


static void
table(void)
{
    unsigned             i, k;
    const phone_work_t  *work;

    for (i = 0; phone_works[i]; i++) {
        work = phone_works[i];

        ok(work->name[0] && work->run && work->lane < PHONE_WORK_LANES
           && work->share >= 1, "%s is whole", work->name);

        /* what waits in turns leaves processors to others */

        is_int(work->share > 1,
               work->lane == PHONE_WORK_HASH || work->lane == PHONE_WORK_MEDIA,
               "%s has the share of its lane", work->name);

        for (k = 0; k < i; k++) {
            ok(strcmp(phone_works[k]->name, work->name) != 0
               && (phone_works[k]->lane != work->lane
                   || phone_works[k]->share == work->share),
               "%s is not %s", work->name, phone_works[k]->name);
        }

        run(work, "", "", PHONE_EMPTY, PHONE_EMPTY);
        ok(!result.ok && result.text.len == 0, "%s of nothing is nothing",
           work->name);
    }
}


static void
signatures(void)
{
    phone_str_t  sign, text;

    text = PHONE_STR("amount=1&bill_id=2");

    run_with(&phone_work_sign, &tools, PHONE_STR("RSA2"), text, PHONE_EMPTY,
             PHONE_EMPTY);
    ok(result.ok, "signed");
    sign = result.text;
    is_int((int64_t) sign.len, 344, "in base64");

    run(&phone_work_verify, "key", "RSA2", text, sign);
    ok(result.ok, "and verified");
    run(&phone_work_verify, "key", "RSA2", PHONE_STR("amount=9&bill_id=2"),
        sign);
    ok(!result.ok, "another text is not");
    run(&phone_work_verify, "key", "MD5withRSA", text, sign);
    ok(!result.ok, "nor another sign_type");
    run(&phone_work_verify, "key", "none", text, sign);
    ok(!result.ok, "nor one that is none");
    run(&phone_work_verify, "another", "RSA2", text, sign);
    ok(!result.ok, "nor with a key that is none");
    run(&phone_work_verify, "short", "HMAC-SHA256", text, sign);
    ok(!result.ok, "nor with a secret that is none");

    run_with(&phone_work_sign, &(phone_tools_t) { .crypto = NULL },
             PHONE_STR("RSA2"), text, PHONE_EMPTY, PHONE_EMPTY);
    ok(!result.ok, "without a platform key nothing is signed");
}


static void
passwords(void)
{
    uint64_t     cost;
    phone_str_t  stored;

    run(&phone_work_password_hash, "tea and cake", "0123456789abcde",
        PHONE_EMPTY, PHONE_EMPTY);
    ok(!result.ok, "a salt is 16 bytes");

    cost = ((uint64_t) 1 << PHONE_SCRYPT_DEFAULT.ln) * PHONE_SCRYPT_DEFAULT.r
           * PHONE_SCRYPT_DEFAULT.p;
    ok(cost >= 1 << 17, "a hash is to cost this much");

    run(&phone_work_password_hash, "tea and cake", "0123456789abcdef",
        PHONE_EMPTY, PHONE_EMPTY);
    ok(result.ok && result.text.len, "a password is hashed");
    stored = result.text;
    is_int((int64_t) hash_cost, (int64_t) cost, "at that cost");

    run_with(&phone_work_password_check, &tools, stored,
             PHONE_STR("tea and cake"), PHONE_EMPTY, PHONE_EMPTY);
    ok(result.ok, "and is the right one");

    run_with(&phone_work_password_check, &tools, stored,
             PHONE_STR("tea and scones"), PHONE_EMPTY, PHONE_EMPTY);
    ok(!result.ok, "another is not");

    /* the time of an answer does not tell whether there is an account */

    hashed = 0;
    hash_cost = 0;
    run(&phone_work_password_check, "", "tea and cake", PHONE_EMPTY,
        PHONE_EMPTY);
    ok(!result.ok, "where there is none no password is right");
    is_int(hashed, 1, "and one is hashed all the same");
    is_int((int64_t) hash_cost, (int64_t) cost, "at the same cost");
}


static void
results(void)
{
    run(&toy, "12345678", "", PHONE_EMPTY, PHONE_EMPTY);
    ok(result.ok, "a result of the largest size");
    is_str(result.text, "87654321", "is given");

    run(&toy, "123456789", "", PHONE_EMPTY, PHONE_EMPTY);
    ok(!result.ok && result.text.len == 0, "a larger one is none");

    run(&toy, "no", "", PHONE_EMPTY, PHONE_EMPTY);
    ok(!result.ok && result.text.len == 0, "work that fails has no text");
}


static void
of_a_capability(void)
{
    player.works = 0;

    is_int(play_endpoint(&toy_endpoint, "text=tea"), 200, "work of a toy");
    ok(play_says("\"turned\":\"aet\""), "is done as it is");
    is_int(player.works, 1, "once");

    is_int(play_endpoint(&toy_endpoint, "text=no"), 404, "or fails");
}


/* Whoever names a merchant, or has the cookie of a session that has ended, gets
   nothing done: neither work nor a count. */

static void
of_a_stranger(void)
{
    phone_str_t  sealed;

    play_endpoint(&toy_merchant,
                  "merchant_id=tea&service=toy.shop&timestamp=1800000000"
                  "&nonce=12345678&sign_type=RSA2&sign=AAAA&text=tea"
                  "&digest=00000000000000000000000000000000");
    is_str(play_code(), "KEY_UNKNOWN", "a call that names a merchant");
    is_int(player.works, 0, "has no work done");
    is_int(player.reads, 1, "nothing but the merchant is asked for");

    phone_seal(&player.arena, player.env.cookie_key,
               (const unsigned char *) "123456789012",
               PHONE_STR("phone_session"), PHONE_STR("+8613800000001 0 old"),
               &sealed);
    player.cookie = sealed;

    play_endpoint(&toy_session, "text=tea");
    is_str(play_code(), "LOGIN_REQUIRED", "a session that has ended");
    is_int(player.works, 0, "has no work done");
    is_int(player.reads, 1, "nothing but the account is asked for");

    player.cookie = PHONE_EMPTY;
}


static void
places(void)
{
    unsigned       n;
    phone_ask_t   *ask;
    phone_call_t   call;

    phone_call_init(&call, &player.env, &toy_endpoint, NULL);

    phone_ask_place(&call, &phone_work_sign);
    phone_ask_place(&call, &phone_work_sign);
    (void) phone_ask_work(&call, &phone_work_sign,
                          (phone_str_t[PHONE_WORK_ARGS]) {
                              PHONE_EMPTY, PHONE_EMPTY, PHONE_EMPTY,
                              PHONE_EMPTY });

    for (n = 0; (ask = phone_next_ask(&call)) != NULL; n++) {
        is_int(((phone_ask_work_t *) ask)->place, n == 0, "ask %u", n);
    }

    is_int(n, 2, "a place is one ask, the work itself another");

    phone_call_free(&call);
}


int
main(void)
{
    play_start();
    cli_begin();
    phone_arena_init(&arena);

    ok(cli_run("openssl genrsa -out k.pem 2048 && "
               "openssl pkey -in k.pem -pubout -out p.pem"), "a key");
    is_int(phone_key_private(cli_read(&arena, "k.pem"),
                             &tools.platform_key[PHONE_KEY_RSA]),
           PHONE_KEY_OK, "its private part");
    is_int(phone_key_public(cli_read(&arena, "p.pem"), &public),
           PHONE_KEY_OK, "its public part");
    tools.crypto = player.env.crypto;
    tools.public_key = key_of;

    table();
    signatures();
    passwords();
    results();
    of_a_capability();
    of_a_stranger();
    places();

    phone_key_free(tools.platform_key[PHONE_KEY_RSA]);
    phone_key_free(public);
    phone_arena_free(&arena);
    cli_end();
    play_end();

    return done_testing();
}
