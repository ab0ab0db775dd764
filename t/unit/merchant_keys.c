
/* PAY-8: a merchant's keys, and how they are replaced. */


#define _GNU_SOURCE

#include "openssl_cli.h"
#include "meddle.h"
#include "operator/merchant_keys.h"


static char  key_one[4096];
static char  key_two[4096];


static phone_record_t *
record(const char *text)
{
    static phone_str_t     value[MERCHANT_FIELDS];
    static phone_call_t    call;
    static phone_record_t  merchant;

    merchant.call = &call;
    merchant.type = &phone_merchant;
    merchant.value = value;
    value[MERCHANT_KEYS] = phone_cstr(text);

    return &merchant;
}


static void
is_key(const char *keys, const char *key_id, int64_t now, const char *expected)
{
    phone_record_t      *merchant;
    phone_caller_key_t   key;

    merchant = record(keys);
    merchant->call->now = now;

    if (phone_merchant_key(merchant->call, merchant, MERCHANT_KEYS,
                           phone_cstr(key_id), &key)
        != 1)
    {
        key.key = PHONE_STR("none");
    }

    is_str(key.key, expected, "key \"%s\" at %lld", key_id, (long long) now);
}


static void
choose(void)
{
    const char  *one, *two;

    one = "k1 100 0 AAAA\n";
    two = "k1 100 300 AAAA\nk2 200 0 BBBB\n";

    is_key(one, "", 100, "AAAA");
    is_key(one, "k1", 100, "AAAA");
    is_key(one, "k1", 99, "none");
    is_key(one, "k2", 100, "none");
    is_key(one, "k", 100, "none");

    is_key(two, "", 150, "AAAA");
    is_key(two, "", 250, "none");
    is_key(two, "k1", 250, "AAAA");
    is_key(two, "k2", 250, "BBBB");
    is_key(two, "k2", 150, "none");
    is_key(two, "k1", 299, "AAAA");
    is_key(two, "k1", 300, "none");
    is_key(two, "", 300, "BBBB");

    is_key("", "", 100, "none");
    is_key("k1 100 0\n", "k1", 100, "none");
    is_key("k1 100 0 AAAA x\n", "k1", 100, "none");
    is_key("k1 100 x AAAA\n", "k1", 100, "none");
    is_key("k1  0 AAAA\n", "k1", 100, "none");
}


static void
round_trip(void)
{
    phone_arena_t           arena;
    phone_merchant_keys_t   keys;
    static const char       text[] = "k1 100 300 AAAA\nk2 200 0 BBBB\n";

    phone_arena_init(&arena);

    ok(phone_merchant_keys_parse(phone_cstr(text), &keys) == 0, "read");
    is_int(keys.n, 2, "two");
    is_int(keys.key[0].until, 300, "an end");
    is_str(phone_merchant_keys_text(&arena, &keys), text, "written back");
    ok(phone_merchant_keys_find(&keys, PHONE_STR("k2")) == &keys.key[1],
       "found");
    ok(phone_merchant_keys_find(&keys, PHONE_STR("k3")) == NULL, "not found");

    ok(phone_merchant_keys_parse(PHONE_STR("1 1 0 A\n2 1 0 A\n3 1 0 A\n"
                                           "4 1 0 A\n5 1 0 A\n6 1 0 A\n"
                                           "7 1 0 A\n8 1 0 A\n9 1 0 A\n"),
                                 &keys) != 0, "nine are too many");

    phone_arena_free(&arena);
}


/* A public key of the openssl program, percent-encoded for a form. */

static void
make_key(char *form, size_t size)
{
    size_t         i, used;
    phone_str_t    pem;
    phone_arena_t  arena;

    phone_arena_init(&arena);

    ok(cli_run("openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 "
               "-out key && openssl pkey -in key -pubout -out pub"),
       "openssl makes a key");

    pem = cli_read(&arena, "pub");
    used = 0;

    for (i = 0; i < pem.len; i++) {
        used += (size_t) snprintf(form + used, size - used, "%%%02x",
                                  (unsigned char) pem.data[i]);
    }

    phone_arena_free(&arena);
}


