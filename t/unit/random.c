
/*
 * Random bytes of a call: the same at each run of it, another stream for each
 * label, and none of what a reply shows readable is what a handler has drawn.
 */


#define _GNU_SOURCE

#include "lib/crypto.h"


static void *short_alloc(phone_arena_t *arena, size_t size);
static int weak_sha256(phone_crypto_t *crypto, phone_str_t data,
    unsigned char out[PHONE_SHA256_LEN]);


/* both can be made to fail */

#define phone_alloc_raw  short_alloc
#define phone_sha256     weak_sha256

#include "../../lua-free-handlers/runtime/random.c"

#undef phone_alloc_raw
#undef phone_sha256

#include "play.h"


static phone_call_t  call;
static int           no_memory;
static int           no_hash;


static void *
short_alloc(phone_arena_t *arena, size_t size)
{
    if (no_memory) {
        arena->failed = 1;
        return NULL;
    }

    return phone_alloc_raw(arena, size);
}


static int
weak_sha256(phone_crypto_t *crypto, phone_str_t data,
    unsigned char out[PHONE_SHA256_LEN])
{
    return no_hash ? -1 : phone_sha256(crypto, data, out);
}


static void
start(unsigned char first)
{
    phone_call_init(&call, &player.env, NULL, NULL);
    memset(call.random, 0x5a, sizeof(call.random));
    call.random[0] = first;
    call.now = PLAY_NOW;
}


static int
same(const unsigned char *a, const unsigned char *b, size_t n)
{
    return memcmp(a, b, n) == 0;
}


static void
streams(void)
{
    phone_str_t           id, call_id;
    unsigned char         other[32];
    const unsigned char  *code;

    start(1);
    code = phone_random(&call, "code", 100);

    ok(same(phone_random(&call, "code", 100), code, 100),
       "the same label gives the same bytes");
    ok(same(phone_random(&call, "code", 7), code, 7),
       "fewer of them are the first of them");
    ok(same(phone_random(&call, "code", PHONE_RANDOM_MAX), code, 100),
       "more of them begin the same");
    ok(!same(code, code + 32, 32), "and go on with others");
    ok(!same(phone_random(&call, "salt", 32), code, 32),
       "another label gives others");
    ok(!same(phone_random(&call, "code ", 32), code, 32),
       "also one that begins the same");

    id = phone_new_id(&call, PHONE_STR("tea"), "code");
    call_id = phone_copy(&player.arena, phone_call_id(&call));

    ok(phone_equal(phone_new_id(&call, PHONE_STR("tea"), "code"), id),
       "an id stays the same");
    ok(!phone_equal(phone_new_id(&call, PHONE_STR("tea"), "b"), id),
       "another label, another id");

    ok(!same(phone_random_for(&call, PHONE_RANDOM_ID, PHONE_STR("code"), 10),
             code, 10),
       "which is made of bytes that no handler draws by that label");

    phone_call_free(&call);
    start(2);
    memcpy(other, phone_random(&call, "code", 32), sizeof(other));
    phone_call_free(&call);
    start(1);
    ok(!same(phone_random(&call, "code", 32), other, 32),
       "another call has others");
    ok(phone_equal(phone_call_id(&call), call_id), "the id is the call's");
    phone_call_free(&call);
}


/* What others see is made of bytes of its own. */

static void
apart(void)
{
    phone_str_t           id, version;
    const unsigned char  *code;

    start(1);
    call.serial = 1;
    code = phone_random(&call, "code", 32);
    id = phone_call_id(&call);
    version = phone_version(&call);

    call.id = PHONE_EMPTY;
    call.version = PHONE_EMPTY;
    call.random[0] ^= 1;
    ok(phone_equal(phone_call_id(&call), id)
       && phone_equal(phone_version(&call), version),
       "the id and the versions of a call do not depend on its key");

    call.id = PHONE_EMPTY;
    call.version = PHONE_EMPTY;
    call.random[0] ^= 1;
    memset(call.random + PHONE_CALL_KEY, 0,
           sizeof(call.random) - PHONE_CALL_KEY);
    ok(same(phone_random(&call, "code", 32), code, 32),
       "nor what handlers draw on their bytes");
    ok(!phone_equal(phone_call_id(&call), id)
       && !phone_equal(phone_version(&call), version),
       "which the host draws");

    version = phone_version(&call);
    call.version = PHONE_EMPTY;
    call.serial = 2;
    ok(!phone_equal(phone_version(&call), version),
       "another run writes another version");

    phone_call_free(&call);
}