static int
merchant(const char *more, const char *key)
{
    char  form[8192];

    snprintf(form, sizeof(form), "merchant_id=shop&public_key=%s&%s", key,
             more);

    return play("operator.merchants", form);
}


static int
add_key(const char *more, const char *key)
{
    char  form[8192];

    snprintf(form, sizeof(form), "merchant_id=shop&public_key=%s&%s", key,
             more);

    return play("operator.keys", form);
}


static phone_str_t
stored_key(unsigned i, phone_merchant_key_t *key)
{
    static phone_merchant_keys_t  keys;

    phone_merchant_keys_parse(play_stored(&phone_merchant, "shop",
                                          MERCHANT_KEYS), &keys);
    *key = keys.key[i];

    return i < keys.n ? keys.key[i].key_id : PHONE_EMPTY;
}


static void
create(void)
{
    phone_merchant_key_t  key;

    play_start();

    player.lose_answer = 1;
    is_int(merchant("name=Shop", key_one), 200, "made, answer lost");
    is_int(player.commits, 1, "once");
    is_str(play_member("merchant_id"), "shop", "the id");
    is_str(play_member("key_id"), "k1", "the first key");
    is_str(play_stored(&phone_merchant, "shop", MERCHANT_SIGN_TYPE), "RSA2",
           "RSA2 when nothing is said");
    is_str(stored_key(0, &key), "k1", "the key is stored");
    is_int(key.from, 0, "at once, whatever the clock of the next caller");
    is_int(key.until, 0, "without an end");
    ok(memchr(key.text.data, '-', key.text.len) == NULL, "as one line");

    is_int(merchant("name=Shop", key_one), 200, "the same again");
    is_int(player.commits, 0, "changes nothing");

    is_int(merchant("name=Shop&sign_type=SHA256withRSA", key_one), 200,
           "another name of the same");
    is_int(merchant("name=Other", key_one), 409, "another name");
    is_str(play_member("field"), "name", "is told by field");
    merchant("name=Shop&sign_type=MD5withRSA", key_one);
    is_str(play_member("field"), "sign_type", "sign_type");
    merchant("name=Shop&notify_url=https://shop.example/n", key_one);
    is_str(play_member("field"), "notify_url", "notify_url");
    merchant("name=Shop&reply_sign=0", key_one);
    is_str(play_member("field"), "reply_sign", "reply_sign");
    merchant("name=Shop&key_id=k9", key_one);
    is_str(play_member("field"), "key_id", "key_id");
    merchant("name=Shop", key_two);
    is_str(play_member("field"), "public_key", "public_key");

    is_int(play("operator.merchants", "merchant_id=x&name=X&public_key=aaaaaa"
                "aaaaaaaaaaaaaaaa"
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), 400,
           "not a key");
    is_str(play_member("field"), "public_key", "by field");
    ok(play_member("reason").len > 10, "and why");

    play_end();
}


/* Without one, a call that is sent again would make another merchant. */

static void
no_id(void)
{
    char  form[8192];

    play_start();

    snprintf(form, sizeof(form), "name=Shop&public_key=%s", key_one);
    is_int(play("operator.merchants", form), 400, "without an id");
    is_str(play_code(), "PARAM_MISSING", "something is missing");
    is_str(play_member("field"), "merchant_id", "that");
    is_int(player.commits, 0, "nothing is made");

    play_end();
}


static void
rotate(void)
{
    int                   i;
    char                  more[64];
    phone_merchant_key_t  key;

    play_start();

    is_int(add_key("key_id=k2", key_two), 404, "no such merchant");
    is_str(play_code(), "MERCHANT_NOT_FOUND", "is said");

    merchant("name=Shop", key_one);
    player.now += 1000;

    player.lose_answer = 1;
    is_int(add_key("key_id=k2&retire_others_in=3600", key_two), 200,
           "another key, answer lost");
    is_int(player.commits, 1, "once");
    is_str(stored_key(0, &key), "k1", "the first");
    is_int(key.until, player.now + 3600 * 1000, "ends in an hour");
    is_str(stored_key(1, &key), "k2", "the second");
    is_int(key.from, 0, "begins at once");
    is_int(key.until, 0, "and does not end");

    player.now += 1000;
    is_int(add_key("key_id=k2&retire_others_in=3600", key_two), 200, "again");
    is_int(player.commits, 0, "an end does not move away");
    is_int(add_key("key_id=k2&retire_others_in=0", key_two), 200, "at once");
    stored_key(0, &key);
    is_int(key.until, player.now, "but comes nearer");

    is_int(add_key("key_id=k2", key_one), 409, "another key of the same id");
    is_str(play_member("field"), "public_key", "is refused");

    for (i = 3; i <= 9; i++) {
        snprintf(more, sizeof(more), "key_id=k%d", i);
        is_int(add_key(more, key_one), 200, "k%d", i);
    }

    is_str(stored_key(0, &key), "k2", "what has ended makes room");
    is_int(add_key("key_id=k10", key_one), 409, "eight are all");
    is_str(play_code(), "TOO_MANY", "it says so");
    is_int(add_key("key_id=k10&retire_others_in=60", key_one), 409,
           "also with an overlap, in which there would be nine");
    is_int(add_key("key_id=k10&retire_others_in=0", key_one), 200,
           "but not where the others end at once");
    is_str(stored_key(0, &key), "k3", "the one that ended first is gone");
    is_str(stored_key(7, &key), "k10", "it is there");
    is_int(key.until, 0, "and does not end");

    play_end();
}


/* A late repeat, or the way back to a key that is on its way out: the other
   one must not end as well. */

static void
no_key_left(void)
{
    phone_merchant_key_t  key;

    play_start();

    merchant("name=Shop", key_one);
    is_int(add_key("key_id=k2&retire_others_in=3600", key_two), 200,
           "the first ends in an hour");

    is_int(add_key("key_id=k1&retire_others_in=0", key_one), 409,
           "it does not end the second");
    is_str(play_code(), "EXISTS", "it is there already");
    is_str(play_member("field"), "key_id", "under that id");
    ok(play_member("reason").len > 10, "and why");
    stored_key(1, &key);
    is_int(key.until, 0, "the second does not end");

    is_int(add_key("key_id=k1", key_one), 200, "the same key again is itself");
    stored_key(0, &key);
    is_int(key.until, player.now + 3600 * 1000, "and ends as before");

    play_end();
}


/* A late repeat of the call that had added a key brought the key back after it
   had ended, in an emergency maybe. */

static void
ended_stays_ended(void)
{
    int                   i;
    char                  more[64];
    phone_merchant_key_t  key;

    play_start();

    merchant("name=Shop", key_one);
    is_int(add_key("key_id=k2", key_two), 200, "a second key");
    is_int(add_key("key_id=k3&retire_others_in=0", key_one), 200,
           "the third ends it");

    is_int(add_key("key_id=k2", key_two), 409, "the call for the second again");
    is_str(play_code(), "EXISTS", "its id was used");
    is_str(play_member("field"), "key_id", "by field");
    ok(play_member("reason").len > 10, "and what to do");
    is_int(player.commits, 0, "nothing is written");
    player.now += INT64_C(40) * 24 * 3600 * 1000;
    is_int(add_key("key_id=k2&retire_others_in=0", key_two), 409,
           "a month later, with an end for the others");
    stored_key(2, &key);
    is_int(key.until, 0, "the third does not end");

    for (i = 4; i <= 8; i++) {
        snprintf(more, sizeof(more), "key_id=k%d", i);
        is_int(add_key(more, key_one), 200, "k%d", i);
        is_int(add_key("key_id=k2", key_two), 409, "is not the second");
    }

    is_int(add_key("key_id=k9", key_one), 200, "a place is needed");
    is_str(stored_key(0, &key), "k2", "one ended key is forgotten");
    is_int(add_key("key_id=k2", key_two), 409, "and not the other");

    play_end();
}