static void
start_over(void)
{
    unsigned char  code[32];

    start(1);
    memcpy(code, phone_random(&call, "code", 32), 32);
    phone_start_over(&call);
    ok(same(phone_random(&call, "code", 32), code, 32),
       "a call that starts over has the same bytes");
    phone_call_free(&call);
}


static void
seals(void)
{
    phone_str_t  first, again, other, aad;

    start(1);

    first = phone_seal_record(&call, PHONE_STR("a"), PHONE_STR("text"));
    again = phone_seal_record(&call, PHONE_STR("a"), PHONE_STR("text"));
    other = phone_seal_record(&call, PHONE_STR("a"), PHONE_STR("next"));
    aad = phone_seal_record(&call, PHONE_STR("b"), PHONE_STR("text"));

    ok(phone_equal(again, first),
       "the same text is sealed the same at each run");
    ok(memcmp(other.data, first.data, 16) != 0,
       "two texts have two nonces");
    ok(memcmp(aad.data, first.data, 16) != 0,
       "so has one text in two records");

    phone_call_free(&call);
}


/* More than may be asked for, and what can fail: nothing is given away. */

static int
nothing(const unsigned char *bytes)
{
    unsigned  i;

    for (i = 0; i < PHONE_RANDOM_MAX; i++) {
        if (bytes[i]) {
            return 0;
        }
    }

    return 1;
}


static void
failures(void)
{
    start(1);
    ok(nothing(phone_random(&call, "code", PHONE_RANDOM_MAX + 1))
       && call.broken, "a stream that is too long breaks the call");
    phone_call_free(&call);

    start(1);
    no_memory = 1;
    ok(nothing(phone_random(&call, "code", PHONE_RANDOM_MAX))
       && call.arena.failed, "so does memory that runs out");
    no_memory = 0;
    phone_call_free(&call);

    start(1);
    no_hash = 1;
    ok(nothing(phone_random(&call, "code", 1)) && call.broken,
       "and a hash that fails");
    no_hash = 0;
    phone_call_free(&call);
}


/* What a signed reply shows as its nonce, and what a handler can draw. */

static void
reply_nonce(void)
{
    unsigned                  i;
    phone_str_t               text, secret;
    phone_ask_work_t         *sign;
    static phone_fields_t     fields;
    static const char *const  label[] = { "", "nonce", "reply", "reply nonce" };
    static const phone_endpoint_t  endpoint = {
        "bill.test", "POST", "/test", PHONE_MERCHANT, NULL, NULL, NULL, ""
    };

    start(1);
    call.endpoint = &endpoint;
    call.caller = PHONE_STR("tea");
    call.fields = &fields;
    phone_fields_add(&fields, PHONE_STR("nonce"), PHONE_STR("of-the-call"));
    call.last_record = &call.records;
    call.merchant = phone_put(&call, &phone_merchant, call.caller);
    phone_set(call.merchant, MERCHANT_SIGN_TYPE, PHONE_STR("RSA2"));
    phone_begin_reply(&call);
    phone_done(&call);

    is_int(phone_finish(&call), PHONE_AGAIN, "a reply is to be signed");

    sign = (phone_ask_work_t *) phone_next_ask(&call);
    text = sign->arg[1];
    ok(memmem(text.data, text.len, "&nonce=", 7) != NULL, "it has a nonce");
    ok(memmem(text.data, text.len, "request_nonce=of-the-call&", 26) != NULL,
       "and says which call it answers");

    for (i = 0; i < sizeof(label) / sizeof(label[0]); i++) {
        secret = (phone_str_t) { 8, (const char *)
                                 phone_random(&call, label[i], 8) };
        secret = phone_hex(&call.arena, secret);
        ok(memmem(text.data, text.len, secret.data, secret.len) == NULL,
           "that a handler does not draw as \"%s\"", label[i]);
    }

    phone_call_free(&call);
}


int
main(void)
{
    play_start();

    streams();
    apart();
    start_over();
    seals();
    failures();
    reply_nonce();

    play_end();

    return done_testing();
}