/* Of several that have ended the one whose late repeat is the oldest makes
   room. */

static void
first_ended_goes(void)
{
    int                   i;
    char                  more[64];
    phone_merchant_key_t  key;

    play_start();

    merchant("name=Shop", key_one);
    meddle(PHONE_OP_HSET, &phone_merchant, PHONE_STR("shop"), 2,
           (const char *[2]) { "keys", "a 0 3000 AAAA\nb 0 1000 AAAA\n"
                               "c 0 2000 AAAA\n" });

    for (i = 4; i <= 9; i++) {
        snprintf(more, sizeof(more), "key_id=k%d", i);
        is_int(add_key(more, key_one), 200, "k%d", i);
    }

    is_str(stored_key(0, &key), "a", "the one that ended last");
    is_str(stored_key(1, &key), "c", "and the second");
    is_str(stored_key(2, &key), "k4", "but not the first are kept");

    play_end();
}


/* What is stored cannot be read: the same merchant again was told that it had
   another key. */

static void
keys_unreadable(void)
{
    play_start();

    merchant("name=Shop", key_one);
    meddle(PHONE_OP_HSET, &phone_merchant, PHONE_STR("shop"), 2,
           (const char *[2]) { "keys", "k1 0\n" });
    is_int(merchant("name=Shop", key_one), 500, "keys that are none");
    is_str(play_code(), "INTERNAL", "our fault");
    ok(player.bad_key.len, "and the host is told where");

    play_end();
}


/* As they are stored: a line each, with nothing missing and nothing more. */

static void
lines(void)
{
    unsigned               i;
    phone_merchant_keys_t  keys;

    static const struct {
        const char          *text;
        int                  n;          /* -1: it is none of ours */
    } stored[] = {
        { "", 0 }, { "k 1 0 A\n", 1 }, { "k 1 0 A", 1 },
        { "k 1 0 A\nl 2 3 B\n", 2 }, { " 1 0 A\n", -1 }, { "k 1 0 \n", -1 },
        { "k 1 0\n", -1 }, { "k 1\n", -1 }, { "k\n", -1 }, { "\n", -1 },
        { "k 1 0 A B\n", -1 }, { "k x 0 A\n", -1 }, { "k 1 x A\n", -1 },
        { "k  0 A\n", -1 }, { "k 1  A\n", -1 }, { "k 1 0 A\n\n", -1 },
        { "a 1 0 A\nb 1 0 A\nc 1 0 A\nd 1 0 A\ne 1 0 A\nf 1 0 A\n"
          "g 1 0 A\nh 1 0 A\n", 8 },
        { "a 1 0 A\nb 1 0 A\nc 1 0 A\nd 1 0 A\ne 1 0 A\nf 1 0 A\n"
          "g 1 0 A\nh 1 0 A\ni 1 0 A\n", -1 }
    };

    for (i = 0; i < sizeof(stored) / sizeof(stored[0]); i++) {
        is_int(phone_merchant_keys_parse(phone_cstr(stored[i].text), &keys),
               stored[i].n < 0 ? -1 : 0, "%u", i);

        if (stored[i].n >= 0) {
            is_int(keys.n, stored[i].n, "keys of %u", i);
        }
    }
}


int
main(void)
{
    cli_begin();
    make_key(key_one, sizeof(key_one));
    make_key(key_two, sizeof(key_two));
    cli_end();

    choose();
    lines();
    round_trip();
    create();
    no_id();
    rotate();
    no_key_left();
    ended_stays_ended();
    first_ended_goes();
    keys_unreadable();

    return done_testing();
}
